"""The step card beside what somebody is doing, open or folded as he left it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Q, Subquery
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from complaints.actions.step_cards import fold_card
from complaints.models import Complaint, StepCard, StepCardFold
from complaints.step_cards import CardKind, at_intake, card_for, channels_of
from staff.models import User
from staff.requests import StaffRequest


@dataclass(frozen=True)
class Card:
    """`is_open` None: he has never folded or opened it. `channels`: at the desk, those it is for."""

    kind: str
    title: str
    lines: list[str]
    is_open: bool | None
    channels: str = ""


def cards(kinds: Iterable[CardKind], estate: int, user: User) -> list[Card]:
    """The cards in use at an estate, its own before the company's. One query; none without kinds."""
    wanted = list(kinds)
    if not wanted:
        return []
    left = StepCardFold.objects.filter(user=user, kind=OuterRef("kind")).values("is_open")
    rows = StepCard.objects.filter(Q(estate=None) | Q(estate=estate), kind__in=wanted, is_active=True)
    found: dict[str, StepCard] = {}
    for row in sorted(rows.annotate(left=Subquery(left)), key=lambda row: row.estate_id or 0):
        found[row.kind] = row
    return [
        Card(kind.value, str(found[kind]), found[kind].lines, found[kind].left)
        for kind in wanted
        if kind in found
    ]


def beside(step: str, case: Complaint, user: User) -> list[Card]:
    """The card of a step of a case: its page, or the form of a move."""
    kind = card_for(step, channel=case.channel, in_danger=bool(case.danger_since))
    return cards([kind] if kind else [], case.estate_id, user)


def at_the_desk(estate: int, user: User) -> list[Card]:
    """All the desk may need: which one it is changes while the form is filled in."""
    return [
        Card(one.kind, one.title, one.lines, one.is_open, " ".join(channels_of(CardKind(one.kind))))
        for one in cards(at_intake(), estate, user)
    ]


@login_required
@require_POST
def fold(request: StaffRequest, kind: str) -> HttpResponse:
    """Opened or folded: nothing comes back, the page has done it already."""
    if kind not in CardKind.values:
        raise Http404
    fold_card(kind, is_open=request.POST.get("open") == "1", by=request.user)
    return HttpResponse(status=204)
