"""Rules of the steps from the first classification to the end, each told by what it forbids or spares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from complaints import actions
from complaints.models import Attachment, Cycle
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff import actions as office
from staff.roles import Role
from tests.cast import BEFORE, DAY, HOUR, MINUTE, OPINION, march
from tests.extension_requests import ask_until
from tests.looking import clock_of, running, told

pytestmark = pytest.mark.django_db

START = march(2, 9)
WORDS = {"note": "现场核实过了"}


def field_of(act: Callable[..., Any], *args: Any, **words: Any) -> str | None:
    """The field at which it is refused."""
    with pytest.raises(Refused) as refusal:
        act(*args, **words)
    return refusal.value.field


# Classifying -----------------------------------------------------------------------------------------


def test_another_severity_at_a_second_classification_is_a_judges_and_needs_a_reason(
    case_in, office_of_jinxiu
):
    people = office_of_jinxiu
    case = case_in("classified", severity="important", at=START)
    actions.send_back(case, by=people.wanggong, at=march(2, 10), **WORDS)
    again = {"category": None, "handler": people.sungong, "at": march(2, 11)}
    with pytest.raises(WrongPerson):
        actions.classify(case, severity="minor", reason="轻微", by=people.limin, **again)
    assert field_of(actions.classify, case, severity="minor", by=people.chenfang, **again) == "reason"
    assert actions.classify(case, severity="important", by=people.limin, **again).severity == "important"
    assert told("returned", case) == {"limin", "chenfang"}


def test_what_was_sent_back_has_a_fresh_time_to_be_delivered_in(case_in, office_of_jinxiu):
    case = case_in("classified", at=START)
    assert "deliver" not in running(case)
    actions.send_back(case, by=office_of_jinxiu.wanggong, at=march(2, 10), **WORDS)
    assert running(case)["deliver"] == march(2, 10, 30)
    assert "accept" not in running(case)


@pytest.mark.parametrize(
    ("intake", "clock", "done"),
    [
        (
            {"channel": "wechat"},
            "initial_answer",
            lambda case, p: actions.answer(case, method="phone", by=p.limin, at=march(2, 10), **WORDS),
        ),
        (
            {"facts": {"urgent": True}},
            "urgent_report",
            lambda case, p: actions.acknowledge(case, by=p.zhoujun, at=march(2, 10)),
        ),
        (
            {"facts": {"lawsuit_started": True}},
            "clear_answer",
            lambda case, p: actions.answer(
                case, method="phone", clear=True, by=p.limin, at=march(2, 10), **WORDS
            ),
        ),
    ],
)
def test_what_was_done_before_the_classification_is_not_asked_for_again(
    walk_in, office_of_jinxiu, intake, clock, done
):
    people = office_of_jinxiu
    case = walk_in(START, **intake)
    assert clock in running(case)
    done(case, people)
    case.refresh_from_db()
    actions.classify(
        case, severity="major", category=None, handler=people.wanggong, by=people.chenfang, at=march(2, 11)
    )
    assert clock not in running(case)
    assert "resolve" in running(case)


def test_the_first_classification_takes_no_granted_time_back(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("recorded", at=START)  # counts as minor: a day
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", new_due_at=march(5, 9), by=people.limin,
        at=march(2, 10), not_told_because="电话未接通",
    )  # fmt: skip
    actions.approve_extension(request, by=people.zhoujun, at=march(2, 11))
    case.refresh_from_db()
    said = {"category": None, "handler": people.wanggong, "by": people.chenfang, "at": march(2, 12)}
    actions.classify(case, severity="minor", **said)
    assert running(case)["resolve"] == march(5, 9)


def test_an_apology_is_owed_once(walk_in, office_of_jinxiu, categories):
    people = office_of_jinxiu
    case = walk_in(START, category=categories["staff-conduct"])
    case = actions.classify(
        case, severity="minor", category=None, handler=people.wanggong, by=people.chenfang, at=march(2, 10)
    )
    case = actions.apologise(
        case, method="phone", apologised_by="保安赵某", by=people.limin, at=march(2, 11), **WORDS
    )
    for hour, category in ((12, "noise"), (13, "staff-conduct")):
        change = {"category": categories[category]}
        case = actions.edit(case, change, version=case.version, by=people.limin, at=march(2, hour))
    assert "apology" not in running(case)
    again = {"apologised_by": "保安赵某", "method": "phone", "by": people.limin, "at": march(2, 14)}
    with pytest.raises(Refused):
        actions.apologise(case, **again, **WORDS)


# The work --------------------------------------------------------------------------------------------


def test_from_whom_the_work_is_taken_is_told(case_in, office_of_jinxiu, engineering):
    people = office_of_jinxiu
    case = case_in("acting", at=START)
    to = {"handler": people.sungong, "department": engineering}
    actions.reassign(case, by=people.chenfang, at=march(2, 11), **to, **WORDS)
    assert told("taken_over", case) == {"wanggong"}
    assert field_of(actions.reassign, case, by=people.chenfang, at=march(2, 12), **to) == "handler"


def test_in_a_second_cycle_nothing_of_the_first_counts_as_done(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", at=START)
    photo = Attachment.objects.create(
        file="a", name="a.jpg", content_type="image/jpeg", size=1, sha256="0",
        uploaded_at=march(2, 11), uploaded_by=people.wanggong,
    )  # fmt: skip
    done = {"by": people.wanggong, **WORDS}
    case = actions.handle(case, files=(photo,), at=march(2, 11), **done)
    case = actions.reply(case, method="phone", by=people.limin, at=march(2, 12), **WORDS)
    case = actions.dispute(case, note="又漏了", by=None, at=march(3, 9))
    named = {"category": None, "handler": people.wanggong, "by": people.chenfang}
    case = actions.classify(case, severity="important", at=march(3, 10), **named)
    case = actions.accept(case, note=OPINION, by=people.wanggong, at=march(3, 11))
    noon = march(3, 12)
    assert field_of(actions.handle, case, at=noon, **done) == "evidence"  # the photo is of before
    before = {"evidence": "业主签字", "done_at": march(3, 9) - MINUTE}
    assert field_of(actions.handle, case, at=noon, **before, **done) == "done_at"
    answer = {"method": "phone", "by": people.limin, "at": noon, "done_at": march(3, 9) - MINUTE}
    assert field_of(actions.answer, case, **answer, **WORDS) == "done_at"


def test_nobody_replies_before_it_was_handled(case_in, office_of_jinxiu):
    case = case_in("handled", at=START)
    handled = case.cycles.get().handled_at
    said = {"method": "phone", "by": office_of_jinxiu.limin, "at": handled + HOUR, **WORDS}
    assert field_of(actions.reply, case, done_at=handled - MINUTE, **said) == "done_at"
    assert actions.reply(case, done_at=handled, **said).status == "replied"


def test_a_promise_lies_in_the_future(case_in, office_of_jinxiu):
    case = case_in("acting", at=START)
    said = {"method": "phone", "by": office_of_jinxiu.limin, "at": march(2, 12), **WORDS}
    assert field_of(actions.answer, case, promised_at=march(2, 12), **said) == "promised_at"
    assert actions.answer(case, promised_at=march(2, 12, 1), **said).promised_at == march(2, 12, 1)


def test_urgent_from_now_on_shortens_what_runs_and_the_manager_hears_at_once(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("classified", at=START)
    assert running(case)["accept"] > march(2, 12)
    actions.edit(case, {"urgent": True}, version=case.version, by=people.limin, at=march(2, 10))
    assert running(case)["accept"] == march(2, 10, 30)
    assert running(case)["urgent_report"] == march(2, 14)
    assert told("urgent_received", case) == {"chenfang", "zhoujun", "wanggong"}


def test_who_asks_again_is_heard_by_all_three(case_in, office_of_jinxiu):
    case = case_in("acting", at=START)
    actions.chase(case, by=None, at=march(2, 12))
    assert told("chased", case) == {"limin", "wanggong", "chenfang"}


# Approval by word of mouth ---------------------------------------------------------------------------


def test_a_word_of_mouth_lies_between_the_request_and_now(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    request = ask_until(case_in("acting", severity="minor", at=START), people, march(4, 9))
    said = {"said_by": people.zhoujun, "by": people.wanggong, "at": march(2, 14)}
    asked = request.requested_at
    assert field_of(actions.note_oral_approval, request, said_at=asked - MINUTE, **said) == "said_at"
    assert field_of(actions.note_oral_approval, request, said_at=march(2, 14, 1), **said) == "said_at"
    actions.note_oral_approval(request, said_at=asked, **said)
    another = ask_until(case_in("acting", severity="minor", at=START), people, march(4, 9))
    actions.note_oral_approval(another, said_at=said["at"], **said)  # noted while he says it


def test_who_has_left_the_office_meanwhile_has_approved_nothing(case_in, office_of_jinxiu, admin):
    people = office_of_jinxiu
    request = ask_until(case_in("acting", severity="minor", at=START), people, march(4, 9))
    office.end_posting(people.zhoujun.postings.get(), at=march(2, 13, 30), by=admin)
    said = {"said_at": march(2, 13), "by": people.wanggong, "at": march(2, 14)}
    with pytest.raises(WrongPerson):
        actions.note_oral_approval(request, said_by=people.zhoujun, **said)


def test_only_who_said_yes_confirms_it_and_only_who_asked_withdraws(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    request = ask_until(case_in("acting", severity="minor", at=START), people, march(4, 9))
    with pytest.raises(WrongPerson):
        actions.confirm_oral_approval(request, by=people.zhoujun, at=march(2, 13))  # nobody said anything
    actions.note_oral_approval(
        request, said_by=people.zhoujun, said_at=march(2, 13), by=people.wanggong, at=march(2, 14)
    )
    with pytest.raises(WrongPerson):
        actions.confirm_oral_approval(request, by=people.wuzong, at=march(2, 15))
    with pytest.raises(WrongPerson):
        actions.withdraw_extension(request, by=people.limin, at=march(2, 15))
    actions.confirm_oral_approval(request, by=people.zhoujun, at=march(2, 15))


# The end ---------------------------------------------------------------------------------------------


def test_what_the_night_took_and_was_ended_waits_for_nobody(walk_in, office_of_jinxiu, laozhao):
    case = walk_in(march(2, 22), by=laozhao)
    assert case.awaits_claim
    case = actions.void(case, by=office_of_jinxiu.chenfang, at=march(3, 8), **WORDS)
    assert not case.awaits_claim


def test_a_new_cycle_begins_with_nothing_promised_and_nobody_named(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", at=START)
    said = {"method": "phone", "by": people.limin, **WORDS}
    case = actions.answer(case, promised_at=march(3, 9), at=march(2, 11), **said)
    case = actions.handle(case, evidence="业主签字", by=people.wanggong, at=march(2, 12), **WORDS)
    case = actions.reply(case, at=march(2, 13), **said)
    case = actions.dispute(case, note="又漏了", by=None, at=march(3, 8))
    assert (case.promised_at, case.handler, case.validity, case.severity) == (
        None, None, "valid", "important",
    )  # fmt: skip
    assert [(c.number, c.why, c.ended_at) for c in case.cycles.order_by("number")] == [
        (1, Cycle.Why.RECEIVED, march(3, 8)), (2, Cycle.Why.DISPUTED, None),
    ]  # fmt: skip
    assert told("cycle_started", case) == {"limin", "chenfang", "zhoujun"}


def test_a_rating_says_whether_the_reply_was_accepted(case_in, office_of_jinxiu):
    opinion = (actions.Opinion("楼道灯也坏了"),)
    with_opinion = case_in("replied", at=START)
    actions.rate(with_opinion, answers=actions.Answers(satisfaction=3, opinions=opinion), at=march(2, 12))
    assert with_opinion.cycles.get().accepted is True
    assert told("rated_with_opinion", with_opinion) == {"limin", "chenfang"}
    bad = case_in("replied", at=START)
    actions.rate(bad, answers=actions.Answers(satisfaction=2), at=march(2, 12))
    assert bad.cycles.get(number=1).accepted is False
    good = case_in("replied", at=START)
    assert actions.rate(good, answers=actions.Answers(satisfaction=3), at=march(2, 12)).status == "closed"
    assert good.cycles.get().accepted is True


@pytest.mark.parametrize("satisfaction", [0, 6])
def test_a_score_is_one_to_five(case_in, office_of_jinxiu, satisfaction):
    case = case_in("replied", at=START)
    said = {"answers": actions.Answers(satisfaction=satisfaction), "at": march(2, 12)}
    assert field_of(actions.revisit, case, method="phone", by=office_of_jinxiu.chenfang, **said) == (
        "satisfaction"
    )


def test_a_case_is_reopened_for_ninety_days_and_not_a_minute_longer(case_in, office_of_jinxiu):
    case = case_in("closed", at=START)
    last = case.closed_at + 90 * DAY
    said = {"by": office_of_jinxiu.limin, **WORDS}
    with pytest.raises(Refused):
        actions.reopen(case, at=last + MINUTE, **said)
    assert actions.reopen(case, at=last, **said).status == "recorded"


def test_a_wrong_entry_stays_void(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = actions.void(case_in("acting", at=START), by=people.chenfang, at=march(2, 11), **WORDS)
    with pytest.raises(Refused):
        actions.reopen(case, by=people.limin, at=march(2, 12), **WORDS)
    assert (case.status, case.outcome) == ("closed", "void")
    assert told("voided", case) == {"limin", "wanggong"}
    assert not case.events.filter(kind__in=["voided", "closed"], owner_sees=True).exists()


def test_closed_unsatisfied_only_after_the_second_cycle_was_replied_to(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    end = {"by": people.wuzong, "at": march(5), **WORDS}
    case = case_in("replied", at=START)
    with pytest.raises(Refused):
        actions.close_unsatisfied(case, **end)  # the first
    case = actions.dispute(case, note="又漏了", by=None, at=march(3, 9))
    named = {"category": None, "handler": people.wanggong, "by": people.chenfang}
    case = actions.classify(case, severity="important", at=march(3, 10), **named)
    case = actions.accept(case, note=OPINION, by=people.wanggong, at=march(3, 11))
    case = actions.handle(case, evidence="业主签字", by=people.wanggong, at=march(3, 12), **WORDS)
    with pytest.raises(Refused):
        actions.close_unsatisfied(case, **end)  # the second, not replied to
    case = actions.reply(case, method="phone", by=people.limin, at=march(3, 13), **WORDS)
    assert actions.close_unsatisfied(case, **end).outcome == "unsatisfied"
    assert clock_of(case, "revisit", cycle=2).stopped_at == march(5)
    assert case.events.get(kind="outside_ways_told").owner_sees
    assert list(case.cycles.order_by("number").values_list("ended_at", flat=True)) == [march(3, 9), march(5)]


def test_a_second_yes_on_an_invalid_complaint_names_who_else_could(case_in, office_of_jinxiu, jinxiu):
    people = office_of_jinxiu
    office.post(people.limin, Role.SUPERVISOR, at=BEFORE, estate=jinxiu)
    case = case_in("recorded", at=START)
    actions.propose_invalid(case, by=people.limin, at=march(2, 10), **WORDS)
    with pytest.raises(WrongPerson) as refusal:
        actions.confirm_invalid(case, by=people.limin, at=march(2, 11), alone_because="没别人")
    assert "陈芳" in str(refusal.value)
    with pytest.raises(Refused):
        actions.refer(case, by=people.chenfang, at=march(2, 11), **WORDS)  # proposed already
    closed = actions.confirm_invalid(case, by=people.chenfang, at=march(2, 12))
    actions.reply(closed, method="phone", by=people.zhoujun, at=march(2, 13), **WORDS)
    wanggong = people.wanggong
    office.post(wanggong, Role.FRONT_DESK, at=BEFORE, estate=jinxiu)
    good = {"answers": actions.Answers(satisfaction=4), "method": "phone"}
    assert actions.revisit(closed, by=wanggong, at=march(2, 14), **good).outcome == "invalid"


def test_a_reply_once_accepted_is_not_accepted_again_but_may_still_be_disputed(case_in, office_of_jinxiu):
    case = case_in("replied", at=START)
    assert case.cycles.get().accepted is None
    actions.satisfy(case, by=None, at=march(2, 11))
    assert case.cycles.get().accepted is True
    with pytest.raises(Refused, match="已认可"):
        actions.satisfy(case, by=office_of_jinxiu.limin, at=march(2, 12))
    actions.dispute(case, note="又漏了", by=None, at=march(2, 13))
    assert list(case.cycles.order_by("number").values_list("accepted", flat=True)) == [False, None]
