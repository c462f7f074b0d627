"""Measures and analyses at their edges: contractors, rounds that are done, leavers, cases that give none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints import actions
from complaints.actions import causes, measures_due, told_estates
from complaints.actions import measures as acts
from complaints.actions.measure_rows import may_set_on
from complaints.actions.measures import Plan
from complaints.actions.situations import analysis_of
from complaints.actions.visibility import roles_on
from complaints.measures import ACTS, State
from complaints.models import Cause, Complaint, Measure, Notification, ToldEstate
from complaints.views import measures as pages
from complaints.views.case import page as case_page
from complaints.views.lists import measures as lists
from config.framework.refusals import Refused
from staff.models import Department
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import DAY, march, person

ENGLISH = {"accept-language": "en"}
NOW = march(4)


@pytest.fixture
def plan(wanggong, engineering) -> Any:
    def made(**said: Any) -> Plan:
        usual: dict[str, Any] = {
            "root_cause": "接头老化", "what": "满十年更换", "kind": "repair", "owner": wanggong,
            "due_at": march(20), "department": engineering,
        }  # fmt: skip
        return Plan(**(usual | said))

    return made


@pytest.fixture
def leak(case_in) -> Complaint:
    return case_in("acting")


@pytest.fixture
def measure(leak, plan, sungong) -> Measure:
    return acts.set_measure(plan(), cases=[leak], by=sungong, at=march(3))


@pytest.fixture
def pages_now(monkeypatch) -> None:
    for module in (pages, lists, case_page):
        monkeypatch.setattr(module, "now", lambda: NOW)


def read(client: Client, person: Any, name: str, *args: Any, **said: Any) -> Any:
    client.force_login(person)
    return client.get(reverse(name, args=args), said, headers=ENGLISH)


def inbox(user: Any) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


# A contractor's people ----------------------------------------------------------------------------------


@pytest.fixture
def firm(jinxiu, leak, plan, chenfang) -> SimpleNamespace:
    """A measure that a firm does, with the firm's head and its worker."""
    lifts = Department.objects.create(estate=jinxiu, name="电梯维保", name_en="Lifts", is_contractor=True)
    head = person("fangzong", "方总", Role.DEPARTMENT_HEAD, department=lifts)
    worker = person("liugong", "刘工", Role.HANDLER, department=lifts)
    row = acts.set_measure(plan(owner=worker, department=lifts), cases=[leak], by=chenfang, at=march(3))
    return SimpleNamespace(head=head, worker=worker, measure=row)


@pytest.mark.parametrize("state", [State.PROPOSED, State.OPEN, State.TO_CHECK, State.EFFECTIVE])
@pytest.mark.parametrize("verb", list(ACTS))
def test_a_firm_does_its_measure_and_neither_steers_nor_checks_it(verb, state, firm):
    firm.measure.state = state
    head, worker = (permissions_of(one, NOW) for one in (firm.head, firm.worker))
    assert verb not in pages.acts_on(firm.measure, head)
    assert verb in ("do", "add_case") or verb not in pages.acts_on(firm.measure, worker)
    assert Measure.objects.visible_to(head).filter(pk=firm.measure.pk).exists()


def test_its_head_is_refused_by_the_acts_themselves(firm, cuihu):
    said: dict[str, Any] = {"by": firm.head, "at": march(5)}
    for act, words in (
        (acts.change, {"note": "太赶", "due_at": march(25)}),
        (acts.withdraw, {"note": "不做了"}),
        (told_estates.tell, {"estates": [cuihu]}),
        (acts.do, {"note": "做好了"}),
    ):
        with pytest.raises(Refused, match="“"):
            act(firm.measure, **words, **said)
    acts.do(firm.measure, note="做好了", by=firm.worker, at=march(5))
    with pytest.raises(Refused, match="“"):
        acts.check(firm.measure, effective=True, note="好", by=firm.head, at=march(5) + 31 * DAY)


# The analysis of a next cycle ---------------------------------------------------------------------------


@pytest.fixture
def owing(case_in, wanggong) -> Complaint:
    cause = Cause.objects.create(code="quality", zh="设施质量", en="Equipment quality")
    case = case_in("acting")
    return actions.handle(
        case, note="已更换。", evidence="业主签字", cause=cause, by=wanggong, at=march(2, 12)
    )


def disputed(case: Complaint, limin: Any) -> Complaint:
    actions.reply(case, note="已修好。", method="phone", by=limin, at=march(2, 13))
    actions.dispute(case, note="又漏了", by=limin, at=march(2, 14))
    case.refresh_from_db()
    return case


def test_what_is_owed_goes_over_to_the_next_cycle_and_is_written_there(owing, engineering, office_of_jinxiu):
    o = office_of_jinxiu
    before = analysis_of(owing)
    case = disputed(owing, o.limin)
    row = analysis_of(case)
    assert row is not None
    assert before is not None
    assert (row.pk, row.cycle.number, case.analyses.count()) == (before.pk, 2, 1)
    assert row.due_at >= before.due_at
    actions.classify(
        case, severity="important", category=case.category, handler=o.wanggong, department=engineering,
        by=o.chenfang, at=march(2, 15),
    )  # fmt: skip
    actions.accept(case, note="重做", by=o.wanggong, at=march(2, 16))
    actions.analyse(case, equipment="接头老化", by=o.wanggong, at=march(2, 17))
    assert not case.analyses.filter(written_at=None).exists()
    assert causes.remind_due(march(30)) == 0


def test_nobody_is_chased_for_the_row_of_a_past_cycle(owing, limin, sungong):
    first = owing.cycles.get()
    case = disputed(owing, limin)
    case.analyses.update(cycle=first)  # as rows were left before
    assert causes.remind_due(march(20)) == 1
    assert "analysis_over" not in inbox(sungong)
    assert causes.remind_due(march(30)) == 0


# A round that is done -----------------------------------------------------------------------------------


def test_what_was_done_is_not_rewritten(measure, chenfang, sungong, wanggong):
    acts.do(measure, note="好了", by=wanggong, at=march(5))
    for field, changed in (("owner", {"owner": sungong}), ("what", {"what": "另一种做法"})):
        with pytest.raises(Refused) as refusal:
            acts.change(measure, note="改", **changed, by=chenfang, at=march(6))
        assert refusal.value.field == field
    acts.change(measure, note="查明", root_cause="管材批次问题", by=chenfang, at=march(6))
    part = measure.rounds.get()
    assert (part.owner, part.what) == (wanggong, "满十年更换")


def test_whoever_was_responsible_before_does_not_check(measure, chenfang, sungong, zhoujun, wanggong):
    acts.change(measure, note="我来", owner=chenfang, by=zhoujun, at=march(4))
    acts.change(measure, note="还是他", owner=wanggong, by=zhoujun, at=march(5))
    acts.do(measure, note="好了", by=wanggong, at=march(6))
    since = measure.rounds.get().check_from
    with pytest.raises(Refused):
        acts.check(measure, effective=True, note="好", by=chenfang, at=since)
    assert acts.check(measure, effective=True, note="好", by=sungong, at=since).state == State.EFFECTIVE


def test_who_did_an_earlier_round_does_not_check_a_later_one(measure, chenfang, sungong, wanggong):
    acts.do(measure, note="好了", by=sungong, at=march(5))
    acts.check(measure, effective=False, note="又漏", due_at=march(18), by=chenfang, at=march(7))
    acts.do(measure, note="再来", by=wanggong, at=march(8))
    since = measure.rounds.get(number=2).check_from
    with pytest.raises(Refused):
        acts.check(measure, effective=True, note="好", by=sungong, at=since)


# Withdrawn ----------------------------------------------------------------------------------------------


def test_estates_told_of_what_is_withdrawn_owe_nothing(measure, cuihu, wuzong, chenfang, stranger):
    told_estates.tell(measure, estates=[cuihu], by=wuzong, at=march(4))
    told = ToldEstate.objects.get()
    here = permissions_of(stranger, NOW)
    assert Measure.objects.filter(lists.waiting_for(here)).exists()
    acts.withdraw(measure, note="整体改造", by=chenfang, at=march(5))
    assert inbox(stranger)[-1] == "measure_withdrawn"
    assert measures_due.remind_due(march(30)) == 0
    told.refresh_from_db()
    assert not Measure.objects.filter(lists.waiting_for(here)).exists()
    assert not told_estates.may_answer(told, here)
    with pytest.raises(Refused):
        told_estates.answer(told, reply="applies", note="好", by=stranger, at=march(6))


# Leavers ------------------------------------------------------------------------------------------------


def test_a_leavers_measures_go_over_with_his_cases(measure, office_of_jinxiu):
    o = office_of_jinxiu
    moved, left = actions.transfer_duties(o.wanggong, to=o.sungong, note="离职", by=o.chenfang, at=march(5))
    measure.refresh_from_db()
    assert (measure in moved, left, measure.owner, measure.rounds.get().owner) == (
        True, [], o.sungong, o.sungong,
    )  # fmt: skip
    assert "measure_set" in inbox(o.sungong)


def test_what_a_leaver_has_done_stays_his(measure, office_of_jinxiu):
    o = office_of_jinxiu
    acts.do(measure, note="好了", by=o.wanggong, at=march(4))
    actions.transfer_duties(o.wanggong, to=o.sungong, note="离职", by=o.chenfang, at=march(5))
    measure.refresh_from_db()
    assert (measure.owner, measure.rounds.get().owner) == (o.sungong, o.wanggong)


def test_the_page_of_his_duties_lists_them(measure, client, zhoujun, wanggong, sungong):
    client.force_login(zhoujun)
    page = client.get(reverse("person_duties", args=[wanggong.pk]), headers=ENGLISH)
    assert measure.number in page.content.decode()


def test_the_head_is_reminded_where_the_owner_has_left(measure, wanggong, sungong):
    wanggong.is_active = False
    wanggong.save()
    assert measures_due.remind_due(march(16)) == 1
    assert inbox(sungong)[-1] == "measure_due_soon"


# The cases it comes from --------------------------------------------------------------------------------


def test_a_case_that_gives_none_has_no_button_and_is_refused(case_in, leak, plan, chenfang):
    early, wrong = case_in("classified"), case_in("acting")
    wrong = actions.void(wrong, note="重复录入", by=chenfang, at=march(3))
    held = permissions_of(chenfang, march(3))
    for case in (early, wrong):
        assert not may_set_on(case, roles_on(case, held))
        with pytest.raises(Refused) as refusal:
            acts.set_measure(plan(), cases=[leak, case], by=chenfang, at=march(3))
        assert refusal.value.field == "cases"
    assert not Measure.objects.exists()
    assert may_set_on(leak, roles_on(leak, held))


def test_the_locked_row_decides(case_in, plan, chenfang):
    """What has become void while the form was open."""
    case = case_in("acting")
    stale = Complaint.objects.select_related("estate").get(pk=case.pk)
    actions.void(case, note="重复录入", by=chenfang, at=march(3))
    with pytest.raises(Refused):
        acts.set_measure(plan(), cases=[stale], by=chenfang, at=march(3, 10))


@pytest.fixture
def head_of_all(leak, office_of_jinxiu) -> Any:
    """The head of a headquarters department, to which the case has been given."""
    quality = Department.objects.create(name="品质部", estate=None)
    head = person("pinzhi", "品总", Role.DEPARTMENT_HEAD, department=quality)
    leak.department = quality
    leak.save()
    return head


def test_a_head_of_headquarters_sets_one_where_the_button_stands(
    pages_now, leak, plan, client, head_of_all, wanggong, engineering
):
    page = read(client, head_of_all, "case", leak.number).content.decode()
    assert f"{reverse('measure_new')}?case={leak.number}" in page
    assert read(client, head_of_all, "measure_new", case=leak.number).status_code == 200
    said = {
        "cases": leak.number, "case": leak.number, "root_cause": "老化", "what": "更换", "kind": "repair",
        "owner": f"{wanggong.pk}-{engineering.pk}", "due_at": "2026-03-20T09:00",
    }  # fmt: skip
    sent = client.post(reverse("measure_new"), said, headers=ENGLISH)
    assert sent.status_code == 302, sent.context["form"].errors
    assert client.get(sent.url, headers=ENGLISH).status_code == 200  # and reads what he has set
    assert read(client, head_of_all, "measure_new").url == reverse("measures")


# Follow-ups and bulletins -------------------------------------------------------------------------------


def test_its_words_are_for_who_reads_the_case(
    pages_now, case_in, plan, client, office_of_jinxiu, stranger, cuihu
):
    o = office_of_jinxiu
    case = case_in("replied")
    actions.add_follow_up(case, note="楼道灯也坏了", department=case.department, by=o.limin, at=march(2, 12))
    follow_up = case.follow_ups.get()
    row = acts.set_measure(plan(), follow_up=follow_up, by=o.chenfang, at=march(3))
    assert "楼道灯也坏了" in read(client, o.chenfang, "measure", row.pk).content.decode()
    told_estates.tell(row, estates=[cuihu], by=o.wuzong, at=march(3))
    page = read(client, stranger, "measure", row.pk)
    assert page.status_code == 200
    assert "楼道灯也坏了" not in page.content.decode()
    button = f"{reverse('measure_new')}?follow_up={follow_up.pk}"
    assert button in read(client, o.chenfang, "case", case.number).content.decode()
    assert button not in read(client, o.limin, "case", case.number).content.decode()


def test_a_bulletin_leads_to_a_measure(pages_now, case_in, client, chenfang, limin):
    case = case_in("acting", at=march(2, 9), facts={"lawsuit_threatened": True})
    actions.issue_bulletin(
        case, note="已停用", measures="围挡", help_needed="备件", by=chenfang, at=march(2, 12)
    )
    issued = case.bulletins.get()
    button = f"{reverse('measure_new')}?bulletin={issued.pk}"
    assert button in read(client, chenfang, "bulletin", issued.pk).content.decode()
    assert read(client, chenfang, "measure_new", bulletin=issued.pk).status_code == 200
    assert button not in read(client, limin, "bulletin", issued.pk).content.decode()
