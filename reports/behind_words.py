"""What a figure is called above the list of its cases, and the row and column it stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.models import Category, Cause
from complaints.policy import Channel, Severity
from owners.models import Building
from reports.board_words import NAMES
from reports.figures.behind import Keys
from reports.figures.counts import NONE
from staff.models import Department, User

TITLES: dict[str, str | Promise] = {
    "received": NAMES["received"],
    "valid": gettext_lazy("Upheld"),
    "opening": pgettext_lazy("behind", "Open when the days began"),
    "reopened": pgettext_lazy("report", "Reopened"),
    "closed": NAMES["closed"],
    "closing": pgettext_lazy("behind", "Open at the end"),
    "done": pgettext_lazy("behind", "Upheld, received and closed"),
    "went": pgettext_lazy("behind", "Upheld and closed"),
    "first": pgettext_lazy("behind", "Resolved in the first cycle"),
    "voided": pgettext_lazy("behind", "Voided afterwards"),
    "taken_over": pgettext_lazy("behind", "Taken over from a ledger kept before"),
    "attention": gettext_lazy("To watch"),
    "notable": gettext_lazy("Notice: important"),
    "decisions": gettext_lazy("Decisions asked for"),
    "on_time": gettext_lazy("On time"),
    "extended": gettext_lazy("On time with extension"),
    "late_handled": gettext_lazy("Late, handled"),
    "late_open": gettext_lazy("Late, still open"),
    "in_time": NAMES["in_time"],
    "fell_due": NAMES["fell_due"],
    "late": NAMES["late"],
    "handled": pgettext_lazy("behind", "Handled, of the deadlines"),
    "answered": pgettext_lazy("behind", "Answered clearly, of the deadlines"),
    "revisited": NAMES["revisited"],
    "to_revisit": NAMES["to_revisit"],
    "unrevisited": pgettext_lazy("behind", "Not revisited in time"),
    "satisfied": NAMES["satisfied"],
    "said": NAMES["said"],
    "overruns": NAMES["overruns"],
    "overruns_waiting": pgettext_lazy("behind", "Overdue without approval, not handled"),
    "overruns_carried": pgettext_lazy("behind", "Overdue without approval, due before"),
    "overruns_open": pgettext_lazy("behind", "Overdue without approval: still open"),
    "overruns_handled": pgettext_lazy("behind", "Overdue without approval: handled late"),
    "overruns_refused": pgettext_lazy("behind", "Overdue: declined or approved too late"),
    "second": gettext_lazy("Second complaints"),
    "second_open": pgettext_lazy("behind", "Second complaints, still open"),
    "asked": gettext_lazy("Extensions asked for"),
    "shortened": pgettext_lazy("behind", "Extensions granted for less"),
    "approved": gettext_lazy("Extensions granted"),
    "declined": gettext_lazy("Extensions declined"),
    "withdrawn": gettext_lazy("Extensions withdrawn"),
    "pending": gettext_lazy("Extensions that wait"),
    "compensated": gettext_lazy("Compensations approved"),
    "paid": gettext_lazy("Compensations paid"),
    "compensation_waiting": gettext_lazy("Compensations that wait"),
    "by_involved": gettext_lazy("Revisits by somebody involved, with the reason"),
    "drawn": gettext_lazy("Cases drawn for a second call"),
    "called": pgettext_lazy("behind", "Called a second time"),
    "raised": gettext_lazy("Follow-ups raised"),
    "raised_in_time": pgettext_lazy("behind", "Follow-ups done and told in time"),
    "raised_late": gettext_lazy("Follow-ups over their time"),
}
#: Their title has a number: points at the revisit.
SCORE = "said_"

_NAMED: dict[str, type[Category | Building | Department | User]] = {
    "category": Category,
    "building": Building,
    "department": Department,
    "receiver": User,
    "handler": User,
    "decider": User,
}
_ROLES: dict[str, str | Promise] = {
    "receiver": gettext_lazy("First receiver"),
    "handler": gettext_lazy("Handler"),
    "decider": gettext_lazy("Decided by"),
}
_WITHOUT: dict[str, str | Promise] = {
    "category": gettext_lazy("No category"),
    "building": gettext_lazy("Common areas and elsewhere"),
    "department": gettext_lazy("No department"),
}


def title(figure: str) -> str:
    if figure.startswith(SCORE):
        return _("%(score)s points") % {"score": figure.removeprefix(SCORE)}
    return str(TITLES[figure])


def keys_in_words(keys: Keys) -> list[str]:
    """The row and the column, one by one; a query for each."""
    return [" + ".join(dict.fromkeys(_words(name, value))) for name, value in keys.items()]


def _words(name: str, value: str) -> Iterator[str]:
    if name in _NAMED:
        yield from _rows(name, value.split(","))
    elif name == "cause":
        for line in value.split(","):
            department, cause, category = line.split(".")
            named = _row(Cause, cause) or _row(Category, category) or str(_WITHOUT["category"])
            yield f"{_row(Department, department) or _WITHOUT['department']} · {named}"
    elif name == "repeat":
        _estate, building, category, spot = value.split(".", 3)
        yield f"{_row(Building, building) or spot} · {_row(Category, category)}"
    elif name == "severity":
        yield from (
            str(Severity(one).label) if one != NONE else _("Not classified") for one in value.split(",")
        )
    elif name == "channel":
        yield from (str(Channel(one).label) for one in value.split(","))
    else:
        yield value


def _rows(name: str, keys: list[str]) -> Iterator[str]:
    named = _NAMED[name].objects.in_bulk([int(key) for key in keys if key != NONE])
    said: Callable[[object], str] = (lambda one: f"{_ROLES[name]} {one}") if name in _ROLES else str
    for key in keys:
        if key == NONE:
            yield str(_WITHOUT.get(name, NONE))
        elif int(key) in named:
            yield said(named[int(key)])


def _row(model: type[Cause | Category | Department | Building], key: str) -> str:
    found = None if key == NONE else model.objects.filter(pk=int(key)).first()
    return str(found or "")
