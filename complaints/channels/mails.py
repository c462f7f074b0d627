"""E-mail over the SMTP server of the settings."""

from __future__ import annotations

import smtplib
import socket
from contextlib import suppress
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from complaints import message_texts
from complaints.channels.customers import email_of, written
from complaints.channels.outcomes import Never, NotNeeded
from complaints.models import Complaint, OutboxMessage
from config.framework.mail_headers import AUTOMATIC
from staff import invitations

#: The mail by which a new colleague sets his password; its link is made when it is sent.
INVITATION = "invitation"
#: Seconds for a whole conversation, beyond the time-out of its single steps (EMAIL_TIMEOUT).
LONGEST = 30.0
#: Bytes of a paper that goes with a mail; mailboxes take ten megabytes and more.
LARGEST_ATTACHED = 8 * 1024 * 1024


class Email:
    name = "email"

    def send(self, message: OutboxMessage) -> None:
        user = message.user
        if user is None and message.complaint:
            return _deliver(_to_customer(message, message.complaint), message)
        if user is None or not user.email:
            raise NotNeeded("The person has no e-mail address.")
        if message.kind == INVITATION:
            if invitations.has_moved_in(user):
                raise NotNeeded("The person has chosen a password already.")
            return _deliver(invitations.invitation_mail(user), message)
        with translation.override(user.language or settings.LANGUAGE_CODE):
            words = message_texts.words(
                message.kind, message.params, message.complaint, said_at=message.created_at
            )
            context = {"words": words, "user": user, "base_url": settings.BASE_URL}
            mail = EmailMultiAlternatives(
                subject=render_to_string("emails/notice-subject.txt", context).strip(),
                body=render_to_string("emails/notice-text.txt", context),
                to=[user.email],
                headers=AUTOMATIC,
            )
            mail.attach_alternative(render_to_string("emails/notice-html.html", context), "text/html")
            if paper := message.params.get("attached"):
                _attach(mail, paper)
        return _deliver(mail, message)


def _attach(mail: EmailMessage, paper: dict[str, str]) -> None:
    """A paper of ours beside the link; one that is too large for a mailbox, or gone, is left to the link."""
    with suppress(FileNotFoundError), default_storage.open(paper["file"]) as opened:
        if opened.size <= LARGEST_ATTACHED:
            mail.attach(paper["name"], opened.read(), "application/pdf")


def _to_customer(message: OutboxMessage, case: Complaint) -> EmailMessage:
    """To his address in the register: the number of his case and a link. Raises NotNeeded."""
    address = email_of(case)
    if not address:
        raise NotNeeded("The customer has no e-mail address here, or wants no messages.")
    said = written(message, case)
    with translation.override(said.language):
        subject = _("Your complaint %(number)s") % {"number": case.number}
        end = _("If you want no such messages, open the page and choose “Messages”.")
        body = f"{said.words}\n\n{case.estate.name}  {case.estate.service_phone}\n\n{end}\n"
    return EmailMessage(subject=subject, body=body, to=[address], headers=AUTOMATIC)


def message_id(message: OutboxMessage) -> str:
    """The same at every try, so that a mailbox can tell a second copy from a second message."""
    return f"<{message.key.replace(':', '.')}@{urlsplit(settings.BASE_URL).hostname}>"


def _deliver(mail: EmailMessage, message: OutboxMessage) -> None:
    mail.extra_headers["Message-ID"] = message_id(message)
    mail.connection = get_connection()
    end = Timer(LONGEST, _cut, [mail.connection])
    end.daemon = True
    end.start()
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        if code >= 500:
            raise Never(f"{code} {_text(words)}") from refused
        raise
    except smtplib.SMTPDataError as refused:
        if refused.smtp_code >= 500:
            raise Never(f"{refused.smtp_code} {_text(refused.smtp_error)}") from refused
        raise
    finally:
        end.cancel()


def _cut(connection: Any) -> None:
    """End a conversation whose steps each stay just below their time-out."""
    smtp = getattr(connection, "connection", None)
    with suppress(OSError, AttributeError):
        smtp.sock.shutdown(socket.SHUT_RDWR)


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words
