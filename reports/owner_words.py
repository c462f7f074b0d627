"""A report to owners in words and tables, the same on its page, its paper and the portal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from reports import words
from reports.due_words import period_words
from reports.duties import DuePeriod, ReportKind
from reports.owner_rules import DAY, Block, Direction, Span
from reports.tables import Column, num, table


def series_words(year: int | None, serial: int | None) -> str:
    """管理报告〔2026〕第3号"""
    if not serial:
        return _("Management report")
    return _("Management report [%(year)s] No. %(serial)s") % {"year": year, "serial": serial}


def span_words(span: str, first: date, last: date) -> str:
    """2026年第3季度, 2026年上半年, 2026年"""
    days = DuePeriod(first, last + DAY)
    if span == Span.QUARTER:
        return period_words(ReportKind.QUARTERLY, days)
    if span == Span.YEAR:
        return period_words(ReportKind.ANNUAL, days)
    if first.month == 1:
        return _("first half of %(year)s") % {"year": first.year}
    return _("second half of %(year)s") % {"year": first.year}


def said(texts: Mapping[str, Any]) -> str:
    """In the reader's language; where nobody has written English, as it was written."""
    return str(texts["en"] if get_language() == "en" and texts["en"] else texts["zh"])


def time_of(content: Mapping[str, Any]) -> str:
    first, last = (date.fromisoformat(content[name]) for name in ("starts_on", "ends_on"))
    return span_words(content["span"], first, last)


def shown(content: Mapping[str, Any]) -> dict[str, Any]:
    """What the templates show, in the active language."""
    before = content["before"]
    blocks = []
    for kind in Block:
        block = next((one for one in content["blocks"] if one["kind"] == kind), None)
        if block and (said(block) or block.get("items") or any(map(bool, block["figures"].values()))):
            blocks.append(_block(kind, block, bool(before)))
    return {
        "title": series_words(content.get("year"), content.get("serial")),
        "time": time_of(content),
        "greeting": said(content["greeting"]),
        "purpose": said(content["purpose"]),
        "closing": said(content["closing"]),
        "blocks": blocks,
        "before": f"{series_words(before['year'], before['serial'])} ({time_of(before)})" if before else "",
        "replaces": series_words(content["replaces"]["year"], content["replaces"]["serial"])
        if content["replaces"]
        else "",
        "parts": [part for part in (promised(content.get("promises", ())),) if part],
        "content": content,
    }


def _block(kind: Block, block: Mapping[str, Any], compared: bool) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "title": kind.label,
        "words": said(block),
        "figures": figures(block["figures"], block["figures_before"] if compared else None),
        "accounts": accounts(block, compared) if block.get("items") else "",
    }


# Promises -----------------------------------------------------------------------------------------

#: How a promise stood, in the order the sentence tells it.
FATES = {
    "kept": pgettext_lazy("promise", "Kept"),
    "late": pgettext_lazy("promise", "Kept after its day"),
    "open": pgettext_lazy("promise", "Not due yet"),
    "overdue": pgettext_lazy("promise", "Over its day"),
    "not_kept": pgettext_lazy("promise", "Not kept"),
}


def promised(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """What was promised at meetings and what became of it; None where nothing was."""
    if not rows:
        return None
    columns = [
        Column(pgettext("promise", "Promised on"), "nowrap"), Column(pgettext("promise", "What"), "is-text"),
        Column(pgettext("promise", "By when"), "nowrap"), Column(_("What became of it"), "is-text"),
    ]  # fmt: skip
    lines = [(row["held_on"], said(row), row["due_on"], fate(row)) for row in rows]
    return {
        "title": _("What we promised at meetings"),
        "sentence": promises_said(rows),
        "table": table(columns, lines, keep=False),
    }


def promises_said(rows: Sequence[Mapping[str, Any]]) -> str:
    """How many promises, and how many of them stand how."""
    counts = Counter(row["state"] for row in rows)
    parts = [f"{label} {counts[name]}" for name, label in FATES.items() if counts[name]]
    total = ngettext("%(n)s promise:", "%(n)s promises:", len(rows)) % {"n": len(rows)}
    return f"{total} {_(', ').join(parts)}{_('.')}"


def fate(row: Mapping[str, Any]) -> str:
    """Of one: how it stands, since when, and what was done."""
    parts = [str(FATES[row["state"]])]
    if row["settled_on"]:
        parts.append(row["settled_on"])
    elif row["measure"] == "effective":
        parts.append(_("the measure has proved effective"))
    elif row["measure"]:
        parts.append(_("a measure is being carried out"))
    elif row.get("follow_up") == "done":
        parts.append(_("what was followed up has been done"))
    elif row.get("follow_up"):
        parts.append(_("it is being followed up"))
    if row["note"]:
        parts.append(row["note"])
    return _(", ").join(parts)


#: Of fewer customers owners are told no share of those satisfied.
FEWEST = 5

# Figures ------------------------------------------------------------------------------------------


def figures(own: Mapping[str, Any], before: Mapping[str, Any] | None) -> SafeString:
    """One line for each figure there is something of, beside the last report's."""
    lines = [
        (_("Complaints received"), "received", ""),
        (_("Found justified"), "upheld", ""),
        (_("Complaints closed"), "closed", ""),
        (_("Answered within the time promised"), "on_time", "due"),
        (_("Customers satisfied, of those who told us"), "satisfied", "said"),
        (_("Improvement measures begun"), "measures", ""),
        (_("Improvement measures found effective"), "effective", ""),
        (_("Repairs of the builder under warranty"), "repaired", ""),
        (_("Visits on the spot"), "visits", ""),
    ]
    own = _without_few(own)
    before = None if before is None else _without_few(before)
    rows = []
    for label, part, whole in lines:
        if not (own.get(whole or part) or before and before.get(whole or part)):
            continue
        row = [label, _value(own, part, whole)]
        if before is not None:
            row += [_value(before, part, whole), _change(own, before, part, whole)]
        rows.append(row)
    for zh, en, value in own.get("surveys", ()):
        row = [en if get_language() == "en" else zh, value]
        rows.append([*row, words.NOTHING, words.NOTHING] if before is not None else row)
    columns = [Column(pgettext("owner report", "Figure")), num(pgettext("owner report", "This time"))]
    if before is not None:
        columns += [num(pgettext("owner report", "Last time")), num(pgettext("owner report", "Change"))]
    return table(columns, rows)


def _without_few(of: Mapping[str, Any]) -> dict[str, Any]:
    """What fewer than some customers said would show who said it."""
    return dict(of) | ({"said": 0, "satisfied": 0} if of.get("said", 0) < FEWEST else {})


def _value(of: Mapping[str, Any], part: str, whole: str) -> str:
    if not whole:
        return f"{of.get(part, 0)}"
    if not of.get(whole):
        return words.NOTHING
    n = _("%(part)s of %(whole)s") % {"part": of[part], "whole": of[whole]}
    return f"{words.share(of[part] / of[whole])} ({n})"


def _change(own: Mapping[str, Any], before: Mapping[str, Any], part: str, whole: str) -> str:
    """Of counts the difference, of shares in points."""
    if not whole:
        return signed(own.get(part, 0) - before.get(part, 0))
    if not own.get(whole) or not before.get(whole):
        return words.NOTHING
    points = round(100 * own[part] / own[whole] - 100 * before[part] / before[whole], 1)
    return _("%(n)s points") % {"n": f"{points:+.1f}".replace("-", "−")}


def signed(n: int) -> str:
    return f"{n:+d}".replace("-", "−") if n else "0"


# Income and expenditure -----------------------------------------------------------------------------


def accounts(block: Mapping[str, Any], compared: bool) -> SafeString:
    """The lines of each direction with their sum, then the balances; beside the last report's.

    The sums of last time are those of all its lines: one that is no longer there stands below the others.
    """
    last = block.get("last")
    rows: list[list[str]] = []
    if block["opening"] is not None:
        rows.append([_("Balance at the beginning"), *_amounts(block["opening"], last and last["opening"])])
    nets: list[Decimal] = [Decimal(0), Decimal(0)]
    for direction, sign in ((Direction.INCOME, 1), (Direction.EXPENSE, -1)):
        own = [one for one in block["items"] if one["direction"] == direction]
        old = [one for one in last["items"] if one["direction"] == direction] if last else []
        gone = [one for one in old if one["zh"] not in {line["zh"] for line in own}]
        own_lines = [(one, one["amount"], one["before"]) for one in own]
        for one, amount, before in [*own_lines, *((one, None, one["amount"]) for one in gone)]:
            rows.append([f"{direction.label} · {said(one)}", *_amounts(amount, before)])
        sums = [_sum(own, "amount"), _sum(old, "amount") if last else _sum(own, "before")]
        nets = [net + sign * (part or 0) for net, part in zip(nets, sums, strict=True)]
        name = _("Income together") if sign > 0 else _("Expenditure together")
        rows.append([name, *_amounts(*(None if one is None else str(one) for one in sums))])
    rows.append([_("Income less expenditure"), money(nets[0]), *_of_nets(nets, block)])
    if block["balance"] is not None:
        rows.append([_("Balance at the end"), *_amounts(block["balance"], last and last["balance"])])
    columns = [Column(pgettext("accounts", "Item")), num(_("Amount (yuan)"))]
    if _has_before(block):
        columns += [num(_("Last time (yuan)")), num(_("Difference (yuan)"))]
    else:
        rows = [row[:2] for row in rows]
    return table(columns, rows)


def _has_before(block: Mapping[str, Any]) -> bool:
    return bool(block.get("last")) or any(one["before"] is not None for one in block["items"])


def _of_nets(nets: list[Decimal], block: Mapping[str, Any]) -> tuple[str, str]:
    return (money(nets[1]), difference(nets[0] - nets[1])) if _has_before(block) else ("", "")


def _sum(items: list[Mapping[str, Any]], name: str) -> Decimal | None:
    found = [Decimal(one[name]) for one in items if one[name] is not None]
    return sum(found, Decimal(0)) if found else None


def _amounts(amount: str | None, before: str | None) -> tuple[str, str, str]:
    own, old = (None if one is None else Decimal(one) for one in (amount, before))
    changed = difference(own - old) if own is not None and old is not None else words.NOTHING
    return (
        words.NOTHING if own is None else money(own),
        words.NOTHING if old is None else money(old),
        changed,
    )


def money(amount: Decimal) -> str:
    """125,000.00"""
    return f"{amount:,.2f}".replace("-", "−")


def difference(amount: Decimal) -> str:
    return f"{amount:+,.2f}".replace("-", "−") if amount else "0.00"
