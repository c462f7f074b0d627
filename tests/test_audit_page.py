"""The page of the audit: sentences, the way to what they are about, what can be looked for, its file."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staff.models import AuditRow
from tests.audits import as_
from tests.cast import march


@pytest.fixture
def written(walk_in, limin, chenfang, xiongxia, home):
    """A row of each sort."""
    case = walk_in()
    said = [
        ("wrong_log_in", limin, "", "", ""),
        ("wrong_log_in", None, "", "", ""),
        ("locked", limin, "", "", ""),
        ("wrong_code", None, "code", case.number, ""),
        ("wrong_code", None, "asked", "", ""),
        ("wrong_token", None, "", "", ""),
        ("refused", limin, "", case.number, ""),
        ("refused", limin, "reports:ledger", "", ""),
        ("refused", limin, f"user {chenfang.pk}", "", ""),
        ("refused", limin, "extension 3", case.number, ""),
        ("export", limin, "paper receipt", case.number, ""),
        ("export", limin, "reports:ledger_excel", "", "from=2026-05-01&until=2026-05-31&scope=company"),
        ("export", limin, "audit_export", "", ""),
        ("phones", limin, "complainant", case.number, ""),
        ("phones", limin, f"unit {home.pk}", "", ""),
        ("phones", limin, f"owner {xiongxia.pk}", "", ""),
        ("listed", limin, "api_cases", "", "estate=JX&q=%E2%80%A6"),
    ]
    for kind, user, about, number, filters in said:
        AuditRow.objects.create(
            at=march(2, 9), kind=kind, user=user, about=about, case=number, filters=filters,
            address="unknown", found=1200 if kind == "listed" else None, times=3 if kind == "locked" else 1,
        )  # fmt: skip
    return case


def words(page) -> dict[str, str]:
    return {line.words: line.url for line in page.context["lines"]}


def test_each_row_is_a_sentence_and_leads_where_the_reader_may_go(written, auditor, xiongxia, home) -> None:
    number = written.number
    page = as_(auditor).get("/audit/")
    case = f"/cases/{number}/"
    assert words(page) == {
        "Wrong password at sign-in": "",
        "Sign-in with a user name that does not exist": "",
        "Sign-in tried while account or network had to wait": "",
        f"Wrong one-time code for case {number} on the owners' pages": case,
        "Asked for one-time codes too often on the owners' pages": "",
        "A program sent a key that is not valid": "",
        f"Refused: case {number}": case,
        "Refused: the reports": "",
        "Refused: 陈芳": "",
        f"Refused: a request for an extension of case {number}": case,
        f"Downloaded the receipt of case {number}": case,
        "Downloaded the complaint ledger": "",
        "Downloaded the audit": "",
        f"Saw the phone of the complainant of case {number}, who wants to stay unknown": case,
        f"Saw the phones of {home.estate} {home.code}": f"/registers/units/{home.pk}/",
        f"Saw the phones of customer No. {xiongxia.pk} of {home.estate}": f"/registers/people/{xiongxia.pk}/",
        "Read the list of cases through the API": "",
    }
    text = page.content.decode()
    assert "from 2026-05-01 · to 2026-05-31 · of The whole company" in text
    assert "estate JX · by words that were searched for · 1,200 rows" in text
    assert "3 times within a minute" in text and "Kept for 3 years" in text and xiongxia.name not in text
    for key in ("reports:", "api_", "paper receipt", "audit_export"):
        assert key not in "".join(words(page))


def test_it_is_chinese_for_who_reads_chinese(written, auditor) -> None:
    text = as_(auditor, **{"accept-language": "zh-hans"}).get("/audit/").content.decode()
    for sentence in (
        f"下载了投诉单 {written.number} 的受理回执", "通过接口读取了投诉单列表", "保存 3 年", "登录密码错误",
        f"查看了投诉单 {written.number} 要求保密的投诉人的电话", "1,200 条", "一分钟内 3 次",
    ):  # fmt: skip
        assert sentence in text


def test_an_administrator_reads_the_number_and_is_led_to_no_case(written, admin) -> None:
    page = as_(admin).get("/audit/")
    assert written.number in page.content.decode()
    assert f"/cases/{written.number}/" not in page.content.decode()


def test_a_case_is_found_by_its_number_however_it_is_typed(written, auditor) -> None:
    client = as_(auditor)
    found = client.get("/audit/", {"case": f" {written.number.lower().replace('-', '')} "}).context["lines"]
    assert len(found) == 5 and {line.row.case for line in found} == {written.number}
    refused = client.get("/audit/", {"case": "JX-1"})
    assert refused.status_code == 422 and "That is no case number" in refused.content.decode()


def test_a_page_costs_the_same_however_many_rows_it_has(written, auditor, limin, home, walk_in) -> None:
    client = as_(auditor)
    client.get("/audit/")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/audit/")
        return len(queries)

    before = cost()
    for n in range(30):
        AuditRow.objects.create(
            at=march(2, 10), kind="refused", user=limin, about=f"unit {home.pk}" if n % 2 else "",
            case="" if n % 2 else walk_in().number, address="unknown",
        )  # fmt: skip
    assert cost() == before


def test_the_file_says_the_same_and_is_itself_a_row(written, auditor) -> None:
    answer = as_(auditor).get("/audit/audit.csv", {"case": written.number})
    table = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert table[0] == [
        "When",
        "Who",
        "User name",
        "What",
        "In words",
        "Details",
        "Case",
        "Times",
        "From where",
    ]
    assert len(table) == 6 and f"Downloaded the receipt of case {written.number}" in {row[4] for row in table}
    taken = AuditRow.objects.filter(kind="export", user=auditor).get()
    assert (taken.about, taken.case) == ("audit_export", written.number)
    chinese = as_(auditor, **{"accept-language": "zh-hans"}).get("/audit/audit.csv")
    assert "登录密码错误" in b"".join(chinese.streaming_content).decode()
