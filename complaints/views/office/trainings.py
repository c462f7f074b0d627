"""Training 上岗培训: the courses, who lacks what for his role, what somebody passed; one by one or pasted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from complaints.forms.trainings import CourseForm, PasteForm, TakeBackForm, TrainingForm
from complaints.views import person_of
from config.framework.refusals import Refused
from staff import actions
from staff.actions import training
from staff.models import Posting, Review, User
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import MANAGERS, Role
from staff.training_rows import TrainingCourse, TrainingPassed

#: Who reads the list; who records is said by `staff.actions.training`.
READERS = MANAGERS | {Role.AUDITOR, Role.ADMINISTRATOR}


def estates_of(person: Permissions, roles: Iterable[Role]) -> set[int] | None:
    """The estates of which he reads it; None: the whole company. 404 for everybody else."""
    roles = frozenset(roles)
    if person.is_contractor:
        raise Http404
    if person.company & roles:
        return None
    here = {pk for pk, held in person.estates.items() if held & roles}
    if not here:
        raise Http404
    return here


def people_in(estates: set[int] | None, at: datetime | None = None) -> QuerySet[User]:
    """Who is posted there, or is to be; without `at`, who ever was: that is for reading."""
    if estates is None:
        return User.objects.filter(is_active=True)
    here = Q(estate__in=estates) | Q(department__estate__in=estates)
    held = Posting.objects.filter(here, user=OuterRef("pk"))
    waits = Review.objects.filter(here, user=OuterRef("pk"))
    if at is not None:
        held, waits = held.filter(training.current(at)), waits.filter(state=Review.State.WAITING)
    return User.objects.filter(Exists(held) | Exists(waits), is_active=True)


KEEPERS = frozenset({Role.ADMINISTRATOR, Role.PROPERTY_MANAGER})


@login_required
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """The courses, and who holds a role without what it requires. A constant number of queries."""
    at = now()
    person = person_of(request, at)
    estates = estates_of(person, READERS)
    postings = Posting.objects.all()
    if estates is not None:
        postings = postings.filter(Q(estate__in=estates) | Q(department__estate__in=estates))
    good = Count("passed__user", filter=Q(passed__taken_back_because=""), distinct=True)
    context = {
        "courses": [
            (one, [Role(role).label for role in one.roles if role in Role.values])
            for one in TrainingCourse.objects.annotate(people=good)
        ],
        "untrained": actions.untrained(postings, at),
        "keeps": Role.ADMINISTRATOR in person.company,
        "records": actions.may_record(person),
    }
    return render(request, "complaints/office/trainings.html", context)


@login_required
def course(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """A new course, or one that is changed: for the company's administrators."""
    at = now()
    if Role.ADMINISTRATOR not in person_of(request, at).company:
        raise Http404
    row = get_object_or_404(TrainingCourse, pk=pk) if pk else None
    form = CourseForm(request.POST if request.method == "POST" else None, course=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_course(row, form.cleaned_data, by=request.user, at=at)
        except (Refused, ValidationError) as fault:
            form.refuse(fault)
        else:
            messages.success(request, _("Saved."))
            return redirect("trainings")
    status = 422 if form.errors else 200
    return render(
        request, "complaints/office/training_course.html", {"form": form, "course": row}, status=status
    )


# One colleague --------------------------------------------------------------------------------------


def own_trainings(user: User, at: datetime) -> list[training.Standing]:
    """How he stands to what his roles need."""
    held = Posting.objects.filter(training.current(at), user=user).values_list("role", flat=True)
    return actions.standings(user, set(held), training.today(at))


def trainings_of(user: User, asks: Permissions, postings: Iterable[Posting], at: datetime) -> dict[str, Any]:
    """What the page of a colleague shows of them."""
    roles = {one.role for one in postings}
    return {
        "standings": actions.standings(user, roles, training.today(at)),
        "training": TrainingForm() if actions.may_record(asks) and user != asks.user else None,
        "without": [
            (one.posted_without, one)
            for one in Review.objects.filter(user=user, posted_without__isnull=False).select_related(
                "posted_without"
            )
        ],
    }


def _colleague(request: StaffRequest, pk: int, at: datetime) -> User:
    estates = estates_of(person_of(request, at), KEEPERS)
    return get_object_or_404(people_in(estates, at), pk=pk)


@login_required
def record(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody has passed a course."""
    at = now()
    user = _colleague(request, pk, at)
    form = TrainingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.record_training(user, **said, by=request.user, at=at)
        except Refused as fault:
            form.refuse(fault)
        else:
            messages.success(request, _("Recorded."))
            return redirect("person", pk=pk)
    context = {"form": form, "colleague": user, "title": _("Record a training")}
    return render(
        request, "complaints/office/training_form.html", context, status=422 if form.errors else 200
    )


@login_required
def take_back(request: StaffRequest, pk: int, row: int) -> HttpResponse:
    """It was written down by mistake."""
    at = now()
    user = _colleague(request, pk, at)
    passed = get_object_or_404(TrainingPassed.objects.select_related("course", "user"), pk=row, user=user)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_back_training(passed, form.cleaned_data["because"], by=request.user, at=at)
        except Refused as fault:
            form.refuse(fault)
        else:
            messages.success(request, _("Taken back. It stays in the history."))
            return redirect("person", pk=pk)
    title = _("Take back “%(course)s”") % {"course": passed.course}
    context = {"form": form, "colleague": user, "title": title}
    return render(
        request, "complaints/office/training_form.html", context, status=422 if form.errors else 200
    )


@login_required
@require_POST
def paste(request: StaffRequest) -> HttpResponse:
    """Many at once, all of them or none; what was wrong in which line."""
    at = now()
    estates = estates_of(person_of(request, at), KEEPERS)
    form = PasteForm(request.POST)
    wrong: list[tuple[int, str]] = []
    if form.is_valid():
        try:
            done, wrong = training.record_many(
                form.cleaned_data["lines"], people_in(estates, at), by=request.user, at=at
            )
        except Refused as fault:
            form.refuse(fault)
        else:
            if not wrong:
                messages.success(request, _("Recorded: %(n)s.") % {"n": done})
                return redirect("trainings")
    context = {"form": form, "wrong": wrong}
    return render(request, "complaints/office/training_paste.html", context, status=422)
