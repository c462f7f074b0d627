"""Why it came to it: the analysis of a case's cause 专业分析, asked of the department that knows (W17)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.models.case import Complaint
from complaints.models.clocks import Cycle
from complaints.thorough import ASPECTS
from config.framework.history import Versions
from staff.models import Department, User

NO_WORDS = Q(**dict.fromkeys(ASPECTS, ""))


class CauseAnalysis(models.Model):
    """One for each round of handling: asked for with a due time, written, changed until the case is closed.

    Asked by a rule where nobody is named. `remind_at`: when whoever owes it is told next; empty: never again.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="analyses")
    cycle = models.OneToOneField(Cycle, models.PROTECT, related_name="analysis")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    people = models.TextField(ASPECTS["people"], blank=True)
    equipment = models.TextField(ASPECTS["equipment"], blank=True)
    material = models.TextField(ASPECTS["material"], blank=True)
    method = models.TextField(ASPECTS["method"], blank=True)
    surroundings = models.TextField(ASPECTS["surroundings"], blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField(null=True, blank=True)
    written_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["remind_at"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_at__isnull=False, due_at__isnull=False)
                | Q(asked_at__isnull=True, due_at__isnull=True, written_at__isnull=False),
                name="an_analysis_is_asked_for_or_written",
            ),
            models.CheckConstraint(
                condition=Q(written_at__isnull=True, written_by__isnull=True) & NO_WORDS
                | Q(written_at__isnull=False, written_by__isnull=False) & ~NO_WORDS,
                name="a_written_analysis_has_words",
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_at"], name="analysis_to_remind", condition=Q(remind_at__isnull=False)
            )
        ]

    @property
    def aspects(self) -> list[tuple[object, str]]:
        """The aspects that say something, by name."""
        return [(label, words) for name, label in ASPECTS.items() if (words := getattr(self, name))]

    @property
    def is_owed(self) -> bool:
        return self.written_at is None
