"""Signing in, and the language a page is answered in."""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from staff import actions as office
from staff.models import User
from tests.markup import markup

PASSWORD = "lift three is out of order"
FAR_AWAY = "/accounts/login/"


@pytest.fixture
def limin_signs_in(limin):
    call_command("createcachetable")
    limin.set_password(PASSWORD)
    limin.save(update_fields=["password"])
    return limin


def sign_in(client: Client, username: str, password: str = PASSWORD):
    return client.post(FAR_AWAY, {"login": username, "password": password}, headers={"accept-language": "en"})


def refusal(response) -> str:
    summary = re.search(r'class="error-summary".*?<ul>(.*?)</ul>', markup(response), re.S)
    return re.sub(r"<[^>]+>", "", summary[1]) if summary else ""


def test_staff_sign_in_by_user_name_and_password(limin_signs_in, client) -> None:
    answer = sign_in(client, "limin")
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_the_cursor_stands_in_the_user_name(client, db) -> None:
    page = markup(client.get("/accounts/login/"))
    assert re.search(r"<input[^>]*name=\"login\"[^>]*autofocus", page)


def test_a_wrong_name_a_wrong_password_a_closed_and_a_locked_account_are_refused_alike(
    limin_signs_in, laozhao, client
) -> None:
    laozhao.set_password(PASSWORD)
    laozhao.is_active = False
    laozhao.save(update_fields=["password", "is_active"])
    said = {refusal(sign_in(client, "nobody")), refusal(sign_in(client, "laozhao"))}
    for _ in range(6):
        said.add(refusal(sign_in(client, "limin", "not the password")))
    locked = sign_in(client, "limin")
    said.add(refusal(locked))
    assert locked.status_code == 200
    assert len(said) == 1 and "do not open an account" in said.pop()


@pytest.mark.parametrize(
    ("stood_on", "comes_back_to"),
    [
        ("http://testserver/profile/?tab=messages", "/profile/%3Ftab%3Dmessages"),
        ("https://elsewhere.example/profile/", "/profile/messages/"),
        ("", "/profile/messages/"),
    ],
)
def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(
    stood_on, comes_back_to, db, client
) -> None:
    answer = client.post("/profile/messages/", headers={"referer": stood_on})
    assert (answer.status_code, answer["Location"]) == (302, f"{FAR_AWAY}?next={comes_back_to}")


def test_nobody_makes_an_account_for_himself(db, client) -> None:
    answer = client.post("/accounts/signup/", {"username": "me", "password1": PASSWORD})
    assert "Location" not in answer
    assert (
        "Accounts are made by"
        in client.get("/accounts/signup/", headers={"accept-language": "en"}).content.decode()
    )


def test_a_forgotten_password_is_reset_by_a_link_in_the_persons_language(limin_signs_in, client) -> None:
    office.set_language(limin_signs_in, "en")
    client.post(
        "/accounts/password/reset/", {"email": "limin@example.com"}, headers={"accept-language": "zh-CN"}
    )
    assert [m.subject for m in mail.outbox] == ["Set a new password for Shouwen"]
    link = re.search(r"https?://\S+?(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": PASSWORD[::-1], "password2": PASSWORD[::-1]})
    assert sign_in(client, "limin", PASSWORD[::-1]).status_code == 302


def test_an_unknown_address_is_told_the_same_and_gets_no_mail(limin_signs_in, client) -> None:
    known, unknown = (
        client.post("/accounts/password/reset/", {"email": address})
        for address in ("limin@example.com", "nobody@example.com")
    )
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [m.to for m in mail.outbox] == [["limin@example.com"]]


# Languages --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("", "zh-hans"),
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("zh", "zh-hans"),
        ("en-GB,en;q=0.8,zh;q=0.5", "en"),
        ("fr", "zh-hans"),
        ("fr,en;q=0.5", "en"),
    ],
)
def test_a_page_is_answered_in_the_browsers_language_else_in_chinese(asked, answered, db, client) -> None:
    page = client.get(FAR_AWAY, headers={"accept-language": asked})
    assert page["Content-Language"] == answered
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in page["Vary"].split(",")}


def test_a_persons_own_language_comes_before_the_browsers(limin, client) -> None:
    office.set_language(limin, "en")
    client.force_login(limin, "config.framework.sessions.SignIn")
    page = client.get("/accounts/password/set/", headers={"accept-language": "zh-CN"})
    assert page["Content-Language"] == "en"
    assert '<html lang="en">' in markup(page)


# Being signed in -----------------------------------------------------------------------------------------


def is_at_the_door(client: Client) -> bool:
    return client.get("/profile/").headers.get("Location", "").startswith("/accounts/login/")


def test_a_session_past_its_end_leads_to_the_door(limin, client) -> None:
    client.force_login(limin)
    assert not is_at_the_door(client)
    Session.objects.update(expire_date=now())
    assert is_at_the_door(client)


def test_who_is_deactivated_while_signed_in_is_at_the_door_at_the_next_page(limin, client) -> None:
    client.force_login(limin)
    User.objects.filter(pk=limin.pk).update(is_active=False)
    assert is_at_the_door(client)


@pytest.mark.parametrize("key", ["k" * 32, "short", '"' + r"a\000" * 16 + '"', "ü" * 32, "../../etc/passwd"])
def test_a_key_that_is_none_of_ours_opens_nothing(key, client, db) -> None:
    """As it comes over the wire; the third is read as a key with NULs."""
    answer = client.get("/profile/", headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={key}"})
    assert (answer.status_code, urlsplit(answer["Location"]).path) == (302, FAR_AWAY)


def test_whoever_forgot_the_password_is_asked_for_his_mailbox_in_our_words(client) -> None:
    page = client.get("/accounts/password/reset/", headers={"accept-language": "zh-CN"}).content.decode()
    assert ">邮箱</label>" in page and "电子邮件" not in page
