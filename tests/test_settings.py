"""Production is configured by the environment; what is missing or wrong stops the start by name."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.once

PRODUCTION = {
    "SHOUWEN_MODE": "production",
    "SECRET_KEY": "correct-horse-battery-staple-9-and-some-more-letters",
    "BASE_URL": "https://complaints.example.com",
    "DATABASE_URL": "postgres://shouwen:secret@db.example.com:5432/shouwen",
    "REDIS_URL": "redis://queue.example.com:6379/0",
    "EMAIL_URL": "smtp+tls://shouwen:secret@mail.example.com:587",
    "DEFAULT_FROM_EMAIL": "complaints@example.com",
}


def check(folder: Path, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """`manage.py check --deploy` with production's environment and these changes; None leaves one out."""
    env = PRODUCTION | {"SHOUWEN_VAR": str(folder)} | changes
    inherited = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=inherited | {name: value for name, value in env.items() if value is not None},
        capture_output=True,
        text=True,
    )


def test_a_complete_environment_passes_every_deployment_check(tmp_path) -> None:
    result = check(tmp_path)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", sorted(set(PRODUCTION) - {"SHOUWEN_MODE"}))
def test_a_missing_setting_stops_the_start_with_its_name(name, tmp_path) -> None:
    result = check(tmp_path, **{name: None})
    assert result.returncode != 0
    assert f"{name} is missing: set it to " in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SHOUWEN_MODE", "prod", "set it to embedded or production"),
        ("SECRET_KEY", "short", "set it to 50 or more random characters"),
        ("BASE_URL", "http://complaints.example.com", "set it to the public address"),
        ("DATABASE_URL", "sqlite:////srv/shouwen.sqlite3", "set it to postgres://"),
        ("DATABASE_URL", "shouwen", "set it to postgres://"),
        ("DATABASE_URL", "postgres://shouwen@db.example.com:port/shouwen", "set it to postgres://"),
        ("REDIS_URL", "queue.example.com", "set it to redis://"),
        ("EMAIL_URL", "mail.example.com", "set it to smtp+tls://"),
        ("DEBUG", "yes", "set it to True or False"),
        ("SHOUWEN_DEMO", "1", "set it to True or False"),
        ("SECURE_SSL_REDIRECT", "off", "set it to True or False"),
        ("TRUSTED_PROXIES", "-1", "set it to a whole number from 0 to 9"),
        ("TRUSTED_PROXIES", "one", "set it to a whole number from 0 to 9"),
        ("TRUSTED_PROXIES", "²", "set it to a whole number from 0 to 9"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_says_what_it_should_be(name, value, sentence, tmp_path) -> None:
    result = check(tmp_path, **{name: value})
    assert result.returncode != 0
    assert name in result.stderr.splitlines()[-1]
    assert sentence in result.stderr


@pytest.mark.parametrize(
    ("changes", "hosts"),
    [
        ({}, {"localhost", "127.0.0.1", "[::1]"}),
        ({"BASE_URL": "http://192.0.2.5:8000"}, {"localhost", "127.0.0.1", "[::1]", "192.0.2.5"}),
        ({"BIND": "192.0.2.7"}, {"localhost", "127.0.0.1", "[::1]", "192.0.2.7"}),
        ({"BIND": "2001:db8::7"}, {"localhost", "127.0.0.1", "[::1]", "[2001:db8::7]"}),
        (
            {"BIND": "0.0.0.0", "ALLOWED_HOSTS": "desk.lan"},
            {"localhost", "127.0.0.1", "[::1]", "desk.lan", socket.gethostname().lower()},
        ),
    ],
)
def test_without_production_it_answers_to_its_own_names(changes, hosts, tmp_path) -> None:
    env = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    env |= {"SHOUWEN_VAR": str(tmp_path)} | changes
    program = "import config.settings as s; print(*s.ALLOWED_HOSTS, sep='\\n')"
    printed = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert set(printed.stdout.split()) == hosts, printed.stderr


# Gateways -----------------------------------------------------------------------------------------------

TEMPLATES = (
    "{"
    + ", ".join(
        f'"{kind}": {{"zh-hans": "SMS_1", "en": "SMS_2"}}'
        for kind in ("code", "received", "promise", "reply", "rating", "staff")
    )
    + "}"
)
GATEWAYS = {
    "SMS_URL": "https://sms.example.com/send",
    "SMS_TOKEN": "Bearer secret",
    "SMS_TEMPLATES": TEMPLATES,
    "WECOM_CORP_ID": "ww1",
    "WECOM_AGENT_ID": "1000002",
    "WECOM_SECRET": "secret",
    "WECHAT_APP_ID": "wx1",
    "WECHAT_SECRET": "secret",
    "WECHAT_TEMPLATES": '{"reply": {"id": "Kx", "data": {"thing1": "words", "time2": "time"}}}',
}


def test_gateways_are_set_whole(tmp_path) -> None:
    result = check(tmp_path, **GATEWAYS)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", sorted(GATEWAYS))
def test_half_a_gateway_stops_the_start_with_what_is_missing(name, tmp_path) -> None:
    result = check(tmp_path, **GATEWAYS | {name: None})
    assert result.returncode != 0
    assert f"{name} is missing: set it to " in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMS_URL", "http://sms.example.com/send"),
        ("SMS_URL", "sms.example.com"),
        ("SMS_TEMPLATES", "SMS_1"),
        ("SMS_TEMPLATES", '{"code": {"zh-hans": "SMS_1"}}'),
        ("SMS_TEMPLATES", TEMPLATES.replace('"SMS_2"', '""')),
        ("WECOM_AGENT_ID", "my app"),
        ("WECOM_URL", "ftp://qyapi.weixin.qq.com"),
        ("WECHAT_URL", "api.weixin.qq.com"),
        ("WECHAT_TEMPLATES", "Kx"),
        ("WECHAT_TEMPLATES", '{"code": {"id": "Kx", "data": {"thing1": "words"}}}'),
        ("WECHAT_TEMPLATES", '{"reply": {"id": "Kx", "data": {"thing1": "promised"}}}'),
        ("WECHAT_TEMPLATES", '{"reply": {"id": "Kx", "data": {}}}'),
    ],
)
def test_a_wrong_gateway_stops_the_start_with_its_name(name, value, tmp_path) -> None:
    result = check(tmp_path, **GATEWAYS | {name: value})
    assert result.returncode != 0
    assert f"{name} is wrong: set it to " in result.stderr.splitlines()[-1]
    assert "secret" not in result.stderr.splitlines()[-1]
