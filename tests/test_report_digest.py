"""What stays late in the report calendar is told of each day, once, to those above."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from complaints import message_texts, tasks
from complaints.channels.preferences import Sort, sort_of
from complaints.models import Notification
from reports import calendar, calendar_digest
from reports.calendar_digest import digest
from reports.models import DueDigest, DueReport
from staff.models import Estate
from tests.cast import MINUTE, march
from tests.due_reports import beat, switch_on
from tests.racing import failures, race

pytestmark = pytest.mark.django_db
OPENS = march(4, 8, 30)


def told() -> dict[str, int]:
    lines = Notification.objects.filter(kind="reports_late").select_related("user").order_by("pk")
    return {line.user.username: line.params["reports_late"] for line in lines}


def test_it_waits_until_a_report_is_late_by_a_day_and_service_opens(daily):
    assert digest(march(3, 9, 1)) == 0  # overdue, which its own level tells
    assert digest(march(4, 8, 59)) == 0  # not by a day
    assert digest(march(4, 9, 1)) == 0 == digest(march(4, 20))  # its own level tells of that today
    assert digest(march(5, 8, 29)) == 0  # late since yesterday; service is not open
    assert digest(march(5, 8, 30)) == 1
    # whom it waits for, and the roles of a day over
    assert told() == {"chenfang": 1, "zhoujun": 1, "wuzong": 1}


def test_it_comes_once_a_day_as_long_as_it_stays_late(daily, chenfang):
    for minute in range(0, 600, 60):
        digest(march(5, 9) + minute * MINUTE)
    assert Notification.objects.filter(kind="reports_late", user=chenfang).count() == 1
    digest(march(6, 9))
    assert Notification.objects.filter(kind="reports_late", user=chenfang).count() == 2
    calendar.hand_in(daily, text="当日无异常", by=chenfang, at=march(6, 10))
    calendar.sign(daily, alone_because="当班只有一人", by=chenfang, at=march(6, 11))
    assert digest(march(7, 9)) == 0


def test_no_sweep_tells_of_the_same_lateness_twice(daily, chenfang):
    for hour in range(24):
        beat(march(4, hour))
        digest(march(4, hour))
    late = Notification.objects.filter(user=chenfang, kind__in=["report_day_over", "reports_late"])
    assert list(late.values_list("kind", flat=True)) == ["report_day_over"]


def test_what_is_not_needed_this_time_is_not_told(daily, chenfang):
    calendar.excuse(daily, note="停业", by=chenfang, at=march(3, 10))
    assert digest(march(5, 9)) == 0 and told() == {}


def test_a_reissue_of_what_was_there_in_time_is_not_late(daily, chenfang):
    calendar.hand_in(daily, text="当日无异常", by=chenfang, at=march(3, 7))
    calendar.sign(daily, alone_because="当班只有一人", by=chenfang, at=march(3, 8))
    calendar.reissue(daily, note="更正", by=chenfang, at=march(3, 10))
    assert digest(march(6, 9)) == 0


def test_several_scopes_stand_in_one_message(daily, admin, jinxiu, cuihu, wuzong):
    switch_on("daily", f"estate-{cuihu.pk}", admin)
    beat(march(4, 0))
    cuihu.opens = jinxiu.opens.replace(hour=10)
    cuihu.save(update_fields=["opens"])
    late = DueReport.objects.filter(due_at__lte=march(4, 9)).count()
    assert digest(march(6, 9)) == 1
    assert told()["wuzong"] == late  # both days of 锦绣花园, and 翠湖雅苑, which opens later
    assert digest(march(6, 10, 30)) == 1
    assert Notification.objects.filter(kind="reports_late", user=wuzong).count() == 1
    assert DueDigest.objects.count() == 2


def test_where_nobody_can_be_reached_the_administrator_reads_it(daily, office_of_jinxiu):
    for user in vars(office_of_jinxiu).values():
        user.is_active = False
        user.save(update_fields=["is_active"])
    digest(march(5, 9))
    assert told() == {"admin": 1}


def test_it_says_how_many_and_since_when_and_leads_to_the_late_ones(daily, chenfang, client):
    digest(march(5, 9))
    line = Notification.objects.get(kind="reports_late", user=chenfang)
    with translation.override("en"):
        words = message_texts.words(line.kind, line.params, None)
    assert words.line == "Reports late by more than a day: 1; the first was due on 2026-03-03."
    client.force_login(chenfang)
    assert client.get(words.path).status_code == 200 and words.path.endswith("?view=late")
    assert sort_of("reports_late") == Sort.DIGEST


def test_an_idle_round_asks_once_and_a_full_one_as_often_for_many_estates(daily, admin, office_of_jinxiu):
    def cost(at) -> int:
        with CaptureQueriesContext(connection) as seen:
            digest(at)
        return len(seen)

    assert cost(march(3, 9)) == 1
    digest(march(5, 9))
    one = cost(march(6, 9))
    for n in range(6):
        estate = Estate.objects.create(code=f"E{n}", name=f"项目{n}", service_phone="021")
        switch_on("daily", f"estate-{estate.pk}", admin, at=march(4))
    beat(march(5, 0))
    assert cost(march(8, 9)) <= one + 6 * 4  # a mark of each


def test_the_sweep_does_it():
    assert tasks.JOBS[calendar_digest.JOB] is calendar_digest.digest


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_once(daily):
    found = race(*[lambda: digest(march(5, 9))] * 2)
    assert failures(found) == []
    assert Notification.objects.filter(kind="reports_late").count() == 3
