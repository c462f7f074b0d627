"""Programs to be killed: the plain loop and Celery's beat, quickened so that a test need not wait.

Leases are eight seconds and batches small. As a program, this starts `manage.py run_timers` in a
process of its own for every line it reads and answers with the process id: once it is ready a fork
is instant, so that twenty kills take seconds.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta

import django

from config.celery import app

django.setup()

from django.core.management import call_command  # noqa: E402

from complaints import notifications, sweep  # noqa: E402
from reports import calendar_beat  # noqa: E402

notifications.LEASE = timedelta(seconds=8)
notifications.BATCH = 5
sweep.BATCH = 10
calendar_beat.BATCH = 2
for entry in app.conf.beat_schedule.values():
    entry["schedule"] = 0.2

if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    print("ready", flush=True)
    for _ in sys.stdin:
        if (child := os.fork()) == 0:
            call_command("run_timers", every=0.05)
            os._exit(0)
        print(child, flush=True)
