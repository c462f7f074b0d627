"""An order that is a case already, sent again to the API: it is named, and made a case only on its word."""

import pytest

from complaints import actions
from complaints.actions.orders import KnownOrder
from complaints.models import Attachment, Complaint, SubmitKey
from tests.api_client import client_of, take
from tests.at_desk import photo
from tests.cast import HOUR, MONDAY_9AM

pytestmark = pytest.mark.django_db
ORDER = {"channel": "hotline", "external_number": "GD2026-1"}


@pytest.fixture
def known(walk_in, limin) -> Complaint:
    return walk_in(MONDAY_9AM, channel="hotline", facts={"external_number": "GD2026-1"})


@pytest.fixture
def client(office_of_jinxiu, home):
    return client_of(office_of_jinxiu.limin)


@pytest.mark.parametrize("number", ["GD2026-1", " gd2026-1 ", "ＧＤ2026－1"])
def test_the_case_is_named_with_its_address_and_status(client, known, categories, settings, number) -> None:
    settings.BASE_URL = "https://tousu.example.com"
    answer = take(client, categories["lifts"], **ORDER | {"external_number": number})
    said = answer.json()
    assert answer.status_code == 409 and answer["Content-Type"] == "application/problem+json"
    assert said["code"] == "known_order" and said["type"].endswith("/known_order/")
    assert said["cases"] == [
        {
            "number": known.number,
            "url": f"https://tousu.example.com/api/v1/cases/{known.number}/",
            "page": f"https://tousu.example.com{known.get_absolute_url()}",
            "status": "recorded",
            "state": "To be classified",
        }
    ]
    assert known.number in said["detail"] and list(said["errors"]) == ["external_number"]
    assert Complaint.objects.count() == 1 and not SubmitKey.objects.exists()


def test_the_named_case_is_chased_where_it_says(client, known, categories) -> None:
    [named] = take(client, categories["lifts"], **ORDER).json()["cases"]
    done = client.post(f"/api/v1/cases/{named['number']}/chase/", {"note": "热线再催"}, format="json")
    assert done.status_code == 200 and known.events.filter(kind="chased").exists()


def test_a_new_matter_under_the_number_is_taken_with_the_same_key(client, known, categories) -> None:
    assert take(client, categories["lifts"], **ORDER).status_code == 409
    made = take(client, categories["lifts"], **ORDER, new_matter=True)
    again = take(client, categories["lifts"], **ORDER, new_matter=True)
    assert (made.status_code, again.json()["number"]) == (201, made.json()["number"])
    third = take(client, categories["lifts"], "k3", **ORDER).json()
    assert [case["number"] for case in third["cases"]] == [made.json()["number"], known.number]


def test_a_retry_of_what_was_taken_is_no_second_order(client, categories) -> None:
    first, again = take(client, categories["lifts"], **ORDER), take(client, categories["lifts"], **ORDER)
    assert (first.status_code, again.status_code) == (201, 201)


def test_a_case_about_the_person_asking_is_not_named(client, walk_in, limin, laozhao, categories) -> None:
    walk_in(
        MONDAY_9AM, by=laozhao, channel="hotline", facts={"external_number": "GD2026-1"}, respondents=(limin,)
    )
    assert take(client, categories["lifts"], **ORDER).status_code == 201


def test_an_edit_is_asked_the_same(client, known, walk_in) -> None:
    other = walk_in(MONDAY_9AM, channel="hotline")

    def edit(**said):
        return client.patch(
            f"/api/v1/cases/{other.number}/", said, format="json", headers={"if-match": str(other.version)}
        )

    refused = edit(external_number="GD2026-1").json()
    assert (refused["status"], refused["code"]) == (409, "known_order")
    assert edit(external_number="GD2026-1", new_matter=True).status_code == 200


def test_what_is_not_said_to_be_a_new_matter_is_none(known, walk_in, limin) -> None:
    with pytest.raises(KnownOrder):
        walk_in(MONDAY_9AM, channel="hotline", facts={"external_number": "GD2026-1"})
    other = walk_in(MONDAY_9AM, channel="hotline")
    with pytest.raises(KnownOrder):
        actions.edit(
            other, {"external_number": "GD2026-1"}, version=other.version, by=limin, at=MONDAY_9AM + HOUR
        )


def test_a_file_sent_with_a_known_order_is_not_kept(client, known, categories) -> None:
    answer = client.post(
        "/api/v1/cases/?estate=JX",
        {"content": "x", "name": "熊霞", "capacity": "owner_occupier", "files": photo()} | ORDER,
        format="multipart",
        headers={"idempotency-key": "k9"},
    )
    assert answer.status_code == 409 and not Attachment.objects.exists()
