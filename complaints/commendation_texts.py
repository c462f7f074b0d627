"""Why a commendation is proposed, and what an entry of its history says, by kind. Pure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.commendations import Why

#: By what it is proposed for: a sentence of what stands in the rows.
REASONS: dict[str, Any] = {
    Why.NOTE: _("The praise noted as %(note)s on %(taken_at)s names %(name)s."),
    Why.REVISIT: _(
        "Case %(case)s (%(severity)s) was handled by %(name)s; "
        "at the revisit on %(revisited_at)s the customer gave %(score)s of 5."
    ),
    Why.AGAIN: _(
        "Case %(case)s was the customer's second complaint, handled by %(name)s; "
        "at the revisit on %(revisited_at)s the customer gave %(score)s of 5."
    ),
    Why.MONTH: _("In %(month)s %(name)s handled %(n)s cases, none of them overtime."),
    Why.HAND: _("Proposed by %(proposer)s."),
}
ENTRIES: dict[str, Any] = {
    "proposed": _("Proposed by rule."),
    "begun": _("Proposed by hand."),
    "edited": _("Words edited."),
    "approved": _("Approved."),
    "published": _("Published."),
    "declined": _("Not commended."),
    "withdrawn": _("Withdrawn after publishing."),
}
