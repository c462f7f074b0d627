"""The notice of a commendation 通报表扬 on paper, to be hung up: as it is read on its page, and no more."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import override, pgettext

from complaints.models import Commendation
from reports import pdf
from staff.models import Company

STYLE = "commendation.css"
#: What is read with it.
ABOUT = ("estate", "person", "department")


def notice(row: Commendation, now: datetime, language: str) -> bytes:
    """通报: who is commended and what for; a withdrawn one with mark and reason. Raises ReportError."""
    with override(language):
        name = pgettext("title of the paper", "Commendation")
        context = {
            "row": row,
            "name": name,
            "zone": row.estate.zone,
            "now": now,
            "company": Company.objects.first(),
        }
        return pdf.render(
            "reports/commendation_pdf.html", context, language, f"{name} {row.number}", style=STYLE
        )
