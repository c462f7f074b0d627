"""How long appraisals are kept 保存期限: two years after the time they are about, then erased (rules.md T14).

Erased are sheets with their entries, steps and what was frozen, checks, the messages that led to a sheet, and
papers of it that were printed within the last hour. There are no history tables of them and no other files.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import get_default_timezone

from complaints.models import Notification, OutboxMessage
from reports.appraisal_rows import AppraisalCheck, AppraisalReminder, AppraisalSheet
from reports.appraisals.schemes import in_force
from reports.models import Paper

#: Sheets that one statement removes.
AT_ONCE = 200


def kept_since(at: datetime) -> date:
    """What ended by this day has been erased, or is about to be."""
    today, years = at.astimezone(get_default_timezone()).date(), in_force(at).read.kept_years
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28)


def forget(at: datetime, *, batches: int = 50) -> int:
    """Erase what has been kept long enough; how many sheets and checks."""
    day, erased = kept_since(at), 0
    for _turn in range(batches):
        keys = list(
            AppraisalSheet.objects.filter(ends_on__lte=day)
            .order_by("ends_on", "pk")
            .values_list("pk", flat=True)[:AT_ONCE]
        )
        if not keys:
            break
        _erase(keys)
        erased += len(keys)
    AppraisalReminder.objects.filter(starts_on__lt=day).delete()
    return erased + AppraisalCheck.objects.filter(on__lt=day).delete()[0]


@transaction.atomic
def _erase(keys: list[int]) -> None:
    for model in (Notification, OutboxMessage):
        model._default_manager.filter(kind__startswith="appraisal_", params__appraisal__in=keys).delete()
    Paper.objects.filter(kind=Paper.Kind.APPRAISAL, days__sheet__in=keys).delete()
    AppraisalSheet.objects.filter(pk__in=keys).delete()
