"""Whose a heading is that no list of words knows: a thing's, an office's, or somebody else's. Pure.

There are more words for people than any list has (置业顾问, 代办人, 监护人). So a heading is somebody's
unless it is known to be a thing's; a number behind somebody nobody knows is not given to the owner.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from owners.importing.words import PHONE_WORD, group_of, plain


class Other(Enum):
    """THING tells nothing of people; UNKNOWN may be somebody; SOMEBODY is another person."""

    THING = 0
    UNKNOWN = 1
    SOMEBODY = 2


#: A person who is no customer: everything behind his column is his.
_SOMEBODY = re.compile(
    r"(?:(?<!责任)(?:人|车主|管家|经理|姓名|名字|客服|专员|员|单位|公司|开户行|驾驶员|顾问|代表|前业主|原业主|旧业主"
    r"|保姆|中介|司机|师傅|律师|医生|家长|朋友|邻居|agent|steward|manager|contact|guardian|broker|lawyer|driver))"
    r"(?:\d|姓名|名称)*$"
)
#: Where somebody works or what he belongs to is no one else.
_OF_HIMSELF = ("工作", "所属", "服务", "办公", "就业", "任职", "work", "office")
#: What a ledger notes of a person or a home and is never a person.
_THING = re.compile(
    r"(?:号|号码|编号|编码|代码|条码|证|证件|执照|护照|日期|时间|时段|年月|年份|年度|月份|年|月|日|天|期限|期|周期|面积|公摊|得房率|费|费用"
    r"|金额|余额|押金|租金|定金|款|价|单价|总价|价格|标准|率|比例|份额|系数|类型|类别|种类|性质|属性|标签|状态|情况|状况|现状|面貌|等级"
    r"|级别|档次|星级|性别|民族|国籍|国别|籍贯|户籍|户籍地|户口|学历|文化程度|职业|职务|职称|行业|专业|年龄|生日|婚姻|婚否|血型|宗教|爱好|宠物"
    r"|犬|户型|房型|朝向|楼层|层|层数|层高|数|数量|人数|户数|次数|台数|合同|协议|方式|途径|渠道|原因|理由|说明|备注|意见|地址|住址|地|所在地|邮箱"
    r"|邮件|邮编|微信|微信号|qq|传真|网址|结构|装修|装修情况|用途|账号|账户|卡号|照片|附件|资料|序|序号|行号|小区|项目|楼盘|区域|社区|街道|楼座|楼栋|栋"
    r"|幢|单元|阳台|花园|露台|储藏室|储物间|地下室|车位|车库|车牌|车型|车辆|品牌|颜色|水表|电表|气表|燃气表|读数|表底|钥匙|门禁|门禁卡|公摊面积|权属|产权|产权形式"
    r"|抵押|贷款|信息|特征|特点|需求|诉求|记录|证明|党员|群众|语言|称呼|称谓|尊称|级|份|元"
    r"|no|number|id|code|date|time|year|month|day|area|size|fee|amount|price|rate|type|class|category|status|gender|sex|age|birthday|birth"
    r"|nationality|passport|email|mail|fax|address|postcode|zip|wechat|floor|layout|orientation|count|total|plate|language|title|salutation)"
    r"\d*$"
)
#: 代办人身份证号 speaks of somebody too; 产权人证件号 of the owner, 家庭人数 of nobody.
_OF_SOMEBODY = re.compile(
    r"(?!产权|承租|使用|本人|个人|权利|持证|住|客)[^\d]{1,4}人(?!数|口|员|户|均|防|才|脸|$)"
)
_YES_OR_NO = re.compile(r"(?:是否|有无|已|未|可否|能否)")


@lru_cache(4096)
def what_is(header: str) -> Other:
    """What an unread heading speaks of. A heading of numbers with a word before it is that one's, who is no
    customer: 代办人电话, 监护人手机.

    >>> what_is("置业推荐"), what_is("身份证号"), what_is("法人电话")
    (<Other.UNKNOWN: 1>, <Other.THING: 0>, <Other.SOMEBODY: 2>)
    """
    word = re.sub(r"[(\[【].*?[)\]】]|[*:.\-/]", "", plain(header))
    if not word or word.startswith(_OF_HIMSELF):
        return Other.THING
    if PHONE_WORD.search(word):
        return Other.SOMEBODY
    if _YES_OR_NO.match(word):
        return Other.THING
    if _SOMEBODY.search(word) or _OF_SOMEBODY.match(word):
        return Other.SOMEBODY
    return Other.THING if _THING.search(word) else Other.UNKNOWN


#: The upper of two heading rows when it says nothing of whose its columns are.
_SAYS_NOBODY = re.compile(
    r"(?:房屋|房产|房源|房间|房号|楼宇|楼栋|楼房|栋|幢|单元|商铺|物业|面积|基本|基础|联系|客户|住户|人员|个人|其他|其它|入住|居住|交付|收楼|收房"
    r"|通讯|通信|档案|登记|序号|编号|备注|日期|时间|姓名|电话|手机|及|和|与|/|property|unit|home|room|resident|customer|basic"
    r"|general|contact|details|personal|info|information)+"
)


def group_over(header: object) -> str | None:
    """Whose columns stand under the upper word of two: `租户信息` → `tenant`; None when it says nothing of
    people; `unknown` when it may name somebody nobody knows: `代办人信息`."""
    if not isinstance(header, str):
        return None
    if group := group_of(header):
        return group
    word = re.sub(r"(?:信息|资料|情况|栏|部分|一览)+$", "", plain(header))
    if not word or _SAYS_NOBODY.fullmatch(word):
        return None
    return None if what_is(word) == Other.THING else "unknown"
