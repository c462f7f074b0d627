"""A person's year 年终绩效: checks, months and the annual sheet together (rules.md A2, A5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from config.framework.refusals import Refused
from reports.appraisal_points import YearPoints, year_of
from reports.appraisal_rows import AppraisalCheck, AppraisalSheet
from reports.appraisal_rules import State

Kind = AppraisalSheet.Kind


@dataclass(frozen=True)
class Year:
    """`months`: the total of each closed month by its number; `missing`: months without a closed sheet."""

    points: YearPoints
    months: dict[int, Decimal]
    checks: int
    annual: Decimal | None

    @property
    def missing(self) -> list[int]:
        return [month for month in range(1, 13) if month not in self.months]


def told(row: AppraisalSheet) -> Year:
    """Of an annual sheet: its months and checks as they stood when it was shown, for they may be erased
    before it; while it is written, as it would be now."""
    if "year" not in row.frozen:
        return years_of([row])[row.pk]
    said = row.frozen["year"]
    parts = {name: None if mean is None else Fraction(mean) for name, mean in said["parts"].items()}
    points = YearPoints(parts, said["weights"], Decimal(said["total"]) if said["total"] else None)
    months = {int(month): Decimal(total) for month, total in said["months"].items()}
    return Year(points, months, said["checks"], Decimal(said["annual"]) if said["annual"] else None)


def open_months(row: AppraisalSheet) -> list[str]:
    """The months of this year that were begun and are not closed."""
    mine = AppraisalSheet.objects.filter(
        user=row.user_id, kind=Kind.MONTH, starts_on__gte=row.starts_on, starts_on__lt=row.ends_on
    )
    return [
        f"{one:%Y-%m}"
        for one in mine.exclude(state=State.FROZEN).order_by("starts_on").values_list("starts_on", flat=True)
    ]


def check_open(user: int, day: date, field: str | None = None) -> None:
    """A year that was shown has counted its months and checks: it is locked, and refused from then on.

    Call it inside the transaction of the act. Raises Refused.
    """
    rows = AppraisalSheet.objects.select_for_update(of=("self",), no_key=True)
    row = rows.filter(user=user, kind=Kind.YEAR, starts_on=date(day.year, 1, 1)).first()
    if row and row.state != State.DRAFT:
        raise Refused(
            _("The annual sheet of this year was shown already: its months and checks stay as they are."),
            field=field,
        )


def years_of(rows: Iterable[AppraisalSheet]) -> dict[int, Year]:
    """Of annual sheets of one year, by key; their `entries` are read as they were fetched. Two queries."""
    rows = list(rows)
    if not rows:
        return {}
    first, until = min(row.starts_on for row in rows), max(row.ends_on for row in rows)
    users = [row.user_id for row in rows]
    months = months_of(users, first, until)
    checks = checks_of(users, first, until)
    found = {}
    for row in rows:
        annual = None if row.state == State.DRAFT else row.points.total
        got = checks[row.user_id]
        points = year_of(row.scheme.read.weights, got, months[row.user_id].values(), annual)
        if annual is None:  # an empty sheet is no hundred points: there is no total before it is shown
            points = YearPoints(points.parts, {}, None)
        found[row.pk] = Year(points, months[row.user_id], len(got), annual)
    return found


def kept(row: AppraisalSheet) -> dict[str, Any]:
    """What an annual sheet goes by from the moment it is shown. Its own points may still change on appeal."""
    if row.kind != Kind.YEAR:
        return {}
    if "year" not in row.frozen:
        return as_values(years_of([row])[row.pk])
    stood, annual = told(row), row.points.total
    mean = stood.points.parts["checks"]
    checks = [] if mean is None else [(mean, Decimal(100))]
    points = year_of(row.scheme.read.weights, checks, stood.months.values(), annual)
    return as_values(Year(points, stood.months, stood.checks, annual))


def months_of(users: Iterable[int], first: date, until: date) -> dict[int, dict[int, Decimal]]:
    """The totals of closed months, by person and month. One query."""
    rows = AppraisalSheet.objects.filter(
        user__in=list(users), kind=Kind.MONTH, state=State.FROZEN, starts_on__gte=first, starts_on__lt=until
    )
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for user, on, said in rows.order_by("starts_on").values_list("user", "starts_on", "frozen"):
        found[user][on.month] = Decimal(said["total"])
    return found


def checks_of(users: Iterable[int], first: date, until: date) -> dict[int, list[tuple[Decimal, Decimal]]]:
    """Points reached and possible of each check that was not struck out, by person. One query."""
    rows = AppraisalCheck.objects.filter(user__in=list(users), on__gte=first, on__lt=until, struck_at=None)
    found: dict[int, list[tuple[Decimal, Decimal]]] = defaultdict(list)
    for user, got, most in rows.order_by("on", "pk").values_list("user", "points", "most"):
        found[user].append((got, most))
    return found


def as_values(year: Year) -> dict[str, Any]:
    """As it is frozen: exact means as fractions, the total as it stands."""
    return {
        "parts": {name: None if mean is None else f"{mean}" for name, mean in year.points.parts.items()},
        "weights": dict(year.points.weights),
        "total": None if year.points.total is None else f"{year.points.total}",
        "excellent": year.points.is_excellent,
        "months": {f"{month}": f"{total}" for month, total in year.months.items()},
        "checks": year.checks,
        "annual": None if year.annual is None else f"{year.annual}",
    }
