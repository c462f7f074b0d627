"""The desk's question: what was said reads like people in danger; is it urgent? (domain.md 9)

Asked while somebody types and, where that went by, once more when the form is sent. It is answered by the
person: nothing is set by a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from complaints.actions import danger_question
from complaints.actions.danger_question import NO, YES
from complaints.models import Complaint
from complaints.models.field_names import field_name
from config.framework.refusals import Refused

ANSWERS = [(YES, _("Yes, urgent: report it at once")), (NO, _("No, nobody is in danger"))]


def why_asked(said: Any) -> list[str]:
    """The words of danger in what was typed, and the mark of it; empty where it is urgent already, or is no
    matter of its own. One query, where anything was said.
    """
    if said.get("urgent") or said.get("what") == "chase":
        return []
    marked = [str(field_name(Complaint, "injury"))] if said.get("injury") else []
    return [*danger_question.words_of_danger(str(said.get("content") or "")), *marked]


def in_words(found: list[str]) -> str:
    """The question, for the words that ask it; empty for none."""
    asked = gettext("“%(words)s” reads like people in danger. Is it urgent?")
    return asked % {"words": pgettext("between names", ", ").join(found)} if found else ""


def ask(form: forms.Form, said: Any) -> list[str]:
    """Puts the question into the form's field; why it is asked."""
    if found := why_asked(said):
        form["danger"].label = in_words(found)
    return found


def unanswered(said: Any) -> Iterator[Refused]:
    """The question, where nobody has answered it."""
    if said.get("urgent") or said.get("what") == "chase":
        return
    text, answer = str(said.get("content") or ""), str(said.get("danger") or "")
    if question := danger_question.unanswered(text, answer, marked=bool(said.get("injury"))):
        yield question
