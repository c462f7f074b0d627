"""The tables of a quarter's and a year's paper; the workbook has all rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import words
from reports.figures.month import Month
from reports.figures.shapes import Rate
from reports.figures.wide_shapes import (
    Analysed,
    Annual,
    DecisionLine,
    Quarterly,
    Studied,
    Taught,
    Totals,
    Wide,
)
from reports.meeting_rows import MeetingDecision
from reports.monthly.tables import SHOWN, WORK_SHOWN, due, who
from reports.tables import Column, num, table
from reports.wide.parts import before_words, overdue_days, quarter_of_year, quarter_words, told_on

STATES = dict(MeetingDecision.State.choices)


def tables(figures: Wide, zone: ZoneInfo) -> dict[str, SafeString]:
    """By name; an empty one is an empty text."""
    found = {
        "stock": stock(figures),
        "compared": compared(figures),
        "months": months(figures),
        "estates": estates(figures),
        "departments": departments(figures),
        "categories": categories(figures),
        "causes": causes(figures),
    }
    if isinstance(figures, Quarterly):
        found["analysed"] = analysed(figures, zone)
        found["grades"], found["studied"] = grades(figures.studied), taught(figures.studied)
        found["earlier"] = decided(figures.earlier, told_on(figures), quarter=True)
        if figures.meeting:
            found["meeting"] = decided(figures.meeting.decisions, figures.meeting.held_on)
    if isinstance(figures, Annual):
        found["quarters"] = quarters(figures)
    return found


# Numbers beside those of the time before -------------------------------------------------------------


def rows(total: Totals) -> list[tuple[str, str]]:
    """Every figure two times are compared by: what it is, and how it is printed."""
    money = total.compensation

    def of(rate: Rate) -> str:
        return f"{words.share(rate)} ({words.parts(rate)})" if rate.whole else words.NOTHING

    return [
        (pgettext("report", "Received"), str(total.received)),
        (_("Upheld"), str(total.valid)),
        (_("Handled on time"), of(total.on_time.rate)),
        (_("of these with approved extension"), str(total.on_time.extended)),
        (_("Overdue without approval"), str(total.overruns)),
        (_("Closed, of the upheld complaints received"), of(total.closure)),
        (_("Resolved in the first cycle"), of(total.first_time)),
        (_("Second complaints"), str(total.second)),
        (_("Revisited within 3 days (target: all)"), of(total.revisit)),
        (_("Satisfied at the revisit (3 to 5 of 5)"), of(total.satisfaction.satisfied)),
        (_("Mean satisfaction, of 5"), words.decimals(total.satisfaction.mean, 2)),
        (_("Compensations approved"), f"{money.approved}, {words.yuan(money.approved_amount)}"),
        (_("Compensations paid"), f"{money.paid}, {words.yuan(money.paid_amount)}"),
    ]  # fmt: skip


def compared(figures: Wide) -> SafeString:
    this = _("This quarter") if isinstance(figures, Quarterly) else _("This year")
    return table(
        [Column(pgettext("report", "Figure")), num(this, bold=True), num(capital(before_words(figures)))],
        [
            (label, now, before)
            for (label, now), (_label, before) in zip(rows(figures.total), rows(figures.before), strict=True)
        ],
    )


def capital(words_: str) -> str:
    return words_[:1].upper() + words_[1:]


def quarters(figures: Annual) -> SafeString:
    """The same figures of each quarter; shares alone, so that four columns have room."""

    def lines(total: Totals) -> list[tuple[str, str]]:
        return [
            (pgettext("report", "Received"), str(total.received)),
            (_("Upheld"), str(total.valid)),
            (_("Handled on time"), words.share(total.on_time.rate)),
            (_("Overdue without approval"), str(total.overruns)),
            (_("Closed, of the upheld complaints received"), words.share(total.closure)),
            (_("Second complaints"), str(total.second)),
            (_("Revisited within 3 days (target: all)"), words.share(total.revisit)),
            (_("Satisfied at the revisit (3 to 5 of 5)"), words.share(total.satisfaction.satisfied)),
            (_("Compensations approved"), words.yuan(total.compensation.approved_amount)),
        ]

    told = [lines(one.total) for one in figures.quarters]
    return table(
        [
            Column(pgettext("report", "Figure")),
            *(num(capital(quarter_words(one.code))) for one in figures.quarters),
        ],
        [(own[0][0], *(value for _label, value in own)) for own in zip(*told, strict=True)],
    )


def stock(figures: Wide) -> SafeString:
    held = figures.stock
    return table(
        [
            num(_("Open at the beginning")), num(pgettext("report", "Received")),
            num(pgettext("report", "Reopened")), num(pgettext("report", "Closed")),
            num(_("Open at its end"), bold=True),
        ],
        [(held.opening, held.received, held.reopened, held.closed, held.closing)],
    )  # fmt: skip


def months(figures: Wide) -> SafeString:
    return table(
        [
            Column(pgettext("report", "Month")), num(pgettext("report", "Received")),
            num(_("Upheld"), bold=True), num(_("Upheld a year before")),
        ],
        [
            (words.month_name(Month.parse(one.month)), one.received, one.valid, one.valid_last_year)
            for one in figures.months
        ],
    )  # fmt: skip


def estates(figures: Wide) -> SafeString:
    return table(
        [
            Column(_("Estate")), num(_("Households")), num(pgettext("report", "Received")), num(_("Upheld")),
            num(_("Per 1,000 households"), bold=True), num(capital(before_words(figures))),
        ],
        [
            (
                line.name, line.households, line.received, line.valid, words.decimals(line.rate, 2),
                words.decimals(line.rate_before, 2),
            )
            for line in figures.estates
        ],
        keep=False,
    )  # fmt: skip


def departments(figures: Wide) -> SafeString:
    """In brackets the time before."""

    def beside(now: object, before: object) -> str:
        return f"{now} ({before})"

    return table(
        [
            Column(_("Department")), num(_("Upheld")), num(_("Handled, of those due")),
            num(_("On-time rate")), num(_("Second complaints")), num(_("Satisfied")),
        ],
        [
            (
                contractor(line.name) if line.is_contractor else line.name,
                beside(line.valid, line.valid_before),
                words.parts(line.handled) if line.handled.whole else words.NOTHING,
                beside(words.share(line.on_time.rate), words.share(line.on_time_before.rate)),
                beside(line.second, line.second_before),
                beside(words.share(line.said.satisfied), words.share(line.said_before.satisfied)),
            )
            for line in figures.departments[:WORK_SHOWN]
        ],
        keep=False,
    )  # fmt: skip


def contractor(name: str) -> str:
    return _("%(department)s (contractor)") % {"department": name}


def categories(figures: Wide) -> SafeString:
    return table(
        [
            Column(_("Category")), num(pgettext("report", "Received")), num(_("Upheld"), bold=True),
            num(capital(before_words(figures))), num(pgettext("report", "Change")),
        ],
        [
            (one.label, one.received, one.valid, one.valid_before, words.change(one.valid, one.valid_before))
            for one in figures.categories[:SHOWN]
        ],
    )  # fmt: skip


def causes(figures: Wide) -> SafeString:
    return table(
        [
            Column(_("Cause")), num(_("Upheld"), bold=True), num(capital(before_words(figures))),
            num(pgettext("report", "Change")),
        ],
        [
            (one.label, one.valid, one.valid_before, words.change(one.valid, one.valid_before))
            for one in figures.causes[:SHOWN]
        ],
    )  # fmt: skip


# Cases and decisions in words --------------------------------------------------------------------------


def analysed(figures: Quarterly, zone: ZoneInfo) -> SafeString:
    """Each case under its number: what, where, why it is watched, and what it holds."""
    several = len(figures.estates) > 1
    items = "".join(_case(one, figures, zone, several=several) for one in figures.analysed.lines)
    return mark_safe(f'<ul class="cases">{items}</ul>') if items else SafeString("")  # noqa: S308 (escaped)


def _case(one: Analysed, figures: Quarterly, zone: ZoneInfo, *, several: bool) -> str:
    line = one.line
    place = f"{line.estate} {line.place}" if several else line.place
    late = _("(overdue by %(span)s)") % {"span": words.late(line.overdue)} if line.overdue else ""
    said = [
        (_("What happened"), one.account or words.NOTHING),
        (_("What was done"), one.handling or _("nothing is written down yet")),
        (
            _("Where it stands"),
            f"{who(line, zone, figures.as_of)}{due(line, zone, figures.as_of)} {late}".strip(),
        ),
        (_("Cause"), one.cause or _("none named yet")),
        (_("What it teaches"), lessons(one) or words.NOTHING),
    ]
    told = "".join(f"<p><strong>{escape(label)}</strong> {escape(text)}</p>" for label, text in said)
    why = _("; ").join(line.reasons)
    return (
        f'<li><p><strong class="number">{escape(line.number)}</strong> {escape(place)} · '
        f"{escape(line.category)} · {escape(line.severity)} · <strong>{escape(why)}</strong></p>{told}</li>"
    )


def grades(found: Studied) -> SafeString:
    """Complaints by notice grade, the gravest first."""
    return table(
        [
            Column(_("Notice grade")), num(pgettext("report", "Received")), num(_("Upheld"), bold=True),
            Column(_("Most often about"), "is-text"), Column(_("Most frequent cause"), "is-text"),
        ],
        [
            (one.grade, one.received, one.valid, one.category or words.NOTHING, one.cause or words.NOTHING)
            for one in found.grades
        ],
    )  # fmt: skip


def taught(found: Studied) -> SafeString:
    """Each case study under its number: lesson, deeper problem, measures."""
    items = "".join(_taught(one) for one in found.lines)
    return mark_safe(f'<ul class="cases">{items}</ul>') if items else SafeString("")  # noqa: S308 (escaped)


def _taught(one: Taught) -> str:
    said = [
        (pgettext("case study", "Lesson"), one.lesson),
        (pgettext("case study", "Deeper problem"), one.deeper),
        (pgettext("case study", "Measures"), one.measures),
    ]
    told = "".join(f"<p><strong>{escape(label)}</strong> {escape(text)}</p>" for label, text in said if text)
    about = " · ".join(escape(part) for part in (one.title, one.kind, one.estate) if part)
    return f'<li><p><strong class="number">{escape(one.study)}</strong> {about}</p>{told}</li>'


def lessons(one: Analysed) -> str:
    """One after the other, without the stop that ends each."""
    return _("; ").join(said.rstrip("。. ") for said in one.lessons)


def decided(lines: Iterable[DecisionLine], on: date, *, quarter: bool = False) -> SafeString:
    """What, who, by when, done or not; days over as of `on`."""
    first = [Column(_("Meeting"), "nowrap")] if quarter else []
    return table(
        [
            *first, Column(pgettext("decision", "What"), "is-text"),
            Column(pgettext("decision", "Who"), "is-word"), Column(pgettext("decision", "By when"), "nowrap"),
            Column(pgettext("decision", "State"), "is-text"),
        ],
        [
            (
                *([quarter_of_year(line.quarter)] if quarter else []),
                f"{line.index}. {line.what}", line.who, line.due_on.isoformat(), fate_of(line, on),
            )
            for line in lines
        ],
        keep=False,
    )  # fmt: skip


def fate_of(line: DecisionLine, on: date) -> str:
    """Done on 28 April · what was done; not done yet, 61 days over."""
    state = str(STATES[line.state])
    if line.settled_on:
        state = f"{state} {line.settled_on.isoformat()}"
    elif line.days_over(on):
        state = f"{state} ({overdue_days(line.due_on, on)})"
    return f"{state} · {line.note}" if line.note else state


def shown_of(lines: Sequence[object], shown: int) -> bool:
    """Whether a table leaves rows to the workbook."""
    return len(lines) > shown
