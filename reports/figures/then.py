"""How cases and clocks stood when the period ended: the one place that knows it (domain.md 8).

A month that is over does not move. A case not written to since tells it itself (`changed_at`); of any
other the version of that moment does. A clock stands as its revision of that moment says. What was
written down only later belongs to the month it was written down in: a case received on the 31st and
registered on the 1st is one of the new month, and a matter handled on the 31st but reported on the 1st
was not handled when the old month ended. A case taken over from a ledger kept before was written down
there, in its own month (`reports.figures.imported`).

Only a wrong entry 作废 is taken out everywhere, and how many were is told.

Statements begin with `WITH {spans}`; in them `c` is the case's row, `v` its version, `s` its estate's
span, `k` a clock, `r` the clock's revision.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Case, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from complaints.models import Clock, ClockRevision, Complaint
from complaints.policy import ClockKind
from complaints.statuses import Outcome
from reports.figures.period import Period

# The version of case `c` before a moment; none for one that has not been written to since.
NEWEST = """(
  SELECT w.{column} FROM complaints_historicalcomplaint w
  WHERE w.id = c.id AND w.history_date < {moment} ORDER BY w.history_date DESC, w.history_id DESC LIMIT 1
)"""
VERSION = """
LEFT JOIN complaints_historicalcomplaint v ON v.history_id = CASE WHEN c.changed_at < s.as_of THEN NULL
  ELSE {newest} END
"""
REVISION = """
LEFT JOIN complaints_clockrevision r ON r.id = CASE WHEN k.revision > 1 THEN (
  SELECT x.id FROM complaints_clockrevision x
  WHERE x.clock_id = k.id AND x.until >= s.as_of ORDER BY x.id LIMIT 1
) END
"""

#: SQL: case `c` is one of the period's: received in it, or written down in it though received before.
CAME = """(
  c.registered_at < s.ends AND (
    c.received_at >= s.starts AND c.received_at < s.ends
    OR c.received_at < s.starts AND c.registered_at >= s.starts
  )
)"""

# Cases that may have come in the period, ended in it, or been open when it ended: not closed before it.
TOUCHED = """
  FROM spans s JOIN complaints_complaint c ON c.estate_id = s.estate_id
    AND (c.closed_at IS NULL OR c.closed_at >= s.starts) AND c.received_at < s.as_of
"""

# Clocks of a kind that may have fallen due in the period: by their due time, by an earlier one, or
# written down when it had passed already.
DUE = """due_clocks AS (
  SELECT k.* FROM complaints_clock k
  WHERE k.kind = '{kind}' AND k.due_at >= %(first)s AND k.due_at < %(last)s
  UNION ALL
  SELECT k.* FROM complaints_clock k
  WHERE k.kind = '{kind}' AND NOT (k.due_at >= %(first)s AND k.due_at < %(last)s) AND k.id IN (
    SELECT x.clock_id FROM complaints_clockrevision x WHERE x.due_at >= %(first)s AND x.due_at < %(last)s
    UNION
    SELECT w.id FROM complaints_clock w
    WHERE w.recorded_at >= %(first)s AND w.recorded_at < %(last)s AND w.recorded_at > w.due_at
  )
)"""


# Cases ------------------------------------------------------------------------------------------


def spans(period: Period) -> str:
    """SQL: estate by estate where the period starts and ends, and the moment it is told of."""
    lines = (
        f"(%(e{pk})s, %(start{number})s, %(end{number})s, %(as_of{number})s)"
        for number, estates in enumerate(period.zones.values())
        for pk in estates
    )
    return f"spans (estate_id, starts, ends, as_of) AS (VALUES {', '.join(lines)})"


def version(period: Period) -> str:
    """SQL: the join that gives `col` its versions; none while the period lasts."""
    if not period.is_past:
        return ""
    return VERSION.format(newest=NEWEST.format(column="history_id", moment="s.as_of"))


def col(period: Period, name: str) -> str:
    """SQL: a column of the case as it stood."""
    return (
        f"CASE WHEN v.history_id IS NULL THEN c.{name} ELSE v.{name} END" if period.is_past else f"c.{name}"
    )


def cols(period: Period, *names: str) -> str:
    return ", ".join(f"{col(period, name)} AS {name}" for name in names)


def then(column: str, moment: str) -> str:
    """SQL: one column of case `c` as it stood before a moment."""
    newest = NEWEST.format(column=column, moment=moment)
    return f"CASE WHEN c.changed_at < {moment} THEN c.{column} ELSE COALESCE({newest}, c.{column}) END"


def was_open(moment: str) -> str:
    """SQL: case `c`, written down before the moment, was open at it.

    One in its first cycle has never been closed before.
    """
    newest = NEWEST.format(column="closed_at IS NULL", moment=moment)
    return (
        f"CASE WHEN c.closed_at < {moment} THEN false WHEN c.cycle_number = 1 THEN true"
        f" ELSE COALESCE({newest}, true) END"
    )


def known(period: Period) -> str:
    """SQL: case `c` was written down by the end of the period, and is of its departments."""
    return ("c.registered_at < s.as_of" if period.is_past else "1 = 1") + of_departments(period)


def of_departments(period: Period) -> str:
    """SQL: ` AND` the case's responsible department, as it stood, is one of the period's."""
    return among(period, col(period, "department_id"))


def among(period: Period, column: str) -> str:
    keys = ", ".join(str(int(pk)) for pk in period.departments)
    return f" AND {column} IN ({keys})" if keys else ""


# Clocks -----------------------------------------------------------------------------------------

#: SQL: clock `k` was known to have stopped.
DONE = "(k.stopped_at IS NOT NULL AND COALESCE(k.stop_recorded_at, k.stopped_at) < s.as_of)"


def revision(period: Period) -> str:
    """SQL: the join that gives `clock_col` its revisions; none while the period lasts."""
    return REVISION if period.is_past else ""


def clock_col(period: Period, name: str) -> str:
    """SQL: a column of the clock as it stood: `due_at`, `extended` or `breached_at`."""
    return f"CASE WHEN r.id IS NULL THEN k.{name} ELSE r.{name} END" if period.is_past else f"k.{name}"


def running(period: Period, cases: Sequence[int]) -> dict[int, datetime]:
    """Of cases whose resolve clock ran when the period ended: its due time then."""
    found: dict[int, datetime] = {}
    for zone, estates in period.zones.items():
        as_of = period.ended(zone)
        still = Q(stopped_at__isnull=True) | Q(stopped_at__gte=as_of) | Q(stop_recorded_at__gte=as_of)
        later = ClockRevision.objects.filter(clock=OuterRef("pk"), until__gte=as_of).order_by("pk")
        revised = When(revision__gt=1, then=Coalesce(Subquery(later.values("due_at")[:1]), F("due_at")))
        clocks = Clock.objects.filter(
            still, complaint__in=cases, complaint__estate__in=estates,
            kind=ClockKind.RESOLVE, started_at__lt=as_of,
        )  # fmt: skip
        then = Case(revised, default=F("due_at"), output_field=DateTimeField())
        found |= dict((clocks.annotate(then=then) if period.is_past else clocks).values_list(
            "complaint", "then" if period.is_past else "due_at"
        ))  # fmt: skip
    return found


# Rows one by one ----------------------------------------------------------------------------------


def as_they_stood(pks: Sequence[int], as_of: datetime, *related: str) -> QuerySet[Any]:
    """The versions of cases before a moment; of one written down only later its first."""
    of_it = Complaint.history.filter(id=OuterRef("id"))
    before = of_it.filter(history_date__lt=as_of).order_by("-history_date", "-history_id")
    wanted = Coalesce(
        *(Subquery(rows.values("history_id")[:1]) for rows in (before, of_it.order_by("history_id")))
    )
    versions: QuerySet[Any] = Complaint.history.filter(id__in=pks, history_id=wanted)
    return versions.select_related(*related)


def set_back(
    cases: Iterator[Complaint], as_of: datetime, fields: Sequence[str], many: int = 500
) -> Iterator[Complaint]:
    """The cases with these columns as they stood before a moment, never to be saved; wrong entries as now."""
    related = [name for name in fields if Complaint._meta.get_field(name).is_relation]
    while some := list(islice(cases, many)):
        changed = [
            case.pk for case in some
            if case.outcome != Outcome.VOID and not (case.changed_at and case.changed_at < as_of)
        ]  # fmt: skip
        versions = {one.id: one for one in as_they_stood(changed, as_of, *related)} if changed else {}
        for case in some:
            if old := versions.get(case.pk):
                for name in fields:
                    setattr(case, name, getattr(old, name))
            yield case
