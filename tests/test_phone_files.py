"""Photos, video and sound as phones send them: the content decides, whatever the name says."""

import io

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from PIL import Image

from complaints import actions, file_kinds, picture_redraw
from complaints.actions import files
from complaints.file_kinds import KINDS, kind_of
from complaints.models import Attachment
from config.framework.templatetags.basics import silent
from tests.cast import MONDAY_9AM
from tests.pictures import checked_as, picture, refusal
from tests.recordings import box, recording


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def heic(size: tuple[int, int] = (640, 480), **more) -> bytes:
    """A photo as an iPhone writes it: in tiles, lying on its side, with the place in its EXIF."""
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "taken in flat 302", 6
    out = io.BytesIO()
    image = pillow_heif.from_pillow(Image.linear_gradient("L").resize(size).convert("RGB"))
    image.info["exif"] = exif.tobytes()
    image.save(out, quality=60, tile_size=256, **more)
    return out.getvalue()


# Pictures ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["IMG_1.HEIC", "IMG_1.jpg", "IMG_1", "IMG_1.heif"])
def test_a_heic_photo_is_kept_as_an_upright_jpeg_without_its_place(name) -> None:
    checked = checked_as(name, heic())
    assert (checked.name, checked.content_type) == ("IMG_1.jpg", "image/jpeg")
    kept = Image.open(io.BytesIO(checked.body.read()))
    assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (480, 640), {})
    assert Image.open(io.BytesIO(checked.thumbnail)).size == (360, 480)
    assert b"flat 302" not in checked.body.getvalue()


@pytest.mark.parametrize(
    ("sent", "kind", "kept"),
    [
        ("漏水.jpg", "PNG", "漏水.png"),
        ("漏水.png", "JPEG", "漏水.jpg"),
        ("漏水.PNG", "WEBP", "漏水.webp"),
        ("漏水.JPEG", "JPEG", "漏水.JPEG"),
        ("mmexport1772424.tmp", "JPEG", "mmexport1772424.tmp.jpg"),
        ("2026.3.1 漏水", "WEBP", "2026.3.1 漏水.webp"),
        ("invoice.pdf", "PNG", "invoice.png"),
    ],
)
def test_a_picture_under_another_name_gets_the_ending_of_what_it_is(sent, kind, kept) -> None:
    checked = checked_as(sent, picture(kind, (40, 30)))
    assert checked.name == kept
    assert checked.content_type == f"image/{kind.lower()}"


def test_a_photo_of_64_megapixels_goes_through_whole_and_upright() -> None:
    """As a phone with such a camera writes it: 9248 × 6936 on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.effect_noise((578, 434), 60).resize((9248, 6936)).convert("RGB").save(out, "JPEG", exif=exif)
    kept = Image.open(io.BytesIO(checked_as("IMG_64.jpg", out.getvalue()).body.read()))
    assert kept.size == (6936, 9248)


def test_a_camera_of_so_many_megapixels_as_is_said_is_let_through() -> None:
    largest_sold = 9280 * 6944
    assert file_kinds.MEGAPIXELS * 1_000_000 <= largest_sold <= picture_redraw.MOST_PIXELS
    assert picture_redraw.MOST_PIXELS < (file_kinds.MEGAPIXELS + 1) * 1_000_000


def test_a_heic_of_too_many_pixels_or_damaged_is_refused() -> None:
    assert "damaged" in refusal("a.heic", heic()[:1500])
    assert "damaged" in refusal("a.heic", box(b"ftyp", b"heic", bytes(4), b"mif1") + b"nothing")


def test_an_avif_is_not_taken_for_a_heic() -> None:
    assert kind_of(box(b"ftyp", b"avif", bytes(4), b"mif1", b"miaf")) is None
    assert kind_of(box(b"ftyp", b"mif1", bytes(4), b"avif")) is None


# Video and sound -----------------------------------------------------------------------------------

PHONES = [
    ("VID_2026.mp4", recording(b"mp42", b"isom"), "VID_2026.mp4", "video/mp4"),
    ("wx_camera.jpg", recording(b"isom", b"iso2", b"avc1"), "wx_camera.mp4", "video/mp4"),
    ("IMG_7.MOV", recording(b"qt  "), "IMG_7.MOV", "video/quicktime"),
    ("录音.m4a", recording(b"M4A ", b"isom", tracks=(b"soun",)), "录音.m4a", "audio/mp4"),
    ("录音.m4a", recording(b"mp42", b"isom", tracks=(b"soun",)), "录音.m4a", "audio/mp4"),
    ("old.3gp", recording(b"3gp5", b"isom"), "old.3gp", "video/mp4"),
    ("odd.mp4", recording(b"XAVC", b"mp42"), "odd.mp4", "video/mp4"),
]


@pytest.mark.parametrize(("sent", "data", "name", "content_type"), PHONES)
def test_a_recording_is_known_by_its_brands_and_kept_as_sent(sent, data, name, content_type) -> None:
    checked = checked_as(sent, data)
    assert (checked.name, checked.content_type, checked.thumbnail) == (name, content_type, b"")
    assert checked.body.read() == data


def test_a_recording_cut_off_before_its_table_of_tracks_is_refused() -> None:
    whole = recording(b"isom")
    assert "nothing in it to play" in refusal("a.mp4", whole[:-40])
    assert "nothing in it to play" in refusal("a.mp4", recording(b"isom", tracks=()))
    endless = box(b"ftyp", b"isom", bytes(4)) + b"\x00\x00\x00\x01moov" + b"\xff" * 8
    assert "nothing in it to play" in refusal("a.mp4", endless)


def test_what_only_pretends_a_brand_is_nothing() -> None:
    assert kind_of(box(b"ftyp", b"evil", bytes(4), b"code")) is None
    assert kind_of(b"\xff\xff\xff\xffftypisom" + bytes(40)) is None
    assert kind_of(b"\x00\x00\x00\x08ftyp" + b"isom") is None


def test_a_recording_is_served_to_be_saved_with_its_own_type_and_without_a_picture(
    client, limin, walk_in
) -> None:
    sent = files.store(SimpleUploadedFile("噪音.mov", recording(b"qt  ")), by=limin, at=MONDAY_9AM)
    case = walk_in(attachments=(sent,))
    client.force_login(limin)
    answer = client.get(reverse("file", args=[sent.file]))
    assert answer["Content-Type"] == "video/quicktime"
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert b"".join(answer.streaming_content) == recording(b"qt  ")
    assert client.get(reverse("thumbnail", args=[sent.file])).status_code == 404
    page = client.get(reverse("case", args=[case.number])).content.decode()
    place = page.index("噪音.mov")
    assert str(silent("video")) in page[place - 1000 : place]


# Every door says the limits and takes the same ----------------------------------------------------


def test_the_hint_names_every_kind_and_every_limit_in_both_languages() -> None:
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for said in (str(file_kinds.limits()), str(file_kinds.limits_for_customers())):
                assert all(name in said for name in KINDS)
                for number in (
                    "25 MB",
                    "10 MB",
                    "100 MB",
                    "200 MB",
                    "64" if language == "en" else "6400",
                    "9",
                ):
                    assert number in said


def test_the_desk_says_the_limits_before_and_takes_a_video(client, limin) -> None:
    client.force_login(limin)
    page = client.get(reverse("desk"), headers={"Accept-Language": "en"}).content.decode()
    assert "HEIC) up to 25 MB" in page and "image/heic" in page and "video/quicktime" in page


def test_a_case_takes_all_kinds_together(limin, walk_in) -> None:
    case = walk_in()
    sent = [
        SimpleUploadedFile("a", heic((64, 48))),
        SimpleUploadedFile("b", recording(b"isom")),
        SimpleUploadedFile("c", b"%PDF-1.7"),
    ]
    kept, refused = files.store_all(sent, by=limin, at=MONDAY_9AM)
    assert not refused
    actions.attach(case, kept, by=limin, at=MONDAY_9AM)
    names = list(Attachment.objects.filter(complaint=case).order_by("pk").values_list("name", flat=True))
    assert names == ["a.jpg", "b.mp4", "c.pdf"]
