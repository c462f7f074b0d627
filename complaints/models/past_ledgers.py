"""Ledgers kept before: a file on its way in, and what it said of each case that was taken over from it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.case import Complaint
from staff.models import Estate, User


class LedgerLoad(models.Model):
    """A past ledger: sent, read by the worker, looked at, taken over by the worker; perhaps voided whole.

    Written by `complaints.actions.ledger_loads` only. `result` is what the page shows of the reading; the
    file goes when it is taken over or put away, the result of what was not taken over a day after.
    """

    class State(models.TextChoices):
        TO_READ = "to_read", _("Waiting to be read")
        READING = "reading", _("Being read")
        READ = "read", _("Read")
        TO_LOAD = "to_load", pgettext_lazy("past ledger", "Waiting to be taken over")
        LOADING = "loading", pgettext_lazy("past ledger", "Being taken over")
        LOADED = "loaded", pgettext_lazy("past ledger", "Taken over")
        FAILED = "failed", pgettext_lazy("register", "Failed")
        LEFT = "left", _("Put away")
        VOID = "void", _("Void")

    #: Those of which a person has at most one in an estate.
    OPEN = ("to_read", "reading", "read", "to_load", "loading")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", verbose_name=_("estate"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    language = models.CharField(
        _("language"), max_length=10, choices=[("zh-hans", "中文"), ("en", "English")], default="zh-hans"
    )
    filename = models.CharField(max_length=200)
    stored = models.CharField(max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.TO_READ)
    choices = models.JSONField(default=dict, help_text="What its words mean, and what its rows do not say.")
    done = models.PositiveIntegerField(default=0, help_text="Rows.")
    total = models.PositiveIntegerField(default=0, help_text="Rows.")
    reason = models.CharField(_("why it failed"), max_length=300, blank=True)
    result = models.JSONField(default=dict)
    asked_at = models.DateTimeField(_("asked for"))
    taken_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="The last word of its worker.")
    changed_at = models.DateTimeField()
    loaded_at = models.DateTimeField(null=True, blank=True)
    void_because = models.CharField(_("why it was voided"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["estate", "by"],
                condition=Q(state__in=["to_read", "reading", "read", "to_load", "loading"]),
                name="ledger_loaded_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="failed") & ~Q(reason="") | ~Q(state="failed") & Q(reason=""),
                name="a_failed_ledger_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["loaded", "void"], loaded_at__isnull=False)
                | ~Q(state__in=["loaded", "void"]) & Q(loaded_at__isnull=True),
                name="a_ledger_taken_over_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state="void") & ~Q(void_because="") | ~Q(state="void") & Q(void_because=""),
                name="a_void_ledger_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="ledger_in_line",
                condition=Q(state__in=["to_read", "reading", "to_load", "loading"]),
            ),
            models.Index(fields=["estate", "-asked_at"], name="ledger_load_by_estate"),
        ]

    def __str__(self) -> str:
        return f"{self.filename} → {self.estate}"

    def get_absolute_url(self) -> str:
        return reverse("past_ledger", args=[self.key])

    def put_away(self, at: datetime) -> None:
        """Forget the file; what was taken over stays known. To be saved by whoever asks."""
        if self.state not in (self.State.LOADED, self.State.VOID):
            self.state, self.result, self.reason = self.State.LEFT, {}, ""
        self.stored, self.changed_at = "", at

    @property
    def is_waiting(self) -> bool:
        return self.state in ("to_read", "to_load")

    @property
    def is_working(self) -> bool:
        return self.state in ("to_read", "reading", "to_load", "loading")

    @property
    def percent(self) -> int:
        return min(99, 100 * self.done // self.total) if self.total else 0


class TakenOver(models.Model):
    """What a past ledger said of a case beyond the case's own columns; never changed but for `is_void`.

    `key` is what the same row is known by when it comes again: its number there, else what it says. `said`
    are words by column of the ledger (`complaints.past_ledger.headings`), `day_only` the columns that gave a
    day without its time.
    """

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="taken_over")
    load = models.ForeignKey(LedgerLoad, models.PROTECT, related_name="cases")
    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", db_index=False)
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField()
    former_number = models.CharField(_("former number"), max_length=60, blank=True)
    key = models.CharField(max_length=80)
    said = models.JSONField(default=dict)
    day_only = models.JSONField(default=list)
    is_void = models.BooleanField(default=False, help_text="Its whole ledger was voided.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["estate", "key"], condition=Q(is_void=False), name="taken_over_once"
            )
        ]
        indexes = [
            models.Index(Upper("former_number"), name="taken_over_by_number", condition=~Q(former_number=""))
        ]

    def __str__(self) -> str:
        return self.former_number
