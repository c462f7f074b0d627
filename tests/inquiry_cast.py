"""Records of questions for tests: a talk, its questions, and a record walked to its signing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from complaints.actions import inquiries as acts
from complaints.actions import objections
from complaints.actions.inquiries import Talk
from complaints.actions.vocabulary import objection_documents
from complaints.models import Attachment, Complaint, Inquiry, ObjectionPaper
from staff.models import User
from tests.cast import march

LINES = [
    ("何时接到302室漏水的报修？", "3月2日9时，前台接的电话，当天派了单。"),
    ("为什么到3月5日才修好？", "配件要从厂家调，3月4日下午到货。"),
]


def talk(by: User, **more: Any) -> Talk:
    said: dict[str, Any] = {
        "subject": "2号楼302室漏水的处理经过", "held_at": march(6, 10), "place": "项目会议室",
        "asker": "赵立新",
        "asker_unit": "江州市市场监督管理局", "asker_position": "执法人员", "answerer": "staff",
        "answered_by": by, "recorder": by,
    }  # fmt: skip
    return Talk(**(said | more))


def record_of(case: Complaint, by: User, at: datetime, **more: Any) -> Inquiry:
    return acts.begin(case, talk(by, **more), LINES, by=by, at=at)


def signed_of(row: Inquiry, by: User, at: datetime, files: Collection[Attachment] = ()) -> Inquiry:
    """Read over with a correction, and signed."""
    row = acts.read_over(row, corrections="第1答改为三天", revision=row.revision, by=by, at=at)
    return acts.sign(row, files=files, revision=row.revision, by=by, at=at)


def lay_all(case: Complaint, by: User, at: datetime, *, but: Collection[str] = ()) -> None:
    """Of every item of the list but some: that it is not needed."""
    for item in objection_documents():
        if item.code not in but:
            there = ObjectionPaper.objects.filter(finding=objections.period_of(case), document=item).first()
            seen = there.revision if there else 0
            objections.lay_paper(case, item, not_needed_because="与本案无关", revision=seen, by=by, at=at)


def one_record_of(case: Complaint) -> None:
    """A draft about what the case says, once, on a case that may end in court."""
    Complaint.objects.filter(pk=case.pk).update(lawsuit_threatened=True)
    if not case.inquiries.exists():
        record_of(case, User.objects.get(username="chenfang"), march(9), subject=case.content[:60])
