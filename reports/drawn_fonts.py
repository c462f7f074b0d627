"""The fonts of `drawn.py`: how wide their letters are, and the part of them that a paper needs."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path

from reports import glyphs

FOLDER = Path(__file__).parent / "fonts"
#: Points, in which widths are told.
SIZE = 6.5
#: Blanks and marks that draw nothing, where a font has no glyph for them either.
SILENT = frozenset("\u200b\u200c\u200d\ufeff\ufe0e\ufe0f\t\r")


class HarfBuzz:
    """What is asked of the system's library: glyphs, their widths, and a font with some letters only."""

    def __init__(self) -> None:
        self.base = ctypes.CDLL("libharfbuzz.so.0")
        self.cut = ctypes.CDLL("libharfbuzz-subset.so.0")
        handles = (
            (self.base, "hb_blob_create_from_file hb_face_create hb_font_create hb_face_reference_blob"),
            (self.base, "hb_blob_get_data"),
            (self.cut, "hb_subset_input_create_or_fail hb_subset_input_unicode_set hb_subset_or_fail"),
        )
        for library, names in handles:
            for name in names.split():
                getattr(library, name).restype = ctypes.c_void_p


RETAIN_GIDS = 0x2
#: Where a letter stands that cannot be printed; the note below the table names it.
BOX = "□"
Handle = ctypes.c_void_p


class Font:
    """A font of the folder: how wide its letters are, and by which numbers they are drawn."""

    def __init__(self, library: HarfBuzz, file: str, name: str) -> None:
        self.library, self.name, self.file = library, name, file
        blob = Handle(library.base.hb_blob_create_from_file(str(FOLDER / f"{file}.ttf").encode()))
        self.face = Handle(library.base.hb_face_create(blob, 0))
        self.font = Handle(library.base.hb_font_create(self.face))
        self.em = library.base.hb_face_get_upem(self.face)
        self.used: dict[int, tuple[str, int]] = {}  # glyph: its letter, and its width in thousandths

    def draw(self, letter: str) -> tuple[str, float] | None:
        """Its number as it stands in a line, and its width at `SIZE`; None where the font has it not."""
        glyph = ctypes.c_uint32()
        if not self.library.base.hb_font_get_nominal_glyph(self.font, ord(letter), ctypes.byref(glyph)):
            return None
        advance = self.library.base.hb_font_get_glyph_h_advance(self.font, glyph)
        self.used[glyph.value] = letter, round(advance * 1000 / self.em)
        return f"{glyph.value:04X}", advance * SIZE / self.em

    def with_these_letters_only(self) -> bytes:
        base, cut = self.library.base, self.library.cut
        wanted = Handle(cut.hb_subset_input_create_or_fail())
        letters = Handle(cut.hb_subset_input_unicode_set(wanted))
        for letter, _width in self.used.values():
            base.hb_set_add(letters, ord(letter))
        cut.hb_subset_input_set_flags(wanted, RETAIN_GIDS)
        made = Handle(cut.hb_subset_or_fail(self.face, wanted))
        size = ctypes.c_uint()
        data = base.hb_blob_get_data(Handle(base.hb_face_reference_blob(made)), ctypes.byref(size))
        return ctypes.string_at(data, size.value)


class Letters(dict[str, tuple[str, float, int]]):
    """Every letter that has been drawn: its glyph, its width, and by which of the fonts."""

    def __init__(self, fonts: Sequence[Font]) -> None:
        self.fonts = fonts

    def __missing__(self, letter: str) -> tuple[str, float, int]:
        found = self[letter] = self._found(letter)
        return found

    def _found(self, letter: str) -> tuple[str, float, int]:
        if letter in SILENT:
            return "", 0.0, 0
        for number, font in enumerate(self.fonts if not glyphs.is_joined(letter) else ()):
            if drawn := font.draw(letter):
                return *drawn, number
        return ("", 0.0, 0) if letter == BOX or glyphs.is_silent(letter) else self[BOX]
