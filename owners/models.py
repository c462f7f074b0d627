"""Who lives where (domain.md 1). Knows nothing of complaints."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from config.framework.history import Versions
from owners.handed_over import Builder, EstateWarranty, HandOver
from owners.names import LONGEST_KEY, name_key
from owners.sounds import LONGEST_SOUND, name_sounds
from staff.models import Estate, User

__all__ = [
    "Builder",
    "Building",
    "EstateWarranty",
    "HandOver",
    "Occupancy",
    "Owner",
    "Phone",
    "RegisterLoad",
    "Unit",
]


class NameKey(models.CharField):
    """The key by which the column `name` is found, worked out whenever the row is saved or entered."""

    made_of: staticmethod[[str], str] = staticmethod(name_key)
    longest = LONGEST_KEY

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": self.longest, "blank": True, "editable": False} | kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = self.made_of(getattr(model_instance, "name"))  # noqa: B009
        setattr(model_instance, self.attname, key)
        return key

    def deconstruct(self) -> Any:
        """For migrations a column like any other."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class NameSounds(NameKey):
    """What the column `name` sounds like, kept as its key is."""

    made_of = staticmethod(name_sounds)
    longest = LONGEST_SOUND


class Building(models.Model):
    """A building 栋/幢/座/号楼; `code` is what people type: `1` for 1号楼, `A` for A座."""

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="buildings", verbose_name=_("estate"))
    code = models.CharField(_("short name"), max_length=20)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=40)
    phase = models.CharField(_("phase"), max_length=40, blank=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["estate", "code"], name="building_code_once")]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A place: home 房号, shop 商铺, parking space 车位 or common area 公共区域.

    `code` is unique in the estate and is what people type: `1-2-101` (building, entrance, room),
    `1-101` where a building has no entrances, `S101` for a shop.
    """

    class Kind(models.TextChoices):
        HOME = "home", _("Home")
        SHOP = "shop", _("Shop")
        PARKING = "parking", _("Parking space")
        COMMON = "common", _("Common area")

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="units", verbose_name=_("estate"))
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("building")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.HOME)
    entrance = models.CharField(_("entrance"), max_length=10, blank=True)
    number = models.CharField(_("number"), max_length=30)
    code = models.CharField(_("short name"), max_length=60)
    name = models.CharField(
        pgettext_lazy("of a thing", "name"),
        max_length=80,
        help_text=_("As people read it: 1号楼2单元101."),
    )
    #: The short name it was looked up by and does not bear any more; set by `owners.lookup`.
    formerly = ""
    area = models.DecimalField(_("area (m²)"), max_digits=9, decimal_places=2, null=True, blank=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["estate", "code"], name="unit_code_once")]

    def __str__(self) -> str:
        return self.name


class Owner(models.Model):
    """A customer 客户 (person or firm) known to an estate."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        FIRM = "firm", _("Firm")

    class Contact(models.TextChoices):
        PHONE = "phone", _("Phone")
        SMS = "sms", _("SMS")
        EMAIL = "email", _("E-mail")
        VISIT = "visit", _("Visit")

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="owners", verbose_name=_("estate"))
    name = models.CharField(_("name"), max_length=100)
    name_key = NameKey(default="")
    name_sounds = NameSounds(default="")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PERSON)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(
        _("language"), max_length=10, default="zh-hans", choices=[("zh-hans", "中文"), ("en", "English")]
    )
    preferred_contact = models.CharField(
        _("preferred contact"), max_length=10, choices=Contact.choices, default=Contact.PHONE
    )
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    # Personal values stay out of the versions, so that erasing a person is one overwrite (domain.md 1).
    history = HistoricalRecords(
        history_manager=Versions, excluded_fields=["name", "name_key", "name_sounds", "email", "remark"]
    )

    class Meta:
        indexes = [models.Index(fields=["estate", "name"], name="owner_by_name")]

    def __str__(self) -> str:
        return self.name


class Phone(models.Model):
    """A number under which an owner is reached. Several owners may share one: a phone is never a key.

    Not `is_own`: a register wrote it beside him, and not that it is his. Then `beside` is what it wrote with
    it (老婆), or empty where it named several people and not whose of them the number is.
    """

    owner = models.ForeignKey(Owner, models.CASCADE, related_name="phones", verbose_name=_("owner"))
    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", verbose_name=_("estate"))
    number = models.CharField(
        _("number"), max_length=30, help_text=_("Digits, and an extension behind a dash.")
    )
    last4 = models.CharField(max_length=4, editable=False)
    is_own = models.BooleanField(_("surely his own"), default=True)
    beside = models.CharField(_("written beside it"), max_length=20, blank=True)
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["number", "last4", "beside"])

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "number"], name="phone_once_per_owner")]
        indexes = [
            models.Index(fields=["number"], name="phone_by_number"),
            models.Index(fields=["last4", "estate"], name="phone_by_last4"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def doubt(self) -> str:
        """What is said beside a number that is not surely his; empty for his own."""
        if self.is_own:
            return ""
        if self.beside:
            return _("of “%(word)s”, says the register") % {"word": self.beside}
        return str(_("whose it is, the register does not say"))


class OccupancyQuerySet(models.QuerySet["Occupancy"]):
    def on(self, day: date) -> OccupancyQuerySet:
        """Those who live or trade there on `day`."""
        return self.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=day)).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=day)
        )


class Occupancy(models.Model):
    """Owner × unit × capacity × from–to 住户关系. An empty date is an unknown one."""

    class Capacity(models.TextChoices):
        OWNER_OCCUPIER = "owner_occupier", _("Owner-occupier")
        INVESTOR = "investor", _("Investor")
        TENANT = "tenant", _("Tenant")
        FAMILY = "family", _("Family")
        MERCHANT = "merchant", _("Merchant")
        PROSPECTIVE = "prospective", _("Prospective owner")

    class Precision(models.TextChoices):
        DAY = "day", _("Day")
        MONTH = "month", _("Month")
        YEAR = "year", _("Year")

    owner = models.ForeignKey(Owner, models.PROTECT, related_name="occupancies", verbose_name=_("owner"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="occupancies", verbose_name=_("unit"))
    capacity = models.CharField(_("capacity"), max_length=20, choices=Capacity.choices)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    # Ledgers often know only the month: 2025-03 is kept as 1 March and shown as March.
    starts_precision = models.CharField(
        _("known to the"), max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    ends_on = models.DateField(_("until"), null=True, blank=True)
    history = HistoricalRecords(history_manager=Versions)
    objects = OccupancyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "unit", "capacity", "starts_on"], name="occupancy_once"),
            models.UniqueConstraint(
                fields=["owner", "unit", "capacity"],
                condition=Q(starts_on__isnull=True),
                name="undated_occupancy_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="occupancy_ends_after_it_starts",
            ),
        ]


class RegisterLoad(models.Model):
    """A register on its way into an estate: sent, read by the worker, looked at, loaded by the worker.

    Written by `owners.importing.jobs` only. `result` is what the page shows of the reading; the file
    goes when it is loaded or put away, the result a day after.
    """

    class State(models.TextChoices):
        TO_READ = "to_read", _("Waiting to be read")
        READING = "reading", _("Being read")
        READ = "read", _("Read")
        TO_LOAD = "to_load", _("Waiting to be loaded")
        LOADING = "loading", _("Being loaded")
        LOADED = "loaded", _("Loaded")
        FAILED = "failed", pgettext_lazy("register", "Failed")
        LEFT = "left", _("Put away")

    #: Those of which a person has at most one in an estate.
    OPEN = ("to_read", "reading", "read", "to_load", "loading")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    estate = models.ForeignKey(Estate, models.PROTECT, related_name="+", verbose_name=_("estate"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    language = models.CharField(
        _("language"), max_length=10, choices=[("zh-hans", "中文"), ("en", "English")], default="zh-hans"
    )
    filename = models.CharField(max_length=200)
    stored = models.CharField(max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.TO_READ)
    skip_bad = models.BooleanField(default=False)
    named_estate = models.CharField(
        max_length=60,
        blank=True,
        help_text="The other estate the file names; the asker said it is of this one all the same.",
    )
    done = models.PositiveIntegerField(default=0, help_text="Rows.")
    total = models.PositiveIntegerField(default=0, help_text="Rows.")
    reason = models.CharField(_("why it failed"), max_length=300, blank=True)
    result = models.JSONField(default=dict)
    asked_at = models.DateTimeField(_("asked for"))
    taken_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="The last word of its worker.")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["estate", "by"],
                condition=Q(state__in=["to_read", "reading", "read", "to_load", "loading"]),
                name="register_loaded_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="failed") & ~Q(reason="") | ~Q(state="failed") & Q(reason=""),
                name="a_failed_load_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="register_in_line",
                condition=Q(state__in=["to_read", "reading", "to_load", "loading"]),
            ),
            models.Index(fields=["by", "estate", "-asked_at"], name="register_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.filename} → {self.estate}"

    def put_away(self, at: datetime) -> None:
        """Forget the file and what was read in it; to be saved by whoever asks."""
        self.state, self.stored, self.result, self.reason, self.changed_at = self.State.LEFT, "", {}, "", at

    @property
    def is_waiting(self) -> bool:
        return self.state in ("to_read", "to_load")

    @property
    def is_working(self) -> bool:
        return self.state in ("to_read", "reading", "to_load", "loading")

    @property
    def percent(self) -> int:
        return min(99, 100 * self.done // self.total) if self.total else 0
