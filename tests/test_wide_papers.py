"""A quarter's and a year's paper: what is printed is what was counted, and the calendar carries it."""

from __future__ import annotations

import io
import re
from dataclasses import asdict
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import load_workbook
from pypdf import PdfReader

from complaints import actions
from reports import calendar, issue
from reports.figures.period import all_listed
from reports.kinds import WRITERS
from reports.models import DueReport, IssuedReport
from reports.readers import numbers_in
from reports.wide.parts import parts
from reports.wide.report import context, wide_pdf
from reports.wide.workbook import sheets
from tests.cast import DAY, MINUTE, SHANGHAI, march
from tests.due_reports import beat, switch_on
from tests.wide_papers import Q1
from tests.writers import quickly

pytestmark = pytest.mark.django_db

APRIL_1, APRIL_9 = march(31, 0) + DAY, march(31) + 9 * DAY
TIMES = {
    "quarterly": (date(2026, 1, 1), date(2026, 3, 31)),
    "annual": (date(2026, 1, 1), date(2026, 12, 31)),
}
JANUARY_9 = march(1) + 314 * DAY
SPOKEN = {"quarterly": APRIL_9, "annual": JANUARY_9}


def figures_of(kind, jinxiu, unlisted=all_listed, at=None):
    return WRITERS[kind].figures([jinxiu], *TIMES[kind], at or SPOKEN[kind], jinxiu.name, unlisted)


def bare(text: str) -> str:
    """Without blanks and the ends of lines, which a page sets where it likes."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", ["quarterly", "annual"])
def test_the_paper_holds_every_figure_sentence_and_decision(
    kind, language, busy_quarter, last_meeting, this_meeting, jinxiu, zhoujun
):
    starts_on, ends_on = TIMES[kind]
    report = IssuedReport(
        kind=kind, scope=f"estate-{jinxiu.pk}", starts_on=starts_on, ends_on=ends_on, language=language,
        version=3, asked_by=zhoujun, asked_at=SPOKEN[kind], started_at=SPOKEN[kind],
    )  # fmt: skip
    with translation.override(language):
        figures = figures_of(kind, jinxiu)
        shown, titles = context(figures, SHANGHAI), [part.numbered for part in parts(figures).values()]
        paper = PdfReader(io.BytesIO(wide_pdf(figures, SHANGHAI, report)))
    pages = [bare(page.extract_text()) for page in paper.pages]
    whole = "".join(pages)
    told = [*titles, *shown["changes"], *(ask.text for ask in shown["asks"])]
    told += [text for tile in shown["tiles"] for text in (tile.figure, tile.note, tile.means)]
    meetings = [decisions for _name, _one, decisions in shown.get("meetings", ())]
    for fragment in (*shown["tables"].values(), *meetings):
        cells = re.findall(r"<(?:t[dh]|p)[^>]*>(.*?)</(?:t[dh]|p)>", fragment)
        told += [re.sub(r"<[^>]+>", "", cell) for cell in cells]
    assert len(told) > 100
    assert [text for text in told if bare(text) not in whole] == []
    assert bare("公司二楼会议室") in whole and bare("地下车库照明全部改为感应灯") in whole
    # The summary stands alone on its page; whoever signs, signs the cover.
    assert bare(titles[0]) in pages[1] and bare(titles[1]) in pages[2]
    assert bare("编制" if language != "en" else "Prepared by") in pages[0]
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_the_grave_case_is_told_by_what_it_holds(busy_quarter, jinxiu):
    with translation.override("en"):
        figures = figures_of("quarterly", jinxiu)
    (one,) = figures.analysed.lines
    assert (one.line.number, one.grade, one.cause) == (busy_quarter.number, "Notice: hot", "Worn out")
    assert (one.account, one.handling) == (busy_quarter.content, "已请厂家检测，等待配件。")
    assert one.lessons[-1] == "Overdue without approval: nobody asked for more time"
    assert (figures.analysed.total, figures.analysed.major) == (1, 0)


def test_what_a_grave_case_holds_later_is_no_part_of_a_past_quarter(busy_quarter, jinxiu, office_of_jinxiu):
    people, before = office_of_jinxiu, figures_of("quarterly", jinxiu)
    busy_quarter.refresh_from_db()
    actions.act(busy_quarter, note="四月的事", by=people.wanggong, at=APRIL_1 + MINUTE)
    busy_quarter.refresh_from_db()
    actions.edit(
        busy_quarter, {"cause": None, "content": "改过的内容"}, version=busy_quarter.version,
        by=people.limin, at=APRIL_1 + 2 * MINUTE,
    )  # fmt: skip
    assert figures_of("quarterly", jinxiu) == before


def test_while_a_quarter_runs_it_is_told_as_it_stands(busy_quarter, jinxiu):
    figures = figures_of("quarterly", jinxiu, at=march(25))
    (one,) = figures.analysed.lines
    assert (one.account, figures.as_of) == (busy_quarter.content, march(25))
    year = figures_of("annual", jinxiu, at=march(25))
    assert [quarter.code for quarter in year.quarters] == ["2026-Q1"]
    assert [month.month for month in year.months] == ["2026-01", "2026-02", "2026-03"]
    assert year.quarters[0].total == figures.total


def test_a_case_not_all_readers_may_read_is_counted_and_stands_in_no_list(busy_quarter, jinxiu):
    number = busy_quarter.number
    for kind in TIMES:
        open_to_all = figures_of(kind, jinxiu)
        figures = figures_of(kind, jinxiu, unlisted=lambda cases: frozenset(cases) & {busy_quarter.pk})
        assert number in set(numbers_in(_plain(open_to_all)))
        assert number not in set(numbers_in(_plain(figures)))
        assert figures.total == open_to_all.total
        assert figures.overruns.total == open_to_all.overruns.total
    quarter = figures_of("quarterly", jinxiu, unlisted=lambda cases: frozenset(cases))
    assert (quarter.analysed.total, quarter.analysed.withheld, quarter.analysed.lines) == (1, 1, ())


def _plain(figures) -> dict:
    """As it is kept."""
    return {name: _listed(value) for name, value in asdict(figures).items()}


def _listed(value):
    if isinstance(value, dict):
        return {key: _listed(own) for key, own in value.items()}
    return [_listed(own) for own in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("kind", ["quarterly", "annual"])
def test_the_figures_take_as_many_queries_whatever_there_is(
    kind, jinxiu, case_in, busy_quarter, this_meeting
):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            figures_of(kind, jinxiu)
        return len(queries)

    asked()
    before = asked()
    for day in (7, 8, 9):
        case_in("acting", at=march(day), facts={"lawsuit_started": True})
        case_in("closed", at=march(day), severity="minor")
    assert asked() == before


@pytest.mark.parametrize("kind", ["quarterly", "annual"])
def test_the_workbook_holds_the_figures_as_numbers(kind, busy_quarter, last_meeting, this_meeting, jinxiu):
    with translation.override("en"):
        figures = figures_of(kind, jinxiu)
        names = [table.sheet for table in sheets(figures)]
        book = load_workbook(io.BytesIO(WRITERS[kind].workbook(figures, SHANGHAI)))
    assert book.sheetnames == names
    rows = [[cell.value for cell in row] for row in book["Key figures"].iter_rows(min_row=4)]
    own = [row[1:] for row in rows if row[0] == rows[0][0]]
    assert own[0] == ["Received", figures.total.received, None, None]
    kept = figures.total.on_time.rate
    assert ["Handled on time", kept.part, kept.whole, kept.share] in own
    assert ["Open at its end", figures.stock.closing, None, None] in own
    departments = [[cell.value for cell in row] for row in book["Departments"].iter_rows(min_row=4)]
    assert [row[:3] for row in departments] == [
        [line.name, line.valid, line.valid_before] for line in figures.departments
    ]
    decided = [row[2].value for row in book["Decisions"].iter_rows(min_row=4)]
    assert "地下车库照明全部改为感应灯" in decided


def test_the_calendar_has_it_made_checked_signed_and_sent(
    admin, jinxiu, office_of_jinxiu, this_meeting, busy_quarter, monkeypatch
):
    quickly(monkeypatch, "quarterly")
    people = office_of_jinxiu
    switch_on("quarterly", f"estate-{jinxiu.pk}", admin)
    beat(APRIL_1)
    issue.make_waiting(APRIL_1 + MINUTE)
    beat(APRIL_1 + 2 * MINUTE)
    due = DueReport.objects.get(kind="quarterly")
    assert (due.starts_on, due.ends_on, due.state) == (Q1.first, Q1.until, "draft")
    # The meeting is written down after the draft: it is made anew, and holds it.
    calendar.make_draft(due, by=people.chenfang, at=APRIL_9)
    issue.make_waiting(APRIL_9 + MINUTE)
    beat(APRIL_9 + 2 * MINUTE)
    due.refresh_from_db()
    calendar.hand_in(due, by=people.chenfang, at=APRIL_9 + 3 * MINUTE)
    calendar.check(due, by=people.zhoujun, at=APRIL_9 + 4 * MINUTE)
    calendar.sign(due, by=people.wuzong, at=APRIL_9 + 5 * MINUTE)
    due.refresh_from_db()
    made = due.paper.made
    assert (due.state, made.issued_by, made.kind) == ("sent", people.wuzong, "quarterly")
    assert made.figures["meeting"]["decisions"][0]["what"] == "地下车库照明全部改为感应灯"
    assert made.figures["total"]["received"] == 4
