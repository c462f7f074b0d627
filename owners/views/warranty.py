"""What the warranty of an estate goes by: hand-over dates, builders, and who sees to it 保修."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from config.framework.csv_tables import csv_table
from owners import actions
from owners.access import EDITORS, may, person_of, readable, require
from owners.models import Builder, EstateWarranty, HandOver
from owners.parts import DESIGN_LIFE
from owners.versions import versions
from owners.views.change import Back, ask, get_or_post
from owners.warranty_forms import BuilderForm, HandOverForm, WarrantySettingsForm
from staff.models import Estate
from staff.requests import StaffRequest

#: As many units with a date of their own as the page lists; the table has all.
SHOWN = 200


def _find(request: StaffRequest, code: str) -> Estate:
    return get_object_or_404(readable(person_of(request, now())), code=code)


def _to_edit(request: StaffRequest, code: str) -> Estate:
    estate = _find(request, code)
    require(person_of(request, now()), EDITORS, estate.pk)
    return estate


def _settings_of(estate: Estate) -> EstateWarranty:
    found = EstateWarranty.objects.filter(estate=estate).select_related("officer").first()
    return found or EstateWarranty(estate=estate, design_life=DESIGN_LIFE)


@login_required
@require_safe
def warranty(request: StaffRequest, code: str) -> HttpResponse:
    """All of it on one page. The same few queries however many dates there are."""
    estate = _find(request, code)
    rows = HandOver.objects.filter(estate=estate)
    units = rows.filter(unit__isnull=False).select_related("unit").order_by("unit__code")
    context = {
        "estate": estate,
        "whole": rows.filter(building=None, unit=None).first(),
        "buildings": rows.filter(building__isnull=False)
        .select_related("building")
        .order_by("building__code"),
        "units": units[:SHOWN],
        "units_n": units.count(),
        "shown": SHOWN,
        "builders": Builder.objects.filter(estate=estate).select_related("department"),
        "settings": _settings_of(estate),
        "may_edit": may(person_of(request, now()), EDITORS, estate.pk),
        "versions": versions(
            (_("Hand-over date"), HandOver.history.filter(estate=estate)),
            (pgettext("warranty", "Firm"), Builder.history.filter(estate=estate)),
        ),
    }
    return render(request, "owners/warranty.html", context)


@login_required
@require_safe
def hand_overs_csv(request: StaffRequest, code: str) -> HttpResponse:
    estate = _find(request, code)
    rows = HandOver.objects.filter(estate=estate).select_related("estate", "building", "unit__building")
    heading = [_("Building"), _("Place"), _("Hand-over date")]
    lines = [
        [str(row.building or (row.unit and row.unit.building) or ""), row.what, row.day.isoformat()]
        for row in rows.order_by("building__code", "unit__code", "pk")
    ]
    return csv_table(f"hand-over-{estate.code}.csv", [heading, *lines])


@login_required
@get_or_post
def hand_over(request: StaffRequest, code: str) -> HttpResponse:
    estate = _to_edit(request, code)

    def act(values: dict[str, Any]) -> str:
        actions.set_hand_over(
            estate,
            values["day"],
            building=values["building"],
            unit=values["unit"],
            by=request.user,
            at=now(),
        )
        return _("Kept. Cases are told by it from now on; those told already stay.")

    asked = {name: request.GET[name] for name in ("building", "unit", "day") if name in request.GET}
    return ask(
        request,
        HandOverForm(request.POST or None, initial=asked, estate=estate),
        act,
        title=_("Hand-over date"),
        verb=_("Save"),
        back=Back("registers_warranty", estate.code, _("Warranty of %(estate)s") % {"estate": estate.name}),
    )


@login_required
@require_POST
def remove_hand_over(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """It has no date of its own any more: that of its building or estate counts."""
    estate = _to_edit(request, code)
    row = get_object_or_404(HandOver, pk=pk, estate=estate)
    actions.set_hand_over(estate, None, building=row.building, unit=row.unit, by=request.user, at=now())
    messages.success(request, _("The hand-over date of %(place)s is removed.") % {"place": row.what})
    return redirect("registers_warranty", estate.code)


@login_required
@get_or_post
def builder(request: StaffRequest, code: str, pk: int | None = None) -> HttpResponse:
    estate = _to_edit(request, code)
    row = get_object_or_404(Builder, pk=pk, estate=estate) if pk else Builder(estate=estate)
    form = BuilderForm(request.POST or None, instance=row)

    def act(values: dict[str, Any]) -> str:
        saved = actions.save_builder(form.instance, by=request.user, at=now())
        return _("%(firm)s is kept.") % {"firm": saved.firm}

    return ask(
        request,
        form,
        act,
        title=_("Change %(firm)s") % {"firm": row.firm} if pk else _("Add a builder"),
        verb=_("Save"),
        back=Back("registers_warranty", estate.code, _("Warranty of %(estate)s") % {"estate": estate.name}),
    )


@login_required
@require_POST
def remove_builder(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    estate = _to_edit(request, code)
    row = get_object_or_404(Builder, pk=pk, estate=estate)
    actions.remove_builder(row, by=request.user, at=now())
    messages.success(request, _("%(firm)s is removed. Cases keep its name.") % {"firm": row.firm})
    return redirect("registers_warranty", estate.code)


@login_required
@get_or_post
def settings(request: StaffRequest, code: str) -> HttpResponse:
    """Who sees to the warranty, and the life of the design."""
    estate = _to_edit(request, code)
    row = _settings_of(estate)

    def act(values: dict[str, Any]) -> str:
        actions.set_warranty(estate, **values, by=request.user, at=now())
        return _("Saved.")

    initial = {"officer": row.officer_id, "design_life": row.design_life}
    return ask(
        request,
        WarrantySettingsForm(request.POST or None, initial=initial, estate=estate, now=now()),
        act,
        title=_("Warranty officer and design life"),
        verb=_("Save"),
        back=Back("registers_warranty", estate.code, _("Warranty of %(estate)s") % {"estate": estate.name}),
    )
