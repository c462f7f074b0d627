"""What follows the reply: who revisited, the second calls, and what was brought up (domain.md 3, K7, F3)."""

from __future__ import annotations

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from complaints.models import Clock, Event, FollowUp, SecondCall
from complaints.statuses import Outcome
from reports.figures.period import Period
from reports.figures.shapes import Aftercare


def aftercare(period: Period) -> Aftercare:
    """Of the month, as it stood at `as_of`; wrong entries left out. Three queries.

    Counted are the revisits made by somebody involved, with his reason; the cases drawn for a second call
    and those of them called by then; and the follow-ups raised, with those done and told in time by then.
    """
    entered = ~Q(complaint__outcome=Outcome.VOID)
    by_involved = Event.objects.filter(
        period.during("at"), entered,
        kind__in=["revisited", "revisit_excepted"], params__has_key="alone_because",
    ).count()  # fmt: skip
    calls = SecondCall.objects.filter(period.during("drawn_at"), entered).aggregate(
        drawn=Count("pk"), called=Count("pk", filter=Q(called_at__lt=period.as_of))
    )
    # Written down only later, it was not done yet.
    own = Clock.objects.filter(complaint=OuterRef("complaint"), follow_up=OuterRef("pk"))
    known = Coalesce(Subquery(own.values("stop_recorded_at")[:1]), "ended_at")
    ended = Q(known_at__lt=period.as_of, ended_at__lte=F("due_at"))
    waits = Q(known_at=None) | Q(known_at__gte=period.as_of) | Q(ended_at__gt=F("due_at"))
    late = Q(due_at__lt=period.as_of) & waits
    follow_ups = FollowUp.objects.filter(period.during("raised_at"), entered).annotate(known_at=known)
    raised = follow_ups.aggregate(
        raised=Count("pk"), in_time=Count("pk", filter=ended), late=Count("pk", filter=late)
    )
    return Aftercare(by_involved=by_involved, **calls, **raised)
