"""Reports that were made, and those that were issued, written by `reports.issue` only; papers of single
cases that wait to be printed, by `reports.paperwork` only.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.worktime import DAY
from reports.appraisal_rows import (
    AppraisalCheck,
    AppraisalEntry,
    AppraisalReminder,
    AppraisalScheme,
    AppraisalSheet,
    AppraisalStep,
)
from reports.calendar_rows import (
    CalendarVersion,
    DueDigest,
    DueNotice,
    DuePaper,
    DueReader,
    DueReport,
    DueStep,
    ReportDuty,
)
from reports.due_words import period_code, period_words
from reports.duties import TITLES, DuePeriod, ReportKind
from reports.figures.month import Days
from reports.meeting_rows import DecisionMeasure, MeetingDecision, QuarterMeeting
from reports.owner_meeting_rows import OwnerMeeting, OwnerPromise, OwnerSupplement
from reports.owner_rows import OwnerReport, OwnerReportBlock, OwnerReportEntry, OwnerReportItem
from reports.public_rows import PublicAccount
from reports.rating_rows import ContractorRating, RatingReminder, RatingRules
from reports.rollup_rows import MonthRollup
from reports.target_rows import YearTarget
from staff.models import User

__all__ = [
    "AppraisalCheck", "AppraisalEntry", "AppraisalReminder", "AppraisalScheme", "AppraisalSheet",
    "AppraisalStep", "CalendarVersion", "ContractorRating", "DecisionMeasure", "DueDigest", "DueNotice",
    "DuePaper", "DueReader", "DueReport", "DueStep", "IssuedReport", "MeetingDecision", "MonthRollup",
    "OwnerMeeting", "OwnerPromise", "OwnerReport", "OwnerReportBlock", "OwnerReportEntry",
    "OwnerReportItem", "OwnerSupplement", "Paper", "PublicAccount", "QuarterMeeting", "RatingReminder",
    "RatingRules", "ReportDuty", "YearTarget",
]  # fmt: skip


class IssuedReportQuerySet(models.QuerySet["IssuedReport"]):
    def unfinished(self) -> IssuedReportQuerySet:
        return self.filter(state__in=[IssuedReport.State.ASKED, IssuedReport.State.WORKING])

    def update(self, **kwargs: Any) -> int:
        if self.filter(issued_at__isnull=False).exists():
            raise TypeError("An issued report is never changed; a reissue is a new version.")
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.filter(issued_at__isnull=False).exists():
            raise TypeError("An issued report is never deleted.")
        return super().delete()


class IssuedReport(models.Model):
    """One version of a report: asked for, made by the worker, and, once a manager issues it, frozen.

    What is issued is the very file that was looked at: its figures, PDF and sheet never change.
    """

    #: Those of the calendar that the product makes.
    KINDS = tuple((kind.value, kind.label) for kind in ReportKind if kind in TITLES)

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for the worker")
        WORKING = "working", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", pgettext_lazy("report", "Failed")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(pgettext_lazy("filter", "kind"), max_length=20, choices=KINDS)
    scope = models.CharField(max_length=30, help_text="company, region-<id> or estate-<id>.")
    scope_name = models.CharField(_("covers"), max_length=200)
    starts_on = models.DateField(pgettext_lazy("filter", "from"), help_text="The first day it covers.")
    ends_on = models.DateField(pgettext_lazy("filter", "to"), help_text="The last day it covers.")
    language = models.CharField(
        _("language"), max_length=10, choices=[("zh-hans", "中文"), ("en", "English")]
    )
    version = models.PositiveSmallIntegerField(_("version"))

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASKED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="0 to 100.")
    reason = models.CharField(_("why it failed"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("asked for"))
    asked_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
        help_text="Empty: the report calendar.",
    )
    started_at = models.DateTimeField(null=True, blank=True, help_text="The moment its figures speak of.")

    figures = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    pdf = models.FileField(upload_to="reports/", blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    xlsx = models.FileField(upload_to="reports/", blank=True)
    xlsx_sha256 = models.CharField(max_length=64, blank=True)

    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    issued_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("issued by")
    )
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    objects = IssuedReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "scope", "starts_on", "language", "version"], name="report_version_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "scope", "starts_on", "language"],
                condition=Q(state__in=["asked", "working"]),
                name="report_made_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="a_report_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True, issued_by__isnull=True)
                | Q(issued_at__isnull=False, issued_by__isnull=False, state="done"),
                name="only_a_finished_report_is_issued",
            ),
            models.CheckConstraint(
                condition=~Q(state="done")
                | ~Q(pdf="") & ~Q(pdf_sha256="") & ~Q(xlsx="") & ~Q(xlsx_sha256=""),
                name="a_finished_report_has_its_files",
            ),
            models.CheckConstraint(
                condition=Q(state="failed") & ~Q(reason="") | ~Q(state="failed") & Q(reason=""),
                name="a_failed_report_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["pdf_sha256"], name="report_by_hash", condition=~Q(pdf_sha256="")),
            models.Index(fields=["-asked_at", "-id"], name="reports_last_made"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.scope_name} {self.code} v{self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and IssuedReport.objects.filter(pk=self.pk, issued_at__isnull=False).exists():
            raise TypeError("An issued report is never changed; a reissue is a new version.")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("reports:made", args=[self.key])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.issued_at:
            raise TypeError("An issued report is never deleted.")
        return super().delete(*args, **kwargs)

    @property
    def asked_for(self) -> str:
        """For whom it was made, in words."""
        return str(self.asked_by) if self.asked_by else gettext("the report calendar")

    @property
    def title(self) -> str:
        """What stands on its first page: 投诉月报."""
        return str(TITLES[self.kind])

    @property
    def days(self) -> Days:
        return Days(self.starts_on, self.ends_on)

    @property
    def period(self) -> DuePeriod:
        return DuePeriod(self.starts_on, self.ends_on + DAY)

    @property
    def covers(self) -> str:
        """Its time in words: 2026年3月, 2026年3月1日至15日."""
        return period_words(self.kind, self.period)

    @property
    def code(self) -> str:
        """Its time in the name of a file."""
        return period_code(self.kind, self.period)

    @property
    def is_unfinished(self) -> bool:
        return self.state in (self.State.ASKED, self.State.WORKING)


#: Kinds of papers that are of no case: the ledger, and those of `caseless.PAPERS`.
OF_NO_CASE = ("ledger", "posters", "commended", "minutes", "appraisal", "survey")


class PaperQuerySet(models.QuerySet["Paper"]):
    def unfinished(self) -> PaperQuerySet:
        return self.filter(state__in=[Paper.State.ASKED, Paper.State.WORKING])


class Paper(models.Model):
    """One paper of a case that somebody prints, or a sheet of the ledger: asked for, made by the worker, gone
    after an hour."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Receipt")
        CASE = "case", _("Complaint handling sheet")
        EXTENSION = "extension", _("Extension sheet")
        REVISIT = "revisit", _("Revisit sheet")
        OVERRUN = "overrun", pgettext_lazy("title of the paper", "Overrun sheet")
        FOLLOW_UP = "follow_up", pgettext_lazy("title of the paper", "Follow-up sheet")
        BULLETIN = "bulletin", _("Bulletin")
        LEDGER = "ledger", _("Complaint ledger")
        POSTERS = "posters", _("Posters")
        COMMENDED = "commended", pgettext_lazy("title of the paper", "Commendation")
        MINUTES = "minutes", pgettext_lazy("title of the paper", "Minutes")
        APPRAISAL = "appraisal", pgettext_lazy("title of the paper", "Appraisal form")
        SURVEY = "survey", pgettext_lazy("title of the paper", "Satisfaction survey")

    State = IssuedReport.State

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    complaint = models.ForeignKey(
        Complaint, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    subject = models.BigIntegerField(
        help_text="The key of what it is about: extension, revisit, overrun, bulletin, commendation."
    )
    language = models.CharField(max_length=10)
    shows = models.BooleanField(help_text="Whether it names the customer.")
    calls = models.BooleanField(default=False, help_text="Whether phones stand there whole.")
    link = models.CharField(max_length=300, blank=True, help_text="The customer's; gone once it is printed.")
    days = models.JSONField(
        default=dict,
        help_text="Of the ledger: scope, from and until; of posters: estate, size, which places.",
    )
    name = models.CharField(max_length=200, help_text="Of the file.")
    done = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Cases of the ledger that are in it by now."
    )
    total = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Of so many; 0: not known, or no ledger."
    )

    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    reason = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(db_index=True)
    asked_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    started_at = models.DateTimeField(
        null=True, blank=True, help_text="When its worker took it up, or last said how far it is."
    )
    body = models.BinaryField(default=bytes)

    objects = PaperQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="failed") & ~Q(reason="") | ~Q(state="failed") & Q(reason=""),
                name="a_failed_paper_says_why",
            ),
            models.CheckConstraint(
                condition=Q(link="") | Q(state__in=["asked", "working"]), name="a_made_paper_keeps_no_link"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OF_NO_CASE, complaint__isnull=True)
                | ~Q(kind__in=OF_NO_CASE) & Q(complaint__isnull=False),
                name="a_paper_is_of_a_case_or_of_none",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        page = "reports:paper"
        if self.kind == self.Kind.LEDGER:
            page = "reports:ledger_printed" if self.days.get("form") == "pdf" else "reports:ledger_made"
        return reverse(page, args=[self.key])

    @property
    def is_unfinished(self) -> bool:
        return self.state in (self.State.ASKED, self.State.WORKING)
