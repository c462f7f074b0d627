"""The construction quality warranty record 工程质量保修记录 of some days (T38, F13): what came, what is open.

A line stands in it for each repair, from the day its case was found to be under warranty until it is signed
by the owner or repaired by others: those of the days, and below them what is carried over from before. A step
counts in the days in which it was written down; one of earlier days is marked so 补记.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from complaints.models import CaseWarranty
from complaints.statuses import Outcome
from complaints.warranty import ENDED, OVER, WAITING, State
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
    later: tuple[str, ...] = ()  # the steps that were written down in these days and lie before them 补记
    round: int = 1  # the repair of the case it is: begun anew 再次维修 from the second on


@dataclass(frozen=True)
class WarrantyRecord:
    """`opened`: found to be under warranty in these days; `carried`: before them, and not finished by then.

    `confirmed`: of the lines of `carried` those that were not open any more, repaired by others before and
    signed by the owner in these days. `withheld`: counted, and not listed to everybody who may open the
    record. `cost`: yuan of repairs by others in these days, to be claimed back.
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
    entered_later: int = 0  # with a step that lies before these days and was written down in them
    confirmed: int = 0

    @property
    def all(self) -> int:
        return self.opened_n + self.carried_n + self.confirmed


@dataclass(frozen=True)
class Stood:
    """How one repair of a case stood when the days ended: by its versions until then, which nothing done
    later changes. What was begun anew 再次维修 is a repair of its own.
    """

    versions: Sequence[Any]
    at: datetime
    starts: datetime
    round: int

    @property
    def row(self) -> Any:
        """The last of its versions."""
        return self.versions[-1]

    @property
    def is_carried(self) -> bool:
        return (self.row.opened_at or self.at) < self.starts

    @property
    def before(self) -> str:
        """Its state when these days began; empty where it was none yet."""
        states = [version.state for version in self.versions if version.history_date < self.starts]
        return str(states[-1]) if states else ""

    @property
    def is_confirmed(self) -> bool:
        """Others had repaired it before, so it was not open any more; in these days the owner has signed."""
        return self.before == State.ELSEWHERE

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

    @property
    def is_counted(self) -> bool:
        """Under warranty by then, and not finished before these days."""
        over = self.state in (State.SIGNED, State.ELSEWHERE) and self.state == self.before
        opened = self.row.opened_at is not None and self.row.opened_at < self.at
        return bool(self.row.covered) and opened and not over and self.state not in UNCOUNTED

    def _entered(self, step: str) -> datetime | None:
        """When the moment of a step, as it stands, was written down; None: it stands not."""
        moment, found = getattr(self.row, step), None
        for version in reversed(self.versions) if moment else ():
            if getattr(version, step) != moment:
                break
            found = version.history_date
        return found

    def fell(self, step: str) -> bool:
        """Whether it was written down in these days: what is entered later counts when it is."""
        entered = self._entered(step)
        return entered is not None and self.starts <= entered < self.at

    def is_late_entry(self, step: str) -> bool:
        """It was written down in these days and lies before them 补记."""
        return self.fell(step) and getattr(self.row, step) < self.starts


#: Neither was it repaired, nor is anything left to do.
UNCOUNTED = (State.UNTRACKED, State.DROPPED)
#: The steps whose days stand in a line.
STEPS = ("notified_at", "sent_at", "done_at", "elsewhere_at", "signed_at")
#: What a number of the record counts; page, paper, sheet and list ask it here.
NUMBERS: dict[str, Callable[[Stood], bool]] = {
    "opened": lambda one: not one.is_carried,
    "carried": lambda one: one.is_carried and not one.is_confirmed,
    "confirmed": lambda one: one.is_confirmed,
    "told": lambda one: one.fell("notified_at"),
    "done": lambda one: one.fell("done_at"),
    "signed": lambda one: one.fell("signed_at"),
    "refused": lambda one: one.state == State.REFUSED,
    "elsewhere": lambda one: one.fell("elsewhere_at"),
    "open": lambda one: one.is_open,
    "late": lambda one: one.is_late,
    "entered_later": lambda one: any(map(one.is_late_entry, STEPS)),
}


def part_of(one: Stood) -> str:
    return str(one.row.get_part_display() or _("Part not chosen"))


def builder_of(one: Stood) -> str:
    return str(one.row.firm or _("Builder not told"))


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
    found = stood(period)
    hidden = unlisted({one.row.complaint_id for one in found})
    lines = [(line_of(one), one.is_carried) for one in found if one.row.complaint_id not in hidden]
    counts = {name: sum(map(holds, found)) for name, holds in NUMBERS.items()}
    return WarrantyRecord(
        scope=scope_name,
        first_day=starts_on,
        last_day=ends_on,
        as_of=period.as_of,
        opened=tuple(line for line, carried in lines if not carried),
        carried=tuple(line for line, carried in lines if carried),
        opened_n=counts.pop("opened"),
        carried_n=counts.pop("carried"),
        withheld=sum(one.row.complaint_id in hidden for one in found),
        cost=sum((one.row.cost or Decimal(0) for one in found if one.fell("elsewhere_at")), Decimal(0)),
        by_part=_by([(part_of(one), one) for one in found]),
        by_builder=_by([(builder_of(one), one) for one in found]),
        **counts,
    )


def stood(period: Period) -> list[Stood]:
    """Every repair that the record counts, the first opened first. One query."""
    zones = {pk: zone for zone, pks in period.zones.items() for pk in pks}
    about = ("complaint__estate", "complaint__unit", "complaint__building", "complaint__category")
    touched = CaseWarranty.history.filter(_perhaps(period)).values("complaint")
    rows = CaseWarranty.history.filter(complaint__in=touched).select_related(*about)
    ordered = rows.order_by("complaint", "history_date", "history_id")
    found = []
    for _case, versions in groupby(ordered, key=lambda row: row.complaint_id):
        known = list(versions)
        case = known[0].complaint
        zone = zones[case.estate_id]
        starts, ended = period.bounds(zone)[0], period.ended(zone)
        if case.outcome == Outcome.VOID and case.closed_at < ended:
            continue
        by_then = [version for version in known if version.history_date < ended]
        found += [Stood(repair, ended, starts, n) for n, repair in enumerate(_repairs(by_then), 1)]
    return sorted(
        (one for one in found if one.is_counted), key=lambda one: (one.row.opened_at, one.row.complaint_id)
    )


def _repairs(versions: Sequence[Any]) -> list[list[Any]]:
    """The versions of each repair: another begins where a finished one is begun anew."""
    found: list[list[Any]] = []
    for version in versions:
        if not found or version.state == State.TO_NOTIFY and found[-1][-1].state in OVER:
            found.append([])
        found[-1].append(version)
    return found


def _perhaps(period: Period) -> Q:
    """Versions of what may stand in the record: written in the days, or the last before them of what was
    open then.
    """
    found = Q()
    later = CaseWarranty.history.filter(complaint=OuterRef("complaint"))
    after = Q(history_date__gt=OuterRef("history_date"))
    after |= Q(history_date=OuterRef("history_date"), history_id__gt=OuterRef("history_id"))
    for zone, estates in period.zones.items():
        starts, ended = period.bounds(zone)[0], period.ended(zone)
        last = ~Exists(later.filter(after, history_date__lt=starts))
        was_open = Q(last) & Q(history_date__lt=starts, covered=True) & ~Q(state__in=ENDED)
        in_days = Q(history_date__gte=starts, history_date__lt=ended)
        found |= Q(complaint__estate__in=estates) & (in_days | was_open)
    return found


def line_of(one: Stood) -> WarrantyLine:
    """One repair as the record lists it, in the active language."""
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
        later=tuple(step for step in STEPS if one.is_late_entry(step)),
        round=one.round,
    )


def _by(rows: Sequence[tuple[str, Any]]) -> tuple[tuple[str, int, int], ...]:
    """By a word: how many, how many still open; the most first."""
    total = Counter(name for name, _one in rows)
    still = Counter(name for name, one in rows if one.is_open)
    return tuple((name, n, still[name]) for name, n in sorted(total.items(), key=lambda it: (-it[1], it[0])))
