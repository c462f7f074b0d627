"""Rows of the yearly targets 年度目标. Written by `reports.targets` only."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reports.target_rules import Direction, Indicator
from staff.models import User

#: The newest version by scope and indicator.
Targets = dict[tuple[str, str], "YearTarget"]


class YearTargetQuerySet(models.QuerySet["YearTarget"]):
    def held(self, year: int, scopes: Collection[str], at: datetime) -> Targets:
        """Those that held at `at`; withdrawn ones are left out. One query."""
        rows = self.filter(year=year, scope__in=scopes, made_at__lte=at).order_by("number")
        newest = {(row.scope, row.indicator): row for row in rows}
        return {key: row for key, row in newest.items() if row.value is not None}


class YearTarget(models.Model):
    """One version of what is aimed at in a year; the last one counts. Never changed.

    `value` in the unit of its indicator (`target_rules.SHAPES`), None: there is no target any more.
    """

    scope = models.CharField(max_length=40, help_text="company, estate-5")
    year = models.PositiveSmallIntegerField(_("year"))
    indicator = models.CharField(pgettext_lazy("target", "figure"), max_length=12, choices=Indicator.choices)
    number = models.PositiveIntegerField(help_text="Of the version.")
    direction = models.CharField(max_length=8, choices=Direction.choices)
    value = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    because = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)

    objects = YearTargetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year", "scope", "indicator", "number"], name="versions_of_a_target_are_counted"
            ),
            models.CheckConstraint(condition=~Q(because=""), name="a_target_says_why"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="a_target_is_not_below_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.scope} {self.indicator} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A version of a target is never changed; another one follows it.")
        super().save(*args, **kwargs)
