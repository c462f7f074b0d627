"""What the words suggest, as a form offers it: one press takes it (static/js/offers.js), nothing is set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from complaints.actions.suggestions import suggested, suggested_for
from complaints.models import Complaint
from complaints.policy import Severity
from complaints.suggestions import Offer, Suggested


class Shown(NamedTuple):
    """An offer for a field: its value, that value in words, and why."""

    field: str
    value: str
    words: str
    because: str


def offers(text: str, estate: int, *, chosen: Mapping[str, Any]) -> list[Shown]:
    """Category and severity for a text, where they are not `chosen` already. One query, if it has words."""
    return _shown(suggested(text, estate), chosen)


def offers_for(case: Complaint, *, chosen: Mapping[str, Any]) -> list[Shown]:
    """The same for whoever classifies a case, by its facts too."""
    return _shown(suggested_for(case), chosen)


def _shown(suggestions: Suggested, chosen: Mapping[str, Any]) -> list[Shown]:
    category, severity = suggestions
    found = []
    if category:
        found.append(Shown("category", str(category.value.pk), str(category.value), _why(category)))
    if severity:
        words = str(Severity(severity.value).label)
        found.append(Shown("severity", severity.value, words, _why(severity)))
    return [offer for offer in found if str(chosen.get(offer.field) or "") != offer.value]


def _why(offer: Offer) -> str:
    if offer.facts:
        return _("because of: %(facts)s") % {"facts": _("; ").join(offer.because)}
    return _("because it says “%(words)s”") % {"words": _(", ").join(offer.because)}
