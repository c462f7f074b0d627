"""An order of the hotline or a regulator at the desk: pasted, known again, chased."""

import pytest
from django.urls import reverse

from complaints.models import Complaint
from tests.at_desk import errors, photo
from tests.cast import MONDAY_9AM
from tests.test_pasted_order import HOTLINE

pytestmark = pytest.mark.django_db
ORDER = {"channel": "hotline", "external_number": "GD2026-1", "external_unit": "12345"}


@pytest.fixture
def known(walk_in, limin) -> Complaint:
    """A case the hotline has sent."""
    return walk_in(MONDAY_9AM, channel="hotline", facts={"external_number": "GD2026-1"})


def looked(client, **typed) -> str:
    answer = client.post(reverse("desk_look"), typed, headers={"HX-Request": "true", "Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


# Known again ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["GD2026-1", " gd2026-1 ", "ＧＤ2026－1", "GD 2026-1"])
def test_the_known_case_is_named_while_the_number_is_typed(desk, client, known, typed) -> None:
    page = looked(client, channel="hotline", external_number=typed)
    assert "This order is already a case:" in page
    assert known.number in page and known.get_status_display() in page and str(known.first_receiver) in page
    assert reverse("desk_chase", args=[known.number]) in page


@pytest.mark.parametrize(
    "typed",
    [
        {"channel": "hotline", "external_number": "GD2026-2"},
        {"channel": "hotline", "external_number": ""},
        {"channel": "phone", "external_number": "GD2026-1"},
    ],
)
def test_another_order_is_no_known_case(desk, client, known, typed) -> None:
    assert "already a case" not in looked(client, **typed)


def test_a_colleague_the_case_is_about_is_not_told_of_it(desk, client, walk_in, limin, laozhao) -> None:
    walk_in(
        MONDAY_9AM, by=laozhao, channel="hotline", facts={"external_number": "GD2026-1"}, respondents=(limin,)
    )
    assert "already a case" not in looked(client, channel="hotline", external_number="GD2026-1")


def test_one_click_chases_it_with_everything_that_was_typed(desk, client, known) -> None:
    answer = desk("desk_chase", known.number, **ORDER, content="热线再次转来，市民催促。", files=photo())
    assert answer.status_code == 302
    chased = known.events.get(kind="chased")
    assert chased.note == "热线再次转来，市民催促。"
    assert known.attachments.count() == 1
    assert Complaint.objects.count() == 1


def test_a_chase_chosen_above_goes_to_the_case_of_the_order(desk, client, known, walk_in) -> None:
    walk_in(MONDAY_9AM)  # another open case of the same caller
    desk(what="chase", **ORDER, content="又来催")
    assert known.events.filter(kind="chased").exists()


def test_the_same_order_filed_again_is_said_after_filing(desk, client, known) -> None:
    filed = desk(**ORDER)
    page = client.get(filed.url, headers={"Accept-Language": "en"}).content.decode()
    assert "The same order is also:" in page and known.number in page


def test_a_number_is_kept_as_it_is_compared(desk, client) -> None:
    desk(**ORDER | {"external_number": " ＧＤ 2026－7 "})
    assert Complaint.objects.get().external_number == "GD2026-7"


# Pasted -----------------------------------------------------------------------------------------------


def pasted(desk, text: str = HOTLINE, **typed):
    empty = dict.fromkeys(("name", "phone", "capacity", "where", "content"), "")
    answer = desk("desk_order", order_text=text, **empty | {"channel": "walk_in"} | typed)
    assert answer.status_code == 200
    return answer


def test_a_pasted_order_fills_the_form_and_says_what_it_filled(desk) -> None:
    answer = pasted(desk)
    form, page = answer.context["form"], answer.content.decode()
    assert form["external_number"].value() == "GD-2026030200187"
    assert (form["name"].value(), form["phone"].value()) == ("熊女士", "13494795057")
    assert form["channel"].value() == "hotline"
    assert form["where"].value() == "2-1-302"  # as the register of this estate knows it
    assert 'value="2026-03-05T17:00"' in page
    assert "Filled in from the order; look it over:" in page
    assert "<li>Dispatching unit: 市12345热线受理中心</li>" in page
    assert Complaint.objects.count() == 0


def test_what_was_typed_is_never_overwritten(desk) -> None:
    answer = pasted(desk, name="熊霞", content="刚才来电")
    form, page = answer.context["form"], answer.content.decode()
    assert form["name"].value() == "熊霞"
    assert form["content"].value().startswith("刚才来电\n市民反映")
    assert "Left as you typed it, though the order says:" in page and "<li>Name: 熊女士</li>" in page


def test_what_was_not_understood_is_named_and_stays(desk) -> None:
    answer = pasted(desk, "工单编号：GD1234\n办理时限：5个工作日\n诉求内容：漏水")
    page = answer.content.decode()
    assert "Not understood; it stays with what was said, enter it yourself:" in page
    assert "<li>办理时限: 5个工作日</li>" in page
    assert answer.context["form"]["content"].value() == "漏水\n办理时限：5个工作日"
    assert "Choose the channel: hotline or regulator." in page
    assert answer.context["form"]["channel"].value() == "walk_in"


def test_a_pasted_order_that_is_known_already_is_named_at_once(desk, known) -> None:
    page = pasted(desk, "12345热线 工单编号：GD2026-1\n诉求内容：催办").content.decode()
    assert "This order is already a case:" in page and known.number in page


def test_photos_sent_along_are_still_there(desk) -> None:
    answer = pasted(desk, files=photo())
    assert [file.name for file in answer.context["form"].attachments] == ["漏水.jpg"]


def test_a_pasted_order_is_filed_as_it_was_filled(desk) -> None:
    form = pasted(desk).context["form"]
    typed = {name: form[name].value() for name in ("name", "phone", "where", "content", "channel")}
    order = {name: form[name].value() for name in ("external_number", "external_unit")}
    filed = desk(**typed | order, external_due_at="2036-03-05T17:00", capacity="owner_occupier")
    assert filed.status_code == 302, errors(filed)
    case = Complaint.objects.get()
    assert (case.external_number, case.unit.code) == ("GD-2026030200187", "2-1-302")


def test_an_empty_box_changes_nothing(desk) -> None:
    page = pasted(desk, "").content.decode()
    assert "Nothing new was found in the text." in page
