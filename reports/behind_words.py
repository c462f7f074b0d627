"""What a figure is called above the list of its cases, and the row and column it stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.models import Category, Cause, Complaint
from complaints.policy import Channel, Severity
from owners.models import Building
from reports.board_words import NAMES
from reports.figures.behind import COLUMNS, Keys
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
    "visits_appointments": gettext_lazy("Appointments for site visits"),
    "visits_kept": gettext_lazy("Appointments kept"),
    "visits_late": gettext_lazy("Appointments: came late"),
    "visits_missed": gettext_lazy("Appointments missed"),
    "visits_absent": gettext_lazy("Appointments: customer not there"),
    "visits_refused": gettext_lazy("Appointments: not let in"),
}
#: What numbers of measures are called.
MEASURED: dict[str, str | Promise] = {
    "taken_up": gettext_lazy("Measures taken up"),
    "done": gettext_lazy("Measures done"),
    "effective": gettext_lazy("Measures found effective"),
    "not_effective": gettext_lazy("Measures without effect"),
    "open": gettext_lazy("Measures open at the end"),
    "overdue": gettext_lazy("Measures overdue at the end"),
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


def keys_in_words(keys: Keys, counted: Sequence[int]) -> list[str]:
    """The row and the column, one by one; three queries for each at most.

    Buildings, departments and people are named as far as they stand on a case that the figure counts:
    an address written by hand names nobody else's.
    """
    found = (" + ".join(dict.fromkeys(_words(name, value, counted))) for name, value in keys.items())
    return [words for words in found if words]


def _words(name: str, value: str, counted: Sequence[int]) -> Iterator[str]:
    if name in _NAMED:
        yield from _rows(name, _on_cases(name, value.split(","), counted))
    elif name == "cause":
        lines = [line.split(".") for line in value.split(",")]
        known = _on_cases("department", list(dict.fromkeys(line[0] for line in lines)), counted)
        for department, cause, category in lines:
            if department in known:
                named = _row(Cause, cause) or _row(Category, category) or str(_WITHOUT["category"])
                yield f"{_row(Department, department) or _WITHOUT['department']} · {named}"
    elif name == "repeat":
        _estate, building, category, spot = value.split(".", 3)
        if counted:
            yield f"{_row(Building, building) or spot} · {_row(Category, category)}"
    elif name == "severity":
        yield from (
            str(Severity(one).label) if one != NONE else _("Not classified") for one in value.split(",")
        )
    elif name == "channel":
        yield from (str(Channel(one).label) for one in value.split(","))
    else:
        yield value


def _on_cases(name: str, keys: list[str], counted: Sequence[int]) -> list[str]:
    """Those of the keys that stand, or have stood, on a case counted; of a single one, the count tells."""
    if name == "category" or (counted and len(keys) == 1):
        return keys
    if not counted or name not in COLUMNS:
        return []
    wanted = [int(key) for key in keys if key != NONE]
    known: set[int] = set()
    for rows in (
        Complaint.objects.filter(pk__among=counted, **{f"{COLUMNS[name]}__in": wanted}),
        Complaint.history.filter(id__among=counted, **{f"{COLUMNS[name]}__in": wanted}),
    ):
        known |= set(rows.order_by().values_list(COLUMNS[name], flat=True).distinct())
    return [key for key in keys if key == NONE or int(key) in known]


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
