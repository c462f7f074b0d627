"""Estates side by side, their days against those before and the year before: as cells and as flat rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from reports import words
from reports.behind_words import title
from reports.excel import Column
from reports.figures.days import Breakdown, Side
from reports.figures.shapes import Rate
from reports.monthly.links import Links, linked

#: The rows: counts and, by the name of their whole, shares.
MEASURES: dict[str, str | Promise] = {
    "received": pgettext_lazy("report", "Received"),
    "valid": gettext_lazy("Upheld"),
    "per_thousand": gettext_lazy("Upheld per 1,000 households"),
    "closed": pgettext_lazy("report", "Closed"),
    "closing": pgettext_lazy("behind", "Open at the end"),
    "fell_due": pgettext_lazy("board", "On-time rate"),
    "overruns": pgettext_lazy("board", "Overdue without approval"),
    "second": gettext_lazy("Second complaints"),
    "to_revisit": pgettext_lazy("board", "Revisit coverage"),
    "said": pgettext_lazy("board", "Satisfaction rate"),
}
SIDES = ("now", "before", "year")


@dataclass(frozen=True)
class Cell:
    figure: str | int | SafeString
    of: SafeString | str  # of a share: how many of how many
    compared: tuple[SafeString, ...]  # with the days before, and with those a year before


@dataclass(frozen=True)
class Columned:
    """An estate, or all together: the three sides of each estate in it, and the lists of each side."""

    name: str
    households: Mapping[int, int]  # of each of its estates
    found: Mapping[str, Mapping[int, Side | None]]  # of these and others; None: nothing recorded
    links: Mapping[str, Links]

    def known(self, when: str) -> dict[int, Side]:
        """The sides of those that have anything recorded."""
        own = ((pk, self.found[when][pk]) for pk in self.households)
        return {pk: side for pk, side in own if side is not None}

    @cached_property
    def sides(self) -> dict[str, Side | None]:
        """The sum of those that have anything recorded; None where none has."""
        return {when: together(list(self.known(when).values())) for when in SIDES}

    def per_thousand(self, when: str) -> float | None:
        """Of the estates that have anything recorded and whose households are known."""
        own = [(side.valid, self.households[pk]) for pk, side in self.known(when).items()]
        households = sum(of for _valid, of in own)
        return sum(valid for valid, of in own if of) * 1000 / households if households else None

    def value(self, measure: str, when: str) -> float | None:
        """The number, or the share; None where nothing was recorded or there is nothing to divide."""
        side = self.sides[when]
        if side is None:
            return None
        if measure == "per_thousand":
            return self.per_thousand(when)
        if measure in side.numbers:
            return side.numbers[measure]
        return side.rates[measure][1].share

    def rate(self, measure: str, when: str) -> tuple[str, Rate] | None:
        side = self.sides[when]
        return side.rates.get(measure) if side else None

    def shown(self, measure: str, when: str) -> int | SafeString:
        """The figure as text, with its list."""
        value, side = self.value(measure, when), self.sides[when]
        if value is None or side is None:
            return SafeString(words.NOTHING)
        figure = "valid" if measure == "per_thousand" else measure
        counted = side.rates[measure][1].whole if measure in side.rates else side.numbers[figure]
        return linked(in_words(measure, value), self.links[when].to(figure) if counted else "")


def together(sides: Sequence[Side]) -> Side | None:
    return sum(sides[1:], sides[0]) if sides else None


def in_words(measure: str, value: float) -> str:
    if measure == "per_thousand":
        return words.decimals(value, 2)
    return str(value) if isinstance(value, int) else words.share(value)


def table(columns: list[Columned]) -> list[tuple[str, list[Cell]]]:
    """A row for each measure, a cell for each column."""
    return [(str(label), [cell(column, name) for column in columns]) for name, label in MEASURES.items()]


def cell(column: Columned, measure: str) -> Cell:
    rate = column.rate(measure, "now")
    return Cell(
        figure=column.shown(measure, "now"),
        of=column.links["now"].parts(rate[1], rate[0], measure) if rate and rate[1].whole else "",
        compared=tuple(compared(column, measure, when) for when in SIDES[1:]),
    )


def compared(column: Columned, measure: str, when: str) -> SafeString:
    """上期 12，多 3: the same number then, with its list, and the difference in words.

    Between all estates now and only some of them then there is none: it says how many they were.
    """
    name = pgettext("compared", "Before") if when == "before" else pgettext("compared", "Year before")
    if column.sides[when] is None:
        return _joined(name, pgettext("compared", "nothing recorded"))
    known, those = len(column.known(when)), len(column.known("now"))
    if known != those:
        said = _("%(n)s of %(all)s estates only") % {"n": known, "all": those}
    else:
        said = difference(measure, column.value(measure, "now"), column.value(measure, when))
    return _joined(name, column.shown(measure, when), said)


def _joined(name: str, *said: object) -> SafeString:
    parts = (one if isinstance(one, SafeString) else escape(str(one)) for one in said if one != "")
    return mark_safe(f"{escape(name)} " + pgettext("compared", ", ").join(parts))  # noqa: S308 (escaped)


def difference(measure: str, now: float | None, then: float | None) -> str:
    """In words, counted between the two as they are shown; nothing where one of them is not known."""
    if now is None or then is None:
        return ""
    if isinstance(now, int) and isinstance(then, int):
        shown, more, less = str(abs(now - then)), now > then, now < then
        said = _("%(n)s more") if more else _("%(n)s fewer")
    elif measure == "per_thousand":
        moved = round(round(now, 2) - round(then, 2), 2)
        shown, more, less = f"{abs(moved):.2f}", moved > 0, moved < 0
        said = _("%(n)s higher") if more else _("%(n)s lower")
    else:
        moved = round(round(now * 100, 1) - round(then * 100, 1), 1)
        shown, more, less = f"{abs(moved):.1f}".removesuffix(".0"), moved > 0, moved < 0
        said = _("%(n)s points up") if more else _("%(n)s points down")
    return said % {"n": shown} if more or less else pgettext("compared", "the same")


# Flat rows ------------------------------------------------------------------------------------------


def flat_columns() -> list[Column]:
    days = [Column(pgettext("flat", "First day"), "date"), Column(pgettext("flat", "Last day"), "date")]
    number = [
        Column(pgettext("report", "Number"), "any"), Column(pgettext("report", "Of"), "int"),
        Column(_("Share"), "percent"),
    ]  # fmt: skip
    return [
        Column(_("Estate"), width=24), Column(pgettext("report", "Figure"), width=28), *days, *number,
        Column(pgettext("flat", "Before: first day"), "date"),
        Column(pgettext("flat", "Before: last day"), "date"),
        Column(pgettext("flat", "Before: number"), "any"), Column(pgettext("flat", "Before: of"), "int"),
        Column(pgettext("flat", "Before: share"), "percent"),
        Column(pgettext("flat", "Year before: first day"), "date"),
        Column(pgettext("flat", "Year before: last day"), "date"),
        Column(pgettext("flat", "Year before: number"), "any"),
        Column(pgettext("flat", "Year before: of"), "int"),
        Column(pgettext("flat", "Year before: share"), "percent"),
    ]  # fmt: skip


def flat_rows(columns: list[Columned], days: Mapping[str, tuple[date, date]]) -> Iterator[tuple[Any, ...]]:
    for column in columns:
        for measure, label in MEASURES.items():
            row: list[Any] = [column.name, str(label)]
            for when in SIDES:
                row += [*days[when], *_flat(column, measure, when)]
            yield tuple(row)


def _flat(column: Columned, measure: str, when: str) -> tuple[Any, Any, Any]:
    if rate := column.rate(measure, when):
        return rate[1].part, rate[1].whole, rate[1].share
    value = column.value(measure, when)
    return (round(value, 2) if isinstance(value, float) else value), None, None


def long_columns() -> list[Column]:
    return [
        Column(pgettext("flat", "By"), width=16), Column(pgettext("report", "Name"), width=28),
        Column(pgettext("flat", "Also by"), width=20), Column(pgettext("report", "Figure"), width=24),
        Column(pgettext("report", "Number"), "int"),
    ]  # fmt: skip


def long_rows(found: Breakdown) -> Iterator[tuple[Any, ...]]:
    """One row for every number of the tables: what a pivot table is made of."""
    severities = {"minor": _("Minor"), "important": _("Important"), "major": _("Major")}
    severities["unclassified"] = _("Not classified")
    for by, lines in (
        (_("Category"), found.by_category),
        (_("Channel"), found.by_channel),
        (_("Building"), found.by_building),
    ):
        for line in lines:
            for name, severity in severities.items():
                yield by, line.label, severity, title("received"), getattr(line, name)
            yield by, line.label, "", title("valid"), line.valid
    for place in found.heat.rows:
        for category, n in zip(found.heat.columns, place.counts, strict=True):
            yield _("Place"), place.label, category, title("received"), n
    for cause in found.causes:
        yield _("Cause"), cause.cause, cause.department, title("valid"), cause.valid
    for by, people in (
        (_("Department"), found.departments),
        (_("First receiver"), found.receivers),
        (_("Handler"), found.handlers),
    ):
        for one in people:
            yield by, one.name, "", title("valid"), one.valid
            yield by, one.name, "", title("went"), one.closed
            yield by, one.name, "", title("first"), one.first_time
            kept = one.on_time
            for figure in ("on_time", "extended", "late_handled", "late_open"):
                yield by, one.name, "", title(figure), getattr(kept, figure)
