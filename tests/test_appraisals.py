"""The appraisal of staff: points, who may do what and read what, appeals, closing, reminders, erasure."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from complaints.models import Notification, OutboxMessage
from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused
from reports import appraisal_points as reckoned
from reports import appraisal_scheme as scheme
from reports.appraisal_points import Entry, Sort, points_of, year_of
from reports.appraisal_rows import (
    AppraisalCheck,
    AppraisalEntry,
    AppraisalReminder,
    AppraisalSheet,
    AppraisalStep,
)
from reports.appraisal_rules import ACTS, Part, State, possible
from reports.appraisals import beat, checks, keeping, schemes, sheets, years
from reports.appraisals.people import own_permissions, parts_of, seats, visible_to
from reports.calendar_rules import Overtaken
from staff import actions as office
from staff.models import Absence
from staff.roles import Role
from tests.appraisals import HARM, LATE, MARCH, PRAISE, again, april, begun, closed, do, shown
from tests.cast import BEFORE, DAY, SHANGHAI, person

pytestmark = pytest.mark.django_db
OPERATING = scheme.read({}).items[scheme.Object.OPERATING]


# The rules and the arithmetic --------------------------------------------------------------------------


def test_the_defaults_are_the_numbers_of_the_source() -> None:
    scheme.check({})
    for items in scheme.read({}).items.values():
        of = {
            aspect.value: sum(one.points for one in items if one.aspect == aspect) for aspect in scheme.Aspect
        }
        assert of == {"virtue": 20, "diligence": 20, "ability": 30, "results": 30}
        assert [sum(one.aspect == aspect for one in items) for aspect in scheme.Aspect] == [4, 4, 4, 4]
    assert scheme.read({}).weights == {"checks": 20, "monthly": 30, "annual": 50}


def test_an_item_takes_no_more_than_it_has_and_a_reward_stands_on_top() -> None:
    said = [Entry("deduction", "morals", Decimal(3)), Entry("deduction", "morals", Decimal(4))]
    assert points_of(OPERATING, said, Decimal(10)).total == 95
    assert points_of(OPERATING, [Entry("lost", "business")], Decimal(10)).total == 88
    praised = [Entry("reward", "", Decimal(7)), Entry("reward", "", Decimal(7))]
    assert points_of(OPERATING, praised, Decimal(10)).total == 110


def test_a_year_above_a_hundred_is_excellent_and_exactly_a_hundred_is_not() -> None:
    weights = {"checks": 20, "monthly": 30, "annual": 50}
    full = [(Decimal(5), Decimal(5))]
    assert not year_of(weights, full, [Decimal(100)], Decimal(100)).is_excellent
    above = year_of(weights, full, [Decimal(100)], Decimal("100.2"))
    assert (above.total, above.is_excellent) == (Decimal("100.1"), True)
    nothing = year_of(weights, [], [], None)
    assert (nothing.total, nothing.is_excellent) == (None, False)
    alone = year_of(weights, [], [Decimal(80)], Decimal(90))
    assert (alone.total, alone.weights) == (Decimal("86.3"), {"monthly": 30, "annual": 50})  # 86.25


def slow_year(weights, checked, months, annual):
    """The same said slowly: tenths counted on fingers, the mean of everything, rounded at the end."""
    told, whole = 0.0, 0
    parts = []
    if checked:
        got = most = 0
        for reached, possible_points in checked:
            got += int(reached * 10)
            most += int(possible_points * 10)
        parts.append((weights["checks"], got * 100 / most))
    if months:
        tenths = 0
        for month in months:
            tenths += int(month * 10)
        parts.append((weights["monthly"], tenths / 10 / len(months)))
    if annual is not None:
        parts.append((weights["annual"], float(annual)))
    for weight, mean in parts:
        told += weight * mean
        whole += weight
    return told / whole if whole else None


def slow_month(entries):
    """Every item by itself, taken off point by point."""
    total = 0
    for item in OPERATING:
        left = int(item.points * 10)
        for sort, code, points in entries:
            if code == item.code and sort == "deduction":
                for _tenth in range(int(points * 10)):
                    if left:
                        left -= 1
            if code == item.code and sort == "lost":
                left = 0
                break
        total += left
    bonus = 0
    for sort, _code, points in entries:
        if sort == "reward":
            bonus += int(points * 10)
    return (total + min(bonus, 100)) / 10


def test_a_year_computed_a_second_time_by_hand_comes_out_the_same() -> None:
    dice = random.Random(16)
    above = 0
    for _round in range(300):
        months = []
        for _month in range(dice.randint(0, 12)):
            said = [
                (dice.choice(["deduction", "deduction", "lost"]), dice.choice(OPERATING).code,
                 Decimal(dice.randint(1, 50)) / 10)
                for _n in range(dice.randint(0, 5))
            ]  # fmt: skip
            said += [("reward", "", Decimal(dice.randint(1, 10))) for _n in range(dice.randint(0, 3))]
            found = points_of(OPERATING, [Entry(*one) for one in said], Decimal(10)).total
            assert float(found) == pytest.approx(slow_month(said))
            months.append(found)
        checked = [(Decimal(dice.randint(0, 5)), Decimal(5)) for _n in range(dice.randint(0, 20))]
        annual = None if dice.random() < 0.1 else Decimal(dice.randint(700, 1100)) / 10
        weights = {"checks": 20, "monthly": 30, "annual": 50}
        got, slow = year_of(weights, checked, months, annual), slow_year(weights, checked, months, annual)
        if slow is None:
            assert got.total is None
            continue
        assert abs(float(got.total) - slow) <= 0.05 + 1e-9
        above += got.is_excellent
    assert above


def test_half_a_tenth_goes_up() -> None:
    assert reckoned.rounded(reckoned.Fraction(9025, 100)) == Decimal("90.3")
    assert reckoned.rounded(reckoned.Fraction(9024, 100)) == Decimal("90.2")


# Who is whose manager ------------------------------------------------------------------------------------


def test_every_act_is_for_whom_the_table_says_and_for_nobody_else(
    limin, chenfang, zhoujun, wuzong, auditor, admin, stranger, wanggong, sungong
) -> None:
    sheet = shown(limin, chenfang)
    expected = {
        limin: {Part.PERSON}, chenfang: {Part.MANAGER}, zhoujun: {Part.MANAGER, Part.NEXT},
        wuzong: {Part.MANAGER, Part.NEXT}, auditor: set(), admin: set(), stranger: set(), wanggong: set(),
        sungong: set(),
    }  # fmt: skip
    for user, parts in expected.items():
        own = own_permissions(user, april(3))
        assert parts_of(own, sheet) == parts, user
        assert (sheet in visible_to(own)) == bool(parts), user
        for state in State:
            may = {verb for verb, act in ACTS.items() if state in act.sources and parts & {*act.who}}
            assert set(possible(state, parts_of(own, sheet))) == may


def test_a_head_rates_his_own_department_and_the_property_manager_above_him(
    jinxiu, wanggong, sungong, zhoujun, chenfang
) -> None:
    other = office.add_user(username="baojie", name="赵保洁", email="b@example.com")
    lvhua = jinxiu.departments.create(name="绿化部")
    office.post(other, Role.DEPARTMENT_HEAD, at=BEFORE, department=lvhua)
    with pytest.raises(WrongPerson):
        begun(wanggong, other)
    with pytest.raises(WrongPerson):
        begun(wanggong, chenfang)  # a supervisor stands beside the department, not above it
    with pytest.raises(WrongPerson):
        begun(wanggong, wanggong)
    sheet = begun(wanggong, sungong)
    assert (sheet.role, sheet.department.name) == ("handler", "工程部")
    assert begun(wanggong, zhoujun) == sheet  # there is one sheet a month


def test_who_changed_the_estate_is_rated_where_he_was_at_the_months_end(
    limin, cuihu, chenfang, stranger
) -> None:
    old = limin.postings.get()
    old.ends_at = datetime(2026, 3, 20, tzinfo=SHANGHAI)
    old.save()
    office.post(limin, Role.FRONT_DESK, at=datetime(2026, 3, 20, tzinfo=SHANGHAI), estate=cuihu)
    with pytest.raises(WrongPerson):
        begun(limin, chenfang)
    assert begun(limin, stranger).estate == cuihu
    assert begun(limin, chenfang, day=date(2026, 2, 1)).estate.code == "JX"


def test_a_stand_in_reads_and_rates_nothing(limin, chenfang, wanggong) -> None:
    Absence.objects.create(user=chenfang, deputy=wanggong, starts_at=april(1), ends_at=april(20))
    sheet = shown(limin, chenfang)
    assert not visible_to(own_permissions(wanggong, april(3)))
    with pytest.raises(WrongPerson):
        do(sheets.take_back, sheet, "代班", by=wanggong, at=april(3))


def test_contractors_are_not_appraised_and_read_nothing(jinxiu, limin, chenfang, zhoujun) -> None:
    firm = jinxiu.departments.create(name="电梯维保", is_contractor=True)
    theirs = person("dianti", "电梯工", Role.HANDLER, department=firm)
    head = person("diantizu", "组长", Role.DEPARTMENT_HEAD, department=firm)
    shown(limin, chenfang)
    assert theirs not in [seat.user for seat in seats(april(1))]
    for user in (theirs, head):
        assert not visible_to(own_permissions(user, april(3)))
    with pytest.raises(WrongPerson):
        begun(theirs, zhoujun)


def test_a_draft_is_not_read_by_the_person(limin, chenfang) -> None:
    sheet = begun(limin, chenfang)
    assert not visible_to(own_permissions(limin, april(1)))
    do(sheets.show, sheet, by=chenfang, at=april(2))
    assert visible_to(own_permissions(limin, april(2))).get() == sheet
    do(sheets.take_back, sheet, "写错了人", by=chenfang, at=april(2))
    assert not visible_to(own_permissions(limin, april(2)))


# Entries -------------------------------------------------------------------------------------------------


def test_points_come_off_by_criteria_and_what_is_wrong_is_said_at_its_field(limin, chenfang) -> None:
    sheet = begun(limin, chenfang)
    wrong = [
        (sheets.deduct, sheets.Said("", item="attendance", points=Decimal(1)), "words"),
        (sheets.deduct, sheets.Said("迟到", item="none", points=Decimal(1)), "item"),
        (sheets.deduct, sheets.Said("迟到", item="attendance", points=Decimal(6)), "points"),
        (sheets.deduct, sheets.Said("迟到", item="attendance", points=Decimal(0)), "points"),
        (sheets.deduct, sheets.Said("迟到", "attendance", "morals-1", Decimal(1)), "criterion"),
        (sheets.deduct, sheets.Said("迟到", "attendance", points=Decimal(1), case="JX-2026-000099"), "case"),
        (sheets.lose, sheets.Said("私收现金", item="morals"), "penalty"),
        (sheets.reward, sheets.Said("嘉奖", points=Decimal("0.5")), "points"),
        (sheets.reward, sheets.Said("嘉奖", points=Decimal(11)), "points"),
    ]
    for act, said, field in wrong:
        with pytest.raises(Refused) as refused:
            do(act, sheet, said, by=chenfang, at=april(2))
        assert refused.value.field == field
    assert again(sheet).version == 1 and not AppraisalEntry.objects.exists()
    do(sheets.deduct, sheet, LATE, by=chenfang, at=april(2))
    do(sheets.lose, sheet, HARM, by=chenfang, at=april(2))
    do(sheets.reward, sheet, PRAISE, by=chenfang, at=april(2))
    assert again(sheet).points.total == 100 - 1 - 5 + 5
    entry = sheet.entries.get(sort=Sort.LOST)
    with pytest.raises(Refused):
        do(sheets.strike, sheet, entry.pk, " ", by=chenfang, at=april(2))
    do(sheets.strike, sheet, entry.pk, "查无此事", by=chenfang, at=april(2))
    assert again(sheet).points.total == 104 and sheet.entries.count() == 3
    with pytest.raises(Refused):
        do(sheets.strike, sheet, entry.pk, "再一次", by=chenfang, at=april(2))


def test_a_case_stands_beside_an_entry_where_its_writer_may_read_it(case_in, limin, chenfang) -> None:
    case = case_in("received")
    said = sheets.Said("未按时限回复", "efficiency", "efficiency-2", Decimal(1), case=case.number.lower())
    made = do(sheets.deduct, begun(limin, chenfang), said, by=chenfang, at=april(2))
    assert made.complaint == case


def test_two_who_write_at_once_do_not_overwrite_each_other(limin, chenfang, zhoujun) -> None:
    sheet = begun(limin, chenfang)
    sheets.deduct(sheet, LATE, started_from=1, by=zhoujun, at=april(2))
    with pytest.raises(Overtaken):
        sheets.deduct(sheet, LATE, started_from=1, by=chenfang, at=april(2))
    assert sheet.entries.count() == 1


def test_the_tables_refuse_what_no_act_would_do(limin, chenfang) -> None:
    sheet = shown(limin, chenfang)
    for changes in (
        {"rated_by": limin},
        {"state": "frozen"},
        {"state": "appealed"},
        {"decided_by": chenfang},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AppraisalSheet.objects.filter(pk=sheet.pk).update(**changes)


# Shown, signed, appealed, closed --------------------------------------------------------------------------


def test_a_month_is_shown_once_it_is_over_and_signed_with_a_remark(limin, chenfang) -> None:
    sheet = begun(limin, chenfang, at=april(1) - 5 * DAY)
    with pytest.raises(Refused):
        do(sheets.show, sheet, by=chenfang, at=april(1) - 5 * DAY)
    do(sheets.show, sheet, by=chenfang, at=april(2))
    for act, words in ((sheets.deduct, [LATE]), (sheets.show, [])):
        with pytest.raises(WrongStatus):
            do(act, sheet, *words, by=chenfang, at=april(2))
    with pytest.raises(WrongPerson):
        do(sheets.sign, sheet, "", by=chenfang, at=april(3))
    do(sheets.sign, sheet, "无异议", by=limin, at=april(3))
    assert (again(sheet).state, again(sheet).remark) == ("signed", "无异议")
    assert sheets.close_due(april(12) - timedelta(seconds=1)) == 0
    assert sheets.close_due(april(12)) == 1
    row = again(sheet)
    assert (row.state, row.frozen["total"], sheets.stands(row)) == ("frozen", "100", True)
    AppraisalEntry.objects.create(
        sheet=row,
        sort="deduction",
        item="morals",
        points=1,
        words="事后",
        added_at=april(13),
        added_by=chenfang,
    )
    assert not sheets.stands(again(sheet))


def test_an_appeal_goes_to_the_next_manager_above_the_rater_within_ten_days(
    limin, chenfang, zhoujun, wuzong
) -> None:
    sheet = shown(limin, chenfang, LATE)
    with pytest.raises(Refused) as refused:
        do(sheets.appeal, sheet, " ", by=limin, at=april(3))
    assert refused.value.field == "words"
    with pytest.raises(Refused):
        do(sheets.appeal, sheet, "当天是我调休", by=limin, at=april(12))
    do(sheets.appeal, sheet, "当天是我调休", by=limin, at=april(11))
    told = Notification.objects.filter(kind="appraisal_appealed")
    assert [line.user for line in told] == [zhoujun]
    assert sheets.close_due(april(30)) == 0  # an appeal waits for its decision
    with pytest.raises(WrongPerson):
        do(sheets.decide, sheet, "维持", by=chenfang, at=april(13))
    entry = sheet.entries.get()
    with pytest.raises(WrongPerson):
        do(sheets.strike, again(sheet), entry.pk, "自己撤", by=chenfang, at=april(13))
    do(sheets.strike, again(sheet), entry.pk, "当天确系调休", by=zhoujun, at=april(13))
    do(sheets.decide, sheet, "申诉成立，撤销扣分", by=zhoujun, at=april(13))
    row = again(sheet)
    assert (row.state, row.frozen["total"], row.decided_by) == ("frozen", "100", zhoujun)
    assert {line.user for line in Notification.objects.filter(kind="appraisal_decided")} == {limin, chenfang}


def test_nobody_above_the_general_manager_decides_and_it_is_said(zhoujun, wuzong) -> None:
    sheet = shown(zhoujun, wuzong)
    with pytest.raises(Refused, match="stands above|之上"):
        do(sheets.appeal, sheet, "不认可", by=zhoujun, at=april(3))
    other = person("fuzong", "副总", Role.GENERAL_MANAGER)
    do(sheets.appeal, sheet, "不认可", by=zhoujun, at=april(3))
    with pytest.raises(WrongPerson):
        do(sheets.decide, sheet, "维持", by=wuzong, at=april(4))
    do(sheets.decide, sheet, "维持", by=other, at=april(4))


def test_no_message_tells_a_point(limin, chenfang, zhoujun) -> None:
    sheet = shown(limin, chenfang, LATE)
    do(sheets.appeal, sheet, "当天是我调休", by=limin, at=april(3))
    do(sheets.decide, sheet, "维持原判", by=zhoujun, at=april(4))
    said = [
        *Notification.objects.values_list("params", flat=True),
        *OutboxMessage.objects.values_list("params", flat=True),
    ]
    assert said
    for params in said:
        assert set(params) <= {"appraisal", "appraisal_of", "from_person"}


# The year ------------------------------------------------------------------------------------------------


def test_the_year_is_the_weighted_mean_of_what_there_is_and_says_what_is_missing(
    limin, chenfang, zhoujun
) -> None:
    for month, points in ((1, 0), (2, 3), (3, 5)):
        said = [sheets.Said("扣分", "effect", "effect-1", Decimal(points))] if points else []
        at = datetime(2026, month + 1, 3, 9, tzinfo=SHANGHAI)
        closed(limin, chenfang, *said, at=at, day=date(2026, month, 5))
    checks.add(limin, date(2026, 3, 4), "attendance", Decimal(4), "抽查", by=chenfang, at=april(1))
    wrong = checks.add(limin, date(2026, 3, 5), "attendance", Decimal(0), "抽查", by=chenfang, at=april(1))
    checks.strike(wrong, "看错了人", by=zhoujun, at=april(1))
    at = datetime(2027, 1, 4, 9, tzinfo=SHANGHAI)
    with pytest.raises(Refused):
        begun(limin, chenfang, at=datetime(2025, 12, 1, tzinfo=SHANGHAI), day=date(2026, 6, 1), kind="year")
    december = begun(limin, chenfang, at=at, day=date(2026, 12, 1))
    year = begun(limin, chenfang, at=at, day=date(2026, 6, 1), kind="year")
    do(sheets.deduct, year, LATE, by=chenfang, at=at)
    with pytest.raises(Refused, match="2026-12"):
        do(sheets.show, year, by=chenfang, at=at)
    AppraisalSheet.objects.filter(pk=december.pk).delete()
    do(sheets.show, year, by=chenfang, at=at)
    told = years.told(again(year))
    assert told.missing == list(range(4, 13))
    # 20 % of 80, 30 % of (100 + 97 + 95) / 3, 50 % of 99
    assert told.points.total == Decimal("94.7") and not told.points.is_excellent
    with pytest.raises(Refused):
        checks.add(limin, date(2026, 3, 6), "attendance", Decimal(5), "补记", by=chenfang, at=at)
    assert sheets.close_due(at + 10 * DAY) == 1
    assert again(year).frozen["year"]["total"] == "94.7" and sheets.stands(again(year))


def test_a_check_is_a_managers_and_stays_within_its_item(limin, chenfang, wanggong) -> None:
    for by, on, points, field in (
        (wanggong, MARCH, 3, None), (limin, MARCH, 5, None), (chenfang, date(2026, 4, 2), 3, "on"),
        (chenfang, MARCH, 6, "points"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            checks.add(limin, on, "attendance", Decimal(points), "抽查", by=by, at=april(1))
        assert refused.value.field == field
    assert not AppraisalCheck.objects.exists()


# Versions ------------------------------------------------------------------------------------------------


def test_a_version_holds_from_its_month_on_and_sheets_keep_theirs(
    limin, chenfang, wuzong, admin, zhoujun
) -> None:
    begun(limin, chenfang)
    data = scheme.DEFAULTS | {"weights": {"checks": 10, "monthly": 40, "annual": 50}}
    say = {"started_from": 1, "at": april(2)}
    with pytest.raises(WrongPerson):
        schemes.save(data, date(2026, 4, 1), "改", by=zhoujun, **say)
    for wrong, day, field in (
        (data, date(2026, 4, 2), "holds_from"), (data, date(2026, 3, 1), "holds_from"),
        (data | {"weights": {"checks": 10, "monthly": 40, "annual": 40}}, date(2026, 4, 1), "checks"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            schemes.save(wrong, day, "改", by=admin, **say)
        assert refused.value.field == field
    schemes.save(data, date(2026, 4, 1), "按新办法", by=wuzong, **say)
    with pytest.raises(Overtaken):
        schemes.save(data, date(2026, 4, 1), "按新办法", by=admin, **say)
    assert again(begun(limin, chenfang)).scheme.number == 1
    assert begun(limin, chenfang, at=april(20), day=date(2026, 4, 1)).scheme.number == 2
    assert begun(limin, chenfang, day=date(2026, 2, 1)).scheme.number == 1


def test_criteria_are_typed_a_line_each() -> None:
    rows = scheme.lines_as_criteria("morals", "2 | 迟到 | Late\n\n0.5｜早退")
    assert [(row["code"], row["points"], row["zh"], row["en"]) for row in rows] == [
        ("morals-1", "2", "迟到", "Late"), ("morals-2", "0.5", "早退", ""),
    ]  # fmt: skip
    assert scheme.criteria_in_lines(rows) == "2 | 迟到 | Late\n0.5 | 早退"
    for line in ("迟到", "两分 | 迟到", "0.25 | 迟到", "NaN | 迟到", "1 |"):
        with pytest.raises(Refused):
            scheme.lines_as_criteria("morals", line)


# Reminders and erasure --------------------------------------------------------------------------------------


def test_managers_are_reminded_once_of_the_sheets_of_a_month(
    limin, laozhao, wanggong, sungong, chenfang, zhoujun, wuzong
) -> None:
    assert beat.remind_due(april(3)) == 0  # nobody has begun one yet: not in use
    shown(limin, chenfang)
    assert beat.remind_due(april(2)) == 0
    assert beat.remind_due(april(3)) == 4
    assert beat.remind_due(april(3)) == beat.remind_due(april(4)) == 0
    lines = Notification.objects.filter(kind="appraisals_due")
    assert {line.user: line.params["count"] for line in lines} == {
        sungong: 1, chenfang: 1, zhoujun: 2, wuzong: 1,
    }  # fmt: skip


def test_after_two_years_everything_is_erased_and_nothing_before(limin, chenfang, zhoujun) -> None:
    sheet = shown(limin, chenfang, LATE)
    do(sheets.appeal, sheet, "当天是我调休", by=limin, at=april(3))
    do(sheets.decide, sheet, "维持原判", by=zhoujun, at=april(4))
    later = closed(limin, chenfang, at=datetime(2026, 5, 2, tzinfo=SHANGHAI), day=date(2026, 4, 1))
    checks.add(limin, MARCH, "attendance", Decimal(4), "抽查", by=chenfang, at=april(1))
    AppraisalReminder.objects.create(starts_on=MARCH, told_at=april(3))
    other = Notification.objects.create(
        user=limin, kind="digest", params={"appraisal": sheet.pk}, key="x", created_at=april(1)
    )
    assert keeping.forget(datetime(2028, 2, 29, 12, tzinfo=SHANGHAI)) == 0
    assert AppraisalSheet.objects.count() == 2 and AppraisalCheck.objects.count() == 1
    assert keeping.forget(datetime(2028, 4, 1, 0, 1, tzinfo=SHANGHAI)) == 2
    assert AppraisalSheet.objects.get() == later
    assert not AppraisalEntry.objects.filter(sheet=sheet.pk).exists()
    assert not AppraisalStep.objects.filter(sheet=sheet.pk).exists()
    assert not AppraisalCheck.objects.exists() and not AppraisalReminder.objects.exists()
    left = Notification.objects.filter(params__appraisal=sheet.pk)
    assert list(left) == [other]
    assert not OutboxMessage.objects.filter(params__appraisal=sheet.pk).exists()
