"""Tables are empty after a test whose rows were really written, whatever they say of each other."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from complaints.models import Complaint
from staff.models import User
from tests.emptied import STAYS, empty

pytestmark = pytest.mark.django_db(transaction=True)


def rows() -> dict[str, int]:
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    counts = {model._meta.db_table: model._base_manager.count() for model in models if not model._meta.proxy}
    return {table: count for table, count in counts.items() if count}


def test_every_row_goes_but_those_that_django_would_make_again(case_in) -> None:
    case_in("replied")
    before = rows()
    assert {"complaints_complaint", "complaints_event", "staff_user", "owners_unit"} < set(before)
    assert set(empty(connection)) == set(before) - STAYS
    assert set(rows()) == STAYS and empty(connection) == []
    assert ContentType.objects.count() >= 100 and Permission.objects.count() >= 400
    with connection.cursor() as cursor:
        cursor.execute(
            "SHOW session_replication_role" if connection.vendor == "postgresql" else "PRAGMA foreign_keys"
        )
        assert cursor.fetchone()[0] in ("origin", 1)  # keys are looked at again


@pytest.mark.parametrize("turn", [1, 2])
def test_the_next_test_begins_without_people_and_cases(request, turn) -> None:
    assert not User.objects.exists() and not Complaint.objects.exists()
    request.getfixturevalue("case_in")("recorded")
