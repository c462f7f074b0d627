"""What came in: by estate, category, channel, building, cause, and month by month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, TypeVar

from django.db import connection
from django.utils.translation import gettext as _

from complaints.models import Category, Cause
from complaints.policy import Channel
from owners.models import Building
from reports.figures import then
from reports.figures.cases import Groups
from reports.figures.kept import Holding
from reports.figures.month import Month
from reports.figures.period import Period
from reports.figures.shapes import CauseLine, EstateLine, HeatMap, HeatRow, MonthCount, Received, RepeatLine
from staff.models import Department

K = TypeVar("K", bound=int | str | None)
TREND_MONTHS = 13
#: In an address: without a category, a building and so on.
NONE = "-"

Counts = dict[Month, dict[int, tuple[int, int]]]  # month: estate: received, valid


BY_MONTH = """
WITH months (month, starts, ends) AS (VALUES {months})
SELECT months.month, c.estate_id, count(*), count(*) FILTER (WHERE {validity} = 'valid')
FROM months
JOIN complaints_complaint c
  ON c.estate_id IN ({estates}) AND c.received_at >= months.starts AND c.received_at < months.ends
WHERE c.outcome <> 'void' AND c.registered_at < months.ends{own}
GROUP BY months.month, c.estate_id
UNION ALL
SELECT months.month, c.estate_id, count(*), count(*) FILTER (WHERE {validity} = 'valid')
FROM months
JOIN complaints_complaint c
  ON c.estate_id IN ({estates}) AND c.registered_at >= months.starts AND c.registered_at < months.ends
WHERE c.registered_at > c.received_at AND c.received_at < months.starts AND c.outcome <> 'void'{own}
GROUP BY months.month, c.estate_id
"""


def by_month(period: Period, kept: Holding, many: int = TREND_MONTHS + 12) -> Counts:
    """Received and valid of each estate for the trend and, before it, the year it is compared with.

    Each month as it stood at its own end, so every later report tells it alike. What no roll-up holds is
    counted, written in SQL: one walk of the index on estate and receipt for each month, one query a zone.
    """
    months = [period.month.plus(-n) for n in range(many)]
    stored = connection.ops.adapt_datetimefield_value
    counts: Counts = defaultdict(dict)
    for month in months:
        for estate, row in kept.get(month, {}).items():
            counts[month][estate] = row.received, row.valid
    months = [month for month in months if month not in kept]
    if not months:
        return counts
    with connection.cursor() as cursor:
        for zone, estates in period.zones.items():
            bounds = [(str(month), *map(stored, month.bounds(zone))) for month in months]
            marks = {
                "months": ", ".join(["(%s, %s, %s)"] * len(bounds)),
                "estates": ", ".join(["%s"] * len(estates)),
                "validity": then.then("validity", "months.ends"),
                "own": then.among(period, then.then("department_id", "months.ends")),
            }
            cursor.execute(BY_MONTH.format(**marks), [*chain.from_iterable(bounds), *estates, *estates])
            for month, estate, received, valid in cursor.fetchall():
                before = counts[Month.parse(month)].get(estate, (0, 0))
                counts[Month.parse(month)][estate] = (before[0] + received, before[1] + valid)
    return counts


def trend(period: Period, counts: Counts) -> tuple[MonthCount, ...]:
    """Thirteen months, the oldest first."""

    def total(month: Month, which: int) -> int:
        return sum(pair[which] for pair in counts.get(month, {}).values())

    months = [period.month.plus(-n) for n in reversed(range(TREND_MONTHS))]
    return tuple(
        MonthCount(str(month), total(month, 0), total(month, 1), total(month.plus(-12), 1))
        for month in months
    )


def estate_lines(period: Period, counts: Counts) -> tuple[EstateLine, ...]:
    """Every estate, the most complaints per 1,000 households first."""

    def of(month: Month, estate: int) -> tuple[int, int]:
        return counts.get(month, {}).get(estate, (0, 0))

    lines = [
        EstateLine(
            name=estate.name,
            households=estate.households,
            received=of(period.month, estate.pk)[0],
            valid=of(period.month, estate.pk)[1],
            valid_last_month=of(period.month.plus(-1), estate.pk)[1],
            valid_last_year=of(period.month.plus(-12), estate.pk)[1],
            key=str(estate.pk),
        )
        for estate in period.estates
    ]
    return tuple(sorted(lines, key=lambda line: (-(line.rate or 0), -line.valid, line.name)))


def by_category(groups: Groups, categories: dict[int, Category]) -> tuple[Received, ...]:
    """As the desk chooses them: the sub-categories."""

    def name(pk: int | None) -> str:
        return str(categories[pk]) if pk else _("No category")

    return received_by(groups["category"], lambda pk: pk, name)


def by_channel(groups: Groups) -> tuple[Received, ...]:
    return received_by(groups["channel"], lambda code: code, lambda code: str(Channel(str(code)).label))


def by_building(period: Period, groups: Groups, buildings: dict[int, Building]) -> tuple[Received, ...]:
    """The building of the unit; what happened elsewhere is one row."""

    def name(pk: int | None) -> str:
        return placed(period, buildings[pk]) if pk else _("Common areas and elsewhere")

    return received_by(groups["building"], lambda pk: pk, name)


def heat(
    period: Period, groups: Groups, categories: dict[int, Category], buildings: dict[int, Building]
) -> HeatMap:
    """What was received where: every place that has any, by every category that has any."""
    counts: dict[int | None, Counter[int | None]] = defaultdict(Counter)
    for category, building, received in groups["heat"]:
        counts[building][category] += received
    totals = sum(counts.values(), Counter())

    def kind(pk: int | None) -> str:
        return str(categories[pk]) if pk else _("No category")

    def where(pk: int | None) -> str:
        return placed(period, buildings[pk]) if pk else _("Common areas and elsewhere")

    columns = sorted(totals, key=lambda pk: (-totals[pk], kind(pk)))
    rows = (
        HeatRow(where(pk), tuple(own[column] for column in columns), key_of(pk)) for pk, own in counts.items()
    )
    return HeatMap(
        columns=tuple(map(kind, columns)),
        rows=tuple(sorted(rows, key=lambda row: (-row.total, row.label))),
        keys=tuple(map(key_of, columns)),
    )


def key_of(value: int | str | None) -> str:
    """As it stands in the address of the list behind a number; a dash where there is none."""
    return str(value or NONE)


def received_by(
    found: Iterable[tuple[Any, ...]], key: Callable[[K], K], name: Callable[[K], str]
) -> tuple[Received, ...]:
    """Received by severity for every key, the largest first."""
    lines: dict[K, Counter[str]] = defaultdict(Counter)
    for value, severity, received, valid in found:
        lines[key(value)][severity or "unclassified"] += received
        lines[key(value)]["valid"] += valid
    told = [Received(label=name(value), key=key_of(value), **counter) for value, counter in lines.items()]
    return tuple(sorted(told, key=lambda line: (-line.total, line.label)))


def causes(
    period: Period, groups: Groups, categories: dict[int, Category], departments: dict[int, Department]
) -> tuple[CauseLine, ...]:
    """Valid complaints by responsible department and cause; where no cause is named, the sub-category."""
    words = Cause.objects.in_bulk()
    lines: Counter[tuple[str, bool, str]] = Counter()
    keys: dict[tuple[str, bool, str], list[str]] = defaultdict(list)
    for department, cause, category, valid in groups["cause"]:
        unit = departments.get(department)
        word = words.get(cause) or categories.get(category) or _("No category")
        name = placed(period, unit) if unit else _("No department")
        line = name, bool(unit and unit.is_contractor), str(word)
        lines[line] += valid
        keys[line].append(".".join(map(key_of, (department, cause, category))))
    return tuple(
        CauseLine(*line, valid, ",".join(keys[line]))
        for line, valid in sorted(lines.items(), key=lambda item: (-item[1], item[0]))
    )


def repeats(
    period: Period, groups: Groups, categories: dict[int, Category], buildings: dict[int, Building]
) -> tuple[RepeatLine, ...]:
    """The same sub-category at the same building or common place, three times or more."""
    several = len(period.estates) > 1
    found = sorted(
        (
            (-count, period.names[estate], buildings[building].name if building else spot, category, count),
            ".".join((key_of(estate), key_of(building), key_of(category), "" if building else spot)),
        )
        for estate, building, category, spot, count, _case in groups["repeat"]
    )
    return tuple(
        RepeatLine(
            place=f"{estate} {place}" if several else place,
            category=str(categories[category]),
            count=count,
            key=key,
        )
        for (_most, estate, place, category, count), key in found
    )


def placed(period: Period, part: Building | Department) -> str:
    """Its name, with the estate's before it where the report covers several."""
    if len(period.estates) == 1 or part.estate_id is None:
        return str(part)
    return f"{period.names[part.estate_id]} {part}"
