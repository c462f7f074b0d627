"""The four forms of the appraisal on paper (rules.md F19): a person's month and year, the lists of both.

Whoever asked for one must be allowed to read it still when it is set.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from config.framework.refusals import Refused
from reports import pdf
from reports.appraisal_points import Points
from reports.appraisal_rows import AppraisalSheet
from reports.appraisal_rules import State
from reports.appraisal_scheme import PARTS, Aspect
from reports.appraisals import figures, lists, years
from reports.appraisals.people import own_permissions, visible_to
from staff.models import Company, User

STYLE = "appraisal.css"
Kind = AppraisalSheet.Kind


def title_of(kind: str, *, is_list: bool) -> str:
    """As the form is called in the company's files."""
    if is_list:
        return (
            pgettext("title of the paper", "Monthly or annual appraisals of staff")
            if kind == Kind.MONTH
            else pgettext("title of the paper", "Appraisals of staff in the year")
        )
    return (
        pgettext("title of the paper", "Monthly appraisal sheet")
        if kind == Kind.MONTH
        else pgettext("title of the paper", "Annual appraisal sheet")
    )


def made(user: User, which: dict[str, Any], now: datetime, language: str) -> bytes:
    """A sheet (`sheet`: its key), or the list of a `kind` and `day`. Raises Refused, ReportError."""
    with override(language):
        if "sheet" in which:
            return _sheet(user, which["sheet"], now, language)
        return _list(user, which, now, language)


def asked_list(user: User, kind: str, day: date, now: datetime) -> dict[str, Any]:
    """A list as it is asked for, with its sheets: who fetches it must still read all of them."""
    keys = lists.keys_of(lists.lines_of(own_permissions(user, now), kind, day, now))
    return {"kind": kind, "day": f"{day}", "sheets": keys}


def readable(user: User, which: dict[str, Any], now: datetime) -> bool:
    """Whether who asked for it may still read all that it says: of a list, every sheet on it."""
    own = own_permissions(user, now)
    if "sheet" in which:
        return visible_to(own).filter(pk=which["sheet"]).exists()
    keys = which["sheets"]
    return lists.leads_anybody(own, now) and visible_to(own).filter(pk__among=keys).count() == len(keys)


def _sheet(user: User, key: int, now: datetime, language: str) -> bytes:
    row = lists.with_all(visible_to(own_permissions(user, now))).filter(pk=key).first()
    if row is None:
        raise Refused(_("This sheet is no longer yours to read."))
    title = title_of(row.kind, is_list=False)
    told = years.told(row) if row.kind == Kind.YEAR else None
    context = {
        "row": row,
        "name": title,
        "points": row.points,
        "groups": groups_of(row, row.points),
        "rewards": [one for one in row.entries.all() if not one.item and not one.struck_at],
        "figures": figures.rates(row.figures),
        "figure_days": figures.days_of(row),
        "year": told,
        "parts": parts_in_words(told),
        **common(now),
    }
    return pdf.render("reports/appraisal_pdf.html", context, language, f"{title} {row}", style=STYLE)


def groups_of(row: AppraisalSheet, points: Points) -> list[tuple[str, Any, Any, list[Any]]]:
    """By aspect: its points, and each item with what was taken off and why."""
    entries: dict[str, list[Any]] = {}
    for one in sorted(row.entries.all(), key=lambda one: one.pk):
        if not one.struck_at:
            entries.setdefault(one.item, []).append(one)
    return [
        (
            str(aspect.label),
            points.of_aspect(aspect),
            sum(one.item.points for one in points.items if one.item.aspect == aspect),
            [(one, entries.get(one.item.code, [])) for one in points.items if one.item.aspect == aspect],
        )
        for aspect in Aspect
    ]


def parts_in_words(told: years.Year | None) -> list[tuple[str, str, int]]:
    """Each part of a year: its name, its mean to a hundredth, the weight it counted with (0: none of it)."""
    if told is None:
        return []
    return [
        (str(PARTS[name]), "–" if mean is None else f"{float(mean):.2f}", told.points.weights.get(name, 0))
        for name, mean in told.points.parts.items()
    ]


def _list(user: User, which: dict[str, Any], now: datetime, language: str) -> bytes:
    kind, day = which["kind"], date.fromisoformat(which["day"])
    lines = lists.lines_of(own_permissions(user, now), kind, day, now)
    if (
        lists.keys_of(lines) != which["sheets"]
    ):  # begun or lost since: the paper would say what it does not keep
        raise Refused(_("The sheets of this list have changed. Ask for it again."))
    if not lines:
        raise Refused(_("There is nobody whose appraisals you read."))
    title = title_of(kind, is_list=True)
    totals = lists.month_totals(day.year, lines) if kind == Kind.YEAR else {}
    context = {
        "name": title,
        "kind": kind,
        "day": day,
        "aspects": [aspect.label for aspect in Aspect],
        "lines": [
            (
                line,
                line.sheet and [line.sheet.points.of_aspect(aspect) for aspect in Aspect],
                [totals.get(line.user.pk, {}).get(n) for n in range(1, 13)],
            )
            for line in lines
        ],
        "numbers": range(1, 13),
        "counts": lists.counts(lines),
        "frozen": State.FROZEN,
        **common(now),
    }
    return pdf.render("reports/appraisals_pdf.html", context, language, title, style=STYLE)


def common(now: datetime) -> dict[str, Any]:
    return {"now": now, "zone": get_default_timezone(), "company": Company.objects.first()}
