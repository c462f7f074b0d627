"""Nobody gives himself rights or knowledge: the ways by which a manager could learn who hides."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from complaints import actions
from complaints.actions import colleagues, known_to
from complaints.message_texts import words
from complaints.models import Complaint, Notification, OutboxMessage
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff import actions as office
from staff.models import Absence, Region, User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import BEFORE, DAY, HOUR, march
from tests.tree import files, found

pytestmark = pytest.mark.django_db
NOON = march(2, 12)
PEOPLE = "/settings/people/"
PASSWORD = "lift three is out of order"


@pytest.fixture
def hidden(walk_in) -> Complaint:
    """熊霞 does not want to be known."""
    return walk_in(facts={"identity_hidden": True})


@pytest.fixture
def settled(office_of_jinxiu):
    """Everybody has chosen a password."""
    for one in vars(office_of_jinxiu).values():
        one.set_password(PASSWORD)
        one.save(update_fields=["password"])
    return office_of_jinxiu


def knows(user: User, case: Complaint, at=NOON + DAY) -> bool:
    return Complaint.objects.filter(known_to(permissions_of(user, at)), pk=case.pk).exists()


# Postings ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", list(Role))
def test_nobody_gives_himself_a_role(role, zhoujun, admin, jinxiu) -> None:
    for by in (zhoujun, admin):
        with pytest.raises(Refused) as refusal:
            office.appoint(by, role, estate=jinxiu, by=by, at=NOON)
        assert refusal.value.field == "role"
        assert by.postings.count() == 1


def test_the_page_says_who_gives_a_role_to_oneself(write, zhoujun, jinxiu) -> None:
    said = {"role": "front_desk", "scope": f"e{jinxiu.pk}"}
    answer = write(zhoujun, f"{PEOPLE}{zhoujun.pk}/postings/", said)
    assert answer.status_code == 422 and "ask an administrator" in answer.content.decode()


def test_a_property_manager_makes_no_supervisor_of_a_new_log_in(zhoujun, hidden, jinxiu) -> None:
    """Else a log-in of his own under another name would know who hides."""
    with pytest.raises(Refused, match="系统管理员"):
        office.hire(username="me2", name="周二", role=Role.SUPERVISOR, estate=jinxiu, by=zhoujun, at=NOON)
    assert not User.objects.filter(username="me2").exists()


def test_a_new_log_in_at_the_desk_does_not_know_who_hid_before(zhoujun, hidden, jinxiu) -> None:
    other = office.hire(username="me2", name="周二", role=Role.FRONT_DESK, estate=jinxiu, by=zhoujun, at=NOON)
    assert not knows(other, hidden)


def test_an_administrator_who_reads_cases_makes_no_supervisor_where_another_can(
    admin, wuzong, jinxiu, limin
) -> None:
    office.post(wuzong, Role.ADMINISTRATOR, at=BEFORE)
    with pytest.raises(Refused, match=admin.name):
        office.appoint(limin, Role.SUPERVISOR, estate=jinxiu, by=wuzong, at=NOON)
    office.appoint(limin, Role.SUPERVISOR, estate=jinxiu, by=admin, at=NOON)


def test_where_there_is_no_other_administrator_he_does_and_it_is_told(
    wuzong, chenfang, jinxiu, limin
) -> None:
    office.post(wuzong, Role.ADMINISTRATOR, at=BEFORE)
    colleagues.appoint(limin, Role.SUPERVISOR, estate=jinxiu, by=wuzong, at=NOON)
    assert Notification.objects.get(kind="people_appointed").user == chenfang


def test_nobody_ends_his_own_posting(zhoujun, admin) -> None:
    for one in (zhoujun, admin):
        with pytest.raises(Refused):
            office.dismiss(one.postings.get(), by=one, at=NOON)


# Log-ins ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["zhoujun", "admin"])
@pytest.mark.parametrize("name", ["email", "phone", "wecom_id"])
def test_whose_log_in_is_in_use_nobody_else_leads_elsewhere(who, name, write, settled, admin, hidden) -> None:
    """Else the link for a new password would come to the manager, and with it who hides."""
    by = {"zhoujun": settled.zhoujun, "admin": admin}[who]
    said = {"name": "李敏敏", "email": "limin@example.com", "phone": "", "wecom_id": "", "language": ""}
    changed = said | {name: "13900000000" if name == "phone" else "boss@example.com"}
    answer = write(by, f"{PEOPLE}{settled.limin.pk}/edit/", changed)
    assert answer.status_code == 422 and "changes this under Profile" in answer.content.decode()
    settled.limin.refresh_from_db()
    assert (settled.limin.name, settled.limin.email) == ("李敏", "limin@example.com")
    assert write(by, f"{PEOPLE}{settled.limin.pk}/edit/", said).status_code == 302  # a name is no way in


def test_the_link_of_a_log_in_in_use_is_shown_to_nobody(write, settled, admin) -> None:
    User.objects.filter(pk=settled.limin.pk).update(email="")
    for by in (settled.zhoujun, admin):
        answer = write(by, f"{PEOPLE}{settled.limin.pk}/link/")
        assert answer.status_code == 302
        assert "password/reset/key" not in answer.content.decode()
        with pytest.raises(Refused):
            colleagues.invite(User.objects.get(pk=settled.limin.pk), by=by, at=NOON)
    assert not mail.outbox


def test_a_mailbox_is_one_persons(admin, limin, chenfang) -> None:
    with pytest.raises(Refused) as refusal:
        office.edit_login(limin, {"email": "ChenFang@example.com"}, by=admin, at=NOON)
    assert refusal.value.field == "email"


def test_ones_own_mailbox_is_changed_with_the_password(write, settled) -> None:
    limin = settled.limin
    said = {"language": "", "phone": "", "email": "mine@example.com", "wecom_id": ""}
    assert write(limin, "/profile/", said).status_code == 422
    assert write(limin, "/profile/", said | {"password": PASSWORD}).status_code == 302
    limin.refresh_from_db()
    assert limin.email == "mine@example.com"


def test_the_mailbox_before_opens_nothing_any_more(write, settled, client) -> None:
    limin = settled.limin
    EmailAddress.objects.create(user=limin, email=limin.email, primary=True, verified=True)
    office.edit_login(limin, {"email": "mine@example.com"}, by=limin, at=NOON)
    client.post("/accounts/password/reset/", {"email": "limin@example.com"})
    assert not mail.outbox
    client.post("/accounts/password/reset/", {"email": "mine@example.com"})
    assert [sent.to for sent in mail.outbox] == [["mine@example.com"]]


def test_no_other_page_changes_a_mailbox(client, settled) -> None:
    client.force_login(settled.limin)
    answer = client.post("/accounts/email/", {"action_add": "", "email": "other@example.com"})
    assert (answer.status_code, answer["Location"]) == (302, "/profile/")
    assert not EmailAddress.objects.exists()


def test_every_door_asks_for_the_acts_that_are_told() -> None:
    acts = r"(?<!colleagues)\.(hire|appoint|dismiss|leave_office|return_to_office|edit_login|close_login)\("
    assert found(acts, files("complaints/views/*.py", "complaints/api/*.py", "complaints/forms/*.py")) == {}


# Deputies ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("deputy", ["zhoujun", "sungong"])
def test_a_manager_names_neither_himself_nor_another_the_deputy_of_who_knows(
    deputy, office_of_jinxiu, hidden
) -> None:
    people = office_of_jinxiu
    for absent in (people.limin, people.chenfang):
        with pytest.raises(Refused) as refusal:
            office.leave_office(
                absent,
                starts_at=NOON,
                ends_at=NOON + 2 * DAY,
                deputy=getattr(people, deputy),
                by=people.zhoujun,
            )
        assert refusal.value.field == "deputy"
    assert not Absence.objects.exists() and not knows(people.zhoujun, hidden)


def test_an_administrator_who_reads_cases_names_no_deputy_of_another(office_of_jinxiu, admin) -> None:
    people = office_of_jinxiu
    office.post(people.wuzong, Role.ADMINISTRATOR, at=BEFORE)
    when = {"starts_at": NOON, "ends_at": NOON + DAY, "deputy": people.sungong}
    with pytest.raises(Refused):
        office.leave_office(people.chenfang, by=people.wuzong, **when)
    office.leave_office(people.chenfang, by=admin, **when)


# The case itself ---------------------------------------------------------------------------------------
def test_a_manager_who_may_not_know_chooses_no_first_receiver(hidden, office_of_jinxiu, laozhao) -> None:
    people = office_of_jinxiu
    for to in (people.zhoujun, laozhao):
        with pytest.raises(WrongPerson):
            actions.transfer(hidden, to=to, note="换人跟进", by=people.zhoujun, at=NOON)
    assert not knows(people.zhoujun, hidden)
    actions.transfer(hidden, to=laozhao, note="换人跟进", by=people.chenfang, at=NOON)
    assert knows(laozhao, hidden)


def test_duties_take_no_hidden_case_along_when_a_manager_hands_them_over(
    hidden, walk_in, office_of_jinxiu, laozhao
) -> None:
    people = office_of_jinxiu
    plain = walk_in(at=march(2, 10))
    moved, refused = actions.transfer_duties(
        people.limin, to=laozhao, note="离职", by=people.zhoujun, at=NOON
    )
    assert (moved, [case for case, _why in refused]) == ([plain], [hidden])
    assert not knows(laozhao, hidden)


def test_hiding_is_not_taken_back_by_who_may_not_know(hidden, office_of_jinxiu) -> None:
    with pytest.raises(WrongPerson):
        actions.edit(
            hidden, {"identity_hidden": False}, version=hidden.version, by=office_of_jinxiu.zhoujun, at=NOON
        )


def test_no_manager_makes_a_link_or_a_paper_that_tells(client, hidden, office_of_jinxiu) -> None:
    client.force_login(office_of_jinxiu.zhoujun)
    before = hidden.receipt_links.count()
    page = client.post(f"/desk/filed/{hidden.number}/link/", follow=True).content.decode()
    assert hidden.receipt_links.count() == before and "/r/" not in page and "熊霞" not in page


def test_nobody_names_himself_into_a_circle(walk_in, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    case = walk_in(facts={"restricted": True})
    with pytest.raises(Refused) as refusal:
        actions.set_circle(
            case, circle=[people.zhoujun, people.chenfang], note="需要", by=people.zhoujun, at=NOON
        )
    assert refusal.value.field == "circle"


# Told ---------------------------------------------------------------------------------------------------
def told() -> dict[str, set[str]]:
    rows = Notification.objects.filter(kind__startswith="people_").select_related("user").order_by("pk")
    acts: dict[str, set[str]] = {}
    for row in rows:
        acts.setdefault(row.kind.removeprefix("people_"), set()).add(row.user.username)
        assert "–" not in words(row.kind, row.params, None).line
        assert OutboxMessage.objects.filter(key__endswith=row.key).exists()
    return acts


def test_every_act_among_colleagues_is_told_to_supervisor_and_general_manager(
    office_of_jinxiu, admin, laozhao, jinxiu, stranger
) -> None:
    people, by = office_of_jinxiu, office_of_jinxiu.zhoujun  # `stranger`: of another estate, hears of none
    new = colleagues.hire(
        username="qian", name="钱小红", role=Role.FRONT_DESK, estate=jinxiu, by=admin, at=NOON
    )
    at = NOON + HOUR
    asked = colleagues.appoint(new, Role.STEWARD, estate=jinxiu, by=admin, at=at)
    colleagues.dismiss(asked.posting, by=by, at=at + HOUR)
    colleagues.edit_login(new, {"email": "qian@example.com"}, by=admin, at=at)
    colleagues.invite(new, by=admin, at=at)
    when = {"ends_at": at + DAY, "by": by, "at": at}
    absence = colleagues.leave_office(laozhao, starts_at=at, deputy=None, **when)
    colleagues.return_to_office(absence, by=by, at=at + HOUR)
    colleagues.leave_office(by, starts_at=at, deputy=people.sungong, **when)
    colleagues.close_login(new, by=by, at=at + 2 * HOUR)
    acts = {
        "hired", "appointed", "dismissed", "redirected", "invited", "sent_away", "called_back", "deputised",
        "closed",
    }  # fmt: skip
    assert told() == dict.fromkeys(acts, {"chenfang", "wuzong"})


def test_duties_handed_over_are_told_too(walk_in, office_of_jinxiu, laozhao) -> None:
    people = office_of_jinxiu
    walk_in()
    actions.transfer_duties(people.limin, to=laozhao, note="离职", by=people.zhoujun, at=NOON)
    assert told() == {"handed_over": {"chenfang", "wuzong"}}


def test_nobody_is_told_what_he_did_or_what_is_done_to_him(office_of_jinxiu, admin, jinxiu) -> None:
    people = office_of_jinxiu
    colleagues.appoint(people.chenfang, Role.STEWARD, estate=jinxiu, by=admin, at=NOON)
    assert told() == {"appointed": {"wuzong"}}


def test_what_one_does_with_his_own_is_told_to_nobody(office_of_jinxiu, laozhao, admin) -> None:
    people = office_of_jinxiu
    own = {"starts_at": NOON, "ends_at": NOON + DAY, "by": laozhao, "at": NOON}
    absence = colleagues.leave_office(laozhao, deputy=None, **own)
    colleagues.return_to_office(absence, by=laozhao, at=NOON + HOUR)
    colleagues.edit_login(people.limin, {"email": "mine@example.com"}, by=people.limin, at=NOON)
    colleagues.edit_login(people.wanggong, {"name": "王工"}, by=admin, at=NOON)  # a name is no way in
    assert told() == {}


def test_of_a_region_its_estates_hear_and_of_the_company_all(
    office_of_jinxiu, stranger, admin, jinxiu
) -> None:
    people, region = office_of_jinxiu, Region.objects.create(name="东区")
    type(jinxiu).objects.filter(pk=jinxiu.pk).update(region=region)
    colleagues.appoint(people.limin, Role.STEWARD, region=region, by=admin, at=NOON)
    assert told() == {"appointed": {"chenfang", "wuzong"}}
    colleagues.appoint(people.limin, Role.AUDITOR, by=admin, at=NOON + HOUR)
    assert told() == {"appointed": {"chenfang", "wuzong", "stranger"}}


def test_of_another_estate_nobody_hears(office_of_jinxiu, stranger, admin, cuihu) -> None:
    colleagues.hire(username="q", name="钱", role=Role.FRONT_DESK, estate=cuihu, by=admin, at=NOON)
    assert told() == {"hired": {"stranger", "wuzong"}}


def test_what_is_refused_is_told_to_nobody(office_of_jinxiu, jinxiu) -> None:
    with pytest.raises(Refused):
        colleagues.appoint(
            office_of_jinxiu.limin, Role.AUDITOR, estate=jinxiu, by=office_of_jinxiu.zhoujun, at=NOON
        )
    assert told() == {}
