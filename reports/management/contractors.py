"""Three months of contractors' ratings for the demo: published, remarked on, to be checked, missing."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from complaints import notifications
from reports import rating_rules, ratings
from reports.figures.month import Month
from reports.models import ContractorRating
from reports.ratings import Given, Said
from staff.models import Department, Estate, Posting, User
from staff.permissions import current
from staff.roles import Role

MONTHS = 3
#: Points that are not given, by month and criterion, with the words about it.
LOST = (
    {"punctuality": (6, "半月保有一次推迟两天，未提前告知。"), "complaints": (3, "一件困梯投诉回复不及时。")},
    {"quality": (5, "3号楼1单元电梯当月两次故障。")},
    {"conduct": (7, "作业人员未穿工服、未佩戴工牌，已提醒。"), "safety": (7, "作业时有一次未设围挡。")},
)
WORDS = (
    "计划内维护基本完成，响应投诉偏慢，已约谈项目负责人。",
    "故障处理及时，设备状况较上月好转。",
    "维护质量正常，现场作业管理需要加强，整改后复查。",
)
REMARK = "工服已重新配发，作业围挡问题已对班组罚款并培训。"


def rate_contractors(now: datetime) -> None:
    """Of each estate's contractors; the last month of the last one is left to be rated."""
    firms = list(
        Department.objects.filter(is_contractor=True, estate__isnull=False)
        .select_related("estate")
        .order_by("estate__name", "name")
    )
    with notifications.muted(now):
        for number, firm in enumerate(firms):
            for back in range(MONTHS, 0, -1):
                missing = back == 1 and number == len(firms) - 1
                if firm.estate and not missing:
                    _rate(firm.estate, firm, back, number, now)


def _rate(estate: Estate, firm: Department, back: int, number: int, now: datetime) -> None:
    """Rated on the 2nd, checked a day later; of the last month every other one waits to be checked."""
    month = Month.of(now, estate.zone).plus(-back)
    at = datetime.combine(month.plus(1).first_day + timedelta(days=1), time(10), estate.zone)
    supervisor, manager = _holder(estate, Role.SUPERVISOR, at), _holder(estate, Role.PROPERTY_MANAGER, at)
    if supervisor is None or manager is None or at + timedelta(days=2) > now:
        return
    trade = ratings.trade_of(firm)
    lost = LOST[(number + back) % len(LOST)]
    given = {
        one.key: Given(one.points - lost.get(one.key, (0, ""))[0], lost.get(one.key, (0, ""))[1])
        for one in rating_rules.criteria_of(ratings.current_rules()[1], trade)
    }
    said = Said(trade, given, WORDS[(number + back) % len(WORDS)])
    row = ratings.rate(estate, firm, month, said, by=supervisor, at=at)
    if back == 1 and number % 2:
        return
    row = ratings.check(row, version=row.version, by=manager, at=at + timedelta(days=1))
    _remark(row, at + timedelta(days=2))


def _remark(row: ContractorRating, at: datetime) -> None:
    """The firm says a word where something was wrong with its people."""
    theirs = Posting.objects.filter(current(at), department=row.department).select_related("user")
    posting = theirs.order_by("pk").first()
    if posting and row.score < 90:
        ratings.remark(row, note=REMARK, by=posting.user, at=at)


def _holder(estate: Estate, role: Role, at: datetime) -> User | None:
    held = Posting.objects.filter(current(at), estate=estate, role=role).select_related("user")
    posting = held.order_by("pk").first()
    return posting.user if posting else None
