"""Overruns that wait for their explanation, or for the decision on it (domain.md 5)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
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
from complaints.actions.current_policy import current_policy
from complaints.actions.visibility import roles_on
from complaints.decisions import OVERRUN, explains
from complaints.decisions import to_explain as asked_to_explain
from complaints.forms import overruns as forms
from complaints.models import Clock, Complaint, Overrun, Respondent
from complaints.policy import ClockKind, Policy
from complaints.views import person_of
from complaints.views.approval_cards import furnish
from complaints.views.deciding import Card, Decision, carry_out
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import MANAGERS
from staff.stand_ins import StandIns

State = Overrun.State
SHOWN = 30
ABOUT = (
    "complaint__estate", "complaint__unit", "complaint__building", "complaint__category", "handler",
    "department", "explainer", "reason", "explained_by", "decided_by",
)  # fmt: skip


DECISIONS: dict[str, Decision] = {
    "explain": Decision(
        forms.Explain,
        actions.explain_overrun,
        _("Explained. It is decided on by the approver."),
        by_requester=True,
    ),
    "accept": Decision(
        forms.Accept, actions.accept_overrun, _("The explanation is accepted; it stays recorded as late.")
    ),
    "decline": Decision(forms.Decline, actions.decline_overrun, _("The explanation is not accepted.")),
}


# Whose it is ---------------------------------------------------------------------------------------


def seen(person: Permissions) -> QuerySet[Overrun]:
    """Overruns of the cases he may know of."""
    cases = Complaint.objects.visible_to(person)
    return Overrun.objects.filter(complaint__in=cases).select_related(*ABOUT)


def to_decide(person: Permissions, *, below: bool = False) -> QuerySet[Overrun]:
    """Those he may decide on by his roles; `below`: by a role above the approver's. Never his own."""
    return seen(person).filter(OVERRUN.rows(person, below=below)).order_by("explained_at", "pk")


def to_explain(person: Permissions) -> QuerySet[Overrun]:
    """Those he is asked to explain, himself or as a deputy."""
    return seen(person).filter(asked_to_explain(person)).order_by("opened_at", "pk")


def own(person: Permissions) -> QuerySet[Overrun]:
    """For who answers for no estate: his to explain, and all of the department he heads."""
    return Overrun.objects.open().filter(
        asked_to_explain(person) | Q(department__in=person.headed_departments())
    )


def open_to(duty: Overrun, person: Permissions, policy: Policy, at: datetime) -> list[str]:
    """What he may do about one overrun of a case he may know of, in the order of the buttons."""
    verbs = []
    had_a_hand = person.user.pk in OVERRUN.involved(duty)
    if actions.decides(duty, person, policy) and (not had_a_hand or _nobody_else(duty, policy, at)):
        verbs += ["accept", "decline"]
    if duty.is_open and explains(duty, roles_on(duty.complaint, person), person):
        verbs.append("explain")
    return verbs


def _nobody_else(duty: Overrun, policy: Policy, at: datetime) -> bool:
    """Whether in this office nobody but those involved could decide on it."""
    about = Respondent.objects.filter(complaint=duty.complaint_id, user__isnull=False)
    stand_ins = StandIns.load(at, [duty.complaint.estate])
    barred = frozenset(about.values_list("user_id", flat=True))
    return not actions.others_decide(duty, policy, stand_ins, barred)[1]


# Cards ---------------------------------------------------------------------------------------------


def cards(rows: Iterable[Overrun], person: Permissions, at: datetime) -> list[Card]:
    """One query for the due times of all."""
    rows = list(rows)
    if not rows:
        return []
    kinds = [ClockKind.OVERRUN, ClockKind.OVERRUN_DECISION]
    clocks = Clock.objects.running().filter(complaint__in=[row.complaint_id for row in rows], kind__in=kinds)
    due = {(clock.complaint_id, clock.started_at): clock.due_at for clock in clocks}
    policy = current_policy().policy
    return [_card(row, open_to(row, person, policy, at), person, at, due) for row in rows]


def _card(
    row: Overrun,
    verbs: Collection[str],
    person: Permissions,
    at: datetime,
    due: dict[tuple[int, datetime], datetime],
) -> Card:
    runs_until = due.get((row.complaint_id, row.asked_since)) if row.is_open else None
    may = {verb: DECISIONS[verb].form(row=row, person=person.user, now=at) for verb in verbs}
    due_at = runs_until or row.asked_since
    return Card("overrun", row, row.complaint, due_at, may, has_clock=bool(runs_until))


@login_required
@require_safe
def overrun(request: StaffRequest, pk: int) -> HttpResponse:
    """One overrun, where a message's link leads: to explain it, to decide on it, or to read."""
    at = now()
    person = person_of(request, at)
    row = get_object_or_404(seen(person), pk=pk)
    with timezone.override(row.complaint.estate.zone):
        return _page(request, cards([row], person, at)[0], at)


@login_required
@require_POST
def decide(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Done, and on to the case or the next card; or the card with what must be corrected."""
    if verb not in DECISIONS:
        raise Http404
    at = now()
    person = person_of(request, at)
    row = get_object_or_404(seen(person), pk=pk)
    with timezone.override(row.complaint.estate.zone):
        form = DECISIONS[verb].form(request.POST, row=row, person=request.user, now=at)
        if done := carry_out(DECISIONS[verb], form, request, at):
            return done
        card = cards([get_object_or_404(seen(person), pk=pk)], person, at)[0]
        return _page(request, card.correct(verb, form), at, status=422)


def _page(request: StaffRequest, card: Card, at: datetime, status: int = 200) -> HttpResponse:
    furnish([card])
    back = bool(person_of(request, at).everywhere() & MANAGERS)
    context = {"card": card, "now": at, "decider": back}
    return render(request, "complaints/overrun.html", context, status=status)


def decided(person: Permissions, *, all_of_them: bool) -> QuerySet[Overrun]:
    """Past decisions, newest first: all he may know of, else those he had a hand in."""
    rows = seen(person).filter(decided_at__isnull=False)
    if not all_of_them:
        rows = rows.filter(Q(explained_by=person.user) | Q(decided_by=person.user))
    return rows.order_by("-decided_at", "-pk")


@dataclass(frozen=True)
class Line:
    """An overrun on the page of its case. `asks`: what the reader is to do next, of `verbs`."""

    row: Overrun
    verbs: Collection[str]

    @property
    def asks(self) -> str:
        """explain, decide or nothing; a correction is no next step."""
        if "accept" in self.verbs:
            return "decide"
        return "explain" if "explain" in self.verbs and self.row.state == State.TO_EXPLAIN else ""


def lines(
    rows: Iterable[Overrun], person: Permissions, policy: Callable[[], Policy], at: datetime
) -> list[Line]:
    return [Line(row, open_to(row, person, policy(), at)) for row in rows]
