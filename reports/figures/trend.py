"""Received and closed, month by month: each month as it stood at its own end."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain

from django.db import connection

from reports.figures import counts, kept, then
from reports.figures.month import Month
from reports.figures.period import Period

MONTHS = 12

# May have been closed when the month ended: closed in it and never since, or begun anew later. The version
# of that moment tells, as it does for the stock of the month's report (`cases.CLOSED`).
CLOSED = """
WITH months (month, starts, ends) AS (VALUES {months}), maybe AS (
  SELECT months.month, months.starts, months.ends, c.id
  FROM months JOIN complaints_complaint c
    ON c.estate_id IN ({estates}) AND c.closed_at >= months.starts AND c.closed_at < months.ends
  UNION
  SELECT months.month, months.starts, months.ends, y.complaint_id
  FROM months JOIN complaints_cycle y ON y.number >= 2 AND y.started_at >= months.starts
), stood AS (
  SELECT months.month, months.starts, months.ends, {closed_at} AS closed_at
  FROM maybe AS months JOIN complaints_complaint c ON c.id = months.id
  WHERE c.estate_id IN ({estates}) AND c.outcome <> 'void' AND c.registered_at < months.ends{own}
)
SELECT month, count(*) FROM stood WHERE closed_at >= starts AND closed_at < ends GROUP BY month
"""


@dataclass(frozen=True)
class Flow:
    month: Month
    received: int
    closed: int


def trend(period: Period) -> tuple[Flow, ...]:
    """Twelve months up to the period's, the oldest first.

    Three queries for what roll-ups hold, and two a zone, nearly always one, for what they do not.
    """
    months = [period.month.plus(-n) for n in reversed(range(MONTHS))]
    held = kept.holding(period.estates, months, period.now) if kept.whole(period) else {}
    by_month = counts.by_month(period, held, MONTHS)
    closed = closed_by_month(period, [month for month in months if month not in held])
    for month, rows in held.items():
        closed[month] = sum(row.closed for row in rows.values())
    return tuple(
        Flow(month, sum(received for received, _valid in by_month.get(month, {}).values()), closed[month])
        for month in months
    )


def closed_by_month(period: Period, months: list[Month]) -> dict[Month, int]:
    stored = connection.ops.adapt_datetimefield_value
    found: dict[Month, int] = defaultdict(int)
    if not months:
        return found
    with connection.cursor() as cursor:
        for zone, estates in period.zones.items():
            bounds = [(str(month), *map(stored, month.bounds(zone))) for month in months]
            statement = CLOSED.format(
                months=", ".join(["(%s, %s, %s)"] * len(bounds)),
                estates=", ".join(["%s"] * len(estates)),
                closed_at=then.then("closed_at", "months.ends"),
                own=then.among(period, then.then("department_id", "months.ends")),
            )
            cursor.execute(statement, [*chain.from_iterable(bounds), *estates, *estates])
            for month, count in cursor.fetchall():
                found[Month.parse(month)] += count
    return found
