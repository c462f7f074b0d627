"""What a person sets for himself: language, estate, and his absences with a deputy."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.actions import colleagues
from complaints.forms.office.messages import MessagesForm
from complaints.forms.office.settings import AbsenceForm, Asked, ProfileForm
from complaints.models import Commendation, Reward
from complaints.views import CHOSEN_ESTATE, estates_of, person_of
from complaints.views.colleagues import stand_ins
from complaints.views.office.people import absence_ended, in_hand, postings_of
from complaints.views.office.trainings import own_trainings
from config.framework.refusals import Refused
from staff import actions
from staff.requests import StaffRequest

#: So many of his commendations stand on his own page; the rest on the list.
COMMENDED = 5


def back(request: StaffRequest) -> HttpResponse:
    """To the page the form was on."""
    to = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}):
        to = "/"
    return HttpResponseRedirect(to)


@require_POST
def set_language(request: StaffRequest) -> HttpResponse:
    """The language of the pages: kept for the person when signed in, else for the browser."""
    language = request.POST.get("language", "")
    response = back(request)
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            actions.set_language(request.user, language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 60 * 60,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@login_required
@require_POST
def choose_estate(request: StaffRequest) -> HttpResponse:
    """One of his estates, or all of them."""
    code = request.POST.get("estate", "")
    chosen = next((estate for estate in estates_of(request, now()) if estate.code == code), None)
    if chosen:
        request.session[CHOSEN_ESTATE] = chosen.pk
    else:
        request.session.pop(CHOSEN_ESTATE, None)
    return back(request)


@login_required
def profile(request: StaffRequest) -> HttpResponse:
    """Language and where his messages go; the name is kept by whoever looks after the people."""
    form = ProfileForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            colleagues.edit_login(request.user, form.cleaned_data, by=request.user, at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("profile")
    return profile_page(request, facts=form)


def profile_page(request: StaffRequest, **corrected: Asked) -> HttpResponse:
    """The whole page, with the forms that must be corrected as they were typed."""
    at = now()
    absences = request.user.absences.filter(ends_at__gt=at).select_related("deputy").order_by("starts_at")
    context = {
        "facts": ProfileForm(user=request.user),
        "ways": MessagesForm(user=request.user),
        "absence": AbsenceForm(people=stand_ins(person_of(request, at), at)),
        "absences": absences,
        "now": at,
        **in_hand(request.user, person_of(request, at)),
        "postings": postings_of(request.user, at),
        "standings": own_trainings(request.user, at),
        "commended": Commendation.objects.public()
        .filter(person=request.user)
        .select_related("estate", "person", "department")
        .order_by("-published_at", "-pk")[:COMMENDED],
        "rewarded": Reward.objects.visible_to(person_of(request, at))
        .filter(person=request.user)
        .select_related("estate", "person")
        .order_by("-decided_at", "-pk")[:COMMENDED],
    } | corrected
    wrong = any(form.errors for form in corrected.values())
    return render(request, "complaints/profile.html", context, status=422 if wrong else 200)


@login_required
@require_POST
def ways(request: StaffRequest) -> HttpResponse:
    """Which messages reach him how, and when not; his own choice."""
    form = MessagesForm(request.POST, user=request.user)
    if form.is_valid():
        actions.edit(request.user, form.said(request.user), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("profile")
    return profile_page(request, ways=form)


@login_required
@require_POST
def leave(request: StaffRequest) -> HttpResponse:
    """Out of office, with a deputy."""
    at = now()
    form = AbsenceForm(request.POST, people=stand_ins(person_of(request, at), at))
    if form.is_valid():
        try:
            colleagues.leave_office(request.user, **form.cleaned_data, by=request.user, at=at)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Absence saved."))
            return redirect("profile")
    return profile_page(request, absence=form)


@login_required
@require_POST
def come_back(request: StaffRequest, pk: int) -> HttpResponse:
    absence_ended(request, get_object_or_404(request.user.absences, pk=pk), now())
    return redirect("profile")
