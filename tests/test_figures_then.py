"""A month told later is told as it stood at its end: what came after belongs to the next report."""

from __future__ import annotations

import pytest

from complaints import actions
from reports.figures.month import Month
from tests.cast import DAY, MINUTE, march
from tests.test_figures import _english, count, handled  # noqa: F401 fixtures

pytestmark = pytest.mark.django_db

MIDNIGHT = march(31, 23, 59) + MINUTE
APRIL_10 = march(31) + 10 * DAY


def test_a_case_is_told_as_it_stood_at_the_months_end(case_in, office_of_jinxiu, count):  # noqa: F811
    people = office_of_jinxiu
    grave = case_in("acting", at=march(20), facts={"lawsuit_threatened": True})
    again = case_in("acting", at=march(21), facts={"outside_help": True})
    calm = case_in("acting", at=march(22))
    then = count(now=MIDNIGHT)
    handled(grave, people, APRIL_10 - DAY)
    actions.edit(again, {"lawsuit_started": True}, version=again.version, by=people.limin, at=APRIL_10 - DAY)
    actions.edit(calm, {"media_exposed": True}, version=calm.version, by=people.limin, at=APRIL_10 - DAY)
    later = count(now=APRIL_10)
    assert (then.attention, then.notable) == (later.attention, later.notable)
    assert [(line.number, line.status) for line in later.attention.lines] == [(grave.number, "In progress")]
    assert [line.number for line in later.notable.lines] == [again.number]
    assert count(month=Month(2026, 4), now=APRIL_10).attention.total == 3


def test_what_was_written_down_after_the_month_is_of_that_month(walk_in, count):  # noqa: F811
    before = count(now=APRIL_10)
    taken = {
        "received_at": MIDNIGHT - DAY,
        "backdated_because": "停电",
        "facts": {"lawsuit_threatened": True},
    }
    late = walk_in(MIDNIGHT + DAY, **taken)
    assert count(now=APRIL_10) == before
    april = count(month=Month(2026, 4), now=APRIL_10)
    assert [line.number for line in april.attention.lines] == [late.number]
    assert (april.received, april.stock.received, april.trend[-1].received) == (1, 1, 1)
    # Its day had run out before anybody had written it down: the month that could know of it tells it.
    assert sum(row.total for row in april.by_category) == 1


def test_a_question_whether_it_is_upheld_waits_as_it_did_then(case_in, office_of_jinxiu, count):  # noqa: F811
    people, case = office_of_jinxiu, case_in("recorded", at=march(22))
    actions.propose_invalid(case, note="与物业无关", by=people.limin, at=march(25))
    assert [waiting.number for waiting in count(now=MIDNIGHT).decisions] == [case.number]
    actions.reject_invalid(case, note="有效", by=people.chenfang, at=APRIL_10 - DAY)
    assert [waiting.number for waiting in count(now=APRIL_10).decisions] == [case.number]
