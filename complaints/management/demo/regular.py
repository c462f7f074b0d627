"""A resident who has had several things to complain of, so that 我的投诉 has a list: some closed, some not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from copy import copy
from datetime import timedelta

from complaints.channels.customers import mobile
from complaints.management.demo.handling import work
from complaints.management.demo.replay import DAY, HOUR, Replay, Story
from complaints.management.demo.texts import MATTERS, Matter
from owners.models import Occupancy, Phone

#: How long ago each was.
AGO = (400 * DAY, 310 * DAY, 205 * DAY, 120 * DAY, 44 * DAY, 15 * DAY, 2 * DAY, 9 * HOUR)


def resident(replay: Replay) -> Occupancy:
    """The first with a mobile that nobody else has."""
    estate = replay.company.estates[0]
    for home in replay.residents[estate.pk]:
        phone = replay.phone(home)
        if mobile(phone) and Phone.objects.filter(number=phone).count() == 1:
            return home
    raise LookupError("Nobody in the demo has a mobile of his own.")


def stories(replay: Replay) -> Iterator[Story]:
    home = resident(replay)
    # With dice of their own: the other stories stay what they were.
    apart = copy(replay)
    apart.dice = random.Random(len(AGO))
    calm = [matter for matter in MATTERS if matter.severity == "minor"] or list(MATTERS)
    for n, ago in enumerate(AGO):
        yield _one(apart, home, calm[n % len(calm)], ago)


def _one(replay: Replay, home: Occupancy, matter: Matter, ago: timedelta) -> Story:
    estate = replay.company.estates[0]
    at = replay.work_time(replay.now - ago, estate) if ago > DAY else replay.now - ago
    yield at
    case = replay.take(matter, estate, at, channel="phone", home=home, identity_hidden=False, urgent=False)
    yield from work(replay, case, matter, at, 0.9)
