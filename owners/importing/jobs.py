"""A register sent in the browser: put in line, read and loaded by the worker, put away. The only writer of
`RegisterLoad`.

The row is the job; a message only wakes the worker, and beat finds what a lost message left. How far it is
while the rows are written stands outside of their transaction, or nobody would see it before the end.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_hex

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from config.framework.refusals import Refused
from owners.access import EDITORS, may
from owners.importing import progress
from owners.importing.files import check_kind
from owners.importing.loading import load
from owners.importing.reading import Reading
from owners.importing.register import read_register
from owners.importing.showing import shown
from owners.models import RegisterLoad
from staff.models import Estate, User
from staff.permissions import permissions_of

log = logging.getLogger(__name__)
State = RegisterLoad.State
FOLDER = "registers"
#: A worker that has been silent for so long is taken for dead.
LEASE = timedelta(minutes=3)
#: What was read, loaded or given up is put away, names and numbers and all; a file no row knows is deleted.
KEPT = timedelta(days=1)
DONE_WITH = (State.READ, State.LOADED, State.FAILED)
#: Between two words on how far it is.
PACE = 0.5


class TakenOver(Exception):
    """The job was put away, or this worker was silent for longer than its lease."""


def ask(
    estate: Estate, user: User, content: bytes, filename: str, language: str, at: datetime
) -> RegisterLoad:
    """Put a file in line to be read; one that was read and not loaded makes room for it.

    Raises Refused (Unreadable) for what cannot be a register, and while another is being loaded.
    """
    check_kind(content)
    _check_right(user, estate, at)
    stored = default_storage.save(f"{FOLDER}/{token_hex(16)}", ContentFile(content))
    old: list[str] = []
    try:
        with transaction.atomic():
            mine = RegisterLoad.objects.select_for_update().filter(estate=estate, by=user)
            for job in mine.filter(state__in=RegisterLoad.OPEN).order_by("pk"):
                if job.state in (State.TO_LOAD, State.LOADING):
                    raise Refused(_being_loaded(job), field="file")
                old.append(_put_away(job, at))
            job = RegisterLoad.objects.create(
                estate=estate,
                by=user,
                language=language,
                filename=filename[:200],
                stored=stored,
                asked_at=at,
                changed_at=at,
            )
    except (Refused, IntegrityError) as error:
        default_storage.delete(stored)
        if isinstance(error, Refused):
            raise
        raise Refused(_("Another file was sent at the same moment."), field="file") from None
    _delete(old)
    return job


@transaction.atomic
def confirm(
    job: RegisterLoad, user: User, at: datetime, *, skip_bad: bool, of_this_estate: bool = False
) -> RegisterLoad:
    """Put a register that was looked at in line to be loaded. Asking twice is asking once. `of_this_estate`
    is the answer to a file that names another one; that name stays with the job. Raises Refused."""
    row = RegisterLoad.objects.select_for_update().get(pk=job.pk)
    _check_right(user, row.estate, at)
    if row.state in (State.TO_LOAD, State.LOADING):
        return row
    if row.state != State.READ:
        raise Refused(_("The file is no longer here; choose it once more."))
    if row.result["problems"] and not skip_bad:
        raise Refused(_("Nothing was loaded: some rows are wrong."))
    if other := row.result.get("elsewhere"):
        if not other["may_be_this"]:
            raise Refused(other["sentence"])
        if not of_this_estate:
            raise Refused(other["sentence"] + " " + _("Say first that it is of this estate all the same."))
        row.named_estate = other["name"]
    row.state, row.skip_bad, row.done, row.changed_at, row.taken_at = State.TO_LOAD, skip_bad, 0, at, None
    row.save(update_fields=["state", "skip_bad", "done", "changed_at", "taken_at", "named_estate"])
    return row


def leave(job: RegisterLoad, at: datetime) -> None:
    """Put a file away. One that is being loaded goes on. Raises Refused."""
    with transaction.atomic():
        row = RegisterLoad.objects.select_for_update().get(pk=job.pk)
        if row.state in (State.TO_LOAD, State.LOADING):
            raise Refused(_being_loaded(row))
        old = _put_away(row, at)
    _delete([old])


def _being_loaded(job: RegisterLoad) -> str:
    return _("“%(file)s” is being loaded; wait until it is in.") % {"file": job.filename}


def latest(estate: Estate, user: User) -> RegisterLoad | None:
    """The person's job in this estate: the one in hand, else the last one unless it was put away."""
    return (
        RegisterLoad.objects.filter(estate=estate, by=user)
        .exclude(state=State.LEFT)
        .order_by("-asked_at")
        .first()
    )


def work_waiting(now: Callable[[], datetime]) -> int:
    """Do what is in line, the oldest first; how many were taken."""
    taken = 0
    while job := take(now()):
        work(job, now)
        taken += 1
    return taken


def is_waiting(at: datetime) -> bool:
    """Whether anything is in line or its worker died."""
    return _waiting(at).exists()


def _waiting(at: datetime) -> QuerySet[RegisterLoad]:
    silent = Q(state__in=[State.READING, State.LOADING], seen_at__lt=at - LEASE)
    return RegisterLoad.objects.filter(Q(state__in=[State.TO_READ, State.TO_LOAD]) | silent)


@transaction.atomic
def take(at: datetime) -> RegisterLoad | None:
    """The oldest job in line, or one whose worker died; marked, so that nobody else does it."""
    job = _waiting(at).select_for_update(skip_locked=True).order_by("asked_at").first()
    if job:
        job.state = State.READING if job.state in (State.TO_READ, State.READING) else State.LOADING
        job.taken_at = job.seen_at = job.changed_at = at
        job.done = 0
        job.save(update_fields=["state", "taken_at", "seen_at", "changed_at", "done"])
    return job


def work(job: RegisterLoad, now: Callable[[], datetime]) -> None:
    """Read or load the job taken; whatever goes wrong, it ends as failed with a reason."""
    try:
        with translation.override(job.language):
            (_read if job.state == State.READING else _load)(job, now)
    except TakenOver:
        log.info("Register %s was put away or taken over.", job.key)
    except Refused as refusal:
        _fail(job, str(refusal), now())
    except FileNotFoundError:
        with translation.override(job.language):
            _fail(job, _("The file is no longer here; choose it once more."), now())
    except Exception as error:
        with translation.override(job.language):
            _fail(job, _("An unexpected error (%(kind)s).") % {"kind": type(error).__name__}, now())
        raise


def _read(job: RegisterLoad, now: Callable[[], datetime]) -> None:
    reading = _reading(job, _Teller(job, now))
    outcome = load(reading, job.estate, by=job.by, at=now(), trial=True)
    _hold(job, state=State.READ, result=shown(reading, outcome), changed_at=now())


def _load(job: RegisterLoad, now: Callable[[], datetime]) -> None:
    """Read again and load: what is loaded is what the file says and the register has at this moment."""
    _check_right(job.by, job.estate, now())
    reading = _reading(job, lambda done, total: None)
    tell = _Teller(job, now, inside=True)
    try:
        with transaction.atomic():
            outcome = load(
                reading,
                job.estate,
                by=job.by,
                at=now(),
                skip_bad=job.skip_bad,
                of_this_estate=bool(job.named_estate),
                progress=tell,
            )
            tell.close()
            if outcome.elsewhere:
                raise Refused(outcome.elsewhere.sentence)
            if not outcome.loaded:
                raise Refused(_("Nothing was loaded: some rows are wrong."))
            _hold(job, state=State.LOADED, result=shown(reading, outcome), stored="", changed_at=now())
    finally:
        tell.close()
    _delete([job.stored])


def _reading(job: RegisterLoad, tell: Callable[[int, int], None]) -> Reading:
    with default_storage.open(job.stored) as file:
        return read_register(file.read(), job.filename, progress=tell)


class _Teller:
    """Says how far it is, twice a second at most: in the job's row while the file is read. Inside of the
    transaction that writes, in a file; and where the database lets it, on a connection beside it, that its
    worker lives."""

    def __init__(self, job: RegisterLoad, now: Callable[[], datetime], *, inside: bool = False) -> None:
        self.job, self.now, self.told, self.inside = job, now, 0.0, inside
        self.beside = connection.copy() if inside and connection.vendor != "sqlite" else None

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self.told < PACE and done < total:
            return
        self.told = time.monotonic()
        if not self.inside:
            _hold(self.job, done=done, total=total, seen_at=self.now())
            return
        progress.tell(self.job.stored, progress.Progress(done, total, self.now()))
        if self.beside:
            with self.beside.cursor() as cursor:
                cursor.execute(
                    "UPDATE owners_registerload SET seen_at = %s "
                    "WHERE id = %s AND state = 'loading' AND taken_at = %s",
                    [self.now(), self.job.pk, self.job.taken_at],
                )

    def close(self) -> None:
        if self.beside:
            self.beside.close()
            self.beside = None


def how_far(job: RegisterLoad) -> RegisterLoad:
    """The job with the last word of its worker, wherever that was said."""
    word = progress.told(job.stored) if job.state == State.LOADING else None
    if word and job.taken_at and word.at >= job.taken_at:
        job.done, job.total = word.done, word.total
        job.seen_at = max(job.seen_at or word.at, word.at)
    return job


def forget(at: datetime) -> None:
    """Put away what nobody has touched for a day, and delete the files that a crash between the file and its
    row left behind."""
    with transaction.atomic():
        rows = RegisterLoad.objects.select_for_update(skip_locked=True)
        old = [
            _put_away(job, at)
            for job in rows.filter(state__in=DONE_WITH, changed_at__lt=at - KEPT).order_by("pk")
        ]
    _delete(old)
    _delete(_orphans(at))


def _orphans(at: datetime) -> list[str]:
    """Files older than a day that no row has: younger ones may still get their row."""
    if not default_storage.exists(FOLDER):
        return []
    stored = {f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]}
    old = [file for file in sorted(stored) if default_storage.get_modified_time(file) < at - KEPT]
    owned = set(RegisterLoad.objects.filter(stored__in=old).values_list("stored", flat=True))
    return [file for file in old if file not in owned]


def _check_right(user: User, estate: Estate, at: datetime) -> None:
    if not may(permissions_of(user, at), EDITORS, estate.pk):
        raise Refused(_("You no longer load registers into %(estate)s.") % {"estate": estate.name})


def _put_away(job: RegisterLoad, at: datetime) -> str:
    """Its file is to be deleted once this is committed."""
    stored = job.stored
    job.state, job.stored, job.result, job.reason, job.changed_at = State.LEFT, "", {}, "", at
    job.save(update_fields=["state", "stored", "result", "reason", "changed_at"])
    return stored


def _delete(files: list[str]) -> None:
    for stored in filter(None, files):
        default_storage.delete(stored)
        progress.forget(stored)


def _fail(job: RegisterLoad, reason: str, at: datetime) -> None:
    if (
        _held(job).update(state=State.FAILED, reason=reason[:300], stored="", result={}, changed_at=at)
        and job.stored
    ):
        _delete([job.stored])


def _hold(job: RegisterLoad, **changes: object) -> None:
    """Write to the job's row as long as this worker has it. Raises TakenOver."""
    if not _held(job).update(**changes):
        raise TakenOver


def _held(job: RegisterLoad) -> QuerySet[RegisterLoad]:
    return RegisterLoad.objects.filter(pk=job.pk, state=job.state, taken_at=job.taken_at)
