"""How people work a page: by keys alone with the focus in sight, by thumb, with a Chinese input method."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

THUMB = 44  # pixels, design.md
SMALL_PHONE = {"width": 320, "height": 640}
TOUCH: dict[str, Any] = {"has_touch": True, "is_mobile": True, "locale": "zh-CN"}
ONE_ROUND = 400  # stops on a page, at the very most

#: The element that has the focus: which, whether one sees that, whether it is the same as at the last look.
LOOK = """() => {
  const here = document.activeElement;
  const same = window.lastStop === here;
  window.lastStop = here;
  if (!here || here === document.body) return { name: "", seen: true, same };
  const label = here.labels?.[0];
  const drawn = [[here, null], [here, "::after"], [label, null], [here.closest(".file-field"), null]];
  const seen = drawn.some(([e, part]) => {
    const style = e && getComputedStyle(e, part);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  });
  const box = ((here.matches("[type=radio], [type=checkbox]") && label) || here).getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const name = `${here.tagName} ${here.id || here.name || here.textContent.trim().slice(0, 30)}`;
  return { name, seen: seen && inside, same };
}"""


class Keys:
    """The keyboard of somebody who touches nothing else; keys beyond the words are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0
        page.emulate_media(reduced_motion="reduce")  # a page that glides to the focus is looked at too early

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def step(self, key: str = "Tab") -> str:
        """One stop further; the focus is seen there and went somewhere."""
        self.press(key)
        stop = self.page.evaluate(LOOK)
        assert stop["seen"], f"the focus is not seen: {stop['name']}"
        assert not stop["same"], f"the focus stays: {stop['name']}"
        return stop["name"]

    def to(self, selector: str, key: str = "Tab", most: int = 60) -> None:
        """On to a field or a button."""
        stops = []
        for _ in range(most):
            if self.page.locator(f":is({selector}):focus").count():
                return
            stops.append(self.step(key))
        raise AssertionError(f"{selector} is not reached: {stops}")

    def all_round(self) -> int:
        """Once through the whole page and out of it again, so nothing holds the focus; how many stops."""
        before = self.count
        self.page.evaluate("const top = document.querySelector('.skip'); top.focus(); top.blur()")
        for stops in range(ONE_ROUND):
            if not self.step() and stops:
                self.count = before
                return stops
        raise AssertionError("the focus never leaves the page")


def taps(page: Page, *targets: str | Locator) -> int:
    """One after the other by thumb, each large enough for it; how many."""
    for target in targets:
        place = page.locator(target).first if isinstance(target, str) else target
        expect(place).to_be_visible()
        box = place.bounding_box()
        assert box and round(box["height"]) >= THUMB, f"{target} is {box} on a phone"
        place.tap()
    return len(targets)


def fits(page: Page) -> bool:
    """Nothing lies beside the screen, of the page when it has come whole."""
    page.wait_for_load_state()
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


class InputMethod:
    """Pinyin: each letter comes as key 229 and stands underlined, then the characters take their place."""

    def __init__(self, page: Page) -> None:
        self.page, self.wire = page, page.context.new_cdp_session(page)

    def key(self, key: str, code: str = "") -> None:
        """A key the input method keeps for itself: the page hears of it, and must let it pass."""
        for sort in ("rawKeyDown", "keyUp"):
            said = {"type": sort, "key": key, "code": code or f"Key{key.upper()}"}
            self.wire.send("Input.dispatchKeyEvent", said | {"windowsVirtualKeyCode": 229})

    def letters(self, pinyin: str) -> None:
        for end in range(1, len(pinyin) + 1):
            self.key(pinyin[end - 1])
            said = {"text": pinyin[:end], "selectionStart": end, "selectionEnd": end}
            self.wire.send("Input.imeSetComposition", said)

    def type(self, pinyin: str, words: str) -> None:
        """A word: its letters, an arrow among what is offered, Enter or the space bar to take it."""
        self.letters(pinyin)
        for key in ("ArrowDown", "ArrowUp", "Enter"):
            self.key(key, key)
        self.wire.send("Input.insertText", {"text": words})
