"""A person's own views of the queue: kept, renamed, put in order, the one his day begins with, deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.actions import own_views as actions
from complaints.models import OwnView
from complaints.views.lists.listing import PLACE
from config.framework.refusals import Refused
from staff.requests import StaffRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_views(request: StaffRequest) -> HttpResponse:
    """`?query` of the queue is what a new view would keep."""
    refused: dict[str, Any] = {}
    if request.method == "POST":
        try:
            return _done(request)
        except Refused as refusal:
            refused = {"sentence": str(refusal), "view": request.POST.get("view", "")}
    query = request.POST.get("query", "") if request.method == "POST" else request.GET.urlencode()
    context = {
        "views": list(actions.views_of(request.user)),
        "query": kept_of(query),
        "back": f"{reverse('queue')}?{query}" if query else reverse("queue"),
        "refused": refused,
        "typed": request.POST.get("name", ""),
        "most": actions.MOST,
    }
    return render(request, "complaints/lists/own_views.html", context, status=422 if refused else 200)


def kept_of(query: str) -> str:
    """What a view keeps of an address: not on which page one was, nor under which view one came."""
    asked = QueryDict(query, mutable=True)
    for name in (*PLACE, "own"):
        asked.pop(name, None)
    return asked.urlencode()


def _done(request: StaffRequest) -> HttpResponse:
    """One act on one view. Raises Refused."""
    said, act = request.POST, request.POST.get("do", "")
    query = kept_of(said.get("query", ""))
    if act == "keep":
        view = actions.keep_view(request.user, name=said.get("name", ""), query=query)
        messages.success(request, _("Kept as “%(name)s”.") % {"name": view.name})
        return redirect(f"{reverse('queue')}?{query}{'&' if query else ''}own={view.pk}")
    if act == "usual":
        actions.begin_with(request.user, None)
        return redirect("own_views")
    if not said.get("view", "").isascii() or not said.get("view", "").isdigit():
        raise Http404
    view = get_object_or_404(OwnView, user=request.user, pk=int(said["view"][:18]))
    match act:
        case "change":
            actions.change_view(view, query=query)
            messages.success(request, _("“%(name)s” shows this from now on.") % {"name": view.name})
            return redirect(f"{reverse('queue')}?{query}{'&' if query else ''}own={view.pk}")
        case "rename":
            actions.change_view(view, name=said.get("name", ""))
        case "drop":
            actions.drop_view(view)
            messages.success(
                request, _("“%(name)s” is deleted; the cases stay where they are.") % {"name": view.name}
            )
        case "begin":
            actions.begin_with(request.user, view)
        case "up" | "down":
            actions.move_view(view, by=-1 if act == "up" else 1)
        case _:
            raise Http404
    return redirect("own_views")
