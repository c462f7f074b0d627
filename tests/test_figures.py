"""The month counted by hand: every figure of these tests was worked out on paper."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from complaints import actions
from complaints.models import Cause, Clock
from complaints.policy import Severity
from complaints.sweep import sweep
from reports import words
from reports.figures.month import Month
from reports.figures.monthly import monthly
from reports.figures.shapes import OnTime, Rate
from reports.monthly.tables import tables
from reports.monthly.workbook import sheets
from tests.cast import DAY, HOUR, MINUTE, SHANGHAI, march
from tests.figures import APRIL_2, MARCH, handled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


# Months ---------------------------------------------------------------------------------------


def test_a_month_is_read_and_written_as_a_year_and_a_number():
    assert Month.parse("2026-03") == MARCH and str(MARCH) == "2026-03"
    assert MARCH.plus(-3) == Month(2025, 12) and MARCH.plus(10) == Month(2027, 1)
    for wrong in ("2026-3", "2026-13", "2026-00", "26-03", "2026-03-01", "２０２６-03", ""):
        with pytest.raises(ValueError, match="2026-03"):
            Month.parse(wrong)


def test_every_month_from_january_2000_to_december_2999_is_one_and_none_before_or_after():
    for right in ("2000-01", "2026-12", "2999-12"):
        assert str(Month.parse(right)) == right
    for wrong in ("1999-12", "3000-01"):
        with pytest.raises(ValueError, match=wrong):
            Month.parse(wrong)


def test_a_months_last_day_is_the_one_before_the_next_begins():
    days = [Month(2026, 12), Month(2027, 2), Month(2028, 2), Month(2026, 4)]
    assert [(month.last_day.month, month.last_day.day) for month in days] == [
        (12, 31), (2, 28), (2, 29), (4, 30),
    ]  # fmt: skip


def test_a_month_begins_at_midnight_of_the_estate_and_ends_before_the_next():
    start, end = MARCH.bounds(ZoneInfo("Asia/Shanghai"))
    assert (start.isoformat(), end.isoformat()) == ("2026-02-28T16:00:00+00:00", "2026-03-31T16:00:00+00:00")
    # In a zone with summer time, March has one hour less.
    start, end = MARCH.bounds(ZoneInfo("Europe/Berlin"))
    assert end - start == timedelta(days=31, hours=-1)


# Received -------------------------------------------------------------------------------------


def test_a_case_counts_in_the_month_of_its_receipt_on_the_estates_wall_clock(case_in, count):
    case_in("classified", at=march(1, 0, 0))
    case_in("classified", at=march(31, 23, 59))
    case_in("classified", at=march(1, 0, 0) - MINUTE)
    case_in("classified", at=march(31, 23, 59) + MINUTE)
    figures = count()
    # The one of the last minute was judged in April only; so was none of February's.
    assert (figures.received, figures.valid) == (2, 1)
    assert [(point.month, point.received) for point in figures.trend[-2:]] == [("2026-02", 1), ("2026-03", 2)]


def test_an_estate_in_another_zone_has_its_own_month(case_in, jinxiu, count):
    case_in("classified", at=march(1, 0, 30))  # 28 February in Berlin
    type(jinxiu).objects.filter(pk=jinxiu.pk).update(time_zone="Europe/Berlin")
    jinxiu = type(jinxiu).objects.get()
    assert monthly([jinxiu], MARCH, APRIL_2).received == 0
    assert monthly([jinxiu], Month(2026, 2), APRIL_2).received == 1


def test_void_entries_count_nowhere_and_unjudged_ones_are_received_but_not_upheld(
    case_in, office_of_jinxiu, count
):
    wrong = case_in("acting", at=march(3))
    actions.void(wrong, note="重复录入", by=office_of_jinxiu.chenfang, at=march(4))
    case_in("recorded", at=march(5))
    case_in("classified", at=march(6), severity="major")
    figures = count()
    assert (figures.received, figures.valid) == (2, 1)
    (row,) = figures.by_category
    assert (row.minor, row.important, row.major, row.unclassified, row.valid) == (0, 0, 1, 1, 1)
    assert figures.on_time == OnTime(late_open=1)


def test_a_complaint_not_upheld_is_received_but_in_no_rate_of_the_upheld(case_in, office_of_jinxiu, count):
    people = office_of_jinxiu
    case = case_in("acting", at=march(3))
    actions.propose_invalid(case, note="本年度账单", by=people.limin, at=march(3, 10))
    actions.confirm_invalid(case, by=people.chenfang, at=march(3, 11))
    figures = count()
    assert (figures.received, figures.valid) == (1, 0)
    (line,) = figures.estates
    assert (line.received, line.valid) == (1, 0)
    assert (figures.trend[-1].received, figures.trend[-1].valid, figures.causes) == (1, 0, ())
    assert figures.on_time.rate == Rate(0, 0)
    assert figures.closure == Rate(0, 0)


def test_valid_complaints_stand_by_department_and_cause_and_else_by_category(
    case_in, office_of_jinxiu, count
):
    worn = Cause.objects.create(code="worn", zh="设施老化", en="Worn out")
    first, second, *_others = [case_in("acting", at=march(3)) for _n in range(4)]
    for case in (first, second):
        case.refresh_from_db()
        actions.edit(case, {"cause": worn}, version=case.version, by=office_of_jinxiu.limin, at=march(3, 12))
    type(second).objects.filter(pk=second.pk).update(department=None)
    assert [(line.department, line.is_contractor, line.cause, line.valid) for line in count().causes] == [
        ("Engineering", False, "Repairs", 2),
        ("Engineering", False, "Worn out", 1),
        ("No department", False, "Worn out", 1),
    ]


def test_complaints_per_thousand_households_stand_beside_last_month_and_last_year(case_in, count):
    for at in (march(3), march(9), march(20), march(3) - 20 * DAY, march(3) - 365 * DAY):
        case_in("classified", at=at)
    (line,) = count().estates
    assert (line.valid, line.valid_last_month, line.valid_last_year) == (3, 1, 1)
    assert line.rate == 3 * 1000 / 96
    assert line.rate_last_month == 1 * 1000 / 96


def test_an_estate_without_households_has_no_rate_rather_than_an_error(case_in, jinxiu, count):
    case_in("classified")
    jinxiu.households = 0
    (line,) = count().estates
    assert line.rate is None


def test_an_empty_month_has_no_shares_and_thirteen_points(count):
    figures = count()
    assert (figures.received, figures.on_time.rate.share, figures.satisfaction.mean) == (0, None, None)
    assert figures.first_time.share is figures.closure.share is figures.revisit.share is None
    assert [point.month for point in figures.trend][::12] == ["2025-03", "2026-03"]
    assert all(spread.median is None for spread in figures.handled)
    assert (figures.overruns.total, figures.attention.total, figures.decisions.total) == (0, 0, 0)


# On time --------------------------------------------------------------------------------------


def test_the_on_time_rate_tells_four_ways_apart(case_in, extended, office_of_jinxiu, count):
    people = office_of_jinxiu
    # Important: three days. In time to the minute; a minute late; extended and kept; extended and missed.
    handled(case_in("acting", at=march(2, 9)), people, march(5, 9))
    handled(case_in("acting", at=march(3, 9)), people, march(6, 9, 1))
    kept = case_in("acting", at=march(4, 9))
    extended(kept, asked_at=march(6, 9), until=march(9, 9))
    handled(kept, people, march(9, 9))
    missed = case_in("acting", at=march(5, 9))
    extended(missed, asked_at=march(7, 9), until=march(10, 9))
    handled(missed, people, march(11, 9))
    case_in("acting", at=march(6, 9))  # nobody handles it
    assert count().on_time == OnTime(on_time=1, extended=1, late_handled=2, late_open=1)
    assert count().on_time.rate == Rate(2, 5)


def test_an_extension_granted_after_the_deadline_was_missed_does_not_mend_it(
    case_in, extended, office_of_jinxiu, count, monkeypatch
):
    monkeypatch.setattr("complaints.sweep.check_skew", lambda now: None)
    case = case_in("acting", at=march(2, 9))
    sweep(march(5, 9))
    extended(case, asked_at=march(5, 10), until=march(8, 9))
    handled(case, office_of_jinxiu, march(7, 9))
    assert count().on_time == OnTime(late_handled=1)


def test_a_deadline_belongs_to_the_month_it_falls_in(case_in, office_of_jinxiu, count):
    people = office_of_jinxiu
    handled(case_in("acting", at=march(29, 0, 0)), people, march(30))  # due on 1 April at midnight
    handled(case_in("acting", at=march(28, 23, 59)), people, march(30))
    assert count().on_time == OnTime(on_time=1)
    assert count(month=Month(2026, 4)).on_time == OnTime(on_time=1)


def test_within_the_month_what_is_not_yet_due_is_neither_kept_nor_late(case_in, office_of_jinxiu, count):
    case_in("acting", at=march(9))
    handled(case_in("acting", at=march(10)), office_of_jinxiu, march(10, 12))
    assert count(now=march(11)).on_time == OnTime(on_time=1)
    assert count(now=march(12, 9, 1)).on_time == OnTime(on_time=1, late_open=1)


def test_what_happens_after_the_month_changes_nothing_in_it(case_in, office_of_jinxiu, count):
    case = case_in("acting", at=march(20))
    before = count(now=march(31, 23, 59) + MINUTE)
    handled(case, office_of_jinxiu, march(31) + 5 * DAY)
    after = count(now=march(31) + 9 * DAY)
    assert before.on_time == after.on_time == OnTime(late_open=1)
    assert before.overruns.total == after.overruns.total == 1


# Times ----------------------------------------------------------------------------------------


def test_median_and_ninth_decile_are_real_times_by_severity(case_in, office_of_jinxiu, count):
    for day, hours in enumerate((1, 2, 3, 4, 5, 6, 7, 8, 9, 10), start=2):
        case = case_in("acting", at=march(day, 9))
        handled(case, office_of_jinxiu, march(day, 9) + hours * HOUR)
    handled(case_in("acting", at=march(20), severity="major"), office_of_jinxiu, march(20) + 30 * HOUR)
    minor, important, major = count().handled
    assert (minor.count, minor.median, minor.p90) == (0, None, None)
    assert (important.count, important.median, important.p90) == (10, 5.0, 9.0)
    assert (major.count, major.median, major.p90) == (1, 30.0, 30.0)
    assert major.severity == Severity.MAJOR.label


def test_the_clear_answer_counts_when_given_and_else_the_reply(case_in, office_of_jinxiu, count):
    people = office_of_jinxiu
    major = case_in("acting", at=march(9, 9), severity="major")
    actions.answer(
        major, note="配件本周五前到位更换。", method="phone", clear=True, by=people.limin, at=march(9, 14)
    )
    case_in("closed", at=march(10, 9))  # replied after 40 minutes
    _minor, important, graver = count().clear_answer
    assert (graver.count, graver.median) == (1, 5.0)
    assert (important.count, important.median) == (1, pytest.approx(40 / 60))


# Extensions, revisits, second complaints ----------------------------------------------------------


def test_extensions_are_counted_as_asked_granted_shortened_declined_by_whom(case_in, extended, count):
    extended(case_in("acting", at=march(2, 9)), asked_at=march(3), until=march(8))
    extended(case_in("acting", at=march(3, 9)), asked_at=march(4), until=march(9), granted_until=march(7))
    extended(case_in("acting", at=march(4, 9)), asked_at=march(5), until=march(9), declined=True)
    told = count().extensions
    assert (told.asked, told.granted, told.declined, told.pending) == (3, 2, 1, 0)
    (wuzong,) = told.by
    assert (wuzong.name, wuzong.granted, wuzong.shortened, wuzong.declined) == ("吴海涛", 2, 1, 1)


def test_what_waits_for_a_manager_is_listed_as_a_decision(case_in, office_of_jinxiu, count):
    people = office_of_jinxiu
    case = case_in("acting", at=march(29))
    actions.ask_extension(
        case, clock="resolve", reason="weather", note="连续下雨", new_due_at=march(31) + 3 * DAY,
        by=people.wanggong, at=march(30), not_told_because="电话未接通",
    )  # fmt: skip
    actions.propose_compensation(case, amount=Decimal(860), note="地板", by=people.limin, at=march(30, 10))
    figures = count()
    assert [(d.number, d.matter, d.approver) for d in figures.decisions.lines] == [
        (case.number, "Extension: Weather", "General manager"),
        (case.number, "Compensation of 860.00 yuan", "Property manager"),
    ]
    assert (figures.compensation.waiting, figures.compensation.waiting_amount) == (1, 860)
    assert figures.compensation.approved == 0


def test_a_second_complaint_counts_and_spoils_the_first_time_rate(case_in, office_of_jinxiu, count):
    case_in("closed", at=march(2))
    again = case_in("replied", at=march(3))
    actions.dispute(again, note="还在漏", by=office_of_jinxiu.limin, at=march(5))
    figures = count()
    assert (figures.second, figures.second_open) == (1, 1)
    assert figures.first_time == Rate(1, 1)  # the other is not closed yet
    assert figures.closure == Rate(1, 2)


def test_who_withdraws_and_comes_back_complains_no_second_time(walk_in, count):
    case = walk_in(march(3))
    actions.withdraw(case, note="不投诉了", by=None, at=march(4))
    actions.reopen(case, note="还是要投诉", by=None, at=march(5))
    assert (count().second, count().second_open) == (0, 0)


def test_revisits_are_kept_when_done_within_three_days_of_the_reply(case_in, office_of_jinxiu, count):
    people = office_of_jinxiu
    case_in("closed", at=march(2))
    late = case_in("replied", at=march(3, 9))  # replied at 09:40
    actions.revisit(
        late, answers=actions.Answers(satisfaction=2), method="phone", by=people.chenfang, at=march(6, 9, 41)
    )
    case_in("replied", at=march(4))
    figures = count()
    assert figures.revisit == Rate(1, 3)
    assert figures.satisfaction.counts == (0, 1, 0, 0, 1)
    assert figures.satisfaction.mean == 3.5
    assert figures.satisfaction.satisfied == Rate(1, 2)


# Who and what -------------------------------------------------------------------------------------


def test_what_is_late_for_less_than_a_day_is_told_in_hours_and_less_than_an_hour_in_minutes():
    told = [words.late(length) for length in (None, 20 * MINUTE, 5 * HOUR + MINUTE, DAY, 8 * DAY)]
    assert told == ["–", "20 min", "5 h", "1 d", "8 d"]


def test_cases_with_a_court_the_media_or_an_authority_behind_them_come_first(case_in, count):
    case_in("acting", at=march(28))
    case_in("acting", at=march(30), facts={"lawsuit_threatened": True})
    case_in("acting", at=march(31), channel="hotline")
    lines = count().attention.lines
    assert {line.reasons for line in lines} >= {("Government hotline 12345",)}
    assert count().attention.total == 2


def test_cases_of_the_notice_grade_important_have_an_entry_of_their_own(case_in, count, office_of_jinxiu):
    people = office_of_jinxiu
    again = case_in("replied", at=march(2))
    actions.dispute(again, note="没修好", by=people.limin, at=march(3))
    ended = case_in("closed", at=march(5), facts={"outside_help": True})
    before = case_in("closed", at=march(2) - 20 * DAY, facts={"outside_help": True})
    case_in("acting", at=march(20), facts={"lawsuit_threatened": True})  # hot: to watch
    case_in("acting", at=march(21))
    notable = count().notable
    assert [line.number for line in notable.lines] == [again.number, ended.number]
    assert before.number not in {line.number for line in notable.lines}  # it was closed a month earlier
    assert notable.lines[0].reasons == ("complained again after completion (cycle 2)",)
    assert notable.lines[1].reasons == ("help from outside is needed",)
    assert notable.lines[1].status == "Closed · Resolved"
    sheet = next(each for each in sheets(count()) if each.sheet == "Important notices")
    page = tables(count(), SHANGHAI)["notable"]
    assert [row[0] for row in sheet.rows] == [again.number, ended.number]
    assert again.number in page and "complained again" in page


def test_the_work_is_told_by_department_first_receiver_and_handler(case_in, count):
    case_in("closed", at=march(2))
    case_in("acting", at=march(3))
    figures = count()
    names = [
        [line.name for line in lines] for lines in (figures.departments, figures.receivers, figures.handlers)
    ]
    assert names == [["Engineering"], ["李敏"], ["王建军"]]
    for lines in (figures.departments, figures.receivers, figures.handlers):
        (line,) = lines
        assert (line.valid, line.closed, line.first_time) == (2, 1, 1)
        assert line.on_time == OnTime(on_time=1, late_open=1)


def test_the_same_matter_three_times_at_one_building_is_a_repeat(case_in, count, categories):
    for day in (2, 3):
        case_in("classified", at=march(day))
    assert count().repeats == ()
    case_in("classified", at=march(4))
    (line,) = count().repeats
    assert (line.place, line.category, line.count) == ("2号楼", "Repairs", 3)


def test_a_repeat_at_a_common_place_goes_by_its_words_and_without_a_place_there_is_none(case_in, count):
    for day in (2, 3, 4):
        case_in("classified", at=march(day), unit=None, place="东门岗亭")
        case_in("classified", at=march(day), unit=None, place="")
    (line,) = count().repeats
    assert (line.place, line.count) == ("东门岗亭", 3)


def test_nothing_of_the_customer_stands_in_the_figures(case_in, count):
    case_in("acting", at=march(2), facts={"lawsuit_threatened": True})
    said = repr(count())
    for personal in ("熊霞", "13494795057", "302", "天花板"):
        assert personal not in said


@pytest.mark.parametrize("cases", [1, 7])
def test_the_number_of_queries_does_not_grow_with_the_cases(case_in, count, cases, django_assert_num_queries):
    for n in range(cases):
        case_in(("acting", "closed")[n % 2], at=march(2 + n))
    with django_assert_num_queries(37):
        count()


def test_every_clock_of_the_month_is_in_one_of_the_four_ways(case_in, office_of_jinxiu, count):
    for day in range(2, 12):
        case = case_in("acting", at=march(day))
        if day % 3:
            handled(case, office_of_jinxiu, march(day) + day * 12 * HOUR)
    kept = count().on_time
    assert kept.rate.whole == Clock.objects.filter(kind="resolve").count() == 10
