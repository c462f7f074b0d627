"""Commendations that wait: on the list and in the count of who decides, and a reminder, once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from complaints.actions import commendations as acts
from complaints.actions import commendations_due
from complaints.actions.commendations_waiting import remind_due, to_decide
from complaints.models import Commendation, Complaint, Evidence, Notification
from complaints.tasks import WORK
from complaints.views import approvals as approval_pages
from complaints.views import decide_first, home
from staff.models import User
from staff.permissions import permissions_of
from tests.cast import DAY, HOUR, march
from tests.commendations import by_hand, praised

ENGLISH = {"accept-language": "en"}
#: A Wednesday: two working days later is Friday.
WEDNESDAY, FRIDAY, NOW = march(4, 10), march(6, 10), march(4, 12)


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    for module in (approval_pages, decide_first, home):
        monkeypatch.setattr(module, "now", lambda: NOW)


@pytest.fixture
def leak(case_in) -> Complaint:
    return case_in("acting")


@pytest.fixture
def row(leak, wanggong, chenfang, zhoujun, wuzong) -> Commendation:
    return by_hand(leak, wanggong, chenfang, WEDNESDAY)


def inbox(user: Any, kind: str = "commendation_undecided") -> int:
    return Notification.objects.filter(user=user, kind=kind).count()


def waits_for(who: User) -> int:
    return to_decide(permissions_of(who, NOW)).count()


def opened(client: Client, who: User) -> tuple[int, int, int]:
    """What his first page counts, what Approvals opens, what a phone shows."""
    client.force_login(who)
    counted = client.get("/", headers=ENGLISH).context.get("waits", 0)
    page = client.get("/approvals/", headers=ENGLISH).context
    part = client.get("/approvals/first/", headers=ENGLISH | {"HX-Request": "true"}).context
    lists = ("cards", "evidence", "praise")
    return counted, sum(len(page[name]) for name in lists), sum(len(part[name]) for name in lists)


# Whose it is ----------------------------------------------------------------------------------------------


def test_it_waits_for_whoever_may_decide(row, zhoujun, wuzong, chenfang, wanggong, limin, auditor):
    people = (zhoujun, wuzong, chenfang, wanggong, limin, auditor)
    assert [waits_for(one) for one in people] == [1, 1, 0, 0, 0, 0]
    acts.edit(row, version=1, words="修好水管。", reach="company", by=chenfang, at=NOW)
    assert [waits_for(one) for one in people] == [0, 1, 0, 0, 0, 0]


def test_not_for_who_proposed_it_nor_for_whom_it_praises(leak, zhoujun, wuzong, wanggong, chenfang):
    by_hand(leak, wanggong, zhoujun, NOW)
    by_hand(leak, zhoujun, chenfang, NOW)
    assert [waits_for(one) for one in (zhoujun, wuzong)] == [0, 2]


def test_what_he_proposed_by_rule_waits_too(jinxiu, limin, wanggong, zhoujun):
    praised(jinxiu, limin, WEDNESDAY - HOUR)
    commendations_due.propose_due(WEDNESDAY)
    assert waits_for(zhoujun) == 1


def test_the_number_is_what_opens(row, zhoujun, chenfang, client):
    assert opened(client, zhoujun) == (1, 1, 1)
    assert opened(client, chenfang) == (0, 0, 0)
    client.force_login(zhoujun)
    for address, headers in (("/approvals/", ENGLISH), ("/approvals/first/", {"HX-Request": "true"})):
        assert row.get_absolute_url() in client.get(address, headers=headers).content.decode()
    acts.approve(row, version=1, by=zhoujun, at=NOW)
    assert opened(client, zhoujun) == (0, 0, 0)


def test_evidence_to_be_withdrawn_stands_on_the_phone_too(leak, wanggong, zhoujun, client):
    moments = {"collected_at": march(3), "added_at": march(3), "proposed_at": march(3)}
    Evidence.objects.create(
        complaint=leak, number=1, kind="photo", what="积水照片", place="大堂", collector="staff",
        collected_by=wanggong, added_by=wanggong, state="to_withdraw", because="拍错了", proposed_by=wanggong,
        first_scene=False, **moments,
    )  # fmt: skip
    assert opened(client, zhoujun) == (1, 1, 1)
    page = client.get("/approvals/first/", headers=ENGLISH | {"HX-Request": "true"}).content.decode()
    assert "积水照片" in page


# Reminded -------------------------------------------------------------------------------------------------


def test_after_two_working_days_once(row, zhoujun, chenfang, wanggong):
    assert row.remind_at == FRIDAY
    assert remind_due(FRIDAY - HOUR) == 0
    assert WORK["reminders"](FRIDAY) >= 1
    assert [inbox(one) for one in (zhoujun, chenfang, wanggong)] == [1, 0, 0]
    assert [remind_due(FRIDAY + n * DAY) for n in (0, 1, 30)] == [0, 0, 0]
    assert inbox(zhoujun) == 1


def test_what_was_proposed_by_rule_is_reminded_of(jinxiu, limin, wanggong, zhoujun):
    praised(jinxiu, limin, WEDNESDAY - HOUR)
    commendations_due.propose_due(WEDNESDAY)
    assert remind_due(FRIDAY) == 1
    assert inbox(zhoujun) == 1


def test_who_publishes_is_reminded_too(row, zhoujun, chenfang):
    row = acts.approve(row, version=1, by=zhoujun, at=WEDNESDAY + HOUR)
    assert remind_due(FRIDAY) == 0
    assert remind_due(FRIDAY + HOUR) == 1
    assert (inbox(chenfang, "commendation_unpublished"), inbox(zhoujun)) == (1, 0)
    assert acts.publish(Commendation.objects.get(), by=chenfang, at=FRIDAY + DAY).remind_at is None


def test_what_was_decided_is_not_reminded_of(row, zhoujun):
    assert acts.decline(row, note="分内的工作", by=zhoujun, at=NOW).remind_at is None
    assert remind_due(FRIDAY) == 0


def test_who_is_asked_by_a_wider_reach_has_as_long(row, chenfang, wuzong, zhoujun):
    acts.edit(row, version=1, words="修好水管。", reach="company", by=chenfang, at=march(5, 10))
    assert remind_due(FRIDAY) == 0
    assert remind_due(march(9, 10)) == 1
    assert [inbox(one) for one in (wuzong, zhoujun)] == [1, 0]
