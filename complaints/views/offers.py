"""Which moves a case page offers, and which one of them is the next (design.md Case)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from complaints.actions import may_see_to, may_sign
from complaints.actions.abnormal import WAITS
from complaints.actions.presence import is_together
from complaints.actions.speaker import may_have_speaker, speaks
from complaints.lifecycle import MOVES, SPEAKERS, TO_MEDIA, WORKERS, Outcome, Part, Status, possible
from complaints.models import (
    ENOUGH_SIGNS,
    Abnormal,
    Clock,
    Compensation,
    Complainant,
    Complaint,
    Cycle,
    FollowUp,
)
from complaints.policy import OFFICIAL, Channel, ClockKind, Policy
from complaints.views.checks import Check
from complaints.views.verbs import VERBS, label_of, rule_of
from staff.authority import Authority
from staff.directory import Directory
from staff.roles import MANAGERS, Role

State = Compensation.State


@dataclass(frozen=True)
class Standing:
    """How a case stands for one reader: what the status alone does not say."""

    complaint: Complaint
    cycle: Cycle
    person: Authority
    parts: Collection[Role | Part]
    running: Collection[ClockKind]
    may_extend: bool  # a clock runs that can be extended and that nobody has asked for yet
    follow_ups: Collection[FollowUp]
    check: Check  # whether he may revisit it, or call a second time
    acted: bool  # something was done in the present cycle
    clock: Clock  # whose policy holds
    now: datetime
    barred: Collection[int]  # people complained about
    money: Collection[Compensation]  # the amounts of the case
    shows: bool  # who complained
    signs: int = 0  # different signs that it is abnormal

    @property
    def policy(self) -> Policy:
        return self.clock.policy.policy

    @property
    def may_answer(self) -> bool:
        """A reporter is answered by a manager only."""
        reporter = self.complaint.complainant.capacity == Complainant.Capacity.REPORTER
        return bool(not reporter or TO_MEDIA & set(self.parts)) and self.may_speak

    @property
    def may_speak(self) -> bool:
        """On a case with a speaker nobody else answers."""
        return speaks(self.complaint, self.parts, self.barred, self._directory)

    def _directory(self) -> Directory:
        return Directory.load(self.now, [self.complaint.estate])

    def has_money(self, *states: str) -> bool:
        return any(row.state in states for row in self.money)

    @property
    def has_proposed(self) -> bool:
        me = self.person.user.pk
        return any(row.state == State.PROPOSED and row.proposed_by_id == me for row in self.money)

    @property
    def may_answer_external(self) -> bool:
        """An order of theirs is open, or has no due time; a regulator is answered by a manager."""
        case = self.complaint
        waits = ClockKind.EXTERNAL in self.running or case.external_due_at is None
        speaks = case.channel != Channel.REGULATOR or SPEAKERS & set(self.parts)
        return bool(case.channel in OFFICIAL and case.outcome != Outcome.VOID and waits and speaks)

    @property
    def may_move_external(self) -> bool:
        case = self.complaint
        return case.channel in OFFICIAL and case.outcome != Outcome.VOID and case.external_due_at is not None

    @property
    def may_record_finding(self) -> bool:
        case = self.complaint
        regulator = case.channel == Channel.REGULATOR and case.outcome != Outcome.VOID
        return regulator and ClockKind.OBJECTION not in self.running

    def has(self, fits: Callable[[FollowUp], bool], *, sign: bool = False) -> bool:
        """Whether a follow-up is at that point, and his."""
        his = may_sign if sign else may_see_to
        return any(fits(row) and his(row, self.parts, self.person) for row in self.follow_ups)

    @property
    def may_reopen(self) -> bool:
        closed = self.complaint.closed_at or self.now
        return self.complaint.outcome != Outcome.VOID and self.now - closed <= self.policy.reopen_window


DECIDED_OR_PUT = (Abnormal.PROPOSED, Abnormal.MARKED)

#: verb: what must hold besides the lifecycle's table, so that no button leads to a sure refusal
FITS: dict[str, Callable[[Standing], object]] = {
    "claim": lambda s: s.complaint.awaits_claim,
    "acknowledge": lambda s: ClockKind.URGENT_REPORT in s.running and not s.cycle.replied_at,
    "answer": lambda s: s.may_answer,
    "reply": lambda s: s.may_answer,
    "apologise": lambda s: ClockKind.APOLOGY in s.running and s.may_speak,
    "answer_media": lambda s: ClockKind.MEDIA in s.running and s.may_speak,
    "note_media": lambda s: ClockKind.MEDIA not in s.running and s.complaint.outcome != Outcome.VOID,
    "drop_media": lambda s: ClockKind.MEDIA in s.running,
    "answer_external": lambda s: s.may_answer_external,
    "move_external": lambda s: s.may_move_external,
    "record_finding": lambda s: s.may_record_finding,
    "object": lambda s: ClockKind.OBJECTION in s.running,
    "waive_objection": lambda s: ClockKind.OBJECTION in s.running,
    "refer": lambda s: not s.complaint.invalid_proposed_by_id,
    "propose_invalid": lambda s: not s.complaint.invalid_proposed_by_id,
    "confirm_invalid": lambda s: s.complaint.invalid_proposed_by_id,
    "reject_invalid": lambda s: s.complaint.invalid_proposed_by_id,
    "satisfy": lambda s: not s.cycle.accepted,
    "close_unsatisfied": lambda s: s.cycle.number > 2 or (s.cycle.number == 2 and s.cycle.replied_at),
    "reopen": lambda s: s.may_reopen,
    "join": lambda s: not s.complaint.lead_id and not s.complaint.is_collective,
    "leave": lambda s: s.complaint.lead_id,
    "transfer": lambda s: s.shows,
    "sign": lambda s: s.shows,
    "edit_signatory": lambda s: s.shows and s.complaint.signed,
    "remove_signatory": lambda s: s.shows and s.complaint.signed,
    "name_speaker": lambda s: may_have_speaker(s.complaint),
    "appear": lambda s: is_together(s.complaint, s.policy, s.running),
    "withdraw_compensation": lambda s: s.has_proposed and s.complaint.outcome != Outcome.VOID,
    "pay": lambda s: s.has_money(State.APPROVED) and s.complaint.outcome != Outcome.VOID,
    "accept_payment": lambda s: s.has_money(State.PAID) and s.complaint.outcome != Outcome.VOID,
    "ask_extension": lambda s: s.may_extend,
    "confirm_same": lambda s: s.complaint.category_id,
    "part_matter": lambda s: s.complaint.matter_id,
    "issue_bulletin": lambda s: s.complaint.grade in ("hot", "major") and not s.complaint.lead_id,
    # Beside the panel that shows them, except what waits for this reader.
    "withdraw_sign": lambda s: s.signs,
    "propose_abnormal": lambda s: s.signs >= ENOUGH_SIGNS and s.complaint.abnormal not in DECIDED_OR_PUT,
    "decide_abnormal": lambda s: s.complaint.abnormal in WAITS,
    "review_abnormal": lambda s: s.complaint.abnormal == Abnormal.MARKED,
    "set_circle": lambda s: s.complaint.restricted,
    "set_grade": lambda s: MANAGERS & set(s.parts),
    **dict.fromkeys(("try_revisit", "revisit", "except_revisit"), lambda s: s.check.may),
    "second_call": lambda s: s.check.call and s.check.may,
    "add_follow_up": lambda s: s.complaint.outcome not in (Outcome.VOID, Outcome.WITHDRAWN),
    "do_follow_up": lambda s: s.has(lambda row: row.is_open and row.done_at is None),
    "tell_follow_up": lambda s: s.has(lambda row: row.is_open and row.done_at is not None) and s.may_speak,
    "sign_follow_up": lambda s: s.has(lambda row: row.waits_for_signature, sign=True),
    "drop_follow_up": lambda s: s.has(lambda row: row.is_open),
}

#: Beside the row they are about, where the list stands.
BESIDE_ROWS = ("edit_signatory", "remove_signatory")

#: status: what comes next, the first that is offered
NEXT: dict[str, tuple[str, ...]] = {
    Status.RECEIVED: ("acknowledge", "claim", "confirm_invalid", "record", "classify"),
    Status.RECORDED: ("acknowledge", "claim", "confirm_invalid", "classify"),
    Status.CLASSIFIED: ("acknowledge", "claim", "confirm_invalid", "accept"),
    Status.ACTING: ("acknowledge", "claim", "confirm_invalid", "act", "handle"),
    Status.HANDLED: ("claim", "reply"),
    Status.REPLIED: ("claim", "revisit"),
    Status.CLOSED: ("sign_follow_up", "tell_follow_up", "do_follow_up", "second_call"),
}
#: Shown as buttons under the next step; the others wait under "More".
USUAL = (
    "accept", "return", "act", "opinion", "handle", "answer", "reject_invalid", "revisit", "try_revisit",
    "satisfy", "dispute", "issue_bulletin", "apologise", "answer_media", "propose_abnormal",
    "decide_abnormal", "review_abnormal", "answer_external", "object", "waive_objection", "sign_follow_up",
    "do_follow_up", "tell_follow_up", "second_call", "appear", "pay", "accept_payment", "ask_extension",
    "chase", "attach", "note", "edit", "reopen",
)  # fmt: skip


@dataclass(frozen=True)
class Button:
    verb: str
    label: str | Promise
    icon: str
    url: str
    at_once: bool = False  # nothing to fill in: the button does it
    in_place: bool = False  # the form opens beside the button


@dataclass(frozen=True)
class Offers:
    next: Button | None
    waits: str  # for whom, when the next step is somebody else's
    usual: list[Button]
    more: list[Button]

    @property
    def verbs(self) -> set[str]:
        first = [self.next] if self.next else []
        return {button.verb for button in [*first, *self.usual, *self.more]}


def verbs_of(standing: Standing) -> list[str]:
    """What one reader may do now: what the table allows and the facts do not rule out. For page and API."""
    allowed = set(possible(standing.complaint.status, standing.parts))
    return [
        verb
        for verb in [*MOVES, *(v for v in VERBS if v not in MOVES)]
        if (verb in VERBS or verb == "edit")
        and rule_of(verb) in allowed
        and (verb not in FITS or FITS[verb](standing))
    ]


def offers(standing: Standing) -> Offers:
    """The buttons of one reader; what stands beside the row it is about is no button."""
    verbs = [verb for verb in verbs_of(standing) if verb not in BESIDE_ROWS]
    first = next(
        (v for v in NEXT[standing.complaint.status] if v in verbs and _is_his_next(v, standing)), None
    )
    rest = [verb for verb in verbs if verb != first]
    usual = sorted((verb for verb in rest if verb in USUAL), key=USUAL.index)
    more = [verb for verb in rest if verb not in USUAL]
    number = standing.complaint.number
    return Offers(
        next=button(first, number) if first else None,
        waits="" if first else waits(standing),
        usual=[button(verb, number) for verb in usual],
        more=[button(verb, number) for verb in more],
    )


def button(verb: str, number: str) -> Button:
    asks = verb not in VERBS or bool(VERBS[verb].form.base_fields)
    return Button(
        verb=verb,
        label=label_of(verb),
        icon=VERBS[verb].icon if verb in VERBS else "edit",
        url=reverse("move", args=[number, verb]),
        at_once=not asks,
        in_place=asks and verb in VERBS,
    )


def waits(standing: Standing) -> str:
    """Whose the next step is, in words."""
    case = standing.complaint
    if case.awaits_claim:
        return _("Waits to be claimed by the morning desk.")
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
            return standing.check.waits_for or _(
                "Waits for the revisit, by somebody who did not handle, judge or reply to it."
            )
        case _other:
            if any(row.is_open for row in standing.follow_ups):
                return _("Closed. What the customer brought up is still being followed up.")
            if standing.running:
                names = _(", ").join(str(kind.label) for kind in ClockKind if kind in standing.running)
                return _("Closed. Still owed: %(clocks)s.") % {"clocks": names}
            return _("Closed. Nothing is left to do.")


def _is_his_next(verb: str, standing: Standing) -> bool:
    """Not what he may do only with a reason, when nobody else can; and action comes before the result."""
    mine = standing.person.stands_for
    match verb:
        case "confirm_invalid":
            return standing.complaint.invalid_proposed_by_id not in mine
        case "revisit":
            return standing.check.is_free
        case "second_call":
            return standing.check.is_free
        case "act":
            return not standing.acted and bool(WORKERS & set(standing.parts))
    return True
