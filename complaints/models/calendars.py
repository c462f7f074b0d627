"""What a change of an estate's calendar does to the deadlines that count its working time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.clocks import Clock
from complaints.worktime import Calendar
from staff.models import Estate, User


def calendar_from(estate: Estate, days: Iterable[tuple[date, bool]]) -> Calendar:
    """An estate's columns and its days, each a date and whether it is worked, as a calendar."""
    listed = dict(days)
    return Calendar(
        zone=estate.zone,
        opens=estate.opens,
        closes=estate.closes,
        lunch=(estate.lunch_starts, estate.lunch_ends) if estate.lunch_starts and estate.lunch_ends else None,
        weekdays=frozenset(int(digit) - 1 for digit in estate.weekdays),
        staffed_on_days_off=estate.staffed_on_days_off,
        days_off=frozenset(day for day, is_working in listed.items() if not is_working),
        make_up_days=frozenset(day for day, is_working in listed.items() if is_working),
    )


class CalendarChange(models.Model):
    """Days or hours of an estate were changed. Kept until every open deadline has been looked at."""

    class Kind(models.TextChoices):
        DAYS = "days", _("Holidays and make-up days")
        HOURS = "hours", _("Working time")

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="calendar_changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    names = models.CharField(max_length=200, blank=True, help_text="The holidays it is about.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    # How far the deadlines have been looked at: up to this case, and when to go on; null: done.
    upto = models.BigIntegerField(default=0)
    next_look_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_look_at"], name="calendar_change_waits", condition=Q(next_look_at__isnull=False)
            )
        ]


class CalendarMove(models.Model):
    """One due time that a change of the calendar has moved."""

    change = models.ForeignKey(CalendarChange, models.PROTECT, related_name="moves")
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="calendar_moves")
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()
