"""Results on page, paper, table and by the API; the owners' answer; measures; who opens what."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook
from rest_framework.test import APIClient

from complaints.actions import surveys as acts
from complaints.actions.measures import Plan as MeasurePlan
from complaints.actions.measures import set_measure
from complaints.actions.survey_rows import read_by
from complaints.models import Measure, Survey
from config.framework.refusals import Refused
from reports import survey_papers
from reports.figures.surveys import results
from reports.models import Paper
from staff import actions as office
from staff.models import Department, User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import march, person
from tests.surveys import closed, homes, planned, running, said_by, three_hundred

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def big(jinxiu, zhoujun) -> Survey:
    return three_hundred(jinxiu, zhoujun)


# Before, papers, measures ---------------------------------------------------------------------------------


def test_the_survey_before_stands_beside_it(jinxiu, zhoujun, big):
    row = running([jinxiu], zhoujun, march(20), starts_on=date(2026, 3, 20), ends_on=date(2026, 3, 25))
    for one in row.invitations.select_related("unit")[:6]:
        said_by(row, one.unit, (5, 4), (5, 4), at=march(21))
    found = results(closed(row, zhoujun, march(22)), [jinxiu])
    assert found.before == big
    said = {one.zh: one.change for one in found.items}
    assert said == {"设备": Fraction(3, 2), "治安": Fraction(-1, 3), "停车": None}  # too few rated it now


@pytest.fixture
def unset(monkeypatch):
    monkeypatch.setattr("reports.pdf.run", lambda job: b"%PDF-unset" + json.loads(job)["html"].encode())


def test_page_table_paper_and_api_say_the_same(big, zhoujun, client, unset):
    client.force_login(zhoujun)
    page = client.get(reverse("reports:survey", args=[big.pk]), headers=ENGLISH)
    assert page.status_code == 200
    assert "importance 3.49, satisfaction 3.36" in " ".join(page.content.decode().split())
    body = client.get(reverse("reports:survey_table", args=[big.pk, "csv"]), headers=ENGLISH)
    said = list(csv.reader(io.StringIO(body.content.decode("utf-8-sig"))))
    assert said[1][:6] == ["Whole", "设备", "300", "4.5", "2.5", "Improve first"]
    assert [line for line in said if line[0] == "3号楼"] == [
        ["3号楼", "", "", "Too few answers, not broken down", "", "", ""]
    ]
    book = client.get(reverse("reports:survey_table", args=[big.pk, "xlsx"]), headers=ENGLISH)
    assert load_workbook(io.BytesIO(book.content)).active["B2"].value == "设备"
    client.get(reverse("reports:survey_paper", args=[big.pk]), headers=ENGLISH)
    paper = Paper.objects.get()
    assert (paper.days["survey"], paper.days["words"]) == (big.pk, True)
    call = APIClient()
    call.force_authenticate(zhoujun)
    api = call.get(f"/api/v1/reports/surveys/{big.pk}/").data
    assert api["lines"] == ["3.49", "3.36"]
    assert [one["quadrant"] for one in api["items"]] == ["improve", "keep", "later", "hold"]
    assert {one["name"]: one["marks"] is None for one in api["by_building"]} == {
        "1号楼": False, "2号楼": True, "3号楼": True,
    }  # fmt: skip


def test_who_reads_results_and_who_reads_words(jinxiu, zhoujun, limin, stranger, admin, client):
    units = homes(jinxiu, "1", 6)
    row = running([jinxiu], zhoujun)
    for unit in units:
        said_by(row, unit, (5, 2), words="车位不够")
    row = closed(row, zhoujun)
    firm = Department.objects.create(estate=jinxiu, name="迅达维保", is_contractor=True)
    worker = person("xunda", "马俊峰", Role.HANDLER, department=firm)

    def read(who: User) -> tuple[int, bool]:
        client.force_login(who)
        page = client.get(reverse("reports:survey", args=[row.pk]), headers=ENGLISH)
        return page.status_code, "车位不够" in page.content.decode()

    assert [read(who) for who in (zhoujun, limin)] == [(200, True), (200, False)]
    assert [read(who)[0] for who in (stranger, admin, worker)] == [404] * 3


def test_owners_read_the_answer_once_it_is_published(big, zhoujun, client, monkeypatch):
    monkeypatch.setattr("complaints.portal.visits.now", lambda: march(7))
    path = reverse("survey_answer", args=[big.pk])
    assert path not in client.get("/portal/?estate=JX").content.decode()
    assert client.get(path).status_code == 404
    acts.publish(
        big,
        answer="六月前换两台电梯。",
        answer_en="Two lifts are replaced.",
        version=big.version,
        by=zhoujun,
        at=march(6),
    )
    page = client.get(path, headers={"accept-language": "zh-hans"})
    assert page.status_code == 200
    assert "六月前换两台电梯。" in page.content.decode()
    assert path in client.get("/portal/?estate=JX").content.decode()
    assert "Two lifts are replaced." in client.get(path, headers=ENGLISH).content.decode()


def test_a_measure_begins_with_what_the_survey_says(
    big, jinxiu, zhoujun, office_of_jinxiu, client, monkeypatch
):
    monkeypatch.setattr("reports.views.surveys.clock", lambda: march(6))
    first = big.items.first()
    path = reverse("reports:survey_measure", args=[big.pk, first.pk])
    client.force_login(zhoujun)
    form = client.get(path, headers=ENGLISH).content.decode()
    assert "importance 4.50, satisfaction 2.50 (Improve first)" in form
    handler = re.search(r'value="(\d+-\d+)"[^>]*>[^<]*王建军', form)
    assert handler is not None
    said = {
        "root_cause": "梯龄十八年", "what": "更换两台电梯", "kind": "equipment", "owner": handler[1],
        "due_at": "2026-03-20 10:00", "check_after_days": "30", "key": "k",
    }  # fmt: skip
    sent = client.post(path, said, headers=ENGLISH)
    assert sent.status_code == 302
    [made] = Measure.objects.all()
    assert (made.origin, made.estate, made.root_cause) == ("survey", jinxiu, "梯龄十八年")
    assert made.survey_item == first


def test_an_item_gets_one_measure_and_only_where_it_is_to_be_improved(
    big, jinxiu, zhoujun, wanggong, office_of_jinxiu, client
):
    plan = MeasurePlan("梯龄十八年", "更换两台电梯", "equipment", wanggong, march(20))
    improve, keep = big.items.all()[:2]
    client.force_login(zhoujun)
    page = reverse("reports:survey", args=[big.pk])
    address = reverse("reports:survey_measure", args=[big.pk, improve.pk])
    assert client.get(reverse("reports:survey_measure", args=[big.pk, keep.pk])).status_code == 404
    assert address in client.get(page).content.decode()
    made = set_measure(plan, survey_at=jinxiu, survey_item=improve, by=zhoujun, at=march(6))
    shown = client.get(page).content.decode()
    assert (address in shown, made.get_absolute_url() in shown) == (False, True)
    with pytest.raises(Refused):
        set_measure(plan, survey_at=jinxiu, survey_item=improve, by=zhoujun, at=march(6))
    Measure.objects.update(
        state="withdrawn", dropped_because="不换", next_due_at=None, ended_at=march(6), remind_at=None
    )
    set_measure(plan, survey_at=jinxiu, survey_item=improve, by=zhoujun, at=march(6))


def test_what_owners_read_is_worked_out_once(big, zhoujun, client, monkeypatch):
    monkeypatch.setattr("complaints.portal.visits.now", lambda: march(7))
    row = acts.publish(big, answer="换两台电梯。", version=big.version, by=zhoujun, at=march(6))
    path = reverse("survey_answer", args=[big.pk])
    first = client.get(path, headers=ENGLISH).content.decode()
    with CaptureQueriesContext(connection) as asked:
        again = client.get(path, headers=ENGLISH).content.decode()
    assert re.findall("<svg.*</svg>", again, re.DOTALL) == re.findall("<svg.*</svg>", first, re.DOTALL) != []
    assert not any("surveyanswer" in one["sql"] for one in asked)
    acts.publish(row, answer="换三台电梯。", version=row.version, by=zhoujun, at=march(6))
    assert "换三台电梯。" in client.get(path, headers=ENGLISH).content.decode()


def test_links_are_printed_of_the_estates_where_he_hands_them_out(
    jinxiu, cuihu, wuzong, limin, client, unset
):
    homes(jinxiu, "1", 6)
    homes(cuihu, "7", 6)
    row = running([jinxiu, cuihu], wuzong)
    head = Department.objects.create(estate=cuihu, name="工程部")
    office.post(limin, Role.DEPARTMENT_HEAD, at=march(1), department=head)
    assert set(read_by(row, permissions_of(limin, march(3)))) == {jinxiu, cuihu}
    client.force_login(limin)  # of the other she reads the results and prints nothing
    client.get(reverse("reports:survey_links", args=[row.pk]))
    assert Paper.objects.get().days["estates"] == [jinxiu.pk]


def test_links_and_questionnaires_are_printed_for_who_has_not_answered(
    jinxiu, zhoujun, limin, stranger, client, unset, monkeypatch
):
    units = homes(jinxiu, "1", 6)
    row = running([jinxiu], zhoujun)
    said_by(row, units[0], (5, 5))
    for name in ("survey_links", "survey_sheets"):
        client.force_login(stranger)
        assert client.get(reverse(f"reports:{name}", args=[row.pk])).status_code == 404
        client.force_login(limin)
        assert client.get(reverse(f"reports:{name}", args=[row.pk])).status_code in (200, 302)
    assert Paper.objects.count() == 2
    monkeypatch.setitem(survey_papers.MOST, "links", 3)
    client.force_login(limin)
    many = client.get(reverse("reports:survey_links", args=[row.pk]), headers=ENGLISH)
    assert many.status_code == 422
    assert f"?building={units[0].building_id}&amp;part=2" in many.content.decode()
    client.get(
        reverse("reports:survey_links", args=[row.pk]), {"building": units[0].building_id, "part": "2"}
    )
    printed = survey_papers.made(Paper.objects.latest("pk").days, march(3), "en").decode()
    assert [unit.name for unit in units if unit.name in printed] == [units[4].name, units[5].name]
    for paper in Paper.objects.all():
        assert paper.days["survey"] == row.pk


@pytest.mark.parametrize("state", ["draft", "running", "closed"])
def test_every_page_opens_in_both_languages(state, jinxiu, zhoujun, client):
    units = homes(jinxiu, "1", 6)
    row = planned([jinxiu], zhoujun)
    if state != "draft":
        row = acts.start(row, by=zhoujun, at=march(2))
        for unit in units:
            said_by(row, unit, (5, 2), (4, 4))
    if state == "closed":
        row = closed(row, zhoujun)
    client.force_login(zhoujun)
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for path in ("/surveys/", "/surveys/new/", row.get_absolute_url()):
                assert client.get(path, headers={"accept-language": language}).status_code == 200, path
            for verb in ("edit", "start", "enter", "remind", "close", "publish", "drop"):
                page = client.get(
                    reverse("survey_act", args=[row.pk, verb]), headers={"accept-language": language}
                )
                assert page.status_code == (200 if verb in _open(state) else 422), (state, verb)


def _open(state: str) -> set[str]:
    return {
        "draft": {"edit", "start", "drop"},
        "running": {"enter", "remind", "close"},
        "closed": {"publish"},
    }[state]


def test_a_list_costs_the_same_however_many_there_are(jinxiu, zhoujun, client):
    client.force_login(zhoujun)

    def cost() -> int:
        client.get("/surveys/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/surveys/").status_code == 200
        return len(asked)

    planned([jinxiu], zhoujun)
    one = cost()
    for _each in range(10):
        planned([jinxiu], zhoujun)
    assert cost() == one


def test_a_plan_is_made_on_the_page_and_by_the_api(jinxiu, zhoujun, limin, client, monkeypatch):
    for module in ("complaints.views.surveys", "complaints.api.surveys"):
        monkeypatch.setattr(f"{module}.now", lambda: march(2))
    said: dict[str, Any] = {
        "title": "年度调查", "estates": [jinxiu.pk], "starts_on": "2026-03-03", "ends_on": "2026-03-09",
        "items": "设备 | Equipment\n治安｜Security\n停车", "sample": "all",
    }  # fmt: skip
    client.force_login(limin)
    assert client.get("/surveys/new/").status_code == 404
    client.force_login(zhoujun)
    assert client.post("/surveys/new/", said | {"ends_on": "2026-03-01"}, headers=ENGLISH).status_code == 422
    assert client.post("/surveys/new/", said, headers=ENGLISH).status_code == 302
    row = Survey.objects.get()
    assert list(row.items.values_list("zh", "en")) == [
        ("设备", "Equipment"),
        ("治安", "Security"),
        ("停车", ""),
    ]
    homes(jinxiu, "1", 6)
    call = APIClient()
    call.force_authenticate(zhoujun)
    made = call.post("/api/v1/surveys/", said, format="json")
    assert (made.status_code, made.data["state"]) == (201, "draft")
    started = call.post(
        f"/api/v1/surveys/{made.data['id']}/start/", {"version": made.data["version"]}, format="json"
    )
    assert (started.status_code, started.data["state"], started.data["rates"][0]["asked"]) == (
        200,
        "planned",
        6,
    )
    assert call.post(
        f"/api/v1/surveys/{made.data['id']}/close/", {"note": "x"}, format="json"
    ).status_code in (403, 409)
    assert len(call.get("/api/v1/surveys/").data["results"]) == 2
