"""Whether an appointment was kept: when somebody arrives, takes that back, and who may move it afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from complaints import actions
from complaints.actions import site_visits as acts
from complaints.actions.visit_rows import acts_on
from complaints.actions.visits_due import remind_due
from complaints.api import site_visits as api
from complaints.models import Event, SiteVisit
from complaints.statuses import WrongStatus
from complaints.timeline import entries
from complaints.views import site_visits as pages
from config.framework.refusals import Refused
from staff.permissions import permissions_of
from tests.cast import DAY, HOUR, MINUTE
from tests.portal import letter
from tests.visits_cast import ARRANGED, BEGINS, arranged, walked

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


@pytest.fixture
def visit(case, wanggong) -> SiteVisit:
    return arranged(case, wanggong)


def refused(do, *args, **words) -> Refused:
    with pytest.raises(Refused) as refusal:
        do(*args, **words)
    return refusal.value


def offered(row: SiteVisit, who: Any, at: datetime) -> list[str]:
    person = permissions_of(who, at)
    return acts_on(row, actions.roles_on(row.complaint, person), person, at)


# Arriving ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "may"), [(-121, False), (-120, True), (24 * 60, True)])
def test_nobody_arrives_long_before_it_begins(visit, wanggong, minutes, may) -> None:
    at = BEGINS + minutes * MINUTE
    assert ("arrive" in offered(visit, wanggong, at)) is may
    if may:
        assert acts.arrive(visit, by=wanggong, at=at).state == "there"
        return
    assert "It begins Wed 4 Mar 14:00" in str(refused(acts.arrive, visit, by=wanggong, at=at))
    assert refused(acts.arrive, visit, done_at=at, by=wanggong, at=BEGINS).field == "done_at"


def test_nobody_arrives_before_it_was_arranged(case, wanggong) -> None:
    row = arranged(case, wanggong, at=BEGINS - HOUR + 30 * MINUTE / 60)
    early = refused(acts.arrive, row, done_at=BEGINS - HOUR - MINUTE, by=wanggong, at=BEGINS)
    assert early.field == "done_at" and "before it was arranged" in str(early)
    assert acts.arrive(row, done_at=BEGINS - HOUR, by=wanggong, at=BEGINS).state == "there"  # same minute


def test_who_came_before_it_was_moved_may_still_say_so_and_nobody_else_comes_early(
    visit, wanggong, limin
) -> None:
    acts.move(
        visit, note="客户", asked_by="customer", starts_at=BEGINS + DAY, ends_at=BEGINS + DAY + HOUR,
        by=limin, at=BEGINS + HOUR,
    )  # fmt: skip
    later = {"by": wanggong, "at": BEGINS + 2 * HOUR}
    assert refused(acts.arrive, visit, **later).field == "done_at"
    assert refused(acts.arrive, visit, done_at=BEGINS + 61 * MINUTE, **later).field == "done_at"
    assert refused(acts.arrive, visit, done_at=ARRANGED + HOUR, **later).field == "done_at"
    row = acts.arrive(visit, done_at=BEGINS + 20 * MINUTE, **later)
    assert row.arrived_at == BEGINS + 20 * MINUTE


# Not there after all ----------------------------------------------------------------------------------------


def test_an_arrival_is_taken_back_until_something_is_found(visit, case, wanggong, limin) -> None:
    acts.arrive(visit, by=wanggong, at=BEGINS)
    said = {"note": "点错了", "by": wanggong, "at": BEGINS + MINUTE}
    assert refused(acts.take_back, visit, **(said | {"note": " "})).field == "note"
    assert refused(acts.take_back, visit, **(said | {"by": limin}))
    row = acts.take_back(visit, **said)
    row.refresh_from_db()
    assert (row.state, row.arrived_at, row.arrived_entered_at) == ("planned", None, None)
    assert remind_due(BEGINS + 30 * MINUTE) == 1  # nobody is there
    [line] = entries(Event.objects.filter(complaint=case, kind="visit_taken_back"), case)
    assert (line.text, line.note) == ("Site visit no. 1: 王建军 is not there after all. Reason:", "点错了")
    walked(row, "looked", wanggong)
    assert refused(acts.take_back, row, **said)


def test_the_customer_waits_again(reader, portal_clock, case, visit, wanggong) -> None:
    acts.arrive(visit, by=wanggong, at=BEGINS)
    browser = reader(case)
    assert "我们的工作人员上门" not in letter(browser, case)
    acts.take_back(visit, note="点错了", by=wanggong, at=BEGINS + MINUTE)
    page = letter(browser, case)
    assert page.count("我们的工作人员上门") == 1 and "点错了" not in page
    acts.arrive(visit, by=wanggong, at=BEGINS + 9 * MINUTE)
    assert "我们的工作人员上门" not in letter(browser, case)


def test_on_a_closed_case_it_is_called_off_with_that(visit, case, wanggong, limin) -> None:
    acts.arrive(visit, by=wanggong, at=BEGINS)
    actions.withdraw(case, note="不投诉了", confirmed_by="phone", by=limin, at=BEGINS + MINUTE)
    row = acts.take_back(visit, note="点错了", by=wanggong, at=BEGINS + HOUR)
    assert (row.state, row.because, row.remind_at) == ("off", "点错了", None)


def test_on_a_closed_case_whoever_waited_in_vain_is_not_forgotten(visit, case, wanggong, limin) -> None:
    acts.arrive(visit, by=wanggong, at=BEGINS)
    actions.withdraw(case, note="不投诉了", confirmed_by="phone", by=limin, at=BEGINS + MINUTE)
    row = acts.take_back(visit, note="点错了", by=wanggong, at=OVER)
    assert row.state == "planned" and row.remind_at
    assert remind_due(row.remind_at) == 1 and Event.objects.filter(kind="visit_over").count() == 1
    other = {"starts_at": OVER + DAY, "ends_at": OVER + DAY + HOUR, "asked_at": BEGINS - HOUR}
    for who in (limin, wanggong):
        fault = refused(acts.move, row, note="x", asked_by="customer", by=who, at=OVER + HOUR, **other)
        assert isinstance(fault, WrongStatus) or who == wanggong
    acts.miss(row, note="忘了", by=wanggong, at=OVER + HOUR)
    entry = Event.objects.get(complaint=case, kind="visit_missed")
    assert entry.owner_sees


def test_it_is_taken_back_on_the_page_and_by_the_api(monkeypatch, client: Client, visit, wanggong) -> None:
    for module in (pages, api):
        monkeypatch.setattr(module, "now", lambda: BEGINS + MINUTE)
    client.force_login(wanggong)
    number = visit.complaint.number
    for address, done in (
        (reverse("visit_act", args=[number, 1, "take_back"]), 302),
        (f"/api/v1/cases/{number}/visits/1/take_back/", 200),
    ):
        acts.arrive(visit, by=wanggong, at=BEGINS)
        assert address in client.get(visit.get_absolute_url()).content.decode() or done == 200
        assert client.post(address, {"note": ""}, headers=ENGLISH).status_code in (422, 400)
        assert client.post(address, {"note": "点错了"}, headers=ENGLISH).status_code == done
        visit.refresh_from_db()
        assert visit.state == "planned"


# Once the customer has waited ---------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["move", "call_off"])
def test_a_missed_appointment_is_not_hidden_by_the_customers_wish(visit, wanggong, limin, verb) -> None:
    words: dict[str, Any] = {"note": "客户说不用了", "asked_by": "customer", "at": OVER}
    if verb == "move":
        words |= {"starts_at": OVER + DAY, "ends_at": OVER + DAY + HOUR}
    act = getattr(acts, verb)
    said = {"asked_at": BEGINS - MINUTE}
    assert refused(act, visit, by=wanggong, **words, **said).field == "asked_by"  # who was sent himself
    for wrong in (None, BEGINS, BEGINS + HOUR, ARRANGED - HOUR):
        assert refused(act, visit, by=limin, asked_at=wrong, **words).field == "asked_at"
    act(visit, by=limin, **words, **said)
    entry = Event.objects.get(kind="visit_moved" if verb == "move" else "visit_called_off")
    [line] = entries([entry], visit.complaint)
    assert line.text.endswith("asked for by: The customer, Wed 4 Mar 13:59.")
    [told] = entries([entry], visit.complaint, for_owner=True)
    assert "13:59" not in told.text and told.note == ""


def test_while_its_time_runs_it_is_moved_as_before(visit, wanggong) -> None:
    words = {"note": "x", "asked_by": "we", "starts_at": OVER, "ends_at": OVER + HOUR}
    assert acts.move(visit, by=wanggong, at=OVER - MINUTE, **words).moved == 1


def test_the_form_asks_when_he_said_it_only_then(monkeypatch, client: Client, visit, limin) -> None:
    client.force_login(limin)
    for at, asked in ((OVER - MINUTE, False), (OVER, True)):
        monkeypatch.setattr(pages, "now", lambda at=at: at)
        for verb in ("move", "call_off"):
            form = client.get(reverse("visit_act", args=[visit.complaint.number, 1, verb]), headers=ENGLISH)
            assert ("When the customer said it" in form.content.decode()) is asked
    said = {"note": "客户出差", "asked_by": "customer", "asked_at": ""}
    address = reverse("visit_act", args=[visit.complaint.number, 1, "call_off"])
    answer = client.post(address, said, headers=ENGLISH)
    assert answer.status_code == 422 and "Say when the customer said it" in answer.content.decode()
    assert "客户出差" in answer.content.decode()
    assert client.post(address, said | {"asked_at": "2026-03-04 09:00"}, headers=ENGLISH).status_code == 302
