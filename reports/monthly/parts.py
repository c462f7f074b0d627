"""The parts of the monthly report, in the order a general manager reads (domain.md 8)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Part:
    """What stands in the contents, above the part, and where a sentence points."""

    key: str
    title: str
    number: int | None = None

    @property
    def numbered(self) -> str:
        return f"{self.number} {self.title}" if self.number else self.title


def parts() -> dict[str, Part]:
    """By key, in their order; in the active language."""
    numbered = {
        "attention": _("To watch"),
        "overdue": _("Overdue without approval"),
        "estates": _("Upheld complaints per 1,000 households"),
        "causes": _("Causes and places"),
        "second": _("Second complaints and first-time resolution"),
        "kept": _("On time, closed, revisited, satisfied"),
        "money": _("Compensation"),
        "decisions": _("Decisions asked for"),
        "commended": _("Commendations"),
    }
    found = [Part(key, title, number) for number, (key, title) in enumerate(numbered.items(), 1)]
    every = [Part("summary", _("The month on one page")), *found, Part("tables", _("Tables"))]
    return {part.key: part for part in every}
