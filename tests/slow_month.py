"""A month told the slow way: rows copied out when it ended, counted in plain Python, one by one.

A photograph holds every row as it stood at that moment, so nothing here asks how a row was then. Which
cases are of the month is asked of two photographs: what is in this one and not in the one before came in
it. Only what was found a wrong entry by today is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from complaints.models import Clock, Compensation, Complaint, Cycle, Extension, Revisit
from complaints.policy import Severity
from reports.figures.shapes import Monthly

MODELS = (Complaint, Clock, Cycle, Revisit, Extension, Compensation)
Rows = dict[int, Any]


@dataclass
class Photo:
    """All rows by their key at one moment."""

    at: datetime
    cases: Rows
    clocks: Rows
    cycles: Rows
    revisits: Rows
    extensions: Rows
    compensations: Rows


def photograph(at: datetime) -> Photo:
    return Photo(at, *(model.objects.in_bulk() for model in MODELS))


EMPTY = Photo(datetime.min.replace(tzinfo=UTC), {}, {}, {}, {}, {}, {})


def is_open(photo: Photo, pk: int) -> bool:
    return pk in photo.cases and photo.cases[pk].closed_at is None


def fallen(photo: Photo, pk: int) -> bool:
    """Whether by then the clock had run out: where it was missed first, else by its due time."""
    clock = photo.clocks.get(pk)
    return clock is not None and (clock.breached_at or clock.due_at) < photo.at


def nearest(times: list[timedelta], tenths: int) -> float | None:
    if not times:
        return None
    return sorted(times)[(len(times) * tenths + 9) // 10 - 1] / timedelta(hours=1)


def told(before: Photo, photo: Photo, void: set[int]) -> dict[str, Any]:
    """Every figure and list of the month between two photographs."""
    cases = {pk: case for pk, case in photo.cases.items() if pk not in void}
    came = [case for pk, case in cases.items() if pk not in before.cases]
    valid = [case for case in came if case.validity == "valid"]
    open_now = [case for case in cases.values() if case.closed_at is None]
    was_open = [pk for pk in cases if is_open(before, pk)]

    def closed_before(pk: int) -> bool:
        return pk in before.cases and before.cases[pk].closed_at is not None

    ended = [
        case for pk, case in cases.items()
        if case.closed_at and not (closed_before(pk) and before.cases[pk].closed_at == case.closed_at)
    ]  # fmt: skip
    reopened = [
        pk for pk, case in cases.items()
        if closed_before(pk) and case.closed_at != before.cases[pk].closed_at
    ]  # fmt: skip
    went = [case for case in ended if case.validity == "valid" and case.outcome != "withdrawn"]
    first = [case for case in went if case.cycle_number == 1 and case.outcome == "resolved"]
    answers = {
        "received": len(came),
        "valid": len(valid),
        "stock": (len(was_open), len(came), len(reopened), len(ended), len(open_now)),
        "closure": (sum(case.closed_at is not None for case in valid), len(valid)),
        "first_time": (len(first), len(went)),
        "category": Counter(str(case.category) for case in came),
        "channel": Counter(str(case.get_channel_display()) for case in came),
        "building": Counter(str(case.building or "Common areas and elsewhere") for case in came),
        "heat": Counter(
            (str(case.building or "Common areas and elsewhere"), str(case.category)) for case in came
        ),
        "severity": Counter(case.severity or "unclassified" for case in came),
        "valid_by_category": Counter(str(case.category) for case in valid),
        "causes": Counter((str(case.department or "No department"), str(case.category)) for case in valid),
        "repeats": {
            key: n
            for key, n in Counter((str(case.building), str(case.category)) for case in came).items()
            if n >= 3
        },
        "attention": {
            (case.number, str(case.get_status_display()), str(case.handler or ""))
            for case in open_now
            if case.grade in ("major", "hot") or case.channel in ("hotline", "regulator", "media")
            or case.lawsuit_started or case.lawsuit_threatened or case.media_exposed or case.media_threatened
        },
        "notable": {case.number for case in [*open_now, *ended] if case.grade == "important"},
    }  # fmt: skip
    return answers | timely(before, photo, cases) | decided(before, photo, cases, open_now) | {
        "work": by_person(valid, went, first)
    }  # fmt: skip


def by_person(
    valid: list[Any], went: list[Any], first: list[Any]
) -> dict[str, dict[str, tuple[int, int, int]]]:
    found: dict[str, dict[str, tuple[int, int, int]]] = {}
    for part in ("department", "first_receiver", "handler"):
        names = [
            [str(getattr(case, part)) for case in some if getattr(case, part)]
            for some in (valid, went, first)
        ]
        lines = {name: tuple(some.count(name) for some in names) for name in {*names[0], *names[1]}}
        found[part] = lines  # type: ignore[assignment]
    return found


def timely(before: Photo, photo: Photo, cases: Rows) -> dict[str, Any]:
    ways: dict[str, Counter[str]] = defaultdict(Counter)
    handlers: dict[str, Counter[str]] = defaultdict(Counter)
    handled: dict[str, list[timedelta]] = defaultdict(list)
    answered: dict[str, list[timedelta]] = defaultdict(list)
    said: Counter[int] = Counter()
    revisits = {revisit.cycle_id: revisit for revisit in photo.revisits.values()}
    for pk, clock in photo.clocks.items():
        case = cases.get(clock.complaint_id)
        if case is None or not fallen(photo, pk) or fallen(before, pk):
            continue
        done = clock.stopped_at is not None
        missed = clock.breached_at is not None or done and clock.stopped_at > clock.due_at
        if not done:
            way = "late_open"
        elif missed:
            way = "late_handled"
        else:
            way = "extended" if clock.extended else "on_time"
        if clock.kind == "revisit":
            ways["revisit"][way] += 1
            if (revisit := revisits.get(clock.cycle_id)) and revisit.satisfaction:
                said[revisit.satisfaction] += 1
        if clock.kind != "resolve" or case.validity != "valid":
            continue
        ways["resolve"][way] += 1
        if case.handler:
            handlers[str(case.handler)][way] += 1
        if done:
            handled[case.severity].append(clock.stopped_at - clock.started_at)
        clear = sorted(
            (other for other in photo.clocks.values()
             if other.cycle_id == clock.cycle_id and other.kind == "clear_answer"),
            key=lambda other: other.pk,
        )  # fmt: skip
        answer_at = (  # the first that was owed
            clear[0].stopped_at if clear and clear[0].stopped_at else photo.cycles[clock.cycle_id].replied_at
        )
        if answer_at:
            answered[case.severity].append(answer_at - clock.started_at)

    def spreads(times: dict[str, list[timedelta]]) -> list[tuple[int, float | None, float | None]]:
        return [(len(times[s]), nearest(times[s], 5), nearest(times[s], 9)) for s in Severity.values]

    again = [
        cycle for pk, cycle in photo.cycles.items()
        if cycle.complaint_id in cases and cycle.number >= 2 and pk not in before.cycles and any(
            other.handled_at for other in photo.cycles.values()
            if other.complaint_id == cycle.complaint_id and other.number < cycle.number
        )
    ]  # fmt: skip
    overdue = {
        (case.number, str(case.handler or "") if clock.stopped_at is None else "done")
        for pk, clock in photo.clocks.items()
        if clock.kind == "resolve" and (case := cases.get(clock.complaint_id))
        and getattr(before.clocks.get(pk), "stopped_at", None) is None and was_late(before, photo, clock)
    }  # fmt: skip
    return {
        "on_time": ways["resolve"],
        "revisit": ways["revisit"],
        "handlers_on_time": dict(handlers),
        "satisfaction": tuple(said[score] for score in range(1, 6)),
        "handled": spreads(handled),
        "clear_answer": spreads(answered),
        "second": (len(again), sum(cases[cycle.complaint_id].closed_at is None for cycle in again)),
        "overdue": overdue,
    }


def was_late(before: Photo, photo: Photo, clock: Any) -> bool:
    """Past its due time when the month began or ended or it stopped, or missed or granted too late in it."""
    begun = before.clocks.get(clock.pk)
    granted = [
        one for one in photo.extensions.values()
        if one.clock_id == clock.pk and one.state == "approved" and one.decided_at >= before.at
    ]  # fmt: skip
    return (
        (clock.stopped_at or photo.at) > clock.due_at
        or (begun is not None and begun.stopped_at is None and begun.due_at < before.at)
        or (clock.breached_at is not None and clock.breached_at >= before.at)
        or any((one.oral_at or one.decided_at) > one.old_due_at for one in granted)
    )


def decided(before: Photo, photo: Photo, cases: Rows, open_now: list[Any]) -> dict[str, Any]:
    asked = [one for one in photo.extensions.values() if one.complaint_id in cases]
    money = [one for one in photo.compensations.values() if one.complaint_id in cases]
    new = [one for one in asked if one.pk not in before.extensions]
    approved = [
        one for one in money
        if one.state == "approved" and getattr(before.compensations.get(one.pk), "state", "") != "approved"
    ]  # fmt: skip
    waiting = [one for one in money if one.state == "proposed"]
    judged = [one for one in open_now if one.invalid_proposed_by_id and one.validity == "undecided"]
    return {
        "extensions": Counter(one.state for one in new),
        "deciders": Counter(str(one.decided_by) for one in new if one.decided_by),
        "money": (
            len(approved),
            sum(one.amount for one in approved),
            len(waiting),
            sum(o.amount for o in waiting),
        ),
        "decisions": Counter(
            cases[one.complaint_id].number
            for one in [*(one for one in asked if one.state == "pending"), *waiting]
        )
        + Counter(one.number for one in judged),
    }


def of_report(figures: Monthly) -> dict[str, Any]:
    """The report's own answers in the same form."""

    def ways(kept: Any) -> Counter[str]:
        return +Counter(
            on_time=kept.on_time, extended=kept.extended,
            late_handled=kept.late_handled, late_open=kept.late_open,
        )  # fmt: skip

    def severities(rows: Any) -> Counter[str]:
        total: Counter[str] = Counter()
        for row in rows:
            for name in (*Severity.values, "unclassified"):
                total[name] += getattr(row, name)
        return +total

    def spreads(rows: Any) -> list[tuple[int, float | None, float | None]]:
        return [(row.count, row.median, row.p90) for row in rows]

    asked, money, stock = figures.extensions, figures.compensation, figures.stock
    parts = {
        "department": figures.departments,
        "first_receiver": figures.receivers,
        "handler": figures.handlers,
    }
    return {
        "received": figures.received,
        "valid": figures.valid,
        "stock": (stock.opening, stock.received, stock.reopened, stock.closed, stock.closing),
        "closure": (figures.closure.part, figures.closure.whole),
        "first_time": (figures.first_time.part, figures.first_time.whole),
        "category": Counter({row.label: row.total for row in figures.by_category}),
        "channel": Counter({row.label: row.total for row in figures.by_channel}),
        "building": Counter({row.label: row.total for row in figures.by_building}),
        "heat": +Counter(
            {
                (row.label, column): count
                for row in figures.heat.rows
                for column, count in zip(figures.heat.columns, row.counts, strict=True)
            }
        ),
        "severity": severities(figures.by_category),
        "valid_by_category": +Counter({row.label: row.valid for row in figures.by_category}),
        "causes": Counter({(row.department, row.cause): row.valid for row in figures.causes}),
        "repeats": {(row.place, row.category): row.count for row in figures.repeats},
        "attention": {(line.number, line.status, line.handler) for line in figures.attention.lines},
        "notable": {line.number for line in figures.notable.lines},
        "on_time": ways(figures.on_time),
        "revisit": figures.revisit,
        "handlers_on_time": {row.name: ways(row.on_time) for row in figures.handlers if ways(row.on_time)},
        "satisfaction": figures.satisfaction.counts,
        "handled": spreads(figures.handled),
        "clear_answer": spreads(figures.clear_answer),
        "second": (figures.second, figures.second_open),
        "overdue": {
            (line.number, line.handler if line.is_open else "done")
            for table in figures.overruns.tables
            for line in table.lines
        },
        "extensions": +Counter(
            approved=asked.granted, declined=asked.declined, withdrawn=asked.withdrawn, pending=asked.pending
        ),
        "deciders": Counter({one.name: one.granted + one.declined for one in asked.by}),
        "money": (money.approved, money.approved_amount, money.waiting, money.waiting_amount),
        "decisions": Counter(one.number for one in figures.decisions.lines),
        "work": {
            part: {
                row.name: (row.valid, row.closed, row.first_time) for row in rows if row.valid or row.closed
            }
            for part, rows in parts.items()
        },
    }
