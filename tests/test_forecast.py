"""What will be late if nothing happens, by name and estate."""

import re

import pytest

from tests.cast import march
from tests.list_pages import copies, numbers
from tests.markup import markup

pytestmark = pytest.mark.django_db


def lines(response) -> dict[str, list[int]]:
    """Name: within 24 hours, within 72, late already."""
    rows = re.findall(r"<tr><td><a [^>]+>([^<]+)</a></td>(.*?)</tr>", markup(response))
    return {name: [int(n) for n in re.findall(r">(\d+)<", cells)] for name, cells in rows}


def test_managers_see_what_runs_out_and_who_holds_it(read, case_in, office_clock, chenfang, wanggong):
    soon = case_in("acting", severity="minor", at=march(3, 9))  # due on the 4th
    later = case_in("acting", severity="important", at=march(3, 9))  # due on the 6th
    case_in("acting", severity="major", at=march(3, 9))  # due on the 13th; its answer on the 5th
    late = case_in("acting", severity="minor", at=march(1, 9))
    office_clock.now = march(3, 10)
    page = read(chenfang, "/forecast/")
    assert lines(page)[wanggong.name][2] == 1
    assert lines(page)[wanggong.name][0] >= 1
    shown = numbers(page)
    assert soon.number in shown and late.number not in shown
    assert shown.index(soon.number) < shown.index(later.number)


def test_it_costs_the_same_however_much_runs_out(queries, read, case_in, office_clock, chenfang):
    case = case_in("acting", severity="minor", at=march(3, 9))
    office_clock.now = march(3, 10)
    few = queries(chenfang, "/forecast/")
    copies(case, 60)
    assert queries(chenfang, "/forecast/") == few <= 4 + 6
    assert len(numbers(read(chenfang, "/forecast/"))) == 50


def test_an_empty_forecast_says_so(read, chenfang):
    assert "Nothing runs out within 72 hours" in read(chenfang, "/forecast/").content.decode()


def test_the_desk_has_no_forecast(read, limin):
    assert read(limin, "/forecast/").status_code == 403
