"""A pasted order put into the desk's form: only what is empty is filled, and the page says what was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from complaints import pasted_order
from complaints.forms.desk.intake import DeskForm
from complaints.forms.desk.places import spot
from complaints.order_labels import DUE, MATTER, PLACE, SECRET
from complaints.policy import OFFICIAL, Channel
from config.framework.refusals import Refused
from staff.models import Estate

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
    homes: list[str] = field(default_factory=list)  # named in its sentences: to be chosen, none was taken


def fill(text: str, typed: Mapping[str, str], estate: Estate) -> Filled:
    """Take the text apart beside what the form holds already. What was typed is never overwritten.

    `estate`: the form's; a place is found in its register without its name. A home that only a sentence
    names is filled in when it is the one home of the text, and offered when there are several.
    """
    order = pasted_order.read(text[:LONGEST])
    changes: dict[str, str] = {}
    filled: list[tuple[str, str]] = []
    kept: list[tuple[str, str]] = []
    for name, value in order.values.items():
        if name == MATTER:
            continue
        if name == PLACE:
            value = _within(value, estate.name)
        stood = typed.get(name, "").strip()
        label, shown = str(DeskForm.base_fields[name].label), _shown(name, value)
        if not stood:
            changes[name] = value
            filled.append((label, shown))
        elif stood != value:
            kept.append((label, shown))
    if content := order.values.get(MATTER, ""):
        stood = typed.get(MATTER, "").replace("\r\n", "\n").strip()  # as a browser sends lines
        if content not in stood:
            changes[MATTER] = f"{stood}\n{content}" if stood else content
            filled.append((str(DeskForm.base_fields[MATTER].label), shortened(content)))
    channel = typed.get("channel", "")
    if channel not in OFFICIAL and order.hotline:
        changes["channel"] = Channel.HOTLINE
        filled.append((str(DeskForm.base_fields["channel"].label), str(Channel.HOTLINE.label)))
    homes = _homes(order.homes, text, estate) if not typed.get(PLACE, "").strip() else []
    if len(homes) == len(order.homes) == 1:
        changes[PLACE] = homes[0]
        filled.append((str(DeskForm.base_fields[PLACE].label), homes.pop()))
    must_choose = order.understood and channel not in OFFICIAL and not order.hotline
    return Filled(changes, filled, kept, list(order.left), must_choose, homes)


def _shown(name: str, value: str) -> str:
    if name == DUE:
        return value.replace("T", " ")
    return "✓" if name == SECRET else value


def _within(place: str, estate: str) -> str:
    """A place without what stands before the estate's name, and that name: 锦绣路1200弄锦绣花园12号501室."""
    inside = place.rpartition(estate)[2].removeprefix("小区").strip(" ,，、-")
    return inside or place


def _homes(named: Sequence[str], text: str, estate: Estate) -> list[str]:
    """Homes of this estate's register among those a text names; none where it speaks of another estate."""
    if not named:
        return []
    others = Estate.objects.exclude(pk=estate.pk).values_list("name", flat=True)
    if estate.name not in text and any(name in text for name in others):
        return []
    found: dict[str, None] = {}
    for words in named:
        try:
            unit = spot(words, estate).unit
        except Refused:
            continue
        if unit:
            found[unit.name] = None
    return list(found)


def shortened(text: str) -> str:
    return text if len(text) <= 30 else text[:30] + "…"
