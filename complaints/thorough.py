"""Thoroughness 彻底: when a cause and its analysis are owed, and when is reminded of what is due (W17, G12).

治病治根: an important or major case is not handled without its cause; the department that knows writes the
analysis 专业分析 by five aspects 人机料法环. What is due here is no clock of a case: a measure belongs to
several cases or to none, and its days must not move the due times of a queue. It is a row with a due time
and the moment of its next reminder, as requests and overruns have it; the sweep finds it by its index. Pure.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DAY = timedelta(days=1)
#: What the rules say of it until a company says otherwise; part of `policy.DEFAULTS`.
DEFAULTS: dict[str, Any] = {
    # From which severity on a case is not handled without its cause, and owes the analysis of it.
    "cause": {"minor": False, "important": True, "major": True},
    "analysis": {"minor": False, "important": True, "major": True},
    "analysis_within": "3 days",
    # A measure is checked so many days after it was done, within so many more; an estate answers in so many.
    "check_after_days": 30,
    "check_within_days": 7,
    "answer_within_days": 7,
    # The analysis of a major case 重大专析 is published within so many days of its closing.
    "study_within_days": 30,
    # So many cases of one cause at one place within so many days propose a measure.
    "same": {"cases": 3, "days": 90},
}
#: The five aspects of an analysis, by the columns that hold them, as a quality department asks for them.
ASPECTS: dict[str, Any] = {
    "people": pgettext_lazy("aspect", "People"),
    "equipment": pgettext_lazy("aspect", "Equipment"),
    "material": pgettext_lazy("aspect", "Material"),
    "method": pgettext_lazy("aspect", "Method"),
    "surroundings": pgettext_lazy("aspect", "Surroundings"),
}
HINTS: dict[str, Any] = {
    "people": _("Who was missing, untrained, or did it otherwise than agreed."),
    "equipment": _("What failed or wears out: age, last check, how often so far."),
    "material": _("Parts and material: quality, stock, the wrong kind."),
    "method": _("Work flow, rule, contract, plan: what it lacks."),
    "surroundings": _("Weather, place, use, building works, other people."),
}


def needs(data: dict[str, Any], what: str, severity: str) -> bool:
    """Whether a case of this severity needs its `cause`, or the `analysis` of it, by a policy's data."""
    return bool(data["thorough"][what][severity])


def days(data: dict[str, Any], name: str) -> timedelta:
    """`check_after`, `check_within`, `answer_within` or `study_within` of a policy's data: calendar days."""
    return timedelta(days=data["thorough"][f"{name}_days"])


class Urgency(IntEnum):
    """How far a due time has passed; each step goes to more people."""

    SOON = 0  # to whoever does it
    OVER = 1  # to whoever answers for it as well
    DAY_OVER = 2  # the next one up
    WEEK_OVER = 3  # the general manager, and again every week


#: When each step begins, from the due time on.
AFTER_DUE = ((Urgency.WEEK_OVER, 7 * DAY), (Urgency.DAY_OVER, DAY), (Urgency.OVER, timedelta(0)))


def urgency(due_at: datetime, now: datetime) -> Urgency:
    """After an outage the last step is told, and none of those before it."""
    return next((step for step, after in AFTER_DUE if now >= due_at + after), Urgency.SOON)


def first_reminder(began: datetime, due_at: datetime, share: float) -> datetime:
    """When so much of the time is gone that whoever does it is reminded."""
    return began + (due_at - began) * share


def next_reminder(due_at: datetime, now: datetime) -> datetime:
    """The next step after one that was told at `now`; once a week in the end."""
    coming = (due_at + after for _step, after in reversed(AFTER_DUE))
    return next((at for at in coming if at > now), now + 7 * DAY)
