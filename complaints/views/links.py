"""Where the signed link in a message leads: to the one request, once its reader has signed in."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from complaints.channels import links


@never_cache
@require_safe
def decide(request: HttpRequest, token: str) -> HttpResponse:
    """Looking decides nothing and signs nobody in; whoever else is signed in is turned away."""
    try:
        link = links.read(token, at=now())
    except links.Useless:
        return render(request, "complaints/link.html", {"is_old": True}, status=410)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if request.user.pk != link.user:
        return render(request, "complaints/link.html", status=403)
    return redirect(link.page, pk=link.row)
