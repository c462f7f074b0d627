"""Overruns 超时未批: handled late without an extension is explained and decided on (domain.md 5)."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.models import Clock, Complaint, Notification, Overrun
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff import actions as office
from tests.cast import DAY, HOUR, MINUTE, OPINION, march
from tests.late_case import HANDLED, MONDAY, explain, handled
from tests.looking import clock_of, ring, told

pytestmark = pytest.mark.django_db


# When it opens -------------------------------------------------------------------------------------


def test_a_minor_case_handled_on_wednesday_opens_a_duty_in_that_moment(late, office_of_jinxiu):
    people = office_of_jinxiu
    duty = late()
    assert (duty.opened_at, duty.due_at, duty.stopped_at) == (HANDLED, march(3, 9), HANDLED)
    assert duty.late_by == DAY + HOUR
    assert (duty.state, duty.severity, duty.handler, duty.explainer) == (
        "to_explain", "minor", people.wanggong, people.wanggong,
    )  # fmt: skip
    assert duty.department.name == "工程部"
    # 7.5 hours on Wednesday until 17:30, 9 on Thursday, 7.5 on Friday from 08:30.
    clock = clock_of(duty.complaint, "overrun")
    assert (clock.started_at, clock.due_at) == (HANDLED, march(6, 16))
    assert told("overrun_opened", duty.complaint) == {"wanggong"}
    assert duty.complaint.events.get(kind="overrun_opened").owner_sees is False
    assert set(duty.history.values_list("history_date", flat=True)) == {HANDLED}


@pytest.mark.parametrize(
    ("severity", "at", "role", "approver"),
    [
        ("minor", march(4), "property_manager", "zhoujun"),
        ("important", march(6), "general_manager", "wuzong"),
        ("major", march(13), "general_manager", "wuzong"),
    ],
)
def test_it_is_decided_by_whoever_approves_overtime_of_that_severity(
    late, office_of_jinxiu, severity, at, role, approver
):
    duty = explain(late(severity, at), office_of_jinxiu.wanggong, at + HOUR)
    assert (duty.state, duty.approver_role) == ("to_decide", role)
    assert told("overrun_explained", duty.complaint) == {approver}
    assert clock_of(duty.complaint, "overrun").stopped_at == at + HOUR
    assert clock_of(duty.complaint, "overrun_decision").started_at == at + HOUR


def test_handled_in_time_owes_nothing(case_in, office_of_jinxiu):
    case = handled(case_in("acting", severity="minor", at=MONDAY), office_of_jinxiu, march(3, 9))
    assert not case.overruns.exists()
    assert not case.clocks.filter(kind="overrun").exists()


@pytest.mark.parametrize("approve", [True, False])
def test_an_extension_approved_after_the_breach_that_covers_the_end_leaves_no_duty(
    case_in, office_of_jinxiu, approve
):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=MONDAY)
    ring(march(3, 10))
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", not_told_because="电话未接",
        new_due_at=march(5, 9), by=people.wanggong,
        at=march(3, 10),
    )  # fmt: skip
    if approve:
        actions.approve_extension(request, by=people.zhoujun, at=march(3, 12))
    handled(case, people, HANDLED)
    assert case.overruns.exists() is not approve
    assert clock_of(case, "resolve").breached_at == march(3, 9)


def test_handled_after_the_extended_time_is_late_by_that_time(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=MONDAY)
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", not_told_because="电话未接",
        new_due_at=march(4, 9), by=people.wanggong,
        at=march(2, 10),
    )  # fmt: skip
    actions.approve_extension(request, by=people.zhoujun, at=march(2, 12))
    assert handled(case, people, HANDLED).overruns.get().late_by == HOUR


def test_done_in_time_and_written_down_later_owes_nothing(case_in, office_of_jinxiu):
    case = case_in("acting", severity="minor", at=MONDAY)
    ring(march(3, 10))
    handled(case, office_of_jinxiu, HANDLED, done_at=march(3, 8))
    assert not case.overruns.exists()


def test_done_late_and_written_down_later_is_explained_from_the_moment_of_writing(case_in, office_of_jinxiu):
    case = case_in("acting", severity="minor", at=MONDAY)
    duty = handled(case, office_of_jinxiu, HANDLED, done_at=march(3, 12)).overruns.get()
    assert (duty.stopped_at, duty.late_by, duty.opened_at) == (march(3, 12), 3 * HOUR, HANDLED)
    assert clock_of(case, "overrun").due_at == march(6, 16)


def test_late_by_a_minute_is_late(case_in, office_of_jinxiu):
    case = handled(case_in("acting", severity="minor", at=MONDAY), office_of_jinxiu, march(3, 9) + MINUTE)
    assert case.overruns.get().late_by == MINUTE


def test_withdrawn_late_is_explained_too_and_runs_on_after_the_closing(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=MONDAY)
    actions.withdraw(case, note="不用了", confirmed_by="phone", by=people.limin, at=HANDLED)
    case.refresh_from_db()
    assert case.overruns.get().explainer == people.wanggong
    assert (case.status, case.next_due_kind, case.next_due_at) == ("closed", "overrun", march(6, 16))
    assert list(Complaint.objects.owed()) == [case]
    assert list(Complaint.objects.overrun()) == [case]


def test_judged_not_upheld_late_is_explained_too(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=MONDAY)
    actions.propose_invalid(case, note="不属实", by=people.wanggong, at=march(3, 12))
    actions.confirm_invalid(case, by=people.chenfang, at=march(3, 14))
    assert case.overruns.get().late_by == 5 * HOUR


def test_what_nobody_handles_is_explained_by_the_manager_who_answers_for_it(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = walk_in(MONDAY)
    actions.withdraw(case, note="不用了", confirmed_by="phone", by=people.limin, at=HANDLED)
    duty = case.overruns.get()
    assert (duty.handler, duty.explainer) == (None, people.zhoujun)
    assert told("overrun_opened", case) == {"zhoujun"}
    explain(duty, people.zhoujun, march(4, 11))
    duty.refresh_from_db()
    assert duty.approver_role == "general_manager"  # never who explained it
    assert told("overrun_explained", case) == {"wuzong"}


def test_a_member_that_joins_late_owes_its_own_explanation(case_in, walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    member = case_in("acting", severity="minor", at=MONDAY)
    lead = walk_in(march(4, 9))
    actions.join(member, lead=lead, by=people.chenfang, at=HANDLED)
    member.refresh_from_db()
    assert member.overruns.get().late_by == DAY + HOUR
    assert member.next_due_kind == "overrun"
    assert not lead.overruns.exists()


def test_a_wrong_entry_owes_nothing(late, case_in, office_of_jinxiu):
    people = office_of_jinxiu
    open_late = case_in("acting", severity="minor", at=MONDAY)
    actions.void(open_late, note="重复", by=people.chenfang, at=HANDLED)
    assert not open_late.overruns.exists()
    duty = late()
    actions.void(duty.complaint, note="重复", by=people.chenfang, at=march(4, 11))
    duty.refresh_from_db()
    case = Complaint.objects.get(pk=duty.complaint_id)
    assert (duty.state, case.next_due_at, duty.remind_at) == ("dropped", None, None)
    assert not Overrun.objects.counted().filter(pk=duty.pk).exists()
    assert not Notification.objects.filter(kind="overrun_opened", read_at=None).exists()
    with pytest.raises(Refused):
        explain(duty, people.wanggong, march(4, 12))


def test_each_round_has_its_own_duty_and_one_clock_runs_for_the_oldest(late, office_of_jinxiu, engineering):
    people = office_of_jinxiu
    first = late()
    case = first.complaint
    actions.reply(case, note="已修好。", method="phone", by=people.limin, at=march(4, 11))
    actions.dispute(case, note="又漏了", by=people.limin, at=march(4, 12))
    assert clock_of(case, "overrun").stopped_at is None  # it outlives the round
    actions.classify(
        case, severity="important", category=None, handler=people.wanggong, department=engineering,
        by=people.chenfang, at=march(4, 13),
    )  # fmt: skip
    actions.accept(case, note=OPINION, by=people.wanggong, at=march(4, 14))
    handled(case, people, march(9, 10))  # due on the 7th at noon
    second = case.overruns.latest("pk")
    assert (second.late_by, second.severity) == (DAY + 22 * HOUR, "important")
    running = Clock.objects.running().filter(complaint=case, kind="overrun")
    assert [clock.started_at for clock in running] == [first.opened_at]
    explain(first, people.wanggong, march(9, 11))
    clock = Clock.objects.running().get(complaint=case, kind="overrun")
    assert (clock.started_at, clock.severity, clock.cycle.number) == (march(9, 10), "important", 2)
    assert clock.due_at == march(11, 16)  # 7.5, 9 and 7.5 hours
    explain(second, people.wanggong, march(9, 12))
    assert not Clock.objects.running().filter(complaint=case, kind="overrun").exists()
    decision = Clock.objects.running().get(complaint=case, kind="overrun_decision")
    assert decision.started_at == march(9, 11)
    actions.accept_overrun(first, by=people.zhoujun, at=march(9, 13))
    decision = Clock.objects.running().get(complaint=case, kind="overrun_decision")
    assert (decision.started_at, decision.severity) == (march(9, 12), "important")


# Explaining ----------------------------------------------------------------------------------------


def test_what_an_explanation_lacks_is_said_at_its_field(late, office_of_jinxiu):
    duty = late()
    by, at = office_of_jinxiu.wanggong, march(4, 11)
    for said, field in (
        ({"reason": "nonsense"}, "reason"),
        ({"note": " "}, "note"),
        ({"not_told_because": ""}, "not_told_because"),
        ({"customer_told_at": march(4, 12), "customer_told_how": "phone"}, "customer_told_at"),
        ({"customer_told_at": march(3, 8)}, "customer_told_how"),
    ):
        with pytest.raises(Refused) as refusal:
            explain(duty, by, at, **said)
        assert refusal.value.field == field
    duty.refresh_from_db()
    assert (duty.state, duty.note) == ("to_explain", "")


def test_the_handler_explains_or_his_deputy_or_the_head_and_nobody_else(late, office_of_jinxiu, engineering):
    people = office_of_jinxiu
    duty = late()
    for stranger in (people.limin, people.chenfang, people.wuzong):
        with pytest.raises(WrongPerson):
            explain(duty, stranger, march(4, 11))
    explain(duty, people.sungong, march(4, 11))
    duty.refresh_from_db()
    assert duty.explained_by == people.sungong


def test_an_absent_handlers_deputy_is_asked_and_explains(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=MONDAY)
    office.leave_office(
        people.wanggong, deputy=people.limin, starts_at=march(4, 8), ends_at=march(6), by=people.wanggong
    )
    actions.handle(case, note="已更换水管。", evidence="业主签字", by=people.sungong, at=HANDLED)
    assert told("overrun_opened", case) == {"limin"}
    duty = explain(case.overruns.get(), people.limin, march(4, 11))
    assert duty.explained_by == people.limin


def test_whoever_is_complained_about_explains_nothing(late, office_of_jinxiu):
    people = office_of_jinxiu
    duty = late()
    case = duty.complaint
    actions.reply(case, note="已修好。", method="phone", by=people.limin, at=march(4, 11))
    actions.dispute(case, note="王工态度差", by=people.limin, at=march(4, 12))
    actions.name_respondent(case, person=people.wanggong, by=people.chenfang, at=march(4, 13))
    duty.refresh_from_db()
    assert (duty.explainer, duty.handler) == (people.sungong, people.wanggong)
    assert told("overrun_opened", case) == {"wanggong", "sungong"}
    with pytest.raises(WrongPerson):
        explain(duty, people.wanggong, march(4, 14))


def test_an_explanation_is_corrected_until_it_is_decided_on(late, office_of_jinxiu):
    people = office_of_jinxiu
    duty = explain(late(), people.wanggong, march(4, 11))
    explain(duty, people.sungong, march(4, 12), note="厂家停产，改用替代件。")
    duty.refresh_from_db()
    assert (duty.note, duty.explained_at, duty.explained_by) == (
        "厂家停产，改用替代件。", march(4, 11), people.sungong,
    )  # fmt: skip
    assert clock_of(duty.complaint, "overrun_decision").started_at == march(4, 11)
    assert [row.note for row in duty.history.order_by("history_id")][-2:] == [
        "厂家停产，改用替代件。", "厂家停产，改用替代件。",
    ]  # fmt: skip
    assert duty.history.filter(note="水管到货晚了两天。").exists()
    actions.accept_overrun(duty, by=people.zhoujun, at=march(4, 13))
    with pytest.raises(Refused):
        explain(duty, people.wanggong, march(4, 14))


# Deciding ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "state"), [(actions.accept_overrun, "accepted"), (actions.decline_overrun, "declined")]
)
def test_accepted_or_not_the_breach_stays_and_nothing_is_owed_any_more(late, office_of_jinxiu, act, state):
    people = office_of_jinxiu
    duty = explain(late(), people.wanggong, march(4, 11))
    act(duty, comment="下次提前申请延期。", by=people.zhoujun, at=march(4, 13))
    duty.refresh_from_db()
    assert (duty.state, duty.decided_by, duty.decided_at, duty.remind_at) == (
        state, people.zhoujun, march(4, 13), None,
    )  # fmt: skip
    case = duty.complaint
    assert clock_of(case, "resolve").breached_at == march(3, 9)
    assert not Clock.objects.running().filter(complaint=case, kind__startswith="overrun").exists()
    assert told(f"overrun_{state}", case) == {"wanggong", "sungong"}
    asked = Notification.objects.filter(complaint=case, kind__in=["overrun_opened", "overrun_explained"])
    assert not asked.filter(read_at=None).exists()


def test_not_accepting_needs_words(late, office_of_jinxiu):
    duty = explain(late(), office_of_jinxiu.wanggong, march(4, 11))
    with pytest.raises(Refused) as refusal:
        actions.decline_overrun(duty, comment=" ", by=office_of_jinxiu.zhoujun, at=march(4, 13))
    assert refusal.value.field == "comment"


def test_only_the_approver_or_a_role_above_decides_and_only_once_it_is_explained(late, office_of_jinxiu):
    people = office_of_jinxiu
    duty = late()
    with pytest.raises(Refused):
        actions.accept_overrun(duty, by=people.zhoujun, at=march(4, 11))
    explain(duty, people.wanggong, march(4, 11))
    for other in (people.chenfang, people.sungong, people.limin, people.wanggong):
        with pytest.raises(WrongPerson):
            actions.accept_overrun(duty, by=other, at=march(4, 12))
    actions.accept_overrun(duty, by=people.wuzong, at=march(4, 12))
    with pytest.raises(Refused):
        actions.decline_overrun(duty, comment="不行", by=people.zhoujun, at=march(4, 13))


def test_a_manager_does_not_decide_on_his_own_overrun_while_there_is_another(
    case_in, office_of_jinxiu, admin
):
    people = office_of_jinxiu
    case = case_in("recorded", at=MONDAY)
    actions.classify(
        case, severity="minor", category=case.category, handler=people.zhoujun, by=people.chenfang,
        at=march(2, 10),
    )  # fmt: skip
    actions.accept(case, note=OPINION, by=people.zhoujun, at=march(2, 11))
    actions.handle(case, note="已更换水管。", evidence="业主签字", by=people.zhoujun, at=HANDLED)
    duty = explain(case.overruns.get(), people.zhoujun, march(4, 11))
    assert told("overrun_explained", case) == {"wuzong"}
    with pytest.raises(WrongPerson):
        actions.accept_overrun(duty, by=people.zhoujun, at=march(4, 12), alone_because="没有别人")
    office.close_login(people.wuzong, by=admin, at=march(4, 12))
    with pytest.raises(Refused) as refusal:
        actions.accept_overrun(duty, by=people.zhoujun, at=march(4, 13))
    assert refusal.value.field == "alone_because"
    actions.accept_overrun(duty, by=people.zhoujun, at=march(4, 13), alone_because="总经理空缺")
    duty.refresh_from_db()
    assert (duty.state, duty.alone_because) == ("accepted", "总经理空缺")
    assert case.events.get(kind="overrun_accepted").params["alone_because"] == "总经理空缺"


def test_an_absent_approvers_deputy_decides(late, office_of_jinxiu):
    people = office_of_jinxiu
    office.leave_office(
        people.zhoujun, deputy=people.chenfang, starts_at=march(4, 8), ends_at=march(6), by=people.zhoujun
    )
    duty = explain(late(), people.wanggong, march(4, 11))
    assert told("overrun_explained", duty.complaint) == {"chenfang"}
    actions.accept_overrun(duty, by=people.chenfang, at=march(4, 12))


def test_where_nobody_can_decide_the_administrators_are_told(late, office_of_jinxiu, admin):
    people = office_of_jinxiu
    duty = late()
    for manager in (people.zhoujun, people.wuzong):
        office.close_login(manager, by=admin, at=march(4, 10, 30))
    explain(duty, people.wanggong, march(4, 11))
    assert told("undecided", None) == {"admin"}
