"""Evidence for tests: what somebody says of an item, and files as they are sent with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from complaints.actions import evidence as acts
from complaints.actions import files
from complaints.actions.evidence import Collected, Holder
from complaints.models import Attachment, Complaint, Evidence
from staff.models import User
from tests.cast import march
from tests.pictures import picture, upload

#: Of the source's example: the pump's camera at 11:38.
TAKEN = march(2, 11, 38)
SMALL = picture(size=(16, 12))


def said(by: User, kind: str = "photo", **more: Any) -> Collected:
    words: dict[str, Any] = {
        "what": "2号楼1单元302卫生间天花板滴水", "collected_at": TAKEN, "place": "2号楼1单元302卫生间",
        "first_scene": True, "collector": "staff", "collected_by": by, "device": "工程部手机",
    }  # fmt: skip
    return Collected(kind=kind, **(words | more))


def sent(by: User, at: datetime, name: str = "现场.jpg", data: bytes = SMALL) -> Attachment:
    return files.store(upload(name, data), by=by, at=at, as_sent=True)


def photo_of(case: Complaint, by: User, at: datetime, **more: Any) -> Evidence:
    return acts.add_evidence(case, said(by, **more), files=[sent(by, at)], by=by, at=at)


def sample_of(case: Complaint, by: User, at: datetime) -> Evidence:
    held = Holder("staff", by, "", "工程部样品柜 3 号格")
    return acts.add_evidence(case, said(by, "sample", what="渗水水样 500 毫升"), holder=held, by=by, at=at)
