"""Files in line for a worker: taken, worked on, put away. What registers and past ledgers have in common.

The row is the job; a message only wakes the worker, and beat finds what a lost message left. How far it is
while the rows are written stands outside of their transaction, or nobody would see it before the end.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from config.framework.refusals import Refused
from owners.importing import progress
from staff.models import Estate, User

log = logging.getLogger(__name__)
#: A worker that has been silent for so long is taken for dead.
LEASE = timedelta(minutes=3)
#: What was read, loaded or given up is put away, names and numbers and all; a file no row knows is deleted.
KEPT = timedelta(days=1)
#: Between two words on how far it is.
PACE = 0.5


class TakenOver(Exception):
    """The job was put away, or this worker was silent for longer than its lease."""


@dataclass(frozen=True)
class Line:
    """The jobs of one kind. `rows` is their model; its states are called as those of `RegisterLoad` are.
    `folder`: where their files lie. `busy`: what is said of `%(file)s` while it is being loaded. `done_with`:
    the states that are put away after a day."""

    rows: type[Any]
    folder: str
    busy: str | Promise
    done_with: tuple[str, ...] = ("read", "loaded", "failed")

    def put(
        self, estate: Estate, user: User, content: bytes, filename: str, language: str, at: datetime
    ) -> Any:
        """Store a file and put it in line to be read; the person's last one that was only read makes room.

        Raises Refused while another of his is being loaded here, and for two sent at the same moment.
        """
        stored = default_storage.save(f"{self.folder}/{token_hex(16)}", ContentFile(content))
        old: list[str] = []
        try:
            with transaction.atomic():
                mine = self.rows._default_manager.select_for_update().filter(estate=estate, by=user)
                for job in mine.filter(state__in=self.rows.OPEN).order_by("pk"):
                    self._check_idle(job)
                    old.append(put_away(job, at))
                job = self.rows._default_manager.create(
                    estate=estate, by=user, language=language, filename=filename[:200], stored=stored,
                    asked_at=at, changed_at=at,
                )  # fmt: skip
        except (Refused, IntegrityError) as error:
            default_storage.delete(stored)
            if isinstance(error, Refused):
                raise
            raise Refused(_("Another file was sent at the same moment."), field="file") from None
        delete(old)
        return job

    def leave(self, job: Any, at: datetime) -> None:
        """Put a file away. One that is being loaded goes on. Raises Refused."""
        with transaction.atomic():
            row = self.rows._default_manager.select_for_update().get(pk=job.pk)
            self._check_idle(row)
            old = put_away(row, at)
        delete([old])

    def _check_idle(self, job: Any) -> None:
        if job.state in ("to_load", "loading"):
            raise Refused(str(self.busy) % {"file": job.filename}, field="file")

    def waiting(self, at: datetime) -> QuerySet[Any]:
        """What is in line, or lost its worker."""
        silent = Q(state__in=["reading", "loading"], seen_at__lt=at - LEASE)
        found: QuerySet[Any] = self.rows._default_manager.filter(Q(state__in=["to_read", "to_load"]) | silent)
        return found

    def take(self, at: datetime) -> Any:
        """The oldest job in line, or one whose worker died; marked, so that nobody else does it."""
        with transaction.atomic():
            job = self.waiting(at).select_for_update(skip_locked=True).order_by("asked_at").first()
            if job:
                job.state = "reading" if job.state in ("to_read", "reading") else "loading"
                job.taken_at = job.seen_at = job.changed_at = at
                job.done = 0
                job.save(update_fields=["state", "taken_at", "seen_at", "changed_at", "done"])
        return job

    def forget(self, at: datetime) -> None:
        """Put away what nobody has touched for a day, and delete the files that a crash between the file and
        its row left behind."""
        with transaction.atomic():
            rows = self.rows._default_manager.select_for_update(skip_locked=True)
            over = rows.filter(state__in=self.done_with, changed_at__lt=at - KEPT).order_by("pk")
            old = [put_away(job, at) for job in over]
        delete(old)
        delete(self._orphans(at))

    def _orphans(self, at: datetime) -> list[str]:
        """Files older than a day that no row has: younger ones may still get their row."""
        if not default_storage.exists(self.folder):
            return []
        stored = {f"{self.folder}/{name}" for name in default_storage.listdir(self.folder)[1]}
        old = [file for file in sorted(stored) if default_storage.get_modified_time(file) < at - KEPT]
        rows = self.rows._default_manager.filter(stored__in=old)
        owned = set(rows.values_list("stored", flat=True))
        return [file for file in old if file not in owned]


def work(job: Any, do: Callable[[], None], now: Callable[[], datetime]) -> None:
    """Do the job taken; whatever goes wrong, it ends as failed with a reason."""
    try:
        with translation.override(job.language):
            do()
    except TakenOver:
        log.info("Job %s was put away or taken over.", job.key)
    except Refused as refusal:
        fail(job, str(refusal), now())
    except FileNotFoundError:
        with translation.override(job.language):
            fail(job, _("The file is no longer here; choose it once more."), now())
    except Exception as error:
        with translation.override(job.language):
            fail(job, _("An unexpected error (%(kind)s).") % {"kind": type(error).__name__}, now())
        raise


class Teller:
    """Says how far it is, twice a second at most: in the job's row while the file is read. Inside of the
    transaction that writes, in a file; and where the database lets it, on a connection beside it, that its
    worker lives."""

    def __init__(self, job: Any, now: Callable[[], datetime], *, inside: bool = False) -> None:
        self.job, self.now, self.told, self.inside = job, now, 0.0, inside
        self.beside = connection.copy() if inside and connection.vendor != "sqlite" else None

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self.told < PACE and done < total:
            return
        self.told = time.monotonic()
        if not self.inside:
            hold(self.job, done=done, total=total, seen_at=self.now())
            return
        progress.tell(self.job.stored, progress.Progress(done, total, self.now()))
        if self.beside:
            with self.beside.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {self.job._meta.db_table} SET seen_at = %s "  # noqa: S608 (a model's table)
                    "WHERE id = %s AND state = 'loading' AND taken_at = %s",
                    [self.now(), self.job.pk, self.job.taken_at],
                )

    def close(self) -> None:
        if self.beside:
            self.beside.close()
            self.beside = None


def how_far(job: Any) -> Any:
    """The job with the last word of its worker, wherever that was said."""
    word = progress.told(job.stored) if job.state == "loading" else None
    if word and job.taken_at and word.at >= job.taken_at:
        job.done, job.total = word.done, word.total
        job.seen_at = max(job.seen_at or word.at, word.at)
    return job


def put_away(job: Any, at: datetime) -> str:
    """Its file is to be deleted once this is committed."""
    stored: str = job.stored
    job.put_away(at)
    job.save(update_fields=["state", "stored", "result", "reason", "changed_at"])
    return stored


def delete(files: Iterable[str]) -> None:
    for stored in filter(None, files):
        default_storage.delete(stored)
        progress.forget(stored)


def fail(job: Any, reason: str, at: datetime) -> None:
    changes = {"state": "failed", "reason": reason[:300], "stored": "", "result": {}, "changed_at": at}
    if held(job).update(**changes) and job.stored:
        delete([job.stored])


def hold(job: Any, **changes: object) -> None:
    """Write to the job's row as long as this worker has it. Raises TakenOver."""
    if not held(job).update(**changes):
        raise TakenOver


def held(job: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = type(job)._default_manager.filter(pk=job.pk, state=job.state, taken_at=job.taken_at)
    return rows


def result_lines(result: dict[str, Any], kinds: Iterable[tuple[str, str]]) -> Iterator[tuple[object, ...]]:
    """Problems and notes of a kept result as rows of a table; `kinds`: in words, and where they are kept."""
    for kind, name in kinds:
        for one in result[name]:
            yield one["sheet"], one["row"], one["where"], kind, one["sentence"]
