"""Numbers as links to the cases behind them: on a page; on paper a number stays a number."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from reports import words
from reports.figures.behind import FIGURES
from reports.figures.month import Month
from reports.figures.shapes import Rate

#: Letters of an address. The web server reads a line of 4,094 at the most, and a page of the list adds to it.
LONGEST = 3_000


@dataclass(frozen=True)
class Links:
    """The lists of one report's figures. `address`: of the list, with what all its figures share; empty on
    paper, where nothing is a link."""

    address: str = ""
    scope: str = ""
    first: str = ""  # day, 2026-03-01
    last: str = ""
    at: str = ""  # the moment told of, where the days go on after it
    cut: str = ""  # until when of the days they go, on the wall clock
    estates_of: str = ""  # the day whose estates are counted, where it is not the first
    back: str = ""  # the page of the figures, as `way_back` writes it

    def to(self, figure: str, *, scope: str = "", month: str = "", **keys: str) -> str:
        """The address of the list; nothing on paper, nor where it would be too long to be asked for: the
        hundreds of places in "other places". `month`: of that month instead of the days."""
        if not self.address:
            return ""
        if figure not in FIGURES:
            raise KeyError(figure)
        asked = {"figure": figure, "scope": scope or self.scope, "from": self.first, "until": self.last}
        more = {"at": self.at, "cut": self.cut, "estates_of": self.estates_of}
        if month:
            of = Month.parse(month)
            own = {"from": str(of.first_day), "until": str(of.last_day)}
            if own["from"] != self.first:
                asked |= own
                more = {"estates_of": self.estates_of or self.first}
        said = asked | {k: v for k, v in (more | keys).items() if v}
        url = f"{self.address}?{urlencode(said | ({'back': self.back} if self.back else {}))}"
        if len(url) > LONGEST:  # rather a list that leads to the days in general than none
            url = f"{self.address}?{urlencode(said)}"
        return url if len(url) <= LONGEST else ""

    def number(
        self, n: int, figure: str, *, scope: str = "", month: str = "", **keys: str
    ) -> int | SafeString:
        """So many cases; none has no list."""
        url = self.to(figure, scope=scope, month=month, **keys) if n else ""
        return linked(n, url)

    def measures(self, n: int, number: str, estate: str) -> int | SafeString:
        """So many measures of an estate; none has no list."""
        if not (n and self.address):
            return n
        asked = {"number": number, "scope": f"estate-{estate}", "from": self.first, "until": self.last}
        more = {name: value for name, value in (("at", self.at), ("back", self.back)) if value}
        return linked(n, f"{reverse('reports:measures_behind')}?{urlencode(asked | more)}")

    def commended(self, n: int) -> int | SafeString:
        """So many commendations; none has no list."""
        if not (n and self.address):
            return n
        asked = {"scope": self.scope, "from": self.first, "until": self.last}
        more = {name: value for name, value in (("at", self.at), ("back", self.back)) if value}
        return linked(n, f"{reverse('reports:commended_behind')}?{urlencode(asked | more)}")

    def parts(self, rate: Rate, part: str, whole: str) -> str | SafeString:
        """14 of 15, both with their lists."""
        if not (self.address and rate.whole):
            return words.parts(rate)
        said = {"part": self.number(rate.part, part), "whole": self.number(rate.whole, whole)}
        return mark_safe(escape(_("%(part)s of %(whole)s")) % said)  # noqa: S308 (numbers and links)


#: The pages whose figures open lists: what stands in `back`, and the page's name among the addresses.
PAGES = {"month": "reports:monthly", "days": "reports:days", "targets": "reports:targets"}


def way_back(page: str, **asked: str) -> str:
    """What an address of a list bears to lead back to the figure's own page: month?month=2026-03."""
    return f"{page}?{urlencode(asked)}"


def read_back(said: str) -> tuple[str, str]:
    """The page (of `PAGES`) and its address; nothing where no page of ours has written it."""
    page, mark, query = said.partition("?")
    if page not in PAGES or not mark:
        return "", ""
    return page, f"{reverse(PAGES[page])}?{urlencode(parse_qsl(query))}"


def linked(value: int | str, url: str) -> int | SafeString:
    """As markup; without an address the value as it is."""
    if not url:
        return value if isinstance(value, int) else SafeString(escape(value))
    return mark_safe(f'<a href="{escape(url)}">{escape(str(value))}</a>')  # noqa: S308 (escaped)


def filled(sentence: str, **values: int | str) -> str:
    """A sentence with its numbers; as markup where one of them is a link."""
    if not any(isinstance(value, SafeString) for value in values.values()):
        return sentence % values
    safe = {name: v if isinstance(v, int | SafeString) else escape(v) for name, v in values.items()}
    return mark_safe(escape(sentence) % safe)  # noqa: S308 (escaped, and links)


def after(words_before: str, number: int | SafeString) -> SafeString:
    """Words and a number behind them."""
    shown = number if isinstance(number, SafeString) else str(number)
    return mark_safe(escape(words_before) + shown)  # noqa: S308 (escaped, and a link)


PAPER = Links()
