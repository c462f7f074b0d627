"""Signing in: staff only, by user name and password; a refusal never tells why.

Wrong tries count by network and by account. A stranger's tries on one account bind his own network first;
those of many networks together bind the account only for browsers it never signed in with.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.signing import BadSignature
from django.forms import Field
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.timezone import now  # noqa: TID251 a door of the library's
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.framework.client_addresses import client_address, client_network
from config.framework.mail_headers import AUTOMATIC
from staff import audit

REFUSED = _(
    "That user name and password do not open an account."
    " Check both; after several wrong tries, wait five minutes."
)


#: Wrong tries on one account from everywhere; a browser that knows it is not bound by them.
ANYWHERE = {"login_failed_anywhere": "30/10m/key"}
#: The cookie of a browser that has signed in before, and how long it is known for.
KNOWN = f"{'__Host-' if settings.SESSION_COOKIE_SECURE else ''}known-browser"
KNOWN_FOR = timedelta(days=180)
#: A computer at the desk is shared by so many.
KNOWN_AT_ONCE = 12


class StaffOnlyAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators.

    A wrong name, a wrong password, a locked and a closed account are all refused with one sentence.
    """

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": REFUSED,
        "too_many_login_attempts": REFUSED,
        "account_inactive": REFUSED,
        "incorrect_password": _("That is not your present password."),
        "enter_current_password": _("That is not your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One account from one network: who tries elsewhere locks out nobody here."""
        return f"{client_network(request)}:{_account(credentials)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            self._check_limits(request, credentials)
        except ValidationError:
            audit.locked_out(request, str(credentials.get("username", "")), at=now())
            raise

    def _check_limits(self, request: HttpRequest, credentials: Mapping[str, Any]) -> None:
        """Raises ValidationError while account or network have to wait."""
        super().pre_authenticate(request, **credentials)
        self._anywhere = None
        account = _account(credentials)
        if account not in _known_here(request):
            self._anywhere = ratelimit.consume(
                request, app="staff", action="login_failed_anywhere", config=ANYWHERE, key=account
            )
            if not self._anywhere:
                raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user = super().authenticate(request, **credentials)
        if user and self._anywhere:
            self._anywhere.rollback()
        return user if user and user.is_active else None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        audit.wrong_log_in(request, str(credentials.get("username", "")), at=now())

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **hooks: Any) -> HttpResponse:
        """The browser is known for this account from now on, besides those it knew."""
        response: HttpResponse = super().post_login(request, user, **hooks)
        known = dict.fromkeys([user.get_username().lower(), *_known_here(request)])
        response.set_signed_cookie(
            KNOWN,
            "\n".join(list(known)[:KNOWN_AT_ONCE]),
            max_age=KNOWN_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Under our own address, whatever name the request came under."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails follow the person's own language, as pages do."""
        chosen = getattr(context.get("user"), "language", "")
        with translation.override(chosen or translation.get_language()):
            super().send_mail(template_prefix, email, context)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        mail: EmailMessage = super().render_mail(
            template_prefix, email, context, {**AUTOMATIC, **(headers or {})}
        )
        return mail

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"


def _account(credentials: Mapping[str, Any]) -> str:
    return str(credentials.get("username", "")).lower()


def _known_here(request: HttpRequest) -> list[str]:
    """The accounts this browser has signed in with."""
    try:
        return str(request.get_signed_cookie(KNOWN, max_age=KNOWN_FOR)).split("\n")
    except (KeyError, BadSignature):
        return []


class Plain:
    """allauth's forms without the words in and under their fields: the page's first sentence says it once.

    Their labels begin with a capital and go on without, as ours do.
    """

    fields: dict[str, Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
            field.label = capfirst(str(field.label).lower()) if field.label else field.label


class SignInForm(Plain, LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name")
        self.fields["login"].widget.attrs["autofocus"] = True


class PasswordChangeForm(Plain, ChangePasswordForm):
    pass


class PasswordSetForm(Plain, SetPasswordForm):
    pass


class PasswordForgottenForm(Plain, ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = pgettext_lazy("address", "E-mail")


class PasswordNewForm(Plain, ResetPasswordKeyForm):
    pass
