"""From a template to the bytes of a PDF; a document that cannot be made is an error, never an empty page.

The page is set by `typeset.py` in a process of its own, with limits on memory and time, at most two
at once on this machine.
"""

from __future__ import annotations

import base64
import fcntl
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html

from reports import glyphs

HERE = Path(__file__).parent
#: By the clock on the wall; the work itself has its own limit of processor time (typeset.py).
SECONDS = 90
AT_ONCE = 2
#: Characters of one text on paper; whoever reads on finds the rest on the screen.
LONGEST_TEXT = 60_000
#: A run of text so long in a table would be measured anew for every page it goes on to.
LONG_RUN = re.compile(r">[^<]{2000,}")
FIXED_TABLES = "table { table-layout: fixed } .facts th, .nowrap { white-space: normal }"
#: Letters without a place to break a line: each line would be looked for in all that is left.
UNBROKEN = re.compile(r"[!-~]{100}(?=[!-~])")
LARGEST_PAGE = 8_000_000
#: Blanks that no page shows; WeasyPrint would break a line for them that holds all its words.
AT_END = re.compile(r"\s+(?=</(?:p|td|th|li|dd|dt|h[1-6])>)")


class ReportError(Exception):
    """The document could not be made; the text says why, for the person who asked."""


def render(
    template: str,
    context: Mapping[str, Any],
    language: str,
    title: str,
    files: Mapping[str, tuple[bytes, str]] | None = None,
    *,
    style: str = "",
) -> bytes:
    """The PDF of `template` in `language`; `style` names a file beside print.css that has the last word.

    `files` are the only images the template can refer to: {"cid:name": (bytes, media type)}.
    Raises ReportError.
    """
    return together([page(template, context, language, title)], language, files, style)


def page(template: str, context: Mapping[str, Any], language: str, title: str) -> str:
    """One document before it is set; what it cannot print is said at its end. Raises ReportError."""
    with translation.override(language):
        html: str = render_to_string(template, {**context, "title": title, "language": language})
        if len(html) > LARGEST_PAGE:
            raise ReportError(translation.gettext("The document is too long for a PDF."))
        html = AT_END.sub("", html)
        if lacking := glyphs.missing_glyphs(html):
            note = format_html('<p class="letters-missing">{}</p>', unprinted(lacking))
            html = html.replace("</body>", f"{note}</body>")
        return html


def together(
    pages: Sequence[str],
    language: str,
    files: Mapping[str, tuple[bytes, str]] | None = None,
    style: str = "",
) -> bytes:
    """One PDF of several documents, each with page numbers of its own. Raises ReportError."""
    with translation.override(language):
        html = "".join(pages)
        if len(html) > LARGEST_PAGE:
            raise ReportError(translation.gettext("The document is too long for a PDF."))
        job = {
            "html": pages[0],
            "more": list(pages[1:]),
            "css": (HERE / "print.css").read_text()
            + ((HERE / style).read_text() if style else "")
            + glyphs.style(glyphs.faces_for(html))
            + (FIXED_TABLES if LONG_RUN.search(html) else ""),
            "tight": (HERE / "tight.css").read_text(),
            "files": {
                url: [base64.b64encode(body).decode(), media_type]
                for url, (body, media_type) in (files or {}).items()
            },
        }
        with one_of_few():
            return run(json.dumps(job).encode())


def unprinted(lacking: list[str]) -> str:
    """By number too: the letters themselves are what this paper cannot show."""
    named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in lacking)
    return translation.gettext("Letters this paper cannot print; write them in by hand: %(letters)s") % {
        "letters": named
    }


def run(job: bytes) -> bytes:
    """Start the child, wait for it, and turn every way it can end into bytes or a ReportError."""
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(HERE / "typeset.py")],
            input=job,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={
                "PATH": "",
                "LANG": "C.UTF-8",
                "XDG_CACHE_HOME": str(settings.VAR_DIR / "cache"),
            },
        )
    except subprocess.TimeoutExpired:
        raise took_too_long(SECONDS) from None
    return outcome(child.returncode, child.stdout, child.stderr)


def took_too_long(seconds: float) -> ReportError:
    return ReportError(
        translation.gettext("The document took longer than %(seconds)s seconds and was stopped.")
        % {"seconds": seconds}
    )


def outcome(code: int, body: bytes, errors: bytes) -> bytes:
    """What a child that has ended has made. Raises ReportError with what it said last."""
    if code == 0 and body.startswith(b"%PDF-"):
        return body
    said = errors.decode(errors="replace").strip().splitlines()
    reason = said[-1][:200] if said else f"exit code {code}"
    raise ReportError(translation.gettext("The document could not be made: %(reason)s") % {"reason": reason})


@contextmanager
def one_of_few() -> Iterator[None]:
    """Hold one of the places for making documents; the system frees it if this process dies."""
    deadline = time.monotonic() + SECONDS
    with ExitStack() as opened:
        files = [
            opened.enter_context(open(settings.VAR_DIR / f"typeset-{n}.lock", "w")) for n in range(AT_ONCE)
        ]
        while not any(taken(file) for file in files):
            if time.monotonic() > deadline:
                raise ReportError(
                    translation.gettext("Other documents are being made. Try again in a minute.")
                )
            time.sleep(0.05)
        yield


def taken(file: Any) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def clip(text: str) -> str:
    """A text as it is printed: whole, or cut where a document would get out of hand, saying so."""
    left = len(text) - LONGEST_TEXT
    shown = UNBROKEN.sub("\\g<0>\N{ZERO WIDTH SPACE}", text[:LONGEST_TEXT])
    if left <= 0:
        return shown
    return f"{shown}… " + translation.ngettext(
        "(%(n)s more character: read it in the case, on the screen.)",
        "(%(n)s more characters: read them in the case, on the screen.)",
        left,
    ) % {"n": left}
