"""Everything that can happen to a complaint, by verb family.

The only writers of a complaint's rows, besides the sweep (levels) and notifications (outbox). Each
action locks the row, asks `lifecycle`, `policy` and `clocks` what to do, does it, and writes one
event: all or nothing.
"""

from complaints.actions.bulletins import issue_bulletin, open_bulletin
from complaints.actions.collective import join, leave
from complaints.actions.ending import (
    Answers,
    close_unsatisfied,
    dispute,
    except_revisit,
    rate,
    reopen,
    revisit,
    satisfy,
    sign_opinion,
    try_revisit,
    void,
    withdraw,
)
from complaints.actions.facts import (
    EditConflict,
    acknowledge,
    add_note,
    attach,
    chase,
    edit,
    link,
    name_respondent,
    regrade,
    remark,
    transfer,
    transfer_duties,
)
from complaints.actions.grades import set_grade
from complaints.actions.intake import (
    Intake,
    Person,
    claim,
    edit_note,
    register,
    take_note,
)
from complaints.actions.matters import confirm_same, part_matter
from complaints.actions.money import decide_compensation, propose_compensation
from complaints.actions.once import KeyReused
from complaints.actions.outside import (
    answer_external,
    answer_media,
    move_external,
    object_to_finding,
    record_finding,
    waive_objection,
)
from complaints.actions.overtime import (
    approve_extension,
    ask_extension,
    confirm_oral_approval,
    decline_extension,
    may_decide,
    note_oral_approval,
    withdraw_extension,
)
from complaints.actions.parts import WORK, hands, parts_of, shows_complainant
from complaints.actions.verdict import (
    apologise,
    confirm_invalid,
    propose_invalid,
    refer,
    reject_invalid,
)
from complaints.actions.work import (
    accept,
    act,
    answer,
    classify,
    handle,
    reassign,
    record,
    reply,
    send_back,
)

__all__ = [
    "Answers",
    "EditConflict",
    "Intake",
    "KeyReused",
    "Person",
    "WORK",
    "accept",
    "acknowledge",
    "act",
    "add_note",
    "answer",
    "answer_external",
    "answer_media",
    "apologise",
    "approve_extension",
    "ask_extension",
    "attach",
    "chase",
    "claim",
    "classify",
    "close_unsatisfied",
    "confirm_invalid",
    "confirm_oral_approval",
    "decide_compensation",
    "decline_extension",
    "confirm_same",
    "dispute",
    "edit",
    "edit_note",
    "except_revisit",
    "handle",
    "hands",
    "issue_bulletin",
    "join",
    "leave",
    "link",
    "may_decide",
    "move_external",
    "name_respondent",
    "note_oral_approval",
    "object_to_finding",
    "open_bulletin",
    "part_matter",
    "parts_of",
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
    "reopen",
    "reply",
    "revisit",
    "satisfy",
    "send_back",
    "set_grade",
    "shows_complainant",
    "sign_opinion",
    "take_note",
    "transfer",
    "transfer_duties",
    "try_revisit",
    "void",
    "waive_objection",
    "withdraw",
    "withdraw_extension",
]
