"""How a paper of each kind is made: its figures, its PDF, its sheet. Whatever makes a paper asks here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from reports.briefs.contractor_month import contractor_month
from reports.briefs.contractors import contractors_pdf, contractors_workbook
from reports.briefs.daily import daily_pdf, daily_workbook
from reports.briefs.half_monthly import half_monthly_pdf, half_monthly_workbook
from reports.briefs.public_list import public_list_pdf, public_list_workbook
from reports.briefs.warranty import warranty_pdf, warranty_workbook
from reports.duties import ReportKind
from reports.figures.annual import annual
from reports.figures.daily import daily
from reports.figures.half_monthly import half_monthly
from reports.figures.month import Month
from reports.figures.monthly import monthly
from reports.figures.period import Unlisted
from reports.figures.public_list import public_list
from reports.figures.quarterly import quarterly
from reports.figures.shapes import Monthly
from reports.figures.warranty import warranty_record
from reports.models import IssuedReport
from reports.monthly.report import monthly_pdf
from reports.monthly.workbook import monthly_workbook
from reports.wide.report import wide_pdf
from reports.wide.workbook import wide_workbook
from staff.models import Estate


class Figures(Protocol):
    def __call__(
        self,
        estates: Sequence[Estate],
        starts_on: date,
        ends_on: date,
        at: datetime,
        scope_name: str,
        unlisted: Unlisted,
    ) -> Any:
        """Of at least one estate, from the first to the last day, as seen at `at`; a frozen dataclass."""


class Pdf(Protocol):
    def __call__(self, figures: Any, zone: ZoneInfo, report: IssuedReport) -> bytes:
        """The paper in the active language. Raises pdf.ReportError."""


class Workbook(Protocol):
    def __call__(self, figures: Any, zone: ZoneInfo) -> bytes:
        """The sheet beside the paper."""


@dataclass(frozen=True)
class Writer:
    figures: Figures
    pdf: Pdf
    workbook: Workbook


def _monthly(
    estates: Sequence[Estate],
    starts_on: date,
    ends_on: date,
    at: datetime,
    scope_name: str,
    unlisted: Unlisted,
) -> Monthly:
    return monthly(estates, Month(starts_on.year, starts_on.month), at, scope_name, unlisted=unlisted)


WRITERS: dict[str, Writer] = {
    ReportKind.DAILY: Writer(daily, daily_pdf, daily_workbook),
    ReportKind.HALF_MONTHLY: Writer(half_monthly, half_monthly_pdf, half_monthly_workbook),
    ReportKind.MONTHLY: Writer(_monthly, monthly_pdf, monthly_workbook),
    ReportKind.QUARTERLY: Writer(quarterly, wide_pdf, wide_workbook),
    ReportKind.ANNUAL: Writer(annual, wide_pdf, wide_workbook),
    ReportKind.WARRANTY: Writer(warranty_record, warranty_pdf, warranty_workbook),
    ReportKind.PUBLIC_LIST: Writer(public_list, public_list_pdf, public_list_workbook),
    ReportKind.CONTRACTORS: Writer(contractor_month, contractors_pdf, contractors_workbook),
}


def is_made(kind: str) -> bool:
    """Whether the product writes such a paper; others are kept as a file or as words."""
    return kind in WRITERS
