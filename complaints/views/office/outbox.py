"""Messages that were given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from complaints import notifications
from complaints.channels import preferences
from complaints.models import OutboxMessage
from complaints.views import person_of
from complaints.views.lists.keyset import Order
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import Role

NEWEST_FIRST = Order("created_at", newest_first=True)


@dataclass(frozen=True)
class Line:
    """One message that was given up."""

    row: OutboxMessage
    to: str
    about: str
    way: str
    zone: ZoneInfo


@login_required
@require_safe
def failed(request: StaffRequest) -> HttpResponse:
    """For whoever can mend it: the company's administrators. No customer is named."""
    page = NEWEST_FIRST.page(_failed(request, now()), request.GET, read=_with_people)
    context = {"lines": [_line(row) for row in page.rows], "page": page}
    return render(request, "complaints/office/settings_messages.html", context)


@login_required
@require_POST
def retry(request: StaffRequest) -> HttpResponse:
    """Take up one message again, or all of them."""
    at = now()
    rows = _failed(request, at)
    if request.POST.get("message", "").isdecimal():
        rows = rows.filter(pk=request.POST["message"])
    taken = 0
    for row in rows:
        taken += notifications.retry_failed(row, at=at)
    if taken:
        words = ngettext("%(n)s message goes out again.", "%(n)s messages go out again.", taken)
        messages.success(request, words % {"n": taken})
    return redirect("settings_messages")


def sends_again(person: Permissions) -> bool:
    """Whether he sees the messages that were given up: an administrator of the company."""
    return Role.ADMINISTRATOR in person.company


def _failed(request: StaffRequest, at: datetime) -> QuerySet[OutboxMessage]:
    if not sends_again(person_of(request, at)):
        raise Http404
    return OutboxMessage.objects.filter(state=OutboxMessage.State.FAILED)


def _with_people(*messages: int) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(pk__in=messages).select_related("user", "complaint__estate")


def _line(row: OutboxMessage) -> Line:
    if row.channel == "robot" and row.complaint:
        to = _("Group of %(estate)s") % {"estate": row.complaint.estate}
        about = str(preferences.Sort.DEADLINES.label)
    elif row.user is None:
        to, about = _("Customer"), _("Message to the customer")
    else:
        to, about = str(row.user), str(preferences.sort_of(row.kind).label)
    others = {"robot": _("WeCom group robot"), "wechat": _("WeChat official account")}
    way = others.get(row.channel) or preferences.Way(row.channel).label
    zone = row.complaint.estate.zone if row.complaint else get_current_timezone()
    return Line(row, to, about, str(way), zone)
