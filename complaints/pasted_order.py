"""The text of a hotline's or regulator's order, taken apart by the labels it is written with.

Pure, and nothing is guessed: a value is taken when its label is in the table and it reads as what the
label says; one that does not, a label that comes twice with two values, and every word without a label
stays in the text of the matter. Of what stands in sentences, three things are read: that the caller wants
to stay unknown, by when the office wants its answer, and homes, which are only offered.

>>> read("工单编号：GD20260302001 来电人：熊霞\\n诉求内容：天花板漏水").values["external_number"]
'GD20260302001'
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from complaints.order_labels import (
    CALLER,
    DUE,
    HOME,
    LABELS,
    MATTER,
    NUMBER,
    OF_HIMSELF,
    OFFICE_ENDINGS,
    OTHERS,
    PHONE,
    PLACE,
    SECRET,
    UNIT,
)
from complaints.order_sentences import homes_in, wants_secrecy
from owners.phones import read_phones

_FIELD_OF = {label: name for name, labels in LABELS.items() for label in labels} | dict.fromkeys(OTHERS, "")
#: What stood in an order without a label, behind its matter.
_REST, _ASKED = "转办单其他内容：", "办理要求："
_EDGES = " \t\u3000\n|;；,，"
_BLANK = "[ \\t\u3000]"


def _spaced(label: str) -> str:
    """A label as it may be set wide: 联 系 人."""
    return f"{_BLANK}?".join(label)


#: A label stands at the beginning of a line or after a blank, a bar, a comma or a stop, and is followed by
#: a colon, by a tab, by its closing 】, ends its line (a table pasted cell by cell), or stands by a blank
#: before a number.
_KNOWN = "|".join(_spaced(label) for label in sorted(_FIELD_OF, key=len, reverse=True))
_OF_OFFICES = (
    rf"(?!我|本人|业主|市民|来电|诉求|其|他|她)[\u4e00-\u9fff]{{0,8}}?(?:{'|'.join(OFFICE_ENDINGS)})"
)
_LABEL = re.compile(
    rf"(?:^|(?<=[\s|;；,，。】\]])|(?=[【\[]))(?P<open>[【\[])?(?P<label>{_KNOWN}|{_OF_OFFICES})"
    rf"(?:(?P<shut>{_BLANK}*[】\]]){_BLANK}*[:：]?|{_BLANK}*[:：]|\t+|{_BLANK}*\n|{_BLANK}+(?=[A-Z0-9][A-Z0-9-]{{6}}))",
    re.M,
)
_NUMBER = re.compile(r"[\u4e00-\u9fffA-Za-z0-9〔\[][\u4e00-\u9fffA-Za-z0-9\-_/〔〕\[\]()]{3,59}", re.A)
_MOMENT = (
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?\s*(?:T|\s)?\s*"
    r"(?P<half>上午|下午|晚上|晚)?\s*(?P<hour>\d{1,2})\s*[:时点]\s*(?P<minute>\d{1,2})?\s*分?"
    r"(?:\s*[:秒]?\s*\d{1,2}\s*秒?(?:\.\d+)?)?"
)
_WHEN = re.compile(
    rf"(?:请|须|需|应|务必)?(?:截止到?|截至|于|在)?\s*{_MOMENT}\s*(?:\(含\))?(?:[之以]?前|止)?(?:办结|反馈|回复|答复|完成)?"
)
#: What an office asks for in a sentence: 请于2026年6月3日17时前反馈; 请于3个工作日内办结.
_ASKED_BY = re.compile(rf"(?:请|须|需|应|务必|限)[^,。;!?\n\d]{{0,10}}{_MOMENT}\s*(?:\(含\))?[之以]?前")
_ASKED_WITHIN = re.compile(
    r"(?:请|须|需|应|务必|限)[^,。;!?\n\d]{0,10}((?:\d{1,2}|[一二两三四五六七八九十]{1,2})\s*个?(?:工作日|自然日|日|天|小时)(?:之|以)?内)"
)
_ASKED_LINE = re.compile(
    r"请[^，。；]{0,14}(?:\d{1,2}\s*[日时点:：分]|个?工作日|小时)[^，。；]{0,8}[前内][^，。；]{0,6}"
    r"(?:反馈|办结|报送|上报|回单|办理完毕|处置完毕)[^，；]{0,16}"
)
_NOBODY = re.compile(r"(?:无|匿名|不详|未知|未留|未提供|不愿透露|保密|市民)(?:姓名|市民|来电)?")
_SENTENCE = re.compile("[,。;!?]")  # half width by now, but for the stop
#: A verb: what stands there is told, not named.
_TOLD = re.compile("反映|反应|反馈|居住|投诉|来电|表示|漏水|要求|希望|称")
_HOTLINE = re.compile(r"(?<!\d)12345(?!\d)")
_HEADING = re.compile(
    r"[^,，。;；!！?？]{0,40}(?:12345|热线|工单|转办|交办|派单|督办|通知单|办理单)[^,，。;；!！?？]{0,40}"
)


@dataclass(frozen=True)
class PastedOrder:
    """What was understood, by field of the desk's form; `left` are labels whose value was not."""

    values: dict[str, str]  # a due time is a wall time of the estate, 2026-03-05T17:00; a tick is "on"
    hotline: bool  # the order says that it comes from 12345
    left: tuple[tuple[str, str], ...]
    homes: tuple[str, ...] = ()  # named in sentences or as the caller's home, as they stand there

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
    text = _plain(text)
    before, labelled = _parts(text)
    parts = [one for part in labelled for one in _split(part)]
    readings = [_value(part) for part in parts]
    values: dict[str, str] = {}
    matter: list[str] = []
    loose: list[str] = [before] if before else []  # without a label
    rest: list[str] = []
    left: list[tuple[str, str]] = []
    inside = False  # what comes stands in the sentences of the matter
    secret = _asks_for_secrecy(before, parts, readings)
    for part, reading in zip(parts, readings, strict=True):
        agreed = {
            said for other, said in zip(parts, readings, strict=True) if said and other.field == part.field
        }
        if part.field == MATTER:
            said, asked = _told_apart(part.value)
            matter += [said] if said else []
            rest += [f"{_ASKED}{line}" for line in asked]
            inside = True
        elif reading is None or len(agreed) > 1:
            tells_who = part.field in (CALLER, PHONE, HOME)
            if inside and matter and "\n" not in part.gap:
                matter[-1] += part.gap + part.whole
            elif not (secret and tells_who):  # named beside, and in no words that everybody reads
                rest.append(part.whole)
                inside = False
            if part.field not in ("", HOME) and part.line and (len(agreed) != 1 or secret and tells_who):
                left.append((part.label, part.line))
        else:
            loose += part.more
            inside = False
            if reading:
                values[part.field] = reading
    _read_sentences(before, parts, values, left)
    if secret:
        values[SECRET] = "on"
    if matter and loose:  # so that it is not taken for what the customer said
        rest.insert(0, _REST + "\n".join(loose))
    elif loose:
        rest = loose + rest
    content = "\n".join(matter + rest)
    if content:
        values[MATTER] = content
    told = [part.value for part in parts if part.field in ("", MATTER, PLACE, HOME)]
    homes = () if PLACE in values else homes_in([before, *told])
    return PastedOrder(values, bool(_HOTLINE.search(text)), tuple(left), homes)


def customers_words(text: str) -> str:
    """Of words that were written down, those a customer may read as what he has said.

    An office's remarks (办理意见, 派单备注), its numbers and times stay with the staff. Words without
    an office's label are left as they are.
    """
    plain = _plain(text)
    before, parts = _parts(plain)
    if not any(_is_of_office(part) for part in parts):
        return text
    if own := [said for part in parts if part.field == MATTER and (said := _told_apart(part.value)[0])]:
        return "\n".join(own)
    lines = [line for line in before.splitlines() if not _HEADING.fullmatch(line.strip())]
    return "\n".join(lines).strip()


def _told_apart(matter: str) -> tuple[str, list[str]]:
    """The matter, and lines of their own in it by which the office asks for its answer."""
    lines = matter.splitlines()
    asked = [line.strip() for line in lines[1:] if _ASKED_LINE.fullmatch(line.strip())]
    return "\n".join(line for line in lines if line.strip() not in asked), asked


def _plain(text: str) -> str:
    return re.sub(r"\r\n?", "\n", text).replace("\0", "").strip()


def _is_of_office(part: _Part) -> bool:
    return part.field in (NUMBER, UNIT, DUE, SECRET) or not part.field and part.label not in OF_HIMSELF


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
        parts.append(_Part(_FIELD_OF.get(label, ""), label, raw.strip(_EDGES), whole, gap))
        gap = raw[len(raw.rstrip(_EDGES)) :]
    return text[: found[0].start()].strip(), parts


_NAME_AND_MORE = re.compile(
    r"(?P<name>[^\d()/]{1,30}?)\s*"
    r"(?:[(/,，;]?\s*(?P<phone>\+?\d[\d\- ]{5,18}\d)\s*\)?)?\s*(?P<secret>\((?:要求|需)?保密\))?"
)
_SEX = re.compile(r"\s*[(/,，]\s*[男女](?:士|性)?\s*\)?")


def _split(part: _Part) -> list[_Part]:
    """张女士（13912345678）, 张女士（保密）: a caller with his phone, or with his wish, in one value."""
    if part.field != CALLER:
        return [part]
    said = _SEX.sub("", unicodedata.normalize("NFKC", part.line))
    match = _NAME_AND_MORE.fullmatch(said)
    if not match or not (match["phone"] or match["secret"] or said != part.line):
        return [part]
    name, below = match["name"].strip(" ,，;"), part.value.partition("\n")[2]
    made = [_Part(CALLER, part.label, f"{name}\n{below}", part.whole, part.gap)]
    if match["phone"]:
        made.append(_Part(PHONE, part.label, match["phone"], match["phone"], "\n"))
    if match["secret"]:
        made.append(_Part(SECRET, part.label, "保密", "", "\n"))
    return made


def _value(part: _Part) -> str | None:
    """The value in the form's words; "" where nothing stands there; None where it is not understood."""
    if not part.field or part.field == HOME:
        return None
    if part.field == MATTER:
        return part.value
    said = unicodedata.normalize("NFKC", part.line).strip(" 。.,")
    if not said or said in ("-", "--", "/", "无"):
        return ""
    return _READERS[part.field](said)


def _order_number(said: str) -> str | None:
    number = re.sub(r"^(?:NO\.?|№|第)(?=\d)", "", tidy_number(said), flags=re.I)
    number = re.sub(r"\([^()\d]{1,6}\)$|\(第?\d{1,2}次[^()]{0,4}\)$", "", number)  # (补派), (第2次)
    if len(re.findall(r"[\u4e00-\u9fff]", number)) > 8 or re.search(r"年\d+月|见附件", number):
        return None
    return number if _NUMBER.fullmatch(number) and re.search(r"\d", number) else None


def _unit(said: str) -> str | None:
    return said if len(said) <= 60 and not _SENTENCE.search(said) else None


def _place(said: str) -> str | None:
    return said if len(said) <= 80 and not _SENTENCE.search(said) and not _TOLD.search(said) else None


def _caller(said: str) -> str | None:
    named = len(said) <= 40 and not re.search(r"[\d,。;]", said) and not _NOBODY.fullmatch(said)
    return said if named else None


def _phone(said: str) -> str | None:
    found = read_phones(re.sub(r"\((?:本人|来电|手机|主叫)\)$", "", said))
    alone = len(found.good) == 1 and not found.problems and not found.notes and not found.good[0].label
    return found.good[0].kept if alone else None


def _due(said: str) -> str | None:
    """A day with its time of day; a day alone, or so many working days, is not one."""
    match = _WHEN.fullmatch(said)
    return _moment(match) if match else None


def _moment(match: re.Match[str]) -> str | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"] in ("下午", "晚上", "晚") and hour < 12:
        hour += 12
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        if (hour, minute) == (24, 0):
            return f"{datetime.combine(day, time()) + timedelta(days=1):%Y-%m-%dT%H:%M}"
        return f"{day}T{time(hour, minute):%H:%M}"
    except ValueError:
        return None


def _kept_secret(said: str) -> str | None:
    if re.fullmatch("否|不|无需|无需保密|不保密|不需要?|N|n", said):
        return ""
    return "on" if said in ("是", "保密", "要求保密", "需保密", "需要保密", "匿名", "Y", "y") else None


_READERS = {
    NUMBER: _order_number,
    UNIT: _unit,
    DUE: _due,
    CALLER: _caller,
    PHONE: _phone,
    PLACE: _place,
    SECRET: _kept_secret,
}


# In sentences ----------------------------------------------------------------------------------------


def _asks_for_secrecy(before: str, parts: list[_Part], readings: list[str | None]) -> bool:
    """Whether the caller wants to stay unknown: by the label, in a sentence, or nameless with a phone.

    What is unsure counts as a wish: who was hidden without need is shown by one tick, not the other way.
    """
    said = dict.fromkeys(part.field for part, reading in zip(parts, readings, strict=True) if reading)
    nameless = any(part.field == CALLER and "匿名" in part.line for part in parts)
    if SECRET in said or nameless and PHONE in said:
        return True
    texts = [before, *(part.value for part in parts if part.field != SECRET)]
    return any(wants_secrecy(text) for text in texts)


def _read_sentences(
    before: str, parts: list[_Part], values: dict[str, str], left: list[tuple[str, str]]
) -> None:
    """By when the office wants its answer, where no label says so; what customers ask for is not it."""
    if any(part.field == DUE and part.line for part in parts):
        return
    theirs = [line for part in parts if part.field == MATTER for line in _told_apart(part.value)[1]]
    theirs += [part.value for part in parts if not part.field]
    text = unicodedata.normalize("NFKC", "\n".join([before, *theirs]))
    found = {_moment(match) for match in _ASKED_BY.finditer(text)}
    if len(found) == 1 and (moment := found.pop()):
        values[DUE] = moment
    elif not found and (within := _ASKED_WITHIN.search(text)):
        left.append(("办理时限", within[1]))
