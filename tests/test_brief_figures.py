"""The daily and half-monthly figures against the slow truth: random histories, told when all is long over."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from complaints import actions
from complaints.models import Complaint
from complaints.policy import ClockKind, NoticeGrade
from config.framework.refusals import Refused
from reports.figures import owed, then
from reports.figures.daily import daily
from reports.figures.half_monthly import half_monthly
from reports.figures.period import Period, all_listed
from tests.cast import DAY, HOUR, MINUTE, SHANGHAI, march
from tests.histories import House, acts, swept
from tests.slow_month import Photo, photograph
from tests.slow_month import told as told_slowly

pytestmark = pytest.mark.django_db

START = march(1) - 2 * DAY
#: When photographs are taken: the turns of days and of the half month that are told.
MOMENTS = [march(1, 0), march(5, 0), march(6, 0), march(16, 0)]


def history(house: House, dice: Random) -> tuple[dict[datetime, Photo], datetime]:
    """The acts one after the other over some three weeks; marks of urgency set by the way."""
    photos: dict[datetime, Photo] = {}
    at = START
    for verb, which, number, gap in acts(dice):
        at += gap * 3 * HOUR + MINUTE  # nothing happens at the very moment another time runs out
        for moment in MOMENTS:
            if moment not in photos and at >= moment:
                swept(moment - timedelta(seconds=1))
                photos[moment] = photograph(moment)
        swept(at)
        house.act(verb, which, number, at)
        if house.cases and number % 3 == 0:
            mark(house, which, at)
    at = max(at, MOMENTS[-1] + HOUR)
    swept(at)
    for moment in MOMENTS:
        photos.setdefault(moment, photograph(moment))
    return photos, at + HOUR


def mark(house: House, which: int, at: datetime) -> None:
    """Urgent, or not any more."""
    case = house.cases[which % len(house.cases)]
    case.refresh_from_db()
    try:
        with transaction.atomic():
            changes = {"urgent": not case.urgent}
            actions.edit(case, changes, version=case.version, by=house.people.limin, at=at)
    except Refused:
        pass


def slow(before: Photo, photo: Photo, void: set[int]) -> dict[str, Any]:
    """What both reports tell of some days, counted one by one between two photographs."""
    truth = told_slowly(before, photo, void)
    cases = {pk: case for pk, case in photo.cases.items() if pk not in void}
    came = [case for pk, case in cases.items() if pk not in before.cases]
    still = [case for case in cases.values() if case.closed_at is None]
    graved = [
        case for pk, case in cases.items()
        if case.closed_at and case.grade in ("hot", "major")
        and not (pk in before.cases and before.cases[pk].closed_at == case.closed_at)
    ]  # fmt: skip
    opening, received, reopened, closed, at_end = truth["stock"]
    return {
        "stock": (opening, received, reopened, closed, at_end),
        "urgent": (sum(case.urgent for case in came), sum(case.urgent for case in still)),
        "upheld": truth["valid"],
        "new": {case.number for case in came},
        "old urgent": {case.number for case in still if case.urgent and case not in came},
        "receivers": Counter(str(case.first_receiver) for case in came),
        "grades": {
            str(grade.label): (
                sum(case.grade == grade for case in came), sum(case.grade == grade for case in still),
            )
            for grade in NoticeGrade
        },
        "ended": {case.number for case in graved},
        "overdue": truth["overdue"],
        "running": sorted(
            (cases[clock.complaint_id].number, clock.kind, clock.due_at)
            for clock in photo.clocks.values()
            if clock.stopped_at is None and clock.complaint_id in cases
            and clock.kind in ("resolve", "reply", "revisit")
        ),
        **{name: truth[name] for name in ("on_time", "revisit", "satisfaction", "second")},
        **{name: truth[name] for name in ("notable", "closure")},
        "watched": {number for number, _status, _handler in truth["attention"]},
    }  # fmt: skip


def estate_line(figures: Any) -> dict[str, Any]:
    (line,) = figures.estates
    assert line.opening + line.received + line.reopened - line.closed == line.open
    return {
        "stock": (line.opening, line.received, line.reopened, line.closed, line.open),
        "urgent": (line.urgent, line.open_urgent),
        "upheld": line.upheld,
        "overdue": {
            (late.number, late.handler if late.is_open else "done")
            for table in figures.overruns.tables
            for late in table.lines
        },
    }


def check_day(figures: Any, truth: dict[str, Any]) -> None:
    told = estate_line(figures) | {
        "new": {one.line.number for one in figures.new.lines},
        "old urgent": {one.line.number for one in figures.urgent.lines},
        "receivers": Counter(dict(figures.receivers)),
    }
    assert told == {name: truth[name] for name in told}
    assert figures.all.overdue == sum(who != "done" for _number, who in truth["overdue"])
    until = datetime.combine(figures.read_on + DAY, datetime.min.time(), SHANGHAI)
    owed_then = [(number, due) for number, _kind, due in truth["running"] if figures.as_of <= due < until]
    assert sorted((line.number, line.due_at) for line in figures.due.lines) == owed_then
    over = [
        (number, due) for number, kind, due in truth["running"]
        if kind in ("reply", "revisit") and due < figures.as_of
    ]  # fmt: skip
    assert sorted((line.number, line.due_at) for line in figures.missed.lines) == over


def check_half(figures: Any, truth: dict[str, Any]) -> None:
    kept = figures.on_time
    ways = Counter(
        on_time=kept.on_time, extended=kept.extended, late_handled=kept.late_handled, late_open=kept.late_open
    )
    told = estate_line(figures) | {
        "grades": {name: (came, still) for name, came, still in figures.grades},
        "ended": {one.line.number for one in figures.ended.lines},
        "notable": {one.line.number for one in figures.important.lines},
        "watched": {one.line.number for one in figures.watched.lines},
        "on_time": +ways,
        "satisfaction": figures.satisfaction.counts,
        "second": (figures.second, figures.second_open),
        "closure": (figures.closure.part, figures.closure.whole),
    }
    assert told == {name: truth[name] for name in told}
    fell = truth["revisit"]
    assert (figures.revisited.part, figures.revisited.whole) == (
        fell["on_time"] + fell["extended"], fell.total(),
    )  # fmt: skip
    over = [number for number, kind, due in truth["running"] if kind == "revisit" and due < figures.as_of]
    assert sorted(line.number for line in figures.revisits_over.lines) == sorted(over)


@settings(
    max_examples=4, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.randoms(use_true_random=True))
def test_every_figure_of_a_day_and_of_half_a_month_is_the_one_counted_when_it_ended(
    house, jinxiu, dice
) -> None:
    example = transaction.atomic()
    example._from_testcase = True  # what the sweep does for good ends with the example
    with example:
        house.cases.clear()
        photos, now = history(house, dice)
        void = set(Complaint.objects.filter(outcome="void").values_list("pk", flat=True))
        day = date(2026, 3, 5)
        first, second, third, last = (photos[moment] for moment in MOMENTS)
        figures = daily([jinxiu], day, day, now, "锦绣花园", all_listed)
        check_day(figures, slow(second, third, void))
        half = half_monthly([jinxiu], date(2026, 3, 1), date(2026, 3, 15), now, "锦绣花园", all_listed)
        check_half(half, slow(first, last, void))
        period = Period.of([jinxiu], day, day, now)
        mine = {one.case: one.due_at for one in owed.running(period, [ClockKind.RESOLVE])}
        cases = list(Complaint.objects.values_list("pk", flat=True))
        known = set(third.cases) - void
        theirs = {pk: due for pk, due in then.running(period, cases).items() if pk in known}
        assert mine == theirs
        transaction.set_rollback(True)


def test_the_urgent_that_are_open_leave_out_those_closed_on_the_day(
    case_in, jinxiu, office_of_jinxiu
) -> None:
    case_in("closed", at=march(2), facts={"urgent": True})
    case_in("acting", at=march(2, 9), facts={"urgent": True}, severity="major")
    closed_at = Complaint.objects.exclude(closed_at=None).get().closed_at
    day = closed_at.astimezone(SHANGHAI).date()
    (line,) = daily([jinxiu], day, day, march(28), "锦绣花园", all_listed).estates
    assert (line.closed, line.open, line.open_urgent) == (1, 1, 1)


def test_a_case_told_one_by_one_says_when_it_is_due_and_how_late(case_in, jinxiu) -> None:
    case = case_in("replied", at=march(2, 9))
    actions.dispute(case, note="还是漏", by=None, at=march(2, 15))
    half = half_monthly([jinxiu], date(2026, 3, 1), date(2026, 3, 15), march(28), "锦绣花园", all_listed)
    (told,) = half.important.lines
    due_at = case.clocks.get(kind="resolve", stopped_at=None).due_at
    assert (told.line.due_at, told.line.overdue) == (due_at, march(16, 0) - due_at)
