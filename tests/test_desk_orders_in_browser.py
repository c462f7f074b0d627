"""Orders of the hotline at the desk, in a real Chromium: pasted into the fields, known while typed."""

import pytest
from playwright.sync_api import expect

from complaints.models import Complaint
from tests.browsing import is_drafted
from tests.cast import MONDAY_9AM
from tests.orders import HOTLINE

pytestmark = pytest.mark.browser


@pytest.fixture
def page(as_, transactional_db, office_of_jinxiu, engineering, xiongxia, categories):
    page = as_(office_of_jinxiu.limin)
    page.goto("/desk/")
    return page


def test_a_pasted_order_fills_the_fields_and_outlives_what_was_drafted(page) -> None:
    page.fill("#id_remedy_asked", "尽快修好")
    is_drafted(page, "尽快修好")
    page.locator("summary", has_text="order").click()
    page.fill("#id_order_text", HOTLINE)
    page.get_by_role("button", name="Put it into the fields").click()
    expect(page.locator("#pasted")).to_be_focused()
    expect(page.locator("#id_channel")).to_have_value("hotline")
    expect(page.locator("#id_external_number")).to_have_value("GD-2026030200187")
    expect(page.locator("#id_external_due_at")).to_have_value("2026-03-05 17:00")
    expect(page.locator("#id_phone")).to_have_value("13494795057")
    expect(page.locator("#id_remedy_asked")).to_have_value("尽快修好")
    expect(page.locator("#pasted li").first).to_be_visible()


def test_a_known_order_is_named_while_its_number_is_typed_and_chased_by_one_click(page, walk_in) -> None:
    known = walk_in(MONDAY_9AM, channel="hotline", facts={"external_number": "GD2026-1"})
    page.select_option("#id_channel", "hotline")
    page.fill("#id_content", "热线再次转来")
    page.locator("#id_external_number").press_sequentially("GD2026-1")
    named = page.locator("#order .desk-ordered")
    expect(named).to_contain_text(known.number)  # the field was never left
    expect(page.locator("#id_external_number")).to_be_focused()
    named.get_by_role("button", name="Chase").click()
    page.wait_for_url("**/desk/filed/**")
    assert known.events.get(kind="chased").note == "热线再次转来"
    assert Complaint.objects.count() == 1
