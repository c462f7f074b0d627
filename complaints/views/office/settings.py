"""Settings: estates with their departments, and the company's words. People have pages of their own."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.actions.beginning import open_estate as open_estate_with_calendar
from complaints.actions.current_policy import current_policy
from complaints.actions.emergency_numbers import numbers_of
from complaints.actions.policy_versions import keeps_policy
from complaints.actions.vocabulary import Word, danger_words, objection_documents, save_term
from complaints.forms.office import estates as estates_forms
from complaints.forms.office import settings as forms
from complaints.models import (
    Category,
    Cause,
    DangerWord,
    ExtensionReason,
    ObjectionDocument,
    OutboxMessage,
)
from complaints.statuses import SUPERVISING
from complaints.views import person_of
from complaints.views.office.changes import edits
from complaints.views.office.estate_end import what_is_left
from complaints.views.office.health import calendars_missing, watch
from complaints.views.office.people import managed, people_of
from complaints.views.office.unreached import nobody_to_tell
from config.framework.refusals import Refused
from staff import actions
from staff.models import Department, Estate, Region, User
from staff.requests import StaffRequest
from staff.roles import Role
from staff.zones import others

ESTATE = ("name", "service_phone", "households", "time_zone", "robot_key")
DEPARTMENT = ("name", "name_en", "is_contractor")
Sort = type[Category] | type[Cause] | type[ExtensionReason] | type[DangerWord] | type[ObjectionDocument]
WORDS: dict[str, Sort] = {
    "categories": Category,
    "causes": Cause,
    "reasons": ExtensionReason,
    "dangers": DangerWord,
    "papers": ObjectionDocument,
}


@login_required
def index(request: StaffRequest) -> HttpResponse:
    at = now()
    person = person_of(request, at)
    codes = list(_estates(request).values_list("code", flat=True))
    context = {
        "watch": [*watch(person, at), *nobody_to_tell(request, person, at), *calendars_missing(person, at)],
        "people": people_of(person).filter(is_active=True).count(),
        "estates": len(codes),
        "year": localtime(at).year,
        "calendar_url": reverse("calendar", args=codes) if len(codes) == 1 else reverse("settings_estates"),
        "policy_url": reverse("policy" if keeps_policy(person) else "policy_versions"),
        "may_edit_words": _keeps_words(request),
        "past_ledgers": any(roles & SUPERVISING for roles in (person.company, *person.estates.values())),
        "keeps_rules": keeps_policy(person),
        "policy_number": current_policy().number,
        "failed": OutboxMessage.objects.filter(state=OutboxMessage.State.FAILED).count(),
        "words": Category.objects.filter(is_active=True).count()
        + Cause.objects.filter(is_active=True).count(),
    }
    return render(request, "complaints/office/settings.html", context)


# Estates -------------------------------------------------------------------------------------------


def _estates(request: StaffRequest) -> QuerySet[Estate]:
    mine = managed(person_of(request, now()))
    return Estate.objects.all() if mine is None else Estate.objects.filter(pk__in=mine)


@login_required
def estates(request: StaffRequest) -> HttpResponse:
    in_use = Q(departments__is_contractor=False)
    rows = (
        _estates(request)
        .select_related("region")
        .annotate(
            n_departments=Count("departments", filter=in_use),
            n_contractors=Count("departments", filter=~in_use),
        )
    )
    context = {"estates": rows.order_by("name"), "opens": _opens_estates(request)}
    return render(request, "complaints/office/settings_estates.html", context)


def _opens_estates(request: StaffRequest) -> bool:
    return Role.ADMINISTRATOR in person_of(request, now()).company


@login_required
def open_estate(request: StaffRequest) -> HttpResponse:
    if not _opens_estates(request):
        raise Http404
    form = estates_forms.NewEstateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = open_estate_with_calendar(**form.cleaned_data, by=request.user, at=now())
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request, _("%(estate)s has been added. Next, add its departments.") % {"estate": row}
            )
            return redirect("settings_estate", code=row.code)
    context = {"form": form, "regions": Region.objects.order_by("name"), "zones": others()}
    return render(
        request, "complaints/office/settings_estate_new.html", context, status=422 if form.errors else 200
    )


@login_required
def estate(request: StaffRequest, code: str) -> HttpResponse:
    row = get_object_or_404(_estates(request), code=code)
    form = estates_forms.EstateForm(request.POST or None, initial=forms.initial(row, ESTATE))
    if request.method == "POST" and form.is_valid() and _saved(form, row, request.user):
        messages.success(request, _("Saved."))
        return redirect("settings_estate", code=code)
    return _estate(request, row, facts=form)


def _estate(request: StaffRequest, row: Estate, **corrected: forms.Asked) -> HttpResponse:
    at = now()
    fresh = Estate.objects.select_related("merged_into").get(pk=row.pk)
    context = {
        "estate": fresh,  # as it is, whatever was typed
        **what_is_left(fresh, person_of(request, at), at),
        "facts": estates_forms.EstateForm(initial=forms.initial(row, ESTATE)),
        "department": forms.DepartmentForm(prefix="new"),
        "zones": others(),
        "numbers": numbers_of(row.pk),
        "departments": row.departments.order_by("is_contractor", "name"),
        "edits": edits(
            {_("Estate"): row.history.all(), _("Department"): Department.history.filter(estate=row)},
            silent=("estate",),
        ),
    } | corrected
    wrong = any(form.errors for form in corrected.values())
    return render(request, "complaints/office/settings_estate.html", context, status=422 if wrong else 200)


def _saved(form: forms.Asked, row: Any, by: User) -> bool:
    """Write what was typed; or put the refusal at its field."""
    try:
        if isinstance(row, Department):
            actions.edit_department(row, form.cleaned_data, by=by, at=now())
        else:
            actions.edit(row, form.cleaned_data, by=by)
    except (Refused, ValidationError) as refusal:
        form.refuse(refusal)
    return not form.errors


@login_required
@require_POST
def add_department(request: StaffRequest, code: str) -> HttpResponse:
    row = get_object_or_404(_estates(request), code=code)
    form = forms.DepartmentForm(request.POST, prefix="new")
    if form.is_valid():
        try:
            actions.add_department(row, **form.cleaned_data, by=request.user)
        except (Refused, ValidationError) as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings_estate", code=code)
    return _estate(request, row, department=form)


@login_required
def department(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    row = get_object_or_404(Department, pk=pk, estate__in=_estates(request), estate__code=code)
    form = forms.DepartmentForm(request.POST or None, initial=forms.initial(row, DEPARTMENT))
    if request.method == "POST" and form.is_valid() and _saved(form, row, request.user):
        messages.success(request, _("Saved."))
        return redirect("settings_estate", code=code)
    context = {"code": code, "department": row, "form": form}
    return render(
        request, "complaints/office/settings_department.html", context, status=422 if form.errors else 200
    )


# Words ---------------------------------------------------------------------------------------------


def _keeps_words(request: StaffRequest) -> bool:
    """The words are the whole company's: its administrators keep them."""
    return Role.ADMINISTRATOR in person_of(request, now()).company


@login_required
def words(request: StaffRequest) -> HttpResponse:
    managed(person_of(request, now()))
    context = {
        "categories": Category.objects.filter(parent=None)
        .prefetch_related("children")
        .order_by("order", "pk"),
        "causes": Cause.objects.order_by("order", "pk"),
        "reasons": ExtensionReason.objects.order_by("order", "pk"),
        "dangers": danger_words() and DangerWord.objects.order_by("order", "pk"),
        "papers": objection_documents() and ObjectionDocument.objects.order_by("order", "pk"),
        "may_edit": _keeps_words(request),
    }
    return render(request, "complaints/office/settings_words.html", context)


@login_required
def word(request: StaffRequest, kind: str, pk: int | None = None) -> HttpResponse:
    """Add a word, or change one; its code stays."""
    if not _keeps_words(request) or kind not in WORDS:
        raise Http404
    model = WORDS[kind]
    term = cast("Word", get_object_or_404(model, pk=pk) if pk else model())
    names = ["code", "zh", "en", "order", "is_active"]
    names += {"categories": ["parent"], "dangers": ["unless"]}.get(kind, [])
    form = forms.TermForm(
        request.POST or None, term=term, initial=forms.initial(term, names) if pk else {"order": 0}
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_term(term, form.cleaned_data, by=request.user)
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings_words")
    context = {
        "form": form,
        "kind": kind,
        "term": model.objects.get(pk=pk) if pk else None,
        "edits": edits({"": model.history.filter(id=pk)}) if pk else [],
    }
    return render(
        request, "complaints/office/settings_word.html", context, status=422 if form.errors else 200
    )
