"""Overruns that wait: reminders, levels, hand-over; and what the customer reads of them (domain.md 5)."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.actions.overruns import hand_over_overrun
from complaints.actions.reminders import remind_due
from complaints.models import Complaint
from staff.models import Department
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import OPINION, march, person
from tests.late_case import HANDLED, MONDAY, explain, handled
from tests.looking import letters, ring, told, told_at

pytestmark = pytest.mark.django_db


# Who is reminded, and whom the levels go to ---------------------------------------------------------


def test_the_explainer_is_reminded_once_and_then_told_by_the_clock(late, office_of_jinxiu):
    people = office_of_jinxiu
    duty = late()
    case = duty.complaint
    assert duty.remind_at == march(4, 14)  # four hours of service time
    remind_due(march(4, 14))
    remind_due(march(4, 15))
    assert letters(case, people.wanggong).count("overrun_unexplained") == 1
    actions.reply(case, note="已修好。", method="phone", by=people.limin, at=march(4, 15))
    actions.revisit(
        case, answers=actions.Answers(satisfaction=5), method="phone", by=people.chenfang, at=march(4, 16)
    )
    ring(march(6, 16))
    assert told_at(case, "overrun", "warning") == {"wanggong"}
    assert told_at(case, "overrun", "over") == {"wanggong", "sungong", "zhoujun"}


def test_the_approver_is_reminded_and_told_when_his_time_is_over(late, office_of_jinxiu):
    people = office_of_jinxiu
    duty = explain(late("important", march(6)), people.wanggong, march(6, 10))
    duty.refresh_from_db()
    case = duty.complaint
    assert duty.remind_at == march(6, 14)
    remind_due(march(6, 14))
    assert letters(case, people.wuzong)[-1] == "overrun_undecided"
    actions.reply(case, note="已修好。", method="phone", by=people.limin, at=march(6, 15))
    actions.revisit(
        case, answers=actions.Answers(satisfaction=5), method="phone", by=people.chenfang, at=march(6, 16)
    )
    ring(march(8, 16))
    assert told_at(case, "overrun_decision", "warning") == {"wuzong"}
    assert told_at(case, "overrun_decision", "over") == {"wuzong"}


# Leaving -------------------------------------------------------------------------------------------


def test_what_a_leaver_has_to_explain_goes_to_his_successor_and_stays_his_overrun(
    late, office_of_jinxiu, engineering
):
    people = office_of_jinxiu
    duty = late()
    successor = person("xinren", "新人", Role.HANDLER, department=engineering)
    moved, left = actions.transfer_duties(
        people.wanggong, to=successor, note="离职", by=people.chenfang, at=march(4, 12)
    )
    assert ([case.pk for case in moved], left) == ([duty.complaint_id], [])
    duty.refresh_from_db()
    assert (duty.explainer, duty.handler) == (successor, people.wanggong)
    assert duty.complaint.events.filter(kind="overrun_handed_over").count() == 1
    assert told("overrun_opened", duty.complaint) == {"wanggong"}  # he hears of all that comes to him at once
    explain(duty, successor, march(4, 13))


def test_where_the_successor_is_complained_about_the_head_explains(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=MONDAY, respondents=(people.limin,), by=people.chenfang)
    duty = handled(case, people, HANDLED).overruns.get()
    hand_over_overrun(duty, to=people.limin, note="离职", by=people.chenfang, at=march(4, 12))
    duty.refresh_from_db()
    assert duty.explainer == people.sungong
    assert told("overrun_opened", case) == {"wanggong", "sungong"}


def test_a_handler_of_headquarters_still_knows_of_the_case_he_explains(case_in, office_of_jinxiu, jinxiu):
    people = office_of_jinxiu
    lifts = Department.objects.create(name="电梯部", name_en="Lifts")
    liu = person("liugong", "刘工", Role.HANDLER, department=lifts)
    case = case_in("recorded", at=MONDAY)
    actions.classify(
        case, severity="minor", category=case.category, handler=liu, department=lifts, by=people.chenfang,
        at=march(2, 10),
    )  # fmt: skip
    actions.accept(case, note=OPINION, by=liu, at=march(2, 11))
    actions.handle(case, note="已修", evidence="签字", by=liu, at=HANDLED)
    actions.reply(case, note="已修好。", method="phone", by=people.limin, at=march(4, 11))
    actions.dispute(case, note="又坏了", by=people.limin, at=march(4, 12))
    assert Complaint.objects.visible_to(permissions_of(liu, march(4, 13))).filter(pk=case.pk).exists()
    duty = explain(case.overruns.get(), liu, march(4, 13))
    actions.accept_overrun(duty, by=people.zhoujun, at=march(4, 14))
    assert not Complaint.objects.visible_to(permissions_of(liu, march(4, 15))).filter(pk=case.pk).exists()


def test_the_customer_reads_nothing_of_it(late, office_of_jinxiu):
    duty = explain(late(), office_of_jinxiu.wanggong, march(4, 11))
    actions.decline_overrun(duty, comment="不行", by=office_of_jinxiu.zhoujun, at=march(4, 12))
    assert not duty.complaint.events.filter(kind__startswith="overrun", owner_sees=True).exists()
