"""What is said on the portal: kinds of it, limits of its texts. Pure."""

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


def same_words(text: str) -> str:
    """What two texts have in common that say the same: blanks, case and punctuation do not matter."""
    return re.sub(r"[\W_]+", "", text).casefold()
