"""Ways around the second person 复核, and the pages where he agrees."""

from __future__ import annotations

import pytest

from complaints.actions import colleagues
from complaints.actions.staff_list import hire_list
from complaints.models import Notification, OutboxMessage
from config.framework.refusals import Refused
from staff import actions as office
from staff.models import Absence, AuditRow, Department, Posting, Region, Review, User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE
from tests.second_person import LATER, NOON, PEOPLE, ROLES, State, came_in, hire, knows, state
from tests.tree import files, found

pytestmark = pytest.mark.django_db


# Ways around it ------------------------------------------------------------------------------------------
def test_another_mailbox_before_he_came_in_is_agreed_to_anew(office_at_work, jinxiu) -> None:
    people = office_at_work
    clerk = hire(people.zhoujun, estate=jinxiu)
    colleagues.agree(clerk.reviews.get(), by=people.chenfang, at=LATER)
    at = LATER + HOUR
    colleagues.edit_login(clerk, {"email": "me2@example.com"}, by=people.zhoujun, at=at)
    assert not permissions_of(clerk, at + MINUTE).everywhere() and state(clerk) == State.WAITING
    colleagues.agree(clerk.reviews.latest("pk"), by=people.chenfang, at=at + HOUR)
    assert Role.FRONT_DESK in permissions_of(clerk, at + HOUR).everywhere()


def test_what_was_agreed_to_on_the_page_is_what_holds(office_at_work, jinxiu) -> None:
    """The mailbox was turned elsewhere between looking and agreeing."""
    people = office_at_work
    clerk = hire(people.zhoujun, estate=jinxiu)
    seen = office.mailbox(clerk)
    colleagues.edit_login(clerk, {"email": "me2@example.com"}, by=people.zhoujun, at=NOON + MINUTE)
    with pytest.raises(Refused):
        colleagues.agree(clerk.reviews.get(), by=people.chenfang, at=LATER, seen=seen)
    assert not clerk.postings.exists()


def test_who_turned_the_mailbox_does_not_agree_to_it(office_at_work, jinxiu) -> None:
    people = office_at_work
    clerk = hire(people.zhoujun, estate=jinxiu)
    colleagues.edit_login(clerk, {"email": "me2@example.com"}, by=people.admin, at=NOON + MINUTE)
    with pytest.raises(Refused):
        colleagues.agree(clerk.reviews.get(), by=people.admin, at=LATER)
    assert colleagues.agree(clerk.reviews.get(), by=people.chenfang, at=LATER).state == State.CONFIRMED


def test_what_came_alone_and_ended_is_shown_no_longer(admin, read, jinxiu, chenfang) -> None:
    made = hire(came_in(admin), Role.SUPERVISOR, at=NOON - 2 * HOUR, estate=jinxiu)
    office.dismiss(made.postings.get(), by=admin, at=NOON - HOUR)
    assert "#alone" not in read(came_in(chenfang), "/").content.decode()


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
        assert write(people.admin, f"{ROLES}{row.pk}/link/").status_code == 302  # reads no cases himself


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

    doors = [*files("complaints/*.py"), *files("complaints/[a-l]*/*.py"), *files("complaints/[n-z]*/*.py")]
    assert found(r"office\.post\(|actions\.post\(|Posting\.objects\.create|Posting\(", doors) == {}
