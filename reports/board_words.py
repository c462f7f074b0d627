"""A dashboard's figures in words: what a number is called, and how it stands against the days before."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from reports.figures.shapes import Rate

#: Every number's name, above its list too.
NAMES: dict[str, str | Promise] = {
    "overdue": pgettext_lazy("queue", "Overdue"),
    "soon": gettext_lazy("Due within 24 hours"),
    "open": gettext_lazy("Open"),
    "received": pgettext_lazy("report", "Received"),
    "closed": pgettext_lazy("report", "Closed"),
    "in_time": pgettext_lazy("board", "Handled in time"),
    "fell_due": pgettext_lazy("board", "Deadlines of the days"),
    "late": pgettext_lazy("board", "Over the limit"),
    "overruns": pgettext_lazy("board", "Overdue without approval"),
    "revisited": pgettext_lazy("board", "Revisited in time"),
    "to_revisit": pgettext_lazy("board", "Revisits due"),
    "satisfied": pgettext_lazy("board", "Satisfied"),
    "said": pgettext_lazy("board", "Answers at revisits"),
}
#: The shares, by the name of their whole.
RATES: dict[str, str | Promise] = {
    "fell_due": pgettext_lazy("board", "On-time rate"),
    "late": pgettext_lazy("board", "Share over the limit"),
    "to_revisit": pgettext_lazy("board", "Revisit coverage"),
    "said": pgettext_lazy("board", "Satisfaction rate"),
}


def compared(number: int, before: int, *, so_far: bool) -> str:
    """比上月同期多 3 件: a count against that of the days before."""
    more = abs(number - before)
    if not more:
        return _("as many as in the same days of last month") if so_far else _("as many as the month before")
    if number > before:
        words = (
            _("%(n)s more than in the same days of last month")
            if so_far
            else _("%(n)s more than the month before")
        )
    else:
        words = (
            _("%(n)s fewer than in the same days of last month")
            if so_far
            else _("%(n)s fewer than the month before")
        )
    return words % {"n": more}


def rate_compared(rate: Rate, before: Rate, *, so_far: bool) -> str:
    """比上月同期高 2.5 个百分点: a share against that of the days before; nothing where there is none now."""
    if rate.share is None:
        return ""
    if before.share is None:
        return _("none in the same days of last month") if so_far else _("none the month before")
    points = round((rate.share - before.share) * 100, 1)
    if not points:
        return _("as high as in the same days of last month") if so_far else _("as high as the month before")
    if points > 0:
        words = (
            _("%(n)s points above the same days of last month")
            if so_far
            else _("%(n)s points above the month before")
        )
    else:
        words = (
            _("%(n)s points below the same days of last month")
            if so_far
            else _("%(n)s points below the month before")
        )
    return words % {"n": f"{abs(points):.1f}".removesuffix(".0")}
