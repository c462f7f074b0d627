"""Where two rules meet: each holds by itself, and still holds beside the other."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import actions
from complaints.actions import second_calls
from complaints.actions.case_locks import lock_for
from complaints.actions.overruns import hand_over_overrun
from complaints.actions.reminders import remind_due
from complaints.models import Complaint, Event, Notification, Overrun
from complaints.statuses import WrongPerson
from complaints.views.case.move_forms import MOVE_FORMS
from config.framework.refusals import Refused
from reports import ledger
from reports.figures.month import Month
from reports.figures.monthly import monthly
from staff import actions as office
from staff.models import Department
from staff.roles import Role
from tests.cast import DAY, HOUR, march, person
from tests.late_case import HANDLED, explain, handled
from tests.looking import clock_of, ring, told, told_at

pytestmark = pytest.mark.django_db

TEN = march(2, 10)
APRIL = march(31) + DAY


def followed_up(case, people, *words, at=TEN, by=None):
    opinions = tuple(actions.Opinion(each) for each in words)
    answers = actions.Answers(satisfaction=5, opinions=opinions)
    return actions.revisit(case, answers=answers, method="phone", by=by or people.chenfang, at=at)


# Follow-ups and messages -----------------------------------------------------------------------------


def test_a_message_about_a_follow_up_says_which_and_counts_the_others(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = followed_up(case_in("replied", severity="minor"), people, "楼道灯也坏了", "费用怎么算")
    ring(march(5, 11))
    line = Notification.objects.get(user=people.limin, complaint=case, kind="level_over")
    assert line.params["follow_up"] == case.follow_ups.order_by("pk").first().pk
    assert line.params["more_over"] == 1


# Requests for more time and the end of their clock ---------------------------------------------------


def asked_twice(case, people):
    for clock in ("resolve", "apology"):
        actions.ask_extension(
            case, clock=clock, reason="parts", note="等配件", new_due_at=march(6, 9), text_now=False,
            customer_told_at=march(2, 11), customer_told_method="phone", by=people.wanggong, at=march(2, 11),
        )  # fmt: skip


def test_two_requests_that_lapse_at_once_are_told_each(case_in, office_of_jinxiu, categories):
    people = office_of_jinxiu
    case = case_in("acting", category=categories["staff-conduct"])
    asked_twice(case, people)
    actions.withdraw(case, note="不投诉了", by=people.limin, at=march(2, 12), confirmed_by="phone")
    lines = Notification.objects.filter(user=people.wanggong, kind="extension_lapsed")
    assert {line.params["clock"] for line in lines} == {"resolve", "apology"}


def test_a_request_that_lapsed_by_what_was_done_before_it_does_not_wait_in_the_timeline(
    case_in, office_of_jinxiu
):
    people = office_of_jinxiu
    case = case_in("acting")
    actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", new_due_at=march(6, 9),
        customer_told_at=march(2, 11), customer_told_method="phone", by=people.wanggong, at=march(2, 11),
    )  # fmt: skip
    handled(case, people, march(2, 13), done_at=march(2, 10))
    order = case.events.order_by("at", "pk").values_list("kind", flat=True)
    assert list(order).index("extension_requested") < list(order).index("extension_lapsed")


# The restricted circle and what comes after ------------------------------------------------------------


@pytest.fixture
def restricted(case_in, office_of_jinxiu):
    """In the circle are its people and the managers; neither the supervisor nor another head."""
    people = office_of_jinxiu

    def make(status: str, **said) -> Complaint:
        case = case_in(status, facts={"restricted": True}, **said)
        actions.set_circle(case, circle=[], note="只限有关人员", by=people.zhoujun, at=march(2, 9, 50))
        case.refresh_from_db()
        return case

    return make


def test_a_follow_up_of_a_restricted_case_is_told_to_somebody_who_reads_it(
    restricted, office_of_jinxiu, jinxiu
):
    people = office_of_jinxiu
    cleaning = Department.objects.create(estate=jinxiu, name="保洁部", name_en="Cleaning")
    person("qianjie", "钱洁", Role.DEPARTMENT_HEAD, department=cleaning)
    case = restricted("replied")
    answers = actions.Answers(satisfaction=5, opinions=(actions.Opinion("垃圾桶没人倒", cleaning),))
    other = person("other", "何前台", Role.FRONT_DESK, estate=jinxiu)
    actions.set_circle(case, circle=[other], note="由她回访", by=people.zhoujun, at=march(2, 10))
    actions.revisit(case, answers=answers, method="phone", by=other, at=march(2, 11))
    assert told("follow_ups_raised", case) == {"zhoujun"}


def test_a_drawn_restricted_case_is_told_to_a_caller_who_reads_it(
    restricted, office_of_jinxiu, jinxiu, monkeypatch
):
    monkeypatch.setattr(second_calls, "is_drawn", lambda number, share: True)
    people = office_of_jinxiu
    other = person("other", "何前台", Role.FRONT_DESK, estate=jinxiu)
    case = restricted("replied")
    actions.set_circle(case, circle=[other], note="由她回访", by=people.zhoujun, at=march(2, 10))
    followed_up(case, people, by=other, at=march(2, 11))
    assert told("second_call_drawn", case) == {"zhoujun"}


def test_nobody_outside_the_circle_is_reminded_of_an_overrun(restricted, office_of_jinxiu, admin):
    people = office_of_jinxiu
    case = handled(restricted("acting", severity="minor"), people, HANDLED)
    duty = case.overruns.get()
    Complaint.objects.filter(pk=case.pk).update(accountable=people.zhoujun)
    office.leave_office(
        people.wanggong, deputy=None, starts_at=march(4, 11), ends_at=march(9), by=people.wanggong
    )
    Notification.objects.all().delete()
    assert remind_due(duty.remind_at)
    assert told("overrun_unexplained", case) == {"zhoujun"}


def test_whoever_reads_a_restricted_case_because_he_explains_it_is_told_of_it(restricted, office_of_jinxiu):
    people = office_of_jinxiu
    case = handled(restricted("acting", severity="minor"), people, HANDLED)
    duty = case.overruns.get()
    Complaint.objects.filter(pk=case.pk).update(handler=people.sungong)
    hand_over_overrun(duty, to=people.chenfang, note="王工离职", by=people.zhoujun, at=HANDLED + HOUR)
    ring(march(6, 17))
    assert "chenfang" in told_at(case, "overrun", "over")


# Messages of one act -----------------------------------------------------------------------------------


def test_two_overruns_whose_explainer_is_complained_about_are_asked_for_each(late, office_of_jinxiu):
    people = office_of_jinxiu
    first = late()
    case = first.complaint
    actions.reply(case, note="修好了", method="phone", by=people.limin, at=HANDLED + HOUR)
    actions.dispute(case, note="没修好", by=None, at=HANDLED + 2 * HOUR)
    case.refresh_from_db()
    at = HANDLED + 3 * HOUR
    actions.classify(
        case, severity=case.severity, category=None, handler=people.wanggong, department=first.department,
        by=people.chenfang, at=at,
    )  # fmt: skip
    actions.accept(case, note="再查", by=people.wanggong, at=at)
    handled(case, people, at + 9 * DAY)
    assert Overrun.objects.filter(complaint=case, state="to_explain", explainer=people.wanggong).count() == 2
    Complaint.objects.filter(pk=case.pk).update(handler=people.sungong)
    Notification.objects.all().delete()
    actions.name_respondent(case, person=people.wanggong, by=people.chenfang, at=at + 10 * DAY)
    lines = Notification.objects.filter(kind="overrun_opened", user=people.sungong)
    assert {line.params["overrun"] for line in lines} == set(case.overruns.values_list("pk", flat=True))


# Locks ---------------------------------------------------------------------------------------------------


def test_what_the_media_ask_on_a_member_locks_its_lead_in_the_order_of_keys(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead, member = walk_in(march(2, 9)), walk_in(march(2, 9))
    actions.join(member, lead=lead, by=people.limin, at=march(2, 10))
    with CaptureQueriesContext(connection) as asked:
        lock_for(member, "note_media")
    assert '"lead_id"' in asked[0]["sql"].partition("WHERE")[2]


# Taken as one of many ------------------------------------------------------------------------------------


def test_a_case_taken_as_a_member_owes_no_presence_of_its_own(walk_in, office_of_jinxiu):
    lead = walk_in(march(2, 9))
    member = walk_in(march(2, 9, 30), lead=lead, facts={"headcount": 3})
    assert not Event.objects.filter(complaint=member, kind="presence_owed").exists()
    assert told("presence_owed", member) == set()
    assert clock_of(lead, "presence").stopped_at is None


# Months --------------------------------------------------------------------------------------------------


def test_what_was_done_in_time_and_written_down_after_the_month_does_not_move_it(
    case_in, office_of_jinxiu, jinxiu
):
    people = office_of_jinxiu
    case = followed_up(case_in("replied", at=march(27)), people, "楼道灯也坏了", at=march(28))
    before = monthly([jinxiu], Month(2026, 3), APRIL).aftercare
    actions.do_follow_up(
        case, follow_up=case.follow_ups.get(), note="更换", told="已说明", method="phone",
        by=people.wanggong, at=APRIL + HOUR, done_at=march(29),
    )  # fmt: skip
    assert monthly([jinxiu], Month(2026, 3), APRIL + 2 * HOUR).aftercare == before


def test_the_ledger_of_a_month_that_is_over_keeps_its_people_and_its_speaker(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead, member = walk_in(march(2), facts={"headcount": 2}), walk_in(march(3), facts={"headcount": 2})
    actions.join(member, lead=lead, by=people.limin, at=march(3, 10))
    lead.refresh_from_db()
    actions.name_speaker(lead, person=people.zhoujun, by=people.zhoujun, at=march(4))

    def row() -> tuple[int, object]:
        told = ledger.as_they_stood(iter(Complaint.objects.filter(pk=lead.pk)), APRIL)
        return next((case.people_in_all, case.speaker) for case in told)

    before = row()
    late = walk_in(APRIL + HOUR, facts={"headcount": 5})
    actions.join(late, lead=lead, by=people.limin, at=APRIL + 2 * HOUR)
    lead.refresh_from_db()
    actions.name_speaker(lead, person=None, note="已平息", by=people.zhoujun, at=APRIL + 3 * HOUR)
    assert row() == before == (4, people.zhoujun)


# Words to the customer -----------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "1970-01-01T00:00", "9999-12-31T23:59"])
def test_nobody_was_told_before_the_complaint_or_in_the_future(late, office_of_jinxiu, client, moment):
    people = office_of_jinxiu
    duty = late()
    client.raise_request_exception = False
    client.force_login(people.wanggong)
    said = {"reason": "parts", "note": "等件", "customer_told_at": moment, "customer_told_how": "phone"}
    answer = client.post(f"/api/v1/overruns/{duty.pk}/explain/", said)
    assert answer.status_code == 400 and set(answer.json()["errors"]) == {"customer_told_at"}
    case = Complaint.objects.get(pk=duty.complaint_id)
    actions.reply(case, note="修好了", method="phone", by=people.limin, at=HANDLED + HOUR)
    said = {
        "clock": "revisit", "reason": "parts", "note": "等件", "new_due_at": "2026-03-08T09:00",
        "customer_told_at": moment, "customer_told_method": "phone",
    }  # fmt: skip
    client.force_login(people.limin)
    answer = client.post(f"/api/v1/cases/{case.number}/ask_extension/", said)
    assert answer.status_code == 400 and "customer_told_at" in answer.json()["errors"]


def test_no_text_of_another_goes_out_where_one_speaks_for_us(case_in, office_of_jinxiu, settings):
    people = office_of_jinxiu
    settings.SMS = {"templates": {"asked": {"zh-hans": "1"}}}
    case = case_in("acting", facts={"lawsuit_threatened": True})
    actions.name_speaker(case, person=people.zhoujun, by=people.zhoujun, at=march(2, 10))
    said = {"clock": "resolve", "reason": "parts", "note": "等配件", "new_due_at": march(6, 9)}
    with pytest.raises(WrongPerson, match="周军"):
        actions.ask_extension(case, text_now=True, by=people.wanggong, at=march(2, 11), **said)
    request = actions.ask_extension(case, text_now=True, by=people.zhoujun, at=march(2, 11), **said)
    assert request.customer_told_method == "text"


def test_what_became_of_an_opinion_is_told_by_whoever_speaks_for_us(case_in, office_of_jinxiu, opened):
    people = office_of_jinxiu
    case = followed_up(case_in("replied", facts={"lawsuit_threatened": True}), people, "楼道灯也坏了")
    actions.reopen(case, note="又漏了", by=people.limin, at=march(2, 11))
    actions.name_speaker(case, person=people.zhoujun, by=people.zhoujun, at=march(2, 12))
    row = case.follow_ups.get()
    told = {"follow_up": row, "method": "phone"}
    with pytest.raises(WrongPerson, match="周军"):
        actions.do_follow_up(
            case, note="已换灯", told="灯已换好", by=people.wanggong, at=march(2, 13), **told
        )
    actions.do_follow_up(case, note="已换灯", follow_up=row, by=people.wanggong, at=march(2, 13))
    assert "tell_follow_up" not in opened(case, people.wanggong).content.decode()
    with pytest.raises(WrongPerson, match="周军"):
        actions.tell_follow_up(case, note="灯已换好", by=people.limin, at=march(2, 14), **told)
    actions.tell_follow_up(case, note="灯已换好", by=people.zhoujun, at=march(2, 14), **told)
    assert case.follow_ups.get().told_by == people.zhoujun


def test_who_speaks_for_us_reads_the_case(case_in, office_of_jinxiu):
    """Whoever may not read a restricted case is not named, and a speaker is not let out of the circle."""
    people = office_of_jinxiu
    case = case_in("acting", facts={"restricted": True, "lawsuit_threatened": True})
    actions.name_speaker(case, person=people.chenfang, by=people.zhoujun, at=march(2, 10))
    with pytest.raises(Refused, match="陈芳") as refused:
        actions.set_circle(case, circle=[], note="只限有关人员", by=people.zhoujun, at=march(2, 11))
    assert refused.value.field == "circle"
    actions.name_speaker(case, person=people.zhoujun, note="换人", by=people.zhoujun, at=march(2, 12))
    actions.set_circle(case, circle=[], note="只限有关人员", by=people.zhoujun, at=march(2, 13))
    with pytest.raises(Refused, match="陈芳"):
        actions.name_speaker(case, person=people.chenfang, note="换人", by=people.zhoujun, at=march(2, 14))


def test_an_explanation_sent_twice_is_written_and_told_once(late, office_of_jinxiu):
    people = office_of_jinxiu
    duty = explain(late(), people.wanggong, HANDLED + HOUR)
    with pytest.raises(Refused):
        explain(duty, people.wanggong, HANDLED + HOUR)
    assert Notification.objects.filter(kind="overrun_explained", complaint=duty.complaint).count() == 1
    explain(duty, people.wanggong, HANDLED + 2 * HOUR, note="水管和阀门都晚到两天。")
    assert duty.complaint.events.filter(kind="overrun_corrected").count() == 1


# What a program sends --------------------------------------------------------------------------------------

BAD = (
    "", "x", "\x00", "NaN", "Infinity", "1e30", "-1", "0.001", "9" * 40, True, None, [], [1], {}, {"a": 1},
    1e308,
    "0001-01-01", "0001-01-01T00:00", "9999-12-31T23:59:59.999999",
)  # fmt: skip
VERBS_OF_PARTS = (
    "propose_compensation", "withdraw_compensation", "pay", "accept_payment", "sign", "edit_signatory",
    "remove_signatory", "name_speaker", "appear", "add_follow_up", "do_follow_up", "tell_follow_up",
    "sign_follow_up", "drop_follow_up", "second_call", "note_sign", "withdraw_sign", "decide_abnormal",
    "review_abnormal", "set_circle", "note_media", "ask_extension", "revisit",
)  # fmt: skip


def test_whatever_a_program_sends_to_the_new_doors_is_answered_with_its_fault(
    case_in, office_of_jinxiu, client
):
    people = office_of_jinxiu
    case = followed_up(case_in("replied"), people, "楼道灯也坏了")
    client.raise_request_exception = False
    client.force_login(people.zhoujun)
    broken = []
    for verb in VERBS_OF_PARTS:
        fields = list(MOVE_FORMS[verb].form.base_fields) + ["alone_because"]
        for bad in BAD:
            sent = json.dumps(dict.fromkeys(fields, bad))
            answer = client.post(f"/api/v1/cases/{case.number}/{verb}/", sent, "application/json")
            if answer.status_code >= 500:
                broken.append((verb, bad, answer.status_code))
    assert broken == []
