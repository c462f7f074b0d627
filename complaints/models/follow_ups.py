"""What comes after the reply: follow-ups 跟进事项 of new opinions, and the second call (F3, K7)."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.models.case import Complaint
from complaints.models.clocks import Cycle
from complaints.models.events import Revisit
from complaints.statuses import Outcome
from config.framework.history import Versions
from staff.models import Department, User


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def counted(self) -> FollowUpQuerySet:
        """Without those of wrong entries."""
        return self.exclude(complaint__outcome=Outcome.VOID)

    def open(self) -> FollowUpQuerySet:
        """Not done, or done and the customer not told yet."""
        return self.filter(ended_at__isnull=True)


class FollowUp(models.Model):
    """One new opinion of a customer 新意见, and what becomes of it (domain.md 3, W10, F3, T10).

    It ends when it is done and the customer was told, or when it is withdrawn or goes on in another one;
    the department's head signs what was done, before or after that.
    """

    class Source(models.TextChoices):
        REVISIT = "revisit", _("Revisit")
        RATING = "rating", _("Rating on the portal")
        LATER = "later", _("Said later")

    class Method(models.TextChoices):
        PHONE = "phone", _("Phone")
        IN_PERSON = "in_person", _("In person")
        WRITING = "writing", _("In writing")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="follow_ups")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+", db_index=False)
    revisit = models.ForeignKey(
        Revisit, models.PROTECT, null=True, blank=True, related_name="follow_ups", db_index=False
    )
    source = models.CharField(max_length=8, choices=Source.choices)
    words = models.TextField(_("new opinion"))
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    agreed_at = models.DateTimeField(
        _("time agreed with the customer"), null=True, blank=True, help_text="For what had no answer yet."
    )
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    done = models.TextField(_("what was done"), blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    told_how = models.CharField(max_length=10, choices=Method.choices, blank=True)
    told = models.TextField(_("what the customer was told"), blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    withdrawn_because = models.TextField(_("why it is not pursued"), blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords(history_manager=Versions)
    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="a_follow_up_has_words"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done="") | Q(done_at__isnull=False) & ~Q(done=""),
                name="done_says_what_was_done",
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, told="") | Q(told_at__isnull=False) & ~Q(told=""),
                name="told_says_what_was_told",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")),
                name="a_follow_up_is_not_its_own_successor",
            ),
        ]
        indexes = [
            # The list: what is open, what is due next first.
            models.Index(fields=["due_at", "id"], name="follow_up_open", condition=Q(ended_at__isnull=True)),
            # What a head has still to sign.
            models.Index(
                fields=["done_at", "id"],
                name="follow_up_to_sign",
                condition=Q(done_at__isnull=False, signed_at__isnull=True),
            ),
            # Figures of a period.
            models.Index(fields=["raised_at"], name="follow_up_by_time"),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_dropped(self) -> bool:
        """Withdrawn, or going on in another one."""
        return bool(self.withdrawn_because or self.merged_into_id)

    @property
    def waits_for_signature(self) -> bool:
        return bool(self.done_at) and self.signed_at is None and not self.is_dropped

    def is_late(self, now: datetime) -> bool:
        return not self.is_dropped and (self.ended_at or now) > self.due_at


class SecondCall(models.Model):
    """A revisited case drawn for a second call by the supervisor 抽查复访 (K7, R14)."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        UNREACHABLE = "unreachable", _("Not reached")
        REFUSED = "refused", _("Does not want to answer again")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="second_calls")
    revisit = models.OneToOneField(Revisit, models.PROTECT, related_name="second_call")
    drawn_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    matches = models.BooleanField(_("Was the first revisit recorded as it was?"), null=True, blank=True)
    words = models.TextField(_("what the customer said"), blank=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(called_at__isnull=True, by__isnull=True, outcome="", satisfaction__isnull=True)
                | Q(called_at__isnull=False, by__isnull=False)
                & (
                    Q(outcome="reached", satisfaction__range=(1, 5))
                    | Q(outcome__in=["unreachable", "refused"], satisfaction__isnull=True)
                ),
                name="a_second_call_has_an_outcome",
            )
        ]
        indexes = [
            models.Index(fields=["drawn_at"], name="second_call_drawn"),
            models.Index(fields=["drawn_at"], name="second_call_waits", condition=Q(called_at__isnull=True)),
        ]

    @property
    def is_worse(self) -> bool:
        """Whether the customer now says worse than at the revisit."""
        return self.satisfaction is not None and self.satisfaction < (self.revisit.satisfaction or 0)
