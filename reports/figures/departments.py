"""A stretch of time by responsible department: work, deadlines, second complaints, satisfaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from complaints.policy import ClockKind
from reports.figures import then, timeliness
from reports.figures.counts import placed
from reports.figures.people import Work
from reports.figures.period import Period, rows
from reports.figures.shapes import OnTime, Satisfaction
from reports.figures.timeliness import ASKED, NOTHING_SAID, Who
from reports.figures.wide_shapes import DepartmentLine
from staff.models import Department

SAID = """
SELECT department_id, said, count(*), {ways} FROM asked WHERE said IS NOT NULL GROUP BY department_id, said
"""

# What `people.AGAIN` counts, by the department of the case as it stood.
AGAIN = """
WITH {spans}
SELECT {department}, count(*)
FROM complaints_cycle y JOIN complaints_complaint c ON c.id = y.complaint_id
JOIN spans s ON s.estate_id = c.estate_id {version}
WHERE y.number >= 2 AND y.started_at >= %(first)s AND y.started_at < %(last)s
  AND y.started_at >= s.starts AND y.started_at < s.ends AND c.outcome <> 'void'
  AND EXISTS (
    SELECT 1 FROM complaints_cycle z
    WHERE z.complaint_id = y.complaint_id AND z.number < y.number AND z.handled_at IS NOT NULL
  )
GROUP BY 1
"""


@dataclass(frozen=True)
class Own:
    """What one department had."""

    valid: int = 0
    on_time: OnTime = field(default_factory=OnTime)
    second: int = 0
    said: Satisfaction = NOTHING_SAID


def by_department(period: Period, work: Work, resolving: dict[Who, OnTime]) -> dict[int | None, Own]:
    """By key; None: cases without a department. Two queries."""
    found: dict[int | None, Own] = defaultdict(Own)
    for who, counts in work.items():
        found[who[0]] = replace(own := found[who[0]], valid=own.valid + counts["valid"])
    for who, kept in resolving.items():
        found[who[0]] = replace(own := found[who[0]], on_time=own.on_time + kept)
    again = AGAIN.format(
        spans=then.spans(period), department=then.col(period, "department_id"), version=then.version(period)
    )
    for pk, count in rows(again, period):
        found[pk] = replace(found[pk], second=count)
    for pk, score, answers, *_ways in rows(
        timeliness.told(ASKED + SAID, period, ClockKind.REVISIT, "department_id"), period
    ):
        told = Satisfaction(tuple(answers if n == score else 0 for n in range(1, 6)))
        found[pk] = replace(own := found[pk], said=own.said + told)
    return found


def department_lines(
    period: Period, now: dict[int | None, Own], before: dict[int | None, Own], without: str
) -> tuple[DepartmentLine, ...]:
    """Every department with anything in either time, the most upheld complaints first. One query."""
    units = Department.objects.in_bulk({pk for pk in now.keys() | before.keys() if pk})
    lines = []
    for pk in now.keys() | before.keys():
        unit, own, last = units.get(pk or 0), now.get(pk, Own()), before.get(pk, Own())
        if own == last == Own():
            continue
        lines.append(
            DepartmentLine(
                name=placed(period, unit) if unit else without,
                is_contractor=bool(unit and unit.is_contractor),
                valid=own.valid, valid_before=last.valid,
                on_time=own.on_time, on_time_before=last.on_time,
                second=own.second, second_before=last.second,
                said=own.said, said_before=last.said, is_named=unit is not None,
            )
        )  # fmt: skip
    return tuple(sorted(lines, key=lambda line: (-line.valid, -line.on_time.rate.whole, line.name)))
