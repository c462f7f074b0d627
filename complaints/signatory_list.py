"""A list of signatories as people paste it: `张三 3-1-502 138…`, a line each. Pure, and never guessing.

Columns may be parted by tabs, commas or blanks and come in any order; a number before the name falls away.
What is no phone and no room is the name, the next words are the note. A line that cannot be read gets a
sentence with its number, and the text stays as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from owners.phones import read_phones
from owners.places import parse_place

#: As long as the columns are.
LONGEST = {"name": 100, "room": 60, "phone": 30, "note": 200}
#: More than this many lines are no list of one complaint.
MOST_LINES = 500
_HEADINGS = frozenset(
    {
        "序号", "姓名", "业主姓名", "签名", "房号", "房间号", "楼栋房号", "单元房号", "电话", "手机",
        "手机号", "联系电话", "联系方式", "备注", "no", "no.", "name", "room", "unit", "phone", "note",
    }
)  # fmt: skip
_NOTHING = frozenset({"无", "-", "--", "/"})
_NUMBERED = re.compile(r"^\s*(?:[(（]?\d{1,3}[)）]|\d{1,3}\s*[.、．:：)）](?!\d)|\d{1,3}[\t ,，]+(?=\D))\s*")
_PARTED = re.compile(r"[\t,，;；|]+|\s+|、")


@dataclass(frozen=True)
class Signer:
    """One line of the list. Its values are a customer's: they go into his row and nowhere else."""

    name: str
    room: str = ""
    phone: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells two signers apart: one name may stand twice, at another door or with another phone."""
        return self.name.casefold(), _plain(self.room), self.phone


def read(text: str) -> tuple[list[Signer], list[str]]:
    """The signers of a pasted list in its order, and a sentence for each line that cannot be read.

    >>> read("1、张三 3-1-502 13812345678\\n李四，3号楼1单元601，父女两人")[0][1].note
    '父女两人'
    """
    signers: list[Signer] = []
    faults: list[str] = []
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_LINES:
        return [], [_("The list has more than %(most)s lines.") % {"most": MOST_LINES}]
    for number, line in lines:
        words = _words(line)
        if not words or all(word.casefold() in _HEADINGS for word in words):
            continue
        found = _signer(words)
        if isinstance(found, str):
            said = {"n": number, "line": line.strip()[:40], "why": found}
            faults.append(_("Line %(n)s “%(line)s”: %(why)s") % said)
        else:
            signers.append(found)
    return signers, faults


def _words(line: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", line).replace("\u3000", " ")
    plain = _NUMBERED.sub("", plain)
    plain = re.sub(r"(?<=\d)\s*[-–—]\s*(?=\d)", "-", plain)  # 3 - 1 - 502
    plain = re.sub(r"(?<!\d)(1[3-9]\d)[\s-](\d{4})[\s-](\d{4})(?!\d)", r"\1\2\3", plain)  # 138 1234 5678
    plain = re.sub(r"(?<!\d)(0\d{2,3}-?\d{3,4})[\s-](\d{4})(?!\d)", r"\1\2", plain)  # 021-5555 0100
    plain = re.sub(r"(?<=\d{7})\s*/\s*(?=\d{7})", " ", plain)  # two phones
    return [word for word in _PARTED.split(plain) if word and word not in _NOTHING]


def _signer(words: Iterable[str]) -> Signer | str:
    """The columns of one line, or why it cannot be read."""
    rest: list[str] = []
    phones: list[str] = []
    room = ""
    for word in words:
        if phone := _phone(word):
            phones.append(phone)
        elif not room and _is_room(word):
            room = word
        elif re.fullmatch(r"\+?\d{7,}", word):
            return str(next(iter(read_phones(word).problems), "")) or _("that is no phone number.")
        else:
            rest.append(word)
    if len(phones) > 1:
        return _("two phone numbers; put the second person on a line of his own.")
    if not rest:
        return _("the name is missing.")
    name = rest.pop(0)
    while rest and name.isascii() and rest[0].isascii() and rest[0].isalpha():
        name = f"{name} {rest.pop(0)}"  # John Smith
    note = " ".join(rest)
    if not re.search(r"[^\W\d_]", name):
        return _("“%(word)s” is neither a name nor a room.") % {"word": name}
    found = Signer(name, room, phones[0] if phones else "", note)
    for column, longest in LONGEST.items():
        if len(getattr(found, column)) > longest:
            return _("the line is too long; a signer has a name, a room and a phone.")
    return found


def _phone(word: str) -> str:
    """The digits of a whole phone number; a room's number of a few digits is none."""
    bare = re.sub(r"^(?:电话|手机号?|tel)[::]?", "", word, flags=re.IGNORECASE)
    if len(re.sub(r"\D", "", bare)) < 7 or re.search(r"[^\d+\-()]", bare):
        return ""
    numbers = read_phones(bare).good
    return numbers[0].digits if len(numbers) == 1 else ""


def _is_room(word: str) -> bool:
    """`3-1-502`, `3号楼1单元502`, `502室`, `502`; a name with a number in it is none."""
    if not re.search(r"\d", word):
        return False
    return parse_place(word) is not None or bool(re.fullmatch(r"[A-Za-z]?\d{2,5}(?:室|号|房|户)?", word))


def _plain(room: str) -> str:
    """The short name of a room, so that 3号楼1单元502 and 3-1-502 are the same door."""
    place = parse_place(room)
    return place.code if place else room.casefold()
