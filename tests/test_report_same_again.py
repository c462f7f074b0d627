"""我要反映, the same again? His own cases are offered by the phone he has shown to be his, nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from complaints import actions
from complaints.models import Complaint, ContactNote, PortalDraft
from tests.cast import march
from tests.own_cases import passed_on
from tests.pictures import upload
from tests.portal import NOON, words_of
from tests.reporting import ENGLISH, NAMED, PHONE, WORDS, answer, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(browser, office_of_jinxiu, home, xiongxia) -> Client:
    return browser


@pytest.fixture
def shown(owner, sent):
    """A browser whose phone has been shown to be 熊霞's, before the last page."""

    def show(**said) -> Client:
        walk(owner, who=NAMED | {"phone": PHONE}, **said)
        answer(owner, "code", {"ask": "yes"})
        answer(owner, "code", {"code": sent[-1]})
        return owner

    return show


def test_his_own_open_case_is_offered_and_chased(shown, walk_in, case_in, portal_clock) -> None:
    case = walk_in()
    portal_clock.at = NOON
    browser = shown(photos={"files": [upload("新.jpg")]})
    page = browser.get("/portal/report/check/")
    assert page.url == "/portal/report/same/"
    assert case.number in browser.get("/portal/report/same/").content.decode()
    answer(browser, "same", {"same": f"chase:{case.number}"})
    answer(browser, "check", {})
    assert Complaint.objects.count() == 1
    assert case.events.get(kind="chased").note == WORDS
    assert [file.name for file in case.attachments.all()] == ["新.jpg"]
    text = words_of(browser.get("/portal/report/sent/", headers=ENGLISH).content.decode())
    assert "Added to your complaint" in text and case.number in text


def test_a_case_closed_lately_is_opened_again(shown, case_in) -> None:
    case = case_in("closed", at=march(2, 9))
    browser = shown()
    answer(browser, "same", {"same": f"reopen:{case.number}"})
    answer(browser, "check", {})
    case.refresh_from_db()
    assert (case.cycle_number, case.status) == (2, "recorded")
    assert Complaint.objects.count() == 1


def test_one_closed_too_long_ago_is_not_offered(shown, case_in, portal_clock) -> None:
    case = case_in("closed", at=march(2, 9))
    portal_clock.at = case.closed_at + timedelta(days=91)
    assert shown().get("/portal/report/check/").status_code == 200


def test_nobody_elses_case_is_offered_or_touched(shown, walk_in) -> None:
    other = walk_in(person=actions.Person(name="丁", phone="13911110001", capacity="tenant"))
    browser = shown()
    assert browser.get("/portal/report/check/").status_code == 200
    answer(browser, "same", {"same": f"chase:{other.number}"})
    PortalDraft.objects.update(said=PortalDraft.objects.get().said | {"same": f"chase:{other.number}"})
    page = answer(browser, "check", {})
    assert page.status_code == 422 and other.events.filter(kind="chased").count() == 0


def test_a_phone_that_was_not_shown_to_be_his_finds_no_cases(owner, walk_in, settings) -> None:
    walk_in()
    settings.SMS, settings.PORTAL_CODE_IN_CONSOLE = None, False
    walk(owner, who=NAMED | {"phone": PHONE})
    assert owner.get("/portal/report/check/").status_code == 200


def test_it_may_be_something_else_after_all(shown, walk_in) -> None:
    walk_in()
    browser = shown()
    answer(browser, "same", {"same": "new"})
    answer(browser, "check", {})
    assert Complaint.objects.count() == 2


def test_contact_notes_are_not_mixed_up_with_cases(shown, walk_in) -> None:
    walk_in()
    browser = shown(kind={"kind": "repair"}, words={"words": "水龙头坏了"})
    assert browser.get("/portal/report/check/").status_code == 200
    answer(browser, "check", {})
    assert ContactNote.objects.get().kind == "repair"


def test_what_his_list_would_not_show_is_not_offered_here(shown, walk_in, xiongxia, jinxiu) -> None:
    walk_in()
    passed_on(xiongxia, jinxiu)
    browser = shown()
    assert browser.get("/portal/report/check/").status_code == 200
    assert browser.get("/portal/report/same/").status_code == 302
