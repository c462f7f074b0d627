"""Whether he was told first, how far a grant reaches, whose part is whose: rules that need no row."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from complaints.actions.extension_reach import (
    Granted,
    fault_in_asked,
    fault_in_new_due,
    granted_on,
    latest_due,
    usual_due,
)
from complaints.actions.marks import taken_back
from complaints.actions.overruns import faults_in_told
from complaints.actions.promises import status_seen
from complaints.actions.told_first import ToldFirst
from complaints.actions.visibility import (
    is_told,
    masked,
    parts_by_keys,
    reads_phones,
    shows_complainant,
    took_part,
)
from complaints.models import Complaint, Extension
from complaints.policy import POLICY_1
from complaints.statuses import CaseRole, Status
from staff.models import Estate
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, march

NOON, RECEIVED = march(2, 12), march(2, 9)
SECOND = timedelta(seconds=1)
CASE = Complaint(received_at=RECEIVED)
HERE = Estate(pk=1, code="JX", name="锦绣花园")
PHONE = Extension.Told.PHONE


# Told first --------------------------------------------------------------------------------------------


def told(**said: Any) -> ToldFirst:
    nothing = {"told_at": None, "method": "", "by_text": False, "not_because": "", "promised_at": None}
    return ToldFirst(**(nothing | said))


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, ["not_told_because"]),
        ({"not_because": " "}, ["not_told_because"]),
        ({"not_because": "电话未接"}, []),
        ({"method": PHONE}, []),
        ({"method": "pigeon"}, ["customer_told_method"]),
        ({"method": Extension.Told.UNRECORDED}, ["customer_told_method"]),
        ({"told_at": NOON, "method": PHONE}, []),
        ({"told_at": NOON}, ["customer_told_method"]),
        ({"told_at": NOON + SECOND, "method": PHONE}, ["customer_told_at"]),
        ({"told_at": RECEIVED, "method": PHONE}, []),
        ({"told_at": RECEIVED - SECOND, "method": PHONE}, ["customer_told_at"]),
        ({"method": PHONE, "not_because": "电话未接"}, ["not_told_because"]),
        ({"method": PHONE, "promised_at": NOON}, ["promised_at"]),
        ({"method": PHONE, "promised_at": NOON + SECOND}, []),
        ({"by_text": True}, ["text_now"]),  # this house sends none
        ({"by_text": True, "not_because": "未接"}, ["not_told_because", "text_now"]),
    ],
)
def test_more_time_is_asked_for_once_the_customer_knows_or_it_is_said_why_not(said, wrong, settings) -> None:
    settings.SMS = None
    assert [fault.field for fault in told(**said).faults(CASE, NOON)] == wrong


def test_a_request_keeps_when_and_how_he_was_told() -> None:
    later = NOON + DAY
    for said, at, how in (
        ({"method": PHONE}, NOON, PHONE),
        ({"told_at": RECEIVED, "method": PHONE}, RECEIVED, PHONE),
        ({"by_text": True}, NOON, Extension.Told.TEXT),
        ({"by_text": True, "method": PHONE}, NOON, PHONE),
    ):
        columns, params = told(**said).columns(NOON), told(**said).params(later, NOON)
        assert (columns["customer_told_at"], columns["customer_told_method"]) == (at, how)
        assert (params["told_first"], params["told_at"], params["method"]) == (True, at.isoformat(), how)
        assert (params["by_text"], params["until_at"]) == ("by_text" in said, later.isoformat())
    promised = told(method=PHONE, promised_at=NOON + HOUR).params(later, NOON)
    assert promised["until_at"] == (NOON + HOUR).isoformat()
    silent = told(not_because=" 未接 ")
    assert silent.params(later, NOON) == {"told_first": False}
    assert silent.columns(NOON) == {
        "customer_told_at": None, "customer_told_method": "", "not_told_because": "未接",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("at", "how", "because", "wrong"),
    [
        (None, "", "", ["not_told_because"]),
        (None, "", " ", ["not_told_because"]),
        (None, "", "未接", []),
        (NOON, "phone", "", []),
        (NOON, "", "", ["customer_told_how"]),
        (NOON, "pigeon", "未接", ["customer_told_how"]),
        (NOON + SECOND, "phone", "", ["customer_told_at"]),
        (RECEIVED - SECOND, "", "", ["customer_told_at", "customer_told_how"]),
    ],
)
def test_whoever_explains_says_when_the_customer_was_told_or_why_not(at, how, because, wrong) -> None:
    assert [fault.field for fault in faults_in_told(CASE, at, how, because, NOON)] == wrong


# How far a grant reaches -------------------------------------------------------------------------------


def clock(due_at: datetime, severity: str = "minor") -> Any:
    policy = SimpleNamespace(policy=POLICY_1)
    return SimpleNamespace(due_at=due_at, kind="resolve", began_as=severity, policy=policy)


def test_a_grant_reaches_its_cap_beyond_the_due_time_or_beyond_now() -> None:
    assert latest_due(clock(NOON), RECEIVED, HERE) == NOON + 3 * DAY
    assert latest_due(clock(RECEIVED), NOON, HERE) == NOON + 3 * DAY
    assert latest_due(clock(NOON, "major"), RECEIVED, HERE) == NOON + 10 * DAY


@pytest.mark.parametrize(
    ("due_at", "at", "preset"),
    [
        (NOON, RECEIVED, NOON + DAY),
        (RECEIVED, NOON, NOON + DAY),
        (NOON + SECOND, RECEIVED, NOON + DAY + MINUTE),
        (NOON + timedelta(microseconds=1), RECEIVED, NOON + DAY + MINUTE),
    ],
)
def test_a_form_begins_a_day_later_at_a_whole_minute(due_at, at, preset) -> None:
    assert usual_due(clock(due_at), at, HERE) == preset


@pytest.mark.parametrize(
    ("due_at", "new", "words"),
    [
        (NOON + DAY, NOON, "将来"),
        (NOON + DAY, NOON + DAY, "之后"),
        (NOON + DAY, NOON + DAY + SECOND, ""),
        (NOON + DAY, NOON + 4 * DAY, ""),
        (NOON + DAY, NOON + 4 * DAY + SECOND, "原到期时间"),
        (NOON, NOON + 3 * DAY + SECOND, "原到期时间"),
        (NOON - SECOND, NOON + SECOND, ""),
        (NOON - SECOND, NOON + 3 * DAY + SECOND, "现在"),
    ],
)
def test_a_new_due_time_lies_ahead_later_than_the_old_one_and_within_the_cap(due_at, new, words) -> None:
    fault = fault_in_new_due(clock(due_at), new, NOON, HERE, field="new_due_at")
    assert (fault is None) if not words else fault.field == "new_due_at", str(fault)


def test_what_was_asked_for_is_granted_until_its_time_has_come() -> None:
    def fault(asked: datetime) -> Any:
        return fault_in_asked(SimpleNamespace(asked_due_at=asked), clock(NOON - HOUR), NOON, HERE)

    assert fault(NOON + SECOND) is None
    assert fault(NOON).field == "granted_due_at"
    assert fault(NOON + 3 * DAY + SECOND).field == "granted_due_at"


def test_the_grants_on_a_clock_are_summed_from_the_due_times_they_moved() -> None:
    def one(clock_id: int, state: str, granted: datetime | None) -> Any:
        return SimpleNamespace(clock_id=clock_id, state=state, granted_due_at=granted, old_due_at=NOON)

    requests = [
        one(1, "approved", NOON + DAY), one(1, "approved", NOON + 2 * DAY), one(2, "approved", NOON + DAY),
        one(1, "declined", NOON + DAY), one(1, "approved", None),
    ]  # fmt: skip
    assert granted_on(1, requests) == Granted(2, 3 * DAY)
    assert granted_on(3, requests) == Granted(0, timedelta())


# Marks and steps ---------------------------------------------------------------------------------------


def test_a_mark_is_taken_back_where_it_stood_and_would_stand_no_longer() -> None:
    row = Complaint(channel="media", injury=True, media_asked=False)
    assert taken_back(row, {"injury": False, "media_asked": False}) == ["injury"]
    assert taken_back(row, {"injury": True}) == taken_back(row, {"urgent": False}) == []
    assert taken_back(row, {"channel": "media"}) == taken_back(row, {}) == []
    assert taken_back(row, {"channel": "phone", "injury": False}) == ["injury", "channel"]
    assert taken_back(Complaint(channel="phone"), {"channel": "media"}) == []


@pytest.mark.parametrize(
    ("own", "lead", "seen"),
    [
        ("recorded", None, "recorded"),
        ("recorded", "acting", "acting"),
        ("recorded", "handled", "handled"),
        ("recorded", "replied", "recorded"),  # his own reply is still to come
        ("received", "recorded", "recorded"),
        ("acting", "recorded", "acting"),
        ("acting", "handled", "acting"),  # as far as the other
        ("classified", "acting", "acting"),
        ("replied", "handled", "replied"),
        ("recorded", "closed", "recorded"),
    ],
)
def test_a_member_goes_with_its_lead_until_it_has_a_reply_of_its_own(own, lead, seen) -> None:
    assert status_seen(own, lead) == Status(seen)


# Whose part is whose -----------------------------------------------------------------------------------


def somebody(**said: Any) -> Any:
    nobody = {
        "roles_at": lambda estate: frozenset(), "departments": {}, "stands_for": frozenset(),
        "headed_departments": lambda: frozenset(), "is_contractor": False, "outside": frozenset(),
    }  # fmt: skip
    return SimpleNamespace(**(nobody | said))


def parts(**said: Any) -> frozenset[Any]:
    keys = {"estate": 1, "department": 2, "first_receiver": 3, "handler": 4, "accountable": 5, "speaker": 6}
    return parts_by_keys(somebody(**said), **keys)


def test_each_key_of_a_case_gives_its_own_part() -> None:
    assert parts() == frozenset()
    for key, part in (
        (3, CaseRole.FIRST_RECEIVER), (4, CaseRole.HANDLER), (5, CaseRole.ACCOUNTABLE), (6, CaseRole.SPEAKER),
    ):  # fmt: skip
        assert parts(stands_for={key, 99}) == {part}
    assert parts(headed_departments=lambda: {2}) == {CaseRole.ACCOUNTABLE}
    assert parts(headed_departments=lambda: {9}) == frozenset()
    assert parts(departments={2: {Role.HANDLER}, 9: {Role.DEPARTMENT_HEAD}}) == {Role.HANDLER}
    assert parts(roles_at=lambda estate: {Role.STEWARD} if estate == 1 else set()) == {Role.STEWARD}


def test_a_contractor_is_one_unless_he_works_for_the_estate_too() -> None:
    assert parts(is_contractor=True) == {CaseRole.CONTRACTOR}
    assert parts(outside={2}) == {CaseRole.CONTRACTOR}
    assert parts(outside={9}) == frozenset()
    assert parts(outside={2}, roles_at=lambda estate: {Role.FRONT_DESK}) == {Role.FRONT_DESK}
    both = {"is_contractor": True, "roles_at": lambda estate: {Role.FRONT_DESK}}
    assert parts(**both) == {Role.FRONT_DESK, CaseRole.CONTRACTOR}


def test_who_handled_judged_or_replied_took_part_in_the_present_cycle() -> None:
    def who(*entries: tuple[Any, ...]) -> set[int]:
        return took_part([(kind, actor, dict(more)) for kind, actor, *more in entries])

    assert who(("accepted", 1), ("invalid_proposed", 2), ("replied", 3), ("noted", 4)) == {1, 2, 3}
    assert who(("accepted", 1), ("cycle_started", 2), ("acted", 3)) == {3}
    taken = ("reassigned", 9, ("from_person", 7))
    assert who(("accepted", 1), taken) == {1, 7}
    assert who(taken) == who(("invalid_proposed", None), taken) == set()
    assert who(("replied", 1), taken) == {1}  # to reply is not to accept the work
    assert who(("accepted", 1), taken, ("reassigned", 9, ("from_person", 8))) == {1, 7}
    assert who(("accepted", 1), ("cycle_started", 2), taken) == set()


def test_who_hides_is_known_to_the_first_receiver_and_supervisors() -> None:
    def knows(**said: Any) -> bool:
        return is_told(somebody(**said), first_receiver=3, estate=1, department=2)

    assert knows(stands_for={3}) and not knows(stands_for={4}) and not knows()
    assert knows(roles_at=lambda estate: {Role.SUPERVISOR} if estate == 1 else set())
    assert not knows(roles_at=lambda estate: {Role.PROPERTY_MANAGER})
    assert knows(departments={2: {Role.SUPERVISOR}}) and not knows(departments={9: {Role.SUPERVISOR}})


def test_phones_are_read_whole_by_whoever_speaks_with_the_customers() -> None:
    case, hidden = Complaint(status="acting"), Complaint(status="acting", identity_hidden=True)
    assert reads_phones(case, {Role.FRONT_DESK}) and reads_phones(case, {CaseRole.HANDLER})
    assert not reads_phones(case, {Role.AUDITOR})
    assert not reads_phones(hidden, {CaseRole.HANDLER}) and not shows_complainant(hidden, {CaseRole.HANDLER})
    assert reads_phones(hidden, {CaseRole.FIRST_RECEIVER})
    firm = {CaseRole.HANDLER, CaseRole.CONTRACTOR}
    assert reads_phones(case, firm) and not reads_phones(Complaint(status="replied"), firm)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"), ("02155550100", "021****0100"), ("5555010", "****10"), ("", ""),
    ],
)  # fmt: skip
def test_a_masked_phone_tells_its_owner_and_nobody_else(phone, shown) -> None:
    assert masked(phone) == shown
