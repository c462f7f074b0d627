"""Evidence is withdrawn by two persons and stays readable; what changed on disk since it came in is found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import translation

from complaints import uploads
from complaints.actions import evidence as acts
from complaints.actions import evidence_check
from complaints.actions.evidence_check import verify
from complaints.evidence import NEXT, Finding, Kind, Party
from complaints.message_texts import LINES
from complaints.models import Attachment, Event, Evidence, Notification
from complaints.statuses import WrongPerson
from complaints.timeline import entries
from complaints.timeline_texts import CUSTOMER, STAFF
from config.framework.refusals import Refused
from staff.permissions import permissions_of
from tests.cast import HOUR, march
from tests.evidence_cast import SMALL, photo_of, sample_of

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


def refused(do, *args, **words) -> Refused:
    with pytest.raises(Refused) as refusal:
        do(*args, **words)
    return refusal.value


def spoil(file: Attachment) -> None:
    with uploads.path_of(file.file).open("r+b") as body:
        body.seek(20)
        body.write(b"\0\1\2\3")


def kinds(case) -> list[str]:
    return list(Event.objects.filter(complaint=case).order_by("pk").values_list("kind", flat=True))


# Withdrawing --------------------------------------------------------------------------------------------


def test_two_persons_withdraw_and_nothing_is_lost(photo, case, wanggong, chenfang) -> None:
    assert refused(acts.propose_withdrawal, photo, note=" ", by=wanggong, at=NOW).field == "note"
    acts.propose_withdrawal(photo, note="拍的是隔壁 301。", by=wanggong, at=NOW)
    assert Notification.objects.filter(user=chenfang, kind="evidence_to_withdraw").exists()
    acts.confirm_withdrawal(Evidence.objects.get(pk=photo.pk), by=chenfang, at=NOW + HOUR)
    row = Evidence.objects.get(pk=photo.pk)
    assert (row.state, row.because, row.proposed_by, row.withdrawn_by) == (
        "withdrawn", "拍的是隔壁 301。", wanggong, chenfang,
    )  # fmt: skip
    assert uploads.path_of(row.files.get().file).exists()
    assert kinds(case)[-2:] == ["evidence_withdrawal_proposed", "evidence_withdrawn"]
    assert Notification.objects.filter(user=wanggong, kind="evidence_withdrawn").exists()


def test_the_second_person_is_another_one_even_for_the_database(photo, chenfang) -> None:
    acts.propose_withdrawal(photo, note="拍错了", by=chenfang, at=NOW)
    row = Evidence.objects.get(pk=photo.pk)
    with pytest.raises(WrongPerson):
        acts.confirm_withdrawal(row, by=chenfang, at=NOW)
    row.state, row.withdrawn_by, row.withdrawn_at = "withdrawn", chenfang, NOW
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_the_second_person_may_say_no(photo, wanggong, chenfang) -> None:
    acts.propose_withdrawal(photo, note="看不清", by=wanggong, at=NOW)
    acts.keep(photo, note="门牌号看得清。", by=chenfang, at=NOW)
    row = Evidence.objects.get(pk=photo.pk)
    assert (row.state, row.because, row.proposed_by) == ("kept", "", None)
    told = Event.objects.get(kind="evidence_kept")
    assert (
        told.note == "门牌号看得清。"
        and Notification.objects.filter(user=wanggong, kind="evidence_kept").exists()
    )


def test_a_contractor_does_not_read_why_it_was_withdrawn(photo, case, wanggong) -> None:
    acts.propose_withdrawal(photo, note="外包单位施工不当", by=wanggong, at=NOW)
    (entry,) = entries([case.events.get(kind="evidence_withdrawal_proposed")], case, reasons=False)
    assert entry.note == ""


def test_whoever_proposed_takes_it_back(photo, wanggong, limin) -> None:
    acts.propose_withdrawal(photo, note="看不清", by=wanggong, at=NOW)
    with pytest.raises(WrongPerson):
        acts.take_back(photo, by=limin, at=NOW)
    acts.take_back(photo, by=wanggong, at=NOW)
    assert Evidence.objects.get(pk=photo.pk).state == "kept"


def test_every_act_of_evidence_has_its_sentence() -> None:
    source = Path(acts.__file__).read_text() + Path(evidence_check.__file__).read_text()
    told = set(re.findall(r'"(evidence_[a-z_]+)"', source)) - {"evidence_to_withdraw", "evidence_undecided"}
    assert len(told) == 8 and told <= set(STAFF)
    for act in NEXT:
        assert f"custody_{act}" in STAFF and f"custody_{act}_outside" in STAFF
    assert {"evidence_to_withdraw", "evidence_withdrawn", "evidence_kept", "evidence_differs"} <= set(LINES)
    assert not any(kind.startswith(("evidence", "custody")) for kind in CUSTOMER)


# Verifying ----------------------------------------------------------------------------------------------


def test_files_as_they_came_in_are_found_so(photo, case, chenfang) -> None:
    done = verify(case, by=chenfang, at=NOW + HOUR)
    assert [one.found for one in done.read] == ["same"] and not done.wrong and done.left == 0
    file = photo.files.get()
    assert (file.finding, file.verified_at) == ("same", NOW + HOUR)
    (entry,) = entries([case.events.get(kind="evidence_verified")], case)
    assert entry.text == "Evidence verified: 1 files, each as it came in." and entry.actor == "陈芳"
    assert not Notification.objects.filter(kind="evidence_differs").exists()


def test_what_was_changed_on_disk_is_found_and_told(photo, case, wanggong, chenfang, zhoujun) -> None:
    photo_of(case, wanggong, NOW)
    spoil(photo.files.get())
    done = verify(case, by=wanggong, at=NOW + HOUR)
    assert [one.found for one in done.read] == ["differs", "same"]
    (entry,) = entries([case.events.get(kind="evidence_differs")], case)
    assert entry.text == "Evidence verified: 2 files; changed or missing in: no. 1."
    told = Notification.objects.filter(kind="evidence_differs")
    assert {one.user for one in told} == {chenfang, zhoujun}
    verify(case, by=wanggong, at=NOW + 2 * HOUR)  # known by now: an entry, no second message
    assert told.count() == 2 and kinds(case).count("evidence_differs") == 2


def test_a_file_that_is_gone_is_missing(photo, case, chenfang) -> None:
    uploads.path_of(photo.files.get().file).unlink()
    assert [one.found for one in verify(case, by=chenfang, at=NOW).read] == ["missing"]


def test_a_digest_rewritten_with_the_file_is_found_by_the_timeline(photo, case, chenfang) -> None:
    file = photo.files.get()
    spoil(file)
    Attachment.objects.filter(pk=file.pk).update(sha256=uploads.digest_of(file.file))
    assert [one.found for one in verify(case, by=chenfang, at=NOW).read] == ["differs"]


def test_more_than_is_read_at_once_waits_for_the_next_press(case, wanggong, chenfang) -> None:
    for _n in range(3):
        photo_of(case, wanggong, NOW)
    size = len(SMALL)
    first = verify(case, by=chenfang, at=NOW + HOUR, most=2 * size)
    assert (len(first.read), first.left) == (2, 1)
    second = verify(case, by=chenfang, at=NOW + 2 * HOUR, most=2 * size)
    assert second.read[0].file.evidence.number == 3  # what has waited longest comes first
    one_at_least = verify(case, by=chenfang, at=NOW + 3 * HOUR, most=1)
    assert len(one_at_least.read) == 1


def test_an_auditor_reads_and_does_not_verify(photo, case, auditor) -> None:
    with pytest.raises(WrongPerson):
        verify(case, by=auditor, at=NOW)
    assert acts.shown_to(permissions_of(auditor, NOW), case).count() == 1


def test_the_command_names_what_differs_once_in_the_timeline(photo, case, capsys) -> None:
    call_command("verify_evidence")
    assert "1 files of 1 cases read; 0 changed" in capsys.readouterr().out
    assert "evidence_verified" not in kinds(case)  # of itself it says only what is wrong
    spoil(photo.files.get())
    for _n in range(2):
        with pytest.raises(SystemExit) as ended:
            call_command("verify_evidence", case=case.number)
        assert ended.value.code == 1
    out = capsys.readouterr()
    assert f"{case.number} no. 1: 现场.jpg" in out.err and "differs" in out.err
    assert kinds(case).count("evidence_differs") == 1
    with pytest.raises(CommandError):
        call_command("verify_evidence", case="JX-1")


def test_findings_kinds_and_parties_are_as_the_rules_name_them() -> None:
    assert list(Kind) == [
        "footage",
        "photo",
        "sound",
        "sample",
        "test",
        "statement",
        "inquiry",
        "contract",
        "receipt",
        "other",
    ]
    assert list(Finding) == ["same", "differs", "missing"] and list(Party) == ["staff", "customer", "outside"]
    assert evidence_check.AT_ONCE == 400 * 1024 * 1024
