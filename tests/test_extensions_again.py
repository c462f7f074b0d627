"""Overtime asked for again and again: deputies, several grants, every clock, reminders, reasons."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.actions.reminders import remind_due
from complaints.actions.vocabulary import extension_reasons, save_term
from complaints.models import Attachment, Event, ExtensionReason, Notification
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports.figures.lists import asked_for, extensions
from reports.figures.month import Month
from reports.figures.period import Period
from staff import actions as office
from tests.cast import DAY, HOUR, MINUTE, march
from tests.extension_requests import ask_until
from tests.looking import clock_of, letters, ring, told

pytestmark = pytest.mark.django_db


def remind(moment) -> int:
    reminded = 0
    while batch := remind_due(moment):
        reminded += batch
    return reminded


# Who decides ---------------------------------------------------------------------------------------


def test_the_deputy_of_an_absent_approver_is_asked_and_decides(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    office.leave_office(
        people.zhoujun, starts_at=march(2), ends_at=march(9), deputy=people.sungong, by=people.zhoujun
    )
    case = case_in("acting", severity="minor", at=march(2, 9))
    request = ask_until(case, people, march(4, 9))
    assert told("extension_requested", case) == {"sungong"}
    with pytest.raises(WrongPerson):
        actions.approve_extension(request, by=people.chenfang, at=march(2, 13))
    request = actions.approve_extension(request, by=people.sungong, at=march(2, 13))
    assert request.decided_by == people.sungong


def test_an_approver_who_asks_himself_is_decided_on_by_the_next_role_up(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等", new_due_at=march(4, 9), by=people.zhoujun,
        at=march(2, 12), not_told_because="电话未接通",
    )  # fmt: skip
    assert told("extension_requested", case) == {"wuzong"}
    with pytest.raises(WrongPerson):
        actions.approve_extension(request, by=people.zhoujun, at=march(2, 13))
    actions.approve_extension(request, by=people.wuzong, at=march(2, 13))


# Again and again -----------------------------------------------------------------------------------


def test_every_grant_may_reach_the_cap_beyond_the_one_before(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    for day in (6, 9, 12):
        with pytest.raises(Refused):
            ask_until(case, people, march(day, 9, 1), at=march(day - 4, 12))
        request = ask_until(case, people, march(day, 9), at=march(day - 4, 12))
        actions.approve_extension(request, by=people.zhoujun, at=march(day - 4, 13))
    resolve = clock_of(case, "resolve")
    assert (resolve.due_at, resolve.breached_at, resolve.extended) == (march(12, 9), None, True)
    assert ring(march(12, 9) - MINUTE) == 1  # the last due time's warning; nothing of the ones before


def test_declined_it_may_be_asked_for_again_but_one_at_a_time(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    first = ask_until(case, people, march(4, 9))
    with pytest.raises(Refused):
        ask_until(case, people, march(4, 10))
    with pytest.raises(Refused):
        actions.decline_extension(first, comment=" ", by=people.zhoujun, at=march(2, 13))
    actions.decline_extension(first, comment="配件可借", by=people.zhoujun, at=march(2, 13))
    with pytest.raises(Refused):  # decided is decided
        actions.approve_extension(first, by=people.zhoujun, at=march(2, 14))
    second = ask_until(case, people, march(4, 9), at=march(2, 14))
    actions.approve_extension(second, by=people.zhoujun, at=march(2, 15))
    assert clock_of(case, "resolve").due_at == march(4, 9)
    assert case.extensions.count() == 2


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("resolve", "acting"),
        ("reply", "handled"),
        ("apology", "acting"),
        ("revisit", "replied"),
    ],
)
def test_each_of_these_clocks_can_be_extended(case_in, office_of_jinxiu, categories, kind, status):
    people = office_of_jinxiu
    about = {"category": categories["staff-conduct"]} if kind == "apology" else {}
    case = case_in(status, severity="major", at=march(2, 9), **about)
    before = clock_of(case, kind)
    request = actions.ask_extension(
        case, clock=kind, reason="complex", note="需专家", new_due_at=before.due_at + DAY, by=people.limin,
        at=march(2, 10), not_told_because="电话未接通",
    )  # fmt: skip
    actions.approve_extension(request, by=people.wuzong, at=march(2, 11))
    after = clock_of(case, kind)
    assert (after.due_at, after.revision) == (before.due_at + DAY, before.revision + 1)
    # The customer hears of a new time only where the matter itself takes longer.
    case.refresh_from_db()
    promised = kind == "resolve"
    assert (case.promised_at is not None) is promised
    assert case.events.get(kind="extension_approved").owner_sees is promised


@pytest.mark.parametrize(("minutes", "late"), [(-1, False), (0, False), (1, True)])
def test_the_moment_of_approval_decides_about_the_breach(case_in, office_of_jinxiu, minutes, late):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    request = ask_until(case, people, march(5, 9))
    actions.approve_extension(request, by=people.zhoujun, at=march(3, 9) + minutes * MINUTE)
    resolve = clock_of(case, "resolve")
    assert resolve.breached_at == (march(3, 9) if late else None)
    assert resolve.due_at == march(5, 9)


def test_the_request_says_whether_the_customer_was_told_and_brings_its_evidence(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    paper = Attachment.objects.create(
        file="a.pdf", name="订货单.pdf", content_type="application/pdf", size=1, sha256="0" * 64,
        uploaded_at=march(2, 11), uploaded_by=people.wanggong,
    )  # fmt: skip
    said = {"clock": "resolve", "reason": "parts", "note": "等", "new_due_at": march(4, 9)}
    with pytest.raises(Refused):
        actions.ask_extension(
            case,
            **said,
            customer_told_at=march(2, 13),
            by=people.wanggong,
            at=march(2, 12),
            customer_told_method="phone",
        )
    request = actions.ask_extension(
        case,
        **said,
        customer_told_at=march(2, 11),
        files=(paper,),
        by=people.wanggong,
        at=march(2, 12),
        customer_told_method="phone",
    )
    assert request.customer_told_at == march(2, 11)
    assert list(case.attachments.all()) == [paper]


# Reminders -----------------------------------------------------------------------------------------


def test_the_approver_is_reminded_after_four_hours_of_service_and_when_the_clock_runs_out(
    case_in, office_of_jinxiu
):
    people = office_of_jinxiu
    case = case_in("acting", severity="important", at=march(2, 9))  # due on the 5th at nine
    ask_until(case, people, march(7, 9), at=march(2, 15))
    assert remind(march(3, 9, 59)) == 0
    assert remind(march(3, 10)) == 1
    assert remind(march(5, 8, 59)) == 0
    assert remind(march(5, 9)) == 1
    assert remind(march(9)) == 0
    assert letters(case, people.wuzong).count("extension_waits") == 2
    assert clock_of(case, "resolve").due_at == march(5, 9)  # a waiting request moves nothing


def test_short_of_time_it_is_half_of_what_is_left(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    ask_until(case, people, march(4, 9), at=march(3, 7))
    assert remind(march(3, 7, 59)) == 0
    assert remind(march(3, 8)) == 1


def test_after_an_outage_both_reminders_are_one(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    ask_until(case, people, march(4, 9))
    assert remind(march(8)) == 1
    assert letters(case, people.zhoujun).count("extension_waits") == 1
    assert Event.objects.get(complaint=case, kind="extension_reminded").recorded_at == march(8)


def test_what_is_decided_withdrawn_or_stopped_reminds_nobody(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    decided, withdrawn, stopped = (case_in("acting", severity="minor", at=march(2, 9)) for _ in range(3))
    actions.decline_extension(
        ask_until(decided, people, march(4)), comment="不行", by=people.zhoujun, at=march(2, 13)
    )
    actions.withdraw_extension(ask_until(withdrawn, people, march(4)), by=people.wanggong, at=march(2, 13))
    ask_until(stopped, people, march(4))
    actions.handle(stopped, note="好了", evidence="签字", by=people.wanggong, at=march(2, 13))
    assert remind(march(9)) == 0


def test_somebody_else_must_decide_once_the_case_is_graver_and_he_is_reminded(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    ask_until(case, people, march(4))
    actions.regrade(case, severity="important", note="漏到楼下", by=people.chenfang, at=march(2, 13))
    remind(march(2, 17))
    assert told("extension_waits", case) == {"wuzong"}


def test_of_two_requests_that_go_to_somebody_else_in_one_act_he_is_told_of_both(
    case_in, office_of_jinxiu, categories
):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9), category=categories["staff-conduct"])
    first, second = (
        actions.ask_extension(
            case, clock=clock, reason="parts", note="等", new_due_at=march(5), by=people.wanggong,
            at=march(2, 12), not_told_because="电话未接通",
        )
        for clock in ("resolve", "apology")
    )  # fmt: skip
    actions.regrade(case, severity="important", note="漏到楼下", by=people.chenfang, at=march(2, 13))
    lines = Notification.objects.filter(user=people.wuzong, kind="extension_requested")
    assert {line.params["extension"] for line in lines} == {first.pk, second.pk}


# Reasons -------------------------------------------------------------------------------------------


def test_reasons_are_the_company_s_words_and_counted_in_the_report(case_in, office_of_jinxiu, jinxiu, admin):
    people = office_of_jinxiu
    assert [reason.code for reason in extension_reasons()][:2] == ["parts", "contractor"]
    save_term(ExtensionReason(), {"code": "exam", "zh": "等检测", "en": "Test pending"}, by=admin)
    save_term(ExtensionReason.objects.get(code="weather"), {"is_active": False}, by=admin)
    codes = ["exam", "parts", "parts"]
    for hour, code in enumerate(codes):
        case = case_in("acting", severity="minor", at=march(2, 9))
        words = {"clock": "resolve", "note": "等", "new_due_at": march(4), "by": people.wanggong}
        with pytest.raises(Refused) as refusal:
            actions.ask_extension(
                case, **words, reason="weather", at=march(2, 12), not_told_because="电话未接通"
            )
        assert refusal.value.field == "reason"
        actions.ask_extension(
            case, **words, reason=code, at=march(2, 12) + hour * HOUR, not_told_because="电话未接通"
        )
    figures = extensions(asked_for(Period((jinxiu,), Month(2026, 3), march(20))))
    assert figures.reasons == (("配件或材料订货", 2), ("等检测", 1))
