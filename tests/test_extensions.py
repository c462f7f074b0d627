"""Overtime: who allows how much of it, and what it does to a clock (domain.md 5)."""

from __future__ import annotations

import pytest
from django.utils import translation

from complaints import actions
from complaints.models import Clock
from complaints.statuses import WrongPerson
from complaints.views.case.clock_lines import clock_lines
from config.framework.refusals import Refused
from staff import actions as office
from staff.roles import Role
from tests.cast import DAY, MINUTE, march
from tests.extension_requests import ask_until
from tests.looking import clock_of, ring, told

pytestmark = pytest.mark.django_db


def due_of(case):
    return Clock.objects.running().get(complaint=case, kind="resolve").due_at


@pytest.mark.parametrize(("severity", "cap"), [("minor", 3), ("important", 7), ("major", 10)])
def test_an_extension_reaches_no_further_than_its_cap(case_in, office_of_jinxiu, severity, cap):
    case = case_in("acting", severity=severity, at=march(2, 9))
    due = due_of(case)
    with pytest.raises(Refused):
        ask_until(case, office_of_jinxiu, due + cap * DAY + MINUTE)
    ask_until(case, office_of_jinxiu, due + cap * DAY)


def test_who_approves_overtime(case_in, office_of_jinxiu):
    roles = {"minor": "property_manager", "important": "general_manager", "major": "general_manager"}
    for severity, role in roles.items():
        case = case_in("acting", severity=severity, at=march(2, 9))
        request = ask_until(case, office_of_jinxiu, due_of(case) + DAY)
        assert request.approver_role == role


def test_a_request_made_while_minor_needs_the_general_manager_once_the_case_is_important(
    case_in, office_of_jinxiu
):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    request = ask_until(case, people, march(4, 9))
    actions.regrade(case, severity="important", note="漏到楼下", by=people.chenfang, at=march(2, 13))
    assert told("extension_requested", case) == {"zhoujun", "wuzong"}
    with pytest.raises(WrongPerson):
        actions.approve_extension(request, by=people.zhoujun, at=march(2, 14))
    actions.approve_extension(request, by=people.wuzong, at=march(2, 14))


@pytest.mark.parametrize(
    "kind",
    [
        "deliver",
        "accept",
        "judge",
        "urgent_report",
        "initial_answer",
        "clear_answer",
        "media",
        "bulletin",
        "nonsense",
    ],
)
def test_these_limits_cannot_be_extended(case_in, office_of_jinxiu, kind):
    case = case_in(
        "classified" if kind == "accept" else "recorded", severity="major", at=march(2, 9),
        facts={"media_exposed": True, "urgent": True}, channel="portal",
    )  # fmt: skip
    actions.refer(case, note="拿不准", by=office_of_jinxiu.limin, at=march(2, 9, 30))
    assert kind in ("nonsense", "deliver") or case.clocks.running().filter(kind=kind).exists()
    with pytest.raises(Refused) as refusal:
        actions.ask_extension(
            case, clock=kind, reason="parts", note="等", new_due_at=march(3, 9), by=office_of_jinxiu.limin,
            at=march(2, 10), not_told_because="电话未接通",
        )  # fmt: skip
    assert refusal.value.field == "clock"


def test_a_waiting_request_stops_no_clock(case_in, office_of_jinxiu):
    case = case_in("acting", severity="minor", at=march(2, 9))
    ask_until(case, office_of_jinxiu, march(4, 9))
    ring(march(3, 9))
    assert clock_of(case, "resolve").breached_at == march(3, 9)


def test_a_second_extension_in_time_does_not_wash_away_the_first_breach(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    late = ask_until(case, people, march(5, 9))
    ring(march(3, 10))
    actions.approve_extension(late, by=people.zhoujun, at=march(3, 11))
    assert clock_of(case, "resolve").breached_at == march(3, 9)
    again = ask_until(case, people, march(6, 9), at=march(4, 9))
    actions.approve_extension(again, by=people.zhoujun, at=march(4, 10))
    assert clock_of(case, "resolve").breached_at == march(3, 9)


def test_said_in_time_and_confirmed_within_a_day_it_was_never_late(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    request = ask_until(case, people, march(4, 9))
    actions.note_oral_approval(
        request, said_by=people.zhoujun, said_at=march(3, 8), by=people.wanggong, at=march(3, 8, 30)
    )
    ring(march(3, 10))
    assert clock_of(case, "resolve").breached_at == march(3, 9)
    actions.confirm_oral_approval(request, by=people.zhoujun, at=march(4, 8))
    resolve = clock_of(case, "resolve")
    assert (resolve.due_at, resolve.breached_at, resolve.extended) == (march(4, 9), None, True)


def test_confirmed_after_a_day_it_counts_as_none(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    request = ask_until(case, people, march(5, 9))
    actions.note_oral_approval(
        request, said_by=people.zhoujun, said_at=march(2, 13), by=people.wanggong, at=march(2, 14)
    )
    with pytest.raises(Refused):
        actions.confirm_oral_approval(request, by=people.zhoujun, at=march(3, 13) + MINUTE)
    with pytest.raises(WrongPerson):  # nor can another one confirm it
        actions.confirm_oral_approval(request, by=people.wuzong, at=march(3, 12))
    assert clock_of(case, "resolve").due_at == march(3, 9)


def test_an_oral_approval_noted_after_a_day_counts_as_none(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    request = ask_until(case_in("acting", at=march(2)), people, march(7))
    said = {"said_by": people.wuzong, "by": people.wanggong, "said_at": march(2, 13)}
    with pytest.raises(Refused) as refusal:
        actions.note_oral_approval(request, at=march(3, 13), **said)
    assert refusal.value.field == "said_at"
    actions.note_oral_approval(request, at=march(3, 13) - MINUTE, **said)


def test_only_who_could_approve_when_he_said_it_has_approved(case_in, office_of_jinxiu, jinxiu):
    people = office_of_jinxiu
    request = ask_until(case_in("acting", at=march(2)), people, march(7))
    office.post(people.chenfang, Role.GENERAL_MANAGER, at=march(3), estate=jinxiu)
    said = {"said_by": people.chenfang, "by": people.wanggong, "at": march(3, 10)}
    with pytest.raises(WrongPerson):
        actions.note_oral_approval(request, said_at=march(2, 20), **said)
    actions.note_oral_approval(request, said_at=march(3, 9), **said)


@pytest.mark.parametrize("when", ["before he said it", "after he said it"])
def test_who_is_complained_about_has_approved_nothing_by_word_of_mouth(case_in, office_of_jinxiu, when):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    request = ask_until(case, people, march(4, 9))
    named_at = march(2, 12, 30) if when == "before he said it" else march(2, 14)
    actions.name_respondent(case, person=people.zhoujun, by=people.chenfang, at=named_at)
    with pytest.raises(WrongPerson) as refusal:
        actions.note_oral_approval(
            request, said_by=people.zhoujun, said_at=march(2, 13), by=people.wanggong, at=march(2, 15)
        )
    assert refusal.value.field == "said_by"
    said_by = {"said_by": people.wuzong, "said_at": march(2, 13)}
    actions.note_oral_approval(request, by=people.wanggong, at=march(2, 15), **said_by)


def test_what_was_said_reaches_no_further_than_the_cap_when_it_is_confirmed(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="major", at=march(2))
    request = ask_until(case, people, march(22))
    actions.note_oral_approval(
        request, said_by=people.wuzong, said_at=march(2, 13), by=people.wanggong, at=march(2, 14)
    )
    actions.regrade(case, severity="minor", note="已止水", by=people.chenfang, at=march(2, 15))
    with pytest.raises(Refused):
        actions.confirm_oral_approval(request, by=people.wuzong, at=march(2, 16))
    actions.approve_extension(request, granted_due_at=march(5), by=people.wuzong, at=march(2, 16))


def test_a_shortened_grant_is_the_due_time_and_the_promise(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="important", at=march(2, 9))
    request = ask_until(case, people, march(9, 9))
    actions.approve_extension(request, by=people.wuzong, at=march(3, 9), granted_due_at=march(7, 9))
    case.refresh_from_db()
    assert (clock_of(case, "resolve").due_at, case.promised_at) == (march(7, 9), march(7, 9))
    assert case.next_due_at == march(7, 9)


def test_what_has_stopped_can_no_longer_be_extended(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    request = ask_until(case, people, march(4, 9))
    actions.handle(case, note="好了", evidence="签字", by=people.wanggong, at=march(2, 15))
    with pytest.raises(Refused):
        actions.approve_extension(request, by=people.zhoujun, at=march(2, 16))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "zh-hans",
            "重要 → 3 日，自 3月2日 09:00（周一）起算，一般于 3月5日 09:00（周四）前处理完毕，不宜超过；"
            "3月3日 09:00（周二）经总经理批准延至 3月9日 09:00（周一）（原因：配件或材料订货）；"
            "依据时限规则第 1 版。",
        ),
        (
            "en",
            "Handling, Important: 3 days from Mon 2 Mar 09:00, as a rule by Thu 5 Mar 09:00; "
            "on Tue 3 Mar 09:00 extended by the General manager to Mon 9 Mar 09:00 "
            "(reason: Parts or material on order); by policy version 1.",
        ),
    ],
)
def test_the_case_page_says_why_it_is_due_then(case_in, office_of_jinxiu, language, sentence):
    people = office_of_jinxiu
    case = case_in("acting", severity="important", at=march(2, 9))
    request = ask_until(case, people, march(9, 9))
    actions.approve_extension(request, by=people.wuzong, at=march(3, 9))
    with translation.override(language):
        [line] = clock_lines([clock_of(case, "resolve")], list(case.extensions.all()), case.estate.zone)
    assert line.why == sentence


def test_a_request_ends_with_its_clock(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", at=march(2))
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", new_due_at=march(6), by=people.wanggong,
        at=march(3), not_told_because="电话未接通",
    )  # fmt: skip
    actions.handle(case, note="已修好", evidence="照片", by=people.sungong, at=march(3, 10))
    request.refresh_from_db()
    assert request.state == "withdrawn"
    assert told("extension_lapsed", case) == {"wanggong", "wuzong"}  # who asked, and who was asked
    lapsed = case.events.get(kind="extension_lapsed")
    assert lapsed.params["clock"] == "resolve"
    assert (lapsed.actor, lapsed.by_customer, lapsed.at) == (None, False, march(3, 10))


def test_who_asked_may_withdraw_it_though_the_work_has_gone_to_another(
    case_in, office_of_jinxiu, engineering
):
    people = office_of_jinxiu
    case = case_in("acting", at=march(2))
    request = ask_until(case, people, march(6))
    actions.reassign(case, handler=people.sungong, department=engineering, by=people.chenfang, at=march(3))
    assert actions.withdraw_extension(request, by=people.wanggong, at=march(3, 10)).state == "withdrawn"


def test_more_time_never_brings_a_promise_forward_unless_it_is_said(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="major", at=march(2))
    words = {"note": "分两步施工", "method": "phone", "by": people.limin}
    actions.answer(case, promised_at=march(16), at=march(2, 11), **words)
    for clock, until, said, promised in (
        ("resolve", march(14), None, march(16)),
        ("resolve", march(18), None, march(18)),
        ("resolve", march(20), march(17), march(17)),
    ):
        request = actions.ask_extension(
            case, clock=clock, reason="parts", note="等配件", new_due_at=until, promised_at=said,
            by=people.wanggong, at=march(3), not_told_because="电话未接通",
        )  # fmt: skip
        actions.approve_extension(request, by=people.wuzong, at=march(3, 10))
        case.refresh_from_db()
        assert case.promised_at == promised


def test_a_promise_is_not_made_for_the_past(case_in, office_of_jinxiu):
    case = case_in("acting", at=march(2))
    with pytest.raises(Refused) as refusal:
        actions.ask_extension(
            case, clock="resolve", reason="parts", note="等配件", new_due_at=march(6),
            promised_at=march(2, 12), by=office_of_jinxiu.wanggong, at=march(3),
            not_told_because="电话未接通",
        )  # fmt: skip
    assert refusal.value.field == "promised_at"


def test_the_same_amount_is_proposed_once(case_in, office_of_jinxiu):
    case = case_in("acting", at=march(2))
    for n in range(2):
        try:
            actions.propose_compensation(
                case, amount=500, note="地板受潮", by=office_of_jinxiu.limin, at=march(2, 12, n)
            )
        except Refused:
            assert n == 1
    assert case.compensations.count() == 1
