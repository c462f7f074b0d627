"""What is written about a case as it goes: events, files, revisits, contact notes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.evidence import Finding
from complaints.file_kinds import icon_of
from complaints.models.case import Complaint
from complaints.models.clocks import Cycle
from complaints.models.complainants import Complainant
from complaints.policy import Channel
from config.framework.history import Versions
from owners.models import Owner, Unit
from staff.models import Estate, User


class EventQuerySet(models.QuerySet["Event"]):
    def for_owner(self) -> EventQuerySet:
        return self.filter(owner_sees=True)

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("Events are never changed; a mistake is corrected by another event.")

    def delete(self) -> NoReturn:
        raise TypeError("Events are never deleted.")

    def bulk_create(self, objs: Iterable[Event], *args: Any, **options: Any) -> list[Event]:
        if options.get("update_conflicts"):
            raise TypeError("Events are never changed; a mistake is corrected by another event.")
        return super().bulk_create(objs, *args, **options)


class Event(models.Model):
    """One thing that happened to a complaint: kind and typed parameters, read in any language.

    Holds no personal values of customers; those are looked up when it is read (domain.md 1).
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField(help_text="When it happened.")
    recorded_at = models.DateTimeField(help_text="When it was written down.")
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    by_customer = models.BooleanField(default=False)
    kind = models.CharField(max_length=30)
    params = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    owner_sees = models.BooleanField(default=False)
    # Place for the hash chain over a case's events.
    seal = models.BinaryField(null=True, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["complaint", "at", "id"], name="event_by_case"),
            # What could be told to nobody, for the first page.
            models.Index(fields=["at"], name="event_unreached", condition=Q(kind="unreached")),
            # Figures: revisits of a period made by somebody involved.
            models.Index(
                fields=["at"],
                name="event_revisited",
                condition=Q(kind__in=["revisited", "revisit_excepted"]),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("Events are never changed; a mistake is corrected by another event.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Events are never deleted.")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        if self.filter(evidence__isnull=False).exists():
            raise TypeError("A file of evidence is never deleted.")
        return super().delete()


class Attachment(models.Model):
    """A file, checked and re-encoded, stored under a random name outside any public folder."""

    complaint = models.ForeignKey(
        Complaint, models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    # What it was passed on with 转达; it stays so when a case comes of that.
    relay = models.ForeignKey("Relay", models.PROTECT, null=True, blank=True, related_name="files")
    # What it was sent with on the portal: first the draft, then the note; it stays so like a relay's.
    draft = models.ForeignKey("PortalDraft", models.PROTECT, null=True, blank=True, related_name="files")
    note = models.ForeignKey("ContactNote", models.PROTECT, null=True, blank=True, related_name="files")
    # A line of the duty log or of the patrol notes.
    day_note = models.ForeignKey("DayNote", models.PROTECT, null=True, blank=True, related_name="files")
    # The item of evidence it is: from then on it stays as it is, whatever becomes of the case.
    evidence = models.ForeignKey("Evidence", models.PROTECT, null=True, blank=True, related_name="files")
    # What is laid down of an item of an objection; not among the nine of its case.
    objection = models.ForeignKey(
        "ObjectionPaper", models.PROTECT, null=True, blank=True, related_name="files"
    )
    file = models.CharField(max_length=80, unique=True, help_text="Stored name.")
    thumbnail = models.CharField(max_length=80, blank=True)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    as_sent = models.BooleanField(
        default=False, db_default=False, help_text="Byte by byte as it came in: a picture not drawn anew."
    )
    # When it was last read again and compared with `sha256`, and what came of that.
    verified_at = models.DateTimeField(null=True, blank=True)
    finding = models.CharField(max_length=10, choices=Finding.choices, blank=True, default="", db_default="")
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    by_customer = models.BooleanField(default=False)
    is_evidence = models.BooleanField(_("evidence of the result"), default=False)
    is_list = models.BooleanField(
        _("list of signatories"),
        default=False,
        help_text="Read by those who may know who complained.",
    )
    owner_sees = models.BooleanField(_("the customer sees it"), default=False)

    objects = AttachmentQuerySet.as_manager()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.evidence_id is not None:
            raise TypeError("A file of evidence is never deleted.")
        return super().delete(*args, **kwargs)

    @property
    def icon(self) -> str:
        return icon_of(self.content_type)


#: From this score on, of 1 to 5, a customer is satisfied.
SATISFIED_FROM = 3


def is_satisfied(score: int | None) -> bool:
    return (score or 0) >= SATISFIED_FROM


class Revisit(models.Model):
    """The revisit 回访 of one cycle: five questions, satisfaction, or the reason there is none."""

    class Exception(models.TextChoices):
        REFUSED = "refused", _("Refused by the customer")
        UNREACHABLE = "unreachable", _("Not reached in three tries")
        ANONYMOUS = "anonymous", _("Anonymous: public notice posted")

    class Method(models.TextChoices):
        PHONE = "phone", _("Phone")
        VISIT = "visit", _("Visit")
        PORTAL = "portal", _("Owner portal")
        WRITING = "writing", _("In writing")

    cycle = models.OneToOneField(Cycle, models.PROTECT, related_name="revisit")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    method = models.CharField(_("method"), max_length=10, choices=Method.choices, blank=True)
    exception = models.CharField(_("exception"), max_length=12, choices=Exception.choices, blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    believed = models.BooleanField(_("Did we believe what you told us?"), null=True, blank=True)
    informed = models.BooleanField(_("Did we keep you informed?"), null=True, blank=True)
    passed_around = models.BooleanField(
        _("Were you sent from one person to the next?"), null=True, blank=True
    )
    polite = models.BooleanField(_("Were we polite to you?"), null=True, blank=True)
    accused = models.BooleanField(_("Did our questions make you feel accused?"), null=True, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(exception="", satisfaction__range=(1, 5))
                | ~Q(exception="") & Q(satisfaction__isnull=True),
                name="a_revisit_has_a_score_or_an_exception",
            )
        ]

    @property
    def is_satisfied(self) -> bool:
        return is_satisfied(self.satisfaction)


class ContactNote(models.Model):
    """A contact that is no complaint 来访来电记录: who, where, words, outcome; no clocks (domain.md 2).

    What was sent on the portal came in at `taken_at` and waits until a clerk has taken it.
    """

    class Kind(models.TextChoices):
        REPAIR = "repair", _("Repair request")
        ENQUIRY = "enquiry", _("Enquiry")
        SUGGESTION = "suggestion", _("Suggestion")
        PRAISE = "praise", _("Praise")
        HELP = "help", _("Request for help")

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="contact_notes", db_index=False)
    kind = models.CharField(_("what is it?"), max_length=12, choices=Kind.choices)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.WALK_IN)
    owner = models.ForeignKey(Owner, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    capacity = models.CharField(
        _("capacity"), max_length=16, choices=Complainant.Capacity.choices, default="other"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name=_("place"))
    place = models.CharField(_("place in words"), max_length=80, blank=True)
    words = models.TextField(_("what was said"))
    outcome = models.TextField(_("outcome"), blank=True)
    external_number = models.CharField(_("repair order number"), max_length=60, blank=True)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    taken_at = models.DateTimeField()
    # When the supervisor is told next that nobody has taken it.
    remind_at = models.DateTimeField(null=True, editable=False)
    complaint = models.OneToOneField(
        Complaint, models.PROTECT, null=True, blank=True, related_name="contact_note"
    )
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["name", "phone", "remind_at"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_by__isnull=False) | Q(channel=Channel.PORTAL),
                name="only_the_portals_notes_wait",
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | Q(remind_at__isnull=True),
                name="what_was_taken_does_not_wait",
            ),
        ]
        indexes = [
            models.Index(fields=["estate", "-taken_at"], name="contact_note_by_time"),
            models.Index(
                fields=["estate", "taken_at"], name="contact_note_waiting", condition=Q(taken_by=None)
            ),
            models.Index(
                fields=["remind_at"], name="contact_note_to_remind", condition=Q(remind_at__isnull=False)
            ),
            models.Index(
                Upper("external_number"), name="contact_note_by_order", condition=~Q(external_number="")
            ),
        ]

    @property
    def reference(self) -> str:
        """What a caller names it by: JX-N27. A label and never a secret."""
        return f"{self.estate.code}-N{self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.taken_by_id is None
