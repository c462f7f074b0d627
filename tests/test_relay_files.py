"""Photos of what is passed on 转达: they wait with it, go to the case that comes of it, are never lost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from complaints import actions
from complaints.actions import files, relays
from complaints.models import Attachment, Complaint, Relay
from config.framework.refusals import Refused
from tests.at_desk import photo
from tests.cast import MINUTE, march

pytestmark = pytest.mark.django_db
TEN, LATER = march(2, 10), march(2, 10, 20)


@pytest.fixture
def passed(jinxiu, wanggong, office_of_jinxiu):
    """王工 passes something on with as many photos."""

    def pass_on(n: int = 1, at=TEN) -> Relay:
        sent = [files.store(photo(f"{i}.jpg"), by=wanggong, at=at) for i in range(n)]
        return actions.pass_on(estate=jinxiu, words="灯坏了三天", name="熊霞", files=sent, by=wanggong, at=at)

    return pass_on


def sent(client, user, **typed):
    client.force_login(user)
    return client.post(
        reverse("relays"), {"words": "灯坏了三天", "key": "one"} | typed, headers={"accept-language": "en"}
    )


def served(client, name: str, what: str = "file") -> int:
    answer = client.get(reverse(what, args=[name]))
    if answer.streaming:
        b"".join(answer.streaming_content)  # and closed with that
    return int(answer.status_code)


# Sent -------------------------------------------------------------------------------------------------


def test_a_photo_is_sent_with_the_form_and_its_limits_are_said_before(client, wanggong, jinxiu) -> None:
    client.force_login(wanggong)
    page = client.get(reverse("relays"), headers={"accept-language": "en"}).content.decode()
    assert 'enctype="multipart/form-data"' in page and 'type="file"' in page and "64 megapixels" in page
    answer = sent(client, wanggong, estate=jinxiu.pk, files=photo())
    assert answer.status_code == 302
    row = Relay.objects.get()
    assert [file.name for file in row.files.all()] == ["漏水.jpg"]
    assert "1 file" in client.get(reverse("relays"), headers={"accept-language": "en"}).content.decode()


def test_what_is_wrong_is_sent_back_and_good_photos_are_kept(client, wanggong, jinxiu) -> None:
    bad = photo("漏水.exe", b"MZ not a picture")
    answer = sent(client, wanggong, estate=jinxiu.pk, files=[photo(), bad])
    assert answer.status_code == 422 and not Relay.objects.exists()
    [kept] = answer.context["kept"]
    assert f'name="kept" value="{kept.file}"' in answer.content.decode()
    again = sent(client, wanggong, estate=jinxiu.pk, kept=kept.file)
    assert again.status_code == 302
    assert list(Relay.objects.get().files.all()) == [kept]


def test_without_words_nothing_is_passed_on_but_the_photo_is_kept(client, wanggong, jinxiu) -> None:
    answer = sent(client, wanggong, estate=jinxiu.pk, words=" ", files=photo())
    assert answer.status_code == 422 and len(answer.context["kept"]) == 1


def test_ten_photos_are_one_too_many(passed) -> None:
    with pytest.raises(Refused):
        passed(10)
    assert not Relay.objects.exists()


def test_nobody_gives_away_the_photo_of_another(client, wanggong, sungong, jinxiu) -> None:
    theirs = files.store(photo(), by=sungong, at=now())
    sent(client, wanggong, estate=jinxiu.pk, kept=theirs.file)
    assert not Relay.objects.get().files.exists()


def test_the_api_takes_them_once(client, wanggong, jinxiu, limin) -> None:
    client.force_login(wanggong)
    for _twice in range(2):
        answer = client.post(
            "/api/v1/relays/?estate=JX", {"words": "灯坏了", "files": photo()},
            headers={"Idempotency-Key": "one"},
        )  # fmt: skip
        assert answer.status_code == 201, answer.content
        assert [file["name"] for file in answer.json()["files"]] == ["漏水.jpg"]
    assert Attachment.objects.count() == 1 and Relay.objects.count() == 1
    [row] = client.get("/api/v1/relays/").json()["results"]
    assert len(row["files"]) == 1
    bad = client.post(
        "/api/v1/relays/?estate=JX", {"words": "灯坏了", "files": photo("a.exe", b"MZ")},
        headers={"Idempotency-Key": "two"},
    )  # fmt: skip
    assert bad.status_code == 400 and "files" in bad.json()["errors"]
    no_words = client.post(
        "/api/v1/relays/?estate=JX", {"words": " ", "files": photo()}, headers={"Idempotency-Key": "3"}
    )
    assert no_words.status_code == 400 and Attachment.objects.count() == 1


# Read -------------------------------------------------------------------------------------------------


def test_the_desk_and_who_sent_it_read_a_file_and_nobody_else(
    passed, client, limin, wanggong, sungong, stranger
) -> None:
    name = passed().files.get().file
    for user, status in ((limin, 200), (wanggong, 200), (sungong, 404), (stranger, 404)):
        client.force_login(user)
        for what in ("file", "thumbnail"):
            assert served(client, name, what) == status, user


def test_a_file_is_read_as_its_case_once_there_is_one(passed, walk_in, client, wanggong, limin) -> None:
    row = passed()
    case = walk_in(LATER, from_relay=row, channel="employee", respondents=(wanggong,))
    name = case.attachments.get().file
    client.force_login(limin)
    assert served(client, name) == 200
    client.force_login(wanggong)  # who is complained about
    assert served(client, name) == 404


def test_the_desk_sees_them_before_it_takes_the_matter(passed, client, limin) -> None:
    row = passed()
    client.force_login(limin)
    page = client.get(reverse("desk_relay", args=[row.pk])).content.decode()
    assert reverse("thumbnail", args=[row.files.get().file]) in page
    form = client.get(f"{reverse('desk')}?relay={row.pk}", headers={"accept-language": "en"}).content.decode()
    assert "Passed on with it; they go to the case." in form


# What becomes of them -----------------------------------------------------------------------------------


def test_they_are_the_cases_when_it_is_filed(passed, desk) -> None:
    row = passed(2, at=now() - 5 * MINUTE)
    answer = desk(from_relay=row.pk, channel="employee", files=photo("desk.jpg"))
    assert answer.status_code == 302
    case = Complaint.objects.get()
    names = case.attachments.order_by("pk").values_list("name", flat=True)
    assert sorted(names) == ["0.jpg", "1.jpg", "desk.jpg"]
    assert not case.attachments.filter(owner_sees=True).exists()  # as every file of the desk
    assert case.events.get(kind="attached").params == {"count": 2}


def test_they_are_the_known_cases_when_it_is_a_chase(passed, desk, walk_in) -> None:
    known = walk_in(now() - 60 * MINUTE)
    row = passed(at=now() - 5 * MINUTE)
    assert desk("desk_chase", known.number, from_relay=row.pk).status_code == 302
    assert [file.name for file in known.attachments.all()] == ["0.jpg"]


def test_a_case_carries_nine_in_all_and_a_refusal_moves_none(passed, walk_in) -> None:
    row = passed(5)
    with pytest.raises(Refused) as refusal:
        walk_in(LATER, from_relay=row, channel="employee", attachments=tuple(_five(row)))
    assert refusal.value.field == "files"
    assert row.files.filter(complaint=None).count() == 5 and not Complaint.objects.exists()


def _five(row: Relay) -> list[Attachment]:
    return [files.store(photo(f"d{i}.jpg"), by=row.passed_by, at=LATER) for i in range(5)]


def test_the_desk_says_so_before_it_files(passed, desk) -> None:
    row = passed(8, at=now() - 5 * MINUTE)
    answer = desk(from_relay=row.pk, channel="employee", files=[photo("a.jpg"), photo("b.jpg")])
    assert answer.status_code == 422 and "files" in answer.context["form"].errors


@pytest.mark.parametrize("outcome", ["settled", "note"])
def test_where_no_case_comes_of_it_they_stay_with_it(passed, desk, client, limin, outcome) -> None:
    row = passed(at=now() - 5 * MINUTE)
    if outcome == "note":
        desk(what="suggestion", from_relay=row.pk)
    else:
        relays.settle(row, because="已修好", by=limin, at=now())
    row.refresh_from_db()
    assert not row.is_waiting and row.files.filter(complaint=None).count() == 1
    page = client.get(
        reverse("desk_relay", args=[row.pk]), headers={"accept-language": "en"}
    ).content.decode()
    assert "No case came of it: they stay here." in page
    assert served(client, row.files.get().file) == 200


def test_they_are_not_swept_while_they_wait(passed, wanggong) -> None:
    row = passed()
    lost = files.store(photo("lost.jpg"), by=wanggong, at=TEN)
    files.sweep(at=TEN + timedelta(days=40))
    assert row.files.count() == 1
    assert not Attachment.objects.filter(pk=lost.pk).exists()


def test_who_sent_it_cannot_take_it_back_or_send_it_with_something_else(passed, wanggong) -> None:
    file = passed().files.get()
    files.forget(wanggong, file.file)
    assert list(files.waiting(wanggong, [file.file])) == []
    assert Attachment.objects.filter(pk=file.pk).exists()
