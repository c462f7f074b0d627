"""What a report to owners tells besides its blocks; each part joins here as plain values by name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from reports.figures.promises import earlier, promises
from staff.models import Estate


def told_of(estate: Estate, span: str, first: date, last: date, at: datetime) -> dict[str, Any]:
    """As it stood at the end of the days, or at `at` within them."""
    return {"promises": promises(estate, first, last, at, told=earlier(estate, span, first))}
