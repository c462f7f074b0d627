"""The complaint itself (domain.md 2)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.models import sort_keys
from complaints.models.case_queries import ComplaintQuerySet
from complaints.models.vocabulary import Category, Cause
from complaints.policy import OFFICIAL, Channel, Facts, NoticeGrade, Severity, clock_kinds
from complaints.statuses import OWNER_STATUS, Abnormal, Outcome, OwnerStatus, Status
from config.framework.history import Versions
from owners.models import Building, Unit
from owners.places import without_room
from staff.models import Department, Estate, User


def rough_place(unit: str, kind: str, building: str, words: str) -> str:
    """The building or common area, never the room: a unit's name and kind, its building, or words."""
    if kind == Unit.Kind.COMMON:
        return unit
    return building or (str(Unit.Kind(kind).label) if kind else without_room(words))


#: The people of one case: as counted, or as many as have signed, whichever is more.
OWN_PEOPLE = Greatest(F("headcount"), F("signed"))


def own_people(row: Any) -> int:
    """The same of a case, or of one of its versions."""
    return max(int(row.headcount), int(row.signed))


def people_together() -> Combinable:
    """How many complain together: a lead's own people and those of its members, wrong entries left out."""
    members = Complaint.objects.filter(lead=OuterRef("pk")).exclude(outcome=Outcome.VOID)
    theirs = Subquery(members.values("lead").annotate(n=Sum(OWN_PEOPLE)).values("n"))
    of_members = Case(When(is_collective=True, then=theirs))  # asked for leads only
    return OWN_PEOPLE + Coalesce(of_members, 0)


class NumberSeries(models.Model):
    """The counter behind gap-free numbers: one row per estate and year of registration."""

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["estate", "year"], name="one_series_per_year")]


class Complaint(models.Model):
    """A complaint 投诉单. Written by `complaints.actions` only."""

    class Validity(models.TextChoices):
        UNDECIDED = "undecided", _("Not yet judged")
        VALID = "valid", _("Upheld")
        INVALID = "invalid", _("Not upheld")

    class Kind(models.TextChoices):
        PROBLEM = "problem", _("Problem")
        LATENT = "latent", _("Latent")

    class Demand(models.TextChoices):
        RESPECT = "respect", _("Respect")
        VENT = "vent", _("To be heard")
        IMPROVE = "improve", _("Improvement")
        COMPENSATE = "compensate", _("Compensation")

    class Delay(models.TextChoices):
        OURS = "ours", _("Ours, contractors included")
        CUSTOMER = "customer", _("The customer")
        THIRD_PARTY = "third_party", _("Third party")

    number = models.CharField(_("number"), max_length=20, unique=True)
    estate = models.ForeignKey(
        Estate, models.PROTECT, related_name="complaints", verbose_name=_("estate"), db_index=False
    )
    received_at = models.DateTimeField(_("received"))
    registered_at = models.DateTimeField(_("registered"))
    backdated_because = models.CharField(_("why received earlier"), max_length=200, blank=True)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.WALK_IN)

    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.RECEIVED)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    severity = models.CharField(
        _("severity"),
        max_length=10,
        choices=Severity.choices,
        blank=True,
        help_text=_("Empty: not classified."),
    )
    grade = models.CharField(
        _("notice grade"), max_length=10, choices=NoticeGrade.choices, default=NoticeGrade.GENERAL
    )
    validity = models.CharField(
        _("validity"), max_length=10, choices=Validity.choices, default=Validity.UNDECIDED
    )
    invalid_because = models.CharField(_("why not upheld"), max_length=500, blank=True)
    invalid_proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name=_("place"))
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("building")
    )
    place = models.CharField(_("place in words"), max_length=80, blank=True)
    content = models.TextField(_("what happened"))
    headcount = models.PositiveIntegerField(_("number of people"), default=1)
    signed = models.PositiveIntegerField(
        _("signatories"), default=0, help_text="Rows of the list; kept by the acts on it.", editable=False
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("category")
    )
    cause = models.ForeignKey(
        Cause, models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("cause")
    )
    kind = models.CharField(
        pgettext_lazy("complaint", "kind"), max_length=10, choices=Kind.choices, default=Kind.PROBLEM
    )
    demand = models.CharField(_("demand"), max_length=10, choices=Demand.choices, blank=True)
    remedy_asked = models.CharField(_("remedy asked for"), max_length=500, blank=True)
    promised_at = models.DateTimeField(_("promised for"), null=True, blank=True)

    urgent = models.BooleanField(_("urgent"), default=False)
    injury = models.BooleanField(_("injury or danger to people"), default=False)
    media_exposed = models.BooleanField(_("media exposed"), default=False)
    media_asked = models.BooleanField(_("the media have asked"), default=False)
    media_threatened = models.BooleanField(_("may be exposed"), default=False)
    lawsuit_started = models.BooleanField(_("lawsuit started"), default=False)
    lawsuit_threatened = models.BooleanField(_("lawsuit threatened"), default=False)
    outside_help = models.BooleanField(_("outside help needed"), default=False)
    under_warranty = models.BooleanField(_("under warranty"), default=False)
    restricted = models.BooleanField(_("restricted circle"), default=False)
    abnormal = models.CharField(
        _("abnormal complaint"), max_length=10, choices=Abnormal.choices, blank=True, editable=False
    )
    identity_hidden = models.BooleanField(_("hide who complained"), default=False)
    delay = models.CharField(
        _("delay attributed to"), max_length=12, choices=Delay.choices, default=Delay.OURS
    )
    external_number = models.CharField(_("their order number"), max_length=60, blank=True)
    external_unit = models.CharField(_("dispatching unit"), max_length=60, blank=True)
    external_due_at = models.DateTimeField(_("their due time"), null=True, blank=True)

    first_receiver = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="received_complaints",
        verbose_name=_("first receiver"),
        db_index=False,
    )
    awaits_claim = models.BooleanField(
        _("waits to be claimed"), default=False, help_text=_("Taken by the duty desk for the morning.")
    )
    handler = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_complaints",
        verbose_name=_("handler"),
        db_index=False,
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name=_("department"), db_index=False
    )
    accountable = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accountable head"),
        db_index=False,
    )

    # 总指挥: the one of ours whose answers alone go out. A member has its lead's.
    speaker = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("speaker"),
        db_index=False,
    )  # fmt: skip
    lead = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("lead case")
    )
    is_collective = models.BooleanField(_("collective complaint"), default=False)
    repeat_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="repeats", verbose_name=_("repeat of")
    )
    # The first case of the same matter, which points at itself; confirmed by a person (K17).
    matter = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="of_matter", db_index=False, editable=False
    )
    # Why the grade is what it is, which reasons were set aside by hand, and when time alone raises it.
    grade_reasons = models.JSONField(default=dict, editable=False)
    grade_overruled = models.JSONField(default=dict, editable=False)
    grade_due_at = models.DateTimeField(null=True, blank=True, editable=False)

    # The earliest running clock, kept by actions so that a queue is one index walk.
    next_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_due_kind = models.CharField(max_length=16, choices=clock_kinds, blank=True, editable=False)
    # Since when people are in danger and nobody has said that he sees to it (`complaints.danger`).
    danger_since = models.DateTimeField(null=True, blank=True, editable=False)
    cycle_number = models.PositiveSmallIntegerField(_("cycle"), default=1, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # When the newest of its versions was written: how it stood later than that, the row itself tells.
    changed_at = models.DateTimeField(null=True, editable=False)

    history = HistoricalRecords(
        history_manager=Versions,
        excluded_fields=["next_due_at", "next_due_kind", "grade_due_at", "danger_since", "changed_at"],
    )
    objects = ComplaintQuerySet.as_manager()

    #: What whoever takes a case may say of it besides its person, place, words and kind of matter.
    FACT_COLUMNS = frozenset(
        {
            "kind", "demand", "remedy_asked", "headcount", "is_collective", "urgent",
            "injury", "media_exposed", "media_asked", "media_threatened", "lawsuit_started",
            "lawsuit_threatened", "outside_help", "under_warranty", "restricted", "identity_hidden",
            "external_number", "external_unit", "external_due_at", "promised_at",
        }
    )  # fmt: skip
    #: What an edit may change; of the complainant, his own list.
    EDITABLE_COLUMNS = FACT_COLUMNS | {
        "content", "category", "cause", "unit", "building", "place", "channel", "delay",
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status=Status.CLOSED, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(status=Status.CLOSED) & Q(closed_at__isnull=True, outcome=""),
                name="closed_means_outcome_and_time",
            ),
            models.CheckConstraint(
                condition=Q(received_at__lte=F("registered_at")), name="received_before_registered"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["received", "recorded", "closed", "handled", "replied"])
                | Q(handler__isnull=False),
                name="work_has_a_handler",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["classified", "acting"]) | ~Q(severity=""),
                name="work_has_a_severity",
            ),
        ]
        indexes = [
            # Queue: open cases of an estate, what is due next first.
            models.Index(
                fields=["estate", "next_due_at", "id"],
                name="complaint_open_by_due",
                condition=~Q(status="closed"),
            ),
            # The same in the order of its other columns.
            *(
                models.Index(
                    F("estate"), key, F("id"), name=f"complaint_open_{name}", condition=~Q(status="closed")
                )
                for name, key in sort_keys.OF_COLUMNS.items()
            ),
            # Closed cases in the same orders; when they were received has its index below.
            *(
                models.Index(
                    F("estate"), key, F("id"), name=f"complaint_closed_{name}", condition=Q(status="closed")
                )
                for name, key in sort_keys.OF_COLUMNS.items()
                if name != "by_received"
            ),
            # People in danger: what stands on top of every list.
            models.Index(
                fields=["danger_since", "id"],
                name="complaint_in_danger",
                condition=Q(danger_since__isnull=False),
            ),
            # What is still owed after the closing.
            models.Index(
                fields=["estate", "next_due_at", "id"],
                name="complaint_owed_by_due",
                condition=Q(status="closed", next_due_at__isnull=False),
            ),
            # Lists, ledgers and figures of a period.
            models.Index(
                fields=["estate", "received_at", "id"],
                name="complaint_by_received",
                include=["validity", "outcome", "registered_at", "changed_at"],
            ),
            # Figures: written down later than received, so perhaps in the month after.
            models.Index(
                fields=["estate", "registered_at"],
                name="complaint_entered_late",
                condition=Q(registered_at__gt=F("received_at")),
            ),
            models.Index(
                fields=["estate", "received_at"], name="complaint_void", condition=Q(outcome="void")
            ),
            models.Index(
                Upper("external_number"), name="complaint_by_order", condition=~Q(external_number="")
            ),
            # Figures: closed in a period; open at a past moment, which is closed since and received before.
            models.Index(fields=["estate", "closed_at", "received_at"], name="complaint_by_closed"),
            models.Index(
                fields=["first_receiver", "next_due_at"],
                name="complaint_open_by_receiver",
                condition=~Q(status="closed"),
            ),
            models.Index(
                fields=["handler", "next_due_at"],
                name="complaint_open_by_handler",
                condition=~Q(status="closed"),
            ),
            # Whose grade time alone raises next; who complained of one matter within a rolling month.
            models.Index(fields=["grade_due_at"], name="grade_due", condition=~Q(grade_due_at=None)),
            models.Index(fields=["matter", "received_at"], name="of_one_matter", condition=~Q(matter=None)),
            models.Index(fields=["abnormal"], name="complaint_abnormal", condition=~Q(abnormal="")),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.status != Status.CLOSED

    @property
    def takes_members(self) -> bool:
        """Whether a case may join this one: its reply, still to come, answers the members too."""
        return self.is_open and self.status != Status.REPLIED and self.lead_id is None

    @property
    def effective_severity(self) -> Severity:
        """Unclassified counts as minor until classified (domain.md 4)."""
        return Severity(self.severity or Severity.MINOR)

    @property
    def facts(self) -> Facts:
        official = self.channel in OFFICIAL
        return Facts(
            severity=self.effective_severity,
            urgent=self.urgent,
            channel=Channel(self.channel),
            # A customer who threatens with the media is none of them: nobody waits for our answer.
            in_media=self.media_exposed or self.media_asked or self.channel == Channel.MEDIA,
            external_due_at=self.external_due_at if official else None,
        )

    @property
    def own_people(self) -> int:
        """Its own people, without the members': counted, or signed, whichever is more."""
        return own_people(self)

    @property
    def people(self) -> int:
        """How many complain together, the members of a lead counted. A query for a lead only."""
        if not self.is_collective:
            return self.own_people
        members = self.members.exclude(outcome=Outcome.VOID)
        theirs = members.aggregate(n=Sum(OWN_PEOPLE))
        return self.own_people + (theirs["n"] or 0)

    @property
    def owner_status(self) -> OwnerStatus:
        return OWNER_STATUS[Status(self.status)]

    @property
    def where(self) -> str:
        """The place as people say it."""
        return str(self.unit) if self.unit else self.place or (str(self.building) if self.building else "")

    @property
    def rough_where(self) -> str:
        """The building or common area, never the room."""
        name, kind = (self.unit.name, self.unit.kind) if self.unit else ("", "")
        return rough_place(name, kind, str(self.building or ""), self.place)

    @property
    def open_where(self) -> str:
        """The place as whoever knows of the case may read it: who hides is not told by his door."""
        return self.rough_where if self.identity_hidden else self.where


#: Complaints as asked for; what takes and gives such a query says so.
Complaints = ComplaintQuerySet[Complaint]
