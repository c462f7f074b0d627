"""我的投诉 as a page: what it costs, weighs and says, how it is read aloud and put on a home screen."""

from __future__ import annotations

import gzip
import re

import pytest
from django.conf import settings
from django.test import Client

from complaints.models import Complainant, Complaint
from tests.cast import DAY, march
from tests.markup import markup
from tests.own_cases import PHONE, enter, listed
from tests.portal import words_of

pytestmark = pytest.mark.django_db


def copies(case: Complaint, count: int) -> list[Complaint]:
    """The same case many times, as a customer of many years has them."""
    made = []
    for n in range(count):
        received = case.received_at - n * 30 * DAY
        row = Complaint.objects.get(pk=case.pk)
        row.pk, row.number = None, f"JX-{2000 + case.pk}-{n:06d}"
        row.received_at = row.registered_at = received
        if row.closed_at:
            row.closed_at = received + DAY
        row.save(force_insert=True)
        who = Complainant.objects.get(complaint=case)
        who.pk, who.complaint = None, row
        who.save(force_insert=True)
        made.append(row)
    return made


def test_forty_cases_cost_no_more_queries_than_one(
    browser, case_in, walk_in, sent, django_assert_num_queries
) -> None:
    closed, open_one = case_in("closed", at=march(1, 9)), walk_in()
    enter(browser, sent)
    with django_assert_num_queries(6):
        browser.get("/portal/mine/")
    copies(closed, 30), copies(open_one, 10)
    with django_assert_num_queries(6):
        page = browser.get("/portal/mine/").content.decode()
    assert page.count("<h3>") == 4  # of four years
    assert len(listed(browser)) == 42


def test_a_letter_opened_from_the_list_costs_two_queries_more(
    browser, walk_in, sent, django_assert_num_queries
) -> None:
    case = walk_in()
    browser.post("/portal/find/", {"number": case.number, "phone": PHONE})
    browser.post("/portal/code/", {"code": sent[0]})
    with django_assert_num_queries(5):
        browser.get(f"/portal/{case.number}/")
    another = Client()
    enter(another, sent)
    with django_assert_num_queries(7):
        another.get(f"/portal/{case.number}/")


def test_the_first_visit_to_forty_cases_weighs_sixty_kilobytes_at_most(browser, case_in, sent) -> None:
    case = case_in("closed", at=march(1, 9))
    copies(case, 40)
    enter(browser, sent)
    page = browser.get("/portal/mine/").content
    asked = re.findall(rb'(?:href|src)="/static/([^"]+)"', page)
    files = [(settings.BASE_DIR / "static" / name.decode()).read_bytes() for name in asked]
    weight = sum(len(gzip.compress(content, 6)) for content in [page, *files])
    print(f"first visit to 我的投诉 with 41 cases: {weight} bytes")
    assert len(files) > 6 and weight <= 60 * 1024


def test_it_can_be_read_aloud(browser, case_in, sent) -> None:
    case_in("closed", at=march(1, 9)), case_in("acting")
    enter(browser, sent)
    page = markup(browser.get("/portal/mine/"))
    for landmark in ("<header class", "<main", "<footer"):
        assert page.count(landmark) >= 1
    assert page.count("<h1") == 1
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))
    for labelled in re.findall(r'aria-labelledby="([^"]+)"', page):
        assert f'id="{labelled}"' in page
    assert page.count('<ul class="own-cases">') == 2 and 'lang="zh-Hans"' in page


def test_service_phone_and_hours_stand_on_list_letter_and_question(browser, walk_in, sent, jinxiu) -> None:
    case = walk_in()
    assert "服务时间：每天 08:30–17:30" in words_of(browser.get("/portal/mine/?estate=JX").content.decode())
    enter(browser, sent)
    jinxiu.lunch_starts, jinxiu.lunch_ends = "12:00", "13:30"
    jinxiu.staffed_on_days_off = False
    jinxiu.save()
    for path in ("/portal/mine/", f"/portal/{case.number}/"):
        page = browser.get(path).content.decode()
        assert "服务时间：工作日 08:30–12:00、13:30–17:30" in words_of(page)
        assert "tel:02155550100" in page


def test_the_door_can_be_put_on_the_home_screen(browser, jinxiu) -> None:
    page = browser.get("/portal/mine/?estate=JX").content.decode()
    address = re.search(r'rel="manifest" href="([^"]+)"', page)[1].replace("&amp;", "&")
    said = browser.get(address)
    assert said["Content-Type"] == "application/manifest+json"
    app = said.json()
    assert (app["name"], app["lang"], app["start_url"]) == ("锦绣花园", "zh-Hans", "/portal/?estate=JX")
    assert app["start_url"].startswith(app["scope"]) and {icon["sizes"] for icon in app["icons"]} >= {
        "192x192",
        "512x512",
    }
    for icon in app["icons"]:
        assert (settings.BASE_DIR / icon["src"].lstrip("/")).is_file()
    assert browser.get("/portal/app.webmanifest?estate=XX&language=xx").json()["start_url"] == "/portal/"


def test_the_owner_is_never_told_our_words(browser, case_in, sent) -> None:
    case_in("acting", severity="major")
    enter(browser, sent)
    page = words_of(browser.get("/portal/mine/").content.decode())
    assert "重大" not in page and "超时" not in page and "无效" not in page
