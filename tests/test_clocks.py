"""Clocks: what starts and stops them, and what moves a due time (domain.md 4)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from complaints import actions
from complaints.clocks import explain
from complaints.policy import ClockKind, Severity
from complaints.statuses import WrongPerson
from complaints.worktime import Limit
from config.framework.refusals import Refused
from staff.roles import Role
from tests.cast import march, person
from tests.looking import clock_of, ring, running

pytestmark = pytest.mark.django_db


def give(case, people, engineering, severity, at, **words):
    return actions.classify(
        case, severity=severity, category=case.category, handler=people.wanggong, department=engineering,
        by=people.chenfang, at=at, **words,
    )  # fmt: skip


# From receipt to revisit --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "intake", "due"),
    [
        (march(2, 9), {}, march(2, 9, 30)),
        (march(2, 9), {"channel": "letter"}, march(2, 10)),
        (march(2, 9), {"channel": "portal"}, march(2, 10)),
        (march(2, 9), {"channel": "wechat"}, march(2, 9, 30)),
        (march(2, 9), {"channel": "opinion_box"}, march(2, 9, 30)),
        (march(2, 17, 15), {}, march(3, 8, 45)),  # a quarter of an hour today, the rest tomorrow
        (march(2, 17, 30), {}, march(3, 9, 30)),  # the closing minute is outside
        (march(2, 22), {}, march(3, 9, 30)),
        (march(2, 22), {"facts": {"urgent": True}}, march(2, 22, 30)),
        (march(2, 9), {"channel": "portal", "facts": {"urgent": True}}, march(2, 9, 30)),
    ],
)
def test_delivery_is_due(walk_in, received, intake, due):
    assert running(walk_in(received, **intake))["deliver"] == due


def test_online_a_first_answer_is_due_in_four_hours_of_service(walk_in):
    case = walk_in(march(2, 15), channel="wechat")
    assert running(case)["initial_answer"] == march(3, 10)


def test_the_steps_hand_the_clock_on(case_in):
    at = march(2, 9)
    assert set(running(case_in("recorded", at=at))) == {"deliver", "resolve"}
    assert running(case_in("classified", at=at)) == {"accept": march(2, 13, 10), "resolve": march(5, 9)}
    assert running(case_in("acting", at=at)) == {"resolve": march(5, 9)}
    assert running(case_in("handled", at=at)) == {"reply": march(3, 9, 30)}
    assert running(case_in("replied", at=at)) == {"revisit": march(5, 9, 40)}
    assert running(case_in("closed", at=at)) == {}


def test_the_row_knows_its_next_due_time_at_every_step(case_in):
    for status in ("received", "recorded", "classified", "acting", "handled", "replied", "closed"):
        case = case_in(status, severity="major", at=march(2, 9))
        nearest = min(running(case).items(), key=lambda pair: pair[1], default=("", None))
        assert (case.next_due_kind, case.next_due_at) == nearest, status


def test_a_day_is_the_same_wall_time_the_next_day(walk_in):
    assert running(walk_in(march(2, 23, 40)))["resolve"] == march(3, 23, 40)


def test_the_first_try_to_reach_the_customer_stops_the_revisits_clock(case_in, office_of_jinxiu):
    case = case_in("replied", at=march(2, 9))
    actions.try_revisit(case, note="无人接听", by=office_of_jinxiu.chenfang, at=march(3, 9))
    assert running(case) == {"tries": march(10, 9)}


def test_a_return_starts_a_fresh_delivery(case_in, office_of_jinxiu):
    case = case_in("classified", at=march(2, 9))
    actions.send_back(case, note="不属于工程部", by=office_of_jinxiu.wanggong, at=march(2, 11))
    assert running(case) == {"deliver": march(2, 11, 30), "resolve": march(5, 9)}


def test_a_change_of_handler_gives_the_new_one_his_own_time_to_accept(case_in, office_of_jinxiu, engineering):
    case = case_in("classified", at=march(2, 9))
    other = person("xiaoma", "马超", Role.HANDLER, department=engineering)
    actions.reassign(case, handler=other, by=office_of_jinxiu.chenfang, at=march(2, 11))
    assert running(case)["accept"] == march(2, 15)
    assert clock_of(case, "accept").started_at == march(2, 11)


# The first classification -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "due"), [("minor", march(3, 9)), ("important", march(5, 9)), ("major", march(12, 9))]
)
def test_the_first_classification_sets_the_limit_freely(case_in, severity, due):
    case = case_in("recorded", at=march(2, 9))
    assert clock_of(case, "resolve").due_at == march(3, 9)  # unclassified counts as minor
    case = case_in("classified", severity=severity, at=march(2, 9))
    resolve = clock_of(case, "resolve")
    assert (resolve.due_at, resolve.first_due_at, resolve.severity) == (due, due, severity)


def test_classified_as_major_the_answers_are_due_from_receipt(case_in):
    case = case_in("classified", severity="major", at=march(2, 9))
    assert running(case) == {
        "accept": march(2, 13, 10), "urgent_report": march(2, 13), "initial_answer": march(3, 9),
        "clear_answer": march(4, 9), "resolve": march(12, 9),
    }  # fmt: skip


def test_what_was_answered_before_the_classification_needs_no_answer_again(
    walk_in, office_of_jinxiu, engineering
):
    case = walk_in(march(2, 9))
    actions.answer(case, note="已受理", method="in_person", by=office_of_jinxiu.limin, at=march(2, 9, 5))
    give(case, office_of_jinxiu, engineering, "major", march(2, 9, 10))
    assert "initial_answer" not in running(case)
    assert "clear_answer" in running(case)


def test_a_late_mark_as_urgent_does_not_make_a_delivery_in_time_late(walk_in, office_of_jinxiu, engineering):
    """Taken from a letter at nine, urgent at 09:20, so due at 09:50; delivered at 09:45."""
    people = office_of_jinxiu
    case = walk_in(march(2, 9), channel="letter")
    actions.edit(case, {"urgent": True}, version=case.version, by=people.limin, at=march(2, 9, 20))
    assert running(case)["deliver"] == march(2, 9, 50)
    give(case, people, engineering, "important", march(2, 9, 45))
    assert clock_of(case, "deliver").breached_at is None


def test_an_approved_extension_survives_the_first_classification(walk_in, office_of_jinxiu, engineering):
    people = office_of_jinxiu
    case = walk_in(march(2, 9))
    request = actions.ask_extension(
        case, clock="resolve", reason="customer", note="业主出差，约周四进门", new_due_at=march(5, 9),
        by=people.limin, at=march(2, 10), not_told_because="电话未接通",
    )  # fmt: skip
    actions.approve_extension(request, by=people.zhoujun, at=march(2, 11))
    give(case, people, engineering, "minor", march(2, 12))
    assert clock_of(case, "resolve").due_at == march(5, 9)


def test_a_recorded_breach_stays_through_the_first_classification(walk_in, office_of_jinxiu, engineering):
    case = walk_in(march(2, 9))
    ring(march(4, 10))
    give(case, office_of_jinxiu, engineering, "major", march(4, 11))
    resolve = clock_of(case, "resolve")
    assert (resolve.due_at, resolve.breached_at) == (march(12, 9), march(3, 9))


# Another severity ---------------------------------------------------------------------------------


def regraded(case, people, severity, at):
    return actions.regrade(case, severity=severity, note="核实后调整", by=people.chenfang, at=at)


def test_a_lighter_severity_brings_the_earlier_due_time(case_in, office_of_jinxiu):
    case = case_in("acting", severity="important", at=march(2, 9))
    regraded(case, office_of_jinxiu, "minor", march(2, 10))
    assert running(case)["resolve"] == march(3, 9)


def test_a_graver_severity_never_brings_a_later_one(case_in, office_of_jinxiu):
    case = case_in("acting", severity="important", at=march(2, 9))
    regraded(case, office_of_jinxiu, "major", march(2, 10))
    assert running(case)["resolve"] == march(5, 9)
    assert clock_of(case, "resolve").severity == "major"  # it goes to other people now


def test_a_due_time_never_moves_into_the_past_a_quarter_of_the_new_limit_is_left(case_in, office_of_jinxiu):
    case = case_in("acting", severity="important", at=march(2, 9))
    regraded(case, office_of_jinxiu, "minor", march(4, 9))  # a minor one was due on the 3rd
    assert running(case)["resolve"] == march(4, 15)


def test_the_quarter_never_gives_more_time_than_there_was(case_in, office_of_jinxiu):
    """An hour before an important one is due, a minor one's quarter would reach five hours further."""
    case = case_in("acting", severity="important", at=march(2, 9))
    regraded(case, office_of_jinxiu, "minor", march(5, 8))
    assert running(case)["resolve"] <= march(5, 9)


def test_upgraded_to_major_the_answers_are_due_from_the_upgrade(case_in, office_of_jinxiu):
    case = case_in("acting", severity="important", at=march(2, 9))
    regraded(case, office_of_jinxiu, "major", march(3, 14))
    assert running(case) == {
        "urgent_report": march(3, 18), "initial_answer": march(4, 14), "clear_answer": march(5, 14),
        "resolve": march(5, 9),
    }  # fmt: skip


def test_what_was_answered_before_the_upgrade_is_no_answer_to_a_major_complaint(case_in, office_of_jinxiu):
    case = case_in("acting", severity="minor", at=march(2, 9))
    regraded(case, office_of_jinxiu, "major", march(2, 15))
    words = {"note": "今天上门", "method": "phone", "by": office_of_jinxiu.limin, "at": march(2, 16)}
    with pytest.raises(Refused) as refusal:
        actions.answer(case, clear=True, done_at=march(2, 14), **words)
    assert "3月2日 15:00" in str(refusal.value)


def test_down_and_up_again_starts_no_second_set_of_answers(case_in, office_of_jinxiu):
    case = case_in("acting", severity="major", at=march(2, 9))
    actions.answer(
        case, note="今天换电机", method="phone", clear=True, by=office_of_jinxiu.limin, at=march(2, 10)
    )
    actions.acknowledge(case, by=office_of_jinxiu.zhoujun, at=march(2, 10))
    regraded(case, office_of_jinxiu, "important", march(2, 11))
    regraded(case, office_of_jinxiu, "major", march(2, 12))
    assert set(running(case)) == {"resolve"}


def test_a_recorded_breach_stays_through_another_severity(case_in, office_of_jinxiu):
    case = case_in("acting", severity="minor", at=march(2, 9))
    ring(march(3, 10))
    regraded(case, office_of_jinxiu, "important", march(3, 11))
    assert clock_of(case, "resolve").breached_at == march(3, 9)


def test_only_a_supervisor_or_above_gives_another_severity_and_says_why(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="important", at=march(2, 9))
    for someone in (people.limin, people.wanggong, people.sungong):
        with pytest.raises(WrongPerson):
            actions.regrade(case, severity="minor", note="小事", by=someone, at=march(2, 10))
    with pytest.raises(Refused):
        actions.regrade(case, severity="minor", note=" ", by=people.chenfang, at=march(2, 10))


def test_classifying_again_with_another_severity_is_a_regrading(case_in, office_of_jinxiu, engineering):
    """Sent back and classified anew: the desk may name another handler, not another severity."""
    people = office_of_jinxiu
    case = case_in("classified", severity="important", at=march(2, 9))
    actions.send_back(case, note="不属于工程部", by=people.wanggong, at=march(2, 11))
    again = {"category": None, "handler": people.sungong, "department": engineering, "at": march(2, 12)}
    with pytest.raises(WrongPerson):
        actions.classify(case, severity="minor", reason="小事", by=people.limin, **again)
    with pytest.raises(Refused):
        actions.classify(case, severity="minor", by=people.chenfang, **again)
    actions.classify(case, severity="important", by=people.limin, **again)
    assert running(case)["resolve"] == march(5, 9)


# Urgent from now on -------------------------------------------------------------------------------


def test_a_later_mark_as_urgent_shortens_from_that_moment(case_in, office_of_jinxiu):
    case = case_in("classified", at=march(2, 9))
    assert running(case)["accept"] == march(2, 13, 10)
    actions.edit(case, {"urgent": True}, version=case.version, by=office_of_jinxiu.limin, at=march(2, 10))
    assert running(case)["accept"] == march(2, 10, 30)
    assert running(case)["urgent_report"] == march(2, 14)


def test_a_later_mark_as_urgent_never_gives_more_time(walk_in, office_of_jinxiu):
    case = walk_in(march(2, 9))
    actions.edit(case, {"urgent": True}, version=case.version, by=office_of_jinxiu.limin, at=march(2, 9, 20))
    assert running(case)["deliver"] == march(2, 9, 30)


# A new cycle --------------------------------------------------------------------------------------


def test_a_new_cycle_counts_everything_from_its_own_moment(case_in, office_of_jinxiu):
    case = case_in("replied", severity="minor", at=march(2, 9))
    case = actions.dispute(case, note="又漏了", by=None, at=march(4, 14))
    assert running(case) == {"deliver": march(4, 14, 30), "resolve": march(7, 14)}  # important now
    assert (case.cycle_number, case.severity, case.grade) == (2, "important", "important")
    assert clock_of(case, "resolve").stopped_at == march(2, 9, 30)  # the first cycle's stays as it was


def test_what_was_answered_before_the_customer_complained_again_answers_nothing_now(
    case_in, office_of_jinxiu
):
    case = case_in("replied", severity="major", at=march(2, 9))
    actions.dispute(case, note="又漏了", by=None, at=march(5))
    words = {"note": "更换整段水管", "method": "phone", "by": office_of_jinxiu.limin, "at": march(6)}
    for clear in (False, True):
        with pytest.raises(Refused) as refusal:
            actions.answer(case, clear=clear, done_at=march(3), **words)
        assert refusal.value.field == "done_at"
    actions.answer(case, clear=True, done_at=march(5, 10), **words)
    assert clock_of(case, "clear_answer", cycle=2).stopped_at == march(5, 10)


def test_an_unsatisfied_revisit_and_a_reopening_begin_the_next_cycle_too(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("replied", severity="major", at=march(2, 9))
    bad = actions.Answers(satisfaction=2)
    case = actions.revisit(case, answers=bad, method="phone", by=people.chenfang, at=march(4, 9))
    assert set(running(case)) == {
        "deliver", "urgent_report", "initial_answer", "clear_answer", "resolve",
    }  # fmt: skip
    closed = case_in("closed", severity="minor", at=march(2, 10))
    closed = actions.reopen(closed, note="又漏", by=people.limin, at=march(20))
    assert clock_of(closed, "resolve", cycle=2).due_at == march(23)


# A collective complaint ---------------------------------------------------------------------------


def test_a_member_has_no_clocks_the_lead_case_owns_them(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead = case_in("acting", severity="important", at=march(2, 9))
    member = case_in("recorded", at=march(2, 10))
    actions.join(member, lead=lead, by=people.limin, at=march(2, 11))
    assert running(member) == {}
    assert running(lead) == {"resolve": march(5, 9)}
    actions.handle(lead, note="已修好", evidence="签字", by=people.wanggong, at=march(3, 9))
    actions.reply(lead, note="已修好", method="notice", by=people.limin, at=march(3, 10))
    assert running(member) == running(lead) == {"revisit": march(6, 10)}  # each his own revisit


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        ("received", {"deliver", "resolve"}),
        ("recorded", {"deliver", "resolve"}),
        ("classified", {"accept", "resolve"}),
        ("acting", {"resolve"}),
        ("handled", {"reply"}),
        ("replied", {"revisit"}),
    ],
)
def test_out_of_the_collective_a_case_runs_by_the_clocks_of_its_status(
    case_in, office_of_jinxiu, status, kinds
):
    people = office_of_jinxiu
    lead = case_in("acting", severity="important", at=march(2, 9))
    member = case_in(status, severity="minor", at=march(2, 9))
    actions.join(member, lead=lead, by=people.limin, at=march(2, 11))
    actions.leave(member, note="情况不同", by=people.chenfang, at=march(3, 9))
    assert set(running(member)) == kinds
    assert all(due > march(3, 9) for due in running(member).values())


# In words -----------------------------------------------------------------------------------------


def test_a_deadline_explains_itself_in_chinese():
    with translation.override("zh-hans"):
        sentence = explain(
            ClockKind.RESOLVE,
            Severity.MAJOR,
            Limit.parse("10 days"),
            "3月4日 19:10",
            "3月14日 19:10",
            ["3月12日经总经理批准延至 3月20日（原因：…）"],
        )
    assert sentence == (
        "重大 → 10 日，自 3月4日 19:10起算，一般于 3月14日 19:10前处理完毕，不宜超过；"
        "3月12日经总经理批准延至 3月20日（原因：…）。"
    )


def test_a_deadline_of_a_case_nobody_has_classified_calls_it_so():
    with translation.override("zh-hans"):
        sentence = explain(ClockKind.RESOLVE, None, Limit.parse("1 days"), "3月2日 09:00", "3月3日 09:00")
    assert sentence.startswith("未定级，暂按轻微 → 1 日")


def test_classifying_reads_the_past_of_a_case_once(case_in, office_of_jinxiu, engineering):
    people = office_of_jinxiu
    case = case_in("recorded", at=march(2, 9))
    actions.answer(case, note="今天上门", method="phone", clear=True, by=people.limin, at=march(2, 10))
    with CaptureQueriesContext(connection) as captured:
        actions.classify(
            case, severity="major", category=case.category, handler=people.wanggong,
            department=engineering, by=people.chenfang, at=march(2, 11),
        )  # fmt: skip
    read = [q["sql"] for q in captured if 'FROM "complaints_event"' in q["sql"]]
    assert len(read) == 1
    running = case.clocks.filter(stopped_at=None).values_list("kind", flat=True)
    assert "clear_answer" not in running  # it was answered before it was graded
