"""What the company's rule on rewards and penalties 奖惩 says (A6, A9, A10, A11). Pure.

A company's own matter, so off until it says otherwise. The figures are what is proposed; a second person
decides, between nothing and the figure.
"""

from __future__ import annotations

from typing import Any

#: Part of `policy.DEFAULTS`. Yuan; 0: nothing is proposed.
DEFAULTS: dict[str, Any] = {
    "on": False,
    # An upheld complaint costs whoever it complains about so much of the month's bonus (004-2 art. 20).
    "penalty": {"minor": 200, "important": 200, "major": 200},
    # A published commendation brings so much.
    "reward": 0,
    # The estate loses its chance of an award for the month: said beside a penalty, and nothing more.
    "award_lost": True,
}


def amount(terms: dict[str, Any], severity: str) -> int:
    """What an upheld complaint of a severity costs. `terms`: `rewards` of a policy's data.

    >>> amount(DEFAULTS, "major")
    200
    """
    return int(terms["penalty"][severity or "minor"])
