"""What a report to owners tells besides its blocks; each part joins here as plain values by name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from reports.figures.promises import promises
from staff.models import Estate


def told_of(estate: Estate, first: date, last: date, at: datetime) -> dict[str, Any]:
    """As it stood at the end of the days, or at `at` within them."""
    return {"promises": promises(estate, first, last, at)}
