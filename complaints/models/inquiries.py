"""Records of questions and answers 询问笔录, as they are written and once they are signed (X4; G16)."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from complaints.evidence import Party
from complaints.evidence import State as EvidenceState
from complaints.inquiries import State, digest
from complaints.models.case import Complaint
from complaints.models.events import Attachment
from complaints.models.evidence import Evidence, whom
from complaints.statuses import Outcome
from complaints.time_texts import moment
from staff.models import User

#: What page and paper print of a record beside its lines.
SIGNED_COLUMNS = (
    "complaint_id", "number", "supplements_id", "subject", "held_at", "place", "asker", "asker_unit",
    "asker_position", "answerer", "answered_by_id", "answered_by_other", "recorder_id", "read_at",
    "corrections", "signed_at",
)  # fmt: skip


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def waiting(self) -> InquiryQuerySet:
        """Begun and not signed, or signed and without its scan; of a wrong entry nothing waits."""
        scans = Attachment.objects.filter(evidence=OuterRef("evidence"))
        unsigned = Q(state__in=[State.DRAFT, State.READ])
        lacks_scan = Q(state=State.SIGNED) & ~Exists(scans) & ~Q(evidence__state=EvidenceState.WITHDRAWN)
        return self.filter(unsigned | lacks_scan, due_at__isnull=False).exclude(
            complaint__outcome=Outcome.VOID
        )

    def delete(self) -> NoReturn:
        raise TypeError("A record is never deleted; a draft is set aside.")


class Inquiry(models.Model):
    """One talk: who asked, who answered, who wrote it down; question by question in `lines`.

    `number` counts within the case. `revision` counts what was saved while it was a draft: who has another
    one before him is told. `text` and `sha256`: its words as they were signed; they are evidence from then
    on, and `evidence` is the item, which has the scan. `facts_sha256`: that of every column and line as they
    were signed, so that none can be changed unseen. What it said at each save stands in `versions`. `due_at`:
    by when it is to be signed, or its scan added; `remind_at`: when whoever keeps it is told next.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="inquiries", db_index=False)
    number = models.PositiveSmallIntegerField()
    supplements = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supplements_to_it", db_index=False
    )
    state = models.CharField(
        pgettext_lazy("inquiry", "state"), max_length=10, choices=State.choices, default=State.DRAFT
    )
    revision = models.PositiveIntegerField(default=1)
    subject = models.CharField(pgettext_lazy("inquiry", "about"), max_length=200)
    held_at = models.DateTimeField(gettext_lazy("when"))
    place = models.CharField(gettext_lazy("where"), max_length=200)
    asker = models.CharField(gettext_lazy("asked by"), max_length=60)
    asker_unit = models.CharField(gettext_lazy("unit"), max_length=100)
    asker_position = models.CharField(gettext_lazy("position"), max_length=60, blank=True)
    answerer = models.CharField(gettext_lazy("answered by"), max_length=10, choices=Party.choices)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    answered_by_other = models.CharField(max_length=100, blank=True)
    recorder = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    read_at = models.DateTimeField(gettext_lazy("read over"), null=True, blank=True)
    corrections = models.TextField(gettext_lazy("what was corrected"), blank=True)
    signed_at = models.DateTimeField(gettext_lazy("signed"), null=True, blank=True)
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    facts_sha256 = models.CharField(max_length=64, blank=True)
    evidence = models.OneToOneField(Evidence, models.PROTECT, null=True, blank=True, related_name="inquiry")
    because = models.TextField(gettext_lazy("why it was set aside"), blank=True)
    due_at = models.DateTimeField(gettext_lazy("due"), null=True, blank=True, editable=False)
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], name="inquiry_number_once"),
            models.CheckConstraint(
                condition=Q(answerer="staff", answered_by__isnull=False, answered_by_other="")
                | Q(answerer="customer", answered_by__isnull=True, answered_by_other="")
                | Q(answerer="outside", answered_by__isnull=True) & ~Q(answered_by_other=""),
                name="inquiry_says_who_answered",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "dropped"], read_at__isnull=True, signed_at__isnull=True, text="",
                    sha256="", evidence__isnull=True,
                )
                | Q(
                    state="read", read_at__isnull=False, signed_at__isnull=True, text="", sha256="",
                    evidence__isnull=True,
                )
                | Q(
                    state="signed", read_at__isnull=False, signed_at__gte=models.F("read_at"),
                    evidence__isnull=False,
                )
                & ~Q(text="")
                & ~Q(sha256=""),
                name="inquiry_is_read_over_then_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(because=""), name="a_dropped_inquiry_says_why"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["due_at", "id"], name="inquiry_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["remind_at"], name="inquiry_remind", condition=Q(remind_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.complaint.number}-{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("inquiry", args=[self.complaint.number, self.number])

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A record is never deleted; a draft is set aside.")

    @property
    def answered_by_whom(self) -> str:
        """A name, `the customer`, or the words for somebody else."""
        return whom(self.answerer, self.answered_by, self.answered_by_other)

    @property
    def asked_by_whom(self) -> str:
        """Name, position and unit."""
        return " · ".join(filter(None, (self.asker, self.asker_position, self.asker_unit)))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Questions and answers in their order; no query where they were read with it."""
        rows = sorted(self.lines.all(), key=lambda line: line.number)
        return [(line.question, line.answer) for line in rows]

    @property
    def words(self) -> str:
        """Its words as they stand now, in the installation's language: those that are frozen with signing."""
        with override(settings.LANGUAGE_CODE):
            zone = self.complaint.estate.zone
            said = {
                "number": self.number, "case": self.complaint.number, "about": self.subject,
                "at": moment(self.held_at, zone, year=True), "place": self.place, "asked": self.asked_by_whom,
                "answered": self.answered_by_whom, "recorder": str(self.recorder),
            }  # fmt: skip
            head = _(
                "Record no. %(number)s of questions and answers, case %(case)s. About: %(about)s\n"
                "%(at)s, %(place)s\n"
                "Asked by: %(asked)s\nAnswered by: %(answered)s\nWritten down by: %(recorder)s"
            )
            parts = [head % said]
            if self.supplements:
                parts.append(_("Supplements record no. %(number)s.") % {"number": self.supplements.number})
            for number, (question, answer) in enumerate(self.pairs, 1):
                parts.append(
                    _("%(n)s. Question: %(question)s\nAnswer: %(answer)s")
                    % {"n": number, "question": question, "answer": answer}
                )
            if self.read_at:
                parts.append(
                    _("Read over by whoever answered, %(at)s. Corrections: %(what)s")
                    % {"at": moment(self.read_at, zone, year=True), "what": self.corrections or _("none")}
                )
        return "\n".join(parts)

    @property
    def facts(self) -> str:
        """Every column that page and paper print, and each line in order: the same words for the same facts.

        People by their keys, times in UTC: who is renamed, and another language, change nothing.
        """
        columns: dict[str, Any] = {name: getattr(self, name) for name in SIGNED_COLUMNS}
        times = {name: at.astimezone(UTC).isoformat() for name, at in columns.items() if hasattr(at, "hour")}
        return json.dumps([columns | times, self.pairs], ensure_ascii=False, sort_keys=True)

    @property
    def is_as_signed(self) -> bool:
        """Whether the words kept are those that were signed, and every column and line is as it was then."""
        return digest(self.text) == self.sha256 and digest(self.facts) == self.facts_sha256


class InquiryVersion(models.Model):
    """What a record said after one save, whole, with corrections noted at the reading over; never changed."""

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="versions", db_index=False)
    revision = models.PositiveIntegerField()
    state = models.CharField(pgettext_lazy("inquiry", "state"), max_length=10, choices=State.choices)
    text = models.TextField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["revision"]
        constraints = [models.UniqueConstraint(fields=["inquiry", "revision"], name="inquiry_version_once")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A version stays as it was saved.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A version is never deleted.")


class InquiryLine(models.Model):
    """A question and its answer."""

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="lines", db_index=False)
    number = models.PositiveSmallIntegerField()
    question = models.TextField(gettext_lazy("question"), blank=True)
    answer = models.TextField(gettext_lazy("answer"), blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["inquiry", "number"], name="inquiry_line_once")]
