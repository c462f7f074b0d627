"""Sweep and sender killed with -9 at random: nothing missed, nothing double.

Real processes, a real mail server; the levels come due while the processes die. Every level must
fire once, every event stand once, every outbox row be sent; a mail may come twice only where the
kill fell between its sending and the note of it: at most once for each kill.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from complaints.models import Deadline, Event, Notification, OutboxMessage
from staff.models import User
from tests.crowd import crowd
from tests.mailbox import Mailbox, mailbox

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parent.parent
SECOND = timedelta(seconds=1)
KILLS = int(os.environ.get("KILLS", "20"))  # bin/faults: 200
PATIENCE = 90  # seconds until all must be done after the last kill


@pytest.fixture
def levels_to_come(walk_in, jinxiu) -> Callable[[int, int], int]:
    """Cases whose five levels each come due one after the other within some seconds."""

    def prepare(cases: int, seconds: int) -> int:
        # Two people get mails; the inbox of the others is written all the same.
        User.objects.exclude(username__in=["limin", "zhoujun"]).update(email="")
        now = timezone.now()
        jinxiu.opens, jinxiu.closes = jinxiu.opens.min, jinxiu.closes.max
        jinxiu.save(update_fields=["opens", "closes"])
        case = walk_in(now - timedelta(days=4), backdated_because="")
        crowd(case, cases - 1)
        OutboxMessage.objects.all().delete()
        Notification.objects.all().delete()
        levels = list(Deadline.objects.order_by("level", "pk"))
        for n, level in enumerate(levels):
            level.due_at = now + SECOND * seconds * (n / len(levels))
        Deadline.objects.bulk_update(levels, ["due_at"], batch_size=200)
        return len(levels)

    return prepare


@pytest.fixture
def post_office() -> Iterator[Mailbox]:
    with mailbox() as server:
        yield server


@pytest.fixture
def env(database_url, post_office, tmp_path) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": database_url, "EMAIL_URL": post_office.url, "SHOUWEN_VAR": str(tmp_path / "var"),
        "LOG_LEVEL": "CRITICAL", "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT),
    }  # fmt: skip


@contextmanager
def program(*words: str, **options) -> Iterator[subprocess.Popen]:
    """A program in a process group of its own, which ends with the test whatever happens."""
    with subprocess.Popen([sys.executable, *words], cwd=ROOT, start_new_session=True, **options) as started:
        try:
            yield started
        finally:
            with suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)


def wait_until_none(left: QuerySet) -> None:
    end = time.monotonic() + PATIENCE
    while left.all().exists() and time.monotonic() < end:
        time.sleep(0.2)
    assert list(left.all().values()[:3]) == []


def check(post_office: Mailbox, levels: int, kills: int) -> None:
    """Nothing missed, nothing double."""
    wait_until_none(Deadline.objects.filter(state=Deadline.State.PENDING))
    wait_until_none(OutboxMessage.objects.exclude(state=OutboxMessage.State.SENT))
    assert Deadline.objects.filter(state=Deadline.State.FIRED).count() == levels
    entered = Counter(
        (event.complaint_id, event.params["clock"], event.kind)
        for event in Event.objects.filter(kind__startswith="level_")
    )
    assert set(entered.values()) == {1}
    assert len(entered) == levels
    rows = {key.replace(":", ".") for key in OutboxMessage.objects.values_list("key", flat=True)}
    told = set(Notification.objects.exclude(user__email="").values_list("key", flat=True))
    assert rows == {f"email.{key.replace(':', '.')}" for key in told}
    assert len(rows) > levels / 4
    assert set(post_office.copies) == rows
    assert sum(post_office.copies.values()) <= len(rows) + kills


def test_the_plain_loop_killed_again_and_again(levels_to_come, env, post_office):
    levels = levels_to_come(3 * KILLS, KILLS * 9 // 20)
    connection.close()
    dice = random.Random()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": env}
    with program("-m", "tests.timers", **pipes) as forker:

        def start() -> int:
            print(file=forker.stdin, flush=True)
            return int(forker.stdout.readline())

        loops = [start(), start()]  # two at once, as beat and a plain loop may run
        for n in range(KILLS):
            time.sleep(dice.uniform(0.1, 0.8))
            os.kill(loops[n % 2], signal.SIGKILL)
            loops[n % 2] = start()
        check(post_office, levels, KILLS)


def test_celery_worker_and_beat_killed_over_a_real_redis(levels_to_come, env, post_office, redis_url):
    """Pool processes, the whole worker and beat; beat alone brings everything to its end."""
    levels = levels_to_come(30, 8)
    first_due = Deadline.objects.earliest("due_at")
    connection.close()
    dice = random.Random()
    env |= {"REDIS_URL": redis_url}
    celery = ("-W", "ignore", "-m", "celery", "--quiet", "-A", "tests.timers")
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    worker = (*celery, "worker", "--concurrency", "2", *alone, "-l", "CRITICAL")
    beat = (*celery, "beat", "--pidfile", "", "-l", "CRITICAL")
    beat += ("--schedule", str(Path(env["SHOUWEN_VAR"]).parent / "beat"))

    def pool(of: subprocess.Popen) -> list[int]:
        children = Path(f"/proc/{of.pid}/task/{of.pid}/children").read_text()
        return [int(child) for child in children.split()]

    kills = 0
    with program(*beat, env=env):
        with program(*worker, env=env) as first:
            wait_until_none(Deadline.objects.filter(pk=first_due.pk, state=Deadline.State.PENDING))
            for _ in range(6):
                time.sleep(dice.uniform(0.1, 0.6))
                for child in pool(first)[:1]:
                    os.kill(child, signal.SIGKILL)
                    kills += 1
        kills += 2  # leaving killed the worker, and both of its processes with it
    with program(*beat, env=env), program(*worker, env=env):
        check(post_office, levels, kills)
