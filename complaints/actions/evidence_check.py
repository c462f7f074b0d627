"""The files of evidence read again, each compared with what was written down when it came in 核验 (G17).

Read without a lock, for it takes as long as the disk needs; what was found is written afterwards, in one
transaction with its entry in the timeline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from complaints import evidence as rules
from complaints import uploads
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visibility import roles_on
from complaints.evidence import AT_ONCE, Finding
from complaints.models import Attachment, Complaint, Event
from staff.models import User
from staff.permissions import permissions_of
from staff.roles import Role

#: Entries that say what came in with an item.
ARRIVALS = ("evidence_added", "evidence_signed")


@dataclass(frozen=True)
class Read:
    """One file of evidence as it was found."""

    file: Attachment
    found: Finding

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
    left = _files(complaint).exclude(verified_at=at).count() if read else 0
    return Verified(read, left)


def verify_by_itself(complaint: Complaint, *, at: datetime) -> Verified:
    """The same of all its files, for the command: only what is wrong and was not known leaves an entry."""
    read = tuple(_read(complaint, at, None))
    with transaction.atomic():
        case = UnitOfWork(complaint, None, by=None, at=at)
        _keep(case, read, at)
        case.commit()
    return Verified(read, 0)


def _files(complaint: Complaint) -> Iterable[Attachment]:
    return Attachment.objects.filter(evidence__complaint=complaint)


def _read(complaint: Complaint, at: datetime, most: int | None) -> Iterator[Read]:
    told = _told_on_arrival(complaint)
    rows = Attachment.objects.filter(
        Q(verified_at=None) | Q(verified_at__lt=at), evidence__complaint=complaint
    )
    size = 0
    for file in (
        rows.select_related("evidence").order_by(F("verified_at").asc(nulls_first=True), "pk").iterator()
    ):
        if most is not None and size and size + file.size > most:
            return
        size += file.size
        expected = {file.sha256, told.get(str(file.pk), "")}
        yield Read(file, rules.finding(expected, uploads.digest_of(file.file)))


def _told_on_arrival(complaint: Complaint) -> dict[str, str]:
    """By the key of a file its digest as the timeline has it, which nobody rewrites with the row."""
    told: dict[str, str] = {}
    entries = Event.objects.filter(complaint=complaint, kind__in=ARRIVALS).order_by("pk")
    for params in entries.values_list("params", flat=True):
        told |= params.get("digests", {})
    return told


def _keep(case: UnitOfWork, read: tuple[Read, ...], at: datetime) -> None:
    """Each file with what was found, the entry, and word to the managers of what was not known before."""
    fresh = [one for one in read if not one.is_same and one.file.finding != one.found]
    for one in read:
        one.file.verified_at, one.file.finding = at, one.found
    Attachment.objects.bulk_update([one.file for one in read], ["verified_at", "finding"], batch_size=500)
    wrong = sorted({one.file.evidence.number for one in read if not one.is_same and one.file.evidence})
    if wrong and (fresh or not case.by_rule):
        case.record("evidence_differs", count=len(read), items=[str(number) for number in wrong])
    elif read and not wrong and not case.by_rule:
        case.record("evidence_verified", count=len(read))
    if fresh:
        people = [*case.reach(Role.SUPERVISOR), *case.reach(Role.PROPERTY_MANAGER)]
        case.notify(people, "evidence_differs", items=[str(number) for number in wrong])
