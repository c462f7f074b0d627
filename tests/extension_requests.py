"""Somebody asks for more time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from complaints import actions
from complaints.models import Extension
from staff.models import User
from tests.cast import march

NOON = march(2, 12)


def ask_until(case, people, until, at=NOON):
    """The handler asks for more time on the handling clock."""
    return actions.ask_extension(
        case,
        clock="resolve",
        reason="parts",
        note="等配件",
        new_due_at=until,
        by=people.wanggong,
        at=at,
        not_told_because="电话未接通",
    )


@pytest.fixture
def ask(case_in, office_of_jinxiu) -> Callable[..., Extension]:
    """The handler of a new case asks for more time."""

    def request(severity: str = "important", *, by: User | None = None, **said: Any) -> Extension:
        case = case_in("acting", severity=severity)
        new_due = {"minor": march(4, 9), "important": march(7, 9), "major": march(15, 9)}[severity]
        asked = {"clock": "resolve", "reason": "parts", "note": "接头缺货。", "new_due_at": new_due}
        how = (
            {"customer_told_method": "phone"}
            if "customer_told_at" in said
            else {"not_told_because": "电话未接通"}
        )
        return actions.ask_extension(
            case, **(asked | how | said), by=by or office_of_jinxiu.wanggong, at=march(2, 11)
        )

    return request
