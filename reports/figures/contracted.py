"""What a contractor had to do with the complaints of an estate in a month (A12), case by case.

A case lies with a department while it is responsible and the case is delivered to it or at work. What lay
with whom when is read from the kept versions, so a later transfer moves nothing to another's account.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, F, Min, OuterRef, Q
from django.db.models.functions import Coalesce

from complaints.models import Clock, Complaint, Cycle, Respondent, Revisit
from complaints.models.past_ledgers import TakenOver
from complaints.policy import ClockKind
from complaints.statuses import Outcome, Status
from reports.figures.month import Month
from staff.models import Department, Estate, Posting
from staff.permissions import current

#: In these it is the department's turn.
WITH_IT = (Status.CLASSIFIED, Status.ACTING)
HOUR = timedelta(hours=1)


@dataclass
class Contracted:
    """Cases by figure, each in the order it came; what is measured beside them."""

    handed: list[int] = field(default_factory=list)  # came to lie with it
    stayed: list[int] = field(default_factory=list)  # lay with it at some time of the month
    late: list[int] = field(default_factory=list)  # went over its limit meanwhile, the delay being ours
    about: list[int] = field(default_factory=list)  # complain about it or its people
    again: list[int] = field(default_factory=list)  # a second round begun after it had handled it
    asked: list[int] = field(default_factory=list)  # the customer was asked afterwards
    hours: float = 0.0  # all the time they lay with it
    scores: int = 0  # sum of what customers gave, 1 to 5

    @property
    def mean_hours(self) -> float | None:
        return self.hours / len(self.stayed) if self.stayed else None

    @property
    def satisfaction(self) -> float | None:
        return self.scores / len(self.asked) if self.asked else None

    def kept(self) -> dict[str, Any]:
        """As a published rating keeps it."""
        return {name: getattr(self, name) for name in (*FIGURES, "hours", "scores")}


FIGURES = ("handed", "stayed", "late", "about", "again", "asked")


def read_back(kept: dict[str, Any]) -> Contracted:
    return Contracted(**{name: kept[name] for name in (*FIGURES, "hours", "scores")})


class _Version(NamedTuple):
    at: datetime
    department: int | None
    status: str


class _Stay(NamedTuple):
    start: datetime
    end: datetime
    department: int


def contracted(
    estate: Estate, departments: Collection[int], start: datetime, end: datetime, now: datetime
) -> dict[int, Contracted]:
    """By department, of [start, end) as far as it is over at `now`. Seven queries, however many there are.

    Wrong entries count nowhere, nor does what was taken over from a past ledger.
    """
    found = {pk: Contracted() for pk in departments}
    end = min(end, now)
    if not found or start >= end:
        return found
    versions = _versions(estate, departments, start, end)
    stays = {case: list(_stays(rows, end)) for case, rows in versions.items()}
    for case, of_case in stays.items():
        for stay in of_case:
            if stay.department not in found or stay.end <= start:
                continue
            own = found[stay.department]
            own.hours += (min(stay.end, end) - max(stay.start, start)) / HOUR
            _once(own.stayed, case)
            if start <= stay.start:
                _once(own.handed, case)
    for case, missed in _missed(list(stays), start, end, now):
        for stay in stays[case]:
            if stay.department in found and stay.start <= missed < stay.end:
                _once(found[stay.department].late, case)
    for case, began in _second(list(versions), start, end):
        if (pk := _department(versions[case], began)) in found:
            _once(found[pk].again, case)
    for case, at, score in _scores(list(versions), start, end):
        if (pk := _department(versions[case], at)) in found:
            _once(found[pk].asked, case)
            found[pk].scores += score
    for case, department in _about(estate, departments, start, end, now):
        _once(found[department].about, case)
    return found


def _once(cases: list[int], case: int) -> None:
    if case not in cases:
        cases.append(case)


def _counted(estate: Estate) -> Any:
    rows = Complaint.objects.filter(estate=estate).exclude(outcome=Outcome.VOID)
    return rows.filter(~Exists(TakenOver.objects.filter(complaint=OuterRef("pk"))))


def _versions(
    estate: Estate, departments: Collection[int], start: datetime, end: datetime
) -> dict[int, list[_Version]]:
    """Of every case one of them ever had, and that was not over before. One query."""
    still = _counted(estate).filter(Q(closed_at=None) | Q(closed_at__gte=start), registered_at__lt=end)
    theirs = Complaint.history.filter(estate=estate, department__in=departments, history_date__lt=end)
    rows = Complaint.history.filter(
        id__in=still.filter(pk__in=theirs.values("id")).values("pk"), history_date__lt=end
    )
    found: dict[int, list[_Version]] = defaultdict(list)
    for case, *version in rows.order_by("id", "history_date", "history_id").values_list(
        "id", "history_date", "department_id", "status"
    ):
        found[case].append(_Version(*version))
    return dict(found)


def _stays(versions: list[_Version], end: datetime) -> Iterable[_Stay]:
    """The times a case lay with a department; neighbouring versions with the same one are one stay."""
    begun: _Version | None = None
    for version in versions:
        lies = version.department if version.status in WITH_IT else None
        if begun is not None and lies != begun.department:
            yield _Stay(begun.at, version.at, begun.department or 0)
            begun = None
        if begun is None and lies is not None:
            begun = version
    if begun is not None:
        yield _Stay(begun.at, end, begun.department or 0)


def _department(versions: list[_Version], at: datetime) -> int | None:
    """Whose a case was just before a moment: what begins a new round may take it away."""
    before = [one.department for one in versions if one.at < at]
    return before[-1] if before else None


def _missed(
    cases: list[int], start: datetime, end: datetime, now: datetime
) -> Iterable[tuple[int, datetime]]:
    """Cases and when they went over the limit for resolving; not where the delay is another's. One query."""
    clocks = (
        Clock.objects.filter(complaint__in=cases, kind=ClockKind.RESOLVE)
        .filter(complaint__delay=Complaint.Delay.OURS)
        .annotate(missed=Coalesce("breached_at", "due_at"))
        .filter(missed__gte=start, missed__lt=min(end, now))
        .filter(Q(stopped_at=None) | Q(stopped_at__gt=F("missed")))
    )
    return list(clocks.order_by("missed", "pk").values_list("complaint", "missed"))


def _second(cases: list[int], start: datetime, end: datetime) -> Iterable[tuple[int, datetime]]:
    """Rounds after the first that began then, where one before it had been handled. One query."""
    handled = Cycle.objects.filter(
        complaint=OuterRef("complaint"), number__lt=OuterRef("number"), handled_at__isnull=False
    )
    rows = Cycle.objects.filter(
        Exists(handled), complaint__in=cases, number__gte=2, started_at__gte=start, started_at__lt=end
    )
    return list(rows.order_by("started_at", "pk").values_list("complaint", "started_at"))


def _scores(cases: list[int], start: datetime, end: datetime) -> Iterable[tuple[int, datetime, int]]:
    rows = Revisit.objects.filter(
        cycle__complaint__in=cases, at__gte=start, at__lt=end, satisfaction__isnull=False
    )
    found = rows.order_by("at", "pk").values_list("cycle__complaint", "at", "satisfaction")
    return [(case, at, score or 0) for case, at, score in found]


def _about(
    estate: Estate, departments: Collection[int], start: datetime, end: datetime, now: datetime
) -> list[tuple[int, int]]:
    """Cases received then that name a contractor or one of its people. Two queries."""
    posted: dict[int, set[int]] = defaultdict(set)
    people = Posting.objects.filter(current(now), department__in=departments)
    for user, department in people.values_list("user", "department"):
        posted[user].add(department)
    rows = Respondent.objects.filter(
        Q(department__in=departments) | Q(user__in=list(posted)),
        complaint__in=_counted(estate).filter(received_at__gte=start, received_at__lt=end),
    )
    return [
        (case, pk)
        for case, department, user in rows.order_by("complaint", "pk").values_list(
            "complaint", "department", "user"
        )
        for pk in ({department} if department else posted[user or 0]) & set(departments)
    ]


def contractors_in(estates: Sequence[Estate], month: Month) -> list[tuple[Estate, Department]]:
    """Who worked where in a month: an estate's own, and those of headquarters that had a case of it. Two
    queries, however many estates."""
    if not estates:
        return []
    bounds = [month.bounds(estate.zone) for estate in estates]
    firms = Department.objects.filter(is_contractor=True).filter(Q(estate__in=estates) | Q(estate=None))
    here = {estate.pk: estate for estate in estates}
    found: list[tuple[Estate, Department]] = []
    of_all: dict[int, Department] = {}
    for one in firms.select_related("estate").order_by("name", "pk"):
        if one.estate_id:
            found.append((here[one.estate_id], one))
        else:
            of_all[one.pk] = one
    if of_all:
        had = Complaint.history.filter(
            estate__in=estates, department__in=list(of_all),
            history_date__gte=min(start for start, _end in bounds),
            history_date__lt=max(end for _start, end in bounds),
        )  # fmt: skip
        pairs = had.order_by().values_list("estate", "department").distinct()
        found += [(here[place], of_all[pk]) for place, pk in sorted(pairs)]
    order = {estate.pk: number for number, estate in enumerate(estates)}
    return sorted(found, key=lambda pair: (order[pair[0].pk], pair[1].name, pair[1].pk))


def since(departments: Collection[int]) -> dict[int, datetime]:
    """Since when each is there: entered, or with people posted to it before that. Two queries."""
    entered = Department.history.filter(id__in=departments).order_by().values_list("id")
    posted = Posting.objects.filter(department__in=departments).order_by().values_list("department")
    found: dict[int, datetime] = dict(entered.annotate(first=Min("history_date")))
    for pk, at in posted.annotate(first=Min("starts_at")):
        found[pk] = min(at, found.get(pk, at))
    return found
