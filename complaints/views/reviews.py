"""What waits for a second person 复核: roles and deputies, and what came into force without one.

For supervisors, general managers and administrators, who can be that person, and for property managers, who
ask. Whose turn it is is said by `staff.actions.reviews`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from complaints.actions import colleagues
from complaints.forms.reviews import AgreeForm, SendBackForm
from complaints.views import person_of
from config.framework.prepared_queries import PreparedQuery
from config.framework.refusals import Refused
from staff import actions, audit
from staff.actions.training import lacking_each, today
from staff.invitations import has_moved_in, invitation_link
from staff.models import Review, User
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import Role
from staff.training_rows import PostedWithout

SHOWN = 50
#: Who comes in.
READERS = frozenset({Role.SUPERVISOR, Role.GENERAL_MANAGER, Role.ADMINISTRATOR, Role.PROPERTY_MANAGER})
#: The row of the audit, by what became of a review.
ROWS = {
    Review.State.WAITING: audit.Kind.RIGHT_ASKED,
    Review.State.UNCHECKED: audit.Kind.RIGHT_ALONE,
    Review.State.CONFIRMED: audit.Kind.RIGHT_AGREED,
    Review.State.DECLINED: audit.Kind.RIGHT_SENT_BACK,
    Review.State.WITHDRAWN: audit.Kind.RIGHT_SENT_BACK,
}


@dataclass
class Entry:
    """One review with what its reader may do about it."""

    row: Review
    waits_for: str
    may_decide: bool = False
    may_take_back: bool = False
    link: bool = False  # its reader may be shown the link for the password
    form: SendBackForm | None = None
    lacks: str = ""  # the required training that lacks now, where no reason was given for it

    @property
    def mailbox(self) -> str:
        return actions.mailbox(self.row.user)

    @property
    def has_moved_in(self) -> bool:
        return has_moved_in(self.row.user)


def record(request: StaffRequest, row: Review, at: datetime) -> None:
    """The row of the audit for what was just asked for or decided."""
    agreed = row.state == Review.State.UNCHECKED and row.decided_by_id
    kind = audit.Kind.RIGHT_AGREED if agreed else ROWS[Review.State(row.state)]
    about = f"role {row.pk} · user {row.user_id}"
    without = PostedWithout.objects.filter(review=row).exists()
    filters = "training=lacks" if without else ""
    audit.write(request, audit.Note(kind, about, filters=filters), user=request.user.pk, at=at)


def record_asked(request: StaffRequest, user: User, at: datetime) -> list[Review]:
    """The rows of the audit for what was just asked for, for him or for his deputy; what of it waits."""
    his = Q(user=user) | Q(stands_for=user)
    asked = Review.objects.filter(his, asked_by=request.user, asked_at=at, decided_at=None)
    rows = list(asked.order_by("pk"))
    for row in rows:
        record(request, row, at)
    return [row for row in rows if row.state == Review.State.WAITING]


def waits(asked: Review, at: datetime) -> str:
    """The sentence for who asked: whom it waits for."""
    people = actions.Bench.load(at).of(asked)
    if not people:
        return _("It waits for a second person; there is none yet. An administrator appoints a supervisor.")
    return _("It waits for a second person: %(people)s.") % {"people": actions.names(people)}


def _open_at(at: datetime) -> QuerySet[Review]:
    posting = Q(posting__isnull=False) & (Q(posting__ends_at=None) | Q(posting__ends_at__gt=at))
    rows = actions.open_reviews(Review.State.WAITING, Review.State.UNCHECKED)
    return rows.filter(Q(state=Review.State.WAITING) | posting | Q(absence__ends_at__gt=at))


#: What waits, and what came into force alone and has not ended.
#: Prepared: saves 3 ms of a manager's first page.
_open = PreparedQuery(_open_at)


def counted(person: Permissions, at: datetime) -> dict[str, int]:
    """For the first page: what waits for him, and what he sees in force without a second person.

    One query; four more where there is something.
    """
    if not person.everywhere() & READERS:
        return {}
    rows = list(_open(at))
    if not rows:
        return {}
    bench, me = actions.Bench.load(at), person.user
    others = [row for row in rows if me.pk not in (row.user_id, row.asked_by_id)]
    waiting = [row for row in others if row.state == Review.State.WAITING and bench.may(row, me)]
    alone = [row for row in others if row.state == Review.State.UNCHECKED and bench.sees(row, me)]
    return {"to_review": len(waiting), "unchecked": len(alone)}


@login_required
@require_safe
def reviews(request: StaffRequest) -> HttpResponse:
    return _page(request)


def _page(request: StaffRequest, *, wrong: SendBackForm | None = None, **more: Any) -> HttpResponse:
    """`wrong`: what was sent back without a reason."""
    at = now()
    if not person_of(request, at).everywhere() & READERS:
        raise Http404
    me, bench = request.user, actions.Bench.load(at)
    rows = list(_open(at))
    waiting = [row for row in rows if row.state == Review.State.WAITING]
    lack = lacking_each({(row.user_id, row.role) for row in waiting if row.role}, today(at))
    entries = [
        Entry(
            row,
            actions.names(bench.of(row)),
            lacks="、".join(str(one.course) for one in lack.get((row.user_id, row.role), [])),
            may_decide=bench.may(row, me),
            may_take_back=row.asked_by_id == me.pk,
            form=wrong if wrong and wrong.row == row else SendBackForm(row=row),
        )
        for row in waiting
    ]
    alone = [
        Entry(
            row, actions.names(bench.vouching(row)), may_decide=bench.may(row, me), form=SendBackForm(row=row)
        )
        for row in rows
        if row.state == Review.State.UNCHECKED and (bench.sees(row, me) or row.asked_by_id == me.pk)
    ]
    without_a_way_in = Q(user__email="", user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    decided = actions.open_reviews(
        Review.State.CONFIRMED, Review.State.DECLINED, Review.State.WITHDRAWN
    ).filter(Q(decided_by=me) | Q(asked_by=me) | without_a_way_in)
    settled = [
        Entry(row, "", link=_needs_link(row) and actions.shows_link(row.user, me, at))
        for row in decided.order_by("-decided_at", "-pk")[:SHOWN]
    ]
    context = {
        "to_decide": [one for one in entries if one.may_decide],
        "mine": [one for one in entries if one.may_take_back],
        "alone": alone,
        "decided": [one for one in settled if one.link or me in (one.row.decided_by, one.row.asked_by)],
        **more,
    }
    return render(request, "complaints/reviews.html", context, status=422 if wrong else 200)


def _needs_link(row: Review) -> bool:
    user = row.user
    gives = row.state in (Review.State.CONFIRMED, Review.State.UNCHECKED)
    return gives and user.is_active and not user.email and not has_moved_in(user)


def _one_or_404(request: StaffRequest, pk: int, at: datetime) -> Review:
    """A review this person may know of."""
    row = get_object_or_404(Review.objects.select_related("user"), pk=pk)
    bench, me = actions.Bench.load(at), request.user
    if me.pk in (row.asked_by_id, row.decided_by_id) or bench.may(row, me) or bench.sees(row, me):
        return row
    raise Http404


@login_required
@require_POST
def agree(request: StaffRequest) -> HttpResponse:
    """One, or all of those chosen; each for itself."""
    at = now()
    form = AgreeForm(request.POST)
    seen = {row: said for row, said in form.seen().items() if _one_or_404(request, row.pk, at)}
    if not seen:
        messages.info(request, _("Choose at least one."))
    agreed, refused = colleagues.agree_all(seen, by=request.user, at=at)
    for row in agreed:
        record(request, row, at)
    if agreed:
        n = len(agreed)
        words = ngettext(
            "Agreed to %(n)s; it holds from now on.", "Agreed to %(n)s; they hold from now on.", n
        )
        messages.success(request, words % {"n": n})
    for row, refusal in refused:
        messages.error(request, f"{row.user}{_(': ')}{refusal}")
    if any(_needs_link(row) for row in agreed):
        messages.info(
            request, _("Without an e-mail address: a supervisor or the general manager hands over the link.")
        )
    return redirect("reviews")


@login_required
@require_POST
def send_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Sent back with a reason; or taken back by who asked."""
    at = now()
    row = _one_or_404(request, pk, at)
    form = SendBackForm(request.POST, row=row)
    if not form.is_valid():
        return _page(request, wrong=form)
    try:
        row = colleagues.send_back(row, **form.cleaned_data, by=request.user, at=at)
    except Refused as refusal:
        form.refuse(refusal)
        return _page(request, wrong=form)
    record(request, row, at)
    taken_back = row.state == Review.State.WITHDRAWN
    messages.success(request, _("Taken back.") if taken_back else _("Sent back."))
    return redirect("reviews")


@login_required
@require_POST
def link(request: StaffRequest, pk: int) -> HttpResponse:
    """The link for choosing a password, shown to the second person to hand over."""
    at = now()
    row = _one_or_404(request, pk, at)
    try:
        colleagues.invite(row.user, by=request.user, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reviews")
    return _page(request, colleague=row.user, invitation=invitation_link(row.user))
