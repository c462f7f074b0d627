"""The customer's ways in: the receipt's link, the one-time code, their limits, the visit (domain.md 7)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from complaints.lifecycle import Outcome
from complaints.models.case import Complaint

#: So long after closing a customer can still read his case.
SHOWN_AFTER_CLOSING = timedelta(days=90)
VISIT_LASTS = timedelta(hours=12)


def shown_to_customer(at: datetime, case: str = "") -> Q:
    """Cases a customer can reach at `at`; `case` is the way to the complaint's columns (`complaint__`)."""
    is_open = Q(**{f"{case}closed_at__isnull": True})
    just_closed = Q(**{f"{case}closed_at__gt": at - SHOWN_AFTER_CLOSING})
    return (is_open | just_closed) & ~Q(**{f"{case}outcome": Outcome.VOID})


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
    def current(self, at: datetime) -> PortalVisitQuerySet:
        """Visits that still hold: not ended or too old, the link not revoked, the case still shown."""
        return self.filter(
            shown_to_customer(at, "complaint__"),
            Q(link__isnull=True) | Q(link__revoked_at__isnull=True),
            ended_at__isnull=True,
            started_at__gt=at - VISIT_LASTS,
        )

    def with_case(self) -> PortalVisitQuerySet:
        """With what the letter's head shows, in one query."""
        return self.select_related(
            "complaint__estate",
            "complaint__unit",
            "complaint__building",
            "complaint__complainant",
            "complaint__first_receiver",
            "complaint__lead",
        )


class PortalVisit(models.Model):
    """One opening of one case by its customer, by link or by code. The browser holds its signed number."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="+", db_index=False)
    link = models.ForeignKey(ReceiptLink, models.PROTECT, null=True, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = PortalVisitQuerySet.as_manager()
