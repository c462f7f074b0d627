"""Whose each move is, and which moves need words: the whole table, stated a second time by hand."""

from __future__ import annotations

import pytest

from complaints.moves import MOVES, check_person
from complaints.statuses import CaseRole, WrongPerson
from staff.roles import Role

RECEIVER, HANDLER, HEAD = CaseRole.FIRST_RECEIVER, CaseRole.HANDLER, CaseRole.ACCOUNTABLE
SPEAKER, CUSTOMER = CaseRole.SPEAKER, CaseRole.CUSTOMER
FRONT, DUTY, STEWARD = Role.FRONT_DESK, Role.DUTY_DESK, Role.STEWARD
WORKER, DEPARTMENT = Role.HANDLER, Role.DEPARTMENT_HEAD
SUPERVISOR, MANAGER, GENERAL = Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER

DESK = {FRONT, DUTY, STEWARD, SUPERVISOR, MANAGER}
FOLLOWING = {RECEIVER, SUPERVISOR, MANAGER}
STAFF = {*DESK, *FOLLOWING, HANDLER, HEAD, SPEAKER, WORKER, DEPARTMENT, GENERAL}

#: Who; what they may do without words; what needs words. By hand on purpose, like the drawing of
#: test_lifecycle: what is taken from MOVES could never disagree with it.
WHO: list[tuple[set[Role | CaseRole], str, str]] = [
    ({*DESK, RECEIVER}, "record classify edit join link confirm_same sign edit_signatory remove_signatory "
     "name_respondent set_grade", "close_receipts"),
    (DESK, "revisit", "try_revisit except_revisit add_follow_up"),
    ({FRONT, STEWARD, SUPERVISOR}, "claim", ""),
    ({HANDLER, HEAD}, "", "accept opinion return handle"),
    ({*FOLLOWING, HEAD}, "reassign", ""),
    ({*FOLLOWING, HANDLER, HEAD}, "", "act check_on_spot propose_compensation"),
    ({*FOLLOWING, HANDLER, HEAD, DEPARTMENT}, "note_oral_approval", "ask_extension"),
    ({*FOLLOWING, HANDLER, HEAD, SPEAKER}, "", "answer apologise answer_point answer_post"),
    ({*FOLLOWING, SPEAKER}, "", "reply"),
    ({HANDLER, HEAD, WORKER, DEPARTMENT, MANAGER, GENERAL}, "analyse", ""),
    ({*FOLLOWING, GENERAL}, "ask_analysis", ""),
    (FOLLOWING, "", "drop_follow_up"),
    ({*FOLLOWING, HANDLER, HEAD, SPEAKER, WORKER, DEPARTMENT}, "", "do_follow_up tell_follow_up"),
    ({HEAD, DEPARTMENT, MANAGER, GENERAL}, "sign_follow_up", ""),
    ({*DESK, RECEIVER, HANDLER, HEAD}, "", "propose_invalid refer note_media note_sign "
     "ask_superior note_post"),
    ({SUPERVISOR, MANAGER, GENERAL}, "confirm_invalid", "reject_invalid regrade record_finding leave "
     "part_matter withdraw_sign issue_bulletin"),
    ({SUPERVISOR, MANAGER}, "second_call", "void transfer propose_abnormal make_accountable"),
    ({MANAGER, GENERAL}, "acknowledge name_speaker", "drop_media object waive_objection decide_abnormal "
     "review_abnormal set_circle"),
    ({MANAGER, GENERAL, SPEAKER}, "", "answer_media"),
    ({*FOLLOWING, GENERAL}, "pay accept_payment remind", "answer_external appear"),
    ({*DESK, RECEIVER, GENERAL}, "", "move_external"),
    ({GENERAL}, "", "close_unsatisfied"),
    (STAFF, "withdraw_compensation", "note"),
    ({*STAFF, CUSTOMER}, "attach", ""),
    ({*FOLLOWING, CUSTOMER}, "satisfy", "dispute withdraw"),
    ({*DESK, RECEIVER, CUSTOMER}, "chase", "reopen"),
    ({CUSTOMER}, "rate", "remark"),
]  # fmt: skip


def test_every_move_belongs_to_these_people() -> None:
    by_hand = {verb: who for who, free, worded in WHO for verb in f"{free} {worded}".split()}
    assert {verb: set(move.who) for verb, move in MOVES.items()} == by_hand


def test_these_moves_need_words() -> None:
    by_hand = {verb for _who, _free, worded in WHO for verb in worded.split()}
    assert {verb for verb, move in MOVES.items() if move.note} == by_hand


def test_a_move_of_other_people_is_refused_whatever_the_status() -> None:
    check_person("void", {Role.SUPERVISOR})
    with pytest.raises(WrongPerson, match=str(Role.SUPERVISOR.label)) as refusal:
        check_person("void", {Role.FRONT_DESK, CaseRole.HANDLER}, field="user")
    assert refusal.value.field == "user"
