"""Several visits at once, visits beside the builder's, and a danger that an arrival had taken in hand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from complaints import actions
from complaints.actions import site_visits as acts
from complaints.actions import warranty as warranty_acts
from complaints.api import site_visits as api
from complaints.models import Complaint, Notification, SiteVisit
from complaints.views import site_visits as pages
from complaints.views import warranty as warranty_pages
from config.framework.refusals import Refused
from tests.cast import DAY, HOUR, MINUTE, march
from tests.portal import letter
from tests.visits_cast import ARRANGED, BEGINS, arranged, plan
from tests.warranty_cast import built, told  # noqa: F401

pytestmark = pytest.mark.django_db
OVER = BEGINS + 2 * HOUR
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def case(case_in):
    return case_in("acting")


# Several in one act ---------------------------------------------------------------------------------------


def test_each_appointment_that_lapses_is_told_by_itself(case, wanggong, limin) -> None:
    arranged(case, wanggong)
    arranged(case, wanggong, starts_at=BEGINS + DAY, ends_at=BEGINS + DAY + HOUR)
    actions.withdraw(case, note="不投诉了", confirmed_by="phone", by=limin, at=ARRANGED + HOUR)
    lines = Notification.objects.filter(kind="visit_off", user=wanggong)
    assert sorted(line.params["visit"] for line in lines) == [1, 2]


def test_the_customer_reads_that_nobody_came_once_that_is_known(
    reader, portal_clock, case, wanggong, limin
) -> None:
    row = arranged(case, wanggong)
    actions.withdraw(case, note="不投诉了", confirmed_by="phone", by=limin, at=OVER)
    browser = reader(case)
    assert not any(words in letter(browser, case) for words in ("未能如约", "我们的工作人员上门", "已取消"))
    acts.miss(row, note="忘了", by=wanggong, at=OVER + HOUR)
    page = letter(browser, case)
    assert "未能如约" in page and "我们的工作人员上门" not in page


# Danger -----------------------------------------------------------------------------------------------------


@pytest.fixture
def danger(walk_in, chenfang, engineering, wanggong) -> Complaint:
    case = walk_in(march(2), facts={"urgent": True})
    actions.classify(
        case, severity="major", category=case.category, handler=wanggong, department=engineering, by=chenfang,
        at=march(2, 9, 5),
    )  # fmt: skip
    case.refresh_from_db()
    return case


def since(case: Complaint) -> Any:
    case.refresh_from_db()
    return case.danger_since


def test_an_arrival_taken_back_leaves_the_danger_as_it_was_and_tells_of_it(
    danger, wanggong, chenfang
) -> None:
    began, now = since(danger), march(2, 9, 10)
    assert began
    row = arranged(danger, wanggong, by=chenfang, at=now, starts_at=now, ends_at=now + HOUR)
    told_before = Notification.objects.filter(kind="urgent_received", user=chenfang).count()
    acts.arrive(row, by=wanggong, at=now)
    assert since(danger) is None
    acts.take_back(row, note="点错了", by=wanggong, at=now + MINUTE)
    assert since(danger) == began
    assert Notification.objects.filter(kind="urgent_received", user=chenfang).count() == told_before + 1
    acts.arrive(row, by=wanggong, at=now + 2 * MINUTE)
    assert since(danger) is None


def test_what_somebody_else_has_taken_in_hand_stays_so(danger, wanggong, chenfang, sungong) -> None:
    began, now = since(danger), march(2, 9, 10)
    words: dict[str, Any] = {"by": chenfang, "at": now, "starts_at": now, "ends_at": now + HOUR}
    first, second = arranged(danger, wanggong, **words), arranged(danger, wanggong, **words)
    acts.arrive(first, by=wanggong, at=now)
    acts.arrive(second, by=wanggong, at=now + MINUTE)
    acts.take_back(first, note="点错了", by=wanggong, at=now + 2 * MINUTE)
    assert since(danger) is None  # the second is there
    acts.take_back(second, note="点错了", by=wanggong, at=now + 3 * MINUTE)
    assert since(danger) == began
    acts.arrive(first, by=wanggong, at=now + 4 * MINUTE)
    actions.accept(danger, note="马上到", by=wanggong, at=now + 5 * MINUTE)
    acts.take_back(first, note="点错了", by=wanggong, at=now + 6 * MINUTE)
    assert since(danger) is None  # its handler has accepted it


def test_a_mark_taken_off_meanwhile_does_not_come_back(danger, wanggong, chenfang) -> None:
    now = march(2, 9, 10)
    row = arranged(danger, wanggong, by=chenfang, at=now, starts_at=now, ends_at=now + HOUR)
    acts.arrive(row, by=wanggong, at=now)
    Complaint.objects.filter(pk=danger.pk).update(urgent=False)
    acts.take_back(row, note="点错了", by=wanggong, at=now + MINUTE)
    assert since(danger) is None


# Twice at one time ------------------------------------------------------------------------------------------


def asked(do: Any, *args: Any, **words: Any) -> str:
    with pytest.raises(Refused) as refusal:
        do(*args, **words)
    assert refusal.value.field == "anyway"
    return str(refusal.value)


def test_a_second_visit_at_that_time_is_asked_first(case, wanggong, limin) -> None:
    row = arranged(case, wanggong)
    sentence = asked(acts.arrange, case, plan(limin), by=limin, at=ARRANGED)
    assert "site visit no. 1, 王建军, Wed 4 Mar 14:00–16:00" in sentence
    later = plan(limin, starts_at=OVER, ends_at=OVER + HOUR)
    second = acts.arrange(case, later, by=limin, at=ARRANGED)
    words = {"note": "改期", "asked_by": "customer", "by": limin, "at": ARRANGED}
    move = words | {"starts_at": BEGINS + HOUR, "ends_at": OVER}
    assert "no. 1" in asked(acts.move, second, **move)
    assert acts.move(second, **move, anyway=True).starts_at == BEGINS + HOUR
    acts.call_off(row, note="x", asked_by="we", by=limin, at=ARRANGED)
    third = acts.arrange(case, plan(limin, ends_at=BEGINS + HOUR), by=limin, at=ARRANGED)
    same = words | {"starts_at": BEGINS, "ends_at": BEGINS + HOUR / 2}
    assert acts.move(third, **same).ends_at == BEGINS + HOUR / 2  # it is no second one to itself


@pytest.fixture
def agreed(case, built, chenfang) -> Complaint:  # noqa: F811
    warranty_acts.choose_part(case, part="outer_wall", by=chenfang, at=ARRANGED)
    told(case, built, chenfang, ARRANGED)
    warranty_acts.agree_visit(case, visit_at=BEGINS + HOUR, by=chenfang, at=ARRANGED)
    return case


def test_a_visit_and_the_builders_know_each_other(agreed, wanggong, limin, chenfang) -> None:
    assert "the builder, Wed 4 Mar 15:00" in asked(acts.arrange, agreed, plan(limin), by=limin, at=ARRANGED)
    before = plan(limin, ends_at=BEGINS + HOUR)
    acts.arrange(agreed, before, by=limin, at=ARRANGED)
    again = {"by": chenfang, "at": ARRANGED}
    sentence = asked(warranty_acts.agree_visit, agreed, visit_at=BEGINS, **again)
    assert "site visit no. 1" in sentence
    assert warranty_acts.agree_visit(agreed, visit_at=BEGINS + HOUR, **again).visit_at == BEGINS + HOUR
    assert warranty_acts.agree_visit(agreed, visit_at=BEGINS, anyway=True, **again).visit_at == BEGINS


def test_page_and_api_ask_and_show(monkeypatch, client: Client, agreed, limin, chenfang) -> None:
    for module in (pages, api, warranty_pages):
        monkeypatch.setattr(module, "now", lambda: ARRANGED)
    client.force_login(limin)
    number, posting = agreed.number, f"{limin.postings.get().pk}"
    address = reverse("visit_new", args=[number])
    form = re.sub("<[^>]+>", "", client.get(address, headers=ENGLISH).content.decode())
    assert "The builder comes for this case Wed 4 Mar 15:00" in form and "Both are to come" not in form
    said = {"purpose": "看漏水点", "agreed": "phone", "starts_at": "2026-03-04 14:00"}
    said |= {"ends_at": "2026-03-04 16:00", "visitor": client.get(address).context["form"]["visitor"].initial}
    said["visitor"] = said["visitor"] or posting
    page = client.post(address, said, headers=ENGLISH)
    assert page.status_code == 422
    assert "Both are to come" in page.content.decode() and "看漏水点" in page.content.decode()
    assert client.post(address, said | {"anyway": "on"}, headers=ENGLISH).status_code == 302
    row = SiteVisit.objects.get(complaint=agreed)
    assert "The builder comes" in client.get(row.get_absolute_url(), headers=ENGLISH).content.decode()
    monkeypatch.setattr(pages, "now", lambda: BEGINS + HOUR + MINUTE)
    for past in (address, row.get_absolute_url()):
        assert "The builder comes" not in client.get(past, headers=ENGLISH).content.decode()
    body = {"purpose": "x", "agreed": "phone", "starts_at": "2026-03-04 14:00", "visitor": "limin"}
    body |= {"ends_at": "2026-03-04 16:00"}
    link = f"/api/v1/cases/{number}/visits/"
    refused = client.post(link, body, content_type="application/json", headers=ENGLISH)
    assert refused.status_code in (400, 409, 422) and "comes at that time" in refused.content.decode()
    done = client.post(link, body | {"anyway": True}, content_type="application/json", headers=ENGLISH)
    assert done.status_code == 201, done.content.decode()
    shown = client.get(reverse("case_warranty", args=[number]), headers=ENGLISH).content.decode()
    assert row.get_absolute_url() in shown
