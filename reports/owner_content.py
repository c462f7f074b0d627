"""What owners read of a report, as plain values: of a draft as it is, of an issued one as frozen."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

from reports.models import OwnerReport, OwnerReportBlock, OwnerReportItem
from reports.owner_rules import MONEY, Block, Direction
from staff.models import Company

#: What is written before and after the blocks.
TEXTS = ("greeting", "purpose", "closing")


def content_of(report: OwnerReport) -> dict[str, Any]:
    """The whole report. Of a draft a constant number of queries; what is frozen is read as it is."""
    if report.is_out:
        return dict(report.content)
    blocks = {row.kind: row for row in report.blocks.prefetch_related("items")}
    before = report.before.content if report.before else {}
    old = {block["kind"]: block for block in before.get("blocks", ())}
    return {
        "estate": report.estate.name,
        "code": report.estate.code,
        "company": str(Company.objects.first() or ""),
        "service_phone": report.estate.service_phone,
        "span": report.span,
        "starts_on": f"{report.starts_on}",
        "ends_on": f"{report.ends_on}",
        "taken_at": report.taken_at.isoformat(),
        **{
            name: {"zh": getattr(report, name), "en": getattr(report, f"{name}_en")} for name in TEXTS
        },
        "ask_whom": report.ask_whom,
        "ask_phone": report.ask_phone,
        "before": _named(report.before),
        "replaces": _named(report.replaces),
        "blocks": [_block(blocks[kind], old.get(kind)) for kind in Block.values if kind in blocks],
        **report.told,
    }  # fmt: skip


def _named(report: OwnerReport | None) -> dict[str, Any] | None:
    """Another report, by its place in the series and its time."""
    if report is None:
        return None
    return {
        "year": report.year, "serial": report.serial, "span": report.span,
        "starts_on": f"{report.starts_on}", "ends_on": f"{report.ends_on}",
    }  # fmt: skip


def _block(row: OwnerReportBlock, old: dict[str, Any] | None) -> dict[str, Any]:
    said: dict[str, Any] = {
        "kind": row.kind,
        "zh": row.words,
        "en": row.words_en,
        "figures": row.figures,
        "figures_before": old["figures"] if old else None,
    }
    if row.kind in MONEY:
        last = _last(old) if old else None
        before = {(one["direction"], one["zh"]): one["amount"] for one in last["items"]} if last else {}
        said |= {
            "last": last,
            "opening": _money(row.opening),
            "balance": _money(row.balance),
            "items": [
                {
                    "direction": one.direction, "zh": one.item, "en": one.item_en,
                    "amount": _money(one.amount),
                    "before": before.get((one.direction, one.item)) if last else _money(one.amount_before),
                }
                for one in row.items.all()
            ],
        }  # fmt: skip
    return said


def _last(old: dict[str, Any]) -> dict[str, Any]:
    """The account of the last report, whole: lines that are no longer there belong to its sums."""
    names = ("direction", "zh", "en", "amount")
    items = [{name: one[name] for name in names} for one in old["items"]]
    return {"opening": old["opening"], "balance": old["balance"], "items": items}


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def total(items: list[OwnerReportItem], direction: str) -> Decimal:
    """Of all lines of one direction, those without an amount left out."""
    return sum(
        (one.amount for one in items if one.direction == direction and one.amount is not None), Decimal(0)
    )


def result(items: list[OwnerReportItem]) -> Decimal:
    """Income less expenditure."""
    return total(items, Direction.INCOME) - total(items, Direction.EXPENSE)


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of the content, whatever order it was put together in."""
    body = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()
