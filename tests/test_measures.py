"""Measures 整改措施: set, done, checked by another person, told elsewhere, proposed by rule (W17, G12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from complaints.actions import measures as acts
from complaints.actions import measures_due, told_estates
from complaints.actions.measures import Plan
from complaints.measures import Answer, State
from complaints.message_texts import words
from complaints.models import Cause, Complaint, Measure, MeasureEntry, Notification, ToldEstate
from config.framework.refusals import Refused
from staff.models import Department, Region
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, march, person

DUE, BEGUN, NOON = march(20), march(3), march(3, 12)


@pytest.fixture
def cause(db) -> Cause:
    return Cause.objects.create(code="quality", zh="房屋及设备设施质量", en="Building and equipment quality")


@pytest.fixture
def plan(wanggong, engineering) -> Any:
    def made(**said: Any) -> Plan:
        usual = {
            "root_cause": "立管接头用了 12 年，没有到期更换的规定。", "what": "立管接头满 10 年统一更换。",
            "kind": "process", "owner": wanggong, "department": engineering, "due_at": DUE,
            "process_before": "坏了再修。",
        }  # fmt: skip
        return Plan(**(usual | said))

    return made


@pytest.fixture
def leak(case_in) -> Complaint:
    return case_in("acting")


@pytest.fixture
def measure(leak, plan, sungong) -> Measure:
    return acts.set_measure(plan(), cases=[leak], by=sungong, at=march(3))


def inbox(user: Any) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def entries(measure: Measure) -> list[str]:
    return list(MeasureEntry.objects.filter(measure=measure).order_by("pk").values_list("kind", flat=True))


def checked_from(measure: Measure) -> datetime:
    found = measure.rounds.get(number=measure.round).check_from
    assert found is not None
    return found


# Beginning --------------------------------------------------------------------------------------------


def test_a_head_sets_one_out_of_a_case_and_whoever_does_it_is_told(measure, leak, wanggong):
    measure.refresh_from_db()
    assert (measure.state, measure.round, measure.next_due_at) == (State.OPEN, 1, DUE)
    assert inbox(wanggong)[-1] == "measure_set"
    assert leak.events.filter(kind="measure_set").count() == 1
    assert [row.complaint for row in measure.case_rows.all()] == [leak]
    assert (measure.history.count(), measure.rounds.get().history.count()) == (1, 1)
    assert entries(measure) == ["set"]


def test_one_key_sets_it_once(leak, plan, sungong):
    first = acts.set_measure(plan(), cases=[leak], by=sungong, at=march(3), key="k1")
    again = acts.set_measure(plan(), cases=[leak], by=sungong, at=march(3), key="k1")
    assert first == again
    assert Measure.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"root_cause": " "}, "root_cause"),
        ({"what": ""}, "what"),
        ({"kind": "wish"}, "kind"),
        ({"due_at": march(3)}, "due_at"),
        ({"due_at": march(3) + 400 * DAY}, "due_at"),
        ({"check_after_days": 0}, "check_after_days"),
        ({"what": "长" * 2001}, "what"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(said, field, leak, plan, sungong):
    with pytest.raises(Refused) as refusal:
        acts.set_measure(plan(**said), cases=[leak], by=sungong, at=march(3))
    assert refusal.value.field == field
    assert not Measure.objects.exists()


def test_it_needs_a_case_of_one_estate_which_is_not_restricted(leak, plan, sungong, case_in, cuihu):
    with pytest.raises(Refused):
        acts.set_measure(plan(), by=sungong, at=march(3))
    secret = case_in("acting", facts={"restricted": True})
    with pytest.raises(Refused, match="restricted|限制"):
        acts.set_measure(plan(), cases=[leak, secret], by=sungong, at=march(3))
    assert not Measure.objects.exists()


@pytest.mark.parametrize("who", ["limin", "wanggong"])
def test_neither_the_desk_nor_a_handler_sets_one(who, leak, plan, office_of_jinxiu):
    with pytest.raises(Refused):
        acts.set_measure(plan(), cases=[leak], by=getattr(office_of_jinxiu, who), at=march(3))


def test_a_stranger_is_not_made_responsible(leak, plan, sungong, stranger):
    with pytest.raises(Refused) as refusal:
        acts.set_measure(plan(owner=stranger, department=None), cases=[leak], by=sungong, at=march(3))
    assert refusal.value.field == "owner"


# Doing and checking -----------------------------------------------------------------------------------


def test_a_changed_work_flow_is_written_down_before_and_after(measure, wanggong):
    with pytest.raises(Refused) as refusal:
        acts.do(measure, note="改好了", by=wanggong, at=march(10))
    assert refusal.value.field == "process_after"
    done = acts.do(measure, note="已发文", process_after="满 10 年即换。", by=wanggong, at=march(10))
    assert (done.state, done.process_after) == (State.TO_CHECK, "满 10 年即换。")
    part = done.rounds.get()
    assert (part.check_from, part.check_due_at) == (march(10) + 30 * DAY, march(10) + 37 * DAY)
    assert done.next_due_at == part.check_due_at


def test_another_person_checks_after_thirty_days(measure, wanggong, chenfang, sungong):
    acts.do(measure, note="已发文", process_after="满 10 年即换。", by=wanggong, at=march(10))
    since = checked_from(Measure.objects.get())
    with pytest.raises(Refused) as refusal:
        acts.check(measure, effective=True, note="没有再漏", by=chenfang, at=since - MINUTE)
    assert refusal.value.field == "effective"
    with pytest.raises(Refused):
        acts.check(measure, effective=True, note="没有再漏", by=wanggong, at=since)
    ended = acts.check(measure, effective=True, note="30 天没有再漏", by=chenfang, at=since)
    assert (ended.state, ended.ended_at, ended.next_due_at) == (State.EFFECTIVE, since, None)
    assert inbox(wanggong)[-1] == "measure_effective"
    with pytest.raises(Refused, match="“"):
        acts.check(measure, effective=False, note="其实没用", by=sungong, at=since + HOUR)


def test_who_did_it_for_another_does_not_check_it_either(measure, sungong, chenfang):
    acts.do(measure, note="已发文", process_after="满 10 年即换。", by=sungong, at=march(10))
    since = checked_from(Measure.objects.get())
    with pytest.raises(Refused, match="陈芳|Another"):
        acts.check(measure, effective=True, note="好", by=sungong, at=since)


def test_no_effect_begins_the_next_round_and_shows_early(measure, wanggong, chenfang):
    acts.do(measure, note="已发文", process_after="满 10 年即换。", by=wanggong, at=march(10))
    with pytest.raises(Refused) as refusal:
        acts.check(measure, effective=False, note="又漏了", by=chenfang, at=march(12))
    assert refusal.value.field == "due_at"
    again = acts.check(
        measure,
        effective=False,
        note="又漏了",
        what="改用铜接头",
        due_at=march(28),
        by=chenfang,
        at=march(12),
    )
    assert (again.state, again.round, again.next_due_at) == (State.OPEN, 2, march(28))
    first, second = again.rounds.order_by("number")
    assert (first.effective, first.what.startswith("立管接头满"), second.what) == (False, True, "改用铜接头")
    assert inbox(wanggong)[-1] == "measure_again"
    assert entries(again) == ["set", "done", "not_effective"]


def test_a_day_that_has_passed_is_not_moved(measure, chenfang):
    moved = acts.change(measure, note="等材料", due_at=DUE + DAY, by=chenfang, at=march(10))
    assert moved.next_due_at == moved.rounds.get().due_at == DUE + DAY
    with pytest.raises(Refused) as refusal:
        acts.change(measure, note="还没到货", due_at=DUE + 9 * DAY, by=chenfang, at=DUE + 2 * DAY)
    assert refusal.value.field == "due_at"


def test_it_is_handed_to_another_person_with_the_reason(measure, chenfang, wanggong, sungong, engineering):
    with pytest.raises(Refused):
        acts.change(measure, note=" ", owner=sungong, by=chenfang, at=march(5))
    acts.change(measure, note="调岗", owner=sungong, department=engineering, by=chenfang, at=march(5))
    assert inbox(wanggong)[-1] == "measure_moved"
    assert inbox(sungong)[-1] == "measure_set"
    with pytest.raises(Refused):
        acts.do(measure, note="好了", process_after="新", by=wanggong, at=march(6))


def test_a_withdrawn_one_says_why_and_nothing_follows(measure, chenfang, wanggong):
    with pytest.raises(Refused):
        acts.withdraw(measure, note="", by=chenfang, at=march(5))
    ended = acts.withdraw(measure, note="楼栋整体改造", by=chenfang, at=march(5))
    assert (ended.state, ended.remind_at, ended.next_due_at) == (State.WITHDRAWN, None, None)
    with pytest.raises(Refused):
        acts.do(measure, note="好了", process_after="新", by=wanggong, at=march(6))


# Other estates ----------------------------------------------------------------------------------------


@pytest.fixture
def sister(jinxiu, cuihu):
    """The other estate lies in the same region."""
    region = Region.objects.create(name="浦东")
    for estate in (jinxiu, cuihu):
        estate.region = region
        estate.save(update_fields=["region"])
    return cuihu


def test_an_estate_of_the_region_is_told_and_answers(measure, sister, chenfang, stranger):
    acts_at = march(4)
    told_estates.tell(measure, estates=[sister], by=chenfang, at=acts_at)
    row = ToldEstate.objects.get()
    assert (row.due_at, inbox(stranger)[-1]) == (acts_at + 7 * DAY, "measure_told")
    with pytest.raises(Refused):
        told_estates.answer(row, reply=Answer.DONE, note="好", by=chenfang, at=march(5))
    told_estates.answer(row, reply=Answer.APPLIES, note="下月排查", by=stranger, at=march(5))
    with pytest.raises(Refused):
        told_estates.answer(row, reply=Answer.APPLIES, note="下月排查", by=stranger, at=march(6))
    told_estates.answer(row, reply=Answer.DONE, note="已更换 46 处", by=stranger, at=march(25))
    row.refresh_from_db()
    assert (row.answer, row.words) == (Answer.DONE, "已更换 46 处")
    assert row.history.count() == 3
    assert inbox(chenfang).count("measure_answered") == 2
    with pytest.raises(Refused):
        told_estates.tell(measure, estates=[sister], by=chenfang, at=march(26))


def test_an_estate_elsewhere_is_told_by_headquarters_only(measure, cuihu, jinxiu, chenfang, wuzong):
    jinxiu.region = Region.objects.create(name="浦东")
    jinxiu.save(update_fields=["region"])
    measure.refresh_from_db()
    with pytest.raises(Refused):
        told_estates.tell(measure, estates=[cuihu], by=chenfang, at=march(4))
    told_estates.tell(measure, estates=[cuihu], by=wuzong, at=march(4))
    assert ToldEstate.objects.get().estate == cuihu


# Who reads it -----------------------------------------------------------------------------------------


def test_who_reads_it(measure, sister, office_of_jinxiu, auditor, admin, stranger):
    def reads(user: Any, at: datetime = NOON) -> bool:
        return Measure.objects.visible_to(permissions_of(user, at)).exists()

    o = office_of_jinxiu
    firm = Department.objects.create(
        estate=measure.estate, name="电梯维保", name_en="Lifts", is_contractor=True
    )
    worker = person("liugong", "刘工", Role.HANDLER, department=firm)
    assert all(reads(one) for one in (o.limin, o.wanggong, o.sungong, o.zhoujun, o.wuzong, auditor))
    assert not any(reads(one) for one in (admin, stranger, worker))
    told_estates.tell(measure, estates=[sister], by=o.chenfang, at=march(4))
    assert reads(stranger)
    with pytest.raises(Refused):
        acts.withdraw(measure, note="不要了", by=auditor, at=march(5))
    acts.change(measure, note="外包做", owner=worker, department=firm, by=o.chenfang, at=march(5))
    assert reads(worker, march(5, 12))
    acts.do(measure, note="换好了", process_after="新", by=worker, at=march(6))
    with pytest.raises(Refused):
        acts.check(measure, effective=False, note="不行", due_at=march(28), by=worker, at=march(7))


# What is due ------------------------------------------------------------------------------------------


def test_what_is_due_is_reminded_of_and_climbs(measure, office_of_jinxiu):
    o = office_of_jinxiu
    assert measures_due.remind_due(march(10)) == 0
    assert measures_due.remind_due(march(16)) == 1  # three quarters of the days from the 3rd to the 20th
    assert inbox(o.wanggong)[-1] == "measure_due_soon"
    assert measures_due.remind_due(DUE - MINUTE) == 0
    assert measures_due.remind_due(DUE) == 1
    assert inbox(o.chenfang)[-1] == inbox(o.sungong)[-1] == "measure_due_over"
    assert "measure_due_over" not in inbox(o.zhoujun)
    measures_due.remind_due(DUE + DAY)
    assert inbox(o.zhoujun)[-1] == "measure_due_over"
    assert "measure_due_over" not in inbox(o.wuzong)
    measures_due.remind_due(DUE + 7 * DAY)
    assert inbox(o.wuzong)[-1] == "measure_due_over"
    assert entries(measure).count("overdue") == 3
    acts.do(measure, note="已发文", process_after="新", by=o.wanggong, at=DUE + 8 * DAY)
    assert measures_due.remind_due(DUE + 20 * DAY) == 0
    check = DUE + 38 * DAY
    measures_due.remind_due(check)
    assert inbox(o.chenfang)[-1] == "measure_check_soon"
    measures_due.remind_due(check + 7 * DAY)
    assert inbox(o.chenfang)[-1] == "measure_check_over"


def test_an_answer_that_does_not_come_climbs_in_its_own_estate(measure, sister, chenfang, stranger):
    told_estates.tell(measure, estates=[sister], by=chenfang, at=march(4))
    measures_due.remind_due(march(11))
    assert inbox(stranger)[-1] == "measure_answer_over"
    assert "measure_answer_over" not in inbox(chenfang)


def test_a_batch_of_reminders_costs_the_same(leak, plan, sungong, django_assert_max_num_queries):
    for _n in range(12):
        acts.set_measure(plan(), cases=[leak], by=sungong, at=march(3))
    with django_assert_max_num_queries(22):
        assert measures_due.remind_due(DUE) == 12


def test_where_neither_is_there_the_general_manager_is_told_and_answers(
    measure, sister, chenfang, stranger, wuzong
):
    stranger.postings.update(ends_at=march(3))
    told_estates.tell(measure, estates=[sister], by=chenfang, at=march(4))
    row = ToldEstate.objects.get()
    assert inbox(wuzong)[-1] == "measure_told"
    told_estates.answer(row, reply=Answer.DONE, note="已更换", by=wuzong, at=march(5))
    row.refresh_from_db()
    assert row.answer == Answer.DONE


def test_a_message_tells_the_time_of_the_estate_it_is_about(measure, sister, chenfang, stranger, wanggong):
    sister.time_zone = "Asia/Urumqi"
    sister.save(update_fields=["time_zone"])
    told_estates.tell(measure, estates=[sister], by=chenfang, at=march(4))
    measures_due.remind_due(march(4) + 6 * DAY)
    for kind in ("measure_told", "measure_answer_soon"):
        line = Notification.objects.get(user=stranger, kind=kind)
        assert "07:00" in words(kind, line.params, None).line
    line = Notification.objects.filter(user=wanggong, kind="measure_set").get()
    assert line.params["zone"] == "Asia/Shanghai"
