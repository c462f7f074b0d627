"""A posting is made and ended here, whoever asks for it and whoever agrees (domain.md 1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from config.framework.refusals import Refused
from staff.actions.history import keep
from staff.models import Department, Estate, Posting, User
from staff.roles import OF_FIRMS, Role


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
    for refusal in not_for_a_firm(role, department):
        raise refusal
    posting = Posting(
        user=user,
        role=role,
        estate=estate,
        department=department,
        region=region,
        starts_at=at,
        ends_at=until,
    )
    keep(posting, by)
    return posting


def not_for_a_firm(role: Role, department: Department | None) -> Iterator[Refused]:
    """Why nobody holds the role in a contractor's department."""
    if department and department.is_contractor and role not in OF_FIRMS:
        yield Refused(
            _("For a contractor somebody is handler, or head of its people; other roles are for our own."),
            field="role",
        )


def end_posting(posting: Posting, *, at: datetime, by: User) -> None:
    if posting.ends_at is not None and posting.ends_at <= at:
        raise Refused(_("This posting has already ended."))
    posting.ends_at = at
    posting._history_user = by
    posting.save(update_fields=["ends_at"])
