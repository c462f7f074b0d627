"""Why a case stands in a list: which round, request, amount or follow-up of it is counted there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints.models import Clock, Compensation, Cycle, Event, Extension, FollowUp, SecondCall, SiteVisit
from reports import words
from reports.figures.counted import Counted

Said = Callable[[Any, Callable[[datetime], str]], str]


def _cycle(cycle: Cycle, day: Callable[[datetime], str]) -> str:
    return _("Round %(n)s, from %(day)s") % {"n": cycle.number, "day": day(cycle.started_at)}


def _extension(asked: Extension, day: Callable[[datetime], str]) -> str:
    return _("Asked for on %(day)s: %(reason)s") % {"day": day(asked.requested_at), "reason": asked.reason}


def _compensation(money: Compensation, day: Callable[[datetime], str]) -> str:
    amount = words.yuan(money.amount if money.granted_amount is None else money.granted_amount)
    return _("%(amount)s, proposed on %(day)s") % {"amount": amount, "day": day(money.proposed_at)}


def _follow_up(opinion: FollowUp, day: Callable[[datetime], str]) -> str:
    department = opinion.department or _("No department")
    return _("%(department)s, raised on %(day)s") % {"department": department, "day": day(opinion.raised_at)}


def _visit(visit: SiteVisit, day: Callable[[datetime], str]) -> str:
    said = {"n": visit.number, "day": day(visit.starts_at)}
    return _("Site visit no. %(n)s, agreed for %(day)s") % said


#: By kind: the rows, with what their words need, and the words.
_SAID: Mapping[str, tuple[Callable[[], QuerySet[Any]], Said]] = {
    "clock": (
        lambda: Clock.objects.select_related("cycle"),
        lambda clock, day: _cycle(clock.cycle, day),
    ),
    "cycle": (Cycle.objects.all, _cycle),
    "extension": (lambda: Extension.objects.select_related("reason"), _extension),
    "compensation": (Compensation.objects.all, _compensation),
    "followup": (lambda: FollowUp.objects.select_related("department"), _follow_up),
    "secondcall": (
        SecondCall.objects.all,
        lambda call, day: _("Drawn on %(day)s") % {"day": day(call.drawn_at)},
    ),
    "sitevisit": (SiteVisit.objects.all, _visit),
    "event": (Event.objects.all, lambda event, day: day(event.at)),
}


def in_words(found: Sequence[Counted], zone: ZoneInfo) -> list[str]:
    """One line for each, in this order; empty where the case itself is counted. A query for each kind."""

    def day(at: datetime) -> str:
        return words.stamp(at, zone)

    said: dict[tuple[str, int], str] = {}
    for kind in {one.kind for one in found} & _SAID.keys():
        rows, in_words_of = _SAID[kind]
        keys = [one.key for one in found if one.kind == kind]
        said |= {(kind, row.pk): in_words_of(row, day) for row in rows().filter(pk__among=keys)}
    return [said.get((one.kind, one.key), "") for one in found]
