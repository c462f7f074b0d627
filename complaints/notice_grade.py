"""What raises the notice grade 通报级别 (V5 to V8, T36, T37, K14, K16, K17): one table of rules. Pure.

A reason is the rule's name with a mark that grows with every new fact of its kind, so that whoever
lowers a grade by hand overrules what was known then, and nothing that comes later.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from complaints.policy import NoticeGrade, Severity

G = NoticeGrade

#: A grade sets a floor for severity (K1), as far as `RULES` say so of its reasons.
SEVERITY_FLOOR: dict[NoticeGrade, Severity] = {
    NoticeGrade.GENERAL: Severity.MINOR,
    NoticeGrade.IMPORTANT: Severity.IMPORTANT,
    NoticeGrade.HOT: Severity.IMPORTANT,
    NoticeGrade.MAJOR: Severity.MAJOR,
}


def at_least(floor: Severity, severity: Severity) -> Severity:
    """The graver of the two."""
    return max(floor, severity, key=lambda each: each.weight)


@dataclass(frozen=True)
class Span:
    """A length as people count it: whole days, weeks or calendar months."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read `10 days`, `1 week`, `1 month`. Raises ValueError for anything else."""
        number, _space, noun = text.partition(" ")
        unit = noun.rstrip("s")
        if not number.isdigit() or int(number) < 1 or unit not in ("day", "week", "month"):
            raise ValueError(f"{text!r} is not a span: write it like '1 week' or '1 month'.")
        return cls(int(number), unit)

    @property
    def text(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    @property
    def words(self) -> str:
        match self.unit:
            case "day":
                text = ngettext("%(n)s day", "%(n)s days", self.count)
            case "week":
                text = ngettext("%(n)s week", "%(n)s weeks", self.count)
            case _other:
                text = ngettext("%(n)s month", "%(n)s months", self.count)
        return text % {"n": self.count}

    def after(self, start: datetime, zone: ZoneInfo) -> datetime:
        """The same wall time so much later; a month from the 31st ends on a shorter month's last day."""
        return self._away(start, zone, 1)

    def before(self, end: datetime, zone: ZoneInfo) -> datetime:
        return self._away(end, zone, -1)

    def _away(self, at: datetime, zone: ZoneInfo, sign: int) -> datetime:
        local = at.astimezone(zone)
        if self.unit == "month":
            years, month = divmod(local.month - 1 + sign * self.count, 12)
            year = local.year + years
            day = date(year, month + 1, min(local.day, monthrange(year, month + 1)[1]))
        else:
            day = local.date() + sign * timedelta(days=self.count * (7 if self.unit == "week" else 1))
        return datetime.combine(day, local.time(), zone).astimezone(UTC)


@dataclass(frozen=True)
class Thresholds:
    """The figures of the rules, as a policy version has them (`Policy.notice`)."""

    data: Mapping[str, Any]
    zone: ZoneInfo

    def people(self, grade: NoticeGrade) -> int:
        return int(self.data["collective"][grade])

    @property
    def same(self) -> int:
        return int(self.data["same"]["hot"])

    @cached_property
    def same_within(self) -> Span:
        return Span.parse(self.data["same"]["within"])

    def unsolved(self, grade: NoticeGrade) -> Span:
        return Span.parse(self.data["unsolved"][grade])


@dataclass(frozen=True)
class CaseFacts:
    """What of a case can raise its grade."""

    lawsuit_started: bool = False
    lawsuit_threatened: bool = False
    media_exposed: bool = False
    media_asked: bool = False
    media_threatened: bool = False
    outside_help: bool = False
    people: int = 1  # who complain together
    same: int = 0  # different people with the same complaint within one rolling month
    same_ever: int = 0
    cycle: int = 1
    completed: bool = False  # in an earlier cycle
    unsolved_since: datetime | None = None  # for our reasons; None while it does not count


class Reason(NamedTuple):
    """Why: the figure or span its sentence names, and the mark that tells a new fact from an old one."""

    mark: int
    said: int | str | None = None


Reasons = dict[str, Reason]


@dataclass(frozen=True)
class Rule:
    """One row. `holds`: whether the facts meet it at a moment, and the reason if so.

    `floors`: it says what the case is, and so the grade sets a floor for severity; how long a case has been
    open says nothing of the kind (domain.md 4).
    """

    code: str
    grade: NoticeGrade
    sentence: str | Promise
    holds: Callable[[CaseFacts, Thresholds, datetime], Reason | None]
    floors: bool = True


def _marked(name: str) -> Callable[[CaseFacts, Thresholds, datetime], Reason | None]:
    return lambda facts, limits, at: Reason(1) if getattr(facts, name) else None


def _together(grade: NoticeGrade) -> Callable[[CaseFacts, Thresholds, datetime], Reason | None]:
    return lambda facts, limits, at: (
        Reason(facts.people, facts.people) if facts.people >= limits.people(grade) else None
    )


def _unsolved(grade: NoticeGrade) -> Callable[[CaseFacts, Thresholds, datetime], Reason | None]:
    def holds(facts: CaseFacts, limits: Thresholds, at: datetime) -> Reason | None:
        moment = unsolved_at(grade, facts, limits)
        return Reason(facts.cycle, limits.unsolved(grade).text) if moment and moment <= at else None

    return holds


def _same(facts: CaseFacts, limits: Thresholds, at: datetime) -> Reason | None:
    return Reason(facts.same_ever, facts.same) if facts.same >= limits.same else None


def _second(facts: CaseFacts, limits: Thresholds, at: datetime) -> Reason | None:
    return Reason(facts.cycle, facts.cycle) if facts.completed else None


#: name: one row of the table, gravest first. V8 is what none of them raises.
RULES: dict[str, Rule] = {
    "lawsuit_started": Rule("V5", G.MAJOR, _("a lawsuit has been started"), _marked("lawsuit_started")),
    "media_exposed": Rule("V5", G.MAJOR, _("the media have reported it"), _marked("media_exposed")),
    "collective_major": Rule("V5", G.MAJOR, _("%(n)s people complain together"), _together(G.MAJOR)),
    "unsolved_major": Rule(
        "V5", G.MAJOR, _("unresolved for %(span)s for our reasons"), _unsolved(G.MAJOR), floors=False
    ),
    "lawsuit_threatened": Rule("V6", G.HOT, _("a lawsuit may follow"), _marked("lawsuit_threatened")),
    "media_asked": Rule("V6", G.HOT, _("the media have asked"), _marked("media_asked")),
    "media_threatened": Rule("V6", G.HOT, _("it may reach the media"), _marked("media_threatened")),
    "same": Rule("V6", G.HOT, _("the same complaint from %(n)s different people"), _same),
    "collective_hot": Rule("V6", G.HOT, _("%(n)s people complain together"), _together(G.HOT)),
    "unsolved_hot": Rule(
        "V6", G.HOT, _("unresolved for %(span)s for our reasons"), _unsolved(G.HOT), floors=False
    ),
    "second": Rule("V7", G.IMPORTANT, _("complained again after completion (cycle %(n)s)"), _second),
    "outside_help": Rule("V7", G.IMPORTANT, _("help from outside is needed"), _marked("outside_help")),
}
BY_HAND = "by_hand"
#: Rules that time alone can meet.
BY_TIME = {"unsolved_major": G.MAJOR, "unsolved_hot": G.HOT}
#: A graver rule of the same kind says it too.
SAID_BY: dict[str, tuple[str, ...]] = {
    "collective_hot": ("collective_major",),
    "unsolved_hot": ("unsolved_major",),
    "lawsuit_threatened": ("lawsuit_started",),
    "media_asked": ("media_exposed",),
    "media_threatened": ("media_exposed", "media_asked"),
}


def holding(facts: CaseFacts, limits: Thresholds, at: datetime) -> Reasons:
    """Every reason that holds at `at`, overruled or not."""
    found = {name: rule.holds(facts, limits, at) for name, rule in RULES.items()}
    return {name: reason for name, reason in found.items() if reason}


def not_overruled(reasons: Reasons, overruled: Mapping[str, int]) -> Reasons:
    """Those that nobody has set aside, or that say something new since."""
    return {name: reason for name, reason in reasons.items() if reason.mark > overruled.get(name, 0)}


def grade_of(reasons: Iterable[str]) -> NoticeGrade:
    """The gravest grade among reasons; general (V8) without any."""
    return max(
        (RULES[name].grade for name in reasons if name in RULES), key=lambda g: g.weight, default=G.GENERAL
    )


def bearing(reasons: Mapping[str, Iterable[Any]], grade: NoticeGrade) -> NoticeGrade:
    """The gravest grade among those reasons of a case of `grade` that set a floor for severity.

    A grade set by hand sets its own: whoever sets it says what the case is, not how long it has been open.
    """
    return max(_floors(reasons, grade).values(), key=lambda g: g.weight, default=G.GENERAL)


def why_bearing(reasons: Mapping[str, Iterable[Any]], grade: NoticeGrade) -> list[str]:
    """Those reasons as sentences."""
    graves = bearing(reasons, grade)
    of_it = {name for name, each in _floors(reasons, grade).items() if each == graves}
    return in_words({name: reasons[name] for name in of_it})


def _floors(reasons: Mapping[str, Iterable[Any]], grade: NoticeGrade) -> dict[str, NoticeGrade]:
    found = {name: RULES[name].grade for name in reasons if name in RULES and RULES[name].floors}
    if BY_HAND in reasons:
        _mark, said = reasons[BY_HAND]
        found[BY_HAND] = G(said or grade)
    return found


def unsolved_at(grade: NoticeGrade, facts: CaseFacts, limits: Thresholds) -> datetime | None:
    """When a case that stays unresolved for our reasons reaches `grade` (T36)."""
    return limits.unsolved(grade).after(facts.unsolved_since, limits.zone) if facts.unsolved_since else None


def next_moment(
    facts: CaseFacts, limits: Thresholds, at: datetime, grade: NoticeGrade, overruled: Mapping[str, int]
) -> datetime | None:
    """When time alone will raise `grade` next; None when it will not."""
    moments = [
        moment
        for name, reached in BY_TIME.items()
        if reached.weight > grade.weight
        and facts.cycle > overruled.get(name, 0)
        and (moment := unsolved_at(reached, facts, limits))
        and moment > at
    ]
    return min(moments, default=None)


def most_within(heard: Iterable[tuple[datetime, str]], around: datetime, span: Span, zone: ZoneInfo) -> int:
    """The most different people heard in any rolling `span` that contains `around` (T37).

    `heard`: when, and who. The span is open at its start: a month later to the minute is outside.
    """
    heard = sorted(heard)
    ends = [end for end, _who in heard if span.before(end, zone) < around <= end]
    return max(
        (len({who for when, who in heard if span.before(end, zone) < when <= end}) for end in ends),
        default=0,
    )


def sentence(name: str, said: int | str | None = None) -> str:
    """A reason in words, in the reader's language."""
    if name == BY_HAND:
        return gettext("set by hand")
    span = Span.parse(said).words if isinstance(said, str) else ""
    return str(RULES[name].sentence) % {"n": said, "span": span}


def in_words(reasons: Mapping[str, Iterable[Any]]) -> list[str]:
    """Stored reasons as sentences, the gravest first, each matter once."""
    words = []
    for name in [*RULES, BY_HAND]:
        if name in reasons and not reasons.keys() & SAID_BY.get(name, ()):
            _mark, said = reasons[name]
            words.append(sentence(name, said))
    return words
