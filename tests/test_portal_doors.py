"""The customer's ways in: the receipt's link, the one-time code, and what guards them."""

import logging
import re
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client

from complaints import actions
from complaints.actions import doors
from complaints.models import PortalCode, PortalLimit, PortalVisit, ReceiptLink
from tests.cast import DAY, HOUR, MINUTE, march

NOON = march(2, 12)
PHONE = "13494795057"


@pytest.fixture
def clock(monkeypatch):
    """The time the pages read; tests set `clock.at`."""

    class Clock:
        at = NOON

    monkeypatch.setattr("complaints.portal.visits.now", lambda: Clock.at)
    return Clock


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """The codes that went out, instead of text messages."""
    codes: list[str] = []
    monkeypatch.setattr(doors, "_send", lambda code, phone: codes.append(code))
    return codes


@pytest.fixture
def browser(client, clock) -> Client:
    return client


def open_by_receipt(browser: Client, case, at=NOON):
    token = doors.make_receipt_link(case, at=at)
    return browser.post(f"/r/{token}")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


# The receipt's link --------------------------------------------------------------------------------


def test_a_receipt_opens_its_case(browser, walk_in):
    case = walk_in()
    answer = open_by_receipt(browser, case)
    assert answer.status_code == 302
    assert case.number in browser.get(answer.url).content.decode()


def test_looking_at_the_address_opens_and_tells_nothing(browser, walk_in, django_assert_num_queries):
    token = doors.make_receipt_link(walk_in(), at=NOON)
    with django_assert_num_queries(0):
        known, unknown = browser.get(f"/r/{token}"), browser.get("/r/" + "x" * 27)
    assert known.status_code == unknown.status_code == 200
    assert plain(known) == plain(unknown)
    assert PortalVisit.objects.count() == 0


def test_the_secret_is_long_and_only_its_digest_is_kept(walk_in):
    case = walk_in()
    tokens = {doors.make_receipt_link(case, at=NOON) for _ in range(50)}
    assert len(tokens) == 50 and min(map(len, tokens)) >= 22
    assert not any(ReceiptLink.objects.filter(token_sha256=token).exists() for token in tokens)


def dead_ends(case, people) -> dict:
    """What may happen to a case or its receipt, after which nothing opens."""
    return {
        "unknown": lambda token: "A" * 27,
        "garbage": lambda token: "..",
        "revoked": lambda token: doors.close_doors(case, at=NOON) or token,
        "void": lambda token: actions.void(case, note="重复录入", by=people.chenfang, at=NOON) and token,
    }


@pytest.mark.parametrize("why", ["unknown", "garbage", "revoked", "void"])
def test_what_opens_nothing_answers_alike(browser, walk_in, office_of_jinxiu, why):
    case = walk_in()
    token = doors.make_receipt_link(case, at=NOON)
    unknown = browser.post("/r/" + "B" * 27)
    dead = browser.post(f"/r/{dead_ends(case, office_of_jinxiu)[why](token)}")
    assert dead.status_code == unknown.status_code == 404
    assert plain(dead) == plain(unknown)


def test_a_link_lives_ninety_days_after_closing(browser, clock, case_in):
    case = case_in("closed")
    token = doors.make_receipt_link(case, at=NOON)
    clock.at = case.closed_at + 90 * DAY - MINUTE
    assert browser.post(f"/r/{token}").status_code == 302
    clock.at = case.closed_at + 90 * DAY
    assert browser.post(f"/r/{token}").status_code == 404
    assert browser.get(f"/portal/{case.number}/").status_code == 404


# The visit -----------------------------------------------------------------------------------------


def test_a_visit_is_to_one_case(browser, walk_in):
    mine, other = walk_in(), walk_in(march(2, 10))
    open_by_receipt(browser, mine)
    assert browser.get(f"/portal/{mine.number}/").status_code == 200
    assert browser.get(f"/portal/{other.number}/").status_code == 404
    assert browser.post(f"/portal/{other.number}/chase/", {"key": "k"}).status_code == 404
    open_by_receipt(browser, other)
    assert browser.get(f"/portal/{mine.number}/").status_code == 404


def test_a_visit_ends_after_thirty_idle_minutes(browser, clock, walk_in):
    case = walk_in()
    open_by_receipt(browser, case)
    for _ in range(3):
        clock.at += 29 * MINUTE
        assert browser.get(f"/portal/{case.number}/").status_code == 200
    clock.at += 31 * MINUTE
    assert browser.get(f"/portal/{case.number}/").status_code == 404


def test_a_visit_ends_after_twelve_hours(browser, clock, walk_in):
    case = walk_in()
    open_by_receipt(browser, case)
    for _ in range(29):
        clock.at += 25 * MINUTE
        status = browser.get(f"/portal/{case.number}/").status_code
    assert status == 404 and clock.at - NOON > 12 * HOUR


def test_closing_the_doors_ends_the_visit_at_once(browser, walk_in):
    case = walk_in()
    open_by_receipt(browser, case)
    doors.close_doors(case, at=NOON)
    assert browser.get(f"/portal/{case.number}/").status_code == 404


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
    token = doors.make_receipt_link(case, at=NOON)
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
    token = doors.make_receipt_link(walk_in(), at=NOON)
    caplog.handler.addFilter(logging.getLogger().handlers[0].filters[0])
    with caplog.at_level("DEBUG"):
        browser.get(f"/r/{token}")
        browser.put(f"/r/{token}")
        browser.get(f"/r/{token}/")
        Client(enforce_csrf_checks=True).post(f"/r/{token}")
        browser.post(f"/r/{token}")
    assert "/r/…" in caplog.text and token not in caplog.text


# The one-time code ---------------------------------------------------------------------------------


def test_number_phone_and_code_open_the_case(browser, walk_in, sent):
    case = walk_in()
    answer = browser.post("/portal/", {"number": case.number.lower(), "phone": "+86 134-9479 5057"})
    assert (answer.status_code, answer.url, len(sent)) == (302, "/portal/code/", 1)
    answer = browser.post("/portal/code/", {"code": f" {sent[0][:3]} {sent[0][3:]}"})
    assert answer.url == f"/portal/{case.number}/"
    assert browser.get(answer.url).status_code == 200


def misses(case, people) -> dict[str, tuple[str, str]]:
    return {
        "unknown number": ("JX-2026-000026", PHONE),
        "wrong phone": (case.number, "13800000000"),
        "hit": (case.number, PHONE),
    }


def test_hit_and_miss_answer_alike(clock, case_in, office_of_jinxiu, sent, django_assert_num_queries):
    case, closed = case_in("acting"), case_in("closed", at=march(2, 10))
    ways = misses(case, office_of_jinxiu) | {"closed long ago": (closed.number, PHONE)}
    answers = {}
    for name, (number, phone) in ways.items():
        clock.at = closed.closed_at + 91 * DAY
        browser = Client()
        PortalLimit.objects.all().delete()
        with django_assert_num_queries(10 if connection.vendor == "sqlite" else 10):
            first = browser.post("/portal/", {"number": number, "phone": phone})
        second = browser.get("/portal/code/")
        third = browser.post("/portal/code/", {"code": "abc"})
        answers[name] = [
            (page.status_code, page.get("Location"), plain(page), sorted(page.headers))
            for page in (first, second, third)
        ]
    assert len(sent) == 1
    for name, answer in answers.items():
        assert answer == answers["hit"], name


def test_no_guess_opens_a_case(browser, walk_in, sent):
    """The odds are five in a million a code; here none of a thousand."""
    case = walk_in()
    for n in range(200):
        PortalLimit.objects.all().delete()
        browser.post("/portal/", {"number": case.number, "phone": PHONE})
        for guess in range(5):
            answer = browser.post("/portal/code/", {"code": f"{(int(sent[-1]) + 1 + n + guess) % 10**6:06d}"})
            assert answer.status_code == 422
    assert PortalVisit.objects.count() == 0


def test_the_fifth_wrong_try_is_the_last(browser, walk_in, sent):
    case = walk_in()
    browser.post("/portal/", {"number": case.number, "phone": PHONE})
    for _ in range(5):
        assert "That is not the code" in english(browser.post, "/portal/code/", {"code": wrong(sent[0])})
    assert "no longer valid" in english(browser.post, "/portal/code/", {"code": sent[0]})


def test_a_code_works_once_and_for_ten_minutes(browser, clock, walk_in, sent):
    case = walk_in()
    browser.post("/portal/", {"number": case.number, "phone": PHONE})
    secret = browser.cookies["portal-code"].value
    assert browser.post("/portal/code/", {"code": sent[0]}).status_code == 302
    browser.cookies["portal-code"] = secret
    assert browser.post("/portal/code/", {"code": sent[0]}).status_code == 422
    browser.post("/portal/", {"number": case.number, "phone": PHONE})
    clock.at += 10 * MINUTE
    assert browser.post("/portal/code/", {"code": sent[1]}).status_code == 422


def test_a_code_is_for_the_browser_that_asked(browser, walk_in, sent):
    case = walk_in()
    browser.post("/portal/", {"number": case.number, "phone": PHONE})
    stranger = Client()
    assert stranger.post("/portal/code/", {"code": sent[0]}).url == "/portal/"
    stranger.post("/portal/", {"number": case.number, "phone": "13800000000"})
    assert stranger.post("/portal/code/", {"code": sent[0]}).status_code == 422


def test_only_the_newest_code_of_a_case_works(walk_in, clock, sent):
    case = walk_in()
    first, second = Client(), Client()
    for browser in (first, second):
        browser.post("/portal/", {"number": case.number, "phone": PHONE})
    assert first.post("/portal/code/", {"code": sent[0]}).status_code == 422
    assert second.post("/portal/code/", {"code": sent[1]}).status_code == 302


def test_the_code_is_kept_salted_and_keyed(browser, walk_in, sent):
    case = walk_in()
    browser.post("/portal/", {"number": case.number, "phone": PHONE})
    row = PortalCode.objects.get()
    assert sent[0] not in row.code and len(row.code) > 64
    assert PHONE not in PortalLimit.objects.get().bucket


def test_without_a_gateway_the_way_is_off(browser, walk_in, settings, sent):
    settings.PORTAL_CODE_IN_CONSOLE = False
    case = walk_in()
    for page in (
        browser.get("/portal/"),
        browser.post("/portal/", {"number": case.number, "phone": PHONE}),
    ):
        assert page.status_code == 200 and b"<input name=" not in page.content
    assert browser.post("/portal/code/", {"code": "123456"}).url == "/portal/"
    assert (sent, PortalCode.objects.count()) == ([], 0)


def test_the_demo_says_the_code_on_its_console(browser, walk_in, caplog):
    case = walk_in()
    with caplog.at_level("INFO"):
        browser.post("/portal/", {"number": case.number, "phone": PHONE})
    assert re.search(r"ending in 5057: \d{6}", caplog.text)
    assert PHONE not in caplog.text


# Limits --------------------------------------------------------------------------------------------


def test_three_codes_an_hour_and_ten_a_day(browser, clock, walk_in, sent):
    case = walk_in()
    given = []
    for minute in range(0, 25 * 60, 5):
        clock.at = NOON + minute * MINUTE
        answer = browser.post(
            "/portal/", {"number": case.number, "phone": PHONE}, HTTP_X_FORWARDED_FOR=f"10.0.0.{minute % 250}"
        )
        assert answer.status_code in (302, 429)
        if answer.status_code == 302:
            given.append(clock.at)
    for moment in given:
        assert sum(moment <= other < moment + HOUR for other in given) <= 3
        assert sum(moment <= other < moment + DAY for other in given) <= 10
    assert len(sent) == len(given) >= 10


def test_the_limit_says_nothing_of_a_case(browser, walk_in, sent):
    case = walk_in()
    bodies = Counter()
    for number, phone in ((case.number, PHONE), ("JX-2026-000026", "13800000000")):
        for _ in range(3):
            assert browser.post("/portal/", {"number": number, "phone": phone}).status_code == 302
        refused = browser.post("/portal/", {"number": number, "phone": phone})
        assert refused.status_code == 429
        typed = f'value="{number}"', f'value="{phone}"'
        bodies[plain(refused).replace(typed[0], "").replace(typed[1], "")] += 1
    assert len(bodies) == 1


def all_at_once(count: int, act) -> list:
    """`act(n)` in `count` threads behind one barrier; what each returned or raised."""
    barrier, results = threading.Barrier(count), [None] * count

    def run(n: int) -> None:
        barrier.wait()
        try:
            results[n] = act(n)
        except Exception as error:
            results[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_fifty_tries_at_once_get_five(walk_in, sent):
    case = walk_in()
    browser = doors.ask_code(number=case.number, phone=PHONE, at=NOON)
    results = all_at_once(
        50,
        lambda n: doors.open_by_code(browser=browser, code=f"{(int(sent[0]) + 1 + n) % 10**6:06d}", at=NOON),
    )
    assert Counter(type(result) for result in results) == {doors.WrongCode: 5, doors.CodeSpent: 45}


@pytest.mark.django_db(transaction=True)
def test_the_right_code_at_once_opens_one_visit(walk_in, sent):
    case = walk_in()
    browser = doors.ask_code(number=case.number, phone=PHONE, at=NOON)
    results = all_at_once(20, lambda n: doors.open_by_code(browser=browser, code=sent[0], at=NOON))
    assert sum(isinstance(result, PortalVisit) for result in results) == 1
    assert PortalVisit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_codes_asked_at_once_give_three(walk_in, sent):
    case = walk_in()
    results = all_at_once(50, lambda n: doors.ask_code(number=case.number, phone=PHONE, at=NOON))
    assert Counter(type(result) for result in results) == {str: 3, doors.TooManyCodes: 47}
    assert len(sent) == 3


def test_what_opens_nothing_any_more_is_forgotten(walk_in, sent):
    case = walk_in()
    browser = doors.ask_code(number=case.number, phone=PHONE, at=NOON)
    doors.open_by_code(browser=browser, code=sent[0], at=NOON)
    doors.forget_doors(at=NOON + timedelta(hours=23))
    assert PortalCode.objects.count() == PortalVisit.objects.count() == PortalLimit.objects.count() == 1
    doors.forget_doors(at=NOON + timedelta(hours=25))
    assert PortalCode.objects.count() == PortalVisit.objects.count() == PortalLimit.objects.count() == 0


def plain(page) -> str:
    """A page without what differs from answer to answer or repeats the address that was asked for."""
    varying = r'name="(csrfmiddlewaretoken|next)" value="[^"]*"|name="shouwen-now" content="[^"]+"'
    return re.sub(varying, "", page.content.decode())


def english(ask, *args) -> str:
    return ask(*args, headers={"accept-language": "en"}).content.decode()
