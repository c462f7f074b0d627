"""The whole story in a real Chromium: a walk-in at the desk, to the monthly PDF.

Real PostgreSQL, a real Redis and a real Celery worker; only the days pass faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from complaints.models import Clock, Complaint, Notification
from staff import actions as office
from staff.models import User
from tests.browsing import PHONE, monthly_pdf, move, wall
from tests.cast import OPINION, march
from tests.looking import ring, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_walk_in_from_the_desk_to_the_monthly_pdf(
    as_, worker, office_of_jinxiu, engineering, xiongxia, categories, mailoutbox
) -> None:
    people = office_of_jinxiu

    with time_machine.travel(march(2, 9)):
        case, receipt = at_the_desk(as_, people.limin)
        page = as_(people.chenfang)
        move(page, case, "classify", severity="important", category=categories["repairs"].pk,
             handler=f"{people.wanggong.pk}-{engineering.pk}")  # fmt: skip
        assert case.status == "classified"

    with time_machine.travel(march(2, 10)):
        page = as_(people.wanggong, PHONE)
        move(page, case, "accept", note=OPINION)
        move(page, case, "act", note="打开吊顶，找到渗漏的冷水管接头。", owner_sees=True)

    # Three days pass; the level rings by itself and reaches the general manager.
    with time_machine.travel(march(5, 9, 10)):
        assert ring(timezone.now()) >= 2
        assert "wuzong" in told("level_over", case)
        inbox = as_(people.wuzong, PHONE)
        inbox.goto("/inbox/")
        expect(inbox.locator("body")).to_contain_text("Handling overdue")
        page = as_(people.wanggong, PHONE)
        move(page, case, "ask_extension", clock="resolve", reason="parts", note="接头为定制件，6日到货。",
             new_due_at=wall(march(7, 9)), customer_told_at=wall(march(5, 8, 30)),
             customer_told_method="phone")  # fmt: skip

    with time_machine.travel(march(5, 9, 30)):
        approve_on_a_phone(as_, people.wuzong, case)

    with time_machine.travel(march(6, 15)):
        page = as_(people.wanggong, PHONE)
        move(page, case, "handle", note="已更换接头，试压30分钟不漏。", evidence="试压照片，业主签字")
        page = as_(people.limin)
        move(page, case, "reply", note="冷水管接头已更换，试压正常。耽误您的时间，十分抱歉。", method="phone")

    with time_machine.travel(march(6, 20)):
        by_the_owner(as_, receipt, case)

    with time_machine.travel(march(7, 9)):
        page = as_(people.chenfang)
        move(page, case, "revisit", satisfaction=4, method="phone", believed="yes", remarks="比较满意")
        assert (case.status, case.outcome) == ("closed", "resolved")

    with time_machine.travel(march(31, 18)):
        text = monthly_pdf(as_, people.zhoujun)
    # The case's own figures: late although extended, since the approval came too late.
    for figure in (
        "Received\n1of these upheld 1",
        "Late, handled 1 (100%)",
        "Asked for this month: 1. Granted 1",
        "吴海涛 1 0 0",
        "王建军 1 1 1 0 0 1 0%",
        "mean 4.0 of 5",
    ):
        assert figure in text
    assert Notification.objects.filter(complaint=case, kind="extension_approved").exists()


def at_the_desk(as_: Callable[..., Page], clerk: User) -> tuple[Complaint, str]:
    """Sign in and log the walk-in with the keyboard alone; the case, and the receipt's link."""
    clerk.set_password("walk-in-0302-desk")
    office.edit(clerk, {"password": clerk.password}, by=clerk)
    page = as_(None)
    page.goto("/desk/")
    page.fill("[name=login]", "limin")
    page.fill("[name=password]", "walk-in-0302-desk")
    page.keyboard.press("Enter")
    expect(page.locator("#id_find")).to_be_focused()  # a complaint, by walk-in, not urgent
    page.wait_for_load_state("load")  # a clerk is slower than a script that is still loading
    keys = page.keyboard
    keys.type("5057")
    expect(page.locator("#people")).to_contain_text("熊霞")
    keys.press("Enter")
    expect(page.locator("#id_content")).to_be_focused()
    expect(page.locator("#id_name")).to_have_value("熊霞")
    keys.type("卫生间天花板又漏水，掉皮了。")
    keys.press("Tab")
    keys.type("Repairs")
    keys.press("Enter")
    keys.press("Enter")
    keys.press("Space")  # read back and confirmed
    keys.press("Control+Enter")
    expect(page.locator(".big-number")).to_be_visible()
    page.wait_for_load_state()
    case = Complaint.objects.get(number=page.inner_text(".big-number"))
    assert case.status == "recorded"
    return case, page.locator("[name=link]").get_attribute("value") or ""


def approve_on_a_phone(as_: Callable[..., Page], manager: User, case: Complaint) -> None:
    page = as_(manager, PHONE)
    page.goto("/approvals/")
    card = page.locator(".card-decide").first
    expect(card).to_contain_text(case.number)
    button = card.locator(".decide .is-main button")
    box = button.bounding_box()
    assert box and box["height"] >= 44 and box["y"] + box["height"] <= PHONE["height"]  # under the thumb
    button.click()
    expect(page.locator("body")).to_contain_text("Approved")
    clock = Clock.objects.get(complaint=case, kind="resolve")
    assert clock.due_at == march(7, 9)
    assert clock.breached_at == clock.first_due_at  # approved after it was over: the breach stays


def by_the_owner(as_: Callable[..., Page], receipt: str, case: Complaint) -> None:
    """The QR code's address opens the letter; the owner accepts and rates with a new opinion."""
    page = as_(None, PHONE)
    page.goto(receipt if receipt.startswith("/") else f"/r/{receipt.rsplit('/r/', 1)[-1]}")
    page.locator("main button.btn-primary").click()
    expect(page.locator("h1")).to_contain_text(re.compile("Answered|已答复"))
    page.wait_for_load_state()
    letter = page.inner_text("main")
    assert "冷水管接头已更换" in letter and "李敏" in letter
    assert "important" not in letter.lower() and "overdue" not in letter.lower()
    page.locator('form[action$="satisfy/"] button').click()
    page.locator('a[href$="rate/"]').click()
    page.check("[name=satisfaction][value='5']")
    page.fill("[name=new_opinion]", "建议把同一批接头都查一遍。")
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state()
    case.refresh_from_db()
    assert case.status == "replied"  # a new opinion: staff still revisit
