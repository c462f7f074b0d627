"""Answers still owed on closed cases: found in the queue, on the first page and in the digest."""

import pytest
from django.db import connection, transaction
from django.utils import translation

from complaints import actions, message_texts
from complaints.digest import digest
from complaints.models import Complaint, Notification
from staff.models import User
from tests.cast import march
from tests.list_pages import copies, numbers, tiles
from tests.markup import markup

pytestmark = pytest.mark.django_db

DUE = march(6, 9)
TITLE = "Closed cases on which something is still owed"


@pytest.fixture
def owing(case_in) -> Complaint:
    """Closed on the 2nd with the customer; 12345 waits for its answer until the 6th."""
    order = {"external_number": "12345-0099", "external_due_at": DUE}
    return case_in("closed", channel="hotline", facts=order)


def answer(case: Complaint, people) -> None:
    actions.answer_external(case, note="已办结。", by=people.zhoujun, at=march(3))


def test_a_closed_case_with_an_order_to_answer_lies_in_a_view_of_its_own(
    read, owing, case_in, chenfang, office_of_jinxiu
) -> None:
    case_in("closed")
    page = read(chenfang, "/cases/", view="owed")
    assert numbers(page) == [owing.number]
    text = markup(page)
    assert 'aria-current="page">Still owed<span class="count">1</span>' in text
    assert "Answer to the authority due" in text and "Resolved" in text
    answer(owing, office_of_jinxiu)
    assert numbers(read(chenfang, "/cases/", view="owed")) == []
    assert "Still owed" not in markup(read(chenfang, "/cases/", view="open"))


def test_what_runs_on_an_open_case_is_not_counted_twice(read, case_in, chenfang) -> None:
    case_in("acting", channel="hotline", facts={"external_number": "1", "external_due_at": DUE})
    assert "Still owed" not in read(chenfang, "/cases/", view="open").content.decode()


def test_the_view_passes_the_filters_and_the_estates_border(read, owing, chenfang, stranger) -> None:
    assert numbers(read(chenfang, "/cases/", view="owed", channel="hotline")) == [owing.number]
    assert numbers(read(chenfang, "/cases/", view="owed", channel="phone")) == []
    assert numbers(read(stranger, "/cases/", view="owed")) == []


def test_the_first_page_of_those_concerned_tells_of_it(
    read, owing, office_of_jinxiu, laozhao, wuzong, auditor
) -> None:
    people = office_of_jinxiu
    for person in (people.limin, people.wanggong, people.chenfang, people.zhoujun, wuzong, auditor):
        page = read(person, "/")
        assert numbers(page) == [owing.number] and TITLE in page.content.decode(), person
    assert TITLE not in read(laozhao, "/").content.decode()  # he has no part in it
    assert tiles(read(people.chenfang, "/"))["Open"] == 0
    answer(owing, people)
    assert TITLE not in read(people.chenfang, "/").content.decode()


def test_the_digest_counts_what_is_overdue_apart(owing, case_in, office_of_jinxiu) -> None:
    def said() -> dict[str, str]:
        lines = Notification.objects.filter(kind="digest").select_related("user")
        with translation.override("en"):
            return {
                line.user.username: message_texts.words("digest", line.params, None).line for line in lines
            }

    digest(march(5))
    assert said() == {}  # not due yet
    digest(march(7))
    only = "Closed cases on which something is still owed and overdue: 1."
    assert said() == dict.fromkeys(("limin", "wanggong", "chenfang", "zhoujun", "wuzong"), only)
    line = Notification.objects.filter(kind="digest").first()
    assert message_texts.words("digest", line.params, None).path == "/cases/?view=owed"
    Notification.objects.all().delete()
    case_in("acting", severity="minor", at=march(7, 10))
    digest(march(9))
    assert said()["zhoujun"] == (
        "Overdue today: 1 complaints, 0 of them important or major;"
        " and 1 closed cases on which something is still owed."
    )


def test_the_digest_counts_each_case_once_for_whoever_received_and_handles_others(
    owing, case_in, office_of_jinxiu
) -> None:
    case_in("acting", severity="minor", at=march(2, 10))
    digest(march(7))
    params = Notification.objects.get(kind="digest", user__username="limin").params
    assert (params["count"], params["owed"]) == (1, 1)


def test_the_lists_cost_the_same_at_ten_and_at_a_thousand(queries, owing, chenfang, limin) -> None:
    def cost(person: User, path: str, rows: int) -> object:
        with transaction.atomic():  # taken back: checking thousands of keys takes minutes
            copies(owing, rows)
            cost = queries(person, path)
            transaction.set_rollback(True)
        return cost

    for person in (chenfang, limin):
        for path in ("/cases/?view=owed", "/"):
            assert cost(person, path, 1000) == cost(person, path, 10)


def test_a_digest_costs_the_same_however_many_answers_are_owed(
    owing, django_assert_max_num_queries, office_of_jinxiu
) -> None:
    copies(owing, 200)
    with django_assert_max_num_queries(20):
        digest(march(7))
    assert Notification.objects.get(kind="digest", user=office_of_jinxiu.limin).params["owed"] == 201


def test_the_counts_read_the_few_rows_of_an_index(owing) -> None:
    """At 100,000 closed cases the view must not read them all."""
    rows = Complaint.objects.owed().filter(estate=owing.estate_id).order_by("next_due_at")
    if connection.vendor == "sqlite":
        assert "complaint_owed_by_due" in rows.values_list("pk").explain()
