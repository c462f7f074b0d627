"""Rows of the monthly ratings of contractors 外包单位考评 (A12). Written by `reports.ratings` only."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.models import Complaint
from config.framework.history import Versions
from reports.figures.month import Month
from reports.rating_rules import READERS, Criterion, Grade, State, Trade, grade_of
from staff.models import Department, Estate, User
from staff.permissions import Permissions


class RatingRules(models.Model):
    """One version of criteria and day; the last one counts. Never changed."""

    number = models.PositiveIntegerField(unique=True)
    data = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-number"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A version of the criteria is never changed; another one follows it.")
        super().save(*args, **kwargs)


class RatingQuerySet(models.QuerySet["ContractorRating"]):
    def visible_to(self, person: Permissions) -> RatingQuerySet:
        """Those of his estates, for whoever reads figures; its own for a contractor, once it is published."""
        own = Q(department__in=list(person.outside), state=State.FROZEN)
        if person.company & READERS:
            return self
        here = [pk for pk, roles in person.estates.items() if roles & READERS]
        return self.filter(own | Q(estate__in=here))


class ContractorRating(models.Model):
    """What an estate thinks of one contractor in one month; frozen once a second person has checked it.

    `lines`: the criteria as they were then, with points and words: {key, zh, en, points, given, words}.
    `figures`: what the product counted, as it stood when it was published; empty before.
    """

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, related_name="ratings")
    starts_on = models.DateField(help_text="The first day of the month.")
    trade = models.CharField(pgettext_lazy("contractor", "trade"), max_length=12, choices=Trade.choices)
    lines = models.JSONField(default=list)
    score = models.PositiveSmallIntegerField(help_text="Points of 100.")
    words = models.TextField(pgettext_lazy("rating", "in words"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.TO_CHECK)
    version = models.PositiveIntegerField(default=1, editable=False)
    figures = models.JSONField(default=dict)
    rated_at = models.DateTimeField()
    rated_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    returned_because = models.TextField(blank=True)
    remark = models.TextField(pgettext_lazy("rating", "contractor's remark"), blank=True)
    remarked_at = models.DateTimeField(null=True, blank=True)
    remarked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    cases = models.ManyToManyField(Complaint, related_name="+", blank=True)

    history = HistoricalRecords(history_manager=Versions)
    objects = RatingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["estate", "department", "starts_on"], name="contractor_rated_once_a_month"
            ),
            models.CheckConstraint(condition=Q(score__lte=100), name="a_rating_has_at_most_100_points"),
            models.CheckConstraint(condition=Q(starts_on__day=1), name="a_rating_is_of_a_month"),
            models.CheckConstraint(
                condition=Q(state="frozen", checked_at__isnull=False, checked_by__isnull=False)
                & ~Q(checked_by=F("rated_by"))
                | ~Q(state="frozen") & Q(checked_at__isnull=True, checked_by__isnull=True),
                name="another_person_checks_ratings",
            ),
            models.CheckConstraint(
                condition=~Q(state="draft") | ~Q(returned_because=""), name="a_rating_sent_back_says_why"
            ),
            models.CheckConstraint(
                condition=Q(remark="", remarked_at__isnull=True, remarked_by__isnull=True)
                | ~Q(remark="") & Q(remarked_at__isnull=False, remarked_by__isnull=False, state="frozen"),
                name="a_remark_is_on_a_published_rating",
            ),
        ]
        indexes = [models.Index(fields=["starts_on", "estate"], name="ratings_of_a_month")]

    def __str__(self) -> str:
        return f"{self.department} {self.month}"

    def get_absolute_url(self) -> str:
        return reverse("reports:rating", args=[self.pk])

    @property
    def month(self) -> Month:
        return Month(self.starts_on.year, self.starts_on.month)

    @property
    def grade(self) -> Grade:
        return grade_of(self.score)

    @property
    def given(self) -> list[tuple[Criterion, int, str]]:
        """Each criterion with its points and words."""
        return [
            (Criterion(one["key"], one["zh"], one["en"], one["points"]), one["given"], one["words"])
            for one in self.lines
        ]


class RatingReminder(models.Model):
    """That whoever rates in an estate was told what of a month is missing; once."""

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["estate", "starts_on"], name="missing_ratings_told_once")
        ]
