"""Rewards and penalties 奖惩: proposed by rule, decided by a second person, read by few (A9-A11)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints import commendations
from complaints.models.case import Complaint
from complaints.models.commendations import Commendation
from complaints.models.complainants import Respondent
from complaints.policy import Severity
from complaints.rewards import DECIDED, OVERSEERS, Ground, Kind, State
from complaints.statuses import Outcome, Status
from config.framework.history import Versions
from staff.models import Estate, User
from staff.permissions import Permissions
from staff.roles import Role


class RewardQuerySet(models.QuerySet["Reward"]):
    def visible_to(self, person: Permissions) -> RewardQuerySet:
        """His own, once decided; of his estates whoever decides or audits, but not yet what is about himself.

        A contractor's people read nothing of it.
        """
        if person.is_contractor:
            return self.none()
        own = Q(person=person.user, state__in=DECIDED)
        overseen = ~Q(person=person.user)
        if not person.company & OVERSEERS:
            overseen &= Q(estate__in=[pk for pk, roles in person.estates.items() if roles & OVERSEERS])
        return self.filter(own | overseen)

    def with_ground(self) -> RewardQuerySet:
        """With what has become of what it is for: `ground`, a `Ground`, or empty where it stands."""
        named = Respondent.objects.filter(complaint=OuterRef("complaint"), user=OuterRef("person"))
        penalty = Q(kind=Kind.PENALTY)
        not_upheld = ~Q(complaint__validity=Complaint.Validity.VALID) | Q(
            complaint__outcome__in=[Outcome.INVALID, Outcome.WITHDRAWN]
        )
        withdrawn = Q(kind=Kind.REWARD) & ~Q(commendation__state=commendations.State.PUBLISHED)
        found = Case(
            When(penalty & Q(complaint__outcome=Outcome.VOID), then=Value(Ground.VOID.value)),
            When(penalty & not_upheld, then=Value(Ground.INVALID.value)),
            When(penalty & ~Exists(named), then=Value(Ground.RESPONDENT.value)),
            When(penalty & ~Q(complaint__status=Status.CLOSED), then=Value(Ground.OPEN.value)),
            When(withdrawn, then=Value(Ground.COMMENDATION.value)),
            default=Value(""),
            output_field=CharField(),
        )
        return self.annotate(ground=found)


class Reward(models.Model):
    """One person's penalty for one upheld case, or reward for one commendation. Once and never again.

    `by_rule`: yuan the company's rule said when it was proposed; `amount`: yuan that were decided. `gone`:
    what had become of its case: before a decision it falls away by that, after one it is decided again.
    """

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(pgettext_lazy("rewards", "kind"), max_length=10, choices=Kind.choices)
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, blank=True, related_name="+")
    commendation = models.ForeignKey(Commendation, models.PROTECT, null=True, blank=True, related_name="+")
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, blank=True)
    by_rule = models.PositiveIntegerField(pgettext_lazy("rewards", "by the rule"))
    award_lost = models.BooleanField(default=False)
    approver_role = models.CharField(max_length=20, choices=Role.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    amount = models.PositiveIntegerField(pgettext_lazy("rewards", "amount"), null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    because = models.TextField(_("reason"), blank=True)
    gone = models.CharField(max_length=12, choices=Ground.choices, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    cancelled_because = models.TextField(pgettext_lazy("rewards", "why it was cancelled"), blank=True)
    # When whoever decides on it is reminded; once.
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["remind_at"])
    objects = RewardQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "complaint"],
                condition=Q(kind="penalty"),
                name="one_penalty_of_a_case_and_person",
            ),
            models.UniqueConstraint(
                fields=["commendation"], condition=Q(kind="reward"), name="one_reward_of_a_commendation"
            ),
            models.CheckConstraint(
                condition=Q(kind="penalty", complaint__isnull=False, commendation__isnull=True)
                | Q(kind="reward", commendation__isnull=False),
                name="a_reward_or_penalty_is_for_something",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["approved", "rejected", "cancelled"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                )
                & ~Q(because="")
                & ~Q(decided_by=F("person"))
                | Q(state__in=["proposed", "withdrawn"], decided_at__isnull=True, decided_by__isnull=True),
                name="another_person_decides_rewards",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["approved", "cancelled"], amount__isnull=False, amount__lte=F("by_rule")
                )
                | Q(state__in=["proposed", "rejected", "withdrawn"], amount__isnull=True),
                name="not_more_than_the_rule_says",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False, cancelled_by__isnull=False)
                & ~Q(cancelled_because="")
                & ~Q(cancelled_by=F("person"))
                | ~Q(state="cancelled") & Q(cancelled_at__isnull=True, cancelled_by__isnull=True),
                name="a_cancelled_reward_says_why",
            ),
        ]
        indexes = [
            # The list of an estate, the newest first; one's own.
            models.Index(fields=["-proposed_at", "-id"], name="reward_newest"),
            models.Index(fields=["person", "-decided_at"], name="reward_of_person"),
            models.Index(fields=["remind_at"], name="reward_remind", condition=Q(remind_at__isnull=False)),
            # Whose ground is looked at once an hour.
            models.Index(
                fields=["id"],
                name="reward_standing",
                condition=Q(state__in=["proposed", "approved"], gone=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("reward", args=[self.pk])

    @property
    def number(self) -> str:
        """As people say it: JC-00012."""
        return f"JC-{self.pk:05d}"

    @property
    def is_doubted(self) -> bool:
        """What was decided has lost its ground: the general manager decides whether it is cancelled."""
        return self.state == State.APPROVED and bool(self.gone)


class RewardEntry(models.Model):
    """What happened to a reward or penalty, in order. Never changed."""

    reward = models.ForeignKey(Reward, models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    params = models.JSONField(default=dict)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("An entry is never changed; another one says what is right.")
        super().save(*args, **kwargs)
