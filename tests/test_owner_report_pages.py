"""The report to owners 管理报告 on its pages, on paper, on the portal and for programs (F16)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints.message_texts import words as in_words
from complaints.models import Notification
from reports import owner_papers
from reports import owner_reports as acts
from reports.models import OwnerReport
from reports.owner_rules import Block
from reports.pdf import ReportError
from tests.owner_reports import APRIL_8, TEXTS, issued, written
from tests.report_pages import body

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def people(office_of_jinxiu) -> Any:
    return office_of_jinxiu


# Paper, page, portal -------------------------------------------------------------------------------


@pytest.fixture
def unset(monkeypatch):
    """Papers that are not set: what they say is asked for."""
    told: list[dict[str, Any]] = []

    def render(_template, context, *_args, **_words):
        told.append(context)
        return b"%PDF-unset " + context["shown"]["title"].encode()

    monkeypatch.setattr("reports.pdf.render", render)
    return told


def test_its_paper_is_made_once_and_verified_by_digest(jinxiu, people, unset, signed_in):
    row = issued(jinxiu, people)
    assert owner_papers.make_waiting(APRIL_8) == 1 and owner_papers.make_waiting(APRIL_8) == 0
    row.refresh_from_db()
    assert row.pdf_sha256 and not row.pdf_en  # not all of it was written in English
    assert "/portal/estate/JX/reports/2026-1/" in unset[0]["link"]
    client = signed_in(people.zhoujun)
    answer = client.get(reverse("reports:owner_report_pdf", args=[row.pk]))
    assert body(answer).startswith(b"%PDF-unset")
    for sha256 in (row.sha256, row.pdf_sha256):
        said = client.post(reverse("reports:verify"), {"sha256": sha256}).content.decode()
        assert "Genuine and unchanged" in said and row.get_absolute_url() in said
    assert (
        "No report of your estates"
        in client.post(reverse("reports:verify"), {"sha256": "0" * 64}).content.decode()
    )


def test_a_paper_that_fails_says_why_and_is_tried_again(jinxiu, people, monkeypatch):
    def fail(*_args, **_words):
        raise ReportError("Zu lang")

    monkeypatch.setattr("reports.pdf.render", fail)
    row = issued(jinxiu, people)
    assert owner_papers.make_waiting(APRIL_8) == 0
    row.refresh_from_db()
    assert row.pdf_failed == "Zu lang"
    monkeypatch.setattr("reports.pdf.render", lambda *_args, **_words: b"%PDF-x")
    assert owner_papers.make_waiting(APRIL_8) == 0
    assert owner_papers.make_waiting(APRIL_8 + owner_papers.LEASE * 2) == 1


def test_owners_read_it_once_it_is_posted_and_what_became_of_it(jinxiu, people, unset):
    row, owner = issued(jinxiu, people), Client()
    page = "/portal/estate/JX/reports/2026-1/"
    early = owner.get(page)
    assert early.status_code == 404 and "尚未公示" in early.content.decode()
    assert "物业服务费" not in early.content.decode() and owner.get(page[:-1] + ".pdf").status_code == 404
    assert "管理报告〔2026〕第1号" not in owner.get("/portal/estate/JX/reports/").content.decode()
    acts.post(row, by=people.zhoujun, at=APRIL_8)
    owner_papers.make_waiting(APRIL_8)
    said = owner.get(page).content.decode()
    assert row.sha256 in said and "物业服务费" in said and "周军" in said  # whom to ask
    assert "吴海涛" not in said  # who checked it is no matter of theirs
    assert body(owner.get(page[:-1] + ".pdf")).startswith(b"%PDF-unset")
    assert "管理报告〔2026〕第1号" in owner.get("/portal/estate/JX/reports/").content.decode()
    assert "/portal/estate/JX/reports/" in owner.get("/portal/?estate=JX").content.decode()
    english = owner.get(page, headers=ENGLISH).content.decode()
    assert "Management report [2026] No. 1" in english
    acts.withdraw(row, note="收支表一项有误", by=people.wuzong, at=APRIL_8)
    said = owner.get(page).content.decode()
    assert "收支表一项有误" in said and "物业服务费" not in said
    assert owner.get(page[:-1] + ".pdf").status_code == 404
    for wrong in ("2026-01", "2026-9", "x", "2026-1-1", "٢026-1"):
        assert owner.get(f"/portal/estate/JX/reports/{wrong}/").status_code == 404
    assert owner.get("/portal/estate/CH/reports/2026-1/").status_code == 404


def test_one_withdrawn_before_it_was_posted_says_so_and_no_more(jinxiu, people, unset):
    row = issued(jinxiu, people)
    owner_papers.make_waiting(APRIL_8)
    acts.withdraw(row, note="收支表一项有误", by=people.wuzong, at=APRIL_8)
    answer = Client().get("/portal/estate/JX/reports/2026-1/")
    said = answer.content.decode()
    assert answer.status_code == 404 and "已撤回" in said and "收支表" not in said
    assert Client().get("/portal/estate/JX/reports/2026-1.pdf").status_code == 404


# Who is told ---------------------------------------------------------------------------------------


def told(kind) -> list[str]:
    return [one.user.username for one in Notification.objects.filter(kind=kind).order_by("pk")]


def test_who_may_check_it_is_told_and_who_wrote_it_when_it_comes_back(jinxiu, people, client):
    row = written(jinxiu, people.zhoujun)
    row = acts.hand_in(row, by=people.zhoujun, at=APRIL_8)
    assert told("owner_report_to_check") == ["wuzong"]
    row = acts.send_back(row, note="绿化部分请补充", by=people.wuzong, at=APRIL_8)
    assert told("owner_report_back") == ["zhoujun"]
    acts.hand_in(row, by=people.wuzong, at=APRIL_8)  # both have a hand in it now
    assert told("owner_report_to_check") == ["wuzong"]
    line = Notification.objects.get(kind="owner_report_back")
    words = in_words(line.kind, line.params, None)
    assert words.path == row.get_absolute_url() and "2026-03-31" in words.line


def test_the_page_leads_from_the_draft_to_the_portal(client, jinxiu, people, monkeypatch):
    monkeypatch.setattr("reports.views.owner_reports.clock", lambda: APRIL_8)
    client.force_login(people.zhoujun)
    new = reverse("reports:owner_report_new")
    wrong = client.post(new, {"estate": jinxiu.pk, "span": "quarter", "day": "2026-09-01"})
    assert wrong.status_code == 422
    client.post(new, {"estate": jinxiu.pk, "span": "quarter", "day": "2026-03-01"})
    row = OwnerReport.objects.get()

    def act(verb, **said):
        return client.post(reverse("reports:owner_report_act", args=[row.pk, verb]), said)

    def block(kind, **said):
        row.refresh_from_db()
        where = reverse("reports:owner_report_block", args=[row.pk, kind])
        return client.post(where, {"started_from": row.version} | said)

    begun = client.get(row.get_absolute_url())
    assert begun.status_code == 200
    assert reverse("reports:owner_report_act", args=[row.pk, "refresh"]) in begun.content.decode()
    assert client.get(reverse("reports:owner_report_block", args=[row.pk, "fund"])).status_code == 200
    assert act("write", **TEXTS, started_from=row.version).status_code == 302
    refused = act("hand_in")
    assert refused.status_code == 422
    for kind in Block.values:
        more = {}
        if kind in ("fees", "fund"):
            lines = "收入 | 物业服务费 / Management fee | 80.00\n支出\t人工\t50"
            more = {"lines": lines, "opening": "100", "balance": "130"}
            bad = block(kind, words="平稳", **more | {"lines": "收入 | 物业服务费 | 八十"})
            assert bad.status_code == 422 and "八十" in bad.content.decode()
        assert block(kind, words="已按计划完成。", **more).status_code == 302, kind
    stale = client.post(
        reverse("reports:owner_report_block", args=[row.pk, "pest"]), {"started_from": 1, "words": "我写的"}
    )
    assert stale.status_code == 422 and "我写的" in stale.content.decode()
    assert act("hand_in").status_code == 302
    assert act("check").status_code == 422
    client.force_login(people.wuzong)
    assert act("check").status_code == act("issue").status_code == act("post").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.serial) == ("posted", 1)
    shown_page = client.get(row.get_absolute_url()).content.decode()
    assert "Management fee" in shown_page or "物业服务费" in shown_page
    listed = client.get(reverse("reports:owner_reports"), {"scope": f"estate-{jinxiu.pk}"}).content.decode()
    assert row.get_absolute_url() in listed


def test_who_reads_figures_reads_it_and_others_do_not(client, jinxiu, people, auditor, stranger):
    row = issued(jinxiu, people)
    where = row.get_absolute_url()
    act = reverse("reports:owner_report_act", args=[row.pk, "withdraw"])
    for user, status in ((people.limin, 403), (stranger, 404), (people.sungong, 200), (auditor, 200)):
        client.force_login(user)
        assert client.get(where).status_code == status, user
        assert client.post(act, {"note": "x"}).status_code in (status, 422), user
    row.refresh_from_db()
    assert row.state == "issued"


# API -------------------------------------------------------------------------------------------------


def test_programs_do_what_the_page_does(client, jinxiu, people, monkeypatch, cuihu):
    monkeypatch.setattr("reports.owner_api.now", lambda: APRIL_8)
    client.force_login(people.zhoujun)

    def send(path, status=200, **said):
        answer = client.post(f"/api/v1/reports/owners/{path}", said, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    asked = {"estate": jinxiu.pk, "span": "quarter", "day": "2026-03-01"}
    row = send("", 201, **asked)
    assert (row["starts_on"], row["acts"]) == ("2026-01-01", ["write", "refresh", "hand_in", "drop"])
    send("", 400, **asked | {"estate": cuihu.pk})
    mine = f"{row['id']}/"
    send(f"{mine}hand_in/", 400)
    told = send(f"{mine}write/", **TEXTS, started_from=row["version"])
    told = send(
        f"{mine}blocks/fees/", words="平稳", started_from=told["version"], opening="100", balance="130",
        lines="收入|物业服务费|80\n支出|人工|50",
    )  # fmt: skip
    (fees,) = (one for one in told["content"]["blocks"] if one["kind"] == "fees")
    assert [one["amount"] for one in fees["items"]] == ["80.00", "50.00"]
    send(f"{mine}blocks/nothing/", 404, words="x", started_from=told["version"])
    send(f"{mine}blocks/pest/", 400, words="x", started_from=1, extra="x")
    listed = client.get("/api/v1/reports/owners/", {"state": "draft"}).json()["results"]
    assert [one["id"] for one in listed] == [row["id"]]
    client.force_login(people.limin)
    assert client.get(f"/api/v1/reports/owners/{mine}").status_code == 403
