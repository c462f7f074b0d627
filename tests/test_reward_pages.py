"""The pages of rewards and penalties: who reads them, what they name, how one is decided there."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.actions import rewards_due as due
from complaints.models import Complaint, Respondent, Reward
from complaints.rewards import State
from complaints.views import profile
from complaints.views import rewards as pages
from complaints.views.lists import rewards as lists
from staff.roles import Role
from tests.cast import person
from tests.rewards import BECAUSE, LOOKED, NOW, approve, rude_case, sees, switch

ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    for module in (pages, lists, profile):
        monkeypatch.setattr(module, "now", lambda: NOW)


@pytest.fixture
def rude(case_in, laozhao) -> Complaint:
    return rude_case(case_in, laozhao)


@pytest.fixture
def row(admin, rude) -> Reward:
    switch(admin)
    assert due.propose_due(LOOKED) == 1
    return Reward.objects.get()


def read(client: Client, who: Any, name: str, *args: Any, **said: Any) -> Any:
    client.force_login(who)
    return client.get(reverse(name, args=args), said, headers=ENGLISH)


# Who reads it ---------------------------------------------------------------------------------------------


def test_who_reads_it(
    row, limin, wanggong, sungong, chenfang, zhoujun, wuzong, auditor, admin, stranger, laozhao
):
    everybody = (limin, wanggong, sungong, chenfang, admin, stranger, laozhao)
    assert [sees(one) for one in everybody] == [False] * 7
    assert [sees(one) for one in (zhoujun, wuzong, auditor)] == [True] * 3
    approve(row, zhoujun)
    assert [sees(one) for one in everybody] == [False] * 6 + [True]


def test_the_pages_show_it_to_those_and_to_nobody_else(row, client, limin, chenfang, zhoujun, laozhao, rude):
    for who in (limin, chenfang, laozhao):
        assert read(client, who, "reward", row.pk).status_code == 404
        assert read(client, who, "reward_act", row.pk, "approve").status_code == 404
        assert list(read(client, who, "rewards", view="proposed").context["page"].rows) == []
        assert read(client, who, "rewards_csv").status_code == 404
    page = read(client, zhoujun, "reward", row.pk).content.decode()
    assert rude.number in page
    assert "200 yuan" in page
    assert [one.pk for one in read(client, zhoujun, "rewards").context["page"].rows] == [row.pk]
    assert row.number in read(client, zhoujun, "rewards_csv").content.decode("utf-8-sig")
    assert row.number not in read(client, laozhao, "profile").content.decode()
    approve(row, zhoujun)
    own = read(client, laozhao, "reward", row.pk).content.decode()
    assert "150 yuan" in own
    assert rude.number not in own  # it is about him: he reads no case
    assert "History" not in own
    assert row.number in read(client, laozhao, "profile").content.decode()
    assert row.number in read(client, laozhao, "rewards").content.decode()


def test_a_restricted_case_is_named_to_its_circle_only(row, client, rude, auditor, zhoujun):
    Complaint.objects.filter(pk=rude.pk).update(restricted=True)
    assert rude.number not in read(client, auditor, "reward", row.pk).content.decode()
    assert rude.number in read(client, zhoujun, "reward", row.pk).content.decode()


def test_it_is_decided_on_the_page(row, client, zhoujun, wuzong):
    client.force_login(zhoujun)
    to = reverse("reward_act", args=[row.pk, "approve"])
    assert "200" in client.get(to, headers=ENGLISH).content.decode()
    wrong = client.post(to, {"amount": "900", "note": BECAUSE}, headers=ENGLISH)
    assert wrong.status_code == 422
    assert "no more than the rule says" in wrong.content.decode()
    assert client.post(to, {"amount": "100", "note": BECAUSE}, headers=ENGLISH).status_code == 302
    assert client.post(to, {"amount": "100", "note": BECAUSE}, headers=ENGLISH).status_code == 422
    client.force_login(wuzong)
    to = reverse("reward_act", args=[row.pk, "cancel"])
    assert client.post(to, {"note": "复核后撤销。"}, headers=ENGLISH).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.cancelled_by) == (State.CANCELLED, wuzong)
    assert read(client, wuzong, "reward", row.pk).status_code == 200


@pytest.mark.parametrize("view", list(lists.VIEWS))
def test_every_view_opens(view, row, client, zhoujun):
    page = read(client, zhoujun, "rewards", view=view, month="2026-02")
    assert page.status_code == 200
    assert len(page.context["page"].rows) == (view == "proposed")


def test_the_list_says_that_the_rule_is_off(jinxiu, client, zhoujun):
    assert "rule is off" in read(client, zhoujun, "rewards").content.decode()


def test_a_list_costs_the_same_however_long(row, client, zhoujun, rude):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            read(client, zhoujun, "rewards")
        return len(asked)

    cost()
    one = cost()
    for n in range(5):
        who = person(f"more{n}", f"员工{n}", Role.FRONT_DESK, estate=rude.estate)
        Respondent.objects.create(complaint=rude, user=who)
    due.propose_due(NOW)
    assert Reward.objects.count() == 6
    assert cost() == one
