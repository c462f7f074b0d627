"""Everything that can happen to the organisation: the only writer of staff's rows (domain.md 1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from staff.directory import authority
from staff.models import Absence, Department, Estate, Posting, User
from staff.refusals import Refused
from staff.roles import Role


def may_manage_people(person: User, now: datetime) -> bool:
    return Role.ADMINISTRATOR in authority(person, now).everywhere()


def add_user(
    *, username: str, name: str, password: str | None = None, by: User | None = None, **fields: Any
) -> User:
    """A new log-in. Without a password the person sets one through the reset mail."""
    user = User(username=username, name=name, **fields)
    user.set_password(password)
    _keep(user, by)
    return user


def edit(row: Model, changes: dict[str, Any], *, by: User) -> None:
    """Overwrite the named columns of a staff row; the version before stays in its history."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.full_clean(exclude={f.name for f in row._meta.fields} - set(changes))
    row._history_user = by  # type: ignore[attr-defined]
    row.save(update_fields=list(changes))


def set_language(user: User, language: str) -> None:
    user.language = language
    user.save(update_fields=["language"])


def post(
    user: User,
    role: Role,
    *,
    at: datetime,
    by: User | None = None,
    estate: Estate | None = None,
    department: Department | None = None,
    region: Any = None,
    until: datetime | None = None,
) -> Posting:
    """Give `user` a role in one scope from `at` on; no scope is the whole company."""
    posting = Posting(
        user=user,
        role=role,
        estate=estate,
        department=department,
        region=region,
        starts_at=at,
        ends_at=until,
    )
    _keep(posting, by)
    return posting


def end_posting(posting: Posting, *, at: datetime, by: User) -> None:
    if posting.ends_at is not None and posting.ends_at <= at:
        raise Refused(_("This posting has already ended."))
    posting.ends_at = at
    posting._history_user = by  # type: ignore[attr-defined]
    posting.save(update_fields=["ends_at"])


@transaction.atomic
def leave_office(
    user: User, *, starts_at: datetime, ends_at: datetime, deputy: User | None, by: User
) -> Absence:
    """Out of office with a deputy. Two absences of one person never overlap."""
    if ends_at <= starts_at:
        raise Refused(_("The absence must end after it starts."))
    if deputy == user:
        raise Refused(_("The deputy must be another person."))
    if deputy and not deputy.is_active:
        raise Refused(_("%(name)s no longer works here; choose another deputy.") % {"name": deputy})
    User.objects.select_for_update().get(pk=user.pk)
    if Absence.objects.filter(user=user, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise Refused(_("There is already an absence in these days; end it first."))
    absence = Absence(user=user, deputy=deputy, starts_at=starts_at, ends_at=ends_at)
    _keep(absence, by)
    return absence


def return_to_office(absence: Absence, *, at: datetime, by: User) -> None:
    """Back early: the absence ends now; one that has not begun is taken back whole."""
    if absence.ends_at <= at:
        raise Refused(_("This absence is already over."))
    absence._history_user = by  # type: ignore[attr-defined]
    if absence.starts_at >= at:
        absence.delete()
    else:
        absence.ends_at = at
        absence.save(update_fields=["ends_at"])


def _keep(row: Model, by: User | None) -> None:
    if by is not None:
        row._history_user = by  # type: ignore[attr-defined]
    row.full_clean(validate_unique=True)
    row.save()
