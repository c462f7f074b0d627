"""A case's own values for the placeholders of reply templates, and its texts filled with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from complaints.actions.promises import promises_to
from complaints.models import Complainant, Complaint, Cycle, ReplyTemplate
from complaints.promises import Promise, What, still_to_come
from complaints.reply_texts import OFFERED, SPOKEN, filled
from complaints.time_texts import moment
from staff.models import Company, User

C = Complainant.Capacity
#: Who is addressed as what; all others as customers.
ADDRESSED = (
    ({C.OWNER_OCCUPIER, C.INVESTOR}, pgettext_lazy("salutation", "Dear owner")),
    ({C.TENANT, C.FAMILY}, pgettext_lazy("salutation", "Dear resident")),
    ({C.MERCHANT}, pgettext_lazy("salutation", "Dear shop owner")),
    ({C.COMMITTEE}, pgettext_lazy("salutation", "Dear members of the owners' committee")),
)


@dataclass(frozen=True)
class Text:
    """A template filled from a case, in its customer's language."""

    pk: int
    key: str
    title: str
    occasion: str
    text: str


def texts_for(
    case: Complaint,
    verb: str,
    *,
    by: User,
    now: datetime,
    shows_name: bool,
    promised_at: datetime | None = None,
) -> list[Text]:
    """The templates offered for a move of this case, the likeliest first, filled.

    `shows_name`: whether `by` may know who complained, for what is read out to him; `promised_at`: the time
    that is being promised with it. An estate's own text stands in the place of the company's of the same
    key; one for another category is left out, and one that says nothing in the customer's language.
    """
    offered = OFFERED.get(verb, ())
    if not offered:
        return []
    rows = ReplyTemplate.objects.filter(
        Q(estate=None) | Q(estate=case.estate_id),
        Q(category=None) | Q(category=case.category_id) | Q(category__children=case.category_id),
        occasion__in=offered,
        is_active=True,
    )
    language = case.complainant.language
    by_key: dict[str, ReplyTemplate] = {}
    for row in rows.order_by("estate_id", "pk"):
        if row.key not in by_key or row.estate_id:
            by_key[row.key] = row
    fitting = [row for row in by_key.values() if row.text(language)]
    if not fitting:
        return []
    by_name = shows_name and verb in SPOKEN
    values = values_of(case, by=by, now=now, by_name=by_name, promised_at=promised_at)
    fitting.sort(key=lambda row: (offered.index(row.occasion), row.category_id is None, row.pk))
    return [
        Text(row.pk, row.key, str(row), row.occasion, filled(row.text(language), values)) for row in fitting
    ]


def values_of(
    case: Complaint, *, by: User, now: datetime, by_name: bool, promised_at: datetime | None = None
) -> dict[str, str]:
    """What the case says for each placeholder, in its customer's language; what it does not know is empty."""
    with translation.override(case.complainant.language):
        company = Company.objects.first()
        cycle = Cycle.objects.filter(complaint=case, number=case.cycle_number).first()
        told = still_to_come(promises_to(case), now)
        zone = case.estate.zone
        return {
            "name": salutation(case, by_name=by_name),
            "number": case.number,
            "received": moment(case.received_at, zone),
            "place": _place(case),
            "matter": str(case.category or ""),
            "promised": moment(at, zone) if (at := promised_at or _promised(told)) else "",
            "next": moment(told[0].at, zone) if told else "",
            "receiver": case.first_receiver.name,
            "handler": case.handler.name if case.handler else "",
            "department": str(case.department or ""),
            "result": cycle.result if cycle else "",
            "ground": case.invalid_because,
            "phone": case.estate.service_phone,
            "estate": case.estate.name,
            "company": company.name if company else "",
            "centre": _centre(company.name if company else "", case),
            "me": by.name,
        }


def _promised(told: Iterable[Promise]) -> datetime | None:
    """By when it is settled, where that is promised; a limit that does not bind promises nothing."""
    return next((one.at for one in told if one.what == What.SETTLED and not one.usual), None)


def salutation(case: Complaint, *, by_name: bool) -> str:
    """How the customer is addressed.

    By name only in what is read out: what is sent is kept in the timeline, and a name in it would outlive
    the customer's own row (domain.md 1).
    """
    if case.is_collective:
        return pgettext("salutation", "Dear residents")
    if by_name and case.complainant.name:
        return pgettext("salutation", "Dear %(name)s") % {"name": case.complainant.name}
    return next(
        (str(words) for capacities, words in ADDRESSED if case.complainant.capacity in capacities),
        pgettext("salutation", "Dear customer"),
    )


def _place(case: Complaint) -> str:
    if case.unit:
        return case.unit.name
    return case.building.name if case.building else case.place


def centre_of(case: Complaint) -> str:
    """The one name in which formal answers are given (L2), in the language of the screen."""
    return _centre(Company.objects.values_list("name", flat=True).first() or "", case)


def _centre(company: str, case: Complaint) -> str:
    return _("%(name)s customer service centre") % {"name": company or case.estate.name}
