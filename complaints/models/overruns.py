"""Overruns 超时未批: a resolve clock that stopped late without an approved extension (domain.md 5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.models.vocabulary import ExtensionReason
from complaints.policy import ClockKind, Severity
from config.framework.history import Versions
from staff.models import Department, User
from staff.roles import Role


class OverrunQuerySet(models.QuerySet["Overrun"]):
    def open(self) -> OverrunQuerySet:
        """Not yet explained, or explained and not yet decided on."""
        return self.filter(state__in=Overrun.OPEN)

    def counted(self) -> OverrunQuerySet:
        """Those a report counts: of a case taken by mistake nothing is owed."""
        return self.exclude(state=Overrun.State.DROPPED)

    def asked_by_clocks(self, complaints: Collection[int]) -> dict[tuple[int, str], Overrun]:
        """By complaint and state: the duty whose clock runs, the oldest that is open there. One query."""
        found: dict[tuple[int, str], Overrun] = {}
        duties = self.open().filter(complaint__in=complaints).select_related("clock__cycle")
        for duty in duties.order_by(Coalesce("explained_at", "opened_at"), "pk"):
            found.setdefault((duty.complaint_id, duty.state), duty)
        return found


class Overrun(models.Model):
    """The duty to explain a late handling, and the decision on it. The breach stays either way.

    `severity`, `handler` and `department` are those of the moment in which the clock stopped.
    """

    class State(models.TextChoices):
        TO_EXPLAIN = "to_explain", _("To be explained")
        TO_DECIDE = "to_decide", _("Explained, to be decided")
        ACCEPTED = "accepted", _("Explanation accepted")
        DECLINED = "declined", _("Explanation not accepted")
        DROPPED = "dropped", _("Dropped with a wrong entry")

    class Method(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        PHONE = "phone", _("Phone")
        WRITING = "writing", _("In writing")
        PORTAL = "portal", _("Owner portal")

    #: States in which something is still owed.
    OPEN = (State.TO_EXPLAIN, State.TO_DECIDE)
    DECIDED = (State.ACCEPTED, State.DECLINED)
    #: kind of clock: the state it waits in
    RUNS_FOR: ClassVar[dict[ClockKind, State]] = {
        ClockKind.OVERRUN: State.TO_EXPLAIN,
        ClockKind.OVERRUN_DECISION: State.TO_DECIDE,
    }

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="overruns")
    clock = models.OneToOneField("complaints.Clock", models.PROTECT, related_name="overrun")
    state = models.CharField(max_length=10, choices=State.choices, default=State.TO_EXPLAIN)
    opened_at = models.DateTimeField(help_text="When the clock's stop was written down.")
    due_at = models.DateTimeField(help_text="The due time that was missed.")
    stopped_at = models.DateTimeField(help_text="When the clock stopped.")
    severity = models.CharField(max_length=10, choices=Severity.choices)
    handler = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # Who is asked to explain: the handler, after him whoever took over his duties; else the head.
    explainer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reason = models.ForeignKey(
        ExtensionReason,
        models.PROTECT,
        to_field="code",
        db_column="reason",
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reason"),
    )
    note = models.TextField(_("why it took longer"), blank=True)
    customer_told_at = models.DateTimeField(_("customer told"), null=True, blank=True)
    customer_told_how = models.CharField(_("how"), max_length=10, choices=Method.choices, blank=True)
    not_told_because = models.CharField(_("why the customer was not told"), max_length=300, blank=True)
    explained_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    explained_at = models.DateTimeField(null=True, blank=True)
    approver_role = models.CharField(max_length=20, choices=Role.choices)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    alone_because = models.CharField(
        _("why the same person decides"), max_length=300, blank=True
    )  # nobody else was there
    # When whoever is asked now is reminded next.
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = HistoricalRecords(history_manager=Versions, excluded_fields=["remind_at"])
    objects = OverrunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stopped_at__gt=F("due_at")), name="an_overrun_is_late"),
            models.CheckConstraint(
                condition=Q(state__in=["to_explain", "dropped"])
                | Q(reason__isnull=False, explained_by__isnull=False, explained_at__isnull=False)
                & ~Q(note=""),
                name="an_explanation_has_words",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "declined"])
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                & (~Q(decided_by=F("explained_by")) | ~Q(alone_because="")),
                name="another_person_decides_overruns",
            ),
        ]
        indexes = [
            # What waits: to be explained by whom, to be decided for its approver's role.
            models.Index(
                # a handler of headquarters reads the case by it until it is decided on
                fields=["explainer", "opened_at"],
                name="overrun_to_explain",
                condition=Q(state__in=["to_explain", "to_decide"]),
            ),
            models.Index(
                fields=["approver_role", "opened_at"],
                name="overrun_to_decide",
                condition=Q(state="to_decide"),
            ),
            models.Index(
                fields=["remind_at"],
                name="overrun_to_remind",
                condition=Q(remind_at__isnull=False),
            ),
            # Figures: what was missed in a period; what was decided lately.
            models.Index(fields=["due_at", "id"], name="overrun_by_due"),
            models.Index(
                fields=["-decided_at"], name="overrun_decided", condition=Q(decided_at__isnull=False)
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def asked_since(self) -> datetime:
        """When the clock of what it waits for began."""
        return self.explained_at or self.opened_at

    @property
    def late_by(self) -> timedelta:
        return self.stopped_at - self.due_at
