"""The points of a sheet and of a year 绩效分: exact, rounded once. Pure.

A sheet is a sum of tenths and needs no rounding. Of a year only the total is rounded, half up, to a tenth;
what stands there decides whether somebody is 先进员工 (rules.md A2, A5, A6).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from reports.appraisal_scheme import FULL, TENTH, Aspect, Content, Item

NOTHING = Decimal(0)


class Sort(TextChoices):
    """What an entry of a sheet does."""

    DEDUCTION = "deduction", pgettext_lazy("appraisal", "Deduction")
    LOST = "lost", pgettext_lazy("appraisal", "Whole item lost")
    REWARD = "reward", pgettext_lazy("appraisal", "Reward")


def tidy(points: Decimal) -> Decimal:
    """The same number as it is written: whole, or with its tenth."""
    whole = points.to_integral_value()
    return whole if whole == points else points.quantize(TENTH)


@dataclass(frozen=True)
class Entry:
    """What an entry that was not struck out says: `points` of a deduction or a reward, above nothing."""

    sort: str
    item: str
    points: Decimal = NOTHING


@dataclass(frozen=True)
class ItemPoints:
    item: Item
    deducted: Decimal
    is_lost: bool

    @property
    def got(self) -> Decimal:
        """Never below nothing: an item takes no more than it has."""
        return NOTHING if self.is_lost else tidy(max(self.item.points - self.deducted, NOTHING))


@dataclass(frozen=True)
class Points:
    items: tuple[ItemPoints, ...]
    reward: Decimal

    @property
    def total(self) -> Decimal:
        """100 at the most, and above it only by a reward."""
        return tidy(sum((one.got for one in self.items), NOTHING) + self.reward)

    def of_aspect(self, aspect: Aspect) -> Decimal:
        return tidy(sum((one.got for one in self.items if one.item.aspect == aspect), NOTHING))

    def of_content(self, content: Content) -> tuple[Decimal, Decimal]:
        """Reached and full points of theory, or of skill."""
        mine = [one for one in self.items if one.item.content == content]
        full = sum((one.item.points for one in mine), NOTHING)
        return tidy(sum((one.got for one in mine), NOTHING)), tidy(full)


def points_of(items: Sequence[Item], entries: Iterable[Entry], reward_most: Decimal) -> Points:
    """The points of one sheet. Rewards count together up to `reward_most`."""
    entries = list(entries)
    found = []
    for item in items:
        mine = [one for one in entries if one.item == item.code]
        deducted = sum((one.points for one in mine if one.sort == Sort.DEDUCTION), NOTHING)
        found.append(ItemPoints(item, tidy(deducted), any(one.sort == Sort.LOST for one in mine)))
    rewards = sum((one.points for one in entries if one.sort == Sort.REWARD), NOTHING)
    return Points(tuple(found), tidy(min(rewards, reward_most)))


@dataclass(frozen=True)
class YearPoints:
    """`parts`: the mean of each, or None where there is nothing of it; `weights`: those that counted."""

    parts: Mapping[str, Fraction | None]
    weights: Mapping[str, int]
    total: Decimal | None

    @property
    def is_excellent(self) -> bool:
        """先进员工: above 100 for the year (A5)."""
        return self.total is not None and self.total > FULL


def year_of(
    weights: Mapping[str, int],
    checks: Iterable[tuple[Decimal | Fraction, Decimal]],
    months: Iterable[Decimal],
    annual: Decimal | None,
) -> YearPoints:
    """The weighted mean of a year (A2). `checks`: points reached and possible of each.

    Months that do not exist have no part in their mean; a part of which nothing exists has no weight.
    """
    reached, months = list(checks), list(months)
    full = sum((Fraction(most) for _got, most in reached), Fraction())
    got = sum((Fraction(one) for one, _most in reached), Fraction())
    parts: dict[str, Fraction | None] = {
        "checks": got / full * 100 if full else None,
        "monthly": sum(map(Fraction, months), Fraction()) / len(months) if months else None,
        "annual": None if annual is None else Fraction(annual),
    }
    counted = {name: weights[name] for name, mean in parts.items() if mean is not None and weights[name]}
    if not counted:
        return YearPoints(parts, {}, None)
    told = sum(
        (Fraction(weights[name]) * mean for name, mean in parts.items() if mean is not None), Fraction()
    )
    return YearPoints(parts, counted, rounded(told / sum(counted.values())))


def rounded(mean: Fraction) -> Decimal:
    """To a tenth, half up 四舍五入. Exact: the tenths are counted as whole numbers."""
    tenths = (mean.numerator * 20 + mean.denominator) // (mean.denominator * 2)
    return (Decimal(tenths) * TENTH).quantize(TENTH, ROUND_HALF_UP)
