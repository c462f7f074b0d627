"""Rows of the meeting on a quarter's complaints 季度专题会 and of what was decided there.

Written by `reports.meetings` only. Sources: rules.md T41 to T43, F12 (004-5 §4.1.7, §5.6.1.3).
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.models import Measure
from config.framework.history import Versions
from reports.duties import DuePeriod, Every, period_ending_after
from staff.models import User


class QuarterMeeting(models.Model):
    """The meeting of one scope on one quarter: one record, kept with its versions."""

    scope = models.CharField(max_length=30, help_text="company, region-<id> or estate-<id>.")
    scope_name = models.CharField(_("covers"), max_length=200)
    starts_on = models.DateField(help_text="The first day of the quarter it is about.")
    held_on = models.DateField(_("held on"))
    place = models.CharField(pgettext_lazy("meeting", "place"), max_length=100)
    present = models.TextField(pgettext_lazy("meeting", "present"))
    reported = models.TextField(_("what was reported"))
    version = models.PositiveIntegerField(default=1, editable=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)

    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "starts_on"], name="one_meeting_a_quarter")]

    def __str__(self) -> str:
        return f"{self.scope_name} {self.code}"

    def get_absolute_url(self) -> str:
        return reverse("reports:meeting", args=[self.scope, self.code])

    @property
    def period(self) -> DuePeriod:
        return period_ending_after(Every.QUARTER, self.starts_on)

    @property
    def code(self) -> str:
        """2026-Q1: as it stands in an address."""
        return code_of(self.starts_on)


def code_of(day: date) -> str:
    """The quarter a day lies in."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


class MeetingDecision(models.Model):
    """One thing a meeting decided: what, who, by when, and what became of it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("decision", "Not done yet")
        DONE = "done", pgettext_lazy("decision", "Done")
        DROPPED = "dropped", pgettext_lazy("decision", "Dropped")

    meeting = models.ForeignKey(QuarterMeeting, models.PROTECT, related_name="decisions", db_index=False)
    number = models.PositiveSmallIntegerField()
    what = models.TextField(pgettext_lazy("decision", "what"))
    who = models.CharField(pgettext_lazy("decision", "who"), max_length=100)
    due_on = models.DateField(pgettext_lazy("decision", "by when"), help_text="The last day.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    settled_on = models.DateField(null=True, blank=True, help_text="The day it was done or dropped.")
    note = models.TextField(blank=True, help_text="What was done, or why it was dropped.")
    version = models.PositiveIntegerField(default=1, editable=False)
    recorded_at = models.DateTimeField()

    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="decision_numbered_once"),
            models.CheckConstraint(
                condition=Q(state="open", settled_on__isnull=True)
                | ~Q(state="open") & Q(settled_on__isnull=False),
                name="what_is_settled_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(note=""), name="what_is_dropped_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} {self.number}"


class DecisionMeasure(models.Model):
    """A measure that carries a decision out: one for each estate it concerns, or several."""

    decision = models.ForeignKey(MeetingDecision, models.PROTECT, related_name="measures")
    measure = models.OneToOneField(Measure, models.PROTECT, related_name="decision")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"{self.decision}: {self.measure}"
