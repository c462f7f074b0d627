"""Commendations 通报表扬: good handling that is proposed, approved, published and counted (A5, A10)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.commendations import OVERSEERS, PUBLIC, Reach, State, Why
from complaints.models.case import Complaint
from complaints.models.events import ContactNote
from config.framework.history import Versions
from staff.models import Department, Estate, User
from staff.permissions import Permissions


class CommendationQuerySet(models.QuerySet["Commendation"]):
    def visible_to(self, person: Permissions) -> CommendationQuerySet:
        """What is published, whoever works where it reaches; his own everybody, once it is published.

        What is not, those who decide and oversee and read its case, but never whoever it is about. A
        contractor's people read their own and nothing beside it.
        """
        own = Q(state__in=PUBLIC, person=person.user)
        if person.is_contractor or not person.within():
            return self.filter(own)
        ours = [pk for pk in person.estates if person.estates[pk]]
        public = Q(state__in=PUBLIC)
        if not person.company:
            public &= Q(reach=Reach.COMPANY) | Q(estate__in=ours)
        overseen = ~Q(state__in=PUBLIC) & ~Q(person=person.user)
        if not person.company & OVERSEERS:
            overseen &= Q(estate__in=[pk for pk in ours if person.estates[pk] & OVERSEERS])
        overseen &= Q(complaint=None) | Q(complaint__in=Complaint.objects.visible_to(person))
        return self.filter(own | public | overseen)

    def public(self) -> CommendationQuerySet:
        return self.filter(state__in=PUBLIC)


class Commendation(models.Model):
    """One person, commended for one thing. `source` says for what, so that nobody is commended twice for it.

    `facts`: what the sentence why it is proposed says, as it stood in the rows then. `words`: what is
    published. `version` counts edits, so that nobody overwrites another or approves what he has not read.
    """

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    why = models.CharField(pgettext_lazy("commendation", "proposed for"), max_length=10, choices=Why.choices)
    source = models.CharField(max_length=30, editable=False)
    complaint = models.ForeignKey(
        Complaint, models.PROTECT, null=True, blank=True, related_name="commendations"
    )
    note = models.ForeignKey(ContactNote, models.PROTECT, null=True, blank=True, related_name="commendations")
    facts = models.JSONField(default=dict)
    because = models.TextField(_("reason"), blank=True)
    reach = models.CharField(
        pgettext_lazy("commendation", "read by"), max_length=10, choices=Reach.choices, default=Reach.ESTATE
    )
    words = models.TextField(pgettext_lazy("commendation", "words"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    version = models.PositiveIntegerField(default=1, editable=False)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    declined_because = models.TextField(_("why not"), blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    withdrawn_because = models.TextField(_("why it was withdrawn"), blank=True)
    alone_because = models.CharField(_("why the same person withdraws it"), max_length=500, blank=True)
    # When whoever decides on it, or publishes it, is reminded; once.
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["remind_at"])
    objects = CommendationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "source", "estate"], name="commended_once_for_a_thing"),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "published", "withdrawn"])
                | Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(words=""),
                name="a_commendation_is_approved_with_words",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | ~Q(approved_by=F("person"))
                & (Q(proposed_by__isnull=True) | ~Q(approved_by=F("proposed_by"))),
                name="another_person_approves_commendations",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "withdrawn"])
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="a_published_commendation_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(declined_because=""),
                name="a_declined_commendation_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_because="")
                & (
                    ~Q(withdrawn_by=F("published_by")) & ~Q(withdrawn_by=F("approved_by"))
                    | ~Q(alone_because="")
                )
                | ~Q(state="withdrawn") & Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True),
                name="another_person_withdraws_commendations",
            ),
        ]
        indexes = [
            # What is public, the newest first; what is to be decided or published.
            models.Index(
                fields=["-published_at", "-id"],
                name="commendation_newest",
                condition=Q(state__in=["published", "withdrawn"]),
            ),
            models.Index(
                fields=["-proposed_at", "-id"],
                name="commendation_waiting",
                condition=Q(state__in=["proposed", "approved"]),
            ),
            models.Index(
                fields=["remind_at"], name="commendation_remind", condition=Q(remind_at__isnull=False)
            ),
            # Of one month, by estate: the monthly report, and what is counted of a person.
            models.Index(
                fields=["estate", "published_at"],
                name="commendation_of_month",
                condition=Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("commendation", args=[self.pk])

    @property
    def number(self) -> str:
        """As people say it: TB-00012."""
        return f"TB-{self.pk:05d}"

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC


class CommendationEntry(models.Model):
    """What happened to a commendation, in order. Never changed."""

    commendation = models.ForeignKey(Commendation, models.PROTECT, related_name="entries")
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
