"""The pages of the appraisal: who finds what, what is typed, what lists cost, the forms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import Complaint
from reports import pdf
from reports.appraisal_rows import AppraisalCheck, AppraisalEntry, AppraisalScheme, AppraisalSheet
from reports.appraisal_scheme import DEFAULTS
from reports.appraisals import figures, papers, sheets
from reports.models import Paper
from staff import actions as office
from staff.models import AuditRow
from staff.roles import Role
from tests.appraisals import HARM, LATE, MARCH, again, april, begun, closed, do, shown
from tests.cast import BEFORE, person

pytestmark = pytest.mark.django_db


def as_(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def in_april(monkeypatch) -> None:
    """The pages read the clock: it is 20 April 2026, when the days to appeal against March still run."""
    for module in ("appraisals", "appraisal_checks", "appraisal_papers"):
        monkeypatch.setattr(f"reports.views.{module}.clock", lambda: april(20))


PAGES = ("", "cases/closure/whole/")


def test_a_sheet_is_found_by_the_person_and_his_managers_only(
    limin, chenfang, zhoujun, wuzong, auditor, admin, stranger, wanggong, laozhao, jinxiu
) -> None:
    firm = jinxiu.departments.create(name="电梯维保", is_contractor=True)
    theirs = person("dianti", "电梯工", Role.HANDLER, department=firm)
    sheet = shown(limin, chenfang, LATE)
    address = f"/reports/appraisals/{sheet.pk}"
    for user in (limin, chenfang, zhoujun, wuzong):
        assert all(as_(user).get(f"{address}/{page}").status_code == 200 for page in PAGES), user
    for user in (auditor, admin, stranger, wanggong, laozhao, theirs):
        client = as_(user)
        assert {client.get(f"{address}/{page}").status_code for page in PAGES} == {404}, user
        assert client.get(f"{address}.pdf").status_code == 404
        assert client.post(f"{address}/sign/", {"started_from": 1}).status_code == 404
        assert client.get(f"/reports/appraisals/checks/{limin.pk}/").status_code == 404
    for page in ("", "own/", "rules/", f"checks/{theirs.pk}/", "month-2026-03.pdf", "year-2026.pdf"):
        assert as_(theirs).get(f"/reports/appraisals/{page}").status_code == 404
    for page in ("month-2026-03.pdf", "year-2026.pdf", "year/2026/"):
        assert as_(laozhao).get(f"/reports/appraisals/{page}").status_code == 404
    assert as_(laozhao).get("/reports/appraisals/").status_code == 302


def test_the_list_names_who_is_not_begun_and_nobody_elses_people(
    limin, laozhao, wanggong, chenfang, stranger
) -> None:
    shown(limin, chenfang, LATE)
    page = as_(chenfang).get("/reports/appraisals/?month=2026-03").content.decode()
    assert "李敏" in page and "99 points" in page and "赵国强" in page and "Not begun: 1" in page
    assert "王建军" not in page
    assert "李敏" not in as_(stranger).get("/reports/appraisals/?month=2026-03").content.decode()
    assert as_(chenfang).get("/reports/appraisals/?month=2026-13").status_code == 404


@pytest.mark.parametrize("page", ["?month=2026-03", "year/2026/"])
def test_lists_ask_as_many_queries_of_ten_as_of_two(
    page, jinxiu, limin, chenfang, django_assert_max_num_queries
) -> None:
    def asked() -> int:
        client = as_(chenfang)
        client.get(f"/reports/appraisals/{page}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/reports/appraisals/{page}").status_code == 200
        return len(queries)

    kind = "year" if page.startswith("year") else "month"

    def more(n: int) -> None:
        user = office.add_user(username=f"more{n}", name=f"新人{n}", email=f"m{n}@example.com")
        office.post(user, Role.FRONT_DESK, at=BEFORE, estate=jinxiu)
        closed(user, chenfang, LATE)
        sheet = begun(user, chenfang, kind=kind, at=april(2))
        if kind == "year":
            do(sheets.deduct, sheet, LATE, by=chenfang, at=april(2))

    more(0), more(1)
    few = asked()
    for n in range(2, 10):
        more(n)
    assert asked() == few


def test_points_are_typed_struck_out_and_shown_and_a_mistake_stands_at_its_field(
    limin, chenfang, zhoujun
) -> None:
    client = as_(chenfang)
    begin = {"user": limin.pk, "kind": "month", "day": "2026-03-01"}
    answer = client.post("/reports/appraisals/begin/", begin)
    sheet = AppraisalSheet.objects.get()
    assert answer.url == sheet.get_absolute_url()
    address = f"/reports/appraisals/{sheet.pk}/"
    wrong = {"started_from": 1, "what": "attendance:", "words": "迟到"}
    answer = client.post(f"{address}deduct/", wrong)
    assert answer.status_code == 422 and "Give the points." in answer.content.decode()
    right = {
        "started_from": 1,
        "what": "attendance:attendance-1",
        "words": "3月6日迟到",
        "case": "JX-2026-000009",
    }
    answer = client.post(f"{address}deduct/", right)
    assert answer.status_code == 422 and "3月6日迟到" in answer.content.decode()
    assert client.post(f"{address}deduct/", right | {"case": ""}).status_code == 302
    assert AppraisalEntry.objects.get().points == 1  # as the criterion says
    answer = client.post(f"{address}deduct/", right | {"case": ""})  # from a page that is old
    assert answer.status_code == 422 and AppraisalEntry.objects.count() == 1
    assert 'name="started_from" value="2"' in answer.content.decode()
    lost = {"started_from": 2, "item": "morals", "words": HARM.words, "penalty": HARM.penalty}
    assert client.post(f"{address}lose/", lost).status_code == 302
    assert (
        client.post(f"{address}reward/", {"started_from": 3, "points": "12", "words": "嘉奖"}).status_code
        == 422
    )
    assert (
        client.post(f"{address}reward/", {"started_from": 3, "points": "3", "words": "嘉奖"}).status_code
        == 302
    )
    entry = AppraisalEntry.objects.get(sort="lost").pk
    struck = {"started_from": 4, "entry": entry, "because": "查无此事"}
    assert client.post(f"{address}strike/", struck).status_code == 302
    assert client.post(f"{address}show/", {"started_from": 5}).status_code == 302
    page = as_(limin).get(address).content.decode()
    assert "102" in page and "查无此事" in page and "What was done" not in page
    assert as_(limin).get("/reports/appraisals/own/").status_code == 200
    assert client.post(f"{address}dance/", {}).status_code == 404
    assert as_(limin).post(f"{address}appeal/", {"started_from": 6, "words": "不认可"}).status_code == 302
    assert again(sheet).state == "appealed"


def test_a_case_he_may_not_read_is_not_named(case_in, limin, chenfang) -> None:
    case = case_in("received")
    said = sheets.Said("未回复", "efficiency", "efficiency-2", Decimal(1), case=case.number)
    sheet = shown(limin, chenfang, said)
    assert case.number in as_(limin).get(sheet.get_absolute_url()).content.decode()
    Complaint.objects.filter(pk=case.pk).update(restricted=True, first_receiver=chenfang)
    page = as_(limin).get(sheet.get_absolute_url()).content.decode()
    assert case.number not in page and "not yours to read" in page


def test_a_figure_opens_exactly_its_cases(case_in, limin, chenfang, wanggong, sungong) -> None:
    case = case_in("closed")
    sheet = shown(limin, chenfang)
    counted = figures.cases_of(sheet, april(2))
    assert counted["closure"]["whole"] == counted["guard"]["whole"] == [case.pk]
    assert sheet.figures == counted
    page = as_(chenfang).get(f"/reports/appraisals/{sheet.pk}/cases/closure/whole/").content.decode()
    assert case.number in page
    other = shown(wanggong, sungong)
    Complaint.objects.filter(pk=case.pk).update(handler=None)
    assert figures.cases_of(other, april(2))["closure"]["whole"] == []  # not his
    assert as_(chenfang).get(f"/reports/appraisals/{sheet.pk}/cases/none/part/").status_code == 404


def test_checks_are_written_by_a_manager_and_read_by_the_person(limin, chenfang) -> None:
    client, address = as_(chenfang), f"/reports/appraisals/checks/{limin.pk}/"
    said = {"on": "2026-04-03", "item": "attendance", "points": "9", "words": "抽查在岗"}
    assert client.post(address, said).status_code == 422
    assert client.post(address, said | {"points": "4"}).status_code == 302
    assert "抽查在岗" in as_(limin).get(address).content.decode()
    assert as_(limin).post(address, said | {"points": "5"}).status_code == 404
    row = AppraisalCheck.objects.get()
    assert (
        as_(limin).post(f"/reports/appraisals/checks/{row.pk}/strike/", {"because": "x"}).status_code == 404
    )
    client.post(f"/reports/appraisals/checks/{row.pk}/strike/", {"because": "记错人"})
    row.refresh_from_db()
    assert row.struck_because == "记错人"


def test_the_next_version_is_written_on_its_page(admin, limin, zhoujun) -> None:
    client, address = as_(admin), reverse("reports:appraisal_rules_edit")
    for user in (limin, zhoujun):
        assert as_(user).get(address).status_code == 404
        assert as_(user).get(reverse("reports:appraisal_rules")).status_code == 200
    form = client.get(address).context["form"]
    said = {name: form[name].value() for name in form.fields} | {
        "note": "按新办法",
        "checks": "30",
        "monthly": "20",
    }
    wrong = said | {"operating-morals-criteria": "迟到"}
    assert "points | Chinese | English" in client.post(address, wrong).content.decode()
    assert client.post(address, said | {"operating-morals-points": "6"}).status_code == 422
    assert client.post(address, said | {"operating-morals-criteria": "9 | 迟到"}).status_code == 422
    assert not AppraisalScheme.objects.filter(number=2).exists()
    assert client.post(address, said).status_code == 302
    saved = AppraisalScheme.objects.get(number=2)
    assert saved.data["weights"] == {"checks": 30, "monthly": 20, "annual": 50}
    assert saved.data["items"] == DEFAULTS["items"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_four_forms_are_set_for_who_may_read_them(
    language, limin, laozhao, chenfang, monkeypatch
) -> None:
    set_ = []

    def kept(template, context, language, title, **_words) -> bytes:
        set_.append(pdf.page(template, context, language, title))
        return b"%PDF"

    month = closed(limin, chenfang, LATE)
    year = begun(limin, chenfang, kind="year", at=april(3))
    monkeypatch.setattr("reports.appraisals.papers.pdf.render", kept)
    for which in (
        {"sheet": month.pk}, {"sheet": year.pk}, papers.asked_list(chenfang, "month", MARCH, april(20)),
        papers.asked_list(chenfang, "year", date(2026, 1, 1), april(20)),
    ):  # fmt: skip
        papers.made(chenfang, which, april(20), language)
    titles = {
        "zh-hans": [
            "员工月绩效考核登记表", "员工年终绩效考核登记表", "员工月/年绩效考核情况登记表",
            "年度员工绩效考核情况登记表",
        ],
        "en": [
            "Monthly appraisal sheet", "Annual appraisal sheet", "Monthly or annual",
            "Appraisals of staff in the year",
        ],
    }  # fmt: skip
    for said, title in zip(set_, titles[language], strict=True):
        assert title in said and "李敏" in said
    assert LATE.words in set_[0] and ">99<" in set_[0] and "赵国强" in set_[2]
    with pytest.raises(Exception, match="read|查看|看"):
        papers.made(laozhao, {"sheet": month.pk}, april(20), language)


def test_a_paper_waits_for_the_worker_and_is_read_by_who_asked_alone(limin, chenfang, zhoujun) -> None:
    sheet = shown(limin, chenfang)
    assert as_(chenfang).get(f"/reports/appraisals/{sheet.pk}.pdf").status_code in (200, 202, 302)
    paper = Paper.objects.get()
    assert paper.days == {"sheet": sheet.pk}
    assert paper.state == Paper.State.DONE, paper.reason
    for user, status in ((chenfang, 200), (zhoujun, 404), (limin, 404)):
        assert as_(user).get(f"/reports/paper/{paper.key}/").status_code == status


def test_a_program_reads_and_acts_as_the_pages_do(limin, laozhao, chenfang, zhoujun, auditor, jinxiu) -> None:
    sheet = begun(limin, chenfang, at=april(2))
    address, kind = f"/api/v1/reports/appraisals/{sheet.pk}/", {"content_type": "application/json"}
    assert as_(limin).get(address).status_code == 404  # not shown to him yet
    said = {"started_from": 1, "what": "attendance:attendance-1", "words": "迟到"}
    answer = as_(chenfang).post(f"{address}deduct/", said, **kind)
    assert answer.status_code == 200 and answer.json()["total"] == "99"
    assert as_(chenfang).post(f"{address}deduct/", said, **kind).status_code in (409, 400, 422)
    answer = as_(chenfang).post(f"{address}show/", {"started_from": 2}, **kind)
    assert answer.json()["state"] == "shown" and answer.json()["acts"] == ["take_back"]
    assert as_(limin).get(address).json()["acts"] == ["sign", "appeal"]
    firm = jinxiu.departments.create(name="电梯维保", is_contractor=True)
    theirs = person("dianti", "电梯工", Role.HANDLER, department=firm)
    for user in (laozhao, auditor, theirs):
        assert as_(user).get(address).status_code in (403, 404)
        assert as_(user).post(f"{address}sign/", {"started_from": 3}, **kind).status_code in (403, 404)
    assert as_(laozhao).get("/api/v1/reports/appraisals/").json()["results"] == []
    assert len(as_(zhoujun).get("/api/v1/reports/appraisals/?kind=month").json()["results"]) == 1
    assert as_(theirs).get("/api/v1/reports/appraisals/").status_code == 403


def test_the_month_of_nobody_is_said(wanggong, sungong) -> None:
    assert MARCH.year == 2026
    assert as_(sungong).get("/reports/appraisals/?month=2020-01").status_code == 200


# Doors ---------------------------------------------------------------------------------------------------


def refused_tries(user) -> list[str]:
    return list(AuditRow.objects.filter(kind="refused", user=user).values_list("about", flat=True))


@pytest.fixture
def in_aprils_api(monkeypatch) -> None:
    monkeypatch.setattr("reports.appraisal_api.now", lambda: april(8))
    for module in ("appraisals", "appraisal_checks", "appraisal_papers"):
        monkeypatch.setattr(f"reports.views.{module}.clock", lambda: april(8))


def test_who_left_reads_and_appeals_against_his_last_sheet_at_both_doors(
    in_aprils_api, limin, laozhao, chenfang, zhoujun
) -> None:
    for user in (limin, laozhao):
        sheet = shown(user, chenfang, LATE)
        user.postings.update(ends_at=april(5))
        address, api = f"/reports/appraisals/{sheet.pk}/", f"/api/v1/reports/appraisals/{sheet.pk}/"
        assert as_(user).get(address).status_code == 200
        assert as_(user).get(api).json()["acts"] == ["sign", "appeal"]
        said = {"started_from": sheet.version, "words": "当天调休"}
        if user == limin:
            assert as_(user).post(f"{address}appeal/", said).status_code == 302
        else:
            answer = as_(user).post(f"{api}appeal/", said, content_type="application/json")
            assert answer.status_code == 200
        assert again(sheet).state == "appealed"


def test_who_left_without_a_sheet_finds_nothing_at_either_door(in_aprils_api, limin, chenfang) -> None:
    begun(limin, chenfang)
    limin.postings.update(ends_at=april(5))
    assert as_(limin).get("/reports/appraisals/own/").status_code == 404
    assert as_(limin).get("/api/v1/reports/appraisals/").status_code == 403


def test_a_strangers_try_leaves_the_same_trace_at_every_door(
    in_aprils_api, limin, chenfang, stranger
) -> None:
    sheet = shown(limin, chenfang)
    client, api = as_(stranger), f"/api/v1/reports/appraisals/{sheet.pk}/"
    for ask in (
        lambda: client.get(f"/reports/appraisals/{sheet.pk}/"),
        lambda: client.get(api),
        lambda: client.post(f"{api}show/", {"started_from": 1}, content_type="application/json"),
        lambda: client.get(f"/reports/appraisals/checks/{limin.pk}/"),
    ):
        AuditRow.objects.all().delete()
        assert ask().status_code == 404
        (about,) = refused_tries(stranger)
        assert about.startswith("appraisal")


def test_the_person_is_told_that_a_sheet_was_taken_back_and_is_no_stranger(
    in_aprils_api, limin, laozhao, chenfang
) -> None:
    sheet, never = shown(limin, chenfang), begun(laozhao, chenfang)
    do(sheets.take_back, sheet, "写错了", by=chenfang, at=april(3))
    address = f"/reports/appraisals/{sheet.pk}/"
    for answer in (as_(limin).get(address), as_(limin).post(f"{address}sign/", {"started_from": 2})):
        assert answer.url == reverse("reports:appraisals_own")
    client = as_(limin)
    assert "taken back" in client.get(address, follow=True).content.decode()
    assert client.get(f"/reports/appraisals/{sheet.pk}.pdf").status_code == 404
    assert client.get(f"/api/v1/reports/appraisals/{sheet.pk}/").status_code == 404
    assert as_(laozhao).get(f"/reports/appraisals/{never.pk}/").status_code == 404
    assert refused_tries(limin) == refused_tries(laozhao) == []


def test_a_check_sent_twice_is_one_and_a_long_list_has_pages(limin, chenfang) -> None:
    client, address = as_(chenfang), f"/reports/appraisals/checks/{limin.pk}/"
    key = client.get(address).context["key"]
    said = {"on": "2026-04-03", "item": "attendance", "points": "4", "words": "抽查在岗", "key": key}
    assert {client.post(address, said).status_code for _time in "ab"} == {302}
    assert AppraisalCheck.objects.count() == 1
    assert client.post(address, said | {"points": "3"}).status_code == 422
    assert client.post(address, said | {"key": "another"}).status_code == 302
    for n in range(60):
        AppraisalCheck.objects.create(
            user=limin, on=MARCH, item="attendance", points=4, most=5, words=f"第{n}次", added_at=april(1),
            added_by=chenfang,
        )  # fmt: skip
    first, second = (client.get(f"{address}?page={n}") for n in (1, 2))
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 12)
    assert "?page=2" in first.content.decode() and "第0次" in second.content.decode()


def test_a_day_that_never_comes_is_said_and_no_fault_of_ours(limin, chenfang) -> None:
    said = {"user": limin.pk, "kind": "year", "day": "9999-12-31"}
    for day in ("9999-12-31", "0001-01-01"):
        answer = as_(chenfang).post("/reports/appraisals/begin/", said | {"day": day}, follow=True)
        assert answer.status_code == 200 and not AppraisalSheet.objects.exists()
