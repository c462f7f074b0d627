"""Who was commended in the last months 通报表扬: by praise, by the rules, by hand; one is withdrawn."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from complaints import actions
from complaints.actions import commendations as acts
from complaints.actions import commendations_due
from complaints.commendations import State
from complaints.management.demo.replay import DAY, HOUR, Replay, Story
from complaints.models import Commendation, Complaint

#: Days ago, whose log-in, and what the customer said of him by name.
PRAISE = (
    (74, "gongcheng", "表扬工程部%(name)s，家里跳闸，下班后还赶来查线路，修到八点多才走。"),
    (41, "qiantai", "感谢前台%(name)s，帮我母亲打了三次电话问清楚医保盖章的事，很耐心。"),
    (16, "gongcheng", "%(name)s修水管后把地面擦干净才离开，第二天又打电话问漏不漏。"),
    (3, "dianti", "电梯维保%(name)s半小时就到，一直安抚被困的老人，点赞。"),
)
#: So far back the rules look; before that nobody was commended.
BEGAN = 84 * DAY
#: As many of a fortnight are decided on; the others wait for the manager.
DECIDED = 3
#: So often somebody is commended in these months; then it is the others' turn.
OFTEN = 2


def stories(replay: Replay) -> Iterator[Story]:
    dice = random.Random(15)
    for days, login, words in PRAISE:
        yield _praise(replay, days, login, words)
    yield _fortnights(replay, dice)
    yield _by_hand(replay)


def _praise(replay: Replay, days: int, login: str, words: str) -> Story:
    estate = replay.company.estates[0]
    yield (at := replay.work_time(replay.now - days * DAY, estate))
    home = replay.residents[estate.pk][days % len(replay.residents[estate.pk])]
    taker = replay.who(estate, "qiantai2" if login == "qiantai" else "qiantai")
    replay.do(
        actions.take_note, by=taker, at=at, estate=estate, kind="praise", owner=home.owner,
        words=words % {"name": replay.who(estate, login).name}, outcome="已转告本人。", unit=home.unit,
        name=home.owner.name, phone=replay.phone(home), capacity=home.capacity,
    )  # fmt: skip


def _fortnights(replay: Replay, dice: random.Random) -> Story:
    at, hurried = replay.now - BEGAN, False
    while at < replay.now - DAY:
        yield at
        commendations_due.propose_due(at)
        for row in _next(DECIDED):
            replay.add(_decide(replay, row, at, dice.random()), at)
        if not hurried and at > replay.now - 40 * DAY:  # one was published in a hurry
            hurried = True
            replay.add(_withdraw(replay, at + 6 * DAY), at)
        at += 14 * DAY
    yield replay.now - 2 * HOUR
    commendations_due.propose_due(replay.now - 2 * HOUR)


def _next(most: int) -> list[Commendation]:
    """Of each person one, whoever has been commended least often first."""
    had = Counter(
        Commendation.objects.filter(state__in=[State.APPROVED, State.PUBLISHED]).values_list(
            "person", flat=True
        )
    )
    waiting = Commendation.objects.filter(state=State.PROPOSED).select_related("estate").order_by("pk")
    first = {row.person_id: row for row in reversed(waiting)}
    return sorted(first.values(), key=lambda row: (had[row.person_id], row.pk))[:most]


def _decide(replay: Replay, row: Commendation, at: datetime, chance: float) -> Story:
    """The manager decides within days; the supervisor publishes what he has approved."""
    supervisor, manager = replay.who(row.estate, "zhuguan"), replay.who(row.estate, "jingli")
    yield (at := replay.work_time(at + (1 + 2 * chance) * DAY, row.estate))
    row.refresh_from_db()
    if row.state != State.PROPOSED:
        return
    had = Commendation.objects.filter(person=row.person_id, state__in=[State.APPROVED, State.PUBLISHED])
    if chance < 0.2 or had.count() >= OFTEN:
        replay.do(acts.decline, row, note="属岗位职责，近期已有同类表扬。", by=manager, at=at)
        return
    replay.do(acts.approve, row, version=row.version, by=manager, at=at)
    yield (at := replay.work_time(at + DAY, row.estate))
    row.refresh_from_db()
    if row.state == State.APPROVED:
        replay.do(acts.publish, row, by=supervisor, at=at)


def _withdraw(replay: Replay, at: datetime) -> Story:
    estate = replay.company.estates[0]
    yield (at := replay.work_time(at, estate))
    row = Commendation.objects.filter(state=State.PUBLISHED, estate=estate).order_by("-published_at").first()
    if row:
        because = "客户事后反映问题没有解决，核实后撤回。"
        replay.do(acts.withdraw, row, note=because, by=replay.company.general_manager, at=at)


def _by_hand(replay: Replay) -> Story:
    """The supervisor has seen it himself; the manager has not decided yet."""
    estate = replay.company.estates[0]
    yield (at := replay.work_time(replay.now - 2 * DAY, estate))
    cases = Complaint.objects.filter(estate=estate, status="closed", outcome="resolved", restricted=False)
    known = Commendation.objects.filter(complaint__isnull=False).values("complaint")
    case = (
        cases.filter(handler__isnull=False, lead=None, closed_at__lt=at)
        .exclude(pk__in=known)
        .select_related("handler", "department", "estate")
        .order_by("-closed_at", "-pk")
        .first()
    )
    if case and case.handler:
        replay.do(
            acts.propose, complaint=case, person=case.handler, department=case.department,
            because="节假日当班，接单后十分钟到场，处理完又逐户回访。", by=replay.who(estate, "zhuguan"), at=at,
        )  # fmt: skip
