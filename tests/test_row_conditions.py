"""What a move can be about, row by row: whose follow-up, which amount, which clock; and why not. Pure."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from complaints.actions import row_conditions
from complaints.models import Compensation, Complaint, FollowUp
from complaints.policy import POLICY_1
from complaints.statuses import CaseRole, WrongPerson
from staff.models import User
from staff.roles import Role
from tests.cast import march

NOON = march(2, 12)
OURS, THEIRS = 1, 2  # the department of the case; that of a follow-up
STATES = Compensation.State


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def follow_up(department: int | None = THEIRS, **said: Any) -> FollowUp:
    return FollowUp(complaint=Complaint(department_id=OURS), department_id=department, **said)


def person(*departments: int, heads: tuple[int, ...] = ()) -> Any:
    held = dict.fromkeys(departments, {Role.HANDLER})
    return SimpleNamespace(departments=held, headed_departments=lambda: frozenset(heads))


# Follow-ups --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("department", "roles", "departments", "may"),
    [
        (THEIRS, set(), (THEIRS,), True),
        (THEIRS, set(), (OURS,), False),
        (THEIRS, {CaseRole.HANDLER}, (), True),
        (THEIRS, {CaseRole.FIRST_RECEIVER}, (), True),
        (THEIRS, {Role.AUDITOR}, (), False),
        (None, set(), (OURS, THEIRS), False),
        (None, {CaseRole.HANDLER}, (), True),
    ],
)
def test_a_follow_up_is_seen_to_by_its_department_and_by_whoever_works_on_the_case(
    department, roles, departments, may
) -> None:
    assert row_conditions.may_see_to(follow_up(department), roles, person(*departments)) is may


@pytest.mark.parametrize(
    ("department", "roles", "heads", "may"),
    [
        (THEIRS, {Role.PROPERTY_MANAGER}, (), True),
        (THEIRS, {Role.SUPERVISOR}, (), False),
        (THEIRS, {CaseRole.ACCOUNTABLE}, (), False),
        (THEIRS, set(), (THEIRS,), True),
        (THEIRS, set(), (OURS,), False),
        (OURS, {CaseRole.ACCOUNTABLE}, (), True),
        (OURS, set(), (OURS,), False),  # the case has named who is accountable
        (None, {CaseRole.ACCOUNTABLE}, (), True),
        (None, set(), (OURS, THEIRS), False),
    ],
)
def test_a_follow_up_is_signed_by_the_head_of_its_department_or_above(department, roles, heads, may) -> None:
    assert row_conditions.may_sign(follow_up(department), roles, person(heads=heads)) is may


DONE = {"done_at": NOON}
TOLD = DONE | {"told_at": NOON, "ended_at": NOON}
SIGNED = TOLD | {"signed_at": NOON}
DROPPED = {"withdrawn_because": "业主自己修了", "ended_at": NOON}


@pytest.mark.parametrize(
    ("verb", "said", "why"),
    [
        ("do_follow_up", {}, None),
        ("do_follow_up", DONE, "recorded already"),
        ("do_follow_up", TOLD, "has ended"),
        ("tell_follow_up", {}, "Say first what was done"),
        ("tell_follow_up", DONE, None),
        ("tell_follow_up", TOLD, "has ended"),
        ("drop_follow_up", {}, None),
        ("drop_follow_up", DONE, None),
        ("drop_follow_up", DROPPED, "has ended"),
        ("sign_follow_up", {}, "Say first what was done"),
        ("sign_follow_up", DONE, None),
        ("sign_follow_up", TOLD, None),
        ("sign_follow_up", SIGNED, "nothing to sign"),
        ("sign_follow_up", DONE | DROPPED, "nothing to sign"),
    ],
)
def test_what_can_be_done_with_a_follow_up_goes_by_how_far_it_is(verb, said, why) -> None:
    roles = {Role.GENERAL_MANAGER, CaseRole.HANDLER}
    fault = row_conditions.fault_in_follow_up(verb, follow_up(**said), roles, person())
    assert (fault is None) if why is None else (why in str(fault) and fault.field == "follow_up")


@pytest.mark.parametrize("verb", row_conditions.OF_FOLLOW_UPS)
def test_whose_it_is_not_hears_that_and_nothing_else(verb) -> None:
    fault = row_conditions.fault_in_follow_up(verb, follow_up(**SIGNED), set(), person())
    assert isinstance(fault, WrongPerson) and fault.field == "follow_up"


def test_of_several_follow_ups_one_that_can_be_done_is_enough_and_else_the_first_tells_why() -> None:
    def why(*rows: FollowUp) -> str:
        roles = {CaseRole.HANDLER}
        return str(row_conditions.fault_in_follow_ups("do_follow_up", rows, roles, person()) or "")

    assert why(follow_up(**TOLD), follow_up()) == ""
    assert "has ended" in why(follow_up(**TOLD), follow_up(**DONE))
    assert "Choose a follow-up" in why()


# Amounts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "why"),
    [
        ("withdraw_compensation", dict.fromkeys(set(STATES) - {STATES.PROPOSED}, "already been decided")),
        (
            "pay",
            dict.fromkeys((STATES.PAID, STATES.ACCEPTED), "already been paid")
            | dict.fromkeys((STATES.PROPOSED, STATES.DECLINED, STATES.WITHDRAWN), "Only an approved"),
        ),
        (
            "accept_payment",
            dict.fromkeys(set(STATES) - {STATES.PAID}, "must be paid first")
            | {STATES.ACCEPTED: "already accepted"},
        ),
    ],
)
def test_an_amount_goes_one_way(verb, why) -> None:
    for state in STATES:
        row = Compensation(state=state, proposed_by=User(pk=7, name="李敏"))
        fault = row_conditions.fault_in_amount(verb, row, 7)
        if state in why:
            assert why[state] in str(fault) and fault.field == "compensation", state
        else:
            assert fault is None, state


def test_only_who_proposed_an_amount_takes_it_back() -> None:
    row = Compensation(state=STATES.PROPOSED, proposed_by=User(pk=7, name="李敏"))
    fault = row_conditions.fault_in_amount("withdraw_compensation", row, 8)
    assert isinstance(fault, WrongPerson) and "李敏" in str(fault) and fault.field == "compensation"


def test_without_an_amount_there_is_none_to_choose() -> None:
    assert row_conditions.fault_in_amounts("pay", [], 7).field == "compensation"


# Clocks ------------------------------------------------------------------------------------------------


def clock(pk: int, kind: str = "resolve") -> Any:
    return SimpleNamespace(pk=pk, kind=kind, policy=SimpleNamespace(policy=POLICY_1))


def test_more_time_is_asked_for_once_and_only_where_the_rules_leave_room() -> None:
    assert row_conditions.fault_in_clock(clock(1), asked=[2]) is None
    assert "already waiting" in str(row_conditions.fault_in_clock(clock(1), asked=[1]))
    assert "cannot be extended" in str(row_conditions.fault_in_clock(clock(1, "accept"), asked=[1]))
    assert row_conditions.fault_in_clock(clock(1), asked=[1]).field == "clock"


def test_of_several_clocks_the_request_that_waits_tells_why_before_the_limits_that_bind() -> None:
    def why(*clocks: Any, asked: tuple[int, ...] = ()) -> str:
        return str(row_conditions.fault_in_clocks(clocks, asked) or "")

    assert why(clock(1, "accept"), clock(2)) == ""
    assert why(clock(1), clock(2, "reply"), asked=(1,)) == ""  # for the other one it can be asked
    assert "already waiting" in why(clock(1, "accept"), clock(2), asked=(2,))
    assert "cannot be extended" in why(clock(1, "accept"), clock(2, "judge"))
    assert "does not run" in why()
