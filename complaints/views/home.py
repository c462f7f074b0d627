"""The first page: who answers for an estate sees what is late and by whom; who works, his own work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from secrets import token_urlsafe
from types import MappingProxyType
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, Min, Q
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.actions import commendations_waiting, evidence_due
from complaints.health import FAILURES_COUNT_FOR, timers
from complaints.models import Notification
from complaints.moves import cases_at, may
from complaints.views import estate_key, estates_of, overruns, person_of, readings, superior
from complaints.views.approval_cards import amounts_for, extensions_for, proposals_for
from complaints.views.dangers import in_danger
from complaints.views.desk.desk_request import waiting_for
from complaints.views.lists import analyses, inquiries, measures, site_visits
from complaints.views.lists.case_rows import in_words, situation_in, values
from complaints.views.lists.follow_ups import owing
from complaints.views.lists.origin import of_view
from complaints.views.lists.saved_views import (
    HOLDER,
    VIEWS,
    cases_of,
    counts,
    midnight_after,
    open_cases,
    usual,
)
from complaints.views.office.first_steps import still_to_do
from complaints.views.office.health import calendars_missing, messages_failed, sentences, watch
from complaints.views.office.outbox import sends_again
from complaints.views.office.unreached import nobody_to_tell
from complaints.views.reviews import counted
from config.framework.prepared_queries import PreparedQuery
from config.framework.templatetags.basics import icon
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import DESK, MANAGERS, READERS, Role

SHOWN = 8
NAMED = 12
DAY = timedelta(days=1)
#: Sections that stand there only when they hold something.
ASIDE = ("overrun", "owed")
OVERRUNS = _("Late without approval: explanation or decision still to come")
#: Kinds of what people are told when a clock has run out.
LEVELS = ("level_over", "level_day_over", "level_again")


@dataclass(frozen=True)
class Tile:
    label: str
    figure: int
    url: str
    is_over: bool = False
    counts: str = ""  # what exactly is counted, where the label does not say it all
    note: str = ""


@dataclass(frozen=True)
class Section:
    """Some rows, what to say when there are none, and where all of them are."""

    title: str | Promise
    rows: list[SafeString]
    empty: str | Promise
    url: str
    counted: bool = False


@login_required
def home(request: StaffRequest) -> HttpResponse:
    at = now()
    person = person_of(request, at)
    roles = person.everywhere()
    answers = bool(roles & {*MANAGERS, Role.AUDITOR})
    context: dict[str, Any] = {"watch": [], "tiles": [], "sections": [], "reads": bool(roles & READERS)}
    if context["reads"]:
        context |= {"dangers": in_danger(person, estate_key(request, at), at), "now": at}
        context["from"] = of_view(usual(person))
        context |= site_visits.for_home(request, person, at)
        context["records_late"] = inquiries.late(request, person, at)
    context["only_reads"] = bool(roles) and roles <= {Role.AUDITOR}
    if roles & {*MANAGERS, Role.AUDITOR, Role.ADMINISTRATOR}:
        unheard = nobody_to_tell(request, person, at)
        missing = calendars_missing(person, at)
        context["watch"] = [*watch(person, at), *unheard, *missing]
        if not context["reads"]:
            context["tiles"] = _what_runs(person, at, unheard, missing)
    context |= still_to_do(person, at) | counted(person, at) | readings.waiting_for(request, person, at)
    views: list[tuple[str, str | Promise]]
    if answers:
        views = [
            ("overdue", _("Overdue longest")),
            ("today", _("Due within 24 hours")),
            ("overrun", OVERRUNS),
            ("owed", _("Closed cases on which something is still owed")),
        ]
        everything = {"today": within_a_day()}
        cases = counts(person, estate_key(request, at), at, at + DAY)
        if cases["claim"] and roles & MANAGERS:  # asked for only where there are any
            views.insert(0, ("claim", VIEWS["claim"].label))
        context |= {
            "tiles": _figures(cases, person, at),
            "late": _late_by_name(request, person, at),
            "sections": _sections(request, views, person, at, at + DAY, everything),
        }
        context["waits"] = next((t.figure for t in context["tiles"] if t.url == reverse("approvals")), 0)
        context["tiles"][-1:-1] = _after_the_cases(request, person, at)
    elif roles & READERS:
        views = [(slug, VIEWS[slug].label) for slug in _own_views(roles)]
        views += [("overrun", OVERRUNS), ("owed", _("Closed cases on which something is still owed"))]
        context["sections"] = _sections(request, views, person, at, midnight_after(at))
        if Role.DEPARTMENT_HEAD in roles:
            context["tiles"] = _after_the_cases(request, person, at)
    if roles & DESK:
        context |= waiting_for(person)
    return render(request, "complaints/home.html", context)


def _after_the_cases(request: StaffRequest, person: Permissions, at: datetime) -> list[Tile]:
    """What customers brought up, and what is to be found out and changed. Three queries."""
    estate = estate_key(request, at)
    owed = (owing(person, estate, at).tile, analyses.owing(person, estate, at).tile)
    return [Tile(**one) for one in (*owed, measures.tile(person, estate, at))]


def _own_views(roles: frozenset[Role]) -> list[str]:
    """Work first for those who do it; the night's cases first for the desk that claims them."""
    desk = ["claim", "mine", "deliver"] if roles & (DESK - {Role.DUTY_DESK}) else ["mine"]
    if not roles & {Role.HANDLER, Role.DEPARTMENT_HEAD}:
        return desk
    return ["work", *desk] if roles & DESK else ["work"]


def _first(slug: str) -> PreparedQuery:
    """The keys of the first cases of a view, what is due next first.

    Prepared: saves 2 to 3 ms of the first page for each of its sections.
    """
    view = VIEWS[slug]
    return PreparedQuery(
        lambda person, estate, now, until: (
            view.among(cases_of(person, estate))
            .filter(view.holds(person, now, until), _his(slug, person))
            .order_by(F("next_due_at").asc(nulls_last=True), "pk")
            .values_list("pk")[:SHOWN]
        )
    )


def _his(slug: str, person: Permissions) -> Q:
    """Who answers for no estate is shown of what is owed and overrun what he has a part in; what is still
    to be claimed stands in a section of its own and not among what is to be assigned once more."""
    if slug == "deliver":
        return ~cases_at("claim")
    if slug not in ASIDE or person.everywhere() & {*MANAGERS, Role.AUDITOR}:
        return Q()
    if slug == "overrun":  # his own to explain, or his department's
        return Q(pk__in=overruns.own(person).values("complaint"))
    return Q(first_receiver__in=person.stands_for) | Q(handler__in=person.stands_for)


FIRST = {slug: _first(slug) for slug in VIEWS}


def _sections(
    request: StaffRequest,
    views: list[tuple[str, Any]],
    person: Permissions,
    at: datetime,
    until: datetime,
    everything: Mapping[str, str] = MappingProxyType({}),
) -> list[Section]:
    """Each by its view and title; what is owed or overrun only where there is any.

    `everything`: where all the cases of a view are that are not its own in the queue.

    One query a section, two more for all of them.
    """
    chosen = estate_key(request, at)
    keys = [[pk for (pk,) in FIRST[slug](person, chosen, at, until)] for slug, _title in views]
    wanted = {*chain(*keys)}
    found = {row["pk"]: row for row in values(*wanted)} if wanted else {}
    many = chosen is None and len(estates_of(request, at)) > 1
    acts = {
        case["pk"]: _claim(request, case)
        for case in found.values()
        if may("claim", situation_in(case, person, at))
    }
    queue = reverse("queue")
    return [
        Section(
            title,
            in_words(
                [found[pk] for pk in page], person, at,
                estates=many, acts=acts, came_from=of_view(slug),
            ),
            VIEWS[slug].empty,
            everything.get(slug, f"{queue}?view={slug}"),
            counted=slug == "overrun",
        )
        for (slug, title), page in zip(views, keys, strict=True)
        if page or slug not in ASIDE
    ]  # fmt: skip


def within_a_day() -> str:
    """Where the cases are that run out within 24 hours, as many as the figure says."""
    return f"{reverse('forecast')}?within=24"


def _claim(request: StaffRequest, case: dict[str, Any]) -> SafeString:
    """The button of a row that claims it, once however often it is pressed; then back here."""
    return format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="key" value="{}"><input type="hidden" name="next" value="{}">'
        '<button class="btn btn-quiet">{}{}</button></form>',
        *(reverse("move", args=[case["number"], "claim"]), get_token(request), token_urlsafe(16)),
        *(reverse("home"), icon("user-check"), gettext("Claim")),
    )


def _what_runs(person: Permissions, at: datetime, unheard: list[str], missing: list[str]) -> list[Tile]:
    """For an administrator: what he looks after, zero when all is well."""
    figures = [
        (gettext("Alarms of the timers"), len(sentences(timers(at))), "settings_timers"),
        (gettext("Years without holidays"), len(missing), "settings_estates"),
        (gettext("Estates with nobody to tell"), len(unheard), "people"),
    ]
    if sends_again(person):
        failed = messages_failed(at - FAILURES_COUNT_FOR)
        figures.append((gettext("Messages that failed"), failed, "settings_messages"))
    return [Tile(label, n, reverse(page), is_over=bool(n)) for label, n, page in figures]


def _figures(cases: dict[str, int], person: Permissions, at: datetime) -> list[Tile]:
    """Live figures: of the open `cases`, one query for today's escalations, and what waits for him."""
    queue, over = reverse("queue"), cases["overdue"]
    runs = [
        Tile(gettext("Overdue"), over, f"{queue}?view=overdue", is_over=bool(over)),
        Tile(gettext("Due within 24 hours"), cases["today"], within_a_day()),
        _of_view("overrun", cases),
    ]
    if person.everywhere() & MANAGERS:
        his, revisits = _his_turn(person, at), reverse("revisits")
    else:
        his = [_of_view(slug, cases) for slug in ("approval", "owed")]
        revisits = f"{queue}?view=revisit"
    return [
        *(*runs, *his),
        Tile(gettext("Notice hot or major"), cases["grave"], reverse("bulletins")),
        Tile(gettext("To revisit"), cases["revisit"], revisits),
        Tile(gettext("Open"), cases["open"], f"{queue}?view=open"),
    ]


def _of_view(slug: str, cases: dict[str, int]) -> Tile:
    view, url = VIEWS[slug], f"{reverse('queue')}?view={slug}"
    return Tile(str(view.label), cases[slug], url, counts=str(view.counts))


def _his_turn(person: Permissions, at: datetime) -> list[Tile]:
    """What waits for one who decides; an auditor is shown what waits for anybody instead."""
    told = sum(1 for _case in _escalated(person.user.pk, midnight_after(at) - DAY))
    waits = sum(1 for _row in _waiting(person))
    return [
        Tile(
            gettext("Waiting for my decision"),
            waits,
            reverse("approvals"),
            counts=gettext(
                "Extensions, overruns, amounts, what customers insist on, cases proposed as not upheld, "
                "evidence to be withdrawn and commendations that I may decide"
            ),
            note=gettext(
                "Extensions, overruns, amounts, what customers insist on, not upheld, evidence, commendations"
            ),
        ),
        Tile(gettext("Escalated to me today"), told, reverse("inbox")),
    ]


#: The cases a person was told of since a time. Prepared: saves 0.4 ms of a manager's first page.
_escalated = PreparedQuery(
    lambda user, since: (
        Notification.objects.filter(user=user, created_at__gte=since, kind__in=LEVELS)
        .order_by()
        .values_list("complaint")
        .distinct()
    )
)
#: Requests that wait for him. Prepared: saves 9.1 ms of a manager's first page.
_waiting = PreparedQuery(
    lambda person: (
        extensions_for(person)
        .order_by()
        .values_list("pk")
        .union(
            amounts_for(person).order_by().values_list("pk"),
            proposals_for(person).order_by().values_list("pk"),
            overruns.to_decide(person).order_by().values_list("pk"),
            superior.to_decide(person).order_by().values_list("pk"),
            evidence_due.to_decide(person).order_by().values_list("pk"),
            commendations_waiting.to_decide(person).order_by().values_list("pk"),
            all=True,
        )
    )
)


def _late_by_name(request: StaffRequest, person: Permissions, at: datetime) -> list[dict[str, Any]]:
    """Who holds overdue cases: the handler, before there is one the first receiver. One query."""
    return [row | {"since": at - row["oldest"]} for row in _late(person, estate_key(request, at), at)]


#: Prepared: saves 2.8 ms of a manager's first page.
_late = PreparedQuery(
    lambda person, estate, now: (
        open_cases(person, estate)
        .filter(next_due_at__lt=now)
        .values(holder=HOLDER["holder"], name=HOLDER["name"])
        .annotate(n=Count("pk"), oldest=Min("next_due_at"))
        .order_by("-n", "oldest", "holder")[:NAMED]
    )
)


# Is everything running? ---------------------------------------------------------------------------
