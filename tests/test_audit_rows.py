"""What else makes a row of the audit, how many there can be, and how long they are kept."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from rest_framework.authtoken.models import Token

from complaints import actions, tasks
from complaints.models import Complaint
from owners.models import Owner
from staff import audit as writer
from staff.models import AuditRow
from tests.audits import as_, rows
from tests.cast import DAY, march
from tests.pictures import upload

WRONG = {"login": "limin", "password": "wrong"}


@pytest.fixture(autouse=True)
def one_minute(monkeypatch):
    """What is sent in a test comes within one minute, whatever the clock says meanwhile."""
    moment = now().replace(second=1, microsecond=0)
    for place in ("complaints.views.office.audit_trail", "staff.sign_in"):
        monkeypatch.setattr(f"{place}.now", lambda: moment)


def ask(client: Client, number: str, phone: str) -> None:
    client.post("/portal/find/", {"number": number, "phone": phone})


def counted(kind: str) -> list[tuple[str | None, int]]:
    return list(AuditRow.objects.filter(kind=kind).order_by("pk").values_list("user__username", "times"))


# Locked ----------------------------------------------------------------------------------------------------
def test_tries_while_an_account_is_locked_are_one_row_that_counts_them(limin, client, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "20/h/ip,5/h/key"}
    call_command("createcachetable")
    for _try in range(12):
        client.post("/accounts/login/", WRONG, REMOTE_ADDR="198.51.100.7")
    assert counted("wrong_log_in") == [("limin", 5)]
    assert counted("locked") == [("limin", 7)]


def test_tries_while_a_network_is_locked_are_rows_by_account_and_hold_nothing_that_was_typed(
    limin, client, settings
) -> None:
    """The door's own limit, before anything is read, included: the seventh try."""
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/h/ip,50/h/key", "login": "6/h/ip"}
    call_command("createcachetable")
    for n in range(6):
        client.post("/accounts/login/", {"login": f"Typed{n}", "password": "x"}, REMOTE_ADDR="198.51.100.7")
    client.post("/accounts/login/", WRONG, REMOTE_ADDR="198.51.100.7")
    assert counted("wrong_log_in") == [(None, 3)]
    assert counted("locked") == [(None, 3), ("limin", 1)]
    assert "Typed" not in str(list(AuditRow.objects.values()))


def test_strangers_of_many_networks_fill_no_table(client, db) -> None:
    many = writer.OF_STRANGERS + 20
    for n in range(many):
        client.get(
            "/api/v1/me/",
            headers={"authorization": "Token made-up"},
            REMOTE_ADDR=f"198.51.{n // 200}.{n % 200}",
        )
    assert AuditRow.objects.filter(kind="wrong_token").count() == writer.OF_STRANGERS + 1
    assert sum(times for _who, times in counted("wrong_token")) == many
    assert AuditRow.objects.order_by("pk").last().address == "unknown"


def test_a_house_with_many_addresses_of_ipv6_counts_as_one(client, db) -> None:
    for n in range(3):
        client.get("/api/v1/me/", headers={"authorization": "Token x"}, REMOTE_ADDR=f"2001:db8:1:2::{n + 1}")
    assert counted("wrong_token") == [(None, 3)]


def test_the_next_minute_begins_its_own_row(case_in, stranger, monkeypatch) -> None:
    case = case_in("received")
    as_(stranger).get(f"/cases/{case.number}/")
    later = now().replace(second=1, microsecond=0) + timedelta(minutes=1)
    monkeypatch.setattr("complaints.views.office.audit_trail.now", lambda: later)
    as_(stranger).get(f"/cases/{case.number}/")
    as_(stranger).get(f"/cases/{case.number}/")
    assert counted("refused") == [("stranger", 1), ("stranger", 2)]


# The owners' pages -----------------------------------------------------------------------------------------
def test_a_wrong_code_is_a_row_that_names_the_case_and_the_one_of_nobody_names_none(
    walk_in, portal_clock, settings
) -> None:
    settings.PORTAL_CODE_IN_CONSOLE = True
    case = walk_in()
    hit, miss = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="198.51.100.7")
    ask(hit, case.number, case.complainant.phone)
    ask(miss, case.number, "13900000000")
    costs = []
    for client in (hit, miss):
        with CaptureQueriesContext(connection) as queries:
            assert client.post("/portal/code/", {"code": "000000"}).status_code == 422
        costs.append([query["sql"][:6] for query in queries])
    assert costs[0] == costs[1], "else time tells a stranger whether there is such a case"
    assert [row[1:] for row in rows("wrong_code")] == [
        (None, f"code {case.number}", "198.51.100.7"),
        (None, "code", "198.51.100.7"),
    ]


def test_codes_asked_for_too_often_are_a_row_without_the_phone(walk_in, portal_clock, settings) -> None:
    settings.PORTAL_CODE_IN_CONSOLE = True
    case = walk_in()
    for _try in range(6):
        ask(Client(), case.number, "13900000000")
    assert [row[2] for row in rows("wrong_code")] == ["asked"]
    assert counted("wrong_code") == [(None, 3)] and "1390" not in str(list(AuditRow.objects.values()))


# Lists of programs -----------------------------------------------------------------------------------------
def test_a_list_a_program_reads_is_one_row_with_its_filter_and_how_many_rows(
    walk_in, office_of_jinxiu, django_assert_num_queries
) -> None:
    limin = office_of_jinxiu.limin
    for _n in range(3):
        walk_in()
    program = Client(headers={"authorization": f"Token {Token.objects.create(user=limin).key}"})
    first = program.get("/api/v1/cases/", {"estate": "JX", "size": 2})
    program.get(first.json()["next"])
    (row,) = AuditRow.objects.filter(kind="listed")
    assert (row.about, row.filters, row.found, row.times) == ("api_cases", "estate=JX", 3, 2)
    assert row.user == limin


def test_what_a_program_looks_for_stands_nowhere(walk_in, limin) -> None:
    walk_in()
    as_(limin).get("/api/v1/units/", {"q": "1-1-101"})
    (row,) = AuditRow.objects.filter(kind="listed")
    assert row.filters == "q=%E2%80%A6" and "1-1-101" not in str(AuditRow.objects.values()[0])


def test_a_list_of_words_without_people_is_no_row(limin) -> None:
    as_(limin).get("/api/v1/categories/")
    assert rows() == []


# Whoever hides ---------------------------------------------------------------------------------------------
def test_the_phone_of_whoever_hides_is_a_row_on_the_page_and_for_a_program(walk_in, limin) -> None:
    case = walk_in(facts={"identity_hidden": True})
    as_(limin).get(f"/cases/{case.number}/")
    as_(limin).get(f"/api/v1/cases/{case.number}/")
    assert [row[2] for row in rows("phones")] == [f"complainant {case.number}", case.number]


@pytest.mark.parametrize("hidden", [True, False])
def test_a_file_of_whoever_hides_is_a_row_and_a_photo_of_anybody_else_is_none(
    hidden, walk_in, limin, settings, tmp_path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = walk_in(facts={"identity_hidden": hidden})
    file = actions.files.store(upload(), by=limin, at=march(2, 10))
    actions.attach(case, by=limin, at=march(2, 10), files=[file])
    answer = as_(limin).get(f"/files/{file.file}")
    assert answer.status_code == 200 and b"".join(answer.streaming_content)
    assert [row[2] for row in rows("export")] == [f"attachment {file.file} {case.number}"] * hidden


def test_somebody_of_the_register_filled_in_at_the_desk_is_a_row(limin, xiongxia) -> None:
    home = xiongxia.occupancies.get()
    as_(limin).post("/desk/pick/", {"pick": home.pk, "find": "熊"})
    assert [row[2] for row in rows("phones")] == [f"owner {xiongxia.pk}"]


def test_a_part_of_the_house_that_is_not_ones_own_is_a_row(wanggong) -> None:
    assert as_(wanggong).get("/reports/ledger/").status_code == 403
    assert [row[:3] for row in rows("refused")] == [("refused", "wanggong", "reports:ledger")]


# Never in the way ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("error", [OperationalError("read-only"), InterfaceError("the connection is closed")])
@pytest.mark.parametrize("broken", ["create", "filter"])
def test_a_database_that_takes_no_row_changes_no_answer(
    error, broken, case_in, stranger, monkeypatch, caplog
) -> None:
    def fails(*_said: object, **_more: object) -> None:
        raise error

    case = case_in("received")
    monkeypatch.setattr(writer.AuditRow.objects, broken, fails)
    assert as_(stranger).get(f"/cases/{case.number}/").status_code == 404
    assert "audit row not written" in caplog.text


def test_a_mistake_in_looking_at_an_answer_changes_none(case_in, stranger, monkeypatch, caplog) -> None:
    monkeypatch.setattr("complaints.views.office.audit_trail._refused", lambda *_said: 1 / 0)
    assert as_(stranger).get(f"/cases/{case_in('received').number}/").status_code == 404
    assert "was not looked at" in caplog.text


# How long --------------------------------------------------------------------------------------------------
def test_rows_are_kept_for_three_years_and_then_removed_some_at_once(db, monkeypatch) -> None:
    monkeypatch.setattr(writer, "AT_ONCE", 3)
    at = march(2)
    since = writer.kept_since(at)
    assert (at - since).days in (1095, 1096)
    for n in range(8):
        AuditRow.objects.create(at=since - n * DAY - timedelta(seconds=1), kind="export", address="unknown")
    for n in range(3):
        AuditRow.objects.create(at=since + n * DAY, kind="export", address="unknown")
    assert writer.forget(at, batches=2) == 6
    assert writer.forget(at) == 2 and writer.forget(at) == 0
    assert AuditRow.objects.count() == 3
    assert writer.kept_since(at.replace(year=2028, month=2, day=29)).day == 28


def test_the_clean_up_removes_them_too(db, monkeypatch) -> None:
    AuditRow.objects.create(at=march(2) - 1100 * DAY, kind="export", address="unknown")
    monkeypatch.setattr(tasks, "trusted_now", lambda **_said: march(2))
    tasks.forget()
    assert not AuditRow.objects.exists()


# Rows of before --------------------------------------------------------------------------------------------
def test_rows_of_before_name_their_case(case_in, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    case = case_in("acting", at=march(2))
    asked = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", new_due_at=march(2) + 5 * DAY,
        by=people.wanggong, at=march(2, 12), not_told_because="电话未接通",
    )  # fmt: skip
    assert Complaint.objects.count() == 1 and Owner.objects.exists()
    before = [
        case.number,
        f"reports:receipt {case.number}",
        f"extension {asked.pk}",
        "owner 7",
        "audit_export",
    ]
    for about in before:
        AuditRow.objects.create(at=march(2), kind="refused", about=about, address="unknown")
    import_module("complaints.migrations.0045_audit_rows_name_cases").forwards(apps, None)
    assert list(AuditRow.objects.order_by("pk").values_list("about", "case")) == [
        ("", case.number),
        ("reports:receipt", case.number),
        (f"extension {asked.pk}", case.number),
        ("owner 7", ""),
        ("audit_export", ""),
    ]
