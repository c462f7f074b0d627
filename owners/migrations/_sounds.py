"""How names were read aloud when their sounds were first kept: a copy that stays as it is, for 0009b."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from itertools import product

os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")

from pypinyin import Style, pinyin  # noqa: E402 after the line above, which it reads

MOST_READINGS = 3
LONGEST = 24
LONGEST_SOUND = 300
LONGEST_PERSON = 4
MOST_SYLLABLES = 8
MOST_TOGETHER = 6
_HAN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003347f]")
_PARTS = re.compile(rf"{_HAN.pattern}|[^\W_]+?(?={_HAN.pattern}|[\W_]|$)")


def name_sounds(name: str) -> str:
    if name.isascii() or not _HAN.search(name):
        return ""
    read = [_readings(part) for part in _PARTS.findall(name[:LONGEST])][:MOST_SYLLABLES]
    words: dict[str, None] = {}
    for said in sorted(product(*map(enumerate, read)), key=_rarity)[:MOST_TOGETHER]:
        words |= dict.fromkeys(_typed([syllable for _place, syllable in said]))
    kept = ""
    for word in words:
        if len(kept) + len(word) < LONGEST_SOUND:
            kept += f" {word}"
    return kept.strip()


@lru_cache(maxsize=16384)
def _readings(part: str) -> tuple[str, ...]:
    if not _HAN.match(part):
        return (part.casefold(),)
    found = pinyin(part, style=Style.NORMAL, heteronym=True)[0]
    return tuple(dict.fromkeys(found[:MOST_READINGS]))


def _rarity(said: tuple[tuple[int, str], ...]) -> int:
    return sum(place for place, _syllable in said)


def _typed(said: list[str]) -> list[str]:
    first = [syllable[0] for syllable in said]
    ways = ["".join(first), "".join(said)]
    if len(said) <= LONGEST_PERSON:
        ways += ["".join(said[:n] + first[n:]) for n in range(1, len(said) - 1)]
        ways += ["".join(first[:n] + said[n:]) for n in range(1, len(said))]
        ways += ["".join(said[1:]), "".join(first[1:])] if len(said) > 2 else said[1:]
    return [way for way in ways if len(way) > 1]
