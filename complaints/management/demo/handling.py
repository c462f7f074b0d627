"""How a case of the demo usually goes: classified, worked on, replied to, revisited, and what comes between."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from decimal import Decimal
from typing import Any

from complaints import actions
from complaints.management.demo import aftercare, thorough, together
from complaints.management.demo.replay import DAY, HOUR, MINUTE, Replay, Story
from complaints.management.demo.texts import (
    APOLOGY,
    CLOSING_WAYS,
    COMPLAINTS_AT_REVISIT,
    DISPUTES,
    EXTENSION_NOTES,
    OPINIONS,
    PRAISE,
    Matter,
    opinion_of,
)
from complaints.management.demo.words import answer_words
from complaints.models import Clock, Complaint
from staff.models import User


def work(replay: Replay, case: Complaint, matter: Matter, at: datetime, fate: float, cycle: int = 1) -> Story:
    """Classify, act, reply, revisit; `fate` decides how well it goes."""
    dice, estate = replay.dice, case.estate
    handler = replay.handler(estate, matter)
    severity, at = yield from _placed(replay, case, matter, handler, at, cycle)
    if matter.category == "staff-conduct" and cycle == 1 and dice.random() < 0.9:
        yield (at := replay.work_time(at + dice.randint(2, 20) * HOUR, estate))
        replay.do(
            actions.apologise, case, note=APOLOGY, apologised_by=str(replay.who(estate, "zhuguan")),
            method="in_person", by=case.first_receiver, at=at,
        )  # fmt: skip
    if severity != "minor" or dice.random() < 0.4:
        yield (at := replay.work_time(at + dice.randint(20, 200) * MINUTE, estate))
        by = case.speaker or case.first_receiver
        replay.do(
            actions.answer, case, **answer_words(case, by=by, at=at), method="phone",
            clear=severity != "minor", by=by, at=at,
        )  # fmt: skip
    length = {"minor": 0.25, "important": 1.6, "major": 5.5}[severity] * dice.uniform(0.4, 1.3)
    late = 0.06 < fate < 0.17
    if 0.17 < fate < 0.26:
        yield from _ask_for_time(replay, case, at, severity, handler, approve=fate < 0.235)
        length += {"minor": 1.2, "important": 2.5, "major": 4}[severity]
    if late:
        length += {"minor": 1.1, "important": 2.4, "major": 6}[severity] * dice.uniform(0.8, 1.6)
    for step in matter.steps:
        yield (at := replay.work_time(at + length / len(matter.steps) * DAY, estate))
        replay.do(actions.act, case, note=step, owner_sees=True, by=handler, at=at)
        if late and dice.random() < 0.5:
            yield (at := replay.work_time(at + 2 * HOUR, estate))
            replay.do(actions.chase, case, note="业主来电催问进度。", by=case.first_receiver, at=at)
            if handler != (supervisor := replay.who(estate, "zhuguan")):
                replay.do(actions.remind, case, note="请今天内回复业主进展。", by=supervisor, at=at)
    yield (at := replay.work_time(at + dice.randint(10, 60) * MINUTE, estate))
    replay.do(actions.handle, case, note=matter.result, evidence=matter.evidence, by=handler, at=at)
    thorough.analyse_later(replay, case, at)
    if matter.category in ("water-power", "construction-quality") and dice.random() < 0.4:
        yield from _pay(replay, case, at)
    yield (at := replay.work_time(at + dice.randint(15, 400) * MINUTE, estate))
    replay.do(
        actions.reply, case, note=matter.reply, method=dice.choice(["phone", "in_person", "phone"]),
        by=case.speaker or case.first_receiver, at=at,
    )  # fmt: skip
    yield from revisit(replay, case, matter, at, fate, cycle)


def _placed(
    replay: Replay, case: Complaint, matter: Matter, handler: User, at: datetime, cycle: int
) -> Generator[datetime, None, tuple[str, datetime]]:
    """Claimed, classified, sometimes sent back, accepted: its severity, and when the work begins."""
    dice, estate = replay.dice, case.estate
    if case.awaits_claim:
        yield (at := replay.work_time(at + 20 * MINUTE, estate))
        replay.do(actions.claim, case, by=replay.who(estate, "qiantai"), at=at)
    yield (at := replay.work_time(at + dice.randint(5, 25) * MINUTE, estate))
    severity = replay.severity(matter)
    if cycle > 1:
        severity = case.severity
    replay.do(
        actions.classify, case, severity=severity, category=replay.categories[matter.category],
        handler=handler, department=replay.department(estate, matter),
        by=replay.who(estate, "zhuguan"), at=at,
    )  # fmt: skip
    if severity == "major":
        yield (at := at + 40 * MINUTE)
        replay.do(actions.acknowledge, case, by=replay.who(estate, "jingli"), at=at)
    if dice.random() < 0.06:
        yield (at := replay.work_time(at + HOUR, estate))
        replay.do(actions.send_back, case, note="不属于本部门职责，请改派。", by=handler, at=at)
        yield (at := replay.work_time(at + 15 * MINUTE, estate))
        replay.do(
            actions.classify, case, severity=severity, category=None, handler=handler,
            department=replay.department(estate, matter), by=replay.who(estate, "zhuguan"), at=at,
        )  # fmt: skip
    yield (at := replay.work_time(at + dice.randint(5, 150) * MINUTE, estate))
    replay.do(actions.accept, case, note=opinion_of(matter.category, severity), by=handler, at=at)
    return severity, at


def revisit(replay: Replay, case: Complaint, matter: Matter, at: datetime, fate: float, cycle: int) -> Story:
    dice, estate = replay.dice, case.estate
    checker = aftercare.reviser(replay, case)
    if 0.26 < fate < 0.32 and cycle == 1:
        yield (at := replay.work_time(at + dice.randint(4, 40) * HOUR, estate))
        replay.do(actions.dispute, case, note=dice.choice(DISPUTES), by=case.first_receiver, at=at)
        yield from work(replay, case, matter, at, 0.9, cycle=2)
        return
    days = dice.choices([0.8, 1.7, 2.6, 4.2], [4, 4, 2, 0.7])[0]
    yield (at := replay.work_time(at + days * DAY, estate))
    if 0.32 < fate < 0.36:
        for _ in range(3):
            replay.do(actions.try_revisit, case, note="电话无人接听。", by=checker, at=at)
            yield (at := replay.work_time(at + 20 * HOUR, estate))
        replay.do(
            actions.except_revisit, case, exception="unreachable", note="三次未接通，已短信告知结果。",
            by=checker, at=at,
        )  # fmt: skip
        return
    score = dice.choices([5, 4, 3, 2, 1], [9, 8, 3, 0.7, 0.3])[0]
    if fate > 0.995 and cycle == 2:
        score = 1
    good = score >= 3
    replay.do(
        actions.revisit, case, method="phone", by=checker, at=at,
        answers=actions.Answers(
            satisfaction=score, believed=good or dice.random() < 0.5, informed=dice.random() < 0.85,
            passed_around=not good and dice.random() < 0.6, polite=good, accused=False,
            remarks=dice.choice(PRAISE if good else COMPLAINTS_AT_REVISIT),
            opinions=(actions.Opinion(dice.choice(OPINIONS)),) if dice.random() < 0.08 else (),
        ),
    )  # fmt: skip
    aftercare.after(replay, case, at)
    if not good and cycle < 3:
        yield from work(replay, case, matter, at, 0.9, cycle + 1)
    elif not good:
        yield (at := replay.work_time(at + DAY, estate))
        replay.do(
            actions.close_unsatisfied, case, note=CLOSING_WAYS, by=replay.company.general_manager, at=at
        )
    elif dice.random() < 0.02:
        yield (at := replay.work_time(at + dice.randint(5, 60) * DAY, estate))
        replay.do(actions.reopen, case, note=dice.choice(DISPUTES), by=case.first_receiver, at=at)
        yield from work(replay, case, matter, at, 0.9, cycle + 1)


def found_invalid(replay: Replay, case: Complaint, at: datetime) -> Story:
    estate = case.estate
    yield (at := replay.work_time(at + 10 * MINUTE, estate))
    replay.do(
        actions.propose_invalid, case, note="经核实属误解，已向业主说明相关约定。",
        by=case.first_receiver, at=at,
    )  # fmt: skip
    yield (at := replay.work_time(at + HOUR, estate))
    replay.do(actions.confirm_invalid, case, by=replay.who(estate, "zhuguan"), at=at)
    yield (at := replay.work_time(at + HOUR, estate))
    replay.do(
        actions.reply, case, note="已向您当面说明收费依据和约定，感谢您的理解，有疑问可随时来前台查询。",
        method="in_person", by=case.first_receiver, at=at,
    )  # fmt: skip
    yield (at := replay.work_time(at + DAY, estate))
    replay.do(
        actions.revisit, case, answers=actions.Answers(satisfaction=replay.dice.choice([3, 4, 5])),
        method="phone", by=aftercare.reviser(replay, case), at=at,
    )  # fmt: skip
    aftercare.after(replay, case, at)


def _ask_for_time(
    replay: Replay, case: Complaint, at: datetime, severity: str, handler: User, *, approve: bool
) -> Story:
    yield (at := replay.work_time(at + HOUR, case.estate))
    clock = Clock.objects.running().filter(complaint=case, kind="resolve").first()
    if clock is None or clock.due_at - at < HOUR:
        return
    reason = replay.dice.choice(list(EXTENSION_NOTES))
    days = {"minor": 2, "important": 4, "major": 7}[severity]
    request = replay.do(
        actions.ask_extension, case, clock="resolve", reason=reason, note=EXTENSION_NOTES[reason],
        new_due_at=clock.due_at + days * DAY, by=handler, at=at, **_told_first(replay, at),
    )  # fmt: skip
    if request is None:
        return
    by = replay.who(case.estate, "jingli") if severity == "minor" else replay.company.general_manager
    yield (at := at + replay.dice.randint(10, 300) * MINUTE)
    if approve:
        other = replay.dice.choices([0, -1, 1], [7, 2, 1])[0]  # mostly as asked, else until another time
        granted = clock.due_at + (days + other) * DAY if other else None
        replay.do(
            actions.approve_extension, request, granted_due_at=granted, comment="同意，务必按期完成。",
            by=by, at=at,
        )  # fmt: skip
    else:
        replay.do(
            actions.decline_extension, request, comment="理由不充分，请增派人手按期完成。", by=by, at=at
        )


def _told_first(replay: Replay, at: datetime) -> dict[str, Any]:
    """Most customers are told before more time is asked for; some cannot be reached."""
    if replay.dice.random() < 0.15:
        return {"not_told_because": "两次致电无人接听，已留言，次日再联系。"}
    method = replay.dice.choice(["phone", "phone", "in_person", "wechat"])
    return {"customer_told_at": at - 10 * MINUTE, "customer_told_method": method}


def _pay(replay: Replay, case: Complaint, at: datetime) -> Story:
    yield (at := replay.work_time(at + 30 * MINUTE, case.estate))
    amount = Decimal(replay.dice.choice([200, 350, 500, 1200, 2600, 8000]))
    proposal = replay.do(
        actions.propose_compensation, case, amount=amount, note="按定损单协商一致。",
        by=case.first_receiver, at=at,
    )  # fmt: skip
    if proposal is not None:
        replay.add(together.settle(replay, case, proposal, at), at)
