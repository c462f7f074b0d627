"""A contractor of 锦绣花园, its people, and a rating of March 2026."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reports import ratings
from reports.figures.month import Month
from reports.models import ContractorRating
from reports.rating_rules import DEFAULTS
from reports.ratings import Given, Said
from staff.models import Department, Estate, User
from tests.cast import SHANGHAI

MARCH, APRIL_2 = Month(2026, 3), datetime(2026, 4, 2, 10, tzinfo=SHANGHAI)


def firm_of(estate: Estate | None, name: str = "迅达维保", at: datetime | None = None) -> Department:
    """Entered long before, or at a moment."""
    made = Department.objects.create(estate=estate, name=name, name_en="Lift contractor", is_contractor=True)
    since = at or datetime(2025, 1, 1, tzinfo=SHANGHAI)
    Department.history.filter(id=made.pk).update(history_date=since)
    return made


def points(trade: str = "lifts", **less: int) -> dict[str, Given]:
    """Full points, but for what is named."""
    return {
        one["key"]: Given(less.get(one["key"], one["points"]), "见巡查记录" if one["key"] in less else "")
        for one in DEFAULTS["criteria"][trade]
    }


def rated(
    estate: Estate, firm: Department, by: User, at: datetime = APRIL_2, month: Month = MARCH, **more: Any
) -> ContractorRating:
    said = Said("lifts", points(**more.pop("less", {})), "按计划维保，故障响应及时。", more.pop("cases", ()))
    return ratings.rate(estate, firm, month, said, by=by, at=at, **more)


def published(row: ContractorRating, by: User, at: datetime = APRIL_2) -> ContractorRating:
    return ratings.check(row, version=row.version, by=by, at=at)
