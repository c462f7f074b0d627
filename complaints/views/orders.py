"""The desk's box for a pasted order: taken apart, put into the form, everything typed still there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from complaints.forms.pasted import fill
from complaints.views.front import Desk, button


@button
def take_apart(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The same form with what the text says filled in, and a line on each thing that was or was not."""
    filled = fill(request.POST.get("order_text", ""), request.POST.dict(), desk.estate.name)
    form = desk.retyped(**filled.changes)
    desk.keep_files(form)
    return desk.page(form, pasted=filled)
