"""What a contractor's worker reads of us, at every door: his own cases, and nothing beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import UUIDConverter

from complaints import actions
from complaints.actions import files
from complaints.models import Attachment, ContactNote, Notification
from config.framework.refusals import Refused
from owners import actions as register
from reports import papers
from staff import actions as office
from staff.models import Absence, Department, Posting, User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.case_pages import photo
from tests.cast import BEFORE, OPINION, march, person

ENGLISH = {"accept-language": "en"}
UNKNOWN = uuid4()
PHONE, HIDDEN_PHONE = "13494795057", "13700001111"


@pytest.fixture
def lifts(jinxiu) -> Department:
    """The firm that looks after the lifts."""
    return Department.objects.create(
        estate=jinxiu, name="迅达维保", name_en="Lift contractor", is_contractor=True
    )


@pytest.fixture
def liugong(lifts) -> User:
    """刘工 works for the firm."""
    return person("liugong", "刘师傅", Role.HANDLER, department=lifts)


@pytest.fixture
def maozong(lifts) -> User:
    """毛总 answers for the firm's people."""
    return person("maozong", "毛经理", Role.DEPARTMENT_HEAD, department=lifts)


@pytest.fixture
def cases(walk_in, case_in, office_of_jinxiu, lifts, liugong, jinxiu, home, categories) -> SimpleNamespace:
    """His case at work, one of a customer who hides, and ours."""

    def his(**said: Any) -> Any:
        case = walk_in(march(2), category=categories["lifts"], **said)
        return actions.classify(
            case, severity="important", category=categories["lifts"], handler=liugong, department=lifts,
            by=office_of_jinxiu.chenfang, at=march(2, 9, 10),
        )  # fmt: skip

    person("qianxb", "钱小宝", Role.FRONT_DESK, estate=jinxiu)  # has no part on any of them
    neighbour = register.add_owner(
        jinxiu, "龙应台", phones=["13911112222"], unit=home, capacity="owner_occupier"
    )
    ours = case_in(
        "acting",
        content="楼上邻居半夜装修，吵得睡不着。",
        person=actions.Person(name="龙应台", phone="13911112222", owner=neighbour),
    )
    return SimpleNamespace(
        his=his(content="电梯关门夹人，请检修。"),
        hidden=his(
            content="电梯里有人抽烟。",
            facts={"identity_hidden": True},
            person=actions.Person(name="白露", phone=HIDDEN_PHONE),
        ),
        ours=ours,
    )


def addresses(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every named address of the product, with the converters it takes."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            space = f"{before}{entry.namespace}:" if entry.namespace else before
            yield from addresses(entry, space)
        elif isinstance(entry, URLPattern) and entry.name:
            yield before + entry.name, entry.pattern.converters


#: Nobody is signed in there, or the page ends the session; the schema is of the API and not of cases.
NOT_OURS = re.compile(r"portal|receipt_link|account_|socialaccount|api_schema|api_docs|decide_by_link|media")


def doors(**known: Any) -> list[str]:
    """Every address of the staff's with these values in its places."""
    found = []
    for name, converters in addresses(get_resolver()):
        if not NOT_OURS.search(name):
            values = {key: known.get(key, known["pk"]) for key in converters}
            values |= {"key": UNKNOWN} if isinstance(converters.get("key"), UUIDConverter) else {}
            found.append(reverse(name, kwargs=values))
    return list(dict.fromkeys(found))


def text(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8", "ignore")


def test_no_door_shows_a_contractor_what_is_not_his(cases, liugong, jinxiu, office_of_jinxiu, client: Client):
    sent, _refused = files.store_all([photo()], by=office_of_jinxiu.limin, at=march(2))
    Attachment.objects.filter(pk__in=[one.pk for one in sent]).update(complaint=cases.ours)
    note = actions.take_note(
        by=office_of_jinxiu.limin, at=march(2), estate=jinxiu, kind="enquiry", words="问停车费", name="龙应台"
    )
    client.force_login(liugong)
    ours = cases.ours
    walked = doors(
        number=ours.number, code="JX", pk=note.pk, verb="note", name=sent[0].file, kind="category",
        source="x", cycle=1, estate=jinxiu.code, month="2026-02", scope="estate-1", day=march(2).date(),
        form="csv", quarter="2026-Q1",
    )  # fmt: skip
    assert len(walked) > 120  # the whole table is walked
    for path in walked:
        for method in (client.get, client.post):
            answer = method(path, headers=ENGLISH)
            said = text(answer)
            for secret in ("龙应台", "13911112222", "钱小宝", "楼上邻居", "问停车费"):
                assert secret not in said, (path, secret)
            if ours.number in path:
                assert answer.status_code in (403, 404, 405) or answer.status_code == 302, path
                assert not answer.headers.get("Location", "").startswith(f"/cases/{ours.number}"), path
    ours.refresh_from_db()
    assert ours.version == cases.ours.version
    assert ContactNote.objects.count() == 1


def test_no_door_shows_a_contractor_who_hides(cases, liugong, jinxiu, client: Client):
    client.force_login(liugong)
    case = cases.hidden
    pages = doors(
        number=case.number, code="JX", pk=case.pk, verb="accept", name="x", kind="category", source="x",
        cycle=1, estate=jinxiu.code, month="2026-02", scope="estate-1", day=march(2).date(), form="csv",
        quarter="2026-Q1",
    )  # fmt: skip
    for path in pages:
        said = text(client.get(path, headers=ENGLISH))
        for secret in ("白露", HIDDEN_PHONE, "0001111"):
            assert secret not in said, (path, secret)
    assert client.get(f"/cases/{case.number}/").status_code == 200  # but the work is his


def test_a_contractor_finds_his_own_cases_only(cases, liugong, client: Client):
    client.force_login(liugong)
    assert cases.his.number in text(client.get("/search/", {"q": "夹人"}, headers=ENGLISH))
    for query in (
        "邻居",
        "龙应台",
        "13911112222",
        "2222",
        "2-1-302",
        "302",
        cases.ours.number,
        "钱小宝",
        "李敏",
    ):
        answer = client.get("/search/", {"q": query}, headers=ENGLISH)
        assert answer.status_code == 200 and f"/cases/{cases.ours.number}" not in text(answer), query
    # Whoever hides is not found by his phone or his door.
    for query in (HIDDEN_PHONE, "白露", "2-1-302"):
        assert cases.hidden.number not in text(client.get("/search/", {"q": query}, headers=ENGLISH)), query


def test_a_phone_is_whole_while_a_contractor_must_call_and_masked_afterwards(
    cases, liugong, office_of_jinxiu, client: Client
):
    case = cases.his
    client.force_login(liugong)

    def shown() -> tuple[bool, bool, bool]:
        page = text(client.get(f"/cases/{case.number}/", headers=ENGLISH))
        api = client.get(f"/api/v1/cases/{case.number}/").json()["complainant"]["phone"]
        found = text(client.get("/search/", {"q": PHONE}, headers=ENGLISH))
        assert ("134****5057" in page) == (PHONE not in page)
        return PHONE in page, api == PHONE, case.number in found

    assert shown() == (True, True, True)
    actions.accept(case, note=OPINION, by=liugong, at=march(2, 10))
    assert shown() == (True, True, True)
    actions.handle(case, note="更换门机光幕，试运行正常。", evidence="检测单", by=liugong, at=march(2, 15))
    assert shown() == (False, False, False)
    # Our own people go on reading it: they have the reply to give.
    client.force_login(office_of_jinxiu.limin)
    assert shown() == (True, True, True)


def test_the_paper_masks_the_phone_as_the_page_does(cases, liugong, client: Client, monkeypatch):
    told: dict[str, Any] = {}
    monkeypatch.setattr(papers, "case_sheet", lambda *_args, **said: told.update(said) or b"%PDF")
    actions.accept(cases.his, note=OPINION, by=liugong, at=march(2, 10))
    client.force_login(liugong)
    path = reverse("reports:case_sheet", args=[cases.his.number])
    client.get(path)
    assert told["reads_phones"] is True
    actions.handle(cases.his, note="更换门机光幕。", evidence="检测单", by=liugong, at=march(2, 15))
    client.get(path)
    assert told["reads_phones"] is False


def test_the_head_of_a_firm_reads_the_firms_cases_only(cases, maozong, client: Client):
    client.force_login(maozong)
    assert client.get(f"/cases/{cases.his.number}/").status_code == 200
    assert client.get(f"/cases/{cases.ours.number}/").status_code == 404
    for path in ("/forecast/", "/reports/", "/desk/"):
        assert client.get(path, headers=ENGLISH).status_code == 403, path
    home = text(client.get("/", headers=ENGLISH))
    assert cases.ours.number not in home
    assert set(re.findall(r"/reports/\w*", home)) == {"/reports/ratings"}  # of his own firm


def test_filters_offer_a_contractor_his_own_people(cases, liugong, maozong, client: Client):
    for who, colleagues in ((liugong, {"刘师傅"}), (maozong, {"刘师傅", "毛经理"})):
        client.force_login(who)
        said = text(client.get("/cases/?filters=1&view=open", headers=ENGLISH))
        select = said.partition('name="handler"')[2].partition("</select>")[0]
        offered = set(re.findall(r'<option value="\d+"[^>]*>\s*(\w+)', select))
        assert offered and offered <= colleagues
        assert "工程部" not in said and "Engineering" not in said


def test_a_firm_hands_its_work_to_its_own_people_only(cases, maozong, wanggong, lifts, engineering, client):
    mate = person("mate", "小吴", Role.HANDLER, department=lifts)
    client.force_login(maozong)
    form = text(client.get(f"/cases/{cases.his.number}/reassign/", headers=ENGLISH))
    assert "小吴" in form and "王建军" not in form
    with pytest.raises(Refused, match="外包|contractor"):
        actions.reassign(cases.his, handler=wanggong, department=engineering, by=maozong, at=march(2, 10))
    actions.reassign(cases.his, handler=mate, department=lifts, by=maozong, at=march(2, 10))
    cases.his.refresh_from_db()
    assert cases.his.handler == mate


def test_a_case_given_to_a_contractors_worker_is_of_his_firm(walk_in, liugong, lifts, chenfang, categories):
    case = walk_in(march(2), category=categories["lifts"])
    case = actions.classify(
        case, severity="minor", category=categories["lifts"], handler=liugong, by=chenfang, at=march(2, 9, 5)
    )
    assert case.department == lifts  # or he could not read what he is to do


def test_a_contractor_holds_no_role_of_ours(lifts, liugong, jinxiu, admin):
    for role in set(Role) - {Role.HANDLER, Role.DEPARTMENT_HEAD}:
        with pytest.raises(Refused, match="外包|contractor"):
            office.appoint(liugong, role, department=lifts, at=march(2), by=admin)
    # A posting from before this rule gives nothing.
    Posting.objects.create(user=liugong, role=Role.SUPERVISOR, department=lifts, starts_at=BEFORE)
    assert permissions_of(liugong, march(2)).roles_at(jinxiu.pk) == frozenset()
    assert Role.SUPERVISOR not in permissions_of(liugong, march(2)).everywhere()


def test_a_contractor_stands_in_for_nobody_of_ours(liugong, maozong, wanggong, chenfang, lifts):
    for away in (wanggong, chenfang):
        with pytest.raises(Refused, match="不能代理|stand in"):
            office.leave_office(away, starts_at=march(2), ends_at=march(3), deputy=liugong, by=away)
    office.leave_office(maozong, starts_at=march(2), ends_at=march(3), deputy=liugong, by=maozong)
    office.leave_office(liugong, starts_at=march(4), ends_at=march(5), deputy=wanggong, by=liugong)
    assert Absence.objects.count() == 2


def test_a_contractor_chooses_a_deputy_among_his_own(cases, liugong, maozong, client: Client):
    client.force_login(liugong)
    said = text(client.get("/profile/", headers=ENGLISH))
    assert "毛经理" in said and "李敏" not in said and "钱小宝" not in said


def test_what_a_contractor_was_told_of_a_case_ends_with_his_work(cases, liugong, lifts, chenfang, client):
    mate = person("mate", "小吴", Role.HANDLER, department=lifts)
    assert Notification.objects.filter(user=liugong, complaint=cases.his).exists()
    actions.reassign(cases.his, handler=mate, department=lifts, by=chenfang, at=march(2, 10))
    client.force_login(liugong)
    assert cases.his.number not in text(client.get("/inbox/", headers=ENGLISH))
    assert client.get(f"/cases/{cases.his.number}/").status_code == 404


def test_one_of_ours_who_also_works_for_a_firm_reads_as_one_of_ours(cases, liugong, jinxiu, client: Client):
    office.post(liugong, Role.STEWARD, at=BEFORE, estate=jinxiu)
    client.force_login(liugong)
    assert client.get(f"/cases/{cases.ours.number}/").status_code == 200
