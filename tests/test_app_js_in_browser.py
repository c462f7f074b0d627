"""What app.js adds to pages, in a real Chromium, under the real Content-Security-Policy."""

import pytest
from playwright.sync_api import Page, expect

from tests import app_js_pages as house_pages
from tests.browsing import is_drafted

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.app_js_pages")]


@pytest.fixture
def page(chromium, live_server, transactional_db):
    house_pages.sent.clear()
    context = chromium.new_context(locale="en-GB", base_url=live_server.url)
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "console", lambda line: page.complaints.append(line.text) if "Content Security" in line.text else None
    )
    page.goto("/sample/")
    yield page
    assert page.complaints == []
    context.close()


def fill(page: Page) -> None:
    page.fill("[name=name]", "陈丽华")
    page.check("[name=kind][value=b]")
    page.fill("[name=words]", "电梯又坏了")
    is_drafted(page, "电梯又坏了")


def is_at(page: Page, name: str) -> None:
    expect(page.locator(":focus")).to_have_js_property("name", name)


def holds(page: Page, name: str, value: str) -> None:
    expect(page.locator(f"[name={name}]")).to_have_value(value)


def test_enter_goes_on_and_ctrl_enter_sends(page) -> None:
    page.focus("[name=name]")
    page.keyboard.type("陈丽华")
    page.keyboard.press("Enter")
    is_at(page, "kind")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    is_at(page, "words")
    page.keyboard.type("one")
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-draft-clear]")
    assert [(s["name"], s["words"], s["by"]) for s in house_pages.sent] == [
        ("陈丽华", "one\r\ntwo", "button")
    ]


def test_enter_that_ends_a_chinese_word_stays_in_the_field(page) -> None:
    page.focus("[name=name]")
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    is_at(page, "name")


def test_what_was_typed_outlives_the_tab_and_is_forgotten_when_sent(page) -> None:
    fill(page)
    page.goto("about:blank")
    page.goto("/sample/")
    holds(page, "name", "陈丽华")
    expect(page.locator("[name=kind][value=b]")).to_be_checked()
    expect(page.locator(".draft-note")).to_be_visible()
    page.click("#plain .btn-primary")
    page.wait_for_selector("[data-draft-clear]")
    page.wait_for_load_state()  # the script that forgets has run
    page.goto("/sample/")
    holds(page, "name", "")
    expect(page.locator(".draft-note")).to_be_hidden()


def test_a_restored_draft_can_be_dropped(page) -> None:
    fill(page)
    page.goto("/sample/")
    page.click(".draft-note button")
    holds(page, "name", "")
    page.goto("/sample/")
    holds(page, "name", "")


def test_errors_keep_what_was_typed_and_take_the_focus(page) -> None:
    page.fill("[name=name]", "陈丽华")
    page.click("#plain .btn-primary")
    expect(page.locator(".error-summary")).to_be_focused()
    holds(page, "name", "陈丽华")
    page.wait_for_load_state()
    expect(page.locator(".draft-note")).to_be_hidden()


def test_three_clicks_send_once(page) -> None:
    fill(page)
    page.evaluate("for (let i = 0; i < 3; i++) document.querySelector('#plain .btn-primary').click()")
    page.wait_for_selector("[data-draft-clear]")
    assert len(house_pages.sent) == 1


def test_htmx_shows_a_422_and_never_a_500(page) -> None:
    page.click("#wrong")
    expect(page.locator("#out b")).to_be_visible()
    expect(page.locator("#out")).to_have_text("answer 422")
    page.click("#broken")
    page.wait_for_selector("[data-failure]")
    expect(page.locator("#out")).to_have_text("answer 422")


def test_an_expired_session_leads_to_the_door_and_back(page) -> None:
    page.click("#expired")
    page.wait_for_url("**/accounts/login/?next=%2Fsample%2F")
    expect(page.locator("main h1")).to_have_count(1)


def test_j_and_k_walk_the_rows(page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(":focus")).to_have_text("two")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/one/")


def test_a_calendar_stands_beside_a_typed_day_and_fills_it_in(page) -> None:
    page.goto("/asked/")
    expect(page.locator(".pick-open")).to_have_text(["Calendar", "Calendar"])
    page.locator(".pick-own[type=date]").evaluate(
        "e => { e.value = '2026-03-02'; e.dispatchEvent(new Event('change')) }"
    )
    page.locator(".pick-own[type=datetime-local]").evaluate(
        "e => { e.value = '2026-03-02T14:30'; e.dispatchEvent(new Event('change')) }"
    )
    holds(page, "day", "2026-03-02")
    holds(page, "at", "2026-03-02 14:30")
    page.fill("[name=day]", "2026/3/5")
    holds(page, "day", "2026/3/5")


def test_what_was_chosen_is_named_in_the_pages_words(page) -> None:
    page.goto("/asked/")
    names = page.locator(".file-names")
    expect(names).to_have_text("No file chosen")
    page.set_input_files("[name=files]", [{"name": "电梯.jpg", "mimeType": "image/jpeg", "buffer": b"x"}])
    expect(names).to_have_text("电梯.jpg")
    with page.expect_file_chooser():  # the box opens it, wherever it is pressed
        page.locator(".file-field").click(position={"x": 200, "y": 10})
