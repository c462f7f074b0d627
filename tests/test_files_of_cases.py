"""Which files a case, a relay or a draft takes: nine in all, once, and whether the customer sees them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints import actions, uploads
from complaints.actions import files, portal_drafts, portal_reports
from complaints.models import Attachment, Complaint
from config.framework.refusals import Refused
from tests.cast import DAY, HOUR, march
from tests.looking import told
from tests.pictures import picture, upload
from tests.reporting import PHONE, WORDS

pytestmark = pytest.mark.django_db
NINE_AM, NOON = march(2, 9), march(2, 12)
SMALL = picture(size=(8, 8))


@pytest.fixture
def sent(limin):
    """So many files that are nobody's yet."""

    def send(n: int, by=limin) -> list[Attachment]:
        rows = [
            Attachment(
                file=f"{by}{n}{i}", name=f"{i}.jpg", content_type="image/jpeg", size=1, sha256="0",
                uploaded_at=NINE_AM, uploaded_by=by, by_customer=by is None,
            )
            for i in range(n)
        ]  # fmt: skip
        return list(Attachment.objects.bulk_create(rows))

    return send


def refused_for(act, *args, **said) -> str | None:
    with pytest.raises(Refused) as refusal:
        act(*args, **said)
    return refusal.value.field


def test_a_case_takes_nine_files_whichever_way_they_come(walk_in, sent, limin, wanggong, jinxiu) -> None:
    case, attach = walk_in(), {"by": limin, "at": NOON}
    assert refused_for(actions.attach, case, sent(10), **attach) == "files"
    actions.attach(case, sent(8), **attach)
    two, one = sent(2), sent(1, by=None)
    assert refused_for(actions.attach, case, two, **attach) == "files"
    actions.attach(case, one, by=None, at=NOON)
    assert case.attachments.count() == 9 and not Attachment.objects.filter(complaint=None, pk=one[0].pk)
    relay = actions.pass_on(estate=jinxiu, words="灯坏了", files=sent(1, wanggong), by=wanggong, at=NOON)
    with pytest.raises(Refused):
        files.follow(relay, case)
    assert files.follow(relay, walk_in(NOON)) == 1 and files.follow(relay, walk_in(NOON)) == 0


def test_nine_are_passed_on_and_ten_are_not(sent, wanggong, jinxiu) -> None:
    said = {"estate": jinxiu, "words": "灯坏了", "by": wanggong, "at": NOON}
    assert refused_for(actions.pass_on, **said, files=sent(10, wanggong)) == "files"
    assert actions.pass_on(**said, files=sent(9, wanggong)).files.count() == 9


def test_the_photos_of_a_chase_find_the_room_that_is_left(walk_in, sent, limin, jinxiu, xiongxia) -> None:
    case = walk_in()
    actions.attach(case, sent(8), by=limin, at=NOON)
    his = {"who": "named", "name": "熊霞", "phone": PHONE, "verified": PHONE, "same": f"chase:{case.number}"}
    for n, fits in ((2, False), (1, True)):
        said = {"kind": "complaint", "words": f"{WORDS}{n}", "where": "东门", "place": "东门"} | his
        draft, secret = portal_drafts.begin(network="", at=NOON, estate=jinxiu, **said)
        portal_drafts.add_files(draft, [upload(f"{i}.jpg", SMALL) for i in range(n)], network="", at=NOON)
        if fits:
            assert portal_reports.send(secret, network="n", at=NOON).complaint == case
        else:
            assert refused_for(portal_reports.send, secret, network="n", at=NOON) == "files"
    assert case.attachments.count() == 9 and Complaint.objects.count() == 1


@pytest.mark.parametrize(
    ("by_staff", "shown", "seen"), [(True, False, False), (True, True, True), (False, False, True)]
)
def test_the_customer_sees_what_he_sent_and_what_he_is_shown(
    case_in, sent, limin, by_staff, shown, seen
) -> None:
    case, by = case_in("acting"), limin if by_staff else None
    given = sent(1, by)
    if shown:
        actions.attach(case, given, by=by, at=NOON, owner_sees=True)
    else:
        actions.attach(case, given, by=by, at=NOON)
    entry = case.events.get(kind="attached")
    assert (entry.owner_sees, case.attachments.get().owner_sees) == (seen, seen)
    assert told("remarked", case) == (set() if by_staff else {"limin", "wanggong"})


def test_what_is_a_cases_already_stays_there(walk_in, sent, limin) -> None:
    case, other, one = walk_in(), walk_in(), sent(1)
    actions.attach(case, one, by=limin, at=NOON)
    files.attach_uploads(other, tuple(one))
    files.take(other, one)
    files.discard(one)
    assert list(case.attachments.all()) == one and not other.attachments.exists()


def test_a_file_waits_a_day_for_its_form(limin) -> None:
    files.store(upload("a.pdf", b"%PDF-1"), by=limin, at=NINE_AM)
    assert files.sweep(at=NINE_AM + DAY) == 0
    assert files.sweep(at=NINE_AM + DAY + timedelta(seconds=1)) == 1


def test_the_ninth_file_of_a_form_is_kept_and_the_tenth_named(limin) -> None:
    kept, refused = files.store_all([upload(f"{n}.pdf", b"%PDF-1") for n in range(10)], by=limin, at=NINE_AM)
    assert (len(kept), len(refused)) == (9, 1) and "9.pdf" in refused[0]
    assert {one.by_customer for one in kept} == {False}
    assert files.store(upload("a.pdf", b"%PDF-1"), by=None, at=NINE_AM + HOUR).by_customer


def test_a_disk_that_is_full_keeps_none_of_a_forms_files(limin, monkeypatch) -> None:
    keep, left = uploads.keep, [1]

    def full(body):
        if not left:
            raise OSError(28, "No space left on device")
        left.pop()
        return keep(body)

    monkeypatch.setattr(uploads, "keep", full)
    with pytest.raises(OSError):
        files.store_all([upload("a.pdf", b"%PDF-1"), upload("b.pdf", b"%PDF-2")], by=limin, at=NINE_AM)
    assert not Attachment.objects.exists()
