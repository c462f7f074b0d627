"""The audit, what stays in no browser, and the names this site answers to."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.conf import settings as configured
from django.core import mail
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.authtoken.models import Token

from complaints import actions
from complaints.signatory_list import Signer
from complaints.views.office import audit_trail, audit_words
from reports.appraisal_rules import ACTS as APPRAISAL_ACTS
from reports.duties import ACTS
from reports.owner_meeting_forms import OF_MEETING, OF_PROMISE
from reports.owner_rules import ACTS as OWNER_ACTS
from reports.rating_rules import ACTS as RATING_ACTS
from staff import audit as writer
from staff.models import AuditRow, User
from staff.roles import Role
from tests.audits import as_, rows
from tests.cast import march, person
from tests.tree import PYTHON, files, found

PASSWORD = "lift three is out of order"


# What makes a row ----------------------------------------------------------------------------------------
def test_a_wrong_log_in_is_a_row_with_the_account_it_tried(limin, client) -> None:
    call_command("createcachetable")
    for name in ("limin", "LiMin", "my password by mistake", "nul\0"):
        client.post("/accounts/login/", {"login": name, "password": "wrong"}, REMOTE_ADDR="198.51.100.7")
    first, *others = rows("wrong_log_in")
    assert first == ("wrong_log_in", "limin", "", "198.51.100.7")
    assert {(who, about) for _kind, who, about, _from in others} == {(None, "")}
    assert sum(AuditRow.objects.values_list("times", flat=True)) == 4


def test_what_was_typed_at_the_door_stands_nowhere(limin, client) -> None:
    call_command("createcachetable")
    client.post("/accounts/login/", {"login": "SecretTypedHere", "password": "wrong"})
    assert rows() and "SecretTypedHere" not in str(list(AuditRow.objects.values()))


def test_a_wrong_key_of_a_program_is_a_row(db, client) -> None:
    answer = client.get("/api/v1/me/", headers={"authorization": "Token made-up"})
    assert answer.status_code in (401, 403)
    assert [(kind, who) for kind, who, *_rest in rows()] == [("wrong_token", None)]
    client.get("/api/v1/me/")
    assert len(rows()) == 1  # nobody tried a key


@pytest.mark.parametrize(
    "path", ["/cases/{0}/", "/cases/{0}/edit/", "/cases/{0}/versions/", "/api/v1/cases/{0}/"]
)
def test_a_case_one_may_not_see_is_a_row_and_one_that_is_not_there_is_none(path, case_in, stranger) -> None:
    case = case_in("received")
    client = as_(stranger)
    assert client.get(path.format(case.number)).status_code == 404
    assert rows() == [("refused", "stranger", case.number, "198.51.100.7")]
    assert client.get(path.format("JX-2026-999999")).status_code == 404
    assert len(rows()) == 1


def test_a_program_that_asks_for_a_case_it_may_not_see_is_known_by_its_key(case_in, stranger) -> None:
    case = case_in("received")
    key = Token.objects.create(user=stranger).key
    Client().get(f"/api/v1/cases/{case.number}/", headers={"authorization": f"Token {key}"})
    assert [row[:3] for row in rows()] == [("refused", "stranger", case.number)]


def test_an_act_that_is_not_his_leaves_a_row_though_it_is_rolled_back(case_in, wanggong) -> None:
    case = case_in("received")
    answer = as_(wanggong).post(f"/api/v1/cases/{case.number}/record/", {}, content_type="application/json")
    assert answer.status_code == 403
    assert [row[:3] for row in rows()] == [("refused", "wanggong", case.number)]
    case.refresh_from_db()
    assert case.status == "received"


def test_a_word_that_is_no_move_is_no_refusal(case_in, limin) -> None:
    case = case_in("received")
    assert as_(limin).get(f"/cases/{case.number}/dance/").status_code == 404
    assert rows() == []


def test_other_things_out_of_reach_are_rows_too(zhoujun, stranger, home, xiongxia) -> None:
    as_(zhoujun).get(f"/settings/people/{stranger.pk}/")
    client = as_(stranger)
    client.get(f"/registers/units/{home.pk}/")
    client.get(f"/registers/people/{xiongxia.pk}/")
    client.get("/registers/people/999999/")
    said = [f"user {stranger.pk}", f"unit {home.pk}", f"owner {xiongxia.pk}"]
    assert [about for _kind, _who, about, _from in rows("refused")] == said


def test_what_is_taken_out_is_a_row(case_in, limin, chenfang, auditor) -> None:
    case = case_in("received")
    assert as_(limin).get(f"/reports/case/{case.number}/receipt.pdf").status_code == 200
    assert as_(chenfang).get("/reports/ledger.xlsx").status_code == 200
    assert b"".join(as_(auditor).get("/audit/audit.csv").streaming_content)
    assert [row[:3] for row in rows("export")] == [
        ("export", "limin", f"paper receipt {case.number}"),
        ("export", "chenfang", "reports:ledger_excel"),
        ("export", "auditor", "audit_export"),
    ]


def test_phones_shown_whole_are_a_row(walk_in, limin, auditor, xiongxia, home) -> None:
    client = as_(limin)
    client.get(f"/registers/people/{xiongxia.pk}/")
    client.get(f"/registers/units/{home.pk}/")
    assert [row[2] for row in rows("phones")] == [f"owner {xiongxia.pk}", f"unit {home.pk}"]
    case = walk_in(facts={"is_collective": True})
    client.get(f"/cases/{case.number}/")
    assert len(rows("phones")) == 2  # nobody has signed
    signed = Signer("周敏", "1-1-101", "13812341234")
    actions.add_signatories(case, signers=[signed], by=limin, at=march(2, 10))
    client.get(f"/cases/{case.number}/")
    client.get(f"/api/v1/cases/{case.number}/")
    assert [row[2] for row in rows("phones")][2:] == [f"signatories {case.number}", case.number]
    as_(auditor).get(f"/cases/{case.number}/")  # he reads them masked
    assert len(rows("phones")) == 4


def test_an_ordinary_page_writes_nothing(case_in, limin) -> None:
    case_in("received")
    as_(limin).get("/cases/")
    assert rows() == []


def test_a_row_that_cannot_be_written_fails_no_request(case_in, stranger, monkeypatch, caplog) -> None:
    def broken(**_said: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(writer.AuditRow.objects, "create", broken)
    case = case_in("received")
    assert as_(stranger).get(f"/cases/{case.number}/").status_code == 404
    assert "audit row not written" in caplog.text


def test_nothing_changes_or_removes_a_row() -> None:
    """But for the count of its minute, and for those that were kept long enough."""
    touched = found(r"AuditRow[^\n]*\.(update|delete|save|bulk_\w+)\(", files(*PYTHON))
    assert [
        (place.partition(":")[0], "times=" in line or "keys" in line) for place, line in touched.items()
    ] == [("staff/audit.py", True)] * 2
    written = found(r"AuditRow\.objects\.create\(", files(*PYTHON))
    assert [place.partition(":")[0] for place in written] == ["staff/audit.py"]


# Reading it ---------------------------------------------------------------------------------------------
@pytest.fixture
def many(limin, chenfang):
    at = march(2, 9)
    AuditRow.objects.bulk_create(
        AuditRow(
            at=at + timedelta(hours=n), kind=["refused", "export"][n % 2], user=[limin, chenfang][n // 2 % 2],
            about="=1+1" if n == 5 else f"about {n}", address="198.51.100.7",
        )
        for n in range(120)
    )  # fmt: skip


def test_auditors_and_administrators_read_it_and_nobody_else(
    auditor, admin, limin, chenfang, zhoujun, wuzong
) -> None:
    for one, comes_in in (
        (auditor, True), (admin, True), (limin, False), (chenfang, False), (zhoujun, False), (wuzong, False),
    ):  # fmt: skip
        for path in ("/audit/", "/audit/audit.csv"):
            assert (as_(one).get(path).status_code == 200) is comes_in
        assert ('href="/audit/"' in as_(one).get("/").content.decode()) is comes_in


def test_it_is_found_by_kind_person_and_day_page_by_page(many, auditor, limin) -> None:
    client = as_(auditor)
    first = client.get("/audit/").context["page"]
    assert len(first.rows) == 50 and first.older and not first.newer
    second = client.get("/audit/", {"after": first.older}).context["page"]
    assert all(one.at > other.at for one, other in pairwise([*first.rows, *second.rows]))
    assert {line.row.kind for line in client.get("/audit/", {"kind": "export"}).context["lines"]} == {
        "export"
    }
    assert {line.row.user for line in client.get("/audit/", {"person": limin.pk}).context["lines"]} == {limin}
    day = client.get("/audit/", {"day": "2026-03-03"}).context["lines"]
    assert len(day) == 24
    assert client.get("/audit/", {"day": "soon"}).status_code == 422
    assert client.get("/audit/", {"kind": "soon"}).status_code == 422
    assert client.get("/audit/", {"after": "x.y", "day": "0001-01-01"}).status_code == 200


def test_the_file_holds_the_same_rows_and_no_formula(many, limin, auditor) -> None:
    User.objects.filter(pk=limin.pk).update(name="=2+2")
    answer = as_(auditor).get("/audit/audit.csv", {"day": "2026-03-02"})
    text = b"".join(answer.streaming_content).decode()
    assert len(text.splitlines()) == 16 and "'=2+2" in text and ",=" not in text


def test_the_auditor_of_an_estate_reads_what_its_people_did(many, jinxiu, cuihu, stranger) -> None:
    AuditRow.objects.create(at=march(9), kind="refused", user=stranger, about="x", address="unknown")
    AuditRow.objects.create(at=march(9), kind="wrong_log_in", user=None, address="unknown")
    own = person("auditor.jx", "审计", Role.AUDITOR, estate=cuihu)
    assert [line.row.about for line in as_(own).get("/audit/").context["lines"]] == ["x"]


def test_a_page_of_it_uses_an_index(many, auditor) -> None:
    if connection.vendor == "sqlite":
        plan = AuditRow.objects.filter(kind="export").order_by("-at", "-pk")[:50].explain()
        assert "audit_by_kind" in plan and "TEMP B-TREE" not in plan
    assert {index.name for index in AuditRow._meta.indexes} == {
        "audit_by_time",
        "audit_by_kind",
        "audit_by_person",
        "audit_by_case",
    }


# Stays in no browser ---------------------------------------------------------------------------------------
SAMPLES = {"int": "1", "str": "JX-2026-000018", "uuid": "11111111-1111-1111-1111-111111111111"}


def addresses(resolver: URLResolver | None = None, before: str = "/") -> list[tuple[str, URLPattern]]:
    """Every address of the URL table, with something in the place of its keys."""
    found = []
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            found += addresses(one, before + str(one.pattern))
            continue
        path = before + str(one.pattern)
        for name, converter in one.pattern.converters.items():
            kind = {"IntConverter": "int", "UUIDConverter": "uuid"}.get(type(converter).__name__, "str")
            path = path.replace(f"<{kind}:{name}>", SAMPLES[kind])
        found.append((path, one))
    return found


PATHS = sorted({path for path, _one in addresses() if "(?P" not in path and "^" not in path})


def test_every_page_and_answer_of_the_staff_is_kept_nowhere(auditor) -> None:
    client, owners = as_(auditor), configured.OWNERS_PATHS
    checked = [path for path in PATHS if not path.startswith(owners)]
    assert len(checked) > 100
    kept = {}
    for path in checked:
        for answer in (client.get(path), Client().get(path)):
            if "no-store" not in answer.headers.get("Cache-Control", ""):
                kept[path] = answer.headers.get("Cache-Control")
    assert kept == {}


def test_what_is_refused_at_the_door_is_kept_nowhere_either(db) -> None:
    assert "no-store" in Client(enforce_csrf_checks=True).post("/profile/")["Cache-Control"]
    assert "no-store" in Client().get("/nothing/here/")["Cache-Control"]


# Every object in an address is known to the audit ---------------------------------------------------------
NOT_OBJECTS = {
    "desk_note": "notes of one's own estate", "inbox_open": "lines of one's own inbox",
    "profile_back": "one's own absences", "settings_word": "words of the company",
    "reports:made": "papers under a key that cannot be guessed", "reports:issue": "so", "reports:pdf": "so",
    "reports:xlsx": "so", "reports:paper": "so", "reports:ledger_made": "so",
    "reports:ledger_printed": "so", "past_ledger": "one's own files", "past_ledger_leave": "so",
    "past_ledger_void": "so", "past_ledger_lines": "so",
    "reports:calendar_rule": "rules of the company", "reports:calendar_duty": "so",
    "reports:due": "reports of one's own estates", "reports:due_make": "so", "reports:due_act": "so",
    "reports:due_paper": "so", "reports:meeting": "so", "reports:meeting_decide": "so",
    "reports:meeting_correct": "so", "reports:meeting_settle": "so", "reports:meeting_measure": "so",
    **dict.fromkeys(
        ("reports:owner_report", "reports:owner_report_pdf", "reports:owner_report_block",
         "reports:owner_report_act", "reports:owner_meeting", "reports:owner_minutes",
         "reports:owner_meeting_act", "reports:owner_promise_measure", "reports:owner_promise_act",
         "api_owner_report", "api_owner_report_block", "api_owner_meetings_of", "api_owner_meeting"),
        "reports to owners and meetings with them, of one's own estates",
    ),
    **{f"api_owner_report_{verb}": "so" for verb in OWNER_ACTS},
    **{f"api_owner_meeting_{verb}": "so" for verb in OF_MEETING},
    **{f"api_owner_promise_{verb}": "so" for verb in [*OF_PROMISE, "measure"]},
    "reports:public": "upheld complaints of one's own estates",
    "reports:days_file": "figures of one's own estates", "reports:behind_file": "so", "reports:target": "so",
    "words_row": "wording all the staff may read", "words_use": "so",
    "api_problem": "the page of a kind of error", "api_due_report": "reports of one's own estates",
    **{f"api_due_{verb}": "so" for verb in ACTS},
    "reports:appraisal": "one's own, and one's people's; a try is written by the page itself",
    **{f"reports:appraisal_{page}": "so" for page in ("pdf", "act", "cases", "checks", "check_strike")},
    "reports:appraisals_year": "one's own people", "reports:appraisals_year_pdf": "so",
    "reports:appraisals_month_pdf": "so", "api_appraisal": "one's own, and one's people's",
    **{f"api_appraisal_{verb}": "so" for verb in APPRAISAL_ACTS},
    **dict.fromkeys(
        ("reports:rating", "reports:rating_act", "reports:rating_new", "api_rating"),
        "contractors of one's own estates",
    ),
    **{f"api_rating_{verb}": "so" for verb in RATING_ACTS},
    "training_course": "what every role has to pass",
}  # fmt: skip


def test_the_audit_knows_what_every_address_with_a_key_is_about() -> None:
    unknown = []
    for path, one in addresses():
        name = ("reports:" if path.startswith("/reports/") else "") + (one.name or "")
        keys = set(one.pattern.converters) - {"verb", "source", "kind", "token"}
        if not keys or path.startswith((*configured.OWNERS_PATHS, "/accounts/")) or "number" in keys:
            continue
        known = any(name.startswith(begins) and key in keys for begins, _model, key in audit_trail.OBJECTS)
        if not known and name not in NOT_OBJECTS:
            unknown.append(name)
    assert unknown == []


# The names it answers to -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path", ["/", "/accounts/login/", "/r/secret", "/portal/", "/healthz", "/api/v1/me/"]
)
@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "testserver.evil.example"])
def test_a_foreign_name_is_refused_everywhere(path, name, limin) -> None:
    answer = as_(limin).get(path, HTTP_HOST=name)
    text = answer.content.decode()
    assert answer.status_code == 400 and "not called by this name" in text
    assert name not in text and limin.name not in text


def test_every_list_that_is_kept_has_its_words_and_the_other_way_round() -> None:
    assert set(audit_words.LISTS) == audit_trail.LISTS


def test_a_name_a_proxy_is_said_to_have_heard_counts_for_nothing(limin, client) -> None:
    page = client.get("/accounts/login/", headers={"x-forwarded-host": "evil.example"}).content.decode()
    assert "evil.example" not in page


def test_mails_lead_to_our_own_address_under_whatever_name_they_were_asked_for(
    limin, client, settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/accounts/password/reset/", {"email": limin.email}, HTTP_HOST="evil.example")
    (sent,) = mail.outbox
    assert f"{settings.BASE_URL}/accounts/password/reset/key/" in sent.body
    assert "evil.example" not in sent.body + sent.subject


def test_without_production_it_answers_to_its_own_names_only() -> None:
    assert "*" not in configured.ALLOWED_HOSTS
    assert {"localhost", "127.0.0.1", "[::1]"} <= set(configured.ALLOWED_HOSTS)
