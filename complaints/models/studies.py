"""The case library 案例库: what a complaint teaches, without names, and who has read it (F14, G11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.models.case import Complaint
from complaints.models.vocabulary import Category, Cause
from complaints.studies import LIVING, TEXTS, Kind, Origin, State
from config.framework.history import Versions
from staff.models import Estate, User
from staff.permissions import Permissions


class CaseStudyQuerySet(models.QuerySet["CaseStudy"]):
    def visible_to(self, person: Permissions) -> CaseStudyQuerySet:
        """What is published, everybody who works for us; what is not yet, whoever reads its case.

        A restricted case is read outside its circle only where a decider has let it into the library.
        """
        if person.is_contractor or not person.within():
            return self.none()
        open_to_all = Q(state=State.PUBLISHED) & (
            Q(complaint__restricted=False) | Q(allowed_at__isnull=False)
        )
        return self.filter(open_to_all | Q(complaint__in=Complaint.objects.visible_to(person)))

    def published(self) -> CaseStudyQuerySet:
        """As everybody may read them."""
        return self.filter(
            Q(complaint__restricted=False) | Q(allowed_at__isnull=False), state=State.PUBLISHED
        )


class CaseStudy(models.Model):
    """One case study 案例 of one complaint: drafted by rule or by hand, written, checked, published.

    `drafted_at`: when the rule last filled in its words. `version` counts what was written, so that nobody
    overwrites another. `edition`: how often it was published; `analysed_in`: the first one that
    analyses a major case, 0 while that is owed. `due_at`: when that one is to be published; `remind_at`: when
    whoever owes it is told next. `reopened_at`: when its case was opened again after it was published;
    what it says is to be looked at once more, until `rechecked_at`. `words`: what it is searched by.
    """

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="study")
    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", db_index=False)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    cause = models.ForeignKey(Cause, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    origin = models.CharField(_("comes from"), max_length=10, choices=Origin.choices)
    kind = models.CharField(pgettext_lazy("case study", "kind"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    title = models.CharField(TEXTS["title"], max_length=80, blank=True)
    facts = models.TextField(TEXTS["facts"], blank=True)
    why = models.TextField(TEXTS["why"], blank=True)
    handling = models.TextField(TEXTS["handling"], blank=True)
    helped = models.TextField(TEXTS["helped"], blank=True)
    lesson = models.TextField(TEXTS["lesson"], blank=True)
    deeper = models.TextField(TEXTS["deeper"], blank=True)
    measures = models.TextField(TEXTS["measures"], blank=True)
    words = models.TextField(blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    drafted_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True, blank=True)
    written_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    alone_because = models.CharField(_("why the same person checks"), max_length=500, blank=True)
    edition = models.PositiveSmallIntegerField(_("edition"), default=0)
    analysed_in = models.PositiveSmallIntegerField(default=0, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    dropped_because = models.TextField(_("why not"), blank=True)
    allowed_at = models.DateTimeField(null=True, blank=True)
    allowed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reopened_at = models.DateTimeField(null=True, blank=True, editable=False)
    rechecked_at = models.DateTimeField(null=True, blank=True, editable=False)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["remind_at", "words"])
    objects = CaseStudyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(published_at__isnull=False, checked_by__isnull=False, written_by__isnull=False)
                & Q(edition__gte=1)
                & ~Q(title="")
                & ~Q(facts="")
                & ~Q(lesson=""),
                name="a_published_study_was_written_and_checked",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True)
                | ~Q(checked_by=F("written_by")) & ~Q(checked_by=F("sent_by"))
                | ~Q(alone_because=""),
                name="another_person_checks_studies",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(dropped_because=""), name="a_dropped_study_says_why"
            ),
            models.CheckConstraint(
                condition=Q(allowed_at__isnull=True, allowed_by__isnull=True)
                | Q(allowed_at__isnull=False, allowed_by__isnull=False),
                name="a_decider_lets_a_study_in",
            ),
            models.CheckConstraint(
                condition=Q(remind_at__isnull=True)
                | Q(due_at__isnull=False, state__in=["draft", "to_check"]),
                name="a_study_is_reminded_of_while_due",
            ),
        ]
        indexes = [
            # The library, the newest first; of one category beside a case.
            models.Index(
                fields=["-published_at", "-id"], name="study_newest", condition=Q(state="published")
            ),
            models.Index(
                fields=["category", "-published_at", "-id"],
                name="study_of_category",
                condition=Q(state="published"),
            ),
            # What is still to be done.
            models.Index(
                fields=["-drafted_at", "-id"],
                name="study_living",
                condition=Q(state__in=["draft", "to_check"]),
            ),
            models.Index(fields=["remind_at"], name="study_remind", condition=Q(remind_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("study", args=[self.pk])

    @property
    def number(self) -> str:
        """As people say it: AL-00012."""
        return f"AL-{self.pk:05d}"

    @property
    def texts(self) -> list[tuple[str, Any, str]]:
        """What it says besides its title: name, label, words; what is empty is left out."""
        rows = ((name, label, getattr(self, name)) for name, label in TEXTS.items() if name != "title")
        return [row for row in rows if row[2]]

    @property
    def is_living(self) -> bool:
        return self.state in LIVING

    @property
    def is_shut(self) -> bool:
        """Of a restricted case that no decider has let into the library."""
        return self.complaint.restricted and self.allowed_at is None

    @property
    def is_to_recheck(self) -> bool:
        """Published, and its case was reopened since: readable with the mark, until somebody has looked."""
        return self.reopened_at is not None and self.rechecked_at is None and self.state == State.PUBLISHED

    def is_late(self, now: datetime) -> bool:
        """The analysis of a major case is owed since then."""
        return self.due_at is not None and self.due_at < now and self.is_living and not self.analysed_in


class StudyEntry(models.Model):
    """What happened to a case study, in order. Never changed."""

    study = models.ForeignKey(CaseStudy, models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    params = models.JSONField(default=dict)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("An entry is never changed; another one says what is right.")
        super().save(*args, **kwargs)


class StudyReading(models.Model):
    """Somebody has read one edition of a published study 已阅."""

    study = models.ForeignKey(CaseStudy, models.PROTECT, related_name="readings", db_index=False)
    edition = models.PositiveSmallIntegerField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["study", "edition", "user"], name="study_read_once"),
        ]
