"""Hot notices and express bulletins: when they are due, what they say, who has read them."""

from __future__ import annotations

import io

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from complaints import actions
from complaints.models import Bulletin, Clock, Notification
from complaints.statuses import WrongPerson
from complaints.sweep import sweep
from complaints.views.lists import bulletins
from config.framework.refusals import Refused
from tests.cast import DAY, HOUR, OPINION, march

pytestmark = pytest.mark.django_db


def told(kind: str, case) -> set[str]:
    lines = Notification.objects.filter(kind=kind, complaint=case)
    return set(lines.values_list("user__username", flat=True))


def running(case):
    return Clock.objects.running().filter(complaint=case, kind="bulletin").first()


def issue(case, by, at, **words):
    said = {
        "note": "已停用该电梯，厂家明早到场。",
        "measures": "今晚加装围挡",
        "help_needed": "请总部协调备件",
    }
    return actions.issue_bulletin(case, **(said | words), by=by, at=at)


@pytest.fixture
def major(walk_in, office_of_jinxiu):
    """Twelve people, Monday nine o'clock."""
    return walk_in(march(2, 9), facts={"headcount": 12, "is_collective": True})


@pytest.fixture
def hot(case_in):
    return case_in("acting", at=march(2, 9), facts={"lawsuit_threatened": True})


# When -----------------------------------------------------------------------------------------------


def test_major_goes_out_at_once_to_the_three_roles_and_again_within_a_week(major, office_of_jinxiu):
    first = major.bulletins.get()
    assert (first.issue, first.kind, first.why, first.issued_by) == (1, "major", "raised", None)
    assert set(first.copies.values_list("user__username", "role")) == {
        ("zhoujun", "property_manager"), ("wuzong", "general_manager"), ("chenfang", "supervisor"),
    }  # fmt: skip
    assert told("bulletin_issued", major) == {"zhoujun", "wuzong", "chenfang"}
    assert running(major).due_at == march(9, 9)
    issue(major, office_of_jinxiu.chenfang, march(5, 10))
    assert running(major).due_at == march(12, 10)


def test_an_important_change_of_a_major_case_brings_the_next_one_forward(
    major, office_of_jinxiu, engineering
):
    people = office_of_jinxiu
    actions.classify(
        major, severity="major", category=None, handler=people.wanggong, department=engineering,
        by=people.chenfang, at=march(2, 10),
    )  # fmt: skip
    assert running(major).due_at == march(9, 9)
    actions.accept(major, note=OPINION, by=people.wanggong, at=march(2, 11))
    actions.handle(major, note="更换主板", evidence="试运行记录", by=people.wanggong, at=march(3, 10))
    assert running(major).due_at == march(3, 14)
    issue(major, people.chenfang, march(3, 12))
    assert running(major).due_at == march(10, 12)


def test_the_end_of_a_major_case_is_told_at_once(major, office_of_jinxiu):
    actions.withdraw(major, note="已协商一致", by=office_of_jinxiu.limin, at=march(4), confirmed_by="phone")
    last = major.bulletins.order_by("issue").last()
    assert (last.issue, last.why, last.facts["outcome"]) == (2, "closed", "withdrawn")
    assert running(major) is None


def test_a_major_case_lowered_to_hot_owes_no_more_bulletins(major, office_of_jinxiu):
    actions.set_grade(major, grade="hot", note="已和解", by=office_of_jinxiu.chenfang, at=march(3))
    assert not Clock.objects.running().filter(complaint=major, kind="bulletin").exists()


def test_a_hot_notice_is_written_within_one_working_day_and_then_no_more_is_due(hot, office_of_jinxiu):
    people = office_of_jinxiu
    assert not hot.bulletins.exists()
    assert running(hot).due_at == march(3, 9)
    issue(hot, people.chenfang, march(2, 16))
    assert running(hot) is None
    notice = hot.bulletins.get()
    assert (notice.kind, notice.issued_by, notice.state) == (
        "hot",
        people.chenfang,
        "已停用该电梯，厂家明早到场。",
    )
    assert told("bulletin_issued", hot) == {"zhoujun", "wuzong"}


def test_after_a_hot_notice_no_other_is_due_whatever_else_comes_to_light(hot, office_of_jinxiu):
    people = office_of_jinxiu
    case = issue(hot, people.chenfang, march(2, 16))
    actions.edit(case, {"media_threatened": True}, version=case.version, by=people.limin, at=march(2, 17))
    assert running(hot) is None


def test_a_member_leaves_the_hot_notice_to_its_lead(walk_in, office_of_jinxiu):
    people, lead = office_of_jinxiu, walk_in(march(2, 9))
    member = walk_in(march(2, 10), lead=lead)
    member = actions.edit(
        member, {"lawsuit_threatened": True}, version=member.version, by=people.limin, at=march(2, 11)
    )
    assert (member.grade, running(member)) == ("hot", None)
    assert running(lead).due_at == march(3, 11)


def test_a_major_case_that_leaves_its_lead_owes_a_bulletin_of_its_own(walk_in, office_of_jinxiu):
    people, lead = office_of_jinxiu, walk_in(march(2, 9))
    member = walk_in(march(2, 10), lead=lead, facts={"lawsuit_started": True})
    assert running(member) is None
    member.refresh_from_db()
    actions.leave(member, note="情况不同", by=people.chenfang, at=march(2, 12))
    assert running(member).due_at == march(2, 16)


def test_the_first_bulletin_is_nobodys_and_the_next_the_supervisors(major, office_of_jinxiu):
    issue(major, office_of_jinxiu.chenfang, march(3, 12))
    issued = major.events.filter(kind="bulletin_issued").order_by("pk")
    assert [event.actor for event in issued] == [None, office_of_jinxiu.chenfang]


def test_hot_that_becomes_major_goes_out_at_once_and_the_old_duty_ends(hot, office_of_jinxiu):
    actions.edit(
        hot, {"lawsuit_started": True}, version=hot.version, by=office_of_jinxiu.limin, at=march(2, 15)
    )
    assert hot.bulletins.get().kind == "major"
    assert Clock.objects.running().filter(complaint=hot, kind="bulletin").count() == 1
    assert running(hot).due_at == march(9, 15)


def test_the_supervisor_is_warned_and_the_managers_hear_of_a_late_one_once(hot):
    for now in (march(3, 3), march(3, 3), march(3, 9), march(3, 9), march(3, 10)):
        while sweep(now):
            pass
    fired = hot.events.filter(params__clock="bulletin").order_by("pk")
    assert [event.kind for event in fired] == ["level_warning", "level_over"]
    warned, late = ({p for p in event.params["told"]} for event in fired)
    names = dict(Notification.objects.filter(complaint=hot).values_list("user_id", "user__username"))
    assert {names[pk] for pk in warned} == {"chenfang"}
    assert {names[pk] for pk in late} == {"chenfang", "zhoujun"}


def test_a_new_cycle_does_not_give_a_notice_more_time(case_in):
    case = case_in("replied", at=march(2, 9), facts={"lawsuit_threatened": True})
    due_at = running(case).due_at
    actions.dispute(case, note="没有解决", by=None, at=march(2, 15))
    assert running(case).due_at == due_at


# Who and what ---------------------------------------------------------------------------------------


def test_only_supervisor_and_managers_issue_and_only_for_grave_cases(hot, case_in, office_of_jinxiu):
    people = office_of_jinxiu
    with pytest.raises(WrongPerson):
        issue(hot, people.limin, march(2, 15))
    with pytest.raises(Refused):
        issue(hot, people.chenfang, march(2, 15), note=" ")
    with pytest.raises(Refused):
        issue(case_in("acting"), people.chenfang, march(2, 15))


def test_who_is_complained_about_gets_no_copy(walk_in, office_of_jinxiu):
    case = walk_in(march(2, 9), respondents=(office_of_jinxiu.zhoujun,), facts={"media_exposed": True})
    names = set(case.bulletins.get().copies.values_list("user__username", flat=True))
    assert names == {"wuzong", "chenfang"}


def test_an_issue_is_never_changed_and_keeps_no_customers_data(major):
    bulletin = major.bulletins.get()
    bulletin.state = "anders"
    for attempt in (
        bulletin.save,
        bulletin.delete,
        Bulletin.objects.all().delete,
        lambda: Bulletin.objects.update(state="x"),
    ):
        with pytest.raises(TypeError):
            attempt()
    for personal in ("熊霞", "13494795057", "2-1-302"):
        assert personal not in str(bulletin.facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Bulletin.objects.bulk_create(
            [Bulletin(complaint=major, issue=1, kind="hot", why="raised", issued_at=march(3))]
        )


# Pages ----------------------------------------------------------------------------------------------


@pytest.fixture
def opened(client, office_clock):
    def get(person, url: str, status: int = 200) -> str:
        client.force_login(person)
        response = client.get(url, headers={"accept-language": "zh-hans"})
        assert response.status_code == status
        return response.content.decode()

    return get


@pytest.fixture
def office_clock(monkeypatch):
    monkeypatch.setattr(bulletins, "now", lambda: march(2, 12))


def test_opening_it_is_the_receipt_of_whoever_it_was_sent_to(opened, major, office_of_jinxiu):
    people, bulletin = office_of_jinxiu, major.bulletins.get()
    page = opened(people.limin, bulletin.get_absolute_url())  # may see the case; was not sent it
    assert "12 人集体投诉" in page
    assert "V5" not in page  # rule numbers are not for readers
    assert not bulletin.copies.filter(read_at__isnull=False).exists()
    opened(people.wuzong, bulletin.get_absolute_url())
    copy = bulletin.copies.get(user=people.wuzong)
    assert copy.read_at == march(2, 12)
    opened(people.wuzong, bulletin.get_absolute_url())
    assert bulletin.copies.filter(read_at__isnull=False).count() == 1


def test_a_stranger_finds_no_bulletin(opened, major, stranger):
    opened(stranger, major.bulletins.get().get_absolute_url(), 404)
    opened(stranger, reverse("reports:bulletin", args=[major.bulletins.get().pk]), 404)
    assert major.number not in opened(stranger, reverse("bulletins"))


def test_the_list_shows_what_is_due_and_who_has_not_read(opened, hot, major, office_of_jinxiu):
    page = opened(office_of_jinxiu.chenfang, reverse("bulletins"))
    assert page.index(hot.number) < page.index(major.number)
    assert reverse("move", args=[hot.number, "issue_bulletin"]) in page
    assert "已阅 0/3 人" in page
    assert "未阅" in page


def test_the_case_page_says_the_grade_with_its_axis_and_every_reason(opened, hot, major, office_of_jinxiu):
    page = opened(office_of_jinxiu.chenfang, hot.get_absolute_url())
    assert "通报·热点" in page
    assert "可能引发诉讼" in page
    page = opened(office_of_jinxiu.chenfang, major.get_absolute_url())
    assert "通报·重大" in page
    assert major.bulletins.get().get_absolute_url() in page


def test_the_supervisor_writes_it_from_the_case(client, hot, office_of_jinxiu):
    client.force_login(office_of_jinxiu.chenfang)
    url = reverse("move", args=[hot.number, "issue_bulletin"])
    assert client.post(url, {"note": ""}).status_code == 422
    assert client.post(url, {"note": "已约律师见面", "measures": "周三前报价"}).status_code == 302
    assert hot.bulletins.get().measures == "周三前报价"
    assert "周三前报价" in client.get(url).content.decode()  # the next issue begins where this one ended


def test_the_paper_bears_everything_a_manager_needs(client, major, office_of_jinxiu):
    issue(major, office_of_jinxiu.chenfang, march(3, 10))
    client.force_login(office_of_jinxiu.wuzong)
    bulletin = major.bulletins.get(issue=2)
    response = client.get(
        reverse("reports:bulletin", args=[bulletin.pk]), headers={"accept-language": "zh-hans"}
    )
    assert response["Content-Type"] == "application/pdf"
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)
    words = "".join(words.split())
    for expected in (
        "重大快报",
        bulletin.number,
        "12人集体投诉",
        "已停用该电梯",
        "请总部协调备件",
        "2号楼",
        "吴海涛",
    ):
        assert expected in words
    for personal in ("熊霞", "13494795057"):
        assert personal not in words


def test_the_same_matter_is_offered_and_confirmed_with_one_button(client, walk_in, home, office_of_jinxiu):
    person = actions.Person(name="邻居", phone="13900000000")
    first = walk_in(march(2, 9))
    other = walk_in(march(2, 9) + DAY, person=person, unit=None, building=home.building)
    walk_in(march(2, 9) + 2 * DAY)  # the first person again: not another one's
    client.force_login(office_of_jinxiu.limin)
    page = client.get(other.get_absolute_url()).content.decode()
    assert first.number in page
    response = client.post(reverse("move", args=[other.number, "confirm_same"]), {"number": first.number})
    assert response.status_code == 302
    other.refresh_from_db()
    assert other.matter_id == first.pk


def test_the_desk_is_offered_others_of_the_same_kind_and_building(
    client, walk_in, home, categories, office_of_jinxiu
):
    other = walk_in(timezone.now() - HOUR)
    client.force_login(office_of_jinxiu.limin)
    typed = {"category": categories["repairs"].pk, "where": "2号楼", "phone": "13900000000"}
    page = client.post(reverse("desk_look"), typed, headers={"HX-Request": "true"}).content.decode()
    assert f"same:{other.number}" in page
    mine = client.post(reverse("desk_look"), typed | {"phone": "13494795057"}, headers={"HX-Request": "true"})
    assert f"same:{other.number}" not in mine.content.decode()
