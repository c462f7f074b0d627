"""Training before a posting 上岗培训 (A7): who passed which course when. Written by `staff.actions`."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from config.framework.history import Versions


class TrainingCourse(models.Model):
    """A course; `roles` must have passed it before somebody is posted to them."""

    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60, unique=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    roles = models.JSONField(default=list, blank=True)
    months = models.PositiveSmallIntegerField(_("valid for months"), default=0, help_text=_("0: for ever."))
    is_active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name


class TrainingPassed(models.Model):
    """That somebody passed a course on a day; taken back where it was written down by mistake."""

    user = models.ForeignKey("staff.User", models.PROTECT, related_name="trainings")
    course = models.ForeignKey(TrainingCourse, models.PROTECT, related_name="passed", db_index=False)
    passed_on = models.DateField(_("passed on"))
    valid_until = models.DateField(null=True, blank=True, help_text="The last day; empty: for ever.")
    result = models.CharField(pgettext_lazy("training", "result"), max_length=60, blank=True)
    link = models.URLField(_("link to the certificate"), max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", db_index=False)
    taken_back_because = models.CharField(max_length=200, blank=True)
    # The day from which on he is told that it lapses; empty: told, renewed, or never.
    remind_on = models.DateField(null=True, blank=True, editable=False)
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["remind_on"])

    class Meta:
        ordering = ["-passed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course", "passed_on"],
                condition=Q(taken_back_because=""),
                name="training_passed_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("passed_on")),
                name="training_ends_after_it_was_passed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_on"], name="training_to_remind", condition=Q(remind_on__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.course}"

    def holds(self, on: date) -> bool:
        return not self.taken_back_because and (self.valid_until is None or self.valid_until >= on)


class PostedWithout(models.Model):
    """That a role was asked for although a required training was missing or had lapsed; never changed."""

    review = models.OneToOneField("staff.Review", models.PROTECT, related_name="posted_without")
    courses = models.JSONField(help_text="Names as they were then.")
    because = models.CharField(max_length=200)
