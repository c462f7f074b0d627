"""What forms of several rooms offer to choose from."""

from __future__ import annotations

from typing import Any

from django.forms.models import ModelChoiceIteratorValue
from django.utils.translation import gettext

from complaints.actions.current_policy import current_policy
from complaints.clocks import limit_in_words
from complaints.models import Category, Complaint
from complaints.policy import ClockKind, Facts, Severity
from config.framework.prepared_queries import PreparedQuery


def severities() -> list[tuple[str, str]]:
    """Each severity with the time it leaves."""
    policy = current_policy().policy
    offered = []
    for severity in Severity:
        limit = min(
            policy.limits(ClockKind.RESOLVE, Facts(severity), in_service=True), key=lambda x: x.amount
        )
        words = {"severity": severity.label, "limit": limit_in_words(limit)}
        offered.append((severity.value, gettext("%(severity)s: %(limit)s") % words))
    return offered


_categories = PreparedQuery(
    lambda: (
        Category.objects.filter(parent__isnull=False)
        .select_related("parent")
        .order_by("parent__order", "order", "pk")
    )
)


def categories(complaint: Complaint | None = None) -> list[tuple[Any, Any]]:
    """Sub-categories in use, under their category; the case's own even when it is no longer in use."""
    groups: dict[str, list[tuple[ModelChoiceIteratorValue, str]]] = {}
    for row in _categories():
        if row.is_active or (complaint and row.pk == complaint.category_id):
            groups.setdefault(str(row.parent), []).append((ModelChoiceIteratorValue(row.pk, row), str(row)))
    return [("", gettext("Choose a category")), *groups.items()]
