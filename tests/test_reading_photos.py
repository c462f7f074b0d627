"""Daily reading: photos on the logs, the API, and one tap on a phone."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect

from complaints.actions import daily_readings as reading
from complaints.actions import files
from complaints.models import Attachment, DailyReading, DayNote
from config.framework.refusals import Refused
from tests.api_client import client_of
from tests.browsing import PHONE
from tests.cast import DAY, march
from tests.markup import markup
from tests.pictures import photo_with_a_place, picture

MONDAY = date(2026, 3, 2)
API = "/api/v1/readings/JX/2026-03-02/"
EVENING = march(2, 20)


def photo(name="巡查.jpg", body=None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body or picture(size=(300, 200)), "image/jpeg")


@pytest.fixture
def page(jinxiu) -> str:
    return reverse("reading_day", args=["JX", MONDAY])


@pytest.fixture
def write(client, limin, jinxiu):
    """Whoever is signed in writes on the page, on Monday evening."""

    def post(by=limin, **said):
        with time_machine.travel(EVENING):
            client.force_login(by)
            return client.post(
                reverse("write_day_note", args=["JX", MONDAY]),
                {"kind": "patrol", "words": "地库照明已修复"} | said,
            )

    return post


def served(client, address: str) -> tuple[int, bytes]:
    answer = client.get(address)
    said = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, said


# Photos ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_photos_stay_with_the_line_and_are_shown_to_who_reads_the_day(
    write, page, client, chenfang, stranger, admin
):
    assert write(files=[photo(), photo("2.jpg", photo_with_a_place())]).status_code == 302
    note = DayNote.objects.get()
    one, two = note.files.order_by("pk")
    assert (one.name, one.content_type, one.uploaded_by) == ("巡查.jpg", "image/jpeg", note.written_by)
    with time_machine.travel(EVENING):
        client.force_login(chenfang)
        shown = markup(client.get(page))
        where = [reverse(name, args=[file.file]) for file in (one, two) for name in ("file", "thumbnail")]
        assert all(address in shown for address in where)
        assert [served(client, address)[0] for address in where] == [200] * 4
        assert b"flat 302" not in served(client, where[2])[1]
        for who in (stranger, admin):
            client.force_login(who)
            assert [served(client, address)[0] for address in where] == [404] * 4


@pytest.mark.django_db
def test_an_addition_has_photos_too_and_a_key_sent_twice_writes_once(jinxiu, limin, write, chenfang):
    def kept():
        return files.store(photo(), by=limin, at=EVENING)

    said = {"estate": jinxiu, "day": MONDAY, "by": limin, "at": EVENING}
    first = reading.write_day_note(kind="duty", words="跳闸", files=[kept()], key="a", **said)
    assert reading.write_day_note(
        kind="duty", words="跳闸", files=list(first.files.all()), key="a", **said
    ) == first  # fmt: skip
    more = reading.write_day_note(words="已送电", corrects=first, files=[kept()], **said)
    assert (first.files.count(), more.files.count()) == (1, 1)


@pytest.mark.django_db
def test_what_is_refused_keeps_the_good_files_and_the_next_try_takes_them(write):
    refused = write(files=[photo(), photo("b.jpg", b"no picture")], words="")
    shown = markup(refused)
    assert refused.status_code == 422 and "b.jpg" in shown and not DayNote.objects.exists()
    waiting = Attachment.objects.get()
    assert f'name="kept" value="{waiting.file}"' in shown
    assert write(kept=[waiting.file]).status_code == 302
    assert list(DayNote.objects.get().files.all()) == [waiting]


@pytest.mark.django_db
def test_nine_at_most_and_none_of_anybody_elses(jinxiu, limin, chenfang, write):
    his = [files.store(photo(), by=limin, at=EVENING) for _n in range(10)]
    with pytest.raises(Refused) as refused:
        reading.write_day_note(
            estate=jinxiu, day=MONDAY, kind="duty", words="x", files=his, by=limin, at=EVENING
        )
    assert refused.value.field == "files" and not DayNote.objects.exists()
    write(by=chenfang, kept=[his[0].file])
    assert DayNote.objects.get().files.count() == 0


@pytest.mark.django_db
def test_what_lies_beside_a_line_is_never_thrown_away(write):
    write(files=[photo()])
    files.sweep(at=EVENING + 3 * DAY)
    assert DayNote.objects.get().files.count() == 1


@pytest.mark.django_db
def test_the_page_asks_as_often_with_many_photos(write, page, client, limin):
    def cost() -> int:
        with time_machine.travel(EVENING), CaptureQueriesContext(connection) as seen:
            client.get(page)
        return len(seen)

    write(files=[photo()])
    cost()
    one = cost()
    for n in range(3):
        write(files=[photo(), photo()], words=f"第{n}次")
    assert cost() <= one


# The API --------------------------------------------------------------------------------------------


@pytest.mark.django_db
@time_machine.travel(march(3, 9))
def test_a_program_writes_reads_and_signs_a_day(jinxiu, limin, chenfang):
    sent = {"kind": "patrol", "words": "消防通道清理完毕", "files": [photo()]}
    key = {"idempotency-key": "k1"}
    client = client_of(limin)
    made = client.post(f"{API}notes/", sent, format="multipart", headers=key)
    assert made.status_code == 201, made.content
    client.post(f"{API}notes/", sent | {"files": [photo()]}, format="multipart", headers=key)
    (note,) = client.get(API).json()["notes"]
    assert (note["kind"], note["words"], note["written_by"]) == ("patrol", "消防通道清理完毕", "limin")
    assert len(note["files"]) == 1 and Attachment.objects.count() == 1
    client.post(f"{API}notes/", {"words": "另一侧也已清理", "corrects": note["id"]}, format="json")
    day = client_of(chenfang).get(API).json()
    assert [one["corrects"] for one in day["notes"]] == [None, note["id"]]
    assert (day["signed_by"], day["may_sign"], day["may_write"]) == (None, True, True)
    late = client_of(chenfang).post(f"{API}sign/", {"seen": 1}, format="json")
    assert late.status_code == 400 and not DailyReading.objects.exists()
    done = client_of(chenfang).post(f"{API}sign/", {"seen": 2, "remark": "已阅"}, format="json").json()
    assert (done["signed_by"], done["remark"], done["may_sign"]) == ("chenfang", "已阅", False)


@pytest.mark.django_db
@time_machine.travel(march(3, 9))
def test_a_program_is_refused_as_the_page_refuses(jinxiu, limin, stranger, zhoujun):
    client = client_of(limin)
    for said, field in (
        ({"words": "x"}, "kind"), ({"kind": "duty", "words": ""}, "words"),
        ({"kind": "x", "words": "x"}, "kind"),
        ({"words": "x", "corrects": 999}, "corrects"), ({"kind": "duty", "words": "x", "who": 1}, "who"),
    ):  # fmt: skip
        answer = client.post(f"{API}notes/", said, format="json")
        assert answer.status_code == 400 and field in answer.json()["errors"], said
    bad = client.post(
        f"{API}notes/", {"kind": "duty", "words": "x", "files": [photo("b.jpg", b"no")]}, format="multipart"
    )
    assert bad.status_code == 400 and "files" in bad.json()["errors"]
    assert not DayNote.objects.exists() and not Attachment.objects.exists()
    assert client.post(f"{API}sign/", {}, format="json").status_code == 403
    assert client_of(stranger).get(API).status_code == 404
    assert client.get(API.replace("-02/", "-09/")).status_code == 404  # still to come


# On a phone -------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_on_a_phone_the_day_is_signed_by_one_tap(as_, jinxiu, limin, chenfang) -> None:
    with time_machine.travel(march(3, 9)):
        reading.write_day_note(
            estate=jinxiu, day=MONDAY, kind="duty", words="夜间正常",
            files=[files.store(photo(), by=limin, at=EVENING)], by=limin, at=EVENING,
        )  # fmt: skip
        page = as_(chenfang, PHONE)
        page.goto("/")
        page.locator(f'a[href*="/readings/JX/{MONDAY}/"]').first.click()
        expect(page.locator(".photo img")).to_be_visible()
        button = page.locator("#sign button.btn-primary")
        button.scroll_into_view_if_needed()
        assert button.bounding_box()["height"] >= 43.5
        button.click()
        expect(page.locator(".note.is-info", has_text="陈芳")).to_be_visible()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"]
    assert DailyReading.objects.get().signed_by == chenfang
