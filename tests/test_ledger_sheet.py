"""The sheet of the ledger is made by the worker: asked for, waited for, fetched by who asked alone."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from complaints.models import Complaint
from reports import ledger, paperwork
from reports.models import Paper
from reports.views import EXCEL
from reports.views import papers as pages
from staff.models import AuditRow, Posting
from tests.cast import march

pytestmark = pytest.mark.django_db
ADDRESS = "/reports/ledger.xlsx?from=2026-03-01&until=2026-03-31"


@pytest.fixture
def no_worker(monkeypatch) -> None:
    monkeypatch.setattr(pages, "wake", lambda row: None)
    monkeypatch.setattr(pages, "PATIENCE", 0)


def in_sheet(answer) -> set[str]:
    rows = load_workbook(BytesIO(answer.content), read_only=True).active.iter_rows(values_only=True)
    return {row[1] for row in rows if len(row) > 1 and str(row[1]).startswith("JX-")}


def taken_out() -> list[str]:
    return list(AuditRow.objects.filter(kind="export").order_by("pk").values_list("about", flat=True))


def test_a_sheet_that_is_ready_at_once_is_the_answer(client, chenfang, walk_in) -> None:
    case = walk_in()
    client.force_login(chenfang)
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer["Content-Type"]) == (200, EXCEL)
    assert "attachment" in answer["Content-Disposition"] and in_sheet(answer) == {case.number}


def test_a_page_waits_for_the_sheet_and_then_hands_it_out_once_asked(
    client, chenfang, limin, walk_in, no_worker
) -> None:
    case = walk_in()
    client.force_login(chenfang)
    asked = client.get(ADDRESS)
    assert asked.status_code == 302 and client.get(ADDRESS).url == asked.url
    assert client.get(asked.url).status_code == 202
    assert taken_out() == []
    assert paperwork.make_next(timezone.now()) and not paperwork.make_next(timezone.now())
    ready = client.get(asked.url).content.decode()
    assert 'content="0; url=?file"' in ready
    answer = client.get(asked.url + "?file")
    assert answer["Content-Type"] == EXCEL and in_sheet(answer) == {case.number}
    assert taken_out() == ["reports:ledger_excel"]
    client.force_login(limin)
    assert client.get(asked.url + "?file").status_code == 404


def test_one_person_has_no_more_sheets_and_papers_in_line_than_four(
    client, chenfang, walk_in, no_worker
) -> None:
    case = walk_in()
    client.force_login(chenfang)
    assert client.get(f"/reports/case/{case.number}/sheet.pdf").status_code == 302
    for day in range(1, paperwork.AT_ONCE):
        assert client.get(f"/reports/ledger.xlsx?from=2026-03-0{day}&until=2026-03-31").status_code == 302
    refused = client.get("/reports/ledger.xlsx?from=2026-03-20&until=2026-03-31")
    assert refused.status_code == 429 and Paper.objects.count() == paperwork.AT_ONCE


def test_a_sheet_longer_than_a_worker_makes_in_time_is_refused_before_it_is_asked_for(
    client, chenfang, walk_in, monkeypatch
) -> None:
    walk_in()
    walk_in(march(2, 11))
    monkeypatch.setattr(ledger, "MOST", 1)
    client.force_login(chenfang)
    refused = client.get(ADDRESS, headers={"accept-language": "en"})
    assert refused.status_code == 422 and "2 cases" in refused.content.decode()
    assert not Paper.objects.exists()


def test_what_was_withheld_after_it_was_made_is_handed_out_no_more(
    client, auditor, walk_in, no_worker
) -> None:
    case = walk_in()
    client.force_login(auditor)
    asked = client.get(ADDRESS).url
    paperwork.make_next(timezone.now())
    assert client.get(asked + "?file").status_code == 200
    Complaint.objects.filter(pk=case.pk).update(restricted=True)
    assert client.get(asked + "?file").status_code == 404


def test_whoever_lost_his_posting_meanwhile_gets_neither_sheet_nor_page(
    client, chenfang, walk_in, no_worker
) -> None:
    walk_in()
    client.force_login(chenfang)
    asked, other = client.get(ADDRESS).url, client.get(ADDRESS.replace("03-01", "03-02")).url
    paperwork.make_next(timezone.now())
    Posting.objects.filter(user=chenfang).update(ends_at=march(3))
    assert client.get(asked + "?file").status_code == client.get(other).status_code == 404
    paperwork.make_next(timezone.now())
    assert Paper.objects.order_by("pk").last().state == Paper.State.FAILED


def test_a_sheet_is_gone_after_an_hour(client, chenfang, walk_in, no_worker) -> None:
    client.force_login(chenfang)
    client.get(ADDRESS)
    assert paperwork.forget(timezone.now() + paperwork.KEPT) == 1
