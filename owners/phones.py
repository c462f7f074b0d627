"""Telephone numbers as people write them into a cell. Pure, and never guessing.

A number is taken when every digit is there: a mobile (11 digits, 1…), a landline (area code 0…,
or 7 to 8 local digits), 400/800, a service number (95338, 12345), or one written with `+` and its
country. Anything else is a problem with a sentence, never a repaired number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

_KNOWN = re.compile(
    r"1[3-9]\d{9}"  # mobile
    r"|0\d{9,11}"  # landline with its area code
    r"|[2-8]\d{6,7}"  # local landline
    r"|[48]00\d{7}"
    r"|9[56]\d{3,6}|1[0-2]\d{3}"  # service numbers
)
_ABROAD = re.compile(r"\+(?!86)\d{8,15}")
_NUMBER = re.compile(r"\+?\d(?:[\d\- ()]*\d)?")
_EXTENSION = re.compile(
    r"(?<=\d)\s*(?:转分机|转|分机|ext\.?|x)\s*(\d{1,6})|(?<=\d{7})-(\d{1,4})$", re.IGNORECASE
)
_EXPONENT = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.IGNORECASE)
_NOTHING = {"", "无", "暂无", "没有", "不详", "未知", "未留", "空", "-", "--", "/", "\\", "n/a", "none"}


@dataclass(frozen=True)
class Number:
    """One number: its digits, what stood in the cell, and the words beside it (`张女士`)."""

    digits: str
    raw: str
    label: str = ""


@dataclass(frozen=True)
class Numbers:
    """What a cell holds: good numbers, sentences on bad ones, and remarks on what was left out."""

    good: tuple[Number, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: Numbers) -> Numbers:
        seen = {number.digits for number in self.good}
        fresh = tuple(n for n in other.good if n.digits not in seen)
        return Numbers(self.good + fresh, self.problems + other.problems, self.notes + other.notes)


def read_phones(cell: object) -> Numbers:
    """Every number of a cell, which may be text or a number of the sheet.

    >>> [n.digits for n in read_phones("１３８ 7474 3113/021-37471789").good]
    ['13874743113', '02137471789']
    """
    if cell is None or isinstance(cell, bool):
        return Numbers()
    if isinstance(cell, int | float):
        return _from_number(cell)
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    if text.lower() in _NOTHING:
        return Numbers()
    if re.fullmatch(r"\d+\.\d*", text):
        return _from_number(float(text))
    parts = re.split(r"[/、,;|\n\\]+|(?<=\d)或(?=\d)", text)
    return _sum(_read_one(part.strip()) for part in parts if part.strip().lower() not in _NOTHING)


def _sum(found: Iterable[Numbers]) -> Numbers:
    total = Numbers()
    for numbers in found:
        total += numbers
    return total


def _read_one(part: str) -> Numbers:
    """A part between separators: one number, or several with blanks between whole numbers."""
    if _EXPONENT.fullmatch(part):
        return Numbers(problems=(_too_short_form(part),))
    part = re.sub(r"(?<=\d)[‐-―−](?=\d)", "-", part)
    notes: tuple[str, ...] = ()
    if extension := _EXTENSION.search(part):
        part = part.replace(extension[0], " ")
        notes = (_("The extension %(digits)s is not kept.") % {"digits": extension[1] or extension[2]},)
    runs = list(_NUMBER.finditer(part))
    if not runs:
        return Numbers(problems=(_("“%(text)s” is not a phone number.") % {"text": part},))
    good: list[Number] = []
    for position, run in enumerate(runs):
        end = runs[position + 1].start() if position + 1 < len(runs) else len(part)
        before = part[: run.start()] if position == 0 else ""
        label = _label(before) or _label(part[run.end() : end])
        whole = _known(run[0])
        if whole:
            good.append(Number(whole, part, label))
            if re.fullmatch(r"[2-8]\d{6,7}", whole):
                notes += (_("%(number)s is kept as a local landline without area code.") % {"number": whole},)
            continue
        several = [_known(piece) for piece in run[0].split()]
        if len(several) > 1 and all(several):
            good += [Number(digits, part, label) for digits in several if digits]
            continue
        return Numbers(problems=(_wrong(run[0]),), notes=notes)
    return Numbers(tuple(good), notes=notes)


def _known(text: str) -> str | None:
    """The digits to keep when the number is whole, else None. +86 and 0086 fall away."""
    plain = re.sub(r"[\- ()]", "", text)
    if _ABROAD.fullmatch(plain):
        return plain[1:]
    plain = re.sub(r"^(?:\+86|0086)", "", plain)
    if re.fullmatch(r"86(?:1[3-9]\d{9})", plain):
        plain = plain[2:]
    if plain.startswith("0") and not _landline(plain):
        return None
    return plain if _KNOWN.fullmatch(plain) else None


def _landline(plain: str) -> bool:
    """An area code is 010, 02x or four digits from 03xx on; 7 or 8 digits follow."""
    return bool(re.fullmatch(r"(?:010|02\d|0[3-9]\d\d)[2-9]\d{6,7}", plain))


def _from_number(value: int | float) -> Numbers:
    """A number the sheet keeps as a number. Once shown as 1.38E+10 its last digits are gone for good,
    so zeros at its end are not trusted: four in a whole number, one after a decimal point."""
    digits = f"{value:.0f}"
    lost = digits.endswith("0000") or (isinstance(value, float) and (value % 1 or digits.endswith("0")))
    if lost:
        return Numbers(problems=(_too_short_form(f"{value:.10G}"),))
    if _known(digits) == digits:
        return Numbers((Number(digits, digits),))
    return Numbers(problems=(_wrong(digits),))


def _too_short_form(text: str) -> str:
    return _(
        "“%(text)s” is a rounded number, its last digits may be lost: write the phone number out as text."
    ) % {"text": text}


def _wrong(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if digits.startswith("1"):
        sentence = _("“%(text)s” has %(count)d digits; a mobile number has 11 and starts with 13 to 19.")
    else:
        sentence = _(
            "“%(text)s” has %(count)d digits and is neither a mobile, a landline nor a service number."
        )
    return sentence % {"text": text.strip(), "count": len(digits)}


def _label(text: str) -> str:
    """The words beside a number without brackets, colons and words that only say “phone”."""
    text = re.sub(r"[()\[\]【】:;.\s]", "", text)
    return re.sub(
        r"(?:手机号?码?|电话|联系方式|固话|座机|移动|tel|phone|mobile)", "", text, flags=re.IGNORECASE
    )
