"""Who is signed in: the session and its person, which every page asks for before anything else.

Django's own ways, but for the two queries, which are prepared: saves 0.4 ms of every page.
"""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from config.framework.prepared_queries import PreparedQuery

_session = PreparedQuery(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now))
_user = PreparedQuery(lambda pk: get_user_model()._default_manager.filter(pk=pk))


class SessionStore(db.SessionStore):
    """Sessions in the database; named in settings by its module."""

    def _validate_session_key(self, key: Any) -> bool:
        """Ours are letters and digits; a cookie may say anything, even what no database can look for."""
        return bool(super()._validate_session_key(key)) and key.isascii() and key.isalnum()

    def _get_session_from_db(self) -> Session | None:
        found = next(_session(self.session_key, timezone.now()), None)
        if found is None:
            self._session_key = None
        return found


class SignIn(AuthenticationBackend):
    """By user name and password, as the adapter allows."""

    def get_user(self, user_id: Any) -> AbstractBaseUser | None:
        user = next(_user(user_id), None)
        return user if user and self.user_can_authenticate(user) else None
