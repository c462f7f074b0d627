"""The papers of an objection 异议 (X3, X4; G16): each is there or not needed, else it is not filed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from complaints import actions
from complaints import objections as rules
from complaints.actions import evidence as evidence_acts
from complaints.actions import files
from complaints.actions import objections as acts
from complaints.actions.vocabulary import objection_documents
from complaints.models import Attachment, Event, ObjectionDocument, ObjectionPaper
from complaints.statuses import CaseRole, WrongPerson, WrongStatus
from config.framework.refusals import Refused
from staff.roles import Role
from tests.cast import DAY, HOUR, march
from tests.evidence_cast import SMALL, photo_of, sent
from tests.inquiry_cast import lay_all
from tests.looking import running
from tests.pictures import upload

pytestmark = pytest.mark.django_db
NOW, DUE = march(9), march(21, 10)
SAID = {"note": "检验方法有误", "expert": "吴律师"}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def case(case_in, office_of_jinxiu):
    row = case_in("acting", at=march(5), channel="regulator")
    return actions.record_finding(
        row, note="电梯检验不合格", found_at=march(6, 10), by=office_of_jinxiu.zhoujun, at=NOW
    )


def item(code: str) -> ObjectionDocument:
    return next(one for one in objection_documents() if one.code == code)


def refused(do, *args, **words) -> Refused:
    with pytest.raises(Refused) as refusal:
        do(*args, **words)
    return refusal.value


def test_the_first_list_names_what_the_procedures_name():
    assert [one.code for one in objection_documents()] == [
        "finding", "objection", "facts", "evidence", "basis", "contract", "records", "test", "statement",
        "licence", "authority", "talk",
    ]  # fmt: skip


def test_while_an_item_is_open_it_is_not_filed_and_the_sentence_says_which(case, zhoujun):
    lay_all(case, zhoujun, NOW, but=["test", "contract"])
    said = str(refused(actions.object_to_finding, case, **SAID, by=zhoujun, at=march(10)))
    assert said.startswith("Still open: Property service contract, Test report.")
    assert "objection" in running(case)
    lay_all(case, zhoujun, NOW)
    actions.object_to_finding(case, **SAID, by=zhoujun, at=march(10))
    assert "objection" not in running(case)


def test_in_the_last_day_the_general_manager_alone_files_without(case, zhoujun, wuzong):
    lay_all(case, zhoujun, NOW, but=["test"])
    early, late = DUE - DAY - HOUR, DUE - HOUR
    why = {"incomplete_because": "检测报告下周才有"}
    assert isinstance(
        refused(actions.object_to_finding, case, **SAID, **why, by=zhoujun, at=late), WrongPerson
    )
    assert "last day" in str(refused(actions.object_to_finding, case, **SAID, **why, by=wuzong, at=early))
    fault = refused(actions.object_to_finding, case, **SAID, incomplete_because=" ", by=wuzong, at=late)
    assert fault.field == "incomplete_because"
    actions.object_to_finding(case, **SAID, **why, by=wuzong, at=late)
    told = Event.objects.get(complaint=case, kind="objection_incomplete")
    assert (told.note, told.params["papers"]) == ("检测报告下周才有", [["检测报告", "Test report"]])


@pytest.mark.parametrize(
    ("roles", "before", "may"),
    [
        ({Role.GENERAL_MANAGER}, HOUR, True),
        ({Role.GENERAL_MANAGER}, DAY, True),
        ({Role.GENERAL_MANAGER}, -HOUR, True),
        ({Role.GENERAL_MANAGER}, DAY + HOUR, False),
        ({Role.PROPERTY_MANAGER}, HOUR, False),
    ],
)
def test_who_may_file_incomplete_and_when(roles, before, may):
    assert rules.may_force(roles, DUE, DUE - before) == may


def test_a_paper_is_a_file_evidence_a_file_of_the_case_or_not_needed(case, zhoujun, wanggong):
    photo = photo_of(case, wanggong, NOW)
    sheet = files.store(upload("合同.jpg", SMALL), by=zhoujun, at=NOW)
    actions.attach(case, [sheet], by=zhoujun, at=NOW)
    of_case = Attachment.objects.get(pk=sheet.pk)
    acts.lay_paper(case, item("records"), evidence=photo, by=zhoujun, at=NOW)
    acts.lay_paper(case, item("contract"), of_case=of_case, by=zhoujun, at=NOW)
    own = [sent(zhoujun, NOW, "异议申请书.jpg"), sent(zhoujun, NOW, "第2页.jpg")]
    paper = acts.lay_paper(case, item("objection"), files=own, by=zhoujun, at=NOW)
    acts.lay_paper(case, item("test"), not_needed_because="不涉及检测", by=wanggong, at=NOW)
    assert paper.files.count() == 2 and not files.nobodys().filter(pk__in=[one.pk for one in own]).exists()
    period = acts.period_of(case)
    open_codes = {one.code for one in acts.open_items(period)}
    assert open_codes == {one.code for one in objection_documents()} - {
        "records", "contract", "objection", "test"
    }  # fmt: skip
    assert {paper.entered_by for paper in acts.papers_of(period)} == {zhoujun, wanggong}


def test_exactly_one_of_them_is_said(case, zhoujun, wanggong, case_in):
    refused(acts.lay_paper, case, item("test"), by=zhoujun, at=NOW)
    both = {"files": [sent(zhoujun, NOW)], "not_needed_because": "不涉及"}
    refused(acts.lay_paper, case, item("test"), **both, by=zhoujun, at=NOW)
    other = photo_of(case_in("acting"), wanggong, NOW)
    fault = refused(acts.lay_paper, case, item("test"), evidence=other, by=zhoujun, at=NOW)
    assert fault.field == "evidence" and not ObjectionPaper.objects.exists()


def test_withdrawn_evidence_leaves_its_item_open(case, zhoujun, wanggong, chenfang):
    photo = photo_of(case, wanggong, NOW)
    acts.lay_paper(case, item("records"), evidence=photo, by=zhoujun, at=NOW)
    lay_all(case, zhoujun, NOW, but=["records"])
    assert not acts.open_items(acts.period_of(case))
    evidence_acts.propose_withdrawal(photo, note="拍错", by=wanggong, at=NOW)
    evidence_acts.confirm_withdrawal(photo, by=chenfang, at=NOW)
    assert [one.code for one in acts.open_items(acts.period_of(case))] == ["records"]
    refused(actions.object_to_finding, case, **SAID, by=zhoujun, at=march(10))
    acts.lay_paper(case, item("records"), not_needed_because="另附说明", revision=1, by=zhoujun, at=NOW)
    assert not acts.open_items(acts.period_of(case))
    assert ObjectionPaper.history.filter(document=item("records")).count() == 2


def test_papers_belong_to_the_finding_that_runs(case, zhoujun, limin, wanggong):
    assert rules.may_lay({CaseRole.HANDLER}) and rules.may_lay({CaseRole.FIRST_RECEIVER})
    assert not rules.may_lay({CaseRole.HANDLER, CaseRole.CONTRACTOR}) and not rules.may_lay({Role.AUDITOR})
    lay_all(case, zhoujun, NOW)
    actions.object_to_finding(case, **SAID, by=zhoujun, at=march(10))
    fault = refused(acts.lay_paper, case, item("test"), not_needed_because="无", by=zhoujun, at=march(11))
    assert isinstance(fault, WrongStatus)
    again = actions.record_finding(case, note="复查不合格", found_at=march(11), by=zhoujun, at=march(12))
    assert len(acts.open_items(acts.period_of(again))) == len(objection_documents())


def test_the_database_holds_that_something_is_there(case, zhoujun):
    lay_all(case, zhoujun, NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ObjectionPaper.objects.filter(document=item("test")).update(not_needed_because="")
    with pytest.raises(TypeError):
        ObjectionPaper.objects.first().delete()


def test_what_it_was_called_then_stays(case, zhoujun):
    lay_all(case, zhoujun, NOW)
    ObjectionDocument.objects.filter(code="test").update(en="Laboratory report", is_active=False)
    paper = next(one for one in acts.papers_of(acts.period_of(case)) if one.document.code == "test")
    assert str(paper) == "Test report"
