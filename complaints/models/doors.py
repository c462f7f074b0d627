"""The customer's ways in: the receipt's link, the one-time code, and their limits (domain.md 7)."""

from __future__ import annotations

from django.db import models

from complaints.models.case import Complaint


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
    """How often something was tried in one window; counted by upsert, exact under races."""

    bucket = models.CharField(max_length=100)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bucket", "window"], name="one_count_per_window")]
