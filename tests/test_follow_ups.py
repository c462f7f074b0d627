"""Follow-ups 跟进事项: what a customer brings up is done, told and signed, each in its time (F3, T10)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from complaints import actions
from complaints.models import Clock, Complaint, FollowUp
from complaints.policy import ClockKind
from complaints.statuses import WrongPerson
from complaints.views.lists.follow_ups import in_view, seen_by
from config.framework.refusals import Refused
from staff.models import Department, User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.case_pages import text
from tests.cast import DAY, HOUR, MONDAY_9AM, march, person
from tests.list_pages import tiles
from tests.looking import levels_of, ring, told, told_at

pytestmark = pytest.mark.django_db

RAISED = march(2, 10)


@pytest.fixture
def cleaning(jinxiu) -> Department:
    return Department.objects.create(estate=jinxiu, name="保洁部", name_en="Cleaning")


@pytest.fixture
def qianjie(cleaning) -> User:
    """钱姐 heads cleaning."""
    return person("qianjie", "钱洁", Role.DEPARTMENT_HEAD, department=cleaning)


@pytest.fixture
def raised(case_in, office_of_jinxiu, cleaning):
    """A closed case with opinions; given as words, or as `Opinion`."""

    def close(*opinions: actions.Opinion | str, satisfaction: int = 4, **intake) -> Complaint:
        case = case_in("replied", severity="minor", **intake)
        said = tuple(o if isinstance(o, actions.Opinion) else actions.Opinion(o) for o in opinions)
        answers = actions.Answers(satisfaction=satisfaction, opinions=said)
        return actions.revisit(case, answers=answers, method="phone", by=office_of_jinxiu.chenfang, at=RAISED)

    return close


def lying(slug: str, at=RAISED) -> int:
    return FollowUp.objects.counted().filter(in_view(slug, at)).count()


# Raising --------------------------------------------------------------------------------------------
def test_each_opinion_of_a_revisit_has_its_department_its_time_and_a_clock(raised, engineering, cleaning):
    agreed = march(9, 18)
    case = raised(
        "楼道灯也坏了", actions.Opinion("垃圾桶没人倒", cleaning), actions.Opinion("费用怎么算", None, agreed)
    )
    rows = list(case.follow_ups.order_by("pk"))
    assert [(row.department, row.due_at, row.agreed_at) for row in rows] == [
        (engineering, march(5, 10), None),
        (cleaning, march(5, 10), None),
        (engineering, agreed, agreed),
    ]
    clocks = Clock.objects.running().filter(complaint=case).order_by("follow_up")
    assert [(clock.kind, clock.follow_up, clock.due_at) for clock in clocks] == [
        ("follow_up", row, row.due_at) for row in rows
    ]
    assert (case.status, case.next_due_at, case.next_due_kind) == ("closed", march(5, 10), "follow_up")
    assert list(Complaint.objects.owed()) == [case]  # closed, with something owed


def test_a_case_without_new_opinions_owes_nothing(raised):
    case = raised()
    assert (case.follow_ups.count(), case.next_due_at) == (0, None)


def test_the_heads_of_the_departments_are_told_once_each(raised, cleaning, qianjie):
    case = raised("灯坏了", "门也坏了", actions.Opinion("垃圾", cleaning))
    assert told("follow_ups_raised", case) == {"sungong", "qianjie"}


@pytest.mark.parametrize("when", [RAISED, RAISED - HOUR, RAISED + 400 * DAY])
def test_an_agreed_time_lies_in_the_future_and_not_too_far(raised, when):
    with pytest.raises(Refused) as refusal:
        raised(actions.Opinion("费用怎么算", None, when))
    assert refusal.value.field == "agreed_at"
    assert FollowUp.objects.count() == 0 and not Complaint.objects.filter(status="closed").exists()


def test_an_opinion_goes_to_a_department_of_its_estate(raised, cuihu):
    elsewhere = Department.objects.create(estate=cuihu, name="翠湖工程部")
    with pytest.raises(Refused):
        raised(actions.Opinion("灯坏了", elsewhere))


def test_they_run_beside_a_new_cycle_and_are_not_its_business(raised):
    case = raised("灯坏了", satisfaction=1)
    assert case.status == "recorded"
    kinds = set(Clock.objects.running().filter(complaint=case).values_list("kind", flat=True))
    assert {ClockKind.FOLLOW_UP, ClockKind.RESOLVE} <= kinds
    assert case.next_due_kind == "deliver"


def test_the_clocks_of_several_never_meet_and_one_has_only_one(raised):
    clock = raised("灯坏了", "门坏了").clocks.running().first()
    clock.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        clock.save()


def test_what_the_portal_brought_up_becomes_one_once_staff_revisit(case_in, office_of_jinxiu):
    case = case_in("replied")
    answers = actions.Answers(satisfaction=4, opinions=(actions.Opinion("楼道灯也坏了"),))
    case = actions.rate(case, answers=answers, at=RAISED)
    assert (case.status, case.follow_ups.count()) == ("replied", 0)
    assert actions.rated_opinions(case) == ["楼道灯也坏了"]
    case = actions.revisit(
        case, answers=actions.Answers(satisfaction=5, opinions=(actions.Opinion("门坏了"),)),
        method="phone", by=office_of_jinxiu.chenfang, at=RAISED + HOUR,
    )  # fmt: skip
    assert list(case.follow_ups.order_by("pk").values_list("words", "source")) == [
        ("楼道灯也坏了", "rating"), ("门坏了", "revisit"),
    ]  # fmt: skip
    assert actions.rated_opinions(case) == []


def test_it_is_not_lost_when_the_customer_then_wants_no_call(case_in, office_of_jinxiu):
    case = case_in("replied")
    answers = actions.Answers(satisfaction=4, opinions=(actions.Opinion("楼道灯也坏了"),))
    actions.rate(case, answers=answers, at=RAISED)
    case = actions.except_revisit(
        case, exception="refused", note="不愿多说", by=office_of_jinxiu.chenfang, at=RAISED + HOUR
    )
    assert case.follow_ups.get().words == "楼道灯也坏了"


def test_a_rating_that_is_satisfied_and_brings_nothing_new_counts_as_the_revisit(case_in):
    case = actions.rate(case_in("replied"), answers=actions.Answers(satisfaction=3), at=RAISED)
    assert case.status == "closed"


def test_another_one_can_be_added_after_the_closing(raised, office_of_jinxiu, cleaning):
    case = raised()
    case = actions.add_follow_up(
        case, note="垃圾桶没人倒", department=cleaning, by=office_of_jinxiu.limin, at=march(3, 10)
    )
    row = case.follow_ups.get()
    assert (row.source, row.due_at, case.next_due_at) == ("later", march(6, 10), march(6, 10))


# Doing, telling, signing ----------------------------------------------------------------------------
def test_it_stops_when_done_and_told_and_not_before(raised, office_of_jinxiu):
    people, case = office_of_jinxiu, raised("灯坏了")
    row = case.follow_ups.get()
    with pytest.raises(Refused):  # nothing was done yet
        actions.tell_follow_up(
            case, follow_up=row, note="修好了", method="phone", by=people.limin, at=march(3)
        )
    case = actions.do_follow_up(case, follow_up=row, note="换了灯泡", by=people.wanggong, at=march(3))
    assert case.next_due_at == march(5, 10)  # the customer has not been told
    case = actions.tell_follow_up(
        case, follow_up=row, note="灯泡已换", method="phone", by=people.limin, at=march(4)
    )
    row.refresh_from_db()
    assert (row.done, row.told, row.ended_at, case.next_due_at) == ("换了灯泡", "灯泡已换", march(4), None)
    assert Clock.objects.get(follow_up=row).stopped_at == march(4)
    assert told("follow_up_told", case) == {"sungong"}
    assert ring(march(9)) == 0  # nothing fires after it was answered


def test_done_and_told_can_be_one_act(raised, office_of_jinxiu):
    case = raised("灯坏了")
    actions.do_follow_up(
        case, follow_up=case.follow_ups.get(), note="换了灯泡", told="灯泡已换", method="in_person",
        by=office_of_jinxiu.wanggong, at=march(3),
    )  # fmt: skip
    row = case.follow_ups.get()
    assert (row.ended_at, row.told_how) == (march(3), "in_person")


def test_the_head_of_its_department_signs_what_was_done(raised, office_of_jinxiu, cleaning, qianjie):
    people, case = office_of_jinxiu, raised(actions.Opinion("垃圾桶没人倒", cleaning))
    row = case.follow_ups.get()
    with pytest.raises(Refused):
        actions.sign_follow_up(case, follow_up=row, by=qianjie, at=march(3))  # nothing is done
    with pytest.raises(WrongPerson):
        actions.do_follow_up(case, follow_up=row, note="倒了", by=zhang(people), at=march(3))
    actions.do_follow_up(case, follow_up=row, note="倒了", by=qianjie, at=march(3))
    for someone in (people.limin, people.wanggong, people.chenfang):
        with pytest.raises(WrongPerson):
            actions.sign_follow_up(case, follow_up=row, by=someone, at=march(3))
    actions.sign_follow_up(case, follow_up=row, by=qianjie, at=march(3))
    assert case.events.latest("pk").kind == "follow_up_signed"
    row.refresh_from_db()
    assert (row.signed_by, row.signed_at) == (qianjie, march(3))
    with pytest.raises(Refused):
        actions.sign_follow_up(case, follow_up=row, by=people.zhoujun, at=march(3))


def zhang(people: SimpleNamespace) -> User:
    """A repairman of a third department, who has no part in it."""
    estate = people.limin.postings.get().estate
    security = Department.objects.create(estate=estate, name="秩序部")
    return person("zhang", "张队", Role.HANDLER, department=security)


def test_it_can_be_taken_back_or_go_on_in_another_one(raised, office_of_jinxiu):
    people, case = office_of_jinxiu, raised("灯坏了", "楼道太暗", "门坏了")
    lamp, dark, door = case.follow_ups.order_by("pk")
    with pytest.raises(Refused):
        actions.drop_follow_up(case, follow_up=dark, note="同一件事", into=dark, by=people.limin, at=march(3))
    actions.drop_follow_up(case, follow_up=dark, note="同一件事", into=lamp, by=people.limin, at=march(3))
    case = actions.drop_follow_up(case, follow_up=door, note="业主自己修了", by=people.limin, at=march(3))
    running = Clock.objects.running().filter(complaint=case).values_list("follow_up", flat=True)
    assert list(running) == [lamp.pk]
    with pytest.raises(Refused):  # it has ended
        actions.do_follow_up(case, follow_up=dark, note="修了", by=people.wanggong, at=march(4))
    assert [e.kind for e in case.events.order_by("pk")][-2:] == ["follow_up_merged", "follow_up_withdrawn"]


def test_a_wrong_entry_owes_no_follow_up(raised, office_of_jinxiu):
    people, case = office_of_jinxiu, raised("灯坏了", satisfaction=1)
    actions.void(case, note="录错了", by=people.chenfang, at=march(3))
    assert not Clock.objects.running().filter(complaint=case).exists()
    assert case.follow_ups.get().ended_at == march(3)
    assert (lying("open"), ring(march(9))) == (0, 0)


def test_who_is_complained_about_signs_nothing(raised, office_of_jinxiu, sungong):
    case = raised("灯坏了", respondents=(sungong,))
    row = case.follow_ups.get()
    actions.do_follow_up(case, follow_up=row, note="换了", by=office_of_jinxiu.wanggong, at=march(3))
    with pytest.raises(WrongPerson):
        actions.sign_follow_up(case, follow_up=row, by=sungong, at=march(3))
    actions.sign_follow_up(case, follow_up=row, by=office_of_jinxiu.zhoujun, at=march(3))


# When it is late ------------------------------------------------------------------------------------
def test_its_levels_go_to_its_own_department_then_to_the_property_manager(raised, cleaning, qianjie):
    case = raised(actions.Opinion("垃圾桶没人倒", cleaning))
    clock = Clock.objects.get(kind="follow_up")
    assert [level for _revision, level, _at in levels_of(clock, "pending")] == ["warning", "over", "day_over"]
    ring(march(5, 10))
    assert told_at(case, "follow_up", "warning") == {"limin", "qianjie", "chenfang"}
    assert told_at(case, "follow_up", "over") == {"limin", "qianjie", "zhoujun"}
    assert Clock.objects.get(kind="follow_up").breached_at == march(5, 10)


def test_two_that_are_late_are_two_breaches(raised, cleaning, qianjie):
    case = raised("灯坏了", actions.Opinion("垃圾", cleaning))
    ring(march(5, 10))
    assert case.events.filter(kind="level_over", params__clock="follow_up").count() == 2


# Lists and pages ------------------------------------------------------------------------------------
def test_the_list_counts_what_is_open_due_overdue_to_sign_and_ended(read, raised, office_of_jinxiu, wuzong):
    people, case = office_of_jinxiu, raised("灯坏了", "门坏了", "墙脏了")
    lamp, door, _wall = case.follow_ups.order_by("pk")
    actions.do_follow_up(case, follow_up=lamp, note="换灯", by=people.wanggong, at=RAISED)
    actions.do_follow_up(
        case, follow_up=door, note="修门", told="修好", method="phone", by=people.wanggong, at=RAISED
    )
    page = read(people.sungong, "/revisits/follow-ups/")
    counts = {tab["slug"]: tab["count"] for tab in page.context["tabs"]}
    assert counts == {"open": 2, "overdue": 0, "due": 0, "sign": 2, "ended": None}
    ended = read(people.zhoujun, "/revisits/follow-ups/", view="ended")
    assert [line.row for line in ended.context["lines"]] == [door]
    assert "Done, customer told" in text(ended)
    assert read(wuzong, "/revisits/follow-ups/", view="nonsense").status_code == 200


def test_the_list_narrows_to_a_department_and_keeps_to_the_estate(read, raised, cleaning, stranger, sungong):
    raised("灯坏了", actions.Opinion("垃圾", cleaning))
    page = read(sungong, "/revisits/follow-ups/", department=str(cleaning.pk))
    assert [line.row.words for line in page.context["lines"]] == ["垃圾"]
    assert seen_by(permissions_of(stranger, RAISED), None).count() == 0


def test_an_auditor_reads_them_and_is_offered_nothing(read, opened, raised, auditor):
    case = raised("灯坏了")
    page = read(auditor, "/revisits/follow-ups/")
    assert [line.acts for line in page.context["lines"]] == [[]]
    assert not opened(case, auditor).context["moves"].verbs & {"do_follow_up", "drop_follow_up"}


def test_the_first_page_of_head_supervisor_and_manager_tells_of_them(
    read, raised, office_of_jinxiu, cleaning
):
    raised("灯坏了", actions.Opinion("垃圾", cleaning))
    for who, n in (("sungong", 1), ("chenfang", 2), ("zhoujun", 2), ("wuzong", 2)):
        assert tiles(read(getattr(office_of_jinxiu, who), "/"))["Follow-ups"] == n, who


def test_the_pages_cost_the_same_at_two_and_at_thirty(queries, raised, chenfang, zhoujun):
    case = raised("灯坏了", "门坏了")
    paths = ("/revisits/follow-ups/", f"/cases/{case.number}/", "/revisits/")
    few = [queries(zhoujun, path) for path in paths]
    for n in range(28):
        actions.add_follow_up(case, note=f"意见{n}", by=chenfang, at=RAISED)
    assert [queries(zhoujun, path) for path in paths] == few


def test_a_form_of_the_case_page_takes_three_opinions_without_a_script(
    send, case_in, office_of_jinxiu, cleaning
):
    case = case_in("replied")
    said = {
        "method": "phone", "satisfaction": "5", "new_opinion": "灯坏了", "new_opinion_2": "垃圾",
        "department_2": str(cleaning.pk), "new_opinion_3": "费用", "agreed_at_3": "2026-03-09T18:00",
    }  # fmt: skip
    assert send(case, office_of_jinxiu.chenfang, "revisit", said).status_code == 302
    rows = case.follow_ups.order_by("pk").values_list("words", "department__name", "agreed_at")
    assert list(rows) == [
        ("灯坏了", "工程部", None),
        ("垃圾", "保洁部", None),
        ("费用", "工程部", march(9, 18)),
    ]


def test_a_time_agreed_for_nothing_is_asked_about_at_its_own_place(send, case_in, office_of_jinxiu):
    case = case_in("replied")
    said = {"method": "phone", "satisfaction": "5", "agreed_at_2": "2026-03-09T18:00"}
    page = send(case, office_of_jinxiu.chenfang, "revisit", said)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["new_opinion_2"]
    assert '<details class="opinion" open>' in text(page)


def test_it_is_seen_to_on_the_case_page(client, send, opened, raised, office_of_jinxiu):
    people, case = office_of_jinxiu, raised("灯坏了", "门坏了")
    lamp = case.follow_ups.order_by("pk").first()
    page = opened(case, people.wanggong)
    assert page.context["moves"].next.verb == "do_follow_up"
    address = f"/cases/{case.number}/do_follow_up/?follow_up={lamp.pk}"
    assert address in text(page)
    form = client.get(address)
    assert f'<option value="{lamp.pk}" selected>灯坏了</option>' in text(form)
    said = {"follow_up": str(lamp.pk), "note": "换了灯泡"}
    assert send(case, people.wanggong, "do_follow_up", said).status_code == 302
    said = {"follow_up": str(lamp.pk), "note": "灯泡已换", "method": "phone"}
    assert send(case, people.limin, "tell_follow_up", said).status_code == 302
    assert send(case, people.limin, "sign_follow_up", {"follow_up": str(lamp.pk)}).status_code == 422
    assert send(case, people.sungong, "sign_follow_up", {"follow_up": str(lamp.pk)}).status_code == 302
    lamp.refresh_from_db()
    assert (lamp.signed_by, lamp.ended_at is not None) == (people.sungong, True)


def test_the_clock_of_an_agreed_time_names_the_agreement(opened, raised, chenfang):
    case = raised(actions.Opinion("费用怎么算", None, march(9, 18)))
    assert "Follow-up: as agreed with the customer, due Mon 9 Mar 18:00." in text(opened(case, chenfang))


def test_the_migrated_and_the_present_agree_on_the_default_time(raised):
    row = raised("灯坏了", at=MONDAY_9AM).follow_ups.get()
    assert row.due_at - row.raised_at == 3 * DAY
