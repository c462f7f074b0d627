"""A quarter or a year on one page: four numbers, what changed, what is asked of the reader. Pure.

A sentence is said only of what the rows tell: of a share of nothing, or of several that are equally first,
none is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports import words
from reports.figures.month import Days
from reports.figures.shapes import Rate
from reports.figures.wide_shapes import Annual, Compared, DecisionLine, PlaceLine, Quarterly, Wide
from reports.monthly.summary import Tile
from reports.wide.parts import before_words, parts, quarter_words, told_on

T = TypeVar("T")


@dataclass(frozen=True)
class Ask:
    """Something that waits for who reads this, and the number of the part that tells more."""

    text: str
    part: str
    number: int | None


def tiles(figures: Wide) -> list[Tile]:
    """The four headline numbers, each beside the time before."""
    now, before = figures.total, figures.before
    said = now.satisfaction
    mean = ngettext("mean %(mean)s of 5, %(n)s answer", "mean %(mean)s of 5, %(n)s answers", said.answers) % {
        "mean": words.decimals(said.mean),
        "n": said.answers,
    }

    def beside(note: str, last: str) -> str:
        return _("; ").join((note, f"{before_words(figures)} {last}"))

    return [
        Tile(
            pgettext("report", "Received"),
            str(now.received),
            beside(_("of these upheld %(n)s") % {"n": now.valid}, str(before.received)),
            _("Received in the period, or earlier and written down in it; wrong entries are left out."),
        ),
        Tile(
            _("On-time rate"),
            words.share(now.on_time.rate),
            beside(words.parts(now.on_time.rate), words.share(before.on_time.rate)),
            _("Of upheld complaints whose time to be handled ended in the period, those handled by then."),
        ),
        Tile(
            _("Overdue without approval"),
            str(now.overruns),
            beside(_("not handled yet %(n)s") % {"n": figures.overruns.open}, str(before.overruns)),
            _("Times to be handled that had passed at any moment of the period without approved extension."),
        ),
        Tile(
            _("Satisfied"),
            words.share(said.satisfied),
            beside(mean, words.share(before.satisfaction.satisfied)),
            _("Of the answers at the revisits due in it, those of 3 to 5."),
        ),
    ]


# What changed --------------------------------------------------------------------------------------


def changes(figures: Wide, zone: ZoneInfo) -> list[str]:
    """The time against the one before, a sentence each."""
    return list(_changes(figures, zone))


def _changes(figures: Wide, zone: ZoneInfo) -> Iterator[str]:
    now, before, last = figures.total, figures.before, before_words(figures)
    if before.received:
        yield _counted(_("Received %(n)s: %(change)s."), now.received, before.received, last)
        yield _counted(_("Upheld %(n)s: %(change)s."), now.valid, before.valid, last)
    else:
        yield _("Nothing was received in %(last)s: there is nothing to compare with.") % {"last": last}
    yield _("Open %(n)s at its end, %(opening)s at its beginning.") % {
        "n": figures.stock.closing,
        "opening": figures.stock.opening,
    }
    yield _shared(_("On-time rate %(share)s: %(change)s."), now.on_time.rate, before.on_time.rate, last) or _(
        "No upheld complaint had its time to be handled end in it: there is no on-time rate."
    )
    for beside, alone, of_now, of_before in (
        (_("Overdue without approval %(n)s: %(change)s."), _("Overdue without approval: %(n)s."),
         now.overruns, before.overruns),
        (_("Second complaints %(n)s: %(change)s."), _("Second complaints: %(n)s."),
         now.second, before.second),
    ):  # fmt: skip
        if not before.received and of_now:  # nothing to compare with
            yield alone % {"n": of_now}
        elif before.received and (of_now or of_before):
            yield _counted(beside, of_now, of_before, last)
    yield _shared(
        _("Satisfied %(share)s: %(change)s."), now.satisfaction.satisfied, before.satisfaction.satisfied, last
    ) or _("No revisit due in it has an answer on satisfaction.")
    yield from _first(figures)
    if before.valid:
        yield from _moved_most(
            figures.causes, _("As a cause, %(label)s rose most: %(now)s upheld complaints after %(before)s.")
        )
    yield from _estates(figures)
    if figures.as_of < Days(figures.starts_on, figures.ends_on).bounds(zone)[1]:
        yield _("It is not over: its first days are compared with the whole of %(last)s.") % {"last": last}


def _counted(sentence: str, now: int, before: int, last: str) -> str:
    return sentence % {"n": now, "change": than(now, before, last)}


def than(now: int, before: int, last: str) -> str:
    said = {"n": abs(now - before), "before": before, "last": last}
    if now == before:
        return _("as many as in %(last)s") % said
    if now > before:
        return _("%(n)s more than in %(last)s (%(before)s)") % said
    return _("%(n)s fewer than in %(last)s (%(before)s)") % said


def _shared(sentence: str, now: Rate, before: Rate, last: str) -> str:
    """Empty where there is no share."""
    if now.share is None:
        return ""
    return sentence % {"share": words.share(now), "change": points(now, before, last)}


def points(now: Rate, before: Rate, last: str) -> str:
    """How a share moved, counted between the two as they are printed."""
    if now.share is None or before.share is None:
        return _("%(last)s has none to compare with") % {"last": last}
    moved = round(round(now.share * 100, 1) - round(before.share * 100, 1), 1)
    said = {"n": f"{abs(moved):.1f}".removesuffix(".0"), "before": words.share(before), "last": last}
    if not moved:
        return _("as in %(last)s") % said
    if moved > 0:
        return _("up %(n)s points from %(last)s (%(before)s)") % said
    return _("down %(n)s points from %(last)s (%(before)s)") % said


def _first(figures: Wide) -> Iterator[str]:
    """The department and the category with the most upheld complaints, where one alone has the most."""
    if line := _alone([(one.valid, one) for one in figures.departments if one.is_named]):
        said = {
            "name": line.name,
            "n": line.valid,
            "before": line.valid_before,
            "last": before_words(figures),
        }
        compared = _(
            "%(name)s has the most upheld complaints of all departments: %(n)s, in %(last)s %(before)s."
        )
        plain = _("%(name)s has the most upheld complaints of all departments: %(n)s.")
        yield (compared if figures.before.received else plain) % said
    if top := _alone([(one.valid, one) for one in figures.categories if one.is_named]):
        yield _("Most upheld complaints are about %(label)s: %(n)s of %(valid)s.") % {
            "label": top.label, "n": top.valid, "valid": figures.total.valid,
        }  # fmt: skip


def _alone(counted: Sequence[tuple[float, T]]) -> T | None:
    """The one with the largest number, where it is more than nothing, has company and no equal."""
    ranked = sorted(counted, key=lambda pair: -pair[0])
    if len(ranked) < 2 or ranked[0][0] <= 0 or ranked[0][0] == ranked[1][0]:
        return None
    return ranked[0][1]


def _moved_most(lines: Iterable[Compared], sentence: str) -> Iterator[str]:
    risen = _alone([(line.valid - line.valid_before, line) for line in lines if line.is_named])
    if risen:
        yield sentence % {"label": risen.label, "now": risen.valid, "before": risen.valid_before}


def _estates(figures: Wide) -> Iterator[str]:
    """Of several, the one with the most upheld complaints per 1,000 households, the risen and the fallen."""
    rated = [(round(line.rate, 2), line) for line in figures.estates if line.rate is not None]

    def said(line: PlaceLine) -> dict[str, str]:
        return {
            "estate": line.name,
            "now": words.decimals(line.rate, 2),
            "before": words.decimals(line.rate_before, 2),
        }

    if line := _alone(rated):
        yield _("%(estate)s has the most upheld complaints per 1,000 households: %(now)s.") % said(line)
    if not figures.before.valid:
        return
    moved = [(rate - round(line.rate_before or 0, 2), line) for rate, line in rated]
    if line := _alone(moved):
        yield _(
            "%(estate)s rose most: from %(before)s to %(now)s upheld complaints per 1,000 households."
        ) % said(line)
    if line := _alone([(-change, line) for change, line in moved]):
        yield _(
            "%(estate)s fell most: from %(before)s to %(now)s upheld complaints per 1,000 households."
        ) % said(line)


# What is asked -------------------------------------------------------------------------------------


def asks(figures: Wide) -> list[Ask]:
    """What waits for the reader, in the order of its weight; empty when nothing does."""
    known = parts(figures)
    return [Ask(text, part, known[part].number) for number, text, part in _asks(figures) if number]


def _asks(figures: Wide) -> Iterator[tuple[int, str, str]]:
    late = figures.overruns.open
    yield (
        late,
        ngettext(
            "Have %(n)s complaint handled that is overdue without approval.",
            "Have %(n)s complaints handled that are overdue without approval.",
            late,
        )
        % {"n": late},
        "overdue",
    )
    again = figures.second_open
    yield (
        again,
        ngettext(
            "See to %(n)s case that came back in it and is still open.",
            "See to %(n)s cases that came back in it and are still open.",
            again,
        )
        % {"n": again},
        "compared",
    )
    missed = figures.total.revisit.whole - figures.total.revisit.part
    yield (
        missed,
        ngettext(
            "Ask why %(n)s revisit due in it was not made within 3 days; the target is all.",
            "Ask why %(n)s revisits due in it were not made within 3 days; the target is all.",
            missed,
        )
        % {"n": missed},
        "compared",
    )
    if isinstance(figures, Quarterly):
        yield from _asks_of_quarter(figures)
    if isinstance(figures, Annual):
        yield from _asks_of_year(figures)


def _asks_of_quarter(figures: Quarterly) -> Iterator[tuple[int, str, str]]:
    cases = figures.analysed.total
    yield (
        cases,
        ngettext(
            "Read %(n)s case of notice grade hot or major.",
            "Read %(n)s cases of notice grade hot or major.",
            cases,
        )
        % {"n": cases},
        "analysed",
    )
    owed = figures.studied.owed
    yield (
        owed,
        ngettext(
            "Have %(n)s analysis of a major case published that was due in the quarter.",
            "Have %(n)s analyses of major cases published that were due in the quarter.",
            owed,
        )
        % {"n": owed},
        "studied",
    )
    waiting = [line for line in figures.earlier if line.state == "open"]
    over = sum(bool(line.days_over(told_on(figures))) for line in waiting)
    yield (
        len(waiting),
        _with_late(
            ngettext(
                "Carry out %(n)s decision of earlier meetings.",
                "Carry out %(n)s decisions of earlier meetings.",
                len(waiting),
            )
            % {"n": len(waiting)},
            over,
        ),
        "earlier",
    )
    if figures.meeting is None:
        yield 1, _("Write down the meeting on this quarter: no record of it is here yet."), "meeting"
    else:
        decided = sum(line.state == "open" for line in figures.meeting.decisions)
        yield (
            decided,
            ngettext(
                "Carry out %(n)s decision of the meeting on this quarter.",
                "Carry out %(n)s decisions of the meeting on this quarter.",
                decided,
            )
            % {"n": decided},
            "meeting",
        )


def _asks_of_year(figures: Annual) -> Iterator[tuple[int, str, str]]:
    waiting = [line for line in within(figures) if line.state == "open"]
    over = sum(bool(line.days_over(told_on(figures))) for line in waiting)
    yield (
        len(waiting),
        _with_late(
            ngettext(
                "Carry out %(n)s decision of the year's meetings.",
                "Carry out %(n)s decisions of the year's meetings.",
                len(waiting),
            )
            % {"n": len(waiting)},
            over,
        ),
        "meetings",
    )
    held = {meeting.quarter for meeting in figures.meetings}
    without = [quarter_words(one.code) for one in figures.quarters if one.code not in held]
    yield (
        len(without),
        _("No record of a meeting is here on: %(quarters)s.")
        % {"quarters": pgettext("between names", ", ").join(without)},
        "meetings",
    )


def _with_late(sentence: str, over: int) -> str:
    if not over:
        return sentence
    more = ngettext("%(n)s of them is past its time.", "%(n)s of them are past their time.", over) % {
        "n": over
    }
    return _("%(first)s %(second)s") % {"first": sentence, "second": more}


def within(figures: Annual) -> list[DecisionLine]:
    """What was decided in the year: of what a meeting after it decides nothing can have become yet."""
    first, last = figures.starts_on, figures.ends_on
    return [line for one in figures.meetings if first <= one.held_on <= last for line in one.decisions]


def fate(figures: Annual) -> str:
    """What became of the decisions; empty where none was made in the year."""
    decided = within(figures)
    if not decided:
        return ""
    states = [line.state for line in decided]
    said = {state: states.count(state) for state in ("done", "dropped", "open")} | {"n": len(decided)}
    if told_on(figures) < figures.ends_on:
        return (
            _(
                "Decisions made in the year so far: %(n)s; done %(done)s, dropped %(dropped)s, "
                "not done yet %(open)s."
            )
            % said
        )
    return (
        _(
            "Decisions made in the year: %(n)s; when it ended done %(done)s, dropped %(dropped)s, "
            "not done %(open)s."
        )
        % said
    )
