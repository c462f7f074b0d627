"""An order of the hotline or a regulator at the desk: pasted, known again, chased."""

import pytest
from django.urls import reverse

from complaints import actions
from complaints.actions import relays
from complaints.models import Complaint
from owners import actions as register
from staff.models import Estate
from tests.at_desk import errors, photo
from tests.cast import HOUR, MONDAY_9AM
from tests.markup import markup
from tests.orders import HOTLINE

pytestmark = pytest.mark.django_db
ORDER = {"channel": "hotline", "external_number": "GD2026-1", "external_unit": "12345"}


@pytest.fixture
def known(walk_in, limin) -> Complaint:
    """A case the hotline has sent."""
    return walk_in(MONDAY_9AM, channel="hotline", facts={"external_number": "GD2026-1"})


def looked(client, **typed) -> str:
    answer = client.post(reverse("desk_look"), typed, headers={"HX-Request": "true", "Accept-Language": "en"})
    assert answer.status_code == 200
    return markup(answer)


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


def test_the_same_order_is_not_filed_again_unless_it_is_said_to_be_a_new_matter(desk, client, known) -> None:
    refused = desk(**ORDER)
    assert refused.status_code == 422 and Complaint.objects.count() == 1
    [sentence] = errors(refused)["external_number"]
    assert known.number in sentence and "To be classified" in sentence
    page = refused.content.decode()
    assert 'name="new_matter"' in page and reverse("desk_chase", args=[known.number]) in page
    filed = desk(**ORDER, new_matter="on")
    assert filed.status_code == 302
    page = client.get(filed.url, headers={"Accept-Language": "en"}).content.decode()
    assert "The same order is also:" in page and known.number in page


def test_the_tick_for_a_new_matter_stays_while_the_order_is_looked_at_again(desk, client, known) -> None:
    page = looked(client, **ORDER, new_matter="on")
    assert 'name="new_matter" checked' in page
    assert 'name="new_matter"' not in looked(client, channel="hotline", external_number="GD2026-9")


def test_a_voided_case_of_the_order_is_none(desk, known, chenfang) -> None:
    actions.void(known, note="重复录入", by=chenfang, at=MONDAY_9AM + HOUR)
    assert desk(**ORDER).status_code == 302


@pytest.mark.parametrize("typed", [{"channel": "phone"}, {"external_number": ""}])
def test_a_case_that_is_none_of_an_office_is_filed_as_ever(desk, known, typed) -> None:
    assert desk(**ORDER | typed).status_code == 302


def test_a_relay_of_a_known_order_is_not_taken_as_another_case(desk, known, wanggong, limin) -> None:
    row = relays.pass_on(estate=known.estate, words="12345又来单", by=wanggong, at=known.received_at)
    relays.take(row, by=limin, at=known.received_at)
    assert desk(**ORDER, from_relay=row.pk).status_code == 422
    row.refresh_from_db()
    assert row.is_waiting
    assert desk(**ORDER, from_relay=row.pk, new_matter="on").status_code == 302


def test_an_edit_does_not_give_a_case_the_order_of_another(known, walk_in, limin) -> None:
    other = walk_in(MONDAY_9AM, channel="hotline", facts={"external_number": "GD2026-8"})
    change = {"external_number": " gd2026-1"}
    with pytest.raises(actions.KnownOrder) as refusal:
        actions.edit(other, change, version=other.version, by=limin, at=MONDAY_9AM)
    assert refusal.value.cases == [known] and refusal.value.field == "external_number"
    other.refresh_from_db()
    assert other.external_number == "GD2026-8"
    edited = actions.edit(other, change, version=other.version, new_matter=True, by=limin, at=MONDAY_9AM)
    assert edited.external_number == "gd2026-1"


def test_a_case_of_another_channel_does_not_become_the_order_of_a_known_one(known, walk_in, limin) -> None:
    other = walk_in(MONDAY_9AM, channel="phone", facts={"external_number": "GD2026-1"})
    with pytest.raises(actions.KnownOrder):
        actions.edit(other, {"channel": "regulator"}, version=other.version, by=limin, at=MONDAY_9AM)
    edited = actions.edit(known, {"channel": "regulator"}, version=known.version, by=limin, at=MONDAY_9AM)
    assert edited.channel == "regulator"  # its own number is no other case


def test_the_edit_page_asks_for_the_same_word(desk, client, known, walk_in) -> None:
    other = walk_in(MONDAY_9AM, channel="hotline")
    page = reverse("case_edit", args=[other.number])
    form = client.get(page).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in typed.items() if value not in (None, "", False)}
    refused = client.post(page, typed | {"external_number": "GD2026-1"})
    assert refused.status_code == 422 and known.number in errors(refused)["external_number"][0]
    done = client.post(page, typed | {"external_number": "GD2026-1", "new_matter": "on"})
    assert done.status_code == 302, errors(done)


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
    form, page = answer.context["form"], markup(answer)
    assert form["external_number"].value() == "GD-2026030200187"
    assert (form["name"].value(), form["phone"].value()) == ("熊女士", "13494795057")
    assert form["channel"].value() == "hotline"
    assert form["where"].value() == "2-1-302"  # as the register of this estate knows it
    assert 'value="2026-03-05 17:00"' in page
    assert "Filled in from the order; look it over:" in page
    assert "<li>Dispatching unit: 市12345热线受理中心</li>" in page
    assert Complaint.objects.count() == 0


def test_what_was_typed_is_never_overwritten(desk) -> None:
    answer = pasted(desk, name="熊霞", content="刚才来电")
    form, page = answer.context["form"], markup(answer)
    assert form["name"].value() == "熊霞"
    assert form["content"].value().startswith("刚才来电\n市民反映")
    assert "Left as you typed it, though the order says:" in page and "<li>Name: 熊女士</li>" in page


def test_what_was_not_understood_is_named_and_stays(desk) -> None:
    answer = pasted(desk, "工单编号：GD1234\n办理时限：5个工作日\n诉求内容：漏水")
    page = markup(answer)
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


SENTENCE = "12345热线 工单编号：GD9001\n诉求内容：来电人反映其居住的锦绣花园{}楼上漏水，物业未处理。"


@pytest.mark.parametrize("written", ["2号楼1单元302室", "2-1-302", "2栋1-302"])
def test_the_one_home_of_the_sentences_is_filled_in_and_named(desk, written) -> None:
    answer = pasted(desk, SENTENCE.format(written))
    assert answer.context["form"]["where"].value() == "2号楼1单元302"
    assert "<li>Where: 2号楼1单元302</li>" in markup(answer)


def test_of_two_homes_none_is_taken_and_both_are_offered(desk, jinxiu, home) -> None:
    register.add_unit(
        jinxiu, building=home.building, entrance="1", number="402", code="2-1-402", name="2号楼1单元402"
    )
    text = SENTENCE.format("2号楼1单元302室，2号楼1单元402") + "\n备注：请速办"
    answer = pasted(desk, text)
    form, page = answer.context["form"], markup(answer)
    assert form["where"].value() == ""
    assert answer.context["pasted"].homes == ["2号楼1单元302", "2号楼1单元402"]
    assert 'name="home" value="2号楼1单元402"' in page
    sent = form["content"].value().replace("\n", "\r\n")  # as a browser sends lines
    chosen = pasted(desk, text, home="2号楼1单元402", content=sent)
    assert chosen.context["form"]["where"].value() == "2号楼1单元402"
    assert chosen.context["form"]["content"].value() == sent
    assert chosen.context["pasted"].homes == []


@pytest.mark.parametrize("typed", [{"where": "东门"}, {}])
def test_a_home_that_is_not_of_this_register_or_not_asked_for_is_not_offered(desk, typed) -> None:
    answer = pasted(desk, SENTENCE.format("9号楼9单元999室" if not typed else "2-1-302"), **typed)
    assert answer.context["form"]["where"].value() == typed.get("where", "")
    assert answer.context["pasted"].homes == []


def test_one_known_home_of_two_that_are_named_is_offered_only(desk) -> None:
    answer = pasted(desk, SENTENCE.format("2-1-302，楼上9-9-402"))
    assert answer.context["form"]["where"].value() == ""
    assert answer.context["pasted"].homes == ["2号楼1单元302"]


def test_a_number_with_a_letter_t_is_shown_as_it_is(desk) -> None:
    page = markup(pasted(desk, "工单编号：TJ20260602T7\n内容：漏水"))
    assert "TJ20260602T7</li>" in page


def test_a_home_of_another_estate_is_none_of_this_one(desk, jinxiu) -> None:
    Estate.objects.create(code="CH", name="翠湖苑", time_zone=jinxiu.time_zone)
    text = SENTENCE.format("2-1-302").replace("锦绣花园", "翠湖苑")
    assert pasted(desk, text).context["form"]["where"].value() == ""


def test_a_place_is_found_behind_the_road_and_the_estate(desk) -> None:
    text = f"工单编号：GD9001\n事发地址：浦东新区锦绣路1200弄{desk_estate()}小区2号楼1单元302\n内容：漏水"
    assert pasted(desk, text).context["form"]["where"].value() == "2号楼1单元302"


def desk_estate() -> str:
    return Estate.objects.get(code="JX").name


def test_who_wants_to_stay_unknown_is_hidden_by_the_rule_of_the_house(desk) -> None:
    text = HOTLINE.replace("望尽快处理", "来电人要求保密，望尽快处理")
    form = pasted(desk, text).context["form"]
    assert form["identity_hidden"].value() == "on"
    typed = {name: form[name].value() for name in ("name", "phone", "where", "content", "channel")}
    desk(**typed, identity_hidden="on", capacity="owner_occupier", recorded="on")
    assert Complaint.objects.get().identity_hidden
