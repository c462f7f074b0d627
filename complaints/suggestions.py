"""What a text suggests: the category and the severity of a complaint, and the words that say so. Pure.

Offered, never set: a person takes it or does not. Of several categories the one with most of its words in the
text is offered, of several severities the gravest. Urgency has its own list (`complaints.danger`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from complaints.danger import longest_of, words_in
from complaints.policy import Severity

GRAVEST = tuple(severity.value for severity in reversed(Severity))


@dataclass(frozen=True)
class Rule:
    """Any of the `words` suggests the category, the severity, or both. `unless`: not meant in these."""

    words: tuple[str, ...]
    category: Any = None
    severity: str = ""
    unless: tuple[str, ...] = ()


class Offer(NamedTuple):
    """What is offered, and what suggests it: words of the text, or `facts` of the case."""

    value: Any
    because: list[str]
    facts: bool = False


class Suggested(NamedTuple):
    category: Offer | None = None
    severity: Offer | None = None


def suggest(text: str, rules: Iterable[Rule]) -> Suggested:
    """What the rules say of a text; of two categories with as many words, the one whose rule comes first.

    >>> rules = [Rule(("漏水", "leak"), "repairs"), Rule(("记者",), severity="major")]
    >>> category, severity = suggest("厨房漏水，我要找记者", rules)
    >>> (category.value, category.because), (severity.value, severity.because)
    (('repairs', ['漏水']), ('major', ['记者']))
    """
    categories: dict[Any, list[str]] = {}
    severities: dict[str, list[str]] = {}
    for rule in rules:
        found = words_in(text, rule.words, unless=rule.unless)
        if found and rule.category is not None:
            categories.setdefault(rule.category, []).extend(found)
        if found and rule.severity:
            severities.setdefault(rule.severity, []).extend(found)
    said = {category: longest_of(words) for category, words in categories.items()}
    most = max(said, key=lambda category: len(said[category]), default=None)
    gravest = next((severity for severity in GRAVEST if severity in severities), None)
    return Suggested(
        Offer(most, said[most]) if most is not None else None,
        Offer(gravest, longest_of(severities[gravest])) if gravest else None,
    )
