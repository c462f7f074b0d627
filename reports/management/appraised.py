"""Half a year of staff appraisal in one estate of the demo, by the real acts: an appeal, a reward, a whole
item lost, checks, and a year.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils.timezone import get_default_timezone

from complaints import notifications
from reports.appraisal_rows import AppraisalSheet
from reports.appraisals import checks, sheets
from reports.appraisals.people import Seat, seats
from reports.appraisals.sheets import Said
from reports.appraisals.telling import Holders, above_rater
from reports.figures.month import Month
from staff.models import User
from staff.roles import ladder

DAY = timedelta(days=1)
MONTHS = 6
#: In which month, of whom: by their places in the lists.
REWARD, LOSS, APPEAL = (2, 0), (3, 1), (4, 0)
Kind = AppraisalSheet.Kind
#: Item, criterion, points, words.
USUAL = (
    ("attendance", "attendance-1", "1", "早班迟到十五分钟，门岗登记"),
    ("attitude", "attitude-1", "1", "接听业主电话未使用规范用语，电话录音抽查"),
    ("discipline", "discipline-1", "1", "巡查时未佩戴工牌"),
    ("efficiency", "efficiency-1", "2", "报修超过时限半天才到场，投诉台账有记录"),
    ("coordination", "coordination-1", "1", "交接班记录漏写一件待办"),
    ("business", "business-1", "2", "高处作业未系安全带，当场纠正"),
    ("effect", "effect-2", "2", "同一处渗水处理后业主再次反映"),
    ("managing", "managing-1", "2", "当月分管设备巡检缺两次签字"),
)
PRAISE = Said("暴雨夜带队排水，公司通报嘉奖", points=Decimal(5), evidence="公司嘉奖通报，存客服部")
HARM = Said(
    "私自收取业主现金 300 元未上交，违反收费管理规定", item="morals", penalty="记过一次，退还业主",
    evidence="业主转账截图与谈话记录，存客服部",
)  # fmt: skip
APPEALED = "当天系与同事调班，排班表有主管签字，申请撤销这项扣分。"
DECIDED = "经核对排班表，确系调班，撤销该项扣分，其余维持。"


def half_a_year(now: datetime, dice: random.Random) -> int:
    """The sheets of the last months of one estate; how many. None where they are there already."""
    zone = get_default_timezone()
    months = [Month.of(now, zone).plus(-n) for n in range(MONTHS, 0, -1)]
    there = [seat for seat in seats(now) if seat.estate]
    if not there or AppraisalSheet.objects.exists():
        return 0
    estate = min(seat.estate for seat in there if seat.estate)
    # Who leads nobody comes first: above their raters somebody stands who can decide an appeal.
    mine = [seat for seat in there if seat.estate == estate]
    mine.sort(key=lambda seat: -len(ladder(seat.role)))
    with notifications.muted(now):
        made = [_month(month, mine, months, dice, now) for month in months]
        _year(mine, months[0].year, now)
    return sum(made)


def _at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), get_default_timezone())


def _month(
    month: Month, mine: Sequence[Seat], months: Sequence[Month], dice: random.Random, now: datetime
) -> int:
    number, made = months.index(month), 0
    at = _at(month.plus(1).first_day + 2 * DAY)
    if at >= now:
        return 0
    holders = Holders(at)
    for place, seat in enumerate(mine):
        raters = holders.nearest(ladder(seat.role)[1:], seat.estate, seat.department, but=[seat.user.pk])
        if not raters or seat.user not in [one.user for one in seats(at - 3 * DAY, [seat.user.pk])]:
            continue
        _checks(seat.user, raters[0], month, dice)
        some = dice.sample(USUAL, dice.choice([0, 0, 1, 1, 2]))
        said = [Said(words, item, criterion, Decimal(points)) for item, criterion, points, words in some]
        if (number, place) == APPEAL:
            said = [Said(USUAL[0][3], USUAL[0][0], USUAL[0][1], Decimal(USUAL[0][2]))]
        row = sheets.begin(seat.user, Kind.MONTH, month.first_day, by=raters[0], at=at)
        _enter(row, said, raters[0], at, praised=(number, place) == REWARD, harm=(number, place) == LOSS)
        made += 1
        # The last month's: some still being written, some wait for the person.
        if number == MONTHS - 1 and place % 3 == 2:
            continue
        sheets.show(row, started_from=_version(row), by=raters[0], at=at + timedelta(hours=1))
        _answer(row, seat.user, at, now, appeals=(number, place) == APPEAL)
    while sheets.close_due(min(now, at + 11 * DAY)):
        pass
    return made


def _version(row: AppraisalSheet) -> int:
    return AppraisalSheet.objects.values_list("version", flat=True).get(pk=row.pk)


def _checks(user: User, by: User, month: Month, dice: random.Random) -> None:
    for week in (5, 19):
        day = month.first_day + timedelta(days=week)
        got = Decimal(dice.choice([4, 5, 5, 5]))
        checks.add(
            user, day, dice.choice(["attendance", "discipline"]), got, "每周抽查", by=by, at=_at(day, 16)
        )


def _enter(
    row: AppraisalSheet, said: list[Said], by: User, at: datetime, *, praised: bool, harm: bool
) -> None:
    if praised:
        sheets.reward(row, PRAISE, started_from=_version(row), by=by, at=at)
        return
    if harm:
        sheets.lose(row, HARM, started_from=_version(row), by=by, at=at)
    for one in said:
        sheets.deduct(row, one, started_from=_version(row), by=by, at=at)


def _answer(row: AppraisalSheet, user: User, at: datetime, now: datetime, *, appeals: bool) -> None:
    """Signed the next day; or appealed, and decided two days later."""
    next_day = at + DAY
    if next_day >= now:
        return
    row.refresh_from_db()
    if not appeals:
        sheets.sign(row, "无异议", started_from=row.version, by=user, at=next_day)
        return
    higher = above_rater(row, next_day)
    entry = row.entries.first()
    if not higher or entry is None or next_day + 2 * DAY >= now:
        return
    sheets.appeal(row, APPEALED, started_from=row.version, by=user, at=next_day)
    row.refresh_from_db()
    sheets.strike(row, entry.pk, "确系调班", started_from=row.version, by=higher[0], at=next_day + 2 * DAY)
    sheets.decide(row, DECIDED, started_from=_version(row), by=higher[0], at=next_day + 2 * DAY)


def _year(mine: Sequence[Seat], year: int, now: datetime) -> None:
    """The annual sheet of the first person of the list: still written while its year lasts."""
    seat = mine[0]
    raters = Holders(now).nearest(ladder(seat.role)[1:], seat.estate, seat.department, but=[seat.user.pk])
    if not raters:
        return
    row = sheets.begin(seat.user, Kind.YEAR, date(year, 1, 1), by=raters[0], at=now)
    for item, criterion, points, words in USUAL[:1]:
        said = Said(words, item, criterion, Decimal(points))
        sheets.deduct(row, said, started_from=_version(row), by=raters[0], at=now)
