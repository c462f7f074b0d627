"""How names and phones were read when they were first cleaned in the tables: a copy that stays as it is, for
the migrations 0007 of owners and 0039 of complaints."""

from __future__ import annotations

import re
import unicodedata

#: As long as the columns of keys are; some letters become several.
LONGEST_KEY = 200
#: Ideographs wherever Unicode has them: 𠮷, 㛃, 䶮 and 〇 are as good a name as 李.
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003347f"
_HAN_CHAR = re.compile(f"[{HAN}]")
#: Written as one character, meant as another: letters and digits of full width, half-width kana, radicals
#: and joined letters out of PDF files, Arabic letters by their shape in the word. Brackets and marks of full width
#: are good Chinese and stay; so do compatibility ideographs, which are a family's own way to write its name.
_FOLDED = re.compile(
    "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uff9f\u2e9f\u2ef3\u2f00-\u2fd5\ufb00-\ufb06\ufb50-\ufdc7\ufe70-\ufefc]+"
)
_COMPATIBILITY = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_MIDDLE_DOTS = re.compile(r"\s*[·•‧∙⋅・･ㆍ᛫⸱・]\s*")
_POINT_AS_DOT = re.compile(f"(?<=[{HAN}])\\s*[.．。]\\s*(?=[{HAN}])")
#: Accents, Arabic vowel signs and the stretcher, and the selectors of one shape among variants.
_LEFT_OUT = re.compile("[\u0300-\u036f\u064b-\u065f\u0670\u0640\ufe00-\ufe0f\U000e0100-\U000e01ef]")
#: Removed without a trace: format characters, half characters, and what Unicode says is none. Characters
#: that this Python does not know yet may be a new ideograph and stay.
_NO_CHARACTER = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")


def clean_line(text: str) -> str:
    """One line of text without what nobody sees: no control and format characters, single blanks.

    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(map(_seen, text)).split())


def clean_name(text: str) -> str:
    """A name as it is kept.

    """
    text = _FOLDED.sub(lambda run: unicodedata.normalize("NFKC", run[0]), clean_line(text))
    text = "".join(
        part if _COMPATIBILITY.fullmatch(part) else unicodedata.normalize("NFC", part)
        for part in _COMPATIBILITY.split(text)
    )
    text = _POINT_AS_DOT.sub("·", _MIDDLE_DOTS.sub("·", text)).replace("．", ".")
    return joined(clean_line(text))




def name_key(text: str) -> str:
    """What two spellings of a name have in common: letters and digits only, no case, no accents.

    """
    plain = _LEFT_OUT.sub("", unicodedata.normalize("NFKD", clean_name(text)))
    folded = unicodedata.normalize("NFKC", plain).casefold()
    return ("".join(filter(_is_letter, folded)) or folded.replace(" ", ""))[:LONGEST_KEY]




def is_han(text: str) -> bool:
    """Whether every character is an ideograph."""
    return bool(text) and all(map(_HAN_CHAR.match, text))


def _is_letter(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char).startswith("M") or is_han(char)


def _seen(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cf", "Cs") or _NO_CHARACTER.match(char):
        return ""
    return " " if category in ("Cc", "Zs", "Zl", "Zp") else char


def joined(name: str) -> str:
    """张 三 and 李 小 明 are one name each; 李四 王五 stays as it is written."""
    words = name.split(" ")
    short = sum(len(word) == 1 for word in words)
    if all(map(is_han, words)) and (short == len(words) <= 3 or (len(words) == 2 and short)):
        return "".join(words)
    return name


def clean_phone(phone: str) -> str:
    """A stored phone without +86 or 0086, and with 00 before the number of a neighbour."""
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in phone)
    digits = re.sub(r"^(?:00)?86(?=1[3-9]\d{9}$|0[1-9]\d{8,10}$)", "", digits)
    return "00" + digits if re.fullmatch(r"(?:852|853)\d{8}|886\d{9}", digits) else digits


def clean_rows(rows, columns, chunk=1000):
    """Clean and save the named columns of a queryset: a column's cleaner gives its value from the row."""
    changed = []
    for row in rows.iterator(chunk_size=chunk):
        new = {column: cleaner(row) for column, cleaner in columns.items()}
        if any(getattr(row, column) != value for column, value in new.items()):
            for column, value in new.items():
                setattr(row, column, value)
            changed.append(row)
        if len(changed) >= chunk:
            rows.model.objects.bulk_update(changed, list(columns))
            changed = []
    if changed:
        rows.model.objects.bulk_update(changed, list(columns))
