"""Type-ahead on lists: a select understands pinyin, initials, digits and codes, in a real Chromium."""

import re
from collections import namedtuple
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.conf import settings
from django.forms.models import ModelChoiceIteratorValue
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect

from config.framework.field_rendering import FieldRenderer
from config.framework.templatetags.basics import keys

pytestmark = pytest.mark.browser

Row = namedtuple("Row", "also_called")
PEOPLE = [
    ("", "请选择人员"),
    (
        "工程部",
        [(ModelChoiceIteratorValue("wang", Row("wanggong 5057")), "王建军（经办）"), ("li", "李敏（前台）")],
    ),
    (
        "秩序部",
        [("shan", "单晓峰（主管）"), ("li2", "李明"), ("north", "12号楼2单元"), ("ann", "Ann Smith")],
    ),
]


MANY = [
    ("", "请选择"),
    *((str(n), f"{name}{n}") for n, name in enumerate(["电梯", "漏水", "噪声", "停车"] * 5)),
]
COLLEAGUES = ("李敏 · 客服前台", "李明 · 工程部", "工程部", "Tom Lee · 保安部")


class Choices(forms.Form):
    person = forms.ChoiceField(label="经办人", choices=PEOPLE, required=False)
    many = forms.ChoiceField(label="类别", choices=MANY, required=False)
    about = forms.CharField(label="被投诉人", required=False, widget=forms.TextInput({"list": "colleagues"}))
    few = forms.ChoiceField(label="是否", choices=[("y", "是"), ("n", "否")])


@pytest.fixture
def page(chromium) -> Iterator[Page]:
    form = Choices(renderer=FieldRenderer())
    static = settings.BASE_DIR / "static"
    suggested = "".join(f'<option value="{name}" {keys(name)}></option>' for name in COLLEAGUES)
    script, style = ((static / name).read_text() for name in ("js/choose.js", "css/forms.css"))
    page = chromium.new_page(viewport={"width": 390, "height": 600}, has_touch=True)
    page.failures = []
    page.on("pageerror", lambda error: page.failures.append(str(error)))
    page.set_content(
        f"<!doctype html><html lang=zh><title>x</title><style>{style} * {{ box-sizing: border-box }}</style>"
        f"<main><h1>x</h1><form>{form}</form><datalist id=colleagues>{suggested}</datalist></main>"
        f"{render_to_string('components/tail.html')}"
        f"<script>window.told = []; addEventListener('change', e => told.push(e.target.value))</script>"
        f"<script type=module>{script}</script></html>"
    )
    page.focus("#id_person")
    yield page
    assert page.failures == []
    page.close()


def holds(page: Page, value: str, selector: str = "#id_person") -> None:
    expect(page.locator(selector)).to_have_value(value)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("wjj", "wang"),  # initials
        ("wangji", "wang"),  # syllables begun
        ("jianjun", "wang"),  # from the second on
        ("5057", "wang"),  # the end of a phone
        ("wanggong", "wang"),  # how he signs in
        ("shan", "shan"),  # as a surname is read
        ("dxf", "shan"),  # as the character is read elsewhere
        ("limin", "li"),
        ("liming", "li2"),
        ("122", "north"),  # its digits alone
        ("12hl2", "north"),
        ("smith", "ann"),
        ("Ann S", "ann"),
        ("zzz", ""),  # nothing fits: as before
    ],
)
def test_what_is_typed_finds_the_option(typed, found, page) -> None:
    page.keyboard.type(typed)
    holds(page, found)
    expect(page.locator(".pick-list")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".pick-list")).to_be_hidden()
    holds(page, found)
    assert page.evaluate("told") == ([found] if found else [])


def test_arrows_go_through_what_fits_and_escape_takes_it_back(page) -> None:
    page.keyboard.type("li")
    holds(page, "li")
    expect(page.locator(".pick-row")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    holds(page, "li2")
    page.keyboard.press("Escape")
    holds(page, "")
    assert page.evaluate("told") == []
    page.keyboard.type("lix")
    page.keyboard.press("Backspace")
    page.keyboard.press("Tab")
    holds(page, "li")
    assert page.evaluate("told") == ["li"]


def test_a_pointer_opens_the_whole_list_in_its_groups(page) -> None:
    page.click("#id_person")
    expect(page.locator(".pick-group")).to_have_text(["工程部", "秩序部"])
    expect(page.locator(".pick-row")).to_have_count(7)
    page.locator(".pick-row", has_text="单晓峰").click()
    holds(page, "shan")
    expect(page.locator("#id_person")).to_be_focused()
    assert page.evaluate("told") == ["shan"]


def test_a_list_of_few_is_left_to_the_browser(page) -> None:
    page.focus("#id_few")
    page.keyboard.type("n")
    expect(page.locator(".pick-list")).to_have_count(0)


def test_an_open_list_is_in_nobodys_way(page) -> None:
    page.keyboard.press("Space")
    expect(page.locator(".pick-list")).to_be_visible()
    found = Axe().run(page, options={"rules": {"color-contrast": {"enabled": False}}}).response["violations"]
    assert [v["id"] for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


# Suggestions of a field ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "pressed", "written"),
    [
        ("limin", "Enter", "李敏 · 客服前台"),
        ("王工、lming", "Enter", "王工、 李明 · 工程部"),  # the last of several
        ("gcb", "Enter", "工程部"),
        ("lm", "ArrowDown Enter", "李明 · 工程部"),
        ("Tom", "Enter", "Tom"),  # a stranger's name is left alone
        ("Tom", "ArrowDown Enter", "Tom Lee · 保安部"),
        ("limin", "Escape", "limin"),
        ("zzz", "Enter", "zzz"),
    ],
)
def test_a_field_with_suggestions_understands_pinyin(typed, pressed, written, page) -> None:
    page.evaluate("document.querySelector('form').addEventListener('submit', e => e.preventDefault())")
    page.focus("#id_about")
    page.keyboard.type(typed)
    for key in pressed.split():
        page.keyboard.press(key)
    holds(page, written, "#id_about")
    expect(page.locator(".pick-list:popover-open")).to_have_count(0)
    assert page.get_attribute("#id_about", "list") is None


# A finger -----------------------------------------------------------------------------------------------


def test_a_finger_searches_a_long_list_in_a_sheet(page) -> None:
    page.locator("#id_many").tap()
    sheet = page.locator("dialog.pick-sheet")
    expect(sheet).to_be_visible()
    expect(sheet.locator("h2")).to_have_text(re.compile(r"^\s*类别"))
    expect(sheet.locator(".pick-row")).to_have_count(21)
    sheet.locator("input").fill("ls")
    expect(sheet.locator(".pick-row")).to_have_text(["漏水1", "漏水5", "漏水9", "漏水13", "漏水17"])
    assert all(row.bounding_box()["height"] >= 44 for row in sheet.locator(".pick-row").all())
    found = Axe().run(page, options={"rules": {"color-contrast": {"enabled": False}}}).response["violations"]
    assert [v["id"] for v in found] == []
    sheet.locator(".pick-row", has_text="漏水9").tap()
    expect(sheet).to_have_count(0)
    holds(page, "9", "#id_many")
    assert page.evaluate("told") == ["9"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_sheet_is_closed_without_choosing_and_says_where_nothing_is_found(page) -> None:
    page.locator("#id_many").tap()
    page.locator(".pick-sheet input").fill("zzz")
    expect(page.locator(".pick-sheet .pick-none")).to_be_visible()
    page.locator(".pick-sheet form button").tap()
    expect(page.locator(".pick-sheet")).to_have_count(0)
    holds(page, "", "#id_many")
    assert page.evaluate("told") == []


def test_a_list_that_is_seen_at_once_gets_no_sheet_from_a_finger(page) -> None:
    page.locator("#id_person").tap()
    expect(page.locator(".pick-sheet")).to_have_count(0)
