"""What people do to due reports: who may, what follows, what is kept, what is frozen."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from complaints.models import Notification
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports import calendar, issue
from reports.calendar_rules import Overtaken, begin_usual, duties, save_rule
from reports.duties import ReportKind
from reports.models import DuePaper, DueReader, DueReport, IssuedReport
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, march, person
from tests.due_reports import APRIL_1, beat, switch_on

pytestmark = pytest.mark.django_db
TUESDAY = march(3, 8)


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("user__name", flat=True))


def verbs(due: DueReport) -> list[str]:
    return list(due.steps.order_by("pk").values_list("verb", flat=True))


# The usual way ------------------------------------------------------------------------------------


def test_a_monthly_report_goes_from_its_draft_to_its_readers(monthly, office_of_jinxiu):
    people = office_of_jinxiu
    assert (monthly.state, monthly.paper.made.state, monthly.paper.version) == ("draft", "done", 1)
    calendar.hand_in(monthly, by=people.chenfang, at=APRIL_1)
    assert told("report_to_check") == {"周军"}
    calendar.check(monthly, note="数字核过", by=people.zhoujun, at=APRIL_1 + MINUTE)
    assert told("report_to_sign") == {"吴海涛"}
    calendar.sign(monthly, by=people.wuzong, at=APRIL_1 + HOUR)
    monthly.refresh_from_db()
    assert (monthly.state, monthly.signed_by, monthly.done_at) == ("sent", people.wuzong, APRIL_1 + HOUR)
    assert not monthly.is_late(APRIL_1 + 30 * DAY)
    assert told("report_sent") == {"陈芳", "周军", "吴海涛"}
    assert verbs(monthly) == ["appear", "draft", "hand_in", "check", "sign", "send"]
    steps = dict(monthly.steps.values_list("verb", "by__name"))
    assert steps == {
        "appear": None,
        "draft": None,
        "hand_in": "陈芳",
        "check": "周军",
        "sign": "吴海涛",
        "send": "吴海涛",
    }
    made = IssuedReport.objects.get()
    assert (made.issued_by, made.asked_by) == (people.wuzong, None)
    assert monthly.paper.sha256 == made.pdf_sha256
    assert not monthly.notices.filter(state="pending").exists()


def test_a_daily_report_is_words_or_a_file_and_is_signed_by_whoever_wrote_it(daily, chenfang):
    with pytest.raises(Refused) as empty:
        calendar.hand_in(daily, by=chenfang, at=TUESDAY)
    assert empty.value.field == "text"
    calendar.hand_in(daily, text="受理 3 件，办结 2 件。", by=chenfang, at=TUESDAY)
    calendar.sign(daily, by=chenfang, at=TUESDAY + MINUTE)
    daily.refresh_from_db()
    assert (daily.state, daily.paper.text, daily.paper.signed_by) == (
        "sent",
        "受理 3 件，办结 2 件。",
        chenfang,
    )
    assert told("report_sent") == {"周军"}


# Who may ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "who"),
    [
        ("hand_in", "limin"), ("hand_in", "wanggong"), ("hand_in", "sungong"), ("hand_in", "stranger"),
        ("hand_in", "auditor"), ("hand_in", "admin"), ("excuse", "zhoujun"),
    ],
)  # fmt: skip
def test_these_people_may_not(act, who, monthly, request, cuihu):
    with pytest.raises(WrongPerson):
        getattr(calendar, act)(monthly, note="因故", by=request.getfixturevalue(who), at=APRIL_1)
    monthly.refresh_from_db()
    assert (monthly.state, verbs(monthly)) == ("draft", ["appear", "draft"])


def test_a_supervisor_neither_checks_nor_signs_and_a_manager_does_not_sign(monthly, office_of_jinxiu):
    people = office_of_jinxiu
    calendar.hand_in(monthly, by=people.chenfang, at=APRIL_1)
    with pytest.raises(WrongPerson, match="项目经理"):
        calendar.check(monthly, by=people.chenfang, at=APRIL_1)
    calendar.check(monthly, by=people.zhoujun, at=APRIL_1)
    with pytest.raises(WrongPerson, match="总经理"):
        calendar.sign(monthly, by=people.zhoujun, at=APRIL_1)


def test_who_prepared_it_does_not_check_it_while_somebody_else_can(monthly, office_of_jinxiu):
    people = office_of_jinxiu
    calendar.hand_in(monthly, by=people.zhoujun, at=APRIL_1)  # he stands above the supervisor
    with pytest.raises(WrongPerson, match="吴海涛"):
        calendar.check(monthly, alone_because="没有别人", by=people.zhoujun, at=APRIL_1)
    calendar.check(monthly, by=people.wuzong, at=APRIL_1)
    monthly.refresh_from_db()
    assert monthly.checked_by == people.wuzong


def test_where_nobody_else_is_there_a_reason_is_kept(monthly, office_of_jinxiu):
    wuzong = office_of_jinxiu.wuzong
    for user in (office_of_jinxiu.chenfang, office_of_jinxiu.zhoujun):
        user.absences.create(starts_at=march(30), ends_at=APRIL_1 + DAY)
    calendar.hand_in(monthly, by=wuzong, at=APRIL_1)
    with pytest.raises(Refused) as alone:
        calendar.check(monthly, by=wuzong, at=APRIL_1)
    assert alone.value.field == "alone_because"
    calendar.check(monthly, alone_because="主管与经理均休假", by=wuzong, at=APRIL_1)
    assert monthly.steps.get(verb="check").alone_because == "主管与经理均休假"


def test_a_named_person_comes_before_the_role_and_only_if_he_reads_the_figures(
    admin, jinxiu, office_of_jinxiu, limin
):
    code = f"estate-{jinxiu.pk}"
    with pytest.raises(Refused) as wrong:
        switch_on("daily", code, admin, preparer=limin)
    assert wrong.value.field == "preparer"
    with pytest.raises(Refused, match="编制人以外"):
        switch_on("daily", code, admin, preparer=office_of_jinxiu.zhoujun, approver=office_of_jinxiu.zhoujun)
    switch_on("daily", code, admin, preparer=office_of_jinxiu.sungong)
    switch_on("input_half", code, admin, preparer=office_of_jinxiu.sungong)
    beat(march(16, 0))
    assert told("report_opened") == {"孙志远"}
    row = DueReport.objects.get(kind="input_half")
    calendar.hand_in(row, text="一切正常", by=office_of_jinxiu.sungong, at=march(16, 9))


def test_the_deputy_of_a_named_person_is_asked_and_may(admin, jinxiu, office_of_jinxiu):
    people = office_of_jinxiu
    people.sungong.absences.create(deputy=people.chenfang, starts_at=march(1), ends_at=march(19))
    switch_on("input_half", f"estate-{jinxiu.pk}", admin, preparer=people.sungong)
    beat(march(16, 0))
    assert told("report_opened") == {"陈芳"}


# Back, again, and not at all ----------------------------------------------------------------------------


def test_what_is_sent_back_says_why_and_is_handed_in_anew(daily, chenfang, zhoujun):
    calendar.hand_in(daily, text="受理 3 件", by=chenfang, at=TUESDAY)
    with pytest.raises(Refused) as silent:
        calendar.send_back(daily, note=" ", by=zhoujun, at=TUESDAY)
    assert silent.value.field == "note"
    calendar.send_back(daily, note="漏了夜间一件", by=zhoujun, at=TUESDAY)
    assert told("report_sent_back") == {"陈芳"}
    with pytest.raises(Refused, match="当前不能"):
        calendar.sign(daily, by=zhoujun, at=TUESDAY)
    calendar.hand_in(daily, text="受理 4 件", by=chenfang, at=TUESDAY)
    assert list(daily.papers.order_by("version").values_list("version", "text")) == [
        (1, "受理 3 件"),
        (2, "受理 4 件"),
    ]


def test_what_was_handed_in_too_early_is_taken_back_until_it_is_checked(monthly, office_of_jinxiu):
    people = office_of_jinxiu
    calendar.hand_in(monthly, by=people.chenfang, at=APRIL_1)
    calendar.take_back(monthly, by=people.chenfang, at=APRIL_1)
    calendar.hand_in(monthly, by=people.chenfang, at=APRIL_1)
    calendar.check(monthly, by=people.zhoujun, at=APRIL_1)
    with pytest.raises(Refused):
        calendar.take_back(monthly, by=people.chenfang, at=APRIL_1)


def test_a_reissue_is_a_new_version_and_the_first_stays_frozen_and_on_time(issued, office_of_jinxiu):
    people, later = office_of_jinxiu, APRIL_1 + 20 * DAY
    first = issued.paper
    calendar.reissue(issued, note="漏计一件投诉", by=people.zhoujun, at=later)
    issue.make_waiting(later + MINUTE)
    beat(later + MINUTE)
    calendar.hand_in(issued, by=people.chenfang, at=later + HOUR)
    calendar.check(issued, by=people.zhoujun, at=later + HOUR)
    calendar.sign(issued, by=people.wuzong, at=later + HOUR)
    issued.refresh_from_db()
    assert (issued.state, issued.paper.version, issued.done_at) == ("sent", 2, APRIL_1 + 2 * MINUTE)
    assert not issued.is_late(later)
    assert issued.paper.made.supersedes == first.made
    first.refresh_from_db()
    assert first.signed_at == APRIL_1 + 2 * MINUTE
    first.sha256 = "0" * 64
    with pytest.raises(TypeError):
        first.save()
    assert not Notification.objects.filter(kind="report_over").exists()


def test_a_reissue_needs_a_new_paper(daily, chenfang):
    calendar.hand_in(daily, text="受理 3 件", by=chenfang, at=TUESDAY)
    calendar.sign(daily, by=chenfang, at=TUESDAY)
    calendar.reissue(daily, note="数字有误", by=chenfang, at=TUESDAY + HOUR)
    with pytest.raises(Refused) as same:
        calendar.hand_in(daily, by=chenfang, at=TUESDAY + HOUR)
    assert same.value.field == "text"
    with pytest.raises(Refused, match="已发出"):
        calendar.excuse(daily, note="不要了", by=chenfang, at=TUESDAY + HOUR)


def test_what_is_not_needed_is_reminded_of_no_more_until_it_is_needed_after_all(daily, chenfang, zhoujun):
    calendar.excuse(daily, note="当日停电，无记录", by=chenfang, at=TUESDAY)
    beat(march(3, 10))
    assert told("report_over") == set()
    calendar.resume(daily, by=zhoujun, at=march(3, 11))
    daily.refresh_from_db()
    assert daily.state == "to_prepare" and daily.is_late(march(3, 11))
    beat(march(4, 9))
    assert told("report_day_over") == {"陈芳", "周军", "吴海涛"}
    fired = daily.notices.filter(state="fired").values_list("level", flat=True)
    assert list(fired) == ["day_over"]


# One door for issuing -----------------------------------------------------------------------------------


def test_what_stands_in_the_calendar_is_not_issued_beside_it(monthly, zhoujun):
    with pytest.raises(Refused, match="报告日程"):
        issue.issue(monthly.paper.made, zhoujun, APRIL_1)
    assert not IssuedReport.objects.filter(issued_at__isnull=False).exists()


def test_once_it_is_out_it_may_be_had_in_another_language(issued, jinxiu, zhoujun):
    scope = next(s for s in issue.all_scopes() if s.code == f"estate-{jinxiu.pk}")
    for language, free in (("en", True), ("zh-hans", False)):
        issue.ask(zhoujun, scope, "monthly", issued.paper.made.period, language, APRIL_1 + HOUR)
        issue.make_waiting(APRIL_1 + HOUR)
        made = IssuedReport.objects.get(language=language, issued_at=None)
        if free:
            assert issue.issue(made, zhoujun, APRIL_1 + HOUR).issued_by == zhoujun
        else:
            with pytest.raises(Refused, match="报告日程"):
                issue.issue(made, zhoujun, APRIL_1 + HOUR)


# Who read it --------------------------------------------------------------------------------------------


def test_a_receipt_says_who_opened_it_first_when(issued, office_of_jinxiu, sungong):
    people = office_of_jinxiu
    assert calendar.opened(issued.paper, by=people.zhoujun, at=APRIL_1 + HOUR)
    assert not calendar.opened(issued.paper, by=people.zhoujun, at=APRIL_1 + DAY)
    assert not calendar.opened(issued.paper, by=sungong, at=APRIL_1 + DAY)  # it was not sent to him
    rows = DueReader.objects.filter(paper=issued.paper).values_list("user__name", "opened_at")
    assert dict(rows) == {"陈芳": None, "周军": APRIL_1 + HOUR, "吴海涛": None}


def test_where_nobody_gets_it_it_stays_signed_and_sending_says_so(
    daily, chenfang, zhoujun, wuzong, office_of_jinxiu
):
    for user in (zhoujun, wuzong):
        user.is_active = False
        user.save(update_fields=["is_active"])
    calendar.hand_in(daily, text="受理 3 件", by=chenfang, at=TUESDAY)
    calendar.sign(daily, by=chenfang, at=TUESDAY)
    daily.refresh_from_db()
    assert (daily.state, daily.done_at) == ("signed", None)
    with pytest.raises(Refused, match="没有接收人"):
        calendar.send(daily, by=chenfang, at=TUESDAY)


# Rules and duties ---------------------------------------------------------------------------------------


def test_a_change_of_the_rules_is_a_version_and_what_is_due_keeps_its_own(daily, admin, chenfang):
    said = {"due": {"working_days": 2, "time": "10:00"}, "recipients": ["general_manager"]}
    for by, note, field in ((chenfang, "晚一点", None), (admin, " ", "note")):
        with pytest.raises(Refused) as refused:
            save_rule(ReportKind.DAILY, said, started_from=1, note=note, by=by, at=TUESDAY)
        assert refused.value.field == field
    second = save_rule(ReportKind.DAILY, said, started_from=1, note="晚一点", by=admin, at=TUESDAY)
    with pytest.raises(Overtaken):
        save_rule(ReportKind.DAILY, said, started_from=1, note="再晚一点", by=admin, at=TUESDAY)
    beat(march(4, 0))
    assert list(DueReport.objects.order_by("starts_on").values_list("rules__number", "due_at")) == [
        (1, march(3, 9)), (second.number, march(5, 10)),
    ]  # fmt: skip


def test_a_report_cannot_be_due_before_its_time_is_over(admin):
    with pytest.raises(Refused) as early:
        save_rule(
            ReportKind.HALF_MONTHLY, {"due": {"day": 10, "time": "00:00", "on_day_off": "stays"}},
            started_from=1, note="早一点", by=admin, at=TUESDAY,
        )  # fmt: skip
    assert early.value.field == "day"


def test_a_duty_switched_off_asks_for_nothing_more_and_keeps_what_is_due(daily, admin, jinxiu, chenfang):
    code = f"estate-{jinxiu.pk}"
    with pytest.raises(WrongPerson):
        switch_on("daily", code, chenfang, is_on=False, number=1)
    with pytest.raises(Overtaken):
        switch_on("daily", code, admin, is_on=False, number=0)
    switch_on("daily", code, admin, is_on=False, number=1, at=march(3, 10))
    beat(march(6))
    assert DueReport.objects.get() == daily
    switch_on("daily", code, admin, number=2, at=march(8, 10))
    beat(march(9, 0))
    assert DueReport.objects.count() == 2  # nothing of the days between


def test_the_usual_calendar_is_switched_on_once(admin, jinxiu, cuihu):
    begun = begin_usual(by=admin, at=march(2))
    assert begun == 6 * 2 + 3
    assert begin_usual(by=admin, at=march(2)) == 0
    kinds = {kind for kind, scope in duties() if scope == "company"}
    assert kinds == {"monthly", "quarterly", "annual"}


def test_the_company_is_prepared_by_the_next_role_up_where_it_has_no_supervisor(
    admin, jinxiu, cuihu, office_of_jinxiu, quick_paper
):
    quality = person("pinzhi", "沈洁", Role.SUPERVISOR)
    switch_on("quarterly", "company", admin)
    switch_on("annual", "company", admin, at=march(2))
    drafts_arrive(march(31, 0) + DAY)
    assert told("report_drafted") == {"沈洁"}
    Notification.objects.all().delete()
    quality.is_active = False
    quality.save(update_fields=["is_active"])
    drafts_arrive(march(1, 0) + 122 * DAY)
    assert told("report_drafted") == {"吴海涛"}


def drafts_arrive(at) -> None:
    beat(at)
    issue.make_waiting(at)
    beat(at)


def test_the_database_holds_a_report_to_once_and_its_states_to_their_people(daily):
    with pytest.raises(IntegrityError), transaction.atomic():
        DueReport.objects.filter(pk=daily.pk).update(state="sent")
    daily.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        daily.save()
    assert DuePaper.objects.count() == 0
