"""Who complained, and about whom: the people of a case who are not its staff (domain.md 2)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from config.framework.history import Versions
from owners.models import NameKey, Occupancy, Owner
from staff.models import Department, User


class Complainant(models.Model):
    """Who complained, as he was then. Personal values live here, so that erasure is one overwrite."""

    class Capacity(models.TextChoices):
        OWNER_OCCUPIER = "owner_occupier", _("Owner-occupier")
        INVESTOR = "investor", _("Investor")
        TENANT = "tenant", _("Tenant")
        FAMILY = "family", _("Family")
        MERCHANT = "merchant", _("Merchant")
        PROSPECTIVE = "prospective", _("Prospective owner")
        VISITOR = "visitor", _("Visitor")
        COMMITTEE = "committee", _("Owners' committee")
        EMPLOYEE = "employee", _("Own employee")
        REPORTER = "reporter", _("Media")
        OTHER = "other", _("Other")
        ANONYMOUS = "anonymous", _("Anonymous")

    complaint = models.OneToOneField("complaints.Complaint", models.PROTECT, related_name="complainant")
    owner = models.ForeignKey(Owner, models.PROTECT, null=True, blank=True, related_name="complaints")
    name = models.CharField(_("name"), max_length=100, blank=True)
    name_key = NameKey(default="")
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    last4 = models.CharField(max_length=4, blank=True, editable=False)
    capacity = models.CharField(
        _("capacity"), max_length=16, choices=Capacity.choices, default=Capacity.OTHER
    )
    language = models.CharField(
        _("language"), max_length=10, default="zh-hans", choices=[("zh-hans", "中文"), ("en", "English")]
    )
    no_texts = models.BooleanField(_("wants no text messages"), default=False)
    representative = models.CharField(_("owners' representative"), max_length=60, blank=True)
    history = HistoricalRecords(
        history_manager=Versions, excluded_fields=["name", "name_key", "phone", "last4", "representative"]
    )

    #: What an edit of the case may change.
    EDITABLE_COLUMNS = frozenset({"name", "phone", "capacity", "language", "no_texts", "representative"})

    class Meta:
        indexes = [
            models.Index(fields=["phone"], name="complainant_by_phone", condition=~Q(phone="")),
            models.Index(fields=["last4"], name="complainant_by_last4", condition=~Q(last4="")),
            models.Index(fields=["name_key"], name="complainant_by_key", condition=~Q(name_key="")),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def capacity_of(cls, occupancy: Occupancy) -> str:
        return cls.Capacity(occupancy.capacity).value


class Respondent(models.Model):
    """A person or department complained about: never handles, judges, approves or revisits the case."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="respondents")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name in words"), max_length=60, blank=True)
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["name"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(department__isnull=False) | ~Q(name=""),
                name="respondent_is_somebody",
            )
        ]


class SignatoryQuerySet(models.QuerySet["Signatory"]):
    def listed(self) -> SignatoryQuerySet:
        """Who stands on the list, in its order."""
        return self.filter(removed_at=None).order_by("pk")


class Signatory(models.Model):
    """One who signed a collective complaint 联名人. Personal values: erased like the complainant's."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="signatories")
    name = models.CharField(_("name"), max_length=100)
    room = models.CharField(_("room"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    note = models.CharField(pgettext_lazy("signatory", "note"), max_length=200, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    # Taken off the list again; the row stays.
    removed_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["name", "room", "phone", "note"])
    objects = SignatoryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["phone"], name="signatory_by_phone", condition=~Q(phone=""))]

    def __str__(self) -> str:
        return self.name
