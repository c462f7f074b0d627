"""The front desk under a practised clerk's hands: the keyboard only, in a real Chromium."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from complaints.models import Complaint
from owners import actions as register
from tests.browsing import is_drafted
from tests.cast import MONDAY_9AM, SHANGHAI

pytestmark = pytest.mark.browser


@pytest.fixture
def page(desk_page) -> Page:
    return desk_page


def is_at(page: Page, name: str) -> None:
    expect(page.locator(":focus")).to_have_js_property("name", name)


def test_a_complaint_is_filed_by_the_keyboard_alone(page) -> None:
    keys = page.keyboard
    is_at(page, "find")  # who: what, how and how urgent are mostly right as they stand
    for stop in ("urgent", "channel"):
        keys.press("Shift+Tab")
        is_at(page, stop)
    keys.type("Phone")
    keys.press("Enter")
    is_at(page, "urgent")
    keys.press("Enter")
    is_at(page, "find")
    keys.type("5057")
    keys.press("Enter")  # faster than the answer
    expect(page.locator("#id_content")).to_be_focused()
    expect(page.locator("#id_name")).to_have_value("熊霞")
    expect(page.locator("#id_where")).to_have_value("2号楼1单元302")
    expect(page.locator("#beside h2").first).to_have_text("熊霞")
    keys.type("卫生间天花板又漏水了")
    keys.press("Tab")
    is_at(page, "category")
    keys.type("Repairs")
    for stop in ("respondents", "recorded", "files"):
        keys.press("Enter")
        is_at(page, stop)
    keys.press("Tab")
    is_at(page, "severity")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    keys.press("Enter")
    is_at(page, "handler")
    while not page.locator("#id_handler option:checked").inner_text().startswith("王建军"):
        keys.press("ArrowDown")
    keys.press("Enter")
    is_at(page, "remedy_asked")  # folds stay closed and are passed over
    keys.press("Control+Enter")
    expect(page.locator(".big-number")).to_be_visible()
    case = Complaint.objects.get()
    expect(page.locator(".big-number")).to_have_text(case.number)
    assert (case.channel, case.severity, case.handler.name) == ("phone", "important", "王建军")
    assert case.complainant.name == "熊霞" and case.unit.code == "2-1-302"
    keys.press("Enter")  # the next person
    page.wait_for_url("**/desk/?channel=phone")
    is_at(page, "find")
    expect(page.locator("#id_content")).to_have_value("")


def test_arrows_choose_among_those_found(page, home, jinxiu) -> None:
    register.add_owner(jinxiu, "熊小宝", unit=home, capacity="family")
    page.focus("#id_find")
    page.keyboard.type("2-1-302")
    expect(page.locator("#people [data-hit]")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#id_name")).to_have_value("熊小宝")


def test_who_is_in_no_register_is_typed_by_hand(page) -> None:
    page.focus("#id_find")
    page.keyboard.type("张三丰")
    page.keyboard.press("Enter")
    expect(page.locator("#id_name")).to_be_focused()
    expect(page.locator("#id_name")).to_have_value("张三丰")


def test_the_next_person_is_not_the_one_looked_up_before(page) -> None:
    page.focus("#id_find")
    page.keyboard.type("5057")
    page.keyboard.press("Enter")
    expect(page.locator("#id_name")).to_have_value("熊霞")
    expect(page.locator("#beside h2").first).to_have_text("熊霞")
    page.fill("#id_content", "楼道灯不亮")
    page.fill("#id_find", "13900001234")
    page.keyboard.press("Enter")
    expect(page.locator("#id_phone")).to_be_focused()
    expect(page.locator("#id_phone")).to_have_value("13900001234")
    for left in ("owner", "name", "capacity", "where"):
        expect(page.locator(f"#id_{left}")).to_have_value("")
    expect(page.locator("#beside")).not_to_contain_text("熊霞")
    expect(page.locator("#id_content")).to_have_value("楼道灯不亮")
    page.fill("#id_find", "东门")
    page.keyboard.press("Enter")
    expect(page.locator("#id_where")).to_have_value("东门")
    expect(page.locator("#id_phone")).to_have_value("13900001234")  # typed, not looked up


def test_a_mistake_is_shown_and_the_typing_goes_on_undisturbed(page) -> None:
    page.fill("#id_content", "楼道灯不亮")
    page.fill("#id_where", "2-1-999")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#id_content")).to_have_value("楼道灯不亮")
    page.fill("#id_find", "5057")
    expect(page.locator("#people [data-hit]")).to_have_count(1)
    is_at(page, "find")


def test_what_was_typed_and_picked_outlives_a_closed_tab(page) -> None:
    page.fill("#id_find", "5057")
    page.locator("#people [data-hit]").click()
    expect(page.locator("#id_content")).to_be_focused()
    page.keyboard.type("卫生间又漏了")
    is_drafted(page, "卫生间又漏了")
    page.goto("about:blank")
    page.goto("/desk/")
    expect(page.locator("#id_content")).to_have_value("卫生间又漏了")
    expect(page.locator("#id_name")).to_have_value("熊霞")
    expect(page.locator("#beside h2").first).to_have_text("熊霞")


@pytest.fixture
def draft(page, jinxiu, home):
    """熊霞 was picked and the tab closed; her draft is back. 陈丽华 lives next door."""

    door = register.add_unit(
        jinxiu, building=home.building, entrance="1", number="303", code="2-1-303", name="2号楼1单元303"
    )
    register.add_owner(jinxiu, "陈丽华", phones=["13800138001"], unit=door, capacity="tenant")
    page.fill("#id_find", "5057")
    page.locator("#people [data-hit]").click()
    expect(page.locator("#id_content")).to_be_focused()
    page.keyboard.type("卫生间又漏了")
    is_drafted(page, "卫生间又漏了")
    page.goto("about:blank")
    page.goto("/desk/")
    expect(page.locator("#beside h2").first).to_have_text("熊霞")
    return page


@pytest.mark.parametrize("asked", ["2-1-303", "13800138001", "陈丽华"])
def test_the_person_of_a_restored_draft_goes_with_the_next_search(draft, asked) -> None:
    draft.fill("#id_find", asked)
    draft.keyboard.press("Enter")
    expect(draft.locator("#id_name")).to_have_value("陈丽华")
    expect(draft.locator("#id_phone")).to_have_value("13800138001")
    expect(draft.locator("#id_where")).to_have_value("2号楼1单元303")
    expect(draft.locator("#id_capacity")).to_have_value("tenant")
    expect(draft.locator("#id_content")).to_have_value("卫生间又漏了")
    expect(draft.locator("#beside h2").first).to_have_text("陈丽华")


def test_nobody_of_the_register_lets_the_person_of_a_restored_draft_go_too(draft) -> None:
    draft.fill("#id_find", "13900001234")
    draft.keyboard.press("Enter")
    expect(draft.locator("#id_phone")).to_have_value("13900001234")
    for left in ("owner", "name", "capacity", "where"):
        expect(draft.locator(f"#id_{left}")).to_have_value("")


def test_a_dropped_draft_takes_its_person_along(draft) -> None:
    draft.click(".draft-note button")
    for left in ("owner", "name", "where", "content"):
        expect(draft.locator(f"#id_{left}")).to_have_value("")
    expect(draft.locator("#beside")).not_to_contain_text("熊霞")


def test_everybody_can_use_the_desk(page) -> None:
    page.fill("#id_find", "5057")
    page.locator("#people [data-hit]").click()
    expect(page.locator("#beside h2").first).to_have_text("熊霞")
    page.check("#id_urgent")
    page.evaluate("document.querySelectorAll('details.fold').forEach(e => { e.open = true })")
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found] == []


def test_only_what_the_matter_needs_is_shown(page) -> None:
    expect(page.locator(".danger")).to_be_hidden()
    page.check("#id_urgent")
    expect(page.locator(".danger")).to_be_visible()
    expect(page.locator("#id_external_number")).to_be_hidden()
    page.select_option("#id_channel", "hotline")
    expect(page.locator("#id_external_number")).to_be_visible()
    page.locator("[name=what][value=repair]").check(force=True)
    expect(page.locator("#id_category")).to_be_hidden()
    expect(page.locator("#id_order_number")).to_be_visible()
    page.locator("[name=what][value=chase]").check(force=True)
    expect(page.locator("#id_channel")).to_be_hidden()


def test_similar_cases_are_offered_and_chased_with_what_was_typed(page, walk_in) -> None:
    case = walk_in(MONDAY_9AM.astimezone(SHANGHAI))
    page.fill("#id_content", "三天了没人来")
    page.fill("#id_where", "2-1-302")
    page.keyboard.press("Tab")
    page.locator("#beside").get_by_role("button", name="Chase").click()
    page.wait_for_url(f"**/desk/filed/{case.number}/?did=chase")
    assert case.events.get(kind="chased").note == "三天了没人来"


def test_back_after_filing_opens_an_empty_form(page) -> None:
    page.fill("#id_content", "东门路灯不亮")
    page.select_option("#id_capacity", "anonymous")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".big-number")).to_be_visible()
    page.go_back()
    expect(page.locator("#id_content")).to_have_value("")
    expect(page.locator("#id_capacity")).to_have_value("")
