"""Whether words for owners name somebody, and the same words without it (W13, domain.md 7). Pure.

What is looked for: the people and the door of the case, telephones and numbers as long, plates, e-mails,
rooms, and anybody by surname and form of address. Buildings and common areas may be named.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

#: Days look like telephones: they are taken out before those are looked for.
_DAY = r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}"
#: Forms of address of customers, and of people at work, before whom no name need stand: 维修师傅, 物业经理.
_CUSTOMERS = "先生|女士|小姐|太太|阿姨|叔叔|大爷|大妈|老师"
_AT_WORK = "师傅|经理|主管|主任"
_KINDS_OF_WORK = (
    "工程", "物业", "项目", "维修", "客服", "保洁", "保安", "值班", "部门", "安排", "电梯", "水电", "专业",
    "管理", "片区", "区域", "前台", "秩序", "绿化", "综合", "委会",
)  # fmt: skip
_NO_SURNAME = "".join(f"(?<!{word})" for word in (*"位名派请由和的", *_KINDS_OF_WORK))
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\d-])\+?\d(?:[ -]?\d){6,}(?![\d-])",  # telephones, numbers of papers
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]\s?[·.]?\s?[A-Z0-9]{5,6}",
        r"(?<![\d-])\d{1,3}-(?:\d{1,2}-)?\d{3,4}(?!\s*[\d元%米天分-])",  # 1-2-101
        r"\d{3,4}\s*(?:室|房间?|户)",
        rf"[\u4e00-\u9fff](?<![位名的])(?:{_CUSTOMERS})",
        rf"[\u4e00-\u9fff]{_NO_SURNAME}(?:{_AT_WORK})",
        r"\b(?:mr|mrs|ms|miss|dr)\.?\s+[a-z]+",
        r"\b(?:room|flat|apartment|unit)\s+(?:no\.?\s*)?[\d-]+",
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
    found = [(at, text[at : at + len(word)]) for word, at in _places(text, known)]
    without_days = re.sub(_DAY, lambda day: " " * len(day[0]), text)
    for pattern in _PATTERNS:
        if match := pattern.search(without_days):
            found.append((match.start(), match[0].strip()))
    return min(found)[1] if found else ""


def without_people(text: str, known: Known) -> str:
    """The same with dots where somebody was named: to begin with, never to go out unread."""
    for _turn in range(100):
        if not (said := named_in(text, known)):
            return text
        text = text.replace(said, "……")
    return ""


def _places(text: str, known: Known) -> list[tuple[str, int]]:
    folded = text.casefold()
    return [(word, at) for word in known.words if (at := folded.find(word.casefold())) >= 0]
