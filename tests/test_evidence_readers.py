"""Who reads what of evidence and who takes a customer's statement: one rule for act, page and programs."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader
from rest_framework.test import APIClient

from complaints.actions import attach, files
from complaints.actions import evidence as acts
from complaints.actions.evidence import Holder
from complaints.api import evidence as api
from complaints.models import Evidence
from complaints.statuses import WrongPerson
from complaints.views import evidence as pages
from complaints.views.case import files as file_pages
from config.framework.refusals import Refused
from reports import evidence_papers
from staff.models import Department
from staff.roles import Role
from tests.cast import HOUR, march, person
from tests.evidence_cast import SMALL, photo_of, said, sample_of, sent
from tests.pictures import upload

ENGLISH = {"accept-language": "en"}
NOW = march(4)
WHY = "外包单位施工不当"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    for module in (pages, api, file_pages):
        monkeypatch.setattr(module, "now", lambda: NOW)


@pytest.fixture
def case(case_in):
    return case_in("acting")


@pytest.fixture
def firm(jinxiu, case):
    """A firm's worker whose case it is."""
    lifts = Department.objects.create(estate=jinxiu, name="迅达维保", name_en="Lifts", is_contractor=True)
    worker = person("liugong", "刘师傅", Role.HANDLER, department=lifts)
    type(case).objects.filter(pk=case.pk).update(handler=worker, department=lifts)
    case.refresh_from_db()
    return worker


@pytest.fixture
def hidden(walk_in, limin):
    """A case whose complainant hides, with his statement, which its first receiver took."""
    case = walk_in(facts={"identity_hidden": True})
    acts.take_statement(case, said(limin, "statement"), statement="夜里滴水", by=limin, at=march(3))
    return case


def read(client: Client, who: Any, name: str, *args: Any) -> Any:
    client.force_login(who)
    answer = client.get(reverse(name, args=args), headers=ENGLISH)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def programs(who: Any) -> APIClient:
    client = APIClient()
    client.force_login(who)
    return client


def stated(**more: Any) -> dict[str, Any]:
    """A statement as a program sends it."""
    return {
        "what": "漏水经过", "statement": "夜里滴水", "collected_at": "2026-03-02T11:38:00+08:00",
        "place": "前台", "first_scene": "no", "collector": "customer",
    } | more  # fmt: skip


# Reasons are ours -----------------------------------------------------------------------------------------


def test_a_firm_reads_that_its_evidence_is_withdrawn_and_not_why(case, client, firm, limin, chenfang):
    mine = sample_of(case, firm, march(3))
    lab = Holder("outside", None, "检测中心", "收样室")
    acts.hand_over(mine, act="handed", to=lab, note="疑其偷换", after=1, by=limin, at=march(3) + HOUR)
    acts.propose_withdrawal(Evidence.objects.get(pk=mine.pk), note=WHY, by=limin, at=march(3) + HOUR)
    at = f"/api/v1/cases/{case.number}/evidence/"
    for reads, who in ((False, firm), (True, chenfang)):
        program = programs(who)
        bodies = [
            read(client, who, "evidence_item", case.number, 1).content.decode(),
            program.get(at, headers=ENGLISH).content.decode(),
            program.get(f"{at}1/", headers=ENGLISH).content.decode(),
        ]
        for body in bodies:
            assert "收样室" in body and (WHY in body, "疑其偷换" in body) == (reads, reads)


def test_verifying_names_no_file_of_an_item_one_does_not_read(hidden, wanggong, limin):
    """A scan may bear the customer's name."""
    statement = Evidence.objects.get()
    acts.sign(statement, files=[sent(limin, march(3), "熊霞签字.jpg")], by=limin, at=march(3))
    photo_of(hidden, limin, march(3))
    at = f"/api/v1/cases/{hidden.number}/evidence/verify/"
    blind = programs(wanggong).post(at, headers=ENGLISH)
    assert blind.status_code == 200 and [one["evidence"] for one in blind.json()["read"]] == [2]
    assert statement.files.get().finding == "same"  # read all the same
    assert {one["evidence"] for one in programs(limin).post(at, headers=ENGLISH).json()["read"]} <= {1, 2}


# Whose a statement is -------------------------------------------------------------------------------------


def test_a_firms_worker_takes_no_statement_through_any_door(case, firm):
    at = f"/api/v1/cases/{case.number}/evidence/"
    assert programs(firm).post(f"{at}statement/", stated(), format="json").status_code == 403
    added = programs(firm).post(
        at, stated(kind="statement", files=[SimpleUploadedFile("a.jpg", SMALL)]) | {"statement": ""},
        format="multipart",
    )  # fmt: skip
    assert added.status_code == 400 and "kind" in added.json()["errors"]
    for act in (acts.take_statement, acts.add_evidence):
        with pytest.raises(WrongPerson):
            act(case, said(firm, "statement"), statement="夜里滴水", by=firm, at=NOW)
    assert not Evidence.objects.exists()


def test_who_may_not_know_the_customer_takes_no_statement(hidden, client, wanggong):
    with pytest.raises(WrongPerson):
        acts.take_statement(hidden, said(wanggong, "statement"), by=wanggong, at=NOW)
    at = f"/api/v1/cases/{hidden.number}/evidence/statement/"
    assert programs(wanggong).post(at, stated(), format="json").status_code == 403
    assert read(client, wanggong, "evidence_statement", hidden.number).status_code == 404
    offered = read(client, wanggong, "evidence_add", hidden.number).content.decode()
    assert 'value="photo"' in offered and 'value="statement"' not in offered
    listed = read(client, wanggong, "evidence", hidden.number)
    assert not listed.context["takes_statement"] and Evidence.objects.count() == 1


def test_a_statement_added_as_evidence_has_words_or_a_file(case, limin):
    with pytest.raises(Refused) as fault:
        acts.add_evidence(case, said(limin, "statement"), by=limin, at=NOW)
    assert fault.value.field == "files" and not Evidence.objects.exists()
    acts.add_evidence(case, said(limin, "statement"), files=[sent(limin, NOW)], by=limin, at=NOW)
    acts.take_statement(case, said(limin, "statement"), by=limin, at=NOW)  # he writes on the printed form
    assert Evidence.objects.count() == 2


@pytest.mark.parametrize("verb", ["confirm_withdrawal", "keep"])
@pytest.mark.parametrize("door", ["page", "api"])
def test_who_is_asked_about_a_hidden_customers_statement_reads_it(
    door, verb, hidden, client, chenfang, zhoujun
):
    at = f"/api/v1/cases/{hidden.number}/evidence/1/"
    assert programs(zhoujun).get(at).status_code == 404
    acts.propose_withdrawal(Evidence.objects.get(), note="不是本人", by=chenfang, at=march(3))
    seen = read(client, zhoujun, "evidence_item", hidden.number, 1)
    assert {one for one, _act in seen.context["acts"]} >= {"confirm_withdrawal", "keep"}
    if door == "api":
        done = programs(zhoujun).post(f"{at}{verb}/", {"note": "已核对"}, format="json")
        assert done.status_code == 200 and done.json()["number"] == 1, done.content
    else:
        act = reverse("evidence_act", args=[hidden.number, 1, verb])
        done = client.post(act, {"note": "已核对"}, headers=ENGLISH, follow=True)
        assert done.status_code == 200 and done.redirect_chain
    assert Evidence.objects.get().state == {"keep": "kept"}.get(verb, "withdrawn")
    assert programs(zhoujun).get(at).status_code == 404


# What was sent ------------------------------------------------------------------------------------------


def test_one_file_of_the_case_need_not_be_a_list_in_a_form(case, limin):
    file = files.store(upload(), by=limin, at=march(3))
    attach(case, [file], by=limin, at=march(3))
    at = f"/api/v1/cases/{case.number}/evidence/"
    asked = {name: word for name, word in stated(kind="photo").items() if name != "statement"}
    made = programs(limin).post(at, asked | {"of_case": file.pk}, format="multipart")
    assert made.status_code == 201 and made.json()["files"][0]["id"] == file.pk, made.content


def test_a_key_no_row_can_have_is_no_choice(case, limin):
    file = files.store(upload(), by=limin, at=march(3))
    attach(case, [file], by=limin, at=march(3))
    at = f"/api/v1/cases/{case.number}/evidence/"
    asked = {name: word for name, word in stated(kind="photo").items() if name != "statement"}
    for far in (2**63, 10**30, -(2**63) - 1):
        answer = programs(limin).post(at, asked | {"of_case": [str(far)]}, format="json")
        assert answer.status_code == 400 and set(answer.json()["errors"]) == {"of_case"}, answer.content


def test_a_withdrawn_statement_says_so_on_paper(case, limin, chenfang):
    def on_paper() -> str:
        row = Evidence.objects.get()
        pdf = evidence_papers.statement(row, NOW, "zh-hans", shows_complainant=True)
        return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())

    row = acts.take_statement(case, said(limin, "statement"), statement="夜里滴水", by=limin, at=march(3))
    assert "已撤回" not in on_paper()
    acts.propose_withdrawal(row, note="不是本人", by=limin, at=march(3))
    with translation.override("zh-hans"):
        acts.confirm_withdrawal(Evidence.objects.get(), by=chenfang, at=march(3, 15, 30))
    assert "已撤回" in on_paper() and "15:30" in on_paper()
