"""Which figure of which estates and days an address asks for: read from it, and written into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from reports.figures.behind import FIGURES, OF_CASES, OF_REQUESTS, NotAFigure
from reports.figures.period import Period, Unlisted, all_listed
from reports.scopes import Scope, find
from staff.models import Estate

SEVERAL = "estates-"


@dataclass(frozen=True)
class Question:
    scope: Scope
    estates: tuple[Estate, ...]
    figure: str
    keys: dict[str, str]
    first: date
    last: date
    at: datetime  # the moment it is told of, or earlier where the days were over before
    reread: bool  # `at` is over, and the days may go on after it
    cut: datetime | None  # on the wall clock of the estates

    def period(self, unlisted: Unlisted = all_listed) -> Period:
        period = Period.of(self.estates, self.first, self.last, self.at, unlisted)
        return replace(period, cut=self.cut, reread=self.reread)


def question(asked: Mapping[str, str], scopes: Sequence[Scope], now: datetime) -> Question:
    """Raises NotAFigure for an address that no page of ours has written."""
    scope = scope_of(scopes, asked.get("scope", ""))
    figure = asked.get("figure", "")
    if scope is None or figure not in FIGURES:
        raise NotAFigure(figure)
    try:
        first, last = (date.fromisoformat(asked.get(name, "")) for name in ("from", "until"))
        estates_of = date.fromisoformat(asked.get("estates_of") or str(first))
        at = datetime.fromisoformat(asked["at"]) if asked.get("at") else now
        cut = datetime.fromisoformat(asked["cut"]) if asked.get("cut") else None
    except ValueError:
        raise NotAFigure(figure) from None
    if not (first.year >= 2000 and first <= last and last.year <= 2100 and at.tzinfo and at <= now):
        raise NotAFigure(figure)
    if cut and (cut.tzinfo or not 2000 <= cut.year <= 2100) or at.year < 2000:
        raise NotAFigure(figure)
    keys = {name: asked[name] for name in sorted(OF_CASES | OF_REQUESTS) if asked.get(name)}
    estates = scope.in_month(estates_of) or scope.estates
    return Question(scope, estates, figure, keys, first, last, at, at < now, cut)


def scope_of(scopes: Sequence[Scope], code: str) -> Scope | None:
    """One of the scopes, or several estates chosen one by one (`estates-3-5`), all among them."""
    if not code.startswith(SEVERAL):
        return find(scopes, code)
    mine = {f"{estate.pk}": estate for scope in scopes for estate in scope.estates}
    keys = list(dict.fromkeys(code.removeprefix(SEVERAL).split("-")))
    return several([mine[key] for key in keys]) if set(keys) <= set(mine) else None


def several(estates: Sequence[Estate]) -> Scope:
    """Estates chosen one by one, by name; of one, its own scope."""
    ordered = tuple(sorted(estates, key=lambda estate: (estate.name, estate.pk)))
    if len(ordered) == 1:
        return Scope(f"estate-{ordered[0].pk}", ordered[0].name, ordered)
    code = SEVERAL + "-".join(str(estate.pk) for estate in ordered)
    return Scope(code, "、".join(estate.name for estate in ordered), ordered)
