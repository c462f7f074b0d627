"""What a visit opens: whether it still holds, and what the top of its page says, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from complaints.actions.portal_own_cases import cases_of
from complaints.models import Attachment, PolicyVersion, PortalVisit, ReceiptLink
from complaints.models.portal_access import VISIT_LASTS, is_shown_to_customer
from complaints.pasted_order import customers_words
from complaints.policy import Policy, complete
from config.framework.prepared_queries import PreparedQuery
from owners.models import Building, Unit
from staff.models import Company


class Estate(NamedTuple):
    """What the owner's pages say of an estate; `opens` and the rest are its service hours."""

    name: str
    zone: ZoneInfo
    service_phone: str
    company: str
    opens: time
    closes: time
    lunch_starts: time | None
    lunch_ends: time | None
    staffed_on_days_off: bool


@dataclass(frozen=True, slots=True)
class VisitedCase:
    """A visit and its case, as the columns of `_read` come."""

    visit: int
    started_at: datetime
    ended_at: datetime | None
    revoked_at: datetime | None
    #: The phone that was shown to be his, whose cases in the estate it opens; empty: this one alone.
    shown_phone: str
    shown_estate: int | None
    case: int
    number: str
    status: str
    outcome: str
    severity: str
    received_at: datetime
    registered_at: datetime
    closed_at: datetime | None
    content: str
    remedy_asked: str
    promised_at: datetime | None
    cycle_number: int
    lead: int | None
    lead_status: str | None
    lead_severity: str | None
    lead_promised_at: datetime | None
    place: str
    estate_name: str
    time_zone: str
    service_phone: str
    opens: time
    closes: time
    lunch_starts: time | None
    lunch_ends: time | None
    staffed_on_days_off: bool
    phone: str
    email: str | None
    language: str
    receiver: int
    receiver_name: str
    receiver_username: str
    awaits_claim: bool
    has_files: bool
    unit: str | None
    building: str | None
    company: str | None
    rules: dict[str, Any] | None

    def is_on(self, at: datetime) -> bool:
        """The visit: not ended or too old, its link not revoked."""
        return not (self.ended_at or self.revoked_at or at - self.started_at >= VISIT_LASTS)

    def is_to(self, number: str, at: datetime) -> bool:
        """Whether it is the case of this number that was opened, and is still shown."""
        return self.number == number and is_shown_to_customer(self, at, self.policy)

    @property
    def policy(self) -> Policy:
        """The rules that hold now, for how long he reads his case and can have it opened again."""
        return Policy(0, complete(self.rules or {}))

    @property
    def estate(self) -> Estate:
        hours = (self.opens, self.closes, self.lunch_starts, self.lunch_ends, self.staffed_on_days_off)
        return Estate(
            self.estate_name, ZoneInfo(self.time_zone), self.service_phone, self.company or "", *hours
        )

    @property
    def first_receiver(self) -> str:
        return self.receiver_name or self.receiver_username

    @property
    def said(self) -> str:
        """What he told us, as it was written down, without the remarks of an office that passed it on."""
        return customers_words(self.content)

    @property
    def where(self) -> str:
        """The place as people say it."""
        return self.unit or self.place or self.building or ""

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_written_to(self) -> bool:
        """Whether text messages or mails reach him, unless he wants none."""
        return bool(settings.SMS and self.phone or self.email)


def _name(model: type[Building | Unit], key: str) -> Subquery:
    """Read beside, not joined: the planner's work grows fast with every table of a join."""
    return Subquery(model.objects.filter(pk=OuterRef(key)).values("name"))


def _columns(case: str) -> tuple[Any, ...]:
    """The columns of a case, as `VisitedCase` has them; `case`: what leads to it, with its underscores."""
    columns = (
        "id", "number", "status", "outcome", "severity", "received_at", "registered_at", "closed_at",
        "content", "remedy_asked", "promised_at", "cycle_number", "lead", "lead__status", "lead__severity",
        "lead__promised_at", "place", "estate__name", "estate__time_zone", "estate__service_phone",
        "estate__opens", "estate__closes", "estate__lunch_starts", "estate__lunch_ends",
        "estate__staffed_on_days_off", "complainant__phone", "complainant__owner__email",
        "complainant__language", "first_receiver", "first_receiver__name", "first_receiver__username",
        "awaits_claim",
    )  # fmt: skip
    shown = Attachment.objects.filter(complaint=OuterRef(f"{case}id"), owner_sees=True)
    return (
        *(f"{case}{column}" for column in columns),
        Exists(shown),
        _name(Unit, f"{case}unit"),
        _name(Building, f"{case}building"),
        Subquery(Company.objects.values("name")[:1]),
        Subquery(PolicyVersion.objects.order_by("-number").values("data")[:1]),
    )


def _query(visit: int) -> QuerySet[PortalVisit]:
    revoked = ReceiptLink.objects.filter(pk=OuterRef("link")).values("revoked_at")
    of_visit = ("pk", "started_at", "ended_at", Subquery(revoked), "phone", "estate")
    return PortalVisit.objects.filter(pk=visit).values_list(*of_visit, *_columns("complaint__"))


#: Prepared: saves 2.5 ms of every page of a visit.
_read = PreparedQuery(_query)


def visited_case(visit: int) -> VisitedCase | None:
    """The visit and the case it was opened with; None when there is no such visit. One query.

    A visit that was opened with a phone alone has no case: its columns are empty.
    """
    return next((VisitedCase(*row) for row in _read(visit)), None)


def another_case(visited: VisitedCase, number: str, at: datetime) -> VisitedCase | None:
    """The case of this number, where the visit has shown a phone that opens it. Two queries, else none."""
    if not visited.shown_phone or visited.shown_estate is None:
        return None
    his = cases_of(visited.shown_phone, visited.shown_estate, at=at, policy=visited.policy)
    row = his.filter(number=number).values_list(*_columns("")).first()
    of_visit = (visited.visit, visited.started_at, visited.ended_at, visited.revoked_at)
    return VisitedCase(*of_visit, visited.shown_phone, visited.shown_estate, *row) if row else None
