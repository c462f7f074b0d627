"""The company's own words. A word in use is never deleted, only put out of use."""

from __future__ import annotations

from typing import Any, TypeVar

from complaints.models import Category, Cause, DangerWord, ExtensionReason, ObjectionDocument
from staff.models import User

Sort = TypeVar("Sort", ExtensionReason, DangerWord, ObjectionDocument)
#: The sorts of words a company keeps.
Word = Category | Cause | ExtensionReason | DangerWord | ObjectionDocument


def save_term(term: Word, changes: dict[str, Any], *, by: User) -> Word:
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
    return _in_use(ExtensionReason)


def danger_words() -> list[DangerWord]:
    """What makes us ask whether it is urgent; the first words are made when there are none."""
    return _in_use(DangerWord)


def objection_documents() -> list[ObjectionDocument]:
    """What an objection brings along; the first papers are made when there are none."""
    return _in_use(ObjectionDocument)


def _in_use(sort: type[Sort]) -> list[Sort]:
    """The words of a sort that are in use, in their order. One query, once there are any in use."""
    if words := list(sort.objects.filter(is_active=True).order_by("order", "pk")):
        return words
    if not sort.objects.exists():
        sort.objects.bulk_create(
            (
                sort(code=code, zh=zh, en=en, order=order, **sort.MORE.get(code, {}))
                for order, (code, zh, en) in enumerate(sort.FIRST, 1)
            ),
            ignore_conflicts=True,
        )
    return list(sort.objects.filter(is_active=True).order_by("order", "pk"))
