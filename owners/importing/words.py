"""The words of the ledgers: what a column's header means, who a person is to the unit, what a
remark says. To teach the importer a new word, add it here."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


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
    STAIR = "stair"
    RELATION = "relation"
    HANDED_OVER = "handed_over"
    MOVED_OUT = "moved_out"
    FAMILY = "family"
    FAMILY_PHONE = "family_phone"
    CONTACT = "contact"
    CONTACT_PHONE = "contact_phone"


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
    Column.STAIR: _("Building and entrance"),
    Column.RELATION: _("Relation to the owner"),
    Column.HANDED_OVER: _("Handed over"),
    Column.MOVED_OUT: _("Moved out"),
    Column.FAMILY: _("Relative's name"),
    Column.FAMILY_PHONE: _("Relative's phone"),
    Column.CONTACT: _("Contact person, kept as a remark"),
    Column.CONTACT_PHONE: _("Contact person's phone, kept as a remark"),
}

#: What belongs to a person, and so to the name before it; the rest belongs to the home.
NAMES = (Column.NAME, Column.TENANT, Column.FAMILY, Column.CONTACT)
PHONES = {
    Column.PHONE: None,
    Column.TENANT_PHONE: Column.TENANT,
    Column.FAMILY_PHONE: Column.FAMILY,
    Column.CONTACT_PHONE: Column.CONTACT,
}
OF_A_PERSON = {Column.CAPACITY, Column.RELATION, Column.MOVED_IN, Column.HANDED_OVER, Column.MOVED_OUT}

_HEADERS: dict[Column, str] = {
    Column.PLACE: """
        房屋编号 房间编号 房产编号 单元房号 楼栋房号 房屋地址 房屋 房产 地址 住址 位置 房屋位置 坐落
        门牌 门牌号 门牌号码 单元房间号 单元室号 房屋名称 物业地址 资源编号 address place property
        location""",
    Column.PHASE: "期 期数 分期 组团 区域 分区 苑区 phase",
    Column.BUILDING: """
        楼栋 楼栋号 楼号 楼座 楼宇 楼幢 楼宇名称 栋 栋号 栋座 幢 幢号 座 座号 座栋 号楼 楼 楼栋名称
        别墅号 别墅 building block
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
        座机 座机号 宅电 家庭电话 住宅电话 常用电话 备用电话 备用手机 电话/手机 手机/电话 产权人电话
        产权人手机
        户主电话 户主手机 业主固话 业主座机 本人电话 第二联系电话 phone phonenumber
        telephone tel mobile mobilenumber mobilephone cell contactnumber contactphone phoneno mobileno
        telno contactno""",
    Column.CAPACITY: """
        客户类型 客户类别 客户性质 客户身份 身份 人员类型 人员类别 人员性质 住户类型 住户类别 住户性质
        住户身份
        身份类型 业主类型 业主类别 业主性质 capacity customertype type role""",
    Column.RELATION: """
        与业主关系 与户主关系 与房主关系 与业主的关系 与户主的关系 与产权人关系 与产权人的关系 关系 住户关系
        家庭关系 与承租人关系 与租户关系 relation relationship relationtoowner relationshiptoowner
        relationtothehead""",
    Column.AREA: """
        建筑面积 面积 房屋面积 产权面积 建面 收费面积 计费面积 area floorarea grossarea size sqm aream2""",
    Column.MOVED_IN: """
        入住日期 入住时间 入伙日期 入伙时间 迁入日期 迁入时间 入住年月 起始日期 开始日期 起租日期
        movedin moveindate movein moveddate from
        since startdate""",
    Column.HANDED_OVER: """
        收房日期 收房时间 收楼日期 收楼时间 交房日期 交房时间 交付日期 交付时间 交楼日期 交楼时间 领房日期
        领房时间 接房日期 接房时间 handedover handover handoverdate""",
    Column.MOVED_OUT: """
        迁出日期 迁出时间 搬出日期 搬出时间 搬离日期 搬离时间 迁离日期 退租日期 退租时间 退房日期 退房时间
        过户日期 过户时间 离开日期 结束日期 终止日期 movedout moveout moveoutdate movedoutdate until
        enddate""",
    Column.STAIR: """
        楼栋单元 楼栋/单元 楼栋单元号 楼号单元 楼号/单元 楼号单元号 栋单元 栋号单元 幢单元 座单元 楼座单元
        楼宇单元 楼单元 buildingentrance building/entrance""",
    Column.FAMILY: """
        家属 家属姓名 配偶 配偶姓名 家庭成员 家庭成员姓名 同住人 同住人姓名 spouse spousename relative""",
    Column.FAMILY_PHONE: """
        家属电话 家属手机 家属联系电话 家属联系方式 配偶电话 配偶手机 配偶联系电话 家庭成员电话 同住人电话
        spousephone relativephone""",
    Column.CONTACT: """
        紧急联系人 紧急联系人姓名 紧急联络人 应急联系人 其他联系人 备用联系人 第二联系人 亲属联系人 家属联系人
        emergencycontact emergencycontactname contactperson""",
    Column.CONTACT_PHONE: """
        紧急联系人电话 紧急联系人手机 紧急联系人手机号 紧急联系人联系电话 紧急联系人联系方式 紧急联系电话
        紧急联系方式 紧急电话 应急电话 应急联系电话 应急联系人电话 联系人电话 联系人手机 联系人手机号
        联系人联系电话 联系人联系方式 其他联系人电话 备用联系人电话 emergencyphone emergencycontactphone
        contactpersonphone""",
    Column.REMARK: """
        备注 备注说明 说明 其他 其它 其他信息 其他说明 入住状态 住户状态 人员状态 业主状态 房屋状态
        使用状态 居住状态 居住情况 使用情况 房屋现状 状态
        现状 入住情况 remark remarks note notes comment comments status""",
    Column.TENANT: """
        租户 租户姓名 租户名称 租客 租客姓名 承租人 承租人姓名 承租方 租赁人
        使用人 使用人姓名 tenant tenantname
        """,
    Column.TENANT_PHONE: """
        租户电话 租户手机 租户手机号 租户联系电话 租户联系方式 租客电话 租客手机 租客联系方式 承租人电话
        承租人联系电话 tenantphone tenantmobile tenantphonenumber""",
}
_MEANING = {word: column for column, words in _HEADERS.items() for word in words.split()}

#: The words of a relation column, and of a word in brackets behind a name.
_CAPACITIES: dict[str, str] = {
    "owner_occupier": """
        业主 业主本人 本人 户主 房主 产权人 共有人 共有产权人 共同产权人 产权共有人 共同业主 自住 自用
        自用业主 自住业主 自用型业主 入住 已入住 在住 常住 owner owneroccupier owner-occupier self""",
    "investor": """
        投资 投资户 投资业主 投资型业主 出租业主 非自住业主 业主(出租) 出租 已出租 整租 出租户 出租房
        房东 investor landlord investorowner""",
    "tenant": """
        租户 租客 租赁 租住 承租人 承租户 房客 租用 租户本人 租用客户 tenant renter lessee""",
    "family": """
        家属 家人 家庭成员 亲属 直系亲属 配偶 妻 妻子 夫 丈夫 爱人 夫妻 父 母 父亲 母亲 父母 岳父 岳母
        公公 婆婆 老公 老婆 太太 祖父 祖母 爷爷 奶奶 外公 外婆 儿子 女儿 儿 女 子 子女 孙子 孙女 兄弟
        姐妹 哥哥 弟弟 姐姐 妹妹 儿媳 女婿 同住人 同住
        共同居住人 family spouse wife husband son daughter child parent father mother relative""",
    "merchant": "商户 商家 商铺 经营户 个体户 店主 经营者 merchant shop trader",
    "prospective": "准业主 意向客户 意向业主 未收房业主 prospective prospect",
}
_CAPACITY_OF = {word: capacity for capacity, words in _CAPACITIES.items() for word in words.split()}

#: Words of a relation column that only say: he himself. What he is then stands in the other column.
SELF = _set("本人 自己 户主 房主 业主本人 租户本人 self")
OWNER_WORDS = _set("业主 产权人 owner")

#: The owner lives there himself, whoever else does.
USES_IT = _set("自住 自用 自用业主 自住业主 自用型业主")
#: In the column of kinds of customers: says nothing of who he is to the unit.
SAYS_NOTHING = _set("个人 企业 单位 公司 普通 普通客户 vip 空置 空关 空房 未入住 待租")

#: A row is a subtotal when its first filled cell is this and nothing else: 合计强 is a name.
SUBTOTAL = re.compile(
    r"(?:本页|本栋|本楼|本单元|本表|全部|全区)?"
    r"(?:小计|合计|总计|共计|累计|总数|subtotal|sub-total|total|grand total|sum)"
    r"\s*[:：]?\s*(?:[\d,，.]+\s*[户套间人条]?)?",
    re.IGNORECASE,
)
NOTE = re.compile(
    r"(?:注|备注|说明|填表|制表|审核|审批|复核|填报|编制|统计|日期|单位|更新|截止|打印|note|prepared|checked)"
    r".*[:：]|[*※]"
)
NOTHING = frozenset({"", "无", "暂无", "空", "未知", "不详", "-", "--", "/", "n/a", "none"})
#: Stands where a name should and is nobody: what state the home is in, or who sells it.
NOBODY = NOTHING | _set("""
    空置 空房 空置房 空关 空关房 未售 未出售 待售 在售 待租 招租 招商 未租 抵债房 抵债 工抵房 抵押房
    抵房 保留房 留房 尾房 库存 房源 开发商
    开发商自持 开发商自留 自持 样板房 样板间 物业用房 物管用房 设备房 设备间 配套用房 社区用房 公建用房
    架空层 未交付
    未交房 未收房 未入住 未装修 毛坯 待定 待确认 待补 待登记 未登记 无业主 无人 无主 查无此人 vacant
    empty unsold
    developer unknown nobody tbd
    """)
#: Before or behind a name with a dash: what became of the home, kept as a remark.
STATUS_BESIDE = re.compile(
    r"(?P<before>(?:法院)?查封|已查封|已抵押|抵押|冻结|涉诉|欠费|已故)\s*[-—:：]\s*(?P<name>.+)"
    r"|(?P<name2>.+?)\s*[-—]\s*(?P<after>(?:法院)?查封|已查封|已抵押|抵押|冻结|涉诉|欠费|已故)"
)
SHARE = re.compile(
    r"\s*[（(]?\s*(?:占|份额|产权)?\s*(?:\d{1,3}(?:\.\d+)?\s*[%％]|\d+\s*/\s*\d+|[一二三四五六七八九十]+分之[一二三四五六七八九十]+)\s*(?:份额|产权)?\s*[）)]?\s*$"
)
AND_OTHERS = re.compile(
    r"\s*等\s*(?:[\d一二两三四五六七八九十]+\s*[人位名]|人)?\s*$|(?<=\w\w)(?:夫妇|夫妻|一家|全家|两口子)\s*$"
)
DEAD = re.compile(r"(?:已故|已去世|已身故|已过世|去世|故|死亡|deceased)", re.IGNORECASE)
COUPLE = _set("夫 妻 丈夫 妻子 老公 老婆 夫妻 爱人 配偶 husband wife")

#: Who is gone: a whole part of a remark or a relation. `租户已搬走` speaks of somebody else.
GONE = re.compile(
    r"(?:(?:该|本|此|原)?(?:业主|住户|户主|本人|户|人))?(?:(?:\d{4}年?(?:[-./]?\d{1,2}月?)?(?:[-./]?\d{1,2}日?)?)\s*)?"
    r"(?:已经?|现已)?(?:全部)?(?:迁出|搬走|搬离|搬出|迁走|离开|过户|转让过户|注销|退房|退租|失效)(?:了|户|人员)?"
    r"|(?:原|前|旧|历史)(?:业主|住户|租户|租客|户主|房主|产权人|客户)"
    r"|moved out|former owner|former tenant|left",
    re.IGNORECASE,
)
#: Speaks of somebody's leaving and of more: not read, and said so.
MAYBE_GONE = re.compile(r"已(?:经)?(?:迁|搬|过户|转让|退租)|原业主|前业主")
TENANT_GONE = re.compile(
    r"(?:原|前)?(?:租户|租客|承租人)?(?:已经?|现已)?(?:退租|搬走|搬离|搬出|迁出)(?:了)?", re.IGNORECASE
)
#: Says that somebody lives there, which every row says.
LIVES_THERE = re.compile(r"在住|已?入住|自住|自用|常住|居住|正常|有效|现住|lived in|occupied", re.IGNORECASE)

#: A column that would tell homes apart, if it were read.
TELLS_APART = re.compile(
    r"(?:小区|项目|楼盘|社区|园区|片区|分区|苑区|组团|地块|标段|管理处|服务中心|分期|期数|区号|街区|里弄|弄号?|门栋|楼栋|栋|幢|单元|楼座"
    r"|estate|project|community|compound|zone)(?:名称?|编号|编码|代码|号|id|name)*",
    re.IGNORECASE,
)
_NAMES_ESTATES = re.compile(r"(?:小区|项目|楼盘|estate|project|community|compound)(?:名称?|name)?")
#: A heading of numbers.
PHONE_WORD = re.compile(
    r"电话|手机|座机|固话|联系方式|联系号码|联络方式|tel(?:ephone)?(?:no|number)?$|phone|mobile"
)
#: In brackets behind a heading: how to fill it in, or which of his own it is. Any other short word there is
#: somebody: 电话（代办人）.
_HOW_TO_FILL = re.compile(
    r"(?:必填|选填|可选|可空|手机|手机号|固话|座机|电话|移动|本人|自己|业主|户主|产权人|住户|客户|姓名|全称|中文|英文|主|主要|备用|常用|多个|可多个|如有|区号|含区号"
    r"|带区号|白天|晚上|夜间|日间|家|家庭|住宅|办公|国内|境外|签名|签字|盖章|新|最新|现|个人|公司|企业|单位|文本|文本格式|数字|加密|脱敏|微信同号|[\d一二三]+位?"
    r"|required|optional|mobile|home|work|office|day|evening|owner|self|main|other|person|firm|company)"
)
#: The upper of two header rows says whose columns these are.
_GROUPS: dict[str, re.Pattern[str]] = {
    "contact": re.compile(r"紧急|应急|联络人|emergency"),
    "other": re.compile(
        r"原业主|前业主|车|管家|物业|中介|开发|装修|施工|银行|缴费|代理|委托|vehicle|steward"
    ),
    "tenant": re.compile(r"租|使用人|tenant|lessee"),
    "family": re.compile(r"家属|家庭|配偶|亲属|同住|成员|family|spouse"),
    "owner": re.compile(r"业主|产权|户主|房主|owner"),
}
GROUP_OF: dict[str, dict[Column, Column | None]] = {
    "tenant": {Column.NAME: Column.TENANT, Column.PHONE: Column.TENANT_PHONE},
    "family": {Column.NAME: Column.FAMILY, Column.PHONE: Column.FAMILY_PHONE},
    "contact": {Column.NAME: Column.CONTACT, Column.PHONE: Column.CONTACT_PHONE},
    "other": {Column.NAME: None, Column.PHONE: None},
}

#: A part of a remark, between commas, that says how the unit is used. Only the whole part counts.
VACANT = re.compile(
    r"(?:长期|目前|暂时|房屋|一直|现)?(?:空置|空关|空房|空户|空|未入住|无人居住|无人住)(?:房|户|中)?|vacant|empty",
    re.IGNORECASE,
)
LET = re.compile(
    r"(?:已|现|长期|目前|房屋|整套|全部)?(?:出租|租出|整租|合租|租)(?:房|户|中)?|rented|rented out|let",
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
    bare = re.sub(r"(?<=.)(?:㎡|m2|m²|平方米|平米|sqm)$", "", bare)
    column = _MEANING.get(bare) or _MEANING.get(re.sub(r"[\d一二三]+$", "", bare))
    if column is None and (ending := _ENDING.search(bare)):
        column = _MEANING.get(bare[: ending.start()])
        column = column if column in _NAMED_THINGS else None
    if not bracket or column not in (*NAMES, *PHONES, Column.RELATION):
        return column
    if all(_HOW_TO_FILL.fullmatch(part) for part in re.split(r"[/、,，;；或和及]", bracket)):
        return column
    if column and (group := group_of(bracket)):
        return GROUP_OF.get(group, {}).get(column, column)
    return column if len(bracket) > 8 and not bracket.endswith("人") else None


#: Exports call a column 楼栋编号, 单元名称, 房间代码: the same as without the ending.
_ENDING = re.compile(r"(?:编号|编码|代码|名称|号码|全称|号|no|number|code|name|id)$")
_NAMED_THINGS = {Column.PLACE, Column.PHASE, Column.BUILDING, Column.ENTRANCE, Column.ROOM, Column.STAIR}


def group_of(header: object) -> str | None:
    """Whose columns stand under the upper word of two: `租户信息` → `tenant`; None when it does not say."""
    if not isinstance(header, str):
        return None
    word = plain(header)
    return next((group for group, pattern in _GROUPS.items() if pattern.search(word)), None)


def is_owners(header: object) -> bool:
    """Whether a header names the owner in so many words: 业主电话, and not 联系电话."""
    return isinstance(header, str) and bool(re.match(r"业主|产权|户主|房主|owner", plain(header)))


def tells_apart(header: str) -> bool:
    """Whether an unread column may tell homes apart: 项目, 小区名称."""
    return bool(TELLS_APART.fullmatch(_bare(header)))


def names_estates(header: str) -> bool:
    """Whether what stands under a heading is the name of an estate: 小区, 所属项目. A number (项目编号) may
    be that of another system.

    >>> [names_estates(header) for header in ("所属项目", "物业小区名称", "项目编号", "组团")]
    [True, True, False, False]
    """
    return bool(_NAMES_ESTATES.fullmatch(_bare(header)))


def _bare(header: str) -> str:
    before = r"所属|所在|归属|隶属|(?:在管|管理|服务|物业|住宅)(?=项目|小区|楼盘)"
    return re.sub(rf"[(\[【].*?[)\]】]|{before}", "", plain(header))


def capacity_of(word: str) -> str | None:
    """The capacity a word names: `与业主关系` 妻 → `family`; None for an unknown word."""
    return _CAPACITY_OF.get(plain(word))


def plain(text: str) -> str:
    """Half width, small letters, no blanks and line breaks, nothing that nobody sees."""
    return re.sub(
        r"[\s_\u200b-\u200f\u202a-\u202e\u2060\ufeff]+", "", unicodedata.normalize("NFKC", text)
    ).lower()
