"""The questions of a report in their order: which are asked, which are answered, what comes next."""

from __future__ import annotations

from datetime import datetime

from complaints.actions import portal_phones, portal_reports
from complaints.actions.danger_question import words_of_danger
from complaints.models import PortalDraft
from complaints.portal_words import Said

#: Addresses under /portal/report/; the first question stands at that address itself.
ORDER = ("kind", "estate", "where", "words", "danger", "photos", "who", "code", "same", "check")


def asked(draft: PortalDraft, at: datetime) -> list[str]:
    """The questions of this draft. At most three queries, for words of danger and his own cases."""
    said = draft.said
    leave_out = set()
    if not words_of_danger(said.get("words", "")):
        leave_out.add("danger")
    if not portal_phones.can_be_shown(said.get("phone", "")):
        leave_out.add("code")
    if not ("same" in said or portal_reports.own_cases(draft, at=at)):
        leave_out.add("same")
    return [step for step in ORDER if step not in leave_out]


def is_answered(draft: PortalDraft, step: str) -> bool:
    said = draft.said
    match step:
        case "estate":
            return draft.estate_id is not None
        case "where" | "photos":
            return bool(said.get(f"{step}_done"))
        case "danger":
            return bool(said.get("danger_seen") == said.get("words"))
        case "code":
            return bool(said.get("verified")) and said.get("verified") == said.get("phone")
        case "check":
            return False
    return bool(said.get(step))


def next_step(draft: PortalDraft, at: datetime) -> str:
    """The first question without an answer; with all answered, the page that shows them."""
    return next(step for step in asked(draft, at) if not is_answered(draft, step))


def before(step: str, steps: list[str]) -> str:
    """Where “back” leads: the question before; from the first one out of the report."""
    at = steps.index(step)
    return steps[at - 1] if at else ""


def is_complaint(draft: PortalDraft) -> bool:
    return bool(draft.said.get("kind") == Said.COMPLAINT)
