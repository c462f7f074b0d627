"""Money: approved by amount, at most as asked, paid with a voucher, accepted by the customer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from complaints import actions
from complaints.models import Attachment, Compensation, Event, Notification
from complaints.policy import POLICY_1
from complaints.statuses import WrongPerson
from complaints.timeline import entries
from config.framework.refusals import Refused
from staff import actions as office
from staff.roles import Role
from tests.cast import DAY, HOUR, march

pytestmark = pytest.mark.django_db

NOW = march(2, 12)
TODAY = date(2026, 3, 2)


@pytest.fixture
def ask(office_of_jinxiu):
    def propose(case: Any, amount: Any, **said: Any) -> Compensation:
        about = {"note": "按定损单协商一致", "by": office_of_jinxiu.limin, "at": NOW}
        return actions.propose_compensation(case, amount=Decimal(amount), **(about | said))

    return propose


def told(kind: str) -> set[str]:
    lines = Notification.objects.filter(kind=kind).select_related("user")
    return {line.user.username for line in lines}


@pytest.mark.parametrize(
    ("amount", "role", "asked"),
    [
        ("0.01", Role.SUPERVISOR, "chenfang"),
        ("500", Role.SUPERVISOR, "chenfang"),
        ("500.01", Role.PROPERTY_MANAGER, "zhoujun"),
        ("5000", Role.PROPERTY_MANAGER, "zhoujun"),
        ("5000.01", Role.GENERAL_MANAGER, "wuzong"),
        ("500000", Role.GENERAL_MANAGER, "wuzong"),
    ],
)
def test_who_approves_goes_by_the_amount_on_a_minor_case(case_in, ask, amount, role, asked):
    row = ask(case_in("acting", severity="minor"), amount)
    assert (row.approver_role, told("compensation_proposed")) == (role, {asked})
    assert POLICY_1.approves(Decimal(amount)) == role


@pytest.mark.parametrize("severity", ["minor", "important"])
def test_half_a_million_on_any_case_is_the_general_managers_alone(case_in, ask, office_of_jinxiu, severity):
    people = office_of_jinxiu
    row = ask(case_in("acting", severity=severity), "500000")
    for person in (people.chenfang, people.zhoujun):
        with pytest.raises(WrongPerson, match="总经理"):
            actions.decide_compensation(row, approve=True, by=person, at=NOW)
    actions.decide_compensation(row, approve=True, by=people.wuzong, at=NOW)
    assert "asked" not in row.complaint.events.get(kind="compensation_approved").params  # none was cut


def test_an_amount_cut_in_pieces_goes_to_whoever_approves_the_whole(case_in, ask, office_of_jinxiu):
    case = case_in("acting")
    first, second, third = ask(case, 300), ask(case, "200.01"), ask(case, 4500)
    assert [row.approver_role for row in (first, second, third)] == [
        Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER,
    ]  # fmt: skip
    said = Event.objects.filter(complaint=case, kind="compensation_proposed").order_by("pk")
    assert [event.params["total"] for event in said] == ["300.00", "500.01", "5000.01"]
    assert "5000.01" in entries([said[2]], case)[0].text


def test_what_was_declined_or_taken_back_counts_no_more_and_what_was_cut_counts_as_cut(
    case_in, ask, office_of_jinxiu
):
    people, case = office_of_jinxiu, case_in("acting")
    declined, back, cut = ask(case, 400), ask(case, 4000), ask(case, 450)
    actions.decide_compensation(declined, approve=False, comment="证据不足", by=people.chenfang, at=NOW)
    actions.withdraw_compensation(case, compensation=back, note="改走保险", by=people.limin, at=NOW)
    actions.decide_compensation(cut, approve=True, granted_amount=Decimal(100), by=people.zhoujun, at=NOW)
    assert ask(case, 400).approver_role == Role.SUPERVISOR
    assert ask(case, 1).approver_role == Role.PROPERTY_MANAGER


def test_less_can_be_approved_and_never_more(case_in, ask, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("acting")
    row = ask(case, 1200)
    for granted in ("1200.01", "0", "-5", "10.001"):
        with pytest.raises(Refused) as refusal:
            actions.decide_compensation(
                row, approve=True, granted_amount=Decimal(granted), by=people.zhoujun, at=NOW
            )
        assert refusal.value.field == "granted_amount"
    row = actions.decide_compensation(
        row, approve=True, granted_amount=Decimal("800.50"), comment="按八成", by=people.zhoujun, at=NOW
    )
    assert (row.amount, row.granted_amount, row.state) == (Decimal(1200), Decimal("800.50"), "approved")
    line = entries(list(case.events.filter(kind="compensation_approved")), case)[0]
    assert "800.50" in line.text
    assert "1200.00" in line.text
    with pytest.raises(Refused):
        actions.decide_compensation(row, approve=True, by=people.zhoujun, at=NOW)


def test_the_proposer_never_decides_and_who_is_complained_about_neither(walk_in, ask, office_of_jinxiu):
    people = office_of_jinxiu
    case = walk_in(respondents=(people.zhoujun,))
    row = ask(case, 900)
    assert told("compensation_proposed") == {"wuzong"}
    with pytest.raises(WrongPerson):
        actions.decide_compensation(row, approve=True, by=people.zhoujun, at=NOW)
    mine = ask(walk_in(), 300, by=people.chenfang)
    with pytest.raises(WrongPerson):
        actions.decide_compensation(mine, approve=True, by=people.chenfang, at=NOW)
    actions.decide_compensation(mine, approve=True, by=people.zhoujun, at=NOW)


def test_the_deputy_of_an_absent_approver_decides(case_in, ask, office_of_jinxiu):
    people = office_of_jinxiu
    office.leave_office(
        people.zhoujun, starts_at=NOW - DAY, ends_at=NOW + DAY, deputy=people.sungong, by=people.zhoujun
    )
    row = ask(case_in("acting"), 900)
    assert told("compensation_proposed") == {"sungong"}
    actions.decide_compensation(row, approve=True, by=people.sungong, at=NOW)


def test_where_nobody_may_decide_the_administrators_are_told(case_in, ask, office_of_jinxiu, admin):
    people, case = office_of_jinxiu, case_in("acting")
    for person in (people.zhoujun, people.wuzong):
        person.postings.update(ends_at=march(1))
    ask(case, 900)
    assert told("undecided") == {"admin"}


def approved(case: Any, ask: Any, people: Any, amount: Any = 300) -> Compensation:
    return actions.decide_compensation(ask(case, amount), approve=True, by=people.chenfang, at=NOW)


def test_only_the_proposer_takes_it_back_and_only_while_it_waits(case_in, ask, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("acting")
    row = ask(case, 300)
    with pytest.raises(WrongPerson):
        actions.withdraw_compensation(case, compensation=row, note="不必了", by=people.chenfang, at=NOW)
    with pytest.raises(Refused):
        actions.withdraw_compensation(case, compensation=row, note=" ", by=people.limin, at=NOW)
    actions.withdraw_compensation(case, compensation=row, note="不必了", by=people.limin, at=NOW)
    assert not Notification.objects.filter(kind="compensation_proposed", read_at=None).exists()
    granted = approved(case, ask, people)
    with pytest.raises(Refused):
        actions.withdraw_compensation(case, compensation=granted, note="不必了", by=people.limin, at=NOW)


def pay(case: Any, row: Any, by: Any, **said: Any) -> Compensation:
    about = {"paid_on": TODAY, "voucher": "P2026-031", "by": by, "at": NOW + HOUR}
    return actions.pay(case, compensation=row, **(about | said))


def accept(case: Any, row: Any, by: Any, **said: Any) -> Compensation:
    about = {"accepted_on": TODAY, "how": "当面签收", "by": by, "at": NOW + 2 * HOUR}
    return actions.accept_payment(case, compensation=row, **(about | said))


def test_nothing_is_paid_before_it_is_approved_nor_accepted_before_it_is_paid(case_in, ask, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("acting")
    row = ask(case, 300)
    with pytest.raises(Refused, match="批准"):
        pay(case, row, people.limin)
    row = actions.decide_compensation(row, approve=True, by=people.chenfang, at=NOW)
    with pytest.raises(Refused):
        accept(case, row, people.limin)
    for wrong in ({"voucher": " "}, {"paid_on": date(2026, 3, 1)}, {"paid_on": date(2026, 3, 3)}):
        with pytest.raises(Refused) as refusal:
            pay(case, row, people.limin, **wrong)
        assert refusal.value.field in wrong
    row = pay(case, row, people.limin)
    assert (row.state, row.paid_on, row.voucher, row.paid_by) == ("paid", TODAY, "P2026-031", people.limin)
    with pytest.raises(Refused):
        pay(case, row, people.limin)
    for wrong in ({"how": ""}, {"accepted_on": date(2026, 3, 1)}, {"accepted_on": date(2026, 3, 3)}):
        with pytest.raises(Refused):
            accept(case, row, people.limin, **wrong)
    row = accept(case, row, people.limin)
    assert (row.state, row.accepted_on, row.accepted_how) == ("accepted", TODAY, "当面签收")
    with pytest.raises(Refused):
        accept(case, row, people.limin)
    kinds = list(case.events.filter(kind__startswith="compensation").order_by("pk").values_list("kind"))
    assert [kind for (kind,) in kinds] == [
        "compensation_proposed", "compensation_approved", "compensation_paid", "compensation_accepted",
    ]  # fmt: skip


def test_money_goes_its_way_after_the_case_is_closed_and_never_on_a_void_one(case_in, ask, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting")
    row = ask(case, 300)
    actions.handle(case, note="修好", evidence="签字", by=people.wanggong, at=NOW)
    actions.reply(case, note="已修好", method="phone", by=people.limin, at=NOW)
    good = actions.Answers(satisfaction=5)
    actions.revisit(case, answers=good, method="phone", by=people.chenfang, at=NOW)
    row = actions.decide_compensation(row, approve=True, by=people.zhoujun, at=NOW + HOUR)
    accept(case, pay(case, row, people.limin), people.limin)
    other = case_in("acting")
    granted = approved(other, ask, people)
    waits = ask(other, 50)
    actions.void(other, note="重复录入", by=people.chenfang, at=NOW)
    with pytest.raises(Refused, match="作废"):
        pay(other, granted, people.limin)
    with pytest.raises(Refused, match="作废"):
        actions.decide_compensation(waits, approve=True, by=people.chenfang, at=NOW)


def test_the_owner_reads_of_no_amount_and_nothing_before_it_is_paid(case_in, ask, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("acting")

    def reads() -> str:
        lines = entries(list(case.events.order_by("at", "pk")), case, for_owner=True)
        return "\n".join(f"{line.text} {line.note}" for line in lines)

    before = reads()
    row = actions.decide_compensation(ask(case, "431.27"), approve=True, by=people.chenfang, at=NOW)
    assert reads() == before
    accept(case, pay(case, row, people.limin, voucher="V-9"), people.limin)
    after = reads().removeprefix(before).strip()
    assert after == "双方商定的费用事宜已办理完毕。"


def test_the_same_is_proposed_once_and_an_amount_is_whole_cents_above_nothing(case_in, ask, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("acting")
    ask(case, 300)
    with pytest.raises(Refused):
        ask(case, "300.00")
    for other in ({"note": "另一处"}, {"kind": "waive"}, {"by": people.chenfang}):
        ask(case, 300, **other)
    ask(case, "300.01")
    for wrong in ("0", "-1", "0.001"):
        with pytest.raises(Refused) as refusal:
            ask(case, wrong)
        assert refusal.value.field == "amount"
    with pytest.raises(Refused) as refusal:
        ask(case, 5, kind="gift")
    assert refusal.value.field == "kind"


def test_who_asked_and_the_first_receiver_hear_of_the_decision_and_of_the_payment(
    case_in, ask, office_of_jinxiu
):
    people = office_of_jinxiu
    case = case_in("acting")
    row = ask(case, 300, by=people.wanggong)
    row = actions.decide_compensation(row, approve=True, by=people.chenfang, at=NOW)
    assert told("compensation_decided") == {"wanggong", "limin"}
    assert not Notification.objects.filter(kind="compensation_proposed", read_at=None).exists()
    pay(case, row, people.chenfang)
    assert told("compensation_paid") == {"wanggong", "limin"}
    declined = ask(case, 5)
    with pytest.raises(Refused) as refusal:
        actions.decide_compensation(declined, approve=False, comment=" ", by=people.chenfang, at=NOW)
    assert refusal.value.field == "comment"


@pytest.mark.parametrize("hidden", [False, True])
def test_a_receipt_says_that_he_accepted_it_and_bears_his_name(case_in, ask, office_of_jinxiu, hidden):
    people, case = office_of_jinxiu, case_in("acting", facts={"identity_hidden": hidden})
    voucher, receipt = (
        Attachment.objects.create(
            file=name, name=name, content_type="image/jpeg", size=1, sha256="0", uploaded_at=NOW,
            uploaded_by=people.limin,
        )
        for name in ("voucher.jpg", "receipt.jpg")
    )  # fmt: skip
    row = pay(case, approved(case, ask, people), people.limin, files=(voucher,))
    row = accept(case, row, people.limin, how="", files=(receipt,))
    assert (row.voucher_file, row.accepted_file) == (voucher, receipt)
    kept = case.attachments.order_by("pk").values_list("name", "is_list")
    assert list(kept) == [("voucher.jpg", False), ("receipt.jpg", hidden)]


def test_an_amount_of_another_case_is_not_this_ones(case_in, ask, office_of_jinxiu):
    people = office_of_jinxiu
    case, other = case_in("acting"), case_in("acting")
    row = approved(other, ask, people)
    for act in (pay, accept):
        with pytest.raises(Refused):
            act(case, row, people.limin)


@pytest.mark.parametrize(
    "broken",
    [
        {"amount": 0},
        {"state": "approved", "granted_amount": None},
        {"state": "approved", "granted_amount": 301},
        {"state": "declined", "granted_amount": 10},
        {"state": "paid"},
        {"state": "accepted"},
        {"decided_by": None},
    ],
)
def test_the_database_holds_the_rules_too(case_in, ask, office_of_jinxiu, broken):
    row = approved(case_in("acting"), ask, office_of_jinxiu)
    with pytest.raises(IntegrityError), transaction.atomic():
        Compensation.objects.filter(pk=row.pk).update(**broken)
