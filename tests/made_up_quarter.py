"""A quarter and a year of figures without a row behind them, empty but for what a test sets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from reports.figures.month import Days
from reports.figures.overrun_shapes import Overruns, OverrunTable
from reports.figures.shapes import Money, OnTime, Rate, Satisfaction, Stock
from reports.figures.wide_shapes import (
    AnalysedCases,
    Annual,
    Compared,
    DecisionLine,
    DepartmentLine,
    Meeting,
    PlaceLine,
    Quarterly,
    Studied,
    Totals,
)
from tests.cast import SHANGHAI

NOBODY = Satisfaction((0,) * 5)
NONE_LATE = OverrunTable(0, 0, 0, ())
NOTHING = Totals(
    received=0, valid=0, closure=Rate(0, 0), first_time=Rate(0, 0), second=0, on_time=OnTime(), overruns=0,
    revisit=Rate(0, 0), satisfaction=NOBODY, compensation=Money(0, Decimal(0), 0, Decimal(0)),
)  # fmt: skip
COMMON: dict[str, Any] = {
    "scope": "锦绣花园", "total": NOTHING, "before": NOTHING, "stock": Stock(0, 0, 0, 0, 0), "voided": 0,
    "taken_over": 0, "second_open": 0, "months": (), "estates": (PlaceLine("锦绣花园", 96, 0, 0, 0),),
    "departments": (), "categories": (), "causes": (),
    "overruns": Overruns(NONE_LATE, NONE_LATE, NONE_LATE),
}  # fmt: skip
Q1 = Days(date(2026, 1, 1), date(2026, 3, 31))
YEAR = Days(date(2026, 1, 1), date(2026, 12, 31))
HELD = Meeting("2026-Q1", date(2026, 4, 8), "会议室", "周军", "一季度情况", ())


def quarter(**changed: Any) -> Quarterly:
    """Over, with a record of its meeting that decided nothing."""
    usual = COMMON | {
        "starts_on": Q1.first_day, "ends_on": Q1.last_day, "as_of": Q1.bounds(SHANGHAI)[1],
        "analysed": AnalysedCases(0, ()), "meeting": HELD, "earlier": (),
        "studied": Studied((), (), 0),
    }  # fmt: skip
    return Quarterly(**usual | changed)


def year(**changed: Any) -> Annual:
    usual = COMMON | {
        "starts_on": YEAR.first_day, "ends_on": YEAR.last_day, "as_of": YEAR.bounds(SHANGHAI)[1],
        "quarters": (), "meetings": (),
    }  # fmt: skip
    return Annual(**usual | changed)


def totals(**changed: Any) -> Totals:
    return replace(NOTHING, **changed)


def decision(state: str = "open", due_on: date = date(2026, 2, 28), **changed: Any) -> DecisionLine:
    settled_on = None if state == "open" else date(2026, 2, 1)
    usual = {"quarter": "2025-Q4", "index": 1, "what": "更换门禁", "who": "秩序部", "note": ""}
    return DecisionLine(**usual | changed, due_on=due_on, state=state, settled_on=settled_on)


def department(name: str, valid: int, before: int = 0) -> DepartmentLine:
    return DepartmentLine(name, False, valid, before, OnTime(), OnTime(), 0, 0, NOBODY, NOBODY)


def compared(label: str, valid: int, before: int = 0) -> Compared:
    return Compared(label, valid, before, valid)
