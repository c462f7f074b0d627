"""The notice grade follows the facts: what raises it, when, who hears of it, and what a person may do."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.actions import notice_grade
from complaints.actions.policy_versions import save_policy
from complaints.models import Clock, Complaint, Event, Notification
from complaints.policy import DEFAULTS
from complaints.statuses import WrongPerson
from complaints.timeline import entries
from config.framework.refusals import Refused
from owners import actions as register
from staff.models import CalendarDay
from tests.cast import DAY, HOUR, MINUTE, march
from tests.notice_grade import due, edited, graded
from tests.racing import failures, race

pytestmark = pytest.mark.django_db

APRIL_2 = march(2, 9) + 31 * DAY


def weigh(now) -> None:
    while notice_grade.raise_due(now):
        pass


def told(kind: str, case: Complaint) -> set[str]:
    lines = Notification.objects.filter(kind=kind, complaint=case)
    return set(lines.values_list("user__username", flat=True))


# Every event that changes a fact --------------------------------------------------------------------


def test_a_mark_set_later_raises_grade_and_severity_and_says_why(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    edited(case, people.limin, march(2, 14), lawsuit_threatened=True)
    assert graded(case) == ("hot", "important")
    assert due(case, "resolve") == march(3, 9)  # never later than before without an approval
    assert due(case, "bulletin") == march(3, 14)
    lines = entries(list(case.events.order_by("pk")), case)
    words = [line.text for line in lines if line.kind in ("grade_raised", "severity_raised")]
    assert words == [
        "通报级别由通报·一般提升为通报·热点：可能引发诉讼。",
        "等级由轻微提升为重要：通报·热点的最低等级要求。",
    ]
    raised = case.events.get(kind="grade_raised")
    assert (raised.actor, raised.by_customer) == (None, False)
    assert told("grade_raised", case) == {"wanggong", "chenfang", "zhoujun"}  # not who did it


def test_a_case_classified_below_its_floor_is_lifted_and_the_history_says_both(case_in):
    case = case_in("classified", severity="minor", facts={"lawsuit_threatened": True})
    assert graded(case) == ("hot", "important")
    assert case.events.get(kind="classified").params["severity"] == "minor"
    _as_filed, as_classified = case.events.filter(kind="severity_raised").order_by("pk")
    assert as_classified.at == case.events.get(kind="classified").at
    raised = as_classified.params
    assert (raised["from_severity"], raised["severity"]) == ("minor", "important")


def test_a_customer_who_complains_again_is_important_at_once(case_in):
    case = case_in("replied", severity="minor")
    actions.dispute(case, note="还是漏", by=None, at=march(2, 15))
    assert graded(case) == ("important", "important")
    assert due(case, "resolve") == march(5, 15)
    assert not case.events.get(kind="grade_raised").by_customer


def test_who_withdraws_and_comes_back_complains_no_second_time(walk_in):
    case = walk_in(march(2, 9))
    actions.withdraw(case, note="不投诉了", by=None, at=march(2, 12))
    actions.reopen(case, note="还是要投诉", by=None, at=march(2, 13))
    assert graded(case) == ("general", "minor")
    assert due(case, "resolve") == march(3, 13)


def test_the_floor_holds_when_the_desk_is_sure_of_less(walk_in, office_of_jinxiu, engineering):
    case = walk_in(
        march(2, 9), facts={"media_threatened": True}, severity="minor", handler=office_of_jinxiu.wanggong,
        department=engineering,
    )  # fmt: skip
    assert graded(case) == ("hot", "important")
    assert due(case, "resolve") == march(5, 9)


def test_a_severity_below_the_floor_is_refused_by_name_of_the_rule(case_in, office_of_jinxiu):
    case = case_in("acting", severity="important", facts={"media_threatened": True})
    with pytest.raises(Refused, match="要求等级至少为“重要”"):
        actions.regrade(case, severity="minor", note="小事", by=office_of_jinxiu.chenfang, at=march(2, 15))


def test_a_case_that_becomes_major_gets_its_answer_clocks_from_that_moment(case_in, office_of_jinxiu):
    case = case_in("acting", severity="important", at=march(2, 9))
    edited(case, office_of_jinxiu.limin, march(3, 10), media_exposed=True)
    assert graded(case) == ("major", "major")
    assert due(case, "initial_answer") == march(4, 10)
    assert due(case, "clear_answer") == march(5, 10)
    assert due(case, "urgent_report") == march(3, 14)
    assert due(case, "resolve") == march(5, 9)  # the earlier one of 3 days and 10


def test_what_the_manager_has_acknowledged_is_not_reported_to_him_again(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9), facts={"urgent": True})
    actions.acknowledge(case, by=people.zhoujun, at=march(2, 11))
    actions.regrade(case, severity="major", note="伤到了人", by=people.zhoujun, at=march(2, 12))
    assert case.clocks.filter(kind="urgent_report").count() == 1
    assert due(case, "initial_answer") == march(3, 12)


def test_nothing_falls_by_itself(case_in, office_of_jinxiu):
    case = case_in("acting", facts={"lawsuit_threatened": True})
    case.refresh_from_db()
    words = {"note": "听错了，业主没有提起诉", "by": office_of_jinxiu.chenfang, "at": march(2, 15)}
    actions.edit(case, {"lawsuit_threatened": False}, version=case.version, **words)
    assert graded(case) == ("hot", "important")


# Time alone -----------------------------------------------------------------------------------------


def test_a_week_unresolved_is_hot_and_a_month_is_major_at_the_true_moment(case_in):
    case = case_in("acting", severity="minor", at=march(2, 9))
    weigh(march(9, 9) - MINUTE)
    assert graded(case)[0] == "general"
    weigh(march(9, 9))
    assert graded(case) == ("hot", "minor")  # how long it has been open says nothing of what it is
    assert due(case, "bulletin") == march(10, 9)
    weigh(APRIL_2 + 3 * HOUR)  # the timers were down for three hours
    assert graded(case) == ("major", "minor")
    raised = list(case.events.filter(kind="grade_raised").order_by("pk"))
    assert [event.at for event in raised] == [march(9, 9), APRIL_2]
    assert raised[1].recorded_at == APRIL_2 + 3 * HOUR
    assert case.grade_due_at is None


def test_time_raises_once_however_often_it_is_weighed(case_in):
    case = case_in("acting", severity="minor", at=march(2, 9))
    for minute in range(5):
        weigh(march(9, 9, minute))
    assert case.events.filter(kind="grade_raised").count() == 1
    assert Clock.objects.filter(complaint=case, kind="bulletin").count() == 1


@pytest.mark.parametrize("status", ["handled", "replied", "closed"])
def test_what_is_handled_is_not_raised_by_time(case_in, status):
    case = case_in(status, at=march(2, 9))
    assert case.grade_due_at is None
    weigh(APRIL_2)
    assert graded(case)[0] == "general"


def test_while_the_delay_is_not_ours_time_does_not_count(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    edited(case, people.limin, march(3, 9), delay="third_party")
    weigh(march(20))
    assert graded(case)[0] == "general"
    edited(case, people.limin, march(20), delay="ours")
    assert graded(case)[0] == "hot"


def test_a_dispute_shows_that_the_week_before_solved_nothing(case_in):
    case = case_in("replied", severity="minor", at=march(2, 9))
    actions.dispute(case, note="根本没修好", by=None, at=march(9, 10))
    assert graded(case)[0] == "hot"


def test_reopened_after_closing_the_week_begins_anew(case_in, office_of_jinxiu):
    case = case_in("closed", severity="minor", at=march(2, 9))
    actions.reopen(case, note="又坏了", by=office_of_jinxiu.limin, at=march(20, 9))
    assert graded(case)[0] == "important"
    assert case.grade_due_at == march(27, 9)


def test_a_backdated_case_is_as_old_as_it_is(walk_in):
    case = walk_in(march(12, 9), received_at=march(2, 9), backdated_because="停电期间手写登记")
    assert graded(case) == ("hot", "")


def test_a_case_that_cannot_be_weighed_stops_no_other(case_in, monkeypatch):
    first, second = case_in("acting", at=march(2, 9)), case_in("acting", at=march(2, 10))
    real = notice_grade.rise

    def poisoned(case, **more):
        if case.row.pk == first.pk:
            raise RuntimeError("poison")
        real(case, **more)

    monkeypatch.setattr(notice_grade, "rise", poisoned)
    weigh(march(10))
    assert graded(second)[0] == "hot"
    assert graded(first)[0] == "general"
    monkeypatch.undo()
    weigh(march(10, 9, 10))  # tried again after a while
    assert graded(first)[0] == "hot"


def test_weighing_takes_nobodys_edit_away(case_in, office_of_jinxiu):
    case = case_in("acting", at=march(2, 9))
    seen = case.version
    weigh(march(9, 9))
    actions.edit(case, {"place": "东门"}, version=seen, by=office_of_jinxiu.limin, at=march(9, 10))


def test_new_thresholds_weigh_every_open_case_again(case_in, admin):
    pair, single = (
        case_in("acting", at=march(2, 9), facts={"headcount": 2}),
        case_in("acting", at=march(2, 9)),
    )
    notice = DEFAULTS["notice"] | {"collective": {"major": 10, "hot": 2}}
    save_policy(DEFAULTS | {"notice": notice}, started_from=1, note="两人即为集体投诉", by=admin, at=march(3))
    weigh(march(3))
    assert (graded(pair)[0], graded(single)[0]) == ("hot", "general")
    assert single.grade_due_at == march(9, 9)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_raise_each_case_once(case_in):
    cases = [case_in("acting", at=march(2, 9)) for _ in range(4)]
    assert failures(race(*[lambda: notice_grade.raise_due(march(9, 9))] * 3)) == []
    weigh(march(9, 9))
    for case in cases:
        assert graded(case)[0] == "hot"
        assert case.events.filter(kind="grade_raised").count() == 1
        assert Clock.objects.filter(complaint=case, kind="bulletin").count() == 1


# By hand --------------------------------------------------------------------------------------------


def test_only_a_supervisor_or_above_sets_it_by_hand_and_says_why(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", facts={"lawsuit_threatened": True})
    with pytest.raises(WrongPerson):
        actions.set_grade(case, grade="general", note="已和解", by=people.limin, at=march(2, 15))
    with pytest.raises(Refused, match="原因"):
        actions.set_grade(case, grade="general", note=" ", by=people.chenfang, at=march(2, 15))
    actions.set_grade(case, grade="general", note="已书面和解", by=people.chenfang, at=march(2, 15))
    assert graded(case) == ("general", "important")  # the severity is lowered apart, with its own reason
    assert not Clock.objects.running().filter(complaint=case, kind="bulletin").exists()


def test_what_was_lowered_by_hand_stays_low_until_a_new_fact(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    weigh(march(9, 9))
    actions.set_grade(case, grade="general", note="等业主定时间", by=people.chenfang, at=march(9, 10))
    weigh(march(20))
    edited(case, people.limin, march(20), place="东门")
    assert graded(case)[0] == "general"
    edited(case, people.limin, march(20, 10), media_threatened=True)
    assert graded(case)[0] == "hot"
    actions.set_grade(case, grade="important", note="记者已撤", by=people.chenfang, at=march(20, 11))
    weigh(APRIL_2)  # a month is another fact than a week
    assert graded(case)[0] == "major"


def test_one_more_person_is_a_new_fact(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", facts={"headcount": 3})
    actions.set_grade(case, grade="general", note="同一户三人", by=people.chenfang, at=march(2, 12))
    edited(case, people.limin, march(2, 13), headcount=2)
    edited(case, people.limin, march(2, 14), place="大堂")
    assert graded(case)[0] == "general"
    edited(case, people.limin, march(2, 15), headcount=4)
    assert graded(case)[0] == "hot"


def test_raised_by_hand_it_lifts_the_severity_and_starts_the_duty(case_in, office_of_jinxiu):
    case = case_in("acting", severity="minor", at=march(2, 9))
    actions.set_grade(case, grade="hot", note="业主群情绪激动", by=office_of_jinxiu.chenfang, at=march(2, 11))
    assert graded(case) == ("hot", "important")
    assert due(case, "bulletin") == march(3, 11)
    assert list(case.grade_reasons) == ["by_hand"]


# The same matter ------------------------------------------------------------------------------------


@pytest.fixture
def third_lift(walk_in, home, office_of_jinxiu, categories):
    """Three people of one building about one thing, three days apart."""

    def call(n: int, **more) -> Complaint:
        person = actions.Person(name=f"业主{n}", phone=f"1380000000{n}")
        said = {"person": person, "unit": None, "building": home.building, "category": categories["lifts"]}
        return walk_in(march(2, 9) + 3 * n * DAY, **(said | more))

    return call


def test_three_different_people_in_a_month_are_hot_once_confirmed(third_lift, office_of_jinxiu):
    limin = office_of_jinxiu.limin
    cases = [third_lift(n) for n in range(3)]
    actions.confirm_same(cases[1], to=cases[0], by=limin, at=march(8, 10))
    assert [graded(case)[0] for case in cases] == ["general"] * 3
    actions.confirm_same(cases[2], to=cases[1], by=limin, at=march(8, 11))
    assert [graded(case)[0] for case in cases] == ["hot"] * 3
    assert {case.matter_id for case in cases} == {cases[0].pk}
    # One notice tells of the matter.
    assert Clock.objects.running().filter(kind="bulletin", complaint__in=cases).count() == 1


def test_the_same_person_twice_is_refused_and_wrong_entries_do_not_count(third_lift, office_of_jinxiu):
    people = office_of_jinxiu
    first, again, wrong, third = third_lift(1), third_lift(1), third_lift(2), third_lift(3)
    with pytest.raises(Refused, match="来自同一人"):
        actions.confirm_same(again, to=first, by=people.limin, at=march(11, 10))
    actions.confirm_same(wrong, to=first, by=people.limin, at=march(11, 10))
    actions.void(wrong, note="录错小区", by=people.chenfang, at=march(11, 11))
    actions.confirm_same(third, to=first, by=people.limin, at=march(11, 12))
    assert graded(first)[0] == "general"


def test_a_registered_person_who_calls_unrecognised_counts_once(third_lift, xiongxia, office_of_jinxiu):
    limin = office_of_jinxiu.limin
    known = third_lift(0, person=actions.Person(name="熊霞", phone="13494795057", owner=xiongxia))
    other = third_lift(1)
    unrecognised = third_lift(2, person=actions.Person(name="熊女士", phone="13494795057"))
    actions.confirm_same(other, to=known, by=limin, at=march(8, 10))
    actions.confirm_same(unrecognised, to=other, by=limin, at=march(8, 10))
    assert graded(known)[0] == "general"


def test_two_of_the_register_who_share_a_telephone_are_two(third_lift, xiongxia, jinxiu, office_of_jinxiu):
    limin, phone = office_of_jinxiu.limin, "13494795057"
    husband = register.add_owner(jinxiu, "熊先生", phones=[phone])
    wife = third_lift(0, person=actions.Person(name="熊霞", phone=phone, owner=xiongxia))
    other = third_lift(1)
    his = third_lift(2, person=actions.Person(name="熊先生", phone=phone, owner=husband))
    actions.confirm_same(other, to=wife, by=limin, at=march(8, 10))
    actions.confirm_same(his, to=wife, by=limin, at=march(8, 10))
    assert graded(his)[0] == "hot"


def test_only_the_same_kind_in_the_same_estate_can_be_the_same_matter(
    third_lift, categories, office_of_jinxiu
):
    first, other = third_lift(1), third_lift(2, category=categories["noise"])
    with pytest.raises(Refused, match="类别必须相同"):
        actions.confirm_same(other, to=first, by=office_of_jinxiu.limin, at=march(12))


def test_two_matters_that_turn_out_to_be_one_are_counted_together(third_lift, office_of_jinxiu):
    limin = office_of_jinxiu.limin
    a, b, c, d = (third_lift(n) for n in range(4))
    actions.confirm_same(b, to=a, by=limin, at=march(12))
    actions.confirm_same(d, to=c, by=limin, at=march(12))
    actions.confirm_same(c, to=b, by=limin, at=march(12, 10))
    assert {graded(case)[0] for case in (a, b, c, d)} == {"hot"}
    assert Complaint.objects.filter(matter=a).count() == 4


def test_a_mistake_is_taken_back_and_the_others_stay_together(third_lift, office_of_jinxiu):
    people = office_of_jinxiu
    a, b, c = (third_lift(n) for n in range(3))
    for other in (b, c):
        actions.confirm_same(other, to=a, by=people.limin, at=march(9))
    actions.part_matter(a, note="另一部电梯", by=people.chenfang, at=march(9, 10))
    for case in (a, b, c):
        case.refresh_from_db()
    assert (a.matter_id, b.matter_id, c.matter_id) == (None, b.pk, b.pk)
    assert a.grade == "hot"  # falls only by hand


def test_of_two_that_are_parted_neither_is_of_a_matter_any_more(third_lift, office_of_jinxiu):
    people = office_of_jinxiu
    first, second = third_lift(1), third_lift(2)
    actions.confirm_same(second, to=first, by=people.limin, at=march(9))
    actions.part_matter(second, note="另一部电梯", by=people.chenfang, at=march(9, 10))
    assert set(Complaint.objects.values_list("matter", "changed_at")) == {(None, march(9, 10))}


def test_the_desk_confirms_while_it_takes_the_third(third_lift, office_of_jinxiu):
    first, second = third_lift(1), third_lift(2)
    actions.confirm_same(second, to=first, by=office_of_jinxiu.limin, at=march(9))
    third = third_lift(3, same_as=first)
    assert graded(third)[0] == "hot"
    assert Event.objects.filter(kind="grade_raised").count() == 3


# The estate's own calendar --------------------------------------------------------------------------


def test_a_hot_notice_is_due_on_the_next_working_day_of_the_estate(walk_in, jinxiu):
    CalendarDay.objects.create(estate=jinxiu, date=march(9).date(), is_working=False, name="小区休息日")
    friday = walk_in(march(6, 16), facts={"lawsuit_threatened": True})
    assert due(friday, "bulletin") == march(10, 16)
