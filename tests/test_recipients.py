"""Who is told of a level is data of the policy a clock began with."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from complaints.digest import digest
from complaints.models import Notification, PolicyVersion
from complaints.policy import DEFAULTS, POLICY_1, ClockKind, Level, Severity
from complaints.policy_fields import with_values
from staff.roles import Role
from tests.cast import march
from tests.looking import ring, told, told_at

pytestmark = pytest.mark.django_db


def hold_by(values: dict[str, Any]) -> None:
    """A version of the rules that says this otherwise."""
    PolicyVersion.objects.create(number=2, data=with_values(DEFAULTS, values), created_at=march(1))


@pytest.mark.parametrize(
    ("kind", "severity", "roles"),
    [
        ("resolve", "minor", ["supervisor"]),
        ("resolve", "important", ["supervisor", "property_manager"]),
        ("resolve", "major", ["supervisor", "property_manager"]),
        ("media", "minor", ["supervisor", "property_manager"]),
        ("objection", "minor", ["supervisor", "property_manager"]),
        ("follow_up", "minor", ["department_head", "supervisor"]),
        ("follow_up", "major", ["department_head", "supervisor"]),
        ("bulletin", "major", []),
        ("overrun", "major", []),
        ("overrun_decision", "major", []),
        ("abnormal_review", "major", []),
    ],
)
def test_a_warning_goes_to(kind, severity, roles):
    assert POLICY_1.told(ClockKind(kind), Severity(severity), Level.WARNING) == roles


def test_a_day_over_goes_one_role_further_up_and_no_other_level_does():
    roles = {level: POLICY_1.told(ClockKind.ACCEPT, Severity.MINOR, level) for level in Level}
    first = [Role.DEPARTMENT_HEAD, Role.SUPERVISOR]
    assert roles[Level.OVER] == roles[Level.AGAIN] == first
    assert roles[Level.DAY_OVER] == [*first, Role.PROPERTY_MANAGER, Role.PROPERTY_MANAGER]


def test_others_can_be_warned(case_in):
    hold_by({"warning.minor": ["property_manager"], "clocks.reply.warning.any": ["general_manager"]})
    acting = case_in("acting", severity="minor", at=march(2, 9))
    handled = case_in("handled", severity="important", at=march(2, 9))
    ring(march(3, 4))
    assert told_at(acting, "resolve", "warning") == {"wanggong", "limin", "sungong", "zhoujun"}
    assert told_at(handled, "reply", "warning") == {"wanggong", "limin", "sungong", "wuzong"}


@pytest.mark.parametrize(
    ("further", "people"),
    [
        (0, {"wanggong", "limin", "chenfang"}),
        (1, {"wanggong", "limin", "chenfang", "zhoujun"}),
        (2, {"wanggong", "limin", "chenfang", "zhoujun", "wuzong"}),
    ],
)
def test_how_far_up_a_day_over_goes_is_said_by_the_policy(case_in, further, people):
    hold_by({"next_up.day_over": further})
    case = case_in("handled", severity="important", at=march(2, 9))
    ring(march(4, 9, 30))
    assert told_at(case, "reply", "day_over") == people


def test_a_short_clock_can_climb_too(walk_in):
    hold_by({"next_up.again": 1})
    case = walk_in(march(2, 9))
    ring(march(2, 10))
    assert told_at(case, "deliver", "over") == {"limin", "chenfang"}
    assert told_at(case, "deliver", "again") == {"limin", "chenfang", "zhoujun"}


def test_a_general_manager_can_be_told_of_minor_ones_singly(case_in):
    hold_by({"digest.instead.minor": []})
    case = case_in("acting", severity="minor", at=march(2, 9))
    ring(march(4, 9))
    assert "wuzong" in told_at(case, "resolve", "day_over")


def test_who_reads_the_digest_is_said_by_the_policy_in_force(case_in):
    case_in("acting", severity="minor", at=march(2, 9))
    hold_by({"digest.readers": ["general_manager"]})
    digest(march(4, 8, 30))
    assert told("digest", None) == {"limin", "wanggong", "wuzong"}


def test_a_version_from_before_this_was_said_tells_the_same_people(case_in):
    old = deepcopy(DEFAULTS)
    for name in ("warning", "next_up", "digest"):
        del old[name]
    for rule in old["clocks"].values():
        rule.pop("warning", None)
    PolicyVersion.objects.create(number=2, data=old, created_at=march(1))
    case = case_in("acting", severity="minor", at=march(2, 9))
    assert PolicyVersion.objects.get(number=2).policy.data == DEFAULTS
    ring(march(4, 9))
    assert told_at(case, "resolve", "warning") == {"wanggong", "limin", "sungong", "chenfang"}
    assert told_at(case, "resolve", "day_over") == {"wanggong", "limin", "zhoujun"}
    digest(march(4, 9))
    lines = Notification.objects.filter(kind="digest").values_list("user__username", flat=True)
    assert {"chenfang", "zhoujun", "wuzong"} <= set(lines)
