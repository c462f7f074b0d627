"""Evidence 证据 of a case: what it is, who collected it where, who holds it, whether it stands (G17)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.evidence import ENDS, Custody, Facts, Kind, Party, State
from complaints.models.case import Complaint
from staff.models import User


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def delete(self) -> NoReturn:
        raise TypeError("Evidence is never deleted; it is withdrawn.")


class Evidence(models.Model):
    """One item: a file or several, a thing in custody, or both. What is said of it is never rewritten.

    `number` counts within the case. `statement`: what the customer states, as it was taken down. The files
    are `Attachment`s, with the digest of the moment they came in.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="evidence", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(pgettext_lazy("evidence", "kind"), max_length=10, choices=Kind.choices)
    what = models.CharField(_("what it shows"), max_length=500)
    collector = models.CharField(_("collected by"), max_length=10, choices=Party.choices)
    collected_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    collected_by_other = models.CharField(max_length=100, blank=True)
    collected_at = models.DateTimeField(_("collected"))
    place = models.CharField(_("where"), max_length=200)
    first_scene = models.BooleanField(_("first scene"))
    device = models.CharField(_("device"), max_length=200, blank=True)
    statement = models.TextField(_("statement"), blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.KEPT)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    because = models.TextField(_("why it is withdrawn"), blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # When those who decide on its withdrawal are reminded; once.
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], name="evidence_number_once"),
            models.CheckConstraint(
                condition=Q(collector="staff", collected_by__isnull=False, collected_by_other="")
                | Q(collector="customer", collected_by__isnull=True, collected_by_other="")
                | Q(collector="outside", collected_by__isnull=True) & ~Q(collected_by_other=""),
                name="evidence_says_who_collected_it",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="kept", proposed_by__isnull=True, proposed_at__isnull=True, because="",
                    withdrawn_by__isnull=True, withdrawn_at__isnull=True,
                )
                | Q(
                    state="to_withdraw", proposed_by__isnull=False, proposed_at__isnull=False,
                    withdrawn_by__isnull=True, withdrawn_at__isnull=True,
                )
                & ~Q(because="")
                | Q(
                    state="withdrawn", proposed_by__isnull=False, proposed_at__isnull=False,
                    withdrawn_by__isnull=False, withdrawn_at__isnull=False,
                )
                & ~Q(because="")
                & ~Q(withdrawn_by=models.F("proposed_by")),
                name="evidence_is_withdrawn_by_two",
            ),
            models.CheckConstraint(
                condition=Q(remind_at__isnull=True) | Q(state="to_withdraw"),
                name="evidence_is_reminded_of_while_it_waits",
            ),
        ]  # fmt: skip
        indexes = [
            # What waits for a second person, the oldest first.
            models.Index(
                fields=["proposed_at", "id"], name="evidence_to_withdraw", condition=Q(state="to_withdraw")
            ),
            models.Index(fields=["remind_at"], name="evidence_remind", condition=Q(remind_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.complaint.number}-{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("evidence_item", args=[self.complaint.number, self.number])

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Evidence is never deleted; it is withdrawn.")

    @property
    def collected_by_whom(self) -> str:
        """A name, `the customer`, or the words for somebody else."""
        return whom(self.collector, self.collected_by, self.collected_by_other)

    @property
    def custody(self) -> list[CustodyEntry]:
        """Its lines in their order; no query where they were read with it."""
        return sorted(self.custody_entries.all(), key=lambda line: line.number)

    @property
    def held(self) -> CustodyEntry | None:
        """The line that says who holds it now; None without a thing, or once it was given back."""
        lines = self.custody
        return lines[-1] if lines and lines[-1].act not in ENDS else None

    @property
    def facts(self) -> Facts:
        return Facts(
            state=self.state,
            kind=self.kind,
            has_file=bool(self.files.all()),
            holds=self.held is not None,
        )


class CustodyQuerySet(models.QuerySet["CustodyEntry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("A line of custody is never changed; the next one says what is so now.")

    def delete(self) -> NoReturn:
        raise TypeError("A line of custody is never deleted.")

    def bulk_create(self, objs: Iterable[CustodyEntry], *args: Any, **options: Any) -> list[CustodyEntry]:
        if options.get("update_conflicts"):
            raise TypeError("A line of custody is never changed; the next one says what is so now.")
        return super().bulk_create(objs, *args, **options)


class CustodyEntry(models.Model):
    """Who holds a thing from now on, and where it is 保管. Lines are added and never rewritten."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="custody_entries", db_index=False)
    number = models.PositiveSmallIntegerField()
    act = models.CharField(pgettext_lazy("custody", "what"), max_length=10, choices=Custody.choices)
    at = models.DateTimeField(help_text="When it changed hands.")
    party = models.CharField(_("held by"), max_length=10, choices=Party.choices)
    holder = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    holder_other = models.CharField(max_length=100, blank=True)
    place = models.CharField(pgettext_lazy("custody", "where it is"), max_length=200, blank=True)
    note = models.CharField(_("remark"), max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)

    objects = CustodyQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "number"], name="custody_line_once"),
            models.CheckConstraint(
                condition=Q(party="staff", holder__isnull=False, holder_other="")
                | Q(party="customer", holder__isnull=True, holder_other="")
                | Q(party="outside", holder__isnull=True) & ~Q(holder_other=""),
                name="custody_says_who_holds_it",
            ),
            models.CheckConstraint(
                condition=Q(act__in=["returned", "disposed"]) | ~Q(place=""),
                name="what_is_held_lies_somewhere",
            ),
            models.CheckConstraint(
                condition=~Q(act="disposed") | ~Q(note=""), name="what_was_disposed_of_says_how"
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A line of custody is never changed; the next one says what is so now.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A line of custody is never deleted.")

    @property
    def holder_in_words(self) -> str:
        return whom(self.party, self.holder, self.holder_other)


def whom(party: str, person: User | None, other: str) -> str:
    if party == Party.STAFF:
        return str(person)
    return other if party == Party.OUTSIDE else str(Party.CUSTOMER.label)
