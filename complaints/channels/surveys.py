"""What a home is told of a survey 顾客满意度调查: the link to its questions, by text message.

The row in the outbox holds the key of the invitation; phone and secret are looked up and worked out when it
is sent, as for every customer.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.timezone import get_default_timezone
from django.utils.translation import pgettext_lazy

from complaints.channels.customers import Text, link_token, mobile
from complaints.channels.outcomes import NotNeeded
from complaints.models import Complainant, OutboxMessage, SurveyInvitation
from complaints.surveys import State
from owners.models import Occupancy, Phone

TEMPLATE = "survey"
SENTENCES = {
    "survey_asked": pgettext_lazy(
        "text message",
        "%(estate)s asks how satisfied you are. Two minutes, no name, until %(until)s: %(link)s",
    ),
    "survey_reminded": pgettext_lazy(
        "text message",
        "%(estate)s has no answer of your home yet. Two minutes, no name, until %(until)s: %(link)s",
    ),
}
#: Whoever owns it is asked before whoever rents it.
FIRST = (Occupancy.Capacity.OWNER_OCCUPIER, Occupancy.Capacity.INVESTOR, Occupancy.Capacity.MERCHANT)


def link_of(row: SurveyInvitation) -> str:
    """The address of its questions. Its secret is worked out from the key and that of the installation."""
    return f"{settings.BASE_URL}/q/{link_token(row.key)}"


def goes_by_text() -> bool:
    """Whether the gateway has a text for it."""
    return bool(settings.SMS and settings.SMS["templates"].get(TEMPLATE))


def reached(units: Collection[int], day: date) -> dict[int, tuple[str, str]]:
    """By home, the mobile number that is written to, and in which language. Three queries.

    One of a home: who owns it before who rents it. Who wants no text messages gets none.
    """
    lives = Occupancy.objects.on(day).filter(unit__in=units).select_related("owner").order_by("pk")
    here = sorted(lives, key=lambda one: one.capacity not in FIRST)
    numbers: dict[int, list[str]] = {}
    own = Phone.objects.filter(owner__in={one.owner_id for one in here}, is_own=True)
    for owner, number in own.values_list("owner", "number"):
        if plain := mobile(number):
            numbers.setdefault(owner, []).append(plain)
    every = {number for some in numbers.values() for number in some}
    silent = set(
        Complainant.objects.filter(phone__in=every, no_texts=True).values_list("phone", flat=True)
        if every
        else ()
    )
    found: dict[int, tuple[str, str]] = {}
    for one in here:
        phone = next((number for number in numbers.get(one.owner_id, ()) if number not in silent), "")
        if phone:
            found.setdefault(one.unit_id, (phone, one.owner.language))
    return found


def to_home(message: OutboxMessage) -> Text:
    """The text message in the language of whoever lives there. Raises NotNeeded."""
    rows = SurveyInvitation.objects.select_related("survey", "unit__estate")
    row = rows.filter(pk=message.params["invitation"]).first()
    if row is None or row.answered_on or row.survey.state != State.RUNNING:
        raise NotNeeded("The home has answered, or the survey is over.")
    today = message.not_before.astimezone(get_default_timezone()).date()
    if row.survey.ends_on < today:
        raise NotNeeded("Links have ended; only paper is still entered.")
    phone, language = reached([row.unit_id], today).get(row.unit_id, ("", ""))
    if not phone:
        raise NotNeeded("The home has no mobile number here, or wants no text messages.")
    with translation.override(language):
        params = {
            "estate": row.unit.estate.name,
            "until": f"{row.survey.ends_on:%Y-%m-%d}",
            "link": link_of(row),
        }
        return Text(phone, language, TEMPLATE, params, str(SENTENCES[message.kind]) % params)
