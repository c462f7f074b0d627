"""What a closed sheet says, and whether it still does 封存: plain values and their digest."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from reports.appraisal_rows import AppraisalSheet
from reports.appraisals import years


def frozen(row: AppraisalSheet, at: datetime) -> dict[str, Any]:
    """The columns of a closed sheet: what stands on it, and its digest."""
    said = standing(row)
    return {"frozen_at": at, "frozen": said, "sha256": digest(said)}


def standing(row: AppraisalSheet) -> dict[str, Any]:
    """All that a sheet says, as plain values."""
    points = row.points
    said: dict[str, Any] = {
        "person": row.user_id,
        "kind": row.kind,
        "starts_on": f"{row.starts_on}",
        "role": row.role,
        "scheme": row.scheme.number,
        "items": {one.item.code: [f"{one.got}", f"{one.item.points}"] for one in points.items},
        "reward": f"{points.reward}",
        "total": f"{points.total}",
        "remark": row.remark,
        "appeal": row.appeal,
        "decision": row.decision,
        "entries": [
            [one.sort, one.item, f"{one.points}", one.words, bool(one.struck_at)]
            for one in sorted(row.entries.all(), key=lambda one: one.pk)
        ],
        "figures": row.figures,
    }
    if row.kind == AppraisalSheet.Kind.YEAR:  # since it was shown: its months may be erased before it
        said["year"] = row.frozen.get("year") or years.as_values(years.years_of([row])[row.pk])
    return said


def digest(said: dict[str, Any]) -> str:
    text = json.dumps(said, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def stands(row: AppraisalSheet) -> bool:
    """Whether a closed sheet still says what it said when it was closed, its entries too."""
    return digest(row.frozen) == row.sha256 == digest(standing(row))
