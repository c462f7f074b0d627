"""A case handled late, as several tests of overruns need it."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.models import Overrun
from tests.cast import march

MONDAY = march(2)
#: A minor case received on Monday at nine is due a day later; handled on Wednesday at ten.
HANDLED = march(4, 10)


def explain(duty, by, at, **said):
    words = {"reason": "parts", "note": "水管到货晚了两天。", "not_told_because": "业主出差，电话未接。"}
    return actions.explain_overrun(duty, by=by, at=at, **(words | said))


def handled(case, people, at, **said):
    actions.handle(case, note="已更换水管。", evidence="业主签字", by=people.wanggong, at=at, **said)
    case.refresh_from_db()
    return case


@pytest.fixture
def late(case_in, office_of_jinxiu):
    """Handled late: the duty of it, by default of a minor case."""

    def make(severity: str = "minor", at=HANDLED, **intake) -> Overrun:
        case = case_in("acting", severity=severity, at=MONDAY, **intake)
        return handled(case, office_of_jinxiu, at).overruns.get()

    return make
