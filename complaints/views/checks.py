"""Who may look after the work of others, said to whoever was involved himself (K7). For pages and lists."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.conditions import NAMED
from complaints.situation import Other


def waits_for(other: Other) -> str:
    """Who can revisit it, for whoever was involved himself; empty for all others."""
    if other.may:
        return ""
    names = pgettext("between names", ", ").join(str(person) for person in other.people[:NAMED])
    return _("You were involved; the revisit belongs to another person: %(people)s.") % {"people": names}
