"""Whose rating of a month is expected, on page and paper, and who is reminded of what is missing or waits."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints import actions
from complaints.models import Notification
from reports import rating_due, ratings
from reports.briefs.contractor_month import contractor_month
from reports.figures.period import all_listed
from reports.models import RatingReminder
from staff.models import Department, Estate, Posting
from staff.roles import Role
from tests.cast import DAY, HOUR, SHANGHAI, march, person
from tests.rating_cast import APRIL_2, MARCH, firm_of, given_to, published, rated

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(jinxiu):
    return firm_of(jinxiu)


def test_the_paper_tells_points_change_and_who_is_not_rated(firm, jinxiu, office_of_jinxiu):
    people = office_of_jinxiu
    other = firm_of(jinxiu, "绿源园林")
    before = rated(jinxiu, firm, people.chenfang, month=MARCH.plus(-1))
    published(before, people.zhoujun)
    row = published(rated(jinxiu, firm, people.chenfang, less={"quality": 5}), people.zhoujun)
    rated(jinxiu, other, people.chenfang)
    figures = contractor_month([jinxiu], MARCH.first_day, MARCH.last_day, APRIL_2, jinxiu.name, all_listed)
    assert [(line.contractor, line.score, line.before, line.state) for line in figures.lines] == [
        ("绿源园林", None, None, "to_check"), (firm.name, row.score, 100, "frozen"),
    ]  # fmt: skip
    assert figures.trend[-2:] == (("2026-02", 1, 100), ("2026-03", 1, 70)) and len(figures.trend) == 13


def test_page_and_paper_have_the_same_contractors_in_as_many_queries_for_many(
    client, firm, jinxiu, cuihu, office_of_jinxiu
):
    people = office_of_jinxiu
    idle = firm_of(jinxiu, "空转保洁")
    Posting.objects.filter(department=idle).delete()

    def paper(estates):
        with CaptureQueriesContext(connection) as captured:
            found = contractor_month(estates, MARCH.first_day, MARCH.last_day, APRIL_2, "全部", all_listed)
        return [line.contractor for line in found.lines], len(captured)

    names, of_one = paper([jinxiu])
    client.force_login(people.chenfang)
    page = client.get(reverse("reports:ratings"), {"scope": f"estate-{jinxiu.pk}", "month": "2026-03"})
    assert [one.name for _estate, one, *_rest in page.context["lines"]] == names == [firm.name]
    assert [one for _estate, one in page.context["others"]] == [idle]  # can be rated all the same
    firm_of(cuihu, "翠湖保洁"), firm_of(cuihu, "翠湖绿化")
    names, of_two = paper([jinxiu, cuihu])
    assert len(names) == 3 and of_two == of_one
    rated(jinxiu, idle, people.chenfang)
    assert idle.name in paper([jinxiu])[0]


def test_who_had_no_work_in_the_month_is_not_expected(jinxiu, office_of_jinxiu, walk_in):
    people = office_of_jinxiu
    firm_of(jinxiu, "新来的", at=march(31) + DAY)
    left = firm_of(jinxiu, "走了的")
    Posting.objects.filter(department=left).update(ends_at=march(1) - DAY)
    of_all = firm_of(None, "总部维保")
    assert rating_due.expected([jinxiu], MARCH, APRIL_2) == []
    handler = person("hq", "总部师傅", Role.HANDLER, department=of_all)
    case = given_to(walk_in(march(2, 9)), handler, of_all, people.chenfang, march(2, 10))
    assert rating_due.expected([jinxiu], MARCH, APRIL_2) == [(jinxiu, of_all)]
    # It lies with it in April too, without a new version; a wrong entry counts nowhere.
    assert rating_due.expected([jinxiu], MARCH.plus(1), APRIL_2 + 40 * DAY) == [
        (jinxiu, firm) for firm in (of_all, Department.objects.get(name="新来的"))
    ]
    actions.void(case, note="录错", by=people.chenfang, at=march(7))
    assert rating_due.expected([jinxiu], MARCH, APRIL_2) == []
    assert rating_due.expected([jinxiu], MARCH, march(31)) == []


def test_each_estate_goes_by_its_own_days(jinxiu, cuihu, office_of_jinxiu):
    """Midnight comes an hour later in the other place: who left then worked there in another month."""
    Estate.objects.filter(pk=cuihu.pk).update(time_zone="Asia/Bangkok")
    cuihu.refresh_from_db()
    start = MARCH.bounds(jinxiu.zone)[0]
    assert MARCH.bounds(cuihu.zone)[0] == start + HOUR
    here, there = firm_of(jinxiu, "甲"), firm_of(cuihu, "乙")
    Posting.objects.filter(department__in=[here, there]).update(ends_at=start + HOUR)
    assert rating_due.expected([jinxiu, cuihu], MARCH, APRIL_2) == [(jinxiu, here)]


FIFTH = datetime(2026, 4, 5, 9, tzinfo=SHANGHAI)


def told(kind="ratings_missing"):
    return list(Notification.objects.filter(kind=kind).order_by("pk").values_list("user", flat=True))


def test_who_rates_is_reminded_from_the_day_on_and_weekly_while_it_is_missing(firm, jinxiu, office_of_jinxiu):
    people = office_of_jinxiu
    assert rating_due.remind_due(FIFTH - timedelta(hours=2)) == 0 and not RatingReminder.objects.exists()
    assert rating_due.remind_due(FIFTH) == 1
    assert told() == [people.chenfang.pk]
    assert rating_due.remind_due(FIFTH + HOUR) == rating_due.remind_due(FIFTH + 6 * DAY) == 0
    assert rating_due.remind_due(FIFTH + 7 * DAY) == 1
    published(rated(jinxiu, firm, people.chenfang), people.zhoujun)
    assert rating_due.remind_due(FIFTH + 14 * DAY) == 0
    assert rating_due.remind_due(datetime(2026, 5, 6, 9, tzinfo=SHANGHAI)) == 1  # April is another month
    assert told() == [people.chenfang.pk] * 3


def test_where_nobody_can_be_told_it_is_tried_again(firm, jinxiu):
    assert rating_due.remind_due(FIFTH) == 0 and not RatingReminder.objects.exists()
    late = person("late", "新主管", Role.SUPERVISOR, estate=jinxiu)
    assert rating_due.remind_due(FIFTH + HOUR) == 1 and told() == [late.pk]


def test_what_waits_to_be_checked_or_was_sent_back_is_reminded_of(firm, jinxiu, office_of_jinxiu):
    people = office_of_jinxiu
    other = firm_of(jinxiu, "绿源园林")
    rated(jinxiu, firm, people.zhoujun)  # his own hands: the general manager checks
    back = ratings.send_back(
        rated(jinxiu, other, people.chenfang), version=1, note="缺记录", by=people.zhoujun, at=APRIL_2
    )
    Notification.objects.all().delete()
    assert rating_due.remind_due(APRIL_2 + 2 * DAY) == 0
    assert rating_due.remind_due(APRIL_2 + 3 * DAY) == 3
    assert told("rating_to_check") == [people.wuzong.pk]
    assert told("rating_sent_back") == told() == [people.chenfang.pk]
    assert rating_due.remind_due(APRIL_2 + 4 * DAY) == 0
    # Months later still, though nobody asks for that month any more.
    rated(jinxiu, other, people.chenfang, at=APRIL_2 + 4 * DAY, version=back.version, less={"safety": 9})
    rating_due.remind_due(datetime(2026, 6, 3, 10, tzinfo=SHANGHAI))
    assert sorted(told("rating_to_check")[-2:]) == sorted([people.wuzong.pk, people.zhoujun.pk])


def test_nobody_is_reminded_where_the_rules_say_so_or_nothing_is_missing(
    firm, jinxiu, office_of_jinxiu, admin
):
    people, fifth = office_of_jinxiu, FIFTH
    rated(jinxiu, firm, people.chenfang)
    assert rating_due.remind_due(fifth) == 0
    ratings.keep_rules({"due_day": 0}, started_from=0, because="", by=admin, at=fifth)
    assert rating_due.remind_due(datetime(2026, 5, 6, 9, tzinfo=SHANGHAI)) == 0
    assert not Notification.objects.filter(kind="ratings_missing").exists()
