"""A browser of somebody who has signed in, and what people do in it, on a real server with a real worker."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, Request, expect
from pypdf import PdfReader

from complaints.models import Complaint
from config.celery import app as celery
from staff.models import User
from tests.cast import march

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def worker(database_url, redis_url, settings, tmp_path) -> Iterator[None]:
    """A Celery worker on the test's database, and the web's way to it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    before = celery.conf.broker_url
    _lead_to(redis_url)
    env = os.environ | {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    env["MEDIA_ROOT"] = str(settings.MEDIA_ROOT)
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-c", "1", "--loglevel", "warning"]
    process = subprocess.Popen(command, env=env)
    yield
    process.terminate()
    process.wait(30)
    _lead_to(before)


def _lead_to(broker_url: str) -> None:
    """Send jobs there: the way by which an earlier test sent its own is made anew when it is asked for."""
    celery.conf.broker_url = broker_url
    del celery.amqp


def said_by(page: Page) -> None:
    """Where a test fails, its report says what the page asked for, what came of it, and what went wrong."""
    page.on("response", lambda got: print(got.status, got.request.method, got.url, _sent(got.request)))
    page.on("requestfailed", lambda asked: print("failed", asked.method, asked.url, asked.failure))
    page.on("pageerror", lambda error: print("error", error))
    page.on("console", lambda line: print("console", line.text))


def _sent(request: Request) -> str:
    return (request.post_data_buffer or b"")[:300].decode(errors="replace")


@pytest.fixture
def as_(chromium, live_server) -> Iterator[Callable[..., Page]]:
    """A browser in which somebody has signed in, now."""
    contexts = []

    def sign_in(user: User | None, viewport: dict[str, int] = DESK, **more: Any) -> Page:
        said = {"locale": "en-GB", "base_url": live_server.url, "viewport": viewport}
        context = chromium.new_context(**said | more)
        context.set_default_timeout(20_000)
        contexts.append(context)
        if user:
            client = Client()
            client.force_login(user)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        said_by(page)
        return page

    yield sign_in
    for context in contexts:
        context.close()


def move(page: Page, case: Complaint, verb: str, **fields: object) -> None:
    """Press the verb's button on the case page, fill the form that opens in place, send it."""
    page.goto(f"/cases/{case.number}/")
    button = page.locator(f'[href$="/{verb}/"], [action$="/{verb}/"] button').first
    if not button.is_visible():
        page.locator(".moves-more summary").click()
    button.click()
    form = page.locator(f'#move form[action$="/{verb}/"]')
    if fields:
        expect(form).to_be_visible()
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        match field.first.get_attribute("type") or field.first.evaluate("e => e.tagName"):
            case "radio":
                form.locator(f'[name={name}][value="{value}"]').check()
            case "checkbox":
                field.set_checked(bool(value))
            case "SELECT":
                field.select_option(str(value))
            case _:
                field.fill(str(value))
    if fields:
        form.locator("button.btn-primary, button.btn-danger").first.click()
    page.wait_for_url(f"**/cases/{case.number}/?done={verb}")
    case.refresh_from_db()


def is_drafted(page: Page, words: str) -> None:
    """Wait until the browser has kept them: it does so a moment after the last key."""
    kept = "words => Object.values(localStorage).some(draft => draft.includes(words))"
    for _look in range(400):  # a wait for a function would be evaluated in the page, whose policy forbids it
        if page.evaluate(kept, words):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{words} is kept in no draft")


def wall(moment: datetime) -> str:
    """As a datetime-local field takes it."""
    return moment.astimezone(march(2).tzinfo).strftime("%Y-%m-%dT%H:%M")


def monthly_pdf(as_: Callable[..., Page], manager: User) -> str:
    """Ask for March, wait for the worker, download, read."""
    page = as_(manager)
    page.goto("/reports/monthly/?month=2026-03")
    page.select_option("select[name=language]", "en")
    page.locator('form[action$="/ask/"] button').click()
    link = page.locator('a[href$="report.pdf"]')
    expect(link).to_be_visible(timeout=90_000)
    with page.expect_download() as download:
        link.click()
    pdf = PdfReader(io.BytesIO(download.value.path().read_bytes()))
    return "\n".join(sheet.extract_text() for sheet in pdf.pages)
