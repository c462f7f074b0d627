"""Looking around: estates → buildings → units → people, and finding by number, room or name."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from config.framework.request_guard import whole_number
from owners.access import ADDERS, EDITORS, may, person_of, readable
from owners.lookup import find_people, find_units
from owners.models import Building, Occupancy, Owner, Unit
from owners.versions import versions
from staff import audit
from staff.actions import may_end
from staff.estates import how_ended
from staff.models import Estate
from staff.requests import StaffRequest

RESULTS = 30


def today_at(estate: Estate, moment: datetime) -> date:
    return moment.astimezone(estate.zone).date()


@login_required
@require_GET
def estates(request: StaffRequest) -> HttpResponse:
    """The estates to choose from; with one, or one chosen in the switcher, straight to it."""
    moment = now()
    person = person_of(request, moment)
    mine = readable(person)
    query = request.GET.get("find", "").strip()
    if not query and (only := _only(request, mine)):
        return redirect("registers_estate", only.code)
    context: dict[str, Any] = {"query": query, "may_import": False}
    if query:
        context |= _found(query, list(mine))
    else:
        context["estates"] = mine.annotate(
            unit_count=Count("units", filter=~Q(units__kind=Unit.Kind.COMMON))
        ).order_by("name")
    return render(request, "owners/estates.html", context)


def _only(request: StaffRequest, mine: QuerySet[Estate]) -> Estate | None:
    chosen = request.session.get("estate")  # the switcher's choice
    if chosen and (estate := mine.filter(pk=chosen).first()):
        return estate
    first_two = list(mine.order_by("pk")[:2])
    return first_two[0] if len(first_two) == 1 else None


def _found(query: str, scope: list[Estate]) -> dict[str, Any]:
    day = max((today_at(estate, now()) for estate in scope), default=date.min)
    people = find_people(query, scope, on=day, limit=RESULTS)
    lived_in = {occupancy.unit_id for occupancy in people}
    return {
        "people": people,
        "empty_units": [unit for unit in find_units(query, scope, limit=RESULTS) if unit.pk not in lived_in],
        "results_full": len(people) == RESULTS,
    }


@login_required
@require_GET
def estate(request: StaffRequest, code: str) -> HttpResponse:
    """One estate: its buildings, and what stands in none."""
    person = person_of(request, now())
    here = get_object_or_404(readable(person), code=code)
    query = request.GET.get("find", "").strip()
    context: dict[str, Any] = {
        "estate": here,
        "query": query,
        "may_import": may(person, EDITORS, here.pk) and not here.has_ended(now()),
        "one_of_many": readable(person).exclude(pk=here.pk).exists(),
        "ended": how_ended(here) if here.has_ended(now()) else "",
        "may_end": may_end(person, here.pk),
    }
    if query:
        context |= _found(query, [here])
    else:
        day = today_at(here, now())
        lived_in = Count("units", distinct=True, filter=_lived_in("units__occupancies__", day))
        buildings = here.buildings.annotate(unit_count=Count("units", distinct=True), lived_in=lived_in)
        context["buildings"] = sorted(buildings, key=lambda b: _natural(b.code))
        context["elsewhere"] = here.units.filter(building=None).aggregate(
            unit_count=Count("pk", distinct=True),
            lived_in=Count("pk", distinct=True, filter=_lived_in("occupancies__", day)),
        )
    return render(request, "owners/estate.html", context)


def _lived_in(path: str, day: date) -> Q:
    """Someone lives or trades there on `day`; nobody at all is not someone."""
    starts = Q(**{path + "starts_on__isnull": True}) | Q(**{path + "starts_on__lte": day})
    ends = Q(**{path + "ends_on__isnull": True}) | Q(**{path + "ends_on__gt": day})
    return Q(**{path + "pk__isnull": False}) & starts & ends


def _natural(text: str) -> tuple[int, str]:
    """2 before 10, numbers before letters."""
    number = whole_number(text)
    return (10**6, text) if number is None else (number, "")


@login_required
@require_GET
def building(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """The units of one building by entrance, with who lives there."""
    here = get_object_or_404(readable(person_of(request, now())), code=code)
    found = get_object_or_404(Building.objects.filter(estate=here), pk=pk)
    return _units_page(request, here, found.units.all(), found.name)


@login_required
@require_GET
def elsewhere(request: StaffRequest, code: str) -> HttpResponse:
    """Shops, parking spaces and other places that stand in no building."""
    here = get_object_or_404(readable(person_of(request, now())), code=code)
    return _units_page(request, here, here.units.filter(building=None), _("Shops, parking and common areas"))


def _units_page(request: StaffRequest, here: Estate, units: QuerySet[Unit], title: str) -> HttpResponse:
    living = Occupancy.objects.on(today_at(here, now())).select_related("owner").order_by("pk")
    rows = sorted(
        units.prefetch_related(Prefetch("occupancies", living, to_attr="living")),
        key=lambda unit: (unit.kind, _natural(unit.entrance), _natural(unit.number)),
    )
    groups = [
        (_("Entrance %s") % entrance if entrance else Unit.Kind(kind).label, list(group))
        for (kind, entrance), group in groupby(rows, key=lambda unit: (unit.kind, unit.entrance))
    ]
    context = {"estate": here, "title": title, "groups": groups, "vacant": sum(not u.living for u in rows)}
    return render(request, "owners/units.html", context)


@login_required
@require_GET
def unit(request: StaffRequest, pk: int) -> HttpResponse:
    """One unit: who lives there, who did, and what was changed."""
    moment = now()
    person = person_of(request, moment)
    found = find_unit(request, pk)
    day = today_at(found.estate, moment)
    order = Occupancy.Capacity.values
    occupancies = sorted(
        found.occupancies.select_related("owner").prefetch_related("owner__phones").order_by("pk"),
        key=lambda o: (order.index(o.capacity), o.starts_on or date.min),
    )
    if any(o.owner.phones.all() for o in occupancies):
        audit.phones_shown(request, f"unit {found.pk}")
    context = {
        "unit": found,
        "today": day,
        "living": [o for o in occupancies if o.ends_on is None or o.ends_on > day],
        "gone": sorted(
            (o for o in occupancies if o.ends_on is not None and o.ends_on <= day),
            key=lambda o: o.ends_on or date.max,
            reverse=True,
        ),
        "may_edit": may(person, EDITORS, found.estate_id),
        "may_add": may(person, ADDERS, found.estate_id),
        "versions": versions(
            (_("Unit"), found.history.all()),
            (_("Occupancy"), Occupancy.history.filter(unit_id=found.pk)),
        ),
    }
    return render(request, "owners/unit.html", context)


@login_required
@require_GET
def owner(request: StaffRequest, pk: int) -> HttpResponse:
    """One person or firm: numbers, units over time, and what was changed."""
    person = person_of(request, now())
    found = find_owner(request, pk)
    phones = list(found.phones.order_by("pk"))
    if phones:
        audit.phones_shown(request, f"owner {found.pk}")
    context = {
        "owner": found,
        "phones": phones,
        "also_of": Owner.objects.filter(
            estate=found.estate_id, phones__number__in=[phone.number for phone in phones]
        )
        .exclude(pk=found.pk)
        .distinct()
        .order_by("pk")[:10],
        "occupancies": found.occupancies.select_related("unit").order_by("ends_on", "starts_on", "pk"),
        "may_edit": may(person, EDITORS, found.estate_id),
        "may_add": may(person, ADDERS, found.estate_id),
        "versions": versions(
            (_("Customer"), found.history.all()),
            (_("Phone"), found.phones.model.history.filter(owner_id=found.pk)),
            (_("Occupancy"), Occupancy.history.filter(owner_id=found.pk)),
        ),
    }
    return render(request, "owners/owner.html", context)


def find_unit(request: StaffRequest, pk: int) -> Unit:
    """The unit, if it is in an estate the person reads; else a 404."""
    mine = readable(person_of(request, now()))
    return get_object_or_404(Unit.objects.filter(estate__in=mine).select_related("estate", "building"), pk=pk)


def find_owner(request: StaffRequest, pk: int) -> Owner:
    mine = readable(person_of(request, now()))
    return get_object_or_404(Owner.objects.filter(estate__in=mine).select_related("estate"), pk=pk)


def find_occupancy(request: StaffRequest, pk: int) -> Occupancy:
    mine = readable(person_of(request, now()))
    occupancies = Occupancy.objects.filter(unit__estate__in=mine)
    return get_object_or_404(occupancies.select_related("owner", "unit__estate"), pk=pk)
