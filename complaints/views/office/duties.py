"""The transfer of everything a person holds to another (domain.md 1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import ngettext

from complaints import actions as cases
from complaints.actions.duties import Kept
from complaints.forms.office import settings as forms
from complaints.models import Complaint, Measure, Overrun, SiteVisit
from complaints.site_visits import State
from complaints.views import person_of
from complaints.views.office.people import SHOWN, deputies, held_by, people_of
from config.framework.refusals import Refused
from staff.models import Estate, User
from staff.requests import StaffRequest
from staff.roles import Role
from staff.stand_ins import StandIns

#: Whose transfer of another's duties the rules know (domain.md 1).
TRANSFER = (Role.PROPERTY_MANAGER, Role.SUPERVISOR)


@login_required
def duties(request: StaffRequest, pk: int) -> HttpResponse:
    """What a person holds, to whom it goes, and afterwards what became of each case."""
    at = now()
    asks = person_of(request, at)
    user = get_object_or_404(people_of(asks), pk=pk)
    form = forms.DutiesForm(request.POST or None, people=deputies(asks, user, at))
    moved: list[Complaint | Measure] | None = None
    refused: list[Kept] = []
    if request.method == "POST" and form.is_valid():
        try:
            moved, refused = cases.transfer_duties(
                user,
                to=form.cleaned_data["person"],
                note=form.cleaned_data["note"],
                by=request.user,
                at=at,
            )
        except Refused as refusal:
            form.refuse(refusal)
    seen = Complaint.objects.open().visible_to(asks)
    may_transfer = bool(asks.everywhere().intersection(TRANSFER))
    context = {
        "colleague": user,
        "form": form,
        "may_transfer": may_transfer,
        "others": [] if may_transfer else _who_transfers(user, at),
        "to": form.cleaned_data.get("person") if moved is not None else None,
        "moved": moved,
        "moved_words": _moved_words(moved or []),
        "refused": refused,
        "received": _short(seen.filter(first_receiver=user)),
        "explained": _short(
            Complaint.objects.visible_to(asks).filter(
                pk__in=Overrun.objects.open().filter(explainer=user).values("complaint")
            )
        ),
        "handled": _short(seen.filter(handler=user, status__in=["classified", "acting"])),
        "measures": list(
            Measure.objects.visible_to(asks)
            .living()
            .filter(owner=user)
            .select_related("estate", "category", "cause", "building", "unit")
            .order_by("next_due_at", "pk")[:SHOWN]
        ),
        "visits": list(
            SiteVisit.objects.visible_to(asks)
            .filter(visitor=user, state=State.PLANNED)
            .select_related("complaint__estate")
            .order_by("starts_at", "pk")[:SHOWN]
        ),
        "people_url": reverse("person", args=[pk]),
    }
    return render(
        request, "complaints/office/people_duties.html", context, status=422 if form.errors else 200
    )


def _who_transfers(user: User, at: datetime) -> list[tuple[str, list[tuple[User, str]]]]:
    """By estate where he holds open cases: who may transfer them, with their roles."""
    estates = Estate.objects.filter(Exists(held_by(user).filter(estate=OuterRef("pk")))).order_by("name")
    stand_ins = StandIns.load(at, estates)
    stand_ins.people(stand_ins.holding(TRANSFER))
    return [
        (
            str(estate),
            [(one, str(role.label)) for role in TRANSFER for one in stand_ins.holders(role, estate.pk)],
        )
        for estate in estates
    ]


def _moved_words(moved: Sequence[Complaint | Measure]) -> str:
    n = len({one.pk for one in moved if isinstance(one, Complaint)})
    cases = ngettext("%(n)s case has been transferred.", "%(n)s cases have been transferred.", n) % {"n": n}
    if not (measures := sum(isinstance(one, Measure) for one in moved)):
        return cases
    more = ngettext("%(n)s measure too.", "%(n)s measures too.", measures) % {"n": measures}
    return f"{cases} {more}"


def _short(rows: QuerySet[Complaint]) -> list[Complaint]:
    return list(rows.select_related("unit", "building", "category").order_by("next_due_at", "pk")[:SHOWN])
