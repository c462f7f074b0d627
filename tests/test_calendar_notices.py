"""Who hears of it when a changed calendar moves open deadlines: once a case, and nobody in vain."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

import pytest
from django.utils import translation

from complaints import message_texts
from complaints.actions import calendars
from complaints.holidays import Day
from complaints.models import Clock, Complaint, Deadline, Notification, PolicyVersion
from complaints.policy import DEFAULTS
from tests.cast import march
from tests.looking import clock_of, letters, told

pytestmark = pytest.mark.django_db

HOLIDAY = Day(False, "公司庆典")


@pytest.fixture
def announce(zhoujun, jinxiu):
    """The property manager writes days down; handling counts in working days."""
    data = deepcopy(DEFAULTS)
    data["clocks"]["resolve"]["limits"]["important"] = "3 working days"
    PolicyVersion.objects.create(number=2, data=data, created_at=march(1))

    def write(days: dict[int, Day | None], at=None) -> int:
        at = at or march(3, 9)
        wanted = {date(2026, 3, day): what for day, what in days.items()}
        calendars.change_days(jinxiu, wanted, by=zhoujun, at=at)
        return calendars.carry_on(at)

    return write


def test_handler_and_first_receiver_hear_once_a_case_of_what_moved_for_them(
    case_in, announce, office_of_jinxiu, zhoujun
):
    people = office_of_jinxiu
    moved, same = case_in("acting", at=march(2, 9)), case_in("handled", at=march(2, 9))
    Clock.objects.filter(complaint=same).update(limit="3 days")  # counts no working time
    other = Clock.objects.get(pk=clock_of(moved, "resolve").pk)
    other.pk, other.kind = None, "reply"
    other.save()
    Deadline.objects.create(clock=other, revision=1, level="over", due_at=other.due_at)
    assert announce({4: HOLIDAY}) == 2
    assert told("moved_by_days", moved) == {"limin", "wanggong"}
    assert letters(same, people.limin).count("moved_by_days") == 0
    line = Notification.objects.get(complaint=moved, kind="moved_by_days", user=people.limin)
    with translation.override("en"):
        words = message_texts.words(line.kind, line.params, moved).line
    assert "公司庆典" in words and words.count("Fri 6 Mar 09:00") == 2
    calendars.carry_on(march(3, 9, 2))  # the second look finds nothing new to tell
    assert letters(moved, people.limin).count("moved_by_days") == 1
    announce({4: None}, at=march(3, 10))
    assert letters(moved, people.limin).count("moved_by_days") == 2


def test_whoever_changed_the_calendar_is_not_told_of_it(case_in, announce, zhoujun):
    case = case_in("acting", at=march(2, 9))
    Complaint.objects.filter(pk=case.pk).update(first_receiver=zhoujun)
    announce({4: HOLIDAY})
    assert told("moved_by_days", case) == {"wanggong"}


@pytest.mark.parametrize(
    ("language", "why", "entry"),
    [
        (
            "zh-hans",
            "重要 → 3 个工作日，自 3月2日 09:00（周一）起算，"
            "一般于 3月5日 09:00（周四）前处理完毕，不宜超过；"
            "3月3日 09:00（周二）因工作日调整（公司庆典）改为 3月6日 09:00（周五）；依据时限规则第 2 版。",
            "因工作日调整（公司庆典），处理完毕时限由 3月5日 09:00（周四）改为 3月6日 09:00（周五）。",
        ),
        (
            "en",
            "Handling, Important: 3 working days from Mon 2 Mar 09:00, as a rule by Thu 5 Mar 09:00; "
            "on Tue 3 Mar 09:00 moved to Fri 6 Mar 09:00 by a change of the working days (公司庆典); "
            "by policy version 2.",
            "Handling is due Fri 6 Mar 09:00 instead of Thu 5 Mar 09:00: the working days have changed",
        ),
    ],
)
def test_a_moved_deadline_says_why(case_in, announce, chenfang, client, language, why, entry):
    case = case_in("acting", at=march(2, 9))
    announce({4: HOLIDAY})
    client.force_login(chenfang)
    page = client.get(case.get_absolute_url(), headers={"accept-language": language})
    [line] = [line for line in page.context["running"] if line.clock.kind == "resolve"]
    assert line.why == why
    assert entry in page.content.decode()
