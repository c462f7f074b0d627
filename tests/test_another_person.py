"""What one person may not do alone, or after having done the work (domain.md 1, 3 and 5; K7, K13)."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.models import Complaint
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff import actions as office
from staff.models import User
from staff.roles import Role
from tests.cast import BEFORE, DAY, HOUR, OPINION, march
from tests.everybody import NOW, START
from tests.looking import ring, running, told, told_at

pytestmark = pytest.mark.django_db


def test_who_handled_it_does_not_revisit_it(case_in, office_of_jinxiu, jinxiu):
    people = office_of_jinxiu
    office.post(people.wanggong, Role.FRONT_DESK, at=BEFORE, estate=jinxiu)
    case = case_in("replied", at=START)
    good = {"answers": actions.Answers(satisfaction=5), "method": "phone", "by": people.wanggong, "at": NOW}
    with pytest.raises(WrongPerson) as refusal:
        actions.revisit(case, alone_because="没别人", **good)
    assert "陈芳" in str(refusal.value)  # and says who could
    with pytest.raises(WrongPerson):
        actions.try_revisit(case, note="无人接听", by=people.wanggong, at=NOW)
    with pytest.raises(WrongPerson):
        actions.except_revisit(case, exception="refused", note="拒访", by=people.wanggong, at=NOW)


def test_whoever_did_some_of_the_work_does_not_revisit_it(case_in, office_of_jinxiu, engineering, admin):
    people = office_of_jinxiu
    words = {"answers": actions.Answers(satisfaction=5), "method": "phone"}

    def finish(case: Complaint, by: User) -> None:
        actions.handle(case, note="已修好", evidence="签字", by=by, at=march(2, 14))
        actions.reply(case, note="已修好", method="phone", by=people.chenfang, at=march(2, 15))
        with pytest.raises(WrongPerson):
            actions.revisit(case, by=people.limin, at=march(2, 16), **words)

    passed_on = case_in("acting", at=START)
    for handler, hour in ((people.limin, 11), (people.wanggong, 12)):
        actions.reassign(
            passed_on,
            handler=handler,
            department=engineering,
            note="换人",
            by=people.chenfang,
            at=march(2, hour),
        )
        actions.accept(passed_on, note=OPINION, by=handler, at=march(2, hour, 30))
    finish(passed_on, people.wanggong)
    office.leave_office(people.wanggong, starts_at=BEFORE, ends_at=march(5), deputy=people.limin, by=admin)
    stood_in = case_in("acting", at=START)
    finish(stood_in, people.limin)
    actions.dispute(stood_in, note="又漏了", by=None, at=march(3))  # what he did then is past
    actions.classify(
        stood_in,
        severity="important",
        category=None,
        handler=people.sungong,
        by=people.chenfang,
        at=march(3, 10),
    )
    actions.accept(stood_in, note=OPINION, by=people.sungong, at=march(3, 11))
    actions.handle(stood_in, note="已修好", evidence="签字", by=people.sungong, at=march(3, 12))
    actions.reply(stood_in, note="已修好", method="phone", by=people.chenfang, at=march(3, 13))
    assert actions.revisit(stood_in, by=people.limin, at=march(3, 14), **words).status == "closed"


def test_from_whom_accepted_work_was_taken_does_not_revisit_it(
    case_in, office_of_jinxiu, jinxiu, engineering, admin
):
    """Whoever wrote for him while he was away: it was his work, until it was given to another."""
    people = office_of_jinxiu
    office.post(people.wanggong, Role.FRONT_DESK, at=BEFORE, estate=jinxiu)
    words = {"answers": actions.Answers(satisfaction=5), "method": "phone"}

    def given_on(accepted: bool) -> Complaint:
        case = case_in("classified", at=START)
        if accepted:
            actions.accept(case, note=OPINION, by=people.sungong, at=march(2, 10))  # the head, for him
        to = {"handler": people.sungong, "department": engineering, "note": "另有任务"}
        actions.reassign(case, by=people.chenfang, at=march(2, 11), **to)
        actions.accept(case, note=OPINION, by=people.sungong, at=march(2, 12))
        actions.handle(case, note="已修好", evidence="签字", by=people.sungong, at=march(2, 14))
        return actions.reply(case, note="已修好", method="phone", by=people.limin, at=march(2, 15))

    with pytest.raises(WrongPerson):
        actions.revisit(given_on(accepted=True), by=people.wanggong, at=march(2, 16), **words)
    closed = actions.revisit(given_on(accepted=False), by=people.wanggong, at=march(2, 16), **words)
    assert closed.status == "closed"


def test_where_nobody_else_is_there_one_may_and_says_why(case_in, office_of_jinxiu, jinxiu, admin):
    people = office_of_jinxiu
    office.post(people.wanggong, Role.FRONT_DESK, at=BEFORE, estate=jinxiu)
    case = case_in("replied", at=START)
    for manager in (people.chenfang, people.zhoujun, people.wuzong):
        office.end_posting(manager.postings.get(), at=march(2, 11), by=admin)
    good = {"answers": actions.Answers(satisfaction=5), "method": "phone", "by": people.wanggong, "at": NOW}
    with pytest.raises(Refused) as refusal:
        actions.revisit(case, **good)
    assert refusal.value.field == "alone_because"
    actions.revisit(case, alone_because="项目仅三人，其余休假", **good)
    assert case.events.get(kind="revisited").params["alone_because"] == "项目仅三人，其余休假"


def test_not_reached_needs_three_documented_tries_of_this_cycle(case_in, office_of_jinxiu):
    chenfang = office_of_jinxiu.chenfang
    case = case_in("replied", at=START)
    give_up = {"exception": "unreachable", "note": "三次未接通", "by": chenfang}
    for n in range(3):
        with pytest.raises(Refused):
            actions.except_revisit(case, at=march(3 + n, 10), **give_up)
        actions.try_revisit(case, note="无人接听", by=chenfang, at=march(3 + n, 9))
    assert actions.except_revisit(case, at=march(5, 10), **give_up).status == "closed"
    assert not case.events.filter(kind="revisit_late").exists()


def test_after_the_first_try_the_others_have_seven_days_and_the_supervisor_hears_when_they_are_over(
    case_in, office_of_jinxiu
):
    chenfang = office_of_jinxiu.chenfang
    case = case_in("replied", at=march(2, 9))
    case = actions.try_revisit(case, note="无人接听", by=chenfang, at=march(3, 9))
    case = actions.try_revisit(case, note="无人接听", by=chenfang, at=march(4, 9))
    assert running(case) == {"tries": march(10, 9)}
    assert (case.next_due_at, case.next_due_kind) == (march(10, 9), "tries")
    ring(march(10, 9))
    assert {"chenfang", "zhoujun"} <= told_at(case, "tries", "over")
    actions.revisit(
        case, answers=actions.Answers(satisfaction=5), method="phone", by=chenfang, at=march(10, 10)
    )
    assert running(case) == {}


def test_three_calls_in_a_row_are_one_try(case_in, office_of_jinxiu):
    chenfang = office_of_jinxiu.chenfang
    case = case_in("replied", at=START)
    give_up = {"exception": "unreachable", "note": "三次未接通", "by": chenfang}
    for hour, minute in ((9, 0), (9, 1), (9, 2), (13, 0)):
        actions.try_revisit(case, note="无人接听", by=chenfang, at=march(3, hour, minute))
    with pytest.raises(Refused) as refusal:
        actions.except_revisit(case, at=march(3, 14), **give_up)
    assert refusal.value.field == "exception"
    actions.try_revisit(case, note="无人接听", by=chenfang, at=march(11, 9))
    assert actions.except_revisit(case, at=march(11, 10), **give_up).status == "closed"
    assert case.events.filter(kind="revisit_late").exists()


def test_who_asks_for_time_or_money_decides_neither(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=START)
    request = actions.ask_extension(
        case,
        clock="resolve",
        reason="parts",
        note="等配件",
        new_due_at=march(4, 9),
        by=people.zhoujun,
        at=NOW,
        not_told_because="电话未接通",
    )
    assert request.approver_role == Role.GENERAL_MANAGER  # the manager himself asks: the next one up
    for decide in (actions.approve_extension, actions.decline_extension):
        with pytest.raises(WrongPerson):
            decide(request, comment="行", by=people.zhoujun, at=NOW)
    money = actions.propose_compensation(case, amount=1000, note="误工", by=people.zhoujun, at=NOW)
    with pytest.raises(WrongPerson):
        actions.decide_compensation(money, approve=True, by=people.zhoujun, at=NOW)
    with pytest.raises(WrongPerson):
        actions.decide_compensation(money, approve=True, by=people.chenfang, at=NOW)
    actions.decide_compensation(money, approve=True, by=people.wuzong, at=NOW)
    actions.approve_extension(request, by=people.wuzong, at=NOW)


def test_who_is_complained_about_decides_on_no_request(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=START)
    request = actions.ask_extension(
        case,
        clock="resolve",
        reason="parts",
        note="等配件",
        new_due_at=march(4, 9),
        by=people.wanggong,
        at=NOW,
        not_told_because="电话未接通",
    )
    actions.name_respondent(case, person=people.zhoujun, by=people.chenfang, at=NOW)
    with pytest.raises(WrongPerson):
        actions.approve_extension(request, by=people.zhoujun, at=NOW)
    actions.approve_extension(request, by=people.wuzong, at=NOW)


def test_a_deputy_decides_for_the_absent_approver(case_in, office_of_jinxiu, admin):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=START)
    request = actions.ask_extension(
        case,
        clock="resolve",
        reason="parts",
        note="等配件",
        new_due_at=march(4, 9),
        by=people.wanggong,
        at=NOW,
        not_told_because="电话未接通",
    )
    with pytest.raises(WrongPerson):
        actions.approve_extension(request, by=people.chenfang, at=NOW)
    office.leave_office(people.zhoujun, starts_at=NOW, ends_at=NOW + DAY, deputy=people.chenfang, by=admin)
    actions.approve_extension(request, by=people.chenfang, at=NOW)


def test_two_people_find_a_complaint_invalid(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("recorded", at=START)
    actions.propose_invalid(case, note="误解", by=people.chenfang, at=NOW)
    with pytest.raises(WrongPerson):
        actions.confirm_invalid(case, by=people.chenfang, at=NOW)
    assert actions.confirm_invalid(case, by=people.zhoujun, at=NOW).validity == "invalid"


def test_a_proposal_outlives_the_desks_classification_and_the_second_person_answers_it(
    case_in, office_of_jinxiu
):
    people = office_of_jinxiu
    work = {"severity": "minor", "category": None, "handler": people.wanggong}
    case = case_in("recorded", at=START)
    actions.propose_invalid(case, note="误解", by=people.limin, at=START + HOUR)
    case = actions.classify(case, by=people.limin, at=NOW, **work)
    assert (case.invalid_proposed_by, case.validity) == (people.limin, "undecided")
    again = case_in("recorded", at=START)
    actions.propose_invalid(again, note="误解", by=people.limin, at=START + HOUR)
    again = actions.classify(again, by=people.chenfang, at=NOW, **work)
    assert (again.invalid_proposed_by, again.validity) == (None, "valid")
    assert again.events.get(kind="invalid_rejected").actor == people.chenfang
    assert told("invalid_rejected", again) == {"limin"}


def test_what_has_been_done_waits_for_no_second_person(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", at=START)
    actions.propose_invalid(case, note="误解", by=people.limin, at=NOW)
    case = actions.handle(case, note="已修好", evidence="签字", by=people.wanggong, at=NOW + HOUR)
    assert (case.invalid_proposed_by, case.validity) == (None, "valid")
    assert case.events.filter(kind="judgement_overtaken").exists()
    assert told("invalid_rejected", case) == {"limin"}
