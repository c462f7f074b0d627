"""What warranty 保修 goes by: when a place was handed over, who built it, and who sees to it (T48).

A unit's own date wins over that of its building, and that over the estate's. How long a part is under
warranty is policy, and stands in `complaints.warranty`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from config.framework.history import Versions
from owners.parts import DESIGN_LIFE, HandedOver, Part
from staff.models import Department, Estate, User


class HandOver(models.Model):
    """The day 交付日期 an estate, a building or a unit was handed over to those who live there."""

    estate = models.ForeignKey(
        Estate, models.PROTECT, related_name="hand_overs", verbose_name=_("estate"), db_index=False
    )
    building = models.ForeignKey(
        "owners.Building", models.PROTECT, null=True, blank=True, related_name="hand_overs",
        verbose_name=_("building"), db_index=False,
    )  # fmt: skip
    unit = models.ForeignKey(
        "owners.Unit", models.PROTECT, null=True, blank=True, related_name="hand_overs",
        verbose_name=_("place"), db_index=False,
    )  # fmt: skip
    day = models.DateField(_("hand-over date"))
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(building__isnull=True) | Q(unit__isnull=True), name="handed_over_as_one_thing"
            ),
            models.UniqueConstraint(
                fields=["estate"],
                condition=Q(building__isnull=True, unit__isnull=True),
                name="estate_handed_over_once",
            ),
            models.UniqueConstraint(
                fields=["building"], condition=Q(building__isnull=False), name="building_handed_over_once"
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(unit__isnull=False), name="unit_handed_over_once"
            ),
        ]
        indexes = [models.Index(fields=["estate", "day"], name="handed_over_by_day")]

    def __str__(self) -> str:
        return f"{self.what} {self.day:%Y-%m-%d}"

    @property
    def what(self) -> str:
        return str(self.unit or self.building or self.estate)


class Builder(models.Model):
    """Who built an estate, or one part of it 施工单位/建设单位. Empty `part`: all that no other is named for.

    `department`: the firm's people work with us as a contractor's do.
    """

    class Role(models.TextChoices):
        BUILDER = "builder", pgettext_lazy("warranty", "Builder")
        DEVELOPER = "developer", pgettext_lazy("warranty", "Developer")

    estate = models.ForeignKey(
        Estate, models.PROTECT, related_name="builders", verbose_name=_("estate"), db_index=False
    )
    part = models.CharField(
        pgettext_lazy("warranty", "part"), max_length=16, choices=Part.choices, blank=True
    )
    role = models.CharField(
        pgettext_lazy("warranty", "as"), max_length=10, choices=Role.choices, default=Role.BUILDER
    )
    firm = models.CharField(pgettext_lazy("warranty", "firm"), max_length=100)
    contact = models.CharField(_("contact"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("works with us as"), db_index=False,
    )  # fmt: skip
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["contact", "phone"])

    class Meta:
        ordering = ["part", "role"]
        constraints = [
            models.UniqueConstraint(fields=["estate", "part", "role"], name="builder_of_a_part_once"),
            models.CheckConstraint(condition=~Q(firm=""), name="a_builder_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.firm


class EstateWarranty(models.Model):
    """What else an estate says of its warranty: who sees to it 保修专员, and the life of its design."""

    estate = models.OneToOneField(
        Estate, models.PROTECT, related_name="warranty", verbose_name=_("estate"), primary_key=True
    )
    officer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("warranty officer")
    )
    design_life = models.PositiveSmallIntegerField(_("design life, in years"), default=DESIGN_LIFE)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(design_life__gte=1, design_life__lte=200), name="design_life_in_reason"
            )
        ]


def handed_over(estate: int, building: int | None = None, unit: Any = None) -> HandedOver | None:
    """The date of a place: the unit's before the building's before the estate's; None: none is known.

    One query; `unit`, where one is given, says which building.
    """
    building = unit.building_id if unit else building
    of_it = Q(building__isnull=True, unit__isnull=True)
    if building:
        of_it |= Q(building=building)
    if unit:
        of_it |= Q(unit=unit)
    return nearest(HandOver.objects.filter(of_it, estate=estate))


def nearest(rows: Iterable[HandOver]) -> HandedOver | None:
    """Of the dates that may count for one place, the one that does."""
    found = {"unit" if row.unit_id else "building" if row.building_id else "estate": row.day for row in rows}
    return next((HandedOver(found[of], of) for of in ("unit", "building", "estate") if of in found), None)


def builders_of(estate: int, part: str) -> list[Builder]:
    """Who is asked to come for a part: its builder, its developer, then those of all parts. One query."""
    rows: list[Builder] = list(
        Builder.objects.filter(estate=estate, part__in={part, ""}).select_related("department")
    )
    order: list[Any] = list(Builder.Role)
    rows.sort(key=lambda row: (row.part == "", order.index(row.role), row.pk))
    return rows
