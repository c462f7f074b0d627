"""The customer's ways in: the receipt's link, the one-time code, their limits, the visit (domain.md 7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from django.db import models
from django.db.models import Q

from complaints.models.case import Complaint
from complaints.policy import Policy
from complaints.statuses import Outcome
from staff.models import Estate

VISIT_LASTS = timedelta(hours=12)


class Ended(Protocol):
    """What of a case says whether and how it ended."""

    @property
    def outcome(self) -> str: ...

    @property
    def closed_at(self) -> datetime | None: ...


def is_shown_to_customer(case: Ended, at: datetime, policy: Policy) -> bool:
    """Whether the customer can reach his case: not a wrong entry, not closed long ago."""
    if case.outcome == Outcome.VOID:
        return False
    return case.closed_at is None or at - case.closed_at < policy.shown_for


class ReceiptLink(models.Model):
    """The secret in a receipt's link or QR code; only its sha256 is kept."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="receipt_links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class PortalCode(models.Model):
    """A one-time code sent to the phone on a case; a miss makes the same row without a case.

    With a `draft`: to the phone that whoever writes it has given, to show that it is his. With a `phone`: to
    that one, for all its cases in the estate; forgotten with the row after a day.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="+", db_index=False)
    draft = models.ForeignKey("PortalDraft", models.CASCADE, null=True, related_name="codes")
    phone = models.CharField(max_length=30, blank=True, help_text="As it is kept; shown by the code.")
    estate = models.ForeignKey(Estate, models.PROTECT, null=True, related_name="+", db_index=False)
    browser = models.CharField(max_length=64, unique=True, help_text="sha256 of the browser's secret.")
    code = models.CharField(max_length=128, help_text="Salted hash.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)


class PortalLimit(models.Model):
    """When something was asked for or sent in the last day, for one phone or from one network, say.

    Locked to be counted (`complaints.actions.portal_limits`).
    """

    bucket = models.CharField(
        max_length=100, unique=True, help_text="Keyed hash of the phone, the network, or both."
    )
    times = models.JSONField(default=list, help_text="Seconds since 1970, oldest first.")
    touched_at = models.DateTimeField()


class PortalVisit(models.Model):
    """One opening by a customer; the browser holds its signed number.

    By link: of one case. By a code: of the cases of the `phone` that it has shown to be his, in the estate
    (`complaints.actions.portal_own_cases`), and of the case whose number he gave.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="+", db_index=False)
    link = models.ForeignKey(ReceiptLink, models.PROTECT, null=True, related_name="+", db_index=False)
    phone = models.CharField(max_length=30, blank=True)
    estate = models.ForeignKey(Estate, models.PROTECT, null=True, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(phone="", complaint__isnull=False) | ~Q(phone="") & Q(estate__isnull=False),
                name="a_visit_is_of_a_case_or_a_phone",
            )
        ]
