"""The ledger 台账 on paper: what its cells say, and the way it is printed, by how many cases it has.

A few hundred are set by WeasyPrint, tagged for those who have it read to them. Ten thousand have a thousand
pages, of which it sets four a second and holds all: those are drawn (`drawn.py`), rows as they are read.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.models import Complaint
from reports import glyphs, pdf, words
from reports.ledger_lines import Line, labels

#: Cases that are set with tags; more are drawn.
MOST_TAGGED = 300
#: Cases of one printed ledger: what is drawn within half of its child's time.
MOST_PRINTED = 20_000
#: Characters of a case's text, its result and its remarks that stand in a cell; the case has the rest.
CONTENT, RESULT, REMARK = 600, 300, 200
#: The child, which finds the modules it needs of ours behind all others.
COMMAND = (
    sys.executable,
    *("-I", "-c", "import sys; sys.path.append(sys.argv[1]); from reports.drawn import main; main()"),
    str(pdf.HERE.parent),
)
#: Seconds in which its rows are read: it holds one of the few places meanwhile.
FEEDING = 2 * pdf.SECONDS
#: Of any other cell: names and requests for more time without end would fill pages.
ELSE = 400


@dataclass(frozen=True)
class Head:
    """A column: what stands above it, a line each, and its share of the width in hundredths."""

    lines: tuple[str, ...]
    width: float
    right: bool = False

    @property
    def words(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Around:
    """What a printed ledger says around its rows."""

    scope: str
    covers: str
    withheld: str
    company: str
    zone: ZoneInfo
    several: bool  # estates

    @property
    def sub(self) -> str:
        return " · ".join(filter(None, (self.scope, self.covers, self.withheld)))


def heads() -> list[Head]:
    received, result, handled, replied, revisited = (
        pgettext("report", word) for word in ("Received", "Result", "Handled", "Replied", "Revisited")
    )
    return [
        Head((_("No."),), 3.2),
        Head((_("Number"), received, _("Channel")), 8.3),
        Head((_("Customer"), _("Place"), _("Phone")), 8.3),
        Head((_("What happened"),), 14.7),
        Head((_("Complained about"),), 5.7),
        Head((_("Category"), _("Cause")), 7),
        Head((_("Severity"), _("Notice grade"), _("Validity")), 5),
        Head((_("First receiver"), _("Handler"), _("Department")), 5.7),
        Head((_("Promised for"),), 5),
        Head((result, handled), 9.5),
        Head((replied,), 5),
        Head((pgettext("narrow column", "Paid, waived"),), 4.5, right=True),
        Head((revisited, _("Satisfaction")), 5.7),
        Head((_("Overtime and who approved it"),), 5.7),
        Head((_("Put right for good"), _("Remark")), 5.7),
    ]


def cells(serial: int, line: Line, around: Around, word: Callable[[Complaint, str], str]) -> list[str]:
    """One case under `heads`. What is empty is left out, or a dash where that tells something."""
    case: Any = line.case  # with what the query adds to it
    zone = around.zone
    return [
        f"{serial}",
        _lines(
            case.estate.name if around.several else "", case.number, _time(line.received, zone),
            word(case, "channel"),
        ),
        _lines(line.customer, line.place, line.phone),
        _clipped(case.content, CONTENT),
        _clipped(line.about, ELSE),
        _lines(line.category, line.cause),
        _lines(line.severity or "–", word(case, "grade"), word(case, "validity")),
        _lines(line.receiver, line.handler or "–", line.department),
        _time(line.promised, zone),
        _lines(_clipped(line.result, RESULT), _time(line.handled, zone) or word(case, "status")),
        _lines(_time(line.replied, zone), line.reply_how),
        str(getattr(case, "granted", None) or ""),  # annotated by `ledger.found`
        _lines(_time(line.revisited, zone), line.revisited_by, line.satisfaction),
        _clipped(line.overtime, ELSE),
        _lines(_clipped(line.rectified, REMARK), _clipped(line.remark, REMARK)),
    ]  # fmt: skip


def _lines(*parts: Any) -> str:
    return "\n".join(str(part) for part in parts if part)


def _time(at: datetime | date | str | None, zone: ZoneInfo) -> str:
    """With its time where that is known, words as they are, nothing for none."""
    return words.stamp(at, zone) if isinstance(at, datetime) else str(at or "")


def _clipped(text: str, most: int) -> str:
    """A long text of a narrow column: its beginning."""
    return text if len(text) <= most else text[:most] + "…"


def printed(lines: Iterable[Line], count: int, around: Around, language: str) -> bytes:
    """A4 across. Raises ReportError."""
    word = labels()
    rows = (cells(serial, line, around, word) for serial, line in enumerate(lines, start=1))
    if count > MOST_TAGGED:
        return drawn(rows, around, language)
    columns = heads()
    context = {
        "heads": columns,
        "rows": [list(zip(map(pdf.clip, row), columns, strict=True)) for row in rows],
        "around": around,
        "scope": around.scope,
        "company": around.company,
        "roles": roles(),
    }
    title = f"{_('Complaint ledger')} {around.scope}"
    return pdf.render("reports/ledger_pdf.html", context, language, title, style="ledger.css")


def roles() -> list[str]:
    return [_("Prepared by"), _("Checked by")]


def sheet(around: Around, language: str) -> dict[str, Any]:
    """What `drawn.Sheet` holds."""
    title = _("Complaint ledger")
    before, between, after = _("Page"), _("of"), pgettext("page 2 of 5 pages", "pages")
    return {
        "title": f"{title} {around.scope}",
        "language": "en" if language == "en" else "zh-Hans",
        "heading": title,
        "sub": around.sub,
        "paper": f"{title} · {around.scope}",
        "number": around.covers,
        "foot": around.company,
        "page": f"{before} {{page}} {between} {{pages}} {after}".strip(),
        "columns": [(head.words, head.width, head.right) for head in heads()],
        "roles": roles(),
        "date": _("Date"),
    }


def drawn(rows: Iterator[list[str]], around: Around, language: str) -> bytes:
    """Row by row into the child, which draws while the next are read. Raises ReportError."""
    with pdf.one_of_few(), tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE, stdout=out, stderr=errors,
            env={"PATH": "", "LANG": "C.UTF-8", "XDG_CACHE_HOME": str(settings.VAR_DIR / "cache")},
        )  # fmt: skip
        try:
            _feed(child, rows, sheet(around, language))
            child.wait(pdf.SECONDS)
        except subprocess.TimeoutExpired:
            raise pdf.took_too_long(pdf.SECONDS) from None
        finally:
            child.kill()
            child.wait()
            if child.stdin:
                with suppress(BrokenPipeError):
                    child.stdin.close()  # what it had not read yet, where the rows broke off
        out.seek(0)
        errors.seek(0)
        return pdf.outcome(child.returncode, out.read(), errors.read())


def _feed(child: subprocess.Popen[bytes], rows: Iterator[list[str]], head: dict[str, Any]) -> None:
    """A child that has ended reads no more; why it ended, it has said. Raises ReportError after `FEEDING`."""
    deadline = time.monotonic() + FEEDING
    seen = set("".join(str(part) for part in head.values()))
    if child.stdin is None:
        raise ValueError("It is fed through a pipe.")

    def say(said: Any, write: Callable[[bytes], Any] = child.stdin.write) -> None:
        write(json.dumps(said, ensure_ascii=False).encode() + b"\n")

    try:
        say(head)
        for row in rows:
            if time.monotonic() > deadline:
                raise pdf.took_too_long(FEEDING)
            seen.update(*row)
            say(row)
        lacking = glyphs.missing_glyphs("".join(sorted(seen)), one_by_one=True)
        say({"note": pdf.unprinted(lacking) if lacking else ""})
        child.stdin.close()
    except BrokenPipeError:
        pass
