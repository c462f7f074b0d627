"""Estates that are no longer ours: what is said where something new would begin there (domain.md 1)."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.framework.refusals import Refused
from staff.models import Estate


def estate_called(code: str) -> Estate:
    """The estate of this code, for a command. Raises Refused, with those there are."""
    if estate := Estate.objects.filter(code=code).first():
        return estate
    known = "、".join(f"{e.code} {e.name}" for e in Estate.objects.order_by("code")) or _("none")
    raise Refused(
        _("There is no estate with the code %(code)s. Known: %(known)s.") % {"code": code, "known": known}
    )


def why_ended(estate: Estate) -> str:
    """Since when, and whom to turn to; empty for an estate without an end, whether it has come or not."""
    if estate.ended_at is None:
        return ""
    day = date_format(estate.ended_at.astimezone(estate.zone), "DATE_FORMAT")
    if estate.merged_into_id:
        return _("From %(day)s on, %(estate)s is part of %(other)s. File new complaints there.") % {
            "estate": estate,
            "other": estate.merged_into,
            "day": day,
        }
    return _(
        "From %(day)s on, we no longer manage %(estate)s and take no"
        " new complaints there. New contact: %(who)s."
    ) % {
        "estate": estate,
        "day": day,
        "who": estate.turn_to,
    }


def how_ended(estate: Estate) -> str:
    """One sentence: when it ended, why, and where its homes went. Only of an estate with an end."""
    if estate.ended_at is None:
        return ""
    said = {
        "estate": estate,
        "day": date_format(estate.ended_at.astimezone(estate.zone), "DATE_FORMAT"),
        "why": estate.ended_because.rstrip("。.;； "),
    }
    if estate.merged_into_id:
        return _("%(estate)s ended on %(day)s (%(why)s); its homes were merged into %(other)s.") % (
            said | {"other": estate.merged_into}
        )
    return _("%(estate)s ended on %(day)s (%(why)s); its homes were handed to %(who)s.") % (
        said | {"who": estate.turn_to.rstrip("。. ")}
    )


def ended(estate: Estate, at: datetime) -> str:
    """Why nothing new begins there; empty as long as it is ours."""
    return why_ended(estate) if estate.has_ended(at) else ""


def check_ours(estate: Estate, at: datetime) -> None:
    """Raises Refused where nothing new begins any more."""
    if sentence := ended(estate, at):
        raise Refused(sentence, field="estate")


def marked(name: str, ended_at: datetime | None, at: datetime) -> str:
    """An estate's name, with a mark where it is no longer ours."""
    if ended_at is None or ended_at > at:
        return name
    return _("%(estate)s (ended)") % {"estate": name}
