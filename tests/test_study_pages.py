"""The pages and the API of the case library: one rule everywhere, the same few queries at any size."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from complaints.actions import studies as acts
from complaints.api import studies as api
from complaints.models import CaseStudy, Complaint, Respondent, StudyReading
from complaints.studies import ACTS
from complaints.views import studies as pages
from complaints.views.case import page as case_page
from complaints.views.lists import studies as lists
from staff.models import Department, User
from staff.roles import Role
from tests.case_studies import TEXTS
from tests.cast import march, person

ENGLISH = {"accept-language": "en"}
NOW = march(6)


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    for module in (pages, lists, api, case_page):
        monkeypatch.setattr(module, "now", lambda: NOW)


@pytest.fixture
def leak(case_in, chenfang, zhoujun, sungong) -> Complaint:
    return case_in("acting")


@pytest.fixture
def draft(leak, chenfang) -> CaseStudy:
    row = acts.begin(leak, by=chenfang, at=march(3))
    return acts.write(row, version=1, by=chenfang, at=march(3), **TEXTS)


@pytest.fixture
def published(draft, chenfang, zhoujun) -> CaseStudy:
    row = acts.send(draft, by=chenfang, at=march(4))
    return acts.check(row, version=row.version, publish=True, by=zhoujun, at=march(5))


@pytest.fixture
def contractor(jinxiu) -> User:
    firm = Department.objects.create(estate=jinxiu, name="迅达维保", name_en="Lifts", is_contractor=True)
    return person("xunda", "马师", Role.HANDLER, department=firm)


def read(client: Client, who: Any, name: str, *args: Any, **said: Any) -> Any:
    client.force_login(who)
    return client.get(reverse(name, args=args), said, headers=ENGLISH)


def post(client: Client, who: Any, name: str, *args: Any, **said: Any) -> Any:
    client.force_login(who)
    return client.post(reverse(name, args=args), said, headers=ENGLISH)


def shown(page: Any) -> list[int]:
    return [row.pk for row in page.context["page"].rows]


# Pages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", list(lists.VIEWS))
def test_every_view_of_the_list_opens(view, published, client, chenfang):
    page = read(client, chenfang, "studies", view=view)
    assert page.status_code == 200
    assert shown(page) == ([published.pk] if view == "published" else [])


def test_a_stranger_reads_what_is_published_and_not_from_where(published, leak, client, stranger):
    page = read(client, stranger, "study", published.pk)
    said = page.content.decode()
    assert page.status_code == 200
    assert TEXTS["lesson"] in said
    assert leak.number not in said
    assert page.context["lines"] == []
    assert [verb for verb, _act in page.context["acts"]] == ["read"]


def test_a_draft_is_a_404_for_who_does_not_read_the_case(draft, client, stranger, admin):
    for who in (stranger, admin):
        assert read(client, who, "study", draft.pk).status_code == 404
        assert read(client, who, "study_act", draft.pk, "write").status_code == 404
        assert shown(read(client, who, "studies", view="draft")) == []


def test_a_contractor_has_no_library(published, leak, client, contractor):
    assert read(client, contractor, "studies").status_code == 404
    assert read(client, contractor, "study", published.pk).status_code == 404
    assert read(client, contractor, "study_training", published.pk).status_code == 404
    assert read(client, contractor, "studies_beside", leak.number).status_code == 404
    assert post(client, contractor, "study_take_up", leak.number).status_code == 404


@pytest.mark.parametrize("who", ["limin", "wanggong", "sungong", "chenfang", "zhoujun", "wuzong", "auditor"])
def test_the_buttons_are_what_the_acts_would_let_pass(who, draft, client, request):
    page = read(client, request.getfixturevalue(who), "study", draft.pk)
    offered = {verb for verb, _act in page.context["acts"]}
    assert bool(offered) == (who in ("sungong", "chenfang", "zhoujun", "wuzong"))
    for verb in ACTS:
        status = read(client, request.getfixturevalue(who), "study_act", draft.pk, verb).status_code
        assert (status == 200) == (verb in offered), verb


def test_it_is_taken_up_beside_its_case(leak, client, chenfang, limin):
    assert (
        reverse("studies_beside", args=[leak.number])
        in read(client, chenfang, "case", leak.number).content.decode()
    )
    to = reverse("study_take_up", args=[leak.number])
    assert to not in read(client, limin, "studies_beside", leak.number).content.decode()
    assert to in read(client, chenfang, "studies_beside", leak.number).content.decode()
    done = post(client, chenfang, "study_take_up", leak.number)
    row = CaseStudy.objects.get()
    assert (done.status_code, done.url) == (302, reverse("study_act", args=[row.pk, "write"]))
    again = post(client, chenfang, "study_take_up", leak.number)
    assert again.url == row.get_absolute_url()
    assert row.number in read(client, chenfang, "studies_beside", leak.number).content.decode()


def test_what_was_typed_is_kept_and_read_again_before_it_is_written_over(draft, client, chenfang, zhoujun):
    said = TEXTS | {
        "kind": "typical",
        "helped": "",
        "deeper": "",
        "measures": "",
        "version": str(draft.version),
    }
    acts.write(draft, version=draft.version, lesson="主管先写的", by=chenfang, at=march(5))
    late = post(client, zhoujun, "study_act", draft.pk, "write", **said | {"lesson": "经理写的"})
    page = late.content.decode()
    assert late.status_code == 422
    assert "meanwhile" in page
    assert "经理写的" in page
    assert "主管先写的" in page  # beside it, as it is now
    draft.refresh_from_db()
    assert f'value="{draft.version}"' in page
    bad = post(
        client, zhoujun, "study_act", draft.pk, "write",
        **said | {"version": str(draft.version), "facts": "李女士家漏水"},
    )  # fmt: skip
    assert bad.status_code == 422
    assert "李女士" in bad.content.decode()


def test_from_draft_to_read_on_the_pages(draft, client, chenfang, zhoujun, limin):
    assert post(client, chenfang, "study_act", draft.pk, "send").status_code == 302
    said = {"publish": "yes", "note": "", "version": str(draft.version)}
    alone = post(client, chenfang, "study_act", draft.pk, "check", **said)
    assert (alone.status_code, "Another person" in alone.content.decode()) == (422, True)
    assert post(client, zhoujun, "study_act", draft.pk, "check", **said).status_code == 302
    assert shown(read(client, limin, "studies", unread="1")) == [draft.pk]
    assert post(client, limin, "study_act", draft.pk, "read").status_code == 302
    assert shown(read(client, limin, "studies", unread="1")) == []
    page = read(client, limin, "study", draft.pk)
    assert page.context["acts"] == []
    assert page.context["readings"] == []  # how many, not who
    assert [one.user for one in read(client, zhoujun, "study", draft.pk).context["readings"]] == [limin]


def test_training_shows_no_estate_number_or_person(published, leak, client, stranger, chenfang, zhoujun):
    page = read(client, stranger, "study_training", published.pk)
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    assert TEXTS["facts"] in main
    assert TEXTS["lesson"] in main
    for word in (leak.number, published.number, leak.estate.name, chenfang.name, zhoujun.name):
        assert word not in main, word


def test_a_draft_is_no_training(draft, client, chenfang):
    assert read(client, chenfang, "study_training", draft.pk).status_code == 404


# Search and what is like it -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("接头", True), ("接头 漏水", True), ("接 头", True), ("头接", False), ("试水", True), ("渍", False),
        ("漏水漏水", False), ("AL-{pk:05d}", True), ("al-99999", False), ("水管接头老化漏水", True),
        ("{en}", True), ("{zh}", True), ("{en} lift", False), ("%", False), ("_", False),
    ],
)  # fmt: skip
def test_it_is_found_by_its_words_in_both_languages(query, found, published, client, stranger):
    term = published.category
    query = query.format(pk=published.pk, zh=term.zh, en=term.en.upper())
    page = read(client, stranger, "studies", q=query)
    assert (shown(page) == [published.pk]) == found


def test_a_kind_and_an_estate_narrow_the_list(published, client, chenfang):
    assert shown(read(client, chenfang, "studies", kind="typical")) == [published.pk]
    assert shown(read(client, chenfang, "studies", kind="major")) == []
    assert shown(read(client, chenfang, "studies", here="1")) == [published.pk]
    assert shown(read(client, chenfang, "studies", kind="nonsense", after="x")) == [published.pk]


def test_what_is_like_a_case_is_offered_beside_it(published, case_in, client, chenfang, stranger, zhoujun):
    like = case_in("acting", content="厨房水管接头开裂，漏水。")
    other = case_in("acting", content="楼下跳舞太吵。")
    Complaint.objects.filter(pk=other.pk).update(category=None, cause=None, building=None, unit=None)
    offered = lambda case: read(client, chenfang, "studies_beside", case.number).context["studies"]  # noqa: E731
    assert offered(like) == [published]
    assert offered(other) == []
    assert offered(published.complaint) == []  # its own is shown apart
    assert read(client, stranger, "studies_beside", like.number).status_code == 404
    acts.revise(published, note="修订", by=zhoujun, at=NOW)
    assert offered(like) == []


def many(study: CaseStudy, n: int) -> None:
    """So many more like it, each of its own case."""
    start = Complaint.objects.count()
    columns = {
        field.attname: getattr(study.complaint, field.attname)
        for field in Complaint._meta.concrete_fields
        if not field.primary_key
    }
    cases = [Complaint(**columns | {"number": f"ZZ-2026-{start + i:06d}"}) for i in range(n)]
    Complaint.objects.bulk_create(cases, batch_size=400)
    own = {
        field.attname: getattr(study, field.attname)
        for field in CaseStudy._meta.concrete_fields
        if not field.primary_key
    }
    CaseStudy.objects.bulk_create(
        [CaseStudy(**own | {"complaint_id": case.pk}) for case in cases], batch_size=1000
    )


def test_ten_and_ten_thousand_rows_cost_the_same_queries(published, case_in, client, chenfang, stranger):
    like = case_in("acting")

    def cost() -> list[int]:
        counted = []
        for name, args, said in (
            ("studies", (), {"q": "接头 水管"}),
            ("studies", (), {"unread": "1"}),
            ("study", (published.pk,), {}),
            ("studies_beside", (like.number,), {}),
        ):
            read(client, chenfang, name, *args, **said)
            with CaptureQueriesContext(connection) as captured:
                assert read(client, chenfang, name, *args, **said).status_code == 200
            counted.append(len(captured))
        return counted

    many(published, 9)
    few = cost()
    many(published, 9_990)
    assert cost() == few


# API ------------------------------------------------------------------------------------------------------


def test_the_api_takes_up_writes_and_reads(leak, chenfang, zhoujun, limin, stranger):
    client = APIClient()

    def sent(who: Any, path: str, **said: Any) -> Any:
        client.force_login(who)
        return client.post(f"/api/v1/library/{path}", said, format="json", headers=ENGLISH)

    assert sent(limin, "", case=leak.number).status_code == 403
    assert sent(stranger, "", case=leak.number).status_code == 404
    made = sent(chenfang, "", case=leak.number)
    assert made.status_code == 201, made.content
    pk, version = made.json()["id"], made.json()["version"]
    assert made.json()["acts"] == ["write", "send", "drop"]
    bad = sent(chenfang, f"{pk}/write/", version=version, facts="王先生家漏水")
    assert (bad.status_code, list(bad.json()["errors"])) == (400, ["facts"]), bad.content
    done = sent(chenfang, f"{pk}/write/", version=version, **TEXTS)
    assert done.status_code == 200, done.content
    kept = sent(chenfang, f"{pk}/write/", version=done.json()["version"], helped="当天上门")
    assert kept.json()["facts"] == TEXTS["facts"]  # what a program leaves out stays
    assert sent(chenfang, f"{pk}/send/").status_code == 200
    said = {"publish": "yes", "version": kept.json()["version"]}
    assert sent(chenfang, f"{pk}/check/", **said).status_code == 403
    assert sent(zhoujun, f"{pk}/check/", **said).json()["state"] == "published"
    assert sent(stranger, f"{pk}/read/").json()["read_by"] == 1
    assert StudyReading.objects.get().user == stranger
    row = client.get("/api/v1/library/", {"q": "接头"}, headers=ENGLISH).json()["results"]
    assert [one["id"] for one in row] == [pk]
    assert client.get(f"/api/v1/library/{pk}/", headers=ENGLISH).json()["case"] is None
    assert client.get("/api/v1/library/", {"view": "all"}, headers=ENGLISH).status_code == 400


def test_whom_the_case_is_about_finds_no_draft(draft, client, sungong):
    Respondent.objects.create(complaint=draft.complaint, name="孙工", user=sungong)
    assert read(client, sungong, "study", draft.pk).status_code == 404
