"""The orders of the queue, by column, and what the address says of them: `?sort=severity`, `-due`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import sort_keys
from complaints.views.lists.keyset import Order

#: What the address calls the order a view has by itself.
USUAL = ""
BY_DUE = Order("next_due_at")
BY_CLOSING = Order("closed_at", newest_first=True)


@dataclass(frozen=True)
class Column:
    """A column of the queue. `explains`: what its order is, where the heading does not say it."""

    label: str | Promise
    up: Order
    down: Order
    explains: str | Promise = ""


def _keyed(label: Any, expression: Any, explains: Any) -> Column:
    up = Order("sort_key", expression=expression, numbers=True, nullable=False)
    down = Order("sort_key", newest_first=True, expression=expression, numbers=True)
    return Column(label, up, down, explains)


COLUMNS: dict[str, Column] = {
    "severity": _keyed(_("Severity"), sort_keys.BY_SEVERITY, _("Gravest first, unclassified last")),
    "what": _keyed(
        pgettext_lazy("column", "What"), sort_keys.BY_CATEGORY, _("Cases of one category stand together")
    ),
    "where": _keyed(
        pgettext_lazy("column", "Where"), sort_keys.BY_PLACE, _("Cases of one place stand together")
    ),
    "who": _keyed(
        pgettext_lazy("column", "Who"), sort_keys.BY_HOLDER, _("Cases one person holds stand together")
    ),
    "received": Column(
        pgettext_lazy("column", "Received"),
        Order("received_at", nullable=False),
        Order("received_at", newest_first=True),
    ),
    "due": Column(
        pgettext_lazy("column", "Due"), BY_DUE, Order("next_due_at", newest_first=True, nullable=True)
    ),
}
#: The last column of a list of closed cases.
CLOSED = Column(pgettext_lazy("column", "Closed"), Order("closed_at", nullable=False), BY_CLOSING)


def columns(*, closed: bool) -> dict[str, Column]:
    return COLUMNS | {"due": CLOSED} if closed else COLUMNS


def sort_in(text: str) -> str:
    """What the address asks for; what no column answers is the usual order."""
    return text if text.removeprefix("-") in COLUMNS else USUAL


def order_of(sort: str, *, closed: bool) -> Order:
    """The order a sort names; the usual one: what is due next first, of closed cases the latest."""
    if sort == USUAL:
        return BY_CLOSING if closed else BY_DUE
    column = columns(closed=closed)[sort.removeprefix("-")]
    return column.down if sort.startswith("-") else column.up


def stands(sort: str, *, closed: bool) -> str:
    """The same, the usual order by its name."""
    return sort or ("-due" if closed else "due")
