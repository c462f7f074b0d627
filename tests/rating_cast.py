"""A contractor of 锦绣花园, its people, and a rating of March 2026."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from complaints import actions
from reports import ratings
from reports.figures.contracted import FIGURES
from reports.figures.month import Month
from reports.models import ContractorRating
from reports.rating_rules import DEFAULTS
from reports.ratings import Given, Said
from staff import actions as office
from staff.models import Department, Estate, User
from staff.roles import Role
from tests.cast import SHANGHAI, march

MARCH, APRIL_2 = Month(2026, 3), datetime(2026, 4, 2, 10, tzinfo=SHANGHAI)


def firm_of(estate: Estate | None, name: str = "迅达维保", at: datetime | None = None) -> Department:
    """Entered long before, or at a moment, with somebody who works for it since."""
    made = Department.objects.create(estate=estate, name=name, name_en="Lift contractor", is_contractor=True)
    since = at or datetime(2025, 1, 1, tzinfo=SHANGHAI)
    Department.history.filter(id=made.pk).update(history_date=since)
    user = office.add_user(username=f"of{made.pk}", name="师傅", email=f"of{made.pk}@example.com")
    office.post(user, Role.HANDLER, at=since, department=made)
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


def given_to(case: Any, handler: User, firm: Department, by: User, at: datetime) -> Any:
    return actions.classify(
        case, severity="minor", category=case.category, handler=handler, department=firm, by=by, at=at
    )


def published(row: ContractorRating, by: User, at: datetime = APRIL_2) -> ContractorRating:
    return ratings.check(row, version=row.version, by=by, at=at)


def rating_of(cases: Any, *, is_out: bool = True) -> ContractorRating:
    """One of a firm whose figures count these cases, and that names them; published, or to be checked."""
    firm = Department.objects.get_or_create(name="迅达维保", is_contractor=True)[0]
    figures = dict.fromkeys(FIGURES, [case.pk for case in cases]) | {"hours": 1.0, "scores": 5}
    people = {"rated_by": "chenfang", "checked_by": "zhoujun"}
    said = {name: User.objects.get(username=who) for name, who in people.items()}
    to_check = {"state": "to_check", "checked_at": None, "checked_by": None, "figures": {}}
    row = ContractorRating.objects.update_or_create(
        estate=cases[0].estate, department=firm, starts_on=date(2026, 3, 1),
        defaults=said | {
            "trade": "lifts", "score": 90, "words": "维保到位", "state": "frozen", "rated_at": march(5),
            "checked_at": march(6), "figures": figures,
        } | ({} if is_out else to_check),
    )[0]  # fmt: skip
    row.cases.set(cases)
    return row
