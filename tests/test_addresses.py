"""Where a request comes from, and the limits that count by it."""

from __future__ import annotations

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.test import Client, RequestFactory

from complaints.actions import portal_access
from config.framework.client_addresses import UNKNOWN, client_address, client_network, network_of
from staff.sign_in import KNOWN
from tests.cast import HOUR, march

PASSWORD = "lift three is out of order"
LOGIN = "/accounts/login/"


def address(settings, proxies: int, forwarded: str | None, peer: str = "10.0.0.1") -> str:
    settings.TRUSTED_PROXIES = proxies
    said = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=peer, **said))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "is_from"),
    [
        (0, "198.51.100.1", "10.0.0.1"),
        (0, None, "10.0.0.1"),
        (1, None, "10.0.0.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "198.51.100.1", "10.0.0.1"),
        (1, "198.51.100.1:4711", "198.51.100.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:DB8:0:0::1", "2001:db8::1"),
        (1, "::ffff:198.51.100.1", "198.51.100.1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "unknown", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "<script>", "10.0.0.1"),
    ],
)
def test_only_the_entries_of_our_own_proxies_count(settings, proxies, forwarded, is_from) -> None:
    assert address(settings, proxies, forwarded) == is_from


def test_a_connection_without_an_address_is_unknown(settings) -> None:
    assert address(settings, 0, None, peer="") == UNKNOWN


def test_a_network_is_the_address_of_four_and_the_sixty_four_of_six() -> None:
    assert network_of("198.51.100.1") == "198.51.100.1"
    assert (
        network_of("2001:db8:1:2:3::1") == network_of("2001:db8:1:2:ffff::9") != network_of("2001:db8:1:3::1")
    )
    assert client_network(RequestFactory().get("/", REMOTE_ADDR="2001:db8::5")) == "2001:db8::/64"


# Signing in ---------------------------------------------------------------------------------------------
@pytest.fixture
def staff(limin, chenfang):
    call_command("createcachetable")
    for one in (limin, chenfang):
        one.set_password(PASSWORD)
        one.save(update_fields=["password"])


def tries(username: str, password: str, peer: str, client: Client | None = None, times: int = 1) -> int:
    client = client or Client()
    for _ in range(times):
        said = {"login": username, "password": password}
        answer = client.post(LOGIN, said, REMOTE_ADDR=peer).status_code
    return answer


def test_wrong_tries_lock_the_network_they_came_from_and_no_other(staff) -> None:
    tries("limin", "wrong", "198.51.100.1", times=6)
    assert tries("limin", PASSWORD, "198.51.100.1") == 200
    assert tries("chenfang", PASSWORD, "198.51.100.1") == 302
    assert tries("limin", PASSWORD, "198.51.100.2") == 302


def test_the_addresses_of_one_ipv6_network_are_one(staff) -> None:
    for n in range(6):
        tries("limin", "wrong", f"2001:db8::{n}:1")
    assert tries("limin", PASSWORD, "2001:db8::99") == 200
    assert tries("limin", PASSWORD, "2001:db8:0:1::1") == 302


def test_twenty_wrong_tries_in_a_minute_are_all_a_network_has(staff) -> None:
    for n in range(20):
        tries(f"nobody{n}", "wrong", "198.51.100.1")
    assert tries("limin", PASSWORD, "198.51.100.1") == 200
    assert tries("limin", PASSWORD, "198.51.100.2") == 302


def test_tries_of_many_networks_stop_strangers_and_not_the_persons_own_browser(staff) -> None:
    own = Client()
    assert tries("limin", PASSWORD, "192.0.2.1", own) == 302
    own.post("/accounts/logout/")
    for n in range(30):
        tries("limin", "wrong", f"198.51.100.{n}")
    assert tries("limin", PASSWORD, "203.0.113.1") == 200
    assert tries("limin", PASSWORD, "192.0.2.1", own) == 302


def test_a_browser_that_is_known_for_one_account_is_not_for_another(staff) -> None:
    own = Client()
    assert tries("chenfang", PASSWORD, "192.0.2.1", own) == 302
    assert own.cookies[KNOWN]["httponly"] and own.cookies[KNOWN]["samesite"] == "Lax"
    own.post("/accounts/logout/")
    for n in range(30):
        tries("limin", "wrong", f"198.51.100.{n}")
    assert tries("limin", PASSWORD, "192.0.2.1", own) == 200
    forged = Client()
    forged.cookies[KNOWN] = "limin:made-up"
    assert tries("limin", PASSWORD, "192.0.2.7", forged) == 200


def test_right_sign_ins_use_up_nothing(staff) -> None:
    assert {tries("limin", PASSWORD, "198.51.100.1") for _ in range(24)} == {302}


# The owners' codes -------------------------------------------------------------------------------------
def ask(phone: str, network: str, times: int, later=0 * HOUR) -> None:
    for _ in range(times):
        portal_access.ask_code(number="JX-2026-000018", phone=phone, network=network, at=march(2) + later)


def test_a_stranger_does_not_use_up_the_codes_of_somebodys_phone(db) -> None:
    ask("13812345678", "198.51.100.1", 3)
    with pytest.raises(portal_access.TooManyCodes):
        ask("13812345678", "198.51.100.1", 1)
    ask("13812345678", "192.0.2.1", 3)


def test_nobody_is_sent_codes_without_end_by_many(db) -> None:
    for n in range(20):
        ask("13812345678", f"198.51.100.{n}", 1)
    with pytest.raises(portal_access.TooManyCodes):
        ask("13812345678", "192.0.2.1", 1)
    ask("13812345678", "192.0.2.1", 1, later=HOUR)


def test_one_network_asks_for_sixty_phones_an_hour(db) -> None:
    for n in range(60):
        ask(f"138123456{n:02}", "198.51.100.1", 1)
    with pytest.raises(portal_access.TooManyCodes):
        ask("13900000000", "198.51.100.1", 1)
    ask("13900000000", "198.51.100.2", 1)


def test_the_page_counts_by_where_it_was_asked_from(client, db, settings) -> None:
    settings.PORTAL_CODE_IN_CONSOLE = True
    said = {"number": "JX-2026-000018", "phone": "13812345678"}
    answers = [client.post("/portal/find/", said, REMOTE_ADDR="198.51.100.1").status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]
    assert client.post("/portal/find/", said, REMOTE_ADDR="192.0.2.1").status_code == 302
    assert configured.TRUSTED_PROXIES == 0
