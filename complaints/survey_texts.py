"""What an entry of a survey's history says, by kind. Pure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

ENTRIES: dict[str, Any] = {
    "planned": _("Planned."),
    "edited": _("The plan was changed."),
    "set_going": _("Set going: %(homes)s homes have their links. It begins on its first day."),
    "begun": _("Begun: %(homes)s homes are asked, %(sent)s of them by text message."),
    "begun_rest": _(
        "Begun: %(homes)s homes are asked, %(sent)s of them by text message."
        " %(rest)s more have the same phone as another: hand them their sheets."
    ),
    "reminded": _("Homes that had not answered were reminded, %(sent)s of them by text message."),
    "reminded_rest": _(
        "Homes that had not answered were reminded, %(sent)s of them by text message."
        " %(rest)s more have the same phone as another: hand them their sheets."
    ),
    "remind_on_paper": _(
        "The day to remind: no text message goes for surveys, managers were told to hand out sheets."
    ),
    "reminder_left_out": _("Not reminded: homes had been written to on %(day)s."),
    "closed": _("Closed: %(answered)s of %(homes)s homes have answered."),
    "published": _("Answered to owners."),
    "published_again": _("The answer to owners was changed."),
    "dropped": _("Dropped."),
}
