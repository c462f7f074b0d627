"""Whether words for owners, or for everybody who works here, name somebody (W13, F14, domain.md 7). Pure.

What is looked for: the people and the door of the case, by surname and form of address too; telephones and
numbers as long, plates, e-mails, rooms, and anybody by a common surname and form of address. Buildings and
common areas may be named. A full name of somebody who has nothing to do with the case is not told from other
words: whoever checks the list reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache

from complaints.case_numbers import WRITTEN

#: Days look like telephones: they are taken out before those are looked for.
_DAY = r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}"
#: One character for one, so that what is found is said as it was typed.
_PLAIN = str.maketrans("０１２３４５６７８９－–—−‐‑\u3000", "0123456789------ ")

# Rooms ------------------------------------------------------------------------------------------------

_NUMERAL = "[一二三四五六七八九十东西南北甲乙丙丁a-z]"
#: After a number these say that it is an amount or a time. 天花板, 分户墙 and their like belong to a room.
_AMOUNT = (
    r"\s*(?:[年月日元米平㎡%℃度个件次余多盏辆块名人千万吨处台只根部间伏瓦升立秒](?![黄色旦])|小时"
    r"|天(?![花然井台窗沟棚线面])|分(?![户水支体界机]))"
)
_NUMBER = r"(?<![\d.-])(?<![共约近超达满逾计第])\d{3,4}(?!\d)"
_ROOMS = (
    r"(?<![\d-])(?<![共约近超达满逾计第])\d{1,3}\s?-\s?(?:\d{1,2}\s?-\s?)?\d{3,4}(?![\d-])"
    rf"(?!{_AMOUNT})",  # 1-2-101
    rf"(?:\d{{1,3}}|{_NUMERAL})\s*(?:栋|幢|座|号楼|号院|楼|单元|门栋|#)\s*"
    rf"(?:(?:\d{{1,2}}|{_NUMERAL})\s*(?:单元|门|梯|层|楼)\s*)?[-的、,，\s]*\d{{3,4}}(?!\d)(?!{_AMOUNT}|-\d)",
    rf"{_NUMBER}\s*(?:室|房(?![屋地价租])|户|住户|业主|家(?![具电])|租户|租客)",
    rf"(?<![路街道巷弄]){_NUMBER}\s*号(?![码线楼院路灯井泵机梯])",
    r"\b(?:room|flat|apartment|unit)\s+(?:no\.?\s*)?[\d-]+",
)

#: What stands where a name stood: no letter, so that nothing takes it for a part of a word.
STANDS_FOR = "××"

# People -----------------------------------------------------------------------------------------------

#: Surnames that begin no other word before a form of address or after 小 and 老, as 于, 方, 常 or 江 would.
_SURE = (
    "王李张刘陈杨赵吴徐孙朱郭罗梁宋郑谢韩唐冯董曹袁邓许傅沈彭吕苏卢蒋"
    "蔡贾魏薛潘杜戴钟汪姜范谭廖邹熊陆郝崔邱秦顾侯邵孟钱尹黎贺赖龚丁"
)
#: Surnames of two characters.
_DOUBLE = "欧阳|上官|司马|诸葛|司徒|皇甫|尉迟|公孙|慕容|令狐|夏侯|端木|南宫|长孙"
_SURNAME = rf"(?:[{_SURE}周黄胡林何高马萧程曾叶阎余夏田任姚金孔白康毛史龙段雷汤武乔文江石方]|{_DOUBLE})"
_FAMILIAR = (
    rf"(?:[{_SURE}周胡何萧曾余姚史乔]|黄(?![车灯线狗色])|高(?![层峰度压差])|马(?![路达桶上])|林(?![荫带地木])"
    r"|程(?!序)|叶(?![榕子片])|夏|任(?!务)|金(?![属额])|毛(?![病刺孔毛])|龙(?!头)|方(?![便块法形案格])|石(?![子块头材板]))"
)
#: The same where a given name follows, and rarer ones: words that begin or end like a surname are none.
_BEGINS = (
    r"(?:"
    rf"{_DOUBLE}|(?![陈张顾许陆范钟杜梁戴董钱谢苏傅赖丁])[{_SURE}]|[闫葛翟倪俞樊裴詹邢霍耿聂岳阮柯冉翁骆殷祁缪]"
    r"|陈(?![旧述列设年])|张(?![贴力挂开榜])|(?<![照回兼])顾(?![客问虑及])|(?<![允准])许(?![可多诺愿久])"
    r"|(?<![登着])陆(?!续)|(?<![规防示模])范(?![围畴本例])|(?<![分时闹])钟(?![头点后内左以之])|杜(?!绝)"
    r"|(?<![房桥横])梁(?![柱板])|(?<![佩])戴(?![上好口手])|董(?!事)|(?<![付收元])钱(?![款已数物包])"
    r"|(?<![谢感])谢(?![谢绝])|苏(?!州)|(?<!师)傅|(?<![依信])赖|丁"
    r"|(?<![每本两])(?:(?<=楼[上下])|(?<![上下]))周(?![一二三四五六日末边围])|(?<![如为])(?:(?<=主任)|(?<!任))何(?![时种人处])|胡|萧|曾(?!经)|(?<![其多])余|姚|史|乔"
    r"|黄(?![车灯线狗色])|(?<![提增])高(?![层峰度压差级])|马(?![路达桶上])|(?<!森)(?:(?<=[花公家庭]园)|(?<!园))林(?![荫带地木])|(?<![流工过课])程(?![序度])"
    r"|叶(?![榕子片])|(?<!春)夏(?![天季])|(?<![责主担])任(?![务何意])|(?<![现资基])金(?![属额])|毛(?![病刺孔毛])|龙(?!头)"
    r"|(?<![对双三地甲乙各我警])方(?![便块法形案格面式向])|石(?![子块头材板])|阎|(?<!农)田|孔(?!洞)|(?<!健)康"
    r"|(?<!明)白(?![天色])|雷(?!电)|武|(?<!中)文(?![明件])|江(?![苏南北水])"
    r")"
)
#: A surname and a given name of up to two characters; what joins words stands in no name.
_FULL = rf"{_BEGINS}(?:(?![由被请让对与向的了在是把给到经位名派从为及已])[\u4e00-\u9fff]){{0,2}}"
_KIN = (
    "奶奶|爷爷|大爷|大妈|大娘|大姐|大哥|大叔|阿姨|婆婆|伯伯|姐|哥|叔|婶|嫂|姨|伯"
    "|老板|队长|班长|管家|律师|医生|警官"
)
_CHIEF = "总(?![体结量计共是额价管闸阀电负表部务平会面线机监裁之数站公分水部长在要])|总经理"
_ENGINEER = "工(?![作程期人地序单时具种资厂业会艺商号况位事])"
#: Forms of address of customers, and of people at work, before whom no name need stand: 维修师傅, 物业经理.
_CUSTOMERS = "先生|女士|小姐|太太|阿姨|叔叔|大爷|大妈|老师"
_AT_WORK = "师傅|经理|主管|主任"
_KINDS_OF_WORK = (
    "工程", "物业", "项目", "维修", "客服", "保洁", "保安", "值班", "部门", "安排", "电梯", "水电", "专业",
    "管理", "片区", "区域", "前台", "秩序", "绿化", "综合", "委会", "总",
)  # fmt: skip
#: Ordinary words before a form of address, many of which end like a surname: 对方经理, 当时师傅, 检查师傅.
_ORDINARY = (
    "施工方", "物业方", "开发方", "总包方", "分包方", "承包方", "维保方", "维修方", "服务方", "责任方",
    "第三方", "合作方", "对方", "双方", "多方", "各方", "我方", "贵方", "甲方", "乙方", "丙方", "警方",
    "官方", "校方", "院方", "店方", "厂方", "地方", "资方", "开发商", "供应商", "承包商", "分包商", "厂商",
    "服务商", "运营商", "经销商", "招商", "主管", "分管", "保管", "监管", "城管", "交管", "物管", "协管",
    "接管", "代管", "高管", "房管", "楼管", "电管", "水管", "当时", "及时", "临时", "平时", "同时", "按时",
    "准时", "随时", "有时", "到时", "这时", "那时", "小时", "实时", "停车", "修车", "开车", "洗车", "拖车",
    "泊车", "叫车", "货车", "检查", "巡查", "抽查", "排查", "复查", "核查", "调查", "督查", "安检", "工单",
    "订单", "派单", "接单", "清单", "说明", "证明", "注明", "照明", "保安", "公安", "治安", "安全", "调解",
    "讲解", "有关", "相关", "机关", "开关", "队伍", "结束", "收费", "现金", "如何", "任何", "其余", "分钟",
    "正常", "日常", "经常", "保温", "园林", "上周", "下周", "本周", "每周", "道路", "线路", "电路", "水路",
    "管路", "门卫", "保卫", "警卫", "供应", "反应", "响应", "对于", "关于", "由于", "教练", "约谈", "访谈",
    "会谈", "仓储", "设施", "实施", "住宿", "导游", "水平", "制冷", "电工", "水工", "木工", "瓦工", "油工",
    "焊工", "管工", "技工", "施工", "装修", "安装", "消防", "空调", "监控", "弱电", "强电", "暖通", "保养",
    "维保", "抢修", "修理", "开锁", "疏通", "油漆", "防水", "燃气", "供暖", "门禁", "清洁", "搬家", "快递",
    "外卖", "送水", "驾驶", "运营", "营销", "销售", "财务", "行政", "人事", "大堂", "楼层", "客户", "业务",
    "技术", "质检", "品质", "设备",
)  # fmt: skip
_NO_WORK = "".join(f"(?<!{word})" for word in (*_KINDS_OF_WORK, *_ORDINARY))
_NO_SURNAME = "".join(f"(?<!{letter})" for letter in "位名派请由和的") + _NO_WORK
#: Surnames that are words too, or seldom: they count where the case knows somebody who bears one.
_SELDOM = (
    "周黄胡林何高马萧程曾叶阎余夏田任姚金孔白康毛史龙段雷汤武乔文江石方于常万安易向洪温庄章鲁苗柳伍严"
    "仇佟鲍费岑查柴车成储褚丛崔单狄刁窦封冯伏甘葛耿宫巩辜古谷关管桂郭国海韩郝贺赫侯呼华桓霍姬吉纪季冀简"
    "焦揭解靳荆景鞠瞿匡邝蓝郎乐冷黎厉栗连廉练凌刘柳娄卢芦鲁路吕栾麻满茅梅蒙糜米宓苗闵明牟穆那倪聂宁牛农"
    "欧潘庞裴蓬皮平蒲濮浦戚齐祁强乔覃青丘裘曲屈阙冉饶阮芮沙山商邵佘申沈盛施时寿舒束司宿粟孙索邰谈滕佟童"
    "涂屠危韦卫蔚翁邬巫吴伍奚席洗冼相项解辛邢幸熊徐许宣荀燕晏羊仰尧叶伊殷应尤游虞郁喻元袁岳云臧翟詹湛赵"
    "甄郑支钟仲竺祝卓訾邹祖左闫覃"
)
_SELDOM_DOUBLE = (
    "东方|东郭|南门|西门|申屠|澹台|宇文|轩辕|闻人|独孤|呼延|钟离|赫连|百里|濮阳|公冶|宗政|太叔|公羊|仲孙"
    "|鲜于|闾丘|司空|亓官|司寇|巫马|公西|漆雕|乐正|拓跋|宰父|谷梁|段干|羊舌|微生|梁丘|左丘|第五"
)
_PEOPLE = (
    # 李志强先生, 欧阳女士: the whole name, or half of it would be left. What was left of one is one, too.
    rf"{_FULL}(?<!保洁)(?:{_CUSTOMERS}|{_KIN}|{STANDS_FOR})",
    rf"{_FULL}{_NO_WORK}(?:{_AT_WORK})",
    rf"[\u4e00-\u9fff](?<![位名的])(?<!保洁)(?:{_CUSTOMERS})",
    rf"[\u4e00-\u9fff]{_NO_SURNAME}(?:{_AT_WORK})",
    rf"{_SURNAME}(?:{_KIN}|{_CHIEF})",
    # 任何工种, 正常工况, 双方工…: a word before is no surname.
    rf"(?<![任正双三全过进流])(?<!工){_SURNAME}{_ENGINEER}",
    rf"(?<![大缩减最较微狭窄幼弱细])小{_FAMILIAR}",
    rf"(?<![养敬衰古陈父])老{_FAMILIAR}",
    rf"[{_SURE}] +[\u4e00-\u9fff](?:(?![反说称来到投要已的家在与和])[\u4e00-\u9fff])?",  # 王 芳, 王 建军
    r"\b(?:mr|mrs|ms|miss|dr)\.?\s+[a-z]+",
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        WRITTEN,  # numbers of cases
        r"(?<!\d)(?<!\d-)\+?\d(?:[ -]?\d){6,}(?!-?\d)",  # telephones, numbers of papers
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]\s?[·.]?\s?[A-Z0-9]{5,6}",
        *_ROOMS,
        *_PEOPLE,
    )
)


@dataclass(frozen=True)
class Known:
    """Who has to do with a case, and its door."""

    words: frozenset[str]

    @classmethod
    def of(cls, words: Collection[str]) -> Known:
        """Of names, telephones and doors, some of them empty. A single letter or digit is no name."""
        return cls(frozenset(word.strip() for word in words if len(word.strip()) > 1))


def named_in(text: str, known: Known) -> str:
    """The first of the words that tell of a person; empty where none does."""
    found = _found(text, known)
    if not found:
        return ""
    start, end = min(found)
    return text[start:end].strip()


def without_names(text: str, known: Known) -> str:
    """The text with everything `named_in` finds left out. Another person still reads it."""
    known = Known(frozenset(word for word in known.words if set(word) != set(STANDS_FOR)))  # or it never ends
    while found := _found(text, known):
        ends, said = 0, []
        for start, end in sorted(found):
            if start >= ends:
                said += [text[ends:start], STANDS_FOR]
            ends = max(ends, end)
        text = "".join([*said, text[ends:]])
    return text


def outside(text: str, name: str, longer: Collection[str], put: Callable[[str], str]) -> str:
    """The text with something else for a name, wherever it is no part of one of the longer names."""
    kept = [_written(word).pattern for word in sorted(longer, key=len, reverse=True)]
    own = rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])" if name.isascii() else re.escape(name)
    pattern = "|".join([*(f"(?i:{word})" for word in kept), f"(?P<own>{own})"])
    return re.sub(pattern, lambda found: put(found[0]) if found["own"] else found[0], text)


def _found(text: str, known: Known) -> list[tuple[int, int]]:
    """From where to where words tell of a person. Characters stand for one another, so places stay."""
    plain = text.translate(_PLAIN)
    without_days = re.sub(_DAY, lambda day: " " * len(day[0]), plain)
    searched = [(_written(word), plain) for word in known.words]
    searched += [(pattern, plain) for word in known.words if (pattern := _addressed(word.strip()))]
    searched += [(pattern, without_days) for pattern in _PATTERNS]
    return [match.span() for pattern, said in searched for match in pattern.finditer(said) if match[0]]


@lru_cache(maxsize=500)  # names of customers among them: none is kept for long
def _addressed(name: str) -> re.Pattern[str] | None:
    """Whoever the case knows, by surname or whole name and a form of address: 欧阳工, 仇师傅, 李志强总.

    None for what is no Chinese name.
    """
    found = re.fullmatch(
        rf"({_DOUBLE}|{_SELDOM_DOUBLE}|[{_SURE}{_SELDOM}])[\u4e00-\u9fff]{{1,2}}", name, re.IGNORECASE
    )
    if found is None:
        return None
    said = "|".join((_CUSTOMERS, _KIN, _CHIEF, _ENGINEER))
    surname = rf"(?<![保治]){found[1]}"
    return re.compile(rf"(?:{name}|{surname})(?:{said})|(?:{name}|{surname}{_NO_WORK})(?:{_AT_WORK})")


def _written(word: str) -> re.Pattern[str]:
    """The word in any case and however it is spaced; of letters only as a word of its own."""
    letters = r"\s*".join(re.escape(letter) for letter in "".join(word.translate(_PLAIN).split()))
    return re.compile(
        rf"(?<![a-z0-9_]){letters}(?![a-z0-9_])" if word.isascii() and word[0].isalpha() else letters, re.I
    )
