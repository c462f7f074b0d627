"""A register sent in the browser: put in line, read and loaded by the worker, put away. The only writer of
`RegisterLoad`.

What it has in common with other files in line is `owners.importing.line`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.framework.refusals import Refused
from owners.access import EDITORS, may
from owners.importing import line
from owners.importing.files import check_kind
from owners.importing.line import LEASE, Line, Teller, how_far
from owners.importing.loading import load
from owners.importing.reading import Reading
from owners.importing.register import read_register
from owners.importing.showing import shown
from owners.models import RegisterLoad
from staff.models import Estate, User
from staff.permissions import permissions_of

State = RegisterLoad.State
LINE = Line(RegisterLoad, "registers", gettext_lazy("“%(file)s” is being loaded; wait until it is in."))

__all__ = [
    "LEASE",
    "LINE",
    "State",
    "ask",
    "confirm",
    "forget",
    "how_far",
    "is_waiting",
    "latest",
    "leave",
    "take",
    "work",
    "work_waiting",
]


def ask(
    estate: Estate, user: User, content: bytes, filename: str, language: str, at: datetime
) -> RegisterLoad:
    """Put a file in line to be read; one that was read and not loaded makes room for it.

    Raises Refused (Unreadable) for what cannot be a register, and while another is being loaded.
    """
    check_kind(content)
    _check_right(user, estate, at)
    job: RegisterLoad = LINE.put(estate, user, content, filename, language, at)
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
    LINE.leave(job, at)


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
    return LINE.waiting(at).exists()


def take(at: datetime) -> RegisterLoad | None:
    """The oldest job in line, or one whose worker died; marked, so that nobody else does it."""
    job: RegisterLoad | None = LINE.take(at)
    return job


def work(job: RegisterLoad, now: Callable[[], datetime]) -> None:
    """Read or load the job taken; whatever goes wrong, it ends as failed with a reason."""
    line.work(job, lambda: (_read if job.state == State.READING else _load)(job, now), now)


def _read(job: RegisterLoad, now: Callable[[], datetime]) -> None:
    reading = _reading(job, Teller(job, now))
    outcome = load(reading, job.estate, by=job.by, at=now(), trial=True)
    line.hold(job, state=State.READ, result=shown(reading, outcome), changed_at=now())


def _load(job: RegisterLoad, now: Callable[[], datetime]) -> None:
    """Read again and load: what is loaded is what the file says and the register has at this moment."""
    _check_right(job.by, job.estate, now())
    reading = _reading(job, lambda done, total: None)
    tell = Teller(job, now, inside=True)
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
            line.hold(job, state=State.LOADED, result=shown(reading, outcome), stored="", changed_at=now())
    finally:
        tell.close()
    line.delete([job.stored])


def _reading(job: RegisterLoad, tell: Callable[[int, int], None]) -> Reading:
    with default_storage.open(job.stored) as file:
        return read_register(file.read(), job.filename, progress=tell)


def forget(at: datetime) -> None:
    """Put away what nobody has touched for a day, and the files that no row has."""
    LINE.forget(at)


def _check_right(user: User, estate: Estate, at: datetime) -> None:
    if not may(permissions_of(user, at), EDITORS, estate.pk):
        raise Refused(_("You no longer load registers into %(estate)s.") % {"estate": estate.name})
