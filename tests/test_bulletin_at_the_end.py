"""A bulletin is written from the case as it stands at the end of the act (T35)."""

from __future__ import annotations

from datetime import datetime

import pytest

from complaints import actions
from complaints.actions import notice_grade
from complaints.models import Bulletin, Clock, Complaint
from tests.cast import DAY, HOUR, march

pytestmark = pytest.mark.django_db

GRAVE = {"lawsuit_started": True}


def facts(case: Complaint) -> dict:
    return case.bulletins.order_by("-issue").first().facts


def last(case: Complaint) -> tuple:
    said = facts(case)
    return said["status"], said["handler"], said["severity"], said["grade"], said["cycle"]


def test_taken_classified_and_delivered_in_one_go_it_names_the_handler(
    walk_in, office_of_jinxiu, engineering
):
    people = office_of_jinxiu
    case = walk_in(
        march(2, 9), facts=GRAVE, severity="minor", handler=people.wanggong, department=engineering
    )
    assert case.bulletins.count() == 1
    assert last(case) == ("classified", people.wanggong.pk, "major", "major", 1)
    assert facts(case)["accountable"] == people.sungong.pk
    assert set(facts(case)["due"]) == {"accept", "clear_answer", "initial_answer", "resolve", "urgent_report"}
    kinds = list(case.events.order_by("pk").values_list("kind", flat=True))
    assert kinds.index("delivered") < kinds.index("bulletin_issued")
    assert Clock.objects.filter(complaint=case, kind="bulletin").count() == 1


def test_taken_alone_it_says_that_nobody_handles_it_yet(walk_in):
    case = walk_in(march(2, 9), facts=GRAVE)
    assert last(case) == ("recorded", None, "major", "major", 1)


def test_an_edit_that_raises_it_tells_everything_the_edit_changed(case_in, office_of_jinxiu):
    case = case_in("acting", at=march(2, 9))
    people = office_of_jinxiu
    changes = {"lawsuit_started": True, "headcount": 5}
    case = actions.edit(case, changes, version=case.version, by=people.limin, at=march(2, 12))
    assert last(case) == ("acting", people.wanggong.pk, "major", "major", 1)
    assert facts(case)["people"] == 5
    assert "clear_answer" in facts(case)["due"]


def test_a_new_round_that_raises_it_tells_of_the_new_round(case_in, office_of_jinxiu, monkeypatch):
    people = office_of_jinxiu
    case = case_in("replied", at=march(2, 9), severity="minor")
    actions.set_grade(case, grade="hot", note="议论", by=people.chenfang, at=march(2, 12))
    Complaint.objects.filter(pk=case.pk).update(lawsuit_started=True)  # came to light with the dispute
    case = actions.dispute(case, note="没修好", by=None, at=march(3))
    assert last(case) == ("recorded", None, "major", "major", 2)
    assert set(facts(case)["due"]) >= {"deliver", "resolve", "clear_answer"}


def test_the_end_of_a_major_case_is_told_as_closed(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", at=march(2, 9), facts=GRAVE)
    case = actions.withdraw(case, note="业主撤回", confirmed_by="phone", by=people.limin, at=march(3))
    assert (last(case)[0], facts(case)["outcome"]) == ("closed", "withdrawn")
    assert case.bulletins.latest("issue").why == Bulletin.Why.CLOSED


def test_raised_by_hand_it_tells_the_severity_that_follows(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", at=march(2, 9), severity="minor")
    case = actions.set_grade(case, grade="major", note="市里关注", by=people.chenfang, at=march(2, 12))
    assert last(case) == ("acting", people.wanggong.pk, "major", "major", 1)


def test_raised_by_age_in_the_sweep_it_tells_how_the_case_stands(case_in, office_of_jinxiu):
    case = case_in("acting", at=march(2, 9), severity="minor")
    while notice_grade.raise_due(march(2, 9) + 31 * DAY):
        pass
    case.refresh_from_db()
    assert last(case) == ("acting", office_of_jinxiu.wanggong.pk, "minor", "major", 1)


def test_a_lead_raised_by_who_joins_tells_of_all_people(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead, member = walk_in(march(2, 9), facts={"headcount": 6}), walk_in(march(2, 10), facts={"headcount": 5})
    actions.join(member, lead=lead, by=people.limin, at=march(2, 11))
    lead.refresh_from_db()
    assert (lead.grade, facts(lead)["people"]) == ("major", 11)
    assert not member.bulletins.exists()


def test_a_member_taken_at_the_desk_leaves_the_bulletin_to_its_lead(walk_in, office_of_jinxiu):
    lead = walk_in(march(2, 9))
    member = walk_in(march(2, 10), facts=GRAVE, lead=lead)
    lead.refresh_from_db()
    assert not member.bulletins.exists()
    assert lead.bulletins.count() == 1


def test_written_by_hand_it_has_the_state_of_that_moment_and_the_week_begins(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", at=march(2, 9), facts=GRAVE)
    case = actions.issue_bulletin(case, note="已停用电梯", by=people.chenfang, at=march(3))
    issue = case.bulletins.latest("issue")
    assert (issue.state, issue.issued_by, issue.facts["status"]) == ("已停用电梯", people.chenfang, "acting")
    running = Clock.objects.running().get(complaint=case, kind="bulletin")
    assert running.due_at == march(3) + 7 * DAY
    case.refresh_from_db()
    assert case.next_due_at <= march(3) + 7 * DAY + HOUR


def test_it_says_when_a_manager_last_met_the_many_whether_they_came_as_one_or_not(walk_in, office_of_jinxiu):
    people, case = office_of_jinxiu, walk_in(march(2, 9), facts={"headcount": 12})
    assert not case.is_collective and facts(case)["met_at"] is None
    for hour in (11, 15):
        actions.appear(
            case, person=people.zhoujun, place="大堂", note="听取意见", by=people.zhoujun, at=march(2, hour)
        )
    actions.issue_bulletin(case, note="已约见", by=people.chenfang, at=march(3))
    assert datetime.fromisoformat(facts(case)["met_at"]) == march(2, 15)
    assert [one.issue for one in case.bulletins.order_by("pk")] == [1, 2]
