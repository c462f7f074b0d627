"""Who is told of a report to owners on its way: who may check it, and who wrote what is sent back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from complaints import notifications
from complaints.notifications import Notice
from reports.models import OwnerReport, OwnerReportEntry
from reports.owner_rules import WRITTEN
from staff.models import User
from staff.roles import Role
from staff.stand_ins import StandIns


def writers(row: OwnerReport) -> set[int]:
    """Who has written of it, or of one whose words it took over."""
    chain, one = [row.pk], row
    while one.replaces:
        one = one.replaces
        chain.append(one.pk)
    entries = OwnerReportEntry.objects.filter(report__in=chain, verb__in=WRITTEN)
    return {pk for pk in entries.values_list("actor", flat=True) if pk}


def tell_to_check(row: OwnerReport, *, at: datetime) -> None:
    """It is handed in: those who may check it, none of whom wrote of it."""
    stand_ins, wrote = StandIns.load(at, [row.estate]), frozenset(writers(row))
    reached = [
        person
        for role in (Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER)
        for person in stand_ins.reach(role, row.estate_id, barred=wrote)[1]
    ]
    _tell(row, "owner_report_to_check", reached, at)


def tell_sent_back(row: OwnerReport, *, by: User, at: datetime) -> None:
    """It is to be written on: who wrote it last."""
    entry = row.entries.filter(verb__in=WRITTEN, actor__isnull=False).select_related("actor").last()
    if entry and entry.actor and entry.actor != by:
        present = StandIns.load(at, [row.estate]).present([entry.actor], {by.pk})
        _tell(row, "owner_report_back", present, at)


def _tell(row: OwnerReport, kind: str, people: Iterable[User], at: datetime) -> None:
    params = {
        "owner_report": row.pk, "estate": row.estate.name, "zone": row.estate.zone.key,
        "first_day": f"{row.starts_on}", "last_day": f"{row.ends_on}",
    }  # fmt: skip
    notices = [Notice(one, kind, None, params) for one in dict.fromkeys(people)]
    notifications.write_many({f"owr{row.pk}:{row.version}": notices}, at=at)
