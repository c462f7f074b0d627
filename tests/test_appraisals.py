"""The appraisal of staff: points, who may do what and read what, appeals, closing, reminders, erasure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from complaints.models import Notification, OutboxMessage
from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused
from reports import appraisal_scheme as scheme
from reports.appraisal_points import Sort
from reports.appraisal_rows import (
    AppraisalEntry,
    AppraisalSheet,
)
from reports.appraisal_rules import ACTS, Part, State, possible
from reports.appraisals import closing, sheets
from reports.appraisals.people import own_permissions, parts_of, seats, visible_to
from reports.calendar_rules import Overtaken
from staff import actions as office
from staff.models import Absence
from staff.roles import Role
from tests.appraisals import HARM, LATE, PRAISE, again, april, begun, do, shown
from tests.cast import BEFORE, DAY, SHANGHAI, person

pytestmark = pytest.mark.django_db
OPERATING = scheme.read({}).items[scheme.Object.OPERATING]


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
    assert (row.state, row.frozen["total"], closing.stands(row)) == ("frozen", "100", True)
    AppraisalEntry.objects.create(
        sheet=row,
        sort="deduction",
        item="morals",
        points=1,
        words="事后",
        added_at=april(13),
        added_by=chenfang,
    )
    assert not closing.stands(again(sheet))


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
