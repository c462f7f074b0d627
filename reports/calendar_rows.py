"""Rows of the report calendar: its rules, whose reports are due, each of them, its papers and who read them.

Written by `reports.calendar` and its `calendar_beat`, `calendar_digest` and `calendar_rules` only.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from reports.duties import OPEN, DueLevel, DuePeriod, DueState, Part, ReportKind, Rule, rule_of, waits_for
from staff.models import User


class CalendarVersion(models.Model):
    """One version of the rules; nothing is overwritten. Version 1 holds no data: the defaults."""

    number = models.PositiveIntegerField(unique=True)
    data = models.JSONField(default=dict)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)


class ReportDuty(models.Model):
    """Whether a kind of report is due of a scope, and named people; the newest row of the two holds."""

    kind = models.CharField(max_length=20, choices=ReportKind.choices)
    scope = models.CharField(max_length=30, help_text="company, region-<id>, estate-<id> or department-<id>.")
    number = models.PositiveIntegerField()
    is_on = models.BooleanField()
    preparer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    checker = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    approver = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    readers = models.JSONField(default=list, help_text="Named people it goes to besides the roles: keys.")
    #: Of the row that last switched it on: reports of a time that was over by then are not asked for.
    since = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "scope", "number"], name="duty_version_once"),
        ]

    def named(self, part: Part) -> int | None:
        keys = {
            Part.PREPARER: self.preparer_id,
            Part.CHECKER: self.checker_id,
            Part.APPROVER: self.approver_id,
        }
        return keys[part]


class DueReport(models.Model):
    """One report that is due: a kind, a scope and a time; it comes once, whatever dies."""

    kind = models.CharField(_("kind"), max_length=20, choices=ReportKind.choices)
    scope = models.CharField(max_length=30)
    scope_name = models.CharField(_("covers"), max_length=200)
    time_zone = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The first day that is no part of it.")
    due_at = models.DateTimeField()
    due_on = models.DateField(help_text="The last day it may come on, in its zone.")
    rules = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(_("state"), max_length=12, choices=DueState.choices)
    opened_at = models.DateTimeField()
    #: What the system asked for, until it is made.
    asked = models.ForeignKey(
        "reports.IssuedReport", models.PROTECT, null=True, related_name="due", db_index=False
    )
    paper = models.ForeignKey("reports.DuePaper", models.PROTECT, null=True, related_name="+", db_index=False)
    prepared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    prepared_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    checked_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    signed_at = models.DateTimeField(null=True)
    #: When it was first sent: whether it was late. A reissue changes nothing of that.
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "scope", "starts_on"], name="due_once"),
            models.CheckConstraint(
                condition=Q(prepared_by__isnull=True, prepared_at__isnull=True)
                | Q(prepared_by__isnull=False, prepared_at__isnull=False, paper__isnull=False),
                name="what_is_handed_in_has_a_paper",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["checked", "signed", "sent"]) | Q(prepared_at__isnull=False),
                name="what_is_checked_was_handed_in",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["signed", "sent"], signed_at__isnull=False, signed_by__isnull=False)
                | ~Q(state__in=["signed", "sent"]) & Q(signed_at__isnull=True, signed_by__isnull=True),
                name="what_is_issued_was_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(done_at__isnull=False), name="what_was_sent_is_done"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="due_open", condition=Q(state__in=[*OPEN])),
            models.Index(fields=["scope", "-due_at"], name="due_by_scope"),
            models.Index(fields=["due_on", "kind"], name="due_by_day"),
            models.Index(fields=["asked"], name="due_asked", condition=Q(asked__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.scope_name} {self.get_kind_display()} {self.starts_on}"

    def get_absolute_url(self) -> str:
        return reverse("reports:due", args=[self.pk])

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def period(self) -> DuePeriod:
        return DuePeriod(self.starts_on, self.ends_on)

    @property
    def rule(self) -> Rule:
        return rule_of(self.rules.data, self.kind)

    @property
    def waits_for(self) -> Part | None:
        return waits_for(self.state, handed_in=self.prepared_at is not None, rule=self.rule)

    def is_late(self, now: datetime) -> bool:
        """Not there by its due time; a reissue of what was there is none."""
        if self.done_at:
            return self.done_at > self.due_at
        return self.state in OPEN and now > self.due_at


class DuePaper(models.Model):
    """One version of a report's paper: one that was made, a file, or words. Once signed it never changes."""

    due = models.ForeignKey(DueReport, models.PROTECT, related_name="papers", db_index=False)
    version = models.PositiveSmallIntegerField()
    made = models.ForeignKey(
        "reports.IssuedReport", models.PROTECT, null=True, related_name="+", db_index=False
    )
    stored = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=120, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["due", "version"], name="due_paper_version_once"),
            models.CheckConstraint(
                condition=Q(made__isnull=False, stored="", text="")
                | Q(made__isnull=True) & ~(Q(stored="") & Q(text="")),
                name="due_paper_is_something",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and DuePaper.objects.filter(pk=self.pk, signed_at__isnull=False).exists():
            raise TypeError("A signed paper is never changed; a reissue is a new version.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A paper of the report calendar is never deleted.")


class DueStep(models.Model):
    """One thing that happened to a report: who, when, with which words and paper."""

    due = models.ForeignKey(DueReport, models.PROTECT, related_name="steps", db_index=False)
    at = models.DateTimeField()
    verb = models.CharField(max_length=12)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.TextField(blank=True)
    paper = models.ForeignKey(DuePaper, models.PROTECT, null=True, related_name="+", db_index=False)
    alone_because = models.CharField(max_length=200, blank=True, help_text="Why no other person did it.")

    class Meta:
        indexes = [models.Index(fields=["due", "id"], name="due_steps")]


class DueNotice(models.Model):
    """One level of a report's due time: a reminder, overdue, a day overdue. It fires once."""

    class State(models.TextChoices):
        PENDING = "pending"
        FIRED = "fired"
        CANCELLED = "cancelled"

    due = models.ForeignKey(DueReport, models.PROTECT, related_name="notices", db_index=False)
    level = models.CharField(max_length=10, choices=DueLevel.choices)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    fired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["due", "level"], name="due_level_once")]
        indexes = [models.Index(fields=["at", "id"], name="due_notice_pending", condition=Q(state="pending"))]


class DueReader(models.Model):
    """Somebody a version was sent to, and when he first opened it."""

    paper = models.ForeignKey(DuePaper, models.PROTECT, related_name="readers", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    sent_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "user"], name="due_reader_once")]


class DueDigest(models.Model):
    """The days on which what stays late was told: one row a scope and local date."""

    scope = models.CharField(max_length=30)
    date = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["date", "scope"], name="one_due_digest_a_day")]
