"""What is written into the day's logs, and that somebody has read the day 阅签 (rules.md F18, W8)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.models import Estate, User


class DayNote(models.Model):
    """A line of the duty log 值班记录 or a patrol note 巡查记录 of one day.

    Never rewritten: what was wrong is said in an addition, which belongs to the same day and names the line.
    """

    class Kind(models.TextChoices):
        DUTY = "duty", _("Duty log")
        PATROL = "patrol", _("Patrol notes")

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField(_("day"), help_text="In the estate's time.")
    kind = models.CharField(_("what is it?"), max_length=6, choices=Kind.choices)
    words = models.TextField(_("what happened"))
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="additions", db_index=False
    )
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="a_day_note_has_words"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("pk")), name="a_day_note_adds_to_another"
            ),
        ]
        indexes = [models.Index(fields=["estate", "day", "id"], name="day_note_by_day")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and not kwargs.get("force_insert"):
            raise TypeError("A note of a day is never rewritten; add to it.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A note of a day is never deleted; add to it.")


class DailyReading(models.Model):
    """Somebody has read a day of an estate, and signs it. Once for a day, for good."""

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    signed_at = models.DateTimeField()
    remark = models.TextField(_("remark"), blank=True)
    #: Notes with greater keys were written after he had read: the clocks of two requests cannot tell.
    last_note = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["estate", "day"], name="a_day_is_signed_once")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and not kwargs.get("force_insert"):
            raise TypeError("A signature under a day is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A signature under a day is never taken back.")


class ReadingMark(models.Model):
    """The days on which an estate's unsigned days were looked for: one row an estate and local date."""

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", db_index=False)
    date = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["estate", "date"], name="one_reading_mark_a_day")]
