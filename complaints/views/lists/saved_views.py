"""The queue's saved views: what each holds, who needs it, and how many cases lie there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.conditions import GRAVE
from complaints.models import Compensation, Complaint, Extension, SiteVisit
from complaints.models.case import Complaints
from complaints.moves import cases_at
from complaints.statuses import AT_WORK
from config.framework.prepared_queries import PreparedQuery
from staff.permissions import Permissions
from staff.roles import Role


@dataclass(frozen=True)
class View:
    """`holds` narrows the cases `among` which it looks, at a time, until the end of its day; `always` shows
    the tab when nothing lies there.
    """

    slug: str
    label: str | Promise
    holds: Callable[[Permissions, datetime, datetime], Q]
    empty: str | Promise
    always: bool = False
    counts: str | Promise = ""  # what exactly is counted, where the label does not say it all
    among: Callable[[Complaints], Complaints] = Complaints.open


#: Who holds a case: the handler, before there is one the first receiver; key and name.
HOLDER: dict[str, Any] = {
    "holder": Coalesce("handler", "first_receiver"),
    "name": Coalesce("handler__name", "first_receiver__name"),
}


def _mine(person: Permissions, now: datetime, until: datetime) -> Q:
    return Q(first_receiver__in=person.stands_for)


def _work(person: Permissions, now: datetime, until: datetime) -> Q:
    return Q(status__in=AT_WORK) & (Q(handler__in=person.stands_for) | Q(accountable__in=person.stands_for))


def _today(person: Permissions, now: datetime, until: datetime) -> Q:
    return Q(next_due_at__gte=now, next_due_at__lt=until)


def _asked(person: Permissions, now: datetime, until: datetime) -> Q:
    extensions = Extension.objects.filter(state=Extension.State.PENDING).values("complaint")
    amounts = Compensation.objects.filter(state=Compensation.State.PROPOSED).values("complaint")
    return Q(pk__in=extensions) | Q(pk__in=amounts)


VIEWS = {
    view.slug: view
    for view in (
        View("mine", _("I received first"), _mine, _("You are the first receiver of no open case.")),
        View("work", _("My work"), _work, _("No open case is yours to handle.")),
        View(
            "overdue",
            pgettext_lazy("queue", "Overdue"),
            lambda person, now, until: Q(next_due_at__lt=now),
            _("Nothing is overdue."),
            True,
        ),
        View("today", _("Due today"), _today, _("Nothing more is due today.")),
        View(
            "visits",
            _("Visit due"),
            lambda person, now, until: Q(
                pk__in=SiteVisit.objects.open().filter(starts_at__lt=until).values("complaint")
            ),
            _("No visit is due today."),
            counts=_("Site visits of today, and earlier ones that have not ended"),
        ),
        View(
            "claim",
            _("To be claimed"),
            lambda person, now, until: cases_at("claim"),
            _("Nothing waits to be claimed."),
        ),
        View(
            "deliver",
            _("To assign"),
            lambda person, now, until: cases_at("classify") & Q(lead=None),
            _("Every case has been delivered to a handler."),
        ),
        View(
            "accept",
            pgettext_lazy("queue", "To accept"),
            lambda person, now, until: cases_at("accept"),
            _("Every delivered case has been accepted."),
        ),
        View(
            "approval",
            _("Awaiting approval"),
            _asked,
            _("No request waits for approval."),
            counts=_("Open cases with an extension or an amount that anybody still has to decide"),
        ),
        View(
            "reply",
            _("To reply"),
            lambda person, now, until: cases_at("reply"),
            _("Every handled case has its reply."),
        ),
        View(
            "revisit",
            _("To revisit"),
            lambda person, now, until: cases_at("revisit"),
            _("No reply waits for its revisit."),
        ),
        View(
            "overrun",
            _("Late without approval"),
            lambda person, now, until: Q(),
            _("No overrun waits for its explanation or for the decision on it."),
            counts=_("Open and closed cases handled late whose explanation or decision is still to come"),
            among=Complaints.overrun,
        ),
        View(
            "owed",
            _("Still owed"),
            lambda person, now, until: Q(),
            _("Nothing is owed on a closed case."),
            counts=_(
                "Closed cases on which something is still owed: an answer to the media or an authority, "
                "or the explanation of an overrun"
            ),
            among=Complaints.owed,
        ),
        View("open", _("All open"), lambda person, now, until: Q(), _("There is no open case."), True),
    )
}


#: Views that count other cases than the open ones, or all of them.
APART = ("open", "owed", "overrun")


def midnight_after(now: datetime) -> datetime:
    """When the day ends."""
    return localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def cases_of(person: Permissions, estate: int | None) -> Complaints:
    """What he may know of, in one estate or in all of his."""
    cases = Complaint.objects.visible_to(person)
    return cases.filter(estate=estate) if estate else cases


def open_cases(person: Permissions, estate: int | None) -> Complaints:
    return cases_of(person, estate).open()


def by_view(
    cases: Complaints, person: Permissions, now: datetime, until: datetime
) -> QuerySet[Complaint, dict[str, int]]:
    """How many of the `cases` lie in each view, and how many open ones are grave or in danger, estate by
    estate."""
    views = {
        slug: Count("pk", filter=view.holds(person, now, until))
        for slug, view in VIEWS.items()
        if slug not in APART
    }
    grave = Count("pk", filter=Q(grade__in=GRAVE))
    in_danger = Count("pk", filter=Q(danger_since__isnull=False))
    none = dict.fromkeys((*views, "open", "grave", "danger"), Value(0))
    by_estate: Any = cases.order_by().values("estate")
    # Each walks along an index of its own, since few cases are owed or overrun.
    of_open, of_none = {"open": Count("pk"), "grave": grave, "danger": in_danger}, Value(0)
    counted: QuerySet[Complaint, dict[str, int]] = (
        by_estate.open()
        .annotate(**views, **of_open, overrun=of_none, owed=of_none)
        .union(
            by_estate.overrun().annotate(**none, overrun=Count("pk"), owed=of_none),
            by_estate.owed().annotate(**none, overrun=of_none, owed=Count("pk")),
            all=True,
        )
    )
    return counted


#: Prepared: saves 7.8 ms of every list of cases and of the first page.
_counts = PreparedQuery(
    lambda person, estate, now, until: by_view(cases_of(person, estate), person, now, until)
)


def counts(person: Permissions, estate: int | None, now: datetime, until: datetime) -> dict[str, int]:
    """How many cases lie in each view, and how many open ones are `grave` or in `danger`: in one estate, or
    in all of his.

    One query.
    """
    rows = list(_counts(person, estate, now, until))
    return {slug: sum(row[slug] for row in rows) for slug in (*VIEWS, "grave", "danger")}


def usual(person: Permissions) -> str:
    """The view a person's day begins with."""
    roles = person.everywhere()
    if roles & {Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER, Role.AUDITOR}:
        return "open"
    return "work" if roles & {Role.HANDLER, Role.DEPARTMENT_HEAD} else "mine"
