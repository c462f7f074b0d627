"""The receipt's link, the visit it opens, and what every page of the portal keeps to itself."""

import logging

import pytest
from django.test import Client

from complaints import actions
from complaints.actions import portal_access
from complaints.models import PolicyVersion, PortalVisit, ReceiptLink
from complaints.views.desk.caller import look
from staff.permissions import permissions_of
from tests.cast import DAY, HOUR, MINUTE, march
from tests.portal import NOON, plain


def open_by_receipt(browser: Client, case, at=NOON):
    token = portal_access.make_receipt_link(case, at=at)
    return browser.post(f"/r/{token}")


# The receipt's link --------------------------------------------------------------------------------


def test_a_receipt_opens_its_case(browser, walk_in):
    case = walk_in()
    answer = open_by_receipt(browser, case)
    assert answer.status_code == 302
    assert case.number in browser.get(answer.url).content.decode()


def test_looking_at_the_address_opens_and_tells_nothing(browser, walk_in, django_assert_num_queries):
    token = portal_access.make_receipt_link(walk_in(), at=NOON)
    with django_assert_num_queries(0):
        known, unknown = browser.get(f"/r/{token}"), browser.get("/r/" + "x" * 27)
    assert known.status_code == unknown.status_code == 200
    assert plain(known) == plain(unknown)
    assert PortalVisit.objects.count() == 0


def test_the_secret_is_long_and_only_its_digest_is_kept(walk_in):
    case = walk_in()
    tokens = {portal_access.make_receipt_link(case, at=NOON) for _ in range(50)}
    assert len(tokens) == 50 and min(map(len, tokens)) >= 22
    assert not any(ReceiptLink.objects.filter(token_sha256=token).exists() for token in tokens)


def lost(case):
    return portal_access.close_receipts(case, note="业主说丢了", by=case.first_receiver, at=NOON)


def dead_ends(case, people) -> dict:
    """What may happen to a case or its receipt, after which nothing opens."""
    return {
        "unknown": lambda token: "A" * 27,
        "garbage": lambda token: "..",
        "revoked": lambda token: lost(case) and token,
        "void": lambda token: actions.void(case, note="重复录入", by=people.chenfang, at=NOON) and token,
    }


@pytest.mark.parametrize("why", ["unknown", "garbage", "revoked", "void"])
def test_what_opens_nothing_answers_alike(browser, walk_in, office_of_jinxiu, why):
    case = walk_in()
    token = portal_access.make_receipt_link(case, at=NOON)
    unknown = browser.post("/r/" + "B" * 27)
    dead = browser.post(f"/r/{dead_ends(case, office_of_jinxiu)[why](token)}")
    assert dead.status_code == unknown.status_code == 404
    assert plain(dead) == plain(unknown)


def test_a_link_lives_ninety_days_after_closing(browser, portal_clock, case_in):
    case = case_in("closed")
    token = portal_access.make_receipt_link(case, at=NOON)
    portal_clock.at = case.closed_at + 90 * DAY - MINUTE
    assert browser.post(f"/r/{token}").status_code == 302
    portal_clock.at = case.closed_at + 90 * DAY
    assert browser.post(f"/r/{token}").status_code == 404
    assert browser.get(f"/portal/{case.number}/").status_code == 404


def test_the_policy_says_how_long_a_closed_case_is_read_opened_again_and_offered(
    browser, portal_clock, case_in, office_of_jinxiu, jinxiu
):
    data = {"shown_for_days": 10, "reopen_within_days": 7, "offered_for_days": 5}
    PolicyVersion.objects.create(number=2, data=data, created_at=NOON)
    case = case_in("closed")
    token = portal_access.make_receipt_link(case, at=NOON)
    portal_clock.at = case.closed_at + 10 * DAY - MINUTE
    assert browser.post(f"/r/{token}").status_code == 302
    assert "7 天内您可以要求重新处理" in browser.get(f"/portal/{case.number}/").content.decode()
    portal_clock.at = case.closed_at + 10 * DAY
    assert browser.post(f"/r/{token}").status_code == 404
    assert browser.get(f"/portal/{case.number}/").status_code == 404
    desk, said = permissions_of(office_of_jinxiu.limin, march(2)), {"where": case.unit.name}
    for days, offered in ((4, [case]), (6, [])):
        beside = look(said, jinxiu, desk, case.closed_at + days * DAY)
        assert [known.case for known in beside.cases] == offered


# The visit -----------------------------------------------------------------------------------------


def test_a_visit_is_to_one_case(browser, walk_in):
    mine, other = walk_in(), walk_in(march(2, 10))
    open_by_receipt(browser, mine)
    assert browser.get(f"/portal/{mine.number}/").status_code == 200
    assert browser.get(f"/portal/{other.number}/").status_code == 404
    assert browser.post(f"/portal/{other.number}/chase/", {"key": "k"}).status_code == 404
    open_by_receipt(browser, other)
    assert browser.get(f"/portal/{mine.number}/").status_code == 404


def test_a_visit_ends_after_thirty_idle_minutes(browser, portal_clock, walk_in):
    case = walk_in()
    open_by_receipt(browser, case)
    for _ in range(3):
        portal_clock.at += 29 * MINUTE
        assert browser.get(f"/portal/{case.number}/").status_code == 200
    portal_clock.at += 31 * MINUTE
    assert browser.get(f"/portal/{case.number}/").status_code == 404


def test_a_visit_ends_after_twelve_hours(browser, portal_clock, walk_in):
    case = walk_in()
    open_by_receipt(browser, case)
    for _ in range(29):
        portal_clock.at += 25 * MINUTE
        status = browser.get(f"/portal/{case.number}/").status_code
    assert status == 404 and portal_clock.at - NOON > 12 * HOUR


def test_a_lost_receipt_ends_the_visit_at_once_and_a_new_one_opens_the_case(
    browser, send, walk_in, office_of_jinxiu
):
    case = walk_in()
    open_by_receipt(browser, case)
    assert send(case, office_of_jinxiu.wanggong, "close_receipts", {"note": "丢了"}).status_code == 422
    assert browser.get(f"/portal/{case.number}/").status_code == 200
    done = send(case, office_of_jinxiu.chenfang, "close_receipts", {"note": "业主说丢了"})
    assert done.url == f"/desk/filed/{case.number}/"
    assert browser.get(f"/portal/{case.number}/").status_code == 404
    said = case.events.get(kind="receipts_closed")
    assert (said.actor, said.note, said.owner_sees) == (office_of_jinxiu.chenfang, "业主说丢了", False)
    open_by_receipt(browser, case)
    assert browser.get(f"/portal/{case.number}/").status_code == 200


def test_who_may_not_know_a_hidden_complainant_closes_none_of_his_receipts(
    send, walk_in, laozhao, office_of_jinxiu
):
    case = walk_in(facts={"identity_hidden": True})
    assert send(case, laozhao, "close_receipts", {"note": "丢了"}).status_code == 422
    assert send(case, office_of_jinxiu.limin, "close_receipts", {"note": "丢了"}).status_code == 302


def test_leaving_ends_the_visit_for_every_copy_of_the_cookie(browser, walk_in):
    case = walk_in()
    open_by_receipt(browser, case)
    thief = Client()
    thief.cookies["portal"] = browser.cookies["portal"].value
    assert thief.get(f"/portal/{case.number}/").status_code == 200
    assert browser.post(f"/portal/{case.number}/leave/").status_code == 200
    assert thief.get(f"/portal/{case.number}/").status_code == 404


@pytest.mark.parametrize("cookie", ["", "1:1", "1:1:forged", "x", "::::"])
def test_a_made_up_cookie_opens_nothing(browser, walk_in, cookie):
    case = walk_in()
    open_by_receipt(browser, case)
    browser.cookies["portal"] = cookie
    assert browser.get(f"/portal/{case.number}/").status_code == 404


def test_the_staff_stay_signed_in_and_see_no_more(browser, walk_in, office_of_jinxiu, settings):
    browser.force_login(office_of_jinxiu.limin)
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    case = walk_in()
    assert browser.get(f"/portal/{case.number}/").status_code == 404
    open_by_receipt(browser, case)
    assert browser.get(f"/portal/{case.number}/").status_code == 200
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value == session
    browser.post(f"/portal/{case.number}/leave/")
    assert browser.session["_auth_user_id"] == str(office_of_jinxiu.limin.pk)


def test_a_visit_signs_nobody_in(browser, walk_in, settings):
    open_by_receipt(browser, walk_in())
    assert settings.SESSION_COOKIE_NAME not in browser.cookies
    assert browser.get("/cases/").status_code == 302


def test_every_page_is_kept_by_nobody(browser, walk_in, sent):
    case = walk_in()
    token = portal_access.make_receipt_link(case, at=NOON)
    entered = browser.post(f"/r/{token}")
    cookie = entered.cookies["portal"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == ""
    for path in (
        f"/r/{token}", "/portal/", f"/portal/{case.number}/", f"/portal/{case.number}/remark/",
        "/portal/JX-2026-999999/",
    ):  # fmt: skip
        page = browser.get(path)
        assert page["Cache-Control"] == "no-store", path
        assert page["Referrer-Policy"] == "strict-origin"
        assert "noindex" in page["X-Robots-Tag"]


def test_the_secret_stays_out_of_the_log(browser, walk_in, caplog):
    token = portal_access.make_receipt_link(walk_in(), at=NOON)
    caplog.handler.addFilter(logging.getLogger().handlers[0].filters[0])
    with caplog.at_level("DEBUG"):
        browser.get(f"/r/{token}")
        browser.put(f"/r/{token}")
        browser.get(f"/r/{token}/")
        Client(enforce_csrf_checks=True).post(f"/r/{token}")
        browser.post(f"/r/{token}")
    assert "/r/…" in caplog.text and token not in caplog.text
