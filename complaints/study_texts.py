"""What an entry of a case study's history says, by kind. Pure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

ENTRIES: dict[str, Any] = {
    "drafted": _("Drafted by rule: %(origin)s."),
    "begun": _("Taken up by hand and drafted."),
    "became_major": _("The case is major: it is analysed by itself."),
    "written": _("Written: %(parts)s."),
    "sent": _("Sent to be checked."),
    "returned": _("Sent back."),
    "published": _("Checked and published, edition %(edition)s."),
    "allowed": _("Let into the library, although the case is restricted."),
    "revised": _("Back to a draft, to be revised."),
    "to_recheck": _("The case is closed again: asked to check what it says once more."),
    "reopened": _("The case was reopened: what it says is to be checked once more."),
    "rechecked": _("Checked once more; it stands as it is."),
    "dropped": _("Not taken up."),
    "resumed": _("Taken up after all."),
    "overdue": _("Overdue since %(due_at)s; told: %(told)s."),
}
