"""Cases on which somebody outside waits too: 12345, a regulator, a reporter; and apologies by our own people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from complaints import actions
from complaints.management.demo.replay import DAY, HOUR, MINUTE, Story
from complaints.management.demo.texts import FINDINGS, MATTERS, MEDIA, OWED, Finding, Matter, opinion_of
from complaints.models import Complaint
from complaints.statuses import ObjectionPaper
from staff.models import Estate

if TYPE_CHECKING:
    from complaints.management.demo.past import Past

#: How many days ago 12345 sent an order, and what it was about.
HOTLINE = ((330, "noise"), (240, "parking"), (170, "water-power"), (95, "lifts"), (38, "renovation"))
CONDUCT = (200, 100, 33, 12)


def stories(past: Past) -> Iterator[Story]:
    first, second = past.company.estates
    for days, about in HOTLINE:
        yield _hotline(past, second if days % 2 else first, days, _matter(about))
    yield _owed(past, second)
    yield _finding(past, first, 75, FINDINGS[0], objects=True)
    yield _finding(past, second, 21, FINDINGS[1], objects=False)
    yield _media(past, first, 40)
    for days in CONDUCT:
        yield _conduct(past, first if days % 2 else second, days)


def _matter(category: str) -> Matter:
    return next(matter for matter in MATTERS if matter.category == category)


def _hotline(past: Past, estate: Estate, days: int, matter: Matter) -> Story:
    """An order of 12345: worked on like any case, and answered to the hotline besides."""
    yield (at := past._moment(past.now - days * DAY, estate))
    case = past._take(matter, estate, at, channel="hotline")
    yield from past._work(case, matter, at, 0.9)


def _owed(past: Past, estate: Estate) -> Story:
    """Closed with the customer yesterday; 12345 still waits for its answer."""
    matter = _matter("cleaning")
    yield (at := past._work_time(past.now - 4 * DAY, estate))
    due_at = past.now + 20 * HOUR
    case = past._take(matter, estate, at, channel="hotline", words=OWED, external_due_at=due_at)
    handler, receiver = past._handler(estate, matter), case.first_receiver
    yield (at := at + 15 * MINUTE)
    past._do(
        actions.classify, case, severity="minor", category=case.category, handler=handler,
        department=past._department(estate, matter), by=past._who(estate, "zhuguan"), at=at,
    )  # fmt: skip
    yield (at := at + 20 * MINUTE)
    past._do(actions.accept, case, note=opinion_of(matter.category, "minor"), by=handler, at=at)
    yield (at := at + 3 * HOUR)
    past._do(actions.handle, case, note=matter.result, evidence=matter.evidence, by=handler, at=at)
    yield (at := at + HOUR)
    past._do(actions.reply, case, note=matter.reply, method="phone", by=receiver, at=at)
    yield (at := past._work_time(at + DAY, estate))
    past._do(
        actions.revisit, case, answers=actions.Answers(satisfaction=4, remarks="打扫得不错。"),
        method="phone", by=past._who(estate, "zhuguan"), at=at,
    )  # fmt: skip


def _finding(past: Past, estate: Estate, days: int, words: Finding, *, objects: bool) -> Story:
    """A regulator's order, its finding against us, and the objection, or the days for it still running."""
    matter = _matter(words.category)
    yield (at := past._work_time(past.now - days * DAY, estate))
    case = past._take(
        matter, estate, at, channel="regulator", words=words.order, external_number=words.number,
        external_unit=words.unit, external_due_at=at + 10 * DAY,
    )  # fmt: skip
    past._add(_authority(past, case, at, words, objects), at)
    yield from past._work(case, matter, at, 0.9)


def _authority(past: Past, case: Complaint, at: datetime, words: Finding, objects: bool) -> Story:
    estate, manager = case.estate, past._who(case.estate, "jingli")
    yield (at := past._work_time(at + 7 * DAY, estate))
    past._do(actions.answer_external, case, note=words.answer, by=manager, at=at)
    yield (at := past._work_time(at + 6 * DAY, estate))
    past._do(actions.record_finding, case, note=words.finding, found_at=at - 20 * HOUR, by=manager, at=at)
    if objects:
        yield (at := past._work_time(at + 5 * DAY, estate))
        papers = [ObjectionPaper.FINDING, ObjectionPaper.BASIS, ObjectionPaper.RECORDS, ObjectionPaper.TALK]
        past._do(
            actions.object_to_finding, case, note=words.objection, expert=words.expert, papers=papers,
            by=manager, at=at,
        )  # fmt: skip


def _media(past: Past, estate: Estate, days: int) -> Story:
    """It was on the local news: a major case from its first hour, and the manager answers the reporter."""
    matter = _matter("construction-quality")
    yield (at := past._work_time(past.now - days * DAY, estate))
    case = past._take(matter, estate, at, channel="media", words=MEDIA[0], media_exposed=True)
    past._add(_speak(past, case, at), at)
    yield from past._work(case, matter, at, 0.9)


def _speak(past: Past, case: Complaint, at: datetime) -> Story:
    yield (at := past._work_time(at + 22 * HOUR, case.estate))
    past._do(actions.answer_media, case, note=MEDIA[1], by=past._who(case.estate, "jingli"), at=at)


def _conduct(past: Past, estate: Estate, days: int) -> Story:
    """About our own people: the work includes the apology."""
    matter = _matter("staff-conduct")
    yield (at := past._work_time(past.now - days * DAY, estate))
    case = past._take(matter, estate, at)
    yield from past._work(case, matter, at, 0.9)
