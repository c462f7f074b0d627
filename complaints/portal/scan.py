"""The address in a poster's code: one scan counted, and on to what is asked."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from complaints.actions import posters
from complaints.portal.visits import public_page
from config.framework.client_addresses import client_network

#: Programs that look at an address before, or without, a person.
_PROGRAM = re.compile(
    r"bot\b|bot/|spider|crawl|preview|slurp|facebookexternalhit|headless|^(curl|wget|python|go-http|java|okhttp)",
    re.I,
)
#: How browsers say that they only load ahead.
_AHEAD = re.compile(r"prefetch|prerender|preview", re.I)


@public_page
@require_safe
def scan(request: HttpRequest, *, at: datetime, code: str) -> HttpResponse:
    """Whatever the code is, the first question comes next; it says what is known of the place.

    A reload of that page asks for another address and counts nothing.
    """
    place = posters.find(code)
    if place and _is_a_person(request):
        posters.count_scan(place, network=client_network(request), at=at)
    return redirect(f"{reverse('portal_report')}?{urlencode({'at': code[:20]})}")


def _is_a_person(request: HttpRequest) -> bool:
    """As far as can be told without keeping anything of him."""
    agent = request.headers.get("user-agent", "")
    ahead = " ".join(request.headers.get(name, "") for name in ("sec-purpose", "purpose", "x-moz"))
    return bool(request.method == "GET" and agent and not _PROGRAM.search(agent) and not _AHEAD.search(ahead))
