"""Each role's main job by keys alone or by thumb, with a Chinese input method, and without JavaScript."""

from __future__ import annotations

import re

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from complaints import actions
from complaints.actions.reply_words import first_reply_words
from complaints.models import Complaint, Extension
from staff.models import AuditRow
from tests.browsing import PHONE
from tests.cast import DAY, HOUR
from tests.hands import SMALL_PHONE, TOUCH, InputMethod, Keys, fits, taps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def asked_for_time(case: Complaint, by, days: int = 5) -> Extension:
    return actions.ask_extension(
        case, clock="resolve", reason="parts", note="配件两天后到。", by=by, at=now(),
        new_due_at=now() + days * DAY, not_told_because="电话未接通",
    )  # fmt: skip


def test_an_owner_complains_by_thumb_on_a_small_phone(as_, office_of_jinxiu, home, settings, live_server):
    settings.BASE_URL = live_server.url
    page = as_(None, SMALL_PHONE, **TOUCH)
    page.goto("/portal/")
    n = taps(page, "text=我要反映", "label:has([name=kind][value=complaint])", "form .btn-primary")
    page.fill("[name=where]", "2-1-302")
    n += taps(page, "form .btn-primary")
    page.locator("[name=words]").focus()
    InputMethod(page).type("loushui", "卫生间漏水。")
    n += taps(page, "form .btn-primary", "form .btn-primary", "label:has([name=who][value=anonymous])")
    assert fits(page)
    n += taps(page, "form .btn-primary", "form .btn-primary")
    page.wait_for_url("**/sent/")
    case = Complaint.objects.get()
    expect(page.locator("h1")).to_have_text(case.number)
    assert (case.channel, case.content, n) == ("portal", "卫生间漏水。", 9)


def test_a_handler_accepts_by_thumb(as_, case_in, wanggong):
    case = case_in("classified", at=now() - HOUR)
    page = as_(wanggong, PHONE, **TOUCH)
    page.goto("/")
    n = taps(page, ".item-title", ".next-step .btn-primary")
    page.locator("#move [name=note]").fill("今天下午更换接头。")
    n += taps(page, "#move form .btn-primary")
    page.wait_for_url("**/?done=accept*")
    case.refresh_from_db()
    assert (case.status, n) == ("acting", 3) and fits(page)


@pytest.mark.parametrize(("severity", "who"), [("minor", "zhoujun"), ("important", "wuzong")])
def test_managers_decide_by_thumb(as_, case_in, office_of_jinxiu, severity, who):
    """The property manager declines with his reason, the general manager approves."""
    case = case_in("acting", severity=severity, at=now() - HOUR)
    row = asked_for_time(case, office_of_jinxiu.wanggong, 3 if severity == "minor" else 5)
    page = as_(getattr(office_of_jinxiu, who), PHONE, **TOUCH)
    page.goto("/")
    n = taps(page, 'a.tile[href^="/approvals/"]')
    if who == "wuzong":
        n += taps(page, ".decide .is-main .btn-primary")
    else:
        n += taps(page, ".decide summary.btn-danger")
        page.locator("details[open] textarea").focus()
        InputMethod(page).type("peijian", "配件今天有货。")
        n += taps(page, "details[open] button.btn-danger")
    expect(page.locator(".decide")).to_have_count(0)
    row.refresh_from_db()
    assert row.state == ("approved" if who == "wuzong" else "declined")
    assert n <= 3 and fits(page)


def test_the_desk_takes_a_complaint_by_keys_and_input_method(desk_page):
    page, keys, method = desk_page, Keys(desk_page), InputMethod(desk_page)
    stops = keys.all_round()
    page.focus("#id_name")
    method.type("xiong", "熊")
    expect(page.locator("#id_name")).to_be_focused()  # Enter took the characters, and did not go on
    page.fill("#id_name", "")
    page.focus("#id_find")  # where the desk begins
    method.type("xiong", "熊")
    expect(page.locator("#id_find")).to_have_value(
        "熊"
    )  # Enter took the characters, not the first who was found
    expect(page.locator("#people [data-hit]")).to_have_count(1)
    expect(page.locator("#id_name")).to_have_value("")
    keys.press("Enter")
    expect(page.locator("#id_content")).to_be_focused()
    method.letters("dianti")
    page.wait_for_timeout(700)  # as long as the desk waits before it asks what the words suggest
    expect(page.locator("#id_content")).to_be_focused()
    method.wire.send("Input.insertText", {"text": "电梯里有人被困"})
    expect(page.locator(".danger-question")).to_contain_text("被困")
    method.type("loushui", "，卫生间漏水")
    expect(page.locator("#id_content")).to_have_value("电梯里有人被困，卫生间漏水")
    assert not Complaint.objects.exists()
    keys.to("[name=danger]", most=3)
    keys.press("Space")
    expect(page.locator("[name=danger][value=yes]")).to_be_checked()
    keys.press("Control+Enter")
    expect(page.locator(".big-number")).to_be_visible()
    case = Complaint.objects.get()
    assert (case.urgent, case.complainant.name) == (True, "熊霞")
    print("desk:", keys.count, "keys,", stops, "stops")


def test_a_supervisor_classifies_from_the_row_by_keys(as_, walk_in, chenfang, engineering):
    case = walk_in(now() - HOUR)
    page = as_(chenfang)
    keys, method = Keys(page), InputMethod(page)
    page.goto("/cases/?view=open")
    stops = keys.all_round()
    keys.press("/")
    method.type("xajloushui", "漏水")  # x ticks, j steps, a ticks all: not while somebody types
    expect(page.locator(".item-check:checked")).to_have_count(0)
    expect(page.locator("[data-hotkey]")).to_have_value("漏水")
    assert "/cases/" in page.url
    keys.press("Enter")
    page.wait_for_url("**/search/**")
    page.go_back()
    keys.press("j")
    method.key("x")
    expect(page.locator(".item-check:checked")).to_have_count(0)
    keys.press("x")
    expect(page.locator(".item-check:checked").first).to_be_checked()
    keys.press("x", "c")
    expect(page.locator("#act form")).to_be_visible()
    keys.to("#act [name=severity]")
    keys.press("Space", "ArrowRight")
    keys.to("#act [name=handler]")
    method.key("x")
    expect(page.locator(".choices")).to_have_count(0)
    keys.press(*"wjj", "Control+Enter")
    expect(page.locator("#act")).to_be_hidden()
    case.refresh_from_db()
    assert (case.status, case.handler.name) == ("classified", "王建军")
    print("supervisor:", keys.count, "keys,", stops, "stops")


def test_words_to_a_customer_are_marked_and_sent_by_keys(as_, case_in, office_of_jinxiu, admin):
    first_reply_words(by=admin)
    case = case_in("handled", at=now() - 2 * HOUR)
    page = as_(office_of_jinxiu.limin)
    keys, method = Keys(page), InputMethod(page)
    page.goto(f"/cases/{case.number}/")
    keys.all_round()
    keys.to(".next-step .btn-primary")
    keys.press("Enter")
    expect(page.locator("#move form")).to_be_visible()
    keys.to("#move [name=note]")
    method.letters("buzhidao")
    expect(page.locator(".phrase-marks mark")).to_have_count(0)
    method.wire.send("Input.insertText", {"text": "不知道"})
    expect(page.locator(".phrase-marks mark")).to_have_text("不知道")
    for _ in "不知道":
        keys.press("Backspace")
    method.type("shuiguan", "水管已更换，试水正常。")
    expect(page.locator(".phrase-marks mark")).to_have_count(0)
    assert not case.events.filter(kind="replied").exists()
    keys.to("#move [name=method]")
    keys.press("Space", "Control+Enter")
    page.wait_for_url("**/?done=reply*")
    assert case.events.get(kind="replied").note == "水管已更换，试水正常。"
    print("reply:", keys.count, "keys")


def test_an_administrator_changes_a_word_by_keys(as_, categories, admin):
    page = as_(admin)
    keys = Keys(page)
    page.goto("/settings/words/")
    keys.all_round()
    word = categories["repairs"]
    keys.to(f'a[href$="/categories/{word.pk}/"]', most=100)
    keys.press("Enter")
    page.wait_for_url(f"**/categories/{word.pk}/")
    keys.to("[name=zh]")
    keys.press("Control+a")
    InputMethod(page).type("weixiu", "房屋维修")
    keys.press("Control+Enter")
    page.wait_for_url(re.compile(r"/settings/words/($|[?#])"))
    word.refresh_from_db()
    assert word.zh == "房屋维修"
    print("administrator:", keys.count, "keys")


def test_an_auditor_reads_and_takes_the_trail_along(as_, case_in, auditor):
    case = case_in("acting", at=now() - 2 * HOUR)
    AuditRow.objects.create(at=now(), kind="refused", user=case.handler, case=case.number, address="unknown")
    page = as_(auditor)
    keys = Keys(page)
    page.goto("/cases/?view=open")
    keys.press("j", "Enter")
    page.wait_for_url(f"**/cases/{case.number}/**")
    expect(page.locator(".next-step form, .next-step a.btn-primary")).to_have_count(0)
    keys.to('a[href="/audit/"]')
    keys.press("Enter")
    page.wait_for_url("**/audit/")
    keys.to('a[href*="audit.csv"]')
    with page.expect_download() as download:
        keys.press("Enter")
    assert case.number in download.value.path().read_text("utf-8-sig")
    assert AuditRow.objects.filter(kind="export", user=auditor, about="audit_export").exists()


# Without JavaScript ----------------------------------------------------------------------------------


def test_everything_goes_without_javascript(
    as_, case_in, office_of_jinxiu, xiongxia, home, settings, live_server, sent
):
    settings.BASE_URL = live_server.url
    people, bare = office_of_jinxiu, {"java_script_enabled": False, "locale": "zh-CN"}
    given = case_in("classified", at=now() - HOUR)
    row = asked_for_time(case_in("acting", at=now() - HOUR), people.wanggong)

    filed = intake(as_(people.limin, **bare))
    bulk(as_(people.chenfang, **bare), filed)
    accept(as_(people.wanggong, **bare), given)
    page = as_(people.wuzong, PHONE, **bare)
    page.goto("/approvals/")
    page.click(".decide .is-main .btn-primary")
    row.refresh_from_db()
    assert row.state == "approved"
    at_the_portal(as_(None, SMALL_PHONE, **bare), sent)


def intake(page: Page) -> Complaint:
    page.goto("/desk/")
    page.fill("#id_name", "熊霞")
    page.fill("#id_phone", "13494795057")
    page.fill("#id_where", "2-1-302")
    page.select_option("#id_capacity", "owner_occupier")
    page.fill("#id_content", "楼道灯不亮")
    page.check("#id_recorded")
    page.click("[data-default]")
    page.wait_for_load_state()
    return Complaint.objects.get(number=page.inner_text(".big-number"))


def bulk(page: Page, case: Complaint) -> None:
    """The unclassified ones, found by a filter, classified together."""
    page.goto("/cases/?view=open")
    page.click("#filters-link")
    page.select_option("#filters [name=status]", "recorded")
    page.click("#filters button.btn-primary, #filters button:not([type=button])")
    expect(page.locator(".q-row")).to_have_count(1)
    page.check(".q-row .item-check")
    page.click("#bulk [name=do][value=classify]")
    page.locator("main form [name=severity][value=minor]").check(force=True)
    page.locator("main form [name=category]").select_option(index=1)
    page.locator("main form [name=handler]").select_option(index=1)
    page.click("main form .btn-primary")
    case.refresh_from_db()
    assert case.status == "classified"


def accept(page: Page, case: Complaint) -> None:
    page.goto(f"/cases/{case.number}/")
    page.click(".next-step .btn-primary")
    page.fill("[name=note]", "今天下午更换接头。")
    page.click("main form:has([name=note]) .btn-primary")
    case.refresh_from_db()
    assert case.status == "acting"


def at_the_portal(page: Page, sent: list[str]) -> None:
    page.goto("/portal/")
    page.click("text=我要反映")
    page.check("[name=kind][value=complaint]")
    page.click("form .btn-primary")
    page.fill("[name=where]", "2-1-302")
    page.click("form .btn-primary")
    page.fill("[name=words]", "车库坡道积水。")
    for _page in ("words", "photos"):
        page.click("form .btn-primary")
    page.check("[name=who][value=anonymous]")
    for _page in ("who", "check"):
        page.click("form .btn-primary")
    page.wait_for_load_state()
    expect(page.locator("h1")).to_have_text(Complaint.objects.get(channel="portal").number)
    page.goto("/portal/mine/?estate=JX")
    page.fill("[name=phone]", "13494795057")
    page.click("form .btn-primary")
    page.fill("[name=code]", sent[-1])
    page.click("form .btn-primary")
    expect(page.locator(".own-cases > li")).to_have_count(3)
