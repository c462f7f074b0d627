"""The Excel of staff: the template to fill in, and what stands in a filled one. Reads no rows of ours.

One row is one person with one role. Nothing is guessed: a column, a role or a place that is not known
by its exact word is a problem of its row, said with what would be right.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from config.framework.refusals import Refused
from owners.importing.cells import Bad, text_of
from owners.importing.files import Row, Sheet, read_sheets
from staff.roles import Role

MOST_PEOPLE = 500
#: Rows above the headings: a title, a date, a remark.
HEAD_WITHIN = 10
FORMATTED = 300  # rows of the template that offer the words to choose from

#: What a column says: its heading in the template, and other words it goes by.
COLUMNS: dict[str, tuple[object, frozenset[str]]] = {
    "name": (gettext_lazy("Name"), frozenset({"姓名", "员工姓名", "名字", "name"})),
    "username": (
        gettext_lazy("User name"),
        frozenset({"用户名", "登录名", "账号", "帐号", "登录账号", "登录帐号", "username", "login"}),
    ),
    "role": (gettext_lazy("Role"), frozenset({"岗位", "角色", "系统角色", "role"})),
    "estate": (
        gettext_lazy("Estate"),
        frozenset({"小区", "项目", "小区/项目", "所属小区", "所属项目", "estate"}),
    ),
    "department": (gettext_lazy("Department"), frozenset({"部门", "所属部门", "department"})),
    "phone": (
        gettext_lazy("Phone"),
        frozenset({"手机", "手机号", "手机号码", "电话", "联系电话", "phone", "mobile"}),
    ),
    "email": (
        pgettext_lazy("address", "E-mail"),
        frozenset({"邮箱", "电子邮箱", "电子邮件", "邮件", "e-mail", "email"}),
    ),
    "wecom_id": (
        gettext_lazy("WeCom account"),
        frozenset({"企业微信", "企业微信账号", "企业微信帐号", "wecom", "wecomaccount"}),
    ),
}
NEEDED = ("name", "username", "role")
EVERYWHERE = frozenset({"全公司", "整个公司", "公司", "总部", "the whole company", "company", "headquarters"})


class Problem(NamedTuple):
    """What is wrong, and in which cell; empty where the column is not in the file."""

    cell: str
    sentence: str


@dataclass(frozen=True)
class Line:
    """One person as the file says: the row's number, its texts and cells by column, what cannot be read."""

    row: int
    said: dict[str, str]
    cells: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, name: str | None, sentence: str) -> Problem:
        """A sentence that does not say itself which column it is about gets its heading."""
        named = f"{COLUMNS[name][0]}{_(': ')}{sentence}" if name in COLUMNS else sentence
        return Problem(self.cells.get(name or "", ""), named)

    def wrong(self, name: str, sentence: str) -> Problem:
        """A sentence that names its column, or quotes what stands there."""
        return Problem(self.cells.get(name, ""), sentence)


@dataclass(frozen=True)
class StaffList:
    lines: list[Line]
    unread: list[str]  # headings no column goes by, and sheets without headings


def plain(text: str) -> str:
    """A word as it is compared: width, case and blanks do not matter."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def role_of(text: str) -> Role | None:
    """The role of this name, in either language."""
    return _roles().get(plain(text))


def _roles() -> dict[str, Role]:
    found = {role.value.replace("_", ""): role for role in Role}
    for language in ("zh-hans", "en"):
        with override(language):
            found |= {plain(str(role.label)): role for role in Role}
    return found


def _own_words() -> set[str]:
    """What the template's second sheet is called, in either language; nobody is in it."""
    names = set()
    for language in ("zh-hans", "en"):
        with override(language):
            names.add(_("Words to choose from"))
    return names


def is_everywhere(text: str) -> bool:
    return plain(text) in {plain(word) for word in EVERYWHERE}


def read(content: bytes, filename: str) -> StaffList:
    """The people of a file. Raises Refused, at its field, for one that cannot be read as a list of staff."""
    lines: list[Line] = []
    unread: list[str] = []
    found = False
    sheets = read_sheets(content, filename)
    for sheet in sheets:
        rows = [row for row in sheet.rows if not row.is_blank]
        head = next((n for n, row in enumerate(rows[:HEAD_WITHIN]) if _is_head(row)), None)
        if head is None:
            is_told = rows and not sheet.hidden and sheet.name not in _own_words()
            unread += [sheet.name] if is_told else []
            continue
        found = True
        columns = _columns(rows[head], sheet, unread)
        where = f"{sheet.name}!" if _holds_people_too(sheets, sheet) else ""
        for row in rows[head + 1 :]:
            if row.left_out:  # who is hidden or struck out in a list has gone
                unread.append(_("row %(row)s (%(why)s)") % {"row": row.number, "why": row.left_out})
            else:
                lines.append(_line(row, columns, where))
    if not found:
        needed = "、".join(str(COLUMNS[name][0]) for name in NEEDED)
        raise Refused(
            _("No row with the headings %(needed)s was found: take the template.") % {"needed": needed},
            field="file",
        )
    if not lines:
        raise Refused(_("There is nobody in the file."), field="file")
    if len(lines) > MOST_PEOPLE:
        raise Refused(
            _("More than %(n)s people: send one estate at a time.") % {"n": MOST_PEOPLE}, field="file"
        )
    return StaffList(_told_apart(lines), unread)


def _meaning(cell: object) -> str | None:
    try:
        heading = plain(text_of(cell)).rstrip("*").removesuffix("(必填)").removesuffix("(required)")
    except Bad:
        return None
    return next((name for name, (_label, words) in COLUMNS.items() if heading in map(plain, words)), None)


def _is_head(row: Row) -> bool:
    return {_meaning(cell) for cell in row.cells} >= set(NEEDED)


def _holds_people_too(sheets: Sequence[Sheet], but: Sheet) -> bool:
    """Whether another sheet has the headings: a cell is then named with its sheet."""
    return any(
        map(_is_head, (row for sheet in sheets if sheet is not but for row in sheet.rows[:HEAD_WITHIN]))
    )


def _columns(head: Row, sheet: Sheet, unread: list[str]) -> dict[int, str]:
    """Which column says what. Raises Refused for two that say the same."""
    columns: dict[int, str] = {}
    for position, cell in enumerate(head.cells):
        meaning = _meaning(cell)
        if meaning is None:
            unread += [text_of(cell)] if cell is not None and text_of(cell) else []
        elif meaning in columns.values():
            raise Refused(
                _("Two columns of the sheet %(sheet)s say “%(what)s”; leave one.")
                % {"sheet": sheet.name, "what": COLUMNS[meaning][0]},
                field="file",
            )
        else:
            columns[position] = meaning
    return columns


def _line(row: Row, columns: dict[int, str], sheet: str) -> Line:
    places = {name: f"{sheet}{get_column_letter(n + 1)}{row.number}" for n, name in columns.items()}
    line = Line(row.number, {}, places)
    for position, name in columns.items():
        cell = row.cells[position] if position < len(row.cells) else None
        try:
            line.said[name] = text_of(cell)
        except Bad as bad:
            line.said[name] = ""
            line.problems.append(line.problem(name, str(bad)))
    unreadable = {problem.cell for problem in line.problems}
    line.problems.extend(
        line.wrong(name, _("%(what)s is missing.") % {"what": COLUMNS[name][0]})
        for name in NEEDED
        if not line.said[name] and line.cells[name] not in unreadable
    )
    return line


#: What one person alone may have, and what is said to the second.
ONLY_ONE = {
    "username": gettext_lazy(
        "This user name stands in %(cell)s already; a second role is given on the person's page."
    ),
    "email": gettext_lazy("This e-mail address stands in %(cell)s already; everybody has his own, or none."),
    "wecom_id": gettext_lazy(
        "This WeCom account stands in %(cell)s already; everybody has his own, or none."
    ),
}


def _told_apart(lines: Sequence[Line]) -> list[Line]:
    """With a problem at each cell that says what an earlier one says and only one person may have."""
    first: dict[tuple[str, str], str] = {}
    for line in lines:
        for name, sentence in ONLY_ONE.items():
            if not (word := line.said.get(name, "").casefold()):
                continue
            cell = first.setdefault((name, word), line.cells[name])
            if cell != line.cells[name]:
                line.problems.append(line.wrong(name, str(sentence) % {"cell": cell}))
    return list(lines)


def template(roles: Iterable[Role], places: Iterable[tuple[str, Sequence[str]]]) -> bytes:
    """The workbook to fill in, in the active language.

    `roles` and `places`, each an estate with its departments, are offered to choose from.
    """
    places = list(places)
    book = Workbook()
    sheet = book.active
    sheet.title = _("Staff")
    hints = book.create_sheet(_("Words to choose from"))
    grey = PatternFill("solid", fgColor="EEF1F4")
    for column, (name, (label, _words)) in enumerate(COLUMNS.items(), start=1):
        cell = sheet.cell(1, column, f"{label}*" if name in NEEDED else str(label))
        cell.font, cell.fill = Font(bold=True), grey
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = 18
        for row in range(2, FORMATTED + 2):
            sheet.cell(row, column).number_format = "@"  # a phone number is no number
    sheet.freeze_panes = "A2"
    departments = list(dict.fromkeys(name for _estate, names in places for name in names))
    offered = {
        "role": [str(role.label) for role in roles],
        "estate": [estate for estate, _names in places],
        "department": departments,
    }
    for column, (name, words) in enumerate(offered.items(), start=1):
        letter = get_column_letter(column)
        hints.column_dimensions[letter].width = 28
        hints.cell(1, column, str(COLUMNS[name][0])).font = Font(bold=True)
        for row, word in enumerate(words, start=2):
            hints.cell(row, column).value = word
            hints.cell(row, column).data_type = "s"  # a name that begins with = is no formula
        if words:
            choice = DataValidation("list", f"'{hints.title}'!${letter}$2:${letter}${len(words) + 1}")
            choice.showErrorMessage = False  # the check of the file says what is wrong, and why
            place = get_column_letter(list(COLUMNS).index(name) + 1)
            choice.add(f"{place}2:{place}{FORMATTED + 1}")
            sheet.add_data_validation(choice)
    for row, remark in enumerate(_remarks(), start=2):
        hints.cell(row, 5, remark)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _remarks() -> Iterator[str]:
    yield _("One row for each person. The columns with * are needed.")
    yield _("User name: letters, digits and . _ - without blanks; it is what the person signs in with.")
    yield _("Estate: its name or code; empty for roles of the whole company.")
    yield _("Department: as it stands under Settings; may be left empty.")
    yield _(
        "No passwords: everybody gets a link for choosing one, by e-mail, or from you where there is none."
    )
