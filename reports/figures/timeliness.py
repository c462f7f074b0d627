"""How long it took, and whether that was in time (domain.md 4, 5 and 8)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from complaints.policy import ClockKind, Severity
from reports.figures import then
from reports.figures.period import Period, rows
from reports.figures.shapes import OnTime, Rate, Satisfaction, Spread

HOUR_LONG = 3_600_000_000  # microseconds
Who = tuple[int | None, int | None, int | None]  # department, first receiver, handler

# Clocks `k` as they stood. A missed deadline stays where it was missed, whatever was granted afterwards;
# what was written down only when it was over fell due then.
STOOD = """
  SELECT k.id, k.complaint_id, k.cycle_id, k.started_at, k.stopped_at, k.recorded_at,
    c.estate_id AS estate_id, s.starts AS starts, s.ends AS ends, s.as_of AS as_of,
    {due_at} AS due_at, {extended} AS extended, {breached_at} AS breached_at, {done} AS done{cols}
  FROM due_clocks k JOIN complaints_complaint c ON c.id = k.complaint_id
  JOIN spans s ON s.estate_id = c.estate_id {revision} {version}
  WHERE c.outcome <> 'void'{own}
"""
FELL_DUE = """
  SELECT x.*, breached_at IS NOT NULL OR done AND stopped_at > due_at AS missed FROM (
    SELECT stood.*, CASE WHEN recorded_at > COALESCE(breached_at, due_at) THEN recorded_at
      ELSE COALESCE(breached_at, due_at) END AS fell_at
    FROM stood
  ) x WHERE fell_at >= starts AND fell_at < ends
"""
#: The four ways a deadline ends; one not due yet at `as_of` and still running is none of them.
ENDED = {
    "on_time": "done AND NOT missed AND NOT extended",
    "extended": "done AND NOT missed AND extended",
    "late_handled": "done AND missed",
    "late_open": "NOT done AND (missed OR due_at <= as_of)",
}
WAYS = ", ".join(f"count(*) FILTER (WHERE {way})" for way in ENDED.values())

# The first of the cycle: where the rules ask important cases for a clear answer too, one that is major later
# owes another, but the customer had his by then. Each begins once the one before has stopped.
CLEAR = """LEFT JOIN complaints_clock clear ON clear.cycle_id = k.cycle_id AND clear.kind = 'clear_answer'
  AND NOT EXISTS (
    SELECT 1 FROM complaints_clock sooner
    WHERE sooner.cycle_id = clear.cycle_id AND sooner.kind = 'clear_answer' AND sooner.id < clear.id
  )"""

# Medians and ninth deciles by nearest rank, without fetching the times between. The reply is the
# clear answer unless one was given before it.
RESOLVING = """
WITH {spans}, {due_clocks}, stood AS ({stood}), fallen AS ({fell_due}), due AS (
  SELECT k.*, COALESCE(clear.stopped_at, y.replied_at) < k.as_of AND {told} AS answered,
    {handled} AS to_handled, {answer} AS to_answer
  FROM fallen k
  JOIN complaints_cycle y ON y.id = k.cycle_id
  {clear}
  WHERE k.validity = 'valid'
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
{ranks}
UNION ALL
SELECT 'who', '', NULL, department_id, first_receiver_id, handler_id, {ways}
FROM due GROUP BY department_id, first_receiver_id, handler_id
"""

#: Of all times the two that are told; where months are added up, all are needed.
TOLD = "WHERE place IN ((among + 1) / 2, (among * 9 + 9) / 10)"

# The clear answer was written down by then: it stopped its clock, or the reply did.
ANSWER_KNOWN = """(
  clear.stopped_at IS NOT NULL AND COALESCE(clear.stop_recorded_at, clear.stopped_at) < k.as_of
  OR clear.stopped_at IS NULL AND (k.cycle_number > y.number OR k.status IN ('replied', 'closed'))
)"""

# Deadlines that fell due in the period; statements go on from here.
DUE = """
WITH {spans}, {due_clocks}, stood AS ({stood}), due AS ({fell_due})
"""
# `asked`: the revisits due, with what was said at those done by `as_of`.
SAID = """, asked AS (
  SELECT due.*, CASE WHEN r.at < due.as_of THEN r.satisfaction END AS said
  FROM due LEFT JOIN complaints_revisit r ON r.cycle_id = due.cycle_id
)
"""
ASKED = DUE + SAID
REVISITED = "SELECT estate_id, said, count(*), {ways} FROM asked GROUP BY estate_id, said"
VALID = "validity = 'valid'"
RESOLVED = "SELECT estate_id, {ways} FROM due WHERE {valid} GROUP BY estate_id"


@dataclass(frozen=True)
class Resolving:
    """Of valid cases whose resolve deadline fell in the month: how it went, by who worked on them,
    and how long it took from the start of a cycle to the clear answer and to handled."""

    by: dict[Who, OnTime]
    clear_answer: tuple[Spread, ...]
    handled: tuple[Spread, ...]


#: Microseconds each case took, the shortest first: of `answered` or `handled`, by severity.
Times = dict[tuple[str, str], list[int]]


def resolving(period: Period) -> Resolving:
    by: dict[Who, OnTime] = {}
    counts: dict[tuple[str, str], int] = {}
    times: dict[tuple[str, str, int], float] = {}
    for part, severity, long, a, b, c, *ways in rows(_resolving(period, TOLD), period):
        if part == "who":
            by[a, b, c] = OnTime(*ways)
        else:
            counts[part, severity] = a
            times[part, severity, b] = _microseconds(long) / HOUR_LONG

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


def all_times(period: Period) -> tuple[dict[Who, OnTime], Times]:
    """What `resolving` tells, with every time it took, so that several can be put together."""
    by: dict[Who, OnTime] = {}
    times: Times = defaultdict(list)
    for part, severity, long, a, b, c, *ways in rows(_resolving(period, ""), period):
        if part == "who":
            by[a, b, c] = OnTime(*ways)
        else:
            times[part, severity].append(_microseconds(long))
    return by, {key: sorted(own) for key, own in times.items()}


def of_times(by: dict[Who, OnTime], times: Times) -> Resolving:
    """The same answer as `resolving`, of times that are all at hand, the shortest first."""

    def spreads(part: str) -> tuple[Spread, ...]:
        spreads = []
        for grade in Severity:
            own = times.get((part, grade), [])
            median, p90 = (
                own[rank - 1] / HOUR_LONG if own else None
                for rank in ((len(own) + 1) // 2, (len(own) * 9 + 9) // 10)
            )
            spreads.append(Spread(str(grade.label), len(own), median, p90))
        return tuple(spreads)

    return Resolving(by, spreads("answered"), spreads("handled"))


def _microseconds(took: timedelta | int) -> int:
    """SQLite has no intervals: it counts microseconds."""
    return took if isinstance(took, int) else took // timedelta(microseconds=1)


def _resolving(period: Period, ranks: str) -> str:
    return told(
        RESOLVING,
        period,
        ClockKind.RESOLVE,
        *(
            "severity",
            "validity",
            "department_id",
            "first_receiver_id",
            "handler_id",
            "status",
            "cycle_number",
        ),
        handled=took("k.stopped_at"),
        answer=took("COALESCE(clear.stopped_at, y.replied_at)"),
        clear=CLEAR,
        told=ANSWER_KNOWN if period.is_past else "1 = 1",
        ranks=ranks,
    )


def revisits(period: Period) -> tuple[Rate, Satisfaction]:
    """Of all cases to be revisited in the month: those tried or revisited within the three days, and
    what was said at the revisits done by `as_of`."""
    by_estate = revisits_by_estate(period).values()
    kept = sum((kept for kept, _said in by_estate), OnTime())
    return kept.rate, sum((said for _kept, said in by_estate), NOTHING_SAID)


NOTHING_SAID = Satisfaction((0,) * 5)


def revisits_by_estate(period: Period) -> dict[int, tuple[OnTime, Satisfaction]]:
    """Of each estate with revisits due: how they went, and what was said at those done by `as_of`."""
    found: dict[int, tuple[OnTime, Satisfaction]] = {}
    for estate, score, answers, *ways in rows(told(ASKED + REVISITED, period, ClockKind.REVISIT), period):
        kept, said = found.get(estate, (OnTime(), NOTHING_SAID))
        told_so = Satisfaction(tuple(answers if n == score else 0 for n in range(1, 6)))
        found[estate] = kept + OnTime(*ways), said + told_so
    return found


def resolving_by_estate(period: Period) -> dict[int, OnTime]:
    """What `resolving` counts as valid deadlines, of each estate with any."""
    statement = told(DUE + RESOLVED, period, ClockKind.RESOLVE, "validity", valid=VALID)
    return {estate: OnTime(*ways) for estate, *ways in rows(statement, period)}


def told(statement: str, period: Period, kind: ClockKind, *names: str, **more: str) -> str:
    stood = STOOD.format(
        **{name: then.clock_col(period, name) for name in ("due_at", "extended", "breached_at")},
        done=then.DONE,
        cols=f", {then.cols(period, *names)}" if names else "",
        own=then.of_departments(period),
        revision=then.revision(period),
        version=then.version(period) if names or period.departments else "",
    )
    return statement.format(
        spans=then.spans(period),
        due_clocks=then.DUE.format(kind=kind),
        stood=stood,
        fell_due=FELL_DUE,
        ways=WAYS,
        **more,
    )


def took(end: str) -> str:
    """SQL: from the start of clock `k` to `end`."""
    return connection.ops.subtract_temporals("DateTimeField", (end, ()), ("k.started_at", ()))[0]
