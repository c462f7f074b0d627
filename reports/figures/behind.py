"""The cases behind every figure of a report 数字背后的投诉单: one table, asked by page, list and sheet.

A figure is named, and narrowed by the keys of its row and column (`Keys`). Nothing is defined here: the
conditions are those that count (`cases`, `timeliness`, `overruns`, `people`, `lists`, `aftercare`), told at
the moment of the period, so a list has as many lines as its figure says. A case stands in it once for each
thing counted: each deadline, each request for more time, each coming back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from complaints.models import (
    Compensation,
    Event,
    Extension,
    ExtensionReason,
    FollowUp,
    SecondCall,
    TakenOver,
)
from complaints.policy import Channel, ClockKind, Severity
from complaints.statuses import Outcome
from reports.figures import aftercare, cases, lists, people, then, timeliness, visits
from reports.figures import counted as things
from reports.figures.counted import Counted
from reports.figures.counts import NONE
from reports.figures.dashboard import IN_TIME, LATE, OF_ASKED, OF_DUE
from reports.figures.overruns import late
from reports.figures.period import Period, rows

#: What narrows a figure, as it stands in an address: which category, which building and so on.
Keys = Mapping[str, str]

COLUMNS = {
    "category": "category_id",
    "building": "building_id",
    "department": "department_id",
    "receiver": "first_receiver_id",
    "handler": "handler_id",
}
#: The keys a figure made of cases may have, and those made of deadlines.
OF_CASES = frozenset({*COLUMNS, "channel", "severity", "cause", "repeat"})
OF_DEADLINES = frozenset({"department", "receiver", "handler", "severity"})
OF_REQUESTS = frozenset({"decider", "reason"})


class NotAFigure(ValueError):
    """No figure has this name, or none has these keys."""


@dataclass(frozen=True)
class Figure:
    find: Callable[[Period, Keys], list[Counted]]
    keys: frozenset[str] = frozenset()


def counted(period: Period, figure: str, keys: Keys) -> list[Counted]:
    """What a figure counts, the newest case first. Raises NotAFigure."""
    found = FIGURES.get(figure)
    if found is None or not set(keys) <= found.keys:
        raise NotAFigure(figure)
    return things.newest_first(found.find(period, keys))


def behind(period: Period, figure: str, keys: Keys) -> list[int]:
    """The primary keys of the cases, a case once for each thing counted. Raises NotAFigure."""
    return [one.case for one in counted(period, figure, keys)]


# Keys as conditions -------------------------------------------------------------------------------


def conditions(keys: Keys, also: str) -> str:
    """SQL: the rows that a figure counts, narrowed by its keys."""
    return " AND ".join((f"({also})", *(_condition(name, value) for name, value in sorted(keys.items()))))


def _condition(name: str, value: str) -> str:
    if name in COLUMNS:
        return "(" + " OR ".join(_is(COLUMNS[name], one) for one in value.split(",")) + ")"
    if name == "cause":
        return "(" + " OR ".join(map(_cause, value.split(","))) + ")"
    if name == "channel":
        return f"channel IN ({_among(value, Channel.values)})"
    if name == "severity":
        return f"COALESCE(severity, '') IN ({_among(value, [NONE, *Severity.values])})"
    if name == "repeat":
        estate, building, category, _spot = _place(value)
        place = _is("building_id", building)
        return f"{_is('estate_id', estate)} AND {place} AND {_is('category_id', category)}"
    raise NotAFigure(name)


def _is(column: str, key: str) -> str:
    return f"{column} IS NULL" if key == NONE else f"{column} = {_number(key)}"


def _number(key: str) -> int:
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        raise NotAFigure(key)
    return int(key)


def _cause(key: str) -> str:
    """Department, cause and category: of one line there may be several."""
    parts = key.split(".")
    if len(parts) != 3:
        raise NotAFigure(key)
    return "(" + " AND ".join(map(_is, ("department_id", "cause_id", "category_id"), parts)) + ")"


def _place(key: str) -> tuple[str, str, str, str]:
    """Of one matter at one place: its estate, building, category and, without a building, the words."""
    parts = key.split(".", 3)
    if len(parts) != 4:
        raise NotAFigure(key)
    return parts[0], parts[1], parts[2], parts[3]


def _among(key: str, known: list[str]) -> str:
    words = key.split(",")
    if not set(words) <= set(known):
        raise NotAFigure(key)
    return lists.quoted(["" if word == NONE else word for word in words])


# Cases --------------------------------------------------------------------------------------------


OF_TABLE = "SELECT id, spot FROM {table} WHERE {condition}"


def of_cases(condition: str, table: str = "cases") -> Figure:
    def find(period: Period, keys: Keys) -> list[Counted]:
        own = OF_TABLE.format(table=table, condition=conditions(keys, condition))
        found = rows(cases.cases(period) + own, period)
        if "repeat" in keys and (spot := _place(keys["repeat"])[3]):
            found = [row for row in found if row[1] == spot]
        return [Counted(pk) for pk, _words in found]

    return Figure(find, OF_CASES)


def _voided(period: Period, _keys: Keys) -> list[Counted]:
    """What was found wrong since; while the days last, nothing."""
    if not period.is_past:
        return []
    return of_cases("void AND closed_since AND (ended OR stays)", "told").find(period, {})


def of_list(part: str) -> Figure:
    """A list of `lists.open_cases`: what is to be watched, what is notable, what is to be judged."""

    def find(period: Period, _keys: Keys) -> list[Counted]:
        statement = lists.OPEN.format(
            spans=then.spans(period),
            touched=then.TOUCHED,
            version=then.version(period),
            known=then.known(period),
            cols=then.cols(
                period, "grade", "channel", "closed_at", "validity", "invalid_proposed_by_id", *lists.MARKS
            ),
            grades=lists.quoted(lists.GRAVE_GRADES),
            channels=lists.quoted(lists.OUTSIDE_CHANNELS),
            marks=" OR ".join(lists.MARKS),
        )
        return [Counted(line[-1]) for line in rows(statement, period) if line[0] == part]

    return Figure(find)


def _taken_over(period: Period, _keys: Keys) -> list[Counted]:
    found = TakenOver.objects.filter(period.during("complaint__received_at"), is_void=False)
    return [Counted(pk) for pk in found.values_list("complaint", flat=True)]


# Deadlines ----------------------------------------------------------------------------------------

#: SQL: the deadline was known, and passed, by the moment told of; without it a moment within the days would
#: count what was written down or passed only after it.
KNOWN = "(recorded_at IS NULL OR recorded_at < as_of) AND (done OR fell_at <= as_of)"
ANSWERED = """
WITH {spans}, {due_clocks}, stood AS ({stood}), fallen AS ({fell_due}), due AS (
  SELECT * FROM fallen WHERE {condition}
)
SELECT k.complaint_id, k.id FROM due k
JOIN complaints_cycle y ON y.id = k.cycle_id
{clear}
WHERE COALESCE(clear.stopped_at, y.replied_at) < k.as_of AND {told}
"""
NAMES = ("severity", "validity", "status", "cycle_number", "department_id", "first_receiver_id", "handler_id")


def of_resolve(condition: str, statement: str = "") -> Figure:
    def find(period: Period, keys: Keys) -> list[Counted]:
        which = conditions(keys, f"{timeliness.VALID} AND {condition} AND {KNOWN}")
        own = statement or timeliness.DUE + OF_DUE
        known = timeliness.ANSWER_KNOWN if period.is_past else "1 = 1"
        told = timeliness.told(
            own, period, ClockKind.RESOLVE, *NAMES, condition=which, told=known, clear=timeliness.CLEAR
        )
        return things.of_pairs("clock", rows(told, period))

    return Figure(find, OF_DEADLINES)


def of_revisit(condition: str) -> Figure:
    def find(period: Period, _keys: Keys) -> list[Counted]:
        own = timeliness.ASKED + OF_ASKED
        which = f"({condition}) AND {KNOWN}"
        told = timeliness.told(own, period, ClockKind.REVISIT, condition=which)
        return things.of_pairs("clock", rows(told, period))

    return Figure(find)


def of_late(holds: Callable[..., bool]) -> Figure:
    return Figure(
        lambda period, _keys: [
            Counted(line.case, "clock", line.clock) for line in late(period) if holds(line)
        ]
    )


def of_second(condition: str) -> Figure:
    def find(period: Period, _keys: Keys) -> list[Counted]:
        statement = people.AGAIN + f" AND y.started_at < s.as_of AND {condition}"
        if not period.is_past:
            statement = people.AGAIN + f" AND {condition}"
        told = statement.format(spans=then.spans(period), what="c.id, y.id", open=then.was_open("s.as_of"))
        return things.of_pairs("cycle", rows(told, period))

    return Figure(find)


# More time, money, what followed --------------------------------------------------------------------

#: What stands in a statement as it is: a slug.
CODE = re.compile(r"[-\w]+", re.ASCII)
REQUESTS = """
WITH {spans}, requests AS (
  SELECT e.complaint_id, e.id AS id, e.reason AS reason, CASE WHEN e.decided_at < s.as_of THEN e.state
      WHEN e.withdrawn_at < s.as_of THEN 'withdrawn' ELSE 'pending' END AS stood,
    CASE WHEN e.decided_at < s.as_of THEN e.decided_by_id END AS decider,
    e.decided_at < s.as_of AND e.granted_due_at < e.asked_due_at AS shortened
  FROM complaints_extension e JOIN complaints_complaint c ON c.id = e.complaint_id
  JOIN spans s ON s.estate_id = c.estate_id
  WHERE e.requested_at >= s.starts AND e.requested_at < s.ends AND c.outcome <> 'void' AND {asked}
)
SELECT complaint_id, id FROM requests WHERE {condition}
"""


def of_requests(condition: str) -> Figure:
    def find(period: Period, keys: Keys) -> list[Counted]:
        which = [condition]
        if decider := keys.get("decider"):
            which.append(f"decider = {_number(decider)}")
        if reason := keys.get("reason"):
            named = ExtensionReason.objects.filter(Q(zh=reason) | Q(en=reason))
            codes = [code for code in named.values_list("code", flat=True) if CODE.fullmatch(code)]
            which.append(f"reason IN ({lists.quoted(codes)})" if codes else "1 = 0")
        statement = REQUESTS.format(
            spans=then.spans(period),
            condition=" AND ".join(which),
            asked="e.requested_at < s.as_of" if period.is_past else "1 = 1",
        )
        return things.of_pairs("extension", rows(statement, period))

    return Figure(find, OF_REQUESTS)


def of_rows(found: Callable[[Period], QuerySet[Any]]) -> Figure:
    """Rows about complaints, wrong entries left out."""

    def find(period: Period, _keys: Keys) -> list[Counted]:
        return things.of_rows(found(period).exclude(complaint__outcome=Outcome.VOID))

    return Figure(find)


def during(period: Period, field: str) -> Q:
    """As `Period.during`; told anew of a moment within the days, only until then."""
    in_days = period.during(field)
    return in_days & Q(**{f"{field}__lt": period.now}) if period.reread else in_days


def _granted(field: str) -> Callable[[Period], QuerySet[Any]]:
    return lambda period: Compensation.objects.filter(during(period, field), state__in=Compensation.GRANTED)


def _waiting(period: Period) -> QuerySet[Any]:
    return Compensation.objects.filter(period.waiting("proposed_at", "decided_at"))


def _pending(period: Period) -> QuerySet[Any]:
    return Extension.objects.filter(period.waiting("requested_at", "decided_at", "withdrawn_at"))


def _by_involved(period: Period) -> QuerySet[Any]:
    kinds = ["revisited", "revisit_excepted"]
    return Event.objects.filter(during(period, "at"), kind__in=kinds, params__has_key="alone_because")


def _raised(period: Period) -> QuerySet[Any]:
    return aftercare.with_known(FollowUp.objects.filter(during(period, "raised_at")))


def _told_in_time(period: Period) -> QuerySet[Any]:
    return _raised(period).filter(aftercare.in_time(period))


def _over_their_time(period: Period) -> QuerySet[Any]:
    return _raised(period).filter(aftercare.over_time(period))


def _called(period: Period) -> QuerySet[Any]:
    return SecondCall.objects.filter(during(period, "drawn_at"), aftercare.called(period))


def of_visits(number: str) -> Figure:
    """Appointments for site visits, each once."""
    return of_rows(lambda period: visits.of_number(number).filter(during(period, "told_at")))


def _decisions(period: Period, keys: Keys) -> list[Counted]:
    parts = of_rows(_pending), of_rows(_waiting), of_list("judged")
    return [one for part in parts for one in part.find(period, keys)]


# The table ------------------------------------------------------------------------------------------

FIGURES: dict[str, Figure] = {
    "received": of_cases(cases.RECEIVED),
    "valid": of_cases(f"{cases.RECEIVED} AND valid"),
    "opening": of_cases("opening"),
    "reopened": of_cases("NOT opening AND NOT came AND (ended OR stays)"),
    "closed": of_cases(cases.CLOSED),
    "closing": of_cases("stays"),
    "done": of_cases("valid AND came AND done"),
    "went": of_cases("valid AND went"),
    "first": of_cases("valid AND went AND at_once"),
    "voided": Figure(_voided),
    "taken_over": Figure(_taken_over),
    "attention": of_list("attention"),
    "notable": of_list("notable"),
    "decisions": Figure(_decisions),
    **{name: of_resolve(way) for name, way in timeliness.ENDED.items()},
    "in_time": of_resolve(IN_TIME),
    "fell_due": of_resolve(f"({IN_TIME} OR {LATE})"),
    "late": of_resolve(LATE),
    "handled": of_resolve("done"),
    "answered": of_resolve("1 = 1", ANSWERED),
    "revisited": of_revisit(IN_TIME),
    "to_revisit": of_revisit(f"{IN_TIME} OR {LATE}"),
    "unrevisited": of_revisit(LATE),
    "satisfied": of_revisit("said >= 3"),
    "said": of_revisit("said >= 1"),
    **{f"said_{score}": of_revisit(f"said = {score}") for score in range(1, 6)},
    "overruns": of_late(lambda line: True),
    "overruns_waiting": of_late(lambda line: line.done_at is None),
    "overruns_carried": of_late(lambda line: line.carried),
    **{
        f"overruns_{part}": of_late(lambda line, part=part: line.part == part)
        for part in ("open", "handled", "refused")
    },
    "second": of_second("1 = 1"),
    "second_open": of_second("{open}"),
    "asked": of_requests("1 = 1"),
    "shortened": of_requests("shortened"),
    **{state: of_requests(f"stood = '{state}'") for state in Extension.State.values},
    "compensated": of_rows(_granted("decided_at")),
    "paid": of_rows(_granted("paid_at")),
    "compensation_waiting": of_rows(_waiting),
    "by_involved": of_rows(_by_involved),
    "drawn": of_rows(lambda period: SecondCall.objects.filter(during(period, "drawn_at"))),
    "called": of_rows(_called),
    "raised": of_rows(_raised),
    "raised_in_time": of_rows(_told_in_time),
    "raised_late": of_rows(_over_their_time),
    **{f"visits_{number}": of_visits(number) for number in visits.NUMBERS},
}
