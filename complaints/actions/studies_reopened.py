"""Published case studies whose case was opened again: marked, and looked at once more (sweep; F14).

What a study says the case taught may be wrong now. It stays readable with the mark until another person than
its author has looked, once the case is closed, or a new edition is published.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from complaints import notifications
from complaints.actions.study_rows import notices, save, without_access_of
from complaints.models import CaseStudy, Cycle, StudyEntry
from complaints.studies import State
from staff.roles import Role
from staff.stand_ins import StandIns

BATCH = 100
#: Reminded of so often until somebody has looked.
PATIENCE = timedelta(days=7)


def reopened() -> QuerySet[CaseStudy]:
    """Those not marked yet for the newest reopening, which is `again`."""
    newest = Cycle.objects.filter(complaint=OuterRef("complaint"), why=Cycle.Why.REOPENED)
    return (
        CaseStudy.objects.filter(state=State.PUBLISHED)
        .annotate(again=Subquery(newest.order_by("-number").values("started_at")[:1]))
        .filter(again__gt=F("published_at"))
        .filter(Q(reopened_at__isnull=True) | Q(again__gt=F("reopened_at")))
    )


def mark(now: datetime) -> int:
    """Mark a batch, and tell author and checker once of each; how many. Within a transaction."""
    rows = list(
        reopened()
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("estate", "complaint", "category__parent", "cause", "written_by", "checked_by")
        .order_by("pk")[:BATCH]
    )
    if not rows:
        return 0
    for row in rows:
        row.reopened_at, row.rechecked_at = row.again, None
        save(row, None, now)
    _tell(rows, "reopened", now)
    return len(rows)


def to_recheck(now: datetime) -> QuerySet[CaseStudy]:
    """Those whose case is closed again and that nobody has looked at: not told of yet, or not for so long."""
    told = StudyEntry.objects.filter(
        Q(at__gte=OuterRef("complaint__closed_at")), study=OuterRef("pk"), kind="to_recheck"
    )
    return (
        CaseStudy.objects.filter(state=State.PUBLISHED, reopened_at__isnull=False, rechecked_at__isnull=True)
        .filter(complaint__closed_at__gt=F("reopened_at"))
        .annotate(told_at=Subquery(told.order_by("-pk").values("at")[:1]))
        .filter(Q(told_at__isnull=True) | Q(told_at__lte=now - PATIENCE))
    )


def ask(now: datetime) -> int:
    """Ask for what can be looked at now that its case is closed, and remind of it; how many. Within a
    transaction.
    """
    rows = list(
        to_recheck(now)
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("estate", "complaint", "written_by", "checked_by")
        .order_by("pk")[:BATCH]
    )
    if rows:
        _tell(rows, "to_recheck", now)
    return len(rows)


def _tell(rows: list[CaseStudy], kind: str, now: datetime) -> None:
    """Author and checker; where neither is left, or only the author, who may not check it, whoever answers
    for the library of the estate. And the entry.
    """
    stand_ins = StandIns.load(now, {row.estate for row in rows})
    but = without_access_of(rows, stand_ins)
    sent = {}
    for row in rows:
        wrote = stand_ins.present([row.written_by] if row.written_by else [], but[row.pk])
        checked = stand_ins.present([row.checked_by] if row.checked_by else [], but[row.pk])
        people = [*wrote, *checked]
        if not checked:
            for role in (Role.SUPERVISOR, Role.PROPERTY_MANAGER):
                people += stand_ins.reach(role, row.estate_id, barred=but[row.pk])[1]
        source = f"al{row.pk}:{kind}:{row.reopened_at if kind == 'reopened' else now:%Y%m%d%H%M%S}"
        sent[source] = notices(row, dict.fromkeys(people), f"study_{kind}", {})
    StudyEntry.objects.bulk_create(StudyEntry(study=row, at=now, kind=kind) for row in rows)
    notifications.write_many(sent, at=now)
