"""The company's own words: categories and causes. A word in use is never deleted, only put out of use."""

from __future__ import annotations

from typing import Any

from complaints.models import Category, Cause
from staff.models import User


def save_term(term: Category | Cause, changes: dict[str, Any], *, by: User) -> Category | Cause:
    """Add or change a word; what it said before stays in its history.

    Raises ValidationError by field: a code that is taken, an empty name.
    """
    for name, value in changes.items():
        setattr(term, name, value)
    term.full_clean()
    term._history_user = by
    term.save()
    return term
