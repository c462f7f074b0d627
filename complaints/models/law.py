"""Clauses of law and contract 法规与合同条款 that are relied on, and where a case has cited one (X2, X3)."""

from __future__ import annotations

from datetime import date
from typing import Any, NoReturn

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.law import Kind, Use
from complaints.models.case import Complaint
from config.framework.history import Versions
from staff.models import Estate, User

#: How a summary of ours begins.
SUMMARY = "摘要"


class Clause(models.Model):
    """An article of a law, or a clause of a contract or standard; of an estate, or of the whole company."""

    kind = models.CharField(_("sort"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("name of the law or contract"), max_length=100)
    title_en = models.CharField(_("its name in English"), max_length=120, blank=True)
    article = models.CharField(_("article or clause"), max_length=40)
    zh = models.TextField(
        _("text in Chinese"), help_text=_("Word for word; a summary of ours begins with 摘要.")
    )
    en = models.TextField(_("note in English"), blank=True)
    estate = models.ForeignKey(
        Estate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("estate")
    )
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(
        _("in force until"),
        null=True,
        blank=True,
        help_text=_("The last day; empty: in force until repealed."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        ordering = ["title", "article", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["title", "article", "valid_from"], condition=Q(estate=None),
                name="company_clause_once",
                violation_error_message=_("The company has this article from this day already."),
            ),
            models.UniqueConstraint(
                fields=["estate", "title", "article", "valid_from"], name="estate_clause_once",
                violation_error_message=_("The estate has this article from this day already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="clause_ends_after_it_begins",
                violation_error_message=_("It cannot end before it begins."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        name = (self.title_en or self.title) if get_language() == "en" else self.title
        return f"{name} {self.article}"

    @property
    def is_summary(self) -> bool:
        """Whether the words are a summary of ours, not the wording of the law."""
        return self.zh.startswith(SUMMARY)

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class Citation(models.Model):
    """A clause as it was worded when the case cited it: what the list says later changes nothing here.

    One that was cited by mistake stays, marked with the reason.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="citations")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="+", db_index=False)
    use = models.CharField(_("cited in"), max_length=10, choices=Use.choices)
    title = models.CharField(max_length=100)
    title_en = models.CharField(max_length=120, blank=True)
    article = models.CharField(max_length=40)
    zh = models.TextField()
    en = models.TextField(blank=True)
    valid_until = models.DateField(null=True, blank=True)
    in_force = models.BooleanField(help_text="On the day it was cited.")
    remark = models.CharField(_("what it is cited for"), max_length=300, blank=True)
    cited_at = models.DateTimeField()
    cited_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    wrong_at = models.DateTimeField(null=True, blank=True)
    wrong_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    wrong_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(wrong_at__isnull=True, wrong_by__isnull=True, wrong_because="")
                | Q(wrong_at__isnull=False, wrong_by__isnull=False) & ~Q(wrong_because=""),
                name="a_wrong_citation_says_why",
            )
        ]

    def __str__(self) -> str:
        name = (self.title_en or self.title) if get_language() == "en" else self.title
        return f"{name} {self.article}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("What was cited stays as it was worded.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("What was cited stays.")

    @property
    def is_summary(self) -> bool:
        """Whether the words are a summary of ours, not the wording of the law."""
        return self.zh.startswith(SUMMARY)
