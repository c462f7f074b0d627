"""How papers are made, replaced for a test: counting stays, setting pages takes seconds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reports import kinds
from reports.duties import DuePeriod, period_of
from reports.figures.month import Month


def write_with(monkeypatch: Any, kind: str = "monthly", **functions: Any) -> None:
    monkeypatch.setitem(kinds.WRITERS, kind, replace(kinds.WRITERS[kind], **functions))


def quickly(monkeypatch: Any, kind: str = "monthly") -> None:
    """A PDF without its pages."""
    write_with(monkeypatch, kind, pdf=lambda figures, zone, report: b"%PDF-" + report.key.bytes)


def of_month(month: Month) -> tuple[str, DuePeriod]:
    """The kind and the time of a monthly report, as `issue.ask` wants them."""
    period = period_of("monthly", month.first_day)
    assert period is not None
    return "monthly", period
