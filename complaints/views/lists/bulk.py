"""Acts on the ticked cases of the queue; each is asked for itself, and a refusal stops no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from complaints import actions
from complaints.actions import place_shown
from complaints.forms.lists.bulk import AcceptMany, DeliverMany, ManyForm, RemindMany, TransferMany
from complaints.models import Complaint
from complaints.moves import MOVES, may
from complaints.situation import Situation
from complaints.views import person_of
from complaints.views.lists.listing import listing
from config.framework.refusals import Refused
from staff.requests import StaffRequest

#: So many at once: a screen full of sentences, and half a minute at most.
MOST = 200
#: Where the session keeps what became of the last act on several cases.
LATEST = "bulk"
#: So long the list says what was done.
SHOWN_FOR = timedelta(minutes=1)


@dataclass(frozen=True)
class Act:
    """`verb`: the move it stands under; `asks`: the form for all; `what`: what will happen, above it.

    `undo`: takes it back on one case, where that can be.
    """

    verb: str
    label: str | Promise
    icon: str
    do: Callable[..., Any]
    done: Callable[[int], str]
    asks: type[ManyForm]
    what: Callable[[int], str]
    undo: Callable[..., Any] | None = None


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


def _reminded(n: int) -> str:
    return ngettext("%(n)s case: its holder is reminded.", "%(n)s cases: their holders are reminded.", n) % {
        "n": n
    }


def _will_remind(n: int) -> str:
    return ngettext(
        "Whoever holds %(n)s case now is reminded of it; the customer reads nothing of it.",
        "Whoever holds these %(n)s cases now is reminded of each; the customers read nothing of it.",
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
        TransferMany, _will_transfer, actions.undo_transfer,
    ),
    "remind": Act(
        "remind", MOVES["remind"].label, "bell", actions.remind, _reminded, RemindMany, _will_remind
    ),
}  # fmt: skip


def offered(stand: Sequence[Situation]) -> list[tuple[str, Act]]:
    """The acts that can be done on at least one of the cases that stand so, with their names."""
    return [(name, act) for name, act in ACTS.items() if any(may(act.verb, one) for one in stand)]


@login_required
@require_POST
def bulk(request: StaffRequest) -> HttpResponse:
    """Asked for first, with the cases by name; then done on each, as far as its rule allows."""
    at = now()
    act = ACTS.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    cases = chosen(request, at)
    back = back_of(request)
    if not cases:
        messages.warning(request, _("Tick the cases first."))
        return redirect(back)
    sent = "sent" in request.POST
    form = act.asks(request.POST if sent else None, cases=cases, now=at)
    if sent and form.is_valid():
        refused = _tried(act, cases, form.said_of, request, at)
        if len(refused) < len(cases):
            _keep(request, act, cases, refused, back, at)
            return redirect("queue_bulk_done") if refused else redirect(back)
        for case in cases:
            form.add_error(None, _sentence(case.number, refused[case.number]))
    context = {
        "form": form,
        "cases": [(case, place_shown(case, person_of(request, at))) for case in cases],
        "back": back,
        "act": act,
        "what": act.what(len(cases)),
        "left_out": _left_out(request, at) if len(cases) == MOST else 0,
    }
    return render(request, "complaints/lists/bulk.html", context, status=422 if sent else 200)


def chosen(request: StaffRequest, at: datetime) -> list[Complaint]:
    """The ticked cases, or all of the list they stand in, as they stand there; at most `MOST`."""
    asked = QueryDict(request.POST.get("query", "").lstrip("?"))
    if "all" in request.POST:
        found = listing(request, asked, at)
        rows = found.order.page(found.shown, QueryDict(), size=MOST).rows
        places = {row.number: place for place, row in enumerate(rows)}
    else:
        ticked = dict.fromkeys(request.POST.getlist("number")[:MOST])
        places = {number: place for place, number in enumerate(ticked)}
    cases = Complaint.objects.visible_to(person_of(request, at)).filter(number__in=list(places))
    people = ("first_receiver", "handler", "category", "estate", "unit", "building", "complainant")
    return sorted(cases.select_related(*people), key=lambda case: places[case.number])


def _left_out(request: StaffRequest, at: datetime) -> int:
    """How many more match than are done at once."""
    if "all" not in request.POST:
        return 0
    asked = QueryDict(request.POST.get("query", "").lstrip("?"))
    return max(listing(request, asked, at).shown.count() - MOST, 0)


def back_of(request: StaffRequest) -> str:
    query = request.POST.get("query", "").lstrip("?")
    return f"{reverse('queue')}?{query}" if query else reverse("queue")


def _tried(
    act: Act,
    cases: list[Complaint],
    said_of: Callable[[Complaint], dict[str, Any]],
    request: StaffRequest,
    at: datetime,
) -> dict[str, str]:
    """The sentences about the cases it was refused for, by number."""
    refused = {}
    for case in cases:
        try:
            act.do(case, **said_of(case), by=request.user, at=at)
        except Refused as refusal:
            refused[case.number] = str(refusal)
    return refused


def _sentence(number: str, sentence: str) -> str:
    return _("%(number)s: %(sentence)s") % {"number": number, "sentence": sentence}


# What became of it -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Latest:
    """The last act on several cases. `undoable`: for how many seconds more it can be taken back."""

    sentence: str
    refused: int
    undoable: int


def _keep(
    request: StaffRequest, act: Act, cases: list[Complaint], refused: dict[str, str], back: str, at: datetime
) -> None:
    request.session[LATEST] = {
        "do": act.verb,
        "cases": [[case.number, refused.get(case.number, "")] for case in cases],
        "back": back,
        "at": at.isoformat(),
    }


def latest(request: StaffRequest, at: datetime) -> Latest | None:
    """What was done last, where that is so lately that he may still look for it. No query."""
    kept = request.session.get(LATEST)
    if not kept or not (since := at - datetime.fromisoformat(kept["at"])) < SHOWN_FOR:
        return None
    done = sum(not sentence for _number, sentence in kept["cases"])
    if kept.get("undone") is not None:
        return Latest(_taken_back(kept["undone"]), done - kept["undone"], 0)
    act = ACTS[kept["do"]]
    left = int((actions.UNDO_WITHIN - since).total_seconds()) if act.undo else 0
    return Latest(act.done(done), len(kept["cases"]) - done, max(left, 0))


def _taken_back(n: int) -> str:
    return ngettext("Taken back on %(n)s case.", "Taken back on %(n)s cases.", n) % {"n": n}


@login_required
def done(request: StaffRequest) -> HttpResponse:
    """Row by row: done, or refused with its sentence."""
    at, kept = now(), request.session.get(LATEST)
    if not kept:
        return redirect("queue")
    person = person_of(request, at)
    numbers = [number for number, _sentence in kept["cases"]]
    seen = Complaint.objects.visible_to(person).filter(number__in=numbers)
    by_number = {case.number: case for case in seen.select_related("category", "estate", "unit", "building")}
    rows = [
        {"number": number, "case": by_number.get(number), "refused": sentence}
        for number, sentence in kept["cases"]
    ]
    rows.sort(key=lambda row: not row["refused"])
    context = {"act": ACTS[kept["do"]], "rows": rows, "back": kept["back"], "latest": latest(request, at)}
    return render(request, "complaints/lists/bulk_done.html", context)


@login_required
@require_POST
def undo(request: StaffRequest) -> HttpResponse:
    """Taken back on each case it was done on, as far as the rule still allows; an entry of its own."""
    at, kept = now(), request.session.get(LATEST) or {"undone": 0}
    act = ACTS[kept["do"]] if "undone" not in kept else None
    if act is None or act.undo is None:
        messages.warning(request, _("There is nothing to take back any more."))
        return redirect("queue")
    numbers = [number for number, sentence in kept["cases"] if not sentence]
    cases = Complaint.objects.visible_to(person_of(request, at)).filter(number__in=numbers).order_by("pk")
    undone, rows = 0, []
    for case in cases:
        try:
            act.undo(case, by=request.user, at=at)
            undone += 1
            rows.append([case.number, ""])
        except Refused as refusal:
            rows.append([case.number, str(refusal)])
    request.session[LATEST] = kept | {"cases": rows, "undone": undone, "at": at.isoformat()}
    return redirect(kept["back"] if undone == len(rows) else "queue_bulk_done")
