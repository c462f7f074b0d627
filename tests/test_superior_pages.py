"""What a customer insists on, where people meet it: case, card, lists, first page, messages and API (W12)."""

from __future__ import annotations

import pytest

from complaints import actions, message_texts
from complaints.channels import links
from complaints.models import Complaint, ForbiddenPhrase, Notification, OutboxMessage, SuperiorRequest
from staff.models import Department
from staff.roles import Role
from tests.api_client import client_of
from tests.case_pages import ENGLISH, text
from tests.cast import HOUR, march, person
from tests.list_pages import tiles

pytestmark = pytest.mark.django_db

SAID = {"note": "要求减免一年物业费。", "offers": "可以免费更换吊顶。"}
DECISION = {"outcome": "partly", "note": "吊顶由我们免费更换。", "comment": "合同没有减免的依据。"}
ASKED = march(2, 14)


@pytest.fixture
def case(case_in, clock, office_clock):
    clock.now = office_clock.now = ASKED
    return case_in("acting", at=march(2))


@pytest.fixture
def row(case, clock, office_clock, office_of_jinxiu) -> SuperiorRequest:
    """Asked by the first receiver; it is an hour later now."""
    actions.ask_superior(case, **SAID, by=office_of_jinxiu.limin, at=ASKED)
    clock.now = office_clock.now = ASKED + HOUR
    return case.superior_requests.get()


@pytest.fixture
def page(client, clock):
    def read(person, path: str):
        client.force_login(person)
        return client.get(path, headers=ENGLISH)

    return read


@pytest.fixture
def post(client, clock):
    def send(person, path: str, **said):
        client.force_login(person)
        return client.post(path, said, headers=ENGLISH)

    return send


# The page and its buttons ----------------------------------------------------------------------------


def test_it_is_asked_for_on_the_case_and_stands_there(case, page, post, office_of_jinxiu):
    limin = office_of_jinxiu.limin
    address = f"/cases/{case.number}/ask_superior/"
    assert address in page(limin, f"/cases/{case.number}/").content.decode()
    answer = post(limin, address, note=SAID["note"], offers="")
    assert answer.status_code == 422 and SAID["note"] in answer.content.decode()
    assert post(limin, address, **SAID).status_code == 302
    shown = text(page(limin, f"/cases/{case.number}/"))
    assert "The customer insists" in shown and SAID["offers"] in shown
    assert address not in page(limin, f"/cases/{case.number}/").content.decode()


def test_the_superior_finds_it_on_his_first_page_among_his_approvals_and_on_the_case(
    row, page, office_of_jinxiu
):
    people = office_of_jinxiu
    assert tiles(page(people.chenfang, "/"))["Waiting for my decision"] == 1
    assert tiles(page(people.zhoujun, "/"))["Waiting for my decision"] == 0
    card = f'id="superior-{row.pk}"'
    assert card in page(people.chenfang, "/approvals/").content.decode()
    assert card not in page(people.zhoujun, "/approvals/").content.decode()
    assert card in page(people.zhoujun, "/approvals/?view=below").content.decode()
    assert card in page(people.limin, "/approvals/").content.decode()  # his own that waits
    case_page = page(people.chenfang, f"/cases/{row.complaint.number}/")
    assert "Decide what the customer insists on" in text(case_page)
    assert "Decide what the customer insists on" not in text(
        page(people.limin, f"/cases/{row.complaint.number}/")
    )


def test_the_superior_decides_and_the_first_receiver_is_handed_the_words(row, page, post, office_of_jinxiu):
    people = office_of_jinxiu
    address = f"/approvals/superior/{row.pk}/decide/"
    answer = post(people.chenfang, address, outcome="partly", note="")
    assert answer.status_code == 422
    assert post(people.chenfang, address, **DECISION).headers["Location"] == "/approvals/"
    shown = page(people.limin, f"/cases/{row.complaint.number}/")
    assert "Tell the customer" in text(shown)
    (link,) = [
        one.split('"')[0]
        for one in shown.content.decode().split('href="')
        if one.startswith(f"/cases/{row.complaint.number}/answer/?note=")
    ]
    assert DECISION["note"] in page(people.limin, link).content.decode()
    actions.answer(row.complaint, note="吊顶免费更换。", method="phone", by=people.limin, at=ASKED + 2 * HOUR)
    assert "/answer/?note=" not in page(people.limin, f"/cases/{row.complaint.number}/").content.decode()
    assert SAID["note"][:10] in text(page(people.chenfang, "/approvals/decided/"))


def test_who_decides_after_another_is_told_so_and_what_he_typed_wrong_is_not_silent(
    row, post, office_of_jinxiu
):
    people = office_of_jinxiu
    address = f"/approvals/superior/{row.pk}/decide/"
    assert post(people.chenfang, address, **DECISION).status_code == 302
    second, nothing_said = post(people.chenfang, address, **DECISION), post(people.chenfang, address)
    for answer in (second, nothing_said):
        assert answer.status_code == 422 and answer.context["card"].refusals
        assert answer.context["card"].refusals[0] in text(answer)
    assert row.complaint.superior_requests.get().decided_by == people.chenfang


def test_words_that_are_not_said_come_back_with_the_question_why(row, post, office_of_jinxiu):
    ForbiddenPhrase.objects.create(words="一定赔", language="zh", kind="promise", why_zh="赔付须审批。")
    address = f"/approvals/superior/{row.pk}/decide/"
    said = DECISION | {"note": "我们一定赔。"}
    answer = post(office_of_jinxiu.chenfang, address, **said)
    assert answer.status_code == 422 and "phrase_reason" in answer.content.decode()
    assert "我们一定赔。" in answer.content.decode()
    assert post(office_of_jinxiu.chenfang, address, **said, phrase_reason="已批准。").status_code == 302


def test_it_is_passed_up_and_taken_back_on_its_page(row, post, page, office_of_jinxiu):
    people = office_of_jinxiu
    address = f"/approvals/superior/{row.pk}/"
    assert post(people.chenfang, f"{address}pass_up/", opinion="建议不同意。").status_code == 302
    assert "建议不同意。" in text(page(people.zhoujun, address))
    assert f"{address}pass_up/" not in page(people.zhoujun, address).content.decode()
    assert post(people.wanggong, f"{address}withdraw/").status_code == 422
    assert post(people.limin, f"{address}withdraw/").status_code == 302
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert post(people.limin, f"{address}throw/").status_code == 404


def test_who_may_not_know_of_the_case_finds_no_request(row, page, post, stranger, office_of_jinxiu):
    address = f"/approvals/superior/{row.pk}/"
    assert page(stranger, address).status_code == 404
    assert post(stranger, f"{address}decide/", **DECISION).status_code == 404
    assert client_of(stranger).post(f"/api/v1/superior/{row.pk}/decide/", DECISION).status_code == 404


# Messages ----------------------------------------------------------------------------------------------


def test_its_message_leads_to_its_card_and_says_what_became_of_it(row, page, office_of_jinxiu):
    line = Notification.objects.get(kind="superior_asked", user=office_of_jinxiu.chenfang)
    assert (
        message_texts.words(line.kind, line.params, line.complaint).path == f"/approvals/superior/{row.pk}/"
    )
    mail = OutboxMessage.objects.filter(kind="superior_asked", user=office_of_jinxiu.chenfang).first()
    token = links.for_message(mail).rstrip("/").rpartition("/")[2]
    link = links.read(token, at=ASKED + HOUR)
    assert (link.page, link.row, link.user) == ("superior", row.pk, office_of_jinxiu.chenfang.pk)
    actions.decide_superior(row, **DECISION, by=office_of_jinxiu.zhoujun, at=ASKED + HOUR)
    assert "Granted in part" in text(page(office_of_jinxiu.chenfang, "/inbox/"))


# Programs ------------------------------------------------------------------------------------------------


def test_a_program_asks_decides_passes_up_and_reads(case, clock, office_of_jinxiu):
    people = office_of_jinxiu
    first, second = client_of(people.limin), client_of(people.chenfang)
    asked = first.post(f"/api/v1/cases/{case.number}/ask_superior/", SAID, format="json")
    assert asked.status_code == 200 and "ask_superior" not in asked.json()["moves"]
    (row,) = first.get("/api/v1/superior/").json()["results"]
    assert (row["number"], row["state"], row["offers"]) == (case.number, "waiting", SAID["offers"])
    assert first.post(f"/api/v1/superior/{row['id']}/decide/", DECISION, format="json").status_code == 403
    wrong = second.post(f"/api/v1/superior/{row['id']}/decide/", {"outcome": "granted"}, format="json")
    assert wrong.status_code == 400
    decided = second.post(f"/api/v1/superior/{row['id']}/decide/", DECISION, format="json")
    assert (decided.status_code, decided.json()["state"]) == (200, "partly")
    assert first.get("/api/v1/superior/?state=waiting").json()["results"] == []


def test_the_form_that_asks_suggests_nothing(page, case, office_of_jinxiu) -> None:
    """Its own field of what was offered is no suggestion of ours."""
    form = page(office_of_jinxiu.limin, f"{case.get_absolute_url()}ask_superior/").content.decode()
    assert 'name="offers"' in form and 'class="offers"' not in form


def test_what_superiors_say_among_themselves_is_not_for_a_contractors_people(
    row, page, post, office_of_jinxiu, jinxiu
):
    people, address = office_of_jinxiu, f"/approvals/superior/{row.pk}/"
    firm = Department.objects.create(estate=jinxiu, name="迅达维保", is_contractor=True)
    liugong = person("liugong", "刘师傅", Role.HANDLER, department=firm)
    Complaint.objects.filter(pk=row.complaint_id).update(department=firm, handler=liugong)
    post(people.chenfang, f"{address}pass_up/", opinion="建议不同意。")
    assert post(people.zhoujun, f"{address}decide/", **DECISION).status_code == 302
    case = f"/cases/{row.complaint.number}/"
    for path in (address, case, "/api/v1/superior/", f"/api/v1{case}"):
        his, ours = (
            (client_of(one).get(path) if path.startswith("/api/") else page(one, path)).content.decode()
            for one in (liugong, people.limin)
        )
        assert "建议不同意。" in ours and "建议不同意。" not in his, path
        assert DECISION["comment"] not in his and DECISION["note"] in his, path
        assert DECISION["comment"] in ours or path.endswith(f"v1{case}"), path
    row.refresh_from_db()
    assert (row.comment, row.opinion) == (DECISION["comment"], "建议不同意。")
