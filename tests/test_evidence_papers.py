"""Evidence on paper, and for programs: the same rules as on the pages."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from rest_framework.test import APIClient

from complaints.actions import evidence as acts
from complaints.api import evidence as api
from complaints.models import Attachment, Evidence
from complaints.views import evidence as pages
from reports import evidence_papers
from reports.views import evidence as paper_pages
from reports.views import papers as waiting
from staff.models import AuditRow
from tests.cast import march
from tests.evidence_cast import SMALL, photo_of, said, sample_of

ENGLISH = {"accept-language": "en"}
NOW = march(4)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    for module, name in ((pages, "now"), (api, "now"), (paper_pages, "clock"), (waiting, "clock")):
        monkeypatch.setattr(module, name, lambda: NOW)


@pytest.fixture
def case(case_in):
    return case_in("acting")


@pytest.fixture
def photo(case, wanggong) -> Evidence:
    return photo_of(case, wanggong, march(3))


def read(client: Client, who: Any, name: str, *args: Any) -> Any:
    client.force_login(who)
    return client.get(reverse(name, args=args), headers=ENGLISH)


def upload(name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, SMALL)


# On paper ------------------------------------------------------------------------------------------------


def on_paper(pdf: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_the_list_is_an_annex_of_the_case(photo, case, wanggong, chenfang):
    sample_of(case, wanggong, march(3))
    acts.propose_withdrawal(photo, note="拍的是 301", by=wanggong, at=NOW)
    acts.confirm_withdrawal(Evidence.objects.get(pk=photo.pk), by=chenfang, at=NOW)
    keys = list(Evidence.objects.order_by("number").values_list("pk", flat=True))
    said_there = on_paper(evidence_papers.evidence_list(case, keys, NOW, "en", shows_complainant=True))
    digest = photo.files.get().sha256
    for part in (
        "Evidencelist",
        case.number,
        digest,
        "渗水水样500毫升",
        "工程部样品柜3号格",
        "拍的是301",
        "1item",
        "1withdrawn",
    ):
        assert part in said_there, part


def test_the_statement_has_the_words_or_lines_and_who_signs(case, limin):
    row = acts.take_statement(case, said(limin, "statement"), statement="夜里开始滴水", by=limin, at=NOW)
    made = evidence_papers.statement(row, NOW, "zh-hans", shows_complainant=True)
    for part in ("客户书面陈述", "夜里开始滴水", "熊霞", "陈述人（客户）", "见证人"):
        assert part in on_paper(made), part
    assert "熊霞" not in on_paper(evidence_papers.statement(row, NOW, "zh-hans", shows_complainant=False))


def test_papers_are_asked_for_and_made(photo, case, client, limin):
    made = read(client, limin, "reports:evidence_list", case.number)
    assert made["Content-Type"] == "application/pdf" and photo.files.get().sha256 in on_paper(made.content)
    assert AuditRow.objects.filter(about="paper evidence", case=case.number).exists()
    assert read(client, limin, "reports:statement", case.number, 1).status_code == 404  # a photo is none


# Programs ------------------------------------------------------------------------------------------------


def test_the_api_adds_hands_over_verifies_and_withdraws(case, wanggong, chenfang):
    client = APIClient()
    client.force_login(wanggong)
    at = f"/api/v1/cases/{case.number}/evidence/"
    sample = {
        "kind": "sample", "what": "水样", "collected_at": "2026-03-02T11:38:00+08:00", "place": "302",
        "first_scene": "yes", "collector": "staff", "collected_by": "wanggong", "party": "staff",
        "holder": "wanggong", "kept_at": "样品柜", "files": [upload("b.jpg")],
    }  # fmt: skip
    key = {"Idempotency-Key": "a1"} | ENGLISH
    made = client.post(at, sample, format="multipart", headers=key)
    assert made.status_code == 201, made.content
    again = client.post(at, sample | {"files": [upload("b.jpg")]}, format="multipart", headers=key)
    assert again.json()["number"] == made.json()["number"] == 1 and Attachment.objects.count() == 1
    assert made.json()["custody"][0]["holder"] == "wanggong" and "hand_over" in made.json()["acts"]
    moved = client.post(
        f"{at}1/hand_over/",
        {"act": "handed", "party": "staff", "holder": "limin", "kept_at": "前台", "after": 1}, format="json",
        headers=ENGLISH,
    )  # fmt: skip
    assert [line["holder"] for line in moved.json()["custody"]] == ["wanggong", "limin"], moved.content
    found = client.post(f"{at}verify/", headers=ENGLISH).json()
    assert [(one["evidence"], one["finding"]) for one in found["read"]] == [(1, "same")] and found[
        "left"
    ] == 0
    bad = client.post(f"{at}1/propose_withdrawal/", {"note": ""}, format="json", headers=ENGLISH)
    assert bad.status_code == 400
    assert (
        client.post(
            f"{at}1/propose_withdrawal/", {"note": "封条破损"}, format="json", headers=ENGLISH
        ).status_code
        == 200
    )
    own = client.post(f"{at}1/confirm_withdrawal/", {}, format="json", headers=ENGLISH)
    assert own.status_code == 403, own.content
    client.force_login(chenfang)
    done = client.post(f"{at}1/confirm_withdrawal/", {}, format="json", headers=ENGLISH)
    assert (done.status_code, done.json()["state"]) == (200, "withdrawn"), done.content
    assert [
        row["number"] for row in client.get(at, {"kind": "sample"}, headers=ENGLISH).json()["results"]
    ] == [1]
    assert client.get(at, {"kind": "rumour"}, headers=ENGLISH).status_code == 400


def test_the_api_takes_a_statement(case, limin):
    client = APIClient()
    client.force_login(limin)
    at = f"/api/v1/cases/{case.number}/evidence/"
    asked = {
        "what": "漏水经过", "statement": "夜里滴水", "collected_at": "2026-03-02T11:38:00+08:00",
        "place": "前台", "first_scene": "no", "collector": "staff", "collected_by": "limin",
    }  # fmt: skip
    made = client.post(f"{at}statement/", asked, format="json", headers=ENGLISH)
    assert made.status_code == 201 and "sign" in made.json()["acts"], made.content
    scan = {"files": [upload("c.jpg")]}
    signed = client.post(f"{at}1/sign/", scan, format="multipart", headers=ENGLISH)
    assert signed.status_code == 200 and signed.json()["files"][0]["as_sent"], signed.content
