"""The list of the report calendar as a table to go on working with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from config.framework.csv_tables import csv_table
from reports.calendar_rules import duties
from reports.models import DueReport
from reports.views.calendar import Line, asked_of, lines, narrowed, places_watched, rows_of
from staff.requests import StaffRequest

#: Rows of one table: two years of a company with a hundred estates.
MOST = 10_000


@require_GET
@login_required
def calendar_table(request: StaffRequest) -> HttpResponse:
    """What the list shows under the same filters, all of it, the newest first."""
    now = clock()
    mine = places_watched(request, now)
    asked = asked_of(request, mine, now)
    found = narrowed(rows_of(asked, mine), asked, now).order_by("-due_at", "pk")
    people = ("rules", "paper", "prepared_by", "checked_by", "signed_by")
    listed = lines(list(found.select_related(*people)[:MOST]), mine, duties(), now)
    heading = (
        _("Report"), _("Time"), _("Covers"), pgettext("column", "Due"), _("State"),
        pgettext("column", "Sent out"), _("Late"), pgettext("column", "Whose turn"), _("Version"),
        pgettext("column", "Handed in"), pgettext("column", "Prepared by"), pgettext("column", "Checked"),
        pgettext("column", "Checked by"), pgettext("column", "Signed"), pgettext("column", "Signed by"),
    )  # fmt: skip
    name = _("report-calendar")
    return csv_table(f"{name}.csv", (heading, *map(_cells, listed)))


def _cells(line: Line) -> tuple[object, ...]:
    row, zone = line.row, line.row.zone
    return (
        row.get_kind_display(), line.period, row.scope_name, _wall(row.due_at, zone), row.get_state_display(),
        _wall(row.done_at, zone), line.late, line.people, row.paper.version if row.paper else "", *_done(row),
    )  # fmt: skip


def _done(row: DueReport) -> Iterator[str]:
    for at, by in (
        (row.prepared_at, row.prepared_by),
        (row.checked_at, row.checked_by),
        (row.signed_at, row.signed_by),
    ):
        yield _wall(at, row.zone)
        yield str(by or "")


def _wall(moment: datetime | None, zone: ZoneInfo) -> str:
    """On the clock of what the report covers, as a table's program reads a time."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""
