"""What follows the reply: who revisited, the second calls, and what was brought up (domain.md 3, K7, F3)."""

from __future__ import annotations

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from complaints.models import Clock, Event, FollowUp, SecondCall
from complaints.statuses import Outcome
from reports.figures.period import Period
from reports.figures.shapes import Aftercare


def aftercare(period: Period) -> Aftercare:
    """Of the month, as it stood when it ended for each estate; wrong entries left out. Three queries.

    Counted are the revisits made by somebody involved, with his reason; the cases drawn for a second call
    and those of them called by then; and the follow-ups raised, with those done and told in time by then.
    """
    entered = ~Q(complaint__outcome=Outcome.VOID)
    by_involved = Event.objects.filter(
        period.during("at"), entered,
        kind__in=["revisited", "revisit_excepted"], params__has_key="alone_because",
    ).count()  # fmt: skip
    calls = SecondCall.objects.filter(period.during("drawn_at"), entered).aggregate(
        drawn=Count("pk"), called=Count("pk", filter=called(period))
    )
    raised = with_known(FollowUp.objects.filter(period.during("raised_at"), entered)).aggregate(
        raised=Count("pk"),
        in_time=Count("pk", filter=in_time(period)),
        late=Count("pk", filter=over_time(period)),
    )
    return Aftercare(by_involved=by_involved, **calls, **raised)


def called(period: Period) -> Q:
    """Second calls made by then."""
    return period.by_then("called_at")


def with_known(follow_ups: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    """With `known_at`, when the end of each was written down: only later, it was not done yet."""
    own = Clock.objects.filter(complaint=OuterRef("complaint"), follow_up=OuterRef("pk"))
    return follow_ups.annotate(known_at=Coalesce(Subquery(own.values("stop_recorded_at")[:1]), "ended_at"))


def in_time(period: Period) -> Q:
    """Of `with_known`: done and told by then, within their time."""
    return period.by_then("known_at") & Q(ended_at__lte=F("due_at"))


def over_time(period: Period) -> Q:
    """Of `with_known`: whose time was over by then, and which waited still or were ended after it."""
    return period.by_then("due_at") & ~in_time(period)
