"""What is known about a case, and what is added to it: edits, re-grading, links, chases, remarks, notes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions import restricted_access
from complaints.actions.causes import check_cause_stays
from complaints.actions.extensions import readdress_requests
from complaints.actions.external import check_external_due, follow_facts, let_media_go
from complaints.actions.limits import hurry, regrade_clocks
from complaints.actions.marks import check_taken_back, taken_back
from complaints.actions.notice_grade import check_floor
from complaints.actions.orders import check_order
from complaints.actions.unit_of_work import UnitOfWork
from complaints.conditions import SHOWN
from complaints.models import Complainant, Complaint
from complaints.pasted_order import tidy_number
from complaints.policy import Severity
from config.framework.refusals import Refused
from owners.actions import one_phone
from owners.names import clean_name
from owners.phones import last_four
from staff.models import User
from staff.permissions import permissions_of
from staff.roles import Role


class EditConflict(Refused):
    """Somebody else changed the case since it was opened: `current` is what it says now."""

    def __init__(self, sentence: str, current: Complaint) -> None:
        super().__init__(sentence)
        self.current = current


@transaction.atomic
def edit(
    complaint: Complaint,
    changes: dict[str, Any],
    *,
    version: int,
    note: str = "",
    new_matter: bool = False,
    by: User,
    at: datetime,
) -> Complaint:
    """Overwrite facts; `version` is the one the editor saw. The versions before stay in the history.

    `note`: why a grave mark that is taken back was wrong (`marks`); `new_matter`: as at the intake. Raises
    EditConflict when the case has
    changed since, and nothing is overwritten.
    """
    case = UnitOfWork(complaint, "edit", by=by, at=at)
    if case.row.version != version:
        raise EditConflict(
            _("Somebody else has changed this case meanwhile. Compare and save again."), case.row
        )
    if unknown := set(changes) - Complaint.EDITABLE_COLUMNS - Complainant.EDITABLE_COLUMNS:
        raise Refused(_("These cannot be edited: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    if "content" in changes and not str(changes["content"]).strip():
        raise Refused(_("Say what happened."), field="content")
    if "external_number" in changes:
        changes = {**changes, "external_number": tidy_number(changes["external_number"])}
    facts = _changed_facts(case, changes)
    wrong = taken_back(case.row, facts)
    check_taken_back(case, wrong, note)
    check_external_due(case, facts)
    check_cause_stays(case, facts)
    became_urgent = facts.get("urgent") and not case.row.urgent
    personal = _edit_person(case, {k: v for k, v in changes.items() if k in Complainant.EDITABLE_COLUMNS})
    if not facts and not personal:
        return case.row
    case.set(version=case.row.version, **facts)  # a corrected name alone makes a version too
    if became_urgent:
        hurry(case)
    if {"external_number", "channel"} & facts.keys():
        check_order(case.row, permissions_of(by, at), new_matter=new_matter)
    follow_facts(case, facts)
    restricted_access.follow(case, facts.keys())
    case.record("edited", fields=sorted([*facts, *personal]))
    if wrong:
        case.record("marks_taken_back", note, fields=wrong)
        let_media_go(case, wrong)
    return case.commit()


def _changed_facts(case: UnitOfWork, changes: dict[str, Any]) -> dict[str, Any]:
    """The columns of the case that get another value. Raises Refused where one of them may not."""
    facts = {
        name: value
        for name, value in changes.items()
        if name in Complaint.EDITABLE_COLUMNS and getattr(case.row, name) != value
    }
    place = facts.get("unit") or facts.get("building")
    if place and place.estate_id != case.row.estate_id:
        raise Refused(_("%(unit)s belongs to another estate.") % {"unit": place}, field="place")
    if "identity_hidden" in facts:
        _check_shows(case)
    if facts.get("is_collective") is False and case.row.members.exists():
        raise Refused(_("Other cases have joined this one as their lead."), field="is_collective")
    reporter = Complainant.Capacity.REPORTER
    if changes.get("capacity") == reporter != case.row.complainant.capacity and not case.row.media_asked:
        facts["media_asked"] = True  # a reporter asks
    return facts


def _edit_person(case: UnitOfWork, changes: dict[str, Any]) -> list[str]:
    person = case.row.complainant
    if changes.get("phone", person.phone) != person.phone:
        changes["phone"] = one_phone(changes["phone"])
    changes |= {name: clean_name(changes[name]) for name in ("name", "representative") if name in changes}
    changed = {name: value for name, value in changes.items() if getattr(person, name) != value}
    if not changed:
        return []
    _check_shows(case)
    for name, value in changed.items():
        setattr(person, name, value)
    person.last4 = last_four(person.phone)
    person._history_user = case.by
    person.save(update_fields=[*changed, "last4", "name_key"])
    return list(changed)


def _check_shows(case: UnitOfWork) -> None:
    """Only who may know the complainant changes him, or lets the others know him."""
    SHOWN.check(case.situation)


@transaction.atomic
def regrade(complaint: Complaint, *, severity: str, note: str, by: User, at: datetime) -> Complaint:
    """Another severity, with a reason: due times become the earlier of old and new (domain.md 4)."""
    case = UnitOfWork(complaint, "regrade", by=by, at=at, note=note)
    if severity not in Severity.values:
        raise Refused(_("Choose a severity."), field="severity")
    before = case.row.severity
    if severity == before:
        raise Refused(_("The severity is already this one."), field="severity")
    check_floor(case, severity)
    case.set(severity=severity)
    regrade_clocks(case, Severity(before))
    readdress_requests(case)
    case.record("regraded", note, from_severity=before, severity=severity)
    case.notify([case.row.first_receiver, case.row.handler], "regraded", severity=severity)
    return case.commit()


@transaction.atomic
def chase(complaint: Complaint, *, note: str = "", by: User | None, at: datetime) -> Complaint:
    """The customer asks how it goes 催办: an entry on the open case, not a new one."""
    case = UnitOfWork(complaint, "chase", by=by, at=at)
    case.record("chased", note, owner_sees=True)
    case.notify([case.row.first_receiver, case.row.handler, *case.reach(Role.SUPERVISOR)], "chased")
    return case.commit()


@transaction.atomic
def remark(complaint: Complaint, *, note: str, at: datetime) -> Complaint:
    """Something the customer adds on the portal."""
    case = UnitOfWork(complaint, "remark", by=None, at=at, note=note)
    case.record("remarked", note, owner_sees=True)
    case.notify([case.row.first_receiver, case.row.handler], "remarked")
    return case.commit()


@transaction.atomic
def link(complaint: Complaint, *, to: Complaint, by: User, at: datetime) -> Complaint:
    """The same again: link as a repeat of an earlier case."""
    case = UnitOfWork(complaint, "link", by=by, at=at)
    if (
        to.pk == case.row.pk
        or to.estate_id != case.row.estate_id
        or to.registered_at > case.row.registered_at
    ):
        raise Refused(_("Choose an earlier case of the same estate."), field="number")
    case.set(repeat_of=to)
    case.record("linked", number=to.number)
    return case.commit()
