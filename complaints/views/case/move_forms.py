"""What staff can do with a case: form, action and sentence afterwards, by verb of `moves`. One table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints import actions
from complaints.actions.idempotency import once
from complaints.actions.plain_moves import PLAIN
from complaints.actions.portal_access import close_receipts
from complaints.forms.case import abnormal, collective, compensation, external, notice_grade, opinion
from complaints.forms.case import moves as forms
from complaints.forms.case import revisits as calls
from complaints.forms.case.extension import AskExtension
from complaints.forms.fields import MoveForm
from complaints.models import Complaint
from complaints.moves import ENTRIES, MOVES
from complaints.timeline_texts import STAFF
from staff.models import User


@dataclass(frozen=True)
class Verb:
    """`done`: what is said afterwards."""

    form: type[MoveForm]
    act: Callable[..., Any]
    icon: str
    done: str | Promise
    drastic: bool = False


def plain(verb: str) -> Verb:
    """A move that leaves an entry and nothing else: its words, with icon and sentence of the entry."""
    icon, sentence = STAFF[ENTRIES[verb]]
    return Verb(forms.AddNote if MOVES[verb].note else forms.Nothing, PLAIN[verb], icon, sentence)


VERBS: dict[str, Verb] = {
    "record": Verb(forms.Nothing, actions.record, "check", _("The record is confirmed.")),
    "classify": Verb(forms.Classify, actions.classify, "flag", _("Classified and delivered.")),
    "claim": Verb(forms.Nothing, actions.claim, "user-check", _("Claimed. First receiver from now on: you.")),
    "accept": Verb(opinion.Accept, actions.accept, "user-check", _("Accepted.")),
    "opinion": Verb(opinion.Accept, actions.give_opinion, "edit", _("The opinion is on the case.")),
    "return": Verb(forms.Reason, actions.send_back, "back", _("Sent back; the desk names another handler.")),
    "reassign": Verb(forms.Reassign, actions.reassign, "users", _("The new handler has been told.")),
    "act": Verb(forms.Act, actions.act, "tool", _("The action is in the timeline.")),
    "answer": Verb(forms.Answer, actions.answer, "message", _("The answer is recorded.")),
    "handle": Verb(forms.Handle, actions.handle, "done", _("Handled. The reply to the customer is next.")),
    "reply": Verb(forms.Reply, actions.reply, "send", _("The reply is recorded. The revisit is next.")),
    "propose_invalid": Verb(
        forms.ProposeInvalid, actions.propose_invalid, "flag", _("Proposed. A second person decides.")
    ),
    "confirm_invalid": Verb(
        forms.ConfirmInvalid,
        actions.confirm_invalid,
        "check",
        _("Confirmed. Explain it to the customer next."),
    ),
    "reject_invalid": Verb(forms.Reason, actions.reject_invalid, "check", _("Upheld. The case goes on.")),
    "refer": Verb(forms.Opinion, actions.refer, "flag", _("Referred. The supervisor decides.")),
    "satisfy": Verb(forms.Nothing, actions.satisfy, "check", _("The customer accepts the reply.")),
    "dispute": Verb(forms.WhatCustomerSays, actions.dispute, "warning", _("A new round has begun.")),
    "try_revisit": Verb(calls.TryRevisit, actions.try_revisit, "phone", _("The attempt is recorded.")),
    "revisit": Verb(calls.RevisitForm, actions.revisit, "revisits", _("The revisit is recorded.")),
    "except_revisit": Verb(
        calls.ExceptRevisit, actions.except_revisit, "lock", _("Closed without a revisit.")
    ),
    "close_unsatisfied": Verb(
        forms.CloseUnsatisfied, actions.close_unsatisfied, "lock", _("Closed unsatisfied."), drastic=True
    ),
    "withdraw": Verb(forms.Withdraw, actions.withdraw, "back", _("Closed: withdrawn."), drastic=True),
    "void": Verb(forms.Reason, actions.void, "ban", _("Voided. It stays readable."), drastic=True),
    "reopen": Verb(forms.WhatCustomerSays, actions.reopen, "history", _("Open again in a new cycle.")),
    "chase": Verb(
        forms.Chase, actions.chase, "bell", _("The chase is recorded; first receiver and handler know.")
    ),
    "note": Verb(forms.AddNote, actions.add_note, "edit", _("The note is in the timeline.")),
    "close_receipts": Verb(
        forms.CloseReceipts,
        close_receipts,
        "qrcode",
        _("The old links open nothing any more. Print a new receipt for the customer."),
        drastic=True,
    ),
    "attach": Verb(forms.Attach, actions.attach, "paperclip", _("The files are on the case.")),
    "regrade": Verb(forms.Regrade, actions.regrade, "flag", _("The severity is changed.")),
    "transfer": Verb(forms.Transfer, actions.transfer, "users", _("The first receiver is changed.")),
    "apologise": Verb(external.Apologise, actions.apologise, "message", _("The apology is recorded.")),
    "answer_media": Verb(
        external.AnswerMedia, actions.answer_media, "send", _("The answer to the media is recorded.")
    ),
    "note_media": Verb(
        external.NoteMedia,
        actions.note_media,
        "message",
        _("Recorded. The time to answer the media runs."),
    ),
    "drop_media": Verb(
        external.DropMedia, actions.drop_media, "ban", _("Recorded: the media wait for no answer.")
    ),
    "answer_external": Verb(
        external.AnswerExternal,
        actions.answer_external,
        "send",
        _("Filed. The text of the answer is in the timeline."),
    ),
    "move_external": Verb(
        external.MoveExternal, actions.move_external, "clock-plus", _("Their decision is recorded.")
    ),
    "record_finding": Verb(
        external.RecordFinding, actions.record_finding, "flag", _("Recorded. The days for objecting run.")
    ),
    "object": Verb(
        external.ObjectToFinding, actions.object_to_finding, "send", _("The objection is recorded.")
    ),
    "waive_objection": Verb(forms.Reason, actions.waive_objection, "ban", _("Recorded: we do not object.")),
    "ask_extension": Verb(
        AskExtension,
        actions.ask_extension,
        "clock-plus",
        _("Asked. The clock runs on until it is approved."),
    ),
    "join": Verb(forms.Join, actions.join, "users", _("Joined; the lead case goes on for both.")),
    "leave": Verb(forms.Reason, actions.leave, "users", _("The case runs by its own clocks again.")),
    "link": Verb(forms.Link, actions.link, "link", _("Linked.")),
    "sign": Verb(
        collective.AddSignatories, actions.add_signatories, "users", _("The signatories are on the case.")
    ),
    "edit_signatory": Verb(
        collective.EditSignatory,
        actions.edit_signatory,
        "edit",
        _("The signatory is corrected."),
    ),
    "remove_signatory": Verb(
        collective.RemoveSignatory,
        actions.remove_signatory,
        "close",
        _("The signatory is off the list."),
    ),
    "name_speaker": Verb(
        collective.NameSpeaker, actions.name_speaker, "user-check", _("The speaker is recorded.")
    ),
    "appear": Verb(collective.Appear, actions.appear, "users", _("The manager's presence is recorded.")),
    "propose_compensation": Verb(
        compensation.ProposeCompensation,
        actions.propose_compensation,
        "star",
        _("Proposed. It counts once it is approved."),
    ),
    "withdraw_compensation": Verb(
        compensation.WithdrawCompensation,
        actions.withdraw_compensation,
        "back",
        _("The proposal is taken back."),
    ),
    "pay": Verb(compensation.Pay, actions.pay, "check", _("The payment is recorded.")),
    "accept_payment": Verb(
        compensation.AcceptPayment,
        actions.accept_payment,
        "check",
        _("The customer's acceptance is recorded."),
    ),
    "name_respondent": Verb(
        forms.NameRespondent,
        actions.name_respondent,
        "user",
        _("Added. Whoever is complained about takes no part from now on."),
    ),
    "confirm_same": Verb(
        notice_grade.ConfirmSame, actions.confirm_same, "link", _("Confirmed as the same matter.")
    ),
    "part_matter": Verb(forms.Reason, actions.part_matter, "link", _("No longer the same matter.")),
    "issue_bulletin": Verb(
        notice_grade.IssueBulletin, actions.issue_bulletin, "send", _("The bulletin has gone out.")
    ),
    "note_sign": Verb(abnormal.NoteSign, actions.note_sign, "flag", _("The sign is on the case.")),
    "withdraw_sign": Verb(
        abnormal.WithdrawSign, actions.withdraw_sign, "back", _("The sign counts no more.")
    ),
    "propose_abnormal": Verb(
        forms.Opinion, actions.propose_abnormal, "send", _("Put to the property manager.")
    ),
    "decide_abnormal": Verb(
        abnormal.DecideAbnormal, actions.decide_abnormal, "check", _("The decision is recorded.")
    ),
    "review_abnormal": Verb(
        abnormal.ReviewAbnormal, actions.review_abnormal, "history", _("The review is recorded.")
    ),
    "set_circle": Verb(abnormal.SetCircle, actions.set_circle, "users", _("The circle is changed.")),
    "set_grade": Verb(
        forms.SetGrade,
        actions.set_grade,
        "notice",
        _("The notice grade is changed."),
    ),
    "add_follow_up": Verb(
        calls.AddFollowUp, actions.add_follow_up, "plus", _("Recorded. The head of the department knows.")
    ),
    "do_follow_up": Verb(
        calls.DoFollowUp, actions.do_follow_up, "tool", _("Recorded. It ends once the customer was told.")
    ),
    "tell_follow_up": Verb(
        calls.TellFollowUp, actions.tell_follow_up, "send", _("Recorded: the customer was told.")
    ),
    "sign_follow_up": Verb(calls.SignFollowUp, actions.sign_follow_up, "edit", _("Signed.")),
    "drop_follow_up": Verb(calls.DropFollowUp, actions.drop_follow_up, "ban", _("The follow-up has ended.")),
    "second_call": Verb(
        calls.SecondCallForm, actions.second_call, "phone", _("The second call is recorded.")
    ),
}

VERBS |= {verb: plain(verb) for verb in PLAIN if verb not in VERBS}


def perform(verb: str, complaint: Complaint, form: MoveForm, *, key: str, by: User, at: datetime) -> bool:
    """Do what a valid form asks, once for each submit key; whether it was done now. Raises Refused."""
    said = form.arguments() | {"by": by}
    return once(VERBS[verb].act, complaint, verb=verb, principal=f"staff:{by.pk}", key=key, at=at, **said)
