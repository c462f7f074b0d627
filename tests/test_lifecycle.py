"""The lifecycle, stated a second time by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Q
from django.utils import translation

from complaints import statuses
from complaints.moves import MOVES, cases_at, check, is_his, may, possible
from complaints.policy import POLICY_1, ClockKind
from complaints.situation import Columns, Other, Situation
from complaints.statuses import CaseRole, NoteNeeded, Status, WrongPerson
from config.framework.refusals import Refused
from staff.roles import Role

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

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
acting      check_on_spot      same
acting      opinion            same
acting      handle             handled
acting      analyse            same
handled     analyse            same
replied     analyse            same
closed      analyse            same
acting      ask_analysis       same
handled     ask_analysis       same
replied     ask_analysis       same
closed      ask_analysis       same
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
received    acknowledge        same
recorded    acknowledge        same
classified  acknowledge        same
acting      acknowledge        same
handled     acknowledge        same
"""
#: Possible in every open status, and where the case goes.
IN_EVERY_OPEN_STATUS = """
withdraw closed
void closed
claim same
answer same
chase same
remind same
remark same
note same
attach same
edit same
transfer same
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
ask_superior same
note_post same
answer_point same
answer_post same
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
edit_signatory same
remove_signatory same
name_respondent same
set_grade same
note_oral_approval same
make_accountable same
close_receipts same
withdraw_compensation same
pay same
accept_payment same
"""
#: Possible on closed cases too.
AFTER_THE_END = {
    "note", "link", "reopen", "answer_media", "answer_external", "move_external", "record_finding", "object",
    "waive_objection", "part_matter", "note_media", "drop_media", "set_circle", "pay", "accept_payment",
    "add_follow_up", "do_follow_up", "tell_follow_up", "sign_follow_up", "drop_follow_up", "second_call",
    "withdraw_compensation", "close_receipts",
}  # fmt: skip

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


def seen(status: str, *roles: Role | CaseRole, **facts: Any) -> Situation:
    """A case in a status, with nothing particular about it but `facts`: columns, and what is read besides."""
    columns = dict.fromkeys(Columns.__annotations__) | {"outcome": "", "own_people": 1, "status": status}
    reads: dict[str, Any] = {
        "policy": POLICY_1, "running": (), "accepted": None, "rated": False, "replied_again": False,
        "from_reporter": False, "speaker_is_here": True, "signs": 0, "waits_for_call": False,
        "post": None, "analysis": "", "knows_cause": False,
    }  # fmt: skip
    case = SimpleNamespace(**columns | {name: fact for name, fact in facts.items() if name in columns})
    known = {name: facts.get(name, usual) for name, usual in reads.items()}
    return Situation(
        case=case,
        roles=set(roles),
        at=facts.get("at", NOW),
        other=lambda verb: facts.get("other", Other()),
        fault_in_rows=lambda verb: facts.get("fault_in_rows", Refused("none", field="clock")),
        **{name: (lambda value=value: value) for name, value in known.items()},
    )


def his(status: str, *roles: Role | CaseRole) -> list[str]:
    return [verb for verb in MOVES if is_his(verb, status, roles)]


def test_an_auditor_and_an_administrator_can_do_nothing():
    for status in Status:
        assert his(status, Role.AUDITOR, Role.ADMINISTRATOR) == []


def test_the_customer_can_do_only_these():
    verbs = {verb for status in Status for verb in his(status, CaseRole.CUSTOMER)}
    assert verbs == {"satisfy", "dispute", "rate", "withdraw", "reopen", "chase", "remark", "attach"}


NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
K = ClockKind
#: verb, where its condition holds, where it does not: by hand, a line for each condition of the table.
CONDITIONS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("claim", {"awaits_claim": True}, {}),
    ("answer", {}, {"from_reporter": True}),
    ("answer", {"speaker_id": 7, "speaker_is_here": False, "roles": [Role.PROPERTY_MANAGER]},
     {"speaker_id": 7}),
    # Where the speaker is away, the managers speak, and nobody else.
    ("answer", {"speaker_id": 7, "speaker_is_here": False, "roles": [Role.GENERAL_MANAGER, CaseRole.HANDLER]},
     {"speaker_id": 7, "speaker_is_here": False}),
    ("reply", {"from_reporter": True, "roles": [Role.PROPERTY_MANAGER]}, {"from_reporter": True}),
    ("reply", {"speaker_id": 7, "roles": [CaseRole.SPEAKER]}, {"speaker_id": 7}),
    ("propose_invalid", {}, {"invalid_proposed_by_id": 7}),
    ("refer", {}, {"invalid_proposed_by_id": 7, "running": [K.JUDGE]}),
    ("confirm_invalid", {"invalid_proposed_by_id": 7}, {}),
    ("confirm_invalid", {"invalid_proposed_by_id": 7, "other": Other(False)},
     {"invalid_proposed_by_id": 7, "other": Other(False, ["周军"])}),
    ("reject_invalid", {"invalid_proposed_by_id": 7}, {}),
    ("analyse", {"knows_cause": True, "analysis": "asked"}, {"analysis": "asked"}),
    ("analyse", {"knows_cause": True, "analysis": "asked"}, {"knows_cause": True, "analysis": "written"}),
    ("analyse", {"knows_cause": True, "analysis": "asked"},
     {"knows_cause": True, "analysis": "asked", "outcome": "void"}),
    ("ask_analysis", {"analysis": "asked"}, {"analysis": "written"}),
    ("ask_analysis", {}, {"outcome": "withdrawn"}),
    ("satisfy", {"accepted": False}, {"accepted": True}),
    ("rate", {}, {"rated": True}),
    ("try_revisit", {}, {"other": Other(False, ["周军"])}),
    ("revisit", {"other": Other(False)}, {"other": Other(False, ["周军"])}),
    ("except_revisit", {}, {"other": Other(False, ["周军"])}),
    ("add_follow_up", {}, {"outcome": "withdrawn"}),
    ("add_follow_up", {"outcome": "resolved"}, {"outcome": "void"}),
    ("do_follow_up", {"fault_in_rows": None}, {}),
    ("tell_follow_up", {"fault_in_rows": None}, {}),
    ("tell_follow_up", {"fault_in_rows": None}, {"fault_in_rows": None, "speaker_id": 7}),
    ("sign_follow_up", {"fault_in_rows": None}, {}),
    ("drop_follow_up", {"fault_in_rows": None}, {}),
    ("second_call", {"waits_for_call": True}, {}),
    ("second_call", {"waits_for_call": True}, {"waits_for_call": True, "other": Other(False, ["周军"])}),
    ("close_unsatisfied", {"replied_again": True}, {}),
    ("reopen", {"closed_at": NOW - 90 * DAY}, {"closed_at": NOW - 90 * DAY - MINUTE}),
    ("reopen", {"outcome": "withdrawn", "closed_at": NOW}, {"outcome": "void", "closed_at": NOW}),
    ("transfer", {"identity_hidden": True, "roles": [Role.SUPERVISOR]},
     {"identity_hidden": True, "roles": [Role.PROPERTY_MANAGER]}),
    ("acknowledge", {"running": [K.URGENT_REPORT]}, {}),
    ("check_on_spot", {"running": [K.SAME_DAY]}, {}),
    ("apologise", {"running": [K.APOLOGY]}, {}),
    ("apologise", {"running": [K.APOLOGY]}, {"running": [K.APOLOGY], "speaker_id": 7}),
    ("answer_media", {"running": [K.MEDIA]}, {}),
    ("answer_media", {"running": [K.MEDIA]}, {"running": [K.MEDIA], "outcome": "void"}),
    ("answer_media", {"running": [K.MEDIA]}, {"running": [K.MEDIA], "speaker_id": 7}),
    ("note_media", {}, {"running": [K.MEDIA]}),
    ("note_media", {}, {"outcome": "void"}),
    ("drop_media", {"running": [K.MEDIA]}, {}),
    ("answer_external", {"channel": "hotline"}, {"channel": "phone"}),
    ("answer_external", {"channel": "hotline", "external_due_at": NOW, "running": [K.EXTERNAL]},
     {"channel": "hotline", "external_due_at": NOW}),
    ("answer_external", {"channel": "regulator", "roles": [Role.PROPERTY_MANAGER]},
     {"channel": "regulator", "roles": [CaseRole.FIRST_RECEIVER]}),
    ("move_external", {"channel": "hotline"}, {"channel": "phone"}),
    ("move_external", {"channel": "hotline"}, {"channel": "hotline", "outcome": "void"}),
    ("record_finding", {"channel": "regulator"}, {"channel": "hotline"}),
    ("record_finding", {"channel": "regulator"}, {"channel": "regulator", "running": [K.OBJECTION]}),
    ("object", {"running": [K.OBJECTION]}, {}),
    ("waive_objection", {"running": [K.OBJECTION]}, {}),
    ("ask_extension", {"fault_in_rows": None}, {}),
    ("join", {}, {"lead_id": 7}),
    ("join", {}, {"is_collective": True}),
    ("leave", {"lead_id": 7}, {}),
    ("confirm_same", {"category_id": 7}, {}),
    ("part_matter", {"matter_id": 7}, {}),
    ("withdraw_sign", {"signs": 1}, {}),
    ("propose_abnormal", {"signs": 2}, {"signs": 1}),
    ("propose_abnormal", {"signs": 2, "abnormal": "declined"}, {"signs": 2, "abnormal": "marked"}),
    ("propose_abnormal", {"signs": 2}, {"signs": 2, "abnormal": "proposed"}),
    ("decide_abnormal", {"abnormal": "suggested"}, {"abnormal": "marked"}),
    ("decide_abnormal", {"abnormal": "proposed"},
     {"abnormal": "proposed", "other": Other(False, ["吴海涛"])}),
    ("review_abnormal", {"abnormal": "marked"}, {"abnormal": "lifted"}),
    ("set_circle", {"restricted": True}, {}),
    ("issue_bulletin", {"grade": "hot"}, {"grade": "important"}),
    ("issue_bulletin", {"grade": "major"}, {"grade": "major", "lead_id": 7}),
    ("sign", {}, {"identity_hidden": True, "roles": [Role.FRONT_DESK]}),
    ("close_receipts", {}, {"identity_hidden": True, "roles": [Role.FRONT_DESK]}),
    ("edit_signatory", {"signed": 2}, {"signed": 0}),
    ("edit_signatory", {"signed": 2}, {"signed": 2, "identity_hidden": True, "roles": [Role.FRONT_DESK]}),
    ("remove_signatory", {"signed": 2}, {"signed": 0}),
    ("name_speaker", {"own_people": 2}, {"own_people": 1}),
    ("name_speaker", {"grade": "hot"}, {"grade": "hot", "lead_id": 7}),
    ("appear", {"own_people": 3}, {"own_people": 2}),
    ("appear", {"is_collective": True}, {"is_collective": True, "lead_id": 7}),
    ("appear", {"running": [K.PRESENCE]}, {}),
    ("withdraw_compensation", {"fault_in_rows": None}, {}),
    ("pay", {"fault_in_rows": None}, {"fault_in_rows": None, "outcome": "void"}),
    ("accept_payment", {"fault_in_rows": None}, {}),
    ("ask_superior", {}, {"running": [K.SUPERVISOR_ASKED]}),
    ("ask_superior", {}, {"running": [K.MANAGER_ASKED]}),
    ("note_post", {}, {"post": 0}),
    ("answer_point", {"post": 2}, {}),
    ("answer_post", {"post": 0}, {}),
    ("answer_post", {"post": 0}, {"post": 1}),
    ("answer_post", {"post": 0, "roles": [CaseRole.SPEAKER]}, {"post": 0, "speaker_id": 7}),
    ("answer_post", {"post": 0, "from_reporter": True, "roles": [Role.PROPERTY_MANAGER]},
     {"post": 0, "from_reporter": True}),
    ("set_grade", {"roles": [Role.SUPERVISOR]}, {"roles": [CaseRole.FIRST_RECEIVER]}),
    ("remind", {"roles": [Role.SUPERVISOR]}, {"roles": [Role.SUPERVISOR, CaseRole.FIRST_RECEIVER]}),
]  # fmt: skip


def asked(verb: str, facts: dict[str, Any]) -> Situation:
    """By one who may do it, where nothing else is said: the first of its people, who is nothing else."""
    usual = [part for part in (*CaseRole, *Role) if part in MOVES[verb].who][:1]
    roles = facts.get("roles", usual)
    return seen(MOVES[verb].sources[-1], *roles, **facts)


@pytest.mark.parametrize(("verb", "holds", "fails"), CONDITIONS)
def test_a_move_is_possible_where_its_condition_holds_and_nowhere_else(verb, holds, fails):
    if (
        verb in ("answer", "apologise", "answer_media", "answer_post", "tell_follow_up", "reply")
        and "roles" not in fails
    ):
        fails = fails | {"roles": [Role.SUPERVISOR if verb != "answer_media" else Role.PROPERTY_MANAGER]}
    assert may(verb, asked(verb, holds))
    check(verb, asked(verb, holds), note="words")
    assert not may(verb, asked(verb, fails))
    with pytest.raises(Refused, match=r"\w"):
        check(verb, asked(verb, fails), note="words")


def test_every_condition_of_the_table_is_tried_here():
    tried = {verb for verb, _holds, _fails in CONDITIONS}
    assert tried == {verb for verb, move in MOVES.items() if move.when}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("part", [*Role, *CaseRole])
def test_no_button_is_offered_that_would_be_refused(status, part):
    s = seen(status, part)
    for verb in MOVES:
        if verb in possible(s):
            check(verb, s, note="words")
        else:
            with pytest.raises(Refused):
                check(verb, s, note="words")


def test_a_rule_that_asks_for_what_a_door_has_not_read_says_so_and_never_guesses():
    s = Situation(case=SimpleNamespace(status="replied"), roles={CaseRole.CUSTOMER}, at=NOW)
    with pytest.raises(LookupError):
        may("satisfy", s)


def test_a_list_finds_the_cases_that_stand_where_a_move_is_next():
    assert cases_at("claim") == ~Q(status="closed") & Q(awaits_claim=True)
    before_handled = Q(status__in=("received", "recorded", "classified", "acting"))
    assert cases_at("confirm_invalid") == before_handled & Q(invalid_proposed_by__isnull=False)


def test_a_refusal_names_the_people_who_could():
    with pytest.raises(WrongPerson) as refusal:
        check("transfer", seen("acting", Role.FRONT_DESK), note="x")
    assert statuses.names({Role.SUPERVISOR, Role.PROPERTY_MANAGER}) in str(refusal.value)


def test_whoever_was_involved_reads_whom_to_ask_four_at_most():
    others = Other(False, ["周军", "陈芳", "王建军", "孙志强", "李敏"])
    with translation.override("en"), pytest.raises(WrongPerson) as refusal:
        check("revisit", seen("replied", Role.SUPERVISOR, other=others))
    assert "周军, 陈芳, 王建军, 孙志强." in str(refusal.value)


@pytest.mark.parametrize(
    ("running", "sentence"), [([K.JUDGE], "waits for the judgement"), ([], "waits for a second person")]
)
def test_what_was_referred_waits_for_another_word_than_what_was_proposed(running, sentence):
    s = seen("acting", Role.SUPERVISOR, invalid_proposed_by_id=7, running=running)
    with translation.override("en"), pytest.raises(Refused, match=sentence):
        check("refer", s, note="words")


def test_a_move_that_needs_words_refuses_blanks_at_the_note():
    with pytest.raises(NoteNeeded) as refusal:
        check("return", seen("classified", CaseRole.HANDLER), note="   ")
    assert refusal.value.field == "note"
