"""What happened in court, and when its days are: dated entries of a case, never rewritten."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.law import Stage
from complaints.models.case import Complaint
from staff.models import User


class CourtEntry(models.Model):
    """One entry. Of a hearing or mediation `on_at` is its time, and `remind_at` when it is told of next.

    A hearing that is put off is called off with its reason, and the new day is an entry of its own. What was
    entered by mistake stays, marked with the reason; `outcome` of a day comes when it is over.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="court_entries")
    stage = models.CharField(pgettext_lazy("court", "stage"), max_length=10, choices=Stage.choices)
    on_at = models.DateTimeField(_("date and time"))
    court = models.CharField(_("court"), max_length=100)
    case_no = models.CharField(_("case number of the court"), max_length=60, blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    called_off_at = models.DateTimeField(null=True, blank=True)
    called_off_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    called_off_because = models.CharField(max_length=300, blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)
    outcome_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    wrong_at = models.DateTimeField(null=True, blank=True)
    wrong_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    wrong_because = models.CharField(max_length=300, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["on_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(called_off_at__isnull=True, called_off_by__isnull=True, called_off_because="")
                | Q(called_off_at__isnull=False, called_off_by__isnull=False, remind_at__isnull=True)
                & ~Q(called_off_because=""),
                name="what_is_called_off_says_why",
            ),
            models.CheckConstraint(
                condition=Q(wrong_at__isnull=True, wrong_by__isnull=True, wrong_because="")
                | Q(wrong_at__isnull=False, wrong_by__isnull=False, remind_at__isnull=True)
                & ~Q(wrong_because=""),
                name="a_wrong_court_entry_says_why",
            ),
        ]
        indexes = [
            # The sweep: hearings to be told of.
            models.Index(fields=["remind_at"], name="court_to_remind", condition=Q(remind_at__isnull=False))
        ]

    @property
    def is_over(self) -> bool:
        """Whether nothing comes of it any more: called off, or entered by mistake."""
        return bool(self.called_off_at or self.wrong_at)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("An entry of the court is never deleted; it is called off.")
