"""The first steps of a company: what there is and what comes next, read from the rows every time.

On the first page until all is done, afterwards under Settings; for the company's administrators.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localtime, now
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from complaints.models import Complaint
from complaints.views import person_of
from owners.models import Unit
from staff.models import CalendarDay, Department, Estate, Posting, User
from staff.permissions import Permissions, current
from staff.requests import StaffRequest
from staff.roles import DESK, MANAGERS, Role

#: What an estate cannot do without, and who does it.
PARTS: tuple[tuple[str, str | Promise, frozenset[Role]], ...] = (
    ("desk", _("somebody at the desk"), DESK - {Role.SUPERVISOR, Role.PROPERTY_MANAGER}),
    ("classifies", _("a supervisor or property manager"), DESK & MANAGERS),
    ("handles", _("a handler or department head"), frozenset({Role.HANDLER, Role.DEPARTMENT_HEAD})),
)
NAMED = 8


@dataclass(frozen=True)
class Step:
    """One step: what it is for, whether it is done, and where it is done."""

    title: str
    text: str
    is_done: bool
    links: tuple[tuple[str, str], ...] = ()  # words, address
    lacks: str = ""


def guides(person: Permissions) -> bool:
    return Role.ADMINISTRATOR in person.company


def _what_there_is(person: Permissions, at: datetime) -> Any:
    """His row, with whether there is anything of each kind. One query."""
    postings = Posting.objects.filter(current(at))
    return (
        User.objects.filter(pk=person.user.pk)
        .annotate(
            an_estate=Exists(_ours(at)),
            a_department=Exists(Department.objects.all()),
            a_home=Exists(Unit.objects.all()),
            a_case=Exists(Complaint.objects.all()),
            **{name: Exists(postings.filter(role__in=roles)) for name, _label, roles in PARTS},
        )
        .get()
    )


def _its_departments(estate: Estate) -> tuple[str, str]:
    where = reverse("settings_estate", args=[estate.code]) + "#departments"
    return gettext("Departments of %(estate)s") % {"estate": estate.name}, where


def _lacks(missing: list[str]) -> str:
    if not missing:
        return ""
    return gettext("Still missing: %(who)s.") % {"who": pgettext("between names", ", ").join(missing)}


def steps(person: Permissions, at: datetime) -> list[Step]:
    """All five, in order. Two queries."""
    facts = _what_there_is(person, at)
    first = _ours(at).order_by(Exists(Unit.objects.filter(estate=OuterRef("pk"))), "pk").first()
    missing = [str(label) for name, label, _roles in PARTS if not getattr(facts, name)]
    opens = (gettext("Add an estate"), reverse("settings_estate_new"))
    into = _its_departments(first) if first else None
    loads = (gettext("Load a register"), reverse("registers_import", args=[first.code])) if first else None
    one_file = (gettext("Add a list of colleagues"), reverse("staff_file"))
    one_by_one = (gettext("Add a colleague"), reverse("person_new"))
    desk = (gettext("Desk"), reverse("desk")) if person.everywhere() & DESK else None
    return [
        Step(
            gettext("Estate"),
            gettext(
                "Enter its code, name and service phone."
                " Working hours and this year's holidays are filled in for you."
            ),
            facts.an_estate,
            (opens,),
        ),
        Step(
            gettext("Departments"),
            gettext(
                "The teams that do the work, such as engineering, security"
                " and cleaning, and your contractors."
            ),
            facts.a_department,
            (into,) if into else (),
        ),
        Step(
            gettext("Staff"),
            gettext("Add people one by one or upload one Excel list. Everybody chooses their own password."),
            facts.an_estate and not missing,
            (one_file, one_by_one),
            _lacks(missing),
        ),
        Step(
            gettext("Registers"),
            gettext(
                "Homes, shops and the people in them, imported from the ledger your office already keeps."
            ),
            facts.a_home,
            (loads,) if loads else (),
        ),
        Step(
            gettext("First complaint"),
            gettext(
                "Somebody at the desk signs in and files it."
                " The customer follows it with the code on the receipt."
            ),
            facts.a_case,
            (desk,) if desk else (),
        ),
    ]


def still_to_do(person: Permissions, at: datetime) -> dict[str, Any]:
    """For the first page: the steps until all are done; nothing for anybody else."""
    if not guides(person):
        return {}
    found = steps(person, at)
    if all(step.is_done for step in found):
        return {}
    return {"steps": found, "next_step": next(step for step in found if not step.is_done)}


@login_required
@require_safe
def first_steps(request: StaffRequest) -> HttpResponse:
    """Every step with what is there, estate by estate, and who has not chosen a password yet."""
    at = now()
    person = person_of(request, at)
    if not guides(person):
        raise Http404
    found = steps(person, at)
    waiting = User.objects.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)
    names = list(waiting.order_by("name", "pk")[: NAMED + 1])
    desk = Posting.objects.filter(current(at), role__in=PARTS[0][2]).select_related("user")
    context = {
        "steps": found,
        "next_step": next((step for step in found if not step.is_done), None),
        "estates": _estates(at),
        "waiting": names[:NAMED],
        "more_waiting": len(names) > NAMED,
        "desk": list(desk.order_by("starts_at", "pk")[:NAMED]),
        "year": localtime(at).year,
    }
    return render(request, "complaints/office/first_steps.html", context)


def _ours(at: datetime) -> QuerySet[Estate]:
    """Without those handed back or merged."""
    return Estate.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at))


def _estates(at: datetime) -> QuerySet[Estate]:
    """Each with what it has. One query."""
    here = {"estate": OuterRef("pk")}
    serving = Posting.objects.filter(
        current(at), Q(estate=OuterRef("pk")) | Q(department__estate=OuterRef("pk"))
    )
    days = CalendarDay.objects.filter(**here, date__year=localtime(at).year)
    return (
        _ours(at)
        .annotate(
            has_calendar=Exists(days),
            has_departments=Exists(Department.objects.filter(**here)),
            has_homes=Exists(Unit.objects.filter(**here)),
            has_cases=Exists(Complaint.objects.filter(**here)),
            has_people=Exists(serving),
        )
        .order_by("name", "pk")
    )
