"""The report to owners 管理报告: who does what, what it counts, what is frozen, who reads it (F16)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused
from reports import owner_papers
from reports import owner_reports as acts
from reports.calendar_rules import Overtaken
from reports.figures.owner_report import of_blocks
from reports.models import OwnerReport, OwnerReportItem
from reports.owner_content import content_of, digest
from reports.owner_reports import Line
from reports.owner_rules import Block, first_day, last_day
from reports.owner_words import shown
from reports.pdf import ReportError
from tests.cast import DAY, march
from tests.owner_reports import APRIL_8, Q1, TEXTS, issued, written
from tests.report_pages import body

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def people(office_of_jinxiu) -> Any:
    return office_of_jinxiu


def counts(estate, at=APRIL_8) -> dict[Block, dict[str, Any]]:
    return of_blocks(estate, *Q1, at)


# Figures ---------------------------------------------------------------------------------------------


def test_each_case_counts_in_the_block_of_its_category_and_in_the_assessment(
    jinxiu, cuihu, case_in, categories
):
    case_in("acting", at=march(2), category=categories["lifts"])
    case_in("acting", at=march(3), category=categories["water-power"])
    case_in("acting", at=march(4), category=categories["noise"])
    told = counts(jinxiu)
    assert [told[block]["received"] for block in (Block.EQUIPMENT, Block.OTHER, Block.FIRE)] == [2, 1, 0]
    assert told[Block.ASSESSMENT]["received"] == 3
    assert counts(cuihu)[Block.ASSESSMENT]["received"] == 0
    assert of_blocks(jinxiu, date(2026, 4, 1), date(2026, 6, 30), APRIL_8)[Block.OTHER]["received"] == 0


def test_what_is_kept_from_anybody_is_not_counted(jinxiu, case_in, categories, limin):
    case_in("acting", at=march(2), category=categories["lifts"])
    for fact in ("restricted", "identity_hidden"):
        case_in("acting", at=march(3), category=categories["lifts"], facts={fact: True})
    assert counts(jinxiu)[Block.EQUIPMENT]["received"] == 1
    assert counts(jinxiu)[Block.ASSESSMENT]["received"] == 1


def test_satisfaction_and_closing_count_with_their_block(jinxiu, case_in, categories):
    case_in("closed", at=march(2), category=categories["lifts"])
    told = counts(jinxiu)[Block.EQUIPMENT]
    assert (told["received"], told["closed"], told["due"], told["on_time"]) == (1, 1, 1, 1)


def test_the_figures_cost_as_many_queries_for_ten_cases_as_for_two(jinxiu, case_in, categories):
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            counts(jinxiu)
        return len(captured)

    for day in (2, 3):
        case_in("acting", at=march(day), category=categories["lifts"])
    few = asked()
    for day in range(4, 10):
        case_in("acting", at=march(day), category=categories["noise"])
    assert asked() == few


# Who does what ---------------------------------------------------------------------------------------


def test_it_is_written_by_the_manager_of_the_estate_and_by_nobody_below(jinxiu, people, auditor, stranger):
    for nobody in (people.limin, people.chenfang, people.sungong, auditor, stranger):
        with pytest.raises(WrongPerson):
            acts.draft(jinxiu, "quarter", date(2026, 3, 1), by=nobody, at=APRIL_8)
    row = acts.draft(jinxiu, "quarter", date(2026, 3, 1), by=people.zhoujun, at=APRIL_8)
    assert (row.starts_on, row.ends_on, row.state) == (*Q1, "draft")
    with pytest.raises(Refused) as refused:
        acts.draft(jinxiu, "quarter", date(2026, 1, 9), by=people.wuzong, at=APRIL_8)
    assert refused.value.field == "day"
    with pytest.raises(Refused):
        acts.draft(jinxiu, "quarter", date(2026, 7, 1), by=people.wuzong, at=APRIL_8)


def test_the_same_form_sent_twice_begins_one(jinxiu, people):
    made = [
        acts.draft(jinxiu, "year", date(2026, 3, 1), by=people.zhoujun, at=APRIL_8, key="k") for _n in "ab"
    ]
    assert made[0] == made[1] and OwnerReport.objects.count() == 1


def test_whoever_wrote_of_it_does_not_check_it(jinxiu, people):
    row = written(jinxiu, people.zhoujun)
    with pytest.raises(WrongStatus):
        acts.check(row, by=people.wuzong, at=APRIL_8)
    acts.hand_in(row, by=people.zhoujun, at=APRIL_8)
    with pytest.raises(WrongPerson, match="Another|编写人以外"):
        acts.check(row, by=people.zhoujun, at=APRIL_8)
    with pytest.raises(WrongPerson):
        acts.check(row, by=people.chenfang, at=APRIL_8)
    assert acts.check(row, by=people.wuzong, at=APRIL_8).checked_by == people.wuzong
    back = acts.send_back(row, note="绿化部分请补充", by=people.wuzong, at=APRIL_8)
    assert (back.state, back.checked_by) == ("draft", None)


def test_two_who_write_at_once_do_not_overwrite_each_other(jinxiu, people):
    row = written(jinxiu, people.zhoujun)
    said = {"words": "新写的", "words_en": "", "by": people.zhoujun, "at": APRIL_8}
    with pytest.raises(Overtaken):
        acts.write_block(row, "pest", started_from=row.version - 1, **said)
    assert row.blocks.get(kind="pest").words != "新写的"


# What is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["感谢2-1-302业主的理解", "李女士反映的问题已解决", "联系13800001111"])
def test_words_that_name_somebody_are_refused_at_their_field(jinxiu, people, words):
    row = written(jinxiu, people.zhoujun)
    said = {"started_from": row.version, "by": people.zhoujun, "at": APRIL_8}
    with pytest.raises(Refused) as refused:
        acts.write_block(row, "pest", words=words, words_en="", **said)
    assert refused.value.field == "words"
    with pytest.raises(Refused) as refused:
        acts.write(row, **TEXTS | {"closing": words}, **said)
    assert refused.value.field == "closing"


def test_amounts_are_no_telephones(jinxiu, people):
    row = written(jinxiu, people.zhoujun)
    said = {"started_from": row.version, "by": people.zhoujun, "at": APRIL_8}
    acts.write_block(row, "pest", words="消杀费用 12345678 元", words_en="", **said)


def test_what_is_missing_is_said_before_it_is_handed_in(jinxiu, people):
    row = acts.draft(jinxiu, "quarter", date(2026, 3, 1), by=people.zhoujun, at=APRIL_8)
    with pytest.raises(Refused, match="问候语|Greeting"):
        acts.hand_in(row, by=people.zhoujun, at=APRIL_8)
    row = written(jinxiu, people.zhoujun, row)
    block = row.blocks.get(kind="greening")
    block.words = ""
    block.save()
    with pytest.raises(Refused, match="绿化|Greening"):
        acts.hand_in(row, by=people.zhoujun, at=APRIL_8)


def money(row, by, **said):
    told = {"words": "收支平稳。", "words_en": "", "opening": Decimal(100), "balance": Decimal(130)}
    lines = [Line("income", "物业费", "", Decimal(80)), Line("expense", "人工", "", Decimal(50))]
    return acts.write_block(
        row, "fees", **told | {"lines": lines} | said, started_from=row.version, by=by, at=APRIL_8
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"balance": Decimal(131)}, "130.00"),
        ({"opening": None}, "期初|beginning"),
        ({"lines": []}, "期初|beginning"),
        ({"lines": [Line("income", "物业费", "", None)]}, "物业费"),
    ],
)
def test_accounts_that_do_not_add_up_are_not_handed_in(jinxiu, people, said, told):
    row = money(written(jinxiu, people.zhoujun), people.zhoujun, **said)
    with pytest.raises(Refused, match=told):
        acts.hand_in(row, by=people.zhoujun, at=APRIL_8)


def test_a_line_stands_once(jinxiu, people):
    row = written(jinxiu, people.zhoujun)
    twice = [Line("income", "物业费", "", Decimal(1))] * 2
    with pytest.raises(Refused) as refused:
        money(row, people.zhoujun, lines=twice)
    assert refused.value.field == "lines"


def test_a_time_that_is_not_over_is_not_issued(jinxiu, people):
    at = march(30)
    row = written(jinxiu, people.zhoujun, at=at)
    acts.hand_in(row, by=people.zhoujun, at=at)
    acts.check(row, by=people.wuzong, at=at)
    with pytest.raises(Refused, match="before its time|期末"):
        acts.issue(row, by=people.wuzong, at=APRIL_8)


# Frozen ----------------------------------------------------------------------------------------------


def test_what_is_issued_has_the_next_number_of_its_estate_and_never_changes(jinxiu, cuihu, people):
    row = issued(jinxiu, people)
    assert (row.year, row.serial, row.sha256) == (2026, 1, digest(row.content))
    assert issued(cuihu, people, writer=people.wuzong, checker=None).serial == 1
    second = issued(jinxiu, people, day=date(2025, 12, 1), at=APRIL_8 + DAY)
    assert (second.year, second.serial) == (2026, 2)
    row.greeting = "改了"
    for change in (
        row.save,
        row.delete,
        lambda: OwnerReport.objects.filter(pk=row.pk).update(sha256="x"),
        lambda: OwnerReport.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(TypeError):
            change()
    for act in (acts.hand_in, acts.refresh, acts.issue):
        with pytest.raises(WrongStatus):
            act(row, by=people.zhoujun, at=APRIL_8)


def test_a_case_that_changes_afterwards_leaves_it_as_it_was(jinxiu, people, case_in, categories):
    case_in("acting", at=march(2), category=categories["lifts"])
    row = issued(jinxiu, people)
    case_in("acting", at=march(3), category=categories["lifts"])
    told = {block["kind"]: block for block in content_of(row)["blocks"]}
    assert told["equipment"]["figures"]["received"] == 1
    assert digest(OwnerReport.objects.get(pk=row.pk).content) == row.sha256


def test_withdrawn_it_stays_and_the_one_written_anew_names_it(jinxiu, people):
    row = acts.post(issued(jinxiu, people), by=people.zhoujun, at=APRIL_8)
    with pytest.raises(WrongStatus):
        acts.reissue(row, by=people.zhoujun, at=APRIL_8)
    acts.withdraw(row, note="收支表一项有误", by=people.wuzong, at=APRIL_8 + DAY)
    new = acts.reissue(row, by=people.zhoujun, at=APRIL_8 + DAY)
    assert new.blocks.get(kind="greening").words == row.blocks.get(kind="greening").words
    assert OwnerReportItem.objects.filter(block__report=new).count() == 4
    with pytest.raises(Refused):
        acts.reissue(row, by=people.wuzong, at=APRIL_8 + DAY)
    acts.drop(new, note="另写", by=people.zhoujun, at=APRIL_8 + DAY)
    new = acts.reissue(row, by=people.zhoujun, at=APRIL_8 + DAY)
    acts.hand_in(new, by=people.zhoujun, at=APRIL_8 + DAY)
    acts.check(new, by=people.wuzong, at=APRIL_8 + DAY)
    new = acts.issue(new, by=people.wuzong, at=APRIL_8 + DAY)
    assert (new.serial, new.content["replaces"]["serial"]) == (2, 1)
    row.refresh_from_db()
    assert (row.state, row.serial, digest(row.content)) == ("withdrawn", 1, row.sha256)


# Compared --------------------------------------------------------------------------------------------


def test_it_is_compared_with_the_last_one_on_as_much_time(jinxiu, people, case_in, categories):
    issued(jinxiu, people, day=date(2025, 12, 1), at=march(5))
    case_in("acting", at=march(2), category=categories["lifts"])
    row = acts.draft(jinxiu, "quarter", date(2026, 3, 1), by=people.zhoujun, at=APRIL_8)
    assert row.before and row.before.serial == 1
    fees = row.blocks.get(kind="fees")
    # The items of the last one, with its amounts beside; what its account ended with begins this one.
    assert [(one.item, one.amount, one.amount_before) for one in fees.items.all()] == [
        ("物业服务费", None, Decimal(80)), ("人工", None, Decimal(50)),
    ]  # fmt: skip
    assert fees.opening == Decimal(130)
    told = shown(content_of(row))
    (equipment,) = (one for one in told["blocks"] if one["kind"] == "equipment")
    assert '<td class="num">1</td><td class="num">0</td><td class="num">+1</td>' in equipment["figures"]
    written(jinxiu, people.zhoujun, row)
    with pytest.raises(Refused, match="130.00"):
        acts.hand_in(row, by=people.zhoujun, at=APRIL_8)


def test_sums_and_differences_stand_in_the_table(jinxiu, people):
    row = money(
        written(jinxiu, people.zhoujun),
        people.zhoujun,
        lines=[
            Line("income", "物业费", "", Decimal("1080.50"), Decimal(1000)),
            Line("income", "停车费", "", Decimal(20)),
            Line("expense", "人工", "", Decimal("50"), Decimal(70)),
        ],
    )
    (fees,) = (one for one in shown(content_of(row))["blocks"] if one["kind"] == "fees")
    cells = [cell.partition("</td>")[0] for cell in str(fees["accounts"]).split('<td class="num">')[1:]]
    assert "1,100.50" in cells and "+80.50" in cells and "1,050.50" in cells and "−20.00" in cells


@pytest.mark.parametrize(
    ("span", "day", "days"),
    [
        ("quarter", date(2026, 12, 31), (date(2026, 10, 1), date(2026, 12, 31))),
        ("half", date(2026, 6, 30), (date(2026, 1, 1), date(2026, 6, 30))),
        ("half", date(2026, 7, 1), (date(2026, 7, 1), date(2026, 12, 31))),
        ("year", date(2024, 2, 29), (date(2024, 1, 1), date(2024, 12, 31))),
    ],
)
def test_its_days(span, day, days):
    first = first_day(span, day)
    assert (first, last_day(span, first)) == days


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
    assert owner.get(page).status_code == 404
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
