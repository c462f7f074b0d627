"""Pages, paper and API of regulator and court: forms that grow, what a refusal keeps, who reads it."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from complaints import actions
from complaints.actions import inquiries as acts
from complaints.models import Citation, Clause, CourtEntry, Inquiry, ObjectionPaper
from reports import evidence_papers
from staff.models import Department
from staff.roles import Role
from tests.cast import march, person
from tests.evidence_cast import SMALL
from tests.inquiry_cast import LINES, record_of, signed_of, talk
from tests.pictures import upload

pytestmark = pytest.mark.django_db
NOW = march(9)


@pytest.fixture
def case(case_in, office_of_jinxiu):
    row = case_in("acting", channel="regulator")
    return actions.record_finding(
        row, note="检验不合格", found_at=march(6, 10), by=office_of_jinxiu.zhoujun, at=NOW
    )


@pytest.fixture
def desk(client, chenfang):
    client.force_login(chenfang)
    return client


@pytest.fixture
def typed(desk, case) -> dict[str, str]:
    """What the page of a new record offers, with who asked and two questions."""
    form = desk.get(f"/cases/{case.number}/inquiries/add/").context["form"]
    people = {name: str(form[name].value() or "") for name in ("recorder",)}
    return people | {
        "subject": "漏水经过", "held_at": "2026-03-06 10:00", "place": "会议室", "asker": "赵立新",
        "asker_unit": "市场监督管理局", "answerer": "staff", "answered_by": people["recorder"],
        "question_1": LINES[0][0], "answer_1": LINES[0][1], "question_2": "", "answer_2": "",
    }  # fmt: skip


def at_page(case, item: int, verb: str = "") -> str:
    return f"/cases/{case.number}/inquiries/{item}/" + (f"{verb}/" if verb else "")


def test_a_record_is_begun_and_grows_by_saving(desk, case, typed):
    added = desk.post(f"/cases/{case.number}/inquiries/add/", typed | {"more": "1"})
    assert added.status_code == 302 and added.url == at_page(case, 1, "edit")
    page = desk.get(added.url)
    assert [n for n, *_rest in page.context["form"].line_fields] == [1, 2, 3, 4]
    more = {f"{name}_{n}": f"{name} {n}" for n in (2, 3, 4) for name in ("question", "answer")}
    desk.post(added.url, typed | more | {"revision": "1", "more": "1"})
    assert len(Inquiry.objects.get().pairs) == 4
    assert len(desk.get(added.url).context["form"].line_fields) == 7


def test_what_was_typed_stays_when_it_is_refused(desk, case, typed):
    page = desk.post(f"/cases/{case.number}/inquiries/add/", typed | {"place": ""})
    assert page.status_code == 422 and LINES[0][1] in page.content.decode()
    assert not Inquiry.objects.exists()


def test_who_saves_after_somebody_else_sees_both_and_may_save_again(desk, case, typed, wanggong):
    desk.post(f"/cases/{case.number}/inquiries/add/", typed)
    row = Inquiry.objects.get()
    acts.edit(row, talk(wanggong), [("别人的问", "别人的答")], revision=1, by=wanggong, at=NOW)
    mine = typed | {"revision": "1", "question_2": "我的问", "answer_2": "我的答"}
    page = desk.post(at_page(case, 1, "edit"), mine)
    body = page.content.decode()
    assert page.status_code == 422 and "我的答" in body and "别人的答" in body and str(wanggong) in body
    assert 'name="revision" value="2"' in body
    assert desk.post(at_page(case, 1, "edit"), mine | {"revision": "2"}).status_code == 302
    assert Inquiry.objects.get().pairs[1] == ("我的问", "我的答")


def test_who_types_while_it_is_signed_keeps_his_words_to_copy(desk, case, typed, zhoujun):
    desk.post(f"/cases/{case.number}/inquiries/add/", typed)
    signed_of(Inquiry.objects.get(), zhoujun, NOW)
    mine = typed | {"revision": "1", "question_2": "我的问", "answer_2": "我的答"}
    page = desk.post(at_page(case, 1, "edit"), mine)
    body = page.content.decode()
    assert page.status_code == 422 and "补充笔录" in body and "<textarea" in body and "我的答" in body
    assert len(Inquiry.objects.get().pairs) == 1


def test_read_over_signed_with_its_scan_and_supplemented(desk, case, typed, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    desk.post(f"/cases/{case.number}/inquiries/add/", typed)
    assert desk.post(at_page(case, 1, "read_over"), {"revision": "1", "corrections": "无"}).status_code == 302
    scan = {"revision": "2", "files": upload("扫描.jpg", SMALL)}
    assert desk.post(at_page(case, 1, "sign"), scan).status_code == 302
    row = Inquiry.objects.get()
    assert row.state == "signed" and row.evidence.files.count() == 1
    page = desk.get(at_page(case, 1)).content.decode()
    assert row.sha256 in page and "扫描.jpg" in page and "/edit/" not in page
    second = desk.get(f"/cases/{case.number}/inquiries/add/?supplements=1")
    assert second.context["form"]["asker"].value() == "赵立新"
    desk.post(f"/cases/{case.number}/inquiries/add/", typed | {"supplements": "1"})
    assert Inquiry.objects.get(number=2).supplements == row
    assert desk.get(f"/cases/{case.number}/evidence/{row.evidence.number}/").status_code == 200


def test_no_door_shows_a_contractor_any_of_it(case, client, typed, desk, jinxiu):
    lifts = Department.objects.create(estate=jinxiu, name="电梯维保", is_contractor=True)
    liugong = person("liugong", "刘工", Role.HANDLER, department=lifts)
    desk.post(f"/cases/{case.number}/inquiries/add/", typed)
    type(case).objects.filter(pk=case.pk).update(handler=liugong, department=lifts)
    client.force_login(liugong)
    assert client.get(f"/cases/{case.number}/").status_code == 200
    for path in (
        f"/cases/{case.number}/regulator/", at_page(case, 1), at_page(case, 1, "edit"),
        f"/cases/{case.number}/inquiries/add/", f"/cases/{case.number}/regulator/cite/",
        f"/cases/{case.number}/regulator/papers/test/", reverse("reports:inquiry", args=[case.number, 1]),
        f"/api/v1/cases/{case.number}/inquiries/1/", f"/api/v1/cases/{case.number}/regulator/",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path
    assert client.get(f"/api/v1/cases/{case.number}/inquiries/").json() == []
    for path in (f"/cases/{case.number}/", f"/api/v1/cases/{case.number}/"):
        said = client.get(path).content.decode()
        assert "regulator/" not in said and "询问笔录" not in said, path


def test_the_paper_holds_each_question_and_answer(case, chenfang):
    many = [(f"第{n}个问题是什么？", f"第{n}个回答如下。" * 12) for n in range(1, 25)]
    row = acts.begin(case, talk(chenfang), many, by=chenfang, at=NOW)
    row = acts.with_all(Inquiry.objects.all()).get(pk=signed_of(row, chenfang, NOW).pk)
    with translation.override("zh-hans"):
        pdf = PdfReader(io.BytesIO(evidence_papers.inquiry(row, NOW, "zh-hans", shows_complainant=True)))
    pages = ["".join(page.extract_text().split()) for page in pdf.pages]
    text = "".join(pages)
    assert len(pages) > 1
    for question, _answer in many:
        assert question in text
    for n, page in enumerate(pages, 1):
        assert "被询问人" in page and f"第{n}页" in page
    assert row.sha256 in text and "第1答改为三天" in text


def test_one_page_shows_all_of_it_with_the_same_few_queries(desk, case, chenfang, typed):
    for _n in range(2):
        record_of(case, chenfang, NOW)
    path = f"/cases/{case.number}/regulator/"
    desk.get(path)
    with CaptureQueriesContext(connection) as few:
        desk.get(path)
    for _n in range(8):
        record_of(case, chenfang, NOW)
    with CaptureQueriesContext(connection) as many:
        page = desk.get(path)
    assert len(few) == len(many) and len(page.context["records"]) == 10


def test_papers_are_laid_down_on_their_page(desk, case, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    path = f"/cases/{case.number}/regulator/papers/contract/"
    assert desk.post(path, {"not_needed_because": " "}).status_code == 422
    assert desk.post(path, {"files": upload("合同.jpg", SMALL)}).status_code == 302
    paper = ObjectionPaper.objects.get()
    page = desk.get(f"/cases/{case.number}/regulator/").content.decode()
    assert "合同.jpg" in page and "还缺 11 项" in page
    sent = desk.get(f"/files/{paper.files.get().file}")
    assert sent.status_code == 200 and b"".join(sent.streaming_content)  # read, the file is closed
    assert desk.get(f"/cases/{case.number}/regulator/papers/poem/").status_code == 404
    assert "还缺" in desk.get(f"/cases/{case.number}/").content.decode()


def test_clauses_and_days_in_court_on_their_pages(desk, case):
    clause = Clause.objects.create(
        kind="law", title="物业管理条例", article="第三条", zh="摘要", valid_from=date(2020, 1, 1),
        valid_until=date(2021, 1, 1),
    )  # fmt: skip
    path = f"/cases/{case.number}/regulator/cite/"
    sent = {"clause": str(clause.pk), "use": "answer"}
    refused = desk.post(path, sent)
    assert refused.status_code == 422 and "已失效" in refused.content.decode()
    assert desk.post(path, sent | {"although": "on"}).status_code == 302
    assert Citation.objects.get().in_force is False
    court = {"stage": "hearing", "on_at": "2126-05-01 09:30", "court": "江州区人民法院"}
    assert desk.post(f"/cases/{case.number}/regulator/court/", court).status_code == 302
    row = CourtEntry.objects.get()
    off = f"/cases/{case.number}/regulator/court/{row.pk}/off/"
    assert desk.post(off, {"note": "改期"}).status_code == 302
    assert "改期" in desk.get(f"/cases/{case.number}/regulator/").content.decode()


def test_the_api_does_what_the_pages_do(desk, case, chenfang):
    root = f"/api/v1/cases/{case.number}"

    def post(path: str, body: dict[str, object], code: int = 200):
        answer = desk.post(f"{root}/{path}", body, content_type="application/json")
        assert answer.status_code == code, answer.content
        return answer.json()

    body = {
        "subject": "漏水经过", "held_at": "2026-03-06T10:00", "place": "会议室", "asker": "赵立新",
        "asker_unit": "市场监督管理局", "answerer": "outside", "answered_by_other": "维保单位 张工",
        "recorder": chenfang.username,
        "lines": [{"question": f"问{n}", "answer": f"答{n}"} for n in range(1, 7)],
    }  # fmt: skip
    made = post("inquiries/", body, 201)
    assert len(made["lines"]) == 6 and made["acts"] == ["edit", "read_over", "drop"]
    post("inquiries/", body | {"lines": "poem"}, 400)
    stale = post("inquiries/1/read_over/", {"revision": 7}, 400)
    assert "detail" in stale
    assert post("inquiries/1/read_over/", {"revision": 1})["state"] == "read"
    assert post("inquiries/1/sign/", {"revision": 2})["evidence"] == 1
    assert desk.get(f"{root}/inquiries/").json()[0]["state"] == "signed"
    laid = post("regulator/papers/test/", {"not_needed_because": "不涉及检测"})
    assert "test" not in laid["open"] and laid["papers"][0]["code"] == "test"
    clause = Clause.objects.create(
        kind="law", title="民法典", article="第九百三十七条", zh="摘要", valid_from=date(2021, 1, 1)
    )
    assert post("regulator/cite/", {"clause": clause.pk, "use": "objection"})["citations"][0]["in_force"]
    court = {"stage": "hearing", "on_at": "2126-05-01T09:30", "court": "江州区人民法院"}
    key = post("regulator/court/", court)["court"][0]["id"]
    assert post(f"regulator/court/{key}/off/", {"note": "改期"})["court"][0]["called_off_because"] == "改期"


def test_the_list_of_clauses_is_kept_under_settings(client, zhoujun, chenfang, case):
    client.force_login(zhoujun)
    asked = {
        "kind": "contract", "title": "锦绣花园物业服务合同", "article": "第十二条", "zh": "每日巡查两次。",
        "valid_from": "2024-01-01", "estate": str(case.estate_id),
    }  # fmt: skip
    wrong = client.post("/settings/desk/clauses/new/", asked | {"valid_until": "2023-01-01"})
    assert wrong.status_code == 422 and "失效日期不能早于生效日期" in wrong.content.decode()
    assert client.post("/settings/desk/clauses/new/", asked).status_code == 302
    assert Clause.objects.get().history.count() == 1
    page = client.get("/settings/desk/clauses/").content.decode()
    assert "锦绣花园物业服务合同 第十二条" in page and "2024-01-01 起生效" in page
