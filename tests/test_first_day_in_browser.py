"""The first day of a company in production: from an empty database to the customer's own page.

Every step of docs/production.md, "First start", in a real Chromium through a real nginx with TLS.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterator

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.ledgers import xlsx
from tests.production import Installation, installation

pytestmark = pytest.mark.browser
ADMINS, CLERKS = "three quiet lifts and a dog", "seven lamps on the stairs"
REGISTER = xlsx([
    ["楼栋", "单元", "房号", "业主姓名", "联系电话"],
    ["1号楼", "1", "101", "熊霞", "13494795057"],
    ["1号楼", "1", "102", "陈建国", "13912345678"],
])  # fmt: skip


@pytest.fixture(scope="module")
def company() -> Iterator[Installation]:
    with installation() as running:
        yield running


@pytest.fixture
def window(chromium, company) -> Iterator[Callable[[], Page]]:
    """A browser of one more person."""
    contexts = []

    def open_one() -> Page:
        context = chromium.new_context(locale="zh-CN", base_url=company.url, ignore_https_errors=True)
        context.set_default_timeout(30_000)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


def test_from_nothing_to_the_first_complaint(company, window) -> None:
    assert "Nobody can sign in yet. To begin: .venv/bin/python manage.py begin" in company.said()
    admin = window()
    admin.goto("/")
    expect(admin.locator("main")).to_contain_text("manage.py begin")

    begin(company)
    admin.reload()
    expect(admin.locator("main")).not_to_contain_text("manage.py begin")
    sign_in(admin, "zhangli", ADMINS)
    cookies = {cookie["name"]: cookie["secure"] for cookie in admin.context.cookies()}
    assert cookies["__Host-session"] is True

    next_step(admin).click()
    an_estate(admin)
    link = staff_by_excel(admin, company)
    a_register(admin)

    clerk = window()
    clerk.goto(link)
    choose_password(clerk, CLERKS)
    receipt = first_complaint(clerk)

    customer = window()
    customer.goto(receipt)
    customer.locator("main button.btn-primary").click()
    letter = customer.locator("main")
    expect(letter).to_contain_text("电梯又停了")
    expect(letter).to_contain_text("李敏")
    expect(customer.locator("footer")).to_contain_text("阳光物业服务有限公司")

    admin.goto("/")
    expect(admin.locator("h1")).to_be_visible()
    expect(admin.locator(".first-steps")).to_have_count(0)
    admin.goto("/settings/first-steps/")
    expect(admin.locator(".first-steps .tag")).to_have_count(5)


def begin(company: Installation) -> None:
    """The command on a terminal; the password is typed twice and never shown."""
    shown = company.on_a_terminal(
        [sys.executable, "manage.py", "begin"],
        [
            ("Language:", "1"), ("公司名称", "阳光物业服务有限公司"), ("姓名", "张立"), ("用户名", "zhangli"),
            ("邮箱", ""), ("密码", ADMINS), ("再输入一次", ADMINS),
        ],
    )  # fmt: skip
    assert ADMINS not in shown and ADMINS not in company.said()
    again = company.on_a_terminal([sys.executable, "manage.py", "begin"], [("Language:", "1")])
    assert again.count("已有") >= 3


def sign_in(page: Page, username: str, password: str) -> None:
    page.fill("[name=login]", username)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    expect(page.locator(".shell")).to_be_visible()


def next_step(page: Page):
    """The button of the step that comes next, as the first page shows it."""
    page.goto("/")
    return page.locator(".first-steps .is-now a.btn-primary")


def an_estate(page: Page) -> None:
    page.fill("[name=code]", "yg")
    page.fill("[name=name]", "阳光花园")
    page.fill("[name=service_phone]", "021-5555 0100")
    page.fill("[name=households]", "2")
    page.locator("main form.panel button.btn-primary").click()
    page.wait_for_url("**/settings/estates/YG/")
    page.goto("/settings/estates/YG/calendar/")
    expect(page.locator("main")).to_contain_text("国庆节")
    next_step(page).click()
    page.wait_for_url("**/settings/estates/YG/#departments")
    department = page.locator("details.ask", has=page.locator("[name=new-name]"))
    department.locator("summary").click()
    page.fill("[name=new-name]", "工程部")
    department.locator("button.btn-primary").click()
    expect(page.locator("main")).to_contain_text("工程部")


def staff_by_excel(page: Page, company: Installation) -> str:
    """Fill in the template and load it; the link of the clerk, who has no e-mail address."""
    next_step(page).click()
    with page.expect_download() as download:
        page.locator("a[href$='template.xlsx']").click()
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
    people = [
        ["李敏", "limin", "客服前台", "阳光花园"],
        ["王建军", "wangjj", "经办人", "阳光花园", "工程部"],
        ["陈芳", "chenfang", "客服主管", "YG", "", "13800000001", "chenfang@example.com"],
        ["周军", "zhoujun", "项目总", "YG"],
    ]
    for row, said in enumerate(people, start=2):
        for column, value in enumerate(said, start=1):
            book.worksheets[0].cell(row, column, value)
    send(page, book)
    expect(page.locator("main")).to_contain_text("项目总")
    expect(page.locator("form input[name=list]")).to_have_count(0)
    book.worksheets[0].cell(5, 3, "项目经理")
    page.goto("/settings/people/file/")
    send(page, book)
    page.locator("form[action$='/load/'] button.btn-primary").click()
    expect(page.locator("main code")).to_have_count(3)
    link = page.locator("main li", has_text="limin").locator("code").inner_text()
    assert link.startswith(company.url)
    for _ in range(60):  # the mail of the fourth goes out with the worker or the timers
        if company.post_office.copies:
            break
        page.wait_for_timeout(500)
    assert [key for key in company.post_office.copies if key.endswith("invitation")]
    return link


def send(page: Page, book) -> None:
    filled = io.BytesIO()
    book.save(filled)
    page.set_input_files(
        "[name=file]",
        {"name": "员工.xlsx", "mimeType": "application/octet-stream", "buffer": filled.getvalue()},
    )
    page.locator("main form[enctype] button.btn-primary").click()
    expect(page.locator("main table").first).to_be_visible()


def a_register(page: Page) -> None:
    next_step(page).click()
    page.set_input_files(
        "[name=file]", {"name": "台账.xlsx", "mimeType": "application/octet-stream", "buffer": REGISTER}
    )
    page.locator("main form[enctype] button.btn-primary").click()
    load = page.locator("main form button.btn-primary", has_text="导入")
    expect(load).to_be_visible(timeout=90_000)  # it may be read by the worker first
    load.click()
    expect(page.locator("main")).to_contain_text("已导入", timeout=90_000)  # read and loaded by the worker
    page.goto("/")  # the last step has no page of the administrator's
    expect(page.locator(".first-steps .is-now")).to_contain_text("第一张投诉单")


def choose_password(page: Page, password: str) -> None:
    page.fill("[name=password1]", password)
    page.fill("[name=password2]", password)
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state()
    page.goto("/desk/")
    page.fill("[name=login]", "limin")
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")


def first_complaint(page: Page) -> str:
    """Filed at the desk; the link behind the code on the receipt."""
    expect(page.locator("#id_find")).to_be_focused()
    page.wait_for_load_state("load")
    page.keyboard.type("1-1-101")
    page.keyboard.press("Enter")
    expect(page.locator("#id_name")).to_have_value("熊霞")
    page.fill("#id_content", "电梯又停了，老人上不了楼。")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".big-number")).to_have_text(re.compile(r"^\s*YG-\d{4}-\d+\s*$"))
    return page.locator("[name=link]").get_attribute("value") or ""
