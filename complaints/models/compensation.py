"""Compensations 赔付/减免: asked for, approved by amount, paid, accepted (domain.md 3, K11, X8)."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.models.case import Complaint
from complaints.models.events import Attachment
from config.framework.history import Versions
from staff.models import User
from staff.roles import Role


class CompensationQuerySet(models.QuerySet["Compensation"]):
    def to_pay(self) -> CompensationQuerySet:
        """Approved, and neither paid nor waived yet."""
        return self.filter(state=Compensation.State.APPROVED)

    def to_accept(self) -> CompensationQuerySet:
        """Paid, while the customer's word for it is not on the case yet."""
        return self.filter(state=Compensation.State.PAID)


class Compensation(models.Model):
    """A separately approved amount: never a promise in a reply. Amounts are yuan."""

    class Kind(models.TextChoices):
        PAY = "pay", _("Payment")
        WAIVE = "waive", _("Waiver of charges")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("compensation", "Withdrawn")
        PAID = "paid", pgettext_lazy("compensation", "Paid")
        ACCEPTED = "accepted", _("Accepted by the customer")

    #: States in which the amount is granted.
    GRANTED = (State.APPROVED, State.PAID, State.ACCEPTED)
    #: States in which the amount counts for what the case costs in all.
    COUNTED = (State.PROPOSED, *GRANTED)

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="compensations")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.PAY)
    amount = models.DecimalField(
        _("amount (yuan)"), max_digits=11, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    reason = models.TextField(_("reason"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    approver_role = models.CharField(
        max_length=20, choices=Role.choices, help_text="By what the case costs in all, as it was then."
    )
    # Who decided, and when; of a withdrawn one only when.
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    granted_amount = models.DecimalField(
        _("amount approved (yuan)"), max_digits=11, decimal_places=2, null=True, blank=True
    )
    comment = models.TextField(blank=True)
    # The day it was paid or taken off the bill; who wrote that down, and when.
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    voucher = models.CharField(_("voucher number"), max_length=60, blank=True)
    voucher_file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    paid_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    paid_at = models.DateTimeField(null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    accepted_how = models.CharField(_("how the customer accepted"), max_length=500, blank=True)
    accepted_file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    accepted_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords(history_manager=Versions)
    objects = CompensationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "withdrawn"])
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="another_person_approves_money",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_amount_is_more_than_zero"),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "paid", "accepted"], granted_amount__isnull=False)
                & Q(granted_amount__gt=0, granted_amount__lte=F("amount"))
                | Q(state__in=["proposed", "declined", "withdrawn"], granted_amount__isnull=True),
                name="granted_at_most_as_asked",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["paid", "accepted"], paid_on__isnull=False, paid_at__isnull=False)
                & Q(paid_by__isnull=False)
                & ~Q(voucher="")
                | ~Q(state__in=["paid", "accepted"]) & Q(paid_on__isnull=True, paid_at__isnull=True),
                name="paid_with_day_and_voucher",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_at__isnull=False, accepted_on__gte=F("paid_on"))
                | ~Q(state="accepted") & Q(accepted_on__isnull=True, accepted_at__isnull=True),
                name="accepted_after_it_was_paid",
            ),
        ]
        indexes = [
            # What waits for a decision, a payment or the customer's word.
            models.Index(
                fields=["state", "proposed_at"],
                name="compensation_waits",
                condition=Q(state__in=["proposed", "approved", "paid"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.shown_amount:,.2f}"

    @property
    def shown_amount(self) -> Decimal:
        """What counts: what was granted, before that what was asked for."""
        return self.amount if self.granted_amount is None else self.granted_amount
