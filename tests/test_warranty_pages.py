"""The pages, tables and API of warranty; the record of the 27th against a slow obvious count; registers."""

# ruff: noqa: F811 fixtures are asked for by their names
from __future__ import annotations

from copy import copy
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from openpyxl import load_workbook
from rest_framework.test import APIClient

from complaints.actions import warranty as acts
from complaints.api import warranty as api
from complaints.models import CaseWarranty, Complaint
from complaints.views import warranty as pages
from complaints.views.case import page as case_page
from complaints.views.lists import warranties as lists
from complaints.warranty import ACTS
from owners import actions as register
from owners.importing.loading import load
from owners.models import HandOver
from owners.parts import Part
from reports.briefs.warranty import context, warranty_pdf, warranty_workbook
from reports.figures.warranty import WarrantyRecord
from reports.models import IssuedReport
from tests.cast import SHANGHAI, march
from tests.ledgers import ledger
from tests.report_pages import text_of
from tests.warranty_month import (  # noqa: F401
    BEGUN,
    DAYS,
    ENDED,
    ENGLISH,
    HEADER,
    NOW,
    built,
    covered,
    month,
    record,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    for module in (pages, lists, api, case_page):
        monkeypatch.setattr(module, "now", lambda: NOW)


def read(client: Client, person: Any, name: str, *args: Any, **said: Any) -> Any:
    client.force_login(person)
    return client.get(reverse(name, args=args), said, headers=ENGLISH)


# The list ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", list(lists.VIEWS))
def test_a_case_lies_in_its_views(view, covered, client, chenfang):
    late = covered(to="notified")
    page = read(client, chenfang, "warranties", view=view)
    assert page.status_code == 200
    assert (late.number in page.content.decode()) == (view in ("open", "waiting", "late"))
    table = read(client, chenfang, "warranties_csv", view=view).content.decode()
    assert (late.number in table) == (view in ("open", "waiting", "late"))


def test_filters_narrow_the_list_and_a_stranger_sees_nothing(covered, client, chenfang, stranger):
    case = covered(to="notified")
    for said, there in (({"part": "outer_wall"}, True), ({"part": "roof"}, False), ({"firm": "别家"}, False)):
        page = read(client, chenfang, "warranties", **said)
        assert (case.number in page.content.decode()) == there
    assert case.number not in read(client, stranger, "warranties").content.decode()
    assert read(client, stranger, "case_warranty", case.number).status_code == 404


def test_the_lists_cost_the_same_at_any_size(covered, client, chenfang, jinxiu):
    case = covered(to="notified")

    def cost(name: str) -> int:
        read(client, chenfang, name)
        with CaptureQueriesContext(connection) as captured:
            assert read(client, chenfang, name).status_code == 200
        return len(captured)

    few = {name: cost(name) for name in ("warranties", "warranties_csv", "warranty_ending")}
    copies = []
    for n in range(1000):
        row = Complaint.objects.get(pk=case.pk) if not copies else copy(copies[0])
        row.pk, row.number = None, f"JX-2026-{n + 500:06d}"
        copies.append(row)
    kept = CaseWarranty.objects.get(pk=case.pk)
    rows = [copy(kept) for _row in copies]
    for one, row in zip(rows, Complaint.objects.bulk_create(copies), strict=True):
        one.complaint = row
    CaseWarranty.objects.bulk_create(rows)
    assert {name: cost(name) for name in few} == few


def test_what_ends_soon_stands_on_its_page(jinxiu, home, zhoujun, client, chenfang):
    register.set_hand_over(jinxiu, date(2021, 4, 10), unit=home, by=zhoujun, at=march(1))
    page = read(client, chenfang, "warranty_ending").content.decode()
    assert "2026-04-09" in page and home.name in page
    assert "2026-04-09" in read(client, chenfang, "warranty_ending_csv").content.decode()


# One case ----------------------------------------------------------------------------------------------


def test_the_case_and_its_page_say_the_fact(covered, client, chenfang):
    case = covered()
    said = "handed over 2023-05-12, under warranty until 2028-05-11"
    assert said in read(client, chenfang, "case", case.number).content.decode()
    page = read(client, chenfang, "case_warranty", case.number).content.decode()
    assert said in page and reverse("case_warranty_act", args=[case.number, "notify"]) in page


def test_a_form_keeps_what_was_typed_and_says_what_is_missing(covered, client, chenfang):
    case = covered(to="done")
    client.force_login(chenfang)
    path = reverse("case_warranty_act", args=[case.number, "sign"])
    answer = client.post(path, {"signed_how": "signed", "note": "放在前台"}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Add the scan or a photo of the signed sheet." in answer.content.decode()
    assert "放在前台" in answer.content.decode()
    answer = client.post(path, {"signed_how": "confirmed", "note": "电话确认"}, headers=ENGLISH)
    assert answer.status_code == 302
    assert CaseWarranty.objects.get(pk=case.pk).state == "signed"
    assert client.get(path, headers=ENGLISH).status_code == 422  # done already, in a sentence


def test_every_act_has_its_page_and_its_address(built, case_in, client, chenfang):
    case = case_in("acting")
    outside = APIClient()
    outside.force_authenticate(chenfang)
    for verb in ACTS:
        page = read(client, chenfang, "case_warranty_act", case.number, verb)
        assert page.status_code == (200 if verb in ("part", "decide") else 422)
        answer = outside.post(reverse(f"api_warranty_{verb}", args=[case.number]), {}, format="json")
        assert answer.status_code in (400, 409, 422), verb


def test_the_api_does_what_the_page_does(built, case_in, chenfang):
    case = case_in("acting")
    client = APIClient()
    client.force_authenticate(chenfang)
    path = f"/api/v1/cases/{case.number}/warranty/"
    assert client.get(path).json()["state"] == "undecided"
    told = client.post(f"{path}part/", {"part": "outer_wall"}, format="json").json()
    assert (told["covered"], told["until"]) == (True, "2028-05-11")
    sent = {"builder": built.pk, "notified_how": "phone", "whom": "刘工"}
    told = client.post(f"{path}notify/", sent, format="json").json()
    assert (told["state"], told["firm"]) == ("notified", "华建三局")
    rows = client.get("/api/v1/warranty/", {"view": "waiting"}).json()["results"]
    assert [row["case"] for row in rows] == [case.number]


def test_whoever_classifies_is_offered_the_officer(jinxiu, case_in, limin, zhoujun, client, chenfang):
    register.set_warranty(jinxiu, officer=limin, design_life=50, by=zhoujun, at=march(1))
    case = case_in("recorded", facts={"under_warranty": True})
    page = read(client, chenfang, "move", case.number, "classify")
    assert page.context["form"].initial["handler"] == f"{limin.pk}-0"
    plain = case_in("recorded")
    page = read(client, chenfang, "move", plain.number, "classify")
    assert "handler" not in page.context["form"].initial


# The register ------------------------------------------------------------------------------------------


def test_the_register_keeps_dates_builders_and_officer(jinxiu, home, client, zhoujun, limin, auditor):
    client.force_login(zhoujun)

    def post(name: str, *args: Any, **said: Any) -> Any:
        return client.post(reverse(name, args=args), said, headers=ENGLISH)

    assert post("registers_hand_over", "JX", day="2023-05-12").status_code == 302
    assert post("registers_hand_over", "JX", unit="2-1-302", day="2024-01-02").status_code == 302
    assert post("registers_hand_over", "JX", unit="9-9-999", day="2024-01-02").status_code == 422
    assert post("registers_hand_over", "JX", day="2999-01-01").status_code == 422
    said = {"firm": "华建三局", "part": "roof", "role": "builder"}
    assert post("registers_builder_add", "JX", **said).status_code == 302
    assert post("registers_builder_add", "JX", **said).status_code == 422
    assert post("registers_warranty_settings", "JX", officer=limin.pk, design_life=70).status_code == 302
    page = read(client, zhoujun, "registers_warranty", "JX").content.decode()
    for words in ("2023-05-12", "2024-01-02", "华建三局", limin.name, "70"):
        assert words in page
    unit = read(client, zhoujun, "registers_unit", home.pk).content.decode()
    assert "until 2029-01-01" in unit and "ended 2026-01-01" in unit
    table = read(client, auditor, "registers_hand_over_csv", "JX").content.decode()
    assert "2号楼1单元302" in table
    client.force_login(auditor)
    assert post("registers_hand_over", "JX", day="2020-01-01").status_code == 403
    assert read(client, limin, "registers_warranty", "CH").status_code == 404


def test_a_register_brings_the_hand_over_dates(jinxiu, chenfang):
    rows = [
        ["1号楼", 1, 101, "李四", "13800138001", "2023-05-12"],
        ["1号楼", 1, 102, "王五", "13800138002", "2023-06"],
        ["1号楼", 1, 103, "赵六", "13800138003", None],
    ]
    outcome = load(ledger(*rows, header=HEADER), jinxiu, by=chenfang, at=march(2))
    assert outcome.hand_overs == 1
    assert [(row.unit.code, row.day) for row in HandOver.objects.all()] == [("1-1-101", date(2023, 5, 12))]
    again = load(ledger(*rows, header=HEADER), jinxiu, by=chenfang, at=march(3))
    assert (again.hand_overs, again.is_empty) == (0, True)
    rows[0][-1] = "2023-05-13"
    with translation.override("en"):
        other = load(ledger(*rows, header=HEADER), jinxiu, by=chenfang, at=march(3))
    said = [line.sentence for line in other.differences]
    assert "The file says it was handed over on 2023-05-13; the register has 2023-05-12." in said
    assert HandOver.objects.get().day == date(2023, 5, 12)


# The record of the 27th --------------------------------------------------------------------------------


def test_the_record_is_what_a_slow_count_finds(month, jinxiu, covered, chenfang):
    void = covered(march(6))
    Complaint.objects.filter(pk=void.pk).update(outcome="void", status="closed", closed_at=march(7))
    found: WarrantyRecord = record(jinxiu)
    starts, ends = datetime(2026, 2, 26, tzinfo=SHANGHAI), datetime(2026, 3, 26, tzinfo=SHANGHAI)
    opened, carried = [], []
    for row in CaseWarranty.objects.select_related("complaint").order_by("opened_at"):
        if not row.covered or row.complaint.outcome == "void" or row.opened_at >= ends:
            continue
        if row.opened_at >= starts:
            opened.append(row.complaint.number)
        elif not (row.signed_at and row.signed_at < starts):
            carried.append(row.complaint.number)
    assert [line.number for line in found.opened] == opened
    assert [line.number for line in found.carried] == carried
    assert carried == [month["carried"].number]
    assert len(opened) == 5
    assert (found.opened_n, found.carried_n, found.open) == (5, 1, 4)
    assert (found.told, found.done, found.signed, found.refused, found.elsewhere) == (4, 2, 1, 1, 1)
    assert (found.cost, found.late) == (Decimal("860.00"), 3)
    assert found.by_part == ((str(Part.OUTER_WALL.label), 6, 4),)
    assert found.by_builder == (("华建三局", 5, 3), (gettext("Builder not told"), 1, 1))


def test_the_record_of_a_past_time_does_not_know_what_came_later(month, jinxiu, chenfang):
    before = record(jinxiu)
    acts.finish(month["told"], done="修好", by=chenfang, at=march(28))
    acts.sign(month["told"], signed_how="confirmed", note="确认", by=chenfang, at=march(29))
    after = record(jinxiu, at=march(30))
    assert [(line.number, line.state, line.signed_on) for line in after.opened] == [
        (line.number, line.state, line.signed_on) for line in before.opened
    ]
    following = record(jinxiu, at=march(30), days=(date(2026, 3, 26), date(2026, 4, 25)))
    assert month["told"].number in [line.number for line in following.carried]


def test_what_a_reader_may_not_know_of_is_counted_and_not_listed(month, jinxiu):
    hidden = month["told"].pk
    found = record(jinxiu, unlisted=lambda cases: frozenset(cases) & {hidden})
    assert month["told"].number not in [line.number for line in found.opened]
    assert (found.opened_n, found.withheld) == (5, 1)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_paper_and_sheets_hold_each_row(language, month, jinxiu, zhoujun):
    report = IssuedReport(
        kind="warranty", scope=f"estate-{jinxiu.pk}", starts_on=DAYS[0], ends_on=date(2026, 3, 26),
        language=language, version=1, asked_by=zhoujun, asked_at=ENDED, started_at=ENDED,
    )  # fmt: skip
    with translation.override(language):
        figures = record(jinxiu)
        text = text_of(warranty_pdf(figures, SHANGHAI, report)).replace("\n", "").replace(" ", "")
        book = load_workbook(BytesIO(warranty_workbook(figures, SHANGHAI)))
        assert context(figures, SHANGHAI)["carried"]
    cells = [str(cell.value) for sheet in book.worksheets for row in sheet for cell in row]
    for line in (*figures.opened, *figures.carried):
        for said in (line.number, line.part, line.place, line.builder, str(line.notified_on or "")):
            assert said.replace(" ", "") in text
            assert said in cells or not said
    assert "还渗水" in text
    assert month["finished"].number not in text
