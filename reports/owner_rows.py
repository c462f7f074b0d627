"""Rows of the management report to owners 管理报告 (rules.md F16), written by `reports.owner_reports` only.

Once issued a report is frozen: `content` is what owners read, `sha256` its digest, `year` and `serial` its
number in the series of its estate. What comes after is when it was posted or withdrawn, and its files.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from config.framework.history import Versions
from reports.owner_rules import OUT, STANDING, Block, Direction, Span, State
from staff.models import Estate, User

#: What may still be written of a report that is frozen.
AFTERWARDS = frozenset({
    "state", "version", "posted_at", "withdrawn_at", "withdrawn_because", "pdf", "pdf_sha256", "pdf_en",
    "pdf_en_sha256", "pdf_taken_at", "pdf_failed",
})  # fmt: skip
FROZEN = "A report to owners that was issued is never changed; another one is issued under a new number."


class OwnerReportQuerySet(models.QuerySet["OwnerReport"]):
    def update(self, **kwargs: Any) -> int:
        if not set(kwargs) <= AFTERWARDS and self.filter(state__in=OUT).exists():
            raise TypeError(FROZEN)
        return super().update(**kwargs)

    def delete(self) -> NoReturn:
        raise TypeError("A report to owners is never deleted; a draft is dropped.")


class OwnerReport(models.Model):
    """One report of one estate on a quarter, half a year or a year. Words in Chinese and, if wanted, English.

    `told`: what the product adds besides the blocks (promises of meetings), as taken with the figures.
    """

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", db_index=False)
    span = models.CharField(pgettext_lazy("owner report", "time"), max_length=10, choices=Span.choices)
    starts_on = models.DateField(help_text="The first day it is about.")
    ends_on = models.DateField(help_text="The last day it is about.")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1, editable=False)

    greeting = models.TextField(pgettext_lazy("owner report", "greeting"), blank=True)
    greeting_en = models.TextField(blank=True)
    purpose = models.TextField(pgettext_lazy("owner report", "purpose"), blank=True)
    purpose_en = models.TextField(blank=True)
    closing = models.TextField(pgettext_lazy("owner report", "follow-up"), blank=True)
    closing_en = models.TextField(blank=True)
    ask_whom = models.CharField(pgettext_lazy("owner report", "whom to ask"), max_length=60, blank=True)
    ask_phone = models.CharField(_("phone"), max_length=30, blank=True)

    told = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    taken_at = models.DateTimeField(help_text="The moment its figures speak of.")
    before = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", help_text="What it is compared with."
    )
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of the series it stands in.")
    serial = models.PositiveIntegerField(null=True, blank=True, help_text="Its place in the series.")
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    issued_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    content = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(_("why it is withdrawn"), max_length=500, blank=True)

    pdf = models.FileField(upload_to="reports/", blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    pdf_en = models.FileField(upload_to="reports/", blank=True)
    pdf_en_sha256 = models.CharField(max_length=64, blank=True)
    pdf_taken_at = models.DateTimeField(null=True, blank=True, help_text="When a worker took it up.")
    pdf_failed = models.CharField(max_length=300, blank=True)

    history = HistoricalRecords(
        history_manager=Versions, excluded_fields=["content", "told", "pdf", "pdf_en", "pdf_taken_at"]
    )
    objects = OwnerReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["estate", "span", "starts_on"],
                condition=Q(state__in=STANDING),
                name="one_owner_report_of_a_time",
            ),
            models.UniqueConstraint(
                fields=["estate", "year", "serial"],
                condition=Q(serial__isnull=False),
                name="owner_report_numbered_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="an_owner_report_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=OUT, serial__isnull=False, year__isnull=False, issued_at__isnull=False,
                    issued_by__isnull=False, checked_by__isnull=False,
                ) & ~Q(sha256="")
                | ~Q(state__in=OUT) & Q(serial__isnull=True, issued_at__isnull=True, sha256=""),
                name="an_issued_owner_report_is_numbered",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False) & ~Q(withdrawn_because="")
                | ~Q(state="withdrawn") & Q(withdrawn_at__isnull=True),
                name="a_withdrawn_owner_report_says_why",
            ),
        ]  # fmt: skip
        indexes = [
            # The list of an estate, and what is compared with what.
            models.Index(fields=["estate", "-starts_on", "-id"], name="owner_reports_of_estate"),
            # What still waits for its file.
            models.Index(
                fields=["issued_at"], name="owner_reports_unset", condition=Q(pdf="", state__in=OUT)
            ),
            models.Index(fields=["pdf_sha256"], name="owner_report_by_file", condition=~Q(pdf_sha256="")),
        ]

    def __str__(self) -> str:
        return f"{self.estate} {self.span} {self.starts_on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        said = kwargs.get("update_fields")
        rows = OwnerReport.objects.filter(pk=self.pk, state__in=OUT)
        if self.pk and not (said and set(said) <= AFTERWARDS) and rows.exists():
            raise TypeError(FROZEN)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("reports:owner_report", args=[self.pk])

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A report to owners is never deleted; a draft is dropped.")

    @property
    def is_out(self) -> bool:
        return self.state in OUT

    @property
    def public_code(self) -> str:
        """Its number as it stands in an address: 2026-3."""
        return f"{self.year}-{self.serial}"


class OwnerReportBlock(models.Model):
    """One block: what people wrote, what the product counted, and for money the balances of the accounts."""

    report = models.ForeignKey(OwnerReport, models.PROTECT, related_name="blocks", db_index=False)
    kind = models.CharField(max_length=12, choices=Block.choices)
    words = models.TextField(pgettext_lazy("owner report", "words"), blank=True)
    words_en = models.TextField(blank=True)
    figures = models.JSONField(default=dict)
    opening = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    balance = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)

    history = HistoricalRecords(history_manager=Versions, excluded_fields=["figures"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "kind"], name="owner_report_block_once")]

    def __str__(self) -> str:
        return f"{self.report} {self.kind}"


class OwnerReportItem(models.Model):
    """One line of income or expenditure; `amount` empty: not entered yet. Amounts in yuan."""

    block = models.ForeignKey(OwnerReportBlock, models.PROTECT, related_name="items", db_index=False)
    place = models.PositiveSmallIntegerField()
    direction = models.CharField(max_length=10, choices=Direction.choices)
    item = models.CharField(max_length=60)
    item_en = models.CharField(max_length=80, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    amount_before = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["block", "place"], name="owner_report_item_place_once"),
            models.UniqueConstraint(
                fields=["block", "direction", "item"], name="owner_report_item_named_once"
            ),
        ]

    def __str__(self) -> str:
        return self.item


class OwnerReportEntry(models.Model):
    """Who did what of a report, when; the system's own entries have no actor."""

    report = models.ForeignKey(OwnerReport, models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    verb = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    about = models.CharField(max_length=20, blank=True, help_text="Which block.")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.report} {self.verb}"
