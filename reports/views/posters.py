"""Posters to be printed: asked for on the page of the places, made by the worker."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now as clock
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.actions.posters import kept_by
from complaints.models import PostedPlace
from complaints.views import person_of
from config.framework.refusals import Refused
from config.framework.request_guard import whole_number
from reports import paperwork
from reports.posters import SIZES, Size
from reports.views.papers import in_line
from staff.requests import StaffRequest


@require_POST
@login_required
def posters(request: StaffRequest, code: str) -> HttpResponse:
    """Of the places ticked; or of all that hang, of one kind where it is said."""
    now = clock()
    estate = get_object_or_404(kept_by(person_of(request, now)), code=code)
    size = request.POST.get("size", "")
    places = PostedPlace.objects.filter(estate=estate, taken_down_at=None)
    if "all" not in request.POST:
        places = places.filter(pk__in={whole_number(key) or 0 for key in request.POST.getlist("place")})
    elif (kind := request.POST.get("kind", "")) in PostedPlace.Kind.values:
        places = places.filter(kind=kind)
    chosen = set(places.values_list("pk", flat=True))
    name = f"{_('Posters')}-{estate}-{size if size in SIZES else Size.A4}.pdf"
    try:
        row = paperwork.ask_posters(
            request.user, estate, chosen, size if size in SIZES else Size.A4, name, get_language(), now
        )
    except Refused as refusal:
        status = 422 if refusal.field else 429
        return render(request, "reports/failed.html", {"reason": str(refusal)}, status=status)
    return in_line(request, row)
