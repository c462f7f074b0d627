"""Moves through the browser that need more of a story: second persons, files, two at once."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from complaints import actions
from complaints.models import Attachment, Revisit
from staff import actions as office
from tests.case_pages import photo, text, trace
from tests.cast import OPINION, march


def test_the_morning_desk_claims_what_the_night_took(send, walk_in, laozhao, office_of_jinxiu) -> None:
    case = walk_in(by=laozhao)
    assert send(case, office_of_jinxiu.limin, "claim").status_code == 302
    case.refresh_from_db()
    assert case.first_receiver == office_of_jinxiu.limin
    again = send(case, office_of_jinxiu.chenfang, "claim")
    assert again.status_code == 422
    assert "This case does not wait to be claimed." in text(again)


def test_a_second_person_confirms_what_was_proposed(send, walk_in, office_of_jinxiu) -> None:
    people, case = office_of_jinxiu, walk_in()
    actions.propose_invalid(case, note="今年的账单", by=people.chenfang, at=march(2, 10))
    before = trace(case)
    himself = send(case, people.chenfang, "confirm_invalid")
    assert himself.status_code == 422
    assert "Another person must do this, because you were involved: 周军." in text(himself)
    assert trace(case) == before
    assert send(case, people.zhoujun, "confirm_invalid").status_code == 302
    case.refresh_from_db()
    assert (case.status, case.validity) == ("handled", "invalid")


def test_a_lone_manager_confirms_with_a_reason(send, limin, jinxiu, categories, home) -> None:
    office.post(limin, "supervisor", at=march(1), estate=jinxiu)
    case = actions.register(
        actions.Intake(estate=jinxiu, content="催费", unit=home, recorded=True), by=limin, at=march(2)
    )
    actions.propose_invalid(case, note="今年的账单", by=limin, at=march(2, 10))
    asked = send(case, limin, "confirm_invalid")
    assert asked.status_code == 422
    assert 'name="alone_because"' in text(asked)
    assert send(case, limin, "confirm_invalid", {"alone_because": "三人项目，经理休假"}).status_code == 302
    assert case.events.get(kind="invalid_confirmed").params["alone_because"] == "三人项目，经理休假"


def test_the_complaint_is_upheld_after_all(send, walk_in, office_of_jinxiu) -> None:
    people, case = office_of_jinxiu, walk_in()
    actions.propose_invalid(case, note="今年的账单", by=people.limin, at=march(2, 10))
    assert send(case, people.chenfang, "reject_invalid", {"note": ""}).status_code == 422
    response = send(case, people.chenfang, "reject_invalid", {"note": "票据有误", "next": "/approvals/"})
    assert response.url == "/approvals/"
    case.refresh_from_db()
    assert case.validity == "valid"


def test_the_general_manager_closes_unsatisfied_after_the_second_reply(
    send, case_in, office_of_jinxiu
) -> None:
    people, case = office_of_jinxiu, case_in("replied")
    early = send(case, people.wuzong, "close_unsatisfied", {"note": "已告知12345等途径"})
    assert early.status_code == 422
    assert "Only after the second cycle has been replied to" in text(early)
    actions.dispute(case, note="又漏了", by=people.limin, at=march(2, 10))
    steps = (
        lambda: actions.classify(
            case,
            severity="important",
            category=case.category,
            handler=people.wanggong,
            by=people.chenfang,
            at=march(2, 10, 10),
        ),
        lambda: actions.accept(case, note=OPINION, by=people.wanggong, at=march(2, 10, 20)),
        lambda: actions.handle(
            case, note="重做防水", evidence="闭水试验", by=people.wanggong, at=march(2, 10, 30)
        ),
        lambda: actions.reply(case, note="已重做", method="phone", by=people.limin, at=march(2, 10, 40)),
    )
    for step in steps:
        step()
    response = send(case, people.wuzong, "close_unsatisfied", {"note": "已告知12345等途径"})
    assert response.status_code == 302
    case.refresh_from_db()
    assert case.outcome == "unsatisfied"


def test_a_manager_acknowledges_an_urgent_report(send, case_in, office_of_jinxiu) -> None:
    case = case_in("acting", facts={"urgent": True})
    assert send(case, office_of_jinxiu.zhoujun, "acknowledge").status_code == 302
    assert not case.clocks.running().filter(kind="urgent_report").exists()
    assert "No urgent report is open" in text(send(case, office_of_jinxiu.zhoujun, "acknowledge"))


def test_cases_join_leave_and_are_linked_by_number(send, walk_in, stranger, cuihu, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    lead, member = walk_in(), walk_in(march(2, 10))
    foreign = actions.register(actions.Intake(estate=cuihu, content="噪音"), by=stranger, at=march(2))
    for number in (foreign.number, "JX-2026-999", ""):
        before = trace(member)
        assert send(member, people.limin, "join", {"lead": number}).status_code == 422
        assert trace(member) == before
    assert send(member, people.limin, "join", {"lead": lead.number.lower()}).status_code == 302
    member.refresh_from_db()
    assert member.lead == lead
    assert send(member, people.chenfang, "leave", {"note": "不是同一件事"}).status_code == 302
    assert send(member, people.limin, "link", {"number": lead.number}).status_code == 302
    refused = send(lead, people.limin, "link", {"number": member.number})
    assert refused.status_code == 422
    assert "Choose an earlier case of the same estate." in text(refused)


def test_the_five_questions_are_kept_as_answered(send, case_in, office_of_jinxiu) -> None:
    case = case_in("replied")
    said = {"method": "visit", "satisfaction": "2", "believed": "yes", "informed": "no", "accused": "",
            "remarks": "等了三天"}  # fmt: skip
    send(case, office_of_jinxiu.chenfang, "revisit", said)
    revisit = Revisit.objects.get(cycle__complaint=case)
    answers = (revisit.believed, revisit.informed, revisit.passed_around, revisit.polite, revisit.accused)
    assert answers == (True, False, None, None, None)
    case.refresh_from_db()
    assert (case.status, case.cycle_number) == ("recorded", 2)


# Files ----------------------------------------------------------------------------------------------
def test_files_are_added_to_a_case(send, case_in, office_of_jinxiu) -> None:
    case = case_in("acting")
    data = {"files": [photo("a.jpg"), photo("b.jpg")], "owner_sees": "on"}
    assert send(case, office_of_jinxiu.limin, "attach", data).status_code == 302
    assert case.attachments.filter(owner_sees=True).count() == 2
    empty = send(case, office_of_jinxiu.limin, "attach", {})
    assert empty.status_code == 422
    assert "Choose a file." in text(empty)


def test_photos_outlive_a_form_that_must_be_corrected(send, case_in, office_of_jinxiu) -> None:
    case = case_in("acting")
    first = send(case, office_of_jinxiu.wanggong, "handle", {"note": "", "files": [photo()]})
    assert first.status_code == 422
    kept = Attachment.objects.get(complaint=None)
    assert kept.file in text(first)
    second = send(case, office_of_jinxiu.wanggong, "handle", {"note": "已更换", "kept": [kept.file]})
    assert second.status_code == 302
    assert case.attachments.get().is_evidence


def test_a_file_that_is_no_picture_is_refused_at_its_field(send, case_in, office_of_jinxiu) -> None:
    case = case_in("acting")
    wrong = SimpleUploadedFile("virus.jpg", b"MZ not a picture", "image/jpeg")
    response = send(case, office_of_jinxiu.limin, "attach", {"files": [wrong]})
    assert response.status_code == 422
    assert "cannot be taken: only JPEG, PNG" in text(response)
    assert not case.attachments.exists()


# Two people, other estates, htmx --------------------------------------------------------------------
def test_the_second_acceptance_is_refused_and_shows_the_new_state(send, case_in, office_of_jinxiu) -> None:
    case = case_in("classified")
    assert send(case, office_of_jinxiu.wanggong, "accept", {"note": OPINION}).status_code == 302
    before = trace(case)
    second = send(case, office_of_jinxiu.sungong, "accept", {"note": OPINION})
    assert second.status_code == 422
    assert "“Accept” is not possible: the complaint is “In progress”." in text(second)
    assert second.context["complaint"].status == "acting"
    assert trace(case) == before


def test_a_stale_button_explains_itself_before_anything_is_typed(
    client, send, case_in, office_of_jinxiu
) -> None:
    case = case_in("replied")
    client.force_login(office_of_jinxiu.wanggong)
    response = client.get(f"/cases/{case.number}/handle/", headers={"accept-language": "en"})
    assert response.status_code == 422
    assert "the complaint is “Revisit due”" in text(response)
    assert "<textarea" not in text(response)


@pytest.mark.parametrize("verb", ["rate", "remark", "nonsense", "edit-it"])
def test_what_is_no_move_of_staff_does_not_exist(verb, send, case_in, office_of_jinxiu) -> None:
    assert send(case_in("replied"), office_of_jinxiu.limin, verb).status_code == 404


def test_a_case_of_another_estate_cannot_be_moved(send, case_in, stranger) -> None:
    case = case_in("acting")
    before = trace(case)
    assert send(case, stranger, "note", {"note": "x"}).status_code == 404
    assert trace(case) == before


def test_htmx_is_led_to_the_case_and_gets_errors_in_place(send, case_in, office_of_jinxiu) -> None:
    case = case_in("acting")
    wrong = send(case, office_of_jinxiu.wanggong, "act", {"note": ""}, **{"HX-Request": "true"})
    assert wrong.status_code == 422 and "<html" not in text(wrong)
    right = send(case, office_of_jinxiu.wanggong, "act", {"note": "上门"}, **{"HX-Request": "true"})
    assert right.headers["HX-Redirect"] == f"/cases/{case.number}/?done=act"


def test_pickers_offer_people_of_the_estate_and_nobody_complained_about(
    client, send, case_in, stranger, laozhao, office_of_jinxiu
) -> None:
    case = case_in("acting")
    actions.name_respondent(case, person=laozhao, by=office_of_jinxiu.chenfang, at=march(2, 10))
    client.force_login(office_of_jinxiu.chenfang)
    offered = {
        verb: " ".join(re.findall(r"<option[^>]*>([^<]*)", text(client.get(f"/cases/{case.number}/{verb}/"))))
        for verb in ("transfer", "reassign")
    }
    assert "李敏" in offered["transfer"] and "王建军" not in offered["transfer"]  # of the desk
    assert "李敏" in offered["reassign"] and "孙志远" in offered["reassign"]
    for names in offered.values():
        assert "赵国强" not in names and "何燕" not in names


def test_typed_times_are_the_estate_s(send, case_in, jinxiu, office_of_jinxiu) -> None:
    case = case_in("acting")
    type(jinxiu).objects.filter(pk=jinxiu.pk).update(time_zone="Asia/Urumqi")
    data = {"note": "上门查看", "done_at": "2026-03-02T09:00"}
    assert send(case, office_of_jinxiu.wanggong, "act", data).status_code == 302
    assert case.events.get(kind="acted").at == march(2, 11)
