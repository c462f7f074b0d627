"""What a colleague was told and passes on to the desk 员工转达 (domain.md 2; rules.md F25)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.models.case import Complaint
from complaints.models.events import ContactNote
from config.framework.history import Versions
from staff.models import Estate, User


class RelayQuerySet(models.QuerySet["Relay"]):
    def waiting(self) -> RelayQuerySet:
        """Not settled yet: nobody has taken them, or whoever has is still at it."""
        return self.filter(outcome="")


class Relay(models.Model):
    """A complaint passed on: who said it, where, in what words; until the desk has settled it."""

    class Outcome(models.TextChoices):
        COMPLAINT = "complaint", _("Became a complaint")
        CHASE = "chase", _("Added to a known complaint")
        NOTE = "note", _("Contact note, no complaint")
        OTHER = "other", _("Settled otherwise")

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    place = models.CharField(_("place in words"), max_length=80, blank=True)
    words = models.TextField(_("what was said"))
    urgent = models.BooleanField(_("urgent"), default=False)
    passed_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    passed_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    taken_at = models.DateTimeField(null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    because = models.CharField(_("reason"), max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="relays")
    note = models.ForeignKey(ContactNote, models.PROTECT, null=True, related_name="+", db_index=False)
    # When the supervisor is told next that it still waits; when the one who passed it on heard of its end.
    remind_at = models.DateTimeField(null=True)
    closing_told_at = models.DateTimeField(null=True)
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["name", "phone"])
    objects = RelayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True, taken_at__isnull=True)
                | Q(taken_by__isnull=False, taken_at__isnull=False),
                name="relay_is_taken_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at__isnull=True)
                | ~Q(outcome="")
                & Q(settled_at__isnull=False, taken_by__isnull=False, remind_at__isnull=True),
                name="relay_is_settled_once_taken",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["complaint", "chase"]) | Q(complaint__isnull=False),
                name="relay_names_its_complaint",
            ),
        ]
        indexes = [
            models.Index(fields=["estate", "passed_at"], name="relay_waiting", condition=Q(outcome="")),
            models.Index(fields=["passed_by", "-passed_at"], name="relay_of_mine"),
            models.Index(fields=["remind_at"], name="relay_to_remind", condition=Q(remind_at__isnull=False)),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.outcome == ""
