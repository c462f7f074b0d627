"""Who stands at the desk, as far as the register knows him by what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from complaints.models import Complainant
from owners.models import Owner, Unit
from staff.models import Estate


def owner_of(said: Mapping[str, Any], estate: Estate) -> Owner | None:
    """Who was picked, as long as the name is still his; else the one of this name and phone."""
    if not said["name"]:
        return None
    called = Owner.objects.filter(estate=estate.pk, name=said["name"])
    if said["owner"] and (picked := called.filter(pk=said["owner"]).first()):
        return picked
    same = list(called.filter(phones__number=said["phone"])[:2]) if said["phone"] else []
    return same[0] if len(same) == 1 else None


def capacity_of(owner: Owner | None, unit: Unit | None) -> str:
    """What somebody is of whom nobody said it: as the register has him, at this unit where he has it; whom
    the register does not know is a visitor 访客.
    """
    homes = {home.unit_id: home.capacity for home in owner.occupancies.order_by("-pk")} if owner else {}
    here = homes.get(unit.pk) if unit else None
    return here or next(reversed(homes.values()), Complainant.Capacity.VISITOR)
