"""WeCom 企业微信: a message of the company's own application to one person, as a card with a link."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints import message_texts
from complaints.channels import links, web
from complaints.channels.outcomes import Later, Never, NotNeeded
from complaints.models import OutboxMessage
from complaints.time_texts import moment

# WeCom answers 200 and says by `errcode` how it went.
TOKEN_SPENT = frozenset({40014, 41001, 42001})
#: Too many or too many at once: the whole application, or a robot (20 a minute), has to wait.
TOO_MANY = frozenset({45009, 45033})
#: No such person, not in the application's scope, no licence; text refused; robot gone from its group.
FINAL = frozenset(
    {40003, 40008, 40031, 40056, 44004, 45002, 60011, 60111, 81013, 82001, 82004, 93000, 93004, 93008, 301002}
)
PAUSE = timedelta(minutes=1)
#: WeCom forgets after this what it has delivered; four hours are its longest.
DUPLICATES_KNOWN = 4 * 60 * 60
#: Bytes a card may hold.
TITLE, DESCRIPTION = 128, 512


class TokenSpent(Exception):
    """The access token has expired or was replaced."""


class WeCom:
    name = "wecom"

    def __init__(self) -> None:
        #: (company, secret, address): token and until when it holds, by this process's own clock.
        self._tokens: dict[tuple[str, str, str], tuple[str, float]] = {}

    def send(self, message: OutboxMessage) -> None:
        if message.user is None or not message.user.wecom_id:
            raise NotNeeded("The person has no WeCom account here.")
        body = _card(message)
        try:
            said = self._post(body)
        except TokenSpent:
            self._tokens.clear()
            try:
                said = self._post(body)
            except TokenSpent as again:
                raise OSError(f"WeCom takes no access token: {again}") from None
        for refused in ("invaliduser", "unlicenseduser"):
            if message.user.wecom_id.lower() in str(said.get(refused) or "").lower().split("|"):
                raise Never(f"WeCom: {refused}")

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        address = f"{_application()['url']}/cgi-bin/message/send?{urlencode({'access_token': self._token()})}"
        return checked(web.exchange(address, body))

    def _token(self) -> str:
        of = _application()
        key = (of["corp_id"], of["secret"], of["url"])
        token, until = self._tokens.get(key, ("", 0.0))
        if monotonic() >= until:
            asked = urlencode({"corpid": of["corp_id"], "corpsecret": of["secret"]})
            said = checked(web.exchange(f"{of['url']}/cgi-bin/gettoken?{asked}"))
            token = str(said["access_token"])
            self._tokens[key] = token, monotonic() + int(said.get("expires_in", 0)) - 60
        return token


def _application() -> dict[str, Any]:
    if settings.WECOM is None:
        raise NotNeeded("No WeCom application is set.")
    return settings.WECOM


def checked(said: dict[str, Any]) -> dict[str, Any]:
    """The answer, when it says that all went well."""
    code = said.get("errcode")
    if code == 0:
        return said
    sentence = f"WeCom {code}: {web.plain(str(said.get('errmsg', '')))}"
    if code in TOKEN_SPENT:
        raise TokenSpent(sentence)
    if code in TOO_MANY:
        raise Later(sentence, PAUSE)
    if code in FINAL:
        raise Never(sentence)
    raise OSError(sentence)


def _card(message: OutboxMessage) -> dict[str, Any]:
    """The same at every try, with a time of its own: WeCom tells a second copy from a second message."""
    zone = message.complaint.estate.zone if message.complaint else ZoneInfo(settings.TIME_ZONE)
    with translation.override(message.user.language or settings.LANGUAGE_CODE):
        words = message_texts.words(
            message.kind, message.params, message.complaint, said_at=message.created_at
        )
        facts = "\n".join(
            _("%(name)s: %(value)s") % {"name": name, "value": value} for name, value in words.facts
        )
        said_at = moment(message.created_at, zone)
        return {
            "touser": message.user.wecom_id,
            "msgtype": "textcard",
            "agentid": _application()["agent_id"],
            "textcard": {
                "title": _cut(words.line, TITLE),
                "description": _cut(f"{said_at}\n{facts or words.line}", DESCRIPTION),
                "url": links.for_message(message) or f"{settings.BASE_URL}{words.path}",
                "btntxt": pgettext("card button", "Open"),
            },
            "enable_duplicate_check": 1,
            "duplicate_check_interval": DUPLICATES_KNOWN,
        }


def _cut(text: str, most: int) -> str:
    """Within so many bytes; nothing that could be read as markup."""
    text = text.translate({ord("<"): "＜", ord(">"): "＞"})
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - len("…".encode())].decode(errors="ignore") + "…"
