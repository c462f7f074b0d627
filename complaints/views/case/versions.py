"""What the columns of a case said before: who changed what, and when."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Field
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from complaints.actions import roles_on, shows_complainant
from complaints.models import Complainant, Complaint
from complaints.statuses import CaseRole
from complaints.time_texts import moment
from complaints.views import person_of
from staff.requests import StaffRequest
from staff.roles import MANAGERS, Role
from staff.zones import zone_words

READERS: frozenset[Role | CaseRole] = frozenset({*MANAGERS, Role.AUDITOR, CaseRole.FIRST_RECEIVER})
#: What the product keeps for itself.
SILENT = frozenset({"id", "version", "cycle_number", "matter", "grade_reasons", "grade_overruled"})
#: Where a customer lives: told with its values only to who may know him.
DOOR = frozenset({"unit", "place"})
SHOWN = 50


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    at: datetime
    by: str
    changes: list[Change]


def may_read_versions(roles: Collection[Role | CaseRole]) -> bool:
    return bool(READERS & set(roles))


def versions_of(complaint: Complaint, *, shows: bool) -> list[Version]:
    """The newest versions with what each changed; three queries. `shows`: who complained, and his door.

    What was changed of the customer is named without values: no version keeps them.
    """
    fields = [field for field in Complaint.history.model.tracked_fields if field.name not in SILENT]
    related = [field.name for field in fields if field.is_relation and field.name != "estate"]
    rows = list(
        complaint.history.select_related("history_user", *related).order_by("-history_date", "-history_id")[
            : SHOWN + 1
        ]
    )
    edited = complaint.events.filter(kind="edited").values_list("recorded_at", "actor", "params")
    personal = {
        (at, by): sorted(Complainant.EDITABLE_COLUMNS & set(params["fields"])) for at, by, params in edited
    }
    zone = complaint.estate.zone
    found = []
    for after, before in zip(rows, rows[1:], strict=False):
        changes = [
            Change(str(field.verbose_name), shown(before, field, zone), shown(after, field, zone))
            if shows or field.name not in DOOR
            else unsaid(field)
            for field in fields
            if getattr(before, field.attname) != getattr(after, field.attname)
        ]
        names = personal.get((after.history_date, after.history_user_id), [])
        changes += [unsaid(Complainant._meta.get_field(name)) for name in names]
        if changes:
            found.append(Version(after.history_date, str(after.history_user or _("System")), changes))
    return found


def _weekdays(value: str) -> str:
    """12345 as Mon, Tue …, in the reader's language."""
    return pgettext("between names", ", ").join(str(WEEKDAYS_ABBR[int(day) - 1]) for day in value)


#: Columns whose stored value is a code.
READ_AS: dict[str, Callable[[str], str]] = {"time_zone": zone_words, "weekdays": _weekdays}


def unsaid(field: Any) -> Change:
    """Changed, and neither how it was nor how it is."""
    return Change(str(field.verbose_name), "", _("Changed; not shown"))


def shown(row: Any, field: Field[Any, Any], zone: Any) -> str:
    """A column's value as people read it; empty as a dash."""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")()) or "–"
    value = getattr(row, field.name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return moment(value, zone, year=True)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if read := READ_AS.get(field.name):
        return read(value)
    return "–" if value in (None, "") else str(value)


@login_required
@require_safe
def versions(request: StaffRequest, number: str) -> HttpResponse:
    person = person_of(request, now())
    complaint = get_object_or_404(
        Complaint.objects.visible_to(person).select_related("estate"), number=number
    )
    roles = roles_on(complaint, person)
    if not may_read_versions(roles):
        raise Http404
    found = versions_of(complaint, shows=shows_complainant(complaint, roles))
    context = {"complaint": complaint, "zone": complaint.estate.zone, "versions": found}
    return render(request, "complaints/case/versions.html", context)
