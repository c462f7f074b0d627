"""The pages, the papers and the API of evidence: one rule everywhere, the same few queries at any size."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader
from rest_framework.test import APIClient

from complaints import uploads
from complaints.actions import evidence as acts
from complaints.api import evidence as api
from complaints.evidence import ACTS, Kind
from complaints.models import Attachment, CustodyEntry, Evidence
from complaints.views import evidence as pages
from complaints.views.case import files as file_pages
from complaints.views.case import page as case_page
from reports import evidence_papers
from staff.models import AuditRow, Department
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import HOUR, march, person
from tests.evidence_cast import SMALL, photo_of, said, sample_of, sent

ENGLISH = {"accept-language": "en"}
NOW = march(4)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    for module in (pages, api, case_page, file_pages):
        monkeypatch.setattr(module, "now", lambda: NOW)


@pytest.fixture
def case(case_in):
    return case_in("acting")


@pytest.fixture
def photo(case, wanggong) -> Evidence:
    return photo_of(case, wanggong, march(3))


@pytest.fixture
def firm(jinxiu, case):
    """A firm's worker whose case it is."""
    lifts = Department.objects.create(estate=jinxiu, name="迅达维保", name_en="Lifts", is_contractor=True)
    worker = person("liugong", "刘师傅", Role.HANDLER, department=lifts)
    type(case).objects.filter(pk=case.pk).update(handler=worker, department=lifts)
    case.refresh_from_db()
    return worker


def read(client: Client, who: Any, name: str, *args: Any, **asked: Any) -> Any:
    client.force_login(who)
    answer = client.get(reverse(name, args=args), asked, headers=ENGLISH)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def send(client: Client, who: Any, name: str, *args: Any, **sent_with: Any) -> Any:
    client.force_login(who)
    return client.post(reverse(name, args=args), sent_with, headers=ENGLISH)


def upload(name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, SMALL)


def words(who: Any, **more: Any) -> dict[str, Any]:
    """A form as a browser sends it."""
    held = who.postings.get()
    return {
        "kind": "photo", "what": "天花板滴水", "collected_at": "2026-03-02 11:38", "place": "302 卫生间",
        "first_scene": "yes", "collector": "staff", "collected_by": f"{who.pk}-{held.department_id or 0}",
        "key": "k1",
    } | more  # fmt: skip


# Reading ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_list_says_what_when_where_by_whom_and_the_digest(language, photo, case, client, limin):
    limin.language = language
    limin.save()
    client.force_login(limin)
    body = client.get(
        reverse("evidence", args=[case.number]), headers={"accept-language": language}
    ).content.decode()
    file = photo.files.get()
    for part in (photo.what, photo.place, "王建军", "工程部手机", file.sha256, file.name):
        assert part in body
    assert ("第一现场" if language == "zh-hans" else "first scene") in body


def test_the_case_page_leads_there(photo, case, client, limin):
    body = read(client, limin, "case", case.number).content.decode()
    assert photo.get_absolute_url() in body and reverse("evidence_add", args=[case.number]) in body


def many(case: Any, by: Any, n: int) -> None:
    last = Evidence.objects.filter(complaint=case).count()
    rows = [
        Evidence(
            complaint=case, number=last + i + 1, kind="sample", what=f"{i}", collector="staff",
            collected_by=by, collected_at=NOW, place="x", first_scene=False, added_at=NOW, added_by=by,
        )
        for i in range(n)
    ]  # fmt: skip
    Evidence.objects.bulk_create(rows, batch_size=1000)
    made = list(Evidence.objects.filter(complaint=case, number__gt=last))
    Attachment.objects.bulk_create(
        [
            Attachment(
                file=f"{row.pk:032x}", name="x.pdf", content_type="application/pdf", size=9, sha256="0" * 64,
                uploaded_at=NOW, uploaded_by=by, evidence=row,
            )
            for row in made
        ],
        batch_size=1000,
    )  # fmt: skip
    CustodyEntry.objects.bulk_create(
        [
            CustodyEntry(
                evidence=row, number=1, act="kept", at=NOW, party="staff", holder=by, place="柜",
                recorded_at=NOW, recorded_by=by,
            )
            for row in made
        ],
        batch_size=1000,
    )  # fmt: skip


@pytest.mark.parametrize("door", ["evidence", "case", "api_evidence"])
def test_ten_and_ten_thousand_cost_the_same_queries(door, case, client, limin, wanggong):
    client.force_login(limin)
    costs = []
    for n in (10, 9_990):
        many(case, wanggong, n)
        client.get(reverse(door, args=[case.number]))
        with CaptureQueriesContext(
            connection,
        ) as counted:
            page = client.get(reverse(door, args=[case.number]))
        assert page.status_code == 200
        costs.append(len(counted))
    assert costs[0] == costs[1] < 40


def test_pages_follow_each_other(case, client, limin, wanggong):
    many(case, wanggong, 25)
    first = read(client, limin, "evidence", case.number)
    assert [row.number for row in first.context["page"].rows] == list(range(25, 5, -1))
    second = read(client, limin, "evidence", case.number, after=first.context["page"].older)
    assert [row.number for row in second.context["page"].rows] == [5, 4, 3, 2, 1]
    assert read(client, limin, "evidence", case.number, kind="photo").context["page"].rows == []


def test_the_buttons_are_what_the_acts_would_let_pass(case, client, office_of_jinxiu, auditor):
    row = sample_of(case, office_of_jinxiu.wanggong, NOW)
    acts.propose_withdrawal(row, note="封条破损", by=office_of_jinxiu.chenfang, at=NOW)
    for who in (*vars(office_of_jinxiu).values(), auditor):
        page = read(client, who, "evidence_item", case.number, 1)
        offered = {verb for verb, _act in page.context["acts"]}
        for verb in ACTS:
            answer = read(client, who, "evidence_act", case.number, 1, verb)
            assert (answer.status_code == 200) == (verb in offered), (who, verb)


# Whose ---------------------------------------------------------------------------------------------------


def test_a_stranger_and_the_administrator_find_nothing(photo, case, client, stranger, admin):
    file = photo.files.get().file
    for who in (stranger, admin):
        for name, *args in (
            ("evidence", case.number), ("evidence_item", case.number, 1), ("evidence_add", case.number),
            ("evidence_act", case.number, 1, "propose_withdrawal"), ("file", file), ("thumbnail", file),
            ("reports:evidence_list", case.number), ("api_evidence", case.number),
            ("api_evidence_item", case.number, 1),
        ):  # fmt: skip
            assert read(client, who, name, *args).status_code == 404, name
        assert send(client, who, "evidence_verify", case.number).status_code == 404


def test_whoever_sent_it_and_lost_the_case_does_not_read_it(photo, case, client, wanggong, sungong):
    """A file that is nobody's is its sender's; evidence goes with its case."""
    file = photo.files.get().file
    assert read(client, wanggong, "file", file).status_code == 200
    type(case).objects.filter(pk=case.pk).update(restricted=True, abnormal="marked", handler=sungong)
    assert read(client, wanggong, "file", file).status_code == 404


def test_a_firm_reads_what_it_brought_and_nothing_of_ours(photo, case, client, firm):
    mine = photo_of(case, firm, NOW)
    listed = read(client, firm, "evidence", case.number)
    assert [row.number for row in listed.context["page"].rows] == [mine.number]
    assert "王建军" not in listed.content.decode()
    assert read(client, firm, "evidence_item", case.number, photo.number).status_code == 404
    assert read(client, firm, "file", photo.files.get().file).status_code == 404
    assert read(client, firm, "file", mine.files.get().file).status_code == 200
    assert read(client, firm, "reports:evidence_list", case.number).status_code == 404
    assert read(client, firm, "evidence_statement", case.number).status_code == 404
    form = read(client, firm, "evidence_add", case.number)
    assert form.status_code == 200 and "李敏" not in form.content.decode().split("evidence-form")[1]
    added = send(client, firm, "evidence_add", case.number, **words(firm, files=[upload()]))
    assert added.status_code == 302, added.content.decode()


def test_taking_a_file_of_evidence_is_a_row_of_the_audit(photo, case, client, limin):
    read(client, limin, "file", photo.files.get().file)
    row = AuditRow.objects.get(kind="export")
    assert row.case == case.number and row.about.startswith("attachment ")


# Sending -------------------------------------------------------------------------------------------------


def test_a_form_adds_an_item_once(case, client, wanggong):
    for _n in range(2):
        page = send(client, wanggong, "evidence_add", case.number, **words(wanggong, files=[upload()]))
        assert page.status_code == 302, page.content.decode()
    row = Evidence.objects.get()
    assert (row.what, row.collected_by, row.first_scene, row.collected_at) == (
        "天花板滴水", wanggong, True, march(2, 11, 38),
    )  # fmt: skip
    assert row.files.get().as_sent


def test_a_form_that_fails_keeps_its_file_and_its_words(case, client, wanggong):
    page = send(client, wanggong, "evidence_add", case.number, **words(wanggong, place="", files=[upload()]))
    assert page.status_code == 422 and set(page.context["form"].errors) == {"place"}
    body = page.content.decode()
    (kept,) = re.findall(r'name="kept" value="([0-9a-f]{32})"', body)
    assert "天花板滴水" in body
    again = send(client, wanggong, "evidence_add", case.number, **words(wanggong, kept=kept, key="k2"))
    assert again.status_code == 302 and Evidence.objects.get().files.get().file == kept


def test_a_sample_says_who_holds_it(case, client, wanggong):
    asked = words(wanggong, kind="sample")
    page = send(client, wanggong, "evidence_add", case.number, **asked)
    assert page.status_code == 422 and "holder" in page.context["form"].errors
    held = {"party": "staff", "holder": asked["collected_by"], "kept_at": "样品柜 3 号格"}
    assert send(client, wanggong, "evidence_add", case.number, **asked, **held).status_code == 302
    assert Evidence.objects.get().held.place == "样品柜 3 号格"


def test_a_sample_is_handed_over_on_its_page(case, client, wanggong):
    sample_of(case, wanggong, march(3))
    asked = {
        "act": "handed",
        "party": "outside",
        "holder_other": "市水质检测中心",
        "kept_at": "收样室",
        "after": 1,
    }
    done = send(client, wanggong, "evidence_act", case.number, 1, "hand_over", **asked)
    assert done.status_code == 302
    late = send(client, wanggong, "evidence_act", case.number, 1, "hand_over", **asked)
    assert late.status_code == 422 and "市水质检测中心 has it since" in late.content.decode()
    assert CustodyEntry.objects.count() == 2


def test_a_statement_is_taken_down_printed_and_signed(case, client, limin):
    asked = words(limin, what="漏水经过", statement="三月一日夜里开始滴水。")
    made = send(client, limin, "evidence_statement", case.number, **asked)
    assert made.status_code == 302, made.content.decode()
    page = read(client, limin, "evidence_item", case.number, 1)
    assert reverse("reports:statement", args=[case.number, 1]) in page.content.decode()
    signed = send(client, limin, "evidence_act", case.number, 1, "sign", files=[upload("签字.jpg")])
    assert signed.status_code == 302 and Evidence.objects.get().files.get().name == "签字.jpg"


def test_one_button_says_of_each_file_how_it_was_found(photo, case, client, wanggong, chenfang):
    for _n in range(2):
        photo_of(case, wanggong, march(3))
    changed, gone, _same = Attachment.objects.filter(evidence__complaint=case).order_by("pk")
    uploads.path_of(changed.file).write_bytes(SMALL + b"x")
    uploads.path_of(gone.file).unlink()
    client.force_login(chenfang)
    page = client.post(reverse("evidence_verify", args=[case.number]), follow=True, headers=ENGLISH)
    body = page.content.decode()
    assert "3 files read; 2 of them changed or missing." in body
    assert [body.count(f"finding is-{found}") for found in ("same", "differs", "missing")] == [1, 1, 1]


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


def test_papers_are_asked_for_and_made(photo, case, client, limin, monkeypatch):
    from reports.views import evidence as paper_pages
    from reports.views import papers as waiting

    monkeypatch.setattr(paper_pages, "clock", lambda: NOW)
    monkeypatch.setattr(waiting, "clock", lambda: NOW)
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


def test_every_kind_is_one_tap_on_the_form(case, client, limin):
    body = read(client, limin, "evidence_add", case.number, kind="sample").content.decode()
    for kind in Kind.values:
        assert f'name="kind" value="{kind}"' in body
    assert permissions_of(limin, NOW + HOUR) and sent(limin, NOW).evidence_id is None
