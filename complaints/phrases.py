"""Forbidden phrases 服务忌语: where they stand in what we are about to tell a customer (L4–L6, K11). Pure.

Found is what a reader would call the same words: in any width and case, 您 for 你, with blanks, dots or
dashes put in between. `**` in a phrase stands for a few words of one sentence. Not found is what is quoted
(「…」, “…”): those are the customer's words; and what a phrase is not meant in, 保证 in 不能保证 say. Of
phrases that overlap the longest counts. The time needed grows with the length of the text alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

#: What stands for a few words in a phrase.
GAP = "**"
#: So many characters it stands for at most, in Chinese and in English.
LONGEST_GAP = {"zh": 12, "en": 40}


class Kind(TextChoices):
    FORBIDDEN = "forbidden", _("Not to be said")
    PROMISE = "promise", _("A promise we may not keep")


class Language(TextChoices):
    ZH = "zh", _("Chinese")
    EN = "en", _("English")


@dataclass(frozen=True)
class Phrase:
    """One phrase. `unless`: longer words in which it is not meant; `instead`: what to say, in its tongue."""

    pk: int
    words: str
    language: str
    kind: str = Kind.FORBIDDEN
    why: str = ""
    instead: str = ""
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """A phrase in a text: `written` is what stands there, from `start` to `end`."""

    phrase: Phrase
    start: int
    end: int
    written: str


class Read(NamedTuple):
    """A text as phrases are looked for in it, and of each of its characters the place in the original."""

    text: str
    at: list[int]


# How a text is read ----------------------------------------------------------------------------------

#: Nothing a phrase goes across: the end of a sentence or line, and what was quoted.
WALL = "\n"
_SENTENCE_ENDS = frozenset("。！？!?；;：:\n\r\u2028\u2029")
_DOTS = frozenset(".．·•・‧∙⋅…-‐‑‒–—―_*~～＊＿－'’‘`´^/\\|+=#")
#: What encloses another's words, with the most that is taken for one quotation.
_QUOTED = re.compile(r"「[^「」]{0,300}」|『[^『』]{0,300}』|“[^“”]{0,300}”|(?<!\w)\"[^\"\n]{0,300}\"(?!\w)")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'"})


def _unquoted(text: str) -> str:
    """The text with quotations as walls of the same length."""
    return _QUOTED.sub(lambda quote: WALL * len(quote[0]), text)


def _chinese(text: str) -> Read:
    """Without blanks and dots; commas stay, as one sort of them."""
    read: list[str] = []
    at: list[int] = []
    for place, char in enumerate(text):
        if char in _SENTENCE_ENDS:
            read.append(WALL)
            at.append(place)
            continue
        if char in _DOTS or char.isspace() or unicodedata.category(char) in ("Cf", "Mn", "Cc"):
            continue
        for one in unicodedata.normalize("NFKC", char).casefold():
            if not one.isspace():
                read.append({"您": "你", "、": ",", "，": ","}.get(one, one))
                at.append(place)
    return Read("".join(read), at)


def _english(text: str) -> Read:
    """In small letters, with single blanks; a new line is a blank, as in a letter."""
    read: list[str] = []
    at: list[int] = []
    for place, char in enumerate(text.translate(_APOSTROPHES)):
        if unicodedata.category(char) in ("Cf", "Mn") or char == "-":
            continue
        if char.isspace() and not (char == "\n" and text[place - 1 : place] in ("", "\n")):
            if read and read[-1] not in (" ", WALL):
                read.append(" ")
                at.append(place)
            continue
        for one in unicodedata.normalize("NFKC", WALL if char in _SENTENCE_ENDS else char).casefold():
            read.append(one)
            at.append(place)
    return Read("".join(read), at)


_READ = {"zh": _chinese, "en": _english}


def bare(words: str, language: str) -> str:
    """A phrase as it is compared: two of the same are one phrase.

    >>> bare(" 您要去**部，这不是我们的事。", "zh"), bare("Don’t  know", "en")
    ('你要去**部,这不是我们的事', "don't know")
    """
    return GAP.join(_READ[language](part).text.strip(WALL + " ") for part in words.split(GAP))


# Phrases ready to be looked for -----------------------------------------------------------------------


class _Ready(NamedTuple):
    phrase: Phrase
    pattern: re.Pattern[str]
    #: how far before a hit each word it is not meant in begins, and that word
    unless: tuple[tuple[int, str], ...]


class Finder:
    """Many phrases, ready to be looked for in many texts."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_first: dict[str, dict[str, list[_Ready]]] = {name: defaultdict(list) for name in _READ}
        for phrase in phrases:
            if plain := bare(phrase.words, phrase.language).lstrip("*"):
                self._by_first[phrase.language][plain[0]].append(_ready(phrase, plain))

    def find(self, text: str) -> list[Found]:
        """Every phrase in the text, in its order; one that overlaps a longer one is left out."""
        own = _unquoted(text)
        hits = [
            hit
            for language, by_first in self._by_first.items()
            if by_first
            for hit in _hits(text, _READ[language](own), by_first, language)
        ]
        taken, kept = bytearray(len(text)), []
        for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start, hit.phrase.pk)):
            if not any(taken[hit.start : hit.end]):
                taken[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
                kept.append(hit)
        return sorted(kept, key=lambda hit: hit.start)


def _ready(phrase: Phrase, plain: str) -> _Ready:
    """In Chinese a comma of the phrase may be missing in the text; in English whole words are meant."""
    inside = rf"[^\n]{{0,{LONGEST_GAP[phrase.language]}}}?"
    optional_comma = ",?" if phrase.language == Language.ZH else ","
    parts = (re.escape(part).replace(",", optional_comma) for part in plain.split(GAP))
    pattern = inside.join(parts)
    if phrase.language == Language.EN:
        pattern = rf"(?<!\w){pattern}(?!\w)"
    longer = (bare(words, phrase.language) for words in phrase.unless)
    places = tuple((found.start(), word) for word in longer for found in re.finditer(re.escape(plain), word))
    return _Ready(phrase, re.compile(pattern), places)


def _hits(text: str, read: Read, by_first: dict[str, list[_Ready]], language: str) -> Iterable[Found]:
    for place, char in enumerate(read.text):
        for ready in by_first.get(char, ()):
            found = ready.pattern.match(read.text, place)
            if not found or any(
                place >= before and read.text.startswith(word, place - before)
                for before, word in ready.unless
            ):
                continue
            start, end = read.at[place], read.at[found.end() - 1] + 1
            yield Found(ready.phrase, start, end, text[start:end])


def replaced(text: str, found: Sequence[Found], pk: int) -> str:
    """The text with what is said `instead` in the place of one phrase, wherever it was found."""
    for hit in sorted(found, key=lambda hit: hit.start, reverse=True):
        if hit.phrase.pk == pk and hit.phrase.instead:
            text = text[: hit.start] + hit.phrase.instead + text[hit.end :]
    return text


def fault_in(words: str, language: str, unless: Iterable[str]) -> tuple[str, str] | None:
    """What is wrong with a phrase as it was typed: field and code of the sentence; None when it can be found.

    `short`: hardly anything but the gap; `gap`: it begins or ends with one, or has three in a row;
    `apart`: a word it is not meant in does not contain it.
    """
    plain = bare(words, language)
    if len(re.sub(r"[\W_]", "", plain)) < 2:
        return "words", "short"
    if any(not part.strip(" ,*") or "*" in part for part in plain.split(GAP)):
        return "words", "gap"
    if any(plain not in bare(longer, language) for longer in unless):
        return "unless", "apart"
    return None
