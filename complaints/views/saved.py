"""The queue's saved views: what each holds, who needs it, and how many cases lie there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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


VIEWS = {
    view.slug: view
    for view in (
        View("mine", _("I received first"), _mine, _("You are the first receiver of no open case.")),
        View("work", _("My work"), _work, _("No open case is yours to handle.")),
        View(
            "overdue",
            pgettext_lazy("queue", "Overdue"),
            lambda person, now: Q(next_due_at__lt=now),
            _("Nothing is overdue."),
            True,
        ),
        View("today", _("Due today"), _today, _("Nothing more is due today.")),
        View(
            "claim",
            _("To be claimed"),
            lambda person, now: Q(awaits_claim=True),
            _("Nothing waits to be claimed."),
        ),
        View(
            "deliver",
            _("To deliver"),
            lambda person, now: Q(status__in=[Status.RECEIVED, Status.RECORDED], lead=None),
            _("Every case has been delivered to a handler."),
        ),
        View(
            "accept",
            pgettext_lazy("queue", "To accept"),
            lambda person, now: Q(status=Status.CLASSIFIED),
            _("Every delivered case has been accepted."),
        ),
        View("approval", _("Awaiting approval"), _asked, _("No request waits for approval.")),
        View(
            "reply",
            _("To reply"),
            lambda person, now: Q(status=Status.HANDLED),
            _("Every handled case has its reply."),
        ),
        View(
            "revisit",
            _("To revisit"),
            lambda person, now: Q(status=Status.REPLIED),
            _("No reply waits for its revisit."),
        ),
        View("open", _("All open"), lambda person, now: Q(), _("There is no open case."), True),
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
