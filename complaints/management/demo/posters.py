"""Whoever passes a poster of the demo's estates scans it now and then."""

from __future__ import annotations

from collections.abc import Iterator

from complaints.actions import posters
from complaints.actions.posters import Kind
from complaints.management.demo.replay import DAY, HOUR, Replay, Story
from complaints.models import PostedPlace
from staff.models import Estate

SCANNED_FOR = 40


def stories(replay: Replay) -> Iterator[Story]:
    for estate in replay.company.estates:
        yield _scanned(replay, estate)


def _scanned(replay: Replay, estate: Estate) -> Story:
    """Every few days a few people, at lifts and in the garage more than elsewhere."""
    places = posters.in_order(PostedPlace.objects.filter(estate=estate).select_related("estate"))
    for day in range(SCANNED_FOR, 0, -4):
        at = replay.now - day * DAY + 9 * HOUR
        yield at
        for number, place in enumerate(places):
            often = 2 if place.kind in (Kind.LIFT, Kind.GARAGE) else int(number % 5 == day // 4 % 5)
            for _each in range(0 if place.taken_down_at else often):
                posters.count_scan(place, network="", at=at)
