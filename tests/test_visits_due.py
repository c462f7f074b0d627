"""What visits owe by the time: told once before, once where nobody came; the same few statements."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import actions
from complaints.actions import site_visits as acts
from complaints.actions.current_policy import current_policy
from complaints.actions.policy_versions import save_policy
from complaints.actions.visits_due import remind_due
from complaints.models import Clock, Event, Notification, SiteVisit
from complaints.policy_fields import with_values
from staff.models import Absence
from tests.cast import DAY, HOUR, MINUTE, march
from tests.visits_cast import ARRANGED, BEGINS, arranged

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(case_in, wanggong) -> SiteVisit:
    return arranged(case_in("acting"), wanggong)


def told(kind: str) -> list[str]:
    lines = Notification.objects.filter(kind=kind).order_by("pk")
    return list(lines.values_list("user__username", flat=True))


def sweep(at) -> int:
    """As the sweep does: until nothing is left."""
    n = 0
    while done := remind_due(at):
        n += done
    return n


def test_whoever_is_sent_is_reminded_once_before(visit) -> None:
    assert sweep(BEGINS - HOUR - MINUTE) == 0
    assert sweep(BEGINS - HOUR) == 1
    assert told("visit_soon") == ["wanggong"]
    assert sweep(BEGINS) == 0 and told("visit_soon") == ["wanggong"]


def test_nobody_there_is_told_once_to_him_and_the_supervisor(visit) -> None:
    sweep(BEGINS - HOUR)
    assert sweep(BEGINS + 29 * MINUTE) == 0
    assert sweep(BEGINS + 30 * MINUTE) == 1
    assert sorted(told("visit_late")) == ["chenfang", "wanggong"]
    for later in (BEGINS + HOUR, BEGINS + DAY, BEGINS + 30 * DAY):
        assert sweep(later) == 0
    visit.refresh_from_db()
    assert (visit.late_at, visit.remind_at) == (BEGINS + 30 * MINUTE, None)
    entry = Event.objects.get(kind="visit_late")
    assert len(entry.params["told"]) == 2 and not entry.owner_sees


def test_after_an_outage_what_has_begun_is_not_announced(visit) -> None:
    assert sweep(BEGINS + 5 * MINUTE) == 1
    assert told("visit_soon") == []
    assert sweep(BEGINS + 35 * MINUTE) == 1
    assert len(told("visit_late")) == 2
    assert told("visit_soon") == []


@pytest.mark.parametrize("done", ["arrive", "call_off", "miss"])
def test_nothing_is_told_of_what_is_settled(visit, wanggong, done) -> None:
    if done == "arrive":
        acts.arrive(visit, by=wanggong, at=BEGINS)
    elif done == "call_off":
        acts.call_off(visit, note="不用了", asked_by="customer", by=wanggong, at=ARRANGED)
    else:
        acts.miss(visit, note="忘了", by=wanggong, at=BEGINS + MINUTE)
    assert sweep(BEGINS + DAY) == 0


def test_a_moved_appointment_is_reminded_of_anew(visit, wanggong) -> None:
    sweep(BEGINS - HOUR)
    acts.move(
        visit, note="客户改期", asked_by="customer", starts_at=BEGINS + DAY, ends_at=BEGINS + DAY + HOUR,
        by=wanggong, at=BEGINS - MINUTE,
    )  # fmt: skip
    assert sweep(BEGINS + 30 * MINUTE) == 0
    assert sweep(BEGINS + DAY - HOUR) == 1
    assert told("visit_soon") == ["wanggong", "wanggong"]


def test_the_deputy_hears_of_it_instead_of_who_is_away(visit, wanggong, sungong) -> None:
    Absence.objects.create(user=wanggong, starts_at=march(4), ends_at=march(6), deputy=sungong)
    sweep(BEGINS - HOUR)
    assert told("visit_soon") == ["sungong"]


def test_a_restricted_case_stays_in_its_circle(visit, chenfang, zhoujun) -> None:
    type(visit.complaint).objects.filter(pk=visit.complaint_id).update(restricted=True)
    sweep(BEGINS + HOUR)
    assert "chenfang" not in told("visit_late")
    assert "wanggong" in told("visit_late")


def test_a_batch_costs_the_same_however_many_it_holds(case_in, wanggong) -> None:
    case = case_in("acting")

    def cost(n: int) -> int:
        SiteVisit.objects.all().update(remind_at=None)
        for _ in range(n):
            arranged(case, wanggong)
        with CaptureQueriesContext(connection) as queries:
            assert remind_due(BEGINS + HOUR) == n
        return len(queries)

    assert cost(2) == cost(20)


# The same-day check (W8) -------------------------------------------------------------------------------


@pytest.fixture
def same_day(admin):
    newest = current_policy()
    data = with_values(newest.policy.data, {"same_day_check": True})
    save_policy(data, started_from=newest.number, note="当天核实", by=admin, at=march(1))


@pytest.mark.parametrize(("outcome", "stops"), [("met", True), ("absent", False)])
def test_seen_on_the_spot_is_the_same_day_check(same_day, case_in, wanggong, outcome, stops) -> None:
    case = case_in("acting")
    at = march(2, 15)
    row = arranged(case, wanggong, at=march(2, 11), starts_at=at, ends_at=at + HOUR)
    acts.arrive(row, by=wanggong, at=at)
    acts.find(row, outcome=outcome, found="渗水", note_left=False, by=wanggong, at=at + 10 * MINUTE)
    clock = Clock.objects.get(complaint=case, kind="same_day")
    assert clock.stopped_at == (at if stops else None)


def test_who_came_before_it_was_accepted_has_checked_nothing(same_day, case_in, wanggong, sungong) -> None:
    case = case_in("classified")
    at = march(2, 9, 12)
    row = arranged(case, sungong, by=sungong, at=at, starts_at=at, ends_at=at + HOUR)
    acts.arrive(row, by=sungong, at=at)
    actions.accept(case, note="现场查看为水管接头开裂，今天下午更换。", by=wanggong, at=march(2, 9, 20))
    acts.find(row, outcome="met", found="渗水", by=sungong, at=march(2, 9, 30))
    assert Clock.objects.get(complaint=case, kind="same_day").stopped_at is None
