"""The cases behind a figure, one line for each, as they stood at its moment: for a page and for a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.models import Complaint
from config.framework.refusals import Refused
from reports import counted_words, ledger
from reports.excel import Column
from reports.figures.counted import Counted
from reports.figures.period import Period
from reports.ledger_lines import place_of, weighed
from staff.permissions import Permissions

#: Lines of a sheet made while its reader waits; more are taken out of the ledger.
MOST = 5_000


@dataclass(frozen=True)
class Line:
    case: Complaint
    place: str  # as far as the reader may know it
    why: str = ""  # what of it is counted here, where that is not the case itself


def stood(period: Period, counted: Sequence[Counted], person: Permissions) -> list[Line]:
    """The cases in this order, set back to the moment of the period, never to be saved; one more than once
    where it is counted more than once. Who complained is not told here."""
    cases = Complaint.objects.filter(pk__among=list(dict.fromkeys(one.case for one in counted))).order_by(
        "pk"
    )
    cases = cases.select_related(*ledger.RELATED, "complainant")
    found: dict[int, Line] = {}
    for zone, estates in period.zones.items():
        own = weighed(cases.filter(estate__in=estates).iterator(ledger.MANY), person)
        for case in ledger.as_they_stood(own, period.ended(zone)):
            found[case.pk] = Line(case, place_of(case))
    whys = counted_words.in_words(counted, period.estates[0].zone)
    return [
        replace(found[one.case], why=why) for one, why in zip(counted, whys, strict=True) if one.case in found
    ]


def check_size(many: int) -> None:
    """Raises Refused where a sheet would be too long to wait for."""
    if many > MOST:
        raise Refused(
            _(
                "The list has %(n)s lines; a file of it takes at most %(most)s. Choose fewer days or a part "
                "of the figure, or take the ledger of these days."
            )
            % {"n": many, "most": MOST}
        )


def columns() -> list[Column]:
    return [
        Column(_("Number"), width=20), Column(_("Estate")),
        Column(pgettext("report", "Received"), "datetime"), Column(_("Channel"), width=12),
        Column(_("Place"), width=20), Column(_("Building"), width=12), Column(_("Category"), width=14),
        Column(_("Cause"), width=14), Column(_("Severity"), width=8), Column(_("Notice grade"), width=14),
        Column(_("Validity"), width=10), Column(_("First receiver"), width=12),
        Column(_("Handler"), width=12), Column(_("Department"), width=14), Column(_("Status"), width=12),
        Column(_("Outcome"), width=12), Column(_("Cycle"), "int", 8),
        Column(pgettext("report", "Closed"), "datetime"), Column(_("Counted here for"), width=28),
    ]  # fmt: skip


def rows(lines: Sequence[Line]) -> Iterator[tuple[Any, ...]]:
    for line in lines:
        case = line.case
        yield (
            case.number, case.estate.name, case.received_at, str(case.get_channel_display()),
            line.place, str(case.building or ""), str(case.category or ""), str(case.cause or ""),
            str(case.get_severity_display()), str(case.get_grade_display()),
            str(case.get_validity_display()), str(case.first_receiver), str(case.handler or ""),
            str(case.department or ""), str(case.get_status_display()), str(case.get_outcome_display()),
            case.cycle_number, case.closed_at, line.why,
        )  # fmt: skip
