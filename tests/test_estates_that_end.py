"""An estate that is no longer ours: nothing new begins there, what is open is worked to its end."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.timezone import localdate

from complaints import actions
from complaints.actions import relays as passing
from complaints.health import years_unknown
from complaints.models import Complaint
from complaints.statuses import Status
from config.framework.refusals import Refused
from owners.importing.loading import load
from owners.importing.register import read_register
from reports import issue
from reports.figures.month import Month
from reports.scopes import scopes_of
from staff import actions as office
from staff.estates import ended
from staff.models import Estate
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import march
from tests.markup import markup
from tests.writers import of_month

ENGLISH = {"accept-language": "en"}
REGISTER = "房号,业主姓名,电话\n1-101,王五,13800001111\n".encode()


def handed_back(estate: Estate, by, day: date = date(2026, 3, 1), at=None) -> Estate:
    office.end_estate(
        estate, day=day, because="合同到期", turn_to="新家物业 021-5555 9999", by=by, at=at or march(2, 8)
    )
    estate.refresh_from_db()
    return estate


def test_no_new_case_is_taken_once_an_estate_has_ended(walk_in, jinxiu, wuzong, cuihu):
    handed_back(jinxiu, wuzong)
    with pytest.raises(Refused, match="新家物业"):
        walk_in()
    assert not Complaint.objects.exists()


def test_cases_are_taken_until_the_day_it_ends(walk_in, jinxiu, wuzong):
    handed_back(jinxiu, wuzong, day=date(2026, 3, 3))
    walk_in(march(2, 23, 59))
    with pytest.raises(Refused):
        walk_in(march(3, 0, 0))


def test_whoever_was_merged_is_sent_to_the_other_estate(walk_in, jinxiu, cuihu, admin):
    office.end_estate(jinxiu, day=date(2026, 3, 1), because="并入", into=cuihu, by=admin, at=march(2, 8))
    jinxiu.refresh_from_db()
    with pytest.raises(Refused, match="翠湖雅苑"):
        walk_in()


def test_open_cases_are_worked_to_their_end(case_in, jinxiu, wuzong, office_of_jinxiu):
    case = case_in("acting")
    handed_back(jinxiu, wuzong)
    people = office_of_jinxiu
    actions.handle(case, note="已更换水管。", evidence="签字", by=people.wanggong, at=march(2, 14))
    actions.reply(case, note="水管已更换，感谢您的信任。", method="phone", by=people.limin, at=march(2, 15))
    actions.revisit(
        case, answers=actions.Answers(satisfaction=5), method="phone", by=people.chenfang, at=march(2, 16)
    )
    case.refresh_from_db()
    assert case.status == Status.CLOSED


def test_the_api_and_the_desk_say_since_when_and_whom_to_turn_to(
    walk_in, jinxiu, wuzong, limin, client: Client
):
    case = walk_in()
    handed_back(jinxiu, wuzong)
    client.force_login(limin)
    page = client.get("/desk/", headers=ENGLISH).content.decode()
    assert "(合同到期); its homes were handed to 新家物业 021-5555 9999" in page
    assert "view=open&amp;estate=JX" in page and "1 case is still open" in page and "<textarea" not in page
    sent = {"content": "漏水", "name": "熊霞", "phone": "13494795057", "capacity": "owner_occupier"}
    filed = client.post(
        "/desk/", sent | {"what": "complaint", "key": "k", "estate": jinxiu.pk}, headers=ENGLISH
    )
    assert filed.status_code == 422 and "新家物业" in filed.content.decode()
    answer = client.post(
        "/api/v1/cases/?estate=JX", sent, content_type="application/json",
        headers={"Idempotency-Key": "a", "accept-language": "en"},
    )  # fmt: skip
    assert answer.status_code in (400, 409, 422) and "新家物业" in answer.content.decode()
    assert list(Complaint.objects.all()) == [case]
    assert client.get(f"/cases/{case.number}/").status_code == 200
    assert client.get("/registers/JX/").status_code == 200  # the register stays readable
    assert "锦绣花园 (ended)" in client.get("/cases/", headers=ENGLISH).content.decode()


def test_no_register_is_loaded_into_an_estate_that_has_ended(jinxiu, wuzong, zhoujun, client, tmp_path):
    handed_back(jinxiu, wuzong)
    with pytest.raises(Refused, match="新家物业"):
        load(read_register(REGISTER, "a.csv"), jinxiu, by=zhoujun, at=march(2, 9))
    path = tmp_path / "a.csv"
    path.write_bytes(REGISTER)
    with pytest.raises(CommandError, match="新家物业"):
        call_command("import_register", str(path), estate="JX")
    client.force_login(zhoujun)
    assert client.get("/registers/JX/import/").status_code == 403


def test_reports_stop_after_the_month_it_ended_in(jinxiu, cuihu, wuzong):
    handed_back(jinxiu, wuzong, day=date(2026, 2, 15))
    scopes = {scope.code: scope for scope in scopes_of(permissions_of(wuzong, march(2)))}
    own = scopes[f"estate-{jinxiu.pk}"]
    issue.ask(wuzong, own, *of_month(Month(2026, 2)), "zh-hans", march(2))
    with pytest.raises(Refused, match="锦绣花园"):
        issue.ask(wuzong, own, *of_month(Month(2026, 3)), "zh-hans", march(2))
    group = scopes["company"]
    assert group.in_month(date(2026, 2, 1)) == group.estates
    assert [estate.code for estate in group.in_month(date(2026, 3, 1))] == ["CH"]


def test_an_estate_that_ends_on_the_first_has_no_part_in_that_month(jinxiu, cuihu, wuzong):
    handed_back(jinxiu, wuzong, day=date(2026, 3, 1))
    group = scopes_of(permissions_of(wuzong, march(2)))[0]
    assert [estate.code for estate in group.in_month(date(2026, 3, 1))] == ["CH"]


def test_holidays_are_not_missed_where_nothing_is_left_to_count(jinxiu, walk_in, wuzong, limin, chenfang):
    case = walk_in()
    handed_back(jinxiu, wuzong)
    assert "锦绣花园" in years_unknown(march(3))[2026]
    actions.withdraw(case, note="业主撤回", by=chenfang, at=march(2, 10))
    assert 2026 not in years_unknown(march(3))


def test_only_an_administrator_or_the_general_manager_ends_an_estate(
    jinxiu, zhoujun, chenfang, admin, wuzong
):
    for who in (zhoujun, chenfang):
        with pytest.raises(Refused):
            handed_back(jinxiu, who)
    handed_back(jinxiu, admin)
    with pytest.raises(Refused):
        office.resume_estate(jinxiu, because="x", by=zhoujun, at=march(2, 9))
    office.resume_estate(jinxiu, because="日期有误", by=wuzong, at=march(2, 9))


def test_an_end_taken_back_leaves_its_reason_and_cases_are_taken_again(walk_in, jinxiu, wuzong):
    handed_back(jinxiu, wuzong)
    office.resume_estate(jinxiu, because="续约", by=wuzong, at=march(2, 8, 30))
    jinxiu.refresh_from_db()
    assert ended(jinxiu, march(2)) == ""
    walk_in()
    reasons = jinxiu.history.order_by("history_id").values_list("ended_because", flat=True)
    assert list(reasons)[-2:] == ["合同到期", "续约"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"because": " "}, "because"),
        ({"turn_to": ""}, "turn_to"),
        ({"day": date(2028, 1, 1)}, "day"),
        ({"into": "itself"}, "into"),
        ({"into": "gone"}, "into"),
    ],
)
def test_an_end_needs_day_reason_and_somebody_to_turn_to(jinxiu, cuihu, wuzong, said, field):
    handed_back(cuihu, wuzong)
    others = {"itself": jinxiu, "gone": cuihu}
    said = {name: others.get(value, value) if name == "into" else value for name, value in said.items()}
    whole = {"day": date(2026, 3, 1), "because": "合同到期", "turn_to": "新家物业"} | said
    with pytest.raises(Refused) as refusal:
        office.end_estate(jinxiu, **whole, by=wuzong, at=march(2, 8))
    assert refusal.value.field == field
    assert Estate.objects.get(pk=jinxiu.pk).ended_at is None


def test_the_settings_end_an_estate_and_take_it_back(jinxiu, admin, zhoujun, client: Client):
    client.force_login(zhoujun)
    assert "settings/estates/JX/end/" not in client.get("/settings/estates/JX/").content.decode()
    client.force_login(admin)
    sent = {"end-day": f"{localdate():%Y-%m-%d}", "end-because": "合同到期", "end-turn_to": "新家物业"}
    assert client.post("/settings/estates/JX/end/", {"end-day": ""}, headers=ENGLISH).status_code == 422
    client.post("/settings/estates/JX/end/", sent, headers=ENGLISH)
    page = client.get("/settings/estates/JX/", headers=ENGLISH).content.decode()
    assert "新家物业" in page and "合同到期" in page and "Resume managing this estate" in page
    client.post("/settings/estates/JX/resume/", {"resume-because": "续约"}, headers=ENGLISH)
    jinxiu.refresh_from_db()
    assert jinxiu.ended_at is None


# Where it is no longer offered, and what is said instead ----------------------------------------------
def test_the_desk_of_two_estates_offers_the_one_that_is_ours(jinxiu, cuihu, wuzong, limin, client: Client):
    office.post(limin, Role.FRONT_DESK, at=march(1), estate=cuihu)
    handed_back(jinxiu, wuzong)
    client.force_login(limin)
    page = markup(client.get("/desk/", headers=ENGLISH))
    assert cuihu.name in page and 'name="content"' in page
    assert f'<option value="{jinxiu.pk}"' not in page
    opened = markup(client.get(f"/desk/?estate={jinxiu.pk}", headers=ENGLISH))
    assert "ended on" in opened and 'name="content"' not in opened
    assert f"/desk/?estate={cuihu.pk}" in opened


def test_what_was_typed_when_it_ended_is_kept_for_no_other_estate(
    jinxiu, cuihu, wuzong, limin, client: Client
):
    office.post(limin, Role.FRONT_DESK, at=march(1), estate=cuihu)
    handed_back(jinxiu, wuzong)
    client.force_login(limin)
    sent = {"content": "漏水", "what": "complaint", "key": "k", "estate": jinxiu.pk}
    page = client.post("/desk/", sent, headers=ENGLISH)
    assert page.status_code == 422 and "漏水" in markup(page)
    assert re.search(rf'<option value="{jinxiu.pk}"[^>]* selected', markup(page))
    assert not Complaint.objects.exists()


def test_a_merged_estate_says_into_which(jinxiu, cuihu, limin, admin, client: Client):
    office.end_estate(jinxiu, day=date(2026, 3, 1), because="并入。", into=cuihu, by=admin, at=march(2, 8))
    client.force_login(limin)
    page = client.get("/desk/", headers=ENGLISH).content.decode()
    assert "(并入); its homes were merged into 翠湖雅苑." in page


@pytest.mark.parametrize("chosen", [False, True])
def test_nothing_is_passed_on_for_it(jinxiu, cuihu, wuzong, wanggong, limin, client: Client, chosen):
    waits = passing.pass_on(estate=jinxiu, words="漏水", by=wanggong, at=march(2, 7))
    handed_back(jinxiu, wuzong)
    if chosen:
        office.post(wanggong, Role.FRONT_DESK, at=march(1), estate=cuihu)
    client.force_login(wanggong)
    if chosen:
        client.post("/estate/", {"estate": "JX"})
    page = markup(client.get("/relays/", headers=ENGLISH))
    assert ('name="words"' in page) is chosen
    assert f'<option value="{jinxiu.pk}"' not in page
    assert ("ended on" in page) is True
    with pytest.raises(Refused, match="新家物业"):
        passing.pass_on(estate=jinxiu, words="漏水", by=wanggong, at=march(2, 9))
    answer = client.post(
        "/api/v1/relays/?estate=JX", {"words": "漏水"}, content_type="application/json",
        headers={"Idempotency-Key": "a", "accept-language": "en"},
    )  # fmt: skip
    assert answer.status_code == 400 and "新家物业" in markup(answer)
    client.force_login(limin)
    row = markup(client.get(f"/desk/relays/{waits.pk}/", headers=ENGLISH))
    assert "新家物业" in row and 'value="take"' not in row and 'value="settle"' in row
    with pytest.raises(Refused, match="新家物业"):
        passing.take(waits, by=limin, at=march(2, 9))


def test_programs_read_since_when_and_where_its_homes_went(jinxiu, cuihu, wuzong, admin, client: Client):
    office.end_estate(jinxiu, day=date(2026, 3, 1), because="并入", into=cuihu, by=admin, at=march(2, 8))
    client.force_login(wuzong)
    rows = {row["code"]: row for row in client.get("/api/v1/estates/").json()["results"]}
    assert (
        rows["JX"]["ended_at"].startswith("2026-02-28T16:00") or "2026-03-01T00:00" in rows["JX"]["ended_at"]
    )
    assert (rows["JX"]["merged_into"], rows["CH"]["merged_into"], rows["CH"]["ended_at"]) == (
        "CH",
        None,
        None,
    )


@pytest.mark.parametrize("who", ["wuzong", "admin"])
def test_whoever_may_take_the_end_back_finds_the_way_on_every_page_that_says_so(
    request, jinxiu, wuzong, limin, client: Client, who
):
    handed_back(jinxiu, wuzong)
    way = "/settings/estates/JX/resume/"
    client.force_login(limin)
    for page in ("/desk/", "/registers/JX/"):
        text = client.get(page, headers=ENGLISH).content.decode()
        assert "ended on" in text and way not in text
    assert client.get(way).status_code == 404
    client.force_login(request.getfixturevalue(who))
    assert way in client.get("/registers/JX/", headers=ENGLISH).content.decode()
    assert client.get(way, headers=ENGLISH).status_code == 200
    assert client.post(way, {"resume-because": ""}, headers=ENGLISH).status_code == 422
    client.post(way, {"resume-because": "续约"}, headers=ENGLISH)
    jinxiu.refresh_from_db()
    assert jinxiu.ended_at is None
