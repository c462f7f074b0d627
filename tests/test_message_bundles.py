"""After an outage: one message a case, of the gravest matter, and one for all where the cases are many."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import translation

from complaints import actions, message_bundles, message_texts, sweep, timeline
from complaints.channels import preferences, robot
from complaints.clocks import KINDS_BY_RANK, rank
from complaints.models import (
    Complaint,
    Deadline,
    Event,
    Notification,
    OutboxMessage,
    PolicyVersion,
    ToldTogether,
)
from complaints.policy import DEFAULTS, ClockKind, Level, Severity
from staff import actions as office
from staff.roles import Role
from tests.cast import DAY, MINUTE, march, person
from tests.looking import letters, ring, told
from tests.many_cases import crowd

pytestmark = pytest.mark.django_db
LATER = march(4, 10)


@pytest.fixture
def outage(case_in, office_of_jinxiu):
    """So many minor cases in progress since Monday, and silence ever since; the inbox is empty."""

    def fall(count: int, **said) -> list[Complaint]:
        case = case_in("acting", severity="minor", at=march(2, 9), **said)
        cases = [case, *crowd(case, count - 1)]
        Notification.objects.all().delete()
        OutboxMessage.objects.all().delete()
        return cases

    return fall


def lines_of(user) -> Counter:
    return Counter(Notification.objects.filter(user=user).values_list("kind", flat=True))


def in_words(line: Notification, language: str = "zh-hans") -> str:
    with translation.override(language):
        return message_texts.words(line.kind, line.params, line.complaint).line


# A warning -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "gone"),
    [(0.75, "已用时四分之三"), (0.6, "已用时 60%")],
    ids=["the-usual-share", "another-share"],
)
def test_a_warning_says_how_much_of_the_time_is_gone(case_in, office_of_jinxiu, share, gone):
    PolicyVersion.objects.create(number=2, data=DEFAULTS | {"warning_share": share}, created_at=march(1))
    case = case_in("acting", severity="minor", at=march(2, 9))
    ring(march(2, 9) + DAY * share)
    line = Notification.objects.get(user=office_of_jinxiu.wanggong, kind="level_warning", complaint=case)
    assert in_words(line) == f"处理完毕时限将于 3月3日 09:00（周二）到期，{gone}，请抓紧办理。"
    with translation.override("zh-hans"):
        told = [entry.text for entry in timeline.entries(case.events.order_by("pk"), case)]
    assert f"处理完毕时限{gone}。" in told


# The gravest -----------------------------------------------------------------------------------------


def test_a_missed_clear_answer_is_not_hidden_by_an_urgent_report_late_twice(case_in, office_of_jinxiu):
    """紧急上报已超时（第2次提醒） hid the binding answer of two days."""
    case = case_in("acting", severity="major", at=march(2, 9))
    Notification.objects.all().delete()
    ring(LATER)  # urgent report over at 13:00 and again at 17:00 on Monday, clear answer over at 9:00
    line = Notification.objects.get(user=office_of_jinxiu.wuzong, complaint=case)
    assert (line.kind, line.params["clock"]) == ("level_over", "clear_answer")
    assert in_words(line) == "明确答复时限已于 3月4日 09:00（周三）超时。另有 2 项时限已过。"
    assert in_words(line, "en").endswith(" 2 other time limits have passed too.")


def test_every_clock_has_its_rank():
    assert sorted(KINDS_BY_RANK) == sorted(ClockKind)


@pytest.mark.parametrize(
    ("lighter", "graver"),
    [
        (("again", "urgent_report", "major"), ("over", "clear_answer", "major")),
        (("day_over", "resolve", "minor"), ("over", "external", "minor")),
        (("again", "deliver", "major"), ("over", "resolve", "minor")),
        (("warning", "clear_answer", "major"), ("over", "revisit", "minor")),
        (("day_over", "resolve", "minor"), ("over", "resolve", "important")),
        (("over", "resolve", "major"), ("day_over", "resolve", "major")),
    ],
)
def test_what_is_missed_weighs_more_than_how_late_it_is(lighter, graver):
    def of(level, kind, severity):
        return rank(Level(level), ClockKind(kind), Severity(severity))

    assert of(*lighter) < of(*graver)


def test_a_message_says_what_else_is_missed_and_what_is_soon_due(case_in, office_of_jinxiu):
    case = case_in("received", at=march(2, 9))
    Notification.objects.all().delete()
    ring(march(3, 4))  # delivery over and again; three quarters of the day have passed
    line = Notification.objects.get(user=office_of_jinxiu.limin, complaint=case)
    assert line.params["clock"] == "deliver" and line.params["more_soon"] == 1
    assert in_words(line).endswith("另有 1 项即将到期。")


def test_what_tells_of_several_clocks_does_not_fall_away_with_one(case_in, office_of_jinxiu):
    """In quiet hours, when the gravest of them stopped meanwhile."""
    people = office_of_jinxiu
    office.edit(people.zhoujun, {"quiet_from": "22:00", "quiet_until": "08:00"}, by=people.zhoujun)
    case = case_in("acting", severity="important", channel="wechat", at=march(2, 9))
    OutboxMessage.objects.all().delete()
    ring(march(5, 23))  # the initial answer and the handling are over
    row = OutboxMessage.objects.get(user=people.zhoujun, complaint=case, channel="email")
    assert (row.params["clock"], row.params["more_over"]) == ("resolve", 1)
    actions.handle(case, note="已修好", evidence="签字", by=people.wanggong, at=march(6, 7))
    assert preferences.in_vain(row, march(6, 8)) == ""


# Many cases ------------------------------------------------------------------------------------------


def test_twenty_cases_are_twenty_messages(outage, wanggong):
    outage(20)
    ring(LATER)
    assert lines_of(wanggong) == {"level_day_over": 20}
    assert not ToldTogether.objects.exists()


def test_twenty_one_cases_are_one_message(outage, wanggong, zhoujun):
    cases = outage(21)
    fired = ring(LATER)
    for reader in (wanggong, zhoujun):
        assert lines_of(reader) == {"levels_together": 1}
        assert OutboxMessage.objects.filter(user=reader, channel="email").count() == 1
    line = Notification.objects.get(user=wanggong)
    assert line.complaint is None
    assert in_words(line) == "21 件投诉的时限同时已到（重大 0 件、重要 0 件）：处理完毕超时 21 件。"
    assert in_words(line, "en") == "21 complaints at once (major 0, important 0): Handling overdue 21."
    assert message_texts.words(line.kind, line.params, None).path == "/cases/?view=overdue"
    # Each level is entered all the same, with its true time.
    entered = Event.objects.filter(kind__startswith="level_", complaint__in=cases)
    assert entered.count() == fired == 63
    assert set(entered.filter(kind="level_over").values_list("at", flat=True)) == {march(3, 9)}


def test_the_count_tells_the_gravest_first(outage, case_in, wanggong):
    outage(21)
    crowd(case_in("acting", severity="major", at=march(2, 8, 30)), 2)
    Notification.objects.all().delete()
    ring(LATER)
    line = Notification.objects.get(user=wanggong, kind="levels_together")
    assert (line.params["count"], line.params["major"], line.params["important"]) == (24, 3, 0)
    assert line.params["worst"][:2] == [["clear_answer", True, 3], ["resolve", True, 21]]


@pytest.mark.parametrize("size", [1, 7, 40])
def test_it_holds_across_batches(outage, office_of_jinxiu, monkeypatch, size):
    """Fifteen in one batch and fifteen in the next are thirty."""
    outage(30)
    monkeypatch.setattr(sweep, "BATCH", size)
    assert ring(LATER) == 90
    people = (office_of_jinxiu.wanggong, office_of_jinxiu.limin, office_of_jinxiu.zhoujun)
    assert [lines_of(person) for person in people] == [{"levels_together": 1}] * 3
    assert Notification.objects.get(user=people[0]).params["count"] == 30


def test_who_has_few_of_many_is_told_of_each(outage, case_in, office_of_jinxiu, engineering):
    outage(30)
    xiaoma = person("xiaoma", "马超", Role.HANDLER, department=engineering)
    own = case_in("acting", severity="important", at=march(2, 9))
    actions.reassign(
        own, handler=xiaoma, department=engineering, note="换人", by=office_of_jinxiu.chenfang,
        at=march(2, 10),
    )  # fmt: skip
    Notification.objects.all().delete()
    ring(march(6, 9))
    assert letters(own, xiaoma) == ["level_day_over"]
    assert letters(own, office_of_jinxiu.wuzong) == ["level_day_over"]  # his only important one


def test_an_urgent_case_is_told_by_itself_beside_the_count(outage, case_in, wanggong):
    outage(21)
    urgent = case_in("acting", severity="major", at=march(2, 9), facts={"urgent": True})
    Notification.objects.all().delete()
    ring(LATER)
    assert letters(urgent, wanggong) == ["level_over"]
    assert lines_of(wanggong) == {"levels_together": 1, "level_over": 1}
    assert Notification.objects.get(user=wanggong, complaint=None).params["count"] == 21


def test_what_becomes_due_afterwards_is_told_by_itself(outage, case_in, wanggong):
    cases = outage(21)
    ring(march(3, 10))  # over; the day over comes on Wednesday
    assert lines_of(wanggong) == {"levels_together": 1}
    late = case_in("acting", severity="minor", at=march(3, 5))
    ring(march(4, 6))
    assert "level_over" in letters(late, wanggong)
    assert letters(cases[0], wanggong) == []
    ring(march(4, 9))
    assert lines_of(wanggong)["levels_together"] == 2  # the next level of the same 21


def test_a_case_typed_in_after_the_count_is_not_taken_for_told(outage, walk_in, office_of_jinxiu):
    """Received during the outage on paper, and long due: nobody has counted it."""
    outage(21)
    ring(LATER)
    case = walk_in(LATER + MINUTE, received_at=march(2, 9), backdated_because="停电，先记在纸上")
    ring(LATER + 2 * MINUTE)
    assert told("level_day_over", case) >= {"limin"}


def test_a_look_ahead_that_fails_costs_nobody_a_message(outage, wanggong, monkeypatch):
    outage(21)

    def fail(*_):
        raise ValueError("poison")

    monkeypatch.setattr(message_bundles, "write", fail)
    ring(LATER)
    assert lines_of(wanggong) == {"level_day_over": 21}


def test_a_poisoned_case_spoils_the_count_of_no_other(outage, wanggong, monkeypatch):
    cases = outage(22)
    address = sweep._people_for

    def choke(level, *rest):
        if level.case.pk == cases[5].pk:
            raise ValueError("poison")
        return address(level, *rest)

    monkeypatch.setattr(sweep, "_people_for", choke)
    ring(LATER)
    assert lines_of(wanggong) == {"levels_together": 1}
    assert Notification.objects.get(user=wanggong).params["count"] == 21
    monkeypatch.undo()
    ring(LATER + sweep.TRY_AGAIN_AFTER)
    assert letters(cases[5], wanggong) == ["level_day_over"]
    assert not Deadline.objects.filter(state="pending", due_at__lte=LATER).exists()


def test_a_count_with_a_major_case_waits_for_no_quiet_hours(outage, case_in, wanggong):
    office.edit(wanggong, {"quiet_from": "22:00", "quiet_until": "08:00"}, by=wanggong)
    outage(21)
    ring(march(4, 23))
    row = OutboxMessage.objects.get(user=wanggong, channel="email")
    assert row.not_before == march(5, 8)
    case_in("acting", severity="major", at=march(3, 9))
    crowd(case_in("acting", severity="minor", at=march(4, 9)), 20)
    OutboxMessage.objects.all().delete()
    ring(march(6, 23))
    row = OutboxMessage.objects.get(user=wanggong, channel="email", kind="levels_together")
    assert row.not_before == march(6, 23)


def test_the_estates_group_hears_one_line_too(outage, jinxiu):
    jinxiu.robot_key = "robot-1"
    jinxiu.save(update_fields=["robot_key"])
    outage(21)
    ring(LATER)
    row = OutboxMessage.objects.select_related("complaint__estate").get(channel="robot")
    assert (
        robot.sentence(row, row.complaint)
        == "21 件投诉的时限同时已到（重大 0 件、重要 0 件）：处理完毕超时 21 件。"
    )


def test_the_group_does_not_count_what_few_may_know(outage, jinxiu):
    jinxiu.robot_key = "robot-1"
    jinxiu.save(update_fields=["robot_key"])
    cases = outage(21)
    Complaint.objects.filter(pk=cases[0].pk).update(restricted=True)
    ring(LATER)
    said = OutboxMessage.objects.filter(channel="robot")
    assert said.count() == 20 and not said.filter(complaint=cases[0]).exists()


def test_a_quarter_of_an_hour_of_normal_work_gathers_nothing(outage, wanggong):
    outage(5)
    for quarter in range(4 * 24):
        ring(march(3, 9) + quarter * 15 * MINUTE)
    assert lines_of(wanggong)["levels_together"] == 0
    assert not ToldTogether.objects.filter(at__gte=march(3, 9) - DAY).exists()
