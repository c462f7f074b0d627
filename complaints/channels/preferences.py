"""Who gets which sort of message over which way, and when: choices and quiet hours of each person.

The line in the inbox is always written. What is urgent or major goes out at once, and over at least one
way wherever one is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.channels.customers import mobile
from complaints.channels.links import ABOUT_A_REQUEST, ABOUT_A_SUPERIOR, ABOUT_AN_OVERRUN
from complaints.danger import is_dangerous
from complaints.models import (
    Clock,
    Complaint,
    Extension,
    Notification,
    OutboxMessage,
    Overrun,
    PortalCode,
    SuperiorRequest,
)
from complaints.policy import Severity
from staff.models import User


class Way(TextChoices):
    EMAIL = "email", _("E-mail")
    WECOM = "wecom", _("WeCom")
    SMS = "sms", _("Text message")


class Sort(TextChoices):
    DEADLINES = "deadlines", _("Deadlines")
    DECISIONS = "decisions", _("Requests to decide")
    NEWS = "news", _("News on my cases")
    DIGEST = "digest", _("Daily digest")


#: What goes where while a person has chosen nothing. Text messages cost money: only who asks gets them.
USUAL: tuple[str, ...] = (Way.EMAIL, Way.WECOM)
DECISIONS = (
    ABOUT_A_REQUEST
    | ABOUT_AN_OVERRUN
    | ABOUT_A_SUPERIOR
    | {"compensation_proposed", "invalid_proposed", "referred", "evidence_to_withdraw", "evidence_undecided"}
    | {"commendation_proposed", "commendations_proposed", "commendation_undecided"}
    | {"reward_proposed", "rewards_proposed", "reward_undecided", "reward_doubted"}
)

#: A second person is asked about a role, or a deputy.
ABOUT_A_ROLE = frozenset({"people_asked", "people_asked_together", "people_deputy_asked"})

#: A report of the calendar waits to be checked or signed.
ABOUT_A_REPORT = frozenset({"report_to_check", "report_to_sign", "rating_to_check", "owner_report_to_check"})

#: An appeal against an appraisal waits.
ABOUT_AN_APPEAL = frozenset({"appraisal_appealed", "appraisal_appeal_soon", "appraisal_appeal_over"})


def sort_of(kind: str) -> Sort:
    if kind.startswith("level_") or kind in (
        "levels_together",
        "unreached",
        "undecided",
        "presence_owed",
        "relay_waits",
        "note_waits",
        "reading_unsigned",
        "analysis_soon",
        "analysis_over",
        "promise_due_soon",
        "promise_due_over",
        "promise_carried_out",
        "measure_due_soon",
        "measure_due_over",
        "measure_check_soon",
        "measure_check_over",
        "measure_answer_soon",
        "measure_answer_over",
        "inquiry_signing_soon",
        "inquiry_signing_over",
        "inquiry_scan_soon",
        "inquiry_scan_over",
        "warranty_late",
        "warranty_due",
        "visit_soon",
        "visit_orphaned",
        "visit_late",
        "visit_late_common",
        "visit_over",
        "visit_over_common",
        "visit_unfinished",
        "study_due_soon",
        "study_due_over",
        "studies_due",
        "appraisals_due",
        "appraisals_year_due",
        "appraisal_unsigned",
        "appraisal_unreached",
        "report_remind",
        "report_over",
        "report_day_over",
        "report_unreached",
        "ratings_missing",
        "training_own",
        "training_soon",
    ):
        return Sort.DEADLINES
    if kind in DECISIONS | ABOUT_A_ROLE | ABOUT_A_REPORT | ABOUT_AN_APPEAL:
        return Sort.DECISIONS
    return Sort.DIGEST if kind in ("digest", "reports_late") else Sort.NEWS


def is_grave(complaint: Complaint | None, params: Mapping[str, Any] = MappingProxyType({})) -> bool:
    """People in danger, or major: quiet hours do not count, and it cannot be switched off entirely.

    `params` of a message about several cases say how many of them are major. Words that tell of danger are
    read at once, whatever becomes of them.
    """
    if params.get("danger"):
        return True
    if complaint is None:
        return bool(params.get("major"))
    return is_dangerous(complaint) or complaint.severity == Severity.MAJOR


def open_ways() -> list[Way]:
    """The ways this installation has."""
    return [Way.EMAIL, *([Way.WECOM] if settings.WECOM else []), *([Way.SMS] if settings.SMS else [])]


def reaches(way: str, user: User) -> bool:
    match way:
        case Way.EMAIL:
            return bool(user.email)
        case Way.WECOM:
            return bool(user.wecom_id)
        case _:
            return bool(mobile(user.phone))


def chosen(user: User, sort: Sort) -> list[str]:
    return list(user.channels.get(sort, USUAL))


def ways(user: User, kind: str, *, is_grave: bool) -> list[Way]:
    """Over which ways a message to a person goes, besides the inbox."""
    wanted = chosen(user, sort_of(kind))
    known = [way for way in open_ways() if reaches(way, user)]
    going = [way for way in known if way in wanted]
    return going or (known if is_grave else [])


def not_before(user: User, complaint: Complaint | None, at: datetime, *, is_grave: bool) -> datetime:
    """When a message written at `at` may go out."""
    if user.quiet_from is None or is_grave:
        return at
    return quiet_until(user, at, _zone(complaint)) or at


def quiet_until(user: User, at: datetime, zone: ZoneInfo) -> datetime | None:
    """The end of the person's quiet hours when `at` lies in them; they may run over midnight."""
    begin, end = user.quiet_from, user.quiet_until
    if begin is None or end is None:
        return None
    local = at.astimezone(zone)
    time = local.time()
    if begin < end and not begin <= time < end or begin >= end and end <= time < begin:
        return None
    day = local.date() if time < end else local.date() + timedelta(days=1)
    return max(datetime.combine(day, end, zone).astimezone(UTC), at)


def in_vain(message: OutboxMessage, now: datetime) -> str:
    """Why a message that waited need no longer be sent; empty when it must.

    A message held back by quiet hours falls away when it was read in the inbox, when what it tells is
    over, or when a later one about the same clock waits beside it. Nothing else does: sent late is right.
    """
    if message.kind == "owner_code":
        open_codes = PortalCode.objects.filter(used_at=None, expires_at__gt=now)
        still = open_codes.filter(pk=message.params["code"]).exists()
        return "" if still else "The code is used, replaced or expired."
    user, case = message.user, message.complaint
    if (
        user is None
        or not quiet_until(user, message.created_at, _zone(case))
        or is_grave(case, message.params)
    ):
        return ""
    _way, _colon, key = message.key.partition(":")
    if Notification.objects.filter(key=key, read_at__isnull=False).exists():
        return "Read in the inbox during the quiet hours."
    if message.kind.startswith("level_") and not message.params.get("more_over"):  # it tells of others too
        return _clock_over(message)
    if message.kind in ABOUT_A_REQUEST:
        waits = Extension.objects.filter(pk=message.params.get("extension"), state=Extension.State.PENDING)
        return "" if waits.exists() else "The request was decided during the quiet hours."
    if message.kind in ABOUT_A_SUPERIOR:
        put = SuperiorRequest.objects.filter(pk=message.params.get("superior_request"), state="waiting")
        return "" if put.exists() else "It was decided during the quiet hours."
    if message.kind in ABOUT_AN_OVERRUN:
        asks = (
            ("to_explain",) if message.kind in ("overrun_opened", "overrun_unexplained") else ("to_decide",)
        )
        owed = Overrun.objects.filter(pk=message.params.get("overrun"), state__in=asks)
        return "" if owed.exists() else "It was done during the quiet hours."
    return ""


def _clock_over(message: OutboxMessage) -> str:
    kind, due_at = message.params.get("clock"), message.params.get("due_at")
    running = Clock.objects.running().filter(complaint=message.complaint_id, kind=kind)
    if follow_up := message.params.get("follow_up"):
        running = running.filter(follow_up=follow_up)
    if due_at and not running.filter(due_at=datetime.fromisoformat(due_at)).exists():
        return "The clock stopped or moved during the quiet hours."
    same = {"params__follow_up": message.params["follow_up"]} if "follow_up" in message.params else {}
    later = OutboxMessage.objects.filter(
        user=message.user_id,
        channel=message.channel,
        complaint=message.complaint_id,
        kind__startswith="level_",
        params__clock=kind,
        state__in=[OutboxMessage.State.QUEUED, OutboxMessage.State.LEASED],
        pk__gt=message.pk,
        **same,
    )
    return "A later message about the same clock was waiting too." if later.exists() else ""


def _zone(complaint: Complaint | None) -> ZoneInfo:
    return complaint.estate.zone if complaint else ZoneInfo(settings.TIME_ZONE)
