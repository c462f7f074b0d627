"""Figures of the product beside the points 系统数据: counted, with their cases; they decide nothing (A8).

Of operating staff: the cases he handles or received first. Of a department head: those of his department. Of
a supervisor or property manager: those of the estate. Counted over the quarter up to the month's end, or the
year; the definitions are those of the reports (`reports.figures.behind`). What stood when a sheet was shown
is kept with it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from complaints.models import Complaint
from reports.appraisal_rows import AppraisalSheet
from reports.appraisal_scheme import Object
from reports.figures.behind import behind
from reports.figures.period import Period
from reports.figures.shapes import Rate
from staff.models import Estate
from staff.roles import Role

NOT_UPHELD = "not_upheld"


@dataclass(frozen=True)
class Shown:
    """A figure: what of what, by the names of the reports' figures; no `whole`: a plain count."""

    name: str | Promise
    part: str
    whole: str = ""


FIGURES: dict[str, Shown] = {
    "closure": Shown(pgettext_lazy("appraisal", "Valid complaints closed"), "done", "valid"),
    "in_time": Shown(pgettext_lazy("appraisal", "Handled in time"), "in_time", "fell_due"),
    "revisit": Shown(pgettext_lazy("appraisal", "Revisited in time"), "revisited", "to_revisit"),
    "satisfaction": Shown(pgettext_lazy("appraisal", "Satisfied, of those who said"), "satisfied", "said"),
    "second": Shown(pgettext_lazy("appraisal", "Complained again"), "second"),
    "guard": Shown(
        pgettext_lazy("appraisal", "Judged not upheld, of those received"), NOT_UPHELD, "received"
    ),
}


def days_of(row: AppraisalSheet) -> tuple[date, date]:
    """The first and the last day counted."""
    first, last = row.starts_on, row.last_day
    if row.kind == AppraisalSheet.Kind.MONTH:
        first = first.replace(month=(first.month - 1) // 3 * 3 + 1)
    return first, last


def cases_of(row: AppraisalSheet, at: datetime) -> dict[str, dict[str, list[int]]]:
    """The cases of each figure by key, a case once for each thing counted."""
    estates = _estates(row)
    if not estates:
        return {}
    period = Period.of(estates, *days_of(row), at)
    wanted = {name for shown in FIGURES.values() for name in (shown.part, shown.whole)} - {"", NOT_UPHELD}
    found = {name: behind(period, name, {}) for name in wanted}
    his = _his(row, {pk for keys in found.values() for pk in keys})
    found = {name: [pk for pk in keys if pk in his] for name, keys in found.items()}
    invalid = set(_invalid(found["received"]))
    found[NOT_UPHELD] = [pk for pk in found["received"] if pk in invalid]
    return {
        name: {"part": found[shown.part], "whole": found[shown.whole] if shown.whole else []}
        for name, shown in FIGURES.items()
    }


def _estates(row: AppraisalSheet) -> list[Estate]:
    rows = Estate.objects.order_by("pk")
    if row.estate_id:
        return list(rows.filter(pk=row.estate_id))
    return list(rows.filter(region=row.region_id) if row.region_id else rows)


def _his(row: AppraisalSheet, among: Collection[int]) -> set[int]:
    cases = Complaint.objects.filter(pk__among=among)
    if row.object == Object.OPERATING:
        cases = cases.filter(Q(handler=row.user_id) | Q(first_receiver=row.user_id))
    elif row.role == Role.DEPARTMENT_HEAD and row.department_id:
        cases = cases.filter(department=row.department_id)
    return set(cases.values_list("pk", flat=True))


def _invalid(among: Collection[int]) -> list[int]:
    cases = Complaint.objects.filter(pk__among=among, validity=Complaint.Validity.INVALID)
    return list(cases.values_list("pk", flat=True))


def rates(kept: dict[str, dict[str, list[int]]]) -> list[tuple[str, Shown, Rate]]:
    """Each figure as it is shown, in the order of the table."""
    return [
        (name, shown, Rate(len(kept[name]["part"]), len(kept[name]["whole"])))
        for name, shown in FIGURES.items()
        if name in kept
    ]
