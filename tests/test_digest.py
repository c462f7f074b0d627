"""The daily digest: one message a local day and person; minor cases reach the top only here."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.digest import digest
from complaints.models import DigestMark, Notification
from staff import actions as office
from staff.models import Estate
from staff.roles import Role
from tests.cast import DAY, MINUTE, march, person
from tests.looking import told

pytestmark = pytest.mark.django_db

OPENS = march(4, 8, 30)


def counts() -> dict[str, tuple[int, int]]:
    """log-in: overdue cases, important ones among them."""
    lines = Notification.objects.filter(kind="digest").select_related("user")
    return {line.user.username: (line.params["count"], line.params["important"]) for line in lines}


@pytest.fixture
def two_overdue(case_in):
    """A minor and an important one, both past their resolve time on the 6th."""
    return [
        case_in("acting", severity="minor", at=march(2, 9)),
        case_in("acting", severity="important", at=march(2, 10)),
    ]


def test_it_waits_until_service_opens_in_the_estates_own_day(two_overdue):
    assert digest(OPENS - MINUTE) == 0
    assert told("digest", None) == set()
    assert digest(OPENS) == 1


def test_it_comes_once_a_day_however_often_it_is_asked_for(two_overdue):
    for minute in range(0, 600, 30):
        digest(OPENS + minute * MINUTE)
    assert Notification.objects.filter(kind="digest", user__username="wuzong").count() == 1
    digest(OPENS + DAY)
    assert Notification.objects.filter(kind="digest", user__username="wuzong").count() == 2


def test_managers_get_the_estates_counts_and_workers_their_own(two_overdue):
    digest(march(6, 9))
    assert counts() == {
        "chenfang": (2, 1), "zhoujun": (2, 1), "wuzong": (2, 1), "wanggong": (2, 1), "limin": (2, 1),
    }  # fmt: skip


def test_the_general_manager_reads_of_a_minor_case_here(case_in):
    case = case_in("acting", severity="minor", at=march(2, 9))
    digest(OPENS)
    assert counts()["wuzong"] == (1, 0)
    assert not Notification.objects.filter(complaint=case, user__username="wuzong").exists()


def test_a_worker_is_told_of_his_own_cases_only(case_in, office_of_jinxiu, jinxiu):
    case_in("acting", severity="minor", at=march(2, 9))
    case_in(
        "acting",
        severity="minor",
        at=march(2, 10),
        by=person("aning", "宁静", Role.FRONT_DESK, estate=jinxiu),
    )
    digest(OPENS)
    assert counts()["limin"] == counts()["aning"] == (1, 0)
    assert counts()["wanggong"] == (2, 0)


def test_nobody_is_told_of_a_case_about_himself_not_even_that_there_is_one(
    two_overdue, walk_in, office_of_jinxiu
):
    people = office_of_jinxiu
    walk_in(march(2, 9), respondents=(people.chenfang,))
    digest(march(6, 9))
    assert counts() == {
        "chenfang": (2, 1), "zhoujun": (3, 1), "wuzong": (3, 1), "wanggong": (2, 1), "limin": (3, 1),
    }  # fmt: skip


def test_who_has_nothing_else_overdue_is_told_nothing(walk_in, office_of_jinxiu):
    walk_in(march(2, 9), respondents=(office_of_jinxiu.chenfang,))
    digest(march(6, 9))
    assert counts().keys() == {"limin", "zhoujun", "wuzong"}


def test_an_absent_persons_share_goes_to_his_deputy(two_overdue, office_of_jinxiu, jinxiu, admin):
    deputy = person("daili", "戴理", Role.SUPERVISOR, estate=jinxiu)
    office.leave_office(
        office_of_jinxiu.zhoujun, starts_at=march(1), ends_at=march(20), deputy=deputy, by=admin
    )
    digest(march(6, 9))
    assert "zhoujun" not in counts()
    assert "daili" in counts()


def test_a_day_that_is_written_costs_two_queries_whatever_the_number_of_estates(
    jinxiu, cuihu, django_assert_num_queries
):
    digest(OPENS)
    with django_assert_num_queries(2):
        assert digest(OPENS + MINUTE) == 0


def test_nothing_overdue_says_nothing_but_marks_the_day(case_in):
    case_in("closed", at=march(2, 9))
    assert digest(OPENS) == 1
    assert told("digest", None) == set()
    assert DigestMark.objects.get().date == OPENS.date()


def test_each_estate_has_its_own_day_and_hour(two_overdue, wuzong):
    """Urumqi's clocks in this test run two hours behind: its service opens two hours later."""
    far = Estate.objects.create(
        code="TS", name="天山苑", service_phone="0991-5550100", time_zone="Asia/Urumqi"
    )
    assert digest(OPENS) == 1
    assert digest(OPENS + 119 * MINUTE) == 0
    assert digest(OPENS + 120 * MINUTE) == 1
    assert DigestMark.objects.get(estate=far).date == OPENS.date()


def test_the_day_is_the_estates_day_not_utcs(two_overdue, jinxiu):
    """00:30 UTC is 08:30 in Shanghai; the same Shanghai day goes on past midnight UTC."""
    digest(datetime(2026, 3, 4, 0, 30, tzinfo=ZoneInfo("UTC")))
    assert digest(datetime(2026, 3, 4, 15, 59, tzinfo=ZoneInfo("UTC"))) == 0
    assert [mark.date.day for mark in DigestMark.objects.all()] == [4]


@pytest.fixture
def late_at_cuihu(cuihu, walk_in, stranger):
    """Overdue in the other estate, which has a supervisor of its own and 吴总 above her."""
    desk = person("qiantai2", "金铃", Role.FRONT_DESK, estate=cuihu)
    return walk_in(march(2, 9), estate=cuihu, unit=None, place="东门", by=desk)


def test_all_estates_of_a_manager_are_one_message(two_overdue, late_at_cuihu):
    digest(march(6, 9))
    assert counts() == {
        "wuzong": (3, 1), "chenfang": (2, 1), "zhoujun": (2, 1), "wanggong": (2, 1), "limin": (2, 1),
        "stranger": (1, 0), "qiantai2": (1, 0),
    }  # fmt: skip
    assert Notification.objects.filter(kind="digest", user__username="wuzong").count() == 1


def test_it_goes_when_the_first_of_his_estates_opens_and_tells_of_all(two_overdue, late_at_cuihu, cuihu):
    cuihu.opens = time(10)
    cuihu.save(update_fields=["opens"])
    digest(march(6, 9))
    assert counts()["wuzong"] == (3, 1)
    assert "stranger" not in counts()
    digest(march(6, 10))
    assert counts()["stranger"] == (1, 0)
    assert Notification.objects.filter(kind="digest", user__username="wuzong").count() == 1


def test_where_nothing_is_overdue_in_the_first_the_next_one_tells(late_at_cuihu, jinxiu, cuihu, wuzong):
    cuihu.opens = time(10)
    cuihu.save(update_fields=["opens"])
    digest(march(6, 9))
    assert counts() == {}
    digest(march(6, 10))
    assert counts()["wuzong"] == (1, 0)


def test_many_estates_cost_the_same_reads(two_overdue, late_at_cuihu, walk_in):
    def reads(at: datetime) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            digest(at)
        said = [query["sql"] for query in captured]
        return [sql[:60] for sql in said if sql.startswith("SELECT") and "digestmark" not in sql]

    few = reads(march(6, 9))
    for n in range(5):
        estate = Estate.objects.create(code=f"E{n}", name=f"小区{n}", service_phone="021-5555 0300")
        desk = person(f"desk{n}", "前台", Role.FRONT_DESK, estate=estate)
        walk_in(march(2, 9), estate=estate, unit=None, place="东门", by=desk)
    assert reads(march(7, 9)) == few
    assert counts()["desk4"] == (1, 0)
