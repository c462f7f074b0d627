"""Contact notes: what is no complaint, what came of it, and how one becomes a complaint."""

import pytest
from django.utils.timezone import now

from complaints import actions
from complaints.models import Complaint, ContactNote
from tests.at_desk import errors
from tests.cast import MINUTE

pytestmark = pytest.mark.django_db


# Contact notes -----------------------------------------------------------------------------------------


def test_a_repair_is_a_short_note_without_clocks(desk, home, xiongxia) -> None:
    answer = desk(what="repair", content="厨房龙头漏水", outcome="已派工", order_number="BX-88")
    note = ContactNote.objects.get()
    assert answer["Location"] == f"/desk/notes/{note.pk}/?filed=1"
    assert (note.kind, note.words, note.unit, note.owner) == ("repair", "厨房龙头漏水", home, xiongxia)
    assert (note.outcome, note.external_number) == ("已派工", "BX-88")
    assert Complaint.objects.count() == 0


def test_a_note_sent_twice_is_one_note(desk) -> None:
    assert desk(what="help")["Location"] == desk(what="help")["Location"]
    assert ContactNote.objects.count() == 1


def test_a_note_of_somebody_else_under_the_same_key_is_told_apart(desk) -> None:
    desk(what="help")
    assert desk(what="help", name="李先生", phone="13500000002").status_code == 422
    assert ContactNote.objects.count() == 1


def test_an_empty_note_is_refused_at_its_words(desk) -> None:
    answer = desk(what="praise", content="")
    assert answer.status_code == 422 and list(errors(answer)) == ["content"]


@pytest.fixture
def note(limin, jinxiu, home, xiongxia) -> ContactNote:
    return actions.take_note(
        by=limin, at=now() - 5 * MINUTE, estate=jinxiu, kind="repair", words="厨房龙头漏水", unit=home,
        owner=xiongxia, name="熊霞", phone="13494795057", capacity="owner_occupier", channel="phone",
    )  # fmt: skip


def test_a_repair_becomes_a_complaint_and_both_keep_their_numbers(desk, client, note, jinxiu) -> None:
    form = client.get(f"/desk/?note={note.pk}&estate={jinxiu.pk}").context["form"]
    assert form["content"].value() == "厨房龙头漏水" and form["where"].value() == "2号楼1单元302"
    assert form["what"].value() == "complaint" and form["channel"].value() == "phone"
    desk(from_note=note.pk, content="龙头修了三次还漏")
    note.refresh_from_db()
    assert note.complaint == Complaint.objects.get()
    assert desk(from_note=note.pk, content="龙头修了三次还漏").status_code == 302  # a retry finds its case
    again = desk(from_note=note.pk, key="k2")
    assert again.status_code == 422 and Complaint.objects.count() == 1


def test_notes_are_found_by_words_name_phone_place_and_order(desk, client, note) -> None:
    actions.edit_note(note, by=note.taken_by, at=now(), outcome="已修", external_number="BX-1")
    for query in ("龙头", "熊霞", "5057", "2-1-302", "bx-1"):
        assert client.get("/desk/notes/", {"q": query}).context["page"].rows == [note], query
    assert client.get("/desk/notes/", {"kind": "praise"}).context["page"].rows == []
    assert client.get("/desk/notes/", {"q": "电梯"}).context["page"].rows == []


def test_the_outcome_of_a_note_is_written_down(desk, client, note) -> None:
    client.post(f"/desk/notes/{note.pk}/", {"outcome": "已更换阀芯", "external_number": "BX-9"})
    note.refresh_from_db()
    assert (note.outcome, note.external_number) == ("已更换阀芯", "BX-9")
    assert client.get(f"/desk/notes/{note.pk}/").status_code == 200
    too_long = client.post(f"/desk/notes/{note.pk}/", {"external_number": "9" * 61})
    assert too_long.status_code == 422


def test_a_note_of_another_estate_is_not_there(client, stranger, note) -> None:
    client.force_login(stranger)
    assert client.get(f"/desk/notes/{note.pk}/").status_code == 404
    assert client.get(f"/desk/?note={note.pk}").context["form"].initial == {}
    assert client.get("/desk/notes/").context["page"].rows == []
