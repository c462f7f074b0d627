"""What a customer insists on, and a superior decides (W12): the cards, their page, the decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from complaints import actions
from complaints.actions.superior import CLOCKS, returned
from complaints.actions.visibility import reads_reasons, roles_on
from complaints.decisions import SUPERIOR, fault_in_passing_up, fault_in_taking_back
from complaints.forms import superior as forms
from complaints.models import Clock, Complaint, SuperiorRequest
from complaints.views import person_of
from complaints.views.deciding import Card, Decision, carry_out
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import MANAGERS

SHOWN = 30
ABOUT = (
    "complaint__estate", "complaint__unit", "complaint__building", "complaint__category", "asked_by",
    "passed_by", "decided_by",
)  # fmt: skip


DECISIONS: dict[str, Decision] = {
    "decide": Decision(
        forms.Decide, actions.decide_superior, _("Decided. The first receiver tells the customer.")
    ),
    "pass_up": Decision(forms.PassUp, actions.pass_up, _("Passed up with your opinion.")),
    "withdraw": Decision(
        forms.TakeBack, actions.withdraw_superior, _("The request is withdrawn."), by_requester=True
    ),
}


# Whose it is ---------------------------------------------------------------------------------------


def seen(person: Permissions) -> QuerySet[SuperiorRequest]:
    """Requests on the cases he may know of."""
    cases = Complaint.objects.visible_to(person)
    return SuperiorRequest.objects.filter(complaint__in=cases).select_related(*ABOUT)


def to_decide(person: Permissions, *, below: bool = False) -> QuerySet[SuperiorRequest]:
    """Those that wait for him; `below`: for a role below his. Never his own."""
    return seen(person).filter(SUPERIOR.rows(person, below=below)).order_by("asked_at", "pk")


def asked_by(person: Permissions) -> QuerySet[SuperiorRequest]:
    """His own that still wait."""
    return seen(person).filter(state="waiting", asked_by=person.user).order_by("asked_at", "pk")


def decided(person: Permissions, *, all_of_them: bool) -> QuerySet[SuperiorRequest]:
    """Past decisions, newest first: all he may know of, else those he had a hand in."""
    rows = seen(person).filter(decided_at__isnull=False)
    if not all_of_them:
        rows = rows.filter(Q(asked_by=person.user) | Q(decided_by=person.user))
    return rows.order_by("-decided_at", "-pk")


def open_to(row: SuperiorRequest, person: Permissions) -> list[str]:
    """What he may do about one request of a case he may know of, in the order of the buttons."""
    parts, pk = roles_on(row.complaint, person), person.user.pk
    if SUPERIOR.refusal(row, parts, pk, besides=returned(row)) is None:
        return ["decide"] if fault_in_passing_up(row, parts) else ["decide", "pass_up"]
    return ["withdraw"] if fault_in_taking_back(row, pk) is None else []


def as_read_by(row: SuperiorRequest, person: Permissions) -> SuperiorRequest:
    """The row without what superiors say among themselves, for who may not read that; never saved."""
    if not reads_reasons(roles_on(row.complaint, person)):
        row.opinion = ""
        row.comment = "" if row.decided_by_id else row.comment  # of a request taken back they are the asker's
    return row


# Cards ---------------------------------------------------------------------------------------------


def cards(rows: Iterable[SuperiorRequest], person: Permissions, at: datetime) -> list[Card]:
    """One query for the due times of all."""
    rows = list(rows)
    if not rows:
        return []
    clocks = Clock.objects.running().filter(complaint__in=[row.complaint_id for row in rows], kind__in=CLOCKS)
    due = dict(clocks.values_list("complaint", "due_at"))
    return [_card(row, person, at, due.get(row.complaint_id)) for row in rows]


def _card(row: SuperiorRequest, person: Permissions, at: datetime, due_at: datetime | None) -> Card:
    waits = row.state == SUPERIOR.waits and due_at is not None
    may = {verb: DECISIONS[verb].form(row=row, now=at) for verb in open_to(row, person)}
    row = as_read_by(row, person)
    due_at = due_at if waits and due_at else row.asked_at
    return Card("superior", row, row.complaint, due_at, may, has_clock=waits)


@login_required
@require_safe
def superior(request: StaffRequest, pk: int) -> HttpResponse:
    """One request, where a message's link leads."""
    at = now()
    person = person_of(request, at)
    row = get_object_or_404(seen(person), pk=pk)
    with timezone.override(row.complaint.estate.zone):
        return _page(request, cards([row], person, at)[0], at)


@login_required
@require_POST
def decide(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Done, and on to the next card or the case; or the card with what must be corrected."""
    if verb not in DECISIONS:
        raise Http404
    at = now()
    person = person_of(request, at)
    row = get_object_or_404(seen(person), pk=pk)
    with timezone.override(row.complaint.estate.zone):
        form = DECISIONS[verb].form(request.POST, row=row, now=at)
        if done := carry_out(DECISIONS[verb], form, request, at):
            return done
        card = cards([get_object_or_404(seen(person), pk=pk)], person, at)[0]
        return _page(request, card.correct(verb, form), at, status=422)


def _page(request: StaffRequest, card: Card, at: datetime, status: int = 200) -> HttpResponse:
    decider = bool(person_of(request, at).everywhere() & MANAGERS)
    context = {"card": card, "now": at, "decider": decider}
    return render(request, "complaints/superior.html", context, status=status)


@dataclass(frozen=True)
class Line:
    """A request on the page of its case. `decides`: it waits for the reader."""

    row: SuperiorRequest
    decides: bool


def lines(rows: Iterable[SuperiorRequest], person: Permissions) -> list[Line]:
    return [Line(as_read_by(row, person), "decide" in open_to(row, person)) for row in rows]
