"""The daily and the half-monthly report: their sentences, their paper, who finds what listed."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.utils import translation
from openpyxl import load_workbook
from pypdf import PdfReader

from complaints import actions
from reports import calendar, issue
from reports.briefs.daily import context as of_daily
from reports.briefs.daily import daily_pdf, daily_workbook
from reports.briefs.half_monthly import context as of_half
from reports.briefs.half_monthly import covers, half_monthly_pdf, half_monthly_workbook
from reports.figures.daily import daily, next_working_day
from reports.figures.half_monthly import half_monthly
from reports.figures.period import all_listed
from reports.models import DueReader, DueReport, IssuedReport
from tests.cast import DAY, HOUR, MINUTE, SHANGHAI, march
from tests.due_reports import beat, switch_on
from tests.writers import quickly

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en")
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)


def bare(text: str) -> str:
    """Without blanks and the ends of lines, which a page sets where it likes."""
    return re.sub(r"\s", "", text)


@pytest.fixture
def day_of(jinxiu):
    """The daily figures of a day of March, told when it had ended unless it is said."""

    def tell(number: int, at: Any = None, estates: Any = None, unlisted: Any = all_listed) -> Any:
        day = date(2026, 3, number)
        return daily(estates or [jinxiu], day, day, at or march(number, 0) + DAY, "锦绣花园", unlisted)

    return tell


@pytest.fixture
def half_of_march(jinxiu):
    def tell(at: Any = None, unlisted: Any = all_listed) -> Any:
        days = date(2026, 3, 1), date(2026, 3, 15)
        return half_monthly([jinxiu], *days, at or march(16, 0), "锦绣花园", unlisted)

    return tell


def asked(kind: str, first: date, last: date, language: str, person: Any) -> IssuedReport:
    return IssuedReport(
        kind=kind, scope="estate-1", starts_on=first, ends_on=last, language=language, version=2,
        asked_by=person, asked_at=march(17), started_at=march(17),
    )  # fmt: skip


def text_of(pdf: bytes) -> str:
    return bare("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


# Sentences ------------------------------------------------------------------------------------------


def test_a_day_on_which_nothing_happened_says_so_in_one_sentence(day_of, case_in, zhoujun):
    with translation.override("en"):
        figures = day_of(2)
        assert figures.is_quiet and of_daily(figures, SHANGHAI)["quiet"] == (
            "Nothing happened on this day: no complaint came in, and none is open or due by the end of "
            "3 Mar 2026."
        )
        text = text_of(daily_pdf(figures, SHANGHAI, asked("daily", MONDAY, MONDAY, "en", zhoujun)))
        assert "Nothinghappenedonthisday" in text and "Received" not in text and "Preparedby" in text
    case_in("acting", at=march(2, 9), severity="major")
    with translation.override("en"):
        assert of_daily(day_of(4), SHANGHAI)["quiet"] == (
            "Nothing happened on this day: no complaint came in, none was closed and none is overdue; 1 is "
            "open, not due before the end of 5 Mar 2026."
        )
        assert not day_of(2).is_quiet and of_daily(day_of(2), SHANGHAI)["quiet"] == ""
        assert not day_of(11).is_quiet  # what is due on the 12th has to be known on that morning


def test_the_reader_of_fridays_report_sees_what_is_due_until_mondays_end(day_of, case_in, jinxiu):
    assert next_working_day([jinxiu], FRIDAY) == date(2026, 3, 9)
    saturday = case_in("acting", at=march(6, 10), severity="minor")  # one day
    monday = case_in("acting", at=march(6, 11), severity="important")  # three days
    later = case_in("acting", at=march(6, 12), severity="major")  # ten days
    figures = day_of(6)
    assert figures.read_on == date(2026, 3, 9)
    assert [line.number for line in figures.due.lines] == [saturday.number, monday.number]
    assert later.number in [one.line.number for one in figures.new.lines]
    assert {line.handler for line in figures.due.lines} == {"王工"} or all(
        line.handler for line in figures.due.lines
    )


def test_the_urgent_of_the_day_come_first_and_older_ones_stay_in_sight(day_of, case_in):
    old = case_in("acting", at=march(2, 9), facts={"urgent": True}, severity="major")
    plain = case_in("acting", at=march(3, 9), severity="major")
    new = case_in("acting", at=march(3, 10), facts={"urgent": True}, severity="major")
    figures = day_of(3)
    assert [(one.line.number, one.urgent) for one in figures.new.lines] == [
        (new.number, True), (plain.number, False),
    ]  # fmt: skip
    assert [one.line.number for one in figures.urgent.lines] == [old.number]
    (line,) = figures.estates
    assert (line.received, line.urgent, line.open, line.open_urgent) == (2, 1, 3, 2)
    assert sum(many for _name, many in figures.receivers) == 2


def test_what_is_late_is_told_with_who_has_it_until_it_is_handled(day_of, case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", at=march(2, 9), severity="minor")
    with translation.override("en"):
        late, handled = day_of(3), None
        assert (late.all.overdue, of_daily(late, SHANGHAI)["late_said"]) == (
            1, "1 time to be handled had passed without approval and was not handled at the day's end.",
        )  # fmt: skip
        assert (
            case.number in of_daily(late, SHANGHAI)["late"]
            and str(case.handler) in of_daily(late, SHANGHAI)["late"]
        )
        actions.handle(case, note="已修复", evidence="照片", by=people.wanggong, at=march(4, 9))
        handled = day_of(4)
        assert (handled.all.overdue, of_daily(handled, SHANGHAI)["late_said"]) == (
            0, "1 was handled late on the day.",
        )  # fmt: skip
        assert of_daily(day_of(3), SHANGHAI)["late_said"] == of_daily(late, SHANGHAI)["late_said"]


def test_an_account_is_short_and_the_result_is_told_once_it_is_there(
    half_of_march, case_in, office_of_jinxiu
):
    case = case_in("acting", at=march(9), severity="major", facts={"outside_help": True})
    with translation.override("en"):
        (brief,) = half_of_march().important.lines
        assert brief.line.number == case.number and brief.handling.startswith(
            "Department's opinion: 现场查看为水管接头开裂"
        )
        actions.handle(
            case, note="已协调自来水公司更换水表", evidence="照片", by=office_of_jinxiu.wanggong, at=march(12)
        )
        (brief,) = half_of_march().important.lines
        assert brief.handling == "Handled: 已协调自来水公司更换水表"
        (brief,) = half_of_march(at=march(11)).important.lines  # told now of a half that is not over
        assert len(brief.account) <= 141


def test_a_half_in_which_nothing_was_asked_late_or_revisited_says_so(half_of_march):
    with translation.override("en"):
        shown = of_half(half_of_march(), SHANGHAI)
    assert shown["late_said"] == "Nothing was overdue without approval."
    assert shown["extensions_said"] == "No extension was asked for."
    assert shown["revisits_said"] == "No revisit was due in these days."
    assert shown["second_said"] == "No case that was reported as handled came back."


def test_revisits_over_their_time_are_named_in_the_half_month(half_of_march, case_in):
    case = case_in("replied", at=march(2))
    with translation.override("en"):
        figures = half_of_march()
        said = of_half(figures, SHANGHAI)["revisits_said"]
    assert [line.number for line in figures.revisits_over.lines] == [case.number]
    assert said == (
        "1 revisit was due in these days; made or tried in time: 0 (0%). Over their time and not made at the "
        "end: 1."
    )


def test_a_withheld_case_handled_late_is_none_of_those_not_handled(
    day_of, case_in, extended, office_of_jinxiu
):
    handled = case_in("acting", at=march(2, 9), severity="minor")
    extended(handled, asked_at=march(2, 10), until=march(5), declined=True)
    waiting = case_in("acting", at=march(2, 10), severity="minor")
    handled.refresh_from_db()
    actions.handle(handled, note="已修复", evidence="照片", by=office_of_jinxiu.wanggong, at=march(4, 9))
    for hidden, withheld in ((handled, 0), (waiting, 1)):
        figures = day_of(4, unlisted=lambda cases, pk=hidden.pk: frozenset(cases) & {pk})
        assert (figures.overruns.refused.total, figures.overruns.open) == (1, 1)
        assert of_daily(figures, SHANGHAI)["late_withheld"] == withheld


def test_replies_and_revisits_over_their_time_are_named_every_day_until_they_are_made(
    day_of, case_in, zhoujun
):
    case = case_in("replied", at=march(2))
    with translation.override("en"):
        figures = day_of(10)
        assert not figures.is_quiet and of_daily(figures, SHANGHAI)["quiet"] == ""
        paper = daily_pdf(
            figures, SHANGHAI, asked("daily", date(2026, 3, 10), date(2026, 3, 10), "en", zhoujun)
        )
        sheet = load_workbook(BytesIO(daily_workbook(figures, SHANGHAI)))["Replies and revisits overdue"]
    (line,) = figures.missed.lines
    assert (line.number, line.what, figures.due.total) == (case.number, "Revisit", 0)
    assert line.due_at < figures.as_of and figures.all.overdue == 0
    assert bare("Replies and revisits overdue") in text_of(paper) and case.number in text_of(paper)
    assert sheet["B4"].value == case.number


# Paper and sheet ------------------------------------------------------------------------------------


@pytest.fixture
def first_half(case_in, office_of_jinxiu, extended):
    """Some of everything."""
    people = office_of_jinxiu
    case_in("acting", at=march(2, 8), severity="minor", facts={"urgent": True})
    case_in("acting", at=march(2, 9), facts={"lawsuit_threatened": True})
    case_in("acting", at=march(2, 10), facts={"outside_help": True})
    again = case_in("replied", at=march(2, 11))
    actions.dispute(again, note="还在漏", by=people.limin, at=march(4))
    case_in("closed", at=march(3))
    extended(case_in("acting", at=march(5)), asked_at=march(6), until=march(9), declined=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_daily_paper_holds_its_numbers(language, first_half, day_of, zhoujun):
    with translation.override(language):
        figures = day_of(2)
        shown = of_daily(figures, SHANGHAI)
        pdf = daily_pdf(figures, SHANGHAI, asked("daily", MONDAY, MONDAY, language, zhoujun))
        sheets = load_workbook(BytesIO(daily_workbook(figures, SHANGHAI)))
    text = text_of(pdf)
    told = [shown["late_said"], shown["receivers"]]
    told += [part for tile in shown["tiles"] for part in (tile.label, tile.figure, tile.note, tile.means)]
    for fragment in (shown["estates"], shown["due"], shown["new"], shown["urgent"], shown["late"]):
        told += [
            unescape(re.sub(r"<[^>]+>", "", cell))
            for cell in re.findall(r"<(?:td|th|p)\b[^>]*>(.*?)</(?:td|th|p)>", fragment)
        ]
    assert figures.new.total == 4 and len(told) > 40
    assert [one for one in told if bare(one) not in text] == []
    assert bare("投诉日报 · 锦绣花园" if language != "en" else "Daily complaint report · 锦绣花园") in text
    assert len(sheets.worksheets) == 9
    assert [row[0].value for row in sheets.worksheets[1].iter_rows(min_row=4)] == [
        one.line.number for one in figures.new.lines
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_half_monthly_paper_holds_its_numbers(language, first_half, half_of_march, zhoujun):
    with translation.override(language):
        figures = half_of_march()
        shown = of_half(figures, SHANGHAI) | {"covers": covers(figures)}
        report = asked("half_monthly", figures.first_day, figures.last_day, language, zhoujun)
        pdf = half_monthly_pdf(figures, SHANGHAI, report)
        sheets = load_workbook(BytesIO(half_monthly_workbook(figures, SHANGHAI)))
    text = text_of(pdf)
    told = [
        shown[name] for name in ("late_said", "extensions_said", "revisits_said", "second_said", "covers")
    ]
    told += [part for tile in shown["tiles"] for part in (tile.label, tile.figure, tile.note, tile.means)]
    fragments = [shown[name] for name in (
        "estates", "grades", "by_category", "watched", "important", "ended", "revisits_over",
    )] + [part.words for part in shown["overrun_tables"]]  # fmt: skip
    for fragment in fragments:
        told += [
            unescape(re.sub(r"<[^>]+>", "", cell))
            for cell in re.findall(r"<(?:td|th|p)\b[^>]*>(.*?)</(?:td|th|p)>", fragment)
        ]
    assert figures.important.total >= 2 and figures.watched.total == 1 and len(told) > 60
    assert [one for one in told if bare(one) not in text] == []
    assert sheets.worksheets[0]["B4"].value == figures.all.received


@pytest.mark.parametrize("tell", ["day", "half"])
def test_a_case_that_not_every_reader_may_read_is_counted_and_named_nowhere(
    tell, case_in, day_of, half_of_march
):
    hidden = case_in("acting", at=march(2, 9), severity="minor", facts={"urgent": True, "outside_help": True})
    shown = case_in("acting", at=march(2, 10), severity="minor", facts={"outside_help": True})

    def unlisted(cases: Any) -> frozenset[int]:
        return frozenset(cases) & {hidden.pk}

    with translation.override("en"):
        if tell == "day":
            figures = day_of(2, unlisted=unlisted)
            book, said = daily_workbook(figures, SHANGHAI), str(of_daily(figures, SHANGHAI))
            assert (figures.new.total, figures.new.withheld) == (2, 1)
        else:
            figures = half_of_march(unlisted=unlisted)
            book, said = half_monthly_workbook(figures, SHANGHAI), str(of_half(figures, SHANGHAI))
            assert (figures.important.total, figures.important.withheld) == (2, 1)
        words = "".join(
            str(cell.value)
            for sheet in load_workbook(BytesIO(book)).worksheets
            for row in sheet
            for cell in row
        )
    assert hidden.number not in words + said and shown.number in words and shown.number in said
    assert figures.all.received == 2


def test_queries_do_not_grow_with_the_cases(case_in, day_of, half_of_march, django_assert_max_num_queries):
    case_in("acting", at=march(2, 9), facts={"urgent": True, "outside_help": True})
    with django_assert_max_num_queries(60) as few:
        day_of(2, at=march(20)), half_of_march(at=march(20))
    for minute in range(4):
        case_in("acting", at=march(2, 10) + minute * MINUTE, facts={"urgent": True, "outside_help": True})
    with django_assert_max_num_queries(len(few.captured_queries)):
        day_of(2, at=march(20)), half_of_march(at=march(20))


# The calendar ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["daily", "half_monthly"])
def test_the_calendar_makes_checks_signs_and_sends_it(
    kind, monkeypatch, admin, jinxiu, office_of_jinxiu, case_in, mailoutbox
):
    quickly(monkeypatch, kind)
    people = office_of_jinxiu
    switch_on(kind, f"estate-{jinxiu.pk}", admin)
    case_in("acting", at=march(2, 9))
    day = march(3, 0) if kind == "daily" else march(16, 0)
    beat(day)
    issue.make_waiting(day + MINUTE)
    beat(day + 2 * MINUTE)
    row = DueReport.objects.get(kind=kind)
    made = row.paper.made
    assert (row.state, made.kind, made.starts_on, made.ends_on + DAY) == (
        "draft", kind, row.starts_on, row.ends_on,
    )  # fmt: skip
    calendar.hand_in(row, by=people.chenfang, at=day + HOUR)
    if kind == "half_monthly":
        calendar.check(row, by=people.zhoujun, at=day + 2 * HOUR)
    signer = people.wuzong if kind == "half_monthly" else people.chenfang
    alone = {} if kind == "half_monthly" else {"alone_because": "当班只有一人"}
    calendar.sign(row, by=signer, at=day + 3 * HOUR, **alone)
    row.refresh_from_db()
    made.refresh_from_db()
    assert (row.state, made.issued_by) == ("sent", signer)
    assert DueReader.objects.filter(paper=row.paper).exists()
    with pytest.raises(TypeError):
        made.save()
