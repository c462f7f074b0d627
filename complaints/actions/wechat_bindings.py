"""Messages by WeChat: an owner asks for them on 我的投诉, and takes them back there (domain.md 7).

Only a phone that one person goes by can be bound: what the house writes about a household's other people
would else reach one of them alone, where a text message reaches whoever holds the phone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from complaints.actions.portal_own_cases import names_of
from complaints.channels import wechat
from complaints.channels.outcomes import Later, Never
from complaints.models import Complainant, WeChatBinding
from config.framework.refusals import Refused

#: So long may pass between his consent and WeChat's answer.
ANSWERS_WITHIN = timedelta(minutes=10)


def binding_for(phone: str) -> WeChatBinding | None:
    """Where messages for this phone go. One query, none without an official account."""
    return WeChatBinding.objects.filter(phone=phone).first() if settings.WECHAT else None


def person_to_bind(phone: str, estate: int) -> str:
    """The key of the one name that goes by this phone, on cases and in the register; else empty."""
    names = names_of(phone, estate)
    own = Complainant.objects.filter(phone=phone, complaint__estate=estate, name_key__in=names)
    return names[0] if len(names) == 1 and own.exists() else ""


def consent_address(visit: int, back: str, *, at: datetime) -> str:
    """WeChat's address that his consent leads to; it comes back for this visit and for ten minutes only."""
    since = int(at.timestamp())
    return wechat.consent_address(back, f"{since}x{_sign(visit, since)}")


def bind(*, visit: int, phone: str, estate: int, state: str, code: str, at: datetime) -> WeChatBinding:
    """He has agreed, and WeChat says who he is. Bound anew, the account before hears nothing more.

    Raises Refused: nobody's consent, or too late; several people by now; WeChat does not know the code.
    """
    again = _("That did not work: WeChat has not told us who you are. Try again from here.")
    since, _x, signed = state.partition("x")
    is_time = since.isdecimal() and len(since) <= 12
    fresh = is_time and at.timestamp() - int(since) <= ANSWERS_WITHIN.total_seconds()
    if not (fresh and code and constant_time_compare(signed, _sign(visit, int(since)))):
        raise Refused(again)
    name_key = person_to_bind(phone, estate)
    if not name_key:
        raise Refused(_("Several people go by this phone, or nobody: we go on writing text messages to it."))
    try:
        openid = wechat.follower(code)
        follows = wechat.ACCOUNT.follows(openid)
    except (wechat.Refused, wechat.TokenSpent, Later, Never, OSError, HTTPException) as error:
        raise Refused(again) from error
    if not follows:
        raise Refused(_("You do not follow our official account yet. Follow it first, then agree here."))
    kept: dict[str, Any] = {"name_key": name_key, "openid": openid, "bound_at": at}
    return WeChatBinding.objects.update_or_create(phone=phone, defaults=kept)[0]


def _sign(visit: int, since: int) -> str:
    """Letters and digits: WeChat brings nothing else back."""
    return salted_hmac("shouwen.wechat.consent", f"{visit} {since}", algorithm="sha256").hexdigest()


def unbind(phone: str) -> None:
    """He takes it back: nothing of it is kept."""
    WeChatBinding.objects.filter(phone=phone).delete()
