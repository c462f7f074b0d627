"""The text of a hotline's or regulator's order, taken apart by the labels it is written with.

Pure, and nothing is guessed: a value is taken when its label is in the table and it reads as what the
label says; one that does not, a label that comes twice with two values, and every word without a label
stays in the text of the matter.

>>> read("工单编号：GD20260302001 来电人：熊霞\\n诉求内容：天花板漏水").values["external_number"]
'GD20260302001'
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time

from owners.phones import read_phones

NUMBER, UNIT, DUE, CALLER, PHONE, PLACE, MATTER, SECRET = (
    "external_number", "external_unit", "external_due_at", "name", "phone", "where", "content",
    "identity_hidden",
)  # fmt: skip

#: The labels of each field, as hotlines of several cities, regulators and street offices write them.
LABELS: dict[str, tuple[str, ...]] = {
    NUMBER: (
        "工单编号", "工单号", "工单号码", "受理编号", "受理单号", "受理号", "诉求编号", "诉求单号",
        "诉求工单号", "办件编号", "案件编号", "事件编号", "任务编号", "投诉编号", "登记编号", "交办单号",
        "转办单号", "转办编号", "转办单编号", "交办编号", "交办单编号", "派单号", "派单编号", "热线编号",
        "信访编号", "流水号", "单号", "编号",
    ),
    UNIT: (
        "派单单位", "派发单位", "派单部门", "派遣单位", "转办单位", "转派单位", "转办部门", "交办单位",
        "交办部门", "下派单位", "下发单位", "发单单位", "来文单位",
    ),
    DUE: (
        "办理时限", "办结时限", "办理期限", "办结期限", "处理时限", "处理期限", "处置时限", "反馈时限",
        "回复时限", "答复时限", "答复期限", "截止时间", "截止日期", "办理截止时间", "办结截止时间",
        "反馈截止时间", "回复截止时间", "要求反馈时间", "要求回复时间", "要求办结时间", "要求完成时间",
        "应办结时间", "限办时间", "到期时间",
    ),
    CALLER: (
        "来电人", "来电人姓名", "诉求人", "诉求人姓名", "反映人", "反映人姓名", "投诉人", "投诉人姓名",
        "联系人", "联系人姓名", "市民姓名", "申请人", "举报人", "信访人", "姓名",
    ),
    PHONE: (
        "联系电话", "联系方式", "联系号码", "联系人电话", "来电号码", "来电电话", "来电人电话",
        "诉求人电话", "投诉人电话", "反映人电话", "主叫号码", "回访电话", "手机号码", "手机号", "手机",
        "电话号码", "电话",
    ),
    PLACE: (
        "事发地点", "事发地址", "事发位置", "事件地点", "事件地址", "发生地点", "发生地址", "问题地点",
        "问题地址", "诉求地址", "诉求地点", "反映地址", "投诉地址", "涉事地址", "详细地址", "具体地址",
        "地址", "地点",
    ),
    MATTER: (
        "诉求内容", "主要内容", "问题描述", "诉求描述", "事件描述", "情况描述", "反映内容", "反映问题",
        "投诉内容", "来电内容", "工单内容", "受理内容", "具体内容", "事项内容", "内容描述", "内容",
    ),
    SECRET: ("是否保密", "来电人是否保密", "身份保密", "信息保密"),
}  # fmt: skip
#: Labels that end the value before them and stay, value and all, in the text of the matter. 承办单位 is who
#: has to answer, in one city the street office, in another ourselves: it names no sender.
OTHERS = (
    "工单标题", "标题", "诉求标题", "诉求类型", "诉求类别", "诉求分类", "工单类型", "事项分类",
    "问题分类", "诉求目的", "来电时间", "受理时间", "登记时间", "诉求时间", "反映时间", "派单时间",
    "转办时间", "交办时间", "创建时间", "诉求来源", "受理渠道", "来源", "紧急程度", "工单等级",
    "承办单位", "主办单位", "协办单位", "责任单位", "被反映单位", "被投诉单位", "所属区域", "所属街道",
    "所属社区", "行政区划", "区域", "处理要求", "办理要求", "交办意见", "转办意见", "派单意见", "备注",
    "附件", "性别", "年龄", "身份证号", "邮箱", "是否回访", "是否公开", "受理人", "话务员", "接线员",
)  # fmt: skip

_FIELD_OF = {label: name for name, labels in LABELS.items() for label in labels} | dict.fromkeys(OTHERS, "")
_EDGES = " \t\u3000\n|;；,，"
_BLANK = "[ \\t\u3000]"


def _spaced(label: str) -> str:
    """A label as it may be set wide: 联 系 人."""
    return f"{_BLANK}?".join(label)


#: A label stands at the beginning of a line or after a blank, a bar, a comma or a stop, and is followed by
#: a colon, by a tab, by its closing 】, or ends its line (a table pasted cell by cell).
_ANY = "|".join(_spaced(label) for label in sorted(_FIELD_OF, key=len, reverse=True))
_LABEL = re.compile(
    rf"(?:^|(?<=[\s|;；,，。】\]])|(?=[【\[]))(?P<open>[【\[])?(?P<label>{_ANY})"
    rf"(?:(?P<shut>{_BLANK}*[】\]]){_BLANK}*[:：]?|{_BLANK}*[:：]|\t+|{_BLANK}*\n)",
    re.M,
)
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-_/〔〕\[\]()第字号]{3,59}", re.A)
_WHEN = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*(?:T|\s)?\s*(\d{1,2})\s*[:时点]\s*(\d{1,2})?\s*分?"
    r"(?:\s*[:秒]?\s*\d{1,2}\s*秒?(?:\.\d+)?)?(?:之?前)?"
)
_NOBODY = re.compile(r"(?:无|匿名|不详|未知|未留|未提供|不愿透露|保密|市民)(?:姓名)?")
_SENTENCE = re.compile("[,。;!?]")  # half width by now, but for the stop
_HOTLINE = re.compile(r"(?<!\d)12345(?!\d)")


@dataclass(frozen=True)
class PastedOrder:
    """What was understood, by field of the desk's form; `left` are labels whose value was not."""

    values: dict[str, str]  # a due time is a wall time of the estate, 2026-03-05T17:00; a tick is "on"
    hotline: bool  # the order says that it comes from 12345
    left: tuple[tuple[str, str], ...]

    @property
    def understood(self) -> bool:
        return bool(self.values.keys() - {MATTER})


@dataclass(frozen=True)
class _Part:
    field: str
    label: str
    value: str
    whole: str  # as it stood
    gap: str  # what stood between it and the part before

    @property
    def line(self) -> str:
        """What says it; only the matter has more than one line."""
        return self.value.partition("\n")[0].strip(_EDGES)

    @property
    def more(self) -> list[str]:
        """What stands below that line."""
        return [said for said in [self.value.partition("\n")[2].strip(_EDGES)] if said]


def tidy_number(text: str) -> str:
    """An order's number as it is compared: half width, without blanks."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def read(text: str) -> PastedOrder:
    """Take an order apart. Raises nothing: what is not understood is the matter."""
    text = re.sub(r"\r\n?", "\n", text).replace("\0", "").strip()
    before, parts = _parts(text)
    readings = [_value(part) for part in parts]
    values: dict[str, str] = {}
    matter: list[str] = []
    rest: list[str] = [before] if before else []
    left: list[tuple[str, str]] = []
    inside = False  # what comes stands in the sentences of the matter
    for part, reading in zip(parts, readings, strict=True):
        agreed = {
            said for other, said in zip(parts, readings, strict=True) if said and other.field == part.field
        }
        if part.field == MATTER:
            matter += [reading] if reading else []
            inside = True
        elif reading is None or len(agreed) > 1:
            if inside and matter and "\n" not in part.gap:
                matter[-1] += part.gap + part.whole
            else:
                rest.append(part.whole)
                inside = False
            if part.field and part.line and len(agreed) != 1:
                left.append((part.label, part.line))
        else:
            rest += part.more
            inside = False
            if reading:
                values[part.field] = reading
    content = "\n".join(matter + rest)
    if content:
        values[MATTER] = content
    return PastedOrder(values, bool(_HOTLINE.search(text)), tuple(left))


def _parts(text: str) -> tuple[str, list[_Part]]:
    """What stands before the first label, and each label with its value."""
    found = [match for match in _LABEL.finditer(text) if bool(match["open"]) == bool(match["shut"])]
    if not found:
        return text, []
    ends = [match.start() for match in found[1:]] + [len(text)]
    parts = []
    gap = ""
    for match, end in zip(found, ends, strict=True):
        label = re.sub(_BLANK, "", match["label"])
        raw = text[match.end() : end]
        whole = text[match.start() : end].strip(_EDGES)
        parts.append(_Part(_FIELD_OF[label], label, raw.strip(_EDGES), whole, gap))
        gap = raw[len(raw.rstrip(_EDGES)) :]
    return text[: found[0].start()].strip(), parts


def _value(part: _Part) -> str | None:
    """The value in the form's words; "" where nothing stands there; None where it is not understood."""
    if not part.field:
        return None
    if part.field == MATTER:
        return part.value
    said = unicodedata.normalize("NFKC", part.line).strip(" 。.,")
    if not said or said in ("-", "--", "/", "无"):
        return ""
    return _READERS[part.field](said)


def _order_number(said: str) -> str | None:
    number = tidy_number(said)
    return number if _NUMBER.fullmatch(number) and re.search(r"\d", number) else None


def _unit(said: str) -> str | None:
    return said if len(said) <= 60 and not _SENTENCE.search(said) else None


def _place(said: str) -> str | None:
    return said if len(said) <= 80 and not _SENTENCE.search(said) else None


def _caller(said: str) -> str | None:
    named = len(said) <= 40 and not re.search(r"[\d,。;]", said) and not _NOBODY.fullmatch(said)
    return said if named else None


def _phone(said: str) -> str | None:
    found = read_phones(said)
    alone = len(found.good) == 1 and not found.problems and not found.notes and not found.good[0].label
    return found.good[0].kept if alone else None


def _due(said: str) -> str | None:
    """A day with its time of day; a day alone, or so many working days, is not one."""
    match = _WHEN.fullmatch(said)
    if not match:
        return None
    year, month, day, hour, minute = (int(number or 0) for number in match.groups())
    try:
        return f"{date(year, month, day)}T{time(hour, minute):%H:%M}"
    except ValueError:
        return None


def _kept_secret(said: str) -> str | None:
    return "on" if said in ("是", "保密", "要求保密", "需保密", "需要保密") else None


_READERS = {
    NUMBER: _order_number,
    UNIT: _unit,
    DUE: _due,
    CALLER: _caller,
    PHONE: _phone,
    PLACE: _place,
    SECRET: _kept_secret,
}
