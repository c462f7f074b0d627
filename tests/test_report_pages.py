"""The pages of the reports: who sees what, what is downloaded, what is refused."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now
from openpyxl import load_workbook

from complaints import actions
from complaints.models import ReceiptLink
from reports import issue
from reports.models import IssuedReport
from tests.cast import HOUR, MINUTE, march
from tests.markup import markup
from tests.report_pages import body, paper, text_of

pytestmark = pytest.mark.django_db


ASKED = {"kind": "monthly", "day": "2026-03-01"}
PAGES = ["reports:index", "reports:monthly", "reports:ledger", "reports:verify"]


@pytest.mark.parametrize("page", PAGES)
def test_who_is_not_signed_in_goes_to_the_sign_in(client, page):
    assert client.get(reverse(page)).status_code == 302


@pytest.mark.parametrize("page", [*PAGES, "reports:ledger_excel"])
def test_the_desk_is_told_whom_figures_are_for(signed_in, limin, page):
    assert signed_in(limin).get(reverse(page)).status_code == 403


def test_the_monthly_page_shows_the_month_that_was_chosen(signed_in, zhoujun, case_in):
    case = case_in("acting", at=march(2), facts={"lawsuit_threatened": True})
    client = signed_in(zhoujun)
    page = client.get(reverse("reports:monthly"), {"month": "2026-03"}).content.decode()
    assert case.number in page and "王建军" in page and "March 2026" in page
    assert 'style="' not in page and "<style" not in page
    assert case.number not in client.get(reverse("reports:monthly"), {"month": "2025-12"}).content.decode()


def test_a_case_nobody_has_graded_is_told_without_a_severity_or_category(signed_in, zhoujun, walk_in):
    case = walk_in(march(20, 9), category=None)
    page = markup(signed_in(zhoujun).get("/reports/monthly/?month=2026-03"))
    (row,) = re.findall(rf"<tr><td[^>]*>{case.number}</td>.*?</tr>", page)
    assert "Not classified" in row and "Minor" not in row
    assert "<td>No category</td>" in page  # among those received, by category


def test_a_month_to_come_and_an_estate_of_others_are_not_found(signed_in, zhoujun, cuihu):
    client = signed_in(zhoujun)
    assert client.get(reverse("reports:monthly"), {"month": "2999-01"}).status_code == 404
    assert client.get(reverse("reports:monthly"), {"scope": f"estate-{cuihu.pk}"}).status_code == 404
    assert client.get(reverse("reports:monthly"), {"scope": "company"}).status_code == 404


def test_a_month_nobody_can_read_is_answered_with_a_sentence(signed_in, zhoujun, jinxiu):
    client = signed_in(zhoujun)
    for wrong in ("2026-3", "March", "2026-13"):
        response = client.get(reverse("reports:monthly"), {"month": wrong})
        assert response.status_code == 422
        assert "A month is written like 2026-03. Shown is" in response.content.decode()
    asked = {"scope": f"estate-{jinxiu.pk}", "kind": "monthly", "day": "2026-3", "language": "en"}
    page = client.post(reverse("reports:ask"), asked)
    assert page.status_code == 422 and "Give a day, such as 2026-03-02." in markup(page)


def test_the_monthly_page_says_what_each_figure_counts(signed_in, zhoujun, case_in, office_of_jinxiu):
    case_in("closed", at=march(2))
    again = case_in("replied", at=march(3))
    actions.dispute(again, note="还在漏", by=office_of_jinxiu.limin, at=march(5))
    page = markup(signed_in(zhoujun).get(reverse("reports:monthly"), {"month": "2026-03"}))
    page = re.sub(r"</?a\b[^>]*>", "", page)  # every number is a link to its cases
    assert "<strong>1</strong> case came back" in page
    assert "1 of them is still open and is not in the next share." in page
    assert "<strong>100%</strong> were resolved in the first cycle (1 of 1)" in page
    assert page.count("Upheld: received in the month. Closed and first time: closed in the month.") == 3


def test_a_name_with_markup_stays_a_name_in_the_tables(signed_in, zhoujun, case_in, office_of_jinxiu):
    office_of_jinxiu.limin.name = "<b>李敏</b>"
    office_of_jinxiu.limin.save(update_fields=["name"])
    case_in("acting", at=march(2))
    page = markup(signed_in(zhoujun).get(reverse("reports:monthly"), {"month": "2026-03"}))
    assert "&lt;b&gt;李敏" in page and "<b>李敏" not in page


def test_a_report_is_asked_for_waits_is_made_fetched_and_issued(signed_in, zhoujun, jinxiu, no_worker, quick):
    client = signed_in(zhoujun)
    asked = {"scope": f"estate-{jinxiu.pk}", **ASKED, "language": "en"}
    page = client.post(reverse("reports:ask"), asked, follow=True)
    report = IssuedReport.objects.get()
    assert "Waiting for the worker" in markup(page)
    assert '<noscript><meta http-equiv="refresh"' in markup(page)
    part = markup(client.get(report.get_absolute_url(), headers={"HX-Request": "true"}))
    assert part.lstrip().startswith("<section") and "hx-get" in part

    issue.make_waiting(now())
    page = markup(client.get(report.get_absolute_url()))
    assert "hx-get" not in page and "Issue this version" in page
    fetched = client.get(reverse("reports:pdf", args=[report.key]))
    assert fetched["Content-Type"] == "application/pdf" and "attachment" in fetched["Content-Disposition"]
    report.refresh_from_db()
    assert hashlib.sha256(body(fetched)).hexdigest() == report.pdf_sha256
    assert load_workbook(BytesIO(body(client.get(reverse("reports:xlsx", args=[report.key])))))

    client.post(reverse("reports:issue", args=[report.key]))
    report.refresh_from_db()
    assert report.issued_by == zhoujun
    refused = client.post(reverse("reports:issue", args=[report.key]), follow=True)
    assert "already issued" in markup(refused)


def test_a_reports_files_are_named_in_its_language_and_the_page_tells_both_times(
    signed_in, wuzong, jinxiu, cuihu, no_worker, quick
):
    client = signed_in(wuzong)
    for language, name in (("en", "Monthly complaint report-All estates"), ("zh-hans", "投诉月报-全部项目")):
        asked = {"scope": "company", **ASKED, "language": language}
        page = client.post(reverse("reports:ask"), asked, follow=True)
        issue.make_waiting(now())
        report = IssuedReport.objects.get(language=language)
        for kind in ("pdf", "xlsx"):
            fetched = client.get(reverse(f"reports:{kind}", args=[report.key]))
            assert body(fetched)
            assert f"{name}-2026-03-v1.{kind}" in unquote(fetched["Content-Disposition"])
        page = client.get(report.get_absolute_url())
        assert page.context["as_of"] == march(31, 23, 59) + MINUTE < report.started_at


def test_a_report_nobody_takes_up_says_so(signed_in, zhoujun, jinxiu, no_worker):
    client = signed_in(zhoujun)
    client.post(reverse("reports:ask"), {"scope": f"estate-{jinxiu.pk}", **ASKED, "language": "zh-hans"})
    IssuedReport.objects.update(asked_at=now() - 4 * MINUTE)
    page = client.get(IssuedReport.objects.get().get_absolute_url()).content.decode()
    assert "The worker seems to be down" in page


def test_a_report_of_another_estate_is_not_found(signed_in, zhoujun, stranger, jinxiu, no_worker, quick):
    signed_in(zhoujun).post(
        reverse("reports:ask"), {"scope": f"estate-{jinxiu.pk}", **ASKED, "language": "zh-hans"}
    )
    issue.make_waiting(now())
    report = IssuedReport.objects.get()
    client = signed_in(stranger)
    for page in ("made", "pdf", "xlsx"):
        assert client.get(reverse(f"reports:{page}", args=[report.key])).status_code == 404
    assert client.post(reverse("reports:issue", args=[report.key])).status_code == 404
    assert client.post(reverse("reports:ask"), {"scope": f"estate-{jinxiu.pk}"}).status_code == 404


def test_a_pdf_is_verified_by_itself_and_by_its_fingerprint(signed_in, zhoujun, jinxiu, no_worker, quick):
    client = signed_in(zhoujun)
    client.post(reverse("reports:ask"), {"scope": f"estate-{jinxiu.pk}", **ASKED, "language": "zh-hans"})
    issue.make_waiting(now())
    report = IssuedReport.objects.get()
    with report.pdf.open() as file:
        content = file.read()

    def verify(**form):
        return markup(client.post(reverse("reports:verify"), form))

    assert "never issued" in verify(file=SimpleUploadedFile("a.pdf", content))
    issue.issue(report, zhoujun, now())
    assert "Genuine and unchanged" in verify(file=SimpleUploadedFile("a.pdf", content))
    assert "Genuine and unchanged" in verify(sha256=report.pdf_sha256.upper())
    assert "No report of your estates" in verify(file=SimpleUploadedFile("a.pdf", content + b" "))
    assert client.post(reverse("reports:verify"), {}).status_code == 422


# The ledger -----------------------------------------------------------------------------------


def test_the_ledger_holds_the_cases_of_the_days_and_no_others(signed_in, zhoujun, case_in):
    inside = [case_in("closed", at=march(1, 0, 0)), case_in("acting", at=march(3, 23, 59))]
    outside = [case_in("acting", at=march(1, 0, 0) - MINUTE), case_in("acting", at=march(4, 0, 0))]
    days = {"from": "2026-03-01", "until": "2026-03-03"}
    client = signed_in(zhoujun)
    page = client.get(reverse("reports:ledger"), days).content.decode()
    assert [case.number in page for case in inside + outside] == [True, True, False, False]
    sheet = load_workbook(BytesIO(client.get(reverse("reports:ledger_excel"), days).content)).active
    numbers = {row[1].value for row in sheet.iter_rows(min_row=4)} - {None}
    assert numbers == {case.number for case in inside}


def test_the_sheet_of_the_ledger_keeps_a_formula_as_text(signed_in, zhoujun, case_in):
    case_in("acting", at=march(3), content='=HYPERLINK("http://x","点我")')
    response = signed_in(zhoujun).get(
        reverse("reports:ledger_excel"), {"from": "2026-03-01", "until": "2026-03-31"}
    )
    cells = [cell for row in load_workbook(BytesIO(response.content)).active.iter_rows() for cell in row]
    (cell,) = [cell for cell in cells if "HYPERLINK" in str(cell.value)]
    assert cell.data_type == "s"


@pytest.mark.parametrize(
    "days",
    [
        {"from": "2026-03-31", "until": "2026-03-01"},
        {"from": "2024-01-01", "until": "2026-03-01"},
        {"from": "31.3.2026", "until": "2026-03-31"},
    ],
)
def test_wrong_days_are_answered_with_a_sentence(signed_in, zhoujun, jinxiu, days):
    for page in ("reports:ledger", "reports:ledger_excel"):
        response = signed_in(zhoujun).get(reverse(page), days)
        assert response.status_code == 422 and 'role="alert"' in response.content.decode()


def test_a_ledger_page_costs_the_same_for_one_case_and_for_many(
    signed_in, zhoujun, case_in, django_assert_max_num_queries
):
    client = signed_in(zhoujun)
    days = {"from": "2026-03-01", "until": "2026-03-31"}
    for n in range(12):
        case_in("received", at=march(2) + n * HOUR)
    with django_assert_max_num_queries(12):
        client.get(reverse("reports:ledger"), days)


# Papers of single cases -----------------------------------------------------------------------


def test_the_handling_sheet_shows_the_whole_case_and_the_lines_to_sign(signed_in, limin, case_in):
    case = case_in("closed", severity="major")
    text = paper(signed_in(limin), "case_sheet", case.number)
    for word in (case.number, "熊霞", "13494795057", "更换了破裂的水管", "General manager", "Owner"):
        assert word in text


def test_only_a_major_case_is_signed_by_the_general_manager(signed_in, limin, case_in):
    case = case_in("closed", severity="minor")
    assert "General manager" not in paper(signed_in(limin), "case_sheet", case.number)


def test_a_hidden_complainant_is_hidden_on_paper_too(signed_in, wanggong, limin, case_in):
    case = case_in("acting", facts={"identity_hidden": True})
    assert "熊霞" not in paper(signed_in(wanggong), "case_sheet", case.number)
    assert "熊霞" in paper(signed_in(limin), "case_sheet", case.number)


def test_extension_and_revisit_have_their_sheets(signed_in, limin, wuzong, wanggong, case_in):
    case = case_in("acting")
    request = actions.ask_extension(
        case,
        clock="resolve",
        reason="parts",
        note="等待配件",
        new_due_at=march(8),
        by=wanggong,
        at=march(3),
        not_told_because="电话未接通",
    )
    actions.approve_extension(request, by=wuzong, at=march(4))
    text = paper(signed_in(limin), "extension_sheet", case.number, request.pk)
    assert "等待配件" in text and "2026-03-08 09:00" in text and "吴海涛" in text
    closed = case_in("closed", at=march(10))
    assert "5 of 5" in paper(signed_in(limin), "revisit_sheet", closed.number, 1)


def test_the_receipt_has_a_code_only_for_the_cases_own_link(signed_in, limin, case_in):
    case = case_in("received")
    address = reverse("reports:receipt", args=[case.number])
    client = signed_in(limin)
    case.complainant.__class__.objects.update(language="en")
    ReceiptLink.objects.create(
        complaint=case, token_sha256=hashlib.sha256(b"secret").hexdigest(), created_at=march(2)
    )
    own = client.post(address, {"link": "https://example.com/r/secret"})
    other = client.post(address, {"link": "https://example.com/r/another"})
    assert "Scan to see" in text_of(own.content)
    for without in (other, client.get(address)):
        assert case.number in text_of(without.content) and "Scan to see" not in text_of(without.content)


def test_a_lost_receipt_is_printed_again_with_a_fresh_link(signed_in, limin, laozhao, case_in):
    """The old link keeps working; who may not know the customer gets neither code nor name."""
    case = case_in("acting", facts={"identity_hidden": True, "remedy_asked": "重做防水"})
    address = reverse("reports:receipt", args=[case.number])
    text = text_of(signed_in(limin).post(address, {"fresh": "1"}).content)
    assert "扫码" in text and ReceiptLink.objects.filter(complaint=case, revoked_at=None).count() == 1
    for word in ("熊霞", "重做防水", "类别 维修", "2026年3月2日", "一般于此时间前"):
        assert word in text, word
    other = text_of(signed_in(laozhao).post(address, {"fresh": "1"}).content)
    assert "扫码" not in other and "熊霞" not in other
    assert ReceiptLink.objects.filter(complaint=case).count() == 1


def test_papers_of_a_case_one_may_not_know_of_are_not_found(signed_in, stranger, case_in):
    case = case_in("closed")
    client = signed_in(stranger)
    for name, args in (
        ("case_sheet", ()),
        ("receipt", ()),
        ("revisit_sheet", (1,)),
        ("extension_sheet", (1,)),
    ):
        assert client.get(reverse(f"reports:{name}", args=[case.number, *args])).status_code == 404


def test_a_paper_that_cannot_be_made_says_why(signed_in, limin, case_in, monkeypatch):
    monkeypatch.setattr("reports.pdf.LARGEST_PAGE", 10)
    response = signed_in(limin).get(reverse("reports:case_sheet", args=[case_in("received").number]))
    assert response.status_code == 503 and "too long" in response.content.decode()
