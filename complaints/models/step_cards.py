"""Step cards as they are kept, and which of them somebody has folded."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.step_cards import CardKind
from config.framework.history import Versions
from staff.models import Estate, User


class StepCard(models.Model):
    """What to think of at a step, a line each; of an estate, or of the whole company.

    An estate's own card stands in the place of the company's of the same kind.
    """

    kind = models.CharField(_("beside which step"), max_length=10, choices=CardKind.choices)
    title = models.CharField(_("title in Chinese"), max_length=40)
    title_en = models.CharField(_("title in English"), max_length=60, blank=True)
    estate = models.ForeignKey(
        Estate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("estate")
    )
    zh = models.TextField(_("lines in Chinese"), help_text=_("One thing to do a line, ten at most."))
    en = models.TextField(_("lines in English"), blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(estate=None),
                name="company_card_once",
                violation_error_message=_("The company has a card for this step already."),
            ),
            models.UniqueConstraint(
                fields=["estate", "kind"],
                name="estate_card_once",
                violation_error_message=_("The estate has a card for this step already."),
            ),
        ]

    def __str__(self) -> str:
        return (self.title_en or self.title) if get_language() == "en" else self.title

    @property
    def lines(self) -> list[str]:
        """In the reader's language, as far as it is there."""
        text = (self.en or self.zh) if get_language() == "en" else self.zh
        return [line.strip() for line in text.splitlines() if line.strip()]


class StepCardFold(models.Model):
    """Whether somebody keeps the card of a step open or folded; without a row, as wide as the screen is."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=CardKind.choices)
    is_open = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="a_card_is_folded_or_not")]
