"""A case and its warranty 保修: the part, whether it is covered and why, what the builder did (T48, T38)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.models.case import Complaint
from complaints.models.events import Attachment
from complaints.models.vocabulary import PolicyVersion
from complaints.warranty import DUE, ENDED, Confirmed, State, Way, Why
from complaints.warranty_texts import sentence
from config.framework.history import Versions
from owners.models import Builder
from owners.parts import Part
from staff.models import User
from staff.permissions import Permissions


class WarrantyQuerySet(models.QuerySet["CaseWarranty"]):
    def visible_to(self, person: Permissions) -> WarrantyQuerySet:
        """Those of the cases he reads."""
        return self.filter(complaint__in=Complaint.objects.visible_to(person))


class CaseWarranty(models.Model):
    """One case's warranty. `Complaint.under_warranty` is true where it is `covered`.

    `decided_by` empty: worked out from part, hand-over date and day of receipt, by `policy`. A person's
    decision stays, whatever is corrected later. `opened_at`: since when it is covered, for the record of the
    month. The builder's steps keep the last time of each; the versions have those before. `late_from`: by
    when the builder has to come, or be ready: telling him again and a later visit do not move it.
    """

    class Of(models.TextChoices):
        UNIT = "unit", pgettext_lazy("hand-over", "of the unit")
        BUILDING = "building", pgettext_lazy("hand-over", "of the building")
        ESTATE = "estate", pgettext_lazy("hand-over", "of the estate")

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="warranty", primary_key=True)
    part = models.CharField(
        pgettext_lazy("warranty", "part"), max_length=16, choices=Part.choices, blank=True
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.UNDECIDED)
    covered = models.BooleanField(_("under warranty"), null=True, blank=True)
    handed_over_on = models.DateField(_("hand-over date"), null=True, blank=True)
    handed_over_of = models.CharField(max_length=10, choices=Of.choices, blank=True)
    until = models.DateField(_("under warranty until"), null=True, blank=True)
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    why = models.CharField(pgettext_lazy("warranty", "why"), max_length=12, choices=Why.choices, blank=True)
    because = models.CharField(_("reason"), max_length=500, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    # The builder's steps.
    builder = models.ForeignKey(
        Builder, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    firm = models.CharField(pgettext_lazy("warranty", "firm"), max_length=100, blank=True)
    notified_at = models.DateTimeField(_("builder told"), null=True, blank=True)
    notified_how = models.CharField(_("how"), max_length=10, choices=Way.choices, blank=True)
    notified_whom = models.CharField(_("whom"), max_length=60, blank=True)
    visit_at = models.DateTimeField(_("visit agreed for"), null=True, blank=True)
    sent_at = models.DateTimeField(_("builder at work since"), null=True, blank=True)
    sent_whom = models.CharField(_("who came"), max_length=100, blank=True)
    done_at = models.DateTimeField(_("repaired"), null=True, blank=True)
    done = models.CharField(_("what was done"), max_length=500, blank=True)
    signed_at = models.DateTimeField(_("confirmed by the owner"), null=True, blank=True)
    signed_how = models.CharField(_("how"), max_length=10, choices=Confirmed.choices, blank=True)
    scan = models.ForeignKey(
        Attachment, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_because = models.CharField(_("why the owner does not sign"), max_length=500, blank=True)
    elsewhere_at = models.DateTimeField(null=True, blank=True)
    elsewhere_by = models.CharField(_("repaired by"), max_length=100, blank=True)
    elsewhere_because = models.CharField(_("why others repaired it"), max_length=500, blank=True)
    cost = models.DecimalField(
        _("cost, to be claimed back (yuan)"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    late_from = models.DateTimeField(null=True, blank=True, editable=False)
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["remind_at"])
    objects = WarrantyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="undecided", covered__isnull=True)
                | Q(state="not_covered", covered=False)
                | Q(state="dropped")
                | ~Q(state__in=["undecided", "not_covered"]) & Q(covered=True, opened_at__isnull=False),
                name="warranty_state_says_whether_covered",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "refused", "elsewhere", "signed"])
                | Q(done_at__isnull=False)
                | Q(elsewhere_at__isnull=False),
                name="a_repair_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refused_because=""), name="a_refusal_to_sign_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_at__isnull=False) & ~Q(signed_how=""),
                name="a_signed_repair_says_how",
            ),
        ]
        indexes = [
            # The list: what is to be done, what is due first.
            models.Index(fields=["state", "due_at", "complaint"], name="warranty_by_due"),
            # The record of a month: what came in it, and what is still open.
            models.Index(fields=["opened_at"], name="warranty_opened", condition=Q(opened_at__isnull=False)),
            models.Index(fields=["remind_at"], name="warranty_remind", condition=Q(remind_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.complaint)

    def get_absolute_url(self) -> str:
        return reverse("case_warranty", args=[self.complaint.number])

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED

    @property
    def by_person(self) -> bool:
        """Decided by a person, or ticked by one: nothing that is corrected later changes it."""
        return self.why != ""

    def is_late(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at < now

    @property
    def due_what(self) -> str:
        """What is due at `due_at`."""
        return str(DUE.get(self.state) or pgettext("due", "Builder"))

    @property
    def said(self) -> str:
        """The fact with its reason, in the active language."""
        return sentence(self.covered, part=self.part, day=self.handed_over_on, until=self.until, why=self.why)
