"""The clocks of a case as lines to read: what runs, since when, and why until then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from complaints.clocks import explain, is_binding
from complaints.models import CalendarChange, CalendarMove, Clock, Extension
from complaints.policy import ClockKind, Facts, Severity
from complaints.time_texts import moment, span
from complaints.worktime import Calendar, Limit, Unit, due
from staff.roles import Role

State = Extension.State


@dataclass(frozen=True)
class ClockLine:
    clock: Clock
    name: str
    why: str
    waiting: str  # an extension that waits for approval, in words
    ended: str  # how a stopped clock ended

    @property
    def binds(self) -> bool:
        return is_binding(self.clock.kind)


def clock_lines(
    clocks: Iterable[Clock],
    requests: Iterable[Extension],
    zone: ZoneInfo,
    moves: Iterable[CalendarMove] = (),
    *,
    classified: bool = True,
) -> list[ClockLine]:
    """Running clocks first, the nearest due time first; then stopped ones, the latest first."""
    asked: dict[int, list[Extension]] = {}
    for request in requests:
        asked.setdefault(request.clock_id, []).append(request)
    moved: dict[int, list[CalendarMove]] = {}
    for move in moves:
        moved.setdefault(move.clock_id, []).append(move)
    ordered = sorted(
        clocks, key=lambda c: (bool(c.stopped_at), c.due_at if not c.stopped_at else -_seconds(c))
    )
    return [
        ClockLine(
            clock=clock,
            name=str(ClockKind(clock.kind).label),
            why=why(clock, asked.get(clock.pk, []), zone, moved.get(clock.pk, []), classified=classified),
            waiting=waiting(asked.get(clock.pk, [])),
            ended=ended(clock, zone) if clock.stopped_at else "",
        )
        for clock in ordered
    ]


def why(
    clock: Clock,
    requests: Iterable[Extension],
    zone: ZoneInfo,
    moves: Iterable[CalendarMove] = (),
    *,
    classified: bool = True,
) -> str:
    """The due time in words, with every change of it and the policy version it goes by."""
    if clock.kind == ClockKind.EXTERNAL:
        return why_external(clock, zone)
    limit = Limit.parse(clock.limit)
    if clock.kind == ClockKind.FOLLOW_UP and limit not in _limits(clock, ClockKind.FOLLOW_UP):
        return _("%(clock)s: as agreed with the customer, due %(due)s.") % {
            "clock": ClockKind(clock.kind).label,
            "due": moment(clock.due_at, zone),
        }
    first_due = clock.first_due_at
    if limit.unit in (Unit.DAYS, Unit.HOURS):
        # After a re-grading the limit is the new severity's, so its own due time is worked out here.
        first_due = due(clock.started_at, limit, Calendar(zone))
    changes, last_due = [], first_due
    if clock.kind == ClockKind.RESOLVE and limit not in _limits(clock, ClockKind.RESOLVE):
        changes.append(_("the severity was changed since; the earlier due time holds"))
    steps = [_granted(request, zone) for request in requests if request.state == State.APPROVED]
    steps += [_moved(move, zone) for move in moves]
    for _at, new_due, words in sorted(steps):
        changes.append(words)
        last_due = new_due
    if clock.due_at != last_due:
        bulletin = clock.kind == ClockKind.BULLETIN
        since = (
            _("since an important change due %(due)s")
            if bulletin
            else _("since the change of severity due %(due)s")
        )
        changes.append(since % {"due": moment(clock.due_at, zone)})
    changes.append(_("by policy version %(n)s") % {"n": clock.policy.number})
    kind, severity = ClockKind(clock.kind), Severity(clock.severity)
    return explain(
        kind,
        severity if classified else None,
        limit,
        moment(clock.started_at, zone),
        moment(first_due, zone),
        changes,
        by_severity=clock.policy.policy.is_by_severity(kind, severity, limit),
    )


def _granted(request: Extension, zone: ZoneInfo) -> tuple[datetime, datetime, str]:
    """When an extension was approved, until when, and the sentence."""
    at: datetime = request.decided_at or request.requested_at
    until: datetime = request.granted_due_at or request.asked_due_at
    words = _("on %(when)s extended by the %(role)s to %(due)s (reason: %(reason)s)") % {
        "when": moment(at, zone),
        "role": Role(request.approver_role).label,
        "due": moment(until, zone),
        "reason": request.reason,
    }
    return at, until, words


def _moved(move: CalendarMove, zone: ZoneInfo) -> tuple[datetime, datetime, str]:
    """When the calendar was changed, until when the clock then ran, and the sentence."""
    said = {
        "when": moment(move.change.made_at, zone),
        "due": moment(move.new_due_at, zone),
        "names": move.change.names,
    }
    if move.change.kind == CalendarChange.Kind.HOURS:
        words = _("on %(when)s moved to %(due)s by a change of the working time") % said
    else:
        words = _("on %(when)s moved to %(due)s by a change of the working days (%(names)s)") % said
    return move.change.made_at, move.new_due_at, words


def why_external(clock: Clock, zone: ZoneInfo) -> str:
    """Their due time in words: it is theirs to set and theirs to move."""
    sentence = _("%(clock)s: as their order says, due %(due)s") % {
        "clock": ClockKind(clock.kind).label,
        "due": moment(clock.first_due_at, zone),
    }
    if clock.due_at != clock.first_due_at:
        sentence += _("; moved by them to %(due)s") % {"due": moment(clock.due_at, zone)}
    return sentence + _(".")


def _limits(clock: Clock, kind: ClockKind) -> list[Limit]:
    """What the severity as it is now would give."""
    facts = Facts(Severity(clock.severity))
    return clock.policy.policy.limits(kind, facts, in_service=True)


def waiting(requests: Iterable[Extension]) -> str:
    for request in requests:
        if request.state == State.PENDING:
            return _("extension waits for the %(role)s") % {"role": Role(request.approver_role).label}
    return ""


def ended(clock: Clock, zone: ZoneInfo) -> str:
    """How a stopped clock ended; a breach stays a breach."""
    stopped: datetime = clock.stopped_at or clock.due_at
    if clock.breached_at:
        return _("Late by %(span)s, stopped %(when)s") % {
            "span": span(stopped - clock.breached_at),
            "when": moment(stopped, zone),
        }
    if clock.extended:
        return _("On time with extension, stopped %(when)s") % {"when": moment(stopped, zone)}
    return _("On time, stopped %(when)s") % {"when": moment(stopped, zone)}


def _seconds(clock: Clock) -> float:
    return clock.stopped_at.timestamp() if clock.stopped_at else 0.0
