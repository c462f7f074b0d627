"""The outbox: every row is sent, none twice but where a sender died in the middle of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail

from complaints import actions, notifications, tasks
from complaints.models import Notification, OutboxMessage, SweepMark
from complaints.notifications import LEASE, TRIES, Notice, send_due
from staff import actions as office
from staff.models import User
from tests.cast import DAY, HOUR, MINUTE, march
from tests.looking import told

pytestmark = pytest.mark.django_db

State = OutboxMessage.State
MORNING = march(2, 9)


@pytest.fixture
def post(office_of_jinxiu) -> Callable[..., OutboxMessage]:
    """Put one message to a person into the outbox."""

    def put(user: User | None = None, kind: str = "digest", complaint=None, source: str = "x", **params):
        params = params or {"count": 1, "important": 0}
        letter = Notice(user or office_of_jinxiu.chenfang, kind, complaint, params)
        notifications.write([letter], at=MORNING, source=source)
        return OutboxMessage.objects.latest("pk")

    return put


class Broken:
    """A channel that fails as often as it is told to, then delivers."""

    name = "email"

    def __init__(self, failures: int) -> None:
        self.failures, self.sent = failures, 0

    def send(self, message: OutboxMessage) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("connection refused")
        self.sent += 1


def drain(now) -> None:
    while send_due(now):
        pass


# Writing ------------------------------------------------------------------------------------------


def test_a_message_is_an_inbox_line_and_a_mail(post, office_of_jinxiu):
    row = post()
    assert told("digest", None) == {"chenfang"}
    assert (row.channel, row.state, row.user) == ("email", State.QUEUED, office_of_jinxiu.chenfang)


def test_the_same_cause_writes_once(post):
    post(source="d1")
    post(source="d1")
    assert (Notification.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_who_has_no_mail_address_still_has_the_inbox(post, office_of_jinxiu):
    office_of_jinxiu.chenfang.email = ""
    notifications.write([Notice(office_of_jinxiu.chenfang, "digest")], at=MORNING, source="x")
    assert told("digest", None) == {"chenfang"}
    assert not OutboxMessage.objects.exists()


def test_a_replayed_past_is_never_sent_and_counts_as_read(post):
    with notifications.muted(until=MORNING + DAY):
        row = post()
    assert row.state == State.MUTED
    assert Notification.objects.get().read_at == MORNING
    assert send_due(march(30)) == 0
    assert mail.outbox == []


# Sending ------------------------------------------------------------------------------------------


def test_a_mail_goes_out_once_and_says_when(post):
    row = post()
    drain(MORNING + MINUTE)
    drain(MORNING + DAY)
    row.refresh_from_db()
    assert (row.state, row.sent_at, row.attempts) == (State.SENT, MORNING + MINUTE, 1)
    assert [message.to for message in mail.outbox] == [["chenfang@example.com"]]


def test_nothing_is_sent_before_its_time(post):
    post()
    assert send_due(MORNING - MINUTE) == 0


def test_more_than_a_batch_is_sent_in_several(post):
    for n in range(notifications.BATCH + 3):
        post(source=f"s{n}")
    assert send_due(MORNING) == notifications.BATCH
    assert send_due(MORNING) == 3
    assert send_due(MORNING) == 0
    assert len(mail.outbox) == notifications.BATCH + 3


def test_a_failure_is_tried_again_later_and_later(post, monkeypatch):
    row = post()
    channel = Broken(failures=3)
    monkeypatch.setitem(notifications.CHANNELS, "email", channel)
    at, waits = MORNING, []
    while channel.sent == 0:
        drain(at)
        row.refresh_from_db()
        waits.append((row.not_before - at) // MINUTE)
        assert send_due(row.not_before - MINUTE / 60) == 0
        at = row.not_before
    assert waits == [1, 2, 4, 1]  # the last one is its lease
    assert (row.state, row.attempts, channel.sent) == (State.SENT, 4, 1)


def test_after_ten_failures_it_is_given_up_visibly_and_can_be_taken_up_again(post, monkeypatch):
    row = post()
    channel = Broken(failures=TRIES)
    monkeypatch.setitem(notifications.CHANNELS, "email", channel)
    for hour in range(TRIES + 5):
        drain(MORNING + hour * HOUR)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == (State.FAILED, TRIES, "connection refused")
    notifications.retry_failed(row, at=march(4))
    drain(march(4))
    row.refresh_from_db()
    assert (row.state, row.error, channel.sent) == (State.SENT, "", 1)


def test_one_bad_message_does_not_hold_up_the_others(post):
    bad = post(source="bad", kind="no_such_kind")
    post(source="good")
    drain(MORNING)
    bad.refresh_from_db()
    assert bad.state == State.QUEUED
    assert "no_such_kind" in bad.error
    assert len(mail.outbox) == 1


def test_a_dead_mail_server_costs_two_tries_and_the_others_wait_for_the_next_round(post, monkeypatch):
    """Ten seconds each until they time out: the sweep must have its turn meanwhile."""
    for n in range(notifications.BATCH + 2):
        post(source=f"s{n}")
    channel = Broken(failures=2)
    monkeypatch.setitem(notifications.CHANNELS, "email", channel)
    drain(MORNING)
    assert (channel.failures, channel.sent) == (0, 0)
    tries = OutboxMessage.objects.order_by("pk").values_list("attempts", flat=True)
    assert list(tries) == [1, 1, 0, 0, 0, 0, 0]
    drain(MORNING + LEASE)
    drain(MORNING + 2 * LEASE)
    assert channel.sent == notifications.BATCH + 2
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.SENT}


def test_sending_ends_in_time_whatever_waits(post, monkeypatch):
    for n in range(3 * notifications.BATCH):
        post(source=f"s{n}")
    monkeypatch.setattr(tasks, "SENDING", 0 * MINUTE)
    tasks.send()
    assert len(mail.outbox) == notifications.BATCH


def test_a_second_try_carries_the_same_message_id(post):
    row = post(source="d7")
    drain(MORNING)
    OutboxMessage.objects.filter(pk=row.pk).update(state=State.QUEUED)
    drain(MORNING + 2 * MINUTE)
    first, second = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert first == second
    assert f"email.d7.digest.{row.user_id}@" in first


# Leases -------------------------------------------------------------------------------------------


def test_what_a_dead_sender_held_is_due_again_when_its_lease_ends(post):
    row = post()
    notifications._claim(MORNING)  # and dies
    assert send_due(MORNING + LEASE / 2) == 0
    drain(MORNING + LEASE)
    row.refresh_from_db()
    assert (row.state, row.attempts, len(mail.outbox)) == (State.SENT, 2, 1)


def test_a_sender_that_wakes_up_late_changes_nothing(post):
    row = post()
    [late] = notifications._claim(MORNING)
    drain(MORNING + LEASE)
    notifications._retry(late, OSError("too late"), MORNING + LEASE)
    row.refresh_from_db()
    assert (row.state, row.error) == (State.SENT, "")


def test_a_slow_mail_server_makes_no_second_copy_of_those_behind(post, monkeypatch):
    """While the first of three is being sent the lease runs out and another sender takes all three."""
    for n in range(3):
        post(source=f"s{n}")
    sent: list[str] = []

    class Slow:
        name = "email"

        def send(self, message: OutboxMessage) -> None:
            sent.append(message.key)
            if len(sent) == 1:
                drain(MORNING + LEASE + MINUTE)

    monkeypatch.setitem(notifications.CHANNELS, "email", Slow())
    drain(MORNING)
    assert sorted(sent) == sorted([sent[0], *OutboxMessage.objects.values_list("key", flat=True)])
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.SENT}


# Who may still read it ----------------------------------------------------------------------------


def test_who_left_the_estate_before_the_sending_gets_nothing_and_the_next_one_up_does(
    case_in, office_of_jinxiu, admin
):
    people = office_of_jinxiu
    case = case_in("acting", at=march(2, 9))
    drain(march(2, 10))
    mail.outbox.clear()
    actions.chase(case, by=people.chenfang, at=march(3, 9))  # tells limin and wanggong
    office.end_posting(people.limin.postings.get(), at=march(3, 9, 5), by=admin)
    drain(march(3, 9, 10))
    assert sorted(message.to[0] for message in mail.outbox) == [
        "chenfang@example.com",
        "wanggong@example.com",
    ]
    row = OutboxMessage.objects.get(user=people.limin, kind="chased")
    assert row.state == State.MUTED


def test_a_request_goes_on_to_whoever_stands_for_the_approver_who_left(case_in, office_of_jinxiu, admin):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    drain(march(2, 10))
    mail.outbox.clear()
    actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", new_due_at=march(4, 9),
        by=people.chenfang, at=march(2, 11), not_told_because="电话未接通",
    )  # fmt: skip
    office.end_posting(people.zhoujun.postings.get(), at=march(2, 11, 1), by=admin)
    drain(march(2, 11, 2))
    drain(march(2, 11, 3))
    # Not the supervisor, who asked; the next one up who may approve.
    assert [message.to for message in mail.outbox] == [["wuzong@example.com"]]


def test_what_nobody_stands_for_is_told_to_the_administrator(case_in, office_of_jinxiu, admin):
    """Who approves has left, nobody else is there, and somebody without a log-in is complained about."""
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9), respondents=("门岗",))
    about = {"by": people.chenfang, "at": march(2, 11)}
    actions.propose_compensation(case, amount=1200, note="墙面修补", **about)
    notifications.write([Notice(people.zhoujun, "level_over", case)], at=march(2, 11), source="x")
    for manager in (people.zhoujun, people.wuzong, people.chenfang):
        office.end_posting(manager.postings.get(), at=march(2, 11, 1), by=admin)
    drain(march(2, 11, 2))
    assert told("undecided", None) == told("unreached", None) == {"admin"}
    roles = case.events.filter(kind="unreached").values_list("params__roles", flat=True)
    assert sorted(roles) == [["property_manager"], ["supervisor"]]


def test_an_amount_goes_on_to_whoever_may_approve_it_not_to_who_proposed_it(case_in, office_of_jinxiu, admin):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9))
    drain(march(2, 10))
    mail.outbox.clear()
    actions.propose_compensation(case, amount=1200, note="墙面修补", by=people.chenfang, at=march(2, 11))
    office.end_posting(people.zhoujun.postings.get(), at=march(2, 11, 1), by=admin)
    drain(march(2, 11, 2))
    drain(march(2, 11, 3))
    assert [message.to for message in mail.outbox] == [["wuzong@example.com"]]


def test_who_was_complained_about_meanwhile_gets_nothing(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="important", at=march(2, 9))
    drain(march(2, 10))
    mail.outbox.clear()
    notifications.write([Notice(people.zhoujun, "chased", case)], at=march(3, 9), source="x")
    actions.name_respondent(case, person=people.zhoujun, by=people.chenfang, at=march(3, 9, 1))
    drain(march(3, 9, 2))
    assert [message.to[0] for message in mail.outbox] == ["chenfang@example.com"]


def test_who_can_no_longer_sign_in_gets_nothing(post, office_of_jinxiu):
    row = post()
    office_of_jinxiu.chenfang.is_active = False
    office_of_jinxiu.chenfang.save(update_fields=["is_active"])
    drain(MORNING)
    row.refresh_from_db()
    assert row.state == State.MUTED
    assert mail.outbox == []


def test_the_administrator_is_written_to_when_no_manager_can_be_reached(post, admin):
    post(admin, "unreached", number="JX-2026-000018", estate="锦绣花园")
    drain(MORNING)
    assert [message.to for message in mail.outbox] == [["admin@example.com"]]


# The inbox ----------------------------------------------------------------------------------------


def test_only_the_reader_himself_marks_his_lines_as_read(post, office_of_jinxiu):
    post()
    [line] = Notification.objects.all()
    notifications.read([line.pk], by=office_of_jinxiu.zhoujun, at=MORNING)
    line.refresh_from_db()
    assert line.read_at is None
    notifications.read([line.pk], by=office_of_jinxiu.chenfang, at=MORNING)
    notifications.read_all(by=office_of_jinxiu.chenfang, at=MORNING + HOUR)
    line.refresh_from_db()
    assert line.read_at == MORNING


def test_reading_all_spares_what_came_after_the_page(post, office_of_jinxiu):
    post()
    notifications.read_all(by=office_of_jinxiu.chenfang, at=MORNING - MINUTE)
    assert Notification.objects.get().read_at is None


def test_sending_leaves_its_mark_even_when_nothing_waits():
    send_due(MORNING)
    assert SweepMark.objects.get(job="send").last_ok == MORNING
