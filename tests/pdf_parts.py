"""PDFs as they are made, and the fonts they hold."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

from fontTools.ttLib import TTFont
from pypdf import PdfReader

from reports import pdf

CSS = Path(pdf.HERE / "print.css").read_text()


def typeset(html: str, css: str = CSS, files: dict | None = None) -> bytes:
    """The PDF of a page as it stands, past the templates."""
    return pdf.run(json.dumps({"html": html, "css": css, "files": files or {}}).encode())


def fonts(document: bytes) -> dict[str, tuple[TTFont, dict[str, int]]]:
    """Embedded fonts by name: the subset, and the glyph number each character is drawn with."""
    found = {}
    for page in PdfReader(io.BytesIO(document)).pages:
        for font in page["/Resources"]["/Font"].values():
            font = font.get_object()
            descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            program = TTFont(io.BytesIO(descriptor["/FontFile2"].get_object().get_data()))
            cmap = font["/ToUnicode"].get_object().get_data().decode()
            pairs = re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", cmap)
            drawn = {bytes.fromhex(text).decode("utf-16-be"): int(code, 16) for code, text in pairs}
            found[font["/BaseFont"].split("+")[1]] = (program, drawn)
    return found
