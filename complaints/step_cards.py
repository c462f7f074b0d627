"""Step cards 步骤卡片: a few lines beside the step at hand; which card where (W1, W3, W9, W12, W16). Pure.

One table for the desk, the forms of a case's moves and its page. The customer sees none of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.policy import Channel


class CardKind(TextChoices):
    COUNTER = "counter", _("At the counter: the eight words")
    PHONE = "phone", _("On the phone")
    VISIT = "visit", _("At the customer's door")
    EMERGENCY = "emergency", _("Emergency: people first")
    ONLINE = "online", _("Answers online")


C = Channel
#: How a contact came: the card of whoever takes it. A letter, the box and a patrol bring nobody along.
AT_INTAKE: dict[str, CardKind] = {
    C.WALK_IN: CardKind.COUNTER,
    C.EMPLOYEE: CardKind.COUNTER,
    C.PHONE: CardKind.PHONE,
    C.HOTLINE: CardKind.PHONE,
    C.GROUP: CardKind.ONLINE,
    C.FORUM: CardKind.ONLINE,
    C.WECHAT: CardKind.ONLINE,
    C.EMAIL: CardKind.ONLINE,
    C.MEDIA: CardKind.ONLINE,
    C.PORTAL: CardKind.ONLINE,
}
#: Where words are written for all to read, and not said.
WRITTEN = frozenset({C.GROUP, C.FORUM, C.MEDIA})
#: verb: the card of whoever does it.
AT_MOVES: dict[str, CardKind] = {
    "record": CardKind.PHONE,
    "act": CardKind.VISIT,
    "appear": CardKind.VISIT,
    "answer": CardKind.PHONE,
    "reply": CardKind.PHONE,
    "apologise": CardKind.COUNTER,
    "answer_point": CardKind.ONLINE,
    "answer_post": CardKind.ONLINE,
    "chase": CardKind.PHONE,
    "ask_superior": CardKind.COUNTER,
    "withdraw": CardKind.PHONE,
    "dispute": CardKind.PHONE,
    "try_revisit": CardKind.PHONE,
    "revisit": CardKind.PHONE,
    "second_call": CardKind.PHONE,
    "tell_follow_up": CardKind.PHONE,
}
#: Steps at which the danger itself is dealt with, or somebody speaks of it.
IN_DANGER = frozenset({"intake", "case", "act", "answer", "acknowledge", "chase"})


def card_for(step: str, *, channel: str = "", in_danger: bool = False) -> CardKind | None:
    """The card beside a step: `intake`, the `case` page itself, or the form of a move by its verb.

    People in danger come before everything else. None: the step needs no card.
    """
    if in_danger and step in IN_DANGER:
        return CardKind.EMERGENCY
    if step == "intake":
        return AT_INTAKE.get(channel)
    if step in ("answer", "reply") and channel in WRITTEN:
        return CardKind.ONLINE
    return AT_MOVES.get(step)


def channels_of(kind: CardKind) -> list[str]:
    """The channels at which the desk needs a card."""
    return [channel for channel, card in AT_INTAKE.items() if card == kind]


def at_intake() -> Iterable[CardKind]:
    """Every card the desk may need."""
    wanted = {*AT_INTAKE.values(), CardKind.EMERGENCY}
    return [kind for kind in CardKind if kind in wanted]
