"""A short past of the demo's company: its people, and cases of every kind as its stories leave them."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from complaints import notifications
from complaints.management.demo import company, danger, overruns, replay
from complaints.management.demo.past import replay_cases
from complaints.models import Complaint

#: A Friday afternoon in Shanghai, in working time.
NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)
MONTHS = 2


@pytest.fixture
def past(db, monkeypatch) -> list[Complaint]:
    """All the demo's stories but the many that tell the same once more, among 16 homes of two estates."""
    small = [(*estate[:3], 1, 1, 4, 2, estate[-1]) for estate in company.ESTATES]
    monkeypatch.setattr(company, "ESTATES", small)
    monkeypatch.setattr(replay, "MONTHS_BACK", MONTHS)
    dice = random.Random(2026)
    with notifications.muted(until=NOW):
        made = company.build(now=NOW, dice=dice)
        replay_cases(
            replay.Replay(made, now=NOW, dice=dice, explain=overruns.explain, open_urgent=danger.opens),
            cases=6,
        )
    return list(Complaint.objects.order_by("pk"))
