"""Measures 整改措施: what is changed so that it does not happen again, and whether that helped (W17, G12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.measures import LIVING, Answer, Kind, Origin, State
from complaints.models.bulletins import Bulletin
from complaints.models.case import Complaint
from complaints.models.follow_ups import FollowUp
from complaints.models.surveys import SurveyItem
from complaints.models.vocabulary import Category, Cause
from config.framework.history import Versions
from owners.models import Building, Unit
from staff.models import Department, Estate, User
from staff.permissions import Permissions


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, person: Permissions) -> MeasureQuerySet:
        """Those of the estates he reads, and those these were told of; his own; those of his departments.

        A head reads what comes from his department's cases: one of headquarters reads no estate.
        A contractor's people read what is theirs or their firm's, and nothing beside it.
        """
        if person.reads_company():
            return self
        his = Q(owner__in=person.stands_for)
        if departments := [*person.headed_departments(), *person.outside]:
            his |= Q(department__in=departments)
        if headed := [pk for pk in person.headed_departments() if pk not in person.outside]:
            out_of = MeasureCase.objects.filter(measure=OuterRef("pk"), complaint__department__in=headed)
            his |= Q(Exists(out_of))
        if estates := person.estate_ids():
            told = ToldEstate.objects.filter(measure=OuterRef("pk"), estate__in=estates)
            his = his | Q(estate__in=estates) | Q(Exists(told))
        return self.filter(his)

    def living(self) -> MeasureQuerySet:
        """To be done, or to be checked."""
        return self.filter(state__in=LIVING)


class Measure(models.Model):
    """One measure, from its proposal to its effect. What was tried in each round stands in `MeasureRound`.

    `next_due_at`: when it is to be done, or checked; empty where nothing is owed. `remind_at`: when whoever
    owes it is told next. `building` and `unit`: the place where the same cause came again and again.
    """

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="measures", db_index=False)
    origin = models.CharField(_("comes from"), max_length=10, choices=Origin.choices, default=Origin.CASES)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    cause = models.ForeignKey(
        Cause,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("cause"),
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, null=True, blank=True, related_name="measures")
    bulletin = models.ForeignKey(Bulletin, models.PROTECT, null=True, blank=True, related_name="+")
    survey_item = models.ForeignKey(
        SurveyItem, models.PROTECT, null=True, blank=True, related_name="measures"
    )
    root_cause = models.TextField(_("root cause"), blank=True)
    what = models.TextField(pgettext_lazy("noun", "measure"), blank=True)
    kind = models.CharField(pgettext_lazy("measure", "kind"), max_length=10, choices=Kind.choices, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="measures", verbose_name=_("responsible")
    )
    process_before = models.TextField(_("work flow before"), blank=True)
    process_after = models.TextField(_("work flow after"), blank=True)
    check_after_days = models.PositiveSmallIntegerField(_("checked after days"), default=30)
    round = models.PositiveSmallIntegerField(_("round"), default=0, help_text="0: not taken up yet.")
    proposed_at = models.DateTimeField(null=True, blank=True, help_text="By the rule of the same cause.")
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    dropped_because = models.TextField(_("why not"), blank=True)
    next_due_at = models.DateTimeField(_("due"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["remind_at"])
    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "dismissed"], opened_at__isnull=True, round=0)
                | Q(opened_at__isnull=False, owner__isnull=False, round__gte=1)
                & ~Q(root_cause="")
                & ~Q(what="")
                & ~Q(kind=""),
                name="a_measure_says_what_and_who",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "to_check"], next_due_at__isnull=False, ended_at__isnull=True)
                | Q(state="proposed", next_due_at__isnull=True, ended_at__isnull=True)
                | Q(
                    state__in=["effective", "withdrawn", "dismissed"],
                    next_due_at__isnull=True,
                    ended_at__isnull=False,
                ),
                name="a_living_measure_is_due",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["dismissed", "withdrawn"]) | ~Q(dropped_because=""),
                name="a_dropped_measure_says_why",
            ),
        ]
        indexes = [
            # The list and the board: by what is due next, in one state.
            models.Index(fields=["state", "next_due_at", "id"], name="measure_by_due"),
            # What has ended, the newest first; figures of a period.
            models.Index(
                fields=["-ended_at", "-id"], name="measure_ended", condition=Q(ended_at__isnull=False)
            ),
            models.Index(fields=["estate", "opened_at"], name="measure_opened"),
            models.Index(fields=["remind_at"], name="measure_remind", condition=Q(remind_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("measure", args=[self.pk])

    @property
    def number(self) -> str:
        """As people say it: ZG-00012."""
        return f"ZG-{self.pk:05d}"

    @property
    def title(self) -> str:
        """What it is about, in a line: the measure, or what proposes it."""
        return self.what or " · ".join(str(one) for one in (self.category, self.cause, self.where) if one)

    @property
    def where(self) -> str:
        return str(self.building or self.unit or self.estate)

    def is_late(self, now: datetime) -> bool:
        return self.next_due_at is not None and self.next_due_at < now


class MeasureRound(models.Model):
    """What was tried: to be done by when, done, checked by another person. No effect: the next round."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="rounds", db_index=False)
    number = models.PositiveSmallIntegerField(_("round"))
    started_at = models.DateTimeField()
    what = models.TextField(pgettext_lazy("noun", "measure"))
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    done = models.TextField(_("what was done"), blank=True)
    check_from = models.DateTimeField(null=True, blank=True)
    check_due_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    effective = models.BooleanField(_("effective"), null=True, blank=True)
    finding = models.TextField(_("what was found"), blank=True)
    alone_because = models.CharField(_("why the same person checks"), max_length=500, blank=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "number"], name="measure_round_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done="", check_due_at__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False, check_due_at__isnull=False) & ~Q(done=""),
                name="a_done_round_says_what",
            ),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, effective__isnull=True, finding="")
                | Q(checked_at__isnull=False, checked_by__isnull=False, effective__isnull=False)
                & Q(done_at__isnull=False)
                & ~Q(finding=""),
                name="a_checked_round_says_what",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True)
                | ~Q(checked_by=F("owner")) & ~Q(checked_by=F("done_by"))
                | ~Q(alone_because=""),
                name="another_person_checks_measures",
            ),
        ]
        indexes = [
            # Figures of a period.
            models.Index(fields=["done_at"], name="measure_round_done", condition=Q(done_at__isnull=False)),
            models.Index(
                fields=["checked_at"], name="measure_round_checked", condition=Q(checked_at__isnull=False)
            ),
        ]


class MeasureCase(models.Model):
    """A case a measure comes from. One of a case's rows for each measure; what was said once stays."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="case_rows", db_index=False)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="measure_rows")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["measure", "complaint"], name="case_of_measure_once")]


class ToldEstate(models.Model):
    """Another estate that is told of a measure 举一反三, and what it answers."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="told", db_index=False)
    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    due_at = models.DateTimeField()
    answer = models.CharField(_("answer"), max_length=14, choices=Answer.choices, blank=True)
    words = models.TextField(_("what is done there, or why it does not apply"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["remind_at"])

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "estate"], name="estate_told_once"),
            models.CheckConstraint(
                condition=Q(answer="", words="", answered_at__isnull=True, answered_by__isnull=True)
                | ~Q(answer="") & ~Q(words="") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="an_estates_answer_has_words",
            ),
        ]
        indexes = [
            models.Index(fields=["estate", "due_at"], name="told_unanswered", condition=Q(answer="")),
            models.Index(fields=["remind_at"], name="told_to_remind", condition=Q(remind_at__isnull=False)),
        ]

    @property
    def is_open(self) -> bool:
        """Not answered yet, or to be done there still."""
        return self.answer in ("", Answer.APPLIES)


class MeasureEntry(models.Model):
    """What happened to a measure, in order. Never changed."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="entries")
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
