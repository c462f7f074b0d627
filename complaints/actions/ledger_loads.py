"""A past ledger sent in the browser: put in line, read and taken over by the worker, put away, voided.

The only writer of `LedgerLoad`.

What it has in common with registers on their way is `owners.importing.line`. Those who supervise an estate
take its ledgers over: they answer for its cases, and the ledger names people.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actions.past_ledger_plan import ASKED, MUST, Choices, Plan, Planned
from complaints.actions.past_ledgers import plan
from complaints.actions.taking_over import take_over, void_all
from complaints.models import LedgerLoad
from complaints.past_ledger.headings import LABELS, Column
from complaints.past_ledger.reading import Reading, read_ledger
from complaints.statuses import SUPERVISING
from config.framework.refusals import Refused
from owners.importing import line
from owners.importing.files import check_kind
from owners.importing.line import LEASE, Teller, how_far
from owners.importing.reading import Line
from staff.estates import check_ours
from staff.models import Estate, User
from staff.permissions import permissions_of
from staff.roles import DESK, Role
from staff.stand_ins import StandIns

State = LedgerLoad.State
LINE = line.Line(
    LedgerLoad,
    "past-ledgers",
    gettext_lazy("“%(file)s” is being taken over; wait until it is in."),
    done_with=("read", "failed"),
)
#: Lines and rows that are kept of a reading, for the page and the list to download.
LINES, ROWS = 2_000, 200

__all__ = [
    "LEASE",
    "LINE",
    "State",
    "ask",
    "confirm",
    "forget",
    "how_far",
    "leave",
    "may",
    "void",
    "work_waiting",
]


def may(user: User, estate: Estate, at: datetime) -> bool:
    """Whether this person takes ledgers of the estate over."""
    return bool(permissions_of(user, at).roles_at(estate.pk) & SUPERVISING)


def ask(estate: Estate, user: User, content: bytes, filename: str, language: str, at: datetime) -> LedgerLoad:
    """Put a file in line to be read; one that was read and not taken over makes room for it.

    Raises Refused (Unreadable) for what cannot be a ledger, and while another is being taken over.
    """
    check_kind(content)
    _check_right(user, estate, at)
    job: LedgerLoad = LINE.put(estate, user, content, filename, language, at)
    return job


@transaction.atomic
def confirm(job: LedgerLoad, user: User, at: datetime, *, choices: dict[str, Any]) -> LedgerLoad:
    """Put a ledger that was looked at in line to be taken over. Asking twice is asking once.

    `choices`: `words` by kind and word, `own_due`, `receiver` (a key), `skip_bad`. Raises Refused.
    """
    row = LedgerLoad.objects.select_for_update(of=("self",)).select_related("estate").get(pk=job.pk)
    _check_right(user, row.estate, at)
    if row.state in (State.TO_LOAD, State.LOADING):
        return row
    if row.state != State.READ:
        raise Refused(_("The file is no longer here; choose it once more."))
    if row.result["bad_rows"] and not choices.get("skip_bad"):
        raise Refused(_("Nothing was taken over: some rows are wrong."), field="skip_bad")
    said = choices.get("words", {})
    for kind in MUST:
        for word in row.result["asked"].get(kind, {}):
            if not said.get(kind, {}).get(word):
                raise Refused(_("Say what “%(word)s” means.") % {"word": word or _("(blank)")}, field=kind)
    chosen_from(choices, row.estate, user, at)
    row.state, row.choices, row.done, row.changed_at, row.taken_at = State.TO_LOAD, choices, 0, at, None
    row.save(update_fields=["state", "choices", "done", "changed_at", "taken_at"])
    return row


def chosen_from(choices: dict[str, Any], estate: Estate, user: User, at: datetime) -> Choices:
    """What was chosen, as the plan takes it. Raises Refused for a first receiver who is not of the estate."""
    receiver = user
    if key := choices.get("receiver"):
        found = receivers(estate, at).get(int(key))
        if found is None:
            raise Refused(_("Choose somebody who works for this estate today."), field="receiver")
        receiver = found
    words = {kind: dict(choices.get("words", {}).get(kind, {})) for kind in ASKED}
    return Choices(words=words, own_due=bool(choices.get("own_due")), receiver=receiver)


def receivers(estate: Estate, at: datetime) -> dict[int, User]:
    """Who may follow the cases whose first receiver is nobody of ours."""
    stand_ins = StandIns.load(at, [estate])
    people = [
        user for role in Role if role in DESK | SUPERVISING for user in stand_ins.holders(role, estate.pk)
    ]
    return {user.pk: user for user in sorted(people, key=lambda user: (user.name, user.pk))}


def leave(job: LedgerLoad, at: datetime) -> None:
    """Put a file away. One that is being taken over goes on. Raises Refused."""
    LINE.leave(job, at)


def void(job: LedgerLoad, user: User, at: datetime, *, reason: str) -> int:
    """Void every case of a ledger taken over by mistake; how many. Only who took it over, and only while
    nothing has happened on them. Raises Refused."""
    with transaction.atomic():
        row = LedgerLoad.objects.select_for_update(of=("self",)).select_related("estate").get(pk=job.pk)
        if row.state != State.LOADED:
            raise Refused(_("It was not taken over, or is void already."))
        if row.by_id != user.pk:
            raise Refused(_("Only %(name)s, who took it over, voids it as a whole.") % {"name": row.by})
        _check_right(user, row.estate, at)
        count = void_all(row, reason=reason, by=user, at=at)
        row.state, row.void_because, row.changed_at = State.VOID, reason.strip()[:300], at
        row.save(update_fields=["state", "void_because", "changed_at"])
    return count


def _check_right(user: User, estate: Estate, at: datetime) -> None:
    check_ours(estate, at)
    if not may(user, estate, at):
        raise Refused(
            _("Past ledgers of %(estate)s are taken over by its supervisor or property manager.")
            % {"estate": estate.name}
        )


# The worker's part ------------------------------------------------------------------------------------


def work_waiting(now: Callable[[], datetime]) -> int:
    """Do what is in line, the oldest first; how many were taken."""
    taken = 0
    while job := LINE.take(now()):
        do = _read if job.state == State.READING else _load
        line.work(job, lambda job=job, do=do: do(job, now), now)
        taken += 1
    return taken


def is_waiting(at: datetime) -> bool:
    """Whether anything is in line or its worker died."""
    return LINE.waiting(at).exists()


def forget(at: datetime) -> None:
    """Put away what was read and not taken over for a day, and the files that no row has."""
    LINE.forget(at)


def _reading(job: LedgerLoad, tell: Callable[[int, int], None]) -> Reading:
    with default_storage.open(job.stored) as file:
        return read_ledger(file.read(), job.filename, tell)


def _read(job: LedgerLoad, now: Callable[[], datetime]) -> None:
    tell = Teller(job, now)
    reading = _reading(job, tell)
    found = plan(reading, job.estate, Choices(receiver=job.by), now(), tell)
    line.hold(job, state=State.READ, result=shown(reading, found), changed_at=now())


def _load(job: LedgerLoad, now: Callable[[], datetime]) -> None:
    """Read again and take over: what the file says and the estate has at this moment, all or nothing."""
    reading = _reading(job, lambda done, total: None)
    tell = Teller(job, now, inside=True)
    try:
        with transaction.atomic():
            found = load(job, reading, job.choices, by=job.by, at=now(), progress=tell)
            tell.close()
            result = shown(reading, found)
            line.hold(job, state=State.LOADED, result=result, stored="", changed_at=now(), loaded_at=now())
    finally:
        tell.close()
    line.delete([job.stored])


def load(
    job: LedgerLoad,
    reading: Reading,
    chosen: dict[str, Any],
    *,
    by: User,
    at: datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Plan:
    """Plan and take over under the estate's lock: two of one estate wait for each other. Raises Refused."""
    estate = Estate.objects.select_for_update().get(pk=job.estate_id)
    _check_right(by, estate, at)
    choices = chosen_from(chosen, estate, by, at)
    found = plan(reading, estate, choices, at)
    if found.problems and not chosen.get("skip_bad"):
        raise Refused(_("Nothing was taken over: some rows are wrong."))
    if words := found.unanswered():
        raise Refused(_("Say what “%(word)s” means.") % {"word": words[0] or _("(blank)")})
    take_over(found, job, choices, by=by, at=at, progress=progress)
    return found


def by_command(
    reading: Reading,
    estate: Estate,
    filename: str,
    chosen: dict[str, Any],
    *,
    by: User,
    language: str,
    at: datetime,
) -> tuple[Plan, LedgerLoad | None]:
    """Read, and take over in one go what a command was given; no row is left where it brings nothing new."""
    with transaction.atomic():
        job = LedgerLoad.objects.create(
            estate=estate, by=by, language=language, filename=filename[:200], state=State.LOADED,
            choices=chosen, asked_at=at, changed_at=at, loaded_at=at,
        )  # fmt: skip
        found = load(job, reading, chosen, by=by, at=at)
        job.result = shown(reading, found)
        job.save(update_fields=["result"])
        if not found.new:
            job.delete()
            return found, None
    return found, job


def shown(reading: Reading, found: Plan) -> dict[str, Any]:
    """What the page shows of a reading, as plain values."""

    def lines(some: list[Line]) -> list[dict[str, Any]]:
        return [vars(one) for one in some[:LINES]]

    days = [case.entry.moments[Column.RECEIVED].day for case in found.new]
    return {
        "columns": [[one.sheet, one.letter, one.header, one.meaning] for one in reading.columns],
        "rows": len(reading.entries),
        "new": len(found.new),
        "open": found.open,
        "known": found.known,
        "bad_rows": len({(one.sheet, one.row) for one in found.problems}),
        "first": str(min(days, default="")),
        "last": str(max(days, default="")),
        "asked": {kind: dict(words.most_common(200)) for kind, words in found.asked.items()},
        "unmatched_receivers": sum(case.receiver is None for case in found.new),
        "promised": sum(bool(case.is_open and case.promised_at) for case in found.new),
        "cases": [_shown_case(case) for case in found.new[:ROWS]],
        "problems": lines(found.problems),
        "notes": lines(found.notes),
        "left": [vars(one) for one in reading.left[:LINES]],
    }


def _shown_case(case: Planned) -> dict[str, Any]:
    entry = case.entry
    received = entry.moments[Column.RECEIVED]
    return {
        "row": entry.row,
        "sheet": entry.sheet,
        "number": entry.get(Column.NUMBER),
        "received": f"{received.day}" + (f" {received.clock:%H:%M}" if received.clock else ""),
        "place": str(case.unit or case.place or case.building or ""),
        "content": entry.get(Column.CONTENT)[:60],
        "category": str(case.category or ""),
        "is_open": case.is_open,
        "closed": f"{case.closed_at.astimezone(case.received_at.tzinfo):%Y-%m-%d}" if case.closed_at else "",
        "receiver": str(case.receiver or ""),
        "kept": [str(LABELS[column]) for column in case.said],
    }
