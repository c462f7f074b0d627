"""The second person 复核: nobody gives a role alone, so nobody reads by a log-in of his own making.

**What waits.** Every posting given through the product waits for a second person, whoever gives it. A
shorter list was weighed and does not hold: whoever is complained about does not read that case, so *any*
reading role in the same place shows a property manager with a second mailbox more than he may read; an
administrator reads no case at all; and an administrator made by one could be the second person of the next.
A deputy named by somebody else waits in the same way: he reads what the absent person reads.

**While it waits** there is no posting, only a `Review`: what asks for postings cannot take it for one.

**Who is a second person.** A supervisor, a general manager or an administrator who holds the whole place
asked for by a posting of his own (no deputy), has chosen a password, and is neither who asks nor who is
meant. Whose own posting came without an independent second person counts as one only where it opens nothing
that he does not read already, and where it makes nobody a second person: a false supervisor so adds nothing
to what he reads himself, and vouches for nobody. Where there is no such person, whoever holds one of these
roles in a part of the place or without having been vouched for is asked, and the posting stays marked:
another look is better than none.

**The first days.** Until somebody else of these roles has come in for the first time, an administrator of the
company goes on alone; nobody else ever does. What came so is `UNCHECKED`: in force, told, and shown until an
independent second person agrees or sends it back, which ends it. `manage.py begin --second` names that person
from the server, whose keeper reads the database anyway.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.framework.refusals import Refused
from staff.actions.history import edit, keep
from staff.actions.postings import post
from staff.actions.training import lacking, posted_without, today
from staff.models import Absence, Estate, Posting, Review, User
from staff.permissions import current, permissions_of
from staff.roles import Role
from staff.training_rows import PostedWithout

State = Review.State
CASES, NAMES, RESTRICTED, PEOPLE = "cases", "names of who hides", "restricted cases", "people"
#: What a role opens in its place (domain.md 1, 6, 9).
OPENS: dict[Role, frozenset[str]] = dict.fromkeys(Role, frozenset({CASES})) | {
    Role.SUPERVISOR: frozenset({CASES, NAMES}),
    Role.PROPERTY_MANAGER: frozenset({CASES, RESTRICTED, PEOPLE}),
    Role.GENERAL_MANAGER: frozenset({CASES, RESTRICTED}),
    Role.ADMINISTRATOR: frozenset({PEOPLE}),
}
#: Who can be a second person.
REVIEWERS = frozenset({Role.SUPERVISOR, Role.GENERAL_MANAGER, Role.ADMINISTRATOR})
#: The estates of a place by key; None: the whole company.
Span = frozenset[int] | None


def covers(whole: Span, part: Span) -> bool:
    """Whether who holds `whole` holds all of `part`; a region without estates is the company's."""
    return whole is None or bool(part) and part is not None and part <= whole


@dataclass(frozen=True)
class _Seat:
    """One posting by which somebody can be a second person."""

    user: User
    role: Role
    span: Span
    is_vouched: bool

    def settles(self, role: Role, span: Span) -> bool:
        """Whether his word is an independent second person's for `role` in `span`."""
        if not covers(self.span, span):
            return False
        return self.is_vouched or role not in REVIEWERS and OPENS[role] <= OPENS[self.role]

    def touches(self, span: Span) -> bool:
        return self.span is None or span is None or bool(self.span & span)


@dataclass(frozen=True)
class Bench:
    """Everybody who can be a second person at one moment. Three queries, however much waits."""

    seats: tuple[_Seat, ...]
    regions: dict[int, frozenset[int]]
    at: datetime

    @classmethod
    def load(cls, at: datetime) -> Bench:
        regions: dict[int, set[int]] = {}
        for pk, region in Estate.objects.exclude(region=None).values_list("pk", "region_id"):
            regions.setdefault(region, set()).add(pk)
        of = {pk: frozenset(estates) for pk, estates in regions.items()}
        rows = (
            _who_came_in(Posting.objects.filter(current(at), role__in=REVIEWERS))
            .select_related("user", "department")
            .order_by("starts_at", "pk")
        )
        unchecked = set(Review.objects.filter(state=State.UNCHECKED).values_list("posting_id", flat=True))
        seats = tuple(
            _Seat(row.user, Role(row.role), span_of(row, of), row.pk not in unchecked) for row in rows
        )
        return cls(seats, of, at)

    def of(self, asked: Review) -> list[User]:
        """Who can be the second person of it: independent ones, else who comes next, else nobody."""
        return self.settling(asked) or self._among(asked, lambda seat, _role, span: seat.touches(span))

    def settling(self, asked: Review) -> list[User]:
        """Who is an independent second person of it."""
        return self._among(asked, _Seat.settles)

    def vouching(self, asked: Review) -> list[User]:
        """Who can agree afterwards to what is in force: nobody who has still to be agreed to himself."""
        return self._among(asked, lambda seat, role, span: seat.is_vouched and seat.settles(role, span))

    def sees(self, asked: Review, user: User) -> bool:
        """Whether it is of a place of his: he is shown what is in force there without a second person."""
        spans = [span for _role, span in self._gives(asked)]
        return any(seat.user == user and seat.touches(span) for seat in self.seats for span in spans)

    def may(self, asked: Review, by: User) -> bool:
        """Whether `by` can decide on it now."""
        if asked.state == State.WAITING:
            return by in self.of(asked)
        return asked.state == State.UNCHECKED and by in self.vouching(asked)

    def _among(self, asked: Review, fits: Any) -> list[User]:
        """Who fits for each role it gives, each by one of his postings; never who asks or is meant."""
        gives = self._gives(asked)
        others = [seat for seat in self.seats if seat.user.pk not in (asked.asked_by_id, asked.user_id)]
        people = dict.fromkeys(seat.user for seat in others)
        return [
            one
            for one in people
            if all(any(fits(seat, *given) for seat in others if seat.user == one) for given in gives)
        ]

    def _gives(self, asked: Review) -> list[tuple[Role, Span]]:
        if asked.stands_for_id is None:
            return [(Role(asked.role), span_of(asked, self.regions))]
        now = current(self.at)
        held = Posting.objects.filter(now, user=asked.stands_for_id).select_related("department")
        return [(Role(one.role), span_of(one, self.regions)) for one in held]


def span_of(row: Posting | Review, regions: dict[int, frozenset[int]]) -> Span:
    """Where a posting holds. A department of headquarters works everywhere."""
    if row.department:
        return frozenset({row.department.estate_id}) if row.department.estate_id else None
    if row.region_id:
        return regions.get(row.region_id, frozenset())
    return frozenset({row.estate_id}) if row.estate_id else None


def open_reviews(*states: State, **only: Any) -> QuerySet[Review]:
    """What waits, or is in one of these states, the oldest first, with all that its words need."""
    return (
        Review.objects.filter(state__in=states or (State.WAITING,), **only)
        .select_related(
            "user",
            "estate",
            "region",
            "department__estate",
            "asked_by",
            "stands_for",
            "absence",
            "decided_by",
            "posted_without",
        )
        .order_by("asked_at", "pk")
    )


# Asking ---------------------------------------------------------------------------------------------


@transaction.atomic
def ask(user: User, role: Role, *, by: User, at: datetime, **scope: Any) -> Review:
    """`user` is to hold `role`: at once where nobody could be asked, else when a second person agrees."""
    asked = Review(user=user, role=role, asked_by=by, asked_at=at, **scope)
    with transaction.atomic():  # what could never be given is refused now, not at the second person's
        posting = post(user, role, at=at, by=by, **scope)
        alone = goes_alone(asked, by, at)
        if not alone:
            transaction.set_rollback(True)
    if alone:
        asked.state, asked.posting = State.UNCHECKED, posting
    keep(asked, by)
    return asked


def goes_alone(asked: Review, by: User, at: datetime) -> bool:
    """Whether there was never anybody who could be a second person, and `by` may go on without one.

    Who was one and left counts: else an administrator would end their postings first.
    """
    held = Posting.objects.filter(
        current(at), user=by, role=Role.ADMINISTRATOR, estate=None, region=None, department=None
    )
    others = Posting.objects.filter(role__in=REVIEWERS).exclude(user__in=[by, asked.user_id])
    return held.exists() and not _who_came_in(others).exists()


def _who_came_in(postings: QuerySet[Posting]) -> QuerySet[Posting]:
    """Those of people who have chosen a password."""
    never = Q(user__password="") | Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return postings.exclude(never)


@transaction.atomic
def ask_for_deputy(absence: Absence, deputy: User, *, by: User, at: datetime) -> Review:
    """`deputy` is to stand in during `absence`: named by somebody else than the absent person."""
    asked = Review(user=deputy, stands_for=absence.user, absence=absence, asked_by=by, asked_at=at)
    if goes_alone(asked, by, at):
        asked.state = State.UNCHECKED
        edit(absence, {"deputy": deputy}, by=by)
    keep(asked, by)
    return asked


@transaction.atomic
def ask_again(user: User, *, by: User, at: datetime) -> list[Review]:
    """Where his messages go was changed before he came in: who agreed did so to another mailbox.

    His postings end and wait once more; where nobody could be asked they stay as they are. What waits
    already counts as asked for by who changed it, lest he agree to a mailbox of his own.
    """
    again = []
    for row in Review.objects.filter(user=user, state=State.WAITING).exclude(asked_by=by).order_by("pk"):
        edit(row, {"asked_by": by, "asked_at": at}, by=by)
    held = Posting.objects.filter(current(at), user=user).select_related("estate", "region", "department")
    for posting in held.order_by("pk"):
        scope = {"estate": posting.estate, "region": posting.region, "department": posting.department}
        asked = Review(user=user, role=posting.role, asked_by=by, asked_at=at, **scope)
        if goes_alone(asked, by, at):
            continue
        ends_at = max(at, posting.starts_at + timedelta(microseconds=1))
        edit(posting, {"ends_at": ends_at}, by=by)
        keep(asked, by)
        again.append(asked)
    return again


# Deciding -------------------------------------------------------------------------------------------


def _locked(asked: Review, by: User, at: datetime) -> tuple[Review, Bench]:
    row = Review.objects.select_for_update().get(pk=asked.pk)
    if row.state not in (State.WAITING, State.UNCHECKED):
        raise Refused(_("This has been decided already: %(state)s.") % {"state": row.get_state_display()})
    return row, Bench.load(at)


def _nobody_else(row: Review, bench: Bench) -> Refused:
    able = bench.of(row) if row.state == State.WAITING else bench.vouching(row)
    if not able:
        return Refused(_("A second person decides on this; there is none yet."))
    return Refused(_("A second person decides on this: %(people)s.") % {"people": names(able)})


def names(people: Collection[User]) -> str:
    """The first of them, in words."""
    return pgettext("between names", ", ").join(str(one) for one in list(people)[:4])


def mailbox(user: User) -> str:
    """What a second person sees of where the way in leads; he agrees to that and no other."""
    return " ".join(filter(None, (user.email, user.wecom_id)))


@transaction.atomic
def agree(asked: Review, *, by: User, at: datetime, seen: str | None = None) -> Review:
    """The second person agrees 同意: it holds from now on, or stays. Raises Refused.

    `seen`: where his messages went on the page that was agreed to.
    """
    row, bench = _locked(asked, by, at)
    if not bench.may(row, by):
        raise _nobody_else(row, bench)
    user = User.objects.get(pk=row.user_id)
    if not user.is_active:
        raise Refused(_("The log-in of %(name)s is closed.") % {"name": user})
    if seen is not None and seen != mailbox(user):
        raise Refused(_("The e-mail address or WeCom account was changed meanwhile. Look once more."))
    changes: dict[str, Any] = {"decided_by": by, "decided_at": at, "state": State.CONFIRMED}
    if row.state == State.WAITING:
        if by not in bench.settling(row):
            changes["state"] = State.UNCHECKED
        if row.stands_for_id:
            _name_deputy(row, user, by=by, at=at)
        else:
            scope: dict[str, Any] = {"estate": row.estate, "region": row.region}
            scope["department"] = row.department
            changes["posting"] = post(user, Role(row.role), at=at, by=by, **scope)
            if not PostedWithout.objects.filter(
                review=row
            ).exists():  # lapsed, or required, since it was asked
                posted_without(row, lacking(user, row.role, today(at)), _("Agreed to by the second person."))
    edit(row, changes, by=by)
    return row


def _name_deputy(row: Review, deputy: User, *, by: User, at: datetime) -> None:
    if row.absence is None or row.absence.ends_at <= at:
        raise Refused(_("This absence is already over."))
    edit(row.absence, {"deputy": deputy}, by=by)


@transaction.atomic
def send_back(asked: Review, *, reason: str, by: User, at: datetime) -> Review:
    """The second person sends it back 退回 with a reason, or who asked takes it back; the row stays.

    What is in force without a second person ends by it. Raises Refused.
    """
    row, bench = _locked(asked, by, at)
    state = State.WITHDRAWN if row.state == State.WAITING and by.pk == row.asked_by_id else State.DECLINED
    if state == State.DECLINED:
        if not bench.may(row, by):
            raise _nobody_else(row, bench)
        if not reason.strip():
            raise Refused(_("Say why it is sent back."), field="reason")
    if row.state == State.UNCHECKED:
        _end(row, by=by, at=at)
    decided = {"state": state, "decided_by": by, "decided_at": at, "reason": reason.strip()}
    edit(row, decided, by=by)
    return row


def _end(row: Review, *, by: User, at: datetime) -> None:
    posting, absence = row.posting, row.absence
    if posting and (posting.ends_at is None or posting.ends_at > at):
        edit(posting, {"ends_at": max(at, posting.starts_at + timedelta(microseconds=1))}, by=by)
    if absence and absence.deputy_id == row.user_id and absence.ends_at > at:
        edit(absence, {"deputy": None}, by=by)


def take_back_all(user: User, *, by: User, at: datetime) -> None:
    """He has left: what waits for him, as holder or as deputy, waits no longer."""
    waiting = Review.objects.filter(Q(user=user) | Q(stands_for=user), state=State.WAITING)
    for row in waiting.order_by("pk"):
        edit(row, {"state": State.WITHDRAWN, "decided_at": at}, by=by)


def shows_link(user: User, by: User, at: datetime) -> bool:
    """Whether `by` may be shown the link by which `user` chooses a password.

    Whoever has it can come in as `user`, so it is a supervisor's or general manager's who can be the second
    person of his roles, and reads there himself: neither who asked, nor an administrator. In the first days
    it is the administrator's who goes on alone, and of a log-in without any review an administrator's.
    """
    given = Review.objects.filter(user=user, state__in=[State.CONFIRMED, State.UNCHECKED], stands_for=None)
    asked = given.select_related("user", "department").order_by("-pk").first()
    is_administrator = Role.ADMINISTRATOR in permissions_of(by, at).company
    if asked is None:
        return is_administrator and not Review.objects.filter(user=user, state=State.WAITING).exists()
    if asked.state == State.UNCHECKED and asked.decided_by_id is None:
        return is_administrator and asked.asked_by_id == by.pk
    reads = {seat.user for seat in Bench.load(at).seats if seat.role != Role.ADMINISTRATOR}
    return by in reads and by in Bench.load(at).of(asked)
