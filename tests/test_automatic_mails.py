"""Mails that no person wrote say so: an absence note must not answer them."""

import ast
from pathlib import Path

import pytest
from django.core import mail
from django.urls import reverse

from complaints import notifications
from config.framework.mail_headers import AUTOMATIC
from tests.cast import MINUTE, MONDAY_9AM

ROOT = Path(__file__).resolve().parent.parent
MAKERS = {
    "EmailMessage",
    "EmailMultiAlternatives",
    "send_mail",
    "send_mass_mail",
    "mail_admins",
    "mail_managers",
}

pytestmark = pytest.mark.django_db


def test_a_notice_says_that_no_person_wrote_it(walk_in, limin, chenfang, settings) -> None:
    for user in (limin, chenfang):
        user.email = f"{user.username}@example.com"
        user.save()
    walk_in(MONDAY_9AM)
    notifications.send_due(MONDAY_9AM + MINUTE)
    assert mail.outbox
    for sent in mail.outbox:
        assert AUTOMATIC.items() <= sent.extra_headers.items()
        assert sent.message()["Auto-Submitted"] == "auto-generated"


def test_a_mail_with_a_new_password_says_so_too(client, limin) -> None:
    limin.email = "limin@example.com"
    limin.save()
    client.post(reverse("account_reset_password"), {"email": limin.email})
    [sent] = mail.outbox
    assert sent.message()["Auto-Submitted"] == "auto-generated"
    assert "OOF" in sent.message()["X-Auto-Response-Suppress"]


@pytest.mark.once
def test_no_module_sends_a_mail_without_saying_so() -> None:
    silent = []
    for room in ("complaints", "config", "owners", "reports", "staff"):
        for file in (ROOT / room).rglob("*.py"):
            text = file.read_text()
            called = {
                getattr(node.func, "id", getattr(node.func, "attr", ""))
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Call)
            }
            if called & MAKERS and "AUTOMATIC" not in text:
                silent.append(str(file.relative_to(ROOT)))
    assert silent == []
