"""Appointments for site visits in the month's figures, against a slow computation."""

from __future__ import annotations

import random
import statistics
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from complaints import actions
from complaints.actions import site_visits as acts
from complaints.models import Complaint, SiteVisit
from reports import rollups
from reports.figures import facts
from reports.figures.behind import FIGURES
from reports.figures.counted import Counted
from reports.figures.kept import holding
from reports.figures.month import Month
from reports.figures.monthly import monthly
from reports.figures.period import Period
from reports.figures.visit_shapes import Visits
from reports.figures.visits import NUMBERS, visits
from reports.monthly.links import Links
from reports.monthly.report import context
from reports.monthly.workbook import monthly_workbook
from tests.cast import DAY, HOUR, MINUTE, SHANGHAI, march
from tests.visits_cast import BEGINS, arranged, walked

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH, APRIL = Month(2026, 2), Month(2026, 3), Month(2026, 4)
LATER = march(31) + 10 * DAY
OVER = BEGINS + 2 * HOUR


@pytest.fixture
def case(case_in) -> Complaint:
    return case_in("acting")


def came(case: Complaint, who: Any, at: datetime, outcome: str = "met", **more: Any) -> SiteVisit:
    row = acts.arrive(arranged(case, who, **more), by=who, at=at)
    left = {"note_left": True} if outcome == "absent" else {}
    return acts.find(row, outcome=outcome, found="渗水", by=who, at=at + MINUTE, **left)


@pytest.fixture
def some(case, wanggong, limin, chenfang, case_in) -> dict[str, SiteVisit]:
    """One of each, within half an hour, within its time, and after it."""
    found = {
        "met": came(case, wanggong, BEGINS + 10 * MINUTE),
        "absent": came(case, wanggong, BEGINS + 30 * MINUTE, "absent"),
        "refused": came(case, wanggong, OVER + 20 * MINUTE, "refused"),
        "missed": acts.miss(arranged(case, wanggong), note="堵车", by=wanggong, at=OVER),
        "common": walked(arranged(case, wanggong, agreed="none"), "ended", wanggong),
        "off": acts.call_off(
            arranged(case, wanggong), note="不用了", asked_by="customer", by=limin, at=BEGINS
        ),
    }
    other = case_in("acting")
    lapsed = arranged(other, wanggong), arranged(other, wanggong, starts_at=march(9), ends_at=march(9) + HOUR)
    actions.withdraw(other, note="不投诉了", confirmed_by="phone", by=limin, at=OVER + MINUTE)
    acts.miss(lapsed[0], note="忘了", by=wanggong, at=OVER + HOUR)  # entered once the case was closed
    wrong = case_in("acting")
    came(wrong, wanggong, BEGINS)
    actions.void(wrong, note="重复录入", by=chenfang, at=BEGINS + HOUR)
    return found | {"lapsed": lapsed[0], "lapsed in time": lapsed[1], "to come": arranged(case, wanggong)}


BY_HAND = Visits(5, kept=2, late=1, missed=2, absent=1, refused=1, delays=(600, 1800, 8400))


def told(jinxiu: Any, month: Month = MARCH, at: datetime = LATER) -> Visits:
    return monthly([jinxiu], month, at).visits


def test_kept_late_missed_and_in_vain(some, jinxiu, cuihu) -> None:
    assert told(jinxiu) == BY_HAND and BY_HAND.median == 30
    assert told(jinxiu, APRIL) == told(jinxiu, FEBRUARY) == told(cuihu) == Visits()


def test_a_month_that_is_over_does_not_move(some, jinxiu, wanggong) -> None:
    row, at = some["to come"], march(31) + DAY
    acts.arrive(row, done_at=BEGINS, by=wanggong, at=at)
    acts.find(row, outcome="met", found="渗水", by=wanggong, at=at)
    assert told(jinxiu) == BY_HAND
    assert told(jinxiu, APRIL) == Visits(1, kept=1, delays=(0,))


def test_what_was_kept_before_the_case_was_closed_is_not_missed(case, wanggong, limin, jinxiu) -> None:
    row, wrong = arranged(case, wanggong), arranged(case, wanggong)
    acts.arrive(wrong, by=wanggong, at=BEGINS)
    actions.withdraw(case, note="不投诉了", confirmed_by="phone", by=limin, at=OVER + MINUTE)
    assert told(jinxiu) == Visits()  # nobody has written down yet what it came to
    acts.arrive(row, done_at=BEGINS + 10 * MINUTE, by=wanggong, at=OVER + HOUR)
    acts.find(row, outcome="met", found="渗水", by=wanggong, at=OVER + HOUR)
    assert told(jinxiu) == Visits(1, kept=1, delays=(600,))
    acts.take_back(wrong, note="点错了", by=wanggong, at=OVER + HOUR)
    acts.miss(wrong, note="忘了", by=wanggong, at=OVER + HOUR)
    assert told(jinxiu) == Visits(2, kept=1, missed=1, delays=(600,))


def test_the_same_out_of_a_roll_up(some, jinxiu, cuihu, case_in) -> None:
    both = [jinxiu, cuihu]
    rollups.fill(LATER)
    assert MARCH in holding(both, [MARCH], LATER)
    assert told(jinxiu) == monthly(both, MARCH, LATER).visits == BY_HAND


def test_its_numbers_stand_on_page_paper_and_sheet_and_open_their_cases(
    some, jinxiu, zhoujun, client: Client
) -> None:
    with translation.override("en"):
        figures = monthly([jinxiu], MARCH, LATER)
        shown = context(figures, SHANGHAI, Links("/", f"estate-{jinxiu.pk}", "2026-03-01", "2026-03-31"))
        assert shown["tables"]["visits"].count("<a href") == 6
        assert "30 min" in shown["tables"]["visits"]
        assert not context(monthly([jinxiu], APRIL, LATER), SHANGHAI)["tables"]["visits"]
        assert monthly_workbook(figures, SHANGHAI)
    client.force_login(zhoujun)
    asked = {"scope": f"estate-{jinxiu.pk}", "from": "2026-03-01", "until": "2026-03-31"}
    page = client.get(
        reverse("reports:behind"),
        asked | {"figure": "visits_appointments"},
        headers={"accept-language": "en"},
    )
    text = page.content.decode()
    assert "Appointments for site visits" in text and "Site visit no. 4, agreed for" in text
    month = client.get(
        reverse("reports:monthly"),
        {"month": "2026-03", "scope": f"estate-{jinxiu.pk}"},
        headers={"accept-language": "en"},
    )
    assert "figure=visits_missed" in month.content.decode()


# Against a slow computation -------------------------------------------------------------------------------


def slow(period: Period) -> Visits:
    """Row by row, in plain words."""
    found = dict.fromkeys(NUMBERS, 0)
    delays = []
    for row in SiteVisit.objects.select_related("complaint__estate"):
        case = row.complaint
        if row.agreed == "none" or case.outcome == "void" or case.estate not in period.estates:
            continue
        if row.outcome in ("met", "absent", "refused"):
            at = row.found_at
        elif (
            row.outcome == "missed"
            or row.state == "off"
            and not row.ended_by
            and not row.arrived_at
            and row.ended_at >= row.ends_at
        ):
            at = row.ended_at
        else:
            continue
        if Month.of(at, case.estate.zone) != period.month or at >= period.now:
            continue
        found["appointments"] += 1
        if row.arrived_at is None:
            found["missed"] += 1
            continue
        found["kept" if row.arrived_at <= row.ends_at else "late"] += 1
        if row.outcome in ("absent", "refused"):
            found[row.outcome] += 1
        delays.append(max(0, round((row.arrived_at - row.starts_at).total_seconds())))
    return Visits(**found, delays=tuple(sorted(delays)))


def made(case: Complaint, who: Any, number: int, dice: random.Random) -> SiteVisit:
    """A visit as it may stand, of any state."""
    begins = march(1) + timedelta(minutes=dice.randrange(-43_000, 90_000))
    ends = begins + timedelta(minutes=dice.randrange(30, 240))
    arrived = begins + timedelta(minutes=dice.randrange(-60, 400))
    at = arrived + timedelta(minutes=dice.randrange(1, 9_000))
    how = dice.choice(["met", "absent", "refused", "missed", "off", "lapsed", "planned", "there", "looked"])
    row: dict[str, Any] = {"state": "ended", "agreed": dice.choice(["phone", "desk", "portal"])}
    if how in ("met", "absent", "refused", "looked"):
        row |= {"outcome": how, "found": "渗水", "found_at": at, "found_by": who, "arrived_at": arrived}
        row |= {"state": "looked"} if dice.random() < 0.3 else {"ended_at": at + HOUR, "ended_by": who}
        row |= {"agreed": "none"} if how == "looked" else {}
    elif how == "missed":
        row |= {"outcome": "missed", "because": "堵车", "ended_at": at, "ended_by": who}
    elif how in ("off", "lapsed"):
        row |= {"state": "off", "ended_at": at, "because": "不用了"}
        row |= {"ended_by": who} if how == "off" else {}
    else:
        row |= {"state": how} | ({"arrived_at": arrived} if how == "there" else {})
    return SiteVisit.objects.create(
        complaint=case, number=number, purpose="x", visitor=who, starts_at=begins, ends_at=ends,
        arranged_at=march(1) - 60 * DAY, arranged_by=who, **row,
    )  # fmt: skip


def test_every_month_is_what_is_counted_row_by_row(case_in, wanggong, chenfang, jinxiu, cuihu) -> None:
    type(cuihu).objects.filter(pk=cuihu.pk).update(time_zone="America/New_York")
    cuihu.refresh_from_db()
    dice = random.Random(79)
    cases = [case_in("acting", at=march(1) - 50 * DAY) for _n in range(4)]
    Complaint.objects.filter(pk__in=[cases[2].pk]).update(estate=cuihu)
    for number in range(120):
        made(dice.choice(cases), wanggong, number + 1, dice)
    actions.void(cases[3], note="重复录入", by=chenfang, at=LATER)
    seen = set()
    for estates in ([jinxiu], [cuihu], [jinxiu, cuihu]):
        for month in (FEBRUARY, MARCH, APRIL):
            period = Period(tuple(estates), month, LATER + 60 * DAY)
            truth = slow(period)
            found = visits(period)
            assert found == truth
            assert found.median == (
                pytest.approx(statistics.median(truth.delays) / 60) if truth.delays else None
            )
            for number in NUMBERS:
                listed = FIGURES[f"visits_{number}"].find(period, {})
                assert len(listed) == len(set(listed)) == getattr(truth, number)
                assert all(isinstance(one, Counted) and one.kind == "sitevisit" for one in listed)
            seen.add(truth.appointments)
    assert len(seen) > 5
    rollups.fill(LATER + 60 * DAY)
    for estates in ([cuihu], [jinxiu, cuihu]):
        period = Period(tuple(estates), MARCH, LATER + 60 * DAY)
        kept = holding(estates, [MARCH], period.now)
        assert MARCH in kept
        assert facts.of(period, kept).visits == slow(period)
