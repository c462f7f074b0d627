"""Regulator and court where it is easy to go wrong: tampering, late truth, two people, whoever is told."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from complaints import actions
from complaints.actions import court_due, objections
from complaints.actions import evidence as evidence_acts
from complaints.actions import inquiries as acts
from complaints.actions import law as law_acts
from complaints.actions.evidence_check import verify
from complaints.actions.vocabulary import objection_documents
from complaints.models import (
    Citation,
    Clause,
    Complaint,
    CourtEntry,
    Event,
    Evidence,
    Inquiry,
    InquiryLine,
    InquiryVersion,
    Notification,
    ObjectionPaper,
)
from complaints.statuses import WrongStatus
from config.framework.refusals import Refused
from staff.models import Department
from staff.roles import Role
from tests.cast import DAY, HOUR, march, person
from tests.evidence_cast import SMALL
from tests.inquiry_cast import LINES, lay_all, record_of, signed_of, talk
from tests.pictures import upload

pytestmark = pytest.mark.django_db
NOW, DUE = march(9), march(21, 10)
HEARING = {"stage": "hearing", "court": "江州区人民法院"}
TALK = {
    "subject": "漏水经过", "held_at": "2026-03-06T10:00", "place": "会议室", "asker": "赵立新",
    "asker_unit": "市场监督管理局", "answerer": "outside", "answered_by_other": "维保单位 张工",
}  # fmt: skip


@pytest.fixture
def case(case_in, office_of_jinxiu):
    row = case_in("acting", at=march(5), channel="regulator")
    return actions.record_finding(
        row, note="检验不合格", found_at=march(6, 10), by=office_of_jinxiu.zhoujun, at=NOW
    )


@pytest.fixture
def desk(client, chenfang):
    client.force_login(chenfang)
    return client


@pytest.fixture
def liugong(jinxiu, case):
    """A contractor's worker, to whom the case has been given."""
    lifts = Department.objects.create(estate=jinxiu, name="电梯维保", is_contractor=True)
    worker = person("liugong", "刘工", Role.HANDLER, department=lifts)
    Complaint.objects.filter(pk=case.pk).update(handler=worker, department=lifts)
    case.refresh_from_db()
    return worker


@pytest.fixture
def clause() -> Clause:
    return Clause.objects.create(
        kind="contract",
        title="维保合同",
        article="违约条款",
        zh="摘要：违约责任",
        valid_from=date(2020, 1, 1),
    )


def item(code: str):
    return next(one for one in objection_documents() if one.code == code)


def refused(do, *args, **words) -> Refused:
    with pytest.raises(Refused) as refusal:
        do(*args, **words)
    return refusal.value


# Records ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"asker": "别人"}, {"asker_unit": "别处"}, {"asker_position": ""}, {"place": "别处"},
        {"subject": "别的"}, {"held_at": NOW - DAY}, {"corrections": "第2答改为四天"},
        {"signed_at": NOW + DAY}, {"answerer": "outside", "answered_by": None, "answered_by_other": "李四"},
    ],
)  # fmt: skip
def test_no_column_of_a_signed_record_changes_unseen(case, chenfang, change):
    row = signed_of(record_of(case, chenfang, NOW), chenfang, NOW)
    assert Inquiry.objects.get(pk=row.pk).is_as_signed and not verify(case, by=chenfang, at=NOW + HOUR).wrong
    Inquiry.objects.filter(pk=row.pk).update(**change)
    assert not Inquiry.objects.get(pk=row.pk).is_as_signed
    assert len(verify(case, by=chenfang, at=NOW + DAY).wrong) == 1


def test_no_line_does_though_its_words_stand_elsewhere(case, chenfang):
    row = acts.begin(
        case, talk(chenfang), [("同意吗？", "没有同意"), ("派单了吗？", "是")], by=chenfang, at=NOW
    )
    row = signed_of(row, chenfang, NOW)
    InquiryLine.objects.filter(inquiry=row, number=1).update(answer="同意")
    assert not Inquiry.objects.get(pk=row.pk).is_as_signed
    InquiryLine.objects.filter(inquiry=row, number=1).update(answer="没有同意")
    assert Inquiry.objects.get(pk=row.pk).is_as_signed
    for old, new in ((1, 9), (2, 1), (9, 2)):
        InquiryLine.objects.filter(inquiry=row, number=old).update(number=new)
    assert not Inquiry.objects.get(pk=row.pk).is_as_signed


def test_who_is_renamed_has_not_tampered(case, chenfang):
    row = signed_of(record_of(case, chenfang, NOW), chenfang, NOW)
    type(chenfang).objects.filter(pk=chenfang.pk).update(name="陈芳芳")
    with translation.override("en"):
        assert Inquiry.objects.get(pk=row.pk).is_as_signed


def test_what_was_corrected_at_a_reading_over_stays_readable(case, chenfang, desk):
    row = record_of(case, chenfang, NOW)
    row = acts.read_over(row, corrections="第1答应为：没有派单", revision=1, by=chenfang, at=NOW)
    row = acts.edit(row, talk(chenfang), [("另一问", "另一答")], revision=2, by=chenfang, at=NOW)
    acts.drop(row, note="重写", revision=3, by=chenfang, at=NOW)
    kept = list(InquiryVersion.objects.values_list("revision", "state", "saved_by__username"))
    assert kept == [
        (n, state, "chenfang") for n, state in enumerate(("draft", "read", "draft", "dropped"), 1)
    ]
    page = desk.get(f"/cases/{case.number}/inquiries/1/").content.decode()
    assert "第1答应为：没有派单" in page and LINES[0][1] in page
    with pytest.raises(TypeError):
        InquiryVersion.objects.first().save()


def test_a_record_begun_before_versions_were_kept_has_its_first_one_at_the_next_save(case, chenfang):
    row = record_of(case, chenfang, NOW)
    InquiryVersion.objects.all()._raw_delete("default")
    acts.edit(row, talk(chenfang), [("另一问", "另一答")], revision=1, by=chenfang, at=NOW)
    assert LINES[0][1] in InquiryVersion.objects.get(revision=1).text


def test_what_the_api_does_not_say_stays(desk, case, chenfang):
    root = f"/api/v1/cases/{case.number}/inquiries/"
    said = TALK | {"recorder": chenfang.username, "asker_position": "执法人员"}
    lines = [{"question": "问", "answer": "答"}]
    desk.post(root, said | {"lines": lines}, content_type="application/json")
    less = TALK | {"recorder": chenfang.username}
    made = desk.post(f"{root}1/edit/", less | {"revision": 1}, content_type="application/json").json()
    assert (made["lines"], made["asker_position"]) == (lines, "执法人员")
    emptied = less | {"revision": 2, "lines": [], "asker_position": ""}
    made = desk.post(f"{root}1/edit/", emptied, content_type="application/json").json()
    assert (made["lines"], made["asker_position"]) == ([], "")


def test_a_withdrawal_is_decided_by_who_has_read_the_record(client, case, chenfang, zhoujun):
    signed_of(record_of(case, chenfang, NOW), chenfang, NOW)
    record_of(case, chenfang, NOW)
    Complaint.objects.filter(pk=case.pk).update(identity_hidden=True)
    client.force_login(zhoujun)
    first, second = (f"/cases/{case.number}/inquiries/{n}/" for n in (1, 2))
    assert client.get(first).status_code == 404
    evidence_acts.propose_withdrawal(Evidence.objects.get(), note="错", by=chenfang, at=NOW)
    page = client.get(first)
    assert page.status_code == 200 and LINES[0][1] in page.content.decode()
    assert client.get(second).status_code == 404 and f"{first}edit/" not in page.content.decode()
    evidence_acts.confirm_withdrawal(Evidence.objects.get(), by=zhoujun, at=NOW)
    assert client.get(first).status_code == 404


def test_on_a_void_entry_nothing_is_written(desk, case, chenfang):
    row = acts.read_over(record_of(case, chenfang, NOW), revision=1, by=chenfang, at=NOW)
    actions.void(case, note="错录", by=chenfang, at=NOW)
    page = desk.get(f"/cases/{case.number}/inquiries/1/").content.decode()
    assert "/inquiries/1/sign/" not in page and "/inquiries/1/edit/" not in page
    said = {"revision": 2, "by": chenfang, "at": NOW}
    assert isinstance(refused(acts.edit, row, talk(chenfang), LINES, **said), WrongStatus)
    assert isinstance(refused(acts.sign, row, **said), WrongStatus)


@pytest.mark.parametrize("named", ["abc", "-1", "9" * 5000, 1.5, True])
def test_what_is_no_number_supplements_nothing(desk, case, chenfang, named):
    body = TALK | {"recorder": chenfang.username, "supplements": named, "lines": []}
    answer = desk.post(f"/api/v1/cases/{case.number}/inquiries/", body, content_type="application/json")
    assert answer.status_code == 400 and "supplements" in answer.json()["errors"]
    assert not Inquiry.objects.exists()


def test_a_full_record_is_sent_as_the_page_sends_it(desk, case):
    path = f"/cases/{case.number}/inquiries/add/"
    page = desk.get(path)
    assert 'enctype="multipart/form-data"' in page.content.decode()
    who = str(page.context["form"]["recorder"].value())
    said = TALK | {"held_at": "2026-03-06 10:00", "recorder": who}
    for n in range(1, 121):
        said |= {f"question_{n}": "问" * 300, f"answer_{n}": "答" * 2300}
    assert len(urlencode(said)) > 2_621_440
    assert desk.post(path, said).status_code == 302
    assert Inquiry.objects.get().lines.count() == 120


def test_only_who_may_add_the_scan_is_shown_the_way(client, desk, case, chenfang, auditor):
    signed_of(record_of(case, chenfang, NOW), chenfang, NOW)
    path = f"/cases/{case.number}/inquiries/1/"
    assert "evidence/1/sign/" in desk.get(path).content.decode()
    client.force_login(auditor)
    assert "evidence/1/sign/" not in client.get(path).content.decode()


def test_a_supplement_is_written_though_the_mark_is_gone(desk, case_in, chenfang):
    case = case_in("acting", facts={"lawsuit_threatened": True})
    signed_of(record_of(case, chenfang, NOW), chenfang, NOW)
    law_acts.enter_court(case, **HEARING, on_at=march(9) + 36500 * DAY, by=chenfang, at=NOW)
    Complaint.objects.filter(pk=case.pk).update(lawsuit_threatened=False)
    assert "江州区人民法院" in desk.get(f"/cases/{case.number}/").content.decode()
    add = f"/cases/{case.number}/inquiries/add/"
    assert desk.get(add).status_code == 404 and desk.get(f"{add}?supplements=1").status_code == 200


def test_a_hearing_alone_keeps_the_panel(desk, case_in, chenfang):
    case = case_in("acting", facts={"lawsuit_threatened": True})
    law_acts.enter_court(case, **HEARING, on_at=march(9) + 36500 * DAY, by=chenfang, at=NOW)
    Complaint.objects.filter(pk=case.pk).update(lawsuit_threatened=False)
    assert "江州区人民法院" in desk.get(f"/cases/{case.number}/").content.decode()


# Court and law ------------------------------------------------------------------------------------------


def test_who_was_told_of_a_hearing_is_told_that_it_is_off(case, chenfang, wanggong, zhoujun):
    row = law_acts.enter_court(case, **HEARING, on_at=NOW + 5 * DAY, by=zhoujun, at=NOW)
    law_acts.call_off(row, note="改期", by=zhoujun, at=NOW)
    told = {
        kind: set(Notification.objects.filter(kind=kind).values_list("user__username", flat=True))
        for kind in ("court_entered", "court_called_off")
    }
    assert told["court_entered"] == told["court_called_off"] >= {"wanggong"}


def test_a_contractor_is_told_and_reads_nothing_of_it(case, client, chenfang, zhoujun, clause, liugong):
    law_acts.enter_court(case, **HEARING, outcome="机密", on_at=NOW + 5 * DAY, by=chenfang, at=NOW)
    court_due.remind_due(NOW + 3 * DAY)
    law_acts.cite(case, clause, use="objection", by=chenfang, at=NOW)
    record_of(case, chenfang, NOW)
    lay_all(case, chenfang, NOW)
    objection = {"note": "n", "expert": "吴律师"}
    actions.object_to_finding(case, **objection, by=zhoujun, at=NOW + 4 * DAY)
    assert not Notification.objects.filter(user=liugong, kind__startswith="court").exists()
    client.force_login(liugong)
    said = client.get(f"/cases/{case.number}/").content.decode()
    said += client.get(f"/api/v1/cases/{case.number}/").content.decode()
    for secret in ("维保合同", "开庭", "询问笔录", "机密", "检测报告"):
        assert secret not in said, secret
    assert "吴律师" in said


def test_one_key_enters_and_cites_once(desk, case, clause):
    root, key = f"/api/v1/cases/{case.number}/regulator", {"Idempotency-Key": "abc-1"}
    more = {"content_type": "application/json", "headers": key}
    for _n in range(2):
        body = HEARING | {"on_at": "2126-05-01T09:30"}
        assert desk.post(f"{root}/court/", body, **more).status_code == 200
    assert CourtEntry.objects.count() == 1
    assert desk.post(f"{root}/court/", body | {"court": "别的"}, **more).status_code >= 400
    path = f"/cases/{case.number}/regulator/cite/"
    key = desk.get(path).context["key"]
    for _n in range(2):
        assert desk.post(path, {"clause": clause.pk, "use": "answer", "key": key}).status_code == 302
    assert Citation.objects.count() == 1 and key


def test_what_was_entered_by_mistake_stays_and_says_so(desk, case, chenfang, clause):
    row = law_acts.enter_court(case, **HEARING, on_at=NOW + 5 * DAY, by=chenfang, at=NOW)
    cited = law_acts.cite(case, clause, use="answer", by=chenfang, at=NOW)
    root = f"/cases/{case.number}/regulator"
    assert desk.post(f"{root}/court/{row.pk}/wrong/", {"note": " "}).status_code == 422
    assert desk.post(f"{root}/court/{row.pk}/wrong/", {"note": "别案的庭"}).status_code == 302
    assert desk.post(f"{root}/cite/{cited.pk}/wrong/", {"note": "条文选错"}).status_code == 302
    page = desk.get(f"{root}/").content.decode()
    assert "别案的庭" in page and "条文选错" in page and "摘要，非条文原文" in page
    assert CourtEntry.objects.get().remind_at is None
    for do, one in ((law_acts.mark_court, row), (law_acts.mark_citation, cited)):
        assert isinstance(refused(do, one, note="再次", by=chenfang, at=NOW), WrongStatus)
    assert isinstance(refused(law_acts.call_off, row, note="再次", by=chenfang, at=NOW), WrongStatus)


def test_a_day_in_court_has_its_outcome_afterwards_and_once(case, chenfang, wanggong):
    row = law_acts.enter_court(case, **HEARING, on_at=NOW + DAY, by=chenfang, at=NOW)
    said = {"outcome": "择期宣判", "by": chenfang}
    assert isinstance(refused(law_acts.enter_outcome, row, **said, at=NOW), WrongStatus)
    assert law_acts.enter_outcome(row, **said, at=NOW + 2 * DAY).outcome == "择期宣判"
    assert isinstance(refused(law_acts.enter_outcome, row, **said, at=NOW + 2 * DAY), WrongStatus)
    assert Notification.objects.filter(kind="court_outcome", user=wanggong).exists()


@pytest.mark.parametrize("on_at", ["0001-01-03 09:30", "9999-12-31 23:30"])
def test_a_year_nobody_means_is_refused(desk, case, on_at):
    body = HEARING | {"on_at": on_at}
    assert desk.post(f"/cases/{case.number}/regulator/court/", body).status_code == 422
    assert not CourtEntry.objects.exists()


# Papers of the objection --------------------------------------------------------------------------------


def test_what_is_laid_down_anew_takes_the_place_of_what_was(desk, case, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    path = f"/cases/{case.number}/regulator/papers/licence/"
    desk.post(path, {"files": upload("别人的.jpg", SMALL), "revision": "0"})
    stale = desk.post(path, {"files": upload("执照.jpg", SMALL), "revision": "0"})
    assert stale.status_code == 422 and "别人的.jpg" in stale.content.decode()
    assert stale.context["form"]["revision"].value() == "1"
    desk.post(path, {"files": upload("执照.jpg", SMALL), "revision": "1"})
    page = desk.get(f"/cases/{case.number}/regulator/").content.decode()
    assert "别人的.jpg" not in page and "执照.jpg" in page
    paper = ObjectionPaper.objects.get()
    assert paper.files.count() == 2 and len(paper.files_laid) == 1
    entries = list(Event.objects.filter(kind="paper_laid").order_by("pk").values_list("params", flat=True))
    assert [one["files"] for one in entries] == [
        version.laid for version in paper.history.order_by("history_id")
    ]
    assert entries[1]["files"] == [[file.pk, file.sha256] for file in paper.files_laid]


def test_withdrawn_evidence_did_not_go_with_it(case, chenfang, zhoujun, wuzong):
    row = signed_of(record_of(case, chenfang, NOW), chenfang, NOW)
    objections.lay_paper(case, item("statement"), evidence=row.evidence, by=chenfang, at=NOW)
    lay_all(case, chenfang, NOW, but=("statement",))
    evidence_acts.propose_withdrawal(row.evidence, note="错", by=chenfang, at=NOW)
    evidence_acts.confirm_withdrawal(row.evidence, by=zhoujun, at=NOW)
    said = {"note": "n", "expert": "x", "incomplete_because": "来不及"}
    actions.object_to_finding(case, **said, by=wuzong, at=DUE - HOUR)
    name = ["询问笔录（已读核签字）", "Questions and answers, read over and signed"]
    assert Event.objects.get(kind="objection_filed").params["papers"] == []
    assert Event.objects.get(kind="objection_incomplete").params["papers"] == [name]


def test_every_finding_is_listed_with_its_papers(desk, case, chenfang, zhoujun, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    path = f"/cases/{case.number}/regulator/"
    desk.post(f"{path}papers/licence/", {"files": upload("执照.jpg", SMALL)})
    lay_all(case, chenfang, NOW, but=("licence",))
    actions.object_to_finding(case, note="n", expert="x", by=zhoujun, at=march(10))
    actions.record_finding(case, note="再次", found_at=march(11), by=zhoujun, at=march(12))
    assert "执照.jpg" in desk.get(path).content.decode()
    told = desk.get(f"/api/v1{path}").json()
    assert told["filed_at"] is None and told["papers"] == []
    (earlier,) = told["earlier"]
    assert earlier["filed_at"] and len(earlier["papers"]) == 12


def test_what_was_filed_incomplete_in_time_is_entered_after_the_period(case, zhoujun, wuzong, chenfang):
    lay_all(case, chenfang, march(11), but=("test", "talk"))
    objections.lay_paper(case, item("talk"), of_case=None, not_needed_because="无", by=chenfang, at=march(11))
    evidence = signed_of(record_of(case, chenfang, march(13)), chenfang, march(13)).evidence
    objections.lay_paper(case, item("statement"), evidence=evidence, revision=1, by=chenfang, at=march(13))
    said = {"note": "n", "expert": "x", "incomplete_because": "当日提交"}
    for at in (
        march(14),
        DUE + HOUR,
    ):  # before the last day nobody files without a paper, whenever he says so
        refused(actions.object_to_finding, case, **said, done_at=march(12), by=wuzong, at=at)
    actions.object_to_finding(case, **said, done_at=DUE - HOUR, by=wuzong, at=DUE + HOUR)
    filed = Event.objects.get(kind="objection_filed").params
    assert [zh for zh, _en in filed["papers"]] == ["询问笔录（已读核签字）"] and filed["later_papers"] == []


def test_a_period_that_was_waived_was_not_filed(desk, case, zhoujun):
    actions.waive_objection(case, note="不提了", by=zhoujun, at=NOW)
    told = desk.get(f"/api/v1/cases/{case.number}/regulator/").json()
    assert told["filed_at"] is None and told["waived_at"]
    page = desk.get(f"/cases/{case.number}/regulator/").content.decode()
    assert "决定不提异议" in page and "期限已于" not in page


def test_many_papers_cost_no_more_queries(desk, case, chenfang):
    objections.lay_paper(case, item("test"), not_needed_because="x", by=chenfang, at=NOW)
    path = f"/api/v1/cases/{case.number}/regulator/"
    desk.get(path)
    with CaptureQueriesContext(connection) as few:
        desk.get(path)
    lay_all(case, chenfang, NOW)
    with CaptureQueriesContext(connection) as many:
        desk.get(path)
    assert len(few) == len(many)
