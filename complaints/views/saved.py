"""The queue's saved views: what each holds, who needs it, and how many cases lie there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.lifecycle import Status
from complaints.models import Compensation, Complaint, Extension
from staff.directory import Authority
from staff.roles import Role


@dataclass(frozen=True)
class View:
    """`holds` narrows open cases; `always` shows the tab when nothing lies there."""

    slug: str
    label: str | Promise
    holds: Callable[[Authority, datetime], Q]
    empty: str | Promise
    always: bool = False


def _mine(person: Authority, now: datetime) -> Q:
    return Q(first_receiver__in=person.stands_for)


def _work(person: Authority, now: datetime) -> Q:
    return Q(status__in=[Status.CLASSIFIED, Status.ACTING]) & (
        Q(handler__in=person.stands_for) | Q(accountable__in=person.stands_for)
    )


def _today(person: Authority, now: datetime) -> Q:
    midnight = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Q(next_due_at__gte=now, next_due_at__lt=midnight)


def _asked(person: Authority, now: datetime) -> Q:
    extensions = Extension.objects.filter(state=Extension.State.PENDING).values("complaint")
    amounts = Compensation.objects.filter(state=Compensation.State.PROPOSED).values("complaint")
    return Q(pk__in=extensions) | Q(pk__in=amounts)


L, P = gettext_lazy, pgettext_lazy
VIEWS = {
    view.slug: view
    for view in (
        View("mine", L("I received first"), _mine, L("You are the first receiver of no open case.")),
        View("work", L("My work"), _work, L("No open case is yours to handle.")),
        View(
            "overdue",
            P("queue", "Overdue"),
            lambda person, now: Q(next_due_at__lt=now),
            L("Nothing is overdue."),
            True,
        ),
        View("today", L("Due today"), _today, L("Nothing more is due today.")),
        View(
            "claim",
            L("To be claimed"),
            lambda person, now: Q(awaits_claim=True),
            L("Nothing waits to be claimed."),
        ),
        View(
            "deliver",
            L("To deliver"),
            lambda person, now: Q(status__in=[Status.RECEIVED, Status.RECORDED], lead=None),
            L("Every case has been delivered to a handler."),
        ),
        View(
            "accept",
            P("queue", "To accept"),
            lambda person, now: Q(status=Status.CLASSIFIED),
            L("Every delivered case has been accepted."),
        ),
        View("approval", L("Awaiting approval"), _asked, L("No request waits for approval.")),
        View(
            "reply",
            L("To reply"),
            lambda person, now: Q(status=Status.HANDLED),
            L("Every handled case has its reply."),
        ),
        View(
            "revisit",
            L("To revisit"),
            lambda person, now: Q(status=Status.REPLIED),
            L("No reply waits for its revisit."),
        ),
        View("open", L("All open"), lambda person, now: Q(), L("There is no open case."), True),
    )
}


def counts(cases: QuerySet[Complaint], person: Authority, now: datetime) -> dict[str, int]:
    """How many of the open `cases` lie in each view. One query."""
    return cases.open().aggregate(
        **{
            slug: Count("pk", filter=view.holds(person, now))
            for slug, view in VIEWS.items()
            if slug != "open"
        },
        open=Count("pk"),
    )


def usual(person: Authority) -> str:
    """The view a person's day begins with."""
    roles = person.everywhere()
    if roles & {Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER, Role.AUDITOR}:
        return "open"
    return "work" if roles & {Role.HANDLER, Role.DEPARTMENT_HEAD} else "mine"
