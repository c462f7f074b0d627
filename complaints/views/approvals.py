"""What waits for a decision: overtime, money, and complaints proposed as not upheld (domain.md 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from complaints import actions
from complaints.actions.money import in_all
from complaints.forms import approvals as forms
from complaints.lifecycle import BEFORE_HANDLED
from complaints.models import Attachment, Clock, Compensation, Complaint, Event, Extension
from complaints.views import overruns, person_of
from staff.authority import Authority
from staff.refusals import Refused
from staff.roles import MANAGERS, Role, ladder

SHOWN = 30
ABOUT = ("complaint__estate", "complaint__unit", "complaint__building", "complaint__category")


@dataclass(frozen=True)
class Decision:
    form: type[forms.DecisionForm]
    act: Callable[..., Any]
    done: str | Promise
    by_requester: bool = False


EXTENSION: dict[str, Decision] = {
    "approve": Decision(
        forms.Approve, actions.approve_extension, _("Approved; the requester has been told.")
    ),
    "shorten": Decision(forms.Shorten, actions.approve_extension, _("Approved for a shorter time.")),
    "decline": Decision(forms.Decline, actions.decline_extension, _("Declined; the clock runs on.")),
    "confirm": Decision(forms.Confirm, actions.confirm_oral_approval, _("The oral approval is confirmed.")),
    "withdraw": Decision(
        forms.Withdraw, actions.withdraw_extension, _("The request is withdrawn."), by_requester=True
    ),
    "oral": Decision(
        forms.Oral,
        actions.note_oral_approval,
        _("Noted; to be confirmed within 24 hours."),
        by_requester=True,
    ),
}
AMOUNT: dict[str, Decision] = {
    "approve": Decision(forms.ApproveAmount, actions.decide_compensation, _("The amount is approved.")),
    "less": Decision(forms.LessAmount, actions.decide_compensation, _("Less is approved.")),
    "decline": Decision(forms.DeclineAmount, actions.decide_compensation, _("The amount is declined.")),
}


@dataclass
class Card:
    """One request on the page, with the forms of its decisions."""

    kind: str  # extension, amount or invalid
    row: Any
    complaint: Complaint
    due_at: datetime
    decides: bool
    forms: dict[str, Any] = field(default_factory=dict)
    asked: str = ""  # the decision whose form must be corrected
    refusals: list[str] = field(default_factory=list)  # what belongs to no field of it
    earlier: list[Extension] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    told: Event | None = None
    opinion: Event | None = None  # the department's
    in_all: Decimal | None = None  # of an amount: what the case costs with it

    @property
    def zone(self) -> Any:
        return self.complaint.estate.zone

    @property
    def added(self) -> timedelta:
        """By how much the due time would move."""
        return self.row.asked_due_at - self.row.old_due_at


# Whose decision it is -----------------------------------------------------------------------------


def places(person: Authority) -> dict[Role, Q]:
    """role: the cases at whose estate he holds it, his own roles and those he stands in for."""
    found = {}
    for role in Role:
        estates = [pk for pk, roles in person.estates.items() if role in roles]
        if role in person.company:
            found[role] = Q(complaint__estate__isnull=False)
        elif estates:
            found[role] = Q(complaint__estate__in=estates)
    return found


def his(person: Authority, *, below: bool = False) -> dict[Role, Q]:
    """role: the cases at which requests for this role are his; `below`: by a role above it."""
    held = places(person)
    if not below:
        return held
    found: dict[Role, Q] = {}
    for role in Role:
        for above in ladder(role)[1:]:
            if above in held:
                found[role] = found.get(role, Q(pk__in=[])) | held[above]
        if role in found and role in held:
            found[role] &= ~held[role]
    return found


def extensions_for(person: Authority, *, below: bool = False) -> QuerySet[Extension]:
    mine = Q(pk__in=[])
    for role, where in his(person, below=below).items():
        mine |= Q(approver_role=role) & where
    return (
        seen(Extension.objects.all(), person)
        .filter(mine, state=Extension.State.PENDING)
        .exclude(requested_by=person.user)
        .order_by("old_due_at", "pk")
    )


def amounts_for(person: Authority, *, below: bool = False) -> QuerySet[Compensation]:
    mine = Q(pk__in=[])
    for role, where in his(person, below=below).items():
        mine |= Q(approver_role=role) & where
    return (
        seen(Compensation.objects.all(), person)
        .filter(mine, state=Compensation.State.PROPOSED)
        .exclude(proposed_by=person.user)
        .order_by("proposed_at", "pk")
    )


def proposals_for(person: Authority, *, below: bool = False) -> QuerySet[Complaint]:
    """Cases proposed as not upheld: the supervisor's and the property manager's; above them, the rest."""
    held = places(person)
    roles = [Role.GENERAL_MANAGER] if below else [Role.SUPERVISOR, Role.PROPERTY_MANAGER]
    estates: set[int] = set()
    everywhere = False
    for role in roles:
        everywhere |= role in person.company
        estates |= {pk for pk, some in person.estates.items() if role in some}
    if not everywhere and not (estates and held):
        return Complaint.objects.none()
    waiting = Complaint.objects.filter(status__in=BEFORE_HANDLED, invalid_proposed_by__isnull=False)
    cases = waiting.visible_to(person)
    if not everywhere:
        cases = cases.filter(estate__in=estates)
    return (
        cases.exclude(validity=Complaint.Validity.INVALID)
        .exclude(invalid_proposed_by=person.user)
        .select_related("estate", "unit", "building", "category", "invalid_proposed_by")
        .annotate(referred=Exists(Clock.objects.running().filter(complaint=OuterRef("pk"), kind="judge")))
        .order_by("next_due_at", "pk")
    )


def seen(rows: QuerySet[Any], person: Authority) -> QuerySet[Any]:
    """Rows of cases the person may know of, with what a card says of the case."""
    cases = Complaint.objects.visible_to(person)
    people = (
        ("requested_by", "decided_by", "oral_by", "clock", "reason")
        if rows.model is Extension
        else ("proposed_by", "decided_by")
    )
    return rows.filter(complaint__in=cases).select_related(*ABOUT, *people)


# Cards ---------------------------------------------------------------------------------------------


def card_of(row: Any, person: Authority, at: datetime) -> Card:
    if isinstance(row, Complaint):
        return Card("invalid", row, row, row.next_due_at or row.received_at, decides=True)
    if isinstance(row, Compensation):
        card = Card("amount", row, row.complaint, row.proposed_at, decides=row.state == "proposed")
        card.forms = {verb: decision.form(row=row, now=at) for verb, decision in AMOUNT.items()}
        return card  # `furnish` says what the case costs in all
    mine = row.requested_by_id == person.user.pk
    waits = row.state == Extension.State.PENDING
    card = Card("extension", row, row.complaint, row.old_due_at, decides=waits and not mine)
    card.forms = {
        verb: decision.form(row=row, now=at)
        for verb, decision in EXTENSION.items()
        if waits and decision.by_requester == mine
    }
    return card


def furnish(cards: list[Card]) -> list[Card]:
    """What a decision wants to know besides: earlier extensions, files, words said. Three queries."""
    ids = {card.complaint.pk for card in cards}
    decided = Extension.objects.filter(complaint__in=ids).exclude(state=Extension.State.PENDING)
    earlier = _by_case(decided.select_related("clock", "decided_by").order_by("requested_at"))
    files = _by_case(Attachment.objects.filter(complaint__in=ids, is_list=False).order_by("-uploaded_at"))
    said = Event.objects.filter(complaint__in=ids, kind__in=["answered", "replied", "opinion_given"])
    words = list(said.select_related("actor").order_by("at", "pk"))
    told = {event.complaint_id: event for event in words if event.kind != "opinion_given"}
    opinions = {event.complaint_id: event for event in words if event.kind == "opinion_given"}
    costs = _costs(cards)
    for card in cards:
        card.in_all = costs.get(card.complaint.pk)
        card.earlier = [row for row in earlier.get(card.complaint.pk, []) if row != card.row]
        card.files = files.get(card.complaint.pk, [])
        card.told = told.get(card.complaint.pk)
        card.opinion = opinions.get(card.complaint.pk)
    return cards


def _costs(cards: list[Card]) -> dict[int, Decimal]:
    """case: what it costs in all, for those with an amount to decide. One query, or none."""
    ids = {card.complaint.pk for card in cards if card.kind == "amount"}
    if not ids:
        return {}
    rows = _by_case(Compensation.objects.filter(complaint__in=ids, state__in=Compensation.COUNTED))
    return {case: in_all(some) for case, some in rows.items()}


def _by_case(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.complaint_id, []).append(row)
    return found


# Pages ---------------------------------------------------------------------------------------------


@login_required
@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """One card per request he may decide, the nearest due time first; then what he asked for himself."""
    at = now()
    person = person_of(request, at)
    below = request.GET.get("view") == "below"
    rows: list[Any] = [*extensions_for(person, below=below)[:SHOWN]]
    rows += [*amounts_for(person, below=below)[:SHOWN], *proposals_for(person, below=below)[:SHOWN]]
    asked = seen(Extension.objects.filter(requested_by=request.user, state="pending"), person)
    cards: list[Any] = [card_of(row, person, at) for row in rows]
    cards += overruns.cards(overruns.to_decide(person, below=below)[:SHOWN], person, at)
    cards.sort(key=lambda card: card.due_at)
    explain = [] if below else overruns.cards(overruns.to_explain(person)[:SHOWN], person, at)
    mine = [] if below else [card_of(row, person, at) for row in asked.order_by("old_due_at")[:SHOWN]]
    furnish(cards + mine + explain)
    context = {
        "cards": cards,
        "mine": mine,
        "explain": explain,
        "below": below,
        "above_others": bool(person.everywhere() & {Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER}),
        "now": at,
    }
    return render(request, "complaints/approvals.html", context)


@login_required
@require_safe
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, where a message's link leads."""
    at = now()
    person = person_of(request, at)
    row = get_object_or_404(seen(Extension.objects.all(), person), pk=pk)
    with timezone.override(row.complaint.estate.zone):
        card = card_of(row, person, at)
        card.decides = card.decides and actions.may_decide(row, request.user, at)
        return _one(request, card, at)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    return _decide(request, Extension.objects.all(), pk, EXTENSION, verb)


@login_required
@require_POST
def decide_amount(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    return _decide(request, Compensation.objects.all(), pk, AMOUNT, verb)


def _decide(
    request: HttpRequest, rows: QuerySet[Any], pk: int, decisions: dict[str, Decision], verb: str
) -> HttpResponse:
    """Done, and on to the next card; or the card with what must be corrected."""
    if verb not in decisions:
        raise Http404
    at = now()
    person = person_of(request, at)
    row = get_object_or_404(seen(rows, person), pk=pk)
    decision = decisions[verb]
    with timezone.override(row.complaint.estate.zone):
        form = decision.form(request.POST, row=row, now=at)
        if form.is_valid():
            try:
                decision.act(row, **form.arguments(), by=request.user, at=at)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, decision.done)
                return redirect(row.complaint if decision.by_requester else "approvals")
        card = card_of(get_object_or_404(seen(rows, person), pk=pk), person, at)
        card.forms[verb], card.asked = form, verb
        card.refusals = [str(sentence) for sentence in form.non_field_errors()]
        return _one(request, card, at, status=422)


def _one(request: HttpRequest, card: Card, at: datetime, status: int = 200) -> HttpResponse:
    furnish([card])
    return render(request, "complaints/approval.html", {"card": card, "now": at}, status=status)


@login_required
@require_safe
def decided(request: HttpRequest) -> HttpResponse:
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
    rows.sort(key=lambda row: row.decided_at, reverse=True)
    return render(request, "complaints/approvals_decided.html", {"rows": rows[:SHOWN]})
