"""A row of the audit as a sentence: who did what, with the way to what it is about where the reader may go.

The rows of a page are read together: one query for each sort of thing they name, however many they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from complaints.models import Complaint
from complaints.statuses import Status
from complaints.views.office.audit_trail import SEARCHED
from owners import access
from owners.models import Owner, Unit
from staff.models import AuditRow, Estate, User
from staff.permissions import Permissions

Kind = AuditRow.Kind
#: Papers of a case, by the page or by the sort of the paper. They stand within a sentence.
PAPERS: dict[str, str | Promise] = {
    "reports:receipt": gettext_lazy("the receipt"),
    "paper receipt": gettext_lazy("the receipt"),
    "reports:case_sheet": gettext_lazy("the handling sheet"),
    "paper case": gettext_lazy("the handling sheet"),
    "reports:extension_sheet": gettext_lazy("the extension sheet"),
    "paper extension": gettext_lazy("the extension sheet"),
    "reports:revisit_sheet": gettext_lazy("the revisit sheet"),
    "paper revisit": gettext_lazy("the revisit sheet"),
    "reports:overrun_sheet": gettext_lazy("the overrun sheet"),
    "paper overrun": gettext_lazy("the overrun sheet"),
    "reports:follow_up_sheet": gettext_lazy("the follow-up sheet"),
    "paper follow_up": gettext_lazy("the follow-up sheet"),
    "reports:evidence_list": gettext_lazy("the evidence list"),
    "paper evidence": gettext_lazy("the evidence list"),
    "reports:inquiry": gettext_lazy("a record of questions"),
    "paper inquiry": gettext_lazy("a record of questions"),
    "reports:statement": gettext_lazy("a customer's statement"),
    "paper statement": gettext_lazy("a customer's statement"),
    "reports:bulletin": gettext_lazy("a bulletin"),
    "paper bulletin": gettext_lazy("a bulletin"),
    "attachment": gettext_lazy("a file"),
}
#: Files of many.
FILES: dict[str, str | Promise] = {
    "reports:ledger_excel": gettext_lazy("the complaint ledger"),
    "past_ledger_lines": gettext_lazy("what was wrong in a past ledger"),
    "reports:pdf": gettext_lazy("the monthly report (PDF)"),
    "reports:xlsx": gettext_lazy("the monthly report (Excel)"),
    "reports:paper": gettext_lazy("a paper of a case"),
    "reports:appraisal_pdf": gettext_lazy("a form of the staff appraisal"),
    "reports:owner_report_pdf": gettext_lazy("a report to owners (PDF)"),
    "reports:owner_minutes": gettext_lazy("the minutes of a meeting with owners"),
    "reports:targets_table": gettext_lazy("the yearly targets beside their figures"),
    "reports:ratings_file": gettext_lazy("the contractors' ratings of a month"),
    "measures_csv": gettext_lazy("the list of measures"),
    "audit_export": gettext_lazy("the audit"),
    "staff_file_template": gettext_lazy("the empty list of staff"),
}
LISTS: dict[str, str | Promise] = {
    "api_cases": gettext_lazy("the list of cases"),
    "api_relays": gettext_lazy("what he has passed on"),
    "api_follow_ups": gettext_lazy("the list of follow-ups"),
    "api_measures": gettext_lazy("the list of measures"),
    "api_commendations": gettext_lazy("the list of commendations"),
    "api_surveys": gettext_lazy("the list of surveys"),
    "api_ratings": gettext_lazy("the list of contractors' ratings"),
    "api_trainings": gettext_lazy("the list of trainings"),
    "api_visits": gettext_lazy("the list of site visits"),
    "api_warranties": gettext_lazy("the list of warranties"),
    "api_extensions": gettext_lazy("the list of extensions"),
    "api_overruns": gettext_lazy("the list of overruns"),
    "api_superior": gettext_lazy("the list of what customers insist on"),
    "api_staff": gettext_lazy("the list of staff"),
    "api_units": gettext_lazy("the list of units"),
}
#: Parts of the house, by the first word of a page's name.
PARTS: dict[str, str | Promise] = {
    "desk": gettext_lazy("the front desk"),
    "reports": gettext_lazy("the reports"),
    "registers": gettext_lazy("the registers"),
    "past": gettext_lazy("the past ledgers"),
    "settings": gettext_lazy("the settings"),
    "people": gettext_lazy("the settings"),
    "person": gettext_lazy("the settings"),
    "policy": gettext_lazy("the settings"),
    "bulletins": gettext_lazy("the bulletins"),
    "approvals": gettext_lazy("the approvals"),
    "revisits": gettext_lazy("the revisits"),
    "forecast": gettext_lazy("the forecast"),
    "measures": gettext_lazy("the measures"),
    "studies": gettext_lazy("the case library"),
    "commendations": gettext_lazy("the commendations"),
    "commendation": gettext_lazy("the commendations"),
    "rewards_csv": gettext_lazy("the rewards and penalties"),
    "rewards": gettext_lazy("the rewards and penalties"),
    "reward": gettext_lazy("the rewards and penalties"),
    "surveys": gettext_lazy("the surveys"),
    "survey": gettext_lazy("the surveys"),
    "study": gettext_lazy("the case library"),
    "measure": gettext_lazy("the measures"),
    "visits": gettext_lazy("the site visits"),
    "visit": gettext_lazy("the site visits"),
    "api": gettext_lazy("an address of the API"),
    "staff": gettext_lazy("the settings"),
    "training": gettext_lazy("the settings"),
    "trainings": gettext_lazy("the settings"),
    "first": gettext_lazy("the settings"),
    "words": gettext_lazy("the settings"),
    "phrases": gettext_lazy("the settings"),
    "calendar": gettext_lazy("the settings"),
    "queue": gettext_lazy("the list of cases"),
    "amounts": gettext_lazy("the approvals"),
    "decide": gettext_lazy("the approvals"),
}
#: Things by the sort of row, for a sentence that names one by its key.
THINGS: dict[str, str | Promise] = {
    "extension": gettext_lazy("a request for an extension"),
    "overrun": gettext_lazy("an overrun"),
    "superiorrequest": gettext_lazy("what a customer insists on"),
    "compensation": gettext_lazy("an amount"),
    "bulletin": gettext_lazy("a bulletin"),
    "relay": gettext_lazy("a complaint passed on"),
    "measure": gettext_lazy("a measure"),
    "sitevisit": gettext_lazy("a site visit"),
    "casestudy": gettext_lazy("a case study"),
    "commendation": gettext_lazy("a commendation"),
    "reward": gettext_lazy("a reward or penalty"),
    "survey": gettext_lazy("a survey"),
    "toldestate": gettext_lazy("an answer about a measure"),
    "attachment": gettext_lazy("a file"),
    "occupancy": gettext_lazy("an entry of the register"),
    "phone": gettext_lazy("an entry of the register"),
    "building": gettext_lazy("an entry of the register"),
    "owner": gettext_lazy("a customer of the register"),
    "unit": gettext_lazy("a unit of the register"),
    "appraisalsheet": gettext_lazy("an appraisal sheet"),
    "appraisalcheck": gettext_lazy("the checks of a person"),
    "user": gettext_lazy("a colleague"),
    "estate": gettext_lazy("an estate"),
}
FILTER_WORDS: dict[str, str | Promise] = {
    "scope": pgettext_lazy("filter", "of"),
    "estate": pgettext_lazy("filter", "estate"),
    "month": pgettext_lazy("filter", "month"),
    "from": pgettext_lazy("filter", "from"),
    "to": pgettext_lazy("filter", "to"),
    "until": pgettext_lazy("filter", "to"),
    "day": pgettext_lazy("filter", "day"),
    "status": pgettext_lazy("filter", "status"),
    "state": pgettext_lazy("filter", "state"),
    "view": pgettext_lazy("filter", "view"),
    "kind": pgettext_lazy("filter", "kind"),
    "case": pgettext_lazy("filter", "case"),
}


@dataclass(frozen=True)
class Line:
    """One row for its reader. `url` leads to what it is about; empty where he may not go."""

    row: AuditRow
    words: str
    more: str
    url: str
    link: str


class Words:
    """What the rows of one page name, read together, and for whom."""

    def __init__(self, rows: Iterable[AuditRow], person: Permissions) -> None:
        self.rows, self.person = list(rows), person
        cases = {row.case for row in self.rows if row.case}
        self.readable = (
            set(
                Complaint.objects.visible_to(person).filter(number__in=cases).values_list("number", flat=True)
            )
            if cases
            else set()
        )
        keys: dict[str, set[str]] = defaultdict(set)
        for row in self.rows:
            sort, key = _thing(row.about)
            if sort in NAMED and key:
                keys[sort].add(key)
        self.named = {sort: NAMED[sort](found, person) for sort, found in keys.items()}
        scopes = {said for row in self.rows for name, said in parse_qsl(row.filters) if name == "scope"}
        self.estates = _estates_of(scopes)

    def lines(self) -> list[Line]:
        return [self.line(row) for row in self.rows]

    def line(self, row: AuditRow) -> Line:
        name, url = self._about(row)
        if row.case:
            url = reverse("case", args=[row.case]) if row.case in self.readable else ""
        return Line(row, SENTENCES[row.kind](row, name), self._more(row), url, row.case or name)

    def _about(self, row: AuditRow) -> tuple[str, str]:
        """What the row names beside a case, and the way there."""
        sort, key = _thing(row.about)
        if sort in self.named and key in self.named[sort]:
            return self.named[sort][key]
        return str(THINGS.get(sort, "")), ""

    def _more(self, row: AuditRow) -> str:
        said = []
        for name, value in parse_qsl(row.filters):
            if name == SEARCHED:
                said.append(_("by words that were searched for"))
            elif name in FILTER_WORDS:
                value = self.estates.get(value, value) if name == "scope" else _value(name, value)
                said.append(f"{FILTER_WORDS[name]} {value}")
        if row.found is not None:
            said.append(ngettext("%(n)s row", "%(n)s rows", row.found) % {"n": f"{row.found:,}"})
        return " · ".join(said)


def _value(name: str, value: str) -> str:
    if name == "status" and value in Status.values:
        return str(Status(value).label)
    if name == "kind" and value in Kind.values:
        return str(Kind(value).label)
    return value


def _thing(about: str) -> tuple[str, str]:
    """
    >>> _thing("unit 17"), _thing("reports:pdf"), _thing("complainant")
    (('unit', '17'), ('', ''), ('', ''))
    """
    sort, _space, key = about.partition(" ")
    return (sort, key) if sort in THINGS and key else ("", "")


def _estates_of(scopes: set[str]) -> dict[str, str]:
    keys = {scope: scope.rpartition("-")[2] for scope in scopes if scope.startswith("estate-")}
    names = (
        dict(
            Estate.objects.filter(pk__in=[k for k in keys.values() if k.isdecimal()]).values_list(
                "pk", "name"
            )
        )
        if keys
        else {}
    )
    found = {scope: names[int(key)] for scope, key in keys.items() if key.isdecimal() and int(key) in names}
    return found | {"company": _("The whole company")}


# What rows are about, by name --------------------------------------------------------------------


def _users(keys: set[str], person: Permissions) -> dict[str, tuple[str, str]]:
    return {str(user.pk): (str(user), "") for user in User.objects.filter(pk__in=_numbers(keys))}


def _estates(keys: set[str], person: Permissions) -> dict[str, tuple[str, str]]:
    return {estate.code: (str(estate), "") for estate in Estate.objects.filter(code__in=keys)}


def _units(keys: set[str], person: Permissions) -> dict[str, tuple[str, str]]:
    mine = set(access.readable(person).values_list("pk", flat=True))
    rows = Unit.objects.filter(pk__in=_numbers(keys)).select_related("estate")
    return {
        str(unit.pk): (
            f"{unit.estate} {unit.code}",
            reverse("registers_unit", args=[unit.pk]) if unit.estate_id in mine else "",
        )
        for unit in rows
    }


def _owners(keys: set[str], person: Permissions) -> dict[str, tuple[str, str]]:
    """By the number of his page: no name stands in the audit."""
    mine = set(access.readable(person).values_list("pk", flat=True))
    rows = Owner.objects.filter(pk__in=_numbers(keys)).values_list("pk", "estate", "estate__name")
    return {
        str(pk): (
            _("customer No. %(n)s of %(estate)s") % {"n": pk, "estate": name},
            reverse("registers_owner", args=[pk]) if estate in mine else "",
        )
        for pk, estate, name in rows
    }


def _numbers(keys: set[str]) -> list[int]:
    return [int(key) for key in keys if key.isdecimal() and len(key) < 19]


NAMED: dict[str, Callable[[set[str], Permissions], dict[str, tuple[str, str]]]] = {
    "user": _users,
    "estate": _estates,
    "unit": _units,
    "owner": _owners,
}


# The sentences -----------------------------------------------------------------------------------


def _wrong_log_in(row: AuditRow, name: str) -> str:
    if row.user_id:
        return _("Wrong password at sign-in")
    return _("Sign-in with a user name that does not exist")


def _locked(row: AuditRow, name: str) -> str:
    return _("Sign-in tried while account or network had to wait")


def _wrong_code(row: AuditRow, name: str) -> str:
    if row.about == "asked":
        return _("Asked for one-time codes too often on the owners' pages")
    if row.case:
        return _("Wrong one-time code for case %(case)s on the owners' pages") % {"case": row.case}
    return _("Wrong one-time code on the owners' pages")


def _wrong_token(row: AuditRow, name: str) -> str:
    return _("A program sent a key that is not valid")


def _refused(row: AuditRow, name: str) -> str:
    if row.case and name:
        return _("Refused: %(thing)s of case %(case)s") % {"thing": name, "case": row.case}
    if row.case:
        return _("Refused: case %(case)s") % {"case": row.case}
    part = PARTS.get(row.about.partition(":")[0].partition("_")[0])
    return _("Refused: %(thing)s") % {"thing": name or part or _("a page of the system")}


def _export(row: AuditRow, name: str) -> str:
    page = row.about.partition(" ")[0]
    paper = PAPERS.get(row.about) or PAPERS.get(page)
    if paper and row.case:
        return _("Downloaded %(paper)s of case %(case)s") % {"paper": paper, "case": row.case}
    return _("Downloaded %(paper)s") % {"paper": paper or FILES.get(page) or _("a file")}


def _phones(row: AuditRow, name: str) -> str:
    if row.about == "complainant":
        return _("Saw the phone of the complainant of case %(case)s, who wants to stay unknown") % {
            "case": row.case
        }
    if row.case:
        return _("Saw the phones of those who signed case %(case)s") % {"case": row.case}
    return _("Saw the phones of %(thing)s") % {"thing": name or _("an entry of the register")}


def _listed(row: AuditRow, name: str) -> str:
    return _("Read %(list)s through the API") % {"list": LISTS.get(row.about) or _("a page of the system")}


SENTENCES: dict[str, Callable[[AuditRow, str], str]] = {
    Kind.WRONG_LOG_IN: _wrong_log_in,
    Kind.LOCKED: _locked,
    Kind.WRONG_CODE: _wrong_code,
    Kind.WRONG_TOKEN: _wrong_token,
    Kind.REFUSED: _refused,
    Kind.EXPORT: _export,
    Kind.PHONES: _phones,
    Kind.LISTED: _listed,
}
