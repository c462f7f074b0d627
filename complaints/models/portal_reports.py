"""What an owner says on the portal himself: its draft, and the receipt of what is no complaint."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from complaints.models.case import Complaint
from complaints.models.events import ContactNote
from staff.models import Estate


class PortalDraft(models.Model):
    """What is being said on the portal; once sent, what came of it. The browser holds its secret.

    `said` holds personal values and is emptied when it is sent; an abandoned one is erased with its files.
    """

    secret_sha256 = models.CharField(max_length=64, unique=True)
    estate = models.ForeignKey(Estate, models.PROTECT, null=True, related_name="+", db_index=False)
    said = models.JSONField(default=dict, help_text="Answers by name, as they were typed.")
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.ForeignKey(ContactNote, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, complaint__isnull=True, note__isnull=True)
                | Q(sent_at__isnull=False) & Q(complaint__isnull=False, note__isnull=True)
                | Q(sent_at__isnull=False) & Q(complaint__isnull=True, note__isnull=False),
                name="what_was_sent_became_one_thing",
            )
        ]
        indexes = [models.Index(fields=["touched_at"], name="portal_draft_by_age")]


class NoteLink(models.Model):
    """The secret in the receipt of a note sent on the portal; only its sha256 is kept."""

    note = models.ForeignKey(ContactNote, models.PROTECT, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
