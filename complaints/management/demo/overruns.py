"""What was handled late is explained, and decided on, mostly; the latest still wait, as do some requests."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime

from complaints import actions
from complaints.management.demo.replay import DAY, HOUR, MINUTE, Replay, Story
from complaints.management.demo.texts import (
    EXTENSION_NOTES,
    MATTERS,
    OVERRUN_COMMENTS,
    OVERRUN_NOTES,
    Matter,
    opinion_of,
)
from complaints.models import Clock, Complaint, Overrun
from complaints.policy import ClockKind, Severity
from staff.models import Estate
from staff.roles import Role

Taken = tuple[Complaint, Matter, datetime]


#: Cases handled late in the last days: days ago they came, hours ago they were done.
LATE_LATELY = ((3.2, 30), (2.6, 20), (4.1, 26), (2.2, 5), (3.5, 9))
#: How many days ago cases came whose requests for more time have waited longer than the time asked for.
WAITED = (3.3, 5.1)


def stories(replay: Replay) -> Iterator[Story]:
    for number, (days, hours) in enumerate(LATE_LATELY):
        estate = replay.company.estates[number % len(replay.company.estates)]
        yield _late(replay, estate, replay.now - days * DAY, replay.now - hours * HOUR)
    for number, days in enumerate(WAITED):
        yield _asked_in_vain(
            replay, replay.company.estates[number % len(replay.company.estates)], replay.now - days * DAY
        )


def _late(replay: Replay, estate: Estate, came: datetime, done: datetime) -> Story:
    """A minor case, handled after its time without anybody having asked."""
    case, matter, _at = yield from _accepted(replay, estate, came)
    yield done
    replay.do(actions.handle, case, note=matter.result, evidence=matter.evidence, by=case.handler, at=done)


def _asked_in_vain(replay: Replay, estate: Estate, came: datetime) -> Story:
    """More time was asked for in time; the request still waits, and the time it asked for has passed."""
    case, _matter, at = yield from _accepted(replay, estate, came)
    clock = Clock.objects.running().get(complaint=case, kind=ClockKind.RESOLVE)
    yield (at := max(at, clock.due_at - 2 * HOUR))
    replay.do(
        actions.ask_extension, case, clock=ClockKind.RESOLVE, reason="parts", note=EXTENSION_NOTES["parts"],
        new_due_at=clock.due_at + DAY, by=case.handler, at=at, customer_told_at=at - 10 * MINUTE,
        customer_told_method="phone",
    )  # fmt: skip


def _accepted(replay: Replay, estate: Estate, came: datetime) -> Generator[datetime, None, Taken]:
    """A minor case that somebody works on; when he took it."""
    matter = next(matter for matter in MATTERS if matter.severity == Severity.MINOR)
    yield (at := replay.work_time(came, estate))
    case = replay.take(matter, estate, at)
    handler = replay.handler(estate, matter)
    yield (at := replay.work_time(at + 20 * MINUTE, estate))
    replay.do(
        actions.classify, case, severity="minor", category=replay.categories[matter.category], handler=handler,
        department=replay.department(estate, matter), by=replay.who(estate, "zhuguan"), at=at,
    )  # fmt: skip
    yield (at := replay.work_time(at + HOUR, estate))
    replay.do(actions.accept, case, note=opinion_of(matter.category, "minor"), by=handler, at=at)
    return case, matter, at


def explain(replay: Replay, duty: Overrun) -> Story:
    """Explained within a day, three of four accepted; of the last two days half wait for either."""
    dice, estate = replay.dice, duty.complaint.estate
    lately = replay.now - duty.opened_at < 2 * DAY
    if duty.explainer is None or lately and duty.pk % 2:
        return
    yield (at := replay.work_time(duty.opened_at + dice.uniform(0.5, 4 if lately else 14) * HOUR, estate))
    reason = dice.choice(list(OVERRUN_NOTES))
    told: dict[str, object] = {"customer_told_at": duty.due_at, "customer_told_how": "phone"}
    if dice.random() < 0.3:
        told = {"not_told_because": "当天多次致电业主无人接听。"}
    said = {"reason": reason, "note": OVERRUN_NOTES[reason], **told}
    explained = replay.do(actions.explain_overrun, duty, **said, by=duty.explainer, at=at)
    if explained is None or lately:
        return
    yield (at := replay.work_time(at + dice.uniform(0.5, 20) * HOUR, estate))
    by = replay.company.general_manager
    if explained.approver_role == Role.PROPERTY_MANAGER:
        by = replay.who(estate, "jingli")
    if dice.random() < 0.75:
        replay.do(actions.accept_overrun, duty, comment=OVERRUN_COMMENTS[0], by=by, at=at)
    else:
        replay.do(actions.decline_overrun, duty, comment=dice.choice(OVERRUN_COMMENTS[1:]), by=by, at=at)
