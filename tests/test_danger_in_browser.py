"""People in danger, in a browser: asked while somebody types, the numbers at hand, and seen live by whom."""

from __future__ import annotations

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from complaints import actions
from complaints.actions.emergency_numbers import save_number
from complaints.models import Complaint
from tests.browsing import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_desk_is_asked_while_it_types_and_sees_who_opens_the_case(
    as_, office_of_jinxiu, categories, jinxiu
) -> None:
    people = office_of_jinxiu
    said = {"kind": "lift", "name": "", "phone": "400-820-5119", "order": 0}
    save_number(None, said, estate=jinxiu, by=people.zhoujun)
    page = as_(people.limin)
    page.goto("/desk/")
    page.fill("#id_name", "熊霞")
    page.select_option("#id_capacity", "visitor")
    page.fill("#id_content", "漏水")
    expect(page.locator(".danger-question")).to_have_count(0)
    page.fill("#id_content", "电梯里有人被困")
    question = page.locator(".danger-question")
    expect(question).to_contain_text("“被困” reads like people in danger")
    number = page.locator('.if-danger a[href="tel:4008205119"]')
    expect(number).to_be_hidden()
    question.locator('[name=danger][value="yes"]').press("Space")  # a click misses what is still moving
    expect(number).to_be_visible()
    page.locator("[data-default]").click()
    panel = page.locator("#danger")
    expect(panel).to_contain_text("周军 told")
    case = Complaint.objects.get()
    assert case.urgent
    actions.see(case, by=people.zhoujun, at=case.registered_at)
    expect(panel).to_contain_text("taken in hand")
    expect(panel).not_to_contain_text("nobody has taken it in hand yet")


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_first_word_of_the_complaint_is_seen_at_once(size, as_, case_in, office_of_jinxiu) -> None:
    case = case_in("acting", content="楼道灯坏了一个星期没人来修，晚上上下楼看不清台阶，" * 6)
    page = as_(office_of_jinxiu.limin, size)
    page.goto(f"/cases/{case.number}/")
    top = page.locator("#page").bounding_box()
    heading = page.locator(".case-head h1")
    expect(heading).to_contain_text("楼道灯坏了一个星期")
    assert heading.bounding_box()["y"] - top["y"] <= 160
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    expect(page.locator(".case-head .due")).to_have_count(1)
    expect(page.locator(".case-next .due")).to_have_count(0)
    assert page.locator(".case-head .steps").bounding_box()["height"] <= 40


@pytest.mark.parametrize("place", ["/", "/inbox/?view=unread", "/cases/"])
def test_a_danger_is_classified_over_the_page_it_stands_on(place, as_, walk_in, chenfang) -> None:
    walk_in(now(), facts={"urgent": True})
    page = as_(chenfang)
    page.goto(place)
    page.locator(".dangers .item-act").click()
    form = page.locator("#act form")
    expect(form.locator("[name=severity]").first).to_be_visible()
    expect(form.locator("[name=next]")).to_have_value(place)
    page.locator("#act [data-cancel]").click()
    expect(page.locator("#act")).to_be_hidden()
