"""The year of the appraisal, checked by a slow routine; versions, reminders, and erasure on a moved clock."""

from __future__ import annotations

import random
from datetime import date, datetime
from decimal import Decimal

import pytest

from complaints.models import Notification, OutboxMessage
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports import appraisal_points as reckoned
from reports import appraisal_scheme as scheme
from reports.appraisal_points import Entry, points_of, year_of
from reports.appraisal_rows import (
    AppraisalCheck,
    AppraisalEntry,
    AppraisalReminder,
    AppraisalSheet,
    AppraisalStep,
)
from reports.appraisals import beat, checks, closing, keeping, schemes, sheets, years
from reports.calendar_rules import Overtaken
from reports.management.appraised import half_a_year
from tests.appraisals import LATE, MARCH, again, april, begun, closed, do, shown
from tests.cast import DAY, SHANGHAI

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
    assert again(year).frozen["year"]["total"] == "94.7" and closing.stands(again(year))


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
        schemes.save_next(data, date(2026, 4, 1), "改", by=zhoujun, **say)
    for wrong, day, field in (
        (data, date(2026, 5, 2), "holds_from"), (data, date(2026, 3, 1), "holds_from"),
        (data, date(2026, 4, 1), "holds_from"),
        (data | {"weights": {"checks": 10, "monthly": 40, "annual": 40}}, date(2026, 5, 1), "checks"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            schemes.save_next(wrong, day, "改", by=admin, **say)
        assert refused.value.field == field
    schemes.save_next(data, date(2026, 5, 1), "按新办法", by=wuzong, **say)
    with pytest.raises(Overtaken):
        schemes.save_next(data, date(2026, 5, 1), "按新办法", by=admin, **say)
    assert again(begun(limin, chenfang)).scheme.number == 1
    assert begun(limin, chenfang, at=april(20), day=date(2026, 4, 1)).scheme.number == 1
    may = datetime(2026, 5, 4, 9, tzinfo=SHANGHAI)
    assert begun(limin, chenfang, at=may, day=date(2026, 5, 1)).scheme.number == 2
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
    AppraisalReminder.objects.create(kind="month", starts_on=MARCH, told_at=april(3))
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


# The demo ------------------------------------------------------------------------------------------------


def test_the_demo_has_half_a_year_with_an_appeal_a_reward_and_an_item_lost(
    limin, laozhao, wanggong, sungong, chenfang, zhoujun, wuzong
) -> None:
    now = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)
    assert half_a_year(now, random.Random(2026)) == 36
    assert half_a_year(now, random.Random(2026)) == 0
    rows = AppraisalSheet.objects.all()
    assert rows.filter(kind="month", state="frozen").count() == 34
    assert rows.filter(decided_at__isnull=False).count() == rows.filter(kind="year").count() == 1
    assert AppraisalEntry.objects.filter(sort="reward").count() == 1
    assert AppraisalEntry.objects.filter(sort="lost").count() == 1
    assert not OutboxMessage.objects.exclude(state="muted").exists()
