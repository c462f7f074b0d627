"""Rows written in plain statements are the rows the ORM would have written."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from complaints.actions.current_policy import current_policy
from complaints.models import Clock, Complaint, Cycle, Deadline, Event, Notification
from config.framework.bulk_insert import Rows, insert, write
from tests.cast import DAY, HOUR, march

pytestmark = pytest.mark.django_db
NOW = march(2)


def columns(row: models.Model, *but: str) -> dict[str, Any]:
    """What the database holds of a row."""
    return type(row).objects.values().get(pk=row.pk) | dict.fromkeys(("id", "history_id", *but))


def a_case(jinxiu, limin, number: str) -> Complaint:
    return Complaint(
        number=number, estate=jinxiu, received_at=NOW - HOUR, registered_at=NOW, content="电梯“停运”\\",
        first_receiver=limin, headcount=3, urgent=True, promised_at=NOW + DAY,
        grade_reasons={"many": ["many", 3]},
    )  # fmt: skip


def test_an_added_row_and_its_first_version_are_those_a_save_writes(jinxiu, limin) -> None:
    saved, added = a_case(jinxiu, limin, "JX-2026-000018"), a_case(jinxiu, limin, "JX-2026-000026")
    saved._history_user, saved._history_date = limin, NOW
    saved.save()
    write(added, by=limin, at=NOW)
    assert columns(added, "number") == columns(saved, "number")
    assert columns(added.history.get(), "number") == columns(saved.history.get(), "number")
    assert added.history.get().id == added.pk


def test_what_a_version_leaves_out_is_left_out_of_the_first_too(walk_in) -> None:
    case = walk_in(NOW)
    version = case.complainant.history.get()
    assert not hasattr(version, "phone")
    assert (version.history_type, version.history_date) == ("+", NOW)


def test_an_added_row_is_edited_like_any_other(jinxiu, limin) -> None:
    case = a_case(jinxiu, limin, "JX-2026-000018")
    write(case, by=None, at=NOW)
    case.place = "东门"
    case.save(update_fields=["place"])
    assert [version.place for version in case.history.order_by("history_id")] == ["", "东门"]
    assert case.history.first().prev_record.history_user is None


def test_a_row_the_database_refuses_leaves_no_version(jinxiu, limin) -> None:
    write(a_case(jinxiu, limin, "JX-2026-000018"), by=limin, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        write(a_case(jinxiu, limin, "JX-2026-000018"), by=limin, at=NOW)
    assert Complaint.history.count() == 1


@pytest.mark.parametrize("many", [1, 2, 5])
def test_written_rows_get_the_keys_they_have(walk_in, limin, many) -> None:
    case = walk_in(NOW)
    said = [
        Event(complaint=case, at=NOW + n * HOUR, recorded_at=NOW, actor=limin, kind="noted", note=f"“{n}”\n",
              params={"n": n, "zh": "说"})
        for n in range(many)
    ]  # fmt: skip
    write(*said)
    for event in said:
        there = Event.objects.get(pk=event.pk)
        assert columns(there) == columns(event)
        assert (there.at, there.note, there.params) == (event.at, event.note, event.params)


def test_nothing_to_write_asks_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        write()
        insert(Deadline, ("level",), [])


def test_defaults_and_choices_are_written_as_the_orm_writes_them(walk_in) -> None:
    case = walk_in(NOW)
    saved = Cycle.objects.create(complaint=case, number=2, started_at=NOW, why=Cycle.Why.DISPUTED)
    written = Cycle(complaint=case, number=3, started_at=NOW, why=Cycle.Why.DISPUTED)
    write(written)
    assert columns(written, "number") == columns(saved, "number")


def test_an_inserted_row_gives_way_to_the_one_that_is_there(walk_in) -> None:
    level = Deadline.objects.filter(clock__complaint=walk_in(NOW)).first()
    names = ("clock_id", "revision", "level", "due_at", "state")
    insert(Deadline, names, [(level.clock_id, 1, level.level, NOW, "pending")])
    assert Deadline.objects.get(pk=level.pk).due_at == level.due_at


def test_children_are_written_with_their_parents_and_know_their_keys(jinxiu, limin) -> None:
    case = a_case(jinxiu, limin, "JX-2026-000018")
    cycles = [Cycle(complaint=case, number=n, started_at=NOW) for n in (1, 2, 3)]
    clocks = [
        Clock(complaint=case, cycle=cycle, kind="deliver", policy=current_policy(), limit="1 day",
              severity="minor", started_at=NOW, first_due_at=NOW + DAY, due_at=NOW + DAY)
        for cycle in reversed(cycles)
    ]  # fmt: skip
    levels = [(clock, 1, "over", NOW + n * HOUR, "pending") for n, clock in enumerate(clocks)]
    names = ("clock", "revision", "level", "due_at", "state")
    write(case, *cycles, *clocks, Rows(Deadline, names, levels), by=limin, at=NOW)
    assert [clock.cycle_id for clock in clocks] == [cycle.pk for cycle in reversed(cycles)]
    for n, clock in enumerate(clocks):
        there = Deadline.objects.select_related("clock__cycle__complaint").get(clock=clock.pk)
        assert there.due_at == NOW + n * HOUR
        assert (there.clock.cycle.number, there.clock.cycle.complaint) == (3 - n, case)
        assert columns(there.clock) == columns(clock)


@pytest.mark.parametrize("many", [1, 3])
def test_each_table_is_one_statement_however_many_its_rows(
    jinxiu, limin, django_assert_num_queries, many
) -> None:
    cases = [a_case(jinxiu, limin, f"JX-2026-00001{n}") for n in range(many)]
    cycles = [Cycle(complaint=case, number=1, started_at=NOW) for case in cases]
    said = [Event(complaint=case, at=NOW, recorded_at=NOW, kind="noted", params={}) for case in cases]
    with django_assert_num_queries(4):  # one is the versions'
        write(*cases, *cycles, *said, by=limin, at=NOW)


@pytest.mark.parametrize("first", ["new", "old"])
def test_new_parents_and_old_ones_are_told_apart(walk_in, jinxiu, limin, first) -> None:
    old, new = walk_in(NOW), a_case(jinxiu, limin, "JX-2026-000026")
    cases = [new, old] if first == "new" else [old, new]
    cycles = [Cycle(complaint=case, number=9, started_at=NOW) for case in cases]
    told = [(limin.pk, case, "noted", {}, f"k{n}", NOW, None) for n, case in enumerate([None, *cases])]
    lines = Rows(Notification, ("user", "complaint", "kind", "params", "key", "created_at", "read_at"), told)
    write(new, *cycles, lines, by=limin, at=NOW)
    assert [Cycle.objects.get(pk=cycle.pk).complaint for cycle in cycles] == cases
    found = Notification.objects.filter(kind="noted").order_by("key")
    assert [line.complaint for line in found] == [None, *cases]


def test_a_child_keeps_the_parent_it_was_given(jinxiu, limin, django_assert_num_queries) -> None:
    case = a_case(jinxiu, limin, "JX-2026-000018")
    cycle = Cycle(complaint=case, number=1, started_at=NOW)
    write(case, cycle, by=limin, at=NOW)
    with django_assert_num_queries(0):
        assert cycle.complaint is case and cycle.complaint_id == case.pk


def test_a_parent_that_is_nowhere_is_refused(jinxiu, limin) -> None:
    case = a_case(jinxiu, limin, "JX-2026-000018")
    with pytest.raises(ValueError, match="unsaved related object"):
        write(Cycle(complaint=case, number=1, started_at=NOW))
    assert not Cycle.objects.exists()


def test_parameters_hold_no_objects(walk_in, limin) -> None:
    with pytest.raises(TypeError):
        write(Event(complaint=walk_in(NOW), at=NOW, recorded_at=NOW, kind="noted", params={"who": limin}))


def test_a_version_without_its_time_is_refused(jinxiu, limin) -> None:
    with pytest.raises(ValueError, match="time"):
        write(a_case(jinxiu, limin, "JX-2026-000018"), by=limin)
