"""The settings of the gateways for text messages, WeCom and WeChat, read from the environment.

All of a gateway's variables are set, or none. A bad or half setting stops the start with its name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

#: What is sent by text message: to customers, and one kind for all that goes to colleagues.
TEMPLATES = ("code", "received", "promise", "reply", "rating", "staff")
#: Kinds that came later, which a gateway may lack: the customer is then told over the next way.
MORE_TEMPLATES = ("asked", "visit", "visit_off", "survey")
WECOM = "https://qyapi.weixin.qq.com"
WECHAT, WECHAT_OPEN = "https://api.weixin.qq.com", "https://open.weixin.qq.com"
#: What the official account tells owners; a kind without a template goes by text message.
WECHAT_TEMPLATES = ("received", "promise", "asked", "reply", "rating", "visit", "visit_off")
#: What can stand in a place of a template: of every kind, and of some.
WECHAT_VALUES: dict[str | None, tuple[str, ...]] = {
    None: ("number", "words", "estate", "time", "state"),
    "received": ("promised",),
    "promise": ("promised",),
    "asked": ("until",),
    "visit": ("window",),
    "visit_off": ("window",),
}


def sms(env: environ.Env, languages: Sequence[str], *, https: bool) -> dict[str, Any] | None:
    """Any gateway that takes JSON by POST."""
    if not _complete(
        env,
        {
            "SMS_URL": "the gateway's address, such as https://sms.example.com/send",
            "SMS_TOKEN": "the whole value of the header that opens the gateway, such as Bearer secret",
            "SMS_TEMPLATES": "the gateway's template ids by kind and language, as JSON",
        },
    ):
        return None
    return {
        "url": _address("SMS_URL", env.str("SMS_URL"), https=https),
        "header": env.str("SMS_HEADER", default="Authorization"),
        "token": env.str("SMS_TOKEN"),
        "templates": _templates(env.str("SMS_TEMPLATES"), languages),
    }


def wecom_url(env: environ.Env, *, https: bool) -> str:
    """WeCom itself, or a proxy of the company that stands between."""
    return _address("WECOM_URL", env.str("WECOM_URL", default=WECOM), https=https).rstrip("/")


def wecom(env: environ.Env, url: str) -> dict[str, Any] | None:
    """The company's own application, which writes to its people."""
    if not _complete(
        env,
        {
            "WECOM_CORP_ID": "the company's id (corpid)",
            "WECOM_AGENT_ID": "the application's number (agentid)",
            "WECOM_SECRET": "the application's secret",
        },
    ):
        return None
    if not env.str("WECOM_AGENT_ID").isdecimal():
        raise ImproperlyConfigured("WECOM_AGENT_ID is wrong: set it to the application's number (agentid).")
    return {
        "url": url,
        "corp_id": env.str("WECOM_CORP_ID"),
        "agent_id": env.int("WECOM_AGENT_ID"),
        "secret": env.str("WECOM_SECRET"),
    }


def wechat(env: environ.Env, *, https: bool) -> dict[str, Any] | None:
    """The company's official account 公众号 (a service account), which writes to owners who ask for it."""
    if not _complete(
        env,
        {
            "WECHAT_APP_ID": "the account's AppID",
            "WECHAT_SECRET": "the account's AppSecret",
            "WECHAT_TEMPLATES": "its template ids and what stands in their places, as JSON",
        },
    ):
        return None
    addresses = {"url": ("WECHAT_URL", WECHAT), "open_url": ("WECHAT_OPEN_URL", WECHAT_OPEN)}
    return {
        "app_id": env.str("WECHAT_APP_ID"),
        "secret": env.str("WECHAT_SECRET"),
        "templates": _places(env.str("WECHAT_TEMPLATES")),
    } | {
        key: _address(name, env.str(name, default=usual), https=https).rstrip("/")
        for key, (name, usual) in addresses.items()
    }


def _places(text: str) -> dict[str, dict[str, Any]]:
    """Templates by kind: id, and for each place of the template which value of ours stands there."""
    try:
        given = json.loads(text)
        right = bool(given) and given.keys() <= set(WECHAT_TEMPLATES)
        for kind, template in given.items():
            known = {*WECHAT_VALUES[None], *WECHAT_VALUES.get(kind, ())}
            right = right and isinstance(template["id"], str) and bool(template["id"])
            right = right and bool(template["data"]) and set(template["data"].values()) <= known
    except (ValueError, TypeError, KeyError, AttributeError):
        right = False
    if not right:
        raise ImproperlyConfigured(
            'WECHAT_TEMPLATES is wrong: set it to JSON such as {"reply": {"id": "…", "data":'
            ' {"character_string1": "number", "thing2": "words"}}}, with any of '
            f"{', '.join(WECHAT_TEMPLATES)}."
        )
    found: dict[str, dict[str, Any]] = given
    return found


def _complete(env: environ.Env, names: dict[str, str]) -> bool:
    missing = [name for name in names if not env.str(name, default="")]
    if missing and len(missing) < len(names):
        raise ImproperlyConfigured(
            f"{missing[0]} is missing: set it to {names[missing[0]]}. Or leave out all of {', '.join(names)}."
        )
    return not missing


def _address(name: str, value: str, *, https: bool) -> str:
    """The value when it is an address of the right kind. It is never repeated: it may hold a secret."""
    schemes = ("https",) if https else ("https", "http")
    try:
        parts = urlsplit(value)
        right = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        right = False
    if not right:
        raise ImproperlyConfigured(f"{name} is wrong: set it to an address that begins with {schemes[0]}://.")
    return value


def _templates(text: str, languages: Sequence[str]) -> dict[str, dict[str, str]]:
    """Ids by kind and language: every kind in every language, so that none fails at night.

    Kinds that came later are taken where they are given.
    """
    try:
        given = json.loads(text)
        kinds = (*TEMPLATES, *(kind for kind in MORE_TEMPLATES if kind in given))
        ids = {kind: {language: given[kind][language] for language in languages} for kind in kinds}
        right = all(isinstance(i, str) and i for of in ids.values() for i in of.values())
    except (ValueError, TypeError, KeyError):
        right = False
    if not right:
        raise ImproperlyConfigured(
            'SMS_TEMPLATES is wrong: set it to JSON such as {"code": {"zh-hans": "SMS_1", "en": "SMS_2"}, …}'
            f" with {', '.join(TEMPLATES)}, each in {' and '.join(languages)}."
        )
    return ids
