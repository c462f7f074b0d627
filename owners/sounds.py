"""How a name is found by whoever types its sound: pinyin, initials, or one of them after the other. Pure.

Unlike a list's options (config/framework/search_keys.py), which the browser compares, names of a register are
found by the database: every way to begin is a word of one column, and what is typed is a word's beginning.
"""

from __future__ import annotations

from itertools import product

from config.framework.search_keys import syllables

#: As long as the column is.
LONGEST_SOUND = 300
#: Names of so many characters are people's: typed in every way. Firms and their like: whole, or initials.
LONGEST_PERSON = 4
#: Characters of a name that are read at all.
MOST_SYLLABLES = 8
#: Of a name whose characters have several readings, the likeliest together.
MOST_TOGETHER = 6


def name_sounds(name: str) -> str:
    """The words by whose beginnings a name is found, with blanks between; empty where nothing is read aloud.

    >>> name_sounds("王建军").split()[:6]
    ['wjj', 'wangjianjun', 'wangjj', 'wjianjun', 'wjjun', 'jianjun']
    >>> "shanxf" in name_sounds("单晓峰").split(), "dxf" in name_sounds("单晓峰").split()
    (True, True)
    >>> name_sounds("锦绣便利店"), name_sounds("Ann Smith")
    ('jxbld jinxiubianlidian jxpld jinxiupianlidian', '')
    """
    read = syllables(name)[:MOST_SYLLABLES]
    words: dict[str, None] = {}
    for said in sorted(product(*map(enumerate, read)), key=_rarity)[:MOST_TOGETHER] if read else []:
        words |= dict.fromkeys(_typed([syllable for _place, syllable in said]))
    kept = ""
    for word in words:
        if len(kept) + len(word) < LONGEST_SOUND:
            kept += f" {word}"
    return kept.strip()


def _rarity(said: tuple[tuple[int, str], ...]) -> int:
    return sum(place for place, _syllable in said)


def _typed(said: list[str]) -> list[str]:
    """The ways to type a name read so: wjj, wangjianjun, wangjj, wjianjun; and the given name's, jianjun."""
    first = [syllable[0] for syllable in said]
    ways = ["".join(first), "".join(said)]
    if len(said) <= LONGEST_PERSON:
        ways += ["".join(said[:n] + first[n:]) for n in range(1, len(said) - 1)]
        ways += ["".join(first[:n] + said[n:]) for n in range(1, len(said))]
        ways += ["".join(said[1:]), "".join(first[1:])] if len(said) > 2 else said[1:]
    return [way for way in ways if len(way) > 1]
