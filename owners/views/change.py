"""Correcting the register: each page finds, asks for one action, and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config.framework.refusals import Refused
from owners import actions
from owners.access import ADDERS, EDITORS, person_of, readable, require
from owners.forms import MoveOutForm, NumberForm, OccupancyForm, OwnerForm, PersonForm, UnitForm
from owners.models import Occupancy, Phone
from owners.views.browse import find_occupancy, find_owner, find_unit, today_at
from staff.requests import StaffRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def ask(
    request: StaffRequest,
    form: BaseForm,
    act: Callable[[dict[str, Any]], str],
    *,
    title: str,
    verb: str,
    back: Any,
) -> HttpResponse:
    """Show the form, or do what it asks and go back; what was typed is kept through a refusal.

    `act` takes the cleaned values and answers the sentence to show when it is done.
    """
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                sentence = act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, sentence)
            return redirect(back.page, back.pk)
    context = {"form": form, "title": title, "verb": verb, "back": back}
    return render(request, "owners/form.html", context, status=422 if form.errors else 200)


class Back:
    """The page a form came from: its address, its key and what it is called."""

    def __init__(self, page: str, pk: int | str, label: str) -> None:
        self.page, self.pk, self.label = page, pk, label


@login_required
@get_or_post
def edit_unit(request: StaffRequest, pk: int) -> HttpResponse:
    unit = find_unit(request, pk)
    require(person_of(request, now()), EDITORS, unit.estate_id)
    was = {name: getattr(unit, name) for name in ("kind", "entrance", "number", "area")}

    def act(values: dict[str, Any]) -> str:
        actions.renumber(unit, **values, by=request.user)
        return _("%(unit)s is changed.") % {"unit": unit.name}

    return ask(
        request,
        UnitForm(request.POST or None, initial=was),
        act,
        title=_("Correct %(unit)s") % {"unit": unit.name},
        verb=_("Save"),
        back=Back("registers_unit", unit.pk, unit.name),
    )


@login_required
@get_or_post
def add_person(request: StaffRequest, pk: int) -> HttpResponse:
    unit = find_unit(request, pk)
    require(person_of(request, now()), ADDERS, unit.estate_id)
    usual = Occupancy.Capacity.MERCHANT if unit.kind == "shop" else Occupancy.Capacity.OWNER_OCCUPIER

    def act(values: dict[str, Any]) -> str:
        occupancy = actions.add_resident(
            unit,
            values["name"],
            phones=values["numbers"],
            capacity=values["capacity"],
            starts_on=values["starts_on"],
            by=request.user,
        )
        return _("%(name)s is at %(unit)s now.") % {"name": occupancy.owner.name, "unit": unit.name}

    return ask(
        request,
        PersonForm(request.POST or None, initial={"capacity": usual}),
        act,
        title=_("Add a person to %(unit)s") % {"unit": unit.name},
        verb=_("Add the person"),
        back=Back("registers_unit", unit.pk, unit.name),
    )


@login_required
@get_or_post
def edit_occupancy(request: StaffRequest, pk: int) -> HttpResponse:
    occupancy = find_occupancy(request, pk)
    require(person_of(request, now()), EDITORS, occupancy.unit.estate_id)
    name, unit = occupancy.owner.name, occupancy.unit

    def act(values: dict[str, Any]) -> str:
        actions.edit(occupancy, values, by=request.user)
        return _("The occupancy of %(name)s is changed.") % {"name": name}

    return ask(
        request,
        OccupancyForm(request.POST or None, instance=occupancy),
        act,
        title=_("%(name)s at %(unit)s") % {"name": name, "unit": unit.name},
        verb=_("Save"),
        back=Back("registers_unit", unit.pk, unit.name),
    )


@login_required
@get_or_post
def move_out(request: StaffRequest, pk: int) -> HttpResponse:
    occupancy = find_occupancy(request, pk)
    require(person_of(request, now()), EDITORS, occupancy.unit.estate_id)
    name, unit = occupancy.owner.name, occupancy.unit

    def act(values: dict[str, Any]) -> str:
        actions.move_out(occupancy, on=values["on"], by=request.user)
        return _("%(name)s has moved out of %(unit)s.") % {"name": name, "unit": unit.name}

    return ask(
        request,
        MoveOutForm(request.POST or None, initial={"on": today_at(unit.estate, now())}),
        act,
        title=_("%(name)s moves out of %(unit)s") % {"name": name, "unit": unit.name},
        verb=_("Record the move"),
        back=Back("registers_unit", unit.pk, unit.name),
    )


@login_required
@require_POST
def undo_move_out(request: StaffRequest, pk: int) -> HttpResponse:
    occupancy = find_occupancy(request, pk)
    require(person_of(request, now()), EDITORS, occupancy.unit.estate_id)
    actions.undo_move_out(occupancy, by=request.user)
    messages.success(request, _("%(name)s is back in the list.") % {"name": occupancy.owner.name})
    return redirect("registers_unit", occupancy.unit_id)


@login_required
@get_or_post
def edit_owner(request: StaffRequest, pk: int) -> HttpResponse:
    owner = find_owner(request, pk)
    require(person_of(request, now()), EDITORS, owner.estate_id)
    name = owner.name

    def act(values: dict[str, Any]) -> str:
        actions.edit(owner, values, by=request.user)
        return _("%(name)s is changed.") % {"name": owner.name}

    return ask(
        request,
        OwnerForm(request.POST or None, instance=owner),
        act,
        title=_("Correct %(name)s") % {"name": name},
        verb=_("Save"),
        back=Back("registers_owner", owner.pk, name),
    )


@login_required
@get_or_post
def add_phone(request: StaffRequest, pk: int) -> HttpResponse:
    owner = find_owner(request, pk)
    require(person_of(request, now()), ADDERS, owner.estate_id)

    def act(values: dict[str, Any]) -> str:
        for number in values["numbers"]:
            actions.add_phone(owner, number, by=request.user)
        return _("The number of %(name)s is kept.") % {"name": owner.name}

    return ask(
        request,
        NumberForm(request.POST or None),
        act,
        title=_("Add a number of %(name)s") % {"name": owner.name},
        verb=_("Add the number"),
        back=Back("registers_owner", owner.pk, owner.name),
    )


@login_required
@require_POST
def own_phone(request: StaffRequest, pk: int) -> HttpResponse:
    """A number the register doubted is this person's: he said so."""
    mine = readable(person_of(request, now()))
    phone = get_object_or_404(Phone.objects.filter(estate__in=mine).select_related("owner"), pk=pk)
    require(person_of(request, now()), ADDERS, phone.estate_id)
    actions.own_phone(phone, by=request.user)
    messages.success(
        request, _("%(number)s is %(name)s's own.") % {"number": phone.number, "name": phone.owner.name}
    )
    return redirect("registers_owner", phone.owner_id)


@login_required
@require_POST
def remove_phone(request: StaffRequest, pk: int) -> HttpResponse:
    mine = readable(person_of(request, now()))
    phone = get_object_or_404(Phone.objects.filter(estate__in=mine).select_related("owner"), pk=pk)
    require(person_of(request, now()), EDITORS, phone.estate_id)
    actions.remove_phone(phone, by=request.user)
    messages.success(request, _("The number %(number)s is removed.") % {"number": phone.number})
    return redirect("registers_owner", phone.owner_id)
