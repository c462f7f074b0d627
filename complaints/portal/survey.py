"""The questions of a satisfaction survey 顾客满意度调查, by the link of one home: one page, one answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints.actions import survey_answers
from complaints.actions.survey_answers import Door, Shut
from complaints.forms.surveys import OwnersForm
from complaints.models import SurveyInvitation
from complaints.portal.visits import public_page
from config.framework.client_addresses import client_network
from config.framework.refusals import Refused


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, *, at: datetime, token: str) -> HttpResponse:
    """What was typed is kept through every refusal but that of a link that takes no answer."""
    row = survey_answers.invitation_of(token)
    door = survey_answers.door_of(row, at)
    if row is None and survey_answers.is_guessing(client_network(request), at):
        return _shut(request, None, Door.UNKNOWN, status=429)
    if door != Door.OPEN or row is None:
        return _shut(request, row, door)
    data = request.POST if request.method == "POST" else None
    form = OwnersForm(data, row=row.survey, items=list(row.survey.items.all()))
    status = 200
    if data is not None:
        status = 422
        if form.is_valid():
            try:
                _send(token, form, at)
            except Shut as shut:
                return _shut(request, row, shut.door)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return redirect("portal_survey_thanks")
    context = {"form": form, "survey": row.survey, "estate": row.unit.estate, "unit": row.unit}
    return render(request, "portal/survey.html", context, status=status)


def _send(token: str, form: Any, at: datetime) -> None:
    if form.cleaned_data["website"]:
        form.data = {**form.data.dict(), "website": ""}  # empty again, for whoever is no program
        raise Refused(_("This looks as if a program had filled it in. If you are none, send it once more."))
    survey_answers.answer_by_link(token, **form.arguments(), at=at)


def _shut(
    request: HttpRequest, row: SurveyInvitation | None, door: Door, *, status: int = 404
) -> HttpResponse:
    """Why the link takes no answer. An unknown one is told nothing else."""
    known = row if door != Door.UNKNOWN else None
    context = {"door": str(door), "survey": known and known.survey, "estate": known and known.unit.estate}
    return render(request, "portal/survey_shut.html", context, status=200 if known else status)


@public_page
@require_safe
def thanks(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Without the link, so that it says nothing of whose answer it was."""
    return render(request, "portal/survey_thanks.html")
