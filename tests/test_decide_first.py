"""The first page of who decides: what waits, short and with its buttons; cases nobody has claimed."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.views import decide_first as views
from tests.case_pages import ENGLISH
from tests.cast import HOUR, march
from tests.list_pages import ask_for_time, numbers

pytestmark = pytest.mark.django_db

PART = ENGLISH | {"HX-Request": "true"}


@pytest.fixture
def first(client, monkeypatch, office_clock):
    def read(person, at):
        monkeypatch.setattr(views, "now", lambda: at)
        client.force_login(person)
        return client.get("/approvals/first/", headers=PART).content.decode()

    return read


def test_the_first_page_asks_for_it_only_where_something_waits(case_in, wanggong, read, wuzong, zhoujun):
    ask_for_time(case_in("acting", severity="important"), wanggong)
    assert 'hx-get="/approvals/first/"' in read(wuzong, "/").content.decode()
    assert "/approvals/first/" not in read(zhoujun, "/").content.decode()
    assert read(wuzong, "/approvals/first/").headers["Location"] == "/approvals/"


def test_it_says_what_is_asked_and_bears_the_buttons(case_in, first, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="important")
    request = ask_for_time(case, people.wanggong)
    page = first(people.wuzong, request.requested_at + HOUR)
    assert case.number in page and str(request.reason) in page and "Asked until" in page
    assert (
        f'action="/approvals/{request.pk}/approve/"' in page and f"/approvals/{request.pk}/decline/" in page
    )
    assert 'data-say="id_decline_' in page and "Please keep to the limit as it stands." in page
    assert case.number not in first(people.chenfang, request.requested_at + HOUR)


def test_the_three_that_run_out_first_are_shown(case_in, first, office_of_jinxiu):
    people = office_of_jinxiu
    cases = [case_in("acting", at=march(2, hour), severity="important") for hour in (9, 10, 11, 12)]
    for case in reversed(cases):
        actions.ask_superior(case, note="要求退款", offers="可以维修", by=people.limin, at=march(2, 14))
    page = first(people.chenfang, march(2, 15))
    assert page.count('<article class="card-decide"') == 3
    assert 'name="outcome"' in page and "可以维修" in page


def test_who_answers_sees_what_nobody_has_claimed(walk_in, read, queries, laozhao, chenfang, auditor, limin):
    before = queries(chenfang, "/")
    night = walk_in(march(2, 2), by=laozhao)
    page = read(chenfang, "/")
    assert numbers(page)[0] == night.number and "To be claimed" in page.content.decode()
    assert "view=claim" in page.content.decode()
    assert queries(chenfang, "/") <= before + 2  # the section's, and the rows' where there were none
    assert "view=claim" not in read(auditor, "/").content.decode()
    actions.claim(night, by=limin, at=march(2, 9))
    assert "view=claim" not in read(chenfang, "/").content.decode()
