"""A month of figures without a row behind it: March 2026, empty but for what a test sets."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from reports.figures.month import Month
from reports.figures.overrun_shapes import Overruns, OverrunTable
from reports.figures.shapes import (
    Aftercare,
    Before,
    CaseLine,
    Cases,
    Decisions,
    EstateLine,
    Extensions,
    HeatMap,
    Money,
    MonthCount,
    Monthly,
    OnTime,
    Rate,
    Satisfaction,
    Stock,
)
from tests.cast import SHANGHAI, march

LINE = CaseLine(
    "JX-1", "锦绣花园", "3号楼", "Lifts", "Major", "In progress", march(2), "李敏", "", "", None, None
)
MARCH = Month(2026, 3)
END = MARCH.bounds(SHANGHAI)[1]
NOBODY = Satisfaction((0,) * 5)
NONE_LATE = OverrunTable(0, 0, 0, ())


def month(received: int = 0, last: int = 0, year_ago: int = 0, **changed: object) -> Monthly:
    """March with so many received and upheld, so many in February, so many upheld a year ago."""
    counts = {0: (received, received, year_ago), 1: (last, last, 0)}
    trend = tuple(MonthCount(str(MARCH.plus(-n)), *counts.get(n, (0, 0, 0))) for n in reversed(range(13)))
    figures = Monthly(
        scope="锦绣花园", month="2026-03", as_of=END, received=received, valid=received,
        stock=Stock(0, received, 0, 0, received), voided=0, attention=Cases(0, ()),
        overruns=Overruns(NONE_LATE, NONE_LATE, NONE_LATE), notable=Cases(0, ()),
        estates=(EstateLine("锦绣花园", 1000, received, received, last, year_ago),), causes=(),
        second=0, second_open=0, first_time=Rate(0, 0), on_time=OnTime(), closure=Rate(0, received),
        revisit=Rate(0, 0), satisfaction=NOBODY, compensation=Money(0, Decimal(0), 0, Decimal(0)),
        decisions=Decisions(0, ()), by_category=(), by_channel=(), by_building=(), trend=trend,
        clear_answer=(), handled=(), extensions=Extensions(0, 0, 0, 0, 0, ()), departments=(), receivers=(),
        handlers=(), repeats=(), aftercare=Aftercare(), heat=HeatMap(),
        before=Before("2026-02", OnTime(), 0, Rate(0, 0), NOBODY),
    )  # fmt: skip
    return replace(figures, **changed)  # type: ignore[arg-type]
