"""The desk's box for a pasted order: taken apart, put into the form, everything typed still there."""

from __future__ import annotations

from django.http import HttpResponse

from complaints.forms.desk.pasted_order import fill
from complaints.views.desk.desk_request import Desk, button
from staff.requests import StaffRequest


@button
def take_apart(request: StaffRequest, desk: Desk) -> HttpResponse:
    """The same form with what the text says filled in, and a line on each thing that was or was not."""
    text, typed = request.POST.get("order_text", ""), request.POST.dict()
    if home := request.POST.get("home", "")[:80]:  # one of those offered was chosen
        typed["where"] = home
    filled = fill(text, typed, desk.estate)
    form = desk.retyped(**({"where": home} if home else {}) | filled.changes)
    desk.keep_files(form)
    return desk.page(form, pasted=filled, order_text=text if filled.homes else "")
