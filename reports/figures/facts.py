"""What a period's rows say, by keys and numbers: counted from the cases, or put together from roll-ups.

Everything here adds up over estates, and holds no word and no name: `monthly` gives them words. Whichever
way it came, it is the same (tests/test_rollups.py).
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from reports.figures import lists, overruns, people, then, timeliness
from reports.figures.aftercare import aftercare
from reports.figures.cases import Groups, grouped
from reports.figures.kept import Holding, flow_of, rows_of, whole
from reports.figures.late import Late
from reports.figures.period import Period
from reports.figures.shapes import Aftercare, OnTime, Satisfaction
from reports.figures.timeliness import Resolving, Times, Who
from reports.figures.visit_shapes import Visits
from reports.figures.visits import added, visits
from reports.rollup_rows import MonthRollup

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
#: How many columns of a group are its key; the others are counts.
KEYS = {"category": 2, "channel": 2, "building": 2, "heat": 2, "cause": 3, "who": 3, "stock": 0, "void": 0}


@dataclass(frozen=True)
class Facts:
    groups: Groups
    resolving: Resolving
    revisits: tuple[OnTime, Satisfaction]
    second: tuple[int, int]
    open: lists.Found
    late: list[Late]
    extensions: lists.Asked
    aftercare: Aftercare
    visits: Visits


def counted(period: Period) -> Facts:
    """From the cases themselves."""
    return Facts(
        groups=grouped(period),
        resolving=timeliness.resolving(period),
        revisits=_sum_of(timeliness.revisits_by_estate(period).values()),
        second=people.second_complaints(period),
        open=lists.found_open(period),
        late=overruns.late(period),
        extensions=lists.asked_for(period),
        aftercare=aftercare(period),
        visits=visits(period),
    )


def of(period: Period, kept: Holding) -> Facts:
    """From the roll-ups of its month, where they hold, else counted."""
    if not (whole(period) and period.month in kept):
        return counted(period)
    return put_together(period, rows_of(kept[period.month], "flow", "facts", "times"))


def _sum_of(by_estate: Any) -> tuple[OnTime, Satisfaction]:
    found = list(by_estate)
    said = sum((said for _kept, said in found), timeliness.NOTHING_SAID)
    return sum((kept for kept, _said in found), OnTime()), said


# Into a row ---------------------------------------------------------------------------------------


def packed(period: Period) -> dict[str, Any]:
    """Columns of the roll-up of one estate's month, which must be over."""
    groups = grouped(period)
    by, times = timeliness.all_times(period)
    kept, said = _sum_of(timeliness.revisits_by_estate(period).values())
    found, late = lists.found_open(period), overruns.late(period)
    on_time = sum(by.values(), OnTime())
    stock = groups["stock"][0]
    return {
        "received": stock[1],
        "valid": sum(row[-1] for row in groups["channel"]),
        "closed": stock[3],
        "flow": [*_of(on_time), len(late), *_of(kept), *said.counts],
        "facts": {
            "groups": {name: _group(name, period, rows) for name, rows in groups.items()},
            "by": [[*who, *_of(own)] for who, own in by.items()],
            "times": [[*key, len(own)] for key, own in times.items()],
            "second": list(people.second_complaints(period)),
            "open": {
                part: [[rank, _number(at), pk] for rank, at, pk in cases] for part, cases in found.items()
            },
            "late": [
                [one.clock, one.case, _number(one.missed), one.done_at and _number(one.done_at),
                 one.carried, one.version]
                for one in late
            ],
            "extensions": [list(row) for row in lists.asked_for(period)],
            "aftercare": list(_of(aftercare(period))),
            "visits": list(_of(visits(period))),
        },
        "times": array("q", chain.from_iterable(times.values())).tobytes(),
    }  # fmt: skip


def _of(answer: Any) -> tuple[Any, ...]:
    return tuple(getattr(answer, field.name) for field in fields(answer))


def _number(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def _moment(number: int) -> datetime:
    return EPOCH + number * MICROSECOND


def _group(name: str, period: Period, rows: list[tuple[Any, ...]]) -> list[list[Any]]:
    """A place in words is kept as one of its cases."""
    if name != "repeat":
        return [list(row) for row in rows]
    return [
        [building, category, many, case if spot else 0]
        for _estate, building, category, spot, many, case in rows
    ]


#: The columns of a month in which the estate had no case yet.
NOTHING: dict[str, Any] = {
    "received": 0, "valid": 0, "closed": 0, "flow": [0] * 14, "times": b"",
    "facts": {
        "groups": {"stock": [[0] * 5], "void": [[0] * 5]}, "by": [], "times": [], "second": [0, 0],
        "open": {}, "late": [], "extensions": [], "aftercare": [0] * 6,
        "visits": [*[0] * 6, []],
    },
}  # fmt: skip


# Out of rows --------------------------------------------------------------------------------------


def put_together(period: Period, rows: Sequence[MonthRollup]) -> Facts:
    """Of the roll-ups of all the period's estates. A query or two for what is told by name."""
    told = [(row, row.facts) for row in rows]
    by: dict[Who, OnTime] = defaultdict(OnTime)
    for _row, facts in told:
        for department, receiver, handler, *ways in facts["by"]:
            by[department, receiver, handler] += OnTime(*ways)
    parts = {part for _row, facts in told for part in facts["open"]}
    flows = [flow_of(row) for row in rows]
    return Facts(
        groups=_groups(period, told),
        resolving=timeliness.of_times(dict(by), _times(told)),
        revisits=_sum_of((flow.revisits, flow.said) for flow in flows),
        second=(sum(facts["second"][0] for _r, facts in told), sum(facts["second"][1] for _r, facts in told)),
        open={
            part: [
                (rank, _moment(at), pk)
                for rank, at, pk in sorted(chain.from_iterable(f["open"].get(part, ()) for _r, f in told))
            ]
            for part in parts
        },
        late=_late(period, told),
        extensions=_added([row for _row, facts in told for row in facts["extensions"]], 3),
        aftercare=Aftercare(*map(sum, zip(*(facts["aftercare"] for _row, facts in told), strict=True))),
        visits=added([_visits(*facts["visits"]) for _row, facts in told]),
    )


def _visits(*told: Any) -> Visits:
    *counts, delays = told
    return Visits(*counts, delays=tuple(delays))


def _added(rows: Sequence[Sequence[Any]], keys: int) -> list[Any]:
    found: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        key, counts = tuple(row[:keys]), row[keys:]
        before = found.get(key)
        found[key] = [a + b for a, b in zip(before, counts, strict=True)] if before else list(counts)
    return [(*key, *counts) for key, counts in found.items()]


Told = list[tuple[MonthRollup, Any]]


def _groups(period: Period, told: Told) -> Groups:
    groups: Groups = defaultdict(list)
    for name, keys in KEYS.items():
        groups[name] = _added(
            list(chain.from_iterable(facts["groups"].get(name, ()) for _row, facts in told)), keys
        )
    repeats = [(row.estate_id, *line) for row, facts in told for line in facts["groups"].get("repeat", ())]
    spots = _spots(period, [line[4] for line in repeats if line[4]])
    groups["repeat"] = [
        (estate, building, category, spots.get(case, ""), many, case)
        for estate, building, category, many, case in repeats
    ]
    return groups


def _spots(period: Period, cases: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for zone, estates in period.zones.items() if cases else ():
        versions = then.as_they_stood(cases, period.ended(zone)).filter(estate__in=estates)
        found |= dict(versions.values_list("id", "place"))
    return found


def _times(told: Told) -> Times:
    times: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, facts in told:
        own = array("q", bytes(row.times))
        start = 0
        for part, severity, many in facts["times"]:
            times[part, severity] += own[start : start + many]
            start += many
    return {key: sorted(found) for key, found in times.items()}


def _late(period: Period, told: Told) -> list[Late]:
    """With the requests for more time on them, which are told by name: a query for each zone."""
    by_estate = {row.estate_id: facts["late"] for row, facts in told if facts["late"]}
    found = []
    for zone, estates in period.zones.items():
        lines = [(estate, *line) for estate in estates for line in by_estate.get(estate, ())]
        if not lines:
            continue
        said = overruns.asked([line[1] for line in lines], period.ended(zone))
        found += [
            Late(
                clock, case, _moment(missed), None if done_at is None else _moment(done_at), carried, version,
                tuple(said[clock]), estate,
            )
            for estate, clock, case, missed, done_at, carried, version in lines
        ]  # fmt: skip
    return sorted(found, key=lambda late: late.clock)


def in_order(told: Facts) -> Facts:
    """With what has no order of its own in one, so that two can be compared."""
    groups = {
        name: sorted(_added(own, KEYS[name]) if name in KEYS else [line[:5] for line in own], key=repr)
        for name, own in told.groups.items()
        if own
    }
    return replace(
        told,
        groups=groups,
        resolving=replace(
            told.resolving, by={who: own for who, own in told.resolving.by.items() if any(_of(own))}
        ),
        open={part: own for part, own in told.open.items() if own},
        late=sorted(told.late, key=lambda one: one.clock),
        extensions=sorted(told.extensions, key=repr),
    )
