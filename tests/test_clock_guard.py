"""A clock that has jumped fires, sends, reminds, tells and deletes nothing, whatever sets the work off."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from complaints import actions, health, notifications, sweep, tasks
from complaints.actions import files
from complaints.models import Attachment, Deadline, DigestMark, Extension, Notification, PortalVisit
from complaints.notifications import Notice
from staff.models import Estate
from tests.cast import DAY, HOUR, MINUTE
from tests.pictures import upload

pytestmark = pytest.mark.django_db
ASTRAY = sweep.LARGEST_SKEW + MINUTE


@pytest.fixture
def jumped(monkeypatch):
    """Sets how far the machine's clock seems to be astray, as a second clock would tell."""

    def jump(by: timedelta) -> None:
        monkeypatch.setattr(sweep, "skew", lambda now: by)
        monkeypatch.setattr(health, "skew", lambda now: by)

    jump(timedelta(0))
    return jump


@pytest.fixture
def with_a_second_clock(monkeypatch, jumped):
    """As on PostgreSQL, whose clock is the second one; so that the rule is tried on both databases."""
    monkeypatch.setattr(sweep, "has_second_clock", lambda: True)


@pytest.fixture
def much_is_due(walk_in, office_of_jinxiu, limin, case_in):
    """A level, a mail, a reminder and a digest are due, a file and a visit have run out."""
    Estate.objects.update(opens=time(0), closes=time(23, 59))  # a digest is due at whatever hour this runs
    long_ago = timezone.now() - 30 * DAY
    walk_in(long_ago, backdated_because="")
    notifications.write(
        [Notice(office_of_jinxiu.chenfang, "digest", None, {"count": 1, "important": 0})],
        at=long_ago,
        source="x",
    )
    case = case_in("acting", at=long_ago)
    actions.ask_extension(
        case, clock="resolve", new_due_at=case.clocks.get(kind="resolve").due_at + DAY, reason="parts",
        note="配件未到", by=office_of_jinxiu.wanggong, at=long_ago + HOUR, not_told_because="电话未接通",
    )  # fmt: skip
    files.store(upload(), by=limin, at=long_ago)
    return case


def what_was_done() -> dict[str, object]:
    """Everything the timers could have done."""
    return {
        "fired": Deadline.objects.filter(state=Deadline.State.FIRED).count(),
        "sent": len(mail.outbox),
        "told": Notification.objects.count(),
        "reminded": Extension.objects.exclude(remind_at=None).values_list("remind_at", flat=True).first(),
        "digested": DigestMark.objects.count(),
        "files": Attachment.objects.count(),
        "visits": PortalVisit.objects.count(),
    }


@pytest.mark.parametrize("by", [ASTRAY, -ASTRAY, 400 * DAY], ids=["ahead", "behind", "a year ahead"])
@pytest.mark.parametrize("task", [tasks.sweep, tasks.send, tasks.forget], ids=lambda task: task.name)
def test_no_task_does_anything_by_a_clock_that_jumped(much_is_due, jumped, with_a_second_clock, task, by):
    before = what_was_done()
    jumped(by)
    with pytest.raises(sweep.ClockSkew):
        task()
    assert what_was_done() == before


def test_the_plain_loop_does_nothing_by_a_clock_that_jumped(much_is_due, jumped, with_a_second_clock):
    before = what_was_done()
    jumped(ASTRAY)
    with pytest.raises(ExceptionGroup) as failures:
        call_command("run_timers", once=True)
    assert {type(failure) for failure in failures.value.exceptions} == {sweep.ClockSkew}
    assert what_was_done() == before


def test_all_of_it_is_done_once_the_clock_is_right_again(much_is_due, jumped, with_a_second_clock):
    before = what_was_done()
    jumped(ASTRAY)
    with pytest.raises(ExceptionGroup):
        call_command("run_timers", once=True)
    jumped(timedelta(0))
    call_command("run_timers", once=True)
    after = what_was_done()
    assert {name for name in before if before[name] == after[name]} <= {"visits"}


@pytest.mark.parametrize("job", tasks.JOBS)
def test_a_clock_that_jumps_between_two_jobs_stops_the_next(
    jumped, with_a_second_clock, monkeypatch, job, db
):
    """Not only before the first: a step may come at any moment."""
    done = []
    for name in tasks.JOBS:

        def work(now, name=name) -> int:
            done.append(name)
            if name == job:
                jumped(ASTRAY)
            return 0

        monkeypatch.setitem(tasks.JOBS, name, work)
    with pytest.raises(sweep.ClockSkew):
        tasks.sweep()
    assert done == list(tasks.JOBS)[: list(tasks.JOBS).index(job) + 1]


def test_without_a_second_clock_a_jump_is_told_and_nothing_is_deleted(much_is_due, jumped, monkeypatch):
    """SQLite: the jump may be the clock set right, so deadlines go on; what is deleted never comes back."""
    monkeypatch.setattr(sweep, "has_second_clock", lambda: False)
    before = what_was_done()
    jumped(ASTRAY)
    tasks.sweep()
    with pytest.raises(sweep.ClockSkew):
        tasks.forget()
    after = what_was_done()
    assert after["files"] == before["files"] and after["fired"] > before["fired"]
    assert health.timers(timezone.now() + HOUR).clocks_differ
