"""What the words of a case suggest, as the API says it."""

from __future__ import annotations

from typing import Any

from complaints.actions.danger_question import words_of_danger
from complaints.actions.suggestions import suggested_for
from complaints.models import Complaint
from complaints.policy import Severity
from complaints.statuses import BEFORE_HANDLED


def _offer(of: dict[str, Any], what: str) -> dict[str, Any]:
    because = {
        "type": "array",
        "items": {"type": "string"},
        "description": "The words that suggest it, or the facts.",
    }
    said = {"value": of, "because": because}
    return {"type": "object", "nullable": True, "description": what, "properties": said}


SUGGESTED: dict[str, Any] = {
    "type": "object",
    "nullable": True,
    "properties": {
        "category": _offer({"type": "string"}, "Code, as in /categories/."),
        "severity": _offer({"type": "string", "enum": list(Severity.values)}, "How serious it sounds."),
        "urgent": _offer({"type": "boolean"}, "Its words read like people in danger, and it is not urgent."),
    },
}


def what_words_suggest(case: Complaint) -> dict[str, Any] | None:
    """Nothing is set by it; null once the case is done. Two queries."""
    if case.status not in BEFORE_HANDLED:
        return None
    category, severity = suggested_for(case)
    danger = [] if case.urgent else words_of_danger(case.content)
    return {
        "category": category and {"value": category.value.code, "because": category.because},
        "severity": severity and {"value": severity.value, "because": severity.because},
        "urgent": {"value": True, "because": danger} if danger else None,
    }
