"""What was said reads like people in danger; is it urgent? (domain.md 9)

Asked wherever words come in: at the desk while somebody types and once more when the form is sent, by the
API, where a colleague passes something on; on the portal as whom to call. A person answers: no word sets
anything.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from complaints.actions.vocabulary import danger_words
from complaints.danger import longest_of, words_in
from complaints.models import DangerWord
from config.framework.refusals import Refused

YES, NO = "yes", "no"


def words_of_danger(text: str, rows: list[DangerWord] | None = None) -> list[str]:
    """The words of danger in a text. One query, where anything was said; none with the `rows` of the list."""
    if not text.strip():
        return []
    rows = danger_words() if rows is None else rows
    found = (words_in(text, (row.zh, row.en), unless=row.longer_words) for row in rows)
    return longest_of(word for words in found for word in words)


def unanswered(text: str, answer: str, *, marked: bool = False) -> Refused | None:
    """The question, where the words ask it, or a mark (`marked`: injury), and nobody has answered."""
    if answer in (YES, NO) or not (marked or words_of_danger(text)):
        return None
    return Refused(_("Say whether people are in danger: yes, or no."), field="danger")
