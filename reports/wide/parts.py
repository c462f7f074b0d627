"""The parts of a quarter's and a year's paper, and what the time before is called."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.due_words import period_words
from reports.duties import DuePeriod, ReportKind
from reports.figures.wide_shapes import Annual, Quarterly, Wide
from reports.monthly.parts import Part


def kind_of(figures: Wide) -> ReportKind:
    return ReportKind.QUARTERLY if isinstance(figures, Quarterly) else ReportKind.ANNUAL


def covers(figures: Wide) -> str:
    """2026年第1季度 / quarter 1 of 2026; 2026年度 / year 2026."""
    return period_words(kind_of(figures), DuePeriod(figures.starts_on, figures.ends_on + timedelta(days=1)))


def quarter_words(code: str) -> str:
    """Of 2026-Q1: 第1季度 / quarter 1."""
    return pgettext("of a year", "quarter %(quarter)s") % {"quarter": code[-1]}


def quarter_of_year(code: str) -> str:
    """Of 2026-Q1: 2026年第1季度 / quarter 1 of 2026."""
    return _("quarter %(quarter)s of %(year)s") % {"quarter": code[-1], "year": code[:4]}


def before_words(figures: Wide) -> str:
    """What it is compared with: 上季度 / the quarter before; 上年 / the year before."""
    return _("the quarter before") if isinstance(figures, Quarterly) else _("the year before")


def parts(figures: Wide) -> dict[str, Part]:
    """By key, in their order; in the active language."""
    if isinstance(figures, Quarterly):
        first = _("The quarter on one page")
        numbered = {
            "analysed": _("Hot and major cases, one by one"),
            "studied": _("What the quarter teaches: the case library"),
            "overdue": _("Overdue without approval"),
            "compared": _("The quarter beside the one before"),
            "departments": _("By department"),
            "causes": _("Categories and causes"),
            "estates": _("Upheld complaints per 1,000 households"),
            "earlier": _("What earlier meetings decided"),
            "meeting": _("The meeting on this quarter"),
        }
    else:
        first = _("The year on one page")
        numbered = {
            "months": _("The twelve months"),
            "compared": _("The year beside the one before, and its quarters"),
            "targets": _("The year's targets, met and not met"),
            "estates": _("Estates compared"),
            "departments": _("By department"),
            "causes": _("Categories and causes"),
            "overdue": _("Overdue without approval"),
            "meetings": _("What the meetings decided, and what became of it"),
        }
    if isinstance(figures, Annual) and not figures.targets:
        del numbered["targets"]
    found = [Part(key, title, number) for number, (key, title) in enumerate(numbered.items(), 1)]
    return {part.key: part for part in [Part("summary", first), *found]}


def told_on(figures: Wide) -> date:
    """The day on which it stood so: the last of the time, or the day it was made on while that runs."""
    return min(figures.ends_on, localtime(figures.as_of, get_default_timezone()).date())


def overdue_days(due_on: date, on: date) -> str:
    return _("%(n)s days over") % {"n": (on - due_on).days}
