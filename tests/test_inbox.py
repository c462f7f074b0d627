"""The inbox after a decision: what asked for it waits for nobody any more."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from complaints import actions
from complaints.models import Notification
from tests.cast import march
from tests.markup import markup

AT = march(2, 12)


def unread(person) -> set[str]:
    lines = Notification.objects.filter(user=person, read_at=None)
    return set(lines.values_list("kind", flat=True))


@pytest.fixture
def asked(case_in, office_of_jinxiu):
    return actions.ask_extension(
        case_in("acting", severity="minor"), clock="resolve", reason="parts", note="缺货",
        new_due_at=march(4, 9), by=office_of_jinxiu.wanggong, at=march(2, 11), not_told_because="电话未接通",
    )  # fmt: skip


@pytest.mark.parametrize("verb", ["approve", "decline", "withdraw", "handle"])
def test_a_request_for_time_leaves_no_unread_line_once_it_is_decided(verb, asked, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    assert "extension_requested" in unread(people.zhoujun)
    match verb:
        case "approve":
            actions.approve_extension(asked, by=people.wuzong, at=AT)  # one above decides
        case "decline":
            actions.decline_extension(asked, comment="有货", by=people.zhoujun, at=AT)
        case "withdraw":
            actions.withdraw_extension(asked, by=people.wanggong, at=AT)
        case "handle":
            actions.handle(asked.complaint, note="已换", evidence="签字", by=people.wanggong, at=AT)
    assert "extension_requested" not in unread(people.zhoujun)


def test_another_request_stays_unread(asked, office_of_jinxiu, case_in) -> None:
    people = office_of_jinxiu
    said = {"clock": "resolve", "reason": "parts", "note": "缺货", "new_due_at": march(4, 9)}
    other = case_in("acting", severity="minor")
    actions.ask_extension(other, **said, by=people.wanggong, at=march(2, 11), not_told_because="电话未接通")
    actions.approve_extension(asked, by=people.zhoujun, at=AT)
    assert "extension_requested" in unread(people.zhoujun)


def test_a_request_that_goes_to_another_role_leaves_the_first_one_alone(asked, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    actions.regrade(asked.complaint, severity="major", note="多户", by=people.chenfang, at=AT)
    assert "extension_requested" not in unread(people.zhoujun)
    assert "extension_requested" in unread(people.wuzong)


def test_amounts_and_judgements_are_settled_too(case_in, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    case = case_in("acting", severity="minor")
    amount = {"note": "墙面", "by": people.limin, "at": AT}
    first = actions.propose_compensation(case, amount=Decimal("100"), **amount)
    actions.propose_compensation(case, amount=Decimal("250"), **amount)
    actions.decide_compensation(first, approve=True, by=people.chenfang, at=AT)
    waiting = Notification.objects.filter(user=people.chenfang, kind="compensation_proposed", read_at=None)
    assert [line.params["amount"] for line in waiting] == ["250.00"]
    actions.propose_invalid(case, note="误会", by=people.limin, at=AT)
    assert "invalid_proposed" in unread(people.chenfang)
    actions.reject_invalid(case, note="属实", by=people.zhoujun, at=AT)
    assert "invalid_proposed" not in unread(people.chenfang)


def test_a_line_says_what_became_of_its_request(asked, read, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    assert ">Approved<" not in markup(read(people.zhoujun, "/inbox/"))
    actions.approve_extension(asked, by=people.zhoujun, at=AT)
    page = markup(read(people.zhoujun, "/inbox/"))
    assert re.search(r"waits for your decision.*?>Approved<", page, re.DOTALL)
