"""The company, its regions, estates and departments: opened, renamed, ended (domain.md 1)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from config.framework.refusals import Refused
from staff.actions.history import edit, keep
from staff.actions.reviews import open_reviews
from staff.models import Company, Department, Estate, Posting, Region, User
from staff.permissions import Permissions, permissions_of
from staff.roles import Role


def name_company(name: str, *, by: User) -> Company:
    """Say whose installation this is, or say it otherwise; the name before stays in its history."""
    company = Company.objects.first() or Company()
    company.name = name
    keep(company, by)
    return company


def add_region(name: str, *, by: User | None) -> Region:
    region = Region(name=name)
    keep(region, by)
    return region


@transaction.atomic
def open_estate(
    *, code: str, name: str, service_phone: str, region_name: str = "", by: User | None = None, **fields: Any
) -> Estate:
    """Take an estate 项目 under management; a region of a new name is made with it."""
    if region_name:
        known = Region.objects.filter(name=region_name).first()
        fields["region"] = known or add_region(region_name, by=by)
    estate = Estate(code=code, name=name, service_phone=service_phone, **fields)
    keep(estate, by)
    return estate


#: So far back or ahead the day may lie on which an estate ends.
LONGEST_AWAY = timedelta(days=366)


def may_end(person: Permissions, estate_id: int) -> bool:
    """An estate is ended, and taken back, by an administrator or the general manager."""
    return bool(person.roles_at(estate_id) & {Role.ADMINISTRATOR, Role.GENERAL_MANAGER})


@transaction.atomic
def end_estate(
    estate: Estate,
    *,
    day: date,
    because: str,
    turn_to: str = "",
    into: Estate | None = None,
    by: User,
    at: datetime,
) -> Estate:
    """Handed back 撤场 or merged into another one: from the first moment of `day` no new cases are taken.

    Open cases, clocks, register, history and people stay as they are. Raises Refused.
    """
    row = Estate.objects.select_for_update().get(pk=estate.pk)
    if not may_end(permissions_of(by, at), row.pk):
        raise Refused(_("Only an administrator or the general manager can end the management of an estate."))
    if row.ended_at is not None:
        raise Refused(_("This estate already has an end date. Undo it first."))
    if abs(day - at.astimezone(row.zone).date()) > LONGEST_AWAY:
        raise Refused(_("Choose a day no more than a year away."), field="day")
    if not because.strip():
        raise Refused(_("Enter the reason."), field="because")
    if into == row:
        raise Refused(_("Choose another estate."), field="into")
    if into and into.ended_at is not None:
        raise Refused(
            _("%(estate)s itself has an end date. Choose another estate.") % {"estate": into}, field="into"
        )
    if not into and not turn_to.strip():
        raise Refused(_("Enter the new contact for owners."), field="turn_to")
    merging = Estate.objects.filter(merged_into=row).first()
    if merging:
        raise Refused(
            _("%(estate)s was merged into this estate. Undo that merger first.") % {"estate": merging},
            field="day",
        )
    changes = {
        "ended_at": datetime.combine(day, time(), row.zone),
        "ended_how": Estate.Ending.MERGED if into else Estate.Ending.HANDED_BACK,
        "ended_because": because.strip(),
        "merged_into": into,
        "turn_to": turn_to.strip(),
    }
    edit(row, changes, by=by)
    return row


@transaction.atomic
def resume_estate(estate: Estate, *, because: str, by: User, at: datetime) -> Estate:
    """It is ours after all; the reason stays in its history. Raises Refused."""
    row = Estate.objects.select_for_update().get(pk=estate.pk)
    if not may_end(permissions_of(by, at), row.pk):
        raise Refused(_("Only an administrator or the general manager can end the management of an estate."))
    if row.ended_at is None:
        raise Refused(_("This estate has no end date."))
    if not because.strip():
        raise Refused(_("Enter the reason for resuming."), field="because")
    nothing = {"ended_at": None, "ended_how": "", "merged_into": None, "turn_to": ""}
    edit(row, nothing | {"ended_because": because.strip()}, by=by)
    return row


def add_department(
    estate: Estate, *, name: str, name_en: str = "", is_contractor: bool = False, by: User
) -> Department:
    department = Department(estate=estate, name=name, name_en=name_en, is_contractor=is_contractor)
    keep(department, by)
    return department


@transaction.atomic
def edit_department(department: Department, changes: dict[str, Any], *, by: User, at: datetime) -> None:
    """Rename it, or say whether it is a contractor's. Raises Refused or ValidationError.

    A contractor's people read their firm's cases alone: a firm becomes ours only while nobody is posted in
    it, else all of them would read the whole estate without a second person.
    """
    row = Department.objects.select_for_update().get(pk=department.pk)
    if row.is_contractor and not changes.get("is_contractor", True):
        posted = Posting.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), department=row)
        if posted.exists() or open_reviews(department=row).exists():
            raise Refused(
                _(
                    "People are posted in it. End their postings first and give them anew afterwards:"
                    " as our own they read the whole estate, and a second person agrees to that."
                ),
                field="is_contractor",
            )
    edit(row, changes, by=by)
