"""Which rules suggest something at an estate, and what they say of a text (`complaints.suggestions`)."""

from __future__ import annotations

from django.db.models import Q

from complaints import notice_grade
from complaints.actions.notice_grade import floor_of
from complaints.danger import MARKS
from complaints.first_suggestions import FIRST
from complaints.models import Category, Complaint, SuggestionRule
from complaints.models.field_names import field_name
from complaints.policy import Severity
from complaints.suggestions import Offer, Rule, Suggested, suggest


def suggested(text: str, estate: int) -> Suggested:
    """What a text suggests at an estate: sub-categories in use and severities. One query, if it has words."""
    if not text.strip():
        return Suggested()
    return suggest(text, _rules(estate))


def suggested_for(case: Complaint) -> Suggested:
    """The same for a case, whose facts speak as well: what is known to be major, or tells of people in
    danger, is offered as major (V3, V5, K1). One query."""
    found = suggested(case.content, case.estate_id)
    facts = _grave(case)
    if not facts or found.severity and found.severity.value == Severity.MAJOR:
        return found
    return found._replace(severity=Offer(Severity.MAJOR.value, facts, facts=True))


def _grave(case: Complaint) -> list[str]:
    """The facts that make a case major, in words."""
    if floor_of(case) == Severity.MAJOR:
        return [str(reason) for reason in notice_grade.in_words(case.grade_reasons)]
    return [str(field_name(Complaint, mark)) for mark in MARKS if getattr(case, mark)]


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
