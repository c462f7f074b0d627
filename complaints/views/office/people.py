"""Who works here: log-ins, postings, absences, and the transfer of everything a person holds (domain.md 1).

For administrators, and for property managers in their own estates. What each may give is decided by
`staff.actions`; people out of reach are not found.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.actions import colleagues
from complaints.forms.office import settings as forms
from complaints.models import Complaint, Overrun
from complaints.models.case import Complaints
from complaints.staff_names import Colleagues
from complaints.statuses import Status
from complaints.views import person_of
from complaints.views.colleagues import stand_ins
from complaints.views.office.changes import edits
from complaints.views.office.trainings import trainings_of
from complaints.views.reviews import record_asked, waits
from config.framework.refusals import Refused
from owners.names import clean_line
from staff import actions
from staff.invitations import has_moved_in, invitation_link, send_invitation
from staff.models import Absence, Posting, Review, User
from staff.permissions import Permissions, permissions_of
from staff.requests import StaffRequest
from staff.roles import Role

SHOWN = 200
NUMBERED = 8
FACTS = ("name", "email", "phone", "wecom_id", "language")


def managed(person: Permissions) -> set[int] | None:
    """The estates whose people he looks after; None: the whole company. Nobody else comes in (404)."""
    keepers = {Role.ADMINISTRATOR, Role.PROPERTY_MANAGER}
    if person.company & keepers:
        return None
    estates = {pk for pk, roles in person.estates.items() if roles & keepers}
    if not estates:
        raise Http404
    return estates


def people_of(person: Permissions) -> QuerySet[User]:
    """Who is, was or is to be posted in the estates he looks after."""
    estates = managed(person)
    if estates is None:
        return User.objects.all()
    here = Q(estate__in=estates) | Q(department__estate__in=estates)
    held = Posting.objects.filter(here, user=OuterRef("pk"))
    return User.objects.filter(Exists(held) | Exists(Review.objects.filter(here, user=OuterRef("pk"))))


def postings_of(user: User, at: datetime) -> list[Posting]:
    rows = Posting.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), user=user)
    return list(rows.select_related("estate", "department__estate", "region").order_by("starts_at", "pk"))


@login_required
def people(request: StaffRequest) -> HttpResponse:
    """Three queries, however many people; four when a name was typed."""
    at = now()
    staff = people_of(person_of(request, at))
    query, left = clean_line(request.GET.get("name", ""))[:60], "left" in request.GET
    if query:
        staff = staff.filter(pk__in=Colleagues(staff).called_or_named(query))
    postings = Posting.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at)).order_by("starts_at", "pk")
    away = Absence.objects.filter(ends_at__gt=at).select_related("deputy").order_by("starts_at")
    rows = list(
        staff.filter(is_active=not left)
        .annotate(waits=Exists(actions.open_reviews(user=OuterRef("pk"), stands_for=None)))
        .prefetch_related(
            Prefetch("postings", postings.select_related("estate", "department__estate", "region")),
            Prefetch("absences", away),
        )
        .order_by("name", "pk")[: SHOWN + 1]
    )
    context = {"people": rows[:SHOWN], "more": len(rows) > SHOWN, "name": query, "left": left, "now": at}
    return render(request, "complaints/office/people.html", context)


@login_required
def hire(request: StaffRequest) -> HttpResponse:
    at = now()
    person = person_of(request, at)
    managed(person)
    form = forms.HireForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("username", *FACTS)}
        try:
            user = colleagues.hire(**facts, **form.posting(), by=request.user, at=at)
        except (Refused, ValidationError) as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(name)s now has a log-in.") % {"name": user})
            if waiting := record_asked(request, user, at):
                messages.info(request, waits(waiting[0], at))
            elif user.email:
                _send_link(request, user)
            return redirect("person", pk=user.pk)
    return render(
        request, "complaints/office/people_new.html", {"form": form}, status=422 if form.errors else 200
    )


def _send_link(request: StaffRequest, user: User) -> None:
    """A mail to the person himself, with a link for choosing a password."""
    said = {"email": user.email}
    if send_invitation(user):
        messages.success(request, _("A link for choosing a password is on its way to %(email)s.") % said)
    else:
        messages.error(request, _("The mail to %(email)s could not be sent. Try again in a while.") % said)


@login_required
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """One colleague: what is known of him, his postings and absences, and what was changed."""
    return _person(request, get_object_or_404(people_of(person_of(request, now())), pk=pk))


def _person(
    request: StaffRequest, user: User, *, invitation: str = "", **corrected: forms.Asked
) -> HttpResponse:
    """`corrected`: the form that was sent and must be corrected; `invitation`: the link to hand over."""
    at = now()
    asks = person_of(request, at)
    postings = postings_of(user, at)
    to_come = list(actions.open_reviews(user=user))
    bench = actions.Bench.load(at) if to_come else None
    context = {
        "colleague": user,
        "to_come": [(row, actions.names(bench.of(row))) for row in to_come] if bench else [],
        "postings": [
            (row, actions.may_give(asks, Role(row.role), actions.estate_of(row))) for row in postings
        ],
        "absences": user.absences.filter(ends_at__gt=at).select_related("deputy").order_by("starts_at"),
        "may_edit": actions.may_look_after(asks, [*postings, *of_roles(to_come)]),
        "names_deputies": actions.names_deputies(asks),
        "has_moved_in": has_moved_in(user),
        "shows_link": user.email or actions.shows_link(user, request.user, at),
        "invitation": invitation,
        "now": at,
        **in_hand(user, asks),
        "facts": forms.LoginForm(initial=forms.initial(user, FACTS)),
        "posting": forms.PostingForm(person=asks),
        "absence": forms.AbsenceForm(people=_to_name(asks, user, at)),
        **trainings_of(user, asks, postings, at),
        "edits": edits(
            {
                _("Log-in"): user.history.all(),
                _("Posting"): Posting.history.filter(user=user),
                _("Out of office"): Absence.history.filter(user=user),
                _("Second person"): Review.history.filter(user=user),
            },
            silent=("user", "posting", "absence", "is_staff", "is_superuser", "date_joined"),
        ),
    }
    context |= corrected
    return render(request, "complaints/office/person.html", context, status=422 if corrected else 200)


def in_hand(user: User, asks: Permissions) -> dict[str, Any]:
    """How many open cases stand under his name, and the next due of those `asks` may read. Two queries."""
    cases = held_by(user)
    seen = cases.visible_to(asks).order_by("next_due_at", "pk").values_list("number", flat=True)
    return {"held": cases.count(), "held_numbers": list(seen[:NUMBERED])}


def held_by(user: User) -> Complaints:
    """Cases that are not over for him: open ones, and those whose overrun he has to explain."""
    owing = Overrun.objects.open().filter(explainer=user)
    on_it = ~Q(status=Status.CLOSED) & (Q(first_receiver=user) | Q(handler=user))
    return Complaint.objects.filter(on_it | Q(pk__in=owing.values("complaint")))


def deputies(asks: Permissions, user: User, at: datetime) -> list[Posting]:
    """Whom he may name for another: who can stand in, among the people he looks after or works with."""
    whole = managed(asks) is None
    return stand_ins(permissions_of(user, at), at, among=None if whole else asks.estate_ids())


def _to_name(asks: Permissions, user: User, at: datetime) -> list[Posting]:
    """Those he may name as deputy of another."""
    return deputies(asks, user, at) if actions.names_deputies(asks) else []


def _asked(
    request: StaffRequest, user: User, name: str, form: forms.Asked, act: Any, done: str, at: datetime
) -> HttpResponse:
    """Do it and come back to the person; or show what must be corrected."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except (Refused, ValidationError) as refusal:
            form.refuse(refusal)
        else:
            if waiting := record_asked(request, user, at):
                messages.info(request, waits(waiting[0], at))
            else:
                messages.success(request, done)
            return redirect("person", pk=user.pk)
    return _person(request, user, invitation="", **{name: form})


def _his_own_or_404(request: StaffRequest, user: User, at: datetime) -> None:
    """Log-in and absences belong to whoever may give every posting the person holds."""
    held: list[Posting | Review] = [*postings_of(user, at), *of_roles(actions.open_reviews(user=user))]
    if not actions.may_look_after(person_of(request, at), held):
        raise Http404


def of_roles(rows: Iterable[Review]) -> list[Review]:
    """Those that are about a role, and not about a deputy."""
    return [row for row in rows if row.role]


@login_required
@require_POST
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    at = now()
    user = get_object_or_404(people_of(person_of(request, at)), pk=pk)
    _his_own_or_404(request, user, at)
    form = forms.LoginForm(request.POST)

    def act(said: dict[str, Any]) -> None:
        colleagues.edit_login(user, said, by=request.user, at=at)

    return _asked(request, user, "facts", form, act, _("Saved."), at)


@login_required
@require_POST
def send_link(request: StaffRequest, pk: int) -> HttpResponse:
    at = now()
    user = get_object_or_404(people_of(person_of(request, at)), pk=pk, is_active=True)
    _his_own_or_404(request, user, at)
    if user.email:
        _send_link(request, user)
        return redirect("person", pk=pk)
    try:
        colleagues.invite(user, by=request.user, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("person", pk=pk)
    return _person(request, user, invitation=invitation_link(user))


@login_required
@require_POST
def appoint(request: StaffRequest, pk: int) -> HttpResponse:
    at = now()
    asks = person_of(request, at)
    user = get_object_or_404(people_of(asks), pk=pk, is_active=True)
    form = forms.PostingForm(request.POST, person=asks)
    done = _("The posting begins now.")
    return _asked(
        request,
        user,
        "posting",
        form,
        lambda said: colleagues.appoint(user, **form.posting(), by=request.user, at=at),
        done,
        at,
    )


@login_required
@require_POST
def dismiss(request: StaffRequest, pk: int, posting: int) -> HttpResponse:
    at = now()
    user = get_object_or_404(people_of(person_of(request, at)), pk=pk)
    row = get_object_or_404(Posting.objects.select_related("department"), pk=posting, user=user)
    try:
        colleagues.dismiss(row, by=request.user, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The posting has ended."))
    if people_of(person_of(request, at)).filter(pk=pk).exists():
        return redirect("person", pk=pk)
    return redirect("people")


@login_required
@require_POST
def absent(request: StaffRequest, pk: int) -> HttpResponse:
    at = now()
    asks = person_of(request, at)
    user = get_object_or_404(people_of(asks), pk=pk, is_active=True)
    _his_own_or_404(request, user, at)
    form = forms.AbsenceForm(request.POST, people=_to_name(asks, user, at))

    def act(said: dict[str, Any]) -> None:
        colleagues.leave_office(user, **said, by=request.user, at=at)

    return _asked(request, user, "absence", form, act, _("Absence saved."), at)


@login_required
@require_POST
def back(request: StaffRequest, pk: int, absence: int) -> HttpResponse:
    at = now()
    user = get_object_or_404(people_of(person_of(request, at)), pk=pk)
    _his_own_or_404(request, user, at)
    absence_ended(request, get_object_or_404(Absence, pk=absence, user=user), at)
    return redirect("person", pk=pk)


def absence_ended(request: StaffRequest, absence: Absence, at: datetime) -> None:
    """He is back, or does not go; with the message that says which."""
    done = _("The absence has ended.") if absence.starts_at < at else _("The absence is cancelled.")
    try:
        colleagues.return_to_office(absence, by=request.user, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)


@login_required
@require_POST
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """The person has left. Nobody leaves with open cases in his hands."""
    at = now()
    user = get_object_or_404(people_of(person_of(request, at)), pk=pk, is_active=True)
    _his_own_or_404(request, user, at)
    if held_by(user).exists():
        messages.error(
            request, _("%(name)s still holds open cases: transfer the duties first.") % {"name": user}
        )
        return redirect("person_duties", pk=pk)
    try:
        colleagues.close_login(user, by=request.user, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s can no longer sign in.") % {"name": user})
    return redirect("people")
