"""The outbox: what must be told is a row first, then a message (reliability: nothing lost, none double).

`write` belongs to the transaction of what it tells of. `send_due` claims rows with a lease, sends, and
marks them with the attempt number as a fence, so that a sender that died or woke up late does no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.utils import translation

from complaints import telling
from complaints.models import Complaint, Notification, OutboxMessage, SweepMark
from staff.directory import Directory, authority
from staff.models import User
from staff.roles import Role

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BATCH = 5  # even at ten seconds a mail it ends within its lease
TRIES = 10
#: After so many failures on end the channel is taken to be down; the rest of the batch waits a lease.
DOWN = 2
LONGEST_BACKOFF = timedelta(hours=1)

#: While set, rows are written that can never be sent; in-app lines before it count as read.
_muted_until: ContextVar[datetime | None] = ContextVar("muted_until", default=None)


@dataclass(frozen=True)
class Letter:
    """Something one person must be told about a case."""

    user: User
    kind: str
    complaint: Complaint | None = None
    params: dict[str, Any] = field(default_factory=dict)


class Channel(Protocol):
    name: str

    def send(self, message: OutboxMessage) -> None:
        """Deliver or raise; the exception's text is kept for the administrator."""


class Email:
    name = "email"

    def send(self, message: OutboxMessage) -> None:
        if (user := message.user) is None:
            raise ValueError("A mail needs a person.")
        with translation.override(user.language or settings.LANGUAGE_CODE):
            words = telling.words(message.kind, message.params, message.complaint)
            context = {"words": words, "user": user, "base_url": settings.BASE_URL}
            mail = EmailMultiAlternatives(
                subject=render_to_string("emails/notice-subject.txt", context).strip(),
                body=render_to_string("emails/notice-text.txt", context),
                to=[user.email],
                headers={"Message-ID": message_id(message)},
            )
            mail.attach_alternative(render_to_string("emails/notice-html.html", context), "text/html")
        mail.send()


def message_id(message: OutboxMessage) -> str:
    """The same at every try, so that a mailbox can tell a second copy from a second message."""
    return f"<{message.key.replace(':', '.')}@{urlsplit(settings.BASE_URL).hostname}>"


CHANNELS: dict[str, Channel] = {channel.name: channel for channel in (Email(),)}


@contextmanager
def muted(until: datetime) -> Iterator[None]:
    """Write messages that are never sent: for replaying a past. In-app lines before `until` are read."""
    token = _muted_until.set(until)
    try:
        yield
    finally:
        _muted_until.reset(token)


def write(letters: Iterable[Letter], *, at: datetime, source: str) -> None:
    """Inbox lines and outbox rows; `source` names the cause, so that the same cause writes once."""
    write_many({source: letters}, at=at)


def write_many(letters: Mapping[str, Iterable[Letter]], *, at: datetime) -> None:
    """The letters of several causes, in two statements."""
    mute = _muted_until.get()
    notifications, outbox = [], []
    for source, letter in ((source, letter) for source, some in letters.items() for letter in some):
        key = f"{source}:{letter.kind}:{letter.user.pk}"
        common = {"user": letter.user, "complaint": letter.complaint, "kind": letter.kind}
        notifications.append(
            Notification(
                **common,
                params=letter.params,
                key=key,
                created_at=at,
                read_at=at if mute and at < mute else None,
            )
        )
        if letter.user.email:
            outbox.append(
                OutboxMessage(
                    **common,
                    params=letter.params,
                    key=f"email:{key}",
                    channel="email",
                    not_before=at,
                    created_at=at,
                    state=OutboxMessage.State.MUTED if mute else OutboxMessage.State.QUEUED,
                )
            )
    Notification.objects.bulk_create(notifications, ignore_conflicts=True)
    OutboxMessage.objects.bulk_create(outbox, ignore_conflicts=True)


def send_due(now: datetime) -> int:
    """Send one batch of what is due; how many were claimed, 0 when the channel is down.

    Call again while it is not zero.
    """
    claimed = _claim(now)
    failures = 0
    for message in claimed:
        if failures == DOWN:
            _close(message, OutboxMessage.State.QUEUED, attempts=F("attempts") - 1)
            continue
        if not _held(message).exists():
            continue  # the messages before took so long that another sender has it now
        try:
            if _still_concerns(message, now):
                CHANNELS[message.channel].send(message)
                _close(message, OutboxMessage.State.SENT, sent_at=now)
            else:
                _pass_on(message, now)
            failures = 0
        except Exception as error:  # any failure of a channel is kept and tried again
            failures += 1
            logger.warning("outbox %s attempt %s: %s", message.key, message.attempts, error)
            _retry(message, error, now)
    mark("send", now)
    return len(claimed) if failures < DOWN else 0


def mark(job: str, now: datetime) -> None:
    SweepMark.objects.update_or_create(job=job, defaults={"last_ok": now})


def retry_failed(message: OutboxMessage, *, at: datetime) -> None:
    """Take a message that was given up once more."""
    OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.FAILED).update(
        state=OutboxMessage.State.QUEUED, attempts=0, not_before=at, error=""
    )


def read(notifications: Iterable[int], *, by: User, at: datetime) -> None:
    """Mark lines of the person's own inbox as read."""
    Notification.objects.filter(user=by, pk__in=list(notifications), read_at=None).update(read_at=at)


def read_all(*, by: User, at: datetime) -> None:
    Notification.objects.filter(user=by, read_at=None, created_at__lte=at).update(read_at=at)


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


def _retry(message: OutboxMessage, error: Exception, now: datetime) -> None:
    if message.attempts >= TRIES:
        _close(message, OutboxMessage.State.FAILED, error=str(error)[:300])
        return
    wait = min(timedelta(minutes=1) * 2 ** (message.attempts - 1), LONGEST_BACKOFF)
    _close(message, OutboxMessage.State.QUEUED, not_before=now + wait, error=str(error)[:300])


def _still_concerns(message: OutboxMessage, now: datetime) -> bool:
    """Whether the person still works here and may still see the case."""
    if message.user is None or not message.user.is_active or not message.user.email:
        return False
    if message.complaint_id is None:
        return True
    seen = Complaint.objects.visible_to(authority(message.user, now))
    return seen.filter(pk=message.complaint_id).exists()


def _pass_on(message: OutboxMessage, now: datetime) -> None:
    """The person lost access between the writing and the sending: the next role up is told instead."""
    with transaction.atomic():
        _close(message, OutboxMessage.State.MUTED, error="The person no longer has access.")
        if message.complaint is None or message.user_id is None:
            return
        directory = Directory.load(now, [message.complaint.estate])
        barred = set(message.complaint.respondents.values_list("user_id", flat=True))
        _, people = directory.reach(
            Role.SUPERVISOR, message.complaint.estate_id, barred={*barred, message.user_id}
        )
        write(
            [Letter(person, message.kind, message.complaint, message.params) for person in people],
            at=now,
            source=f"o{message.pk}",
        )
