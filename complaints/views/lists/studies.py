"""The case library 案例库 as a list: what is published, searched in Chinese and English; what is to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from complaints.models import CaseStudy, StudyReading
from complaints.studies import LIVING, Kind, State
from complaints.study_search import matching
from complaints.views import estate_of, person_of
from complaints.views.lists.keyset import Order
from staff.permissions import Permissions
from staff.requests import StaffRequest


@dataclass(frozen=True)
class View:
    """`holds`: what lies there at a time."""

    label: str | Promise
    holds: Callable[[datetime], Q]
    empty: str | Promise
    order: Order


#: Published, and its case was reopened since.
TO_RECHECK = Q(state=State.PUBLISHED, reopened_at__isnull=False, rechecked_at__isnull=True)
VIEWS: dict[str, View] = {
    "published": View(
        pgettext_lazy("case studies", "Published"),
        lambda now: Q(state=State.PUBLISHED),
        _("Nothing is published yet."),
        Order("published_at", newest_first=True, nullable=False),
    ),
    "draft": View(
        pgettext_lazy("case studies", "Drafts"),
        lambda now: Q(state=State.DRAFT),
        _("No draft waits to be written."),
        Order("drafted_at", newest_first=True, nullable=False),
    ),
    "check": View(
        pgettext_lazy("case studies", "To be checked"),
        lambda now: Q(state=State.TO_CHECK) | TO_RECHECK,
        _("Nothing waits to be checked."),
        Order("drafted_at", newest_first=True, nullable=False),
    ),
    "owed": View(
        pgettext_lazy("case studies", "Major, owed"),
        lambda now: Q(state__in=LIVING, kind=Kind.MAJOR, analysed_in=0, due_at__isnull=False),
        _("No analysis of a major case is owed."),
        Order("due_at", nullable=False),
    ),
    "dropped": View(
        pgettext_lazy("case studies", "Not taken up"),
        lambda now: Q(state=State.DROPPED),
        _("Nothing was left out."),
        Order("drafted_at", newest_first=True, nullable=False),
    ),
}
#: What everybody sees; the others are of those who read the cases.
OPEN = ("published",)


def seen_by(person: Permissions, asked: Any, estate: int | None = None) -> QuerySet[CaseStudy]:
    """What he may read, by the filters of the address."""
    rows: QuerySet[CaseStudy] = CaseStudy.objects.visible_to(person)
    if estate:
        rows = rows.filter(estate=estate)
    if (kind := asked.get("kind", "")) in Kind.values:
        rows = rows.filter(kind=kind)
    if query := asked.get("q", "").strip():
        rows = matching(query, rows)
    return rows


def _is_read(person: Permissions) -> Exists:
    mine = StudyReading.objects.filter(study=OuterRef("pk"), edition=OuterRef("edition"), user=person.user)
    return Exists(mine)


def reader(person: Permissions) -> Callable[..., QuerySet[CaseStudy]]:
    """What a row shows, with who has read it."""
    read = Count("readings", filter=Q(readings__edition=F("edition")))

    def rows(*keys: int) -> QuerySet[CaseStudy]:
        found = CaseStudy.objects.filter(pk__in=keys).select_related(
            "estate", "category", "cause", "complaint"
        )
        return found.annotate(read_by=read, is_read=_is_read(person)).defer("words")

    return rows


@login_required
@require_safe
def studies(request: StaffRequest) -> HttpResponse:
    """A constant number of queries, however many there are."""
    at = now()
    person, chosen = person_of(request, at), estate_of(request, at)
    if person.is_contractor:
        raise Http404
    slug = request.GET.get("view", "")
    slug = slug if slug in VIEWS else "published"
    here = bool(request.GET.get("here")) and chosen is not None
    rows = seen_by(person, request.GET, chosen.pk if chosen and here else None)
    if request.GET.get("unread"):
        rows = rows.exclude(_is_read(person))
    page = VIEWS[slug].order.page(rows.filter(VIEWS[slug].holds(at)), request.GET, read=reader(person))
    counts = rows.order_by().aggregate(
        **{name: Count("pk", filter=view.holds(at)) for name, view in VIEWS.items()}
    )
    shown = [name for name in VIEWS if name in OPEN or counts[name] or name == slug]
    context = {
        "now": at,
        "slug": slug,
        "page": page,
        "tabs": [{"slug": name, "label": VIEWS[name].label, "count": counts[name]} for name in shown],
        "empty": VIEWS[slug].empty,
        "query": request.GET.get("q", "").strip(),
        "kinds": Kind.choices,
        "kind": request.GET.get("kind", ""),
        "unread": bool(request.GET.get("unread")),
        "here": here,
        "place": chosen,
    }
    return render(request, "complaints/lists/studies.html", context)
