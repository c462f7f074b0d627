"""What the columns of a header row mean, and which of them speak of whom. Pure.

A phone, a relation or a date belongs to the name before it; a word of the header itself (业主电话), or of
the row above it (租户信息), decides before that. What stands behind somebody who is no customer (管家,
车主), or behind a heading that may be somebody (置业推荐), is not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from owners.importing import words
from owners.importing.others import Other, group_over, what_is
from owners.importing.words import Column

Cells = tuple[Any, ...]
_NUMBERED = re.compile(r"[\d一二三四]$")
GROUP_OF = words.GROUP_OF | {"unknown": words.GROUP_OF["other"]}


@dataclass
class Block:
    """The columns of one person: whose (`column` is one of `words.NAMES`), name, phones and the rest.
    `name` None: only a phone is given, as for 紧急联系电话."""

    column: Column
    name: int | None
    phones: list[int] = field(default_factory=list)
    at: dict[Column, int] = field(default_factory=dict)


@dataclass
class Columns:
    """`at` has every position that is read; `apart` those unread that may tell homes apart; `again` those
    that mean what an earlier one means; `unread` those of a person that are not read, each with the column
    of whoever it may belong to; `stop` is why nobody could say whose columns these are."""

    at: dict[Column, list[int]] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    apart: list[int] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    unread: dict[int, int] = field(default_factory=dict)
    stop: str = ""

    def meaning(self, position: int) -> Column | None:
        return next((column for column, positions in self.at.items() if position in positions), None)

    @property
    def same(self) -> tuple[Any, ...]:
        return self.at, self.apart


def read_columns(cells: Cells, groups: list[str | None] | None = None) -> Columns | None:
    """The columns, if this row names some: a room and one thing more. `groups`: the upper row's words."""
    meanings = [words.meaning(cell) for cell in cells]
    known = {meaning for meaning in meanings if meaning}
    villas = any(isinstance(cell, str) and "别墅" in cell and len(cell) < 7 for cell in cells)
    if not ({Column.ROOM, Column.PLACE} & known or villas and Column.BUILDING in known) or len(known) < 2:
        return None
    for position, group in enumerate(groups or []):
        column = meanings[position]
        if group and column and not words.is_owners(cells[position]):
            meanings[position] = GROUP_OF.get(group, {}).get(column, column)
    _tell_contacts(cells, meanings)
    return _Arranging(cells, meanings, groups or []).columns


def _tell_contacts(cells: Cells, meanings: list[Column | None]) -> None:
    """联系人 is the customer where nobody else is named, and somebody else where one is."""
    named = [i for i, meaning in enumerate(meanings) if meaning == Column.NAME]
    contacts = [i for i in named if words.plain(str(cells[i])).startswith(("联系人", "contactname"))]
    if len(contacts) < len(named):
        for i in contacts:
            meanings[i] = Column.CONTACT
    elif contacts:
        for i, cell in enumerate(cells):
            if meanings[i] == Column.CONTACT_PHONE and words.plain(str(cell)).startswith("联系人"):
                meanings[i] = Column.PHONE


class _Arranging:
    """Goes through a header from left to right and gives every column to its person or to the home."""

    def __init__(self, cells: Cells, meanings: list[Column | None], groups: list[str | None]) -> None:
        self.cells, self.groups = cells, groups
        self.columns = Columns()
        self.current: Block | None = None
        #: The column of whoever is no customer, or may be none, since the last name.
        self.other: int | None = None
        self.is_sure = False
        self.before_others: set[int] = set()
        self.early: list[tuple[Column, int]] = []
        self.waiting: dict[Column, list[int]] = {}
        for position, meaning in enumerate(meanings):
            self._take(position, meaning)
        self._settle()

    def _take(self, position: int, meaning: Column | None) -> None:
        header = str(self.cells[position] or "")
        group = self.groups[position] if position < len(self.groups) else None
        if meaning in words.NAMES:
            self._begin(position, meaning)
        elif meaning in words.PHONES:
            self._phone(position, meaning, header)
        elif meaning in words.OF_A_PERSON:
            self._of_a_person(position, meaning)
        elif meaning == Column.REMARK:
            self._read(meaning, position)
        elif meaning:
            if meaning in self.columns.at:
                self.columns.again.append(position)
            else:
                self._read(meaning, position)
        else:
            if words.tells_apart(header):
                self.columns.apart.append(position)
            else:
                self._no_customer(position, header, group)

    def _no_customer(self, position: int, header: str, group: str | None) -> None:
        """A column no list knows. A thing changes nothing; a number of somebody's is his."""
        what = what_is(header) if header.strip() else Other.THING
        if group in ("other", "unknown"):
            what = Other.SOMEBODY
        is_phone = bool(words.PHONE_WORD.search(words.plain(header)))
        if is_phone:
            self.columns.unread[position] = position
        if what == Other.THING:
            return
        if not is_phone:
            self.before_others.add(position - 1)
        self.other, self.is_sure = position, self.is_sure or what == Other.SOMEBODY

    def _read(self, meaning: Column, position: int) -> None:
        self.columns.at.setdefault(meaning, []).append(position)

    def _begin(self, position: int, meaning: Column) -> None:
        self._read(meaning, position)
        block = Block(meaning, position, self.waiting.pop(meaning, []))
        if not any(b.name is not None for b in self.columns.blocks):
            for column, early in self.early:
                if column == Column.PHONE:
                    block.phones.append(early)
                else:
                    block.at.setdefault(column, early)
        self.columns.blocks.append(block)
        self.current, self.other, self.is_sure = block, None, False

    def _last(self, meaning: Column) -> Block | None:
        return next((b for b in reversed(self.columns.blocks) if b.column == meaning), None)

    def _phone(self, position: int, meaning: Column, header: str) -> None:
        whose = words.PHONES[meaning]
        if whose is None and words.is_owners(header):
            whose = Column.NAME
        if whose is None and self.other is not None:
            self.columns.unread[position] = self.other
            return
        self._read(meaning, position)
        if whose is None:
            if numbered := self._numbered(header):
                numbered.phones.append(position)
            elif self.current:
                self.current.phones.append(position)
            else:
                self.early.append((meaning, position))
        elif self.current and self.current.column == whose:
            self.current.phones.append(position)
        elif block := self._last(whose):
            block.phones.append(position)
        else:
            self.waiting.setdefault(whose, []).append(position)

    def _of_a_person(self, position: int, meaning: Column) -> None:
        if self.other is not None and (self.is_sure or meaning == Column.RELATION):
            self.columns.unread[position] = self.other
            if not self.is_sure:
                self._stop_at(position)
            return
        block = self.current
        if block and block.column == Column.CONTACT and meaning != Column.RELATION:
            block = self._last(Column.NAME) or block
        if block is None:
            self.early.append((meaning, position))
        elif meaning in block.at:
            return
        else:
            block.at[meaning] = position
        self._read(meaning, position)

    def _numbered(self, header: str) -> Block | None:
        """Of 业主1, 业主2, 电话1, 电话2 the name with the number of this phone, as long as it has none."""
        number = _NUMBERED.search(header.strip())
        for block in self.columns.blocks:
            if number and block.name is not None and not block.phones and block is not self.current:
                other = _NUMBERED.search(str(self.cells[block.name]).strip())
                if other and other[0] == number[0]:
                    return block
        return None

    def _stop_at(self, position: int) -> None:
        """A relation left out would make owners of relatives."""
        self.columns.stop = _(
            "It is not clear whose relation “%(header)s” is: it stands behind “%(other)s”. Put it directly "
            "behind its name."
        ) % {"header": self.cells[position], "other": self.cells[self.other or 0]}

    def _settle(self) -> None:
        """What waited for a name that never came; and whether phones stand before names or behind them."""
        blocks = self.columns.blocks
        for column, positions in self.waiting.items():
            blocks.append(Block(column, None, positions))
        plain = {i for i in self.columns.at.get(Column.PHONE, []) if not words.is_owners(self.cells[i])}
        before = {i for column, i in self.early if column == Column.PHONE}
        people = [block for block in blocks if block.name is not None]
        for one, other in zip(people, people[1:], strict=False):
            if one.column == other.column and not one.phones and len(other.phones) > 1:
                self.columns.stop = _(
                    "It is not clear whose number “%(header)s” is: two names stand before it. Put "
                    "each behind its name."
                ) % {"header": self.cells[other.phones[0]]}
        if before and not people:
            blocks.append(Block(Column.NAME, None, sorted(before)))
        if len(people) > 1 and before and not people[-1].phones and plain - before:
            self.columns.stop = _(
                "It is not clear whose number “%(header)s” is: the phone columns stand before some names and "
                "behind others. Put each behind its name."
            ) % {"header": self.cells[min(plain - before)]}
        if before and people and (asked := sorted(plain & self.before_others)):
            self.columns.stop = _(
                "It is not clear whose number “%(header)s” is: the one before it stands before its name, so "
                "this may belong to “%(other)s”. Put each behind its name."
            ) % {"header": self.cells[asked[0]], "other": self.cells[asked[0] + 1]}


def groups_over(upper: Cells, lower: Cells) -> list[str | None]:
    """The upper word over each lower column. A cell over several columns is filled in the first only."""
    found: list[str | None] = []
    group = None
    for position, below in enumerate(lower):
        above = upper[position] if position < len(upper) else None
        if above not in (None, ""):
            group = group_over(above)
        elif below in (None, ""):
            group = None
        found.append(group)
    return found


def repeated(cells: Cells) -> tuple[int, int] | None:
    """Where the same headings begin, and how many, when a table stands twice side by side: each with a room
    of its own. Columns before them belong to both."""
    texts = [words.plain(str(cell)) if cell else "" for cell in cells]
    for first in range(len(texts)):
        for width in range(2, len(texts) - first):
            # A blank column between two tables is one of the first's.
            one, two = texts[first : first + width], texts[first + width : first + 2 * width]
            two += [""] * (width - len(two))
            rooms = {words.meaning(cell) for cell in cells[first : first + width]}
            if (
                one == two
                and texts[first]
                and {Column.ROOM, Column.PLACE} & rooms
                and len(rooms - {None}) > 1
            ):
                return first, width
    return None
