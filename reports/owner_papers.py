"""The report to owners on paper: made once by a worker after it is issued, and kept with its digest.

The paper says what was frozen, with number, digest and a code that leads to its page. In English too where
all of it was written in English.
"""

from __future__ import annotations

import hashlib
import logging
import re
from datetime import datetime, timedelta
from typing import Any

import segno
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from reports import pdf
from reports.models import OwnerReport
from reports.owner_content import TEXTS
from reports.owner_rules import OUT
from reports.owner_words import shown
from reports.pdf import ReportError

log = logging.getLogger(__name__)
#: A worker that has been silent for so long is taken for dead; what failed is tried again then.
LEASE = timedelta(minutes=3)
CHINESE = re.compile("[\u4e00-\u9fff]")
STYLE = "owner_report.css"


def make_waiting(now: datetime) -> int:
    """Make the papers that are missing, the first issued first; how many were made."""
    made = 0
    while row := take(now):
        made += make(row)
    return made


@transaction.atomic
def take(now: datetime) -> OwnerReport | None:
    """The next without a paper; marked, so that nobody else makes it."""
    waiting = Q(pdf_taken_at__isnull=True) | Q(pdf_taken_at__lt=now - LEASE)
    rows = OwnerReport.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        waiting, pdf="", state__in=OUT
    )
    row = rows.select_related("estate").order_by("issued_at").first()
    if row:
        OwnerReport.objects.filter(pk=row.pk).update(pdf_taken_at=now)
        row.pdf_taken_at = now
    return row


def make(row: OwnerReport) -> bool:
    """Set it; what goes wrong is written down, and it is tried again after a while."""
    try:
        bodies = {"pdf": paper(row, "zh-hans")}
        if is_in_english(row.content):
            bodies["pdf_en"] = paper(row, "en")
    except ReportError as error:
        log.warning("Report to owners %s could not be set: %s", row.pk, error)
        OwnerReport.objects.filter(pk=row.pk).update(pdf_failed=str(error)[:300])
        return False
    kept: dict[str, Any] = {"pdf_failed": ""}
    for name, body in bodies.items():
        file = getattr(row, name)
        file.save(f"owners-{row.pk}-{row.sha256[:12]}-{name}.pdf", ContentFile(body), save=False)
        kept |= {name: file.name, f"{name}_sha256": hashlib.sha256(body).hexdigest()}
    held = OwnerReport.objects.filter(pk=row.pk, pdf="", pdf_taken_at=row.pdf_taken_at)
    if held.update(**kept):
        return True
    for name in bodies:  # another worker has made it meanwhile
        getattr(row, name).delete(save=False)
    return False


def paper(row: OwnerReport, language: str) -> bytes:
    """The PDF of what was frozen. Raises ReportError."""
    with translation.override(language):
        said = shown(row.content)
        link = public_link(row)
        code = segno.make_qr(link, error="q").svg_inline(border=2, omitsize=True, title=said["title"])
        context = {
            "shown": said,
            "row": row,
            "zone": row.estate.zone,
            "company": row.content["company"],
            "link": link,
            "code": mark_safe(code),  # noqa: S308 drawn by us
        }
        name = f"{row.content['estate']} {said['title']}"
        return pdf.render("reports/owner_report_pdf.html", context, language, name, style=STYLE)


def public_link(row: OwnerReport) -> str:
    return settings.BASE_URL + reverse("portal_owner_report", args=[row.content["code"], row.public_code])


def is_in_english(content: dict[str, Any]) -> bool:
    """Whether everything that was written in Chinese was written in English too."""
    texts = [content[name] for name in TEXTS] + content["blocks"]
    texts += [item for block in content["blocks"] for item in block.get("items", ())]
    promised = content.get("promises", ())
    noted = any(CHINESE.search(one["note"]) for one in promised)
    return not noted and all(one["en"] or not one["zh"] for one in [*texts, *promised])


def file_name(row: OwnerReport) -> str:
    """Of the file, in the active language."""
    return f"{row.content['estate']}-{_('Management report')}-{row.public_code}.pdf"
