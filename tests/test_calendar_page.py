"""The page of an estate's working time: the year, every change shown first, then written."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import date, time
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from complaints.actions import calendars
from complaints.holidays import Day
from complaints.models import PolicyVersion
from complaints.policy import DEFAULTS
from complaints.views.office import calendars as pages
from staff.models import CalendarDay, Estate
from tests.cast import march
from tests.looking import clock_of
from tests.markup import markup

pytestmark = pytest.mark.django_db

PAGE = "/settings/estates/JX/calendar/"
OPENING_DAY = {"date": "2026-03-04", "kind": "off", "name": "公司庆典"}


@pytest.fixture(autouse=True)
def _at_the_office_clock(office_clock, monkeypatch) -> None:
    monkeypatch.setattr(pages, "now", lambda: office_clock.now)


@pytest.fixture
def in_working_days(db) -> None:
    data = deepcopy(DEFAULTS)
    data["clocks"]["resolve"]["limits"]["important"] = "3 working days"
    PolicyVersion.objects.create(number=2, data=data, created_at=march(1))


def shown(page) -> dict[str, str]:
    """The hidden field of the page that shows the changes, as the browser sends it."""
    found = re.search(r'name="changes" value="([^"]*)"', markup(page))
    return {"changes": unescape(found[1])}


def text(page) -> str:
    return markup(page)


def test_the_year_shows_holidays_and_make_up_days_in_words(read, zhoujun, jinxiu):
    calendars.change_days(
        jinxiu,
        {date(2026, 10, 1): Day(False, "国庆节"), date(2026, 10, 10): Day(True, "国庆节调休")},
        by=zhoujun, at=march(2),
    )  # fmt: skip
    page = text(read(zhoujun, PAGE, year=2026))
    assert 'title="国庆节">1<span class="day-mark">' in page
    assert page.count("<caption>") == 12
    assert "No holidays for 2026" not in page
    assert "No holidays for 2027 yet" in text(read(zhoujun, PAGE, year=2027))


def test_a_day_is_shown_with_what_it_moves_and_then_saved(
    read, write, in_working_days, case_in, zhoujun, jinxiu
):
    case = case_in("acting", at=march(2, 9))
    look = write(zhoujun, f"{PAGE}look/day/", OPENING_DAY)
    assert look.status_code == 200
    assert case.number in text(look) and "1 open deadline that counts working time moves" in text(look)
    assert not CalendarDay.objects.exists()
    saved = write(zhoujun, f"{PAGE}save/", shown(look))
    assert saved["Location"] == f"{PAGE}?year=2026"
    assert clock_of(case, "resolve").due_at == march(6, 9)
    page = text(read(zhoujun, PAGE, year=2026, day="2026-03-04"))
    assert "Saved; 1 open deadline moved." in page
    assert 'value="公司庆典"' in page and "周军" in page


def test_an_administrator_reads_how_many_move_but_no_case(write, in_working_days, case_in, admin):
    case = case_in("acting", at=march(2, 9))
    look = text(write(admin, f"{PAGE}look/day/", OPENING_DAY))
    assert "1 open deadline that counts working time moves" in look
    assert case.number not in look


def test_the_announced_year_is_shown_and_saved_whole(write, zhoujun, jinxiu):
    calendars.change_days(jinxiu, {date(2026, 3, 4): Day(False, "公司庆典")}, by=zhoujun, at=march(2))
    look = write(zhoujun, f"{PAGE}look/announced/", {"year": "2026", "whole": "on"})
    assert "Taken back" in text(look) and "国庆节" in text(look)
    write(zhoujun, f"{PAGE}save/", shown(look))
    assert calendars.days_of(jinxiu) == pages.holidays.announced(2026)


def test_a_year_that_is_not_announced_is_refused_in_a_sentence(write, zhoujun):
    answer = write(zhoujun, f"{PAGE}look/announced/", {"year": "2031"})
    assert answer.status_code == 422
    assert "The holidays of 2031 have not been announced yet" in text(answer)


def test_a_table_is_shown_and_saved_and_one_with_errors_is_not(write, zhoujun, jinxiu):
    wrong = SimpleUploadedFile("2026.csv", "2026-10-01,休,国庆节\n2026-13-01,休,元旦\n".encode())
    answer = write(zhoujun, f"{PAGE}look/table/", {"table-file": wrong})
    assert answer.status_code == 422 and "row 2" in text(answer)
    right = SimpleUploadedFile("2026.csv", "2026-10-01,休,国庆节\n".encode())
    write(zhoujun, f"{PAGE}save/", shown(write(zhoujun, f"{PAGE}look/table/", {"table-file": right})))
    assert calendars.days_of(jinxiu) == {date(2026, 10, 1): Day(False, "国庆节")}


def test_a_year_is_copied_to_other_estates_but_only_to_ones_own(write, zhoujun, admin, jinxiu, cuihu):
    calendars.change_days(jinxiu, {date(2026, 3, 4): Day(False, "公司庆典")}, by=zhoujun, at=march(2))
    copy = {"year": "2026", "estates": ["CH"]}
    assert write(zhoujun, f"{PAGE}look/copy/", copy).status_code == 422
    look = write(admin, f"{PAGE}look/copy/", copy)
    write(zhoujun, f"{PAGE}save/", shown(look))
    assert calendars.days_of(cuihu) == {}
    write(admin, f"{PAGE}save/", shown(look))
    assert calendars.days_of(cuihu) == calendars.days_of(jinxiu)


def test_what_was_shown_is_not_written_over_somebody_elses_change(write, read, zhoujun, admin, jinxiu):
    look = write(zhoujun, f"{PAGE}look/day/", OPENING_DAY)
    calendars.change_days(jinxiu, {date(2026, 3, 4): Day(True, "加班")}, by=admin, at=march(2))
    write(zhoujun, f"{PAGE}save/", shown(look))
    assert calendars.days_of(jinxiu)[date(2026, 3, 4)] == Day(True, "加班")
    assert "Somebody else has changed these days meanwhile" in text(read(zhoujun, PAGE))


def test_hours_are_shown_first_and_then_saved(read, write, walk_in, zhoujun, jinxiu, office_clock):
    case = walk_in(march(2, 11, 50))
    hours = {
        "opens": "08:30", "closes": "17:30", "lunch_starts": "12:00", "lunch_ends": "13:30",
        "weekdays": list("123456"), "staffed_on_days_off": "on",
    }  # fmt: skip
    look = text(write(zhoujun, f"{PAGE}hours/", hours))
    assert "Lunch break from" in look and case.number in look
    assert Estate.objects.get(pk=jinxiu.pk).lunch_starts is None
    assert write(zhoujun, f"{PAGE}hours/", hours | {"save": "1"}).status_code == 302
    jinxiu.refresh_from_db()
    assert (jinxiu.lunch_starts, jinxiu.weekdays) == (time(12), "123456")
    assert "周军" in text(read(zhoujun, PAGE))


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ({"weekdays": []}, "At least one day of the week must be a working day."),
        ({"closes": "08:00"}, "Service must close later than it opens."),
        ({"lunch_starts": "08:30", "lunch_ends": "17:30"}, "The lunch break covers all service hours."),
        ({"opens": ""}, "This field is required."),
    ],
)
def test_an_empty_calendar_is_refused_with_a_sentence_at_its_field(write, zhoujun, jinxiu, hours, sentence):
    said = {"opens": "08:30", "closes": "17:30", "weekdays": list("12345"), "staffed_on_days_off": "on"}
    answer = write(zhoujun, f"{PAGE}hours/", said | hours | {"save": "1"})
    assert answer.status_code == 422
    assert escape(sentence) in text(answer)
    assert Estate.objects.get(pk=jinxiu.pk).weekdays == "12345"


@pytest.mark.parametrize(
    "form",
    [{"changes": "no"}, {"changes": '{"JX": [["x", null, null]]}'}, {"changes": '{"JX": 1}'}, {}],
)
def test_a_form_that_was_tampered_with_changes_nothing(write, zhoujun, form):
    assert write(zhoujun, f"{PAGE}save/", form).status_code == 302
    assert not CalendarDay.objects.exists()


def test_nobody_else_finds_the_page(read, write, chenfang, limin, stranger, wuzong, zhoujun):
    for person in (chenfang, limin, stranger, wuzong):
        assert read(person, PAGE).status_code == 404
        assert write(person, f"{PAGE}look/day/", OPENING_DAY).status_code == 404
        assert write(person, f"{PAGE}save/", {"changes": "{}"}).status_code == 404
    assert read(zhoujun, PAGE.replace("JX", "CH")).status_code == 404
