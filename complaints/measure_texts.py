"""What an entry of a measure's history says, by kind. Pure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

ENTRIES: dict[str, Any] = {
    "proposed": _("Proposed by rule: %(count)s cases of one cause at one place (%(cause)s)."),
    "set": _("Set: %(person)s does it by %(due_at)s."),
    "dismissed": _("Not taken up."),
    "done": _("Done; the effect is checked from %(check_from_at)s on."),
    "effective": _("Checked: effective."),
    "not_effective": _("Checked: no effect. Tried again by %(due_at)s."),
    "changed": _("Changed: %(what_changed)s."),
    "cases_added": _("Cases added: %(numbers)s."),
    "withdrawn": _("Withdrawn."),
    "told": _("Told to: %(estates)s; they answer by %(due_at)s."),
    "answered": _("%(place)s: %(answer)s."),
    "overdue": _("Overdue since %(due_at)s; told: %(told)s."),
}
