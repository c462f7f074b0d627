"""Holidays, make-up days and hours of an estate, and the open deadlines that follow them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from complaints import actions
from complaints.actions import calendars
from complaints.health import years_unknown
from complaints.holidays import Day
from complaints.models import CalendarChange, CalendarMove, Clock, Deadline, PolicyVersion
from complaints.policy import DEFAULTS
from config.framework.refusals import Refused
from staff.models import CalendarDay, Estate
from tests.cast import SHANGHAI, march
from tests.looking import clock_of, levels_of, ring
from tests.many_cases import crowd

pytestmark = pytest.mark.django_db

TUESDAY = march(3, 9)
HOLIDAY, WORKED = Day(False, "公司庆典"), Day(True, "调休上班")
NO_LUNCH = {"lunch_starts": None, "lunch_ends": None}
HOURS = NO_LUNCH | {
    "opens": time(8, 30),
    "closes": time(17, 30),
    "weekdays": "12345",
    "staffed_on_days_off": True,
}  # noqa: E501


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def in_working_days(db) -> PolicyVersion:
    """A policy that counts handling and replies in working days, as some companies do."""
    data = deepcopy(DEFAULTS)
    data["clocks"]["resolve"]["limits"] |= {"important": "3 working days", "minor": "1 working day"}
    data["clocks"]["reply"]["limits"] = {"any": "2 working days"}
    return PolicyVersion.objects.create(number=2, data=data, created_at=march(1))


@pytest.fixture
def announce(zhoujun, jinxiu):
    """The property manager writes days down, and the deadlines follow at once."""

    def write(days: dict[int, Day | None], at: datetime = TUESDAY) -> int:
        calendars.change_days(
            jinxiu, {date(2026, 3, day): what for day, what in days.items()}, by=zhoujun, at=at
        )
        return calendars.carry_on(at)

    return write


def resolve_due(case):
    return clock_of(case, "resolve").due_at


# A day is announced -----------------------------------------------------------------------------------


def test_a_new_holiday_moves_open_deadlines_in_working_days(in_working_days, case_in, announce, zhoujun):
    case = case_in("acting", at=march(2, 9))
    assert resolve_due(case) == march(5, 9)
    assert announce({4: HOLIDAY}) == 1
    assert resolve_due(case) == march(6, 9)
    case.refresh_from_db()
    assert (case.next_due_at, case.next_due_kind) == (march(6, 9), "resolve")
    event = case.events.get(kind="moved_by_days")
    assert event.actor == zhoujun
    assert event.params == {
        "clock": "resolve", "old_due_at": march(5, 9).astimezone(event.at.tzinfo).isoformat(),
        "new_due_at": march(6, 9).astimezone(event.at.tzinfo).isoformat(), "names": "公司庆典",
    }  # fmt: skip


def test_a_make_up_day_moves_them_forward_and_leaves_a_quarter_of_the_limit(
    in_working_days, case_in, announce
):
    case = case_in("acting", at=march(5, 9))  # Thursday, due Tuesday the 10th
    assert announce({7: WORKED}, at=march(6, 9)) == 1
    assert resolve_due(case) == march(9, 9)
    minor = case_in("acting", severity="minor", at=march(13, 9))  # Friday, due Monday the 16th
    announce({14: WORKED}, at=march(14, 8))  # Saturday: due in an hour, were it not for the quarter
    whole = march(16, 8) - march(14, 8)
    assert resolve_due(minor) == march(14, 8) + whole / 4


def test_limits_that_count_no_working_time_stay_where_they_are(case_in, walk_in, announce):
    case, fresh = case_in("acting", at=march(2, 9)), walk_in(march(2, 17))
    before = set(Clock.objects.values_list("pk", "due_at", "revision"))
    assert announce({3: HOLIDAY}, at=march(2, 18)) == 0
    assert set(Clock.objects.values_list("pk", "due_at", "revision")) == before
    assert not case.events.filter(kind="moved_by_days").exists()
    assert not fresh.events.filter(kind="moved_by_days").exists()


def test_levels_that_fired_stay_and_only_the_others_come_again(in_working_days, case_in, announce):
    case = case_in("acting", at=march(2, 9))
    ring(march(4, 15))  # 75 % of three days
    clock = clock_of(case, "resolve")  # classifying gave it its second due time
    assert [level for _, level, _ in levels_of(clock, Deadline.State.FIRED)] == ["warning"]
    announce({5: HOLIDAY}, at=march(4, 16))
    assert levels_of(clock, Deadline.State.PENDING) == [
        (3, "over", march(6, 9)), (3, "day_over", march(7, 9)),
    ]  # fmt: skip
    ring(march(5, 12))
    assert not case.events.filter(kind="level_over").exists()
    ring(march(30))
    assert Counter(event.kind for event in case.events.filter(kind__startswith="level_")) == {
        "level_warning": 1, "level_over": 1, "level_day_over": 1,
    }  # fmt: skip


def test_a_deadline_that_has_fired_never_moves(in_working_days, case_in, announce):
    case = case_in("acting", at=march(2, 9))
    ring(march(5, 9))
    before = clock_of(case, "resolve")
    assert announce({4: HOLIDAY}, at=march(5, 10)) == 0
    clock = clock_of(case, "resolve")
    assert (clock.due_at, clock.breached_at) == (march(5, 9), march(5, 9))
    assert clock.revision == before.revision


def test_a_time_that_has_passed_does_not_come_back_although_nothing_swept(in_working_days, case_in, announce):
    case = case_in("acting", at=march(2, 9))
    assert announce({4: HOLIDAY}, at=march(5, 9)) == 0
    assert resolve_due(case) == march(5, 9)


def test_an_approved_extension_is_not_shortened_and_not_moved_within_its_time(
    in_working_days, case_in, announce, office_of_jinxiu
):
    people, case = office_of_jinxiu, case_in("acting", at=march(2, 9))
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", new_due_at=march(9, 9),
        by=people.wanggong, at=march(2, 15), not_told_because="电话未接通",
    )  # fmt: skip
    actions.approve_extension(request, by=people.wuzong, at=march(2, 16))
    assert announce({4: HOLIDAY}, at=march(3, 9)) == 0
    assert announce({7: WORKED}, at=march(3, 10)) == 0
    assert resolve_due(case) == march(9, 9)
    assert announce({5: HOLIDAY, 6: HOLIDAY, 7: None, 9: HOLIDAY}, at=march(3, 11)) == 1
    assert resolve_due(case) == march(11, 9)  # three working days from the start: 3rd, 10th, 11th
    assert clock_of(case, "resolve").extended


def test_a_clock_keeps_its_own_policy_version_when_it_moves(in_working_days, case_in, announce):
    case = case_in("acting", at=march(2, 9))
    PolicyVersion.objects.create(number=3, data=DEFAULTS, created_at=march(2, 20))
    assert announce({4: HOLIDAY}) == 1
    clock = clock_of(case, "resolve")
    assert (clock.policy.number, clock.due_at) == (2, march(6, 9))


def test_what_is_taken_back_moves_the_deadline_back(in_working_days, case_in, announce):
    case = case_in("acting", at=march(2, 9))
    announce({5: HOLIDAY})
    assert resolve_due(case) == march(6, 9)
    announce({5: None}, at=march(3, 10))
    assert resolve_due(case) == march(5, 9)
    moves = CalendarMove.objects.order_by("pk")
    assert list(moves.values_list("old_due_at", "new_due_at")) == [
        (march(5, 9), march(6, 9)), (march(6, 9), march(5, 9)),
    ]  # fmt: skip


def test_another_estates_deadlines_do_not_move(in_working_days, case_in, cuihu, admin):
    case = case_in("acting", at=march(2, 9))
    calendars.change_days(cuihu, {date(2026, 3, 4): HOLIDAY}, by=admin, at=march(3))
    assert calendars.carry_on(march(3)) == 0
    assert resolve_due(case) == march(5, 9)


# Hours ------------------------------------------------------------------------------------------------


def test_other_hours_move_the_deadlines_in_service_time(walk_in, jinxiu, zhoujun):
    case = walk_in(march(2, 11, 50))  # to be delivered within 30 minutes of service
    lunch = HOURS | {"lunch_starts": time(12), "lunch_ends": time(13, 30)}
    calendars.set_hours(jinxiu, lunch, by=zhoujun, at=march(2, 11, 55))
    assert calendars.carry_on(march(2, 11, 55)) == 1
    assert clock_of(case, "deliver").due_at == march(2, 13, 50)
    assert levels_of(clock_of(case, "deliver"), Deadline.State.PENDING) == [
        (2, "over", march(2, 13, 50)), (2, "again", march(2, 14, 20)),
    ]  # fmt: skip
    assert case.events.get(kind="moved_by_hours").params["clock"] == "deliver"
    assert Estate.objects.get(pk=jinxiu.pk).history.first().history_user == zhoujun


def test_service_that_rests_on_days_off_waits_for_the_next_working_day(walk_in, jinxiu, zhoujun):
    calendars.set_hours(jinxiu, HOURS | {"staffed_on_days_off": False}, by=zhoujun, at=march(2))
    calendars.change_days(jinxiu, {date(2026, 3, 9): HOLIDAY}, by=zhoujun, at=march(2))
    jinxiu.refresh_from_db()
    case = walk_in(march(6, 17, 20))
    assert clock_of(case, "deliver").due_at == march(10, 8, 50)


@pytest.mark.parametrize(
    ("hours", "field", "why"),
    [
        ({"weekdays": ""}, "weekdays", "one day of the week"),
        ({"closes": time(8, 30)}, "closes", "close later than it opens"),
        ({"lunch_starts": time(8, 30), "lunch_ends": time(17, 30)}, "lunch_ends", "covers all"),
        ({"lunch_starts": time(12)}, "lunch_ends", "starts and when it ends"),
        ({"lunch_starts": time(17), "lunch_ends": time(18)}, "lunch_starts", "within the service hours"),
    ],
)
def test_a_calendar_that_never_opens_is_refused_at_its_field(jinxiu, zhoujun, hours, field, why):
    with pytest.raises(Refused, match=why) as refusal:
        calendars.set_hours(jinxiu, HOURS | hours, by=zhoujun, at=march(2))
    assert refusal.value.field == field
    assert Estate.objects.get(pk=jinxiu.pk).closes == time(17, 30)


# Writing it down --------------------------------------------------------------------------------------


def test_days_are_added_changed_and_taken_back_with_their_history(jinxiu, zhoujun, announce):
    announce({4: HOLIDAY, 7: WORKED})
    announce({4: Day(False, "建司纪念日"), 7: None}, at=march(3, 10))
    assert calendars.days_of(jinxiu) == {date(2026, 3, 4): Day(False, "建司纪念日")}
    kinds = CalendarDay.history.order_by("history_id").values_list(
        "date", "history_type", "history_user__name"
    )
    assert [(day.day, kind, who) for day, kind, who in kinds] == [
        (4, "+", "周军"), (7, "+", "周军"), (7, "-", "周军"), (4, "~", "周军"),
    ]  # fmt: skip


def test_only_administrators_and_the_property_manager_keep_a_calendar(
    jinxiu, admin, zhoujun, chenfang, stranger, wuzong
):
    day = {date(2026, 3, 4): HOLIDAY}
    for person in (chenfang, stranger, wuzong):
        with pytest.raises(Refused):
            calendars.change_days(jinxiu, day, by=person, at=march(2))
    calendars.change_days(jinxiu, day, by=admin, at=march(2))
    calendars.change_days(jinxiu, {date(2026, 3, 4): None}, by=zhoujun, at=march(2))


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(jinxiu, zhoujun, admin):
    wanted = {date(2026, 3, 4): HOLIDAY}
    seen = calendars.changes_to(jinxiu, wanted)
    calendars.change_days(jinxiu, {date(2026, 3, 4): WORKED}, by=admin, at=march(2))
    with pytest.raises(calendars.Outdated):
        calendars.change_days(jinxiu, wanted, seen=seen, by=zhoujun, at=march(2))
    assert calendars.days_of(jinxiu) == {date(2026, 3, 4): WORKED}


def test_writing_what_is_there_already_is_refused(jinxiu, zhoujun, announce):
    announce({4: HOLIDAY})
    with pytest.raises(Refused, match="Nothing to change"):
        announce({4: HOLIDAY})


# Many of them -----------------------------------------------------------------------------------------


@pytest.fixture
def many(in_working_days, case_in):
    """240 open cases with a deadline in working days, due on the 5th."""
    case = case_in("acting", at=march(2, 9))
    return [case, *crowd(case, 239)]


def test_many_deadlines_move_in_few_statements(many, announce):
    with CaptureQueriesContext(connection) as few:
        announce({20: HOLIDAY})  # moves nothing
    with CaptureQueriesContext(connection) as captured:
        assert announce({4: HOLIDAY}) == 240
    assert Clock.objects.filter(due_at=march(6, 9)).count() == 240
    assert Deadline.objects.filter(state="pending", due_at=march(6, 9), level="over").count() == 240
    assert Deadline.objects.filter(state="pending").count() == 720
    assert CalendarMove.objects.count() == 240
    # Two batches; SQLite takes a thousand parameters a statement, so its inserts come in pieces.
    pieces = 0 if connection.vendor == "postgresql" else 20
    assert len(captured) <= len(few) + 2 * 12 + pieces


def test_a_crash_between_two_batches_loses_nothing_and_moves_nothing_twice(many, announce, monkeypatch):
    monkeypatch.setattr(calendars, "BATCH", 50)
    write = calendars._write

    def fail_at_the_third(change, moves, at):
        if CalendarMove.objects.count() == 100:
            raise RuntimeError("killed")
        write(change, moves, at)

    monkeypatch.setattr(calendars, "_write", fail_at_the_third)
    with pytest.raises(RuntimeError):
        announce({4: HOLIDAY})
    assert Clock.objects.filter(due_at=march(6, 9)).count() == 100
    monkeypatch.setattr(calendars, "_write", write)
    assert calendars.carry_on(march(3, 9, 1)) == 140
    assert Clock.objects.filter(due_at=march(6, 9)).count() == 240
    assert CalendarMove.objects.count() == 240


@pytest.mark.parametrize("minutes", [1, 3])
def test_a_case_begun_with_the_old_calendar_is_found_by_a_second_look(
    in_working_days, case_in, announce, minutes
):
    """Once the minute is over; or as soon as a first look that takes longer has gone past the case."""
    announce({4: HOLIDAY}, at=march(3, 9))
    late = case_in("acting", at=march(2, 9))
    # As if its transaction had read the calendar before the change and ended after the first look.
    Clock.objects.filter(complaint=late, kind="resolve").update(due_at=march(5, 9), first_due_at=march(5, 9))
    if minutes == 1:
        assert calendars.carry_on(march(3, 9)) == 0
    else:
        CalendarChange.objects.update(next_look_at=march(3, 9), upto=late.pk)
    assert calendars.carry_on(march(3, 9, minutes)) == 1
    assert resolve_due(late) == march(6, 9)
    assert not CalendarChange.objects.filter(next_look_at__isnull=False).exists()


def test_looking_first_writes_nothing(in_working_days, case_in, jinxiu):
    case = case_in("acting", at=march(2, 9))
    changes = calendars.changes_to(jinxiu, {date(2026, 3, 4): HOLIDAY})
    moves = calendars.would_move(jinxiu, calendars.calendar_with(jinxiu, changes), march(3, 9))
    assert [(move.clock.complaint, move.clock.due_at, move.due_at) for move in moves] == [
        (case, march(5, 9), march(6, 9))
    ]
    assert resolve_due(case) == march(5, 9)


# Years nobody has entered -------------------------------------------------------------------------------


def enter(estate, year: int) -> None:
    CalendarDay.objects.create(estate=estate, date=date(year, 10, 1), is_working=False, name="国庆节")


def test_a_year_without_a_single_holiday_is_missed_at_once(jinxiu, cuihu):
    enter(jinxiu, 2026)
    assert years_unknown(march(2)) == {2026: ["翠湖雅苑"]}
    assert years_unknown(march(2), [jinxiu.pk]) == {}


@pytest.mark.parametrize(
    ("at", "missing"), [(datetime(2026, 11, 30, 23, 59), {}), (datetime(2026, 12, 1), {2027: ["锦绣花园"]})]
)
def test_the_next_year_is_missed_from_december_on(jinxiu, at, missing):
    enter(jinxiu, 2026)
    assert years_unknown(at.replace(tzinfo=SHANGHAI)) == missing


def test_a_deadline_that_reaches_into_the_next_year_asks_for_it_earlier(jinxiu, cuihu, walk_in):
    enter(jinxiu, 2026)
    enter(cuihu, 2026)
    case = walk_in(march(2))
    assert years_unknown(march(2)) == {}
    late = datetime(2027, 1, 1, tzinfo=SHANGHAI)
    Deadline.objects.filter(clock__complaint=case, level="day_over").update(due_at=late)
    assert years_unknown(march(2)) == {2027: ["锦绣花园"]}
    enter(jinxiu, 2027)
    assert years_unknown(march(2)) == {}
