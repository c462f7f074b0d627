"""What the staff's pages print while a customer looks on: what concerns him, and nothing of ours."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from playwright.sync_api import Page

from tests.cast import OPINION, march
from tests.tree import ROOT

PRINT = (ROOT / "static/css/print.css").read_text()
#: What is ours, by the markup's class; print.css hides it, but for whoever decides on it.
OURS = (
    ".due", ".clocks", ".severity", ".grade", ".tag", ".internal", ".case-rest", ".dangers", ".danger-panel",
    ".entry:not(.is-visible)", ".entry-body.is-inside",
)  # fmt: skip
VOID = {"meta", "link", "input", "img", "br", "hr", "path", "source"}


class Printed(HTMLParser):
    """The words of a page's main part that are not in an element print.css hides."""

    HIDDEN = {kind.strip(".") for kind in OURS if kind.count(".") == 1} | {"is-inside"}
    HIDDEN |= {"next-step", "no-print", "btn"}

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.words = ""
        self.feed(page[page.index('<div class="page"') : page.index("</main>")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        named = dict(attrs).get("class") or ""
        classes = named.split()
        ours = "entry" in classes and "is-visible" not in classes
        ours = ours or bool(self.HIDDEN & set(classes)) or tag in ("svg", "template")
        self.open.append(ours or bool(self.open and self.open[-1]))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not (self.open and self.open[-1]):
            self.words += " " + data.strip()


@pytest.fixture
def late(case_in, office_of_jinxiu, clock):
    """A major case with the department's opinion, late, so that everything of ours stands on its page."""
    case = case_in("acting", severity="major", at=march(2))
    clock.now = march(20, 10)
    return case


@pytest.mark.once
@pytest.mark.parametrize("kind", OURS)
def test_print_hides_every_kind_of_ours(kind) -> None:
    rules = re.findall(r"([^{}]+)\{ display: none !important; \}", PRINT[PRINT.index("@media print") :])
    assert any(kind in re.split(r"[ ,()]+", rule) or kind in rule for rule in rules)


@pytest.mark.django_db
def test_the_case_page_prints_no_limit_no_mark_and_no_note_of_ours(opened, late, office_of_jinxiu) -> None:
    page = opened(late, office_of_jinxiu.limin).content.decode()
    printed = Printed(page).words
    assert OPINION in page and "Clocks" in page and "Major" in page
    for ours in (OPINION, "Clocks", "Major", "overdue", "late by", "Notice grade", "Department's opinion"):
        assert ours not in printed, ours
    for his in (late.number, "李敏", late.content[:10]):
        assert his in printed, his


@pytest.mark.django_db
def test_after_filing_the_page_prints_no_limits(client, late, office_of_jinxiu) -> None:
    client.force_login(office_of_jinxiu.limin)
    page = client.get(f"/desk/filed/{late.number}/", headers={"accept-language": "en"})
    printed = Printed(page.content.decode()).words
    assert "First receiver" in printed
    assert "Reported to" not in printed and "overdue" not in printed


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_chromium_prints_the_same(as_, late, office_of_jinxiu) -> None:
    page: Page = as_(office_of_jinxiu.limin)
    page.goto(f"/cases/{late.number}/")
    assert OPINION in page.inner_text("main") and page.locator(".case-marks").is_visible()
    page.emulate_media(media="print")
    printed = page.inner_text("main")
    assert late.content[:10] in printed and OPINION not in printed
    for kind in (".due", ".clocks", ".severity", ".grade", ".tag", ".case-rest", ".next-step"):
        assert not any(one.is_visible() for one in page.locator(f"main {kind}").all()), kind
