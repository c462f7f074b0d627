"""Some days estate by estate, and the cases of them that are told one by one.

What is received, reopened, closed and open is told by `cases`, as in the monthly report; here is only
what is asked of it further: the mark 紧急, the notice grade, who received.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from reports.figures import cases, then
from reports.figures.brief_shapes import DaysOf
from reports.figures.late import Late
from reports.figures.lists import GRAVE_GRADES, quoted
from reports.figures.period import Period, rows
from staff.models import User

# The same cases with columns that `cases` does not carry, as they stood.
STOOD = """, marked AS (
  SELECT cases.*, {urgent} AS urgent, {grade} AS grade, c.received_at AS came_at
  FROM cases JOIN complaints_complaint c ON c.id = cases.id
  JOIN spans s ON s.estate_id = c.estate_id {version}
)
"""
COUNTED = """
SELECT estate_id, first_receiver_id, grade, count(*) FILTER (WHERE opening),
  count(*) FILTER (WHERE {received}), count(*) FILTER (WHERE {received} AND urgent),
  count(*) FILTER (WHERE {received} AND valid),
  count(*) FILTER (WHERE NOT opening AND NOT came AND (ended OR stays)),
  count(*) FILTER (WHERE {closed}), count(*) FILTER (WHERE stays), count(*) FILTER (WHERE stays AND urgent)
FROM marked GROUP BY estate_id, first_receiver_id, grade
"""
LISTED = """
SELECT 'new' AS part, id, CASE WHEN urgent THEN 0 ELSE 1 END AS rank, came_at FROM marked WHERE {received}
UNION ALL
SELECT 'urgent', id, 0, came_at FROM marked WHERE stays AND urgent AND NOT {received}
ORDER BY 1, 3, 4, 2
"""
ENDED = """
SELECT id FROM marked WHERE grade IN ({grave}) AND {closed} ORDER BY came_at, id
"""


@dataclass(frozen=True)
class Counted:
    estates: tuple[DaysOf, ...]
    receivers: tuple[tuple[str, int], ...]
    grades: dict[str, tuple[int, int]]  # received in the time, open at the end


def counted(period: Period, overdue: list[Late]) -> Counted:
    """Every estate in the period's order; two queries."""
    found = {estate.pk: DaysOf(estate.name) for estate in period.estates}
    receivers: Counter[int] = Counter()
    came: Counter[str] = Counter()
    stays: Counter[str] = Counter()
    for estate, receiver, grade, *counts in rows(_marked(period, COUNTED), period):
        opening, received, urgent, valid, reopened, closed, still, still_urgent = counts
        one = DaysOf("", opening, received, urgent, valid, reopened, closed, still, still_urgent)
        found[estate] = found[estate].plus(one)
        receivers[receiver] += received
        came[grade] += received
        stays[grade] += still
    for line in overdue:
        if line.done_at is None:
            found[line.estate] = found[line.estate].plus(DaysOf("", overdue=1))
    people = User.objects.in_bulk([pk for pk, many in receivers.items() if many])
    named = ((str(people[pk]), many) for pk, many in receivers.items() if many)
    return Counted(
        tuple(found.values()),
        tuple(sorted(named, key=lambda one: (-one[1], one[0]))),
        {grade: (came[grade], stays[grade]) for grade in {*came, *stays}},
    )


def new_and_urgent(period: Period) -> dict[str, list[int]]:
    """The keys of the cases received, the urgent first, and of the older urgent ones that are open."""
    found: dict[str, list[int]] = defaultdict(list)
    for part, pk, _rank, _at in rows(_marked(period, LISTED), period):
        found[part].append(pk)
    return found


def grave_ended(period: Period) -> list[int]:
    """The keys of the cases of notice grade major or hot that were closed in the time."""
    return [pk for (pk,) in rows(_marked(period, ENDED), period)]


def _marked(period: Period, statement: str) -> str:
    marked = STOOD.format(
        urgent=then.col(period, "urgent"), grade=then.col(period, "grade"), version=then.version(period)
    )
    said = statement.format(received=cases.RECEIVED, closed=cases.CLOSED, grave=quoted(GRAVE_GRADES))
    return cases.cases(period) + marked + said
