"""A case that is counted twice stands twice in the list, and each row says for what."""

from __future__ import annotations

import csv
from datetime import date
from random import Random

import pytest

from complaints import actions
from reports import counted_words
from reports.figures import dashboard
from reports.figures.behind import FIGURES, counted
from reports.figures.counted import repeated
from reports.figures.period import Period
from reports.views import dashboard as views
from tests.cast import DAY, HOUR, SHANGHAI, march
from tests.extension_requests import ask_until
from tests.histories import acts, swept
from tests.random_months import START

pytestmark = pytest.mark.django_db


def test_no_two_rows_of_any_list_of_random_months_are_alike(house, jinxiu):
    at = START
    for verb, which, number, gap in [one for part in range(3) for one in acts(Random(11 + part))]:
        at += gap * 5 * HOUR
        swept(at)
        house.act(verb, which, number, at)
    year = Period.of((jinxiu,), date(2026, 1, 1), date(2026, 12, 31), now=at + DAY)
    lists = {figure: counted(year, figure, {}) for figure in FIGURES}
    lists |= {f"board: {name}": dashboard.counted(year, name) for name in dashboard.NUMBERS}
    assert sum(repeated(found) for found in lists.values()) >= 4
    for figure, found in lists.items():
        told = list(zip((one.case for one in found), counted_words.in_words(found, SHANGHAI), strict=True))
        assert len(set(told)) == len(told), figure


@pytest.fixture
def asked_twice(case_in, office_of_jinxiu):
    """More time asked for twice: declined, and asked for again."""
    people, case = office_of_jinxiu, case_in("acting", at=march(9))
    first = ask_until(case, people, march(14), at=march(9, 12))
    actions.decline_extension(first, comment="理由不足", by=people.wuzong, at=march(9, 13))
    ask_until(case, people, march(15), at=march(10, 8))
    case_in("acting", at=march(11))
    return case


def test_two_requests_of_one_case_are_told_apart_on_page_and_sheet(asked_twice, signed_in, zhoujun, jinxiu):
    scope = {"scope": f"estate-{jinxiu.pk}", "from": "2026-03-01", "until": "2026-03-31"}
    client = signed_in(zhoujun)
    page = client.get("/reports/cases/behind/", scope | {"figure": "asked"}).content.decode()
    assert page.count(asked_twice.get_absolute_url()) == 2 and "Counted here for" in page
    for asked in ("Asked for on 2026-03-09 12:00", "Asked for on 2026-03-10 08:00"):
        assert page.count(asked) == 1
    answer = client.get("/reports/cases/behind.csv", scope | {"figure": "asked"})
    heading, *lines = csv.reader(answer.content.decode("utf-8-sig").splitlines())
    assert [line[heading.index("Counted here for")][:29] for line in lines] == [
        "Asked for on 2026-03-09 12:00",
        "Asked for on 2026-03-10 08:00",
    ]


def test_where_every_case_is_counted_once_nothing_is_said_of_it(asked_twice, signed_in, zhoujun, jinxiu):
    scope = {"scope": f"estate-{jinxiu.pk}", "from": "2026-03-01", "until": "2026-03-31"}
    page = signed_in(zhoujun).get("/reports/cases/behind/", scope | {"figure": "received"}).content.decode()
    assert asked_twice.number in page and "Counted here for" not in page


def test_two_rounds_of_one_case_are_told_apart_on_the_dashboards_list(
    case_in, office_of_jinxiu, signed_in, monkeypatch, office_clock
):
    case = case_in("closed", at=march(3))
    actions.reopen(case, note="又漏水了", by=office_of_jinxiu.chenfang, at=march(16))
    monkeypatch.setattr(views, "clock", lambda: march(30))
    swept(march(30))
    url = "/reports/dashboard/cases/?month=2026-03&number=fell_due"
    page = signed_in(office_of_jinxiu.zhoujun).get(url).content.decode()
    assert page.count(f'<span class="number">{case.number}</span>') == 2
    assert "Round 1, from 2026-03-03" in page and "Round 2, from 2026-03-16" in page
