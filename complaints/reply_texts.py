"""Reply templates 答复模板: their occasions, and the placeholders that are filled from a case (L2, L7). Pure.

A placeholder stands in braces, by its Chinese or its English name: {承诺时间}, {promised time}. What the case
does not know stays as it is, so that whoever sends it sees it; sent it never is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Occasion(TextChoices):
    """When a text is used, in the order of a case's life."""

    RECEIPT = "receipt", _("Acknowledgement")
    FIRST = "first", _("Initial answer")
    CLEAR = "clear", _("Clear answer")
    DELAY = "delay", _("More time is needed")
    NOT_UPHELD = "not_upheld", _("Why it is not upheld")
    FINAL = "final", _("Final reply")
    APOLOGY = "apology", _("Apology")
    REVISIT = "revisit", _("Opening of a revisit")
    TEXT = "text", _("Text message")


class Placeholder(NamedTuple):
    zh: str
    en: str
    what: Any


#: code: its name in texts, and what it stands for
PLACEHOLDERS: dict[str, Placeholder] = {
    "name": Placeholder("称呼", "salutation", _("how the customer is addressed")),
    "number": Placeholder("编号", "number", _("number of the case")),
    "received": Placeholder("受理时间", "received", _("when it was received")),
    "place": Placeholder("位置", "place", _("where it is")),
    "matter": Placeholder("事项", "matter", _("the category")),
    "promised": Placeholder("承诺时间", "promised time", _("the time promised to the customer")),
    "next": Placeholder("下次告知时间", "next news by", _("by when the customer hears next")),
    "receiver": Placeholder("首问责任人", "first receiver", _("who follows the case to the end")),
    "handler": Placeholder("经办人", "handler", _("who does the work")),
    "department": Placeholder("责任部门", "department", _("whose work it is")),
    "result": Placeholder("处理结果", "result", _("the result, as it was reported")),
    "ground": Placeholder("依据", "ground", _("why it is not upheld, as it was proposed")),
    "phone": Placeholder("服务电话", "service phone", _("the estate's service phone")),
    "estate": Placeholder("小区", "estate", _("name of the estate")),
    "company": Placeholder("公司", "company", _("name of the company")),
    "centre": Placeholder("客户服务中心", "service centre", _("the one name answers are given in")),
    "me": Placeholder("本人姓名", "my name", _("who writes or calls")),
}
_BRACES = re.compile(r"[{｛]\s*([^{}｛｝\n]{1,30}?)\s*[}｝]")
_CODES = {name: code for code, one in PLACEHOLDERS.items() for name in (one.zh, one.en)}


def _code(braces: re.Match[str]) -> str | None:
    return _CODES.get(" ".join(braces[1].lower().split()))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what is known in the place of its placeholders.

    >>> filled("{称呼}，您的投诉单 {编号} 于 {承诺时间} 前处理。", {"name": "您好", "number": "JX-1"})
    '您好，您的投诉单 JX-1 于 {承诺时间} 前处理。'
    """
    return _BRACES.sub(lambda braces: values.get(_code(braces) or "") or braces[0], text)


def unfilled(text: str) -> list[str]:
    """The placeholders that still stand in a text, as they are written there, each once."""
    return list(dict.fromkeys(braces[0] for braces in _BRACES.finditer(text) if _code(braces)))


def unknown(text: str) -> list[str]:
    """What stands in braces and is no placeholder, or a brace that is left over."""
    found = [braces[0] for braces in _BRACES.finditer(text) if not _code(braces)]
    return list(dict.fromkeys([*found, *re.findall(r"[{}｛｝]", _BRACES.sub("", text))]))


#: verb: the occasions whose texts are offered beside its words, the likeliest first
OFFERED: dict[str, tuple[Occasion, ...]] = {
    "answer": (Occasion.RECEIPT, Occasion.FIRST, Occasion.CLEAR, Occasion.DELAY, Occasion.TEXT),
    "reply": (Occasion.FINAL, Occasion.NOT_UPHELD, Occasion.TEXT),
    "apologise": (Occasion.APOLOGY,),
    "tell_follow_up": (Occasion.FINAL, Occasion.TEXT),
    "revisit": (Occasion.REVISIT,),
    "second_call": (Occasion.REVISIT,),
}
#: Verbs whose text is spoken, not written: it stands beside the form to be read out.
SPOKEN = frozenset({"revisit", "second_call"})
