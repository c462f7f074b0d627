"""The pages, the paper and the API of commendations: one rule everywhere, the same few queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from rest_framework.test import APIClient

from complaints.actions import commendations as acts
from complaints.api import commendations as api
from complaints.commendations import ACTS
from complaints.models import Commendation, Complaint
from complaints.views import commendations as pages
from complaints.views import studies as beside
from complaints.views.lists import commendations as lists
from reports import commendation_papers, paperwork
from reports.models import Paper
from reports.views import commendations as papers
from reports.views.papers import readable
from staff.models import AuditRow, Department, User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import march, person
from tests.commendations import by_hand, praised, published

ENGLISH = {"accept-language": "en"}
NOW = march(6)


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    for module in (pages, lists, api, beside):
        monkeypatch.setattr(module, "now", lambda: NOW)


@pytest.fixture
def leak(case_in) -> Complaint:
    return case_in("acting")


@pytest.fixture
def row(leak, wanggong, chenfang, zhoujun, wuzong) -> Commendation:
    return by_hand(leak, wanggong, chenfang, march(3))


@pytest.fixture
def told(row, zhoujun, chenfang) -> Commendation:
    return published(row, zhoujun, chenfang, march(5))


@pytest.fixture
def worker(jinxiu) -> User:
    firm = Department.objects.create(estate=jinxiu, name="迅达维保", name_en="Lifts", is_contractor=True)
    return person("xunda", "马俊峰", Role.HANDLER, department=firm)


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
def test_every_view_of_the_list_opens(view, told, client, chenfang):
    page = read(client, chenfang, "commendations", view=view)
    assert page.status_code == 200
    assert shown(page) == ([told.pk] if view == "published" else [])


def test_by_month_estate_and_one_s_own(told, client, wanggong, limin):
    assert shown(read(client, limin, "commendations", month="2026-03")) == [told.pk]
    assert shown(read(client, limin, "commendations", month="2026-02")) == []
    assert shown(read(client, limin, "commendations", month="broken")) == [told.pk]
    assert shown(read(client, limin, "commendations", here="1")) == [told.pk]
    assert shown(read(client, limin, "commendations", mine="1")) == []
    assert shown(read(client, wanggong, "commendations", mine="1")) == [told.pk]
    assert told.number in read(client, wanggong, "profile").content.decode()
    assert told.number not in read(client, limin, "profile").content.decode()


def test_a_month_hides_nothing_that_waits(row, client, zhoujun):
    page = read(client, zhoujun, "commendations", view="proposed", month="2026-03")
    assert shown(page) == [row.pk]
    assert {tab["slug"]: tab["count"] for tab in page.context["tabs"]} == {"published": 0, "proposed": 1}
    assert page.context["month"] == ""


def test_the_api_refuses_filters_it_does_not_understand(told, wanggong, limin, zhoujun):
    def listed(who: User, **said: str) -> Any:
        answer = call(who).get("/api/v1/commendations/", said)
        return len(answer.data["results"]) if answer.status_code == 200 else answer.status_code

    assert [listed(limin, mine=said) for said in ("true", "1", "false", "0", "")] == [0, 0, 1, 1, 1]
    assert listed(limin, mine="perhaps") == 400
    assert [listed(limin, month=said) for said in ("2026-03", "2026-02", "rubbish")] == [1, 0, 400]
    assert listed(zhoujun, month="2026-03", view="proposed") == 400
    answer = call(limin).get("/api/v1/commendations/", {"month": "2026-13"})
    assert "2026-10" in str(answer.data)


def test_a_colleague_reads_what_is_published_and_not_from_where(told, leak, client, limin):
    page = read(client, limin, "commendation", told.pk)
    said = page.content.decode()
    assert page.status_code == 200
    assert told.words in said
    assert leak.number not in said
    assert (page.context["acts"], page.context["lines"], page.context["reason"]) == ([], [], "")


def test_whoever_is_commended_does_not_read_how_it_came_to_it(leak, client, zhoujun, chenfang, wuzong):
    of_him = published(by_hand(leak, zhoujun, chenfang, march(3)), wuzong, chenfang, march(4))
    page = read(client, zhoujun, "commendation", of_him.pk)
    assert (page.status_code, page.context["lines"], page.context["reason"]) == (200, [], "")
    assert page.context["acts"] == []


def test_a_proposal_is_a_404_for_others(row, client, wanggong, limin, stranger, admin):
    for who in (wanggong, limin, stranger, admin):
        assert read(client, who, "commendation", row.pk).status_code == 404
        assert read(client, who, "commendation_act", row.pk, "approve").status_code == 404
        assert shown(read(client, who, "commendations", view="proposed")) == []
        assert read(client, who, "reports:commendation", row.pk).status_code == 404


def test_a_contractor_reads_his_own(told, leak, client, worker, chenfang, zhoujun):
    assert shown(read(client, worker, "commendations")) == []
    assert read(client, worker, "commendation", told.pk).status_code == 404
    his = published(by_hand(leak, worker, chenfang, march(4)), zhoujun, chenfang, march(5))
    assert shown(read(client, worker, "commendations")) == [his.pk]
    assert read(client, worker, "commendation", his.pk).status_code == 200
    assert read(client, worker, "commendation_new", case=leak.number).status_code == 404


@pytest.mark.parametrize("who", ["chenfang", "zhoujun", "wuzong", "auditor"])
def test_the_buttons_are_what_the_acts_would_let_pass(who, row, client, request):
    page = read(client, request.getfixturevalue(who), "commendation", row.pk)
    offered = {verb for verb, _act in page.context["acts"]}
    assert bool(offered) == (who != "auditor")
    for verb in ACTS:
        status = read(client, request.getfixturevalue(who), "commendation_act", row.pk, verb).status_code
        assert (status == 200) == (verb in offered), verb


def test_from_the_case_to_the_notice(leak, client, wanggong, chenfang, zhoujun, sungong, wuzong):
    to = reverse("commendation_new")
    assert to in read(client, chenfang, "studies_beside", leak.number).content.decode()
    assert to not in read(client, sungong, "studies_beside", leak.number).content.decode()
    assert read(client, sungong, "commendation_new", case=leak.number).status_code == 404
    form = read(client, chenfang, "commendation_new", case=leak.number)
    assert form.context["form"].initial["person"] == f"{wanggong.pk}-{wanggong.postings.get().department_id}"
    said = {"case": leak.number, "person": form.context["form"].initial["person"], "reach": "estate"}
    wrong = post(client, chenfang, "commendation_new", **said, because="")
    assert wrong.status_code == 422
    done = post(client, chenfang, "commendation_new", **said, because="冒雨抢修")
    made = Commendation.objects.get()
    assert (done.status_code, done.url) == (302, made.get_absolute_url())
    assert made.department == wanggong.postings.get().department
    again = post(client, chenfang, "commendation_new", **said, because="冒雨抢修")
    assert (again.status_code, Commendation.objects.count()) == (422, 1)
    assert "冒雨抢修" in again.content.decode()
    assert made.number in read(client, zhoujun, "studies_beside", leak.number).content.decode()
    assert post(client, zhoujun, "commendation_act", made.pk, "approve", version="1").status_code == 302
    assert post(client, chenfang, "commendation_act", made.pk, "publish").status_code == 302
    made.refresh_from_db()
    assert made.state == "published"


def test_from_a_note_of_praise(jinxiu, client, limin, wanggong, chenfang):
    note = praised(jinxiu, limin, march(5))
    to = f"{reverse('commendation_new')}?note={note.pk}"
    assert to in read(client, chenfang, "desk_note", note.pk).content.decode()
    assert to not in read(client, limin, "desk_note", note.pk).content.decode()
    other = praised(jinxiu, limin, march(5), kind="enquiry")
    assert "commendation_new" not in read(client, chenfang, "desk_note", other.pk).content.decode()
    assert read(client, chenfang, "commendation_new", note=other.pk).status_code == 404
    page = read(client, chenfang, "commendation_new", note=note.pk)
    offered = page.context["form"].initial["because"]
    assert "王建军师傅当天修好水管" in offered
    assert "熊霞" not in offered
    assert "13494795057" not in offered
    to_him = f"{wanggong.pk}-{wanggong.postings.get().department_id}"
    said = {"note": note.pk, "person": to_him, "reach": "estate"}
    page = post(client, chenfang, "commendation_new", **said, because=note.words)
    assert (page.status_code, "because" in page.context["form"].errors) == (422, True)
    assert post(client, chenfang, "commendation_new", **said, because=offered).status_code == 302


def test_what_was_typed_is_kept_and_read_again_before_it_is_written_over(row, client, chenfang, zhoujun):
    acts.edit(row, version=1, words="当天修好水管。", reach="estate", by=zhoujun, at=march(4))
    said = {"words": "王建军冒雨修好水管。", "reach": "estate", "version": "1"}
    page = post(client, chenfang, "commendation_act", row.pk, "edit", **said)
    assert page.status_code == 422
    assert said["words"] in page.content.decode()
    assert 'name="version" value="2"' in page.content.decode()
    page = post(client, chenfang, "commendation_act", row.pk, "edit", **said | {"words": "熊霞家修好了"})
    assert page.status_code == 422


def test_the_list_costs_the_same_at_any_size(told, case_in, client, wanggong, chenfang, zhoujun):
    def asked() -> int:
        client.force_login(chenfang)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("commendations")).status_code == 200
        return len(queries)

    asked()
    few = asked()
    for _n in range(6):
        published(by_hand(case_in("acting"), wanggong, chenfang, march(4)), zhoujun, chenfang, march(5))
    assert asked() == few
    assert few < 12


# Paper ----------------------------------------------------------------------------------------------------


def test_the_notice_says_what_the_page_says(told, wuzong, client, limin, monkeypatch):
    monkeypatch.setattr(papers, "clock", lambda: NOW)
    said = {}
    monkeypatch.setattr(
        commendation_papers.pdf, "page", lambda template, context, *_rest: said.update(context) or "<p></p>"
    )
    monkeypatch.setattr(commendation_papers.pdf, "render", lambda t, c, *_r, **_w: said.update(c) or b"%PDF-")
    paper = paperwork.ask_caseless(limin, "commended", told.pk, {}, "x.pdf", "zh-hans", NOW)
    assert paperwork.make_next(NOW, "papers")
    paper.refresh_from_db()
    assert (paper.state, said["row"]) == (Paper.State.DONE, told)
    told.refresh_from_db()
    acts.withdraw(told, note="客户后来投诉", by=wuzong, at=NOW)
    commendation_papers.notice(Commendation.objects.get(), NOW, "en")
    assert said["row"].withdrawn_because == "客户后来投诉"


def test_the_notice_is_for_who_reads_it(told, limin, stranger, client):
    paper = paperwork.ask_caseless(limin, "commended", told.pk, {}, "x.pdf", "zh-hans", NOW)
    assert readable(paper, permissions_of(limin, NOW))
    assert not readable(paper, permissions_of(stranger, NOW))


# API ------------------------------------------------------------------------------------------------------


def call(who: User) -> APIClient:
    client = APIClient(headers=ENGLISH)
    client.force_authenticate(who)
    return client


def test_the_api_goes_the_same_way(leak, wanggong, chenfang, zhoujun, limin, wuzong):
    sent = {"case": leak.number, "person": "wanggong", "because": "冒雨抢修", "reach": "estate"}
    assert call(limin).post("/api/v1/commendations/", sent, format="json").status_code == 404
    made = call(chenfang).post("/api/v1/commendations/", sent, format="json")
    assert made.status_code == 201, made.data
    assert (made.data["state"], made.data["acts"], made.data["case"]) == ("proposed", ["edit"], leak.number)
    address = f"/api/v1/commendations/{made.data['id']}/"
    refused = call(chenfang).post(f"{address}approve/", {"version": 1}, format="json")
    assert refused.status_code == 403
    wrong = call(chenfang).post(
        f"{address}edit/", {"version": 1, "words": "熊霞家", "reach": "estate"}, format="json"
    )
    assert (wrong.status_code, "words" in str(wrong.data)) == (400, True)
    assert call(wanggong).get(address).status_code == 404
    done = call(zhoujun).post(f"{address}approve/", {"version": 1}, format="json")
    assert done.data["state"] == "approved", done.data
    assert call(chenfang).post(f"{address}publish/", {}, format="json").data["state"] == "published"
    own = call(wanggong).get(address).data
    assert (own["reason"], own["because"], own["case"], own["acts"]) == ("", "", None, [])
    listed = call(wanggong).get("/api/v1/commendations/", {"mine": "1"}).data["results"]
    assert [one["number"] for one in listed] == [own["number"]]


@pytest.mark.parametrize("verb", list(ACTS))
def test_the_api_lets_pass_what_the_page_does(verb, row, chenfang, client):
    with translation.override("en"):
        page = read(client, chenfang, "commendation_act", row.pk, verb).status_code
    wanted = {"version": 1, "note": "好"} if verb in ("edit", "approve") else {"note": "好"}
    sent = {"version": 1, "words": "修好水管。", "reach": "estate"} if verb == "edit" else wanted
    answer = call(chenfang).post(
        f"/api/v1/commendations/{row.pk}/{verb}/", {} if verb == "publish" else sent, format="json"
    )
    assert (answer.status_code == 200) == (page == 200), answer.data


# Cases that not everybody reads ---------------------------------------------------------------------------


def test_how_it_came_to_it_is_not_read_by_who_does_not_read_the_case(told, leak, client, chenfang, zhoujun):
    Complaint.objects.filter(pk=leak.pk).update(restricted=True)
    for who, inside in ((chenfang, False), (zhoujun, True)):
        page = read(client, who, "commendation", told.pk)
        assert (page.status_code, bool(page.context["lines"]), page.context["inside"]) == (
            200,
            inside,
            inside,
        )
        assert (told.because in page.content.decode()) == (inside or told.because in told.words)
        said = call(who).get(f"/api/v1/commendations/{told.pk}/").data
        assert (bool(said["reason"]), bool(said["because"]), said["case"]) == (
            inside,
            inside,
            leak.number if inside else None,
        )


def test_a_proposal_of_a_case_he_does_not_read_is_a_404(row, leak, client, chenfang, auditor, zhoujun):
    Complaint.objects.filter(pk=leak.pk).update(restricted=True)
    for who, status in ((chenfang, 404), (auditor, 404), (zhoujun, 200)):
        assert read(client, who, "commendation", row.pk).status_code == status
        assert call(who).get(f"/api/v1/commendations/{row.pk}/").status_code == status
        listed = call(who).get("/api/v1/commendations/", {"view": "proposed"}).data["results"]
        assert (
            len(listed) == len(shown(read(client, who, "commendations", view="proposed"))) == (status == 200)
        )


def test_the_audit_keeps_that_a_program_reads_the_list(told, limin):
    client = Client()
    client.force_login(limin)
    assert client.get("/api/v1/commendations/", {"month": "2026-03"}).status_code == 200
    row = AuditRow.objects.get(kind="listed")
    assert (row.about, row.filters, row.found) == ("api_commendations", "month=2026-03", 1)
