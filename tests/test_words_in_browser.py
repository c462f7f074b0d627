"""Words to a customer under somebody's hands: marks while Chinese is typed, texts by key, in a Chromium."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from complaints.actions.reply_words import first_reply_words
from complaints.models import Event, PhraseUse
from tests.browsing import PHONE, is_drafted

pytestmark = pytest.mark.browser


def compose(page: Page, letters: str, words: str) -> None:
    """Type as with an input method: the letters stand underlined, then the words take their place."""
    wire = page.context.new_cdp_session(page)
    for end in range(1, len(letters) + 1):
        wire.send(
            "Input.imeSetComposition", {"text": letters[:end], "selectionStart": end, "selectionEnd": end}
        )
    wire.send("Input.insertText", {"text": words})
    wire.detach()


@pytest.fixture
def answering(transactional_db, case_in, office_of_jinxiu, admin, as_):
    """The answer's form, open in place on the case page; what the page complains of fails the test."""
    first_reply_words(by=admin)
    case = case_in("acting")
    said: list[str] = []

    def open_form(**more) -> Page:
        page = as_(office_of_jinxiu.limin, **more)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: said.append(line.text) if "Security" in line.text else None)
        page.case = case
        page.goto(f"/cases/{case.number}/")
        page.locator('[href$="/answer/"]').first.click()
        expect(page.locator("#id_note")).to_be_visible()
        return page

    yield open_form
    assert said == []


def test_a_phrase_is_marked_while_it_is_typed_and_one_click_says_it_better(answering) -> None:
    page = answering()
    note, found = page.locator("#id_note"), page.locator("ul.phrases-found li")
    note.click()
    compose(page, "zhege", "这个我")
    expect(found).to_have_count(0)
    compose(page, "buzhidao", "不知道")
    expect(found).to_have_count(1)
    expect(page.locator(".phrase-marks mark")).to_have_text("不知道")
    expect(found).to_contain_text("我马上核实，核实后第一时间答复您")
    compose(page, "juhao", "。园区不能随便停车，您说「一定赔」。我们保 证修好")
    expect(page.locator(".phrase-marks mark")).to_have_text(["不知道", "保 证"])
    found.first.locator("button").click()
    expect(note).to_have_value(
        "这个我我马上核实，核实后第一时间答复您。园区不能随便停车，您说「一定赔」。我们保 证修好"
    )
    expect(found).to_have_count(1)
    page.keyboard.press("Control+z")  # what a script typed is taken back as if by hand
    expect(page.locator(".phrase-marks mark")).to_have_text(["不知道", "保 证"])
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()


def test_a_text_is_inserted_by_its_key_filled_and_what_is_not_known_is_typed_next(answering) -> None:
    page = answering()
    note = page.locator("#id_note")
    note.click()
    compose(page, "ninhao", "您好。")
    page.keyboard.type("/mqdf")
    page.keyboard.press("Space")
    expect(note).to_have_value(re.compile(rf"^您好。尊敬的业主：您好！[^/]*{page.case.number}[^/]*$"))
    assert page.evaluate("getSelection().toString()") == "{承诺时间}"
    compose(page, "mingtian", "明天下午五点")
    expect(note).to_have_value(re.compile("计划于 明天下午五点前处理完毕"))
    page.keyboard.press("Control+End")
    page.keyboard.type("/nosuch")
    page.keyboard.press("Space")
    expect(note).to_have_value(re.compile("/nosuch $"))


def test_with_a_chinese_keyboard_the_stroke_is_another_one_and_the_promised_time_is_filled_in(
    answering,
) -> None:
    page = answering()
    note = page.locator("#id_note")
    page.locator("#id_promised_at").fill("2027-03-05T09:00")
    note.click()
    compose(page, "/", "、")
    compose(page, "slgz", "slgz")
    page.keyboard.press("Space")
    expect(note).not_to_have_value("、slgz")
    expect(note).to_have_value(re.compile("^尊敬的业主：您好！"))
    is_drafted(page, "尊敬的业主：您好！")
    page.select_option("#id_template", label="Clear answer · /mqdf")
    page.locator("button[name=insert]").click()  # the server writes the time that was just typed
    expect(note).to_have_value(re.compile(r"3月5日 09:00（周五）前处理完毕"))
    expect(page.locator("#id_promised_at")).to_have_value("2027-03-05 09:00")


def test_sent_all_the_same_it_asks_for_the_reason_and_keeps_it(answering) -> None:
    page = answering(viewport=PHONE)
    page.locator("#id_note").fill("改天再联系您。")
    page.locator('[name=method][value="phone"]').check()
    page.locator("#move form .btn-primary").click()
    reason = page.locator("#id_phrase_reason")
    expect(reason).to_be_visible()
    expect(page.locator("#id_note")).to_have_value("改天再联系您。")
    assert not Event.objects.filter(kind="answered").exists()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    reason.fill("客户要求改天")
    page.locator("#move form .btn-primary").click()
    page.wait_for_url("**/?done=answer")
    assert PhraseUse.objects.get().reason == "客户要求改天"
