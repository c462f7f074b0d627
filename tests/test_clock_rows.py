"""Clocks as rows: what stands in them when they stop, move or were begun earlier; whose holidays count."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.models import Clock, Complaint
from staff.models import CalendarDay
from tests.cast import DAY, HOUR, MINUTE, march
from tests.looking import clock_of, levels_of

pytestmark = pytest.mark.django_db


def handle(case: Complaint, people, at, **said) -> Clock:
    actions.handle(case, note="已修好", evidence="签字", by=people.wanggong, at=at, **said)
    return clock_of(case, "resolve")


@pytest.mark.parametrize(("minutes", "breached"), [(0, None), (1, march(5, 9))])
def test_what_is_done_when_it_is_due_is_done_in_time(case_in, office_of_jinxiu, minutes, breached):
    clock = handle(case_in("acting", at=march(2, 9)), office_of_jinxiu, march(5, 9) + minutes * MINUTE)
    assert (clock.stopped_at, clock.breached_at) == (march(5, 9) + minutes * MINUTE, breached)
    assert levels_of(clock, "pending") == []  # nothing of it fires any more
    assert clock.stop_recorded_at is None


def test_when_it_was_told_is_kept_beside_when_it_was_done(case_in, office_of_jinxiu):
    clock = handle(case_in("acting", at=march(2, 9)), office_of_jinxiu, march(5, 10), done_at=march(5, 9))
    assert (clock.stopped_at, clock.stop_recorded_at, clock.breached_at) == (march(5, 9), march(5, 10), None)


def test_when_it_was_written_down_is_kept_where_that_was_later(walk_in):
    plain, later = walk_in(march(2, 9)), walk_in(march(2, 9, 20), received_at=march(2, 9))
    assert clock_of(plain, "resolve").recorded_at is None
    clock = clock_of(later, "resolve")
    assert (clock.started_at, clock.recorded_at) == (march(2, 9), march(2, 9, 20))


def test_of_a_clock_that_was_moved_only_the_new_levels_fire_counted_from_where_its_time_began(
    case_in, office_of_jinxiu
):
    people = office_of_jinxiu
    lighter, quarter = (case_in("acting", at=march(2, 9)) for _ in range(2))
    plain = clock_of(case_in("acting", severity="minor", at=march(2, 9)), "resolve")
    said = {"severity": "minor", "note": "核实后调整", "by": people.chenfang}
    actions.regrade(lighter, at=march(2, 10), **said)
    pending = levels_of(clock_of(lighter, "resolve"), "pending")
    whole = levels_of(plain, "pending")
    assert {revision for revision, _level, _at in pending} == {clock_of(lighter, "resolve").revision}
    assert [(level, at) for _revision, level, at in pending] == [(level, at) for _r, level, at in whole]
    assert [at for _r, level, at in whole if level == "over"] == [march(3, 9)]
    # Too late for the whole of it: a quarter is left, and its warning lies within that.
    actions.regrade(quarter, at=march(4, 9), **said)
    (_revision, warning, at), over, _day = levels_of(clock_of(quarter, "resolve"), "pending")
    assert (warning, over[2]) == ("warning", march(4, 15)) and march(4, 9) < at < march(4, 15)


def test_a_notice_waits_for_the_estates_working_days(case_in, jinxiu):
    CalendarDay.objects.create(estate=jinxiu, date=march(3).date(), name="调休", is_working=False)
    case = case_in("acting", at=march(2, 9), facts={"lawsuit_threatened": True})
    assert clock_of(case, "bulletin").due_at == march(4, 9)
    assert clock_of(case, "resolve").due_at == march(5, 9)  # a day is a day


def test_a_request_that_ends_with_its_clock_says_when_and_by_whom(case_in, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("acting", at=march(2, 9))
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", new_due_at=march(6), by=people.wanggong,
        at=march(3), not_told_because="未接通",
    )  # fmt: skip
    decided = case_in("acting", at=march(2, 9))
    other = actions.ask_extension(
        decided, clock="resolve", reason="parts", note="等配件", new_due_at=march(6), by=people.wanggong,
        at=march(3), not_told_because="未接通",
    )  # fmt: skip
    actions.decline_extension(other, comment="有货", by=people.wuzong, at=march(3, 10))
    for each in (case, decided):
        handle(each, people, march(3, 12), done_at=march(3, 11))
    request.refresh_from_db()
    other.refresh_from_db()
    assert (request.state, request.withdrawn_at) == ("withdrawn", march(3, 12))
    assert request.history.first().history_user == people.wanggong
    assert (other.state, other.withdrawn_at) == ("declined", None)
    assert decided.events.filter(kind="extension_lapsed").count() == 0


def test_what_starts_with_an_urgent_mark_is_begun_once(case_in, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("classified", at=march(2, 9))
    case = actions.edit(case, {"urgent": True}, version=case.version, by=people.limin, at=march(2, 10))
    case = actions.acknowledge(case, by=people.zhoujun, at=march(2, 11))
    case = actions.edit(case, {"urgent": False}, version=case.version, by=people.limin, at=march(2, 12))
    case = actions.edit(case, {"urgent": True}, version=case.version, by=people.limin, at=march(2, 13))
    assert Clock.objects.filter(complaint=case, kind="urgent_report").count() == 1
    assert clock_of(case, "urgent_report").stopped_at == march(2, 11)
    assert clock_of(case, "accept").revision == 2  # shortened once
    assert clock_of(case, "resolve").due_at == march(2, 9) + 3 * DAY
    assert clock_of(case, "accept").due_at == march(2, 10) + HOUR / 2
