"""A year of the report calendar for the demo, by the real acts: late, sent back and reissued ones too."""

from __future__ import annotations

import random
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.timezone import get_default_timezone, localtime

from complaints.models import Complaint
from reports import calendar, calendar_beat, issue, public_accounts
from reports.calendar_rules import Who, duties, set_duty
from reports.duties import SHAPES, DueState, Level, Part, ReportKind
from reports.duty_scopes import Place, holders, load_people, places
from reports.figures.period import Period
from reports.figures.public_list import standing
from reports.kinds import WRITERS
from reports.management.appraised import half_a_year
from reports.management.contractors import rate_contractors
from reports.management.owners import tell_owners
from reports.management.quarter import last_quarter
from reports.management.targets import aim
from reports.models import DueReader, DueReport
from staff.models import Posting, User
from staff.roles import Role
from staff.stand_ins import StandIns

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
YEAR, DAILIES = 370 * DAY, 12 * DAY
KINDS = (
    ReportKind.MONTHLY, ReportKind.HALF_MONTHLY, ReportKind.QUARTERLY, ReportKind.ANNUAL, ReportKind.WARRANTY,
)  # fmt: skip
OF_THE_COMPANY = (ReportKind.MONTHLY, ReportKind.QUARTERLY, ReportKind.ANNUAL)
#: One estate tells its owners of its upheld complaints, since so long.
PUBLIC = 40 * DAY
TEXTS = {
    ReportKind.DAILY: "当日投诉已逐件核对，首问责任人均已与客户联系，明细见投诉台账。",
    ReportKind.WARRANTY: "保修期内的报修已逐项登记，均已通知施工单位并约定上门时间，记录表附后。",
}
USUAL = "本期投诉已逐件核对，重点事项的处理情况已写明，请项目经理核对后送签。"


@dataclass
class Past:
    """What happened, one thing after the other."""

    now: datetime
    dice: random.Random
    there: dict[str, Place]
    people: StandIns
    #: Reports whose papers the product makes; a PDF takes a second, so a few show them.
    made: frozenset[int]

    def who(self, row: DueReport, part: Part) -> User:
        return holders(part, self.there[row.scope], row.rule, None, self.people)[0]

    def paper(self, row: DueReport) -> str:
        return TEXTS.get(ReportKind(row.kind), USUAL)


class Command(BaseCommand):
    help = "Load a year of the report calendar; part of the demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=2026)

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        replay(now, random.Random(options["seed"]))  # noqa: S311 (no secret)
        last_quarter(now)
        half_a_year(now, random.Random(options["seed"]))  # noqa: S311 (no secret)
        tell_owners(now)
        rate_contractors(now)
        aim(now)


def replay(now: datetime, dice: random.Random) -> None:
    """Switch the calendar on a year ago and let people do what they do until now."""
    admin = User.objects.filter(pk__in=_administrators()).order_by("pk").first()
    levels = {Level.ESTATE: (*KINDS, ReportKind.DAILY), Level.COMPANY: OF_THE_COMPANY}
    there = {code: place for code, place in places().items() if place.level in levels}
    if admin is None or not there:
        return
    for place in there.values():
        for kind in levels[place.level]:
            since = now - (DAILIES if kind == ReportKind.DAILY else YEAR)
            set_duty(kind, place, is_on=True, who=Who(), started_from=0, by=admin, at=since)
    open_to_owners = next(place for place in there.values() if place.level == Level.ESTATE)
    set_duty(
        ReportKind.PUBLIC_LIST, open_to_owners, is_on=True, who=Who(), started_from=0, by=admin,
        at=now - PUBLIC,
    )  # fmt: skip
    _appear(now)
    rows = list(DueReport.objects.select_related("rules").order_by("due_at", "pk"))
    people = load_people(now, there.values(), duties().values())
    _tell_owners(open_to_owners, rows, now)
    past = Past(now, dice, there, people, _made_by_the_product(rows, now))
    events: list[tuple[datetime, int, Callable[[datetime], Any]]] = []
    for number, row in enumerate(rows):
        events += [
            (at, len(events) + n, act) for n, (at, act) in enumerate(_story(past, row, number)) if at < now
        ]
    for at, _n, act in sorted(events, key=lambda event: event[:2]):
        calendar_beat.fire(at)
        act(at)
    waiting = DueReport.objects.filter(state=DueState.TO_PREPARE, asked=None, kind__in=list(WRITERS))
    for row in waiting.select_related("rules").order_by("pk"):  # made by the worker, once one runs
        calendar.make_draft(row, by=past.who(row, Part.PREPARER), at=now)
    calendar_beat.work(now)


def _tell_owners(place: Place, rows: list[DueReport], now: datetime) -> None:
    """What owners read of the upheld cases of the list that is out; some are left to be written."""
    for row in (one for one in rows if one.kind == ReportKind.PUBLIC_LIST):
        at = min(row.due_at - 3 * DAY, now)
        by = holders(Part.PREPARER, place, row.rule, None, load_people(at, [place]))[0]
        period = Period.of(place.estates, row.starts_on, row.ends_on - DAY, at)
        keys = sorted(standing(period)[0])
        for case in Complaint.objects.filter(pk__in=keys[: len(keys) * 2 // 3]).select_related("category"):
            public_accounts.keep(
                case, account=f"业主反映{case.category}问题。", handling="已到场核实并处理，结果已回复业主。",
                started_from=0, by=by, at=at,
            )  # fmt: skip


def _made_by_the_product(rows: list[DueReport], now: datetime) -> frozenset[int]:
    """The last two daily reports, half-monthly one and list for owners that are surely out, of one estate."""
    found: list[int] = []
    for kind, many in (
        (ReportKind.DAILY, 2),
        (ReportKind.HALF_MONTHLY, 1),
        (ReportKind.PUBLIC_LIST, 1),
        (ReportKind.WARRANTY, 1),
    ):
        out = [row for row in rows if row.kind == kind and row.due_at <= now - 2 * DAY]
        if not out:
            continue
        found += [row.pk for row in out if row.scope == out[-1].scope][-many:]
    return frozenset(found)


def _administrators() -> Any:
    of_all = {"estate": None, "region": None, "department": None}
    return Posting.objects.filter(role=Role.ADMINISTRATOR, **of_all).values("user")


def _appear(now: datetime) -> None:
    """What became due, on the days it did; the current month is left to beat, which asks for its draft."""
    day = localtime(now, get_default_timezone()) - YEAR
    while day <= now:
        if day.day in (1, 16, 24, 26) or day > now - DAILIES:
            opens = day.replace(hour=0, minute=5, second=0, microsecond=0)
            while opens < now and calendar_beat.appear(opens, drafts=False):
                pass
        day += DAY


def _story(past: Past, row: DueReport, number: int) -> list[tuple[datetime, Callable[[datetime], Any]]]:
    """One report: mostly in time, every seventh late, some sent back, one in twenty reissued."""
    if row.due_at > past.now - 2 * DAY and number % 2:
        return []  # nobody has written it yet
    late = number % 7 == 3
    begin = row.due_at - (2 * HOUR if row.kind == ReportKind.DAILY else 20 * HOUR)
    if row.kind != ReportKind.DAILY and SHAPES[ReportKind(row.kind)].opens_before:
        begin = row.due_at - 40 * HOUR
    wait = timedelta(hours=past.dice.randint(26, 60)) if late else timedelta(0)
    story: list[tuple[datetime, Callable[[datetime], Any]]] = [
        (begin, lambda at: _hand_in(past, row, at)),
    ]
    if number % 9 == 5 and row.rule.checks:
        story += [
            (begin + HOUR, lambda at: _send_back(past, row, at)),
            (begin + 2 * HOUR, lambda at: _hand_in(past, row, at)),
        ]
    story += _signed(past, row, begin + wait)
    if number % 20 == 8:
        again = row.due_at + timedelta(days=past.dice.randint(4, 9))
        story += [
            (again, lambda at: _reissue(past, row, at)),
            (again + HOUR, lambda at: _hand_in(past, row, at)),
            *_signed(past, row, again),
        ]
    return story


def _signed(past: Past, row: DueReport, begin: datetime) -> list[tuple[datetime, Callable[[datetime], Any]]]:
    found: list[tuple[datetime, Callable[[datetime], Any]]] = []
    if row.rule.checks:
        found.append(
            (begin + 3 * HOUR, lambda at: calendar.check(row, by=past.who(row, Part.CHECKER), at=at))
        )
    soon = HOUR if row.kind == ReportKind.DAILY else 6 * HOUR
    found.append((begin + soon, lambda at: calendar.sign(row, by=past.who(row, Part.APPROVER), at=at)))
    return [*found, (begin + soon + 5 * HOUR, lambda at: _read(past, row, at))]


def _hand_in(past: Past, row: DueReport, at: datetime) -> None:
    text = "" if row.pk in past.made and _draft(past, row, at) else past.paper(row)
    calendar.hand_in(row, text=text, by=past.who(row, Part.PREPARER), at=at)


def _draft(past: Past, row: DueReport, at: datetime) -> bool:
    """Have the product make it, as the worker does."""
    calendar.make_draft(row, by=past.who(row, Part.PREPARER), at=at)
    issue.make_waiting(at)
    calendar_beat.take_drafts(at)
    row.refresh_from_db()
    return row.paper is not None and row.paper.signed_at is None


def _send_back(past: Past, row: DueReport, at: datetime) -> None:
    note = "夜间受理的一件未计入，请核对后重新提交。"
    calendar.send_back(row, note=note, by=past.who(row, Part.CHECKER), at=at)


def _reissue(past: Past, row: DueReport, at: datetime) -> None:
    """As `reissue`, but for the draft that nobody waits for in a past that is replayed."""
    calendar.reissue(
        row, note="一件投诉的责任部门更正，重新出具。", by=past.who(row, Part.APPROVER), at=at, drafts=False
    )


def _read(past: Past, row: DueReport, at: datetime) -> None:
    row.refresh_from_db()
    if row.state != DueState.SENT or row.paper is None:
        return
    for reader in DueReader.objects.filter(paper=row.paper).select_related("user").order_by("pk"):
        if past.dice.random() < 0.75:
            calendar.opened(row.paper, by=reader.user, at=at)
