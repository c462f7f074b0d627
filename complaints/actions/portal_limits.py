"""How often something may be asked for or sent on the portal, counted in the database: the one home of it.

Limits are sliding, so no turn of the hour or day gives more. Rows are locked while they are counted, so they
hold under any race and on any number of servers. What was refused does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils.crypto import salted_hmac

from complaints.models import PortalLimit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Nothing is counted for longer: rows that were not touched since are dropped.
LONGEST = DAY


class Cap(NamedTuple):
    """So much of something within any such length of time; `value` says for whom, and is kept keyed only."""

    name: str
    value: str
    within: Sequence[tuple[timedelta, int]]

    @property
    def bucket(self) -> str:
        return salted_hmac(
            "shouwen.portal.limit", f"{self.name} {self.value}", algorithm="sha256"
        ).hexdigest()


def used(cap: Cap, *, at: datetime) -> int:
    """How much of it was counted within its first length of time. One query; it counts nothing."""
    times = PortalLimit.objects.filter(bucket=cap.bucket).values_list("times", flat=True).first() or []
    return sum(moment > at.timestamp() - cap.within[0][0].total_seconds() for moment in times)


@transaction.atomic
def count(caps: Sequence[Cap], *, at: datetime) -> Cap | None:
    """Count one for each, unless one is full: then that one, the first as given, and nothing counts."""
    buckets = sorted(cap.bucket for cap in caps)
    PortalLimit.objects.bulk_create(
        [PortalLimit(bucket=bucket, touched_at=at) for bucket in buckets], ignore_conflicts=True
    )
    # In one order, so that two of them never wait for each other.
    found = PortalLimit.objects.select_for_update().filter(bucket__in=buckets).order_by("bucket")
    limits, now = {limit.bucket: limit for limit in found}, at.timestamp()
    for cap in caps:
        limit = limits[cap.bucket]
        limit.times = [moment for moment in limit.times if moment > now - LONGEST.total_seconds()]
        for length, most in cap.within:
            if sum(moment > now - length.total_seconds() for moment in limit.times) >= most:
                return cap
    for limit in limits.values():
        limit.times.append(now)
        limit.touched_at = at
    PortalLimit.objects.bulk_update(limits.values(), ["times", "touched_at"])
    return None
