"""The cast: an estate on a Monday morning in March 2026, and the people who work there.

锦绣花园 (JX) is the estate of the stories; 翠湖雅苑 (CH) is another one, whose people must see nothing
of it. Everything is made by actions, so nothing here can be in an impossible state.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Model
from simple_history.utils import bulk_create_with_history

from complaints import actions
from complaints.models import Category, Complaint
from owners import actions as register
from owners.models import Occupancy, Owner, Unit
from staff import actions as office
from staff.models import Department, Estate, User
from staff.roles import Role
from tests.laid import laid

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BEFORE = datetime(2025, 1, 1, tzinfo=UTC)


def march(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A wall time in Shanghai in March 2026; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


MONDAY_9AM = march(2)
#: What a department writes when it accepts.
OPINION = "现场查看为水管接头开裂，今天下午更换，明天上午试水。"


@contextmanager
def tables_refuse() -> Iterator[None]:
    """Write rows that are right without asking the tables first whether they would take them.

    They refuse the same when they are written; asked row by row it was half of what the cast cost.
    """
    with (
        mock.patch.object(Model, "validate_unique", lambda *_args, **_options: None),
        mock.patch.object(Model, "validate_constraints", lambda *_args, **_options: None),
    ):
        yield


@tables_refuse()
def person(username: str, name: str, role: Role, **scope: Any) -> User:
    user = office.add_user(username=username, name=name, email=f"{username}@example.com")
    office.post(user, role, at=BEFORE, **scope)
    return user


@pytest.fixture
@laid
def jinxiu(db) -> Estate:
    return Estate.objects.create(code="JX", name="锦绣花园", service_phone="021-5555 0100", households=96)


@pytest.fixture
@laid
def cuihu(db) -> Estate:
    """Another estate: its people see nothing of 锦绣花园."""
    return Estate.objects.create(code="CH", name="翠湖雅苑", service_phone="021-5555 0200", households=50)


@pytest.fixture
@laid
def engineering(jinxiu) -> Department:
    return Department.objects.create(estate=jinxiu, name="工程部", name_en="Engineering")


@pytest.fixture
@laid
def limin(jinxiu) -> User:
    """李敏 works at the front desk: the first receiver of most cases."""
    return person("limin", "李敏", Role.FRONT_DESK, estate=jinxiu)


@pytest.fixture
@laid
def laozhao(jinxiu) -> User:
    """老赵 sits at the duty desk at night."""
    return person("laozhao", "赵国强", Role.DUTY_DESK, estate=jinxiu)


@pytest.fixture
@laid
def wanggong(engineering) -> User:
    """王工 repairs things: the handler."""
    return person("wanggong", "王建军", Role.HANDLER, department=engineering)


@pytest.fixture
@laid
def sungong(engineering) -> User:
    """孙工 heads engineering."""
    return person("sungong", "孙志远", Role.DEPARTMENT_HEAD, department=engineering)


@pytest.fixture
@laid
def chenfang(jinxiu) -> User:
    """陈芳 supervises customer service."""
    return person("chenfang", "陈芳", Role.SUPERVISOR, estate=jinxiu)


@pytest.fixture
@laid
def zhoujun(jinxiu) -> User:
    """周军 is the property manager."""
    return person("zhoujun", "周军", Role.PROPERTY_MANAGER, estate=jinxiu)


@pytest.fixture
@laid
def wuzong(db) -> User:
    """吴总 is the general manager of the company."""
    return person("wuzong", "吴海涛", Role.GENERAL_MANAGER)


@pytest.fixture
@laid
def auditor(db) -> User:
    return person("auditor", "郑洁", Role.AUDITOR)


@pytest.fixture
@laid
def admin(db) -> User:
    """The administrator looks after settings and people, and sees no cases."""
    return person("admin", "系统管理员", Role.ADMINISTRATOR)


@pytest.fixture
@laid
def stranger(cuihu) -> User:
    """A supervisor of the other estate."""
    return person("stranger", "何燕", Role.SUPERVISOR, estate=cuihu)


@pytest.fixture
def office_of_jinxiu(limin, wanggong, sungong, chenfang, zhoujun, wuzong) -> SimpleNamespace:
    """Everybody a case needs."""
    return SimpleNamespace(
        limin=limin, wanggong=wanggong, sungong=sungong, chenfang=chenfang, zhoujun=zhoujun, wuzong=wuzong
    )


@pytest.fixture
@laid
def categories(db) -> dict[str, Category]:
    """The sub-categories of domain.md 2 by code."""
    service = Category.objects.create(code="property-service", zh="物业服务", en="Property service")
    words = {
        "repairs": ("维修", "Repairs"),
        "lifts": ("电梯", "Lifts"),
        "water-power": ("水电", "Water and power"),
        "security": ("秩序安全", "Security"),
        "parking": ("停车", "Parking"),
        "noise": ("噪音扰民", "Noise"),
        "fees": ("收费", "Fees"),
        "staff-conduct": ("服务态度", "Staff conduct"),
    }
    made = [Category(code=code, zh=zh, en=en, parent=service) for code, (zh, en) in words.items()]
    return {category.code: category for category in bulk_create_with_history(made, Category)}


@pytest.fixture
@laid
@tables_refuse()
def home(jinxiu) -> Unit:
    """2号楼1单元302."""
    building = register.add_building(jinxiu, "2", "2号楼")
    return register.add_unit(
        jinxiu, building=building, entrance="1", number="302", code="2-1-302", name="2号楼1单元302"
    )


@pytest.fixture
@laid
@tables_refuse()
def xiongxia(jinxiu, home) -> Owner:
    """熊霞 owns and lives in 2-1-302."""
    return register.add_owner(
        jinxiu, "熊霞", phones=["13494795057"], unit=home, capacity=Occupancy.Capacity.OWNER_OCCUPIER
    )


@pytest.fixture
def walk_in(office_of_jinxiu, jinxiu, categories, home, xiongxia):
    """Take a complaint at the desk; keywords override what the form says."""

    def take(at: datetime = MONDAY_9AM, *, by: User | None = None, **intake: Any) -> Complaint:
        said: dict[str, Any] = {
            "estate": jinxiu,
            "content": "卫生间天花板又漏水了，请尽快处理。",
            "person": actions.Person(
                name="熊霞", phone="13494795057", capacity="owner_occupier", owner=xiongxia
            ),
            "unit": home,
            "category": categories["repairs"],
            "recorded": True,
        }
        return actions.register(actions.Intake(**(said | intake)), by=by or office_of_jinxiu.limin, at=at)

    return take


@pytest.fixture
def case_in(walk_in, office_of_jinxiu, engineering):
    """A case walked to a status by the same steps people take, ten minutes each from `at`."""
    people = office_of_jinxiu

    def walk(
        status: str, *, severity: str = "important", at: datetime = MONDAY_9AM, **intake: Any
    ) -> Complaint:
        case = walk_in(at, recorded=status != "received", **intake)
        steps = {
            "classified": lambda t: actions.classify(
                case, severity=severity, category=case.category, handler=people.wanggong,
                department=engineering, by=people.chenfang, at=t,
            ),
            "acting": lambda t: actions.accept(case, note=OPINION, by=people.wanggong, at=t),
            "handled": lambda t: actions.handle(
                case, note="更换了破裂的水管，试水不漏。", evidence="业主签字", by=people.wanggong, at=t
            ),
            "replied": lambda t: actions.reply(
                case, note="水管已更换，试水正常，感谢您的信任。", method="phone", by=people.limin, at=t
            ),
            "closed": lambda t: actions.revisit(
                case, answers=actions.Answers(satisfaction=5), method="phone", by=people.chenfang, at=t
            ),
        }  # fmt: skip
        if status not in ("received", "recorded"):
            for n, (reached, step) in enumerate(steps.items(), start=1):
                step(at + 10 * n * MINUTE)
                if reached == status:
                    break
        case.refresh_from_db()
        return case

    return walk
