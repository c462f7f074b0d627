"""The cards of what waits for a decision: whose it is, what a card says, which forms it offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints import actions
from complaints.actions.compensation import in_all
from complaints.actions.extension_reach import Granted, fault_in_asked, granted_on, is_extendable
from complaints.actions.oral_approval import is_to_confirm
from complaints.actions.visibility import parts_of
from complaints.forms import approvals as forms
from complaints.models import Attachment, Clock, Compensation, Complaint, Event, Extension
from complaints.moves import cases_at, is_his
from complaints.statuses import GENERAL_MANAGER, SUPERVISING
from staff.permissions import Permissions
from staff.roles import Role, ladder

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
    hindrance: str = ""  # why it cannot be granted as it was asked
    so_far: Granted = Granted(0, timedelta())  # what was granted on this clock before

    @property
    def zone(self) -> Any:
        return self.complaint.estate.zone

    @property
    def added(self) -> timedelta:
        """By how much the due time would move."""
        added: timedelta = self.row.asked_due_at - self.row.old_due_at
        return added


# Whose decision it is -----------------------------------------------------------------------------


def places(person: Permissions) -> dict[Role, Q]:
    """role: the cases at whose estate he holds it, his own roles and those he stands in for."""
    found = {}
    for role in Role:
        estates = [pk for pk, roles in person.estates.items() if role in roles]
        if role in person.company:
            found[role] = Q(complaint__estate__isnull=False)
        elif estates:
            found[role] = Q(complaint__estate__in=estates)
    return found


def his(person: Permissions, *, below: bool = False) -> dict[Role, Q]:
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


def extensions_for(person: Permissions, *, below: bool = False) -> QuerySet[Extension]:
    mine = Q(pk__in=[])
    for role, where in his(person, below=below).items():
        mine |= Q(approver_role=role) & where
    return (
        seen(Extension.objects.all(), person)
        .filter(mine, state=Extension.State.PENDING)
        .exclude(requested_by=person.user)
        .order_by("old_due_at", "pk")
    )


def amounts_for(person: Permissions, *, below: bool = False) -> QuerySet[Compensation]:
    mine = Q(pk__in=[])
    for role, where in his(person, below=below).items():
        mine |= Q(approver_role=role) & where
    return (
        seen(Compensation.objects.all(), person)
        .filter(mine, state=Compensation.State.PROPOSED)
        .exclude(proposed_by=person.user)
        .order_by("proposed_at", "pk")
    )


def proposals_for(person: Permissions, *, below: bool = False) -> QuerySet[Complaint]:
    """Cases proposed as not upheld: the supervisor's and the property manager's; above them, the rest."""
    held = places(person)
    roles = GENERAL_MANAGER if below else SUPERVISING
    everywhere = bool(roles & person.company)
    estates = {pk for pk, some in person.estates.items() if roles & some}
    if not everywhere and not (estates and held):
        return Complaint.objects.none()
    cases = Complaint.objects.filter(cases_at("confirm_invalid")).visible_to(person)
    if not everywhere:
        cases = cases.filter(estate__in=estates)
    return (
        cases.exclude(validity=Complaint.Validity.INVALID)
        .exclude(invalid_proposed_by=person.user)
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
    if isinstance(row, Compensation):
        card = Card("amount", row, row.complaint, row.proposed_at, decides=row.state == "proposed")
        card.forms = {verb: decision.form(row=row, now=at) for verb, decision in AMOUNT.items()}
        return card  # `furnish` says what the case costs in all
    mine = row.requested_by_id == person.user.pk
    waits = row.state == Extension.State.PENDING
    card = Card("extension", row, row.complaint, row.old_due_at, decides=waits and not mine)
    if waits:
        card.hindrance = hindrance(row, at)
        verbs = offered_to_requester(row, person, at) if mine else offered(row, person, at, card.hindrance)
        card.forms = {verb: EXTENSION[verb].form(row=row, now=at) for verb in verbs}
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
    first = "confirm" if is_to_confirm(request, person.user, at) else "" if hindered else "approve"
    return [*filter(None, [first]), "until", "decline"]


def offered_to_requester(request: Extension, person: Permissions, at: datetime) -> list[str]:
    """He takes it back, or notes a yes by word of mouth while the work is still his and none waits."""
    case = request.complaint
    noted = request.oral_by_id and request.confirm_by and at <= request.confirm_by
    may_note = not noted and is_his("note_oral_approval", case.status, parts_of(case, person))
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
