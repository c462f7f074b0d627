"""Posters of the demo's estates: hung long ago, one of them taken down since."""

from __future__ import annotations

from datetime import datetime, timedelta

from complaints.actions import posters
from complaints.actions.posters import Kind
from complaints.models import PostedPlace
from staff.models import Estate, User

GARAGE, GATE, OLD = "地下车库入口", "东门岗亭", "西门临时岗亭"
HUNG_FOR = timedelta(days=90)


def hang_posters(estate: Estate, *, by: User, at: datetime) -> None:
    posters.post_many(estate, [Kind.ESTATE, Kind.BUILDING, Kind.LIFT], by=by, at=at)
    for name, kind in ((GARAGE, Kind.GARAGE), (GATE, Kind.OTHER), (OLD, Kind.OTHER)):
        posters.post_place(estate, kind=kind, name=name, building=None, unit=None, by=by, at=at)
    posters.take_down(PostedPlace.objects.get(estate=estate, name=OLD), by=by, at=at + HUNG_FOR)


def where_it_was_seen(estate: Estate, kind: str, building: int | None) -> int:
    """The poster somebody stood before, or 0."""
    hanging = PostedPlace.objects.filter(estate=estate, kind=kind, taken_down_at=None).order_by("pk")
    place = hanging.filter(building=building).first() or hanging.filter(building=None).first()
    return place.pk if place else 0
