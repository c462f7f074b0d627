"""The Excel of staff: template, a look at how it was read, and everybody hired at once or nobody."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints import staff_list
from complaints.actions.staff_list import hire_list
from complaints.forms.office.staff_file import Places, Row, StaffFileForm, opened, sealed, understand
from complaints.staff_list import Line
from complaints.views import person_of
from complaints.views.office.first_steps import guides
from complaints.views.office.people import managed
from complaints.views.reviews import record_asked, waits
from config.framework.refusals import Refused
from staff.actions import may_give
from staff.invitations import invitation_link
from staff.models import Estate, User
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import Role

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _hires(request: StaffRequest, at: datetime) -> Permissions:
    """Whoever may hire one colleague may load a list of them; 404 for others."""
    person = person_of(request, at)
    managed(person)
    return person


@login_required
@require_safe
def template(request: StaffRequest) -> HttpResponse:
    """The workbook to fill in, with the roles and places this person may give."""
    person = _hires(request, now())
    places = Places(person)
    estates = {estate.pk: estate for found in places.estates.values() for estate in found}
    scopes = [*estates, *([None] if Role.ADMINISTRATOR in person.company else [])]
    roles = [role for role in Role if any(may_give(person, role, scope) for scope in scopes)]
    offered = [(str(estate), places.department_names[pk]) for pk, estate in estates.items()]
    response = HttpResponse(staff_list.template(roles, offered), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="staff.xlsx"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: StaffRequest) -> HttpResponse:
    """Choose a file; then how it was read, row by row."""
    at = now()
    person = _hires(request, at)
    form = StaffFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = staff_list.read(file.read(), file.name)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return _look(request, found.lines, understand(found.lines, person, at), found.unread, file.name)
    context = {"form": form, "has_estates": Estate.objects.exists()}
    return render(request, "complaints/office/staff_file.html", context, status=422 if form.errors else 200)


def _look(
    request: StaffRequest,
    lines: list[Line],
    rows: list[Row],
    unread: list[str],
    filename: str = "",
    unsaid: bool = False,
) -> HttpResponse:
    """`unsaid`: no reason was given for the training that lacks."""
    wrong = [row for row in rows if row.problems]
    context = {
        "unsaid": unsaid,
        "lacks": any(row.lacks for row in rows),
        "rows": rows,
        "wrong": wrong,
        "unread": unread,
        "filename": filename,
        "again": StaffFileForm() if wrong else None,
        "sealed": "" if wrong else sealed(lines, request.user),
        "links": sum(not row.line.said.get("email") for row in rows),
    }
    return render(
        request, "complaints/office/staff_file_check.html", context, status=422 if wrong or unsaid else 200
    )


@login_required
@require_POST
def load(request: StaffRequest) -> HttpResponse:
    """Everybody who was looked at, or nobody; then the links of those no mail reaches, once."""
    at = now()
    person = _hires(request, at)
    lines = opened(request.POST.get("list", ""), request.user)
    if lines is None:
        messages.warning(request, _("The list is no longer here; choose the file once more."))
        return redirect("staff_file")
    if _are_here(lines):
        messages.info(request, _("Everybody of this list has a log-in already."))
        return redirect("people")
    rows = understand(lines, person, at)
    because = request.POST.get("without_training", "").strip()[:200]
    if any(row.lacks for row in rows) and not because:
        return _look(request, lines, rows, [], unsaid=True)
    if not any(row.problems for row in rows):
        hired, refused = hire_list(
            [row.asked for row in rows], by=request.user, at=at, without_training=because
        )
        if not refused:
            return _handed_over(request, hired, rows, at)
        for position, refusals in refused.items():
            rows[position].refuse(refusals)
    return _look(request, lines, rows, [])


def _are_here(lines: list[Line]) -> bool:
    """The button was pressed twice, or the page was loaded again."""
    names = {line.said["username"] for line in lines}
    return User.objects.filter(username__in=names).count() == len(names)


def _handed_over(request: StaffRequest, hired: list[User], rows: list[Row], at: datetime) -> HttpResponse:
    """No link is kept anywhere: it stands on this answer alone. Who waits gets his from the second person."""
    waiting = [one for person in hired for one in record_asked(request, person, at)]
    wait = {one.user_id for one in waiting}
    people = [
        (person, row, person.pk in wait, "" if person.email or person.pk in wait else invitation_link(person))
        for person, row in zip(hired, rows, strict=True)
    ]
    done = ngettext("%(n)s colleague has a log-in now.", "%(n)s colleagues have log-ins now.", len(hired))
    context = {
        "people": people,
        "done": done % {"n": len(hired)},
        "links": sum(bool(link) for *_who, link in people),
        "waits": waits(waiting[0], at) if waiting else "",
        "guides": guides(person_of(request, now())),
        "mails": sum(bool(person.email) and person.pk not in wait for person in hired),
    }
    response = render(request, "complaints/office/staff_file_done.html", context)
    response["Cache-Control"] = "no-store"
    return response
