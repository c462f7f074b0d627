"""Places where a poster with a code hangs, how often each is scanned, and what came by it (domain.md 2)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.models.case import Complaint
from complaints.models.events import ContactNote
from complaints.portal_words import LONGEST_PLACE
from config.framework.history import Versions
from owners.models import Building, Unit
from staff.models import Estate


class PostedPlace(models.Model):
    """A place of an estate with its code. Written by `complaints.actions.posters`.

    What was taken down keeps its row: a poster that still hangs somewhere goes on opening the portal.
    """

    class Kind(models.TextChoices):
        ESTATE = "estate", _("Whole estate")
        BUILDING = "building", _("Building")
        ENTRANCE = "entrance", _("Entrance")
        LIFT = "lift", _("Lift")
        GARAGE = "garage", _("Garage")
        OTHER = "other", pgettext_lazy("place", "Other place")

    estate = models.ForeignKey(
        Estate, models.PROTECT, related_name="posted_places", verbose_name=_("estate"), db_index=False
    )
    kind = models.CharField(_("Kind of place"), max_length=10, choices=Kind.choices)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=LONGEST_PLACE)
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("building")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    from_register = models.CharField(
        max_length=60,
        blank=True,
        editable=False,
        help_text="What of the register it was made for, or nothing.",
    )
    code = models.CharField(_("code"), max_length=8, unique=True)
    taken_down_at = models.DateTimeField(_("taken down"), null=True, blank=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["estate", "name"], condition=Q(taken_down_at=None), name="one_poster_for_a_place"
            )
        ]
        indexes = [models.Index(fields=["estate", "kind"], name="posted_places_of_estate")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("poster", args=[self.estate.code, self.pk])


class PosterScans(models.Model):
    """How often the code of a place was scanned on a day of its estate; nothing of who did."""

    place = models.ForeignKey(PostedPlace, models.CASCADE, related_name="scans", db_index=False)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "day"], name="scans_of_a_day_once")]


class PosterReport(models.Model):
    """What somebody sent after he had scanned a code: a complaint, or a note."""

    place = models.ForeignKey(PostedPlace, models.PROTECT, related_name="reports", db_index=False)
    day = models.DateField(help_text="Of the estate, as scans are counted.")
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="+")
    note = models.ForeignKey(ContactNote, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(complaint__isnull=True, note__isnull=False)
                | Q(complaint__isnull=False, note__isnull=True),
                name="by_a_poster_came_one_thing",
            )
        ]
        indexes = [models.Index(fields=["place", "day"], name="reports_by_poster")]
