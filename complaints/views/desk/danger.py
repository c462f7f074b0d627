"""The desk's question whether people are in danger, while somebody types."""

from __future__ import annotations

from django.http import HttpResponse

from complaints.forms.desk import danger as question
from complaints.views.desk.desk_request import Desk, button
from staff.requests import StaffRequest


@button
def ask(request: StaffRequest, desk: Desk) -> HttpResponse:
    """The question, or nothing; 204 where the page shows it already, lest it be read aloud again."""
    if not desk.wants_part:
        return desk.again()
    form = desk.retyped()
    form.asked_because = question.ask(form, request.POST)
    if "|".join(form.asked_because) == request.POST.get("danger_for", ""):
        return HttpResponse(status=204)
    return desk.part("danger_question", form=form, **desk.calls(form))
