"""The customer's ways in: the receipt's link, the one-time code, their limits, the visit (domain.md 7)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

from complaints.lifecycle import Outcome
from complaints.models.case import Complaint

#: So long after closing a customer can still read his case.
SHOWN_AFTER_CLOSING = timedelta(days=90)
VISIT_LASTS = timedelta(hours=12)
#: What the letter's head reads from the case and around it.
HEAD = (
    "link__revoked_at",
    *(
        f"complaint__{column}"
        for column in (
            "number", "status", "outcome", "received_at", "closed_at", "content", "remedy_asked",
            "promised_at", "cycle_number", "category", "place", "unit__name", "building__name",
            "lead__status", "estate__name", "estate__time_zone", "estate__service_phone",
            "complainant__phone", "complainant__language", "first_receiver__name", "first_receiver__username",
        )
    ),
)  # fmt: skip


def is_shown_to_customer(case: Complaint, at: datetime) -> bool:
    """Whether the customer can reach his case: not a wrong entry, not closed long ago."""
    if case.outcome == Outcome.VOID:
        return False
    return case.closed_at is None or at - case.closed_at < SHOWN_AFTER_CLOSING


class ReceiptLink(models.Model):
    """The secret in a receipt's link or QR code; only its sha256 is kept."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="receipt_links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class PortalCode(models.Model):
    """A one-time code sent to the phone on a case; a miss makes the same row without a case."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="+", db_index=False)
    browser = models.CharField(max_length=64, unique=True, help_text="sha256 of the browser's secret.")
    code = models.CharField(max_length=128, help_text="Salted hash.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)


class PortalLimit(models.Model):
    """When codes were asked for one phone within the last day: one row a phone, locked to be counted."""

    bucket = models.CharField(max_length=100, unique=True, help_text="Keyed hash of the phone.")
    times = models.JSONField(default=list, help_text="Seconds since 1970, oldest first.")
    touched_at = models.DateTimeField()


class PortalVisitQuerySet(models.QuerySet["PortalVisit"]):
    def with_case(self) -> PortalVisitQuerySet:
        """With what the letter's head shows: one query of these columns, and no others."""
        return self.select_related(*dict.fromkeys(path.rpartition("__")[0] for path in HEAD)).only(
            "started_at", "ended_at", *HEAD
        )


class PortalVisit(models.Model):
    """One opening of one case by its customer, by link or by code. The browser holds its signed number."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="+", db_index=False)
    link = models.ForeignKey(ReceiptLink, models.PROTECT, null=True, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = PortalVisitQuerySet.as_manager()

    def holds(self, at: datetime) -> bool:
        """Not ended or too old, its link not revoked, its case still shown."""
        if self.ended_at or at - self.started_at >= VISIT_LASTS:
            return False
        if self.link and self.link.revoked_at:
            return False
        return is_shown_to_customer(self.complaint, at)
