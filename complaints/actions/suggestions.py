"""Which rules suggest something at an estate, and what they say of a text (`complaints.suggestions`)."""

from __future__ import annotations

from django.db.models import Q

from complaints.first_suggestions import FIRST
from complaints.models import Category, SuggestionRule
from complaints.suggestions import Rule, Suggested, suggest


def suggested(text: str, estate: int) -> Suggested:
    """What a text suggests at an estate: sub-categories in use and severities. One query, if it has words."""
    if not text.strip():
        return Suggested()
    return suggest(text, _rules(estate))


def _rules(estate: int) -> list[Rule]:
    """The estate's own rules before the company's: what both say equally often is said by the estate's."""
    rows = SuggestionRule.objects.filter(Q(estate=None) | Q(estate=estate), is_active=True)
    found = list(rows.select_related("category").order_by("pk")) or first_suggestions()
    return [
        Rule(row.each_word, _offered(row.category), row.severity, row.longer_words)
        for row in sorted(found, key=lambda row: row.estate_id is None)
    ]


def _offered(category: Category | None) -> Category | None:
    return category if category and category.is_active and category.parent_id else None


def first_suggestions() -> list[SuggestionRule]:
    """Write the rules a company starts with, where it has none at all; those written."""
    if SuggestionRule.objects.exists():
        return []
    known = {row.code: row for row in Category.objects.filter(parent__isnull=False)}
    rules = [
        SuggestionRule(
            words=one.words, unless=one.unless, category=known.get(one.category), severity=one.severity
        )
        for one in FIRST
        if one.severity or one.category in known
    ]
    return SuggestionRule.objects.bulk_create(rules)
