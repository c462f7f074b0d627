"""The company's own words. A word in use is never deleted, only put out of use."""

from __future__ import annotations

from typing import Any

from complaints.models import Category, Cause, ExtensionReason
from staff.models import User


def save_term(
    term: Category | Cause | ExtensionReason, changes: dict[str, Any], *, by: User
) -> Category | Cause | ExtensionReason:
    """Add or change a word; what it said before stays in its history.

    Raises ValidationError by field: a code that is taken, an empty name.
    """
    for name, value in changes.items():
        setattr(term, name, value)
    term.full_clean()
    term._history_user = by
    term.save()
    return term


def extension_reasons() -> list[ExtensionReason]:
    """Why more time may be asked for; the first words are made when there are none."""
    if not ExtensionReason.objects.exists():
        ExtensionReason.objects.bulk_create(
            (
                ExtensionReason(code=code, zh=zh, en=en, order=order)
                for order, (code, zh, en) in enumerate(ExtensionReason.FIRST, start=1)
            ),
            ignore_conflicts=True,
        )
    return list(ExtensionReason.objects.filter(is_active=True).order_by("order", "pk"))
