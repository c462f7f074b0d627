"""Whose the numbers of a row are. Pure.

The rule: a number is somebody's own only where the row says so. It says so when one person alone stands for
the cell, or when a name or a relation beside the number is that of one person of the row. What is left is
kept, since it reaches somebody of the home, and never as his own:

- A number marked as another person's whom nobody names (老婆, 王阿姨, 张经理): a name is not made up, so it
  is kept with the people of its cell and with the word as it is written.
- So is a number under 配偶电话 with no name beside it: with the owners, as 配偶's.
- Several people and one number, or as many numbers as people: the order says nothing, since offices write
  the numbers as they get them. Each is kept with each of them, as one of which it is not said whose it is;
  so the ledger loads whole, and whoever answers is asked at the first call.

What may belong to either of two numbers (`139… 老婆 138…`) stops the row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from owners.importing import words
from owners.importing.naming import Named, Names
from owners.names import name_key
from owners.phones import Number, Numbers

#: As long as the column that keeps it.
LONGEST_WORD = 20
#: Beside a number: which of his own it is, and no other person.
OF_HIS_OWN = re.compile(
    r"(?:主要?|备用|常用|家|家里|家庭|住宅|宅电|办公室?|单位|公司|工作|国内|国外|境外|香港|澳门|台湾|新|旧|原|最新|现|现用|个人|白天|晚上|夜间|日间"
    r"|已?停机|空号|错号|打不通|无法接通|无人接听|短号|小灵通|传真|[\d一二三]|home|work|office|main|day|evening|new|old|fax)(?:用|的)?",
    re.IGNORECASE,
)
#: Relations that are one and the same, whatever the word; 配偶 is either of the first two.
_KIN = [
    frozenset(["夫", "丈夫", "老公", "先生", "husband"]),
    frozenset(["妻", "妻子", "老婆", "太太", "媳妇", "wife"]),
    frozenset(["儿子", "儿", "son"]),
    frozenset(["女儿", "女", "daughter"]),
    frozenset(["父", "父亲", "爸爸", "爸", "father"]),
    frozenset(["母", "母亲", "妈妈", "妈", "mother"]),
]
_SPOUSE = frozenset(["配偶", "爱人", "spouse"])
_OWNERS = frozenset({"户主", "房主", "业主本人"})
_HIMSELF = words.SELF | words.OWNER_WORDS | _OWNERS


@dataclass(frozen=True)
class Cell:
    """The people of one group of columns with the numbers beside them. `relations`: the words of the columns
    and headings that say who a single person there is; `capacity`: what they are, if no word beside a name
    says otherwise."""

    names: Names
    numbers: Numbers
    capacity: str
    relations: tuple[str, ...] = ()

    @property
    def of_whom(self) -> str:
        """A relation whose name is not given, of a number under 配偶电话."""
        return self.relations[-1] if self.relations and not self.names.people and self.numbers.good else ""


@dataclass
class Theirs:
    """Of each person by name his own numbers and those that are not surely his, with the word beside them;
    and what is to be said and what is wrong."""

    own: dict[str, list[str]] = field(default_factory=dict)
    doubts: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: list[tuple[Names, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unnamed: list[Numbers] = field(default_factory=list)

    def phones(self, name: str) -> tuple[str, ...]:
        """Every number that reaches him, his own first."""
        return tuple(dict.fromkeys([*self.own.get(name, []), *self.doubts.get(name, {})]))

    def doubted(self, name: str) -> tuple[tuple[str, str], ...]:
        own = self.own.get(name, [])
        return tuple(pair for pair in self.doubts.get(name, {}).items() if pair[0] not in own)

    def notes_of(self, names: Names) -> list[str]:
        return [sentence for of, sentence in self.notes if of is names]


def share_out(cells: list[Cell]) -> Theirs:
    """Give every number of a row to whoever it is said to be of."""
    theirs = Theirs()
    owners = next((c for c in cells if c.names.people and c.capacity not in ("family", "tenant")), None)
    for cell in cells:
        if not cell.names.people:
            if not (cell.of_whom and owners):
                continue
            for number in cell.numbers.good:
                theirs.unnamed.append(cell.numbers)
                _doubt(theirs, owners, number, (number.label or cell.of_whom)[:LONGEST_WORD])
            continue
        shared: list[str] = []
        for number in cell.numbers.good:
            if number.between and not OF_HIS_OWN.fullmatch(number.between):
                sentence = _(
                    "“%(text)s”: “%(word)s” may belong to the number before it or behind it. Write it in "
                    "brackets behind its own."
                ) % {"text": number.raw, "word": number.between}
                theirs.wrong += [sentence] if sentence not in theirs.wrong else []
            elif name := _said_of(number, cell, cells):
                theirs.own.setdefault(name, []).append(number.kept)
            else:
                word = "" if _is_of_the_cell(number.label, cell) else number.label[:LONGEST_WORD]
                _doubt(theirs, cell, number, word)
                if not word:
                    shared.append(number.kept)
        _say_shared(theirs, cell, shared)
    return theirs


def _said_of(number: Number, cell: Cell, cells: list[Cell]) -> str:
    """The name of the one person whose own the row says it is, else nothing."""
    label, people = number.label, cell.names.people
    if not _is_of_the_cell(label, cell):
        everyone = [(other, named) for other in cells for named in other.names.people]
        found = {named.name for _c, named in everyone if _names_him(label, named)}
        found = found or {named.name for other, named in everyone if _is_his_word(label, other, named)}
        return found.pop() if len(found) == 1 else ""
    if words.plain(label) in _HIMSELF:
        people = tuple(p for p in people if p.capacity not in ("family", "tenant")) or people
        return people[0].name if len(people) == 1 else ""
    return "" if cell.names.are_several else people[0].name


def _is_of_the_cell(label: str, cell: Cell) -> bool:
    """Whether the word beside a number names nobody but whoever stands in the cell: 本人, 家, 备用; 业主
    where owners stand."""
    word = words.plain(label)
    if word in words.OWNER_WORDS | _OWNERS:
        return cell.capacity not in ("family", "tenant")
    return not word or word in words.SELF or bool(OF_HIS_OWN.fullmatch(word))


def _names_him(label: str, named: Named) -> bool:
    """李静, 李静（妻）."""
    key, his = name_key(label), name_key(named.name)
    rest = key.replace(his, "", 1)
    return his in key and (
        not rest or bool(OF_HIS_OWN.fullmatch(rest)) or words.capacity_of(rest) is not None
    )


def _is_his_word(label: str, cell: Cell, named: Named) -> bool:
    """Whether the word beside a number is the one by which the row says who he is."""
    said = (named.word, *(cell.relations if not cell.names.are_several else ()))
    if any(same_kin(label, word) for word in said):
        return True
    capacity = named.capacity or cell.capacity
    if words.plain(label) in words.OWNER_WORDS | _OWNERS:
        return capacity in ("owner_occupier", "investor")
    return words.capacity_of(label) == capacity == "tenant" and not cell.names.others


def _doubt(theirs: Theirs, cell: Cell, number: Number, word: str) -> None:
    for named in cell.names.people:
        doubts = theirs.doubts.setdefault(named.name, {})
        said = [doubts.get(number.kept, ""), word]
        doubts[number.kept] = "、".join(dict.fromkeys(filter(None, said)))[:LONGEST_WORD]
    if word:
        sentence = _("%(number)s is kept with %(names)s as the number of “%(word)s”, not as their own.")
        note = sentence % {"number": number.kept, "names": _joined(cell), "word": word}
        theirs.notes.append((cell.names, note))


def _say_shared(theirs: Theirs, cell: Cell, shared: list[str]) -> None:
    if not shared:
        return
    sentence = _("%(numbers)s: kept with %(names)s; the register does not say whose it is.")
    if len(cell.names.people) > 1:
        sentence = _("%(numbers)s: kept for each of %(names)s, since the register does not say whose it is.")
    theirs.notes.append((cell.names, sentence % {"numbers": "/".join(shared), "names": _joined(cell)}))


def _joined(cell: Cell) -> str:
    return "、".join(named.name for named in cell.names.people)


def same_kin(one: str, other: str) -> bool:
    """Whether two words name one relation: 妻 and 老婆, 配偶 and either.

    >>> same_kin("妻", "老婆"), same_kin("配偶", "丈夫"), same_kin("儿子", "女儿")
    (True, True, False)
    """
    one, other = words.plain(one), words.plain(other)
    if one == other:
        return bool(one)
    return any(one in kin and other in kin for kin in (*_KIN, _SPOUSE, _KIN[0] | _SPOUSE, _KIN[1] | _SPOUSE))
