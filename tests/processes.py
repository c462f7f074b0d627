"""Real programs in a test: timers, workers and servers that are started, stopped and killed.

`FAULTS=full` (bin/faults) takes the sizes of the promises instead of the short ones of every day.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from complaints.models import Deadline, Event, Notification, OutboxMessage
from staff.models import User
from tests.mailbox import Mailbox, mailbox
from tests.many_cases import crowd

ROOT = Path(__file__).resolve().parent.parent
SECOND = timedelta(seconds=1)
FULL = os.environ.get("FAULTS") == "full"
PATIENCE = 600 if FULL else 240  # seconds until all must be done after the last fault
CELERY = ("-W", "ignore", "-m", "celery", "--quiet", "-A", "tests.timers")


@pytest.fixture
def levels_to_come(walk_in, jinxiu) -> Callable[[int, int], int]:
    """Cases whose five levels each come due one after the other within some seconds."""

    def prepare(cases: int, seconds: int, begin: datetime | None = None) -> int:
        # Two people get mails; the inbox of the others is written all the same.
        User.objects.exclude(username__in=["limin", "zhoujun"]).update(email="")
        now = begin or timezone.now()
        jinxiu.opens, jinxiu.closes = jinxiu.opens.min, jinxiu.closes.max
        jinxiu.save(update_fields=["opens", "closes"])
        case = walk_in(now - timedelta(days=4), backdated_because="")
        crowd(case, cases - 1)
        OutboxMessage.objects.all().delete()
        Notification.objects.all().delete()
        levels = list(Deadline.objects.order_by("level", "pk"))
        first = begin or timezone.now()
        for n, level in enumerate(levels):
            level.due_at = first + SECOND * seconds * (n / len(levels))
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


@contextmanager
def loops(env: dict[str, str]) -> Iterator[Callable[[], int]]:
    """Call it to start one more plain loop; answers its process id. A fork is instant.

    Prepare what falls due inside the block: imports take seconds on a busy machine.
    """
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": env}
    with program("-m", "tests.timers", **pipes) as forker:
        assert forker.stdout.readline() == "ready\n"

        def start() -> int:
            print(file=forker.stdin, flush=True)
            return int(forker.stdout.readline())

        yield start


def worker(concurrency: int = 2) -> tuple[str, ...]:
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return (*CELERY, "worker", "--concurrency", str(concurrency), *alone, "-l", "CRITICAL")


def beat(schedule: Path) -> tuple[str, ...]:
    return (*CELERY, "beat", "--pidfile", "", "-l", "CRITICAL", "--schedule", str(schedule))


def wait_until_none(left: QuerySet) -> None:
    end = time.monotonic() + PATIENCE
    while left.all().exists() and time.monotonic() < end:
        time.sleep(0.2)
    assert list(left.all().values()[:3]) == []


def longest_lag() -> timedelta:
    """How long the unluckiest level waited between its due time and its firing."""
    fired = Deadline.objects.filter(state=Deadline.State.FIRED)
    return fired.aggregate(lag=Max(F("fired_at") - F("due_at")))["lag"]


def check(post_office: Mailbox, levels: int, faults: int) -> None:
    """Nothing missed, nothing double; a mail may come twice only where a fault met its sending."""
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
    assert set(post_office.copies) == rows
    copies = sum(post_office.copies.values())
    assert copies <= len(rows) + faults
    report(
        f"{levels:,} levels, {faults} faults: 0 missed, 0 double; {len(rows):,} mails, "
        f"{copies - len(rows)} second copies; longest lag {longest_lag().total_seconds():.1f} s"
    )


def report(counted: str) -> None:
    """Print what a test counted, under its own name (for bin/faults)."""
    test = os.environ["PYTEST_CURRENT_TEST"].rpartition("::test_")[2].partition(" ")[0]
    print(f"\n{test.replace('_', ' ')}: {counted}", flush=True)
