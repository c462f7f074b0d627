"""The files of evidence read again, each compared with what was written down when it came in 核验 (G17).

Read without a lock, for it takes as long as the disk needs; what was found is written afterwards, in one
transaction with its entry in the timeline.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from complaints import evidence as rules
from complaints import uploads
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visibility import roles_on
from complaints.evidence import AT_ONCE, Finding
from complaints.models import Attachment, Complaint, Event, Inquiry
from staff.models import User
from staff.permissions import permissions_of
from staff.roles import Role

#: Entries that say what came in with an item.
ARRIVALS = ("evidence_added", "evidence_signed")
#: What was read within this time does not wait: pressing again and again comes to an end.
ROUND = timedelta(hours=1)


@dataclass(frozen=True)
class Read:
    """One file of evidence as it was found; `item` is its number, `key` that of its row.

    `file` None: the timeline tells of it, and there is no such row any more; or it is the words of a signed
    record, `is_text`, whose `key` is that of the record with a minus.
    """

    file: Attachment | None
    found: Finding
    item: int
    key: int
    is_text: bool = False

    @property
    def is_same(self) -> bool:
        return self.found == Finding.SAME


@dataclass(frozen=True)
class Verified:
    """What was read, and how many files of the case wait for the next time."""

    read: tuple[Read, ...]
    left: int

    @property
    def wrong(self) -> list[Read]:
        return [one for one in self.read if not one.is_same]


def verify(complaint: Complaint, *, by: User, at: datetime, most: int = AT_ONCE) -> Verified:
    """Read the files of one case again, those first that waited longest, up to `most` bytes, one at least.

    Raises WrongPerson.
    """
    rules.check_verify(roles_on(complaint, permissions_of(by, at)))
    read = tuple(_read(complaint, at, most))
    with transaction.atomic():
        case = UnitOfWork(complaint, None, by=by, at=at)
        rules.check_verify(case.roles)
        _keep(case, read, at)
        case.commit()
    left = _files(complaint).exclude(verified_at__gte=at - ROUND).count()
    return Verified(read, left)


def verify_by_itself(complaint: Complaint, *, at: datetime) -> Verified:
    """The same of all its files, for the command: only what is wrong and was not known leaves an entry."""
    read = tuple(_read(complaint, at, None))
    with transaction.atomic():
        case = UnitOfWork(complaint, None, by=None, at=at)
        _keep(case, read, at)
        case.commit()
    return Verified(read, 0)


def _files(complaint: Complaint) -> QuerySet[Attachment]:
    return Attachment.objects.filter(evidence__complaint=complaint)


def _read(complaint: Complaint, at: datetime, most: int | None) -> Iterator[Read]:
    told = _told_on_arrival(complaint)
    there = set(_files(complaint).values_list("pk", flat=True))
    for key, (item, _digest) in told.items():
        if key not in there:
            yield Read(None, Finding.MISSING, item, key)
    yield from _texts(complaint)
    rows = _files(complaint).filter(Q(verified_at=None) | Q(verified_at__lt=at))
    size = 0
    for file in (
        rows.select_related("evidence").order_by(F("verified_at").asc(nulls_first=True), "pk").iterator()
    ):
        if most is not None and size and size + file.size > most:
            return
        size += file.size
        item, digest = told.get(file.pk, (file.evidence.number if file.evidence else 0, ""))
        found = rules.finding({file.sha256, digest}, uploads.digest_of(file.file))
        yield Read(file, found, item, file.pk)


def _texts(complaint: Complaint) -> Iterator[Read]:
    """The words of signed records that are not those that were signed, by their row or by the timeline."""
    signed = Event.objects.filter(complaint=complaint, kind="inquiry_signed").values_list("params", flat=True)
    records = Inquiry.objects.filter(complaint=complaint).select_related("evidence")
    rows = records.prefetch_related("lines").in_bulk()
    for params in signed:
        row = rows.get(params["row"])
        found = rules.finding({params["sha256"]}, row.sha256 if row else None)
        if row and not _is_as_told(row, params):
            found = Finding.DIFFERS
        if found != Finding.SAME:
            yield Read(None, found, params["item"], -params["row"], is_text=True)


def _is_as_told(row: Inquiry, params: dict[str, Any]) -> bool:
    """Whether a signed record says what it said then, and is the evidence it became."""
    facts = params.get("facts", row.facts_sha256)
    item = row.evidence.number if row.evidence else None
    same = (row.facts_sha256, len(row.pairs), item) == (facts, params["count"], params["item"])
    return same and row.is_as_signed


def _told_on_arrival(complaint: Complaint) -> dict[int, tuple[int, str]]:
    """By the key of a file its item and digest as the timeline has them, which no row takes along."""
    told: dict[int, tuple[int, str]] = {}
    entries = Event.objects.filter(complaint=complaint, kind__in=ARRIVALS).order_by("pk")
    for params in entries.values_list("params", flat=True):
        told |= {int(key): (params["item"], digest) for key, digest in params.get("digests", {}).items()}
    return told


def _gone_before(complaint: Complaint) -> set[int]:
    """The keys of files whose rows were missed already."""
    entries = Event.objects.filter(complaint=complaint, kind="evidence_differs")
    return {key for params in entries.values_list("params", flat=True) for key in params.get("gone", [])}


def _keep(case: UnitOfWork, read: tuple[Read, ...], at: datetime) -> None:
    """Each file with what was found, the entry, and word to the managers of what was not known before."""
    gone = [one.key for one in read if one.file is None]
    fresh = bool(gone) and not set(gone) <= _gone_before(case.row)
    files = []
    for one in read:
        if one.file:
            fresh = fresh or not one.is_same and one.file.finding != one.found
            one.file.verified_at, one.file.finding = at, one.found
            files.append(one.file)
    Attachment.objects.bulk_update(files, ["verified_at", "finding"], batch_size=500)
    wrong = sorted({one.item for one in read if not one.is_same})
    if wrong and (fresh or not case.by_rule):
        more: dict[str, Any] = {"gone": gone} if gone else {}
        case.record("evidence_differs", count=len(read), items=[str(number) for number in wrong], **more)
    elif read and not wrong and not case.by_rule:
        case.record("evidence_verified", count=len(read))
    if fresh:
        people = [*case.reach(Role.SUPERVISOR), *case.reach(Role.PROPERTY_MANAGER)]
        case.notify(people, "evidence_differs", items=[str(number) for number in wrong])
