"""What a contractor had to do with the complaints of an estate in a month (A12), case by case.

A case lies with a department while it is responsible and the case is delivered to it or at work. What lay
with whom when is read from the kept versions, so a later transfer moves nothing to another's account.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from complaints.models import Clock, Complaint, Cycle, Respondent, Revisit
from complaints.models.past_ledgers import TakenOver
from complaints.policy import ClockKind
from complaints.statuses import Outcome, Status
from reports.figures.month import Month
from staff.models import Department, Estate, Posting

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


#: A span of time, [start, end).
Span = tuple[datetime, datetime]


def contracted(
    estate: Estate, departments: Collection[int], start: datetime, end: datetime, now: datetime
) -> dict[int, Contracted]:
    """By department, of [start, end) in one estate."""
    found = contracted_in({estate.pk: departments}, {estate.pk: (start, end)}, now)
    return {pk: one for (_estate, pk), one in found.items()}


def contracted_in(
    asked: Mapping[int, Collection[int]], bounds: Mapping[int, Span], now: datetime
) -> dict[tuple[int, int], Contracted]:
    """By estate and department, of each estate's own span as far as it is over at `now`.

    Seven queries, however many estates and departments there are. Wrong entries count nowhere, nor does what
    was taken over from a past ledger.
    """
    found = {(estate, pk): Contracted() for estate, departments in asked.items() for pk in departments}
    spans = {estate: (bounds[estate][0], min(bounds[estate][1], now)) for estate in asked}
    spans = {estate: span for estate, span in spans.items() if asked[estate] and span[0] < span[1]}
    if not spans:
        return found
    firms = {pk for estate in spans for pk in asked[estate]}
    versions, place = _versions(spans, firms)
    stays = {case: list(_stays(rows, spans[place[case]][1])) for case, rows in versions.items()}
    for case, of_case in stays.items():
        start, end = spans[place[case]]
        for stay in of_case:
            own = found.get((place[case], stay.department))
            if own is None or stay.end <= start or stay.start >= end:
                continue
            own.hours += (min(stay.end, end) - max(stay.start, start)) / HOUR
            _once(own.stayed, case)
            if start <= stay.start:
                _once(own.handed, case)
    _add_events(found, versions, stays, place, spans)
    for estate, case, department in _about(spans, firms):
        if own := found.get((estate, department)):
            _once(own.about, case)
    return found


def _add_events(
    found: dict[tuple[int, int], Contracted],
    versions: dict[int, list[_Version]],
    stays: dict[int, list[_Stay]],
    place: dict[int, int],
    spans: dict[int, Span],
) -> None:
    """What happened to a case while, or after, it lay with one of them. Three queries."""
    start, end = _widest(spans)

    def is_within(case: int, at: datetime) -> bool:
        first, last = spans[place[case]]
        return first <= at < last

    for case, missed in _missed(list(stays), start, end):
        for stay in stays[case]:
            own = found.get((place[case], stay.department))
            if own is not None and is_within(case, missed) and stay.start <= missed < stay.end:
                _once(own.late, case)
    for case, began in _second(list(versions), start, end):
        own = found.get((place[case], _department(versions[case], began) or 0))
        if own is not None and is_within(case, began):
            _once(own.again, case)
    for case, at, score in _scores(list(versions), start, end):
        own = found.get((place[case], _department(versions[case], at) or 0))
        if own is not None and is_within(case, at):
            _once(own.asked, case)
            own.scores += score


def _widest(spans: Mapping[int, Span]) -> Span:
    """From the first moment of any to the last: what is asked of the database at once."""
    return min(start for start, _end in spans.values()), max(end for _start, end in spans.values())


def _once(cases: list[int], case: int) -> None:
    if case not in cases:
        cases.append(case)


def _counted(estates: Collection[int]) -> Any:
    rows = Complaint.objects.filter(estate__in=list(estates)).exclude(outcome=Outcome.VOID)
    return rows.filter(~Exists(TakenOver.objects.filter(complaint=OuterRef("pk"))))


def _versions(
    spans: Mapping[int, Span], departments: Collection[int]
) -> tuple[dict[int, list[_Version]], dict[int, int]]:
    """Of every case one of them ever had, and that was not over before; and its estate. One query."""
    start, end = _widest(spans)
    still = _counted(spans).filter(Q(closed_at=None) | Q(closed_at__gte=start), registered_at__lt=end)
    theirs = Complaint.history.filter(
        estate__in=list(spans), department__in=departments, history_date__lt=end
    )
    rows = Complaint.history.filter(
        id__in=still.filter(pk__in=theirs.values("id")).values("pk"), history_date__lt=end
    )
    found: dict[int, list[_Version]] = defaultdict(list)
    place: dict[int, int] = {}
    for case, estate, *version in rows.order_by("id", "history_date", "history_id").values_list(
        "id", "estate_id", "history_date", "department_id", "status"
    ):
        if version[0] < spans[estate][1]:
            found[case].append(_Version(*version))
            place[case] = estate
    return dict(found), place


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


def _missed(cases: list[int], start: datetime, end: datetime) -> Iterable[tuple[int, datetime]]:
    """Cases and when they went over the limit for resolving; not where the delay is another's. One query."""
    clocks = (
        Clock.objects.filter(complaint__in=cases, kind=ClockKind.RESOLVE)
        .filter(complaint__delay=Complaint.Delay.OURS)
        .annotate(missed=Coalesce("breached_at", "due_at"))
        .filter(missed__gte=start, missed__lt=end)
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


def _about(spans: Mapping[int, Span], departments: Collection[int]) -> list[tuple[int, int, int]]:
    """Estate, case and contractor, of cases received then that name one or somebody who was its man when the
    case came in. Two queries."""
    start, end = _widest(spans)
    posted: dict[int, list[tuple[int, datetime, datetime | None]]] = defaultdict(list)
    people = Posting.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=start), department__in=departments, starts_at__lt=end
    )
    held = people.values_list("user", "department", "starts_at", "ends_at")
    for user, firm, since, until in held:
        posted[user].append((firm or 0, since, until))
    rows = Respondent.objects.filter(
        Q(department__in=departments) | Q(user__in=list(posted)),
        complaint__in=_counted(spans).filter(received_at__gte=start, received_at__lt=end),
    )
    found: list[tuple[int, int, int]] = []
    for estate, case, at, department, user in rows.order_by("complaint", "pk").values_list(
        "complaint__estate", "complaint", "complaint__received_at", "department", "user"
    ):
        if not spans[estate][0] <= at < spans[estate][1]:
            continue
        theirs = {pk for pk, since, until in posted[user or 0] if since <= at and (not until or at < until)}
        found += [(estate, case, pk) for pk in ({department} if department else theirs)]
    return found


def contractors_in(estates: Sequence[Estate], month: Month, now: datetime) -> list[tuple[Estate, Department]]:
    """Who worked where in a month, by each estate's own days: an estate's contractor with people posted to it
    then, and whoever had a counted case lying with it. Three queries, however many estates.
    """
    spans = {one.pk: month.bounds(one.zone) for one in estates}
    spans = {pk: (start, min(end, now)) for pk, (start, end) in spans.items() if start < now}
    firms = {
        one.pk: one
        for one in Department.objects.filter(Q(estate__in=list(spans)) | Q(estate=None), is_contractor=True)
    }
    if not spans or not firms:
        return []
    start, end = _widest(spans)
    found: set[tuple[int, int]] = set()
    posted = Posting.objects.filter(Q(ends_at=None) | Q(ends_at__gt=start), starts_at__lt=end)
    for pk, since, until in posted.filter(department__in=[*firms]).values_list(
        "department", "starts_at", "ends_at"
    ):
        place = firms[pk].estate_id
        if place and since < spans[place][1] and (until is None or until > spans[place][0]):
            found.add((place, pk))
    versions, place_of = _versions(spans, list(firms))
    for case, rows in versions.items():
        first, last = spans[place_of[case]]
        found |= {
            (place_of[case], stay.department)
            for stay in _stays(rows, last)
            if stay.department in firms and stay.end > first
        }
    order = {estate.pk: (number, estate) for number, estate in enumerate(estates)}
    pairs = [(order[place], firms[pk]) for place, pk in found]
    pairs.sort(key=lambda pair: (pair[0][0], pair[1].name, pair[1].pk))
    return [(estate, firm) for (_number, estate), firm in pairs]
