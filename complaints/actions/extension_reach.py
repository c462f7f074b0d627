"""How far one grant of more time reaches, and where a form begins (domain.md 5).

The same questions are asked by whoever asks, by whoever decides, and by every page that offers either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from complaints.actions.clock_rows import calendar_of
from complaints.clocks import limit_in_words
from complaints.models import Clock, Extension
from complaints.policy import ClockKind
from complaints.time_texts import moment
from complaints.worktime import Calendar, Limit, due
from config.framework.refusals import Refused
from staff.models import Estate

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def is_extendable(clock: Clock) -> bool:
    """By the version the clock goes by, and never what the rules leave no room for."""
    return clock.policy.policy.extendable(ClockKind(clock.kind))


def cap_of(clock: Clock) -> Limit:
    """How much one grant may add: that of the severity the clock began with, by its own version.

    A later re-grading moves it neither way, or the longer we fail the more time could be granted.
    """
    return clock.policy.policy.cap(clock.began_as)


def latest_due(clock: Clock, at: datetime, estate: Estate) -> datetime:
    """How far a grant reaches that is asked for or decided on at `at`.

    Counted from the later of the present due time and `at`, so that there is a way out for every late case.
    """
    cap = cap_of(clock)
    calendar = calendar_of(estate, clock.policy.policy) if cap.counts_working_time else Calendar(estate.zone)
    return due(max(clock.due_at, at), cap, calendar)


def usual_due(clock: Clock, at: datetime, estate: Estate) -> datetime:
    """Where a form begins: a day more, from now on once it is late; a whole minute in the estate's zone."""
    begin = max(clock.due_at, at)
    if begin.second or begin.microsecond:
        begin = begin.replace(second=0, microsecond=0) + MINUTE
    latest = latest_due(clock, at, estate).replace(second=0, microsecond=0)
    return min(begin.astimezone(estate.zone) + DAY, latest.astimezone(estate.zone))


def fault_in_new_due(
    clock: Clock, new_due: datetime, at: datetime, estate: Estate, *, field: str | None = None
) -> Refused | None:
    """Why a running clock cannot be extended to `new_due` when that is asked for or decided on at `at`."""
    zone = estate.zone
    if new_due <= at:
        return Refused(_("The new due time must lie in the future."), field=field)
    if new_due <= clock.due_at:
        return Refused(
            _("The new due time must lie after the present one, %(due)s.")
            % {"due": moment(clock.due_at, zone)},
            field=field,
        )
    latest = latest_due(clock, at, estate)
    if new_due > latest:
        words = {"limit": limit_in_words(cap_of(clock)), "latest": moment(latest, zone)}
        if clock.due_at < at:
            sentence = _(
                "One extension of a late clock reaches at most %(limit)s from now: until %(latest)s."
            )
        else:
            sentence = _(
                "One extension reaches at most %(limit)s beyond the present due time: until %(latest)s."
            )
        return Refused(sentence % words, field=field)
    return None


def fault_in_asked(request: Extension, clock: Clock, at: datetime, estate: Estate) -> Refused | None:
    """Why a request cannot be granted as it was asked; another time may still be granted."""
    field = "granted_due_at"
    if request.asked_due_at <= at:
        asked = moment(request.asked_due_at, estate.zone)
        return Refused(
            _("The time asked for, %(asked)s, has passed: approve until another time.") % {"asked": asked},
            field=field,
        )
    return fault_in_new_due(clock, request.asked_due_at, at, estate, field=field)


@dataclass(frozen=True)
class Granted:
    """What has been granted on one clock so far."""

    times: int
    total: timedelta


def granted_on(clock_id: int, requests: Iterable[Extension]) -> Granted:
    """The sum of the grants on a clock, each from the due time it moved; `requests` are the case's."""
    lengths = [
        request.granted_due_at - request.old_due_at
        for request in requests
        if request.clock_id == clock_id
        and request.state == Extension.State.APPROVED
        and request.granted_due_at
    ]
    return Granted(len(lengths), sum(lengths, timedelta()))
