"""The sweep: every level exactly once, to named people, whatever happens in between."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints import actions, health, notifications, sweep, tasks
from complaints.actions import commendations_due, measures_due, rewards_due, studies_due
from complaints.digest import digest
from complaints.models import Clock, Complaint, Deadline, FollowUp, Notification, OutboxMessage, SweepMark
from complaints.policy import ClockKind
from staff import actions as office
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, march, person
from tests.looking import clock_of, letters, levels_of, ring, told, told_at
from tests.many_cases import crowd

pytestmark = pytest.mark.django_db

FIRED, CANCELLED = Deadline.State.FIRED, Deadline.State.CANCELLED


def level_events(case: Complaint) -> Counter:
    """(clock, level) of the timeline's entries, counted."""
    rows = case.events.filter(kind__startswith="level_")
    return Counter((event.params["clock"], event.kind.removeprefix("level_")) for event in rows)


# Exactly once -------------------------------------------------------------------------------------


def test_each_level_fires_once_however_often_the_sweep_comes(case_in):
    case = case_in("acting", severity="minor", at=march(2, 9))
    for hour in range(60):
        ring(march(2, 9) + hour * HOUR)
        ring(march(2, 9) + hour * HOUR)
    assert level_events(case) == {
        ("resolve", "warning"): 1, ("resolve", "over"): 1, ("resolve", "day_over"): 1,
    }  # fmt: skip
    resolve = clock_of(case, "resolve")
    assert [level for _, level, _ in levels_of(resolve, FIRED)] == ["warning", "over", "day_over"]
    assert ring(march(30)) == 0


def test_a_level_fires_in_its_own_minute_and_not_before(case_in):
    case_in("acting", severity="minor", at=march(2, 9))
    assert ring(march(3, 3) - MINUTE) == 0  # 75 % of a day is eighteen hours
    assert ring(march(3, 3)) == 1


def test_a_short_clock_is_over_and_once_more_after_as_much_again(walk_in):
    case = walk_in(march(2, 9))
    assert ring(march(2, 9, 29)) == 0
    ring(march(2, 9, 30))
    assert level_events(case) == {("deliver", "over"): 1}
    ring(march(2, 10))
    assert level_events(case) == {("deliver", "over"): 1, ("deliver", "again"): 1}
    assert told("level_over", case) == {"limin", "chenfang"}


def test_nothing_fires_once_a_clock_has_stopped(case_in, office_of_jinxiu):
    case = case_in("acting", severity="minor", at=march(2, 9))
    actions.handle(
        case, note="已修好", evidence="签字", by=office_of_jinxiu.wanggong, at=march(3, 9) - MINUTE
    )
    resolve = clock_of(case, "resolve")
    ring(march(9))
    assert resolve.pk not in set(
        Deadline.objects.filter(state=FIRED, due_at__gt=march(3, 8)).values_list("clock_id", flat=True)
    )
    assert {level for _, level, _ in levels_of(resolve, CANCELLED)} >= {"over", "day_over"}
    assert resolve.breached_at is None


@pytest.mark.parametrize("ending", ["withdraw", "void"])
def test_a_closed_case_is_silent(walk_in, office_of_jinxiu, ending):
    case = walk_in(march(2, 9))
    act = getattr(actions, ending)
    act(case, note="客户来电撤回", by=office_of_jinxiu.chenfang, at=march(2, 9, 10))
    assert ring(march(30)) == 0
    assert not Clock.objects.running().filter(complaint=case).exists()


def test_an_extension_brings_levels_of_its_own_and_cancels_the_old(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    ring(march(3, 3))  # the warning of the first due time
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", new_due_at=march(5, 9), by=people.wanggong,
        at=march(3, 4), not_told_because="电话未接通",
    )  # fmt: skip
    actions.approve_extension(request, by=people.zhoujun, at=march(3, 5))
    resolve = clock_of(case, "resolve")
    before = resolve.revision - 1
    assert levels_of(resolve, CANCELLED)[-2:] == [
        (before, "over", march(3, 9)), (before, "day_over", march(4, 9)),
    ]  # fmt: skip
    ring(march(6, 9))
    assert levels_of(resolve, FIRED) == [
        (before, "warning", march(3, 3)),
        # three quarters of the 52 hours from the approval
        (before + 1, "warning", march(4, 20)),
        (before + 1, "over", march(5, 9)),
        (before + 1, "day_over", march(6, 9)),
    ]


def test_a_new_severity_brings_levels_of_its_own_and_cancels_the_old(case_in, office_of_jinxiu):
    case = case_in("acting", severity="important", at=march(2, 9))
    actions.regrade(
        case, severity="minor", note="核实后影响较小", by=office_of_jinxiu.chenfang, at=march(2, 11)
    )
    resolve = clock_of(case, "resolve")
    assert resolve.due_at == march(3, 9)
    ring(march(9))
    assert [(level, due) for revision, level, due in levels_of(resolve, FIRED)] == [
        ("warning", march(3, 3)), ("over", march(3, 9)), ("day_over", march(4, 9)),
    ]  # fmt: skip
    assert {revision for revision, _, _ in levels_of(resolve, FIRED)} == {resolve.revision}


# After an outage ----------------------------------------------------------------------------------


def test_after_an_outage_every_level_is_entered_with_its_true_time(case_in):
    case = case_in("acting", severity="minor", at=march(2, 9))
    ring(march(9, 12, 34))
    rows = case.events.filter(kind__startswith="level_").order_by("at")
    assert [(row.kind, row.at, row.recorded_at) for row in rows] == [
        ("level_warning", march(3, 3), march(9, 12, 34)),
        ("level_over", march(3, 9), march(9, 12, 34)),
        ("level_day_over", march(4, 9), march(9, 12, 34)),
    ]
    assert clock_of(case, "resolve").breached_at == march(3, 9)


def test_after_an_outage_a_person_gets_one_message_a_case_of_the_gravest_level(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    first = case_in("acting", severity="minor", at=march(2, 9))
    second = case_in("acting", severity="important", at=march(2, 10))
    Notification.objects.all().delete()
    OutboxMessage.objects.all().delete()
    ring(march(9))
    assert letters(first, people.wanggong) == ["level_day_over"]
    assert letters(first, people.sungong) == ["level_warning"]  # heads are told of warnings only
    assert letters(second, people.wuzong) == ["level_day_over"]
    per_person = Counter(OutboxMessage.objects.values_list("complaint", "user"))
    assert set(per_person.values()) == {1}


def test_one_message_a_case_holds_across_batches(walk_in, office_of_jinxiu, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 3)
    for n in range(4):
        walk_in(march(2, 9, n), severity="major", handler=office_of_jinxiu.wanggong)
    Notification.objects.all().delete()
    ring(march(30))
    per_person = Counter(Notification.objects.values_list("complaint", "user"))
    assert set(per_person.values()) == {1}


def test_a_breach_is_recorded_once_with_the_time_that_was_missed(case_in):
    case = case_in("acting", severity="minor", at=march(2, 9))
    ring(march(3, 9, 7))
    ring(march(4, 9, 7))
    assert clock_of(case, "resolve").breached_at == march(3, 9)
    case.refresh_from_db()
    version = case.version
    ring(march(9))
    case.refresh_from_db()
    assert case.version == version  # the sweep edits nothing


# Who is told --------------------------------------------------------------------------------------


def test_an_absent_managers_deputy_is_told_in_his_place(case_in, office_of_jinxiu, limin, admin):
    people = office_of_jinxiu
    office.leave_office(
        people.zhoujun, starts_at=march(1), ends_at=march(20), deputy=people.chenfang, by=admin
    )
    case = case_in("acting", severity="minor", at=march(2, 9))
    ring(march(3, 9))
    assert told("level_over", case) == {"wanggong", "limin", "chenfang"}


def test_an_absent_manager_without_deputy_falls_to_the_general_manager(case_in, office_of_jinxiu, admin):
    """At once where it is urgent; else he reads of a minor case in the digest, as always."""
    people = office_of_jinxiu
    office.leave_office(people.zhoujun, starts_at=march(1), ends_at=march(20), deputy=None, by=admin)
    case = case_in("acting", severity="minor", at=march(2, 9))
    urgent = case_in("acting", severity="minor", at=march(2, 9), facts={"urgent": True})
    ring(march(4, 9))
    for level in ("over", "day_over"):
        assert told_at(case, "resolve", level) == {"wanggong", "limin"}
        assert told_at(urgent, "resolve", level) == {"wanggong", "limin", "wuzong"}
    assert letters(case, people.wuzong) == []
    assert not case.events.filter(kind="unreached").exists()
    digest(march(4, 9))
    assert told("digest", None) == {"wanggong", "limin", "chenfang", "wuzong"}


def test_an_absent_handlers_deputy_is_told_of_the_warning(case_in, office_of_jinxiu, engineering, admin):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    deputy = person("xiaoma", "马超", Role.HANDLER, department=engineering)
    office.leave_office(people.wanggong, starts_at=march(2, 12), ends_at=march(20), deputy=deputy, by=admin)
    ring(march(3, 3))
    assert told("level_warning", case) == {"xiaoma", "limin", "sungong", "chenfang"}


def test_the_manager_complained_about_is_passed_over(walk_in, office_of_jinxiu, engineering):
    people = office_of_jinxiu
    case = walk_in(
        march(2, 9), respondents=(people.zhoujun,), severity="minor", handler=people.wanggong,
        department=engineering,
    )  # fmt: skip
    ring(march(9))
    digest(march(9))
    assert "wuzong" in told("digest", None) and "zhoujun" not in told("digest", None)
    assert not Notification.objects.filter(complaint=case, user=people.zhoujun).exists()
    assert not OutboxMessage.objects.filter(complaint=case, user=people.zhoujun).exists()
    for event in case.events.filter(kind__startswith="level_"):
        assert people.zhoujun.pk not in event.params["told"]


def test_when_no_manager_can_be_reached_the_administrator_is_told(case_in, office_of_jinxiu, admin):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    for manager in (people.chenfang, people.zhoujun, people.wuzong):
        office.end_posting(manager.postings.get(), at=march(2, 18), by=admin)
    ring(march(3, 9))
    assert told("level_over", case) == {"wanggong", "limin"}
    assert told("unreached", None) == {"admin"}  # about the postings; he sees no case
    told_of = case.events.get(kind="level_over").params["told"]
    assert told_of == [people.wanggong.pk, people.limin.pk, admin.pk]


@pytest.mark.parametrize("kind", list(ClockKind))
def test_whatever_clock_runs_out_the_administrator_is_told_when_no_manager_is_there(
    case_in, office_of_jinxiu, admin, kind
):
    people = office_of_jinxiu
    case = case_in("acting", severity="major", at=march(2, 9))
    resolve = clock_of(case, "resolve")
    Clock.objects.filter(complaint=case).exclude(pk=resolve.pk).update(stopped_at=march(12))
    follow_up = None
    if kind == ClockKind.FOLLOW_UP:
        times = {"raised_at": march(2, 9), "due_at": march(12, 9)}
        follow_up = FollowUp.objects.create(
            complaint=case, cycle=resolve.cycle, department=case.department, words="灯坏了", **times
        )
    Clock.objects.filter(pk=resolve.pk).update(kind=kind, follow_up=follow_up)
    for manager in (people.chenfang, people.zhoujun, people.wuzong, people.sungong):
        office.end_posting(manager.postings.get(), at=march(2, 18), by=admin)
    ring(march(20))
    assert told("unreached", None) == {"admin"}
    entries = case.events.filter(kind="unreached").order_by("at").values_list("at", flat=True)
    # Over, and a day over. The warning had workers to go to, unless a manager has to do it himself.
    by_managers = {"bulletin", "presence", "abnormal_review", "supervisor_asked", "manager_asked"}
    warned = [march(9, 21)] if kind in by_managers else []
    assert list(entries) == [*warned, march(12, 9), march(13, 9)]


def test_a_region_without_a_present_administrator_falls_to_the_companys(
    case_in, office_of_jinxiu, admin, jinxiu
):
    people = office_of_jinxiu
    case_in("acting", severity="minor", at=march(2, 9))
    own = person("benguan", "管理", Role.ADMINISTRATOR, estate=jinxiu)
    office.leave_office(own, starts_at=march(1), ends_at=march(20), deputy=None, by=admin)
    for manager in (people.chenfang, people.zhoujun, people.wuzong):
        office.end_posting(manager.postings.get(), at=march(2, 18), by=admin)
    ring(march(3, 9))
    assert told("unreached", None) == {"admin"}


def test_when_nobody_at_all_can_be_reached_the_timeline_still_says_so(case_in, office_of_jinxiu, admin):
    case = case_in("acting", severity="minor", at=march(2, 9))
    for someone in vars(office_of_jinxiu).values():
        someone.is_active = False
        someone.save(update_fields=["is_active"])
    admin.is_active = False
    admin.save(update_fields=["is_active"])
    ring(march(3, 9))
    assert [event.params["told"] for event in case.events.filter(kind="level_over")] == [[]]


def test_a_general_manager_gets_important_ones_singly_and_minor_ones_not(case_in, office_of_jinxiu):
    minor = case_in("acting", severity="minor", at=march(2, 9))
    important = case_in("acting", severity="important", at=march(2, 10))
    ring(march(9))
    assert letters(minor, office_of_jinxiu.wuzong) == []
    assert letters(important, office_of_jinxiu.wuzong) == ["level_day_over"]
    assert told_at(minor, "resolve", "day_over") == {"wanggong", "limin", "zhoujun"}


def test_one_day_over_the_next_role_up_is_told_too(case_in, office_of_jinxiu):
    case = case_in("handled", severity="important", at=march(2, 9))  # a reply is owed within 24 hours
    due = clock_of(case, "reply").due_at
    ring(due + DAY)
    assert told_at(case, "reply", "over") == {"wanggong", "limin", "chenfang"}
    assert told_at(case, "reply", "day_over") == {"wanggong", "limin", "chenfang", "zhoujun"}


def test_what_goes_to_the_general_manager_by_itself_he_is_told_of_however_minor(walk_in, office_of_jinxiu):
    case = walk_in(march(2, 9), channel="hotline", facts={"external_due_at": march(4)})
    ring(march(4))
    assert "wuzong" in told_at(case, "external", "over")
    ring(march(5))
    assert "wuzong" in told_at(case, "external", "day_over")
    assert letters(case, office_of_jinxiu.wuzong) == ["level_over", "level_day_over"]


# Cost ---------------------------------------------------------------------------------------------


def statements(captured: CaptureQueriesContext) -> list[str]:
    """How each statement begins; one sent with many rows of values is one."""
    said = [re.sub(r"^\d+ times: ", "", query["sql"]) for query in captured]
    return [sql[:40] for sql in said if "SAVEPOINT" not in sql]


@pytest.mark.parametrize(
    ("some", "more", "cost"),
    [(5, 20, 18), (30, 300, 31)],  # of a crowd it is looked at first who is told of how many
)
def test_a_batch_costs_the_same_statements_however_many_levels_it_fires(case_in, some, more, cost):
    sweep.sweep(march(2, 8))  # its marks are there
    notifications.mark(sweep.LOOKED_AHEAD, march(2, 8))
    crowd(case_in("classified", at=march(2, 9)), some - 1)  # to be accepted by 13:10
    with CaptureQueriesContext(connection) as few:
        assert sweep.sweep(march(2, 13, 10)) == some
    crowd(case_in("classified", at=march(2, 9, 10)), more - 1)
    with CaptureQueriesContext(connection) as many:
        assert sweep.sweep(march(2, 13, 20)) == more
    assert statements(many) == statements(few)
    assert len(statements(few)) <= cost


# The host's clock ---------------------------------------------------------------------------------


@pytest.mark.parametrize("off", [-timedelta(minutes=3), timedelta(minutes=3)])
def test_a_clock_that_differs_from_the_databases_fires_nothing(off):
    if connection.vendor == "postgresql":
        with pytest.raises(sweep.ClockSkew):
            sweep.check_skew(timezone.now() + off)
    else:
        sweep.check_skew(timezone.now() + off)  # one host, one clock


def test_a_second_or_two_do_no_harm():
    sweep.check_skew(timezone.now() + timedelta(seconds=2))


def test_beats_door_asks_the_clock_before_it_fires(walk_in, monkeypatch):
    """A step of the host's clock must not escalate every case."""

    def skewed(now: datetime, **_: bool) -> None:
        raise sweep.ClockSkew

    monkeypatch.setattr(sweep, "check_skew", skewed)
    walk_in(march(2, 9))
    with pytest.raises(sweep.ClockSkew):
        tasks.sweep()
    assert not Deadline.objects.filter(state=FIRED).exists()


@pytest.mark.parametrize("failing", tasks.JOBS)
def test_a_job_that_fails_takes_nobody_elses_turn(db, monkeypatch, failing):
    def choke(now: datetime) -> int:
        raise ValueError("poison")

    monkeypatch.setitem(tasks.JOBS, failing, choke)
    with pytest.raises(ExceptionGroup):
        tasks.sweep()
    done = set(SweepMark.objects.values_list("job", flat=True))
    hourly = {one.PROPOSALS for one in (commendations_due, measures_due, rewards_due)} | {studies_due.DRAFTS}
    assert done - hourly == {"sweep", *health.JOBS} - {failing}


def test_the_plain_loop_sends_although_the_sweep_fails(db, monkeypatch):
    monkeypatch.setitem(tasks.JOBS, "sweep", None)
    with pytest.raises(ExceptionGroup):
        call_command("run_timers", once=True)
    assert SweepMark.objects.filter(job="send").exists()


def test_a_sweep_leaves_its_mark_even_when_nothing_was_due(db):
    sweep.sweep(march(2, 9))
    sweep.sweep(march(2, 10))
    assert SweepMark.objects.get(job="sweep").last_ok == march(2, 10)
