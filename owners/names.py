"""Names and other words of one line as they are kept, and the key by which names are found. Pure.

A name is kept as it is written, less what nobody sees: characters without a shape, wide blanks, the blank
inside 㛃 明. It is found by its key, which leaves out what people leave out: case, accents, blanks, dots,
apostrophes. Both are total: any text has a clean form, and cleaning it again changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: As long as the columns of keys are; some letters become several.
LONGEST_KEY = 200
#: Ideographs wherever Unicode has them: 𠮷, 㛃, 䶮 and 〇 are as good a name as 李.
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003347f"
_HAN_CHAR = re.compile(f"[{HAN}]")
_HAN_WORDS = re.compile(f"[{HAN}]+(?: [{HAN}]+)+")
#: Written as one character, meant as another: letters and digits of full width, half-width kana, radicals
#: and joined letters out of PDF files, Arabic letters by their shape in the word. Brackets and marks of full
#: width are good Chinese and stay; so do compatibility ideographs, a family's own way to write its name.
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

    >>> clean_line(" 东门\\u200b\\t岗亭 ")
    '东门 岗亭'
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(map(_seen, text)).split())


def clean_name(text: str) -> str:
    """A name as it is kept.

    >>> clean_name("㛃 明"), clean_name("李四 王五"), clean_name("阿卜杜热合曼•买买提艾力")
    ('㛃明', '李四 王五', '阿卜杜热合曼·买买提艾力')
    >>> clean_name("Ｏ'Brien,  Séan\\u200b"), clean_name("\\U00020bb7田美子")
    ("O'Brien, Séan", '𠮷田美子')
    """
    text = _FOLDED.sub(lambda run: unicodedata.normalize("NFKC", run[0]), clean_line(text))
    text = "".join(
        part if _COMPATIBILITY.fullmatch(part) else unicodedata.normalize("NFC", part)
        for part in _COMPATIBILITY.split(text)
    )
    text = _POINT_AS_DOT.sub("·", _MIDDLE_DOTS.sub("·", text)).replace("．", ".")
    return joined(clean_line(text))


def perhaps_several(name: str) -> bool:
    """Whether blanks stand between words of Chinese characters, so that it may be one name or several.

    >>> perhaps_several("李四 王五"), perhaps_several("买买提 艾力"), perhaps_several("㛃 明")
    (True, True, False)
    """
    return bool(_HAN_WORDS.fullmatch(clean_name(name)))


@lru_cache(maxsize=16384)  # more than a company has colleagues: each search compares their names
def name_key(text: str) -> str:
    """What two spellings of a name have in common: letters and digits only, no case, no accents.

    >>> name_key("阿卜杜热合曼・买买提 艾力"), name_key("O’Brien, Séan"), name_key("Ли́ Ван")
    ('阿卜杜热合曼买买提艾力', 'obriensean', 'ливан')
    """
    plain = _LEFT_OUT.sub("", unicodedata.normalize("NFKD", clean_name(text)))
    folded = unicodedata.normalize("NFKC", plain).casefold()
    return ("".join(filter(_is_letter, folded)) or folded.replace(" ", ""))[:LONGEST_KEY]


def name_keys(query: str) -> list[str]:
    """The keys of the words of a search: a name that holds each of them is meant, in whichever order.

    >>> name_keys("Chaminda Vaas"), name_keys("张 三"), name_keys("买买提·艾力")
    (['chaminda', 'vaas'], ['张三'], ['买买提', '艾力'])
    """
    words = re.split(r"[\s·,，、]+", clean_name(query))
    return list(dict.fromkeys(key for word in words if (key := name_key(word))))


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
