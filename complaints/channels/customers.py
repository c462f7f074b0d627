"""What a customer is told, and over which way: the number of his case and a link, nothing personal.

By a message of the official account where he asked for that, else by text message, else by e-mail. The
row in the outbox holds neither his phone nor the secret of his link nor his one-time code: the phone is
looked up from the case when the message is sent, the other two are worked out from the row and the key of
the installation. So erasing a person stays one overwrite.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, pgettext_lazy

from complaints.channels.outcomes import NotNeeded
from complaints.models import Complaint, Event, OutboxMessage, PortalCode, WeChatBinding
from complaints.promises import Promise, What, still_to_come
from complaints.statuses import Outcome
from complaints.time_texts import moment, window
from owners.models import Owner
from owners.phones import is_mobile, kept

#: kind of event: the message it makes
ON_EVENT = {
    "registered": "owner_received",
    "extension_requested": "owner_asked",
    "extension_approved": "owner_promise",
    "extension_shortened": "owner_promise",
    "extension_lengthened": "owner_promise",
    "replied": "owner_reply",
    "revisit_tried": "owner_rating",
    "visit_arranged": "owner_visit",
    "visit_moved": "owner_visit",
    "visit_called_off": "owner_visit_off",
    "visit_lapsed": "owner_visit_off",
}
#: kind of message: its template at the gateway (SMS_TEMPLATES), and its words
SENTENCES: dict[str, tuple[str, Any]] = {
    "owner_received": ("received", pgettext_lazy("text message", "We have received your complaint %(number)s. %(promised)s Follow it here: %(link)s")),
    "owner_promise": ("promise", pgettext_lazy("text message", "Complaint %(number)s needs more time. New promised time: %(promised)s. Why: %(link)s")),
    "owner_asked": ("asked", pgettext_lazy("text message", "Complaint %(number)s needs more time. We have asked for time until %(until)s. How it goes on: %(link)s")),
    "owner_reply": ("reply", pgettext_lazy("text message", "The reply to your complaint %(number)s is here. Read it and tell us whether it is settled: %(link)s")),
    "owner_rating": ("rating", pgettext_lazy("text message", "We could not reach you about your complaint %(number)s. Please rate how it was handled: %(link)s")),
    "owner_visit": ("visit", pgettext_lazy("text message", "For your complaint %(number)s a colleague comes to you on %(window)s. If you cannot be there, tell us: %(link)s")),
    "owner_visit_off": ("visit_off", pgettext_lazy("text message", "For your complaint %(number)s: the appointment on %(window)s is called off. How it goes on: %(link)s")),
    "owner_code": ("code", pgettext_lazy("text message", "%(code)s is your code for the page of your complaint. It is valid for ten minutes; none of us will ever ask you for it.")),
}  # fmt: skip

#: Those whose template a gateway may lack (`config.gateways.MORE_TEMPLATES`): the next way is taken.
MAY_LACK = frozenset({"owner_asked", "owner_visit", "owner_visit_off"})


#: Those about an appointment.
OF_VISITS = frozenset({"owner_visit", "owner_visit_off"})


@dataclass(frozen=True)
class Written:
    """A message to a customer: by which template, with which values, and the whole of it in words."""

    language: str
    template: str
    params: dict[str, str]
    words: str


@dataclass(frozen=True)
class Text:
    """One text message: to whom, by which template, with which values, and the whole of it in words."""

    phone: str
    language: str
    template: str
    params: dict[str, str]
    words: str


def mobile(phone: str) -> str:
    """The digits of a mobile number, empty for any other phone.

    >>> mobile("+86 138-1234-5678"), mobile("021-5555 0100")
    ('13812345678', '')
    """
    plain = kept(phone)
    return plain if is_mobile(plain) else ""


def wanted_of(events: Iterable[Event]) -> list[tuple[str, Event]]:
    """Kind and event of the messages that these events make: one a kind, but one for each appointment."""
    events = list(events)
    wanted = {
        ON_EVENT[event.kind]: event
        for event in events
        if event.kind in ON_EVENT and ON_EVENT[event.kind] not in OF_VISITS
    }
    if "owner_promise" in wanted and "promised_at" not in wanted["owner_promise"].params:
        del wanted["owner_promise"]  # more time for a clock that he does not wait for
    if "owner_asked" in wanted and not wanted["owner_asked"].params.get("by_text"):
        del wanted["owner_asked"]  # he was told another way, or was not
    # Of visits only those he waits for.
    visits = [event for event in events if ON_EVENT.get(event.kind) in OF_VISITS and event.owner_sees]
    return [*wanted.items(), *((ON_EVENT[event.kind], event) for event in visits)]


def messages_for(
    wanted: list[tuple[str, Event]], at: datetime, promised: Callable[[], Iterable[Promise]] = tuple
) -> list[tuple[str, Event, dict[str, Any]]]:
    """The same with the parameters of each message."""
    found = [(kind, event, _times(kind, event.params)) for kind, event in wanted]
    for kind, _event, params in found:
        if kind == "owner_received":
            for promise in still_to_come(promised(), at)[:1]:
                params.update(promise=promise.what, usual=promise.usual, promised_at=promise.at.isoformat())
    return found


def _times(kind: str, params: dict[str, Any]) -> dict[str, Any]:
    """The time a message names, as its row keeps it."""
    name = {
        "owner_promise": "promised_at",
        "owner_asked": "until_at",
        "owner_visit": "window",
        "owner_visit_off": "window",
    }.get(kind)
    return {name: params[name]} if name else {}


def way_to(case: Complaint, kind: str, *, but: str = "") -> str:
    """The channel over which he is told: wechat, sms or email, the first that leads to him; else empty.

    `but`: one that turned out not to. Who wants no text messages gets no e-mail either; what he has asked
    his WeChat to tell him goes on. One query where the house has no gateway.
    """
    by_phone = _by_phone(case, kind, but) if settings.WECHAT or settings.SMS else ""
    return by_phone or ("email" if but != "email" and email_of(case) else "")


def _by_phone(case: Complaint, kind: str, but: str) -> str:
    person, template = case.complainant, SENTENCES[kind][0]
    if but != "wechat" and settings.WECHAT and template in settings.WECHAT["templates"] and binding_of(case):
        return "wechat"
    if but == "sms" or settings.SMS is None or person.no_texts or not mobile(person.phone):
        return ""
    if kind not in MAY_LACK:
        return "sms"
    return "sms" if settings.SMS["templates"].get(template, {}).get(person.language) else ""


def binding_of(case: Complaint) -> WeChatBinding | None:
    """The WeChat account that is told for this phone and this person. A query where there is an account."""
    person = case.complainant
    if settings.WECHAT is None or not person.phone or not person.name_key:
        return None
    return WeChatBinding.objects.filter(phone=person.phone, name_key=person.name_key).first()


def email_of(case: Complaint) -> str:
    """The address of this person in the register; empty where there is none, or he wants no messages."""
    of_case = Owner.objects.filter(complaints__complaint=case, complaints__no_texts=False)
    return of_case.exclude(email="").values_list("email", flat=True).first() or ""


def no_text_because(case: Complaint) -> str:
    """Why the customer cannot be told by a message that more time is asked for; empty when he can.

    An e-mail may lie unread until it is too late, so it does not count.
    Of one who hides it says no more than that he cannot.
    """
    if (settings.WECHAT or settings.SMS) and _by_phone(case, "owner_asked", but=""):
        return ""
    if settings.SMS is None:
        return gettext("This system sends no text messages: no gateway is set.")
    person = case.complainant
    if not settings.SMS["templates"].get("asked", {}).get(person.language):
        return gettext("The gateway has no template for this text message yet (“asked”).")
    if case.identity_hidden:
        return gettext("This customer cannot be written to.")
    if person.no_texts:
        return gettext("The customer wants no text messages.")
    return gettext("The customer gave no mobile number.")


def asked_in_words(case: Complaint, until: datetime) -> str:
    """The text message that tells him beforehand, in his language, as the form shows it."""
    with translation.override(case.complainant.language):
        words = {"number": case.number, "until": moment(until, case.estate.zone), "link": "…"}
        return str(SENTENCES["owner_asked"][1]) % words


def to_customer(message: OutboxMessage) -> Text:
    """The text message in the customer's language. Raises NotNeeded where he no longer gets it."""
    case = message.complaint
    if case is None and message.kind == "owner_code":
        return _code_for_phone(message)
    if case is None or not (phone := _reached(case, asked=message.kind == "owner_code")):
        raise NotNeeded("The customer has no mobile number here, or wants no text messages.")
    said = written(message, case)
    return Text(phone, said.language, said.template, said.params, said.words)


def written(message: OutboxMessage, case: Complaint) -> Written:
    """The message in the customer's language, whichever way it goes. Raises NotNeeded."""
    if case.outcome == Outcome.VOID and message.kind != "owner_visit_off":  # he was told that we come
        raise NotNeeded("The entry was voided.")
    template, sentence = SENTENCES[message.kind]
    language = case.complainant.language
    with translation.override(language):
        params = _params(message, case)
        return Written(language, template, params, str(sentence) % params)


def _code_for_phone(message: OutboxMessage) -> Text:
    """The code that shows whose phone it is, of a draft or of all its cases. Raises NotNeeded.

    In the language in which he writes, or in which he asked for it.
    """
    row = PortalCode.objects.select_related("draft").filter(pk=message.params["code"]).first()
    said = row.draft.said if row and row.draft else {}
    phone = mobile(said.get("phone", "") or (row.phone if row else ""))
    if row is None or not phone:
        raise NotNeeded("The draft is gone, or its phone was changed.")
    template, sentence = SENTENCES["owner_code"]
    language = said.get("language") or message.params.get("language", "zh-hans")
    with translation.override(language):
        params = {"code": digits_for(row.browser, row.code.partition("$")[0])}
        return Text(phone, language, template, params, str(sentence) % params)


def _params(message: OutboxMessage, case: Complaint) -> dict[str, str]:
    if message.kind == "owner_code":
        row = PortalCode.objects.get(pk=message.params["code"])
        return {"code": digits_for(row.browser, row.code.partition("$")[0])}
    params = {"number": case.number, "link": f"{settings.BASE_URL}/r/{link_token(message.key)}"}
    if message.kind == "owner_received":
        params["promised"] = ""  # written before it named a time
    if agreed := message.params.get("window"):
        start, end = (datetime.fromisoformat(one) for one in agreed)
        params["window"] = window(start, end, case.estate.zone)
    if until := message.params.get("until_at"):
        params["until"] = moment(datetime.fromisoformat(until), case.estate.zone)
    if promised := message.params.get("promised_at"):
        at = datetime.fromisoformat(promised)
        params["promised"] = (
            Promise(What(message.params["promise"]), at, bool(message.params.get("usual"))).sentence(
                case.estate.zone
            )
            if "promise" in message.params
            else moment(at, case.estate.zone)
        )
    return params


def _reached(case: Complaint, *, asked: bool = False) -> str:
    """The mobile number he is written to; a code he asks for himself is sent whatever he wants else."""
    person = case.complainant
    return mobile(person.phone) if asked or not person.no_texts else ""


# Secrets that are worked out, never stored ----------------------------------------------------------


def link_token(key: str) -> str:
    """The secret of the receipt link in one message: 160 bits, the same at every try."""
    mac = salted_hmac("shouwen.text.link", key, algorithm="sha256").digest()[:20]
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def digits_for(browser: str, salt: str) -> str:
    """The six digits that belong to a browser's secret (160 random bits, as sha256) and a salt."""
    mac = salted_hmac("shouwen.portal.digits", f"{browser}{salt}", algorithm="sha256").hexdigest()
    return f"{int(mac, 16) % 10**6:06d}"
