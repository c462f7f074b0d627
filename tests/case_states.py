"""Cases as they may stand: for each status, and for what the status does not say."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.models import Complaint
from complaints.signatory_list import Signer
from tests.cast import DAY, HOUR, march

START, NOW = march(2), march(2, 16)


@pytest.fixture
def stories(case_in, walk_in, office_of_jinxiu, laozhao) -> dict[str, Complaint]:
    """Cases as they may stand, for each status and for what the status does not say."""
    people = office_of_jinxiu
    made = {
        status: case_in(status, at=START)
        for status in ("received", "recorded", "classified", "acting", "handled", "replied", "closed")
    }
    made["urgent"] = case_in("acting", at=START, facts={"urgent": True})
    made["asked"] = case_in("acting", at=START)
    actions.ask_extension(
        made["asked"], clock="resolve", reason="parts", note="等件", new_due_at=START + 4 * DAY,
        by=people.wanggong, at=START + 2 * HOUR, not_told_because="未接通",
    )  # fmt: skip
    made["proposed"] = case_in("recorded", at=START)
    actions.propose_invalid(made["proposed"], note="合同未约定", by=people.limin, at=START + HOUR)
    made["hotline"] = case_in(
        "acting",
        at=START,
        channel="hotline",
        facts={"external_due_at": START + 3 * DAY, "external_number": "1"},
    )
    made["media"] = case_in("acting", at=START, channel="media")
    made["money"] = case_in("acting", at=START)
    actions.propose_compensation(made["money"], amount=100, note="墙面", by=people.limin, at=START + 2 * HOUR)
    made["signs"] = case_in("acting", at=START)
    for sign in ("rising", "byways"):
        actions.note_sign(
            made["signs"], sign=sign, note="事实", on=START.date(), by=people.limin, at=START + HOUR
        )
    made["void"] = actions.void(
        case_in("recorded", at=START), note="误录", by=people.chenfang, at=START + HOUR
    )
    made["second round"] = case_in("replied", at=START)
    actions.dispute(made["second round"], note="又漏了", by=people.limin, at=START + 2 * HOUR)
    made["joined"] = walk_in(START)
    actions.join(made["joined"], lead=made["acting"], by=people.limin, at=START + 2 * HOUR)
    made["third round"] = case_in("replied", at=START)  # the second was never replied to
    actions.dispute(made["third round"], note="又漏了", by=people.limin, at=START + 2 * HOUR)
    actions.withdraw(
        made["third round"], note="算了", confirmed_by="phone", by=people.limin, at=START + 3 * HOUR
    )
    actions.reopen(made["third round"], note="还是不行", by=people.limin, at=START + 4 * HOUR)
    made["hidden"] = case_in("acting", at=START, facts={"identity_hidden": True})
    made["judged by who proposed"] = case_in("recorded", at=START)
    actions.propose_invalid(
        made["judged by who proposed"], note="合同未约定", by=people.chenfang, at=START + HOUR
    )
    made["speaker"] = case_in("acting", at=START, facts={"lawsuit_threatened": True})
    actions.name_speaker(made["speaker"], person=people.wanggong, by=people.zhoujun, at=START + 2 * HOUR)
    made["order answered"] = case_in(
        "acting", at=START, channel="hotline",
        facts={"external_due_at": START + 3 * DAY, "external_number": "2"},
    )  # fmt: skip
    actions.answer_external(made["order answered"], note="已办结", by=people.limin, at=START + 2 * HOUR)
    made["put by the manager"] = case_in("acting", at=START)
    for sign in ("rising", "byways"):
        actions.note_sign(
            made["put by the manager"], sign=sign, note="事实", on=START.date(), by=people.zhoujun,
            at=START + HOUR,
        )  # fmt: skip
    made["money granted"] = case_in("acting", at=START)
    amount = actions.propose_compensation(
        made["money granted"], amount=100, note="墙面", by=people.limin, at=START + 2 * HOUR
    )
    actions.decide_compensation(amount, approve=True, by=people.chenfang, at=START + 3 * HOUR)
    made["followed up"] = case_in("replied", at=START)
    actions.add_follow_up(made["followed up"], note="楼道灯", by=people.limin, at=START + 2 * HOUR)
    made["rated"] = case_in("replied", at=START)
    opinion = actions.Opinion("楼道灯不亮")
    actions.rate(
        made["rated"], answers=actions.Answers(satisfaction=4, opinions=(opinion,)), at=START + 2 * HOUR
    )
    made["by night"] = walk_in(START, by=laozhao)
    made["signed"] = case_in("acting", at=START)
    actions.add_signatories(
        made["signed"], signers=[Signer("张三", "1-1-101", "", "")],
        by=people.limin, at=START + HOUR,
    )  # fmt: skip
    return made
