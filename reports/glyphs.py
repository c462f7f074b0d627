"""Which letters the papers can print: the fonts beside this file, and what none of them has.

Noto Sans SC has all of 通用规范汉字表 and the Han up to extension A. The others hold what names need beyond:
rare Han such as 𠮷, Uyghur and Kazakh in Arabic script, Tibetan, Mongolian, Yi, Hangul, Thai, Latin and
Cyrillic with every mark, emoji in black and white. A document gets only those it needs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"
MAIN = "NotoSansSC_400Regular"
#: What draws nothing of its own: controls, joiners, marks that choose a variant, blanks.
SILENT = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
#: Scripts whose letters change with their neighbours, besides those written from right to left.
JOINED = ("TIBETAN ", "MONGOLIAN ")
VARIANTS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0), range(0x180B, 0x180E))


@dataclass(frozen=True)
class Face:
    """A font besides the main one: its file and the name it has in a style sheet."""

    file: str
    family: str

    @property
    def url(self) -> str:
        """As `typeset.py` knows it."""
        return f"font:{self.file}"


#: In the order in which they are asked for a letter.
FACES = (
    Face("NotoSans-Letters", "Noto Sans"),
    Face("NotoSansJP-Rare", "Noto Sans JP"),
    Face("NotoSansHK-Rare", "Noto Sans HK"),
    Face("NotoSansArabic", "Noto Sans Arabic"),
    Face("NotoSerifTibetan", "Noto Serif Tibetan"),
    Face("NotoSansMongolian", "Noto Sans Mongolian"),
    Face("NotoSansYi", "Noto Sans Yi"),
    Face("NotoSansKR-Hangul", "Noto Sans KR"),
    Face("NotoSansThai", "Noto Sans Thai"),
    Face("NotoEmoji", "Noto Emoji"),
)


@cache
def drawn_by(file: str) -> frozenset[int]:
    """The code points a font has a glyph for."""
    from fontTools.ttLib import TTFont  # half a second that only whoever prints pays

    with TTFont(FOLDER / f"{file}.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())


def faces_for(text: str) -> list[Face]:
    """The fonts that a text needs besides the main one."""
    open_letters = _beyond_main(text)
    needed = []
    for face in FACES:
        if not open_letters:
            break
        if found := open_letters & drawn_by(face.file):
            needed.append(face)
            open_letters -= found
    return needed


def missing_glyphs(*texts: object, one_by_one: bool = False) -> list[str]:
    """The letters of the texts that no font has, each once, as they come.

    `one_by_one`: those too that a paper cannot print which puts them one after the other (`drawn.py`).
    """
    text = "".join(str(text) for text in texts if text)
    lacking = _beyond_main(text)
    for face in FACES:
        if not lacking:
            break
        lacking -= drawn_by(face.file)
    if one_by_one:
        lacking |= {ord(letter) for letter in set(text) if is_joined(letter) and not is_silent(letter)}
    return [letter for letter in dict.fromkeys(text) if ord(letter) in lacking]


def _beyond_main(text: str) -> set[int]:
    if text.isascii():
        return set()
    seen = {ord(letter) for letter in set(text) if not is_silent(letter)}
    return seen - drawn_by(MAIN)


def is_joined(letter: str) -> bool:
    """Whether it runs from right to left or changes with its neighbours, which `typeset.py` alone can set."""
    right_to_left = unicodedata.bidirectional(letter) in ("R", "AL")
    return right_to_left or unicodedata.name(letter, "").startswith(JOINED)


def is_silent(letter: str) -> bool:
    return unicodedata.category(letter) in SILENT or any(ord(letter) in some for some in VARIANTS)


def style(faces: Iterable[Face]) -> str:
    """The lines of a style sheet that let a document use these fonts after the main one."""
    faces = list(faces)
    if not faces:
        return ""
    known = "".join(
        f'@font-face {{ font-family: "{face.family}"; src: url({face.url}); }}\n' for face in faces
    )
    names = ", ".join(f'"{name}"' for name in ("Noto Sans SC", *(face.family for face in faces)))
    return f"{known}html, svg text {{ font-family: {names}; }}\n"
