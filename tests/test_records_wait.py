"""Records of questions that wait for a signature or a scan; and who files an objection incomplete, when."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.timezone import now

from complaints import actions
from complaints.actions import inquiries as acts
from complaints.actions.inquiries_due import remind_due
from complaints.inquiries import SCAN_WITHIN, SIGN_WITHIN
from complaints.message_texts import words
from complaints.models import Attachment, Event, Inquiry, Notification
from complaints.timeline import entries
from complaints.views import home
from complaints.views.lists import inquiries as lists
from config.framework.refusals import Refused
from staff.models import Posting
from tests.cast import DAY, HOUR, MINUTE, march
from tests.evidence_cast import sent
from tests.inquiry_cast import lay_all, record_of, signed_of, talk

pytestmark = pytest.mark.django_db
NOW, DUE = march(9), march(21, 10)
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def case(case_in, office_of_jinxiu):
    row = case_in("acting", at=march(5), channel="regulator")
    return actions.record_finding(
        row, note="检验不合格", found_at=march(6, 10), by=office_of_jinxiu.zhoujun, at=NOW
    )


@pytest.fixture
def row(case, limin) -> Inquiry:
    return record_of(case, limin, NOW)


def refused(do: Any, *args: Any, **more: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        do(*args, **more)
    return refusal.value


def told(at: datetime) -> dict[str, str]:
    """Who was told what at a moment."""
    rows = Notification.objects.filter(kind__startswith="inquiry_", created_at=at)
    return dict(rows.values_list("user__username", "kind"))


def stands(row: Inquiry) -> Inquiry:
    return Inquiry.objects.get(pk=row.pk)


# Reminders -------------------------------------------------------------------------------------------------


def test_a_draft_is_due_and_climbs(row, case, zhoujun, wuzong) -> None:
    due = NOW + SIGN_WITHIN
    soon = row.remind_at
    assert row.due_at == due and soon is not None and NOW < soon < due
    assert remind_due(soon - MINUTE) == 0
    assert remind_due(soon) == 1 and told(soon) == {"limin": "inquiry_signing_soon"}
    assert not Event.objects.filter(kind="inquiry_signing_late").exists()
    assert remind_due(due) == 1 and told(due) == {"limin": "inquiry_signing_over"}
    assert remind_due(due + DAY) == 1
    assert told(due + DAY).keys() == {"limin", "chenfang"}
    assert remind_due(due + 7 * DAY) == 1
    assert told(due + 7 * DAY).keys() == {"limin", "chenfang", "zhoujun"}
    assert remind_due(due + 8 * DAY) == 0 and remind_due(due + 14 * DAY) == 1
    late = Event.objects.filter(complaint=case, kind="inquiry_signing_late")
    assert late.count() == 4
    assert "not signed by" in entries(late, case)[0].text
    line = Notification.objects.filter(kind="inquiry_signing_over").first()
    assert line and "no. 1 is not signed" in words(line.kind, line.params, case).line


def test_writing_on_gives_no_more_time(row, limin) -> None:
    before = (row.due_at, row.remind_at)
    acts.edit(row, talk(limin), [("问", "答")], revision=1, by=limin, at=NOW + 2 * DAY)
    assert (stands(row).due_at, stands(row).remind_at) == before


def test_signed_without_its_scan_it_waits_for_that(row, case, limin, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    at = march(10)
    signed = signed_of(row, limin, at)
    due = at + SCAN_WITHIN
    assert stands(row).due_at == due
    assert remind_due(due) == 1 and told(due) == {"limin": "inquiry_scan_over"}
    Attachment.objects.filter(pk=sent(limin, at).pk).update(complaint=case, evidence=signed.evidence)
    assert not Inquiry.objects.waiting().exists()
    assert remind_due(due + DAY) == 1 and told(due + DAY) == {}
    assert (stands(row).due_at, stands(row).remind_at) == (None, None)


def test_what_is_signed_with_its_scan_or_set_aside_waits_no_more(case, limin, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    signed_of(record_of(case, limin, NOW), limin, NOW, files=[sent(limin, NOW)])
    acts.drop(record_of(case, limin, NOW), note="重复", revision=1, by=limin, at=NOW)
    assert not Inquiry.objects.filter(due_at__isnull=False).exists()
    assert not Inquiry.objects.waiting().exists()


def test_of_a_wrong_entry_nothing_waits(row, case, chenfang) -> None:
    actions.void(case, note="重复录入", by=chenfang, at=NOW + HOUR)
    assert remind_due(NOW + SIGN_WITHIN) == 1 and not told(NOW + SIGN_WITHIN)
    assert remind_due(NOW + 90 * DAY) == 0


def test_an_act_holds_the_record_against_the_sweep(row, limin) -> None:
    """Else it would save the reminder of before the sweep told of it."""
    with CaptureQueriesContext(connection) as queries:
        acts.edit(row, talk(limin), [("问", "答")], revision=1, by=limin, at=NOW + DAY)
    held = [one["sql"] for one in queries if "FOR NO KEY UPDATE OF" in one["sql"]]
    is_held = any('FROM "complaints_inquiry"' in sql for sql in held)
    assert is_held or not connection.features.has_select_for_update


def moved(who: Any, estate: Any) -> None:
    Posting.objects.filter(user=who).update(estate=estate)


def test_who_cannot_see_to_it_any_more_is_passed_over(row, limin, chenfang, zhoujun, cuihu) -> None:
    """She received the case, and works elsewhere now: she would be told of what she cannot open."""
    soon = row.remind_at
    moved(limin, cuihu)
    assert remind_due(soon) == 1 and told(soon) == {"chenfang": "inquiry_signing_soon"}


def test_of_a_customer_who_hides_only_who_may_know_him_is_told(row, case, limin, zhoujun) -> None:
    type(case).objects.filter(pk=case.pk).update(identity_hidden=True, first_receiver=zhoujun)
    soon = row.remind_at
    assert remind_due(soon) == 1 and told(soon) == {"chenfang": "inquiry_signing_soon"}


def test_of_a_restricted_case_only_its_circle_is_told(row, case, zhoujun) -> None:
    type(case).objects.filter(pk=case.pk).update(restricted=True, first_receiver=zhoujun)
    soon = row.remind_at
    assert remind_due(soon) == 1 and told(soon).keys() == {"zhoujun"}


def test_old_records_are_not_late_at_once(row, limin, case) -> None:
    signed = signed_of(record_of(case, limin, NOW), limin, NOW)
    Inquiry.objects.update(due_at=None, remind_at=None)
    owed = import_module("complaints.migrations.0079b_records_owed").owed
    before = now()
    owed(apps, None)
    for one, days in ((row, SIGN_WITHIN), (signed, SCAN_WITHIN)):
        due_at = stands(one).due_at
        assert due_at and stands(one).remind_at == due_at and before + days <= due_at <= now() + days


def test_many_reminders_cost_no_more(case, limin) -> None:
    record_of(case, limin, NOW)
    at = NOW + SIGN_WITHIN
    with CaptureQueriesContext(connection) as few:
        assert remind_due(at) == 1
    Inquiry.objects.update(remind_at=None)
    for _n in range(6):
        record_of(case, limin, NOW)
    with CaptureQueriesContext(connection) as many:
        assert remind_due(at + MINUTE) == 6
    assert len(many) == len(few)


# Where they are listed -------------------------------------------------------------------------------------


def listed(client: Client, who: Any) -> list[int]:
    client.force_login(who)
    page = client.get("/records/", headers=ENGLISH)
    assert page.status_code == 200
    return [one.pk for one in page.context["rows"]]


def test_it_is_listed_for_who_keeps_it_and_who_answers(
    monkeypatch, client, row, case, limin, chenfang, zhoujun, wanggong, jinxiu
) -> None:
    for module in (lists, home):
        monkeypatch.setattr(module, "now", lambda: NOW + SIGN_WITHIN + HOUR)
    for who, found in ((limin, [row.pk]), (zhoujun, [row.pk]), (chenfang, [row.pk]), (wanggong, [])):
        assert listed(client, who) == found, who
        page = client.get("/", headers=ENGLISH).content.decode()
        assert ("1 record of questions is not signed in time" in page) is bool(found)
    client.force_login(chenfang)
    room = client.get(f"/cases/{case.number}/regulator/", headers=ENGLISH).content.decode()
    assert "Signature" in room and 'href="/records/"' in room
    told_by_api = client.get(f"/api/v1/cases/{case.number}/inquiries/").json()
    assert told_by_api[0]["due_at"]


def test_who_may_not_know_the_customer_finds_none(monkeypatch, client, row, case, zhoujun, chenfang) -> None:
    monkeypatch.setattr(lists, "now", lambda: NOW)
    assert listed(client, zhoujun) == [row.pk]
    type(case).objects.filter(pk=case.pk).update(identity_hidden=True)
    assert listed(client, zhoujun) == [] and listed(client, chenfang) == [row.pk]
    for module in (lists, home):
        monkeypatch.setattr(module, "now", lambda: NOW + SIGN_WITHIN + HOUR)
    for who, n in ((zhoujun, 0), (chenfang, 1)):
        client.force_login(who)
        assert client.get("/", headers=ENGLISH).context["records_late"] == n


def test_the_first_page_leads_to_what_it_counts(monkeypatch, client, row, case, chenfang) -> None:
    late = NOW + SIGN_WITHIN + HOUR
    for module in (lists, home):
        monkeypatch.setattr(module, "now", lambda: late)
    record_of(case, chenfang, late - DAY)
    client.force_login(chenfang)
    page = client.get("/", headers=ENGLISH)
    assert page.context["records_late"] == 1 and 'href="/records/?view=late"' in page.content.decode()
    shown = client.get("/records/?view=late", headers=ENGLISH)
    assert [one.pk for one in shown.context["rows"]] == [row.pk]
    assert [(slug, n) for slug, _label, n in shown.context["tabs"]] == [("all", 2), ("late", 1)]


def test_what_he_does_not_read_takes_no_place_in_the_list(monkeypatch, client, row, case_in, zhoujun, limin):
    """The first that is due is of a customer who hides."""
    monkeypatch.setattr(lists, "now", lambda: NOW)
    monkeypatch.setattr(lists, "MOST", 1)
    open_case = case_in("acting", at=march(5), channel="regulator")
    others = [record_of(open_case, limin, NOW + n * MINUTE).pk for n in (1, 2)]
    type(row.complaint).objects.filter(pk=row.complaint_id).update(identity_hidden=True)
    assert listed(client, zhoujun) == others[:1]
    page = client.get("/records/", headers=ENGLISH).content.decode()
    assert "1 more that is due later is not shown." in page


def test_the_list_costs_the_same_for_many(monkeypatch, client, case, chenfang) -> None:
    monkeypatch.setattr(lists, "now", lambda: NOW)
    record_of(case, chenfang, NOW)
    listed(client, chenfang)
    with CaptureQueriesContext(connection) as few:
        listed(client, chenfang)
    for _n in range(5):
        record_of(case, chenfang, NOW)
    with CaptureQueriesContext(connection) as many:
        assert len(listed(client, chenfang)) == 6
    assert len(many) == len(few)


# Filed incomplete ------------------------------------------------------------------------------------------


def test_who_decides_only_since_then_did_not_file_it(case, chenfang, wuzong, zhoujun):
    """He became general manager after it went out incomplete."""
    lay_all(case, chenfang, march(11), but=("test",))
    Posting.objects.filter(user=wuzong).update(starts_at=DUE)
    said = {"note": "n", "expert": "x", "incomplete_because": "当日提交", "done_at": DUE - HOUR}
    refused(actions.object_to_finding, case, **said, by=wuzong, at=DUE + HOUR)
    Posting.objects.filter(user=wuzong).update(starts_at=march(1) - DAY)
    actions.object_to_finding(case, **said, by=wuzong, at=DUE + HOUR)
