"""Rows of the meetings with owners 恳谈会, 业主大会, and of what was promised there (rules.md F16, D9).

Written by `reports.owner_meetings` and, for reminders, `reports.owner_promises_due` only. Owners stand
there as a number or by their part, never by name.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.models import FollowUp, Measure
from config.framework.history import Versions
from staff.models import Estate, User


class OwnerMeeting(models.Model):
    """The record of one meeting: corrected until it is signed, then only added to."""

    class Kind(models.TextChoices):
        TALK = "talk", pgettext_lazy("owner meeting", "Talk with owners")
        COMMITTEE = "committee", pgettext_lazy("owner meeting", "Owners' committee")
        ASSEMBLY = "assembly", pgettext_lazy("owner meeting", "Owners' assembly")
        OTHER = "other", pgettext_lazy("owner meeting", "Another meeting")

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(pgettext_lazy("owner meeting", "kind"), max_length=10, choices=Kind.choices)
    held_on = models.DateField(_("held on"))
    place = models.CharField(pgettext_lazy("meeting", "place"), max_length=100)
    owners = models.PositiveIntegerField(_("owners present"), help_text="How many.")
    owners_as = models.CharField(max_length=200, blank=True, help_text="By their parts; nobody by name.")
    staff = models.TextField(_("our people present"), help_text="Names, as they stand in the record.")
    asked = models.TextField(_("what was asked"))
    answered = models.TextField(_("what we answered"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="a_signed_owner_meeting_says_by_whom",
            ),
        ]
        indexes = [models.Index(fields=["estate", "-held_on", "-id"], name="owner_meetings_of_estate")]

    def __str__(self) -> str:
        return f"{self.estate} {self.get_kind_display()} {self.held_on}"

    def get_absolute_url(self) -> str:
        return reverse("reports:owner_meeting", args=[self.pk])


class OwnerSupplement(models.Model):
    """What was added to a signed record; nothing of it is changed."""

    meeting = models.ForeignKey(OwnerMeeting, models.PROTECT, related_name="supplements")
    words = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.words[:40]


class OwnerPromise(models.Model):
    """One thing promised: what, by when, who keeps it, what became of it.

    `remind_at`: when whoever keeps it is told next; empty once it is settled.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("promise", "Not done yet")
        DONE = "done", pgettext_lazy("promise", "Kept")
        NOT_DONE = "not_done", pgettext_lazy("promise", "Not kept")

    meeting = models.ForeignKey(OwnerMeeting, models.PROTECT, related_name="promises", db_index=False)
    place = models.PositiveSmallIntegerField(help_text="Within the meeting.")
    what = models.CharField(pgettext_lazy("promise", "what"), max_length=500)
    what_en = models.CharField(max_length=500, blank=True)
    keeper = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    due_on = models.DateField(pgettext_lazy("promise", "by when"), help_text="The last day.")
    due_at = models.DateTimeField(help_text="When that day is over.")
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    settled_on = models.DateField(null=True, blank=True, help_text="The day it was kept, or given up.")
    note = models.CharField(max_length=500, blank=True, help_text="What was done, or why not.")
    measure = models.OneToOneField(
        Measure,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="promise",
        help_text="That carries it out.",
    )
    follow_up = models.OneToOneField(
        FollowUp,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="promise",
        help_text="That carries it out.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    recorded_at = models.DateTimeField()

    history = HistoricalRecords(history_manager=Versions, excluded_fields=["remind_at"])

    class Meta:
        ordering = ["meeting", "place"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "place"], name="promise_placed_once"),
            models.CheckConstraint(
                condition=Q(state="open", settled_on__isnull=True)
                | ~Q(state="open") & Q(settled_on__isnull=False, remind_at__isnull=True),
                name="a_settled_promise_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="not_done") | ~Q(note=""), name="a_promise_not_kept_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["remind_at"], name="promise_remind", condition=Q(remind_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.what[:60]
