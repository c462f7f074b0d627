"""The upheld complaints of an estate as its owners may read them 有效投诉公示 (004-2 art. 13, 19, W13).

No person, no room, no phone stands in it, and no case that is kept from anybody: what is restricted, hides
who complained or is taken for abnormal, now or then, is neither listed nor counted. The account of a case is
what a person wrote for owners (`reports.public_accounts`); where nobody did, its category says what it was
about.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from complaints.models import Category, Complaint, Cycle, Revisit
from complaints.models.events import is_satisfied
from complaints.statuses import OWNER_STATUS, Status
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
    """Of one estate as seen at `at`, in the active language. A constant number of queries."""
    period = Period.of(estates, starts_on, ends_on, at, unlisted)
    came = upheld(period)
    stood = lists.as_then(set(came), period, "identity_hidden", "restricted", "abnormal") if came else {}
    stood = {pk: case for pk, case in stood.items() if not is_kept(case)}
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


def upheld(period: Period) -> dict[int, bool]:
    """The cases of the list: whether each came in the period. Two queries, and those of its readers."""
    statement = cases.cases(period) + UPHELD.format(came=cases.RECEIVED, closed=cases.CLOSED)
    found = {pk: bool(came) for pk, came in rows(statement, period)}
    open_to_all = set(
        Complaint.objects.filter(pk__among=found, restricted=False, identity_hidden=False, abnormal="")
        .values_list("pk", flat=True)
    )  # fmt: skip
    open_to_all -= period.unlisted(open_to_all) if open_to_all else frozenset()
    return {pk: came for pk, came in found.items() if pk in open_to_all}


def satisfied(pks: Collection[int], as_of: datetime) -> dict[int, bool]:
    """What the customers of the last round of handling said by then. Two queries."""
    begun = Cycle.objects.filter(complaint__in=list(pks), started_at__lt=as_of).order_by("number", "pk")
    last = dict(begun.values_list("complaint", "pk"))
    scores = Revisit.objects.filter(cycle__in=list(last.values()), at__lt=as_of, satisfaction__isnull=False)
    by_cycle = dict(scores.values_list("cycle", "satisfaction"))
    return {pk: is_satisfied(by_cycle[cycle]) for pk, cycle in last.items() if cycle in by_cycle}
