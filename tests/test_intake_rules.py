"""What must be put right before a complaint is taken, at its field; what a note or relay says. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from complaints.actions.intake import Intake, Person, faults, with_relay
from complaints.actions.reminders import first_reminder
from complaints.models import Category, ContactNote, Relay, calendar_from
from owners.models import Building, Unit
from staff.models import Estate, User
from tests.cast import DAY, HOUR, MINUTE, march

NOON = march(2, 12)
HERE = Estate(pk=1, code="JX", name="锦绣花园")
SECOND = timedelta(seconds=1)
SURE = {"severity": "minor", "handler": User(pk=1), "category": Category(pk=1)}


def fields(**said: Any) -> list[str]:
    return [
        fault.field or "" for fault in faults(Intake(**({"estate": HERE, "content": "漏水"} | said)), NOON)
    ]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, []),
        ({"content": " \n"}, ["content"]),
        ({"person": Person(phone="13800000000、13900000000")}, ["phone"]),
        ({"received_at": NOON + SECOND}, ["received_at"]),
        ({"received_at": NOON - 30 * MINUTE}, []),
        ({"received_at": NOON - 30 * MINUTE - SECOND}, ["backdated_because"]),
        ({"received_at": NOON - 31 * MINUTE, "backdated_because": " "}, ["backdated_because"]),
        ({"received_at": NOON - 31 * DAY, "backdated_because": "停电"}, []),
        ({"received_at": NOON - 31 * DAY - SECOND, "backdated_because": "停电"}, ["received_at"]),
        (SURE, []),
        (SURE | {"handler": None}, ["handler"]),
        (SURE | {"severity": ""}, ["severity"]),
        (SURE | {"category": None}, ["category"]),
        ({"unit": Unit(estate=HERE), "building": Building(estate=HERE)}, []),
        ({"unit": Unit(estate_id=2)}, ["place"]),
        ({"building": Building(estate_id=2)}, ["place"]),
        ({"facts": {"external_due_at": NOON}}, ["external_due_at"]),
        ({"facts": {"external_due_at": NOON + SECOND}}, []),
        ({"facts": {"promised_at": NOON}}, ["promised_at"]),
        ({"facts": {"promised_at": NOON + SECOND}}, []),
        ({"facts": {"headcount": 0}}, ["headcount"]),
        ({"facts": {"headcount": 1}}, []),
        ({"content": "", "facts": {"headcount": 0}}, ["content", "headcount"]),  # all of it in one go
    ],
)
def test_what_is_wrong_is_told_at_its_field(said, wrong) -> None:
    assert fields(**said) == wrong


def test_what_we_wrote_down_ourselves_may_lie_further_back() -> None:
    long_ago = NOON - 40 * DAY
    back = {"received_at": long_ago, "backdated_because": "转达"}
    assert fields(**back) == ["received_at"]
    assert fields(**back, from_relay=Relay()) == []
    assert fields(**back, from_note=ContactNote(taken_at=long_ago)) == []
    assert fields(**back, from_note=ContactNote(taken_at=long_ago + SECOND)) == ["received_at"]


def received(**said: Any) -> tuple[datetime | None, str]:
    taken = with_relay(Intake(estate=HERE, content="漏水", **said), NOON)
    return taken.received_at, taken.backdated_because


def test_it_was_received_when_it_was_passed_on_or_sent_and_never_later_than_now() -> None:
    relay = Relay(passed_at=NOON - HOUR, passed_by=User(name="王建军"))
    note = ContactNote(channel="portal", taken_at=NOON - 2 * HOUR)
    assert received() == (None, "")
    assert received(from_relay=relay)[0] == NOON - HOUR and "王建军" in received(from_relay=relay)[1]
    assert received(from_note=note)[0] == NOON - 2 * HOUR and received(from_note=note)[1]
    ahead = {"passed_at": NOON + HOUR, "passed_by": User(name="王建军")}  # two clocks that differ
    assert received(from_relay=Relay(**ahead))[0] == NOON
    assert received(from_note=ContactNote(channel="portal", taken_at=NOON + HOUR))[0] == NOON
    assert received(from_note=ContactNote(channel="phone", taken_at=NOON - HOUR)) == (None, "")


@pytest.mark.parametrize(
    "source",
    [
        {"from_relay": Relay(passed_at=NOON - HOUR, passed_by=User(name="王建军"))},
        {"from_note": ContactNote(channel="portal", taken_at=NOON - 2 * HOUR)},
    ],
)
def test_what_the_desk_says_of_it_stands(source) -> None:
    at = NOON - 5 * MINUTE
    assert received(received_at=at, **source) == (at, "")
    assert received(backdated_because="查" * 201, **source)[1] == "查" * 200


# When an approver is reminded ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked_at", "due_at", "reminded_at"),
    [
        (march(2, 10), march(2, 12), march(2, 11)),  # half of what is left
        (march(2, 10), march(2, 18), march(2, 14)),
        (march(2, 10), march(5, 9), march(2, 14)),  # four hours of service
        (march(2, 15), march(5, 9), march(3, 10)),
        (march(2, 10), march(2, 10), march(2, 14)),  # nothing is left
        (march(2, 10), march(2, 9), march(2, 14)),
        (march(2, 10), march(2, 10, 2), march(2, 10, 1)),
    ],
)
def test_he_is_reminded_at_half_time_or_after_four_hours_of_service(asked_at, due_at, reminded_at) -> None:
    case = SimpleNamespace(at=asked_at, calendar=calendar_from(HERE, []))
    assert first_reminder(case, SimpleNamespace(due_at=due_at)) == reminded_at
