"""What the desk costs: the same queries for ten rows and for many."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from complaints import actions
from complaints.models import Complaint
from owners import actions as register

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(jinxiu, home, limin, walk_in, laozhao):
    """More of everything: `crowd(n)` people in the room, cases, notes, cases to claim."""

    def grow(n: int) -> None:
        for k in range(n):
            register.add_owner(jinxiu, f"熊{k}", phones=[f"1349479{k:04d}"], unit=home, capacity="family")
            walk_in(now() - timedelta(hours=k), by=laozhao if k % 2 else limin)
            actions.take_note(by=limin, at=now(), estate=jinxiu, kind="help", words="求助", unit=home)

    return grow


PAGES = [("get", "desk", {}), ("get", "desk_notes", {}), ("get", "desk_notes", {"q": "求助"})]
PARTS = [("desk_find", {"find": "2-1-302"}), ("desk_find", {"find": "熊"}), ("desk_look", {})]


def cost(client, method: str, url: str, data: dict, **more) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert getattr(client, method)(url, data, **more).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def test_pages_and_parts_cost_the_same_however_much_there_is(desk, client, crowd, xiongxia) -> None:
    typed = {"where": "2-1-302", "phone": "13494795057", "owner": xiongxia.pk}

    def costs() -> dict[str, int]:
        pages = {f"{name} {data}": cost(client, method, reverse(name), data) for method, name, data in PAGES}
        parts = {
            f"{name} {data}": cost(
                client, "post", reverse(name), typed | data, headers={"HX-Request": "true"}
            )
            for name, data in PARTS
        }
        return {name: len(queries) for name, queries in (pages | parts).items()}

    crowd(2)
    few = costs()
    crowd(9)
    assert costs() == few
    assert max(few.values()) <= 14


def test_the_desk_adds_little_to_the_action_itself(desk, limin, jinxiu, home, xiongxia, categories) -> None:
    desk()  # what is made once
    with CaptureQueriesContext(connection) as bare:
        actions.register(
            actions.Intake(estate=jinxiu, content="x", unit=home, category=categories["repairs"]),
            by=limin,
            at=now(),
            key="bare",
        )
    with CaptureQueriesContext(connection) as whole:
        desk(key="k9", category=categories["repairs"].pk)
    assert Complaint.objects.count() == 3
    assert len(whole) - len(bare) <= 9  # one of them reads the words of danger
