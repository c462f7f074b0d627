"""What is overdue, to each person in one message a day (domain.md 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from complaints import notifications
from complaints.models import Complaint, DigestMark, PolicyVersion, Respondent
from complaints.policy import POLICY_1, Policy, Severity
from complaints.restricted_access import CaseReaders, named_readers
from complaints.statuses import Status
from staff.models import Estate, User
from staff.stand_ins import StandIns


class Late(NamedTuple):
    """An overdue case, or a closed one with an answer overdue."""

    pk: int
    estate: int
    handler: int | None
    first_receiver: int
    severity: str
    status: str


def digest(now: datetime) -> int:
    """Tell each person of his overdue cases, all of his estates in one; how many estates' day began.

    Service need not open everywhere at the same hour. A person's message goes when it opens in the first
    of his estates that has something overdue, and tells of all of them; the others then add none that day.
    """
    lately = DigestMark.objects.filter(date__gte=now.date() - timedelta(days=1))
    marked = set(lately.values_list("estate_id", "date"))
    opening: dict[date, list[Estate]] = defaultdict(list)
    for estate in Estate.objects.order_by("pk"):
        local = now.astimezone(estate.zone)
        if local.time() >= estate.opens and (estate.pk, local.date()) not in marked:
            opening[local.date()].append(estate)
    return sum(_begin(day, estates, now) for day, estates in sorted(opening.items()))


@transaction.atomic(durable=True)
def _begin(day: date, estates: list[Estate], now: datetime) -> int:
    marks = [DigestMark.objects.get_or_create(estate=estate, date=day) for estate in estates]
    begun = {mark.estate_id for mark, is_new in marks if is_new}
    if begun:
        _write(day, begun, now)
    return len(begun)


def _write(day: date, begun: set[int], now: datetime) -> None:
    """Few reads, however many estates and people."""
    late = [
        *map(Late._make, Complaint.objects.overdue(now).values_list(*Late._fields)),
        *map(Late._make, Complaint.objects.owed().filter(next_due_at__lt=now).values_list(*Late._fields)),
    ]
    notices = [
        notifications.Notice(person, "digest", None, _counts(his.values()))
        for person, his in _readers(late, now)
        if any(case.estate in begun for case in his.values())
    ]
    # The day's name is in the key: whoever was told when another estate opened is not told again.
    notifications.write(notices, at=now, source=f"digest:{day}")


def _counts(cases: Iterable[Late]) -> dict[str, int]:
    cases = list(cases)
    open_cases = [case for case in cases if case.status != Status.CLOSED]
    return {
        "count": len(open_cases),
        "important": sum(case.severity not in ("", Severity.MINOR) for case in open_cases),
        "owed": len(cases) - len(open_cases),
    }


def _readers(late: Iterable[Late], now: datetime) -> list[tuple[User, dict[int, Late]]]:
    """Who is told of which cases: managers of all in their estates, workers of their own.

    Nobody is told of a case he is complained about in, not even that there is one.
    """
    in_estate: dict[int, dict[int, Late]] = defaultdict(dict)
    worked_by: dict[int, dict[int, Late]] = defaultdict(dict)
    for case in late:
        in_estate[case.estate][case.pk] = case
        for worker in (case.handler, case.first_receiver):
            if worker:
                worked_by[worker][case.pk] = case
    stand_ins = StandIns.load(now, Estate.objects.in_bulk(in_estate).values())
    readers = _policy().digest_readers
    stand_ins.people(worked_by.keys() | stand_ins.holding(readers))  # all of them in one read
    told_of: dict[int, dict[int, Late]] = defaultdict(dict)
    for worker, cases in worked_by.items():
        for person in stand_ins.present(stand_ins.people([worker])):
            told_of[person.pk] |= cases
    for estate, cases in in_estate.items():
        managers = [person for role in readers for person in stand_ins.reach(role, estate)[1]]
        for person in dict.fromkeys(managers):
            told_of[person.pk] |= cases
    about = Respondent.objects.filter(user__in=told_of, complaint__next_due_at__lt=now)
    for user, complaint in about.values_list("user", "complaint"):
        told_of[user].pop(complaint, None)
    _leave_out_restricted(told_of, stand_ins, now)
    return list(zip(stand_ins.people(told_of), told_of.values(), strict=True))


def _policy() -> Policy:
    newest = PolicyVersion.objects.order_by("-number").first()
    return newest.policy if newest else POLICY_1


def _leave_out_restricted(told_of: dict[int, dict[int, Late]], stand_ins: StandIns, now: datetime) -> None:
    """Of a restricted case only its circle is told, not even that there is one. One query, or two."""
    on_it = ("pk", "estate", "first_receiver", "handler", "accountable", "restricted")
    late = list(Complaint.objects.filter(restricted=True, next_due_at__lt=now).only(*on_it))
    named = named_readers(case.pk for case in late) if late else {}
    for case in late:
        readers = CaseReaders(case, stand_ins, named[case.pk])
        for person, his in told_of.items():
            if case.pk in his and not readers.reads(person):
                del his[case.pk]
