"""What a test looks at afterwards: due times, levels, who was told, and every row there is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps

from complaints import health, notifications
from complaints.models import Clock, Complaint, Deadline, Notification
from complaints.sweep import sweep
from staff.models import User


def ring(moment: datetime) -> int:
    """Sweep at `moment` until nothing is due; how many levels fired."""
    fired = 0
    while batch := sweep(moment):
        fired += batch
    return fired


def all_jobs_done(moment: datetime) -> None:
    """What a sweep does besides the levels has just succeeded."""
    for job in health.JOBS:
        notifications.mark(job, moment)


def clock_of(case: Complaint, kind: str, cycle: int = 1) -> Clock:
    """The last clock of a kind in a cycle."""
    return Clock.objects.filter(complaint=case, kind=kind, cycle__number=cycle).latest("pk")


def levels_of(clock: Clock, state: str) -> list[tuple[int, str, datetime]]:
    """(revision, level, due) of a clock's levels in a state, in the order of time."""
    rows = Deadline.objects.filter(clock=clock, state=state).order_by("due_at", "pk")
    return list(rows.values_list("revision", "level", "due_at"))


def told(kind: str, case: Complaint | None) -> set[str]:
    """The log-ins of those who were told so of a case."""
    lines = Notification.objects.filter(kind=kind, complaint=case)
    return set(lines.values_list("user__username", flat=True))


def told_at(case: Complaint, clock: str, level: str) -> set[str]:
    """The log-ins a level of a clock was for, whatever else was told in the same breath."""
    event = case.events.get(kind=f"level_{level}", params__clock=clock)
    return set(User.objects.filter(pk__in=event.params["told"]).values_list("username", flat=True))


def letters(case: Complaint | None, user: User) -> list[str]:
    """What one person was told of a case, in the order of writing."""
    lines = Notification.objects.filter(complaint=case, user=user).order_by("pk")
    return list(lines.values_list("kind", flat=True))


def every_row(*labels: str) -> dict[str, list[tuple[Any, ...]]]:
    """All columns of all rows of the named apps, versions included, by model."""
    models = [model for label in labels for model in apps.get_app_config(label).get_models()]
    return {model.__name__: list(model._base_manager.order_by("pk").values_list()) for model in models}


def running(case: Complaint) -> dict[str, datetime]:
    """The due times of the clocks that run now, by kind."""
    return dict(Clock.objects.running().filter(complaint=case).values_list("kind", "due_at"))
