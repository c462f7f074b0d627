"""The child process that draws a long table: rows in on standard input, PDF out on standard output.

A ledger of ten thousand cases has a thousand pages. Set by `typeset.py` a page of it takes a quarter of a
second, for every cell is a box of its own; here a cell is its lines, cut to the width of its column and put
where they belong: some milliseconds a page, and no more memory for a thousand pages than for one. It knows
one kind of document only: a title, a table under a head that is said again on every page, and names to sign.

Input: one JSON object a line: first what `Sheet` holds, then a list of texts for each row, `\\n` between the
lines of a cell; at last {"note": words below the table}. Fonts are cut to their letters by the HarfBuzz that
`typeset.py` uses. Letters stand one after the other as they come: those that join or run from right to left,
Arabic, Tibetan, Mongolian, are set by `typeset.py` alone; a box stands here for each, and the note names it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, BinaryIO

from reports.drawn_fonts import FOLDER, SIZE, Font, HarfBuzz, Letters

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 120
#: As in typeset.py.
NICE = 5
MM = 72 / 25.4
WIDTH, HEIGHT = 297 * MM, 210 * MM
SIDE, TOP, BOTTOM = 10 * MM, 18 * MM, 14 * MM
LEADING = SIZE * 1.35
PAD_X, PAD_Y = 0.8 * MM, 0.6 * MM
#: No line begins with these, and none ends with those.
NOT_FIRST = frozenset("，。、；：！？）》」』】〕”’…·,.;:!?)]}%％")
NOT_LAST = frozenset("（《「『【〔“‘([{")
#: After these a line may end, as after every Han letter.
BREAKS = frozenset(" -/")
HAN = 0x2E80
#: A long text stands this often in a ledger's cells at most; short ones stand there again and again.
REMEMBERED = 40


# Lines --------------------------------------------------------------------------------------------


class Setter:
    """Texts as lines of a width, and as what a page says to draw them."""

    def __init__(self, fonts: Sequence[Font]) -> None:
        self.letters = Letters(fonts)
        self.names = [font.name for font in fonts]
        self.known: dict[tuple[str, float], list[str]] = {}

    def wide(self, text: str) -> float:
        letters = self.letters
        return sum(letters[letter][1] for letter in text)

    def lines(self, text: str, width: float) -> list[str]:
        """Of a cell. What is short and stands in many is cut once."""
        if len(text) > REMEMBERED:
            return [line for part in text.split("\n") for line in self.cut(part, width)]
        key = text, width
        if (found := self.known.get(key)) is None:
            found = self.known[key] = [line for part in text.split("\n") for line in self.cut(part, width)]
        return found

    def cut(self, text: str, width: float) -> Iterator[str]:
        letters, start, wide, may = self.letters, 0, 0.0, 0
        for place, (letter, after) in enumerate(pairwise(f"{text} ")):
            own = letters[letter][1]
            if wide + own > width and place > start and letter != " ":
                end = may if may > start else place - (letter in NOT_FIRST and place - 1 > start)
                yield text[start:end].rstrip()
                start = end
                wide = self.wide(text[start:place])
            wide += own
            dated = letter == "-" and after.isdecimal()  # a day stays in one line
            if (letter in BREAKS and not dated or ord(letter) >= HAN or ord(after) >= HAN) and (
                after not in NOT_FIRST and letter not in NOT_LAST
            ):
                may = place + 1
        yield text[start:].rstrip()

    def drawn(self, line: str) -> str:
        """As a page says it, in the fonts it needs; the first font is the one in use."""
        glyphs = [self.letters[letter] for letter in line]
        if not any(font for _glyph, _wide, font in glyphs):
            return f"<{''.join([glyph for glyph, _wide, _font in glyphs])}>Tj"
        said, now = "", 0
        for glyph, _wide, font in glyphs:
            if font != now:
                said, now = f"{said}/{self.names[font]} {SIZE} Tf", font
            said += f"<{glyph}>Tj"
        return said + f"/{self.names[0]} {SIZE} Tf"


# Pages --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """What stands around the rows."""

    title: str
    language: str
    heading: str
    sub: str
    paper: str  # above every page, left
    number: str  # and right
    foot: str  # below, left
    page: str  # and right: "Page {page} of {pages}"
    columns: list[tuple[str, float, bool]]  # its head, its share of the width, whether to the right
    roles: list[str]
    date: str


@dataclass
class Pdf:
    """Objects written one after the other as they come."""

    out: BinaryIO
    at: int = 0
    places: dict[int, int] = field(default_factory=dict)
    last: int = 2  # the catalogue and the tree of pages come at the end

    def write(self, data: bytes) -> None:
        self.out.write(data)
        self.at += len(data)

    def new(self) -> int:
        self.last += 1
        return self.last

    def put(self, number: int, body: str | bytes) -> int:
        self.places[number] = self.at
        self.write(b"%d 0 obj\n%b\nendobj\n" % (number, body.encode() if isinstance(body, str) else body))
        return number

    def stream(self, data: bytes, more: str = "") -> int:
        packed = zlib.compress(data, 6)
        head = f"<</Length {len(packed)}/Filter/FlateDecode{more}>>stream\n".encode()
        return self.put(self.new(), head + packed + b"\nendstream")

    def end(self) -> None:
        begins = self.at
        rows = "".join(f"{self.places[number]:010} 00000 n \n" for number in range(1, self.last + 1))
        self.write(f"xref\n0 {self.last + 1}\n0000000000 65535 f \n{rows}".encode())
        self.write(
            f"trailer<</Size {self.last + 1}/Root 1 0 R/Info 3 0 R>>\nstartxref\n{begins}\n%%EOF\n".encode()
        )


class Document:
    """The pages as they fill."""

    def __init__(self, sheet: Sheet, out: BinaryIO) -> None:
        library = HarfBuzz()
        others = sorted(file.stem for file in FOLDER.glob("*.ttf") if not file.stem.startswith("NotoSansSC"))
        self.regular = [Font(library, "NotoSansSC_400Regular", "R")]
        self.regular += [Font(library, file, f"O{n}") for n, file in enumerate(others)]
        self.bold = [Font(library, "NotoSansSC_700Bold", "B"), *self.regular]
        self.text, self.strong = Setter(self.regular), Setter(self.bold)
        self.sheet, self.pdf = sheet, Pdf(out)
        self.info = self.pdf.new()
        self.edges = self._edges()
        self.pages: list[int] = []  # the streams
        self.said: list[str] = []  # of the page at hand
        self.top = self.y = 0.0
        out.write(b"")
        self.pdf.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def _edges(self) -> list[float]:
        whole = sum(share for _head, share, _right in self.sheet.columns)
        edges = [SIDE]
        for _head, share, _right in self.sheet.columns:
            edges.append(edges[-1] + (WIDTH - 2 * SIDE) * share / whole)
        return edges

    def put(self, text: str, x: float, y: float, *, size: float = SIZE, right: bool = False,
            strong: bool = False) -> None:  # fmt: skip
        """One line; `size` by a scale, for widths are known at `SIZE`."""
        setter, scale = (self.strong if strong else self.text), size / SIZE
        x -= setter.wide(text) * scale if right else 0
        self.said.append(
            f"BT /{setter.names[0]} {SIZE} Tf {scale:.3f} 0 0 {scale:.3f} {x:.2f} {y:.2f} Tm"
            f" {setter.drawn(text)} ET"
        )

    def begin_page(self) -> None:
        self.said = ["0.333 g 0.6 G 0.5 w"]
        line = HEIGHT - TOP + 4 * MM
        self.put(self.sheet.paper, SIDE, line + 2 * MM, size=8)
        self.put(self.sheet.number, WIDTH - SIDE, line + 2 * MM, size=8, right=True)
        self.said.append(f"{SIDE:.2f} {line:.2f} m {WIDTH - SIDE:.2f} {line:.2f} l S 0.067 g 0.467 G 0.4 w")
        self.y = HEIGHT - TOP
        if not self.pages:
            self.put(self.sheet.heading, SIDE, self.y - 12, size=13, strong=True)
            self.put(self.sheet.sub, SIDE, self.y - 26, size=7)
            self.y -= 26 + 2 * MM + 2
        self.top = self.y
        self.row([head for head, _share, _right in self.sheet.columns], strong=True)

    def end_page(self) -> None:
        if self.y < self.top:
            self.said += [f"{x:.2f} {self.top:.2f} m {x:.2f} {self.y:.2f} l" for x in self.edges]
            self.said.append(f"{SIDE:.2f} {self.top:.2f} m {WIDTH - SIDE:.2f} {self.top:.2f} l S")
        self.pages.append(self.pdf.stream("\n".join(self.said).encode()))
        self.said = []

    def row(self, cells: Sequence[str], *, strong: bool = False) -> None:
        """One row; on the next page where it does not fit on this one, on several where it fits on none."""
        setter = self.strong if strong else self.text
        lines = [
            setter.lines(text, right - left - 2 * PAD_X) if text else []
            for text, (left, right) in zip(cells, pairwise(self.edges), strict=True)
        ]
        while True:
            many = max(1, *map(len, lines))
            if not strong and self.y - many * LEADING - 2 * PAD_Y < BOTTOM:
                room = int((self.y - BOTTOM - 2 * PAD_Y) / LEADING)
                whole = int((HEIGHT - TOP - BOTTOM) / LEADING) - 12  # of a page, under its head
                if many <= whole or room < 3:
                    self.end_page()
                    self.begin_page()
                    continue
                many = room
            self._draw([own[:many] for own in lines], many, setter)
            lines = [own[many:] for own in lines]
            if not any(lines):
                return

    def _draw(self, lines: list[list[str]], many: int, setter: Setter) -> None:
        base = self.y - PAD_Y - SIZE * 1.02
        said = [f"BT /{setter.names[0]} {SIZE} Tf {LEADING:.3f} TL"]
        for own, (left, right), column in zip(lines, pairwise(self.edges), self.sheet.columns, strict=True):
            if not own:
                continue
            if column[2]:  # to the right: each line has a place of its own
                for n, line in enumerate(own):
                    x = right - PAD_X - setter.wide(line)
                    said.append(f"1 0 0 1 {x:.2f} {base - n * LEADING:.2f} Tm {setter.drawn(line)}")
                continue
            said.append(f"1 0 0 1 {left + PAD_X:.2f} {base:.2f} Tm {' T* '.join(map(setter.drawn, own))}")
        self.y -= many * LEADING + 2 * PAD_Y
        said.append(f"ET {SIDE:.2f} {self.y:.2f} m {WIDTH - SIDE:.2f} {self.y:.2f} l S")
        self.said.append(" ".join(said))

    def sign(self, note: str) -> None:
        """Below the last row: what could not be printed, and names to sign with; never alone on a page."""
        lines = self.text.lines(note, WIDTH - 2 * SIDE) if note else []
        if self.y - 16 * MM - len(lines) * LEADING < BOTTOM:
            self.end_page()
            self.begin_page()
        end = self.y
        for n, line in enumerate(lines, 1):
            self.put(line, SIDE, end - 2 * MM - n * LEADING)
        y, each = end - 12 * MM - len(lines) * LEADING, (WIDTH - 2 * SIDE) / len(self.sheet.roles)
        for n, role in enumerate(self.sheet.roles):
            left = SIDE + n * each
            self.put(role, left, y + 5, size=7)
            self.put(self.sheet.date, left + each * 0.6, y + 5, size=7)
            self.said.append(f"{left:.2f} {y:.2f} m {left + each * 0.92:.2f} {y:.2f} l S")

    def finish(self) -> None:
        """The foot of each page, now that there are so many; then what all of them share."""
        self.end_page()
        feet = []
        for number in range(1, len(self.pages) + 1):
            self.said = ["0.333 g"]
            of = self.sheet.page.format(page=number, pages=len(self.pages))
            self.put(self.sheet.foot, SIDE, BOTTOM - 6 * MM, size=7.5)
            self.put(of, WIDTH - SIDE, BOTTOM - 6 * MM, size=8, right=True)
            feet.append(self.pdf.stream("\n".join(self.said).encode()))
        fonts = " ".join(f"/{font.name} {embedded(self.pdf, font)} 0 R" for font in self.bold if font.used)
        shared = self.pdf.put(self.pdf.new(), f"<</Font<<{fonts}>>>>")
        keys = [
            self.pdf.put(
                self.pdf.new(),
                f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH:.2f} {HEIGHT:.2f}]/Resources {shared} 0 R"
                f"/Contents[{page} 0 R {foot} 0 R]>>",
            )
            for page, foot in zip(self.pages, feet, strict=True)
        ]
        kids = " ".join(f"{key} 0 R" for key in keys)
        self.pdf.put(self.info, f"<</Title {quoted(self.sheet.title)}>>")
        self.pdf.put(2, f"<</Type/Pages/Count {len(keys)}/Kids[{kids}]>>")
        self.pdf.put(
            1,
            f"<</Type/Catalog/Pages 2 0 R/Lang({self.sheet.language})"
            "/ViewerPreferences<</DisplayDocTitle true>>>>",
        )
        self.pdf.end()


def quoted(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def embedded(pdf: Pdf, font: Font) -> int:
    """The font with the letters that were used, and how to read them back."""
    data = font.with_these_letters_only()
    file = pdf.stream(data, f"/Length1 {len(data)}")
    widths = " ".join(f"{glyph}[{width}]" for glyph, (_letter, width) in sorted(font.used.items()))
    read = "\n".join(
        f"1 beginbfchar <{glyph:04X}><{letter.encode('utf-16-be').hex()}> endbfchar"
        for glyph, (letter, _width) in sorted(font.used.items())
    )
    to_unicode = pdf.stream(
        "/CIDInit/ProcSet findresource begin 12 dict begin begincmap"
        "/CMapName/L def/CMapType 2 def 1 begincodespacerange<0000><FFFF>endcodespacerange\n"
        f"{read}\nendcmap CMapName currentdict/CMap defineresource pop end end".encode()
    )
    name = f"/SHOUWE+{font.file}"
    about = pdf.put(
        pdf.new(),
        f"<</Type/FontDescriptor/FontName{name}/Flags 4/FontBBox[-200 -300 1200 1000]/ItalicAngle 0"
        f"/Ascent 880/Descent -120/CapHeight 733/StemV 80/FontFile2 {file} 0 R>>",
    )
    cid = pdf.put(
        pdf.new(),
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        f"/Supplement 0>>/FontDescriptor {about} 0 R/DW 1000/CIDToGIDMap/Identity/W[{widths}]>>",
    )
    return pdf.put(
        pdf.new(),
        f"<</Type/Font/Subtype/Type0/BaseFont{name}/Encoding/Identity-H/DescendantFonts[{cid} 0 R]"
        f"/ToUnicode {to_unicode} 0 R>>",
    )


def draw(lines: Iterable[bytes], out: BinaryIO) -> None:
    told = iter(lines)
    document = Document(Sheet(**json.loads(next(told))), out)
    document.begin_page()
    note = None
    for line in told:
        said: Any = json.loads(line)
        if isinstance(said, dict):
            note = said["note"]
        else:
            document.row(said)
    if note is None:
        sys.exit("its rows ended too early")
    document.sign(note)
    document.finish()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICE)
    try:
        draw(sys.stdin.buffer, sys.stdout.buffer)
    except MemoryError:
        sys.exit("it needs more memory than a report may use")


if __name__ == "__main__":
    main()
