"""What happens to colleagues and their rights, and who hears of it (domain.md 1, 9).

The rules are in `staff.actions`. Here each act is told to the supervisors and the general manager of the
estates it reaches, so that nobody gains a right or loses a way in unseen: never to who acts or is meant. What
waits for a second person is told to whoever can be that person too, and its answer to who asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints import notifications
from complaints.channels.mails import INVITATION
from complaints.models import OutboxMessage
from config.framework.refusals import Refused
from staff import actions as office
from staff.invitations import has_moved_in
from staff.models import Absence, Estate, Posting, Review, User
from staff.permissions import current
from staff.roles import Role
from staff.stand_ins import StandIns

#: Who hears of changes among colleagues.
TOLD = (Role.SUPERVISOR, Role.GENERAL_MANAGER)
CONTACTS = office.CONTACTS


@transaction.atomic
def hire(*, by: User, at: datetime, **said: Any) -> User:
    user = office.hire(by=by, at=at, **said)
    _notify_of_review("hired", user.reviews.get(), by=by, at=at)
    return user


@transaction.atomic
def appoint(user: User, role: Role, *, by: User, at: datetime, **scope: Any) -> Review:
    asked = office.appoint(user, role, by=by, at=at, **scope)
    _notify_of_review("appointed", asked, by=by, at=at)
    return asked


def _notify_of_review(act: str, asked: Review, *, by: User, at: datetime) -> None:
    """`act`: what it is called where it holds at once."""
    if asked.state != Review.State.WAITING:
        return _notify_of(act, asked, by=by, at=at)
    return _notify_of("asked", asked, by=by, at=at, also=office.Bench.load(at).of(asked))


def _notify_of(act: str, asked: Review, *, by: User, at: datetime, also: Collection[User] = ()) -> None:
    said: dict[str, Any] = {"by": by, "at": at, "also": also, "review": asked.pk}
    if asked.stands_for:
        kind = act if act == "deputised" else f"deputy_{act}"
        notify_colleagues(kind, asked.stands_for, deputy=asked.user, **said)
    else:
        notify_colleagues(act, asked.user, posting=asked, **said)


@transaction.atomic
def agree(asked: Review, *, by: User, at: datetime, seen: str | None = None) -> Review:
    """A second person agrees; a new colleague whose role waited is sent the way to his password now."""
    waited = asked.state == Review.State.WAITING
    row = office.agree(asked, by=by, at=at, seen=seen)
    _notify_of("agreed", row, by=by, at=at, also=[row.asked_by])
    if waited and not row.stands_for_id and row.user.email and not has_moved_in(row.user):
        invite_by_mail([row.user], at=at)
    return row


def agree_all(
    seen: Mapping[Review, str], *, by: User, at: datetime
) -> tuple[list[Review], list[tuple[Review, Refused]]]:
    """Agree to several, each for itself: what is agreed to, and what was refused and why.

    `seen`: where the messages of each went on the page that was agreed to.
    """
    agreed, refused = [], []
    for asked, mailbox in seen.items():
        try:
            agreed.append(agree(asked, by=by, at=at, seen=mailbox))
        except Refused as refusal:
            refused.append((asked, refusal))
    return agreed, refused


@transaction.atomic
def send_back(asked: Review, *, reason: str, by: User, at: datetime) -> Review:
    row = office.send_back(asked, reason=reason, by=by, at=at)
    act = "taken_back" if row.state == Review.State.WITHDRAWN else "sent_back"
    _notify_of(act, row, by=by, at=at, also=[row.asked_by])
    return row


def invite_by_mail(people: Iterable[User], *, at: datetime) -> None:
    """Each is sent the link for choosing a password, with the next mails that go out; once for one time."""
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                key=f"email:u{person.pk}:{at.isoformat()}:{INVITATION}",
                channel="email",
                user=person,
                kind=INVITATION,
                not_before=at,
                created_at=at,
            )
            for person in people
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def dismiss(posting: Posting, *, by: User, at: datetime) -> None:
    office.dismiss(posting, by=by, at=at)
    notify_colleagues("dismissed", posting.user, by=by, at=at, posting=posting)


@transaction.atomic
def leave_office(
    user: User, *, starts_at: datetime, ends_at: datetime, deputy: User | None, by: User, at: datetime
) -> Absence:
    absence = office.leave_office(user, starts_at=starts_at, ends_at=ends_at, deputy=deputy, by=by, at=at)
    if deputy and by == user:
        notify_colleagues("deputised", user, by=by, at=at, deputy=deputy)
    elif deputy:
        _notify_of_review("deputised", absence.reviews.get(), by=by, at=at)
    elif by != user:
        notify_colleagues("sent_away", user, by=by, at=at)
    return absence


@transaction.atomic
def return_to_office(absence: Absence, *, by: User, at: datetime) -> None:
    office.return_to_office(absence, by=by, at=at)
    if by != absence.user:
        notify_colleagues("called_back", absence.user, by=by, at=at)


@transaction.atomic
def edit_login(user: User, changes: dict[str, Any], *, by: User, at: datetime) -> None:
    changed = office.edit_login(user, changes, by=by, at=at)
    if by != user and CONTACTS & set(changed):
        notify_colleagues("redirected", user, by=by, at=at)
        for again in office.open_reviews(user=user, asked_by=by, asked_at=at):
            _notify_of_review("appointed", again, by=by, at=at)


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
    if not office.shows_link(user, by, at):
        raise Refused(
            _("Whoever has the link can come in as %(name)s. Once the role is agreed to, a supervisor or the "
              "general manager who did not ask for it hands it over.") % {"name": user}
        )  # fmt: skip
    notify_colleagues("invited", user, by=by, at=at)


@transaction.atomic
def close_login(user: User, *, by: User, at: datetime) -> None:
    postings = list(Posting.objects.filter(current(at), user=user).select_related("department"))
    office.close_login(user, by=by, at=at)
    notify_colleagues("closed", user, by=by, at=at, postings=postings)


def notify_of_hired(people: Collection[User], *, by: User, at: datetime) -> None:
    """One line to each for a whole list of new colleagues: those at work, and those who wait."""
    asked = list(office.open_reviews(user__in=people))
    held = list(Posting.objects.filter(user__in=people).select_related("department"))
    bench = office.Bench.load(at) if asked else None
    able = dict.fromkeys(one for row in asked for one in bench.of(row)) if bench else {}
    for kind, rows, also in (("hired_together", held, {}), ("asked_together", asked, able)):
        if not rows:
            continue
        said = {"from_person": by.pk, "count": len(rows)}
        readers = _readers(rows, at, but={by.pk, *(one.pk for one in people)}, also=also)
        notifications.write(
            [notifications.Notice(one, f"people_{kind}", None, said) for one in readers],
            at=at,
            source=f"{kind}{by.pk}:{at.isoformat()}",
        )


def notify_colleagues(
    act: str,
    user: User,
    *,
    by: User,
    at: datetime,
    posting: Posting | Review | None = None,
    deputy: User | None = None,
    postings: Iterable[Posting] | None = None,
    but: Collection[User] = (),
    also: Collection[User] = (),
    **more: Any,
) -> None:
    """One line and message to each; what it names are colleagues, never a customer."""
    if postings is None:
        held = Posting.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), user=user)
        postings = list(held.select_related("department"))
    scopes: list[Posting | Review] = [*postings, posting] if posting else [*postings]
    said: dict[str, Any] = {"person": user.pk, "from_person": by.pk, **more}
    if posting:
        said |= {"role": str(posting.role), "where": posting.place()}
    if deputy:
        said["deputy"] = deputy.pk
    readers = _readers(scopes, at, but={by.pk, user.pk, *(one.pk for one in but)}, also=also)
    source = f"{act}{user.pk}.{posting.pk if posting else ''}:{at.isoformat()}"
    notifications.write(
        [notifications.Notice(one, f"people_{act}", None, said) for one in readers], at=at, source=source
    )


def _readers(
    postings: Collection[Posting | Review], at: datetime, *, but: set[int], also: Collection[User] = ()
) -> list[User]:
    """The supervisors and general managers of the estates these postings reach; of the company: all.

    `also`: who is told besides.
    """
    estates = Estate.objects.all()
    if postings and all(office.estate_of(one) or one.region_id for one in postings):
        own = {office.estate_of(one) for one in postings} - {None}
        estates = estates.filter(Q(pk__in=own) | Q(region__in={one.region_id for one in postings} - {None}))
    places = list(estates.order_by("pk"))
    stand_ins = StandIns.load(at, places)
    roles = TOLD if places else (Role.GENERAL_MANAGER,)
    found = [one for place in places for role in roles for one in stand_ins.holders(role, place.pk)]
    people = dict.fromkeys([*stand_ins.present(found), *also])
    return [one for one in people if one.pk not in but]
