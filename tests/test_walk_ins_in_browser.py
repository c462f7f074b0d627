"""Five walk-ins under a practised clerk's hands at the desk: keys beyond the words are counted."""

import time

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint, SuggestionRule

pytestmark = pytest.mark.browser
MOST_KEYS, MOST_SECONDS = 12, 45


class Clerk:
    """Types words, and presses keys, which are counted."""

    def __init__(self, desk: Page) -> None:
        expect(
            desk.locator("#id_find:focus")
        ).to_be_attached()  # the page puts it there a moment after it stands
        self.page, self.keys, self.started = desk, 0, time.monotonic()

    def words(self, text: str) -> None:
        self.page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def on(self, name: str) -> None:
        expect(self.page.locator(f"[name={name}]:focus")).to_be_attached()

    def takes_what_is_offered(self) -> None:
        self.press("Alt+a")
        expect(self.page.locator("#id_category")).not_to_have_value("")

    def filed(self) -> tuple[Complaint, int, float]:
        expect(self.page.locator(".big-number")).to_be_visible()
        return Complaint.objects.get(), self.keys, time.monotonic() - self.started


def owner_by_room(clerk: Clerk) -> None:
    clerk.words("2-1-302")
    clerk.press("Enter")
    clerk.on("content")
    clerk.words("卫生间天花板漏水")
    clerk.takes_what_is_offered()
    clerk.press("Control+Enter")


def owner_by_phone_with_severity_and_handler(clerk: Clerk) -> None:
    clerk.words("13494795057")
    clerk.press("Enter")
    clerk.on("content")
    clerk.words("卫生间又漏水了")
    clerk.takes_what_is_offered()
    expect(clerk.page.locator("[name=severity]:checked")).to_have_value("important")
    clerk.press("Tab", *3 * ["Enter"], "Tab", "Enter")
    clerk.on("handler")
    clerk.press(*"wjj", "Control+Enter")


def unknown_visitor(clerk: Clerk) -> None:
    clerk.words("张三丰")
    clerk.press("Enter")
    clerk.on("name")
    clerk.press("Enter")
    clerk.words("13900001234")
    clerk.press("Enter", "Enter")
    clerk.on("where")
    clerk.words("东门")
    clerk.press("Enter", "Enter")
    clerk.on("content")
    clerk.words("门口漏水")
    clerk.takes_what_is_offered()
    clerk.press("Control+Enter")


def anonymous(clerk: Clerk) -> None:
    clerk.words("东门")
    clerk.press("Enter")
    clerk.on("where")
    clerk.press("Shift+Tab", *"nm", "Enter", "Enter", "Enter")
    clerk.on("content")
    clerk.words("岗亭漏水")
    clerk.takes_what_is_offered()
    clerk.press("Control+Enter")


def tenant_nobody_knows_yet(clerk: Clerk) -> None:
    clerk.words("李四")
    clerk.press("Enter")
    clerk.on("name")
    clerk.press("Enter")
    clerk.words("13911112222")
    clerk.press("Enter", *"zh", "Enter")
    clerk.on("where")
    clerk.words("2-1-302")
    clerk.press("Enter", "Enter")
    clerk.on("content")
    clerk.words("替业主反映厨房漏水")
    clerk.takes_what_is_offered()
    clerk.press("Control+Enter")


@pytest.fixture
def chinese(desk_page, categories) -> Page:
    """The desk in Chinese, with rules that suggest."""
    SuggestionRule.objects.create(words="漏水", category=categories["repairs"])
    SuggestionRule.objects.create(words="又漏", severity="important")
    desk_page.context.add_cookies([{"name": "django_language", "value": "zh-hans", "url": desk_page.url}])
    desk_page.goto("/desk/")
    return desk_page


@pytest.mark.parametrize(
    ("walk_in", "capacity", "handler"),
    [
        (owner_by_room, "owner_occupier", None),
        (owner_by_phone_with_severity_and_handler, "owner_occupier", "王建军"),
        (unknown_visitor, "visitor", None),
        (anonymous, "anonymous", None),
        (tenant_nobody_knows_yet, "tenant", None),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_a_walk_in_takes_twelve_keys_beyond_the_words(walk_in, capacity, handler, chinese) -> None:
    clerk = Clerk(chinese)
    walk_in(clerk)
    case, keys, seconds = clerk.filed()
    print(f"{walk_in.__name__}: {keys} keys beyond the words, {seconds:.1f} s")
    assert case.complainant.capacity == capacity and case.category.code == "repairs"
    assert (case.handler and case.handler.name) == handler
    assert keys <= MOST_KEYS and seconds <= MOST_SECONDS
