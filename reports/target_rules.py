"""Yearly targets 年度目标: which figures have one, which way it goes, how it stands. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff.roles import Role

#: Who sets them: who answers for all estates. An administrator reads no figures to aim by.
KEEPERS = frozenset({Role.GENERAL_MANAGER})
#: The scope of the company as a whole; an estate's is `estate-5`.
COMPANY = "company"
LONGEST = 200


class Direction(TextChoices):
    AT_LEAST = "at_least", pgettext_lazy("target", "at least")
    AT_MOST = "at_most", pgettext_lazy("target", "at most")


class Indicator(TextChoices):
    """A figure of the monthly report that may have a target."""

    CLOSURE = "closure", _("Closure rate")
    ON_TIME = "on_time", _("Handled on time")
    REVISITED = "revisited", _("Revisited within 3 days")
    SATISFIED = "satisfied", _("Satisfied at the revisit (3 to 5 of 5)")
    MEAN = "mean", _("Mean satisfaction, of 5")
    PER_THOUSAND = "per_thousand", _("Upheld per 1,000 households")
    SECOND = "second", _("Second complaints")


@dataclass(frozen=True)
class Shape:
    """`part` and `whole`: the lists behind the figure (`figures.behind`); without a part there is one."""

    direction: Direction
    unit: str | Promise
    most: int  # no target is above it
    whole: str
    part: str = ""
    places: int = 0  # behind the point, as a target is typed and kept
    grows: bool = False  # only rises within a year: what has passed its limit stays above it


SHARE = _("percent")
SHAPES: dict[str, Shape] = {
    Indicator.CLOSURE: Shape(Direction.AT_LEAST, SHARE, 100, "valid", "done", 1),
    Indicator.ON_TIME: Shape(Direction.AT_LEAST, SHARE, 100, "fell_due", "in_time", 1),
    Indicator.REVISITED: Shape(Direction.AT_LEAST, SHARE, 100, "to_revisit", "revisited", 1),
    Indicator.SATISFIED: Shape(Direction.AT_LEAST, SHARE, 100, "said", "satisfied", 1),
    Indicator.MEAN: Shape(Direction.AT_LEAST, _("points of 5"), 5, "said", places=2),
    Indicator.PER_THOUSAND: Shape(
        Direction.AT_MOST, _("per 1,000 households"), 9999, "valid", places=2, grows=True
    ),
    Indicator.SECOND: Shape(Direction.AT_MOST, pgettext_lazy("target", "cases"), 9999, "second", grows=True),
}


class Standing(TextChoices):
    """How a figure stands to its target; while the year runs it is open, but for a limit passed for good."""

    MET = "met", pgettext_lazy("target", "Met")
    MISSED = "missed", pgettext_lazy("target", "Not met")
    ON_COURSE = "on_course", pgettext_lazy("target", "Open: met so far")
    BEHIND = "behind", pgettext_lazy("target", "Open: not met so far")
    NOTHING = "nothing", pgettext_lazy("target", "Nothing to count")


def scopes_aimed_at(code: str) -> bool:
    """Estates and the company have targets; a region is a way to look at estates."""
    return code == COMPANY or code.startswith("estate-")


def holds(value: float, target: float, direction: str) -> bool:
    """As both are printed: a target that is met to the last digit shown is met."""
    return value >= target if direction == Direction.AT_LEAST else value <= target


def standing(indicator: str, value: float | None, target: float, direction: str, *, over: bool) -> Standing:
    """`value` in the unit of the target; None: nothing to divide by. `over`: the year has ended."""
    if value is None:
        return Standing.NOTHING
    kept = holds(round(value, SHAPES[indicator].places), target, direction)
    if over:
        return Standing.MET if kept else Standing.MISSED
    if not kept and SHAPES[indicator].grows and direction == Direction.AT_MOST:
        return Standing.MISSED
    return Standing.ON_COURSE if kept else Standing.BEHIND


def printed(indicator: str, value: float | Decimal | None) -> str:
    """98.5%, 4.20, 12; a dash for none."""
    if value is None:
        return "–"
    shape = SHAPES[indicator]
    number = f"{value:.{shape.places}f}"
    return number.removesuffix(".0") + "%" if shape.unit is SHARE else number
