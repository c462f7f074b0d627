"""The official account: who is told there, what he agreed to, and what comes where it fails."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.test import Client

from complaints.actions import portal_access, wechat_bindings
from complaints.channels import customers, wechat
from complaints.models import OutboxMessage, ReceiptLink, WeChatBinding
from complaints.portal.visits import VISIT_COOKIE
from config.framework.refusals import Refused
from tests.cast import DAY, HOUR, MINUTE
from tests.gateways import MORNING, Gateway, drop, says
from tests.official_account import PHONE, bound, drain
from tests.own_cases import enter, person
from tests.portal import NOON, words_of

pytestmark = pytest.mark.django_db
State = OutboxMessage.State
OTHERS = "13800138000"
IN_WECHAT = {"user-agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.49"}


def told(gateway: Gateway) -> list[tuple[str, str]]:
    """(way, template) of what the customer got, in order."""
    sent = []
    for path, body, _headers in gateway.asked:
        if path.startswith("/cgi-bin/message/template/send"):
            sent.append(("wechat", body["template_id"]))
        elif body.get("phone") == PHONE:
            sent.append(("sms", body["template"]))
    return sent


def agree(browser: Client, code: str = "1", **changed: str):
    """Read what it is about, agree, and come back from WeChat; the answer."""
    page = browser.get("/portal/wechat/", headers=IN_WECHAT).content.decode()
    address = re.search(r'class="btn btn-primary" href="([^"]+)"', page)[1].replace("&amp;", "&")
    asked = parse_qs(urlsplit(address).query)
    said = {"code": code, "state": asked["state"][0]} | changed
    return browser.get("/portal/wechat/back/", said)


# Being told ------------------------------------------------------------------------------------------


def test_who_asked_for_it_is_told_by_the_official_account(walk_in, official_account) -> None:
    bound()
    case = walk_in(MORNING)
    drain(MORNING)
    assert told(official_account) == [("wechat", "wx-received")]
    _path, body, _headers = official_account.asked[-1]
    assert body["touser"] == "openid-1" and len(body["client_msg_id"]) == 32
    said = {place: given["value"] for place, given in body["data"].items()}
    assert said["character_string1"] == case.number and said["phrase4"] == "已受理"
    assert len(said["thing2"]) <= 20 and len(said["phrase4"]) <= 5
    assert not re.search(r"熊霞|1349479|302|漏水", str(body))
    assert body["url"] == f"http://127.0.0.1:8000{urlsplit(body['url']).path}"
    assert Client().post(urlsplit(body["url"]).path).status_code == 302  # the link opens his case
    row = OutboxMessage.objects.get(channel="wechat")
    assert row.state == State.SENT and "openid" not in str(row.params)


def test_everybody_else_gets_a_text_message_and_without_a_mobile_an_e_mail(
    walk_in, official_account, xiongxia
) -> None:
    walk_in(MORNING)
    drain(MORNING)
    assert told(official_account) == [("sms", "received-zh-hans")]
    xiongxia.email = "xiongxia@example.com"
    xiongxia.save()
    case = walk_in(MORNING, person=person(phone="02165430001", owner=xiongxia))
    drain(MORNING)
    assert len(told(official_account)) == 1
    (letter,) = [one for one in mail.outbox if one.to == ["xiongxia@example.com"]]
    assert case.number in letter.subject and "/r/" in letter.body and "熊霞" not in letter.body
    path = urlsplit(re.search(r"http\S+/r/\S+", letter.body)[0]).path
    browser = Client()
    assert browser.post(path).status_code == 302
    # He says no there, and hears no more.
    assert browser.post(f"/portal/{case.number}/texts/", {"texts": "no"}).status_code == 302
    case.complainant.refresh_from_db()
    assert customers.way_to(case, "owner_reply") == ""


def test_without_any_gateway_an_e_mail_goes(walk_in, settings, xiongxia) -> None:
    assert settings.SMS is None and settings.WECHAT is None
    xiongxia.email = "xiongxia@example.com"
    xiongxia.save()
    walk_in(MORNING)
    drain(MORNING)
    assert [one.to for one in mail.outbox].count(["xiongxia@example.com"]) == 1


def test_somebody_else_on_the_same_phone_gets_the_text_message(walk_in, official_account) -> None:
    bound()
    walk_in(MORNING, person=person("李强"))
    drain(MORNING)
    assert told(official_account) == [("sms", "received-zh-hans")]


def test_a_kind_without_a_template_goes_by_text_message(walk_in, official_account, settings) -> None:
    bound()
    settings.WECHAT = settings.WECHAT | {"templates": {"reply": settings.WECHAT["templates"]["reply"]}}
    walk_in(MORNING)
    drain(MORNING)
    assert told(official_account) == [("sms", "received-zh-hans")]


def test_a_code_always_goes_by_text_message(browser, walk_in, official_account) -> None:
    bound()
    walk_in(MORNING)
    browser.post("/portal/mine/", {"phone": PHONE})
    drain(NOON)
    assert ("sms", "code-zh-hans") in told(official_account)


def test_more_time_is_told_beforehand_by_wechat_too(case_in, official_account, office_of_jinxiu) -> None:
    bound()
    case = case_in("acting", at=MORNING, person=person())
    case.complainant.no_texts = True
    case.complainant.save()
    assert customers.no_text_because(case) == ""
    WeChatBinding.objects.all().delete()
    assert customers.no_text_because(case) == "客户不愿接收短信。"


# Where it fails -----------------------------------------------------------------------------------------


def test_an_expired_token_is_fetched_anew_once(walk_in, official_account) -> None:
    bound()
    official_account.script.append(says({"errcode": 40001, "errmsg": "invalid credential"}))
    walk_in(MORNING)
    drain(MORNING)
    assert told(official_account) == [("wechat", "wx-received")] * 2
    assert official_account.tokens == 2
    tokens = [parse_qs(urlsplit(path).query)["access_token"] for path, *_ in official_account.asked]
    assert tokens == [["token-1"], ["token-2"]]
    assert OutboxMessage.objects.get(channel="wechat").state == State.SENT
    walk_in(MORNING + HOUR)
    drain(MORNING + HOUR)
    assert official_account.tokens == 2  # kept for the next message


def test_a_token_that_is_never_taken_is_tried_again_later(walk_in, official_account) -> None:
    bound()
    official_account.script += [says({"errcode": 42001, "errmsg": "expired"})] * 2
    walk_in(MORNING)
    drain(MORNING)
    row = OutboxMessage.objects.get(channel="wechat")
    assert row.state == State.QUEUED and row.not_before == MORNING + MINUTE


@pytest.mark.parametrize("code", sorted(wechat.GONE))
def test_who_does_not_follow_any_more_gets_a_text_message_and_is_forgotten(
    walk_in, official_account, code
) -> None:
    bound()
    official_account.script.append(says({"errcode": code, "errmsg": "require subscribe rid: 1"}))
    case = walk_in(MORNING)
    drain(MORNING)
    assert told(official_account) == [("wechat", "wx-received"), ("sms", "received-zh-hans")]
    states = dict(OutboxMessage.objects.filter(complaint=case, user=None).values_list("channel", "state"))
    assert states == {"wechat": State.MUTED, "sms": State.SENT}
    assert not WeChatBinding.objects.exists()
    path = urlsplit(official_account.asked[-1][1]["params"]["link"]).path
    assert Client().post(path).status_code == 302
    assert ReceiptLink.objects.filter(complaint=case).count() == 2


def test_a_wrong_template_is_shown_to_the_administrator_and_he_is_told_all_the_same(
    walk_in, official_account
) -> None:
    bound()
    official_account.script.append(says({"errcode": 40037, "errmsg": "invalid template_id"}))
    case = walk_in(MORNING)
    drain(MORNING)
    states = dict(OutboxMessage.objects.filter(complaint=case, user=None).values_list("channel", "state"))
    assert states == {"wechat": State.FAILED, "sms": State.SENT}
    assert WeChatBinding.objects.exists()


def test_while_wechat_is_down_a_text_message_goes_after_minutes_not_hours(walk_in, official_account) -> None:
    bound()
    official_account.script += [drop] * wechat.TRIES
    case = walk_in(MORNING)
    for minute in range(15):
        drain(MORNING + minute * MINUTE)
    states = dict(OutboxMessage.objects.filter(complaint=case, user=None).values_list("channel", "state"))
    assert states == {"wechat": State.MUTED, "sms": State.SENT}


def test_too_many_messages_wait_as_the_account_is_told(walk_in, official_account) -> None:
    bound()
    official_account.script.append(says({"errcode": 45009, "errmsg": "reach max api daily quota limit"}))
    walk_in(MORNING)
    drain(MORNING)
    assert OutboxMessage.objects.get(channel="wechat").not_before == MORNING + wechat.PAUSE
    drain(MORNING + wechat.PAUSE)
    assert OutboxMessage.objects.get(channel="wechat").state == State.SENT


def test_with_no_way_left_the_message_has_visibly_failed(walk_in, official_account) -> None:
    bound()
    official_account.script.append(says({"errcode": 43004, "errmsg": "require subscribe"}))
    case = walk_in(MORNING)
    case.complainant.no_texts = True
    case.complainant.save()
    drain(MORNING)
    rows = OutboxMessage.objects.filter(complaint=case, user=None)
    assert [(row.channel, row.state) for row in rows] == [("wechat", State.FAILED)]


def test_no_secret_is_logged_or_kept(walk_in, official_account, caplog, browser, sent) -> None:
    bound()
    official_account.script += [drop, says({"errcode": 40001}), says({"errcode": 40001}), drop]
    with caplog.at_level("DEBUG"):
        walk_in(MORNING)
        for minute in range(10):
            drain(MORNING + minute * MINUTE)
    kept = caplog.text + str(list(OutboxMessage.objects.values()))
    assert not re.search(r"s3cret-of-wechat|token-\d|openid-1", kept)


# Agreeing -----------------------------------------------------------------------------------------------


@pytest.fixture
def owner(browser, walk_in, sent, official_account, settings) -> Client:
    """Somebody with a case, who has shown his phone."""
    settings.PORTAL_CODE_IN_CONSOLE = True
    walk_in()
    assert enter(browser, sent).url == "/portal/mine/"
    return browser


def test_an_owner_agrees_is_told_and_takes_it_back(owner, walk_in, official_account) -> None:
    assert 'href="/portal/wechat/"' in owner.get("/portal/mine/").content.decode()
    page = owner.get("/portal/wechat/", headers=IN_WECHAT).content.decode()
    address = re.search(r'href="(https://open.weixin.example/[^"]+)"', page)[1].replace("&amp;", "&")
    asked = parse_qs(urlsplit(address).query)
    assert (asked["scope"], asked["appid"]) == (["snsapi_base"], ["wx1"])
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000/portal/wechat/back/"]
    assert re.fullmatch(r"[a-zA-Z0-9]{1,128}", asked["state"][0])  # all that WeChat brings back
    assert address.endswith("#wechat_redirect") and "s3cret" not in page
    assert not WeChatBinding.objects.exists()  # reading binds nothing
    assert agree(owner).url == "/portal/mine/"
    kept = WeChatBinding.objects.get()
    assert (kept.phone, kept.openid, kept.name_key, kept.bound_at) == (PHONE, "openid-1", "熊霞", NOON)
    assert "今后通过微信" in words_of(owner.get("/portal/mine/").content.decode())
    assert "3月2日 12:00" in words_of(owner.get("/portal/wechat/").content.decode())
    walk_in(NOON)
    drain(NOON)
    assert told(official_account)[-1] == ("wechat", "wx-received")
    assert owner.post("/portal/wechat/stop/").url == "/portal/mine/"
    assert not WeChatBinding.objects.exists()


def test_agreeing_again_with_another_account_ends_the_one_before(owner) -> None:
    agree(owner, "1")
    WeChatBinding.objects.update(openid="openid-old")
    page = owner.get("/portal/wechat/", headers=IN_WECHAT).content.decode()
    assert "open.weixin.example" not in page  # he stops it first
    owner.post("/portal/wechat/stop/")
    agree(owner, "2")
    assert WeChatBinding.objects.get().openid == "openid-2"


@pytest.mark.parametrize(
    "changed", [{"state": ""}, {"state": "1772424000xforged"}, {"code": ""}, {"code": "used"}]
)
def test_what_does_not_come_from_his_consent_binds_nothing(owner, changed) -> None:
    answer = agree(owner, **changed)
    assert answer.url == "/portal/wechat/"
    assert "未能开通" in words_of(owner.get("/portal/wechat/", headers=IN_WECHAT).content.decode())
    assert not WeChatBinding.objects.exists()


@pytest.mark.parametrize("answers", [says({}, 403), says("<html>")])
def test_where_another_answers_in_wechats_place_he_reads_that_it_did_not_work(
    owner, official_account, answers
) -> None:
    official_account.at_the_token = answers
    assert agree(owner).url == "/portal/wechat/"
    assert not WeChatBinding.objects.exists()


def test_who_does_not_follow_the_account_is_told_to(owner) -> None:
    assert agree(owner, "stranger").url == "/portal/wechat/"
    page = words_of(owner.get("/portal/wechat/", headers=IN_WECHAT).content.decode())
    assert "请先关注" in page and not WeChatBinding.objects.exists()


def test_a_consent_is_for_ten_minutes_and_for_one_visit(owner, sent, portal_clock) -> None:
    page = owner.get("/portal/wechat/", headers=IN_WECHAT).content.decode()
    said = {"code": "1", "state": re.search(r";state=(\w+)", page)[1]}
    another = Client()
    enter(another, sent)
    assert another.get("/portal/wechat/back/", said).url == "/portal/wechat/"
    portal_clock.at = NOON + 11 * MINUTE
    assert owner.get("/portal/wechat/back/", said).url == "/portal/wechat/"
    assert not WeChatBinding.objects.exists()
    portal_clock.at = NOON + 10 * MINUTE
    assert owner.get("/portal/wechat/back/", said).url == "/portal/mine/"


def test_a_stranger_is_led_to_the_question_for_his_phone(owner) -> None:
    stranger = Client()
    for answer in (
        stranger.get("/portal/wechat/"),
        stranger.get("/portal/wechat/back/?code=1&state=x"),
        stranger.post("/portal/wechat/stop/"),
    ):
        assert answer.url == "/portal/mine/"


def test_a_shared_phone_is_not_bound(owner, walk_in, jinxiu, visit_and_phone) -> None:
    walk_in(person=person("李强"))
    page = words_of(owner.get("/portal/wechat/", headers=IN_WECHAT).content.decode())
    assert "我同意" not in page
    with pytest.raises(Refused):
        state = wechat_bindings.consent_address(visit_and_phone, "x", at=NOON)
        state = parse_qs(urlsplit(state).query)["state"][0]
        wechat_bindings.bind(
            visit=visit_and_phone, phone=PHONE, estate=jinxiu.pk, state=state, code="1", at=NOON
        )
    assert not WeChatBinding.objects.exists()


@pytest.fixture
def visit_and_phone(owner) -> int:
    return int(owner.cookies[VISIT_COOKIE].value.split(":")[0])


def test_outside_wechat_it_is_said_how_to_get_there(owner) -> None:
    page = owner.get("/portal/wechat/").content.decode()
    assert "open.weixin.example" not in page and "公众号菜单" in words_of(page)


def test_without_an_account_nothing_is_offered(owner, settings) -> None:
    settings.WECHAT = None
    assert "/portal/wechat/" not in owner.get("/portal/mine/").content.decode()
    assert owner.get("/portal/wechat/").url == "/portal/mine/"


# The staff's side ---------------------------------------------------------------------------------------


def test_a_card_of_wecom_opens_its_page_through_the_sign_in(
    case_in, outside, office_of_jinxiu, client
) -> None:
    """In WeCom's own browser: no password in the address, and the page asked for after signing in."""
    person_ = office_of_jinxiu.wanggong
    person_.wecom_id, person_.channels = "wanggong", {}
    person_.set_password("correct-horse-battery")
    person_.save()
    case = case_in("classified", at=MORNING)
    drain(MORNING + DAY)
    cards = [body["textcard"] for _path, body, _h in outside.asked if body.get("touser") == "wanggong"]
    address = urlsplit(next(card["url"] for card in cards if case.number in card["url"]))
    wxwork = {"user-agent": "Mozilla/5.0 (iPhone) wxwork/4.1.30 MicroMessenger/7.0.1"}
    asked = client.get(address.path, headers=wxwork)
    assert asked.status_code == 302 and asked.url.startswith("/accounts/login/?next=")
    signed_in = client.post(
        asked.url, {"login": person_.username, "password": "correct-horse-battery"}, headers=wxwork
    )
    assert signed_in.url == address.path
    assert client.get(signed_in.url, headers=wxwork).status_code == 200


def test_what_was_agreed_to_goes_with_the_last_case_that_knows_him(walk_in, official_account) -> None:
    case = walk_in(MORNING)
    bound()
    bound_of_nobody = WeChatBinding.objects.create(
        phone=OTHERS, name_key="王", openid="openid-2", bound_at=MORNING
    )
    portal_access.delete_expired(at=MORNING)
    assert not WeChatBinding.objects.filter(pk=bound_of_nobody.pk).exists()
    assert WeChatBinding.objects.get().phone == PHONE
    case.complainant.phone = ""
    case.complainant.save()
    portal_access.delete_expired(at=MORNING)
    assert not WeChatBinding.objects.exists()
