"""The report calendar of 锦绣花园 in March 2026: switched on, looked at by beat, handed in."""

from __future__ import annotations

import pytest

from reports import calendar, calendar_beat, issue, kinds
from reports.calendar_rules import Who, set_duty
from reports.duties import ReportKind
from reports.duty_scopes import places
from reports.models import DueReport
from tests.cast import DAY, MINUTE, MONDAY_9AM, march
from tests.writers import quickly, write_with

APRIL_1 = march(31) + DAY


def beat(at) -> None:
    """Rounds until nothing is left, as the task does it."""
    for _round in range(50):
        if not calendar_beat.work(at):
            return
    raise AssertionError("The calendar never comes to rest.")


def switch_on(kind: str, code: str, admin, *, at=MONDAY_9AM, is_on=True, number=0, **who):
    return set_duty(
        ReportKind(kind), places()[code], is_on=is_on, who=Who(**who), started_from=number, by=admin, at=at
    )


@pytest.fixture
def quick_paper(monkeypatch):
    """The making without the setting of pages, whatever the report."""
    for kind in kinds.WRITERS:
        quickly(monkeypatch, kind)
        write_with(monkeypatch, kind, workbook=lambda figures, zone: b"PK")


@pytest.fixture
def daily(admin, jinxiu, office_of_jinxiu) -> DueReport:
    """The daily report of Monday 2 March, which appears at midnight and is due on Tuesday at nine."""
    switch_on("daily", f"estate-{jinxiu.pk}", admin)
    beat(march(3, 0))
    return DueReport.objects.get(kind="daily")


@pytest.fixture
def monthly(admin, jinxiu, office_of_jinxiu, quick_paper) -> DueReport:
    """The monthly report of March with its draft, on 1 April; due before the 3rd."""
    switch_on("monthly", f"estate-{jinxiu.pk}", admin)
    beat(march(31, 0) + DAY)
    issue.make_waiting(march(31, 0) + DAY + MINUTE)
    beat(march(31, 0) + DAY + 2 * MINUTE)
    return DueReport.objects.get(kind="monthly")


@pytest.fixture
def issued(monthly, office_of_jinxiu) -> DueReport:
    """Handed in, checked, signed and sent on 1 April."""
    people = office_of_jinxiu
    calendar.hand_in(monthly, by=people.chenfang, at=APRIL_1)
    calendar.check(monthly, by=people.zhoujun, at=APRIL_1 + MINUTE)
    calendar.sign(monthly, by=people.wuzong, at=APRIL_1 + 2 * MINUTE)
    monthly.refresh_from_db()
    return monthly
