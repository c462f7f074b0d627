"""The timers without a broker: sweep and send in a plain loop. May run beside Celery beat."""

from __future__ import annotations

import logging
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from complaints import tasks

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Fire due levels and send messages in a loop, without Celery or Redis."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=10, help="seconds between two rounds")
        parser.add_argument("--once", action="store_true", help="one round, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        while not stop.is_set():
            failures = []
            for job in (tasks.sweep, tasks.send, tasks.forget):
                try:
                    job()
                except Exception as failure:  # the next round tries again; a database restart ends no loop
                    logger.exception("round failed")
                    failures.append(failure)
            if options["once"] and failures:
                raise ExceptionGroup("the round", failures)
            if options["once"]:
                return
            close_old_connections()
            stop.wait(options["every"])
