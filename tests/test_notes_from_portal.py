"""What is sent on the portal and is no complaint: it waits at the desk, and has a page of its own."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from complaints import actions
from complaints.actions import portal_access, portal_notes
from complaints.models import Complaint, ContactNote, NoteLink, Notification, PortalVisit
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from config.logs import hide_secrets
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import HOUR, MINUTE, march, person
from tests.pictures import upload
from tests.portal import NOON, words_of
from tests.reporting import ENGLISH, NAMED, answer, send, walk

pytestmark = pytest.mark.django_db
TAP = {"kind": {"kind": "repair"}, "words": {"words": "厨房水龙头一直滴水"}}


@pytest.fixture
def owner(browser, office_of_jinxiu, home) -> Client:
    return browser


@pytest.fixture
def note(owner) -> ContactNote:
    send(owner, **TAP, who=NAMED, photos={"files": [upload()]})
    return ContactNote.objects.get()


@pytest.fixture
def desk(office_of_jinxiu, monkeypatch) -> Client:
    monkeypatch.setattr("complaints.views.desk.desk_request.now", lambda: NOON + 40 * MINUTE)
    clerk = Client()
    clerk.force_login(office_of_jinxiu.limin)
    return clerk


def page_of(owner: Client) -> str:
    """What whoever holds the receipt reads."""
    receipt = owner.get("/portal/report/sent/", headers=ENGLISH).content.decode()
    link = re.search(r'href="[^"]*(/r/n/[^"]+)"', receipt)[1]
    assert NoteLink.objects.filter(token_sha256=link.rpartition("/")[2]).count() == 0
    assert owner.post(link, headers=ENGLISH).url == "/portal/note/"
    return words_of(owner.get("/portal/note/", headers=ENGLISH).content.decode())


@pytest.mark.parametrize("kind", ContactNote.Kind.values)
def test_everything_but_a_complaint_is_a_note_without_clocks(owner, kind) -> None:
    send(owner, kind={"kind": kind}, words={"words": "请看一下"})
    row = ContactNote.objects.get()
    assert (row.kind, row.channel, row.taken_by, row.taken_at) == (kind, "portal", None, NOON)
    assert not Complaint.objects.exists()


def test_praise_needs_no_place_and_a_repair_does(owner) -> None:
    walk(owner, until="where", kind={"kind": "praise"})
    assert answer(owner, "where", {"where": "", "area": ""}).status_code == 302
    walk(owner, until="where", kind={"kind": "repair"})
    assert answer(owner, "where", {"where": "", "area": ""}).status_code == 422


def test_its_receipt_names_when_somebody_takes_it(note, owner) -> None:
    receipt = words_of(owner.get("/portal/report/sent/", headers=ENGLISH).content.decode())
    assert note.reference in receipt
    assert "takes it by Mon 2 Mar 13:00" in receipt


def test_sent_at_night_it_is_taken_after_the_desk_opens(owner, portal_clock) -> None:
    portal_clock.at = march(2, 22)
    send(owner, **TAP)
    assert ContactNote.objects.get().remind_at == march(3, 9, 30)


def test_its_page_says_received_then_who_took_it_then_what_came_of_it(note, owner, limin) -> None:
    assert "Received" in page_of(owner)
    portal_notes.take(note, by=limin, at=NOON + MINUTE)
    assert "李敏 at our front desk has taken it" in page_of(owner)
    actions.edit_note(note, by=limin, at=NOON + HOUR, outcome="已换阀芯", external_number="BX-7")
    text = page_of(owner)
    assert "已换阀芯" in text and "BX-7" in text


def test_its_link_is_revoked_and_runs_out(note, owner, portal_clock) -> None:
    page_of(owner)
    portal_clock.at = NOON + timedelta(minutes=31)
    assert owner.get("/portal/note/").status_code == 404
    portal_clock.at = NOON + timedelta(minutes=1)
    NoteLink.objects.update(revoked_at=NOON)
    assert owner.get("/portal/note/").status_code == 404
    NoteLink.objects.update(revoked_at=None)
    link = NoteLink.objects.get()
    assert portal_notes.opened(link.pk, at=NOON + timedelta(days=90, seconds=-1)) == link
    with pytest.raises(portal_access.NoAccess):
        portal_notes.opened(link.pk, at=NOON + timedelta(days=90))
    assert Client().get("/portal/note/").status_code == 404
    assert Client().post("/r/n/wrong").status_code == 404


def test_it_opens_no_case_before_it_is_one_and_none_that_was_a_wrong_entry(
    note, walk_in, office_of_jinxiu
) -> None:
    people, link = office_of_jinxiu, note.links.get()
    with pytest.raises(portal_access.NoAccess):
        portal_notes.open_case(link, at=NOON)
    case = walk_in(NOON + MINUTE, from_note=note)
    link = portal_notes.opened(link.pk, at=NOON + HOUR)
    assert portal_notes.open_case(link, at=NOON + HOUR).complaint == case
    actions.void(case, note="重复录入", by=people.chenfang, at=NOON + HOUR)
    link = portal_notes.opened(link.pk, at=NOON + HOUR)
    with pytest.raises(portal_access.NoAccess):
        portal_notes.open_case(link, at=NOON + HOUR)


def test_looking_at_a_link_opens_nothing(note, owner) -> None:
    assert Client().get("/r/n/whatever").status_code == 200


def test_no_log_holds_the_secret_of_its_link() -> None:
    record = logging.makeLogRecord({"msg": "Not Found: %s", "args": ("/r/n/s3cret-T0ken",)})
    assert hide_secrets(record) and record.getMessage() == "Not Found: /r/n/…"


# At the desk -----------------------------------------------------------------------------------------


def test_the_desk_sees_what_waits_and_takes_it(note, desk, limin) -> None:
    for page in ("/", "/desk/", "/desk/notes/"):
        assert "?waiting=1" in desk.get(page).content.decode(), page
    assert "水龙头" in desk.get("/desk/notes/?waiting=1").content.decode()
    assert "水龙头" in desk.get(f"/desk/notes/?q={note.reference}").content.decode()
    desk.post(f"/desk/notes/{note.pk}/", {"act": "take"})
    note.refresh_from_db()
    assert (note.taken_by, note.remind_at) == (limin, None)
    assert "水龙头" not in desk.get("/desk/notes/?waiting=1").content.decode()
    assert "?waiting=1" not in desk.get("/desk/").content.decode()


def test_its_photos_are_read_at_its_desk_and_nowhere_else(note, desk, stranger) -> None:
    stored = note.files.get().file
    shown = desk.get(f"/files/{stored}")
    assert shown.status_code == 200 and b"".join(shown.streaming_content)
    other = Client()
    other.force_login(stranger)
    assert other.get(f"/files/{stored}").status_code == 404


def test_one_clerk_takes_it(note, limin, chenfang, stranger) -> None:
    portal_notes.take(note, by=limin, at=NOON)
    portal_notes.take(note, by=limin, at=NOON)  # pressed twice
    for other in (chenfang, stranger):
        with pytest.raises(Refused):
            portal_notes.take(note, by=other, at=NOON)


def test_only_its_own_desk_sees_and_takes_it(note, limin, wanggong, stranger, auditor, jinxiu) -> None:
    looks_on = person("looks", "审计员", Role.AUDITOR, estate=jinxiu)
    head_desk = person("head", "总部前台", Role.FRONT_DESK)
    for user, seen in ((limin, [note]), (head_desk, [note]), (stranger, []), (looks_on, []), (auditor, [])):
        assert list(portal_notes.notes_of_desks(permissions_of(user, NOON))) == seen, user
    for user in (stranger, wanggong, looks_on):
        with pytest.raises(WrongPerson):
            portal_notes.take(note, by=user, at=NOON)
    note.refresh_from_db()
    assert note.is_waiting


def test_whoever_writes_its_outcome_has_taken_it(note, limin) -> None:
    actions.edit_note(note, by=limin, at=NOON, outcome="已修", external_number="")
    note.refresh_from_db()
    assert (note.taken_by, note.remind_at) == (limin, None)


def test_the_supervisor_hears_of_what_nobody_takes(note, limin) -> None:
    assert portal_notes.remind_due(NOON + 59 * MINUTE) == 0
    assert portal_notes.remind_due(NOON + HOUR) == 1
    assert portal_notes.remind_due(NOON + 5 * HOUR - MINUTE) == 0  # told again after four hours
    assert portal_notes.remind_due(NOON + 5 * HOUR) == 1
    told = Notification.objects.filter(kind="note_waits").values_list("user__username", flat=True)
    assert list(told) == ["chenfang", "chenfang"]
    portal_notes.take(note, by=limin, at=NOON + 6 * HOUR)
    assert portal_notes.remind_due(march(9)) == 0


def test_only_the_portals_notes_may_wait(note, limin, jinxiu) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactNote.objects.filter(pk=note.pk).update(channel="phone")
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactNote.objects.filter(pk=note.pk).update(taken_by=limin)  # and still to be reminded of


# It becomes a complaint 转投诉 ---------------------------------------------------------------------------


def test_the_desk_makes_it_a_complaint_received_when_it_was_sent(note, owner, desk, categories) -> None:
    form = desk.get(f"/desk/?note={note.pk}").content.decode()
    assert "厨房水龙头一直滴水" in form
    key = re.search(r'name="key" value="([^"]+)"', form)[1]
    said = {
        "key": key, "from_note": note.pk, "what": "complaint", "channel": "portal", "name": "熊霞",
        "phone": "02165430001", "capacity": "owner_occupier", "where": "2-1-302", "language": "zh-hans",
        "content": "厨房水龙头一直滴水", "severity": "", "kind": "problem", "headcount": "1",
    }  # fmt: skip
    assert desk.post("/desk/", said).status_code == 302
    case = Complaint.objects.get()
    note.refresh_from_db()
    assert (case.received_at, case.channel, note.complaint) == (NOON, "portal", case)
    assert (note.taken_by, case.awaits_claim) == (case.first_receiver, False)
    assert case.attachments.get().by_customer
    assert "Taken up as a complaint" in page_of(owner)
    assert owner.post("/portal/note/").url == f"/portal/{case.number}/"
    assert PortalVisit.objects.get().complaint == case
    portal_access.close_receipts(case, note="回执丢了", by=case.first_receiver, at=NOON + HOUR)
    assert owner.get("/portal/note/").status_code == 404
