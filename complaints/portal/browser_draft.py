"""The browser's side of a draft: its secret, in a cookie that lasts as long as the draft is kept."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from complaints.actions import portal_drafts
from complaints.models import PortalDraft
from complaints.portal.visits import PREFIX, set_cookie

DRAFT_COOKIE = f"{PREFIX}portal-draft"


def draft_of(request: HttpRequest, at: datetime) -> PortalDraft | None:
    """The draft of this browser, sent or not. One query, none without the cookie."""
    secret = request.COOKIES.get(DRAFT_COOKIE, "")
    return portal_drafts.of_browser(secret, at=at) if secret else None


def remember(response: HttpResponseBase, secret: str) -> None:
    set_cookie(response, DRAFT_COOKIE, secret, max_age=portal_drafts.KEPT)
