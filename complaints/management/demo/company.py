"""The demo company: estates, departments, people, homes and those who live in them."""

from __future__ import annotations

import random
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.utils.crypto import salted_hmac

from complaints import holidays
from complaints.actions.calendars import carry_on, change_days
from complaints.actions.first_vocabulary import first_words
from complaints.management.demo.emergency_numbers import list_numbers
from complaints.management.demo.hand_overs import hand_over
from complaints.management.demo.own_views import keep_views
from complaints.management.demo.posted_places import hang_posters
from complaints.management.demo.trainings import train
from complaints.management.demo.words import keep_words
from owners.actions import Additions, enter
from owners.models import Building, Occupancy, Owner, Phone, Unit
from staff import actions as office
from staff.models import Department, Estate, User
from staff.roles import Role

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"  # noqa: E501
GIVEN_ONE = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红健波斌宇浩凯琳雪颖婷倩喆珺堃"
GIVEN_TWO = re.findall(
    r"\w+",
    "建国 建华 志强 志远 秀英 秀兰 桂英 玉兰 海燕 海涛 晓东 晓红 晓梅 丽华 丽娟 美玲 文博 文静 子涵 子轩 "
    "雨桐 雨欣 梓萱 浩然 俊杰 宇航 思远 思琪 佳怡 佳豪 嘉欣 明轩 国强 国庆 春梅 冬梅 永强 永康 振华 振宇 "
    "淑珍 淑芬 慧敏 慧玲 立新 立群 少华 少军 德明 德胜",
)
DEPARTMENTS = (
    ("engineering", "工程部", "Engineering", False),
    ("security", "秩序部", "Security", False),
    ("cleaning", "环境部", "Cleaning and greening", False),
    ("fees", "财务收费", "Fees", False),
    ("service", "客服部", "Customer service", False),
    ("lift", "安捷电梯维保", "Anjie Lift Maintenance", True),
    ("greening", "绿源园林绿化", "Luyuan Greening", True),
)
NAME = "首问示例物业服务有限公司"
#: code, name, phone, buildings × entrances × floors × homes a floor, and the people by role
ESTATES = (
    ("JX", "锦绣花园", "021-5555 0100", 9, 2, 11, 4, "jx"),
    ("CH", "翠湖雅苑", "021-5555 0200", 8, 2, 14, 4, "ch"),
)
#: log-in, role, department, name by estate
PEOPLE = (
    ("qiantai", Role.FRONT_DESK, None, ("李敏", "何婷婷")),
    ("qiantai2", Role.FRONT_DESK, None, ("周倩", "郑雨欣")),
    ("zhiban", Role.DUTY_DESK, None, ("赵国强", "马永康")),
    ("guanjia", Role.STEWARD, None, ("孙丽华", "贺佳怡")),
    ("gongcheng", Role.HANDLER, "engineering", ("王建军", "徐志强")),
    ("gongcheng2", Role.HANDLER, "engineering", ("刘海涛", "董立新")),
    ("zhixu", Role.HANDLER, "security", ("杨永强", "冯振宇")),
    ("baojie", Role.HANDLER, "cleaning", ("吕秀英", "蔡桂英")),
    ("caiwu", Role.HANDLER, "fees", ("叶静", "苏慧敏")),
    ("kefu", Role.HANDLER, "service", ("谢文静", "宋佳怡")),
    ("dianti", Role.HANDLER, "lift", ("钟德明", "钟德胜")),
    ("gczg", Role.DEPARTMENT_HEAD, "engineering", ("孙志远", "韩少军")),
    ("zxzg", Role.DEPARTMENT_HEAD, "security", ("唐国庆", "罗振华")),
    ("hjzg", Role.DEPARTMENT_HEAD, "cleaning", ("许春梅", "彭淑珍")),
    ("zhuguan", Role.SUPERVISOR, None, ("陈芳", "高美玲")),
    ("jingli", Role.PROPERTY_MANAGER, None, ("周军", "林文博")),
)

#: Who works for all estates: prepares and checks what the general manager signs.
HEADQUARTERS = (
    ("kefuzhongxin", "丁晓梅", Role.SUPERVISOR),
    ("yunying", "秦国强", Role.PROPERTY_MANAGER),
)


@dataclass
class Company:
    """What the replay of the past needs to find."""

    estates: list[Estate] = field(default_factory=list)
    people: dict[tuple[str, str], User] = field(default_factory=dict)
    departments: dict[tuple[str, str], Department] = field(default_factory=dict)
    general_manager: User | None = None

    def who(self, estate: Estate, login: str) -> User:
        return self.people[estate.code, login]


def password() -> str:
    """The demo's password: made from this installation's secret, so it is nobody else's."""
    return "demo-" + salted_hmac("shouwen.demo", "password").hexdigest()[:10]


def build(*, now: datetime, dice: random.Random) -> Company:
    """Write the company; fourteen months ago everybody was already there."""
    since = now - timedelta(days=460)
    company = Company()
    secret = make_password(password())
    admin = _person("admin", "系统管理员", Role.ADMINISTRATOR, since, secret)
    company.general_manager = _person("zongjingli", "吴海涛", Role.GENERAL_MANAGER, since, secret)
    _person("shenji", "郑洁", Role.AUDITOR, since, secret)
    for login, who, role in HEADQUARTERS:
        _person(login, who, role, since, secret)
    office.name_company(NAME, by=admin)
    first_words(by=admin)
    region = office.add_region("华东区域", by=admin)
    for index, (code, name, phone, *plan, prefix) in enumerate(ESTATES):
        estate = office.open_estate(code=code, name=name, service_phone=phone, region=region, by=admin)
        company.estates.append(estate)
        for year in range(since.year, now.year + 1):
            # A year that is not announced yet stays empty, and the first page says so.
            with suppress(holidays.NotAnnounced):
                change_days(estate, holidays.announced(year), by=admin, at=since)
        carry_on(now)
        for key, zh, en, contractor in DEPARTMENTS:
            company.departments[code, key] = office.add_department(
                estate, name=zh, name_en=en, is_contractor=contractor, by=admin
            )
        for login, role, department, names in PEOPLE:
            scope = (
                {"department": company.departments[code, department]} if department else {"estate": estate}
            )
            company.people[code, login] = _person(
                f"{login}.{prefix}", names[index], role, since, secret, **scope
            )
        list_numbers(estate, by=admin)
        homes(estate, *plan, by=admin, at=since, dice=dice)
        hang_posters(estate, by=company.who(estate, "zhuguan"), at=since)
        hand_over(
            estate, officer=company.who(estate, "guanjia"), lift=company.departments[code, "lift"],
            by=company.who(estate, "jingli"), at=since, now=now,
        )  # fmt: skip
    supervisors = [company.who(one, "zhuguan") for one in company.estates]
    keep_words(company.estates, supervisors, by=admin)
    keep_views(supervisors)
    roles = {login: role for login, role, _department, _names in PEOPLE}
    train(
        [(user, roles[login]) for (_code, login), user in company.people.items()], by=admin, at=since, now=now
    )
    return company


def _person(login: str, name: str, role: Role, since: datetime, secret: str, **scope: object) -> User:
    user = office.add_user(username=login, name=name, email=f"{login}@demo.invalid")
    office.edit(user, {"password": secret}, by=user)
    office.post(user, role, at=since, **scope)  # type: ignore[arg-type]
    return user


def homes(
    estate: Estate,
    buildings: int,
    entrances: int,
    floors: int,
    per_floor: int,
    *,
    by: User,
    at: datetime,
    dice: random.Random,
) -> None:
    """Buildings, homes, shops and the people in them: owners, some let, some shared, a few empty."""
    new = Additions()
    for number in range(1, buildings + 1):
        building = Building(estate=estate, code=str(number), name=f"{number}号楼")
        new.buildings.append(building)
        for entrance in range(1, entrances + 1):
            for floor in range(1, floors + 1):
                for door in range(1, per_floor + 1):
                    room = f"{floor}{door:02}"
                    unit = Unit(
                        estate=estate,
                        building=building,
                        entrance=str(entrance),
                        number=room,
                        code=f"{number}-{entrance}-{room}",
                        name=f"{number}号楼{entrance}单元{room}",
                        area=round(dice.uniform(58, 145), 2),
                    )
                    new.units.append(unit)
                    live_in(unit, new, dice)
    for number in range(1, 13):
        shop = Unit(
            estate=estate, kind=Unit.Kind.SHOP, number=f"S1{number:02}", code=f"S1{number:02}",
            name=f"商铺S1{number:02}", area=round(dice.uniform(30, 90), 2),
        )  # fmt: skip
        new.units.append(shop)
        add(shop, Occupancy.Capacity.MERCHANT, new, dice)
    for code, name in (
        ("大堂", "大堂"),
        ("地下车库", "地下车库"),
        ("园区", "园区"),
        ("儿童乐园", "儿童乐园"),
    ):
        new.units.append(Unit(estate=estate, kind=Unit.Kind.COMMON, number=code, code=code, name=name))
    households = sum(unit.kind != Unit.Kind.COMMON for unit in new.units)
    enter(new, by=by, at=at)
    office.edit(estate, {"households": households}, by=by)


def live_in(unit: Unit, new: Additions, dice: random.Random) -> None:
    fate = dice.random()
    if fate < 0.04:
        return  # empty
    if fate < 0.20:
        add(unit, Occupancy.Capacity.INVESTOR, new, dice)
        add(unit, Occupancy.Capacity.TENANT, new, dice)
    else:
        owner = add(unit, Occupancy.Capacity.OWNER_OCCUPIER, new, dice)
        if fate > 0.75:
            add(unit, Occupancy.Capacity.FAMILY, new, dice, surname=owner.name[0])


def add(unit: Unit, capacity: str, new: Additions, dice: random.Random, *, surname: str = "") -> Owner:
    owner = Owner(estate=unit.estate, name=name(dice, surname))
    new.owners.append(owner)
    number = "1" + dice.choice("35789") + "".join(dice.choice("0123456789") for _ in range(9))
    if dice.random() < 0.03:
        number = "021" + dice.choice("56") + "".join(dice.choice("0123456789") for _ in range(7))
    new.phones.append(Phone(owner=owner, estate=unit.estate, number=number, last4=number[-4:]))
    moved_in = date(2015, 1, 1) + timedelta(days=dice.randrange(3500))
    new.occupancies.append(Occupancy(owner=owner, unit=unit, capacity=capacity, starts_on=moved_in))
    return owner


def name(dice: random.Random, surname: str = "") -> str:
    given = dice.choice(GIVEN_TWO) if dice.random() < 0.6 else dice.choice(GIVEN_ONE)
    return (surname or dice.choice(SURNAMES)) + given


def logins() -> list[tuple[str, Role, str]]:
    """Log-in, role and what it is for, of one person of each kind, for the command's output."""
    return [
        ("qiantai.jx", Role.FRONT_DESK, "takes complaints, follows them, replies to the customer"),
        ("zhiban.jx", Role.DUTY_DESK, "takes what comes at night; the front desk claims it in the morning"),
        ("gongcheng.jx", Role.HANDLER, "accepts, acts, reports as handled, asks for more time; on a phone"),
        ("dianti.jx", Role.HANDLER, "works for a contractor: his own cases, and what he passes on"),
        ("gczg.jx", Role.DEPARTMENT_HEAD, "answers for a department: hands on, is told what is late"),
        ("zhuguan.jx", Role.SUPERVISOR, "classifies, names handlers, revisits, reads the figures"),
        (
            "jingli.jx",
            Role.PROPERTY_MANAGER,
            "decides on overtime and money; people and settings of the estate",
        ),
        ("zongjingli", Role.GENERAL_MANAGER, "decides on grave cases; figures of the whole company"),
        ("shenji", Role.AUDITOR, "reads everything and changes nothing"),
        ("admin", Role.ADMINISTRATOR, "people, rules, calendars, words; sees no cases"),
    ]
