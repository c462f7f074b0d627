"""Absences and deputies (domain.md 1)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from config.framework.refusals import Refused
from staff.actions import reviews
from staff.actions.history import keep
from staff.actions.people import pure_administrators
from staff.models import Absence, User
from staff.permissions import Permissions, permissions_of
from staff.roles import BYSTANDERS, Role


@transaction.atomic
def leave_office(
    user: User,
    *,
    starts_at: datetime,
    ends_at: datetime,
    deputy: User | None,
    by: User,
    at: datetime | None = None,
) -> Absence:
    """Out of office with a deputy. Two absences of one person never overlap.

    A deputy somebody else names stands in when a second person has agreed (`staff.actions.reviews`).
    `at`: when `by` must have the right to name a deputy of another; when the absence starts, where left out.
    """
    if ends_at <= starts_at:
        raise Refused(_("The absence must end after it starts."))
    if deputy == user:
        raise Refused(_("The deputy must be another person."))
    if deputy and by != user:
        _check_names_deputy(user, deputy, by=by, at=at or starts_at)
    if deputy and not deputy.is_active:
        raise Refused(_("%(name)s no longer works here; choose another deputy.") % {"name": deputy})
    if deputy and not could_stand_in(deputy, user, starts_at):
        raise Refused(
            _("%(name)s cannot stand in: choose somebody who handles complaints in the same estates.")
            % {"name": deputy},
            field="deputy",
        )
    User.objects.select_for_update().get(pk=user.pk)
    if Absence.objects.filter(user=user, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise Refused(_("There is already an absence in these days; end it first."))
    names_himself = by == user
    absence = Absence(
        user=user, deputy=deputy if names_himself else None, starts_at=starts_at, ends_at=ends_at
    )
    keep(absence, by)
    if deputy and not names_himself:
        reviews.ask_for_deputy(absence, deputy, by=by, at=at or starts_at)
    return absence


def _check_names_deputy(user: User, deputy: User, *, by: User, at: datetime) -> None:
    """A deputy reads and acts in another's name: nobody makes himself one, or picks his own people."""
    if deputy == by:
        raise Refused(_("You cannot name yourself the deputy of somebody else."), field="deputy")
    held = permissions_of(by, at)
    if not names_deputies(held) or held.everywhere() - {Role.ADMINISTRATOR} and pure_administrators(by, at):
        raise Refused(
            _(
                "The deputy is named by %(name)s, or by an administrator who reads no cases. "
                "Without a deputy everything goes to the next role up."
            )
            % {"name": user},
            field="deputy",
        )


def names_deputies(person: Permissions) -> bool:
    """Whether `person` may name deputies of others at all."""
    return Role.ADMINISTRATOR in person.everywhere()


def could_stand_in(deputy: User, user: User, at: datetime) -> bool:
    """Whether `deputy` works where `user` works, in one of his roles or in one that acts on complaints.

    A contractor's worker stands in for people of his own firm only: what is ours he does not get to read.
    """
    his, theirs = permissions_of(user, at), permissions_of(deputy, at)
    if theirs.is_contractor:
        return his.is_contractor and theirs.outside.keys() >= his.outside.keys()
    if not theirs.everywhere() & (frozenset(Role) - BYSTANDERS | his.everywhere()):
        return False
    ours, yours = his.works_in(), theirs.works_in()
    if his.company or theirs.company or not ours or not yours:  # of headquarters: everywhere
        return True
    return bool(ours & yours)


def return_to_office(absence: Absence, *, at: datetime, by: User) -> None:
    """Back early: the absence ends now; one that has not begun is taken back whole."""
    if absence.ends_at <= at:
        raise Refused(_("This absence is already over."))
    absence._history_user = by
    if absence.starts_at >= at:
        absence.delete()
    else:
        absence.ends_at = at
        absence.save(update_fields=["ends_at"])
