"""Files people send: what is kept, what is refused, and who may have it back."""

import io
import os
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation
from PIL import Image

from complaints import actions, file_kinds, tasks, uploads
from complaints.actions import files
from complaints.models import Attachment
from tests.cast import DAY, HOUR, MONDAY_9AM
from tests.pictures import checked_as, photo_with_a_place, picture, refusal, upload


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


# What is kept ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "JPEG"), ("b.png", "PNG"), ("c.webp", "WEBP")])
def test_a_picture_is_drawn_anew_with_a_thumbnail(name, kind) -> None:
    checked = checked_as(name, picture(kind))
    assert uploads.kind_of(checked.body.getvalue()).pillow == kind
    assert Image.open(io.BytesIO(checked.thumbnail)).size == (480, 320)


def test_a_photo_loses_its_notes_and_its_place_and_stands_upright() -> None:
    checked = checked_as("IMG_1.JPG", photo_with_a_place())
    kept = Image.open(io.BytesIO(checked.body.getvalue()))
    assert kept.size == (800, 1200)
    assert dict(kept.getexif()) == {}
    assert b"flat 302" not in checked.body.getvalue()


def test_what_hides_behind_a_picture_is_gone() -> None:
    checked = checked_as("a.png", picture("PNG") + b"<script>alert(1)</script>")
    assert b"script" not in checked.body.getvalue()


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "RGBA", "LA", "1", "I;16"])
def test_pictures_of_every_sort_of_colour_are_kept(mode) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    out = io.BytesIO()
    Image.new(mode, (40, 30)).save(out, kind)
    assert checked_as(f"a.{kind.lower()}", out.getvalue()).thumbnail


def test_a_pdf_is_kept_as_it_is() -> None:
    data = b"%PDF-1.7\nhello"
    checked = checked_as("合同.pdf", data)
    assert (checked.body.getvalue(), checked.name, checked.thumbnail) == (data, "合同.pdf", b"")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\照片\\漏水.jpg", "漏水.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\u202egpj.exe", "a b gpj.exe"),
        ("", "file"),
        ("x" * 300 + ".png", "x" * 116 + ".png"),
    ],
)
def test_names_are_cleaned(given, kept) -> None:
    assert uploads.clean_name(given) == kept


# What is refused ------------------------------------------------------------------------------


def test_what_is_of_no_known_kind_is_refused_whatever_its_name() -> None:
    assert "only JPEG, PNG, WebP, HEIC, PDF, MP4, MOV, M4A" in refusal("a.jpg", b"MZ\x90\x00")
    assert "cannot be taken" in refusal("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")


def test_damaged_empty_and_large_files_are_refused() -> None:
    assert "damaged" in refusal("a.jpg", picture()[:900])
    assert "empty" in refusal("a.jpg", b"")
    assert "larger than 25 MB" in refusal("a.jpg", b"\xff\xd8\xff" + b"0" * file_kinds.PICTURE)
    assert "larger than 10 MB" in refusal("a.pdf", b"%PDF-" + b"0" * file_kinds.PAPER)


def test_a_picture_that_unpacks_to_a_monster_is_refused() -> None:
    assert "too many pixels" in refusal("a.png", picture("PNG", (9000, 9000), mode="L"))


# Waiting for a case ---------------------------------------------------------------------------


def test_good_files_are_kept_and_bad_ones_named(limin) -> None:
    kept, refused = files.store_all(
        [upload(), upload("a.exe", b"MZ"), upload("b.jpg")], by=limin, at=MONDAY_9AM
    )
    assert [a.name for a in kept] == ["漏水.jpg", "b.jpg"]
    assert len(refused) == 1 and "a.exe" in refused[0]


def test_nine_files_at_most(limin) -> None:
    sent = [upload(f"{n}.pdf", b"%PDF-1") for n in range(4)]
    kept, refused = files.store_all(sent, by=limin, at=MONDAY_9AM, already=7)
    assert len(kept) == 2
    assert len(refused) == 2 and "Nine files" in refused[0]


def test_a_file_no_form_took_is_thrown_away_after_a_day(limin, walk_in) -> None:
    forgotten, taken = files.store_all([upload(), upload()], by=limin, at=MONDAY_9AM)[0]
    walk_in(attachments=(taken,))
    assert files.sweep(at=MONDAY_9AM + DAY - HOUR) == 0
    assert files.sweep(at=MONDAY_9AM + DAY + HOUR) == 1
    assert [a.pk for a in Attachment.objects.all()] == [taken.pk]
    assert not uploads.path_of(forgotten.file).exists() and not uploads.path_of(forgotten.thumbnail).exists()
    assert uploads.path_of(taken.file).exists()


def test_the_timers_throw_forgotten_files_away(limin) -> None:
    files.store(upload(), by=limin, at=MONDAY_9AM)  # long before now
    tasks.forget()
    assert not Attachment.objects.exists()


def test_what_a_crash_left_half_written_is_thrown_away_after_a_day(limin, settings) -> None:
    kept = files.store(upload(), by=limin, at=MONDAY_9AM)
    folder = uploads.path_of(kept.file).parent
    old, new = (folder / f"{name * 32}.part" for name in "ab")
    for part, at in ((old, MONDAY_9AM - HOUR), (new, MONDAY_9AM + HOUR)):
        part.write_bytes(b"half")
        os.utime(part, (at.timestamp(), at.timestamp()))
    assert files.sweep(at=MONDAY_9AM + DAY - 2 * HOUR) == 0
    assert files.sweep(at=MONDAY_9AM + DAY - HOUR / 2) == 1
    assert not old.exists() and new.exists() and uploads.path_of(kept.file).exists()


def test_a_disk_that_is_full_leaves_nothing_half_written(settings) -> None:
    class Full(io.BytesIO):
        def read(self, size: int = -1) -> bytes:
            if self.tell():
                raise OSError(28, "No space left on device")
            return super().read(4)

    with pytest.raises(OSError):
        uploads.keep(Full(b"12345678"))
    assert not list(Path(settings.MEDIA_ROOT).glob("*/*.part"))


def test_a_waiting_file_belongs_to_who_sent_it(limin, chenfang) -> None:
    name = files.store(upload(), by=limin, at=MONDAY_9AM).file
    assert files.waiting(limin, [name]).count() == 1
    assert files.waiting(chenfang, [name]).count() == 0


# Served ---------------------------------------------------------------------------------------


@pytest.fixture
def attached(limin, walk_in) -> Attachment:
    sent = files.store(upload(), by=limin, at=MONDAY_9AM)
    walk_in(attachments=(sent,))
    return Attachment.objects.get()


def test_a_file_is_served_to_be_saved_never_to_be_run(client, limin, attached) -> None:
    client.force_login(limin)
    answer = client.get(reverse("file", args=[attached.file]))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E6")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"".join(answer.streaming_content) == uploads.path_of(attached.file).read_bytes()


def test_a_thumbnail_is_shown_in_the_page(client, limin, attached) -> None:
    client.force_login(limin)
    answer = client.get(reverse("thumbnail", args=[attached.file]))
    assert answer["Content-Type"] == "image/jpeg"
    assert not answer["Content-Disposition"].startswith("attachment")
    answer.close()


@pytest.mark.parametrize("page", ["file", "thumbnail"])
def test_a_file_is_not_there_for_who_does_not_see_the_case(client, stranger, attached, page) -> None:
    client.force_login(stranger)
    assert client.get(reverse(page, args=[attached.file])).status_code == 404


def test_a_file_is_not_there_for_whom_the_case_is_about(client, limin, walk_in, wanggong) -> None:
    sent = files.store(upload(), by=limin, at=MONDAY_9AM)
    walk_in(attachments=(sent,), respondents=(wanggong,))
    client.force_login(wanggong)
    assert client.get(reverse("file", args=[sent.file])).status_code == 404


def test_nobody_gets_a_file_without_signing_in(client, attached) -> None:
    assert client.get(reverse("file", args=[attached.file])).status_code == 302


def test_made_up_names_lead_nowhere(client, limin) -> None:
    client.force_login(limin)
    assert client.get("/files/" + "0" * 32).status_code == 404
    assert client.get("/files/..%2f..%2fetc%2fpasswd").status_code == 404


@pytest.mark.parametrize(
    ("head", "limit"),
    [(b"\xff\xd8\xff", file_kinds.PICTURE), (b"%PDF-1.7", file_kinds.PAPER), (b"PK", file_kinds.OTHERS)],
)
def test_a_file_beyond_the_limit_of_its_kind_is_cut_while_it_comes(head, limit) -> None:
    handler = uploads.LimitUploads()
    assert handler.receive_data_chunk(head + b"x" * 65536, 0) is not None
    assert handler.receive_data_chunk(b"x" * 65536, limit) is not None
    assert handler.receive_data_chunk(b"x" * 65536, limit + 65536) is None


def test_more_than_a_form_may_hold_is_refused_with_the_limit(client, limin, monkeypatch) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE", 70_000)
    client.force_login(limin)
    sent = {"files": [upload(f"{n}.pdf", b"%PDF-" + b"0" * 40_000) for n in range(2)]}
    answer = client.post(reverse("desk"), sent, headers={"Accept-Language": "en"})
    assert answer.status_code == 413
    assert "All files of one form may hold 200 MB together" in answer.content.decode()
    assert not Attachment.objects.exists()


def test_facts_attach_takes_waiting_files(limin, walk_in) -> None:
    case = walk_in()
    sent = files.store(upload(), by=limin, at=MONDAY_9AM)
    actions.attach(case, [sent], by=limin, at=MONDAY_9AM + HOUR)
    assert case.attachments.count() == 1
