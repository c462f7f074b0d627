"""The customer insists: a superior decides, one after the other, each in his time (W12, K10)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from complaints import actions
from complaints.actions import superior
from complaints.actions.duties import transfer
from complaints.actions.reminders import remind_due
from complaints.actions.words_to_customers import ForbiddenWords
from complaints.models import Event, ForbiddenPhrase, PhraseUse, SetAside, SuperiorRequest
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff import actions as office
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, march, person
from tests.looking import clock_of, letters, ring, told_at

pytestmark = pytest.mark.django_db

ASKS = "要求减免一年物业费，否则不撤诉。"
OFFERS = "可以免费更换吊顶，并减免当月物业费。"
WORDS = "吊顶由我们免费更换；物业费按合同收取，当月的减免另行审批，周五前答复您。"
#: Monday at two in the afternoon: a working day later is Tuesday at two.
ASKED = march(2, 14)


@pytest.fixture
def insists(case_in, office_of_jinxiu):
    """A case in work whose customer insists; asked by the first receiver unless `by` says otherwise."""

    def make(by=None, at=ASKED, status="acting") -> SuperiorRequest:
        case = case_in(status, at=march(2))
        by = by or office_of_jinxiu.limin
        actions.ask_superior(case, note=ASKS, offers=OFFERS, by=by, at=at)
        return case.superior_requests.get()

    return make


def decide(row, by, at, outcome="partly", note=WORDS, **said):
    return actions.decide_superior(row, outcome=outcome, note=note, by=by, at=at, **said)


# Asking --------------------------------------------------------------------------------------------


def test_the_supervisor_is_asked_first_and_has_one_working_day(insists, office_of_jinxiu):
    row = insists()
    assert (row.approver_role, row.state, row.asks, row.offers) == ("supervisor", "waiting", ASKS, OFFERS)
    assert clock_of(row.complaint, "supervisor_asked").due_at == march(3, 14)
    assert letters(row.complaint, office_of_jinxiu.chenfang)[-1] == "superior_asked"
    assert "superior_asked" not in letters(row.complaint, office_of_jinxiu.zhoujun)


def test_a_working_day_asked_for_on_friday_ends_on_monday(insists):
    assert clock_of(insists(at=march(6, 14)).complaint, "supervisor_asked").due_at == march(9, 14)


@pytest.mark.parametrize(("field", "said"), [("note", {"note": " "}), ("offers", {"offers": " "})])
def test_both_sides_are_written_down(case_in, office_of_jinxiu, field, said):
    case = case_in("acting")
    with pytest.raises(Refused) as refusal:
        actions.ask_superior(
            case, **({"note": ASKS, "offers": OFFERS} | said), by=office_of_jinxiu.limin, at=ASKED
        )
    assert refusal.value.field == field
    assert not SuperiorRequest.objects.exists()


def test_one_is_asked_at_a_time(insists, office_of_jinxiu):
    row = insists()
    with pytest.raises(Refused, match="已经请上级决定"):
        actions.ask_superior(
            row.complaint, note=ASKS, offers=OFFERS, by=office_of_jinxiu.wanggong, at=ASKED + HOUR
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        SuperiorRequest.objects.create(
            complaint=row.complaint, asks=ASKS, offers=OFFERS, asked_by=office_of_jinxiu.limin,
            asked_at=ASKED, approver_role="supervisor",
        )  # fmt: skip
    decide(row, office_of_jinxiu.chenfang, ASKED + 2 * HOUR)
    actions.ask_superior(
        row.complaint, note=ASKS, offers=OFFERS, by=office_of_jinxiu.limin, at=ASKED + 3 * HOUR
    )
    assert row.complaint.superior_requests.count() == 2


def test_a_supervisor_who_asks_goes_past_himself(insists, office_of_jinxiu):
    row = insists(by=office_of_jinxiu.chenfang)
    assert row.approver_role == "property_manager"
    assert clock_of(row.complaint, "manager_asked").due_at == march(3, 14)
    with pytest.raises(WrongPerson):
        decide(row, office_of_jinxiu.chenfang, ASKED + HOUR)


def test_a_manager_who_asks_is_answered_by_the_general_manager(insists, office_of_jinxiu):
    row = insists(by=office_of_jinxiu.zhoujun)
    assert row.approver_role == "supervisor"  # a superior of the case, if not of his
    up = actions.pass_up(row, opinion="同意上报。", by=office_of_jinxiu.chenfang, at=ASKED + HOUR)
    assert up.approver_role == "general_manager"
    with pytest.raises(WrongPerson):
        decide(up, office_of_jinxiu.zhoujun, ASKED + 2 * HOUR)
    assert decide(up, office_of_jinxiu.wuzong, ASKED + 2 * HOUR).state == "partly"


def test_an_absent_supervisor_is_stood_in_for_and_without_a_deputy_left_out(
    insists, office_of_jinxiu, jinxiu
):
    people = office_of_jinxiu
    deputy = person("deputy", "代理人", Role.STEWARD, estate=jinxiu)
    away = office.leave_office(
        people.chenfang, starts_at=ASKED - DAY, ends_at=ASKED + 9 * DAY, deputy=deputy, by=people.chenfang
    )
    row = insists()
    assert row.approver_role == "supervisor" and letters(row.complaint, deputy)[-1] == "superior_asked"
    decide(row, deputy, ASKED + HOUR)
    office.return_to_office(away, by=people.chenfang, at=ASKED + HOUR)
    office.leave_office(
        people.chenfang, starts_at=ASKED + HOUR, ends_at=ASKED + 9 * DAY, deputy=None, by=people.chenfang
    )
    actions.ask_superior(row.complaint, note=ASKS, offers=OFFERS, by=people.limin, at=ASKED + 2 * HOUR)
    again = row.complaint.superior_requests.last()
    assert again.approver_role == "property_manager"
    assert letters(row.complaint, people.zhoujun)[-1] == "superior_asked"


def test_whoever_is_complained_about_is_never_asked(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting")
    actions.name_respondent(case, person=people.chenfang, by=people.limin, at=ASKED - HOUR)
    actions.ask_superior(case, note=ASKS, offers=OFFERS, by=people.limin, at=ASKED)
    row = case.superior_requests.get()
    assert row.approver_role == "property_manager"
    with pytest.raises(WrongPerson):
        decide(row, people.chenfang, ASKED + HOUR)


def test_a_superior_who_turns_out_to_be_complained_about_is_passed_over(insists, office_of_jinxiu):
    people = office_of_jinxiu
    row = insists()
    actions.name_respondent(row.complaint, person=people.chenfang, by=people.limin, at=ASKED + HOUR)
    row.refresh_from_db()
    assert row.approver_role == "property_manager"
    assert letters(row.complaint, people.zhoujun)[-1] == "superior_asked"
    assert clock_of(row.complaint, "manager_asked").due_at == march(3, 15)
    assert decide(row, people.zhoujun, ASKED + 2 * HOUR).state == "partly"


# Deciding ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["granted", "partly", "refused"])
def test_the_superior_decides_and_those_on_the_case_are_told(insists, office_of_jinxiu, outcome):
    people = office_of_jinxiu
    row = decide(insists(), people.chenfang, ASKED + HOUR, outcome)
    assert (row.state, row.decided_by, row.answer) == (outcome, people.chenfang, WORDS)
    assert clock_of(row.complaint, "supervisor_asked").stopped_at == ASKED + HOUR
    assert letters(row.complaint, people.limin)[-1] == "superior_decided"
    assert letters(row.complaint, people.wanggong)[-1] == "superior_decided"
    entry = row.complaint.events.get(kind="superior_decided")
    assert (entry.note, entry.owner_sees, entry.params["superior"]) == (WORDS, False, outcome)


def test_nobody_below_decides_and_everybody_above_may(insists, office_of_jinxiu, stranger):
    people = office_of_jinxiu
    row = insists()
    for one in (people.wanggong, people.sungong, stranger):
        with pytest.raises(WrongPerson):
            decide(row, one, ASKED + HOUR)
    assert decide(row, people.wuzong, ASKED + HOUR).state == "partly"
    with pytest.raises(Refused, match="该申请已是"):
        decide(row, people.chenfang, ASKED + HOUR)


def test_a_decision_has_words_and_is_one_of_three(insists, office_of_jinxiu):
    row = insists()
    for said, field in (({"note": " "}, "note"), ({"outcome": "waiting"}, "outcome")):
        with pytest.raises(Refused) as refusal:
            decide(row, office_of_jinxiu.chenfang, ASKED + HOUR, **said)
        assert refusal.value.field == field
    row.refresh_from_db()
    assert row.state == "waiting"


def test_words_that_are_not_said_to_a_customer_need_a_reason(insists, office_of_jinxiu):
    ForbiddenPhrase.objects.create(words="一定赔", language="zh", kind="promise", why_zh="赔付须审批。")
    row = insists()
    with pytest.raises(ForbiddenWords):
        decide(row, office_of_jinxiu.chenfang, ASKED + HOUR, note="我们一定赔。")
    decide(row, office_of_jinxiu.chenfang, ASKED + HOUR, note="我们一定赔。", phrase_reason="已经批准。")
    assert PhraseUse.objects.get().reason == "已经批准。"


def test_the_customer_is_told_by_the_next_answer(insists, office_of_jinxiu):
    people = office_of_jinxiu
    row = insists()
    actions.answer(row.complaint, note="已请主管决定。", method="phone", by=people.limin, at=ASKED + HOUR)
    row.refresh_from_db()
    assert row.told_at is None and not row.is_to_tell
    row = decide(row, people.chenfang, ASKED + 2 * HOUR)
    assert row.is_to_tell
    actions.answer(row.complaint, note=WORDS, method="phone", by=people.limin, at=ASKED + 3 * HOUR)
    row.refresh_from_db()
    assert row.told_at == ASKED + 3 * HOUR and not row.is_to_tell


# Further up ----------------------------------------------------------------------------------------


def test_the_supervisor_passes_it_up_with_his_opinion_and_it_goes_no_further(insists, office_of_jinxiu):
    people = office_of_jinxiu
    row = insists()
    with pytest.raises(Refused) as refusal:
        actions.pass_up(row, opinion=" ", by=people.chenfang, at=ASKED + HOUR)
    assert refusal.value.field == "opinion"
    row = actions.pass_up(row, opinion="建议减免当月。", by=people.chenfang, at=ASKED + HOUR)
    assert (row.approver_role, row.opinion, row.passed_by) == (
        "property_manager",
        "建议减免当月。",
        people.chenfang,
    )
    assert clock_of(row.complaint, "supervisor_asked").stopped_at == ASKED + HOUR
    assert clock_of(row.complaint, "manager_asked").due_at == march(3, 15)
    assert letters(row.complaint, people.zhoujun)[-1] == "superior_asked"
    assert letters(row.complaint, people.limin)[-1] == "superior_moved"
    with pytest.raises(WrongPerson):
        decide(row, people.chenfang, ASKED + 2 * HOUR)
    with pytest.raises(Refused, match="不再上报"):
        actions.pass_up(row, opinion="请总经理定。", by=people.zhoujun, at=ASKED + 2 * HOUR)
    assert decide(row, people.zhoujun, ASKED + 2 * HOUR).state == "partly"


def test_what_is_not_decided_in_time_climbs_by_itself_and_once(insists, office_of_jinxiu):
    people = office_of_jinxiu
    row = insists()
    assert remind_due(march(3, 14)) == 0  # its level has not fired yet
    ring(march(3, 14))
    assert told_at(row.complaint, "supervisor_asked", "over") == {"chenfang", "zhoujun"}
    assert superior.climb_due(march(3, 14) + MINUTE) == 1
    assert superior.climb_due(march(3, 14) + MINUTE) == 0
    row.refresh_from_db()
    assert (row.approver_role, row.passed_by, row.passed_at) == ("property_manager", None, march(3, 14))
    assert clock_of(row.complaint, "manager_asked").due_at == march(4, 14)
    assert clock_of(row.complaint, "supervisor_asked").breached_at == march(3, 14)
    assert letters(row.complaint, people.zhoujun)[-1] == "superior_asked"
    entry = row.complaint.events.get(kind="superior_climbed")
    assert (entry.actor, entry.params["role"]) == (None, "property_manager")
    ring(march(4, 14))
    assert told_at(row.complaint, "manager_asked", "over") == {"zhoujun", "wuzong"}
    assert superior.climb_due(march(5)) == 0
    assert decide(row, people.zhoujun, march(5)).state == "partly"


def test_an_outage_takes_no_time_from_the_next_superior_and_gives_none(insists):
    row = insists()
    ring(march(5))
    assert superior.climb_due(march(5)) == 1
    assert clock_of(row.complaint, "manager_asked").started_at == march(3, 14)
    assert clock_of(row.complaint, "manager_asked").due_at == march(4, 14)


def test_a_case_that_cannot_climb_holds_up_no_other(insists, monkeypatch):
    row = insists()
    ring(march(3, 14))
    with monkeypatch.context() as broken:
        broken.setattr(superior, "_up", lambda *_said, **_more: 1 / 0)
        assert superior.climb_due(march(3, 15)) == 0
    assert SetAside.objects.get().job == "superior"
    assert superior.climb_due(march(3, 15)) == 0  # left out for a while
    assert superior.climb_due(march(3, 16)) == 1
    assert not SetAside.objects.exists()
    row.refresh_from_db()
    assert row.approver_role == "property_manager"


# The end -------------------------------------------------------------------------------------------


def test_whoever_asked_takes_it_back(insists, office_of_jinxiu):
    people = office_of_jinxiu
    row = insists()
    with pytest.raises(WrongPerson):
        actions.withdraw_superior(row, by=people.wanggong, at=ASKED + HOUR)
    row = actions.withdraw_superior(row, comment="业主同意方案。", by=people.limin, at=ASKED + HOUR)
    assert row.state == "withdrawn"
    assert clock_of(row.complaint, "supervisor_asked").stopped_at == ASKED + HOUR
    assert letters(row.complaint, people.chenfang)[-1] == "superior_over"
    with pytest.raises(Refused, match="该申请已是"):
        actions.withdraw_superior(row, by=people.limin, at=ASKED + HOUR)


@pytest.mark.parametrize("end", ["withdraw", "void"])
def test_it_is_over_with_the_case(insists, office_of_jinxiu, end):
    people = office_of_jinxiu
    row = insists()
    said = {"confirmed_by": "phone"} if end == "withdraw" else {}
    getattr(actions, end)(row.complaint, note="与前一单重复。", by=people.chenfang, at=ASKED + HOUR, **said)
    row.refresh_from_db()
    assert row.state == "lapsed"
    assert clock_of(row.complaint, "supervisor_asked").stopped_at == ASKED + HOUR
    assert letters(row.complaint, people.limin).count("superior_over") == 1
    assert row.complaint.events.filter(kind="superior_lapsed").count() == 1
    with pytest.raises(Refused):
        decide(row, people.chenfang, ASKED + 2 * HOUR)


def test_a_new_round_leaves_the_question_open(insists, office_of_jinxiu):
    row = insists(status="replied", at=march(3, 14))
    actions.dispute(row.complaint, note="不接受。", by=office_of_jinxiu.limin, at=march(3, 15))
    row.refresh_from_db()
    assert row.state == "waiting"
    assert clock_of(row.complaint, "supervisor_asked").stopped_at is None


def test_the_customer_reads_nothing_of_it(insists, office_of_jinxiu):
    row = decide(insists(), office_of_jinxiu.chenfang, ASKED + HOUR)
    assert not Event.objects.filter(
        complaint=row.complaint, kind__startswith="superior", owner_sees=True
    ).exists()


def test_another_first_receiver_hears_of_the_decision(insists, office_of_jinxiu, jinxiu):
    people = office_of_jinxiu
    row = insists()
    other = person("other", "另一位", Role.FRONT_DESK, estate=jinxiu)
    transfer(row.complaint, to=other, note="换班", by=people.chenfang, at=ASKED + HOUR)
    decide(row, people.chenfang, ASKED + 2 * HOUR)
    assert letters(row.complaint, other)[-1] == "superior_decided"
