"""Messages that were given up: administrators see why, and send them again."""

from __future__ import annotations

import pytest
from django.test import Client

from complaints import notifications
from complaints.models import OutboxMessage
from complaints.notifications import Notice
from staff.models import User
from tests.case_pages import ENGLISH, text
from tests.cast import march

pytestmark = pytest.mark.django_db

State = OutboxMessage.State


@pytest.fixture
def failed(case_in, office_of_jinxiu) -> list[OutboxMessage]:
    case = case_in("acting")
    OutboxMessage.objects.all().delete()
    for n, person in enumerate((office_of_jinxiu.chenfang, office_of_jinxiu.zhoujun)):
        notifications.write([Notice(person, "chased", case)], at=march(2, 10), source=f"s{n}")
    about = {"channel": "sms", "created_at": march(2), "not_before": march(2), "complaint": case}
    OutboxMessage.objects.create(key="o", kind="owner_reply", **about)
    OutboxMessage.objects.create(key="r", kind="level_over", **(about | {"channel": "robot"}))
    OutboxMessage.objects.update(state=State.FAILED, attempts=10, error="HTTP 500 <b>broken</b>")
    return list(OutboxMessage.objects.order_by("pk"))


def open_as(person: User, path: str = "/settings/messages/", **said):
    client = Client()
    client.force_login(person)
    return client.post(path, said, headers=ENGLISH) if said else client.get(path, headers=ENGLISH)


def test_administrators_see_to_whom_what_how_and_why(failed, admin):
    page = open_as(admin)
    words = text(page)
    for part in (
        "陈芳",
        "News on my cases",
        "E-mail",
        "10 tries",
        "Customer",
        "Group of 锦绣花园",
        "Text message",
    ):
        assert part in words
    assert "&lt;b&gt;broken" in page.content.decode()
    assert "熊霞" not in words and "13494795057" not in words
    assert "Messages that failed" in text(open_as(admin, "/settings/"))


def test_one_is_sent_again_or_all(failed, admin):
    first, *rest = failed
    open_as(admin, "/settings/messages/retry/", message=first.pk)
    first.refresh_from_db()
    assert (first.state, first.attempts, first.error) == (State.QUEUED, 0, "")
    assert OutboxMessage.objects.filter(state=State.FAILED).count() == len(rest)
    open_as(admin, "/settings/messages/retry/", all="yes")
    assert not OutboxMessage.objects.filter(state=State.FAILED).exists()
    assert "No message has failed" in text(open_as(admin))


def test_nobody_else_sees_or_sends(failed, office_of_jinxiu):
    for person in vars(office_of_jinxiu).values():
        assert open_as(person).status_code == 404
        assert open_as(person, "/settings/messages/retry/", all="yes").status_code == 404
    assert OutboxMessage.objects.filter(state=State.FAILED).count() == len(failed)


def test_a_page_costs_the_same_for_many(failed, admin, django_assert_max_num_queries):
    row = failed[0]
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            key=f"k{n}", channel="email", user=row.user, complaint=row.complaint, kind="chased",
            state=State.FAILED, not_before=march(2), created_at=march(2), attempts=10,
        )
        for n in range(200)
    )  # fmt: skip
    client = Client()
    client.force_login(admin)
    with django_assert_max_num_queries(8):
        assert client.get("/settings/messages/").status_code == 200


def test_an_estate_keeps_only_the_key_of_its_robot(admin, jinxiu, office_of_jinxiu):
    page = {
        "name": "锦绣花园",
        "service_phone": "021-5555 0100",
        "households": 96,
        "time_zone": "Asia/Shanghai",
    }
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b-2c3d"
    assert open_as(admin, "/settings/estates/JX/", **page, robot_key=address).status_code == 302
    jinxiu.refresh_from_db()
    assert jinxiu.robot_key == "0a1b-2c3d"
    assert (
        open_as(admin, "/settings/estates/JX/", **page, robot_key="https://evil.example/").status_code == 422
    )
    assert not hasattr(jinxiu.history.first(), "robot_key")
