"""The month whose figures are counted: March 2026, read on the second of April."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import translation

from complaints import actions
from reports.figures.month import Month
from reports.figures.monthly import monthly
from reports.figures.shapes import Monthly
from tests.cast import DAY, MINUTE, march

MARCH = Month(2026, 3)
APRIL_2 = march(31) + 2 * DAY


@pytest.fixture
def in_english():
    """Figures and their words are read in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def count(jinxiu):
    def count(now: datetime = APRIL_2, month: Month = MARCH) -> Monthly:
        return monthly([jinxiu], month, now)

    return count


@pytest.fixture
def extended(office_of_jinxiu):
    """Ask the general manager for more time on the resolve clock, and have it granted or not."""

    def ask(case, *, asked_at, until, granted_until=None, declined=False):
        people = office_of_jinxiu
        request = actions.ask_extension(
            case, clock="resolve", reason="parts", note="等待配件到货", new_due_at=until,
            by=people.wanggong, at=asked_at, not_told_because="电话未接通",
        )  # fmt: skip
        if declined:
            return actions.decline_extension(
                request, comment="配件本地有货", by=people.wuzong, at=asked_at + 10 * MINUTE
            )
        return actions.approve_extension(
            request, granted_due_at=granted_until, by=people.wuzong, at=asked_at + 10 * MINUTE
        )

    return ask


def handled(case, people, at):
    return actions.handle(case, note="已修复", evidence="照片", by=people.wanggong, at=at)
