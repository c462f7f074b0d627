"""The same cause again and again: what proposes a measure, and what does not (G12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from complaints import actions, tasks
from complaints.actions import measures as acts
from complaints.actions import measures_due
from complaints.actions.measures import Plan
from complaints.measures import State
from complaints.message_texts import words
from complaints.models import Cause, Complaint, Measure, Notification
from config.framework.refusals import Refused
from owners.actions import add_building, add_unit
from tests.cast import DAY, march

DUE, BEGUN = march(20), march(3)


@pytest.fixture
def cause(db) -> Cause:
    return Cause.objects.create(code="quality", zh="房屋及设备设施质量", en="Building and equipment quality")


@pytest.fixture
def plan(wanggong, engineering) -> Any:
    def made(**said: Any) -> Plan:
        usual = {
            "root_cause": "立管接头用了 12 年，没有到期更换的规定。", "what": "立管接头满 10 年统一更换。",
            "kind": "process", "owner": wanggong, "department": engineering, "due_at": DUE,
            "process_before": "坏了再修。",
        }  # fmt: skip
        return Plan(**(usual | said))

    return made


def inbox(user: Any) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def cases_of(walk_in, cause, home):
    """So many cases of one cause at one place, a day apart."""

    def take(n: int, at: datetime = BEGUN, **said: Any) -> list[Complaint]:
        return [walk_in(at + day * DAY, **({"cause": cause} | said)) for day in range(n)]

    return take


def test_three_of_one_cause_at_one_place_propose_a_measure(cases_of, chenfang, cause, home):
    cases = cases_of(2)
    assert measures_due.propose_due(march(6)) == 0
    cases += cases_of(1, march(7))
    assert measures_due.propose_due(march(7, 12)) == 1
    row = Measure.objects.get()
    assert (row.state, row.cause, row.building, row.unit) == (State.PROPOSED, cause, home.building, None)
    assert {one.complaint for one in row.case_rows.all()} == set(cases)
    assert inbox(chenfang)[-1] == "measure_proposed"
    assert measures_due.propose_due(march(8)) == 0
    cases_of(1, march(8))
    measures_due.propose_due(march(9))
    assert (Measure.objects.count(), row.case_rows.count()) == (1, 4)  # the next one joins what stands


def test_it_is_looked_for_once_an_hour(cases_of):
    measures_due.propose_due(march(5, 12))
    cases_of(3)
    assert measures_due.propose_due(march(5, 12, 59)) == 0
    assert measures_due.propose_due(march(5, 13)) == 1


def test_ninety_days_count_and_not_one_more(cases_of):
    cases_of(1, march(3))
    cases_of(2, march(3) + 89 * DAY)
    assert measures_due.propose_due(march(3) + 91 * DAY) == 0
    cases_of(1, march(3) + 91 * DAY)
    assert measures_due.propose_due(march(3) + 92 * DAY) == 1
    assert Measure.objects.get().case_rows.count() == 3


def test_other_places_causes_and_what_does_not_count_propose_nothing(
    cases_of, walk_in, jinxiu, cause, chenfang, office_of_jinxiu, categories
):
    other = Cause.objects.create(code="fees", zh="费用", en="Fees")
    building = add_building(jinxiu, "5", "5号楼")
    elsewhere = add_unit(
        jinxiu, building=building, entrance="1", number="101", code="5-1-101", name="5号楼1单元101"
    )
    cases = cases_of(2)
    cases_of(1, cause=other)
    cases_of(1, category=categories["lifts"])
    cases_of(1, unit=elsewhere)
    wrong = cases_of(1, march(9))[0]
    actions.void(wrong, note="误录", by=chenfang, at=march(9, 10))
    assert measures_due.propose_due(march(12)) == 0
    wrong = cases_of(1, march(12))[0]
    actions.join(wrong, lead=cases[0], by=office_of_jinxiu.limin, at=march(12, 10))
    assert measures_due.propose_due(march(13)) == 0


def test_a_dismissed_proposal_does_not_come_again_until_three_new_ones_do(cases_of, chenfang):
    cases_of(3)
    measures_due.propose_due(march(6))
    row = Measure.objects.get()
    with pytest.raises(Refused):
        acts.dismiss(row, note=" ", by=chenfang, at=march(6, 12))
    acts.dismiss(row, note="同一次停电造成", by=chenfang, at=march(6, 12))
    cases_of(2, march(7))
    assert measures_due.propose_due(march(10)) == 0
    cases_of(1, march(11))
    assert measures_due.propose_due(march(12)) == 1


def test_a_proposal_is_taken_up_with_a_plan(cases_of, chenfang, plan, wanggong):
    cases_of(3)
    measures_due.propose_due(march(6))
    row = acts.adopt(Measure.objects.get(), plan=plan(), by=chenfang, at=march(6, 12))
    assert (row.state, row.round, row.owner) == (State.OPEN, 1, wanggong)
    assert row.rounds.get().due_at == DUE
    assert inbox(wanggong)[-1] == "measure_set"


def test_the_sweep_costs_the_same_however_many_places(cases_of, jinxiu, django_assert_max_num_queries):
    for n in range(6):
        building = add_building(jinxiu, f"9{n}", f"9{n}号楼")
        unit = add_unit(
            jinxiu, building=building, entrance="1", number="1", code=f"9{n}-1", name=f"9{n}号楼1"
        )
        cases_of(3, unit=unit)
    with django_assert_max_num_queries(24):
        assert measures_due.propose_due(march(8)) == 6


def test_the_sweep_has_all_three_in_its_turn():
    assert "measures" in tasks.JOBS


def test_what_joins_is_written_down(cases_of, chenfang, plan):
    first = cases_of(3)[0]
    measures_due.propose_due(march(6))
    row = Measure.objects.get()
    joined = cases_of(1, march(7))[0]
    measures_due.propose_due(march(8))
    entry = row.entries.get(kind="cases_added")
    assert (entry.actor, entry.params["numbers"]) == (None, [joined.number])
    assert not joined.events.filter(kind="measure_set").exists()  # nothing is set yet
    acts.adopt(row, plan=plan(), by=chenfang, at=march(9))
    for case in (first, joined):
        assert case.events.get(kind="measure_set").params["measure"] == row.pk


def test_three_more_join_what_is_being_done(cases_of, chenfang, plan):
    cases_of(3)
    measures_due.propose_due(march(6))
    row = acts.adopt(Measure.objects.get(), plan=plan(), by=chenfang, at=march(6, 12))
    more = cases_of(2, march(7))
    assert measures_due.propose_due(march(9)) == 0
    assert row.case_rows.count() == 3
    more += cases_of(1, march(9))
    assert measures_due.propose_due(march(10)) == 0
    assert (Measure.objects.count(), row.case_rows.count()) == (1, 6)
    assert all(case.events.filter(kind="measure_set").exists() for case in more)
    assert inbox(chenfang).count("measure_proposed") == 1


def test_several_at_once_are_one_message(cases_of, jinxiu, chenfang):
    for n in range(2):
        building = add_building(jinxiu, f"9{n}", f"9{n}号楼")
        cases_of(3, unit=add_unit(
            jinxiu, building=building, entrance="1", number="1", code=f"9{n}-1", name=f"9{n}号楼1"
        ))  # fmt: skip
    assert measures_due.propose_due(march(8)) == 2
    told = [kind for kind in inbox(chenfang) if kind.startswith("measure")]
    assert told == ["measures_proposed"]
    line = Notification.objects.get(user=chenfang, kind="measures_proposed")
    assert "2" in words(line.kind, line.params, None).line
    assert words(line.kind, line.params, None).path.endswith("?view=proposed")
