"""Due reports appear, are reminded of and climb by themselves: each once, whatever dies, in few queries."""

from __future__ import annotations

import random
import time
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import message_texts
from complaints import tasks as timers
from complaints.channels.preferences import Sort, sort_of
from complaints.models import Notification, OutboxMessage
from reports import calendar, calendar_beat, issue, tasks
from reports.duties import DuePeriod
from reports.management.commands import demo_reports
from reports.models import DueNotice, DueReport, IssuedReport
from reports.scopes import all_scopes
from staff.models import Department, Estate
from tests.cast import DAY, HOUR, MINUTE, march
from tests.due_reports import APRIL_1, beat, switch_on
from tests.racing import failures, race
from tests.writers import write_with


def told(kind: str) -> list[str]:
    return sorted(Notification.objects.filter(kind=kind).values_list("user__name", flat=True))


@pytest.fixture
def on(admin, jinxiu, office_of_jinxiu):
    """Switch a kind on for 锦绣花园."""
    return lambda kind, **how: switch_on(kind, f"estate-{jinxiu.pk}", admin, **how)


@pytest.mark.django_db
def test_a_report_appears_when_its_time_is_over_and_not_before(on):
    on("daily")
    beat(march(2, 23, 59))
    assert not DueReport.objects.exists()
    beat(march(3, 0))
    row = DueReport.objects.get()
    assert (row.state, row.due_at, row.due_on) == ("to_prepare", march(3, 9), march(3).date())
    assert told("report_opened") == []  # told once its draft is there


@pytest.mark.django_db
def test_who_prepares_what_the_product_does_not_make_is_told_as_it_appears(on):
    on("input_half")
    beat(march(13, 0))
    assert told("report_opened") == ["陈芳"]


@pytest.mark.django_db
def test_a_beat_that_comes_late_asks_for_all_that_was_missed_once(on):
    on("daily")
    beat(march(6, 12))
    beat(march(6, 12))
    assert list(DueReport.objects.order_by("starts_on").values_list("starts_on__day", flat=True)) == [
        2,
        3,
        4,
        5,
    ]


@pytest.mark.django_db
def test_what_is_due_as_its_time_ends_is_asked_for_three_days_before(on):
    on("input_half")
    beat(march(12, 23, 59))
    assert not DueReport.objects.exists()
    beat(march(13, 0))
    row = DueReport.objects.get()
    assert (str(row.starts_on), str(row.ends_on), row.due_at) == ("2026-03-01", "2026-03-16", march(16, 0))


@pytest.mark.django_db
def test_the_warranty_record_is_drafted_as_its_time_ends_and_due_a_day_later(on):
    on("warranty")
    beat(march(25, 23, 59))
    assert not DueReport.objects.exists()
    beat(march(26, 0))
    row = DueReport.objects.get()
    assert (str(row.starts_on), str(row.ends_on), row.due_at) == ("2026-02-26", "2026-03-26", march(27, 0))


@pytest.mark.django_db
def test_a_report_is_due_on_the_estates_own_clock(on, jinxiu):
    Estate.objects.filter(pk=jinxiu.pk).update(time_zone="America/New_York")
    on("monthly")
    beat(APRIL_1)  # 31 March in New York
    assert not DueReport.objects.exists()
    beat(datetime(2026, 4, 1, 4, tzinfo=UTC))
    assert DueReport.objects.get().due_at == datetime(2026, 4, 3, 4, tzinfo=UTC)


@pytest.mark.django_db
def test_an_estate_that_has_ended_owes_its_last_month_and_no_other(on, jinxiu):
    on("monthly")
    Estate.objects.filter(pk=jinxiu.pk).update(ended_at=march(20), ended_how="handed_back", turn_to="新物业")
    beat(march(1) + 100 * DAY)
    assert [str(row.starts_on) for row in DueReport.objects.all()] == ["2026-03-01"]


@pytest.mark.django_db
def test_the_draft_is_made_without_anybody_asking_and_handed_to_the_preparer(on, monkeypatch, quick_paper):
    on("monthly")
    monkeypatch.setattr(timers, "trusted_now", lambda: march(31, 0) + DAY)
    timers.sweep()
    made = IssuedReport.objects.get()
    assert (made.state, made.asked_by, made.language) == ("asked", None, "zh-hans")
    assert told("report_opened") == []
    monkeypatch.setattr(tasks.timezone, "now", lambda: march(31, 0) + DAY + MINUTE)
    tasks.make()
    row = DueReport.objects.get()
    assert (row.state, row.paper.made_id, row.asked) == ("draft", made.pk, None)
    assert told("report_drafted") == ["陈芳"]


@pytest.mark.django_db
def test_a_draft_that_cannot_be_made_is_told_and_a_file_will_do(on, monkeypatch, chenfang):
    on("monthly")
    beat(march(31, 0) + DAY)
    write_with(monkeypatch, pdf=lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        issue.make_waiting(march(31, 0) + DAY)
    beat(march(31, 1) + DAY)
    row = DueReport.objects.get()
    assert (row.state, row.asked, told("report_draft_failed")) == ("to_prepare", None, ["陈芳"])
    calendar.make_draft(row, by=chenfang, at=APRIL_1)
    calendar.hand_in(row, text="本月数据另附。", by=chenfang, at=APRIL_1)
    issue.IssuedReport.objects.filter(state="asked").update(state="failed", reason="又失败了")
    beat(APRIL_1 + HOUR)
    row.refresh_from_db()
    assert (row.paper.text, row.asked) == ("本月数据另附。", None)
    assert told("report_draft_failed") == ["陈芳"]  # it is handed in: nobody need know


@pytest.mark.django_db
def test_what_is_not_out_is_reminded_of_and_climbs_to_whoever_has_to_know(on, office_of_jinxiu):
    on("half_monthly")
    beat(march(16, 0))
    row = DueReport.objects.get()
    people = office_of_jinxiu
    beat(march(16, 23, 59))
    assert told("report_remind") == []
    beat(march(17, 0))
    assert told("report_remind") == ["陈芳"]
    calendar.hand_in(row, text="上半月情况", by=people.chenfang, at=march(17, 9))
    beat(march(18, 0))  # it waits for the manager now, and is overdue to the general manager
    assert told("report_over") == sorted(["周军", "吴海涛"])
    calendar.check(row, by=people.zhoujun, at=march(18, 9))
    beat(march(19, 0))
    assert told("report_day_over") == ["吴海涛"]
    beat(march(30))
    assert Notification.objects.filter(kind__startswith="report_").filter(kind__contains="over").count() == 3


@pytest.mark.django_db
def test_after_an_outage_one_message_tells_of_all_levels(on):
    on("daily")
    beat(march(3, 0))
    beat(march(4, 23))
    levels = DueNotice.objects.filter(due__starts_on="2026-03-02").values_list("level", "state", "fired_at")
    assert sorted(levels) == [("day_over", "fired", march(4, 23)), ("over", "fired", march(4, 23))]
    assert Notification.objects.filter(params__report=DueReport.objects.earliest("pk").pk).count() == 3


@pytest.mark.django_db
def test_where_nobody_can_be_reached_the_administrator_is_told(on, office_of_jinxiu, jinxiu):
    on("daily")
    beat(march(3, 0))
    for user in vars(office_of_jinxiu).values():
        user.is_active = False
        user.save(update_fields=["is_active"])
    beat(march(3, 9))
    assert told("report_unreached") == ["系统管理员"]


@pytest.mark.django_db
def test_a_round_costs_as_much_for_many_estates_as_for_one(on, admin, office_of_jinxiu):
    on("daily")
    beat(march(3, 0))

    def cost(at) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            calendar_beat.appear(at)
            calendar_beat.fire(at + 9 * HOUR)
        return len(seen)

    one = cost(march(4, 0))
    for n in range(8):
        estate = Estate.objects.create(code=f"E{n}", name=f"项目{n}", service_phone="021")
        switch_on("daily", f"estate-{estate.pk}", admin, at=march(4))
    beat(march(5, 0))
    beat(march(5, 9))
    assert cost(march(6, 0)) == one
    assert IssuedReport.objects.filter(starts_on=march(5)).count() == 9


@pytest.mark.django_db
def test_drafts_asked_for_together_are_those_asked_for_one_by_one(jinxiu, cuihu, chenfang):
    """What is in line already is not asked for again; after what is finished comes the next version."""
    scopes = {scope.code: scope for scope in all_scopes()}
    wanted = [
        issue.Wanted("daily", scopes[f"estate-{estate.pk}"], DuePeriod(day, day + DAY))
        for estate in (jinxiu, cuihu)
        for day in (date(2026, 3, 2), date(2026, 3, 3))
    ]

    def ask(one: issue.Wanted, at: datetime) -> IssuedReport:
        return issue.put_in_line(one.scope, one.kind, one.period, "zh-hans", at, chenfang)

    ask(wanted[0], march(4))
    waits = ask(wanted[1], march(4))
    ask(wanted[2], march(4))
    IssuedReport.objects.filter(starts_on=date(2026, 3, 2)).update(state="failed", reason="-")
    made = issue.put_all_in_line(wanted, "zh-hans", march(5), None)
    assert [(row.scope, row.starts_on.day, row.version) for row in made] == [
        (wanted[0].scope.code, 2, 2), (wanted[1].scope.code, 3, 1),
        (wanted[2].scope.code, 2, 2), (wanted[3].scope.code, 3, 1),
    ]  # fmt: skip
    assert made[1].pk == waits.pk and made[1].asked_by == chenfang
    assert {row.asked_by for row in (made[0], *made[2:])} == {None}
    assert [row.pk for row in issue.put_all_in_line(wanted, "zh-hans", march(6), None)] == [
        row.pk for row in made
    ]


@pytest.mark.django_db
def test_an_idle_round_reads_little(on):
    on("daily")
    beat(march(3, 0))
    beat(march(3, 9))
    with CaptureQueriesContext(connection) as seen:
        calendar_beat.work(march(3, 10))
    assert len([q for q in seen if "SELECT" in q["sql"]]) <= 14


@pytest.mark.django_db
def test_a_message_names_the_report_in_its_readers_language_and_leads_to_it(on):
    on("monthly")
    beat(march(31, 0) + DAY)
    IssuedReport.objects.update(state="failed", reason="没有内存")
    beat(march(31, 0) + DAY)
    line = Notification.objects.get(kind="report_draft_failed")
    from_zh = message_texts.words(line.kind, line.params, None)
    assert "投诉月报 · 锦绣花园 · 2026年3月" in from_zh.line
    assert from_zh.path == DueReport.objects.get().get_absolute_url()
    assert sort_of("report_over") == Sort.DEADLINES and sort_of("report_to_sign") == Sort.DECISIONS
    assert OutboxMessage.objects.filter(kind="report_draft_failed", channel="email").exists()


@pytest.mark.django_db
def test_a_department_is_asked_of_its_head_and_checked_by_the_supervisor(
    admin, engineering, office_of_jinxiu
):
    other = Department.objects.create(estate=engineering.estate, name="秩序部")
    for department in (engineering, other):
        switch_on("department", f"department-{department.pk}", admin)
    beat(march(31, 0) + DAY)
    assert told("report_opened") == sorted(["孙志远", "周军"])  # the other has no head: the next role up
    row = DueReport.objects.get(scope=f"department-{engineering.pk}")
    calendar.hand_in(row, text="本月维修 40 件", by=office_of_jinxiu.sungong, at=APRIL_1)
    assert told("report_to_check") == ["陈芳"]
    with pytest.raises(Exception, match="部门负责人"):
        foreign = DueReport.objects.get(scope=f"department-{other.pk}")
        calendar.hand_in(foreign, text="…", by=office_of_jinxiu.sungong, at=APRIL_1)


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_ask_once_and_tell_once(on, monkeypatch):
    on("daily")
    on("half_monthly")
    beat(march(2, 12))  # the first version of the rules is there
    write = calendar_beat._write

    def slowly(*said, **more) -> None:
        time.sleep(0.3)  # whoever does not wait for his turn has read by now that nothing is there
        write(*said, **more)

    monkeypatch.setattr(calendar_beat, "_write", slowly)
    outcomes = race(*[lambda: calendar_beat.work(march(18, 0))] * 3)
    assert failures(outcomes) == []
    beat(march(18, 0))
    kinds = sorted(DueReport.objects.values_list("kind", "starts_on__day"))
    assert kinds == sorted([("daily", n) for n in range(2, 18)] + [("half_monthly", 1)])
    assert not DueNotice.objects.filter(state="pending", at__lte=march(18, 0)).exists()


@pytest.mark.django_db(transaction=True)
def test_a_beat_that_dies_while_it_writes_leaves_nothing_and_the_next_one_does_it(on, monkeypatch):
    on("daily")
    with monkeypatch.context() as dying:
        dying.setattr(calendar_beat.notifications, "write_many", lambda *_a, **_k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            calendar_beat.appear(march(3, 0))
    assert not DueReport.objects.exists()
    beat(march(3, 0))
    with monkeypatch.context() as dying:
        dying.setattr(calendar_beat.notifications, "write_many", lambda *_a, **_k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            calendar_beat.fire(march(3, 9))
    assert DueNotice.objects.filter(state="fired").count() == 0
    beat(march(3, 9))
    assert told("report_over") == sorted(["陈芳", "周军"])


@pytest.mark.django_db
def test_the_demo_has_late_sent_back_and_reissued_reports(admin, office_of_jinxiu, monkeypatch, quick_paper):
    monkeypatch.setattr(demo_reports, "YEAR", 100 * DAY)
    now = march(20, 10)
    demo_reports.replay(now, random.Random(1))
    rows = DueReport.objects.select_related("rules")
    late = [row for row in rows if row.is_late(now)]
    assert 1 < len(late) < len(rows) / 3
    steps = set(rows.values_list("steps__verb", flat=True))
    assert {"hand_in", "check", "sign", "send", "send_back", "reissue"} <= steps
    assert rows.filter(paper__version__gte=2, state="sent").exists()
    assert rows.filter(state__in=["to_prepare", "draft", "checked"]).exists()
    made = IssuedReport.objects.filter(state="done").values_list("kind", flat=True)
    assert sorted(made) == ["daily", "daily", "half_monthly", "public_list", "warranty"]
