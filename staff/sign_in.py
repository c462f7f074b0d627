"""Signing in: staff only, by user name and password; a refusal never tells why."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from django.contrib.auth.models import AbstractBaseUser
from django.core.mail import EmailMessage
from django.forms import Field
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from staff.mails import AUTOMATIC

REFUSED = _(
    "That user name and password do not open an account."
    " Check both; after several wrong tries, wait five minutes."
)


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

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user = super().authenticate(request, **credentials)
        return user if user and user.is_active else None

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
        return super().render_mail(template_prefix, email, context, {**AUTOMATIC, **(headers or {})})

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"


class Plain:
    """allauth's forms without the words in and under their fields: the page's first sentence says it once."""

    fields: dict[str, Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""


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
    pass


class PasswordNewForm(Plain, ResetPasswordKeyForm):
    pass
