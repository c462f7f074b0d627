"""The monthly report as a workbook: the figures first, then every row that the page and the PDF leave out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.policy import Severity
from reports import excel, words
from reports.duties import TITLES, ReportKind
from reports.excel import Column, Table
from reports.figures.month import Month
from reports.figures.shapes import Monthly, Rate, WorkLine
from reports.made import MakeTable, sheets_of
from reports.monthly.overruns import overrun_columns, overrun_parts, overrun_rows

DAY = timedelta(days=1)


def monthly_workbook(figures: Monthly, zone: ZoneInfo) -> bytes:
    return excel.workbook(sheets(figures), zone)


def sheets(figures: Monthly) -> Iterator[Table]:
    """Every table, in the order of the report."""
    title, covers = TITLES[ReportKind.MONTHLY], words.month_name(Month.parse(figures.month))
    table = sheets_of(f"{title} · {figures.scope}", covers)
    yield table(
        _("Key figures"),
        [
            Column(pgettext("report", "Figure"), width=56), Column(pgettext("report", "Number"), "any"),
            Column(pgettext("report", "Of"), "int"), Column(_("Share"), "percent"),
        ],
        list(key_figures(figures)),
    )  # fmt: skip
    yield from _cases(figures, table)
    for part in overrun_parts(figures.overruns):
        yield table(part.title, overrun_columns(), overrun_rows(part), part.found.withheld)
    yield from _counted(figures, table)
    yield from _asked_for(figures, table)
    yield table(
        _("Trend"),
        [
            Column(pgettext("report", "Month")),
            *(
                Column(n, "int")
                for n in (pgettext("report", "Received"), _("Upheld"), _("Upheld a year before"))
            ),
        ],
        [(t.month, t.received, t.valid, t.valid_last_year) for t in figures.trend],
    )
    for sheet, lines in (
        (_("Departments"), figures.departments),
        (_("First receivers"), figures.receivers),
        (_("Handlers"), figures.handlers),
    ):
        yield table(sheet, work_columns(), [work_row(line) for line in lines])


def _cases(figures: Monthly, table: MakeTable) -> Iterator[Table]:
    case_columns = [
        Column(_("Number"), width=20), Column(_("Estate")), Column(_("Place")), Column(_("Category")),
        Column(_("Severity"), width=10), Column(_("Status")),
        Column(pgettext("report", "Received"), "datetime"),
        Column(_("First receiver"), width=12), Column(_("Handler"), width=12),
        Column(_("Responsible head"), width=12), Column(_("Due"), "datetime"),
        Column(_("Days overdue"), "float"), Column(_("Why"), width=40),
    ]  # fmt: skip
    for sheet, cases in (
        (_("To watch"), figures.attention),
        (_("Important notices"), figures.notable),
    ):
        yield table(
            sheet,
            case_columns,
            [
                (
                    c.number, c.estate, c.place, c.category, c.severity, c.status, c.received_at,
                    c.first_receiver, c.handler, c.accountable, c.due_at,
                    c.overdue / DAY if c.overdue else None,
                    "; ".join(c.reasons),
                )
                for c in cases.lines
            ],
            cases.withheld,
        )  # fmt: skip


def _counted(figures: Monthly, table: MakeTable) -> Iterator[Table]:
    """What came in, by where and what it was."""
    yield table(
        _("Estates"),
        [
            Column(_("Estate"), width=24), Column(_("Households"), "int"),
            Column(pgettext("report", "Received"), "int"),
            Column(_("Upheld"), "int"), Column(_("Per 1,000 households"), "float", 14),
            Column(_("Last month"), "float", 14), Column(_("A year ago"), "float", 14),
        ],
        [
            (e.name, e.households, e.received, e.valid, e.rate, e.rate_last_month, e.rate_last_year)
            for e in figures.estates
        ],
    )  # fmt: skip
    for sheet, label, rows in (
        (_("By category"), _("Category"), figures.by_category),
        (_("By channel"), _("Channel"), figures.by_channel),
        (_("By building"), _("Building"), figures.by_building),
    ):
        names = [str(severity.label) for severity in Severity]
        yield table(
            sheet,
            [
                Column(label, width=24),
                *(Column(name, "int") for name in [*names, _("Not classified"), _("Total"), _("Upheld")]),
            ],
            [(r.label, r.minor, r.important, r.major, r.unclassified, r.total, r.valid) for r in rows],
        )
    yield table(
        _("Places and categories"),
        [
            Column(_("Place"), width=24), *(Column(name, "int") for name in figures.heat.columns),
            Column(_("Total"), "int"),
        ],
        [(row.label, *row.counts, row.total) for row in figures.heat.rows],
    )  # fmt: skip
    yield table(
        _("Causes"),
        [
            Column(_("Department"), width=24), Column(_("Contractor")), Column(_("Cause"), width=24),
            Column(_("Upheld"), "int"),
        ],
        [(c.department, _("yes") if c.is_contractor else "", c.cause, c.valid) for c in figures.causes],
    )  # fmt: skip


def _asked_for(figures: Monthly, table: MakeTable) -> Iterator[Table]:
    """What waits for a decision, and what was decided on more time."""
    yield table(
        _("Decisions asked for"),
        [
            Column(_("Number"), width=20), Column(_("Matter"), width=40), Column(_("Decided by"), width=20),
            Column(_("Since"), "datetime"),
        ],
        [(one.number, one.matter, one.approver, one.since) for one in figures.decisions.lines],
        figures.decisions.withheld,
    )  # fmt: skip
    yield table(
        _("Extensions"),
        [
            Column(_("Decided by"), width=24),
            *(Column(name, "int", 12) for name in (_("Granted"), _("of these shortened"), _("Declined"))),
        ],
        [(one.name, one.granted, one.shortened, one.declined) for one in figures.extensions.by],
    )
    yield table(
        _("Reasons for extensions"),
        [Column(_("Reason"), width=40), Column(pgettext("report", "Cases"), "int")],
        list(figures.extensions.reasons),
    )


def key_figures(figures: Monthly) -> Iterator[tuple[str, Any, int | None, float | None]]:
    """What a manager reads first: a name, a number, of how many, and the share."""
    kept, asked, money = figures.on_time, figures.extensions, figures.compensation
    due, late = kept.rate.whole, figures.overruns

    def rate(name: str, found: Rate) -> tuple[str, int, int, float | None]:
        return name, found.part, found.whole, found.share

    def number(name: str, found: Any) -> tuple[str, Any, None, None]:
        return name, found, None, None

    yield number(pgettext("report", "Received"), figures.received)
    yield number(_("Upheld"), figures.valid)
    stock = figures.stock
    yield number(_("Open from last month"), stock.opening)
    yield number(_("New this month"), stock.received)
    yield number(pgettext("report", "Reopened"), stock.reopened)
    yield number(_("Closed this month"), stock.closed)
    yield number(_("Open at the end"), stock.closing)
    yield number(_("Voided since, in no figure"), figures.voided)
    yield number(_("Taken over from ledgers kept before"), figures.taken_over)
    yield rate(_("Handled on time"), kept.rate)
    yield rate(_("On time with extension"), Rate(kept.extended, due))
    yield rate(_("Late, handled"), Rate(kept.late_handled, due))
    yield rate(_("Late, still open"), Rate(kept.late_open, due))
    overdue = _("Overdue without approval")
    yield number(overdue, late.total)
    for part in overrun_parts(late):
        yield rate(f"{overdue} · {part.title}", Rate(part.found.total, late.total))
    last, month_before = figures.before, _("last month")
    yield rate(f"{_('Handled on time')} · {month_before}", last.on_time.rate)
    yield number(f"{overdue} · {month_before}", last.overruns)
    for name, count in ((_("not handled yet"), late.open), (_("due before the month"), late.carried)):
        yield rate(f"{overdue} · {name}", Rate(count, late.total))
    yield rate(_("Closed, of the upheld complaints received in the month"), figures.closure)
    yield rate(_("Revisited within 3 days (target: all)"), figures.revisit)
    yield rate(_("Satisfied at the revisit (3 to 5 of 5)"), figures.satisfaction.satisfied)
    yield rate(f"{_('Satisfied at the revisit (3 to 5 of 5)')} · {month_before}", last.satisfaction.satisfied)
    after = figures.aftercare
    yield number(_("Revisits by somebody involved, with the reason"), after.by_involved)
    yield rate(_("Second calls made, of the cases drawn"), Rate(after.called, after.drawn))
    yield rate(_("Follow-ups done and told in time, of those raised"), Rate(after.in_time, after.raised))
    yield rate(_("Follow-ups over their time, of those raised"), Rate(after.late, after.raised))
    yield from chain(of_visits(figures), of_measures(figures))
    yield number(_("Commendations published"), len(figures.commended))
    mean = figures.satisfaction.mean
    yield number(_("Mean satisfaction, of 5"), None if mean is None else round(mean, 2))
    yield number(_("Second complaints"), figures.second)
    yield rate(_("Resolved in the first cycle"), figures.first_time)
    yield number(_("Extensions asked for"), asked.asked)
    yield rate(_("Extensions granted"), Rate(asked.granted, asked.asked))
    yield rate(_("Extensions declined"), Rate(asked.declined, asked.asked))
    yield rate(_("Extensions withdrawn"), Rate(asked.withdrawn, asked.asked))
    yield rate(_("Extensions that wait"), Rate(asked.pending, asked.asked))
    yield number(_("Compensations approved"), money.approved)
    yield number(_("Compensations approved, yuan"), money.approved_amount)
    yield number(_("Compensations paid"), money.paid)
    yield number(_("Compensations paid, yuan"), money.paid_amount)
    yield number(_("Compensations that wait"), money.waiting)
    yield number(_("Compensations that wait, yuan"), money.waiting_amount)


def of_visits(figures: Monthly) -> Iterator[tuple[str, Any, int | None, float | None]]:
    """Appointments for site visits, each share of those that came to something."""
    found = figures.visits
    yield _("Appointments for site visits"), found.appointments, None, None
    for name, n in (
        (_("Appointments kept"), found.kept), (_("Appointments: came late"), found.late),
        (_("Appointments missed"), found.missed), (_("Appointments: customer not there"), found.absent),
        (_("Appointments: not let in"), found.refused),
    ):  # fmt: skip
        yield name, n, found.appointments, Rate(n, found.appointments).share
    yield _("Median from the time agreed to the arrival, minutes"), found.median, None, None


def of_measures(figures: Monthly) -> Iterator[tuple[str, Any, int | None, float | None]]:
    """All estates together; the page has a line for each."""
    for name, column in (
        (_("Measures taken up"), "taken_up"), (_("Measures done"), "done"),
        (_("Measures found effective"), "effective"), (_("Measures without effect"), "not_effective"),
        (_("Measures open at the end"), "open"), (_("Measures overdue at the end"), "overdue"),
    ):  # fmt: skip
        yield name, sum(getattr(line, column) for line in figures.measures), None, None


def work_columns() -> list[Column]:
    counts = (
        _("Upheld"), pgettext("report", "Closed"), _("First time"), _("On time"), _("On time with extension"),
        _("Late, handled"), _("Late, still open"),
    )  # fmt: skip
    return [
        Column(pgettext("report", "Name"), width=24),
        *(Column(name, "int", 12) for name in counts),
        Column(_("On-time rate"), "percent"),
    ]


def work_row(line: WorkLine) -> tuple[Any, ...]:
    kept = line.on_time
    return (
        line.name, line.valid, line.closed, line.first_time, kept.on_time, kept.extended,
        kept.late_handled, kept.late_open, kept.rate.share,
    )  # fmt: skip
