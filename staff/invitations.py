"""The link by which a person chooses his own password: nobody else ever types or knows it.

It works once, for `PASSWORD_RESET_TIMEOUT`, and no longer when the address or the password was changed.
"""

from __future__ import annotations

import logging
from smtplib import SMTPException

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from config.framework.mail_headers import AUTOMATIC
from staff.models import User

logger = logging.getLogger(__name__)


def invitation_link(user: User) -> str:
    """The address to hand to `user`, and to nobody else."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
    return f"{settings.BASE_URL}{path}"


def has_moved_in(user: User) -> bool:
    """Whether he has chosen a password: from then on nobody else leads the log-in elsewhere."""
    return user.has_usable_password()


def invitation_mail(user: User) -> EmailMessage:
    """The mail with the link, in the person's own language."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        context = {"user": user, "link": invitation_link(user), "is_new": not has_moved_in(user)}
        subject = render_to_string("account/email/invitation_subject.txt", context).strip()
        body = render_to_string("account/email/invitation_message.txt", context).strip() + "\n"
    return EmailMessage(subject, body, None, [user.email], headers=AUTOMATIC)


def send_invitation(user: User) -> bool:
    """Mail the link at once; whether the mail server took it."""
    try:
        invitation_mail(user).send()
    except (OSError, SMTPException) as error:
        logger.warning("invitation of user %s was not sent: %s", user.pk, error)
        return False
    return True
