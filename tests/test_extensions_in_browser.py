"""Overtime in a real Chromium: the way out of a case long overdue, and what is said of one closed late.

Real PostgreSQL, a real Redis and a real Celery worker; only the days pass faster (domain.md 5 and 8).
"""

from __future__ import annotations

import re

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from complaints.actions import portal_access
from complaints.models import Clock, Complaint, Overrun
from tests.browsing import PHONE, monthly_pdf, move, wall
from tests.cast import march
from tests.looking import ring

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_five_days_late_and_granted_a_week_after_it_was_asked(as_, case_in, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    with time_machine.travel(march(2, 9)):
        case = case_in("acting", severity="important", at=march(2, 8))  # due on the 5th

    with time_machine.travel(march(10, 9, 20)):
        ring(timezone.now())
        page = as_(people.wanggong, PHONE)
        page.goto(f"/cases/{case.number}/ask_extension/")
        # The time it offers lies in the future, and is taken as it stands.
        expect(page.locator("[name=new_due_at]")).to_have_value(re.compile(r"^2026-03-11 "))
        move(page, case, "ask_extension", clock="resolve", reason="parts", note="电机返厂，11日到货。",
             customer_told_method="phone", customer_told_at=wall(march(10, 9)))  # fmt: skip
        said = letter(case)
        assert "已申请延至" in said and "确定后，新的时间会显示在这里" in said

    with time_machine.travel(march(17, 15)):
        page = as_(people.wuzong, PHONE)
        page.goto("/approvals/")
        card = page.locator(".card-decide").first
        expect(card).to_contain_text(case.number)
        expect(card.locator('form[action$="/approve/"]')).to_have_count(0)  # it would be refused
        until = card.locator('form[action$="/until/"]')
        expect(until.locator("[name=granted_due_at]")).to_have_value(re.compile(r"^2026-03-18 "))
        until.locator("[name=granted_due_at]").fill(wall(march(20, 17)))
        until.locator("button.btn-primary").click()
        expect(page.locator("body")).to_contain_text("until another time")

    clock = Clock.objects.get(complaint=case, kind="resolve")
    assert (clock.due_at, clock.breached_at) == (march(20, 17), clock.first_due_at)
    with time_machine.travel(march(17, 16)):
        said = letter(case)
        assert "3月20日 17:00" in said and "确定后，新的时间会显示在这里" not in said


def test_closed_late_explained_not_accepted_and_in_the_months_pdf(
    as_, worker, case_in, office_of_jinxiu
) -> None:
    people = office_of_jinxiu
    with time_machine.travel(march(4, 9)):
        case = case_in("acting", severity="minor", at=march(4, 8))  # due on the 5th at 08:00

    with time_machine.travel(march(6, 10)):
        page = as_(people.wanggong, PHONE)
        move(page, case, "handle", note="已更换水管，试水不漏。", evidence="业主签字")
        duty = Overrun.objects.get(complaint=case)
        explain(as_(people.wanggong, PHONE), duty)

    with time_machine.travel(march(6, 11)):
        page = as_(people.limin)
        move(page, case, "reply", note="水管已更换，试水正常。耽误您的时间，十分抱歉。", method="phone")
    with time_machine.travel(march(6, 14)):
        page = as_(people.chenfang)
        move(page, case, "revisit", satisfaction=4, method="phone")
        assert case.status == "closed"  # what is owed inside does not hold the customer up

    with time_machine.travel(march(7, 9)):
        page = as_(people.zhoujun, PHONE)
        page.goto("/")
        expect(page.locator("body")).to_contain_text("without approval")
        page.goto("/approvals/")
        card = page.locator(f"#overrun-{duty.pk}")
        expect(card).to_contain_text("配件缺货")
        card.locator("details.ask summary.btn-danger").click()
        card.locator("textarea[name=comment]").fill("缺货当天就应申请延期。")
        card.locator("details[open] button.btn-danger").click()
        page.wait_for_load_state()
        duty.refresh_from_db()
        assert (duty.state, duty.decided_by) == ("declined", people.zhoujun)

    with time_machine.travel(march(31, 18)):
        text = monthly_pdf(as_, people.zhoujun)
    assert "Nothing was overdue" not in text
    assert "1 resolve deadline was overdue without approval" in " ".join(text.split())
    for said in (case.number, "配件缺货", "缺货当天就应申请延期", "王建军", "周军"):
        assert said in text.replace("\n", ""), said


def explain(page: Page, duty: Overrun) -> None:
    page.goto(f"/approvals/overruns/{duty.pk}/")
    form = page.locator('form[action$="/explain/"]')
    form.locator("[name=reason]").select_option("parts")
    form.locator("[name=note]").fill("配件缺货，未及时申请延期。")
    form.locator("[name=not_told_because]").fill("业主出差未接电话。")
    form.locator("button.btn-primary").click()
    page.wait_for_load_state()
    duty.refresh_from_db()
    assert duty.state == "to_decide"


def letter(case: Complaint) -> str:
    """What the customer reads with a receipt of his, in Chinese."""
    browser = Client()
    browser.cookies["django_language"] = "zh-hans"
    browser.post(f"/r/{portal_access.make_receipt_link(case, at=timezone.now())}")
    return browser.get(f"/portal/{case.number}/").content.decode()
