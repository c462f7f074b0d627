"""The same-day check 当天核实 (W8): off by default; from acceptance to the end of service of that day."""

from __future__ import annotations

from datetime import date, time

import pytest

from complaints import actions
from complaints.actions import calendars
from complaints.actions.current_policy import current_policy
from complaints.actions.plain_moves import check_on_spot
from complaints.actions.policy_versions import save_policy
from complaints.forms.office.policy import PolicyForm
from complaints.holidays import Day
from complaints.models import Complaint
from complaints.policy_fields import Kind, differences, faults, leaves, with_values
from complaints.worktime import Calendar, end_of_service
from config.framework.refusals import Refused
from tests.cast import HOUR, march
from tests.looking import clock_of, ring, told_at

pytestmark = pytest.mark.django_db


def switched_on() -> dict:
    return with_values(current_policy().policy.data, {"same_day_check": True})


@pytest.fixture
def on(admin):
    newest = current_policy()
    save_policy(switched_on(), started_from=newest.number, note="当天核实", by=admin, at=march(1))


# Off and on ----------------------------------------------------------------------------------------


def test_it_does_not_run_unless_the_rules_say_so(case_in, office_of_jinxiu):
    case = case_in("acting", at=march(2))
    assert not case.clocks.filter(kind="same_day").exists()
    with pytest.raises(Refused):
        check_on_spot(case, note="看过", by=office_of_jinxiu.wanggong, at=march(2, 11))


def test_it_is_a_switch_on_the_page_of_the_rules():
    leaf = next(one for one in leaves(current_policy().policy.data) if one.path == "same_day_check")
    assert (leaf.kind, leaf.value) == (Kind.SWITCH, False)
    assert faults(switched_on()) == {}
    assert faults(with_values(switched_on(), {"same_day_check": "maybe"})).keys() == {"same_day_check"}
    (change,) = differences(current_policy().policy.data, switched_on())
    assert change.before != change.after and change.before and change.after
    field = PolicyForm(rules=switched_on()).fields["same_day_check"]
    assert field.initial is True and not field.required  # an empty box is a no


# Its time ------------------------------------------------------------------------------------------


def test_it_runs_from_acceptance_to_the_end_of_that_days_service(on, case_in):
    clock = clock_of(case_in("acting", at=march(2)), "same_day")
    assert clock.started_at.date() == date(2026, 3, 2)
    assert clock.due_at == march(2, 17, 30)


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        (march(2, 3), march(2, 17, 30)),
        (march(2, 17, 29), march(2, 17, 30)),
        (march(2, 17, 30), march(3, 17, 30)),  # the closing minute is outside
        (march(2, 23), march(3, 17, 30)),
        (march(6, 20), march(9, 17, 30)),  # Friday evening: nobody is there at the weekend
    ],
)
def test_after_service_it_is_the_next_staffed_days(at, ends):
    calendar = Calendar(march(2).tzinfo, staffed_on_days_off=False)
    assert end_of_service(at, calendar) == ends


def test_a_holiday_announced_since_moves_it_to_the_next_staffed_day(on, case_in, jinxiu, zhoujun):
    jinxiu.staffed_on_days_off = False
    jinxiu.save(update_fields=["staffed_on_days_off"])
    case = case_in("acting", at=march(6, 18))  # Friday, after service: due on Monday
    assert clock_of(case, "same_day").due_at == march(9, 17, 30)
    days = {date(2026, 3, 9): Day(False, "公司庆典")}
    calendars.change_days(jinxiu, days, by=zhoujun, at=march(7, 9))
    assert calendars.carry_on(march(7, 9)) >= 1
    assert clock_of(case, "same_day").due_at == march(10, 17, 30)


def test_the_end_of_service_is_after_the_lunch_break():
    calendar = Calendar(march(2).tzinfo, lunch=(time(12), time(13)))
    assert end_of_service(march(2, 12, 30), calendar) == march(2, 17, 30)


# Stopping ------------------------------------------------------------------------------------------


def test_checking_on_the_spot_stops_it_and_stands_in_the_timeline(on, case_in, office_of_jinxiu):
    case = case_in("acting", at=march(2))
    check_on_spot(case, note="水管接头开裂", by=office_of_jinxiu.wanggong, at=march(2, 11))
    clock = clock_of(case, "same_day")
    assert (clock.stopped_at, clock.breached_at) == (march(2, 11), None)
    entry = case.events.get(kind="checked_on_spot")
    assert entry.note == "水管接头开裂" and not entry.owner_sees
    with pytest.raises(Refused):  # once
        check_on_spot(case, note="再看", by=office_of_jinxiu.wanggong, at=march(2, 12))


def test_one_written_down_later_is_judged_by_when_he_was_there(on, case_in, office_of_jinxiu):
    case = case_in("acting", at=march(2))
    ring(march(2, 17, 30) + HOUR / 2)
    assert clock_of(case, "same_day").breached_at == march(2, 17, 30)
    check_on_spot(case, note="接头开裂", by=office_of_jinxiu.wanggong, at=march(3, 8), done_at=march(2, 16))
    clock = clock_of(case, "same_day")
    assert (clock.stopped_at, clock.stop_recorded_at, clock.breached_at) == (march(2, 16), march(3, 8), None)
    entry = case.events.get(kind="checked_on_spot")
    assert (entry.at, entry.recorded_at) == (march(2, 16), march(3, 8))


def test_one_made_too_late_stays_late_whenever_it_is_written_down(on, case_in, office_of_jinxiu):
    case = case_in("acting", at=march(2))
    ring(march(2, 17, 30) + HOUR / 2)
    said = {"note": "接头开裂", "by": office_of_jinxiu.wanggong, "at": march(3, 8)}
    check_on_spot(case, done_at=march(2, 17, 31), **said)
    assert clock_of(case, "same_day").breached_at == march(2, 17, 30)


@pytest.mark.parametrize("done_at", [march(2, 12), march(2, 8, 59), march(2, 9, 5)])
def test_he_was_there_neither_in_the_future_nor_before_it_was_received_or_accepted(
    done_at, on, case_in, office_of_jinxiu
):
    case = case_in("acting", at=march(2))
    with pytest.raises(Refused) as refused:
        check_on_spot(case, note="看过", by=office_of_jinxiu.wanggong, at=march(2, 11), done_at=done_at)
    assert refused.value.field == "done_at"
    assert not case.events.filter(kind="checked_on_spot").exists()


def test_who_has_handled_it_has_been_there(on, case_in, office_of_jinxiu):
    case = case_in("acting", at=march(2))
    actions.handle(case, note="已更换", evidence="签字", by=office_of_jinxiu.wanggong, at=march(2, 15))
    assert clock_of(case, "same_day").stopped_at == march(2, 15)


def test_another_handler_checks_anew(on, case_in, office_of_jinxiu):
    case = case_in("acting", at=march(2))
    people = office_of_jinxiu
    actions.reassign(case, handler=people.sungong, note="换人", by=people.chenfang, at=march(2, 11))
    assert clock_of(case, "same_day").stopped_at == march(2, 11)
    case.refresh_from_db()
    opinion = "明天更换接头，请客户放心，费用由我们承担。"
    actions.accept(case, note=opinion, by=people.sungong, at=march(2, 14))
    running = case.clocks.get(kind="same_day", stopped_at=None)
    assert (running.started_at, running.due_at) == (march(2, 14), march(2, 17, 30))


def test_over_it_goes_to_those_on_the_case_and_the_supervisor(on, case_in, office_of_jinxiu):
    case = case_in("acting", at=march(2), severity="important")
    ring(march(2, 17, 30) + HOUR / 2)
    assert told_at(case, "same_day", "over") >= {"wanggong", "chenfang"}
    assert Complaint.objects.overdue(march(2, 18)).filter(pk=case.pk).exists()


def test_the_handler_sees_it_as_his_next_step_while_it_runs(on, case_in, office_of_jinxiu, opened):
    case = case_in("acting", at=march(2), severity="major")
    assert opened(case, office_of_jinxiu.wanggong).context["moves"].next.verb == "check_on_spot"
