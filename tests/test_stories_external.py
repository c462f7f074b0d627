"""Stories 2, 5, 6 and 10 of the acceptance cases, times to the minute: media, a guard, 12345, abnormal."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.models import Complaint, Notification
from complaints.policy import ClockKind
from complaints.statuses import WrongPerson
from complaints.timeline import entry_told
from config.framework.refusals import Refused
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import DAY, march, person
from tests.looking import ring, told
from tests.portal import letter
from tests.stories import approver_of, due, owner_reads

pytestmark = pytest.mark.django_db


def test_story_2_a_reporter_asks_about_the_flooded_garage(walk_in, office_of_jinxiu, categories, engineering):
    people = office_of_jinxiu
    case = walk_in(
        march(2, 14),
        channel="phone",
        content="我是都市频道记者，车库积水三天没人管，请经理接受采访。",
        person=actions.Person(name="张记者", phone="13800001111", capacity="reporter"),
        category=categories["water-power"],
        place="车库",
        unit=None,
        facts={"media_asked": True, "media_threatened": True},
        severity="minor",  # that it may be exposed makes it important
        handler=people.wanggong,
        department=engineering,
    )
    assert due(case)[ClockKind.MEDIA] == march(4, 14)
    assert due(case)[ClockKind.RESOLVE] == march(5, 14)
    assert (case.grade, case.severity) == ("hot", "important")
    assert due(case)[ClockKind.BULLETIN] == march(3, 14)
    assert approver_of(case) == Role.GENERAL_MANAGER

    # The desk may only say that it is reported.
    for speaker in (people.limin, people.chenfang):
        with pytest.raises(WrongPerson):
            actions.answer(case, note="水泵坏了", method="phone", by=speaker, at=march(2, 14, 20))
        with pytest.raises(WrongPerson):
            actions.answer_media(case, note="水泵坏了", by=speaker, at=march(2, 14, 20))
    actions.answer_media(case, note="都市频道：水泵已更换，积水已抽干。", by=people.zhoujun, at=march(3, 16))
    ring(march(4, 15))
    assert not case.events.filter(params__clock=ClockKind.MEDIA, kind="level_over").exists()


def test_story_5_a_guard_insults_a_father_before_his_child(
    walk_in, laozhao, office_of_jinxiu, categories, jinxiu
):
    people = office_of_jinxiu
    zhao = person("zhaobaoan", "赵保安", Role.HANDLER, estate=jinxiu)
    case = walk_in(
        march(3, 21, 30),
        by=laozhao,
        content="保安赵某当着孩子骂我‘没钱别住这儿’，要他道歉。",
        place="东门",
        unit=None,
        category=categories["staff-conduct"],
        respondents=(zhao,),
        facts={"demand": "respect"},
    )
    assert case.awaits_claim
    assert due(case)[ClockKind.DELIVER] == march(4, 9, 30)
    case = actions.claim(case, by=people.limin, at=march(4, 8, 40))
    claimed = case.events.get(kind="claimed")
    assert (
        claimed.owner_sees and "李敏" in entry_told(claimed, case.estate.zone, {people.limin.pk: "李敏"}).text
    )
    case = actions.classify(
        case, severity="important", category=None, handler=people.chenfang, by=people.chenfang, at=march(4, 9)
    )
    assert due(case)[ClockKind.APOLOGY] == march(6, 9)
    assert due(case)[ClockKind.RESOLVE] == march(6, 21, 30)
    assert approver_of(case) == Role.GENERAL_MANAGER

    ring(march(7))
    assert not Complaint.objects.visible_to(permissions_of(zhao, march(4))).filter(pk=case.pk).exists()
    assert not Notification.objects.filter(user=zhao).exists()
    actions.apologise(
        case, note="当着孩子那样说话是我不对，请您原谅。", apologised_by="赵保安、陈芳", method="in_person",
        by=people.limin, at=march(7, 10),
    )  # fmt: skip
    assert "请您原谅" in owner_reads(case)
    [apology] = case.clocks.filter(kind=ClockKind.APOLOGY)
    assert (apology.breached_at, apology.stopped_at) == (march(6, 9), march(7, 10))


def test_story_6_an_order_of_the_hotline(walk_in, office_of_jinxiu, categories):
    people = office_of_jinxiu
    case = walk_in(
        march(5, 11, 20),
        channel="hotline",
        content="市民反映1号楼2单元楼道电动车充电，限3个工作日回复。",
        category=categories["security"],
        facts={
            "external_number": "20260305-12345-0099",
            "external_unit": "浦东新区分中心",
            "external_due_at": march(10, 11, 20),
        },
    )
    assert due(case)[ClockKind.DELIVER] == march(5, 11, 50)
    case = actions.classify(
        case, severity="important", category=None, handler=people.wanggong, by=people.chenfang,
        at=march(5, 11, 40),
    )  # fmt: skip
    assert due(case)[ClockKind.RESOLVE] == march(8, 11, 20)
    assert due(case)[ClockKind.EXTERNAL] == march(10, 11, 20)
    assert ClockKind.OBJECTION not in due(case)

    # Our own overtime is the general manager's; theirs is the dispatching unit's.
    assert approver_of(case) == Role.GENERAL_MANAGER
    ask = {"reason": "complex", "note": "需协调充电棚", "by": people.limin, "at": march(6)}
    actions.ask_extension(case, clock="resolve", new_due_at=march(12), **ask, not_told_because="电话未接通")
    with pytest.raises(Refused):
        actions.ask_extension(
            case, clock="external", new_due_at=march(12), **ask, not_told_because="电话未接通"
        )
    case = actions.move_external(
        case, decision="extended", new_due_at=march(12, 17, 30), note="浦东新区分中心同意延期2个工作日",
        by=people.limin, at=march(6),
    )  # fmt: skip
    assert due(case)[ClockKind.EXTERNAL] == march(12, 17, 30)

    actions.answer_external(case, note="已清理楼道并建充电棚，市民认可。", by=people.limin, at=march(11))
    ring(march(20))
    assert not case.events.filter(params__clock=ClockKind.EXTERNAL).exists()


#: 车划了: what the man in the garage did, by the six signs of X1.
SIGNS_OF_STORY_10 = (
    ("groundless", "车划痕修补报价2000元，索要20万元。"),
    ("rising", "先要2000元，当日改口20万元。"),
    ("byways", "扬言不给钱就天天发抖音、拉横幅。"),
    ("no_proof", "三次请其定损，均拒绝，不提供单据。"),
)  # 1, 2, 4, 5


def test_story_10_two_hundred_thousand_for_a_scratch(walk_in, office_of_jinxiu, categories, reader):
    people = office_of_jinxiu
    case = walk_in(
        march(2, 10),
        content="车划了，先要2000，现在20万！不定损，不给钱天天发抖音、拉横幅。",
        category=categories["parking"],
        place="车库",
        unit=None,
        facts={"media_threatened": True, "restricted": True, "demand": "compensate"},
        severity="minor",  # that it may be exposed makes it important
        handler=people.chenfang,
    )
    for sign, fact in SIGNS_OF_STORY_10:
        on = march(2).date()
        case = actions.note_sign(case, sign=sign, note=fact, on=on, by=people.limin, at=march(2, 10, 30))
    assert (case.grade, case.severity) == ("hot", "important")
    assert due(case)[ClockKind.RESOLVE] == march(5, 10)
    assert ClockKind.MEDIA not in due(case)  # he threatens, no reporter asked
    assert due(case)[ClockKind.BULLETIN] == march(3, 10)
    assert approver_of(case) == Role.GENERAL_MANAGER
    noted = case.signs.order_by("pk").values_list("sign", "fact", "on")
    assert list(noted) == [(sign, fact, march(2).date()) for sign, fact in SIGNS_OF_STORY_10]

    # Proposed to the supervisor, decided by the property manager, looked at again after thirty days.
    assert told("abnormal_suggested", case) == {"chenfang"}
    case = actions.propose_abnormal(case, note="四项迹象属实。", by=people.chenfang, at=march(2, 11))
    case = actions.decide_abnormal(
        case, abnormal=True, note="依法定损，通过12345及派出所答复。", circle=[people.chenfang],
        by=people.zhoujun, at=march(2, 12),
    )  # fmt: skip
    assert case.abnormal == "marked"
    assert due(case)[ClockKind.ABNORMAL_REVIEW] == march(2, 12) + 30 * DAY

    # The circle is restricted; the way of complaining stays open to him.
    for outside in (people.wanggong, people.sungong):
        seen = Complaint.objects.visible_to(permissions_of(outside, march(3)))
        assert not seen.filter(pk=case.pk).exists()
    actions.answer(case, note="请先定损，我们陪同。", method="phone", by=people.limin, at=march(2, 13))
    actions.chase(case, note="什么时候给钱？", by=None, at=march(3))
    actions.remark(case, note="继续发抖音", at=march(3, 1))
    assert "请先定损" in owner_reads(case)
    page = letter(reader(case), case)
    assert "请先定损" in page
    for word in ("非正常", "迹象", "无理", "知悉", "20万元"):
        assert word not in owner_reads(case) + page
