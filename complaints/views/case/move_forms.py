"""What staff can do with a case: form, action and sentence afterwards, by verb of `moves`. One table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints import actions
from complaints.actions.idempotency import act_once_per_key
from complaints.actions.plain_moves import PLAIN, check_on_spot
from complaints.actions.portal_access import close_receipts
from complaints.forms import superior
from complaints.forms.case import (
    abnormal,
    analysis,
    collective,
    compensation,
    external,
    notice_grade,
    online_posts,
    opinion,
)
from complaints.forms.case import moves as forms
from complaints.forms.case import revisits as calls
from complaints.forms.case.extension import AskExtension
from complaints.forms.fields import MoveForm
from complaints.models import Complaint
from complaints.moves import ENTRIES, MOVES
from complaints.timeline_texts import STAFF
from staff.models import User


@dataclass(frozen=True)
class Act:
    """`done`: what is said afterwards."""

    form: type[MoveForm]
    act: Callable[..., Any]
    icon: str
    done: str | Promise
    drastic: bool = False


def plain(verb: str) -> Act:
    """A move that leaves an entry and nothing else: its words, with icon and sentence of the entry."""
    icon, sentence = STAFF[ENTRIES[verb]]
    return Act(forms.AddNote if MOVES[verb].note else forms.Nothing, PLAIN[verb], icon, sentence)


MOVE_FORMS: dict[str, Act] = {
    "record": Act(forms.Nothing, actions.record, "check", _("The record is confirmed.")),
    "classify": Act(forms.Classify, actions.classify, "flag", _("Classified and delivered.")),
    "claim": Act(forms.Nothing, actions.claim, "user-check", _("Claimed. First receiver from now on: you.")),
    "accept": Act(opinion.Accept, actions.accept, "user-check", _("Accepted.")),
    "opinion": Act(opinion.Accept, actions.give_opinion, "edit", _("The opinion is on the case.")),
    "return": Act(forms.Reason, actions.send_back, "back", _("Sent back; the desk names another handler.")),
    "reassign": Act(forms.Reassign, actions.reassign, "users", _("The new handler has been told.")),
    "act": Act(forms.Act, actions.act, "tool", _("The action is in the timeline.")),
    "check_on_spot": Act(forms.CheckOnSpot, check_on_spot, "eye", _("The check is in the timeline.")),
    "answer": Act(forms.Answer, actions.answer, "message", _("The answer is recorded.")),
    "handle": Act(forms.Handle, actions.handle, "done", _("Handled. The reply to the customer is next.")),
    "analyse": Act(
        analysis.Analyse,
        actions.analyse,
        "search",
        _("The analysis is on the case; it can be corrected until closing."),
    ),
    "ask_analysis": Act(
        analysis.AskAnalysis,
        actions.ask_analysis,
        "clock-plus",
        _("Asked. The head of the department knows."),
    ),
    "reply": Act(forms.Reply, actions.reply, "send", _("The reply is recorded. The revisit is next.")),
    "propose_invalid": Act(
        forms.ProposeInvalid, actions.propose_invalid, "flag", _("Proposed. A second person decides.")
    ),
    "confirm_invalid": Act(
        forms.ConfirmInvalid,
        actions.confirm_invalid,
        "check",
        _("Confirmed. Explain it to the customer next."),
    ),
    "reject_invalid": Act(forms.Reason, actions.reject_invalid, "check", _("Upheld. The case goes on.")),
    "refer": Act(forms.Opinion, actions.refer, "flag", _("Referred. The supervisor decides.")),
    "satisfy": Act(forms.Nothing, actions.satisfy, "check", _("The customer accepts the reply.")),
    "dispute": Act(forms.WhatCustomerSays, actions.dispute, "warning", _("A new round has begun.")),
    "try_revisit": Act(calls.TryRevisit, actions.try_revisit, "phone", _("The attempt is recorded.")),
    "revisit": Act(calls.RevisitForm, actions.revisit, "revisits", _("The revisit is recorded.")),
    "except_revisit": Act(
        calls.ExceptRevisit, actions.except_revisit, "lock", _("Closed without a revisit.")
    ),
    "close_unsatisfied": Act(
        forms.CloseUnsatisfied, actions.close_unsatisfied, "lock", _("Closed unsatisfied."), drastic=True
    ),
    "withdraw": Act(forms.Withdraw, actions.withdraw, "back", _("Closed: withdrawn."), drastic=True),
    "void": Act(forms.Void, actions.void, "ban", _("Voided. It stays readable."), drastic=True),
    "reopen": Act(forms.WhatCustomerSays, actions.reopen, "history", _("Open again in a new cycle.")),
    "chase": Act(
        forms.Chase, actions.chase, "bell", _("The chase is recorded; first receiver and handler know.")
    ),
    "remind": Act(forms.Remind, actions.remind, "bell", _("Reminded; it stands in the timeline.")),
    "note": Act(forms.AddNote, actions.add_note, "edit", _("The note is in the timeline.")),
    "close_receipts": Act(
        forms.CloseReceipts,
        close_receipts,
        "qrcode",
        _("The old links open nothing any more. Print a new receipt for the customer."),
        drastic=True,
    ),
    "attach": Act(forms.Attach, actions.attach, "paperclip", _("The files are on the case.")),
    "regrade": Act(forms.Regrade, actions.regrade, "flag", _("The severity is changed.")),
    "transfer": Act(forms.Transfer, actions.transfer, "users", _("The first receiver is changed.")),
    "apologise": Act(external.Apologise, actions.apologise, "message", _("The apology is recorded.")),
    "answer_media": Act(
        external.AnswerMedia, actions.answer_media, "send", _("The answer to the media is recorded.")
    ),
    "note_media": Act(
        external.NoteMedia,
        actions.note_media,
        "message",
        _("Recorded. The time to answer the media runs."),
    ),
    "drop_media": Act(
        external.DropMedia, actions.drop_media, "ban", _("Recorded: the media wait for no answer.")
    ),
    "answer_external": Act(
        external.AnswerExternal,
        actions.answer_external,
        "send",
        _("Filed. The text of the answer is in the timeline."),
    ),
    "move_external": Act(
        external.MoveExternal, actions.move_external, "clock-plus", _("Their decision is recorded.")
    ),
    "record_finding": Act(
        external.RecordFinding, actions.record_finding, "flag", _("Recorded. The days for objecting run.")
    ),
    "object": Act(
        external.ObjectToFinding, actions.object_to_finding, "send", _("The objection is recorded.")
    ),
    "waive_objection": Act(forms.Reason, actions.waive_objection, "ban", _("Recorded: we do not object.")),
    "ask_extension": Act(
        AskExtension,
        actions.ask_extension,
        "clock-plus",
        _("Asked. The clock runs on until it is approved."),
    ),
    "ask_superior": Act(
        superior.AskSuperior,
        actions.ask_superior,
        "send",
        _("Asked. Tell the customer by when he hears; the time stands on the case."),
    ),
    "note_post": Act(
        online_posts.NotePost, actions.note_post, "link", _("Noted. Each point of it is answered.")
    ),
    "answer_point": Act(online_posts.AnswerPoint, actions.answer_point, "edit", _("The point is answered.")),
    "answer_post": Act(
        online_posts.AnswerPost, actions.answer_post, "send", _("The answer online is recorded.")
    ),
    "join": Act(forms.Join, actions.join, "users", _("Joined; the lead case goes on for both.")),
    "leave": Act(forms.Reason, actions.leave, "users", _("The case runs by its own clocks again.")),
    "link": Act(forms.Link, actions.link, "link", _("Linked.")),
    "sign": Act(
        collective.AddSignatories, actions.add_signatories, "users", _("The signatories are on the case.")
    ),
    "edit_signatory": Act(
        collective.EditSignatory,
        actions.edit_signatory,
        "edit",
        _("The signatory is corrected."),
    ),
    "remove_signatory": Act(
        collective.RemoveSignatory,
        actions.remove_signatory,
        "close",
        _("The signatory is off the list."),
    ),
    "name_speaker": Act(
        collective.NameSpeaker, actions.name_speaker, "user-check", _("The speaker is recorded.")
    ),
    "appear": Act(collective.Appear, actions.appear, "users", _("The manager's presence is recorded.")),
    "propose_compensation": Act(
        compensation.ProposeCompensation,
        actions.propose_compensation,
        "star",
        _("Proposed. It counts once it is approved."),
    ),
    "withdraw_compensation": Act(
        compensation.WithdrawCompensation,
        actions.withdraw_compensation,
        "back",
        _("The proposal is taken back."),
    ),
    "pay": Act(compensation.Pay, actions.pay, "check", _("The payment is recorded.")),
    "accept_payment": Act(
        compensation.AcceptPayment,
        actions.accept_payment,
        "check",
        _("The customer's acceptance is recorded."),
    ),
    "name_respondent": Act(
        forms.NameRespondent,
        actions.name_respondent,
        "user",
        _("Added. Whoever is complained about takes no part from now on."),
    ),
    "confirm_same": Act(
        notice_grade.ConfirmSame, actions.confirm_same, "link", _("Confirmed as the same matter.")
    ),
    "part_matter": Act(forms.Reason, actions.part_matter, "link", _("No longer the same matter.")),
    "issue_bulletin": Act(
        notice_grade.IssueBulletin, actions.issue_bulletin, "send", _("The bulletin has gone out.")
    ),
    "note_sign": Act(abnormal.NoteSign, actions.note_sign, "flag", _("The sign is on the case.")),
    "withdraw_sign": Act(abnormal.WithdrawSign, actions.withdraw_sign, "back", _("The sign counts no more.")),
    "propose_abnormal": Act(
        forms.Opinion, actions.propose_abnormal, "send", _("Put to the property manager.")
    ),
    "decide_abnormal": Act(
        abnormal.DecideAbnormal, actions.decide_abnormal, "check", _("The decision is recorded.")
    ),
    "review_abnormal": Act(
        abnormal.ReviewAbnormal, actions.review_abnormal, "history", _("The review is recorded.")
    ),
    "set_circle": Act(abnormal.SetCircle, actions.set_circle, "users", _("The circle is changed.")),
    "set_grade": Act(
        forms.SetGrade,
        actions.set_grade,
        "notice",
        _("The notice grade is changed."),
    ),
    "add_follow_up": Act(
        calls.AddFollowUp, actions.add_follow_up, "plus", _("Recorded. The head of the department knows.")
    ),
    "do_follow_up": Act(
        calls.DoFollowUp, actions.do_follow_up, "tool", _("Recorded. It ends once the customer was told.")
    ),
    "tell_follow_up": Act(
        calls.TellFollowUp, actions.tell_follow_up, "send", _("Recorded: the customer was told.")
    ),
    "sign_follow_up": Act(calls.SignFollowUp, actions.sign_follow_up, "edit", _("Signed.")),
    "drop_follow_up": Act(calls.DropFollowUp, actions.drop_follow_up, "ban", _("The follow-up has ended.")),
    "second_call": Act(calls.SecondCallForm, actions.second_call, "phone", _("The second call is recorded.")),
}

MOVE_FORMS |= {verb: plain(verb) for verb in PLAIN if verb not in MOVE_FORMS}


def perform(verb: str, complaint: Complaint, form: MoveForm, *, key: str, by: User, at: datetime) -> bool:
    """Do what a valid form asks, once for each submit key; whether it was done now. Raises Refused."""
    said = form.arguments() | {"by": by}
    return act_once_per_key(
        MOVE_FORMS[verb].act, complaint, verb=verb, principal=f"staff:{by.pk}", key=key, at=at, **said
    )
