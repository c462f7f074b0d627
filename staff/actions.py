"""Everything that can happen to the organisation: the only writer of staff's rows (domain.md 1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.translation import gettext as _

from staff.authority import Authority, authority, current
from staff.invitations import has_moved_in
from staff.models import Absence, Company, Department, Estate, Posting, Region, User
from staff.refusals import Refused
from staff.roles import OF_FIRMS, Role


def add_user(
    *, username: str, name: str, password: str | None = None, by: User | None = None, **fields: Any
) -> User:
    """A new log-in. The person chooses the password by invitation; only the demo and `begin` give one."""
    user = User(username=username, name=name, **fields)
    user.set_password(password)
    _keep(user, by)
    return user


def edit(row: Model, changes: dict[str, Any], *, by: User) -> None:
    """Overwrite the named columns of a staff row; the version before stays in its history."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.full_clean(exclude={f.name for f in row._meta.fields} - set(changes))
    row._history_user = by
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
    if department and department.is_contractor and role not in OF_FIRMS:
        raise Refused(
            _("For a contractor somebody is handler, or head of its people; other roles are for our own."),
            field="role",
        )
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
    posting._history_user = by
    posting.save(update_fields=["ends_at"])


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
    absence = Absence(user=user, deputy=deputy, starts_at=starts_at, ends_at=ends_at)
    _keep(absence, by)
    return absence


def _check_names_deputy(user: User, deputy: User, *, by: User, at: datetime) -> None:
    """A deputy reads and acts in another's name: nobody makes himself one, or picks his own people."""
    if deputy == by:
        raise Refused(_("You cannot name yourself the deputy of somebody else."), field="deputy")
    held = authority(by, at)
    if not names_deputies(held) or held.everywhere() - {Role.ADMINISTRATOR} and pure_administrators(by, at):
        raise Refused(
            _(
                "The deputy is named by %(name)s, or by an administrator who reads no cases. "
                "Without a deputy everything goes to the next role up."
            )
            % {"name": user},
            field="deputy",
        )


def names_deputies(person: Authority) -> bool:
    """Whether `person` may name deputies of others at all."""
    return Role.ADMINISTRATOR in person.everywhere()


def pure_administrators(but: User, at: datetime) -> list[User]:
    """The other administrators of the company who read no cases: the second person where one is needed."""
    others = Posting.objects.filter(current(at), user=OuterRef("pk")).exclude(role=Role.ADMINISTRATOR)
    held = Posting.objects.filter(
        current(at), user=OuterRef("pk"), role=Role.ADMINISTRATOR, estate=None, region=None, department=None
    )
    people = User.objects.filter(Exists(held), ~Exists(others), is_active=True).exclude(pk=but.pk)
    return list(people.order_by("pk"))


#: Roles that look on or look after; who holds nothing else stands in for nobody who handles complaints.
BESIDE = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})


def could_stand_in(deputy: User, user: User, at: datetime) -> bool:
    """Whether `deputy` works where `user` works, in one of his roles or in one that acts on complaints.

    A contractor's worker stands in for people of his own firm only: what is ours he does not get to read.
    """
    his, theirs = authority(user, at), authority(deputy, at)
    if theirs.is_outside:
        return his.is_outside and theirs.outside.keys() >= his.outside.keys()
    if not theirs.everywhere() & (frozenset(Role) - BESIDE | his.everywhere()):
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


# What those who manage people do --------------------------------------------------------------------

#: Roles a property manager gives in his own estates; the others are given by an administrator. Not the
#: supervisor: he knows who hides, which the property manager does not (domain.md 9).
GIVEN_BY_PROPERTY_MANAGERS = frozenset(
    {Role.FRONT_DESK, Role.DUTY_DESK, Role.STEWARD, Role.HANDLER, Role.DEPARTMENT_HEAD}
)
#: What is known of a log-in that leads to it: who reads it there can set the password.
CONTACTS = frozenset({"email", "phone", "wecom_id"})


def may_give(person: Authority, role: Role, estate_id: int | None) -> bool:
    """Whether `person` gives and ends `role` in an estate; no estate is a region or the company."""
    if Role.ADMINISTRATOR in person.company:
        return True
    here = person.roles_at(estate_id) if estate_id else frozenset()
    if Role.ADMINISTRATOR in here:
        return True
    return Role.PROPERTY_MANAGER in here and role in GIVEN_BY_PROPERTY_MANAGERS


def may_look_after(person: Authority, postings: Collection[Posting]) -> bool:
    """Whether `person` edits the log-in of somebody with these postings: every one must be his to give."""
    if Role.ADMINISTRATOR in person.company:
        return True
    return bool(postings) and all(may_give(person, Role(p.role), estate_of(p)) for p in postings)


def estate_of(posting: Posting) -> int | None:
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
    **fields: Any,
) -> User:
    """A new colleague with a first posting. Raises Refused when the role is not `by`'s to give.

    He chooses his password by invitation (`staff.invitations`).
    """
    _check_contacts(User(), fields)
    user = add_user(username=username, name=name, password=password, by=by, **fields)
    appoint(user, role, at=at, by=by, estate=estate, department=department, region=region)
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
) -> Posting:
    """Give another a role, if it is `by`'s to give and the person does not hold it there already."""
    if user == by:
        raise Refused(_("Another person must give you a role: ask an administrator."), field="role")
    scope = estate.pk if estate else department.estate_id if department else None
    if not may_give(authority(by, at), role, scope):
        raise Refused(_("This role is given by an administrator."), field="role")
    reads = authority(by, at).everywhere() - {Role.ADMINISTRATOR}
    if role == Role.SUPERVISOR and reads and (others := pure_administrators(by, at)):
        raise Refused(
            _(
                "The supervisor knows who asked to be hidden, so whoever reads cases himself "
                "does not name him. This is given by: %(people)s."
            )
            % {"people": _(", ").join(map(str, others[:4]))},
            field="role",
        )
    same = Posting.objects.filter(
        current(at), user=user, role=role, estate=estate, department=department, region=region
    )
    if same.exists():
        raise Refused(_("%(name)s already holds this role there.") % {"name": user}, field="role")
    return post(user, role, at=at, by=by, estate=estate, department=department, region=region)


def dismiss(posting: Posting, *, at: datetime, by: User) -> None:
    """End a posting that is `by`'s to give. Nobody ends his own."""
    if posting.user == by:
        raise Refused(_("Another person must end your own posting."))
    if not may_give(authority(by, at), Role(posting.role), estate_of(posting)):
        raise Refused(_("This role is ended by an administrator."))
    end_posting(posting, at=at, by=by)


@transaction.atomic
def edit_login(user: User, changes: dict[str, Any], *, by: User) -> list[str]:
    """Correct what is known of a colleague; what was changed.

    Where his messages go is his own affair from the moment he has chosen a password: whoever could turn it
    elsewhere could set another password and read what only he may. Raises Refused.
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
    if "email" in changed:  # what the library remembers of the mailbox before would still open the log-in
        EmailAddress.objects.filter(user=user).delete()
    return sorted(changed)


def _check_contacts(user: User, contacts: dict[str, Any]) -> None:
    """One mailbox, one WeCom account, one person: else one of two log-ins is somebody's second one."""
    for name in ("email", "wecom_id"):
        value = contacts.get(name)
        others = User.objects.filter(**{f"{name}__iexact": value}, is_active=True).exclude(pk=user.pk)
        if value and (other := others.first()):
            raise Refused(_("%(name)s uses this already.") % {"name": other}, field=name)


@transaction.atomic
def close_login(user: User, *, at: datetime, by: User) -> None:
    """The person has left: every posting ends and the log-in no longer works."""
    if user == by:
        raise Refused(_("Another person must close your own log-in."))
    for posting in Posting.objects.filter(current(at), user=user).select_related("department"):
        dismiss(posting, at=at, by=by)
    edit(user, {"is_active": False}, by=by)


# The beginning --------------------------------------------------------------------------------------


def name_company(name: str, *, by: User) -> Company:
    """Say whose installation this is, or say it otherwise; the name before stays in its history."""
    company = Company.objects.first() or Company()
    company.name = name
    _keep(company, by)
    return company


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


def add_region(name: str, *, by: User | None) -> Region:
    region = Region(name=name)
    _keep(region, by)
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
    _keep(estate, by)
    return estate


#: So far back or ahead the day may lie on which an estate ends.
LONGEST_AWAY = timedelta(days=366)


def may_end(person: Authority, estate_id: int) -> bool:
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
    if not may_end(authority(by, at), row.pk):
        raise Refused(_("An estate is ended by an administrator or the general manager."))
    if row.ended_at is not None:
        raise Refused(_("This estate has an end already; take it back first."))
    if abs(day - at.astimezone(row.zone).date()) > LONGEST_AWAY:
        raise Refused(_("The day lies more than a year away."), field="day")
    if not because.strip():
        raise Refused(_("Say why the estate ends."), field="because")
    if into == row:
        raise Refused(_("Choose another estate."), field="into")
    if into and into.ended_at is not None:
        raise Refused(_("%(estate)s has an end itself.") % {"estate": into}, field="into")
    if not into and not turn_to.strip():
        raise Refused(_("Say whom the owners turn to now."), field="turn_to")
    merging = Estate.objects.filter(merged_into=row).first()
    if merging:
        raise Refused(
            _("%(estate)s was merged into this one; take that back first.") % {"estate": merging}, field="day"
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
    if not may_end(authority(by, at), row.pk):
        raise Refused(_("An estate is ended by an administrator or the general manager."))
    if row.ended_at is None:
        raise Refused(_("This estate has no end."))
    if not because.strip():
        raise Refused(_("Say why it goes on."), field="because")
    nothing = {"ended_at": None, "ended_how": "", "merged_into": None, "turn_to": ""}
    edit(row, nothing | {"ended_because": because.strip()}, by=by)
    return row


def add_department(
    estate: Estate, *, name: str, name_en: str = "", is_contractor: bool = False, by: User
) -> Department:
    department = Department(estate=estate, name=name, name_en=name_en, is_contractor=is_contractor)
    _keep(department, by)
    return department


def _keep(row: Model, by: User | None) -> None:
    if by is not None:
        row._history_user = by
    row.full_clean(validate_unique=True)
    row.save()
