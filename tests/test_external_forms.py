"""The forms for what is owed besides: apology, media, hotline, regulator, through page and API."""

from __future__ import annotations

from typing import Any

import pytest

from complaints import actions
from complaints.statuses import TheirDecision
from tests.cast import march
from tests.inquiry_cast import lay_all
from tests.looking import clock_of, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def owing(walk_in, office_of_jinxiu, categories):
    """A regulator's case about a guard, in the media, found against us."""
    people = office_of_jinxiu
    case = walk_in(
        march(2, 9), channel="regulator", category=categories["staff-conduct"],
        facts={"external_number": "监-7", "external_due_at": march(20, 9), "media_exposed": True},
    )  # fmt: skip
    case = actions.classify(
        case,
        severity="important",
        category=None,
        handler=people.wanggong,
        by=people.chenfang,
        at=march(2, 9, 5),
    )
    case = actions.record_finding(
        case, note="服务不规范", found_at=march(2, 9), by=people.zhoujun, at=march(2, 10)
    )
    lay_all(case, people.zhoujun, march(2, 10))
    return case


FORMS: dict[str, tuple[str, dict[str, Any], dict[str, Any], str]] = {
    # verb: the clock, what is typed, what is wrong with it, at which field
    "apologise": (
        "apology", {"note": "对不起", "apologised_by": "赵保安", "method": "in_person"},
        {"apologised_by": ""}, "id_apologised_by",
    ),
    "answer_media": ("media", {"note": "都市频道：已处理"}, {"note": " "}, "id_note"),
    "answer_external": ("external", {"note": "已整改"}, {"done_at": "2030-01-01T09:00"}, "id_done_at"),
    "move_external": (
        "external", {"decision": TheirDecision.EXTENDED, "new_due_at": "2026-03-25T09:00", "note": "3号通知"},
        {"new_due_at": "2026-03-19T09:00"}, "id_new_due_at",
    ),
    "object": (
        "objection", {"note": "检验方法有误", "expert": "吴律师"},
        {"expert": ""}, "id_expert",
    ),
    "waive_objection": ("objection", {"note": "属实"}, {"note": ""}, "id_note"),
}  # fmt: skip


@pytest.mark.parametrize("verb", FORMS)
def test_the_form_refuses_at_its_field_and_then_goes_through(verb, owing, client, send, office_of_jinxiu):
    kind, typed, wrong, field = FORMS[verb]
    before = clock_of(owing, kind).due_at
    client.force_login(office_of_jinxiu.zhoujun)
    assert client.get(f"/cases/{owing.number}/{verb}/").status_code == 200
    refused = send(owing, office_of_jinxiu.zhoujun, verb, typed | wrong)
    assert refused.status_code == 422 and field in refused.content.decode()
    assert running(owing)[kind] == before
    assert send(owing, office_of_jinxiu.zhoujun, verb, typed).status_code == 302
    assert running(owing).get(kind) == (march(25, 9) if verb == "move_external" else None)


def test_only_a_manager_s_page_offers_to_answer_the_media(owing, client, office_of_jinxiu):
    pages = {}
    for person in (office_of_jinxiu.chenfang, office_of_jinxiu.zhoujun):
        client.force_login(person)
        pages[person] = client.get(f"/cases/{owing.number}/").content.decode()
    chenfang, zhoujun = pages.values()
    sentence = "媒体只能由项目经理及以上人员答复"
    assert sentence in chenfang and "/answer_media/" not in chenfang
    assert sentence not in zhoujun and "/answer_media/" in zhoujun


def test_the_api_files_the_answer_too(owing, client, office_of_jinxiu):
    client.force_login(office_of_jinxiu.zhoujun)
    sent = client.post(
        f"/api/v1/cases/{owing.number}/answer_external/", {"note": "已整改"}, content_type="application/json"
    )
    assert sent.status_code == 200
    stopped = {clock["kind"] for clock in sent.json()["clocks"] if clock["stopped_at"]}
    assert "external" in stopped


def test_a_referral_stands_among_the_approvals_as_one(walk_in, client, office_of_jinxiu):
    case = walk_in(march(2, 9))
    actions.refer(case, note="拿不准", by=office_of_jinxiu.limin, at=march(2, 9, 10))
    client.force_login(office_of_jinxiu.chenfang)
    page = client.get("/approvals/").content.decode()
    assert "待判定是否有效" in page and "拿不准" in page
