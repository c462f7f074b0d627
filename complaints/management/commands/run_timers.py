"""The timers without a broker: sweep and send in a plain loop. May run beside Celery beat.

Registers are worked off in a thread beside the loop: a large one takes a minute, and no deadline waits.
"""

from __future__ import annotations

import logging
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connections
from django.utils import timezone

from complaints import tasks
from complaints.actions import ledger_loads
from owners.importing import jobs as registers
from owners.tasks import load_registers

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
        beside: threading.Thread | None = None
        while not stop.is_set():
            failures = []
            for job in (
                tasks.sweep,
                tasks.send,
                tasks.forget,
                *([load_registers, tasks.past_ledgers] if options["once"] else []),
            ):
                try:
                    job()
                except Exception as failure:  # the next round tries again; a database restart ends no loop
                    logger.exception("round failed")
                    failures.append(failure)
            if options["once"] and failures:
                raise ExceptionGroup("the round", failures)
            if options["once"]:
                return
            if not (beside and beside.is_alive()):
                beside = self.work_off_registers()
            close_old_connections()
            stop.wait(options["every"])

    def work_off_registers(self) -> threading.Thread | None:
        """Begin with what is in line, if anything is. What a stop cuts off rolls back and is begun anew."""
        try:
            waits = registers.is_waiting, ledger_loads.is_waiting
            if not any(is_waiting(timezone.now()) for is_waiting in waits):
                return None
        except Exception:
            logger.exception("registers could not be looked for")
            return None
        beside = threading.Thread(target=_load, name="registers", daemon=True)
        beside.start()
        return beside


def _load() -> None:
    try:
        for load in (load_registers, tasks.past_ledgers):
            try:
                load()
            except Exception:  # the row says so too; the next round goes on with the next one
                logger.exception("a file in line failed")
    finally:
        connections.close_all()
