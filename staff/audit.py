"""The audit: what somebody tried, read in numbers or took out, kept whatever becomes of the request.

The only writer of `AuditRow`. The same person, thing and place within one minute are one row that counts,
so that no number of tries fills the table. A row that cannot be written is said in the log and fails nothing.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error, IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest

from config.framework.client_addresses import UNKNOWN, client_address, network_of
from staff.models import AuditRow, User

logger = logging.getLogger(__name__)
Kind = AuditRow.Kind
#: Rows of strangers, of one kind and minute; those beyond are counted together, from wherever they come.
OF_STRANGERS = 60
#: How personal data was handled is kept for three years at least (个人信息保护法 第五十六条), network
#: logs for six months at least (网络安全法 第二十一条); beyond both is longer than needed (个保法 第十九条).
KEPT_YEARS = 3
#: Rows that one statement removes.
AT_ONCE = 1000


@dataclass(frozen=True)
class Note:
    """What is to be written of a request. `about`: a page's name, or a sort of row and its key.

    `case`: the number of the case it is about. `filters`: what of many was asked for, as in an address,
    without words that may name a person. `found`: how many rows were handed out.
    """

    kind: str
    about: str = ""
    case: str = ""
    filters: str = ""
    found: int | None = None


def write(request: HttpRequest, said: Note, *, user: int | None, at: datetime) -> None:
    """Count it to the row of its minute, or begin that row.

    Call it outside the transaction of what is recorded.
    """
    try:
        address = client_address(request)
        bucket = _bucket(said, user, network_of(address), at)
        if _counted(bucket, said):
            return
        if user is None and _are_many(said.kind, at):
            address = UNKNOWN
            bucket = _bucket(Note(said.kind), None, UNKNOWN, at)
            if _counted(bucket, said):
                return
            said = Note(said.kind)
        try:
            with transaction.atomic():
                AuditRow.objects.create(
                    at=at,
                    kind=said.kind,
                    user_id=user,
                    about=said.about[:120],
                    case=said.case[:20],
                    filters=said.filters[:200],
                    found=said.found,
                    address=address,
                    bucket=bucket,
                )
        except IntegrityError:  # another process began it just now
            _counted(bucket, said)
    except Error:
        logger.exception("audit row not written: %s by user %s", said.kind, user)


def _bucket(said: Note, user: int | None, network: str, at: datetime) -> str:
    parts = (said.kind, user, said.about, said.case, said.filters, network, int(at.timestamp()) // 60)
    return hashlib.sha256("\0".join(map(str, parts)).encode(errors="replace")).hexdigest()


def _counted(bucket: str, said: Note) -> bool:
    found = {} if said.found is None else {"found": F("found") + said.found}
    return bool(AuditRow.objects.filter(bucket=bucket).update(times=F("times") + 1, **found))


def _are_many(kind: str, at: datetime) -> bool:
    """Whether strangers have begun as many rows of this kind within a minute as they may."""
    rows = AuditRow.objects.filter(kind=kind, at__gt=at - timedelta(minutes=1), user=None)
    return rows[:OF_STRANGERS].count() >= OF_STRANGERS


def wrong_log_in(request: HttpRequest, username: str, *, at: datetime) -> None:
    """What was typed is not kept unless it is a log-in of ours: people type passwords there too."""
    write(request, Note(Kind.WRONG_LOG_IN), user=_known(username), at=at)


def locked_out(request: HttpRequest, username: str, *, at: datetime) -> None:
    """A try while the account or the network has to wait: its password was not even looked at."""
    write(request, Note(Kind.LOCKED), user=_known(username), at=at)


def _known(username: str) -> int | None:
    try:
        known = User.objects.filter(username__iexact=username[:150].replace("\0", ""))
        return known.values_list("pk", flat=True).first()
    except Error:
        return None


def note(request: HttpRequest, kind: str, about: str, *, case: str = "", filters: str = "") -> None:
    """A page is about to show or hand out something: its row is written when the answer is made."""
    request.audit_notes = [*getattr(request, "audit_notes", ()), Note(kind, about, case, filters)]


def phones_shown(request: HttpRequest, about: str, *, case: str = "") -> None:
    note(request, Kind.PHONES, about, case=case)


def taken_out(request: HttpRequest, about: str, *, case: str = "", filters: str = "") -> None:
    note(request, Kind.EXPORT, about, case=case, filters=filters)


def kept_since(at: datetime) -> datetime:
    """What is older has been removed, or is about to be."""
    try:
        return at.replace(year=at.year - KEPT_YEARS)
    except ValueError:  # 29 February
        return at.replace(year=at.year - KEPT_YEARS, day=28)


def forget(at: datetime, *, batches: int = 50) -> int:
    """Remove what has been kept long enough, the oldest first, some at once; how many."""
    removed = 0
    for _turn in range(batches):
        old = AuditRow.objects.filter(at__lt=kept_since(at)).order_by("at", "pk")
        keys = list(old.values_list("pk", flat=True)[:AT_ONCE])
        removed += AuditRow.objects.filter(pk__in=keys).delete()[0] if keys else 0
        if len(keys) < AT_ONCE:
            break
    return removed
