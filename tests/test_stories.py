"""Stories 1, 3, 4, 7, 8 and 9 of the acceptance cases, times to the minute."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.models import Clock, Complaint, Deadline, Notification
from complaints.policy import ClockKind
from complaints.statuses import WrongPerson
from complaints.sweep import sweep
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, march, person
from tests.looking import told_at
from tests.stories import approver_of, due, owner_reads

pytestmark = pytest.mark.django_db


def sweep_at(moment) -> None:
    while sweep(moment):
        pass


def told(kind: str, case: Complaint) -> set[str]:
    lines = Notification.objects.filter(kind=kind, complaint=case).select_related("user")
    return {line.user.username for line in lines}


def test_story_1_twelve_people_and_a_lift(walk_in, office_of_jinxiu, categories, engineering):
    people = office_of_jinxiu
    case = walk_in(
        march(4, 19, 10),
        content="3号楼1单元电梯一个月坏四次，今天不给说法不走。",
        category=categories["lifts"],
        person=actions.Person(name="张先生", phone="13800000012", representative="张先生"),
        facts={"headcount": 12, "is_collective": True},
        severity="important",  # the desk thought; twelve people make it major
        handler=people.wanggong,
        department=engineering,
    )
    assert (case.grade, case.severity) == ("major", "major")
    assert case.grade_reasons["collective_major"] == [12, 12]
    assert due(case) == {
        ClockKind.DELIVER: march(5, 9, 30),
        ClockKind.URGENT_REPORT: march(4, 23, 10),
        ClockKind.INITIAL_ANSWER: march(5, 19, 10),
        ClockKind.CLEAR_ANSWER: march(6, 19, 10),
        ClockKind.RESOLVE: march(14, 19, 10),
        ClockKind.ACCEPT: march(5, 12, 30),
        ClockKind.BULLETIN: march(11, 19, 10),  # the next one; the first went out at once
        ClockKind.PRESENCE: march(5, 10, 30),  # 2 service hours; the estate opens at 08:30
    }
    assert approver_of(case) == Role.GENERAL_MANAGER
    first = case.bulletins.get()
    assert (first.kind, first.issued_at, first.issued_by) == ("major", march(4, 19, 10), None)
    assert told("bulletin_issued", case) == {"zhoujun", "wuzong", "chenfang"}
    assert told("presence_owed", case) == {"zhoujun"}
    actions.acknowledge(case, by=people.zhoujun, at=march(4, 19, 40))
    assert not Clock.objects.running().filter(complaint=case, kind=ClockKind.URGENT_REPORT).exists()

    actions.appear(
        case, person=people.zhoujun, place="3号楼大堂", note="向各位业主说明检修安排，两日内书面答复。",
        by=people.limin, at=march(5, 10), done_at=march(5, 9, 40),
    )  # fmt: skip
    clock = Clock.objects.get(complaint=case, kind=ClockKind.PRESENCE)
    assert (clock.stopped_at, clock.breached_at) == (march(5, 9, 40), None)
    assert "周军已到场" in owner_reads(case)


def test_story_1_the_manager_stays_away_and_the_general_manager_hears_of_it(
    walk_in, office_of_jinxiu, categories
):
    case = walk_in(
        march(4, 19, 10), category=categories["lifts"], facts={"headcount": 12, "is_collective": True}
    )
    sweep_at(march(5, 10, 29))
    assert not case.events.filter(kind="level_over", params__clock="presence").exists()
    sweep_at(march(5, 10, 30))
    assert told_at(case, "presence", "over") == {"zhoujun", "wuzong"}


def test_story_1_nobody_acknowledges_and_the_general_manager_hears_of_it(
    walk_in, office_of_jinxiu, categories
):
    case = walk_in(
        march(4, 19, 10), category=categories["lifts"], severity="major", handler=office_of_jinxiu.wanggong
    )
    sweep_at(march(4, 23, 9))
    assert told("level_over", case) == set()
    sweep_at(march(4, 23, 10))
    assert "wuzong" in told("level_over", case)


def test_story_3_the_leak_is_back_and_the_closed_case_is_offered(
    case_in, jinxiu, home, categories, office_of_jinxiu, engineering
):
    people = office_of_jinxiu
    february = march(3, 10) - 19 * DAY
    case = case_in("closed", severity="minor", at=february - 2 * HOUR)
    tuesday = march(3, 10)

    offered = Complaint.objects.similar_to(
        estate=jinxiu, unit=home, phone="", category=categories["repairs"], since=tuesday - 90 * DAY
    )
    assert list(offered) == [case]

    actions.reopen(case, note="2月12日说修好了，昨天下雨又漏，天花板都掉皮了。", by=people.limin, at=tuesday)
    case = actions.classify(
        case, severity="important", category=None, handler=people.wanggong, department=engineering,
        by=people.chenfang, at=tuesday,
    )  # fmt: skip
    assert case.cycle_number == 2
    assert due(case, cycle=2)[ClockKind.DELIVER] == march(3, 10, 30)
    assert due(case, cycle=2)[ClockKind.RESOLVE] == march(6, 10)
    assert (case.grade, case.severity) == ("important", "important")
    assert approver_of(case) == Role.GENERAL_MANAGER


def test_story_4_already_paid_is_explained_and_never_called_invalid(walk_in, office_of_jinxiu, categories):
    people = office_of_jinxiu
    case = walk_in(march(3, 9, 30), content="我去年就交清了，怎么又催费？", category=categories["fees"])
    actions.answer(
        case, note="您去年的物业费已结清，这次是2026年度的账单。", method="in_person", by=people.limin,
        at=march(3, 9, 40),
    )  # fmt: skip
    actions.propose_invalid(case, note="本年度账单，收费无误", by=people.limin, at=march(3, 9, 45))
    with pytest.raises(WrongPerson):
        actions.confirm_invalid(case, by=people.limin, at=march(3, 9, 50))
    actions.confirm_invalid(case, by=people.chenfang, at=march(3, 10))
    resolve = Clock.objects.get(complaint=case, kind=ClockKind.RESOLVE)
    assert resolve.stopped_at == march(3, 10)
    assert resolve.breached_at is None

    actions.reply(
        case,
        note="已当面说明账单年度，感谢您的理解。",
        method="in_person",
        by=people.limin,
        at=march(3, 10, 5),
    )
    assert due(case)[ClockKind.REVISIT] == march(6, 10, 5)
    said = {"answers": actions.Answers(satisfaction=4), "method": "phone", "at": march(4, 9)}
    for involved in (people.chenfang, people.limin):  # who confirmed it and who replied do not revisit
        with pytest.raises(WrongPerson, match="周军"):
            actions.revisit(case, by=involved, alone_because="没有别人", **said)
    case = actions.revisit(case, by=people.zhoujun, **said)
    assert (case.status, case.outcome) == ("closed", "invalid")
    assert "无效" not in owner_reads(case)
    assert "not upheld" not in owner_reads(case).lower()


def test_story_7_mother_in_the_lift_at_night(laozhao, walk_in, office_of_jinxiu, categories, engineering):
    case = walk_in(
        march(7, 2, 15),
        by=laozhao,
        content="我妈困电梯里，有心脏病，快来人！",
        category=categories["lifts"],
        facts={"urgent": True, "injury": True},
        severity="major",
        handler=office_of_jinxiu.wanggong,
        department=engineering,
    )
    assert due(case) == {
        ClockKind.DELIVER: march(7, 2, 45),
        ClockKind.ACCEPT: march(7, 2, 45),
        ClockKind.URGENT_REPORT: march(7, 6, 15),
        ClockKind.INITIAL_ANSWER: march(8, 2, 15),
        ClockKind.CLEAR_ANSWER: march(9, 2, 15),
        ClockKind.RESOLVE: march(17, 2, 15),
    }
    assert case.awaits_claim
    assert "zhoujun" in told("urgent_received", case)
    case = actions.claim(case, by=office_of_jinxiu.limin, at=march(7, 8, 30))
    assert case.first_receiver == office_of_jinxiu.limin
    assert approver_of(case) == Role.GENERAL_MANAGER


def test_story_8_the_burst_pipe_and_the_86_000(case_in, office_of_jinxiu, categories):
    people = office_of_jinxiu
    case = case_in(
        "acting",
        severity="minor",  # the threat of a lawsuit makes it important
        at=march(3, 8, 50),
        content="水管爆了，地板全泡，赔8.6万，否则起诉。",
        category=categories["water-power"],
        facts={"lawsuit_threatened": True, "demand": "compensate", "remedy_asked": "赔偿86000元"},
    )
    assert (case.grade, case.severity) == ("hot", "important")
    assert due(case)[ClockKind.RESOLVE] == march(6, 8, 50)
    assert due(case)[ClockKind.BULLETIN] == march(4, 8, 50)
    assert approver_of(case) == Role.GENERAL_MANAGER
    proposal = actions.propose_compensation(
        case, amount=86000, note="地板整体更换报价", by=people.limin, at=march(3, 14)
    )
    with pytest.raises(WrongPerson):
        actions.decide_compensation(proposal, approve=True, by=people.zhoujun, at=march(3, 15))
    actions.decide_compensation(
        proposal, approve=True, comment="按保险公司定损支付", by=people.wuzong, at=march(4, 9)
    )
    assert "86" not in owner_reads(case)


def test_story_9_the_neighbour_who_must_not_be_named(walk_in, office_of_jinxiu, categories):
    people = office_of_jinxiu
    case = walk_in(
        march(3, 23, 40),
        content="楼上502又半夜打麻将，别说是我说的。",
        category=categories["noise"],
        facts={"identity_hidden": True},
    )
    assert due(case)[ClockKind.DELIVER] == march(4, 9, 30)
    assert due(case)[ClockKind.RESOLVE] == march(4, 23, 40)
    assert approver_of(case) == Role.PROPERTY_MANAGER

    def sees_name(user) -> bool:
        return actions.shows_complainant(case, actions.roles_on(case, permissions_of(user, march(4))))

    assert sees_name(people.limin)
    assert sees_name(people.chenfang)
    assert not sees_name(people.wanggong)
    assert not sees_name(people.zhoujun)


def test_overdue_minor_climbs_to_the_property_manager_then_one_day_later_to_the_next(case_in):
    case = case_in("acting", severity="minor", at=march(2, 9))
    sweep_at(march(3, 2, 59))
    assert told("level_warning", case) == set()
    sweep_at(march(3, 3))
    assert told("level_warning", case) == {"wanggong", "limin", "sungong", "chenfang"}
    sweep_at(march(3, 9))
    assert told("level_over", case) == {"wanggong", "limin", "zhoujun"}
    sweep_at(march(4, 9))
    # The general manager reads minor ones in the daily digest.
    assert told("level_day_over", case) == {"wanggong", "limin", "zhoujun"}


def test_overdue_important_goes_to_the_general_manager_one_by_one(case_in):
    case = case_in("acting", severity="important", at=march(2, 9))
    sweep_at(march(5, 9))
    assert told("level_over", case) == {"wanggong", "limin", "zhoujun", "wuzong"}


def test_an_extension_approved_in_time_moves_the_due_time_and_leaves_no_breach(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="important", at=march(2, 9))
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件到货", new_due_at=march(9, 9), by=people.wanggong,
        at=march(4, 9), not_told_because="电话未接通",
    )  # fmt: skip
    assert told("extension_requested", case) == {"wuzong"}
    with pytest.raises(WrongPerson):
        actions.approve_extension(request, by=people.wanggong, at=march(4, 10))
    with pytest.raises(WrongPerson):
        actions.approve_extension(request, by=people.zhoujun, at=march(4, 10))
    actions.approve_extension(request, by=people.wuzong, at=march(4, 10))
    clock = Clock.objects.get(complaint=case, kind="resolve")
    assert (clock.due_at, clock.revision, clock.breached_at) == (march(9, 9), 3, None)
    sweep_at(march(9, 9) - MINUTE)
    fired = Deadline.objects.filter(clock=clock, state="fired").values_list("revision", "level")
    assert set(fired) == {(3, "warning")}


def test_an_extension_approved_too_late_leaves_the_breach(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    request = actions.ask_extension(
        case, clock="resolve", reason="weather", note="连续下雨无法施工", new_due_at=march(4, 9),
        by=people.wanggong, at=march(3, 8), not_told_because="电话未接通",
    )  # fmt: skip
    sweep_at(march(3, 9, 1))
    actions.approve_extension(request, by=people.zhoujun, at=march(3, 10))
    clock = Clock.objects.get(complaint=case, kind="resolve")
    assert clock.due_at == march(4, 9)
    assert clock.breached_at == march(3, 9)


def test_a_vacant_property_manager_falls_to_the_general_manager(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    people.zhoujun.postings.update(ends_at=march(1))
    case = case_in("acting", severity="minor", at=march(2, 9), facts={"urgent": True})  # not for the digest
    sweep_at(march(3, 9))
    assert told_at(case, "resolve", "over") == {"wanggong", "limin", "wuzong"}


def test_the_one_complained_about_sees_nothing_and_is_told_nothing(walk_in, office_of_jinxiu, jinxiu):
    guard = person("baoan", "赵保安", Role.SUPERVISOR, estate=jinxiu)
    case = walk_in(march(3, 21, 30), content="保安赵某当着孩子骂我。", respondents=(guard,))
    assert not Complaint.objects.visible_to(permissions_of(guard, march(4))).filter(pk=case.pk).exists()
    sweep_at(march(9))
    assert not Notification.objects.filter(user=guard, complaint=case).exists()
    with pytest.raises(WrongPerson):
        actions.add_note(case, note="没有的事", by=guard, at=march(4))
