"""Figures of any days: estates side by side, the days before and the year before."""

from __future__ import annotations

import csv
import re
from datetime import date
from html import unescape
from io import BytesIO
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from complaints import actions
from config.framework.csv_tables import csv_line
from reports import comparing, ranges
from reports.comparing import Columned
from reports.figures import days
from reports.figures.days import Side
from reports.figures.monthly import monthly
from reports.figures.period import Period
from reports.monthly import report as paper
from reports.monthly.links import PAPER, Links
from tests.cast import DAY, march
from tests.figures import APRIL_2, MARCH, handled

PAGE = "/reports/days/"


@pytest.mark.parametrize(
    ("first", "last", "before", "year"),
    [
        ("2026-03-01", "2026-03-31", "2026-02-01 2026-02-28", "2025-03-01 2025-03-31"),
        ("2024-02-01", "2024-02-29", "2024-01-01 2024-01-31", "2023-02-01 2023-02-28"),
        ("2026-01-01", "2026-03-31", "2025-10-01 2025-12-31", "2025-01-01 2025-03-31"),
        ("2026-03-02", "2026-03-08", "2026-02-23 2026-03-01", "2025-03-02 2025-03-08"),
        ("2024-02-29", "2024-02-29", "2024-02-28 2024-02-28", "2023-02-28 2023-02-28"),
        ("2025-01-01", "2025-12-31", "2024-01-01 2024-12-31", "2024-01-01 2024-12-31"),
    ],
)
def test_days_are_compared_with_as_many_before_and_with_the_same_a_year_before(first, last, before, year):
    span = date.fromisoformat(first), date.fromisoformat(last)
    assert " ".join(map(str, ranges.before(*span))) == before
    assert " ".join(map(str, ranges.year_before(*span))) == year


def test_the_usual_days_are_whole_months_quarters_and_years():
    found = {code: " ".join(map(str, span)) for code, span in ranges.presets(date(2026, 2, 10)).items()}
    assert found == {
        "this_month": "2026-02-01 2026-02-28",
        "last_month": "2026-01-01 2026-01-31",
        "this_quarter": "2026-01-01 2026-03-31",
        "last_quarter": "2025-10-01 2025-12-31",
        "this_year": "2026-01-01 2026-12-31",
        "last_12_months": "2025-02-01 2026-01-31",
    }


@pytest.mark.parametrize(
    ("measure", "now", "then", "said"),
    [
        ("received", 5, 2, "3 more"), ("received", 2, 5, "3 fewer"), ("received", 2, 2, "the same"),
        ("fell_due", 0.925, 0.9, "2.5 points up"), ("fell_due", 0.5, 1.0, "50 points down"),
        ("fell_due", None, 0.9, ""), ("per_thousand", 1.5, 1.25, "0.25 higher"),
        ("per_thousand", 1.001, 1.002, "the same"),
    ],
)  # fmt: skip
def test_a_difference_is_told_in_words_as_the_figures_are_shown(in_english, measure, now, then, said):
    assert comparing.difference(measure, now, then) == said


@pytest.fixture
def some_weeks(case_in, office_of_jinxiu):
    case_in("closed", at=march(2) - 20 * DAY)
    closed = case_in("closed", at=march(3))
    handled(case_in("acting", at=march(2), severity="important"), office_of_jinxiu, march(16))
    case_in("received", at=march(12))
    actions.dispute(case_in("replied", at=march(4)), note="还在漏", by=office_of_jinxiu.limin, at=march(7))
    return closed


@pytest.mark.django_db
def test_a_month_chosen_by_its_days_has_the_monthly_reports_figures(some_weeks, jinxiu, in_english):
    report = monthly([jinxiu], MARCH, APRIL_2)
    period = Period.of((jinxiu,), date(2026, 3, 1), date(2026, 3, 31), APRIL_2)
    (side,) = days.sides(period).values()
    assert (side.received, side.valid) == (report.received, report.valid)
    assert (side.closed, side.closing) == (report.stock.closed, report.stock.closing)
    assert (side.resolved, side.said) == (report.on_time, report.satisfaction)
    assert (side.overruns, side.second) == (report.overruns.total, report.second) and side.second == 1
    assert side.revisits.rate == report.revisit
    found = days.breakdown(period)
    assert (found.by_category, found.heat) == (report.by_category, report.heat)
    assert (found.departments, found.causes) == (report.departments, report.causes)


@pytest.mark.django_db
def test_days_not_over_are_compared_with_as_much_of_those_before(case_in, jinxiu):
    case_in("received", at=march(5) - 28 * DAY)  # on 5 February
    case_in("received", at=march(20) - 28 * DAY)
    period = Period.of((jinxiu,), date(2026, 3, 1), date(2026, 3, 31), march(10))
    assert days.sides(days.other(period, date(2026, 2, 1), date(2026, 2, 28)))[jinxiu.pk].received == 1
    over = Period.of((jinxiu,), date(2026, 3, 1), date(2026, 3, 31), APRIL_2)
    assert days.sides(days.other(over, date(2026, 2, 1), date(2026, 2, 28)))[jinxiu.pk].received == 2


@pytest.mark.django_db
def test_every_number_of_the_page_opens_as_many_cases(signed_in, zhoujun, some_weeks, jinxiu):
    client = signed_in(zhoujun)
    page = client.get(PAGE, {"from": "2026-03-01", "until": "2026-03-31"}).content.decode()
    assert "nothing recorded" in page  # a year before there was no case yet
    links = re.findall(r'<a href="(/reports/cases/behind/[^"]+)">(\d+)</a>', page)
    assert len(links) > 30
    for url, number in {unescape(url): number for url, number in links}.items():
        assert f'<span class="count">{number}</span>' in client.get(url).content.decode(), url
    assert {dict(parse_qsl(urlsplit(unescape(url)).query))["from"] for url, _n in links} == {
        "2026-02-01",
        "2026-03-01",
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-3", "2026-03-31", "A day is written like 2026-03-31."),
        ("2026-03-31", "2026-03-01", "The last day lies before the first."),
        ("2099-01-01", "2099-01-02", "These days have not begun yet."),
        ("2020-01-01", "2026-01-01", "Choose at most two years."),
        ("1999-01-01", "2026-01-01", "Choose days from 2001 to 2100."),
    ],
)
def test_wrong_days_get_a_sentence_and_stay_as_they_were_typed(signed_in, zhoujun, first, last, said):
    client = signed_in(zhoujun)
    asked = {"from": first, "until": last}
    answers = [client.get(PAGE, asked), client.get("/reports/days/figures.csv", asked)]
    for answer in answers:
        page = answer.content.decode()
        assert answer.status_code == 422 and said in page
        assert f'value="{first}"' in page and f'value="{last}"' in page


@pytest.mark.django_db
def test_estates_stand_side_by_side_and_all_together(signed_in, wuzong, case_in, jinxiu, cuihu):
    case_in("acting", at=march(9))
    client = signed_in(wuzong)
    asked = {"scope": "company", "from": "2026-03-01", "until": "2026-03-31"}
    page = client.get(PAGE, asked)
    assert page.context["names"] == ["All together", cuihu.name, jinxiu.name] or page.context["names"] == [
        "All together",
        jinxiu.name,
        cuihu.name,
    ]
    one = client.get(PAGE, asked | {"estate": [str(jinxiu.pk)]})
    assert one.context["names"] == [jinxiu.name] and one.context["query"].startswith(
        f"scope=estate-{jinxiu.pk}&"
    )
    lines = list(
        csv.reader(client.get("/reports/days/figures.csv", asked).content.decode("utf-8-sig").splitlines())
    )
    received = [line for line in lines if line[1] == "Received"]
    assert [(line[0], line[4]) for line in received if line[0] == jinxiu.name] == [(jinxiu.name, "1")]
    assert [line[4] for line in received if line[0] == "All together"] == ["1"]
    assert received[0][2:4] == ["2026-03-01", "2026-03-31"] and len({len(line) for line in lines}) == 1
    answer = client.get("/reports/days/figures.xlsx", asked | {"table": "long"})
    sheet = load_workbook(BytesIO(answer.content)).active
    rows = list(sheet.values)
    assert rows[0][:2] == ("By", "Name") and not sheet.merged_cells.ranges
    assert sum(row[4] for row in rows[1:] if row[0] == "Category" and row[2]) == 1


def test_complaints_per_1_000_households_are_of_the_estates_that_have_both():
    sides = {
        "now": {1: Side(valid=3), 2: Side(valid=5), 3: Side(valid=6)},  # nobody lives in 2 as far as is known
        "before": {1: Side(valid=2), 2: None, 3: None},
        "year": dict.fromkeys((1, 2, 3)),
    }
    whole = Columned("", {1: 100, 2: 0, 3: 200}, sides, {})
    assert [whole.per_thousand(when) for when in comparing.SIDES] == [30.0, 20.0, None]
    assert whole.sides == {"now": Side(valid=14), "before": Side(valid=2), "year": None}


@pytest.mark.django_db
def test_all_together_is_not_compared_with_some_of_the_estates(
    signed_in, wuzong, case_in, jinxiu, cuihu, monkeypatch
):
    case_in("acting", at=march(9) - 365 * DAY)
    case_in("acting", at=march(9))
    client = signed_in(wuzong)
    asked = {"scope": "company", "from": "2026-03-01", "until": "2026-03-31"}
    page = client.get(PAGE, asked)
    rows = {label: cells[0] for label, cells in page.context["table"]}
    bare = {label: [re.sub("<[^>]+>", "", said) for said in cell.compared] for label, cell in rows.items()}
    assert bare["Upheld"][1] == "Year before 1, 1 of 2 estates only"
    then = 1000 / jinxiu.households
    assert bare["Upheld per 1,000 households"][1] == f"Year before {then:.2f}, 1 of 2 estates only"
    own = dict(page.context["table"])["Upheld"][page.context["names"].index(jinxiu.name)]
    assert own.compared[1].endswith(", the same")
    table = client.get("/reports/days/figures.csv", asked).content.decode("utf-8-sig").splitlines()
    (line,) = (x for x in csv.reader(table) if x[:2] == ["All together", "Upheld per 1,000 households"])
    assert line[4] == str(round(1000 / (jinxiu.households + cuihu.households), 2))
    assert line[-3] == str(round(then, 2))
    monkeypatch.setattr("reports.views.days.MOST_COMPARED", 1)  # too many to stand beside one another
    page = client.get(PAGE, asked)
    assert (page.context["names"], page.context["unrecorded"]) == (["All together"], [cuihu.name])


@pytest.mark.django_db
def test_the_page_has_as_many_queries_for_more_cases(
    signed_in, zhoujun, case_in, django_assert_max_num_queries
):
    asked = {"from": "2026-03-01", "until": "2026-03-31"}
    case_in("replied", at=march(9))
    client = signed_in(zhoujun)
    client.get(PAGE, asked)
    with CaptureQueriesContext(connection) as once:
        client.get(PAGE, asked)
    for day in range(10, 14):
        case_in("replied", at=march(day))
    with django_assert_max_num_queries(len(once)):
        client.get(PAGE, asked)


@pytest.mark.django_db
def test_bars_are_links_with_names_on_the_page_and_only_drawn_on_paper(case_in, jinxiu, in_english):
    case_in("acting", at=march(2))
    figures = monthly([jinxiu], MARCH, APRIL_2)
    links = Links("/list/", "estate-1", "2026-03-01", "2026-03-31")
    on_page, on_paper = (paper.drawings(figures, shown)["trend"] for shown in (links, PAPER))
    assert re.search(r'<a href="/list/\?figure=valid[^"]*" aria-label="26-03: 1">', on_page)
    assert 'role="group"' in on_page and 'role="img"' in on_paper and "<a " not in on_paper
    assert "<a " not in "".join(map(str, paper.tables_of(figures, PAPER)["work"]))


def test_a_number_less_than_nothing_stays_a_number_in_a_table():
    assert csv_line([-3, -0.5, "-3", "=1+1"]) == "-3,-0.5,'-3,'=1+1\r\n"
