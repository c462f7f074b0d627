"""What a balancer asks: does this process answer, can it serve. Host, https and session come later."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from config import probes

pytestmark = pytest.mark.django_db


@pytest.fixture
def balancer(settings) -> Client:
    """Asks by address, without https, as one does that knows no names."""
    settings.ALLOWED_HOSTS = ["complaints.example.com"]
    settings.SECURE_SSL_REDIRECT = True
    return Client(headers={"host": "10.0.0.7:8000"})


def test_the_process_answers_without_asking_anything(balancer, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = balancer.get("/livez")
    assert (answer.status_code, answer.json(), answer["Cache-Control"]) == (200, {"ok": True}, "no-store")
    assert not answer.cookies and balancer.head("/livez").status_code == 200


def test_it_can_serve_when_the_database_answers_and_has_every_table(balancer, django_assert_num_queries):
    probes.newest()
    with django_assert_num_queries(1):
        answer = balancer.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "database": True, "migrated": True})
    assert answer["Cache-Control"] == "no-store"


def test_it_cannot_serve_before_the_tables_are_made(balancer):
    app, name = sorted(probes.newest())[0]
    MigrationRecorder(connection).record_unapplied(app, name)
    answer = balancer.get("/readyz")
    assert (answer.status_code, answer.json()["migrated"]) == (503, False)


def test_an_older_version_serves_on_beside_the_tables_of_the_next(balancer):
    MigrationRecorder(connection).record_applied("complaints", "9999_next")
    assert balancer.get("/readyz").status_code == 200


def test_it_cannot_serve_without_a_database(balancer, monkeypatch):
    def gone(*_args, **_kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr(probes.MigrationRecorder.Migration.objects, "values_list", gone)
    monkeypatch.setattr(probes.connection, "close", lambda: None)  # the test's own
    answer = balancer.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ok": False, "database": False})
    assert balancer.get("/livez").status_code == 200


def test_every_other_page_still_asks_for_host_and_https(balancer):
    assert balancer.get("/healthz").status_code == 400
    assert balancer.get("/livez/").status_code == 400
