"""Yearly targets for the demo: last year's and this year's, one of them raised during the year."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.timezone import get_default_timezone

from reports import targets
from reports.scopes import Scope, all_scopes
from reports.target_rules import Indicator, scopes_aimed_at
from staff.models import Posting, User
from staff.permissions import current
from staff.roles import Role

LAST = {Indicator.CLOSURE: "90", Indicator.ON_TIME: "85", Indicator.SECOND: "60"}
THIS = {
    Indicator.CLOSURE: "92", Indicator.ON_TIME: "90", Indicator.REVISITED: "95", Indicator.SATISFIED: "85",
    Indicator.PER_THOUSAND: "60",
}  # fmt: skip
WHY = "年度工作计划，经总经理办公会确定。"
RAISED, WHY_RAISED = Decimal(95), "一季度已稳定在92%以上，办公会决定提高。"


def aim(now: datetime) -> None:
    """Set in January by the general manager; the closure rate of the first of them is raised on 15 April."""
    year = now.astimezone(get_default_timezone()).year
    scopes = [one for one in all_scopes() if scopes_aimed_at(one.code)]
    for aimed, numbers in ((year - 1, LAST), (year, THIS)):
        at = datetime(aimed, 1, 8, 10, tzinfo=get_default_timezone())
        for number, scope in enumerate(scopes):
            _set(scope, aimed, {name: Decimal(said) for name, said in numbers.items()}, WHY, at, now)
            if number == 0 and aimed == year:
                _set(scope, aimed, {Indicator.CLOSURE: RAISED}, WHY_RAISED, at + timedelta(days=97), now)


def _set(
    scope: Scope, year: int, values: dict[Indicator, Decimal], why: str, at: datetime, now: datetime
) -> None:
    manager = _manager(at)
    if manager and at < now:
        targets.set_targets(
            scope, year, {str(name): value for name, value in values.items()}, because=why,
            started_from=targets.newest_key(year, scope.code), by=manager, at=at,
        )  # fmt: skip


def _manager(at: datetime) -> User | None:
    of_all = {"estate": None, "region": None, "department": None}
    held = Posting.objects.filter(current(at), role=Role.GENERAL_MANAGER, **of_all).select_related("user")
    posting = held.order_by("pk").first()
    return posting.user if posting else None
