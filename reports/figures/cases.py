"""The period's cases as they stood at its end, read once and grouped as the tables want them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from reports.figures import then
from reports.figures.period import Period, rows

#: The same sub-category at the same place so many times is a repeat.
REPEATS_FROM = 3

Groups = dict[str, list[tuple[Any, ...]]]

#: What a case does in the period, by the columns of `CASES`.
RECEIVED, CLOSED = "came", "ended"

# Statements go on from here: one row of `cases` for each case of the period as it stood, wrong entries
# in `told` only.
CASES = """
WITH {spans}, stood AS (
  SELECT c.id, c.estate_id, c.outcome = 'void' AS void, s.starts AS starts, s.as_of AS as_of, {came} AS came,
    {opening} AS was_open, {cols}
  {touched} {version}
  WHERE {known}
), told AS (
  SELECT stood.*, CASE WHEN building_id IS NULL THEN place ELSE '' END AS spot, validity = 'valid' AS valid,
    closed_at IS NOT NULL AND closed_at < as_of AS done,
    closed_at IS NOT NULL AND closed_at >= starts AND closed_at < as_of AS ended,
    closed_at IS NULL OR closed_at >= as_of AS stays,
    was_open AND NOT came AS opening,
    cycle_number = 1 AND outcome = 'resolved' AS at_once
  FROM stood
), cases AS (
  SELECT told.*, ended AND outcome <> 'withdrawn' AS went FROM told WHERE NOT void
)
"""
GROUPED = """
SELECT 'category', category_id, 0, 0, severity, '', count(*), count(*) FILTER (WHERE valid), 0, 0, 0
FROM cases WHERE came GROUP BY category_id, severity
UNION ALL
SELECT 'channel', 0, 0, 0, severity, channel, count(*), count(*) FILTER (WHERE valid), 0, 0, 0
FROM cases WHERE came GROUP BY channel, severity
UNION ALL
SELECT 'building', building_id, 0, 0, severity, '', count(*), count(*) FILTER (WHERE valid), 0, 0, 0
FROM cases WHERE came GROUP BY building_id, severity
UNION ALL
SELECT 'heat', category_id, building_id, 0, '', '', count(*), 0, 0, 0, 0
FROM cases WHERE came GROUP BY category_id, building_id
UNION ALL
SELECT 'cause', department_id, cause_id, category_id, '', '', count(*), 0, 0, 0, 0
FROM cases WHERE came AND valid GROUP BY department_id, cause_id, category_id
UNION ALL
SELECT 'repeat', estate_id, building_id, category_id, '', spot, count(*), min(id), 0, 0, 0
FROM cases WHERE came AND category_id IS NOT NULL AND (building_id IS NOT NULL OR spot <> '')
GROUP BY estate_id, building_id, category_id, spot HAVING count(*) >= {repeats}
UNION ALL
SELECT 'who', department_id, first_receiver_id, handler_id, '', '',
  count(*) FILTER (WHERE came), count(*) FILTER (WHERE came AND done),
  count(*) FILTER (WHERE went), count(*) FILTER (WHERE went AND at_once), 0
FROM cases WHERE valid AND (came OR went) GROUP BY department_id, first_receiver_id, handler_id
UNION ALL
SELECT 'stock', 0, 0, 0, '', '', count(*) FILTER (WHERE opening), count(*) FILTER (WHERE {received}),
  count(*) FILTER (WHERE NOT opening AND NOT came AND (ended OR stays)),
  count(*) FILTER (WHERE {closed}), count(*) FILTER (WHERE stays)
FROM cases
UNION ALL
SELECT 'void', 0, 0, 0, '', '', count(*), 0, 0, 0, 0
FROM told WHERE void AND {past} AND (ended OR stays)
"""


def cases(period: Period) -> str:
    """SQL: the beginning of a statement about the period's cases; it goes on with its SELECT."""
    return CASES.format(
        spans=then.spans(period),
        touched=then.TOUCHED,
        came=then.CAME,
        opening=then.was_open("s.starts"),
        version=then.version(period),
        known=then.known(period),
        cols=then.cols(
            period,
            *("category_id", "channel", "severity", "building_id", "place", "cause_id", "department_id"),
            *("first_receiver_id", "handler_id", "validity", "closed_at", "outcome", "cycle_number"),
        )
        + ", c.closed_at >= s.as_of AS closed_since",
    )


def grouped(period: Period) -> Groups:
    """Cases received, open or closed in the month; void entries never count.

    `category`, `channel`, `building`: key, severity, received, valid. `heat`: category, building,
    received. `cause`: department, cause, category, valid. `repeat`: estate, building, category, spot,
    received, one of the cases. `who`: department, first receiver, handler; valid ones received and, of
    those, closed by `as_of`; valid ones closed in the month and, of those, at the first try. Withdrawn ones
    were not solved at any try. `stock`: open at the start, received, reopened, closed, open at the end.
    `void`: entries that counted when the month ended
    and were found wrong since.
    """
    statement = cases(period) + GROUPED.format(
        past="closed_since" if period.is_past else "1 = 0",
        repeats=REPEATS_FROM,
        received=RECEIVED,
        closed=CLOSED,
    )
    groups: Groups = defaultdict(list)
    for part, a, b, c, severity, word, *counts in rows(statement, period):
        match part:
            case "category" | "building":
                row = (a, severity, *counts[:2])
            case "channel":
                row = (word, severity, *counts[:2])
            case "heat":
                row = (a, b, counts[0])
            case "cause":
                row = (a, b, c, counts[0])
            case "repeat":
                row = (a, b, c, word, *counts[:2])
            case "who":
                row = (a, b, c, *counts[:4])
            case _:
                row = tuple(counts)
        groups[part].append(row)
    return groups
