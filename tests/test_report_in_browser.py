"""我要反映 in a real Chromium, on a phone without JavaScript, and for everybody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from complaints.models import Complaint, ContactNote
from tests.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _links_lead_to_the_server_of_the_test(settings, live_server) -> None:
    settings.BASE_URL = live_server.url


@pytest.fixture
def phone(chromium, live_server, office_of_jinxiu, home):
    """390 pixels wide, in Chinese, without scripts."""
    context = chromium.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        viewport={"width": 390, "height": 844},
        java_script_enabled=False,
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def go_on(page: Page, heading: str) -> None:
    button = page.locator("button:has-text('下一步')")
    expect(button).to_be_visible()  # it stands below the answers: with it, all of them have arrived
    boxes = [label.bounding_box() for label in page.locator("main form fieldset label").all()]
    ends = [box["y"] + box["height"] for box in boxes if box]  # None where it is not shown
    assert max(ends, default=0) <= button.bounding_box()["y"], "the button covers answers"
    button.click()
    expect(page.locator("h1")).to_have_text(heading)


def test_an_owner_complains_by_thumb_without_javascript(phone, tmp_path: Path) -> None:
    photo = tmp_path / "车库.jpg"
    photo.write_bytes(picture())
    phone.goto("/portal/")
    phone.click("text=我要反映")
    phone.check("[name=kind][value=complaint]")
    go_on(phone, "在什么地方？")
    phone.check("[name=area][value=garage]")
    phone.fill("[name=where]", "2号楼")
    go_on(phone, "请您说明")
    phone.fill("[name=words]", "车库坡道积水，下雨天车开不上来。")
    phone.fill("[name=remedy]", "请疏通排水沟")
    go_on(phone, "有照片吗？")
    phone.set_input_files("[name=files]", photo)
    go_on(phone, "怎样联系您？")
    go_back = phone.locator("a.back")
    go_back.click()
    expect(phone.locator(".sent-files span:has-text('车库.jpg')")).to_have_count(1)
    go_on(phone, "怎样联系您？")
    phone.check("[name=who][value=anonymous]")
    expect(phone.locator("[name=phone]")).to_be_hidden()  # CSS alone
    go_on(phone, "请核对")
    expect(phone.locator(".answers")).to_contain_text("2号楼 车库、停车场")
    phone.click("a[href$='/words/']")
    expect(phone.locator("[name=words]")).to_have_value("车库坡道积水，下雨天车开不上来。")
    go_on(phone, "请核对")
    phone.click("button:has-text('提交')")
    expect(phone.locator("h1")).to_have_text(re.compile("JX-"))
    case = Complaint.objects.get()
    expect(phone.locator("h1")).to_have_text(case.number)
    assert case.attachments.count() == 1
    phone.click("figcaption a")
    phone.click(".btn-primary")
    expect(phone.locator("h1")).to_have_text("已受理")
    expect(phone.locator("main")).to_contain_text("车库坡道积水")


PAGES = ("", "report/", "report/where/", "report/words/", "report/photos/", "report/who/", "report/check/")


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_its_pages_can_be_used_by_everybody(
    chromium, live_server, office_of_jinxiu, home, width, language
) -> None:
    context = chromium.new_context(
        base_url=live_server.url, locale=language, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto("/portal/report/")
    page.check("[name=kind][value=repair]")
    page.click(".is-one .btn-primary")
    page.fill("[name=where]", "2-1-302")
    page.click("form .btn-primary")
    page.fill("[name=words]", "漏水" * 200)
    page.click("form .btn-primary")
    page.click("form .btn-primary")
    page.check("[name=who][value=anonymous]")
    page.click("form .btn-primary")
    for path in PAGES:
        page.goto(f"/portal/{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto("/portal/report/check/")
    page.click("form .btn-primary")
    for _page in ("sent", "link", "note"):
        page.wait_for_load_state()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, _page
        if _page == "sent":
            page.click("figcaption a")
        elif _page == "link":
            page.click(".btn-primary")
    expect(page.locator("main")).to_contain_text(ContactNote.objects.get().reference)
    context.close()
