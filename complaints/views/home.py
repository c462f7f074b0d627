"""The first page: who answers for an estate sees what is late and by whom; who works, his own work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.timezone import localtime, now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.health import FAILURES_COUNT_FOR, SWEEP_IS_LATE
from complaints.lifecycle import Status
from complaints.models import Complaint, Event, Notification, OutboxMessage, SweepMark
from complaints.views import estate_of, estates_of, person_of
from complaints.views.approvals import amounts_for, extensions_for, proposals_for
from complaints.views.health import calendars_missing
from complaints.views.queue import cases_of
from complaints.views.rows import in_words, values
from complaints.views.saved import VIEWS
from staff.directory import Authority
from staff.roles import DESK, MANAGERS, READERS, Role

SHOWN = 8
NAMED = 12


@dataclass(frozen=True)
class Tile:
    label: str
    figure: int
    url: str
    is_over: bool = False


@dataclass(frozen=True)
class Section:
    """Some rows, what to say when there are none, and where all of them are."""

    title: str | Promise
    rows: list[SafeString]
    empty: str | Promise
    url: str


@login_required
def home(request: HttpRequest) -> HttpResponse:
    at = now()
    person = person_of(request, at)
    roles = person.everywhere()
    cases = cases_of(request, person)
    answers = bool(roles & {*MANAGERS, Role.AUDITOR})
    context: dict[str, Any] = {"watch": [], "tiles": [], "sections": [], "reads": bool(roles & READERS)}
    if roles & {*MANAGERS, Role.AUDITOR, Role.ADMINISTRATOR}:
        overdue = cases.overdue(at) if answers else None
        context["watch"] = [*watch(overdue, at), *calendars_missing(person, at)]
    if answers:
        context |= {
            "tiles": _figures(request, person, cases, at),
            "late": _late_by_name(cases, at),
            "sections": _sections(
                request,
                [
                    ("overdue", _("Overdue longest"), VIEWS["overdue"].holds(person, at)),
                    ("today", _("Due within 24 hours"), _next_day(at)),
                ],
                cases,
                at,
            ),
        }
    elif roles & READERS:
        own = [(slug, VIEWS[slug].label, VIEWS[slug].holds(person, at)) for slug in _own_views(roles)]
        context["sections"] = _sections(request, own, cases, at)
    return render(request, "complaints/home.html", context)


def _own_views(roles: frozenset[Role]) -> list[str]:
    """Work first for those who do it; the night's cases first for the desk that claims them."""
    desk = ["claim", "mine", "deliver"] if roles & (DESK - {Role.DUTY_DESK}) else ["mine"]
    if not roles & {Role.HANDLER, Role.DEPARTMENT_HEAD}:
        return desk
    return ["work", *desk] if roles & DESK else ["work"]


def _sections(
    request: HttpRequest, asked: list[tuple[str, Any, Q]], cases: QuerySet[Complaint], at: datetime
) -> list[Section]:
    """Each: view, title, and which open cases. One query a section, three more for all of them."""
    by_due = (F("next_due_at").asc(nulls_last=True), "pk")
    keys = [
        list(cases.open().filter(which).order_by(*by_due).values_list("pk", flat=True)[:SHOWN])
        for _slug, _title, which in asked
    ]
    found = {row["pk"]: row for row in values(Complaint.objects.filter(pk__in={*chain(*keys)}))}
    many = estate_of(request, at) is None and len(estates_of(request, at)) > 1
    lines = iter(in_words([found[pk] for pk in chain(*keys)], at, estates=many))
    return [
        Section(title, list(islice(lines, len(page))), VIEWS[slug].empty, f"{reverse('queue')}?view={slug}")
        for (slug, title, _which), page in zip(asked, keys, strict=True)
    ]


def _next_day(at: datetime) -> Q:
    return Q(next_due_at__gte=at, next_due_at__lt=at + timedelta(hours=24))


def _figures(request: HttpRequest, person: Authority, cases: QuerySet[Complaint], at: datetime) -> list[Tile]:
    """Live figures: one query over the open cases, one for today's escalations, and what waits for him."""
    midnight = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    open_cases = cases.open().aggregate(
        open=Count("pk"),
        overdue=Count("pk", filter=Q(next_due_at__lt=at)),
        soon=Count("pk", filter=_next_day(at)),
        revisit=Count("pk", filter=Q(status=Status.REPLIED)),
    )
    told = Notification.objects.filter(
        user=request.user, created_at__gte=midnight, kind__in=["level_over", "level_day_over", "level_again"]
    )
    waits = sum(rows(person).order_by().count() for rows in (extensions_for, amounts_for, proposals_for))
    queue, over = reverse("queue"), open_cases["overdue"]
    return [
        Tile(gettext("Overdue"), over, f"{queue}?view=overdue", is_over=bool(over)),
        Tile(gettext("Due within 24 hours"), open_cases["soon"], reverse("forecast")),
        Tile(gettext("Waiting for my decision"), waits, reverse("approvals")),
        Tile(gettext("Escalated to me today"), told.values("complaint").distinct().count(), reverse("inbox")),
        Tile(gettext("To revisit"), open_cases["revisit"], reverse("revisits")),
        Tile(gettext("Open"), open_cases["open"], f"{queue}?view=open"),
    ]


def _late_by_name(cases: QuerySet[Complaint], at: datetime) -> list[dict[str, Any]]:
    """Who holds overdue cases: the handler, before there is one the first receiver. One query."""
    holder = {
        "holder": Coalesce("handler", "first_receiver"),
        "name": Coalesce("handler__name", "first_receiver__name"),
    }
    late = cases.overdue(at).values(**holder).annotate(n=Count("pk"), oldest=Min("next_due_at"))
    return [row | {"since": at - row["oldest"]} for row in late.order_by("-n", "oldest", "holder")[:NAMED]]


# Is everything running? ---------------------------------------------------------------------------


def watch(overdue: QuerySet[Complaint] | None, at: datetime) -> list[str]:
    """What somebody must look after, in sentences; empty when all is well."""
    sentences = []
    last = last_sweep()
    if last is None:
        sentences.append(
            gettext("The clocks are not watched: no sweep has run yet. Start the worker and beat.")
        )
    elif at - last > SWEEP_IS_LATE:
        late = gettext(
            "No clock has been watched since %(time)s: what is overdue reaches nobody. Start worker and beat."
        )
        sentences.append(late % {"time": f"{localtime(last):%Y-%m-%d %H:%M}"})
    failed = OutboxMessage.objects.filter(
        state=OutboxMessage.State.FAILED, created_at__gte=at - FAILURES_COUNT_FOR
    ).count()
    if failed:
        sentences.append(
            gettext("%(n)s messages could not be sent in the last 7 days. Check the mail settings.")
            % {"n": failed}
        )
    if overdue is not None and _nobody_told(overdue, at):
        sentences.append(
            gettext("An overdue case could be escalated to nobody: a role is vacant. Check the postings.")
        )
    return sentences


def _nobody_told(overdue: QuerySet[Complaint], at: datetime) -> bool:
    levels = ["level_over", "level_day_over", "level_again"]
    return Event.objects.filter(
        complaint__in=overdue, at__gte=at - timedelta(days=7), kind__in=levels, params__told=[]
    ).exists()


def last_sweep() -> datetime | None:
    return SweepMark.objects.filter(job="sweep").values_list("last_ok", flat=True).first()
