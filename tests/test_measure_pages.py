"""The pages, the table and the API of measures: one rule everywhere, the same few queries at any size."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from rest_framework.test import APIClient

from complaints.actions import measures as acts
from complaints.actions.measures import Plan
from complaints.api import measures as api
from complaints.forms.measures import SetMeasure
from complaints.measures import ACTS
from complaints.models import Measure
from complaints.views import measures as pages
from complaints.views.case import page as case_page
from complaints.views.lists import measures as lists
from staff.permissions import permissions_of
from tests.cast import march

ENGLISH = {"accept-language": "en"}
NOW = march(4)


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    for module in (pages, lists, api, case_page):
        monkeypatch.setattr(module, "now", lambda: NOW)


@pytest.fixture
def plan(wanggong, engineering) -> Plan:
    return Plan("接头老化", "满十年更换", "repair", wanggong, march(20), engineering)


@pytest.fixture
def leak(case_in):
    return case_in("acting")


@pytest.fixture
def measure(leak, plan, sungong) -> Measure:
    return acts.set_measure(plan, cases=[leak], by=sungong, at=march(3))


def read(client: Client, person: Any, name: str, *args: Any, **said: Any) -> Any:
    client.force_login(person)
    return client.get(reverse(name, args=args), said, headers=ENGLISH)


@pytest.mark.parametrize("view", list(lists.VIEWS))
def test_every_view_of_the_list_opens(view, measure, client, chenfang):
    page = read(client, chenfang, "measures", view=view)
    assert page.status_code == 200
    assert (measure.number in page.content.decode()) == (view in ("open", "later"))


def test_the_board_puts_it_under_its_day(measure, client, chenfang):
    page = read(client, chenfang, "measure_board")
    held = {column["slug"]: [row.pk for row in column["rows"]] for column in page.context["columns"]}
    assert held == {"overdue": [], "week": [], "later": [measure.pk], "check": [], "done": []}


def test_a_stranger_finds_nothing(measure, client, stranger, admin):
    assert read(client, stranger, "measure", measure.pk).status_code == 404
    assert read(client, stranger, "measure_act", measure.pk, "withdraw").status_code == 404
    assert measure.number not in read(client, stranger, "measures").content.decode()
    assert read(client, admin, "measure", measure.pk).status_code == 404


@pytest.mark.parametrize("who", ["limin", "wanggong", "sungong", "chenfang", "wuzong"])
def test_the_buttons_are_what_the_acts_would_let_pass(who, measure, client, office_of_jinxiu):
    person = getattr(office_of_jinxiu, who)
    page = read(client, person, "measure", measure.pk)
    offered = {verb for verb, _act in page.context["acts"]}
    for verb in ACTS:
        status = read(client, person, "measure_act", measure.pk, verb).status_code
        assert (status == 200) == (verb in offered), verb


def test_it_is_set_from_the_page_of_a_case(leak, client, sungong, limin, wanggong, engineering):
    page = read(client, sungong, "case", leak.number).content.decode()
    assert f"{reverse('measure_new')}?case={leak.number}" in page
    assert reverse("measure_new") not in read(client, limin, "case", leak.number).content.decode()
    client.force_login(sungong)
    said = {
        "cases": leak.number, "case": leak.number, "root_cause": "老化", "what": "更换", "kind": "repair",
        "owner": f"{wanggong.pk}-{engineering.pk}", "due_at": "2026-03-20T18:00", "key": "k",
    }  # fmt: skip
    bad = client.post(reverse("measure_new"), said | {"what": ""}, headers=ENGLISH)
    assert (bad.status_code, "老化" in bad.content.decode()) == (422, True)  # what was typed is kept
    done = client.post(reverse("measure_new"), said, headers=ENGLISH)
    row = Measure.objects.get()
    assert (done.status_code, done.url) == (302, row.get_absolute_url())
    assert row.number in read(client, sungong, "case", leak.number).content.decode()


def test_what_was_withdrawn_meanwhile_is_refused_in_a_sentence(measure, client, sungong, chenfang):
    acts.withdraw(measure, note="不做了", by=chenfang, at=march(3, 12))
    client.force_login(sungong)
    late = client.post(reverse("measure_act", args=[measure.pk, "do"]), {"note": "好了"}, headers=ENGLISH)
    assert late.status_code == 422
    assert "Withdrawn" in late.content.decode()


def test_the_table_is_the_list(measure, client, chenfang):
    text = read(client, chenfang, "measures_csv", view="open").content.decode("utf-8-sig")
    assert text.count("\n") == 2
    assert measure.number in text


def many(measure: Measure, n: int) -> None:
    """So many more like it."""
    columns = {
        field.attname: getattr(measure, field.attname)
        for field in Measure._meta.concrete_fields
        if not field.primary_key
    }
    Measure.objects.bulk_create([Measure(**columns) for _one in range(n)], batch_size=2000)


@pytest.mark.parametrize("name", ["measures", "measure_board"])
def test_ten_and_ten_thousand_rows_cost_the_same_queries(name, measure, client, chenfang):
    def cost() -> int:
        read(client, chenfang, name)
        with CaptureQueriesContext(connection) as captured:
            assert read(client, chenfang, name).status_code == 200
        return len(captured)

    many(measure, 9)
    few = cost()
    many(measure, 9_990)
    assert cost() == few


# API --------------------------------------------------------------------------------------------------


def test_the_api_sets_does_and_reads(leak, sungong, wanggong, engineering):
    client = APIClient()
    client.force_login(sungong)
    said = {
        "cases": leak.number, "root_cause": "老化", "what": "更换", "kind": "repair", "owner": "wanggong",
        "due_at": "2026-03-20T18:00",
    }  # fmt: skip
    made = client.post("/api/v1/measures/", said, format="json", headers={"Idempotency-Key": "a1"} | ENGLISH)
    assert made.status_code == 201, made.content
    again = client.post("/api/v1/measures/", said, format="json", headers={"Idempotency-Key": "a1"} | ENGLISH)
    assert again.json()["id"] == made.json()["id"]
    assert made.json()["cases"] == [leak.number]
    pk = made.json()["id"]
    client.force_login(wanggong)
    refused = client.post(f"/api/v1/measures/{pk}/withdraw/", {"note": "x"}, format="json", headers=ENGLISH)
    assert refused.status_code == 403, refused.content
    bad = client.post(f"/api/v1/measures/{pk}/do/", {"note": ""}, format="json", headers=ENGLISH)
    assert bad.status_code == 400
    done = client.post(f"/api/v1/measures/{pk}/do/", {"note": "换好了"}, format="json", headers=ENGLISH)
    assert (done.status_code, done.json()["state"]) == (200, "to_check"), done.content
    listed = client.get("/api/v1/measures/", {"view": "check"}, headers=ENGLISH).json()
    assert [row["id"] for row in listed["results"]] == [pk]
    assert client.get(f"/api/v1/measures/{pk}/", headers=ENGLISH).json()["rounds"][0]["done"] == "换好了"


def test_the_api_shows_a_stranger_nothing(measure, stranger):
    client = APIClient()
    client.force_login(stranger)
    assert client.get("/api/v1/measures/", headers=ENGLISH).json()["results"] == []
    assert client.get(f"/api/v1/measures/{measure.pk}/", headers=ENGLISH).status_code == 404


def test_the_table_begins_with_the_view_of_the_list_and_says_when_it_is_cut(
    measure, client, chenfang, monkeypatch
):
    many(measure, 1)
    dropped = Measure.objects.exclude(pk=measure.pk).get()
    acts.withdraw(dropped, note="不再需要", by=chenfang, at=NOW)
    text = read(client, chenfang, "measures_csv").content.decode("utf-8-sig")
    assert measure.number in text
    assert dropped.number not in text
    assert "Only the first" not in text
    many(measure, 1)
    monkeypatch.setattr(lists, "MOST_LINES", 1)
    cut = read(client, chenfang, "measures_csv").content.decode("utf-8-sig")
    assert cut.count("\n") == 3
    assert "Only the first 1 " in cut


@pytest.mark.parametrize("mark", [" ", ",", "，", "、", "；"])
def test_numbers_are_read_the_same_way_everywhere(mark, leak, case_in, sungong, chenfang, client, plan):
    other = case_in("acting")
    typed = mark.join([leak.number.lower(), other.number])
    said = {
        "root_cause": "老化", "what": "更换", "kind": "repair", "owner": "", "due_at": "2026-03-20T09:00",
        "cases": typed,
    }  # fmt: skip
    client.force_login(sungong)
    page = client.post(reverse("measure_new"), said, headers=ENGLISH)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"owner"}
    form = SetMeasure(
        {"cases": mark.join(f"JX-{n}" for n in range(51))}, measure=None, estate=leak.estate,
        person=permissions_of(sungong, NOW), now=NOW,
    )  # fmt: skip
    with translation.override("en"):
        assert "These are 51 cases" in str(form.errors["cases"])
