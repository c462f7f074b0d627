"""How long a part is under warranty 保修, and whether a case is (T48, domain.md 2). Pure.

《建设工程质量管理条例》 art. 40 sets the least: five years against seepage, two heating or cooling seasons,
two years for lines, pipes, equipment and fitting-out, the life of the design for what carries the house.
Days are the estate's; the last day counts. What a case was told stays: a later version of the terms, or a
date that is corrected, changes nothing until somebody asks for it anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext

from owners.parts import DESIGN_LIFE, HandedOver, Part

P = Part
#: What the rules say until a company says otherwise; part of `policy.DEFAULTS`. Years, seasons, days.
DEFAULTS: dict[str, Any] = {
    "years": {
        "roof": 5, "wet_rooms": 5, "outer_wall": 5, "electric": 2, "plumbing": 2, "installation": 2,
        "decoration": 2,
    },
    "seasons": {"heating": 2, "cooling": 2},
    # First and last day of a season: heating in most of the north from 15 November to 15 March.
    "season_starts": {"heating": "11-15", "cooling": "06-01"},
    "season_ends": {"heating": "03-15", "cooling": "09-30"},
    # A builder who was told and has not come after so many days is late; so long ahead an end is announced.
    "builder_days": 3,
    "ending_days": 90,
}  # fmt: skip
#: The longest of them: nobody grants more than the life of a house, or of a boiler.
MOST_YEARS, MOST_SEASONS = 100, 20
#: What carries the house is under warranty for the life of its design, which the estate says.
OF_THE_DESIGN = (P.STRUCTURE, P.FOUNDATION, P.INFRASTRUCTURE)
#: Their warranty is counted in whole seasons.
SEASONAL = (P.HEATING, P.COOLING)
DAY = timedelta(days=1)


def years_later(day: date, years: int) -> date:
    """The same day so many years later; of 29 February where there is none the first of March.

    >>> years_later(date(2024, 2, 29), 2)
    datetime.date(2026, 3, 1)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def last_day(part: str, handed_over: date, terms: dict[str, Any], design_life: int = DESIGN_LIFE) -> date:
    """The last day on which a part is under warranty. `terms`: `warranty` of a policy's data.

    >>> last_day("outer_wall", date(2023, 5, 12), DEFAULTS)
    datetime.date(2028, 5, 11)
    """
    if part in SEASONAL:
        return _season_ends(part, handed_over, terms)
    years = design_life if part in OF_THE_DESIGN else terms["years"][part]
    return years_later(handed_over, years) - DAY


def month_day(text: str) -> tuple[int, int]:
    """Month and day of "11-15". Raises ValueError where not every year has that day.

    >>> month_day("11-15")
    (11, 15)
    """
    month, _dash, day = text.partition("-")
    found = date(2001, int(month), int(day))
    if text != f"{found:%m-%d}":
        raise ValueError(text)
    return found.month, found.day


def fault_of_day(value: Any) -> str:
    """Why this is no first or last day of a season; empty: it is."""
    try:
        month_day(value)
    except (AttributeError, ValueError):
        return gettext("Give month and day, such as 11-15; a day that every year has.")
    return ""


def _season_ends(part: str, handed_over: date, terms: dict[str, Any]) -> date:
    """The last day of so many whole seasons; one that had begun when it was handed over does not count."""
    starts, ends = (month_day(terms[name][part]) for name in ("season_starts", "season_ends"))
    first = handed_over.year if handed_over <= date(handed_over.year, *starts) else handed_over.year + 1
    last: int = first + terms["seasons"][part] - 1
    return date(last + (ends < starts), *ends)


@dataclass(frozen=True)
class Verdict:
    """`covered` None: it cannot be told, since no date is known."""

    covered: bool | None
    handed_over: HandedOver | None = None
    until: date | None = None


def verdict(
    part: str,
    handed_over: HandedOver | None,
    received_on: date,
    terms: dict[str, Any],
    design_life: int = DESIGN_LIFE,
) -> Verdict:
    """Whether what was reported on a day of the estate's is under warranty."""
    if handed_over is None:
        return Verdict(None)
    until = last_day(part, handed_over.day, terms, design_life)
    return Verdict(received_on <= until, handed_over, until)
