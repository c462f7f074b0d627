"""The upheld complaints of an estate as its owners may read them 有效投诉公示 (004-2 art. 13, 19, W13).

No person, no room, no phone stands in it, and no case that is kept from anybody: what is restricted, hides
who complained or is taken for abnormal, now or then, is neither listed nor counted. Which cases stand in it
is a matter of the cases (`standing`), never of who makes or reads it: a complaint about a manager of ours
may not be shown to him, and stands there all the same. The account of a case is what a person wrote for
owners (`reports.public_accounts`); where nobody did, its category says what it was about.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from complaints.actions.public_people import known_of
from complaints.models import Category, Complaint, Cycle, Revisit
from complaints.models.events import is_satisfied
from complaints.public_words import named_in
from complaints.statuses import OWNER_STATUS, Outcome, Status
from config.framework.refusals import Refused
from reports.figures import cases, lists
from reports.figures.period import Period, Unlisted, rows
from reports.public_rows import PublicAccount, newest_accounts
from staff.models import Estate

UPHELD = """
SELECT id, CASE WHEN {came} THEN 1 ELSE 0 END FROM cases WHERE valid AND ({came} OR {closed})
"""


@dataclass(frozen=True)
class PublicLine:
    """One case as owners read it."""

    number: str
    received_on: date
    category: str
    account: str  # empty: nobody has written one
    handling: str
    state: str
    closed_on: date | None
    satisfied: bool | None  # None: not asked, or no answer


@dataclass(frozen=True)
class PublicList:
    """A month of an estate: what came in, and what came before and was closed in it."""

    scope: str
    first_day: date
    last_day: date
    as_of: datetime
    service_phone: str
    received: tuple[PublicLine, ...]
    ended: tuple[PublicLine, ...]

    @property
    def closed(self) -> int:
        """Of all that are listed, those closed at the end."""
        return sum(line.closed_on is not None for line in (*self.received, *self.ended))

    @property
    def asked(self) -> tuple[int, int]:
        """How many said whether they were satisfied, and how many of them were."""
        said = [line.satisfied for line in (*self.received, *self.ended) if line.satisfied is not None]
        return len(said), sum(said)


def public_list(
    estates: Sequence[Estate],
    starts_on: date,
    ends_on: date,
    at: datetime,
    scope_name: str,
    unlisted: Unlisted,
) -> PublicList:
    """Of one estate as seen at `at`, in the active language. A constant number of queries.

    `unlisted`, of the readers, is not asked: see above. Raises Refused where an account that was written
    names somebody who has come to the case since.
    """
    period = Period.of(estates, starts_on, ends_on, at)
    came, stood = standing(period)
    written = newest_accounts(stood, before=at)
    said = satisfied(stood, period.as_of)
    categories = Category.objects.in_bulk()

    def line(pk: int) -> PublicLine:
        case, zone = stood[pk], estates[0].zone
        closed = case.closed_at if case.closed_at and case.closed_at < period.as_of else None
        account = written.get(pk, PublicAccount())
        category = categories.get(case.category_id or 0)
        return PublicLine(
            number=case.number,
            received_on=case.received_at.astimezone(zone).date(),
            category=str(category or ""),
            account=account.account,
            handling=account.handling,
            state=str(OWNER_STATUS[Status.CLOSED if closed else Status(case.status)].label),
            closed_on=closed.astimezone(zone).date() if closed else None,
            satisfied=said.get(pk),
        )

    listed = [pk for pk in stood if not (pk in written and written[pk].left_out_because)]
    listed.sort(key=lambda pk: (stood[pk].received_at, pk))
    check_words({pk: written[pk] for pk in listed if pk in written}, stood)
    return PublicList(
        scope=scope_name,
        first_day=starts_on,
        last_day=ends_on,
        as_of=period.as_of,
        service_phone=estates[0].service_phone,
        received=tuple(line(pk) for pk in listed if came[pk]),
        ended=tuple(line(pk) for pk in listed if not came[pk]),
    )


def is_kept(case: Complaint) -> bool:
    """Whether a case, or one of its versions, is kept from somebody."""
    return bool(case.restricted or case.identity_hidden or case.abnormal)


def may_stand(case: Complaint) -> bool:
    """Whether a case as it is now may stand in a list: upheld, no wrong entry, kept from nobody."""
    upheld = case.validity == Complaint.Validity.VALID and case.outcome != Outcome.VOID
    return upheld and not is_kept(case)


def standing(period: Period) -> tuple[dict[int, bool], dict[int, Any]]:
    """The cases of the list, those left out by decision too: whether each came in the period, and each as it
    stood at its end. Upheld and kept from nobody, then and now. Three queries.
    """
    statement = cases.cases(period) + UPHELD.format(came=cases.RECEIVED, closed=cases.CLOSED)
    found = {pk: bool(came) for pk, came in rows(statement, period)}
    now = Complaint.objects.filter(pk__among=set(found))
    now = now.only("validity", "outcome", "restricted", "identity_hidden", "abnormal")
    open_now = {case.pk for case in now if may_stand(case)}
    if not open_now:
        return {}, {}
    stood = lists.as_then(open_now, period, "identity_hidden", "restricted", "abnormal")
    stood = {pk: case for pk, case in stood.items() if not is_kept(case)}
    return {pk: found[pk] for pk in stood}, stood


def check_words(written: dict[int, PublicAccount], stood: dict[int, Any]) -> None:
    """An account was looked through when it was kept; people have come to the case since. Raises Refused."""
    known = known_of(written) if written else {}
    for pk, row in written.items():
        if name := named_in(row.account, known[pk]) or named_in(row.handling, known[pk]):
            raise Refused(
                _("What owners read of %(number)s names “%(name)s”. Write it anew without names.")
                % {"number": stood[pk].number, "name": name}
            )


def satisfied(pks: Collection[int], as_of: datetime) -> dict[int, bool]:
    """What the customers of the last round of handling said by then. Two queries."""
    begun = Cycle.objects.filter(complaint__in=list(pks), started_at__lt=as_of).order_by("number", "pk")
    last = dict(begun.values_list("complaint", "pk"))
    scores = Revisit.objects.filter(cycle__in=list(last.values()), at__lt=as_of, satisfaction__isnull=False)
    by_cycle = dict(scores.values_list("cycle", "satisfaction"))
    return {pk: is_satisfied(by_cycle[cycle]) for pk, cycle in last.items() if cycle in by_cycle}
