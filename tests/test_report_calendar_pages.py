"""The pages of the report calendar: who sees what, what is typed and kept, constant queries."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.channels.mails import Email
from complaints.models import OutboxMessage
from reports import calendar
from reports.calendar_rules import current_rules, duties, save_rule
from reports.duties import ReportKind
from reports.models import DueReader, DueReport, ReportDuty
from tests.cast import DAY, HOUR, MINUTE, march
from tests.due_reports import beat, switch_on
from tests.markup import markup
from tests.report_pages import body

pytestmark = pytest.mark.django_db
INDEX = "/reports/calendar/"
TUESDAY = march(3, 8)


def archive(*parts: str) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as packed:
        for part in parts:
            packed.writestr(part, "x")
    return out.getvalue()


XLSX = archive("[Content_Types].xml", "xl/workbook.xml")


def post(client, due, verb, **said):
    return client.post(
        reverse("reports:due_act", args=[due.pk, verb]), {f"{verb}-{k}": v for k, v in said.items()}
    )


# Who sees it ------------------------------------------------------------------------------------------


def test_each_sees_the_reports_of_his_scopes(
    signed_in, daily, chenfang, wuzong, sungong, auditor, stranger, limin, admin
):
    for who in (chenfang, wuzong, sungong, auditor):
        assert "锦绣花园" in markup(signed_in(who).get(INDEX, {"view": "all", "year": 2026}))
        assert signed_in(who).get(daily.get_absolute_url()).status_code == 200
    assert signed_in(stranger).get(daily.get_absolute_url()).status_code == 404
    assert "锦绣花园" not in markup(signed_in(stranger).get(INDEX, {"view": "all", "year": 2026}))
    assert signed_in(stranger).get(INDEX, {"scope": daily.scope}).status_code == 404
    assert signed_in(limin).get(INDEX).status_code == 403


def test_who_keeps_the_calendar_sees_what_is_due_and_opens_no_paper(signed_in, daily, zhoujun, admin):
    client = signed_in(admin)
    page = markup(client.get(INDEX, {"view": "all", "year": 2026}))
    assert "Daily report · 2 Mar 2026" in page and "陈芳" in page
    assert "The papers are for those who read the figures." in page
    assert daily.get_absolute_url() not in page and reverse("reports:calendar_settings") in page
    assert (
        "陈芳" in body(client.get(reverse("reports:calendar_table"), {"view": "all", "year": 2026})).decode()
    )
    for name, more in (("due", []), ("due_paper", [1, "pdf"])):
        assert client.get(reverse(f"reports:{name}", args=[daily.pk, *more])).status_code == 403
    assert post(client, daily, "hand_in", text="x").status_code == 403
    assert "The papers are for" not in markup(signed_in(zhoujun).get(INDEX))


def test_the_list_says_what_is_late_by_whom_and_the_year_counts_it(signed_in, daily, zhoujun):
    page = markup(signed_in(zhoujun).get(INDEX))
    assert "Daily report · 2 Mar 2026" in page and "overdue by" in page and "陈芳" in page
    year = markup(signed_in(zhoujun).get(INDEX, {"view": "late", "year": 2026}))
    assert "1 late" in year
    month = markup(signed_in(zhoujun).get(INDEX, {"month": "2026-03", "kind": "daily"}))
    assert "Due in March 2026" in month and daily.get_absolute_url() in month
    assert daily.get_absolute_url() not in markup(signed_in(zhoujun).get(INDEX, {"month": "2026-02"}))
    for odd in ({"year": "x"}, {"month": "2026-13"}, {"kind": "x", "view": "x"}, {"after": "x.y"}):
        assert signed_in(zhoujun).get(INDEX, odd).status_code == 200


def test_the_list_goes_along_as_a_table_under_the_same_filters(signed_in, daily, issued, zhoujun, stranger):
    table = signed_in(zhoujun).get("/reports/calendar.csv?view=all&year=2026")
    rows = list(csv.DictReader(StringIO(table.content.decode("utf-8-sig"))))
    assert {row["Report"] for row in rows} == {"Daily report", "Monthly report"}
    [monthly] = [row for row in rows if row["Report"] == "Monthly report"]
    assert (monthly["Prepared by"], monthly["Signed by"], monthly["Due"]) == (
        "陈芳",
        "吴海涛",
        "2026-04-03 00:00",
    )
    late = signed_in(zhoujun).get("/reports/calendar.csv?view=late&year=2026").content.decode()
    assert "Daily report" in late and "Monthly report" not in late
    assert "Daily report" not in signed_in(stranger).get("/reports/calendar.csv?view=all").content.decode()


def test_without_any_duty_the_page_says_who_switches_it_on(signed_in, zhoujun):
    assert "The administrator switches on" in markup(signed_in(zhoujun).get(INDEX))


def test_the_list_costs_the_same_with_many_reports(signed_in, admin, jinxiu, office_of_jinxiu, daily):
    client = signed_in(office_of_jinxiu.wuzong)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(INDEX).status_code == 200
        return len(seen)

    cost()
    few = cost()
    switch_on("half_monthly", f"estate-{jinxiu.pk}", admin, checker=office_of_jinxiu.zhoujun)
    switch_on("warranty", f"estate-{jinxiu.pk}", admin, preparer=office_of_jinxiu.sungong)
    beat(march(1) + 40 * DAY)
    assert DueReport.objects.count() > 35
    assert cost() <= few


# What is done there -----------------------------------------------------------------------------------------


def test_a_report_is_written_signed_and_opened(signed_in, daily, chenfang, zhoujun):
    client = signed_in(chenfang)
    empty = post(client, daily, "hand_in", text="", note="")
    assert empty.status_code == 422 and "Add a file, or write the report here." in markup(empty)
    assert post(client, daily, "hand_in", text="受理 3 件\n办结 2 件").status_code == 302
    assert post(client, daily, "sign").status_code == 302
    reader = DueReader.objects.get()
    assert (reader.user, reader.opened_at) == (zhoujun, None)
    page = markup(client.get(daily.get_absolute_url()))
    assert "受理 3 件" in page and "not opened yet" in page
    signed_in(zhoujun).get(daily.get_absolute_url())
    assert "not opened yet" not in markup(signed_in(chenfang).get(daily.get_absolute_url()))


def test_a_refused_act_keeps_what_was_typed_where_it_was_typed(signed_in, daily, chenfang, zhoujun):
    calendar.hand_in(daily, text="受理 3 件", by=chenfang, at=TUESDAY)
    page = post(signed_in(zhoujun), daily, "send_back", note="  ")
    assert page.status_code == 422 and 'name="send_back-note"' in markup(page)
    late = post(signed_in(chenfang), daily, "hand_in", text="再写一遍")
    assert late.status_code == 422 and "not possible here" in markup(late) and "再写一遍" in markup(late)
    assert post(signed_in(chenfang), daily, "nonsense").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("日报.xlsx", XLSX, "日报.xlsx"),
        ("日报.pdf", archive("word/document.xml"), "日报.docx"),
        ("日报", b"%PDF-1.7 x", "日报.pdf"),
        ("日报.xlsm", archive("xl/workbook.xml", "xl/vbaProject.bin"), ""),
        ("日报.zip", archive("a.txt"), ""),
        ("日报.xlsx", b"PK\x03\x04 broken", ""),
        ("日报.xlsx", b"", ""),
        ("日报.exe", b"MZ", ""),
    ],
)
def test_a_file_is_known_by_its_content(name, content, kept, signed_in, daily, chenfang):
    answer = post(signed_in(chenfang), daily, "hand_in", file=SimpleUploadedFile(name, content))
    daily.refresh_from_db()
    if not kept:
        assert answer.status_code == 422 and daily.paper is None
        return
    assert (answer.status_code, daily.paper.name) == (302, kept)
    fetched = signed_in(chenfang).get(reverse("reports:due_paper", args=[daily.pk, 1, "file"]))
    assert body(fetched) == content and "attachment" in fetched["Content-Disposition"]
    assert "sandbox" in fetched["Content-Security-Policy"]


def test_a_monthly_is_fetched_and_issued_through_the_calendar_alone(signed_in, monthly, zhoujun, stranger):
    client = signed_in(zhoujun)
    pdf = client.get(reverse("reports:due_paper", args=[monthly.pk, 1, "pdf"]))
    assert body(pdf).startswith(b"%PDF")
    made = markup(client.get(monthly.paper.made.get_absolute_url()))
    assert monthly.get_absolute_url() in made and "Issue this version" not in made
    client.post(reverse("reports:issue", args=[monthly.paper.made.key]))
    monthly.paper.made.refresh_from_db()
    assert monthly.paper.made.issued_at is None
    assert (
        signed_in(stranger).get(reverse("reports:due_paper", args=[monthly.pk, 1, "pdf"])).status_code == 404
    )


def test_every_state_has_its_page(signed_in, issued, daily, chenfang, wuzong):
    for row in (issued, daily):
        assert signed_in(wuzong).get(row.get_absolute_url()).status_code == 200
    calendar.excuse(daily, note="停电", by=chenfang, at=TUESDAY)
    assert "Needed after all" in markup(signed_in(wuzong).get(daily.get_absolute_url()))
    page = markup(signed_in(wuzong).get(issued.get_absolute_url()))
    assert "Begin a new version" in page and "Signed by" in page and issued.paper.sha256 in page


# Mail ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attach", [False, True])
def test_the_mail_has_a_link_and_the_pdf_where_the_rules_say_so(
    attach, monthly, admin, office_of_jinxiu, mailoutbox
):
    people = office_of_jinxiu
    if attach:
        rules = save_rule(
            ReportKind.MONTHLY,
            {"attach": True},
            started_from=current_rules().number,
            note="附上",
            by=admin,
            at=TUESDAY,
        )
        DueReport.objects.update(rules=rules)
    at = march(31) + DAY
    calendar.hand_in(monthly, by=people.chenfang, at=at)
    calendar.check(monthly, by=people.zhoujun, at=at)
    calendar.sign(monthly, by=people.wuzong, at=at + MINUTE)
    message = OutboxMessage.objects.get(kind="report_sent", user=people.zhoujun, channel="email")
    Email().send(message)
    (mail,) = mailoutbox
    assert monthly.get_absolute_url() in mail.body and "投诉月报" in mail.subject
    files = [(name, content[:5]) for name, content, _type in mail.attachments]
    assert files == ([("锦绣花园-2026-03-01-v1.pdf", b"%PDF-")] if attach else [])


# Settings -------------------------------------------------------------------------------------------------


def test_only_the_administrator_finds_the_settings(signed_in, admin, zhoujun, wuzong):
    pages = ["calendar_settings", "calendar_versions"]
    for who, status in ((admin, 200), (zhoujun, 404), (wuzong, 404)):
        assert {signed_in(who).get(reverse(f"reports:{page}")).status_code for page in pages} == {status}
    assert reverse("reports:calendar_settings") in markup(signed_in(admin).get(reverse("settings")))


def test_the_usual_calendar_is_one_button(signed_in, admin, jinxiu):
    client = signed_in(admin)
    assert "Switch on the usual calendar" in markup(client.get(reverse("reports:calendar_settings")))
    client.post(reverse("reports:calendar_begin"))
    assert {kind for kind, _scope in duties()} == {
        "daily", "half_monthly", "monthly", "quarterly", "annual", "warranty",
    }  # fmt: skip
    assert "Switch on the usual calendar" not in markup(client.get(reverse("reports:calendar_settings")))


def test_a_duty_is_switched_on_with_names_and_off_again(signed_in, admin, jinxiu, office_of_jinxiu, limin):
    client, people = signed_in(admin), office_of_jinxiu
    address = reverse("reports:calendar_duty", args=["monthly", f"estate-{jinxiu.pk}"])
    assert "陈芳" in markup(client.get(address))
    said = {"is_on": "on", "started_from": 0, "preparer": people.chenfang.pk, "readers": [people.sungong.pk]}
    assert client.post(address, said).status_code == 302
    row = ReportDuty.objects.get()
    assert (row.preparer, row.readers, row.is_on) == (people.chenfang, [people.sungong.pk], True)
    stale = client.post(address, said | {"preparer": ""})
    assert stale.status_code == 422 and "Somebody else has changed this" in markup(stale)
    assert client.post(address, said | {"started_from": 1, "preparer": limin.pk}).status_code == 422
    assert client.post(address, {"started_from": 1}).status_code == 302
    assert not ReportDuty.objects.latest("number").is_on
    assert (
        client.get(reverse("reports:calendar_duty", args=["department", f"estate-{jinxiu.pk}"])).status_code
        == 404
    )


def test_a_rule_is_changed_with_a_reason_and_shown_as_a_version(signed_in, admin):
    client = signed_in(admin)
    address = reverse("reports:calendar_rule", args=["monthly"])
    said = {
        "started_from": 1, "day": 5, "time": "12:00", "on_day_off": "next", "prepares": "supervisor",
        "checks": "property_manager", "approves": "general_manager", "second": "on", "send_at_once": "on",
        "recipients": ["property_manager", "general_manager"], "over": ["general_manager"],
        "remind_hours": 48,
    }  # fmt: skip
    assert client.get(address).status_code == 200
    assert client.post(address, said).status_code == 422  # no reason
    assert client.post(address, said | {"note": "月初人手不足"}).status_code == 302
    page = markup(client.get(reverse("reports:calendar_versions")))
    assert "月初人手不足" in page and "day 5 of the next month, 12:00" in page and "48 hours" in page
    overtaken = client.post(address, said | {"note": "再改", "day": 6})
    assert overtaken.status_code == 422 and 'value="2"' in markup(overtaken)
    assert client.post(address, said | {"note": "太早", "started_from": 2, "day": 40}).status_code == 422
    for kind in ReportKind:
        assert client.get(reverse("reports:calendar_rule", args=[kind])).status_code == 200
    assert client.get(reverse("reports:calendar_rule", args=["weekly"])).status_code == 404


def test_the_settings_cost_the_same_with_many_estates(signed_in, admin, jinxiu, daily):
    client = signed_in(admin)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("reports:calendar_settings"))
        return len(seen)

    cost()
    few = cost()
    for kind in ("half_monthly", "quarterly", "annual"):
        switch_on(kind, f"estate-{jinxiu.pk}", admin, at=TUESDAY + HOUR)
    assert cost() <= few
