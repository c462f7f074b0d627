"""The ledger with the columns people keep: as a sheet and on paper, by the reader's rights, as it stood."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import load_workbook

from complaints.actions import ledger_loads
from complaints.models import Complaint
from reports import ledger, ledger_print, paperwork
from reports.figures.imported import imported_in, imported_months
from reports.figures.month import Month
from reports.figures.monthly import monthly
from reports.scopes import Scope
from staff.permissions import permissions_of
from tests.cast import DAY, MONDAY_9AM, march
from tests.ledgers import xlsx
from tests.many_cases import crowd
from tests.past_ledgers import taken
from tests.report_pages import text_of

pytestmark = pytest.mark.django_db
JANUARY = (date(2026, 1, 1), date(2026, 1, 31))
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
MARCH_20 = march(20)
HEADER = [
    "编号",
    "接报时间",
    "内容",
    "渠道",
    "首问责任人",
    "处理结果",
    "完成时间",
    "回访时间",
    "满意度",
    "赔付",
    "备注",
]
ROW = [
    *("TS-1", "2026-1-5", "漏水", "来电", "老李", "已修", "2026-1-6 17:30", "2026-1-8", "满意"),
    *("300元", "@物业"),
]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def scope(jinxiu) -> Scope:
    return Scope(f"estate-{jinxiu.pk}", jinxiu.name, (jinxiu,))


def sheet_of(person, scope, days=MARCH, now=MARCH_20) -> list[dict[str, Any]]:
    """The lines of the sheet, each by its headings."""
    body = ledger.sheet(permissions_of(person, now), scope, *days, now)
    rows = list(load_workbook(BytesIO(body)).active.iter_rows(min_row=3, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:] if isinstance(row[0], int)]


def test_a_line_tells_what_became_of_a_case(case_in, scope, chenfang) -> None:
    case = case_in("closed")
    (line,) = sheet_of(chenfang, scope)
    told = (
        "No.",
        "Number",
        "Customer",
        "Place",
        "Phone",
        "Result",
        "How replied",
        "Revisited by",
        "Satisfaction",
    )
    assert [line[name] for name in told] == [
        *(1, case.number, "熊霞", "2号楼1单元302", "13494795057", "更换了破裂的水管，试水不漏。"),
        *("Phone", "陈芳", "5/5"),
    ]  # fmt: skip
    assert line["Handled"] == datetime(2026, 3, 2, 9, 30) and line["Overtime and who approved it"] is None


def test_what_was_done_after_the_days_is_not_in_their_line(case_in, scope, chenfang) -> None:
    case_in("closed", at=march(31, 23, 30))
    (line,) = sheet_of(chenfang, scope, now=march(31, 9) + 9 * DAY)
    assert line["Status"] == "In progress" and line["Handled"] is line["Revisited"] is line["Result"] is None


def test_what_is_late_says_so(case_in, scope, chenfang) -> None:
    case_in("acting")
    (line,) = sheet_of(chenfang, scope, now=march(20))
    assert line["Overtime and who approved it"].startswith("late by")


def test_phones_are_masked_for_whoever_calls_nobody_and_a_hidden_name_is_not_told(
    walk_in, scope, chenfang, auditor, zhoujun
) -> None:
    walk_in()
    assert sheet_of(auditor, scope)[0]["Phone"] == "134****5057"
    Complaint.objects.update(identity_hidden=True)
    assert [sheet_of(who, scope)[0]["Customer"] for who in (chenfang, zhoujun)] == ["熊霞", "hidden"]
    assert not sheet_of(zhoujun, scope)[0]["Phone"]


def test_the_sheet_ends_with_the_lines_to_sign(walk_in, scope, chenfang) -> None:
    walk_in()
    body = ledger.sheet(permissions_of(chenfang, march(20)), scope, *MARCH, march(20))
    cells = [row[0] for row in load_workbook(BytesIO(body)).active.iter_rows(values_only=True)]
    assert str(cells[-1]).startswith("Prepared by") and "Checked by" in str(cells[-1])


def test_the_statements_do_not_grow_with_the_cases(walk_in, scope, chenfang) -> None:
    case = walk_in()

    def counted() -> int:
        with CaptureQueriesContext(connection) as found:
            sheet_of(chenfang, scope)
        return len(found)

    first = counted()
    crowd(case, 30)
    assert counted() == first


def test_on_paper_it_has_the_same_and_its_pages_are_counted(client, case_in, chenfang, monkeypatch) -> None:
    case = case_in("closed")
    client.force_login(chenfang)
    answer = client.get(
        "/reports/ledger.pdf?from=2026-03-01&until=2026-03-31", headers={"accept-language": "en"}
    )
    if answer.status_code == 302:
        paperwork.make_next(march(20))
        answer = client.get(answer.url + "?file")
    assert answer["Content-Type"] == "application/pdf" and "inline" in answer["Content-Disposition"]
    text = text_of(answer.content)
    assert case.number in text and "13494795057" in text and "更换了破裂的水管" in text.replace("\n", "")


def test_more_than_a_paper_holds_is_refused_and_the_sheet_is_not(
    client, walk_in, chenfang, monkeypatch
) -> None:
    walk_in()
    walk_in(march(2, 11))
    monkeypatch.setattr(ledger_print, "MOST_PRINTED", 1)
    client.force_login(chenfang)
    days = "?from=2026-03-01&until=2026-03-31"
    assert client.get("/reports/ledger.pdf" + days).status_code == 422
    assert client.get("/reports/ledger.xlsx" + days).status_code in (200, 302)


class TestOfPastLedgers:
    @pytest.fixture
    def load(self, jinxiu, chenfang):
        return taken(jinxiu, chenfang, xlsx([HEADER, ROW]), MONDAY_9AM)

    def test_its_words_stand_where_the_office_looks_for_them(self, load, scope, chenfang) -> None:
        (line,) = sheet_of(chenfang, scope, JANUARY)
        told = ("First receiver", "Result", "Revisited", "Satisfaction")
        assert [line[name] for name in told] == ["老李", "已修", "2026-01-08", "满意"]
        assert line["Received"] == datetime(2026, 1, 5) and line["Handled"] == datetime(2026, 1, 6, 17, 30)
        assert "TS-1" in line["Remark"] and "300元" in line["Remark"] and "@物业" in line["Remark"]

    def test_before_its_end_it_was_open(self, load, scope, chenfang) -> None:
        (line,) = sheet_of(chenfang, scope, (date(2026, 1, 1), date(2026, 1, 7)))
        assert (line["Status"], line["Outcome"], line["Closed"]) == ("In progress", None, None)
        assert line["Revisited"] is line["Satisfaction"] is None

    def test_it_counts_in_its_own_month_which_says_so(self, load, jinxiu) -> None:
        january, march_too = (monthly([jinxiu], Month(2026, n), march(20)) for n in (1, 3))
        assert (january.received, january.taken_over, january.stock.closed) == (1, 1, 1)
        assert (march_too.received, march_too.taken_over, march_too.stock.opening) == (0, 0, 0)
        assert january.on_time.rate.whole == 0 and january.revisit.whole == 0

    def test_that_month_stays_as_it_is_whatever_becomes_of_the_case(self, load, jinxiu, chenfang) -> None:
        from_then = monthly([jinxiu], Month(2026, 1), march(20))
        Complaint.objects.update(
            status="recorded", outcome="", closed_at=None, changed_at=march(10), cycle_number=2
        )
        assert monthly([jinxiu], Month(2026, 1), march(20)).stock == from_then.stock

    def test_the_months_a_ledger_has_touched_are_known_with_when(self, load, jinxiu, cuihu) -> None:
        found = imported_months([jinxiu, cuihu])
        assert list(found) == [Month(2026, 1)]
        assert (found[Month(2026, 1)].count, found[Month(2026, 1)].changed_at) == (1, MONDAY_9AM)
        assert imported_in([cuihu], Month(2026, 1)) == 0

    def test_a_month_whose_ledger_is_void_counts_none_and_knows_when_it_was_voided(
        self, load, jinxiu, chenfang
    ) -> None:
        ledger_loads.void(load, chenfang, MONDAY_9AM + DAY, reason="选错了文件")
        found = imported_months([jinxiu])[Month(2026, 1)]
        assert (found.count, found.changed_at) == (0, MONDAY_9AM + DAY)
