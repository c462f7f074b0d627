"""Every number of a report opens exactly its cases, of the moment the number was taken."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date, datetime
from html import unescape
from io import BytesIO
from random import Random
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from complaints import actions
from complaints.models import Complaint, Extension, ExtensionReason
from owners.models import Building
from reports import ledger
from reports.asked import question
from reports.behind_lines import stood
from reports.figures.behind import FIGURES, NotAFigure, behind
from reports.figures.counted import Counted
from reports.figures.month import Month
from reports.figures.monthly import monthly
from reports.figures.period import Period
from reports.monthly import report as paper
from reports.monthly.links import Links
from reports.scopes import Scope
from staff.models import Department
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import DAY, HOUR, SHANGHAI, march, person
from tests.extension_requests import ask_until
from tests.figures import MARCH
from tests.histories import acts, swept
from tests.random_months import START

pytestmark = pytest.mark.django_db

#: A link in a table or sentence, and one in a drawing: where to, and how many.
LINK = re.compile(
    r'<a href="([^"]+)"[^>]*>(\d+)</a>|<a href="([^"]+)" aria-label="[^"]*?(\d+)(?: \(\d+%\))?">'
)
MIDDLE = march(17, 13)


def numbers(jinxiu, month: Month, now: datetime) -> dict[str, int]:
    """Every number of the page with the address of its list."""
    figures = monthly([jinxiu], month, now)
    over = month.bounds(SHANGHAI)[1] <= now
    links = Links(
        "/",
        f"estate-{jinxiu.pk}",
        str(month.first_day),
        str(month.last_day),
        at="" if over else now.isoformat(),
    )
    context = {**paper.context(figures, SHANGHAI, links), "month": month}
    page = "".join(render_to_string(f"reports/monthly_{part}.html", context) for part in ("summary", "body"))
    found: dict[str, int] = {}
    for cell in LINK.finditer(page):
        url, n = (cell[1], cell[2]) if cell[1] else (cell[3], cell[4])
        if "%" not in cell[0].split(">")[0].replace("(", "").split("aria-label")[-1] or "(" in cell[0]:
            found[unescape(url)] = int(n)
    return found


def listed(jinxiu, url: str, now: datetime) -> int:
    scope = Scope(f"estate-{jinxiu.pk}", jinxiu.name, (jinxiu,))
    asked = question(dict(parse_qsl(urlsplit(url).query)), [scope], now)
    return len(behind(asked.period(), asked.figure, asked.keys))


@pytest.mark.parametrize("seed", [3, 7])
def test_every_list_is_as_long_as_its_number_says(house, jinxiu, seed):
    at, taken = START, {}
    for verb, which, number, gap in [one for part in range(2) for one in acts(Random(seed + part))]:
        at += gap * 5 * HOUR
        if at >= MIDDLE and not taken:
            swept(MIDDLE - HOUR / 60)
            taken = numbers(jinxiu, MARCH, MIDDLE)
        swept(at)
        if verb != "void" or not taken:  # a wrong entry goes out of every figure, whenever it was taken
            house.act(verb, which, number, at)
    now = max(at, march(31) + 2 * 24 * HOUR)
    swept(now)
    now += HOUR
    assert len(taken) > 5
    for month in (Month(2026, 2), MARCH, Month(2026, 4)):
        taken |= numbers(jinxiu, month, now)
    assert len({dict(parse_qsl(urlsplit(url).query))["figure"] for url in taken}) > 15
    for url, n in taken.items():
        assert listed(jinxiu, url, now) == n, url


def test_every_figure_has_a_list_in_days_that_are_over_and_in_days_that_are_not(case_in, jinxiu):
    case_in("closed", at=march(3))
    for period in (
        Period.of((jinxiu,), date(2026, 3, 1), date(2026, 3, 31), now=march(31) + 2 * 24 * HOUR),
        Period.of((jinxiu,), date(2026, 1, 1), date(2026, 12, 31), now=march(20)),
        replace(Period.of((jinxiu,), date(2026, 3, 1), date(2026, 3, 31), now=march(20)), reread=True),
    ):
        for figure, found in FIGURES.items():
            assert isinstance(behind(period, figure, {}), list), figure
            narrowed = {"category": "-,1", "channel": "phone", "severity": "-,major", "cause": "1.-.2"}
            narrowed |= {"building": "-", "department": "1", "receiver": "1", "handler": "-", "decider": "1"}
            narrowed |= {"repeat": "1.-.2.大堂.东门", "reason": "等'配件"}
            keys = {name: key for name, key in narrowed.items() if name in found.keys}
            assert behind(period, figure, keys) == [] or not keys, figure


@pytest.mark.parametrize(
    "keys",
    [
        {"category": "1;DROP"}, {"category": "1)"}, {"channel": "x'"}, {"severity": "x"}, {"severity": ","},
        {"severity": "-minor"}, {"cause": "1.2"},
        {"repeat": "1"}, {"decider": "1"}, {"handler": "１"}, {"figure": "1"},
    ],
)  # fmt: skip
def test_what_is_no_key_of_a_figure_is_refused(jinxiu, keys):
    period = Period.of((jinxiu,), date(2026, 3, 1), date(2026, 3, 31), now=march(20))
    with pytest.raises(NotAFigure):
        behind(period, "received", keys)
    with pytest.raises(NotAFigure):
        behind(period, "nothing", {})


LIST = "/reports/cases/behind/"


def test_the_list_tells_the_cases_as_they_stood(signed_in, zhoujun, case_in, jinxiu, office_of_jinxiu):
    case = case_in("acting", at=march(9))
    asked = {
        "scope": f"estate-{jinxiu.pk}",
        "figure": "received",
        "from": "2026-03-01",
        "until": "2026-03-31",
    }
    actions.withdraw(
        case, note="不投诉了", by=office_of_jinxiu.limin, at=march(31) + 24 * HOUR, confirmed_by="phone"
    )
    client = signed_in(zhoujun)
    page = client.get(LIST, asked).content.decode()
    assert case.number in page and "In progress" in page and "Withdrawn" not in page
    asked |= {"from": "2026-03-01", "until": "2026-04-30"}
    assert "Withdrawn" in client.get(LIST, asked).content.decode()


@pytest.mark.parametrize("code", ["door-lock", "3rd-party", "2026"])
def test_a_reason_is_found_by_whatever_code_the_company_gave_it(case_in, office_of_jinxiu, jinxiu, code):
    case = case_in("acting", at=march(9))
    ask_until(case, office_of_jinxiu, march(14), at=march(9, 12))
    ExtensionReason.objects.create(code=code, zh="等门锁", en="Door lock")
    Extension.objects.update(reason=code)
    period = Period.of((jinxiu,), date(2026, 3, 1), date(2026, 3, 31), now=march(20))
    assert behind(period, "asked", {"reason": "等门锁"}) == [case.pk]


def test_the_room_of_who_hides_is_told_by_the_rights_of_today(case_in, jinxiu, limin, laozhao):
    case = case_in("acting", at=march(9))
    case.identity_hidden, case._history_date = True, march(10)
    case.save()
    case.first_receiver = laozhao
    case.changed_at = case._history_date = march(31) + DAY
    case.save()
    scope, days = Scope(f"estate-{jinxiu.pk}", jinxiu.name, (jinxiu,)), (date(2026, 3, 1), date(2026, 3, 31))
    now = march(31) + 5 * DAY
    period = Period.of((jinxiu,), *days, now=now)
    for who, place in ((limin, "2号楼"), (laozhao, "2号楼1单元302")):
        person = permissions_of(who, now)
        (line,) = stood(period, [Counted(case.pk)], person)
        assert line.case.first_receiver == limin and line.place == place
        (told,) = ledger.told_lines(person, scope, *days, now)
        assert told.case.first_receiver == limin and told.place == place


def test_cases_not_to_be_read_are_counted_and_not_listed(signed_in, case_in, jinxiu, zhoujun, monkeypatch):
    shown, hidden = case_in("acting", at=march(9)), case_in("acting", at=march(10))
    Complaint.objects.filter(pk=hidden.pk).update(restricted=True)
    monkeypatch.setattr(
        "reports.views.behind.unlisted_for", lambda person: lambda cases: frozenset({hidden.pk} & cases)
    )
    asked = {
        "scope": f"estate-{jinxiu.pk}",
        "figure": "received",
        "from": "2026-03-01",
        "until": "2026-03-31",
    }
    client = signed_in(zhoujun)
    page = client.get(LIST, asked).content.decode()
    assert '<span class="count">2</span>' in page and "1 more, of restricted access, is counted only" in page
    assert shown.number in page and hidden.number not in page
    for form in ("csv", "xlsx"):
        answer = client.get(f"/reports/cases/behind.{form}", asked)
        assert answer.status_code == 200
        lines = (
            list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
            if form == "csv"
            else list(load_workbook(BytesIO(answer.content)).active.values)
        )
        assert len(lines) == 2 and lines[0][0] == "Number" and lines[1][0] == shown.number
        received = lines[1][2]
        assert received == "2026-03-09 09:00" if form == "csv" else received == datetime(2026, 3, 9, 9)


def test_the_list_of_a_stranger_is_not_found(signed_in, zhoujun, limin, jinxiu):
    asked = {
        "scope": f"estate-{jinxiu.pk}",
        "figure": "received",
        "from": "2026-03-01",
        "until": "2026-03-31",
    }
    client = signed_in(zhoujun)
    for wrong in (
        {"figure": "x"}, {"scope": "estate-99"}, {"scope": "estates-1-99"}, {"from": "2026-13-01"},
        {"until": "2025-01-01"}, {"at": "2999-01-01T00:00:00+00:00"}, {"at": "now"}, {"category": "x"},
        {"cut": "0001-01-01"}, {"at": "0001-01-01T00:00:00+00:00"},
    ):  # fmt: skip
        assert client.get(LIST, asked | wrong).status_code == 404, wrong
    assert client.get(LIST, asked).status_code == 200
    assert signed_in(limin).get(LIST, asked).status_code == 403


def test_an_address_written_by_hand_names_nobody_the_figure_does_not_count(
    signed_in, zhoujun, limin, case_in, jinxiu, cuihu
):
    case = case_in("acting", at=march(9))
    stranger = person("stranger", "外人", Role.STEWARD, estate=cuihu)
    hall = Building.objects.create(estate=cuihu, name="翠湖会所")
    secret = Department.objects.create(estate=cuihu, name="翠湖工程部")
    asked = {
        "scope": f"estate-{jinxiu.pk}",
        "figure": "received",
        "from": "2026-03-01",
        "until": "2026-03-31",
    }
    client = signed_in(zhoujun)
    keys = case.category_id
    for more in (
        {"receiver": f"{stranger.pk}"}, {"receiver": f"{limin.pk},{stranger.pk}"}, {"building": f"{hall.pk}"},
        {"building": f"{case.building_id},{hall.pk}"}, {"department": f"{secret.pk}"},
        {"cause": f"{secret.pk}.-.{keys}"}, {"cause": f"{case.department_id}.-.{keys},{secret.pk}.-.{keys}"},
        {"repeat": f"{jinxiu.pk}.{hall.pk}.{keys}."},
    ):  # fmt: skip
        page = client.get(LIST, asked | more).content.decode()
        assert "外人" not in page and "翠湖" not in page, more
    both = client.get(LIST, asked | {"receiver": f"{limin.pk},{stranger.pk}"}).context["keys"]
    assert both == [f"First receiver {limin}"]
    assert client.get(LIST, asked | {"building": f"-,{case.building_id}"}).context["keys"] == [
        f"Common areas and elsewhere + {case.building}"
    ]


def test_a_list_has_as_many_queries_for_ten_cases_as_for_one(
    signed_in, zhoujun, case_in, jinxiu, django_assert_max_num_queries
):
    asked = {
        "scope": f"estate-{jinxiu.pk}",
        "figure": "received",
        "from": "2026-03-01",
        "until": "2026-03-31",
    }
    case_in("acting", at=march(9))
    client = signed_in(zhoujun)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST, asked)
    for day in range(10, 14):
        case_in("acting", at=march(day))
    with django_assert_max_num_queries(len(one)):
        client.get(LIST, asked)


# The way back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "asked", "label"),
    [
        ("monthly", {"month": "2026-03"}, "Monthly report"),
        ("days", {"from": "2026-03-02", "until": "2026-03-20"}, "Figures of any days"),
    ],
)
def test_a_list_leads_back_to_the_page_of_its_figure_as_it_was_chosen(
    name, asked, label, signed_in, case_in, jinxiu, zhoujun
):
    case_in("acting", at=march(3, 9))
    page = f"{reverse(f'reports:{name}')}?{urlencode({'scope': f'estate-{jinxiu.pk}'} | asked)}"
    client = signed_in(zhoujun)
    shown = client.get(page).content.decode()
    lists = [unescape(url) for url in re.findall(r'href="(/reports/cases/behind/[^"]+)"', shown)]
    assert lists
    for url in {lists[0], lists[-1]}:
        found = client.get(url).content.decode()
        crumb = re.search(r'class="crumb" href="([^"]+)">.*?</svg>\s*([^<]+?)\s*</a>', found, re.DOTALL)
        assert crumb and unescape(crumb[1]) == page and crumb[2] == label


@pytest.mark.parametrize("back", ["", "https://example.com/?x=1", "settings?x=1", "month"])
def test_without_a_page_of_ours_it_leads_to_the_same_days(back, signed_in, jinxiu, zhoujun):
    asked = {"scope": f"estate-{jinxiu.pk}", "from": "2026-03-01", "until": "2026-03-31"}
    found = signed_in(zhoujun).get(
        reverse("reports:behind"), asked | {"figure": "received"} | ({"back": back} if back else {})
    )
    address = f"{reverse('reports:days')}?{urlencode(asked)}".replace("&", "&amp;")
    assert f'href="{address}"' in found.content.decode()
