"""Approvals: who sees which card, and what a decision does (domain.md 5, K11, K13)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints import actions
from complaints.models import Complaint
from staff import actions as office
from staff.models import User
from tests.case_pages import ENGLISH, text, trace
from tests.cast import BEFORE, HOUR, march


@pytest.fixture
def page(client: Client, clock) -> Callable[..., HttpResponse]:
    """The approvals as a person reads them."""

    def read(person: User, rest: str = "") -> HttpResponse:
        client.force_login(person)
        return client.get(f"/approvals/{rest}", headers=ENGLISH)

    return read


@pytest.fixture
def decide(client: Client, clock) -> Callable[..., HttpResponse]:
    def send(person: User, path: str, **data: Any) -> HttpResponse:
        client.force_login(person)
        return client.post(f"/approvals/{path}/", data, headers=ENGLISH)

    return send


def cards(response: HttpResponse) -> list[tuple[str, int]]:
    return [(card.kind, card.row.pk) for card in response.context["cards"]]


# Who sees which card ------------------------------------------------------------------------------
def test_minor_goes_to_the_property_manager_and_graver_to_the_general_manager(
    page, ask, office_of_jinxiu
) -> None:
    people = office_of_jinxiu
    minor, important, major = ask("minor"), ask("important"), ask("major")
    assert cards(page(people.zhoujun)) == [("extension", minor.pk)]
    assert cards(page(people.wuzong)) == [("extension", important.pk), ("extension", major.pk)]
    assert cards(page(people.chenfang)) == []
    assert cards(page(people.wuzong, "?view=below")) == [("extension", minor.pk)]


def test_the_deputy_of_an_absent_approver_decides(page, decide, ask, office_of_jinxiu) -> None:
    people, request = office_of_jinxiu, ask("minor")
    assert cards(page(people.sungong)) == []
    office.leave_office(
        people.zhoujun, deputy=people.sungong, starts_at=march(1), ends_at=march(9), by=people.zhoujun
    )
    assert cards(page(people.sungong)) == [("extension", request.pk)]
    assert decide(people.sungong, f"{request.pk}/approve").status_code == 302


def test_another_estate_s_managers_see_nothing(page, decide, ask, stranger, cuihu) -> None:
    request = ask("minor")
    manager = office.add_user(username="other", name="何军")
    office.post(manager, "property_manager", at=BEFORE, estate=cuihu)
    assert cards(page(manager)) == []
    assert page(manager, f"{request.pk}/").status_code == 404
    assert decide(manager, f"{request.pk}/approve").status_code == 404


def test_whoever_asks_sees_it_among_his_own_and_cannot_decide(
    page, decide, ask, jinxiu, office_of_jinxiu
) -> None:
    """Even where he holds the approver's role beside another manager."""
    people = office_of_jinxiu
    second = office.add_user(username="second", name="何军")
    office.post(second, "property_manager", at=BEFORE, estate=jinxiu)
    request = ask("minor", by=people.zhoujun)
    response = page(people.zhoujun)
    assert cards(response) == []
    assert [card.row.pk for card in response.context["mine"]] == [request.pk]
    assert cards(page(second)) == [("extension", request.pk)]
    before = trace(request.complaint)
    refused = decide(people.zhoujun, f"{request.pk}/approve")
    assert refused.status_code == 422
    assert "Whoever asks for more time cannot decide on it." in text(refused)
    assert trace(request.complaint) == before


def test_the_one_complained_about_gets_no_card(page, ask, office_of_jinxiu) -> None:
    people, request = office_of_jinxiu, ask("minor")
    actions.name_respondent(request.complaint, person=people.zhoujun, by=people.chenfang, at=march(2, 11, 30))
    assert cards(page(people.zhoujun)) == []


# What a card says ---------------------------------------------------------------------------------
def test_a_card_tells_what_why_how_late_and_what_the_customer_knows(
    page, ask, clock, office_of_jinxiu
) -> None:
    people = office_of_jinxiu
    first = ask("minor", customer_told_at=march(2, 10, 50), promised_at=march(4, 8))
    actions.answer(first.complaint, note="配件后天到。", method="phone", by=people.limin, at=march(2, 11, 5))
    actions.approve_extension(first, by=people.zhoujun, at=march(2, 11, 10), comment="先临时止水")
    actions.ask_extension(
        first.complaint, clock="resolve", reason="weather", note="暴雨无法施工。", new_due_at=march(6, 9),
        by=people.wanggong, at=march(4, 10), not_told_because="电话未接通",
    )  # fmt: skip
    clock.now = march(4, 11)
    shown = text(page(people.zhoujun))
    for words in (
        "Weather",
        "暴雨无法施工。",
        "Handling overdue by 2 h",
        ": 电话未接通",
        "配件后天到。",
        "Approved",
        "王建军",
    ):
        assert words in shown


def test_cards_cost_the_same_queries_however_many(page, ask, office_of_jinxiu) -> None:
    def count() -> int:
        page(office_of_jinxiu.wuzong)
        reader = page(office_of_jinxiu.wuzong).client
        with CaptureQueriesContext(connection) as captured:
            reader.get("/approvals/")
        return len(captured)

    ask("important")
    few = count()
    for _n in range(6):
        ask("important")
    assert count() == few


# Decisions ----------------------------------------------------------------------------------------
def test_after_approving_the_next_card_comes(page, decide, ask, office_of_jinxiu) -> None:
    first, second = ask("important"), ask("important")
    response = decide(office_of_jinxiu.wuzong, f"{first.pk}/approve")
    assert response.url == "/approvals/"
    assert cards(page(office_of_jinxiu.wuzong)) == [("extension", second.pk)]
    first.refresh_from_db()
    assert (first.state, first.granted_due_at) == ("approved", march(7, 9))
    assert first.complaint.clocks.get(kind="resolve").due_at == march(7, 9)


def test_shortening_grants_an_earlier_time(decide, ask, office_of_jinxiu) -> None:
    request = ask("important")
    data = {"granted_due_at": "2026-03-06T09:00", "comment": "抓紧"}
    assert decide(office_of_jinxiu.wuzong, f"{request.pk}/until", **data).status_code == 302
    request.refresh_from_db()
    assert (request.granted_due_at, request.comment) == (march(6, 9), "抓紧")
    assert request.complaint.events.filter(kind="extension_shortened").exists()


@pytest.mark.parametrize(
    ("verb", "data", "sentence"),
    [
        ("until", {"granted_due_at": "2026-03-12T09:01", "comment": "抓紧"}, "at most 7 days beyond"),
        ("until", {"granted_due_at": "2026-03-05T09:00", "comment": "抓紧"}, "after the present one"),
        ("until", {"granted_due_at": "2026-03-01T09:00", "comment": "抓紧"}, "must lie in the future"),
        ("until", {"granted_due_at": "soon", "comment": "抓紧"}, "Give day and time"),
        ("decline", {"comment": ""}, "This field is required."),
        ("confirm", {}, "Only the one who said yes can confirm it."),
    ],
)
def test_a_refused_decision_leaves_no_trace_and_keeps_the_words(
    verb, data, sentence, decide, ask, office_of_jinxiu
) -> None:
    request = ask("important")
    before = trace(request.complaint)
    response = decide(office_of_jinxiu.wuzong, f"{request.pk}/{verb}", **data)
    assert response.status_code == 422
    assert sentence in text(response)
    assert data.get("comment", "") in text(response)
    assert trace(request.complaint) == before
    request.refresh_from_db()
    assert request.state == "pending"


def test_declining_needs_a_reason_and_lets_the_clock_run(decide, ask, office_of_jinxiu) -> None:
    request = ask("important")
    assert decide(office_of_jinxiu.wuzong, f"{request.pk}/decline", comment="备件应常备").status_code == 302
    request.refresh_from_db()
    assert (request.state, request.comment) == ("declined", "备件应常备")
    assert request.complaint.clocks.get(kind="resolve").due_at == march(5, 9)


def test_the_second_of_two_approvers_reads_what_the_first_decided(decide, ask, office_of_jinxiu) -> None:
    people, request = office_of_jinxiu, ask("minor")
    decide(people.zhoujun, f"{request.pk}/decline", comment="今天能做完")
    before = trace(request.complaint)
    second = decide(people.wuzong, f"{request.pk}/approve")
    assert second.status_code == 422
    assert "This request is already “Declined”." in text(second)
    assert "今天能做完" in text(second)
    assert trace(request.complaint) == before


def test_a_request_for_a_stopped_clock_is_already_withdrawn(decide, ask, office_of_jinxiu) -> None:
    people, request = office_of_jinxiu, ask("important")
    actions.handle(request.complaint, note="已换", evidence="签字", by=people.wanggong, at=march(2, 11, 30))
    response = decide(people.wuzong, f"{request.pk}/approve")
    assert response.status_code == 422
    assert "This request is already “Withdrawn”." in text(response)


def test_the_requester_withdraws(decide, ask, office_of_jinxiu) -> None:
    people, request = office_of_jinxiu, ask("important")
    assert decide(people.limin, f"{request.pk}/withdraw").status_code == 422
    response = decide(people.wanggong, f"{request.pk}/withdraw")
    assert response.url == f"/cases/{request.complaint.number}/"
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_an_oral_approval_is_noted_and_confirmed_by_who_said_it(
    page, decide, ask, clock, office_of_jinxiu
) -> None:
    people, request = office_of_jinxiu, ask("important")
    said = {"said_by": people.wuzong.pk, "said_at": "2026-03-02T11:30"}
    wrong = decide(people.wanggong, f"{request.pk}/oral", **(said | {"said_by": people.chenfang.pk}))
    assert wrong.status_code == 422
    assert decide(people.wanggong, f"{request.pk}/oral", **said).status_code == 302
    assert "Confirm the oral approval" in text(page(people.wuzong))
    clock.now = march(2, 20)
    assert decide(people.wuzong, f"{request.pk}/confirm").status_code == 302
    request.refresh_from_db()
    assert request.state == "approved"


def test_an_oral_approval_lapses_after_24_hours(decide, ask, clock, office_of_jinxiu) -> None:
    people, request = office_of_jinxiu, ask("important")
    decide(people.wanggong, f"{request.pk}/oral", said_by=people.wuzong.pk, said_at="2026-03-02T11:30")
    clock.now = march(3, 11, 30) + HOUR
    late = decide(people.wuzong, f"{request.pk}/confirm")
    assert late.status_code == 422
    assert "The time for confirming has passed" in text(late)


@pytest.mark.parametrize("path", ["1/nonsense", "999/approve", "amounts/999/approve"])
def test_what_is_no_decision_does_not_exist(path, decide, ask, office_of_jinxiu) -> None:
    ask("important")
    assert decide(office_of_jinxiu.wuzong, path).status_code == 404


# Money and proposals ------------------------------------------------------------------------------
def propose(case: Complaint, by: User, amount: str = "1200") -> Any:
    return actions.propose_compensation(case, amount=Decimal(amount), note="墙面修补", by=by, at=march(2, 11))


def test_an_amount_is_decided_by_its_size_and_not_by_the_severity(
    page, decide, case_in, office_of_jinxiu
) -> None:
    people = office_of_jinxiu
    small, large = case_in("acting", severity="important"), case_in("acting", severity="minor")
    first, second = propose(small, people.limin), propose(large, people.limin, "500000")
    assert cards(page(people.zhoujun)) == [("amount", first.pk)]
    assert cards(page(people.wuzong)) == [("amount", second.pk)]
    assert decide(people.zhoujun, f"amounts/{first.pk}/approve").status_code == 302
    assert decide(people.wuzong, f"amounts/{second.pk}/decline", comment="").status_code == 422
    assert decide(people.wuzong, f"amounts/{second.pk}/decline", comment="先走保险").status_code == 302
    assert cards(page(people.wuzong)) == []


def test_whoever_proposes_an_amount_cannot_approve_it(page, decide, case_in, office_of_jinxiu) -> None:
    people, case = office_of_jinxiu, case_in("acting", severity="minor")
    proposal = propose(case, people.zhoujun)
    assert cards(page(people.zhoujun)) == []
    before = trace(case)
    response = decide(people.zhoujun, f"amounts/{proposal.pk}/approve")
    assert response.status_code == 422
    assert "Whoever proposes an amount cannot approve it." in text(response)
    assert trace(case) == before


def test_a_proposal_not_to_uphold_waits_for_a_second_person(page, walk_in, office_of_jinxiu) -> None:
    people, case = office_of_jinxiu, walk_in()
    actions.propose_invalid(case, note="今年的账单", by=people.chenfang, at=march(2, 10))
    assert cards(page(people.chenfang)) == []
    response = page(people.zhoujun)
    assert cards(response) == [("invalid", case.pk)]
    assert "今年的账单" in text(response)


def test_past_decisions_are_listed_newest_first(page, ask, office_of_jinxiu, stranger) -> None:
    people = office_of_jinxiu
    first, second = ask("minor"), ask("important")
    actions.approve_extension(first, by=people.zhoujun, at=march(2, 11, 10))
    actions.decline_extension(second, comment="不同意", by=people.wuzong, at=march(2, 11, 20))
    rows = page(people.wuzong, "decided/").context["rows"]
    assert [row.pk for row in rows] == [second.pk, first.pk]
    assert [row.pk for row in page(people.wanggong, "decided/").context["rows"]] == [second.pk, first.pk]
    assert list(page(people.limin, "decided/").context["rows"]) == []
    assert list(page(stranger, "decided/").context["rows"]) == []
