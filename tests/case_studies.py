"""What a case study says that may be published; a major one says more."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from complaints.actions import studies as acts
from complaints.models import Bulletin, CaseStudy, Complaint
from tests.cast import march

TEXTS = {
    "title": "水管接头老化漏水",
    "facts": "顶层一户厨房水管接头开裂，漏水两天。",
    "why": "接头用了十二年，没有到期更换的规定。",
    "handling": "更换接头，次日试水。",
    "lesson": "同批接头一并检查。",
}
MORE = {"deeper": "没有易损件更换计划。", "measures": "接头满十年统一更换。"}

Q1 = date(2026, 1, 1), date(2026, 3, 31)
APRIL = datetime(2026, 4, 8, tzinfo=UTC)


def written(study: CaseStudy, by: Any, at: Any = None, **more: str) -> CaseStudy:
    return acts.write(study, version=study.version, by=by, at=at or march(4), **(TEXTS | more))


def told_of(case: Complaint, kind: str = "hot", issue: int = 1) -> None:
    Bulletin.objects.create(complaint=case, issue=issue, kind=kind, why="raised", issued_at=march(3))


def set_major(case: Complaint) -> None:
    Complaint.objects.filter(pk=case.pk).update(severity="major")


def closed(case: Complaint, at: Any) -> None:
    Complaint.objects.filter(pk=case.pk).update(status="closed", outcome="resolved", closed_at=at)


def opened(case: Complaint) -> None:
    Complaint.objects.filter(pk=case.pk).update(status="acting", outcome="", closed_at=None)
