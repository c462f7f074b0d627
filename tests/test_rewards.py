"""Rewards and penalties 奖惩: proposed by the company's rule, decided by a second person, read by few."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from complaints import notifications, reward_texts
from complaints import rewards as rules
from complaints.actions import rewards as acts
from complaints.actions import rewards_due as due
from complaints.actions.reward_rows import acts_on, refusal_of
from complaints.models import (
    Commendation,
    Complaint,
    Event,
    Notification,
    Respondent,
    Reward,
    RewardEntry,
)
from complaints.rewards import ACTS, Ground, Kind, State
from complaints.statuses import WrongPerson, WrongStatus
from complaints.tasks import WORK
from complaints.views import rewards as pages
from config.framework.refusals import Refused
from staff.models import Department
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import HOUR, march, person
from tests.commendations import by_hand, published
from tests.rewards import BECAUSE, LOOKED, NOW, approve, rude_case, sees, switch


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def on(admin) -> None:
    switch(admin)


@pytest.fixture
def rude(case_in, laozhao) -> Complaint:
    return rude_case(case_in, laozhao)


@pytest.fixture
def row(on, rude) -> Reward:
    assert due.propose_due(LOOKED) == 1
    return Reward.objects.get()


def inbox(user: Any) -> list[str]:
    mine = Notification.objects.filter(user=user, kind__startswith="reward")
    return list(mine.order_by("pk").values_list("kind", flat=True))


# By rule --------------------------------------------------------------------------------------------------


def test_nothing_is_proposed_while_the_rule_is_off(rude, jinxiu):
    assert due.propose_due(LOOKED) == 0
    assert not Reward.objects.exists()


def test_an_upheld_case_proposes_what_the_rule_says(row, rude, laozhao, zhoujun, wuzong, chenfang):
    assert (row.person, row.complaint, row.by_rule, row.state) == (laozhao, rude, 200, State.PROPOSED)
    assert (row.kind, row.approver_role, row.award_lost) == ("penalty", Role.PROPERTY_MANAGER, True)
    assert [one.kind for one in RewardEntry.objects.filter(reward=row)] == ["proposed"]
    assert [inbox(one) for one in (zhoujun, wuzong, chenfang, laozhao)] == [["reward_proposed"], [], [], []]
    # The case says nothing of it: colleagues read it.
    assert not Event.objects.filter(complaint=rude, kind__contains="reward").exists()


def test_once_for_a_case_and_a_person_whatever_became_of_it(row, zhoujun, wuzong):
    assert due.propose_due(LOOKED + HOUR) == 0
    acts.reject(row, note=BECAUSE, by=zhoujun, at=NOW)
    assert due.propose_due(NOW + HOUR) == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        Reward.objects.create(
            estate=row.estate, person=row.person, kind=Kind.PENALTY, complaint=row.complaint, by_rule=1,
            proposed_at=NOW,
        )  # fmt: skip


def test_the_sweep_looks_once_an_hour_and_goes_on_after_its_jobs_mark(on, rude):
    """The sweep's own mark, set every time, must not push it away."""
    assert WORK["commendations"](LOOKED) == 1
    notifications.mark("commendations", LOOKED + 2 * HOUR)
    Respondent.objects.create(
        complaint=rude, user=person("xiaoqian", "钱小芳", Role.FRONT_DESK, estate=rude.estate)
    )
    assert due.propose_due(LOOKED + HOUR / 2) == 0
    assert due.propose_due(LOOKED + 2 * HOUR) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"status": "replied", "outcome": "", "closed_at": None},
        {"validity": "invalid", "outcome": "invalid"},
        {"outcome": "withdrawn"},
        {"outcome": "void"},
    ],
)
def test_only_what_ended_as_upheld(change, on, rude):
    Complaint.objects.filter(pk=rude.pk).update(**change)
    assert due.propose_due(LOOKED) == 0


def test_what_ended_before_the_rule_or_cost_nothing_proposes_nothing(rude, admin):
    switch(admin, at=LOOKED)
    assert due.propose_due(NOW) == 0
    switch(admin, at=LOOKED, **{"penalty.minor": 0})
    Complaint.objects.filter(pk=rude.pk).update(closed_at=NOW)
    assert due.propose_due(NOW + HOUR) == 0


def test_switched_off_and_on_again_it_counts_from_then(admin, rude):
    switch(admin)
    switch(admin, at=march(2, 8), on=False)
    assert due.on_since() is None
    switch(admin, at=LOOKED)
    switch(admin, at=NOW, reward=300)
    assert due.on_since() == LOOKED


def test_contractors_departments_and_names_are_not_ours(on, rude, jinxiu, engineering):
    Respondent.objects.all().delete()
    firm = Department.objects.create(estate=jinxiu, name="迅达维保", name_en="Lifts", is_contractor=True)
    theirs = person("xunda", "马俊峰", Role.HANDLER, department=firm)
    for who in ({"user": theirs}, {"department": engineering}, {"name": "保安"}):
        Respondent.objects.create(complaint=rude, **who)
    assert due.propose_due(LOOKED) == 0
    assert not sees(theirs)


@pytest.mark.parametrize("severity", ["important", "major"])
def test_what_is_grave_the_general_manager_decides(severity, on, rude, zhoujun, wuzong):
    Complaint.objects.filter(pk=rude.pk).update(severity=severity)
    due.propose_due(LOOKED)
    row = Reward.objects.get()
    assert row.approver_role == Role.GENERAL_MANAGER
    assert (inbox(zhoujun), inbox(wuzong)) == ([], ["reward_proposed"])
    with pytest.raises(WrongPerson):
        approve(row, zhoujun)
    assert approve(row, wuzong).amount == 150


def test_of_a_manager_too(on, rude, chenfang, laozhao, wuzong):
    Respondent.objects.filter(user=laozhao).update(user=chenfang)
    due.propose_due(LOOKED)
    assert Reward.objects.get().approver_role == Role.GENERAL_MANAGER


def test_a_published_commendation_proposes_a_reward(on, case_in, wanggong, chenfang, zhoujun, wuzong):
    praise = by_hand(case_in("acting", severity="minor"), wanggong, chenfang, march(2, 12))
    assert due.propose_due(march(2, 13)) == 0
    published(praise, zhoujun, chenfang, march(2, 14))
    assert due.propose_due(march(2, 15)) == 1
    row = Reward.objects.get()
    assert (row.kind, row.person, row.by_rule, row.commendation) == ("reward", wanggong, 100, praise)
    with pytest.raises(WrongPerson):  # he approved the commendation
        approve(row, zhoujun, 50)
    assert approve(row, wuzong, 50).amount == 50
    Commendation.objects.filter(pk=praise.pk).update(
        state="withdrawn", withdrawn_at=NOW, withdrawn_by=wuzong, withdrawn_because="有误"
    )
    due.propose_due(NOW + HOUR)
    row.refresh_from_db()
    assert (row.state, row.gone, row.is_doubted) == (State.APPROVED, "commendation", True)


# Ground that is lost --------------------------------------------------------------------------------------


LOST = [
    ({"validity": "invalid", "outcome": "invalid"}, "invalid"),
    ({"outcome": "withdrawn"}, "invalid"),
    ({"outcome": "void"}, "void"),
    (None, "respondent"),
]


def lose(case: Complaint, change: Any) -> None:
    if change is None:
        Respondent.objects.filter(complaint=case).delete()
    else:
        Complaint.objects.filter(pk=case.pk).update(**change)


@pytest.mark.parametrize(("change", "ground"), LOST)
def test_what_waits_falls_away(change, ground, row, rude, zhoujun, laozhao):
    lose(rude, change)
    with pytest.raises(Refused, match="nothing is left to decide"):
        approve(row, zhoujun)
    assert due.propose_due(NOW) == 1
    row.refresh_from_db()
    assert (row.state, row.gone, row.remind_at) == (State.WITHDRAWN, ground, None)
    assert not sees(laozhao)
    with pytest.raises(WrongStatus):
        approve(row, zhoujun)


@pytest.mark.parametrize(("change", "ground"), LOST)
def test_what_was_decided_is_marked_and_nothing_else(change, ground, row, rude, zhoujun, wuzong):
    approve(row, zhoujun)
    lose(rude, change)
    assert due.propose_due(NOW) == 1
    assert due.propose_due(NOW + HOUR) == 0
    row.refresh_from_db()
    assert (row.state, row.amount, row.gone, row.is_doubted) == (State.APPROVED, 150, ground, True)
    assert inbox(wuzong) == ["reward_doubted"]
    acts.cancel(row, note="原投诉不成立。", by=wuzong, at=NOW)
    row.refresh_from_db()
    assert (row.state, row.is_doubted) == (State.CANCELLED, False)


def test_it_falls_away_with_the_rule_off_too(row, rude, admin):
    switch(admin, at=LOOKED, on=False)
    lose(rude, {"outcome": "void"})
    assert due.propose_due(NOW) == 1
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN


def test_while_the_case_is_open_again_nobody_decides(row, rude, zhoujun):
    Complaint.objects.filter(pk=rude.pk).update(status="acting", outcome="", closed_at=None)
    assert due.propose_due(NOW) == 0
    with pytest.raises(Refused, match="open again"):
        approve(row, zhoujun)


# Who decides ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "approver", "theirs"),
    [
        ("approve", "property_manager", {"property_manager", "general_manager"}),
        ("reject", "property_manager", {"property_manager", "general_manager"}),
        ("approve", "general_manager", {"general_manager"}),
        ("reject", "general_manager", {"general_manager"}),
        ("cancel", "property_manager", {"general_manager"}),
        ("cancel", "general_manager", {"general_manager"}),
    ],
)
def test_whose_an_act_is(verb, approver, theirs):
    state = ACTS[verb].source

    def may(role: str, **more: Any) -> bool:
        said = {"own": False, "hand": False} | more
        return rules.refusal(verb, state, approver, {Role(role)}, **said) is None

    assert {role for role in Role.values if may(role)} == theirs
    assert not any(may(role, own=True) for role in Role.values)
    assert any(may(role, hand=True) for role in Role.values) == (verb == "cancel")
    elsewhere = set(State) - {state}
    assert not any(
        rules.refusal(verb, one, approver, set(Role), own=False, hand=False) is None for one in elsewhere
    )


def test_every_ground_stops_a_decision():
    for ground in Ground:
        said = rules.refusal(
            "approve", "proposed", "property_manager", set(Role), own=False, hand=False, ground=ground
        )
        assert said is not None


@pytest.mark.parametrize("part", ["handler", "first_receiver", "handled_by", "judged", "respondent"])
def test_who_had_a_hand_in_the_case_does_not_decide(part, row, rude, zhoujun, wuzong):
    match part:
        case "handler" | "first_receiver":
            Complaint.objects.filter(pk=rude.pk).update(**{part: zhoujun})
        case "handled_by":
            rude.cycles.update(handled_by=zhoujun)
        case "judged":
            Event.objects.create(
                complaint=rude, at=NOW, recorded_at=NOW, actor=zhoujun, kind="invalid_rejected"
            )
        case "respondent":
            Respondent.objects.create(complaint=rude, user=zhoujun)
    row = Reward.objects.select_related("complaint", "commendation").get()
    for verb in ("approve", "reject"):
        assert isinstance(refusal_of(row, verb, permissions_of(zhoujun, NOW)), WrongPerson)
    assert acts_on(row, permissions_of(zhoujun, NOW)) == []
    with pytest.raises(WrongPerson):
        approve(row, zhoujun)
    assert acts_on(row, permissions_of(wuzong, NOW)) == ["approve", "reject"]


def test_an_amount_from_nothing_to_what_the_rule_says(row, zhoujun, laozhao):
    for amount in (-1, 201):
        with pytest.raises(Refused, match="no more than the rule says"):
            approve(row, zhoujun, amount)
    with pytest.raises(Refused, match="Say why"):
        acts.approve(row, amount=0, note=" ", by=zhoujun, at=NOW)
    approve(row, zhoujun, 0)
    row.refresh_from_db()
    assert (row.amount, row.decided_by, row.because) == (0, zhoujun, BECAUSE)
    assert inbox(laozhao) == ["reward_decided"]
    with pytest.raises(WrongStatus):
        acts.reject(row, note=BECAUSE, by=zhoujun, at=NOW)


def test_the_tables_refuse_what_the_acts_refuse(row, laozhao, zhoujun):
    decided = {"state": "approved", "decided_at": NOW, "because": BECAUSE, "amount": 1, "decided_by": zhoujun}
    for wrong in ({"decided_by": laozhao}, {"amount": 201}, {"because": ""}, {"amount": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reward.objects.filter(pk=row.pk).update(**decided | wrong)
    assert Reward.objects.filter(pk=row.pk).update(**decided) == 1


# What waits -----------------------------------------------------------------------------------------------


def test_who_decides_is_reminded_once_after_three_working_days(row, zhoujun, wuzong):
    assert WORK["reminders"](march(6, 8)) == 0  # Tuesday and three working days: Friday
    assert due.remind_due(march(6, 12)) == 1
    assert due.remind_due(march(9)) == 0
    assert inbox(zhoujun) == ["reward_proposed", "reward_undecided"]
    assert inbox(wuzong) == []


def test_what_is_decided_is_not_reminded_of(row, zhoujun):
    approve(row, zhoujun)
    assert due.remind_due(march(20)) == 0


def test_every_entry_has_its_sentence(row, zhoujun, wuzong, rude):
    approve(row, zhoujun)
    lose(rude, {"outcome": "void"})
    due.propose_due(NOW)
    acts.cancel(row, note="有误。", by=wuzong, at=NOW)
    said = [line.text for line in pages.lines(row)]
    assert said == [
        "Decision cancelled.",
        "To be decided again. The case was a wrong entry.",
        "Approved: 150 yuan.",
        "Proposed by the company's rule.",
    ]
    assert {"withdrawn", "rejected"} < set(reward_texts.ENTRIES)
