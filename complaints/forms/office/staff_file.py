"""A list of staff against the places there are: who would be hired as what, and which row is wrong."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from complaints.forms.office.settings import Asked
from complaints.staff_list import Line, Problem, is_everywhere, plain, role_of
from config.framework.refusals import Refused
from owners.actions import one_phone
from owners.importing.files import MAX_BYTES
from staff.actions import may_give, why_not_hired
from staff.models import Department, Estate, User
from staff.permissions import Permissions
from staff.roles import Role
from staff.training_rows import TrainingCourse

#: Roles that hold in the whole company when no estate is named.
OF_THE_COMPANY = frozenset({Role.GENERAL_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR})
KEPT = 24 * 60 * 60  # seconds between looking and loading
CONTACT = ("phone", "email", "wecom_id")
LOGIN = ("name", "username", *CONTACT)


class StaffFileForm(Asked):
    file = forms.FileField(
        label=gettext_lazy("List of staff"),
        help_text=gettext_lazy("The template, filled in: an Excel workbook (.xlsx) or a text table (.csv)."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(size)d MB; send one estate or one building at a time.")
                % {"size": MAX_BYTES // 1024 // 1024}
            )
        return file


@dataclass(frozen=True)
class Row:
    """One line of the list, understood: what `hire` is asked, and what is wrong with it."""

    line: Line
    asked: dict[str, Any]
    problems: list[Problem]
    lacks: list[str] = field(default_factory=list)  # training its role requires: somebody new has passed none

    def refuse(self, refusals: list[Refused]) -> None:
        self.problems.extend(self.line.problem(refusal.field, str(refusal)) for refusal in refusals)

    @property
    def role(self) -> str:
        role = self.asked.get("role")
        return str(role.label) if role else self.line.said["role"]

    @property
    def place(self) -> str:
        department, estate = self.asked.get("department"), self.asked.get("estate")
        if department:
            return f"{department.estate} · {department}" if department.estate else str(department)
        if estate:
            return str(estate)
        said = (self.line.said.get("estate", ""), self.line.said.get("department", ""))
        return " · ".join(word for word in said if word) or (
            _("The whole company") if self.asked.get("role") else ""
        )

    @property
    def contact(self) -> str:
        return " · ".join(self.line.said[name] for name in CONTACT if self.line.said.get(name))


class Places:
    """The estates and departments in which `person` gives roles, found by what people call them."""

    def __init__(self, person: Permissions) -> None:
        self.person = person
        self.estates: dict[str, list[Estate]] = defaultdict(list)
        self.names: list[str] = []
        self.departments: dict[int | None, dict[str, list[Department]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self.department_names: dict[int | None, list[str]] = defaultdict(list)
        mine = [
            estate
            for estate in Estate.objects.order_by("name")
            if any(may_give(person, role, estate.pk) for role in Role)
        ]
        for estate in mine:
            self.names.append(estate.name)
            for word in {plain(estate.name), plain(estate.code)}:
                self.estates[word].append(estate)
        reach = {estate.pk for estate in mine} | ({None} if may_give(person, Role.AUDITOR, None) else set())
        for department in Department.objects.select_related("estate").order_by("name"):
            if department.estate_id in reach:
                self.department_names[department.estate_id].append(str(department))
                for word in {plain(department.name), plain(department.name_en)} - {""}:
                    self.departments[department.estate_id][word].append(department)

    def scope(self, line: Line, role: Role | None) -> tuple[dict[str, Any], list[Problem]]:
        """Where the role holds; or why that cannot be said. None: the role is not known yet."""
        word, department = line.said.get("estate", ""), line.said.get("department", "")
        estate: Estate | None = None
        if word and not is_everywhere(word):
            found = self.estates.get(plain(word), [])
            if len(found) > 1:
                sentence = _("Several estates are called “%(word)s”: write the code.") % {"word": word}
                return {}, [line.wrong("estate", sentence)]
            if not found:
                known = pgettext("between names", ", ").join(self.names[:8]) or "–"
                sentence = _("“%(word)s” is no estate here: %(known)s.") % {"word": word, "known": known}
                return {}, [line.wrong("estate", sentence)]
            estate = found[0]
        elif not word and not department and role and role not in OF_THE_COMPANY:
            sentence = _("The estate is missing; for the whole company write 全公司.")
            return {}, [line.wrong("estate", sentence)]
        if not department:
            return ({"estate": estate} if estate else {}), []
        within = estate.pk if estate else None
        named = self.departments[within].get(plain(department), [])
        if len(named) == 1:
            return {"department": named[0]}, []
        known = pgettext("between names", ", ").join(self.department_names[within][:8]) or "–"
        sentence = (
            _("“%(word)s” is no department there: %(known)s.")
            if estate or named
            else _("“%(word)s” is no department of headquarters; say the estate.")
        )
        return {}, [line.wrong("department", sentence % {"word": department, "known": known})]


def understand(lines: list[Line], person: Permissions, at: datetime) -> list[Row]:
    """Each line with what would be asked and everything that stands against it, so that a file is
    corrected once. What one wrong cell leaves open is not asked: no role, no question who may give it."""
    places, courses = Places(person), list(TrainingCourse.objects.filter(is_active=True))
    rows = []
    for line in lines:
        row = Row(line, {name: line.said.get(name, "") for name in LOGIN}, list(line.problems))
        role = role_of(line.said["role"]) if line.said["role"] else None
        if line.said["role"] and role is None:
            known = pgettext("between names", ", ").join(str(one.label) for one in Role)
            sentence = _("“%(word)s” is no role: %(known)s.") % {"word": line.said["role"], "known": known}
            row.problems.append(line.wrong("role", sentence))
        scope, wrong = places.scope(line, role)
        row.problems.extend(wrong)
        if role and not wrong:
            row.asked.update(scope, role=role)
            row.lacks.extend(str(one) for one in courses if role in one.roles)
        try:
            row.asked["phone"] = one_phone(row.asked["phone"])
        except Refused as refusal:
            row.refuse([refusal])
            row.asked["phone"] = ""
        row.refuse(why_not_hired(giver=person, at=at, **row.asked))
        row.problems.sort(key=lambda problem: problem.cell)
        rows.append(row)
    return rows


def sealed(lines: list[Line], user: User) -> str:
    """The lines as the page carries them to the button that loads them; another's seal does not open."""
    return signing.dumps(
        [[line.row, line.said, line.cells] for line in lines], salt=_salt(user), compress=True
    )


def opened(text: str, user: User) -> list[Line] | None:
    """None when it is not what was shown to this person in the last day."""
    try:
        return [Line(*parts) for parts in signing.loads(text, salt=_salt(user), max_age=KEPT)]
    except signing.BadSignature:
        return None


def _salt(user: User) -> str:
    return f"complaints.staff_file:{user.pk}"
