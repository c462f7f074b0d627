"""Where the first page, the settings and their figures lead, and that they agree."""

from __future__ import annotations

import re

import pytest

from complaints.forms.people import serving
from complaints.models import OutboxMessage
from staff.models import Department
from staff.roles import Role
from tests.cast import march, person
from tests.list_pages import numbers
from tests.markup import markup

pytestmark = pytest.mark.django_db


def targets(page: str, label: str) -> list[str]:
    return re.findall(rf'<a class="tile[^"]*" href="([^"]+)"[^>]*><span class="tile-label">{label}<', page)


# What is due soon ------------------------------------------------------------------------------------
def test_what_is_due_within_a_day_is_as_many_wherever_it_leads(read, case_in, chenfang, office_clock) -> None:
    for n in range(3):
        case_in("acting", severity="minor", at=march(2, 9 + n))  # due on the 3rd
    case_in("acting", severity="important", at=march(2, 9))  # due on the 5th
    office_clock.now = march(2, 20)
    home = markup(read(chenfang, "/"))
    label = r'<span class="tile-label">Due within 24 hours</span><span class="tile-figure">'
    tile = re.search(rf'href="([^"]+)"[^>]*>{label}(\d+)', home)
    section = re.search(r"Due within 24 hours</h2><a class=\"push\" href=\"([^\"]+)\"", home)
    assert tile[1] == section[1] == "/forecast/?within=24"
    assert len(numbers(read(chenfang, tile[1]))) == int(tile[2]) == 3
    assert len(numbers(read(chenfang, "/forecast/"))) == 4


# Claiming --------------------------------------------------------------------------------------------
def test_a_row_to_be_claimed_has_its_button_and_claims_once(
    read, write, walk_in, laozhao, limin, wanggong
) -> None:
    case = walk_in(at=march(1, 23), by=laozhao)
    page = markup(read(limin, "/"))
    form = re.search(rf'<form method="post" action="(/cases/{case.number}/claim/)">(.*?)</form>', page)
    said = dict(re.findall(r'name="(\w+)" value="([^"]+)"', form[2]))
    assert set(said) == {"csrfmiddlewaretoken", "key", "next"}
    for _twice in range(2):
        assert write(limin, form[1], said)["Location"] == "/"
    case.refresh_from_db()
    assert case.first_receiver == limin and case.events.filter(kind="claimed").count() == 1
    assert "/claim/" not in markup(read(limin, "/"))


def test_what_is_to_be_claimed_is_not_listed_once_more_as_to_be_assigned(
    read, walk_in, laozhao, limin
) -> None:
    night, own = walk_in(at=march(1, 23), by=laozhao), walk_in(at=march(2, 9), by=limin)
    listed = numbers(read(limin, "/"))
    assert listed.count(night.number) == 1
    assert listed.count(own.number) == 2  # his own, and to be assigned


def test_who_may_not_claim_has_no_button(read, walk_in, laozhao, zhoujun) -> None:
    walk_in(at=march(1, 23), by=laozhao)
    for reader in (laozhao, zhoujun):
        assert "/claim/" not in read(reader, "/").content.decode()


# The administrator -----------------------------------------------------------------------------------
def test_an_administrator_sees_what_he_looks_after(read, admin, jinxiu, limin) -> None:
    sent = {"channel": "email", "kind": "received", "user": limin, "state": "failed"}
    OutboxMessage.objects.create(key="k", created_at=march(2), not_before=march(2), **sent)
    page = markup(read(admin, "/"))
    assert targets(page, "Messages that failed") == ["/settings/messages/"]
    assert targets(page, "Alarms of the timers") == ["/settings/timers/"]
    assert targets(page, "Years without holidays") == ["/settings/estates/"]
    assert targets(page, "Estates with nobody to tell") == ["/settings/people/"]
    assert re.search(r'Messages that failed</span><span class="tile-figure">1<', page)
    assert "Alarms of the timers" not in markup(read(limin, "/"))


# Settings --------------------------------------------------------------------------------------------
def test_the_settings_lead_to_the_calendar_and_to_the_rules(read, admin, zhoujun, jinxiu) -> None:
    page = markup(read(admin, "/settings/"))
    assert targets(page, "Working calendar") == [f"/settings/estates/{jinxiu.code}/calendar/"]
    assert targets(page, "Limits and rules") == ["/settings/policy/"]
    assert re.search(r"Version 1</span><span class=\"tile-note\">The version in force", page)
    assert 'href="/settings/policy/versions/"' in markup(read(admin, "/settings/policy/"))
    for path in targets(markup(read(zhoujun, "/settings/")), "Limits and rules"):
        assert read(zhoujun, path).status_code == 200


def test_several_estates_choose_theirs_first(read, admin, jinxiu, cuihu) -> None:
    assert targets(read(admin, "/settings/").content.decode(), "Working calendar") == ["/settings/estates/"]


# Who can be the handler ------------------------------------------------------------------------------
def test_handlers_are_offered_as_the_office_is(
    jinxiu, engineering, wanggong, sungong, limin, chenfang
) -> None:
    cleaning = Department.objects.create(estate=jinxiu, name="保洁部")
    headquarters = Department.objects.create(name="一部")
    person("ayi", "安阿姨", Role.HANDLER, department=cleaning)
    person("zhu", "祝工", Role.HANDLER, department=headquarters)
    person("aigong", "安工", Role.HANDLER, department=engineering)
    offered = [(str(p.department or ""), str(p.user)) for p in serving(jinxiu, march(2))]
    assert offered == [
        ("保洁部", "安阿姨"), ("工程部", "孙志远"), ("工程部", "安工"), ("工程部", "王建军"),
        ("一部", "祝工"), ("", "李敏"), ("", "陈芳"),
    ]  # fmt: skip
