"""What many who complain together have, and the steps of an amount until its customer has accepted it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import cast

from complaints import actions
from complaints.management.demo.replay import DAY, HOUR, MINUTE, Replay, Story
from complaints.models import Compensation, Complaint
from complaints.signatory_list import read
from staff.models import User
from staff.roles import Role

SIGNED = """1、张建国 3-1-201 13800010001
2、李秀英 3-1-302 13800010002
3、王海峰 3-1-401 13800010003
4、陈桂兰 3-1-502 13800010004 家有老人
5、刘志强 3-1-601 13800010005
6、杨淑芬 3-1-702 13800010006
7、赵文博 3-1-801 13800010007
8、黄晓梅 3-1-902 13800010008
9、周立新 3-1-1001 13800010009
10、吴玉芳 3-1-1102 13800010010 孕妇"""
MET = "向到场业主说明四次故障的原因和检修安排，承诺两日内书面答复，现场留下联系电话。"
WHERE = "3号楼1单元大堂"


def gather(replay: Replay, lead: Complaint, at: datetime) -> Story:
    """The list is typed in, the manager comes in person and speaks for us from then on."""
    manager, receiver = replay.who(lead.estate, "jingli"), lead.first_receiver
    replay.do(actions.add_signatories, lead, signers=read(SIGNED)[0], by=receiver, at=at)
    yield (at := at + 25 * MINUTE)
    replay.do(
        actions.appear, lead, person=manager, place=WHERE, note=MET, by=receiver, at=at,
    )  # fmt: skip
    yield (at := at + 5 * MINUTE)
    replay.do(actions.name_speaker, lead, person=manager, by=manager, at=at)


def approver_of(replay: Replay, case: Complaint, proposal: Compensation) -> User:
    """Whom the amount went to."""
    names = {Role.SUPERVISOR: "zhuguan", Role.PROPERTY_MANAGER: "jingli"}
    name = names.get(Role(proposal.approver_role))
    return cast(User, replay.who(case.estate, name) if name else replay.company.general_manager)


def settle(replay: Replay, case: Complaint, proposal: Compensation, at: datetime) -> Story:
    """Decided within hours, mostly as asked; paid some days later; a week later nearly all have signed."""
    dice, estate = replay.dice, case.estate
    yield (at := replay.work_time(at + 2 * HOUR, estate))
    less = proposal.amount > 1000 and dice.random() < 0.3
    done = replay.do(
        actions.decide_compensation, proposal, approve=True,
        granted_amount=proposal.amount * Decimal("0.8") if less else None,
        comment="按定损单八成赔付。" if less else "同意。", by=approver_of(replay, case, proposal), at=at,
    )  # fmt: skip
    if done is None:
        return
    yield (at := replay.work_time(at + dice.randint(1, 6) * DAY, estate))
    number = f"P{at:%Y%m}-{dice.randrange(100, 999)}"
    day = at.astimezone(estate.zone).date()
    replay.do(
        actions.pay, case, compensation=proposal, paid_on=day, voucher=number, by=case.first_receiver, at=at
    )
    if dice.random() < 0.85:
        yield (at := replay.work_time(at + dice.randint(1, 7) * DAY, estate))
        replay.do(
            actions.accept_payment, case, compensation=proposal, how="业主到前台签收，签字单已归档。",
            accepted_on=at.astimezone(estate.zone).date(), by=case.first_receiver, at=at,
        )  # fmt: skip


def owes(replay: Replay, case: Complaint, stops: str, at: datetime) -> Story:
    """An amount that stands still where it waits for somebody: for approval, for payment, for the customer."""
    proposal = replay.do(
        actions.propose_compensation, case, amount=Decimal(1200), note="按定损单协商一致。",
        by=case.first_receiver, at=at,
    )  # fmt: skip
    if stops == "pays" or proposal is None:
        return
    yield (at := at + 2 * HOUR)
    replay.do(
        actions.decide_compensation, proposal, approve=True, granted_amount=Decimal(960),
        comment="按定损单八成赔付。", by=approver_of(replay, case, proposal), at=at,
    )  # fmt: skip
    if stops == "paid":
        yield (at := at + 3 * HOUR)
        replay.do(
            actions.pay, case, compensation=proposal, paid_on=at.astimezone(case.estate.zone).date(),
            voucher=f"P{at:%Y%m}-{replay.dice.randrange(100, 999)}", by=case.first_receiver, at=at,
        )  # fmt: skip
