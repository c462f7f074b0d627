"""Which moves a case page offers, and which one of them is the next (design.md Case)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from complaints.models import Complaint
from complaints.moves import MOVES, is_his, possible
from complaints.policy import ClockKind
from complaints.primary import primary
from complaints.situation import Situation
from complaints.statuses import WORKERS, Status
from complaints.views.case.move_forms import MOVE_FORMS
from complaints.views.checks import waits_for
from staff.permissions import Permissions

#: What pages and API let people do: the moves that have a form, and the page for editing.
OFFERED = tuple(verb for verb in MOVES if verb in MOVE_FORMS or verb == "edit")


@dataclass(frozen=True)
class Standing:
    """How a case stands for one reader: its situation, and what else the words of the page look at."""

    complaint: Complaint
    person: Permissions
    situation: Situation
    is_followed_up: bool  # something the customer brought up is still open
    acted: bool  # something was done in the present cycle


#: Beside the row they are about, where the list stands.
IN_THEIR_ROWS = ("edit_signatory", "remove_signatory")

#: Shown as buttons under the next step; the others wait under "More".
USUAL = (
    "accept", "return", "act", "opinion", "handle", "answer", "reject_invalid", "revisit", "try_revisit",
    "satisfy", "dispute", "answer_point", "answer_post", "analyse",
    "issue_bulletin", "apologise", "answer_media", "propose_abnormal",
    "decide_abnormal", "review_abnormal", "answer_external", "object", "waive_objection", "sign_follow_up",
    "do_follow_up", "tell_follow_up", "second_call", "appear", "pay", "accept_payment", "ask_extension",
    "chase", "attach", "note", "edit", "reopen",
)  # fmt: skip


#: As a button says it, where the table of moves has the step's short name.
LONGER: dict[str, str | Promise] = {"classify": gettext_lazy("Classify and assign")}


@dataclass(frozen=True)
class Button:
    verb: str
    label: str | Promise
    icon: str
    url: str
    at_once: bool = False  # nothing to fill in: the button does it
    in_place: bool = False  # the form opens beside the button


@dataclass(frozen=True)
class AvailableMoves:
    next: Button | None
    waits: str  # for whom, when the next step is somebody else's
    usual: list[Button]
    more: list[Button]
    offered: list[str]  # every verb, those too that stand beside the row they are about

    @property
    def first(self) -> list[Button]:
        return [self.next] if self.next else []

    @property
    def verbs(self) -> set[str]:
        return {button.verb for button in [*self.first, *self.usual, *self.more]}


def available_verbs(s: Situation) -> list[str]:
    """What one reader may do now: what the table of moves lets pass. For page and API."""
    return possible(s, OFFERED)


def available_moves(standing: Standing, due: Sequence[ClockKind]) -> AvailableMoves:
    """The buttons of one reader; what stands beside the row it is about is no button.

    `due`: the clocks that run, the one due next first.
    """
    case, offered = standing.complaint, available_verbs(standing.situation)
    verbs = [verb for verb in offered if verb not in IN_THEIR_ROWS]
    first = primary(
        verbs, due, standing.situation.roles, case.status,
        in_danger=bool(case.danger_since), fits=lambda verb: _is_his_next(verb, standing),
    )  # fmt: skip
    rest = [verb for verb in verbs if verb != first]
    usual = sorted((verb for verb in rest if verb in USUAL), key=USUAL.index)
    more = [verb for verb in rest if verb not in USUAL]
    address = reverse("move", args=[case.number, "-"]).rpartition("-")
    return AvailableMoves(
        next=button(first, address) if first else None,
        waits="" if first else waits(standing),
        usual=[button(verb, address) for verb in usual],
        more=[button(verb, address) for verb in more],
        offered=offered,
    )


def button(verb: str, address: tuple[str, str, str]) -> Button:
    """`address`: what stands before and behind the verb in its own, looked up once a page."""
    before, _verb, after = address
    asks = verb not in MOVE_FORMS or bool(MOVE_FORMS[verb].form.base_fields)
    return Button(
        verb=verb,
        label=LONGER.get(verb, MOVES[verb].label),
        icon=MOVE_FORMS[verb].icon if verb in MOVE_FORMS else "edit",
        url=f"{before}{verb}{after}",
        at_once=not asks,
        in_place=asks and verb in MOVE_FORMS,
    )


def waits(standing: Standing) -> str:
    """Whose the next step is, in words."""
    case = standing.complaint
    if case.awaits_claim and not case.danger_since:
        return _("Waits to be claimed by the desk.")
    who = {"handler": case.handler, "receiver": case.first_receiver}
    match case.status:
        case Status.RECEIVED:
            return _("Waits to be recorded: %(receiver)s.") % who
        case Status.RECORDED:
            return _("Waits to be classified: %(receiver)s or the supervisor.") % who
        case Status.CLASSIFIED:
            return _("Waits to be accepted: %(handler)s.") % who
        case Status.ACTING:
            return _("Being handled: %(handler)s.") % who
        case Status.HANDLED:
            return _("Waits for the reply to the customer: %(receiver)s.") % who
        case Status.REPLIED:
            involved = waits_for(standing.situation.other("revisit")) if _revisits(standing) else ""
            return involved or _(
                "Waits for the revisit, by somebody who did not handle, judge or reply to it."
            )
        case _other:
            if standing.is_followed_up:
                return _("Closed. What the customer brought up is still being followed up.")
            if running := standing.situation.running():
                names = pgettext("between names", ", ").join(
                    str(kind.label) for kind in ClockKind if kind in running
                )
                return _("Closed. Still owed: %(clocks)s.") % {"clocks": names}
            return _("Closed. Nothing is left to do.")


def _revisits(standing: Standing) -> bool:
    """Whether the revisit is his by his part; whether he was involved is read of nobody else."""
    return is_his("revisit", standing.complaint.status, standing.situation.roles)


def _is_his_next(verb: str, standing: Standing) -> bool:
    """Not what he may do only with a reason, when nobody else can; and action comes before the result."""
    mine = standing.person.stands_for
    match verb:
        case "confirm_invalid":
            return standing.complaint.invalid_proposed_by_id not in mine
        case "revisit" | "second_call":
            return standing.situation.other(verb).is_free
        case "act":
            return not standing.acted and bool(WORKERS & set(standing.situation.roles))
    return True
