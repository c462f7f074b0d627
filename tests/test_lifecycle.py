"""The lifecycle, stated a second time by hand."""

from __future__ import annotations

import pytest

from complaints import lifecycle
from complaints.lifecycle import MOVES, NoteNeeded, Part, Status, WrongPerson, WrongStatus, check, possible
from staff.roles import Role

#: The machine as a person would draw it: from, verb, to ("same" where the status stays). Written by
#: hand on purpose; it must not be derived from MOVES, or it could never disagree with it.
DRAWING = """
received    record             recorded
received    classify           classified
recorded    classify           classified
classified  accept             acting
classified  return             recorded
classified  reassign           classified
acting      reassign           classified
acting      act                same
acting      opinion            same
acting      handle             handled
handled     reply              replied
received    confirm_invalid    handled
recorded    confirm_invalid    handled
classified  confirm_invalid    handled
acting      confirm_invalid    handled
received    propose_invalid    same
recorded    propose_invalid    same
classified  propose_invalid    same
acting      propose_invalid    same
received    refer              same
recorded    refer              same
classified  refer              same
acting      refer              same
received    reject_invalid     same
recorded    reject_invalid     same
classified  reject_invalid     same
acting      reject_invalid     same
replied     satisfy            same
replied     dispute            recorded
replied     rate               replied/recorded/closed
replied     try_revisit        same
replied     revisit            closed/recorded
replied     except_revisit     closed
replied     add_follow_up      same
closed      add_follow_up      same
closed      second_call        same
recorded    close_unsatisfied  closed
classified  close_unsatisfied  closed
acting      close_unsatisfied  closed
handled     close_unsatisfied  closed
replied     close_unsatisfied  closed
classified  regrade            same
acting      regrade            same
closed      reopen             recorded
"""
#: Possible in every open status, and where the case goes.
IN_EVERY_OPEN_STATUS = """
withdraw closed
void closed
claim same
answer same
chase same
remark same
note same
attach same
edit same
transfer same
acknowledge same
ask_extension same
apologise same
answer_media same
answer_external same
move_external same
record_finding same
object same
waive_objection same
do_follow_up same
tell_follow_up same
sign_follow_up same
drop_follow_up same
join same
leave same
link same
confirm_same same
part_matter same
issue_bulletin same
note_media same
drop_media same
note_sign same
withdraw_sign same
propose_abnormal same
decide_abnormal same
review_abnormal same
set_circle same
propose_compensation same
sign same
name_speaker same
appear same
pay same
accept_payment same
"""
#: Possible on closed cases too.
AFTER_THE_END = {
    "note", "link", "reopen", "answer_media", "answer_external", "move_external", "record_finding", "object",
    "waive_objection", "part_matter", "note_media", "drop_media", "set_circle", "pay", "accept_payment",
    "add_follow_up", "do_follow_up", "tell_follow_up", "sign_follow_up", "drop_follow_up", "second_call",
}  # fmt: skip

#: Who may do the moves that matter most, by hand.
WHO = {
    "accept": {Part.HANDLER, Part.ACCOUNTABLE},
    "opinion": {Part.HANDLER, Part.ACCOUNTABLE},
    "handle": {Part.HANDLER, Part.ACCOUNTABLE},
    "reply": {Part.FIRST_RECEIVER, Role.SUPERVISOR, Role.PROPERTY_MANAGER, Part.SPEAKER},
    "name_speaker": {Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "appear": {Part.FIRST_RECEIVER, Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "pay": {Part.FIRST_RECEIVER, Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "accept_payment": {Part.FIRST_RECEIVER, Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "transfer": {Role.SUPERVISOR, Role.PROPERTY_MANAGER},
    "void": {Role.SUPERVISOR, Role.PROPERTY_MANAGER},
    "close_unsatisfied": {Role.GENERAL_MANAGER},
    "confirm_invalid": {Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "regrade": {Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "acknowledge": {Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "answer_media": {Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER, Part.SPEAKER},
    "object": {Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "waive_objection": {Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "issue_bulletin": {Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "drop_media": {Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "withdraw_sign": {Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "propose_abnormal": {Role.SUPERVISOR, Role.PROPERTY_MANAGER},
    "decide_abnormal": {Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "review_abnormal": {Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "set_circle": {Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "part_matter": {Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER},
    "remark": {Part.CUSTOMER},
    "rate": {Part.CUSTOMER},
}
OPEN = ("received", "recorded", "classified", "acting", "handled", "replied")


def drawn() -> dict[tuple[str, str], set[str]]:
    arrows = {}
    for line in DRAWING.strip().splitlines():
        source, verb, to = line.split()
        arrows[source, verb] = set(to.split("/")) if to != "same" else {source}
    for line in IN_EVERY_OPEN_STATUS.strip().splitlines():
        verb, to = line.split()
        for source in OPEN:
            arrows[source, verb] = {to} if to != "same" else {source}
    for verb in AFTER_THE_END - {"reopen"}:
        arrows["closed", verb] = {"closed"}
    return arrows


def test_the_table_is_the_drawing():
    table = {
        (source.value, verb): {status.value for status in move.to} or {source.value}
        for verb, move in MOVES.items()
        for source in move.sources
    }
    assert table == drawn()


@pytest.mark.parametrize(("verb", "who"), WHO.items())
def test_the_people_of_a_move_are_these(verb, who):
    assert MOVES[verb].who == who


def test_an_auditor_and_an_administrator_can_do_nothing():
    for status in Status:
        assert possible(status, {Role.AUDITOR, Role.ADMINISTRATOR}) == []


def test_the_customer_can_do_only_these():
    verbs = {verb for status in Status for verb in possible(status, {Part.CUSTOMER})}
    assert verbs == {"satisfy", "dispute", "rate", "withdraw", "reopen", "chase", "remark", "attach"}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("part", [*Role, *Part])
def test_no_button_is_offered_that_would_be_refused(status, part):
    for verb in MOVES:
        if verb in possible(status, {part}):
            check(verb, status, {part}, note="words")
        else:
            with pytest.raises((WrongStatus, WrongPerson)):
                check(verb, status, {part}, note="words")


def test_a_refusal_names_the_people_who_could():
    with pytest.raises(WrongPerson) as refusal:
        check("transfer", "acting", {Role.FRONT_DESK}, note="x")
    assert lifecycle.names({Role.SUPERVISOR, Role.PROPERTY_MANAGER}) in str(refusal.value)


def test_a_move_that_needs_words_refuses_blanks_at_the_note():
    with pytest.raises(NoteNeeded) as refusal:
        check("return", "classified", {Part.HANDLER}, note="   ")
    assert refusal.value.field == "note"
