"""The dashboard on its page: whose it is, what it compares with, and that each number opens its list."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

import pytest

from complaints.models import Complaint
from reports.board_words import compared, rate_compared
from reports.boards import Board, boards_of
from reports.figures.month import Month
from reports.figures.shapes import Rate
from reports.scopes import scopes_of
from reports.views import dashboard as views
from staff.models import Department
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import DAY, march, person
from tests.figures import handled
from tests.list_pages import copies, numbers

pytestmark = pytest.mark.django_db

NOW = march(20, 9)
#: Where a number leads, and the number.
LINK = re.compile(r'<a\s[^>]*href="(/reports/dashboard/cases/[^"]+)"[^>]*>([\d.%–]+)</a>')


@pytest.fixture
def at(monkeypatch, office_clock):
    def set_to(moment) -> None:
        monkeypatch.setattr(views, "clock", lambda: moment)

    set_to(NOW)
    return set_to


@pytest.fixture
def weeks(case_in, office_of_jinxiu):
    case_in("closed", at=march(2) - 20 * DAY)
    case_in("closed", at=march(3))
    handled(case_in("acting", at=march(2), severity="important"), office_of_jinxiu, march(16))
    case_in("acting", at=march(9), severity="minor")
    return case_in("acting", at=march(10), severity="minor")


def links(page) -> list[tuple[str, str]]:
    return [(unescape(url), text) for url, text in LINK.findall(page.content.decode())]


def total(page) -> int:
    return int(re.search(r'<span class="count">(\d+)</span>', page.content.decode())[1])


def rows_of(read, who, url: str) -> list[str]:
    """The cases of all pages of a list."""
    found, page = [], read(who, url)
    while True:
        found += numbers(page)
        older = re.search(r'rel="next"\s+href="([^"]+)"', page.content.decode())
        if not older:
            return found
        page = read(who, "/reports/dashboard/cases/" + unescape(older[1]))


def test_every_number_opens_a_list_of_as_many_cases(weeks, read, at, chenfang):
    copies(weeks, 55)  # a list of two pages
    found = links(read(chenfang, "/reports/dashboard/"))
    counted = {url: int(text) for url, text in found if text.isdecimal()}
    assert len(found) > 35 and {0, 59} <= set(counted.values())
    for url, number in counted.items():
        assert len(rows_of(read, chenfang, url)) == number, url
    for url, text in found:
        if not text.isdecimal():  # a share opens all it is of
            assert "before=1" in url or total(read(chenfang, url)) == counted[url]


def test_a_restricted_case_is_counted_and_not_listed(weeks, read, at, chenfang, zhoujun):
    Complaint.objects.filter(pk=weeks.pk).update(restricted=True)
    url = "/reports/dashboard/cases/?number=received"
    for who, rows in ((zhoujun, 4), (chenfang, 3)):
        page = read(who, url)
        assert (total(page), len(numbers(page))) == (4, rows)
    assert weeks.number not in page.content.decode() and "counted only" in page.content.decode()


def test_each_role_has_its_own(weeks, read, at, office_of_jinxiu, auditor, cuihu, limin, stranger):
    people = office_of_jinxiu

    def first(who) -> str:
        held = permissions_of(who, NOW)
        return boards_of(held, scopes_of(held))[0].code

    assert first(people.sungong).startswith("department-")
    assert first(people.chenfang) == first(people.zhoujun) == f"estate-{weeks.estate_id}"
    assert first(people.wuzong) == first(auditor) == "company"
    assert read(limin, "/reports/dashboard/").status_code == 403
    assert read(limin, "/reports/dashboard/cases/?number=open").status_code == 403
    assert read(stranger, f"/reports/dashboard/?scope=estate-{weeks.estate_id}").status_code == 404
    own = read(people.sungong, "/reports/dashboard/").content.decode()
    assert "Estates side by side" not in own and f"scope={first(people.sungong)}&amp;" in own
    company = read(people.wuzong, "/reports/dashboard/")
    assert "Estates side by side" in company.content.decode()
    by_estate = f"scope=estate-{cuihu.pk}&month=2026-03&number=received"
    assert dict(links(company))[f"/reports/dashboard/cases/?{by_estate}"] == "0"


def test_it_costs_the_same_at_ten_cases_and_at_many(weeks, queries, at, wuzong, cuihu):
    few = queries(wuzong, "/reports/dashboard/")
    copies(weeks, 200)
    assert queries(wuzong, "/reports/dashboard/") == few <= 32


@pytest.mark.parametrize(
    "path", ["?month=2026-05", "?scope=estate-0", "cases/?number=x", "cases/?month=3&number=open"]
)
def test_what_is_not_there_is_not_found(weeks, read, at, zhoujun, path):
    assert read(zhoujun, f"/reports/dashboard/{path}").status_code == 404


def test_a_month_that_cannot_be_read_is_said_and_this_one_shown(read, at, zhoujun):
    page = read(zhoujun, "/reports/dashboard/?month=March")
    assert page.status_code == 422 and "A month is written like 2026-03" in page.content.decode()


def test_the_first_month_of_a_company_and_of_a_year(read, at, zhoujun):
    at(march(2) - 50 * DAY)  # in January
    page = read(zhoujun, "/reports/dashboard/").content.decode()
    assert "No complaint was received or closed" in page and "January 2026" in page
    assert "as many as in the same days of last month" in page


def test_the_days_before_are_as_many_as_those_so_far(jinxiu):
    board = Board("estate-1", "", (jinxiu,))

    def before(now: datetime, month: Month) -> tuple[Month, datetime | None]:
        days = board.days_before(month, now)
        return days.month, days.cut

    january = Month(2026, 1)
    assert before(march(12, 9, 30), Month(2026, 3)) == (Month(2026, 2), datetime(2026, 2, 12, 9, 30))
    assert before(march(30), Month(2026, 3)) == (Month(2026, 2), None)  # February has no 30th
    assert before(march(12), january) == (Month(2025, 12), None)
    new_year = march(2).replace(month=1, day=5, hour=8)
    assert before(new_year, january) == (Month(2025, 12), datetime(2025, 12, 5, 8))


def test_what_is_compared_is_said_in_words(in_english):
    assert compared(5, 2, so_far=True) == "3 more than in the same days of last month"
    assert compared(2, 5, so_far=False) == "3 fewer than the month before"
    assert compared(2, 2, so_far=False) == "as many as the month before"
    assert (
        rate_compared(Rate(1, 2), Rate(1, 3), so_far=True) == "16.7 points above the same days of last month"
    )
    assert rate_compared(Rate(1, 4), Rate(1, 2), so_far=False) == "25 points below the month before"
    assert rate_compared(Rate(1, 2), Rate(0, 0), so_far=True) == "none in the same days of last month"
    assert rate_compared(Rate(0, 0), Rate(1, 2), so_far=True) == ""


def test_the_head_of_a_headquarters_department_sees_all_estates(jinxiu, cuihu, categories):
    quality = Department.objects.create(name="品质部", estate=None)
    head = person("pinzhi", "秦川", Role.DEPARTMENT_HEAD, department=quality)
    held = permissions_of(head, NOW + timedelta(days=1))
    (board,) = [one for one in boards_of(held, scopes_of(held)) if one.departments]
    assert {estate.pk for estate in board.estates} == {jinxiu.pk, cuihu.pk}
    assert board.name == "品质部"
