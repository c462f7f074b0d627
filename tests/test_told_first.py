"""The customer is told first that more time is needed, or the request says why not (domain.md 5, T5)."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, transaction

from complaints import actions, notifications
from complaints.actions.told_first import WAYS
from complaints.models import Extension, OutboxMessage
from complaints.timeline import entries
from config.framework.refusals import Refused
from tests.cast import MINUTE, march
from tests.gateways import MORNING, Gateway
from tests.portal import letter, words_of

pytestmark = pytest.mark.django_db

AT = march(2, 11)
PHONE = "13494795057"
TOLD = {"customer_told_at": AT - 10 * MINUTE, "customer_told_method": "phone"}


def ask(case, people, at=AT, **said):
    return actions.ask_extension(
        case, clock="resolve", reason="parts", note="接头缺货。", new_due_at=march(7), by=people.wanggong,
        at=at, **said,
    )  # fmt: skip


def texts(gateway: Gateway, template: str) -> list[dict]:
    return [body for _path, body, _headers in gateway.asked if body["template"] == f"{template}-zh-hans"]


def drain(at) -> None:
    while notifications.send_due(at):
        pass


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "not_told_because"),
        ({"not_told_because": "  "}, "not_told_because"),
        (TOLD | {"not_told_because": "没人接"}, "not_told_because"),
        ({"customer_told_at": AT - MINUTE}, "customer_told_method"),
        ({"customer_told_method": "drum"}, "customer_told_method"),
        ({"customer_told_method": "unrecorded"}, "customer_told_method"),
        (TOLD | {"customer_told_at": AT + MINUTE}, "customer_told_at"),
        ({"text_now": True}, "text_now"),  # no gateway here
    ],
)
def test_a_request_says_when_and_how_he_was_told_or_why_not(case_in, office_of_jinxiu, said, field):
    with pytest.raises(Refused) as refusal:
        ask(case_in("acting"), office_of_jinxiu, **said)
    assert refusal.value.field == field
    assert not Extension.objects.exists()


def test_who_was_told_without_a_time_was_told_just_now(case_in, office_of_jinxiu):
    request = ask(case_in("acting"), office_of_jinxiu, customer_told_method="wechat")
    assert (request.customer_told_at, request.customer_told_method) == (AT, "wechat")


@pytest.mark.parametrize(
    "wrong",
    [
        {"customer_told_method": "", "not_told_because": "", "customer_told_at": None},
        {"customer_told_method": "", "not_told_because": "", "customer_told_at": AT},
        {"customer_told_method": "phone", "not_told_because": "没人接", "customer_told_at": AT},
        {"customer_told_method": "phone", "not_told_because": "", "customer_told_at": None},
    ],
)
def test_the_database_keeps_one_of_the_two(case_in, office_of_jinxiu, wrong):
    request = ask(case_in("acting"), office_of_jinxiu, **TOLD)
    rows = Extension.objects.filter(pk=request.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**wrong)
    for at in (None, AT):  # of older requests nobody knows how
        rows.update(customer_told_method="unrecorded", customer_told_at=at, not_told_because="")
    assert "unrecorded" not in WAYS


def test_the_timeline_says_it_and_keeps_no_words_of_why_not(case_in, office_of_jinxiu):
    told, untold = case_in("acting"), case_in("acting")
    ask(told, office_of_jinxiu, **TOLD)
    ask(untold, office_of_jinxiu, not_told_because="熊女士在国外")
    said = {}
    for case in (told, untold):
        event = case.events.get(kind="extension_requested")
        said[case] = entries([event], case)[0].text
        assert event.owner_sees is (case == told)
        assert "熊女士" not in str(event.params)
    assert "3月2日 10:50（周一）已事先向客户说明（电话）。" in said[told]
    assert said[untold].endswith("未事先向客户说明。")


# On the portal -----------------------------------------------------------------------------------------


def test_the_portal_says_that_he_was_told_and_until_when_more_time_is_asked(
    reader, portal_clock, case_in, office_of_jinxiu
):
    people, case = office_of_jinxiu, case_in("acting")
    request = ask(case, people, **TOLD)
    portal_clock.at = march(2, 12)
    page = words_of(letter(reader(case), case))
    sentence = "因配件或材料订货需要更多时间，我们已事先向您说明（电话），并已申请延至 3月7日 09:00（周六）。"
    assert sentence in page and "确定后，新的时间会显示在这里。" in page
    assert "一般于此时间前处理完毕 3月5日 09:00（周四）" in page  # nothing is promised before it is approved
    assert not re.search("审批|总经理|接头缺货|超时", page)
    actions.approve_extension(request, by=people.wuzong, at=march(2, 13), granted_due_at=march(8))
    portal_clock.at = march(2, 14)
    page = words_of(letter(reader(case), case))
    assert "我们将于此时间前处理完毕 3月8日 09:00（周日）" in page
    assert "确定后，新的时间会显示在这里。" not in page and sentence in page  # it stays in what has happened


@pytest.mark.parametrize("end", ["decline", "withdraw", "handle"])
def test_once_the_request_has_ended_the_letter_waits_for_nothing(
    reader, portal_clock, case_in, office_of_jinxiu, end
):
    people, case = office_of_jinxiu, case_in("acting")
    request, at = ask(case, people, **TOLD), march(2, 12)
    match end:
        case "decline":
            actions.decline_extension(request, comment="不行", by=people.wuzong, at=at)
        case "withdraw":
            actions.withdraw_extension(request, by=people.wanggong, at=at)
        case "handle":
            actions.handle(case, note="好了", evidence="签字", by=people.wanggong, at=at)
    portal_clock.at = march(2, 13)
    assert "确定后" not in words_of(letter(reader(case), case))


def test_of_a_request_he_was_not_told_of_he_reads_nothing(reader, portal_clock, case_in, office_of_jinxiu):
    case = case_in("acting")
    ask(case, office_of_jinxiu, not_told_because="熊女士在国外")
    portal_clock.at = march(2, 12)
    assert not re.search("更多时间|国外", words_of(letter(reader(case), case)))


# By text message ---------------------------------------------------------------------------------------


def test_the_message_goes_out_with_the_request_and_says_what_is_true(case_in, office_of_jinxiu, outside):
    people, case = office_of_jinxiu, case_in("acting", at=MORNING)
    request = ask(case, people, text_now=True, promised_at=march(6, 18))
    assert (request.customer_told_at, request.customer_told_method) == (AT, "text")
    drain(march(2, 11, 1))
    [sent] = texts(outside, "asked")
    assert sent["phone"] == PHONE and sent["params"]["until"] == "3月6日 18:00（周五）"
    assert f"您的投诉 {case.number} 需要更多时间处理，我们已申请延至 3月6日 18:00（周五）" in sent["text"]
    row = OutboxMessage.objects.get(kind="owner_asked")
    assert PHONE not in str(row.params) and row.params == {"until_at": march(6, 18).isoformat()}
    assert not texts(outside, "promise")


def test_told_another_way_he_gets_no_message(case_in, office_of_jinxiu, outside):
    ask(case_in("acting", at=MORNING), office_of_jinxiu, **TOLD)
    drain(march(2, 11, 1))
    assert not texts(outside, "asked")


@pytest.mark.parametrize(
    ("person", "why"),
    [
        ({"phone": PHONE, "no_texts": True}, "客户不愿接收短信。"),
        ({"phone": "021-5555 0100"}, "客户未留手机号码。"),
        ({"phone": ""}, "客户未留手机号码。"),
    ],
)
def test_where_no_message_can_go_the_form_says_why(
    walk_in,
    office_of_jinxiu,
    engineering,
    outside,
    client,
    person,
    why,
):
    people = office_of_jinxiu
    case = walk_in(MORNING, person=actions.Person(name="熊霞", phone=person["phone"]))
    case.complainant.no_texts = person.get("no_texts", False)
    case.complainant.save()
    actions.classify(
        case, severity="important", category=case.category, handler=people.wanggong, department=engineering,
        by=people.chenfang, at=march(2, 10),
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        ask(case, people, text_now=True)
    assert (str(refusal.value), refusal.value.field) == (why, "text_now")
    client.force_login(people.wanggong)
    page = client.get(f"/cases/{case.number}/ask_extension/", headers={"accept-language": "zh-hans"})
    form = page.content.decode()
    assert why in form and re.search(r'<input[^>]*name="text_now"[^>]*disabled', form)


def test_of_one_who_hides_the_form_says_no_more_than_that_he_cannot_be_written_to(
    case_in,
    office_of_jinxiu,
    outside,
):
    case = case_in(
        "acting", at=MORNING, facts={"identity_hidden": True}, person=actions.Person(name="熊霞", phone="")
    )
    with pytest.raises(Refused) as refusal:
        ask(case, office_of_jinxiu, text_now=True)
    assert str(refusal.value) == "此客户不能接收短信。"


def test_the_form_shows_the_words_and_sends_them(case_in, office_of_jinxiu, outside, client, clock):
    people, case = office_of_jinxiu, case_in("acting", at=MORNING)
    clock.now = AT
    client.force_login(people.wanggong)
    url, chinese = f"/cases/{case.number}/ask_extension/", {"accept-language": "zh-hans"}
    shown = client.get(url, headers=chinese).content.decode()
    assert f"“您的投诉 {case.number} 需要更多时间处理，我们已申请延至 3月6日 09:00（周五）。" in shown
    said = {"clock": "resolve", "reason": "parts", "note": "缺货", "new_due_at": "2026-03-06T09:00"}
    refused = client.post(url, said, headers=chinese)
    assert refused.status_code == 422 and "延期须事先向客户说明" in refused.content.decode()
    assert client.post(url, said | {"text_now": "on"}, headers=chinese).status_code == 302
    drain(AT + MINUTE)
    assert len(texts(outside, "asked")) == 1
