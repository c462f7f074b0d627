"""What every act does alike: what counts as an edit, who reads and hears it, and when a clock is answered."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Clock, Notification
from config.framework.refusals import Refused
from staff import actions as office
from tests.cast import DAY, HOUR, MINUTE, march
from tests.looking import clock_of, told

pytestmark = pytest.mark.django_db
NOON = march(2, 12)


def test_only_what_people_change_counts_as_an_edit_of_the_case(case_in, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("acting")
    seen = case.version
    for act in (
        lambda: actions.add_note(case, note="已联系厂家", by=people.wanggong, at=NOON),
        lambda: actions.chase(case, by=None, at=NOON),
        lambda: actions.act(case, note="看过了", by=people.wanggong, at=NOON),
    ):
        assert act().version == seen
    assert case.history.count() == case.history.filter(version__lte=seen).count()
    case = actions.edit(case, {"headcount": 2}, version=seen, by=people.limin, at=NOON)
    assert case.version == seen + 1


def test_the_customer_reads_these_steps_of_a_story_and_no_others(case_in):
    case = case_in("closed")
    seen = case.events.filter(owner_sees=True).order_by("pk").values_list("kind", flat=True)
    assert list(seen) == ["registered", "delivered", "accepted", "handled", "replied", "closed"]
    assert set(case.events.filter(owner_sees=False).values_list("kind", flat=True)) == {
        "recorded", "classified", "opinion_given", "revisited",
    }  # fmt: skip
    assert not case.events.filter(by_customer=True).exists()
    assert not case.events.filter(actor=None).exclude(kind="second_call_drawn").exists()


@pytest.mark.parametrize(("minutes", "answers"), [(-1, False), (0, True)])
def test_what_was_done_before_a_clock_began_does_not_answer_it(case_in, office_of_jinxiu, minutes, answers):
    people, case = office_of_jinxiu, case_in("acting", severity="minor", at=march(2, 9))
    actions.regrade(case, severity="major", note="伤到人", by=people.chenfang, at=march(2, 11))
    said = {"note": "今天上门", "method": "phone", "clear": True, "by": people.limin, "at": NOON}
    done_at = march(2, 11) + minutes * MINUTE
    if answers:
        actions.answer(case, done_at=done_at, **said)
        assert clock_of(case, "clear_answer").stopped_at == done_at
    else:
        with pytest.raises(Refused) as refusal:
            actions.answer(case, done_at=done_at, **said)
        assert refusal.value.field == "done_at"


def test_of_several_follow_ups_one_ends_alone_and_a_wrong_entry_ends_all(case_in, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("replied", severity="minor")
    said = actions.Answers(satisfaction=1, opinions=tuple(map(actions.Opinion, ("灯坏了", "门坏了", "墙脏"))))
    case = actions.revisit(case, answers=said, method="phone", by=people.chenfang, at=march(2, 11))
    first, *others = case.follow_ups.order_by("pk")
    case = actions.drop_follow_up(case, follow_up=first, note="已修", by=people.limin, at=NOON)
    running = Clock.objects.running().filter(complaint=case, kind="follow_up")
    assert list(running.order_by("pk").values_list("follow_up", flat=True)) == [row.pk for row in others]
    actions.void(case, note="录错了", by=people.chenfang, at=NOON + HOUR)
    assert not running.exists()


def test_the_deputy_hears_for_the_absent_who_acts_hears_nothing_and_nobody_twice(
    case_in, office_of_jinxiu, laozhao
):
    people = office_of_jinxiu
    case = case_in("acting", at=march(2, 9))
    office.leave_office(
        people.wanggong, starts_at=march(2, 11), ends_at=march(5), deputy=people.sungong, by=people.wanggong
    )
    office.leave_office(
        people.chenfang, starts_at=march(2, 11), ends_at=march(5), deputy=None, by=people.chenfang
    )
    case_now = UnitOfWork(case, None, by=people.limin, at=NOON)
    everybody = [people.wanggong, people.sungong, people.chenfang, people.limin, None, people.wanggong]
    assert case_now.notify(everybody, "chased") == [people.sungong, people.chenfang]
    assert case_now.notify([people.wanggong], "chased", even_absent=True) == [people.wanggong]
    assert case_now.notify([people.limin], "chased", even_himself=True) == [people.limin]


def test_a_message_names_the_first_entry_of_its_act(case_in, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("replied")
    case = actions.dispute(case, note="又漏了", by=None, at=NOON)
    first = case.events.get(kind="disputed")
    keys = Notification.objects.filter(complaint=case, kind="cycle_started").values_list("key", flat=True)
    assert keys and all(f"e{first.pk}" in key for key in keys)
    assert told("cycle_started", case) == {"limin", "chenfang", "zhoujun"}
    assert people.limin.notifications.filter(complaint=case, kind="cycle_started").count() == 1


def test_a_case_is_due_next_when_its_nearest_clock_is_and_then_not_at_all(case_in, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("closed", severity="minor")
    assert (case.next_due_at, case.next_due_kind) == (None, "")
    agreed = march(4, 9)
    case = actions.add_follow_up(case, note="垃圾桶", agreed_at=agreed, by=people.limin, at=NOON)
    assert (case.next_due_at, case.next_due_kind) == (agreed, "follow_up")
    row = case.follow_ups.get()
    case = actions.drop_follow_up(case, follow_up=row, note="不用了", by=people.limin, at=NOON + DAY)
    assert (case.next_due_at, case.next_due_kind) == (None, "")
