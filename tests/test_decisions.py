"""Whose decision it is: of one row, of a list, for the act and for every page the same."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from complaints import actions
from complaints.decisions import AMOUNT, EXTENSION, OVERRUN, SUPERIOR, Decision
from complaints.models import Compensation, Complaint, Extension, Overrun, PolicyVersion, SuperiorRequest
from complaints.policy import DEFAULTS
from complaints.policy_fields import with_values
from config.framework.refusals import Refused
from staff.permissions import permissions_of
from staff.roles import Role, ladder
from tests.case_states import NOW, START
from tests.cast import HOUR, MONDAY_9AM, march, person
from tests.late_case import HANDLED, explain

pytestmark = pytest.mark.django_db
KINDS: dict[Decision, tuple[Any, str]] = {
    EXTENSION: (Extension, "requested_by"),
    AMOUNT: (Compensation, "proposed_by"),
    OVERRUN: (Overrun, "explained_by"),
    SUPERIOR: (SuperiorRequest, "asked_by"),
}


def waiting(**said: Any) -> Any:
    """A row as the rule sees it: put to the property manager, with people 1 and 2 in it."""
    case = SimpleNamespace(outcome=said.pop("outcome", ""))
    people = {"requested_by_id": 1, "proposed_by_id": 1, "explained_by_id": 1, "handler_id": 2}
    people |= {"asked_by_id": 1}
    usual = {"approver_role": Role.PROPERTY_MANAGER, "complaint": case, "get_state_display": lambda: "so"}
    return SimpleNamespace(**usual | people | said)


@pytest.mark.parametrize("kind", KINDS)
def test_holders_of_the_role_and_those_above_decide_while_it_waits_and_nobody_else(kind):
    row = waiting(state=kind.waits)
    decide = {role for role in Role if kind.refusal(row, {role}, 9) is None}
    assert decide == {Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER}
    assert kind.refusal(waiting(state="approved"), {Role.GENERAL_MANAGER}, 9)
    assert kind.refusal(waiting(state=kind.waits, outcome="void"), {Role.GENERAL_MANAGER}, 9)
    assert kind.refusal(row, {Role.SUPERVISOR}, 9, besides=Role.SUPERVISOR) is None


@pytest.mark.parametrize("kind", [EXTENSION, AMOUNT, SUPERIOR])
def test_whoever_asked_does_not_decide_whatever_he_is(kind):
    assert kind.refusal(waiting(state=kind.waits), {Role.GENERAL_MANAGER}, 1)


def test_who_had_a_hand_in_an_overrun_may_where_nobody_else_is_left():
    assert OVERRUN.refusal(waiting(state="to_decide"), {Role.GENERAL_MANAGER}, 1) is None
    assert OVERRUN.involved(waiting()) == {1, 2}


@pytest.fixture
def put(stories, late, office_of_jinxiu) -> dict[Decision, Any]:
    """One row of each kind that waits."""
    duty = late()
    explain(duty, office_of_jinxiu.wanggong, HANDLED + HOUR)
    said = {"note": "要求免一年物业费。", "offers": "可以免费更换。"}
    actions.ask_superior(duty.complaint, **said, by=office_of_jinxiu.limin, at=HANDLED + HOUR)
    return {
        kind: model.objects.order_by("pk").get(state=kind.waits) for kind, (model, _hand) in KINDS.items()
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ladder(Role.SUPERVISOR))
def test_the_list_of_what_waits_for_him_is_the_rule_of_the_row(
    put, kind, role, office_of_jinxiu, stranger, auditor, jinxiu
):
    """For every approver's role, each person, and each person once with a hand in it."""
    model, hand = KINDS[kind]
    deputy = person("deputy", "代理人", Role.PROPERTY_MANAGER, estate=jinxiu)
    for user in (*vars(office_of_jinxiu).values(), stranger, auditor, deputy):
        held = permissions_of(user, NOW)
        for by in (put[kind].complaint.first_receiver, user):
            model.objects.filter(pk=put[kind].pk).update(approver_role=role, **{hand: by})
            row = model.objects.select_related("complaint").get(pk=put[kind].pk)
            seen = Complaint.objects.visible_to(held).filter(pk=row.complaint_id).exists()
            parts = actions.roles_on(row.complaint, held)
            decides = seen and kind.refusal(row, parts, user.pk) is None and user.pk not in kind.involved(row)
            own, below = (
                model.objects.filter(
                    kind.rows(held, below=below), complaint__in=Complaint.objects.visible_to(held)
                )
                for below in (False, True)
            )
            assert (row in own or row in below) == decides, (user, by)
            assert (row in own) == (decides and role in parts), (user, by)
            assert not (row in own and row in below)


def test_an_amount_of_a_wrong_entry_waits_for_nobody(put, office_of_jinxiu):
    people, amount = office_of_jinxiu, put[AMOUNT]
    assert amount in Compensation.objects.filter(AMOUNT.rows(permissions_of(people.chenfang, NOW)))
    actions.void(amount.complaint, note="误录", by=people.chenfang, at=NOW)
    assert amount not in Compensation.objects.filter(AMOUNT.rows(permissions_of(people.chenfang, NOW)))
    with pytest.raises(Refused, match="作废|void"):
        actions.decide_compensation(amount, approve=True, by=people.chenfang, at=NOW)


def test_nobody_is_offered_as_having_said_yes_whose_yes_would_not_count(
    put, client, clock, jinxiu, office_of_jinxiu
):
    people, request = office_of_jinxiu, put[EXTENSION]
    clock.now = NOW
    other = person("second", "第二位总经理", Role.GENERAL_MANAGER)
    actions.name_respondent(request.complaint, person=other, by=people.chenfang, at=START + 3 * HOUR)
    client.force_login(people.wanggong)
    form = client.get(f"/approvals/{request.pk}/").context["card"].forms["oral"]
    assert list(form.fields["said_by"].queryset) == [people.wuzong]


def test_the_case_page_offers_an_overrun_by_the_rules_in_force(put, client, clock, office_of_jinxiu):
    """As the act asks them: not by those under which its clock began."""
    duty, supervisor = put[OVERRUN], office_of_jinxiu.chenfang
    clock.now = march(4, 15)
    client.force_login(supervisor)

    def offered() -> set[str]:
        (line,) = client.get(f"/cases/{duty.complaint.number}/").context["overruns"]
        return set(line.verbs) & {"accept", "decline"}

    assert offered() == set()
    data = with_values(DEFAULTS, {"extension.approvers.minor": "supervisor"})
    PolicyVersion.objects.create(number=2, data=data, created_at=MONDAY_9AM)
    assert offered() == {"accept", "decline"}
    assert actions.accept_overrun(duty, by=supervisor, at=clock.now).state == "accepted"
