"""A database that is away, full or busy: 503 with a way on, never 500; what was typed is kept."""

from __future__ import annotations

import errno
import re
import sqlite3
from types import SimpleNamespace

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client
from django.utils.html import escape

from config.framework.outages import is_outage
from tests.outages import wrapped
from tests.pictures import upload

pytestmark = pytest.mark.django_db


def locked(code: int) -> sqlite3.OperationalError:
    cause = sqlite3.OperationalError("x")
    cause.sqlite_errorcode = code
    return cause


PASSES = [
    wrapped(OperationalError, psycopg.OperationalError("connection refused")),
    wrapped(InterfaceError, psycopg.InterfaceError("the connection is closed")),
    wrapped(OperationalError, psycopg.errors.DiskFull("could not extend file")),
    wrapped(OperationalError, psycopg.errors.TooManyConnections("too many clients already")),
    wrapped(OperationalError, psycopg.errors.LockNotAvailable("lock timeout")),
    wrapped(OperationalError, psycopg.errors.QueryCanceled("statement timeout")),
    wrapped(OperationalError, psycopg.errors.DeadlockDetected("deadlock")),
    wrapped(OperationalError, psycopg.errors.AdminShutdown("terminating connection")),
    wrapped(DatabaseError, psycopg.errors.ReadOnlySqlTransaction("read-only")),
    wrapped(OperationalError, locked(sqlite3.SQLITE_BUSY)),
    wrapped(OperationalError, locked(sqlite3.SQLITE_FULL)),
    wrapped(OperationalError, locked(sqlite3.SQLITE_IOERR | 3 << 8)),
    OSError(errno.ENOSPC, "No space left on device"),
]
OURS = [
    wrapped(ProgrammingError, psycopg.errors.UndefinedTable("no such table")),
    wrapped(OperationalError, locked(sqlite3.SQLITE_ERROR)),  # no such column
    wrapped(DatabaseError, psycopg.errors.CheckViolation("x")),
    FileNotFoundError(errno.ENOENT, "x"),
    ValueError("x"),
]


def name_of(error: BaseException) -> str:
    return f"{type(error.__cause__ or error).__name__} {error}"


@pytest.mark.parametrize("error", PASSES, ids=name_of)
def test_what_passes_by_itself_is_an_outage(error):
    assert is_outage(error)
    assert is_outage(wrapped(ValueError, error)), "what it caused too"


@pytest.mark.parametrize("error", OURS, ids=name_of)
def test_a_mistake_of_ours_is_none(error):
    assert not is_outage(error)


@pytest.fixture
def browser(office_of_jinxiu) -> Client:
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    client.force_login(office_of_jinxiu.limin)
    return client


@pytest.fixture
def away(monkeypatch):
    """From now on every statement fails as it does without a server; answers how many were tried."""
    tried = SimpleNamespace(count=0)

    def refuse(execute, sql, params, many, context):
        tried.count += 1
        raise PASSES[0]

    def go():
        connection.execute_wrappers.append(refuse)

    tried.go = go
    yield tried
    if refuse in connection.execute_wrappers:
        connection.execute_wrappers.remove(refuse)


@pytest.mark.parametrize("path", ["/", "/cases/", "/desk/", "/accounts/login/", "/portal/", "/reports/"])
def test_a_page_without_a_database_says_so(browser, away, path):
    away.go()
    answer = browser.get(path)
    if answer.status_code == 200:  # it asks the database for nothing
        assert path == "/portal/" and away.count == 0
        return
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")
    assert f'href="{path}"' in answer.content.decode() and away.count == 1, "it waits for one, not for each"


def test_the_program_interface_says_it_in_its_own_form(browser, away):
    away.go()
    answer = browser.get("/api/v1/cases/")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert (answer.json()["status"], answer.json()["code"]) == (503, "unavailable")
    assert answer["Retry-After"] == "10"


def test_a_mistake_of_ours_stays_a_500(browser, monkeypatch):
    def broken(*_args, **_kwargs):
        raise OURS[1]

    connection.execute_wrappers.append(broken)
    try:
        assert browser.get("/cases/").status_code == 500
    finally:
        connection.execute_wrappers.remove(broken)


def test_what_was_typed_comes_back_and_can_be_sent_again(client, browser, case_in, away):
    case = case_in("acting")
    page = browser.get(f"/cases/{case.number}/chase/").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    words = '客户再次来电 <b>"催"</b>\n第二行'
    away.go()
    answer = browser.post(f"/cases/{case.number}/chase/", {"key": key, "note": words})
    shown = answer.content.decode()
    assert answer.status_code == 503 and escape(words) in shown and "Nothing is entered twice." in shown
    connection.execute_wrappers.pop()
    carried = dict(re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', shown, re.DOTALL))
    assert carried["key"] == key and f'action="/cases/{case.number}/chase/"' in shown
    assert browser.post(f"/cases/{case.number}/chase/", {"key": key, "note": words}).status_code == 302
    assert case.events.filter(kind="chased").count() == 1


def test_a_password_is_never_repeated(browser, away):
    browser.logout()
    away.go()
    answer = browser.post("/accounts/login/", {"login": "limin", "password": "streng-geheim-1"})
    assert answer.status_code == 503 and "geheim" not in answer.content.decode()


def test_a_file_that_finds_no_room_is_an_outage(browser, case_in, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    case = case_in("acting")
    monkeypatch.setattr("complaints.actions.files.store", full)
    monkeypatch.setattr("complaints.actions.files.store_all", full)
    page = browser.get(f"/cases/{case.number}/act/").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    sent = {"key": key, "note": "照片", "files": upload()}
    answer = browser.post(f"/cases/{case.number}/act/", sent)
    assert answer.status_code == 503 and "Files have to be chosen anew" in answer.content.decode()
