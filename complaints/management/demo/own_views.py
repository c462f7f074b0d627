"""Views of the queue that the demo's supervisors keep for themselves."""

from __future__ import annotations

from complaints.actions.own_views import keep_view
from staff.models import User

VIEWS = {
    "重要待接单": "view=accept&severity=important&sort=due",
    "热线转办": "view=open&channel=hotline&sort=received",
    "二轮以上": "view=open&marks=second",
}


def keep_views(supervisors: list[User]) -> None:
    for person in supervisors:
        for name, query in VIEWS.items():
            keep_view(person, name=name, query=query)
