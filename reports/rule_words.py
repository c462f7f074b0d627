"""The rules of a kind of report in words, as settings and their versions show them. Pure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports.duties import NEXT, SHAPES, ReportKind, Rule, rule_of
from staff.roles import Role

Line = tuple[str, str]


def due_in_words(rule: Rule) -> str:
    """When it is due, as people say it."""
    shape, said = SHAPES[rule.kind], rule.due
    if shape.before:
        n = said["working_days"]
        return ngettext(
            "%(n)s working day before the %(kind)s is due", "%(n)s working days before the %(kind)s is due", n
        ) % {"n": n, "kind": shape.before.label}
    if "working_days" in said:
        n = said["working_days"]
        return ngettext("%(time)s of the next working day", "%(time)s, %(n)s working days later", n) % {
            "n": n,
            "time": said["time"],
        }
    words = {"day": said["day"], "time": said["time"]}
    if said["time"] == "00:00":
        found = (
            _("before day %(day)s of the month")
            if not shape.months_later
            else _("before day %(day)s of the next month")
        )
    elif shape.months_later:
        found = _("day %(day)s of the next month, %(time)s")
    else:
        found = _("day %(day)s of the month, %(time)s")
    found %= words
    return (
        _("%(due)s; on a day off, the next working day") % {"due": found}
        if said["on_day_off"] == NEXT
        else found
    )


def rule_in_words(kind: ReportKind, data: dict[str, Any]) -> list[Line]:
    """Each rule of a kind: what it is called, and what it says."""
    rule = rule_of(data, kind)
    return [
        (pgettext("report", "Due"), due_in_words(rule)),
        (_("Prepares"), str(rule.prepares.label)),
        (_("Checks"), str(rule.checks.label) if rule.checks else _("nobody")),
        (_("Signs"), str(rule.approves.label)),
        (_("Another person checks and signs"), _yes(rule.second)),
        (pgettext("report", "Goes to"), _roles(rule.recipients)),
        (_("Overdue goes to"), _roles(rule.over)),
        (_("Reminder"), _hours(rule.remind_hours)),
        (_("Sent as it is signed"), _yes(rule.send_at_once)),
        (_("PDF goes with the mail"), _yes(rule.attach)),
    ]


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Kind, rule, what it said and what it says."""
    return [
        (str(kind.label), name, was, now)
        for kind in ReportKind
        for (name, was), (_name, now) in zip(
            rule_in_words(kind, before), rule_in_words(kind, after), strict=True
        )
        if was != now
    ]


def _roles(roles: tuple[Role, ...]) -> str:
    return pgettext("between names", ", ").join(str(role.label) for role in Role if role in roles)


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


def _hours(hours: int) -> str:
    if not hours:
        return _("none")
    return ngettext("%(n)s hour before it is due", "%(n)s hours before it is due", hours) % {"n": hours}
