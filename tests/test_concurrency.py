"""People, sweeps and senders at the same moment, on threads with connections of their own."""

from __future__ import annotations

import random
from collections import Counter
from threading import Barrier
from threading import Event as Flag
from time import sleep
from typing import Any

import pytest

from complaints import actions, digest, notifications, sweep
from complaints.case_numbers import clean
from complaints.models import (
    Complaint,
    Deadline,
    Event,
    Notification,
    NumberSeries,
    OutboxMessage,
    SubmitKey,
)
from config.framework.refusals import Refused
from tests.cast import MINUTE, march
from tests.looking import ring
from tests.many_cases import crowd
from tests.processes import FULL, report
from tests.racing import failures, race

pytestmark = pytest.mark.django_db(transaction=True)

RECEIVED, DUE = march(2, 9), march(2, 9, 30)
#: Seconds between two acts of one thread. SQLite gives its lock to whoever asks when it is free, so
#: threads that never pause would starve the others; people and beat pause much longer.
BREATH = 0.01
FIRED, PENDING = Deadline.State.FIRED, Deadline.State.PENDING


def levels_told(case: Complaint) -> tuple[int, int, int]:
    """How often a case has escalated: levels, entries, messages."""
    level = {"complaint": case, "kind__startswith": "level_"}
    return (
        Deadline.objects.filter(clock__complaint=case, state=FIRED).count(),
        Event.objects.filter(**level).count(),
        Notification.objects.filter(**level).count(),
    )


# People and the sweep -----------------------------------------------------------------------------


@pytest.mark.kill
def test_nothing_escalates_after_its_close_was_answered(walk_in, office_of_jinxiu):
    """200 cases (in full 1,000) come due one by one, and each is closed in that very moment."""
    case = walk_in(RECEIVED)
    cases = [case, *crowd(case, (1_000 if FULL else 200) - 1)]
    due = {each.pk: DUE + n * MINUTE for n, each in enumerate(cases)}
    levels = Deadline.objects.filter(level="over", clock__kind="deliver").select_related("clock")
    for level in levels:
        level.due_at = due[level.clock.complaint_id]
    Deadline.objects.bulk_update(levels, ["due_at"])
    answered: dict[int, tuple[int, int, int]] = {}
    round_ = Barrier(2, timeout=20)
    dice = random.Random()

    def close() -> None:
        for each in cases:
            round_.wait()
            actions.withdraw(
                each, note="业主撤回", confirmed_by="phone", by=office_of_jinxiu.chenfang, at=due[each.pk]
            )
            answered[each.pk] = levels_told(each)

    def fire() -> None:
        for each in cases:
            round_.wait()
            sleep(dice.uniform(0, 0.06))
            sweep.sweep(due[each.pk])

    outcomes = race(close, fire)
    assert failures(outcomes) == []
    assert len(answered) == len(cases)
    report(f"{len(cases)} closes raced a deadline: 0 escalations after the answer")
    assert {each.pk: levels_told(each) for each in cases} == answered
    assert not Deadline.objects.filter(state=PENDING).exists()
    assert all(levels == entries for levels, entries, _ in answered.values())


def test_action_and_sweep_never_wait_for_each_other(case_in, office_of_jinxiu, monkeypatch):
    """200 acts on clocks under two sweeps: no deadlock, no lost lock, every level entered once."""
    monkeypatch.setattr(sweep, "BATCH", 4)
    people = office_of_jinxiu
    cases = [case_in("acting", severity=severity, at=RECEIVED) for severity in ("important", "major")]
    for case in cases:
        crowd(case, 10)
    done = Flag()

    def work(case: Complaint) -> None:
        severity = {"important": "major", "major": "important"}
        for n in range(50):
            at = march(2, 10) + n * 5 * MINUTE
            case = actions.regrade(
                case, severity=severity[case.severity], note="核实", by=people.chenfang, at=at
            )
            actions.answer(case, note="在办", method="phone", by=people.limin, at=at)

    def fire() -> None:
        hours = 0
        while not done.wait(BREATH):
            sweep.sweep(march(2, 10) + hours * 10 * MINUTE)
            hours += 1

    def work_all() -> None:
        outcomes = race(*(lambda case=case: work(case) for case in cases))
        done.set()
        assert failures(outcomes) == []

    try:
        outcomes = race(fire, fire, work_all)
    finally:
        done.set()
    assert failures(outcomes) == []
    ring(march(30))
    assert (
        Deadline.objects.filter(state=FIRED).count()
        == Event.objects.filter(kind__startswith="level_").count()
    )


def test_many_sweeps_at_once_fire_each_level_once(walk_in, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 10)
    case = walk_in(RECEIVED, facts={"urgent": True})  # else so many are told of in one message
    crowd(case, 99)
    outcomes = race(*[lambda: ring(march(2, 10))] * 4)
    ring(march(2, 10))  # what the four left to each other
    assert failures(outcomes) == []
    assert Event.objects.filter(kind="level_over").count() == 100
    per_person = Counter(
        Notification.objects.filter(kind__startswith="level").values_list("complaint", "user")
    )
    assert set(per_person.values()) == {1}
    assert len(per_person) == 200  # first receiver and supervisor


def test_many_digests_at_once_are_one(case_in):
    case_in("acting", severity="minor", at=march(2, 9))
    outcomes = race(*[lambda: digest.digest(march(4, 9))] * 4)
    assert failures(outcomes) == []
    assert sum(outcomes) == 1
    assert Notification.objects.filter(kind="digest", user__username="wuzong").count() == 1


# Senders ------------------------------------------------------------------------------------------


def test_many_senders_at_once_send_each_message_once(walk_in, monkeypatch):
    sent: list[str] = []

    class Counting:
        name = "email"

        def send(self, message: OutboxMessage) -> None:
            sent.append(message.key)

    monkeypatch.setitem(notifications.CHANNELS, "email", Counting())
    crowd(walk_in(RECEIVED, facts={"urgent": True}), 39)
    ring(DUE)

    def send() -> None:
        while notifications.send_due(DUE):
            pass

    outcomes = race(send, send, send, send)
    send()
    assert failures(outcomes) == []
    assert Counter(sent) == Counter(OutboxMessage.objects.values_list("key", flat=True))
    assert len(sent) > 80


# Writers ------------------------------------------------------------------------------------------


def test_one_form_sent_fifty_times_at_once_makes_one_case(jinxiu, limin, chenfang, categories):
    intake = actions.Intake(estate=jinxiu, content="水管爆了", person=actions.Person(phone="13494795057"))

    def send(times: int) -> list[int]:
        return [actions.register(intake, by=limin, at=RECEIVED, key="form-1").pk for _ in range(times)]

    outcomes = race(*[lambda: send(5)] * 10)
    assert failures(outcomes) == []
    case = Complaint.objects.get()
    assert [pk for answers in outcomes for pk in answers] == [case.pk] * 50
    assert (case.events.count(), case.history.count(), NumberSeries.objects.get().last) == (1, 1, 1)
    assert OutboxMessage.objects.filter(kind="received").count() == 1
    other = actions.Intake(estate=jinxiu, content="别的事")
    with pytest.raises(actions.KeyReused):
        actions.register(other, by=limin, at=RECEIVED, key="form-1")
    assert SubmitKey.objects.get().object_id == case.pk


def test_eight_desks_leave_no_gap_and_no_number_twice(jinxiu, limin, chenfang):
    """Every tenth intake breaks off after its number was drawn: that number is drawn again."""
    used = actions.take_note(by=limin, at=RECEIVED, estate=jinxiu, kind="repair", words="水管漏")
    actions.register(actions.Intake(estate=jinxiu, content="水管漏", from_note=used), by=limin, at=RECEIVED)

    def write(desk: int) -> int:
        broken = 0
        for n in range(50):
            sleep(BREATH)
            note = {"from_note": used} if n % 10 == 9 else {}
            try:
                actions.register(
                    actions.Intake(estate=jinxiu, content=f"{desk}-{n}", **note), by=limin, at=RECEIVED
                )
            except Refused:
                broken += 1
        return broken

    outcomes = race(*(lambda desk=desk: write(desk) for desk in range(8)))
    assert outcomes == [5] * 8
    numbers = list(Complaint.objects.order_by("number").values_list("number", flat=True))
    assert [int(number.split("-")[2][:-1]) for number in numbers] == list(range(1, 362))
    assert all(clean(number) == number for number in numbers)


def winners(outcomes: list[Any], loser: type[Exception]) -> tuple[int, int]:
    assert failures(outcomes, loser) == []
    lost = sum(isinstance(outcome, loser) for outcome in outcomes)
    return len(outcomes) - lost, lost


def test_of_three_edits_of_one_version_one_wins_and_nothing_is_lost(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", at=RECEIVED)
    first = case.version
    for n in range(15):

        def edit(by, words, version=case.version, n=n):
            return actions.edit(case, {"place": f"{words}{n}"}, version=version, by=by, at=march(2, 10))

        outcomes = race(
            lambda edit=edit: edit(people.limin, "李"),
            lambda edit=edit: edit(people.chenfang, "陈"),
            lambda edit=edit: edit(people.zhoujun, "周"),
        )
        assert winners(outcomes, actions.EditConflict) == (1, 2)
        case.refresh_from_db()
        [won] = [outcome for outcome in outcomes if isinstance(outcome, Complaint)]
        assert (case.place, case.version) == (won.place, first + n + 1)
        for lost in outcomes:
            if isinstance(lost, actions.EditConflict):
                assert lost.current.place == case.place  # and is shown what stands there now
    written = case.history.filter(version__gt=first).order_by("version").values_list("version", flat=True)
    assert list(written) == list(range(first + 1, first + 16))
    assert case.events.filter(kind="edited").count() == 15


def test_of_two_decisions_on_one_request_one_counts(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    for n in range(8):
        case = case_in("acting", severity="minor", at=RECEIVED + n * MINUTE)
        request = actions.ask_extension(
            case, clock="resolve", reason="parts", note="等配件", new_due_at=march(4, 9), by=people.wanggong,
            at=march(2, 12), not_told_because="电话未接通",
        )  # fmt: skip
        said = {"at": march(2, 13), "comment": "行"}
        outcomes = race(
            lambda request=request, said=said: actions.approve_extension(request, by=people.zhoujun, **said),
            lambda request=request, said=said: actions.decline_extension(request, by=people.wuzong, **said),
            lambda request=request, said=said: actions.approve_extension(request, by=people.wuzong, **said),
        )
        assert winners(outcomes, Refused) == (1, 2)
        decided = case.events.filter(kind__in=["extension_approved", "extension_declined"])
        assert decided.count() == 1
        assert case.clocks.get(kind="resolve").revision <= 3


def test_a_night_case_is_claimed_by_one_person(walk_in, office_of_jinxiu, laozhao):
    case = walk_in(march(2, 2), by=laozhao)
    outcomes = race(
        lambda: actions.claim(case, by=office_of_jinxiu.limin, at=march(2, 8, 30)),
        lambda: actions.claim(case, by=office_of_jinxiu.chenfang, at=march(2, 8, 30)),
    )
    assert winners(outcomes, Refused) == (1, 1)
    assert case.events.filter(kind="claimed").count() == 1


def test_two_cases_that_join_each_other_do_not_wait_for_one_another(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    for n in range(6):
        one, other = (case_in("recorded", at=RECEIVED + n * MINUTE) for _ in range(2))
        outcomes = race(
            lambda one=one, other=other: actions.join(one, lead=other, by=people.limin, at=march(2, 11)),
            lambda one=one, other=other: actions.join(other, lead=one, by=people.limin, at=march(2, 11)),
        )
        assert winners(outcomes, Refused) == (1, 1)


@pytest.mark.parametrize("older", ["lead", "member"])
def test_a_lead_is_replied_to_while_its_members_leave(case_in, office_of_jinxiu, older):
    """Both lock lead and member: in one order, whichever came first, so neither waits for the other."""
    people = office_of_jinxiu
    for n in range(6):
        made = [case_in(status, at=RECEIVED + n * MINUTE) for status in statuses(older, "handled")]
        lead, member = made if older == "lead" else reversed(made)
        actions.join(member, lead=lead, by=people.limin, at=march(2, 11))
        outcomes = race(
            lambda lead=lead: actions.reply(
                lead, note="已修好", method="notice", by=people.limin, at=march(2, 12)
            ),
            lambda member=member: actions.leave(member, note="情况不同", by=people.chenfang, at=march(2, 12)),
        )
        assert failures(outcomes) == []
        member.refresh_from_db()
        assert member.lead is None
        assert member.status in ("recorded", "replied")


def statuses(older: str, lead: str) -> tuple[str, str]:
    """In the order in which the cases are taken."""
    return (lead, "recorded") if older == "lead" else ("recorded", lead)


@pytest.mark.parametrize("older", ["lead", "member"])
def test_a_lead_is_withdrawn_while_a_member_is_marked_and_confirmed_as_the_same_matter(
    case_in, office_of_jinxiu, older
):
    people = office_of_jinxiu
    for n in range(6):
        made = [
            case_in("recorded", at=RECEIVED + n * MINUTE, person=actions.Person(name=name, phone=phone))
            for name, phone in (("甲", f"1350000100{n}"), ("乙", f"1350000200{n}"))
        ]
        lead, member = made if older == "lead" else reversed(made)
        member = actions.join(member, lead=lead, by=people.limin, at=march(2, 11))
        outcomes = race(
            lambda lead=lead: actions.withdraw(lead, note="不投诉了", by=None, at=march(2, 12)),
            lambda member=member: actions.edit(
                member, {"lawsuit_threatened": True}, version=member.version, by=people.limin, at=march(2, 12)
            ),
            lambda lead=lead, member=member: actions.confirm_same(
                member, to=lead, by=people.chenfang, at=march(2, 12)
            ),
        )
        assert failures(outcomes, actions.EditConflict) == []
        member.refresh_from_db()
        assert member.lead is None and member.matter
