"""我要反映: what an owner says on the portal becomes a complaint, which the desk claims (domain.md 7)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from complaints import actions, notifications
from complaints.actions import portal_reports
from complaints.models import (
    Attachment,
    Clock,
    Complaint,
    Notification,
    PortalDraft,
    ReceiptLink,
)
from config.framework.refusals import Refused
from owners.models import Unit
from staff import actions as office
from tests.cast import HOUR, MINUTE, OPINION, march
from tests.looking import running, told
from tests.pictures import picture, upload
from tests.portal import NOON, letter, words_of
from tests.reporting import ENGLISH, NAMED, PHONE, WORDS, answer, send, walk

pytestmark = pytest.mark.django_db
SMALL = picture(size=(8, 8))


@pytest.fixture
def owner(browser, office_of_jinxiu, home, xiongxia) -> Client:
    return browser


def link_on(page) -> str:
    return re.search(r'href="[^"]*(/r/[^"]+)"', page.content.decode())[1]


# What comes of it ------------------------------------------------------------------------------------


def test_a_complaint_has_its_channels_clocks_and_waits_to_be_claimed(owner, office_of_jinxiu, home) -> None:
    assert send(owner, who=NAMED | {"hidden": "on"}).url == "/portal/report/sent/"
    case = Complaint.objects.get()
    assert (case.channel, case.status, case.awaits_claim) == ("portal", "received", True)
    assert (case.content, case.remedy_asked, case.unit) == (WORDS, "请尽快检修", home)
    assert (case.received_at, case.registered_at, case.identity_hidden) == (NOON, NOON, True)
    assert (case.complainant.name, case.complainant.phone) == ("熊霞", "02165430001")
    clocks = running(case)
    assert clocks["deliver"] == NOON + HOUR
    assert clocks["initial_answer"] == NOON + 4 * HOUR
    entry = case.events.get(kind="registered")
    assert (entry.by_customer, entry.actor, entry.owner_sees) == (True, None, True)


def test_the_receipt_names_number_link_and_the_time_by_which_he_hears(owner) -> None:
    send(owner)
    page = owner.get("/portal/report/sent/", headers=ENGLISH)
    case = Complaint.objects.get()
    text = words_of(page.content.decode())
    assert case.number in text
    assert "We tell you by Mon 2 Mar 16:00 what we will do." in text
    assert "<svg" in page.content.decode()
    assert owner.post(link_on(page)).url == f"/portal/{case.number}/"
    assert ReceiptLink.objects.get().complaint == case


def test_whoever_claims_it_is_first_receiver_and_the_customer_reads_his_name(owner, office_of_jinxiu) -> None:
    send(owner)
    case = Complaint.objects.get()
    assert case.first_receiver == office_of_jinxiu.chenfang  # the supervisor, until then
    owner.post(link_on(owner.get("/portal/report/sent/")))
    before = letter(owner, case)
    assert "<strong>陈芳</strong>" not in before
    assert "Our front desk takes it over" in before and "Until then 陈芳 answers for it" in before
    actions.claim(case, by=office_of_jinxiu.limin, at=NOON + MINUTE)
    case.refresh_from_db()
    assert (case.first_receiver, case.awaits_claim) == (office_of_jinxiu.limin, False)
    assert "<strong>李敏</strong>" in letter(owner, case)
    assert not Notification.objects.filter(kind="claimed").exists()  # 陈芳 received nothing at night


def test_the_desk_is_told_and_finds_it_among_what_waits(owner, office_of_jinxiu, client) -> None:
    send(owner)
    case = Complaint.objects.get()
    assert told("portal_received", case) == {"limin", "chenfang"}
    desk = Client()
    desk.force_login(office_of_jinxiu.limin)
    assert case.number in desk.get("/desk/").content.decode()
    assert case.number in desk.get("/").content.decode()
    assert case.number in desk.get("/cases/?view=claim").content.decode()


def test_nothing_is_lost_when_nobody_is_posted_in_between(browser, jinxiu, zhoujun, wuzong) -> None:
    send(browser, where={"where": "东门", "area": ""})
    assert Complaint.objects.get().first_receiver == zhoujun  # no supervisor: the next one up


def test_where_nobody_at_all_could_take_it_it_stays_and_he_is_told(browser, jinxiu) -> None:
    page = send(browser, where={"where": "东门", "area": ""})
    assert page.status_code == 422 and "Nobody can take it here yet" in page.content.decode()
    assert not Complaint.objects.exists()
    assert PortalDraft.objects.get().said["words"] == WORDS


def test_an_absent_supervisor_without_deputy_answers_for_it_all_the_same(browser, jinxiu, chenfang) -> None:
    office.leave_office(chenfang, starts_at=march(1), ends_at=march(9), deputy=None, by=chenfang)
    send(browser, where={"where": "东门", "area": ""})
    assert Complaint.objects.get().first_receiver == chenfang


def test_it_goes_the_way_of_every_complaint(owner, office_of_jinxiu, categories, engineering, count) -> None:
    send(owner)
    case, people = Complaint.objects.get(), office_of_jinxiu
    actions.claim(case, by=people.limin, at=NOON + MINUTE)
    actions.classify(
        case, severity="minor", category=categories["lifts"], handler=people.wanggong,
        department=engineering, by=people.limin, at=NOON + 2 * MINUTE,
    )  # fmt: skip
    actions.accept(case, note=OPINION, by=people.wanggong, at=NOON + 3 * MINUTE)
    case.refresh_from_db()
    assert case.status == "acting"
    assert [line.name for line in count().receivers] == ["李敏"]  # the month counts it for who claimed it
    assert not Clock.objects.running().filter(complaint=case, kind="deliver").exists()


# Who says it -----------------------------------------------------------------------------------------


def test_anonymous_means_no_name_no_phone_and_the_link_alone(owner) -> None:
    assert "only the link" in owner_page(owner, "who")
    send(owner, who={"who": "anonymous", "name": "熊霞", "phone": PHONE, "hidden": "on"})
    person = Complaint.objects.get().complainant
    assert (person.name, person.phone, person.capacity, person.owner) == ("", "", "anonymous", None)


def owner_page(browser: Client, step: str) -> str:
    walk(browser, until=step)
    return browser.get(f"/portal/report/{step}/", headers=ENGLISH).content.decode()


def test_a_phone_is_shown_to_be_his_by_a_code(owner, sent, xiongxia, home) -> None:
    walk(owner, who=NAMED | {"phone": "134 9479 5057"})
    assert owner.get("/portal/report/check/").url == "/portal/report/code/"
    assert not sent  # looking sends nothing
    answer(owner, "code", {"ask": "yes"})
    assert len(sent) == 1
    assert answer(owner, "code", {"code": f"{(int(sent[0]) + 1) % 10**6:06d}"}).status_code == 422
    assert owner.post("/portal/report/check/", {}).url == "/portal/report/code/"
    assert answer(owner, "code", {"code": sent[0]}).url == "/portal/report/check/"
    answer(owner, "check", {})
    person = Complaint.objects.get().complainant
    assert (person.owner, person.capacity) == (xiongxia, "owner_occupier")


def test_another_phone_needs_another_code(owner, sent) -> None:
    walk(owner, who=NAMED | {"phone": PHONE})
    answer(owner, "code", {"ask": "yes"})
    answer(owner, "who", NAMED | {"phone": "13800000000"})
    assert answer(owner, "code", {"code": sent[0]}).status_code == 422
    answer(owner, "code", {"ask": "yes"})
    assert answer(owner, "code", {"code": sent[1]}).status_code == 302
    answer(owner, "who", NAMED | {"phone": PHONE})
    assert owner.get("/portal/report/check/").url == "/portal/report/code/"


def test_the_act_itself_asks_for_the_code(owner) -> None:
    walk(owner, who=NAMED | {"phone": PHONE})
    for verified in ("", "13800000000"):
        PortalDraft.objects.update(said=PortalDraft.objects.get().said | {"verified": verified})
        with pytest.raises(Refused) as refused:
            portal_reports.send(owner.cookies["portal-draft"].value, network="n", at=NOON)
        assert refused.value.field == "code"
    assert not Complaint.objects.exists()


def test_the_sixth_guess_is_none(owner, sent) -> None:
    walk(owner, who=NAMED | {"phone": PHONE})
    answer(owner, "code", {"ask": "yes"})
    for _try in range(5):
        assert answer(owner, "code", {"code": f"{(int(sent[0]) + 1) % 10**6:06d}"}).status_code == 422
    assert answer(owner, "code", {"code": sent[0]}).status_code == 422
    assert "verified" not in PortalDraft.objects.get().said


def test_without_a_gateway_the_phone_is_taken_as_said(owner, settings) -> None:
    settings.SMS, settings.PORTAL_CODE_IN_CONSOLE = None, False
    walk(owner, who=NAMED | {"phone": PHONE})
    assert "was not checked by a code" in owner.get("/portal/report/check/", headers=ENGLISH).content.decode()
    answer(owner, "check", {})
    person = Complaint.objects.get().complainant
    assert (person.phone, person.owner) == (PHONE, None)  # nobody of the register, by a number alone


def test_a_code_goes_out_by_text_message(owner, outside) -> None:
    walk(owner, who=NAMED | {"phone": PHONE})
    answer(owner, "code", {"ask": "yes"})
    while notifications.send_due(NOON):
        pass
    [(_path, body, _headers)] = outside.asked
    assert (body["phone"], body["template"]) == (PHONE, "code-en")
    assert answer(owner, "code", {"code": body["params"]["code"]}).status_code == 302


# Where -----------------------------------------------------------------------------------------------


def test_a_common_area_is_chosen_with_its_building(owner, jinxiu) -> None:
    send(owner, where={"where": "2号楼", "area": "lift"})
    case = Complaint.objects.get()
    assert (case.unit, case.building.code, case.place) == (None, "2", "2号楼 电梯")


def test_a_common_area_of_the_register_is_chosen(owner, jinxiu) -> None:
    pool = Unit.objects.create(estate=jinxiu, kind="common", number="泳池", code="泳池", name="游泳池")
    send(owner, where={"where": "", "area": f"unit:{pool.pk}"})
    assert Complaint.objects.get().unit == pool


def test_no_page_says_who_lives_where(owner, xiongxia, home) -> None:
    walk(owner)
    for step in ("where", "words", "check"):
        assert xiongxia.name not in owner.get(f"/portal/report/{step}/").content.decode()


def test_a_room_that_is_not_there_is_said_where_it_was_typed(owner) -> None:
    walk(owner, until="where")
    page = answer(owner, "where", {"where": "2-1-999", "area": ""})
    assert page.status_code == 422 and "2-1-999" in page.content.decode()


def test_of_several_estates_one_is_chosen_and_a_menu_can_name_it(browser, office_of_jinxiu, cuihu) -> None:
    answer(browser, "kind", {"kind": "complaint"})
    assert browser.get("/portal/report/where/").url == "/portal/report/estate/"
    answer(browser, "estate", {"estate": cuihu.pk})
    assert PortalDraft.objects.get().estate == cuihu
    menu = Client()
    menu.post("/portal/report/?estate=jx&place=3号楼电梯", {"kind": "complaint"}, headers=ENGLISH)
    draft = PortalDraft.objects.latest("pk")
    assert draft.estate.code == "JX"
    assert "3号楼电梯" in menu.get("/portal/report/where/").content.decode()
    answer(menu, "where", {"where": "2号楼", "area": ""})
    menu.post(
        "/portal/report/?estate=jx&place=西门", {"kind": "complaint"}
    )  # another sign, scanned meanwhile
    assert menu.get("/portal/report/words/").url == "/portal/report/where/"
    assert "西门" in menu.get("/portal/report/where/").content.decode()


def test_an_estate_that_has_ended_takes_nothing(browser, office_of_jinxiu, jinxiu, cuihu, admin) -> None:
    day = date(2026, 3, 1)
    office.end_estate(cuihu, day=day, because="并入", into=jinxiu, by=admin, at=march(2, 8))
    answer(browser, "kind", {"kind": "complaint"})
    assert PortalDraft.objects.get().estate.code == "JX"  # the only one left: it is not asked for


def test_an_estate_that_ends_before_it_is_sent_says_so(owner, jinxiu, admin) -> None:
    walk(owner)
    turn_to = "新家物业 021-5555 9999"
    office.end_estate(
        jinxiu, day=date(2026, 3, 1), because="合同到期", turn_to=turn_to, by=admin, at=march(2, 8)
    )
    page = answer(owner, "check", {})
    assert page.status_code == 422 and "/portal/report/estate/" in page.content.decode()
    assert not Complaint.objects.exists()


# Danger ----------------------------------------------------------------------------------------------


def test_words_of_danger_show_whom_to_call_and_mark_nothing(owner, office_of_jinxiu, laozhao) -> None:
    trapped = {"words": "有人困在电梯里，快来！", "remedy": ""}
    walk(owner, until="photos", words=trapped)
    assert owner.get("/portal/report/photos/").url == "/portal/report/danger/"
    page = owner.get("/portal/report/danger/").content.decode()
    assert all(f"tel:{number}" in page for number in ("119", "120", "110", "02155550100"))
    assert answer(owner, "danger", {}).url == "/portal/report/photos/"
    send(owner, words=trapped)
    case = Complaint.objects.get()
    assert not case.urgent
    assert told("portal_danger", case) == {"limin", "laozhao", "chenfang", "zhoujun"}
    desk = Client()
    desk.force_login(office_of_jinxiu.limin)
    assert "可能有危险" in desk.get("/desk/").content.decode()


# Photos ----------------------------------------------------------------------------------------------


def test_photos_go_with_it_and_can_be_taken_out(owner) -> None:
    walk(owner, until="photos")
    answer(owner, "photos", {"files": [upload("一.jpg"), upload("二.jpg")], "then": "more"})
    first = Attachment.objects.order_by("pk")[0]
    shown = owner.get(f"/portal/report/photos/{first.file}")
    assert shown["Content-Type"] == "image/jpeg" and b"".join(shown.streaming_content)
    assert Client().get(f"/portal/report/photos/{first.file}").status_code == 404
    answer(owner, "photos", {"drop": first.file})
    send(owner)
    [kept] = Complaint.objects.get().attachments.all()
    assert (kept.name, kept.by_customer, kept.owner_sees, kept.draft) == ("二.jpg", True, True, None)


def test_the_tenth_photo_is_left_out_with_a_sentence(owner) -> None:
    walk(owner, until="photos")
    page = answer(owner, "photos", {"files": [upload(f"{n}.jpg", SMALL) for n in range(10)]})
    assert page.status_code == 422 and "9.jpg" in page.content.decode()
    assert Attachment.objects.count() == 9


def test_a_file_that_is_no_photo_is_refused_and_the_others_are_kept(owner) -> None:
    walk(owner, until="photos")
    page = answer(owner, "photos", {"files": [upload("好.jpg"), upload("坏.exe", b"MZ")]})
    assert page.status_code == 422 and "坏.exe" in page.content.decode()
    assert [file.name for file in Attachment.objects.all()] == ["好.jpg"]


@pytest.mark.parametrize("missing", ["kind", "words", "who"])
def test_the_act_asks_for_every_answer_itself(owner, missing) -> None:
    walk(owner)
    said = PortalDraft.objects.get().said
    PortalDraft.objects.update(said={name: value for name, value in said.items() if name != missing})
    with pytest.raises(Refused) as refused:
        portal_reports.send(owner.cookies["portal-draft"].value, network="n", at=NOON)
    assert refused.value.field == missing
    assert not Complaint.objects.exists()
