"""What happens to colleagues and their rights, and who hears of it (domain.md 1, 9).

The rules are in `staff.actions`. Here each act is told to the supervisors and the general manager of the
estates it reaches, so that nobody gains a right or loses a way in unseen: never to who acts or is meant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints import notifications
from staff import actions as office
from staff.authority import current
from staff.directory import Directory
from staff.invitations import has_moved_in
from staff.models import Absence, Estate, Posting, User
from staff.refusals import Refused
from staff.roles import Role

#: Who hears of changes among colleagues.
TOLD = (Role.SUPERVISOR, Role.GENERAL_MANAGER)
CONTACTS = office.CONTACTS


@transaction.atomic
def hire(*, by: User, at: datetime, **said: Any) -> User:
    user = office.hire(by=by, at=at, **said)
    tell("hired", user, by=by, at=at, posting=user.postings.get())
    return user


@transaction.atomic
def appoint(user: User, role: Role, *, by: User, at: datetime, **scope: Any) -> Posting:
    posting = office.appoint(user, role, by=by, at=at, **scope)
    tell("appointed", user, by=by, at=at, posting=posting)
    return posting


@transaction.atomic
def dismiss(posting: Posting, *, by: User, at: datetime) -> None:
    office.dismiss(posting, by=by, at=at)
    tell("dismissed", posting.user, by=by, at=at, posting=posting)


@transaction.atomic
def leave_office(
    user: User, *, starts_at: datetime, ends_at: datetime, deputy: User | None, by: User, at: datetime
) -> Absence:
    absence = office.leave_office(user, starts_at=starts_at, ends_at=ends_at, deputy=deputy, by=by, at=at)
    if deputy:
        tell("deputised", user, by=by, at=at, deputy=deputy)
    elif by != user:
        tell("sent_away", user, by=by, at=at)
    return absence


@transaction.atomic
def return_to_office(absence: Absence, *, by: User, at: datetime) -> None:
    office.return_to_office(absence, by=by, at=at)
    if by != absence.user:
        tell("called_back", absence.user, by=by, at=at)


@transaction.atomic
def edit_login(user: User, changes: dict[str, Any], *, by: User, at: datetime) -> None:
    changed = office.edit_login(user, changes, by=by)
    if by != user and CONTACTS & set(changed):
        tell("redirected", user, by=by, at=at)


@transaction.atomic
def invite(user: User, *, by: User, at: datetime) -> None:
    """The link for choosing a password is about to be shown to `by`, who hands it over.

    Only until the person has chosen one. Raises Refused.
    """
    if has_moved_in(user):
        raise Refused(
            _("%(name)s has no e-mail address; it is entered under Profile. If the way in is lost: "
              "transfer the duties, close this log-in and add a new one.") % {"name": user}
        )  # fmt: skip
    tell("invited", user, by=by, at=at)


@transaction.atomic
def close_login(user: User, *, by: User, at: datetime) -> None:
    postings = list(Posting.objects.filter(current(at), user=user).select_related("department"))
    office.close_login(user, by=by, at=at)
    tell("closed", user, by=by, at=at, postings=postings)


def tell_hired(people: Collection[User], *, by: User, at: datetime) -> None:
    """One line to each for a whole list of new colleagues."""
    if not people:
        return
    postings = list(Posting.objects.filter(user__in=people).select_related("department"))
    said = {"from_person": by.pk, "count": len(people)}
    readers = _readers(postings, at, but={by.pk, *(one.pk for one in people)})
    notifications.write(
        [notifications.Letter(one, "people_hired_together", None, said) for one in readers],
        at=at,
        source=f"hired_together{by.pk}:{at.isoformat()}",
    )


def tell(
    act: str,
    user: User,
    *,
    by: User,
    at: datetime,
    posting: Posting | None = None,
    deputy: User | None = None,
    postings: Iterable[Posting] | None = None,
    but: Collection[User] = (),
    **more: Any,
) -> None:
    """One line and message to each; what it names are colleagues, never a customer."""
    if postings is None:
        held = Posting.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), user=user)
        postings = list(held.select_related("department"))
    scopes = [*postings, posting] if posting else list(postings)
    said: dict[str, Any] = {"person": user.pk, "from_person": by.pk, **more}
    if posting:
        said |= {"role": str(posting.role), "where": posting.place()}
    if deputy:
        said["deputy"] = deputy.pk
    readers = _readers(scopes, at, but={by.pk, user.pk, *(one.pk for one in but)})
    source = f"{act}{user.pk}.{posting.pk if posting else ''}:{at.isoformat()}"
    notifications.write(
        [notifications.Letter(one, f"people_{act}", None, said) for one in readers], at=at, source=source
    )


def _readers(postings: Collection[Posting], at: datetime, *, but: set[int]) -> list[User]:
    """The supervisors and general managers of the estates these postings reach; of the company: all."""
    estates = Estate.objects.all()
    if postings and all(office.estate_of(one) or one.region_id for one in postings):
        own = {office.estate_of(one) for one in postings} - {None}
        estates = estates.filter(Q(pk__in=own) | Q(region__in={one.region_id for one in postings} - {None}))
    places = list(estates.order_by("pk"))
    directory = Directory.load(at, places)
    roles = TOLD if places else (Role.GENERAL_MANAGER,)
    found = [one for place in places for role in roles for one in directory.holders(role, place.pk)]
    return [one for one in dict.fromkeys(directory.present(found)) if one.pk not in but]
