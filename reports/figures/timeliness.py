"""How long it took, and whether that was in time (domain.md 4, 5 and 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from complaints.policy import Severity
from reports.figures.period import Period, rows
from reports.figures.shapes import OnTime, Rate, Satisfaction, Spread

HOUR = timedelta(hours=1)
Who = tuple[int | None, int | None, int | None]  # department, first receiver, handler

# Clocks `k` whose deadline fell in the month. A missed deadline stays where it was missed, whatever
# was granted afterwards; only a revised clock was missed before it is due.
FELL_DUE = """
    (k.due_at >= %(first)s AND k.due_at < %(last)s OR k.due_at >= %(last)s AND k.revision > 1)
    AND {due} AND c.outcome <> 'void'
"""
DONE = "(k.stopped_at IS NOT NULL AND k.stopped_at < %(as_of)s)"
MISSED = "(k.breached_at IS NOT NULL OR k.stopped_at IS NOT NULL AND k.stopped_at > k.due_at)"
# The four ways a deadline ends; one not due yet at `as_of` and still running is none of them.
WAYS = """
  count(*) FILTER (WHERE done AND NOT missed AND NOT extended),
  count(*) FILTER (WHERE done AND NOT missed AND extended),
  count(*) FILTER (WHERE done AND missed),
  count(*) FILTER (WHERE NOT done AND (missed OR due_at <= %(as_of)s))
"""

# Medians and ninth deciles by nearest rank, without fetching the times between. The reply is the
# clear answer unless one was given before it.
RESOLVING = """
WITH due AS (
  SELECT c.severity, c.department_id, c.first_receiver_id, c.handler_id,
    k.due_at, k.extended, {done} AS done, {missed} AS missed,
    COALESCE(clear.stopped_at, y.replied_at) < %(as_of)s AS answered,
    {handled} AS to_handled, {answer} AS to_answer
  FROM complaints_clock k
  JOIN complaints_complaint c ON c.id = k.complaint_id
  JOIN complaints_cycle y ON y.id = k.cycle_id
  LEFT JOIN complaints_clock clear ON clear.cycle_id = k.cycle_id AND clear.kind = 'clear_answer'
  WHERE k.kind = 'resolve' AND {fell_due} AND c.validity = 'valid'
), times AS (
  SELECT 'handled' AS part, severity, to_handled AS took FROM due WHERE done
  UNION ALL
  SELECT 'answered', severity, to_answer FROM due WHERE answered
), ranked AS (
  SELECT part, severity, took, count(*) OVER (PARTITION BY part, severity) AS among,
    row_number() OVER (PARTITION BY part, severity ORDER BY took) AS place
  FROM times
)
SELECT part, severity, took, among, place, 0, 0, 0, 0, 0 FROM ranked
WHERE place IN ((among + 1) / 2, (among * 9 + 9) / 10)
UNION ALL
SELECT 'who', '', NULL, department_id, first_receiver_id, handler_id, {ways}
FROM due GROUP BY department_id, first_receiver_id, handler_id
"""

REVISITING = """
WITH due AS (
  SELECT k.due_at, k.extended, {done} AS done, {missed} AS missed,
    CASE WHEN r.at < %(as_of)s THEN r.satisfaction END AS said
  FROM complaints_clock k
  JOIN complaints_complaint c ON c.id = k.complaint_id
  LEFT JOIN complaints_revisit r ON r.cycle_id = k.cycle_id
  WHERE k.kind = 'revisit' AND {fell_due}
)
SELECT said, count(*), {ways} FROM due GROUP BY said
"""


@dataclass(frozen=True)
class Resolving:
    """Of valid cases whose resolve deadline fell in the month: how it went, by who worked on them,
    and how long it took from the start of a cycle to the clear answer and to handled."""

    by: dict[Who, OnTime]
    clear_answer: tuple[Spread, ...]
    handled: tuple[Spread, ...]


def resolving(period: Period) -> Resolving:
    by: dict[Who, OnTime] = {}
    counts: dict[tuple[str, str], int] = {}
    times: dict[tuple[str, str, int], float] = {}
    parts = {"handled": took("k.stopped_at"), "answer": took("COALESCE(clear.stopped_at, y.replied_at)")}
    for part, severity, long, a, b, c, *ways in rows(told(RESOLVING, period, **parts), period.values):
        if part == "who":
            by[a, b, c] = OnTime(*ways)
        else:
            counts[part, severity] = a
            # SQLite has no intervals: it counts microseconds.
            times[part, severity, b] = (
                timedelta(microseconds=long) if isinstance(long, int) else long
            ) / HOUR

    def spreads(part: str) -> tuple[Spread, ...]:
        return tuple(
            Spread(
                severity=str(grade.label),
                count=(of := counts.get((part, grade), 0)),
                median=times.get((part, grade, (of + 1) // 2)),
                p90=times.get((part, grade, (of * 9 + 9) // 10)),
            )
            for grade in Severity
        )

    return Resolving(by, spreads("answered"), spreads("handled"))


def revisits(period: Period) -> tuple[Rate, Satisfaction]:
    """Of all cases to be revisited in the month: those tried or revisited within the three days, and
    what was said at the revisits done by `as_of`."""
    said, kept = {}, OnTime()
    for score, answers, *ways in rows(told(REVISITING, period), period.values):
        said[score] = answers
        kept += OnTime(*ways)
    return kept.rate, Satisfaction(tuple(said.get(score, 0) for score in range(1, 6)))


def told(statement: str, period: Period, **more: str) -> str:
    due = period.within("COALESCE(k.breached_at, k.due_at)")
    return statement.format(fell_due=FELL_DUE.format(due=due), done=DONE, missed=MISSED, ways=WAYS, **more)


def took(end: str) -> str:
    """SQL: from the start of clock `k` to `end`."""
    return connection.ops.subtract_temporals("DateTimeField", (end, ()), ("k.started_at", ()))[0]
