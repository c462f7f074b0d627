"""The cause at the handling, and its analysis by the department that knows (W17, G12)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist

from complaints import actions
from complaints.actions import causes
from complaints.actions.current_policy import current_policy
from complaints.actions.policy_versions import save_policy
from complaints.actions.situations import analysis_of
from complaints.models import Cause, Complaint, Notification
from complaints.policy import DEFAULTS
from complaints.policy_fields import faults, with_values
from config.framework.refusals import Refused
from staff.models import Department
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, march, person

HANDLED = march(2, 12)
DONE: dict[str, Any] = {"note": "更换了水管，试水不漏。", "evidence": "业主签字"}


@pytest.fixture
def cause(db) -> Cause:
    return Cause.objects.create(code="quality", zh="房屋及设备设施质量", en="Building and equipment quality")


def kinds(case: Complaint) -> list[str]:
    return list(case.events.order_by("pk").values_list("kind", flat=True))


def inbox(user: Any) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


# The cause --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("severity", ["important", "major"])
def test_a_grave_case_is_not_handled_without_its_cause(severity, case_in, cause, wanggong):
    case = case_in("acting", severity=severity)
    with pytest.raises(Refused, match="原因") as refusal:
        actions.handle(case, **DONE, by=wanggong, at=HANDLED)
    assert refusal.value.field == "cause"
    case.refresh_from_db()
    assert case.status == "acting"
    actions.handle(case, **DONE, cause=cause, by=wanggong, at=HANDLED)
    case.refresh_from_db()
    assert (case.status, case.cause) == ("handled", cause)
    assert case.history.latest().cause_id == cause.pk


def test_a_minor_case_needs_no_cause_and_owes_no_analysis(case_in, cause, wanggong):
    case = actions.handle(case_in("acting", severity="minor"), **DONE, by=wanggong, at=HANDLED)
    assert case.cause is None
    assert analysis_of(case) is None


def test_what_was_chosen_when_it_was_taken_is_enough(case_in, cause, wanggong):
    case = actions.handle(case_in("acting", cause=cause), **DONE, by=wanggong, at=HANDLED)
    assert case.cause == cause


def test_a_company_without_causes_is_asked_for_none(case_in, cause, wanggong):
    Cause.objects.update(is_active=False)
    assert actions.handle(case_in("acting"), **DONE, by=wanggong, at=HANDLED).status == "handled"


def test_the_rules_say_from_which_severity_on(case_in, cause, wanggong, admin):
    rules = with_values(DEFAULTS, {"thorough.cause.minor": True, "thorough.cause.important": False})
    save_policy(rules, started_from=current_policy().number, note="按公司规定", by=admin, at=march(1))
    with pytest.raises(Refused):
        actions.handle(case_in("acting", severity="minor"), **DONE, by=wanggong, at=HANDLED)
    assert actions.handle(case_in("acting"), **DONE, by=wanggong, at=HANDLED).status == "handled"


def test_an_edit_does_not_take_the_cause_from_what_was_handled_with_it(case_in, cause, wanggong, limin):
    case = actions.handle(case_in("acting"), **DONE, cause=cause, by=wanggong, at=HANDLED)
    with pytest.raises(Refused) as refusal:
        actions.edit(case, {"cause": None}, version=case.version, by=limin, at=HANDLED + HOUR)
    assert refusal.value.field == "cause"
    other = Cause.objects.create(code="service", zh="物业服务不到位", en="Service not delivered")
    case = actions.edit(case, {"cause": other}, version=case.version, by=limin, at=HANDLED + HOUR)
    assert case.cause == other


# The analysis -----------------------------------------------------------------------------------------


@pytest.fixture
def handled(case_in, cause, wanggong) -> Complaint:
    return actions.handle(case_in("acting"), **DONE, cause=cause, by=wanggong, at=HANDLED)


def test_a_handled_case_owes_the_analysis_of_its_department(handled, engineering, wanggong, sungong):
    row = analysis_of(handled)
    assert row is not None
    assert (row.department, row.asked_by, row.due_at) == (engineering, None, HANDLED + 3 * DAY)
    assert "analysis_asked" in inbox(sungong)
    assert "analysis_asked" in inbox(wanggong)  # what he is asked for himself, though he has just acted
    assert kinds(handled)[-2:] == ["handled", "analysis_asked"]


def test_the_handler_writes_it_and_corrects_it_until_the_case_is_closed(handled, office_of_jinxiu):
    o = office_of_jinxiu
    actions.analyse(handled, equipment="接头使用 12 年老化", by=o.wanggong, at=HANDLED + HOUR)
    with pytest.raises(Refused, match="改动"):
        actions.analyse(handled, equipment="接头使用 12 年老化", by=o.wanggong, at=HANDLED + HOUR)
    actions.analyse(handled, equipment="接头老化", method="未列入巡检", by=o.sungong, at=HANDLED + 2 * HOUR)
    row = analysis_of(handled)
    assert row is not None
    assert [words for _label, words in row.aspects] == ["接头老化", "未列入巡检"]
    assert (row.written_at, row.written_by) == (HANDLED + HOUR, o.sungong)
    assert list(row.history.order_by("history_id").values_list("equipment", flat=True)) == [
        "", "接头使用 12 年老化", "接头老化",
    ]  # fmt: skip
    assert kinds(handled)[-2:] == ["analysis_written", "analysis_changed"]
    actions.reply(handled, note="已修好。", method="phone", by=o.limin, at=HANDLED + 3 * HOUR)
    good = actions.Answers(satisfaction=5)
    actions.revisit(handled, answers=good, method="phone", by=o.chenfang, at=HANDLED + 4 * HOUR)
    with pytest.raises(Refused, match="办结"):
        actions.analyse(handled, equipment="改口", by=o.wanggong, at=HANDLED + 5 * HOUR)


def test_what_was_never_written_is_owed_after_the_end(handled, office_of_jinxiu):
    o = office_of_jinxiu
    actions.reply(handled, note="已修好。", method="phone", by=o.limin, at=HANDLED + HOUR)
    good = actions.Answers(satisfaction=5)
    actions.revisit(handled, answers=good, method="phone", by=o.chenfang, at=HANDLED + 2 * HOUR)
    actions.analyse(handled, people="夜班无人巡查", by=o.wanggong, at=HANDLED + 3 * HOUR)
    with pytest.raises(Refused):
        actions.analyse(handled, people="另一种说法", by=o.wanggong, at=HANDLED + 4 * HOUR)


def test_it_needs_one_of_the_five_aspects(handled, wanggong):
    with pytest.raises(Refused, match="一项"):
        actions.analyse(handled, people=" ", by=wanggong, at=HANDLED + HOUR)


def test_another_department_is_asked_and_then_it_alone_writes(handled, jinxiu, office_of_jinxiu):
    o = office_of_jinxiu
    cleaning = Department.objects.create(estate=jinxiu, name="保洁部", name_en="Cleaning")
    head = person("heiyi", "何一", Role.DEPARTMENT_HEAD, department=cleaning)
    due = HANDLED + 2 * DAY
    actions.ask_analysis(handled, department=cleaning, due_at=due, by=o.chenfang, at=HANDLED + HOUR)
    assert "analysis_asked" in inbox(head)
    with pytest.raises(Refused, match="部门"):
        actions.analyse(handled, people="不知道", by=o.wanggong, at=HANDLED + 2 * HOUR)
    actions.analyse(handled, people="新人未培训", by=head, at=HANDLED + 2 * HOUR)
    row = analysis_of(handled)
    assert row is not None
    assert (row.department, row.written_by) == (cleaning, head)
    assert "analysis_written" in inbox(o.chenfang)  # who asked hears of it


def test_nobody_is_asked_for_the_past_or_a_strange_department(handled, cuihu, chenfang):
    with pytest.raises(Refused) as refusal:
        actions.ask_analysis(handled, due_at=HANDLED, by=chenfang, at=HANDLED + HOUR)
    assert refusal.value.field == "due_at"
    strange = Department.objects.create(estate=cuihu, name="工程部", name_en="Engineering")
    with pytest.raises(Refused) as refusal:
        actions.ask_analysis(
            handled, department=strange, due_at=HANDLED + DAY, by=chenfang, at=HANDLED + HOUR
        )
    assert refusal.value.field == "department"


def test_the_next_round_owes_an_analysis_of_its_own(handled, office_of_jinxiu, engineering):
    o = office_of_jinxiu
    actions.analyse(handled, equipment="接头老化", by=o.wanggong, at=HANDLED + HOUR)
    actions.reply(handled, note="已修好。", method="phone", by=o.limin, at=HANDLED + 2 * HOUR)
    actions.dispute(handled, note="又漏了", by=o.limin, at=HANDLED + 3 * HOUR)
    handled.refresh_from_db()
    assert analysis_of(handled) is None
    actions.classify(
        handled, severity="important", category=handled.category, handler=o.wanggong, department=engineering,
        by=o.chenfang, at=HANDLED + 4 * HOUR,
    )  # fmt: skip
    actions.accept(handled, note="重做", by=o.wanggong, at=HANDLED + 5 * HOUR)
    actions.handle(handled, **DONE, by=o.wanggong, at=HANDLED + 6 * HOUR)
    row = analysis_of(handled)
    assert row is not None
    assert row.is_owed
    assert handled.analyses.count() == 2


def test_what_is_owed_is_reminded_of_and_climbs(handled, office_of_jinxiu):
    o, due = office_of_jinxiu, HANDLED + 3 * DAY
    assert causes.remind_due(due - DAY) == 0  # three quarters of the time are not gone yet
    assert causes.remind_due(due - 18 * HOUR) == 1
    assert inbox(o.sungong).count("analysis_soon") == 1
    assert causes.remind_due(due - MINUTE) == 0
    assert causes.remind_due(due) == 1
    assert (inbox(o.sungong).count("analysis_over"), inbox(o.chenfang).count("analysis_over")) == (1, 1)
    assert "analysis_over" not in inbox(o.zhoujun)
    assert causes.remind_due(due + 8 * DAY) == 1  # after an outage the last step alone
    assert inbox(o.zhoujun).count("analysis_over") == 1
    assert inbox(o.wuzong).count("analysis_over") == 1
    assert causes.remind_due(due + 14 * DAY) == 0
    assert causes.remind_due(due + 15 * DAY) == 1  # once a week
    assert kinds(handled).count("analysis_reminded") == 4
    actions.analyse(handled, equipment="接头老化", by=o.wanggong, at=due + 16 * DAY)
    assert causes.remind_due(due + 40 * DAY) == 0


def test_nothing_is_owed_on_what_was_withdrawn(handled, office_of_jinxiu):
    actions.withdraw(
        handled, note="不再追究", confirmed_by="phone", by=office_of_jinxiu.limin, at=HANDLED + HOUR
    )
    causes.remind_due(HANDLED + 10 * DAY)
    assert "analysis_over" not in inbox(office_of_jinxiu.sungong)
    with pytest.raises(Refused):
        actions.analyse(handled, people="-", by=office_of_jinxiu.wanggong, at=HANDLED + DAY)


def test_a_case_without_one_has_none(case_in):
    with pytest.raises(ObjectDoesNotExist):
        _ = case_in("acting").cycles.get().analysis


def test_where_a_head_is_not_there_whoever_is_asked_instead_writes_it(handled, jinxiu, office_of_jinxiu):
    o = office_of_jinxiu
    cleaning = Department.objects.create(estate=jinxiu, name="保洁部", name_en="Cleaning")
    ask: dict[str, Any] = {"department": cleaning, "due_at": HANDLED + 2 * DAY, "by": o.chenfang}
    actions.ask_analysis(handled, **ask, at=HANDLED + HOUR)
    assert "analysis_asked" in inbox(o.zhoujun)
    with pytest.raises(Refused, match="部门"):
        actions.analyse(handled, people="不知道", by=o.wuzong, at=HANDLED + 2 * HOUR)
    actions.analyse(handled, people="新人未培训", by=o.zhoujun, at=HANDLED + 2 * HOUR)
    row = analysis_of(handled)
    assert row is not None
    assert row.written_by == o.zhoujun


def test_where_a_head_is_there_the_property_manager_does_not_write_it(handled, jinxiu, office_of_jinxiu):
    o = office_of_jinxiu
    cleaning = Department.objects.create(estate=jinxiu, name="保洁部", name_en="Cleaning")
    person("heiyi", "何一", Role.DEPARTMENT_HEAD, department=cleaning)
    actions.ask_analysis(
        handled, department=cleaning, due_at=HANDLED + 2 * DAY, by=o.chenfang, at=HANDLED + HOUR
    )
    with pytest.raises(Refused, match="部门"):
        actions.analyse(handled, people="不知道", by=o.zhoujun, at=HANDLED + 2 * HOUR)


def test_another_firm_that_cannot_read_the_case_is_not_asked(handled, jinxiu, chenfang):
    firm = Department.objects.create(estate=jinxiu, name="电梯维保", name_en="Lifts", is_contractor=True)
    with pytest.raises(Refused) as refusal:
        actions.ask_analysis(handled, department=firm, due_at=HANDLED + DAY, by=chenfang, at=HANDLED + HOUR)
    assert refusal.value.field == "department"


def test_the_days_of_a_measure_are_a_year_at_most(db):
    path = "thorough.check_after_days"
    assert path in faults(with_values(DEFAULTS, {path: 367}))
    assert path not in faults(with_values(DEFAULTS, {path: 366}))
