"""The words of the ledgers: what a column's header means, who a person is to the unit, what a
remark says. To teach the importer a new word, add it here."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Column(StrEnum):
    """What a column can mean."""

    PLACE = "place"
    PHASE = "phase"
    BUILDING = "building"
    ENTRANCE = "entrance"
    ROOM = "room"
    KIND = "kind"
    NAME = "name"
    PHONE = "phone"
    CAPACITY = "capacity"
    AREA = "area"
    MOVED_IN = "moved_in"
    REMARK = "remark"
    TENANT = "tenant"
    TENANT_PHONE = "tenant_phone"


LABELS = {
    Column.PLACE: _("Room with building"),
    Column.PHASE: _("Phase"),
    Column.BUILDING: _("Building"),
    Column.ENTRANCE: _("Entrance"),
    Column.ROOM: _("Room"),
    Column.KIND: _("Kind of place"),
    Column.NAME: _("Name"),
    Column.PHONE: pgettext_lazy("column", "Phone"),
    Column.CAPACITY: _("Relation to the unit"),
    Column.AREA: _("Area"),
    Column.MOVED_IN: _("Moved in"),
    Column.REMARK: _("Remark"),
    Column.TENANT: _("Tenant's name"),
    Column.TENANT_PHONE: _("Tenant's phone"),
}

#: Several columns of these are read together; of the others only the first.
REPEATABLE = {Column.PHONE, Column.REMARK, Column.TENANT_PHONE}

_HEADERS: dict[Column, str] = {
    Column.PLACE: """
        房屋编号 房间编号 房产编号 单元房号 楼栋房号 房屋地址 房屋 房产 地址 住址 位置 房屋位置 坐落
        门牌 门牌号 门牌号码 房屋名称 物业地址 资源编号 address place property location""",
    Column.PHASE: "期 期数 分期 组团 区域 苑区 phase",
    Column.BUILDING: """
        楼栋 楼栋号 楼号 楼座 楼宇 楼宇名称 栋 栋号 栋座 幢 幢号 座 座号 号楼 楼 楼栋名称 building block
        tower buildingno buildingnumber""",
    Column.ENTRANCE: "单元 单元号 门洞 梯 梯号 entrance stair staircase",
    Column.ROOM: """
        房号 室号 房间号 房间 室 户号 户室 房屋号 铺号 商铺号 铺位号 房号/铺号 房号/商铺号 room
        roomnumber roomno unit unitno unitnumber flat apartment""",
    Column.KIND: """
        房屋类型 物业类型 房产类型 用途 房屋用途 业态 资源类型 kindofplace usage propertytype unittype""",
    Column.NAME: """
        姓名 业主姓名 业主 业主名称 业主/住户 业主/租户 业主/商户 户主 户主姓名 住户 住户姓名 住户名称
        客户 客户姓名 客户名称 产权人 产权人姓名 产权所有人 房主 房主姓名 名称 名字 人员姓名 联系人
        联系人姓名 商户 商户名称 name fullname owner ownername resident residentname occupant customer
        customername person""",
    Column.PHONE: """
        电话 联系电话 联系方式 联系号码 手机 手机号 手机号码 移动电话 电话号码 业主电话 业主手机
        业主手机号 业主联系电话 业主联系方式 住户电话 住户手机 客户电话 客户手机 联系手机 固定电话 固话
        座机 座机号 宅电 家庭电话 常用电话 备用电话 电话/手机 手机/电话 联系人电话 phone phonenumber
        telephone tel mobile mobilenumber mobilephone cell contactnumber contactphone phoneno mobileno
        telno contactno""",
    Column.CAPACITY: """
        客户类型 客户类别 客户性质 客户身份 与业主关系 与户主关系 与房主关系 与业主的关系 与产权人关系
        关系 身份 人员类型 人员类别 住户类型 住户类别 住户性质 住户关系 身份类型 业主类型 业主性质
        capacity relation relationship relationtoowner relationshiptoowner customertype type role""",
    Column.AREA: """
        建筑面积 面积 房屋面积 产权面积 建面 收费面积 计费面积 area floorarea grossarea size sqm aream2""",
    Column.MOVED_IN: """
        入住日期 入住时间 入伙日期 入伙时间 迁入日期 迁入时间 收房日期 收房时间 收楼日期 收楼时间
        交房日期 交房时间 入住年月 起始日期 开始日期 起租日期 movedin moveindate movein moveddate from
        since startdate""",
    Column.REMARK: """
        备注 备注说明 说明 其他 其它 入住状态 房屋状态 使用状态 居住状态 居住情况 使用情况 房屋现状 状态
        现状 入住情况 remark remarks note notes comment comments status""",
    Column.TENANT: "租户 租户姓名 租户名称 租客 租客姓名 承租人 承租人姓名 tenant tenantname",
    Column.TENANT_PHONE: """
        租户电话 租户手机 租户手机号 租户联系电话 租户联系方式 租客电话 租客手机 租客联系方式 承租人电话
        承租人联系电话 tenantphone tenantmobile tenantphonenumber""",
}
_MEANING = {word: column for column, words in _HEADERS.items() for word in words.split()}

#: The words of a relation column, and of a word in brackets behind a name.
_CAPACITIES: dict[str, str] = {
    "owner_occupier": """
        业主 业主本人 本人 户主 房主 产权人 共有人 共有产权人 共同产权人 产权共有人 共同业主 自住 自用
        自用业主 自住业主 自用型业主 owner owneroccupier owner-occupier self""",
    "investor": """
        投资 投资户 投资业主 投资型业主 出租业主 非自住业主 业主(出租) investor landlord investorowner""",
    "tenant": """
        租户 租客 租赁 租住 承租人 承租户 房客 租用 租户本人 租用客户 tenant renter lessee""",
    "family": """
        家属 家人 家庭成员 亲属 直系亲属 配偶 妻 妻子 夫 丈夫 爱人 夫妻 父 母 父亲 母亲 父母 岳父 岳母
        公公 婆婆 儿子 女儿 儿 女 子 子女 孙子 孙女 兄弟 姐妹 哥哥 弟弟 姐姐 妹妹 儿媳 女婿 同住人 同住
        共同居住人 family spouse wife husband son daughter child parent father mother relative""",
    "merchant": "商户 商家 商铺 经营户 个体户 店主 经营者 merchant shop trader",
    "prospective": "准业主 意向客户 意向业主 未收房业主 prospective prospect",
}
_CAPACITY_OF = {word: capacity for capacity, words in _CAPACITIES.items() for word in words.split()}

SUBTOTAL = re.compile(r"(?:本页)?(?:小计|合计|总计|共计|累计|subtotal|total|sum)", re.IGNORECASE)
NOTE = re.compile(
    r"(?:注|备注|说明|填表|制表|审核|审批|复核|填报|编制|统计|日期|单位|更新|截止|打印|note|prepared|checked)"
    r".*[:：]|[*※]"
)
NOBODY = {"", "无", "暂无", "空", "空置", "空房", "未售", "未知", "不详", "-", "--", "/", "n/a", "none"}

#: A part of a remark, between commas, that says how the unit is used. Only the whole part counts.
VACANT = re.compile(
    r"(?:长期|目前|暂时|房屋|一直|现)?(?:空置|空关|空房|空户|空|未入住|无人居住|无人住)(?:房|户|中)?|vacant|empty",
    re.IGNORECASE,
)
LET = re.compile(
    r"(?:已|现|长期|目前|房屋|整套)?(?:出租|租出|整租|合租|租)(?:房|户|中)?|rented|rented out|let",
    re.IGNORECASE,
)
INVESTOR = re.compile(r"投资(?:户|业主|客|房|型业主)?|investor|investment", re.IGNORECASE)
MERCHANT = re.compile(r"商户|商家|经营户|个体户|merchant", re.IGNORECASE)
#: A tenant named in a remark. A number behind the name or a colon before it is the evidence that the
#: word is a name: `租户欠费` is none.
TENANT_INSIDE = re.compile(
    r"(?:租户|租客|承租人|tenant)\s*(?P<colon>[:：])?\s*"
    r"(?P<names>[^\d\s,，:：;；+（()）]+(?:、[^\d\s,，;；（()）]+)*)"
    r"[\s,，:：（(]*(?:电话|手机)?[:：]?\s*(?P<phones>[+\d][\d\s\-/、]*\d)?[）)]?",
    re.IGNORECASE,
)
FIRM = re.compile(
    r"公司|集团|有限|个体|店|超市|药房|药店|银行|支行|中心|餐厅|饭店|酒楼|酒店|宾馆|工作室|事务所|诊所|幼儿园|学校|速运|快递|物流"
    r"|驿站|厂$|行$|馆$|屋$|坊$|\b(?:ltd|inc|co|llc|shop|bank)\b",
    re.IGNORECASE,
)
EXCEL_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"}


def meaning(header: object) -> Column | None:
    """What a header means, whatever its line breaks, units, brackets and numbering.

    >>> meaning("建筑面积\\n（㎡）"), meaning("手机号码2"), meaning("身份证号")
    (<Column.AREA: 'area'>, <Column.PHONE: 'phone'>, None)
    """
    if not isinstance(header, str) or len(header) > 40 or header[:1].isdigit():
        return None
    return _meaning(header)


@lru_cache(4096)
def _meaning(header: str) -> Column | None:
    word = plain(header)
    bracket = "".join(re.findall(r"[(\[【](.*?)[)\]】]", word))
    bare = re.sub(r"[(\[【].*?[)\]】]|[*:.\-]", "", word)
    column = _MEANING.get(bare) or _MEANING.get(re.sub(r"[\d一二三]+$", "", bare))
    if bracket.startswith(("租", "tenant")):
        column = {Column.NAME: Column.TENANT, Column.PHONE: Column.TENANT_PHONE}.get(column or "", column)
    return column


def capacity_of(word: str) -> str | None:
    """The capacity a word names: `与业主关系` 妻 → `family`; None for an unknown word."""
    return _CAPACITY_OF.get(plain(word))


def plain(text: str) -> str:
    """Half width, small letters, no blanks and line breaks."""
    return re.sub(r"[\s_]+", "", unicodedata.normalize("NFKC", text)).lower()
