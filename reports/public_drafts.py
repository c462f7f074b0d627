"""Whether a made list for owners still is what its cases and accounts say, before it goes on or out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from config.framework.refusals import Refused
from reports.duties import ReportKind
from reports.figures.period import all_listed
from reports.figures.public_list import public_list
from reports.models import IssuedReport
from reports.scopes import all_scopes, find


def check_fresh(report: IssuedReport | None, at: datetime) -> None:
    """Cases are kept confidential, judged again or left out, and accounts written anew, after a draft was
    made; what is posted up cannot be taken back. Other kinds are not asked. Raises Refused.
    """
    if report is None or report.kind != ReportKind.PUBLIC_LIST or report.state != IssuedReport.State.DONE:
        return
    scope = find(all_scopes(), report.scope)
    # A past that is replayed acts before its papers were made.
    seen = max(at, report.started_at or at)
    estates = (scope.in_month(report.starts_on) or scope.estates) if scope else ()
    if estates:
        now = public_list(estates, report.starts_on, report.ends_on, seen, "", all_listed)
        told = [(line.number, line.account, line.handling) for line in (*now.received, *now.ended)]
        if told == _told(report.figures):
            return
    raise Refused(_("The list has changed since this draft was made: make the draft anew."))


def _told(figures: Any) -> list[tuple[str, str, str]]:
    lines = [*figures["received"], *figures["ended"]]
    return [(line["number"], line["account"], line["handling"]) for line in lines]
