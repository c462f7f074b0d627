"""A way out for every late case: the cap counts from now; another time is granted (domain.md 5)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from complaints import actions
from complaints.actions.extension_reach import usual_due
from complaints.models import Clock, Extension
from complaints.policy import DEFAULTS, ClockKind, Policy
from config.framework.refusals import Refused
from tests.case_pages import ENGLISH, text, trace
from tests.cast import DAY, HOUR, MINUTE, march
from tests.looking import clock_of, told

pytestmark = pytest.mark.django_db

CHINESE = {"Accept-Language": "zh-hans"}
MONDAY = march(2, 9)
DUE = march(3, 9)  # of a minor case received on Monday


def request_at(case, people, until, at, **said):
    how = {"not_told_because": "电话未接通"} if "customer_told_method" not in said else {}
    return actions.ask_extension(
        case, clock="resolve", reason="parts", note="接头缺货。", new_due_at=until, by=people.wanggong, at=at,
        **how, **said,
    )  # fmt: skip


# How far a grant reaches ---------------------------------------------------------------------------


@pytest.mark.parametrize("late", [3 * DAY + 2 * HOUR, 4 * DAY, 30 * DAY])
def test_however_late_more_time_can_be_asked_for_and_granted(case_in, office_of_jinxiu, late):
    people, at = office_of_jinxiu, DUE + late
    case = case_in("acting", severity="minor", at=MONDAY)
    assert usual_due(clock_of(case, "resolve"), at, case.estate) == at + DAY
    with pytest.raises(Refused) as refusal:
        request_at(case, people, at + 3 * DAY + MINUTE, at)
    assert refusal.value.field == "new_due_at"
    request = request_at(case, people, at + 3 * DAY, at)
    actions.approve_extension(request, by=people.zhoujun, at=at + HOUR)
    resolve = clock_of(case, "resolve")
    assert (resolve.due_at, resolve.breached_at, resolve.extended) == (at + 3 * DAY, DUE, True)


@pytest.mark.parametrize("late", [3 * DAY + 2 * HOUR, 4 * DAY, 30 * DAY])
def test_however_late_the_form_begins_with_a_day_from_now(client, clock, case_in, office_of_jinxiu, late):
    case = case_in("acting", severity="minor", at=MONDAY)
    clock.now = DUE + late
    client.force_login(office_of_jinxiu.wanggong)
    shown = text(client.get(f"/cases/{case.number}/ask_extension/", headers=ENGLISH))
    until = (clock.now + DAY).strftime("%Y-%m-%d %H:%M")
    assert f'value="{until}"' in shown and "at most 3 days from now" in shown
    said = {
        "clock": "resolve", "reason": "parts", "note": "缺货", "new_due_at": until,
        "customer_told_method": "phone",
    }  # fmt: skip
    answer = client.post(f"/cases/{case.number}/ask_extension/", said, headers=ENGLISH)
    assert answer.status_code == 302
    request = case.extensions.get()
    assert (request.asked_due_at, request.customer_told_at) == (clock.now + DAY, clock.now)


def test_before_it_is_due_the_cap_counts_from_the_due_time(case_in, office_of_jinxiu):
    case = case_in("acting", severity="minor", at=MONDAY)
    assert usual_due(clock_of(case, "resolve"), march(2, 12), case.estate) == DUE + DAY
    with pytest.raises(Refused):
        request_at(case, office_of_jinxiu, DUE + 3 * DAY + MINUTE, march(2, 12))
    request_at(case, office_of_jinxiu, DUE + 3 * DAY, march(2, 12))


def test_the_preset_time_is_a_whole_minute_that_can_be_granted(case_in):
    case = case_in("acting", severity="minor", at=MONDAY)
    at = march(4, 10, 7) + timedelta(seconds=31)
    assert usual_due(clock_of(case, "resolve"), at, case.estate) == march(5, 10, 8)


def test_the_cap_is_that_of_the_severity_the_clock_began_with(case_in, office_of_jinxiu):
    """A re-grading changes limits and approver, never how much one grant may add (domain.md 4)."""
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=MONDAY)
    actions.regrade(case, severity="important", note="漏到楼下", by=people.chenfang, at=march(2, 13))
    resolve = clock_of(case, "resolve")
    assert (resolve.due_at, resolve.severity, resolve.began_as) == (DUE, "important", "minor")
    with pytest.raises(Refused):
        request_at(case, people, DUE + 3 * DAY + MINUTE, march(2, 14))
    assert request_at(case, people, DUE + 3 * DAY, march(2, 14)).approver_role == "general_manager"
    actions.regrade(case, severity="minor", note="已止水", by=people.chenfang, at=march(2, 15))
    assert clock_of(case, "resolve").began_as == "minor"


def test_a_case_begins_with_what_it_is_classified_as_first(walk_in, office_of_jinxiu, engineering):
    people, case = office_of_jinxiu, walk_in(MONDAY)
    actions.classify(
        case, severity="important", category=case.category, handler=people.wanggong, department=engineering,
        by=people.chenfang, at=march(2, 10),
    )  # fmt: skip
    assert clock_of(case, "resolve").began_as == "important"


@pytest.mark.parametrize("severity", ["important", "major"])
def test_a_graver_case_is_lowered_and_its_clock_keeps_its_cap(case_in, office_of_jinxiu, severity):
    people = office_of_jinxiu
    case = case_in("acting", severity=severity, at=MONDAY)
    actions.regrade(case, severity="minor", note="已止水", by=people.chenfang, at=march(2, 13))
    assert clock_of(case, "resolve").began_as == severity


# What can be extended ------------------------------------------------------------------------------


def test_no_version_of_the_rules_can_allow_what_binds():
    stored = Policy(1, DEFAULTS | {"extension": DEFAULTS["extension"] | {"clocks": list(ClockKind)}})
    allowed = {kind for kind in ClockKind if stored.extendable(kind)}
    assert allowed == {"resolve", "reply", "apology", "revisit"}
    fewer = Policy(2, DEFAULTS | {"extension": DEFAULTS["extension"] | {"clocks": ["resolve"]}})
    assert [kind for kind in ClockKind if fewer.extendable(kind)] == ["resolve"]


# What the approver grants --------------------------------------------------------------------------


def test_a_request_that_waited_longer_than_it_asked_is_granted_until_another_time(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=MONDAY)
    request = request_at(case, people, march(4, 9), march(2, 12), promised_at=march(4, 8))
    late = march(9, 10)
    before = trace(case)
    with pytest.raises(Refused) as refusal:
        actions.approve_extension(request, by=people.zhoujun, at=late)
    assert refusal.value.field == "granted_due_at" and trace(case) == before
    for wrong in (march(4, 9), late, late + 3 * DAY + MINUTE):
        with pytest.raises(Refused):
            actions.approve_extension(request, by=people.zhoujun, at=late, granted_due_at=wrong)
    actions.approve_extension(request, by=people.zhoujun, at=late, granted_due_at=late + DAY)
    case.refresh_from_db()
    resolve = clock_of(case, "resolve")
    assert (resolve.due_at, resolve.breached_at, case.promised_at) == (late + DAY, DUE, late + DAY)
    assert case.events.filter(kind="extension_lengthened", owner_sees=True).exists()


def test_a_request_that_waited_too_long_can_be_declined(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    request = request_at(case_in("acting", severity="minor", at=MONDAY), people, march(4, 9), march(2, 12))
    actions.decline_extension(request, comment="请先止水", by=people.zhoujun, at=march(9, 10))
    assert Extension.objects.get().state == "declined"


@pytest.mark.parametrize(
    ("until", "kind"),
    [
        (march(6, 9), "extension_shortened"),
        (march(7, 9), "extension_approved"),
        (march(9, 9), "extension_lengthened"),
    ],
)
def test_another_time_may_be_earlier_or_later_than_asked(case_in, office_of_jinxiu, until, kind):
    people = office_of_jinxiu
    case = case_in("acting", severity="important", at=MONDAY)
    request = request_at(case, people, march(7, 9), march(2, 12))
    actions.approve_extension(request, by=people.wuzong, at=march(3, 9), granted_due_at=until)
    assert clock_of(case, "resolve").due_at == until
    assert case.events.filter(kind=kind).count() == 1
    assert told("extension_approved", case) == {"wanggong", "limin"}


# What is said and confirmed --------------------------------------------------------------------------


def test_an_oral_yes_whose_time_has_passed_is_confirmed_until_another_time(case_in, office_of_jinxiu):
    """He said yes in time until ten: that much was allowed, and missed; what comes later is granted now."""
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=MONDAY)
    request = request_at(case, people, march(3, 10), march(2, 12))
    actions.note_oral_approval(
        request, said_by=people.zhoujun, said_at=march(2, 13), by=people.wanggong, at=march(2, 14)
    )
    at = march(3, 12)
    with pytest.raises(Refused) as refusal:
        actions.confirm_oral_approval(request, by=people.zhoujun, at=at)
    assert refusal.value.field == "granted_due_at"
    actions.confirm_oral_approval(request, by=people.zhoujun, at=at, granted_due_at=march(4, 12))
    resolve = clock_of(case, "resolve")
    assert (resolve.due_at, resolve.breached_at) == (march(4, 12), march(3, 10))


def test_after_an_oral_yes_has_lapsed_another_can_be_noted(client, clock, case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", at=MONDAY)
    request = request_at(case, people, march(7), march(2, 10))
    said = {"said_by": people.wuzong, "by": people.wanggong}
    actions.note_oral_approval(request, said_at=march(2, 10, 30), at=march(2, 11), **said)
    client.force_login(people.wanggong)
    clock.now = march(2, 12)
    assert "/oral/" not in client.get(f"/approvals/{request.pk}/").content.decode()
    clock.now = march(3, 12)
    assert f"/approvals/{request.pk}/oral/" in client.get(f"/approvals/{request.pk}/").content.decode()
    client.force_login(people.wuzong)
    shown = client.get(f"/approvals/{request.pk}/").content.decode()
    assert "/confirm/" not in shown and "/approve/" in shown
    actions.note_oral_approval(request, said_at=march(3, 11), at=march(3, 12), **said)


# The card: no button leads to a sure refusal -----------------------------------------------------------


def actions_of(shown: str, pk: int) -> list[str]:
    """The decisions a page offers on one request, in their order."""
    return re.findall(rf'action="/approvals/{pk}/(\w+)/"', shown)


def test_a_passed_request_says_so_and_its_button_is_another_time(client, clock, ask, office_of_jinxiu):
    request = ask("minor")  # until Wednesday at nine
    clock.now = march(9, 10, 15)
    client.force_login(office_of_jinxiu.zhoujun)
    for path in ("/approvals/", f"/approvals/{request.pk}/"):
        shown = client.get(path, headers=CHINESE).content.decode()
        assert "原申请延至 3月4日 09:00（周三）。申请时间已过，请改批至新的时间。" in shown
        assert actions_of(shown, request.pk) == ["until", "decline"]
        assert 'value="2026-03-10 10:15"' in shown and "改批至此时间" in shown
        assert "/approve/" not in shown
    before = trace(request.complaint)
    refused = client.post(f"/approvals/{request.pk}/approve/", headers=CHINESE)
    assert refused.status_code == 422 and trace(request.complaint) == before
    answer = client.post(f"/approvals/{request.pk}/until/", {"granted_due_at": "2026-03-10T10:15"})
    assert answer.status_code == 302
    assert clock_of(request.complaint, "resolve").due_at == march(10, 10, 15)


def test_a_request_that_can_be_granted_as_asked_offers_both(client, clock, ask, office_of_jinxiu):
    request = ask("minor")
    client.force_login(office_of_jinxiu.zhoujun)
    assert actions_of(client.get("/approvals/").content.decode(), request.pk) == [
        "approve", "until", "decline",
    ]  # fmt: skip


def test_on_a_limit_that_can_no_longer_be_extended_only_declining_is_offered(
    client,
    clock,
    ask,
    office_of_jinxiu,
):
    people, request = office_of_jinxiu, ask("minor")
    Clock.objects.filter(pk=request.clock_id).update(kind="clear_answer")
    client.force_login(people.zhoujun)
    shown = text(client.get("/approvals/", headers=ENGLISH))
    assert "This limit can no longer be extended" in shown
    assert actions_of(client.get("/approvals/").content.decode(), request.pk) == ["decline"]
    with pytest.raises(Refused):
        actions.approve_extension(request, by=people.zhoujun, at=march(2, 12))


def test_whoever_lost_the_work_notes_no_oral_approval(client, clock, case_in, office_of_jinxiu, engineering):
    people = office_of_jinxiu
    case = case_in("acting", at=MONDAY)
    request = request_at(case, people, march(6), march(2, 10))
    client.force_login(people.wanggong)
    assert "/oral/" in client.get(f"/approvals/{request.pk}/").content.decode()
    actions.reassign(
        case, handler=people.sungong, department=engineering, by=people.chenfang, at=march(2, 11)
    )
    shown = client.get(f"/approvals/{request.pk}/")
    if shown.status_code == 200:
        assert actions_of(shown.content.decode(), request.pk) == ["withdraw"]


def test_the_case_page_offers_more_time_only_where_a_running_clock_allows_it(
    client, clock, case_in, office_of_jinxiu
):
    people = office_of_jinxiu
    case = case_in("acting", severity="major", at=MONDAY)
    client.force_login(people.wanggong)
    url = f"/cases/{case.number}/ask_extension/"
    assert url in client.get(f"/cases/{case.number}/").content.decode()
    request_at(case, people, march(15), march(2, 10))  # the answers still run, and bind
    assert url not in client.get(f"/cases/{case.number}/").content.decode()


def test_the_sum_of_the_grants_is_shown_to_the_approver(client, clock, ask, office_of_jinxiu):
    people, first = office_of_jinxiu, ask("minor")
    actions.approve_extension(first, by=people.zhoujun, at=march(2, 12))  # from the 3rd to the 4th
    second = request_at(first.complaint, people, march(6, 9), march(3, 10))
    actions.approve_extension(second, by=people.zhoujun, at=march(3, 11))  # to the 6th
    declined = request_at(first.complaint, people, march(8, 9), march(4, 10))
    actions.decline_extension(declined, comment="不行", by=people.zhoujun, at=march(4, 11))
    third = request_at(first.complaint, people, march(7, 9), march(5, 10))
    clock.now = march(5, 11)
    client.force_login(people.zhoujun)
    shown = text(client.get(f"/approvals/{third.pk}/", headers=ENGLISH))
    assert re.search(r"Granted so far\s*3 d\s*2 times on this clock", re.sub(r"<[^>]+>", "", shown))
    shown = text(client.get(f"/approvals/{third.pk}/", headers=CHINESE))
    assert re.search(r"累计已批\s*3 天\s*（本时限 2 次）", re.sub(r"<[^>]+>", "", shown))


def test_the_api_says_whether_it_can_be_granted_as_asked_and_takes_another_time(
    client,
    clock,
    ask,
    office_of_jinxiu,
    monkeypatch,
):
    people, request = office_of_jinxiu, ask("minor")
    client.force_login(people.zhoujun)
    [row] = client.get("/api/v1/extensions/").json()["results"]
    assert (row["not_told_because"], row["granted_times"]) == ("电话未接通", 0)
    late = march(9, 10)
    for module in ("complaints.api.moves", "complaints.api.shapes"):
        monkeypatch.setattr(f"{module}.now", lambda: late)
    [row] = client.get("/api/v1/extensions/").json()["results"]
    assert row["as_asked"] is False
    refused = client.post(f"/api/v1/extensions/{request.pk}/approve/", {}, content_type="application/json")
    assert refused.status_code in (400, 409, 422)
    answer = client.post(
        f"/api/v1/extensions/{request.pk}/until/",
        {"granted_due_at": "2026-03-10T10:00"},
        content_type="application/json",
    )
    assert answer.status_code == 200 and answer.json()["state"] == "approved"
