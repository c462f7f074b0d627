"""A query put into SQL once answers every asker as the ORM would."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Clock, Complaint, Event
from config.framework.prepared_queries import PreparedQuery
from staff.models import Estate
from staff.permissions import permissions_of
from tests.cast import HOUR, march

pytestmark = pytest.mark.django_db
NOW = march(2, 12)


def test_everybody_finds_what_he_may_see_whoever_asked_before(everybody, cases) -> None:
    seen = PreparedQuery(lambda person: Complaint.objects.visible_to(person).order_by("pk").values_list("pk"))
    for _round in range(2):
        for user in everybody.values():
            asks = permissions_of(user, NOW)
            expected = list(Complaint.objects.visible_to(asks).order_by("pk").values_list("pk", flat=True))
            assert [pk for (pk,) in seen(asks)] == expected


def test_people_of_the_same_roles_share_the_sql_and_nothing_else(everybody, cases, stranger) -> None:
    built = []

    def build(person):
        built.append(person)
        return Complaint.objects.visible_to(person).values_list("number")

    seen = PreparedQuery(build)
    limin, laozhao, other = (
        permissions_of(user, NOW) for user in (everybody["limin"], everybody["laozhao"], stranger)
    )
    here, there = {number for (number,) in seen(limin)}, {number for (number,) in seen(other)}
    asked = len(built)
    list(seen(permissions_of(everybody["limin"], NOW + HOUR)))
    assert len(built) == asked and here and not here & there
    assert {number for (number,) in seen(laozhao)} != here  # the duty desk: not the restricted one


def test_a_time_a_number_a_word_and_no_key_are_asked_for_anew(case_in) -> None:
    case = case_in("acting")
    number = PreparedQuery(lambda number: Complaint.objects.filter(number=number).values_list("pk"))
    assert list(number(case.number)) == [[case.pk]] and list(number("JX-1")) == []

    def count(case: int | None, now: datetime) -> int:
        return sum(1 for _row in happened(case, now))

    happened = PreparedQuery(
        lambda case, now: (
            (Event.objects.filter(complaint=case) if case else Event.objects.all())
            .filter(at__lt=now)
            .values_list("pk")
        )
    )
    at = case.events.latest("at", "pk").at
    for moment in (at, at + timedelta(seconds=1), at - HOUR):
        expected = case.events.filter(at__lt=moment).count()
        assert count(case.pk, moment) == count(None, moment) == expected and count(case.pk + 1, moment) == 0


def test_rows_come_as_the_query_says(case_in) -> None:
    case = case_in("acting")
    clock = case.clocks.order_by("pk").first()
    objects = PreparedQuery(
        lambda case: Clock.objects.filter(complaint=case).select_related("cycle").order_by("pk")
    )
    with CaptureQueriesContext(connection) as captured:
        found = next(objects(case.pk))
        assert (found, found.due_at, found.cycle.number) == (clock, clock.due_at, 1)
    assert len(captured) == 1
    rows = PreparedQuery(lambda *keys: Complaint.objects.filter(pk__in=keys).values("pk", "received_at"))
    assert list(rows(case.pk, 0)) == list(rows(case.pk)) == [{"pk": case.pk, "received_at": case.received_at}]


def test_what_no_row_can_answer_is_not_asked(django_assert_num_queries) -> None:
    nothing = PreparedQuery(lambda pk: Estate.objects.none())
    with django_assert_num_queries(0):
        assert list(nothing(1)) == []


def test_what_is_worked_out_of_a_key_must_be_a_key(db) -> None:
    late = PreparedQuery(lambda now: Event.objects.filter(at__lt=now - HOUR))
    with pytest.raises(ValueError, match="make that a key"):
        late(NOW)
