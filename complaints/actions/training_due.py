"""A required training lapses soon (sweep; A7): he himself is told, and whoever looks after people there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from complaints import notifications
from complaints.notifications import Notice
from staff.actions import training
from staff.models import Estate
from staff.roles import Role
from staff.stand_ins import StandIns

BATCH = 200


def remind_due(now: datetime) -> int:
    """Tell of what lapses within a month and of what has lapsed, each once; how many.

    Call again while it is not zero.
    """
    with transaction.atomic(durable=True):
        rows = training.to_remind(now, BATCH)
        if not rows:
            return 0
        places = training.places_of({row.user_id for row in rows}, now)
        estates = Estate.objects.in_bulk({pk for some in places.values() for pk in some})
        stand_ins = StandIns.load(now, list(estates.values()))
        administrators = training.administrators(now)
        notices: dict[str, list[Notice]] = {}
        for row in rows:
            people = [row.user]
            if not places[row.user_id]:  # of headquarters
                people += administrators
            for pk in sorted(places[row.user_id]):
                people += stand_ins.reach(Role.PROPERTY_MANAGER, pk, barred=[row.user_id])[1]
            said = {
                "training": row.pk, "trained": row.user_id, "name": row.user.name,
                "course": row.course.name, "until": f"{row.valid_until}",
            }  # fmt: skip
            source = f"training{row.pk}:{row.valid_until}" + (
                "" if row.holds(training.today(now)) else ":lapsed"
            )
            notices[source] = [
                Notice(one, "training_own" if one == row.user else "training_soon", None, said)
                for one in dict.fromkeys(people)
            ]
        notifications.write_many(notices, at=now)
    return len(rows)
