"""Files people hand in as a report: PDF, Excel and Word, known by their content, kept as they are.

PDFs are checked as everywhere (`complaints.uploads`). The two others are archives: only their table of
contents is read, and one that holds macros is not taken.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _

from complaints import uploads
from complaints.file_kinds import HEAD, PAPER, PDF, in_mb, kind_of
from config.framework.refusals import Refused
from reports.calendar_papers import Sent

_OFFICE = "application/vnd.openxmlformats-officedocument."
#: What an archive of each sort holds, and what it is called.
ARCHIVES = {
    "xl/workbook.xml": (".xlsx", f"{_OFFICE}spreadsheetml.sheet"),
    "word/document.xml": (".docx", f"{_OFFICE}wordprocessingml.document"),
}
ACCEPT = ",".join([PDF.content_type, ".pdf", *(ending for ending, _type in ARCHIVES.values())])
MOST_PARTS = 5000


def check(name: str, sent: IO[bytes]) -> Sent:
    """The file as it will be kept. Raises Refused, at the field `file`, saying what is wrong with it."""
    clean = uploads.clean_name(name)
    size = sent.seek(0, 2)
    sent.seek(0)
    head = sent.read(HEAD)
    if kind_of(head) is PDF:
        try:
            checked = uploads.check(name, sent)
        except Refused as refusal:
            raise Refused(str(refusal), field="file") from None
        return Sent(checked.name, checked.content_type, checked.body)
    if not head:
        raise Refused(_("“%(name)s” is empty.") % {"name": clean}, field="file")
    if size > PAPER:
        said = {"name": clean, "limit": in_mb(PAPER)}
        raise Refused(_("“%(name)s” is larger than %(limit)s. Send a smaller one.") % said, field="file")
    ending, content_type = _of_archive(clean, sent)
    sent.seek(0)
    stem = PurePosixPath(clean).stem if PurePosixPath(clean).suffix else clean
    return Sent(f"{stem[:110]}{ending}", content_type, sent)


def _of_archive(name: str, sent: IO[bytes]) -> tuple[str, str]:
    try:
        sent.seek(0)
        with ZipFile(sent) as archive:
            parts = {part.lower() for part in archive.namelist()[:MOST_PARTS]}
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        parts = set()
    if any(part.endswith("vbaproject.bin") for part in parts):
        said = _("“%(name)s” holds macros. Save it without them, as .xlsx or .docx, or as a PDF.")
        raise Refused(said % {"name": name}, field="file")
    for part, kind in ARCHIVES.items():
        if part in parts:
            return kind
    raise Refused(_("“%(name)s” cannot be taken: only PDF, Excel and Word.") % {"name": name}, field="file")
