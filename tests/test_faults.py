"""Everything that can go wrong with timers but a kill: nothing missed, nothing double, nothing late.

Short every day; bin/faults takes the sizes of the promises and prints what was counted.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from complaints import health, sweep, tasks
from complaints.models import Deadline, Event, Notification, OutboxMessage
from tests.bench import seed
from tests.cast import DAY, HOUR, MINUTE, march
from tests.looking import ring
from tests.many_cases import crowd
from tests.processes import (
    FULL,
    SECOND,
    beat,
    check,
    longest_lag,
    loops,
    program,
    report,
    wait_until_none,
    worker,
)
from tests.servers import free_port, redis

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]

PENDING, FIRED = Deadline.State.PENDING, Deadline.State.FIRED
WITHIN = 90 * SECOND


def test_many_beats_loops_and_workers_at_once_do_it_once(levels_to_come, env, post_office, redis_url):
    beats, plain, workers = (3, 2, 4) if FULL else (2, 2, 2)
    levels = levels_to_come(400 if FULL else 40, 30 if FULL else 6)
    connection.close()
    env |= {"REDIS_URL": redis_url}
    folder = Path(env["SHOUWEN_VAR"]).parent
    with ExitStack() as all_of_them, loops(env) as start:
        for n in range(beats):
            all_of_them.enter_context(program(*beat(folder / f"beat{n}"), env=env))
        for _ in range(workers):
            all_of_them.enter_context(program(*worker(1), env=env))
        for _ in range(plain):
            start()
        check(post_office, levels, 0)


def test_who_stands_still_and_goes_on_later_does_nothing_twice(levels_to_come, env, post_office):
    """SIGSTOP in the middle of the work, for longer than a lease; another loop goes on meanwhile."""
    stops, still = (3, 180) if FULL else (2, 10)
    levels = levels_to_come(200 if FULL else 30, 8)
    connection.close()
    dice = random.Random()
    with loops(env) as start:
        for _ in range(stops):
            sleeper = start()
            time.sleep(dice.uniform(0.3, 1.2))
            os.kill(sleeper, signal.SIGSTOP)
            helper = start()
            time.sleep(still / stops)
            os.kill(sleeper, signal.SIGCONT)
            time.sleep(1)
            os.kill(helper, signal.SIGKILL)
        check(post_office, levels, 2 * stops)


def test_timers_do_not_need_redis(levels_to_come, env, post_office, tmp_path):
    """Redis stops and comes back empty: the loop goes on without it, the worker when it is back."""
    away = 600 if FULL else 4
    levels = levels_to_come(200 if FULL else 30, away + 10)
    connection.close()
    port = free_port()
    env |= {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}
    folder = Path(env["SHOUWEN_VAR"]).parent
    (tmp_path / "redis").mkdir()
    with ExitStack() as programs, loops(env) as start:
        with redis(tmp_path / "redis", port):
            programs.enter_context(program(*beat(folder / "beat"), env=env))
            programs.enter_context(program(*worker(), env=env))
            plain = start()
            wait_until_none(Deadline.objects.filter(pk=Deadline.objects.earliest("due_at").pk, state=PENDING))
        time.sleep(away)
        with redis(tmp_path / "redis", port):
            os.kill(plain, signal.SIGKILL)  # from here on only who needs Redis is left
            check(post_office, levels, 2)
    assert longest_lag() <= WITHIN


def test_after_everything_was_down_each_level_has_its_true_time(levels_to_come, env, post_office):
    """All processes down while 200 deadlines pass, then one loop is started."""
    levels = levels_to_come(40, 3600, begin=timezone.now() - HOUR)
    connection.close()
    with loops(env) as start:
        start()
        check(post_office, levels, 0)
    due = dict(Deadline.objects.values_list("pk", "due_at"))
    true = Counter(due.values())
    entered = Counter(Event.objects.filter(kind__startswith="level_").values_list("at", flat=True))
    assert entered == true
    lines = Notification.objects.filter(kind__startswith="level")
    told = Counter(lines.values_list("complaint_id", "user_id"))
    assert set(told.values()) == {1}, "one message a case and person, or one of them all"


@pytest.mark.parametrize("step", [HOUR, -HOUR, DAY, -DAY], ids=["+1h", "-1h", "+1d", "-1d"])
def test_a_step_of_the_clock_fires_nothing_twice(walk_in, step):
    case = walk_in(march(2, 9))
    crowd(case, 20)
    before = march(2, 12)
    ring(before)
    after = {"fired": Deadline.objects.filter(state=FIRED).count()}
    for moment in (before + step, before, before + step, before + MINUTE):
        ring(moment)
    fired = Deadline.objects.filter(state=FIRED).count()
    events = Event.objects.filter(kind__startswith="level_")
    keys = Counter(events.values_list("complaint_id", "kind", "params__clock"))
    assert set(keys.values()) == {1}
    assert sum(keys.values()) == fired >= after["fired"]
    report(f"stepped there and back: {fired} levels, 0 double")


@pytest.mark.parametrize("step", [HOUR, -HOUR, DAY, -DAY], ids=["+1h", "-1h", "+1d", "-1d"])
def test_a_large_step_of_the_host_alone_is_an_alarm(walk_in, monkeypatch, step):
    """PostgreSQL has a clock of its own: nothing fires. SQLite has none: it is noted and shown."""
    real = timezone.now()
    walk_in(real - 10 * DAY, backdated_because="")
    sweep.check_skew(real)
    monkeypatch.setattr(timezone, "now", lambda: real + step)
    if connection.vendor == "postgresql":
        with pytest.raises(sweep.ClockSkew):
            tasks.sweep()
        assert not Deadline.objects.filter(state=FIRED).exists()
    else:
        tasks.sweep()
    assert health.timers(real + step).clocks_differ


def test_one_poisoned_case_holds_up_no_other(walk_in, monkeypatch):
    """Of 500 cases one cannot be fired: 499 are on time, one is set aside, shown, and tried again."""
    count = 500 if FULL else 60
    case = walk_in(march(2, 9))
    cases = [case, *crowd(case, count - 1)]
    poisoned = cases[count // 2]
    address = sweep._people_for

    def choke(level, *rest):
        if level.case.pk == poisoned.pk:
            raise ValueError("poison")
        return address(level, *rest)

    monkeypatch.setattr(sweep, "_people_for", choke)
    at = march(2, 9, 30)
    ring(at)
    left = Deadline.objects.filter(state=PENDING, due_at__lte=at)
    assert {deadline.clock.complaint_id for deadline in left} == {poisoned.pk}
    assert Deadline.objects.filter(state=FIRED, level="over").count() == count - 1
    assert health.timers(at).set_aside == 1
    monkeypatch.undo()
    ring(at + MINUTE)
    assert left.all().exists(), "tried again only after a while"
    ring(at + sweep.TRY_AGAIN_AFTER)
    assert not left.all().exists()
    assert health.timers(at + sweep.TRY_AGAIN_AFTER).set_aside == 0
    report(f"{count - 1} of {count} cases on time, 1 set aside, shown and fired later")


def test_a_failing_database_sets_no_case_aside(walk_in, monkeypatch):
    walk_in(march(2, 9))

    def gone(*_):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(sweep, "_write", gone)
    with pytest.raises(OperationalError):
        sweep.sweep(march(2, 9, 30))
    assert health.timers(march(2, 9, 30)).set_aside == 0


def test_the_outbox_of_what_was_fired_is_complete(db, request):
    """10,000 due levels among a million clocks (short: 500 among a few thousand), by set-based batches."""
    if connection.vendor != "postgresql":
        return check_many_on_sqlite(request.getfixturevalue("walk_in"))
    count, due = (333_334, 10_000) if FULL else (2_000, 500)
    now = timezone.now()
    seed.company(now, random.Random(1))
    seed.cases(count, now)
    seed.overdue(due, now)
    Notification.objects.all().delete()
    OutboxMessage.objects.all().delete()
    begun, resident, fired = time.monotonic(), memory(), 0
    while done := sweep.sweep(now):
        fired += done
    lasted = time.monotonic() - begun
    assert not Deadline.objects.filter(state=PENDING, due_at__lte=now).exists()
    messages = Notification.objects.count() + OutboxMessage.objects.count()
    assert messages  # few: whoever is told of more than twenty cases at once is told in one
    assert Event.objects.filter(kind__startswith="level_").count() == fired
    report(
        f"{fired:,} levels among {count * 3:,} clocks with {messages:,} messages in {lasted:.1f} s, "
        f"memory {resident} to {memory()} MiB"
    )


def check_many_on_sqlite(walk_in) -> None:
    count = 2_000 if FULL else 200
    case = walk_in(march(2, 9))
    crowd(case, count - 1)
    begun = time.monotonic()
    fired = ring(march(2, 9, 30))
    assert fired == count
    report(f"{fired:,} levels on SQLite in {time.monotonic() - begun:.1f} s")


def memory() -> int:
    """Resident set of this process, MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20
