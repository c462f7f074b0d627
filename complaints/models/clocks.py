"""Cycles, their clocks, the levels that fire, and extensions (domain.md 3 to 5)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.models.case import Complaint
from complaints.models.vocabulary import ExtensionReason, PolicyVersion
from complaints.policy import Level, Severity, clock_kinds
from config.framework.history import Versions
from staff.models import User
from staff.roles import Role


class Cycle(models.Model):
    """One round of handling 第n次处理; a dispute or a reopening begins the next with fresh clocks."""

    class Why(models.TextChoices):
        RECEIVED = "received", _("Received")
        DISPUTED = "disputed", _("Customer disputed the reply")
        UNSATISFIED = "unsatisfied", _("Not satisfied at the revisit")
        REOPENED = "reopened", _("Reopened")

    class ReplyMethod(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        PHONE = "phone", _("Phone")
        WRITING = "writing", _("In writing")
        PORTAL = "portal", _("Owner portal")
        NOTICE = "notice", _("Public notice")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="cycles", db_index=False)
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    why = models.CharField(max_length=12, choices=Why.choices, default=Why.RECEIVED)
    department_opinion = models.TextField(
        _("department's opinion"), blank=True, help_text="What it finds and will do, by when (T32)."
    )
    opinion_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    opinion_at = models.DateTimeField(null=True, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    result = models.TextField(_("result"), blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reply_method = models.CharField(_("method"), max_length=10, choices=ReplyMethod.choices, blank=True)
    reply = models.TextField(_("reply"), blank=True)
    accepted = models.BooleanField(_("accepted by the customer"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], name="cycle_numbered_once"),
            models.CheckConstraint(
                condition=Q(replied_at__isnull=True, reply="") | Q(replied_at__isnull=False) & ~Q(reply=""),
                name="a_reply_has_words_and_a_time",
            ),
            models.CheckConstraint(
                condition=Q(department_opinion="", opinion_by__isnull=True, opinion_at__isnull=True)
                | ~Q(department_opinion="") & Q(opinion_by__isnull=False, opinion_at__isnull=False),
                name="an_opinion_has_words_a_name_and_a_time",
            ),
        ]
        indexes = [
            # Figures: second complaints of a period.
            models.Index(fields=["started_at"], name="cycle_again", condition=Q(number__gte=2))
        ]


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> ClockQuerySet:
        return self.filter(stopped_at__isnull=True)


class Clock(models.Model):
    """One running or stopped limit of a cycle. Its levels are Deadlines; nothing moves in place."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="clocks")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="clocks", db_index=False)
    kind = models.CharField(max_length=16, choices=clock_kinds)
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+", db_index=False)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    first_severity = models.CharField(
        max_length=10,
        choices=Severity.choices,
        blank=True,
        help_text="What it began with, once a re-grading has changed that; caps go by it.",
    )
    limit = models.CharField(max_length=30, help_text="As in the policy: 3 days.")
    started_at = models.DateTimeField()
    first_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    revision = models.PositiveSmallIntegerField(default=1)
    extended = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True, help_text="The due time that was missed.")
    # Where what began or stopped it was written down only later: when that was.
    recorded_at = models.DateTimeField(null=True, editable=False)
    stop_recorded_at = models.DateTimeField(null=True, editable=False)
    # Several of one case run at once, each with a clock of its own.
    follow_up = models.ForeignKey(
        "complaints.FollowUp", models.PROTECT, null=True, blank=True, related_name="clocks", db_index=False
    )

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "kind"],
                condition=Q(stopped_at__isnull=True, follow_up__isnull=True),
                name="one_running_clock_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["follow_up"],
                condition=Q(stopped_at__isnull=True, follow_up__isnull=False),
                name="one_running_clock_of_a_follow_up",
            ),
            models.CheckConstraint(
                condition=Q(kind="follow_up", follow_up__isnull=False)
                | ~Q(kind="follow_up") & Q(follow_up__isnull=True),
                name="a_follow_up_clock_has_its_follow_up",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("started_at")),
                name="clock_stops_after_it_starts",
            ),
        ]
        indexes = [
            # Figures: clocks of a kind whose deadline fell in a period.
            models.Index(fields=["kind", "due_at"], name="clock_by_due"),
            # Those that had run out before anybody wrote down that they ran.
            models.Index(
                fields=["recorded_at"], name="clock_recorded_late", condition=Q(recorded_at__gt=F("due_at"))
            ),
        ]

    @property
    def began_as(self) -> Severity:
        """The severity it began with, or was classified with first (domain.md 4)."""
        return Severity(self.first_severity or self.severity)

    def is_late(self, now: datetime) -> bool:
        return (self.stopped_at or now) > self.due_at


class ClockRevision(models.Model):
    """How a clock stood until its due time was set anew: a month that was over by then is told so."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="revisions")
    until = models.DateTimeField(help_text="When the next due time was written down.")
    due_at = models.DateTimeField()
    extended = models.BooleanField()
    breached_at = models.DateTimeField(null=True)

    class Meta:
        # Figures: clocks whose due time fell in a period before it was set anew.
        indexes = [models.Index(fields=["due_at"], name="clock_revision_by_due")]


class Deadline(models.Model):
    """One level of one due time. The fired row is the record of the escalation."""

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        FIRED = "fired", _("Fired")
        CANCELLED = "cancelled", _("Cancelled")

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="deadlines", db_index=False)
    revision = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=10, choices=Level.choices)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    fired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "revision", "level"], name="level_fires_once"),
            models.CheckConstraint(
                condition=Q(state="fired", fired_at__isnull=False)
                | ~Q(state="fired") & Q(fired_at__isnull=True),
                name="fired_means_a_time",
            ),
        ]
        indexes = [
            # The sweep reads only levels still to come.
            models.Index(fields=["due_at", "id"], name="deadline_pending", condition=Q(state="pending"))
        ]


class Extension(models.Model):
    """A request for overtime 延期审批 of one clock, and its decision (domain.md 5)."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Told(models.TextChoices):
        """How the customer was told beforehand 事先说明 that more time is needed (T5)."""

        IN_PERSON = "in_person", _("In person")
        PHONE = "phone", _("Phone")
        TEXT = "text", _("Text message")
        WECHAT = "wechat", _("WeChat")
        WRITING = "writing", _("In writing")
        # Requests from before this was asked for; no new one has it.
        UNRECORDED = "unrecorded", _("Not recorded")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="extensions")
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="extensions")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    requested_at = models.DateTimeField()
    reason = models.ForeignKey(
        ExtensionReason,
        models.PROTECT,
        to_field="code",
        db_column="reason",
        db_index=False,
        related_name="+",
        verbose_name=_("reason"),
    )
    note = models.TextField(_("what happened and what is needed"))
    old_due_at = models.DateTimeField()
    asked_due_at = models.DateTimeField(_("new due time"))
    customer_told_at = models.DateTimeField(_("customer told"), null=True, blank=True)
    customer_told_method = models.CharField(
        _("how the customer was told"), max_length=10, choices=Told.choices, blank=True
    )
    not_told_because = models.CharField(_("why the customer was not told"), max_length=300, blank=True)
    promised_at = models.DateTimeField(_("time promised to the customer"), null=True, blank=True)
    approver_role = models.CharField(max_length=20, choices=Role.choices)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="Taken back, or its clock stopped.")
    granted_due_at = models.DateTimeField(_("granted until"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    # Oral approval: said by `oral_by`, counts once confirmed before `confirm_by`.
    oral_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    oral_at = models.DateTimeField(null=True, blank=True)
    confirm_by = models.DateTimeField(null=True, blank=True)
    # When its approver is reminded next: once while there is time, once when the clock runs out.
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = HistoricalRecords(history_manager=Versions, excluded_fields=["remind_at"])

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=Q(state="pending"), name="one_pending_extension_per_clock"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "declined"])
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("requested_by")),
                name="another_person_decides",
            ),
            models.CheckConstraint(
                condition=Q(customer_told_method="unrecorded")
                | Q(customer_told_method="", customer_told_at__isnull=True) & ~Q(not_told_because="")
                | ~Q(customer_told_method="") & Q(customer_told_at__isnull=False, not_told_because=""),
                name="customer_told_first_or_why_not",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(granted_due_at__isnull=False),
                name="approval_grants_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["approver_role", "requested_at"],
                name="extension_pending",
                condition=Q(state="pending"),
            ),
            models.Index(fields=["remind_at"], name="extension_to_remind", condition=Q(state="pending")),
        ]
