"""A pasted order put into the desk's form: only what is empty is filled, and the page says what was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from complaints import pasted_order
from complaints.forms.desk import DeskForm
from complaints.pasted_order import DUE, MATTER, PLACE, SECRET
from complaints.policy import OFFICIAL, Channel

#: The longest text that is taken apart.
LONGEST = 8000


@dataclass(frozen=True)
class Filled:
    """What became of a pasted text."""

    changes: dict[str, str] = field(default_factory=dict)  # of the form's fields
    filled: list[tuple[str, str]] = field(default_factory=list)  # label and value
    kept: list[tuple[str, str]] = field(default_factory=list)  # the order's word where another stood
    unclear: list[tuple[str, str]] = field(default_factory=list)  # as the order has it; left with the matter
    channel_open: bool = False  # whether it came from the hotline or a regulator must be chosen


def fill(text: str, typed: Mapping[str, str], estate: str) -> Filled:
    """Take the text apart beside what the form holds already. What was typed is never overwritten.

    `estate`: the name of the form's estate; a place is found in its register without it.
    """
    order = pasted_order.read(text[:LONGEST])
    changes: dict[str, str] = {}
    filled: list[tuple[str, str]] = []
    kept: list[tuple[str, str]] = []
    for name, value in order.values.items():
        if name == MATTER:
            continue
        if name == PLACE:
            value = value.removeprefix(estate).strip() or value
        stood = typed.get(name, "").strip()
        label, shown = (
            str(DeskForm.base_fields[name].label),
            "✓" if name == SECRET else value.replace("T", " "),
        )
        if not stood:
            changes[name] = value
            filled.append((label, shown))
        elif stood != value:
            kept.append((label, shown))
    if content := order.values.get(MATTER, ""):
        stood = typed.get(MATTER, "").strip()
        if content not in stood:
            changes[MATTER] = f"{stood}\n{content}" if stood else content
            filled.append((str(DeskForm.base_fields[MATTER].label), shortened(content)))
    channel = typed.get("channel", "")
    if channel not in OFFICIAL and order.hotline:
        changes["channel"] = Channel.HOTLINE
        filled.append((str(DeskForm.base_fields["channel"].label), str(Channel.HOTLINE.label)))
    must_choose = order.understood and channel not in OFFICIAL and not order.hotline
    return Filled(changes, filled, kept, list(order.left), must_choose)


def _shown(name: str, value: str) -> str:
    if name == DUE:
        return value.replace("T", " ")
    return "✓" if name == SECRET else value


def shortened(text: str) -> str:
    return text if len(text) <= 30 else text[:30] + "…"
