"""Cases on which somebody outside waits too: 12345, a regulator, a reporter; and apologies by our own people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from complaints import actions
from complaints.management.demo import regulator
from complaints.management.demo.handling import work
from complaints.management.demo.replay import DAY, HOUR, MINUTE, Replay, Story
from complaints.management.demo.texts import (
    FINDINGS,
    LATE_PAPERS,
    MEDIA,
    OWED,
    Finding,
    Matter,
    matter_of,
    opinion_of,
)
from complaints.models import Complaint
from staff.models import Estate

#: How many days ago 12345 sent an order, and what it was about.
HOTLINE = ((330, "noise"), (240, "parking"), (170, "water-power"), (95, "lifts"), (38, "renovation"))
CONDUCT = (200, 100, 33, 12)


def stories(replay: Replay) -> Iterator[Story]:
    first, second = replay.company.estates
    for days, about in HOTLINE:
        yield _hotline(replay, second if days % 2 else first, days, matter_of(about))
    yield _owed(replay, second)
    yield _finding(replay, first, 75, FINDINGS[0], "whole")
    yield _finding(replay, second, 21, FINDINGS[1], "")
    yield _finding(replay, first, 52, FINDINGS[2], "late")
    yield _media(replay, first, 40)
    for days in CONDUCT:
        yield _conduct(replay, first if days % 2 else second, days)


def _hotline(replay: Replay, estate: Estate, days: int, matter: Matter) -> Story:
    """An order of 12345: worked on like any case, and answered to the hotline besides."""
    yield (at := replay.moment(replay.now - days * DAY, estate))
    case = replay.take(matter, estate, at, channel="hotline")
    yield from work(replay, case, matter, at, 0.9)


def _owed(replay: Replay, estate: Estate) -> Story:
    """Closed with the customer yesterday; 12345 still waits for its answer."""
    matter = matter_of("cleaning")
    yield (at := replay.work_time(replay.now - 4 * DAY, estate))
    due_at = replay.now + 20 * HOUR
    case = replay.take(matter, estate, at, channel="hotline", words=OWED, external_due_at=due_at)
    handler, receiver = replay.handler(estate, matter), case.first_receiver
    yield (at := at + 15 * MINUTE)
    replay.do(
        actions.classify, case, severity="minor", category=case.category, handler=handler,
        department=replay.department(estate, matter), by=replay.who(estate, "zhuguan"), at=at,
    )  # fmt: skip
    yield (at := at + 20 * MINUTE)
    replay.do(actions.accept, case, note=opinion_of(matter.category, "minor"), by=handler, at=at)
    yield (at := at + 3 * HOUR)
    replay.do(actions.handle, case, note=matter.result, evidence=matter.evidence, by=handler, at=at)
    yield (at := at + HOUR)
    replay.do(actions.reply, case, note=matter.reply, method="phone", by=receiver, at=at)
    yield (at := replay.work_time(at + DAY, estate))
    replay.do(
        actions.revisit, case, answers=actions.Answers(satisfaction=4, remarks="打扫得不错。"),
        method="phone", by=replay.who(estate, "zhuguan"), at=at,
    )  # fmt: skip


def _finding(replay: Replay, estate: Estate, days: int, words: Finding, objects: str) -> Story:
    """A regulator's order, its finding against us, and the objection, or the days for it still running.

    `objects`: "whole" with every paper, "late" on the last day with some missing, "" not yet.
    """
    matter = matter_of(words.category)
    yield (at := replay.work_time(replay.now - days * DAY, estate))
    case = replay.take(
        matter, estate, at, channel="regulator", words=words.order, external_number=words.number,
        external_unit=words.unit, external_due_at=at + 10 * DAY,
    )  # fmt: skip
    replay.add(_authority(replay, case, at, words, objects), at)
    yield from work(replay, case, matter, at, 0.9)


def _authority(replay: Replay, case: Complaint, at: datetime, words: Finding, objects: str) -> Story:
    estate, manager = case.estate, replay.who(case.estate, "jingli")
    yield (at := replay.work_time(at + 7 * DAY, estate))
    replay.do(actions.answer_external, case, note=words.answer, by=manager, at=at)
    yield (at := replay.work_time(at + 6 * DAY, estate))
    replay.do(actions.record_finding, case, note=words.finding, found_at=at - 20 * HOUR, by=manager, at=at)
    if objects == "whole":
        yield (at := replay.work_time(at + 3 * DAY, estate))
        yield from regulator.talk(replay, case, words, at)
        yield (at := replay.work_time(at + 2 * DAY, estate))
        regulator.lay_papers(replay, case, manager, at)
        regulator.cite(
            replay, case, "第九百三十八条", "objection", "服务范围以合同和移交清单为准", manager, at
        )
        replay.do(
            actions.object_to_finding, case, note=words.objection, expert=words.expert, by=manager, at=at
        )
    elif objects == "late":
        yield (at := replay.work_time(at + 6 * DAY, estate))
        regulator.lay_papers(replay, case, manager, at, but=("test", "authority"))
        yield (at := at + 8 * DAY - HOUR)
        replay.do(
            actions.object_to_finding, case, note=words.objection, expert=words.expert,
            incomplete_because=LATE_PAPERS, by=replay.company.general_manager, at=at,
        )  # fmt: skip
    else:
        yield (at := replay.work_time(at + 2 * DAY, estate))
        regulator.lay_papers(replay, case, manager, at, but=("test", "authority", "statement", "objection"))


def _media(replay: Replay, estate: Estate, days: int) -> Story:
    """It was on the local news: a major case from its first hour, and the manager answers the reporter."""
    matter = matter_of("construction-quality")
    yield (at := replay.work_time(replay.now - days * DAY, estate))
    case = replay.take(matter, estate, at, channel="media", words=MEDIA[0], media_exposed=True)
    replay.add(_speak(replay, case, at), at)
    yield from work(replay, case, matter, at, 0.9)


def _speak(replay: Replay, case: Complaint, at: datetime) -> Story:
    yield (at := replay.work_time(at + 22 * HOUR, case.estate))
    replay.do(actions.answer_media, case, note=MEDIA[1], by=replay.who(case.estate, "jingli"), at=at)


def _conduct(replay: Replay, estate: Estate, days: int) -> Story:
    """About our own people: the work includes the apology."""
    matter = matter_of("staff-conduct")
    yield (at := replay.work_time(replay.now - days * DAY, estate))
    case = replay.take(matter, estate, at)
    yield from work(replay, case, matter, at, 0.9)
