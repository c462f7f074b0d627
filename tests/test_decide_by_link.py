"""The signed link in a WeCom message: for one person, one request, one day, and it decides nothing."""

from __future__ import annotations

import pytest
from django.core.signing import Signer
from django.test import Client

from complaints import actions
from complaints.actions.reminders import remind_due
from complaints.channels import CHANNELS, links
from complaints.models import Extension, OutboxMessage
from complaints.notifications import send_due
from complaints.views import links as views
from staff import actions as office
from tests.case_pages import ENGLISH, text
from tests.cast import DAY, HOUR, MINUTE, march

pytestmark = pytest.mark.django_db

ASKED = march(2, 11)


@pytest.fixture
def request_and_link(case_in, office_of_jinxiu, settings) -> tuple[Extension, str]:
    settings.WECOM = {"url": "http://127.0.0.1:1", "corp_id": "c", "agent_id": 1, "secret": "s"}
    people = office_of_jinxiu
    office.edit(people.wuzong, {"wecom_id": "wuzong"}, by=people.wuzong)
    request = actions.ask_extension(
        case_in("acting"), clock="resolve", reason="parts", note="接头缺货。", new_due_at=march(7, 9),
        by=people.wanggong, at=ASKED, not_told_because="电话未接通",
    )  # fmt: skip
    row = OutboxMessage.objects.get(user=people.wuzong, kind="extension_requested", channel="wecom")
    address = links.for_message(row)
    assert address.startswith(f"{settings.BASE_URL}/approvals/by-link/")
    assert links.for_message(row) == address  # a second try says the same
    return request, address.removeprefix(settings.BASE_URL)


@pytest.fixture
def at(monkeypatch):
    def set_to(moment) -> None:
        monkeypatch.setattr(views, "now", lambda: moment)

    set_to(ASKED + HOUR)
    return set_to


def open_as(person, link) -> tuple[Client, object]:
    client = Client()
    if person:
        client.force_login(person)
    return client, client.get(link, headers=ENGLISH)


def test_it_leads_its_reader_to_the_one_request(request_and_link, at, office_of_jinxiu, monkeypatch):
    request, link = request_and_link
    client, answer = open_as(office_of_jinxiu.wuzong, link)
    assert (answer.status_code, answer.url) == (302, f"/approvals/{request.pk}/")
    monkeypatch.setattr("complaints.views.approvals.now", lambda: ASKED + HOUR)
    assert "接头缺货。" in text(client.get(answer.url, headers=ENGLISH))


def test_who_is_not_signed_in_says_first_who_he_is(request_and_link, at):
    request, link = request_and_link
    _client, answer = open_as(None, link)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/?next=") and "by-link" in answer.url


def test_another_person_is_refused_even_one_who_may_decide(request_and_link, at, office_of_jinxiu):
    _request, link = request_and_link
    for other in (office_of_jinxiu.zhoujun, office_of_jinxiu.wanggong):
        _client, answer = open_as(other, link)
        assert answer.status_code == 403
        assert "for another person" in text(answer)
        assert "接头缺货" not in answer.content.decode()


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_opening_it_decides_nothing(method, request_and_link, at, office_of_jinxiu):
    request, link = request_and_link
    client = Client()
    client.force_login(office_of_jinxiu.wuzong)
    answer = getattr(client, method)(link)
    assert answer.status_code == (405 if method == "post" else 302)
    request.refresh_from_db()
    assert request.state == Extension.State.PENDING


def test_the_reminder_leads_to_it_too(request_and_link, at, office_of_jinxiu):
    request, _link = request_and_link
    while remind_due(request.remind_at):
        pass
    row = OutboxMessage.objects.get(kind="extension_waits", channel="wecom")
    _client, answer = open_as(office_of_jinxiu.wuzong, links.for_message(row))
    assert (answer.status_code, answer.url) == (302, f"/approvals/{request.pk}/")


def test_it_holds_for_a_day(request_and_link, at, office_of_jinxiu):
    _request, link = request_and_link
    at(ASKED + DAY)
    _client, answer = open_as(office_of_jinxiu.wuzong, link)
    assert answer.status_code == 410
    assert "no longer works" in text(answer)


def test_after_an_outage_its_day_begins_when_it_is_first_sent(
    request_and_link, at, office_of_jinxiu, monkeypatch
):
    """Nobody sent for two days; then WeCom does not answer, and takes the card at the second try."""
    cards = []

    class Gateway:
        def send(self, message: OutboxMessage) -> None:
            cards.append(links.for_message(message))
            if len(cards) == 1:
                raise OSError("no answer")

    monkeypatch.setitem(CHANNELS, "wecom", Gateway())
    OutboxMessage.objects.exclude(kind="extension_requested").delete()
    later = ASKED + 2 * DAY
    for moment in (later, later + HOUR):
        while send_due(moment):
            pass
    first, second = cards
    assert first == second
    wuzong = office_of_jinxiu.wuzong
    at(later + DAY - MINUTE)
    assert open_as(wuzong, second)[1].status_code == 302
    at(later + DAY)
    assert open_as(wuzong, second)[1].status_code == 410


def test_a_forged_or_foreign_signature_opens_nothing(request_and_link, at, office_of_jinxiu):
    request, link = request_and_link
    sealed = Signer(salt="another purpose").sign_object([office_of_jinxiu.wuzong.pk, request.pk, 2**33])
    genuine = link.split("/")[-2]
    forged = genuine[:-9] + ("B" if genuine[-9] == "A" else "A") + genuine[-8:]  # whatever it ends with
    for token in (forged, sealed, "nonsense", "a:b"):
        _client, answer = open_as(office_of_jinxiu.wuzong, f"/approvals/by-link/{token}/")
        assert answer.status_code == 410


def test_other_messages_carry_no_such_link(case_in, office_of_jinxiu):
    row = OutboxMessage(user=office_of_jinxiu.wuzong, kind="chased", params={}, created_at=ASKED)
    assert links.for_message(row) == ""
