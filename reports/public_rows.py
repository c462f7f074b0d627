"""What is told to owners of single upheld complaints, written by people; nothing is overwritten.

Written by `reports.public_accounts` only.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import Complaint
from staff.models import User

#: Characters of an account and of a handling: a line or two of the list.
LONGEST = 200


class PublicAccount(models.Model):
    """One version of what owners read of a case, or why it is left out of their list; the newest holds."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    account = models.CharField(_("short account"), max_length=LONGEST, blank=True)
    handling = models.CharField(pgettext_lazy("public list", "handling"), max_length=LONGEST, blank=True)
    left_out_because = models.CharField(_("why it is left out"), max_length=LONGEST, blank=True)
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], name="public_account_version_once"),
            models.CheckConstraint(
                condition=~Q(account="") & Q(left_out_because="") | Q(account="") & ~Q(left_out_because=""),
                name="a_public_account_says_something_or_why_not",
            ),
        ]

    def __str__(self) -> str:
        return self.account or self.left_out_because


def newest_accounts(cases: Collection[int], before: datetime) -> dict[int, PublicAccount]:
    """Of each case that has one what was kept last before a moment. One query."""
    rows = PublicAccount.objects.filter(complaint__in=list(cases), kept_at__lt=before)
    return {row.complaint_id: row for row in rows.select_related("kept_by").order_by("number")}
