"""Reports are asked for, made, issued, and frozen; who may is decided here."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from openpyxl import load_workbook
from pypdf import PdfReader

from config.framework.refusals import Refused
from reports import issue
from reports.figures.month import Month
from reports.models import IssuedReport, IssuedReportQuerySet
from reports.pdf import ReportError
from reports.scopes import find, scopes_of
from staff import actions as office
from staff.models import Estate, Region
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import BEFORE, DAY, HOUR, MINUTE, march
from tests.writers import of_month, quickly, write_with

pytestmark = pytest.mark.django_db

MARCH = Month(2026, 3)
APRIL_2 = march(31) + 2 * DAY


def scope_for(user, code=None):
    scopes = scopes_of(permissions_of(user, APRIL_2))
    return find(scopes, code) if code else scopes[0]


@pytest.fixture
def asked(zhoujun, jinxiu):
    def ask(language="zh-hans", now=APRIL_2, by=zhoujun, month=MARCH):
        return issue.ask(by, scope_for(by, f"estate-{jinxiu.pk}"), *of_month(month), language, now)

    return ask


@pytest.fixture
def quick(monkeypatch):
    """The making without the setting of pages: these tests are about the rows."""
    quickly(monkeypatch)


@pytest.fixture
def made(asked, quick):
    def make(**how):
        report = asked(**how)
        issue.make_waiting(how.get("now", APRIL_2) + MINUTE)
        report.refresh_from_db()
        return report

    return make


def content(file) -> bytes:
    with file.open() as opened:
        return opened.read()


# Who ------------------------------------------------------------------------------------------


def test_the_general_manager_reports_on_the_company_and_each_estate(wuzong, jinxiu, cuihu):
    with translation.override("en"):
        names = [scope.name for scope in scopes_of(permissions_of(wuzong, APRIL_2))]
    assert names[0] == "All estates" and set(names[1:]) == {"锦绣花园", "翠湖雅苑"}


def test_a_region_is_offered_to_whom_all_of_it_belongs(wuzong, zhoujun, jinxiu, cuihu):
    Estate.objects.update(region=Region.objects.create(name="浦东"))
    assert "浦东" in [scope.name for scope in scopes_of(permissions_of(wuzong, APRIL_2))]
    assert [scope.name for scope in scopes_of(permissions_of(zhoujun, APRIL_2))] == ["锦绣花园"]


@pytest.mark.parametrize("who", ["limin", "laozhao", "wanggong", "admin"])
def test_figures_are_not_for_the_desk_the_handler_or_the_administrator(who, request, jinxiu):
    assert scopes_of(permissions_of(request.getfixturevalue(who), APRIL_2)) == []


def test_a_stranger_cannot_ask_for_a_report_on_an_estate_that_is_not_his(stranger, zhoujun, jinxiu):
    with pytest.raises(Refused):
        issue.ask(stranger, scope_for(zhoujun), *of_month(MARCH), "zh-hans", APRIL_2)
    assert not IssuedReport.objects.exists()


def test_a_month_that_has_not_begun_is_refused(asked):
    with pytest.raises(Refused):
        asked(now=march(31, 23, 59), month=Month(2026, 4))
    assert asked(now=march(31, 23, 59) + MINUTE, month=Month(2026, 4)).state == "asked"


# Asking and making ----------------------------------------------------------------------------


def test_asking_twice_while_it_is_being_made_makes_one(asked):
    assert asked() == asked()
    assert asked(language="en") != asked()
    assert IssuedReport.objects.count() == 2


def test_a_report_that_is_made_has_its_files_figures_and_fingerprints(made):
    report = made()
    assert (report.state, report.progress, report.version) == ("done", 100, 1)
    assert hashlib.sha256(content(report.pdf)).hexdigest() == report.pdf_sha256
    sheet = content(report.xlsx)
    assert hashlib.sha256(sheet).hexdigest() == report.xlsx_sha256
    assert load_workbook(BytesIO(sheet)).sheetnames[:2] == ["主要指标", "重点关注"]
    assert report.figures["month"] == "2026-03" and report.figures["received"] == 0


def test_asking_again_after_it_was_made_is_the_next_version(made):
    assert made().version == 1
    assert made().version == 2


def test_a_document_that_cannot_be_made_ends_as_failed_with_the_reason(asked, monkeypatch):
    def refuse(*args):
        raise ReportError("没有足够的内存。")

    write_with(monkeypatch, pdf=refuse)
    report = asked()
    issue.make_waiting(APRIL_2 + MINUTE)
    report.refresh_from_db()
    assert (report.state, report.reason, report.pdf.name) == ("failed", "没有足够的内存。", "")


def test_a_mistake_of_ours_ends_as_failed_and_is_heard_of(asked, monkeypatch):
    write_with(monkeypatch, pdf=lambda *args: 1 / 0)
    report = asked()
    with pytest.raises(ZeroDivisionError):
        issue.make_waiting(APRIL_2 + MINUTE)
    report.refresh_from_db()
    assert report.state == "failed" and "ZeroDivisionError" in report.reason


def test_a_report_whose_worker_died_is_taken_up_again_after_its_lease(asked, quick):
    report = asked()
    assert issue.take(APRIL_2) == report
    assert issue.take(APRIL_2 + timedelta(minutes=2)) is None
    assert issue.make_waiting(APRIL_2 + timedelta(minutes=4)) == 1
    report.refresh_from_db()
    assert report.state == "done"


def test_two_who_ask_at_the_same_moment_get_the_same_report(asked, monkeypatch):
    first = asked()
    # The second has looked before the first one's row was there.
    monkeypatch.setattr(IssuedReportQuerySet, "unfinished", lambda reports: reports.none())
    assert asked() == first
    assert IssuedReport.objects.count() == 1


@pytest.mark.parametrize("ends", ["well", "badly"])
def test_a_worker_that_comes_back_after_its_lease_changes_nothing(asked, quick, monkeypatch, ends):
    asked()
    slow = issue.take(APRIL_2)

    def be_overtaken(figures, zone):
        with monkeypatch.context() as patch:
            write_with(patch, workbook=lambda *args: b"the other")
            assert issue.make_waiting(APRIL_2 + 4 * MINUTE) == 1
        return b"late" if ends == "well" else 1 / 0

    write_with(monkeypatch, workbook=be_overtaken)
    with nullcontext() if ends == "well" else pytest.raises(ZeroDivisionError):
        issue.make(slow)
    report = IssuedReport.objects.get()
    assert (report.state, report.reason, report.started_at) == ("done", "", APRIL_2 + 4 * MINUTE)
    assert content(report.xlsx) == b"the other"
    folder = Path(report.pdf.path).parent
    assert len(list(folder.glob(f"{report.key}*"))) == 2


def test_a_worker_that_comes_back_while_another_makes_the_report_leaves_it_to_that_one(asked, quick):
    asked()
    slow = issue.take(APRIL_2)
    other = issue.take(APRIL_2 + 4 * MINUTE)
    issue.make(slow)
    assert IssuedReport.objects.get().state == "working"
    issue.make(other)
    report = IssuedReport.objects.get()
    assert (report.state, report.started_at) == ("done", APRIL_2 + 4 * MINUTE)


# Issuing --------------------------------------------------------------------------------------


def test_a_manager_issues_and_the_row_says_who_and_when(made, zhoujun):
    report = issue.issue(made(), zhoujun, APRIL_2 + HOUR)
    assert (report.issued_by, report.issued_at, report.supersedes) == (zhoujun, APRIL_2 + HOUR, None)
    again = issue.issue(made(), zhoujun, APRIL_2 + 2 * HOUR)
    assert (again.version, again.supersedes) == (2, report)


def test_a_department_head_and_the_auditor_read_but_do_not_issue(made, sungong, auditor):
    report = made()
    office.post(sungong, Role.AUDITOR, at=BEFORE)
    for reader in (sungong, auditor):
        with pytest.raises(Refused):
            issue.issue(report, reader, APRIL_2 + HOUR)


def test_a_version_made_within_the_month_is_never_issued(made, zhoujun):
    report = made(now=march(31, 23, 0))
    with pytest.raises(Refused):
        issue.issue(report, zhoujun, APRIL_2)


def test_only_a_finished_report_is_issued_and_only_once(asked, quick, zhoujun):
    report = asked()
    with pytest.raises(Refused):
        issue.issue(report, zhoujun, APRIL_2 + HOUR)
    issue.make_waiting(APRIL_2 + MINUTE)
    issue.issue(report, zhoujun, APRIL_2 + HOUR)
    with pytest.raises(Refused):
        issue.issue(report, zhoujun, APRIL_2 + HOUR)


def test_an_issued_report_cannot_be_changed_or_deleted_in_any_way(made, zhoujun):
    report = issue.issue(made(), zhoujun, APRIL_2 + HOUR)
    report.figures = {}
    for change in (
        report.save,
        report.delete,
        IssuedReport.objects.all().delete,
        lambda: IssuedReport.objects.update(pdf_sha256="0" * 64),
        lambda: IssuedReport.objects.filter(pk=report.pk).update(issued_at=None),
        lambda: IssuedReport.objects.bulk_update([report], ["figures"]),
    ):
        with pytest.raises(TypeError), transaction.atomic():
            change()
    assert IssuedReport.objects.get().figures["month"] == "2026-03"


def test_the_database_itself_refuses_an_issue_without_files_or_name(asked, zhoujun):
    report = asked()
    for change in ({"issued_at": APRIL_2, "issued_by": zhoujun}, {"state": "done"}, {"state": "failed"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            IssuedReport.objects.filter(pk=report.pk).update(**change)


# The whole thing, once in each language -------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", ("投诉月报", "锦绣花园", "2026年3月")), ("en", ("Monthly complaint report", "March 2026"))],
)
def test_the_pdf_says_what_the_figures_say(asked, case_in, language, words):
    case = case_in("acting", at=march(2), facts={"lawsuit_threatened": True})
    report = asked(language=language)
    issue.make_waiting(APRIL_2)
    report.refresh_from_db()
    assert report.reason == ""
    pages = [page.extract_text() for page in PdfReader(BytesIO(content(report.pdf))).pages]
    text = "\n".join(pages).replace(" ", "").replace("\xa0", "")
    for word in (*words, case.number, "王建军"):
        assert word.replace(" ", "") in text
    assert len(content(report.pdf)) < 400_000
