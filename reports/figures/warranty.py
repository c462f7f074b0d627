"""The construction quality warranty record 工程质量保修记录 of some days (T38, F13): what came, what is open.

A line stands in it from the day its case was found to be under warranty until it is signed by the owner or
repaired by others: those of the days, and below them what is carried over from before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from complaints.models import CaseWarranty
from complaints.statuses import Outcome
from complaints.warranty import ENDED, WAITING, State
from reports.figures.period import Period, Unlisted
from staff.models import Estate

#: As much of what the customer said as a line has room for.
LONGEST = 60
#: The builder owes the next step.
WITH_BUILDER = (*WAITING, State.REFUSED)


@dataclass(frozen=True)
class WarrantyLine:
    """One case. Days are the estate's; None: not done when the days ended."""

    number: str
    estate: str
    part: str
    place: str
    problem: str
    builder: str
    opened_on: date
    notified_on: date | None
    sent_on: date | None
    done_on: date | None
    signed_on: date | None
    signed: str  # how the owner confirmed it, or that he does not; empty: not yet
    state: str
    is_open: bool
    is_late: bool


@dataclass(frozen=True)
class WarrantyRecord:
    """`opened`: found to be under warranty in these days; `carried`: before them, and not finished by then.

    `withheld`: counted, and not listed to everybody who may open the record. `cost`: yuan of repairs by
    others in these days, to be claimed back.
    """

    scope: str
    first_day: date
    last_day: date
    as_of: datetime
    opened: tuple[WarrantyLine, ...]
    carried: tuple[WarrantyLine, ...]
    opened_n: int
    carried_n: int
    withheld: int
    told: int
    done: int
    signed: int
    refused: int
    elsewhere: int
    cost: Decimal
    open: int
    late: int
    by_part: tuple[tuple[str, int, int], ...]  # part, in all, still open
    by_builder: tuple[tuple[str, int, int], ...]

    @property
    def all(self) -> int:
        return self.opened_n + self.carried_n


@dataclass(frozen=True)
class _Stood:
    """How one row stood when the days ended: its version of then, which nothing done later changes."""

    row: Any
    at: datetime
    starts: datetime

    @property
    def is_carried(self) -> bool:
        return (self.row.opened_at or self.at) < self.starts

    @property
    def is_open(self) -> bool:
        return self.row.state not in ENDED

    @property
    def is_late(self) -> bool:
        """The builder owes to come or to be ready; as the list of the late has it."""
        return self.row.state in WITH_BUILDER and self.row.due_at is not None and self.row.due_at < self.at

    @property
    def state(self) -> State:
        return State(self.row.state)

    def fell(self, moment: datetime | None) -> bool:
        """Whether it happened in these days."""
        return moment is not None and self.starts <= moment < self.at


def warranty_record(
    estates: Sequence[Estate],
    starts_on: date,
    ends_on: date,
    at: datetime,
    scope_name: str,
    unlisted: Unlisted,
) -> WarrantyRecord:
    """From the first to the last day as seen at `at`, in the active language. One query, and the readers'."""
    period = Period.of(estates, starts_on, ends_on, at)
    found = _stood(period)
    hidden = unlisted({one.row.complaint_id for one in found})
    lines = [(_line(one), one.is_carried) for one in found if one.row.complaint_id not in hidden]
    states = Counter(one.state for one in found)
    return WarrantyRecord(
        scope=scope_name,
        first_day=starts_on,
        last_day=ends_on,
        as_of=period.as_of,
        opened=tuple(line for line, carried in lines if not carried),
        carried=tuple(line for line, carried in lines if carried),
        opened_n=sum(not one.is_carried for one in found),
        carried_n=sum(one.is_carried for one in found),
        withheld=len(hidden),
        told=sum(one.fell(one.row.notified_at) for one in found),
        done=sum(one.fell(one.row.done_at) for one in found),
        signed=sum(one.fell(one.row.signed_at) for one in found),
        refused=states[State.REFUSED],
        elsewhere=sum(one.fell(one.row.elsewhere_at) for one in found),
        cost=sum((one.row.cost or Decimal(0) for one in found if one.fell(one.row.elsewhere_at)), Decimal(0)),
        open=sum(one.is_open for one in found),
        late=sum(one.is_late for one in found),
        by_part=_by([(str(one.row.get_part_display() or _("Part not chosen")), one) for one in found]),
        by_builder=_by([(one.row.firm or _("Builder not told"), one) for one in found]),
    )


def of_record(period: Period) -> Q:
    """Versions as they stood when the days ended: under warranty by then, and not finished before them."""
    found = Q()
    later = CaseWarranty.history.filter(complaint=OuterRef("complaint"))
    after = Q(history_date__gt=OuterRef("history_date"))
    after |= Q(history_date=OuterRef("history_date"), history_id__gt=OuterRef("history_id"))
    for zone, estates in period.zones.items():
        starts, ended = period.bounds(zone)[0], period.ended(zone)
        before = Q(signed_at__lt=starts) | Q(elsewhere_at__lt=starts)
        void = Q(complaint__outcome=Outcome.VOID) & Q(complaint__closed_at__lt=ended)
        last = ~Exists(later.filter(after, history_date__lt=ended))
        found |= (
            Q(complaint__estate__in=estates, history_date__lt=ended, opened_at__lt=ended)
            & Q(last) & ~(Q(state__in=[State.SIGNED, State.ELSEWHERE]) & before) & ~void
        )  # fmt: skip
    return found & Q(covered=True) & ~Q(state__in=[State.UNTRACKED, State.DROPPED])


def _stood(period: Period) -> list[_Stood]:
    zones = {pk: zone for zone, pks in period.zones.items() for pk in pks}
    about = ("complaint__estate", "complaint__unit", "complaint__building", "complaint__category")
    rows = CaseWarranty.history.filter(of_record(period)).select_related(*about)
    return [
        _Stood(row, period.ended(zone), period.bounds(zone)[0])
        for row in rows.order_by("opened_at", "complaint")
        for zone in [zones[row.complaint.estate_id]]
    ]


def _line(one: _Stood) -> WarrantyLine:
    row, case = one.row, one.row.complaint
    zone = case.estate.zone

    def day(moment: datetime | None) -> date | None:
        return moment.astimezone(zone).date() if moment else None

    # Who hides is told by his own words as well.
    problem = str(case.category or "") if case.identity_hidden else " ".join(case.content.split())
    signed = str(row.get_signed_how_display()) if row.signed_at else ""
    if one.state == State.REFUSED:
        why = {"why": row.refused_because}
        signed = _("Does not sign") if case.identity_hidden else _("Does not sign: %(why)s") % why
    return WarrantyLine(
        number=case.number,
        estate=case.estate.name,
        part=str(row.get_part_display() or ""),
        place=case.open_where,
        problem=problem if len(problem) <= LONGEST else problem[: LONGEST - 1] + "…",
        builder=row.firm,
        opened_on=day(row.opened_at) or one.at.astimezone(zone).date(),
        notified_on=day(row.notified_at),
        sent_on=day(row.sent_at),
        done_on=day(row.done_at) or day(row.elsewhere_at),
        signed_on=day(row.signed_at),
        signed=signed,
        state=str(one.state.label),
        is_open=one.is_open,
        is_late=one.is_late,
    )


def _by(rows: Sequence[tuple[str, Any]]) -> tuple[tuple[str, int, int], ...]:
    """By a word: how many, how many still open; the most first."""
    total = Counter(name for name, _one in rows)
    still = Counter(name for name, one in rows if one.is_open)
    return tuple((name, n, still[name]) for name, n in sorted(total.items(), key=lambda it: (-it[1], it[0])))
