"""What the case library owes by the time: drafts by rule, days of major analyses, reminders (F14)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import actions
from complaints.actions import studies as acts
from complaints.actions import studies_due
from complaints.message_texts import words
from complaints.models import CaseStudy, Complaint, Cycle, Notification, SweepMark
from complaints.studies import Kind, Origin, State
from tests.case_studies import MORE, TEXTS, closed, opened, set_major, told_of
from tests.cast import DAY, HOUR, march

NOW = march(4)
pytestmark = pytest.mark.usefixtures("chenfang", "zhoujun", "sungong", "wuzong")


def drafted() -> dict[str, tuple[str, str]]:
    return {
        number: (origin, kind)
        for number, origin, kind in CaseStudy.objects.values_list("complaint__number", "origin", "kind")
    }


def inbox(user: Any) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


# Drafts by rule -------------------------------------------------------------------------------------------


def test_what_was_told_of_reopened_or_major_is_drafted_and_nothing_else(case_in):
    hot, great, again, plain, secret, void = (case_in("acting") for _n in range(6))
    told_of(hot)
    told_of(great, "major")
    Cycle.objects.create(complaint=again, number=2, started_at=march(3), why="reopened")
    told_of(secret)
    Complaint.objects.filter(pk=secret.pk).update(restricted=True)
    told_of(void)
    Complaint.objects.filter(pk=void.pk).update(status="closed", outcome="void", closed_at=march(3))
    severe = case_in("acting")
    set_major(severe)
    assert studies_due.draft_due(NOW) == 4
    assert drafted() == {
        hot.number: (Origin.HOT, Kind.TYPICAL),
        great.number: (Origin.MAJOR, Kind.MAJOR),
        again.number: (Origin.REOPENED, Kind.REPEAT),
        severe.number: (Origin.MAJOR, Kind.MAJOR),
    }
    assert plain.number not in drafted()


def test_a_dispute_alone_is_no_reopening(case_in):
    Cycle.objects.create(complaint=case_in("acting"), number=2, started_at=march(3), why="disputed")
    assert studies_due.draft_due(NOW) == 0


def test_the_sweep_drafts_once_and_looks_once_an_hour(case_in):
    told_of(case_in("acting"))
    assert studies_due.draft_due(NOW) == 1
    told_of(late := case_in("acting"))
    assert studies_due.draft_due(NOW + timedelta(minutes=59)) == 0
    assert studies_due.draft_due(NOW + HOUR) == 1
    assert studies_due.draft_due(NOW + 2 * HOUR) == 0
    assert late.number in drafted()


def test_more_than_a_batch_goes_on_at_once(case_in, monkeypatch):
    monkeypatch.setattr(studies_due, "BATCH", 2)
    for _n in range(3):
        told_of(case_in("acting"))
    assert [studies_due.draft_due(NOW) for _n in range(3)] == [2, 1, 0]


def test_what_was_dropped_is_not_drafted_again(case_in, chenfang):
    told_of(case_in("acting"))
    studies_due.draft_due(NOW)
    acts.drop(CaseStudy.objects.get(), note="重复", by=chenfang, at=NOW)
    assert studies_due.draft_due(NOW + HOUR) == 0
    assert CaseStudy.objects.get().state == State.DROPPED


def test_the_supervisor_is_told_of_several_at_once(case_in, chenfang):
    for _n in range(2):
        told_of(case_in("acting"))
    studies_due.draft_due(NOW)
    assert inbox(chenfang).count("studies_drafted") == 1
    line = Notification.objects.get(kind="studies_drafted")
    assert "2" in words(line.kind, line.params, None).line
    told_of(case_in("acting"))
    studies_due.draft_due(NOW + HOUR)
    assert inbox(chenfang)[-1] == "study_drafted"
    line = Notification.objects.get(kind="study_drafted", user=chenfang)
    assert CaseStudy.objects.latest("pk").number in words(line.kind, line.params, None).line


def test_a_batch_costs_the_same_however_many_it_holds(case_in):
    def cost(at: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            studies_due.draft_due(at)
        return len(queries)

    studies_due.draft_due(NOW - 2 * HOUR)  # its mark is there
    for _n in range(2):
        told_of(case_in("acting"))
    first = cost(NOW)
    for _n in range(8):
        told_of(case_in("acting"))
    assert cost(NOW + HOUR) == first
    assert CaseStudy.objects.count() == 10


def test_a_draft_says_what_stands_in_its_case(case_in, wanggong):
    case = case_in("acting", content="王先生（139 1234 5678）反映：顶层漏水。")
    actions.act(case, note="已由王建军更换接头，次日试水。", by=wanggong, at=march(3))
    told_of(case)
    studies_due.draft_due(NOW)
    row = CaseStudy.objects.get()
    assert row.facts == "××（××）反映：顶层漏水。"
    assert row.handling == "已由××更换接头，次日试水。"
    assert (row.lesson, row.measures) == ("", "")  # nobody has learned anything yet
    assert row.estate == case.estate


# As the case goes on --------------------------------------------------------------------------------------


def test_an_untouched_draft_is_filled_in_again_when_its_case_is_closed(case_in, wanggong, chenfang):
    case, other = case_in("acting"), case_in("acting")
    told_of(case)
    told_of(other)
    studies_due.draft_due(NOW)
    row, kept = CaseStudy.objects.order_by("pk")
    acts.write(kept, version=1, by=chenfang, at=NOW, **TEXTS)
    for one in (case, other):
        actions.act(one, note="接头已更换。", by=wanggong, at=NOW)
        closed(one, NOW + HOUR)
    studies_due.draft_due(NOW + 2 * HOUR)
    row.refresh_from_db()
    kept.refresh_from_db()
    assert "接头已更换。" in row.handling
    assert row.version == 2
    assert kept.handling == TEXTS["handling"]
    assert studies_due.draft_due(NOW + 3 * HOUR) == 0


def test_a_major_case_owes_its_analysis_thirty_days_from_its_closing(case_in):
    case = case_in("acting")
    told_of(case, "major")
    studies_due.draft_due(NOW)
    assert CaseStudy.objects.get().due_at is None  # it is open
    closed(case, march(5))
    studies_due.draft_due(march(5, 12))
    row = CaseStudy.objects.get()
    assert row.due_at == march(5) + 30 * DAY
    assert march(5) < row.remind_at < row.due_at
    opened(case)
    studies_due.draft_due(march(6))
    row.refresh_from_db()
    assert (row.due_at, row.remind_at) == (None, None)


def test_what_was_closed_long_before_the_library_counts_from_its_draft(case_in):
    case = case_in("acting")
    told_of(case, "major")
    closed(case, march(3))
    studies_due.draft_due(march(20))
    assert CaseStudy.objects.get().due_at == march(20) + 30 * DAY


def test_what_has_become_major_is_analysed_whatever_was_made_of_it(case_in, chenfang):
    case = case_in("acting")
    told_of(case)
    studies_due.draft_due(NOW)
    acts.drop(CaseStudy.objects.get(), note="重复", by=chenfang, at=NOW)
    told_of(case, "major", 2)
    closed(case, NOW)
    studies_due.draft_due(NOW + HOUR)
    row = CaseStudy.objects.get()
    assert (row.kind, row.state, row.due_at) == (Kind.MAJOR, State.DRAFT, NOW + HOUR + 30 * DAY)
    assert studies_due.draft_due(NOW + 2 * HOUR) == 0


def test_whoever_owes_it_is_reminded_and_those_above_once_it_is_late(case_in, chenfang, zhoujun, wuzong):
    case = case_in("acting")
    told_of(case, "major")
    closed(case, NOW)
    studies_due.draft_due(NOW)
    row = CaseStudy.objects.get()
    assert studies_due.remind_due(row.remind_at - HOUR) == 0
    assert studies_due.remind_due(row.remind_at) == 1
    assert inbox(chenfang)[-1] == "study_due_soon"
    assert "study_due_soon" not in inbox(zhoujun)
    due_at = row.due_at
    studies_due.remind_due(due_at)
    assert inbox(chenfang)[-1] == "study_due_over"
    studies_due.remind_due(due_at + DAY)
    assert inbox(zhoujun)[-1] == "study_due_over"
    assert "study_due_over" not in inbox(wuzong)
    studies_due.remind_due(due_at + 7 * DAY)
    assert inbox(wuzong)[-1] == "study_due_over"
    assert studies_due.remind_due(due_at + 13 * DAY) == 0
    assert studies_due.remind_due(due_at + 14 * DAY) == 1
    row.refresh_from_db()
    assert row.is_late(due_at + DAY)


def test_what_is_published_is_not_reminded_of(case_in, chenfang, zhoujun):
    case = case_in("acting")
    told_of(case, "major")
    closed(case, NOW)
    studies_due.draft_due(NOW)
    row = acts.write(CaseStudy.objects.get(), version=1, by=chenfang, at=NOW, **TEXTS, **MORE)
    row = acts.send(row, by=chenfang, at=NOW)
    studies_due.remind_due(row.remind_at)
    assert inbox(zhoujun)[-1] == "study_due_soon"  # now it waits for the check
    row = acts.check(row, version=row.version, publish=True, by=zhoujun, at=march(6))
    assert (row.remind_at, row.due_at) == (None, NOW + 30 * DAY)
    assert studies_due.remind_due(NOW + 60 * DAY) == 0
    assert studies_due.draft_due(NOW + HOUR) == 0


def test_two_sweeps_at_once_draft_once(case_in):
    told_of(case_in("acting"))
    studies_due.draft_due(NOW)
    SweepMark.objects.filter(job=studies_due.DRAFTS).delete()
    assert studies_due.draft_due(NOW) == 0
    assert CaseStudy.objects.count() == 1


# Several on one day ---------------------------------------------------------------------------------------


@pytest.fixture
def three(case_in) -> list[CaseStudy]:
    """Analyses of three major cases; reminded of one after the other on the same day, due two days later."""
    for _n in range(3):
        set_major(case := case_in("acting"))
        closed(case, NOW)
    studies_due.draft_due(NOW)
    rows = list(CaseStudy.objects.order_by("pk"))
    for n, row in enumerate(rows):
        at = march(20, 9 + 3 * n)
        CaseStudy.objects.filter(pk=row.pk).update(due_at=at + 2 * DAY, remind_at=at)
    return rows


def said_to(user: Any) -> list[Any]:
    rows = Notification.objects.filter(user=user, kind__startswith="stud", created_at__gte=march(15))
    return list(rows.order_by("pk").values_list("kind", "params"))


def test_of_several_on_one_day_a_person_is_told_once_with_the_list(three, chenfang, sungong):
    for hour in range(24):
        while studies_due.remind_due(march(20, 9) + hour * HOUR):
            pass
    ((kind, params),) = said_to(chenfang)
    assert (kind, params["count"]) == ("studies_due", 3)
    assert params["numbers"] == [row.number for row in three]
    assert "AL-" in words("studies_due", params, None).line


def test_what_is_due_on_another_day_is_told_on_that_day(three, chenfang):
    CaseStudy.objects.filter(pk=three[2].pk).update(remind_at=march(21, 9))
    studies_due.remind_due(march(20, 9))
    assert [(kind, params["count"]) for kind, params in said_to(chenfang)] == [("studies_due", 2)]
    assert CaseStudy.objects.get(pk=three[2].pk).remind_at == march(21, 9)
    studies_due.remind_due(march(21, 9))
    assert [kind for kind, _params in said_to(chenfang)] == ["studies_due", "study_due_soon"]


def test_one_alone_is_told_in_its_own_words(three, chenfang):
    CaseStudy.objects.exclude(pk=three[0].pk).update(remind_at=None)
    CaseStudy.objects.filter(pk=three[0].pk).update(due_at=march(20, 9))
    studies_due.remind_due(march(20, 9))
    ((kind, params),) = said_to(chenfang)
    assert (kind, params["al"]) == ("study_due_over", three[0].number)


def test_what_is_over_later_that_day_is_told_when_it_is(three, chenfang, sungong):
    """Nothing is told before it is late, and nothing of it is lost in what was told in the morning."""
    CaseStudy.objects.filter(pk=three[2].pk).update(due_at=march(20, 15), remind_at=march(20, 15))
    studies_due.remind_due(march(20, 9))
    ((kind, params),) = said_to(chenfang)
    assert (kind, params["numbers"]) == ("studies_due", [row.number for row in three[:2]])
    studies_due.remind_due(march(20, 15))
    assert said_to(chenfang)[-1][0] == said_to(sungong)[-1][0] == "study_due_over"
    assert three[2].entries.filter(kind="overdue", at=march(20, 15)).count() == 1
