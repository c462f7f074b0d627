"""Bulletins 通报: the hot notice 热点通报 and the major one 重大快报, and who has read them (T34, T35)."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint
from staff.models import User
from staff.roles import Role


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("A bulletin is never changed; the next issue says what is new.")

    def delete(self) -> NoReturn:
        raise TypeError("A bulletin is never deleted.")


class Bulletin(models.Model):
    """One issue. Never changed: the next issue says what is new.

    `facts` are codes, ids and ISO times as they were at the moment of issue, never a customer's data;
    the words about the matter are read from the case.
    """

    class Kind(models.TextChoices):
        HOT = "hot", _("Hot notice")
        MAJOR = "major", _("Express bulletin")

    class Why(models.TextChoices):
        RAISED = "raised", _("At once, when the grade rose")
        WRITTEN = "written", _("Written by hand")
        CLOSED = "closed", _("The case was closed")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="bulletins", db_index=False)
    issue = models.PositiveSmallIntegerField(_("issue"), help_text="1, 2, 3 … of the case.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    why = models.CharField(max_length=10, choices=Why.choices, default=Why.WRITTEN)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, help_text="Empty: by rule."
    )
    facts = models.JSONField(default=dict)
    state = models.TextField(_("where it stands"), blank=True)
    measures = models.TextField(_("measures"), blank=True)
    help_needed = models.TextField(_("help needed"), blank=True)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "issue"], name="bulletin_issued_once"),
            models.CheckConstraint(
                condition=~Q(why="written") | Q(issued_by__isnull=False) & ~Q(state=""),
                name="a_written_bulletin_has_words_and_an_author",
            ),
        ]
        indexes = [models.Index(fields=["-issued_at", "-id"], name="bulletin_newest")]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A bulletin is never changed; the next issue says what is new.")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("bulletin", args=[self.pk])

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A bulletin is never deleted.")

    @property
    def number(self) -> str:
        """`JX-2026-000018-B2`: the case and the issue."""
        return f"{self.complaint.number}-B{self.issue}"


class BulletinCopy(models.Model):
    """One recipient of a bulletin, as which role, and when he opened it."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="copies", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=20, choices=Role.choices)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "user"], name="one_copy_each")]
        indexes = [models.Index(fields=["user"], name="bulletin_unread", condition=Q(read_at__isnull=True))]
