"""How an option of a list is found by whoever types it: readings of Chinese characters, for type-ahead.

Written beside the option and matched in the browser (static/js/choose.js): each syllable may be typed whole
or begun, so that `wangjj`, `wjianjun` and `wjj` all find 王建军. A character with several readings is found
by each of them: 单晓峰 by `shan` and by `dan`. Whatever is written in letters and digits needs no keys.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache

# Words of several characters tell readings apart; here every reading counts, and they would take 44 MB.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")

from pypinyin import Style, pinyin  # noqa: E402 after the line above, which it reads

#: A list is typed in from so many options on; fewer are seen at one glance.
FEWEST = 5
#: Rare readings beyond these are nobody's.
MOST_READINGS = 3
#: So much of an option is found by its sound: names and terms, no sentences.
LONGEST = 24
_HAN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003347f]")
_PARTS = re.compile(rf"{_HAN.pattern}|[^\W_]+?(?={_HAN.pattern}|[\W_]|$)")


@lru_cache(maxsize=16384)  # each is asked for on every page that offers it
def search_keys(label: str) -> str:
    """The readings of what an option says, syllable by syllable; empty where there is nothing to read aloud.

    >>> search_keys("李敏"), search_keys("A座 单元")
    ('li min', 'a zuo dan|chan|shan yuan')
    >>> search_keys("Repairs")
    ''
    """
    return " ".join("|".join(said) for said in syllables(label))


def syllables(label: str) -> list[tuple[str, ...]]:
    """Each character of a label in its readings, the usual one first; letters and digits as they are.

    >>> syllables("单A座")
    [('dan', 'chan', 'shan'), ('a',), ('zuo',)]
    """
    if label.isascii() or not _HAN.search(label):
        return []
    return [_readings(part) for part in _PARTS.findall(label[:LONGEST])]


@lru_cache(maxsize=16384)  # an import asks for some hundred characters ten thousand times
def _readings(part: str) -> tuple[str, ...]:
    if not _HAN.match(part):
        return (part.casefold(),)
    found = pinyin(part, style=Style.NORMAL, heteronym=True)[0]
    return tuple(dict.fromkeys(found[:MOST_READINGS]))
