"""有效投诉公示: what owners read of upheld complaints, who writes it, and what is never in it."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from complaints import actions
from complaints.models import Complaint, Event, Respondent
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports import calendar, issue, public_accounts
from reports.briefs.public_list import context, public_list_pdf, public_list_workbook
from reports.calendar_rules import Overtaken, begin_usual
from reports.duties import period_of
from reports.figures.period import all_listed
from reports.figures.public_list import public_list
from reports.models import DueReport, IssuedReport, PublicAccount, ReportDuty
from reports.readers import check_readable
from reports.scopes import find, scopes_of
from staff.permissions import permissions_of
from tests.cast import DAY, HOUR, MINUTE, SHANGHAI, march
from tests.due_reports import APRIL_1, beat, switch_on
from tests.markup import markup
from tests.report_pages import text_of
from tests.writers import quickly

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1), date(2026, 3, 31)


@pytest.fixture
def upheld(case_in):
    """A case whose complaint was found to be justified."""

    def make(status="closed", **said):
        case = case_in(status, **said)
        Complaint.objects.filter(pk=case.pk).update(validity="valid")
        Complaint.history.filter(id=case.pk).update(validity="valid")
        case.refresh_from_db()
        return case

    return make


@pytest.fixture
def listed(jinxiu):
    def tell(at=APRIL_1, days=MARCH, unlisted=all_listed):
        return public_list([jinxiu], *days, at, "锦绣花园", unlisted)

    return tell


def numbers(lines) -> list[str]:
    return [line.number for line in lines]


def write(case, by, *, at=APRIL_1 - HOUR, started_from=0, **said):
    words = {"account": "电梯多次停运，影响出行。", "handling": "已更换门机并复检。"} | said
    return public_accounts.keep(case, started_from=started_from, by=by, at=at, **words)


# Which cases ----------------------------------------------------------------------------------------------


def test_the_upheld_of_the_month_stand_there_and_those_closed_in_it(
    upheld, case_in, listed, office_of_jinxiu
):
    before = upheld("replied", at=march(2) - 10 * DAY)
    actions.revisit(
        before, answers=actions.Answers(satisfaction=2), method="phone", by=office_of_jinxiu.chenfang,
        at=march(3),
    )  # fmt: skip
    done, going = upheld(at=march(4)), upheld("acting", at=march(5))
    case_in("received", at=march(6))
    figures = listed()
    assert numbers(figures.received) == [done.number, going.number]
    assert [(line.state, line.closed_on, line.satisfied) for line in figures.received] == [
        ("已办结", date(2026, 3, 4), True), ("处理中", None, None),
    ]  # fmt: skip
    february = listed(days=(date(2026, 2, 1), date(2026, 2, 28)))
    assert numbers(february.received) == [before.number] and february.received[0].satisfied is None


def test_one_of_before_that_is_closed_in_the_month_is_told_apart(upheld, listed):
    late = upheld(at=march(1, 0) - 20 * MINUTE)  # in February; closed half an hour into March
    figures = listed()
    assert (numbers(figures.received), numbers(figures.ended)) == ([], [late.number])
    assert figures.closed == 1 and figures.asked == (1, 1)


@pytest.mark.parametrize("kept", [{"restricted": True}, {"identity_hidden": True}, {"abnormal": "malicious"}])
@pytest.mark.parametrize("when", ["then", "since"])
def test_what_is_kept_from_anybody_is_neither_listed_nor_counted(kept, when, upheld, listed):
    case = upheld(at=march(4))
    rows = Complaint.objects.filter(pk=case.pk)
    if when == "then":
        Complaint.history.filter(id=case.pk).update(**kept)
        rows.update(changed_at=APRIL_1 + DAY)
    else:
        rows.update(**kept)
    figures = listed(at=APRIL_1 + 2 * DAY)
    assert figures.received == () and figures.closed == 0
    with translation.override("en"):
        assert case.number not in str(context(figures, SHANGHAI))
        assert "There is no upheld complaint to be made public" in context(figures, SHANGHAI)["said"]


@pytest.mark.parametrize("since", [{"outcome": "void"}, {"validity": "invalid"}])
def test_what_was_found_wrong_since_is_neither_listed_nor_written_of(since, upheld, listed, zhoujun):
    case = upheld(at=march(4))
    Complaint.objects.filter(pk=case.pk).update(**since, changed_at=APRIL_1 + DAY)
    assert listed(at=APRIL_1 + 2 * DAY).received == ()
    with pytest.raises(Refused):
        write(case, zhoujun)
    assert write(case, zhoujun, left_out_because="已作废").left_out_because  # always allowed


def test_a_complaint_about_a_manager_of_ours_stands_in_the_list_and_he_does_not_write_of_it(
    upheld, listed, page, signed_in, zhoujun
):
    case = upheld(at=march(4))
    Respondent.objects.create(complaint=case, name="周军", user=zhoujun)
    assert numbers(listed(unlisted=lambda pks: frozenset(pks)).received) == [case.number]
    assert case.number not in markup(signed_in(zhoujun).get(page))
    report = IssuedReport(kind="public_list", figures={"received": [{"number": case.number}]})
    check_readable(report, permissions_of(zhoujun, APRIL_1))  # or nobody could sign it


def test_the_words_of_the_paper_count_what_it_lists(upheld, listed, zhoujun):
    upheld(at=march(4))
    write(upheld(at=march(5)), zhoujun, left_out_because="只有一户有此情况")
    said = context(listed(), SHANGHAI)["said"]
    assert "本公示列入有效投诉 1 件。" in said and "本月受理" not in said


# What they read ---------------------------------------------------------------------------------------


def test_without_an_account_owners_read_the_category_and_no_word_of_the_case(upheld, listed, zhoujun):
    case = upheld(at=march(4), content="王女士家1-2-101漏水")
    figures = listed()
    words = str(context(figures, SHANGHAI)["received"])
    assert str(case.category) in words and "漏水" not in words and "101" not in words
    write(case, zhoujun)
    told = str(context(listed(), SHANGHAI)["received"])
    assert "电梯多次停运，影响出行。" in told and "已更换门机并复检。" in told
    assert "电梯多次停运" not in str(context(listed(at=APRIL_1 - 2 * HOUR), SHANGHAI)["received"])


def test_one_that_is_left_out_is_not_listed_and_the_reason_stays_with_us(upheld, listed, zhoujun):
    case = upheld(at=march(4))
    write(case, zhoujun, left_out_because="只有一户有此情况")
    row = PublicAccount.objects.get()
    assert (row.account, row.handling) == ("", "")
    assert listed().received == () and "只有一户" not in str(context(listed(), SHANGHAI))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_paper_and_its_sheet_hold_the_list_and_name_nobody(
    language, upheld, listed, zhoujun, office_of_jinxiu
):
    case = upheld(at=march(4))
    write(case, zhoujun)
    report = IssuedReport(
        kind="public_list", scope="estate-1", starts_on=MARCH[0], ends_on=MARCH[1], language=language,
        version=1, asked_by=zhoujun, asked_at=APRIL_1, started_at=APRIL_1,
    )  # fmt: skip
    with translation.override(language):
        figures = listed()
        text = text_of(public_list_pdf(figures, SHANGHAI, report)).replace("\n", "")
        book = load_workbook(BytesIO(public_list_workbook(figures, SHANGHAI)))
    for said in (case.number, "电梯多次停运，影响出行。", "已更换门机并复检。", "2026-03-04"):
        assert said in text
        assert said in [cell.value for row in book.worksheets[0] for cell in row]
    who = [case.complainant.name, str(case.unit), case.complainant.phone, zhoujun.name]
    who += [person.name for person in vars(office_of_jinxiu).values()]
    assert [name for name in who if name and name in text] == []


# Who writes it ------------------------------------------------------------------------------------------


def test_whoever_has_come_to_a_case_since_is_found_when_the_list_is_made(
    upheld, listed, zhoujun, office_of_jinxiu
):
    case, name = upheld(at=march(4)), "皮卡丘"
    write(case, zhoujun, handling=f"{name}已到场")
    assert listed().received[0].handling
    actor = office_of_jinxiu.wuzong
    type(actor).objects.filter(pk=actor.pk).update(name=name)
    Event.objects.create(complaint=case, at=APRIL_1, recorded_at=APRIL_1, kind="noted", actor=actor)
    with pytest.raises(Refused) as refused:
        listed()
    assert case.number in str(refused.value) and name in str(refused.value)


def test_words_that_name_somebody_are_refused_at_their_field(upheld, zhoujun):
    case = upheld(at=march(4))
    for field in ("account", "handling"):
        with pytest.raises(Refused) as refused:
            write(case, zhoujun, **{field: f"已与{case.complainant.name}联系"})
        assert refused.value.field == field
    with pytest.raises(Refused) as refused:
        write(case, zhoujun, account=" ")
    assert refused.value.field == "account"
    assert not PublicAccount.objects.exists()


def test_only_who_may_issue_the_list_writes_and_only_of_upheld_open_cases(
    upheld, case_in, limin, auditor, zhoujun, chenfang
):
    case, other = upheld(at=march(4)), case_in("received", at=march(5))
    for person in (limin, auditor):
        with pytest.raises(WrongPerson):
            write(case, person)
    with pytest.raises(Refused):
        write(other, zhoujun)
    Complaint.objects.filter(pk=case.pk).update(identity_hidden=True)
    with pytest.raises(Refused):
        write(case, zhoujun)
    Complaint.objects.filter(pk=case.pk).update(identity_hidden=False)
    assert write(case, chenfang).number == 1


def test_of_two_who_write_at_once_the_second_is_told_and_nothing_is_overwritten(upheld, zhoujun, chenfang):
    case = upheld(at=march(4))
    write(case, zhoujun)
    with pytest.raises(Overtaken):
        write(case, chenfang, account="另一句话")
    write(case, chenfang, account="另一句话", started_from=1)
    assert [row.account for row in PublicAccount.objects.order_by("number")] == [
        "电梯多次停运，影响出行。", "另一句话",
    ]  # fmt: skip


def test_the_database_keeps_no_account_that_says_nothing(upheld, zhoujun):
    case = upheld(at=march(4))
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicAccount.objects.create(complaint=case, number=1, kept_at=march(5), kept_by=zhoujun)
    with pytest.raises(ValidationError):
        PublicAccount(complaint=case, number=1, kept_at=march(5), kept_by=zhoujun).full_clean()


# Off by default, and by the calendar ----------------------------------------------------------------------


def test_it_is_off_until_an_administrator_switches_it_on(jinxiu, zhoujun, admin):
    def ask():
        scope = find(scopes_of(permissions_of(zhoujun, APRIL_1)), f"estate-{jinxiu.pk}")
        return issue.ask(
            zhoujun, scope, "public_list", period_of("public_list", MARCH[0]), "zh-hans", APRIL_1
        )

    begin_usual(by=admin, at=march(2))
    assert not ReportDuty.objects.filter(kind="public_list").exists()
    with pytest.raises(Refused) as refused:
        ask()
    assert refused.value.field == "kind"
    switch_on("public_list", f"estate-{jinxiu.pk}", admin)
    assert ask().kind == "public_list"
    switch_on("public_list", f"estate-{jinxiu.pk}", admin, is_on=False, number=1)
    with pytest.raises(Refused):
        ask()


def test_the_calendar_drafts_it_and_it_is_checked_and_issued_like_the_others(
    monkeypatch, upheld, admin, jinxiu, office_of_jinxiu
):
    quickly(monkeypatch, "public_list")
    people = office_of_jinxiu
    case = upheld(at=march(4))
    switch_on("public_list", f"estate-{jinxiu.pk}", admin)
    beat(APRIL_1)
    issue.make_waiting(APRIL_1 + MINUTE)
    beat(APRIL_1 + 2 * MINUTE)
    row = DueReport.objects.get(kind="public_list")
    assert row.state == "draft" and row.paper.made.figures["received"][0]["account"] == ""
    write(case, people.chenfang, at=APRIL_1 + 3 * MINUTE)
    calendar.make_draft(row, by=people.chenfang, at=APRIL_1 + 4 * MINUTE)
    issue.make_waiting(APRIL_1 + 5 * MINUTE)
    beat(APRIL_1 + 6 * MINUTE)
    row.refresh_from_db()
    calendar.hand_in(row, by=people.chenfang, at=APRIL_1 + HOUR)
    calendar.check(row, by=people.zhoujun, at=APRIL_1 + 2 * HOUR)
    calendar.sign(row, by=people.wuzong, at=APRIL_1 + 3 * HOUR)
    row.refresh_from_db()
    assert row.state == "sent" and row.paper.made.issued_by == people.wuzong
    assert row.paper.made.figures["received"][0]["account"] == "电梯多次停运，影响出行。"


@pytest.mark.parametrize("change", ["restricted", "invalid", "left_out", "account"])
def test_a_draft_that_is_stale_goes_no_further(change, monkeypatch, upheld, admin, jinxiu, office_of_jinxiu):
    quickly(monkeypatch, "public_list")
    people, case = office_of_jinxiu, upheld(at=march(4))
    switch_on("public_list", f"estate-{jinxiu.pk}", admin)
    beat(APRIL_1)
    issue.make_waiting(APRIL_1 + MINUTE)
    beat(APRIL_1 + 2 * MINUTE)
    row = DueReport.objects.get(kind="public_list")

    def refused(act, by):
        point = transaction.savepoint()
        alter()
        with pytest.raises(Refused, match="名单有变化"):
            act(row, by=by, at=APRIL_1 + HOUR)
        transaction.savepoint_rollback(point)

    def alter():
        if change == "restricted":
            Complaint.objects.filter(pk=case.pk).update(restricted=True)
        elif change == "invalid":
            Complaint.objects.filter(pk=case.pk).update(validity="invalid")
        else:
            more = {"left_out_because": "只有一户有此情况"} if change == "left_out" else {}
            write(case, people.chenfang, at=APRIL_1 + 3 * MINUTE, **more)

    refused(calendar.hand_in, people.chenfang)
    calendar.hand_in(row, by=people.chenfang, at=APRIL_1 + HOUR)
    refused(calendar.check, people.zhoujun)
    calendar.check(row, by=people.zhoujun, at=APRIL_1 + HOUR)
    refused(calendar.sign, people.wuzong)
    assert calendar.sign(row, by=people.wuzong, at=APRIL_1 + HOUR).state == "sent"


# The page -------------------------------------------------------------------------------------------


@pytest.fixture
def page(jinxiu, admin):
    switch_on("public_list", f"estate-{jinxiu.pk}", admin)
    return reverse("reports:public", args=[f"estate-{jinxiu.pk}", "2026-03"])


def test_an_account_is_written_on_the_page_and_what_is_refused_keeps_what_was_typed(
    page, signed_in, upheld, zhoujun, jinxiu
):
    case = upheld(at=march(4), content="王女士说：3号楼电梯又停了")
    client = signed_in(zhoujun)
    shown = markup(client.get(page))
    assert case.number in shown and "王女士说：3号楼电梯又停了" in shown
    assert "电梯又停了</textarea>" not in shown  # nothing is put in to begin with
    where = f"{page}{case.number}/"
    said = {f"{case.number}-account": "王女士说电梯停了", f"{case.number}-started_from": "0"}
    refused = client.post(where, said)
    assert refused.status_code == 422
    assert "“王女士” tells owners who it is." in markup(refused) and "王女士说电梯停了</textarea>" in markup(
        refused
    )
    said[f"{case.number}-account"] = "3号楼电梯停运"
    assert client.post(where, said)["Location"] == page
    assert "3号楼电梯停运" in markup(client.get(page))
    again = client.post(where, said)
    assert again.status_code == 422 and "Somebody else has changed this meanwhile." in markup(again)
    assert client.post(where, said | {f"{case.number}-started_from": "1"}).status_code == 302


def test_the_page_is_there_for_readers_of_the_estate_where_the_list_is_on(
    page, signed_in, upheld, zhoujun, auditor, stranger, limin, jinxiu, admin
):
    case = upheld(at=march(4))
    hidden = upheld(at=march(5), facts={"identity_hidden": True})
    assert "<textarea" not in (read := markup(signed_in(auditor).get(page))) and case.number in read
    assert hidden.number not in read
    assert signed_in(limin).get(page).status_code == 403
    client = signed_in(zhoujun)
    assert client.post(f"{page}{hidden.number}/", {}).status_code in (404, 422)
    assert client.get(page.replace("2026-03", "2026-13")).status_code == 404
    switch_on("public_list", f"estate-{jinxiu.pk}", admin, is_on=False, number=1)
    assert client.get(page).status_code == 404


def test_what_is_still_due_is_written_after_the_list_was_switched_off(
    page, signed_in, zhoujun, jinxiu, admin, office_of_jinxiu
):
    beat(APRIL_1)
    switch_on("public_list", f"estate-{jinxiu.pk}", admin, is_on=False, number=1)
    client = signed_in(zhoujun)
    assert client.get(page).status_code == 200
    DueReport.objects.filter(kind="public_list").update(state="excused")
    assert client.get(page).status_code == 404


def test_the_page_asks_no_more_of_more_cases(page, signed_in, upheld, zhoujun, django_assert_max_num_queries):
    client = signed_in(zhoujun)
    write(upheld(at=march(4)), zhoujun)
    upheld(at=march(5))
    with django_assert_max_num_queries(60) as few:
        client.get(page)
    for day in range(6, 12):
        upheld(at=march(day))
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(page)
