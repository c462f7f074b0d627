"""Text messages through a gateway that takes one JSON object by POST (docs/production.md).

A gateway answers 2xx for what it has accepted. It knows a message by `reference` and `Idempotency-Key`,
so that a second try after a lost answer makes no second message.
"""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from complaints import message_texts
from complaints.channels import surveys, web
from complaints.channels.customers import Text, mobile, to_customer
from complaints.channels.outcomes import Never, NotNeeded
from complaints.models import OutboxMessage


class Sms:
    name = "sms"

    def send(self, message: OutboxMessage) -> None:
        if settings.SMS is None:
            raise NotNeeded("No gateway for text messages is set.")
        if message.kind in surveys.SENTENCES:
            text = surveys.to_home(message)
        else:
            text = _to_staff(message) if message.user else to_customer(message)
        template = settings.SMS["templates"].get(text.template, {}).get(text.language)
        if not template:
            raise Never(f"SMS_TEMPLATES has no {text.template} in {text.language}.")
        web.exchange(
            settings.SMS["url"],
            {
                "phone": text.phone,
                "template": template,
                "params": text.params,
                "text": text.words,
                "reference": message.key,
            },
            {settings.SMS["header"]: settings.SMS["token"], "Idempotency-Key": message.key},
        )


def _to_staff(message: OutboxMessage) -> Text:
    """A short line with a link, in the person's language."""
    phone = mobile(message.user.phone)
    if not phone:
        raise NotNeeded("The person has no mobile number.")
    language = message.user.language or settings.LANGUAGE_CODE
    with translation.override(language):
        words = message_texts.words(
            message.kind, message.params, message.complaint, said_at=message.created_at
        )
        link = f"{settings.BASE_URL}{words.path}"
        text = _("Shouwen: %(subject)s %(link)s") % {"subject": words.subject, "link": link}
    number = message.complaint.number if message.complaint else ""
    return Text(phone, language, "staff", {"number": number, "line": words.line, "link": link}, text)
