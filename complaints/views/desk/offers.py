"""What the words suggest, while somebody types at the desk; and one of them taken without JavaScript."""

from __future__ import annotations

from django.http import HttpResponse

from complaints.forms.offers import Shown
from complaints.views.desk.desk_request import Desk, button
from staff.requests import StaffRequest


@button
def suggest(request: StaffRequest, desk: Desk) -> HttpResponse:
    """The offers for what was typed; 204 where the page shows them already, lest they be read aloud again."""
    if not desk.wants_part:
        field, _colon, value = request.POST.get("take", "").partition(":")
        return desk.again(changes={field: value} if field in ("category", "severity") else {})
    found = desk.offers(request.POST)
    if request.POST.get("offers_for", "").split() == _shown(found).split():
        return HttpResponse(status=204)
    return desk.part("offers", offers=found)


def _shown(found: list[Shown]) -> str:
    return " ".join(f"{offer.field}:{offer.value}:{offer.because}" for offer in found)
