"""A quarter's and a year's paper as a workbook: every figure and every row."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import excel
from reports.duties import TITLES
from reports.excel import Column, Table
from reports.figures.shapes import Rate
from reports.figures.wide_shapes import Annual, DecisionLine, Quarterly, Studied, Totals, Wide
from reports.made import Row, sheets_of
from reports.monthly.overruns import overrun_columns, overrun_parts, overrun_rows
from reports.wide.parts import before_words, covers, kind_of, quarter_of_year, quarter_words
from reports.wide.tables import STATES, capital, lessons
from reports.wide.targets import target_rows


def wide_workbook(figures: Wide, zone: ZoneInfo) -> bytes:
    return excel.workbook(sheets(figures), zone)


def sheets(figures: Wide) -> Iterator[Table]:
    """Every table, in the order of the paper."""
    made = sheets_of(f"{TITLES[kind_of(figures)]} · {figures.scope}", covers(figures))
    yield made(_("Key figures"), *_key_figures(figures))
    if isinstance(figures, Quarterly):
        yield made(_("Hot and major"), *_analysed(figures), figures.analysed.withheld)
        yield made(_("By notice grade"), *_grades(figures.studied))
        yield made(_("Case library"), *_taught(figures.studied))
    for part in overrun_parts(figures.overruns):
        yield made(part.title, overrun_columns(), overrun_rows(part), part.found.withheld)
    yield made(_("Departments"), *_departments(figures))
    for sheet, label, lines in (
        (_("By category"), _("Category"), figures.categories),
        (_("By cause"), _("Cause"), figures.causes),
    ):
        columns = [
            Column(label, width=28),
            *_ints(pgettext("report", "Received"), _("Upheld"), _before(figures)),
        ]
        if lines is figures.causes:  # a cause is named of upheld complaints only
            del columns[1]
            yield made(sheet, columns, [(one.label, one.valid, one.valid_before) for one in lines])
        else:
            yield made(sheet, columns, [(o.label, o.received, o.valid, o.valid_before) for o in lines])
    yield made(
        _("Estates"),
        [
            Column(_("Estate"), width=24),
            *_ints(_("Households"), pgettext("report", "Received"), _("Upheld"), _before(figures)),
            Column(_("Per 1,000 households"), "float", 14), Column(_before(figures), "float", 14),
        ],
        [
            (e.name, e.households, e.received, e.valid, e.valid_before, e.rate, e.rate_before)
            for e in figures.estates
        ],
    )  # fmt: skip
    yield made(
        _("Months"),
        [
            Column(pgettext("report", "Month")),
            *_ints(pgettext("report", "Received"), _("Upheld"), _("Upheld a year before")),
        ],
        [(m.month, m.received, m.valid, m.valid_last_year) for m in figures.months],
    )
    if isinstance(figures, Annual) and figures.targets:
        yield made(_("Yearly targets"), *target_rows(figures.targets))
    yield made(_("Decisions"), *_decisions(figures))


def _before(figures: Wide) -> str:
    return capital(before_words(figures))


def _ints(*names: str) -> list[Column]:
    return [Column(name, "int", 12) for name in names]


def _key_figures(figures: Wide) -> tuple[list[Column], list[Row]]:
    """Numbers as numbers: each figure of each time with its share, and of how many."""
    times = [(covers(figures), figures.total), (_before(figures), figures.before)]
    if isinstance(figures, Annual):
        times += [(quarter_of_year(one.code), one.total) for one in figures.quarters]
    columns = [
        Column(pgettext("report", "Time"), width=24), Column(pgettext("report", "Figure"), width=48),
        Column(pgettext("report", "Number"), "any"), Column(pgettext("report", "Of"), "int"),
        Column(_("Share"), "percent"),
    ]  # fmt: skip
    rows: list[Row] = [(name, *row) for name, total in times for row in _figures(total)]
    held = figures.stock
    rows += [
        (covers(figures), label, value, None, None)
        for label, value in (
            (_("Open at the beginning"), held.opening), (pgettext("report", "Reopened"), held.reopened),
            (pgettext("report", "Closed"), held.closed), (_("Open at its end"), held.closing),
            (_("Voided since, in no figure"), figures.voided),
            (_("Taken over from ledgers kept before"), figures.taken_over),
        )
    ]  # fmt: skip
    return columns, rows


def _figures(total: Totals) -> Iterator[Row]:
    def rate(label: str, value: Rate) -> Row:
        return label, value.part, value.whole, value.share

    money, mean = total.compensation, total.satisfaction.mean
    yield pgettext("report", "Received"), total.received, None, None
    yield _("Upheld"), total.valid, None, None
    yield rate(_("Handled on time"), total.on_time.rate)
    yield rate(_("of these with approved extension"), Rate(total.on_time.extended, total.on_time.rate.whole))
    yield rate(_("Late, handled"), Rate(total.on_time.late_handled, total.on_time.rate.whole))
    yield rate(_("Late, still open"), Rate(total.on_time.late_open, total.on_time.rate.whole))
    yield _("Overdue without approval"), total.overruns, None, None
    yield rate(_("Closed, of the upheld complaints received"), total.closure)
    yield rate(_("Resolved in the first cycle"), total.first_time)
    yield _("Second complaints"), total.second, None, None
    yield rate(_("Revisited within 3 days (target: all)"), total.revisit)
    yield rate(_("Satisfied at the revisit (3 to 5 of 5)"), total.satisfaction.satisfied)
    yield _("Mean satisfaction, of 5"), None if mean is None else round(mean, 2), None, None
    yield _("Compensations approved"), money.approved, None, None
    yield _("Compensations approved, yuan"), money.approved_amount, None, None
    yield _("Compensations paid"), money.paid, None, None
    yield _("Compensations paid, yuan"), money.paid_amount, None, None


def _analysed(figures: Quarterly) -> tuple[list[Column], list[Row]]:
    columns = [
        Column(_("Number"), width=20), Column(_("Estate")), Column(_("Place")), Column(_("Category")),
        Column(_("Severity"), width=10), Column(_("Notice grade"), width=12), Column(_("Status")),
        Column(pgettext("report", "Received"), "datetime"), Column(_("Due"), "datetime"),
        Column(_("What happened"), width=40), Column(_("What was done"), width=40), Column(_("Cause")),
        Column(_("What it teaches"), width=50),
    ]  # fmt: skip
    return columns, [
        (
            one.line.number, one.line.estate, one.line.place, one.line.category, one.line.severity, one.grade,
            one.line.status, one.line.received_at, one.line.due_at, one.account, one.handling, one.cause,
            lessons(one),
        )
        for one in figures.analysed.lines
    ]  # fmt: skip


def _grades(found: Studied) -> tuple[list[Column], list[Row]]:
    columns = [
        Column(_("Notice grade"), width=16), *_ints(pgettext("report", "Received"), _("Upheld")),
        Column(_("Most often about"), width=30), Column(_("Most frequent cause"), width=30),
    ]  # fmt: skip
    return columns, [(one.grade, one.received, one.valid, one.category, one.cause) for one in found.grades]


def _taught(found: Studied) -> tuple[list[Column], list[Row]]:
    columns = [
        Column(_("Number"), width=12), Column(pgettext("case study", "Kind"), width=14), Column(_("Estate")),
        Column(_("Category")), Column(pgettext("case study", "Title"), width=36),
        Column(pgettext("case study", "Lesson"), width=50),
        Column(pgettext("case study", "Deeper problem"), width=50),
        Column(pgettext("case study", "Measures"), width=50),
    ]  # fmt: skip
    return columns, [
        (o.study, o.kind, o.estate, o.category, o.title, o.lesson, o.deeper, o.measures) for o in found.lines
    ]


def _departments(figures: Wide) -> tuple[list[Column], list[Row]]:
    last = before_words(figures)

    def pair(name: str) -> list[str]:
        return [name, f"{name} ({last})"]

    columns = [
        Column(_("Department"), width=24), *_ints(*pair(_("Upheld"))),
        *_ints(_("Due in it"), _("On time"), _("On time with extension")),
        *_ints(_("Late, handled"), _("Late, still open")),
        *(Column(name, "percent") for name in pair(_("On-time rate"))),
        *_ints(*pair(_("Second complaints"))), *(Column(name, "percent") for name in pair(_("Satisfied"))),
    ]  # fmt: skip
    return columns, [
        (
            d.name, d.valid, d.valid_before, d.on_time.rate.whole, d.on_time.on_time, d.on_time.extended,
            d.on_time.late_handled, d.on_time.late_open, d.on_time.rate.share, d.on_time_before.rate.share,
            d.second, d.second_before, d.said.satisfied.share, d.said_before.satisfied.share,
        )
        for d in figures.departments
    ]  # fmt: skip


def _decisions(figures: Wide) -> tuple[list[Column], list[Row]]:
    lines: list[DecisionLine] = []
    if isinstance(figures, Quarterly):
        lines += figures.earlier
        lines += figures.meeting.decisions if figures.meeting else ()
    if isinstance(figures, Annual):
        lines += [line for one in figures.meetings for line in one.decisions]
    columns = [
        Column(_("Meeting"), width=18), Column(pgettext("decision", "No."), "int"),
        Column(pgettext("decision", "What"), width=50), Column(pgettext("decision", "Who"), width=20),
        Column(pgettext("decision", "By when"), "date"), Column(pgettext("decision", "State")),
        Column(pgettext("decision", "Settled on"), "date"), Column(pgettext("decision", "Note"), width=40),
    ]  # fmt: skip
    return columns, [
        (
            f"{line.quarter[:4]} {quarter_words(line.quarter)}", line.index, line.what, line.who, line.due_on,
            str(STATES[line.state]), line.settled_on, line.note,
        )
        for line in lines
    ]  # fmt: skip
