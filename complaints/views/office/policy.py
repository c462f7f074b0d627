"""The rules of the company: edited as a page of figures, shown in words, saved as the next version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.actions.current_policy import current_policy
from complaints.actions.policy_versions import Faulty, Overtaken, keeps_policy, save_policy
from complaints.forms.office.policy import PolicyForm
from complaints.models import Clock, PolicyVersion
from complaints.policy_fields import Difference, differences, doubts, faults, leaves, with_values
from complaints.views import person_of
from config.framework.refusals import Refused
from staff.requests import StaffRequest
from staff.roles import MANAGERS, Role

READERS = frozenset({*MANAGERS, Role.AUDITOR, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Version:
    """A version and what it said otherwise than the one before."""

    row: PolicyVersion
    changes: list[Difference]
    open_cases: int


@login_required
def policy(request: StaffRequest) -> HttpResponse:
    """Type, then look at what would change and for whom, then save with a reason."""
    if not keeps_policy(person_of(request, now())):
        raise Http404
    newest = current_policy()
    if request.method != "POST":
        return _form(request, PolicyForm(rules=newest.policy.data, started_from=newest.number))
    form = PolicyForm(request.POST, rules=newest.policy.data)
    if not form.is_valid():
        return _form(request, form)
    started_from = form.cleaned_data["started_from"]
    if started_from != newest.number:
        return _overtaken(request, form, newest)
    rules = form.new_rules()
    if found := faults(rules):
        form.refuse_at(found)
        return _form(request, form)
    changes = differences(newest.policy.data, rules)
    if not changes:
        form.add_error(None, _("Nothing was changed."))
        return _form(request, form)
    if "save" not in request.POST:
        return _look(request, form, changes)
    try:
        version = save_policy(
            rules, started_from=started_from, note=request.POST.get("note", ""), by=request.user, at=now()
        )
    except Overtaken as refusal:
        return _overtaken(request, form, refusal.newest)
    except Faulty as refusal:
        form.refuse_at(refusal.faults)
        return _form(request, form)
    except Refused as refusal:
        return _look(request, form, changes, refusal)
    messages.success(request, _("Saved as version %(n)s.") % {"n": version.number})
    return redirect("policy_versions")


def _form(request: StaffRequest, form: PolicyForm, **more: Any) -> HttpResponse:
    status = more.pop("status", 422 if form.errors else 200)
    context = {"form": form, "number": current_policy().number} | more
    return render(request, "complaints/office/policy.html", context, status=status)


def _look(
    request: StaffRequest, form: PolicyForm, changes: list[Difference], refusal: Refused | None = None
) -> HttpResponse:
    number = form.cleaned_data["started_from"]
    context = {
        "form": form,
        "changes": changes,
        "doubts": [doubt for doubt in doubts(form.new_rules()) if doubt not in doubts(form.rules)],
        "next": number + 1,
        "kept": _open_cases(),
        "note": request.POST.get("note", ""),
        "refusal": refusal,
    }
    return render(request, "complaints/office/policy_preview.html", context, status=422 if refusal else 200)


def _overtaken(request: StaffRequest, form: PolicyForm, newest: PolicyVersion) -> HttpResponse:
    """Somebody was faster: his version, with what this person had changed on top of it."""
    begun = PolicyVersion.objects.filter(number=form.cleaned_data["started_from"]).first()
    if begun is None:
        raise Http404
    before = {leaf.path: leaf.value for leaf in leaves(begun.policy.data)}
    mine = {path: value for path, value in form.typed().items() if before.get(path) != value}
    rules = with_values(newest.policy.data, mine)
    merged = PolicyForm(rules=rules, started_from=newest.number)
    theirs = differences(begun.policy.data, newest.policy.data)
    return _form(request, merged, overtaken=Overtaken(newest), theirs=theirs, status=409)


def _open_cases() -> list[tuple[int, int]]:
    """(version, open cases with a clock that goes by it), newest first."""
    counted = (
        Clock.objects.running().values_list("policy__number").annotate(n=Count("complaint", distinct=True))
    )
    return list(counted.order_by("-policy__number"))


@login_required
@require_safe
def versions(request: StaffRequest) -> HttpResponse:
    """Every version with who, when, why, and what it changed. For those who answer for deadlines."""
    person = person_of(request, now())
    if not person.within() & READERS:
        raise Http404
    current_policy()
    rows = list(PolicyVersion.objects.select_related("created_by").order_by("number"))
    kept = dict(_open_cases())
    found = [Version(rows[0], [], kept.get(rows[0].number, 0))]
    for before, row in zip(rows, rows[1:], strict=False):
        changes = differences(before.policy.data, row.policy.data)
        found.append(Version(row, changes, kept.get(row.number, 0)))
    context = {"versions": found[::-1], "may_edit": keeps_policy(person)}
    return render(request, "complaints/office/policy_versions.html", context)
