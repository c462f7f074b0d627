"""Rewards and penalties 奖惩: proposed by the company's rule, decided by a second person, read by few."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from complaints import reward_texts
from complaints import rewards as rules
from complaints.actions import rewards as acts
from complaints.actions import rewards_due as due
from complaints.actions.current_policy import current_policy
from complaints.actions.policy_versions import save_policy
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
from complaints.policy_fields import with_values
from complaints.rewards import ACTS, Ground, Kind, State
from complaints.statuses import WrongPerson, WrongStatus
from complaints.tasks import WORK
from complaints.views import profile
from complaints.views import rewards as pages
from complaints.views.lists import rewards as lists
from config.framework.refusals import Refused
from staff.models import Department, User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import HOUR, march, person
from tests.commendations import by_hand, published

ENGLISH = {"accept-language": "en"}
#: The case is closed on Monday the 2nd; it is looked at on the day after, and decided on the 4th.
LOOKED, NOW = march(3), march(4)
BECAUSE = "核实属实，按制度执行。"


@pytest.fixture(autouse=True)
def english(monkeypatch):
    for module in (pages, lists, profile):
        monkeypatch.setattr(module, "now", lambda: NOW)
    with translation.override("en"):
        yield


def switch(admin: User, at: Any = None, **values: Any) -> None:
    said = {"rewards.on": True, "rewards.reward": 100} | {f"rewards.{k}": v for k, v in values.items()}
    now = current_policy()
    data = with_values(now.policy.data, said)
    save_policy(data, started_from=now.number, note="按公司奖惩制度", by=admin, at=at or march(1))


@pytest.fixture
def on(admin) -> None:
    switch(admin)


@pytest.fixture
def rude(case_in, laozhao) -> Complaint:
    """A closed, upheld complaint about the duty desk."""
    case = case_in("closed", severity="minor")
    Respondent.objects.create(complaint=case, user=laozhao)
    return case


@pytest.fixture
def row(on, rude) -> Reward:
    assert due.propose_due(LOOKED) == 1
    return Reward.objects.get()


def approve(row: Reward, by: User, amount: int = 150) -> Reward:
    return acts.approve(row, amount=amount, note=BECAUSE, by=by, at=NOW)


def inbox(user: Any) -> list[str]:
    mine = Notification.objects.filter(user=user, kind__startswith="reward")
    return list(mine.order_by("pk").values_list("kind", flat=True))


def sees(who: User, at: Any = NOW) -> bool:
    return Reward.objects.visible_to(permissions_of(who, at)).exists()


def read(client: Client, who: Any, name: str, *args: Any, **said: Any) -> Any:
    client.force_login(who)
    return client.get(reverse(name, args=args), said, headers=ENGLISH)


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
    from complaints import notifications

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


# Who reads it ---------------------------------------------------------------------------------------------


def test_who_reads_it(
    row, limin, wanggong, sungong, chenfang, zhoujun, wuzong, auditor, admin, stranger, laozhao
):
    everybody = (limin, wanggong, sungong, chenfang, admin, stranger, laozhao)
    assert [sees(one) for one in everybody] == [False] * 7
    assert [sees(one) for one in (zhoujun, wuzong, auditor)] == [True] * 3
    approve(row, zhoujun)
    assert [sees(one) for one in everybody] == [False] * 6 + [True]


def test_the_pages_show_it_to_those_and_to_nobody_else(row, client, limin, chenfang, zhoujun, laozhao, rude):
    for who in (limin, chenfang, laozhao):
        assert read(client, who, "reward", row.pk).status_code == 404
        assert read(client, who, "reward_act", row.pk, "approve").status_code == 404
        assert list(read(client, who, "rewards", view="proposed").context["page"].rows) == []
        assert read(client, who, "rewards_csv").status_code == 404
    page = read(client, zhoujun, "reward", row.pk).content.decode()
    assert rude.number in page
    assert "200 yuan" in page
    assert [one.pk for one in read(client, zhoujun, "rewards").context["page"].rows] == [row.pk]
    assert row.number in read(client, zhoujun, "rewards_csv").content.decode("utf-8-sig")
    assert row.number not in read(client, laozhao, "profile").content.decode()
    approve(row, zhoujun)
    own = read(client, laozhao, "reward", row.pk).content.decode()
    assert "150 yuan" in own
    assert rude.number not in own  # it is about him: he reads no case
    assert "History" not in own
    assert row.number in read(client, laozhao, "profile").content.decode()
    assert row.number in read(client, laozhao, "rewards").content.decode()


def test_a_restricted_case_is_named_to_its_circle_only(row, client, rude, auditor, zhoujun):
    Complaint.objects.filter(pk=rude.pk).update(restricted=True)
    assert rude.number not in read(client, auditor, "reward", row.pk).content.decode()
    assert rude.number in read(client, zhoujun, "reward", row.pk).content.decode()


def test_it_is_decided_on_the_page(row, client, zhoujun, wuzong):
    client.force_login(zhoujun)
    to = reverse("reward_act", args=[row.pk, "approve"])
    assert "200" in client.get(to, headers=ENGLISH).content.decode()
    wrong = client.post(to, {"amount": "900", "note": BECAUSE}, headers=ENGLISH)
    assert wrong.status_code == 422
    assert "no more than the rule says" in wrong.content.decode()
    assert client.post(to, {"amount": "100", "note": BECAUSE}, headers=ENGLISH).status_code == 302
    assert client.post(to, {"amount": "100", "note": BECAUSE}, headers=ENGLISH).status_code == 422
    client.force_login(wuzong)
    to = reverse("reward_act", args=[row.pk, "cancel"])
    assert client.post(to, {"note": "复核后撤销。"}, headers=ENGLISH).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.cancelled_by) == (State.CANCELLED, wuzong)
    assert read(client, wuzong, "reward", row.pk).status_code == 200


@pytest.mark.parametrize("view", list(lists.VIEWS))
def test_every_view_opens(view, row, client, zhoujun):
    page = read(client, zhoujun, "rewards", view=view, month="2026-02")
    assert page.status_code == 200
    assert len(page.context["page"].rows) == (view == "proposed")


def test_the_list_says_that_the_rule_is_off(jinxiu, client, zhoujun):
    assert "rule is off" in read(client, zhoujun, "rewards").content.decode()


def test_a_list_costs_the_same_however_long(row, client, zhoujun, rude):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            read(client, zhoujun, "rewards")
        return len(asked)

    cost()
    one = cost()
    for n in range(5):
        who = person(f"more{n}", f"员工{n}", Role.FRONT_DESK, estate=rude.estate)
        Respondent.objects.create(complaint=rude, user=who)
    due.propose_due(NOW)
    assert Reward.objects.count() == 6
    assert cost() == one


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
