"""Whether the customer wants messages about his case: his own choice, at any time."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.actions import portal_access
from complaints.actions.visibility import masked
from complaints.models import Complainant
from complaints.portal.visited_case import VisitedCase
from complaints.portal.visits import gone, visitors_page


@require_http_methods(["GET", "HEAD", "POST"])
@visitors_page
def texts(request: HttpRequest, visited: VisitedCase, *, at: datetime) -> HttpResponse:
    """Asked by a page, decided by a button."""
    if not visited.is_written_to:
        return gone(request)
    if request.method == "POST":
        wanted = request.POST.get("texts") == "yes"
        portal_access.choose_texts(visited.case, wanted=wanted)
        messages.success(
            request,
            _("We write to you again.") if wanted else _("No more messages."),
        )
        return redirect("portal_case", number=visited.number)
    refused = Complainant.objects.values_list("no_texts", flat=True).get(complaint=visited.case)
    phone = masked(visited.phone) if settings.SMS else _("your e-mail address")
    context = {"case": visited, "estate": visited.estate, "refused": refused, "phone": phone}
    return render(request, "portal/texts.html", context)
