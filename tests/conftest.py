"""Databases, servers and the browser of the tests."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest import mock
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.auth import hashers
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from playwright.sync_api import Browser, expect, sync_playwright
from redis import Redis
from whitenoise.middleware import WhiteNoiseMiddleware

from reports import paperwork
from tests.chance import few_letters
from tests.emptied import empty_after
from tests.laid import make_cast
from tests.ready import FILE, TEMPLATE, lay_ready_file
from tests.servers import redis

pytest_plugins = [
    *("tests.cast", "tests.everybody", "tests.case_pages", "tests.list_pages", "tests.report_pages"),
    "tests.histories",
    *("tests.at_desk", "tests.portal", "tests.late_case", "tests.extension_requests", "tests.figures"),
    *("tests.gateways", "tests.processes", "tests.browsing", "tests.desk_page"),
    *(
        "tests.second_person",
        "tests.due_reports",
        "tests.case_states",
        "tests.register_jobs",
        "tests.past",
        "tests.deeds",
        "tests.wide_papers",
    ),
]

# A busy machine is slow, not wrong.
hypothesis.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("house")

DATABASE = {"_django_db_helper", "db", "transactional_db"}  # what every use of rows goes through


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What touches no row is the same on both databases: it is marked to run once, on PostgreSQL."""
    for item in items:
        if not (item.get_closest_marker("django_db") or DATABASE & set(item.fixturenames)):
            item.add_marker("once")


def pytest_collection_finish() -> None:
    """All that was loaded stays to the end: the collector of garbage need not look through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_hashed_quickly(django_test_environment) -> None:
    """A good hash takes a third of a second and protects nobody here; programs we start keep it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    hashers.get_hashers.cache_clear()  # somebody may have hashed something already
    hashers.get_hashers_by_algorithm.cache_clear()
    assert hashers.make_password("x").startswith("md5$")


@pytest.fixture(scope="session", autouse=True)
def _what_pages_carry_by_chance_meets_no_assertion() -> Iterator[None]:
    """Tokens and keys are new on every page: a short text that is not to stand there might stand in one."""
    with pytest.MonkeyPatch.context() as patch:
        few_letters(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _this_year_is_that_of_the_cast() -> Iterator[None]:
    """Pages say the year of what was in another one: the words of the tests hold in every year."""
    from tests.cast import MONDAY_9AM  # not before it is loaded as a plugin

    with mock.patch("complaints.templatetags.times.read_clock", lambda: MONDAY_9AM):
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_looked_for_once() -> Iterator[None]:
    """Each of Django's clients makes a middleware of its own, which looks at two hundred files each time."""
    look, files = WhiteNoiseMiddleware.add_files_from_finders, {}

    def look_once(middleware: WhiteNoiseMiddleware) -> None:
        if not files:
            look(middleware)
            files.update(middleware.files)
        middleware.files |= files

    with mock.patch.object(WhiteNoiseMiddleware, "add_files_from_finders", look_once):
        yield


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_where_rows_are() -> Iterator[None]:
    with mock.patch.object(TransactionTestCase, "_fixture_teardown", empty_after):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory) -> None:
    """SQLite in a file: other processes can open it, and threads wait their turn as in real life."""
    database = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        database["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
        lay_ready_file(Path(database["TEST"]["NAME"]))
        return
    # A busy machine is slow, not wrong; what is given up here goes on holding rows beside other tests.
    database["WAIT"] = 600
    database["OPTIONS"]["options"] += " -c statement_timeout=300000"
    if template := os.environ.get(TEMPLATE):
        database["TEST"]["TEMPLATE"] = template


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb) -> bool:
    """A copied file is migrated already; it goes with its folder."""
    return django_db_keepdb or (connection.vendor == "sqlite" and bool(os.environ.get(FILE)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """The database, migrated; bin/mutants keeps it for its next run."""
    if kept := os.environ.get("SHOUWEN_KEEP_DATABASE"):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [kept])
    with django_db_blocker.unblock():
        make_cast()


@pytest.fixture
def database_url(transactional_db) -> str:
    """The address of the test's database, for the programs a test starts."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(database['NAME'])}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory) -> Iterator[str]:
    with redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def redis_url(redis_server) -> str:
    """The address of a real, empty Redis: a job left by the test before would be done in this one."""
    Redis.from_url(redis_server).flushall()
    return redis_server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real Chromium. Playwright keeps an event loop, beside which Django uses rows only if told so."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _no_queue_is_taken_for_silent(monkeypatch) -> None:
    """What one test met of a queue that is away is not the next one's."""
    monkeypatch.setattr("reports.tasks._silent_until", 0.0)


@pytest.fixture(autouse=True)
def _no_case_is_drawn_by_chance(monkeypatch) -> None:
    """Which one of ten has a second call, only the installation's key tells: a new one in each run."""
    monkeypatch.setattr("complaints.actions.second_calls.is_drawn", lambda number, share: False)


@pytest.fixture(autouse=True)
def _the_house_speaks_its_own_language() -> None:
    """Else a test would go on in the language of whoever asked last in the one before."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _uploads_go_to_a_folder_of_the_test(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _a_worker_is_there(monkeypatch) -> None:
    """Papers are made as a worker would make them, at once and in the same process, without a queue."""
    monkeypatch.setattr("reports.tasks._silent_until", 0.0)
    monkeypatch.setattr("reports.views.papers.wake", lambda row: paperwork.make_next(row.asked_at))
