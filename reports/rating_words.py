"""What stands beside a contractor's points, and what is said after an act. Pure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

FIGURES: dict[str, Any] = {
    "handed": _("Cases handed to it"),
    "stayed": _("Cases with it, time on average"),
    "late": _("Overdue with it"),
    "about": _("Complaints about it"),
    "again": _("Second complaints"),
    "asked": _("Satisfaction, customers asked"),
}
HINTS: dict[str, Any] = {
    "handed": _("Came to lie with it in the month."),
    "stayed": _("Lay with it at some time of the month."),
    "late": _("Went over the limit for resolving while they lay with it, the delay being ours."),
    "about": _("Received in the month, and name it or one of its people."),
    "again": _("A second round began in the month after it had handled the case."),
    "asked": _("Revisited in the month after it had handled the case; 1 to 5."),
}
DONE: dict[str, Any] = {
    "rate": _("Saved. A second person checks it before the contractor reads it."),
    "check": _("Published. The contractor reads it, and it is not changed any more."),
    "send_back": _("Sent back. Whoever rated knows."),
    "remark": _("Your remark stands beside the rating."),
}
