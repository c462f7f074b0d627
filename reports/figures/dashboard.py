"""A dashboard's figures, estate by estate, and the cases each of them counts.

Nothing is defined here: every figure is one of the monthly report's (`cases`, `timeliness`, `overruns`),
and the list behind a number is made of the same condition that counts it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from complaints.models import Complaint
from complaints.policy import ClockKind
from reports.figures import cases, kept, timeliness
from reports.figures import counted as things
from reports.figures.counted import Counted
from reports.figures.overruns import late
from reports.figures.period import Period, rows
from reports.figures.shapes import OnTime, Rate, Satisfaction

FLOW = """
SELECT estate_id, count(*) FILTER (WHERE {received}), count(*) FILTER (WHERE {closed})
FROM cases GROUP BY estate_id
"""
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Flows:
    """What came, went and fell due in a period, of one estate or of several together."""

    received: int = 0
    closed: int = 0
    resolved: OnTime = OnTime()  # of valid cases, whose deadline fell in the period
    overruns: int = 0  # deadlines overdue without approval at any time of it
    revisits: OnTime = OnTime()  # that fell due in it
    said: Satisfaction = timeliness.NOTHING_SAID

    def __add__(self, other: Flows) -> Flows:
        return Flows(
            self.received + other.received,
            self.closed + other.closed,
            self.resolved + other.resolved,
            self.overruns + other.overruns,
            self.revisits + other.revisits,
            self.said + other.said,
        )

    @property
    def numbers(self) -> dict[str, int]:
        """Every number with the name under which `counted` finds its cases."""
        in_time, revisited, satisfied = self.resolved.rate, self.revisits.rate, self.said.satisfied
        return {
            "received": self.received,
            "closed": self.closed,
            "in_time": in_time.part,
            "fell_due": in_time.whole,
            "late": self.resolved.late,
            "overruns": self.overruns,
            "revisited": revisited.part,
            "to_revisit": revisited.whole,
            "satisfied": satisfied.part,
            "said": satisfied.whole,
        }

    @property
    def rates(self) -> dict[str, Rate]:
        """Every share by the name of its whole."""
        late = Rate(self.resolved.late, self.resolved.rate.whole)
        return {
            "fell_due": self.resolved.rate,
            "late": late,
            "to_revisit": self.revisits.rate,
            "said": self.said.satisfied,
        }


@dataclass(frozen=True)
class Pressure:
    """Open cases by the time they have."""

    open: int = 0
    overdue: int = 0
    soon: int = 0  # due within 24 hours

    def __add__(self, other: Pressure) -> Pressure:
        return Pressure(self.open + other.open, self.overdue + other.overdue, self.soon + other.soon)

    @property
    def numbers(self) -> dict[str, int]:
        return {"overdue": self.overdue, "soon": self.soon, "open": self.open}


def flows(period: Period) -> dict[int, Flows]:
    """Of each of the period's estates: from roll-ups where they hold, four queries; else counted, six more
    in one zone."""
    held = kept.holding(period.estates, [period.month], period.now) if kept.whole(period) else {}
    if period.month in held:
        return _of_rollups(held[period.month])
    statement = cases.cases(period) + FLOW.format(received=cases.RECEIVED, closed=cases.CLOSED)
    flow = {estate: (received, closed) for estate, received, closed in rows(statement, period)}
    resolved = timeliness.resolving_by_estate(period)
    revisits = timeliness.revisits_by_estate(period)
    overdue = [line.estate for line in late(period)]
    nothing = OnTime(), timeliness.NOTHING_SAID
    return {
        estate.pk: Flows(
            *flow.get(estate.pk, (0, 0)),
            resolved.get(estate.pk, OnTime()),
            overdue.count(estate.pk),
            *revisits.get(estate.pk, nothing),
        )
        for estate in period.estates
    }


def _of_rollups(rows: dict[int, kept.Kept]) -> dict[int, Flows]:
    flow_by_estate = {row.estate_id: kept.flow_of(row) for row in kept.rows_of(rows, "flow")}
    return {
        estate: Flows(row.received, row.closed, flow.on_time, flow.overruns, flow.revisits, flow.said)
        for estate, row in rows.items()
        if (flow := flow_by_estate[estate])
    }


# Open now -----------------------------------------------------------------------------------------

OPEN: dict[str, Callable[[datetime], Q]] = {
    "overdue": lambda now: Q(next_due_at__lt=now),
    "soon": lambda now: Q(next_due_at__gte=now, next_due_at__lt=now + A_DAY),
    "open": lambda now: Q(),
}


def open_now(period: Period) -> QuerySet[Complaint]:
    """All open cases of the period's estates and departments, whoever may read them."""
    found = Complaint.objects.open().filter(estate__in=[estate.pk for estate in period.estates])
    return found.filter(department__in=period.departments) if period.departments else found


def pressure(period: Period) -> dict[int, Pressure]:
    """Of each estate with open cases. One query."""
    counted = {name: Count("pk", filter=holds(period.now)) for name, holds in OPEN.items() if name != "open"}
    found = open_now(period).order_by().values("estate").annotate(n=Count("pk"), **counted)
    return {row["estate"]: Pressure(row["n"], row["overdue"], row["soon"]) for row in found}


# The cases behind a number ------------------------------------------------------------------------

IN_TIME = f"({timeliness.ENDED['on_time']} OR {timeliness.ENDED['extended']})"
LATE = f"({timeliness.ENDED['late_handled']} OR {timeliness.ENDED['late_open']})"
#: What the rows of a statement must be to be counted: name, of which statement, condition.
BEHIND: dict[str, tuple[str, str]] = {
    "received": ("cases", cases.RECEIVED),
    "closed": ("cases", cases.CLOSED),
    "in_time": ("resolve", f"{timeliness.VALID} AND {IN_TIME}"),
    "fell_due": ("resolve", f"{timeliness.VALID} AND ({IN_TIME} OR {LATE})"),
    "late": ("resolve", f"{timeliness.VALID} AND {LATE}"),
    "revisited": ("revisit", IN_TIME),
    "to_revisit": ("revisit", f"({IN_TIME} OR {LATE})"),
    "satisfied": ("revisit", "said >= 3"),
    "said": ("revisit", "said >= 1"),
}
#: Every number that has a list.
NUMBERS = (*OPEN, *BEHIND, "overruns")


def counted(period: Period, number: str) -> list[Counted]:
    """What a number counts, the newest case first; a case once for each deadline counted."""
    if number in OPEN:
        holds = OPEN[number](period.now)
        found = [Counted(pk) for pk in open_now(period).filter(holds).values_list("pk", flat=True)]
    elif number == "overruns":
        found = [Counted(line.case, "clock", line.clock) for line in late(period)]
    else:
        found = _counted(period, *BEHIND[number])
    return things.newest_first(found)


OF_CASES = "SELECT id FROM cases WHERE {condition}"
OF_DUE = "SELECT complaint_id, id FROM due WHERE {condition}"
OF_ASKED = "SELECT complaint_id, id FROM asked WHERE {condition}"


def _counted(period: Period, kind: str, condition: str) -> list[Counted]:
    if kind == "cases":
        statement = cases.cases(period) + OF_CASES.format(condition=condition)
        return [Counted(pk) for (pk,) in rows(statement, period)]
    if kind == "resolve":
        own = timeliness.DUE + OF_DUE
        statement = timeliness.told(own, period, ClockKind.RESOLVE, "validity", condition=condition)
    else:
        own = timeliness.ASKED + OF_ASKED
        statement = timeliness.told(own, period, ClockKind.REVISIT, condition=condition)
    return things.of_pairs("clock", rows(statement, period))
