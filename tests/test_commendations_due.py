"""Commendations proposed by rule: what stands in the rows, once for a person and a thing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from complaints.actions import commendations as acts
from complaints.actions import commendations_due as due
from complaints.commendation_texts import REASONS
from complaints.commendations import CASES_IN_A_MONTH, EVERY, LOOK_BACK, Why
from complaints.models import (
    Clock,
    Commendation,
    CommendationEntry,
    Complaint,
    ContactNote,
    Cycle,
    Notification,
    Respondent,
    SweepMark,
)
from complaints.notifications import mark
from complaints.timeline import fill
from staff.models import Department
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, SHANGHAI, march, person
from tests.commendations import by_hand, done, praised, scored

NOW = march(20)
#: The first days of the month after.
APRIL = march(31) + 2 * DAY


@pytest.fixture(autouse=True)
def office(office_of_jinxiu):
    return office_of_jinxiu


def found() -> list[tuple[str, str]]:
    return list(Commendation.objects.order_by("pk").values_list("person__name", "why"))


def inbox(user: Any) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


# Praise that names somebody -------------------------------------------------------------------------------


def test_praise_that_names_somebody_proposes_him(jinxiu, limin, wanggong, zhoujun):
    note = praised(jinxiu, limin, NOW - DAY)
    assert due.propose_due(NOW) == 1
    row = Commendation.objects.get()
    assert (row.person, row.why, row.source, row.proposed_by) == (wanggong, "note", f"note:{note.pk}", None)
    assert row.department == wanggong.postings.get().department
    assert "熊霞" not in row.words
    assert "王建军师傅" in row.words
    assert inbox(zhoujun) == ["commendation_proposed"]
    assert CommendationEntry.objects.get().kind == "proposed"
    assert row.history.count() == 1


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("感谢王师傅", {}),  # a surname may be anybody's
        ("感谢王建军", {"kind": "enquiry"}),
        ("感谢王建军", {"taken_by": None, "channel": "portal"}),  # nobody has looked at it yet
        ("感谢何燕", {}),  # of another estate
        ("感谢李敏", {}),  # who has written it down himself
        ("我是王建军，感谢你们", {"name": "王建军"}),  # the customer's own name
    ],
)
def test_what_names_nobody_proposes_nobody(words, more, jinxiu, limin, stranger):
    said = {"words": words, "by": limin, "at": NOW - DAY} | {k: v for k, v in more.items() if k != "taken_by"}
    note = praised(jinxiu, **said)
    if "taken_by" in more:
        ContactNote.objects.filter(pk=note.pk).update(taken_by=None, channel="portal")
    assert due.propose_due(NOW) == 0


def test_a_longer_name_is_not_the_shorter_one(jinxiu, limin, engineering):
    person("wangjian", "王建", Role.HANDLER, department=engineering)
    praised(jinxiu, limin, NOW - DAY, words="感谢王建军")
    due.propose_due(NOW)
    assert found() == [("王建军", "note")]


def test_a_customer_whose_name_begins_as_ours_praises_nobody_by_it(jinxiu, limin, engineering):
    praised(jinxiu, limin, NOW - DAY, words="王建军民很满意", name="王建军民")
    assert due.propose_due(NOW) == 0
    praised(jinxiu, limin, NOW - DAY, words="感谢王建军", name="王建")
    assert due.propose_due(NOW + EVERY) == 1


def test_a_name_of_two_people_names_neither(jinxiu, limin, engineering):
    person("wangjj2", "王建军", Role.HANDLER, department=engineering)
    praised(jinxiu, limin, NOW - DAY)
    assert due.propose_due(NOW) == 0


def test_one_note_may_praise_two_and_a_firms_worker(jinxiu, limin):
    firm = Department.objects.create(estate=jinxiu, name="迅达维保", name_en="Lifts", is_contractor=True)
    person("xunda", "马俊峰", Role.HANDLER, department=firm)
    praised(jinxiu, limin, NOW - DAY, words="感谢王建军和马俊峰")
    due.propose_due(NOW)
    assert sorted(found()) == [("王建军", "note"), ("马俊峰", "note")]
    assert Commendation.objects.get(person__username="xunda").department == firm


# The best score -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "score", "fits"),
    [("important", 5, True), ("major", 5, True), ("minor", 5, False), ("important", 4, False)],
)
def test_the_best_score_after_what_was_grave(severity, score, fits, case_in, wanggong):
    scored(case_in("replied"), NOW - DAY, score, severity, remarks="熊霞说修得很好")
    assert due.propose_due(NOW) == fits
    assert found() == [("王建军", "revisit")] * fits


def test_a_second_round_counts_as_a_second_complaint(case_in, wanggong):
    case = case_in("replied")
    Cycle.objects.filter(complaint=case).update(number=2)
    Complaint.objects.filter(pk=case.pk).update(cycle_number=2)
    scored(case, NOW - DAY, severity="minor")
    due.propose_due(NOW)
    assert found() == [("王建军", "again")]


@pytest.mark.parametrize("same", [True, False])
def test_a_repeat_of_the_same_customer_counts(same, case_in, xiongxia):
    first, again = case_in("closed"), case_in("replied")
    Complaint.objects.update(severity="minor")
    Complaint.objects.filter(pk=again.pk).update(repeat_of=first)
    first.complainant.owner = again.complainant.owner = xiongxia
    if not same:
        first.complainant.owner = None
    for case in (first, again):
        case.complainant.save()
    scored(again, NOW - DAY, severity="minor")
    due.propose_due(NOW)
    assert found() == [("王建军", "again")] * same


@pytest.mark.parametrize(
    "fault",
    [
        {"restricted": True},
        {"outcome": "invalid"},
        {"cycle_number": 2},  # it was opened again since
    ],
)
def test_what_commends_nobody(fault, case_in):
    case = case_in("replied")
    scored(case, NOW - DAY)
    Complaint.objects.filter(pk=case.pk).update(**fault)
    assert due.propose_due(NOW) == 0


def test_nor_who_is_complained_about_nor_who_asked_himself(case_in, wanggong):
    case, own = case_in("replied"), case_in("replied")
    for one in (case, own):
        scored(one, NOW - DAY, by=wanggong if one is own else None)
    Respondent.objects.create(complaint=case, user=wanggong)
    assert due.propose_due(NOW) == 0


def test_what_is_long_past_is_not_proposed(jinxiu, limin, case_in):
    praised(jinxiu, limin, NOW - LOOK_BACK)
    scored(case_in("replied"), NOW - LOOK_BACK)
    assert due.propose_due(NOW) == 0
    praised(jinxiu, limin, NOW - LOOK_BACK + HOUR)
    assert due.propose_due(NOW + EVERY / 2) == 0
    SweepMark.objects.filter(job=due.PROPOSALS).update(last_ok=due.LONG_AGO)
    assert due.propose_due(NOW) == 1


def test_the_mark_of_the_sweep_does_not_push_it_away(jinxiu, limin):
    """Set after every sweep, it would leave nothing due for ever after the first."""
    praised(jinxiu, limin, NOW - DAY)
    assert due.propose_due(NOW) == 1
    praised(jinxiu, limin, NOW, "工程部孙志远很负责，多谢。")
    for minutes in (1, 30, 59):
        mark("commendations", NOW + minutes * MINUTE)
    assert due.propose_due(NOW + EVERY) == 1


# A month without overtime ---------------------------------------------------------------------------------


@pytest.fixture
def month(case_in, wanggong) -> list[Complaint]:
    cases = [case_in("handled", at=march(2)) for _n in range(CASES_IN_A_MONTH)]
    for n, case in enumerate(cases):
        done(case, wanggong, march(5 + n))
    return cases


def test_a_month_without_overtime(month, wanggong):
    assert due.propose_due(APRIL) == 1
    row = Commendation.objects.get()
    assert (row.person, row.why, row.source) == (wanggong, "month", "month:2026-03")
    assert (row.facts["n"], row.facts["month"]) == (CASES_IN_A_MONTH, "2026-03")
    assert due.propose_due(APRIL + DAY) == 0
    assert due.propose_due(APRIL + 40 * DAY) == 0


def test_one_case_less_says_little(month, wanggong, sungong):
    done(month[0], sungong, march(5))
    assert due.propose_due(APRIL) == 0


def test_the_month_is_the_estates_own(month, wanggong):
    done(month[0], wanggong, march(31).replace(hour=23, minute=59))
    assert due.propose_due(APRIL) == 1


def test_a_case_of_the_next_month_is_not_of_it(month, wanggong):
    done(month[0], wanggong, march(31).replace(hour=23, minute=59) + timedelta(minutes=1))
    assert due.propose_due(APRIL) == 0


@pytest.mark.parametrize(
    "how", ["handled late", "still open", "missed before and handled in it", "approved after"]
)
def test_one_overtime_is_enough_against_it(how, month, case_in, wanggong):
    case = month[0]
    clocks = Clock.objects.filter(complaint=case, kind="resolve")
    if how == "handled late":
        done(case, wanggong, march(5), late=True)
    if how == "still open":
        other = case_in("acting", at=march(2))
        Clock.objects.filter(complaint=other, kind="resolve").update(due_at=march(30))
    if how == "missed before and handled in it":
        clocks.update(started_at=march(2) - 20 * DAY, due_at=march(2) - 10 * DAY)
    if how == "approved after":
        clocks.update(breached_at=march(4))
    assert due.propose_due(APRIL) == 0


def test_what_was_late_in_another_month_does_not_count(month, case_in, wanggong):
    before = case_in("handled", at=march(2) - 40 * DAY)
    done(before, wanggong, march(2) - 30 * DAY, late=True)
    after = case_in("acting", at=march(30))
    Clock.objects.filter(complaint=after, kind="resolve").update(due_at=APRIL - HOUR)
    assert due.propose_due(APRIL) == 1


# Once, and true -------------------------------------------------------------------------------------------


def test_once_for_a_person_and_a_thing_whatever_became_of_it(jinxiu, limin, case_in, zhoujun):
    praised(jinxiu, limin, NOW - DAY)
    scored(case_in("replied"), NOW - DAY)
    assert due.propose_due(NOW) == 2
    for row in Commendation.objects.all():
        acts.decline(row, note="分内的工作", by=zhoujun, at=NOW)
    assert [due.propose_due(NOW + n * EVERY) for n in (1, 2)] == [0, 0]
    assert inbox(zhoujun).count("commendations_proposed") == 1


def test_what_was_proposed_by_hand_is_not_proposed_by_rule(case_in, wanggong, chenfang):
    case = case_in("replied")
    by_hand(case, wanggong, chenfang, NOW - HOUR)
    scored(case, NOW - DAY)
    assert due.propose_due(NOW) == 0


def test_why_is_said_in_a_sentence_that_is_true_of_the_rows(jinxiu, limin, case_in, wanggong):
    note = praised(jinxiu, limin, march(18, 10))
    revisit = scored(case_in("replied"), march(19, 15))
    due.propose_due(NOW)
    said = {}
    for row in Commendation.objects.all():
        with translation.override("en"):
            said[row.why] = str(REASONS[row.why]) % fill(row.facts, SHANGHAI, {})
    case = revisit.cycle.complaint
    assert note.reference in said["note"]
    assert "18 March" in said["note"] or "Mar" in said["note"]
    for word in (case.number, "Important", wanggong.name, "5 of 5"):
        assert word in said["revisit"]
    assert set(REASONS) == set(Why)


def test_a_praised_manager_is_not_asked_about_himself(jinxiu, limin, zhoujun, wuzong):
    praised(jinxiu, limin, NOW - DAY, words="感谢周军")
    due.propose_due(NOW)
    assert inbox(zhoujun) == []
    assert inbox(wuzong) == ["commendation_proposed"]


def test_the_same_few_queries_at_any_size(jinxiu, limin, case_in):
    def asked(notes: int, cases: int, at: Any) -> int:
        for _n in range(notes):
            praised(jinxiu, limin, at - HOUR)
        for _n in range(cases):
            scored(case_in("replied"), at - HOUR)
        with CaptureQueriesContext(connection) as queries:
            due.propose_due(at)
        return len(queries)

    few = asked(1, 1, NOW)
    many = asked(6, 4, NOW + DAY)
    assert many <= few
