"""From an empty database to somebody who can go on: manage.py begin and what stands in its place."""

from __future__ import annotations

import getpass as getpass_module
import io
import re
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from complaints.actions.beginning import open_estate
from complaints.management.commands import begin as command
from complaints.management.commands import demo
from complaints.models import Category, Cause, ExtensionReason, PolicyVersion
from config.framework.refusals import Refused
from staff import actions as office
from staff.models import CalendarDay, Company, Posting, User
from staff.permissions import nobody_works_here, permissions_of
from staff.roles import Role
from tests.cast import march

pytestmark = pytest.mark.django_db
NOON = march(2, 12)
SAID = {"company": "阳光物业服务有限公司", "name": "张立", "username": "zhangli"}
LONG = "three quiet lifts and a dog"
LOGIN = "/accounts/login/"


def begin(**said: object) -> str:
    """What the command prints; without a terminal it asks nothing."""
    out = io.StringIO()
    call_command("begin", stdout=out, stderr=out, **({"no_input": True} | said))
    return out.getvalue()


@pytest.fixture
def terminal(monkeypatch) -> SimpleNamespace:
    """Somebody who answers in turn; `secrets` are typed unseen."""
    typed = SimpleNamespace(answers=[], secrets=[], asked=[], stdin=SimpleNamespace(isatty=lambda: True))

    def answer(question: str) -> str:
        typed.asked.append(question)
        return typed.answers.pop(0)

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr(command, "getpass", lambda question: typed.secrets.pop(0))
    return typed


def test_begin_makes_a_person_with_a_posting_words_rules_and_the_company_with_history() -> None:
    begin(**SAID)
    admin = User.objects.get()
    posting = Posting.objects.get()
    assert (admin.username, admin.name, posting.role) == ("zhangli", "张立", Role.ADMINISTRATOR)
    assert posting.estate is posting.department is posting.region is None
    assert Company.objects.get().name == SAID["company"]
    assert Company.history.get().history_user == admin
    assert Category.objects.filter(parent=None).count() == 6 and Category.objects.count() > 15
    assert Category.history.order_by("pk").first().history_user == admin
    assert Cause.objects.exists() and ExtensionReason.objects.exists()
    assert PolicyVersion.objects.get().number == 1


def test_the_printed_link_sets_a_password_and_the_first_page_leads_on(client) -> None:
    call_command("createcachetable")
    said = begin(**SAID, language="en")
    address = urlsplit(re.search(r"http://\S+", said)[0])
    assert address.path.startswith("/accounts/password/reset/key/")
    form = client.get(address.path, follow=True)
    answer = client.post(form.request["PATH_INFO"], {"password1": LONG, "password2": LONG})
    assert answer.status_code == 302
    signed_in = Client()
    answer = signed_in.post(LOGIN, {"login": "zhangli", "password": LONG}, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200 and "First steps" in page and "/settings/estates/new/" in page


def test_a_second_run_tells_what_is_there_and_changes_nothing() -> None:
    begin(**SAID)
    Category.objects.filter(code="repairs").update(zh="报修", is_active=False)
    rows = [
        list(model.objects.order_by("pk").values())
        for model in (User, Posting, Company, Category, Cause, ExtensionReason, PolicyVersion)
    ]
    said = begin(company="另一家", name="王五", username="wangwu", language="en")
    assert "阳光物业服务有限公司 · there already" in said and "张立 (zhangli) · there already" in said
    assert "changed under Settings" in said and "appointed under Settings, Staff" in said
    assert rows == [
        list(model.objects.order_by("pk").values())
        for model in (User, Posting, Company, Category, Cause, ExtensionReason, PolicyVersion)
    ]


@pytest.mark.parametrize("left_out", ["company", "name", "username"])
def test_without_a_terminal_what_is_missing_is_named_and_nothing_is_made(left_out) -> None:
    said = SAID | {left_out: ""}
    with pytest.raises(CommandError, match=f"--{left_out}"):
        begin(**said)
    assert not User.objects.exists() and not Company.objects.exists() and not Category.objects.exists()


@pytest.mark.parametrize("wrong", [{"username": "two words"}, {"email": "nowhere"}, {"company": "司" * 61}])
def test_what_no_row_can_hold_is_refused_and_leaves_no_trace(wrong) -> None:
    with pytest.raises(CommandError):
        begin(**SAID | wrong)
    assert not User.objects.exists() and not Company.objects.exists()


def test_on_a_terminal_it_asks_and_a_weak_or_mistyped_password_is_asked_again(terminal, client) -> None:
    terminal.answers = ["2", "Sunshine", "Zhang Li", "zhangli", ""]
    terminal.secrets = ["short", LONG, "another one entirely", LONG, LONG]
    said = begin(no_input=False, stdin=terminal.stdin)
    assert len(terminal.asked) == 5 and terminal.secrets == []
    assert "too short" in said and "not the same" in said
    assert LONG not in said and "/reset/key/" not in said
    admin = User.objects.get()
    assert (admin.name, admin.language, admin.email) == ("Zhang Li", "en", "")
    assert client.login(username="zhangli", password=LONG)


def test_on_a_terminal_an_empty_password_gives_the_link(terminal) -> None:
    terminal.answers, terminal.secrets = ["", *SAID.values(), "zl@example.com"], [""]
    said = begin(no_input=False, stdin=terminal.stdin)
    assert "/reset/key/" in said
    admin = User.objects.get()
    assert not admin.has_usable_password() and (admin.language, admin.email) == ("zh-hans", "zl@example.com")


def test_no_flag_takes_a_password() -> None:
    parser = command.Command().create_parser("manage.py", "begin")
    assert [action.dest for action in parser._actions if "password" in action.dest] == []
    assert command.getpass is getpass_module.getpass


def test_the_link_can_be_mailed_and_is_then_not_printed() -> None:
    said = begin(**SAID, email="zl@example.com", mail=True)
    (sent,) = mail.outbox
    assert sent.to == ["zl@example.com"] and "/accounts/password/reset/key/" in sent.body
    assert "/reset/key/" not in said
    with pytest.raises(CommandError, match="--email"):
        Posting.objects.all().delete()
        begin(username="another", name="另一人", mail=True)


def test_a_log_in_without_a_posting_gets_it_and_keeps_its_password(client) -> None:
    """What createsuperuser of an earlier version has left."""
    root = User.objects.create_superuser("root", password=LONG, name="Root")
    begin(company="阳光物业", username="root")
    assert Role.ADMINISTRATOR in permissions_of(root, march(2).replace(year=2030)).company
    assert client.login(username="root", password=LONG)


def test_a_closed_log_in_is_not_opened_by_the_way() -> None:
    office.edit(office.add_user(username="old", name="老人"), {"is_active": False}, by=None)
    with pytest.raises(CommandError, match="old"):
        begin(company="阳光物业", username="old", language="en")
    assert not User.objects.get().is_active and not Company.objects.exists()


def test_only_the_first_administrator_is_made_this_way(admin) -> None:
    with pytest.raises(Refused, match="已有系统管理员"):
        office.first_administrator(username="second", name="第二", at=NOON)


def test_createsuperuser_is_refused_with_the_right_command() -> None:
    with pytest.raises(CommandError, match=r"manage\.py begin"):
        call_command("createsuperuser", "--noinput", username="root", email="r@example.com")
    assert not User.objects.exists()


# The calendar --------------------------------------------------------------------------------------
def test_a_new_estate_knows_the_holidays_that_are_announced_by_every_door(write, admin) -> None:
    write(admin, "/settings/estates/new/", {
        "code": "LD", "name": "绿地花园", "service_phone": "021-5555 0300", "households": "300",
        "time_zone": "Asia/Shanghai",
    })  # fmt: skip
    assert set(CalendarDay.objects.dates("date", "year")) == {march(1).date().replace(month=1)}
    assert CalendarDay.history.first().history_user == admin


def test_an_estate_elsewhere_gets_no_holidays_of_the_state_council(admin) -> None:
    hongkong = {"code": "HK", "name": "海景", "service_phone": "1", "time_zone": "Asia/Hong_Kong"}
    open_estate(**hongkong, by=admin, at=NOON)
    assert not CalendarDay.objects.exists()


def test_begin_fills_the_calendar_of_an_estate_that_has_none_and_leaves_one_that_has(
    admin, jinxiu, cuihu
) -> None:
    CalendarDay.objects.create(estate=cuihu, date=march(9).date(), is_working=False, name="建园日")
    with time_machine.travel(NOON, tick=False):
        said = begin(company="阳光物业", language="en")
        assert "锦绣花园" in said and "翠湖雅苑" not in said
        assert CalendarDay.objects.filter(estate=jinxiu).count() > 15
        assert CalendarDay.objects.get(estate=cuihu).name == "建园日"
        assert "Calendar filled" not in begin(language="en")


# An installation nobody can sign in to ----------------------------------------------------------------
def test_the_sign_in_page_says_that_nothing_has_begun_and_never_again_afterwards(client, en) -> None:
    assert nobody_works_here(NOON)
    assert "manage.py begin" in client.get(LOGIN, headers=en).content.decode()
    begin(**SAID)
    assert "manage.py begin" not in client.get(LOGIN, headers=en).content.decode()


def test_a_log_in_without_a_posting_is_nobody(client, en, db) -> None:
    User.objects.create_superuser("root", password=LONG, name="Root")
    assert "manage.py begin" in client.get(LOGIN, headers=en).content.decode()


@pytest.fixture
def en() -> dict[str, str]:
    return {"accept-language": "en"}


# The demo beside it ----------------------------------------------------------------------------------
def test_the_demo_is_not_loaded_over_a_company_that_has_begun() -> None:
    begin(**SAID)
    call_command("demo", "--if-empty", stdout=io.StringIO())
    assert User.objects.count() == 1
    with pytest.raises(CommandError, match="not empty"):
        call_command("demo", stdout=io.StringIO())


def test_half_a_demo_is_served_to_nobody(admin, monkeypatch, tmp_path) -> None:
    demo.refuse_half_of_one()
    monkeypatch.setattr(demo, "UNFINISHED", tmp_path / "demo-is-loading")
    demo.UNFINISHED.touch()
    with pytest.raises(CommandError, match="cut off"):
        demo.refuse_half_of_one()


def test_log_ins_of_a_demo_that_still_loads_are_told_when_it_is_there(admin, monkeypatch, tmp_path) -> None:
    """The owner's phone is that of the most cases: while they are loaded, every moment another."""
    monkeypatch.setattr(demo, "UNFINISHED", tmp_path / "demo-is-loading")
    demo.UNFINISHED.touch()
    out = io.StringIO()
    call_command("demo", "--logins", stdout=out)
    assert "still being loaded" in out.getvalue() and "password" not in out.getvalue()


def test_the_demo_tells_each_tenth_once() -> None:
    out = io.StringIO()
    tell = demo.Command(stdout=out)._progress()
    for n in range(1000):
        tell(n / 1000, march(2))
    lines = out.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == [str(n) for n in range(10, 100, 10)]


# Its name --------------------------------------------------------------------------------------------
def test_the_name_of_the_company_is_kept_by_its_administrator_with_history(
    read, write, admin, zhoujun
) -> None:
    assert write(admin, "/settings/company/", {"name": "阳光物业"}).status_code == 302
    assert write(admin, "/settings/company/", {"name": "朝阳物业"}).status_code == 302
    page = read(admin, "/settings/company/").content.decode()
    assert "阳光物业" in page and "朝阳物业" in page
    assert Company.history.count() == 2
    for send in (lambda: read(zhoujun, "/settings/company/"), lambda: write(zhoujun, "/settings/company/")):
        assert send().status_code == 404
    assert write(admin, "/settings/company/", {"name": ""}).status_code == 422


def test_everybody_reads_in_his_menu_whose_installation_it_is(read, write, admin, limin) -> None:
    office.name_company("阳光物业", by=admin)
    assert "阳光物业" in read(limin, "/").content.decode()
