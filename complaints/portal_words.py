"""What is said on the portal: kinds of it, limits of its texts, words that tell of danger. Pure."""

from __future__ import annotations

import re

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

LONGEST_WORDS, LONGEST_REMEDY, LONGEST_PLACE = 2000, 500, 80


class Said(TextChoices):
    """What somebody wants to tell us; all but a complaint are kept as contact notes (domain.md 2)."""

    COMPLAINT = "complaint", _("A complaint")
    REPAIR = "repair", _("Something is broken and must be repaired")
    ENQUIRY = "enquiry", _("A question")
    SUGGESTION = "suggestion", _("A suggestion")
    PRAISE = "praise", _("Praise for somebody")
    HELP = "help", _("A request for help")


#: Whoever asks for hands must say where; a question or praise may be about no place at all.
NEEDS_PLACE = frozenset({Said.COMPLAINT, Said.REPAIR, Said.HELP})

_DANGER = re.compile(
    r"困(?![扰难惑境倦])|着火|起火|失火|火灾|冒烟|浓烟|漏电|触电|晕倒|昏倒|昏迷|倒地|漏气|煤气味|燃气味|爆炸|坠落|溺水"
    r"|\b(trapped|stuck in (?:the|a) lift|on fire|fire|smoke|electric shock|unconscious|fainted|gas leak)\b",
    re.I,
)


def says_danger(text: str) -> bool:
    """Whether the words may tell of people in danger. Nothing is marked by it: a person decides.

    >>> says_danger("有人困在电梯里"), says_danger("噪音让人很困扰")
    (True, False)
    """
    return bool(_DANGER.search(text))


def same_words(text: str) -> str:
    """What two texts have in common that say the same: blanks, case and punctuation do not matter."""
    return re.sub(r"[\W_]+", "", text).casefold()
