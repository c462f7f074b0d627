"""One reward or penalty 奖惩: read by those it concerns, decided, taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from complaints.actions import rewards as acts
from complaints.actions.reward_rows import ABOUT, acts_on, refusal_of
from complaints.forms import rewards as forms
from complaints.forms.rewards import RewardForm
from complaints.models import Commendation, Complaint, Reward, RewardEntry
from complaints.reward_texts import ENTRIES
from complaints.rewards import ACTS, OVERSEERS, Ground
from complaints.timeline import people_named
from complaints.views import person_of
from config.framework.refusals import Refused
from staff.permissions import Permissions
from staff.requests import StaffRequest


@dataclass(frozen=True)
class Act:
    form: type[RewardForm]
    act: Callable[..., Reward]
    done: str | Promise


REWARD_FORMS: dict[str, Act] = {
    "approve": Act(
        forms.Approve, acts.approve, pgettext_lazy("rewards", "Approved. Whom it concerns knows.")
    ),
    "reject": Act(
        forms.RewardForm, acts.reject, pgettext_lazy("rewards", "Turned down; the reason stands with it.")
    ),
    "cancel": Act(forms.RewardForm, acts.cancel, pgettext_lazy("rewards", "Cancelled. It counts no more.")),
}
if set(REWARD_FORMS) != set(ACTS):
    raise ImportError("Every act on a reward or penalty has its form, and none besides.")


@dataclass(frozen=True)
class Line:
    """An entry of its history, in words."""

    at: datetime
    actor: str
    text: str
    note: str


def find(person: Permissions, pk: int) -> Reward:
    return get_object_or_404(Reward.objects.visible_to(person).select_related(*ABOUT), pk=pk)


def oversees(row: Reward, person: Permissions) -> bool:
    """Whether he reads how it came to it; never about himself."""
    return row.person_id != person.user.pk and bool(OVERSEERS & person.roles_at(row.estate_id))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reward(request: StaffRequest, pk: int, verb: str = "") -> HttpResponse:
    """The page; with a verb its form on it, done when it is sent."""
    at = now()
    person = person_of(request, at)
    row = find(person, pk)
    if verb and verb not in REWARD_FORMS or not verb and request.method == "POST":
        raise Http404
    with timezone.override(row.estate.zone):
        if not verb:
            return _page(request, row, person)
        data = request.POST if request.method == "POST" else None
        form = REWARD_FORMS[verb].form(data, row=row)
        refused = refusal_of(row, verb, person)
        if data is not None and form.is_valid():
            try:
                REWARD_FORMS[verb].act(row, **form.cleaned_data, by=request.user, at=at)
            except Refused as fault:
                form.refuse(fault)
                row = find(person, pk)
            else:
                messages.success(request, str(REWARD_FORMS[verb].done))
                return redirect(row)
        status = 422 if data is not None or refused else 200
        return _page(request, row, person, verb=verb, form=form, refused=refused, status=status)


def _page(
    request: StaffRequest, row: Reward, person: Permissions, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The case is named to whoever may read it, and to nobody besides."""
    seen = Complaint.objects.visible_to(person).filter(pk=row.complaint_id or 0)
    praise = Commendation.objects.visible_to(person).filter(pk=row.commendation_id or 0)
    context: dict[str, Any] = {
        "row": row,
        "zone": row.estate.zone,
        "case": seen.first(),
        "praise": praise.first(),
        "acts": [(verb, ACTS[verb]) for verb in acts_on(row, person)],
        "lines": lines(row) if oversees(row, person) else [],
        "form": None,
    }
    if verb := more.get("verb"):
        context |= {"title": ACTS[verb].label}
    return render(request, "complaints/reward.html", context | more, status=status)


def lines(row: Reward) -> list[Line]:
    """Its history, newest first, in the reader's language. Two queries."""
    entries = list(RewardEntry.objects.filter(reward=row).order_by("-pk"))
    people = people_named(one.actor_id for one in entries if one.actor_id)
    return [
        Line(one.at, people.get(one.actor_id or 0, _("System")), sentence(one.kind, one.params), one.note)
        for one in entries
    ]


def sentence(kind: str, params: dict[str, Any]) -> str:
    said = dict(params)
    if "ground" in said:
        said["ground"] = Ground(said["ground"]).label
    return str(ENTRIES[kind]) % said
