"""Which warranties end in some days: for the last inspection before 保修期满前排查."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from complaints.warranty_terms import OF_THE_DESIGN, last_day
from owners.models import EstateWarranty, HandOver
from owners.parts import DESIGN_LIFE, Part

#: Longer than any season is off a whole number of years.
SLACK = timedelta(days=366 + 30)


@dataclass(frozen=True)
class Ending:
    """Some parts of one place whose warranty ends on one day. `place`: of the unit, building or estate."""

    until: date
    estate: str
    place: str
    of: str
    parts: tuple[Part, ...]
    handed_over: date
    unit: int | None

    @property
    def parts_in_words(self) -> str:
        return gettext(", ").join(str(part.label) for part in self.parts)


def endings(estates: Collection[int], first: date, last: date, terms: dict[str, Any]) -> list[Ending]:
    """What ends from the first to the last day, the nearest first. Two queries, however many there are."""
    lives = dict(EstateWarranty.objects.filter(estate__in=estates).values_list("estate", "design_life"))
    rows = HandOver.objects.filter(_near(first, last, terms, set(lives.values())), estate__in=estates)
    found = []
    for row in rows.select_related("estate", "building", "unit").order_by("day", "pk"):
        life = lives.get(row.estate_id, DESIGN_LIFE)
        by_day: dict[date, list[Part]] = defaultdict(list)
        for part in Part:
            until = last_day(part, row.day, terms, life)
            if first <= until <= last:
                by_day[until].append(part)
        of = "unit" if row.unit_id else "building" if row.building_id else "estate"
        for until, parts in by_day.items():
            found.append(Ending(until, row.estate.name, row.what, of, tuple(parts), row.day, row.unit_id))
    return sorted(found, key=lambda one: (one.until, one.estate, one.of, one.place))


def _near(first: date, last: date, terms: dict[str, Any], lives: Collection[int]) -> Q:
    """Dates that may end in these days: by the years of each part; by seasons about as many years before."""
    years = set(terms["years"].values()) | {DESIGN_LIFE, *lives}
    spans = [(first - timedelta(days=366 * n), last - timedelta(days=365 * n - 3)) for n in years]
    spans += [
        (first - timedelta(days=366 * n) - SLACK, last - timedelta(days=365 * (n - 1)))
        for n in set(terms["seasons"].values())
    ]
    return reduce(or_, (Q(day__gte=start, day__lte=end) for start, end in spans))


def under_warranty(
    day: date, today: date, terms: dict[str, Any], design_life: int
) -> list[tuple[Part, date, bool]]:
    """Each part with its last day, and whether that is still to come; what carries the house at the end."""
    order = [part for part in Part if part not in OF_THE_DESIGN] + list(OF_THE_DESIGN)
    ends = [(part, last_day(part, day, terms, design_life)) for part in order]
    return [(part, until, today <= until) for part, until in ends]
