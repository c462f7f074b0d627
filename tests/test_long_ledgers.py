"""Ledgers of thousands of cases on paper: drawn row by row, told of while they are made, two at once."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise
from threading import Thread

import pytest
from django.utils import translation
from pypdf import PdfReader

from complaints.models import Complaint
from reports import drawn, ledger, ledger_print, paperwork, pdf
from reports.ledger_print import Around, sheet
from reports.models import Paper
from reports.pdf import ReportError
from reports.scopes import Scope
from staff.permissions import permissions_of
from tests.cast import SHANGHAI, march
from tests.racing import failures, race

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
AROUND = Around("锦绣花园", "2026-03-01 – 2026-03-31", "", "首问物业", SHANGHAI, several=False)
COLUMNS = 15
#: Runs the child, and says on standard error how much memory it had at most.
MEASURED = (
    "import resource, runpy, sys\n"
    "runpy.run_path(sys.argv[1], run_name='__main__')\n"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
)


def row(n: int, **cells: str) -> list[str]:
    said = [f"{n}"] + [""] * (COLUMNS - 1)
    for place, text in cells.items():
        said[int(place[1:])] = text
    return said


def pages_of(*rows: list[str]) -> list[str]:
    """The words of each page, without blanks."""
    with translation.override("zh-hans"):
        body = ledger_print.drawn(iter(rows), AROUND, "zh-hans")
    return [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(io.BytesIO(body)).pages]


@pytest.mark.once
class TestDrawn:
    def test_every_row_stands_there_once_under_heads_that_are_said_again(self) -> None:
        pages = pages_of(*(row(n, c3=f"第{n}件：电梯停运三天没人修") for n in range(1, 201)))
        told = "".join(pages)
        assert len(pages) > 3 and all(told.count(f"第{n}件：") == 1 for n in range(1, 201))
        for number, page in enumerate(pages, start=1):
            assert "投诉情况" in page and "首问物业" in page
            assert f"第{number}页，共{len(pages)}页" in page
        assert pages[-1].count("编制") == pages[-1].count("审核") == 1 and "编制" not in "".join(pages[:-1])

    def test_a_row_longer_than_a_page_goes_on_over_the_next(self) -> None:
        long = "".join(f"第{n}句投诉内容很长，" for n in range(400))
        pages = pages_of(row(1), row(2, c13=long), row(3))
        told = "".join(pages)
        assert len(pages) > 2
        at_ends = len(pages) * 2
        assert sum(f"第{n}句" not in told for n in range(400)) <= at_ends
        assert told.count("投诉内容") >= 400 - at_ends

    def test_a_row_is_not_torn_where_the_next_page_holds_it(self) -> None:
        pages = pages_of(*(row(n, c3="\n".join(f"行{n}之{line}。" for line in range(20))) for n in range(9)))
        for n in range(9):
            assert [all(f"行{n}之{line}。" in page for line in range(20)) for page in pages].count(True) == 1

    def test_letters_beyond_the_main_font_are_drawn_and_those_of_none_are_named(self) -> None:
        (page,) = pages_of(row(1, c2="张𠮷", c3="\U000f0000"))
        assert "张𠮷" in page and "□" in page and "U+F0000" in page

    def test_letters_that_join_are_named_and_a_box_stands_for_each(self) -> None:
        (page,) = pages_of(row(1, c2="张𠮷", c3="业主ئال来电"))
        assert "业主□□□来电" in page and "ئال" not in page
        assert all(number in page for number in ("U+0626", "U+0627", "U+0644"))

    def test_rows_that_are_read_for_too_long_make_no_paper(self, monkeypatch) -> None:
        monkeypatch.setattr(ledger_print, "FEEDING", -1)
        with pytest.raises(ReportError, match="-1"):
            pages_of(row(1))

    def test_lines_fit_their_column_and_begin_with_no_closing_mark(self) -> None:
        setter = drawn.Setter([drawn.Font(drawn.HarfBuzz(), "NotoSansSC_400Regular", "R")])
        text = (
            "电梯停运，（老人）上下楼困难。Lift out of order since 2026-03-02, nobody came。" * 5 + "x" * 90
        )
        for width in (20.0, 45.0, 120.0):
            lines = setter.lines(text, width)
            assert all(setter.wide(line) <= width for line in lines)
            assert "".join(lines).replace(" ", "") == text.replace(" ", "")
            for before, line in pairwise(lines):
                if len(before) > 2 and not before.endswith("x"):
                    assert line[0] not in drawn.NOT_FIRST and before[-1] not in drawn.NOT_LAST

    def test_a_day_is_not_broken_at_its_hyphens(self) -> None:
        setter = drawn.Setter([drawn.Font(drawn.HarfBuzz(), "NotoSansSC_400Regular", "R")])
        day = "2026-10-14"
        assert day in setter.lines(f"延至 {day} 20:25，吴海涛批准", setter.wide(day) + 1)
        assert setter.lines("on-time rate", setter.wide("on-time")) == ["on-time", "rate"]

    def test_a_child_whose_rows_end_too_early_makes_no_paper(self) -> None:
        said = [json.dumps(sheet(AROUND, "zh-hans")), json.dumps(row(1))]
        made = subprocess.run(ledger_print.COMMAND, input="\n".join(said).encode(), capture_output=True)
        with pytest.raises(ReportError, match="ended too early"):
            pdf.outcome(made.returncode, made.stdout, made.stderr)

    def test_a_hundred_pages_take_no_more_memory_than_one(self) -> None:
        with translation.override("zh-hans"):
            head = json.dumps(sheet(AROUND, "zh-hans"))
        most = []
        for many in (1, 1000):
            rows = [json.dumps(row(n, c3=f"第{n}件：" + "电梯停运三天没人修。" * 12)) for n in range(many)]
            made = subprocess.run(
                [sys.executable, "-c", MEASURED, drawn.__file__],
                input="\n".join([head, *rows, json.dumps({"note": ""})]).encode(),
                capture_output=True, check=True,
            )  # fmt: skip
            assert made.stdout.startswith(b"%PDF-")
            most.append(int(made.stderr))
        assert most[1] < most[0] + 24 * 1024  # KiB


def test_both_ways_to_print_have_columns_of_the_same_width() -> None:
    style = (pdf.HERE / "ledger.css").read_text()
    told = re.findall(r"th:nth-child\((\d+)\) \{ width: ([\d.]+)%; \}", style)
    assert [(int(n), float(width)) for n, width in told] == [
        (n, head.width) for n, head in enumerate(ledger_print.heads(), start=1)
    ]


def test_both_ways_to_print_say_the_same(case_in, jinxiu, chenfang, monkeypatch, db) -> None:
    case_in("closed")
    case_in("acting", at=march(4, 9))
    Complaint.objects.update(content="电梯停运三天没人修，（老人）上下楼困难。" * 12)
    scope = Scope(f"estate-{jinxiu.pk}", jinxiu.name, (jinxiu,))

    def words() -> list[str]:
        with translation.override("zh-hans"):
            person = permissions_of(chenfang, march(20))
            body = ledger.printed(person, scope, *MARCH, march(20), "zh-hans")
        (page,) = PdfReader(io.BytesIO(body)).pages
        return sorted(re.sub(r"\s", "", page.extract_text()))

    tagged = words()
    monkeypatch.setattr(ledger_print, "MOST_TAGGED", 1)
    assert words() == tagged


@pytest.mark.django_db
class TestProgress:
    @pytest.fixture
    def asked(self, walk_in, jinxiu, chenfang) -> Paper:
        walk_in()
        walk_in(march(3, 9))
        scope = Scope(f"estate-{jinxiu.pk}", jinxiu.name, (jinxiu,))
        return paperwork.ask_ledger(chenfang, scope, *MARCH, "台账.pdf", "zh-hans", march(20), form="pdf")

    def test_the_page_that_waits_tells_how_many_of_how_many_whenever_it_is_loaded(
        self, client, asked, chenfang, monkeypatch
    ) -> None:
        monkeypatch.setattr(paperwork, "TELL_EVERY", 0)
        client.force_login(chenfang)
        seen = []
        real = ledger.counted

        def looked_at(lines, of, tell):
            for line in real(lines, of, tell):
                yield line
                answer = client.get(asked.get_absolute_url(), headers={"accept-language": "zh-CN"})
                seen.append(
                    (answer.status_code, re.findall(r"已完成 (\d+) / (\d+) 件", answer.content.decode()))
                )

        monkeypatch.setattr(ledger, "counted", looked_at)
        monkeypatch.setattr("reports.views.papers.clock", lambda: march(20))
        assert paperwork.make_next(march(20))
        assert seen == [(202, [("0", "2")]), (202, [("1", "2")])]
        asked.refresh_from_db()
        assert (asked.state, asked.done, asked.total) == (Paper.State.DONE, 2, 2)

    def test_whoever_asks_again_meanwhile_waits_for_the_same(self, asked, jinxiu, chenfang) -> None:
        taken = paperwork.take(march(20))
        paperwork.teller(taken)(1, 2)
        scope = Scope(f"estate-{jinxiu.pk}", jinxiu.name, (jinxiu,))
        again = paperwork.ask_ledger(chenfang, scope, *MARCH, "台账.pdf", "zh-hans", march(20), form="pdf")
        assert again.pk == asked.pk and (again.done, again.total) == (1, 2)

    def test_a_worker_whose_ledger_another_has_taken_stops(self, asked) -> None:
        taken = paperwork.take(march(20))
        Paper.objects.filter(pk=asked.pk).update(started_at=march(21))
        paperwork.make(taken)
        asked.refresh_from_db()
        assert (asked.state, asked.done) == (Paper.State.WORKING, 0)

    def test_a_worker_that_tells_keeps_its_ledger_however_long_it_takes(self, asked, monkeypatch) -> None:
        clock = [1000.0]
        monkeypatch.setattr(paperwork.time, "monotonic", lambda: clock[0])
        taken = paperwork.take(march(20))
        tell = paperwork.teller(taken)
        for minute in (2, 4, 6):
            clock[0] = 1000 + minute * 60
            tell(minute, 10)
            assert paperwork.take(march(20) + timedelta(minutes=minute + 1)) is None
        dead = march(20) + timedelta(minutes=6, seconds=1) + paperwork.LEASE
        assert paperwork.take(dead).pk == taken.pk
        clock[0] += 60
        with pytest.raises(paperwork.TakenOver):
            tell(10, 10)


@pytest.mark.django_db(transaction=True)
def test_somebody_else_writes_while_a_ledger_is_told_of(walk_in, jinxiu, chenfang, monkeypatch) -> None:
    """A SELECT left open would hold SQLite at what was before, and the next word would be refused."""
    for day in (2, 3, 4):
        walk_in(march(day, 9))
    scope = Scope(f"estate-{jinxiu.pk}", jinxiu.name, (jinxiu,))
    asked = paperwork.ask_ledger(chenfang, scope, *MARCH, "台账.xlsx", "zh-hans", march(20))
    monkeypatch.setattr(paperwork, "TELL_EVERY", 0)
    monkeypatch.setattr(ledger, "MANY", 1)
    real = ledger.counted

    def beside(lines, of, tell):
        for line in real(lines, of, tell):
            yield line
            assert failures(race(lambda: Complaint.objects.update(remedy_asked="换门"))) == []

    monkeypatch.setattr(ledger, "counted", beside)
    assert paperwork.make_next(march(20))
    asked.refresh_from_db()
    assert (asked.state, asked.done, asked.reason) == (Paper.State.DONE, 3, "")


def test_two_are_made_at_once_and_no_third(monkeypatch) -> None:
    """Whatever they are made by: the third waits until one of them is done."""
    at_once, most = [], []
    real = pdf.run

    def watched(job: bytes) -> bytes:
        at_once.append(1)
        most.append(len(at_once))
        try:
            return real(job)
        finally:
            at_once.pop()

    monkeypatch.setattr(pdf, "run", watched)

    def make() -> None:
        pdf.together(["<html><title>-</title><body><p>电梯</p></body></html>"], "zh-hans")

    threads = [Thread(target=make) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 5 and max(most) == 2
