"""What is offered on the cases of the demo is taken or asks for a field, for each of its people."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from complaints import actions
from complaints.actions.current_policy import current_policy
from complaints.actions.situations import situation_for
from complaints.actions.visibility import roles_on
from complaints.decisions import AMOUNT, EXTENSION, OVERRUN, Decision
from complaints.management.demo.company import logins
from complaints.models import Compensation, Complaint, Extension, Overrun
from complaints.moves import is_his, may
from complaints.policy import Severity
from complaints.statuses import Status
from complaints.views import overruns
from complaints.views.approval_cards import amounts_for, extensions_for, proposals_for
from complaints.views.case.move_forms import MOVE_FORMS
from config.framework.refusals import Refused
from reports.management.commands import demo_reports
from reports.management.quarter import last_quarter
from reports.models import DueReport, IssuedReport
from staff.models import User
from staff.permissions import Permissions, permissions_of
from staff.roles import Role
from tests.cast import DAY
from tests.past import NOW
from tests.sent_moves import SAID, disagreement

pytestmark = pytest.mark.once
#: So many pairs of person and case, and so many moves sent; which, the dice say.
PAIRS, SENT, DICE = 400, 240, 12


def test_handlers_whose_log_ins_are_named_have_work(past) -> None:
    """Of the first engineer's, some to accept and some in hand: the dice leave him none on some days."""
    his = {(case.handler.username, case.status) for case in past if case.handler}
    assert his >= {("gongcheng.jx", Status.CLASSIFIED), ("gongcheng.jx", Status.ACTING)}
    assert {login for login, role, _why in logins() if role == Role.HANDLER} <= {
        name for name, _status in his
    }


def test_its_people_prepare_check_and_sign_what_the_report_calendar_asks(
    past, monkeypatch, quick_paper
) -> None:
    """Also where the rules want another person for each: nobody is refused what the demo lets him do."""
    monkeypatch.setattr(demo_reports, "YEAR", 100 * DAY)
    demo_reports.replay(NOW, random.Random(DICE))
    last_quarter(NOW)
    sent = DueReport.objects.filter(state="sent").values_list("kind", flat=True)
    assert {"daily", "half_monthly", "monthly", "quarterly", "warranty"} <= set(sent)
    company = DueReport.objects.filter(scope="company")
    assert {"monthly", "quarterly"} <= set(company.filter(state="sent").values_list("kind", flat=True))
    for row in company.filter(state="sent"):  # each step another person
        assert len({row.prepared_by_id, row.checked_by_id, row.signed_by_id}) == 3
    late = [row for row in DueReport.objects.select_related("rules") if row.is_late(NOW)]
    assert late and DueReport.objects.filter(steps__verb="reissue", paper__version__gte=2).exists()
    assert IssuedReport.objects.filter(kind="quarterly", issued_at__isnull=False).exists()


def test_what_is_offered_on_the_demo_s_cases_is_taken_or_asks_for_a_field(past, monkeypatch) -> None:
    for module in ("cases", "moves"):
        monkeypatch.setattr(f"complaints.api.{module}.now", lambda: NOW)
    here = User.objects.exclude(username__endswith=".ch")  # the company's, and one of its two estates'
    people = {user: permissions_of(user, NOW) for user in here.order_by("pk")}
    assert {case.status for case in past} == set(Status)
    assert {role for person in people.values() for role in person.everywhere()} == set(Role)
    wrong, tried = [], set()
    for user, case, verb, offered in islice(sampled(past, people), SENT):
        client = APIClient(headers={"accept-language": "en"})
        client.force_authenticate(user)
        tried |= {(verb, offered), *people[user].everywhere(), case.status}
        if fault := disagreement(client, case, verb, said_at(case), offered=offered):
            wrong.append((case.number, case.status, user.username, verb, *fault))
    assert len([verb for verb in MOVE_FORMS if (verb, True) in tried]) > 40
    assert tried >= {*Role, *Status} - {
        Role.AUDITOR,
        Role.ADMINISTRATOR,
        Status.RECEIVED,
    }  # they move nothing
    assert not wrong, "\n".join(map(str, wrong))
    assert not (faults := list(decisions_that_disagree(people))), "\n".join(map(str, faults))


def sampled(
    past: list[Complaint], people: dict[User, Permissions]
) -> Iterator[tuple[User, Complaint, str, bool]]:
    """Person, case he may know of, move of his and whether it is offered.

    First each move, role and status once, then each move once more for every role and every status.
    """
    known = {
        user: set(Complaint.objects.visible_to(person).values_list("pk", flat=True))
        for user, person in people.items()
    }
    pairs = [(user, case) for user in people for case in past if case.pk in known[user]]
    random.Random(DICE).shuffle(pairs)
    moves = []
    for user, case in pairs[:PAIRS]:
        situation = situation_for(case, people[user], NOW)
        his = [verb for verb in MOVE_FORMS if is_his(verb, case.status, situation.roles)]
        moves += [(user, case, verb, may(verb, situation)) for verb in his]
    met: set[Any] = set()
    for user, case, verb, offered in moves:
        if new := {(verb, offered), *people[user].everywhere(), case.status} - met:
            met |= new
            yield user, case, verb, offered
    had: set[Any] = set()
    for by in (
        lambda user, case: people[user].everywhere(),
        lambda user, case: case.status,
    ):
        for user, case, verb, offered in moves:
            if (new := (verb, offered, by(user, case))) not in had:
                had.add(new)
                yield user, case, verb, offered


def said_at(case: Complaint) -> dict[str, Any]:
    """The plausible words, with people of the case's estate and days of this week."""
    here = case.estate.code.lower()
    return SAID | {
        "handler": f"gongcheng.{here}", "person": f"zhuguan.{here}", "category": "public-areas",
        "new_due_at": "2026-11-29T10:00", "on": "2026-11-27", "found_at": "2026-11-27T10:00",
        "paid_on": "2026-11-27", "accepted_on": "2026-11-27",
    }  # fmt: skip


# Whose decision it is ------------------------------------------------------------------------------


def decisions_that_disagree(people: dict[User, Permissions]) -> Iterator[tuple[Any, ...]]:
    """Where the list of what waits for somebody, the rule for one row and the act say different things."""
    policy, had = current_policy().policy, set()
    for user, person in people.items():
        seen = Complaint.objects.visible_to(person)
        for kind, model, listed, act in KINDS:
            waits = {row.pk for below in (False, True) for row in listed(person, below=below)}
            for row in (
                model.objects.filter(complaint__in=seen).select_related("complaint__estate").order_by("pk")
            ):
                besides = policy.approver(Severity(row.severity)) if kind is OVERRUN else None
                parts = roles_on(row.complaint, person)
                his = kind.refusal(row, parts, user.pk, besides=besides) is None
                alone = user.pk in kind.involved(row)
                if (row.pk in waits) != (his and not alone):
                    yield model.__name__, row.pk, user.username, "list and rule disagree"
                if (kind, his, row.state, person.everywhere()) in had:
                    continue
                had.add((kind, his, row.state, person.everywhere()))
                if takes(act, row, user, NOW) != his:
                    yield model.__name__, row.pk, user.username, "act and rule disagree"
        proposed = [case for below in (False, True) for case in proposals_for(person, below=below)]
        for case in seen.order_by("pk"):
            judges = may("confirm_invalid", situation_for(case, person, NOW))
            if (case in proposed) != (judges and case.invalid_proposed_by_id != user.pk):
                yield "Complaint", case.number, user.username, "list and table disagree"


def takes(act: Any, row: Any, user: User, at: datetime) -> bool:
    """Whether the decision is his: taken, or only a field of it asked for; it is taken back."""
    try:
        with transaction.atomic():
            act(row, comment="知悉", by=user, at=at)
            transaction.set_rollback(True)
    except Refused as refusal:
        return refusal.field is not None
    return True


def decline_amount(row: Compensation, **said: Any) -> None:
    actions.decide_compensation(row, approve=False, **said)


KINDS: tuple[tuple[Decision, Any, Any, Any], ...] = (
    (EXTENSION, Extension, extensions_for, actions.decline_extension),
    (AMOUNT, Compensation, amounts_for, decline_amount),
    (OVERRUN, Overrun, overruns.to_decide, actions.decline_overrun),
)
