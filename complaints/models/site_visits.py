"""Site visits 上门/现场勘查: who is sent when, when he was there, what was found and came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints import site_visits as rules
from complaints.models.case import Complaint
from complaints.models.evidence import Evidence
from complaints.site_visits import OPEN, Agreed, Outcome, State
from config.framework.history import Versions
from staff.models import User
from staff.permissions import Permissions


class SiteVisitQuerySet(models.QuerySet["SiteVisit"]):
    def visible_to(self, person: Permissions) -> SiteVisitQuerySet:
        """Those of the cases he reads, and no others: a visit has no readers of its own."""
        return self.filter(complaint__in=Complaint.objects.visible_to(person).order_by().values("pk"))

    def open(self) -> SiteVisitQuerySet:
        return self.filter(state__in=OPEN)

    def delete(self) -> NoReturn:
        raise TypeError("A visit is never deleted; it is called off.")


class SiteVisit(models.Model):
    """One visit. `number` counts within the case. `starts_at` to `ends_at`: when somebody is to come.

    `arrived_at` and `left_at`: when he was there, as the server took it or as it was entered later
    (`…_entered_at` says when). `ended_at`: when it was over, missed or called off. `late_at`: when it was
    told for the first time that nobody had come. `remind_at`: when the sweep looks at it next. The photos
    are evidence of the case.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="site_visits", db_index=False)
    number = models.PositiveSmallIntegerField()
    purpose = models.CharField(pgettext_lazy("visit", "what for"), max_length=500)
    visitor = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="site_visits",
        db_index=False,
        verbose_name=pgettext_lazy("visit", "who is sent"),
    )
    agreed = models.CharField(pgettext_lazy("visit", "appointment"), max_length=10, choices=Agreed.choices)
    starts_at = models.DateTimeField(pgettext_lazy("visit", "from"))
    ends_at = models.DateTimeField(pgettext_lazy("visit", "to"))
    moved = models.PositiveSmallIntegerField(default=0, help_text="How often it was changed.")
    state = models.CharField(
        pgettext_lazy("visit", "state"), max_length=10, choices=State.choices, default=State.PLANNED
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", db_index=False
    )
    arranged_at = models.DateTimeField()
    arranged_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    arrived_at = models.DateTimeField(pgettext_lazy("visit", "arrived"), null=True, blank=True)
    arrived_entered_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField(null=True, blank=True)
    found_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    found = models.TextField(pgettext_lazy("visit", "what was found"), blank=True)
    measures = models.TextField(pgettext_lazy("visit", "done on the spot"), blank=True)
    outcome = models.CharField(
        pgettext_lazy("visit", "outcome"), max_length=10, choices=Outcome.choices, blank=True
    )
    note_left = models.BooleanField(pgettext_lazy("visit", "note left"), null=True, blank=True)
    evidence = models.ForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="site_visits", db_index=False
    )
    left_at = models.DateTimeField(pgettext_lazy("visit", "left"), null=True, blank=True)
    left_entered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    because = models.TextField(pgettext_lazy("visit", "reason"), blank=True)
    late_at = models.DateTimeField(null=True, blank=True, editable=False)
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["remind_at", "late_at"])
    objects = SiteVisitQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], name="site_visit_number_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_visit_ends_later"),
            models.CheckConstraint(
                condition=Q(state="planned", arrived_at__isnull=True, outcome="", ended_at__isnull=True)
                | Q(state="there", arrived_at__isnull=False, outcome="", ended_at__isnull=True)
                | Q(state="looked", arrived_at__isnull=False, found_at__isnull=False, ended_at__isnull=True)
                & ~Q(outcome="")
                | Q(state="ended", ended_at__isnull=False) & ~Q(outcome="")
                | Q(state="off", outcome="", ended_at__isnull=False)
                # By nobody: it ended with its case, somebody on the spot or not.
                & (~Q(because="") & Q(arrived_at__isnull=True) | Q(ended_by__isnull=True)),
                name="a_visit_is_where_it_says",
            ),
            models.CheckConstraint(
                condition=Q(outcome="missed", arrived_at__isnull=True) & ~Q(because="") & ~Q(agreed="none")
                | ~Q(outcome="missed"),
                name="a_missed_visit_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["met", "looked"]) | ~Q(found=""), name="a_visit_says_what_was_found"
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("arrived_at")),
                name="nobody_leaves_before_he_came",
            ),
        ]
        indexes = [
            # Whose visits are to come; those of one person that overlap.
            models.Index(
                fields=["visitor", "starts_at"],
                name="site_visit_of_visitor",
                condition=Q(state__in=["planned", "there", "looked"]),
            ),
            models.Index(
                fields=["starts_at", "id"],
                name="site_visit_open",
                condition=Q(state__in=["planned", "there", "looked"]),
            ),
            models.Index(
                fields=["-ended_at", "-id"], name="site_visit_ended", condition=Q(ended_at__isnull=False)
            ),
            # What appointments came to, by when that was written down: the figures of a month.
            models.Index(Coalesce("found_at", "ended_at"), name="site_visit_result"),
            models.Index(
                fields=["remind_at"], name="site_visit_remind", condition=Q(remind_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint.number}-{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("visit", args=[self.complaint.number, self.number])

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A visit is never deleted; it is called off.")

    @property
    def is_appointment(self) -> bool:
        """A customer waits for it."""
        return rules.is_appointment(self.agreed)

    @property
    def arrived_later(self) -> bool:
        """His arrival was entered afterwards."""
        return self.arrived_at is not None and self.arrived_entered_at != self.arrived_at

    @property
    def left_later(self) -> bool:
        return self.left_at is not None and self.left_entered_at != self.left_at

    @property
    def on_time(self) -> bool | None:
        """Somebody came within the time that was agreed; None while nobody has."""
        return None if self.arrived_at is None else self.arrived_at <= self.ends_at

    @property
    def asks_again(self) -> bool:
        """A new appointment is to be made, and there is none yet as far as `followed_by` was read."""
        return self.state == State.ENDED and self.outcome in rules.AGAIN

    def is_late(self, now: datetime) -> bool:
        """It began so long ago that somebody should be there, and nobody is."""
        return self.state == State.PLANNED and now >= self.starts_at + rules.GRACE
