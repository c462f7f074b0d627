"""People and settings: who looks after whom, what a person sets for himself, and what was changed."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from complaints import actions
from complaints.models import Category, Cause, Complaint
from config.framework.refusals import Refused
from staff import actions as office
from staff.models import Department, User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import march, person
from tests.markup import markup

pytestmark = pytest.mark.django_db
NOON = march(2, 12)
PEOPLE = "/settings/people/"


@pytest.fixture
def new_colleague(jinxiu) -> dict[str, str]:
    return {
        "name": "钱小红", "username": "qianxiaohong", "role": "front_desk", "scope": f"e{jinxiu.pk}",
        "email": "qian@example.com", "phone": "", "language": "",
    }  # fmt: skip


# Who comes in ----------------------------------------------------------------------------------------
SETTINGS = (
    "/settings/", PEOPLE, PEOPLE + "new/", "/settings/estates/", "/settings/estates/JX/", "/settings/words/",
)  # fmt: skip


@pytest.mark.parametrize("path", SETTINGS)
def test_settings_are_for_administrators_and_property_managers(
    read, path, admin, zhoujun, limin, chenfang, wuzong, auditor
) -> None:
    for someone, comes_in in (
        (admin, True), (zhoujun, True), (limin, False), (chenfang, False), (wuzong, False), (auditor, False),
    ):  # fmt: skip
        assert (read(someone, path).status_code == 200) is comes_in


def test_a_property_manager_finds_only_his_own_people(read, zhoujun, limin, stranger, wuzong) -> None:
    page = read(zhoujun, PEOPLE).content.decode()
    assert "李敏" in page and "何燕" not in page and "吴海涛" not in page
    for someone in (stranger, wuzong):
        for rest in ("", "duties/"):
            assert read(zhoujun, f"{PEOPLE}{someone.pk}/{rest}").status_code == 404
    assert read(zhoujun, "/settings/estates/CH/").status_code == 404


def test_nobody_writes_to_people_out_of_reach(write, zhoujun, limin, stranger, cuihu) -> None:
    posting = stranger.postings.get()
    for asks in (zhoujun, limin):
        for rest in ("edit/", "link/", "close/", "postings/", f"postings/{posting.pk}/end/", "absences/"):
            assert write(asks, f"{PEOPLE}{stranger.pk}/{rest}").status_code == 404
    assert write(zhoujun, f"/settings/estates/{cuihu.code}/", {"name": "x"}).status_code == 404


# Coming and going ------------------------------------------------------------------------------------
def test_a_colleague_gets_a_log_in_a_posting_and_a_link(write, read, admin, jinxiu, new_colleague) -> None:
    assert write(admin, PEOPLE + "new/", new_colleague).status_code == 302
    user = User.objects.get(username="qianxiaohong")
    assert not user.has_usable_password()
    posting = user.postings.get()
    assert (posting.role, posting.estate, posting.starts_at) == ("front_desk", jinxiu, NOON)
    assert posting.history.get().history_user == user.history.get().history_user == admin
    (sent,) = mail.outbox
    assert sent.to == ["qian@example.com"] and "/accounts/password/reset/key/" in sent.body


def test_whoever_has_no_mailbox_is_handed_a_link_that_opens_once(write, client, admin, new_colleague) -> None:
    write(admin, PEOPLE + "new/", new_colleague | {"email": ""})
    user = User.objects.get(username="qianxiaohong")
    assert not mail.outbox and not user.has_usable_password()
    page = markup(write(admin, f"{PEOPLE}{user.pk}/link/"))
    path = re.search(r"(/accounts/password/reset/key/[^<]+)</code>", page)[1]
    client.logout()
    form = client.get(path, follow=True).redirect_chain[-1][0]
    own = {"password1": "long-enough-for-all", "password2": "long-enough-for-all"}
    client.post(form, own)
    assert client.login(username="qianxiaohong", password="long-enough-for-all")
    client.logout()
    assert "password1" not in markup(client.get(path, follow=True))
    again = write(admin, f"{PEOPLE}{user.pk}/link/")
    assert again.status_code == 302 and "password/reset/key" not in markup(again)


def test_a_mail_server_that_is_away_loses_no_colleague(write, read, admin, new_colleague, settings) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 1,
    )  # fmt: skip
    assert write(admin, PEOPLE + "new/", new_colleague).status_code == 302
    user = User.objects.get(username="qianxiaohong")
    assert "could not be sent" in read(admin, f"{PEOPLE}{user.pk}/").content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"username": "limin"}, "already exists"),
        ({"username": "two words"}, "valid username"),
        ({"email": "limin@example.com"}, "李敏 already uses this"),
        ({"name": ""}, "required"),
        ({"role": "general_manager"}, "not one of the available choices"),
        ({"scope": "c"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_half_saved(
    write, zhoujun, limin, new_colleague, changes, sentence
) -> None:
    answer = write(zhoujun, PEOPLE + "new/", new_colleague | changes)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not User.objects.filter(name="钱小红").exists() and not mail.outbox


def test_all_that_is_wrong_with_a_new_log_in_is_told_at_once_in_the_readers_language(
    client, zhoujun, limin, new_colleague
) -> None:
    client.force_login(zhoujun)
    said = new_colleague | {"username": "limin", "email": "no"}
    page = client.post(PEOPLE + "new/", said, headers={"accept-language": "zh-CN"}).content.decode()
    assert "邮箱地址不对，请核对" in page and "这个用户名已有人使用" in page


def test_a_property_manager_gives_only_the_roles_below_him(zhoujun, limin, jinxiu, cuihu) -> None:
    for role in (
        Role.SUPERVISOR,
        Role.PROPERTY_MANAGER,
        Role.GENERAL_MANAGER,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    ):
        with pytest.raises(Refused):
            office.appoint(limin, role, estate=jinxiu, by=zhoujun, at=NOON)
    for scope in ({"estate": cuihu}, {}):
        with pytest.raises(Refused):
            office.appoint(limin, Role.HANDLER, by=zhoujun, at=NOON, **scope)
    office.appoint(limin, Role.STEWARD, estate=jinxiu, by=zhoujun, at=NOON)
    with pytest.raises(Refused, match="正待复核"):
        office.appoint(limin, Role.STEWARD, estate=jinxiu, by=zhoujun, at=NOON)
    office.post(limin, Role.HANDLER, estate=jinxiu, at=NOON)
    with pytest.raises(Refused, match="已在此范围担任本岗位"):
        office.appoint(limin, Role.HANDLER, estate=jinxiu, by=zhoujun, at=NOON)


def test_an_administrator_gives_every_role_everywhere(write, admin, limin) -> None:
    write(admin, f"{PEOPLE}{limin.pk}/postings/", {"role": "general_manager", "scope": "c"})
    assert Role.GENERAL_MANAGER in permissions_of(limin, NOON + timedelta(hours=1)).company


def test_the_log_in_of_somebody_with_a_higher_role_is_not_a_property_managers(
    write, read, zhoujun, limin, jinxiu
) -> None:
    """Else he could send himself the link for another's password."""
    office.post(limin, Role.AUDITOR, at=march(1))
    assert (
        "Only an administrator can manage this log-in"
        in read(zhoujun, f"{PEOPLE}{limin.pk}/").content.decode()
    )
    for rest in ("edit/", "link/", "close/", "absences/"):
        assert write(zhoujun, f"{PEOPLE}{limin.pk}/{rest}", {"email": "me@example.com"}).status_code == 404
    assert write(zhoujun, f"{PEOPLE}{zhoujun.pk}/edit/", {"name": "x"}).status_code == 404


def test_a_posting_ends_and_with_it_what_the_person_sees(write, read, zhoujun, limin, case_in) -> None:
    case_in("acting")
    posting = limin.postings.get()
    write(zhoujun, f"{PEOPLE}{limin.pk}/postings/{posting.pk}/end/")
    posting.refresh_from_db()
    assert posting.ends_at == NOON and posting.history.first().history_user == zhoujun
    assert not Complaint.objects.visible_to(permissions_of(limin, NOON)).exists()
    page = markup(read(zhoujun, f"{PEOPLE}{limin.pk}/"))
    assert "No posting at present" in page and "– → </span>Mon 2 Mar 2026 12:00" in page


def test_the_facts_of_a_colleague_are_changed_and_the_change_is_kept(write, read, zhoujun, limin) -> None:
    said = {"name": "李敏敏", "email": "new@example.com", "phone": "", "language": "en"}
    write(zhoujun, f"{PEOPLE}{limin.pk}/edit/", said)
    limin.refresh_from_db()
    assert (limin.name, limin.email, limin.language) == ("李敏敏", "new@example.com", "en")
    page = markup(read(zhoujun, f"{PEOPLE}{limin.pk}/"))
    assert "李敏 → </span>李敏敏" in page and "周军" in page and "new@example.com →" not in page
    wrong = write(zhoujun, f"{PEOPLE}{limin.pk}/edit/", said | {"email": "no", "name": "李"})
    assert wrong.status_code == 422 and 'value="李"' in markup(wrong)


def test_nobody_leaves_with_open_cases_in_his_hands(write, case_in, zhoujun, limin, laozhao) -> None:
    case = case_in("received")
    answer = write(zhoujun, f"{PEOPLE}{limin.pk}/close/")
    assert answer["Location"] == f"{PEOPLE}{limin.pk}/duties/"
    limin.refresh_from_db()
    assert limin.is_active
    actions.transfer(case, to=laozhao, note="离职", by=zhoujun, at=NOON)
    write(zhoujun, f"{PEOPLE}{limin.pk}/close/")
    limin.refresh_from_db()
    assert not limin.is_active and limin.postings.get().ends_at == NOON
    assert write(zhoujun, f"{PEOPLE}{zhoujun.pk}/close/").status_code == 404


def test_people_are_found_by_name_and_the_list_costs_the_same(read, queries, zhoujun, limin, jinxiu) -> None:
    few = queries(zhoujun, PEOPLE)
    for n in range(20):
        person(f"guard{n}", f"保安{n}", Role.HANDLER, estate=jinxiu)
    assert queries(zhoujun, PEOPLE) == few <= 7
    page = read(zhoujun, PEOPLE, name="保安1").content.decode()
    assert page.count("guard1") == 11 and "limin" not in page
    assert "No matching colleagues" in read(zhoujun, PEOPLE, name="nobody\x00").content.decode()


# Duties ----------------------------------------------------------------------------------------------
def test_everything_a_person_holds_is_shown_and_moves_in_one_act(
    write, read, case_in, zhoujun, limin, wanggong, sungong
) -> None:
    first, second = case_in("classified"), case_in("acting")
    page = read(zhoujun, f"{PEOPLE}{wanggong.pk}/duties/").content.decode()
    assert first.number in page and second.number in page
    asked = write(zhoujun, f"{PEOPLE}{wanggong.pk}/duties/", {"person": sungong.pk, "note": " "})
    assert asked.status_code == 422
    done = write(zhoujun, f"{PEOPLE}{wanggong.pk}/duties/", {"person": sungong.pk, "note": "3月31日离职"})
    assert "2 cases have been transferred." in done.content.decode()
    assert set(Complaint.objects.values_list("handler", flat=True)) == {sungong.pk}
    assert "nothing to transfer" in read(zhoujun, f"{PEOPLE}{wanggong.pk}/duties/").content.decode()


def test_what_could_not_move_is_said(write, case_in, zhoujun, wanggong, sungong) -> None:
    case = case_in("acting")
    actions.name_respondent(case, person=sungong, by=zhoujun, at=march(2, 11))
    done = write(zhoujun, f"{PEOPLE}{wanggong.pk}/duties/", {"person": sungong.pk, "note": "离职"})
    page = done.content.decode()
    assert "1 could not be:" in page and "is named in this complaint and cannot handle it." in page
    case.refresh_from_db()
    assert case.handler == wanggong


def test_an_administrator_sees_how_many_but_not_which(read, case_in, admin, wanggong) -> None:
    case = case_in("acting")
    assert "1 open case" in read(admin, f"{PEOPLE}{wanggong.pk}/").content.decode()
    page = read(admin, f"{PEOPLE}{wanggong.pk}/duties/").content.decode()
    assert case.number not in page and "Transfer everything" not in page


def test_an_administrator_is_told_who_transfers_the_duties(
    read, case_in, admin, wanggong, zhoujun, chenfang
) -> None:
    case_in("acting")
    page = read(admin, f"{PEOPLE}{wanggong.pk}/duties/").content.decode()
    for someone in (zhoujun, chenfang):
        assert f'href="{PEOPLE}{someone.pk}/"' in page and someone.email in page


# Language and profile --------------------------------------------------------------------------------
def test_the_language_is_kept_for_the_person(write, read, limin) -> None:
    answer = write(limin, "/language/", {"language": "zh-hans", "next": "/cases/?view=open"})
    assert answer["Location"] == "/cases/?view=open"
    assert 'lang="zh-Hans"' in read(limin, "/profile/").content.decode()
    limin.refresh_from_db()
    assert limin.language == "zh-hans"


def test_a_guest_keeps_his_language_in_the_browser_and_is_led_nowhere_else(client) -> None:
    answer = client.post("/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/" and answer.cookies["django_language"].value == "en"
    assert "django_language" not in client.post("/language/", {"language": "xx"}).cookies
    assert client.get("/language/").status_code == 405


def test_the_profile_changes_what_is_ones_own_and_nothing_else(write, limin) -> None:
    said = {"language": "en", "phone": "021-65430001", "email": limin.email, "name": "x", "username": "x"}
    write(limin, "/profile/", said)
    limin.refresh_from_db()
    assert (limin.language, limin.phone, limin.name, limin.username) == ("en", "02165430001", "李敏", "limin")


# Estates and words -----------------------------------------------------------------------------------


def test_departments_are_added_and_changed(write, read, zhoujun, jinxiu, engineering, stranger) -> None:
    said = {"new-name": "电梯维保", "new-name_en": "Lift contractor", "new-is_contractor": "on"}
    write(zhoujun, "/settings/estates/JX/departments/", said)
    lift = Department.objects.get(name="电梯维保")
    assert lift.is_contractor and lift.estate == jinxiu
    assert write(zhoujun, "/settings/estates/JX/departments/", said).status_code == 422
    write(zhoujun, f"/settings/estates/JX/departments/{lift.pk}/", {"name": "电梯维保公司"})
    lift.refresh_from_db()
    assert (lift.name, lift.is_contractor) == ("电梯维保公司", False)
    assert write(stranger, f"/settings/estates/JX/departments/{lift.pk}/").status_code == 404


def test_the_companys_words_are_changed_by_an_administrator_only(
    write, read, admin, zhoujun, categories
) -> None:
    lifts, root = categories["lifts"], categories["lifts"].parent
    said = {"zh": "电梯故障", "en": "Lift faults", "order": "3", "parent": root.pk, "code": "hacked"}
    assert write(zhoujun, f"/settings/words/categories/{lifts.pk}/", said).status_code == 404
    write(admin, f"/settings/words/categories/{lifts.pk}/", said)
    lifts.refresh_from_db()
    assert (lifts.zh, lifts.code, lifts.is_active, lifts.parent) == ("电梯故障", "lifts", False, root)
    assert "电梯 → </span>电梯故障" in markup(read(admin, f"/settings/words/categories/{lifts.pk}/"))
    assert "Out of use" in markup(read(zhoujun, "/settings/words/"))


def test_a_new_word_needs_a_code_of_its_own(write, read, admin, categories) -> None:
    said = {
        "code": "neighbours",
        "zh": "邻里冲突",
        "en": "Neighbour conflict",
        "order": "1",
        "is_active": "on",
    }
    write(admin, "/settings/words/causes/new/", said)
    assert Cause.objects.get(code="neighbours").zh == "邻里冲突"
    assert write(admin, "/settings/words/causes/new/", said).status_code == 422
    assert write(admin, "/settings/words/categories/new/", said | {"code": "a b"}).status_code == 422
    assert write(admin, "/settings/words/others/new/", said).status_code == 404
    assert Category.objects.count() == len(categories) + 1
