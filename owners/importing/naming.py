"""Who stands in a name cell: one or several, with what is said of each, or nobody. Pure.

A separator parts two names only where nothing but two names can stand: `M&M洗衣店` and `O'Brien, Séan`
are one each, `张三&李四` are two, and `李四 王五` is refused, since it may be either.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from owners.importing import words
from owners.importing.cells import Bad, text_of
from owners.importing.files import Formula
from owners.names import HAN, clean_name, is_han, perhaps_several

LONGEST = 100
_OUTSIDE = r"(?![^（(【\[]*[）)】\]])"
_HARD = re.compile(rf"[、;；\n\r]+{_OUTSIDE}")
_SOFT = re.compile(rf"\s*([&＆,，/／+＋])\s*{_OUTSIDE}")
_BEHIND = re.compile(r"(?P<name>.+?)\s*[（(【\[](?P<word>[^（(【\[]+)[）)】\]]")
_BEFORE = re.compile(
    r"[（(【\[](?P<word>[^）)】\]]+)[）)】\]]\s*(?P<name>.+)|(?P<said>[^:：]{1,8})[:：]\s*(?P<who>.+)"
)
_BETWEEN = re.compile(rf"(?<=[）)])\s*(?=[{HAN}A-Za-z])")
_KINSHIP = re.compile(r"\b[scdw]/o\b", re.IGNORECASE)


@dataclass(frozen=True)
class Named:
    """One name. `capacity`: by a `word` beside it; `gone`: why he is left out; `remark`: what else it
    says."""

    name: str
    capacity: str | None = None
    gone: str = ""
    remark: str = ""
    of_a_couple: bool = False
    word: str = ""


@dataclass(frozen=True)
class Names:
    """The people of a cell; `nobody` the word that stands in place of a name (开发商); `notes` on it.
    `others`: it speaks of more people than it names (沈国强等3人)."""

    people: tuple[Named, ...] = ()
    nobody: str = ""
    notes: tuple[str, ...] = ()
    others: bool = False

    @property
    def are_several(self) -> bool:
        return len(self.people) > 1 or self.others


def read_names(cell: object) -> Names:
    """Everyone in the cell. Raises Bad where one name cannot be told from two, and for what is no name."""
    if not isinstance(cell, str) or isinstance(cell, Formula):
        cell = text_of(cell)
    text_of(cell)
    found: dict[str, Named] = {}
    notes: tuple[str, ...] = ()
    nobody, more = "", False
    for hard in _HARD.split(cell.replace("\u3000", " ")):
        for part in _apart(hard.strip()):
            if others := words.AND_OTHERS.search(part):
                part, more = part[: others.start()], True
                notes += (_("“%(text)s”: the others are not named.") % {"text": clean_name(hard)},)
            named = _one(part)
            if named is None:
                nobody = nobody or (part if part.strip().lower() not in words.NOTHING else "")
            else:
                found.setdefault(named.name, named)
    people = list(found.values())
    if len(people) > 1 and all(person.of_a_couple for person in people):
        people = [replace(person, capacity=None) for person in people]
    return Names(tuple(people), nobody, notes, more)


def _apart(text: str) -> list[str]:
    """The parts of a text between soft separators, as far as they are names of their own."""
    if words.FIRM.search(text) and not re.search(r"[,，/／]", text):
        return [text]
    pieces = _SOFT.split(text)
    names, marks = pieces[::2], set(pieces[1::2])
    if len(names) > 1 and not _parts(text, names, marks):
        return [text]
    return [half for name in names for half in _couple(name)]


def _parts(text: str, names: list[str], marks: set[str]) -> bool:
    """Whether the names stand for themselves; Bad when that cannot be told."""
    if not all(names):
        return True
    if all(_is_han_name(name) for name in names):
        return True
    if _KINSHIP.search(text):
        return False
    lengths = [len(name.split()) for name in names]
    foreign = not re.search(f"[{HAN}]", text)
    if marks <= set(",，") and foreign:
        if len(names) == 2 and min(lengths) == 1:
            return False  # O'Brien, Séan
    elif marks & set("&＆+＋"):
        if not re.search(r"\s[&＆+＋]\s", text) and (foreign or words.FIRM.search(text)):
            return False  # M&M洗衣店
        if foreign and min(lengths) > 1:
            return True
    else:
        return True
    raise Bad(_doubt(text))


def _is_han_name(text: str) -> bool:
    bare = words.SHARE.sub("", re.sub(r"[（(【\[].*?[）)】\]]", "", text)).strip()
    return "·" in clean_name(bare) or (is_han(bare) and 2 <= len(bare) <= 4 and not words.FIRM.search(bare))


def _couple(text: str) -> list[str]:
    """陆文博（夫）李静（妻） are two; 中国（上海）有限公司 is one."""
    pieces = _BETWEEN.split(text)
    known = [(match := _BEHIND.fullmatch(piece)) and _is_said(match["word"]) for piece in pieces[:-1]]
    return pieces if len(pieces) > 1 and all(known) else [text]


def _names_relative(word: str) -> bool:
    """Whether a relation and what may be a name stand together: 妻王五."""
    if not is_han(word) or words.FIRM.search(word):
        return False
    halves = [(word[:n], word[n:]) for n in range(1, len(word))]
    return any(
        words.capacity_of(kin) == "family" and 2 <= len(name) <= 4
        for one, other in halves
        for kin, name in ((one, other), (other, one))
    )


def _is_said(word: str) -> bool:
    return bool(words.capacity_of(word) or words.DEAD.fullmatch(word) or words.GONE.fullmatch(word)) or bool(
        words.SHARE.fullmatch(word)
    )


def _one(part: str) -> Named | None:
    """One name with what stands beside it; None for nobody."""
    name, capacity, gone, remark, couple = words.SHARE.sub("", clean_name(part)), None, "", "", False
    if match := words.STATUS_BESIDE.fullmatch(name):
        name, remark = match["name"] or match["name2"], match["before"] or match["after"]
    word = ""
    if match := _BEHIND.fullmatch(name):
        bare, word = match["name"], match["word"].strip()
    elif match := _BEFORE.fullmatch(name):
        bare, word = match["name"] or match["who"], (match["word"] or match["said"]).strip()
    if word and _is_said(word):
        name = words.SHARE.sub("", bare).strip()
        capacity = words.capacity_of(word)
        couple = words.plain(word) in words.COUPLE
        gone = word if words.DEAD.fullmatch(word) or words.GONE.fullmatch(word) else ""
    elif word and bare.lower() in words.NOBODY:
        name = bare
    elif _names_relative(re.sub(r"[\s:：]", "", word)):
        raise Bad(_doubt(name))  # 张三（妻李静）
    if remark and words.DEAD.fullmatch(remark):
        gone, remark = remark, ""
    if name.strip().lower() in words.NOBODY:
        return None
    return Named(_checked(clean_name(name)), capacity, gone, remark, couple, word if _is_said(word) else "")


def _checked(name: str) -> str:
    if perhaps_several(name):
        raise Bad(_doubt(name))
    if name.startswith(("=", "@")) or re.search(r"\d{5}", unicodedata.normalize("NFKC", name)):
        raise Bad(_("“%(name)s” is not a name.") % {"name": name})
    if not re.search(r"[^\W\d]", name):
        raise Bad(_("“%(name)s” is not a name.") % {"name": name})
    if len(name) > LONGEST:
        raise Bad(
            _("The name “%(name)s…” is longer than %(count)d characters.")
            % {"name": name[:20], "count": LONGEST}
        )
    return name


def _doubt(name: str) -> str:
    return _("“%(name)s” may be one name or two: put 、 between two names, · inside one.") % {"name": name}
