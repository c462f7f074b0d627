"""The moves the API offers are those it takes: each is accepted, or asks for a field; no other is taken."""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from rest_framework.response import Response
from rest_framework.test import APIClient

from complaints import actions
from complaints.actions import portal_access, roles_on
from complaints.actions.situations import situation_of
from complaints.models import Complaint, PortalVisit
from complaints.moves import is_his, may, possible
from complaints.portal import status_page
from complaints.portal.visited_case import visited_case
from complaints.statuses import CUSTOMER
from complaints.views.case import page as case_page
from complaints.views.case.move_forms import MOVE_FORMS
from complaints.views.desk import caller
from complaints.views.lists import bulk
from complaints.views.lists.case_rows import situation_in, values
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import permissions_of
from tests.case_states import NOW
from tests.sent_moves import SAID, disagreement

pytestmark = pytest.mark.django_db
PEOPLE = ("limin", "wanggong", "sungong", "chenfang", "zhoujun", "wuzong", "auditor", "laozhao")
#: A move is sent in so many stories where it is offered to somebody, and in so many where it is not; all of
#: them are two and a half minutes. Which, the dice say: OFFERED_DICE=7, and all with OFFERED_EACH=99.
EACH, DICE = int(os.environ.get("OFFERED_EACH", "2")), int(os.environ.get("OFFERED_DICE", "5"))


@pytest.fixture
def at_four(monkeypatch) -> None:
    # The case as it is afterwards is asked by nobody here, and is half of what a move costs.
    monkeypatch.setattr("complaints.api.moves.shown", lambda *_: Response({}))
    for module in ("cases", "moves"):
        monkeypatch.setattr(f"complaints.api.{module}.now", lambda: NOW)
    monkeypatch.setattr(case_page, "now", lambda: NOW)


@pytest.mark.once  # the rule is the table's, whichever database the rows stand in
@pytest.mark.parametrize("who", PEOPLE)
def test_what_is_offered_is_taken_and_what_is_not_is_refused(
    stories, at_four, request, office_of_jinxiu, auditor, laozhao, who
) -> None:
    client = APIClient(headers={"accept-language": "en"})
    user = request.getfixturevalue(who)
    client.force_authenticate(user)
    wrong, sent = [], Counter[tuple[str, bool]]()
    told = list(stories.items())
    random.Random(DICE).shuffle(told)
    for name, case in told:
        shown = client.get(f"/api/v1/cases/{case.number}/")
        if shown.status_code == 404:
            continue
        offered = set(shown.json()["moves"])
        case.refresh_from_db()
        roles = roles_on(case, permissions_of(user, NOW))
        for verb in MOVE_FORMS:
            # By status and person the table alone says no, which one story shows of every verb.
            if name != "acting" and not is_his(verb, case.status, roles):
                continue
            sort = verb, verb in offered
            sent[sort] += 1
            if sent[sort] > EACH:
                continue
            if fault := disagreement(client, case, verb, SAID, offered=verb in offered):
                wrong.append((name, verb, *fault))
    assert not wrong, "\n".join(map(str, wrong))


def test_every_door_offers_the_same_moves_for_the_same_person_and_case(
    stories, at_four, client, office_of_jinxiu, auditor, laozhao
) -> None:
    """The API's `moves`, the page's buttons and links, the acts on many, the desk and the first page."""
    wrong = []
    for user in (*vars(office_of_jinxiu).values(), auditor, laozhao):
        client.force_login(user)
        for name, case in stories.items():
            doors = doors_that_differ(client, user, case)
            wrong += [(user.username, name, door, found) for door, found in doors.items() if found]
    assert not wrong, "\n".join(map(str, wrong))


def doors_that_differ(client: Client, user: User, case: Complaint) -> dict[str, Any]:
    """By door, the moves on which it and the API do not agree; none where the API knows no such case."""
    api = APIClient()
    api.force_authenticate(user)
    answer = api.get(f"/api/v1/cases/{case.number}/")
    if answer.status_code == 404:
        return {}
    moves = set(answer.json()["moves"])
    page = client.get(case.get_absolute_url())
    case.refresh_from_db()
    person = permissions_of(user, NOW)
    (row,) = values(case.pk)
    (known,) = caller._known([case], person, NOW)
    return {
        "page": set(page.context["moves"].offered) ^ moves,
        "links": linked(page.content.decode(), case) ^ moves,
        "many": {act.verb for _name, act in bulk.offered([situation_in(row, person, NOW)])}
        ^ moves & set(bulk.ACTS),
        "desk": known.verbs ^ moves & set(caller.AT_ONCE),
        "first page": may("claim", situation_in(row, person, NOW)) ^ ("claim" in moves),
    }


def linked(page: str, case: Complaint) -> set[str]:
    """The moves a page leads to."""
    return set(re.findall(rf'(?:href|action)="{case.get_absolute_url()}(\w+)/', page)) & {*MOVE_FORMS, "edit"}


def test_the_customer_is_offered_what_is_taken_and_refused_the_rest(stories) -> None:
    wrong = []
    for name, case in stories.items():
        case.refresh_from_db()
        offered = set(possible(situation_of(case, CUSTOMER, None, NOW)))
        visit = PortalVisit.objects.create(complaint=case, started_at=NOW)
        head = visited_case(visit.pk)
        assert head
        if set(status_page.write(head, NOW).acts) != offered:
            wrong.append((name, "the letter", offered ^ status_page.write(head, NOW).acts))
        for verb, act in portal_access.CUSTOMER_ACTS.items():
            if status_page.may_act(head, verb, NOW) != (verb in offered):
                wrong.append((name, verb, "the form disagrees"))
            if verb == "attach":
                continue
            taken = took(
                lambda act=act, verb=verb, case=case: act(case, at=NOW, **WORDS.get(verb, {"note": "话"}))
            )
            if taken != (verb in offered):
                wrong.append((name, verb, "taken" if taken else "refused"))
    assert not wrong, "\n".join(map(str, wrong))


WORDS: dict[str, dict[str, Any]] = {"satisfy": {}, "rate": {"answers": actions.Answers(satisfaction=5)}}


def took(act: Callable[[], Any]) -> bool:
    """Whether the act was taken; it is taken back."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except Refused:
        return False
    return True
