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
import time
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from complaints.models import Deadline
from tests.processes import FULL, beat, check, loops, program, wait_until_none, worker

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]

KILLS = 200 if FULL else 20


def test_the_plain_loop_killed_again_and_again(levels_to_come, env, post_office):
    dice = random.Random()
    with loops(env) as start:
        levels = levels_to_come(7 * KILLS if FULL else 3 * KILLS, KILLS * 9 // 20)
        connection.close()
        running = [start(), start()]  # two at once, as beat and a plain loop may run
        longest = 0.8
        for n in range(KILLS):
            time.sleep(dice.uniform(0.1, longest))
            if not Deadline.objects.filter(state=Deadline.State.FIRED).exists():
                longest += 0.8  # a busy machine: let them get to work before they die
            os.kill(running[n % 2], signal.SIGKILL)
            running[n % 2] = start()
        last_kill = timezone.now()
        check(post_office, levels, KILLS)
    assert Deadline.objects.filter(fired_at__lt=last_kill).exists()  # the kills met them at work


def test_celery_worker_and_beat_killed_over_a_real_redis(levels_to_come, env, post_office, redis_url):
    """Pool processes, the whole worker and beat; beat alone brings everything to its end."""
    levels = levels_to_come(400 if FULL else 30, 60 if FULL else 8)
    first_due = Deadline.objects.earliest("due_at")
    connection.close()
    dice = random.Random()
    env |= {"REDIS_URL": redis_url}
    schedule = Path(env["SHOUWEN_VAR"]).parent / "beat"

    def pool(of: subprocess.Popen) -> list[int]:
        children = Path(f"/proc/{of.pid}/task/{of.pid}/children").read_text()
        return [int(child) for child in children.split()]

    kills = 0
    with program(*beat(schedule), env=env):
        with program(*worker(), env=env) as first:
            wait_until_none(Deadline.objects.filter(pk=first_due.pk, state=Deadline.State.PENDING))
            for _ in range(60 if FULL else 6):
                time.sleep(dice.uniform(0.1, 0.6))
                for child in pool(first)[:1]:
                    os.kill(child, signal.SIGKILL)
                    kills += 1
        kills += 2  # leaving killed the worker, and both of its processes with it
    with program(*beat(schedule), env=env), program(*worker(), env=env):
        check(post_office, levels, kills)
