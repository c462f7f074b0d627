"""The tables of the monthly report, as page and PDF show them: the first rows, the workbook has all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.policy import Severity
from reports import words
from reports.figures.counts import NONE
from reports.figures.measures import NUMBERS
from reports.figures.month import Month
from reports.figures.shapes import CaseLine, Cases, CauseLine, Monthly, Received, RepeatLine, WorkLine
from reports.monthly.links import PAPER, Links, linked
from reports.tables import Column, num, table

#: Rows of a table in the page and the PDF.
SHOWN = 12
WORK_SHOWN = 25
DECISIONS_SHOWN = 20


def tables(figures: Monthly, zone: ZoneInfo, links: Links = PAPER) -> dict[str, SafeString]:
    """By name; an empty one is an empty text."""
    return {
        "attention": told(figures.attention, figures, zone),
        "notable": told(figures.notable, figures, zone),
        "stock": stock(figures, links),
        "estates": estates(figures, links),
        "rates": rates(figures, links),
        "aftercare": aftercare(figures, links),
        "visits": visits(figures, links),
        "measures": measures(figures, links),
        "commended": commended(figures),
        "decisions": decisions(figures, zone),
        "times": times(figures, links),
        "extensions": extensions(figures, links),
    }


def told(cases: Cases, figures: Monthly, zone: ZoneInfo) -> SafeString:
    """Cases one by one in words: what, why, who, and until when."""
    several, separator = len(figures.estates) > 1, _("; ")
    return items(
        (
            case.number,
            f"{case.estate} {case.place}" if several else case.place,
            f"{case.category} · {case.severity}",
            separator.join(case.reasons),
            who(case, zone, figures.as_of),
            due(case, zone, figures.as_of),
            _("(overdue by %(span)s)") % {"span": words.late(case.overdue)} if case.overdue else "",
        )
        for case in cases.lines
    )


def who(case: CaseLine, zone: ZoneInfo, as_of: datetime) -> str:
    line = _("Received %(at)s. %(status)s. First receiver %(receiver)s") % {
        "at": words.moment(case.received_at, zone, as_of),
        "status": case.status,
        "receiver": case.first_receiver,
    }
    if case.handler:
        line += _(", handler %(handler)s") % {"handler": case.handler}
    if case.accountable:
        line += _(", accountable %(head)s") % {"head": case.accountable}
    return line


def due(case: CaseLine, zone: ZoneInfo, as_of: datetime) -> str:
    return _("; due %(due)s") % {"due": words.moment(case.due_at, zone, as_of)} if case.due_at else ""


def items(rows: Iterable[tuple[str, ...]]) -> SafeString:
    lines = (
        f'<li><p><strong class="number">{number}</strong> {place} · {kind} · <strong>{why}</strong></p>'
        f'<p class="quiet">{people}{until}{f" <strong>{late}</strong>" if late else ""}</p></li>'
        for number, place, kind, why, people, until, late in (map(escape, row) for row in rows)
    )
    return mark_safe(f'<ul class="cases">{"".join(lines)}</ul>')  # noqa: S308 (escaped above)


def stock(figures: Monthly, links: Links) -> SafeString:
    """From the cases left open by the month before to those left open by this one."""
    held = figures.stock
    return table(
        [
            num(_("Open from last month")), num(_("New this month")), num(pgettext("report", "Reopened")),
            num(_("Closed this month")), num(_("Open at the end"), bold=True),
        ],
        [
            tuple(
                links.number(getattr(held, name), name)
                for name in ("opening", "received", "reopened", "closed", "closing")
            )
        ],
    )  # fmt: skip


def estates(figures: Monthly, links: Links) -> SafeString:
    of = Month.parse(figures.month)
    return table(
        [
            Column(_("Estate")), num(_("Households")), num(pgettext("report", "Received")), num(_("Upheld")),
            num(_("Per 1,000 households"), bold=True), num(_("Last month")), num(_("A year ago")),
        ],
        [
            (
                line.name, line.households, links.number(line.received, "received", scope=code),
                links.number(line.valid, "valid", scope=code), words.decimals(line.rate, 2),
                *(
                    linked(
                        words.decimals(rate, 2), links.to("valid", scope=code, month=str(month)) if n else ""
                    )
                    for rate, n, month in (
                        (line.rate_last_month, line.valid_last_month, of.plus(-1)),
                        (line.rate_last_year, line.valid_last_year, of.plus(-12)),
                    )
                ),
            )
            for line in figures.estates
            if (code := f"estate-{line.key}")
        ],
    )  # fmt: skip


def causes(lines: Sequence[CauseLine], links: Links) -> SafeString:
    return table(
        [Column(_("Department")), Column(_("Cause")), num(_("Upheld"))],
        [
            (
                _("%(department)s (contractor)") % {"department": line.department}
                if line.is_contractor
                else line.department,
                line.cause,
                links.number(line.valid, "valid", cause=line.key),
            )
            for line in lines[:SHOWN]
        ],
        keep=False,
    )


def rates(figures: Monthly, links: Links) -> SafeString:
    return table(
        [Column(pgettext("report", "Rate")), num(_("Share")), num(pgettext("report", "Cases"))],
        [
            (label, words.share(rate), links.parts(rate, part, whole))
            for label, rate, part, whole in (
                (_("Handled on time"), figures.on_time.rate, "in_time", "fell_due"),
                (
                    _("Closed, of the upheld complaints received in the month"),
                    figures.closure,
                    "done",
                    "valid",
                ),
                (_("Revisited within 3 days (target: all)"), figures.revisit, "revisited", "to_revisit"),
                (
                    _("Satisfied at the revisit (3 to 5 of 5)"),
                    figures.satisfaction.satisfied,
                    "satisfied",
                    "said",
                ),
            )
        ],
    )


def aftercare(figures: Monthly, links: Links) -> SafeString:
    found = figures.aftercare
    return table(
        [Column(_("After the reply")), num(pgettext("report", "Number"))],
        [
            (label, links.number(n, figure))
            for label, n, figure in (
                (_("Revisits by somebody involved, with the reason"), found.by_involved, "by_involved"),
                (_("Cases drawn for a second call"), found.drawn, "drawn"),
                (_("of these called"), found.called, "called"),
                (_("Follow-ups raised"), found.raised, "raised"),
                (_("of these done and told in time"), found.in_time, "raised_in_time"),
                (_("of these over their time"), found.late, "raised_late"),
            )
        ],
    )


def visits(figures: Monthly, links: Links = PAPER) -> SafeString:
    """An empty text where no appointment came to anything."""
    found = figures.visits
    if not found.appointments:
        return SafeString("")
    return table(
        [Column(_("Appointments for site visits")), num(pgettext("report", "Number"))],
        [
            *(
                (label, links.number(getattr(found, number), f"visits_{number}"))
                for label, number in (
                    (_("Appointments that came to something"), "appointments"),
                    (_("of these kept: we came in the time agreed"), "kept"),
                    (_("of these late: we came after the time agreed"), "late"),
                    (_("of these missed: we did not come"), "missed"),
                    (_("we came, and the customer was not there"), "absent"),
                    (_("we came, and were not let in"), "refused"),
                )
            ),
            (_("Median from the beginning of the time agreed to the arrival"), minutes(found.median)),
        ],
    )


def minutes(value: float | None) -> str:
    return words.NOTHING if value is None else _("%(n)s min") % {"n": round(value)}


def measures(figures: Monthly, links: Links = PAPER) -> SafeString:
    """One line an estate; an empty text where no measure was known."""
    return table(
        [
            Column(_("Estate")),
            num(pgettext("measures", "Taken up")),
            num(pgettext("measures", "Done")),
            num(pgettext("measures", "Effective")),
            num(pgettext("measures", "No effect")),
            num(pgettext("measures", "Open at the end")),
            num(pgettext("measures", "of these overdue")),
        ],
        [
            (one.estate, *(links.measures(getattr(one, name), name, one.key) for name in NUMBERS))
            for one in figures.measures
        ],
    )


def commended(figures: Monthly) -> SafeString:
    """A line for each; an empty text where nobody was commended."""
    return table(
        [
            Column(_("Number"), "nowrap"), Column(_("Estate")), Column(pgettext("report", "Name")),
            Column(_("Department")), Column(pgettext("commendation", "Commended for")),
        ],
        [(one.label, one.estate, one.person, one.department or NONE, one.words) for one in figures.commended],
    )  # fmt: skip


def decisions(figures: Monthly, zone: ZoneInfo) -> SafeString:
    return table(
        [
            Column(_("Number"), "nowrap"), Column(_("Matter")), Column(_("Decided by")),
            Column(_("Since"), "nowrap"),
        ],
        [
            (line.number, line.matter, line.approver, words.stamp(line.since, zone))
            for line in figures.decisions.lines[:DECISIONS_SHOWN]
        ],
    )  # fmt: skip


#: The key of what is not classified.
SEVERITIES = {"minor": "minor", "important": "important", "major": "major", "unclassified": NONE}


def received(label: str, rows: Sequence[Received], key: str, links: Links = PAPER) -> SafeString:
    """`key`: what the rows are told apart by, category, channel or building."""
    return table(
        [
            Column(label), *(num(str(severity.label)) for severity in Severity), num(_("Not classified")),
            num(_("Total"), bold=True), num(_("Upheld")),
        ],
        [
            (
                row.label,
                *(
                    links.number(getattr(row, name), "received", severity=severity, **{key: row.key})
                    for name, severity in SEVERITIES.items()
                ),
                links.number(row.total, "received", **{key: row.key}),
                links.number(row.valid, "valid", **{key: row.key}),
            )
            for row in rows[:SHOWN]
        ],
    )  # fmt: skip


def times(figures: Monthly, links: Links) -> SafeString:
    grades = Severity.values[: len(figures.handled)]
    return table(
        [
            Column(_("Severity")), num(_("Clear answer: cases")), num(_("half within")),
            num(_("nine of ten within")), num(_("Handled: cases")), num(_("half within")),
            num(_("nine of ten within")),
        ],
        [
            (
                answer.severity, links.number(answer.count, "answered", severity=grade),
                words.hours(answer.median), words.hours(answer.p90),
                links.number(handled.count, "handled", severity=grade),
                words.hours(handled.median), words.hours(handled.p90),
            )
            for grade, answer, handled in zip(grades, figures.clear_answer, figures.handled, strict=True)
        ],
    )  # fmt: skip


def extensions(figures: Monthly, links: Links) -> SafeString:
    return table(
        [Column(_("Decided by")), num(_("Granted")), num(_("of these shortened")), num(_("Declined"))],
        [
            (
                line.name,
                *(
                    links.number(n, figure, decider=line.key)
                    for n, figure in (
                        (line.granted, "approved"),
                        (line.shortened, "shortened"),
                        (line.declined, "declined"),
                    )
                ),
            )
            for line in figures.extensions.by
        ],
    )


def work(label: str, rows: Sequence[WorkLine], key: str, links: Links = PAPER) -> SafeString:
    """`key`: whose rows, department, receiver or handler."""
    return table(
        [
            Column(label), num(_("Upheld")), num(pgettext("report", "Closed")), num(_("First time")),
            num(_("On time")), num(_("With extension")), num(_("Late")), num(_("On-time rate")),
        ],
        [
            (
                row.name,
                *(
                    links.number(n, figure, **{key: row.key})
                    for n, figure in (
                        (row.valid, "valid"), (row.closed, "went"), (row.first_time, "first"),
                        (row.on_time.on_time, "on_time"), (row.on_time.extended, "extended"),
                        (row.on_time.late, "late"),
                    )
                ),
                linked(
                    words.share(row.on_time.rate),
                    links.to("fell_due", **{key: row.key}) if row.on_time.rate.whole else "",
                ),
            )
            for row in rows[:WORK_SHOWN]
        ],
        keep=False,
    )  # fmt: skip


def repeats(lines: Sequence[RepeatLine], links: Links) -> SafeString:
    return table(
        [Column(_("Place")), Column(_("Category")), num(pgettext("report", "Cases"))],
        [
            (line.place, line.category, links.number(line.count, "received", repeat=line.key))
            for line in lines[:SHOWN]
        ],
    )
