"""The second person 复核: no role is given alone, so nobody reads by a log-in of his own making."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from complaints.actions import colleagues
from complaints.forms.people import serving
from complaints.message_texts import words
from complaints.models import Notification, OutboxMessage
from config.framework.refusals import Refused
from staff import actions as office
from staff.models import User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import DAY, MINUTE, march
from tests.second_person import LATER, NOON, PEOPLE, ROLES, State, came_in, hire, knows, reads, state

pytestmark = pytest.mark.django_db


# The holes ---------------------------------------------------------------------------------------------
def test_a_property_manager_reads_no_case_about_himself_through_a_clerk_of_his_own_making(
    office_at_work, walk_in, jinxiu
) -> None:
    case = walk_in(respondents=(office_at_work.zhoujun,))
    clerk = came_in(hire(office_at_work.zhoujun, estate=jinxiu))
    assert not reads(clerk, case) and not clerk.postings.exists() and state(clerk) == State.WAITING
    colleagues.agree(clerk.reviews.get(), by=office_at_work.chenfang, at=LATER)
    assert reads(clerk, case, LATER + MINUTE)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GENERAL_MANAGER, Role.ADMINISTRATOR])
def test_an_administrator_makes_no_second_person_alone(office_at_work, walk_in, jinxiu, role) -> None:
    case = walk_in(facts={"identity_hidden": True})
    scope = {"estate": jinxiu} if role == Role.SUPERVISOR else {}
    made = came_in(hire(office_at_work.admin, role, **scope))
    assert not permissions_of(made, LATER).everywhere() and not knows(made, case)
    helper = hire(office_at_work.admin, Role.SUPERVISOR, estate=jinxiu)
    with pytest.raises(Refused):
        colleagues.agree(helper.reviews.get(), by=made, at=LATER)


def test_nobody_is_offered_who_waits(office_at_work, read, jinxiu) -> None:
    clerk = hire(office_at_work.zhoujun, estate=jinxiu)
    assert clerk not in [one.user for one in serving(jinxiu, LATER)]
    assert not office.could_stand_in(clerk, office_at_work.limin, LATER)


@pytest.mark.parametrize("who", ["zhoujun", "admin"])
def test_what_a_log_in_reads_its_maker_reads_or_a_second_person_agreed(
    who, office_at_work, walk_in, jinxiu, engineering
) -> None:
    """Whatever he gives, in every scope: cases, those about himself, restricted ones, and who hides."""
    by = getattr(office_at_work, who)
    cases = [
        walk_in(facts={"identity_hidden": True}),
        walk_in(at=march(2, 10), respondents=(by,), facts={"identity_hidden": True}),
        walk_in(at=march(2, 11), facts={"restricted": True}),
    ]
    scopes: list[dict[str, Any]] = [{}, {"estate": jinxiu}, {"department": engineering}]
    own = [(reads(by, case), knows(by, case)) for case in cases]
    made = 0
    for role, scope in itertools.product(Role, scopes):
        try:
            user = came_in(hire(by, role, **scope))
        except Refused:
            continue
        made += 1
        assert not user.reviews.filter(state=State.CONFIRMED).exists()
        assert all(reads(user, case) <= his[0] for case, his in zip(cases, own, strict=True))
        assert all(knows(user, case) <= his[1] for case, his in zip(cases, own, strict=True))
        assert permissions_of(user, LATER).everywhere() <= permissions_of(by, LATER).everywhere()
    assert made == (10 if who == "zhoujun" else 30)


# Who is the second person --------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["chenfang", "wuzong", "admin"])
def test_supervisor_general_manager_and_administrator_can_agree(office_at_work, jinxiu, who) -> None:
    clerk = hire(office_at_work.zhoujun, estate=jinxiu)
    row = colleagues.agree(clerk.reviews.get(), by=getattr(office_at_work, who), at=LATER)
    posting = clerk.postings.get()
    assert (row.state, row.posting, posting.role) == (State.CONFIRMED, posting, Role.FRONT_DESK)
    assert posting.starts_at == LATER
    assert row.history.count() == 2 and row.history.latest().history_user == getattr(office_at_work, who)


@pytest.mark.parametrize("who", ["zhoujun", "limin", "wanggong", "sungong", "stranger", "auditor"])
def test_nobody_else_can_agree(office_at_work, jinxiu, who, stranger, auditor) -> None:
    people = SimpleNamespace(**vars(office_at_work), stranger=came_in(stranger), auditor=came_in(auditor))
    clerk = hire(office_at_work.zhoujun, estate=jinxiu)
    with pytest.raises(Refused, match="复核"):
        colleagues.agree(clerk.reviews.get(), by=getattr(people, who), at=LATER)
    assert not clerk.postings.exists() and state(clerk) == State.WAITING


def test_nobody_agrees_to_what_he_asked_for_or_gets(office_at_work, jinxiu) -> None:
    people = office_at_work
    asked = colleagues.appoint(people.chenfang, Role.GENERAL_MANAGER, by=people.admin, at=NOON)
    for one in (people.admin, people.chenfang):
        with pytest.raises(Refused):
            colleagues.agree(asked, by=one, at=LATER)
    assert colleagues.agree(asked, by=people.wuzong, at=LATER).state == State.CONFIRMED


def test_a_deputy_of_the_second_person_is_none(office_at_work, jinxiu) -> None:
    people = office_at_work
    office.leave_office(
        people.chenfang, starts_at=NOON, ends_at=NOON + DAY, deputy=people.sungong, by=people.chenfang
    )
    clerk = hire(people.zhoujun, estate=jinxiu)
    with pytest.raises(Refused):
        colleagues.agree(clerk.reviews.get(), by=people.sungong, at=LATER)


def test_the_row_itself_takes_nobody_twice(office_at_work, jinxiu) -> None:
    clerk = hire(office_at_work.zhoujun, estate=jinxiu)
    for one in (office_at_work.zhoujun, clerk):
        with pytest.raises(IntegrityError), transaction.atomic():
            clerk.reviews.update(state=State.DECLINED, decided_by=one)


def test_who_never_came_in_is_nobody_to_ask(office_of_jinxiu, admin, jinxiu) -> None:
    came_in(office_of_jinxiu.wuzong)
    clerk = hire(admin, estate=jinxiu)
    assert office.Bench.load(LATER).of(clerk.reviews.get()) == [office_of_jinxiu.wuzong]


# The first days ------------------------------------------------------------------------------------------
def test_one_administrator_alone_begins_and_it_is_told_and_marked(admin, jinxiu) -> None:
    came_in(admin)
    first = hire(admin, Role.SUPERVISOR, estate=jinxiu)
    clerk = hire(admin, estate=jinxiu)
    assert state(first) == state(clerk) == State.UNCHECKED
    assert Role.SUPERVISOR in permissions_of(first, LATER).everywhere()
    assert [row.user for row in Notification.objects.filter(kind="people_hired")] == [first]


def test_from_the_first_supervisor_who_came_in_there_are_four_eyes(admin, jinxiu, cuihu) -> None:
    came_in(admin)
    first = came_in(hire(admin, Role.SUPERVISOR, estate=jinxiu))
    for role, scope in (
        (Role.FRONT_DESK, {"estate": jinxiu}), (Role.SUPERVISOR, {}), (Role.GENERAL_MANAGER, {}),
        (Role.ADMINISTRATOR, {}), (Role.SUPERVISOR, {"estate": jinxiu}),
    ):  # fmt: skip
        made = hire(admin, role, at=LATER, **scope)
        assert not made.postings.exists()
        assert office.Bench.load(LATER).of(made.reviews.get()) == [first]


def test_a_supervisor_made_alone_agrees_to_clerks_and_vouches_for_nobody(admin, jinxiu) -> None:
    """A false one adds nothing to what he reads himself, and nobody he lets in counts as agreed to."""
    came_in(admin)
    first = came_in(hire(admin, Role.SUPERVISOR, estate=jinxiu))
    clerk = hire(admin, at=LATER, estate=jinxiu)
    assert colleagues.agree(clerk.reviews.get(), by=first, at=LATER).state == State.CONFIRMED
    other = came_in(hire(admin, Role.SUPERVISOR, at=LATER, estate=jinxiu))
    assert colleagues.agree(other.reviews.get(), by=first, at=LATER).state == State.UNCHECKED
    for one, by in ((first, other), (other, first)):
        with pytest.raises(Refused):
            colleagues.agree(one.reviews.get(), by=by, at=LATER)


def test_ending_everybody_elses_posting_brings_the_first_days_not_back(office_at_work, jinxiu) -> None:
    people = office_at_work
    for one in (people.chenfang, people.wuzong):
        colleagues.close_login(one, by=people.admin, at=NOON)
    made = hire(people.admin, Role.SUPERVISOR, at=LATER, estate=jinxiu)
    assert state(made) == State.WAITING and not made.postings.exists()
    assert office.Bench.load(LATER).of(made.reviews.get()) == []


def test_a_property_manager_never_goes_alone(zhoujun, jinxiu) -> None:
    assert state(hire(came_in(zhoujun), estate=jinxiu)) == State.WAITING


def test_the_keeper_of_the_server_names_the_second_person(admin, jinxiu) -> None:
    came_in(admin)
    first = came_in(hire(admin, Role.SUPERVISOR, estate=jinxiu))
    boss, is_new = office.second_person(username="wuzong", name="吴海涛", at=LATER)
    assert is_new and Role.GENERAL_MANAGER in permissions_of(boss, LATER).company
    colleagues.agree(first.reviews.get(), by=came_in(boss), at=LATER)
    assert state(first) == State.CONFIRMED
    assert office.second_person(username="wuzong", name="", at=LATER) == (boss, False)
    for username in (admin.username, hire(admin, at=LATER, estate=jinxiu).username, "nobody"):
        with pytest.raises(Refused):
            office.second_person(username=username, name="", at=LATER)


def test_somebody_made_alone_is_vouched_for_from_the_server(admin, jinxiu) -> None:
    first = came_in(hire(came_in(admin), Role.SUPERVISOR, estate=jinxiu))
    office.second_person(username=first.username, name="", at=LATER)
    assert state(first) == State.CONFIRMED and first.reviews.get().decided_by is None


def test_what_came_alone_ends_when_it_is_sent_back(admin, jinxiu, wuzong) -> None:
    came_in(admin)
    first = hire(admin, Role.SUPERVISOR, estate=jinxiu)
    assert state(first) == State.UNCHECKED
    with pytest.raises(Refused) as refusal:
        colleagues.send_back(first.reviews.get(), reason=" ", by=came_in(wuzong), at=LATER)
    assert refusal.value.field == "reason"
    colleagues.send_back(first.reviews.get(), reason="查无此人", by=wuzong, at=LATER)
    assert not permissions_of(first, LATER).everywhere() and state(first) == State.DECLINED


# Sending back --------------------------------------------------------------------------------------------
def test_what_is_sent_back_gives_nothing_and_stays_on_record(office_at_work, jinxiu) -> None:
    people = office_at_work
    clerk = hire(people.zhoujun, estate=jinxiu)
    row = colleagues.send_back(clerk.reviews.get(), reason="不认识此人", by=people.chenfang, at=LATER)
    assert (row.state, row.reason, row.decided_by) == (State.DECLINED, "不认识此人", people.chenfang)
    with pytest.raises(Refused):
        colleagues.agree(row, by=people.wuzong, at=LATER)
    assert not clerk.postings.exists()
    told = Notification.objects.filter(kind="people_sent_back").values_list("user__username", flat=True)
    assert set(told) == {"zhoujun", "wuzong"}


def test_who_asked_takes_it_back(office_at_work, jinxiu) -> None:
    clerk = hire(office_at_work.zhoujun, estate=jinxiu)
    colleagues.send_back(clerk.reviews.get(), reason="", by=office_at_work.zhoujun, at=LATER)
    assert state(clerk) == State.WITHDRAWN


def test_what_waits_for_somebody_who_left_waits_no_longer(office_at_work, jinxiu) -> None:
    clerk = hire(office_at_work.zhoujun, estate=jinxiu)
    row = clerk.reviews.get()
    colleagues.close_login(clerk, by=office_at_work.zhoujun, at=LATER)
    assert state(clerk) == State.WITHDRAWN
    with pytest.raises(Refused):
        colleagues.agree(row, by=office_at_work.chenfang, at=LATER)


def test_a_log_in_of_somebody_who_left_gets_no_role(office_at_work, limin, jinxiu) -> None:
    colleagues.close_login(limin, by=office_at_work.admin, at=NOON)
    limin.refresh_from_db()
    with pytest.raises(Refused):
        colleagues.appoint(limin, Role.STEWARD, estate=jinxiu, by=office_at_work.admin, at=LATER)


# Told ----------------------------------------------------------------------------------------------------
def test_asking_and_agreeing_are_told(office_at_work, jinxiu) -> None:
    people = office_at_work
    clerk = hire(people.zhoujun, estate=jinxiu)
    asked = Notification.objects.filter(kind="people_asked")
    assert {row.user.username for row in asked} == {"chenfang", "wuzong", "admin"}
    colleagues.agree(clerk.reviews.get(), by=people.chenfang, at=LATER)
    agreed = Notification.objects.filter(kind="people_agreed")
    assert {row.user.username for row in agreed} == {"zhoujun", "wuzong"}
    for row in [*asked, *agreed]:
        said = words(row.kind, row.params, None)
        assert "–" not in said.line and said.path == ROLES


def test_the_invitation_goes_out_when_it_is_agreed_to(office_at_work, write, jinxiu) -> None:
    said = {
        "name": "钱小红", "username": "qian", "role": "front_desk", "scope": f"e{jinxiu.pk}",
        "email": "qian@example.com", "phone": "", "wecom_id": "", "language": "",
    }  # fmt: skip
    assert write(office_at_work.zhoujun, PEOPLE + "new/", said).status_code == 302
    invitations = OutboxMessage.objects.filter(kind="invitation")
    assert not mail.outbox and not invitations.exists()
    clerk = User.objects.get(username="qian")
    colleagues.agree(clerk.reviews.get(), by=office_at_work.chenfang, at=LATER)
    assert invitations.get().user == clerk


def test_who_has_a_password_or_no_mailbox_or_waited_for_nothing_is_not_invited(
    office_at_work, admin, jinxiu, limin, laozhao
) -> None:
    people, invitations = office_at_work, OutboxMessage.objects.filter(kind="invitation")
    came, without, plain = (hire(people.zhoujun, estate=jinxiu) for _ in range(3))
    came_in(came)
    User.objects.filter(pk=without.pk).update(email="")
    for one in (came, without):
        colleagues.agree(one.reviews.get(), by=people.chenfang, at=LATER)
    assert not invitations.exists()
    colleagues.agree(plain.reviews.get(), by=people.chenfang, at=LATER)
    assert invitations.get().user == plain
    colleagues.invite_by_mail([plain, plain], at=LATER)  # the same once more
    assert invitations.count() == 1


def test_what_came_alone_and_is_agreed_to_sends_no_second_way_in(admin, jinxiu, wuzong) -> None:
    came_in(admin)
    first = hire(admin, Role.SUPERVISOR, estate=jinxiu)
    colleagues.agree(first.reviews.get(), by=came_in(wuzong), at=LATER)
    assert state(first) == State.CONFIRMED
    assert not OutboxMessage.objects.filter(kind="invitation", not_before=LATER).exists()
