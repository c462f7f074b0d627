"""Sheets of the cast, by the real acts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from complaints.models import Complaint
from reports.appraisal_rows import AppraisalSheet
from reports.appraisals import sheets
from reports.appraisals.sheets import Said
from staff.models import User
from tests.cast import SHANGHAI

MARCH = date(2026, 3, 1)
LATE = Said("3 月 6 日早班迟到二十分钟", item="attendance", criterion="attendance-1", points=Decimal(1))
HARM = Said("私收业主现金", item="morals", penalty="记过一次")
PRAISE = Said("拾金不昧，公司嘉奖", points=Decimal(5))


def april(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 4, day, hour, tzinfo=SHANGHAI)


def begun(user: User, by: User, *, at: datetime | None = None, day: date = MARCH, kind: str = "month") -> Any:
    return sheets.begin(user, kind, day, by=by, at=at or april(1))


def again(sheet: AppraisalSheet) -> AppraisalSheet:
    return AppraisalSheet.objects.get(pk=sheet.pk)


def do(act: Any, sheet: AppraisalSheet, *words: Any, by: User, at: datetime) -> Any:
    """An act from the version the sheet has now."""
    return act(sheet, *words, started_from=again(sheet).version, by=by, at=at)


def shown(user: User, by: User, *said: Said, at: datetime | None = None, **when: Any) -> AppraisalSheet:
    """Begun, with these deductions, and laid before the person."""
    at = at or april(2)
    sheet = begun(user, by, at=at, **when)
    for one in said:
        do(sheets.deduct, sheet, one, by=by, at=at)
    do(sheets.show, sheet, by=by, at=at)
    return again(sheet)


def about(case: Complaint, at: datetime) -> AppraisalSheet:
    """李敏's March, shown to her, with a deduction and a figure that name this case."""
    limin, zhoujun = (User.objects.get(username=name) for name in ("limin", "zhoujun"))
    sheet = begun(limin, zhoujun, at=at)
    if sheet.state == "draft":
        do(sheets.show, sheet, by=zhoujun, at=at)
    sheet.entries.create(
        sort="deduction", item="efficiency", points=1, words="未按时限回复", complaint=case, added_at=at,
        added_by=zhoujun,
    )  # fmt: skip
    keys = {"part": [case.pk], "whole": [case.pk]}
    AppraisalSheet.objects.filter(pk=sheet.pk).update(figures={"closure": keys})
    return again(sheet)


def closed(user: User, by: User, *said: Said, at: datetime | None = None, **when: Any) -> AppraisalSheet:
    """Shown, and its days to appeal are over."""
    sheet = shown(user, by, *said, at=at, **when)
    assert sheets.close_due((at or april(2)) + timedelta(days=10))
    return again(sheet)
