"""Evidence on paper: the list as an annex of the case file 档案, and the customer's statement to be signed.

As in `papers`: whoever calls has checked what the reader may see. Each raises ReportError.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from complaints import inquiries as inquiry_rules
from complaints.actions.evidence import with_all
from complaints.models import Complaint, Evidence, Inquiry
from reports.papers import paper

#: A list with more items is read on the screen; the paper says how many it leaves out.
MOST = 300
STYLE = "evidence.css"
#: Empty lines of a statement that is written by hand.
LINES = range(14)


def evidence_list(
    case: Complaint, keys: Sequence[int], now: datetime, language: str, *, shows_complainant: bool
) -> bytes:
    """证据清单: the items with these keys, withdrawn ones too, with digests and custody."""
    with override(language):
        withdrawn = Evidence.objects.filter(complaint=case, pk__in=keys, state="withdrawn").count()
        return paper(
            "evidence",
            pgettext("title of the paper", "Evidence list"),
            case,
            now,
            language,
            shows=shows_complainant,
            style=STYLE,
            rows=listed(case, keys[:MOST]),
            more=max(0, len(keys) - MOST),
            withdrawn=withdrawn,
            in_force=len(keys) - withdrawn,
            roles=[_("Compiled by"), _("Checked by")],
        )


def listed(case: Complaint, rows: Sequence[int]) -> list[Evidence]:
    """These items in their order, with all that the list says of them. Four queries."""
    found = list(with_all(Evidence.objects.filter(complaint=case, pk__in=rows)).order_by("number"))
    for row in found:
        row.complaint = case
    return found


def inquiry(row: Inquiry, now: datetime, language: str, *, shows_complainant: bool) -> bytes:
    """询问笔录: question by question as it stands, with lines to sign on every page."""
    with override(language):
        return paper(
            "inquiry",
            pgettext("title of the paper", "Supplementary record of questions and answers")
            if row.supplements
            else pgettext("title of the paper", "Record of questions and answers"),
            row.complaint,
            now,
            language,
            shows=shows_complainant,
            style="inquiry.css",
            row=row,
            # What is read over is signed as it stands: the digest is there before the pen.
            digest=row.sha256 or (inquiry_rules.digest(row.words) if row.state == "read" else ""),
            roles=[
                pgettext("signs", "Answered by"),
                pgettext("signs", "Asked by"),
                pgettext("signs", "Written down by"),
            ],
        )


def statement(row: Evidence, now: datetime, language: str, *, shows_complainant: bool) -> bytes:
    """客户书面陈述: as it was taken down, or lines to write on; read over and signed."""
    with override(language):
        return paper(
            "statement",
            pgettext("title of the paper", "Customer's written statement"),
            row.complaint,
            now,
            language,
            shows=shows_complainant,
            style=STYLE,
            row=row,
            complainant=row.complaint.complainant if shows_complainant else None,
            lines=() if row.statement else LINES,
            roles=[
                pgettext("signs", "Customer"),
                pgettext("signs", "Taken down by"),
                pgettext("signs", "Witness"),
            ],
        )
