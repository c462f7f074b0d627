"""A decision of a quarter's meeting that is carried out by a measure (G12, T43)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints.actions.measures import Plan, set_measure
from complaints.models import Measure
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports import meetings
from reports.models import DecisionMeasure
from tests.cast import DAY, HOUR
from tests.wide_papers import APRIL_8, Q1, held

ENGLISH = {"accept-language": "en"}
LATER = APRIL_8 + HOUR


@pytest.fixture
def decision(this_meeting) -> Any:
    return this_meeting.decisions.get()


@pytest.fixture
def plan(wanggong, engineering) -> Plan:
    return Plan(
        "灯具老化，坏一盏换一盏", "全部改为感应灯", "equipment", wanggong, APRIL_8 + 60 * DAY, engineering
    )


def test_it_needs_no_case_and_stands_with_its_decision(decision, plan, jinxiu, office_of_jinxiu):
    by = office_of_jinxiu.zhoujun
    made = [
        meetings.set_measure_of(decision, plan, estate=jinxiu, by=by, at=LATER, key="k") for _twice in "ab"
    ]
    row = Measure.objects.get()
    assert made == [row, row]
    assert (row.origin, row.estate, row.case_rows.count()) == ("meeting", jinxiu, 0)
    assert DecisionMeasure.objects.get().decision == decision


def test_cases_may_stand_beside_it(decision, plan, jinxiu, office_of_jinxiu, case_in):
    case = case_in("acting")
    row = meetings.set_measure_of(
        decision, plan, estate=jinxiu, cases=[case], by=office_of_jinxiu.zhoujun, at=LATER
    )
    assert (row.origin, row.case_rows.get().complaint) == ("meeting", case)


def test_neither_the_desk_nor_a_dropped_decision_sets_one(decision, plan, jinxiu, office_of_jinxiu):
    people = office_of_jinxiu
    with pytest.raises(WrongPerson):
        meetings.set_measure_of(decision, plan, estate=jinxiu, by=people.limin, at=LATER)
    meetings.settle(
        decision, "dropped", date(2026, 4, 8), "另议", started_from=1, by=people.zhoujun, at=LATER
    )
    with pytest.raises(Refused, match="dropped|取消"):
        meetings.set_measure_of(decision, plan, estate=jinxiu, by=people.zhoujun, at=LATER)
    assert not Measure.objects.exists()


def test_the_estate_is_one_the_meeting_was_about(decision, plan, cuihu, office_of_jinxiu, wuzong):
    with pytest.raises(Refused) as refused:
        meetings.set_measure_of(decision, plan, estate=cuihu, by=wuzong, at=LATER)
    assert refused.value.field == "estate"


def test_without_a_meeting_it_still_needs_a_case(plan, office_of_jinxiu):
    with pytest.raises(Refused) as refused:
        set_measure(plan, by=office_of_jinxiu.zhoujun, at=LATER)
    assert refused.value.field == "cases"


def test_it_is_set_from_the_page_of_the_meeting(
    decision, jinxiu, office_of_jinxiu, engineering, client: Client
):
    people, address = office_of_jinxiu, reverse("reports:meeting_measure", args=[decision.pk])
    client.force_login(people.limin)
    assert client.get(address).status_code == 403
    client.force_login(people.zhoujun)
    page = client.get(address, headers=ENGLISH)
    assert decision.what in page.content.decode()
    typed = {
        "root_cause": "坏一盏换一盏", "what": decision.what, "kind": "equipment", "process_before": "",
        "owner": f"{people.wanggong.pk}-{engineering.pk}", "due_at": "2030-06-30T18:00", "key": "k1",
    }  # fmt: skip
    wrong = client.post(address, typed | {"owner": ""}, headers=ENGLISH)
    assert wrong.status_code == 422
    assert "坏一盏换一盏" in wrong.content.decode()


def test_what_was_set_is_told_on_both_pages(decision, plan, jinxiu, office_of_jinxiu, client: Client):
    by = office_of_jinxiu.zhoujun
    row = meetings.set_measure_of(decision, plan, estate=jinxiu, by=by, at=LATER)
    client.force_login(by)
    meeting = client.get(decision.meeting.get_absolute_url(), headers=ENGLISH).content.decode()
    assert row.number in meeting
    measure = client.get(row.get_absolute_url(), headers=ENGLISH).content.decode()
    assert "Meeting 2026-Q1" in measure
    assert "Decision 1" in measure


def test_where_several_estates_met_one_is_chosen_first(jinxiu, cuihu, wuzong, client: Client):
    row = held("company", Q1, date(2026, 4, 8), wuzong, APRIL_8)
    said = meetings.Decided("各项目排查立管", "工程部", date(2026, 6, 30))
    decision = meetings.decide(row, said, by=wuzong, at=APRIL_8)
    address = reverse("reports:meeting_measure", args=[decision.pk])
    client.force_login(wuzong)
    page = client.get(address, headers=ENGLISH).content.decode()
    assert "In which estate?" in page and f"?estate={cuihu.pk}" in page
    assert client.get(f"{address}?estate={cuihu.pk}", headers=ENGLISH).status_code == 200
    assert client.get(f"{address}?estate=0", headers=ENGLISH).status_code == 404
