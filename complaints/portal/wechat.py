"""Messages by WeChat, asked for and taken back on 我的投诉, in WeChat's own browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from complaints.actions import wechat_bindings
from complaints.actions.visibility import masked
from complaints.portal.visited_case import VisitedCase
from complaints.portal.visits import keep, public_page, visit_of
from config.framework.refusals import Refused
from staff.models import Estate


def phones_page(view: Callable[..., HttpResponse]) -> Any:
    """A page for whoever has shown a phone, where there is an official account; else the question for it."""

    @public_page
    @wraps(view)
    def page(request: HttpRequest, *, at: datetime) -> HttpResponse:
        visit = visit_of(request, at)
        if settings.WECHAT is None or visit is None or not visit.shown_phone:
            return redirect("portal_mine")
        response = view(request, visit, at=at)
        keep(response, visit.visit, at)
        return response

    return page


@require_safe
@phones_page
def consent(request: HttpRequest, visit: VisitedCase, *, at: datetime) -> HttpResponse:
    """What he agrees to, in words; the link that says yes leads through WeChat."""
    back = settings.BASE_URL + reverse("portal_wechat_back")
    context: dict[str, Any] = {
        "estate": Estate.objects.get(pk=visit.shown_estate or 0),
        "phone": masked(visit.shown_phone),
        "binding": wechat_bindings.binding_for(visit.shown_phone),
        "is_one": bool(wechat_bindings.person_to_bind(visit.shown_phone, visit.shown_estate or 0)),
        # WeChat answers in its own browser only.
        "in_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
        "address": wechat_bindings.consent_address(visit.visit, back, at=at),
    }
    context["zone"] = context["estate"].zone
    return render(request, "portal/wechat.html", context)


@require_safe
@phones_page
def back(request: HttpRequest, visit: VisitedCase, *, at: datetime) -> HttpResponse:
    """WeChat leads him back; what he agreed to before holds now."""
    try:
        wechat_bindings.bind(
            visit=visit.visit,
            phone=visit.shown_phone,
            estate=visit.shown_estate or 0,
            state=request.GET.get("state", ""),
            code=request.GET.get("code", "")[:200],
            at=at,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("portal_wechat")
    messages.success(request, _("From now on we write to you by WeChat."))
    return redirect("portal_mine")


@require_POST
@phones_page
def stop(request: HttpRequest, visit: VisitedCase, *, at: datetime) -> HttpResponse:
    wechat_bindings.unbind(visit.shown_phone)
    messages.success(request, _("No more messages by WeChat: we write text messages again."))
    return redirect("portal_mine")
