"""Words that suggest what a complaint is about and how serious it is 建议规则."""

from __future__ import annotations

import re

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.models.vocabulary import Category
from complaints.policy import Severity
from config.framework.history import Versions
from staff.models import Estate

_COMMAS = re.compile("[,，、;；\\n]")


class SuggestionRule(models.Model):
    """Where one of the words stands in what was said, category or severity is offered."""

    words = models.CharField(
        _("words"),
        max_length=300,
        help_text=_("One or several, in Chinese or English, with commas between: 漏水, 渗水, leak."),
    )
    unless = models.CharField(
        _("excepted words"),
        max_length=300,
        blank=True,
        help_text=_("Longer words that contain one of them and mean something else, with commas between."),
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, blank=True)
    estate = models.ForeignKey(
        Estate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("estate")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(category__isnull=False) | ~Q(severity=""), name="a_rule_suggests_something"
            )
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def each_word(self) -> tuple[str, ...]:
        return tuple(word.strip() for word in _COMMAS.split(self.words) if word.strip())

    @property
    def longer_words(self) -> tuple[str, ...]:
        return tuple(word.strip() for word in _COMMAS.split(self.unless) if word.strip())
