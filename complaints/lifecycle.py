"""What can be done with a complaint, in which status, and by whom: one table (domain.md 3). Pure.

The buttons, the checks, the API routes and the diagram in the README are read from `MOVES`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from staff.refusals import Refused
from staff.roles import DESK, READERS, Role


class Status(TextChoices):
    RECEIVED = "received", _("Received")
    RECORDED = "recorded", _("To be classified")
    CLASSIFIED = "classified", _("To be accepted")
    ACTING = "acting", _("In progress")
    HANDLED = "handled", _("Handled, reply due")
    REPLIED = "replied", _("Revisit due")
    CLOSED = "closed", _("Closed")


class Outcome(TextChoices):
    RESOLVED = "resolved", _("Resolved")
    INVALID = "invalid", _("Not upheld")
    WITHDRAWN = "withdrawn", _("Withdrawn by the customer")
    UNSATISFIED = "unsatisfied", _("Closed unsatisfied")
    VOID = "void", _("Void")


def status_in_words(status: str, cycle: int) -> str | Promise:
    """In a later cycle the severity stands: what waits is the handler, to be named again."""
    if status == Status.RECORDED and cycle > 1:
        return gettext("To be assigned again")
    return Status(status).label


class OwnerStatus(TextChoices):
    """The four words an owner reads; a severity or a verdict is never among them."""

    ACCEPTED = "accepted", pgettext_lazy("owner", "Accepted")
    IN_PROGRESS = "in_progress", pgettext_lazy("owner", "In progress")
    ANSWERED = "answered", pgettext_lazy("owner", "Answered")
    CLOSED = "closed", pgettext_lazy("owner", "Closed")


OWNER_STATUS: dict[Status, OwnerStatus] = {
    Status.RECEIVED: OwnerStatus.ACCEPTED,
    Status.RECORDED: OwnerStatus.ACCEPTED,
    Status.CLASSIFIED: OwnerStatus.IN_PROGRESS,
    Status.ACTING: OwnerStatus.IN_PROGRESS,
    Status.HANDLED: OwnerStatus.IN_PROGRESS,
    Status.REPLIED: OwnerStatus.ANSWERED,
    Status.CLOSED: OwnerStatus.CLOSED,
}


class Part(TextChoices):
    """The parts people play on one case, besides their roles."""

    FIRST_RECEIVER = "first_receiver", _("First receiver")
    HANDLER = "case_handler", _("Case handler")
    ACCOUNTABLE = "accountable", _("Responsible head")
    SPEAKER = "speaker", _("Speaker")
    CUSTOMER = "customer", _("Customer")
    OUTSIDE = "outside", _("Contractor")  # his other parts here are those of a firm's worker


class TheirDecision(TextChoices):
    """What the hotline or a regulator decides about the due time of its order."""

    EXTENDED = "extended", _("They gave more time")
    RETURNED = "returned", _("They sent it back to us")
    TAKEN_BACK = "taken_back", _("They took it back: not ours")


class ObjectionPaper(TextChoices):
    """What an objection to a finding should bring along (X4)."""

    FINDING = "finding", _("The finding, with the day it was served")
    BASIS = "basis", _("Law, contract and service standard we rely on")
    RECORDS = "records", _("Work and inspection records, photos, samples")
    STATEMENT = "statement", _("Questions and answers, read over and signed")
    TALK = "talk", _("Talked to the regulator early")


class WrongStatus(Refused):
    """The move does not start from the case's status."""


class WrongPerson(Refused):
    """The move belongs to other people."""


class NoteNeeded(Refused):
    """The move needs words."""


@dataclass(frozen=True)
class Move:
    """One row of the table. `to` empty: the status stays; several: the facts decide."""

    label: str | Promise
    sources: tuple[Status, ...]
    to: tuple[Status, ...]
    who: frozenset[Role | Part]
    note: bool = False


S = Status
OPEN = (S.RECEIVED, S.RECORDED, S.CLASSIFIED, S.ACTING, S.HANDLED, S.REPLIED)
BEFORE_HANDLED = (S.RECEIVED, S.RECORDED, S.CLASSIFIED, S.ACTING)
ANY = (*OPEN, S.CLOSED)
STAYS: tuple[Status, ...] = ()

Who = frozenset[Role | Part]
WORKERS: Who = frozenset({Part.HANDLER, Part.ACCOUNTABLE})
FOLLOWERS: Who = frozenset({Part.FIRST_RECEIVER, Role.SUPERVISOR, Role.PROPERTY_MANAGER})
JUDGES: Who = frozenset({Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER})
#: Those who speak to the media and to a regulator for the company.
SPEAKERS: Who = frozenset({Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER})
#: Those who decide whether a complaint is abnormal, and who reads it then.
DECIDERS: Who = SPEAKERS
#: Those who speak to the media: whoever was named to speak for us in one matter may too.
TO_MEDIA: Who = SPEAKERS | {Part.SPEAKER}
#: Those who see to what a revisit brought up, and those who sign for it (F3).
FOLLOWING: Who = FOLLOWERS | WORKERS | {Role.HANDLER, Role.DEPARTMENT_HEAD, Part.SPEAKER}
SIGNERS: Who = frozenset(
    {Part.ACCOUNTABLE, Role.DEPARTMENT_HEAD, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER}
)
INVOLVED: Who = FOLLOWERS | WORKERS | DESK
WRITERS: Who = frozenset(READERS - {Role.AUDITOR}) | frozenset(Part) - {Part.CUSTOMER, Part.OUTSIDE}

ANSWERING: Who = WORKERS | FOLLOWERS | {Part.SPEAKER}

#: verb: label, from, to, who, words needed
MOVES: dict[str, Move] = {
    "record": Move(_("Confirm the record"), (S.RECEIVED,), (S.RECORDED,), DESK | FOLLOWERS),
    "classify": Move(_("Classify"), (S.RECEIVED, S.RECORDED), (S.CLASSIFIED,), DESK | FOLLOWERS),
    "claim": Move(_("Claim"), OPEN, STAYS, frozenset({Role.FRONT_DESK, Role.STEWARD, Role.SUPERVISOR})),
    # Not a click: the department's written opinion is due with it (T32).
    "accept": Move(_("Accept"), (S.CLASSIFIED,), (S.ACTING,), WORKERS, note=True),
    "opinion": Move(_("Write the department's opinion"), (S.ACTING,), STAYS, WORKERS, note=True),
    "return": Move(_("Send back"), (S.CLASSIFIED,), (S.RECORDED,), WORKERS, note=True),
    "reassign": Move(
        _("Change the handler"), (S.CLASSIFIED, S.ACTING), (S.CLASSIFIED,), FOLLOWERS | {Part.ACCOUNTABLE}
    ),
    "act": Move(_("Log an action"), (S.ACTING,), STAYS, WORKERS | FOLLOWERS, note=True),
    "answer": Move(_("Answer: what we will do"), OPEN, STAYS, ANSWERING, note=True),
    "handle": Move(_("Report as handled"), (S.ACTING,), (S.HANDLED,), WORKERS, note=True),
    "reply": Move(
        _("Reply with the result"), (S.HANDLED,), (S.REPLIED,), FOLLOWERS | {Part.SPEAKER}, note=True
    ),
    "propose_invalid": Move(_("Propose: not upheld"), BEFORE_HANDLED, STAYS, INVOLVED, note=True),
    "confirm_invalid": Move(_("Confirm: not upheld"), BEFORE_HANDLED, (S.HANDLED,), JUDGES),
    "reject_invalid": Move(_("Uphold the complaint"), BEFORE_HANDLED, STAYS, JUDGES, note=True),
    "refer": Move(_("Refer as hard to judge"), BEFORE_HANDLED, STAYS, INVOLVED, note=True),
    "satisfy": Move(_("Customer accepts the reply"), (S.REPLIED,), STAYS, FOLLOWERS | {Part.CUSTOMER}),
    "dispute": Move(
        _("Customer disputes the reply"),
        (S.REPLIED,),
        (S.RECORDED,),
        FOLLOWERS | {Part.CUSTOMER},
        note=True,
    ),
    "rate": Move(_("Rate"), (S.REPLIED,), (S.REPLIED, S.RECORDED, S.CLOSED), frozenset({Part.CUSTOMER})),
    "try_revisit": Move(_("Log a revisit attempt"), (S.REPLIED,), STAYS, DESK, note=True),
    "revisit": Move(_("Record the revisit"), (S.REPLIED,), (S.CLOSED, S.RECORDED), DESK),
    "except_revisit": Move(_("Close without a revisit"), (S.REPLIED,), (S.CLOSED,), DESK, note=True),
    # What a revisit brings up is followed up after the end too; whose it is, its department says.
    "add_follow_up": Move(_("Record another opinion"), (S.REPLIED, S.CLOSED), STAYS, DESK, note=True),
    "do_follow_up": Move(_("Follow-up: what was done"), ANY, STAYS, FOLLOWING, note=True),
    "tell_follow_up": Move(_("Follow-up: tell the customer"), ANY, STAYS, FOLLOWING, note=True),
    "sign_follow_up": Move(_("Sign the follow-up"), ANY, STAYS, SIGNERS),
    "drop_follow_up": Move(_("Follow-up: end it otherwise"), ANY, STAYS, FOLLOWERS, note=True),
    "second_call": Move(
        _("Record the second call"), (S.CLOSED,), STAYS, frozenset({Role.SUPERVISOR, Role.PROPERTY_MANAGER})
    ),
    "close_unsatisfied": Move(
        _("Close unsatisfied"),
        (S.RECORDED, S.CLASSIFIED, S.ACTING, S.HANDLED, S.REPLIED),
        (S.CLOSED,),
        frozenset({Role.GENERAL_MANAGER}),
        note=True,
    ),
    "withdraw": Move(_("Withdraw"), OPEN, (S.CLOSED,), FOLLOWERS | {Part.CUSTOMER}, note=True),
    "void": Move(
        _("Void"), OPEN, (S.CLOSED,), frozenset({Role.SUPERVISOR, Role.PROPERTY_MANAGER}), note=True
    ),
    "reopen": Move(_("Reopen"), (S.CLOSED,), (S.RECORDED,), DESK | FOLLOWERS | {Part.CUSTOMER}, note=True),
    "chase": Move(_("Customer asks again"), OPEN, STAYS, DESK | FOLLOWERS | {Part.CUSTOMER}),
    "remark": Move(_("Add a remark"), OPEN, STAYS, frozenset({Part.CUSTOMER}), note=True),
    "note": Move(_("Add an internal note"), ANY, STAYS, WRITERS, note=True),
    "attach": Move(_("Add a file"), OPEN, STAYS, WRITERS | {Part.CUSTOMER}),
    "edit": Move(_("Edit the facts"), OPEN, STAYS, DESK | FOLLOWERS),
    "regrade": Move(_("Change the severity"), (S.CLASSIFIED, S.ACTING), STAYS, JUDGES, note=True),
    "transfer": Move(
        _("Transfer the first receiver"),
        OPEN,
        STAYS,
        frozenset({Role.SUPERVISOR, Role.PROPERTY_MANAGER}),
        note=True,
    ),
    "acknowledge": Move(
        _("Acknowledge the urgent report"),
        OPEN,
        STAYS,
        frozenset({Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER}),
    ),
    "apologise": Move(_("Record the apology"), OPEN, STAYS, ANSWERING, note=True),
    # What is owed outside does not end with our case: it can be answered after the end too.
    "answer_media": Move(_("Answer the media"), ANY, STAYS, TO_MEDIA, note=True),
    "note_media": Move(_("The media ask"), ANY, STAYS, INVOLVED, note=True),
    "drop_media": Move(_("The media withdrew their question"), ANY, STAYS, SPEAKERS, note=True),
    "answer_external": Move(
        _("File the answer to the authority"), ANY, STAYS, FOLLOWERS | SPEAKERS, note=True
    ),
    "move_external": Move(
        _("Record what the authority decided"), ANY, STAYS, DESK | FOLLOWERS | SPEAKERS, note=True
    ),
    "record_finding": Move(_("Record the regulator's finding"), ANY, STAYS, JUDGES, note=True),
    "object": Move(_("File the objection"), ANY, STAYS, SPEAKERS, note=True),
    "waive_objection": Move(_("Waive the objection"), ANY, STAYS, SPEAKERS, note=True),
    "ask_extension": Move(
        _("Ask for an extension"), OPEN, STAYS, WORKERS | FOLLOWERS | {Role.DEPARTMENT_HEAD}, note=True
    ),
    "join": Move(_("Join a collective complaint"), OPEN, STAYS, DESK | FOLLOWERS),
    "leave": Move(_("Leave the collective complaint"), OPEN, STAYS, JUDGES, note=True),
    "link": Move(_("Link as a repeat"), ANY, STAYS, DESK | FOLLOWERS),
    "confirm_same": Move(_("Confirm: the same matter"), OPEN, STAYS, DESK | FOLLOWERS),
    "part_matter": Move(_("Not the same matter after all"), ANY, STAYS, JUDGES, note=True),
    # Whether a complaint is abnormal (X1): anybody who works on it notes signs, the property manager decides.
    "note_sign": Move(_("Note a sign of an abnormal complaint"), OPEN, STAYS, INVOLVED, note=True),
    "withdraw_sign": Move(_("Withdraw a sign"), OPEN, STAYS, JUDGES, note=True),
    "propose_abnormal": Move(
        _("Propose: abnormal"), OPEN, STAYS, frozenset({Role.SUPERVISOR, Role.PROPERTY_MANAGER}), note=True
    ),
    "decide_abnormal": Move(_("Decide: abnormal or not"), OPEN, STAYS, DECIDERS, note=True),
    "review_abnormal": Move(_("Review the abnormal mark"), OPEN, STAYS, DECIDERS, note=True),
    "set_circle": Move(_("Change the circle"), ANY, STAYS, DECIDERS, note=True),
    "issue_bulletin": Move(_("Issue a bulletin"), OPEN, STAYS, JUDGES, note=True),
    "sign": Move(_("Add signatories"), OPEN, STAYS, DESK | FOLLOWERS),
    "name_speaker": Move(_("Name the speaker"), OPEN, STAYS, SPEAKERS),
    "appear": Move(_("Manager met the customers"), OPEN, STAYS, FOLLOWERS | SPEAKERS, note=True),
    "propose_compensation": Move(_("Propose a compensation"), OPEN, STAYS, FOLLOWERS | WORKERS, note=True),
    # Money goes its way after the end too.
    "pay": Move(_("Record the payment"), ANY, STAYS, FOLLOWERS | SPEAKERS),
    "accept_payment": Move(_("Customer has accepted the amount"), ANY, STAYS, FOLLOWERS | SPEAKERS),
}


def check(verb: str, status: str, parts: Collection[Role | Part], *, note: str | None = None) -> Move:
    """The move, or the refusal of the first rule it breaks: status, person, words.

    `note` None: what is done under this move asks for no words of its own.
    """
    move = MOVES[verb]
    if status not in move.sources:
        raise WrongStatus(
            gettext("“%(verb)s” is not possible: the complaint is “%(status)s”.")
            % {"verb": move.label, "status": Status(status).label}
        )
    check_person(verb, parts)
    if move.note and note is not None and not note.strip():
        raise NoteNeeded(gettext("“%(verb)s” needs a few words.") % {"verb": move.label}, field="note")
    return move


def check_person(verb: str, parts: Collection[Role | Part]) -> None:
    """Raises WrongPerson when a move belongs to other people, whatever the status."""
    move = MOVES[verb]
    if not move.who.intersection(parts):
        raise WrongPerson(
            gettext("“%(verb)s” belongs to: %(who)s.") % {"verb": move.label, "who": names(move.who)}
        )


def possible(status: str, parts: Collection[Role | Part]) -> list[str]:
    """The verbs that `check` would let pass, in the table's order."""
    return [verb for verb, move in MOVES.items() if status in move.sources and move.who.intersection(parts)]


def names(who: Collection[Role | Part]) -> str:
    """The people of a rule in words, in a fixed order."""
    order: list[Role | Part] = [*Part, *Role]
    labels = [str(member.label) for member in order if member in who]
    return " / ".join(labels)
