"""Satisfaction surveys 顾客满意度调查. What a home answered is tied to no home: docs/decisions/12.

An invitation knows on which day its home answered and nothing of what it said; an answer knows the survey
and the building. Its key is random and nothing of it is versioned, so that no order tells whose it is.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.surveys import OVER, READERS, Sample, State, Way
from config.framework.history import Versions
from owners.models import Building, Unit
from staff.models import Estate, User
from staff.permissions import Permissions


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, person: Permissions) -> SurveyQuerySet:
        """Those that ask in an estate where he works; a contractor's people read none."""
        if person.is_contractor:
            return self.none()
        if person.company & READERS:
            return self
        places = [pk for pk, roles in person.estates.items() if roles & READERS]
        return self.filter(pk__in=Survey.estates.through.objects.filter(estate__in=places).values("survey"))


class Survey(models.Model):
    """One survey, from its plan to our answer. Its days are those of the installation's zone.

    `seed`: drawn when it is set going; with it the same homes are drawn again. `remind_on`: when homes are
    reminded by itself. `paper_until`: links end with `ends_on`, what came on paper is entered until then.
    """

    title = models.CharField(pgettext_lazy("survey", "title"), max_length=60)
    title_en = models.CharField(pgettext_lazy("survey", "title in English"), max_length=80, blank=True)
    estates: Any = models.ManyToManyField(Estate, related_name="+", verbose_name=_("estates"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    starts_on = models.DateField(pgettext_lazy("survey", "first day"))
    ends_on = models.DateField(pgettext_lazy("survey", "last day"))
    intro = models.TextField(pgettext_lazy("survey", "words to owners"), blank=True)
    intro_en = models.TextField(pgettext_lazy("survey", "words to owners in English"), blank=True)
    sample = models.CharField(
        pgettext_lazy("survey", "who is asked"), max_length=10, choices=Sample.choices, default=Sample.ALL
    )
    sample_size = models.PositiveIntegerField(pgettext_lazy("survey", "how many"), null=True, blank=True)
    seed = models.PositiveIntegerField(
        pgettext_lazy("survey", "number of the draw"), null=True, editable=False
    )
    buildings: Any = models.ManyToManyField(
        Building, related_name="+", blank=True, verbose_name=_("buildings")
    )
    remind_on = models.DateField(pgettext_lazy("survey", "reminded on"), null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True, editable=False)
    paper_until = models.DateField(null=True, editable=False)
    answer_reminded_on = models.DateField(null=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    started_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    dropped_because = models.TextField(_("why not"), blank=True)
    answer = models.TextField(pgettext_lazy("survey", "our answer"), blank=True)
    answer_en = models.TextField(pgettext_lazy("survey", "our answer in English"), blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords(
        history_manager=Versions, excluded_fields=["reminded_on", "answer_reminded_on"]
    )
    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="a_survey_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~Q(sample="random") | Q(sample_size__gte=1), name="a_drawn_survey_says_how_many"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["running", "closed", "published"]) | Q(started_at__isnull=False),
                name="a_running_survey_was_started",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["closed", "published"], closed_at__isnull=False)
                | ~Q(state__in=["closed", "published"]) & Q(closed_at__isnull=True),
                name="a_closed_survey_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(published_at__isnull=False, published_by__isnull=False) & ~Q(answer=""),
                name="a_published_survey_says_what",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(dropped_because=""), name="a_dropped_survey_says_why"
            ),
        ]
        indexes = [
            # What the beat looks for: what begins, ends, or is to be reminded of.
            models.Index(
                fields=["state", "ends_on"], name="survey_due", condition=Q(state__in=["planned", "running"])
            ),
        ]

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en")
        return self.title_en if english and self.title_en else self.title

    def get_absolute_url(self) -> str:
        return reverse("survey", args=[self.pk])

    @property
    def number(self) -> str:
        """As people say it: DC-00012."""
        return f"DC-{self.pk:05d}"

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def words(self) -> str:
        """What stands above the questions, in the reader's language."""
        english = (get_language() or "").startswith("en")
        return self.intro_en if english and self.intro_en else self.intro

    @property
    def answer_words(self) -> str:
        """What owners are answered, in the reader's language."""
        english = (get_language() or "").startswith("en")
        return self.answer_en if english and self.answer_en else self.answer


class SurveyItem(models.Model):
    """One thing that is asked about, in the order of the questionnaire."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="items", db_index=False)
    order = models.PositiveSmallIntegerField()
    zh = models.CharField(_("Chinese"), max_length=40)
    en = models.CharField(_("English"), max_length=60, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["survey", "order"], name="survey_item_in_its_place")]

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") and self.en else self.zh


class SurveyInvitation(models.Model):
    """A home that is asked. `key` makes its link, whose secret is kept only as its digest.

    Of its answer it knows the day and the way, and nothing else.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="invitations", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=40, unique=True, editable=False)
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    sent_on = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    way = models.CharField(max_length=10, choices=Way.choices, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "unit"], name="a_home_is_asked_once"),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True, way="") | Q(answered_on__isnull=False) & ~Q(way=""),
                name="an_answered_home_says_how",
            ),
        ]


class SurveyAnswer(models.Model):
    """What somebody answered: `ratings` by item, importance and satisfaction. Whose it is, nothing says.

    Estate and building are empty once the survey is closed and they are too small to be shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="answers")
    estate = models.ForeignKey(
        Estate, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    ratings = models.JSONField(default=dict)


class SurveyWords(models.Model):
    """What somebody wrote, without names, and apart from what he rated: a hand tells whose it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="words_said")
    estate = models.ForeignKey(
        Estate, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    text = models.TextField()


class SurveyEntered(models.Model):
    """How many answers on paper somebody entered on one day; which ones, nothing says."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="entered", db_index=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "person", "day"], name="survey_entered_of_a_day")
        ]


class SurveyEntry(models.Model):
    """What happened to a survey, in order; of answers it says nothing. Never changed."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="entries")
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
