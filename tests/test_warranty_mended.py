"""Warranty: no step without its day, none without a way on, and nobody decides past who decides (T48)."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.utils import translation

from complaints import actions, warranty
from complaints.actions import warranty as acts
from complaints.actions import warranty_due
from complaints.message_texts import words
from complaints.models import Attachment, CaseWarranty, Event, Notification
from complaints.timeline import entries
from complaints.warranty import ENDED, State
from config.framework.refusals import Refused
from tests.cast import DAY, march
from tests.warranty_cast import (  # noqa: F401
    TUESDAY,
    built,
    covered,
    inbox,
    leak,
    officer,
    told,
)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def now_of(case: Any) -> CaseWarranty:
    return CaseWarranty.objects.get(pk=case.pk)


def kinds(case: Any) -> list[str]:
    found = case.events.filter(kind__startswith="warranty_").order_by("pk")
    return list(found.values_list("kind", flat=True))


# Every open step has its day ----------------------------------------------------------------------------


def test_every_open_state_has_a_day_and_no_ended_one():
    for state in State:
        found = warranty.due(state, TUESDAY, 3 * DAY)
        assert (found is None) == (state in ENDED), state


def test_each_step_is_reminded_of(covered, built, officer, chenfang):  # noqa: F811
    """To be told, at work and done: nobody saw to it, so the officer hears of it each time."""
    assert now_of(covered).due_at == TUESDAY + DAY
    told(covered, built, chenfang)
    acts.send_people(covered, whom="刘工", by=chenfang, at=march(4))
    assert now_of(covered).due_at == march(4) + 7 * DAY
    assert warranty_due.remind_due(march(4) + 7 * DAY) == 1
    acts.finish(covered, done="打胶", by=chenfang, at=march(12))
    assert now_of(covered).due_at == march(12) + 3 * DAY
    assert warranty_due.remind_due(march(12) + 3 * DAY) == 1
    assert inbox(officer).count("warranty_due") == 2
    last = Notification.objects.filter(user=officer, kind="warranty_due").latest("pk")
    assert "Done, to be signed by the owner" in repr(words(last.kind, last.params, covered))


def test_what_cannot_be_told_is_reminded_of(case_in, officer, chenfang):  # noqa: F811
    case = case_in("acting")
    acts.choose_part(case, part="roof", by=chenfang, at=TUESDAY)
    assert warranty_due.remind_due(TUESDAY + 3 * DAY) == 1
    assert inbox(officer) == ["warranty_due"]


def test_whoever_makes_it_covered_the_officer_hears_of_it(leak, officer, case_in, limin, chenfang):  # noqa: F811
    case_in("acting", facts={"under_warranty": True})
    assert inbox(officer) == ["warranty_yours"]
    actions.edit(leak, {"under_warranty": True}, version=leak.version, by=limin, at=march(4))
    assert inbox(officer) == ["warranty_yours"] * 2
    assert kinds(leak) == ["warranty_decided_covered"]


# A builder can be late -----------------------------------------------------------------------------------


def test_telling_him_again_gives_no_more_time(covered, built, chenfang):  # noqa: F811
    due = told(covered, built, chenfang).due_at
    assert told(covered, built, chenfang, at=march(5)).due_at == due
    other = acts.notify_builder(covered, firm="别家防水", notified_how="phone", by=chenfang, at=march(5))
    assert other.due_at == march(5) + 3 * DAY


def test_a_visit_is_a_promise_for_the_coming_days(covered, built, chenfang):  # noqa: F811
    due = told(covered, built, chenfang).due_at
    for when in (march(3, 12), march(4) + 31 * DAY, march(4).replace(year=2099)):
        with pytest.raises(Refused) as fault:
            acts.agree_visit(covered, visit_at=when, by=chenfang, at=march(4))
        assert fault.value.field == "visit_at"
    later = acts.agree_visit(covered, visit_at=march(20), by=chenfang, at=march(4))
    assert (later.visit_at, later.due_at) == (march(20), due)
    assert acts.agree_visit(covered, visit_at=march(5), by=chenfang, at=march(4)).due_at == march(5)


def test_coming_again_from_work_does_not_start_his_days_anew(covered, built, chenfang):  # noqa: F811
    told(covered, built, chenfang)
    due = acts.send_people(covered, whom="刘工", by=chenfang, at=march(4)).due_at
    row = acts.agree_visit(covered, visit_at=march(20), by=chenfang, at=march(5))
    assert (row.state, row.due_at) == (State.AGREED, due)
    assert acts.send_people(covered, whom="刘工", by=chenfang, at=march(10)).due_at == due


# Ways on -------------------------------------------------------------------------------------------------


def test_a_wrong_report_of_repair_is_taken_back(covered, built, limin, chenfang):  # noqa: F811
    due = told(covered, built, chenfang).due_at
    acts.finish(covered, done="打胶", by=chenfang, at=march(4))
    row = acts.take_report_back(covered, because="点错了", by=limin, at=march(4, 12))
    assert (row.state, row.done_at, row.done, row.due_at) == (State.NOTIFIED, None, "", due)
    acts.finish(covered, done="打胶", by=chenfang, at=march(5))
    acts.refuse_to_sign(covered, because="还渗水", by=limin, at=march(6))
    acts.finish(covered, done="重做", by=chenfang, at=march(7))
    row = acts.take_report_back(covered, because="只做了一半", by=limin, at=march(8))
    assert (row.state, row.done, row.refused_because) == (State.REFUSED, "打胶", "还渗水")


def test_another_repair_begins_without_the_old_steps(covered, built, limin, chenfang, officer):  # noqa: F811
    told(covered, built, chenfang)
    acts.finish(covered, done="打胶", by=chenfang, at=march(4))
    acts.sign(covered, signed_how="confirmed", note="电话", by=limin, at=march(5))
    row = acts.repair_again(covered, because="同处又渗水", by=limin, at=march(9))
    assert (row.state, row.due_at, row.opened_at) == (State.TO_NOTIFY, march(10), march(9))
    assert (row.firm, row.notified_at, row.done_at, row.signed_at) == ("", None, None, None)
    assert inbox(officer)[-1] == "warranty_yours"
    assert CaseWarranty.history.filter(complaint=covered.pk, state=State.SIGNED).exists()


def test_the_part_is_corrected_after_the_builder_was_told(covered, built, chenfang):  # noqa: F811
    told(covered, built, chenfang)
    row = acts.choose_part(covered, part="roof", by=chenfang, at=march(4))
    assert (row.part, row.state, row.firm) == ("roof", State.NOTIFIED, "华建三局")
    row = acts.choose_part(covered, part="plumbing", by=chenfang, at=march(4))
    assert (row.state, row.firm, row.due_at, row.late_from) == (State.NOT_COVERED, "", None, None)


def test_old_steps_do_not_survive_a_decision(covered, built, chenfang):  # noqa: F811
    told(covered, built, chenfang)
    acts.send_people(covered, whom="刘工", by=chenfang, at=march(4))
    for n, yes in enumerate((False, True)):
        acts.decide_otherwise(
            covered, covered=yes, ground="other", because="复核", by=chenfang, at=march(5 + n)
        )
    row = now_of(covered)
    assert (row.state, row.notified_at, row.sent_at, row.opened_at) == (
        State.TO_NOTIFY,
        None,
        None,
        march(6),
    )


# Who decides ----------------------------------------------------------------------------------------------


def test_the_desk_does_not_undo_what_a_supervisor_decided(covered, limin, chenfang):  # noqa: F811
    acts.decide_otherwise(
        covered, covered=False, ground="own_damage", because="外力", by=chenfang, at=march(4)
    )
    covered.refresh_from_db()
    with pytest.raises(Refused) as fault:
        actions.edit(covered, {"under_warranty": True}, version=covered.version, by=limin, at=march(5))
    assert fault.value.field == "under_warranty"
    covered.refresh_from_db()
    actions.edit(covered, {"under_warranty": True}, version=covered.version, by=chenfang, at=march(5))
    assert kinds(covered)[-1] == "warranty_decided_covered"


def test_the_desk_takes_nothing_from_a_builder_at_work(covered, built, limin, chenfang):  # noqa: F811
    told(covered, built, chenfang)
    covered.refresh_from_db()
    with pytest.raises(Refused):
        actions.edit(covered, {"under_warranty": False}, version=covered.version, by=limin, at=march(5))
    assert now_of(covered).state == State.NOTIFIED


def test_a_tick_stays_where_nothing_can_be_worked_out(case_in, limin, chenfang):
    case = case_in("acting", facts={"under_warranty": True})
    row = acts.choose_part(case, part="roof", by=limin, at=TUESDAY)
    case.refresh_from_db()
    assert (row.part, row.covered, row.why, case.under_warranty) == ("roof", True, "by_hand", True)
    assert kinds(case) == ["warranty_part"]


def test_why_it_was_decided_is_not_a_contractors_to_read(covered, chenfang):  # noqa: F811
    acts.decide_otherwise(
        covered, covered=False, ground="own_damage", because="对内说明", by=chenfang, at=march(4)
    )
    events = list(Event.objects.filter(complaint=covered).order_by("pk"))
    for reasons in (True, False):
        notes = [one.note for one in entries(events, covered, people={}, reasons=reasons)]
        assert ("对内说明" in notes) == reasons


def test_a_typed_firm_comes_before_the_chosen_one(covered, built, chenfang):  # noqa: F811
    row = told(covered, built, chenfang, firm="别家防水")
    assert (row.builder, row.firm) == (None, "别家防水")


@pytest.mark.parametrize("hidden", [False, True])
def test_the_signed_sheet_bears_the_name_of_who_hides(built, case_in, limin, chenfang, hidden):  # noqa: F811
    case = case_in("acting", facts={"identity_hidden": hidden})
    acts.choose_part(case, part="outer_wall", by=chenfang, at=TUESDAY)
    told(case, built, chenfang)
    acts.finish(case, done="打胶", by=chenfang, at=march(4))
    sheet = Attachment.objects.create(
        file="sheet.jpg", name="sheet.jpg", content_type="image/jpeg", size=1, sha256="0",
        uploaded_at=march(5), uploaded_by=limin,
    )  # fmt: skip
    row = acts.sign(case, signed_how="signed", files=(sheet,), by=limin, at=march(5))
    sheet.refresh_from_db()
    assert (row.scan, sheet.is_list) == (sheet, hidden)


# With the case ---------------------------------------------------------------------------------------------


def test_a_withdrawn_case_drops_its_warranty(covered, built, officer, limin, chenfang):  # noqa: F811
    told(covered, built, chenfang)
    covered.refresh_from_db()
    actions.withdraw(covered, by=limin, at=march(4), note="业主撤诉", confirmed_by="phone")
    row = now_of(covered)
    assert (row.state, row.due_at, row.remind_at) == (State.DROPPED, None, None)
    assert warranty_due.remind_due(march(30)) == 0
    covered.refresh_from_db()
    actions.reopen(covered, by=chenfang, at=march(10), note="业主又反映")
    row = now_of(covered)
    assert (row.state, row.due_at, row.firm) == (State.TO_NOTIFY, march(11), "")
    assert kinds(covered)[-2:] == ["warranty_dropped", "warranty_back"]


def test_a_member_of_a_lead_drops_its_warranty_and_takes_it_up_alone(covered, case_in, chenfang):  # noqa: F811
    lead = case_in("acting")
    actions.join(covered, lead=lead, by=chenfang, at=march(4))
    assert now_of(covered).state == State.DROPPED
    assert warranty_due.remind_due(march(20)) == 0


# Rows of before ---------------------------------------------------------------------------------------------


def test_rows_of_before_get_their_days_and_versions(covered, case_in, chenfang):  # noqa: F811
    gone = case_in("acting")
    acts.choose_part(gone, part="outer_wall", by=chenfang, at=TUESDAY)
    type(gone).objects.filter(pk=gone.pk).update(outcome="withdrawn", status="closed", closed_at=march(4))
    CaseWarranty.objects.update(due_at=None, remind_at=None)
    CaseWarranty.history.all().delete()
    import_module("complaints.migrations.0072b_warranty_days").fill(apps, None)
    row, other = now_of(covered), now_of(gone)
    assert row.due_at and row.due_at == row.remind_at
    assert (other.state, other.due_at) == (State.DROPPED, None)
    kept = CaseWarranty.history.filter(complaint=gone.pk).order_by("history_date", "history_id")
    assert [(one.state, one.history_type) for one in kept] == [("to_notify", "+"), ("dropped", "~")]
    assert kept[0].history_date == TUESDAY
