"""What the pages of every day cost besides the database: hardly a query of theirs is put into SQL anew.

To put a query of many joins into SQL costs the ORM more than the database takes to answer it. So the pages
that are opened most ask by prepared queries; a count of those that are not holds on any machine.
"""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from complaints.actions import portal_access
from complaints.sweep import sweep
from tests.cast import MONDAY_9AM, march
from tests.looking import all_jobs_done

pytestmark = pytest.mark.django_db


@pytest.fixture
def put_into_sql(client, office_clock, monkeypatch) -> Callable[[str], list[str]]:
    """The models whose rows a page reads by queries put into SQL anew, the second time it is opened."""
    asked: list[str] = []
    execute = SQLCompiler.execute_sql

    def counting(self, *args, **kwargs):
        asked.append(self.query.model.__name__)
        return execute(self, *args, **kwargs)

    def count(path: str) -> list[str]:
        client.get(path)
        with monkeypatch.context() as patch, CaptureQueriesContext(connection) as captured:
            patch.setattr(SQLCompiler, "execute_sql", counting)
            asked.clear()
            assert client.get(path).status_code == 200
        assert len(captured) > len(asked)  # the others were prepared
        return asked

    return count


def test_first_pages_ask_for_marks_failed_messages_and_unsigned_days_alone(
    client, put_into_sql, chenfang, zhoujun, wuzong, limin, case_in, office_clock
) -> None:
    case_in("acting")
    sweep(office_clock.now)
    all_jobs_done(office_clock.now)
    for person in (chenfang, zhoujun, wuzong):
        client.force_login(person)
        assert put_into_sql("/") == ["SweepMark", "OutboxMessage", "DayNote"]
    client.force_login(limin)
    assert put_into_sql("/") == []


def test_the_desk_asks_for_its_estates_numbers_and_causes_alone(client, put_into_sql, limin, case_in) -> None:
    case_in("acting")
    client.force_login(limin)
    assert put_into_sql("/desk/") == ["StepCard", "EmergencyNumber", "Cause"]


def test_a_case_asks_nothing_anew(client, put_into_sql, chenfang, walk_in) -> None:
    case = walk_in(MONDAY_9AM)
    client.force_login(chenfang)
    assert put_into_sql(f"/cases/{case.number}/") == []


def test_a_page_of_the_queue_asks_nothing_anew(client, put_into_sql, chenfang, walk_in) -> None:
    case = walk_in(MONDAY_9AM)
    client.force_login(chenfang)
    for asked in ("", "view=open&sort=severity", "view=closed", f"view=open&after=1.{case.pk}"):
        assert put_into_sql(f"/cases/?{asked}") == []


def test_the_customers_page_asks_nothing_anew(client, put_into_sql, case_in) -> None:
    case = case_in("acting")
    address = f"/r/{portal_access.make_receipt_link(case, at=march(2, 10))}"
    client.get(address)
    client.post(address)
    assert put_into_sql(f"/portal/{case.number}/") == []
