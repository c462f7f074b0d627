"""The owner's pages in a real Chromium: by receipt, without JavaScript, on a narrow phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from complaints.actions import portal_access
from complaints.models import Complaint

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone(chromium, live_server):
    """A phone 320 pixels wide that runs no scripts, and what it asked the server for."""
    context = chromium.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        viewport={"width": 320, "height": 640},
        java_script_enabled=False,
    )
    page = context.new_page()
    page.asked = []
    page.on("request", lambda request: page.asked.append(request))
    yield page
    context.close()


@pytest.fixture
def replied(case_in) -> Complaint:
    return case_in("replied", at=now())


def fits(page: Page) -> bool:
    page.wait_for_load_state()  # a page that has not come whole yet fits everywhere
    return (
        page.locator("html").bounding_box()["width"] <= 320
        and page.locator("main").bounding_box()["width"] <= 320
    )


def test_an_owner_reads_accepts_and_rates_by_thumb(phone, replied) -> None:
    token = portal_access.make_receipt_link(replied, at=now())
    phone.goto(f"/r/{token}")
    assert fits(phone)
    phone.click("text=查看我的投诉")
    expect(phone.locator("h1")).to_have_text("已答复")
    assert fits(phone)
    phone.click("text=解决了，认可答复")
    phone.click("text=评价本次处理")
    assert fits(phone)
    phone.check("[name=satisfaction][value='5']")
    phone.check("[name=passed_around][value=no]")
    phone.fill("[name=remarks]", "修得好")
    phone.click("text=提交评价")
    expect(phone.locator("h1")).to_have_text("已办结")
    replied.refresh_from_db()
    assert replied.outcome == "resolved"
    # The address of the receipt went to nobody, and our own forms still say where they come from.
    assert not [asked.url for asked in phone.asked if token in asked.headers.get("referer", "")]
    assert {asked.headers["origin"] for asked in phone.asked if asked.method == "POST"} == {
        phone.url.partition("/portal")[0]
    }


@pytest.mark.parametrize("width", [320, 1440])
def test_the_pages_can_be_used_by_everybody(chromium, live_server, replied, width) -> None:
    context = chromium.new_context(base_url=live_server.url, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"/r/{portal_access.make_receipt_link(replied, at=now())}")
    pages = [
        "/portal/",
        f"/portal/{replied.number}/rate/",
        f"/portal/{replied.number}/attach/",
        "/portal/JX-1/",
    ]
    page.click(".btn-primary")
    page.wait_for_load_state()
    for path in [page.url, *pages]:
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_an_owner_opens_all_his_cases_with_one_code_by_thumb(phone, replied, walk_in, sent) -> None:
    """Without scripts, in WeChat's browser at 320 pixels: list, letter, back, list, and out."""
    walk_in(now())
    phone.goto("/portal/?estate=JX")
    phone.click("text=我的投诉")
    phone.fill("[name=phone]", "134 9479 5057")
    phone.click("text=获取验证码")
    phone.fill("[name=code]", sent[-1])
    phone.click("text=查看我的投诉")
    expect(phone.locator("h1")).to_have_text("我的投诉")
    expect(phone.locator(".own-cases > li")).to_have_count(2)
    assert fits(phone)
    small = phone.eval_on_selector_all(
        ".own-cases > li, .btn", "all => all.filter(one => one.offsetHeight && one.offsetHeight < 44).length"
    )
    assert small == 0
    phone.click(".own-cases a >> nth=0")
    expect(phone.locator("h1")).to_have_text("已答复")
    phone.go_back()
    phone.click(".own-cases a >> nth=1")
    expect(phone.locator("h1")).to_have_text("已受理")
    phone.go_back()
    expect(phone.locator(".own-cases > li")).to_have_count(2)
    phone.click("text=在这台设备上关闭页面")
    phone.goto("/portal/mine/")
    expect(phone.locator("[name=phone]")).to_have_count(1)


@pytest.mark.parametrize("width", [320, 1440])
def test_the_list_can_be_used_by_everybody(chromium, live_server, replied, sent, width) -> None:
    context = chromium.new_context(base_url=live_server.url, viewport={"width": width, "height": 800})
    page = context.new_page()
    for path in ("/portal/", "/portal/mine/?estate=JX"):
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    page.fill("[name=phone]", "13494795057")
    page.click(".btn-primary")
    page.fill("[name=code]", sent[-1])
    page.click(".btn-primary")
    page.wait_for_load_state()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
