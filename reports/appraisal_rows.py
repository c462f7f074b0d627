"""Rows of the staff appraisal 员工绩效: versions of its rules, sheets, their entries and steps, checks.

Written by `reports.appraisals` only. Kept two years, then erased (rules.md T14): nothing here has a history
table, so that erasing a sheet leaves no second copy. What was entered is never changed: it is struck out.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import Complaint
from reports.appraisal_points import Entry, Points, Sort, points_of
from reports.appraisal_rules import State
from reports.appraisal_scheme import Item, Object, Scheme, object_of, read
from staff.models import Department, Estate, Region, User
from staff.roles import Role


class AppraisalScheme(models.Model):
    """One version of the rules; nothing is overwritten. Version 1 holds no data: the defaults."""

    number = models.PositiveIntegerField(unique=True)
    holds_from = models.DateField(help_text="Months and years that begin on it or later go by it.")
    data = models.JSONField(default=dict)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"{self.number}"

    @cached_property
    def read(self) -> Scheme:
        return read(self.data)


class AppraisalSheet(models.Model):
    """The sheet of one person for one month, or for one year."""

    class Kind(models.TextChoices):
        MONTH = "month", pgettext_lazy("appraisal", "Month")
        YEAR = "year", pgettext_lazy("appraisal", "Year")

    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    starts_on = models.DateField(help_text="The first day of its month or year.")
    ends_on = models.DateField(help_text="The first day that is no part of it.")
    scheme = models.ForeignKey(AppraisalScheme, models.PROTECT, related_name="+", db_index=False)
    # Where he was, and as what, when its time ended (or when it was begun, if that was before).
    role = models.CharField(max_length=20, choices=Role.choices)
    estate = models.ForeignKey(Estate, models.PROTECT, null=True, related_name="+", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+", db_index=False)

    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1, help_text="Counts every act: what a page is sent from.")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    rated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    rated_as = models.CharField(max_length=20, choices=Role.choices, blank=True)
    shown_at = models.DateTimeField(null=True)
    appeal_until = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    remark = models.TextField(blank=True, help_text="Of the person, with the signing.")
    appealed_at = models.DateTimeField(null=True)
    appeal = models.TextField(blank=True)
    decide_by = models.DateTimeField(null=True, help_text="Until when the appeal is to be decided.")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    decision = models.TextField(blank=True)
    remind_at = models.DateTimeField(null=True, help_text="When whoever it waits for is told again.")
    #: What the product counted when it was shown: keys of cases by figure.
    figures = models.JSONField(default=dict)
    frozen_at = models.DateTimeField(null=True)
    frozen = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "starts_on"], name="one_appraisal_a_time"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="an_appraisal_covers_days"),
            models.CheckConstraint(
                condition=Q(state="draft", shown_at__isnull=True, appeal_until__isnull=True)
                | ~Q(state="draft")
                & Q(shown_at__isnull=False, appeal_until__isnull=False, rated_by__isnull=False),
                name="an_appraisal_is_shown_by_its_rater",
            ),
            models.CheckConstraint(
                condition=Q(rated_by__isnull=True) | ~Q(rated_by=F("user")),
                name="nobody_appraises_himself",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | ~Q(decided_by=F("user")) & ~Q(decided_by=F("rated_by")),
                name="another_decides_an_appeal",
            ),
            models.CheckConstraint(
                condition=~Q(state="appealed")
                | Q(appealed_at__isnull=False, decide_by__isnull=False) & ~Q(appeal=""),
                name="an_appeal_has_words",
            ),
            models.CheckConstraint(
                condition=Q(state="frozen", frozen_at__isnull=False) & ~Q(sha256="")
                | ~Q(state="frozen") & Q(frozen_at__isnull=True, sha256=""),
                name="a_closed_appraisal_has_its_digest",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "starts_on", "user"], name="appraisals_of_a_time"),
            models.Index(fields=["ends_on"], name="appraisals_by_age"),
            models.Index(
                fields=["appeal_until"],
                name="appraisals_to_close",
                condition=Q(state__in=["shown", "signed"]),
            ),
            models.Index(
                fields=["remind_at"], name="appraisals_to_remind", condition=Q(remind_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.code}"

    def get_absolute_url(self) -> str:
        return reverse("reports:appraisal", args=[self.pk])

    @property
    def code(self) -> str:
        """2026-03, or 2026."""
        return f"{self.starts_on:%Y-%m}" if self.kind == self.Kind.MONTH else f"{self.starts_on.year}"

    @property
    def last_day(self) -> date:
        return self.ends_on - timedelta(days=1)

    @property
    def object(self) -> Object:
        return object_of(self.role)

    @property
    def items(self) -> tuple[Item, ...]:
        return self.scheme.read.items[self.object]

    @property
    def points(self) -> Points:
        """As the entries stand now; uses `entries` as they were fetched."""
        entries = [Entry(one.sort, one.item, one.points) for one in self.entries.all() if not one.struck_at]
        return points_of(self.items, entries, self.scheme.read.reward_most)

    def place(self) -> str:
        """Where he was, in words."""
        if self.department:
            return f"{self.estate} · {self.department}" if self.estate else str(self.department)
        return str(self.estate or self.region or _("The whole company"))


class AppraisalEntry(models.Model):
    """A deduction, a whole item lost, or a reward, with its words, its case and its evidence."""

    sheet = models.ForeignKey(AppraisalSheet, models.CASCADE, related_name="entries")
    sort = models.CharField(max_length=9, choices=Sort.choices)
    item = models.CharField(max_length=20, blank=True)
    criterion = models.CharField(max_length=30, blank=True, help_text="Empty: none of those listed.")
    points = models.DecimalField(max_digits=4, decimal_places=1, default=0)
    words = models.TextField()
    penalty = models.CharField(max_length=200, blank=True, help_text="Of a whole item lost (A6).")
    evidence = models.CharField(max_length=200, blank=True, help_text="What shows it, and where it lies.")
    complaint = models.ForeignKey(Complaint, models.SET_NULL, null=True, related_name="+", db_index=False)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    struck_because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sort="reward", item="", points__gt=0)
                | Q(sort="deduction", points__gt=0) & ~Q(item="")
                | Q(sort="lost", points=0) & ~Q(item="") & ~Q(penalty=""),
                name="an_appraisal_entry_counts",
            ),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True, struck_by__isnull=True, struck_because="")
                | Q(struck_at__isnull=False, struck_by__isnull=False) & ~Q(struck_because=""),
                name="what_is_struck_out_says_why",
            ),
        ]


class AppraisalStep(models.Model):
    """Who did what to a sheet, and when; without words that tell points."""

    sheet = models.ForeignKey(AppraisalSheet, models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    verb = models.CharField(max_length=20)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.TextField(blank=True)


class AppraisalCheck(models.Model):
    """A weekly or monthly check 检查: so many of an item's points were reached on a day (A2)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    item = models.CharField(max_length=20)
    points = models.DecimalField(max_digits=4, decimal_places=1, help_text="Reached, of the item's.")
    most = models.DecimalField(max_digits=4, decimal_places=1, help_text="What the item had that day.")
    words = models.CharField(max_length=300)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    struck_because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=F("most"), most__gt=0),
                name="a_check_is_within_its_item",
            ),
            models.CheckConstraint(
                condition=~Q(added_by=F("user")), name="nobody_checks_himself_for_appraisal"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "on"], name="appraisal_checks_of_one"),
            models.Index(fields=["on"], name="appraisal_checks_by_age"),
        ]


class AppraisalReminder(models.Model):
    """The months and years of which it was told that sheets are still to be written: each once."""

    kind = models.CharField(max_length=5, choices=AppraisalSheet.Kind.choices)
    starts_on = models.DateField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "starts_on"], name="a_time_is_reminded_of_once")
        ]
