"""The Chinese of the catalogue: one rule for spaces and marks, one name for one thing (docs/glossary.md)."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest

CATALOG = Path(__file__).resolve().parent.parent / "locale/zh_Hans/LC_MESSAGES/django.mo"
pytestmark = pytest.mark.once

HAN = "[\u4e00-\u9fff]"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{\w*\}")
#: Written together: 第2次处理 and 第3期 are names, and so are dates and places.
TOGETHER = re.compile(r"第\d+[次期]|\d+[年月]|\d+日|\d+号楼|\d+单元\d*|[Ynj][年月日]")
NUMBERS = {
    "n",
    "count",
    "most",
    "limit_value",
    "days",
    "year",
    "row",
    "rows",
    "score",
    "satisfaction",
    "amount",
    "numbers",
}
#: What begins with a number and ends with a Chinese word or bracket: 3月4日 09:00（周三）, 3 小时.
TIMES = re.compile(r"\w+_at|at|due|span|since|when")
#: What stood in the catalogue for something that has another name.
OTHER_NAMES = {
    "牵头单": "主单", "时间线": "处理记录", "时间轴": "处理记录", "来电来访": "来访来电",
    "知情范围": "知悉范围", "限制查阅": "限制查看", "未结投诉": "未办结投诉", "业主可见": "客户可见",
    "业主看不到": "客户看不到", "接报时间": "受理时间", "依据政策": "依据时限规则", "(?<!施)工单": "投诉单",
    "登记册": "档案", "收件箱": "消息", "电子邮件地址": "邮箱", "运维": "系统维护", "现时限": "当前时限",
    "第二人": "他人、复核人", "角色": "岗位",
}  # fmt: skip


@pytest.fixture(scope="module")
def texts() -> list[str]:
    with CATALOG.open("rb") as file:
        catalog = dict(gettext.GNUTranslations(file)._catalog)
    return [text for key, text in catalog.items() if key]


def found(texts: list[str], wrong: str) -> list[str]:
    return [text for text in texts if re.search(wrong, text)]


def test_a_number_or_a_latin_word_stands_apart_from_the_chinese_beside_it(texts) -> None:
    bare = [TOGETHER.sub("", PLACEHOLDER.sub("…", text)) for text in texts]
    assert found(bare, f"{HAN}[0-9A-Za-z]|[0-9A-Za-z]{HAN}") == []


def test_a_number_put_in_stands_apart_too(texts) -> None:
    def marked(match: re.Match[str]) -> str:
        name = match[1] or ""
        return "0" if name in NUMBERS else "→" if TIMES.fullmatch(name) else "…"

    bare = [TOGETHER.sub("", PLACEHOLDER.sub(marked, text)) for text in texts]
    assert found(bare, f"{HAN}0|0{HAN}|{HAN}→|→ {HAN}") == []


def test_marks_within_chinese_are_full_width_and_without_blanks(texts) -> None:
    assert found([text for text in texts if text != "是,否"], f"{HAN}[,;:!?()]|[,;!?(]{HAN}") == []
    assert (
        found(texts, "[，。；：、（“] | [，。；：、）”]")
        == []
        == found(texts, "[「」『』]|" + HAN + '"|"' + HAN)
    )


@pytest.mark.parametrize(("other", "name"), OTHER_NAMES.items())
def test_one_thing_has_one_name(texts, other, name) -> None:
    assert found(texts, other) == [], name
