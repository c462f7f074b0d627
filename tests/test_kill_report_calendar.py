"""The report calendar killed with -9 while its reports appear and climb: none missed, none double."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from complaints.models import Notification
from reports.models import DueNotice, DueReport
from staff.models import User
from tests.cast import DAY
from tests.due_reports import switch_on
from tests.processes import FULL, PATIENCE, loops, report

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]

KILLS, DAYS = (100, 400) if FULL else (10, 40)


def test_each_report_appears_once_and_tells_once_of_each_level(
    env, admin, jinxiu, cuihu, office_of_jinxiu, stranger
) -> None:
    User.objects.update(email="")
    begun = timezone.now() - DAY * DAYS
    expected = DAYS * 2
    dice = random.Random()
    with loops(env) as start:
        for estate in (jinxiu, cuihu):
            switch_on("daily", f"estate-{estate.pk}", admin, at=begun)
        connection.close()
        running, met, kills = [start(), start()], False, 0
        end = time.monotonic() + PATIENCE
        while kills < KILLS or not met:
            assert time.monotonic() < end
            time.sleep(dice.uniform(0.1, 0.4))
            met |= DueReport.objects.exists() and unfinished(expected)
            os.kill(running[kills % 2], signal.SIGKILL)
            running[kills % 2] = start()
            kills += 1
        while unfinished(expected) and time.monotonic() < end:
            time.sleep(0.2)
    today = timezone.now().astimezone(jinxiu.zone).date()
    first = begun.astimezone(jinxiu.zone).date()
    days = [first + timedelta(n) for n in range((today - first).days)]
    for estate in (jinxiu, cuihu):
        mine = DueReport.objects.filter(scope=f"estate-{estate.pk}").order_by("starts_on")
        assert list(mine.values_list("starts_on", flat=True)) == days
    assert list(late()) == []
    told = Counter(Notification.objects.values_list("user", "kind", "params__report"))
    assert set(told.values()) == {1}
    climbed = DueNotice.objects.filter(level="day_over", state="fired").values_list("due", flat=True)
    of_level = Notification.objects.filter(kind="report_day_over").values_list("params__report", flat=True)
    assert set(of_level) == set(climbed) and len(climbed) > DAYS
    report(f"{len(days) * 2} reports, {kills} kills: 0 missed, 0 double; {sum(told.values())} messages")


def late() -> QuerySet[DueNotice]:
    return DueNotice.objects.filter(state="pending", at__lte=timezone.now())


def unfinished(expected: int) -> bool:
    """Whether reports are missing, or levels still have to fire. A day may end while the test runs."""
    return DueReport.objects.count() < expected - 2 or late().exists()
