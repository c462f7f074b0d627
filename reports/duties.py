"""The report calendar 报告日程 as a table: which reports, of what time, due when, by whom, to whom. Pure.

Sources: domain.md 8; rules.md 4.12, T38 to T45, F7 to F17, K12. "Before the 18th" is any time before that day
begins. Days are calendar days unless the table says working days (K2); what falls on a day off stays there
unless the rules say otherwise. `DEFAULTS` is version 1; a report keeps the version it became due under.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.worktime import DAY, Calendar
from staff.roles import Role, ladder


class ReportKind(TextChoices):
    DAILY = "daily", _("Daily report")
    HALF_MONTHLY = "half_monthly", _("Half-monthly report")
    MONTHLY = "monthly", _("Monthly report")
    QUARTERLY = "quarterly", _("Quarterly report")
    ANNUAL = "annual", _("Annual report")
    DEPARTMENT = "department", _("Department's monthly report")
    DEPARTMENT_YEAR = "department_year", _("Department's annual report")
    WARRANTY = "warranty", _("Construction quality warranty record")
    INPUT_HALF = "input_half", _("Estate's input to the half-monthly report")
    INPUT_MONTH = "input_month", _("Estate's input to the monthly report")
    PUBLIC_LIST = "public_list", _("Upheld complaints made public")
    CONTRACTORS = "contractors", _("Contractors' monthly rating")


#: What the product makes a paper of (`reports.kinds`), and what stands on its first page.
TITLES: dict[str, Any] = {
    ReportKind.DAILY: _("Daily complaint report"),
    ReportKind.HALF_MONTHLY: _("Half-monthly complaint report"),
    ReportKind.MONTHLY: _("Monthly complaint report"),
    ReportKind.QUARTERLY: _("Quarterly complaint report"),
    ReportKind.ANNUAL: _("Annual complaint report"),
    ReportKind.PUBLIC_LIST: _("Upheld complaints of the month"),
    ReportKind.WARRANTY: _("Construction quality warranty record"),
    ReportKind.CONTRACTORS: _("Contractors' monthly rating"),
}


class Level(StrEnum):
    """How wide a report is: the first part of its scope's code."""

    COMPANY = "company"
    REGION = "region"
    ESTATE = "estate"
    DEPARTMENT = "department"


class Every(StrEnum):
    DAY = "day"
    HALF = "half"  # the 1st to the 15th; the rest of the month is the monthly report's
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    RECORD = "record"  # the 26th of the month before to the 25th, so that the record is due before the 27th


WIDE = frozenset({Level.COMPANY, Level.REGION, Level.ESTATE})


@dataclass(frozen=True)
class Shape:
    """What of a kind is no policy: its time, for whom it may be asked, and how its due time is said."""

    every: Every
    levels: frozenset[Level] = WIDE
    usual: frozenset[Level] = frozenset()  # asked for where a company begins with the usual calendar
    months_later: int = 0  # the due day lies so many months after the month the time ends in
    before: ReportKind | None = None  # due so many working days before that one
    opens_before: timedelta = timedelta(0)  # what is due as its time ends is asked for so long before


ESTATE, DEPARTMENT = frozenset({Level.ESTATE}), frozenset({Level.DEPARTMENT})
USUAL = frozenset({Level.COMPANY, Level.ESTATE})
SHAPES: dict[ReportKind, Shape] = {
    ReportKind.DAILY: Shape(Every.DAY, usual=ESTATE),
    ReportKind.HALF_MONTHLY: Shape(Every.HALF, usual=ESTATE),
    ReportKind.MONTHLY: Shape(Every.MONTH, usual=USUAL, months_later=1),
    ReportKind.QUARTERLY: Shape(Every.QUARTER, usual=USUAL, months_later=1),
    ReportKind.ANNUAL: Shape(Every.YEAR, usual=USUAL, months_later=1),
    ReportKind.DEPARTMENT: Shape(Every.MONTH, DEPARTMENT, months_later=1),
    ReportKind.DEPARTMENT_YEAR: Shape(Every.YEAR, DEPARTMENT, months_later=1),
    ReportKind.WARRANTY: Shape(Every.RECORD, ESTATE, ESTATE),
    ReportKind.INPUT_HALF: Shape(Every.HALF, ESTATE, before=ReportKind.HALF_MONTHLY, opens_before=3 * DAY),
    ReportKind.INPUT_MONTH: Shape(Every.MONTH, ESTATE, before=ReportKind.MONTHLY, opens_before=3 * DAY),
    ReportKind.PUBLIC_LIST: Shape(Every.MONTH, ESTATE, months_later=1),
    ReportKind.CONTRACTORS: Shape(Every.MONTH, months_later=1),
}
#: Made of a scope only where the calendar asks for it: a company decides whether its owners read such a list.
OFF_UNLESS_ASKED = frozenset({ReportKind.PUBLIC_LIST})

#: What a due day that is no working day does.
STAYS, NEXT = "stays", "next"


def _rule(
    due: dict[str, Any], prepares: Role, approves: Role, checks: str = "", **more: Any
) -> dict[str, Any]:
    usual = {
        "second": bool(checks),  # whoever prepared it neither checks nor signs it
        "recipients": [Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER],
        "over": [approves],
        "remind_hours": 24,
        "send_at_once": True,  # signing sends it
        "attach": False,  # the PDF goes with the mail, not only a link
    }
    who = {"prepares": prepares, "checks": checks, "approves": approves}
    found = {"due": due, **who, **usual, **more}
    return {key: _plain(value) for key, value in found.items()}


def _plain(value: Any) -> Any:
    """As it is kept: words instead of roles."""
    if isinstance(value, list):
        return [str(one) for one in value]
    return str(value) if isinstance(value, Role) else value


def _before_the(day: int) -> dict[str, Any]:
    return {"day": day, "time": "00:00", "on_day_off": STAYS}


_PM, _GM, _SV = Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER, Role.SUPERVISOR
DEFAULTS: dict[str, Any] = {
    # F7, R24: read before the day's work begins; what was taken on days off is read on the next working day.
    "daily": _rule(
        {"working_days": 1, "time": "09:00"}, _SV, _SV, recipients=[_PM], over=[_PM], remind_hours=0
    ),
    "half_monthly": _rule(_before_the(18), _SV, _GM, _PM),  # T39
    "monthly": _rule(_before_the(3), _SV, _GM, _PM),  # T40; 编制 / 审核 / 批准
    "quarterly": _rule(_before_the(11), _SV, _GM, _PM, remind_hours=72),  # T41 to T43; the day is ours
    "annual": _rule(_before_the(21), _SV, _GM, _PM, remind_hours=72),  # the day is ours
    # F15, R5; month's end in the source, the 3rd by K12.
    "department": _rule(_before_the(3), Role.DEPARTMENT_HEAD, _PM, _SV, recipients=[_SV, _PM]),
    "department_year": _rule(
        _before_the(21), Role.DEPARTMENT_HEAD, _PM, _SV, recipients=[_SV, _PM], remind_hours=72
    ),
    "warranty": _rule(_before_the(27), _SV, _PM, recipients=[_PM, _GM]),  # T38, F13
    # K12: the estates' own cut-off.
    "input_half": _rule({"working_days": 2}, _SV, _PM, recipients=[_GM], over=[_PM]),
    "input_month": _rule({"working_days": 2}, _SV, _PM, recipients=[_GM], over=[_PM]),
    # 004-2 art. 19, by the month; the day is ours: after the monthly report.
    "public_list": _rule(_before_the(6), _SV, _GM, _PM),
    # A12; the day is ours: ratings are there by the 5th.
    "contractors": _rule(_before_the(8), _SV, _PM, recipients=[_PM, _GM]),
}


@dataclass(frozen=True)
class Rule:
    """One kind's rules in one version."""

    kind: ReportKind
    due: dict[str, Any]
    prepares: Role
    checks: Role | None
    approves: Role
    second: bool
    recipients: tuple[Role, ...]
    over: tuple[Role, ...]
    remind_hours: int
    send_at_once: bool
    attach: bool

    def role_of(self, part: Part) -> Role | None:
        return {Part.PREPARER: self.prepares, Part.CHECKER: self.checks, Part.APPROVER: self.approves}[part]

    def told(self, level: DueLevel) -> list[Role]:
        """Roles told of a level, besides whoever the report waits for: a day over, the next role up too."""
        if level == DueLevel.REMIND:
            return []
        further = 1 if level == DueLevel.DAY_OVER else 0
        return list(dict.fromkeys(up for role in self.over for up in ladder(role)[: further + 1]))


def rule_of(data: dict[str, Any], kind: str) -> Rule:
    """A kind's rules; what a version older than the rule does not say goes by the defaults."""
    said = {**DEFAULTS[kind], **data.get(kind, {})}
    return Rule(
        kind=ReportKind(kind),
        due=said["due"],
        prepares=Role(said["prepares"]),
        checks=Role(said["checks"]) if said["checks"] else None,
        approves=Role(said["approves"]),
        second=said["second"],
        recipients=tuple(Role(role) for role in said["recipients"]),
        over=tuple(Role(role) for role in said["over"]),
        remind_hours=said["remind_hours"],
        send_at_once=said["send_at_once"],
        attach=said["attach"],
    )


# Its time ------------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class DuePeriod:
    """The days a report is about, half-open: `until` is the first that is not."""

    first: date
    until: date

    @property
    def last(self) -> date:
        return self.until - DAY


def _month(on: date, later: int = 0, day: int = 1) -> date:
    """A day of the month so many months later."""
    year, number = divmod(on.year * 12 + on.month - 1 + later, 12)
    return date(year, number + 1, day)


def period_ending_after(every: Every, on: date) -> DuePeriod:
    """The earliest that is not over before `on` ends."""
    match every:
        case Every.DAY:
            return DuePeriod(on, on + DAY)
        case Every.HALF:
            first = _month(on, 0 if on.day < 16 else 1)
            return DuePeriod(first, first.replace(day=16))
        case Every.MONTH:
            return DuePeriod(_month(on), _month(on, 1))
        case Every.QUARTER:
            first = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
            return DuePeriod(first, _month(first, 3))
        case Every.YEAR:
            return DuePeriod(date(on.year, 1, 1), date(on.year + 1, 1, 1))
        case Every.RECORD:
            until = _month(on, 0 if on.day < 26 else 1, 26)
            return DuePeriod(_month(until, -1, 26), until)


def periods_from(every: Every, on: date) -> Iterator[DuePeriod]:
    """Those that are not over before `on` ends, one after the other, without end."""
    while True:
        period = period_ending_after(every, on)
        yield period
        on = period.until


def period_of(kind: str, day: date) -> DuePeriod | None:
    """The one of a kind that the day lies in; None: it lies between two, as the 16th between two halves."""
    found = period_ending_after(SHAPES[ReportKind(kind)].every, day)
    return found if found.first <= day else None


# When it is due ------------------------------------------------------------------------------------


def due_at(kind: ReportKind, period: DuePeriod, data: dict[str, Any], calendar: Calendar) -> datetime:
    """The instant before which it has to be there, in UTC; days and times are the calendar's zone's."""
    shape, said = SHAPES[kind], rule_of(data, kind).due
    if shape.before:
        other = due_at(shape.before, period, data, calendar).astimezone(calendar.zone)
        return calendar.instant(_working_days(other.date(), -said["working_days"], calendar), other.time())
    at = time.fromisoformat(said["time"])
    if "working_days" in said:
        return calendar.instant(_working_days(period.last, said["working_days"], calendar), at)
    day = _month(period.last, shape.months_later, said["day"])
    # Before midnight of a day is the end of the one before: that is the day that may be a day off.
    whole = DAY if at == time() else timedelta(0)
    if said["on_day_off"] == NEXT and not calendar.is_working_day(day - whole):
        day = _working_days(day - whole, 1, calendar) + whole
    return calendar.instant(day, at)


def _working_days(day: date, number: int, calendar: Calendar) -> date:
    """So many working days later, earlier when negative. Raises EmptyCalendar."""
    calendar.check()
    step = DAY if number > 0 else -DAY
    left = abs(number)
    while left:
        day += step
        left -= calendar.is_working_day(day)
    return day


def opens_at(kind: ReportKind, period: DuePeriod, due: datetime, calendar: Calendar) -> datetime:
    """When it is asked for: as its time ends; what is due about then, some days before that."""
    ends = calendar.instant(period.until, time())
    before = SHAPES[kind].opens_before
    return min(ends, due - before) if before else ends


# What happens to it --------------------------------------------------------------------------------


class DueState(TextChoices):
    TO_PREPARE = "to_prepare", _("To be prepared")
    DRAFT = "draft", _("Draft")
    CHECKED = "checked", _("Checked")
    SIGNED = "signed", _("Signed and issued")
    SENT = "sent", pgettext_lazy("report", "Sent to its readers")
    EXCUSED = "excused", _("Not needed this time")


OPEN = (DueState.TO_PREPARE, DueState.DRAFT, DueState.CHECKED, DueState.SIGNED)


class Part(StrEnum):
    PREPARER = "preparer"
    CHECKER = "checker"
    APPROVER = "approver"


class DueLevel(TextChoices):
    REMIND = "remind", pgettext_lazy("report", "Reminder")
    OVER = "over", pgettext_lazy("report", "Overdue")
    DAY_OVER = "day_over", pgettext_lazy("report", "One day overdue")


@dataclass(frozen=True)
class Act:
    """What may be done: from where, to where, by whom; `handed_in`: before it, after it, or either."""

    verb: str
    label: Any
    states: tuple[DueState, ...]
    to: DueState
    parts: tuple[Part, ...]
    handed_in: bool | None = None
    needs_note: bool = False


_TO_PREPARE, _DRAFT, _CHECKED = DueState.TO_PREPARE, DueState.DRAFT, DueState.CHECKED
_SIGNED, _SENT = DueState.SIGNED, DueState.SENT
_HE, _SECOND, _LAST = (Part.PREPARER,), (Part.CHECKER,), (Part.APPROVER,)
ACTS: dict[str, Act] = {
    act.verb: act
    for act in (
        Act("hand_in", _("Hand in"), (_TO_PREPARE, _DRAFT), _DRAFT, _HE, False),
        Act("check", _("Check and pass on"), (_DRAFT,), _CHECKED, _SECOND, True),
        Act("sign", _("Sign and issue"), (_DRAFT, _CHECKED), _SIGNED, _LAST, True),
        Act("send", _("Send to the readers"), (_SIGNED,), _SENT, _LAST + _HE),
        Act("send_back", _("Send back"), (_DRAFT, _CHECKED), _DRAFT, _SECOND + _LAST, True, True),
        Act("take_back", pgettext_lazy("report", "Take back"), (_DRAFT,), _DRAFT, _HE, True),
        Act("reissue", _("Begin a new version"), (_SIGNED, _SENT), _DRAFT, _HE + _LAST, None, True),
        Act("excuse", _("Not needed this time"), (_TO_PREPARE, _DRAFT), DueState.EXCUSED, _LAST, False, True),
        Act("resume", _("Needed after all"), (DueState.EXCUSED,), _TO_PREPARE, _LAST),
    )
}


def follows(act: Act, state: str, *, handed_in: bool, rule: Rule) -> bool:
    """Whether the act comes next here. Without a checker what was handed in is signed at once."""
    if state not in act.states or act.handed_in not in (None, handed_in):
        return False
    if act.verb == "check":
        return rule.checks is not None
    return not (act.verb == "sign" and state == DueState.DRAFT and rule.checks is not None)


def waits_for(state: str, *, handed_in: bool, rule: Rule) -> Part | None:
    """Whose turn it is; None: nobody's."""
    if state == DueState.TO_PREPARE or state == DueState.DRAFT and not handed_in:
        return Part.PREPARER
    if state == DueState.DRAFT and rule.checks is not None:
        return Part.CHECKER
    return Part.APPROVER if state in (DueState.DRAFT, DueState.CHECKED, DueState.SIGNED) else None
