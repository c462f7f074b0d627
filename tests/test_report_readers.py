"""Who reads a report reads of single cases only what he may read elsewhere: on every page, paper and sheet.

Of every address under /reports/ and every kind of reader: a case he may not know of is counted, and
neither its number nor its words stand anywhere.
"""

from __future__ import annotations

import json
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils.timezone import now
from openpyxl import load_workbook

from complaints import actions
from complaints.actions.evidence import take_statement
from complaints.models import Bulletin, Complaint, FollowUp
from config.framework.refusals import Refused
from reports import issue, readers
from reports.figures.month import Month
from reports.figures.monthly import monthly
from reports.models import IssuedReport, Paper, ReportDuty
from reports.scopes import find, scopes_of
from reports.urls import urlpatterns
from staff.models import Absence, Department, User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import DAY, march, person
from tests.commendations import told_of
from tests.evidence_cast import said as said_of_it
from tests.inquiry_cast import one_record_of
from tests.read_addresses import address_of_rooms
from tests.read_rows import decision_of, due_with, overrun_of
from tests.report_pages import body, text_of
from tests.writers import of_month

pytestmark = pytest.mark.django_db

MARCH = Month(2026, 3)
DAYS = {"from": "2026-03-01", "until": "2026-03-31"}
UNSET = b"%PDF-unset"
PAPERS = (
    "receipt",
    "case_sheet",
    "extension_sheet",
    "revisit_sheet",
    "bulletin",
    "overrun_sheet",
    "follow_up_sheet",
)


@pytest.fixture
def baojie(jinxiu):
    """The head of another department: outside every circle."""
    cleaning = Department.objects.create(estate=jinxiu, name="保洁部", name_en="Cleaning")
    return person("baojie", "钱丽", Role.DEPARTMENT_HEAD, department=cleaning)


@pytest.fixture
def songyan(jinxiu):
    """A second supervisor, who rates contractors and is complained about."""
    return person("songyan", "宋燕", Role.SUPERVISOR, estate=jinxiu)


@pytest.fixture
def scene(case_in, office_of_jinxiu, sungong, songyan):
    """Of each kind one case that stands in every list there is, and one that is closed and revisited.

    `plain` is for everybody of the estate; `about` complains about 孙工, who heads engineering and reads
    reports, and about 宋燕; `restricted` is for its circle.
    """
    people, cases = office_of_jinxiu, SimpleNamespace()
    about = {"respondents": (sungong, songyan)}
    marks = {"plain": {}, "about": about, "restricted": {"facts": {"restricted": True}}}
    for day, (kind, how) in enumerate(marks.items(), start=2):
        facts = how.pop("facts", {}) | {"lawsuit_threatened": True}
        case = case_in("acting", at=march(day), facts=facts, content=f"{kind}的原话不外传", **how)
        actions.ask_extension(
            case, clock="resolve", reason="parts", note=f"{kind}的延期理由", not_told_because="电话未接",
        new_due_at=march(day + 4),
            by=people.wanggong, at=march(day + 1),
        )  # fmt: skip
        actions.propose_compensation(
            case, amount=Decimal(80), note=f"{kind}的赔付理由", by=people.limin, at=march(day + 1)
        )
        if not Bulletin.objects.filter(complaint=case).exists():
            actions.issue_bulletin(
                case,
                note=f"{kind}的现状",
                measures="巡查",
                help_needed="",
                by=people.chenfang,
                at=march(day + 1),
            )
        done = case_in("closed", at=march(day + 10), content=f"{kind}的旧事", **how, facts=facts)
        setattr(cases, kind, (case, done))
    return cases


@pytest.fixture
def reports_of(jinxiu, zhoujun):
    def make(by=zhoujun):
        scope = find(scopes_of(permissions_of(by, now())), f"estate-{jinxiu.pk}")
        report = issue.ask(by, scope, *of_month(MARCH), "zh-hans", now())
        issue.make_waiting(now())
        report.refresh_from_db()
        assert report.state == "done", report.reason
        return report

    return make


@pytest.fixture
def unset(monkeypatch):
    """Papers as they are before they are set: the markup in place of the PDF, which takes a second each."""
    monkeypatch.setattr("reports.pdf.run", lambda job: UNSET + json.loads(job)["html"].encode())


def address(name: str, cases, report: IssuedReport) -> tuple[str, dict[str, str]]:
    open_case, done = cases
    if there := address_of_rooms(name, cases):
        return there
    match name:
        case "receipt" | "case_sheet":
            return reverse(f"reports:{name}", args=[open_case.number]), {}
        case "extension_sheet":
            return reverse(f"reports:{name}", args=[open_case.number, open_case.extensions.get().pk]), {}
        case "revisit_sheet":
            return reverse(f"reports:{name}", args=[done.number, 1]), {}
        case "overrun_sheet":
            return reverse(f"reports:{name}", args=[open_case.number, overrun_of(open_case).pk]), {}
        case "follow_up_sheet":
            if not open_case.follow_ups.exists():
                FollowUp.objects.create(
                    complaint=open_case, cycle=open_case.cycles.get(), source="later",
                    words=open_case.content, raised_at=march(9), due_at=march(12),
                )  # fmt: skip
            return reverse(f"reports:{name}", args=[open_case.number]), {}
        case "evidence_list" | "statement":
            if not open_case.evidence.exists():
                limin = User.objects.get(username="limin")
                collected = said_of_it(limin, "statement", what=open_case.content)
                take_statement(open_case, collected, statement=open_case.content, by=limin, at=now())
            item = [1] if name == "statement" else []
            return reverse(f"reports:{name}", args=[open_case.number, *item]), {}
        case "inquiry":
            one_record_of(open_case)
            return reverse(f"reports:{name}", args=[open_case.number, 1]), {}
        case "commendation":
            return reverse(f"reports:{name}", args=[told_of(open_case, march(5)).pk]), {}
        case "warranty" | "warranty_behind":
            return reverse(f"reports:{name}"), {"month": "2026-03", "number": "all"}
        case "commended_behind":
            return reverse(f"reports:{name}"), DAYS | {"scope": report.scope}
        case "bulletin":
            return reverse(f"reports:{name}", args=[Bulletin.objects.filter(complaint=open_case)[0].pk]), {}
        case "made" | "pdf" | "xlsx":
            return reverse(f"reports:{name}", args=[report.key]), {}
        case "paper":  # somebody else's
            made = Paper.objects.create(
                kind=Paper.Kind.CASE, complaint=open_case, subject=0, language="en", shows=True,
                name="sheet.pdf", state=Paper.State.DONE, asked_at=now(),
                asked_by=User.objects.get(username="zhoujun"), body=UNSET + open_case.number.encode(),
            )  # fmt: skip
            return made.get_absolute_url(), {}
        case "ledger_made" | "ledger_printed":
            made = Paper.objects.create(
                kind=Paper.Kind.LEDGER, subject=0, language="en", name="ledger.xlsx", shows=True,
                state=Paper.State.DONE,
                asked_at=now(), asked_by=User.objects.get(username="zhoujun"), body=UNSET + b"ledger",
                days={"from": "2026-03-01", "until": "2026-03-31", "scope": "company", "withheld": 0}
                | ({"form": "pdf"} if name == "ledger_printed" else {}),
            )  # fmt: skip
            return made.get_absolute_url(), {"file": ""}
        case "due" | "due_paper":
            more = [1, "pdf"] if name == "due_paper" else []
            return reverse(f"reports:{name}", args=[due_with(report).pk, *more]), {}
        case "calendar_rule":
            return reverse(f"reports:{name}", args=["monthly"]), {}
        case "calendar_duty":
            return reverse(f"reports:{name}", args=["monthly", report.scope]), {}
        case "meeting_measure":
            return reverse(f"reports:{name}", args=[decision_of(report).pk]), {}
        case "meeting":
            return reverse(f"reports:{name}", args=[report.scope, "2026-Q1"]), {}
        case "public":
            ReportDuty.objects.get_or_create(
                kind="public_list", scope=report.scope, number=1, is_on=True, since=march(1),
                created_at=march(1),
            )  # fmt: skip
            return reverse(f"reports:{name}", args=[report.scope, "2026-03"]), {}
        case "target":
            return reverse(f"reports:{name}", args=[2026, report.scope]), {}
        case "monthly":
            return reverse(f"reports:{name}"), {"month": "2026-03"}
        case "ledger" | "ledger_excel" | "ledger_pdf" | "days":
            return reverse(f"reports:{name}"), DAYS
        case "days_file":
            return reverse(f"reports:{name}", args=["csv"]), DAYS
        case "behind" | "behind_file":
            form = ["csv"] if name == "behind_file" else []
            return reverse(f"reports:{name}", args=form), DAYS | {"figure": "received", "scope": report.scope}
    return reverse(f"reports:{name}"), {}


def said(response) -> str:
    """Everything an answer says: a page, the text of a PDF, the cells of a workbook."""
    content = body(response)
    match response["Content-Type"]:
        case "application/pdf":
            return content.decode() if content.startswith(UNSET) else text_of(content)
        case kind if "spreadsheet" in kind:
            sheets = load_workbook(BytesIO(content)).worksheets
            return "\n".join(
                str(cell)
                for sheet in sheets
                for row in sheet.iter_rows(values_only=True)
                for cell in row
                if cell
            )
    return content.decode()


SENT = ("ask", "issue", "posters", "due_act", "due_make", "calendar_begin", "meeting_decide") + (
    "meeting_correct",
    "meeting_settle",
    "public_keep",
    "appraisal_begin",
    "appraisal_act",
    "appraisal_check_strike",
)
READ = [pattern.name for pattern in urlpatterns if pattern.name not in SENT]
WHO = ["sungong", "baojie", "auditor", "wuzong", "stranger", "limin", "songyan"]


@pytest.mark.parametrize("who", WHO)
def test_no_address_of_the_reports_tells_of_a_case_its_reader_may_not_read(
    who,
    request,
    signed_in,
    unset,
    scene,
    reports_of,
    baojie,
    auditor,
    stranger,
):
    user = request.getfixturevalue(who)
    report = reports_of()
    seen = set(Complaint.objects.visible_to(permissions_of(user, now())).values_list("number", flat=True))
    client = signed_in(user)
    for kind, cases in vars(scene).items():
        for name in READ:
            where, query = address(name, cases, report)
            response = client.get(where, query)
            told = said(response)
            for case in cases:
                if case.number not in seen:
                    # A page that was not found says again what was asked for.
                    assert response.status_code == 404 or case.number not in told, (kind, name)
                    assert f"{kind}的" not in told, (kind, name)
            if name in PAPERS:
                assert response.status_code == (200 if cases[0].number in seen else 404), (kind, name)
            if name == "rating_act" and who in ("wuzong", "songyan"):
                assert response.context["form"], "the form of a rating was not drawn"


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("sungong", {"plain", "restricted"}),  # he answers for the restricted one
        ("baojie", {"plain", "about"}),
        ("zhoujun", {"plain", "about", "restricted"}),
        ("wuzong", {"plain", "about", "restricted"}),
    ],
)
def test_the_page_lists_what_its_reader_may_read_and_counts_the_rest(
    who,
    reads,
    request,
    signed_in,
    scene,
    baojie,
):
    client = signed_in(request.getfixturevalue(who))
    page = client.get(reverse("reports:monthly"), {"month": "2026-03"})
    told, figures = said(page), page.context["figures"]
    ledger = said(client.get(reverse("reports:ledger"), DAYS))
    for kind, (case, done) in vars(scene).items():
        assert (case.number in told) is (kind in reads)
        assert (case.number in ledger) is (done.number in ledger) is (kind in reads)
    # The figures are the same for everybody.
    assert (figures.received, figures.attention.total, figures.overruns.total) == (6, 3, 3)
    assert figures.decisions.total == 6
    kept_back = 3 - len(reads)
    assert figures.attention.withheld == figures.overruns.still_open.withheld == kept_back
    assert figures.decisions.withheld == 2 * kept_back
    sentence = "of restricted access"
    assert (sentence in told) is (sentence in ledger) is (kept_back > 0)


def test_a_paper_lists_what_everybody_who_may_open_it_may_read(signed_in, scene, reports_of, baojie, wuzong):
    report = reports_of(wuzong)
    client = signed_in(wuzong)
    for form in ("pdf", "xlsx"):
        told = said(client.get(reverse(f"reports:{form}", args=[report.key])))
        assert scene.plain[0].number in told
        for kind in ("about", "restricted"):
            for case in getattr(scene, kind):
                assert case.number not in told
        assert "另有 2 件限制查看，仅计数" in told
    assert "超时未批 3 件次" in said(client.get(reverse("reports:pdf", args=[report.key])))
    assert set(readers.numbers_in(report.figures)) == {scene.plain[0].number}
    assert report.figures["attention"]["total"] == report.figures["overruns"]["still_open"]["total"] == 3


def test_without_anybody_who_may_not_read_it_nothing_is_kept_back(case_in, jinxiu, zhoujun, wuzong, baojie):
    case = case_in("acting", at=march(2), facts={"restricted": True})
    scope = find(scopes_of(permissions_of(zhoujun, now())), f"estate-{jinxiu.pk}")
    everybody = readers.readers_of(scope, now())
    assert {reader.user.username for reader in everybody} >= {"zhoujun", "wuzong", "sungong", "chenfang"}
    deciders = [reader for reader in everybody if reader.user in (zhoujun, wuzong)]
    assert readers.unlisted_for(*deciders)([case.pk]) == frozenset()
    assert readers.unlisted_for(*everybody)([case.pk]) == {case.pk}


def test_the_deputy_of_an_absent_reader_is_one_of_the_readers(jinxiu, zhoujun, laozhao):
    scope = find(scopes_of(permissions_of(zhoujun, now())), f"estate-{jinxiu.pk}")
    assert laozhao not in [reader.user for reader in readers.readers_of(scope, now())]
    Absence.objects.create(user=zhoujun, deputy=laozhao, starts_at=now() - DAY, ends_at=now() + DAY)
    assert laozhao in [reader.user for reader in readers.readers_of(scope, now())]


# Papers that were made before --------------------------------------------------------------------


@pytest.fixture
def old_report(scene, reports_of, jinxiu, zhoujun, monkeypatch, quick):
    """One made when every list named every case."""
    monkeypatch.setattr(issue, "unlisted_for", lambda *readers: lambda cases: frozenset())
    report = reports_of()
    assert len(set(readers.numbers_in(report.figures))) == 3
    return report


def test_a_paper_that_tells_of_a_case_is_not_opened_for_who_may_not_read_it(
    signed_in, old_report, sungong, wuzong
):
    client = signed_in(sungong)
    page = said(client.get(old_report.get_absolute_url()))
    assert "This version lists cases that you may not read one by one" in page
    assert reverse("reports:pdf", args=[old_report.key]) not in page
    assert f"{reverse('reports:monthly')}?scope={old_report.scope}&amp;month=2026-03" in page
    for form in ("pdf", "xlsx"):
        response = client.get(reverse(f"reports:{form}", args=[old_report.key]))
        assert response.status_code == 403 and "may not read one by one" in said(response)
    client, scene_numbers = signed_in(wuzong), set(readers.numbers_in(old_report.figures))
    assert scene_numbers <= set(said(client.get(reverse("reports:xlsx", args=[old_report.key]))).split())
    assert reverse("reports:pdf", args=[old_report.key]) in said(client.get(old_report.get_absolute_url()))


def test_a_paper_closes_to_who_is_complained_about_since(
    signed_in, case_in, reports_of, sungong, wuzong, quick, limin
):
    case = case_in("acting", at=march(2))
    report = reports_of()
    address = reverse("reports:xlsx", args=[report.key])
    assert case.number in said(signed_in(sungong).get(address))
    actions.name_respondent(case, person=sungong, by=limin, at=march(3))
    assert signed_in(sungong).get(address).status_code == 403
    assert case.number in said(signed_in(wuzong).get(address))


def test_nobody_issues_what_he_may_not_read(case_in, reports_of, chenfang, zhoujun, quick, limin):
    case = case_in("acting", at=march(2))
    report = reports_of()
    actions.name_respondent(case, person=chenfang, by=limin, at=march(3))
    with pytest.raises(Refused, match="无权查看|may not read"):
        issue.issue(report, chenfang, now())
    assert issue.issue(report, zhoujun, now()).issued_by == zhoujun


# The figures themselves --------------------------------------------------------------------------


def test_lists_are_filled_up_with_what_may_be_listed(case_in, jinxiu, monkeypatch):
    monkeypatch.setattr("reports.figures.lists.LISTED", 2)
    cases = [case_in("acting", at=march(day), facts={"lawsuit_threatened": True}) for day in range(2, 7)]
    hidden = frozenset(case.pk for case in cases[:2])
    told = monthly([jinxiu], MARCH, march(31), unlisted=lambda asked: hidden & frozenset(asked)).attention
    assert [line.number for line in told.lines] == [case.number for case in cases[2:4]]
    assert (told.total, told.withheld, told.left_out) == (5, 2, 1)
