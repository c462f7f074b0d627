"""Log-ins and postings, and who may give them (domain.md 1, 9)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.framework.refusals import Refused
from staff.actions import reviews
from staff.actions.history import edit, keep
from staff.actions.postings import end_posting, not_for_a_firm, post
from staff.actions.training import check_trained, posted_without
from staff.invitations import has_moved_in
from staff.models import Department, Estate, Posting, Region, Review, User
from staff.permissions import Permissions, current, permissions_of
from staff.roles import Role


def add_user(
    *, username: str, name: str, password: str | None = None, by: User | None = None, **fields: Any
) -> User:
    """A new log-in. The person chooses the password by invitation; only the demo and `begin` give one."""
    user = User(username=username, name=name, **fields)
    user.set_password(password)
    keep(user, by)
    return user


def set_language(user: User, language: str) -> None:
    user.language = language
    user.save(update_fields=["language"])


# What those who manage people do --------------------------------------------------------------------

#: Roles a property manager gives in his own estates; the others are given by an administrator. Not the
#: supervisor: he knows who hides, which the property manager does not (domain.md 9).
GIVEN_BY_PROPERTY_MANAGERS = frozenset(
    {Role.FRONT_DESK, Role.DUTY_DESK, Role.STEWARD, Role.HANDLER, Role.DEPARTMENT_HEAD}
)
#: What is known of a log-in that leads to it: who reads it there can set the password.
CONTACTS = frozenset({"email", "phone", "wecom_id"})
#: Those of them by which the link for a password is sent.
WAYS_IN = frozenset({"email", "wecom_id"})


def may_give(person: Permissions, role: Role, estate_id: int | None) -> bool:
    """Whether `person` gives and ends `role` in an estate; no estate is a region or the company."""
    if Role.ADMINISTRATOR in person.company:
        return True
    here = person.roles_at(estate_id) if estate_id else frozenset()
    if Role.ADMINISTRATOR in here:
        return True
    return Role.PROPERTY_MANAGER in here and role in GIVEN_BY_PROPERTY_MANAGERS


def may_look_after(person: Permissions, postings: Collection[Posting | Review]) -> bool:
    """Whether `person` edits the log-in of somebody with these postings, held or waiting.

    Every one must be his to give.
    """
    if Role.ADMINISTRATOR in person.company:
        return True
    return bool(postings) and all(may_give(person, Role(p.role), estate_of(p)) for p in postings)


def estate_of(posting: Posting | Review) -> int | None:
    return posting.department.estate_id if posting.department else posting.estate_id


@transaction.atomic
def hire(
    *,
    username: str,
    name: str,
    role: Role,
    by: User,
    at: datetime,
    estate: Estate | None = None,
    department: Department | None = None,
    region: Region | None = None,
    password: str | None = None,
    without_training: str = "",
    **fields: Any,
) -> User:
    """A new colleague, and the first role he is to have. Raises Refused when it is not `by`'s to give.

    It is his when a second person has agreed (`staff.actions.reviews`). He chooses his password by invitation
    (`staff.invitations`).
    """
    _check_contacts(User(), fields)
    user = add_user(username=username, name=name, password=password, by=by, **fields)
    appoint(
        user, role, at=at, by=by, estate=estate, department=department, region=region,
        without_training=without_training,
    )  # fmt: skip
    return user


def appoint(
    user: User,
    role: Role,
    *,
    at: datetime,
    by: User,
    estate: Estate | None = None,
    department: Department | None = None,
    region: Region | None = None,
    without_training: str = "",
) -> Review:
    """Another is to have a role, if it is `by`'s to give and he does not hold it there already.

    `without_training`: why he has it although a required training lacks; asked for only then.

    He has it when a second person agrees, at once where nobody could be asked (`staff.actions.reviews`).
    """
    if user == by:
        raise Refused(_("Another person must give you a role: ask an administrator."), field="role")
    for refusal in _not_to_be_given(role, permissions_of(by, at), at, estate, department):
        raise refusal
    if not user.is_active:
        raise Refused(_("The log-in of %(name)s is closed.") % {"name": user}, field="role")
    scope_of_it = {"estate": estate, "department": department, "region": region}
    if Posting.objects.filter(current(at), user=user, role=role, **scope_of_it).exists():
        raise Refused(_("%(name)s already holds this role there.") % {"name": user}, field="role")
    if reviews.open_reviews(user=user, role=role, **scope_of_it).exists():
        raise Refused(_("This role waits for a second person already."), field="role")
    lack = check_trained(user, role, without_training, at)
    asked = reviews.ask(user, role, by=by, at=at, **scope_of_it)
    posted_without(asked, lack, without_training)
    return asked


def _not_to_be_given(
    role: Role, giver: Permissions, at: datetime, estate: Estate | None, department: Department | None
) -> Iterator[Refused]:
    """Why `giver` does not give this role there, to whomever."""
    scope = estate.pk if estate else department.estate_id if department else None
    if not may_give(giver, role, scope):
        yield Refused(_("This role is given by an administrator."), field="role")
    reads = giver.everywhere() - {Role.ADMINISTRATOR}
    if role == Role.SUPERVISOR and reads and (others := pure_administrators(giver.user, at)):
        yield Refused(
            _(
                "The supervisor knows who asked to be hidden, so whoever reads cases himself "
                "does not name him. This is given by: %(people)s."
            )
            % {"people": pgettext("between names", ", ").join(map(str, others[:4]))},
            field="role",
        )
    yield from not_for_a_firm(role, department)


def dismiss(posting: Posting, *, at: datetime, by: User) -> None:
    """End a posting that is `by`'s to give. Nobody ends his own."""
    if posting.user == by:
        raise Refused(_("Another person must end your own posting."))
    if not may_give(permissions_of(by, at), Role(posting.role), estate_of(posting)):
        raise Refused(_("This role is ended by an administrator."))
    end_posting(posting, at=at, by=by)


def why_not_hired(
    *,
    giver: Permissions,
    at: datetime,
    role: Role | None = None,
    estate: Estate | None = None,
    department: Department | None = None,
    **fields: Any,
) -> list[Refused]:
    """Everything `hire` would refuse, at once and without writing. `role` None: it is not known yet, and
    only the log-in is asked about; fields that are left out or empty are not asked about either."""
    refusals = list(_taken_contacts(User(), fields))
    said = {name for name, value in fields.items() if value}
    try:
        User(**fields).full_clean(exclude={field.name for field in User._meta.fields} - said)
    except ValidationError as error:
        refusals += [
            Refused(sentence, field=name)
            for name, sentences in error.message_dict.items()
            for sentence in sentences
        ]
    if role is not None:
        refusals += _not_to_be_given(role, giver, at, estate, department)
    return refusals


@transaction.atomic
def edit_login(user: User, changes: dict[str, Any], *, by: User, at: datetime) -> list[str]:
    """Correct what is known of a colleague; what was changed.

    Where his messages go is his own affair from the moment he has chosen a password: whoever could turn it
    elsewhere could set another password and read what only he may. Until then his roles wait for a second
    person once more. Raises Refused.
    """
    changed = {name: value for name, value in changes.items() if getattr(user, name) != value}
    contacts = CONTACTS & changed.keys()
    if contacts and by != user and has_moved_in(user):
        raise Refused(
            _(
                "%(name)s has signed in and changes this under Profile. If the way in is lost: "
                "transfer the duties, close this log-in and add a new one."
            )
            % {"name": user},
            field=min(contacts),
        )
    _check_contacts(user, {name: changed[name] for name in contacts})
    if changed:
        edit(user, changed, by=by)
    if by != user and WAYS_IN & changed.keys():
        reviews.ask_again(user, by=by, at=at)
    if "email" in changed:  # what the library remembers of the mailbox before would still open the log-in
        EmailAddress.objects.filter(user=user).delete()
    return sorted(changed)


def _check_contacts(user: User, contacts: dict[str, Any]) -> None:
    for refusal in _taken_contacts(user, contacts):
        raise refusal


def _taken_contacts(user: User, contacts: dict[str, Any]) -> Iterator[Refused]:
    """One mailbox, one WeCom account, one person: else one of two log-ins is somebody's second one."""
    for name in ("email", "wecom_id"):
        value = contacts.get(name)
        others = User.objects.filter(**{f"{name}__iexact": value}, is_active=True).exclude(pk=user.pk)
        if value and (other := others.first()):
            yield Refused(_("%(name)s already uses this.") % {"name": other}, field=name)


@transaction.atomic
def close_login(user: User, *, at: datetime, by: User) -> None:
    """The person has left: every posting ends and the log-in no longer works."""
    if user == by:
        raise Refused(_("Another person must close your own log-in."))
    for posting in Posting.objects.filter(current(at), user=user).select_related("department"):
        dismiss(posting, at=at, by=by)
    reviews.take_back_all(user, by=by, at=at)
    edit(user, {"is_active": False}, by=by)


def pure_administrators(but: User, at: datetime) -> list[User]:
    """The other administrators of the company who read no cases: the second person where one is needed."""
    others = Posting.objects.filter(current(at), user=OuterRef("pk")).exclude(role=Role.ADMINISTRATOR)
    held = Posting.objects.filter(
        current(at), user=OuterRef("pk"), role=Role.ADMINISTRATOR, estate=None, region=None, department=None
    )
    people = User.objects.filter(Exists(held), ~Exists(others), is_active=True).exclude(pk=but.pk)
    return list(people.order_by("pk"))


# The beginning --------------------------------------------------------------------------------------


def administrators(at: datetime) -> QuerySet[User]:
    """Who looks after the whole company at `at`, the first of them first."""
    holding = Posting.objects.filter(
        current(at), role=Role.ADMINISTRATOR, estate=None, department=None, region=None
    )
    return User.objects.filter(pk__in=holding.values("user")).order_by("pk")


@transaction.atomic
def first_administrator(*, username: str, name: str, at: datetime, **fields: Any) -> User:
    """Somebody who can set everything else up, while nobody can: a new log-in, or one without a posting.

    Raises Refused when there is an administrator; the further ones are his to appoint.
    """
    if administrators(at).exists():
        raise Refused(_("There is an administrator already; he appoints the others."))
    user = User.objects.filter(username=username).first()
    if user is None:
        if not username or not name:
            raise Refused(_("Say the name and the user name of the first administrator."), field="name")
        user = add_user(username=username, name=name, **fields)
    elif not user.is_active:
        raise Refused(_("The log-in %(name)s is closed; choose another user name.") % {"name": username})
    post(user, Role.ADMINISTRATOR, at=at)
    return user


@transaction.atomic
def second_person(*, username: str, name: str, at: datetime, **fields: Any) -> tuple[User, bool]:
    """Whoever keeps the server says who the second person is: `manage.py begin --second`.

    Somebody who has a log-in is vouched for, with every role he holds; a new one is made general manager of
    the company. The person, and whether he is new. Raises Refused.
    """
    user = User.objects.filter(username=username).first()
    if user is None:
        if not name:
            raise Refused(_("Say the name of the second person."), field="second_name")
        user = add_user(username=username, name=name, **fields)
        post(user, Role.GENERAL_MANAGER, at=at)
        return user, True
    held = Posting.objects.filter(current(at), user=user, role__in=reviews.REVIEWERS)
    if not held.exclude(role=Role.ADMINISTRATOR).exists() and user == administrators(at).first():
        raise Refused(_("The second person is another than the administrator."), field="second")
    if not held.exists():
        raise Refused(
            _("%(name)s is no supervisor, general manager or administrator.") % {"name": user}, field="second"
        )
    for row in Review.objects.filter(user=user, state=Review.State.UNCHECKED).order_by("pk"):
        row.state, row.decided_at = Review.State.CONFIRMED, at
        row.save(update_fields=["state", "decided_at"])
    return user, False
