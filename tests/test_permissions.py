"""Who sees which case and who may act on it, written out by hand (domain.md 1, 2 and 5)."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.models import Complaint
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff import actions as office
from staff.models import User
from staff.permissions import permissions_of
from staff.roles import Role
from staff.stand_ins import StandIns
from tests.cast import BEFORE, DAY, HOUR, march
from tests.everybody import NOW, START
from tests.looking import clock_of, told

pytestmark = pytest.mark.django_db


def sees(user: User, case: Complaint, at=NOW) -> bool:
    return Complaint.objects.visible_to(permissions_of(user, at)).filter(pk=case.pk).exists()


#: what: who sees it. Everybody of the cast is asked; who is not named must not.
MATRIX = """
ordinary    limin laozhao wanggong sungong chenfang zhoujun wuzong auditor steward regional
elsewhere   stranger wuzong auditor hq_head hq_hand
hq_work     limin laozhao wanggong sungong chenfang zhoujun wuzong auditor steward regional hq_head hq_hand
restricted  limin wanggong sungong chenfang zhoujun wuzong regional
about_head  limin laozhao wanggong chenfang zhoujun wuzong auditor steward regional
about_top   limin laozhao wanggong sungong chenfang zhoujun auditor steward regional
"""


def test_the_matrix_of_sight(everybody, cases):
    written = {line.split()[0]: set(line.split()[1:]) for line in MATRIX.strip().splitlines()}
    found = {
        what: {name for name, user in everybody.items() if sees(user, case)} for what, case in cases.items()
    }
    assert found == written


def test_sight_costs_one_query(everybody, cases, django_assert_num_queries):
    held = permissions_of(everybody["chenfang"], NOW)
    with django_assert_num_queries(1):
        list(Complaint.objects.visible_to(held))


def test_what_one_does_not_see_one_can_do_nothing_with(everybody, cases):
    for name in ("stranger", "admin", "auditor", "leaver", "former", "future", "hq_other"):
        with pytest.raises(WrongPerson):
            actions.add_note(cases["ordinary"], note="看看", by=everybody[name], at=NOW)


def test_a_deputy_sees_and_acts_for_the_absent_while_he_is_absent(everybody, cases, admin):
    deputy, case = everybody["laozhao"], cases["restricted"]
    office.leave_office(everybody["chenfang"], starts_at=NOW, ends_at=NOW + DAY, deputy=deputy, by=admin)
    assert not sees(deputy, case, NOW - HOUR)
    assert sees(deputy, case)
    actions.regrade(case, severity="major", note="代主管调整", by=deputy, at=NOW)
    assert not sees(deputy, case, NOW + DAY)


def test_news_of_a_case_reaches_the_deputy_and_the_absent_who_has_none(case_in, office_of_jinxiu, admin):
    people = office_of_jinxiu
    away = {"starts_at": BEFORE, "ends_at": NOW + DAY, "by": admin}
    office.leave_office(people.wanggong, deputy=people.sungong, **away)
    office.leave_office(people.limin, deputy=None, **away)
    case = case_in("handled", at=START)
    assert told("delivered", case) == {"sungong"}
    assert told("handled", case) == {"limin"}


def test_a_deputy_hands_on_to_nobody_while_he_is_away_the_next_role_up_is_there(
    office_of_jinxiu, jinxiu, admin
):
    people = office_of_jinxiu
    away = {"starts_at": BEFORE, "ends_at": NOW + DAY, "by": admin}
    office.leave_office(people.zhoujun, deputy=people.chenfang, **away)
    office.leave_office(people.chenfang, deputy=people.zhoujun, **away)
    stand_ins = StandIns.load(NOW, [jinxiu])
    assert stand_ins.reach(Role.SUPERVISOR, jinxiu.pk) == (Role.GENERAL_MANAGER, [people.wuzong])


def test_what_was_done_earlier_is_written_down_by_whoever_may_now(case_in, office_of_jinxiu, jinxiu, admin):
    people = office_of_jinxiu
    case = case_in("acting", channel="media", at=START)
    office.end_posting(people.zhoujun.postings.get(), at=march(4), by=admin)
    office.post(people.zhoujun, Role.FRONT_DESK, at=march(4), estate=jinxiu)
    told_them = {"note": "都市频道：已抽干", "at": march(6), "done_at": march(3)}
    with pytest.raises(WrongPerson):
        actions.answer_media(case, by=people.zhoujun, **told_them)
    successor = office.add_user(username="successor", name="新经理", email="successor@example.com")
    office.post(successor, Role.PROPERTY_MANAGER, at=march(5), estate=jinxiu)
    actions.answer_media(case, by=successor, **told_them)
    assert clock_of(case, "media").stopped_at == march(3)


def test_a_former_handler_loses_his_cases_with_his_posting(everybody, cases, admin):
    office.end_posting(everybody["wanggong"].postings.get(), at=NOW, by=admin)
    assert not sees(everybody["wanggong"], cases["ordinary"])


# Who is complained about --------------------------------------------------------------------------


def test_who_is_complained_about_takes_no_part(everybody, cases):
    sungong, case = everybody["sungong"], cases["about_head"]
    with pytest.raises(WrongPerson):
        actions.add_note(case, note="不是我", by=sungong, at=NOW)
    with pytest.raises(Refused):
        actions.classify(
            case, severity="minor", category=None, handler=sungong, by=everybody["limin"], at=NOW
        )
    with pytest.raises(Refused):
        actions.transfer(case, to=sungong, note="交接", by=everybody["chenfang"], at=NOW)


def test_his_deputy_takes_the_conflicted_role_and_is_told(everybody, cases, admin, jinxiu):
    """domain.md 1: a conflicted role falls to the deputy, then to the next role up."""
    case = actions.name_respondent(
        cases["ordinary"], person=everybody["chenfang"], by=everybody["zhoujun"], at=NOW
    )
    barred = {everybody["chenfang"].pk}

    def reach() -> tuple[Role | None, list[User]]:
        return StandIns.load(NOW, [jinxiu]).reach(Role.SUPERVISOR, jinxiu.pk, barred=barred)

    assert reach() == (Role.PROPERTY_MANAGER, [everybody["zhoujun"]])
    office.leave_office(
        everybody["chenfang"], starts_at=BEFORE, ends_at=NOW + DAY, deputy=everybody["limin"], by=admin
    )
    assert reach() == (Role.SUPERVISOR, [everybody["limin"]])
    assert sees(everybody["limin"], case)
    actions.regrade(case, severity="major", note="代主管调整", by=everybody["limin"], at=NOW)
    with pytest.raises(WrongPerson):
        actions.add_note(case, note="不是我", by=everybody["chenfang"], at=NOW)


def test_who_only_reads_or_administers_is_put_on_no_case(case_in, office_of_jinxiu, auditor, admin):
    people = office_of_jinxiu
    case = case_in("acting", at=START)
    for bystander in (auditor, admin):
        with pytest.raises(Refused, match="不在本项目任职"):
            actions.reassign(case, handler=bystander, by=people.chenfang, at=NOW)
        with pytest.raises(Refused, match="不在本项目任职"):
            actions.transfer(case, to=bystander, note="休假", by=people.chenfang, at=NOW)


def test_who_works_on_a_case_is_not_named_in_it_before_the_work_has_moved(everybody, cases):
    for name in ("limin", "wanggong"):
        with pytest.raises(Refused):
            actions.name_respondent(
                cases["ordinary"], person=everybody[name], by=everybody["chenfang"], at=NOW
            )


def test_the_accountable_head_named_later_is_replaced(everybody, cases):
    case = actions.name_respondent(
        cases["ordinary"], person=everybody["sungong"], by=everybody["chenfang"], at=NOW
    )
    assert case.accountable == everybody["zhoujun"]


# Whose name is shown ------------------------------------------------------------------------------


def test_a_hidden_complainant_is_changed_only_by_who_may_see_him(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", at=START, facts={"identity_hidden": True})
    with pytest.raises(WrongPerson):
        actions.edit(case, {"phone": "13800000000"}, version=case.version, by=people.zhoujun, at=NOW)
    actions.edit(case, {"phone": "13800000000"}, version=case.version, by=people.chenfang, at=NOW)
