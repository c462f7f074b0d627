"""Number, phone and one-time code: the way in without a receipt, and what guards it."""

import re
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.actions import portal_access
from complaints.models import PortalCode, PortalLimit, PortalVisit
from tests.cast import DAY, HOUR, MINUTE, march
from tests.markup import markup
from tests.portal import NOON, plain

PHONE = "13494795057"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def english(ask, *args) -> str:
    return ask(*args, headers={"accept-language": "en"}).content.decode()


# The one-time code ---------------------------------------------------------------------------------


def test_number_phone_and_code_open_the_case(browser, walk_in, sent):
    case = walk_in()
    answer = browser.post("/portal/find/", {"number": case.number.lower(), "phone": "+86 134-9479 5057"})
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


def test_hit_and_miss_answer_alike(portal_clock, case_in, office_of_jinxiu, sent):
    case, closed = case_in("acting"), case_in("closed", at=march(2, 10))
    ways = misses(case, office_of_jinxiu) | {"closed long ago": (closed.number, PHONE)}
    answers = {}
    for name, (number, phone) in ways.items():
        portal_clock.at = closed.closed_at + 91 * DAY
        browser = Client()
        PortalLimit.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            first = browser.post("/portal/find/", {"number": number, "phone": phone})
        second = browser.get("/portal/code/")
        third = browser.post("/portal/code/", {"code": "abc"})
        answers[name] = [
            (page.status_code, page.get("Location"), plain(page), sorted(page.headers))
            for page in (first, second, third)
        ] + [len(queries)]
    assert len(sent) == 1
    for name, answer in answers.items():
        assert answer == answers["hit"], name


def test_no_guess_opens_a_case(browser, walk_in, sent):
    """The odds are five in a million a code; here none of a thousand."""
    case = walk_in()
    for n in range(200):
        PortalLimit.objects.all().delete()
        browser.post("/portal/find/", {"number": case.number, "phone": PHONE})
        for guess in range(5):
            answer = browser.post("/portal/code/", {"code": f"{(int(sent[-1]) + 1 + n + guess) % 10**6:06d}"})
            assert answer.status_code == 422
    assert PortalVisit.objects.count() == 0


def test_the_fifth_wrong_try_is_the_last(browser, walk_in, sent):
    case = walk_in()
    browser.post("/portal/find/", {"number": case.number, "phone": PHONE})
    for _ in range(5):
        assert "That is not the code" in english(browser.post, "/portal/code/", {"code": wrong(sent[0])})
    assert "no longer valid" in english(browser.post, "/portal/code/", {"code": sent[0]})


def test_a_code_works_once_and_for_ten_minutes(browser, portal_clock, walk_in, sent):
    case = walk_in()
    browser.post("/portal/find/", {"number": case.number, "phone": PHONE})
    secret = browser.cookies["portal-code"].value
    assert browser.post("/portal/code/", {"code": sent[0]}).status_code == 302
    browser.cookies["portal-code"] = secret
    assert browser.post("/portal/code/", {"code": sent[0]}).status_code == 422
    browser.post("/portal/find/", {"number": case.number, "phone": PHONE})
    portal_clock.at += 10 * MINUTE
    assert browser.post("/portal/code/", {"code": sent[1]}).status_code == 422


def test_a_code_is_for_the_browser_that_asked(browser, walk_in, sent):
    case = walk_in()
    browser.post("/portal/find/", {"number": case.number, "phone": PHONE})
    stranger = Client()
    assert stranger.post("/portal/code/", {"code": sent[0]}).url == "/portal/find/"
    stranger.post("/portal/find/", {"number": case.number, "phone": "13800000000"})
    assert stranger.post("/portal/code/", {"code": sent[0]}).status_code == 422


def test_a_code_in_hand_holds_whoever_asks_for_another(walk_in, portal_clock, sent):
    case = walk_in()
    owner, stranger = Client(), Client(REMOTE_ADDR="203.0.113.9")
    for browser in (owner, stranger):
        browser.post("/portal/find/", {"number": case.number, "phone": PHONE})
    assert stranger.post("/portal/code/", {"code": sent[0]}).status_code == 422  # another browser's
    assert owner.post("/portal/code/", {"code": sent[0]}).status_code == 302


def test_the_code_is_kept_salted_and_keyed(browser, walk_in, sent):
    case = walk_in()
    browser.post("/portal/find/", {"number": case.number, "phone": PHONE})
    row = PortalCode.objects.get()
    assert sent[0] not in row.code and len(row.code) > 64
    buckets = PortalLimit.objects.values_list("bucket", flat=True)
    assert len(buckets) == 3 and not any(PHONE in bucket or "127.0.0.1" in bucket for bucket in buckets)


def test_without_a_gateway_the_way_is_off(browser, walk_in, settings, sent):
    settings.PORTAL_CODE_IN_CONSOLE = False
    case = walk_in()
    for page in (
        browser.get("/portal/find/"),
        browser.post("/portal/find/", {"number": case.number, "phone": PHONE}),
    ):
        assert page.status_code == 200 and "<input name=" not in markup(page)
    assert browser.post("/portal/code/", {"code": "123456"}).url == "/portal/find/"
    assert (sent, PortalCode.objects.count()) == ([], 0)


def test_the_demo_says_the_code_on_its_console(browser, walk_in, caplog):
    case = walk_in()
    with caplog.at_level("INFO"):
        browser.post("/portal/find/", {"number": case.number, "phone": PHONE})
    assert re.search(r"ending in 5057: \d{6}", caplog.text)
    assert PHONE not in caplog.text


# Limits --------------------------------------------------------------------------------------------


def test_three_codes_an_hour_and_ten_a_day(browser, portal_clock, walk_in, sent):
    case = walk_in()
    given = []
    for minute in range(0, 25 * 60, 5):
        portal_clock.at = NOON + minute * MINUTE
        answer = browser.post(
            "/portal/find/",
            {"number": case.number, "phone": PHONE},
            HTTP_X_FORWARDED_FOR=f"10.0.0.{minute % 250}",
        )
        assert answer.status_code in (302, 429)
        if answer.status_code == 302:
            given.append(portal_clock.at)
    for moment in given:
        assert sum(moment <= other < moment + HOUR for other in given) <= 3
        assert sum(moment <= other < moment + DAY for other in given) <= 10
    assert len(sent) == len(given) >= 10


def test_the_limit_says_nothing_of_a_case(browser, walk_in, sent):
    case = walk_in()
    bodies = Counter()
    for number, phone in ((case.number, PHONE), ("JX-2026-000026", "13800000000")):
        for _ in range(3):
            assert browser.post("/portal/find/", {"number": number, "phone": phone}).status_code == 302
        refused = browser.post("/portal/find/", {"number": number, "phone": phone})
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
    browser = portal_access.ask_code(number=case.number, phone=PHONE, at=NOON)
    results = all_at_once(
        50,
        lambda n: portal_access.open_by_code(
            browser=browser, code=f"{(int(sent[0]) + 1 + n) % 10**6:06d}", at=NOON
        ),
    )
    assert Counter(type(result) for result in results) == {
        portal_access.WrongCode: 5,
        portal_access.CodeSpent: 45,
    }


@pytest.mark.django_db(transaction=True)
def test_the_right_code_at_once_opens_one_visit(walk_in, sent):
    case = walk_in()
    browser = portal_access.ask_code(number=case.number, phone=PHONE, at=NOON)
    results = all_at_once(20, lambda n: portal_access.open_by_code(browser=browser, code=sent[0], at=NOON))
    assert sum(isinstance(result, PortalVisit) for result in results) == 1
    assert PortalVisit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_codes_asked_at_once_give_three(walk_in, sent):
    case = walk_in()
    results = all_at_once(50, lambda n: portal_access.ask_code(number=case.number, phone=PHONE, at=NOON))
    assert Counter(type(result) for result in results) == {str: 3, portal_access.TooManyCodes: 47}
    assert len(sent) == 3


def test_what_opens_nothing_any_more_is_forgotten(walk_in, sent):
    case = walk_in()
    browser = portal_access.ask_code(number=case.number, phone=PHONE, at=NOON)
    portal_access.open_by_code(browser=browser, code=sent[0], at=NOON)
    portal_access.delete_expired(at=NOON + timedelta(hours=23))
    assert PortalCode.objects.count() == PortalVisit.objects.count() == 1
    assert PortalLimit.objects.exists()
    portal_access.delete_expired(at=NOON + timedelta(hours=25))
    assert PortalCode.objects.count() == PortalVisit.objects.count() == PortalLimit.objects.count() == 0


def test_who_came_in_english_goes_on_in_english(browser, walk_in, sent):
    case = walk_in()
    english(browser.post, "/portal/find/", {"number": case.number, "phone": PHONE})
    english(browser.post, "/portal/code/", {"code": sent[0]})
    assert "Your complaint" in english(browser.get, f"/portal/{case.number}/")
