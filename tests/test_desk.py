"""The front desk without JavaScript: a complaint in one form, told what is wrong, nothing lost."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from complaints.actions import files
from complaints.models import Attachment, Complaint
from owners import actions as register
from staff import actions as office
from staff.models import User
from tests.at_desk import errors, photo
from tests.cast import SHANGHAI, person
from tests.markup import markup

pytestmark = pytest.mark.django_db


# Taking a complaint ---------------------------------------------------------------------------


def test_the_desk_begins_with_what_it_is(client, limin, categories) -> None:
    client.force_login(limin)
    answer = client.get("/desk/")
    assert answer.status_code == 200
    assert answer.context["form"]["what"].value() == "complaint"
    assert '<input id="id_find" name="find" type="search" autofocus' in markup(answer)


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
    assert (case.headcount, case.complainant.representative, case.demand) == (12, "王阿姨", "compensate")
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


def test_who_gives_neither_name_nor_phone_is_anonymous_once_somebody_says_so(desk) -> None:
    for capacity in ("", "tenant"):
        answer = desk(name="", phone="", where="东门", capacity=capacity)
        assert errors(answer) == {"name": ["Give a name or a phone, or choose “Anonymous”."]}
    desk(name="", phone="", where="东门", capacity="anonymous")
    case = Complaint.objects.get()
    assert case.complainant.capacity == "anonymous"
    assert (case.place, case.unit) == ("东门", None)


def test_a_case_the_rules_raise_says_what_the_clerk_chose_and_what_became_of_it(
    desk, client, categories, wanggong, engineering
) -> None:
    filed = desk(
        headcount=12,
        severity="minor",
        handler=f"{wanggong.pk}-{engineering.pk}",
        category=categories["lifts"].pk,
    )
    case = Complaint.objects.get()
    said = case.events.order_by("pk").values_list("kind", "params__severity")
    mine = ("grade_raised", "classified", "severity_raised")
    assert [line for line in said if line[0] in mine] == [
        ("grade_raised", None), ("classified", "minor"), ("severity_raised", "major"),
    ]  # fmt: skip
    page = client.get(filed["Location"]).content.decode()
    assert "Reported to the managers" in page and "12 people" in page and "Severity: Major" in page


def test_a_typed_name_and_phone_find_their_owner_without_a_pick(desk, xiongxia) -> None:
    desk(phone="134 9479 5057")
    assert Complaint.objects.get().complainant.owner == xiongxia


def test_a_picked_person_whose_name_was_changed_is_somebody_else(desk, xiongxia) -> None:
    desk(owner=xiongxia.pk, name="她的妹妹")
    assert Complaint.objects.get().complainant.owner is None


def test_what_the_duty_desk_takes_awaits_the_morning(client, laozhao, categories) -> None:
    client.force_login(laozhao)
    client.post(
        "/desk/",
        {
            "key": "k",
            "what": "complaint",
            "content": "东门保安骂人",
            "where": "东门",
            "capacity": "anonymous",
        },
    )
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
        ({"name": "名" * 101}, "name", "at most 100"),
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
    theirs = files.store(photo(), by=chenfang, at=now())
    desk(kept=[theirs.file])
    assert Complaint.objects.get().attachments.count() == 0
    assert Attachment.objects.get().complaint is None


# Who sits at a desk ------------------------------------------------------------------------------------


def test_people_without_a_desk_are_told_so(client, wanggong, auditor, admin) -> None:
    for user in (wanggong, auditor, admin):
        client.force_login(user)
        assert client.get("/desk/").status_code == 403
        assert client.post("/desk/", {"what": "complaint"}).status_code == 403
        assert client.get("/desk/notes/").status_code == 403


def test_who_signs_in_again_after_pressing_a_button_comes_to_the_desk(desk, client) -> None:
    client.logout()
    away = desk("desk_find", find="5057")
    assert away.status_code == 302 and "/accounts/login/?next=/desk/find/" in away["Location"]
    client.force_login(User.objects.get(username="limin"))
    assert client.get("/desk/find/")["Location"] == "/desk/"


def test_a_clerk_of_two_estates_says_for_which(client, jinxiu, cuihu, categories, wanggong) -> None:
    both = person("both", "双月", "front_desk", estate=jinxiu)
    office.post(both, "front_desk", at=now() - timedelta(days=400), estate=cuihu)
    client.force_login(both)
    assert b'name="estate"' in client.get("/desk/").content
    page = client.post("/desk/estate/", {"estate": cuihu.pk, "content": "电梯坏了"})
    assert page.context["desk"].estate == cuihu and "电梯坏了" in page.content.decode()
    client.post(
        "/desk/",
        {"key": "k", "what": "complaint", "content": "电梯坏了", "estate": cuihu.pk, "capacity": "anonymous"},
    )
    assert Complaint.objects.get().estate == cuihu


def test_an_estate_that_is_not_his_is_not_taken_for(desk, cuihu) -> None:
    desk(estate=cuihu.pk)
    assert Complaint.objects.get().estate.code == "JX"


@pytest.mark.parametrize(
    ("typed", "capacity"),
    [
        ({"name": "张三丰", "phone": ""}, "visitor"),
        ({"name": "", "phone": "13900001234"}, "visitor"),
        ({}, "owner_occupier"),  # of this name and phone there is one in the register
        ({"name": "张三丰", "capacity": "tenant"}, "tenant"),
    ],
)
def test_who_is_in_no_register_is_a_visitor_unless_it_is_said(typed, capacity, desk) -> None:
    assert desk(**{"capacity": ""} | typed).status_code == 302
    assert Complaint.objects.get().complainant.capacity == capacity


def test_whoever_gives_a_name_is_not_anonymous(desk) -> None:
    assert set(errors(desk(capacity="anonymous"))) == {"capacity"}, "his name is typed"
    assert desk(name="", phone="", capacity="anonymous", key="k2").status_code == 302
    assert desk(what="praise", capacity="", key="k3").status_code == 302  # a note asks for less
