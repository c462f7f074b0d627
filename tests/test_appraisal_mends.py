"""The appraisal where its order is disturbed: a year that was shown, an appeal nobody decides, who moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from complaints.models import Notification, OutboxMessage
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports.appraisal_rows import AppraisalReminder, AppraisalSheet
from reports.appraisal_scheme import DEFAULTS
from reports.appraisals import beat, checks, closing, keeping, lists, papers, schemes, sheets, years
from reports.appraisals.people import own_permissions, parts_of, visible_to
from reports.appraisals.telling import above_rater
from staff import actions as office
from staff.models import Absence, Estate, Posting, User
from staff.roles import Role
from tests.appraisals import LATE, MARCH, PRAISE, again, april, begun, closed, do, shown
from tests.cast import BEFORE, SHANGHAI, person

pytestmark = pytest.mark.django_db
YEAR = date(2026, 1, 1)


def january(day: int) -> datetime:
    return datetime(2027, 1, day, 9, tzinfo=SHANGHAI)


def told(kind: str) -> list[str]:
    rows = Notification.objects.filter(kind=kind).order_by("pk")
    return list(rows.values_list("user__username", flat=True))


# A year that was shown ----------------------------------------------------------------------------------


def test_a_year_stands_from_the_moment_it_is_shown(limin, chenfang, zhoujun) -> None:
    closed(limin, chenfang)
    february = begun(limin, chenfang, day=date(2026, 2, 1), at=january(2))
    AppraisalSheet.objects.filter(pk=february.pk).delete()
    checks.add(limin, MARCH, "attendance", Decimal(4), "抽查", by=chenfang, at=april(1))
    year = shown(limin, chenfang, LATE, day=YEAR, kind="year", at=january(3))
    assert years.told(year).points.total == Decimal("95.5")  # 20 % of 80, 30 % of 100, 50 % of 99
    with pytest.raises(Refused, match="annual|年终"):
        begun(limin, chenfang, day=date(2026, 2, 1), at=january(4))
    with pytest.raises(Refused):
        checks.add(limin, MARCH, "attendance", Decimal(0), "补记", by=chenfang, at=january(4))
    AppraisalSheet.objects.filter(kind="month").delete()  # erased before it
    assert years.told(again(year)).points.total == Decimal("95.5")
    do(sheets.appeal, year, "当天调休", by=limin, at=january(5))
    do(sheets.strike, again(year), year.entries.get().pk, "确系调休", by=zhoujun, at=january(6))
    assert years.told(again(year)).points.total == 96
    do(sheets.decide, year, "撤销", by=zhoujun, at=january(6))
    assert again(year).frozen["year"]["total"] == "96.0" and closing.stands(again(year))


def test_a_year_taken_back_is_reckoned_anew(limin, chenfang) -> None:
    year = shown(limin, chenfang, day=YEAR, kind="year", at=january(3))
    do(sheets.take_back, year, "漏了二月", by=chenfang, at=january(3))
    assert again(year).frozen == {}
    closed(limin, chenfang, LATE, day=date(2026, 2, 1), at=january(4))
    do(sheets.show, year, by=chenfang, at=january(15))
    assert years.told(again(year)).months == {2: Decimal(99)}


def test_a_year_has_no_total_before_it_is_shown_and_nobody_is_outstanding_before_it_is_closed(
    limin, chenfang
) -> None:
    closed(limin, chenfang, at=april(2))
    praised = begun(limin, chenfang, day=date(2026, 2, 1), at=april(2))
    do(sheets.reward, praised, PRAISE, by=chenfang, at=april(2))
    do(sheets.show, praised, by=chenfang, at=april(2))
    assert sheets.close_due(april(13))
    year = begun(limin, chenfang, day=YEAR, kind="year", at=january(3))

    def line() -> lists.Line:
        own = own_permissions(chenfang, january(14))
        return next(one for one in lists.lines_of(own, "year", YEAR, january(14)) if one.user == limin)

    found = line().year
    assert found and (found.points.total, found.annual, line().total) == (None, None, None)
    do(sheets.show, year, by=chenfang, at=january(3))
    assert years.told(again(year)).points.total == Decimal("100.9")
    assert (line().total, line().is_excellent) == (None, False)
    assert sheets.close_due(january(14))
    assert (line().total, line().is_excellent) == (Decimal("100.9"), True)


def test_the_months_of_a_closed_year_are_read_after_they_were_erased(limin, chenfang) -> None:
    closed(limin, chenfang)
    closed(limin, chenfang, day=YEAR, kind="year", at=january(3))
    later = datetime(2028, 6, 1, 9, tzinfo=SHANGHAI)
    assert keeping.forget(later) == 1
    lines = lists.lines_of(own_permissions(chenfang, later), "year", YEAR, later)
    assert lists.month_totals(2026, lines)[limin.pk] == {3: Decimal(100)}


# Appeals that nobody decides ----------------------------------------------------------------------------


def test_an_appeal_has_a_time_and_whoever_may_decide_now_is_reminded_of_it(
    limin, chenfang, zhoujun, wuzong
) -> None:
    sheet = shown(limin, chenfang, LATE)
    do(sheets.appeal, sheet, "当天调休", by=limin, at=april(3))
    assert again(sheet).decide_by == april(13)
    assert beat.remind_waiting(april(11) - timedelta(seconds=1)) == 0
    Posting.objects.filter(user=zhoujun).update(ends_at=april(5))  # he was told, and left
    assert beat.remind_waiting(april(11)) == 1
    assert told("appraisal_appeal_soon") == ["wuzong"]
    assert beat.remind_waiting(april(12)) == 0
    assert beat.remind_waiting(april(13)) == 1 and beat.remind_waiting(april(13)) == 0
    assert beat.remind_waiting(april(16)) == 1  # and on, until it is decided
    assert told("appraisal_appeal_over") == ["wuzong", "wuzong"]
    do(sheets.decide, sheet, "维持", by=wuzong, at=april(17))
    assert beat.remind_waiting(april(30)) == 0


def test_an_appeal_that_is_overdue_goes_to_everybody_above_and_at_last_to_the_administrators(
    limin, chenfang, zhoujun, wuzong, admin
) -> None:
    sheet = shown(limin, chenfang, LATE)
    do(sheets.appeal, sheet, "当天调休", by=limin, at=april(3))
    assert beat.remind_waiting(april(13)) == 1
    assert told("appraisal_appeal_over") == ["zhoujun", "wuzong"]
    Posting.objects.filter(user__in=[zhoujun, wuzong]).update(ends_at=april(14))
    assert beat.remind_waiting(april(16)) == 1
    assert told("appraisal_unreached") == [admin.username]
    assert set(Notification.objects.get(kind="appraisal_unreached").params) == {"appraisal", "appraisal_of"}


def test_an_absent_manager_is_passed_over_while_somebody_else_may_decide(
    limin, chenfang, zhoujun, wuzong
) -> None:
    sheet = shown(limin, chenfang, LATE)
    Absence.objects.create(user=zhoujun, starts_at=april(2), ends_at=april(20))
    assert above_rater(sheet, april(3)) == [wuzong]
    Absence.objects.create(user=wuzong, starts_at=april(2), ends_at=april(20))
    assert above_rater(sheet, april(3)) == [zhoujun]  # both are away: it waits for the nearest


def test_who_has_not_signed_is_told_before_the_days_to_appeal_are_over(limin, laozhao, chenfang) -> None:
    shown(limin, chenfang)
    do(sheets.sign, shown(laozhao, chenfang), "", by=laozhao, at=april(3))
    assert beat.remind_waiting(april(10) - timedelta(seconds=1)) == 0
    assert beat.remind_waiting(april(10)) == 1 and beat.remind_waiting(april(11)) == 0
    assert told("appraisal_unsigned") == ["limin"]


def test_managers_are_reminded_of_annual_sheets_once_december_is_closed(limin, chenfang) -> None:
    shown(limin, chenfang)
    assert beat.remind_due(january(14)) and not AppraisalReminder.objects.filter(kind="year").exists()
    assert beat.remind_due(january(15)) and beat.remind_due(january(16)) == 0
    line = Notification.objects.get(kind="appraisals_year_due", user=chenfang)
    assert line.params["appraisals"] == "2026"


def test_a_manager_posted_in_a_department_of_the_estate_decides_appeals(jinxiu, limin, chenfang) -> None:
    office_of = jinxiu.departments.create(name="客服部")
    boss = office.add_user(username="bunei", name="钱经理", email="q@example.com")
    office.post(boss, Role.PROPERTY_MANAGER, at=BEFORE, department=office_of)
    sheet = shown(limin, chenfang)
    assert above_rater(sheet, april(3)) == [boss]
    assert "next" in parts_of(own_permissions(boss, april(3)), sheet)


def test_who_wrote_what_stands_on_a_sheet_decides_no_appeal_against_it(
    limin, chenfang, zhoujun, wuzong
) -> None:
    sheet = begun(limin, zhoujun)
    do(sheets.deduct, sheet, LATE, by=zhoujun, at=april(2))
    do(sheets.reward, sheet, PRAISE, by=chenfang, at=april(2))
    do(sheets.show, sheet, by=chenfang, at=april(2))
    do(sheets.appeal, sheet, "当天调休", by=limin, at=april(3))
    assert told("appraisal_appealed") == ["wuzong"]
    with pytest.raises(WrongPerson):
        do(sheets.decide, sheet, "维持", by=zhoujun, at=april(4))
    praise = sheet.entries.get(sort="reward").pk
    with pytest.raises(Refused, match="reward|奖励"):
        do(sheets.strike, again(sheet), praise, "不给了", by=wuzong, at=april(4))
    do(sheets.decide, sheet, "维持", by=wuzong, at=april(4))


# Versions -----------------------------------------------------------------------------------------------


def test_the_month_that_has_begun_is_told_by_the_zone(wuzong) -> None:
    early = datetime(2026, 3, 31, 23, tzinfo=UTC)  # 07:00 on 1 April in Shanghai
    data, number = DEFAULTS | {"appeal_days": 3}, schemes.newest().number
    for day in (date(2026, 3, 1), date(2026, 4, 1)):
        with pytest.raises(Refused) as refused:
            schemes.save_next(data, day, "改", started_from=number, by=wuzong, at=early)
        assert refused.value.field == "holds_from"
    assert schemes.save_next(data, date(2026, 5, 1), "改", started_from=number, by=wuzong, at=early)


def test_a_version_of_later_years_erases_nothing_and_reminds_of_nothing_yet(limin, chenfang, wuzong) -> None:
    closed(limin, chenfang)
    number = schemes.newest().number
    longer, shorter = DEFAULTS | {"kept_years": 5, "due_day": 20}, DEFAULTS
    schemes.save_next(longer, date(2026, 5, 1), "改", started_from=number, by=wuzong, at=april(20))
    assert beat.remind_due(april(21)) > 0  # still by the fifth
    later = datetime(2029, 6, 1, 9, tzinfo=SHANGHAI)
    schemes.save_next(shorter, date(2032, 1, 1), "改", started_from=number + 1, by=wuzong, at=later)
    assert keeping.forget(later) == 0
    assert keeping.forget(datetime(2031, 4, 1, 9, tzinfo=SHANGHAI)) == 1


# People who move -----------------------------------------------------------------------------------------


def move(user: User, estate: Estate) -> None:
    """To the other estate in the middle of March."""
    at = datetime(2026, 3, 15, tzinfo=SHANGHAI)
    user.postings.update(ends_at=at)
    office.post(user, Role.FRONT_DESK, at=at, estate=estate)


def test_a_sheet_that_was_begun_goes_with_the_person(limin, chenfang, stranger, cuihu) -> None:
    sheet = begun(limin, chenfang, at=datetime(2026, 3, 2, 9, tzinfo=SHANGHAI))
    move(limin, cuihu)
    with pytest.raises(WrongPerson, match=str(cuihu)):
        do(sheets.show, sheet, by=chenfang, at=april(1))
    assert begun(limin, stranger) == sheet
    row = again(sheet)
    assert row.estate == cuihu and row in visible_to(own_permissions(stranger, april(1)))
    assert row not in visible_to(own_permissions(chenfang, april(1)))
    do(sheets.show, sheet, by=stranger, at=april(1))


def test_a_sheet_that_was_shown_elsewhere_says_where_it_lies(
    limin, chenfang, stranger, cuihu, jinxiu
) -> None:
    sheet = shown(limin, chenfang)
    move(limin, cuihu)  # entered late
    with pytest.raises(Refused, match=str(jinxiu)):
        begun(limin, stranger, at=april(3))
    assert again(sheet).estate == jinxiu


# Times that are no times ---------------------------------------------------------------------------------


def test_nothing_is_begun_or_checked_of_a_time_that_is_erased_or_never_comes(limin, chenfang) -> None:
    later = datetime(2028, 6, 1, 9, tzinfo=SHANGHAI)
    for kind, day in (("month", MARCH), ("month", date(2028, 7, 1)), ("year", date(9999, 12, 31))):
        with pytest.raises(Refused):
            begun(limin, chenfang, at=later, day=day, kind=kind)
    with pytest.raises(Refused) as refused:
        checks.add(limin, MARCH, "attendance", Decimal(4), "抽查", by=chenfang, at=later)
    assert refused.value.field == "on"
    assert begun(limin, chenfang, at=later, day=date(2028, 5, 1))


# Papers --------------------------------------------------------------------------------------------------


def test_a_list_is_fetched_by_who_still_reads_every_sheet_of_it(limin, chenfang, cuihu) -> None:
    shown(limin, chenfang)
    which = papers.asked_list(chenfang, "month", MARCH, april(3))
    assert which["sheets"] and papers.readable(chenfang, which, april(3))
    chenfang.postings.update(ends_at=april(4))
    office.post(chenfang, Role.SUPERVISOR, at=april(4), estate=cuihu)
    person("xinren", "新人", Role.FRONT_DESK, estate=cuihu)
    assert lists.leads_anybody(own_permissions(chenfang, april(5)), april(5))
    assert not papers.readable(chenfang, which, april(5))


def test_what_was_taken_back_is_told_no_more(limin, chenfang) -> None:
    sheet = shown(limin, chenfang)
    do(sheets.take_back, sheet, "写错了", by=chenfang, at=april(2))
    assert not Notification.objects.filter(kind="appraisal_shown", read_at=None).exists()
    sent = OutboxMessage.objects.filter(kind="appraisal_shown")
    assert {one.state for one in sent} <= {OutboxMessage.State.MUTED}
    do(sheets.show, sheet, by=chenfang, at=april(3))
    assert Notification.objects.filter(kind="appraisal_shown", read_at=None).count() == 1
