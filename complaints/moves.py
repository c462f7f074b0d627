"""What can be done with a complaint: in which status, by whom, when, and whither (domain.md 3). One table.

Acts, buttons, acts on many, desk, portal, API ask `check` and `may`; the README's diagram is printed of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints import conditions as c
from complaints.situation import Rule, Situation
from complaints.statuses import (
    ANALYSTS,
    ANSWERING,
    ANY,
    BEFORE_HANDLED,
    BEFORE_REPLIED,
    CLAIMERS,
    CUSTOMER,
    DECIDERS,
    FOLLOWERS,
    FOLLOWING,
    GENERAL_MANAGER,
    INVOLVED,
    JUDGES,
    MANAGING,
    OPEN,
    SIGNERS,
    SPEAKERS,
    SUPERVISING,
    TO_MEDIA,
    WORKERS,
    WRITERS,
    CaseRole,
    NoteNeeded,
    Status,
    Who,
    WrongPerson,
    WrongStatus,
    names,
)
from config.framework.refusals import Refused
from staff.roles import DESK, Role


@dataclass(frozen=True)
class Move:
    """One row. `to` empty: the status stays; several: the facts decide. `when`: what must hold, as asked."""

    label: str | Promise
    sources: tuple[Status, ...]
    to: tuple[Status, ...]
    who: Who
    note: bool = False
    when: tuple[Rule, ...] = ()


S = Status
STAYS, ON_IT = (), WORKERS | FOLLOWERS

#: verb: label, from, to, who, words needed
MOVES: dict[str, Move] = {
    "record": Move(_("Confirm the record"), (S.RECEIVED,), (S.RECORDED,), DESK | FOLLOWERS),
    "classify": Move(_("Classify"), (S.RECEIVED, S.RECORDED), (S.CLASSIFIED,), DESK | FOLLOWERS),
    "claim": Move(_("Claim"), OPEN, STAYS, CLAIMERS, when=(c.AWAITS_CLAIM,)),
    # Not a click: the department's written opinion is due with it (T32).
    "accept": Move(_("Accept"), (S.CLASSIFIED,), (S.ACTING,), WORKERS, note=True),
    "opinion": Move(_("Write the department's opinion"), (S.ACTING,), STAYS, WORKERS, note=True),
    "return": Move(_("Send back"), (S.CLASSIFIED,), (S.RECORDED,), WORKERS, note=True),
    "reassign": Move(
        _("Change the handler"), (S.CLASSIFIED, S.ACTING), (S.CLASSIFIED,), FOLLOWERS | {CaseRole.ACCOUNTABLE}
    ),
    "act": Move(_("Log an action"), (S.ACTING,), STAYS, ON_IT, note=True),
    "check_on_spot": Move(_("Checked on the spot"), (S.ACTING,), STAYS, ON_IT, note=True, when=(c.CHECKING,)),
    "answer": Move(
        _("Answer: what we will do"), OPEN, STAYS, ANSWERING, note=True, when=(c.NO_REPORTER, c.VOICE)
    ),
    "handle": Move(_("Report as handled"), (S.ACTING,), (S.HANDLED,), WORKERS, note=True),
    "analyse": Move(_("Write the analysis"), c.ANALYSED, STAYS, ANALYSTS, when=c.OF_ANALYSIS),
    "ask_analysis": Move(_("Ask for an analysis"), c.ANALYSED, STAYS, FOLLOWERS | MANAGING, when=c.OF_ASKING),
    "reply": Move(
        _("Reply with the result"),
        (S.HANDLED,),
        (S.REPLIED,),
        FOLLOWERS | {CaseRole.SPEAKER},
        note=True,
        when=(c.NO_REPORTER, c.VOICE),
    ),
    "propose_invalid": Move(
        _("Propose: not upheld"), BEFORE_HANDLED, STAYS, INVOLVED, note=True, when=(c.UNPROPOSED,)
    ),
    "confirm_invalid": Move(
        _("Confirm: not upheld"),
        BEFORE_HANDLED,
        (S.HANDLED,),
        JUDGES,
        when=(c.PROPOSED, c.another("confirm_invalid")),
    ),
    "reject_invalid": Move(
        _("Uphold the complaint"), BEFORE_HANDLED, STAYS, JUDGES, note=True, when=(c.PROPOSED,)
    ),
    "refer": Move(
        _("Refer as hard to judge"), BEFORE_HANDLED, STAYS, INVOLVED, note=True, when=(c.UNPROPOSED,)
    ),
    "satisfy": Move(
        _("Customer accepts the reply"),
        (S.REPLIED,),
        STAYS,
        FOLLOWERS | {CaseRole.CUSTOMER},
        when=(c.NOT_ACCEPTED,),
    ),
    "dispute": Move(
        _("Customer disputes the reply"),
        (S.REPLIED,),
        (S.RECORDED,),
        FOLLOWERS | {CaseRole.CUSTOMER},
        note=True,
    ),
    "rate": Move(_("Rate"), (S.REPLIED,), (S.REPLIED, S.RECORDED, S.CLOSED), CUSTOMER, when=(c.NOT_RATED,)),
    "try_revisit": Move(
        _("Log a revisit attempt"), (S.REPLIED,), STAYS, DESK, note=True, when=(c.another("revisit"),)
    ),
    "revisit": Move(
        _("Record the revisit"), (S.REPLIED,), (S.CLOSED, S.RECORDED), DESK, when=(c.another("revisit"),)
    ),
    "except_revisit": Move(
        _("Close without a revisit"), (S.REPLIED,), (S.CLOSED,), DESK, note=True, when=(c.another("revisit"),)
    ),
    # What a revisit brings up is followed up after the end too; whose it is, its department says.
    "add_follow_up": Move(
        _("Record another opinion"), (S.REPLIED, S.CLOSED), STAYS, DESK, note=True, when=(c.IS_FOLLOWED_UP,)
    ),
    "do_follow_up": Move(
        _("Follow-up: what was done"), ANY, STAYS, FOLLOWING, note=True, when=(c.has_row("do_follow_up"),)
    ),
    "tell_follow_up": Move(
        _("Follow-up: tell the customer"),
        ANY,
        STAYS,
        FOLLOWING,
        note=True,
        when=(c.has_row("tell_follow_up"), c.VOICE),
    ),
    "sign_follow_up": Move(_("Sign the follow-up"), ANY, STAYS, SIGNERS, when=(c.has_row("sign_follow_up"),)),
    "drop_follow_up": Move(
        _("Follow-up: end it otherwise"),
        ANY,
        STAYS,
        FOLLOWERS,
        note=True,
        when=(c.has_row("drop_follow_up"),),
    ),
    "second_call": Move(
        _("Record the second call"),
        (S.CLOSED,),
        STAYS,
        SUPERVISING,
        when=(c.WAITS_FOR_CALL, c.another("second_call")),
    ),
    "close_unsatisfied": Move(
        _("Close unsatisfied"),
        (S.RECORDED, S.CLASSIFIED, S.ACTING, S.HANDLED, S.REPLIED),
        (S.CLOSED,),
        GENERAL_MANAGER,
        note=True,
        when=(c.REPLIED_AGAIN,),
    ),
    "withdraw": Move(_("Withdraw"), OPEN, (S.CLOSED,), FOLLOWERS | {CaseRole.CUSTOMER}, note=True),
    "void": Move(_("Void"), OPEN, (S.CLOSED,), SUPERVISING, note=True),
    "reopen": Move(
        _("Reopen"),
        (S.CLOSED,),
        (S.RECORDED,),
        DESK | FOLLOWERS | {CaseRole.CUSTOMER},
        note=True,
        when=(c.NO_WRONG_ENTRY, c.CLOSED_LATELY),
    ),
    "chase": Move(_("Customer asks again"), OPEN, STAYS, DESK | FOLLOWERS | {CaseRole.CUSTOMER}),
    "remind": Move(_("Remind whoever holds it"), OPEN, STAYS, FOLLOWERS | GENERAL_MANAGER, when=(c.HELD,)),
    "remark": Move(_("Add a remark"), OPEN, STAYS, CUSTOMER, note=True),
    "note": Move(_("Add an internal note"), ANY, STAYS, WRITERS, note=True),
    "attach": Move(_("Add a file"), OPEN, STAYS, WRITERS | {CaseRole.CUSTOMER}),
    "edit": Move(_("Edit the facts"), OPEN, STAYS, DESK | FOLLOWERS),
    "regrade": Move(_("Change the severity"), (S.CLASSIFIED, S.ACTING), STAYS, JUDGES, note=True),
    "transfer": Move(
        _("Transfer the first receiver"), OPEN, STAYS, SUPERVISING, note=True, when=(c.CHOOSES_RECEIVER,)
    ),
    "acknowledge": Move(
        _("Acknowledge the urgent report"), BEFORE_REPLIED, STAYS, MANAGING, when=(c.REPORT_OWED,)
    ),
    "apologise": Move(
        _("Record the apology"), OPEN, STAYS, ANSWERING, note=True, when=(c.VOICE, c.APOLOGY_OWED)
    ),
    # What is owed outside does not end with our case: it can be answered after the end too.
    "answer_media": Move(
        _("Answer the media"), ANY, STAYS, TO_MEDIA, note=True, when=(c.NOT_VOID, c.VOICE, c.MEDIA_WAIT)
    ),
    "note_media": Move(
        _("The media ask"), ANY, STAYS, INVOLVED, note=True, when=(c.NOT_VOID, c.MEDIA_DO_NOT_WAIT)
    ),
    "drop_media": Move(
        _("The media withdrew their question"),
        ANY,
        STAYS,
        SPEAKERS,
        note=True,
        when=(c.NOT_VOID, c.MEDIA_WAIT),
    ),
    "answer_external": Move(
        _("File the answer to the authority"),
        ANY,
        STAYS,
        FOLLOWERS | SPEAKERS,
        note=True,
        when=(c.NOT_VOID, c.OF_AUTHORITY, c.ANSWERS_REGULATOR, c.ORDER_WAITS),
    ),
    "move_external": Move(
        _("Record what the authority decided"),
        ANY,
        STAYS,
        DESK | FOLLOWERS | SPEAKERS,
        note=True,
        when=(c.NOT_VOID, c.OF_AUTHORITY),
    ),
    "record_finding": Move(
        _("Record the regulator's finding"), ANY, STAYS, JUDGES, note=True, when=c.OF_FINDING
    ),
    "object": Move(_("File the objection"), ANY, STAYS, SPEAKERS, note=True, when=(c.NOT_VOID, c.FINDING)),
    "waive_objection": Move(
        _("Waive the objection"), ANY, STAYS, SPEAKERS, note=True, when=(c.NOT_VOID, c.FINDING)
    ),
    "ask_extension": Move(
        _("Ask for an extension"),
        OPEN,
        STAYS,
        WORKERS | FOLLOWERS | {Role.DEPARTMENT_HEAD},
        note=True,
        when=(c.has_row("ask_extension"),),
    ),
    "join": Move(
        _("Join a collective complaint"), OPEN, STAYS, DESK | FOLLOWERS, when=(c.IN_NO_GROUP, c.LEADS_NONE)
    ),
    "leave": Move(_("Leave the collective complaint"), OPEN, STAYS, JUDGES, note=True, when=(c.IN_GROUP,)),
    "link": Move(_("Link as a repeat"), ANY, STAYS, DESK | FOLLOWERS),
    "confirm_same": Move(_("Confirm: the same matter"), OPEN, STAYS, DESK | FOLLOWERS, when=(c.CATEGORISED,)),
    "part_matter": Move(
        _("Not the same matter after all"), ANY, STAYS, JUDGES, note=True, when=(c.OF_MATTER,)
    ),
    "ask_superior": Move(
        _("Ask the superior to decide"), OPEN, STAYS, INVOLVED, note=True, when=(c.UNASKED,)
    ),
    "note_post": Move(_("Note a post online"), OPEN, STAYS, INVOLVED, note=True, when=(c.NO_POST,)),
    "answer_point": Move(_("Answer a point"), OPEN, STAYS, ANSWERING, note=True, when=(c.POST_WAITS,)),
    "answer_post": Move(_("Record the answer online"), OPEN, STAYS, ANSWERING, note=True, when=c.OF_POST),
    # Whether a complaint is abnormal (X1): anybody who works on it notes signs, the property manager decides.
    "note_sign": Move(_("Note a sign of an abnormal complaint"), OPEN, STAYS, INVOLVED, note=True),
    "withdraw_sign": Move(_("Withdraw a sign"), OPEN, STAYS, JUDGES, note=True, when=(c.HAS_SIGNS,)),
    "propose_abnormal": Move(
        _("Propose: abnormal"), OPEN, STAYS, SUPERVISING, note=True, when=(c.UNMARKED, c.NOT_PUT, c.ENOUGH)
    ),
    "decide_abnormal": Move(
        _("Decide: abnormal or not"),
        OPEN,
        STAYS,
        DECIDERS,
        note=True,
        when=(c.DECISION_WAITS, c.another("decide_abnormal")),
    ),
    "review_abnormal": Move(
        _("Review the abnormal mark"), OPEN, STAYS, DECIDERS, note=True, when=(c.MARKED,)
    ),
    "set_circle": Move(_("Change the circle"), ANY, STAYS, DECIDERS, note=True, when=(c.RESTRICTED,)),
    "issue_bulletin": Move(
        _("Issue a bulletin"), OPEN, STAYS, JUDGES, note=True, when=(c.IS_GRAVE, c.BULLETIN_OF_LEAD)
    ),
    "sign": Move(_("Add signatories"), OPEN, STAYS, DESK | FOLLOWERS, when=(c.SHOWN,)),
    "name_speaker": Move(
        _("Name the speaker"), OPEN, STAYS, SPEAKERS, when=(c.SPEAKER_OF_LEAD, c.MAY_HAVE_SPEAKER)
    ),
    "appear": Move(
        _("Manager met the customers"),
        OPEN,
        STAYS,
        FOLLOWERS | SPEAKERS,
        note=True,
        when=(c.PRESENCE_OF_LEAD, c.TOGETHER),
    ),
    "propose_compensation": Move(_("Propose a compensation"), OPEN, STAYS, FOLLOWERS | WORKERS, note=True),
    # Money goes its way after the end too.
    "pay": Move(
        _("Record the payment"), ANY, STAYS, FOLLOWERS | SPEAKERS, when=(c.NOT_VOID, c.has_row("pay"))
    ),
    "accept_payment": Move(
        _("Customer has accepted the amount"),
        ANY,
        STAYS,
        FOLLOWERS | SPEAKERS,
        when=(c.NOT_VOID, c.has_row("accept_payment")),
    ),
    # What corrects a list or an amount stands under the rules of what it corrects.
    "edit_signatory": Move(
        _("Correct a signatory"), OPEN, STAYS, DESK | FOLLOWERS, when=(c.SHOWN, c.HAS_SIGNED)
    ),
    "remove_signatory": Move(
        _("Take a signatory off the list"), OPEN, STAYS, DESK | FOLLOWERS, when=(c.SHOWN, c.HAS_SIGNED)
    ),
    "withdraw_compensation": Move(
        _("Take a proposed amount back"),
        ANY,
        STAYS,
        WRITERS,
        when=(c.NOT_VOID, c.has_row("withdraw_compensation")),
    ),
    "note_oral_approval": Move(
        _("Note an oral approval"), OPEN, STAYS, WORKERS | FOLLOWERS | {Role.DEPARTMENT_HEAD}
    ),
    # Whoever holds a receipt reads what the customer reads.
    "close_receipts": Move(
        _("Receipt lost: close its links"), ANY, STAYS, DESK | FOLLOWERS, note=True, when=(c.SHOWN,)
    ),
    # Because the former one leaves.
    "make_accountable": Move(_("Change the responsible head"), OPEN, STAYS, SUPERVISING, note=True),
    "name_respondent": Move(_("Add who is complained about"), OPEN, STAYS, DESK | FOLLOWERS),
    "set_grade": Move(_("Change the notice grade"), OPEN, STAYS, DESK | FOLLOWERS, when=(c.BY_MANAGER,)),
}

#: Moves that leave this entry and do nothing else but what the tables say of them (`actions.plain_moves`).
ENTRIES = {"acknowledge": "acknowledged", "note": "noted", "waive_objection": "objection_waived",
           "check_on_spot": "checked_on_spot"}  # fmt: skip


def refusal(verb: str, s: Situation) -> Refused | None:
    """Why the move is not possible now: the first rule it breaks, of status, person and condition."""
    move = MOVES[verb]
    if s.case.status not in move.sources:
        return WrongStatus(
            gettext("“%(verb)s” is not possible: the complaint is “%(status)s”.")
            % {"verb": move.label, "status": Status(s.case.status).label}
        )
    if not move.who.intersection(s.roles):
        return _belongs_to(move)
    return next((said for rule in move.when if (said := rule.refusal(s))), None)


def check(verb: str, s: Situation, *, note: str | None = None) -> None:
    """Raises the refusal of the first rule the move breaks: status, person, condition, words.

    `note` None: what is done under this move asks for no words of its own.
    """
    if said := refusal(verb, s):
        raise said
    move = MOVES[verb]
    if move.note and note is not None and not note.strip():
        raise NoteNeeded(gettext("“%(verb)s” needs a few words.") % {"verb": move.label}, field="note")


def check_person(verb: str, roles: Collection[Role | CaseRole], *, field: str | None = None) -> None:
    """Raises WrongPerson when a move belongs to other people, whatever the status."""
    move = MOVES[verb]
    if not move.who.intersection(roles):
        raise _belongs_to(move, field)


def _belongs_to(move: Move, field: str | None = None) -> WrongPerson:
    said = {"verb": move.label, "who": names(move.who)}
    return WrongPerson(gettext("“%(verb)s” belongs to: %(who)s.") % said, field=field)


def is_his(verb: str, status: str, roles: Collection[Role | CaseRole]) -> bool:
    """Whether status and person allow a move; its conditions are asked elsewhere."""
    move = MOVES[verb]
    return status in move.sources and bool(move.who.intersection(roles))


def may(verb: str, s: Situation) -> bool:
    """Whether `check` would let the move pass, words aside."""
    return is_his(verb, s.case.status, s.roles) and all(rule.holds(s) for rule in MOVES[verb].when)


def possible(s: Situation, verbs: Iterable[str] | None = None) -> list[str]:
    """Of these verbs, or of all, those that `check` would let pass, in their order."""
    return [verb for verb in (MOVES if verbs is None else verbs) if may(verb, s)]


def cases_at(verb: str) -> Q:
    """The cases that stand where a move is next, for lists: its statuses, and what its conditions say."""
    move = MOVES[verb]
    waits = ~Q(status=S.CLOSED) if move.sources == OPEN else Q(status__in=move.sources)
    for rule in move.when:
        if rule.rows is not None:
            waits &= rule.rows
    return waits
