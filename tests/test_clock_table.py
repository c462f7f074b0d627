"""The table of what starts and stops the clocks: complete, and the only place that says it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from complaints import actions, clocks
from complaints.actions.unit_of_work import UnitOfWork
from complaints.clocks import BY_FACTS, BY_VERB, OF_A_ROUND, STEPS, Effect, doers, on_upgrade
from complaints.models import Clock, Complaint, PolicyVersion
from complaints.moves import MOVES
from complaints.policy import DEFAULTS, POLICY_1, ClockKind, Level, Policy, Severity
from complaints.policy_fields import with_values
from complaints.statuses import CaseRole
from staff.roles import Role
from tests.cast import MONDAY_9AM, march
from tests.looking import clock_of

K = ClockKind
ACTIONS = Path("complaints/actions")
#: Acts that apply the row of a verb before they are kept, because something in them comes after it, it counts
#: from another moment, or the act is not that verb's.
BEFORE_KEPT = {"accept", "revisit", "note_media", "drop_media", "record_finding", "review_abnormal"}


def calls(name: str) -> list[tuple[str, ast.Call]]:
    """Where an action calls a method of this name, by its file."""
    return [
        (path.name, node)
        for path in sorted(ACTIONS.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name
    ]


def test_what_is_keyed_by_verb_is_a_verb_and_the_rest_is_not():
    assert BY_VERB.keys() <= MOVES.keys()
    assert not BY_FACTS.keys() & MOVES.keys()


@pytest.mark.parametrize("kind", list(K))
def test_every_clock_has_a_step_that_starts_it_and_one_that_stops_it_alone(kind):
    assert [step for step, effect in STEPS.items() if kind in effect.starts]
    whole = [step for step, effect in STEPS.items() if set(OF_A_ROUND) <= set(effect.stops)]
    assert [step for step, effect in STEPS.items() if kind in effect.stops and step not in whole]


def test_an_act_names_a_step_only_where_its_facts_decide():
    named = {
        node.args[0].value for _file, node in calls("apply_clocks") if isinstance(node.args[0], ast.Constant)
    }
    assert named <= STEPS.keys()
    # A manager who opens the page of people in danger acknowledges by that; a visit is a check on the spot.
    assert named & BY_VERB.keys() == BEFORE_KEPT | {"acknowledge", "check_on_spot"}
    # The verb's own row, and the clocks of overruns by their kind.
    assert {file for file, node in calls("apply_clocks") if not isinstance(node.args[0], ast.Constant)} == {
        "unit_of_work.py", "overruns.py",
    }  # fmt: skip
    # By its status, by the severity of the first classification, and by that of an upgrade.
    begun = [file for file, node in calls("start") if ast.unparse(node.func.value) == "case"]
    assert begun == ["collective.py", "collective.py", "limits.py", "limits.py"]
    assert not [file for file, node in calls("stop") if ast.unparse(node.func.value) == "case"]


@pytest.mark.django_db
def test_a_row_of_the_table_is_all_that_a_verb_needs(monkeypatch, walk_in, office_of_jinxiu):
    case = walk_in(march(2, 9))
    monkeypatch.setitem(BY_VERB, "note", Effect(stops=(K.DELIVER,), starts=(K.JUDGE,)))
    monkeypatch.setitem(STEPS, "note", BY_VERB["note"])
    actions.add_note(case, note="请法务看一下", by=office_of_jinxiu.limin, at=march(2, 9, 5))
    assert clock_of(case, "deliver").stopped_at == march(2, 9, 5)
    assert clock_of(case, "judge").started_at == march(2, 9, 5)
    assert Complaint.objects.get(pk=case.pk).next_due_kind == "judge"


@pytest.mark.django_db
def test_a_clock_begins_only_where_the_table_says_so(case_in, office_of_jinxiu):
    case = UnitOfWork(case_in("acting"), "note", by=office_of_jinxiu.limin, at=march(2, 12))
    with pytest.raises(ValueError, match="starts no clock"):
        case.begin("bulletin_due", case.running[K.RESOLVE])


def test_the_people_of_the_case_do_what_most_clocks_wait_for():
    assert doers(K.RESOLVE, Level.OVER) == (CaseRole.HANDLER, CaseRole.FIRST_RECEIVER)
    assert doers(K.RESOLVE, Level.WARNING) == (
        CaseRole.HANDLER,
        CaseRole.FIRST_RECEIVER,
        CaseRole.ACCOUNTABLE,
    )
    assert doers(K.BULLETIN, Level.WARNING) == (Role.SUPERVISOR,)
    assert (
        doers(K.ABNORMAL_REVIEW, Level.WARNING) == doers(K.PRESENCE, Level.OVER) == (Role.PROPERTY_MANAGER,)
    )


# What an upgrade starts is the policy's ----------------------------------------------------------------


def test_major_alone_asks_for_answers_by_the_defaults():
    assert on_upgrade(Severity.MAJOR, POLICY_1) == (K.URGENT_REPORT, K.INITIAL_ANSWER, K.CLEAR_ANSWER)
    assert on_upgrade(Severity.IMPORTANT, POLICY_1) == ()
    asked = with_values(DEFAULTS, {"clocks.clear_answer.limits.important": "3 days"})
    assert on_upgrade(Severity.IMPORTANT, Policy(2, asked)) == (clocks.K.CLEAR_ANSWER,)


@pytest.mark.django_db
def test_an_upgrade_starts_what_the_policy_asks_for_the_graver_severity(case_in, office_of_jinxiu):
    data = with_values(DEFAULTS, {"clocks.clear_answer.limits.important": "3 days"})
    case = case_in("acting", severity="minor", at=march(2, 9))
    PolicyVersion.objects.create(number=2, data=data, created_at=MONDAY_9AM)
    people = office_of_jinxiu
    actions.regrade(case, severity="important", note="又漏了", by=people.chenfang, at=march(2, 10))
    answer = clock_of(case, "clear_answer")
    assert (answer.started_at, answer.due_at) == (march(2, 10), march(5, 10))
    assert not Clock.objects.filter(complaint=case, kind="initial_answer").exists()


@pytest.mark.django_db
def test_a_downgrade_starts_nothing(case_in, office_of_jinxiu):
    data = with_values(DEFAULTS, {"clocks.clear_answer.limits.important": "3 days"})
    PolicyVersion.objects.create(number=2, data=data, created_at=MONDAY_9AM)
    people = office_of_jinxiu
    case = case_in("acting", severity="major", at=march(2, 9))
    actions.answer(case, note="明日更换水管", method="phone", clear=True, by=people.limin, at=march(2, 10))
    actions.regrade(case, severity="important", note="只是渗水", by=people.chenfang, at=march(2, 11))
    assert Clock.objects.filter(complaint=case, kind="clear_answer").count() == 1
