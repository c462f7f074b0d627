"""The first of what waits for a decision, short and with its buttons, for the first page on a phone."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from complaints.actions import commendations_waiting, evidence_due
from complaints.views import overruns, person_of, superior
from complaints.views.approval_cards import amounts_for, card_of, extensions_for, furnish, proposals_for
from staff.requests import StaffRequest

#: What a phone's first screens hold.
SHOWN = 3


@login_required
@require_safe
def decide_first(request: StaffRequest) -> HttpResponse:
    """The cards that run out first, for htmx; by its address alone all of them.

    Asked for by the first page only where something waits and the screen is narrow: that page itself
    pays nothing for it.
    """
    if request.headers.get("HX-Request") != "true":
        return redirect("approvals")
    at = now()
    person = person_of(request, at)
    rows: list[Any] = [*extensions_for(person)[:SHOWN], *amounts_for(person)[:SHOWN]]
    cards: list[Any] = [card_of(row, person, at) for row in [*rows, *proposals_for(person)[:SHOWN]]]
    cards += overruns.cards(overruns.to_decide(person)[:SHOWN], person, at)
    cards += superior.cards(superior.to_decide(person)[:SHOWN], person, at)
    first = sorted(cards, key=lambda card: card.due_at)[:SHOWN]
    furnish(first)
    left = SHOWN - len(first)  # they have no due time
    evidence = list(evidence_due.to_decide(person)[:left])
    context = {
        "cards": first,
        "evidence": evidence,
        "praise": list(commendations_waiting.to_decide(person)[: left - len(evidence)]),
        "now": at,
    }
    return render(request, "complaints/decide_first.html", context)
