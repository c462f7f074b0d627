"""The shipped proxy, as it is: a real nginx before a real web process; only paths and ports are replaced."""

from __future__ import annotations

import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import pytest

from config.supervise import BASE_DIR, web_command
from tests.proxy import proxy
from tests.ready import lay_ready_file
from tests.servers import free_port

pytestmark = [pytest.mark.once, pytest.mark.timed]
NAME = "complaints.example.com"
PASSWORD = "lift three is out of order"
LOGIN = "/accounts/login/"
PEOPLE = """
import django; django.setup()
from staff.models import User
for name in ("limin", "chenfang"):
    User.objects.create_user(name, name=name, password={password!r}, language="en")
"""


class Door:
    """Shouwen behind nginx, as a caller from one of the machine's own addresses finds it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.web, self.http, self.https = folder, free_port(), free_port(), free_port()

    def ask(
        self, path: str, *, source: str = "127.0.0.1", name: str = NAME, said: dict[str, str] | None = None,
        **headers: str,
    ) -> tuple[HTTPResponse, str]:  # fmt: skip
        context = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        raw = socket.create_connection(("127.0.0.1", self.https), 60, source_address=(source, 0))
        connection = HTTPConnection(name)
        connection.sock = context.wrap_socket(raw, server_hostname=NAME)
        try:
            body = urlencode(said) if said else None
            if said:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST" if said else "GET", path, body, headers)
            answer = connection.getresponse()
            return answer, answer.read().decode()
        finally:
            connection.close()

    def sign_in(self, username: str, password: str, source: str, **headers: str) -> int:
        """302: signed in; 200: refused in words."""
        page, text = self.ask(LOGIN, source=source)
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', text)[1]
        cookie = page.getheader("Set-Cookie").partition(";")[0]
        said = {"login": username, "password": password, "csrfmiddlewaretoken": token}
        headers |= {"Cookie": cookie, "Referer": f"https://{NAME}{LOGIN}"}
        answer, _text = self.ask(LOGIN, source=source, said=said, **headers)
        return answer.status


@pytest.fixture(scope="module")
def door(tmp_path_factory) -> Iterator[Door]:
    door = Door(folder := tmp_path_factory.mktemp("nginx"))
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS")} | {
        "SHOUWEN_VAR": str(folder / "var"), "SHOUWEN_DEMO": "False", "BASE_URL": f"https://{NAME}",
        "TRUSTED_PROXIES": "1", "WEB_CONCURRENCY": "1", "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(BASE_DIR), "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    lay_ready_file(folder / "var" / "shouwen.sqlite3")
    ports = {"web": door.web, "http": door.http, "https": door.https}
    web = subprocess.Popen(web_command(f"127.0.0.1:{door.web}", env), cwd=BASE_DIR, env=env)
    try:
        with proxy(folder, **ports, name=NAME):
            end = time.monotonic() + 120
            while time.monotonic() < end:
                with suppress(OSError, ssl.SSLError):
                    if door.ask(LOGIN)[0].status == 200:
                        break
                assert web.poll() is None
                time.sleep(0.2)
            people = PEOPLE.format(password=PASSWORD)
            subprocess.run([sys.executable, "-c", people], cwd=BASE_DIR, env=env, check=True)
            yield door
    finally:
        web.terminate()
        web.wait(30)


def test_a_dozen_wrong_log_ins_lock_out_neither_a_colleague_nor_the_person_elsewhere(door) -> None:
    for _ in range(12):
        assert door.sign_in("limin", "wrong", "127.0.0.2") == 200
    assert door.sign_in("limin", PASSWORD, "127.0.0.2") == 200  # this network has had its tries at her
    assert door.sign_in("chenfang", PASSWORD, "127.0.0.2") == 302
    assert door.sign_in("limin", PASSWORD, "127.0.0.3") == 302


def test_a_forged_address_does_not_escape_the_limit(door) -> None:
    forged = [f"203.0.113.{n}" for n in range(8)]
    for address in forged:
        said = {"X-Forwarded-For": address, "X-Real-IP": address, "Forwarded": f"for={address}"}
        assert door.sign_in("chenfang", "wrong", "127.0.0.4", **said) == 200
    said = {"X-Forwarded-For": "198.51.100.9", "X_Forwarded_For": "198.51.100.9"}
    assert door.sign_in("chenfang", PASSWORD, "127.0.0.4", **said) == 200
    # Nor does naming another's address use up his tries.
    assert door.sign_in("chenfang", PASSWORD, "127.0.0.5") == 302


def test_the_alarm_is_for_the_house_only(door) -> None:
    assert door.ask("/healthz", source="127.0.0.2")[0].status == 403
    assert door.ask("/healthz")[0].status in (200, 503)


def test_the_secrets_of_addresses_stand_in_no_log(door) -> None:
    secrets = (
        "/r/SECRET-1",
        "/%72/SECRET-2",
        "//r/SECRET-3",
        "/q/SECRET-5",
        "/accounts/password/reset/key/1-SECRET-4/",
    )
    for path in (*secrets, "/search/?q=13494795057", LOGIN):
        door.ask(path)
    logs = "".join(path.read_text() for path in door.folder.glob("*.log"))
    assert LOGIN in logs and "/search/" in logs
    assert "SECRET" not in logs and "13494795057" not in logs


def test_whoever_asks_under_another_name_gets_no_answer(door) -> None:
    with pytest.raises(OSError):
        door.ask(LOGIN, name="elsewhere.example")


def test_what_is_sent_slowly_holds_up_nobody(door) -> None:
    """More slow callers than there are threads; all they send waits at the proxy."""
    context = ssl.create_default_context(cafile=str(door.folder / "fullchain.pem"))
    slow = []
    for _ in range(12):
        raw = socket.create_connection(("127.0.0.1", door.https), 60)
        slow.append(context.wrap_socket(raw, server_hostname=NAME))
        head = f"POST {LOGIN} HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 1000\r\n\r\nlogin="
        slow[-1].sendall(head.encode())
    try:
        began = time.monotonic()
        assert door.ask(LOGIN)[0].status == 200
        assert time.monotonic() - began < 20
    finally:
        for one in slow:
            one.close()
