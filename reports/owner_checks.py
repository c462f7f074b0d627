"""Whether a report to owners is whole: every block says something, every account adds up (rules.md F16)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from config.framework.refusals import Refused
from reports.models import OwnerReport, OwnerReportBlock
from reports.owner_accounts import follows
from reports.owner_content import result
from reports.owner_rules import MAY_BE_EMPTY, MONEY, Block


def check_whole(row: OwnerReport) -> None:
    """Raises Refused with the first thing that is missing, or does not add up."""
    if not row.greeting or not row.closing or not row.ask_whom or not row.ask_phone:
        raise Refused(_("Greeting, follow-up, whom to ask and his phone are still missing."))
    blocks = {one.kind: one for one in row.blocks.prefetch_related("items")}
    for kind in Block:
        block = blocks[kind]
        if not block.words and kind not in MAY_BE_EMPTY:
            raise Refused(_("“%(block)s” says nothing yet.") % {"block": kind.label})
        if kind in MONEY:
            _check_money(row, block, str(kind.label))


def _check_money(row: OwnerReport, block: OwnerReportBlock, name: str) -> None:
    items = list(block.items.all())
    if not items or block.opening is None or block.balance is None:
        raise Refused(
            _("“%(block)s”: lines, balance at the beginning and balance at the end are needed.")
            % {"block": name}
        )
    if empty := next((one.item for one in items if one.amount is None), None):
        raise Refused(_("“%(block)s”: “%(item)s” has no amount.") % {"block": name, "item": empty})
    counted = block.opening + result(items)
    if counted != block.balance:
        raise Refused(
            _("“%(block)s”: by its lines the balance at the end is %(counted)s, entered is %(said)s.")
            % {"block": name, "counted": f"{counted:,.2f}", "said": f"{block.balance:,.2f}"}
        )
    last = row.before.blocks.filter(kind=block.kind).first() if row.before and follows(row) else None
    if last and last.balance != block.opening:
        raise Refused(
            _("“%(block)s”: the last report ended with %(last)s, this one begins with %(opening)s.")
            % {"block": name, "last": f"{last.balance:,.2f}", "opening": f"{block.opening:,.2f}"}
        )
