"""Who asked to stay unknown is not told by his door either (domain.md, story 9): pages, searches, papers."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.template.loader import render_to_string
from django.test import Client

from complaints import actions, message_texts
from complaints.actions import is_told, known_to, place_shown, roles_on, shows_complainant
from complaints.models import Complainant, Complaint
from complaints.views.desk import desk_request
from owners import actions as register
from owners.models import Unit
from reports import papers
from staff import actions as office
from staff.models import Department, User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import DAY, HOUR, march, person
from tests.list_pages import copies

pytestmark = pytest.mark.django_db

ROOM = "2号楼1单元302"
AT = march(2, 9)


@pytest.fixture
def hidden(walk_in, office_of_jinxiu, engineering) -> Complaint:
    """熊霞 of 2-1-302 does not want to be known; 王工 handles it."""
    case = walk_in(facts={"identity_hidden": True})
    return actions.classify(
        case, severity="important", category=case.category, handler=office_of_jinxiu.wanggong,
        department=engineering, by=office_of_jinxiu.chenfang, at=AT + HOUR / 6,
    )  # fmt: skip


@pytest.fixture
def other_desk(jinxiu) -> User:
    return person("desk2", "何静", Role.FRONT_DESK, estate=jinxiu)


def page_of(client: Client, user: User, path: str, **said: Any) -> str:
    client.force_login(user)
    answer = client.get(path, said)
    assert answer.status_code == 200, path
    return answer.content.decode()


# One rule, asked in three ways ----------------------------------------------------------------------
def test_rows_keys_and_the_database_agree_on_who_is_told(
    hidden, walk_in, office_of_jinxiu, other_desk, stranger, auditor, laozhao, engineering, jinxiu
) -> None:
    plain = walk_in(at=AT + HOUR)
    headquarters = Department.objects.create(name="集团客服部")
    hidden.department = headquarters
    hidden.save()
    deputy = person("deputy", "代芳", Role.STEWARD, estate=jinxiu)
    office.leave_office(
        office_of_jinxiu.limin, starts_at=AT, ends_at=AT + DAY, deputy=deputy, by=office_of_jinxiu.limin
    )
    told = {"limin", "chenfang", "deputy", "boss", "hq"}
    person("boss", "集团主管", Role.SUPERVISOR)
    person("hq", "部门主管", Role.SUPERVISOR, department=headquarters)
    for user in User.objects.all():
        asks = permissions_of(user, AT + HOUR)
        keys = (hidden.first_receiver_id, hidden.estate_id, hidden.department_id)
        said = {
            shows_complainant(hidden, roles_on(hidden, asks)),
            is_told(asks, first_receiver=keys[0], estate=keys[1], department=keys[2]),
            Complaint.objects.filter(known_to(asks), pk=hidden.pk).exists(),
            Complainant.objects.filter(known_to(asks, "complaint__"), complaint=hidden).exists(),
            place_shown(hidden, asks) == ROOM,
        }
        assert said == {user.username in told}, user.username
        assert place_shown(hidden, asks) in (ROOM, "2号楼")
        assert place_shown(plain, asks) == ROOM
        assert Complaint.objects.filter(known_to(asks), pk=plain.pk).exists()


@pytest.mark.parametrize(
    ("kind", "building", "words", "shown"),
    [
        ("home", True, "", "2号楼"),
        ("common", True, "", "2号楼大堂"),
        ("parking", False, "", "车位"),
        ("", True, "2号楼东侧302", "2号楼"),
        ("", False, "7号楼1单元901", "7号楼"),
        ("", False, "张大妈家302", ""),
        ("", False, "东门", "东门"),
    ],
)
def test_a_place_is_rough_by_its_building_and_never_by_a_room(
    hidden, jinxiu, home, kind, building, words, shown
) -> None:
    hidden.building = home.building if building else None
    hidden.unit = (
        Unit(estate=jinxiu, kind=kind, name="2号楼大堂" if kind == "common" else ROOM) if kind else None
    )
    hidden.place = words
    assert hidden.rough_where == hidden.open_where == shown


# Pages ------------------------------------------------------------------------------------------------
PAGES = ("/", "/cases/?view=open", "/search/?q=漏水", "/cases/{number}/", "/cases/{number}/note/", "/inbox/")


@pytest.mark.parametrize("path", PAGES)
def test_pages_show_the_building_to_whoever_is_not_told(
    hidden, client, office_of_jinxiu, office_clock, path
) -> None:
    people, path = office_of_jinxiu, path.format(number=hidden.number)
    actions.chase(hidden, by=None, at=AT + HOUR)
    shown = page_of(client, people.wanggong, path)
    assert "单元302" not in shown and "熊霞" not in shown and "13494795057" not in shown
    assert "2号楼" in shown


@pytest.mark.parametrize("path", ["/cases/?view=open", "/search/?q=漏水", "/cases/{number}/", "/inbox/"])
def test_pages_show_the_room_to_whoever_is_told(hidden, client, office_of_jinxiu, office_clock, path) -> None:
    actions.chase(hidden, by=None, at=AT + HOUR)
    path = path.format(number=hidden.number)
    assert ROOM in page_of(client, office_of_jinxiu.limin, path)
    assert ROOM in page_of(client, office_of_jinxiu.chenfang, path)


def test_the_managers_pages_show_the_building(hidden, client, office_of_jinxiu, office_clock) -> None:
    people = office_of_jinxiu
    due = hidden.clocks.get(kind="resolve").due_at
    actions.ask_extension(
        hidden, clock="resolve", new_due_at=due + DAY, reason="parts", note="配件未到", by=people.limin,
        at=AT + HOUR, not_told_because="电话未接通",
    )  # fmt: skip
    for path in ("/", "/approvals/", "/forecast/", "/reports/ledger/?from=2026-03-01&until=2026-03-31"):
        for boss in (people.zhoujun, people.wuzong):
            assert "单元302" not in page_of(client, boss, path), path


def test_the_ledger_of_the_manager_holds_no_room(hidden, client, office_of_jinxiu) -> None:
    path = "/reports/ledger.xlsx?from=2026-03-01&until=2026-03-31"
    for reader, place in ((office_of_jinxiu.zhoujun, "2号楼"), (office_of_jinxiu.chenfang, ROOM)):
        client.force_login(reader)
        book = openpyxl.load_workbook(io.BytesIO(client.get(path).content))
        cells = {cell for line in book.active.iter_rows(values_only=True) for cell in line}
        assert place in cells and ("2号楼" in cells) != (ROOM in cells)


def test_versions_and_the_edit_form_keep_the_room(hidden, client, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    home = hidden.unit
    case = actions.edit(
        hidden, {"unit": None, "place": "天台"}, version=hidden.version, by=people.limin, at=AT + HOUR
    )
    case = actions.edit(
        case, {"unit": home, "place": ""}, version=case.version, by=people.limin, at=AT + HOUR
    )
    for page in ("edit", "versions"):
        path = f"/cases/{case.number}/{page}/"
        assert "单元302" not in page_of(client, people.zhoujun, path)
        assert ROOM in page_of(client, people.chenfang, path)
    client.force_login(people.zhoujun)
    said = {"version": case.version, "content": "改过的话", "category": case.category_id, "kind": "problem",
            "channel": "phone", "headcount": 1, "delay": "ours"}  # fmt: skip
    assert client.post(f"/cases/{case.number}/edit/", said).status_code == 302
    case.refresh_from_db()
    assert (case.content, case.unit) == ("改过的话", home)


def test_the_versions_say_that_the_customer_was_edited_but_not_how(hidden, client, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    changes = {"name": "改过的名", "unit": None, "place": "天台"}
    case = actions.edit(hidden, changes, version=hidden.version, by=people.limin, at=AT + HOUR)
    for reader in (people.zhoujun, people.chenfang):
        page = page_of(client, reader, f"/cases/{case.number}/versions/")
        assert "姓名" in page and "已修改" in page and "改过的名" not in page
        assert str(people.limin) in page and ("天台" in page) == (reader == people.chenfang)


def test_the_api_says_the_building(hidden, client, office_of_jinxiu) -> None:
    for reader, place in ((office_of_jinxiu.wanggong, "2号楼"), (office_of_jinxiu.limin, ROOM)):
        client.force_login(reader)
        assert client.get("/api/v1/cases/").json()["results"][0]["place"] == place
        assert client.get(f"/api/v1/cases/{hidden.number}/").json()["place"] == place


def test_a_message_holds_no_room_whoever_reads_it(hidden) -> None:
    facts = message_texts.words("delivered", {}, hidden).facts
    assert "2号楼" in dict(facts).values() and ROOM not in dict(facts).values()


def test_papers_of_whoever_is_not_told_hold_no_room(hidden, client, office_of_jinxiu, monkeypatch) -> None:
    people = office_of_jinxiu
    monkeypatch.setattr(
        papers.pdf, "render", lambda name, said, *_more, **_words: render_to_string(name, said).encode()
    )
    due = hidden.clocks.get(kind="resolve").due_at
    asked = actions.ask_extension(
        hidden, clock="resolve", new_due_at=due + DAY, reason="parts", note="配件未到", by=people.limin,
        at=AT + HOUR, not_told_because="电话未接通",
    )  # fmt: skip
    for paper in ("receipt", "sheet", f"extension-{asked.pk}"):
        path = f"/reports/case/{hidden.number}/{paper}.pdf"
        assert "单元302" not in page_of(client, people.wanggong, path), paper
        assert ROOM in page_of(client, people.limin, path), paper


# Searches ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("query", ["2-1-302", ROOM, "302", "302室", "2号楼1单元"])
def test_a_room_finds_no_hidden_case_for_whoever_is_not_told(
    hidden, client, office_of_jinxiu, other_desk, laozhao, auditor, query
) -> None:
    people = office_of_jinxiu
    for reader, finds in (
        (people.limin, True), (people.chenfang, True), (people.wanggong, False), (other_desk, False),
        (people.zhoujun, False), (people.wuzong, False), (laozhao, False), (auditor, False),
    ):  # fmt: skip
        assert (hidden.number in page_of(client, reader, "/search/", q=query)) is finds, reader.username


def test_words_of_the_place_find_no_hidden_case_but_words_of_the_matter_do(
    hidden, client, office_of_jinxiu
) -> None:
    Complaint.objects.filter(pk=hidden.pk).update(unit=None, building=None, place="老楼后排302")
    for query, finds in (("老楼", False), ("老楼后排", False), ("漏水", True), ("天花板", True)):
        assert (hidden.number in page_of(client, office_of_jinxiu.wanggong, "/search/", q=query)) is finds
        assert hidden.number in page_of(client, office_of_jinxiu.limin, "/search/", q=query)


def test_the_building_and_a_common_area_find_it(hidden, jinxiu, home, client, office_of_jinxiu) -> None:
    assert hidden.number in page_of(client, office_of_jinxiu.wanggong, "/search/", q="2号楼")
    hall = register.add_unit(jinxiu, building=home.building, number="1001", code="2-1001", name="2号楼大堂")
    Unit.objects.filter(pk=hall.pk).update(kind="common")
    Complaint.objects.filter(pk=hidden.pk).update(unit=hall)
    assert hidden.number in page_of(client, office_of_jinxiu.wanggong, "/search/", q="2-1001")


# At the desk ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "typed", [{"where": "2-1-302"}, {"phone": "13494795057"}, {"where": "2-1-302", "owner": True}]
)
def test_the_desk_offers_no_hidden_case_by_phone_room_or_owner(
    hidden, client, office_of_jinxiu, other_desk, xiongxia, office_clock, typed
) -> None:
    if "owner" in typed:
        typed = typed | {"owner": xiongxia.pk}
    for reader, finds in ((office_of_jinxiu.limin, True), (other_desk, False)):
        client.force_login(reader)
        answer = client.post("/desk/look/", typed, headers={"hx-request": "true"}).content.decode()
        assert (hidden.number in answer) is finds


def test_others_with_the_same_are_the_same_whoever_is_named_at_the_desk(
    hidden, client, other_desk, xiongxia, monkeypatch
) -> None:
    """Else the case that goes away when 熊霞 is named would be hers."""
    monkeypatch.setattr(desk_request, "now", lambda: AT + HOUR)
    client.force_login(other_desk)
    said = {"where": "2-1-302", "category": hidden.category_id}
    for typed in (said, said | {"owner": xiongxia.pk}, said | {"phone": "13494795057"}):
        answer = client.post("/desk/look/", typed, headers={"hx-request": "true"}).content.decode()
        assert answer.count(f'value="same:{hidden.number}"') == 1
        assert "2号楼" in answer


def test_a_contact_note_that_became_a_hidden_case_is_gone_with_it(
    walk_in, client, office_of_jinxiu, other_desk, jinxiu, home
) -> None:
    people = office_of_jinxiu
    said = {"kind": "repair", "words": "楼上太吵", "name": "熊霞", "phone": "13494795057", "unit": home}
    note = actions.take_note(estate=jinxiu, **said, by=people.limin, at=AT)
    walk_in(at=AT + HOUR, facts={"identity_hidden": True}, from_note=note)
    for reader, finds in ((people.limin, True), (people.chenfang, True), (other_desk, False)):
        assert ("楼上太吵" in page_of(client, reader, "/desk/notes/")) is finds
        client.force_login(reader)
        assert client.get(f"/desk/notes/{note.pk}/").status_code == (200 if finds else 404)


# What it costs ----------------------------------------------------------------------------------------
def test_hidden_rows_cost_no_query_of_their_own(hidden, queries, office_of_jinxiu) -> None:
    paths = [
        "/cases/?view=open",
        "/search/?q=漏水",
        "/search/?q=302",
        "/reports/ledger/?from=2026-03-01&until=2026-03-31",
    ]
    few = [queries(office_of_jinxiu.zhoujun, path) for path in paths]
    copies(hidden, 30)
    assert [queries(office_of_jinxiu.zhoujun, path) for path in paths] == few
