"""Whether a file is of the estate it is being loaded into.

A column 小区 or 项目 tells homes of two estates apart; where it names one estate, that must be this one. So
must a column of parts (区域, 组团, 管理处), a title, a sheet's or the file's name, as far as they name
another estate the company has. A file that names another one is loaded only when somebody says that it is
of this estate all the same; one that names two is not loaded at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from owners.importing.estate_names import key, same_estate
from owners.importing.reading import EstateNamed, Reading
from staff.models import Estate

#: A name shorter than this may stand in a title by chance.
SHORTEST = 3
LONGEST = 60


@dataclass(frozen=True)
class Elsewhere:
    """The other estate a file names: in what words, its code if it is one of ours, and whether it may be said
    that the file is of this estate all the same."""

    sheet: str
    row: int
    sentence: str
    name: str
    code: str = ""
    may_be_this: bool = True


@dataclass(frozen=True)
class _Found:
    of: EstateNamed
    name: str
    estate: Estate | None


def elsewhere(reading: Reading, estate: Estate) -> Elsewhere | None:
    """The other estate the file is of by its own words; None when it says this one or none. One query."""
    estates = list(Estate.objects.order_by("pk"))
    others = [other for other in estates if other.pk != estate.pk]
    ours = False
    found: list[_Found] = []
    for named in reading.estates:
        hit = (_in_title if named.is_title else _in_cell)(named, estate, others)
        if isinstance(hit, _Found):
            found.append(hit)
        else:
            ours = ours or hit
    if not found and not ours:
        file = EstateNamed("", 0, _("The file's name"), reading.filename, is_title=True)
        hit = _in_title(file, estate, others)
        found = [hit] if isinstance(hit, _Found) else []
    if not found:
        return None
    first, names = found[0], list(dict.fromkeys(hit.name for hit in found))
    if len(names) > 1 or ours:
        names = [estate.name, *names] if ours else names
        sentence = _("The file names several estates (%(names)s): send the rows of one of them at a time.")
        return Elsewhere(
            first.of.sheet, first.of.row, sentence % {"names": "、".join(names[:5])}, first.name, "", False
        )
    return Elsewhere(
        first.of.sheet,
        first.of.row,
        _("“%(header)s” says “%(name)s”, and the file is to be loaded into %(estate)s.")
        % {"header": first.of.header, "name": first.of.value[:LONGEST], "estate": estate.name},
        first.name,
        first.estate.code if first.estate else "",
    )


def _in_cell(named: EstateNamed, estate: Estate, others: Iterable[Estate]) -> _Found | bool:
    """Another estate, or whether the cell names this one."""
    value = key(named.value)
    if _is_exactly(value, estate):
        return True
    exact = next((other for other in others if _is_exactly(value, other)), None)
    alike = exact or next((other for other in others if same_estate(named.value, other.name)), None)
    if not exact and not alike and same_estate(named.value, estate.name):
        return True
    if alike:
        return _Found(named, alike.name, alike)
    return _Found(named, named.value[:LONGEST], None) if named.is_sure else False


def _in_title(named: EstateNamed, estate: Estate, others: Iterable[Estate]) -> _Found | bool:
    """The estates of ours that stand in a text; the longest first, so that 锦绣 is not found in 锦绣花园."""
    text = key(named.value)
    seen: list[Estate] = []
    for one in sorted([estate, *others], key=lambda e: -len(key(e.name))):
        name = key(one.name)
        if name and name in text and (one.pk == estate.pk or len(name) >= SHORTEST):
            seen.append(one)
            text = text.replace(name, "\n")
    if not seen:
        return False
    return any(one.pk == estate.pk for one in seen) or _Found(named, seen[0].name, seen[0])


def _is_exactly(value: str, estate: Estate) -> bool:
    name, code = key(estate.name), estate.code.lower()
    return value in (name, code, code + name, name + code)
