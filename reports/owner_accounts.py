"""The lines of an account in a report to owners 收支表: kept, and set beside those of the last report.

Written through `reports.owner_reports` only. What the last report says of a line is not typed again: only
where there is none may the amount of last time be given by hand (rules.md F16).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from config.framework.refusals import Refused
from reports.models import OwnerReport, OwnerReportBlock, OwnerReportItem
from reports.owner_rules import MONEY, Direction
from reports.public_amounts import check_names_nobody

#: A line is known again by its direction and its Chinese name.
Named = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One line of income or expenditure as it is entered; `before` None: as the last report has it."""

    direction: str
    item: str
    item_en: str
    amount: Decimal | None
    before: Decimal | None = None


def keep_lines(row: OwnerReport, block: OwnerReportBlock, lines: Sequence[Line]) -> None:
    """All of them anew. Raises Refused at the field `lines`."""
    named = [(one.direction, one.item) for one in lines]
    if double := next((item for item in named if named.count(item) > 1), None):
        raise Refused(_("“%(item)s” stands there twice.") % {"item": double[1]}, field="lines")
    for one in lines:
        for words in (one.item, one.item_en):
            check_names_nobody(words, "lines")
    old = _of_last(row, block.kind)
    if old is not None:
        _check_last(lines, old)
    block.items.all().delete()
    OwnerReportItem.objects.bulk_create(
        OwnerReportItem(
            block=block, place=place, direction=one.direction, item=one.item, item_en=one.item_en,
            amount=one.amount,
            amount_before=one.before if old is None else old.get((one.direction, one.item)),
        )
        for place, one in enumerate(lines, 1)
    )  # fmt: skip


def _of_last(row: OwnerReport, kind: str) -> dict[Named, Decimal | None] | None:
    """The lines of the report it is compared with; None where there is none."""
    if row.before is None:
        return None
    items = OwnerReportItem.objects.filter(block__report=row.before, block__kind=kind)
    return {(one.direction, one.item): one.amount for one in items}


def _check_last(lines: Sequence[Line], old: dict[Named, Decimal | None]) -> None:
    for one in lines:
        last = old.get((one.direction, one.item))
        if one.before is None or one.before == last:
            continue
        if last is None:
            raise Refused(
                _("“%(item)s” is not in the last report: leave last time's amount out.") % {"item": one.item},
                field="lines",
            )
        raise Refused(
            _("“%(item)s”: the last report says %(amount)s; leave last time's amount out.")
            % {"item": one.item, "amount": f"{last:,.2f}"},
            field="lines",
        )


def follows(row: OwnerReport) -> bool:
    """Whether the report it is compared with ended the day before it begins."""
    return row.before is not None and row.before.ends_on.toordinal() + 1 == row.starts_on.toordinal()


def refill(row: OwnerReport, was: int | None) -> None:
    """What the last report says, taken over anew; `was`: the report that was the last one until now.

    Where the two follow each other, what the last one ended with begins this one. Amounts of a report that is
    no longer the last are not kept.
    """
    if row.before is None and was is None:
        return  # what stands there was typed
    for block in row.blocks.filter(kind__in=MONEY):
        old = _of_last(row, block.kind) or {}
        for item in block.items.all():
            amount = old.get((item.direction, item.item))
            if item.amount_before != amount:
                OwnerReportItem.objects.filter(pk=item.pk).update(amount_before=amount)
        last = row.before.blocks.filter(kind=block.kind).first() if row.before and follows(row) else None
        if last and block.opening != last.balance:
            block.opening = last.balance
            block.save()


def in_a_line(block: OwnerReportBlock, lines: Sequence[Line]) -> str:
    """An account for the entry of who wrote it: 100.00 + 物业服务费 80.00 − 人工 50.00 = 130.00"""
    parts = [_amount(block.opening)]
    for one in lines:
        sign = "+" if one.direction == Direction.INCOME else "−"
        parts.append(f"{sign} {one.item} {_amount(one.amount)}")
    return " ".join([*parts, "=", _amount(block.balance)])


def _amount(amount: Decimal | None) -> str:
    return "?" if amount is None else f"{amount:,.2f}"
