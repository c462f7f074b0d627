"""Every move through the browser: what it does, and that a refusal leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from complaints.moves import MOVES
from complaints.views.case.move_forms import MOVE_FORMS
from tests.case_pages import NOON, text, trace
from tests.cast import OPINION


@dataclass(frozen=True)
class Try:
    """A move by the right person on a case of the right status, and what must come of it."""

    verb: str
    status: str
    person: str
    data: dict[str, Any]
    leads_to: str
    event: str
    wrong: dict[str, Any] = field(default_factory=dict)  # what of the data to spoil
    sentence: str = ""  # and the sentence that answers it


def happy(*tries: Try) -> Any:
    return pytest.mark.parametrize("move", tries, ids=lambda move: move.verb)


TRIES = (
    Try("record", "received", "limin", {}, "recorded", "recorded"),
    Try(
        "classify",
        "recorded",
        "limin",
        {"severity": "minor", "category": "…", "handler": "…"},
        "classified",
        "delivered",
        {"handler": ""},
        "Choose one.",
    ),
    Try(
        "accept",
        "classified",
        "wanggong",
        {"note": OPINION},
        "acting",
        "opinion_given",
        {"note": " "},
        "“Accept” needs a few words under “Department&#x27;s opinion”.",
    ),
    Try(
        "opinion", "acting", "wanggong", {"note": "改为明天上午更换"}, "acting", "opinion_given", {"note": ""}
    ),
    Try(
        "return",
        "classified",
        "wanggong",
        {"note": "属于秩序部"},
        "recorded",
        "returned",
        {"note": " "},
        "“Send back” needs a few words",
    ),
    Try(
        "reassign",
        "acting",
        "chenfang",
        {"handler": "…", "note": "休假"},
        "classified",
        "reassigned",
        {"handler": "999-0"},
        "999-0",
    ),
    Try(
        "act",
        "acting",
        "wanggong",
        {"note": "上门查看", "owner_sees": "on"},
        "acting",
        "acted",
        {"done_at": "2026-03-09T10:00"},
        "What was done cannot lie in the future.",
    ),
    Try(
        "answer",
        "acting",
        "limin",
        {"note": "明天更换", "method": "phone", "clear": "on", "promised_at": "2026-03-03T18:00"},
        "acting",
        "answered",
        {"promised_at": "2026-03-01T18:00"},
        "The promised time must lie in the future.",
    ),
    Try(
        "handle",
        "acting",
        "wanggong",
        {"note": "已更换", "evidence": "业主签字"},
        "handled",
        "handled",
        {"evidence": ""},
        "Say how the result can be seen",
    ),
    Try(
        "reply",
        "handled",
        "limin",
        {"note": "水管已更换", "method": "phone", "accepted": "on"},
        "replied",
        "replied",
        {"method": "rumour"},
        "rumour",
    ),
    Try(
        "propose_invalid",
        "recorded",
        "limin",
        {"note": "今年的账单"},
        "recorded",
        "invalid_proposed",
        {"note": ""},
        "“Propose: not upheld” needs a few words",
    ),
    Try(
        "refer",
        "recorded",
        "limin",
        {"note": "账单年度说法不一，拿不准"},
        "recorded",
        "referred",
        {"note": ""},
        "needs a few words",
    ),
    Try("satisfy", "replied", "limin", {}, "replied", "satisfied"),
    Try(
        "dispute",
        "replied",
        "limin",
        {"note": "又漏了"},
        "recorded",
        "disputed",
        {"note": ""},
        "needs a few words",
    ),
    Try(
        "try_revisit",
        "replied",
        "chenfang",
        {"note": "无人接听"},
        "replied",
        "revisit_tried",
        {"note": ""},
        "needs a few words",
    ),
    Try(
        "revisit",
        "replied",
        "chenfang",
        {"method": "phone", "satisfaction": "4", "believed": "yes", "passed_around": "no"},
        "closed",
        "revisited",
        {"satisfaction": "6"},
        "6",
    ),
    Try(
        "except_revisit",
        "replied",
        "chenfang",
        {"exception": "refused", "note": "不愿回访"},
        "closed",
        "revisit_excepted",
        {"exception": "unreachable"},
        "3 documented tries are needed, at least 4 hours apart; there are 0.",
    ),
    Try(
        "withdraw",
        "acting",
        "limin",
        {"method": "phone", "note": "不追究了"},
        "closed",
        "withdrawn",
        {"method": "portal"},
        "portal",
    ),
    Try(
        "void",
        "acting",
        "chenfang",
        {"note": "重复录入"},
        "closed",
        "voided",
        {"note": ""},
        "needs a few words",
    ),
    Try(
        "reopen",
        "closed",
        "limin",
        {"note": "又漏了"},
        "recorded",
        "reopened",
        {"note": ""},
        "needs a few words",
    ),
    Try("chase", "acting", "limin", {}, "acting", "chased"),
    Try(
        "note", "acting", "wanggong", {"note": "等配件"}, "acting", "noted", {"note": ""}, "needs a few words"
    ),
    Try(
        "regrade",
        "acting",
        "chenfang",
        {"severity": "major", "note": "多户受影响"},
        "acting",
        "regraded",
        {"severity": "important"},
        "The severity is already this one.",
    ),
    Try(
        "transfer",
        "acting",
        "chenfang",
        {"person": "…", "note": "离职"},
        "acting",
        "transferred",
        {"note": ""},
        "needs a few words",
    ),
    Try(
        "ask_extension",
        "acting",
        "wanggong",
        {
            "clock": "resolve",
            "reason": "parts",
            "note": "缺货",
            "new_due_at": "2026-03-07T09:00",
            "customer_told_method": "phone",
        },
        "acting",
        "extension_requested",
        {"new_due_at": "2026-04-07T09:00"},
        "One extension reaches at most 7 days beyond the present due time: until Thu 12 Mar 09:00.",
    ),
    Try(
        "propose_compensation",
        "acting",
        "limin",
        {"amount": "1200", "note": "墙面修补"},
        "acting",
        "compensation_proposed",
        {"amount": "0"},
        "0.01",
    ),
    Try(
        "name_respondent",
        "acting",
        "chenfang",
        {"name": "赵某"},
        "acting",
        "respondent_named",
        {"name": ""},
        "Name one: a colleague, a department or a name.",
    ),
    Try(
        "set_grade",
        "acting",
        "chenfang",
        {"grade": "hot", "note": "三户同投"},
        "acting",
        "graded",
        {"note": ""},
        "needs a few words",
    ),
)


@pytest.fixture
def filled(office_of_jinxiu, engineering, categories) -> Callable[[Try], dict[str, Any]]:
    """The move's data with the keys of people and words of this test's database."""
    people = office_of_jinxiu
    keys = {
        ("classify", "category"): categories["repairs"].pk,
        ("classify", "handler"): f"{people.wanggong.pk}-{engineering.pk}",
        ("reassign", "handler"): f"{people.sungong.pk}-{engineering.pk}",
        ("transfer", "person"): f"{people.chenfang.pk}-0",
    }
    return lambda move: {
        name: keys[move.verb, name] if value == "…" else value for name, value in move.data.items()
    }


@happy(*TRIES)
def test_a_move_goes_through_the_page(move, send, case_in, filled, office_of_jinxiu) -> None:
    case = case_in(move.status)
    response = send(case, getattr(office_of_jinxiu, move.person), move.verb, filled(move))
    assert response.status_code == 302, text(response)
    assert response.url == f"/cases/{case.number}/?done={move.verb}"
    case.refresh_from_db()
    assert case.status == move.leads_to
    assert case.events.filter(kind=move.event, at=NOON).exists()


def test_all_that_is_wrong_with_a_request_for_time_is_said_at_once(send, case_in, wanggong) -> None:
    wrong = {
        "clock": "resolve", "new_due_at": "2026-04-07T09:00", "promised_at": "2026-02-01T09:00",
        "customer_told_at": "2026-04-01T09:00",
    }  # fmt: skip
    said = text(send(case_in("acting"), wanggong, "ask_extension", wrong))
    for sentence in (
        "One extension reaches at most 7 days", "The promised time must lie in the future.",
        "The customer cannot have been told in the future.", "Choose one.", "needs a few words",
    ):  # fmt: skip
        assert sentence in said


@happy(*(move for move in TRIES if move.wrong))
def test_a_refused_move_leaves_no_trace_and_keeps_what_was_typed(
    move, send, case_in, filled, office_of_jinxiu
) -> None:
    case = case_in(move.status)
    before = trace(case)
    said = filled(move) | move.wrong
    response = send(case, getattr(office_of_jinxiu, move.person), move.verb, said)
    assert response.status_code == 422
    assert move.sentence in text(response)
    assert trace(case) == before
    for typed in (said.get("note"), said.get("remarks")):
        assert not typed or typed in text(response)


@happy(*TRIES)
def test_a_move_of_others_is_refused_with_the_rule_s_sentence(move, send, case_in, filled, auditor) -> None:
    case = case_in(move.status)
    before = trace(case)
    response = send(case, auditor, move.verb, filled(move))
    assert response.status_code == 422
    assert "belongs to: " in text(response)
    assert trace(case) == before


@happy(*TRIES)
def test_the_form_opens_on_a_page_of_its_own_and_in_place(
    move, client, send, case_in, office_of_jinxiu
) -> None:
    case = case_in(move.status)
    client.force_login(getattr(office_of_jinxiu, move.person))
    page = client.get(f"/cases/{case.number}/{move.verb}/")
    part = client.get(f"/cases/{case.number}/{move.verb}/", headers={"HX-Request": "true"})
    assert page.status_code == part.status_code == 200
    assert "<html" in text(page) and "<html" not in text(part)
    assert f'action="/cases/{case.number}/{move.verb}/"' in text(part)


def test_every_move_of_staff_has_a_form() -> None:
    customers = {"rate", "remark"}
    with_pages_of_their_own = {"edit", "note_oral_approval", "make_accountable"}
    assert set(MOVES) - customers - with_pages_of_their_own == set(MOVE_FORMS)
    tried = {move.verb for move in TRIES}
    with_tests_of_their_own = {
        "check_on_spot", "claim", "confirm_invalid", "reject_invalid", "close_unsatisfied", "acknowledge",
        "attach", "join", "confirm_same", "part_matter", "issue_bulletin",
        "leave", "link", "apologise", "answer_media", "answer_external", "move_external",
        "record_finding", "object", "waive_objection", "add_follow_up", "do_follow_up", "tell_follow_up",
        "sign_follow_up", "drop_follow_up", "second_call", "note_media", "drop_media", "note_sign",
        "withdraw_sign", "propose_abnormal", "decide_abnormal", "review_abnormal", "set_circle",
        "sign", "edit_signatory", "remove_signatory", "name_speaker", "appear", "withdraw_compensation",
        "pay", "accept_payment", "close_receipts", "remind", "ask_superior", "note_post", "answer_point",
        "answer_post", "analyse", "ask_analysis",
    }  # fmt: skip
    assert set(MOVE_FORMS) == tried | with_tests_of_their_own
