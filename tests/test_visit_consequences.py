"""What follows from a visit: danger taken in hand, who revisits, what ends with the case, who is told."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.actions import site_visits as acts
from complaints.channels.customers import written
from complaints.models import Event, Notification, OutboxMessage, SiteVisit
from tests.cast import DAY, HOUR, MINUTE, march
from tests.visits_cast import ARRANGED, BEGINS, arranged, walked

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(case_in):
    return case_in("acting")


@pytest.fixture
def visit(case, wanggong) -> SiteVisit:
    return arranged(case, wanggong)


def kinds(case) -> list[str]:
    return list(Event.objects.filter(complaint=case).order_by("pk").values_list("kind", flat=True))


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("user__username", flat=True))


def test_who_arrived_has_taken_the_danger_in_hand(walk_in, chenfang, engineering, wanggong) -> None:
    case = walk_in(march(2), facts={"urgent": True})
    actions.classify(
        case, severity="major", category=case.category, handler=wanggong, department=engineering, by=chenfang,
        at=march(2, 9, 5),
    )  # fmt: skip
    case.refresh_from_db()
    assert case.danger_since
    now = march(2, 9, 10)
    row = arranged(case, wanggong, by=chenfang, at=now, starts_at=now, ends_at=now + HOUR)
    acts.arrive(row, by=wanggong, at=now + 10 * MINUTE)
    case.refresh_from_db()
    assert case.danger_since is None


def test_with_its_case_closed_nobody_goes(case, visit, limin, chenfang) -> None:
    there = arranged(case, limin, starts_at=BEGINS + DAY, ends_at=BEGINS + DAY + HOUR)
    acts.arrive(there, by=limin, at=ARRANGED)
    actions.void(case, note="重复录入", by=chenfang, at=ARRANGED + HOUR)
    visit.refresh_from_db()
    there.refresh_from_db()
    assert (visit.state, visit.ended_by, visit.remind_at) == ("off", None, None)
    assert there.state == "there"
    assert told("visit_off") == {"wanggong"}
    assert "visit_lapsed" in kinds(case)


def test_who_saw_the_place_does_not_revisit(case_in, wanggong, limin, sungong) -> None:
    case = case_in("acting")
    walked(arranged(case, sungong, by=limin), "looked", sungong)
    assert sungong.pk in actions.involved([case.pk])[case.pk]


def test_the_visits_of_who_leaves_go_to_another(case, visit, wanggong, sungong, chenfang) -> None:
    late = arranged(case, wanggong, starts_at=ARRANGED + HOUR, ends_at=ARRANGED + 2 * HOUR)
    there = acts.arrive(arranged(case, wanggong), by=wanggong, at=ARRANGED)
    moved, left = actions.transfer_duties(
        wanggong, to=sungong, note="离职", by=chenfang, at=ARRANGED + 2 * HOUR
    )
    assert case in moved and left == []
    for row, whose in ((visit, sungong), (late, sungong), (there, wanggong)):
        starts_at = row.starts_at
        row.refresh_from_db()
        assert (row.visitor, row.starts_at) == (whose, starts_at)


def test_the_customer_is_written_to_over_the_ways_there_are(case, wanggong, xiongxia, limin) -> None:
    xiongxia.email = "xx@example.com"
    xiongxia.save()
    row = arranged(case, wanggong, agreed="phone")
    acts.move(
        row, note="改期", asked_by="customer", starts_at=BEGINS + DAY, ends_at=BEGINS + DAY + HOUR, by=limin,
        at=ARRANGED,
    )  # fmt: skip
    acts.call_off(row, note="不用了", asked_by="customer", by=limin, at=ARRANGED)
    arranged(case, wanggong, agreed="none")
    sent_kinds = OutboxMessage.objects.filter(kind__startswith="owner_visit").order_by("pk")
    assert list(sent_kinds.values_list("channel", "kind")) == [
        ("email", "owner_visit"), ("email", "owner_visit"), ("email", "owner_visit_off"),
    ]  # fmt: skip
    assert "3月5日（周四）14:00–15:00" in written(sent_kinds[1], case).words
