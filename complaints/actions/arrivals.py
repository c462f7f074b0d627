"""Who is told of what has come in: from an owner on the portal, or passed on by a colleague."""

from __future__ import annotations

from staff.models import User
from staff.roles import Role
from staff.stand_ins import StandIns


def told_of_new(stand_ins: StandIns, estate: int, *, danger: bool) -> list[User]:
    """Who is told of what has come: the desk; where it tells of danger, whoever is there at all."""
    roles = (Role.FRONT_DESK, Role.STEWARD) if not danger else (Role.FRONT_DESK, Role.STEWARD, Role.DUTY_DESK)
    people = stand_ins.present([one for role in roles for one in stand_ins.holders(role, estate)])
    up = (Role.SUPERVISOR, Role.PROPERTY_MANAGER) if danger else (Role.SUPERVISOR,)
    people += [one for role in up for one in stand_ins.reach(role, estate)[1]]
    return list(dict.fromkeys(people)) or stand_ins.administrators(estate)
