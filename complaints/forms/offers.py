"""What the words suggest, as a form offers it: one press takes it (static/js/offers.js), nothing is set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from complaints.actions.suggestions import suggested
from complaints.policy import Severity


class Shown(NamedTuple):
    """An offer for a field: its value, that value in words, and why."""

    field: str
    value: str
    words: str
    because: str


def offers(text: str, estate: int, *, chosen: Mapping[str, Any]) -> list[Shown]:
    """Category and severity for a text, where they are not `chosen` already. One query, if it has words."""
    category, severity = suggested(text, estate)
    found = []
    if category:
        found.append(Shown("category", str(category.value.pk), str(category.value), _why(category.because)))
    if severity:
        words = str(Severity(severity.value).label)
        found.append(Shown("severity", severity.value, words, _why(severity.because)))
    return [offer for offer in found if str(chosen.get(offer.field) or "") != offer.value]


def _why(words: list[str]) -> str:
    return _("because it says “%(words)s”") % {"words": _(", ").join(words)}
