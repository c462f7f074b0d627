"""The people of one row: owner, tenant, relatives, and who is only to be called. Pure."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from owners.importing import words
from owners.importing.cells import Remark, When, date_of, is_firm, text_of
from owners.importing.columns import Block
from owners.importing.naming import Named, Names, read_names
from owners.importing.reading import Person
from owners.importing.row_reader import RowReader
from owners.importing.whose import Cell, share_out
from owners.importing.words import Column
from owners.phones import Numbers, read_phones

_WHAT_OF_HIM = re.compile(r"(?:姓名|联系|手机|电话|号码?|方式|phone|name|\s|\d)+", re.IGNORECASE)
_DEFAULT = {Column.TENANT: "tenant", Column.FAMILY: "family"}


def read_people(reader: RowReader, remark: Remark) -> tuple[tuple[Person, ...], Numbers, bool]:
    """Everyone the row names, each with his numbers; all those numbers; and whether it says in so many words
    that nobody lives there or somebody left, so that a number without a name is no mistake."""
    blocks = _blocks(reader, remark)
    known = {person.name for _b, names, _n in blocks for person in names.people}
    let = any(block.column == Column.TENANT and names.people for block, names, _n in blocks)
    contact = _contact(reader)
    if contact and not known:
        reader.notes.append(_("“%(text)s” is not kept: nobody is named.") % {"text": contact})
    people: dict[str, Person] = {}
    kept, settled = Numbers(), False
    said = [_capacity(reader, block, remark, let=let) for block, _names, _numbers in blocks]
    theirs = share_out(
        [
            Cell(names, numbers, capacity, _relations(reader, block))
            for (block, names, numbers), (capacity, _u, _g) in zip(blocks, said, strict=True)
        ]
    )
    reader.wrong += theirs.wrong
    for (block, names, numbers), (capacity, uses_it, gone) in zip(blocks, said, strict=True):
        reader.notes += names.notes
        ends = _day(reader, block, Column.MOVED_OUT)
        if names.nobody:
            settled = True
            _say_nobody(reader, names.nobody, numbers)
            if not names.people:
                continue
        if not names.people:
            if any(numbers is kept_so for kept_so in theirs.unnamed):
                kept += numbers
            else:
                _say_nameless(reader, block, numbers)
            continue
        moved_in = _moved_in(reader, block, ends)
        stays = []
        for named in names.people:
            why = named.gone or gone
            if why and (not ends or words.DEAD.fullmatch(named.gone)):
                settled = True
                _say_gone(reader, named.name, why, () if names.are_several else theirs.phones(named.name))
                continue
            stays.append(named)
            people.setdefault(
                named.name,
                Person(
                    name=named.name,
                    capacity=named.capacity if named.capacity and _says_more(named, capacity) else capacity,
                    phones=theirs.phones(named.name),
                    is_firm=is_firm(named.name, [n.digits for n in numbers.good]),
                    moved_in=moved_in,
                    moved_out=ends,
                    uses_it=uses_it,
                    remark=_remark(block, named, remark, contact),
                    doubts=theirs.doubted(named.name),
                ),
            )
        if stays:
            kept += numbers
            reader.notes += theirs.notes_of(names)
    return tuple(people.values()), kept, settled


def _blocks(reader: RowReader, remark: Remark) -> list[tuple[Block, Names, Numbers]]:
    """Who stands in which block of the row, with what numbers; a tenant may stand in the remark only."""
    blocks = [
        (block, _names(reader, block), _numbers(reader, block))
        for block in reader.table.header.blocks
        if block.column != Column.CONTACT
    ]
    if not any(names.people for block, names, _n in blocks if block.column == Column.TENANT):
        tenants = reader.attempt(read_names, remark.tenants, default=Names())
        if tenants.people:
            block = Block(Column.TENANT, None)
            blocks = [b for b in blocks if b[0].column != Column.TENANT or b[2].good]
            blocks.append((block, tenants, _read(reader, [remark.tenant_phones])))
    return blocks


def _moved_in(reader: RowReader, block: Block, ends: When | None) -> When | None:
    moved_in = _day(reader, block, Column.MOVED_IN) or _handed_over(reader, block)
    if moved_in and ends and ends.date < moved_in.date:
        reader.wrong.append(_("He moved out before he moved in."))
    return moved_in


def _say_nameless(reader: RowReader, block: Block, numbers: Numbers) -> None:
    """What stands in a block that names nobody."""
    if numbers.good and not _is_filled(reader, block):
        reader.wrong.append(_("There is a phone but no name."))
    elif block.at and _day(reader, block, Column.MOVED_IN):
        reader.notes.append(_("The move-in date is not kept: nobody is named."))


def _is_filled(reader: RowReader, block: Block) -> bool:
    """Whether something stands for a name: what is wrong with it was said already, or it is `无`."""
    cells = reader.table.cells(reader.row, [block.name]) if block.name is not None else []
    return bool(cells) and str(cells[0]).strip().lower() not in words.NOTHING


def _names(reader: RowReader, block: Block) -> Names:
    cells = reader.table.cells(reader.row, [block.name]) if block.name is not None else []
    return reader.attempt(read_names, cells[0], default=Names()) if cells else Names()


def _numbers(reader: RowReader, block: Block) -> Numbers:
    return _read(reader, reader.table.cells(reader.row, block.phones))


def _read(reader: RowReader, cells: list[Any]) -> Numbers:
    found = Numbers()
    for cell in cells:
        is_text = not isinstance(cell, int | float)
        found += read_phones(reader.attempt(_lines, cell, default="") if is_text else cell)
    reader.wrong += found.problems
    reader.notes += found.notes
    return found


def _lines(cell: object) -> str:
    """The cell's text with its line breaks, which separate numbers."""
    text_of(cell)
    return str(cell or "")


def _relations(reader: RowReader, block: Block) -> tuple[str, ...]:
    """By which words the columns say who their one person is: 妻, or the heading 配偶姓名."""
    cells = (_at(reader, block, column) for column in (Column.RELATION, Column.CAPACITY))
    said = [cell.strip() for cell in cells if isinstance(cell, str)]
    if block.column == Column.FAMILY and (block.name is not None or block.phones):
        heading = reader.table.heading(block.phones[0] if block.name is None else block.name)
        said.append(_WHAT_OF_HIM.sub("", heading))
    return tuple(filter(None, said))


def _at(reader: RowReader, block: Block, column: Column) -> Any:
    position = block.at.get(column)
    return next(iter(reader.table.cells(reader.row, [position])), None) if position is not None else None


def _day(reader: RowReader, block: Block, column: Column) -> When | None:
    return reader.attempt(date_of, _at(reader, block, column), reader.table.sheet.epoch, default=None)


def _handed_over(reader: RowReader, block: Block) -> When | None:
    """The day of the keys stands for the day of moving in where the ledger has no other."""
    return None if Column.MOVED_IN in reader.table.at else _day(reader, block, Column.HANDED_OVER)


def _says_more(named: Named, capacity: str) -> bool:
    """Whether the word behind the name tells more than its column: （业主） of a let home does not."""
    return bool(named.capacity) and not (named.capacity == "owner_occupier" and capacity == "investor")


def _capacity(reader: RowReader, block: Block, remark: Remark, *, let: bool) -> tuple[str, bool, str]:
    """What the people of a column are where no word beside a name says so; whether the ledger says that they
    use it themselves; and the word by which they are gone."""
    kind = reader.attempt(text_of, _at(reader, block, Column.CAPACITY), default="")
    relation = reader.attempt(text_of, _at(reader, block, Column.RELATION), default="")
    gone = next((word for word in (kind, relation) if words.GONE.fullmatch(word)), "")
    tenants = block.column == Column.TENANT
    capacity = None if gone else _of_two(reader, kind, relation)
    gone = gone or (remark.tenant_gone if tenants or capacity == "tenant" else remark.gone)
    uses_it = words.plain(kind) in words.USES_IT or words.plain(relation) in words.USES_IT
    if block.column in _DEFAULT:
        return capacity if capacity == "family" else _DEFAULT[block.column], False, gone
    if not capacity and remark.capacity and not gone:
        reader.wrong.append(
            _(
                "“%(word)s” stands in a column that is read as a remark: does it mean the person, or the use"
                " of the home? Write it under 客户类型 or 与业主关系, or the home as 已出租."
            )
            % {"word": remark.capacity}
        )
    if not capacity and remark.merchant:
        return "merchant", False, gone
    if capacity in (None, "owner_occupier") and not uses_it and (remark.let or remark.investor or let):
        return "investor", False, gone
    return capacity or "owner_occupier", uses_it, gone


def _of_two(reader: RowReader, kind: str, relation: str) -> str | None:
    """客户类型 beside 与业主关系: 本人 leaves it to the first, 配偶 is family in whatever home."""
    if words.plain(kind) in words.SAYS_NOTHING:
        kind = ""
    by_kind, by_relation = words.capacity_of(kind), words.capacity_of(relation)
    for word, capacity in ((kind, by_kind), (relation, by_relation)):
        if word and not capacity and not (word == relation and words.plain(word) in words.SELF):
            reader.wrong.append(
                _("“%(word)s” is no known relation; known are 业主, 投资业主, 租户, 家属, 商户, 准业主.")
                % {"word": word}
            )
    word = words.plain(relation)
    if not by_kind or not relation:
        return by_kind or by_relation
    if word in words.SELF:
        return by_kind
    if word in words.OWNER_WORDS:
        if by_kind in ("tenant", "family"):
            reader.wrong.append(
                _("“%(kind)s” and “%(relation)s” do not agree.") % {"kind": kind, "relation": relation}
            )
        return by_kind
    return by_relation


def _contact(reader: RowReader) -> str:
    """Who is only to be called when nobody else can be: kept in words, his number is nobody else's."""
    said = []
    for block in reader.table.header.blocks:
        if block.column == Column.CONTACT:
            positions = [
                i for i in (block.name, *block.phones, block.at.get(Column.RELATION)) if i is not None
            ]
            cells = reader.table.cells(reader.row, positions)
            said.append(" ".join(filter(None, (reader.attempt(text_of, c, default="") for c in cells))))
    text = "；".join(filter(None, said))
    return _("Contact person: %(text)s") % {"text": text} if text else ""


def _remark(block: Block, named: Named, remark: Remark, contact: str) -> str:
    parts = [named.remark]
    if block.column == Column.NAME:
        parts += [remark.rest, contact]
    return "，".join(filter(None, parts))[:200]


def _say_gone(reader: RowReader, name: str, why: str, numbers: tuple[str, ...]) -> None:
    sentence = _("%(name)s is left out: “%(why)s”, and no day is given.")
    if words.DEAD.fullmatch(why):
        sentence = _("%(name)s is left out: “%(why)s”. Enter who holds the home now.")
    reader.notes.append(sentence % {"name": name, "why": why})
    if numbers:
        reader.notes.append(_("%(numbers)s is not kept.") % {"numbers": "/".join(numbers)})


def _say_nobody(reader: RowReader, word: str, numbers: Numbers) -> None:
    if numbers.good:
        reader.notes.append(
            _("“%(word)s” is nobody; %(numbers)s is not kept.")
            % {"word": word, "numbers": "/".join(n.kept for n in numbers.good)}
        )
