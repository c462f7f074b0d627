"""The month by department, first receiver and handler."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

from reports.figures import then
from reports.figures.cases import Groups
from reports.figures.counts import placed
from reports.figures.period import Period, rows
from reports.figures.shapes import OnTime, Rate, WorkLine
from reports.figures.timeliness import Who
from staff.models import Department, User

Work = dict[Who, Counter[str]]


def work(groups: Groups) -> Work:
    """Valid complaints by who worked on them."""
    found: Work = defaultdict(Counter)
    for department, receiver, handler, valid, done, closed, first in groups["who"]:
        found[department, receiver, handler].update(valid=valid, done=done, closed=closed, first=first)
    return found


def closure(found: Work) -> Rate:
    """Of the valid complaints received in the month, those closed by `as_of`."""
    return Rate(sum(own["done"] for own in found.values()), sum(own["valid"] for own in found.values()))


def first_time(found: Work) -> Rate:
    """Of the valid complaints closed in the month, those resolved in their first cycle."""
    return Rate(sum(own["first"] for own in found.values()), sum(own["closed"] for own in found.values()))


AGAIN = """
WITH {spans}
SELECT {what}
FROM complaints_cycle y JOIN complaints_complaint c ON c.id = y.complaint_id
JOIN spans s ON s.estate_id = c.estate_id
WHERE y.number >= 2 AND y.started_at >= %(first)s AND y.started_at < %(last)s
  AND y.started_at >= s.starts AND y.started_at < s.ends AND c.outcome <> 'void'
  AND EXISTS (
    SELECT 1 FROM complaints_cycle z
    WHERE z.complaint_id = y.complaint_id AND z.number < y.number AND z.handled_at IS NOT NULL
  )
"""


def second_complaints(period: Period) -> tuple[int, int]:
    """Cycles begun in the month after a completed one; and those of them whose case was open at `as_of`."""
    what = f"count(*), count(*) FILTER (WHERE {then.was_open('s.as_of')})"
    statement = AGAIN.format(spans=then.spans(period), what=what)
    (counts,) = rows(statement, period)
    return counts


def departments_of(found: Work, on_time: dict[Who, OnTime]) -> dict[int, Department]:
    return Department.objects.in_bulk({who[0] for who in found.keys() | on_time.keys() if who[0]})


def work_lines(
    period: Period, found: Work, on_time: dict[Who, OnTime], departments: dict[int, Department]
) -> tuple[tuple[WorkLine, ...], tuple[WorkLine, ...], tuple[WorkLine, ...]]:
    """Departments, first receivers, handlers, the busiest first."""
    everybody = found.keys() | on_time.keys()
    people = User.objects.in_bulk({pk for who in everybody for pk in who[1:] if pk})

    def lines(part: int, name: Callable[[int], str]) -> tuple[WorkLine, ...]:
        counts: dict[int, Counter[str]] = defaultdict(Counter)
        kept: dict[int, OnTime] = defaultdict(OnTime)
        for who in everybody:
            if pk := who[part]:
                counts[pk].update(found.get(who, {}))
                kept[pk] += on_time.get(who, OnTime())
        rows = [
            WorkLine(name(pk), own["valid"], own["closed"], own["first"], kept[pk], str(pk))
            for pk, own in counts.items()
        ]
        return tuple(sorted(rows, key=lambda row: (-row.valid, -row.closed, row.name)))

    return (
        lines(0, lambda pk: placed(period, departments[pk])),
        lines(1, lambda pk: str(people[pk])),
        lines(2, lambda pk: str(people[pk])),
    )
