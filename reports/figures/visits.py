"""Appointments for site visits 上门预约 of a month: kept, late, missed, in vain (W3, W4, domain.md 8).

An appointment belongs to the month in which was written down what it came to: the findings, or that nobody
came. Neither changes afterwards, so a month that is over does not move; only a wrong entry goes out of it.
"""

from __future__ import annotations

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Coalesce

from complaints.models import SiteVisit
from complaints.site_visits import Agreed, Outcome, State
from complaints.statuses import Outcome as CaseOutcome
from reports.figures.period import Period
from reports.figures.visit_shapes import Visits

CAME = Q(outcome__in=[Outcome.MET, Outcome.ABSENT, Outcome.REFUSED])
#: Entered as missed; or, where it ended with its case before such appointments stayed open, its time was
#: over by then without anybody there.
MISSED = Q(outcome=Outcome.MISSED) | Q(
    state=State.OFF, ended_by__isnull=True, arrived_at__isnull=True, ends_at__lte=F("ended_at")
)
#: What a number counts of the appointments that came to something.
NUMBERS: dict[str, Q] = {
    "appointments": CAME | MISSED,
    "kept": CAME & Q(arrived_at__lte=F("ends_at")),
    "late": CAME & Q(arrived_at__gt=F("ends_at")),
    "missed": MISSED,
    "absent": Q(outcome=Outcome.ABSENT),
    "refused": Q(outcome=Outcome.REFUSED),
}


def of_number(name: str) -> QuerySet[SiteVisit]:
    """What a number counts, with `told_at`, when it was written down."""
    rows = SiteVisit.objects.annotate(told_at=Coalesce("found_at", "ended_at"))
    return rows.filter(NUMBERS[name]).exclude(agreed=Agreed.NONE)


def visits(period: Period) -> Visits:
    """Of the appointments of the period's cases, wrong entries left out. One query."""
    rows = of_number("appointments").filter(period.during("told_at"))
    rows = rows.exclude(complaint__outcome=CaseOutcome.VOID).annotate(
        **{f"n_{name}": ExpressionWrapper(holds, BooleanField()) for name, holds in NUMBERS.items()}
    )
    counts, delays = dict.fromkeys(NUMBERS, 0), []
    for starts_at, arrived_at, *holds in rows.values_list(
        "starts_at", "arrived_at", *(f"n_{name}" for name in NUMBERS)
    ):
        for name, is_so in zip(NUMBERS, holds, strict=True):
            counts[name] += bool(is_so)
        if arrived_at:
            delays.append(max(0, round((arrived_at - starts_at).total_seconds())))
    return Visits(**counts, delays=tuple(sorted(delays)))


def added(found: list[Visits]) -> Visits:
    """Those of several estates together."""
    counts = {name: sum(getattr(one, name) for one in found) for name in NUMBERS}
    return Visits(**counts, delays=tuple(sorted(delay for one in found for delay in one.delays)))
