"""The front desk in a browser without JavaScript: everything a clerk does, and what he is told."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from complaints import actions
from complaints.models import Attachment, Complaint, ContactNote, ReceiptLink
from owners import actions as register
from tests.cast import MINUTE, SHANGHAI, person
from tests.test_uploads import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, office_of_jinxiu, engineering, categories, xiongxia, settings):
    """李敏 at her desk: `desk(...)` sends the form with what she typed."""
    settings.LANGUAGE_CODE = "en"
    client.force_login(office_of_jinxiu.limin)
    client.cookies["django_language"] = "en"

    def send(to: str = "desk", *args, **typed):
        said = {
            "key": "k1", "what": "complaint", "channel": "walk_in", "name": "熊霞", "phone": "13494795057",
            "where": "2-1-302", "content": "卫生间天花板又漏水了。", "language": "zh-hans",
        }  # fmt: skip
        url = to if to.startswith("/") else reverse(to, args=args)
        return client.post(url, {k: v for k, v in (said | typed).items() if v is not None})

    return send


def errors(answer) -> dict[str, list[str]]:
    return {name: list(sentences) for name, sentences in answer.context["form"].errors.items()}


# Taking a complaint ---------------------------------------------------------------------------


def test_the_desk_begins_with_what_it_is(client, limin, categories) -> None:
    client.force_login(limin)
    answer = client.get("/desk/")
    assert answer.status_code == 200
    assert answer.context["form"]["what"].value() == "complaint"
    assert b"autofocus" in answer.content


def test_a_complaint_is_filed_with_its_person_and_place(desk, limin, xiongxia, home) -> None:
    answer = desk()
    case = Complaint.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/desk/filed/{case.number}/"
    assert (case.status, case.first_receiver, case.unit, case.place) == ("received", limin, home, "")
    assert (case.complainant.owner, case.complainant.phone) == (xiongxia, "13494795057")


def test_a_sure_desk_receives_records_and_classifies_at_once(desk, categories, wanggong, engineering) -> None:
    desk(severity="important", category=categories["repairs"].pk, handler=f"{wanggong.pk}-{engineering.pk}")
    case = Complaint.objects.get()
    assert (case.status, case.severity, case.handler) == ("classified", "important", wanggong)
    assert case.department == engineering
    assert [e.kind for e in case.events.order_by("pk")] == [
        "registered",
        "recorded",
        "classified",
        "delivered",
    ]


def test_everything_the_form_can_say_arrives(desk, categories, sungong) -> None:
    desk(
        urgent="on", identity_hidden="on", injury="on", lawsuit_threatened="on", under_warranty="on",
        headcount="12", is_collective="on", representative="王阿姨", demand="compensate",
        remedy_asked="赔8.6万", kind="latent", respondents="保安赵某、孙志远 · Engineering",
        capacity="tenant",
        promised_at="2030-01-02T10:00", recorded="on", language="en",
    )  # fmt: skip
    case = Complaint.objects.get()
    assert case.status == "recorded"
    assert case.urgent and case.identity_hidden and case.injury and case.lawsuit_threatened
    assert case.under_warranty and case.is_collective and not case.media_exposed
    assert (case.headcount, case.representative, case.demand) == (12, "王阿姨", "compensate")
    assert (case.remedy_asked, case.kind) == ("赔8.6万", "latent")
    assert case.promised_at.astimezone(SHANGHAI).hour == 10
    assert (case.complainant.capacity, case.complainant.language) == ("tenant", "en")
    named = {(r.user, r.name) for r in case.respondents.all()}
    assert named == {(None, "保安赵某"), (sungong, "")}


def test_a_hotline_case_keeps_their_number_and_due_time(desk) -> None:
    typed = {
        "external_number": "12345-0099",
        "external_unit": "浦东分中心",
        "external_due_at": "2030-03-10T11:20",
    }
    desk(channel="hotline", **typed)
    desk(channel="phone", key="k2", **typed)  # hidden there, so left unread
    hotline, phone = Complaint.objects.order_by("pk")
    assert (hotline.external_number, hotline.external_unit) == ("12345-0099", "浦东分中心")
    assert hotline.external_due_at.astimezone(SHANGHAI).minute == 20
    assert phone.external_number == "" and phone.external_due_at is None


def test_paper_from_an_outage_is_dated_back_with_a_reason(desk) -> None:
    early = now().astimezone(SHANGHAI) - timedelta(hours=5)
    answer = desk(received_at=early.strftime("%Y-%m-%dT%H:%M"))
    assert answer.status_code == 422
    assert errors(answer) == {"backdated_because": ["Say why the complaint was received earlier than now."]}
    desk(received_at=early.strftime("%Y-%m-%dT%H:%M"), backdated_because="停电，先记在纸上")
    assert Complaint.objects.get().received_at == early.replace(second=0, microsecond=0)


def test_who_gives_neither_name_nor_phone_is_anonymous(desk) -> None:
    desk(name="", phone="", where="东门")
    case = Complaint.objects.get()
    assert case.complainant.capacity == "anonymous"
    assert (case.place, case.unit) == ("东门", None)


def test_a_typed_name_and_phone_find_their_owner_without_a_pick(desk, xiongxia) -> None:
    desk(phone="134 9479 5057")
    assert Complaint.objects.get().complainant.owner == xiongxia


def test_a_picked_person_whose_name_was_changed_is_somebody_else(desk, xiongxia) -> None:
    desk(owner=xiongxia.pk, name="她的妹妹")
    assert Complaint.objects.get().complainant.owner is None


def test_what_the_duty_desk_takes_awaits_the_morning(client, laozhao, categories) -> None:
    client.force_login(laozhao)
    client.post("/desk/", {"key": "k", "what": "complaint", "content": "东门保安骂人", "where": "东门"})
    assert Complaint.objects.get().awaits_claim


# Sent twice -------------------------------------------------------------------------------------


def test_a_double_click_makes_one_case(desk) -> None:
    first, second = desk(), desk()
    assert first["Location"] == second["Location"]
    assert Complaint.objects.count() == 1


def test_a_form_sent_again_with_other_words_is_told_and_can_be_filed_as_another(desk) -> None:
    desk()
    answer = desk(content="另外，走廊灯也坏了。")
    assert answer.status_code == 422
    assert "already sent with other content" in " ".join(errors(answer)["__all__"])
    key = answer.context["form"]["key"].value()
    assert key != "k1" and "走廊灯也坏了" in answer.content.decode()
    desk(content="另外，走廊灯也坏了。", key=key)
    assert Complaint.objects.count() == 2


# Refused at the field, nothing lost ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"content": " "}, "content", "Say what happened."),
        ({"where": "2-1-999"}, "where", "锦绣花园 has no 2-1-999."),
        ({"phone": "1381234567"}, "phone", "has 10 digits; a mobile number has 11"),
        ({"phone": "13874743113/021-37471789"}, "phone", "One number here"),
        ({"severity": "major"}, "handler", "To classify at once, name the handler too."),
        ({"headcount": "0"}, "headcount", "greater than or equal to 1"),
        ({"external_due_at": "soon"}, "external_due_at", "Give day and time"),
        ({"relation": "repeat:JX-2026-000018"}, "relation", "no longer there"),
        ({"channel": "pigeon"}, "channel", "Select a valid choice"),
        ({"name": "名" * 61}, "name", "at most 60"),
        ({"respondents": "李敏"}, "respondents", "You are named in this complaint"),
    ],
)
def test_a_refusal_stands_at_its_field_and_nothing_is_lost(desk, typed, field, sentence) -> None:
    answer = desk(remedy_asked="修好天花板", **typed)
    assert answer.status_code == 422
    assert sentence in " ".join(errors(answer)[field])
    assert "修好天花板" in answer.content.decode()
    assert Complaint.objects.count() == 0


def test_a_handler_without_a_severity_asks_for_it(desk, wanggong, engineering) -> None:
    answer = desk(handler=f"{wanggong.pk}-{engineering.pk}")
    assert "severity" in errors(answer)


def test_who_is_complained_about_is_no_handler(desk, categories, wanggong, engineering) -> None:
    answer = desk(
        severity="minor", category=categories["repairs"].pk, handler=f"{wanggong.pk}-{engineering.pk}",
        respondents="王建军",
    )  # fmt: skip
    assert "cannot handle it" in errors(answer)["handler"][0]
    assert Complaint.objects.count() == 0


def test_two_colleagues_of_one_name_must_be_told_apart(desk, engineering, jinxiu) -> None:
    person("wang2", "王建军", "handler", estate=jinxiu)
    assert "Several people" in errors(desk(respondents="王建军"))["respondents"][0]


def test_a_room_number_of_two_entrances_must_be_told_apart(desk, jinxiu, home) -> None:
    other = home.building
    register.add_unit(
        jinxiu, building=other, entrance="2", number="302", code="2-2-302", name="2号楼2单元302"
    )
    assert "2-1-302, 2-2-302" in errors(desk(where="2-302"))["where"][0]


def test_an_entrance_is_words_with_its_building(desk, home) -> None:
    desk(where="2号楼1单元")
    case = Complaint.objects.get()
    assert (case.unit, case.building, case.place) == (None, home.building, "2号楼1单元")


# Files --------------------------------------------------------------------------------------------


def photo(name: str = "漏水.jpg", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or picture())


def test_photos_go_with_the_complaint(desk) -> None:
    desk(files=[photo(), photo("二.jpg")])
    assert Complaint.objects.get().attachments.count() == 2


def test_files_of_a_form_that_failed_need_not_be_chosen_again(desk) -> None:
    answer = desk(content="", files=[photo(), photo("virus.jpg", b"MZ")])
    assert "virus.jpg" in errors(answer)["files"][0]
    kept = [a.file for a in answer.context["form"].attachments]
    assert len(kept) == 1 and kept[0] in answer.content.decode()
    desk(kept=kept)
    assert [a.name for a in Complaint.objects.get().attachments.all()] == ["漏水.jpg"]


def test_a_kept_file_of_somebody_else_is_not_taken(desk, chenfang) -> None:
    from complaints.actions import files

    theirs = files.store(photo(), by=chenfang, at=now())
    desk(kept=[theirs.file])
    assert Complaint.objects.get().attachments.count() == 0
    assert Attachment.objects.get().complaint is None


# While typing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["13494795057", "5057", "熊霞", "2-1-302", "2号楼1单元302"])
def test_a_person_is_found_by_phone_last_four_name_and_room(desk, typed) -> None:
    answer = desk("desk_find", find=typed)
    assert [home.owner.name for home in answer.context["people"]] == ["熊霞"]
    assert "卫生间天花板又漏水了" in answer.content.decode()  # without JavaScript the page keeps everything


def test_nobody_is_found_in_another_estate(client, stranger, xiongxia) -> None:
    client.force_login(stranger)
    answer = client.post("/desk/find/", {"find": "5057"}, headers={"HX-Request": "true"})
    assert answer.context["people"] == []


def test_a_picked_person_fills_the_form_and_keeps_what_was_said(desk, xiongxia) -> None:
    register.add_phone(xiongxia, "021-37471789")
    answer = desk("desk_pick", pick=xiongxia.occupancies.get().pk, name="", phone="", where="", find="1789")
    form = answer.context["form"]
    assert form["name"].value() == "熊霞" and form["phone"].value() == "02137471789"
    assert form["where"].value() == "2号楼1单元302" and form["capacity"].value() == "owner_occupier"
    assert form["content"].value() == "卫生间天花板又漏水了。"


def test_a_place_said_before_the_person_was_found_stays(desk, xiongxia) -> None:
    answer = desk("desk_pick", pick=xiongxia.occupancies.get().pk, where="地下车库")
    assert answer.context["form"]["where"].value() == "地下车库"


def test_a_person_of_another_estate_cannot_be_picked(client, stranger, xiongxia) -> None:
    client.force_login(stranger)
    assert client.post("/desk/pick/", {"pick": xiongxia.occupancies.get().pk}).status_code == 404
    assert client.post("/desk/pick/", {"pick": "x"}).status_code == 404


def test_a_case_is_found_by_its_number(desk, walk_in) -> None:
    case = walk_in()
    assert desk("desk_find", find=f" {case.number.lower()} ").context["case"] == case


# The same again -------------------------------------------------------------------------------------


@pytest.fixture
def earlier(walk_in, categories) -> Complaint:
    return walk_in(now() - timedelta(days=2))


@pytest.fixture
def closed(case_in) -> Complaint:
    return case_in("closed", at=now() - timedelta(days=20))


def test_cases_of_the_place_or_caller_are_offered(desk, earlier, closed, categories) -> None:
    answer = desk("desk_look", category=categories["noise"].pk)
    assert {known.case for known in answer.context["beside"].cases} == {earlier, closed}
    by_phone = desk("desk_look", where="")
    assert {known.case for known in by_phone.context["beside"].cases} == {earlier, closed}


def test_the_same_category_comes_first(desk, walk_in, categories) -> None:
    lift = walk_in(now() - timedelta(days=3), category=categories["lifts"])
    walk_in(now() - timedelta(days=1), category=categories["noise"])
    cases = desk("desk_look", category=categories["lifts"].pk).context["beside"].cases
    assert cases[0].case == lift and cases[0].same and not cases[1].same


def test_cases_closed_long_ago_are_not_offered_but_open_ones_are(desk, walk_in, case_in) -> None:
    case_in("closed", at=now() - timedelta(days=120))
    old = walk_in(now() - timedelta(days=120))
    assert [known.case for known in desk("desk_look").context["beside"].cases] == [old]


def test_a_chase_goes_on_the_open_case_with_what_was_typed(desk, earlier) -> None:
    answer = desk("desk_chase", earlier.number, content="三天了没人来", files=[photo()])
    assert answer["Location"] == f"/desk/filed/{earlier.number}/?did=chase"
    assert Complaint.objects.count() == 1
    assert earlier.events.get(kind="chased").note == "三天了没人来"
    assert earlier.attachments.count() == 1


def test_a_chase_of_the_only_open_case_needs_no_choice(desk, earlier, closed) -> None:
    answer = desk(what="chase", content="怎么还没来修")
    assert answer["Location"] == f"/desk/filed/{earlier.number}/?did=chase"


def test_a_chase_of_one_of_several_asks_which(desk, earlier, walk_in) -> None:
    walk_in(now() - timedelta(days=1))
    assert "several open cases" in errors(desk(what="chase"))["what"][0]


def test_a_chase_without_an_open_case_says_so(desk) -> None:
    assert "No open case" in errors(desk(what="chase"))["what"][0]


def test_a_closed_case_is_reopened_with_what_was_typed(desk, closed) -> None:
    desk("desk_reopen", closed.number, content="昨天下雨又漏了")
    closed.refresh_from_db()
    assert (closed.status, closed.cycle_number) == ("recorded", 2)
    assert closed.events.get(kind="reopened").note == "昨天下雨又漏了"


def test_a_reopening_without_words_is_refused_at_the_words(desk, closed) -> None:
    answer = desk("desk_reopen", closed.number, content="", remedy_asked="重修")
    assert answer.status_code == 422
    assert list(errors(answer)) == ["content"]
    assert "重修" in answer.content.decode()


def test_a_case_of_another_estate_is_not_there(client, stranger, earlier) -> None:
    client.force_login(stranger)
    for name in ("desk_chase", "desk_reopen", "desk_claim", "desk_new_link"):
        assert client.post(reverse(name, args=[earlier.number])).status_code == 404
    assert client.get(reverse("desk_filed", args=[earlier.number])).status_code == 404


def test_a_new_case_is_linked_as_a_repeat(desk, closed) -> None:
    desk(relation=f"repeat:{closed.number}")
    assert Complaint.objects.latest("pk").repeat_of == closed


def test_a_new_case_joins_a_collective_complaint_without_clocks_of_its_own(
    desk, earlier, categories, wanggong, engineering
) -> None:
    desk(
        relation=f"join:{earlier.number}", headcount="3", severity="major",
        category=categories["lifts"].pk, handler=f"{wanggong.pk}-{engineering.pk}",
    )  # fmt: skip
    member = Complaint.objects.latest("pk")
    earlier.refresh_from_db()
    assert member.lead == earlier and member.handler is None
    assert not member.clocks.running().exists()
    assert earlier.is_collective and earlier.headcount == 4


# After filing -----------------------------------------------------------------------------------------


def test_after_filing_the_number_stands_large_with_receipt_and_next_person(desk, client) -> None:
    to = desk(channel="phone")["Location"]
    page = client.get(to).content.decode()
    case = Complaint.objects.get()
    assert f'class="big-number">{case.number}<' in page
    assert "/desk/?channel=phone" in page and "<svg" in page
    assert 'data-draft-clear="desk"' in page


def test_the_receipt_links_secret_stays_with_the_browser_that_filed(desk, client, chenfang) -> None:
    to = desk()["Location"]
    cookie = client.cookies["receipt"]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/desk/"
    assert "/r/" in client.get(to).context["link"]
    client.cookies.clear()
    client.force_login(chenfang)
    later = client.get(to)
    assert later.context["link"] == "" and later.context["may_link"]
    client.post(to + "link/")
    assert "/r/" in client.get(to).context["link"]
    assert ReceiptLink.objects.count() == 2


def test_who_may_not_know_the_customer_makes_no_link_to_his_letter(desk, client, jinxiu) -> None:
    to = desk(identity_hidden="on")["Location"]
    client.cookies.clear()
    client.force_login(person("desk2", "钱丽", "front_desk", estate=jinxiu))
    client.post(to + "link/")
    assert not client.get(to).context["may_link"]
    assert ReceiptLink.objects.count() == 1


# Claiming ---------------------------------------------------------------------------------------------


@pytest.fixture
def at_night(walk_in, laozhao) -> Complaint:
    return walk_in(now() - timedelta(hours=9), by=laozhao, content="东门保安骂人")


def test_the_morning_claims_what_the_night_received(desk, client, at_night, limin, laozhao) -> None:
    assert client.get("/desk/").context["claims"] == [at_night]
    answer = desk("desk_claim", at_night.number)
    at_night.refresh_from_db()
    assert at_night.first_receiver == limin and not at_night.awaits_claim
    assert answer.context["claims"] == [] and "卫生间天花板" in answer.content.decode()
    assert desk("desk_claim", at_night.number).status_code == 422
    client.force_login(laozhao)
    assert client.get("/desk/").context["claims"] == []


# Who sits at a desk ------------------------------------------------------------------------------------


def test_people_without_a_desk_are_told_so(client, wanggong, auditor, admin) -> None:
    for user in (wanggong, auditor, admin):
        client.force_login(user)
        assert client.get("/desk/").status_code == 403
        assert client.post("/desk/", {"what": "complaint"}).status_code == 403
        assert client.get("/desk/notes/").status_code == 403


def test_a_clerk_of_two_estates_says_for_which(client, jinxiu, cuihu, categories, wanggong) -> None:
    both = person("both", "双月", "front_desk", estate=jinxiu)
    from staff import actions as office

    office.post(both, "front_desk", at=now() - timedelta(days=400), estate=cuihu)
    client.force_login(both)
    assert b'name="estate"' in client.get("/desk/").content
    page = client.post("/desk/estate/", {"estate": cuihu.pk, "content": "电梯坏了"})
    assert page.context["desk"].estate == cuihu and "电梯坏了" in page.content.decode()
    client.post("/desk/", {"key": "k", "what": "complaint", "content": "电梯坏了", "estate": cuihu.pk})
    assert Complaint.objects.get().estate == cuihu


def test_an_estate_that_is_not_his_is_not_taken_for(desk, cuihu) -> None:
    desk(estate=cuihu.pk)
    assert Complaint.objects.get().estate.code == "JX"


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
