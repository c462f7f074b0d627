"""What a case is about, in the few words of its page's heading. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Where a heading may end by itself.
SENTENCE_END = re.compile(r"(?<=[。！？!?；])|(?<=\.)\s|\n")
#: How long it is at most, and at least where it ends by itself, in columns; a Chinese character takes two.
LONGEST, SHORTEST = 72, 20


@dataclass(frozen=True)
class Subject:
    """`is_all`: the complaint says no more than this."""

    words: str
    is_all: bool = False


def subject_of(content: str) -> Subject:
    """A short complaint whole; of a longer one the first sentence, or what of it a heading holds.

    >>> subject_of("电梯困人。").is_all
    True
    >>> subject_of("三号楼电梯停在十二层，里面有人。" + "门打不开，呼叫没有人应。" * 5).words
    '三号楼电梯停在十二层，里面有人。'
    """
    words = " ".join(content.split())
    if columns(words) <= LONGEST:
        return Subject(words, is_all=True)
    first = SENTENCE_END.split(content.strip(), maxsplit=1)[0].strip()
    if SHORTEST <= columns(first) <= LONGEST:
        return Subject(first)
    taken = 0
    for end, letter in enumerate(words):
        taken += columns(letter)
        if taken >= LONGEST:
            return Subject(words[:end].rstrip() + "…")
    return Subject(words, is_all=True)


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
