"""The warranty register 保修台账: cases under warranty, how far each is, whose end is near; tables too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.timezone import localtime, now
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from complaints.actions.current_policy import current_policy
from complaints.models import CaseWarranty
from complaints.models.warranty import WarrantyQuerySet
from complaints.statuses import Outcome
from complaints.views import estate_of, estates_of, person_of
from complaints.views.lists.keyset import Order
from complaints.warranty import WAITING, State
from complaints.warranty_ends import Ending, endings
from config.framework.csv_tables import csv_table
from owners.models import Builder
from owners.parts import Part
from staff.permissions import Permissions
from staff.requests import StaffRequest

#: As many lines as a table holds.
MOST_LINES = 5000
BY_DUE = Order("due_at")
BY_OPENED = Order("opened_at", newest_first=True)
ABOUT = ("complaint__estate", "complaint__unit", "complaint__building", "builder")


@dataclass(frozen=True)
class View:
    """`states`: which lie there; `late`: only what the builder owes since before now."""

    label: str | Promise
    states: tuple[State, ...]
    empty: str | Promise
    order: Order = BY_DUE
    late: bool = False

    def holds(self, at: datetime) -> Q:
        return Q(state__in=self.states) & (Q(due_at__lt=at) if self.late else Q())


#: What is still to be done, by whom.
OPEN = (State.TO_NOTIFY, *WAITING, State.DONE, State.REFUSED)
VIEWS: dict[str, View] = {
    "open": View(pgettext_lazy("warranties", "All open"), OPEN, _("No repair under warranty is open.")),
    "undecided": View(
        pgettext_lazy("warranties", "To be decided"), (State.UNDECIDED,), _("Nothing waits for a decision.")
    ),
    "to_notify": View(
        pgettext_lazy("warranties", "Builder to be told"), (State.TO_NOTIFY,), _("Every builder was told.")
    ),
    "waiting": View(
        pgettext_lazy("warranties", "With the builder"), WAITING, _("No builder is being waited for.")
    ),
    "late": View(
        pgettext_lazy("warranties", "Builder late"), (*WAITING, State.REFUSED), _("No builder is late."),
        late=True,
    ),
    "to_sign": View(
        pgettext_lazy("warranties", "To be signed"), (State.DONE, State.REFUSED),
        _("No signature is missing."),
    ),
    "ended": View(
        pgettext_lazy("warranties", "Signed or repaired by others"),
        (State.SIGNED, State.ELSEWHERE, State.UNTRACKED), _("Nothing is finished yet."), BY_OPENED,
    ),
    "not_covered": View(
        pgettext_lazy("warranties", "Not under warranty"), (State.NOT_COVERED,),
        _("No case was found to be out of warranty."), Order("decided_at", newest_first=True),
    ),
}  # fmt: skip


def seen_by(person: Permissions, estate: int | None, asked: Any) -> WarrantyQuerySet:
    """What he may read, of the chosen estate, by the filters of the address; wrong entries left out."""
    rows = CaseWarranty.objects.visible_to(person).exclude(complaint__outcome=Outcome.VOID)
    if estate:
        rows = rows.filter(complaint__estate=estate)
    if (part := asked.get("part", "")) in Part.values:
        rows = rows.filter(part=part)
    if firm := asked.get("firm", ""):
        rows = rows.filter(firm=firm)
    return rows


def read_rows(*keys: int) -> QuerySet[CaseWarranty]:
    return CaseWarranty.objects.filter(pk__in=keys).select_related(*ABOUT)


def chosen_view(asked: Any) -> str:
    slug = asked.get("view", "")
    return slug if slug in VIEWS else "open"


@login_required
@require_safe
def warranties(request: StaffRequest) -> HttpResponse:
    at = now()
    person, chosen = person_of(request, at), estate_of(request, at)
    slug = chosen_view(request.GET)
    rows = seen_by(person, chosen.pk if chosen else None, request.GET)
    page = VIEWS[slug].order.page(rows.filter(VIEWS[slug].holds(at)), request.GET, read=read_rows)
    counts = rows.order_by().aggregate(
        **{name: Count("pk", filter=view.holds(at)) for name, view in VIEWS.items()}
    )
    context = {
        "now": at,
        "many": chosen is None and len(estates_of(request, at)) > 1,
        "slug": slug,
        "page": page,
        "tabs": [
            {"slug": name, "label": view.label, "count": counts[name], "late": view.late}
            for name, view in VIEWS.items()
        ],
        "empty": VIEWS[slug].empty,
        "parts": Part.choices,
        "part": request.GET.get("part", ""),
        "firms": _firms(person, chosen.pk if chosen else None),
        "firm": request.GET.get("firm", ""),
        "may_see_ending": not person.is_contractor,
    }
    return render(request, "complaints/warranty/list.html", context)


def _firms(person: Permissions, estate: int | None) -> list[str]:
    """The builders there are in his estates, by name."""
    if person.is_contractor:
        return []
    rows = Builder.objects.all()
    if estate:
        rows = rows.filter(estate=estate)
    elif not person.reads_company():
        rows = rows.filter(estate__in=person.estate_ids())
    return list(rows.order_by("firm").values_list("firm", flat=True).distinct()[:20])


@login_required
@require_safe
def export(request: StaffRequest) -> HttpResponse:
    """The list as a table (CSV), by the same filters and view; says when there are more than it holds."""
    at = now()
    person, chosen = person_of(request, at), estate_of(request, at)
    rows = seen_by(person, chosen.pk if chosen else None, request.GET)
    rows = rows.filter(VIEWS[chosen_view(request.GET)].holds(at)).select_related(*ABOUT)
    found = list(rows.order_by("pk")[: MOST_LINES + 1])
    lines: list[Sequence[object]] = [_cells(row) for row in found[:MOST_LINES]]
    if len(found) > MOST_LINES:
        lines.append([gettext("Only the first %(n)s rows: choose an estate or a part.") % {"n": MOST_LINES}])
    heading = [
        gettext("Number"), gettext("Estate"), pgettext("warranty", "Part"), gettext("Place"),
        gettext("State"), gettext("Under warranty?"), gettext("Hand-over date"), gettext("Until"),
        gettext("Builder"), pgettext("warranty", "Builder told"), gettext("Visit agreed for"),
        gettext("Builder at work since"), gettext("Repaired"), gettext("Confirmed by the owner"),
        gettext("Cost, to be claimed back (yuan)"),
    ]  # fmt: skip
    return csv_table(f"warranty-{localtime(at):%Y%m%d}.csv", [heading, *lines])


def _cells(row: CaseWarranty) -> Sequence[object]:
    case, zone = row.complaint, row.complaint.estate.zone

    def when(at: datetime | None) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""

    return [
        case.number, case.estate.name, row.get_part_display(), case.open_where, row.get_state_display(),
        row.said, row.handed_over_on or "", row.until or "", row.firm, when(row.notified_at),
        when(row.visit_at), when(row.sent_at), when(row.done_at or row.elsewhere_at), when(row.signed_at),
        "" if row.cost is None else row.cost,
    ]  # fmt: skip


# Whose end is near -----------------------------------------------------------------------------------------


def _endings(request: StaffRequest, at: datetime) -> tuple[list[Ending], date]:
    """What ends in the coming days in the estates he reads, the nearest first. Three queries."""
    terms = current_policy().policy.data["warranty"]
    chosen = estate_of(request, at)
    places = [chosen] if chosen else estates_of(request, at)
    today = localtime(at).date()
    until = today + timedelta(days=terms["ending_days"])
    return endings([place.pk for place in places], today, until, terms), until


@login_required
@require_safe
def ending(request: StaffRequest) -> HttpResponse:
    """保修期满前排查: what goes out of warranty soon, so that a last inspection can be arranged before."""
    at = now()
    found: list[Ending] = []
    until = localtime(at).date()
    if not person_of(request, at).is_contractor:
        found, until = _endings(request, at)
    context = {"rows": found[:500], "more": max(0, len(found) - 500), "until": until}
    return render(request, "complaints/warranty/ending.html", context)


@login_required
@require_safe
def ending_csv(request: StaffRequest) -> HttpResponse:
    at = now()
    found = [] if person_of(request, at).is_contractor else _endings(request, at)[0]
    heading = [
        gettext("Ends"), gettext("Estate"), gettext("Place"), pgettext("warranty", "Parts"),
        gettext("Hand-over date"),
    ]  # fmt: skip
    lines = [[one.until, one.estate, one.place, one.parts_in_words, one.handed_over] for one in found]
    return csv_table(f"warranty-ending-{localtime(at):%Y%m%d}.csv", [heading, *lines[:MOST_LINES]])
