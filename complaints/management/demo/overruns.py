"""What was handled late is explained, and decided on, mostly; the latest still wait, as do some requests."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from complaints import actions
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

if TYPE_CHECKING:
    from complaints.management.demo.past import Past
    from complaints.management.demo.replay import Replay

Story = Generator[datetime, None, None]
Taken = tuple[Complaint, Matter, datetime]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def opened_after(last: int) -> QuerySet[Overrun]:
    return Overrun.objects.filter(pk__gt=last).order_by("pk")


#: Cases handled late in the last days: days ago they came, hours ago they were done.
LATE_LATELY = ((3.2, 30), (2.6, 20), (4.1, 26), (2.2, 5), (3.5, 9))
#: How many days ago cases came whose requests for more time have waited longer than the time asked for.
WAITED = (3.3, 5.1)


def stories(past: Past) -> Iterator[Story]:
    for number, (days, hours) in enumerate(LATE_LATELY):
        estate = past.company.estates[number % len(past.company.estates)]
        yield _late(past, estate, past.now - days * DAY, past.now - hours * HOUR)
    for number, days in enumerate(WAITED):
        yield _asked_in_vain(
            past, past.company.estates[number % len(past.company.estates)], past.now - days * DAY
        )


def _late(past: Past, estate: Estate, came: datetime, done: datetime) -> Story:
    """A minor case, handled after its time without anybody having asked."""
    case, matter, _at = yield from _accepted(past, estate, came)
    yield done
    past._do(actions.handle, case, note=matter.result, evidence=matter.evidence, by=case.handler, at=done)


def _asked_in_vain(past: Past, estate: Estate, came: datetime) -> Story:
    """More time was asked for in time; the request still waits, and the time it asked for has passed."""
    case, _matter, at = yield from _accepted(past, estate, came)
    clock = Clock.objects.running().get(complaint=case, kind=ClockKind.RESOLVE)
    yield (at := max(at, clock.due_at - 2 * HOUR))
    past._do(
        actions.ask_extension, case, clock=ClockKind.RESOLVE, reason="parts", note=EXTENSION_NOTES["parts"],
        new_due_at=clock.due_at + DAY, by=case.handler, at=at, customer_told_at=at - 10 * MINUTE,
        customer_told_method="phone",
    )  # fmt: skip


def _accepted(past: Past, estate: Estate, came: datetime) -> Generator[datetime, None, Taken]:
    """A minor case that somebody works on; when he took it."""
    matter = next(matter for matter in MATTERS if matter.severity == Severity.MINOR)
    yield (at := past._work_time(came, estate))
    case = past._take(matter, estate, at)
    handler = past._handler(estate, matter)
    yield (at := past._work_time(at + 20 * MINUTE, estate))
    past._do(
        actions.classify, case, severity="minor", category=past.categories[matter.category], handler=handler,
        department=past._department(estate, matter), by=past._who(estate, "zhuguan"), at=at,
    )  # fmt: skip
    yield (at := past._work_time(at + HOUR, estate))
    past._do(actions.accept, case, note=opinion_of(matter.category, "minor"), by=handler, at=at)
    return case, matter, at


def story(past: Replay, duty: Overrun) -> Story:
    """Explained within a day, three of four accepted; of the last two days half wait for either."""
    dice, estate = past.dice, duty.complaint.estate
    lately = past.now - duty.opened_at < 2 * DAY
    if duty.explainer is None or lately and duty.pk % 2:
        return
    yield (at := past._work_time(duty.opened_at + dice.uniform(0.5, 4 if lately else 14) * HOUR, estate))
    reason = dice.choice(list(OVERRUN_NOTES))
    told: dict[str, object] = {"customer_told_at": duty.due_at, "customer_told_how": "phone"}
    if dice.random() < 0.3:
        told = {"not_told_because": "当天多次致电业主无人接听。"}
    said = {"reason": reason, "note": OVERRUN_NOTES[reason], **told}
    explained = past._do(actions.explain_overrun, duty, **said, by=duty.explainer, at=at)
    if explained is None or lately:
        return
    yield (at := past._work_time(at + dice.uniform(0.5, 20) * HOUR, estate))
    by = past.company.general_manager
    if explained.approver_role == Role.PROPERTY_MANAGER:
        by = past._who(estate, "jingli")
    if dice.random() < 0.75:
        past._do(actions.accept_overrun, duty, comment=OVERRUN_COMMENTS[0], by=by, at=at)
    else:
        past._do(actions.decline_overrun, duty, comment=dice.choice(OVERRUN_COMMENTS[1:]), by=by, at=at)
