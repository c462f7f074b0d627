"""Commendations of a month in its report, and how many a person has, against slow computations."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from complaints.actions import commendations as acts
from complaints.models import Commendation
from reports.figures.commended import commended, per_person
from reports.figures.month import Month
from reports.figures.monthly import monthly
from reports.figures.period import Period
from reports.monthly.report import context
from reports.views import commendations as behind_view
from staff.models import Estate, User
from tests.cast import DAY, SHANGHAI, march
from tests.commendations import by_hand, published

MARCH, APRIL = Month(2026, 3), Month(2026, 4)
LATER = march(31) + 10 * DAY


@pytest.fixture
def row(case_in, wanggong, chenfang, zhoujun, wuzong) -> Commendation:
    return published(by_hand(case_in("acting"), wanggong, chenfang, march(3)), zhoujun, chenfang, march(5))


def told(estate: Estate, month: Month = MARCH, at: Any = LATER) -> list[str]:
    with translation.override("en"):
        return [line.label for line in commended(Period((estate,), month, at))]


def test_what_was_published_in_the_month(row, jinxiu, cuihu):
    assert told(jinxiu) == [row.number]
    assert told(jinxiu, APRIL) == told(cuihu) == []
    assert told(jinxiu, at=march(4)) == []


def test_a_month_that_is_over_does_not_move(row, jinxiu, wuzong):
    acts.withdraw(row, note="客户后来投诉", by=wuzong, at=LATER - DAY)
    assert told(jinxiu) == [row.number]
    Commendation.objects.update(withdrawn_at=march(20))
    assert told(jinxiu) == []


def test_the_turn_of_a_month_by_the_estates_clock(row, jinxiu):
    last = march(31).replace(hour=23, minute=59)
    for at, month in ((last, MARCH), (last + timedelta(minutes=1), APRIL)):
        Commendation.objects.update(published_at=at)
        assert [bool(told(jinxiu, one)) for one in (MARCH, APRIL)] == [one == month for one in (MARCH, APRIL)]


def test_the_report_has_a_line_for_each(row, jinxiu):
    with translation.override("en"):
        figures = monthly([jinxiu], MARCH, LATER)
        shown = context(figures, SHANGHAI)
    (line,) = figures.commended
    assert (line.person, line.department, line.words) == ("王建军", "Engineering", row.words)
    assert row.number in shown["tables"]["commended"]
    assert shown["linked"]["commended"] == 1


def test_its_number_opens_the_list(row, jinxiu, client: Client, zhoujun, monkeypatch):
    monkeypatch.setattr(behind_view, "clock", lambda: LATER)
    client.force_login(zhoujun)
    page = client.get(reverse("reports:monthly"), {"month": "2026-03", "scope": f"estate-{jinxiu.pk}"})
    assert reverse("reports:commended_behind") in page.content.decode()
    asked = {"scope": f"estate-{jinxiu.pk}", "from": "2026-03-01", "until": "2026-03-31"}
    page = client.get(reverse("reports:commended_behind"), asked)
    assert page.status_code == 200
    assert ([one.pk for one in page.context["rows"]], page.context["total"]) == ([row.pk], 1)
    assert client.get(reverse("reports:commended_behind"), {"scope": "nowhere"}).status_code == 404


# How many a person has ------------------------------------------------------------------------------------


def slow(estates: list[Estate], first: Month, last: Month, now: Any) -> Counter[tuple[int, str]]:
    """Row by row."""
    found: Counter[tuple[int, str]] = Counter()
    for row in Commendation.objects.all():
        if row.published_at is None or row.published_at >= now or row.estate not in estates:
            continue
        if row.withdrawn_at and row.withdrawn_at < now:
            continue
        month = Month.of(row.published_at, row.estate.zone)
        if first <= month <= last:
            found[row.person_id, str(month)] += 1
    return found


def test_counted_per_person_and_month(jinxiu, cuihu, wanggong, sungong, limin, chenfang, zhoujun, wuzong):
    cuihu.time_zone = "America/New_York"
    cuihu.save()
    dice = random.Random(7)
    for n in range(60):
        at = march(1) + timedelta(minutes=dice.randrange(-40_000, 90_000))
        gone = at + timedelta(minutes=dice.randrange(90_000)) if dice.random() < 0.3 else None
        Commendation.objects.create(
            estate=dice.choice([jinxiu, cuihu]), person=dice.choice([wanggong, sungong, limin]), why="hand",
            source=f"case:{n}", words="好", state="withdrawn" if gone else "published", proposed_at=at,
            approved_at=at, approved_by=zhoujun, published_at=at, published_by=chenfang, withdrawn_at=gone,
            withdrawn_by=wuzong if gone else None, withdrawn_because="误发" if gone else "",
        )  # fmt: skip
    for estates in ([jinxiu], [cuihu], [jinxiu, cuihu]):
        for now in (march(10), LATER, LATER + 60 * DAY):
            counted = per_person(estates, Month(2026, 2), APRIL, now)
            assert counted == slow(estates, Month(2026, 2), APRIL, now)
            assert counted


def test_counting_costs_one_query(row, jinxiu):
    with CaptureQueriesContext(connection) as queries:
        assert per_person([jinxiu], MARCH, MARCH, LATER) == {(row.person_id, "2026-03"): 1}
    assert len(queries) == 1


def test_a_withdrawn_one_counts_no_more(row, jinxiu, wuzong: User):
    acts.withdraw(row, note="客户后来投诉", by=wuzong, at=LATER - DAY)
    assert per_person([jinxiu], MARCH, MARCH, LATER) == {}
    assert per_person([jinxiu], MARCH, MARCH, LATER - 2 * DAY) == {(row.person_id, "2026-03"): 1}
