"""Section 2 of the monthly report: every resolve deadline that passed unapproved, by name (domain.md 8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from complaints import actions
from complaints.models import Extension, Overrun
from complaints.sweep import sweep
from reports.figures.late import Asked
from reports.figures.month import Month
from reports.figures.overrun_shapes import Overruns
from reports.figures.shapes import OnTime
from reports.monthly.report import context
from reports.monthly.workbook import key_figures, sheets
from tests.cast import DAY, HOUR, MINUTE, OPINION, SHANGHAI, march
from tests.figures import handled

pytestmark = pytest.mark.django_db

APRIL = Month(2026, 4)
MAY = Month(2026, 5)
MIDNIGHT = march(31, 23, 59) + MINUTE
APRIL_20 = march(31) + 20 * DAY


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setattr("complaints.sweep.check_skew", lambda now: None)
    with translation.override("en"):
        yield


def numbers(overruns: Overruns) -> tuple[list[str], list[str], list[str]]:
    still, late, refused = (sorted(line.number for line in table.lines) for table in overruns.tables)
    return still, late, refused


def explain(case, people, at: datetime, note: str = "泵体要从外地调货") -> Overrun:
    return actions.explain_overrun(
        Overrun.objects.get(complaint=case), reason="parts", note=note, not_told_because="没有联系上",
        by=people.wanggong, at=at,
    )  # fmt: skip


# Which deadlines, and in which table ------------------------------------------------------------


def test_what_passed_unapproved_stands_in_one_of_three_tables(case_in, extended, office_of_jinxiu, count):
    people = office_of_jinxiu
    still = case_in("acting", at=march(20, 9))
    late = case_in("acting", at=march(2, 9))
    handled(late, people, march(6, 12))
    declined = case_in("acting", at=march(3, 9))
    extended(declined, asked_at=march(5), until=march(9), declined=True)
    handled(declined, people, march(7, 9))
    too_late = case_in("acting", at=march(9, 9))
    sweep(march(12, 9))
    extended(too_late, asked_at=march(13), until=march(16))
    handled(too_late, people, march(15))
    # In time, within an extension, and not due yet: none of them is overdue.
    handled(case_in("acting", at=march(2, 10)), people, march(5, 10))
    kept = case_in("acting", at=march(4, 9))
    extended(kept, asked_at=march(6, 9), until=march(9, 9))
    handled(kept, people, march(9, 9))
    case_in("acting", at=march(30))
    told = count().overruns
    assert numbers(told) == ([still.number], [late.number], sorted([declined.number, too_late.number]))
    assert (told.total, told.open, told.carried) == (4, 1, 0)
    (line,) = told.handled_late.lines
    assert (line.due_at, line.done_at, line.late) == (march(5, 9), march(6, 12), DAY + 3 * HOUR)
    assert (line.severity, line.handler, line.department) == ("Important", "王建军", "Engineering")
    (line,) = told.still_open.lines
    assert (line.due_at, line.done_at, line.late) == (march(23, 9), None, 8 * DAY + 15 * HOUR)
    # The on-time chart tells the same of the upheld ones.
    kept = count().on_time
    assert (kept.late_handled, kept.late_open) == (3, 1)


def test_a_month_with_eleven_overdue_does_not_say_nothing_was(case_in, office_of_jinxiu, count):
    for day in range(2, 13):
        handled(case_in("acting", at=march(day)), office_of_jinxiu, march(day) + 4 * DAY)
    told = count().overruns
    assert (told.total, told.handled_late.total, told.still_open.total) == (11, 11, 0)


def test_declined_and_still_open_stands_among_the_declined_and_says_so(case_in, extended, count):
    case = case_in("acting", at=march(3, 9))
    extended(case, asked_at=march(5), until=march(9), declined=True)
    told = count().overruns
    assert numbers(told) == ([], [], [case.number])
    assert (told.open, told.refused.open) == (1, 1)
    (line,) = told.refused.lines
    assert line.explanation == "asked for more time: Parts or material on order · 等待配件到货"
    assert line.approver == "吴海涛 declined more time on Thu 5 Mar 09:10"


def test_one_approved_in_time_and_late_again_was_not_refused(case_in, extended, office_of_jinxiu, count):
    case = case_in("acting", at=march(3, 9))
    extended(case, asked_at=march(5), until=march(8), declined=True)
    extended(case, asked_at=march(5, 12), until=march(9, 9))
    handled(case, office_of_jinxiu, march(10, 9))
    told = count().overruns
    assert numbers(told) == ([], [case.number], [])
    assert told.handled_late.lines[0].due_at == march(9, 9)


def test_a_due_time_moved_once_when_it_had_passed_was_missed_all_the_same(
    case_in, extended, office_of_jinxiu, count
):
    case = case_in("acting", at=march(9), severity="minor")  # due a day later
    extended(case, asked_at=march(13), until=march(16))
    handled(case, office_of_jinxiu, march(15))
    told = count().overruns
    assert numbers(told) == ([], [], [case.number])
    assert told.refused.lines[0].due_at == march(10)


def test_a_due_time_set_anew_at_the_very_instant_it_ran_out_is_in_time_but_for_a_breach_on_record(
    case_in, engineering, office_of_jinxiu, count
):
    """As what is handled then: in time to the minute. A breach on record stays (domain.md 4, 5)."""
    people, due = office_of_jinxiu, march(10, 9)
    granted = case_in("acting", at=march(9, 9), severity="minor")
    kept, missed = (case_in("recorded", at=march(9, 9)) for _ in range(2))  # counts as minor until classified
    request = actions.ask_extension(
        granted, clock="resolve", reason="parts", note="等待配件到货", new_due_at=march(12),
        by=people.wanggong, at=march(9, 12), not_told_because="电话未接通",
    )  # fmt: skip

    def classify(case) -> None:
        actions.classify(
            case, severity="important", category=case.category, handler=people.wanggong,
            department=engineering, by=people.chenfang, at=due,
        )  # fmt: skip

    classify(kept)
    sweep(due)  # the breach of the two others is written down
    actions.approve_extension(request, by=people.wuzong, at=due)
    classify(missed)
    for case in (kept, missed):
        actions.accept(case, note=OPINION, by=people.wanggong, at=due)
    for case in (granted, kept, missed):
        assert case.clocks.get(kind="resolve").due_at > due
        handled(case, people, due + MINUTE)
    figures = count()
    assert numbers(figures.overruns) == ([], [missed.number], [])
    assert figures.overruns.handled_late.lines[0].due_at == due
    assert figures.on_time == OnTime(on_time=1, extended=1, late_handled=1)


def test_a_case_nobody_has_judged_is_overdue_all_the_same(walk_in, count):
    case = walk_in(march(20, 9))
    told = count().overruns
    assert numbers(told) == ([case.number], [], [])
    assert told.still_open.lines[0].approver == "Property manager: was not asked"
    assert count().on_time.rate.whole == 0


def test_a_wrong_entry_is_overdue_nowhere(case_in, office_of_jinxiu, count):
    case = case_in("acting", at=march(3))
    actions.void(case, note="重复录入", by=office_of_jinxiu.chenfang, at=march(20))
    assert count().overruns.total == 0


# Over the turn of a month -----------------------------------------------------------------------


def test_what_is_late_over_the_turn_of_a_month_is_open_in_one_and_handled_late_in_the_next(
    case_in,
    office_of_jinxiu,
    count,
):
    case = case_in("acting", at=march(27, 9))  # due on the 30th
    handled(case, office_of_jinxiu, march(31) + 3 * DAY)
    in_march, in_april = count(now=APRIL_20).overruns, count(APRIL_20, APRIL).overruns
    assert numbers(in_march) == ([case.number], [], [])
    assert numbers(in_april) == ([], [case.number], [])
    assert (in_march.carried, in_april.carried) == (0, 1)
    assert count(APRIL_20 + 30 * DAY, MAY).overruns.total == 0


def test_what_nobody_handles_is_listed_every_month_however_old(case_in, count):
    case = case_in("acting", at=march(5, 9))
    later = march(31) + 100 * DAY
    for month in (Month(2026, 3), APRIL, MAY, Month(2026, 6)):
        told = count(later, month).overruns
        assert numbers(told) == ([case.number], [], [])
        assert told.still_open.lines[0].due_at == march(8, 9)
    assert count(later, Month(2026, 2)).overruns.total == 0


def test_a_deadline_at_midnight_belongs_to_the_month_that_begins(case_in, count):
    case_in("acting", at=march(29, 0, 0))
    assert count(now=APRIL_20).overruns.total == 0
    assert count(APRIL_20, APRIL).overruns.total == 1


def test_an_answer_given_at_midnight_belongs_to_the_month_that_begins(case_in, extended, count):
    case = case_in("acting", at=march(27, 9))
    extended(case, asked_at=MIDNIGHT - 10 * MINUTE, until=MIDNIGHT + 3 * DAY, declined=True)
    in_march = count(now=APRIL_20).overruns
    assert numbers(in_march) == ([case.number], [], [])
    assert in_march.still_open.lines[0].approver == "General manager: asked for more time, not answered"
    assert numbers(count(APRIL_20, APRIL).overruns) == ([], [], [case.number])


def test_a_month_told_later_is_told_as_it_stood_at_its_end(
    case_in,
    office_of_jinxiu,
    count,
    extended,
    engineering,
):
    people = office_of_jinxiu
    waits, late = case_in("acting", at=march(20, 9)), case_in("acting", at=march(21, 9))
    granted = case_in("acting", at=march(27, 9))
    actions.ask_extension(
        waits, clock="resolve", reason="parts", note="等配件", not_told_because="电话未接",
        new_due_at=march(25), by=people.wanggong,
        at=march(22),
    )  # fmt: skip
    handled(late, people, march(25, 9))
    sweep(MIDNIGHT - MINUTE)
    then = count(now=MIDNIGHT).overruns
    assert numbers(then) == (sorted([waits.number, granted.number]), [late.number], [])
    assert [line.approver for line in then.still_open.lines if line.number == waits.number] == [
        "General manager: asked for more time, not answered"
    ]
    extended(granted, asked_at=MIDNIGHT + DAY, until=MIDNIGHT + 3 * DAY)
    actions.decline_overrun(
        explain(late, people, MIDNIGHT + DAY), comment="应提前申购", by=people.wuzong, at=MIDNIGHT + 2 * DAY
    )
    for case in (waits, granted, late):
        case.refresh_from_db()
    actions.reassign(
        waits, handler=people.sungong, department=engineering, note="换人", by=people.chenfang,
        at=MIDNIGHT + DAY,
    )  # fmt: skip
    handled_by = MIDNIGHT + 5 * DAY
    actions.handle(granted, note="已修复", evidence="照片", by=people.wanggong, at=handled_by)
    later = count(now=APRIL_20).overruns
    assert then == later
    in_april = count(APRIL_20, APRIL).overruns
    assert numbers(in_april) == ([waits.number], [], [granted.number])
    assert [line.handler for line in in_april.still_open.lines] == ["孙志远"]


# What is said of each ---------------------------------------------------------------------------


def test_a_late_case_stands_with_its_explanation_and_what_the_approver_said(
    case_in,
    office_of_jinxiu,
    count,
):
    people, case = office_of_jinxiu, case_in("acting", at=march(2, 9))
    other = case_in("acting", at=march(2, 10))
    handled(case, people, march(10, 9))
    handled(other, people, march(10, 9))
    actions.decline_overrun(
        explain(case, people, march(11)), comment="备件应提前申购", by=people.wuzong, at=march(12)
    )
    actions.accept_overrun(explain(other, people, march(11)), by=people.wuzong, at=march(12))
    first, second = count().overruns.handled_late.lines
    assert first.explanation == second.explanation == "Parts or material on order · 泵体要从外地调货"
    assert first.approver == "吴海涛: explanation not accepted · 备件应提前申购"
    assert second.approver == "吴海涛: explanation accepted"


def test_what_is_not_decided_or_not_explained_is_said_in_words(case_in, office_of_jinxiu, count):
    people, case = office_of_jinxiu, case_in("acting", at=march(2, 9))
    handled(case, people, march(10, 9))
    explain(case, people, march(20))
    (line,) = count(now=march(21)).overruns.handled_late.lines
    assert line.approver == "General manager: not yet decided"
    (line,) = count(now=march(19)).overruns.handled_late.lines
    assert line.explanation == "not yet explained"


def test_an_explanation_corrected_after_the_month_is_told_in_it_as_it_was(
    case_in,
    office_of_jinxiu,
    count,
):
    people, case = office_of_jinxiu, case_in("acting", at=march(2, 9))
    handled(case, people, march(10, 9))
    explain(case, people, march(20))
    then = count(now=MIDNIGHT).overruns
    explain(case, people, MIDNIGHT + DAY, note="另有原因")
    assert count(now=APRIL_20).overruns == then


# What the report says ---------------------------------------------------------------------------


def shown(figures, language="en") -> str:
    with translation.override(language):
        return render_to_string("reports/monthly_body.html", context(figures, SHANGHAI))


def test_the_sentence_is_true_of_the_rows(case_in, extended, office_of_jinxiu, count):
    assert "Nothing was overdue without approval." in shown(count())
    handled(case_in("acting", at=march(2, 9)), office_of_jinxiu, march(6, 12))
    extended(case_in("acting", at=march(3, 9)), asked_at=march(5), until=march(9), declined=True)
    case_in("acting", at=march(20, 9))
    case_in("acting", at=march(5) - 10 * DAY)
    figures = count()
    page = " ".join(shown(figures).split())
    assert "Nothing was overdue" not in page
    assert "<strong>4</strong> resolve deadlines were overdue without approval." in page
    assert "Still open: 2; handled late: 1; declined or approved too late: 1." in page
    assert "Of the last, not handled yet: 1." in page
    assert "Due before this month and carried into it: 1." in page
    for heading in ("Still open · 2", "Handled late · 1", "Declined or approved too late · 1"):
        assert f"<h3>{heading}</h3>" in page
    for table in figures.overruns.tables:
        for line in table.lines:
            assert page.count(f">{line.number}</td>") == 1
    chinese = "".join(shown(figures, "zh-hans").split())
    assert "没有超时未批" not in chinese
    assert "超时未批<strong>4</strong>件次" in chinese


def test_the_key_figures_equal_the_tables(case_in, extended, office_of_jinxiu, count):
    handled(case_in("acting", at=march(2, 9)), office_of_jinxiu, march(6, 12))
    extended(case_in("acting", at=march(3, 9)), asked_at=march(5), until=march(9), declined=True)
    case_in("acting", at=march(20, 9))
    figures = count()
    found = {name: (part, whole) for name, part, whole, _share in key_figures(figures)}
    assert found["Overdue without approval"] == (3, None)
    rows = {each.sheet: list(each.rows) for each in sheets(figures)}
    for title in ("Still open", "Handled late", "Declined or approved too late"):
        assert found[f"Overdue without approval · {title}"] == (len(rows[title]), 3) == (1, 3)
    assert found["Overdue without approval · not handled yet"] == (2, 3)
    tile = next(tile for tile in context(figures, SHANGHAI)["tiles"] if tile.label.startswith("Overdue"))
    assert (tile.figure, tile.note) == ("3", "not handled yet 2; last month 0")


def test_a_long_table_says_where_the_rest_is_and_the_workbook_has_it(case_in, count, monkeypatch):
    monkeypatch.setattr("reports.monthly.overruns.SHOWN", 2)
    for day in range(2, 7):
        case_in("acting", at=march(day))
    figures = count()
    assert "and 3 more in the workbook." in shown(figures)
    (rows,) = (list(each.rows) for each in sheets(figures) if each.sheet == "Still open")
    assert len(rows) == 5
    assert [row[3] for row in rows] == sorted(row[3] for row in rows)  # the longest late first


def test_a_yes_by_word_of_mouth_that_was_not_confirmed_in_a_day_was_none(case_in, office_of_jinxiu, count):
    """Its speaker approved later, when the time had passed: too late, whatever he had said before."""
    people = office_of_jinxiu
    case = case_in("acting", at=march(3, 9))
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", new_due_at=march(8, 9),
        not_told_because="没有联系上", by=people.wanggong, at=march(5),
    )  # fmt: skip
    actions.note_oral_approval(
        request, said_by=people.wuzong, said_at=march(6, 8), by=people.wanggong, at=march(6, 8)
    )
    sweep(march(6, 10))
    actions.approve_extension(request, by=people.wuzong, at=march(7, 9))
    handled(case, people, march(7, 12))
    assert numbers(count().overruns) == ([], [], [case.number])


def test_work_written_down_as_the_month_ends_is_still_open_in_it(case_in, office_of_jinxiu, count):
    late = case_in("acting", at=march(20, 9))
    handled(late, office_of_jinxiu, MIDNIGHT)
    assert numbers(count(now=APRIL_20).overruns) == ([late.number], [], [])
    assert numbers(count(now=APRIL_20, month=APRIL).overruns) == ([], [late.number], [])


def test_time_granted_at_the_very_due_time_was_not_granted_late():
    due = march(5, 9)
    asked = Asked(Extension.State.APPROVED, "", "", due, "general_manager", "吴海涛", due, due)
    assert not asked.mended(due)
    assert replace(asked, said_at=due + MINUTE).mended(due)
    assert not replace(asked, said_at=None).mended(due)
