"""The organisation and who works in it (domain.md 1)."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from config.framework.history import Versions
from staff.roles import Role
from staff.training_rows import TrainingPassed as _TrainingPassed  # noqa: F401 a table of staff's


def valid_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            _("%(name)s is not a time zone. Example: Asia/Shanghai."), params={"name": name}
        )


class Company(models.Model):
    """Whose installation this is: one row, written by `manage.py begin` and kept under Settings."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="there_is_one_company")]

    def __str__(self) -> str:
        return self.name


class Region(models.Model):
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60, unique=True)
    history = HistoricalRecords(history_manager=Versions)

    def __str__(self) -> str:
        return self.name


class Estate(models.Model):
    """A managed estate 小区/项目: the scope of numbers, clocks and sight."""

    class Ending(models.TextChoices):
        HANDED_BACK = "handed_back", _("Handed back")
        MERGED = "merged", _("Merged into another estate")

    code = models.CharField(
        _("code"), max_length=6, unique=True, validators=[RegexValidator(r"^[A-Z][A-Z0-9]{1,5}$")]
    )
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="estates", verbose_name=_("region")
    )
    time_zone = models.CharField(
        _("time zone"), max_length=40, default="Asia/Shanghai", validators=[valid_zone]
    )
    service_phone = models.CharField(_("service phone"), max_length=30)
    opens = models.TimeField(_("service opens"), default=time(8, 30))
    closes = models.TimeField(_("service closes"), default=time(17, 30))
    lunch_starts = models.TimeField(_("lunch break from"), null=True, blank=True)
    lunch_ends = models.TimeField(_("lunch break until"), null=True, blank=True)
    weekdays = models.CharField(
        _("working days of the week"),
        max_length=7,
        default="12345",
        validators=[RegexValidator(r"^1?2?3?4?5?6?7?$")],
        help_text=_("1 is Monday, 7 is Sunday."),
    )
    staffed_on_days_off = models.BooleanField(
        _("staffed on days off too"),
        default=True,
        help_text=_("Service hours run on weekends and holidays as on any day."),
    )
    households = models.PositiveIntegerField(
        _("households"), default=0, help_text=_("The base of complaints per 1,000 households.")
    )
    robot_key = models.CharField(
        _("key of the group robot"), max_length=64, blank=True, validators=[RegexValidator(r"^[\w-]+$")]
    )
    # Since when it is no longer ours: no new cases from then on; the open ones are worked to their end.
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_how = models.CharField(_("how it ended"), max_length=12, choices=Ending.choices, blank=True)
    ended_because = models.CharField(_("why it ended"), max_length=200, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("merged into")
    )
    turn_to = models.CharField(_("whom to turn to now"), max_length=120, blank=True)
    history = HistoricalRecords(history_manager=Versions, excluded_fields=["robot_key"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_how="", merged_into__isnull=True)
                | Q(ended_at__isnull=False, ended_how="handed_back", merged_into__isnull=True)
                | Q(ended_at__isnull=False, ended_how="merged", merged_into__isnull=False),
                name="estate_ended_in_one_way",
            ),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="estate_opens_before_it_closes"),
            models.CheckConstraint(
                condition=Q(lunch_starts__isnull=True, lunch_ends__isnull=True)
                | Q(
                    lunch_starts__gte=F("opens"),
                    lunch_ends__lte=F("closes"),
                    lunch_starts__lt=F("lunch_ends"),
                )
                & ~Q(lunch_starts=F("opens"), lunch_ends=F("closes")),
                name="estate_lunch_within_its_hours",
            ),
            models.CheckConstraint(condition=~Q(weekdays=""), name="estate_works_on_some_weekday"),
        ]

    def __str__(self) -> str:
        return self.name

    def has_ended(self, at: datetime) -> bool:
        return self.ended_at is not None and self.ended_at <= at

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class CalendarDay(models.Model):
    """A day that differs from the week: a statutory holiday, or a make-up working day 调休."""

    estate = models.ForeignKey(Estate, models.CASCADE, related_name="calendar_days")
    date = models.DateField(_("date"))
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["estate", "date"], name="calendar_day_once")]


class Department(models.Model):
    """A department 部门 of an estate or of headquarters; contractors 外包单位 too: their delay is ours."""

    estate = models.ForeignKey(
        Estate, models.PROTECT, null=True, blank=True, related_name="departments", verbose_name=_("estate")
    )
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    is_contractor = models.BooleanField(_("contractor"), default=False)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["estate", "name"], name="department_name_once"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(estate__isnull=True), name="headquarters_department_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name


class User(AbstractUser):
    """A staff member 员工: one log-in, any number of postings."""

    first_name: Any = None
    last_name: Any = None
    name = models.CharField(_("name"), max_length=60)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        choices=[("zh-hans", "中文"), ("en", "English")],
        help_text=_("Empty: the browser's language."),
    )
    wecom_id = models.CharField(_("WeCom account"), max_length=64, blank=True)
    # How he wants to be told: ways by sort of message (complaints/channels/preferences.py), and quiet hours.
    channels = models.JSONField(default=dict, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    history = HistoricalRecords(
        history_manager=Versions, excluded_fields=[
            "password", "last_login", "phone", "email",
            "wecom_id", "channels", "quiet_from", "quiet_until",
        ],
    )  # fmt: skip

    REQUIRED_FIELDS = ["name"]

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                name="quiet_hours_begin_and_end",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def also_called(self) -> str:
        """What type-ahead finds him by besides his name: how he signs in, and the end of his phone."""
        return f"{self.username} {self.phone[-4:]}".strip()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Posting(models.Model):
    """A role in a scope for a time. No region, estate or department: the whole company."""

    user = models.ForeignKey(User, models.PROTECT, related_name="postings", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=_("region"))
    estate = models.ForeignKey(
        Estate, models.PROTECT, null=True, blank=True, related_name="postings", verbose_name=_("estate")
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="postings",
        verbose_name=_("department"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="posting_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(region__isnull=True, estate__isnull=True)
                | Q(region__isnull=True, department__isnull=True)
                | Q(estate__isnull=True, department__isnull=True),
                name="posting_has_one_scope",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def also_called(self) -> str:
        return self.user.also_called

    def place(self) -> str:
        """Where it holds, in words."""
        if self.department:
            estate = self.department.estate
            return f"{estate} · {self.department}" if estate else str(self.department)
        return str(self.estate or self.region or gettext("The whole company"))


class Absence(models.Model):
    """Out of office: from–to, and the deputy 代理人 who stands in."""

    user = models.ForeignKey(User, models.PROTECT, related_name="absences", verbose_name=_("person"))
    deputy = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("deputy")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("user")), name="absence_deputy_is_another"
            ),
        ]


class Review(models.Model):
    """A role somebody is to have, or whose deputy he is to be, looked at by a second person 复核.

    While it waits it gives nothing: the posting is made, the deputy named, when it is agreed to
    (staff/actions/reviews.py). Postings without such a row are of before, or of the server's own commands.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a second person")
        UNCHECKED = "unchecked", _("In force without an independent second person")
        CONFIRMED = "confirmed", _("Agreed to by a second person")
        DECLINED = "declined", _("Sent back")
        WITHDRAWN = "withdrawn", _("Taken back")

    user = models.ForeignKey(User, models.PROTECT, related_name="reviews", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=_("region"))
    estate = models.ForeignKey(Estate, models.PROTECT, null=True, blank=True, verbose_name=_("estate"))
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name=_("department")
    )
    stands_for = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stands in for")
    )
    absence = models.ForeignKey(Absence, models.SET_NULL, null=True, blank=True, related_name="reviews")
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    posting = models.OneToOneField(
        Posting, models.PROTECT, null=True, blank=True, related_name="review", verbose_name=_("posting")
    )
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(posting__isnull=True) | ~Q(state__in=("waiting", "withdrawn")),
                name="review_that_waits_gives_nothing",
            ),
            models.CheckConstraint(
                condition=Q(role="", stands_for__isnull=False) | ~Q(role="") & Q(stands_for__isnull=True),
                name="review_of_a_role_or_a_deputy",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | ~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("user"))
                | Q(state="withdrawn"),
                name="review_is_anothers",
            ),
        ]
        indexes = [models.Index(fields=["state", "-asked_at", "-id"], name="review_by_state")]

    def place(self) -> str:
        """Where it would hold, in words."""
        scope = {"region": self.region, "estate": self.estate, "department": self.department}
        return Posting(**scope).place()


class AuditRow(models.Model):
    """One line of the audit: who did what, when, on what, from where. Written in `staff/audit.py`.

    No personal values: a name tried at the door is kept only where it is one of our log-ins.
    """

    class Kind(models.TextChoices):
        WRONG_LOG_IN = "wrong_log_in", _("Wrong log-in")
        LOCKED = "locked", _("Log-in tried while locked")
        WRONG_CODE = "wrong_code", _("Wrong code of an owner")
        WRONG_TOKEN = "wrong_token", _("Wrong key of a program")
        REFUSED = "refused", _("Not allowed to see or do it")
        EXPORT = "export", _("Taken out as a file")
        PHONES = "phones", _("Phones shown whole")
        RIGHT_ASKED = "right_asked", _("Role waits for a second person")
        RIGHT_ALONE = "right_alone", _("Role given without a second person")
        RIGHT_AGREED = "right_agreed", _("Role agreed to by a second person")
        RIGHT_SENT_BACK = "right_sent_back", _("Role sent back or taken back")
        LISTED = "listed", _("List read by a program")

    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    about = models.CharField(
        max_length=120, blank=True, help_text="A page's name, or a sort of row and its key."
    )
    case = models.CharField(max_length=20, blank=True, help_text="The number of the case it is about.")
    filters = models.CharField(max_length=200, blank=True, help_text="What of many was asked for.")
    found = models.PositiveIntegerField(null=True, help_text="How many rows were handed out, all in all.")
    address = models.CharField(max_length=45, help_text="Where it was asked from.")
    times = models.PositiveIntegerField(default=1, help_text="How often within the minute.")
    bucket = models.CharField(
        max_length=64, null=True, unique=True, help_text="Digest of what makes it the same within a minute."
    )

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_by_time"),
            models.Index(fields=["kind", "-at", "-id"], name="audit_by_kind"),
            models.Index(fields=["user", "-at", "-id"], name="audit_by_person"),
            models.Index(fields=["case", "-at", "-id"], name="audit_by_case"),
        ]
