"""The contractors of some estates in a month 外包单位月度考评 (A12): points, counts, trend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.figures.contracted import Contracted, contracted_in, read_back
from reports.figures.month import Month
from reports.figures.period import Unlisted
from reports.models import ContractorRating
from reports.rating_due import expected
from reports.rating_rules import TREND_MONTHS, State
from staff.models import Department, Estate


@dataclass(frozen=True)
class RatedLine:
    """One contractor. `score` is empty until its rating is published; `state` then says why."""

    estate: str
    contractor: str
    trade: str
    state: str  # empty: nobody has rated it
    score: int | None
    before: int | None  # of the month before
    handed: int
    stayed: int
    late: int
    about: int
    again: int
    hours: float | None  # that a case lay with it, on average
    satisfaction: float | None
    words: str
    remark: str
    criteria: tuple[tuple[str, str, int, int, str], ...]  # zh, en, points, given, words


@dataclass(frozen=True)
class ContractorMonth:
    """`trend`: month, published ratings and their mean points, up to this one, oldest first."""

    scope: str
    first_day: date
    last_day: date
    as_of: datetime
    lines: tuple[RatedLine, ...]
    trend: tuple[tuple[str, int, float | None], ...]


def contractor_month(
    estates: Sequence[Estate],
    starts_on: date,
    ends_on: date,
    at: datetime,
    scope_name: str,
    unlisted: Unlisted,
) -> ContractorMonth:
    """Of a whole month. It lists no cases, so nothing is left out for anybody."""
    month = Month(starts_on.year, starts_on.month)
    rows = {
        (row.estate_id, row.department_id): row
        for row in ContractorRating.objects.filter(
            estate__in=estates, starts_on=month.first_day
        ).select_related("department")
    }
    before = ContractorRating.objects.filter(
        estate__in=estates, starts_on=month.plus(-1).first_day, state=State.FROZEN
    )
    last = {(row.estate_id, row.department_id): row.score for row in before}
    pairs = listed(estates, month, rows, at)
    live: dict[int, list[int]] = defaultdict(list)
    for estate, firm in pairs:
        if not _published(rows.get((estate.pk, firm.pk))):
            live[estate.pk].append(firm.pk)
    counted = contracted_in(live, {one.pk: month.bounds(one.zone) for one in estates}, at)
    lines = [
        _line(estate, firm, rows.get(key := (estate.pk, firm.pk)), counted.get(key), last.get(key))
        for estate, firm in pairs
    ]
    return ContractorMonth(
        scope=scope_name, first_day=starts_on, last_day=ends_on, as_of=at, lines=tuple(lines),
        trend=trend(estates, month),
    )  # fmt: skip


def listed(
    estates: Sequence[Estate], month: Month, rows: Mapping[tuple[int, int], ContractorRating], now: datetime
) -> list[tuple[Estate, Department]]:
    """The contractors of a month, for page and paper: who is expected, and who was rated besides."""
    pairs = expected(estates, month, now)
    known = {(estate.pk, firm.pk) for estate, firm in pairs}
    places = {one.pk: (number, one) for number, one in enumerate(estates)}
    pairs += [(places[key[0]][1], row.department) for key, row in rows.items() if key not in known]
    return sorted(pairs, key=lambda pair: (places[pair[0].pk][0], pair[1].name, pair[1].pk))


def _published(row: ContractorRating | None) -> bool:
    return row is not None and row.state == State.FROZEN


def _line(
    estate: Estate,
    firm: Department,
    row: ContractorRating | None,
    live: Contracted | None,
    before: int | None,
) -> RatedLine:
    out = row if row is not None and row.state == State.FROZEN else None
    own = read_back(out.figures) if out else live or Contracted()
    return RatedLine(
        estate=estate.name, contractor=firm.name, trade=row.trade if row else "",
        state=row.state if row else "", score=out.score if out else None, before=before,
        handed=len(own.handed), stayed=len(own.stayed), late=len(own.late), about=len(own.about),
        again=len(own.again), hours=own.mean_hours, satisfaction=own.satisfaction,
        words=out.words if out else "", remark=out.remark if out else "",
        criteria=tuple(
            (one.zh, one.en, one.points, given, words) for one, given, words in (out.given if out else [])
        ),
    )  # fmt: skip


def trend(
    estates: Sequence[Estate], month: Month, firm: Department | None = None
) -> tuple[tuple[str, int, float | None], ...]:
    """Published ratings and their mean points, month by month. One query."""
    months = [month.plus(-n) for n in reversed(range(TREND_MONTHS))]
    rows = ContractorRating.objects.filter(
        estate__in=estates, state=State.FROZEN, starts_on__gte=months[0].first_day,
        starts_on__lte=month.first_day,
    )  # fmt: skip
    if firm is not None:
        rows = rows.filter(department=firm)
    found: dict[date, list[int]] = defaultdict(list)
    for day, score in rows.values_list("starts_on", "score"):
        found[day].append(score)
    return tuple(
        (
            str(one),
            len(scores := found[one.first_day]),
            round(sum(scores) / len(scores), 1) if scores else None,
        )
        for one in months
    )
