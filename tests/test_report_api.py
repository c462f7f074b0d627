"""The report calendar by the API: the rows of its page, and its acts with its sentences."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.duties import ACTS
from reports.models import DueReport
from tests.api_client import client_of
from tests.cast import march
from tests.due_reports import beat, switch_on

pytestmark = pytest.mark.django_db
DUE = "/api/v1/reports/due/"


def rows(client, **asked) -> list[dict]:
    answer = client.get(DUE, asked)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_it_says_what_is_due_late_by_whom_and_in_which_state(daily, chenfang, zhoujun):
    (row,) = rows(client_of(chenfang))
    assert (row["kind"], row["scope"], row["covers"]) == ("daily", daily.scope, "锦绣花园")
    assert (row["starts_on"], row["ends_on"], row["due_on"]) == ("2026-03-02", "2026-03-03", "2026-03-03")
    assert (row["state"], row["late"], row["waits_for"], row["people"]) == (
        "to_prepare", True, "preparer", ["chenfang"],
    )  # fmt: skip
    assert row["version"] is None and row["acts"] == ["hand_in", "excuse"]
    assert client_of(zhoujun).get(f"{DUE}{daily.pk}/").json()["id"] == daily.pk


def test_it_is_narrowed_by_state_kind_scope_view_and_days(daily, monthly, chenfang):
    client = client_of(chenfang)
    everything = {row["id"] for row in rows(client)}
    assert {daily.pk, monthly.pk} < everything
    assert {row["id"] for row in rows(client, kind="monthly")} == {monthly.pk}
    assert {row["state"] for row in rows(client, state="draft")} == {"draft"}
    assert rows(client, state="sent") == []
    assert {row["id"] for row in rows(client, scope=daily.scope)} == everything
    assert {row["id"] for row in rows(client, **{"from": "2026-03-03", "until": "2026-03-03"})} == {daily.pk}
    assert {row["id"] for row in rows(client, view="late")} == everything  # long ago
    client.post(f"{DUE}{daily.pk}/excuse/", {"note": "停业"}, format="json")
    assert daily.pk not in {row["id"] for row in rows(client, view="open")}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"state": "x"}, "state"), ({"kind": "x"}, "kind"), ({"view": "x"}, "view"),
        ({"from": "2026-02-30"}, "from"), ({"until": "soon"}, "until"), ({"who": "x"}, "who"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_at_its_name(asked, field, daily, chenfang):
    answer = client_of(chenfang).get(DUE, asked)
    assert answer.status_code == 400 and field in answer.json()["errors"]


def test_each_reads_the_rows_of_his_scopes_and_who_keeps_the_calendar_all_without_a_paper(
    daily, stranger, limin, auditor, admin
):
    assert rows(client_of(stranger)) == []
    assert client_of(stranger).get(f"{DUE}{daily.pk}/").status_code == 404
    assert client_of(stranger).get(DUE, {"scope": daily.scope}).status_code == 404
    assert client_of(limin).get(DUE).status_code == 403
    assert rows(client_of(auditor))[0]["acts"] == []
    (row,) = rows(client_of(admin))
    assert (row["id"], row["acts"], row["people"]) == (daily.pk, [], ["chenfang"])
    assert client_of(admin).get(f"{DUE}{daily.pk}/").status_code == 403
    assert client_of(admin).post(f"{DUE}{daily.pk}/hand_in/", {"text": "x"}, format="json").status_code == 403


def test_the_acts_are_those_of_the_page(monthly, office_of_jinxiu):
    people = office_of_jinxiu

    def act(who, verb, **said):
        return client_of(who).post(f"{DUE}{monthly.pk}/{verb}/", said, format="json")

    assert act(people.chenfang, "hand_in").json()["waits_for"] == "checker"
    refused = act(people.zhoujun, "send_back", note="")
    assert refused.status_code == 400 and "note" in refused.json()["errors"]
    assert act(people.zhoujun, "send_back", note="少一件").json()["state"] == "draft"
    file = SimpleUploadedFile("月报.pdf", b"%PDF-1.7 x", "application/pdf")
    sent = client_of(people.chenfang).post(f"{DUE}{monthly.pk}/hand_in/", {"file": file}, format="multipart")
    assert (sent.status_code, sent.json()["version"]) == (200, 2)
    alone = act(people.chenfang, "sign", note="")
    assert alone.status_code in (400, 403) and alone.json()["detail"]
    assert act(people.zhoujun, "check").json()["state"] == "checked"
    done = act(people.wuzong, "sign").json()
    assert (done["state"], done["signed_by"], done["waits_for"]) == ("sent", "wuzong", None)
    again = act(people.wuzong, "sign")
    assert again.status_code == 400 and "签" in again.json()["detail"] or "Sign" in again.json()["detail"]
    assert act(people.wuzong, "reissue", note="更正").json()["state"] == "draft"
    assert DueReport.objects.get(pk=monthly.pk).papers.count() == 2


def test_a_field_or_a_file_that_does_not_belong_there_is_said(daily, chenfang):
    client = client_of(chenfang)
    wrong = client.post(f"{DUE}{daily.pk}/hand_in/", {"words": "x"}, format="json")
    assert wrong.status_code == 400 and "words" in wrong.json()["errors"]
    file = SimpleUploadedFile("a.exe", b"MZ", "application/octet-stream")
    bad = client.post(f"{DUE}{daily.pk}/hand_in/", {"file": file}, format="multipart")
    assert bad.status_code == 400 and "file" in bad.json()["errors"]
    assert not daily.papers.exists()


def test_a_file_that_comes_as_words_is_refused_and_hands_in_no_draft(monthly, office_of_jinxiu):
    def send(who, verb, said, form="json"):
        return client_of(who).post(f"{DUE}{monthly.pk}/{verb}/", said, format=form)

    people = office_of_jinxiu
    for form in ("json", "multipart"):
        wrong = send(people.chenfang, "hand_in", {"note": "本月", "file": "JVBERi0xLjc="}, form)
        assert wrong.status_code == 400 and "multipart/form-data" in wrong.json()["errors"]["file"][0]
    monthly.refresh_from_db()
    assert monthly.waits_for == "preparer"
    assert send(people.chenfang, "hand_in", {"note": "本月", "file": None}).status_code == 200
    sent = {"file": SimpleUploadedFile("月报.pdf", b"%PDF-1.7 x", "application/pdf")}
    for said, form in (({"file": "JVBERi0xLjc="}, "json"), (sent, "multipart")):
        wrong = send(people.zhoujun, "check", said, form)
        assert wrong.status_code == 400 and list(wrong.json()["errors"]) == ["file"]


def test_every_act_has_its_place_in_the_schema(chenfang):
    said = client_of(chenfang).get("/api/v1/schema/?format=json").json()["paths"]
    assert {f"{DUE}{{id}}/{verb}/" for verb in ACTS} | {DUE, f"{DUE}{{id}}/"} <= set(said)


def test_the_list_costs_the_same_with_many_rows(daily, admin, jinxiu, chenfang):
    client = client_of(chenfang)
    rows(client)  # begins the minute's row of the audit
    switch_on("warranty", f"estate-{jinxiu.pk}", admin)
    with CaptureQueriesContext(connection) as few:
        rows(client)
    beat(march(14, 0))
    with CaptureQueriesContext(connection) as many:
        assert len(rows(client)) > 5
    assert len(many) <= len(few)
