"""The first steps: read from the rows, left and found again, shown to whoever begins and to nobody else."""

from __future__ import annotations

import re

import pytest

from complaints.models import Complaint
from staff import actions as office
from staff.models import Department, Estate
from staff.roles import Role
from tests.cast import march, person
from tests.markup import markup

pytestmark = pytest.mark.django_db
GUIDE = "/settings/first-steps/"
SHOWN = re.compile(r'<ol class="list first-steps">(.*?)</ol>', re.S)


def done(page) -> list[bool]:
    """Which of the five steps stand there as done."""
    items = SHOWN.search(markup(page))[1].split("<li")[1:]
    return ['<span class="tag">done' in item for item in items]


def next_of(page) -> str:
    items = SHOWN.search(markup(page))[1].split("<li")[1:]
    (item,) = [item for item in items if "is-now" in item]
    return re.search(r"\d\. ([\w ]+)", item)[1].strip()


def test_each_step_is_done_when_its_rows_are_there_and_the_next_one_is_named(
    read, admin, categories, zhoujun_later
) -> None:
    assert (done(read(admin, "/")), next_of(read(admin, "/"))) == ([False] * 5, "Estate")
    estate = Estate.objects.create(code="JX", name="锦绣花园", service_phone="1")
    assert (done(read(admin, GUIDE)), next_of(read(admin, "/"))) == ([True, *[False] * 4], "Departments")
    department = Department.objects.create(estate=estate, name="工程部")
    page = read(admin, "/")
    assert (sum(done(page)), next_of(page)) == (2, "Staff")
    assert "somebody at the desk" in page.content.decode()
    person("a", "甲", Role.FRONT_DESK, estate=estate)
    person("b", "乙", Role.HANDLER, department=department)
    page = read(admin, "/").content.decode()
    assert "Still missing: a supervisor or property manager." in page
    zhoujun_later(estate)
    page = read(admin, "/")
    assert (sum(done(page)), next_of(page)) == (3, "Registers")
    assert "/registers/JX/import/" in page.content.decode()


@pytest.fixture
def zhoujun_later():
    return lambda estate: person("zhoujun", "周军", Role.PROPERTY_MANAGER, estate=estate)


def test_after_the_first_complaint_the_first_page_is_free_of_it_and_settings_keep_it(
    read, admin, walk_in
) -> None:
    case = walk_in()
    assert not SHOWN.search(markup(read(admin, "/")))
    page = read(admin, GUIDE)
    assert done(page) == [True] * 5 and "All steps are done" in markup(page)
    assert GUIDE in markup(read(admin, "/settings/"))
    assert case.number not in markup(page)  # an administrator sees no cases


def test_a_step_undone_comes_back(read, admin, walk_in, limin) -> None:
    walk_in()
    office.end_posting(limin.postings.get(), at=march(2, 11), by=admin)
    page = read(admin, "/")
    assert next_of(page) == "Staff" and "somebody at the desk" in page.content.decode()


def test_the_guide_shows_estate_by_estate_what_is_missing(read, admin, walk_in, cuihu) -> None:
    walk_in()
    page = markup(read(admin, GUIDE))
    table = page.partition("Status by estate")[2]
    row = table.partition("翠湖雅苑</a>")[2].partition("</tr>")[0]
    for address in (
        "CH/calendar/",
        "/settings/estates/CH/",
        "/settings/people/file/",
        "/registers/CH/import/",
    ):
        assert f'{address}">not yet</a>' in row


def test_an_estate_that_has_ended_is_no_step_any_more(read, admin, walk_in, cuihu) -> None:
    walk_in()
    office.end_estate(cuihu, day=march(1).date(), turn_to="新物业", because="合同期满", by=admin, at=march(1))
    page = markup(read(admin, GUIDE))
    assert "锦绣花园</a>" in page and "翠湖雅苑</a>" not in page and done(read(admin, GUIDE))[0]
    Estate.objects.exclude(pk=cuihu.pk).update(
        ended_at=march(1), ended_how=Estate.Ending.HANDED_BACK, turn_to="新物业"
    )
    assert next_of(read(admin, GUIDE)) == "Estate"


def test_the_guide_names_who_has_not_chosen_a_password(read, admin, limin) -> None:
    assert f"/settings/people/{limin.pk}/" in markup(read(admin, GUIDE))
    limin.set_password("chosen by himself, long")
    limin.save(update_fields=["password"])
    waiting = markup(read(admin, GUIDE)).partition("have not set a password")[2].partition("</section>")[0]
    assert "系统管理员" in waiting and "李敏" not in waiting


def test_it_is_for_the_administrators_of_the_company(read, zhoujun, limin, wuzong, auditor, jinxiu) -> None:
    local = person("local", "分部管理员", Role.ADMINISTRATOR, estate=jinxiu)
    for someone in (zhoujun, limin, wuzong, auditor, local):
        assert read(someone, GUIDE).status_code == 404
        assert not SHOWN.search(markup(read(someone, "/")))


def test_the_steps_cost_the_same_however_much_there_is(queries, admin, walk_in, cuihu) -> None:
    few = queries(admin, GUIDE)
    walk_in()
    for n in range(5):
        estate = Estate.objects.create(code=f"E{n}", name=f"小区{n}", service_phone="1")
        person(f"p{n}", "人", Role.FRONT_DESK, estate=estate)
    assert Complaint.objects.exists() and queries(admin, GUIDE) == few
