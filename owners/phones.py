"""Telephone numbers as people write them. Pure, never guessing, and the one reading at every door.

A number is taken when every digit is there: a mobile (11 digits, 1…), a landline (area code 0…,
or 7 to 8 local digits), 400/800, a service number (95338, 12345), or one of another country written
with `+` or 00. Anything else is a problem with a sentence, never a repaired number.

Kept are digits alone, so that equal numbers are equal texts: +86 falls away, another country begins with
00 (without it +1 391 111 0001 would be a mobile of ours), and an extension stands behind a dash:
`02165430001-8001`. The last four digits are those of the number before the dash.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from owners.names import clean_line

_KNOWN = re.compile(
    r"1[3-9]\d{9}"  # mobile
    r"|(?:010|02\d|0[3-9]\d\d)[2-9]\d{6,7}"  # landline: area code 010, 02x or four digits from 03xx on
    r"|[2-8]\d{6,7}"  # local landline
    r"|[48]00\d{7}"
    r"|9[56]\d{3,6}|1[0-2]\d{3}"  # service numbers
)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0[1-9]\d{8,10}")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_FREE = re.compile(r"[48]00\d{7}")
_OURS = re.compile(r"(?:\+|00)?86(\d{10,12})")
_ABROAD = re.compile(r"(?:\+|00)(?!86)([1-9]\d{7,14})")
#: Of these places people leave the 00 away: it could be theirs, and is asked.
_NEAR = re.compile(r"(?:852|853)\d{8}|886\d{8,9}")
_NEAR_CODES = ("852", "853", "886")
_NUMBER = re.compile(r"\+?\d(?:[\d\- ()x]*\d)?")
_EXTENSION = re.compile(
    r"(?<=\d)[\s)]*(?:转分机号?|转|分机号?|ext(?:ension)?|x|#)[\s.:]*(?=\d)", re.IGNORECASE
)
_DASHES = re.compile(r"\s*[‐-―−~〜ー⁃﹣_]+\s*|\s+-+\s*|-+\s+|--+")
_MASKED = re.compile(r"\d[*•●※]+|\d[x×]{2,}|[*•●※]{2,}\d", re.IGNORECASE)
_EXPONENT = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.IGNORECASE)
_NOTHING = {"", "无", "暂无", "没有", "不详", "未知", "未留", "空", "-", "--", "/", "\\", "n/a", "none"}
#: More groups of digits than any cell of numbers has.
_MOST_GROUPS = 60


@dataclass(frozen=True)
class Number:
    """One number: its digits, what stood in the cell, the words beside it (`张女士`), its extension;
    `between` are words that may be of this number or of the one beside it."""

    digits: str
    raw: str
    label: str = ""
    extension: str = ""
    between: str = ""

    @property
    def kept(self) -> str:
        """As it is written into a row, and compared with others."""
        return f"{self.digits}-{self.extension}" if self.extension else self.digits


@dataclass(frozen=True)
class Numbers:
    """What a cell holds: good numbers, sentences on bad ones, and remarks on what was left out."""

    good: tuple[Number, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: Numbers) -> Numbers:
        seen = {(number.kept, number.label) for number in self.good}
        fresh = tuple(n for n in other.good if (n.kept, n.label) not in seen)
        return Numbers(self.good + fresh, self.problems + other.problems, self.notes + other.notes)


def read_phones(cell: object) -> Numbers:
    """Every number of a cell, which may be text or a number of the sheet.

    >>> [n.kept for n in read_phones("１３８ 7474 3113/0755-8888 8888转801；+852 9123 4567").good]
    ['13874743113', '075588888888-801', '0085291234567']
    """
    if cell is None or isinstance(cell, bool):
        return Numbers()
    if isinstance(cell, int | float):
        return _from_number(cell)
    lines = str(cell).replace("\r", "\n").split("\n")
    text = "\n".join(clean_line(unicodedata.normalize("NFKC", line)) for line in lines).strip()
    if text.lower() in _NOTHING:
        return Numbers()
    if re.fullmatch(r"\d{1,40}\.\d+", text):
        return _from_number(float(text))
    parts = re.split(r"[/、,;|\n\\]+|(?<=\d)\s*[或和&]\s*(?=\d)", text)
    return _sum(_read_part(part.strip()) for part in parts if part.strip().lower() not in _NOTHING)


def kept(text: str) -> str:
    """One phone as it is kept and compared, however it was typed; of what is no whole number its digits.

    >>> kept("+86 139-1111-0001"), kept("021-65430001转8001"), kept("8001")
    ('13911110001', '02165430001-8001', '8001')
    """
    good = read_phones(text).good
    return good[0].kept if len(good) == 1 else digits_in(text)


def compared(text: str) -> str:
    """A whole phone that is looked up and not written down: as kept, but another country's needs no `+`.

    Entry asks, because +1 391 111 0001 is a mobile of ours without it; a look-up that is wrong finds nothing.

    >>> compared("852-9123-4567"), compared("44 20 7946 0958"), compared("139 1111 0001")
    ('0085291234567', '00442079460958', '13911110001')
    """
    digits = digits_in(text)
    if not read_phones(text).good and (abroad := _ABROAD.fullmatch("+" + digits)):
        return "00" + abroad[1]
    return kept(text)


def digits_in(text: str) -> str:
    """The digits of a text: full width, blanks, dashes and brackets fall away."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if c.isascii() and c.isdigit())


def last_four(phone: str) -> str:
    """The last four digits of a kept phone, its extension aside.

    >>> last_four("02165430001-8001")
    '0001'
    """
    return number_of(phone)[-4:]


def number_of(phone: str) -> str:
    """A kept phone without its extension."""
    return phone.partition("-")[0]


def is_mobile(phone: str) -> bool:
    """Whether a kept phone can be sent a text."""
    return bool(_MOBILE.fullmatch(phone))


def asked_for(query: str) -> str:
    """The digits to look for when a phone or a part of one is typed into a search; empty when it is none.

    Whole numbers are read as everywhere; of a part, +86 and 0086 fall away. Digits of another country typed
    without + or 00 stay as typed: what ends so is found with its country and without it.

    >>> asked_for("+86 139-1111-0001"), asked_for("0086 139"), asked_for("021-65430001转8001")
    ('13911110001', '139', '02165430001')
    >>> asked_for("852-9123-4567"), asked_for("+852 9123 4567")
    ('85291234567', '0085291234567')
    """
    good = read_phones(query).good
    if len(good) == 1:
        return good[0].digits
    text = clean_line(unicodedata.normalize("NFKC", query))
    plain = re.sub(r"[\s\-()+‐-―−]", "", text)
    if not (plain.isascii() and plain.isdigit()):
        return ""
    if re.match(r"\(?\+", text) and not plain.startswith("86"):
        plain = "00" + plain
    plain = re.sub(r"^(?:0086|86(?=1[3-9]\d{4}))", "", plain) if not text.startswith("+86") else plain[2:]
    return plain if text.isdigit() or len(plain) >= 7 or re.match(r"\(?(?:\+|00)", text) else ""


def numbers_asked_for(query: str) -> list[str]:
    """All that `asked_for` may be: what looks like an extension may be the end of a longer number.

    >>> numbers_asked_for("44-20-7946-0958"), numbers_asked_for("139 1111 0001"), numbers_asked_for("张三")
    (['44207946', '442079460958'], ['13911110001'], [])
    """
    first = asked_for(query)
    good = read_phones(query).good
    whole = digits_in(query)
    if (
        len(good) == 1
        and good[0].extension
        and len(whole) <= 15
        and not re.search(r"[^\d\s\-()+‐-―−]", query)
    ):
        return [first, whole]
    return [first] if first else []


def _sum(found: Iterable[Numbers]) -> Numbers:
    total = Numbers()
    for numbers in found:
        total += numbers
    return total


def _read_part(part: str) -> Numbers:
    """A part between separators: one number, or several with words or blanks between whole numbers."""
    if _EXPONENT.fullmatch(part):
        return Numbers(problems=(_too_short_form(part),))
    if _MASKED.search(part):
        return Numbers(problems=(_("“%(text)s” hides some of its digits.") % {"text": part},))
    part = _EXTENSION.sub("x", _DASHES.sub("-", part))
    if re.search(r"\d\.\d+\.\d", part):
        part = re.sub(r"(?<=\d)\.(?=\d)", "-", part)  # 139.1111.0001
    runs = list(_NUMBER.finditer(part))
    if not runs:
        return Numbers(problems=(_("“%(text)s” is not a phone number.") % {"text": part},))
    good: list[Number] = []
    notes: tuple[str, ...] = ()
    for run, (label, between) in zip(runs, _labels(part, runs), strict=True):
        found = _numbers_of(run[0])
        if not found:
            return Numbers(problems=(_wrong(run[0]),), notes=notes)
        touches = bool(label) and re.match(r"\S", part[run.end() :]) and _label(part[run.end() :]) == label
        for at, (digits, extension) in enumerate(found, 1):
            its_word = label if touches and at == len(found) or len(found) == 1 else ""
            of_either = between or (label if len(found) > 1 and not touches else "")
            good.append(Number(digits, part, "" if of_either else its_word, extension, of_either))
            if _LOCAL.fullmatch(digits):
                notes += (
                    _("%(number)s is kept as a local landline without area code.") % {"number": digits},
                )
    return Numbers(tuple(good), notes=notes)


def _numbers_of(run: str) -> list[tuple[str, str]]:
    """The numbers of a run of digits in groups; empty when they cannot be told apart.

    As few numbers as the groups allow; two readings with as few are no reading.
    """
    plus = "+" if run.startswith("+") else ""
    groups = re.findall(r"\d+", run)
    between = re.findall(r"(?<=\d)[^\d]+(?=\d)", run)
    marks = ["x" if "x" in b else "-" if "-" in b else " " for b in between]
    if len(groups) > _MOST_GROUPS:
        return []
    # best[n]: the readings of the first n groups that have the fewest numbers
    best: list[list[list[tuple[str, str]]]] = [[[]], *([] for _group in groups)]
    for end in range(1, len(groups) + 1):
        found: list[list[tuple[str, str]]] = []
        for start in range(max(0, end - 7), end):
            if start and marks[start - 1] == "x":
                continue
            first = plus if not start else ""
            if best[start] and (one := _one(first, groups[start:end], marks[start : end - 1])):
                found += [[*reading, one] for reading in best[start]]
        fewest = min(map(len, found), default=0)
        best[end] = [reading for reading in found if len(reading) == fewest][:2]
    return best[-1][0] if len(best[-1]) == 1 else []


def _one(plus: str, groups: list[str], marks: list[str]) -> tuple[str, str] | None:
    """The number that these groups are, and its extension; None when they are not exactly one."""
    whole = "".join(groups)
    tail = groups[-1] if marks and len(groups[-1]) <= 6 else ""
    before = _known(plus + "".join(groups[:-1])) if tail and "x" not in marks[:-1] else None
    if "x" in marks:
        return (before, tail) if before and marks[-1] == "x" else None
    if not plus and groups[0] in _NEAR_CODES and _NEAR.fullmatch(whole):
        return None  # 852-9123-4567 is no landline 8529123 with an extension
    known = _known(plus + whole)
    if known and _FREE.fullmatch(known):
        return known, ""  # 4008-123-123 is not 4008123 with an extension
    if before and marks[-1] == "-" and len(before) >= 7 and _has_extensions(before, groups, plus):
        return before, tail
    if known and _KNOWN.fullmatch(whole) and len(known) <= 8 and min(map(len, groups)) < 3:
        return None  # 1-2-101 and 2-1-10101 are homes
    return (known, "") if known else None


def _has_extensions(number: str, groups: list[str], plus: str) -> bool:
    """Behind a number of another country a dash parts groups, unless it is written as it is kept."""
    return not number.startswith("00") or (not plus and len(groups) == 2 and len(groups[0]) >= 10)


@lru_cache(maxsize=4096)
def _known(plain: str) -> str | None:
    """The digits to keep when the number is whole, else None. +86, 0086 and 86 fall away."""
    if _KNOWN.fullmatch(plain):
        return plain
    if ours := _OURS.fullmatch(plain):
        rest = ours[1]
        for digits in (rest, "0" + rest):
            if (_MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits)) and _KNOWN.fullmatch(digits):
                return digits
        return rest if plain[0] != "8" and _FREE.fullmatch(rest) else None
    if abroad := _ABROAD.fullmatch(plain):
        return "00" + abroad[1]
    return None


def _from_number(value: int | float) -> Numbers:
    """A number the sheet keeps as a number. Once shown as 1.38E+10 its last digits are gone for good,
    so zeros at its end are not trusted: four in a whole number, one after a decimal point."""
    digits = f"{value:.0f}"
    lost = digits.endswith("0000") or (isinstance(value, float) and (value % 1 or digits.endswith("0")))
    if lost:
        return Numbers(problems=(_too_short_form(f"{value:.10G}"),))
    if known := _known(digits):
        return Numbers((Number(known, digits),))
    return Numbers(problems=(_wrong(digits),))


def _too_short_form(text: str) -> str:
    return _(
        "“%(text)s” is a rounded number, its last digits may be lost: write the phone number out as text."
    ) % {"text": text}


def _wrong(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if _NEAR.fullmatch(digits):
        sentence = _("“%(text)s” may be a number of %(place)s: then write it with a plus, +%(digits)s.")
        places = {"852": _("Hong Kong"), "853": _("Macao"), "886": _("Taiwan")}
        return sentence % {"text": text.strip(), "place": places[digits[:3]], "digits": digits}
    if digits.startswith("1"):
        sentence = _("“%(text)s” has %(count)d digits; a mobile number has 11 and starts with 13 to 19.")
    else:
        sentence = _(
            "“%(text)s” has %(count)d digits and is neither a mobile, a landline nor a service number."
        )
    return sentence % {"text": text.strip(), "count": len(digits)}


def _labels(part: str, runs: list[re.Match[str]]) -> list[tuple[str, str]]:
    """Of each number its word, and a word that may be its own as well as its neighbour's.

    Words stand before their numbers throughout (老公139…老婆137…) or behind them; else a bracket, a colon or
    a blank on one side shows to which of two numbers a word between them belongs.
    """
    texts = [part[: runs[0].start()]]
    texts += [part[one.end() : other.start()] for one, other in zip(runs, runs[1:], strict=False)]
    texts.append(part[runs[-1].end() :])
    said = [_label(text) for text in texts]
    words = [""] * len(runs)
    between = [""] * len(runs)
    words[0] = said[0]
    order = bool(said[0]) - bool(said[-1]) if all(said[1:-1]) else 0
    for i in range(1, len(runs)):
        lean = _leans(texts[i])
        if said[i] and (not (order or lean) or order == -lean):
            between[i - 1] = between[i] = said[i]
        elif said[i]:
            words[i if (order or lean) > 0 else i - 1] += said[i]
    words[-1] += said[-1]
    return list(zip(words, between, strict=True))


def _leans(text: str) -> int:
    """Which of two numbers the words between them touch: -1 the one before, 1 the one behind, 0 neither."""
    if re.search(r"[(\[【][^)\]】]*$", text):
        return 1
    if re.match(r"\s*[(\[【]", text):
        return -1
    if re.search(r"[:：]\s*$", text):
        return 1
    return text[:1].isspace() - text[-1:].isspace()


def _label(text: str) -> str:
    """The words beside a number without brackets, colons and words that only say “phone”."""
    text = re.sub(r"[()\[\]【】:;.。'\"‘’“”`*\-\s]", "", text)
    return re.sub(
        r"(?:微信同号|同微信号?|微信号?|手机号?码?|电话号?码?|联系方式|固话|座机|移动|tel|phone|mobile|wechat)",
        "",
        text,
        flags=re.IGNORECASE,
    )
