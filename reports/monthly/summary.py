"""The month on one page: four numbers, what changed, what is asked of the reader. Pure.

A sentence is said only of what the rows tell: without a month to compare with it says so, and a share of
nothing is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports import words
from reports.figures.month import Month
from reports.figures.shapes import EstateLine, Monthly, Rate
from reports.monthly.links import PAPER, Links, filled
from reports.monthly.parts import parts


@dataclass(frozen=True)
class Tile:
    """A number a manager looks for first, with what it is beside and what it means."""

    label: str
    figure: str
    note: str
    means: str
    url: str = ""  # the list behind the figure, on a page


@dataclass(frozen=True)
class Ask:
    """Something that waits for who reads this, and the part of the report that tells more."""

    text: str
    part: str  # its key

    @property
    def number(self) -> int | None:
        return parts()[self.part].number


def tiles(figures: Monthly, links: Links = PAPER) -> list[Tile]:
    """The four headline numbers."""
    kept, said, last = figures.on_time, figures.satisfaction, figures.before
    return [
        Tile(
            pgettext("report", "Received"),
            str(figures.received),
            _("of these upheld %(n)s") % {"n": figures.valid},
            _("Received in the month, or earlier and written down in it; wrong entries are left out."),
            links.to("received") if figures.received else "",
        ),
        Tile(
            _("On-time rate"),
            words.share(kept.rate),
            beside(words.parts(kept.rate), words.share(last.on_time.rate)),
            _("Of upheld complaints whose time to be handled ended in the month, those handled by then."),
            links.to("fell_due") if kept.rate.whole else "",
        ),
        Tile(
            _("Overdue without approval"),
            str(figures.overruns.total),
            beside(_("not handled yet %(n)s") % {"n": figures.overruns.open}, str(last.overruns)),
            _("Times to be handled that had passed at any moment of the month without approved extension."),
            links.to("overruns") if figures.overruns.total else "",
        ),
        Tile(
            _("Satisfied"),
            words.share(said.satisfied),
            beside(
                ngettext(
                    "mean %(mean)s of 5, %(n)s answer", "mean %(mean)s of 5, %(n)s answers", said.answers
                )
                % {"mean": words.decimals(said.mean), "n": said.answers},
                words.share(last.satisfaction.satisfied),
            ),
            _("Of the answers at the revisits due in the month, those of 3 to 5."),
            links.to("said") if said.answers else "",
        ),
    ]


def beside(note: str, last_month: str) -> str:
    return _("; ").join((note, _("last month %(n)s") % {"n": last_month}))


# What changed ------------------------------------------------------------------------------------


def changes(figures: Monthly, zone: ZoneInfo, links: Links = PAPER) -> list[str]:
    """The month against the one before and the year before, a sentence each; on a page the month's own
    numbers open their cases."""
    return list(_changes(figures, zone, links))


def _changes(figures: Monthly, zone: ZoneInfo, links: Links) -> Iterator[str]:
    trend, stock, last = figures.trend, figures.stock, figures.before
    if any(point.received for point in trend[:-1]):
        yield filled(
            _("Received %(n)s: %(change)s."),
            n=links.number(figures.received, "received"),
            change=than_last_month(figures.received, trend[-2].received),
        )
    else:
        yield _("No complaint was received in the twelve months before: there is no month to compare with.")
    if any(point.valid_last_year for point in trend):
        yield filled(
            _("Upheld %(n)s: %(change)s."),
            n=links.number(figures.valid, "valid"),
            change=than_a_year_ago(figures.valid, trend[-1].valid_last_year),
        )
    yield filled(
        _("Open %(n)s: %(change)s."),
        n=links.number(stock.closing, "closing"),
        change=than_at_the_beginning(stock.closing, stock.opening),
    )
    yield _share(
        figures.on_time.rate,
        last.on_time.rate,
        _("On-time rate %(share)s: %(change)s."),
        _("No upheld complaint had its time to be handled end this month: there is no on-time rate."),
    )
    if figures.overruns.total or last.overruns:
        yield filled(
            _("Overdue without approval %(n)s: %(change)s."),
            n=links.number(figures.overruns.total, "overruns"),
            change=than_last_month(figures.overruns.total, last.overruns),
        )
    yield _share(
        figures.satisfaction.satisfied,
        last.satisfaction.satisfied,
        _("Satisfied %(share)s: %(change)s."),
        _("No revisit due this month has an answer on satisfaction."),
    )
    yield from _moved_most(figures.estates)
    if figures.as_of < Month.parse(figures.month).bounds(zone)[1]:
        yield _("The month is not over: its first days are compared with whole months.")


def _share(now: Rate, before: Rate, sentence: str, without: str) -> str:
    if now.share is None:
        return without
    return sentence % {"share": words.share(now), "change": points(now, before)}


def points(now: Rate, before: Rate) -> str:
    """How a share moved, counted between the two as they are printed."""
    if now.share is None or before.share is None:
        return _("last month has none to compare with")
    moved = round(round(now.share * 100, 1) - round(before.share * 100, 1), 1)
    said = {"n": f"{abs(moved):.1f}".removesuffix(".0"), "before": words.share(before)}
    if not moved:
        return _("as last month")
    if moved > 0:
        return _("up %(n)s points from last month (%(before)s)") % said
    return _("down %(n)s points from last month (%(before)s)") % said


def than_last_month(now: int, before: int) -> str:
    said = {"n": abs(now - before), "before": before}
    if now == before:
        return _("as many as last month")
    if now > before:
        return _("%(n)s more than last month (%(before)s)") % said
    return _("%(n)s fewer than last month (%(before)s)") % said


def than_a_year_ago(now: int, before: int) -> str:
    said = {"n": abs(now - before), "before": before}
    if now == before:
        return _("as many as in the same month a year ago")
    if now > before:
        return _("%(n)s more than in the same month a year ago (%(before)s)") % said
    return _("%(n)s fewer than in the same month a year ago (%(before)s)") % said


def than_at_the_beginning(now: int, before: int) -> str:
    said = {"n": abs(now - before), "before": before}
    if now == before:
        return _("as many as when the month began")
    if now > before:
        return _("%(n)s more than when the month began (%(before)s)") % said
    return _("%(n)s fewer than when the month began (%(before)s)") % said


def _moved_most(estates: tuple[EstateLine, ...]) -> Iterator[str]:
    """Of several estates, the one that rose most and the one that fell most."""
    moved = [(round(e.rate, 2) - round(e.rate_last_month or 0, 2), e) for e in estates if e.rate is not None]
    if len(estates) < 2 or not moved:
        return

    def said(line: EstateLine) -> dict[str, str]:
        return {
            "estate": line.name,
            "before": words.decimals(line.rate_last_month, 2),
            "now": words.decimals(line.rate, 2),
        }

    rise, up = max(moved, key=lambda pair: pair[0])
    fall, down = min(moved, key=lambda pair: pair[0])
    if rise > 0:
        yield _(
            "%(estate)s rose most: from %(before)s to %(now)s upheld complaints per 1,000 households."
        ) % said(up)
    if fall < 0:
        yield _(
            "%(estate)s fell most: from %(before)s to %(now)s upheld complaints per 1,000 households."
        ) % said(down)


# What is asked -----------------------------------------------------------------------------------


def asks(figures: Monthly, zone: ZoneInfo, links: Links = PAPER) -> list[Ask]:
    """What waits for the reader, in the order of its weight; empty when nothing does. On a page a number
    opens its cases."""
    return [ask for ask in _asks(figures, zone, links) if ask]


def _asks(figures: Monthly, zone: ZoneInfo, links: Links) -> Iterator[Ask | None]:
    yield _decide(figures, zone, links)
    yield _watch(figures, links)
    yield _count(
        links.number(figures.overruns.open, "overruns_waiting"),
        "overdue",
        ngettext(
            "Have %(n)s complaint handled that is overdue without approval.",
            "Have %(n)s complaints handled that are overdue without approval.",
            figures.overruns.open,
        ),
    )
    yield _count(
        links.number(figures.second_open, "second_open"),
        "second",
        ngettext(
            "See to %(n)s case that came back this month and is still open.",
            "See to %(n)s cases that came back this month and are still open.",
            figures.second_open,
        ),
    )
    missed = figures.revisit.whole - figures.revisit.part
    yield _count(
        links.number(missed, "unrevisited"),
        "kept",
        ngettext(
            "Ask why %(n)s revisit due this month was not made within 3 days; the target is all.",
            "Ask why %(n)s revisits due this month were not made within 3 days; the target is all.",
            missed,
        ),
    )
    yield _count(
        links.number(figures.aftercare.late, "raised_late"),
        "kept",
        ngettext(
            "Press for %(n)s follow-up raised this month that is over its time.",
            "Press for %(n)s follow-ups raised this month that are over their time.",
            figures.aftercare.late,
        ),
    )
    yield _count(
        len(figures.repeats),
        "causes",
        ngettext(
            "Find the cause of %(n)s matter complained about three times or more at one place.",
            "Find the cause of %(n)s matters complained about three times or more at one place.",
            len(figures.repeats),
        ),
    )


def _count(number: int | SafeString, part: str, sentence: str, then: str = "") -> Ask | None:
    """The sentence with its number, and a second one after it; nothing where there is nothing to count."""
    if not number:
        return None
    said = filled(sentence, n=number)
    return Ask(filled(_("%(first)s %(second)s"), first=said, second=then) if then else said, part)


def _decide(figures: Monthly, zone: ZoneInfo, links: Links) -> Ask | None:
    """The longest wait is told of the cases that all readers may read."""
    waiting, oldest = figures.decisions, ""
    if waiting.lines:
        first = waiting.lines[0]
        oldest = _("The longest, of %(number)s, since %(at)s.") % {
            "number": first.number,
            "at": words.moment(first.since, zone, figures.as_of),
        }
    sentence = ngettext("Decide %(n)s matter that waits.", "Decide %(n)s matters that wait.", waiting.total)
    return _count(links.number(waiting.total, "decisions"), "decisions", sentence, oldest)


def _watch(figures: Monthly, links: Links) -> Ask | None:
    """How many are overdue is told where all of them are listed."""
    watched, overdue = figures.attention, ""
    late = sum(line.overdue is not None for line in watched.lines)
    if late and watched.total == len(watched.lines):
        overdue = ngettext("%(n)s of them is overdue.", "%(n)s of them are overdue.", late) % {"n": late}
    sentence = ngettext(
        "Watch %(n)s open case of grave notice, lawsuit, media or authority.",
        "Watch %(n)s open cases of grave notice, lawsuit, media or authority.",
        watched.total,
    )
    return _count(links.number(watched.total, "attention"), "attention", sentence, overdue)
