"""The month's cases, read once and grouped as the tables want them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from reports.figures.period import Period, rows

#: The same sub-category at the same place so many times is a repeat.
REPEATS_FROM = 3

Groups = dict[str, list[tuple[Any, ...]]]

GROUPED = """
WITH cases AS (
  SELECT c.estate_id, c.category_id, c.channel, c.severity, c.building_id, c.cause_id,
    c.department_id, c.first_receiver_id, c.handler_id,
    CASE WHEN c.building_id IS NULL THEN c.place ELSE '' END AS spot,
    c.validity = 'valid' AS valid,
    {received} AS came,
    c.closed_at < %(as_of)s AS done,
    {closed} AND c.outcome <> 'withdrawn' AS went,
    c.cycle_number = 1 AND c.outcome = 'resolved' AS at_once
  FROM complaints_complaint c
  WHERE ({received} OR {closed}) AND c.outcome <> 'void'
)
SELECT 'category', category_id, 0, 0, severity, '', count(*), count(*) FILTER (WHERE valid), 0, 0
FROM cases WHERE came GROUP BY category_id, severity
UNION ALL
SELECT 'channel', 0, 0, 0, severity, channel, count(*), count(*) FILTER (WHERE valid), 0, 0
FROM cases WHERE came GROUP BY channel, severity
UNION ALL
SELECT 'building', building_id, 0, 0, severity, '', count(*), count(*) FILTER (WHERE valid), 0, 0
FROM cases WHERE came GROUP BY building_id, severity
UNION ALL
SELECT 'cause', department_id, cause_id, category_id, '', '', count(*), 0, 0, 0
FROM cases WHERE came AND valid GROUP BY department_id, cause_id, category_id
UNION ALL
SELECT 'repeat', estate_id, building_id, category_id, '', spot, count(*), 0, 0, 0
FROM cases WHERE came AND category_id IS NOT NULL AND (building_id IS NOT NULL OR spot <> '')
GROUP BY estate_id, building_id, category_id, spot HAVING count(*) >= {repeats}
UNION ALL
SELECT 'who', department_id, first_receiver_id, handler_id, '', '',
  count(*) FILTER (WHERE came), count(*) FILTER (WHERE came AND done),
  count(*) FILTER (WHERE went), count(*) FILTER (WHERE went AND at_once)
FROM cases WHERE valid GROUP BY department_id, first_receiver_id, handler_id
"""


def grouped(period: Period) -> Groups:
    """Cases received or closed in the month; void entries never count.

    `category`, `channel`, `building`: key, severity, received, valid. `cause`: department, cause,
    category, valid. `repeat`: estate, building, category, spot, received. `who`: department, first
    receiver, handler; valid ones received and, of those, closed by `as_of`; valid ones closed in the
    month and, of those, at the first try. Withdrawn ones were not solved at any try.
    """
    statement = GROUPED.format(
        received=period.within("c.received_at"), closed=period.within("c.closed_at"), repeats=REPEATS_FROM
    )
    groups: Groups = defaultdict(list)
    for part, a, b, c, severity, word, *counts in rows(statement, period.values):
        match part:
            case "category" | "building":
                row = (a, severity, *counts[:2])
            case "channel":
                row = (word, severity, *counts[:2])
            case "cause":
                row = (a, b, c, counts[0])
            case "repeat":
                row = (a, b, c, word, counts[0])
            case _:
                row = (a, b, c, *counts)
        groups[part].append(row)
    return groups
