"""What came in is found again: lost rows, a second press, one hand-over a minute, and whose a file is."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from complaints import actions
from complaints.actions import evidence as acts
from complaints.actions import files
from complaints.actions.evidence import Holder
from complaints.actions.evidence_check import verify
from complaints.models import AbnormalSign, Attachment, Event, Evidence, Notification
from config.framework.refusals import Refused
from staff.models import Posting
from staff.roles import Role
from tests.cast import HOUR, MINUTE, march
from tests.evidence_cast import SMALL, TAKEN, photo_of, said, sample_of, sent
from tests.pictures import upload

pytestmark = pytest.mark.django_db
NOW = march(3)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def case(case_in):
    return case_in("acting")


@pytest.fixture
def photo(case, wanggong) -> Evidence:
    return photo_of(case, wanggong, NOW)


@pytest.fixture
def sample(case, wanggong) -> Evidence:
    return sample_of(case, wanggong, NOW)


# Files ---------------------------------------------------------------------------------------------------


def test_what_is_no_picture_came_in_as_it_was_sent(limin) -> None:
    """Of the time before that was written down: only pictures are drawn anew."""
    rows = {}
    for kind in ("image/jpeg", "video/mp4", "application/pdf"):
        rows[kind] = files.store(upload(), by=limin, at=NOW).pk
        Attachment.objects.filter(pk=rows[kind]).update(content_type=kind, as_sent=False)
    import_module("complaints.migrations.0066_files_as_sent").forwards(apps, connection.schema_editor())
    as_sent = set(Attachment.objects.filter(as_sent=True).values_list("pk", flat=True))
    assert as_sent == {rows["video/mp4"], rows["application/pdf"]}


def test_pressing_again_comes_to_an_end(case, wanggong, chenfang) -> None:
    for _n in range(3):
        photo_of(case, wanggong, NOW)
    size = len(SMALL)
    assert verify(case, by=chenfang, at=NOW + HOUR, most=2 * size).left == 1
    assert verify(case, by=chenfang, at=NOW + HOUR + MINUTE, most=2 * size).left == 0
    assert verify(case, by=chenfang, at=NOW + 4 * HOUR, most=2 * size).left == 1  # a new round


def test_a_row_that_is_gone_is_missed(photo, case, wanggong, chenfang, capsys) -> None:
    photo_of(case, wanggong, NOW)
    lost = photo.files.get().pk
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM complaints_attachment WHERE id = %s", [lost])
    done = verify(case, by=chenfang, at=NOW + HOUR)
    assert [(one.item, one.found) for one in done.wrong] == [(1, "missing")] and len(done.read) == 2
    entry = Event.objects.get(complaint=case, kind="evidence_differs")
    assert entry.params["items"] == ["1"] and entry.params["gone"] == [lost]
    told = Notification.objects.filter(kind="evidence_differs").count()
    assert told
    verify(case, by=chenfang, at=NOW + 2 * HOUR)  # known by now: no second message
    assert Notification.objects.filter(kind="evidence_differs").count() == told
    with pytest.raises(SystemExit):
        call_command("verify_evidence")
    assert f"{case.number} no. 1" in capsys.readouterr().err


def test_a_case_whose_rows_are_all_gone_is_looked_at_too(photo, case, capsys) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM complaints_attachment WHERE id = %s", [photo.files.get().pk])
    with pytest.raises(SystemExit):
        call_command("verify_evidence")
    assert f"{case.number} no. 1" in capsys.readouterr().err


def test_no_file_of_evidence_is_deleted(photo, wanggong) -> None:
    file = photo.files.get()
    for delete in (file.delete, Attachment.objects.filter(pk=file.pk).delete):
        with pytest.raises(TypeError):
            delete()
    other = sent(wanggong, NOW)
    other.delete()
    assert list(Attachment.objects.values_list("pk", flat=True)) == [file.pk]


def test_a_file_that_became_evidence_is_not_attached_elsewhere(photo, case, walk_in, limin, wanggong) -> None:
    """Two tabs: what the one has made evidence, the other does not hang on another case."""
    file = photo.files.get()
    other = walk_in()
    with pytest.raises(Refused):
        actions.attach(other, [file], by=wanggong, at=NOW)
    files.attach_uploads(other, (file,))
    actions.note_sign(
        other, sign=next(iter(AbnormalSign._meta.get_field("sign").choices))[0], note="无理要求",
        on=NOW.date(), files=(file,), by=limin, at=NOW,
    )  # fmt: skip
    file.refresh_from_db()
    assert file.complaint_id is None and not AbnormalSign.objects.get().files.exists()


# Custody -------------------------------------------------------------------------------------------------


def test_a_thing_is_in_custody_from_when_it_came_to_us(case, wanggong) -> None:
    """Collected in the morning by an institute, brought here the day after."""
    first = sample_of(case, wanggong, NOW)
    assert first.custody[0].at == NOW and first.collected_at == TAKEN
    words = said(wanggong, "sample")
    told = Holder("staff", wanggong, "", "样品柜", since=TAKEN + HOUR)
    earlier = acts.add_evidence(case, words, holder=told, by=wanggong, at=NOW)
    assert earlier.custody[0].at == TAKEN + HOUR
    for wrong in (TAKEN - HOUR, NOW + HOUR):
        with pytest.raises(Refused) as fault:
            held = Holder("staff", wanggong, "", "样品柜", since=wrong)
            acts.add_evidence(case, words, holder=held, by=wanggong, at=NOW)
        assert fault.value.field == "kept_since"


def test_it_may_change_hands_in_the_minute_it_came(case, wanggong, chenfang) -> None:
    """A form says the minute, the clock the second."""
    at = NOW.replace(second=40)
    sample = sample_of(case, wanggong, at)
    to = Holder("staff", chenfang, "", "档案柜")
    acts.hand_over(
        sample, act="handed", to=to, after=1, handed_at=NOW.replace(second=0), by=wanggong, at=at + MINUTE
    )
    assert sample.custody_entries.count() == 2


# Who decides ---------------------------------------------------------------------------------------------


def asked_of(who) -> list[bool]:
    """Of each line that asks him to confirm, whether it still waits."""
    lines = Notification.objects.filter(user=who, kind="evidence_to_withdraw").order_by("pk")
    return [line.read_at is None for line in lines]


@pytest.mark.parametrize("end", ["confirm_withdrawal", "keep", "take_back"])
def test_what_is_decided_waits_for_nobody(end, photo, case, wanggong, chenfang, zhoujun) -> None:
    other = photo_of(case, wanggong, NOW)
    for row in (photo, other):
        acts.propose_withdrawal(row, note="拍错了", by=wanggong, at=NOW)
    assert asked_of(chenfang) == [True, True]
    words = {"note": "看得清"} if end == "keep" else {}
    by = wanggong if end == "take_back" else zhoujun
    getattr(acts, end)(Evidence.objects.get(pk=photo.pk), **words, by=by, at=NOW + HOUR)
    assert asked_of(chenfang) == [False, True]


def test_a_proposal_nobody_can_decide_is_said_to_be_so(photo, case, chenfang, admin) -> None:
    judges = [Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER]
    Posting.objects.filter(role__in=judges).delete()
    acts.propose_withdrawal(photo, note="拍错了", by=chenfang, at=NOW)
    entry = Event.objects.get(complaint=case, kind="unreached")
    assert entry.params["roles"] == ["supervisor"] and entry.params["but"] == [chenfang.pk]
    assert Notification.objects.filter(user=admin, kind="undecided").exists()
