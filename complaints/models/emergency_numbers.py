"""Whom an estate calls when people are in danger, before 110, 119 and 120 are there."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from config.framework.history import Versions
from staff.models import Estate


class EmergencyNumber(models.Model):
    """One number of the estate's own: the lift firm, the control room, the engineer on duty.

    Written by `complaints.actions.emergency_numbers`; what is out of use is kept for its history.
    """

    class Kind(models.TextChoices):
        LIFT = "lift", _("Lift firm, rescue")
        CONTROL_ROOM = "control_room", _("Control room")
        ENGINEER = "engineer", _("Duty engineer")
        UTILITY = "utility", _("Gas, water or power company")
        OTHER = "other", _("Other help")

    estate = models.ForeignKey(
        Estate, models.PROTECT, related_name="emergency_numbers", verbose_name=_("estate")
    )
    kind = models.CharField(_("who"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name or remark"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}".strip()
