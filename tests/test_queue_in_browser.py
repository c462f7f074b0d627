"""The queue by keys and with a mouse, in a real browser: ticks, filters, a form over it, what is new."""

from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from tests.cast import march
from tests.extension_requests import ask_until
from tests.list_pages import copies

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_twenty_cases_stand_on_a_screen_and_keys_do_the_rest(as_, walk_in, chenfang) -> None:
    case = walk_in(now() - timedelta(minutes=5), category=None)
    copies(case, 24)
    page = as_(chenfang)
    page.goto("/cases/?view=open")
    whole = page.locator(".q-row").evaluate_all(
        "rows => rows.filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length"
    )
    assert whole >= 20

    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".bulk-words")).to_have_text("1 chosen")
    page.keyboard.press("a")
    expect(page.locator(".bulk-words")).to_have_text("25 chosen")
    page.locator("[data-untick]").click()
    expect(page.locator("#bulk")).to_be_hidden()

    page.keyboard.press("f")
    expect(page.locator("#filters")).to_be_visible()
    page.select_option("#filters [name=severity]", "major")
    page.wait_for_url("**severity=major**")
    expect(page.locator(".empty")).to_be_visible()
    page.go_back()
    expect(page.locator(".q-row")).to_have_count(25)

    page.locator(".q-row .item-act").first.click()
    expect(page.locator("#act form")).to_be_visible()
    page.locator("#act [data-cancel]").click()
    expect(page.locator("#act")).to_be_hidden()

    fresh = walk_in(now())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    bar = page.locator(".fresh")
    expect(bar).to_contain_text("1 new")
    expect(page.locator(f"[id='{fresh.number}']")).to_have_count(0)  # nothing moved
    bar.click()
    expect(page.locator(f"[id='{fresh.number}']")).to_be_visible()


MEASURED = """() => {
  const of = (one) => document.querySelector(one);
  const [head, row, due] = [of("#tick-all"), of(".q-row .item-check"), of(".q-row .c-due time")];
  const words = document.createRange();
  words.selectNodeContents(due);
  const [inside, cell] = [words.getBoundingClientRect(), due.closest("td").getBoundingClientRect()];
  return {
    apart: Math.abs(head.getBoundingClientRect().left - row.getBoundingClientRect().left),
    cut: inside.right > cell.right || inside.top < cell.top || inside.bottom > cell.bottom,
    high: cell.height,
  };
}"""


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_ticks_stand_in_one_column_and_no_due_time_is_cut(locale, as_, case_in, office_of_jinxiu) -> None:
    case = case_in("acting", severity="minor", at=march(2, 10))
    ask_until(case, office_of_jinxiu, march(4), march(2, 12))
    page = as_(office_of_jinxiu.chenfang, locale=locale)
    page.goto("/cases/?view=open")
    measured = page.evaluate(MEASURED)
    assert (measured["apart"], measured["cut"]) == (0, False) and measured["high"] <= 44
