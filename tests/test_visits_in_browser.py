"""A site visit on a phone: arrived, found with a photo from the camera, left, in three taps."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import Locator, expect

from complaints.models import Evidence, SiteVisit
from tests.browsing import PHONE
from tests.cast import MINUTE
from tests.evidence_cast import SMALL
from tests.visits_cast import BEGINS, arranged

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def tap(button: Locator) -> None:
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box and box["height"] >= 43.5, button  # as large as a finger
    button.click()


def test_arrived_found_left_on_a_phone(as_, case_in, office_of_jinxiu) -> None:
    case, wanggong = case_in("acting"), office_of_jinxiu.wanggong
    arranged(case, wanggong)
    with time_machine.travel(BEGINS + 5 * MINUTE):
        page = as_(wanggong, PHONE)
        page.goto("/")
        call = page.locator('.home-visits a[href="tel:13494795057"]')
        expect(call).to_be_visible()
        tap(page.locator(".home-visits .btn-primary"))  # one: arrived
        page.wait_for_url("**/visits/1/find/")
        camera = page.locator('input[name="files"]')
        expect(camera).to_have_attribute("capture", "environment")
        camera.set_input_files({"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": SMALL})
        left = page.locator('[name="note_left"]').first
        expect(left).not_to_be_visible()
        page.get_by_text("Customer met").click()
        page.locator('[name="found"]').fill("管根渗水")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
        tap(page.locator(".visit-form .btn-primary"))  # two: what was found
        page.wait_for_url("**/visits/1/")
        expect(page.get_by_text("Evidence no. 1")).to_be_visible()
        tap(page.locator(".visit-next .btn-primary"))  # three: left
        expect(page.get_by_text("The visit is over.")).to_be_visible()
    row = SiteVisit.objects.get()
    assert (row.state, row.outcome) == ("ended", "met")
    assert Evidence.objects.get().files.count() == 1
