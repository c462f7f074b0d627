"""What waits for a decision: overtime, money, and complaints proposed as not upheld (domain.md 5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from complaints.actions import commendations_waiting, evidence_due
from complaints.models import Compensation, Extension
from complaints.views import overruns, person_of, superior
from complaints.views.approval_cards import (
    AMOUNTS,
    EXTENSIONS,
    amounts_for,
    card_of,
    extensions_for,
    furnish,
    proposals_for,
    seen,
)
from complaints.views.deciding import Card, Decision, carry_out
from staff.requests import StaffRequest
from staff.roles import MANAGERS, Role

SHOWN = 30


@login_required
@require_safe
def approvals(request: StaffRequest) -> HttpResponse:
    """One card per request he may decide, the nearest due time first; then what he asked for himself."""
    at = now()
    person = person_of(request, at)
    below = request.GET.get("view") == "below"
    rows: list[Any] = [*extensions_for(person, below=below)[:SHOWN]]
    rows += [*amounts_for(person, below=below)[:SHOWN], *proposals_for(person, below=below)[:SHOWN]]
    asked = seen(Extension.objects.filter(requested_by=request.user, state="pending"), person)
    cards = [card_of(row, person, at) for row in rows]
    cards += overruns.cards(overruns.to_decide(person, below=below)[:SHOWN], person, at)
    cards += superior.cards(superior.to_decide(person, below=below)[:SHOWN], person, at)
    cards.sort(key=lambda card: card.due_at)
    explain = [] if below else overruns.cards(overruns.to_explain(person)[:SHOWN], person, at)
    mine = [] if below else [card_of(row, person, at) for row in asked.order_by("old_due_at")[:SHOWN]]
    if not below:
        mine += superior.cards(superior.asked_by(person)[:SHOWN], person, at)
    furnish(cards + mine + explain)
    context = {
        "cards": cards,
        "evidence": [] if below else list(evidence_due.to_decide(person)[:SHOWN]),
        "praise": [] if below else list(commendations_waiting.to_decide(person)[:SHOWN]),
        "mine": mine,
        "explain": explain,
        "below": below,
        "above_others": bool(person.everywhere() & {Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER}),
        "now": at,
    }
    return render(request, "complaints/approvals.html", context)


@login_required
@require_safe
def approval(request: StaffRequest, pk: int) -> HttpResponse:
    """One request, where a message's link leads."""
    at = now()
    person = person_of(request, at)
    row = get_object_or_404(seen(Extension.objects.all(), person), pk=pk)
    with timezone.override(row.complaint.estate.zone):
        return _one(request, card_of(row, person, at), at)


@login_required
@require_POST
def decide(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    return _decide(request, Extension.objects.all(), pk, EXTENSIONS, verb)


@login_required
@require_POST
def decide_amount(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    return _decide(request, Compensation.objects.all(), pk, AMOUNTS, verb)


def _decide(
    request: StaffRequest, rows: QuerySet[Any], pk: int, decisions: dict[str, Decision], verb: str
) -> HttpResponse:
    """Done, and on to the next card; or the card with what must be corrected."""
    if verb not in decisions:
        raise Http404
    at = now()
    person = person_of(request, at)
    row = get_object_or_404(seen(rows, person), pk=pk)
    with timezone.override(row.complaint.estate.zone):
        form = decisions[verb].form(request.POST, row=row, now=at)
        if done := carry_out(decisions[verb], form, request, at):
            return done
        card = card_of(get_object_or_404(seen(rows, person), pk=pk), person, at)
        return _one(request, card.correct(verb, form), at, status=422)


def _one(request: StaffRequest, card: Card, at: datetime, status: int = 200) -> HttpResponse:
    furnish([card])
    return render(request, "complaints/approval.html", {"card": card, "now": at}, status=status)


@login_required
@require_safe
def decided(request: StaffRequest) -> HttpResponse:
    """Past decisions, newest first: all of his estates for those who answer for them, else his own."""
    person = person_of(request, now())
    extensions = seen(Extension.objects.filter(state__in=["approved", "declined"]), person)
    amounts = seen(Compensation.objects.filter(decided_by__isnull=False), person)
    answers = bool(person.everywhere() & {*MANAGERS, Role.AUDITOR})
    if not answers:
        extensions = extensions.filter(Q(requested_by=request.user) | Q(decided_by=request.user))
        amounts = amounts.filter(Q(proposed_by=request.user) | Q(decided_by=request.user))
    rows: list[Any] = [*extensions.order_by("-decided_at", "-pk")[:SHOWN]]
    rows += amounts.order_by("-decided_at", "-pk")[:SHOWN]
    rows += overruns.decided(person, all_of_them=answers)[:SHOWN]
    rows += superior.decided(person, all_of_them=answers)[:SHOWN]
    rows.sort(key=lambda row: row.decided_at, reverse=True)
    return render(request, "complaints/approvals_decided.html", {"rows": rows[:SHOWN]})
