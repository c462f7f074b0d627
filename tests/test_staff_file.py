"""The Excel of staff: the template, a look at how it was read, and everybody hired at once or nobody."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from openpyxl.styles import Font

from complaints import staff_list
from complaints.actions.staff_list import hire_list
from complaints.models import OutboxMessage
from complaints.notifications import send_due
from staff import actions as office
from staff.models import Department, Posting, User
from staff.roles import Role
from tests.cast import march
from tests.ledgers import csv_bytes, xlsx
from tests.markup import markup

pytestmark = pytest.mark.django_db
NOON = march(2, 12)
FILE = "/settings/people/file/"
HEAD = ["姓名*", "用户名*", "角色*", "小区", "部门", "手机", "邮箱", "企业微信"]
GOOD = [
    ["钱小红", "qianxiaohong", "客服前台", "锦绣花园", "", 13812345678, "qian@example.com", "QianXH"],
    ["孙师傅", "sunshifu", "经办人", "jx", "工程部", "", "", ""],
    ["Head Li", "headli", "Department head", "JX", "Engineering", "", "", ""],
]


@pytest.fixture
def place(jinxiu, cuihu, engineering) -> None:
    Department.objects.create(estate=cuihu, name="工程部", name_en="Engineering")


@pytest.fixture
def send(write, place):
    """The list as somebody uploads it."""

    def upload(person: User, rows: list[list[Any]], *, head: list[str] = HEAD, content: bytes | None = None):
        file = SimpleUploadedFile("员工.xlsx", content if content is not None else xlsx([head, *rows]))
        return write(person, FILE, {"file": file})

    return upload


def sealed(answer) -> str:
    return re.search(r'name="list" value="([^"]+)"', markup(answer))[1]


def problems(answer) -> dict[int, str]:
    """What is wrong, by row of the sheet."""
    page = markup(answer).partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r'<td class="num">(\d+)</td><td[^>]*>.*?</td><td>(.*?)</td>', page, re.S)
    return {int(row): said.replace("&#x27;", "'").strip() for row, said in rows}


def test_everybody_of_a_right_list_gets_a_log_in_a_posting_and_a_way_to_a_password(
    send, write, admin, jinxiu, engineering
) -> None:
    look = send(admin, GOOD)
    assert look.status_code == 200 and not User.objects.filter(username="qianxiaohong").exists()
    answer = write(admin, FILE + "load/", {"list": sealed(look)})
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    clerk, worker, head = (User.objects.get(username=name) for name in ("qianxiaohong", "sunshifu", "headli"))
    assert (clerk.name, clerk.phone, clerk.email, clerk.wecom_id) == (
        "钱小红", "13812345678", "qian@example.com", "QianXH",
    )  # fmt: skip
    assert not any(person.has_usable_password() for person in (clerk, worker, head))
    held = [(p.role, p.estate, p.department, p.starts_at) for p in Posting.objects.filter(user=clerk)]
    assert held == [(Role.FRONT_DESK, jinxiu, None, NOON)]
    assert (worker.postings.get().role, worker.postings.get().department) == (Role.HANDLER, engineering)
    assert head.postings.get().role == Role.DEPARTMENT_HEAD
    assert clerk.history.get().history_user == clerk.postings.get().history.get().history_user == admin
    page = answer.content.decode()
    assert page.count("/accounts/password/reset/key/") == 2 and "a mail to qian@example.com" in page


def test_a_link_handed_over_opens_the_log_in_of_its_person(send, write, admin) -> None:
    page = markup(write(admin, FILE + "load/", {"list": sealed(send(admin, GOOD[1:2]))}))
    path = urlsplit(re.search(r"<code>(\S+)</code>", page)[1]).path
    visitor = Client()
    form = visitor.get(path, follow=True).request["PATH_INFO"]
    visitor.post(form, {"password1": "a spanner and a lamp", "password2": "a spanner and a lamp"})
    assert User.objects.get(username="sunshifu").check_password("a spanner and a lamp")
    assert "password1" not in markup(Client().get(path, follow=True))


def test_the_mail_goes_out_with_the_worker_and_its_link_stands_in_no_row(send, write, admin) -> None:
    write(admin, FILE + "load/", {"list": sealed(send(admin, GOOD))})
    (row,) = OutboxMessage.objects.filter(kind="invitation")
    assert row.user.username == "qianxiaohong" and row.params == {}
    while send_due(NOON):
        pass
    (sent,) = mail.outbox
    assert sent.to == ["qian@example.com"] and "/accounts/password/reset/key/" in sent.body
    assert "Message-ID" in sent.extra_headers
    row.refresh_from_db()
    assert row.state == OutboxMessage.State.SENT


def test_who_has_chosen_a_password_meanwhile_is_sent_no_link(send, write, admin) -> None:
    write(admin, FILE + "load/", {"list": sealed(send(admin, GOOD[:1]))})
    clerk = User.objects.get(username="qianxiaohong")
    clerk.set_password("a lamp and a spanner")
    office.edit(clerk, {"password": clerk.password}, by=clerk)
    send_due(NOON)
    assert not mail.outbox
    assert OutboxMessage.objects.get(kind="invitation").state == OutboxMessage.State.MUTED


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({0: ""}, "Name is missing"),
        ({1: ""}, "User name is missing"),
        ({2: ""}, "Role is missing"),
        ({1: "limin"}, "User name: A user with that username already exists"),
        ({1: "two words"}, "valid username"),
        ({1: "qianxiaohong"}, "stands in B2 already"),
        ({1: "QianXiaohong"}, "stands in B2 already"),
        ({2: "主管"}, "“主管” is no role: Front desk"),
        ({3: "锦绣"}, "“锦绣” is no estate here: 翠湖雅苑, 锦绣花园"),
        ({3: ""}, "is no department of headquarters; say the estate"),
        ({3: "", 4: ""}, "The estate is missing"),
        ({4: "保洁部"}, "“保洁部” is no department there: Engineering"),
        ({6: "nowhere"}, "valid email"),
        ({0: "名" * 61}, "at most 60"),
        ({5: "1" * 31}, "Phone: "),
        ({5: "1381234567"}, "Phone: "),
        ({0: "=1+1"}, "formula without a saved result"),
    ],
)
def test_one_wrong_row_is_named_with_its_reason_and_nothing_is_loaded(
    send, admin, limin, wrong, sentence
) -> None:
    row = list(GOOD[1])
    for column, value in wrong.items():
        row[column] = value
    before = User.objects.count()
    answer = send(admin, [GOOD[0], row])
    assert answer.status_code == 422 and list(problems(answer)) == [3]
    assert sentence in problems(answer)[3]
    assert 'name="list"' not in answer.content.decode()
    assert User.objects.count() == before and not OutboxMessage.objects.exists()


def test_every_wrong_row_is_named_at_once(send, admin) -> None:
    answer = send(
        admin, [["", "a", "经办人", "JX"], GOOD[0], ["乙", "b", "皇帝", "JX"], ["丙", "c", "经办人", "X"]]
    )
    assert list(problems(answer)) == [2, 4, 5]


def test_everything_that_is_wrong_in_a_row_is_told_at_once_with_its_cell(send, admin, limin) -> None:
    office.edit(limin, {"email": "limin@example.com", "wecom_id": "LiMin"}, by=admin)
    answer = send(
        admin,
        [
            ["", "two words", "皇帝", "锦绣", "", "1381234567", "limin@example.com", "LiMin"],
            ["名" * 61, "limin", "", "JX", "保洁部", "", "nowhere", ""],
        ],
    )
    first, second = problems(answer).values()
    cells = [re.findall(r"<span class=\"tag\">(\w+)</span>", said) for said in (first, second)]
    assert [sorted(found) for found in cells] == [
        ["A2", "B2", "C2", "D2", "F2", "G2", "H2"],
        ["A3", "B3", "C3", "E3", "G3"],
    ]
    assert "李敏 already uses this" in first and "“锦绣” is no estate here" in first


def test_a_mailbox_twice_in_the_file_is_told_with_the_cell_it_stands_in_first(send, admin) -> None:
    other = ["孙师傅", "sun", "经办人", "JX", "", "", "QIAN@example.com", "qianxh"]
    said = problems(send(admin, [GOOD[0], other]))
    assert list(said) == [3]
    assert "address stands in G2 already" in said[3] and "account stands in H2 already" in said[3]


def test_a_cell_is_named_with_its_sheet_where_several_hold_people(send, admin) -> None:
    book = load_workbook(io.BytesIO(xlsx([HEAD, GOOD[0]])))
    more = book.create_sheet("翠湖")
    for row in (HEAD, ["", "sun", "经办人", "CH"]):
        more.append(row)
    content = io.BytesIO()
    book.save(content)
    assert "翠湖!A2" in problems(send(admin, [], content=content.getvalue()))[2]


def test_a_corrected_file_is_sent_from_the_page_that_named_the_mistakes(send, write, admin) -> None:
    wrong = send(admin, [[*GOOD[0][:2], "皇帝", *GOOD[0][3:]]])
    assert f'action="{FILE}"' in wrong.content.decode() and 'type="file"' in wrong.content.decode()
    write(admin, FILE + "load/", {"list": sealed(send(admin, GOOD[:1]))})
    assert User.objects.get(username="qianxiaohong").phone == "13812345678"


def test_who_is_struck_out_or_hidden_in_the_list_gets_no_log_in(send, admin) -> None:
    book = load_workbook(io.BytesIO(xlsx([HEAD, *GOOD])))
    book.active.row_dimensions[3].hidden = True
    for cell in book.active[4]:
        cell.font = Font(strike=True)
    content = io.BytesIO()
    book.save(content)
    page = send(admin, [], content=content.getvalue()).content.decode()
    assert "row 3 (hidden row)" in page and "row 4 (row struck out)" in page
    assert "sunshifu" not in page and "headli" not in page


# Who may -----------------------------------------------------------------------------------------------
def test_who_may_hire_nobody_finds_no_list(read, write, limin, chenfang, wuzong, auditor, place) -> None:
    for someone in (limin, chenfang, wuzong, auditor):
        for path in (FILE, FILE + "template.xlsx"):
            assert read(someone, path).status_code == 404
        for path in (FILE, FILE + "load/"):
            assert write(someone, path, {"list": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["甲", "jia", "项目经理", "JX"], "given by an administrator"),
        (["甲", "jia", "总经理", ""], "given by an administrator"),
        (["甲", "jia", "客服前台", "全公司"], "given by an administrator"),
        (["甲", "jia", "客服前台", "翠湖雅苑"], "no estate here"),
        (["甲", "jia", "经办人", "CH", "工程部"], "no estate here"),
    ],
)
def test_a_property_manager_loads_what_he_may_give_and_no_more(send, zhoujun, row, sentence) -> None:
    answer = send(zhoujun, [GOOD[0], row])
    assert sentence in problems(answer)[3] and "翠湖雅苑, " not in problems(answer)[3]
    assert send(zhoujun, GOOD).status_code == 200


def test_the_rules_are_asked_again_when_it_is_loaded(send, write, zhoujun, admin) -> None:
    seal = sealed(send(zhoujun, GOOD))
    office.end_posting(zhoujun.postings.get(), at=NOON, by=admin)
    assert write(zhoujun, FILE + "load/", {"list": seal}).status_code == 404
    assert not User.objects.filter(username="qianxiaohong").exists()


def test_user_names_taken_between_looking_and_loading_stop_the_whole_list(send, write, admin) -> None:
    seal = sealed(send(admin, GOOD))
    for taken in ("sunshifu", "headli"):
        office.add_user(username=taken, name="另一人")
    answer = write(admin, FILE + "load/", {"list": seal})
    assert answer.status_code == 422 and list(problems(answer)) == [3, 4]
    assert not User.objects.filter(username="qianxiaohong").exists() and not OutboxMessage.objects.exists()


def test_a_list_names_everybody_it_was_refused_for_and_hires_nobody(place, admin, jinxiu) -> None:
    office.add_user(username="taken", name="另一人")
    what = {"name": "新人", "role": Role.FRONT_DESK, "estate": jinxiu}
    names = ["taken", "fresh", "taken"]
    hired, refused = hire_list([{"username": name, **what} for name in names], by=admin, at=NOON)
    assert (hired, list(refused)) == ([], [0, 2])
    assert not User.objects.filter(username="fresh").exists()


def test_a_seal_is_not_anothers_and_cannot_be_forged(send, write, admin, zhoujun) -> None:
    seal = sealed(send(admin, [["甲", "jia", "系统管理员", ""]]))
    for forged in (seal, seal[:-2], "", "x:y:z"):
        answer = write(zhoujun, FILE + "load/", {"list": forged})
        assert (answer.status_code, answer["Location"]) == (302, FILE)
    assert not User.objects.filter(username="jia").exists()


def test_pressed_twice_it_hires_once(send, write, admin) -> None:
    seal = sealed(send(admin, GOOD))
    write(admin, FILE + "load/", {"list": seal})
    again = write(admin, FILE + "load/", {"list": seal})
    assert (again.status_code, again["Location"]) == (302, "/settings/people/")
    assert OutboxMessage.objects.filter(kind="invitation").count() == 1


# Files ---------------------------------------------------------------------------------------------------
def test_the_template_offers_what_the_person_may_give_and_is_read_again(read, send, zhoujun) -> None:
    content = read(
        zhoujun,
        FILE + "template.xlsx",
    ).content
    book = load_workbook(io.BytesIO(content))
    sheet, words = book.worksheets
    assert [cell.value for cell in sheet[1]][:3] == ["Name*", "User name*", "Role*"]
    offered = {str(cell.value) for column in words.columns for cell in column}
    assert "Front desk" in offered and "锦绣花园" in offered and "Engineering" in offered
    assert "General manager" not in offered and "翠湖雅苑" not in offered
    for column, value in enumerate(["钱小红", "qian", "Front desk", "锦绣花园"], start=1):
        sheet.cell(2, column, value)
    filled = io.BytesIO()
    book.save(filled)
    answer = send(zhoujun, [], content=filled.getvalue())
    assert answer.status_code == 200 and "钱小红" in answer.content.decode()
    assert "Not read" not in answer.content.decode()  # its second sheet is ours


def test_the_template_speaks_the_language_of_its_reader_and_every_heading_of_it_is_known(
    client, admin, place, cuihu
) -> None:
    office.edit(cuihu, {"name": "=1+1"}, by=admin)
    client.force_login(admin)
    for language, name in (("zh-CN", "姓名*"), ("en", "Name*")):
        answer = client.get(FILE + "template.xlsx", headers={"accept-language": language})
        book = load_workbook(io.BytesIO(answer.content))
        headings = [cell.value for cell in book.worksheets[0][1]]
        assert headings[0] == name
        assert [staff_list._meaning(heading) for heading in headings] == list(staff_list.COLUMNS)
        kinds = {cell.data_type for column in book.worksheets[1].columns for cell in column}
        assert "f" not in kinds


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (xlsx([["员工花名册"], ["姓名", "部门"], ["甲", "工程部"]]), "No row with the headings"),
        (xlsx([HEAD]), "nobody in the file"),
        (xlsx([[*HEAD, "电话"], GOOD[0]]), "Two columns of the sheet"),
        (xlsx([HEAD, *([f"甲{n}", f"u{n}", "经办人", "JX"] for n in range(501))]), "More than 500 people"),
        (b"\xd0\xcf\x11\xe0 old", "old .xls"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_the_reason(send, admin, content, sentence) -> None:
    answer = send(admin, [], content=content)
    assert answer.status_code == 422 and sentence in answer.content.decode()


def test_titles_csv_and_columns_in_any_order_are_read_and_what_is_not_read_is_said(send, admin) -> None:
    rows = [
        ["锦绣花园员工表"], [], ["序号", "岗位等级", "角色", "登录名", "员工姓名", "所属项目"],
        ["1", "A", "客服前台", "qian", "钱小红", "锦绣花园"],
    ]  # fmt: skip
    for content in (xlsx(rows), csv_bytes(rows, "gb18030")):
        page = send(admin, [], content=content).content.decode()
        assert "序号 · 岗位等级" in page and 'name="list"' in page
