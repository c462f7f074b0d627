"""The cards of what waits for a decision: whose it is, what a card says, which forms it offers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints import actions
from complaints.actions.compensation import in_all
from complaints.actions.extension_reach import fault_in_asked, granted_on, is_extendable
from complaints.actions.visibility import roles_on
from complaints.decisions import AMOUNT, EXTENSION, fault_in_confirming, fault_in_withdrawal, judged_by
from complaints.forms import approvals as forms
from complaints.models import Attachment, Clock, Compensation, Complaint, Event, Extension
from complaints.moves import cases_at, is_his
from complaints.views.deciding import Card, Decision
from staff.permissions import Permissions

ABOUT = ("complaint__estate", "complaint__unit", "complaint__building", "complaint__category")


EXTENSIONS: dict[str, Decision] = {
    "approve": Decision(
        forms.Approve, actions.approve_extension, _("Approved; the requester has been told.")
    ),
    "until": Decision(
        forms.Until, actions.approve_extension, _("Approved until another time; the requester has been told.")
    ),
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
AMOUNTS: dict[str, Decision] = {
    "approve": Decision(forms.ApproveAmount, actions.decide_compensation, _("The amount is approved.")),
    "less": Decision(forms.LessAmount, actions.decide_compensation, _("Less is approved.")),
    "decline": Decision(forms.DeclineAmount, actions.decide_compensation, _("The amount is declined.")),
}


# What waits for him -------------------------------------------------------------------------------


def extensions_for(person: Permissions, *, below: bool = False) -> QuerySet[Extension]:
    waiting = seen(Extension.objects.all(), person).filter(EXTENSION.rows(person, below=below))
    return waiting.order_by("old_due_at", "pk")


def amounts_for(person: Permissions, *, below: bool = False) -> QuerySet[Compensation]:
    waiting = seen(Compensation.objects.all(), person).filter(AMOUNT.rows(person, below=below))
    return waiting.order_by("proposed_at", "pk")


def proposals_for(person: Permissions, *, below: bool = False) -> QuerySet[Complaint]:
    """Cases proposed as not upheld: the supervisor's and the property manager's; above them, the rest."""
    return (
        Complaint.objects.filter(cases_at("confirm_invalid"), judged_by(person, below=below))
        .visible_to(person)
        .select_related("estate", "unit", "building", "category", "invalid_proposed_by")
        .annotate(referred=Exists(Clock.objects.running().filter(complaint=OuterRef("pk"), kind="judge")))
        .order_by("next_due_at", "pk")
    )


def seen(rows: QuerySet[Any], person: Permissions) -> QuerySet[Any]:
    """Rows of cases the person may know of, with what a card says of the case."""
    cases = Complaint.objects.visible_to(person)
    people = (
        ("requested_by", "decided_by", "oral_by", "clock__policy", "reason")
        if rows.model is Extension
        else ("proposed_by", "decided_by")
    )
    return rows.filter(complaint__in=cases).select_related(*ABOUT, *people)


# Cards ---------------------------------------------------------------------------------------------


def card_of(row: Any, person: Permissions, at: datetime) -> Card:
    if isinstance(row, Complaint):
        return Card("invalid", row, row, row.next_due_at or row.received_at, decides=True)
    kind = AMOUNT if isinstance(row, Compensation) else EXTENSION
    decides = kind.refusal(row, roles_on(row.complaint, person), person.user.pk) is None
    if isinstance(row, Compensation):
        card = Card("amount", row, row.complaint, row.proposed_at, decides=decides)
        if decides:
            card.forms = {verb: decision.form(row=row, now=at) for verb, decision in AMOUNTS.items()}
        return card  # `furnish` says what the case costs in all
    card = Card("extension", row, row.complaint, row.old_due_at, decides=decides)
    if row.state == kind.waits:
        card.hindrance = hindrance(row, at)
    verbs = [
        *offered_to_requester(row, person, at),
        *(offered(row, person, at, card.hindrance) if decides else []),
    ]
    card.forms = {verb: EXTENSIONS[verb].form(row=row, now=at) for verb in verbs}
    if "oral" in card.forms and not card.forms["oral"].can_be_noted:
        del card.forms["oral"]
    return card


def hindrance(request: Extension, at: datetime) -> str:
    """Why a waiting request cannot be granted as it was asked; empty when it can."""
    if not is_extendable(request.clock):
        return gettext("This limit can no longer be extended: decline the request.")
    fault = fault_in_asked(request, request.clock, at, request.complaint.estate)
    return str(fault) if fault else ""


def offered(request: Extension, person: Permissions, at: datetime, hindered: str) -> list[str]:
    """The decisions of an approver that no rule refuses now; the first is the large button."""
    if not is_extendable(request.clock):
        return ["decline"]
    first = "" if hindered else "approve"
    if fault_in_confirming(request, person.user.pk, at) is None:
        first = "confirm"
    return [*filter(None, [first]), "until", "decline"]


def offered_to_requester(request: Extension, person: Permissions, at: datetime) -> list[str]:
    """He takes it back, or notes a yes by word of mouth while the work is still his and none waits."""
    if fault_in_withdrawal(request, person.user.pk):
        return []
    case = request.complaint
    noted = request.oral_by_id and request.confirm_by and at <= request.confirm_by
    may_note = not noted and is_his("note_oral_approval", case.status, roles_on(case, person))
    return ["withdraw", "oral"] if may_note else ["withdraw"]


def furnish(cards: list[Card]) -> list[Card]:
    """What a decision wants to know besides: earlier extensions, files, words said, costs. Four queries."""
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
        card.earlier = [row for row in earlier.get(card.complaint.pk, []) if row != card.row]
        if card.kind == "extension":
            before = [row for row in card.earlier if row.pk < card.row.pk]
            card.so_far = granted_on(card.row.clock_id, before)
        card.files = files.get(card.complaint.pk, [])
        card.told = told.get(card.complaint.pk)
        card.opinion = opinions.get(card.complaint.pk)
        card.in_all = costs.get(card.complaint.pk)
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
