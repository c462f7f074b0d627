"""One field finds a case by number, phone, last four digits, room, name or words."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now

from complaints import case_search
from complaints.models import Complaint
from complaints.views import estate_of, estates_of, person_of
from complaints.views.lists.case_rows import in_words, values
from complaints.views.lists.keyset import Order
from owners.lookup import formerly
from owners.models import Unit
from staff.requests import StaffRequest

BY_RECEIPT = Order("received_at", newest_first=True)


@login_required
def search(request: StaffRequest) -> HttpResponse:
    """A whole number leads to its case at once, whichever estate is chosen."""
    at = now()
    person = person_of(request, at)
    query = case_search.tidy(request.GET.get("q", ""))
    if not query:
        return render(request, "complaints/lists/search.html", {"query": ""})
    cases = Complaint.objects.visible_to(person)
    if case := case_search.by_number(query, cases):
        return redirect(case)
    chosen = None if request.GET.get("everywhere") else estate_of(request, at)
    estates = [chosen.pk] if chosen else [estate.pk for estate in estates_of(request, at)]
    if person.is_contractor:  # where his firm's cases are; what is found is theirs in any case
        estates = list(person.works_in())
    if chosen:
        cases = cases.filter(estate=chosen.pk)
    former = formerly(query, estates)
    page = BY_RECEIPT.page(case_search.matching(query, cases, person, estates), request.GET, read=values)
    context = {
        "query": query,
        "page": page,
        "renamed": _renamed(former),
        "rows": in_words(page.rows, person, at, estates=len(estates) > 1),
        "only_in": chosen if chosen and len(estates_of(request, at)) > 1 else None,
    }
    return render(request, "complaints/lists/search.html", context)


def _renamed(former: dict[int, str]) -> list[Unit]:
    """The homes that were looked up by the number they had before."""
    units = Unit.objects.filter(pk__in=[*former]).order_by("pk") if former else []
    return [unit for unit in units if unit.code != former[unit.pk]]
