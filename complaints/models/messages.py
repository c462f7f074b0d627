"""What must be told to whom: in-app notifications, the outbox, and the sweep's own mark."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint
from staff.models import Estate, User


class Notification(models.Model):
    """One line in a person's inbox. Written in the transaction of what it tells of: exactly once."""

    user = models.ForeignKey(User, models.PROTECT, related_name="notifications", db_index=False)
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=30)
    params = models.JSONField(default=dict)
    key = models.CharField(max_length=100, unique=True, help_text="Names the message; written once.")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notification_inbox"),
            # The inbox by case: whether a line has a newer one about the same case.
            models.Index(fields=["user", "complaint", "created_at"], name="notification_by_case"),
            models.Index(fields=["user"], name="notification_unread", condition=Q(read_at__isnull=True)),
        ]


class OutboxMessage(models.Model):
    """One message to one person over one channel, until it is sent or has visibly failed."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        LEASED = "leased", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        MUTED = "muted", _("Not to be sent")

    key = models.CharField(max_length=110, unique=True)
    channel = models.CharField(max_length=10)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=30)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, help_text="The first try: what it sends says the same since.")
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            # The sender's pick: what is waiting or whose lease may have run out.
            models.Index(
                fields=["not_before", "id"],
                name="outbox_waiting",
                condition=Q(state__in=["queued", "leased"]),
            ),
            models.Index(fields=["created_at"], name="outbox_failed", condition=Q(state="failed")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="leased") | Q(lease_until__isnull=False), name="a_lease_ends"
            )
        ]


class SubmitKey(models.Model):
    """One form or request sent, kept with what it made, so that a retry makes nothing new."""

    principal = models.CharField(max_length=80)
    key = models.CharField(max_length=64)
    action = models.CharField(max_length=30)
    body = models.CharField(max_length=64, help_text="sha256 of what was sent.")
    object_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["principal", "key"], name="a_key_works_once")]


class SweepMark(models.Model):
    """When a periodic job last succeeded: one row a job."""

    job = models.CharField(max_length=20, unique=True)
    last_ok = models.DateTimeField()


class DigestMark(models.Model):
    """The days whose digest of overdue cases has been written: one row an estate and local date."""

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", db_index=False)
    date = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["estate", "date"], name="one_digest_a_day")]


class ToldTogether(models.Model):
    """Of which cases a person, or an estate's group, was told in one message, because they were many."""

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    estate = models.ForeignKey(Estate, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(db_index=True)
    cases = models.JSONField(help_text="Their keys.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, estate__isnull=True)
                | Q(user__isnull=True, estate__isnull=False),
                name="a_person_or_a_group_is_told",
            )
        ]


class SetAside(models.Model):
    """A case whose levels cannot be fired, whose grade cannot be weighed, or whose request cannot go up.

    It is left out for a while, so that it holds up no other.
    """

    class Job(models.TextChoices):
        LEVELS = "levels"
        GRADE = "grade"
        SUPERIOR = "superior"

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="+", db_index=False)
    job = models.CharField(max_length=10, choices=Job.choices, default=Job.LEVELS)
    since = models.DateTimeField()
    until = models.DateTimeField()
    error = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "job"], name="set_aside_once_a_job")]
