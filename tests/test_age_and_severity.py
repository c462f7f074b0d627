"""How long a case has been open raises its notice grade and nothing else (domain.md 4)."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.actions import notice_grade
from complaints.models import Clock, Complaint
from complaints.policy import POLICY_1, Severity
from config.framework.refusals import Refused
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, march
from tests.looking import told

pytestmark = pytest.mark.django_db

MONTH = march(2, 9) + 31 * DAY  # 2 April


def weigh(now) -> None:
    while notice_grade.raise_due(now):
        pass


def fresh(case: Complaint) -> Complaint:
    case.refresh_from_db()
    return case


def edited(case: Complaint, by, at, **facts) -> Complaint:
    return actions.edit(fresh(case), facts, version=case.version, by=by, at=at)


def clocks(case: Complaint) -> list:
    running = Clock.objects.running().filter(complaint=case).exclude(kind="bulletin").order_by("kind")
    return list(running.values_list("kind", "severity", "limit", "due_at", "revision"))


@pytest.fixture
def aged(case_in) -> Complaint:
    """A minor case that nobody has solved for a month, for our reasons."""
    case = case_in("acting", severity="minor", at=march(2, 9))
    weigh(march(9, 9))
    weigh(MONTH)
    return fresh(case)


def test_unresolved_for_a_month_it_is_major_in_notice_and_minor_in_limits(case_in):
    case = case_in("acting", severity="minor", at=march(2, 9))
    before = clocks(case)
    weigh(march(9, 9))
    weigh(MONTH)
    case = fresh(case)
    assert (case.grade, case.severity) == ("major", "minor")
    assert clocks(case) == before
    assert set(dict.fromkeys(kind for kind, *_rest in before)) == {"resolve"}  # no answers of major begin
    assert not case.events.filter(kind="severity_raised").exists()
    # The notice goes out all the same.
    assert told("bulletin_issued", case) == {"zhoujun", "wuzong", "chenfang"}
    assert case.bulletins.get().facts["severity"] == "minor"


def test_an_aged_case_keeps_the_approver_and_the_cap_of_minor(aged, office_of_jinxiu):
    people = office_of_jinxiu
    assert POLICY_1.approver(aged.effective_severity) == Role.PROPERTY_MANAGER
    assert POLICY_1.cap(aged.effective_severity).text == "3 days"
    asked = {"reason": "complex", "note": "等厂家配件", "by": people.wanggong, "at": MONTH + HOUR}
    with pytest.raises(Refused):
        actions.ask_extension(aged, clock="resolve", new_due_at=MONTH + 9 * DAY, **asked)
    assert aged.effective_severity == Severity.MINOR


def test_the_page_says_that_age_changes_nothing_else(aged, opened, office_of_jinxiu):
    page = opened(aged, office_of_jinxiu.zhoujun).content.decode()
    assert "severity, limits and approver stay as they are" in page
    edited(aged, office_of_jinxiu.limin, MONTH + HOUR, lawsuit_started=True)
    page = opened(aged, office_of_jinxiu.zhoujun).content.decode()
    assert "severity, limits and approver stay as they are" not in page


def test_an_unclassified_case_of_a_week_is_classified_as_the_desk_thinks(
    walk_in, office_of_jinxiu, engineering
):
    people = office_of_jinxiu
    case = walk_in(march(2, 9))
    weigh(march(9, 9))
    case = actions.classify(
        fresh(case), severity="minor", category=None, handler=people.wanggong, department=engineering,
        by=people.chenfang, at=march(9, 10),
    )  # fmt: skip
    assert (case.grade, case.severity) == ("hot", "minor")


def test_an_aged_case_may_be_graded_down_and_up_again(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="important", at=march(2, 9))
    weigh(march(9, 9))
    case = actions.regrade(
        fresh(case), severity="minor", note="影响不大", by=people.chenfang, at=march(9, 10)
    )
    assert (case.grade, case.severity) == ("hot", "minor")


@pytest.mark.parametrize(
    ("fact", "severity", "bears"),
    [
        ({"lawsuit_started": True}, "major", "major"),
        ({"lawsuit_threatened": True}, "important", "hot"),
        ({"outside_help": True}, "important", "important"),
    ],
)
def test_what_comes_to_light_after_its_age_has_raised_it_sets_the_floor(
    aged, office_of_jinxiu, fact, severity, bears
):
    people = office_of_jinxiu
    case = edited(aged, people.limin, MONTH + HOUR, **fact)
    assert (case.grade, case.severity) == ("major", severity)
    entry = case.events.get(kind="severity_raised")
    assert (entry.params["from_severity"], entry.params["grade"]) == ("minor", bears)
    assert case.events.filter(kind="grade_reason", params__grade=bears).exists()
    with pytest.raises(Refused, match="至少"):
        actions.regrade(case, severity="minor", note="小事", by=people.chenfang, at=MONTH + 2 * HOUR)


def test_grave_by_another_reason_it_stays_so_when_its_age_comes_too(case_in, office_of_jinxiu):
    case = case_in("acting", severity="minor", at=march(2, 9), facts={"lawsuit_threatened": True})
    weigh(MONTH)
    case = fresh(case)
    assert (case.grade, case.severity) == ("major", "important")
    assert set(case.grade_reasons) == {"unsolved_major", "unsolved_hot", "lawsuit_threatened"}


def test_a_grade_set_by_hand_sets_its_floor_and_keeps_it_when_age_goes_further(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    case = actions.set_grade(case, grade="hot", note="业主群在议论", by=people.chenfang, at=march(3))
    assert (case.grade, case.severity) == ("hot", "important")
    weigh(MONTH)
    case = fresh(case)
    assert (case.grade, case.severity) == ("major", "important")
    with pytest.raises(Refused, match="通报·热点"):
        actions.regrade(case, severity="minor", note="小事", by=people.chenfang, at=MONTH + HOUR)


def test_raised_by_hand_to_what_its_age_says_already_it_has_the_floor(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    weigh(march(9, 9))
    case = actions.set_grade(
        fresh(case), grade="general", note="已约定时间", by=people.chenfang, at=march(9, 10)
    )
    case = actions.set_grade(case, grade="hot", note="又闹大了", by=people.chenfang, at=march(10, 10))
    assert (case.grade, case.severity) == ("hot", "important")


def test_lowered_by_hand_to_what_its_age_says_it_has_no_floor(aged, office_of_jinxiu):
    case = actions.set_grade(
        aged, grade="hot", note="已有方案", by=office_of_jinxiu.chenfang, at=MONTH + HOUR
    )
    assert (case.grade, case.severity) == ("hot", "minor")


def test_a_lead_aged_a_month_leaves_its_members_and_itself_as_they_were(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead, member = walk_in(march(2, 9)), walk_in(march(2, 10))
    actions.join(member, lead=lead, by=people.limin, at=march(2, 11))
    weigh(MONTH + MINUTE)
    assert (fresh(lead).grade, lead.severity) == ("major", "")
    assert (fresh(member).grade, member.severity) == ("general", "")


def test_a_closed_case_keeps_the_severity_it_was_closed_with(case_in, office_of_jinxiu):
    case = case_in("closed", severity="minor", at=march(2, 9))
    case = actions.note_media(case, note="晚报记者来电核实", by=office_of_jinxiu.limin, at=march(5, 9))
    assert (case.grade, case.severity) == ("hot", "minor")
