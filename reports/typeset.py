"""The child process that sets one document: HTML in on standard input, PDF out on standard output.

The only code that knows WeasyPrint. It is started by `pdf.py` with the interpreter alone (no
Django, no settings, no secrets in its environment), limits its own memory and processor time, and
reads nothing but its input and the fonts beside it. What the input refers to otherwise, over
the network or on the disk, ends the work with the reason on standard error.

Input: one JSON object with `html`, `css` and `files`, {"cid:name": [base64, media type]}; `more` documents
after the first; `tight`, a style sheet for those that say they may be set tighter.

What comes out is tagged for those who have it read to them (PDF/UA), with bookmarks made of the headings.
"""

from __future__ import annotations

import base64
import ctypes.util
import gc
import json
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 60
#: Steps behind the web workers: who waits for a page goes before who waits for a paper.
NICE = 5
#: In a document whose last page may be nearly empty: it is set tighter where that saves a page.
MAY_TIGHTEN = ' data-tighter="yes"'
#: So many pages at most: on longer ones nobody minds where the last ends.
TIGHTENED = 8
FOLDER = Path(__file__).parent / "fonts"
FONTS = {
    "font:regular": FOLDER / "NotoSansSC_400Regular.ttf",
    "font:bold": FOLDER / "NotoSansSC_700Bold.ttf",
    **{f"font:{file.stem}": file for file in FOLDER.glob("*.ttf")},  # glyphs.py says which a text needs
}


def limit() -> None:
    """Bind this process to its share of the machine before anything large is loaded."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICE)


def skip_the_search_for_libraries() -> None:
    """Let WeasyPrint's libraries be opened by their own names, which it tries last.

    Before that it asks ctypes, which starts `ldconfig` for each of forty names: a third of a second.
    """
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None


def typeset(
    html: str, css: str, files: dict[str, tuple[bytes, str]], more: Sequence[str] = (), tight: str = ""
) -> bytes:
    """The finished PDF; `more` documents follow in it, each with page numbers of its own.

    Raises FatalURLFetchingError, a BaseException, when the document asks for anything that is not
    one of `files` or the fonts.
    """
    # Here: a third of a second, under the limits that this process has set itself by now.
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class LockedFetcher(URLFetcher):
        """Hands out what was prepared and refuses the rest of the world."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=set(), allow_redirects=False, fail_on_errors=True)

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            if url in FONTS:
                body, media_type = FONTS[url].read_bytes(), "font/ttf"
            elif url in files:
                body, media_type = files[url]
            else:
                raise FatalURLFetchingError(url[:80])
            return URLFetcherResponse(url, body=body, headers={"Content-Type": media_type})

    fetcher, fonts = LockedFetcher(), FontConfiguration()
    # CSS() fetches on its own account: locking HTML() alone leaks.
    sheet, tighter = (CSS(string=text, url_fetcher=fetcher, font_config=fonts) for text in (css, tight))

    def set_page_by_page(one: str) -> Any:
        document = HTML(string=one, url_fetcher=fetcher)
        wide = document.render(stylesheets=[sheet], font_config=fonts)
        if MAY_TIGHTEN not in one or not 1 < len(wide.pages) <= TIGHTENED:
            return wide
        close = document.render(stylesheets=[sheet, tighter], font_config=fonts)
        return close if len(close.pages) < len(wide.pages) else wide

    made = [set_page_by_page(one) for one in (html, *more)]
    pages = [page for document in made for page in document.pages]
    pdf: bytes = made[0].copy(pages).write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def main() -> None:
    limit()
    gc.disable()  # one document, then the process ends: looking for cycles costs a tenth and frees nothing
    skip_the_search_for_libraries()
    job = json.load(sys.stdin.buffer)
    files = {url: (base64.b64decode(body), media_type) for url, (body, media_type) in job["files"].items()}
    try:
        pdf = typeset(job["html"], job["css"], files, job.get("more", []), job.get("tight", ""))
    except MemoryError:
        sys.exit("it needs more memory than a report may use")
    except BaseException as error:
        if type(error).__name__ != "FatalURLFetchingError":
            raise
        sys.exit(f"it refers to {error}")
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
