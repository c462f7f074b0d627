"""Everything that can happen to a complaint, by verb family.

The only writers of a complaint's rows, besides the sweep (levels) and notifications (outbox). Each
action locks the row, asks `moves`, `policy` and `clocks` what to do, does it, and writes one
event: all or nothing.
"""

from complaints.actions import consequences
from complaints.actions.abnormal import (
    decide_abnormal,
    note_sign,
    propose_abnormal,
    review_abnormal,
    withdraw_sign,
)
from complaints.actions.bulletins import issue_bulletin, open_bulletin
from complaints.actions.causes import analyse, ask_analysis
from complaints.actions.closing import close_unsatisfied, reopen, void, withdraw
from complaints.actions.collective import join, leave
from complaints.actions.compensation import (
    accept_payment,
    decide_compensation,
    pay,
    propose_compensation,
    withdraw_compensation,
)
from complaints.actions.daily_readings import sign_day, write_day_note
from complaints.actions.danger import see
from complaints.actions.duties import UNDO_WITHIN, transfer, transfer_duties, undo_transfer
from complaints.actions.edits import EditConflict, chase, edit, link, regrade, remark
from complaints.actions.extensions import (
    approve_extension,
    ask_extension,
    decline_extension,
    withdraw_extension,
)
from complaints.actions.external import (
    answer_external,
    answer_media,
    drop_media,
    move_external,
    note_media,
    record_finding,
)
from complaints.actions.files import attach
from complaints.actions.follow_ups import (
    Opinion,
    add_follow_up,
    departments_for,
    do_follow_up,
    drop_follow_up,
    rated_opinions,
    sign_follow_up,
    tell_follow_up,
)
from complaints.actions.handling import (
    accept,
    act,
    answer,
    classify,
    give_opinion,
    handle,
    reassign,
    record,
    reply,
    send_back,
)
from complaints.actions.idempotency import KeyReused
from complaints.actions.intake import (
    Intake,
    Person,
    claim,
    edit_note,
    faults,
    register,
    take_note,
)
from complaints.actions.notice_grade import set_grade
from complaints.actions.objections import object_to_finding
from complaints.actions.online_posts import answer_point, answer_post, note_post
from complaints.actions.oral_approval import confirm_oral_approval, note_oral_approval
from complaints.actions.orders import KnownOrder
from complaints.actions.overruns import (
    accept_overrun,
    decides,
    decline_overrun,
    explain_overrun,
    others_decide,
)
from complaints.actions.plain_moves import acknowledge, add_note, waive_objection
from complaints.actions.portal_notes import take as take_waiting_note
from complaints.actions.presence import appear
from complaints.actions.relays import pass_on
from complaints.actions.relays import settle as settle_relay
from complaints.actions.relays import take as take_relay
from complaints.actions.remind import remind
from complaints.actions.respondents import name_respondent
from complaints.actions.restricted_access import set_circle
from complaints.actions.revisits import Answers, dispute, except_revisit, rate, revisit, satisfy, try_revisit
from complaints.actions.same_matter import confirm_same, part_matter
from complaints.actions.second_calls import second_call
from complaints.actions.signatories import add_signatories, edit_signatory, remove_signatory
from complaints.actions.speaker import name_speaker
from complaints.actions.superior import ask_superior, decide_superior, pass_up, withdraw_superior
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.validity import apologise, confirm_invalid, propose_invalid, refer, reject_invalid
from complaints.actions.visibility import (
    REVISERS,
    SECOND_CALLERS,
    involved,
    is_told,
    known_to,
    others_as,
    place_shown,
    roles_on,
    shows_complainant,
)

# Here, where everything has been imported: no act can run without them.
UnitOfWork.consequences, UnitOfWork.when_written = consequences.WITH_THE_ACT, consequences.WHEN_WRITTEN

__all__ = [
    "UNDO_WITHIN",
    "Answers",
    "EditConflict",
    "Intake",
    "KeyReused",
    "KnownOrder",
    "Person",
    "Opinion",
    "REVISERS",
    "SECOND_CALLERS",
    "add_follow_up",
    "departments_for",
    "do_follow_up",
    "drop_follow_up",
    "involved",
    "others_as",
    "rated_opinions",
    "second_call",
    "see",
    "sign_day",
    "sign_follow_up",
    "tell_follow_up",
    "accept",
    "accept_overrun",
    "accept_payment",
    "acknowledge",
    "act",
    "add_note",
    "add_signatories",
    "analyse",
    "answer",
    "answer_external",
    "answer_media",
    "answer_point",
    "answer_post",
    "apologise",
    "appear",
    "approve_extension",
    "ask_analysis",
    "ask_extension",
    "ask_superior",
    "attach",
    "chase",
    "claim",
    "classify",
    "close_unsatisfied",
    "confirm_invalid",
    "confirm_oral_approval",
    "confirm_same",
    "decide_abnormal",
    "decide_compensation",
    "decide_superior",
    "decides",
    "decline_extension",
    "decline_overrun",
    "dispute",
    "drop_media",
    "edit",
    "edit_note",
    "edit_signatory",
    "except_revisit",
    "explain_overrun",
    "faults",
    "give_opinion",
    "handle",
    "is_told",
    "issue_bulletin",
    "join",
    "known_to",
    "leave",
    "link",
    "move_external",
    "name_respondent",
    "name_speaker",
    "note_media",
    "note_oral_approval",
    "note_post",
    "note_sign",
    "object_to_finding",
    "open_bulletin",
    "others_decide",
    "part_matter",
    "roles_on",
    "pass_on",
    "pass_up",
    "pay",
    "place_shown",
    "propose_abnormal",
    "propose_compensation",
    "propose_invalid",
    "rate",
    "reassign",
    "record",
    "record_finding",
    "refer",
    "register",
    "regrade",
    "reject_invalid",
    "remark",
    "remind",
    "remove_signatory",
    "reopen",
    "reply",
    "review_abnormal",
    "revisit",
    "satisfy",
    "send_back",
    "set_circle",
    "set_grade",
    "settle_relay",
    "shows_complainant",
    "take_note",
    "take_relay",
    "take_waiting_note",
    "transfer",
    "transfer_duties",
    "try_revisit",
    "undo_transfer",
    "void",
    "waive_objection",
    "withdraw",
    "withdraw_compensation",
    "withdraw_extension",
    "withdraw_superior",
    "withdraw_sign",
    "write_day_note",
]
