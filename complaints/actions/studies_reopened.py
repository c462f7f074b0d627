"""Published case studies whose case was opened again: marked, and looked at once more (sweep; F14).

What a study says the case taught may be wrong now. It stays readable with the mark until another person than
its author has looked, or a new edition is published.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from complaints import notifications
from complaints.actions.study_rows import notices, save, without_access_of
from complaints.models import CaseStudy, Cycle, StudyEntry
from complaints.studies import State
from staff.stand_ins import StandIns

BATCH = 100


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
    stand_ins = StandIns.load(now, {row.estate for row in rows})
    but = without_access_of(rows, stand_ins)
    sent = {}
    for row in rows:
        row.reopened_at, row.rechecked_at = row.again, None
        save(row, None, now)
        people = stand_ins.present([one for one in (row.written_by, row.checked_by) if one], but[row.pk])
        source = f"al{row.pk}:reopened:{row.again:%Y%m%d%H%M%S}"
        sent[source] = notices(row, dict.fromkeys(people), "study_reopened", {})
    StudyEntry.objects.bulk_create(StudyEntry(study=row, at=now, kind="reopened") for row in rows)
    notifications.write_many(sent, at=now)
    return len(rows)
