"""What a visit opens: whether it still holds, and what the top of its page says, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from complaints.models import Attachment, PolicyVersion, PortalVisit, ReceiptLink
from complaints.models.portal_access import VISIT_LASTS, is_shown_to_customer
from complaints.pasted_order import customers_words
from complaints.policy import Policy, complete
from config.framework.prepared_queries import PreparedQuery
from owners.models import Building, Unit
from staff.models import Company


class Estate(NamedTuple):
    name: str
    zone: ZoneInfo
    service_phone: str
    company: str


@dataclass(frozen=True, slots=True)
class VisitedCase:
    """A visit and its case, as the columns of `_read` come."""

    visit: int
    started_at: datetime
    ended_at: datetime | None
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
    phone: str
    language: str
    receiver: int
    receiver_name: str
    receiver_username: str
    awaits_claim: bool
    has_files: bool
    revoked_at: datetime | None
    unit: str | None
    building: str | None
    company: str | None
    rules: dict[str, Any] | None

    def holds(self, at: datetime) -> bool:
        """Not ended or too old, its link not revoked, its case still shown."""
        if self.ended_at or self.revoked_at or at - self.started_at >= VISIT_LASTS:
            return False
        return is_shown_to_customer(self, at, self.policy)

    @property
    def policy(self) -> Policy:
        """The rules that hold now, for how long he reads his case and can have it opened again."""
        return Policy(0, complete(self.rules or {}))

    @property
    def estate(self) -> Estate:
        return Estate(self.estate_name, ZoneInfo(self.time_zone), self.service_phone, self.company or "")

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


def _name(model: type[Building | Unit], key: str) -> Subquery:
    """Read beside, not joined: the planner's work grows fast with every table of a join."""
    return Subquery(model.objects.filter(pk=OuterRef(key)).values("name"))


def _query(visit: int) -> QuerySet[PortalVisit]:
    shown = Attachment.objects.filter(complaint=OuterRef("complaint"), owner_sees=True)
    revoked = ReceiptLink.objects.filter(pk=OuterRef("link")).values("revoked_at")
    case = (
        "number", "status", "outcome", "severity", "received_at", "registered_at", "closed_at", "content",
        "remedy_asked", "promised_at", "cycle_number", "lead", "lead__status", "lead__severity",
        "lead__promised_at", "place", "estate__name", "estate__time_zone", "estate__service_phone",
        "complainant__phone", "complainant__language", "first_receiver", "first_receiver__name",
        "first_receiver__username", "awaits_claim",
    )  # fmt: skip
    return PortalVisit.objects.filter(pk=visit).values_list(
        "pk", "started_at", "ended_at", "complaint",
        *(f"complaint__{column}" for column in case),
        Exists(shown),
        Subquery(revoked),
        _name(Unit, "complaint__unit"),
        _name(Building, "complaint__building"),
        Subquery(Company.objects.values("name")[:1]),
        Subquery(PolicyVersion.objects.order_by("-number").values("data")[:1]),
    )  # fmt: skip


#: Prepared: saves 2.5 ms of every page of a visit.
_read = PreparedQuery(_query)


def visited_case(visit: int) -> VisitedCase | None:
    """The visit and its case; None when there is no such visit. One query."""
    return next((VisitedCase(*row) for row in _read(visit)), None)
