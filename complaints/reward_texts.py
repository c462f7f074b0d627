"""What an entry of the history of a reward or penalty says, by kind. Pure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

ENTRIES: dict[str, Any] = {
    "proposed": pgettext_lazy("rewards", "Proposed by the company's rule."),
    "approved": pgettext_lazy("rewards", "Approved: %(yuan)s yuan."),
    "rejected": pgettext_lazy("rewards", "Turned down."),
    "withdrawn": pgettext_lazy("rewards", "Fallen away before a decision. %(ground)s."),
    "doubted": pgettext_lazy("rewards", "To be decided again. %(ground)s."),
    "cancelled": pgettext_lazy("rewards", "Decision cancelled."),
}
