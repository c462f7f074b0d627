"""The sentence on a case's warranty: the fact with its reason, or the person's decision with his. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from complaints.warranty import Why
from owners.parts import Part


def sentence(covered: bool | None, *, part: str, day: date | None, until: date | None, why: str = "") -> str:
    """As the case, the lists and the record say it.

    What was decided by a person says so; a part that is not chosen yet asks for it.
    """
    name: Any = Part(part).label if part else ""
    if why:
        said = _("Under warranty") if covered else _("Not under warranty")
        decided = _("%(said)s, decided by a person: %(why)s") % {"said": said, "why": Why(why).label}
        return _("%(part)s: %(said)s") % {"part": name, "said": decided} if part else decided
    if not part:
        return _("Choose the part, so that it can be told whether it is under warranty.")
    if day is None or until is None:
        return _("%(part)s: no hand-over date is known, so it cannot be told. A person decides.") % {
            "part": name
        }
    line = (
        _("%(part)s, handed over %(day)s, under warranty until %(until)s")
        if covered
        else _("%(part)s, handed over %(day)s: the warranty ended %(until)s")
    )
    return line % {"part": name, "day": day.isoformat(), "until": until.isoformat()}
