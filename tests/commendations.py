"""What makes somebody be commended: praise at the desk, the best score, a month without overtime."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from complaints.actions import commendations as acts
from complaints.models import Clock, Commendation, Complaint, ContactNote, Cycle, Revisit
from staff.models import User

PRAISE = "感谢王建军师傅当天修好水管，还把地擦干净了。熊霞 13494795057"


def praised(estate: Any, by: User, at: datetime, words: str = PRAISE, **more: Any) -> ContactNote:
    """A note of praise, as the desk takes it."""
    said = {"kind": "praise", "name": "熊霞", "phone": "13494795057"} | more
    return ContactNote.objects.create(estate=estate, words=words, taken_by=by, taken_at=at, **said)


def scored(
    case: Complaint, at: datetime, score: int = 5, severity: str = "important", **more: Any
) -> Revisit:
    """A closed case of that severity, whose customer gave that score."""
    Complaint.objects.filter(pk=case.pk).update(
        severity=severity, status="closed", outcome="resolved", closed_at=at
    )
    cycle = Cycle.objects.filter(complaint=case).latest("number")
    Revisit.objects.filter(cycle=cycle).delete()
    return Revisit.objects.create(cycle=cycle, at=at, satisfaction=score, **more)


def done(case: Complaint, by: User, at: datetime, *, late: bool = False) -> None:
    """Handled by him then; on time unless `late`."""
    Cycle.objects.filter(complaint=case).update(handled_at=at, handled_by=by)
    over = timedelta(hours=1) if late else -timedelta(hours=1)
    Clock.objects.filter(complaint=case, kind="resolve").update(
        started_at=at - timedelta(hours=9), due_at=at - over, stopped_at=at, breached_at=None
    )


def by_hand(case: Complaint, person: User, by: User, at: datetime, **more: Any) -> Commendation:
    said = {"department": person.postings.get().department} | more
    return acts.propose(
        complaint=case, person=person, because="冒雨抢修，三小时恢复供水。", by=by, at=at, **said
    )


def published(row: Commendation, approver: User, publisher: User, at: datetime) -> Commendation:
    row = acts.approve(row, version=row.version, by=approver, at=at)
    return acts.publish(row, by=publisher, at=at)


def told_of(case: Complaint, at: datetime) -> Commendation:
    """Its handler was commended for it, and everybody of the estate reads that."""
    people = {"person": "wanggong", "approved_by": "zhoujun", "published_by": "chenfang"}
    said = {"estate": case.estate, "why": "hand", "words": "冒雨抢修", "state": "published"}
    said |= {name: User.objects.get(username=who) for name, who in people.items()}
    moments = dict.fromkeys(("proposed_at", "approved_at", "published_at"), at)
    return Commendation.objects.get_or_create(
        complaint=case, source=f"case:{case.pk}", defaults=said | moments
    )[0]
