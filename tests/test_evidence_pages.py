"""The pages, the papers and the API of evidence: one rule everywhere, the same few queries at any size."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints import uploads
from complaints.actions import evidence as acts
from complaints.api import evidence as api
from complaints.evidence import ACTS, ADDED
from complaints.models import Attachment, CustodyEntry, Evidence
from complaints.views import evidence as pages
from complaints.views.case import files as file_pages
from complaints.views.case import page as case_page
from staff.models import AuditRow, Department
from staff.roles import Role
from tests.cast import march, person
from tests.evidence_cast import SMALL, photo_of, sample_of

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


def test_every_kind_is_one_tap_on_the_form(case, client, limin):
    body = read(client, limin, "evidence_add", case.number, kind="sample").content.decode()
    for kind in ADDED:
        assert f'name="kind" value="{kind}"' in body
