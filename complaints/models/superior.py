"""Requests that a superior decides 请上级决定: the customer insists on what we cannot give him (W12, 002)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.models.case import Complaint
from config.framework.history import Versions
from staff.models import User
from staff.roles import Role


class SuperiorRequest(models.Model):
    """What the customer insists on, what we can do instead 我们能做的, and what the superior decides.

    `approver_role`: who is asked by now; the supervisor first, then the property manager. `answer`: what the
    first receiver tells the customer, in the superior's words; `told_at`: when he was answered after that.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for the superior")
        GRANTED = "granted", pgettext_lazy("superior", "Granted")
        PARTLY = "partly", _("Granted in part")
        REFUSED = "refused", _("Not granted")
        WITHDRAWN = "withdrawn", pgettext_lazy("superior", "Taken back")
        LAPSED = "lapsed", _("Over with the case")

    #: What a superior can decide.
    DECIDED = (State.GRANTED, State.PARTLY, State.REFUSED)

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="superior_requests")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asks = models.TextField(_("what the customer insists on"))
    offers = models.TextField(_("what we can do"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    approver_role = models.CharField(max_length=20, choices=Role.choices)
    # The supervisor's opinion, where he has passed it up; without one it went up because his time was over.
    passed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    passed_at = models.DateTimeField(null=True, blank=True)
    opinion = models.TextField(_("opinion of who passed it up"), blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("words for the customer"), blank=True)
    comment = models.TextField(_("reason, for us"), blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(state="waiting"), name="one_superior_is_asked_at_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "partly", "refused"])
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decided_by=F("asked_by"))
                & ~Q(answer=""),
                name="a_superior_decides_in_words",
            ),
            models.CheckConstraint(condition=~Q(asks="") & ~Q(offers=""), name="a_superior_reads_both_sides"),
        ]
        indexes = [
            models.Index(
                fields=["approver_role", "asked_at"],
                name="superior_waits",
                condition=Q(state="waiting"),
            ),
            models.Index(
                fields=["-decided_at"], name="superior_decided", condition=Q(decided_at__isnull=False)
            ),
        ]

    @property
    def is_to_tell(self) -> bool:
        """Decided, and the customer has not been answered since."""
        return self.state in self.DECIDED and self.told_at is None
