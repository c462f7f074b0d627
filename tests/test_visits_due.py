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
from staff.models import Absence, Department
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, march, person
from tests.visits_cast import ARRANGED, BEGINS, arranged, walked

#: When the visit of most tests is told to be over.
OVER = BEGINS + 2 * HOUR + 30 * MINUTE
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


def test_nobody_there_is_told_to_him_and_the_supervisor_and_daily_once_its_time_is_over(visit) -> None:
    sweep(BEGINS - HOUR)
    assert sweep(BEGINS + 29 * MINUTE) == 0
    assert sweep(BEGINS + 30 * MINUTE) == 1
    assert sorted(told("visit_late")) == ["chenfang", "wanggong"]
    assert sweep(OVER - MINUTE) == 0
    for n, at in enumerate((OVER, OVER + DAY, OVER + 30 * DAY), 1):  # an outage is not made up for
        assert sweep(at) == 1 and sweep(at + DAY - MINUTE) == 0
        assert sorted(told("visit_over")) == ["chenfang"] * n + ["wanggong"] * n
    assert len(told("visit_late")) == 2
    visit.refresh_from_db()
    assert (visit.late_at, visit.remind_at) == (BEGINS + 30 * MINUTE, OVER + 31 * DAY)
    for kind in ("visit_late", "visit_over"):  # once each, however often it is told
        entry = Event.objects.get(kind=kind)
        assert len(entry.params["told"]) == 2 and not entry.owner_sees


@pytest.mark.parametrize("state", ["there", "looked"])
def test_what_was_begun_and_not_ended_is_told_daily_until_it_ends(visit, wanggong, state) -> None:
    row = walked(visit, state, wanggong)
    assert sweep(OVER - MINUTE) == 0
    assert sweep(OVER) == 1 and sweep(OVER + DAY) == 1
    assert sorted(told("visit_unfinished")) == ["chenfang", "chenfang", "wanggong", "wanggong"]
    assert Event.objects.filter(kind="visit_unfinished").count() == 1 and not told("visit_over")
    if state == "there":
        acts.find(row, outcome="met", found="渗水", by=wanggong, at=OVER + DAY)
    acts.leave(row, by=wanggong, at=OVER + DAY)
    assert sweep(OVER + 9 * DAY) == 0


def test_of_a_common_area_nobody_is_told_of_a_customer(case_in, wanggong) -> None:
    arranged(case_in("acting"), wanggong, agreed="none")
    sweep(BEGINS + 30 * MINUTE)
    sweep(OVER)
    assert not told("visit_late") and not told("visit_over")
    assert len(told("visit_late_common")) == len(told("visit_over_common")) == 2


def test_where_it_was_taken_from_whoever_is_sent_others_look_after_it(case_in, jinxiu, chenfang) -> None:
    firm = Department.objects.create(estate=jinxiu, name="迅达维保", is_contractor=True)
    liugong, ma = (person(name, name, Role.HANDLER, department=firm) for name in ("liugong", "ma"))
    case = case_in("recorded")
    actions.classify(
        case, severity="minor", category=case.category, handler=liugong, department=firm, by=chenfang,
        at=march(2, 10),
    )  # fmt: skip
    arranged(case, liugong)
    actions.reassign(case, handler=ma, note="换人", by=chenfang, at=ARRANGED)
    assert sorted(told("visit_orphaned")) == ["chenfang", "limin", "ma"]
    sweep(BEGINS - HOUR)
    assert not told("visit_soon")
    assert sorted(told("visit_orphaned")) == ["chenfang", "chenfang", "limin", "limin", "ma", "ma"]
    sweep(BEGINS + HOUR)
    assert sorted(told("visit_late")) == ["chenfang", "limin", "ma"]


def test_where_it_was_taken_from_nobody_nobody_is_told(visit, sungong, chenfang) -> None:
    actions.reassign(visit.complaint, handler=sungong, note="换人", by=chenfang, at=ARRANGED)
    assert not told("visit_orphaned")  # he reads it as before


def test_who_is_complained_about_meanwhile_hears_no_more(visit, wanggong) -> None:
    visit.complaint.respondents.create(user=wanggong)
    sweep(BEGINS - HOUR)
    assert not told("visit_soon") and sorted(told("visit_orphaned")) == ["chenfang", "limin"]


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
        acts.miss(visit, note="忘了", by=wanggong, at=BEGINS + 2 * HOUR)
    assert sweep(OVER - MINUTE) == 0 and not told("visit_late")
    assert sweep(BEGINS + DAY) == (1 if done == "arrive" else 0)


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
