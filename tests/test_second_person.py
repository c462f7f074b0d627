"""The second person 复核: no role is given alone, so nobody reads by a log-in of his own making."""

from __future__ import annotations

import itertools
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.db import IntegrityError, transaction

from complaints.actions import colleagues, known_to
from complaints.models import Complaint, Notification, OutboxMessage
from complaints.telling import words
from staff import actions as office
from staff.authority import authority
from staff.models import Absence, AuditRow, Department, Posting, Region, Review, User
from staff.refusals import Refused
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, march

pytestmark = pytest.mark.django_db
NOON = march(2, 12)
LATER = NOON + HOUR
ROLES, PEOPLE = "/approvals/roles/", "/settings/people/"
State = Review.State
PASSWORD = make_password("lift three is out of order")  # once: it takes its time


def came_in(user: User) -> User:
    """He has chosen a password."""
    user.password = PASSWORD
    user.save(update_fields=["password"])
    return user


@pytest.fixture
def office_at_work(office_of_jinxiu, admin) -> SimpleNamespace:
    """Everybody of the office and the administrator have signed in."""
    office_of_jinxiu.admin = admin
    for one in vars(office_of_jinxiu).values():
        came_in(one)
    return office_of_jinxiu


def hire(by: User, role: Role = Role.FRONT_DESK, at: datetime = NOON, **scope: Any) -> User:
    n = User.objects.count()
    email = f"second{n}@example.com"
    return colleagues.hire(
        username=f"second{n}", name=f"周二{n}", role=role, email=email, by=by, at=at, **scope
    )


def reads(user: User, case: Complaint, at: datetime = LATER) -> bool:
    return Complaint.objects.visible_to(authority(user, at)).filter(pk=case.pk).exists()


def knows(user: User, case: Complaint, at: datetime = LATER) -> bool:
    held = authority(user, at)
    return Complaint.objects.visible_to(held).filter(known_to(held), pk=case.pk).exists()


def state(user: User) -> str:
    return user.reviews.latest("pk").state


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
    assert not authority(made, LATER).everywhere() and not knows(made, case)
    helper = hire(office_at_work.admin, Role.SUPERVISOR, estate=jinxiu)
    with pytest.raises(Refused):
        colleagues.agree(helper.reviews.get(), by=made, at=LATER)


def test_nobody_is_offered_who_waits(office_at_work, read, jinxiu) -> None:
    from complaints.forms.people import serving

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
        assert authority(user, LATER).everywhere() <= authority(by, LATER).everywhere()
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
    assert Role.SUPERVISOR in authority(first, LATER).everywhere()
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
    assert is_new and Role.GENERAL_MANAGER in authority(boss, LATER).company
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
    assert not authority(first, LATER).everywhere() and state(first) == State.DECLINED


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


# Ways around it ------------------------------------------------------------------------------------------
def test_another_mailbox_before_he_came_in_is_agreed_to_anew(office_at_work, jinxiu) -> None:
    people = office_at_work
    clerk = hire(people.zhoujun, estate=jinxiu)
    colleagues.agree(clerk.reviews.get(), by=people.chenfang, at=LATER)
    at = LATER + HOUR
    colleagues.edit_login(clerk, {"email": "me2@example.com"}, by=people.zhoujun, at=at)
    assert not authority(clerk, at + MINUTE).everywhere() and state(clerk) == State.WAITING
    colleagues.agree(clerk.reviews.latest("pk"), by=people.chenfang, at=at + HOUR)
    assert Role.FRONT_DESK in authority(clerk, at + HOUR).everywhere()


def test_what_was_agreed_to_on_the_page_is_what_holds(office_at_work, jinxiu) -> None:
    """The mailbox was turned elsewhere between looking and agreeing."""
    people = office_at_work
    clerk = hire(people.zhoujun, estate=jinxiu)
    seen = office.mailbox(clerk)
    colleagues.edit_login(clerk, {"email": "me2@example.com"}, by=people.zhoujun, at=NOON + MINUTE)
    with pytest.raises(Refused):
        colleagues.agree(clerk.reviews.get(), by=people.chenfang, at=LATER, seen=seen)
    assert not clerk.postings.exists()


def test_who_asked_is_not_shown_the_link_for_the_password(office_at_work, jinxiu, write) -> None:
    """Else he would come in as the clerk the second person agreed to."""
    people = office_at_work
    for by in (people.zhoujun, people.admin):
        clerk = hire(by, estate=jinxiu)
        User.objects.filter(pk=clerk.pk).update(email="")
        row = clerk.reviews.get()
        for waiting in (True, False):
            answer = write(by, f"{PEOPLE}{clerk.pk}/link/")
            assert answer.status_code == 302 and "reset/key" not in answer.content.decode(), waiting
            if waiting:
                colleagues.agree(row, by=people.chenfang, at=NOON)
        page = write(people.chenfang, f"{ROLES}{row.pk}/link/")
        assert page.status_code == 200 and "password/reset/key" in page.content.decode()
        clerk.refresh_from_db()
        assert write(people.wuzong, f"{ROLES}{row.pk}/link/").status_code == 302


def test_a_firm_with_people_does_not_become_ours(office_at_work, jinxiu, write) -> None:
    firm = Department.objects.create(estate=jinxiu, name="电梯维保", is_contractor=True)
    worker = hire(office_at_work.zhoujun, Role.HANDLER, department=firm)
    said = {"name": "电梯维保", "name_en": ""}
    page = f"/settings/estates/JX/departments/{firm.pk}/"
    assert write(office_at_work.zhoujun, page, said).status_code == 422
    colleagues.agree(worker.reviews.get(), by=office_at_work.chenfang, at=NOON)
    assert write(office_at_work.zhoujun, page, said).status_code == 422
    firm.refresh_from_db()
    assert firm.is_contractor
    office.end_posting(worker.postings.get(), at=NOON + MINUTE, by=office_at_work.admin)
    office.edit_department(firm, said | {"is_contractor": False}, by=office_at_work.admin, at=LATER)
    firm.refresh_from_db()
    assert not firm.is_contractor


def test_a_deputy_another_names_waits_for_a_second_person(office_at_work, walk_in, jinxiu) -> None:
    """He reads what the absent person reads, whoever hides included."""
    people = office_at_work
    hidden = walk_in(facts={"identity_hidden": True})
    absence = colleagues.leave_office(
        people.chenfang,
        starts_at=NOON,
        ends_at=NOON + 2 * DAY,
        deputy=people.sungong,
        by=people.admin,
        at=NOON,
    )
    asked = absence.reviews.get()
    assert absence.deputy is None and not knows(people.sungong, hidden)
    assert Notification.objects.filter(kind="people_deputy_asked", user=people.wuzong).exists()
    for by in (people.admin, people.sungong):
        with pytest.raises(Refused):
            colleagues.agree(asked, by=by, at=LATER)
    colleagues.agree(asked, by=people.wuzong, at=LATER)
    absence.refresh_from_db()
    assert absence.deputy == people.sungong and knows(people.sungong, hidden)


def test_a_deputy_sent_back_stands_in_for_nobody(office_at_work) -> None:
    people = office_at_work
    when = {"starts_at": NOON, "ends_at": NOON + 2 * DAY, "by": people.admin, "at": NOON}
    absence = colleagues.leave_office(people.chenfang, deputy=people.sungong, **when)
    colleagues.send_back(absence.reviews.get(), reason="她自己定", by=people.wuzong, at=LATER)
    absence.refresh_from_db()
    assert absence.deputy is None


def test_an_absence_that_never_began_leaves_the_review_on_record(office_at_work) -> None:
    people = office_at_work
    when = {"starts_at": LATER, "ends_at": NOON + 2 * DAY, "by": people.admin, "at": NOON}
    absence = colleagues.leave_office(people.chenfang, deputy=people.sungong, **when)
    asked = absence.reviews.get()
    colleagues.return_to_office(absence, by=people.chenfang, at=NOON)
    asked.refresh_from_db()
    assert asked.absence is None and not Absence.objects.exists()
    with pytest.raises(Refused):
        colleagues.agree(asked, by=people.wuzong, at=LATER)


def test_a_region_is_agreed_to_by_who_holds_all_of_it(office_at_work, jinxiu, cuihu, stranger) -> None:
    region = Region.objects.create(name="华东")
    jinxiu.region = cuihu.region = region
    jinxiu.save()
    cuihu.save()
    asked = hire(office_at_work.admin, Role.SUPERVISOR, region=region).reviews.get()
    assert office.Bench.load(LATER).of(asked) == [office_at_work.wuzong]


# The pages -----------------------------------------------------------------------------------------------
def test_one_click_of_the_second_person_and_the_clerk_is_at_work(office_at_work, read, write, jinxiu) -> None:
    people = office_at_work
    clerk = hire(people.zhoujun, estate=jinxiu)
    assert f'href="{ROLES}"' in read(people.chenfang, "/").content.decode()
    page = read(people.chenfang, ROLES).content.decode()
    assert clerk.email in page and clerk.name in page and people.zhoujun.name in page
    row = clerk.reviews.get()
    said = {"review": [row.pk], f"mailbox-{row.pk}": clerk.email}
    assert write(people.chenfang, ROLES + "agree/", said).status_code == 302
    assert clerk.postings.get().role == Role.FRONT_DESK
    assert f'href="{ROLES}"' not in read(people.chenfang, "/").content.decode()


def test_the_page_says_whom_it_waits_for(office_at_work, read, jinxiu) -> None:
    people = office_at_work
    clerk = hire(people.zhoujun, estate=jinxiu)
    for page in (f"{PEOPLE}{clerk.pk}/", ROLES):
        assert "陈芳" in read(people.zhoujun, page).content.decode()
    assert clerk.name in read(people.zhoujun, PEOPLE).content.decode()


def test_several_are_agreed_to_at_once_each_for_itself(office_at_work, write, jinxiu) -> None:
    people = office_at_work
    clerks = [hire(people.zhoujun, estate=jinxiu) for _ in range(3)]
    rows = [clerk.reviews.get() for clerk in clerks]
    said = {"review": [row.pk for row in rows]} | {f"mailbox-{row.pk}": row.user.email for row in rows[:2]}
    write(people.chenfang, ROLES + "agree/", said)
    assert [state(clerk) for clerk in clerks] == [State.CONFIRMED, State.CONFIRMED, State.WAITING]


def test_sent_back_without_a_reason_the_page_asks_for_it(office_at_work, write, jinxiu) -> None:
    row = hire(office_at_work.zhoujun, estate=jinxiu).reviews.get()
    assert write(office_at_work.chenfang, f"{ROLES}{row.pk}/back/", {"reason": ""}).status_code == 422
    assert write(office_at_work.chenfang, f"{ROLES}{row.pk}/back/", {"reason": "不认识"}).status_code == 302
    row.refresh_from_db()
    assert row.state == State.DECLINED


@pytest.mark.parametrize("who", ["limin", "wanggong", "sungong"])
def test_others_find_no_such_page(office_at_work, read, write, jinxiu, who) -> None:
    row = hire(office_at_work.zhoujun, estate=jinxiu).reviews.get()
    asks = getattr(office_at_work, who)
    assert read(asks, ROLES).status_code == 404
    for page in (f"{ROLES}{row.pk}/back/", f"{ROLES}{row.pk}/link/"):
        assert write(asks, page, {"reason": "x"}).status_code == 404
    write(asks, ROLES + "agree/", {"review": [row.pk], f"mailbox-{row.pk}": row.user.email})
    row.refresh_from_db()
    assert row.state == State.WAITING


def test_what_came_alone_is_shown_to_whoever_comes_later(admin, read, jinxiu, chenfang, wuzong) -> None:
    made = hire(came_in(admin), Role.SUPERVISOR, estate=jinxiu)
    assert state(made) == State.UNCHECKED
    for one in (chenfang, wuzong):
        came_in(one)
        assert f"{ROLES}#alone" in read(one, "/").content.decode()
        assert made.name in read(one, ROLES).content.decode()


def test_each_act_writes_a_row_of_the_audit(office_at_work, write, jinxiu) -> None:
    people = office_at_work
    said = {
        "name": "钱小红", "username": "qian", "role": "front_desk", "scope": f"e{jinxiu.pk}",
        "email": "", "phone": "", "wecom_id": "", "language": "",
    }  # fmt: skip
    write(people.zhoujun, PEOPLE + "new/", said)
    first = Review.objects.get()
    write(people.chenfang, ROLES + "agree/", {"review": [first.pk], f"mailbox-{first.pk}": ""})
    write(people.zhoujun, f"{PEOPLE}{first.user_id}/postings/", {"role": "steward", "scope": f"e{jinxiu.pk}"})
    second = Review.objects.get(role="steward")
    write(people.chenfang, f"{ROLES}{second.pk}/back/", {"reason": "不需要"})
    rows = AuditRow.objects.filter(kind__startswith="right_").order_by("pk")
    assert [(row.kind, row.user.username) for row in rows] == [
        ("right_asked", "zhoujun"), ("right_agreed", "chenfang"), ("right_asked", "zhoujun"),
        ("right_sent_back", "chenfang"),
    ]  # fmt: skip


def test_the_list_of_staff_waits_as_one_colleague_does(office_at_work, jinxiu) -> None:
    from complaints.actions.hiring import hire_list

    people = [
        {
            "username": f"n{n}",
            "name": f"新人{n}",
            "role": Role.HANDLER,
            "estate": jinxiu,
            "email": f"n{n}@x.cn",
        }
        for n in range(3)
    ]
    hired, refused = hire_list(people, by=office_at_work.zhoujun, at=NOON)
    assert not refused and not Posting.objects.filter(user__in=hired).exists()
    assert not OutboxMessage.objects.filter(kind="invitation").exists()
    assert (
        Notification.objects.filter(kind="people_asked_together", user=office_at_work.chenfang).count() == 1
    )


def test_the_page_costs_the_same_however_much_waits(office_at_work, queries, jinxiu) -> None:
    hire(office_at_work.zhoujun, estate=jinxiu)
    few = queries(office_at_work.chenfang, ROLES)
    for _ in range(10):
        hire(office_at_work.zhoujun, estate=jinxiu)
    assert queries(office_at_work.chenfang, ROLES) == few


def test_old_postings_stand(office_at_work) -> None:
    """No row of a review: of before, or of the server's own commands."""
    assert not Review.objects.exists()
    assert all(seat.is_vouched for seat in office.Bench.load(NOON).seats)


def test_nobody_posts_around_the_rule() -> None:
    """Pages and programs ask for roles; only the server's own commands post by themselves."""
    from tests.test_architecture import files, found

    doors = [*files("complaints/*.py"), *files("complaints/[a-l]*/*.py"), *files("complaints/[n-z]*/*.py")]
    assert found(r"office\.post\(|actions\.post\(|Posting\.objects\.create|Posting\(", doors) == {}
