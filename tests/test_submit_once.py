"""A double click or a retry writes once: the submit key of every verb's form, on the page and in the API."""

from __future__ import annotations

import re

import pytest
from rest_framework.test import APIClient

from complaints.views.case.move_forms import MOVE_FORMS
from tests.case_pages import NOON, text
from tests.cast import OPINION

pytestmark = pytest.mark.django_db

TWICE = (
    ("chase", "chased", "limin", {"note": "客户再次来电。"}),
    ("act", "acted", "wanggong", {"note": "已关水阀。"}),
    ("answer", "answered", "limin", {"note": "周三修好。", "method": "phone"}),
    ("note", "noted", "chenfang", {"note": "钥匙在前台。"}),
)
twice = pytest.mark.parametrize(("verb", "kind", "who", "said"), TWICE, ids=[row[0] for row in TWICE])


def key_in(page) -> str:
    return re.search(r'name="key" value="([^"]+)"', text(page))[1]


@twice
def test_a_form_sent_twice_acts_once(client, send, case_in, office_of_jinxiu, verb, kind, who, said) -> None:
    case, person = case_in("acting"), getattr(office_of_jinxiu, who)
    client.force_login(person)
    sent = said | {"key": key_in(client.get(f"/cases/{case.number}/{verb}/"))}
    first, again = send(case, person, verb, sent), send(case, person, verb, sent)
    assert (first.status_code, again.status_code) == (302, 302) and first.url == again.url
    assert case.events.filter(kind=kind).count() == 1


@twice
def test_other_words_under_the_same_key_are_asked_about(
    send, case_in, office_of_jinxiu, verb, kind, who, said
) -> None:
    case, person = case_in("acting"), getattr(office_of_jinxiu, who)
    send(case, person, verb, said | {"key": "k"})
    answer = send(case, person, verb, said | {"key": "k", "note": "换了一句话。"})
    assert answer.status_code == 422 and "换了一句话。" in text(answer)
    fresh = key_in(answer)
    assert fresh != "k"
    assert send(case, person, verb, said | {"key": fresh, "note": "换了一句话。"}).status_code == 302
    assert case.events.filter(kind=kind).count() == 2


def test_a_key_of_a_form_that_was_refused_is_not_used_up(send, case_in, office_of_jinxiu) -> None:
    case, person = case_in("acting"), office_of_jinxiu.wanggong
    refused = send(case, person, "act", {"note": "", "key": "k"})
    assert refused.status_code == 422 and key_in(refused) == "k"
    assert send(case, person, "act", {"note": "已关水阀。", "key": "k"}).status_code == 302


def test_one_key_on_two_cases_is_no_retry(send, case_in, office_of_jinxiu) -> None:
    first, second = case_in("acting"), case_in("acting", at=NOON)
    for case, code in ((first, 302), (second, 422)):
        said = {"note": "客户再次来电。", "key": "k"}
        assert send(case, office_of_jinxiu.limin, "chase", said).status_code == code


def test_a_move_sent_twice_is_not_told_that_it_is_too_late(send, case_in, office_of_jinxiu) -> None:
    case = case_in("classified")
    for _ in range(2):
        assert (
            send(case, office_of_jinxiu.wanggong, "accept", {"key": "k", "note": OPINION}).status_code == 302
        )
    assert case.events.filter(kind="accepted").count() == 1


def test_every_form_of_a_verb_carries_a_key(client, case_in, office_of_jinxiu) -> None:
    case = case_in("acting")
    client.force_login(office_of_jinxiu.chenfang)
    for verb in MOVE_FORMS:
        page = client.get(f"/cases/{case.number}/{verb}/")
        assert page.status_code == 422 or key_in(page), verb


@twice
def test_a_retry_of_the_api_acts_once(case_in, office_of_jinxiu, verb, kind, who, said) -> None:
    case = case_in("acting")
    client = APIClient()
    client.force_authenticate(getattr(office_of_jinxiu, who))
    address, headers = f"/api/v1/cases/{case.number}/{verb}/", {"idempotency-key": "k"}
    answers = [client.post(address, said, format="json", headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert case.events.filter(kind=kind).count() == 1
    other = client.post(address, said | {"note": "换了一句话。"}, format="json", headers=headers)
    assert other.status_code == 422
    client.post(address, said, format="json")
    assert case.events.filter(kind=kind).count() == 2
