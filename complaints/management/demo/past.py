"""Fourteen months of a company's cases, replayed through the same actions people use.

Every case is a small story that says when it wants to go on; the replay tells all stories in the
order of time and rings every level at the minute it would have rung.
"""

from __future__ import annotations

from datetime import datetime, time

from complaints import actions
from complaints.management.demo import (
    abnormal,
    aftercare,
    commendations,
    danger,
    day_logs,
    evidence,
    external,
    insisting,
    library,
    overruns,
    portal,
    posters,
    regular,
    regulator,
    relays,
    rewards,
    surveys,
    thorough,
    together,
    visits,
    warranty,
)
from complaints.management.demo.handling import found_invalid, revisit, work
from complaints.management.demo.replay import DAY, HOUR, MINUTE, Replay, Story
from complaints.management.demo.texts import (
    COLLECTIVE,
    EXTENSION_NOTES,
    MATTERS,
    NOTES,
    Matter,
    matter_of,
    opinion_of,
)
from complaints.models import Clock, Complaint
from complaints.statuses import Status

#: Where the cases of the last days stand still.
LATELY = (
    ["new"] * 3 + ["night"] * 2 + ["invalid"] * 2 + ["delivered"] * 4 + ["acting"] * 5 + ["late"] * 4
    + ["asks"] * 4 + ["pays"] * 2 + ["handled"] * 3 + ["revisit"] * 4
    + ["granted"] * 2 + ["paid"] * 2
)  # fmt: skip
#: So long before now no more of the usual cases begin: what stands still makes these weeks full enough.
LAST_WEEKS = 26 * DAY


def replay_cases(replay: Replay, cases: int) -> None:
    """Replay `cases` cases up to now; what lies in the future stays open."""
    for number in range(cases):
        # As many every month; the last weeks are those of the cases below, which stand still.
        length = max(replay.now - replay.begins - LAST_WEEKS, DAY)
        replay.add(_case(replay, replay.begins + length * (number / cases)))
    for number, stops in enumerate(LATELY):
        replay.add(_lately(replay, stops, number))
    for number in range(60):
        replay.add(_note(replay, replay.begins + (replay.now - replay.begins) * (number / 60)))
    for months in (9, 2):
        replay.add(_collective(replay, replay.now - months * 30 * DAY))
    families = (
        external, abnormal, overruns, aftercare, portal, relays, danger, insisting, regular, posters, day_logs,
        thorough, evidence, library, warranty, regulator, commendations, visits, surveys,
        rewards,
    )  # fmt: skip
    for story in (story for family in families for story in family.stories(replay)):
        replay.add(story)
    replay.run()


def _case(replay: Replay, day: datetime) -> Story:
    dice = replay.dice
    estate = dice.choices(replay.company.estates, [3, 2])[0]
    matter = dice.choices(MATTERS, [m.weight for m in MATTERS])[0]
    at = replay.moment(day, estate)
    yield at
    case = replay.take(matter, estate, at)
    fate = dice.random()
    if fate < 0.03:
        yield from found_invalid(replay, case, at)
        return
    if fate < 0.05:
        yield (at := replay.work_time(at + 3 * HOUR, estate))
        replay.do(actions.withdraw, case, note="业主来电说已自行解决，撤回投诉。", confirmed_by="phone",
                 by=case.first_receiver, at=at)  # fmt: skip
        return
    if fate < 0.06:
        yield (at := replay.work_time(at + HOUR, estate))
        replay.do(actions.void, case, note="与前一单重复录入。", by=replay.who(estate, "zhuguan"), at=at)
        return
    yield from work(replay, case, matter, at, fate)


def _note(replay: Replay, day: datetime) -> Story:
    estate = replay.dice.choice(replay.company.estates)
    at = replay.moment(day, estate)
    yield at
    kind, words, outcome, number = replay.dice.choice(NOTES)
    home = replay.dice.choice(replay.residents[estate.pk])
    replay.do(
        actions.take_note, by=replay.who(estate, "qiantai"), at=at, estate=estate, kind=kind, words=words,
        outcome=outcome, external_number=f"{number}{replay.dice.randrange(100, 999)}" if number else "",
        owner=home.owner, name=home.owner.name, phone=replay.phone(home), unit=home.unit,
        capacity=home.capacity,
    )  # fmt: skip


def _collective(replay: Replay, day: datetime) -> Story:
    """Twelve homes and a lift: one lead case, two members with receipts of their own."""
    estate = replay.company.estates[0]
    matter = matter_of(COLLECTIVE[0])
    at = replay.work_time(day, estate)
    yield at
    lead = replay.take(matter, estate, at, words=COLLECTIVE[1], headcount=12, is_collective=True)
    if lead is None:
        return
    yield from together.gather(replay, lead, at)
    for _ in range(2):
        yield (at := at + 40 * MINUTE)
        member = replay.take(matter, estate, at)
        replay.do(actions.join, member, lead=lead, by=member.first_receiver, at=at)
        replay.add(_member(replay, member, matter, at))
    lead.refresh_from_db()
    yield from work(replay, lead, matter, at, 0.9)


def _member(replay: Replay, case: Complaint, matter: Matter, at: datetime) -> Story:
    """Revisited on its own once the reply to the lead case has come to it."""
    while case.status != Status.REPLIED:
        yield (at := at + 4 * HOUR)
        case.refresh_from_db()
    yield from revisit(replay, case, matter, at, 0.9, cycle=1)


def _lately(replay: Replay, stops: str, number: int) -> Story:
    """A case of the last days that stands still at one step, so that every list has something in it."""
    dice, estate = replay.dice, replay.company.estates[number % len(replay.company.estates)]
    matter = dice.choices(MATTERS, [m.weight for m in MATTERS])[0]
    days = {"late": 4.5, "asks": 2.4, "revisit": 2.2, "granted": 1.6, "paid": 1.8}.get(
        stops, 0.4
    ) * dice.uniform(0.8, 1.2)
    yield (at := replay.moment(replay.now - days * DAY, estate))
    if stops == "night":
        at = datetime.combine(replay.now.astimezone(estate.zone).date(), time(1, 20), estate.zone)
    case = replay.take(matter, estate, at := min(at, replay.now - 20 * MINUTE))
    if stops == "night":
        return
    if case.awaits_claim:
        yield (at := at + 10 * MINUTE)
        replay.do(actions.claim, case, by=replay.who(estate, "qiantai"), at=at)
    if stops == "new":
        return
    if stops == "invalid":
        yield (at := at + 30 * MINUTE)
        replay.do(actions.propose_invalid, case, note="经核实，情况不属实。", by=case.first_receiver, at=at)
        return
    handler = replay.handler(estate, matter, first=True)
    yield (at := at + 20 * MINUTE)
    replay.do(
        actions.classify, case, severity=replay.severity(matter), handler=handler,
        category=replay.categories[matter.category], department=replay.department(estate, matter),
        by=replay.who(estate, "zhuguan"), at=at,
    )  # fmt: skip
    if stops == "delivered":
        return
    yield (at := at + 40 * MINUTE)
    replay.do(actions.accept, case, note=opinion_of(matter.category, case.severity), by=handler, at=at)
    if stops == "asks":
        clock = Clock.objects.running().get(complaint=case, kind="resolve")
        yield (at := min(clock.due_at, replay.now) - HOUR)
        replay.do(
            actions.ask_extension, case, clock="resolve", reason="parts", note=EXTENSION_NOTES["parts"],
            new_due_at=max(clock.due_at, replay.now) + 2 * DAY, by=handler, at=at,
            customer_told_at=at, customer_told_method="phone",
        )  # fmt: skip
        return
    if stops in ("acting", "late"):
        yield (at := at + 2 * HOUR)
        replay.do(actions.act, case, note=matter.steps[0], owner_sees=True, by=handler, at=at)
        return
    if stops in ("pays", "granted", "paid"):
        yield from together.owes(replay, case, stops, at)
        return
    yield (at := at + 3 * HOUR)
    replay.do(actions.handle, case, note=matter.result, evidence=matter.evidence, by=handler, at=at)
    thorough.analyse_later(replay, case, at)
    if stops == "revisit":
        yield (at := at + HOUR)
        replay.do(actions.reply, case, note=matter.reply, method="phone", by=case.first_receiver, at=at)
