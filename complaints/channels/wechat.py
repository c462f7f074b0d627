"""The company's official account 公众号: template messages to owners who asked for them.

WeChat answers 200 and says by `errcode` how it went. No sentence names an address: it holds a secret.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from http.client import HTTPException
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext_lazy

from complaints.channels import web
from complaints.channels.customers import binding_of, written
from complaints.channels.outcomes import Elsewhere, Later, Never, NotNeeded
from complaints.models import Complaint, OutboxMessage, WeChatBinding

#: The access token is wrong, has expired or was replaced by a newer one.
TOKEN_SPENT = frozenset({40001, 40014, 41001, 42001})
#: He does not follow the account, refuses its messages, or is unknown to it.
GONE = frozenset({40003, 43004, 43101})
#: Too many for a minute or a day.
TOO_MANY = frozenset({45009, 45011})
#: Busy; all else is an error of ours: of the template, its values or the rights of the account.
PASSING = frozenset({-1})
PAUSE = timedelta(minutes=1)
#: After so many tries that failed the next way is taken: an owner does not wait for hours.
TRIES = 4
#: Characters a value may have, by how WeChat calls its place; all others have the longest.
LONGEST = {"thing": 20, "phrase": 5, "const": 20}
LONGEST_ELSE = 32


#: What has happened, in the few characters that a place of a template takes.
SHORT: dict[str, Any] = {
    "owner_received": pgettext_lazy("official account", "We have received it"),
    "owner_promise": pgettext_lazy("official account", "A new time is promised"),
    "owner_asked": pgettext_lazy("official account", "More time is asked for"),
    "owner_reply": pgettext_lazy("official account", "Our reply is here"),
    "owner_rating": pgettext_lazy("official account", "Please rate our work"),
}


class TokenSpent(Exception):
    """The access token does not hold."""


class Refused(Exception):
    """WeChat says no: its code, and what it means in short."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class WeChat:
    name = "wechat"

    def __init__(self) -> None:
        #: (account, secret, address): token and until when it holds, by this process's own clock.
        self._tokens: dict[tuple[str, str, str], tuple[str, float]] = {}

    def send(self, message: OutboxMessage) -> None:
        """Raises Elsewhere where he is not reached here, and after too many tries."""
        case = message.complaint
        if case is None:
            raise NotNeeded("There is no case to tell of.")
        _account()
        binding = binding_of(case)
        if binding is None:
            raise Elsewhere("The customer takes no messages by WeChat any more.")
        try:
            said = self._call("message/template/send", body=_body(message, case, binding))
            if "errcode" not in said:
                raise OSError("WeChat does not say that it has the message.")
        except Refused as refusal:
            is_gone = refusal.code in GONE
            raise Elsewhere(
                str(refusal), fault=not is_gone, binding=binding.pk if is_gone else 0
            ) from refusal
        except Never as refusal:  # the address is wrong, or what stands before it lets nothing through
            raise Elsewhere(str(refusal), fault=True) from refusal
        except (OSError, HTTPException) as error:
            if message.attempts >= TRIES:
                raise Elsewhere(f"WeChat: {error or type(error).__name__}") from error
            raise

    def follows(self, openid: str) -> bool:
        """Whether messages reach him: he follows the account. Raises what `_call` raises."""
        return bool(self._call("user/info", {"openid": openid}).get("subscribe"))

    def _call(
        self, what: str, asked: dict[str, str] | None = None, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Once more with a fresh token where the one at hand is spent. Raises Refused, Later or OSError."""
        spent: TokenSpent | None = None
        for fresh in (False, True):
            query = urlencode({"access_token": self._token(fresh=fresh)} | (asked or {}))
            try:
                return checked(web.exchange(f"{_account()['url']}/cgi-bin/{what}?{query}", body))
            except TokenSpent as again:
                spent = again
        raise OSError(f"WeChat takes no access token: {spent}")

    def _token(self, *, fresh: bool) -> str:
        """The stable one, which is the same for every process and does not end that of another."""
        of = _account()
        key = (of["app_id"], of["secret"], of["url"])
        token, until = self._tokens.get(key, ("", 0.0))
        if fresh or monotonic() >= until:
            asked = {
                "grant_type": "client_credential",
                "appid": of["app_id"],
                "secret": of["secret"],
                "force_refresh": fresh,
            }
            said = checked(web.exchange(f"{of['url']}/cgi-bin/stable_token", asked))
            token = str(said.get("access_token", ""))
            if not token:  # no answer of WeChat's: a page of a network that wants a sign-in, say
                raise OSError("WeChat gives no access token.")
            self._tokens[key] = token, monotonic() + int(said.get("expires_in", 0)) - 60
        return token


#: One for the process, with the token it holds.
ACCOUNT = WeChat()


def _account() -> dict[str, Any]:
    if settings.WECHAT is None:
        raise Elsewhere("No official account is set.")
    return settings.WECHAT


def checked(said: dict[str, Any]) -> dict[str, Any]:
    """The answer, when it says that all went well; a token comes without a code."""
    code = int(said.get("errcode", 0))
    if code == 0:
        return said
    sentence = f"WeChat {code}: {web.plain(str(said.get('errmsg', '')))}"
    if code in TOKEN_SPENT:
        raise TokenSpent(sentence)
    if code in TOO_MANY:
        raise Later(sentence, PAUSE)
    if code in PASSING:
        raise OSError(sentence)
    raise Refused(code, sentence)


def _body(message: OutboxMessage, case: Complaint, binding: WeChatBinding) -> dict[str, Any]:
    """The same at every try; WeChat tells a second copy from a second message by its id."""
    said = written(message, case)
    template = _account()["templates"].get(said.template)
    if template is None:
        raise Elsewhere("The official account has no template for this.")
    with translation.override(said.language):
        values = said.params | {
            "words": str(SHORT[message.kind]),
            "estate": case.estate.name,
            "time": f"{message.created_at.astimezone(case.estate.zone):%Y-%m-%d %H:%M}",
            "state": str(case.owner_status.label),
        }
    return {
        "touser": binding.openid,
        "template_id": template["id"],
        "url": said.params["link"],
        "client_msg_id": hashlib.sha256(message.key.encode()).hexdigest()[:32],
        "data": {place: {"value": _cut(place, values[name])} for place, name in template["data"].items()},
    }


def _cut(place: str, value: str) -> str:
    most = LONGEST.get(place.rstrip("0123456789"), LONGEST_ELSE)
    return value if len(value) <= most else f"{value[: most - 1]}…"


# Who he is there -----------------------------------------------------------------------------------


def consent_address(back: str, state: str) -> str:
    """Where WeChat's own browser says who he is, without asking him again, and leads back."""
    asked = {
        "appid": _account()["app_id"],
        "redirect_uri": back,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
    }
    return f"{_account()['open_url']}/connect/oauth2/authorize?{urlencode(asked)}#wechat_redirect"


def follower(code: str) -> str:
    """The openid that a code stands for; a code works once. Raises Refused, TokenSpent, Later or OSError."""
    of = _account()
    asked = {"appid": of["app_id"], "secret": of["secret"], "code": code, "grant_type": "authorization_code"}
    said = checked(web.exchange(f"{of['url']}/sns/oauth2/access_token?{urlencode(asked)}"))
    openid = str(said.get("openid", ""))
    if not openid:
        raise OSError("WeChat named nobody.")
    return openid
