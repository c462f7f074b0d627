"""Acts on the ticked cases of the queue; each is asked for itself, and a refusal stops no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from complaints import actions
from complaints.forms.lists.bulk import AcceptMany, DeliverMany, ManyForm, TransferMany
from complaints.models import Complaint
from complaints.moves import MOVES, may
from complaints.views import person_of
from complaints.views.lists.case_rows import situation_in
from config.framework.refusals import Refused
from staff.permissions import Permissions
from staff.requests import StaffRequest

MOST = 200


@dataclass(frozen=True)
class Act:
    """`verb`: the move it stands under; `asks`: the form for all; `what`: what will happen, above it."""

    verb: str
    label: str | Promise
    icon: str
    do: Callable[..., Any]
    done: Callable[[int], str]
    asks: type[ManyForm]
    what: Callable[[int], str]


def _accepted(n: int) -> str:
    return ngettext("%(n)s case accepted.", "%(n)s cases accepted.", n) % {"n": n}


def _will_accept(n: int) -> str:
    return ngettext(
        "%(n)s case is accepted with the department's opinion: what you find, what will be done and by when.",
        "%(n)s cases are accepted, each with the department's opinion: what you find, what will be done "
        "and by when.",
        n,
    ) % {"n": n}


def _delivered(n: int) -> str:
    return ngettext("%(n)s case classified and assigned.", "%(n)s cases classified and assigned.", n) % {
        "n": n
    }


def _transferred(n: int) -> str:
    return ngettext(
        "%(n)s case has another first receiver.", "%(n)s cases have another first receiver.", n
    ) % {"n": n}


def _will_deliver(n: int) -> str:
    return ngettext(
        "%(n)s case is classified and goes to one handler, who accepts it or sends it back.",
        "%(n)s cases are classified and go to one handler, who accepts each or sends it back.",
        n,
    ) % {"n": n}


def _will_transfer(n: int) -> str:
    return ngettext(
        "%(n)s case gets another first receiver. He follows it and answers the customer to the end; "
        "the handler stays.",
        "%(n)s cases get another first receiver. He follows them and answers the customers to the end; "
        "the handlers stay.",
        n,
    ) % {"n": n}


ACTS: dict[str, Act] = {
    "classify": Act(
        "classify", gettext_lazy("Classify and assign"), "send", actions.classify, _delivered, DeliverMany,
        _will_deliver,
    ),
    "accept": Act(
        "accept", MOVES["accept"].label, "user-check", actions.accept, _accepted, AcceptMany, _will_accept
    ),
    "transfer": Act(
        "transfer", gettext_lazy("Transfer first receiver"), "users", actions.transfer, _transferred,
        TransferMany, _will_transfer,
    ),
}  # fmt: skip


def offered(rows: Sequence[dict[str, Any]], person: Permissions, at: datetime) -> list[tuple[str, Act]]:
    """The acts that can be done on at least one of these rows, with their names."""
    stand = [situation_in(row, person, at) for row in rows]
    return [(name, act) for name, act in ACTS.items() if any(may(act.verb, one) for one in stand)]


@login_required
@require_POST
def bulk(request: StaffRequest) -> HttpResponse:
    at = now()
    act = ACTS.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    cases = list(
        Complaint.objects.visible_to(person_of(request, at))
        .filter(number__in=request.POST.getlist("number")[:MOST])
        .select_related("first_receiver", "category", "estate")
        .order_by("next_due_at", "pk")
    )
    back = f"{reverse('queue')}?{request.POST.get('query', '').lstrip('?')}"
    if not cases:
        messages.warning(request, _("Tick the cases first."))
        return redirect(back)
    sent = "sent" in request.POST
    form = act.asks(request.POST if sent else None, cases=cases, now=at)
    if sent and form.is_valid():
        done, refused = _tried(act, cases, form.said_of, request, at)
        if done:
            _tell(request, act, done, refused)
            return redirect(back)
        for sentence in refused:
            form.add_error(None, sentence)
    context = {"form": form, "cases": cases, "back": back, "act": act, "what": act.what(len(cases))}
    return render(request, "complaints/lists/bulk.html", context, status=422 if sent else 200)


def _tried(
    act: Act,
    cases: list[Complaint],
    said_of: Callable[[Complaint], dict[str, Any]],
    request: StaffRequest,
    at: datetime,
) -> tuple[int, list[str]]:
    """How many were done, and the sentences about the others."""
    done, refused = 0, []
    for case in cases:
        try:
            act.do(case, **said_of(case), by=request.user, at=at)
            done += 1
        except Refused as refusal:
            refused.append(_("%(number)s: %(sentence)s") % {"number": case.number, "sentence": refusal})
    return done, refused


def _tell(request: StaffRequest, act: Act, done: int, refused: list[str]) -> None:
    if done:
        messages.success(request, act.done(done))
    for sentence in refused:
        messages.warning(request, sentence)
