"""Deciding on a phone, from the first page, in at most three taps; the reason may be typed besides."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import Locator, expect

from complaints import actions
from staff.roles import Role
from tests.browsing import PHONE
from tests.cast import march
from tests.late_case import explain, handled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "吊顶由我们免费更换，工期两天。"


class Thumb:
    """Counts what is tapped."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, button: Locator) -> None:
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box and box["height"] >= 43.5, button  # as large as a finger
        button.click()
        self.taps += 1


def test_each_kind_is_decided_from_the_first_page_in_three_taps(as_, case_in, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    with time_machine.travel(march(10, 10)):
        asked, paid, insisted = (case_in("acting", severity="important", at=march(9, 9)) for _ in range(3))
        late = handled(case_in("acting", severity="important", at=march(2)), people, march(10, 9))
        extension = actions.ask_extension(
            asked, clock="resolve", reason="parts", note="电机返厂。", new_due_at=march(16, 9),
            by=people.wanggong, at=march(10, 9), not_told_because="电话未接通",
        )  # fmt: skip
        amount = actions.propose_compensation(
            paid, amount=3000, note="墙面重做。", by=people.limin, at=march(10, 9)
        )
        explain(late.overruns.get(), people.wanggong, march(10, 9, 30))
        overrun = late.overruns.get()
        actions.ask_superior(
            insisted, note="要求退一年物业费", offers="免费更换吊顶", by=people.limin, at=march(10, 9)
        )
        superior = insisted.superior_requests.get()
        actions.pass_up(superior, opinion="建议部分同意。", by=people.chenfang, at=march(10, 9, 20))

        deciders = {Role.SUPERVISOR: people.chenfang, Role.PROPERTY_MANAGER: people.zhoujun}
        deciders |= {Role.GENERAL_MANAGER: people.wuzong}
        for kind, row in (
            ("extension", extension), ("amount", amount), ("overrun", overrun), ("superior", superior),
        ):  # fmt: skip
            who = people.zhoujun if kind == "superior" else deciders[Role(row.approver_role)]
            page, thumb = as_(who, PHONE), Thumb()
            page.goto("/")
            first = page.locator(".decide-first .card-decide").first
            expect(first).to_be_visible()
            assert first.bounding_box()["y"] < PHONE["height"] / 2
            card = page.locator(f"#{kind}-{row.pk}")
            if kind == "amount":
                thumb.tap(card.locator('form[action$="/approve/"] button'))
            elif kind == "superior":
                thumb.tap(card.locator("summary.btn-primary"))
                form = card.locator('form[action$="/decide/"]')
                thumb.tap(form.locator("label", has=page.locator('[value="partly"]')))
                form.locator("[name=note]").fill(WORDS)
                thumb.tap(form.locator("button.btn-primary"))
            else:
                thumb.tap(card.locator("summary.btn-danger"))
                form = card.locator('form[action$="/decline/"]')
                thumb.tap(form.locator("[data-say]").first)
                expect(form.locator("[name=comment]")).not_to_have_value("")
                thumb.tap(form.locator("button.btn-danger"))
            page.wait_for_url("**/approvals/")
            assert thumb.taps <= 3, kind

    for row in (extension, amount, overrun, superior):
        row.refresh_from_db()
    assert (extension.state, amount.state, superior.state) == ("declined", "approved", "partly")
    assert overrun.decided_by and overrun.comment and extension.comment
