"""Measures in the monthly report: the columns are confirmed by the log, read slowly, line by line (G12)."""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from complaints.actions import measures as acts
from complaints.actions.measures import Plan
from complaints.models import Measure, MeasureEntry
from reports.figures.measures import measures
from reports.figures.month import Month
from reports.figures.period import Period
from staff.models import Estate
from tests.cast import DAY, HOUR, SHANGHAI, march

MARCH, APRIL, MAY, JUNE = (Month(2026, n) for n in (3, 4, 5, 6))


def slowly(estate: Estate, month: Month, as_of: datetime) -> dict[str, int]:
    """Every measure's log told from its beginning to the month's end: what it says of the month."""
    start, end = month.bounds(SHANGHAI)
    end = min(end, as_of)
    found: Counter[str] = Counter()
    for row in Measure.objects.filter(estate=estate):
        due: datetime | None = None
        for entry in MeasureEntry.objects.filter(measure=row, at__lt=end).order_by("pk"):
            inside = entry.at >= start
            told = entry.params.get("due_at")
            match entry.kind:
                case "set":
                    due = datetime.fromisoformat(told)
                    found["taken_up"] += inside
                case "changed":
                    due = datetime.fromisoformat(told) if told else due
                case "done":
                    due = datetime.fromisoformat(entry.params["check_from_at"]) + 7 * DAY
                    found["done"] += inside
                case "effective":
                    due = None
                    found["effective"] += inside
                case "not_effective":
                    due = datetime.fromisoformat(told)
                    found["not_effective"] += inside
                case "withdrawn":
                    due = None
        found["open"] += due is not None
        found["overdue"] += due is not None and due < end
    return dict(+found)


def quickly(estate: Estate, month: Month, as_of: datetime) -> dict[str, int]:
    lines = measures(Period((estate,), month, as_of))
    assert len(lines) <= 1
    said = vars(lines[0]) if lines else {}
    return {name: n for name, n in said.items() if name not in ("estate", "key") and n}


@pytest.fixture
def lived(case_in, office_of_jinxiu, engineering):
    """Measures as they live: done early and late, checked with and without effect, moved, dropped."""
    o = office_of_jinxiu

    def live(seed: int, n: int = 14) -> None:
        dice, leak = random.Random(seed), case_in("acting")
        for _one in range(n):
            at = march(2) + timedelta(days=dice.randint(1, 40))
            plan = Plan(
                root_cause="接头老化", what="到期更换", kind="repair", owner=o.wanggong,
                department=engineering, due_at=at + dice.randint(2, 30) * DAY,
                check_after_days=dice.choice([5, 30]),
            )  # fmt: skip
            row = acts.set_measure(plan, cases=[leak], by=o.sungong, at=at)
            for _round in range(dice.randint(0, 3)):
                at = _one_round(dice, row, at)

    def _one_round(dice: random.Random, row: Measure, at: datetime) -> datetime:
        row.refresh_from_db()
        if row.state != "open":
            return at
        at += DAY
        if dice.random() < 0.3 and row.next_due_at and at < row.next_due_at:
            acts.change(row, note="等料", due_at=row.next_due_at + 3 * DAY, by=o.chenfang, at=at)
        if dice.random() < 0.1:
            acts.withdraw(row, note="整体改造", by=o.chenfang, at=at + HOUR)
            return at
        at += dice.randint(1, 40) * DAY
        row = acts.do(row, note="换好了", by=o.wanggong, at=at)
        if dice.random() < 0.3:
            return at
        if dice.random() < 0.5:
            at += dice.randint(1, 20) * DAY
            again = at + dice.randint(3, 20) * DAY
            acts.check(row, effective=False, note="又坏", due_at=again, by=o.chenfang, at=at)
        else:
            at += (row.check_after_days + dice.randint(0, 12)) * DAY
            acts.check(row, effective=True, note="没再坏", by=o.chenfang, at=at)
        return at

    return live


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_slow_way_says_the_same(lived, jinxiu, seed):
    lived(seed)
    later = march(2) + 400 * DAY
    seen: Any = [
        (quickly(jinxiu, month, later), slowly(jinxiu, month, later)) for month in (MARCH, APRIL, MAY)
    ]
    assert [quick for quick, _slow in seen] == [slow for _quick, slow in seen]
    assert all(quick for quick, _slow in seen)
    half = march(16)
    assert quickly(jinxiu, MARCH, half) == slowly(jinxiu, MARCH, half)


def test_a_month_that_is_over_does_not_move(case_in, office_of_jinxiu, engineering, jinxiu):
    o = office_of_jinxiu
    plan = Plan("接头老化", "到期更换", "repair", o.wanggong, march(20), engineering, check_after_days=5)
    row = acts.set_measure(plan, cases=[case_in("acting")], by=o.sungong, at=march(3))
    april = march(31) + 2 * DAY
    before = quickly(jinxiu, MARCH, april)
    assert before == {"taken_up": 1, "open": 1, "overdue": 1}
    acts.do(row, note="换好了", by=o.wanggong, at=april)
    acts.check(row, effective=True, note="好", by=o.chenfang, at=april + 6 * DAY)
    assert quickly(jinxiu, MARCH, april + 30 * DAY) == before
    assert quickly(jinxiu, APRIL, april + 30 * DAY) == {"done": 1, "effective": 1}
    assert quickly(jinxiu, JUNE, april + 90 * DAY) == {}


def test_every_number_opens_the_list_of_its_measures(
    client, jinxiu, case_in, wanggong, sungong, chenfang, engineering
):
    plan = Plan("接头老化", "满十年更换", "repair", wanggong, march(10), engineering)
    done, late = (acts.set_measure(plan, cases=[case_in("acting")], by=sungong, at=march(3)) for _one in "ab")
    acts.do(done, note="已更换", by=wanggong, at=march(5))
    client.force_login(chenfang)
    headers = {"accept-language": "en"}
    page = client.get(f"/reports/monthly/?scope=estate-{jinxiu.pk}&month=2026-03", headers=headers)
    found = re.findall(r'href="(/reports/measures/behind/[^"]+)"[^>]*>(\d+)</a>', page.content.decode())
    numbers = {parse_qs(urlsplit(unescape(url)).query)["number"][0]: int(n) for url, n in found}
    assert numbers == {"taken_up": 2, "done": 1, "open": 2, "overdue": 1}
    for url, n in found:
        listed = client.get(unescape(url), headers=headers)
        assert len(listed.context["rows"]) == listed.context["total"] == int(n), url
    (overdue,) = [unescape(url) for url, _n in found if "number=overdue" in url]
    shown = client.get(overdue, headers=headers).content.decode()
    assert late.number in shown and done.number not in shown


def test_the_list_of_no_number_and_of_a_strangers_estate_is_not_found(client, jinxiu, zhoujun, limin):
    asked = {"scope": f"estate-{jinxiu.pk}", "from": "2026-03-01", "until": "2026-03-31", "number": "open"}
    client.force_login(zhoujun)
    assert client.get("/reports/measures/behind/", asked).status_code == 200
    for wrong in (
        {"number": "x"},
        {"scope": "estate-99"},
        {"from": "x"},
        {"at": "2999-01-01T00:00:00+00:00"},
    ):
        assert client.get("/reports/measures/behind/", asked | wrong).status_code == 404, wrong
    client.force_login(limin)
    assert client.get("/reports/measures/behind/", asked).status_code == 403
