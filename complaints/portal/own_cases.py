"""我的投诉: the cases of a phone that was shown to be his, each leading to its letter (domain.md 7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise as Lazy

from complaints.actions.current_policy import current_policy
from complaints.actions.portal_own_cases import cases_of
from complaints.actions.promises import status_seen
from complaints.models import Clock, Complaint, Cycle
from complaints.pasted_order import customers_words
from complaints.promises import promises, still_to_come
from complaints.statuses import OWNER_STATUS, OwnerStatus, Status
from staff.models import Estate

#: As many are listed, the newest; a firm with more of them asks the desk for a sheet.
MOST = 300
#: Characters of what he told us that stand in the list.
FIRST_WORDS = 60
#: Stands for a time that only the letter works out.
NOT_HERE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class OwnCase:
    """One line of the list."""

    number: str
    status: OwnerStatus
    #: He has read the result, and we wait for his verdict.
    asks: bool
    words: str
    where: str
    received_at: datetime
    closed_at: datetime | None
    #: What he hears next, and by when.
    promise: str

    @property
    def label(self) -> str | Lazy:
        return self.status.label


class OwnCases(NamedTuple):
    """Open ones, those that wait for him first; closed ones by year, newest first."""

    open: list[OwnCase]
    closed: list[tuple[int, list[OwnCase]]]
    #: There are more than are listed.
    more: bool

    @property
    def count_closed(self) -> int:
        return sum(len(cases) for _year, cases in self.closed)


def own_cases(phone: str, estate: Estate, at: datetime) -> OwnCases:
    """The list of a phone in an estate. Four queries, however many cases there are."""
    cycles = Cycle.objects.filter(complaint=OuterRef("pk"), number=OuterRef("cycle_number"))
    found: QuerySet[Any] = cases_of(phone, estate.pk, at=at, policy=current_policy().policy)
    found = found.select_related("unit", "building", "lead").annotate(
        accepted=Subquery(cycles.values("accepted")[:1])
    )
    rows = list(found.order_by(F("closed_at").desc(nulls_first=True), "-received_at", "-pk")[: MOST + 1])
    shown = rows[:MOST]
    due = _clocks([row for row in shown if row.is_open])
    lines = [_line(row, due, estate, at) for row in shown]
    open_ones = sorted((line for line in lines if not line.closed_at), key=lambda line: not line.asks)
    closed = (line for line in lines if line.closed_at)
    by_year = groupby(closed, key=lambda line: line.closed_at.astimezone(estate.zone).year)  # type: ignore[union-attr]
    return OwnCases(open_ones, [(year, list(some)) for year, some in by_year], len(rows) > MOST)


def _clocks(cases: Iterable[Complaint]) -> dict[int, dict[str, datetime]]:
    """The running clocks by case, the earliest of a kind; one query."""
    keys = {pk for case in cases for pk in (case.pk, case.lead_id) if pk}
    due: dict[int, dict[str, datetime]] = {}
    running = Clock.objects.running().filter(complaint__in=keys).order_by("-due_at")
    for case, kind, at in running.values_list("complaint", "kind", "due_at"):
        due.setdefault(case, {})[kind] = at
    return due


def _line(row: Any, due: dict[int, dict[str, datetime]], estate: Estate, at: datetime) -> OwnCase:
    status = status_seen(row.status, row.lead.status if row.lead else None)
    return OwnCase(
        number=row.number,
        status=OWNER_STATUS[status],
        asks=status == Status.REPLIED and not row.accepted,
        words=_first_words(customers_words(row.content)),
        where=row.where,
        received_at=row.received_at,
        closed_at=row.closed_at,
        promise=_promise(row, status, due, estate, at),
    )


def _promise(
    row: Any, status: Status, due: dict[int, dict[str, datetime]], estate: Estate, at: datetime
) -> str:
    """The nearest promise; empty where it was missed or only the letter can say it."""
    if status == Status.REPLIED:
        return ""
    told = promises(
        status,
        due.get(row.lead_id, {}) | due.get(row.pk, {}),
        graded=bool(row.severity or row.lead and row.lead.severity),
        promised_at=row.promised_at or (row.lead.promised_at if row.lead else None),
        registered_at=row.registered_at,
        arranged_by=lambda delivery: NOT_HERE,
    )
    known = still_to_come((promise for promise in told if promise.at != NOT_HERE), at)
    return known[0].sentence(estate.zone) if known else ""


def _first_words(text: str) -> str:
    """On one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= FIRST_WORDS else f"{line[:FIRST_WORDS].rstrip()}…"
