"""Steps of the database that change rows which are there."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader

from complaints import actions
from complaints.models import ClockRevision, Complaint
from complaints.sweep import sweep
from tests.cast import march
from tests.extension_requests import ask_until
from tests.looking import clock_of

#: Released before this was a rule, and run by everybody who has a database.
BEFORE = "0021"


def test_a_step_that_writes_rows_changes_no_table() -> None:
    """On PostgreSQL a table with rows just written in the same transaction takes no index or constraint."""
    steps = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    mixed = [
        f"{app}.{name}"
        for (app, name), step in steps.items()
        if app in ("complaints", "owners", "reports", "staff") and name > BEFORE
        if 0 < sum(isinstance(operation, RunPython) for operation in step.operations) < len(step.operations)
    ]
    assert mixed == []


@pytest.mark.django_db
def test_earlier_due_times_are_told_by_what_was_kept_as_the_acts_now_write_them(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    lowered = case_in("acting", severity="major", at=march(2, 10))
    actions.regrade(lowered, severity="minor", note="没那么重", by=people.chenfang, at=march(3, 11))
    extended, late = (case_in("acting", severity="minor", at=march(2, 10)) for _ in range(2))
    actions.approve_extension(
        ask_until(extended, people, march(4), march(2, 12)), by=people.wuzong, at=march(2, 14)
    )
    sweep(march(4, 9))
    actions.approve_extension(
        ask_until(late, people, march(5), march(4, 10)), by=people.wuzong, at=march(4, 12)
    )
    written = revisions()
    assert {clock_of(case, "resolve").pk for case in (lowered, extended, late)} <= {row[0] for row in written}
    ClockRevision.objects.all().delete()
    Complaint.objects.update(changed_at=None)
    import_module("complaints.migrations.0036_what_was_known_when").tell(apps, None)
    assert revisions() == written
    lowered.refresh_from_db()
    assert lowered.changed_at == march(3, 11)


def revisions() -> list[tuple[object, ...]]:
    rows = ClockRevision.objects.order_by("clock", "until", "pk")
    return list(rows.values_list("clock", "until", "due_at", "extended", "breached_at"))
