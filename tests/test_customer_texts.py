"""Text messages to customers: when, to whom, with which words; and the one-time code among them."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import actions, notifications
from complaints.actions import portal_access
from complaints.channels import customers
from complaints.models import Complainant, OutboxMessage, PortalCode, ReceiptLink
from complaints.notifications import send_due
from tests.case_pages import text
from tests.cast import HOUR, MINUTE, march
from tests.gateways import MORNING, Gateway

pytestmark = pytest.mark.django_db

State = OutboxMessage.State
PHONE = "13494795057"


def drain(now: datetime) -> None:
    while send_due(now):
        pass


def texts(gateway: Gateway) -> list[tuple[str, str]]:
    """(template, words) of what was sent to the customer, in order."""
    return [(body["template"], body["text"]) for path, body, _ in gateway.asked if body["phone"] == PHONE]


def test_the_customer_hears_at_the_four_points(case_in, office_of_jinxiu, outside):
    people = office_of_jinxiu
    case = case_in("acting", at=MORNING)
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="接头缺货。", new_due_at=march(7, 9),
        by=people.wanggong, at=march(2, 11), not_told_because="电话未接通",
    )  # fmt: skip
    actions.approve_extension(request, by=people.wuzong, at=march(2, 12))
    actions.handle(case, note="已修好。", evidence="签字", by=people.wanggong, at=march(3, 9))
    actions.reply(case, note="已修好。", method="phone", by=people.limin, at=march(3, 10))
    actions.try_revisit(case, note="无人接听", by=people.chenfang, at=march(4, 10))
    drain(march(4, 11))
    assert [template for template, _words in texts(outside)] == [
        "received-zh-hans", "promise-zh-hans", "reply-zh-hans", "rating-zh-hans",
    ]  # fmt: skip
    for _template, words in texts(outside):
        assert case.number in words and "/r/" in words
        assert not re.search(r"熊霞|1349479|302|水管|李敏|王", words)
    assert "3月7日 09:00" in texts(outside)[1][1]


def test_more_time_without_a_promise_to_him_is_no_news_to_him(case_in, office_of_jinxiu, outside):
    people = office_of_jinxiu
    case = case_in("replied", at=MORNING)
    request = actions.ask_extension(
        case, clock="revisit", reason="parts", note="业主出差。", new_due_at=march(7, 9),
        by=people.limin, at=march(3, 9), not_told_because="电话未接通",
    )  # fmt: skip
    actions.approve_extension(request, by=people.wuzong, at=march(3, 10))
    drain(march(3, 11))
    assert "promise-zh-hans" not in [template for template, _words in texts(outside)]


def test_he_is_written_to_in_his_language(walk_in, outside):
    walk_in(MORNING, person=actions.Person(name="Mr Smith", phone=PHONE, language="en"))
    drain(MORNING)
    [(template, words)] = texts(outside)
    assert template == "received-en" and words.startswith("We have received your complaint")


def test_the_link_opens_his_case_and_no_row_knows_it(walk_in, outside, client, portal_clock):
    case = walk_in(MORNING)
    drain(MORNING)
    [(_template, words)] = texts(outside)
    token = re.search(r"/r/([\w-]+)", words)[1]
    assert client.post(f"/r/{token}").url == f"/portal/{case.number}/"
    rows = [str(row) for row in OutboxMessage.objects.values()]
    assert not [row for row in rows if token in row or PHONE in row or "熊霞" in row]
    portal_access.close_receipts(case, note="手机丢了", by=case.first_receiver, at=march(2, 13))
    assert client.post(f"/r/{token}").status_code == 404


def test_a_second_try_says_the_same(walk_in, outside):
    walk_in(MORNING)
    drain(MORNING)
    OutboxMessage.objects.filter(kind="owner_received").update(state=State.QUEUED)
    drain(MORNING + HOUR)
    first, second = [body for _path, body, _headers in outside.asked if body["phone"] == PHONE]
    assert first == second
    assert ReceiptLink.objects.count() == 1


@pytest.mark.parametrize("phone", ["021-5555 0100", "", "12345"])
def test_without_a_mobile_number_nothing_is_written(phone, walk_in, outside):
    walk_in(MORNING, person=actions.Person(name="熊霞", phone=phone))
    assert not OutboxMessage.objects.filter(kind__startswith="owner_").exists()


def test_without_a_gateway_nothing_is_written(walk_in, outside, settings):
    settings.SMS = None
    walk_in(MORNING)
    assert not OutboxMessage.objects.filter(channel="sms").exists()


def test_a_replayed_past_sends_no_text(walk_in, outside):
    with notifications.muted(until=march(3)):
        walk_in(MORNING)
    drain(march(3))
    assert texts(outside) == []


def test_who_wants_no_texts_gets_none_not_even_those_waiting(walk_in, outside):
    case = walk_in(MORNING)
    portal_access.choose_texts(case.pk, wanted=False)
    drain(MORNING)
    assert texts(outside) == []
    assert OutboxMessage.objects.get(kind="owner_received").state == State.MUTED
    actions.remark(case, note="还在漏", at=march(2, 10))
    walk_in(march(2, 11))  # another case of the same person is another choice
    drain(march(2, 11))
    assert len(texts(outside)) == 1


def test_whose_phone_was_erased_meanwhile_gets_nothing(walk_in, outside):
    case = walk_in(MORNING)
    Complainant.objects.filter(complaint=case).update(phone="", name="")
    drain(MORNING)
    assert outside.asked == []
    assert OutboxMessage.objects.get(kind="owner_received").state == State.MUTED


def test_he_chooses_on_the_page_of_his_case(walk_in, reader, outside, portal_clock):
    case = walk_in(MORNING)
    page = reader(case, "en")
    assert 'href="texts/"' in page.get(f"/portal/{case.number}/").content.decode()
    assert "134****5057" in text(page.get(f"/portal/{case.number}/texts/"))
    assert page.post(f"/portal/{case.number}/texts/", {"texts": "no"}).status_code == 302
    assert Complainant.objects.get(complaint=case).no_texts
    assert "You get no messages" in text(page.get(f"/portal/{case.number}/texts/"))
    page.post(f"/portal/{case.number}/texts/", {"texts": "yes"})
    assert not Complainant.objects.get(complaint=case).no_texts


def test_without_a_gateway_there_is_nothing_to_choose(walk_in, reader, settings, portal_clock):
    settings.SMS = None
    case = walk_in(MORNING)
    page = reader(case, "en")
    assert 'href="texts/"' not in page.get(f"/portal/{case.number}/").content.decode()
    assert page.get(f"/portal/{case.number}/texts/").status_code == 404


# The one-time code --------------------------------------------------------------------------------------


@pytest.fixture
def in_production(outside, settings):
    settings.PORTAL_CODE_IN_CONSOLE = False
    return outside


def ask(browser, number: str, phone: str):
    return browser.post("/portal/find/", {"number": number, "phone": phone})


def test_the_code_goes_to_the_phone_and_opens_the_case(in_production, walk_in, browser, portal_clock, caplog):
    case = walk_in(MORNING)
    drain(portal_clock.at)
    in_production.asked.clear()
    assert ask(browser, case.number, PHONE).url == "/portal/code/"
    assert "console" not in browser.get("/portal/code/").content.decode()
    row = OutboxMessage.objects.get(kind="owner_code")
    drain(portal_clock.at)
    [(_path, body, _headers)] = in_production.asked
    code = body["params"]["code"]
    assert (body["phone"], body["template"]) == (PHONE, "code-zh-hans")
    assert re.fullmatch(r"\d{6}", code) and code in body["text"]
    assert code not in str(OutboxMessage.objects.filter(pk=row.pk).values()) + caplog.text
    assert browser.post("/portal/code/", {"code": code}).url == f"/portal/{case.number}/"


def test_a_miss_writes_the_same_rows_and_sends_nothing(in_production, walk_in, browser, portal_clock):
    case = walk_in(MORNING)
    drain(portal_clock.at)
    in_production.asked.clear()
    asked = {}
    for name, phone in {"miss": "13800000000", "hit": PHONE}.items():
        with CaptureQueriesContext(connection) as queries:
            ask(browser, case.number, phone)
        asked[name] = [query["sql"].split(" ")[0] for query in queries]
    assert asked["hit"] == asked["miss"]
    drain(portal_clock.at)
    assert [body["phone"] for _path, body, _headers in in_production.asked] == [PHONE]


def test_a_code_that_came_too_late_or_was_replaced_is_not_sent(in_production, walk_in, browser, portal_clock):
    case = walk_in(MORNING)
    drain(portal_clock.at)
    in_production.asked.clear()
    ask(browser, case.number, PHONE)
    ask(browser, case.number, PHONE)
    drain(portal_clock.at)
    assert len(in_production.asked) == 1
    assert OutboxMessage.objects.filter(kind="owner_code", state=State.MUTED).count() == 1
    ask(browser, case.number, PHONE)
    drain(portal_clock.at + 11 * MINUTE)
    assert len(in_production.asked) == 1


def test_who_wants_no_texts_still_gets_the_code_he_asks_for(in_production, walk_in, browser, portal_clock):
    case = walk_in(MORNING)
    portal_access.choose_texts(case.pk, wanted=False)
    ask(browser, case.number, PHONE)
    drain(portal_clock.at)
    assert [body["template"] for _path, body, _headers in in_production.asked] == ["code-zh-hans"]


def test_digits_are_drawn_evenly_and_from_the_browsers_secret():
    drawn = [customers.digits_for(str(n), "salt") for n in range(20_000)]
    assert len(set(drawn)) > 19_500
    assert {len(code) for code in drawn} == {6}
    firsts = [sum(code.startswith(str(digit)) for code in drawn) for digit in range(10)]
    assert all(1_800 < count < 2_200 for count in firsts)
    assert customers.digits_for("a", "salt") != customers.digits_for("a", "other")
    assert not PortalCode.objects.exists()
