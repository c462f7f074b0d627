"""Editing the facts of a case; two people at once see both versions, and nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints import actions
from complaints.actions import EditConflict, roles_on, shows_complainant
from complaints.actions.situations import situation_for
from complaints.forms.case.edit import SHOWN_APART, EditForm, in_words, values_of
from complaints.models import Complaint
from complaints.moves import check
from complaints.views import person_of
from config.framework.refusals import Refused
from staff.requests import StaffRequest


@dataclass(frozen=True)
class Difference:
    """One fact of which two people say different things."""

    mine: forms.BoundField
    theirs: str
    take: str  # whose value is chosen to begin with


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, number: str) -> HttpResponse:
    at = now()
    person = person_of(request, at)
    cases = Complaint.objects.visible_to(person).select_related("estate", "unit", "building", "complainant")
    complaint = get_object_or_404(cases, number=number)
    roles = roles_on(complaint, person)
    context: dict[str, Any] = {"complaint": complaint, "zone": complaint.estate.zone, "now": at}
    with timezone.override(complaint.estate.zone):
        data = request.POST if request.method == "POST" else None
        form = EditForm(data, complaint=complaint, shows=shows_complainant(complaint, roles))
        context["form"] = form
        try:
            check("edit", situation_for(complaint, person, at))
            if data is not None and form.is_valid():
                seen = form.cleaned_data["version"]
                actions.edit(complaint, form.changes(), version=seen, by=request.user, at=at, **form.beside())
                messages.success(request, _("The facts are saved; the version before stays in the history."))
                return redirect(f"{complaint.get_absolute_url()}?done=edit")
        except EditConflict as conflict:
            return _conflict(request, form, conflict, context)
        except Refused as refusal:
            if data is None:
                context["refused"] = str(refusal)
            else:
                form.refuse(refusal)
        status = 422 if form.errors or "refused" in context else 200
        return render(request, "complaints/case/edit.html", context, status=status)


def _conflict(
    request: StaffRequest, form: EditForm, conflict: EditConflict, context: dict[str, Any]
) -> HttpResponse:
    """Both versions side by side; what was typed is kept, and the next save is made against theirs."""
    theirs = conflict.current
    seen = theirs.history.filter(version=form.cleaned_data["version"]).order_by("-history_id").first()
    base = values_of(seen) if seen else {}
    newest = theirs.history.select_related("history_user").order_by("-history_id").first()
    typed = cast(QueryDict, form.data).copy()
    typed["version"] = str(theirs.version)
    again = EditForm(typed, complaint=theirs, shows="name" in form.fields)
    differences = differing(again, values_of(theirs), base)
    names = {difference.mine.name for difference in differences}
    rest = [(title, [f for f in fields if f.name not in names]) for title, fields in again.parts()]
    context |= {
        "complaint": theirs,
        "form": again,
        "sentence": str(conflict),
        "by": newest.history_user if newest else None,
        "changed_at": newest.history_date if newest else None,
        "differences": differences,
        "rest": [(title, fields) for title, fields in rest if fields],
    }
    return render(request, "complaints/case/edit_conflict.html", context, status=409)


def differing(form: EditForm, theirs: dict[str, Any], base: dict[str, Any]) -> list[Difference]:
    """The facts that differ. What only they changed starts as theirs; what I changed, as mine."""
    form.full_clean()
    found = []
    for name in form.fields:
        if name in ("version", *SHOWN_APART):
            continue
        mine = form.cleaned_data.get(name)
        mine = getattr(mine, "pk", mine)
        if (mine or "") == (theirs[name] or ""):
            continue
        untouched = name in base and (mine or "") == (base[name] or "")
        take = form.data.get(f"take_{name}") or ("theirs" if untouched else "mine")
        found.append(Difference(form[name], in_words(name, theirs[name], form), take))
    return found
