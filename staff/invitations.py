"""The link by which a person sets a password of his own; the same that the sign-in page sends.

It works once, for `PASSWORD_RESET_TIMEOUT`, and whoever holds it can sign in: it is given to the person
alone, and stands in no row and no log.
"""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation

from staff.models import User


def link_for(user: User) -> str:
    """The whole address, made anew each time; a password that is set ends all of them."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=key)


def mail_for(user: User) -> EmailMessage:
    """The mail with the link, in the person's language."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        said = {"user": user, "username": user.username, "password_reset_url": link_for(user)}
        return get_adapter().render_mail("account/email/password_reset_key", user.email, said)
