"""The API: the same actions, the same refusals, the same sentences."""

from __future__ import annotations

import json

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from complaints import actions
from complaints.models import Attachment, Complaint, Event, Extension
from tests.api_client import client_of, intake, take
from tests.cast import DAY, OPINION, march

pytestmark = pytest.mark.django_db


def test_a_complaint_is_taken_and_walked_to_its_end(office_of_jinxiu, engineering, categories, home):
    people = office_of_jinxiu
    answer = take(client_of(people.limin), categories["lifts"])
    assert answer.status_code == 201, answer.json()
    number = answer.json()["number"]
    assert answer.json()["status"] == "recorded"

    def do(user, verb, **said):
        done = client_of(user).post(f"/api/v1/cases/{number}/{verb}/", said, format="json")
        assert done.status_code == 200, done.json()
        return done.json()

    do(people.chenfang, "classify", severity="important", category="lifts", handler="wanggong")  # fmt: skip
    do(people.wanggong, "accept", note=OPINION)
    do(people.wanggong, "act", note="更换门机皮带", owner_sees=True)
    do(people.wanggong, "handle", note="已修复", evidence="照片")
    do(people.limin, "reply", note="电梯已恢复运行，感谢您的信任。", method="phone")
    body = do(people.chenfang, "revisit", satisfaction=5, method="phone")
    assert (body["status"], body["outcome"]) == ("closed", "resolved")
    assert [entry["kind"] for entry in body["timeline"]][:2] == ["registered", "recorded"]


def test_a_retry_with_the_same_key_makes_one_case(office_of_jinxiu, categories, home):
    client = client_of(office_of_jinxiu.limin)
    first, second = take(client, categories["lifts"]), take(client, categories["lifts"])
    assert first.json()["number"] == second.json()["number"]
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"content": "另一件事"},
        {"where": "东门"},
        {"urgent": True},
        {"recorded": False},
        {"channel": "walk_in"},
        {"headcount": 3},
    ],
)
def test_a_key_stands_for_everything_that_was_sent(office_of_jinxiu, categories, home, other):
    client = client_of(office_of_jinxiu.limin)
    take(client, categories["lifts"])
    assert take(client, categories["lifts"], **other).status_code == 422
    assert Complaint.objects.count() == 1


def test_a_key_is_needed(office_of_jinxiu, categories, home):
    client = client_of(office_of_jinxiu.limin)
    answer = client.post("/api/v1/cases/?estate=JX", intake(categories["lifts"]), format="json")
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["errors"]


def test_half_a_character_is_refused_and_kept_nowhere(office_of_jinxiu, categories, home):
    client = client_of(office_of_jinxiu.limin)
    body = json.dumps(intake(categories["lifts"], content="电梯\ud83d"))
    sent = {"content_type": "application/json", "headers": {"idempotency-key": "k1", "accept-language": "en"}}
    answer = client.post("/api/v1/cases/?estate=JX", body, **sent)
    assert (answer.status_code, Complaint.objects.count()) == (400, 0)
    assert "pairs" in answer.json()["detail"]


def test_page_and_api_refuse_with_the_same_sentence(case_in, office_of_jinxiu, client):
    case, people = case_in("classified"), office_of_jinxiu
    said = client_of(people.wanggong).post(
        f"/api/v1/cases/{case.number}/return/", {"note": ""}, format="json"
    )
    assert said.status_code == 400
    client.force_login(people.wanggong)
    page = client.post(f"/cases/{case.number}/return/", {"note": ""}, headers={"accept-language": "en"})
    assert page.status_code == 422
    assert said.json()["errors"]["note"][0] in page.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("who", "verb", "said", "status"),
    [
        ("limin", "accept", {"note": OPINION}, 403),
        ("wanggong", "reply", {"note": "x", "method": "phone"}, 409),
        ("wanggong", "accept", {"status": "closed"}, 400),
        ("chenfang", "transfer", {"note": "换班", "to": "999-0"}, 400),
    ],
)
def test_a_refused_move_leaves_no_trace(case_in, office_of_jinxiu, who, verb, said, status):
    case = case_in("classified")
    before = (Event.objects.count(), Complaint.history.count())
    user = getattr(office_of_jinxiu, who)
    answer = client_of(user).post(f"/api/v1/cases/{case.number}/{verb}/", said, format="json")
    assert answer.status_code == status, answer.json()
    assert (Event.objects.count(), Complaint.history.count()) == before


def test_a_foreign_case_is_not_there(case_in, stranger, admin, auditor):
    case = case_in("acting")
    for user in (stranger, admin):
        assert client_of(user).get(f"/api/v1/cases/{case.number}/").status_code == 404
        assert client_of(user).get("/api/v1/cases/").json()["results"] == []
    assert client_of(auditor).get(f"/api/v1/cases/{case.number}/").json()["moves"] == []


def test_ids_of_another_estate_are_refused_in_a_body(case_in, office_of_jinxiu, stranger):
    case = case_in("recorded")
    answer = client_of(office_of_jinxiu.chenfang).post(
        f"/api/v1/cases/{case.number}/classify/",
        {"severity": "minor", "category": "repairs", "handler": stranger.username},
        format="json",
    )
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"handler"}


def test_an_edit_needs_the_version_seen_and_a_conflict_overwrites_nothing(case_in, office_of_jinxiu):
    case = case_in("acting")
    client = client_of(office_of_jinxiu.limin)
    url = f"/api/v1/cases/{case.number}/"
    assert client.patch(url, {"content": "新内容"}, format="json").status_code == 428
    seen = client.get(url).headers["ETag"]
    assert client.patch(url, {"content": "甲"}, format="json", headers={"if-match": seen}).status_code == 200
    late = client.patch(url, {"content": "乙"}, format="json", headers={"if-match": seen})
    assert late.status_code == 409
    case.refresh_from_db()
    assert case.content == "甲"


def test_an_extension_is_decided(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", at=march(2))
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", new_due_at=march(2) + 5 * DAY,
        by=people.wanggong, at=march(2, 12), not_told_because="电话未接通",
    )  # fmt: skip
    url = f"/api/v1/extensions/{request.pk}/decline/"
    assert client_of(people.zhoujun).post(url, {"comment": "加派人手"}, format="json").status_code == 403
    assert client_of(people.wuzong).post(url, {"comment": ""}, format="json").status_code == 400
    assert client_of(people.wuzong).post(url, {"comment": "加派人手"}, format="json").status_code == 200
    assert Extension.objects.get().state == "declined"


def test_a_hidden_complainant_is_null(case_in, office_of_jinxiu):
    case = case_in("acting", facts={"identity_hidden": True})
    url = f"/api/v1/cases/{case.number}/"
    assert client_of(office_of_jinxiu.wanggong).get(url).json()["complainant"] is None
    assert client_of(office_of_jinxiu.limin).get(url).json()["complainant"]["name"] == "熊霞"


def test_the_list_costs_the_same_however_long_it_is(walk_in, office_of_jinxiu, django_assert_num_queries):
    client = client_of(office_of_jinxiu.chenfang)
    walk_in(march(2))
    client.get("/api/v1/cases/")  # begins the minute's row of the audit; each list after it is counted there
    with django_assert_num_queries(3):
        assert len(client.get("/api/v1/cases/").json()["results"]) == 1
    for hour in range(9):
        walk_in(march(3, 9 + hour))
    with django_assert_num_queries(3):
        assert len(client.get("/api/v1/cases/").json()["results"]) == 10


def test_nothing_is_told_to_who_does_not_sign_in(case_in):
    case = case_in("acting")
    for url in ("/api/v1/cases/", f"/api/v1/cases/{case.number}/", "/api/v1/estates/", "/api/v1/schema/"):
        answer = APIClient().get(url)
        assert answer.status_code == 401, url
        assert answer.headers["WWW-Authenticate"] == "Token"


def test_a_token_signs_in(office_of_jinxiu):
    token = Token.objects.create(user=office_of_jinxiu.limin)
    me = APIClient().get("/api/v1/me/", headers={"authorization": f"Token {token.key}"}).json()
    assert me["roles"] == {"JX": ["front_desk"]}


def test_the_docs_page_loads_nothing_from_elsewhere(client, office_of_jinxiu):
    client.force_login(office_of_jinxiu.limin)
    page = client.get("/api/v1/docs/").content.decode()
    assert "https://" not in page.replace("https://www.w3.org", "")
    assert not Attachment.objects.exists()
