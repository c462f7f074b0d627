"""The last quarter of the demo: its meeting, the one before it, and the paper the general manager issued."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import translation

from reports import calendar, calendar_beat, issue, meetings
from reports.duties import DuePeriod, DueState, Every, Part, ReportKind, period_ending_after
from reports.duty_scopes import holders, load_people, places
from reports.meetings import Decided, Held
from reports.models import DueReport, IssuedReport, QuarterMeeting
from reports.scopes import Scope, all_scopes
from staff.models import Posting, User
from staff.permissions import current
from staff.roles import Role

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PLACE = "公司二楼会议室"
REPORTED = (
    "客服主管通报本季度投诉受理、办结与回访情况，各项目经理逐件说明热点投诉的起因和处理；"
    "会议认为电梯、漏水两类投诉反复出现，超时未批的投诉须逐件查明原因。"
)
BEFORE = (
    ("各项目电梯逐台复检并更换老化部件", "工程部", 40),
    ("漏水投诉 24 小时内上门查看，结果当日告知客户", "工程部", 70),
    ("前台重新培训首问责任制，逐人考核", "客服部", 130),
)
LAST = (
    ("超时未批的投诉每周由项目经理逐件过问", "各项目经理", 30),
    ("外包单位超时纳入月度考核", "工程部、采购", 75),
)


def last_quarter(now: datetime) -> IssuedReport | None:
    """Of everything there is to report on; None where nobody could hold the meeting."""
    with translation.override("zh-hans"):
        scope = next(iter(all_scopes()), None)
        if scope is None:
            return None
        zone = scope.estates[0].zone
        running = period_ending_after(Every.QUARTER, now.astimezone(zone).date())
        last = period_ending_after(Every.QUARTER, running.first - DAY)
        before = period_ending_after(Every.QUARTER, last.first - DAY)
        made_at = datetime.combine(last.until + 8 * DAY, time(10), zone)
        manager = _manager(made_at)
        if manager is None or made_at > now:
            return None
        settled = _hold(scope, before, BEFORE, manager)
        done = settled.decisions.get(number=1)
        on = settled.held_on + 35 * DAY
        meetings.settle(
            done, "done", on, "已复检，更换钢丝绳 3 台。", started_from=1, by=manager,
            at=datetime.combine(on, time(17), zone),
        )  # fmt: skip
        _hold(scope, last, LAST, manager)
        return _issue(scope, last, manager, made_at)


def _manager(at: datetime) -> User | None:
    """A general manager of the whole company."""
    of_all = {"estate": None, "region": None, "department": None}
    held = Posting.objects.filter(current(at), role=Role.GENERAL_MANAGER, **of_all).order_by("pk")
    posting = held.select_related("user").first()
    return posting.user if posting else None


def _hold(
    scope: Scope, quarter: DuePeriod, decided: tuple[tuple[str, str, int], ...], by: User
) -> QuarterMeeting:
    held_on = quarter.until + 6 * DAY
    at = datetime.combine(held_on, time(16), scope.estates[0].zone)
    present = "、".join(dict.fromkeys([str(by), *_heads(scope, at)]))
    row = meetings.keep(
        scope.code, quarter, Held(held_on, PLACE, present, REPORTED), started_from=0, by=by, at=at
    )
    for what, who, days in decided:
        meetings.decide(row, Decided(what, who, held_on + days * DAY), by=by, at=at + HOUR)
    return row


def _heads(scope: Scope, at: datetime) -> list[str]:
    roles = [Role.PROPERTY_MANAGER, Role.SUPERVISOR]
    held = Posting.objects.filter(current(at), role__in=roles, estate__in=scope.estates)
    return [str(one.user) for one in held.select_related("user").order_by("pk")]


def _issue(scope: Scope, quarter: DuePeriod, by: User, at: datetime) -> IssuedReport | None:
    """Where the report calendar asks for it, signed there: a new version, with what the meeting decided."""
    due = DueReport.objects.filter(
        kind=ReportKind.QUARTERLY, scope=scope.code, starts_on=quarter.first, state=DueState.SENT
    ).first()
    if due and due.done_at:
        return _issue_anew(due, by, max(at, due.done_at + DAY))
    issue.put_in_line(scope, ReportKind.QUARTERLY, quarter, "zh-hans", at, by)
    report = _made(at)
    return issue.issue(report, by, at + 2 * HOUR) if report else None


def _made(at: datetime) -> IssuedReport | None:
    """What was asked for before whatever waits, so it is the first taken."""
    report = issue.take(at + HOUR)
    if report is None:
        return None
    issue.make(report)
    report.refresh_from_db()
    return report


def _issue_anew(due: DueReport, by: User, at: datetime) -> IssuedReport | None:
    """Begun anew, made by the product, handed in, checked and signed, each by who does it."""
    place = places()[due.scope]
    people = load_people(at, [place])
    who = {part: holders(part, place, due.rule, None, people)[0] for part in Part}
    calendar.reissue(due, note="专题会记录补入季报，重新出具。", by=by, at=at)
    report = _made(at)
    calendar_beat.take_drafts(at + HOUR)
    calendar.hand_in(due, by=who[Part.PREPARER], at=at + 2 * HOUR)
    calendar.check(due, by=who[Part.CHECKER], at=at + 3 * HOUR)
    calendar.sign(due, by=who[Part.APPROVER], at=at + 4 * HOUR)
    if report:
        report.refresh_from_db()
    return report
