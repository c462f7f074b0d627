"""The outbox: what must be told is a row first, then a message (reliability: nothing lost, none double).

`write` belongs to the transaction of what it tells of. `send_due` claims rows with a lease, sends, and
marks them with the attempt number as a fence, so that a sender that died or woke up late does no harm.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import Case, F, QuerySet, When

from complaints.channels import CHANNELS, customers, preferences, robot
from complaints.channels.outcomes import Elsewhere, Later, Never, NotNeeded
from complaints.decisions import EXTENSION, OVERRUN, SUPERIOR
from complaints.models import (
    Complaint,
    Event,
    Extension,
    Notification,
    OutboxMessage,
    Overrun,
    PortalCode,
    ReceiptLink,
    SuperiorRequest,
    SweepMark,
    WeChatBinding,
)
from complaints.promises import Promise
from complaints.restricted_access import CaseReaders
from config.framework import bulk_insert
from staff.models import User
from staff.permissions import permissions_of
from staff.roles import Role
from staff.stand_ins import StandIns

logger = logging.getLogger(__name__)

#: Renewed before each message of a batch, and longer than any channel takes for one.
LEASE = timedelta(seconds=60)
BATCH = 5
TRIES = 10
#: After so many failures on end a channel is taken to be down; all that waits for it waits a lease more.
DOWN = 2
LONGEST_BACKOFF = timedelta(hours=1)

# What a line of the inbox and a message of the outbox are written with.
LINE = ("user", "complaint", "kind", "params", "key", "created_at", "read_at")
MESSAGE = (*LINE[:-1], "channel", "state", "not_before", "attempts", "error")

#: What one act may be about several of: its parameter, and how the key of a message names it.
SEVERAL = {"extension": "x", "lapsed": "x", "overrun": "v", "superior_request": "s", "visit": "w"}

#: While set, rows are written that can never be sent; in-app lines before it count as read.
_muted_until: ContextVar[datetime | None] = ContextVar("muted_until", default=None)


@dataclass(frozen=True)
class Notice:
    """Something one person must be told about a case; no user: the group of its estate."""

    user: User | None
    kind: str
    complaint: Complaint | None = None
    params: dict[str, Any] = field(default_factory=dict)


def unreached(
    case: Complaint,
    kind: str,
    roles: Iterable[Role],
    administrators: Iterable[User],
    *,
    at: datetime,
    recorded_at: datetime,
    but: Iterable[int] = (),
) -> tuple[Event, list[Notice]]:
    """What is written when nobody of `roles` can be told, besides those of `but`, who must not be.

    The first page goes by the entry until somebody can be reached. The administrators see no cases, so
    their message is about the postings they have to mend.
    """
    people = list(administrators)
    what = {"roles": list(roles), "but": sorted(but), "told": [person.pk for person in people]}
    event = Event(complaint=case, at=at, recorded_at=recorded_at, kind="unreached", params=what)
    where = {"number": case.number, "estate": case.estate.name}
    return event, [Notice(person, kind, None, where) for person in people]


@contextmanager
def muted(until: datetime) -> Iterator[None]:
    """Write messages that are never sent: for replaying a past. In-app lines before `until` are read."""
    token = _muted_until.set(until)
    try:
        yield
    finally:
        _muted_until.reset(token)


def write(notices: Iterable[Notice], *, at: datetime, source: str) -> None:
    """Inbox lines and outbox rows; `source` names the cause, so that the same cause writes once."""
    write_many({source: notices}, at=at)


def write_many(notices: Mapping[str, Iterable[Notice]], *, at: datetime) -> None:
    """The notices of several causes."""
    bulk_insert.write(*rows_of(notices, at=at))


def rows_of(
    notices: Mapping[str, Iterable[Notice]], *, at: datetime
) -> tuple[bulk_insert.Rows, bulk_insert.Rows]:
    """The same still to be written; its cases may be written with them."""
    mute = _muted_until.get()
    state = OutboxMessage.State.MUTED if mute else OutboxMessage.State.QUEUED
    read_at = at if mute and at < mute else None
    lines: list[tuple[Any, ...]] = []
    outbox: list[tuple[Any, ...]] = []
    for source, notice in ((source, notice) for source, some in notices.items() for notice in some):
        user, case, kind = notice.user, notice.complaint, notice.kind
        if user is None:
            if case and robot.hears_of(kind, case):
                key = f"robot:{source}:{kind}"
                outbox.append((None, case, kind, notice.params, key, at, "robot", state, at, 0, ""))
            continue
        key = f"{source}:{kind}:{user.pk}"
        for name, mark in SEVERAL.items():
            if name in notice.params:
                key += f":{mark}{notice.params[name]}"
        lines.append((user.pk, case, kind, notice.params, key, at, read_at))
        is_grave = preferences.is_grave(case, notice.params)
        for way in preferences.ways(user, kind, is_grave=is_grave):
            not_before = preferences.not_before(user, case, at, is_grave=is_grave)
            outbox.append(
                (user.pk, case, kind, notice.params, f"{way}:{key}", at, way, state, not_before, 0, "")
            )
    return bulk_insert.Rows(Notification, LINE, lines), bulk_insert.Rows(OutboxMessage, MESSAGE, outbox)


def write_to_customer(
    case: Complaint,
    events: Iterable[Event],
    *,
    at: datetime,
    promised: Callable[[], Iterable[Promise]] = tuple,
) -> None:
    """Messages to the customer about what just happened, each with a link of its own to his case.

    `promised`: what stands on his receipt, asked for only where he is written to about it.
    """
    wanted = customers.wanted_of(events)
    ways = {kind: way for kind in {kind for kind, _event in wanted} if (way := customers.way_to(case, kind))}
    reached = [(kind, event) for kind, event in wanted if kind in ways]
    for kind, event, params in customers.messages_for(reached, at, promised):
        _write_one(case, kind, params, key=f"{ways[kind]}:e{event.pk}:{kind}", at=at)


def _write_one(case: Complaint, kind: str, params: dict[str, Any], *, key: str, at: datetime) -> None:
    """The row and the link in it, whose secret is worked out from the row's key."""
    state = OutboxMessage.State.MUTED if _muted_until.get() else OutboxMessage.State.QUEUED
    row = {"complaint": case, "kind": kind, "params": params, "not_before": at, "created_at": at}
    OutboxMessage.objects.create(key=key, channel=key.partition(":")[0], state=state, **row)
    secret = hashlib.sha256(customers.link_token(key).encode()).hexdigest()
    ReceiptLink.objects.create(complaint=case, token_sha256=secret, created_at=at)


def write_code(code: PortalCode, *, at: datetime, language: str = "") -> None:
    """A one-time code by text message. A miss of a case writes the same row, which is never sent.

    `language`: in which he reads the page that asks for it, where no case or draft says.
    """
    goes = code.complaint_id or code.draft_id or code.phone
    OutboxMessage.objects.create(
        key=f"sms:code{code.pk}",
        channel="sms",
        complaint_id=code.complaint_id,
        kind="owner_code",
        params={"code": code.pk} | ({"language": language} if language else {}),
        not_before=at,
        created_at=at,
        state=OutboxMessage.State.QUEUED if goes else OutboxMessage.State.MUTED,
    )


def send_due(now: datetime) -> int:
    """Send one batch of what is due; how many were claimed. Call again while it is not zero.

    A channel that is down holds up no other: what waits for it is put off.
    """
    began = monotonic()
    claimed = _claim(now)
    failures: Counter[str] = Counter()
    put_off: dict[str, datetime] = {}
    for message in claimed:
        if again := put_off.get(message.channel):
            _close(message, OutboxMessage.State.QUEUED, attempts=F("attempts") - 1, not_before=again)
            continue
        until = now + timedelta(seconds=monotonic() - began) + LEASE
        if not _held(message).update(lease_until=until, not_before=until):
            continue  # the messages before took so long that another sender has it now
        try:
            _send(message, now)
            failures[message.channel] = 0
        except Later as later:
            _retry(message, later, now, later.wait)
            put_off[message.channel] = _put_off(message.channel, now, later.wait)
        except Exception as error:  # any failure of a channel is kept and tried again
            _retry(message, error, now)
            failures[message.channel] += 1
            if failures[message.channel] == DOWN:
                put_off[message.channel] = _put_off(message.channel, now, LEASE)
    mark("send", now)
    return len(claimed)


def _send(message: OutboxMessage, now: datetime) -> None:
    """Send it, or write down why it is not sent. Raises what passes."""
    if not _still_concerns(message, now):
        return _pass_on(message, now)
    if reason := preferences.in_vain(message, now):
        return _close(message, OutboxMessage.State.MUTED, error=reason)
    try:
        CHANNELS[message.channel].send(message)
    except NotNeeded as reason:
        _close(message, OutboxMessage.State.MUTED, error=str(reason)[:300])
    except Elsewhere as reason:
        _go_elsewhere(message, reason, now)
    except Never as refusal:
        logger.warning("outbox %s refused: %s", message.key, refusal)
        _close(message, OutboxMessage.State.FAILED, error=str(refusal)[:300])
    else:
        _close(message, OutboxMessage.State.SENT, sent_at=now, error="")
    return None


def _go_elsewhere(message: OutboxMessage, reason: Elsewhere, now: datetime) -> None:
    """The customer is told over the next way that leads to him; what is ours to mend stays in sight."""
    case = message.complaint
    with transaction.atomic():
        WeChatBinding.objects.filter(pk=reason.binding).delete()
        way = customers.way_to(case, message.kind, but=message.channel) if case else ""
        key = f"{way}:{message.key.partition(':')[2]}"
        state = OutboxMessage.State.FAILED if reason.fault or not way else OutboxMessage.State.MUTED
        closed = _held(message).update(state=state, lease_until=None, error=str(reason)[:300])
        # It may have been sent on before, and once more by hand.
        if case and way and closed and not OutboxMessage.objects.filter(key=key).exists():
            _write_one(case, message.kind, message.params, key=key, at=now)
    logger.warning("outbox %s goes by %s: %s", message.key, way or "nothing", reason)


def _put_off(channel: str, now: datetime, wait: timedelta) -> datetime:
    """Leave a channel alone; until when."""
    due = OutboxMessage.objects.filter(channel=channel, state=OutboxMessage.State.QUEUED)
    due.filter(not_before__lte=now).update(not_before=now + wait)
    return now + wait


def mark(job: str, now: datetime) -> None:
    SweepMark.objects.update_or_create(job=job, defaults={"last_ok": now})


def retry_failed(message: OutboxMessage, *, at: datetime) -> int:
    """Take a message that was given up once more; 1, or 0 if somebody just did."""
    return OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.FAILED).update(
        state=OutboxMessage.State.QUEUED, attempts=0, not_before=at, error=""
    )


def read(notifications: Iterable[int], *, by: User, at: datetime) -> None:
    """Mark lines of the person's own inbox as read."""
    Notification.objects.filter(user=by, pk__in=list(notifications), read_at=None).update(read_at=at)


def read_all(*, by: User, at: datetime) -> None:
    Notification.objects.filter(user=by, read_at=None, created_at__lte=at).update(read_at=at)


def settle(
    complaint: Complaint, kinds: Iterable[str], people: Iterable[User], *, at: datetime, **what: Any
) -> None:
    """Mark as read the lines that asked `people` for what is decided now; `what`: their parameters."""
    asked = Notification.objects.filter(user__in=list(people), read_at=None, complaint=complaint)
    named = {f"params__{name}": value for name, value in what.items()}
    asked.filter(kind__in=list(kinds), created_at__lte=at, **named).update(read_at=at)


def _claim(now: datetime) -> list[OutboxMessage]:
    with transaction.atomic(durable=True):
        waiting = [OutboxMessage.State.QUEUED, OutboxMessage.State.LEASED]
        rows = list(
            OutboxMessage.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state__in=waiting, not_before__lte=now)
            .order_by("not_before", "pk")[:BATCH]
        )
        # A lease that runs out makes the row due again by the same column.
        OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=OutboxMessage.State.LEASED,
            lease_until=now + LEASE,
            not_before=now + LEASE,
            tried_at=Case(When(attempts=0, then=now), default="tried_at"),
            attempts=F("attempts") + 1,
        )
    return list(
        OutboxMessage.objects.filter(pk__in=[row.pk for row in rows])
        .select_related("user", "complaint__estate", "complaint__unit")
        .order_by("pk")
    )


def _held(message: OutboxMessage) -> QuerySet[OutboxMessage]:
    """The row, as long as this attempt holds its lease."""
    return OutboxMessage.objects.filter(
        pk=message.pk, attempts=message.attempts, state=OutboxMessage.State.LEASED
    )


def _close(message: OutboxMessage, state: str, **changes: Any) -> None:
    """Only the attempt that sent may close: a sender that woke up late changes nothing."""
    _held(message).update(state=state, lease_until=None, **changes)


def _retry(message: OutboxMessage, error: Exception, now: datetime, wait: timedelta | None = None) -> None:
    """Try again after `wait`, else later and later; after so many tries it is given up visibly."""
    logger.warning("outbox %s attempt %s: %s", message.key, message.attempts, error)
    said = str(error)[:300] or type(error).__name__
    if message.attempts >= TRIES:
        _close(message, OutboxMessage.State.FAILED, error=said)
        return
    wait = wait or timedelta(minutes=1) * 2 ** (message.attempts - 1)
    _close(message, OutboxMessage.State.QUEUED, not_before=now + min(wait, LONGEST_BACKOFF), error=said)


def _still_concerns(message: OutboxMessage, now: datetime) -> bool:
    """Whether the person still works here and may still see the case; customers and groups always."""
    if message.user is None:
        return True
    if not message.user.is_active:
        return False
    if message.complaint_id is None:
        return True
    seen = Complaint.objects.visible_to(permissions_of(message.user, now))
    return seen.filter(pk=message.complaint_id).exists()


def _pass_on(message: OutboxMessage, now: datetime) -> None:
    """The person lost access between the writing and the sending: the next role up is told instead."""
    with transaction.atomic():
        _close(message, OutboxMessage.State.MUTED, error="The person no longer has access.")
        if message.complaint is None or message.user_id is None:
            return
        line = Notification.objects.filter(key=message.key.partition(":")[2]).first()
        stand_ins = StandIns.load(now, [message.complaint.estate])
        barred = {message.user_id, *message.complaint.respondents.values_list("user_id", flat=True)}
        # What is to be decided goes on to whoever stands for its approver, never to who asked.
        role = Role(message.params.get("approver", Role.SUPERVISOR))
        barred |= {message.params.get("asked_by")}
        if request := Extension.objects.filter(pk=message.params.get("extension")).first():
            role = Role(request.approver_role)
            barred |= EXTENSION.involved(request)
        if duty := Overrun.objects.filter(pk=message.params.get("overrun") or 0).first():
            decided = message.kind in ("overrun_explained", "overrun_undecided")
            role = Role(duty.approver_role) if decided else Role.DEPARTMENT_HEAD
            barred |= OVERRUN.involved(duty) if decided else frozenset()
        if asked := SuperiorRequest.objects.filter(pk=message.params.get("superior_request") or 0).first():
            role = Role(asked.approver_role)
            barred |= SUPERIOR.involved(asked)
        barred |= CaseReaders(message.complaint, stand_ins).without_access
        barred.discard(None)
        _, people = stand_ins.reach(
            role, message.complaint.estate_id, department=message.complaint.department_id, barred=barred
        )
        notices = [Notice(person, message.kind, message.complaint, message.params) for person in people]
        if not people and (message.kind.startswith("level_") or message.kind in preferences.DECISIONS):
            kind = "unreached" if message.kind.startswith("level_") else "undecided"
            event, notices = unreached(
                message.complaint,
                kind,
                [role],
                stand_ins.administrators(message.complaint.estate_id),
                at=now,
                recorded_at=now,
                but=barred,
            )
            event.save()
        write(
            notices,
            at=now,
            source=f"n{line.pk}" if line else f"o{message.pk}",  # once, whatever ways it was to go
        )
