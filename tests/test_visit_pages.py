"""The pages and the API of site visits: one rule everywhere, without JavaScript, the same few queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.actions import site_visits as acts
from complaints.api import site_visits as api
from complaints.models import Attachment, Evidence, SiteVisit
from complaints.views import home
from complaints.views import site_visits as pages
from complaints.views.case import page as case_page
from complaints.views.lists import queue
from complaints.views.lists import site_visits as lists
from reports import papers
from staff.models import Department
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, march, person
from tests.evidence_cast import SMALL
from tests.portal import letter
from tests.visits_cast import ARRANGED, BEGINS, arranged, walked

ENGLISH = {"accept-language": "en"}
NOW = BEGINS + 10 * MINUTE
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    for module in (pages, lists, api, case_page, home, queue):
        monkeypatch.setattr(module, "now", lambda: NOW)


@pytest.fixture
def case(case_in):
    return case_in("acting")


@pytest.fixture
def visit(case, wanggong) -> SiteVisit:
    return arranged(case, wanggong)


def read(client: Client, who: Any, name: str, *args: Any, **asked: Any) -> Any:
    client.force_login(who)
    return client.get(reverse(name, args=args), asked, headers=ENGLISH)


def send(client: Client, who: Any, name: str, *args: Any, **sent_with: Any) -> Any:
    client.force_login(who)
    return client.post(reverse(name, args=args), sent_with, headers=ENGLISH)


def words(who: Any, **more: Any) -> dict[str, Any]:
    """The form that arranges a visit, as a browser sends it."""
    held = who.postings.get()
    return {
        "purpose": "查看渗水点", "agreed": "phone", "starts_at": "2026-03-05 14:00",
        "ends_at": "2026-03-05 16:00", "visitor": f"{who.pk}-{held.department_id or 0}", "key": "k1",
    } | more  # fmt: skip


# Arranging ----------------------------------------------------------------------------------------------


def test_a_visit_is_arranged_on_the_page_of_the_case(client, case, limin, wanggong) -> None:
    here = read(client, limin, "case", case.number).content.decode()
    assert reverse("visit_new", args=[case.number]) in here
    form = read(client, limin, "visit_new", case.number).content.decode()
    assert "Who is sent" in form and "No appointment needed" in form
    answer = send(client, limin, "visit_new", case.number, **words(wanggong))
    row = SiteVisit.objects.get()
    assert answer.status_code == 302 and answer.url == row.get_absolute_url()
    assert row.starts_at == march(5, 14)
    here = read(client, limin, "case", case.number).content.decode()
    assert "5 Mar 14:00–16:00" in here and "Arranged" in here
    assert send(client, limin, "visit_new", case.number, **words(wanggong)).status_code == 302
    assert SiteVisit.objects.count() == 1


def test_what_was_typed_is_kept_with_the_sentence(client, case, limin, wanggong) -> None:
    bad = words(wanggong, ends_at="2026-03-05 13:00")
    answer = send(client, limin, "visit_new", case.number, **bad)
    assert answer.status_code == 422
    assert "It ends after it begins." in answer.content.decode()
    assert "查看渗水点" in answer.content.decode()
    assert not SiteVisit.objects.exists()


def test_an_overlap_is_a_warning_and_no_refusal(client, case, visit, limin, wanggong, case_in) -> None:
    other = case_in("acting")
    said = words(wanggong, starts_at="2026-03-04 15:00", ends_at="2026-03-04 17:00")
    client.force_login(limin)
    answer = client.post(reverse("visit_new", args=[other.number]), said, headers=ENGLISH, follow=True)
    assert SiteVisit.objects.count() == 2
    assert f"王建军 is also sent to {case.number}" in answer.content.decode()


def test_nobody_but_those_of_the_estate_knows_of_it(client, case, visit, stranger, auditor) -> None:
    for name, more in (("visit", (1,)), ("visit_act", (1, "arrive")), ("visit_new", ())):
        assert read(client, stranger, name, case.number, *more).status_code == 404
    assert read(client, auditor, "visit", case.number, 1).status_code == 200
    assert read(client, auditor, "visit_new", case.number).status_code == 404
    assert read(client, stranger, "visits", view="today").content.decode().count("item-title") == 0
    assert send(client, auditor, "visit_act", case.number, 1, "arrive").status_code == 422
    visit.refresh_from_db()
    assert visit.state == "planned"


def test_a_contractor_sees_the_visits_of_his_own_cases(client, case, visit, jinxiu, case_in) -> None:
    firm = Department.objects.create(estate=jinxiu, name="迅达维保", is_contractor=True)
    worker = person("liugong", "刘师傅", Role.HANDLER, department=firm)
    assert read(client, worker, "visit", case.number, 1).status_code == 404
    assert read(client, worker, "visits", view="today").content.decode().count("item-title") == 0
    type(case).objects.filter(pk=case.pk).update(handler=worker, department=firm)
    assert read(client, worker, "visit", case.number, 1).status_code == 200
    assert read(client, worker, "visits", view="today").content.decode().count("item-title") == 1


# On the spot: three taps -----------------------------------------------------------------------------------


def test_three_taps_without_javascript(client, case, visit, wanggong, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    listed = read(client, wanggong, "visits").content.decode()
    assert "tel:13494795057" in listed and "Arrived" in listed
    answer = send(client, wanggong, "visit_act", case.number, 1, "arrive")
    assert answer.url == reverse("visit_act", args=[case.number, 1, "find"])
    form = client.get(answer.url, headers=ENGLISH).content.decode()
    assert 'capture="environment"' in form
    found = {"outcome": "met", "found": "管根渗水", "measures": "", "first_scene": "on"}
    photo = SimpleUploadedFile("a.jpg", SMALL)
    album = SimpleUploadedFile("b.jpg", SMALL)
    answer = send(
        client, wanggong, "visit_act", case.number, 1, "find", files=photo, more_files=album, **found
    )
    assert answer.url == visit.get_absolute_url()
    page = client.get(answer.url, headers=ENGLISH).content.decode()
    assert "管根渗水" in page and "Evidence no. 1" in page
    assert send(client, wanggong, "visit_act", case.number, 1, "leave").status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.arrived_at, visit.left_at) == ("ended", NOW, NOW)
    item = Evidence.objects.get()
    assert item.first_scene and item.files.count() == 2


def test_a_finding_that_was_refused_keeps_its_photos(
    client, case, visit, wanggong, settings, tmp_path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    acts.arrive(visit, by=wanggong, at=BEGINS)
    photo = SimpleUploadedFile("a.jpg", SMALL)
    said = {"outcome": "met", "found": "", "measures": "已关阀"}
    answer = send(client, wanggong, "visit_act", case.number, 1, "find", files=photo, **said)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Say what was found." in page and "已关阀" in page
    kept = Attachment.objects.get()
    assert f'name="kept" value="{kept.file}"' in page
    said |= {"found": "渗水", "kept": kept.file}
    assert send(client, wanggong, "visit_act", case.number, 1, "find", **said).status_code == 302
    assert Evidence.objects.get().files.get() == kept


def test_who_is_not_there_is_offered_a_new_appointment(client, case, visit, wanggong, limin) -> None:
    acts.arrive(visit, by=wanggong, at=BEGINS)
    acts.find(visit, outcome="absent", note_left=True, by=wanggong, at=BEGINS)
    acts.leave(visit, by=wanggong, at=BEGINS)
    again = f"{reverse('visit_new', args=[case.number])}?again=1"
    assert again in read(client, limin, "visit", case.number, 1).content.decode()
    client.force_login(limin)
    form = client.get(again, headers=ENGLISH).content.decode()
    assert "Instead of visit no. 1 (Customer not there)." in form and visit.purpose in form
    assert client.post(again, words(wanggong), headers=ENGLISH).status_code == 302
    new = SiteVisit.objects.get(number=2)
    assert new.follows == visit
    page = read(client, limin, "visit", case.number, 1).content.decode()
    assert again not in page and "Followed by visit no. 2" in page


def test_a_missed_one_suggests_the_apology(client, case, visit, limin, chenfang) -> None:
    acts.miss(visit, note="忘了", by=limin, at=BEGINS + 2 * HOUR)
    page = read(client, chenfang, "visit", case.number, 1).content.decode()
    assert "apologise, and agree on a new time right away" in page
    listed = read(client, chenfang, "visits", view="missed").content.decode()
    assert "忘了" in listed and listed.count("item-title") == 1


def test_what_is_over_is_refused_in_a_sentence(client, case, visit, wanggong, limin) -> None:
    walked(visit, "ended", wanggong)
    answer = send(client, wanggong, "visit_act", case.number, 1, "arrive")
    assert answer.status_code == 422
    assert "“Arrived” is not possible: the visit is “Ended”." in answer.content.decode()
    assert read(client, limin, "visit_act", case.number, 1, "fly").status_code == 404


def test_moved_on_its_page(client, case, visit, limin, wanggong) -> None:
    form = read(client, limin, "visit_act", case.number, 1, "move").content.decode()
    assert "2026-03-04 14:00" in form
    said = {
        "starts_at": "2026-03-06 09:00", "ends_at": "2026-03-06 10:00", "asked_by": "customer",
        "note": "客户出差", "seen": "0", "visitor": words(wanggong)["visitor"],
    }  # fmt: skip
    assert send(client, limin, "visit_act", case.number, 1, "move", **said).status_code == 302
    late = send(
        client, limin, "visit_act", case.number, 1, "move", **(said | {"ends_at": "2026-03-06 11:00"})
    )
    assert late.status_code == 422 and "Meanwhile somebody has changed" in late.content.decode()


# Lists ------------------------------------------------------------------------------------------------


def shown(client: Client, who: Any, view: str) -> int:
    return read(client, who, "visits", view=view).content.decode().count("item-title")


def test_what_lies_in_which_view(client, case, wanggong, limin, chenfang) -> None:
    due = arranged(case, wanggong)
    arranged(case, limin, starts_at=NOW - HOUR, ends_at=NOW + HOUR)  # nobody there since half an hour
    arranged(case, wanggong, starts_at=BEGINS + DAY, ends_at=BEGINS + DAY + HOUR)
    missed = arranged(case, wanggong, starts_at=BEGINS - HOUR, ends_at=BEGINS)
    acts.miss(missed, note="忘了", by=limin, at=BEGINS)
    found = {view: shown(client, wanggong, view) for view in lists.VIEWS}
    assert found == {
        "mine": 1, "coming": 1, "late": 1, "today": 2, "later": 1, "missed": 1, "ended": 1,
    }  # fmt: skip
    assert 'aria-current="page"' in read(client, chenfang, "visits").content.decode()
    assert lists.usual(read(client, chenfang, "visits").wsgi_request.person) == "today"
    assert due.state == "planned"


def test_the_queue_finds_cases_with_a_visit_due(client, case, visit, walk_in, limin) -> None:
    other = walk_in()
    page = read(client, limin, "queue", view="visits").content.decode()
    assert case.number in page and other.number not in page


def test_the_first_page_shows_mine_and_where_nobody_is(client, case, wanggong, chenfang, limin) -> None:
    arranged(case, wanggong, starts_at=NOW - HOUR, ends_at=NOW + HOUR)
    mine = read(client, wanggong, "home").content.decode()
    assert "My visits" in mine and "Nobody there" in mine
    assert "1 site visit where nobody has arrived" in read(client, chenfang, "home").content.decode()
    assert "My visits" not in read(client, limin, "home").content.decode()


@pytest.mark.parametrize("name", ["visits", "home"])
def test_the_same_few_queries_at_any_number(client, case, wanggong, name) -> None:
    def cost(n: int) -> int:
        SiteVisit.objects.bulk_create(
            SiteVisit(
                complaint=case, number=10_000 + 20 * n + k, purpose="看", visitor=wanggong, agreed="phone",
                starts_at=BEGINS + k * MINUTE, ends_at=BEGINS + k * MINUTE + HOUR, arranged_at=ARRANGED,
                arranged_by=wanggong,
            )
            for k in range(n)
        )  # fmt: skip
        read(client, wanggong, name)
        with CaptureQueriesContext(connection) as queries:
            assert read(client, wanggong, name).status_code == 200
        return len(queries)

    assert cost(10) == cost(1000)


# API ----------------------------------------------------------------------------------------------------


def test_the_api_does_the_same(client, case, wanggong, limin, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(limin)
    base = f"/api/v1/cases/{case.number}/visits/"
    said = {
        "purpose": "查看渗水点", "agreed": "phone", "starts_at": BEGINS.isoformat(),
        "ends_at": (BEGINS + HOUR).isoformat(), "visitor": "wanggong",
    }  # fmt: skip
    made = client.post(base, said, headers=ENGLISH | {"Idempotency-Key": "k"})
    assert made.status_code == 201, made.content
    assert made.json()["state"] == "planned" and made.json()["visitor"] == "wanggong"
    assert "move" in made.json()["acts"] and "arrive" not in made.json()["acts"]
    assert client.post(base, said, headers=ENGLISH | {"Idempotency-Key": "k"}).status_code == 201
    assert SiteVisit.objects.count() == 1
    client.force_login(wanggong)
    arrived = client.post(f"{base}1/arrive/", {}, headers=ENGLISH)
    assert arrived.json()["arrived_at"] and arrived.json()["acts"] == ["find", "take_back"]
    photo = SimpleUploadedFile("a.jpg", SMALL)
    found = client.post(
        f"{base}1/find/", {"outcome": "met", "found": "渗水", "files": photo}, headers=ENGLISH
    )
    assert found.status_code == 200, found.content
    assert found.json()["evidence"] == 1
    assert client.post(f"{base}1/arrive/", {}, headers=ENGLISH).status_code == 409
    assert client.post(f"{base}1/leave/", {}, headers=ENGLISH).json()["state"] == "ended"
    listed = client.get("/api/v1/visits/", {"view": "ended"}, headers=ENGLISH).json()
    assert [row["case"] for row in listed["results"]] == [case.number]
    assert client.get(base, headers=ENGLISH).json()["results"][0]["number"] == 1


# The customer's page ---------------------------------------------------------------------------------------


def test_the_customer_reads_when_somebody_comes(reader, portal_clock, case, limin, wanggong) -> None:
    browser = reader(case)
    assert "上门时间" not in letter(browser, case)
    row = arranged(case, wanggong, by=limin)
    arranged(case, wanggong, by=limin, agreed="none", starts_at=BEGINS + DAY, ends_at=BEGINS + DAY + HOUR)
    page = letter(browser, case)
    assert page.count("我们的工作人员上门") == 1
    assert "3月4日（周三）14:00–16:00" in page and "王建军" not in page  # handlers are not named there
    acts.move(
        row, note="客户出差", asked_by="customer", starts_at=BEGINS + DAY, ends_at=BEGINS + DAY + 2 * HOUR,
        anyway=True, by=limin, at=ARRANGED,
    )  # fmt: skip
    page = letter(browser, case)
    assert "<strong>3月5日（周四）14:00–16:00</strong>" in page and "客户出差" not in page
    portal_clock.at = BEGINS + 2 * DAY
    browser = reader(case)
    assert "<strong>3月5日（周四）14:00–16:00</strong><p>我们没有按时做到" in "".join(
        line.strip() for line in letter(browser, case).splitlines()
    )
    acts.call_off(row, note="客户不需要了", asked_by="customer", by=limin, at=ARRANGED)
    page = letter(browser, case)
    assert "我们的工作人员上门" not in page and "已取消" in page and "客户不需要了" not in page


def test_who_came_and_wrote_it_down_later_has_kept_it(reader, portal_clock, case, limin, wanggong) -> None:
    row = arranged(case, wanggong, by=limin)
    acts.move(
        row, note="客户", asked_by="customer", starts_at=BEGINS + DAY, ends_at=BEGINS + DAY + HOUR, by=limin,
        at=BEGINS + HOUR,
    )  # fmt: skip
    acts.arrive(row, done_at=BEGINS + 20 * MINUTE, by=wanggong, at=BEGINS + 70 * MINUTE)
    portal_clock.at = BEGINS + 2 * DAY
    assert "我们的工作人员上门" not in letter(reader(case), case)


def test_the_papers_say_it(monkeypatch, case, visit, wanggong) -> None:
    shown: dict[str, Any] = {}
    monkeypatch.setattr(
        papers.pdf, "render", lambda template, context, *_rest, **_words: shown.update(context) or b""
    )
    papers.receipt(case, "", NOW, "zh-hans", shows_complainant=True)
    assert shown["appointments"] == ["2026年3月4日（周三）14:00–16:00"]
    walked(visit, "ended", wanggong)
    papers.receipt(case, "", NOW, "zh-hans", shows_complainant=True)
    assert shown["appointments"] == []
    papers.case_sheet(case, NOW, "zh-hans", shows_complainant=True)
    assert list(shown["visits"]) == [visit]
